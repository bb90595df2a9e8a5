//! The documents a case runs on, changed as it wants them.

use std::collections::BTreeMap;

use ivr::Library;
use ivr::document::{Calendar, List};
use jiff::Timestamp;
use serde_json::Value;

use super::player::Player;
use super::setup::{CLOCK, setup};
use super::verdict::{Verdict, Wrong};
use crate::offline::{Beginning, CompiledDocuments, ORIGIN, Offline};
use crate::script::{Case, Given};
use phone::{Application, Phone};

/// How a place stands at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Within its hours.
    Open,
    /// Outside them.
    Closed,
    /// Outside the hours of a day with a name.
    Holiday,
    /// Somebody has said so.
    Override {
        /// What they said.
        open: bool,
    },
}

/// Documents of a folder, for playing cases without a Worker.
pub struct Stage {
    documents: CompiledDocuments,
    calendars: BTreeMap<String, String>,
}

impl Stage {
    /// The documents of a library.
    #[must_use]
    pub fn of(library: &Library) -> Self {
        let mut calendars = BTreeMap::new();
        for (id, entry) in &library.calendars {
            calendars.insert(id.clone(), entry.text.clone());
        }
        Self {
            documents: CompiledDocuments::of(library),
            calendars,
        }
    }

    /// Whether it has this menu.
    #[must_use]
    pub fn has_menu(&self, id: &str) -> bool {
        self.documents.has_menu(id)
    }

    /// The documents as a case wants it.
    pub(crate) fn dressed(&self, given: &Given) -> Result<CompiledDocuments, String> {
        let mut documents = self.documents.clone();
        for (id, numbers) in &given.lists {
            let json = serde_json::json!({ "numbers": numbers }).to_string();
            let list: List = ivr::document::read(&format!("{id}.list.json"), json.as_bytes())
                .map_err(|found| complaint(&format!("the list {id}"), &found))?;
            documents.set_list(id, list);
        }
        for (id, changes) in &given.calendars {
            let Some(calendar) = patched(self.calendars.get(id), changes) else {
                return Err(format!("there is no calendar {id} to change"));
            };
            let calendar: Calendar =
                ivr::document::read(&format!("{id}.calendar.json"), calendar.as_bytes())
                    .map_err(|found| complaint(&format!("the calendar {id}"), &found))?;
            documents.set_calendar(id, calendar);
        }
        Ok(documents)
    }

    /// How each calendar stands when a case begins.
    ///
    /// # Errors
    /// When the world of the case cannot be made.
    pub fn standing(&self, given: &Given) -> Result<BTreeMap<String, Standing>, String> {
        let now = given.clock.unwrap_or_else(clock);
        let documents = self.dressed(given)?;
        let mut all = BTreeMap::new();
        for (id, calendar) in documents.calendars() {
            let standing = match calendar.hours.state_at(now) {
                ivr::calendar::State::Open => Standing::Open,
                ivr::calendar::State::Closed => Standing::Closed,
                ivr::calendar::State::Holiday { .. } => Standing::Holiday,
                ivr::calendar::State::Override { open } => Standing::Override { open },
            };
            all.insert(id.to_owned(), standing);
        }
        Ok(all)
    }

    /// Plays one case here.
    #[must_use]
    pub fn play(&self, file: &str, menu: &str, case: &Case, given: &Given) -> Verdict {
        let documents = match self.dressed(given) {
            Ok(documents) => documents,
            Err(why) => {
                return Verdict {
                    wrong: Some(Wrong {
                        step: None,
                        expected: "a world the menu can run in".to_owned(),
                        found: why,
                    }),
                    ..Verdict::blank(file, case)
                };
            }
        };
        let mut setup = setup(menu, case, given, ORIGIN);
        let at = setup.starts.unwrap_or_else(clock);
        setup.starts = Some(at);
        let beginning = Beginning {
            at,
            seed: setup.seed.clone().unwrap_or_default(),
        };
        let offline = Offline::new(documents, given.lookups.clone(), beginning);
        let mut application = Application::at(ORIGIN, "");
        // Nobody checks a signature here.
        application.signature_secret = None;
        let phone = Phone::new(application, &offline);
        let mut player = Player::new(&case.steps, || offline.node());
        let call = phone.call(&setup, &mut player);
        Verdict {
            moves: offline.moves(),
            ..player.verdict(file, case, &call)
        }
    }
}

/// When a call starts whose script does not say.
fn clock() -> Timestamp {
    ivr::calendar::instant(CLOCK).unwrap_or_default()
}

fn complaint(what: &str, found: &[ivr::Diagnostic]) -> String {
    let first = found.first().map(ToString::to_string).unwrap_or_default();
    format!("{what}: {first}")
}

/// A calendar with changes laid over it (RFC 7396). A word stands for an override:
/// `"closed"` is `{ "override": { "state": "closed" } }`.
fn patched(base: Option<&String>, changes: &Value) -> Option<String> {
    let mut document = match base {
        Some(text) => serde_json::from_str(text).ok()?,
        None if changes.get("weekly").is_some() => Value::Null,
        None => return None,
    };
    match changes {
        // Nothing of another override stays.
        Value::String(state) => document
            .as_object_mut()?
            .insert("override".to_owned(), serde_json::json!({ "state": state }))
            .map_or((), drop),
        changes => merge(&mut document, changes),
    }
    Some(document.to_string())
}

/// JSON Merge Patch (RFC 7396).
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(target) = target else {
        return;
    };
    for (name, value) in patch {
        if value.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MENU: &str = r#"{ "start": "who", "nodes": {
      "who": { "kind": "switch", "on": "country",
        "cases": [{ "country": "GB", "then": "gb" }, { "country": "DE", "then": "de" }],
        "otherwise": "nobody" },
      "gb": { "kind": "hangup", "prompt": "GB" },
      "de": { "kind": "hangup", "prompt": "DE" },
      "nobody": { "kind": "hangup", "prompt": "nobody" } } }"#;

    #[test]
    fn a_caller_that_is_null_has_no_number() {
        let stage = Stage::of(&Library::read([("m.json", MENU)]));
        let check = |file: &str, case: &str, expected: &str| {
            let script = format!(
                r#"{{ "given": {file}, "cases": [{{ "name": "x", "given": {case},
                    "end": {{ "at": "{expected}" }} }}] }}"#
            );
            let script = crate::script::read("m.test.json", script.as_bytes()).unwrap();
            let case = &script.cases[0];
            let verdict = stage.play("m.test.json", "m", case, &script.world_of(case));
            assert!(verdict.is_fine(), "{:?}", verdict.wrong);
        };
        let german = r#"{ "caller": "4915550100" }"#;
        let without = r#"{ "caller": null }"#;
        check("{}", "{}", "gb");
        check("{}", without, "nobody");
        check("{}", r#"{ "caller": "" }"#, "nobody");
        check(german, "{}", "de");
        check(german, without, "nobody");
        check(without, "{}", "nobody");
        check(without, german, "de");
    }
}
