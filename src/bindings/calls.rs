//! The database `CALLS`: events, and the call records folded from them.

use events::{CallRecord, Event};
use js_sys::Array;
use order::Set;
use serde::Serialize;
use serde_json::value::RawValue;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;
use worker::worker_sys::{D1Database, D1PreparedStatement, D1Result};

use super::promise::{Refusal, member, settle, text};
use crate::env::binding;
use crate::faults::{self, Service};

/// The most JSON bound to one statement, in bytes; a value may have 2 MB (D1 limits).
const MAX_PARAMETER: usize = 900_000;

/// Rows, as the database gives them.
pub type Rows = Vec<JsValue>;

/// One value bound to a statement.
pub enum Bound<'a> {
    /// Text.
    Text(&'a str),
    /// A number; never through the binding's integers, which have 32 bits.
    Number(f64),
    /// NULL.
    Null,
}

impl<'a> From<Option<&'a str>> for Bound<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }
}

fn database(env: &Env) -> D1Database {
    binding(env, "CALLS").unchecked_into()
}

fn statement(
    database: &D1Database,
    sql: &str,
    values: &[Bound<'_>],
) -> Result<D1PreparedStatement, Refusal> {
    let list = Array::new();
    for value in values {
        list.push(&match value {
            Bound::Text(text) => JsValue::from_str(text),
            Bound::Number(number) => JsValue::from_f64(*number),
            Bound::Null => JsValue::NULL,
        });
    }
    database
        .prepare(sql)
        .and_then(|statement| statement.bind(list))
        .map_err(|thrown| Refusal::from_js("CALLS", &thrown))
}

/// Runs statements in one transaction; gives the rows of each, and how many each changed.
async fn transact(
    env: &Env,
    statements: &[(&str, &[Bound<'_>])],
) -> Result<Vec<(Rows, f64)>, Refusal> {
    faults::meet(Service::Calls)?;
    let database = database(env);
    let list = Array::new();
    for (sql, values) in statements {
        list.push(statement(&database, sql, values)?.as_ref());
    }
    let results: Array = settle("CALLS", database.batch(list))
        .await?
        .unchecked_into();
    results
        .iter()
        .map(|result| {
            let result: D1Result = result.unchecked_into();
            let rows = result
                .results()
                .map_err(|thrown| Refusal::from_js("CALLS", &thrown))?;
            let changes = result
                .meta()
                .ok()
                .and_then(|meta| member(&meta, "changes").as_f64())
                .unwrap_or(0.0);
            Ok((
                rows.map(|rows| rows.iter().collect()).unwrap_or_default(),
                changes,
            ))
        })
        .collect()
}

/// Runs one statement; gives its rows.
///
/// # Errors
/// What the database said.
pub async fn query(env: &Env, sql: &str, values: &[Bound<'_>]) -> Result<Rows, Refusal> {
    let results = transact(env, &[(sql, values)]).await?;
    Ok(results
        .into_iter()
        .next()
        .map(|it| it.0)
        .unwrap_or_default())
}

#[derive(Serialize)]
struct EventRow<'a> {
    id: &'a str,
    r#type: &'a str,
    source: &'a str,
    leg: Option<&'a str>,
    conversation: Option<&'a str>,
    time: &'a str,
    receivedat: &'a str,
    menu: Option<&'a str>,
    event: String,
}

#[derive(Serialize)]
struct CallRow<'a> {
    leg: &'a str,
    conversation: Option<&'a str>,
    started: &'a str,
    caller: Option<&'a str>,
    called: Option<&'a str>,
    direction: Option<&'a str>,
    menu: Option<&'a str>,
    status: Option<&'a str>,
    outcome: Option<&'static str>,
    record: String,
}

/// Of two deliveries of one webhook the earlier counts, whichever comes here first: then a record
/// depends on no order. Almost always this is a plain "do nothing".
const WRITE_EVENTS: &str = "
INSERT INTO events (id, type, source, leg, conversation, time, receivedat, menu, event)
SELECT value->>'id', value->>'type', value->>'source', value->>'leg', value->>'conversation',
       value->>'time', value->>'receivedat', value->>'menu', value->>'event'
FROM json_each(?1) WHERE true
ON CONFLICT (id) DO UPDATE
SET time = excluded.time, receivedat = excluded.receivedat, event = excluded.event
WHERE excluded.receivedat < events.receivedat";

const COUNT_WRITE: &str = "UPDATE revision SET number = number + 1 RETURNING number";

/// The events of the legs touched and of all their conversations. A leg is touched by an event of
/// its own and by one of a conversation it is in. `raw` stays behind: the fold does not read it.
const READ_TOUCHED: &str = "
WITH touched (leg) AS MATERIALIZED (
  SELECT value FROM json_each(?1)
  UNION
  SELECT leg FROM events
  WHERE conversation IN (SELECT value FROM json_each(?2)) AND leg IS NOT NULL
), talks (conversation) AS MATERIALIZED (
  SELECT DISTINCT conversation FROM events
  WHERE leg IN (SELECT leg FROM touched) AND conversation IS NOT NULL
)
SELECT json_remove(event, '$.data.raw', '$.data.raw_base64') AS event, 1 AS touched
FROM events WHERE leg IN (SELECT leg FROM touched)
UNION ALL
SELECT json_remove(event, '$.data.raw', '$.data.raw_base64'), 0
FROM events
WHERE conversation IN (SELECT conversation FROM talks)
  AND (leg IS NULL OR leg NOT IN (SELECT leg FROM touched))";

const WRITE_CALLS: &str = "
INSERT INTO calls (leg, conversation, started, caller, called, direction, menu, status, outcome, revision, record)
SELECT value->>'leg', value->>'conversation', value->>'started', value->>'caller',
       value->>'called', value->>'direction', value->>'menu', value->>'status',
       value->>'outcome', ?2, value->>'record'
FROM json_each(?1) WHERE true
ON CONFLICT (leg) DO UPDATE
SET conversation = excluded.conversation, started = excluded.started, caller = excluded.caller,
    called = excluded.called, direction = excluded.direction, menu = excluded.menu,
    status = excluded.status, outcome = excluded.outcome, revision = excluded.revision,
    record = excluded.record
WHERE excluded.revision > calls.revision";

/// Writes events, then folds the record of every leg they touch again.
///
/// Writing the same events again changes nothing. The events are written, their write is counted
/// and what the fold needs is read in one transaction: so each reader has a state of its own, and
/// a record made of an older one never overwrites one made of a newer.
///
/// # Errors
/// What the database said. Some of the events may be written all the same.
pub async fn write(env: &Env, events: &[&Event]) -> Result<(), Refusal> {
    let mut rows = Vec::new();
    let mut size = 0;
    for event in events::earliest(events.iter().copied()).into_values() {
        let text = event.clone().without_progress().to_json();
        if !rows.is_empty() && size + text.len() > MAX_PARAMETER {
            write_some(env, &std::mem::take(&mut rows)).await?;
            size = 0;
        }
        size += text.len();
        rows.push((event, text));
    }
    if rows.is_empty() {
        return Ok(());
    }
    write_some(env, &rows).await
}

async fn write_some(env: &Env, events: &[(&Event, String)]) -> Result<(), Refusal> {
    let rows: Vec<EventRow<'_>> = events
        .iter()
        .map(|(event, text)| EventRow {
            id: &event.id,
            r#type: &event.kind,
            source: &event.source,
            leg: event.leg(),
            conversation: event.conversation.as_deref(),
            time: &event.time,
            receivedat: &event.receivedat,
            menu: event.menu.as_deref(),
            event: text.clone(),
        })
        .collect();
    let legs: Set<&str> = rows.iter().filter_map(|row| row.leg).collect();
    let talks: Set<&str> = rows.iter().filter_map(|row| row.conversation).collect();
    let read: [Bound<'_>; 2] = [
        Bound::Text(&json(&legs.into_vec())),
        Bound::Text(&json(&talks.into_vec())),
    ];
    let results = transact(
        env,
        &[
            (WRITE_EVENTS, &[Bound::Text(&json(&rows))]),
            (COUNT_WRITE, &[]),
            (READ_TOUCHED, &read),
        ],
    )
    .await?;
    let mut results = results.into_iter().skip(1).map(|(rows, _)| rows);
    let revision = results
        .next()
        .and_then(|rows| member(rows.first()?, "number").as_f64())
        .ok_or_else(|| {
            Refusal::new("CALLS: the table `revision` is empty: apply the migrations")
        })?;
    let found = results.next().unwrap_or_default();
    write_records(env, revision, &found).await
}

async fn write_records(env: &Env, revision: f64, found: &Rows) -> Result<(), Refusal> {
    let mut events = Vec::with_capacity(found.len());
    let mut touched = Set::new();
    for row in found {
        let event = text(row, "event").unwrap_or_default();
        let event = Event::from_json(&event).map_err(|error| Refusal::new(error.message))?;
        if member(row, "touched").as_f64() == Some(1.0) {
            event.leg().map(|leg| touched.insert(leg.to_owned()));
        }
        events.push(event);
    }
    let records: Vec<CallRecord> = CallRecord::fold_all(&events)
        .into_iter()
        .filter(|record| touched.contains(&record.leg))
        .collect();
    let mut rows = Vec::new();
    let mut size = 0;
    for record in &records {
        let row = CallRow {
            leg: &record.leg,
            conversation: record.conversation.as_deref(),
            started: record.started.as_deref().unwrap_or_default(),
            caller: record.from.as_deref(),
            called: record.to.as_deref(),
            direction: record.direction.as_deref(),
            menu: record.menu.as_deref(),
            status: record.status.as_deref(),
            outcome: record.outcome.map(events::Outcome::name),
            record: json(record),
        };
        if !rows.is_empty() && size + row.record.len() > MAX_PARAMETER {
            write_calls(env, revision, &std::mem::take(&mut rows)).await?;
            size = 0;
        }
        size += row.record.len();
        rows.push(row);
    }
    if rows.is_empty() {
        return Ok(());
    }
    write_calls(env, revision, &rows).await
}

async fn write_calls(env: &Env, revision: f64, rows: &[CallRow<'_>]) -> Result<(), Refusal> {
    let values = [Bound::Text(&json(&rows)), Bound::Number(revision)];
    transact(env, &[(WRITE_CALLS, &values)]).await.map(drop)
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// JSON text of a column, to be written out as it is.
#[must_use]
pub fn raw(row: &JsValue, column: &str) -> Option<Box<RawValue>> {
    RawValue::from_string(text(row, column)?).ok()
}

/// Deletes what is older than `before` (an event by its arrival, a record by its start), at most
/// `limit` rows of each. Says whether there may be more.
///
/// # Errors
/// What the database said.
pub async fn delete_older(env: &Env, before: &str, limit: u32) -> Result<bool, Refusal> {
    let values = || [Bound::Text(before), Bound::Number(f64::from(limit))];
    let results = transact(
        env,
        &[
            (
                "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE receivedat < ?1 ORDER BY receivedat LIMIT ?2)",
                &values(),
            ),
            (
                "DELETE FROM calls WHERE leg IN (SELECT leg FROM calls WHERE started < ?1 ORDER BY started LIMIT ?2)",
                &values(),
            ),
        ],
    )
    .await?;
    Ok(results
        .iter()
        .any(|(_, changes)| *changes >= f64::from(limit)))
}
