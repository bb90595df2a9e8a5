//! Every way a caller can go, as a graph over the nodes of all menus.
//!
//! What stands for what (the abstraction, and why nothing escapes it):
//!
//! - **A visit is one step.** Counters of silence and wrong keys live within a visit and
//!   are bounded by `tries`, so a passive caller leaves every node by `no_input.then`
//!   or `no_match.then` after a known number of events. Both are taken to be possible.
//! - **The return stack** is not bounded: a `submenu` is a call, `@return` its return, and
//!   it is known from which menus a return can come (`Paths::comes_back`). Paths and
//!   loops through submenus match calls with returns.
//! - **`@back`** leads to where the caller was, and takes that off their history. Where a
//!   passive caller leaves a node that is remembered and comes to `@back` before anything
//!   else is, they are led there again; any other `@back` happens finitely often, until
//!   nothing is remembered, and then stands for `@start`.
//! - **What does not change within a call** (a calendar's state, who calls, what was
//!   entered) may be anything, but is the same wherever it is asked: see [`Fact`](super::edge::Fact).
//! - **Outcomes** of calls, look-ups and the hour are not the caller's to choose: every one
//!   of them is possible at every time.

use std::collections::HashMap;

use super::edge::{Asked, Edge, Event, ExitLocation, Fact, FactKey, Hour, Then, To, ends_of};
use crate::document::{Hours, Kind, Menu, Node, Retry, Switch, Target, Test};
use crate::{Entry, Library};

/// The nodes of all menus of a library and the ways between them.
pub(super) struct Graph<'a> {
    pub menus: Vec<MenuOf<'a>>,
    pub nodes: Vec<NodeOf<'a>>,
    pub edges: Vec<Vec<Edge<'a>>>,
    /// What the facts are about, by their index.
    pub facts: Vec<FactKey<'a>>,
    /// For each node, the `submenu` nodes that enter a menu at it.
    pub callers: HashMap<usize, Vec<usize>>,
}

pub(super) struct MenuOf<'a> {
    pub id: &'a str,
    pub entry: &'a Entry<Menu>,
    /// The node a caller begins at, when it exists.
    pub start: Option<usize>,
    /// Its nodes, in a row.
    pub nodes: std::ops::Range<usize>,
    pub ids: HashMap<&'a str, usize>,
}

pub(super) struct NodeOf<'a> {
    pub menu: usize,
    pub id: &'a str,
    pub node: &'a Node,
}

impl<'a> Graph<'a> {
    pub fn new(library: &'a Library) -> Self {
        let mut graph = Self {
            menus: Vec::new(),
            nodes: Vec::new(),
            edges: Vec::new(),
            facts: Vec::new(),
            callers: HashMap::new(),
        };
        for (index, (id, entry)) in library.menus.iter().enumerate() {
            let first = graph.nodes.len();
            let mut ids = HashMap::new();
            for (id, node) in entry.document.nodes.iter() {
                ids.entry(id).or_insert(graph.nodes.len());
                graph.nodes.push(NodeOf {
                    menu: index,
                    id,
                    node,
                });
            }
            let start = ids.get(entry.document.start.as_str()).copied();
            graph.menus.push(MenuOf {
                id,
                entry,
                start,
                nodes: first..graph.nodes.len(),
                ids,
            });
        }
        let by_id: HashMap<&str, usize> = graph
            .menus
            .iter()
            .enumerate()
            .map(|(index, menu)| (menu.id, index))
            .collect();
        let mut facts = HashMap::new();
        for node in 0..graph.nodes.len() {
            let edges = Ways {
                graph: &graph,
                by_id: &by_id,
                facts: &mut facts,
                here: node,
                out: Vec::new(),
            };
            let edges = edges.all();
            for edge in &edges {
                if let To::Call { start, .. } = edge.to {
                    graph.callers.entry(start).or_default().push(node);
                }
            }
            graph.edges.push(edges);
        }
        graph.note_talks_that_come_back();
        let mut keys: Vec<_> = facts.into_iter().collect();
        keys.sort_unstable_by_key(|key| key.1);
        graph.facts = keys.into_iter().map(|(key, _)| key).collect();
        graph
    }

    /// Where machines answer (`machine` is written), a talk that leads back to its own `connect`
    /// without a question to the caller needs no choice of theirs: the machine is rung for ever.
    fn note_talks_that_come_back(&mut self) {
        let machines = |about: &NodeOf<'_>| matches!(&about.node.kind, Kind::Connect(connect) if connect.machine.is_some());
        for node in 0..self.nodes.len() {
            if !self.nodes.get(node).is_some_and(machines) {
                continue;
            }
            let talks = self.edges.get(node).into_iter().flatten();
            let comes_back = talks
                .filter(|edge| edge.event == Event::Talked)
                .any(|edge| self.leads_unasked(edge.to, node));
            if comes_back && let Some(edges) = self.edges.get_mut(node) {
                for edge in edges.iter_mut().filter(|edge| edge.event == Event::Talked) {
                    edge.is_passive = true;
                }
            }
        }
    }

    /// Whether a way leads to a node before the caller is asked anything.
    fn leads_unasked(&self, way: To, goal: usize) -> bool {
        let mut seen = vec![false; self.nodes.len()];
        let mut work: Vec<usize> = ends_of(way).collect();
        while let Some(node) = work.pop() {
            if node == goal {
                return true;
            }
            match seen.get_mut(node) {
                Some(mark) if !*mark => *mark = true,
                _ => continue,
            }
            let asks =
                |about: &NodeOf<'_>| matches!(about.node.kind, Kind::Menu(_) | Kind::Collect(_));
            if self.nodes.get(node).is_some_and(asks) {
                continue;
            }
            let edges = self.edges.get(node).into_iter().flatten();
            let on = edges.filter(|edge| edge.is_passive || edge.event == Event::Talked);
            work.extend(on.flat_map(|edge| ends_of(edge.to)));
        }
        false
    }

    /// From which nodes a passive caller comes to `@back` before any node is
    /// remembered, by ways that `counts`; `comes_back` is whether they come back from the
    /// menu with that start.
    pub fn backs(
        &self,
        comes_back: impl Fn(usize) -> bool,
        counts: impl Fn(usize, &Edge<'a>) -> bool,
    ) -> Vec<bool> {
        let mut from: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        let mut work = Vec::new();
        for (node, edges) in self.edges.iter().enumerate() {
            for edge in edges
                .iter()
                .filter(|edge| counts(node, edge) && !edge.remembers)
            {
                let (first, second) = match edge.to {
                    To::Node(to) => (Some(to), None),
                    To::Back(_) => {
                        work.push(node);
                        (None, None)
                    }
                    To::Call { start, then } => match then {
                        Then::Back(_) if comes_back(start) => {
                            work.push(node);
                            (Some(start), None)
                        }
                        Then::Node(then) if comes_back(start) => (Some(start), Some(then)),
                        _ => (Some(start), None),
                    },
                    To::Return | To::End => (None, None),
                };
                for to in first.into_iter().chain(second) {
                    if let Some(list) = from.get_mut(to) {
                        list.push(node);
                    }
                }
            }
        }
        let mut backs = vec![false; self.nodes.len()];
        while let Some(node) = work.pop() {
            match backs.get_mut(node) {
                Some(mark) if !*mark => *mark = true,
                _ => continue,
            }
            work.extend(from.get(node).into_iter().flatten());
        }
        backs
    }

    /// The JSON pointer of a node.
    pub fn pointer(&self, node: usize) -> String {
        self.nodes
            .get(node)
            .map(|node| format!("/nodes/{}", node.id))
            .unwrap_or_default()
    }

    /// How a node is called in a finding about a menu: by its id, and its menu's where that is
    /// another one.
    pub fn label(&self, node: usize, home: usize) -> String {
        let Some(NodeOf { menu, id, .. }) = self.nodes.get(node) else {
            return String::new();
        };
        match self.menus.get(*menu).filter(|_| *menu != home) {
            Some(other) => format!("`{}:{id}`", other.id),
            None => format!("`{id}`"),
        }
    }

    /// Where a caller may go on who comes back from a menu.
    pub fn returns(&self, menu: usize) -> impl Iterator<Item = usize> {
        let start = self.menus.get(menu).and_then(|menu| menu.start);
        let callers = start.and_then(|start| self.callers.get(&start));
        callers
            .into_iter()
            .flatten()
            .filter_map(|caller| self.edges.get(*caller))
            .flatten()
            .filter_map(|edge| match edge.to {
                To::Call { then, .. } => then.node(),
                _ => None,
            })
    }

    /// The JSON pointer of the exit an edge takes.
    pub fn exit(&self, node: usize, location: ExitLocation<'_>) -> String {
        let base = self.pointer(node);
        match location {
            ExitLocation::Field(field) => format!("{base}/{field}"),
            ExitLocation::Choice(keys) => format!("{base}/choices/{keys}"),
            ExitLocation::Case(index) => format!("{base}/cases/{index}/then"),
            ExitLocation::Key(keys) => format!("/keys/{keys}"),
            ExitLocation::Limits => "/limits/then".to_owned(),
        }
    }
}

/// The ways out of one node, while they are gathered.
struct Ways<'a, 'g> {
    graph: &'g Graph<'a>,
    by_id: &'g HashMap<&'a str, usize>,
    facts: &'g mut HashMap<FactKey<'a>, usize>,
    here: usize,
    out: Vec<Edge<'a>>,
}

impl<'a> Ways<'a, '_> {
    fn all(mut self) -> Vec<Edge<'a>> {
        let Some(NodeOf { menu, node, .. }) = self.graph.nodes.get(self.here) else {
            return self.out;
        };
        let Some(MenuOf { entry, .. }) = self.graph.menus.get(*menu) else {
            return self.out;
        };
        let menu: &'a Menu = &entry.document;
        let node: &'a Node = node;
        match &node.kind {
            Kind::Menu(choose) => {
                for (keys, choice) in choose.choices.iter() {
                    self.chosen(&choice.then, Event::Press(keys), ExitLocation::Choice(keys));
                }
                for (keys, choice) in menu.keys.iter() {
                    if choose.choices.get(keys).is_none() {
                        self.chosen(&choice.then, Event::Press(keys), ExitLocation::Key(keys));
                    }
                }
                let input = &choose.input;
                self.failures(&input.no_input, &input.no_match, input.max_failures);
            }
            Kind::Collect(collect) => {
                self.chosen(&collect.then, Event::Enters, ExitLocation::Field("then"));
                for (keys, choice) in menu.keys.iter() {
                    if keys.bytes().all(|key| matches!(key, b'*' | b'#')) {
                        self.chosen(&choice.then, Event::Press(keys), ExitLocation::Key(keys));
                    }
                }
                let input = &collect.input;
                self.failures(&input.no_input, &input.no_match, input.max_failures);
            }
            Kind::Say(say) => self.on(&say.then),
            Kind::Connect(connect) => {
                let exits = [
                    (&connect.busy, Event::Busy, "busy"),
                    (&connect.no_answer, Event::NoAnswer, "no_answer"),
                    (&connect.rejected, Event::Rejected, "rejected"),
                    (&connect.failed, Event::Failed, "failed"),
                    (&connect.otherwise, Event::Missed, "otherwise"),
                ];
                for (target, event, field) in exits {
                    if let Some(target) = target {
                        self.happens(target, event, ExitLocation::Field(field), Vec::new());
                    }
                }
                // Passive after all where it comes back: see `note_talks_that_come_back`.
                if let Some(target) = &connect.then {
                    self.chosen(target, Event::Talked, ExitLocation::Field("then"));
                }
            }
            Kind::Voicemail(voicemail) => {
                self.happens(
                    &voicemail.then,
                    Event::Leaves,
                    ExitLocation::Field("then"),
                    Vec::new(),
                );
            }
            Kind::Record(record) => self.on(&record.then),
            Kind::Hours(hours) => self.hours(hours),
            Kind::Switch(switch) => self.switch(switch),
            Kind::Lookup(lookup) => {
                self.happens(
                    &lookup.then,
                    Event::Answered,
                    ExitLocation::Field("then"),
                    Vec::new(),
                );
                self.happens(
                    &lookup.failed,
                    Event::Unanswered,
                    ExitLocation::Field("failed"),
                    Vec::new(),
                );
            }
            Kind::Submenu(submenu) => {
                let start = self.start_of(&submenu.menu);
                let then = match self.place(&submenu.then) {
                    To::Node(node) => Then::Node(node),
                    To::Back(node) => Then::Back(node),
                    To::Return => Then::Return,
                    To::Call { .. } | To::End => Then::End,
                };
                // A menu that is not there to be read may do anything: here, it returns.
                let to = start.map_or_else(
                    || self.place(&submenu.then),
                    |start| To::Call { start, then },
                );
                self.out.push(Edge {
                    to,
                    event: Event::Goes,
                    is_passive: true,
                    location: ExitLocation::Field("menu"),
                    facts: Vec::new(),
                    remembers: false,
                });
            }
            Kind::Callback(callback) => {
                self.on(&callback.then);
                if let Some(target) = &callback.no_number {
                    let location = ExitLocation::Field("no_number");
                    self.happens(target, Event::NoNumber, location, Vec::new());
                }
            }
            Kind::Notify(notify) => self.on(&notify.then),
            Kind::Wait(wait) => self.on(&wait.then),
            Kind::Conference(_) | Kind::Transfer(_) | Kind::Hangup(_) => {}
        }
        // Only callers who choose to go round meet the limit: a passive caller does not.
        self.chosen(
            &menu.limits.then,
            Event::Limit(menu.limits.steps),
            ExitLocation::Limits,
        );
        self.out
    }

    fn start_of(&self, menu: &str) -> Option<usize> {
        self.by_id
            .get(menu)
            .and_then(|index| self.graph.menus.get(*index))?
            .start
    }

    fn place(&self, target: &Target) -> To {
        let menu = self
            .graph
            .nodes
            .get(self.here)
            .and_then(|node| self.graph.menus.get(node.menu));
        let node = match target {
            Target::Node(id) => menu.and_then(|menu| menu.ids.get(id.as_str()).copied()),
            Target::Menu(id) => self.start_of(id),
            Target::Repeat => Some(self.here),
            Target::Start => menu.and_then(|menu| menu.start),
            Target::Back => {
                let start = menu.and_then(|menu| menu.start);
                return start.map_or(To::End, To::Back);
            }
            Target::Return => return To::Return,
            Target::Hangup => None,
        };
        node.map_or(To::End, To::Node)
    }

    fn way(
        &mut self,
        target: &Target,
        event: Event<'a>,
        is_passive: bool,
        location: ExitLocation<'a>,
        facts: Vec<Fact>,
    ) {
        let to = self.place(target);
        let failed = matches!(event, Event::Silent(_) | Event::Wrong(_));
        let forgets = matches!(target, Target::Back | Target::Repeat | Target::Hangup);
        self.out.push(Edge {
            remembers: failed && !forgets,
            to,
            event,
            is_passive,
            location,
            facts,
        });
    }

    /// The one way on.
    fn on(&mut self, target: &Target) {
        self.way(
            target,
            Event::Goes,
            true,
            ExitLocation::Field("then"),
            Vec::new(),
        );
    }

    fn chosen(&mut self, target: &Target, event: Event<'a>, location: ExitLocation<'a>) {
        self.way(target, event, false, location, Vec::new());
    }

    fn happens(
        &mut self,
        target: &Target,
        event: Event<'a>,
        location: ExitLocation<'a>,
        facts: Vec<Fact>,
    ) {
        self.way(target, event, true, location, facts);
    }

    fn failures(&mut self, no_input: &Retry, no_match: &Retry, most: Option<u8>) {
        let times = |retry: &Retry| (retry.tries + 1).min(most.unwrap_or(u8::MAX));
        self.way(
            &no_input.then,
            Event::Silent(times(no_input)),
            true,
            ExitLocation::Field("no_input/then"),
            Vec::new(),
        );
        self.way(
            &no_match.then,
            Event::Wrong(times(no_match)),
            true,
            ExitLocation::Field("no_match/then"),
            Vec::new(),
        );
    }

    fn fact(&mut self, key: FactKey<'a>, value: u8) -> Fact {
        let next = self.facts.len();
        Fact {
            key: *self.facts.entry(key).or_insert(next),
            value,
        }
    }

    fn hours(&mut self, hours: &'a Hours) {
        let states = [
            (Hour::Open, Some(&hours.open), "open"),
            (Hour::Closed, Some(&hours.closed), "closed"),
            (Hour::Holiday, hours.holiday.as_ref(), "holiday"),
            (Hour::OverrideOpen, hours.overridden.as_ref(), "override"),
            (Hour::OverrideClosed, hours.overridden.as_ref(), "override"),
        ];
        for (hour, own, field) in states {
            let (target, field) = match (own, hour) {
                (Some(target), _) => (target, field),
                (None, Hour::Open | Hour::OverrideOpen) => (&hours.open, "open"),
                (None, _) => (&hours.closed, "closed"),
            };
            let fact = self.fact(FactKey::Calendar(&hours.calendar), hour as u8);
            self.happens(
                target,
                Event::Hours(&hours.calendar, hour),
                ExitLocation::Field(field),
                vec![fact],
            );
        }
    }

    fn switch(&mut self, switch: &'a Switch) {
        let mut earlier = Vec::new();
        for (index, case) in switch.cases.iter().enumerate() {
            let test = match &case.test {
                Test::InList(list) => Asked::InList(list),
                Test::Prefix(prefixes) => Asked::Prefix(prefixes),
                Test::Country(countries) => Asked::Country(countries),
                Test::Equals(text) => Asked::Equals(text),
                Test::In(texts) => Asked::In(texts),
                Test::Percent(_) => Asked::Share {
                    node: self.here,
                    case: index,
                },
            };
            let key = FactKey::Test(&switch.on, test);
            let mut facts = earlier.clone();
            facts.push(self.fact(key.clone(), 1));
            earlier.push(self.fact(key, 0));
            self.happens(
                &case.then,
                Event::Case(index),
                ExitLocation::Case(index),
                facts,
            );
        }
        self.happens(
            &switch.otherwise,
            Event::NoCase,
            ExitLocation::Field("otherwise"),
            earlier,
        );
    }
}
