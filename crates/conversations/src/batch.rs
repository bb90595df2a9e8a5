//! A batch of events on its way into the database.
//!
//! The Worker asks [`Batch::read`], runs it, makes a [`Plan`] of what came, runs that, and says
//! with [`Batch::settle`] what the database answered. Several consumers do so at once, so a plan
//! may lose: then its events are still waiting, and all is done again for them.
//!
//! Four rules keep the records right:
//! 1. Every row that was read for a component is written, its revision at least. Else two writers
//!    could each see the other's old row, and neither notice.
//! 2. The legs are read again inside the writing transaction. Else two writers could each create
//!    one conversation of a leg, and neither see the other's.
//! 3. What is read is closed over shared legs, over any number of hops. Else a record would be
//!    folded from part of its events and written over the right one.
//! 4. A new part is written only with the part it follows. Else a writer who read before, and to
//!    whom that part still has room, could add an event to it that the new part has already.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use events::{CallRecord, Event, LegId};
use serde::Serialize;

use crate::component::{Graph, LimitError};
use crate::key::RowKey;
use crate::limits::Limits;
use crate::plan::{Kind, Moment, Plan, Planner};
use crate::rows::{RowError, Rows, columns};
use crate::sql::{READ, SqlValue, Statement};

/// Events that are not in the database yet.
pub struct Batch<'a> {
    waiting: Vec<Incoming<'a>>,
    attempt: u32,
    limits: Limits,
    beyond: BTreeMap<String, LimitError>,
}

struct Incoming<'a> {
    event: &'a Event,
    line: Cow<'a, str>,
    key: RowKey,
}

impl<'a> Batch<'a> {
    /// A batch of events, each with its JSON text on one line, without notes of its delivery.
    pub fn new(events: impl IntoIterator<Item = (&'a Event, Cow<'a, str>)>) -> Self {
        let waiting = events
            .into_iter()
            .map(|(event, line)| Incoming {
                key: RowKey::of_event(event),
                event,
                line,
            })
            .collect();
        Self {
            waiting,
            attempt: 0,
            limits: Limits::default(),
            beyond: BTreeMap::new(),
        }
    }

    /// The same within other bounds.
    #[must_use]
    pub fn within(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Whether nothing is left to do.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The events that are beyond a limit, by id: they are in the archive alone.
    #[must_use]
    pub fn beyond(&self) -> &BTreeMap<String, LimitError> {
        &self.beyond
    }

    /// The statement that reads what is needed to write the events.
    #[must_use]
    pub fn read(&self) -> Statement {
        let mut keys = BTreeSet::<&RowKey>::new();
        keys.extend(self.waiting.iter().map(|it| &it.key));
        let mut legs = BTreeSet::<&LegId>::new();
        legs.extend(self.waiting.iter().filter_map(|it| it.event.leg()));
        Statement::new(READ, vec![json(&keys), json(&legs)])
    }

    /// What to write, given what was read. An empty plan: everything is there already.
    ///
    /// # Errors
    /// A stored event cannot be read.
    pub fn plan(&mut self, rows: &Rows, moment: &Moment) -> Result<Plan, RowError> {
        let mut graph = Graph::new(rows, self.limits)?;
        for (number, incoming) in self.waiting.iter().enumerate() {
            let added = graph.add(number, &incoming.key, incoming.event, &incoming.line);
            if let Err(beyond) = added {
                self.beyond.insert(incoming.event.id.clone(), beyond);
            }
        }
        let mut planner = Planner::new(moment, self.attempt, rows);
        for component in graph.components() {
            let events = component
                .iter()
                .flat_map(|conversation| &conversation.parts)
                .flat_map(|part| &part.entries)
                .map(|entry| entry.event.as_ref());
            let records = CallRecord::fold_all(events);
            planner.add(&component, records);
        }
        Ok(planner.finish())
    }

    /// Takes what the database answered to each statement of each transaction of the plan: the
    /// texts in the column `row`. What lost to another writer is waiting again.
    ///
    /// # Errors
    /// An answer is not as expected.
    pub fn settle(&mut self, plan: &Plan, answers: &[Vec<Vec<String>>]) -> Result<(), RowError> {
        let mut lost = BTreeSet::new();
        for (transaction, answers) in plan.transactions.iter().zip(answers) {
            let mut written = BTreeSet::new();
            let mut ties: BTreeMap<LegId, Vec<RowKey>> = BTreeMap::new();
            for (kind, rows) in transaction.kinds.iter().zip(answers) {
                for row in rows {
                    match kind {
                        Kind::Rows => {
                            written.insert(columns::<i64>(row)?);
                        }
                        Kind::Legs => {
                            let (leg, conversation) = columns::<(LegId, RowKey)>(row)?;
                            ties.entry(leg).or_default().push(conversation);
                        }
                        Kind::Other => {}
                    }
                }
            }
            for group in &transaction.groups {
                let is_written = group.rows.iter().all(|n| written.contains(n));
                let is_closed = group
                    .legs
                    .iter()
                    .filter_map(|leg| ties.get(leg))
                    .flatten()
                    .all(|conversation| group.conversations.contains(conversation));
                if !(is_written && is_closed) {
                    lost.extend(group.incoming.iter().copied());
                }
            }
        }
        let mut number = 0;
        self.waiting.retain(|_| {
            number += 1;
            lost.contains(&(number - 1))
        });
        self.attempt += 1;
        Ok(())
    }
}

fn json(list: &impl Serialize) -> SqlValue {
    SqlValue::Text(serde_json::to_string(list).unwrap_or_default())
}
