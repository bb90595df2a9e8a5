//! The documents one works on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use desk::calls::{self, Stage};
use desk::picture::Picture;
use desk::play::Played;
use desk::script;
use desk::{Role, picture, play};
use ivr::Library;
use ivr::document::Menu;
use serde::Serialize;
use tsify::{Ts, Tsify};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::convert::{Files, Finding, Findings, failed, instant};

/// The documents of one installation as they would be: what is in force, with one's own changes.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Folder {
    files: BTreeMap<String, String>,
    library: Library,
}

/// What came of the call scripts of a menu.
#[derive(Debug, Serialize, Tsify)]
pub struct ScriptRun {
    /// Each case.
    pub cases: Vec<CaseRun>,
    /// What is wrong with the scripts themselves.
    pub broken: Vec<String>,
    /// The exits that no call takes.
    pub missed: Vec<ExitOf>,
}

/// What came of a case.
#[derive(Debug, Serialize, Tsify)]
pub struct CaseRun {
    /// What it shows.
    pub name: String,
    /// What was wrong, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrong: Option<String>,
    /// What happened.
    pub transcript: Vec<String>,
}

/// An exit of a node.
#[derive(Debug, Serialize, Tsify)]
pub struct ExitOf {
    /// The node.
    pub node: String,
    /// The exit, by the words of the document.
    pub exit: String,
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

    /// A call to a menu with what was done so far. `given` and `steps` are JSON, as call scripts
    /// have them.
    ///
    /// # Errors
    /// When the menu has errors or the world of the call cannot be made, in words.
    pub fn play(
        &self,
        menu: &str,
        given: &str,
        steps: &str,
        now: &str,
        seed: &str,
    ) -> Result<Ts<Played>, JsError> {
        let (given, steps) = play::rehearsal(given, steps).map_err(failed)?;
        let played = play::play(&self.library, menu, &given, &steps, instant(now)?, seed);
        Ok(played.map_err(failed)?.into_ts()?)
    }

    /// Plays the call scripts of a menu.
    ///
    /// # Errors
    /// When the menu has errors.
    pub fn scripts(&self, menu: &str) -> Result<Ts<ScriptRun>, JsError> {
        let stage = Stage::of(&self.library);
        if !stage.has_menu(menu) {
            return Err(failed(format!("the menu {menu:?} has errors")));
        }
        let mut run = ScriptRun {
            cases: Vec::new(),
            broken: Vec::new(),
            missed: Vec::new(),
        };
        let mut taken = BTreeSet::new();
        for (name, text) in &self.files {
            if !matches!(Role::of(Path::new(name)), Role::Test(_)) {
                continue;
            }
            let document = match script::read(name, text.as_bytes()) {
                Ok(document) => document,
                Err(found) => {
                    let says = found
                        .into_iter()
                        .map(|it| format!("{}:{}: {}", it.file, it.line, it.message));
                    run.broken.extend(says);
                    continue;
                }
            };
            if script::menu_of(name, &document) != menu {
                continue;
            }
            for case in &document.cases {
                let given = case
                    .given
                    .clone()
                    .unwrap_or_default()
                    .over(document.given.as_ref());
                let verdict = stage.play(name, menu, case, &given);
                taken.extend(calls::taken(&verdict.moves, &self.library));
                run.cases.push(CaseRun {
                    name: verdict.name,
                    wrong: verdict.wrong.map(|wrong| {
                        let step = wrong
                            .step
                            .map_or("At the end".to_owned(), |step| format!("Step {step}"));
                        format!("{step}: expected {}, but {}.", wrong.expected, wrong.found)
                    }),
                    transcript: verdict.transcript,
                });
            }
        }
        if let Some(entry) = self.library.menus.get(menu) {
            run.missed = calls::exits(&entry.document)
                .into_iter()
                .filter(|exit| !taken.contains(&(menu.to_owned(), exit.clone())))
                .map(|(node, exit)| ExitOf { node, exit })
                .collect();
        }
        Ok(run.into_ts()?)
    }
}
