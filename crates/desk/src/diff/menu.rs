//! What changes in a menu.

use std::collections::{BTreeMap, BTreeSet};

use ivr::document::Menu;
use serde_json::{Map, Value, json};

use super::change::{Change, meant, same, steps, told_plainly};
use super::rename::renamed;
use super::tree::{Difference, Step, differences};

pub(super) fn changes(before: &Value, after: &Value) -> Vec<Change> {
    let (before, names) = renamed(before, after);
    let menus = Menus {
        before: &before,
        after,
    };
    let mut told: Vec<Change> = names
        .iter()
        .map(|(old, new)| Change::at(&["nodes", new], format!("`{old}` is now called `{new}`.")))
        .collect();
    menus.document(&mut told);
    let none = Map::new();
    let was = before.get("nodes").and_then(Value::as_object);
    let is = after.get("nodes").and_then(Value::as_object);
    let (was, is) = (was.unwrap_or(&none), is.unwrap_or(&none));
    for (name, node) in is {
        match was.get(name) {
            Some(old) => menus.node(name, old, node, &mut told),
            None => told.push(Change::at(
                &["nodes", name],
                format!("New: {name} ({}){}.", kind_words(node), said(node)),
            )),
        }
    }
    for (name, node) in was {
        if !is.contains_key(name) {
            told.push(Change::at(
                &["nodes", name],
                format!("Gone: {name} ({}).", kind_words(node)),
            ));
        }
    }
    told
}

/// The two menus, nodes called the same in both.
struct Menus<'v> {
    before: &'v Value,
    after: &'v Value,
}

impl Menus<'_> {
    /// What is said of the whole menu.
    fn document(&self, told: &mut Vec<Change>) {
        let whole = |menu: &Value| {
            let mut menu = menu.clone();
            if let Some(members) = menu.as_object_mut() {
                members.insert("nodes".to_owned(), json!({ "x": { "kind": "hangup" } }));
            }
            menu
        };
        let mut limits = false;
        for difference in meant(&whole(self.before), &whole(self.after), same::<Menu>) {
            match difference.names().as_slice() {
                ["start"] => told.push(Change::at(
                    &["start"],
                    format!(
                        "Callers now begin at {}, not at {}.",
                        self.now(difference.is.as_ref()),
                        self.then(difference.was.as_ref())
                    ),
                )),
                ["keys", keys] | ["keys", keys, "then"] => {
                    let who = format!("Callers who press {keys} anywhere");
                    self.way(&who, &difference, &[], told);
                }
                ["limits", ..] if !limits => {
                    limits = true;
                    let steps = self.after.pointer("/limits/steps");
                    let then = self.after.pointer("/limits/then");
                    told.push(Change::at(
                        &["limits"],
                        format!(
                            "Callers who go round for ever are now stopped after {} steps and reach {}.",
                            steps.map_or("60".to_owned(), Value::to_string),
                            self.now(Some(then.unwrap_or(&json!("@hangup"))))
                        ),
                    ));
                }
                ["limits", ..] => {}
                _ => told.push(told_plainly(&difference, &[])),
            }
        }
    }

    fn node(&self, name: &str, was: &Value, is: &Value, told: &mut Vec<Change>) {
        let alone = |one: &Value, other: &Value| {
            let menu = |node: &Value| json!({ "start": name, "nodes": { name: node } });
            same::<Menu>(&menu(one), &menu(other))
        };
        if was.get("kind") != is.get("kind") {
            told.push(Change::at(
                &["nodes", name, "kind"],
                format!(
                    "`{name}` was {} and is now {}.",
                    kind_words(was),
                    kind_words(is)
                ),
            ));
        }
        let mut fields = BTreeSet::new();
        for difference in meant(was, is, alone) {
            let names = difference.names();
            let within = steps(&["nodes", name]);
            match names.as_slice() {
                ["kind"] => {}
                // Where a new choice leads says that there is one; what reports call it is no news.
                ["choices", keys, "label"] if chosen(was, keys) != chosen(is, keys) => {}
                // Told as a whole, once.
                ["cases", ..] if differ(was, is, "cases") => {
                    if fields.insert("cases".to_owned()) {
                        self.cases(name, was, is, told);
                    }
                }
                ["to", ..] if differ(was, is, "to") => {
                    if fields.insert("to".to_owned()) {
                        destinations(name, was, is, told);
                    }
                }
                [field @ ("prompt" | "short_prompt" | "whisper"), ..] => {
                    if fields.insert((*field).to_owned()) {
                        prompts(name, &[field], was, is, told);
                    }
                }
                [retry @ ("no_input" | "no_match"), "prompts", ..] => {
                    if fields.insert((*retry).to_owned()) {
                        prompts(name, &[retry, "prompts"], was, is, told);
                    }
                }
                path => match self.who(name, path) {
                    Some(who) => self.way(&who, &difference, &within, told),
                    None => told.push(sentence(name, path, &difference).map_or_else(
                        || told_plainly(&difference, &within),
                        |text| Change {
                            text,
                            ..told_plainly(&difference, &within)
                        },
                    )),
                },
            }
        }
    }

    /// Who takes the way that a field names.
    fn who(&self, name: &str, path: &[&str]) -> Option<String> {
        let kind = self.after.pointer("/nodes")?.get(name)?.get("kind")?;
        let kind = kind.as_str()?;
        Some(match (kind, path) {
            ("menu", ["choices", keys] | ["choices", keys, "then"]) => {
                format!("Callers at `{name}` who press {keys}")
            }
            (_, ["no_input", "then"]) => format!("Callers at `{name}` who stay silent"),
            ("menu", ["no_match", "then"]) => format!("Callers at `{name}` who press a wrong key"),
            (_, ["no_match", "then"]) => {
                format!("Callers at `{name}` who enter what does not fit")
            }
            ("collect", ["then"]) => format!("Callers who entered `{name}`"),
            ("connect", ["busy"]) => format!("Callers at `{name}` who find it busy"),
            ("connect", ["no_answer"]) => format!("Callers at `{name}` whom nobody answers"),
            ("connect", ["rejected"]) => format!("Callers at `{name}` who are rejected"),
            ("connect", ["failed"]) => format!("Callers at `{name}` who cannot be connected"),
            ("connect", ["otherwise"]) => format!("Callers at `{name}` who are not put through"),
            ("connect", ["then"]) => format!("Callers at `{name}` whose talk is over"),
            ("hours", ["open"]) => format!("At `{name}`, callers in opening hours"),
            ("hours", ["closed"]) => format!("At `{name}`, callers outside opening hours"),
            ("hours", ["holiday"]) => format!("At `{name}`, callers on holidays"),
            ("hours", ["override"]) => format!("At `{name}`, callers during an override"),
            ("switch", ["otherwise"]) => format!("At `{name}`, all other callers"),
            ("lookup", ["then"]) => format!("Callers at `{name}` when the look-up answers"),
            ("lookup", ["failed"]) => format!("Callers at `{name}` when the look-up fails"),
            ("callback", ["no_number"]) => format!("Callers at `{name}` without a number to call"),
            ("voicemail", ["then"]) => format!("Callers who left a message at `{name}`"),
            ("submenu", ["then"]) => format!("Callers who return to `{name}`"),
            (_, ["then"]) => format!("Callers after `{name}`"),
            _ => return None,
        })
    }

    /// A way that leads elsewhere.
    fn way(&self, who: &str, difference: &Difference, within: &[Step], told: &mut Vec<Change>) {
        fn target(value: Option<&Value>) -> Option<&Value> {
            value.map(|value| value.get("then").unwrap_or(value))
        }
        let (was, is) = (
            target(difference.was.as_ref()),
            target(difference.is.as_ref()),
        );
        let text = match (was, is) {
            (Some(_), Some(_)) => {
                format!("{who} now reach {}, not {}.", self.now(is), self.then(was))
            }
            (None, _) => format!("{who} now reach {}.", self.now(is)),
            (_, None) => format!("{who} no longer reach {}.", self.then(was)),
        };
        told.push(Change {
            text,
            ..told_plainly(difference, within)
        });
    }

    fn now(&self, target: Option<&Value>) -> String {
        place(self.after, target)
    }

    fn then(&self, target: Option<&Value>) -> String {
        place(self.before, target)
    }

    /// The cases of a switch are known by what they test.
    fn cases(&self, name: &str, was: &Value, is: &Value, told: &mut Vec<Change>) {
        let (was, is) = (numbered(was), numbered(is));
        let path = ["nodes", name, "cases"];
        for (test, then) in &is {
            let who = format!("At `{name}`, callers where it {}", condition(&test.0));
            let text = match was.iter().find(|(known, _)| known == test) {
                Some((_, old)) if old == then => continue,
                Some((_, old)) => format!(
                    "{who} now reach {}, not {}.",
                    self.now(Some(then)),
                    self.then(Some(old))
                ),
                None => format!("{who} now reach {}.", self.now(Some(then))),
            };
            told.push(Change::at(&path, text));
        }
        for (test, then) in &was {
            if !is.iter().any(|(known, _)| known == test) {
                told.push(Change::at(
                    &path,
                    format!(
                        "At `{name}`, callers where it {} no longer reach {}.",
                        condition(&test.0),
                        self.then(Some(then))
                    ),
                ));
            }
        }
        let common = |one: &[(Test, Value)], other: &[(Test, Value)]| -> Vec<Test> {
            one.iter()
                .map(|(test, _)| test.clone())
                .filter(|test| other.iter().any(|(known, _)| known == test))
                .collect()
        };
        if common(&was, &is) != common(&is, &was) {
            let order: Vec<String> = is.iter().map(|(test, _)| condition(&test.0)).collect();
            told.push(Change::at(
                &path,
                format!(
                    "`{name}` tries its cases in another order: {}.",
                    order.join(", then ")
                ),
            ));
        }
    }
}

/// What a case tests, and which of several equal ones it is.
type Test = (Value, usize);

fn numbered(node: &Value) -> Vec<(Test, Value)> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let cases = node.get("cases").and_then(Value::as_array);
    cases
        .into_iter()
        .flatten()
        .map(|case| {
            let mut test = case.clone();
            let then = test
                .as_object_mut()
                .and_then(|members| members.remove("then"))
                .unwrap_or(Value::Null);
            let count = seen.entry(test.to_string()).or_default();
            *count += 1;
            ((test, *count), then)
        })
        .collect()
}

fn differ(was: &Value, is: &Value, field: &str) -> bool {
    was.get(field).is_some_and(Value::is_array) && is.get(field).is_some_and(Value::is_array)
}

/// Whether a menu has a choice for these keys.
fn chosen(node: &Value, keys: &str) -> bool {
    node.get("choices")
        .and_then(|choices| choices.get(keys))
        .is_some()
}

/// Who is rung, known by the address.
fn destinations(name: &str, was: &Value, is: &Value, told: &mut Vec<Change>) {
    const ADDRESSES: [&str; 7] = ["phone", "sip", "app", "websocket", "vbc", "rota", "queue"];
    let address = |destination: &Value| -> String {
        let found = ADDRESSES.into_iter().find_map(|kind| {
            let value = destination.get(kind)?;
            Some(match (kind, value.as_str()) {
                ("vbc", Some(extension)) => format!("extension {extension}"),
                ("rota" | "queue", Some(id)) => format!("the {kind} {id}"),
                (_, Some(text)) => text.to_owned(),
                (_, None) => value.to_string(),
            })
        });
        found.unwrap_or_else(|| destination.to_string())
    };
    let all = |node: &Value| -> Vec<Value> {
        let list = node.get("to").and_then(Value::as_array);
        list.cloned().unwrap_or_default()
    };
    let (old, new) = (all(was), all(is));
    let addresses = |all: &[Value]| -> Vec<String> { all.iter().map(address).collect() };
    let (before, now) = (addresses(&old), addresses(&new));
    let path = ["nodes", name, "to"];
    if before != now {
        let text = if sorted(&before) == sorted(&now) {
            format!(
                "`{name}` rings in another order: {}, not {}.",
                now.join(", then "),
                before.join(", then ")
            )
        } else {
            format!(
                "Callers at `{name}` are put through to {}, not to {}.",
                list(&now),
                list(&before)
            )
        };
        told.push(Change::at(&path, text));
    }
    for (at, destination) in new.iter().enumerate() {
        let known = old
            .iter()
            .find(|known| address(known) == address(destination));
        for difference in known
            .into_iter()
            .flat_map(|known| differences(known, destination))
        {
            let within = [steps(&path), vec![Step::Item(at)]].concat();
            told.push(told_plainly(&difference, &within));
        }
    }
}

fn sorted(list: &[String]) -> Vec<&String> {
    let mut sorted: Vec<&String> = list.iter().collect();
    sorted.sort_unstable();
    sorted
}

/// What is heard: in a sentence when the words are others, field by field for the rest.
fn prompts(name: &str, path: &[&str], was: &Value, is: &Value, told: &mut Vec<Change>) {
    let at = |node: &Value| -> Value {
        path.iter()
            .try_fold(node, |node, field| node.get(field))
            .cloned()
            .unwrap_or(Value::Null)
    };
    let (old, new) = (at(was), at(is));
    let within = [steps(&["nodes", name]), steps(path)].concat();
    let (heard, hears) = (words(&old), words(&new));
    if heard != hears {
        let text = match path {
            ["prompt"] if heard.is_empty() => format!("Callers at `{name}` now hear {hears:?}."),
            ["prompt"] if hears.is_empty() => {
                format!("Callers at `{name}` no longer hear {heard:?}.")
            }
            ["prompt"] => format!("Callers at `{name}` hear {hears:?} instead of {heard:?}."),
            ["short_prompt"] => {
                format!("Callers who come back to `{name}` hear {hears:?}, not {heard:?}.")
            }
            ["whisper"] => format!("Who answers at `{name}` hears {hears:?}, not {heard:?}."),
            ["no_input", ..] => {
                format!("Callers at `{name}` who stay silent hear {hears:?}, not {heard:?}.")
            }
            _ => format!("Callers at `{name}` who answer wrongly hear {hears:?}, not {heard:?}."),
        };
        told.push(Change::at_step(&within, text));
    }
    let (old, new) = (manner(&old), manner(&new));
    if old != new {
        told.extend(
            differences(&old, &new)
                .iter()
                .map(|difference| told_plainly(difference, &within)),
        );
    }
}

/// What is said, in words: texts as they are, recordings in brackets, turns apart.
fn words(prompt: &Value) -> String {
    match prompt {
        Value::Array(items) => {
            let each: Vec<String> = items.iter().map(words).collect();
            let turns = items.iter().any(Value::is_array) && items.len() > 1;
            each.join(if turns { ", then " } else { " " })
        }
        Value::Object(members) => match (members.get("text"), members.get("audio")) {
            (Some(Value::String(text)), _) => text.clone(),
            (_, Some(Value::String(url))) => format!("[{url}]"),
            _ => prompt.to_string(),
        },
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A prompt without its words: how it is said.
fn manner(prompt: &Value) -> Value {
    match prompt {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(manner).collect();
            // More words said plainly are no other manner.
            while items.last().is_some_and(|item| {
                item.as_object().is_some_and(Map::is_empty)
                    || item.as_array().is_some_and(Vec::is_empty)
            }) {
                items.pop();
            }
            Value::Array(items)
        }
        Value::Object(members) => {
            let mut members = members.clone();
            members.retain(|name, _| !matches!(name.as_str(), "text" | "audio"));
            Value::Object(members)
        }
        _ => Value::Array(Vec::new()),
    }
}

/// The fields that have a sentence of their own.
fn sentence(name: &str, path: &[&str], difference: &Difference) -> Option<String> {
    let (was, is) = (difference.was.as_ref(), difference.is.as_ref());
    let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
    Some(match (path, was, is) {
        (["timeout"], Some(was), Some(is)) => {
            format!("`{name}` waits {is} seconds for an answer, not {was}.")
        }
        (["ring"], Some(was), Some(is)) => {
            format!("`{name}` rings for {is} seconds, not for {was}.")
        }
        (["max"], Some(was), Some(is)) => {
            format!("Messages at `{name}` may be {is} seconds long, not {was}.")
        }
        (["barge_in"], _, is) => {
            let may = match is {
                Some(Value::Bool(false)) => "can no longer",
                _ => "may now",
            };
            format!("Callers at `{name}` {may} answer before the prompt is over.")
        }
        ([retry @ ("no_input" | "no_match"), "tries"], Some(was), Some(is)) => {
            let what = if *retry == "no_input" {
                "stay silent"
            } else {
                "answer wrongly"
            };
            format!("Callers at `{name}` who {what} are asked {is} times again, not {was}.")
        }
        (["calendar"], Some(was), Some(is)) => format!(
            "`{name}` goes by the calendar {}, not by {}.",
            text(is),
            text(was)
        ),
        (["menu"], Some(was), Some(is)) => format!(
            "Callers at `{name}` now reach the menu {}, not the menu {}.",
            text(is),
            text(was)
        ),
        (["choices", keys, "say"], _, Some(is)) => {
            let words: Vec<String> = is.as_array().into_iter().flatten().map(text).collect();
            format!(
                "At `{name}`, callers may now say {} for {keys}.",
                list(&words)
            )
        }
        _ => return None,
    })
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        "nothing".to_owned()
    } else {
        names.join(", ")
    }
}

/// A case of a switch, in words.
fn condition(test: &Value) -> String {
    let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
    let any = |value: &Value| match value.as_array() {
        Some(values) => values.iter().map(text).collect::<Vec<_>>().join(" or "),
        None => text(value),
    };
    let Some(members) = test.as_object() else {
        return text(test);
    };
    let each: Vec<String> = members
        .iter()
        .map(|(name, value)| match name.as_str() {
            "in_list" => format!("is on the list {}", any(value)),
            "prefix" => format!("begins with {}", any(value)),
            "country" => format!("is from {}", any(value)),
            "equals" | "in" => format!("is {}", any(value)),
            "percent" => format!("is among {value} % of calls"),
            other => format!("has {other} {}", any(value)),
        })
        .collect();
    each.join(" and ")
}

fn said(node: &Value) -> String {
    let words = words(node.get("prompt").unwrap_or(&Value::Null));
    if words.is_empty() {
        String::new()
    } else {
        format!(", callers hear {words:?}")
    }
}

fn kind_words(node: &Value) -> &str {
    let kind = node.get("kind").and_then(Value::as_str).unwrap_or_default();
    match kind {
        "menu" => "a menu",
        "collect" => "an entry of digits",
        "say" => "an announcement",
        "connect" => "a transfer",
        "voicemail" => "a voicemail",
        "record" => "a recording of the call",
        "conference" => "a conference",
        "hours" => "opening hours",
        "switch" => "a switch",
        "lookup" => "a look-up",
        "submenu" => "another menu and back",
        "callback" => "a call back",
        "notify" => "a notification",
        "wait" => "a wait",
        "transfer" => "a move to a conversation",
        "hangup" => "the end of the call",
        other => other,
    }
}

/// Where a target leads, in words.
fn place(menu: &Value, target: Option<&Value>) -> String {
    let Some(target) = target.and_then(Value::as_str) else {
        return "nothing".to_owned();
    };
    if let Some(id) = target.strip_prefix("menu:") {
        return format!("the menu {id}");
    }
    match target {
        "@hangup" => "the end of the call".to_owned(),
        "@repeat" => "the same again".to_owned(),
        "@back" => "where they came from".to_owned(),
        "@start" => "the start".to_owned(),
        "@return" => "the menu that sent them".to_owned(),
        name => match menu.get("nodes").and_then(|nodes| nodes.get(name)) {
            Some(node) => format!("{name} ({})", kind_words(node)),
            None => name.to_owned(),
        },
    }
}
