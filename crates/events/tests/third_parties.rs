//! The libraries of the specifications read what is made here.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

mod samples;

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use cloudevents::event::ExtensionValue;
use cloudevents::{AttributesReader, Data};
use events::signing::SinkSecret;
use http::HeaderMap;
use samples::samples;
use serde_json::Value;
use standardwebhooks::Webhook;

const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";

fn unix_now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap()
}

#[test]
fn the_cloudevents_library_reads_every_event_and_loses_nothing() {
    for event in samples() {
        let text = event.to_json();
        let ours: Value = serde_json::from_str(&text).unwrap();
        let read: cloudevents::Event =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(read.specversion().as_str(), "1.0");
        assert_eq!(read.id(), event.id);
        assert_eq!(read.ty(), event.kind.as_str());
        assert_eq!(read.source(), ours["source"].as_str().unwrap());
        assert_eq!(read.subject(), ours["subject"].as_str());
        assert_eq!(read.datacontenttype(), ours["datacontenttype"].as_str());
        assert_eq!(
            read.dataschema().map(ToString::to_string).as_deref(),
            ours["dataschema"].as_str()
        );
        let time = read.time().unwrap().timestamp_millis();
        let expected: jiff::Timestamp = ours["time"].as_str().unwrap().parse().unwrap();
        assert_eq!(time, expected.as_millisecond());
        match read.data() {
            Some(Data::Json(data)) => assert_eq!(data, &ours["data"]),
            other => panic!("{other:?} is no data\n{text}"),
        }
        // What is left over are extensions: lower-case letters and digits, and of a simple type.
        let known = [
            "specversion",
            "id",
            "type",
            "source",
            "subject",
            "time",
            "datacontenttype",
            "dataschema",
            "data",
        ];
        let extensions: BTreeMap<&str, String> = read
            .iter_extensions()
            .map(|(name, value)| {
                let value = match value {
                    ExtensionValue::String(text) => text.clone(),
                    ExtensionValue::Boolean(flag) => flag.to_string(),
                    ExtensionValue::Integer(number) => number.to_string(),
                };
                (name, value)
            })
            .collect();
        for (name, value) in ours.as_object().unwrap() {
            if known.contains(&name.as_str()) {
                continue;
            }
            let simple = name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
            assert!(
                simple && name.len() <= 20,
                "{name} is no name of an attribute"
            );
            let value = value.as_str().map_or(value.to_string(), str::to_owned);
            assert_eq!(
                extensions.get(name.as_str()),
                Some(&value),
                "{name}\n{text}"
            );
        }
    }
}

#[test]
fn the_standard_webhooks_library_verifies_what_is_signed_and_nothing_else() {
    let ours = SinkSecret::new(SECRET).unwrap();
    let theirs = Webhook::new(SECRET).unwrap();
    let another = Webhook::new("whsec_YW5vdGhlciBzZWNyZXQgb2YgYSBzaW5r").unwrap();
    let headers = |id: &str, timestamp: i64, signature: &str| {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("webhook-id", id),
            ("webhook-timestamp", &timestamp.to_string()),
            ("webhook-signature", signature),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        headers
    };
    let now = unix_now();
    for event in samples() {
        let body = event.to_json();
        let signature = ours.sign(&event.id, now, &body);
        let sent = headers(&event.id, now, &signature);
        theirs.verify(body.as_bytes(), &sent).unwrap();
        assert_eq!(
            theirs.sign(&event.id, now, body.as_bytes()).unwrap(),
            signature
        );

        assert!(another.verify(body.as_bytes(), &sent).is_err());
        assert!(theirs.verify(format!("{body} ").as_bytes(), &sent).is_err());
        let other_id = headers("another", now, &signature);
        assert!(theirs.verify(body.as_bytes(), &other_id).is_err());
        let late = now - 3_600;
        let late = headers(&event.id, late, &ours.sign(&event.id, late, &body));
        assert!(theirs.verify(body.as_bytes(), &late).is_err());
    }
}
