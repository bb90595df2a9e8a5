//! The check of a menu of 2,000 nodes.

#![allow(missing_docs)]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use ivr::Library;

/// A menu of `count` nodes of many kinds, with ways forth and back between them.
fn menu(count: usize) -> String {
    let mut nodes = String::new();
    for index in 0..count {
        let (next, far) = (index + 1, (index * 7 + 13) % count);
        let node = match index % 8 {
            0 | 4 => format!(
                r#"{{ "kind": "menu", "prompt": "Press 1 to go on, 2 to jump, or 3 for a person.",
                    "choices": {{ "1": "n{next}", "2": {{ "then": "n{far}", "say": ["jump {index}"] }}, "3": "person" }},
                    "no_input": {{ "tries": 2, "prompts": ["Are you there?"], "then": "n{next}" }},
                    "no_match": {{ "tries": 2, "prompts": ["Please press 1, 2 or 3."], "then": "person" }} }}"#
            ),
            1 => format!(
                r#"{{ "kind": "hours", "calendar": "office", "open": "n{next}", "closed": "person" }}"#
            ),
            2 => format!(
                r#"{{ "kind": "connect", "to": ["447700900100"], "busy": "n{next}", "otherwise": "person", "then": "n{far}" }}"#
            ),
            3 => format!(
                r#"{{ "kind": "switch", "cases": [{{ "prefix": "44", "then": "n{next}" }}], "otherwise": "n{next}" }}"#
            ),
            5 => format!(
                r#"{{ "kind": "collect", "prompt": "Your number, please.", "into": "v{index}", "digits": 6, "then": "n{next}",
                    "no_input": {{ "tries": 1, "then": "person" }}, "no_match": {{ "tries": 1, "then": "person" }} }}"#
            ),
            6 => format!(
                r#"{{ "kind": "say", "prompt": "You entered something.", "then": "n{next}" }}"#
            ),
            _ => format!(r#"{{ "kind": "wait", "seconds": 2, "then": "n{next}" }}"#),
        };
        let _ = writeln!(nodes, r#"    "n{index}": {node},"#);
    }
    let _ = writeln!(
        nodes,
        r#"    "n{count}": {{ "kind": "hangup", "prompt": "Goodbye." }},"#
    );
    let _ = write!(
        nodes,
        r#"    "person": {{ "kind": "connect", "to": "447700900101", "otherwise": "@hangup" }}"#
    );
    format!("{{\n  \"start\": \"n0\",\n  \"nodes\": {{\n{nodes}\n  }}\n}}")
}

fn check(criterion: &mut Criterion) {
    let calendar = r#"{ "timezone": "Europe/London", "weekly": { "mon": ["09:00-17:00"] } }"#;
    for count in [20, 2_000] {
        let text = menu(count - 2);
        let files = [
            ("big.json", text.as_str()),
            ("office.calendar.json", calendar),
        ];
        let library = Library::read(files);
        assert_eq!(ivr::check(&library), []);
        criterion.bench_function(&format!("check {count} nodes"), |bencher| {
            bencher.iter(|| ivr::check(black_box(&library)));
        });
        // Every second node leads back without a choice: as many traps as are reported.
        let broken = text.replace("\"otherwise\": \"person\"", "\"otherwise\": \"n0\"");
        let library = Library::read([
            ("big.json", broken.as_str()),
            ("office.calendar.json", calendar),
        ]);
        assert!(!ivr::check(&library).is_empty());
        criterion.bench_function(&format!("check {count} nodes with traps"), |bencher| {
            bencher.iter(|| ivr::check(black_box(&library)));
        });
    }
}

criterion_group!(benches, check);
criterion_main!(benches);
