//! What works, but a caller or an operator will regret.

use std::collections::BTreeSet;

use super::edge::{Event, Then, To};
use super::graph::{Graph, MenuOf, NodeOf};
use super::paths::Paths;
use super::references::numbered;
use super::{Report, mentions, prompts};
use crate::document::{Choice, Endpoint, Input, Kind, Map, Menu, Node, Prompt};
use crate::{Code, Library, words};

/// Seconds of talk a caller bears before they may choose.
const BEARABLE: usize = 30;
/// Seconds of talk a caller bears who has nothing to choose.
const LONG: usize = 60;

pub(super) fn find(
    library: &Library,
    graph: &Graph<'_>,
    paths: &Paths<'_, '_>,
    report: &mut Report<'_>,
) {
    for (index, menu) in graph.menus.iter().enumerate() {
        unreachable(index, menu, graph, paths, report);
        person(library, index, menu, graph, paths, report);
        let document = &menu.entry.document;
        for NodeOf { id, node, .. } in graph.nodes.get(menu.nodes.clone()).unwrap_or_default() {
            let about = About {
                menu: index,
                id,
                document,
                node,
            };
            about.lengths(report);
            match &node.kind {
                Kind::Menu(choose) => {
                    about.policy(&choose.input, report);
                    about.shadows(&choose.choices, &choose.input, report);
                    about.keys_named(&choose.choices, &choose.input, report);
                }
                Kind::Collect(collect) => about.policy(&collect.input, report),
                Kind::Voicemail(voicemail) => about.end_key(&voicemail.end_on_key, report),
                _ => {}
            }
        }
    }
    self_dialling(library, graph, paths, report);
}

/// Nodes nobody reaches.
fn unreachable(
    index: usize,
    menu: &MenuOf<'_>,
    graph: &Graph<'_>,
    paths: &Paths<'_, '_>,
    report: &mut Report<'_>,
) {
    // Where to go in a menu without a start, nobody knows.
    if menu.start.is_none() {
        return;
    }
    for node in menu.nodes.clone().filter(|node| !paths.reach(*node)) {
        let id = graph.nodes.get(node).map_or("", |node| node.id);
        let message = format!("no caller comes to `{id}`");
        report
            .add(index, Code::Unreachable, &graph.pointer(node), message)
            .with_help("let an exit lead to it, or remove it");
    }
}

/// Whether a node is a way to a person.
fn is_person(node: &Node) -> bool {
    match &node.kind {
        Kind::Connect(connect) => connect
            .to
            .iter()
            .any(|to| !matches!(to.endpoint, Endpoint::Websocket { .. })),
        Kind::Conference(_) | Kind::Transfer(_) | Kind::Callback(_) => true,
        _ => false,
    }
}

/// Menus that callers come in by and that lead to nobody.
fn person(
    library: &Library,
    index: usize,
    menu: &MenuOf<'_>,
    graph: &Graph<'_>,
    paths: &Paths<'_, '_>,
    report: &mut Report<'_>,
) {
    let Some(start) = menu.start else { return };
    let mut seen = BTreeSet::new();
    seen.insert(start);
    let mut work = vec![start];
    let mut gives_back = false;
    // A mailbox: a message is left, and there is nothing to choose.
    let (mut takes_messages, mut asks) = (false, false);
    while let Some(node) = work.pop() {
        if let Some(NodeOf { node, .. }) = graph.nodes.get(node) {
            if is_person(node) {
                return;
            }
            takes_messages |= matches!(node.kind, Kind::Voicemail(_));
            asks |= matches!(node.kind, Kind::Menu(_) | Kind::Collect(_));
        }
        for edge in graph.edges.get(node).into_iter().flatten() {
            gives_back |= matches!(
                edge.to,
                To::Call {
                    then: Then::Return,
                    ..
                }
            );
            let (first, second) = match edge.to {
                To::Node(to) | To::Back(to) => (Some(to), None),
                To::Call { start, then } => {
                    (Some(start), then.node().filter(|_| paths.comes_back(start)))
                }
                To::Return => {
                    gives_back = true;
                    (None, None)
                }
                To::End => (None, None),
            };
            work.extend(
                first
                    .into_iter()
                    .chain(second)
                    .filter(|to| seen.insert(*to)),
            );
        }
    }
    // A part of another menu gives the caller back to it.
    if gives_back && !numbered(library, menu.id) {
        return;
    }
    if takes_messages && !asks {
        return;
    }
    report
        .add(
            index,
            Code::NoPerson,
            "/start",
            "no caller of this menu can come to a person",
        )
        .with_help(
            "add a `connect`, a `callback` or a key for the operator; if none is meant, add \
             `no-person` to the menu's `allow`",
        );
}

/// Calls that a number places to itself.
fn self_dialling(
    library: &Library,
    graph: &Graph<'_>,
    paths: &Paths<'_, '_>,
    report: &mut Report<'_>,
) {
    for (
        node,
        NodeOf {
            menu,
            id,
            node: what,
        },
    ) in graph.nodes.iter().enumerate()
    {
        let Kind::Connect(connect) = &what.kind else {
            continue;
        };
        if !paths.reach(node) {
            continue;
        }
        for (index, to) in connect.to.iter().enumerate() {
            let Endpoint::Phone { number, .. } = &to.endpoint else {
                continue;
            };
            let to_itself = number
                .trim_start_matches("{{")
                .trim_end_matches("}}")
                .trim()
                == "called";
            let answers = library
                .numbers
                .as_ref()
                .and_then(|numbers| numbers.document.entries.get(number));
            let again = answers.is_some_and(|entry| leads(graph, paths, &entry.menu, node));
            if !to_itself && !again {
                continue;
            }
            let pointer = format!("/nodes/{id}/to/{index}");
            let message = if to_itself {
                format!("`{id}` dials the number that was called: the call comes back here")
            } else {
                let menu = answers.map_or("", |entry| entry.menu.as_str());
                format!(
                    "`{id}` dials {number}, which answers with the menu `{menu}`, and that leads here again"
                )
            };
            report
                .add(*menu, Code::SelfDial, &pointer, message)
                .with_help("dial a number of a person, or go to the menu with `menu:<id>`");
        }
    }
}

/// Whether a caller of a menu may come to a node.
fn leads(graph: &Graph<'_>, paths: &Paths<'_, '_>, menu: &str, node: usize) -> bool {
    let start = graph
        .menus
        .iter()
        .find(|candidate| candidate.id == menu)
        .and_then(|menu| menu.start);
    let Some(start) = start else { return false };
    let mut seen = BTreeSet::new();
    seen.insert(start);
    let mut work = vec![start];
    while let Some(here) = work.pop() {
        if here == node {
            return true;
        }
        for edge in graph.edges.get(here).into_iter().flatten() {
            if matches!(edge.event, Event::Limit(_)) {
                continue;
            }
            let (first, second) = match edge.to {
                To::Node(to) | To::Back(to) => (Some(to), None),
                To::Call { start, then } => {
                    (Some(start), then.node().filter(|_| paths.comes_back(start)))
                }
                To::Return | To::End => (None, None),
            };
            work.extend(
                first
                    .into_iter()
                    .chain(second)
                    .filter(|to| seen.insert(*to)),
            );
        }
    }
    false
}

/// A node, and where it stands.
struct About<'a> {
    menu: usize,
    id: &'a str,
    document: &'a Menu,
    node: &'a Node,
}

impl About<'_> {
    fn at(&self, field: &str) -> String {
        let slash = if field.is_empty() { "" } else { "/" };
        format!("/nodes/{}{slash}{field}", self.id)
    }

    /// The language a prompt is spoken in.
    fn language<'p>(&'p self, prompt: &'p Prompt) -> Option<&'p str> {
        let own = match prompt {
            Prompt::Spoken(spoken) => spoken.voice.language.as_deref(),
            Prompt::Audio(_) => None,
        };
        let node = self.node.voice.language.as_deref();
        own.or(node).or(self.document.voice.language.as_deref())
    }

    /// Prompts longer than a caller bears.
    fn lengths(&self, report: &mut Report<'_>) {
        let most = if prompts::input(self.node).is_some() {
            BEARABLE
        } else {
            LONG
        };
        let mut look = |field: &str, prompts: &[Prompt]| {
            let seconds: usize = prompts.iter().map(length).sum();
            if seconds > most {
                let message = format!(
                    "the prompt takes about {seconds} seconds to say: callers bear {most} or less here"
                );
                report
                    .add(self.menu, Code::LongPrompt, &self.at(field), message)
                    .with_help("say less, or split it over two nodes");
            }
        };
        for (field, prompts) in prompts::of(self.node) {
            look(&field, prompts);
        }
    }

    /// Silence and wrong keys an operator has not thought of.
    fn policy(&self, input: &Input, report: &mut Report<'_>) {
        for (name, what, retry) in [
            ("no_input", "stays silent", &input.no_input),
            ("no_match", "presses a wrong key", &input.no_match),
        ] {
            if !retry.written {
                let message =
                    format!("`{name}` is missing: a caller who {what} three times is hung up on");
                report
                    .add(self.menu, Code::NoPolicy, &self.at(""), message)
                    .with_help(format!(
                        "say where they go: \"{name}\": {{ \"tries\": 2, \"then\": \"operator\" }}"
                    ));
            }
        }
    }

    /// Choices that wait for a longer one, or are never heard.
    fn shadows(&self, choices: &Map<Choice>, input: &Input, report: &mut Report<'_>) {
        let globals = self
            .document
            .keys
            .names()
            .filter(|keys| choices.get(keys).is_none());
        let mut all = BTreeSet::<&str>::new();
        all.extend(choices.names().chain(globals));
        for keys in choices.names() {
            // Sorted, so it is the first of them.
            let longer = all
                .iter()
                .find(|other| other.len() > keys.len() && other.starts_with(keys));
            let pointer = self.at(&format!("choices/{keys}"));
            if let Some(longer) = longer {
                let message = format!(
                    "`{keys}` is heard only {} seconds after the key is pressed, because `{longer}` begins with it",
                    input.timeout
                );
                let help = if input.submit_on_hash {
                    "callers may end it with hash; better use keys that begin differently"
                } else {
                    "use keys that begin differently, or set `submit_on_hash`"
                };
                report
                    .add(self.menu, Code::ShadowedChoice, &pointer, message)
                    .with_help(help);
            }
            if input.submit_on_hash && keys.contains('#') {
                let message =
                    format!("`{keys}` is never heard: hash ends the entry (`submit_on_hash`)");
                report.add(self.menu, Code::ShadowedChoice, &pointer, message);
            }
        }
        let mut spoken: Vec<(String, &str)> = Vec::new();
        for (keys, choice) in choices.iter() {
            for say in &choice.say {
                let say = words::normal(say);
                if let Some((_, first)) = spoken
                    .iter()
                    .find(|(other, first)| *other == say && first != &keys)
                {
                    let message = format!(
                        "`{say}` is said for `{first}` as well: a caller who says it chooses neither"
                    );
                    report.add(
                        self.menu,
                        Code::ShadowedChoice,
                        &self.at(&format!("choices/{keys}/say")),
                        message,
                    );
                }
                spoken.push((say, keys));
            }
        }
    }

    /// Prompts that name keys the node lacks, or omit keys it has.
    fn keys_named(&self, choices: &Map<Choice>, input: &Input, report: &mut Report<'_>) {
        let has = |key: &str| {
            choices.get(key).is_some()
                || self.document.keys.get(key).is_some()
                || key == "#" && input.submit_on_hash
        };
        let mut lacks = |field: &str, prompts: &[Prompt]| {
            let mut told: Vec<String> = prompts
                .iter()
                .filter_map(text)
                .flat_map(mentions::named)
                .collect();
            told.dedup();
            for key in told.iter().filter(|key| !has(key)) {
                let message = format!(
                    "the prompt names key {key}, which `{}` does not have",
                    self.id
                );
                let near = choices.names().collect::<Vec<_>>().join(", ");
                report
                    .add(self.menu, Code::PromptKeyMissing, &self.at(field), message)
                    .with_help(format!("its keys are {near}"));
            }
        };
        lacks("prompt", &self.node.prompt);
        lacks("short_prompt", &input.short_prompt);
        for (name, retry) in [("no_input", &input.no_input), ("no_match", &input.no_match)] {
            for (index, prompts) in retry.prompts.iter().enumerate() {
                lacks(&format!("{name}/prompts/{index}"), prompts);
            }
        }
        for (field, prompts) in [
            ("prompt", &self.node.prompt),
            ("short_prompt", &input.short_prompt),
        ] {
            // What a recording says, nobody can read.
            if prompts.is_empty() && field == "short_prompt"
                || prompts.iter().any(|prompt| text(prompt).is_none())
            {
                continue;
            }
            let said = |keys: &str| {
                prompts
                    .iter()
                    .filter_map(text)
                    .any(|text| mentions::may_name(text, keys))
            };
            // A caller who is only to speak needs no key.
            let some = choices.names().any(said);
            if !some && input.speech.is_some() {
                continue;
            }
            // Of a language whose words are not known, only digits are.
            let tags = prompts.iter().map(|prompt| self.language(prompt));
            if !some && !tags.into_iter().all(mentions::is_known) {
                continue;
            }
            let unsaid: Vec<&str> = choices.names().filter(|keys| !said(keys)).collect();
            if unsaid.is_empty() {
                continue;
            }
            let (key, them) = if unsaid.len() == 1 {
                ("key", "it")
            } else {
                ("keys", "them")
            };
            let message = format!(
                "the prompt does not name {key} {}: no caller presses {them}",
                unsaid.join(", ")
            );
            report
                .add(self.menu, Code::PromptKeyUnsaid, &self.at(field), message)
                .with_help(format!(
                    "name {them} in the prompt; if callers are not to be told, add `prompt-key-unsaid` to the node's `allow`"
                ));
        }
    }

    /// A voicemail's prompt that names another key than the one that ends it.
    fn end_key(&self, end: &str, report: &mut Report<'_>) {
        for key in self
            .node
            .prompt
            .iter()
            .filter_map(text)
            .flat_map(mentions::named)
        {
            if key != end {
                let message = format!("the prompt names key {key}, but {end} ends the message");
                report
                    .add(
                        self.menu,
                        Code::PromptKeyMissing,
                        &self.at("prompt"),
                        message,
                    )
                    .with_help(format!(
                        "set `\"end_on_key\": \"{key}\"`, or name the key {end}"
                    ));
            }
        }
    }
}

fn text(prompt: &Prompt) -> Option<&str> {
    match prompt {
        Prompt::Spoken(spoken) => Some(&spoken.text),
        Prompt::Audio(_) => None,
    }
}

fn length(prompt: &Prompt) -> usize {
    match prompt {
        Prompt::Spoken(spoken) => {
            mentions::seconds(&spoken.text) * usize::from(spoken.times.max(1))
        }
        Prompt::Audio(_) => 0,
    }
}
