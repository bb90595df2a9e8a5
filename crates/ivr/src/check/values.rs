//! Values: whether each placeholder is filled on every way to it, and each secret is read
//! in the step that brought it.
//!
//! A forward analysis over the graph: a value counts as there only if every way to the node
//! brings it. Values stay for the rest of a call; secrets are gone as soon as the caller is
//! waited for, because they do not ride in the state. What a submenu collects is there when
//! it returns. An answered look-up is taken to bring all that its `into` names.

use std::collections::BTreeMap;

use super::Report;
use super::edge::{Edge, Event, Then, To};
use super::graph::Graph;
use super::paths::Paths;
use super::report::Added;
use crate::document::{Calendar, Endpoint, Kind, LookupBinding, Node, Prompt};
use crate::template::{Slot, Template};
use crate::{Code, Entry, Library};

/// For how many findings the way there is searched.
const MOST_SHOWN: usize = 20;

/// A set of values by their numbers.
#[derive(Clone, PartialEq, Eq)]
struct Set(Vec<u64>);

impl Set {
    fn has(&self, value: usize) -> bool {
        self.0
            .get(value / 64)
            .is_some_and(|word| word >> (value % 64) & 1 == 1)
    }

    fn add(&mut self, value: usize) {
        if let Some(word) = self.0.get_mut(value / 64) {
            *word |= 1 << (value % 64);
        }
    }

    /// Keeps what both have; whether that was less.
    fn meet(&mut self, other: &Self) -> bool {
        let mut less = false;
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            less |= *word & !other != 0;
            *word &= other;
        }
        less
    }

    fn join(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word |= other;
        }
    }

    fn without(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word &= !other;
        }
    }
}

/// The values anything in a library brings or reads.
struct Values<'a> {
    numbers: BTreeMap<(bool, &'a str), usize>,
    secrets: Vec<bool>,
}

impl<'a> Values<'a> {
    /// The number of a variable, or of what a look-up brings.
    fn of(&self, lookup: bool, name: &str) -> Option<usize> {
        self.numbers.get(&(lookup, name)).copied()
    }

    /// Every value that some node brings.
    fn brought(graph: &Graph<'a>) -> Self {
        let mut values = Self {
            numbers: BTreeMap::new(),
            secrets: Vec::new(),
        };
        let mut add = |lookup: bool, name: &'a str, secret: bool| {
            let next = values.numbers.len();
            let number = *values.numbers.entry((lookup, name)).or_insert(next);
            if number == next {
                values.secrets.push(false);
            }
            if let Some(mark) = values.secrets.get_mut(number) {
                *mark |= secret;
            }
        };
        for node in &graph.nodes {
            match &node.node.kind {
                Kind::Collect(collect) => add(false, &collect.into, collect.secret),
                Kind::Lookup(lookup) => match &lookup.into {
                    LookupBinding::Nothing => {}
                    LookupBinding::Whole(name) => add(true, name, false),
                    LookupBinding::Parts(parts) => {
                        parts.names().for_each(|name| add(true, name, false))
                    }
                },
                _ => {}
            }
        }
        values
    }

    fn none(&self) -> Set {
        Set(vec![0; self.numbers.len().div_ceil(64)])
    }

    fn all(&self) -> Set {
        Set(vec![u64::MAX; self.numbers.len().div_ceil(64)])
    }

    /// What a way out of a node brings.
    fn gained(&self, node: &Node, edge: &Edge<'_>) -> Set {
        let mut set = self.none();
        match (&node.kind, edge.event) {
            (Kind::Collect(collect), Event::Enters) => {
                self.of(false, &collect.into)
                    .into_iter()
                    .for_each(|value| set.add(value));
            }
            (Kind::Lookup(lookup), Event::Answered) => match &lookup.into {
                LookupBinding::Nothing => {}
                LookupBinding::Whole(name) => self
                    .of(true, name)
                    .into_iter()
                    .for_each(|value| set.add(value)),
                LookupBinding::Parts(parts) => {
                    parts
                        .names()
                        .filter_map(|name| self.of(true, name))
                        .for_each(|value| set.add(value));
                }
            },
            _ => {}
        }
        set
    }
}

/// Whether the platform runs what a node does before we hear again.
fn waits(node: &Node) -> bool {
    match &node.kind {
        Kind::Menu(_) | Kind::Collect(_) | Kind::Connect(_) | Kind::Voicemail(_) => true,
        Kind::Wait(wait) => wait.seconds.is_some(),
        _ => false,
    }
}

/// Where a placeholder stands.
enum Place<'a> {
    /// In this field of the node.
    Field(String),
    /// In the words of the calendar's override, which the node speaks.
    Override(&'a Entry<Calendar>),
}

/// A place that is found fault with, and the node it belongs to.
struct Location<'a, 'p> {
    menu: usize,
    id: &'a str,
    place: &'p Place<'a>,
    /// The node in the words of a finding about another document.
    label: String,
}

impl Location<'_, '_> {
    fn note<'r>(&self, report: &'r mut Report<'_>, code: Code, message: String) -> Added<'r> {
        match self.place {
            Place::Field(field) => {
                let pointer = format!("/nodes/{}/{field}", self.id);
                report.add(self.menu, code, &pointer, message)
            }
            Place::Override(calendar) => {
                let message = format!("{message} (spoken at {})", self.label);
                report.push(calendar.finding(code, "/override/prompt", message))
            }
        }
    }
}

pub(super) fn find(
    library: &Library,
    graph: &Graph<'_>,
    paths: &Paths<'_, '_>,
    report: &mut Report<'_>,
) {
    let values = Values::brought(graph);
    let there = flow(graph, paths, &values);
    let mut read = vec![false; values.secrets.len()];
    let mut shown = 0;
    for (node, about) in graph
        .nodes
        .iter()
        .enumerate()
        .filter(|(node, _)| paths.reach(*node))
    {
        let Some(there) = there.get(node) else {
            continue;
        };
        for (place, slot) in placed(library, about.node) {
            let (lookup, name) = match &slot {
                Slot::Variable(name) => (false, &**name),
                Slot::Lookup(path) => (true, path.split('.').next().unwrap_or_default()),
                Slot::Caller | Slot::Called => continue,
            };
            let written = format!("{}.{name}", if lookup { "lookup" } else { "var" });
            let location = Location {
                menu: about.menu,
                id: about.id,
                place: &place,
                label: graph.label(node, usize::MAX),
            };
            let Some(value) = values.of(lookup, name) else {
                let message = format!("nothing fills `{{{{{written}}}}}`");
                let help = near(&values, lookup, name);
                location
                    .note(report, Code::UnknownPlaceholder, message)
                    .with_help(help);
                continue;
            };
            if let Some(read) = read.get_mut(value) {
                *read = true;
            }
            let secret = values.secrets.get(value).copied().unwrap_or(false);
            let own = match &place {
                // A collected value is there when it is read back.
                Place::Field(field) => {
                    matches!(&about.node.kind, Kind::Collect(collect) if !lookup && collect.into == name)
                        && field.starts_with("confirm")
                }
                Place::Override(_) if secret => {
                    let message = format!("`{{{{{written}}}}}` is secret, and would be spoken");
                    location
                        .note(report, Code::SecretLeak, message)
                        .with_help("leave it out of the words of the override");
                    continue;
                }
                Place::Override(_) => false,
            };
            if there.has(value) || own {
                continue;
            }
            if secret {
                let message = format!(
                    "`{{{{{written}}}}}` is secret, and gone here: it lasts only until the caller is waited for"
                );
                location.note(report, Code::SecretLost, message).with_help(
                    "let the `collect` node lead straight to this look-up, in the same menu",
                );
                continue;
            }
            shown += 1;
            let path = if shown > MOST_SHOWN {
                Vec::new()
            } else {
                let unfilled = paths.only(|from, edge| {
                    let from = graph.nodes.get(from);
                    from.is_none_or(|from| !values.gained(from.node, edge).has(value))
                });
                unfilled.to(node, about.menu).1
            };
            let message = format!("a caller may come here before `{{{{{written}}}}}` is filled");
            location
                .note(report, Code::UnknownPlaceholder, message)
                .with_help(
                    "fill it on every way that leads here, or say something else on the others",
                )
                .with_path(path);
        }
    }
    unread(graph, &values, &read, report);
}

/// What is surely there when a caller enters each node.
fn flow(graph: &Graph<'_>, paths: &Paths<'_, '_>, values: &Values<'_>) -> Vec<Set> {
    let mut secret = values.none();
    for (value, _) in values
        .secrets
        .iter()
        .enumerate()
        .filter(|(_, secret)| **secret)
    {
        secret.add(value);
    }
    let mut there = vec![values.all(); graph.nodes.len()];
    let mut work = Vec::new();
    let mut start = |node: usize| {
        if let Some(set) = there.get_mut(node) {
            *set = values.none();
            work.push(node);
        }
    };
    for door in paths.doors() {
        start(*door);
        // A caller may meet the limit before anything is filled.
        for edge in graph.edges.get(*door).into_iter().flatten() {
            if let (Event::Limit(_), To::Node(to)) = (edge.event, edge.to) {
                start(to);
            }
        }
    }
    let mut returns = BTreeMap::<usize, Vec<usize>>::new();
    for start in graph.callers.keys() {
        returns.insert(*start, returns_of(graph, paths, *start));
    }
    loop {
        while let Some(node) = work.pop() {
            let (Some(about), Some(here)) = (graph.nodes.get(node), there.get(node)) else {
                continue;
            };
            let mut base = here.clone();
            if waits(about.node) {
                base.without(&secret);
            }
            for edge in graph.edges.get(node).into_iter().flatten() {
                let mut out = base.clone();
                out.join(&values.gained(about.node, edge));
                let to = match edge.to {
                    To::Node(to) => to,
                    To::Call { start, .. } => {
                        out.without(&secret);
                        start
                    }
                    // Values stay: where `@back` leads, there are more than there were.
                    To::Back(_) | To::Return | To::End => continue,
                };
                if !matches!(edge.event, Event::Limit(_))
                    && there.get_mut(to).is_some_and(|set| set.meet(&out))
                {
                    work.push(to);
                }
            }
        }
        // Behind a submenu there is what was before, and what every way through it brings.
        for (node, edges) in graph.edges.iter().enumerate() {
            for edge in edges {
                let To::Call { start, then } = edge.to else {
                    continue;
                };
                let lasts = returns.get(&start).into_iter().flatten();
                let brought = lasts
                    .flat_map(|last| returned(graph, values, &there, *last))
                    .reduce(|mut all, one| {
                        all.meet(&one);
                        all
                    });
                let (Some(then), Some(mut out)) = (then.node(), brought) else {
                    continue;
                };
                if let Some(set) = there.get(node) {
                    out.join(set);
                }
                out.without(&secret);
                if there.get_mut(then).is_some_and(|set| set.meet(&out)) {
                    work.push(then);
                }
            }
        }
        if work.is_empty() {
            return there;
        }
    }
}

/// What is there on each way a node returns by.
fn returned<'v>(
    graph: &'v Graph<'_>,
    values: &'v Values<'_>,
    there: &'v [Set],
    node: usize,
) -> impl Iterator<Item = Set> + 'v {
    let about = graph.nodes.get(node).zip(there.get(node));
    about.into_iter().flat_map(move |(about, set)| {
        let edges = graph.edges.get(node).into_iter().flatten();
        edges
            .filter(|edge| {
                let through = matches!(
                    edge.to,
                    To::Call {
                        then: Then::Return,
                        ..
                    }
                );
                edge.to == To::Return || through
            })
            .map(move |edge| {
                let mut out = set.clone();
                out.join(&values.gained(about.node, edge));
                out
            })
    })
}

/// The nodes from which a submenu that begins at `start` returns.
fn returns_of(graph: &Graph<'_>, paths: &Paths<'_, '_>, start: usize) -> Vec<usize> {
    let mut seen = vec![false; graph.nodes.len()];
    let mut work = vec![start];
    let mut found = Vec::new();
    while let Some(node) = work.pop() {
        match seen.get_mut(node) {
            Some(mark) if !*mark => *mark = true,
            _ => continue,
        }
        for edge in graph.edges.get(node).into_iter().flatten() {
            match edge.to {
                To::Node(to) | To::Back(to) => work.push(to),
                To::Call { start, then } if paths.comes_back(start) => {
                    work.extend(then.node());
                    if then == Then::Return {
                        found.push(node);
                    }
                }
                To::Call { .. } => {}
                To::Return => found.push(node),
                To::End => {}
            }
        }
    }
    found.dedup();
    found
}

fn near(values: &Values<'_>, lookup: bool, name: &str) -> String {
    let names = values
        .numbers
        .keys()
        .filter(|(of, _)| *of == lookup)
        .map(|(_, name)| *name);
    match crate::diagnostic::nearest(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None if lookup => "name it in the `into` of a `lookup` node".to_owned(),
        None => "let a `collect` node take it: `\"into\": …`".to_owned(),
    }
}

/// Secrets that are asked for and never read.
fn unread(graph: &Graph<'_>, values: &Values<'_>, read: &[bool], report: &mut Report<'_>) {
    for about in &graph.nodes {
        let Kind::Collect(collect) = &about.node.kind else {
            continue;
        };
        let value = values.of(false, &collect.into);
        let read = value
            .and_then(|value| read.get(value))
            .copied()
            .unwrap_or(true);
        if collect.secret && !read {
            let message = format!(
                "no `lookup` reads `{{{{var.{}}}}}`: the caller enters it for nothing",
                collect.into
            );
            report
                .add(
                    about.menu,
                    Code::SecretLost,
                    &format!("/nodes/{}/into", about.id),
                    message,
                )
                .with_help("let the node lead to a `lookup` that reads it in `body` or `headers`");
        }
    }
}

/// Every placeholder that is filled at a node, and where it stands.
fn placed<'a>(library: &'a Library, node: &Node) -> Vec<(Place<'a>, Slot)> {
    let own = slots(node);
    let mut all: Vec<_> = own
        .into_iter()
        .map(|(field, slot)| (Place::Field(field), slot))
        .collect();
    if let Kind::Hours(hours) = &node.kind
        && let Some(calendar) = library.calendars.get(&hours.calendar)
    {
        for prompt in &calendar.document.override_prompt {
            let text = match prompt {
                Prompt::Spoken(spoken) => &spoken.text,
                Prompt::Audio(audio) => &audio.url,
            };
            if let Ok(template) = Template::new(text) {
                let slots = template.slots();
                all.extend(slots.map(|slot| (Place::Override(calendar), slot.clone())));
            }
        }
    }
    all
}

/// Every placeholder of a node, and the field it stands in.
fn slots(node: &Node) -> Vec<(String, Slot)> {
    let mut all = Vec::new();
    let mut add = |field: &str, text: &str| {
        if text.contains("{{")
            && let Ok(template) = Template::new(text)
        {
            all.extend(
                template
                    .slots()
                    .map(|slot| (field.to_owned(), slot.clone())),
            );
        }
    };
    for (field, prompts) in super::prompts::of(node) {
        for prompt in prompts {
            match prompt {
                Prompt::Spoken(spoken) => add(&field, &spoken.text),
                Prompt::Audio(audio) => add(&field, &audio.url),
            }
        }
    }
    let hints = super::prompts::input(node).and_then(|input| input.speech.as_ref());
    for hint in hints.into_iter().flat_map(|speech| &speech.hints) {
        add("speech/hints", hint);
    }
    match &node.kind {
        Kind::Connect(connect) => {
            for (index, to) in connect.to.iter().enumerate() {
                let (address, headers) = match &to.endpoint {
                    Endpoint::Phone { number, .. } => (number, None),
                    Endpoint::Sip { uri, headers } | Endpoint::Websocket { uri, headers, .. } => {
                        (uri, Some(headers))
                    }
                    Endpoint::App { user } => (user, None),
                    Endpoint::Vbc { extension } => (extension, None),
                };
                add(&format!("to/{index}"), address);
                for (name, value) in headers.into_iter().flat_map(|headers| headers.iter()) {
                    add(&format!("to/{index}/headers/{name}"), value);
                }
            }
            if let Some(ringback) = &connect.ringback {
                add("ringback", ringback);
            }
        }
        Kind::Conference(conference) => {
            add("name", &conference.name);
            if let Some(music) = &conference.music {
                add("music", music);
            }
        }
        Kind::Wait(wait) => {
            if let Some(music) = &wait.music {
                add("music", music);
            }
        }
        Kind::Lookup(lookup) => {
            add("url", &lookup.url);
            for (name, value) in lookup.headers.iter() {
                add(&format!("headers/{name}"), value);
            }
            if let Some(body) = &lookup.body {
                add("body", body);
            }
        }
        Kind::Callback(callback) => add("number", &callback.number),
        Kind::Notify(notify) => add("payload", &notify.payload),
        Kind::Transfer(transfer) => add("conversation", &transfer.conversation),
        _ => {}
    }
    all
}
