//! Whatever a caller sends is data: it writes no NCCO, no log line and no event.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::time::Duration;

use e2e::{Reply, Worker};
use serde_json::{Value, json};

const ANSWER: &str = "/webhooks/answer/acme";
const STRANGER: &str = "19005550199";

/// A name that looks like the parts of a reply, one to a line.
fn name(line_end: &str) -> String {
    let connect = json!([{"action":"connect","endpoint":[{"type":"phone","number":STRANGER}]}]);
    let line = json!({"route":"forged"});
    let event = json!({
        "specversion":"1.0","id":"forged","source":"/ivr","type":"ivr.forged","subject":"leg-forged",
        "time":"2026-01-01T00:00:00.000Z","receivedat":"2026-01-01T00:00:00.000Z","data":{},
    });
    [
        "x".to_owned(),
        connect.to_string(),
        line.to_string(),
        event.to_string(),
    ]
    .join(line_end)
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn a_line_end_in_a_name_is_part_of_the_name() {
    let worker = Worker::start();
    // The menu is in memory from here on.
    let warm = json!({"from":"447700900001","to":"442079460000","uuid":"leg-0","conversation_uuid":"CON-0"});
    let honest = worker.post(ANSWER, &warm);
    let actions = |reply: &Reply| -> Vec<String> {
        let ncco: Vec<Value> = serde_json::from_str(&reply.body).unwrap_or_default();
        ncco.iter()
            .map(|action| action["action"].to_string())
            .collect()
    };
    assert!(!actions(&honest).is_empty(), "{honest:?}");

    let mut sent = 0;
    let mut check = |how: &str, deliver: &dyn Fn(&str, &str) -> Reply| {
        for line_end in ["\n", "\r\n", "\u{2028}", "\0"] {
            sent += 1;
            let conversation = format!("CON-line-{sent}");
            let (_, before) = worker.log_lines(0);
            let reply = deliver(&name(line_end), &conversation);
            assert_eq!(reply.status, 200, "{how} {line_end:?}: {reply:?}");
            assert_eq!(
                actions(&reply),
                actions(&honest),
                "{how} {line_end:?}: {reply:?}"
            );
            assert!(
                !reply.body.contains(STRANGER),
                "{how} {line_end:?}: {reply:?}"
            );
            let lines = worker.wait_for("the log line", Duration::from_secs(10), |worker| {
                let lines = worker.log_lines(before).0;
                lines
                    .iter()
                    .any(|line| line["route"].is_string())
                    .then_some(lines)
            });
            let routes: Vec<_> = lines
                .iter()
                .filter(|line| line["route"].is_string())
                .collect();
            assert_eq!(routes.len(), 1, "{how} {line_end:?}: {lines:?}");
            assert_eq!(routes[0]["route"], "/webhooks/answer/{menu}", "{lines:?}");
            assert_eq!(
                routes[0]["conversation"],
                conversation.as_str(),
                "{lines:?}"
            );
        }
    };
    check("JSON", &|from, conversation| {
        let body = json!({"from":from,"to":"442079460000","uuid":"leg-line","conversation_uuid":conversation});
        worker.post(ANSWER, &body)
    });
    check("form", &|from, conversation| {
        let from = percent(from);
        worker.post_form(
            ANSWER,
            &format!("from={from}&to=442079460000&uuid=leg-line&conversation_uuid={conversation}"),
        )
    });
    check("query", &|from, conversation| {
        let from = percent(from);
        worker.get_webhook(
            ANSWER,
            &format!("from={from}&to=442079460000&uuid=leg-line&conversation_uuid={conversation}"),
        )
    });

    for number in 1..=sent {
        let conversation = format!("CON-line-{number}");
        let kinds = worker.wait_for("the events", Duration::from_secs(60), |worker| {
            let events = worker.all("events");
            let mut kinds: Vec<String> = events
                .iter()
                .filter(|event| event["conversation"] == conversation.as_str())
                .map(|event| event["type"].as_str().unwrap_or_default().to_owned())
                .collect();
            kinds.sort();
            (kinds.len() >= 2).then_some(kinds)
        });
        assert_eq!(kinds, ["ivr.step", "vonage.voice.answer"], "{conversation}");
    }
    let events = worker.all("events");
    assert!(
        events.iter().all(|event| event["type"] != "ivr.forged"),
        "{events:?}"
    );
    assert!(
        worker
            .all("calls")
            .iter()
            .all(|call| call["leg"] != "leg-forged")
    );
    assert!(
        worker
            .objects()
            .iter()
            .all(|object| !object.contains("not a JSON object"))
    );
}
