//! The `ivr` command.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match ivr_cli::arguments::Arguments::try_parse() {
        Ok(arguments) => ivr_cli::run(arguments),
        // Programs asked for JSON, whatever is wrong with the rest.
        Err(why) if why.use_stderr() && asks_for_json() => {
            ivr_cli::commands::print_usage(&why);
            ExitCode::from(2)
        }
        Err(why) => {
            let _ = why.print();
            // Help and the version are what was asked for.
            ExitCode::from(if why.use_stderr() { 2 } else { 0 })
        }
    }
}

fn asks_for_json() -> bool {
    std::env::args_os()
        .skip(1)
        .take_while(|argument| argument != "--")
        .any(|argument| argument == "--json")
}
