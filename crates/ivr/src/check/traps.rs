//! Traps: where a passive caller goes round for ever.
//!
//! A trap is a loop among the ways that need no choice of the caller's: silence, wrong
//! keys, calls that are not taken, look-ups, hours, and nodes that simply lead on. Since a
//! visit to a node ends after a bounded number of failures, and everything else is a node,
//! a menu has a trap if and only if its graph has such a loop that a caller can come to.
//!
//! Two questions about the same thing get the same answer: a loop that needs a calendar to
//! be open at one node and closed at another is none. The way there is not held to the
//! same answers, because an office may close while people talk. Where many such questions
//! meet in one component of nodes (to try all answers would take more than [`MAX_VISITS`] looks at a
//! node), they are taken to be independent, and so are those on the way through a
//! submenu that returns: a trap may then be reported that is none, never the other way round.

use std::collections::{BTreeMap, BTreeSet};

use super::Report;
use super::edge::{Edge, ExitLocation, Fact, FactKey, To};
use super::graph::Graph;
use super::paths::Paths;
use crate::Code;
use crate::document::{Kind, LookupBinding, Subject};

/// How many looks at a node are spent on trying combinations of answers in one component.
const MAX_VISITS: usize = 200_000;

pub(super) fn find<'a>(graph: &Graph<'a>, paths: &Paths<'_, 'a>, report: &mut Report<'_>) {
    let mut passive = PassiveGraph {
        graph,
        paths: Paths::passive(graph),
    };
    let all: Vec<usize> = (0..graph.nodes.len())
        .filter(|node| paths.reach(*node))
        .collect();
    for component in passive.cyclic_components(&all, &Assumptions::default()) {
        // One loop after the other, each as if the ones before were put right.
        let mut cut = BTreeSet::new();
        passive.paths.find_backs(|_, _| true);
        for _ in 0..MAX_REPORTED_CYCLES {
            let Some((answers, cycle)) = passive.real(&component, &cut) else {
                break;
            };
            let assumed = Assumptions {
                answers: &answers,
                cut: Some(&cut),
            };
            let Some(closing) = note(graph, paths, &passive, &assumed, &cycle, report) else {
                break;
            };
            cut.insert(closing);
            passive
                .paths
                .find_backs(|node, edge| !cut.contains(&(node, edge.location)));
        }
    }
}

/// How many loops of one component are reported.
const MAX_REPORTED_CYCLES: usize = 20;

/// Part of the graph: what is left under some answers, without some exits.
#[derive(Default)]
struct Assumptions<'s> {
    answers: &'s [Fact],
    cut: Option<&'s BTreeSet<(usize, ExitLocation<'s>)>>,
}

impl Assumptions<'_> {
    fn allows(&self, node: usize, edge: &Edge<'_>) -> bool {
        edge.is_passive
            && !self
                .cut
                .is_some_and(|cut| cut.contains(&(node, edge.location)))
            && edge.facts.iter().all(|fact| {
                self.answers
                    .iter()
                    .find(|answer| answer.key == fact.key)
                    .is_none_or(|answer| answer.value == fact.value)
            })
    }
}

struct PassiveGraph<'g, 'a> {
    graph: &'g Graph<'a>,
    /// What a passive caller comes by.
    paths: Paths<'g, 'a>,
}

impl PassiveGraph<'_, '_> {
    /// Where a passive caller is led, if the answers allow it.
    fn next<'s>(
        &'s self,
        node: usize,
        assumed: &'s Assumptions<'_>,
    ) -> impl Iterator<Item = usize> + 's {
        let edges = self.graph.edges.get(node).into_iter().flatten();
        edges
            .filter(move |edge| assumed.allows(node, edge))
            .flat_map(move |edge| {
                let again = Some(node).filter(|_| self.paths.led_back(edge));
                let (first, second) = match edge.to {
                    To::Node(to) | To::Back(to) => (Some(to), again),
                    To::Call { start, then } => {
                        let back = self.paths.comes_back(start);
                        (Some(start), then.node().filter(|_| back))
                    }
                    To::Return | To::End => (None, None),
                };
                first.into_iter().chain(second)
            })
    }

    /// The strongly connected parts among some nodes that hold a loop (Tarjan, without
    /// recursion: menus are longer than stacks are deep).
    fn cyclic_components(&self, among: &[usize], assumed: &Assumptions<'_>) -> Vec<Vec<usize>> {
        const NEW: usize = usize::MAX;
        let count = self.graph.nodes.len();
        let mut inside = vec![false; count];
        for &node in among {
            set(&mut inside, node, true);
        }
        let mut order = vec![NEW; count];
        let mut low = vec![NEW; count];
        let mut on_stack = vec![false; count];
        let mut stack = Vec::new();
        let mut found = Vec::new();
        let mut counter = 0;
        for &root in among {
            if get(&order, root) != Some(NEW) {
                continue;
            }
            let mut calls: Vec<(usize, Vec<usize>)> = vec![(root, Vec::new())];
            let mut entering = true;
            while let Some((node, rest)) = calls.last_mut() {
                let node = *node;
                if entering {
                    set(&mut order, node, counter);
                    set(&mut low, node, counter);
                    counter += 1;
                    stack.push(node);
                    set(&mut on_stack, node, true);
                    *rest = self
                        .next(node, assumed)
                        .filter(|to| inside.get(*to).copied().unwrap_or(false))
                        .collect();
                    entering = false;
                }
                if let Some(to) = rest.pop() {
                    if get(&order, to) == Some(NEW) {
                        calls.push((to, Vec::new()));
                        entering = true;
                    } else if get(&on_stack, to) == Some(true) {
                        lower(&mut low, node, get(&order, to));
                    }
                    continue;
                }
                calls.pop();
                if let Some((above, _)) = calls.last() {
                    let below = get(&low, node);
                    lower(&mut low, *above, below);
                }
                if get(&low, node) == get(&order, node) {
                    let mut part = Vec::new();
                    while let Some(member) = stack.pop() {
                        set(&mut on_stack, member, false);
                        part.push(member);
                        if member == node {
                            break;
                        }
                    }
                    if part.len() > 1 || self.next(node, assumed).any(|to| to == node) {
                        part.sort_unstable();
                        found.push(part);
                    }
                }
            }
        }
        found
    }

    /// A part of a component that holds a loop when equal questions get equal answers and some
    /// exits are cut, and the answers it needs.
    fn real(
        &self,
        component: &[usize],
        cut: &BTreeSet<(usize, ExitLocation<'_>)>,
    ) -> Option<(Vec<Fact>, Vec<usize>)> {
        // Only what is asked at several nodes can contradict itself.
        let mut asked: BTreeMap<usize, (BTreeSet<usize>, BTreeSet<u8>)> = BTreeMap::new();
        for &node in component {
            for edge in self.graph.edges.get(node).into_iter().flatten() {
                for fact in edge
                    .facts
                    .iter()
                    .filter(|fact| self.lasts(fact.key, component))
                {
                    let (nodes, values) = asked.entry(fact.key).or_default();
                    nodes.insert(node);
                    values.insert(fact.value);
                }
            }
        }
        let asked: Vec<(usize, Vec<u8>)> = asked
            .into_iter()
            .filter(|(_, (nodes, _))| nodes.len() > 1)
            .map(|(key, (_, values))| (key, values.into_iter().collect()))
            .collect();
        let combinations = asked
            .iter()
            .try_fold(1usize, |product, (_, values)| {
                product.checked_mul(values.len())
            })
            .filter(|product| product.saturating_mul(component.len()) <= MAX_VISITS);
        let (asked, combinations) = match combinations {
            Some(combinations) => (asked, combinations),
            None => (Vec::new(), 1),
        };
        (0..combinations).find_map(|combination| {
            let mut rest = combination;
            let answers: Vec<Fact> = asked
                .iter()
                .filter_map(|(key, values)| {
                    let value = *values.get(rest % values.len())?;
                    rest /= values.len();
                    Some(Fact { key: *key, value })
                })
                .collect();
            let assumed = Assumptions {
                answers: &answers,
                cut: Some(cut),
            };
            let cycle = self
                .cyclic_components(component, &assumed)
                .into_iter()
                .next()?;
            Some((answers, cycle))
        })
    }

    /// Whether the answer to a question stays the same within a component: look-ups bring new
    /// answers, everything else a passive caller does not change.
    fn lasts(&self, key: usize, component: &[usize]) -> bool {
        let Some(FactKey::Test(Subject::Lookup(name), _)) = self.graph.facts.get(key) else {
            return true;
        };
        let name = name.split('.').next().unwrap_or_default();
        !component
            .iter()
            .filter_map(|node| self.graph.nodes.get(*node))
            .any(|node| {
                matches!(&node.node.kind, Kind::Lookup(lookup) if match &lookup.into {
                    LookupBinding::Nothing => false,
                    LookupBinding::Whole(into) => into == name,
                    LookupBinding::Parts(parts) => parts.get(name).is_some(),
                })
            })
    }
}

fn note<'a>(
    graph: &Graph<'a>,
    paths: &Paths<'_, 'a>,
    passive: &PassiveGraph<'_, 'a>,
    assumed: &Assumptions<'_>,
    cycle: &[usize],
    report: &mut Report<'_>,
) -> Option<(usize, ExitLocation<'a>)> {
    let entry = cycle
        .iter()
        .copied()
        .min_by_key(|node| (paths.far(*node), *node))?;
    let mut inside = BTreeSet::<usize>::new();
    inside.extend(cycle);
    let within = |node: usize| inside.contains(&node);
    let counts = |node: usize, edge: &Edge<'_>| assumed.allows(node, edge);
    // Which exit closes the loop does not depend on whose words it is told in.
    let (closing, location) = passive.paths.round(entry, 0, &within, &counts)?.last;
    let menu = graph.nodes.get(closing).map_or(0, |node| node.menu);
    let round = passive.paths.round(entry, menu, &within, &counts)?;
    let pointer = graph.exit(closing, location);
    let (door, mut path) = paths.to(entry, menu);
    let entered = graph.nodes.get(door).map_or(0, |node| node.menu);
    if entered != menu {
        let name = graph.menus.get(entered).map_or("", |menu| menu.id);
        path.insert(0, format!("call `{name}`"));
    }
    let way: Vec<String> = round
        .nodes
        .iter()
        .chain([&entry])
        .map(|node| graph.label(*node, menu))
        .collect();
    let why = if round.events.is_empty() {
        "whatever the caller does".to_owned()
    } else {
        format!("({})", round.events.join(", "))
    };
    let message = if way.len() > 2 {
        format!("a caller goes round for ever: {} {why}", way.join(" → "))
    } else {
        format!(
            "{} leads back to itself for ever {why}",
            graph.label(entry, menu)
        )
    };
    path.extend(round.events);
    report
        .add(menu, Code::Trap, &pointer, message)
        .with_help("let one of these exits lead to an end: a person, a voicemail or `@hangup`")
        .with_path(path);
    Some((closing, location))
}

fn get<T: Copy>(list: &[T], at: usize) -> Option<T> {
    list.get(at).copied()
}

fn set<T>(list: &mut [T], at: usize, value: T) {
    if let Some(place) = list.get_mut(at) {
        *place = value;
    }
}

fn lower(low: &mut [usize], at: usize, value: Option<usize>) {
    if let (Some(place), Some(value)) = (low.get_mut(at), value) {
        *place = (*place).min(value);
    }
}
