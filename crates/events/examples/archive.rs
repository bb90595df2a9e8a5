//! `cargo run -p events --example archive FOLDER`: an archive as the Worker writes it, for those who
//! read it with other tools. Nine events of three calls: an hour that was put together, with an event
//! that came late and again lying beside it, and an hour that still is a file for each batch.

#![expect(clippy::indexing_slicing, reason = "the events stand below")]

use std::error::Error;
use std::path::Path;

use events::Event;
use events::archive::{files, folder};
use events::compact::{Compaction, compacted_key};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let root = std::env::args().nth(1).ok_or("usage: archive FOLDER")?;
    let root = Path::new(&root);
    let started: Vec<String> = (0..6)
        .map(|n| {
            let data = json!({ "from": "447700900001", "to": "442079400000", "status": "started" });
            event(n, "vonage.voice.started", "/vonage/voice", 9, data)
        })
        .collect();
    let steps: Vec<String> = (10..13)
        .map(|n| {
            let data = json!({ "visits": [{ "node": "main", "cause": "key 1" }] });
            event(n, "ivr.step", "/ivr", 10, data)
        })
        .collect();
    // The third batch is one that was delivered again in other company.
    let batches = [&started[..2], &started[2..], &started[1..4]];
    let mut compaction = Compaction::default();
    for batch in batches {
        for (_, text) in written(batch)? {
            compaction.add(&text);
        }
    }
    let first = started.first().ok_or("no events")?;
    let hour = folder(&Event::from_json(first)?.receivedat);
    let text = compaction.finish().ok_or("nothing was put together")?;
    put(root, &compacted_key(&hour, 0), &text)?;
    for batch in [&started[..2], &steps[..1], &steps[1..]] {
        for (key, text) in written(batch)? {
            put(root, &key, &text)?;
        }
    }
    Ok(())
}

/// The files of one batch.
fn written(batch: &[String]) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let mut events = Vec::new();
    for line in batch {
        events.push((Event::from_json(line)?, line.as_str()));
    }
    let files = files(events.iter().map(|(event, line)| (event, *line)));
    Ok(files
        .into_iter()
        .map(|file| (file.key.clone(), file.ndjson()))
        .collect())
}

fn put(root: &Path, key: &str, text: &str) -> Result<(), Box<dyn Error>> {
    let path = root.join(key);
    std::fs::create_dir_all(path.parent().ok_or("a key without a folder")?)?;
    std::fs::write(path, text)?;
    Ok(())
}

fn event(n: u32, kind: &str, source: &str, hour: u32, data: serde_json::Value) -> String {
    let at = format!("2026-11-20T{hour:02}:00:{n:02}.000Z");
    json!({
        "specversion": "1.0", "id": format!("event-{n}"), "source": source, "type": kind,
        "subject": format!("leg-{}", n % 3), "time": at, "receivedat": at,
        "conversation": format!("CON-{}", n % 3), "menu": "acme",
        "datacontenttype": "application/json", "data": data,
    })
    .to_string()
}
