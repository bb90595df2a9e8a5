//! One way to write what a document may write in several: so only what means something else
//! differs.

use serde_json::Value;

use super::tree::{items, list, members, wrap};
use crate::Role;

/// The document in its one form: notes and `$schema` left out, what may stand alone in a list,
/// short forms written out.
pub(super) fn normal(role: &Role, mut document: Value) -> Value {
    forget(&mut document);
    match role {
        Role::Menu(_) => {
            for (_, choice) in document.get_mut("keys").into_iter().flat_map(members) {
                self::choice(choice);
            }
            for (_, node) in document.get_mut("nodes").into_iter().flat_map(members) {
                self::node(node);
            }
        }
        Role::Calendar(_) => {
            for (_, bands) in document.get_mut("weekly").into_iter().flat_map(members) {
                list(bands);
            }
            for exception in document.get_mut("exceptions").into_iter().flat_map(items) {
                forget(exception);
                at(exception, "/hours", list);
            }
            at(&mut document, "/override/prompt", prompt);
        }
        Role::Numbers => {
            for (_, entry) in members(&mut document) {
                forget(entry);
            }
        }
        Role::Test(_) => {
            for case in document.get_mut("cases").into_iter().flat_map(items) {
                forget(case);
            }
        }
        Role::List(_) | Role::Other => {}
    }
    document
}

/// Changes what a pointer leads to, if anything is there.
fn at(value: &mut Value, pointer: &str, change: impl FnOnce(&mut Value)) {
    if let Some(there) = value.pointer_mut(pointer) {
        change(there);
    }
}

/// Leaves out what is for those who edit.
fn forget(value: &mut Value) {
    if let Some(members) = value.as_object_mut() {
        members.remove("note");
        members.remove("$schema");
    }
}

fn node(node: &mut Value) {
    forget(node);
    for pointer in [
        "/prompt",
        "/short_prompt",
        "/whisper",
        "/confirm/prompt",
        "/accept/prompt",
    ] {
        at(node, pointer, prompt);
    }
    for retry in ["no_input", "no_match"] {
        if let Some(prompts) = node
            .get_mut(retry)
            .and_then(|retry| retry.get_mut("prompts"))
        {
            list(prompts);
            items(prompts).for_each(prompt);
        }
    }
    at(node, "/to", list);
    at(node, "/speech/hints", list);
    for destination in node.get_mut("to").into_iter().flat_map(items) {
        wrap(destination, "phone");
    }
    for (_, choice) in node.get_mut("choices").into_iter().flat_map(members) {
        self::choice(choice);
    }
    for case in node.get_mut("cases").into_iter().flat_map(items) {
        at(case, "/prefix", list);
        at(case, "/country", list);
    }
}

fn choice(choice: &mut Value) {
    wrap(choice, "then");
    at(choice, "/say", list);
}

fn prompt(prompt: &mut Value) {
    list(prompt);
    for item in items(prompt) {
        wrap(item, "text");
    }
}
