//! What holds for every input. `PROPTEST_CASES` sets how many are tried.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value};
use vonage::jwt::{self, Claims, Verifier};
use vonage::sms_signature::{self, Algorithm};
use vonage::{Delivery, Kind, Method, Route, Webhook, encode_query};

/// Names the parser knows, so that random bodies meet its rules.
const NAMES: [&str; 44] = [
    "status",
    "uuid",
    "call_uuid",
    "conversation_uuid",
    "conversation_uuid_from",
    "from",
    "to",
    "direction",
    "timestamp",
    "dtmf",
    "speech",
    "timed_out",
    "payload",
    "reason",
    "type",
    "recording_url",
    "transcription_url",
    "original_request",
    "duration",
    "price",
    "rate",
    "start_time",
    "sip_code",
    "headers",
    "custom_data",
    "message_uuid",
    "message",
    "message_type",
    "channel",
    "msisdn",
    "messageId",
    "err-code",
    "text",
    "request_id",
    "workflow",
    "action",
    "roaming",
    "current_carrier",
    "body",
    "_links",
    "_embedded",
    "usage",
    "SipHeader_X-A",
    "dispatch_uuid",
];

fn route() -> impl Strategy<Value = Route> {
    prop::sample::select(Route::ALL.to_vec())
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(NAMES.as_slice()).prop_map(str::to_owned),
        1 => ".{0,8}",
    ]
}

fn json() -> impl Strategy<Value = Value> {
    let words = vec![
        "completed",
        "2024-03-02T01:00:00Z",
        "true",
        "447700900222",
        "0.0045",
        "1",
        "null",
        "",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(words).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(name(), inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn object() -> impl Strategy<Value = Map<String, Value>> {
    btree_map(name(), json(), 0..10).prop_map(|fields| fields.into_iter().collect())
}

/// Asks everything that can be asked of a webhook.
fn exercise(webhook: &Webhook) -> usize {
    let name = webhook.event_type();
    assert!(name.starts_with("vonage.") && name.len() > "vonage.".len());
    assert!(webhook.source().starts_with("/vonage"));
    let subject = webhook.subject().map(str::len);
    let parties = [webhook.from(), webhook.to()];
    let digits = parties
        .into_iter()
        .flatten()
        .filter_map(|party| party.digits())
        .count();
    if let Kind::Dispatch(dispatch) = &webhook.kind {
        assert!(dispatch.messages().len() <= 64);
    }
    if let Kind::Input(input) = &webhook.kind {
        assert!(input.results().len() <= 64);
    }
    let normalised = webhook.normalised();
    for key in webhook.fields.keys() {
        assert!(normalised.contains_key(key), "{key}");
    }
    for (_, value) in webhook.other() {
        assert!(webhook.fields.values().any(|field| field == value));
    }
    let _ = (
        webhook.timestamp(),
        webhook.conversation(),
        webhook.request(),
    );
    subject.unwrap_or_default() + digits + webhook.sip_headers().count()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_object_is_a_webhook(route in route(), fields in object()) {
        let body = Value::Object(fields.clone()).to_string();
        let webhook = Webhook::parse(route, &Delivery::json(body.as_bytes())).unwrap();
        prop_assert_eq!(webhook.fields.len(), fields.len());
        exercise(&webhook);
        // What was normalised reads as the same kind again, and stays as it is.
        let normalised = Value::Object(webhook.normalised());
        let again = normalised.to_string();
        let again = Webhook::parse(route, &Delivery::json(again.as_bytes())).unwrap();
        exercise(&again);
        // The same bytes are the same webhook.
        let twice = Webhook::parse(route, &Delivery::json(body.as_bytes())).unwrap();
        prop_assert_eq!(webhook, twice);
    }

    #[test]
    fn any_query_is_a_webhook(route in route(), pairs in vec((name(), ".{0,20}"), 0..10)) {
        let pairs: Vec<_> = pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let query = encode_query(pairs);
        let webhook = Webhook::parse(route, &Delivery::get(&query)).unwrap();
        exercise(&webhook);
        let form = Webhook::parse(route, &Delivery::form(query.as_bytes())).unwrap();
        prop_assert_eq!(webhook, form);
    }

    #[test]
    fn any_query_string_is_a_webhook_or_malformed(route in route(), query in ".{0,60}|[!-~]{0,60}") {
        match Webhook::parse(route, &Delivery::get(&query)) {
            Ok(webhook) => { exercise(&webhook); }
            Err(error) => {
                prop_assert!(!query.contains('=') || query.bytes().any(|byte| byte <= b' ' || byte == 0x7f));
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }

    #[test]
    fn any_bytes_are_a_webhook_or_malformed(
        route in route(),
        body in vec(any::<u8>(), 0..80),
        content_type in prop::option::of(prop_oneof![
            Just("application/json".to_owned()),
            Just("application/x-www-form-urlencoded".to_owned()),
            ".{0,20}",
        ]),
    ) {
        let delivery = Delivery {
            method: Method::Post,
            query: "",
            content_type: content_type.as_deref(),
            body: &body,
        };
        match Webhook::parse(route, &delivery) {
            Ok(webhook) => { exercise(&webhook); }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    #[test]
    fn the_three_transports_agree(
        route in route(),
        fields in btree_map("[a-z_]{1,6}|status|uuid|from|to|reason", "[a-z0-9][a-z0-9 :+]{0,12}", 0..8),
    ) {
        // `null` is a word of its own in a query.
        prop_assume!(fields.values().all(|value| value != "null"));
        let body = serde_json::to_string(&fields).unwrap();
        let query = encode_query(fields.iter().map(|(key, value)| (key.as_str(), value.as_str())));
        let json = Webhook::parse(route, &Delivery::json(body.as_bytes())).unwrap();
        let get = Webhook::parse(route, &Delivery::get(&query)).unwrap();
        prop_assert_eq!(json, get);
    }

    #[test]
    fn any_changed_bit_of_a_token_refuses(bit in any::<prop::sample::Index>(), get in any::<bool>()) {
        let delivery = if get { Delivery::get("a=1&b=%7B%7D") } else { Delivery::json(b"{\"a\":1}") };
        let mut token = jwt::sign(b"secret", &Claims::new(1_000, "id"), &delivery).into_bytes();
        let bit = bit.index(token.len() * 8);
        token[bit / 8] ^= 1 << (bit % 8);
        if let Ok(token) = String::from_utf8(token) {
            let header = format!("Bearer {token}");
            let verdict = Verifier::new("secret", None).verify(Some(&header), &delivery, 1_000);
            prop_assert!(verdict.is_err(), "bit {}", bit);
        }
    }

    #[test]
    fn any_changed_bit_of_a_body_refuses(body in vec(any::<u8>(), 1..60), bit in any::<prop::sample::Index>()) {
        let token = jwt::sign(b"secret", &Claims::new(1_000, "id"), &Delivery::json(&body));
        let header = format!("Bearer {token}");
        let verifier = Verifier::new("secret", None);
        prop_assert!(verifier.verify(Some(&header), &Delivery::json(&body), 1_000).is_ok());
        let mut other = body.clone();
        let bit = bit.index(other.len() * 8);
        other[bit / 8] ^= 1 << (bit % 8);
        let verdict = verifier.verify(Some(&header), &Delivery::json(&other), 1_000);
        prop_assert_eq!(verdict, Err(jwt::JwtError::PayloadHash));
    }

    #[test]
    fn a_query_is_let_in_only_as_it_was_signed(
        pairs in vec(("[a-z]{1,3}", ".{0,8}"), 1..5),
        other in vec(("[a-z]{1,3}", ".{0,8}"), 1..5),
    ) {
        let encode = |pairs: &[(String, String)]| {
            encode_query(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())))
        };
        let query = encode(&pairs);
        let token = jwt::sign(b"secret", &Claims::new(1_000, "id"), &Delivery::get(&query));
        let header = format!("Bearer {token}");
        let verifier = Verifier::new("secret", None);
        prop_assert!(verifier.verify(Some(&header), &Delivery::get(&query), 1_000).is_ok());
        let without_own = |pairs: &[(String, String)]| -> Vec<(String, String)> {
            pairs.iter().filter(|(key, _)| key != "s" && key != "m").cloned().collect()
        };
        if without_own(&pairs) != without_own(&other) {
            let verdict = verifier.verify(Some(&header), &Delivery::get(&encode(&other)), 1_000);
            prop_assert_eq!(verdict, Err(jwt::JwtError::PayloadHash));
        }
    }

    #[test]
    fn any_header_is_let_in_or_refused(header in ".{0,80}|Bearer [A-Za-z0-9_.=-]{0,80}", now in any::<i64>()) {
        let verdict = Verifier::new("secret", None).verify(Some(&header), &Delivery::get(""), now);
        prop_assert!(verdict.is_err());
    }

    #[test]
    fn claims_of_any_shape_are_let_in_or_refused(claims in object(), now in any::<i64>()) {
        let token = jwt::sign_claims(b"secret", &Value::Object(claims).to_string());
        let header = format!("Bearer {token}");
        let verdict = Verifier::new("secret", None).verify(Some(&header), &Delivery::get(""), now);
        prop_assert!(verdict.is_err());
    }

    #[test]
    fn an_sms_is_let_in_only_as_it_was_signed(
        parameters in btree_map("[a-z-]{1,6}", ".{0,10}", 1..6),
        algorithm in prop::sample::select(vec![
            Algorithm::Md5Hash,
            Algorithm::Md5,
            Algorithm::Sha1,
            Algorithm::Sha256,
            Algorithm::Sha512,
        ]),
    ) {
        prop_assume!(!parameters.contains_key("sig") && !parameters.contains_key("timestamp"));
        let mut pairs: Vec<_> = parameters.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        pairs.push(("timestamp", "1000"));
        let sig = sms_signature::sign(algorithm, b"secret", &pairs);
        pairs.push(("sig", &sig));
        let query = encode_query(pairs.iter().copied());
        let verifier = sms_signature::Verifier::new("secret");
        prop_assert_eq!(verifier.verify(&Delivery::get(&query), 1_000), Ok(()));
        pairs.push(("zzz", "1"));
        let query = encode_query(pairs.iter().copied());
        let verdict = verifier.verify(&Delivery::get(&query), 1_000);
        prop_assert_eq!(verdict, Err(sms_signature::SmsSignatureError::BadSignature));
    }
}
