//! Many calls, measured.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;

use super::keypad::Keypad;
use crate::arguments::Dial;
use crate::error::{CliError, Done, Exit};
use crate::print::{self, RED, Text};
use phone::{CallSetup, Destination, EndedBy, Phone};

/// What many calls took.
#[derive(Default)]
struct Tally {
    times: Vec<(String, Duration)>,
    unreached: u32,
    refused: u32,
    failed: u32,
}

pub(super) fn load<D: Destination + Sync>(
    dial: &Dial,
    phone: &Phone<D>,
    setup: &CallSetup,
    calls: u32,
    json: bool,
) -> Done {
    let keys = dial.keys.clone().unwrap_or_default();
    let next = AtomicU32::new(0);
    let tally = Mutex::new(Tally::default());
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..dial.concurrency.clamp(1, 512) {
            scope.spawn(|| {
                while next.fetch_add(1, Ordering::Relaxed) < calls {
                    let call = phone.call(setup, &mut Keypad::new(&keys, false));
                    let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
                    for exchange in &call.exchanges {
                        let kind = exchange.kind.split(':').next().unwrap_or_default();
                        match exchange.status {
                            None => tally.unreached += 1,
                            Some(status) if status >= 400 => tally.refused += 1,
                            Some(_) => {}
                        }
                        tally.times.push((kind.to_owned(), exchange.took));
                    }
                    if matches!(call.ended, EndedBy::Failure | EndedBy::Limit) {
                        tally.failed += 1;
                    }
                }
            });
        }
    });
    let took = started.elapsed();
    let mut tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    if tally.unreached > 0 && tally.unreached as usize == tally.times.len() {
        return Err(CliError::unreachable("nobody answers").help("is the Worker running?"));
    }
    tally
        .times
        .sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
    let mut kinds: Vec<(String, Vec<Duration>)> = Vec::new();
    for (kind, time) in &tally.times {
        match kinds.last_mut() {
            Some((known, times)) if known == kind => times.push(*time),
            _ => kinds.push((kind.clone(), vec![*time])),
        }
    }
    let rate = f64::from(calls) / took.as_secs_f64().max(0.001);
    if json {
        print::json(&json!({
            "calls": calls,
            "concurrency": dial.concurrency,
            "seconds": took.as_secs_f64(),
            "calls_per_second": rate,
            "requests": tally.times.len(),
            "unreached": tally.unreached,
            "refused": tally.refused,
            "failed_calls": tally.failed,
            "latency_ms": kinds.iter().map(|(kind, times)| json!({
                "kind": kind, "count": times.len(),
                "p50": ms(times, 50.0), "p90": ms(times, 90.0),
                "p99": ms(times, 99.0), "max": ms(times, 100.0),
            })).collect::<Vec<_>>(),
        }));
    } else {
        print::line(format!(
            "{calls} calls, {} at a time, in {:.2} s: {rate:.1} calls/s, {} requests",
            dial.concurrency,
            took.as_secs_f64(),
            tally.times.len()
        ));
        print::line(format!(
            "{:<14} {:>7} {:>8} {:>8} {:>8} {:>8}",
            "ms", "count", "p50", "p90", "p99", "max"
        ));
        for (kind, times) in &kinds {
            print::line(format!(
                "{kind:<14} {:>7} {:>8.1} {:>8.1} {:>8.1} {:>8.1}",
                times.len(),
                ms(times, 50.0),
                ms(times, 90.0),
                ms(times, 99.0),
                ms(times, 100.0)
            ));
        }
        if tally.unreached + tally.refused + tally.failed > 0 {
            print::line(Text::new().styled(
                RED,
                format_args!(
                    "{} requests without reply, {} refused, {} calls failed",
                    tally.unreached, tally.refused, tally.failed
                ),
            ));
        }
    }
    let bad = tally.unreached + tally.refused + tally.failed > 0;
    Ok(if bad { Exit::Findings } else { Exit::Fine })
}

/// The percentile of sorted times, in milliseconds, by nearest rank.
fn ms(sorted: &[Duration], percent: f64) -> f64 {
    let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted
        .get(rank.max(1) - 1)
        .map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let times: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
        let check = |percent: f64, expected: f64| {
            assert!((ms(&times, percent) - expected).abs() < 1e-9, "{percent}");
        };
        check(50.0, 50.0);
        check(99.0, 99.0);
        check(100.0, 100.0);
    }
}
