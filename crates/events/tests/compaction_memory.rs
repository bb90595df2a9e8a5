//! An hour of the archive is put together in little memory, however much of it there is: it is done in
//! the isolate that answers callers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and stops"
)]

use std::alloc::System;
use std::fmt::Write as _;

use cap::Cap;
use events::compact::{LARGEST, Run, Step};

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Files of one batch each, and events in one of them.
const FILES: usize = 1_500;
const EVENTS: usize = 100;

/// A file of the hour.
fn file(number: usize) -> String {
    let mut text = String::new();
    for event in 0..EVENTS {
        let id = number * EVENTS + event;
        let said = "x".repeat(400);
        writeln!(
            text,
            r#"{{"id":"{id:032}","receivedat":"2026-11-26T10:{:02}:00.000Z","said":"{said}"}}"#,
            number % 60
        )
        .unwrap();
    }
    text
}

#[test]
fn an_hour_takes_the_memory_of_five_files() {
    let folder = "events/dt=2026-11-26/hh=10/";
    let keys: Vec<String> = (0..FILES)
        .map(|number| format!("{folder}{number:08x}.ndjson"))
        .collect();
    let before = ALLOCATOR.allocated();
    let mut run = Run::hourly("2026-11-26T11:20:00Z".parse().unwrap());
    let mut hour = run.hour(folder, keys.clone()).expect("there is work");
    let (mut written, mut removed) = (Vec::new(), 0);
    while let Some(step) = hour.step() {
        match step {
            Step::Read(key) => {
                let number = keys.binary_search(&key).unwrap();
                hour.read(&file(number), "tag".to_owned());
            }
            Step::Write(file) => written.push((file.text.len(), file.text.lines().count())),
            Step::Remove(keys) => removed += keys.len(),
        }
    }
    let most = ALLOCATOR.max_allocated() - before;
    let events: usize = written.iter().map(|(_, lines)| lines).sum();
    assert_eq!((removed, events), (FILES, FILES * EVENTS));
    assert!(written.len() > 10, "{written:?}");
    println!("{} files, {most} bytes at most", written.len());
    assert!(most < 5 * LARGEST, "{most} bytes");
}
