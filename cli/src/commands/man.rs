//! `ivr man`

use std::fs;
use std::path::Path;

use clap::CommandFactory;
use serde_json::json;

use crate::arguments::Arguments;
use crate::error::{Done, Exit, file_error};
use crate::print;

/// Writes a page for each command: `ivr.1`, `ivr-check.1` and so on.
pub(super) fn run(folder: &Path, json: bool) -> Done {
    fs::create_dir_all(folder).map_err(|why| file_error(folder, &why))?;
    let mut command = Arguments::command();
    command.build();
    let mut written = Vec::new();
    write(folder, "ivr", command, &mut written)?;
    if json {
        print::json(&json!({ "folder": folder, "files": written }));
    } else {
        for name in &written {
            print::line(name.as_str());
        }
    }
    Ok(Exit::Fine)
}

fn write(
    folder: &Path,
    name: &str,
    command: clap::Command,
    written: &mut Vec<String>,
) -> Result<(), crate::error::CliError> {
    for inner in command.get_subcommands() {
        if !inner.is_hide_set() && inner.get_name() != "help" {
            let inner_name = format!("{name}-{}", inner.get_name());
            write(folder, &inner_name, inner.clone(), written)?;
        }
    }
    let path = folder.join(format!("{name}.1"));
    let error = |why: std::io::Error| file_error(&path, &why);
    let mut page = Vec::new();
    let command = command
        .name(name.to_owned())
        .bin_name(name.replace('-', " "));
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(error)?;
    fs::write(&path, page).map_err(error)?;
    written.push(format!("{name}.1"));
    Ok(())
}
