//! Nodes that have another name and are the same.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::tree::{Step, with};
use crate::targets;

/// A place where a menu names a node.
struct Reference {
    path: Vec<Step>,
    to: String,
}

/// The menu before with the names that its nodes have now, and each name that changed.
pub(super) fn renamed(before: &Value, after: &Value) -> (Value, BTreeMap<String, String>) {
    let names = pairs(before, after);
    if names.is_empty() {
        return (before.clone(), names);
    }
    let mut document = before.clone();
    for reference in references(before) {
        if let Some(new) = names.get(&reference.to) {
            document = with(&document, &reference.path, Some(&Value::from(new.as_str())));
        }
    }
    if let Some(nodes) = document.get_mut("nodes").and_then(Value::as_object_mut) {
        for (old, new) in &names {
            if let Some(node) = nodes.remove(old) {
                nodes.insert(new.clone(), node);
            }
        }
    }
    (document, names)
}

/// Which node that is gone is which new one: the one that everybody who went to the old one goes
/// to now, or else the only one that is the same but for names.
fn pairs(before: &Value, after: &Value) -> BTreeMap<String, String> {
    let gone = missing(before, after);
    let mut new = missing(after, before);
    let mut names = BTreeMap::new();
    if gone.is_empty() || new.is_empty() {
        return names;
    }
    let references = references(before);
    let kind = |document: &Value, name: &str| {
        let node = document.get("nodes")?.get(name)?;
        node.get("kind").cloned()
    };
    for old in &gone {
        let mut targets = BTreeSet::new();
        for reference in references.iter().filter(|reference| reference.to == *old) {
            let begins = reference.path.get(1);
            let from_gone = reference.path.len() > 2
                && matches!(begins, Some(Step::Member(node)) if gone.contains(node));
            if !from_gone {
                targets.insert(at(after, &reference.path).and_then(Value::as_str));
            }
        }
        if targets.len() == 1
            && let Some(Some(target)) = targets.first()
            && new.contains(*target)
            && kind(before, old) == kind(after, target)
        {
            new.remove(*target);
            names.insert(old.clone(), (*target).to_owned());
        }
    }
    let blank = |document: &Value, name: &str, others: &BTreeSet<String>| {
        let node = document.get("nodes")?.get(name)?.clone();
        let mut blank = node.clone();
        let mut found = Vec::new();
        collect(&node, &mut Vec::new(), &mut found);
        for reference in found
            .iter()
            .filter(|reference| others.contains(&reference.to))
        {
            blank = with(&blank, &reference.path, Some(&Value::Null));
        }
        Some(blank)
    };
    let left: Vec<&String> = gone
        .iter()
        .filter(|old| !names.contains_key(*old))
        .collect();
    let all_new = missing(after, before);
    let contents: Vec<(String, Option<Value>)> = new
        .iter()
        .map(|name| (name.clone(), blank(after, name, &all_new)))
        .collect();
    for old in &left {
        let content = blank(before, old, &gone);
        let same = |other: &&(String, Option<Value>)| other.1 == content;
        let mut fitting = contents.iter().filter(same);
        let twins = left
            .iter()
            .filter(|other| blank(before, other, &gone) == content)
            .count();
        if let (Some((name, _)), None, 1) = (fitting.next(), fitting.next(), twins) {
            names.insert((*old).clone(), name.clone());
        }
    }
    names
}

/// The nodes of one menu that another has not.
fn missing(of: &Value, other: &Value) -> BTreeSet<String> {
    let nodes = |menu: &Value| -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        if let Some(nodes) = menu.get("nodes").and_then(Value::as_object) {
            names.extend(nodes.keys().cloned());
        }
        names
    };
    &nodes(of) - &nodes(other)
}

fn at<'v>(value: &'v Value, path: &[Step]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Member(name) => value.get(name),
        Step::Item(at) => value.get(at),
    })
}

fn references(menu: &Value) -> Vec<Reference> {
    let mut found = Vec::new();
    let mut path = Vec::new();
    for (name, value) in menu.as_object().into_iter().flatten() {
        path.push(Step::Member(name.clone()));
        match (name.as_str(), value) {
            ("start", Value::String(to)) => found.push(Reference {
                path: path.clone(),
                to: to.clone(),
            }),
            // A node may be called like a field.
            ("nodes", Value::Object(nodes)) => {
                for (name, node) in nodes {
                    path.push(Step::Member(name.clone()));
                    collect(node, &mut path, &mut found);
                    path.pop();
                }
            }
            _ => collect(value, &mut path, &mut found),
        }
        path.pop();
    }
    found
}

fn collect(value: &Value, path: &mut Vec<Step>, found: &mut Vec<Reference>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                path.push(Step::Member(name.clone()));
                match value {
                    Value::String(to) if targets::is_field(name) => found.push(Reference {
                        path: path.clone(),
                        to: to.clone(),
                    }),
                    _ if targets::FREE.contains(&name.as_str()) => {}
                    _ => collect(value, path, found),
                }
                path.pop();
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                path.push(Step::Item(at));
                collect(item, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}
