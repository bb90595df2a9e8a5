//! Brings a batch of events to every sink that does not have them yet.

use std::cell::{Cell, RefCell};

use api::Reason;
use conversations::databases;
use conversations::key::RowKey;
use events::{Event, Sink, archive};
use futures_util::future::{join, join4, join5};
use worker::Env;

use super::queued_event::QueuedEvent;
use crate::bindings::sink::HttpSink;
use crate::bindings::{self, calls, clock, lake, recordings};
use crate::env::Config;
use crate::log;

/// From this attempt on an event is written alone, so that one the database cannot take does not
/// keep its batch from it.
const ALONE_FROM: u32 = 3;
/// So many events in a row the sink could not be reached for, and the rest of the batch waits.
const GIVE_UP_AFTER: usize = 6;

/// How long a sink that is gone is left alone before it is asked again, in milliseconds.
const GONE_FOR_MS: f64 = 3_600_000.0;

/// Done; or why not, and for how many seconds the sink wants to be left alone.
type Outcome = Result<(), (String, u32)>;

/// What one sink said of one event.
struct DeliveryResult {
    place: usize,
    sink: Sink,
    outcome: Outcome,
}

/// Delivers, and writes on each event what came of it. The sinks work side by side.
pub(super) async fn deliver(env: &Env, config: &Config, queued_events: &mut [QueuedEvent]) {
    let (calls, archive, forward, copies, lake) = join5(
        to_calls(env, queued_events),
        to_archive(env, queued_events),
        to_sink(config, queued_events),
        to_recordings(env, config, queued_events),
        to_lake(env, queued_events),
    )
    .await;
    for result in [calls, archive, forward, copies, lake]
        .into_iter()
        .flatten()
    {
        let Some(queued) = queued_events.get_mut(result.place) else {
            continue;
        };
        match result.outcome {
            Ok(()) => queued.event.mark_reached(result.sink),
            Err((reason, pause)) => {
                queued.pause = queued.pause.max(pause);
                queued.failures.push((result.sink, reason));
            }
        }
    }
}

/// The queued events that still have to reach a sink, with their places.
fn missing(
    queued_events: &[QueuedEvent],
    sink: Sink,
) -> impl Iterator<Item = (usize, &QueuedEvent)> {
    queued_events
        .iter()
        .enumerate()
        .filter(move |(_, queued)| !queued.event.has_reached(sink))
}

fn all(
    sink: Sink,
    queued_events: &[(usize, &QueuedEvent)],
    outcome: &Result<(), bindings::promise::PlatformError>,
) -> Vec<DeliveryResult> {
    queued_events
        .iter()
        .map(|(place, _)| DeliveryResult {
            place: *place,
            sink,
            outcome: outcome.clone().map_err(|error| (error.message, 0)),
        })
        .collect()
}

/// Takes one after the other of a list that others take of too. Not a stream of futures: that brings a
/// queue, wakers and locks of its own.
async fn work_off<T>(rest: &RefCell<impl Iterator<Item = T>>, work: &impl AsyncFn(T)) {
    loop {
        let Some(one) = rest.borrow_mut().next() else {
            return;
        };
        work(one).await;
    }
}

async fn to_calls(env: &Env, queued_events: &[QueuedEvent]) -> Vec<DeliveryResult> {
    let (stubborn, fresh): (Vec<_>, Vec<_>) =
        missing(queued_events, Sink::Calls).partition(|(_, queued)| queued.attempts >= ALONE_FROM);
    let databases = calls::count(env);
    let database_of =
        |queued: &QueuedEvent| databases::database_of(&RowKey::of_event(&queued.event), databases);
    let mut groups: Vec<Vec<(usize, &QueuedEvent)>> = vec![Vec::new(); databases];
    for one in fresh {
        if let Some(group) = groups.get_mut(database_of(one.1)) {
            group.push(one);
        }
    }
    let groups = RefCell::new(groups.into_iter());
    let results = RefCell::new(Vec::new());
    let write = async |group: Vec<(usize, &QueuedEvent)>| {
        let Some((_, first)) = group.first() else {
            return;
        };
        let events: Vec<(&Event, &str)> = group.iter().map(|(_, it)| it.stored()).collect();
        let outcome = calls::write(env, database_of(first), &events).await;
        results
            .borrow_mut()
            .extend(all(Sink::Calls, &group, &outcome));
    };
    // Two databases at once; what one of them refuses keeps nothing from the other.
    join(work_off(&groups, &write), work_off(&groups, &write)).await;
    for one in stubborn {
        write(vec![one]).await;
    }
    results.into_inner()
}

async fn to_archive(env: &Env, queued_events: &[QueuedEvent]) -> Vec<DeliveryResult> {
    let waiting: Vec<(usize, &QueuedEvent)> = missing(queued_events, Sink::Archive).collect();
    let mut results = Vec::new();
    for file in archive::files(waiting.iter().map(|(_, queued)| queued.stored())) {
        let outcome =
            bindings::archive::put(env, &file.key, &file.ndjson(), "application/x-ndjson").await;
        let held: Vec<(usize, &QueuedEvent)> = waiting
            .iter()
            .filter(|(_, queued)| file.holds(&queued.event))
            .copied()
            .collect();
        results.extend(all(Sink::Archive, &held, &outcome));
    }
    results
}

async fn to_lake(env: &Env, queued_events: &[QueuedEvent]) -> Vec<DeliveryResult> {
    if !lake::is_bound(env) {
        return Vec::new();
    }
    let waiting: Vec<(usize, &QueuedEvent)> = missing(queued_events, Sink::Lake).collect();
    if waiting.is_empty() {
        return Vec::new();
    }
    let events: Vec<(&Event, &str)> = waiting.iter().map(|(_, it)| it.stored()).collect();
    let outcome = lake::send(env, &events).await;
    all(Sink::Lake, &waiting, &outcome)
}

async fn to_sink(config: &Config, queued_events: &[QueuedEvent]) -> Vec<DeliveryResult> {
    let waiting: Vec<(usize, &QueuedEvent)> = missing(queued_events, Sink::Forward).collect();
    if GONE_UNTIL.get() > clock::now_ms() {
        return all(Sink::Forward, &waiting, &Ok(()));
    }
    let sink = match HttpSink::new(config) {
        None => return Vec::new(),
        Some(Err(error)) => return all(Sink::Forward, &waiting, &Err(error)),
        Some(Ok(sink)) => sink,
    };
    // Two copies of one event in a batch are sent once.
    let mut ids: Vec<&str> = waiting.iter().map(|(_, it)| it.event.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let unreachable = Cell::new(0);
    let rest = RefCell::new(ids.into_iter());
    let answers: RefCell<Vec<(&str, Outcome)>> = RefCell::default();
    let send = async |id| {
        let event = waiting.iter().find(|(_, it)| it.event.id == id);
        let outcome = match event {
            _ if GONE_UNTIL.get() > clock::now_ms() => Ok(()),
            _ if unreachable.get() >= GIVE_UP_AFTER => {
                Err(("SINK_URL: not reached just now".to_owned(), 0))
            }
            None => Ok(()),
            Some((_, queued)) => {
                let outcome = sink.send(&queued.event.id, &queued.line).await;
                unreachable.set(match &outcome {
                    Err(error) if error.unreachable => unreachable.get() + 1,
                    _ => 0,
                });
                match outcome {
                    Err(error) if error.gone => {
                        stop(&error.message);
                        Ok(())
                    }
                    outcome => outcome.map_err(|error| (error.message, error.retry_after)),
                }
            }
        };
        answers.borrow_mut().push((id, outcome));
    };
    // Four at once; the platform allows six.
    let one = || work_off(&rest, &send);
    join4(one(), one(), one(), one()).await;
    let answers = answers.into_inner();
    waiting
        .iter()
        .filter_map(|(place, queued)| {
            let (_, outcome) = answers.iter().find(|(id, _)| *id == queued.event.id)?;
            Some(DeliveryResult {
                place: *place,
                sink: Sink::Forward,
                outcome: outcome.clone(),
            })
        })
        .collect()
}

thread_local! {
    /// Until when the sink is left alone because it said that it is gone.
    static GONE_UNTIL: Cell<f64> = const { Cell::new(0.0) };
}

/// Leaves the sink alone. Its events count as delivered: they lie in the archive, and a replay
/// sends them when there is a sink again.
fn stop(message: &str) {
    GONE_UNTIL.set(clock::now_ms() + GONE_FOR_MS);
    let what = ": it wants no more events. They are kept in the archive; take SINK_URL away, or mend it and replay";
    log::alert(Reason::SinkGone, &[message, what].concat());
}

async fn to_recordings(
    env: &Env,
    config: &Config,
    queued_events: &[QueuedEvent],
) -> Vec<DeliveryResult> {
    if config.private_key.is_none() {
        return Vec::new();
    }
    let mut results = Vec::new();
    for (place, queued) in missing(queued_events, Sink::Recording) {
        if recordings::url_of(&queued.event).is_none() {
            continue;
        }
        let outcome = recordings::copy(env, config, &queued.event).await;
        results.extend(all(Sink::Recording, &[(place, queued)], &outcome));
    }
    results
}
