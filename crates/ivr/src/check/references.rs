//! Names that must name something: targets, menus, calendars, lists.

use std::collections::BTreeSet;

use super::Report;
use super::graph::{Graph, NodeOf};
use crate::diagnostic::nearest;
use crate::document::{Kind, Menu, Node, Target, Test};
use crate::{Code, Library};

/// Whether a called number, or every unknown one, gets this menu.
pub(super) fn numbered(library: &Library, menu: &str) -> bool {
    library.numbers.as_ref().is_some_and(|numbers| {
        let numbers = &numbers.document;
        let default = numbers.default.iter();
        numbers
            .entries
            .iter()
            .map(|(_, entry)| entry)
            .chain(default)
            .any(|entry| entry.menu == menu)
    })
}

/// Every target of a node, with the JSON pointer below the node.
pub(super) fn targets(node: &Node) -> Vec<(String, &Target)> {
    let mut all: Vec<(String, &Target)> = Vec::new();
    let mut add = |field: &str, target| all.push((field.to_owned(), target));
    match &node.kind {
        Kind::Menu(choose) => {
            for (keys, choice) in choose.choices.iter() {
                add(&format!("choices/{keys}"), &choice.then);
            }
            add("no_input/then", &choose.input.no_input.then);
            add("no_match/then", &choose.input.no_match.then);
        }
        Kind::Collect(collect) => {
            add("then", &collect.then);
            add("no_input/then", &collect.input.no_input.then);
            add("no_match/then", &collect.input.no_match.then);
        }
        Kind::Say(say) => add("then", &say.then),
        Kind::Connect(connect) => {
            let exits = [
                ("busy", &connect.busy),
                ("no_answer", &connect.no_answer),
                ("rejected", &connect.rejected),
                ("failed", &connect.failed),
                ("otherwise", &connect.otherwise),
                ("then", &connect.then),
            ];
            for (field, target) in exits {
                if let Some(target) = target {
                    add(field, target);
                }
            }
        }
        Kind::Voicemail(voicemail) => add("then", &voicemail.then),
        Kind::Record(record) => add("then", &record.then),
        Kind::Hours(hours) => {
            add("open", &hours.open);
            add("closed", &hours.closed);
            if let Some(target) = &hours.holiday {
                add("holiday", target);
            }
            if let Some(target) = &hours.overridden {
                add("override", target);
            }
        }
        Kind::Switch(switch) => {
            for (index, case) in switch.cases.iter().enumerate() {
                add(&format!("cases/{index}/then"), &case.then);
            }
            add("otherwise", &switch.otherwise);
        }
        Kind::Lookup(lookup) => {
            add("then", &lookup.then);
            add("failed", &lookup.failed);
        }
        Kind::Submenu(submenu) => add("then", &submenu.then),
        Kind::Callback(callback) => {
            if let Some(target) = &callback.no_number {
                add("no_number", target);
            }
            add("then", &callback.then);
        }
        Kind::Notify(notify) => add("then", &notify.then),
        Kind::Wait(wait) => add("then", &wait.then),
        Kind::Conference(_) | Kind::Transfer(_) | Kind::Hangup(_) => {}
    }
    all
}

/// What a menu names outside itself, each as `menu:<id>`, `calendar:<id>` or `list:<id>`: in what
/// order is of no meaning, and none is there twice.
#[must_use]
pub fn names_of(menu: &Menu) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let ends = menu.keys.iter().map(|(_, choice)| &choice.then);
    let ends = ends.chain([&menu.limits.then]);
    let exits: Vec<&Target> = menu
        .nodes
        .iter()
        .flat_map(|(_, node)| targets(node))
        .map(|(_, target)| target)
        .collect();
    for target in ends.chain(exits) {
        if let Target::Menu(id) = target {
            names.insert(format!("menu:{id}"));
        }
    }
    for (_, node) in menu.nodes.iter() {
        match &node.kind {
            Kind::Submenu(submenu) => {
                names.insert(format!("menu:{}", submenu.menu));
            }
            Kind::Hours(hours) => {
                names.insert(format!("calendar:{}", hours.calendar));
            }
            Kind::Switch(switch) => {
                let tests = switch.cases.iter().map(|case| &case.test);
                names.extend(tests.filter_map(|test| match test {
                    Test::InList(list) => Some(format!("list:{list}")),
                    _ => None,
                }));
            }
            _ => {}
        }
    }
    names
}

pub(super) fn find(library: &Library, graph: &Graph<'_>, report: &mut Report<'_>) {
    for (index, menu) in graph.menus.iter().enumerate() {
        let document: &Menu = &menu.entry.document;
        let mut look = |pointer: &str, target: &Target| match target {
            Target::Menu(id) if !exists(library, "menu", id) => {
                let names = library.menus.keys().map(String::as_str);
                unknown(report, index, Code::UnknownMenu, pointer, "menu", id, names);
            }
            _ => {}
        };
        for (keys, choice) in document.keys.iter() {
            look(&format!("/keys/{keys}"), &choice.then);
        }
        look("/limits/then", &document.limits.then);
        for (id, node) in document.nodes.iter() {
            for (field, target) in targets(node) {
                look(&format!("/nodes/{id}/{field}"), target);
            }
        }
        for NodeOf { id, node, .. } in graph.nodes.get(menu.nodes.clone()).unwrap_or_default() {
            documents(library, index, id, node, report);
        }
    }
    numbers(library, report);
    empty(library, report);
}

/// The menus, calendars and lists a node names.
fn documents(library: &Library, menu: usize, id: &str, node: &Node, report: &mut Report<'_>) {
    match &node.kind {
        Kind::Submenu(submenu) if !exists(library, "menu", &submenu.menu) => {
            let names = library.menus.keys().map(String::as_str);
            let pointer = format!("/nodes/{id}/menu");
            unknown(
                report,
                menu,
                Code::UnknownMenu,
                &pointer,
                "menu",
                &submenu.menu,
                names,
            );
        }
        Kind::Hours(hours) if !exists(library, "calendar", &hours.calendar) => {
            let names = library.calendars.keys().map(String::as_str);
            let pointer = format!("/nodes/{id}/calendar");
            unknown(
                report,
                menu,
                Code::UnknownCalendar,
                &pointer,
                "calendar",
                &hours.calendar,
                names,
            );
        }
        Kind::Switch(switch) => {
            for (index, case) in switch.cases.iter().enumerate() {
                if let Test::InList(list) = &case.test
                    && !exists(library, "list", list)
                {
                    let names = library.lists.keys().map(String::as_str);
                    let pointer = format!("/nodes/{id}/cases/{index}/in_list");
                    unknown(
                        report,
                        menu,
                        Code::UnknownList,
                        &pointer,
                        "list",
                        list,
                        names,
                    );
                }
            }
        }
        _ => {}
    }
}

/// Whether a document exists, be it broken.
fn exists(library: &Library, what: &str, id: &str) -> bool {
    let read = match what {
        "menu" => library.menus.contains_key(id),
        "calendar" => library.calendars.contains_key(id),
        _ => library.lists.contains_key(id),
    };
    read || library.broken.iter().any(|broken| {
        broken
            .strip_prefix(what)
            .and_then(|rest| rest.strip_prefix(':'))
            == Some(id)
    })
}

fn unknown<'n>(
    report: &mut Report<'_>,
    menu: usize,
    code: Code,
    pointer: &str,
    what: &str,
    name: &str,
    names: impl Iterator<Item = &'n str>,
) {
    let added = report.add(menu, code, pointer, format!("there is no {what} `{name}`"));
    if let Some(near) = nearest(name, names) {
        added.with_help(format!("did you mean `{near}`?"));
    }
}

/// Menus that numbers name.
fn numbers(library: &Library, report: &mut Report<'_>) {
    let Some(numbers) = &library.numbers else {
        return;
    };
    let default = numbers
        .document
        .default
        .iter()
        .map(|entry| ("default", entry));
    for (number, entry) in numbers.document.entries.iter().chain(default) {
        if exists(library, "menu", &entry.menu) {
            continue;
        }
        let message = format!("there is no menu `{}`", entry.menu);
        let mut found = numbers.finding(Code::UnknownMenu, &format!("/{number}/menu"), message);
        if let Some(near) = nearest(&entry.menu, library.menus.keys().map(String::as_str)) {
            found = found.with_help(format!("did you mean `{near}`?"));
        }
        report.push(found);
    }
}

/// Calendars and lists that cover nothing.
fn empty(library: &Library, report: &mut Report<'_>) {
    for calendar in library.calendars.values() {
        let hours = &calendar.document.hours;
        let opens = hours.weekly.iter().any(|bands| !bands.is_empty())
            || hours
                .exceptions
                .values()
                .any(|exception| !exception.bands.is_empty())
            || hours.over.as_ref().is_some_and(|over| over.open);
        if !opens {
            let found = calendar.finding(Code::Empty, "/weekly", "this calendar is never open");
            report
                .push(found)
                .with_help("write at least one band, such as \"mon\": [\"09:00-17:00\"]");
        }
    }
    for list in library.lists.values() {
        if list.document.numbers.is_empty() {
            let found = list.finding(
                Code::Empty,
                "/numbers",
                "this list has no numbers: nobody is on it",
            );
            report.push(found).with_help(
                "write at least one number, or leave out the case that asks for the list",
            );
        }
    }
}
