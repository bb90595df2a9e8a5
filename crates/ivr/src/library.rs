//! Everything in one folder, or one KV namespace.

use order::Map;

use crate::decode::Decode;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::{self, Calendar, List, Menu, Numbers, is_name};
use crate::source;

/// A document and the text it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<T> {
    /// The file's or key's name.
    pub file: String,
    /// The JSON.
    pub text: String,
    /// What it says.
    pub document: T,
}

impl<T> Entry<T> {
    /// A finding at a JSON pointer of this document. When the pointer leads
    /// nowhere, the finding stands at the nearest value above.
    pub fn finding(&self, code: Code, pointer: &str, message: impl Into<String>) -> Diagnostic {
        let at = source::parse(&self.text).map_or(0, |tree| tree.nearest(pointer));
        Diagnostic::at(&self.file, &self.text, at, code, pointer, message.into())
    }
}

impl<T: Decode> Entry<T> {
    /// Reads a document and keeps its text.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(file: &str, json: &[u8]) -> Result<Self, Vec<Diagnostic>> {
        let document = document::read(file, json)?;
        let text = String::from_utf8_lossy(json).into_owned();
        Ok(Self {
            file: file.to_owned(),
            text,
            document,
        })
    }
}

/// The documents of one installation.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// Menus by id.
    pub menus: Map<String, Entry<Menu>>,
    /// Calendars by id.
    pub calendars: Map<String, Entry<Calendar>>,
    /// Lists by id.
    pub lists: Map<String, Entry<List>>,
    /// Which menu each called number gets.
    pub numbers: Option<Entry<Numbers>>,
    /// What was wrong with documents that could not be read; those are in none
    /// of the maps.
    pub unread: Vec<Diagnostic>,
    /// The ids of documents that could not be read, as `menu:<id>`,
    /// `calendar:<id>`, `list:<id>`: they exist, however broken.
    pub broken: Vec<String>,
}

impl Library {
    /// Reads the files of a folder by their names: `acme.json` is the menu
    /// `acme`, `office.calendar.json` and `vip.list.json` are a calendar and a
    /// list, `numbers.json` the numbers. Call scripts (`acme.test.json`) and
    /// schemas (`menu.schema.json`) are left alone. A name may have folders
    /// before it; only the last part counts.
    pub fn read<N: AsRef<str>, J: AsRef<[u8]>>(files: impl IntoIterator<Item = (N, J)>) -> Self {
        let mut library = Self::default();
        for (file, json) in files {
            library.add(file.as_ref(), json.as_ref());
        }
        library
    }

    /// Adds one file.
    pub fn add(&mut self, file: &str, json: &[u8]) {
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let Some(stem) = name.strip_suffix(".json") else {
            return self.misplaced(file, "expected a name that ends in `.json`");
        };
        match stem.split_once('.') {
            _ if stem == "numbers" => match Entry::read(file, json) {
                Ok(entry) => self.numbers = Some(entry),
                Err(found) => self.unread.extend(found),
            },
            Some((_, "test" | "schema")) => {}
            Some((id, "calendar")) if is_name(id) => match Entry::read(file, json) {
                Ok(entry) => drop(self.calendars.insert(id.to_owned(), entry)),
                Err(found) => self.refuse("calendar", id, found),
            },
            Some((id, "list")) if is_name(id) => match Entry::read(file, json) {
                Ok(entry) => drop(self.lists.insert(id.to_owned(), entry)),
                Err(found) => self.refuse("list", id, found),
            },
            None if is_name(stem) => match Entry::read(file, json) {
                Ok(entry) => drop(self.menus.insert(stem.to_owned(), entry)),
                Err(found) => self.refuse("menu", stem, found),
            },
            _ => self.misplaced(
                file,
                "expected `<menu>.json`, `<menu>.test.json`, `<id>.calendar.json`, `<id>.list.json` or `numbers.json`",
            ),
        }
    }

    fn refuse(&mut self, kind: &str, id: &str, found: Vec<Diagnostic>) {
        self.broken.push(format!("{kind}:{id}"));
        self.unread.extend(found);
    }

    fn misplaced(&mut self, file: &str, message: &str) {
        self.unread.push(Diagnostic::at(
            file,
            "",
            0,
            Code::UnknownFile,
            "",
            message.to_owned(),
        ));
    }
}
