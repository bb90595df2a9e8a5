//! Findings about the members of an action: missing, unknown, at odds.

use ncco::{Connect, Input, Ncco, Phone, Sip};

use super::check;
use crate::places;

#[test]
fn an_event_url_is_exactly_one() {
    let at = ["not_exactly_one /0/eventUrl"];
    check(r#"[{"action":"record","eventUrl":[]}]"#, &at);
    check(
        r#"[{"action":"record","eventUrl":["https://a.example","https://b.example"]}]"#,
        &at,
    );
    check(r#"[{"action":"notify","payload":{},"eventUrl":[]}]"#, &at);
    check(
        r#"[{"action":"stream","streamUrl":[]}]"#,
        &["not_exactly_one /0/streamUrl"],
    );
    check(
        r#"[{"action":"input","type":["speech"],"speech":{"uuid":["a","b"]}}]"#,
        &["not_exactly_one /0/speech/uuid"],
    );
    check(
        r#"[{"action":"record","eventUrl":[5]}]"#,
        &["wrong_type /0/eventUrl/0"],
    );
}

#[test]
fn required_members_are_missed() {
    let table = [
        (r#"{"action":"talk"}"#, "/0/text"),
        (r#"{"action":"stream"}"#, "/0/streamUrl"),
        (r#"{"action":"connect"}"#, "/0/endpoint"),
        (
            r#"{"action":"connect","endpoint":[{}]}"#,
            "/0/endpoint/0/type",
        ),
        (
            r#"{"action":"connect","endpoint":[{"type":"phone"}]}"#,
            "/0/endpoint/0/number",
        ),
        (
            r#"{"action":"connect","endpoint":[{"type":"app"}]}"#,
            "/0/endpoint/0/user",
        ),
        (
            r#"{"action":"connect","endpoint":[{"type":"websocket"}]}"#,
            "/0/endpoint/0/uri",
        ),
        (
            r#"{"action":"connect","endpoint":[{"type":"vbc"}]}"#,
            "/0/endpoint/0/extension",
        ),
        (
            r#"{"action":"connect","endpoint":[{"type":"phone","number":"447700900001","onAnswer":{}}]}"#,
            "/0/endpoint/0/onAnswer/url",
        ),
        (r#"{"action":"conversation"}"#, "/0/name"),
        (
            r#"{"action":"notify","eventUrl":["https://a.example"]}"#,
            "/0/payload",
        ),
        (r#"{"action":"notify","payload":{}}"#, "/0/eventUrl"),
        (r#"{"action":"transfer"}"#, "/0/conversationId"),
    ];
    for (action, at) in table {
        check(&format!("[{action}]"), &[&format!("missing_member {at}")]);
    }
}

#[test]
fn required_members_of_another_type_are_refused() {
    check(
        r#"[{"action":"talk","text":null}]"#,
        &["wrong_type /0/text"],
    );
    check(
        r#"[{"action":"connect","endpoint":{"type":"app","user":"a"}}]"#,
        &["wrong_type /0/endpoint"],
    );
    check(
        r#"[{"action":"connect","endpoint":["a"]}]"#,
        &["wrong_type /0/endpoint/0"],
    );
    check(
        r#"[{"action":"connect","endpoint":[{"type":1}]}]"#,
        &["wrong_type /0/endpoint/0/type"],
    );
    check(
        r#"[{"action":"notify","payload":"a","eventUrl":["https://a.example"]}]"#,
        &["wrong_type /0/payload"],
    );
}

#[test]
fn options_of_another_type_are_refused() {
    check(
        r#"[{"action":"talk","text":"a","bargeIn":1}]"#,
        &["wrong_type /0/bargeIn"],
    );
    check(
        r#"[{"action":"talk","text":"a","loop":1.5}]"#,
        &["wrong_type /0/loop"],
    );
    check(
        r#"[{"action":"talk","text":"a","level":"loud"}]"#,
        &["wrong_type /0/level"],
    );
    check(
        r#"[{"action":"input","type":[1]}]"#,
        &["wrong_type /0/type/0"],
    );
    check(
        r#"[{"action":"input","type":["dtmf"],"dtmf":"yes"}]"#,
        &["wrong_type /0/dtmf"],
    );
    check(
        r#"[{"action":"conversation","name":"a","canHear":{}}]"#,
        &["wrong_type /0/canHear"],
    );
    check(
        r#"[{"action":"connect","endpoint":[{"type":"websocket","uri":"ws://a.example","headers":"x"}]}]"#,
        &["wrong_type /0/endpoint/0/headers"],
    );
}

#[test]
fn unknown_members_are_pointed_at_everywhere() {
    check(
        r#"[{"action":"talk","text":"a","a/b~c":1}]"#,
        &["unknown_member /0/a~1b~0c"],
    );
    check(
        r#"[{"action":"input","type":["dtmf"],"dtmf":{"max":1}}]"#,
        &["unknown_member /0/dtmf/max"],
    );
    check(
        r#"[{"action":"input","type":["speech"],"speech":{"max":1}}]"#,
        &["unknown_member /0/speech/max"],
    );
    check(
        r#"[{"action":"record","transcription":{"a":1}}]"#,
        &["unknown_member /0/transcription/a"],
    );
    check(
        r#"[{"action":"connect","endpoint":[{"type":"sip","uri":"sip:a@b.example","standardHeaders":{"Via":"x"}}]}]"#,
        &["unknown_member /0/endpoint/0/standardHeaders/Via"],
    );
    check(
        r#"[{"action":"connect","advancedMachineDetection":{"callScreener":true},"endpoint":[{"type":"vbc","extension":"1","x":1}]}]"#,
        &[
            "unknown_member /0/endpoint/0/x",
            "unknown_member /0/advancedMachineDetection/callScreener",
        ],
    );
}

#[test]
fn asynchronous_input_has_no_settings_and_no_speech() {
    let input = |rest: &str, expected: &[&str]| {
        check(
            &format!(r#"[{{"action":"input","mode":"asynchronous",{rest}}}]"#),
            expected,
        );
    };
    input(r#""type":["dtmf"]"#, &[]);
    input(
        r#""type":["dtmf"],"dtmf":{}"#,
        &["asynchronous_settings /0/dtmf"],
    );
    input(
        r#""type":["dtmf"],"maxDigits":1"#,
        &["legacy_input /0", "asynchronous_settings /0/maxDigits"],
    );
    input(
        r#""type":["dtmf","speech"]"#,
        &["asynchronous_settings /0/type"],
    );
    input(
        r#""type":["speech"],"speech":{}"#,
        &[
            "asynchronous_settings /0/type",
            "asynchronous_settings /0/speech",
        ],
    );
    let built = Ncco::builder()
        .input(Input::asynchronous("https://a.example/key"))
        .build();
    assert!(built.validate().is_empty());
}

#[test]
fn input_needs_a_type_that_fits_its_settings() {
    check(
        r#"[{"action":"input","type":[]}]"#,
        &["no_input_type /0/type"],
    );
    check(
        r#"[{"action":"input","type":["speech"],"dtmf":{}}]"#,
        &["settings_without_type /0/dtmf"],
    );
    check(
        r#"[{"action":"input","type":["dtmf"],"speech":{}}]"#,
        &["settings_without_type /0/speech"],
    );
    check(
        r#"[{"action":"input","type":["dtmf"],"timeOut":5}]"#,
        &["legacy_input /0"],
    );
    check(
        r#"[{"action":"input","maxDigits":21}]"#,
        &["legacy_input /0", "out_of_range /0/maxDigits"],
    );
}

#[test]
fn speaking_rights_are_given_once() {
    for action in [
        r#""action":"conversation","name":"a""#,
        r#""action":"transfer","conversationId":"CON-1""#,
    ] {
        check(
            &format!(r#"[{{{action},"mute":true,"canSpeak":[]}}]"#),
            &["mute_with_can_speak /0/mute"],
        );
        check(
            &format!(r#"[{{{action},"mute":false,"canSpeak":[]}}]"#),
            &[],
        );
        check(
            &format!(r#"[{{{action},"mute":true,"canHear":["x"]}}]"#),
            &[],
        );
    }
}

#[test]
fn a_transcript_needs_a_recording_and_channels_need_a_split() {
    let missing = ["transcription_without_record /0/transcription"];
    check(
        r#"[{"action":"conversation","name":"a","transcription":{}}]"#,
        &missing,
    );
    check(
        r#"[{"action":"conversation","name":"a","transcription":{},"record":false}]"#,
        &missing,
    );
    check(
        r#"[{"action":"conversation","name":"a","transcription":{},"record":true}]"#,
        &[],
    );
    check(
        r#"[{"action":"record","channels":2}]"#,
        &["channels_without_split /0/channels"],
    );
    check(r#"[{"action":"record","channels":1}]"#, &[]);
}

#[test]
fn random_numbers_and_a_number_exclude_each_other() {
    let connect = Connect::new(Phone::new("15550001234")).from("442079460000");
    let both = Ncco::builder()
        .connect(connect.clone().random_from_number(true))
        .build();
    assert_eq!(places(&both.validate()), ["from_with_random /0/from"]);
    let one = Ncco::builder()
        .connect(connect.random_from_number(false))
        .build();
    assert!(one.validate().is_empty());
}

#[test]
fn a_sip_endpoint_has_one_address() {
    let sip = |rest: &str, expected: &[&str]| {
        check(
            &format!(r#"[{{"action":"connect","endpoint":[{{"type":"sip"{rest}}}]}}]"#),
            expected,
        );
    };
    let wrong = ["sip_address /0/endpoint/0"];
    sip("", &wrong);
    sip(r#","user":"a""#, &wrong);
    sip(r#","domain":"a""#, &wrong);
    sip(
        r#","uri":"sip:a@b.example","user":"a","domain":"b""#,
        &wrong,
    );
    sip(r#","user":"a","domain":"b""#, &[]);
    sip(
        r#","user":"","domain":"""#,
        &[
            "empty_value /0/endpoint/0/user",
            "empty_value /0/endpoint/0/domain",
        ],
    );
    let long = format!("sip:{}@b.example", "a".repeat(40));
    let ncco = Ncco::builder()
        .connect(Connect::new(Sip::new(long)))
        .build();
    assert_eq!(places(&ncco.validate()), ["too_long /0/endpoint/0/uri"]);
}

#[test]
fn a_custom_authorization_has_a_value() {
    let websocket = |authorization: &str, expected: &[&str]| {
        check(
            &format!(
                r#"[{{"action":"connect","endpoint":[{{"type":"websocket","uri":"wss://a.example","authorization":{authorization}}}]}}]"#
            ),
            expected,
        );
    };
    let wrong = ["bad_authorization /0/endpoint/0/authorization/value"];
    websocket(r#"{"type":"vonage"}"#, &[]);
    websocket("{}", &[]);
    websocket(r#"{"type":"custom","value":"Bearer x"}"#, &[]);
    websocket(r#"{"type":"custom"}"#, &wrong);
    websocket(r#"{"type":"custom","value":""}"#, &wrong);
    websocket(r#"{"type":"custom","value":"Bearer é"}"#, &wrong);
    websocket(
        &format!(r#"{{"type":"custom","value":"{}"}}"#, "x".repeat(8192)),
        &wrong,
    );
    websocket(r#"{"type":"vonage","value":"x"}"#, &wrong);
}
