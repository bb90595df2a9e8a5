//! What reading, compiling and stepping cost: `cargo bench -p ivr --bench engine`.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a bench")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ivr::document::Menu;
use ivr::{
    Caller, Compiled, ConnectOutcome, Context, Entry, Event, Facts, Reply, Sealer, State, Step,
};

const ACME: &[u8] = include_bytes!("../../../menus/acme.json");

/// A menu of many nodes, each choice leading further.
fn large(nodes: usize) -> Vec<u8> {
    let mut json = String::from(r#"{ "start": "n0", "voice": { "language": "en-GB" }, "nodes": {"#);
    for node in 0..nodes {
        if node > 0 {
            json.push(',');
        }
        let next = (node + 1) % nodes;
        json.push_str(&format!(
            r#""n{node}": {{ "kind": "menu", "prompt": "You are at number {node}. Press 1 to go on, or 2 to leave.",
                "choices": {{ "1": "n{next}", "2": "@hangup", "3": {{ "then": "@back", "label": "back", "say": ["back"] }} }},
                "no_input": {{ "tries": 2, "prompts": ["I did not hear you."], "then": "@hangup" }},
                "no_match": {{ "tries": 2, "prompts": ["That is no option."], "then": "@hangup" }} }}"#
        ));
    }
    json.push_str("} }");
    json.into_bytes()
}

fn reply(step: Step) -> Reply {
    match step {
        Step::Reply(reply) => reply,
        other => panic!("{other:?}"),
    }
}

fn documents(criterion: &mut Criterion) {
    for (name, json) in [("acme", ACME.to_vec()), ("2000 nodes", large(2000))] {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(json.len() as u64));
        group.bench_function("parse", |bencher| {
            bencher.iter(|| Entry::<Menu>::read("m", black_box(&json)).unwrap())
        });
        let entry = Entry::<Menu>::read("m", &json).unwrap();
        group.bench_function("compile", |bencher| {
            bencher.iter(|| Compiled::from_entry("m", black_box(&entry)).unwrap());
        });
        group.finish();
    }
}

fn steps(criterion: &mut Criterion) {
    let menu = Arc::new(Compiled::compile("acme", ACME).unwrap());
    let sealer = Sealer::new("a key for benches", None);
    let context = Context {
        base_url: "https://ivr.example.com",
        sealer: &sealer,
        now: jiff::Timestamp::from_second(1_795_000_000).unwrap(),
    };
    let caller = Caller {
        conversation: "CON-aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
        leg: "63f61863-4a51-4f6b-86e1-46edebcf9356",
        from: "447700900001",
        to: "442079460000",
        direction: ivr::Direction::Inbound,
        sip_headers: &[],
    };
    let mut facts = Facts::new();
    facts.add_version(*menu.version(), Some(Arc::clone(&menu)));
    let begin = || reply(ivr::answer(&context, &menu, &caller, &facts));
    let key = |keys| Event::Input {
        digits: Some(keys),
        timed_out: false,
        speech: &[],
        speech_timeout: None,
    };
    let first = begin();
    println!("a token has {} characters", sealer.seal(&first.state).len());

    let mut group = criterion.benchmark_group("step");
    group.bench_function("answer", |bencher| bencher.iter(begin));
    let step = |state: &State, event: &Event<'_>| ivr::step(&context, state, event, &facts);
    group.bench_function("a key", |bencher| {
        bencher.iter(|| step(black_box(&first.state), &key("2")))
    });
    group.bench_function("a wrong key", |bencher| {
        bencher.iter(|| step(black_box(&first.state), &key("7")))
    });
    let calling = reply(step(&first.state, &key("1")));
    let failed = Event::Connect(ConnectOutcome::NoAnswer);
    group.bench_function("no answer", |bencher| {
        bencher.iter(|| step(black_box(&calling.state), &failed))
    });
    let token = sealer.seal(&first.state);
    group.bench_function("seal", |bencher| {
        bencher.iter(|| sealer.seal(black_box(&first.state)))
    });
    group.bench_function("open", |bencher| {
        bencher.iter(|| {
            sealer
                .open(black_box(&token), caller.conversation, context.now)
                .unwrap()
        });
    });
    group.bench_function("open and step", |bencher| {
        bencher.iter(|| {
            let state = sealer
                .open(black_box(&token), caller.conversation, context.now)
                .unwrap();
            step(&state, &key("2"))
        });
    });
    group.finish();
}

criterion_group!(benches, documents, steps);
criterion_main!(benches);
