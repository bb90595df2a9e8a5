//! The Durable Object `OUTBOX`: events the queue refused, until it takes them.
//!
//! There are `SHARDS` of them, so that an outage of the queue at full load does not meet the
//! limit of one object. Each drains by alarm, with growing pauses while the queue stays away.

#![allow(
    missing_docs,
    reason = "the macro writes methods without documentation"
)]

use std::ops::RangeInclusive;

use api::Reason;
use events::archive::body_key;
use events::erase::says_number;
use events::{Event, backoff};
use worker::{
    DurableObject, Env, Request, Response, Result, SqlStorageValue, State, durable_object,
};

use super::promise::{PlatformError, settle};
use super::{archive, durable_object, queue};
use crate::faults::{self, Service};
use crate::log;

/// How many objects share the load.
const SHARDS: u8 = 8;
/// A row holds at most 2 MB (Durable Objects limits); longer texts take several.
const PART: usize = 900_000;
/// Bytes sent on at once, and rows looked at for it.
const DRAIN_BATCH_BYTES: usize = 2_000_000;
const DRAIN_ROWS: i64 = 200;
/// The longest pause between two tries, in seconds.
const LONGEST_PAUSE: u32 = 300;

/// Hands events, as JSON text, to the outbox; durable when this returns `Ok`.
///
/// # Errors
/// What the object said.
pub async fn hand_over(env: &Env, events: &[String]) -> Result<(), PlatformError> {
    faults::inject_error(Service::Outbox)?;
    let body = serde_json::to_string(events).unwrap_or_default();
    // Ids are hashes: any digit of one spreads evenly.
    let shard = events
        .first()
        .map_or(0, |event| event.bytes().fold(0_u8, u8::wrapping_add))
        % SHARDS;
    call(env, shard, "POST", Some(&body)).await
}

/// Wakes every object, in case one lost its alarm.
pub async fn wake(env: &Env) {
    for shard in 0..SHARDS {
        if let Err(error) = call(env, shard, "PUT", None).await {
            log::alert(Reason::OutboxAsleep, &error.message);
        }
    }
}

/// Removes what waits and says this number; how many events.
///
/// # Errors
/// What an object said.
pub async fn erase(env: &Env, number: &str) -> std::result::Result<usize, PlatformError> {
    let mut removed = 0;
    for shard in 0..SHARDS {
        let response = ask(env, shard, "DELETE", Some(number)).await?;
        let count = settle("OUTBOX", response.text()).await?.as_string();
        removed += count.and_then(|it| it.parse::<usize>().ok()).unwrap_or(0);
    }
    Ok(removed)
}

async fn call(
    env: &Env,
    shard: u8,
    method: &str,
    body: Option<&str>,
) -> std::result::Result<(), PlatformError> {
    ask(env, shard, method, body).await.map(drop)
}

async fn ask(
    env: &Env,
    shard: u8,
    method: &str,
    body: Option<&str>,
) -> std::result::Result<web_sys::Response, PlatformError> {
    let object = format!("outbox-{shard}");
    durable_object::ask(env, "OUTBOX", &object, method, "", body).await
}

/// A part of an event as it lies in the table.
struct Row {
    number: i64,
    text: String,
    /// Whether the event goes on in the next row.
    goes_on: bool,
}

/// An event in the rows `first` to `last`.
struct Waiting {
    first: i64,
    last: i64,
    text: String,
}

/// The events that are whole in these rows.
fn assembled(rows: Vec<Row>) -> Vec<Waiting> {
    let mut events = Vec::new();
    let (mut text, mut first) = (String::new(), None);
    for row in rows {
        text.push_str(&row.text);
        let from = *first.get_or_insert(row.number);
        if !row.goes_on {
            first = None;
            events.push(Waiting {
                first: from,
                last: row.number,
                text: std::mem::take(&mut text),
            });
        }
    }
    events
}

fn ours(error: worker::Error) -> PlatformError {
    PlatformError::new(format!("outbox: {error}"))
}

/// One of the objects, made anew for each request (`src/entry.js`): what is to stay is in its storage.
#[durable_object(alarm)]
pub struct Outbox {
    state: State,
    env: Env,
}

impl DurableObject for Outbox {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    /// `POST` takes events, a JSON array of texts; anything else only makes sure of the alarm.
    async fn fetch(&self, mut request: Request) -> Result<Response> {
        self.prepare()?;
        if request.method() == worker::Method::Delete {
            let number = request.text().await?;
            return match self.erase(&number).await {
                Ok(removed) => Response::ok(removed.to_string()),
                Err(error) => Response::error(error.message, 500),
            };
        }
        if request.method() == worker::Method::Post {
            let body = request.text().await?;
            let events: Vec<String> = serde_json::from_str(&body)?;
            self.take(&events)?;
        }
        let waits = !self.rows_after(0, 1)?.is_empty();
        if waits && self.state.storage().get_alarm().await?.is_none() {
            self.sleep(1).await?;
        }
        Response::empty().map(|response| response.with_status(204))
    }

    /// Sends on what waits. Never fails: the platform forgets an alarm that failed six times.
    async fn alarm(&self) -> Result<Response> {
        let pause = match self.drain().await {
            Ok(false) => None,
            Ok(true) => Some(1),
            Err(error) => {
                let attempts = self.failed_again();
                log::alert(Reason::OutboxWaits, &error.message);
                Some(backoff::seconds(
                    attempts,
                    js_sys::Math::random(),
                    LONGEST_PAUSE,
                ))
            }
        };
        if let Some(pause) = pause
            && let Err(error) = self.sleep(pause).await
        {
            log::alert(Reason::OutboxAsleep, &error.to_string());
        }
        Response::empty()
    }
}

impl Outbox {
    fn prepare(&self) -> Result<()> {
        self.run(
            "CREATE TABLE IF NOT EXISTS waiting (number INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, goes_on INTEGER NOT NULL)",
            vec![],
        )?;
        self.run(
            "CREATE TABLE IF NOT EXISTS attempts (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL)",
            vec![],
        )
    }

    fn run(&self, statement: &str, values: Vec<SqlStorageValue>) -> Result<()> {
        self.state.storage().sql().exec(statement, values).map(drop)
    }

    /// Writes without awaiting anything in between: all of it becomes durable, or nothing.
    fn take(&self, events: &[String]) -> Result<()> {
        for event in events {
            let mut rest = event.as_str();
            while !rest.is_empty() {
                let (part, after) = rest.split_at(rest.floor_char_boundary(PART));
                self.run(
                    "INSERT INTO waiting (event, goes_on) VALUES (?1, ?2)",
                    vec![
                        SqlStorageValue::String(part.to_owned()),
                        SqlStorageValue::Integer(i64::from(!after.is_empty())),
                    ],
                )?;
                rest = after;
            }
        }
        Ok(())
    }

    /// The oldest rows behind one.
    fn rows_after(&self, after: i64, limit: i64) -> Result<Vec<Row>> {
        let cursor = self.state.storage().sql().exec(
            "SELECT number, event, goes_on FROM waiting WHERE number > ?1 ORDER BY number LIMIT ?2",
            vec![
                SqlStorageValue::Integer(after),
                SqlStorageValue::Integer(limit),
            ],
        )?;
        let mut rows = Vec::new();
        let mut size = 0;
        for row in cursor.raw() {
            let mut row = row?.into_iter();
            if let (Some(number), Some(SqlStorageValue::String(text)), Some(goes_on)) =
                (row.next(), row.next(), row.next())
            {
                size += text.len();
                let goes_on = whole(&goes_on) != 0;
                rows.push(Row {
                    number: whole(&number),
                    text,
                    goes_on,
                });
                if size > DRAIN_BATCH_BYTES && !goes_on {
                    break;
                }
            }
        }
        Ok(rows)
    }

    /// Removes the events that say this number, with the bodies a refused queue left in the archive.
    async fn erase(&self, number: &str) -> std::result::Result<usize, PlatformError> {
        let found = self.find(number).map_err(ours)?;
        let bodies: Vec<String> = found.iter().map(|(_, body)| body.clone()).collect();
        archive::delete_all(&self.env, &bodies).await?;
        for (rows, _) in &found {
            let range = vec![
                SqlStorageValue::Integer(*rows.start()),
                SqlStorageValue::Integer(*rows.end()),
            ];
            let delete = "DELETE FROM waiting WHERE number BETWEEN ?1 AND ?2";
            self.run(delete, range).map_err(ours)?;
        }
        Ok(found.len())
    }

    /// The rows of the events that say this number, each with the object of the archive its body was put into
    /// if it was too large for the queue.
    fn find(&self, number: &str) -> Result<Vec<(RangeInclusive<i64>, String)>> {
        let (mut found, mut after) = (Vec::new(), 0);
        loop {
            let rows = self.rows_after(after, DRAIN_ROWS)?;
            let Some(seen) = rows.last().map(|row| row.number) else {
                return Ok(found);
            };
            let events = assembled(rows);
            // No event is as long as all the rows of one reading. If one were, this would not end.
            after = events.last().map_or(seen, |event| event.last);
            for event in events {
                if says_number(&event.text, number)
                    && let Ok(read) = Event::from_json_without_raw(&event.text)
                {
                    found.push((event.first..=event.last, body_key(&read)));
                }
            }
        }
    }

    /// Sends on what fits one alarm; says whether more is left.
    async fn drain(&self) -> std::result::Result<bool, PlatformError> {
        self.prepare().map_err(ours)?;
        for _ in 0..20 {
            let rows = self.rows_after(0, DRAIN_ROWS).map_err(ours)?;
            let events = assembled(rows);
            let Some(done) = events.last().map(|event| event.last) else {
                self.run("DELETE FROM attempts", vec![]).map_err(ours)?;
                return Ok(false);
            };
            let events: Vec<String> = events.into_iter().map(|event| event.text).collect();
            queue::send_shortened(&self.env, &events).await?;
            // Killed here, it sends them again: their ids are the same.
            self.run(
                "DELETE FROM waiting WHERE number <= ?1",
                vec![SqlStorageValue::Integer(done)],
            )
            .map_err(ours)?;
        }
        Ok(true)
    }

    fn failed_again(&self) -> u32 {
        let counted = self.state.storage().sql().exec(
            "INSERT INTO attempts VALUES (1, 1) ON CONFLICT DO UPDATE SET number = number + 1 RETURNING number",
            vec![],
        );
        let number = counted
            .ok()
            .and_then(|cursor| cursor.raw().next())
            .and_then(Result::ok)
            .and_then(|row| row.first().map(whole));
        number.and_then(|it| u32::try_from(it).ok()).unwrap_or(1)
    }

    async fn sleep(&self, seconds: u32) -> Result<()> {
        let milliseconds = i64::from(seconds) * 1000;
        self.state.storage().set_alarm(milliseconds).await
    }
}

fn whole(value: &SqlStorageValue) -> i64 {
    match value {
        SqlStorageValue::Integer(number) => *number,
        #[expect(clippy::cast_possible_truncation, reason = "row numbers are whole")]
        SqlStorageValue::Float(number) => *number as i64,
        _ => 0,
    }
}
