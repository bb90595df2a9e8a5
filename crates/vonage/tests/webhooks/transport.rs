//! From the bytes of a delivery to its members.

use serde_json::Value;
use vonage::{
    CallStatus, Delivery, DeliveryErrorKind, Detail, Kind, Method, Place, Route, Webhook,
};

use crate::{get, json};

#[test]
fn odd_fields_are_kept_and_their_type_says_none() {
    let webhook = json(
        Route::Event,
        r#"{"status":"failed","direction":"sideways","uuid":17,"from":{},"to":[1],
            "duration":"long","timestamp":"soon","sip_code":"4o4","detail":"moon_phase",
            "headers":"none","price":true,"rate":1e999,"network":"\ud800"}"#,
    );
    let Kind::Status(status) = &webhook.kind else {
        panic!()
    };
    assert_eq!(status.status, Some(CallStatus::Failed));
    assert_eq!(status.direction.as_ref().unwrap().as_str(), "sideways");
    assert_eq!(status.detail, Some(Detail::Other("moon_phase".to_owned())));
    assert_eq!(status.leg, Some("17".into()));
    assert_eq!(status.from, None);
    assert_eq!(status.to, None);
    assert_eq!(status.duration, None);
    assert_eq!(status.timestamp, None);
    assert_eq!(status.sip_code, None);
    assert_eq!(status.headers, None);
    assert_eq!(status.price, None);
    assert_eq!(status.rate, None);
    assert_eq!(webhook.fields["duration"], "long");
    assert_eq!(webhook.fields["rate"], "1e999");
    assert_eq!(webhook.fields["headers"], "none");
    assert_eq!(webhook.fields.len(), 13);
}

#[test]
fn duplicates_keep_the_last_and_remember_the_rest() {
    let webhook = json(
        Route::Event,
        r#"{"status":"started","status":"ringing","uuid":"l"}"#,
    );
    assert_eq!(webhook.event_type(), "vonage.voice.ringing");
    assert_eq!(
        webhook.repeated,
        [("status".to_owned(), Value::from("started"))]
    );
    let webhook = get(
        Route::Event,
        "status=started&status=ringing&status=answered",
    );
    assert_eq!(webhook.event_type(), "vonage.voice.answered");
    assert_eq!(webhook.repeated.len(), 2);
}

#[test]
fn bytes_that_are_not_what_they_claim_are_malformed_with_a_place() {
    let check = |content_type: Option<&str>,
                 body: &[u8],
                 fault: DeliveryErrorKind,
                 line: usize,
                 column: usize| {
        let delivery = Delivery {
            method: Method::Post,
            query: "",
            content_type,
            body,
        };
        let text = String::from_utf8_lossy(body);
        let error = Webhook::parse(Route::Event, &delivery).expect_err(&text);
        assert_eq!(error.kind, fault, "{text}");
        let Place::Body {
            line: at_line,
            column: at_column,
            ..
        } = error.place
        else {
            panic!()
        };
        assert_eq!((at_line, at_column), (line, column), "{text}");
    };
    let json = Some("application/json; charset=utf-8");
    let form = Some("application/x-www-form-urlencoded");
    check(json, b"", DeliveryErrorKind::Empty, 1, 1);
    check(json, b" \r\n ", DeliveryErrorKind::Empty, 1, 1);
    check(json, b"hello", DeliveryErrorKind::NotJson, 1, 1);
    check(json, b"to=1&from=2", DeliveryErrorKind::NotJson, 1, 1);
    check(json, b"[]", DeliveryErrorKind::NotObject, 1, 1);
    check(json, b"\"text\"", DeliveryErrorKind::NotObject, 1, 1);
    check(json, b"null", DeliveryErrorKind::NotObject, 1, 1);
    check(json, b"{\"a\":1,}", DeliveryErrorKind::NotJson, 1, 8);
    check(json, b"{\n \"a\": tru }", DeliveryErrorKind::NotJson, 2, 10);
    check(json, b"{\"a\":1} x", DeliveryErrorKind::NotJson, 1, 9);
    check(json, b"{\"a\":\"\xff\"}", DeliveryErrorKind::NotUtf8, 1, 7);
    check(json, b"\xfe\xff\0{\0}", DeliveryErrorKind::NotUtf8, 1, 1);
    check(None, b"{\"a\":", DeliveryErrorKind::NotJson, 1, 5);
    check(form, b"Hello World", DeliveryErrorKind::NotForm, 1, 6);
    check(form, b"{\"a\":1}", DeliveryErrorKind::NotForm, 1, 1);
    check(form, b"Hello%20World", DeliveryErrorKind::NotForm, 1, 1);
    check(None, b"hello", DeliveryErrorKind::NotForm, 1, 1);
    check(form, b"a=\xff", DeliveryErrorKind::NotUtf8, 1, 3);
    let deep = [r#"{"a":"#, &"[".repeat(200), &"]".repeat(200), "}"].concat();
    check(json, deep.as_bytes(), DeliveryErrorKind::TooDeep, 1, 133);
    let endless = [r#"{"a":"#, &"[".repeat(100_000)].concat();
    check(json, endless.as_bytes(), DeliveryErrorKind::TooDeep, 1, 133);

    let error = Webhook::parse(Route::SmsInbound, &Delivery::get("Hello%20World")).unwrap_err();
    assert_eq!(error.place, Place::Query { offset: 0 });
    let error = Webhook::parse(Route::SmsInbound, &Delivery::get("a=Hello World")).unwrap_err();
    assert_eq!(error.place, Place::Query { offset: 7 });
    assert_eq!(error.kind.code(), "not_a_form");
    assert!(error.to_string().ends_with("(query, byte 7)"), "{error}");
}

#[test]
fn content_types_are_taken_at_their_word_and_bodies_looked_at_without_one() {
    let check = |content_type: Option<&str>, body: &str| {
        let delivery = Delivery {
            method: Method::Post,
            query: "s=not-of-this-webhook",
            content_type,
            body: body.as_bytes(),
        };
        let webhook = Webhook::parse(Route::Event, &delivery).unwrap();
        assert_eq!(
            webhook.event_type(),
            "vonage.voice.ringing",
            "{content_type:?} {body}"
        );
        assert_eq!(webhook.fields.len(), 2, "{content_type:?} {body}");
    };
    let json = r#"{"status":"ringing","uuid":"l"}"#;
    check(Some("application/json"), json);
    check(Some("APPLICATION/JSON ;charset=UTF-8"), json);
    check(Some("application/problem+json"), json);
    check(Some("text/plain"), json);
    check(Some(""), json);
    check(None, &format!("\u{feff} \n{json}\n"));
    check(Some("application/json"), &format!("\u{feff}{json}"));
    let form = "status=ringing&uuid=l";
    check(Some("application/x-www-form-urlencoded"), form);
    check(
        Some("application/x-www-form-urlencoded; charset=UTF-8"),
        &format!("{form}\r\n"),
    );
    check(None, form);
    check(Some("text/plain"), form);
}

#[test]
fn nested_text_in_a_query_is_decoded_where_objects_belong() {
    let webhook = get(
        Route::Notify,
        "payload=%7B%22a%22:[1,null]%7D&headers=null&note=%7B%22a%22:1%7D&text=null&deep=null",
    );
    assert_eq!(webhook.fields["payload"]["a"][0], 1);
    assert_eq!(webhook.fields["headers"], Value::Null);
    assert_eq!(webhook.fields["note"], "{\"a\":1}");
    assert_eq!(webhook.fields["text"], "null");
    let broken = get(Route::Notify, "payload=%7B%22a%22");
    assert_eq!(broken.fields["payload"], "{\"a\"");
    let deep = format!("payload={}{}", "[".repeat(300), "]".repeat(300));
    assert!(get(Route::Notify, &deep).fields["payload"].is_string());
}

#[test]
fn half_a_surrogate_pair_loses_nobody_a_webhook() {
    let webhook = json(
        Route::Event,
        r#"{"status":"ringing","\ud83d":1,"note":"\udc00"}"#,
    );
    assert_eq!(webhook.event_type(), "vonage.voice.ringing");
    assert_eq!(webhook.fields.len(), 3);
    assert_eq!(webhook.fields["note"], "\"\\udc00\"");
}
