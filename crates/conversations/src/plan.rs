//! What a batch writes.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use events::{CallRecord, LegId};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::body::{Packer, pack, to_hex};
use crate::component::{Conversation, Part};
use crate::key::{RowKey, milliseconds, number};
use crate::limits::{LEGS_A_RECORD, PARAMETER, TRANSACTION};
use crate::rows::Rows;
use crate::sql::{
    INSERT, INSERT_BEHIND, READ_LEGS, SqlValue, Statement, TOUCH, UPDATE, WRITE_LEGS, WRITE_TERMS,
    create_feed, write_feed,
};
use crate::terms::terms_of;

/// What the crate cannot know by itself.
#[derive(Clone, Debug)]
pub struct Moment {
    /// Milliseconds since 1970.
    pub now: i64,
    /// The day of the feed, `2026-11-26`.
    pub day: String,
    /// A number drawn for this write, below 2^53: no other write has it.
    pub writer: i64,
}

/// The transactions of a batch. They do not depend on each other.
#[derive(Debug, Default)]
pub struct Plan {
    /// In any order.
    pub transactions: Vec<Transaction>,
}

/// Statements that succeed or fail together.
#[derive(Debug, Default)]
pub struct Transaction {
    /// In this order.
    pub statements: Vec<Statement>,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) groups: Vec<Group>,
}

/// What a statement answers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// The numbers of the rows it wrote.
    Rows,
    /// Legs and their conversations.
    Legs,
    /// Nothing.
    Other,
}

/// One component: it is written as a whole, or goes again.
#[derive(Debug, Default)]
pub(crate) struct Group {
    pub(crate) incoming: Vec<usize>,
    pub(crate) rows: Vec<i64>,
    pub(crate) legs: BTreeSet<LegId>,
    pub(crate) conversations: BTreeSet<RowKey>,
}

/// Members of a stored record that have columns.
#[derive(Deserialize, PartialEq)]
struct Numbers {
    leg: LegId,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    to: Option<String>,
}

/// JSON values for `json_each`, cut into parameters the database takes.
#[derive(Default)]
struct Lists {
    lists: Vec<String>,
    size: usize,
}

impl Lists {
    fn push(&mut self, value: &impl serde::Serialize) {
        let text = serde_json::to_string(value).unwrap_or_default();
        self.size += text.len();
        match self.lists.last_mut() {
            Some(list) if list.len() + text.len() < PARAMETER => {
                list.push(',');
                list.push_str(&text);
            }
            _ => self.lists.push(["[", &text].concat()),
        }
    }

    fn close(self) -> impl Iterator<Item = String> {
        self.lists.into_iter().map(|list| list + "]")
    }
}

#[derive(Default)]
struct Open {
    inserts: Lists,
    updates: Lists,
    touches: Lists,
    behind: Lists,
    legs: Lists,
    terms: Lists,
    feed: Lists,
    groups: Vec<Group>,
}

pub(crate) struct Planner<'m> {
    moment: &'m Moment,
    attempt: u32,
    /// Those of rows that were read, and those given to new ones. A new row that had the number of
    /// one this plan updates would seem written when that one is.
    numbers: HashSet<i64>,
    packer: Packer,
    open: Open,
    plan: Plan,
}

impl<'m> Planner<'m> {
    pub(crate) fn new(moment: &'m Moment, attempt: u32, rows: &Rows) -> Self {
        Self {
            moment,
            attempt,
            numbers: rows.rows.iter().map(|row| row.n).collect(),
            packer: Packer::new(),
            open: Open::default(),
            plan: Plan::default(),
        }
    }

    /// Adds a component with the records folded from it; does nothing when all is there already.
    pub(crate) fn add(&mut self, component: &[&Conversation<'_>], records: Vec<CallRecord>) {
        let mut homes = BTreeSet::<&RowKey>::new();
        homes.extend(component.iter().map(|it| &it.key));
        let mut by_home: BTreeMap<RowKey, Vec<Box<RawValue>>> = BTreeMap::new();
        for mut record in records {
            record.legs.truncate(LEGS_A_RECORD);
            let home = record
                .conversation
                .as_ref()
                .map(RowKey::of_conversation)
                .filter(|key| homes.contains(key))
                .unwrap_or_else(|| RowKey::of_leg(&record.leg));
            if let Ok(text) = serde_json::value::to_raw_value(&record) {
                by_home.entry(home).or_default().push(text);
            }
        }
        let none = Vec::new();
        // The records lie in the last part, the only one that still changes.
        let parts: Vec<(&Conversation<'_>, &Part<'_>, &[Box<RawValue>], bool)> = component
            .iter()
            .flat_map(|conversation| {
                let last = conversation.parts.len();
                let records = by_home.get(&conversation.key).unwrap_or(&none);
                conversation
                    .parts
                    .iter()
                    .enumerate()
                    .map(move |(at, part)| {
                        let is_last = at + 1 == last;
                        let records: &[Box<RawValue>] = if is_last { records } else { &[] };
                        (*conversation, part, records, is_last)
                    })
            })
            .collect();
        let is_new =
            |part: &Part<'_>, records: &[Box<RawValue>]| part.has_changed || differ(part, records);
        if !parts
            .iter()
            .any(|(_, part, records, _)| is_new(part, records))
        {
            return;
        }
        if self.open.size() > TRANSACTION {
            self.close();
        }
        let mut group = Group::default();
        for conversation in component {
            group.incoming.extend(&conversation.incoming);
            group.conversations.insert(conversation.key.clone());
            group.legs.extend(conversation.legs().cloned());
        }
        // By conversation: the row that new parts of it follow.
        let mut followed: BTreeMap<&RowKey, i64> = BTreeMap::new();
        for (conversation, part, records, is_last) in parts {
            let key = &conversation.key;
            let n = match part.row {
                Some(row) if !is_new(part, records) => {
                    self.open.touches.push(&(row.n, row.revision));
                    row.n
                }
                _ => {
                    let before = followed.get(key).copied();
                    self.write(conversation, part, records, is_last, before)
                }
            };
            if part.row.is_some() || !followed.contains_key(key) {
                followed.insert(key, n);
            }
            group.rows.push(n);
        }
        self.open.groups.push(group);
    }

    fn write(
        &mut self,
        conversation: &Conversation<'_>,
        part: &Part<'_>,
        records: &[Box<RawValue>],
        is_last: bool,
        before: Option<i64>,
    ) -> i64 {
        let arrivals = || {
            let times = part.entries.iter().map(|entry| &entry.event.receivedat);
            times.filter_map(|at| milliseconds(at))
        };
        let last = arrivals().max().unwrap_or(self.moment.now);
        let mut legs = BTreeSet::<&LegId>::new();
        legs.extend(part.entries.iter().filter_map(|it| it.event.leg()));
        let mut terms = BTreeSet::<String>::new();
        for entry in &part.entries {
            terms.extend(terms_of(&entry.event));
        }
        let (legs_text, terms_text) = (json(&legs), json(&terms));
        let raw: Vec<&RawValue> = records.iter().map(AsRef::as_ref).collect();
        let lines = part.entries.iter().map(|it| (it.line, it.revision));
        let body = to_hex(&pack(&mut self.packer, &raw, lines));
        let n = match part.row {
            Some(row) => {
                let values = (row.n, row.revision, last, legs_text, terms_text, body);
                self.open.updates.push(&values);
                row.n
            }
            None => {
                let first = arrivals().min().unwrap_or(self.moment.now);
                let n = self.number(first, &conversation.key, part.number);
                let key = &conversation.key;
                let number = part.number;
                match before {
                    None => {
                        let values = (n, key, number, last, legs_text, terms_text, body);
                        self.open.inserts.push(&values);
                    }
                    Some(before) => {
                        let values = (n, key, number, last, legs_text, terms_text, body, before);
                        self.open.behind.push(&values);
                    }
                }
                n
            }
        };
        let old_terms = part.row.map(|row| row.terms.as_slice()).unwrap_or_default();
        for term in terms.iter().filter(|term| !old_terms.contains(term)) {
            self.open.terms.push(&(term, n));
        }
        if is_last {
            self.write_legs(n, part, records, &legs);
        }
        if part.has_changed {
            self.open.feed.push(&n);
        }
        n
    }

    /// The legs that are new in the row, or have other numbers than before.
    fn write_legs(
        &mut self,
        n: i64,
        part: &Part<'_>,
        records: &[Box<RawValue>],
        legs: &BTreeSet<&LegId>,
    ) {
        let stored = part.row.and_then(|row| row.body.as_ref());
        let old = numbers(
            stored
                .map(|body| body.records.as_slice())
                .unwrap_or_default(),
        );
        let new = numbers(records);
        let mut old_legs = BTreeSet::<&LegId>::new();
        old_legs.extend(part.row.iter().flat_map(|row| &row.legs));
        let mut all = legs.clone();
        all.extend(new.keys());
        for leg in all {
            let (before, now) = (old.get(leg), new.get(leg));
            if !old_legs.contains(leg) || before != now {
                let from = now.and_then(|it| it.from.as_deref());
                let to = now.and_then(|it| it.to.as_deref());
                self.open.legs.push(&(leg, n, from, to));
            }
        }
    }

    fn number(&mut self, first: i64, key: &RowKey, part: u32) -> i64 {
        let mut attempt = self.attempt;
        loop {
            let n = number(first, key, part, attempt);
            if self.numbers.insert(n) {
                return n;
            }
            attempt += 1;
        }
    }

    fn close(&mut self) {
        let open = std::mem::take(&mut self.open);
        if open.groups.is_empty() {
            return;
        }
        let writer = || SqlValue::Integer(self.moment.writer);
        let mut transaction = Transaction::default();
        let mut add = |kind: Kind, statement: Statement| {
            transaction.kinds.push(kind);
            transaction.statements.push(statement);
        };
        for (lists, sql, kind) in [
            (open.inserts, INSERT, Kind::Rows),
            (open.updates, UPDATE, Kind::Rows),
            (open.touches, TOUCH, Kind::Rows),
            (open.behind, INSERT_BEHIND, Kind::Rows),
            (open.legs, WRITE_LEGS, Kind::Other),
            (open.terms, WRITE_TERMS, Kind::Other),
        ] {
            for list in lists.close() {
                let values = vec![SqlValue::Text(list), writer()];
                add(kind, Statement::new(sql, values));
            }
        }
        let mut legs = BTreeSet::<&LegId>::new();
        legs.extend(open.groups.iter().flat_map(|it| &it.legs));
        if !legs.is_empty() {
            let values = vec![SqlValue::Text(json(&legs))];
            add(Kind::Legs, Statement::new(READ_LEGS, values));
        }
        let day = &self.moment.day;
        for (at, list) in open.feed.close().enumerate() {
            if at == 0 {
                add(Kind::Other, create_feed(day));
            }
            let now = SqlValue::Integer(self.moment.now);
            let values = vec![SqlValue::Text(list), writer(), now];
            add(Kind::Other, write_feed(day, values));
        }
        transaction.groups = open.groups;
        self.plan.transactions.push(transaction);
    }

    pub(crate) fn finish(mut self) -> Plan {
        self.close();
        self.plan
    }
}

impl Open {
    fn size(&self) -> usize {
        self.inserts.size + self.updates.size + self.behind.size
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Whether the records of a part are others than those stored in it.
fn differ(part: &Part<'_>, records: &[Box<RawValue>]) -> bool {
    let stored = part.row.and_then(|row| row.body.as_ref());
    let stored = stored
        .map(|body| body.records.as_slice())
        .unwrap_or_default();
    stored.len() != records.len()
        || stored
            .iter()
            .zip(records)
            .any(|(old, new)| old.get() != new.get())
}

fn numbers(records: &[Box<RawValue>]) -> BTreeMap<LegId, Numbers> {
    let mut all = BTreeMap::new();
    for record in records {
        if let Ok(numbers) = serde_json::from_str::<Numbers>(record.get()) {
            all.insert(numbers.leg.clone(), numbers);
        }
    }
    all
}
