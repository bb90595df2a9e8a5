//! `ivr lsp`

use lsp_server::Connection;

use crate::error::{CliError, Done, Exit};
use crate::lsp;

/// Runs it.
pub(super) fn run() -> Done {
    let (connection, threads) = Connection::stdio();
    let served = lsp::serve(&connection);
    // The writer ends when nobody can send any more.
    drop(connection);
    threads
        .join()
        .map_err(|why| CliError::usage(format!("the editor: {why}")))?;
    served.map(|()| Exit::Fine)
}
