//! `ivr new`

use std::fs;

use serde_json::json;

use crate::arguments::{New, Starter};
use crate::error::{CliError, Done, Exit, file_error};
use crate::print::{self, Text};

/// A file of a starter: its name, what it is, and its text.
struct Part {
    name: &'static str,
    about: &'static str,
    text: &'static str,
}

/// The files of `starter/<name>/`.
macro_rules! starter {
    ($folder:literal, $($name:literal: $about:literal),+ $(,)?) => {
        &[$(Part {
            name: $name,
            about: $about,
            text: include_str!(concat!("../../starter/", $folder, "/", $name)),
        }),+]
    };
}

const COMPANY: &[Part] = starter!("company",
    "main.json": "a menu: opening hours, three choices, voicemail",
    "main.test.json": "calls that try it",
    "office.calendar.json": "opening hours",
    "numbers.json": "which number gets which menu",
);
const CLINIC: &[Part] = starter!("clinic",
    "main.json": "a menu: reception, prescriptions, a nurse on call at night",
    "main.test.json": "calls that try it",
    "surgery.calendar.json": "opening hours",
    "numbers.json": "which number gets which menu",
);
const HOTEL: &[Part] = starter!("hotel",
    "main.json": "a menu: known guests, speech, a restaurant with hours of its own",
    "main.test.json": "calls that try it",
    "guests.list.json": "who is put through at once",
    "restaurant.calendar.json": "when the restaurant is open",
    "numbers.json": "which number gets which menu",
);
const SHOP: &[Part] = starter!("shop",
    "main.json": "a menu: where an order is, returns, whoever is free",
    "main.test.json": "calls that try it",
    "opening.calendar.json": "opening hours",
    "numbers.json": "which number gets which menu",
);

/// Runs it.
pub(super) fn run(new: &New, json: bool) -> Done {
    let parts = match new.from {
        Starter::Company => COMPANY,
        Starter::Clinic => CLINIC,
        Starter::Hotel => HOTEL,
        Starter::Shop => SHOP,
    };
    let schemas = [
        ("menu.schema.json", ivr::schema_text()),
        ("test.schema.json", desk::script::schema()),
    ];
    let files: Vec<(&str, &str)> = parts
        .iter()
        .map(|part| (part.name, part.text))
        .chain(schemas.iter().map(|(name, text)| (*name, text.as_str())))
        .collect();
    let folder = &new.folder;
    let shown = folder.display();
    for (name, _) in &files {
        if folder.join(name).exists() {
            return Err(CliError::usage(format!("{shown}/{name} is there already"))
                .help("name a folder that does not hold menus yet"));
        }
    }
    fs::create_dir_all(folder).map_err(|why| file_error(folder, &why))?;
    for (name, text) in &files {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|why| file_error(&path, &why))?;
    }
    if json {
        let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
        print::json(&json!({ "folder": folder, "files": names }));
        return Ok(Exit::Fine);
    }
    print::line(format!("{shown}/"));
    for part in parts {
        print::line(format!("  {:<26} {}", part.name, part.about));
    }
    print::line(format!(
        "  {:<26} what an editor completes and explains with",
        "*.schema.json"
    ));
    print::line(Text::new().block(format_args!(
        "\nNext:\n  cd {shown}\n  ivr check\n  ivr test\n  ivr dial --menu main.json"
    )));
    Ok(Exit::Fine)
}
