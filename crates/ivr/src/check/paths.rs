//! Shortest ways: what a caller does to come to a node.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::rc::Rc;

use super::edge::{Edge, Event, ExitLocation, Hour, Then, To};
use super::graph::Graph;
use crate::document::Kind;

/// How far away something is: a thousand for each thing the caller has to do, one for each
/// node passed, so that the list of keys is the shortest there is.
type Far = u64;

const UNREACHED: Far = Far::MAX;

/// Whether a way out of a node counts.
type Counting<'g, 'a> = Rc<dyn Fn(usize, &Edge<'a>) -> bool + 'g>;

/// Shortest ways from some nodes to all others.
pub(super) struct Paths<'g, 'a> {
    graph: &'g Graph<'a>,
    /// Which ways count.
    counting: Counting<'g, 'a>,
    /// Where callers come in.
    doors: Vec<usize>,
    /// From where a passive caller is led to `@back`, when that is asked for.
    backs: Vec<bool>,
    /// What it costs to pass through the menu that begins at a node, and come back.
    through: HashMap<usize, Far>,
    far: Vec<Far>,
    by: Vec<Option<(usize, usize)>>,
}

impl<'g, 'a> Paths<'g, 'a> {
    /// Ways from the starts of the menus callers come in by: those with a number, those no
    /// other menu leads to, and then any that are still out of reach.
    pub fn new(graph: &'g Graph<'a>, numbered: &dyn Fn(&str) -> bool) -> Self {
        let mut paths = Self::over(graph, |_, _| true);
        let count = graph.nodes.len();
        let mut led_to = vec![false; count];
        for (node, edges) in graph.edges.iter().enumerate() {
            for edge in edges {
                let (To::Node(to) | To::Call { start: to, .. }) = edge.to else {
                    continue;
                };
                let other = graph.nodes.get(to).map(|to| to.menu)
                    != graph.nodes.get(node).map(|node| node.menu);
                if other && let Some(mark) = led_to.get_mut(to) {
                    *mark = true;
                }
            }
        }
        let starts = graph
            .menus
            .iter()
            .filter_map(|menu| Some((menu.id, menu.start?)));
        let mut doors: Vec<usize> = starts
            .clone()
            .filter(|(id, start)| numbered(id) || !led_to.get(*start).copied().unwrap_or(true))
            .map(|(_, start)| start)
            .collect();
        paths.spread(&doors, |_, _| true, true);
        for (_, start) in starts {
            if paths.far.get(start) == Some(&UNREACHED) {
                paths.spread(&[start], |_, _| true, true);
                doors.push(start);
            }
        }
        paths.doors = doors;
        paths
    }

    /// No ways yet; what it costs to pass through submenus is known.
    pub fn over(graph: &'g Graph<'a>, counts: impl Fn(usize, &Edge<'a>) -> bool + 'g) -> Self {
        let mut paths = Self {
            graph,
            counting: Rc::new(counts),
            doors: Vec::new(),
            backs: Vec::new(),
            through: HashMap::new(),
            far: Vec::new(),
            by: Vec::new(),
        };
        paths.clear();
        paths.measure_submenus();
        paths
    }

    fn clear(&mut self) {
        self.far.clear();
        self.far.resize(self.graph.nodes.len(), UNREACHED);
        self.by.clear();
        self.by.resize(self.graph.nodes.len(), None);
    }

    /// The same graph, nothing searched.
    fn fresh(&self) -> Self {
        let mut fresh = Self {
            graph: self.graph,
            counting: Rc::clone(&self.counting),
            doors: Vec::new(),
            backs: self.backs.clone(),
            through: self.through.clone(),
            far: Vec::new(),
            by: Vec::new(),
        };
        fresh.clear();
        fresh
    }

    /// The ways of a passive caller, `@back` among them.
    pub fn passive(graph: &'g Graph<'a>) -> Self {
        let mut paths = Self::over(graph, |_, edge| edge.is_passive);
        paths.find_backs(|_, _| true);
        paths
    }

    /// Finds from where a passive caller is led to `@back`, by ways that `counts`.
    pub fn find_backs(&mut self, counts: impl Fn(usize, &Edge<'a>) -> bool) {
        let backs = self.graph.backs(
            |start| self.comes_back(start),
            |node, edge| edge.is_passive && counts(node, edge),
        );
        self.backs = backs;
    }

    /// Whether a passive caller who leaves a node by this way is led back to it.
    pub fn led_back(&self, edge: &Edge<'_>) -> bool {
        let to = match edge.to {
            To::Node(to) => to,
            To::Back(_) | To::Call { .. } | To::Return | To::End => return false,
        };
        edge.remembers && self.backs.get(to).copied().unwrap_or(false)
    }

    /// What happens on the way to `@back`.
    fn to_back(&self, from: usize, home: usize) -> Vec<String> {
        let mut search = self.fresh();
        let plain = |edge: &Edge<'_>| edge.is_passive && !edge.remembers;
        search.spread(&[from], |_, edge| plain(edge), true);
        let mut best: Option<(Far, usize, &Edge<'_>)> = None;
        for (node, edges) in self.graph.edges.iter().enumerate() {
            for edge in edges.iter().filter(|edge| plain(edge)) {
                let ends = match edge.to {
                    To::Back(_) => true,
                    To::Call { start, then } => {
                        matches!(then, Then::Back(_)) && self.comes_back(start)
                    }
                    To::Node(_) | To::Return | To::End => false,
                };
                let far = search.far(node).saturating_add(cost(&edge.event));
                if ends && far < best.map_or(UNREACHED, |(least, ..)| least) {
                    best = Some((far, node, edge));
                }
            }
        }
        let Some((_, node, edge)) = best else {
            return Vec::new();
        };
        let (_, mut events) = search.to(node, home);
        events.extend(words(self.graph, node, edge, home));
        if let To::Call { start, .. } = edge.to {
            events.extend(self.inside(start, home));
        }
        events
    }

    /// Where callers come in: the starts of menus.
    pub fn doors(&self) -> &[usize] {
        &self.doors
    }

    /// The same doors, when only some ways count.
    pub fn only(&self, counts: impl Fn(usize, &Edge<'a>) -> bool + 'g) -> Self {
        let mut paths = Self::over(self.graph, counts);
        paths.doors.clone_from(&self.doors);
        let counting = Rc::clone(&paths.counting);
        paths.spread(&self.doors, |node, edge| counting(node, edge), true);
        paths
    }

    /// Whether any caller can come to a node.
    pub fn reach(&self, node: usize) -> bool {
        self.far(node) != UNREACHED
    }

    /// How far away a node is.
    pub fn far(&self, node: usize) -> Far {
        self.far.get(node).copied().unwrap_or(UNREACHED)
    }

    /// Whether a caller who enters the menu that begins at `start` may come back.
    pub fn comes_back(&self, start: usize) -> bool {
        self.through.contains_key(&start)
    }

    /// The node a caller begins at who comes to a node, and what happens on the way, in the
    /// words of a finding about the menu `home`.
    pub fn to(&self, node: usize, home: usize) -> (usize, Vec<String>) {
        let mut events = Vec::new();
        let mut here = node;
        while let Some(&Some((from, edge))) = self.by.get(here) {
            let Some(edge) = self.graph.edges.get(from).and_then(|edges| edges.get(edge)) else {
                break;
            };
            if let To::Call { start, then } = edge.to
                && then.node() == Some(here)
                && start != here
            {
                let mut inside = self.inside(start, home);
                inside.reverse();
                events.append(&mut inside);
            }
            events.extend(words(self.graph, from, edge, home));
            here = from;
        }
        events.reverse();
        (here, events)
    }

    /// The shortest way round from a node back to itself, by ways that `counts` among nodes
    /// that are `within`: what happens on it, and its last exit.
    pub fn round(
        &self,
        node: usize,
        home: usize,
        within: &dyn Fn(usize) -> bool,
        counts: &dyn Fn(usize, &Edge<'a>) -> bool,
    ) -> Option<Round<'a>> {
        let mut search = self.fresh();
        search.spread(&[node], counts, true);
        let mut best: Option<(Far, usize, usize)> = None;
        for (from, edges) in self
            .graph
            .edges
            .iter()
            .enumerate()
            .filter(|(from, _)| within(*from))
        {
            if search.far(from) == UNREACHED {
                continue;
            }
            for (index, edge) in edges
                .iter()
                .enumerate()
                .filter(|(_, edge)| counts(from, edge))
            {
                for (to, cost) in self.leads(edge, true) {
                    let far = search.far(from).saturating_add(cost);
                    if to == node && best.is_none_or(|(least, ..)| far < least) {
                        best = Some((far, from, index));
                    }
                }
            }
        }
        let Some((_, from, index)) = best else {
            let mut edges = self.graph.edges.get(node)?.iter();
            let edge = edges.find(|edge| counts(node, edge) && self.led_back(edge))?;
            let mut events: Vec<String> = words(self.graph, node, edge, home).into_iter().collect();
            if let To::Node(to) = edge.to {
                events.extend(self.to_back(to, home));
            }
            return Some(Round {
                events,
                nodes: vec![node],
                last: (node, edge.location),
            });
        };
        let edge = self.graph.edges.get(from)?.get(index)?;
        let (_, mut events) = search.to(from, home);
        if let To::Call { start, then } = edge.to
            && then.node() == Some(node)
            && start != node
        {
            events.extend(words(self.graph, from, edge, home));
            events.extend(self.inside(start, home));
        } else {
            events.extend(words(self.graph, from, edge, home));
        }
        let mut nodes = vec![from];
        while let Some(&Some((before, _))) = nodes.last().and_then(|last| search.by.get(*last)) {
            nodes.push(before);
        }
        nodes.reverse();
        Some(Round {
            events,
            nodes,
            last: (from, edge.location),
        })
    }

    /// What happens from the start of a submenu to its `@return`.
    fn inside(&self, start: usize, home: usize) -> Vec<String> {
        let mut search = self.fresh();
        search.spread(&[start], |node, edge| (self.counting)(node, edge), false);
        let mut best: Option<(Far, usize, &Edge<'_>)> = None;
        for (node, edges) in self.graph.edges.iter().enumerate() {
            for edge in edges.iter().filter(|edge| (self.counting)(node, edge)) {
                let Some(last) = self.returning(edge) else {
                    continue;
                };
                let far = search.far(node).saturating_add(last);
                if far < best.map_or(UNREACHED, |(least, ..)| least) {
                    best = Some((far, node, edge));
                }
            }
        }
        let Some((_, node, edge)) = best else {
            return Vec::new();
        };
        let (_, mut events) = search.to(node, home);
        events.extend(words(self.graph, node, edge, home));
        if let To::Call { start, .. } = edge.to {
            events.extend(self.inside(start, home));
        }
        events
    }

    /// What it costs to return by an edge, if it returns.
    fn returning(&self, edge: &Edge<'_>) -> Option<Far> {
        let own = cost(&edge.event);
        match edge.to {
            To::Return => Some(own),
            To::Call {
                start,
                then: Then::Return,
            } => self
                .through
                .get(&start)
                .map(|through| own.saturating_add(*through)),
            To::Node(_) | To::Back(_) | To::Call { .. } | To::End => None,
        }
    }

    /// Finds what it costs to pass through each menu that is called and comes back.
    fn measure_submenus(&mut self) {
        let starts: Vec<usize> = self.graph.callers.keys().copied().collect();
        loop {
            let mut changed = false;
            for &start in &starts {
                self.clear();
                let counting = Rc::clone(&self.counting);
                self.spread(&[start], |node, edge| counting(node, edge), false);
                let this = &*self;
                let reached = this.far.iter().enumerate();
                let least = reached
                    .filter(|(_, far)| **far != UNREACHED)
                    .flat_map(|(node, far)| {
                        let edges = this.graph.edges.get(node).into_iter().flatten();
                        edges
                            .filter(move |edge| (this.counting)(node, edge))
                            .filter_map(|edge| this.returning(edge))
                            .map(move |last| far.saturating_add(last))
                    })
                    .min();
                if let Some(least) = least
                    && self.through.get(&start).is_none_or(|known| least < *known)
                {
                    self.through.insert(start, least);
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        self.clear();
    }

    /// Where an edge leads and at what cost: into a submenu (when `deep`), and past it.
    fn leads(&self, edge: &Edge<'_>, deep: bool) -> impl Iterator<Item = (usize, Far)> + use<> {
        let own = cost(&edge.event);
        let (first, second) = match edge.to {
            To::Node(to) => (Some((to, own)), None),
            To::Back(to) => (Some((to, own)), None),
            To::Call { start, then } => {
                let through = self.through.get(&start);
                let past = then
                    .node()
                    .zip(through)
                    .map(|(then, through)| (then, own.saturating_add(*through)));
                (deep.then_some((start, own)), past)
            }
            To::Return | To::End => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// Dijkstra's search from some nodes.
    fn spread(&mut self, from: &[usize], counts: impl Fn(usize, &Edge<'a>) -> bool, deep: bool) {
        let mut queue = BinaryHeap::new();
        for &start in from {
            if let Some(far) = self.far.get_mut(start) {
                *far = 0;
                queue.push(Reverse((0, start)));
            }
        }
        let graph = self.graph;
        while let Some(Reverse((far, node))) = queue.pop() {
            if far > self.far(node) {
                continue;
            }
            for (index, edge) in graph.edges.get(node).into_iter().flatten().enumerate() {
                if !counts(node, edge) {
                    continue;
                }
                for (to, cost) in self.leads(edge, deep) {
                    let next = far.saturating_add(cost);
                    if next < self.far(to) {
                        if let (Some(far), Some(by)) = (self.far.get_mut(to), self.by.get_mut(to)) {
                            *far = next;
                            *by = Some((node, index));
                        }
                        queue.push(Reverse((next, to)));
                    }
                }
            }
        }
    }
}

/// A way from a node back to itself.
pub(super) struct Round<'a> {
    pub events: Vec<String>,
    pub nodes: Vec<usize>,
    /// The node and the exit that close it.
    pub last: (usize, ExitLocation<'a>),
}

fn cost(event: &Event<'_>) -> Far {
    let events = match event {
        Event::Goes => 0,
        Event::Silent(times) | Event::Wrong(times) => u64::from(*times),
        Event::Limit(steps) => u64::from(*steps) * 10,
        _ => 1,
    };
    events * 1000 + 1
}

/// What happens, in the words of a finding about the menu `home`.
fn words(graph: &Graph<'_>, node: usize, edge: &Edge<'_>, home: usize) -> Option<String> {
    let id = graph.label(node, home);
    let times = |what: &str, times: u8| match times {
        1 => what.to_owned(),
        _ => format!("{what} ×{times}"),
    };
    Some(match edge.event {
        Event::Goes => return None,
        Event::Press(keys) => {
            let keys: Vec<&str> = keys
                .split("")
                .filter(|key| !key.is_empty())
                .map(|key| match key {
                    "*" => "star",
                    "#" => "hash",
                    digit => digit,
                })
                .collect();
            format!("press {}", keys.join(" "))
        }
        Event::Silent(n) => times("stay silent", n),
        Event::Wrong(n) => times("press a wrong key", n),
        Event::Enters => format!("enter what {id} asks for"),
        Event::Leaves => "leave a message".to_owned(),
        Event::Busy => format!("{id} is busy"),
        Event::NoAnswer => format!("{id} does not answer"),
        Event::Rejected => format!("{id} rejects the call"),
        Event::Failed => format!("{id} cannot be called"),
        Event::Missed => format!("{id} is not reached"),
        Event::Talked => format!("talk to {id}, who hangs up"),
        Event::Hours(calendar, hour) => match hour {
            Hour::Open => format!("while `{calendar}` is open"),
            Hour::Closed => format!("while `{calendar}` is closed"),
            Hour::Holiday => format!("on a holiday of `{calendar}`"),
            Hour::OverrideOpen | Hour::OverrideClosed => {
                format!("while `{calendar}` is overridden")
            }
        },
        Event::Case(index) => {
            let number = index + 1;
            match graph.nodes.get(node).map(|node| &node.node.kind) {
                Some(Kind::Switch(switch)) if switch.cases.len() > 1 => {
                    format!("as case {number} of {id}")
                }
                _ => format!("as the case of {id}"),
            }
        }
        Event::NoCase => format!("as no case of {id}"),
        Event::Answered => format!("{id} is answered"),
        Event::Unanswered => format!("{id} fails"),
        Event::NoNumber => "call without a number".to_owned(),
        Event::Limit(steps) => format!("go through {steps} nodes"),
    })
}
