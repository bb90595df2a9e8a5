#![doc = include_str!("../README.md")]
// Only tests and the browser call what is exported.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use desk::calls::{self, Stage};
use desk::play::Played;
use desk::script;
use desk::{Role, play};
use ivr::Library;
use jiff::Timestamp;
use serde::Serialize;
use tsify::{Ts, Tsify};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// Tells a panic in full: the text of a document is safe with the page.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}

/// The documents that are called, as they would be: what is in force, with one's own changes.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Calls {
    files: BTreeMap<String, String>,
    /// What they say, once somebody calls.
    library: OnceCell<Library>,
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
impl Calls {
    /// Without documents.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a document in, in the place of the one of that name.
    pub fn put(&mut self, name: &str, text: &str) {
        if self.files.get(name).is_some_and(|known| known == text) {
            return;
        }
        self.files.insert(name.to_owned(), text.to_owned());
        self.library = OnceCell::new();
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
        let now: Timestamp = now
            .parse()
            .map_err(|why: jiff::Error| failed(&why.to_string()))?;
        let (given, steps) = play::rehearsal(given, steps).map_err(|why| failed(&why))?;
        let played = play::play(self.library(), menu, &given, &steps, now, seed);
        Ok(played.map_err(|why| failed(&why))?.into_ts()?)
    }

    /// Plays the call scripts of a menu.
    ///
    /// # Errors
    /// When the menu has errors.
    pub fn scripts(&self, menu: &str) -> Result<Ts<ScriptRun>, JsError> {
        let library = self.library();
        let stage = Stage::of(library);
        if !stage.has_menu(menu) {
            return Err(failed(&format!("the menu {menu:?} has errors")));
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
                let given = document.world_of(case);
                let verdict = stage.play(name, menu, case, &given);
                taken.extend(calls::taken(&verdict.moves, library));
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
        if let Some(entry) = library.menus.get(menu) {
            run.missed = calls::exits(&entry.document)
                .into_iter()
                .filter(|exit| !taken.contains(&(menu.to_owned(), exit.clone())))
                .map(|(node, exit)| ExitOf { node, exit })
                .collect();
        }
        Ok(run.into_ts()?)
    }
}

impl Calls {
    fn library(&self) -> &Library {
        self.library.get_or_init(|| Library::read(&self.files))
    }
}

fn failed(why: &str) -> JsError {
    JsError::new(why)
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
