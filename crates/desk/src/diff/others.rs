//! What changes in calendars, lists, numbers and call scripts.

use std::collections::{BTreeSet, HashMap};

use ivr::document::{Calendar, Numbers};
use serde_json::Value;

use super::change::{Change, meant, same, told, told_plainly};
use super::tree::{Difference, Step, differences};

pub(super) fn calendar(before: &Value, after: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut exceptions = false;
    for difference in meant(before, after, same::<Calendar>) {
        match difference.names().as_slice() {
            ["exceptions", ..] => exceptions = true,
            ["weekly", day, ..] => changes.push(weekday(day, before, after)),
            ["weekly"] => changes.extend(told(std::slice::from_ref(&difference), &[])),
            _ => changes.push(told_plainly(&difference, &[])),
        }
    }
    if exceptions {
        changes.extend(dates(before, after));
    }
    changes.dedup();
    changes
}

fn weekday(day: &str, before: &Value, after: &Value) -> Change {
    let bands = |calendar: &Value| {
        let bands = calendar.get("weekly").and_then(|week| week.get(day));
        hours(bands.unwrap_or(&Value::Null))
    };
    let name = match day {
        "mon" => "Mondays",
        "tue" => "Tuesdays",
        "wed" => "Wednesdays",
        "thu" => "Thursdays",
        "fri" => "Fridays",
        "sat" => "Saturdays",
        "sun" => "Sundays",
        other => other,
    };
    Change::at(
        &["weekly", day],
        format!("{name}: now {}, not {}.", bands(after), bands(before)),
    )
}

/// Bands, in words.
fn hours(bands: &Value) -> String {
    let each: Vec<String> = bands
        .as_array()
        .into_iter()
        .flatten()
        .map(|band| band.as_str().map_or(band.to_string(), str::to_owned))
        .collect();
    if each.is_empty() {
        "closed".to_owned()
    } else {
        format!("open {}", each.join(" and "))
    }
}

/// An exception is known by its day.
fn day(exception: &Value) -> String {
    ["date", "yearly", "rule", "easter", "from"]
        .into_iter()
        .find_map(|name| {
            let value = exception.get(name)?;
            Some(match value.as_str() {
                Some(text) if name == "date" => text.to_owned(),
                _ => format!("{name} {value}"),
            })
        })
        .unwrap_or_else(|| exception.to_string())
}

fn dates(before: &Value, after: &Value) -> Vec<Change> {
    let all = |calendar: &Value| -> Vec<Value> {
        let list = calendar.get("exceptions").and_then(Value::as_array);
        list.cloned().unwrap_or_default()
    };
    let (was, is) = (all(before), all(after));
    let mut changes = Vec::new();
    for (at, exception) in is.iter().enumerate() {
        let pointer = item("exceptions", at);
        let known = was.iter().find(|old| day(old) == day(exception));
        match known {
            None => changes.push(Change::at_step(
                &pointer,
                format!("New: {} ({}).", day(exception), exception_words(exception)),
            )),
            Some(old) if old == exception => {}
            Some(old) => {
                let (was, is) = (exception_words(old), exception_words(exception));
                if was == is {
                    changes.extend(told(&differences(old, exception), &pointer));
                } else {
                    changes.push(Change::at_step(
                        &pointer,
                        format!("{}: now {is}, not {was}.", day(exception)),
                    ));
                }
            }
        }
    }
    for (at, exception) in was.iter().enumerate() {
        if !is.iter().any(|new| day(new) == day(exception)) {
            changes.push(Change::at_step(
                &item("exceptions", at),
                format!("Gone: {} ({}).", day(exception), exception_words(exception)),
            ));
        }
    }
    changes
}

fn exception_words(exception: &Value) -> String {
    let name = exception.get("name").and_then(Value::as_str);
    let bands = exception.get("hours").unwrap_or(&Value::Null);
    match name {
        Some(name) => format!("{name}, {}", hours(bands)),
        None => hours(bands),
    }
}

pub(super) fn list(before: &Value, after: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    for difference in differences(before, after) {
        match difference.names().as_slice() {
            [field, ..] if *field == "numbers" || *field == "prefixes" => {}
            _ => changes.push(told_plainly(&difference, &[])),
        }
    }
    for field in ["numbers", "prefixes"] {
        let all = |list: &Value| -> BTreeSet<String> {
            let mut all = BTreeSet::new();
            for item in list
                .get(field)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                all.insert(item.as_str().map_or(item.to_string(), str::to_owned));
            }
            all
        };
        let (was, is) = (all(before), all(after));
        for number in &is - &was {
            changes.push(Change::at(
                &[field],
                format!("{number} is now on the list."),
            ));
        }
        for number in &was - &is {
            changes.push(Change::at(
                &[field],
                format!("{number} is no longer on the list."),
            ));
        }
    }
    changes
}

pub(super) fn numbers(before: &Value, after: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    for difference in meant(before, after, same::<Numbers>) {
        let Some(Step::Member(number)) = difference.path.first() else {
            changes.push(told_plainly(&difference, &[]));
            continue;
        };
        let who = match number.as_str() {
            "default" => "Who calls any other number".to_owned(),
            number => format!("Who calls {number}"),
        };
        let menu = |value: &Option<Value>| {
            let value = value.as_ref()?;
            let menu = value.get("menu").unwrap_or(value);
            menu.as_str().map(str::to_owned)
        };
        let names = difference.names();
        let (was, is) = (menu(&difference.was), menu(&difference.is));
        let text = match (names.as_slice(), was, is) {
            ([_] | [_, "menu"], Some(was), Some(is)) => {
                format!("{who} now reaches the menu {is}, not the menu {was}.")
            }
            ([_] | [_, "menu"], None, Some(is)) => format!("{who} now reaches the menu {is}."),
            ([_] | [_, "menu"], Some(was), None) => {
                format!("{who} no longer reaches the menu {was}.")
            }
            _ => {
                changes.push(told_plainly(&difference, &[]));
                continue;
            }
        };
        changes.push(Change::at(&names, text));
    }
    changes
}

pub(super) fn script(before: &Value, after: &Value) -> Vec<Change> {
    let cases = |document: &Value| -> Vec<Value> {
        let cases = document.get("cases").and_then(Value::as_array);
        cases.cloned().unwrap_or_default()
    };
    let name = |case: &Value| case.get("name").map(Value::to_string).unwrap_or_default();
    let mut changes: Vec<Change> = differences(before, after)
        .iter()
        .filter(|difference| difference.names().first() != Some(&"cases"))
        .map(|difference| told_plainly(difference, &[]))
        .collect();
    let (was, is) = (cases(before), cases(after));
    let known: HashMap<String, &Value> = was.iter().map(|case| (name(case), case)).collect();
    for (at, case) in is.iter().enumerate() {
        let pointer = item("cases", at);
        match known.get(&name(case)) {
            None => changes.push(Change::at_step(
                &pointer,
                format!("New: the case {}.", name(case)),
            )),
            Some(old) => changes.extend(differences(old, case).iter().map(|difference| {
                let plain = told_plainly(difference, &pointer);
                Change {
                    text: format!("The case {}: {}", name(case), within(difference)),
                    ..plain
                }
            })),
        }
    }
    for (at, case) in was.iter().enumerate() {
        if !is.iter().any(|new| name(new) == name(case)) {
            changes.push(Change::at_step(
                &item("cases", at),
                format!("Gone: the case {}.", name(case)),
            ));
        }
    }
    changes
}

/// An item of a list.
fn item(list: &str, at: usize) -> Vec<Step> {
    vec![Step::Member(list.to_owned()), Step::Item(at)]
}

/// A difference within something that was named already.
fn within(difference: &Difference) -> String {
    told_plainly(difference, &[]).text
}
