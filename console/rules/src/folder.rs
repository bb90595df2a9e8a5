//! The documents one works on.

use std::collections::BTreeMap;

use desk::picture::{self, Picture};
use ivr::Library;
use ivr::document::Menu;
use tsify::{Ts, Tsify};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::convert::{Files, Finding, Findings, failed};

/// The documents of one installation as they would be: what is in force, with one's own changes.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Folder {
    files: BTreeMap<String, String>,
    library: Library,
}

#[wasm_bindgen]
impl Folder {
    /// A folder with these documents.
    ///
    /// # Errors
    /// When `files` is not what it should be.
    #[wasm_bindgen(constructor)]
    pub fn new(files: Ts<Files>) -> Result<Folder, JsError> {
        let mut named = BTreeMap::new();
        for file in files.to_rust()?.files {
            named.insert(file.name, file.text);
        }
        let files = named;
        let library = Library::read(&files);
        Ok(Self { files, library })
    }

    /// Puts a document in the folder, in the place of the one of that name.
    pub fn put(&mut self, name: &str, text: &str) {
        if self.files.get(name).is_some_and(|known| known == text) {
            return;
        }
        self.files.insert(name.to_owned(), text.to_owned());
        self.library = Library::read(&self.files);
    }

    /// What is wrong with the documents.
    ///
    /// # Errors
    /// Never with what this module makes itself.
    pub fn check(&self) -> Result<Ts<Findings>, JsError> {
        let all = ivr::check(&self.library)
            .into_iter()
            .map(|found| {
                let text = self.files.get(&found.file).map_or("", String::as_str);
                Finding::of(found, text)
            })
            .collect();
        Ok(Findings { all }.into_ts()?)
    }

    /// A menu as a picture.
    ///
    /// # Errors
    /// When the menu cannot be read, with the first reason.
    pub fn picture(&self, menu: &str) -> Result<Ts<Picture>, JsError> {
        let name = format!("{menu}.json");
        let text = self.files.get(&name).map_or("", String::as_str);
        let menu = ivr::document::read::<Menu>(&name, text.as_bytes())
            .map_err(|found| failed(found.first().map(ToString::to_string).unwrap_or_default()))?;
        Ok(picture::picture(&menu).into_ts()?)
    }
}
