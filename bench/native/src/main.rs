//! What the pure crates cost without a platform, as JSON on one line.
//!
//! `ivr-bench LINE.json BIG.json`: the menu that most workloads ring, and one of 2,000 nodes, both
//! written by the bench. Times are medians of batches; the unit is the end of the name.
//! `ivr-bench LINE.json BIG.json consume` does nothing but consume, for a profiler.

mod consume;

use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ivr::{Caller, Compiled, Context, Event, Facts, Library, Sealer, State, Step};
use jiff::Timestamp;
use vonage::jwt::{self, Claims, Verifier};
use vonage::{Delivery, Route, Webhook};

const SECRET: &str = "bench-signature-secret-0123456789abcdef";
const CONVERSATION: &str = "CON-78d335fa-323d-0114-9c3d-d6f0d48968cf";
const ANSWER: &str = r#"{"region_url":"https://api-eu-3.vonage.com","from":"447700900001","to":"442079400000","uuid":"aabbccddeeff00112233445566778899","conversation_uuid":"CON-78d335fa-323d-0114-9c3d-d6f0d48968cf","endpoint_type":"phone"}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let mut paths = std::env::args().skip(1);
    let mut next = || paths.next().ok_or("usage: ivr-bench LINE.json BIG.json");
    let (line, big) = (std::fs::read(next()?)?, std::fs::read(next()?)?);
    if next().is_ok_and(|only| only == "consume") {
        let consume = consume::Consume::new()?;
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(5) {
            black_box(consume.run()?);
        }
        return Ok(());
    }

    let delivery = Delivery::json(ANSWER.as_bytes());
    let now = Timestamp::now();
    let token = jwt::sign(
        SECRET.as_bytes(),
        &Claims::new(now.as_second(), "token-1"),
        &delivery,
    );
    let header = format!("Bearer {token}");
    let verifier = Verifier::new(SECRET, None);
    let verify = || {
        verifier
            .verify(Some(&header), black_box(&delivery), now.as_second())
            .is_ok()
    };
    if !verify() {
        return Err("the token is refused".into());
    }
    let parse = || Webhook::parse(Route::Answer, black_box(&delivery));
    let webhook = parse().map_err(|error| error.to_string())?;
    let event =
        || events::Event::from_webhook(black_box(&webhook), ANSWER.as_bytes(), now, None).to_json();

    let compile = |json: &[u8]| {
        Compiled::compile("line", json).map_err(|found| match found.first() {
            Some(first) => first.to_string(),
            None => "refused without a finding".to_owned(),
        })
    };
    let menu = Arc::new(compile(&line)?);
    let sealer = Sealer::new("bench-state-key-0123456789abcdef0123456789abcdef", None);
    let context = Context {
        base_url: "https://ivr.example.com",
        sealer: &sealer,
        now,
    };
    let caller = Caller {
        conversation: CONVERSATION,
        leg: "aabbccddeeff00112233445566778899",
        from: "447700900001",
        to: "442079400000",
        direction: ivr::Direction::Inbound,
        sip_headers: &[],
    };
    let mut facts = Facts::new();
    facts.add_version(*menu.version(), Some(Arc::clone(&menu)));
    let answer = || ivr::answer(&context, &menu, black_box(&caller), &facts);
    let press = |state: &State, digits: &str| {
        let event = Event::Input {
            digits: Some(digits),
            timed_out: false,
            speech: &[],
            speech_timeout: None,
        };
        ivr::step(&context, black_box(state), &event, &facts)
    };
    let state = state_of(press(&state_of(press(&state_of(answer())?, "2"))?, "1"))?;
    state_of(press(&state, "2"))?;
    let sealed = sealer.seal(&state);
    let open = || sealer.open(black_box(&sealed), CONVERSATION, now);
    if open().is_err() {
        return Err("the sealed state does not open".into());
    }

    let check = || {
        let mut library = Library::default();
        library.add("big.json", black_box(&big));
        ivr::check(&library).len()
    };
    let consume = consume::Consume::new()?;
    consume.run()?;
    let report = serde_json::json!({
        "consume_event_us": micros(10, || consume.run().is_ok()) / 10.0,
        "verify_us": micros(100, verify),
        "parse_us": micros(100, parse),
        "event_us": micros(100, event),
        "answer_us": micros(100, answer),
        "open_state_us": micros(100, open),
        "step_us": micros(100, || press(&state, "2")),
        "compile_us": micros(10, || compile(&line).is_ok()),
        "check_2000_s": micros(1, check) / 1e6,
        "compile_2000_ms": micros(1, || compile(&big).is_ok()) / 1e3,
    });
    println!("{report}");
    Ok(())
}

/// The state a step leads to.
fn state_of(step: Step) -> Result<State, String> {
    match step {
        Step::Reply(reply) => Ok(reply.state),
        Step::Need(_) => Err("the line needs something from outside".to_owned()),
        Step::Continue => Err("the line says nothing".to_owned()),
    }
}

/// Microseconds of one `work`: the median of batches, half a second of them after a warm-up.
fn micros<T>(batch: u32, mut work: impl FnMut() -> T) -> f64 {
    let mut time = || {
        let began = Instant::now();
        for _ in 0..batch {
            black_box(work());
        }
        began.elapsed().as_secs_f64() * 1e6 / f64::from(batch)
    };
    let warm = Instant::now();
    while warm.elapsed() < Duration::from_millis(100) {
        time();
    }
    let began = Instant::now();
    let mut times = Vec::new();
    while times.len() < 5 || began.elapsed() < Duration::from_millis(500) {
        times.push(time());
    }
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
