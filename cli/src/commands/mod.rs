//! The commands, one file each.

pub(crate) mod check;
mod dial;
mod diff;
mod doctor;
mod erase;
mod graph;
mod lsp;
mod man;
mod new;
mod publish;
mod schema;
mod sign;
mod test;
mod vonage;

use std::process::ExitCode;

use clap::CommandFactory;

use crate::arguments::{Arguments, Command, VonageCommand};
use crate::error::{CliError, Done, Exit};
use crate::print::{self, RED, Text};

/// Does what the command line says; tells the shell what came of it.
#[must_use]
pub fn run(arguments: Arguments) -> ExitCode {
    let json = arguments.json;
    let Some(command) = arguments.command else {
        let done = match &arguments.explain {
            Some(code) => check::explain(code, json),
            None => Err(CliError::usage("what to do?").help("`ivr --help` lists the commands")),
        };
        return told(done, json);
    };
    let done = match command {
        Command::New(new) => new::run(&new, json),
        Command::Schema(schema) => schema::run(&schema),
        Command::Lsp => lsp::run(),
        Command::Man { folder } => man::run(&folder, json),
        Command::Check(check) => check::run(&check, json),
        Command::Test(test) => test::run(&test, json),
        Command::Dial(dial) => dial::run(&dial, json),
        Command::Graph(graph) => graph::run(&graph, json),
        Command::Diff(diff) => diff::run(&diff, json),
        Command::Publish(publish) => publish::publish(&publish, json),
        Command::Pull(pull) => publish::pull(&pull, json),
        Command::Versions(versions) => publish::versions(&versions, json),
        Command::Rollback(rollback) => publish::rollback(&rollback, json),
        Command::Replay(replay) => publish::replay(&replay, json),
        Command::Erase(erase) => erase::run(&erase, json),
        Command::Doctor(doctor) => doctor::run(&doctor, json),
        Command::Vonage(vonage) => match vonage.command {
            VonageCommand::Apply(apply) => vonage::apply(&apply, json),
        },
        Command::Sign(sign) => sign::run(&sign, json),
        Command::Completions { shell } => {
            let mut command = Arguments::command();
            clap_complete::generate(shell, &mut command, "ivr", &mut std::io::stdout());
            Ok(Exit::Fine)
        }
    };
    told(done, json)
}

/// Says what went wrong, and tells the shell.
fn told(done: Done, json: bool) -> ExitCode {
    let exit = done.unwrap_or_else(|error| {
        if json {
            print::json(&serde_json::json!({
                "error": error.message,
                "help": error.help,
            }));
        } else {
            print::error_line(
                Text::new()
                    .styled(RED, "error")
                    .block(format_args!(": {error}")),
            );
        }
        error.exit
    });
    ExitCode::from(exit.code())
}

/// Says for programs what is wrong with a command line.
pub fn print_usage(why: &clap::Error) {
    let text = why.render().to_string();
    let mut parts = text.splitn(2, "\n\n");
    let message = parts.next().unwrap_or_default();
    let help = parts.next().map(str::trim).filter(|help| !help.is_empty());
    print::json(&serde_json::json!({
        "error": message.trim_start_matches("error: ").trim(),
        "help": help,
    }));
}
