//! Where a node says something.

use crate::document::{Input, Kind, Node, Prompt};

/// Every list of prompts of a node, with the field it stands in.
pub(super) fn of(node: &Node) -> Vec<(String, &[Prompt])> {
    let mut all: Vec<(String, &[Prompt])> = vec![("prompt".to_owned(), &node.prompt)];
    if let Some(input) = input(node) {
        all.push(("short_prompt".to_owned(), &input.short_prompt));
        for (name, retry) in [("no_input", &input.no_input), ("no_match", &input.no_match)] {
            for (index, prompts) in retry.prompts.iter().enumerate() {
                all.push((format!("{name}/prompts/{index}"), prompts));
            }
        }
    }
    match &node.kind {
        Kind::Collect(collect) => {
            if let Some(confirm) = &collect.confirm {
                all.push(("confirm/prompt".to_owned(), &confirm.prompt));
            }
        }
        Kind::Connect(connect) => all.push(("whisper".to_owned(), &connect.whisper)),
        _ => {}
    }
    all
}

/// How a node listens, when it does.
pub(super) fn input(node: &Node) -> Option<&Input> {
    match &node.kind {
        Kind::Menu(choose) => Some(&choose.input),
        Kind::Collect(collect) => Some(&collect.input),
        _ => None,
    }
}
