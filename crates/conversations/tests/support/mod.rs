//! The database of the tests: SQLite with the project's migrations, and consumers that can be
//! stopped between reading and writing.

#![allow(
    dead_code,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so and stops"
)]

use std::borrow::Cow;
use std::collections::BTreeMap;

use conversations::body::Body;
use conversations::find::{Candidates, Search};
use conversations::limits::Limits;
use conversations::sql::{Answers, SqlValue, Statement};
use conversations::{Batch, Moment, Plan, Rows};
use events::{CallRecord, Event, LegId};
use rusqlite::Connection;
use rusqlite::types::Value;

pub struct Database {
    pub connection: Connection,
    writers: i64,
}

impl Database {
    pub fn new() -> Self {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(include_str!(
                "../../../../migrations/0001_conversations.sql"
            ))
            .unwrap();
        Self {
            connection,
            writers: 0,
        }
    }

    pub fn run(&self, statement: &Statement) -> Vec<String> {
        let values = statement.values.iter().map(|value| match value {
            SqlValue::Text(text) => Value::Text(text.clone()),
            // D1 binds a number as a double.
            #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
            SqlValue::Integer(number) => Value::Real(*number as f64),
        });
        let values: Vec<Value> = values.collect();
        let mut prepared = self.connection.prepare(&statement.sql).unwrap();
        let rows = prepared.query_map(rusqlite::params_from_iter(values), |row| row.get(0));
        rows.unwrap().map(Result::unwrap).collect()
    }

    pub fn read(&self, batch: &Batch<'_>) -> Rows {
        let mut rows = Rows::parse(&self.run(&batch.read())).unwrap();
        for statement in rows.missing() {
            rows.fill(&self.run(&statement)).unwrap();
        }
        rows
    }

    /// Runs each transaction of a plan; what the database answered.
    pub fn write(&self, plan: &Plan) -> Vec<Vec<Vec<String>>> {
        let transactions = plan.transactions.iter().map(|transaction| {
            self.connection.execute_batch("BEGIN").unwrap();
            let statements = transaction.statements.iter();
            let answers = statements.map(|it| self.run(it)).collect();
            self.connection.execute_batch("COMMIT").unwrap();
            answers
        });
        transactions.collect()
    }

    pub fn moment(&mut self) -> Moment {
        self.writers += 1;
        Moment {
            now: 1_795_687_200_000,
            day: "2026-11-26".to_owned(),
            writer: self.writers,
        }
    }

    /// Writes events as one consumer alone; how many transactions it took.
    pub fn consume(&mut self, events: &[Event]) -> usize {
        self.consume_within(events, Limits::default())
    }

    pub fn consume_within(&mut self, events: &[Event], limits: Limits) -> usize {
        let mut batch = batch(events).within(limits);
        let mut transactions = 0;
        while !batch.is_done() {
            let rows = self.read(&batch);
            let plan = batch.plan(&rows, &self.moment()).unwrap();
            transactions += plan.transactions.len();
            let answers = self.write(&plan);
            batch.settle(&plan, &answers).unwrap();
        }
        transactions
    }

    fn bodies(&self) -> Vec<Body> {
        let bodies = Statement {
            sql: "SELECT hex(body) AS row FROM conversations ORDER BY n".into(),
            values: Vec::new(),
        };
        let bodies = self.run(&bodies);
        bodies
            .iter()
            .map(|body| Body::from_hex(body).unwrap())
            .collect()
    }

    /// Every stored event as text.
    pub fn events(&self) -> Vec<String> {
        let bodies = self.bodies().into_iter();
        bodies
            .flat_map(|it| it.events)
            .map(|line| line.text)
            .collect()
    }

    /// Every stored record; a leg has one.
    pub fn records(&self) -> BTreeMap<LegId, CallRecord> {
        let mut records = BTreeMap::new();
        for record in self.bodies().iter().flat_map(|body| &body.records) {
            let record: CallRecord = serde_json::from_str(record.get()).unwrap();
            let leg = record.leg.clone();
            assert!(
                records.insert(leg, record).is_none(),
                "a leg has two records"
            );
        }
        records
    }

    pub fn number(&self, sql: &str) -> i64 {
        self.connection
            .query_row(sql, [], |row| row.get(0))
            .unwrap()
    }

    /// Holds what is stored against all events there are, copies and all.
    #[track_caller]
    pub fn check(&self, all: &[Event]) {
        let expected: BTreeMap<LegId, CallRecord> = CallRecord::fold_all(all)
            .into_iter()
            .map(|record| (record.leg.clone(), record))
            .collect();
        assert_eq!(self.records(), expected);
        let kept = events::earliest(all);
        let mut expected: Vec<String> = kept.into_values().map(Event::to_json).collect();
        let mut stored = self.events();
        expected.sort();
        stored.sort();
        assert_eq!(stored, expected, "every event once, its earliest copy");
        self.check_indexes();
    }

    /// Legs and terms say what the bodies say.
    #[track_caller]
    pub fn check_indexes(&self) {
        for record in self.records().values() {
            let numbers = |column| {
                let sql = format!(
                    "SELECT l.{column} FROM legs AS l JOIN conversations AS c ON c.n = l.n WHERE l.leg = ?1 AND l.conversation = ?2"
                );
                let key = record
                    .conversation
                    .as_ref()
                    .map_or(format!("leg:{}", record.leg), ToString::to_string);
                let values = [record.leg.as_str(), key.as_str()];
                let found = self.connection.query_row(&sql, values, |row| row.get(0));
                found.unwrap_or_else(|error| panic!("{error}: {record:?}"))
            };
            let (from, to): (Option<String>, Option<String>) =
                (numbers("caller"), numbers("called"));
            assert_eq!((&from, &to), (&record.from, &record.to));
        }
        let homeless = "SELECT count(*) FROM terms WHERE n NOT IN (SELECT n FROM conversations)";
        assert_eq!(self.number(homeless), 0);
    }
}

/// Asks each database what is for it; the answers of each.
pub fn run(databases: &[Database], statements: &[Vec<Statement>]) -> Vec<Answers> {
    let each = databases.iter().zip(statements);
    each.map(|(database, statements)| statements.iter().map(|it| database.run(it)).collect())
        .collect()
}

/// What a search finds in databases.
pub fn search(databases: &[Database], search: &Search) -> Candidates {
    let asked = databases.len();
    let statements: Vec<_> = (0..asked).map(|it| search.statements(it, asked)).collect();
    search
        .candidates(&run(databases, &statements), asked)
        .unwrap()
}

pub fn batch(events: &[Event]) -> Batch<'_> {
    Batch::new(
        events
            .iter()
            .map(|event| (event, Cow::Owned(event.to_json()))),
    )
}

/// An event of a leg in a conversation; `second` is when, and part of its id.
pub fn event(kind: &str, leg: Option<&str>, conversation: Option<&str>, second: u32) -> Event {
    let at = format!("2026-11-26T10:{:02}:{:02}.000Z", second / 60, second % 60);
    let (leg, talk) = (leg.unwrap_or_default(), conversation.unwrap_or_default());
    Event::from_json(&format!(
        r#"{{"specversion":"1.0","id":"{kind}-{leg}-{talk}-{second}","source":"/vonage/voice",
            "type":"vonage.voice.{kind}","subject":"{leg}","conversation":"{talk}","menu":"acme",
            "time":"{at}","receivedat":"{at}",
            "data":{{"from":"4477{leg}","to":"4420","direction":"inbound","raw":"{{}}"}}}}"#
    ))
    .unwrap()
}
