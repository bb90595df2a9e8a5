//! `ivr lsp`

use lsp_server::Connection;

use super::Done;
use crate::lsp;
use crate::trouble::{Exit, Trouble};

/// Runs it.
pub(super) fn run() -> Done {
    let (connection, threads) = Connection::stdio();
    let served = lsp::serve(&connection);
    // The writer ends when nobody can send any more.
    drop(connection);
    threads
        .join()
        .map_err(|why| Trouble::usage(format!("the editor: {why}")))?;
    served.map(|()| Exit::Fine)
}
