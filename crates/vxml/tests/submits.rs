//! What a browser submits is read as the webhook that Vonage would have sent.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use serde_json::{Value, json};
use vonage::{Delivery, Kind, Route, Webhook};
use vxml::{Form, Session, Submit};

const WAV: &str = "--b\r\nContent-Disposition: form-data; name=\"message\"\r\ncontent-type: audio/x-wav\r\n\r\nRIFF\r\n--b\r\nContent-Disposition: form-data; name=\"milliseconds\"\r\n\r\n4200\r\n--b--";

fn webhooks(submit: Submit, query: &str, body: &str) -> Vec<Value> {
    let session = Session {
        id: "vxml-1".into(),
        from: "447700900001".into(),
        to: "442079460000".into(),
        began: "1764230400000".into(),
        ..Session::default()
    };
    let kind = body
        .starts_with("--b")
        .then_some("multipart/form-data; boundary=b");
    let form = Form::read(query, kind, body.as_bytes());
    let recording = form.upload.as_ref().map(|_| vxml::Kept {
        id: "vxml-1-step",
        key: "recordings/vxml-1-step/audio",
    });
    let all = vxml::webhook(
        submit,
        &session,
        "step",
        &form,
        recording,
        1_764_230_442_900,
    );
    all.into_iter()
        .map(|told| Value::Object(told.members))
        .collect()
}

fn parsed(route: Route, webhook: &Value) -> Webhook {
    Webhook::parse(route, &Delivery::json(webhook.to_string().as_bytes())).unwrap()
}

#[test]
fn an_input_is_keys_or_words_or_neither() {
    let check =
        |query: &str, body: &str, dtmf: Option<(&str, bool)>, speech: Option<&[(&str, f64)]>| {
            let all = webhooks(Submit::Input, query, body);
            let webhook = parsed(Route::Input, &all[0]);
            assert_eq!(webhook.leg(), Some(&"vxml-1".into()));
            let Kind::Input(input) = &webhook.kind else {
                panic!("{webhook:?}")
            };
            let keys = input
                .dtmf
                .as_ref()
                .map(|it| (it.digits.as_deref().unwrap_or_default(), it.timed_out));
            assert_eq!(keys, dtmf, "{query} {body}");
            let words: Option<Vec<(&str, f64)>> = input.speech.as_ref().map(|speech| {
                let results = speech.results.iter();
                results
                    .map(|it| {
                        (
                            it.text.as_deref().unwrap_or_default(),
                            it.confidence.unwrap_or_default(),
                        )
                    })
                    .collect()
            });
            assert_eq!(words.as_deref(), speech, "{query} {body}");
        };
    check(
        "",
        "said=1+2&mode=dtmf&confidence=1&answer=12",
        Some(("12", false)),
        None,
    );
    check(
        "",
        "said=star+0+pound&mode=dtmf",
        Some(("*0#", false)),
        None,
    );
    check("event=noinput", "answer=undefined", Some(("", true)), None);
    check("event=nomatch", "", None, Some(&[]));
    check("", "", None, Some(&[]));
    check(
        "",
        "said=sales&mode=voice&confidence=0.75",
        None,
        Some(&[("sales", 0.75)]),
    );
    check(
        "",
        "said=one+two&answer=1+2&mode=voice&confidence=0.5",
        None,
        Some(&[("12", 0.5)]),
    );
    check(
        "",
        "said=sales&mode=voice&confidence=high",
        None,
        Some(&[("sales", 0.5)]),
    );
}

#[test]
fn a_transfer_is_told_of_the_leg_that_was_called() {
    let check = |query: &str, body: &str, status: &str, to: &str, duration: Value| {
        let all = webhooks(Submit::Connect, query, body);
        let told = &all[0];
        let expected = json!({
            "uuid": "vxml-1-step", "conversation_uuid": "vxml-1", "status": status, "duration": duration,
            "from": "442079460000", "to": to, "direction": "outbound", "platform": "voicexml", "step": "step",
        });
        let mut expected = expected.as_object().unwrap().clone();
        expected.retain(|_, value| !value.is_null());
        assert_eq!(told, &Value::Object(expected), "{query} {body}");
        assert_eq!(
            parsed(Route::Connect, told).event_type(),
            format!("vonage.voice.{status}")
        );
    };
    let phone = "dialled=tel%3A%2B447700900100";
    check(
        phone,
        "talk=busy&seconds=0",
        "busy",
        "447700900100",
        json!(0),
    );
    check(
        phone,
        "talk=noanswer",
        "unanswered",
        "447700900100",
        json!(null),
    );
    check(
        phone,
        "talk=network_busy",
        "failed",
        "447700900100",
        json!(null),
    );
    check(
        phone,
        "talk=far_end_disconnect&seconds=31.6",
        "completed",
        "447700900100",
        json!(32),
    );
    check(
        &[phone, "&event=failed"].concat(),
        "",
        "failed",
        "447700900100",
        json!(null),
    );
    check(
        "dialled=sip%3Asales%40example.com",
        "talk=busy&seconds=NaN",
        "busy",
        "sip:sales@example.com",
        json!(0),
    );
}

#[test]
fn the_end_of_a_call_tells_what_it_was_in_the_middle_of() {
    let statuses = |query: &str, body: &str| -> Vec<String> {
        let all = webhooks(Submit::Event, query, body);
        let told = all.iter().map(|it| {
            let text = |name: &str| it[name].as_str().unwrap_or("-").to_owned();
            format!(
                "{} {} {} {}",
                text("uuid"),
                text("status"),
                it["duration"],
                text("disconnected_by")
            )
        });
        told.collect()
    };
    let caller = "vxml-1 completed 42 user";
    assert_eq!(
        statuses("", "_event=connection.disconnect.hangup"),
        [caller]
    );
    assert_eq!(
        statuses("end=menu", "_event=connection.disconnect.hangup"),
        ["vxml-1 completed 42 platform"]
    );
    assert_eq!(
        statuses(
            "dialled=tel:%2B447700900100",
            "_event=connection.disconnect.hangup&seconds=0"
        ),
        [caller]
    );
    assert_eq!(
        statuses(
            "dialled=tel:%2B447700900100",
            "_event=connection.disconnect.hangup&seconds=12"
        ),
        ["vxml-1-step completed 12 -", caller]
    );
    assert_eq!(
        statuses(
            "dialled=tel:%2B447700900100",
            "_event=connection.disconnect.transfer"
        ),
        ["vxml-1-step answered null -", caller]
    );
    assert_eq!(statuses("", "_event=error.badfetch"), [""; 0]);
}

#[test]
fn a_message_is_a_recording_whoever_ended_it() {
    let all = webhooks(Submit::Recording, "", WAV);
    assert_eq!(all.len(), 1);
    let webhook = parsed(Route::Recording, &all[0]);
    let Kind::Record(record) = &webhook.kind else {
        panic!("{webhook:?}")
    };
    assert_eq!(record.recording.as_deref(), Some("vxml-1-step"));
    assert_eq!(record.duration.map(|it| it.0), Some(4));
    assert_eq!(record.size, Some(4));

    let hung_up = WAV.replace("--b--", "--b\r\nContent-Disposition: form-data; name=\"_event\"\r\n\r\nconnection.disconnect.hangup\r\n--b--");
    let all = webhooks(Submit::Recording, "", &hung_up);
    assert_eq!(all.len(), 2);
    assert_eq!(all[1]["status"], "completed");
    assert_eq!(
        webhooks(Submit::Recording, "event=noinput", "")[0]["payload"]["resume"],
        true
    );
}

#[test]
fn an_answer_and_a_notify_are_what_they_are_called() {
    let answer = parsed(Route::Answer, &webhooks(Submit::Answer, "", "")[0]);
    assert_eq!(answer.event_type(), "vonage.voice.answer");
    assert_eq!(answer.caller_number(), Some("447700900001"));
    assert_eq!(
        answer.to().and_then(vonage::Party::digits),
        Some("442079460000")
    );
    let notify = parsed(Route::Notify, &webhooks(Submit::Notify, "", "")[0]);
    assert_eq!(notify.event_type(), "vonage.voice.notify");
    assert_eq!(
        vxml::party("sip:+447700900001@gw.example;user=phone"),
        "447700900001"
    );
    assert_eq!(vxml::party("tel:+447700900001"), "447700900001");
    assert_eq!(vxml::party("sip:alice@gw.example"), "sip:alice@gw.example");
    assert_eq!(vxml::party("anonymous"), "anonymous");
}
