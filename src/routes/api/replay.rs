//! `/api/events/replay`: sending events through the sinks again.

use api::{DeadLetters, Replay, Replayed};
use conversations::find::Index;
use events::{Event, Sink, archive, print_timestamp};
use serde_json::Value;

use super::context::ApiContext;
use super::filter::{Filter, moment};
use super::list;
use super::replies::{bad_request, unavailable};
use crate::bindings::promise::PlatformError;
use crate::bindings::{self, queue};
use crate::events_queue;
use crate::respond::Reply;

/// Dead letters sent again by one request.
const LETTERS: u32 = 100;
/// Files of the archive read by one request.
const FILES: u32 = 20;
/// Archived events delivered again by one request.
const EVENTS: usize = 1_000;

/// Sends dead letters, or the archived events of a range of time, through the sinks again. A
/// request does a part; while there is a `cursor` in the reply, there is more.
///
/// Dead letters go only to the sinks that do not have them, and are removed once they are on the
/// queue. Archived events are not archived again.
pub async fn reply(context: &mut ApiContext<'_>) -> Reply {
    let body = match context.request.body().await {
        Ok(body) => body,
        Err(_) => return bad_request("the body is too long or broke off"),
    };
    let Ok(body) = String::from_utf8(body) else {
        return bad_request("the body is not UTF-8");
    };
    let wanted: Replay = match strict::from_str(&body) {
        Ok(wanted) => wanted,
        Err(error) => return bad_request(&error.to_string()),
    };
    let range = wanted.since.is_some() || wanted.until.is_some();
    if wanted.ids.is_some() && wanted.conversation.is_none() {
        return bad_request("`ids` are of one `conversation`: name it too");
    }
    let dead_letters = wanted
        .dead
        .clone()
        .filter(|dead| *dead != DeadLetters::All(false));
    let outcome = match (dead_letters, range) {
        (None, false) if wanted.conversation.is_some() => match Range::new(&wanted) {
            Ok(range) => conversation(context, &wanted, &range).await,
            Err(detail) => return bad_request(&detail),
        },
        (Some(DeadLetters::All(_)), false) => dead(context, None, wanted.cursor.as_deref()).await,
        (Some(DeadLetters::Keys(keys)), false) => {
            let are_letters = keys.iter().all(|key| key.starts_with("dead/"));
            if !are_letters || keys.len() > LETTERS as usize {
                return bad_request(
                    "`dead` must be true, or a list of at most 100 keys under dead/",
                );
            }
            dead(context, Some(keys), None).await
        }
        (None, true) => match Range::new(&wanted) {
            Ok(range) => archived(context, &range, wanted.cursor.as_deref()).await,
            Err(detail) => return bad_request(&detail),
        },
        _ => {
            return bad_request(
                "send one of `dead` (true, or a list of keys), `conversation`, or a range: `since`, `until`, or both",
            );
        }
    };
    match outcome {
        Ok(sent) => Reply::of(&sent),
        Err(error) => unavailable(context, &error),
    }
}

async fn dead(
    context: &ApiContext<'_>,
    keys: Option<Vec<String>>,
    after: Option<&str>,
) -> Result<Replayed, PlatformError> {
    let (keys, cursor) = match keys {
        Some(keys) => (keys, None),
        None => {
            let page = bindings::archive::list(context.env, "dead/", after, LETTERS).await?;
            let next = page.next();
            (page.keys, next)
        }
    };
    let mut sent = Replayed {
        cursor,
        ..Replayed::default()
    };
    for key in &keys {
        let Some(text) = bindings::archive::get(context.env, key).await? else {
            continue;
        };
        let letter = serde_json::from_str::<Value>(&text).unwrap_or_default();
        let message = letter.get("message").and_then(Value::as_str);
        let event = message.and_then(|message| Event::from_json(message).ok());
        let Some(event) = event else {
            sent.skipped += 1;
            continue;
        };
        queue::send(context.env, &[event.to_json()], 0).await?;
        // Stopped here, it is sent once more: its id is the same.
        bindings::archive::delete(context.env, key).await?;
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
    fn new(wanted: &Replay) -> Result<Self, String> {
        let since = wanted.since.as_deref();
        let until = wanted.until.as_deref();
        let done = match &wanted.sinks {
            None => vec![Sink::Archive],
            Some(wanted) => {
                let wanted: Vec<Sink> = wanted.iter().map(|sink| sink.sink()).collect();
                let mut done = Sink::ALL.to_vec();
                done.retain(|sink| !wanted.contains(sink));
                done
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

/// Delivers the events of one conversation, or some of them.
async fn conversation(
    context: &ApiContext<'_>,
    wanted: &Replay,
    range: &Range,
) -> Result<Replayed, PlatformError> {
    let key = wanted.conversation.clone().unwrap_or_default();
    let page = Filter::new("", &[])
        .and_then(|filter| filter.page(Index::Conversation(key), 0))
        .map_err(PlatformError::new)?;
    let bodies = list::bodies(context.env, &page).await?;
    let lines = bodies.into_iter().flat_map(|body| body.events);
    let events = lines.filter_map(|line| {
        let event = Event::from_json(&line.text).ok()?;
        let is_wanted = wanted
            .ids
            .as_ref()
            .is_none_or(|ids| ids.contains(&event.id));
        is_wanted.then_some((event, line.text))
    });
    let events: Vec<(Event, String)> = events.collect();
    let sent = events.len();
    for some in chunks(events) {
        events_queue::deliver_again(context.env, some, &range.done).await?;
    }
    Ok(Replayed {
        sent,
        ..Replayed::default()
    })
}

/// Delivers the archived events of a range, in this request: they pass no queue, so nothing live
/// waits behind them, and whoever asks sets the pace.
async fn archived(
    context: &ApiContext<'_>,
    range: &Range,
    after: Option<&str>,
) -> Result<Replayed, PlatformError> {
    let env = context.env;
    let mut sent = Replayed::default();
    // `3:key`: the first three lines of this file are done. `:key`: all of it is.
    let (mut skip, mut key) = match after.and_then(|it| it.split_once(':')) {
        Some((skip, key)) => (skip.parse::<usize>().ok(), Some(key.to_owned())),
        None => (None, None),
    };
    let first = if range.since.is_empty() {
        "events/".to_owned()
    } else {
        archive::folder(&range.since)
    };
    // Names are in the order of their hours.
    let end = if range.until.len() > 12 {
        archive::folder(&range.until)
    } else {
        "events/~".to_owned()
    };
    let is_past = |key: &str| key > end.as_str() && !key.starts_with(&end);
    for _ in 0..FILES {
        let (current, done) = match (skip.take(), &key) {
            (Some(done), Some(key)) => (key.clone(), done),
            (_, after) => {
                let from = after.clone().unwrap_or_else(|| first.clone());
                let page = bindings::archive::list(env, "events/", Some(&from), 1).await?;
                match page.keys.into_iter().next() {
                    Some(next) if !is_past(&next) => (next, 0),
                    _ => {
                        sent.cursor = None;
                        return Ok(sent);
                    }
                }
            }
        };
        let text = bindings::archive::get(env, &current)
            .await?
            .unwrap_or_default();
        let mut lines = 0;
        let mut events = Vec::new();
        for line in text.lines().skip(done) {
            if sent.sent + events.len() >= EVENTS {
                break;
            }
            lines += 1;
            let event = Event::from_json(line).ok();
            let event =
                event.filter(|it| range.since <= it.receivedat && it.receivedat < range.until);
            events.extend(event.map(|event| (event, line.to_owned())));
        }
        sent.sent += events.len();
        let is_whole = done + lines >= text.lines().count();
        for some in chunks(events) {
            events_queue::deliver_again(env, some, &range.done).await?;
        }
        key = Some(current.clone());
        sent.cursor = Some(if is_whole {
            [":", &current].concat()
        } else {
            format!("{}:{current}", done + lines)
        });
        if !is_whole || sent.sent >= EVENTS {
            return Ok(sent);
        }
    }
    Ok(sent)
}

/// A hundred at a time, as the queue hands them out.
fn chunks(mut events: Vec<(Event, String)>) -> Vec<Vec<(Event, String)>> {
    let mut chunks = Vec::new();
    while !events.is_empty() {
        let rest = events.split_off(events.len().min(100));
        chunks.push(std::mem::replace(&mut events, rest));
    }
    chunks
}
