//! `ivr new`

use std::fs;

use serde_json::json;

use super::{Done, print_json};
use crate::arguments::New;
use crate::print::{self, Text};
use crate::trouble::{Exit, Trouble, file_trouble};

const FILES: [(&str, &str); 4] = [
    ("main.json", include_str!("../../starter/main.json")),
    (
        "main.test.json",
        include_str!("../../starter/main.test.json"),
    ),
    (
        "office.calendar.json",
        include_str!("../../starter/office.calendar.json"),
    ),
    ("numbers.json", include_str!("../../starter/numbers.json")),
];

/// Runs it.
pub(super) fn run(new: &New, json: bool) -> Done {
    let folder = &new.folder;
    let shown = folder.display();
    let fault = |why: std::io::Error| file_trouble(folder, &why);
    for (name, _) in FILES {
        if folder.join(name).exists() {
            return Err(Trouble::usage(format!("{shown}/{name} is there already"))
                .help("name a folder that does not hold menus yet"));
        }
    }
    fs::create_dir_all(folder).map_err(fault)?;
    for (name, text) in FILES {
        fs::write(folder.join(name), text).map_err(fault)?;
    }
    if json {
        print_json(&json!({ "folder": folder, "files": FILES.map(|(name, _)| name) }));
    } else {
        print::line(Text::new().block(format_args!(
            "{shown}/\n  main.json              a menu: opening hours, three choices, voicemail\n  \
             main.test.json         calls that try it\n  \
             office.calendar.json   opening hours\n  \
             numbers.json           which number gets which menu\n\n\
             Next:\n  cd {shown}\n  ivr check\n  ivr test\n  ivr dial --menu main.json"
        )));
    }
    Ok(Exit::Fine)
}
