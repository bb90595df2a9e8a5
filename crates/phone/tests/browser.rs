//! A VoiceXML browser and documents that were written down: what it asks for, and what it refuses.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::cell::RefCell;

use jiff::Timestamp;
use phone::{
    Browser, Call, CallSetup, Destination, DestinationError, EndedBy, Request, Response, Script,
    Transfer,
};

/// Gives documents in turn, and keeps what was asked.
struct Documents {
    left: RefCell<Vec<(u16, String)>>,
    asked: RefCell<Vec<(String, String)>>,
}

impl Destination for Documents {
    fn deliver(&self, request: &Request) -> Result<Response, DestinationError> {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        self.asked.borrow_mut().push((request.url.clone(), body));
        let (status, body) = self.left.borrow_mut().pop().unwrap_or((503, String::new()));
        Ok(Response {
            status,
            content_type: Some("application/voicexml+xml".to_owned()),
            headers: Vec::new(),
            body: body.into_bytes(),
        })
    }

    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn unique(&self) -> String {
        "one".to_owned()
    }
}

const OVER: &str = "<catch event=\"connection.disconnect\"><submit next=\"http://w/vxml/event?a=1\" method=\"post\" namelist=\"_event\"/></catch>\
    <catch event=\"error\"><prompt>Sorry.</prompt><exit/></catch>";

fn document(form: &str) -> (u16, String) {
    let text = format!(
        "<vxml version=\"2.1\" xmlns=\"http://www.w3.org/2001/vxml\">{OVER}<form id=\"step\">{form}</form></vxml>"
    );
    (200, text)
}

fn call(documents: &[(u16, String)], mut caller: Script) -> (Call, Vec<(String, String)>) {
    let documents = Documents {
        left: RefCell::new(documents.iter().rev().cloned().collect()),
        asked: RefCell::default(),
    };
    let browser = Browser::new("http://w/", "a token", &documents);
    let setup = CallSetup {
        conversation: Some("c".into()),
        ..CallSetup::new("447700900001", "442079460000")
    };
    let call = browser.call(None, &setup, &mut caller);
    (call, documents.asked.into_inner())
}

const FIELD: &str = "<block><prompt bargein=\"true\">Press <s>1</s> or 2.</prompt></block><field name=\"answer\">\
    <property name=\"timeout\" value=\"5s\"/><property name=\"interdigittimeout\" value=\"3s\"/><property name=\"termchar\" value=\"#\"/>\
    <grammar xmlns=\"http://www.w3.org/2001/06/grammar\" mode=\"dtmf\"><rule><item repeat=\"1-2\"/></rule></grammar>\
    <grammar xmlns=\"http://www.w3.org/2001/06/grammar\" mode=\"voice\"><rule><one-of><item>Sales</item></one-of></rule></grammar>\
    <noinput><submit next=\"http://w/vxml/input?e=noinput\" method=\"get\"/></noinput>\
    <nomatch><submit next=\"http://w/vxml/input?e=nomatch\" method=\"get\"/></nomatch>\
    <filled><var name=\"said\" expr=\"answer$.utterance\"/><var name=\"mode\" expr=\"answer$.inputmode\"/>\
    <submit next=\"http://w/vxml/input?e=filled\" method=\"post\" namelist=\"said mode\"/></filled></field>";

#[test]
fn a_field_is_filled_by_keys_or_words_of_its_grammars() {
    let check = |caller: Script, url: &str, body: &str| {
        let (call, asked) = call(
            &[document(FIELD), document("<block><disconnect/></block>")],
            caller,
        );
        assert_eq!(
            asked[0].0,
            "http://w/vxml/answer?from=447700900001&session=c&to=442079460000&token=a%20token"
        );
        assert_eq!(
            asked[1],
            (url.to_owned(), body.to_owned()),
            "{}",
            call.transcript()
        );
        assert_eq!(call.heard(), ["Press 1 or 2."]);
        // The end is told, whoever ended it.
        assert_eq!(
            asked[2],
            (
                "http://w/vxml/event?a=1".to_owned(),
                "_event=connection.disconnect.hangup".to_owned()
            )
        );
    };
    let (noinput, nomatch, filled) = (
        "http://w/vxml/input?e=noinput",
        "http://w/vxml/input?e=nomatch",
        "http://w/vxml/input?e=filled",
    );
    check(Script::new().press("12"), filled, "mode=dtmf&said=12");
    check(Script::new().press("1#"), filled, "mode=dtmf&said=1");
    check(Script::new().press("#"), nomatch, "");
    check(Script::new().stay_silent(), noinput, "");
    check(
        Script::new().speak("sales"),
        filled,
        "mode=voice&said=sales",
    );
    check(Script::new().speak("billing"), nomatch, "");
}

#[test]
fn who_hangs_up_or_talks_is_told_in_the_words_of_voicexml() {
    let transfer = "<transfer name=\"talk\" dest=\"tel:+447700900100\" type=\"bridge\" connecttimeout=\"20s\">\
        <filled><var name=\"seconds\" expr=\"talk$.duration\"/><submit next=\"http://w/vxml/connect?a=1\" method=\"post\" namelist=\"talk seconds\"/></filled>\
        <catch event=\"connection.disconnect\"><var name=\"seconds\" expr=\"typeof talk$ == 'undefined' ? 0 : talk$.duration\"/>\
        <submit next=\"http://w/vxml/event?d=1\" method=\"post\" namelist=\"_event seconds\"/></catch>\
        <catch event=\"error\"><submit next=\"http://w/vxml/connect?e=failed\" method=\"get\"/></catch></transfer>";
    let check = |becomes: Transfer, kind: &str, url: &str, body: &str| {
        let transfer = transfer.replace("bridge", kind);
        let (call, asked) = call(
            &[document(&transfer), document("<block><exit/></block>")],
            Script::new().transfer(becomes),
        );
        assert_eq!(
            asked[1],
            (url.to_owned(), body.to_owned()),
            "{}",
            call.transcript()
        );
    };
    let (connect, failed, over) = (
        "http://w/vxml/connect?a=1",
        "http://w/vxml/connect?e=failed",
        "http://w/vxml/event?d=1",
    );
    check(
        Transfer::Answered(30.0),
        "bridge",
        connect,
        "seconds=30&talk=far_end_disconnect",
    );
    check(Transfer::Busy, "bridge", connect, "seconds=0&talk=busy");
    check(
        Transfer::NoAnswer,
        "bridge",
        connect,
        "seconds=0&talk=noanswer",
    );
    check(Transfer::Failed, "bridge", failed, "");
    check(
        Transfer::AnsweredUntilCallerHangsUp(9.0),
        "bridge",
        over,
        "_event=connection.disconnect.hangup&seconds=9",
    );
    check(
        Transfer::Answered(30.0),
        "blind",
        over,
        "_event=connection.disconnect.transfer&seconds=0",
    );
}

#[test]
fn a_recording_is_sent_with_the_form() {
    let record = "<record name=\"message\" beep=\"true\" dtmfterm=\"true\" maxtime=\"60s\" finalsilence=\"3s\">\
        <noinput><submit next=\"http://w/vxml/recording?e=noinput\" method=\"get\"/></noinput>\
        <filled><var name=\"milliseconds\" expr=\"message$.duration\"/>\
        <submit next=\"http://w/vxml/recording?a=1\" method=\"post\" namelist=\"message milliseconds\" enctype=\"multipart/form-data\"/></filled></record>";
    let last = document("<block><exit/></block>");
    let (_, asked) = call(
        &[document(record), last.clone()],
        Script::new().leave_message(2.0),
    );
    assert!(
        asked[1].1.contains("name=\"milliseconds\"\r\n\r\n2000\r\n"),
        "{}",
        asked[1].1.get(..200).unwrap()
    );
    assert!(asked[1].1.contains("audio/x-wav") && asked[1].1.len() > 16_000);
    let (_, asked) = call(&[document(record), last], Script::new().stay_silent());
    assert_eq!(asked[1].0, "http://w/vxml/recording?e=noinput");
}

#[test]
fn what_cannot_be_had_or_played_is_an_error_the_document_before_speaks_of() {
    let again = |documents: &[(u16, String)]| call(documents, Script::new().press("1#")).0;
    for second in [
        (503, String::new()),
        (200, "<vxml".to_owned()),
        document("<block><talk/></block>"),
        document("<subdialog/>"),
        document("<block><submit next=\"http://w/\" method=\"post\" namelist=\"nobody\"/></block>"),
        document("<block><submit method=\"post\"/></block>"),
    ] {
        let call = again(&[document(FIELD), second.clone()]);
        assert_eq!(call.ended, EndedBy::Failure, "{second:?}");
        let heard = call.heard();
        assert_eq!(heard.last(), Some(&"Sorry."), "{second:?}");
    }
    assert_eq!(again(&[(404, String::new())]).heard(), [""; 0]);
    // A form that begins again and again comes to an end.
    let endless = document("<block><goto next=\"#step\"/></block>");
    assert_eq!(again(&[endless]).ended, EndedBy::Limit);
}
