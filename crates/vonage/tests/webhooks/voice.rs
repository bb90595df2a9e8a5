//! What is read from webhooks of the Voice API.

use serde_json::Value;
use vonage::{CallStatus, ConversationId, DisconnectedBy, Kind, LegId, Route, Webhook};

use crate::{get, json};

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
    assert_eq!(webhook.leg(), Some(&"none-1".into()));
    assert_eq!(webhook.conversation(), Some(&"CON-null".into()));
}

#[test]
fn ids_that_came_as_numbers_name_a_leg_and_a_conversation() {
    for (route, members) in [
        (
            Route::Answer,
            r#""from":"447700900222","to":"442079460111""#,
        ),
        (Route::Event, r#""status":"completed""#),
        (Route::Event, r#""new":"thing""#),
        (Route::Input, r#""dtmf":{"digits":"1","timed_out":false}"#),
        (Route::Recording, r#""recording_url":"https://x""#),
    ] {
        let text = format!(r#"{{"uuid":12345,"conversation_uuid":67890,{members}}}"#);
        let webhook = json(route, &text);
        let leg = webhook.leg().map(LegId::as_str);
        let conversation = webhook.conversation().map(ConversationId::as_str);
        assert_eq!(conversation, Some("67890"), "{text}");
        assert_eq!(leg, Some("12345"), "{text}");
    }
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
