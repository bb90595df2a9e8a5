//! Webhooks answered at once, from what this isolate remembers.
//!
//! Almost every webhook needs nothing but its own bytes and a menu that is in memory. Waiting costs
//! more than the work then: promises, closures and hops between JavaScript and here are most of
//! what a request takes. So `src/entry.js` first asks [`answer`], which runs the same handlers as
//! every request, once, with nothing to wait for: one crossing in, one out. What has to be sent or
//! counted lies in a tray, and JavaScript carries it out.
//!
//! Where a handler would wait for the platform, it gives up here ([`or_give_up`]), before it has
//! done anything, and the request goes the ordinary way. So does everything that is refused.

use std::cell::RefCell;
use std::pin::pin;
use std::task::{Poll, Waker};

use worker::{Context, Env};

use crate::bindings::clock;
use crate::bindings::queue::MAX_MESSAGE;
use crate::faults::{self, Service};
use crate::log::Line;
use crate::request::Request;
use crate::routes::{self, Exchange};

/// More messages, or longer ones together, are left to the ordinary way and its batches.
const MAX_MESSAGES: usize = 20;
const MAX_TOGETHER: usize = 200_000;

/// What JavaScript has to do.
#[derive(Default)]
struct Tray {
    /// Count a call of this number against `CALLER_LIMIT`; one too many goes the ordinary way.
    caller: Option<String>,
    /// Put these on the queue.
    messages: Vec<String>,
    /// And before the reply, not behind it.
    first: bool,
}

thread_local! {
    /// There only while [`answer`] runs, which nothing interrupts.
    static TRAY: RefCell<Option<Tray>> = const { RefCell::new(None) };
}

fn with<T>(tray: impl FnOnce(&mut Tray) -> T) -> Option<T> {
    TRAY.with_borrow_mut(|there| there.as_mut().map(tray))
}

/// Leaves a call to be counted; false when the request goes the ordinary way.
pub fn count(caller: &str) -> bool {
    with(|tray| tray.caller = Some(caller.to_owned())).is_some()
}

/// Leaves events to be sent, `first` or behind the reply; gives them back when the request goes
/// the ordinary way.
///
/// # Errors
/// The events.
pub fn send(messages: Vec<String>, first: bool) -> Result<(), Vec<String>> {
    TRAY.with_borrow_mut(|there| match there {
        Some(tray) => {
            tray.messages = messages;
            tray.first = first;
            Ok(())
        }
        None => Err(messages),
    })
}

/// Stands before everything that waits for the platform or changes something there.
pub async fn or_give_up() {
    if with(|_| ()).is_some() {
        std::future::pending().await
    }
}

/// An answer, and what JavaScript has to do for it. Each part crosses as a value of its own: what a
/// caller sent may hold any character, so no text is ever taken apart.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// Put the events on the queue before the reply, and not behind it.
    pub first: bool,
    /// Count a call of this number against `CALLER_LIMIT`.
    pub caller: Option<String>,
    /// The body of the reply; empty when there is none.
    pub body: String,
    /// The log line.
    pub line: String,
    /// The events, as JSON text.
    pub events: Vec<String>,
}

impl Answer {
    /// `[first, caller, body, line, ...events]`.
    #[must_use]
    pub fn into_array(self) -> js_sys::Array {
        let array = js_sys::Array::of4(
            &self.first.into(),
            &self.caller.into(),
            &self.body.into(),
            &self.line.into(),
        );
        for event in self.events {
            array.push(&event.into());
        }
        array
    }
}

/// Answers a webhook, if it can be done without waiting. `None`: the request goes the ordinary way.
#[must_use]
pub fn answer(request: &Request, env: &Env, context: &Context, began: f64) -> Option<Answer> {
    let mut line = Line::default();
    TRAY.set(Some(Tray::default()));
    let polled = {
        let handler = pin!(routes::dispatch(Exchange {
            request,
            env,
            context,
            line: &mut line,
        }));
        handler.poll(&mut std::task::Context::from_waker(Waker::noop()))
    };
    let tray = TRAY.take()?;
    let Poll::Ready(reply) = polled else {
        return None;
    };
    let together: usize = tray.messages.iter().map(String::len).sum();
    let unfit = !(1..=MAX_MESSAGES).contains(&tray.messages.len())
        || together > MAX_TOGETHER
        || tray.messages.iter().any(|text| text.len() > MAX_MESSAGE);
    if reply.status != 200 || !reply.headers.is_empty() || unfit {
        return None;
    }
    if faults::meet(Service::Queue).is_err() {
        faults::owe(Service::Queue);
        return None;
    }
    line.finish(&reply, clock::now_ms() - began);
    Some(Answer {
        first: tray.first,
        caller: tray.caller,
        body: reply.body,
        line: line.to_json(),
        events: tray.messages,
    })
}
