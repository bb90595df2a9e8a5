//! The databases `CALLS`, `CALLS_1`, `CALLS_2` and so on: conversations, their events and their
//! records. A conversation is in the one that `conversations::databases` names.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use api::Reason;
use conversations::body::Body;
use conversations::find::{self, Candidates, RowId, Search};
use conversations::sql::{Answers, SqlValue, Statement};
use conversations::{Batch, Moment, RowError, Rows};
use events::{Event, print_timestamp};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;
use worker::wasm_bindgen_futures::JsFuture;
use worker::worker_sys::{D1Database, D1PreparedStatement, D1Result};

use super::clock;
use super::promise::{PlatformError, text};
use crate::env::binding;
use crate::faults::{self, Service};
use crate::log;

/// How often a batch is tried when other consumers keep writing the same conversations.
const TRIES: usize = 10;

/// The most databases that are looked for.
const MOST: usize = 32;

/// The binding of a database.
#[must_use]
pub fn name(database: usize) -> Cow<'static, str> {
    match database {
        0 => "CALLS".into(),
        number => format!("CALLS_{number}").into(),
    }
}

/// How many databases there are: `CALLS`, and those behind it up to the first that is not bound.
#[must_use]
pub fn count(env: &Env) -> usize {
    let is_bound = |database: &usize| !binding(env, &name(*database)).is_falsy();
    (1..MOST).take_while(is_bound).count() + 1
}

fn prepare(
    name: &str,
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
        .map_err(|thrown| PlatformError::from_js(name, &thrown))
}

/// A transaction that is under way.
struct Started {
    name: Cow<'static, str>,
    /// None when there is nothing to do.
    promised: Option<JsFuture>,
}

fn start(env: &Env, database: usize, statements: &[Statement]) -> Result<Started, PlatformError> {
    let name = name(database);
    if statements.is_empty() {
        let promised = None;
        return Ok(Started { name, promised });
    }
    faults::inject_error(Service::Calls)?;
    let database: D1Database = binding(env, &name).unchecked_into();
    let list = Array::new();
    for statement in statements {
        list.push(prepare(&name, &database, statement)?.as_ref());
    }
    let promised = database
        .batch(list)
        .map_err(|thrown| PlatformError::from_js(&name, &thrown))?;
    Ok(Started {
        name,
        promised: Some(promised.into()),
    })
}

impl Started {
    async fn finish(self) -> Result<Answers, PlatformError> {
        let thrown = |thrown| PlatformError::from_js(&self.name, &thrown);
        let Some(promised) = self.promised else {
            return Ok(Vec::new());
        };
        let results: Array = promised.await.map_err(thrown)?.unchecked_into();
        results
            .iter()
            .map(|result| {
                let result: D1Result = result.unchecked_into();
                faults::count_rows(&result);
                let rows = result.results().map_err(thrown)?;
                let rows = rows.iter().flat_map(|rows| rows.iter());
                Ok(rows.filter_map(|row| text(&row, "row")).collect())
            })
            .collect()
    }
}

/// Runs statements in one transaction of a database; gives the column `row` of each one's rows.
///
/// # Errors
/// What the database said.
pub async fn transact(
    env: &Env,
    database: usize,
    statements: &[Statement],
) -> Result<Answers, PlatformError> {
    start(env, database, statements)?.finish().await
}

/// Runs statements in a transaction of each database, all at once.
///
/// # Errors
/// What one of them said.
pub async fn transact_each(
    env: &Env,
    statements: &[Vec<Statement>],
) -> Result<Vec<Answers>, PlatformError> {
    let mut started = Vec::with_capacity(statements.len());
    for (database, statements) in statements.iter().enumerate() {
        started.push(start(env, database, statements)?);
    }
    let mut answers = Vec::with_capacity(started.len());
    for one in started {
        answers.push(one.finish().await?);
    }
    Ok(answers)
}

/// Runs one statement; gives the column `row` of its rows.
///
/// # Errors
/// What the database said.
pub async fn query(
    env: &Env,
    database: usize,
    statement: &Statement,
) -> Result<Vec<String>, PlatformError> {
    let answers = transact(env, database, std::slice::from_ref(statement)).await?;
    Ok(answers.into_iter().next().unwrap_or_default())
}

/// Runs one statement in every database.
///
/// # Errors
/// What one of them said.
pub async fn query_each(
    env: &Env,
    statement: Statement,
) -> Result<Vec<Vec<String>>, PlatformError> {
    let statements = vec![vec![statement]; count(env)];
    let answers = transact_each(env, &statements).await?;
    Ok(answers.into_iter().map(|it| it.concat()).collect())
}

/// What a search finds in some of the databases; they share what a request may read.
///
/// # Errors
/// What one of them said.
pub async fn search(
    env: &Env,
    among: Range<usize>,
    search: &Search,
) -> Result<Candidates, PlatformError> {
    let asked = among.len();
    let statements: Vec<_> = (0..among.end)
        .map(|database| match database < among.start {
            true => Vec::new(),
            false => search.statements(database, asked),
        })
        .collect();
    Ok(search.candidates(&transact_each(env, &statements).await?, asked)?)
}

/// The bodies of some rows.
///
/// # Errors
/// What one of the databases said.
pub async fn bodies(env: &Env, rows: &[RowId]) -> Result<HashMap<RowId, Body>, PlatformError> {
    let answers = transact_each(env, &find::read_bodies(rows)).await?;
    Ok(find::bodies(&answers)?)
}

impl From<RowError> for PlatformError {
    fn from(error: RowError) -> Self {
        Self::new(format!("CALLS: {error}"))
    }
}

/// Writes events of one database, each with its JSON text, and the records folded from them.
///
/// Writing the same events again changes nothing. What another consumer has changed meanwhile is
/// read and done again. What is beyond a limit of the database stays in the archive, with an alert.
///
/// # Errors
/// What the database said, or that others keep changing the same conversations. Some of the events
/// may be written all the same.
pub async fn write(
    env: &Env,
    database: usize,
    events: &[(&Event, &str)],
) -> Result<(), PlatformError> {
    let events = events
        .iter()
        .map(|(event, line)| (*event, Cow::Borrowed(*line)));
    let mut batch = Batch::new(events);
    for _ in 0..TRIES {
        if batch.is_done() {
            break;
        }
        let mut rows = Rows::parse(&query(env, database, &batch.read()).await?)?;
        for statement in rows.missing() {
            rows.fill(&query(env, database, &statement).await?)?;
        }
        let plan = batch.plan(&rows, &moment())?;
        let mut answers = Vec::with_capacity(plan.transactions.len());
        for transaction in &plan.transactions {
            answers.push(transact(env, database, &transaction.statements).await?);
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
