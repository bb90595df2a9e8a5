//! Conversations and the legs that tie them together.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use events::{Event, LegId};

use crate::key::RowKey;
use crate::limits::Limits;
use crate::rows::{Row, RowError, Rows};

/// One event in a part.
pub(crate) struct Entry<'a> {
    pub(crate) event: Cow<'a, Event>,
    pub(crate) line: &'a str,
    pub(crate) revision: u32,
}

/// One row, stored or new.
pub(crate) struct Part<'a> {
    pub(crate) row: Option<&'a Row>,
    pub(crate) number: u32,
    pub(crate) entries: Vec<Entry<'a>>,
    /// Whether its events are others than those stored.
    pub(crate) has_changed: bool,
    added: usize,
}

impl Part<'_> {
    /// What one write adds counts unpacked: how far it packs is not known before.
    fn is_closed(&self, limits: &Limits) -> bool {
        let size = self.row.map_or(0, |row| row.size);
        self.entries.len() >= limits.events_a_row
            || size >= limits.bytes_a_row
            || size + self.added >= 2 * limits.bytes_a_row
    }

    fn next_revision(&self) -> u32 {
        self.row.map_or(0, |row| row.revision) + 1
    }
}

/// One conversation with all its parts.
pub(crate) struct Conversation<'a> {
    pub(crate) key: RowKey,
    pub(crate) parts: Vec<Part<'a>>,
    legs: BTreeSet<LegId>,
    /// Where each event is: part and place.
    places: HashMap<String, (usize, usize)>,
    /// The batch's events that belong here, by their places in the batch.
    pub(crate) incoming: Vec<usize>,
}

/// Why an event is kept in the archive alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// The conversation has as many events as one may have.
    #[error("its conversation has as many events as the database keeps of one")]
    Conversation,
    /// The leg is in as many conversations as one is followed through.
    #[error("its leg is in as many conversations as one is followed through")]
    Leg,
    /// The conversations that share legs are as many as are folded together.
    #[error("the conversations that share its leg are as many as are folded together")]
    Component,
}

/// All conversations read and written by a batch.
pub(crate) struct Graph<'a> {
    limits: Limits,
    pub(crate) conversations: Vec<Conversation<'a>>,
    keys: HashMap<RowKey, usize>,
    legs: HashMap<LegId, BTreeSet<usize>>,
    /// The component of each conversation: the place of another of it, or its own.
    parents: Vec<usize>,
    sizes: Vec<usize>,
}

impl<'a> Graph<'a> {
    pub(crate) fn new(rows: &'a Rows, limits: Limits) -> Result<Self, RowError> {
        let mut graph = Self {
            limits,
            conversations: Vec::new(),
            keys: HashMap::new(),
            legs: HashMap::new(),
            parents: Vec::new(),
            sizes: Vec::new(),
        };
        let mut sorted: Vec<&Row> = rows.rows.iter().filter(|row| row.body.is_some()).collect();
        sorted.sort_unstable_by_key(|row| row.part);
        for row in sorted {
            graph.load(row)?;
        }
        Ok(graph)
    }

    fn load(&mut self, row: &'a Row) -> Result<(), RowError> {
        let mut part = Part {
            row: Some(row),
            number: row.part,
            entries: Vec::new(),
            has_changed: false,
            added: 0,
        };
        for line in row.body.iter().flat_map(|body| &body.events) {
            let event = Event::from_json_without_raw(&line.text)
                .map_err(|error| RowError::Event(row.n, error.message))?;
            part.entries.push(Entry {
                event: Cow::Owned(event),
                line: &line.text,
                revision: line.revision,
            });
        }
        let place = self.place(&row.conversation);
        for leg in &row.legs {
            self.tie(leg, place);
        }
        if let Some(conversation) = self.conversations.get_mut(place) {
            let number = conversation.parts.len();
            for (position, entry) in part.entries.iter().enumerate() {
                let id = entry.event.id.clone();
                conversation.places.insert(id, (number, position));
            }
            conversation.parts.push(part);
        }
        Ok(())
    }

    fn place(&mut self, key: &RowKey) -> usize {
        if let Some(place) = self.keys.get(key) {
            return *place;
        }
        let place = self.conversations.len();
        self.keys.insert(key.clone(), place);
        self.parents.push(place);
        self.sizes.push(1);
        self.conversations.push(Conversation {
            key: key.clone(),
            parts: Vec::new(),
            legs: BTreeSet::new(),
            places: HashMap::new(),
            incoming: Vec::new(),
        });
        place
    }

    fn root(&self, mut place: usize) -> usize {
        while let Some(parent) = self.parents.get(place).filter(|parent| **parent != place) {
            place = *parent;
        }
        place
    }

    fn size(&self, root: usize) -> usize {
        self.sizes.get(root).copied().unwrap_or(1)
    }

    fn tie(&mut self, leg: &LegId, place: usize) {
        if let Some(conversation) = self.conversations.get_mut(place) {
            conversation.legs.insert(leg.clone());
        }
        let others = self.legs.entry(leg.clone()).or_default();
        let other = others.first().copied();
        others.insert(place);
        let (Some(other), place) = (other, self.root(place)) else {
            return;
        };
        let other = self.root(other);
        if other != place {
            let size = self.size(other) + self.size(place);
            if let (Some(parent), Some(total)) =
                (self.parents.get_mut(place), self.sizes.get_mut(other))
            {
                *parent = other;
                *total = size;
            }
        }
    }

    /// Whether this leg may appear in this conversation.
    fn may_tie(&self, leg: &LegId, place: Option<usize>) -> Result<(), LimitError> {
        let Some(others) = self.legs.get(leg) else {
            return Ok(());
        };
        if place.is_some_and(|place| others.contains(&place)) {
            return Ok(());
        }
        if others.len() >= self.limits.conversations_a_leg {
            return Err(LimitError::Leg);
        }
        let other = others.first().map(|other| self.root(*other));
        let own = place.map(|place| self.root(place));
        let size = other.map_or(0, |other| self.size(other))
            + own.map_or(1, |own| {
                if Some(own) == other {
                    0
                } else {
                    self.size(own)
                }
            });
        if size > self.limits.conversations_a_component {
            return Err(LimitError::Component);
        }
        Ok(())
    }

    /// Adds the batch's event number `number`: of two copies of one event the earlier counts.
    pub(crate) fn add(
        &mut self,
        number: usize,
        key: &RowKey,
        event: &'a Event,
        line: &'a str,
    ) -> Result<(), LimitError> {
        let known = self.keys.get(key).copied();
        if let Some(leg) = event.leg() {
            self.may_tie(leg, known)?;
        }
        let is_full = known
            .and_then(|place| self.conversations.get(place))
            .is_some_and(|it| {
                !it.places.contains_key(&event.id)
                    && it.parts.len() >= self.limits.parts
                    && it
                        .parts
                        .last()
                        .is_some_and(|part| part.is_closed(&self.limits))
            });
        if is_full {
            return Err(LimitError::Conversation);
        }
        let place = self.place(key);
        if let Some(leg) = event.leg() {
            self.tie(leg, place);
        }
        let limits = self.limits;
        if let Some(conversation) = self.conversations.get_mut(place) {
            conversation.incoming.push(number);
            conversation.add(event, line, &limits);
        }
        Ok(())
    }

    /// The conversations by component, those without an event of the batch left out.
    pub(crate) fn components(&self) -> Vec<Vec<&Conversation<'a>>> {
        let mut components: BTreeMap<usize, Vec<&Conversation<'a>>> = BTreeMap::new();
        for (place, conversation) in self.conversations.iter().enumerate() {
            let root = self.root(place);
            components.entry(root).or_default().push(conversation);
        }
        components
            .into_values()
            .filter(|component| component.iter().any(|it| !it.incoming.is_empty()))
            .collect()
    }
}

impl<'a> Conversation<'a> {
    fn add(&mut self, event: &'a Event, line: &'a str, limits: &Limits) {
        if let Some((part, position)) = self.places.get(&event.id).copied() {
            let part = self.parts.get_mut(part);
            let revision = part.as_ref().map_or(1, |part| part.next_revision());
            if let Some(part) = part
                && let Some(entry) = part.entries.get_mut(position)
                && (event.receivedat.as_str(), line) < (entry.event.receivedat.as_str(), entry.line)
            {
                *entry = Entry {
                    event: Cow::Borrowed(event),
                    line,
                    revision,
                };
                part.has_changed = true;
            }
            return;
        }
        let number = match self.parts.last() {
            Some(part) if !part.is_closed(limits) => None,
            Some(part) => Some(part.number + 1),
            None => Some(0),
        };
        if let Some(number) = number {
            self.parts.push(Part {
                row: None,
                number,
                entries: Vec::new(),
                has_changed: true,
                added: 0,
            });
        }
        let last = self.parts.len() - 1;
        if let Some(part) = self.parts.last_mut() {
            let position = part.entries.len();
            self.places.insert(event.id.clone(), (last, position));
            part.has_changed = true;
            part.added += line.len();
            part.entries.push(Entry {
                event: Cow::Borrowed(event),
                line,
                revision: part.next_revision(),
            });
        }
    }

    /// The legs that appear here.
    pub(crate) fn legs(&self) -> impl Iterator<Item = &LegId> {
        self.legs.iter()
    }
}
