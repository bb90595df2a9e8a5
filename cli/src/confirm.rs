//! Questions before what cannot be undone.

use std::io::{BufRead, IsTerminal};

use crate::error::CliError;
use crate::print;

/// Asks whoever sits at the terminal.
pub(crate) fn confirmed(question: &str) -> Result<bool, CliError> {
    if !std::io::stdin().is_terminal() {
        return Err(
            CliError::usage("nobody is here to be asked").help("--yes goes ahead without asking")
        );
    }
    print::part(question);
    let mut line = String::new();
    let _ = std::io::stdin().lock().read_line(&mut line);
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}
