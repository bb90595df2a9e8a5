//! `/api/events/replay`: sending events through the sinks again.

use events::{Event, Sink, archive, print_timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::Exchange;
use super::filter::moment;
use super::{bad_request, unavailable};
use crate::bindings::promise::Refusal;
use crate::bindings::{self, queue};
use crate::respond::Reply;

/// Dead letters sent again by one request.
const LETTERS: u32 = 100;
/// Files of the archive sent again by one request.
const FILES: u32 = 20;

/// What to send again.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// Dead letters: `true` for all, or their keys.
    #[serde(default)]
    dead: Value,
    /// Archived events received from here on.
    #[serde(default)]
    since: Option<String>,
    /// Archived events received before this.
    #[serde(default)]
    until: Option<String>,
    /// The only sinks that get archived events again: `calls`, `forward`, `recording`.
    #[serde(default)]
    sinks: Option<Vec<String>>,
    /// Where the request before ended.
    #[serde(default)]
    cursor: Option<String>,
}

/// How much was sent.
#[derive(Default, Serialize)]
struct Sent {
    /// Events put on the queue.
    sent: usize,
    /// Dead letters that are no event, and stay.
    skipped: usize,
    /// There is more: ask again with this.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// Sends dead letters, or the archived events of a range of time, through the sinks again. A
/// request does a part; while there is a `cursor` in the reply, there is more.
///
/// Dead letters go only to the sinks that do not have them, and are removed once they are on the
/// queue. Archived events are not archived again.
pub async fn reply(exchange: &mut Exchange<'_>) -> Reply {
    let body = match exchange.request.body().await {
        Ok(body) => body,
        Err(_) => return bad_request("the body is too long or broke off"),
    };
    let Ok(body) = String::from_utf8(body) else {
        return bad_request("the body is not UTF-8");
    };
    let wanted: Wanted = match serde_json::from_str(&body) {
        Ok(wanted) => wanted,
        Err(error) => return bad_request(&error.to_string()),
    };
    let range = wanted.since.is_some() || wanted.until.is_some();
    let outcome = match (&wanted.dead, range) {
        (Value::Bool(true), false) => dead(exchange, None, wanted.cursor.as_deref()).await,
        (Value::Array(keys), false) => {
            let keys: Option<Vec<String>> = keys
                .iter()
                .map(|key| key.as_str().filter(|key| key.starts_with("dead/")))
                .map(|key| key.map(str::to_owned))
                .collect();
            match keys {
                Some(keys) if keys.len() <= LETTERS as usize => {
                    dead(exchange, Some(keys), None).await
                }
                _ => {
                    return bad_request(
                        "`dead` must be true, or a list of at most 100 keys under dead/",
                    );
                }
            }
        }
        (Value::Null | Value::Bool(false), true) => match Range::new(&wanted) {
            Ok(range) => archived(exchange, &range, wanted.cursor.as_deref()).await,
            Err(detail) => return bad_request(&detail),
        },
        _ => {
            return bad_request(
                "send either `dead` (true, or a list of keys) or a range: `since`, `until`, or both",
            );
        }
    };
    match outcome {
        Ok(sent) => Reply::json(serde_json::to_string(&sent).unwrap_or_default()),
        Err(refusal) => unavailable(exchange, &refusal),
    }
}

async fn dead(
    exchange: &Exchange<'_>,
    keys: Option<Vec<String>>,
    after: Option<&str>,
) -> Result<Sent, Refusal> {
    let is_all = keys.is_none();
    let keys = match keys {
        Some(keys) => keys,
        None => bindings::archive::list(exchange.env, "dead/", after, LETTERS).await?,
    };
    let mut sent = Sent {
        cursor: keys
            .last()
            .filter(|_| is_all && keys.len() >= LETTERS as usize)
            .cloned(),
        ..Sent::default()
    };
    for key in &keys {
        let Some(text) = bindings::archive::get(exchange.env, key).await? else {
            continue;
        };
        let letter = serde_json::from_str::<Value>(&text).unwrap_or_default();
        let message = letter.get("message").and_then(Value::as_str);
        let event = message.and_then(|message| Event::from_json(message).ok());
        let Some(event) = event else {
            sent.skipped += 1;
            continue;
        };
        queue::send(exchange.env, &[event.to_json()], 0).await?;
        // Stopped here, it is sent once more: its id is the same.
        bindings::archive::delete(exchange.env, key).await?;
        sent.sent += 1;
    }
    Ok(sent)
}

struct Range {
    since: String,
    until: String,
    done: Vec<Sink>,
}

impl Range {
    fn new(wanted: &Wanted) -> Result<Self, String> {
        let since = wanted.since.as_deref();
        let until = wanted.until.as_deref();
        let done = match &wanted.sinks {
            None => vec![Sink::Archive],
            Some(names) => {
                if let Some(name) = names
                    .iter()
                    .find(|name| !["calls", "forward", "recording"].contains(&name.as_str()))
                {
                    return Err(format!(
                        "`sinks` knows calls, forward, recording, not {name}"
                    ));
                }
                Sink::ALL
                    .into_iter()
                    .filter(|sink| !names.iter().any(|name| name == sink.name()))
                    .collect()
            }
        };
        Ok(Self {
            since: match since {
                Some(at) => print_timestamp(moment("since", at)?),
                None => String::new(),
            },
            until: match until {
                Some(at) => print_timestamp(moment("until", at)?),
                None => "9999".to_owned(),
            },
            done,
        })
    }
}

async fn archived(
    exchange: &Exchange<'_>,
    range: &Range,
    after: Option<&str>,
) -> Result<Sent, Refusal> {
    let first = if range.since.is_empty() {
        "events/".to_owned()
    } else {
        archive::folder(&range.since)
    };
    let from = after.unwrap_or(&first);
    let keys = bindings::archive::list(exchange.env, "events/", Some(from), FILES).await?;
    let mut sent = Sent::default();
    // Names are in the order of their hours.
    let end = if range.until.len() > 12 {
        archive::folder(&range.until)
    } else {
        "events/~".to_owned()
    };
    let is_past = |key: &str| key > end.as_str() && !key.starts_with(&end);
    for key in &keys {
        if is_past(key) {
            return Ok(sent);
        }
        let text = bindings::archive::get(exchange.env, key).await?;
        let messages: Vec<String> = text
            .as_deref()
            .unwrap_or_default()
            .lines()
            .filter_map(|line| Event::from_json(line).ok())
            .filter(|event| range.since <= event.receivedat && event.receivedat < range.until)
            .map(|mut event| {
                for sink in &range.done {
                    event.mark_reached(*sink);
                }
                event.to_json()
            })
            .collect();
        if !messages.is_empty() {
            queue::send(exchange.env, &messages, 0).await?;
        }
        sent.sent += messages.len();
    }
    sent.cursor = keys
        .last()
        .filter(|_| keys.len() >= FILES as usize)
        .cloned();
    Ok(sent)
}
