//! What the consumer computes for one event, database and archive apart.

use std::borrow::Cow;
use std::error::Error;

use conversations::sql::{SqlValue, Statement};
use conversations::{Batch, Moment, Rows};
use events::{Event, read_message};
use serde_json::{Value, json};

/// Events of each conversation that lie in the database already: half a call.
const STORED: u32 = 6;

/// Ten events of ten conversations, each half over; reading them, uniting, folding, packing.
pub struct Consume {
    messages: Vec<String>,
    rows: Vec<String>,
}

impl Consume {
    /// Fills the rows.
    ///
    /// # Errors
    /// An event of the bench is none.
    pub fn new() -> Result<Self, Box<dyn Error>> {
        let stored: Vec<String> = (0..10)
            .flat_map(|call| (0..STORED).map(move |number| message(call, number)))
            .collect();
        let plan = plan(&stored, &Rows::default())?;
        let inserts = plan.first().ok_or("nothing is inserted")?;
        let Some(SqlValue::Text(list)) = inserts.values.first() else {
            return Err("the first statement inserts nothing".into());
        };
        let list: Vec<Value> = serde_json::from_str(list)?;
        let rows = list.iter().map(|row| {
            let text = |at: usize| row.get(at).and_then(Value::as_str).unwrap_or_default();
            let cell = |at: usize| row.get(at).cloned().unwrap_or_default();
            let size = text(6).len() / 2;
            json!([
                cell(0),
                cell(1),
                cell(2),
                1,
                parsed(text(4)),
                parsed(text(5)),
                size,
                cell(6)
            ])
            .to_string()
        });
        Ok(Self {
            rows: rows.collect(),
            messages: (0..10).map(|call| message(call, STORED)).collect(),
        })
    }

    /// Consumes the ten; how many statements it would take.
    ///
    /// # Errors
    /// What was stored cannot be read.
    pub fn run(&self) -> Result<usize, Box<dyn Error>> {
        Ok(plan(&self.messages, &Rows::parse(&self.rows)?)?.len())
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

fn plan(messages: &[String], rows: &Rows) -> Result<Vec<Statement>, Box<dyn Error>> {
    let mut events: Vec<(Event, &str)> = Vec::new();
    for message in messages {
        for (event, _) in read_message(message) {
            events.push((event?, message));
        }
    }
    let texts = events
        .iter()
        .map(|(event, text)| (event, Cow::Borrowed(*text)));
    let mut batch = Batch::new(texts);
    let moment = Moment {
        now: 1_795_687_200_000,
        day: "2026-11-26".to_owned(),
        writer: 1,
    };
    let plan = batch.plan(rows, &moment)?;
    let transactions = plan.transactions.into_iter();
    Ok(transactions.flat_map(|it| it.statements).collect())
}

fn message(call: u32, number: u32) -> String {
    let kinds = [
        "answer",
        "started",
        "ringing",
        "answered",
        "input",
        "input",
        "completed",
    ];
    let kind = kinds.get(number as usize).copied().unwrap_or("input");
    let at = format!("2026-11-26T10:00:{number:02}.{call:03}Z");
    let talk = format!("CON-78d335fa-323d-0114-9c3d-d6f0d489{call:04}");
    let leg = format!("aabbccddeeff0011223344556677{call:04}");
    let raw = json!({ "from": "447700900001", "to": "442079400000", "uuid": leg, "status": kind,
        "conversation_uuid": talk, "direction": "inbound", "timestamp": at })
    .to_string();
    json!({
        "specversion": "1.0", "id": format!("{call:016x}{number:016x}"), "source": "/vonage/voice",
        "type": format!("vonage.voice.{kind}"), "subject": leg, "time": at,
        "datacontenttype": "application/json", "dataschema": "urn:edge-ivr:event:1:vonage.voice.status",
        "receivedat": at, "conversation": talk, "menu": "line",
        "data": { "from": "447700900001", "to": "442079400000", "direction": "inbound",
            "status": kind, "timestamp": at, "duration": "12", "raw": raw }
    })
    .to_string()
}
