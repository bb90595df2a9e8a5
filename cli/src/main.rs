//! The `ivr` command.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match ivr_cli::arguments::Arguments::try_parse() {
        Ok(arguments) => ivr_cli::run(arguments),
        Err(why) => {
            let _ = why.print();
            // Help and the version are what was asked for.
            ExitCode::from(if why.use_stderr() { 2 } else { 0 })
        }
    }
}
