//! What the actions of a call control object become.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use serde_json::{Value, json};
use vxml::{Apology, Links, Session, Transfer, structure};

fn document(ncco: &Value, transfer: Transfer) -> String {
    let session = Session {
        id: "vxml-1".into(),
        transfer,
        ..Session::default()
    };
    let links = Links {
        base_url: "https://ivr.example.com",
        token: "t/1",
        session: &session,
    };
    let apology = Apology {
        text: "We are sorry.",
        language: Some("en-GB"),
    };
    let document = vxml::render(ncco, &links, apology);
    assert_eq!(structure::faults(&document), [""; 0], "{document}");
    document
}

#[track_caller]
fn check(ncco: Value, parts: &[&str]) {
    let document = document(&ncco, Transfer::Bridge);
    let mut rest = document.as_str();
    for part in parts {
        let at = rest
            .find(part)
            .unwrap_or_else(|| panic!("{part} is not in {rest} of {document}"));
        rest = &rest[at + part.len()..];
    }
}

#[test]
fn what_is_said_is_a_prompt_in_its_language_and_ends_the_call() {
    check(
        json!([
            { "action": "talk", "text": "Fish & <chips>", "language": "en-GB", "level": -0.5 },
            { "action": "stream", "streamUrl": ["https://a.example/b.mp3?x=1&y=2"], "loop": 2 },
            { "action": "wait", "timeout": 1.5 }
        ]),
        &[
            "<prompt bargein=\"false\" xml:lang=\"en-GB\"><prosody volume=\"50\">Fish &amp; &lt;chips&gt;</prosody></prompt>",
            "<audio src=\"https://a.example/b.mp3?x=1&amp;y=2\"/>",
            "<audio src=\"https://a.example/b.mp3?x=1&amp;y=2\"/>",
            "<break time=\"1.5s\"/>",
            "<disconnect/>",
        ],
    );
}

#[test]
fn ssml_keeps_what_may_stand_in_a_prompt() {
    let check = |text: &str, expected: &str| {
        let document = document(
            &json!([{ "action": "talk", "text": text }]),
            Transfer::Bridge,
        );
        let expected = ["<prompt bargein=\"false\">", expected, "</prompt>"].concat();
        assert!(document.contains(&expected), "{text}: {document}");
    };
    check(
        "<speak>One<break time='1s'/>two</speak>",
        "One<break time=\"1s\"/>two",
    );
    check("<speak>A &amp; B</speak>", "A &amp; B");
    check(
        "<speak><lang xml:lang=\"fr-FR\">oui</lang></speak>",
        "<voice xml:lang=\"fr-FR\">oui</voice>",
    );
    check(
        "<speak><amazon:effect name='whispered'>psst</amazon:effect></speak>",
        "psst",
    );
    check("<speak><s><p>no</p></s></speak>", "<s>no</s>");
    check(
        "<speak><say-as>1</say-as><sub alias='two'>2</sub></speak>",
        "1<sub alias=\"two\">2</sub>",
    );
    // The platform would refuse these; they are said without their tags.
    check("<speak><p>never closed</speak>", "never closed");
}

#[test]
fn an_input_is_a_field_with_its_time_outs_and_grammars() {
    check(
        json!([
            { "action": "talk", "text": "Press 1", "bargeIn": true },
            { "action": "input", "type": ["dtmf", "speech"], "eventUrl": ["https://elsewhere.example/webhooks/input?s=x&m=acme"],
              "dtmf": { "timeOut": 5, "maxDigits": 2, "submitOnHash": true },
              "speech": { "context": ["sales"], "language": "en-GB", "endOnSilence": 1.5, "startTimeout": 7, "maxDuration": 20, "sensitivity": 90 } }
        ]),
        &[
            "<block><prompt bargein=\"true\">Press 1</prompt></block>",
            "<field name=\"answer\">",
            "name=\"inputmodes\" value=\"dtmf voice\"",
            "name=\"timeout\" value=\"7s\"",
            "name=\"interdigittimeout\" value=\"5s\"",
            "name=\"termchar\" value=\"#\"",
            "name=\"completetimeout\" value=\"1.5s\"",
            "name=\"maxspeechtimeout\" value=\"20s\"",
            "name=\"sensitivity\" value=\"0.9\"",
            "mode=\"dtmf\"",
            "repeat=\"1-2\"",
            "<item>*</item></one-of>",
            "mode=\"voice\"",
            "xml:lang=\"en-GB\"",
            "<item>sales</item>",
            "<noinput><submit next=\"https://ivr.example.com/vxml/input?s=x&amp;m=acme&amp;session=vxml-1&amp;from=&amp;to=&amp;began=&amp;transfer=bridge&amp;token=t%2F1&amp;event=noinput\" method=\"get\"/></noinput>",
            "&amp;event=nomatch\"",
            "namelist=\"answer said mode confidence\"",
        ],
    );
    check(
        json!([{ "action": "input", "type": ["dtmf"], "eventUrl": ["https://a/webhooks/input?s=x"] }]),
        &[
            "value=\"dtmf\"",
            "name=\"termchar\" value=\"\"",
            "<item>*</item><item>#</item>",
        ],
    );
    check(
        json!([{ "action": "input", "type": ["speech"], "eventUrl": ["https://a/webhooks/input?s=x"] }]),
        &["value=\"voice\"", "src=\"builtin:grammar/digits\""],
    );
}

#[test]
fn a_prompt_that_is_played_for_ever_begins_again() {
    check(
        json!([
            { "action": "stream", "streamUrl": ["https://a.example/hold.mp3"], "loop": 0, "bargeIn": true },
            { "action": "input", "type": ["dtmf"], "eventUrl": ["https://a/webhooks/input?s=x"] }
        ]),
        &["<audio", "<noinput><goto next=\"#step\"/></noinput>"],
    );
}

#[test]
fn a_connect_is_a_transfer_of_either_kind() {
    let connect = |endpoint: Value| {
        json!([{ "action": "connect", "endpoint": [endpoint], "timeout": 20, "limit": 600, "eventType": "synchronous",
                 "ringbackTone": "https://a.example/ring.mp3", "eventUrl": ["https://a/webhooks/connect?s=x"] },
               { "action": "notify", "payload": {}, "eventUrl": ["https://a/webhooks/notify?s=x"] }])
    };
    let phone = connect(json!({ "type": "phone", "number": "447700900100", "dtmfAnswer": "p1#" }));
    check(
        phone.clone(),
        &[
            "dest=\"tel:+447700900100;postd=p1%23\" type=\"bridge\" connecttimeout=\"20s\" maxtime=\"600s\" transferaudio=\"https://a.example/ring.mp3\"",
            "dialled=tel%3A%2B447700900100",
            "namelist=\"talk seconds\"",
            "event=\"error\"",
            "event=failed",
        ],
    );
    let blind = document(&phone, Transfer::Blind);
    assert!(blind.contains("type=\"blind\"><filled>"), "{blind}");
    assert!(
        !blind.contains("connecttimeout") && !blind.contains("/vxml/notify"),
        "{blind}"
    );
    check(
        connect(json!({ "type": "sip", "uri": "sip:a@b.example" })),
        &["dest=\"sip:a@b.example\""],
    );
    check(
        connect(json!({ "type": "sip", "user": "a", "domain": "b.example" })),
        &["dest=\"sip:a@b.example\""],
    );
    // The menu goes on to the next destination, or to its exit for what failed.
    for endpoint in [
        json!({ "type": "vbc", "extension": "100" }),
        json!({ "type": "app", "user": "alice" }),
        json!({ "type": "websocket", "uri": "wss://a.example", "content-type": "audio/l16;rate=16000", "headers": {} }),
    ] {
        let document = document(&connect(endpoint), Transfer::Bridge);
        assert!(!document.contains("<transfer"), "{document}");
        assert!(
            document.contains("<block><submit next=\"https://ivr.example.com/vxml/connect?s=x"),
            "{document}"
        );
        assert!(document.contains("&amp;event=failed\""), "{document}");
    }
}

#[test]
fn a_message_is_recorded_and_sent_also_when_the_caller_hangs_up() {
    check(
        json!([
            { "action": "record", "endOnSilence": 4, "endOnKey": "#", "timeOut": 120, "beepStart": true, "eventUrl": ["https://a/webhooks/recording?s=x"] },
            { "action": "notify", "payload": {}, "eventUrl": ["https://a/webhooks/notify?s=x"] }
        ]),
        &[
            "<record name=\"message\" type=\"audio/x-wav\" beep=\"true\" dtmfterm=\"true\" maxtime=\"120s\" finalsilence=\"4s\">",
            "event=noinput",
            "namelist=\"message milliseconds\" enctype=\"multipart/form-data\"",
            "<catch event=\"connection.disconnect\">",
            "namelist=\"message milliseconds _event\" enctype=\"multipart/form-data\"",
        ],
    );
}

#[test]
fn what_takes_its_time_goes_on_by_itself() {
    check(
        json!([
            { "action": "wait", "timeout": 3 },
            { "action": "notify", "payload": { "resume": true }, "eventUrl": ["https://a/webhooks/notify?s=x"] }
        ]),
        &[
            "<break time=\"3s\"/>",
            "<submit next=\"https://ivr.example.com/vxml/notify?s=x",
        ],
    );
}

#[test]
fn what_there_is_no_means_for_is_said() {
    for last in [
        json!({ "action": "conversation", "name": "room" }),
        json!({ "action": "transfer", "conversationId": "CON-1" }),
    ] {
        check(
            json!([{ "action": "talk", "text": "One moment." }, last]),
            &["end=menu", "One moment.", "We are sorry.", "<disconnect/>"],
        );
    }
    // A recording of the whole call is left out.
    let document = document(
        &json!([{ "action": "record", "eventUrl": ["https://a/webhooks/recording?s=x"] }, { "action": "talk", "text": "Hello" }]),
        Transfer::Bridge,
    );
    assert!(
        !document.contains("<record") && document.contains("Hello"),
        "{document}"
    );
}

#[test]
fn the_last_document_does_nothing() {
    assert_eq!(structure::faults(&vxml::exit()), [""; 0]);
    assert!(vxml::exit().contains("<exit/>"));
    let sorry = vxml::apology(Apology {
        text: "We are <sorry>.",
        language: None,
    });
    assert_eq!(structure::faults(&sorry), [""; 0]);
    assert!(sorry.contains("We are &lt;sorry&gt;."), "{sorry}");
}
