//! What a webhook is taken for.

use serde_json::Value;
use vonage::{CallStatus, ConversationId, EndpointType, Kind, LegId, Route, SubState, Webhook};

use crate::{deliver, fixtures, get, json, route};

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
            assert_eq!(
                read(webhook.leg().map(LegId::as_str)),
                expect("leg"),
                "{name}"
            );
            assert_eq!(
                read(webhook.conversation().map(ConversationId::as_str)),
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
        for route in Route::ALL {
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
fn what_the_platform_sends_is_of_the_types_described_for_it() {
    let mut others = Vec::new();
    for fixture in fixtures() {
        let route = route(fixture["route"].as_str().unwrap());
        let webhook = deliver(&fixture, |delivery| {
            Webhook::parse(route, &delivery).unwrap()
        });
        let mut members = webhook.normalised();
        vonage::fit(&webhook.event_type(), &mut members);
        if members != webhook.normalised() {
            others.push(fixture["name"].as_str().unwrap().to_owned());
        }
    }
    // Made to be wrong: no platform sends these.
    assert_eq!(others, ["status number"]);
}

#[test]
fn a_member_of_another_type_than_is_described_becomes_text() {
    let webhook = json(
        Route::Event,
        r#"{"status":"completed","uuid":["a"],"duration":{"s":1},"new":{"b":2}}"#,
    );
    let mut members = webhook.normalised();
    vonage::fit("vonage.voice.completed", &mut members);
    assert_eq!(members["uuid"], r#"["a"]"#);
    assert_eq!(members["duration"], r#"{"s":1}"#);
    assert_eq!(members["new"]["b"], 2);
}
