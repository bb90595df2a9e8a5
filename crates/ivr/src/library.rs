//! Everything in one folder, or one KV namespace.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::document::{self, Calendar, LONGEST_NAME, List, Menu, Numbers};
use crate::file_name::{self, FileName};
use crate::source;
use describe::Document;

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

    /// The finding that its text is no JSON.
    pub(crate) fn syntax(&self, error: &source::SyntaxError) -> Diagnostic {
        document::syntax(&self.file, &self.text, error)
    }
}

impl<T: Document> Entry<T> {
    /// Reads a document and keeps its text.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(file: &str, json: &[u8]) -> Result<Self, Vec<Diagnostic>> {
        let text = document::text(file, json)?;
        match source::parse(text) {
            Ok(tree) => Self::of_tree(file, text, &tree),
            Err(error) => Err(vec![document::syntax(file, text, &error)]),
        }
    }

    /// Reads a document whose text is known to be this tree.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn of_tree(
        file: &str,
        text: &str,
        tree: &source::Value<'_>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let document = describe::read(file, text, tree)?;
        Ok(Self {
            file: file.to_owned(),
            text: text.to_owned(),
            document,
        })
    }
}

/// The documents of one installation.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// Menus by id.
    pub menus: BTreeMap<String, Entry<Menu>>,
    /// Calendars by id.
    pub calendars: BTreeMap<String, Entry<Calendar>>,
    /// Lists by id.
    pub lists: BTreeMap<String, Entry<List>>,
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
    /// before it; only the last part counts. A name that is none of these is
    /// found fault with.
    pub fn read<N: AsRef<str>, J: AsRef<[u8]>>(files: impl IntoIterator<Item = (N, J)>) -> Self {
        let mut library = Self::default();
        for (file, json) in files {
            library.add(file.as_ref(), json.as_ref());
        }
        library
    }

    /// Adds one file.
    pub fn add(&mut self, file: &str, json: &[u8]) {
        match FileName::of(file) {
            FileName::Numbers => match Entry::read(file, json) {
                Ok(entry) => self.numbers = Some(entry),
                Err(found) => self.unread.extend(found),
            },
            FileName::Script(_) | FileName::Schema => {}
            FileName::Calendar(id) => match Entry::read(file, json) {
                Ok(entry) => drop(self.calendars.insert(id.to_owned(), entry)),
                Err(found) => self.refuse("calendar", id, found),
            },
            FileName::List(id) => match Entry::read(file, json) {
                Ok(entry) => drop(self.lists.insert(id.to_owned(), entry)),
                Err(found) => self.refuse("list", id, found),
            },
            FileName::Menu(id) => self.add_menu(id, Entry::read(file, json)),
            FileName::BadId { id, what, better } => {
                let message = format!(
                    "`{id}` cannot be the id of {what}: {}; expected 1 to {LONGEST_NAME} letters a-z, digits, `_` or `-`",
                    file_name::fault(id)
                );
                self.misplaced(file, Code::BadName, message, Some(better));
            }
            FileName::Unknown { better } => {
                let message = "no document has such a name, so nobody reads this file".to_owned();
                self.misplaced(file, Code::UnknownFile, message, better);
            }
        }
    }

    /// Adds a menu that was read, or what is wrong with it.
    pub fn add_menu(&mut self, id: &str, read: Result<Entry<Menu>, Vec<Diagnostic>>) {
        match read {
            Ok(entry) => drop(self.menus.insert(id.to_owned(), entry)),
            Err(found) => self.refuse("menu", id, found),
        }
    }

    fn refuse(&mut self, kind: &str, id: &str, found: Vec<Diagnostic>) {
        self.broken.push(format!("{kind}:{id}"));
        self.unread.extend(found);
    }

    fn misplaced(&mut self, file: &str, code: Code, message: String, better: Option<String>) {
        let help = match better {
            Some(better) => format!("name it `{better}`, or move it elsewhere"),
            None => "documents are `<menu>.json`, `<menu>.test.json`, `<id>.calendar.json`, \
                     `<id>.list.json` and `numbers.json`"
                .to_owned(),
        };
        let found = Diagnostic::at(file, "", 0, code, "", message);
        self.unread.push(found.with_help(help));
    }
}
