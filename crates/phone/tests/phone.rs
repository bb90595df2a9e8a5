//! The phone against a desk that answers by rule: what it sends, and what it makes of replies.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

use std::sync::Mutex;

use phone::{
    Application, Call, CallSetup, Destination, DestinationError, Happening, Method, Misbehaviour,
    Phone, Request, Response, Script, Transfer,
};
use serde_json::{Value, json};
use vonage::jwt::Verifier;
use vonage::{Delivery, Route, Webhook};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// Answers by path; checks the token and the shape of everything that comes in.
struct Desk<F> {
    reply: F,
    seen: Mutex<Vec<String>>,
}

impl<F: Fn(&str, usize, &Value) -> Result<(u16, Value), DestinationError>> Destination for Desk<F> {
    fn deliver(&self, request: &Request) -> Result<Response, DestinationError> {
        let delivery = Delivery {
            method: match request.method {
                Method::Get => vonage::Method::Get,
                _ => vonage::Method::Post,
            },
            query: request.query(),
            content_type: request.content_type,
            body: &request.body,
        };
        let now = jiff::Timestamp::now().as_second();
        if request.authorization.is_some() {
            Verifier::new(SECRET, None)
                .verify(request.authorization.as_deref(), &delivery, now)
                .unwrap_or_else(|why| panic!("{} is refused: {why}", request.url));
        }
        let webhook = Webhook::parse(Route::Any, &delivery)
            .unwrap_or_else(|why| panic!("{} is malformed: {why}", request.url));
        let mut seen = self.seen.lock().unwrap();
        let before = seen.iter().filter(|path| *path == request.path()).count();
        seen.push(request.path().to_owned());
        let (status, body) = (self.reply)(
            request.path(),
            before,
            &Value::Object(webhook.fields.clone().into_iter().collect()),
        )?;
        Ok(Response {
            status,
            content_type: Some("application/json".to_owned()),
            body: if body.is_null() {
                Vec::new()
            } else {
                body.to_string().into_bytes()
            },
            ..Response::default()
        })
    }

    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }

    fn unique(&self) -> String {
        // No test of this file places two calls whose ids must differ.
        "the one call of this test".to_owned()
    }
}

fn desk<F: Fn(&str, usize, &Value) -> Result<(u16, Value), DestinationError>>(reply: F) -> Desk<F> {
    Desk {
        reply,
        seen: Mutex::new(Vec::new()),
    }
}

fn application() -> Application {
    Application::at("http://desk.test", SECRET)
}

fn setup() -> CallSetup {
    CallSetup::new("447700900001", "442079460000")
}

/// A call answered with `ncco`; every other request gets 200 and nothing.
fn call(ncco: Value, mut caller: Script) -> Call {
    let desk = desk(|path, _, _| match path {
        "/webhooks/answer" => Ok((200, ncco.clone())),
        _ => Ok((200, Value::Null)),
    });
    Phone::new(application(), desk).call(&setup(), &mut caller)
}

fn sent<'c>(call: &'c Call, kind: &str) -> &'c Value {
    &call
        .exchanges
        .iter()
        .find(|exchange| exchange.kind == kind)
        .unwrap_or_else(|| panic!("nothing of kind {kind} was sent\n{}", call.transcript()))
        .sent
}

fn talk(text: &str) -> Value {
    json!({ "action": "talk", "text": text })
}

#[test]
fn a_call_sends_every_status_in_order_and_takes_no_time() {
    let started = std::time::Instant::now();
    let call = call(
        json!([talk("Hello."), { "action": "wait", "timeout": 3600 }]),
        Script::new(),
    );
    assert_eq!(
        call.statuses(),
        ["started", "ringing", "answered", "completed"]
    );
    assert_eq!(call.heard(), ["Hello."]);
    assert!(call.seconds > 3600.0);
    assert!(started.elapsed().as_secs() < 5);
    assert_eq!(call.outcome(), "completed");
    let completed = sent(&call, "event:completed");
    assert_eq!(completed["duration"], json!("3600"));
    assert_eq!(completed["disconnected_by"], json!("platform"));
}

#[test]
fn input_sends_what_was_keyed_in_the_form_the_action_asked_for() {
    let check = |input: Value, caller: Script, dtmf: Value, speech: Value| {
        let call = call(json!([input]), caller);
        let body = sent(&call, "input");
        assert_eq!(body["dtmf"], dtmf, "{input}");
        assert_eq!(body["speech"], speech, "{input}");
    };
    let keys = json!({ "action": "input", "type": ["dtmf"], "dtmf": { "maxDigits": 2, "submitOnHash": true } });
    check(
        keys.clone(),
        Script::new().press("12"),
        json!({ "digits": "12", "timed_out": false }),
        json!({ "results": [] }),
    );
    check(
        keys.clone(),
        Script::new().press("1#"),
        json!({ "digits": "1", "timed_out": false }),
        json!({ "results": [] }),
    );
    check(
        keys.clone(),
        Script::new().press("1"),
        json!({ "digits": "1", "timed_out": true }),
        json!({ "results": [] }),
    );
    check(
        keys,
        Script::new().stay_silent(),
        json!({ "digits": "", "timed_out": true }),
        json!({ "results": [] }),
    );
    let both = json!({ "action": "input", "type": ["dtmf", "speech"], "dtmf": { "maxDigits": 1 } });
    check(
        both.clone(),
        Script::new().speak("sales"),
        json!({ "digits": null, "timed_out": false }),
        json!({ "timeout_reason": "end_on_silence_timeout", "results": [{ "confidence": "0.9", "text": "sales" }] }),
    );
    check(
        both,
        Script::new().press("1"),
        json!({ "digits": "1", "timed_out": false }),
        json!({ "error": "Speech overridden by DTMF" }),
    );
    check(
        json!({ "action": "input", "timeOut": 30, "maxDigits": 1 }),
        Script::new().press("3"),
        json!("3"),
        Value::Null,
    );
}

#[test]
fn a_reply_to_input_replaces_what_was_left_and_silence_goes_on() {
    let heard = |reply: Value| {
        let desk = desk(move |path, _, _| match path {
            "/webhooks/answer" => Ok((
                200,
                json!([{ "action": "input", "type": ["dtmf"], "eventUrl": ["http://desk.test/input"] }, talk("Left over.")]),
            )),
            "/input" => Ok((200, reply.clone())),
            _ => Ok((200, Value::Null)),
        });
        let call = Phone::new(application(), desk).call(&setup(), &mut Script::new().press("1"));
        call.heard().join(" ")
    };
    assert_eq!(heard(json!([talk("Instead.")])), "Instead.");
    assert_eq!(heard(Value::Null), "Left over.");
    assert_eq!(heard(json!({ "status": "ok" })), "Left over.");
    assert_eq!(heard(json!([])), "");
}

#[test]
fn retries_and_the_fallback_follow_the_kind_of_failure() {
    // What the answer URL does; how often it and the fallback are asked; what is heard.
    let check = |answer: Result<(u16, Value), DestinationError>, asked: usize, reason: &str| {
        let desk = desk(|path, _, body| match path {
            "/webhooks/answer" => answer.clone(),
            "/webhooks/fallback" => {
                assert_eq!(body["reason"], json!(reason));
                assert_eq!(body["original_request"]["type"], json!("answer"));
                Ok((200, json!([talk("Please call later.")])))
            }
            _ => Ok((200, Value::Null)),
        });
        let phone = Phone::new(application(), desk);
        let call = phone.call(&setup(), &mut Script::new());
        assert_eq!(call.heard(), ["Please call later."], "{answer:?}");
        let count = |kind: &str| call.exchanges.iter().filter(|e| e.kind == kind).count();
        assert_eq!(
            (count("answer"), count("fallback")),
            (asked, 1),
            "{answer:?}"
        );
    };
    check(Err(DestinationError::SocketTimeout), 2, "Socket timeout.");
    check(
        Err(DestinationError::Closed("reset".to_owned())),
        2,
        "Connection closed.",
    );
    check(
        Err(DestinationError::Tls("self-signed".to_owned())),
        1,
        "Connection closed.",
    );
    for (status, asked) in [(429, 2), (503, 2), (504, 2), (500, 1), (404, 1), (401, 1)] {
        check(Ok((status, Value::Null)), asked, "Invalid response code.");
    }
    check(
        Ok((200, json!([{ "action": "hangup" }]))),
        1,
        "Invalid NCCO.",
    );
    check(Ok((200, Value::Null)), 1, "Invalid NCCO.");
    check(Ok((200, json!([{ "action": "talk" }]))), 1, "Invalid NCCO.");
}

#[test]
fn an_invalid_ncco_sends_an_error_event_and_without_fallback_ends_the_call() {
    let mut application = application();
    application.fallback = None;
    let desk = desk(|path, _, _| match path {
        "/webhooks/answer" => Ok((200, json!([{ "action": "dance" }]))),
        _ => Ok((200, Value::Null)),
    });
    let call = Phone::new(application, desk).call(&setup(), &mut Script::new());
    assert_eq!(
        sent(&call, "error")["reason"],
        json!("Syntax error in NCCO. Invalid value type or action.")
    );
    assert_eq!(call.outcome(), "failed");
    assert_eq!(call.statuses(), ["started", "ringing", "completed"]);
}

#[test]
fn a_second_503_is_followed_by_two_tries_of_the_fallback_and_the_end() {
    let desk = desk(|path, _, _| match path {
        "/webhooks/event" => Ok((200, Value::Null)),
        _ => Ok((503, Value::Null)),
    });
    let call = Phone::new(application(), desk).call(&setup(), &mut Script::new());
    let kinds: Vec<&str> = call.exchanges.iter().map(|e| e.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "event:started",
            "event:ringing",
            "answer",
            "answer",
            "fallback",
            "fallback",
            "event:completed"
        ]
    );
}

#[test]
fn every_way_a_transfer_can_end_has_its_status_and_synchronous_replies_count() {
    let check = |transfer: Transfer, status: &str, sip: Value, completed: bool| {
        let desk = desk(|path, _, body| match path {
            "/webhooks/answer" => Ok((
                200,
                json!([{
                    "action": "connect", "timeout": 20, "from": "442079460000",
                    "machineDetection": "hangup",
                    "eventType": "synchronous", "eventUrl": ["http://desk.test/connect"],
                    "endpoint": [{ "type": "phone", "number": "447700900100" }]
                }]),
            )),
            "/connect"
                if !matches!(
                    body["status"].as_str(),
                    Some("started" | "ringing" | "answered" | "completed")
                ) =>
            {
                Ok((200, json!([talk("Nobody is there.")])))
            }
            _ => Ok((200, Value::Null)),
        });
        let call = Phone::new(application(), desk)
            .call(&setup(), &mut Script::new().transfer(transfer.clone()));
        assert_eq!(call.dialled(), ["447700900100"]);
        assert_eq!(call.heard(), ["Nobody is there."], "{transfer:?}");
        let body = sent(&call, &format!("event:{status}"));
        assert_eq!(body.get("sip_code").cloned().unwrap_or(Value::Null), sip);
        assert_eq!(body["direction"], json!("outbound"));
        let ends = call
            .exchanges
            .iter()
            .filter(|e| e.kind == "event:completed" && e.url.ends_with("/connect"))
            .count();
        assert_eq!(ends == 1, completed, "{transfer:?}");
    };
    check(Transfer::Busy, "busy", json!(486), true);
    check(Transfer::NoAnswer, "timeout", Value::Null, true);
    check(Transfer::Unanswered, "unanswered", json!(480), true);
    check(Transfer::Rejected, "rejected", json!(603), false);
    check(Transfer::Failed, "failed", json!(404), true);
    check(Transfer::Machine(20.0), "machine", Value::Null, true);
}

#[test]
fn an_ncco_for_a_caller_who_has_hung_up_is_told_and_not_run() {
    let check = |reply: Value, refused: usize| {
        let desk = desk(|path, _, body| match (path, body["status"].as_str()) {
            ("/webhooks/answer", _) => Ok((
                200,
                json!([{
                    "action": "connect",
                    "eventType": "synchronous", "eventUrl": ["http://desk.test/connect"],
                    "endpoint": [{ "type": "phone", "number": "447700900100" }]
                }]),
            )),
            ("/connect", Some("cancelled")) => Ok((200, reply.clone())),
            _ => Ok((200, Value::Null)),
        });
        let call = Phone::new(application(), desk).call(&setup(), &mut Script::new().hang_up());
        assert_eq!(call.heard(), Vec::<&str>::new());
        assert_eq!(call.outcome(), "abandoned");
        let told = call.moments.iter().filter(|moment| {
            matches!(&moment.what, Happening::Refused { reason, .. } if reason == "The call is over.")
        });
        assert_eq!(told.count(), refused, "{}", call.transcript());
    };
    check(Value::Null, 0);
    check(json!([talk("Nobody is there.")]), 1);
}

#[test]
fn an_answered_transfer_hears_the_whisper_first() {
    let desk = desk(|path, _, _| match path {
        "/webhooks/answer" => Ok((
            200,
            json!([{
                "action": "connect",
                "endpoint": [{ "type": "phone", "number": "447700900100",
                               "onAnswer": { "url": "http://desk.test/whisper?s=abc" } }]
            }]),
        )),
        "/whisper" => Ok((200, json!([talk("A sales call.")]))),
        _ => Ok((200, Value::Null)),
    });
    let call = Phone::new(application(), desk).call(
        &setup(),
        &mut Script::new().transfer(Transfer::Answered(30.0)),
    );
    assert!(
        call.transcript()
            .contains("447700900100 hears A sales call.")
    );
    assert_eq!(call.outcome(), "transferred");
    assert_eq!(call.heard(), Vec::<&str>::new());
}

#[test]
fn a_message_is_followed_later_by_its_recording_and_transcription() {
    let call = call(
        json!([
            { "action": "record", "endOnKey": "#", "eventUrl": ["http://desk.test/recording"],
              "transcription": { "eventUrl": ["http://desk.test/transcription"] } },
            talk("Thank you."),
        ]),
        Script::new().leave_message(12.0),
    );
    let recording = sent(&call, "recording");
    assert_eq!(recording["size"], json!(12 * 4000 + 1206));
    assert!(recording.get("uuid").is_none());
    let transcription = sent(&call, "transcription");
    assert_eq!(transcription["recording_uuid"], recording["recording_uuid"]);
    assert_eq!(transcription["status"], json!("transcribed"));
    let kinds: Vec<&str> = call.exchanges.iter().map(|e| e.kind.as_str()).collect();
    let place = |kind: &str| kinds.iter().position(|k| *k == kind).unwrap();
    assert!(place("recording") < place("transcription"));
    assert_eq!(call.outcome(), "message_left");
}

#[test]
fn notify_wait_conversation_and_transfer_run() {
    let reply = call(
        json!([
            { "action": "notify", "payload": { "a": 1 }, "eventUrl": ["http://desk.test/notify"] },
            { "action": "wait", "timeout": "0.5" },
            { "action": "transfer", "conversationId": "CON-2" },
        ]),
        Script::new(),
    );
    assert_eq!(sent(&reply, "notify")["payload"], json!({ "a": 1 }));
    assert_eq!(
        sent(&reply, "event:transfer")["conversation_uuid_to"],
        json!("CON-2")
    );
    assert!(reply.heard().is_empty());
    let room = call(
        json!([{ "action": "conversation", "name": "standup" }]),
        Script::new(),
    );
    assert!(room.transcript().contains("joins    standup"));
    assert!(room.heard().is_empty());
}

#[test]
fn a_get_application_sends_everything_in_a_signed_query() {
    let desk = desk(|path, _, _| match path {
        "/webhooks/answer" => Ok((
            200,
            json!([{ "action": "input", "type": ["dtmf"], "eventMethod": "GET", "eventUrl": ["http://desk.test/input?s=xyz"] }]),
        )),
        _ => Ok((200, Value::Null)),
    });
    let phone = Phone::new(application().with_method(Method::Get), desk);
    let call = phone.call(&setup(), &mut Script::new().press("1"));
    assert_eq!(
        call.statuses(),
        ["started", "ringing", "answered", "completed"]
    );
    assert!(call.exchanges.iter().all(|e| e.status == Some(200)));
    let input = call.exchanges.iter().find(|e| e.kind == "input").unwrap();
    assert!(input.url.contains("?s=xyz&"), "{}", input.url);
}

#[test]
fn faults_come_as_asked_for_and_the_same_again() {
    let run = |misbehaviour: Misbehaviour| {
        let desk = desk(|path, _, _| match path {
            "/webhooks/answer" => Ok((200, json!([talk("Hello.")]))),
            _ => Ok((200, Value::Null)),
        });
        let call = Phone::new(application(), desk)
            .misbehaving(misbehaviour)
            .call(&setup(), &mut Script::new());
        call.exchanges
            .iter()
            .map(|e| format!("{}{}", e.kind, if e.signed { "" } else { "!" }))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let none = Misbehaviour::default();
    assert_eq!(
        run(Misbehaviour {
            duplicate_percent: 100,
            ..none.clone()
        }),
        "event:started event:started event:ringing event:ringing answer answer \
         event:answered event:answered event:completed event:completed"
    );
    assert_eq!(
        run(Misbehaviour {
            reorder_percent: 100,
            ..none.clone()
        }),
        "event:ringing event:started answer event:completed event:answered"
    );
    assert_eq!(
        run(Misbehaviour {
            drop_percent: 100,
            ..none.clone()
        }),
        "answer"
    );
    assert_eq!(
        run(Misbehaviour {
            unsigned_percent: 100,
            ..none.clone()
        }),
        "event:started! event:ringing! answer! event:answered! event:completed!"
    );
    let some = Misbehaviour {
        duplicate_percent: 30,
        reorder_percent: 30,
        seed: 7,
        ..none
    };
    assert_eq!(run(some.clone()), run(some));
}

#[test]
fn a_menu_that_never_ends_is_cut_off() {
    struct Patient;
    impl phone::Caller for Patient {
        fn next(&mut self, _: &phone::Demand) -> phone::Action {
            phone::Action::StaySilent
        }
    }
    let again = json!([{ "action": "input", "type": ["dtmf"], "dtmf": { "timeOut": 0 }, "eventUrl": ["http://desk.test/input"] }]);
    let desk = desk(|path, _, _| match path {
        "/webhooks/event" => Ok((200, Value::Null)),
        _ => Ok((200, again.clone())),
    });
    let call = Phone::new(application(), desk).call(&setup(), &mut Patient);
    assert_eq!(call.ended, phone::EndedBy::Limit);
}
