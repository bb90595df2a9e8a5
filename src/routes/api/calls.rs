//! `/api/calls`: call records.

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::Exchange;
use super::filter::{Filter, page};
use super::unavailable;
use crate::bindings::calls::{self, Bound};
use crate::bindings::promise::text;
use crate::respond::Reply;

/// Newest first. Filters: `from`, `to`, `conversation`, `direction`, `menu`, `status`, `outcome`,
/// `since`, `until` (of the start); `limit` and `cursor`.
pub async fn list(exchange: &mut Exchange<'_>) -> Reply {
    page(exchange, "calls", ["started", "leg", "record"], filter).await
}

fn filter(query: &str) -> Result<Filter, String> {
    const COLUMNS: [(&str, &str); 6] = [
        ("from", "caller"),
        ("to", "called"),
        ("direction", "direction"),
        ("menu", "menu"),
        ("status", "status"),
        ("outcome", "outcome"),
    ];
    let mut known: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    known.extend(["conversation", "since", "until"]);
    let mut filter = Filter::new(query, &known)?;
    for (name, column) in COLUMNS {
        filter.equal(name, column);
    }
    if let Some(conversation) = filter.get("conversation").map(str::to_owned) {
        // A leg may have come from another conversation; and the events have an index for it.
        filter.require(
            "leg IN (SELECT leg FROM events WHERE conversation = ? AND leg IS NOT NULL)",
            conversation,
        );
    }
    filter.between("started")?;
    filter.go_on("started", "leg")?;
    Ok(filter)
}

#[derive(Serialize)]
struct One {
    record: Box<RawValue>,
    path: Value,
    events: Vec<Box<RawValue>>,
}

/// One leg: its record, its path through the menu, its events and those of its conversation that
/// name no leg.
pub async fn one(exchange: &mut Exchange<'_>, leg: &str) -> Reply {
    exchange.line.leg = Some(leg.to_owned());
    let found = calls::query(
        exchange.env,
        "SELECT conversation, record FROM calls WHERE leg = ?1",
        &[Bound::Text(leg)],
    )
    .await;
    let rows = match found {
        Ok(rows) => rows,
        Err(refusal) => return unavailable(exchange, &refusal),
    };
    let Some((row, record)) = rows
        .first()
        .and_then(|row| Some((row, calls::raw(row, "record")?)))
    else {
        return Reply::problem(
            404,
            "No such call",
            "A record appears a few seconds after the first event of a leg.",
        );
    };
    let conversation = text(row, "conversation");
    let events = calls::query(
        exchange.env,
        "SELECT event FROM (
           SELECT event, time, id FROM events WHERE leg = ?1
           UNION ALL
           SELECT event, time, id FROM events WHERE conversation = ?2 AND leg IS NULL
         ) ORDER BY time, id LIMIT 2000",
        &[Bound::Text(leg), conversation.as_deref().into()],
    )
    .await;
    let events = match events {
        Ok(events) => events,
        Err(refusal) => return unavailable(exchange, &refusal),
    };
    let path = serde_json::from_str::<Value>(record.get())
        .ok()
        .and_then(|mut record| record.get_mut("path").map(Value::take))
        .unwrap_or_default();
    let one = One {
        record,
        path,
        events: events
            .iter()
            .filter_map(|row| calls::raw(row, "event"))
            .collect(),
    };
    Reply::json(serde_json::to_string(&one).unwrap_or_default())
}
