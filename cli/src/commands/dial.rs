//! `ivr dial`

use std::io::{BufRead, IsTerminal, Write};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;

use super::{DIM, Done, GREEN, RED, YELLOW, print_json};
use crate::arguments::{Dial, Transport};
use crate::calls::Stage;
use crate::files::{self, Role};
use crate::offline::{ORIGIN, Offline, Shelf};
use crate::phone::{
    Action, Application, Call, CallSetup, Caller, Demand, Destination, EndedBy, Exchange,
    Happening, Http, Method, Misbehaviour, Moment, Phone, Transfer, transcript_line,
};
use crate::script;
use crate::trouble::{Exit, Trouble};

/// Runs it.
pub(super) fn run(dial: &Dial, json: bool) -> Done {
    if let Some(menu) = &dial.menu {
        let files = files::gather(std::slice::from_ref(menu))?;
        let library = files::library(&files);
        let Role::Menu(id) = Role::of(menu) else {
            return Err(Trouble::usage(format!("{}: not a menu", menu.display())));
        };
        let shelf = Shelf::of(&library);
        if !shelf.has_menu(&id) {
            return Err(Trouble::refused(format!("the menu `{id}` has errors"))
                .help(format!("`ivr check {}` shows them", menu.display())));
        }
        if let Some(path) = &dial.script {
            return play_here(dial, &Stage::of(&library), path, &id, json);
        }
        let offline = Offline::new(shelf, Vec::new());
        let mut application = Application::at(ORIGIN, "");
        application.signature_secret = None;
        let mut setup = setup(dial);
        setup.answer_url = Some(format!("{ORIGIN}/webhooks/answer/{id}"));
        let phone = Phone::new(application, &offline).misbehaving(faults(dial));
        return place(dial, &phone, &setup, || offline.node(), json);
    }
    let Some(url) = &dial.url else {
        return Err(Trouble::usage("whom to call?")
            .help("--menu FILE calls a menu here, --url URL one on a Worker (or set IVR_URL)"));
    };
    let mut application = Application::at(url, dial.secret.as_deref().unwrap_or_default());
    if dial.secret.is_none() {
        application.signature_secret = None;
    }
    application.api_key.clone_from(&dial.api_key);
    application.application_id.clone_from(&dial.application);
    let method = match dial.method {
        Transport::Post => Method::Post,
        Transport::Get => Method::Get,
        Transport::Form => Method::PostForm,
    };
    let application = application.with_method(method);
    let phone = Phone::new(application, Http::new()).misbehaving(faults(dial));
    let mut setup = setup(dial);
    if let Some(menu) = &dial.answer {
        setup.answer_url = Some(format!(
            "{}/webhooks/answer/{menu}",
            url.trim_end_matches('/')
        ));
    }
    if let Some(path) = &dial.script {
        return play_there(&phone, url, path, json);
    }
    if let Some(calls) = dial.calls {
        return load(dial, &phone, &setup, calls, json);
    }
    place(dial, &phone, &setup, || None, json)
}

fn setup(dial: &Dial) -> CallSetup {
    let mut setup = CallSetup::new(&dial.from, &dial.to);
    setup.starts = dial.at;
    setup
}

fn faults(dial: &Dial) -> Misbehaviour {
    let faults = &dial.faults;
    Misbehaviour {
        duplicate_percent: faults.duplicate,
        reorder_percent: faults.reorder,
        delay_percent: faults.delay,
        delay_seconds: 20.0,
        drop_percent: faults.drop,
        unsigned_percent: faults.unsigned,
        seed: faults.seed,
    }
}

/// One call, by keys or by hand.
fn place<D: Destination>(
    dial: &Dial,
    phone: &Phone<D>,
    setup: &CallSetup,
    node: impl Fn() -> Option<String>,
    json: bool,
) -> Done {
    let call = if let Some(keys) = &dial.keys {
        phone.call(setup, &mut Keypad::new(keys, !json))
    } else {
        let mut terminal = Terminal {
            node: &node,
            quiet: json,
            input: std::io::stdin().lock(),
        };
        phone.call(setup, &mut terminal)
    };
    if json {
        print_json(&json!({
            "leg": call.leg,
            "conversation": call.conversation,
            "outcome": call.outcome(),
            "ended": call.ended,
            "seconds": call.seconds,
            "moments": call.moments,
            "requests": call.exchanges.iter().map(exchange_json).collect::<Vec<_>>(),
        }));
    } else {
        if dial.verbose {
            for exchange in &call.exchanges {
                print_exchange(exchange);
            }
        }
        anstream::println!(
            "{DIM}{} s, {} requests, outcome {}, leg {}{DIM:#}",
            call.seconds.round(),
            call.exchanges.len(),
            call.outcome(),
            call.leg
        );
    }
    finish(&call)
}

/// What the shell is told of a call.
fn finish(call: &Call) -> Done {
    let nobody = call
        .exchanges
        .iter()
        .all(|exchange| exchange.status.is_none());
    if nobody {
        let why = call
            .exchanges
            .iter()
            .find_map(|exchange| exchange.unreachable.clone())
            .unwrap_or_default();
        return Err(Trouble::unreachable(format!("nobody answers: {why}"))
            .help("is the Worker running? `make dev` starts one"));
    }
    let refused = call
        .exchanges
        .iter()
        .any(|exchange| exchange.kind == "answer" && exchange.status == Some(401));
    if refused {
        return Err(
            Trouble::unreachable("the Worker refuses the signature (401)")
                .help("--secret or IVR_SECRET must be its VONAGE_SIGNATURE_SECRET"),
        );
    }
    Ok(match call.ended {
        EndedBy::Failure | EndedBy::Limit => Exit::Findings,
        EndedBy::Caller | EndedBy::Platform => Exit::Fine,
    })
}

fn exchange_json(exchange: &Exchange) -> serde_json::Value {
    json!({
        "kind": exchange.kind,
        "method": exchange.method.verb(),
        "url": exchange.url,
        "sent": exchange.sent,
        "signed": exchange.signed,
        "status": exchange.status,
        "unreachable": exchange.unreachable,
        "reply": exchange.reply_json(),
        "ms": exchange.took.as_secs_f64() * 1000.0,
    })
}

fn print_exchange(exchange: &Exchange) {
    let status = exchange
        .status
        .map_or_else(|| "no reply".to_owned(), |status| status.to_string());
    anstream::println!(
        "{DIM}{} {} {} {status} {:.1} ms{DIM:#}\n  {}\n  {}",
        exchange.kind,
        exchange.method.verb(),
        exchange.url,
        exchange.took.as_secs_f64() * 1000.0,
        exchange.sent,
        String::from_utf8_lossy(&exchange.reply)
    );
}

/// A caller at a terminal.
struct Terminal<'n, R> {
    node: &'n dyn Fn() -> Option<String>,
    quiet: bool,
    input: R,
}

impl<R: BufRead> Caller for Terminal<'_, R> {
    fn next(&mut self, demand: &Demand) -> Action {
        loop {
            if !self.quiet {
                let place = (self.node)()
                    .map(|node| format!("{node} "))
                    .unwrap_or_default();
                anstream::print!("{GREEN}{place}{}>{GREEN:#} ", prompt(demand));
                let _ = std::io::stdout().flush();
            }
            let mut line = String::new();
            match self.input.read_line(&mut line) {
                Ok(0) | Err(_) => return Action::HangUp,
                Ok(_) => {}
            }
            if !std::io::stdin().is_terminal() && !self.quiet {
                anstream::println!("{}", line.trim_end());
            }
            match understood(demand, line.trim()) {
                Ok(action) => return action,
                Err(help) => anstream::println!("{YELLOW}{help}{YELLOW:#}"),
            }
        }
    }

    fn witness(&mut self, moment: &Moment) {
        if self.quiet {
            return;
        }
        match &moment.what {
            Happening::Pressed { lost, .. } if lost.is_empty() => {}
            Happening::Silent | Happening::Spoke { .. } => {}
            Happening::Refused { .. } | Happening::RepliesDiffer { .. } => {
                anstream::println!("{RED}{}{RED:#}", transcript_line(moment));
            }
            Happening::Heard { .. } => anstream::println!("{}", transcript_line(moment)),
            _ => anstream::println!("{DIM}{}{DIM:#}", transcript_line(moment)),
        }
    }
}

fn prompt(demand: &Demand) -> String {
    match demand {
        Demand::Input(listening) => match (&listening.dtmf, &listening.speech) {
            (Some(_), Some(_)) => "keys or words".to_owned(),
            (None, Some(_)) => "words".to_owned(),
            _ => "keys".to_owned(),
        },
        Demand::Connect(dialling) => format!("{} rings", dialling.to),
        Demand::Record(_) => "message, seconds".to_owned(),
        Demand::Hold(why) => format!("in {why}"),
    }
}

/// What a line at the terminal means.
fn understood(demand: &Demand, line: &str) -> Result<Action, &'static str> {
    if matches!(line, "hang up" | "hangup" | "bye" | "quit" | "exit") {
        return Ok(Action::HangUp);
    }
    let seconds = |text: &str| text.trim_end_matches('s').trim().parse::<f64>().ok();
    match demand {
        Demand::Input(listening) => {
            if line.is_empty() {
                return Ok(Action::StaySilent);
            }
            let keys: String = line.split_whitespace().collect();
            if keys.chars().all(|key| matches!(key, '0'..='9' | '*' | '#')) {
                return Ok(Action::Press(keys));
            }
            if listening.speech.is_some() {
                return Ok(Action::Speak {
                    text: line.to_owned(),
                    confidence: 0.9,
                });
            }
            Err(
                "this menu takes keys only: digits, * and #; Enter stays silent; `hang up` hangs up",
            )
        }
        Demand::Connect(_) => {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            Ok(Action::Transfer(match word {
                "answer" | "answered" | "a" => Transfer::Answered(seconds(rest).unwrap_or(60.0)),
                "machine" => Transfer::Machine(20.0),
                "busy" | "b" => Transfer::Busy,
                "no" | "n" | "" => Transfer::NoAnswer,
                "unanswered" => Transfer::Unanswered,
                "reject" | "rejected" | "r" => Transfer::Rejected,
                "fail" | "failed" | "f" => Transfer::Failed,
                _ => {
                    return Err(
                        "answer [seconds], machine, busy, no answer, unanswered, reject, fail or hang up",
                    );
                }
            }))
        }
        Demand::Record(_) => match seconds(line) {
            _ if line.is_empty() => Ok(Action::StaySilent),
            Some(length) => Ok(Action::LeaveMessage(length)),
            None => Err("how many seconds the message is; Enter says nothing; `hang up` hangs up"),
        },
        Demand::Hold(_) => match seconds(line) {
            Some(length) if length > 0.0 => Ok(Action::Stay(length)),
            _ if !line.is_empty()
                && line.chars().all(|key| matches!(key, '0'..='9' | '*' | '#')) =>
            {
                Ok(Action::Press(line.to_owned()))
            }
            _ => Err("how many seconds to stay, or `hang up`"),
        },
    }
}

/// A caller who presses one entry after the other; whoever is called answers.
struct Keypad<'k> {
    keys: std::slice::Iter<'k, String>,
    loud: bool,
}

impl<'k> Keypad<'k> {
    fn new(keys: &'k [String], loud: bool) -> Self {
        Self {
            keys: keys.iter(),
            loud,
        }
    }
}

impl Caller for Keypad<'_> {
    fn next(&mut self, demand: &Demand) -> Action {
        match demand {
            Demand::Input(_) => match self.keys.next() {
                Some(keys) if keys.is_empty() => Action::StaySilent,
                Some(keys) => Action::Press(keys.clone()),
                None => Action::HangUp,
            },
            Demand::Connect(_) => Action::Transfer(Transfer::Answered(30.0)),
            Demand::Record(_) => Action::LeaveMessage(10.0),
            Demand::Hold(_) => Action::HangUp,
        }
    }

    fn witness(&mut self, moment: &Moment) {
        if self.loud {
            anstream::println!("{}", transcript_line(moment));
        }
    }
}

/// What many calls took.
#[derive(Default)]
struct Tally {
    times: Vec<(String, Duration)>,
    unreached: u32,
    refused: u32,
    failed: u32,
}

fn load<D: Destination + Sync>(
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
        return Err(Trouble::unreachable("nobody answers").help("is the Worker running?"));
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
        print_json(&json!({
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
        anstream::println!(
            "{calls} calls, {} at a time, in {:.2} s: {rate:.1} calls/s, {} requests",
            dial.concurrency,
            took.as_secs_f64(),
            tally.times.len()
        );
        anstream::println!(
            "{:<14} {:>7} {:>8} {:>8} {:>8} {:>8}",
            "ms",
            "count",
            "p50",
            "p90",
            "p99",
            "max"
        );
        for (kind, times) in &kinds {
            anstream::println!(
                "{kind:<14} {:>7} {:>8.1} {:>8.1} {:>8.1} {:>8.1}",
                times.len(),
                ms(times, 50.0),
                ms(times, 90.0),
                ms(times, 99.0),
                ms(times, 100.0)
            );
        }
        if tally.unreached + tally.refused + tally.failed > 0 {
            anstream::println!(
                "{RED}{} requests without reply, {} refused, {} calls failed{RED:#}",
                tally.unreached,
                tally.refused,
                tally.failed
            );
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

fn cases(path: &std::path::Path) -> Result<(files::File, script::Document), Trouble> {
    let file = files::read(path)?;
    let document = script::read(&file).map_err(|wrong| {
        let first = wrong.first().map_or_else(String::new, |finding| {
            format!(
                "{}:{}:{}: {}",
                finding.file, finding.line, finding.column, finding.message
            )
        });
        Trouble::refused(first)
    })?;
    Ok((file, document))
}

fn tell(verdicts: &[crate::calls::Verdict], json: bool) -> Done {
    let failed = verdicts.iter().filter(|verdict| !verdict.is_fine()).count();
    if json {
        print_json(&json!({ "cases": verdicts, "failed": failed }));
    } else {
        for verdict in verdicts {
            anstream::println!("{}", verdict.name);
            for line in &verdict.transcript {
                anstream::println!("  {DIM}{line}{DIM:#}");
            }
            match (&verdict.wrong, &verdict.skipped) {
                (Some(wrong), _) => anstream::println!(
                    "  {RED}expected {} but {}{RED:#}",
                    wrong.expected,
                    wrong.found
                ),
                (None, Some(why)) => anstream::println!("  {YELLOW}skipped: {why}{YELLOW:#}"),
                (None, None) => anstream::println!("  {GREEN}as expected{GREEN:#}"),
            }
        }
    }
    Ok(if failed > 0 {
        Exit::Findings
    } else {
        Exit::Fine
    })
}

fn play_here(_dial: &Dial, stage: &Stage, path: &std::path::Path, menu: &str, json: bool) -> Done {
    let (file, document) = cases(path)?;
    let verdicts: Vec<_> = document
        .cases
        .iter()
        .map(|case| {
            let given = case
                .given
                .clone()
                .unwrap_or_default()
                .over(document.given.as_ref());
            stage.play(&file.name, menu, case, &given)
        })
        .collect();
    tell(&verdicts, json)
}

fn play_there<D: Destination>(
    phone: &Phone<D>,
    url: &str,
    path: &std::path::Path,
    json: bool,
) -> Done {
    let (file, document) = cases(path)?;
    let menu = script::menu_of(&file, &document);
    let origin = url.trim_end_matches('/');
    let verdicts: Vec<_> = document
        .cases
        .iter()
        .map(|case| {
            let given = case
                .given
                .clone()
                .unwrap_or_default()
                .over(document.given.as_ref());
            match given.only_here() {
                Some(why) => crate::calls::Verdict::skipped(&file.name, case, why),
                None => crate::calls::play_on(phone, origin, &file.name, &menu, case, &given),
            }
        })
        .collect();
    tell(&verdicts, json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::{Dialling, Keys, Listening, Recording, Speech};

    #[test]
    fn a_line_means_what_the_moment_makes_of_it() {
        let keys = Some(Keys {
            time_out: 3.0,
            max_digits: 4,
            submit_on_hash: true,
        });
        let dtmf = Demand::Input(Listening {
            dtmf: keys.clone(),
            ..Listening::default()
        });
        let both = Demand::Input(Listening {
            dtmf: keys,
            speech: Some(Speech {
                start_timeout: 10.0,
                end_on_silence: 2.0,
                context: Vec::new(),
                save_audio: false,
            }),
            ..Listening::default()
        });
        let connect = Demand::Connect(Dialling {
            kind: "phone".to_owned(),
            to: "447700900100".to_owned(),
            from: None,
            ring: 20.0,
            synchronous: true,
        });
        let record = Demand::Record(Recording {
            beep: true,
            end_on_key: None,
            end_on_silence: None,
            max: None,
        });
        let check = |demand: &Demand, line: &str, expected: Option<Action>| {
            assert_eq!(understood(demand, line).ok(), expected, "{line}");
        };
        check(&dtmf, "12#", Some(Action::Press("12#".to_owned())));
        check(&dtmf, "", Some(Action::StaySilent));
        check(&dtmf, "sales", None);
        check(
            &both,
            "sales",
            Some(Action::Speak {
                text: "sales".to_owned(),
                confidence: 0.9,
            }),
        );
        check(&connect, "busy", Some(Action::Transfer(Transfer::Busy)));
        check(
            &connect,
            "answer 12",
            Some(Action::Transfer(Transfer::Answered(12.0))),
        );
        check(
            &connect,
            "no answer",
            Some(Action::Transfer(Transfer::NoAnswer)),
        );
        check(&connect, "what", None);
        check(&record, "8", Some(Action::LeaveMessage(8.0)));
        check(&record, "hang up", Some(Action::HangUp));
    }

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
