//! Every shape of webhook, by every transport: what it is taken for and what is read from it.
//! `fixtures/webhooks.jsonl` holds one a line, with values of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use serde_json::Value;
use vonage::{
    CallStatus, Delivery, DeliveryErrorKind, Detail, DisconnectedBy, EndpointType, Kind, Method,
    Place, Route, SubState, Webhook,
};

const ROUTES: [Route; 19] = [
    Route::Answer,
    Route::Event,
    Route::Fallback,
    Route::Input,
    Route::Connect,
    Route::Whisper,
    Route::Recording,
    Route::Transcription,
    Route::Conversation,
    Route::Notify,
    Route::Rtc,
    Route::MessagesInbound,
    Route::MessagesStatus,
    Route::SmsInbound,
    Route::SmsReceipt,
    Route::Insight,
    Route::Verify,
    Route::Dispatch,
    Route::Any,
];

fn route(name: &str) -> Route {
    let mut routes = ROUTES.into_iter();
    routes.find(|route| format!("{route:?}") == name).unwrap()
}

fn fixtures() -> Vec<Value> {
    include_str!("fixtures/webhooks.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The fixture's body as bytes, and how it is delivered.
fn deliver<T>(fixture: &Value, then: impl FnOnce(Delivery<'_>) -> T) -> T {
    match (&fixture["transport"], &fixture["body"]) {
        (Value::String(transport), Value::String(text)) if transport == "query" => {
            then(Delivery::get(text))
        }
        (Value::String(transport), Value::String(text)) if transport == "form" => {
            then(Delivery::form(text.as_bytes()))
        }
        (_, body) => then(Delivery::json(body.to_string().as_bytes())),
    }
}

fn json(route: Route, body: &str) -> Webhook {
    Webhook::parse(route, &Delivery::json(body.as_bytes())).unwrap()
}

fn get(route: Route, query: &str) -> Webhook {
    Webhook::parse(route, &Delivery::get(query)).unwrap()
}

#[test]
fn every_shape_is_taken_for_what_it_is() {
    for fixture in fixtures() {
        let name = &fixture["name"];
        let route = route(fixture["route"].as_str().unwrap());
        let webhook = deliver(&fixture, |delivery| {
            Webhook::parse(route, &delivery).unwrap()
        });
        assert_eq!(
            webhook.event_type(),
            fixture["type"].as_str().unwrap(),
            "{name}"
        );
        let source = webhook.event_type().split('.').nth(1).unwrap().to_owned();
        let source = match source.as_str() {
            "unknown" => "/vonage".to_owned(),
            product => format!("/vonage/{product}"),
        };
        assert_eq!(webhook.source(), source, "{name}");
        let expect = |member: &str| fixture["expect"][member].as_str().map(str::to_owned);
        let read = |text: Option<&str>| text.map(str::to_owned);
        if matches!(
            source.as_str(),
            "/vonage/voice" | "/vonage/sms" | "/vonage/messages"
        ) {
            let party = |party: Option<&vonage::Party>| party.map(ToString::to_string);
            assert_eq!(party(webhook.from()), expect("from"), "{name}");
            assert_eq!(party(webhook.to()), expect("to"), "{name}");
            assert_eq!(read(webhook.leg()), expect("leg"), "{name}");
            assert_eq!(
                read(webhook.conversation()),
                expect("conversation"),
                "{name}"
            );
            assert_eq!(read(webhook.message()), expect("message"), "{name}");
        }
    }
}

#[test]
fn a_body_that_names_its_kind_is_the_same_at_every_url() {
    // Where the URL is part of what tells: empty bodies, a caller's NCCO request, a status of
    // Dispatch, whatever the fallback URL gets, and SMS or RTC stripped of everything.
    let open = |name: &str| {
        [
            "an empty object",
            "answer with parameters",
            "whisper",
            "Dispatch status",
            "voice.answer",
            "answer",
            "input timed out with its conversation alone",
            "status number",
            "status without a uuid",
            "websocket",
            "RTC type alone",
            "voice.event.busy",
            "voice.event.unanswered",
            "Insight without a message",
            "Verify event, bare",
        ]
        .iter()
        .any(|open| name.starts_with(open))
    };
    for fixture in fixtures() {
        let name = fixture["name"].as_str().unwrap();
        if open(name) {
            continue;
        }
        for route in ROUTES {
            // A message's status with a link to its workflow is Dispatch's at Dispatch's URL.
            let dispatch = route == Route::Dispatch && name.starts_with("messages.status");
            // The members of a query may be the receiver's own: there such a URL decides.
            let of_its_own = matches!(
                route,
                Route::Answer
                    | Route::Input
                    | Route::Connect
                    | Route::Whisper
                    | Route::Recording
                    | Route::Transcription
                    | Route::Notify
            );
            let pairs = fixture["transport"].is_string();
            if route == Route::Fallback || dispatch || (of_its_own && pairs) {
                continue;
            }
            let webhook = deliver(&fixture, |delivery| {
                Webhook::parse(route, &delivery).unwrap()
            });
            let expected = fixture["type"].as_str().unwrap();
            assert_eq!(webhook.event_type(), expected, "{name} at {route:?}");
        }
    }
}

#[test]
fn nothing_is_dropped() {
    for fixture in fixtures() {
        let Value::Object(body) = &fixture["body"] else {
            continue;
        };
        let name = &fixture["name"];
        let webhook = json(Route::Any, &fixture["body"].to_string());
        assert_eq!(webhook.fields.len(), body.len(), "{name}");
        let normalised = webhook.normalised();
        for (key, value) in body {
            assert!(webhook.fields.contains_key(key), "{name}: {key}");
            assert!(normalised.contains_key(key), "{name}: {key}");
            if let (Value::Object(value), Value::Object(kept)) = (value, &normalised[key]) {
                let kept = value.keys().all(|inner| kept.contains_key(inner));
                assert!(kept, "{name}: {key}");
            }
        }
        for (key, value) in webhook.other() {
            assert_eq!(Some(value), body.get(key), "{name}: {key}");
        }
    }
}

#[test]
fn a_completed_call_is_read_into_types() {
    let webhook = json(
        Route::Event,
        r#"{"headers":{},"end_time":"2024-03-02T01:00:12.000Z","uuid":"leg-1","network":"GB-FIXED",
            "duration":"12","start_time":"2024-03-02T01:00:00.000Z","rate":"0.00720000",
            "price":"0.00144000","from":" 447700900222","to":"442079460111","sip_code":200,
            "conversation_uuid":"CON-1","status":"completed","direction":"inbound",
            "disconnected_by":"user","timestamp":"2024-03-02T01:00:11.937Z","new":{"a":[1]}}"#,
    );
    let Kind::Status(status) = &webhook.kind else {
        panic!()
    };
    assert_eq!(status.status, Some(CallStatus::Completed));
    assert_eq!(status.duration.map(|duration| duration.0), Some(12));
    assert_eq!(status.rate.as_ref().unwrap().as_str(), "0.00720000");
    assert_eq!(status.price.as_ref().unwrap().as_str(), "0.00144000");
    assert_eq!(status.disconnected_by, Some(DisconnectedBy::User));
    assert_eq!(status.sip_code, Some(200));
    assert_eq!(status.from.as_ref().unwrap().as_str(), " 447700900222");
    assert_eq!(status.from.as_ref().unwrap().digits(), Some("447700900222"));
    assert_eq!(
        webhook.timestamp().unwrap().to_string(),
        "2024-03-02T01:00:11.937Z"
    );
    assert_eq!(
        webhook.other().map(|(key, _)| key).collect::<Vec<_>>(),
        ["new"]
    );
    let normalised = Value::Object(webhook.normalised());
    assert_eq!(normalised["duration"], 12);
    assert_eq!(normalised["price"], "0.00144000");
    assert_eq!(normalised["new"]["a"][0], 1);
    assert_eq!(normalised["end_time"], "2024-03-02T01:00:12Z");
}

#[test]
fn money_is_exact_as_text_and_as_number() {
    let check = |price: &str, expected: Option<&str>| {
        let body = format!(r#"{{"status":"completed","direction":"inbound","price":{price}}}"#);
        let webhook = json(Route::Event, &body);
        let Kind::Status(status) = &webhook.kind else {
            panic!()
        };
        let read = status.price.as_ref().map(vonage::Decimal::as_str);
        assert_eq!(read, expected, "{price}");
    };
    check(r#""0.00450000""#, Some("0.00450000"));
    check("0.00450000", Some("0.00450000"));
    check("0.00015", Some("0.00015"));
    check("0", Some("0"));
    check("0.123456789012345678901", Some("0.123456789012345678901"));
    check("1e-5", None);
    check("null", None);
    check(r#""""#, None);
    check(r#""free""#, None);
    check("{}", None);
}

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
    assert_eq!(status.leg.as_deref(), Some("17"));
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
fn unknown_values_of_open_sets_pass_through() {
    let webhook = json(
        Route::Event,
        r#"{"status":"parked","uuid":"l","sub_state":"hum"}"#,
    );
    assert_eq!(webhook.event_type(), "vonage.voice.parked");
    let Kind::Status(status) = &webhook.kind else {
        panic!()
    };
    assert_eq!(status.status, Some(CallStatus::Other("parked".to_owned())));
    assert_eq!(status.sub_state, Some(SubState::Other("hum".to_owned())));
    let answer = json(Route::Answer, r#"{"to":"1","endpoint_type":"satellite"}"#);
    let Kind::Answer(answer) = answer.kind else {
        panic!()
    };
    assert_eq!(
        answer.endpoint_type,
        Some(EndpointType::Other("satellite".to_owned()))
    );
}

#[test]
fn inputs_of_every_age_read_alike() {
    let check = |webhook: Webhook, digits: Option<&str>, timed_out: bool, legacy: bool| {
        let Kind::Input(input) = &webhook.kind else {
            panic!("{webhook:?}")
        };
        assert_eq!(input.digits(), digits, "{webhook:?}");
        assert_eq!(input.timed_out(), timed_out, "{webhook:?}");
        assert_eq!(input.legacy, legacy, "{webhook:?}");
        if digits.is_some() {
            let normalised = Value::Object(webhook.normalised());
            assert_eq!(normalised["dtmf"]["digits"].as_str(), digits);
            assert_eq!(normalised["dtmf"]["timed_out"], timed_out);
        }
    };
    let now = |body: &str| json(Route::Input, body);
    check(
        now(r#"{"dtmf":{"digits":"12#","timed_out":true}}"#),
        Some("12#"),
        true,
        false,
    );
    check(
        now(r#"{"dtmf":{"digits":null,"timed_out":false}}"#),
        None,
        false,
        false,
    );
    check(
        now(r#"{"dtmf":{"digits":"","timed_out":true}}"#),
        None,
        true,
        false,
    );
    check(
        now(r#"{"dtmf":{"digits":5,"timed_out":"true"}}"#),
        Some("5"),
        true,
        false,
    );
    check(now(r#"{"dtmf":{}}"#), None, false, false);
    check(
        now(r#"{"speech":{"results":[]},"timed_out":"true"}"#),
        None,
        false,
        false,
    );
    check(
        now(r#"{"dtmf":"3","timed_out":false,"uuid":null}"#),
        Some("3"),
        false,
        true,
    );
    check(now(r#"{"dtmf":3,"timed_out":1}"#), Some("3"), true, true);
    check(now(r#"{"dtmf":"","timed_out":true}"#), None, true, true);
    check(now(r#"{"dtmf":null,"timed_out":true}"#), None, true, true);
    check(now(r#"{"conversation_uuid":"CON-1"}"#), None, false, false);
    let old = |query: &str| get(Route::Input, query);
    check(
        old("dtmf=%7B%22digits%22:%223%22,%22timed_out%22:true%7D"),
        Some("3"),
        true,
        false,
    );
    check(old("dtmf=3&timed_out=1"), Some("3"), true, true);
    check(old("dtmf=3&timed_out="), Some("3"), false, true);
    check(
        old("dtmf=null&speech=%7B%22results%22:[]%7D"),
        None,
        false,
        false,
    );
}

#[test]
fn speech_is_read_best_first() {
    let webhook = get(
        Route::Input,
        "speech=%7B%22results%22:[%7B%22confidence%22:%220.91%22,%22text%22:%22red%20kite%22%7D,\
         %7B%22confidence%22:0.5,%22text%22:%22bread%22%7D],%22timeout_reason%22:%22max_duration%22%7D\
         &uuid=l&from=447700900222",
    );
    let Kind::Input(input) = &webhook.kind else {
        panic!()
    };
    let results: Vec<_> = input
        .results()
        .iter()
        .map(|result| (result.text.as_deref().unwrap(), result.confidence.unwrap()))
        .collect();
    assert_eq!(results, [("red kite", 0.91), ("bread", 0.5)]);
    let reason = input.speech.as_ref().unwrap().timeout_reason.clone();
    assert_eq!(reason, Some(vonage::SpeechTimeout::MaxDuration));
}

#[test]
fn sip_headers_lose_their_prefix_only() {
    let webhook = get(
        Route::Answer,
        "to=1&SipHeader_X-Account=A%2012&SipHeader_User-to-User=abcd%3Bencoding%3Dhex&uuid=l",
    );
    let headers: Vec<_> = webhook.sip_headers().collect();
    assert_eq!(
        headers,
        [("User-to-User", "abcd;encoding=hex"), ("X-Account", "A 12")]
    );
}

#[test]
fn both_versions_of_messages_read_into_the_same_places() {
    let v1 = json(
        Route::MessagesInbound,
        r#"{"channel":"whatsapp","message_uuid":"m","to":"442079460111","from":"447700900222",
            "timestamp":"2024-03-02T01:00:00Z","message_type":"image",
            "image":{"url":"https://media.example.com/1.jpg"}}"#,
    );
    let v01 = json(
        Route::MessagesInbound,
        r#"{"message_uuid":"m","to":{"type":"whatsapp","number":"442079460111"},
            "from":{"type":"whatsapp","number":"447700900222"},
            "timestamp":"2024-03-02T01:00:00.000Z",
            "message":{"content":{"type":"image","image":{"url":"https://media.example.com/1.jpg"}}}}"#,
    );
    for webhook in [v1, v01] {
        let Kind::MessageInbound(message) = &webhook.kind else {
            panic!()
        };
        assert_eq!(message.channel, Some(vonage::Channel::Whatsapp));
        assert_eq!(message.message_type.as_deref(), Some("image"));
        assert_eq!(
            message.content.as_ref().unwrap()["url"],
            "https://media.example.com/1.jpg"
        );
        assert_eq!(webhook.from().unwrap().digits(), Some("447700900222"));
        assert_eq!(webhook.timestamp().unwrap().as_second(), 1_709_341_200);
    }
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

#[test]
fn a_route_of_its_own_is_sent_one_kind_of_webhook_whatever_its_members_are_called() {
    let check = |route: Route, expected: &str| {
        for own in [
            "recording_url=x",
            "transcription_url=x",
            "type=payment",
            "status=success",
            "speech=hello",
            "dtmf=1",
            "direction=outbound",
            "conversation_uuid_from=1",
            "original_request=1",
            "payload=%7B%7D",
            "reason=x",
            "message_uuid=1",
            "msisdn=447700900123",
            "request_id=1",
            "type=audio%3Adtmf",
            "timestamp=2026-03-02T10%3A00%3A00Z",
            "timestamp=1&status=completed",
            "direction=outbound&status=completed",
        ] {
            if route == Route::Connect && own.contains("status=") {
                continue;
            }
            let query = format!("to=442079460991&from=447700900123&uuid=l&{own}");
            let webhook = get(route, &query);
            assert_eq!(webhook.event_type(), expected, "{route:?} {own}");
            let name = own.split('=').next().unwrap();
            assert!(webhook.fields.contains_key(name), "{route:?} {own}");
        }
    };
    check(Route::Answer, "vonage.voice.answer");
    check(Route::Whisper, "vonage.voice.answer");
    check(Route::Input, "vonage.voice.input");
    check(Route::Connect, "vonage.voice.unknown");
    check(Route::Notify, "vonage.voice.notify");
    check(Route::Fallback, "vonage.voice.fallback");
    let recorded = |route, query| get(route, query).event_type().into_owned();
    for route in [Route::Recording, Route::Transcription] {
        let other = "conversation_uuid=CON-1&status=started&dtmf=1";
        let expected = format!("vonage.voice.{route:?}").to_lowercase();
        assert_eq!(recorded(route, other), expected);
        let recording = "recording_url=https%3A%2F%2Fx&type=payment";
        assert_eq!(recorded(route, recording), "vonage.voice.recording");
        let transcription = "transcription_url=https%3A%2F%2Fx&direction=inbound&status=busy";
        assert_eq!(recorded(route, transcription), "vonage.voice.transcription");
    }
}

#[test]
fn what_stands_for_no_leg_is_none() {
    for none in [
        "NONE",
        "none",
        "null",
        "",
        " ",
        "undefined",
        "a\nb",
        "\u{7f}",
    ] {
        let body = serde_json::json!({
            "uuid": none, "conversation_uuid": none, "status": "ringing", "message_uuid": none,
        });
        let webhook = json(Route::Event, &body.to_string());
        assert_eq!(webhook.leg(), None, "{none:?}");
        assert_eq!(webhook.conversation(), None, "{none:?}");
        assert_eq!(webhook.subject(), None, "{none:?}");
        assert_eq!(webhook.fields["uuid"], none, "it is kept all the same");
        let message = serde_json::json!({"message_uuid": none, "channel": "sms"});
        let message = json(Route::MessagesInbound, &message.to_string());
        assert_eq!(message.message(), None, "{none:?}");
    }
    let webhook = json(
        Route::Event,
        r#"{"uuid":"none-1","conversation_uuid":"CON-null"}"#,
    );
    assert_eq!(webhook.leg(), Some("none-1"));
    assert_eq!(webhook.conversation(), Some("CON-null"));
}

#[test]
fn a_status_with_a_line_end_names_no_type() {
    for status in ["a\nb", "\u{0}", "completed\u{85}x"] {
        let body = serde_json::json!({"status": status, "uuid": "l"}).to_string();
        let webhook = json(Route::Event, &body);
        assert_eq!(webhook.event_type(), "vonage.voice.unknown", "{status:?}");
    }
}

#[test]
fn a_caller_has_a_number_or_none() {
    let check = |from: &str, to: &str, expected: Option<&str>| {
        let body = serde_json::json!({"from": from, "to": to, "uuid": "l"}).to_string();
        assert_eq!(
            json(Route::Answer, &body).caller_number(),
            expected,
            "{from}"
        );
    };
    check("447700900123", "442079460991", Some("447700900123"));
    check("+447700900123", "442079460991", Some("447700900123"));
    for from in [
        "Unavailable",
        "anonymous",
        "Restricted",
        "Unknown",
        "private",
        "+266696687",
        "266696687",
        "",
        "alice",
        "sip:447700900123@pbx.example.com",
        "12345",
        "x\ny",
        "442079460991",
        "+442079460991",
    ] {
        check(from, "442079460991", None);
    }
}
