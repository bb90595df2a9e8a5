//! Any request at any URL: parsing never panics, every webhook has a kind, and nothing is dropped.
//!
//! The first byte picks the URL, the second the transport; the rest is the query or body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vonage::{Delivery, Method, Route, Webhook};

fuzz_target!(|bytes: &[u8]| {
    let [route, transport, rest @ ..] = bytes else {
        return;
    };
    let route = Route::ALL[usize::from(*route) % Route::ALL.len()];
    let lossy;
    let delivery = match transport % 4 {
        0 => Delivery::json(rest),
        1 => Delivery::form(rest),
        2 => Delivery {
            method: Method::Post,
            query: "",
            content_type: None,
            body: rest,
        },
        _ => {
            lossy = String::from_utf8_lossy(rest);
            Delivery::get(&lossy)
        }
    };
    let webhook = match Webhook::parse(route, &delivery) {
        Ok(webhook) => webhook,
        Err(malformed) => {
            assert!(!malformed.to_string().is_empty());
            return;
        }
    };
    assert!(webhook.event_type().starts_with("vonage."));
    assert!(webhook.source().starts_with("/vonage"));
    let normalised = webhook.normalised();
    assert!(
        webhook
            .fields
            .keys()
            .all(|key| normalised.contains_key(key))
    );
    let _ = (
        webhook.subject(),
        webhook.conversation(),
        webhook.timestamp(),
    );
    let _ = (webhook.from(), webhook.to(), webhook.sip_headers().count());
    assert!(webhook.other().count() <= webhook.fields.len());
    // What was understood once is understood again.
    let written = serde_json::Value::Object(normalised).to_string();
    let again = Webhook::parse(route, &Delivery::json(written.as_bytes()));
    assert!(again.is_ok());
});
