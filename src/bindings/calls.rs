//! The database `CALLS`: conversations, their events and their records.

use std::borrow::Cow;

use api::Reason;
use conversations::sql::{SqlValue, Statement};
use conversations::{Batch, Moment, RowError, Rows};
use events::{Event, print_timestamp};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;
use worker::worker_sys::{D1Database, D1PreparedStatement, D1Result};

use super::clock;
use super::promise::{PlatformError, settle, text};
use crate::env::binding;
use crate::faults::{self, Service};
use crate::log;

/// How often a batch is tried when other consumers keep writing the same conversations.
const TRIES: usize = 10;

fn database(env: &Env) -> D1Database {
    binding(env, "CALLS").unchecked_into()
}

fn prepare(
    database: &D1Database,
    statement: &Statement,
) -> Result<D1PreparedStatement, PlatformError> {
    let list = Array::new();
    for value in &statement.values {
        list.push(&match value {
            SqlValue::Text(text) => JsValue::from_str(text),
            // Never through the binding's integers, which have 32 bits.
            #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
            SqlValue::Integer(number) => JsValue::from_f64(*number as f64),
        });
    }
    database
        .prepare(&statement.sql)
        .and_then(|prepared| {
            if list.length() == 0 {
                Ok(prepared)
            } else {
                prepared.bind(list)
            }
        })
        .map_err(|thrown| PlatformError::from_js("CALLS", &thrown))
}

/// Runs statements in one transaction; gives the column `row` of each one's rows.
///
/// # Errors
/// What the database said.
pub async fn transact(
    env: &Env,
    statements: &[Statement],
) -> Result<Vec<Vec<String>>, PlatformError> {
    if statements.is_empty() {
        return Ok(Vec::new());
    }
    faults::inject_error(Service::Calls)?;
    let database = database(env);
    let list = Array::new();
    for statement in statements {
        list.push(prepare(&database, statement)?.as_ref());
    }
    let results: Array = settle("CALLS", database.batch(list))
        .await?
        .unchecked_into();
    results
        .iter()
        .map(|result| {
            let result: D1Result = result.unchecked_into();
            faults::count_rows(&result);
            let rows = result
                .results()
                .map_err(|thrown| PlatformError::from_js("CALLS", &thrown))?;
            let rows = rows.iter().flat_map(|rows| rows.iter());
            Ok(rows.filter_map(|row| text(&row, "row")).collect())
        })
        .collect()
}

/// Runs one statement; gives the column `row` of its rows.
///
/// # Errors
/// What the database said.
pub async fn query(env: &Env, statement: &Statement) -> Result<Vec<String>, PlatformError> {
    let answers = transact(env, std::slice::from_ref(statement)).await?;
    Ok(answers.into_iter().next().unwrap_or_default())
}

impl From<RowError> for PlatformError {
    fn from(error: RowError) -> Self {
        Self::new(format!("CALLS: {error}"))
    }
}

/// Writes events, each with its JSON text, and the records folded from them.
///
/// Writing the same events again changes nothing. What another consumer has changed meanwhile is
/// read and done again. What is beyond a limit of the database stays in the archive, with an alert.
///
/// # Errors
/// What the database said, or that others keep changing the same conversations. Some of the events
/// may be written all the same.
pub async fn write(env: &Env, events: &[(&Event, &str)]) -> Result<(), PlatformError> {
    let events = events
        .iter()
        .map(|(event, line)| (*event, Cow::Borrowed(*line)));
    let mut batch = Batch::new(events);
    for _ in 0..TRIES {
        if batch.is_done() {
            break;
        }
        let mut rows = Rows::parse(&query(env, &batch.read()).await?)?;
        for statement in rows.missing() {
            rows.fill(&query(env, &statement).await?)?;
        }
        let plan = batch.plan(&rows, &moment())?;
        let mut answers = Vec::with_capacity(plan.transactions.len());
        for transaction in &plan.transactions {
            answers.push(transact(env, &transaction.statements).await?);
        }
        batch.settle(&plan, &answers)?;
    }
    for (id, beyond) in batch.beyond() {
        log::alert(Reason::ConversationTooLong, &format!("{id}: {beyond}"));
    }
    if batch.is_done() {
        return Ok(());
    }
    Err(PlatformError::new(
        "CALLS: other consumers keep changing the same conversations",
    ))
}

fn moment() -> Moment {
    let now = clock::now();
    // 2^52 and more are no whole numbers any more.
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^52")]
    let writer = (js_sys::Math::random() * 4_503_599_627_370_496.0) as i64;
    Moment {
        now: now.as_millisecond(),
        day: print_timestamp(now)
            .get(..10)
            .unwrap_or_default()
            .to_owned(),
        writer,
    }
}
