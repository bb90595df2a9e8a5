//! What changes for a caller from one menu to another.

use std::collections::BTreeMap;

use ivr::document::{Kind, Menu, Node, Target};

use crate::graph::{condition, endpoint, words};

/// What changes for a caller from one menu to another, as sentences.
#[must_use]
pub fn changes(before: &Menu, after: &Menu) -> Vec<String> {
    let mut told = Vec::new();
    if before.start != after.start {
        told.push(format!(
            "Callers now begin at {}, not at {}.",
            place(after, &Target::Node(after.start.clone())),
            place(before, &Target::Node(before.start.clone()))
        ));
    }
    for (name, node) in after.nodes.iter() {
        let Some(old) = before.nodes.get(name) else {
            told.push(format!(
                "New: {} ({}){}.",
                name,
                kind_words(&node.kind),
                said(node)
            ));
            continue;
        };
        if old.kind.name() != node.kind.name() {
            told.push(format!(
                "`{name}` was {} and is now {}.",
                kind_words(&old.kind),
                kind_words(&node.kind)
            ));
        }
        compare(name, before, old, after, node, &mut told);
    }
    for (name, node) in before.nodes.iter() {
        if after.nodes.get(name).is_none() {
            told.push(format!("Gone: {} ({}).", name, kind_words(&node.kind)));
        }
    }
    compare_keys(before, after, &mut told);
    if before.voice != after.voice {
        told.push("The voice is another: language, style or quality.".to_owned());
    }
    if before.limits != after.limits {
        told.push(format!(
            "Callers who go round for ever are now stopped after {} steps and reach {}.",
            after.limits.steps,
            place(after, &after.limits.then)
        ));
    }
    told
}

fn said(node: &Node) -> String {
    let words = words(&node.prompt);
    if words.is_empty() {
        String::new()
    } else {
        format!(", callers hear {words:?}")
    }
}

fn kind_words(kind: &Kind) -> &'static str {
    match kind {
        Kind::Menu(_) => "a menu",
        Kind::Collect(_) => "an entry of digits",
        Kind::Say(_) => "an announcement",
        Kind::Connect(_) => "a transfer",
        Kind::Voicemail(_) => "a voicemail",
        Kind::Record(_) => "a recording of the call",
        Kind::Conference(_) => "a conference",
        Kind::Hours(_) => "opening hours",
        Kind::Switch(_) => "a switch",
        Kind::Lookup(_) => "a look-up",
        Kind::Submenu(_) => "another menu and back",
        Kind::Callback(_) => "a call back",
        Kind::Notify(_) => "a notification",
        Kind::Wait(_) => "a wait",
        Kind::Transfer(_) => "a move to a conversation",
        Kind::Hangup(_) => "the end of the call",
    }
}

/// Where a target leads, in words.
fn place(menu: &Menu, target: &Target) -> String {
    match target {
        Target::Node(name) => match menu.nodes.get(name) {
            Some(node) => format!("{name} ({})", kind_words(&node.kind)),
            None => name.clone(),
        },
        Target::Menu(id) => format!("the menu {id}"),
        Target::Hangup => "the end of the call".to_owned(),
        Target::Repeat => "the same again".to_owned(),
        Target::Back => "where they came from".to_owned(),
        Target::Start => "the start".to_owned(),
        Target::Return => "the menu that sent them".to_owned(),
    }
}

/// The ways out of a node, by who takes them.
fn ways(menu: &Menu, name: &str, node: &Node) -> Vec<(String, String)> {
    let mut ways = Vec::new();
    let mut way = |who: String, target: &Target| ways.push((who, place(menu, target)));
    match &node.kind {
        Kind::Menu(choices) => {
            for (keys, choice) in choices.choices.iter() {
                way(
                    format!("Callers at `{name}` who press {keys}"),
                    &choice.then,
                );
            }
            let input = &choices.input;
            way(
                format!("Callers at `{name}` who stay silent"),
                &input.no_input.then,
            );
            way(
                format!("Callers at `{name}` who press a wrong key"),
                &input.no_match.then,
            );
        }
        Kind::Collect(collect) => {
            way(format!("Callers who entered `{name}`"), &collect.then);
            let input = &collect.input;
            way(
                format!("Callers at `{name}` who stay silent"),
                &input.no_input.then,
            );
            way(
                format!("Callers at `{name}` who enter what does not fit"),
                &input.no_match.then,
            );
        }
        Kind::Connect(connect) => {
            for (who, target) in [
                ("who find it busy", &connect.busy),
                ("whom nobody answers", &connect.no_answer),
                ("who are rejected", &connect.rejected),
                ("who cannot be connected", &connect.failed),
                ("who are not put through", &connect.otherwise),
                ("whose talk is over", &connect.then),
            ] {
                if let Some(target) = target {
                    way(format!("Callers at `{name}` {who}"), target);
                }
            }
        }
        Kind::Hours(hours) => {
            way(
                format!("At `{name}`, callers in opening hours"),
                &hours.open,
            );
            way(
                format!("At `{name}`, callers outside opening hours"),
                &hours.closed,
            );
            if let Some(target) = &hours.holiday {
                way(format!("At `{name}`, callers on holidays"), target);
            }
            if let Some(target) = &hours.overridden {
                way(format!("At `{name}`, callers during an override"), target);
            }
        }
        Kind::Switch(switch) => {
            for case in &switch.cases {
                way(
                    format!("At `{name}`, callers where it {}", condition(&case.test)),
                    &case.then,
                );
            }
            way(format!("At `{name}`, all other callers"), &switch.otherwise);
        }
        Kind::Lookup(lookup) => {
            way(
                format!("Callers at `{name}` when the look-up answers"),
                &lookup.then,
            );
            way(
                format!("Callers at `{name}` when the look-up fails"),
                &lookup.failed,
            );
        }
        Kind::Say(say) => way(format!("Callers after `{name}`"), &say.then),
        Kind::Voicemail(voicemail) => way(
            format!("Callers who left a message at `{name}`"),
            &voicemail.then,
        ),
        Kind::Record(record) => way(format!("Callers after `{name}`"), &record.then),
        Kind::Submenu(submenu) => {
            way(
                format!("Callers at `{name}`"),
                &Target::Menu(submenu.menu.clone()),
            );
            way(format!("Callers who return to `{name}`"), &submenu.then);
        }
        Kind::Callback(callback) => way(format!("Callers after `{name}`"), &callback.then),
        Kind::Notify(notify) => way(format!("Callers after `{name}`"), &notify.then),
        Kind::Wait(wait) => way(format!("Callers after `{name}`"), &wait.then),
        Kind::Conference(_) | Kind::Transfer(_) | Kind::Hangup(_) => {}
    }
    ways
}

fn compare(
    name: &str,
    before: &Menu,
    old: &Node,
    after: &Menu,
    new: &Node,
    told: &mut Vec<String>,
) {
    let was: BTreeMap<String, String> = ways(before, name, old).into_iter().collect();
    let is = ways(after, name, new);
    for (who, to) in &is {
        match was.get(who) {
            Some(from) if from == to => {}
            Some(from) => told.push(format!("{who} now reach {to}, not {from}.")),
            None => told.push(format!("{who} now reach {to}.")),
        }
    }
    for (who, from) in ways(before, name, old) {
        if !is.iter().any(|(known, _)| *known == who) {
            told.push(format!("{who} no longer reach {from}."));
        }
    }
    let (heard, hears) = (words(&old.prompt), words(&new.prompt));
    if heard != hears {
        told.push(match (heard.is_empty(), hears.is_empty()) {
            (true, _) => format!("Callers at `{name}` now hear {hears:?}."),
            (_, true) => format!("Callers at `{name}` no longer hear {heard:?}."),
            _ => format!("Callers at `{name}` hear {hears:?} instead of {heard:?}."),
        });
    }
    if old.voice != new.voice {
        told.push(format!("The voice at `{name}` is another."));
    }
    match (&old.kind, &new.kind) {
        (Kind::Menu(old), Kind::Menu(new)) => {
            compare_input(name, &old.input, &new.input, told);
            for (keys, choice) in new.choices.iter() {
                if let Some(was) = old.choices.get(keys)
                    && was.say != choice.say
                {
                    told.push(format!(
                        "At `{name}`, callers may now say {} for {keys}.",
                        list(&choice.say)
                    ));
                }
            }
        }
        (Kind::Collect(old), Kind::Collect(new)) => {
            compare_input(name, &old.input, &new.input, told);
            if old.digits != new.digits || old.pattern != new.pattern || old.luhn != new.luhn {
                told.push(format!("At `{name}`, what callers may enter is another."));
            }
        }
        (Kind::Connect(old), Kind::Connect(new)) => {
            let all = |to: &[ivr::document::Destination]| -> Vec<String> {
                to.iter().map(|to| endpoint(&to.endpoint)).collect()
            };
            let (was, is) = (all(&old.to), all(&new.to));
            if was != is {
                told.push(format!(
                    "Callers at `{name}` are put through to {}, not to {}.",
                    list(&is),
                    list(&was)
                ));
            }
            if old.ring != new.ring {
                told.push(format!(
                    "`{name}` rings for {} seconds, not for {}.",
                    new.ring, old.ring
                ));
            }
            if old.order != new.order {
                told.push(format!("`{name}` tries its destinations in another order."));
            }
            let (was, is) = (words(&old.whisper), words(&new.whisper));
            if was != is {
                told.push(format!(
                    "Who answers at `{name}` hears {is:?}, not {was:?}."
                ));
            }
        }
        (Kind::Voicemail(old), Kind::Voicemail(new)) if old.max != new.max => {
            told.push(format!(
                "Messages at `{name}` may be {} seconds long, not {}.",
                new.max, old.max
            ));
        }
        (Kind::Hours(old), Kind::Hours(new)) if old.calendar != new.calendar => {
            told.push(format!(
                "`{name}` goes by the calendar {}, not by {}.",
                new.calendar, old.calendar
            ));
        }
        _ => {}
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        "nothing".to_owned()
    } else {
        names.join(", ")
    }
}

fn compare_input(
    name: &str,
    old: &ivr::document::Input,
    new: &ivr::document::Input,
    told: &mut Vec<String>,
) {
    if old.timeout != new.timeout {
        told.push(format!(
            "`{name}` waits {} seconds for an answer, not {}.",
            new.timeout, old.timeout
        ));
    }
    if old.barge_in != new.barge_in {
        let may = if new.barge_in {
            "may now"
        } else {
            "can no longer"
        };
        told.push(format!(
            "Callers at `{name}` {may} answer before the prompt is over."
        ));
    }
    let (was, is) = (words(&old.short_prompt), words(&new.short_prompt));
    if was != is {
        told.push(format!("Callers who come back to `{name}` hear {is:?}."));
    }
    for (what, old, new) in [
        ("stay silent", &old.no_input, &new.no_input),
        ("answer wrongly", &old.no_match, &new.no_match),
    ] {
        if old.tries != new.tries {
            told.push(format!(
                "Callers at `{name}` who {what} are asked {} times again, not {}.",
                new.tries, old.tries
            ));
        }
        let all = |retry: &ivr::document::Retry| -> Vec<String> {
            retry.prompts.iter().map(|prompt| words(prompt)).collect()
        };
        if all(old) != all(new) {
            told.push(format!("Callers at `{name}` who {what} hear other words."));
        }
    }
}

fn compare_keys(before: &Menu, after: &Menu, told: &mut Vec<String>) {
    for (keys, choice) in after.keys.iter() {
        let to = place(after, &choice.then);
        match before.keys.get(keys) {
            Some(old) if place(before, &old.then) == to => {}
            _ => told.push(format!("Callers who press {keys} anywhere now reach {to}.")),
        }
    }
    for (keys, choice) in before.keys.iter() {
        if after.keys.get(keys).is_none() {
            let from = place(before, &choice.then);
            told.push(format!(
                "Callers who press {keys} anywhere no longer reach {from}."
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = r#"{
      "start": "main",
      "nodes": {
        "main": { "kind": "menu", "prompt": "Press 1 or 2.", "choices": { "1": "sales", "2": "bye" } },
        "sales": { "kind": "connect", "to": ["447700900100"], "ring": 20, "otherwise": "bye" },
        "bye": { "kind": "hangup", "prompt": "Goodbye." }
      }
    }"#;

    fn check(replace: &str, with: &str, expected: &[&str]) {
        assert!(BASE.contains(replace), "{replace}");
        let read = |text: &str| ivr::document::read::<Menu>("m.json", text.as_bytes()).unwrap();
        let told = changes(&read(BASE), &read(&BASE.replacen(replace, with, 1)));
        assert_eq!(told, expected, "{replace} -> {with}");
    }

    #[test]
    fn what_changes_for_a_caller_is_told_in_sentences() {
        check("Goodbye.", "Goodbye.", &[]);
        check(
            "\"2\": \"bye\"",
            "\"2\": \"sales\"",
            &[
                "Callers at `main` who press 2 now reach sales (a transfer), not bye (the end of the call).",
            ],
        );
        check(
            ", \"2\": \"bye\"",
            "",
            &["Callers at `main` who press 2 no longer reach bye (the end of the call)."],
        );
        check(
            "\"Goodbye.\"",
            "\"See you.\"",
            &["Callers at `bye` hear \"See you.\" instead of \"Goodbye.\"."],
        );
        check(
            "447700900100",
            "447700900101",
            &["Callers at `sales` are put through to 447700900101, not to 447700900100."],
        );
        check(
            "\"ring\": 20",
            "\"ring\": 30",
            &["`sales` rings for 30 seconds, not for 20."],
        );
    }

    #[test]
    fn the_order_and_the_notes_of_a_document_change_nothing() {
        check(
            "\"start\": \"main\",",
            "\"note\": \"x\", \"start\": \"main\",",
            &[],
        );
    }
}
