//! `/api/calls`: call records.

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::Exchange;
use super::filter::{Filter, cursor};
use super::{bad_request, unavailable};
use crate::bindings::calls::{self, Bound};
use crate::bindings::promise::text;
use crate::respond::Reply;

#[derive(Serialize)]
struct Page {
    calls: Vec<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// Newest first. Filters: `from`, `to`, `conversation`, `direction`, `menu`, `status`, `outcome`,
/// `since`, `until` (of the start); `limit` and `cursor`.
pub async fn list(exchange: &mut Exchange<'_>) -> Reply {
    let filter = match filter(exchange.request.query()) {
        Ok(filter) => filter,
        Err(detail) => return bad_request(&detail),
    };
    let limit = match filter.limit() {
        Ok(limit) => limit,
        Err(detail) => return bad_request(&detail),
    };
    let sql = format!(
        "SELECT started, leg, record FROM calls WHERE {} ORDER BY started DESC, leg DESC LIMIT {limit}",
        filter.sql()
    );
    let rows = match calls::query(exchange.env, &sql, &filter.values()).await {
        Ok(rows) => rows,
        Err(refusal) => return unavailable(exchange, &refusal),
    };
    let last = rows.last().filter(|_| rows.len() >= limit as usize);
    let page = Page {
        cursor: last.and_then(|row| Some(cursor(&text(row, "started")?, &text(row, "leg")?))),
        calls: rows
            .iter()
            .filter_map(|row| calls::raw(row, "record"))
            .collect(),
    };
    Reply::json(serde_json::to_string(&page).unwrap_or_default())
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
