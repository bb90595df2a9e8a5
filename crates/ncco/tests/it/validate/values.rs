//! Findings about one value: its range, its form, its length.

use ncco::{Connect, Ncco, Talk, Websocket};

use super::{check, check_values};
use crate::places;

#[test]
fn ranges_have_both_of_their_ends() {
    let table = [
        (
            r#"[{"action":"talk","text":"a","level":?}]"#,
            "/0/level",
            ["-1", "1"],
            ["-1.01", "1.1"],
        ),
        (
            r#"[{"action":"stream","streamUrl":["https://a.example/b"],"level":?}]"#,
            "/0/level",
            ["-1", "1"],
            ["-2", "1.1"],
        ),
        (
            r#"[{"action":"talk","text":"a","loop":?}]"#,
            "/0/loop",
            ["0", "90"],
            ["-1", "4294967296"],
        ),
        (
            r#"[{"action":"talk","text":"a","style":?}]"#,
            "/0/style",
            ["0", "30"],
            ["-1", "1e10"],
        ),
        (
            r#"[{"action":"input","type":["dtmf"],"dtmf":{"timeOut":?}}]"#,
            "/0/dtmf/timeOut",
            ["0", "10"],
            ["-1", "11"],
        ),
        (
            r#"[{"action":"input","type":["dtmf"],"dtmf":{"maxDigits":?}}]"#,
            "/0/dtmf/maxDigits",
            ["1", "20"],
            ["0", "21"],
        ),
        (
            r#"[{"action":"input","type":["speech"],"speech":{"endOnSilence":?}}]"#,
            "/0/speech/endOnSilence",
            ["0.4", "10"],
            ["0.3", "10.1"],
        ),
        (
            r#"[{"action":"input","type":["speech"],"speech":{"startTimeout":?}}]"#,
            "/0/speech/startTimeout",
            ["1", "60"],
            ["0", "61"],
        ),
        (
            r#"[{"action":"input","type":["speech"],"speech":{"maxDuration":?}}]"#,
            "/0/speech/maxDuration",
            ["1", "60"],
            ["0", "61"],
        ),
        (
            r#"[{"action":"input","type":["speech"],"speech":{"sensitivity":?}}]"#,
            "/0/speech/sensitivity",
            ["10", "100"],
            ["9", "101"],
        ),
        (
            r#"[{"action":"connect","endpoint":[{"type":"app","user":"a"}],"timeout":?}]"#,
            "/0/timeout",
            ["3", "7200"],
            ["2", "7201"],
        ),
        (
            r#"[{"action":"connect","endpoint":[{"type":"app","user":"a"}],"limit":?}]"#,
            "/0/limit",
            ["1", "7200"],
            ["0", "7201"],
        ),
        (
            r#"[{"action":"connect","endpoint":[{"type":"app","user":"a"}],"advancedMachineDetection":{"beep_timeout":?}}]"#,
            "/0/advancedMachineDetection/beep_timeout",
            ["45", "120"],
            ["29", "121"],
        ),
        (
            r#"[{"action":"record","split":"conversation","channels":?}]"#,
            "/0/channels",
            ["1", "32"],
            ["0", "33"],
        ),
        (
            r#"[{"action":"record","endOnSilence":?}]"#,
            "/0/endOnSilence",
            ["3", "10"],
            ["2.9", "11"],
        ),
        (
            r#"[{"action":"record","endOnKey":"1","timeOut":?}]"#,
            "/0/timeOut",
            ["3", "7200"],
            ["2", "7201"],
        ),
    ];
    for (frame, at, good, bad) in table {
        check_values(frame, at, "out_of_range", &good, &bad);
    }
    check_values(
        r#"[{"action":"wait","timeout":?}]"#,
        "/0/timeout",
        "clamped",
        &["0.1", "7200"],
        &["0.09", "7200.5", "-1"],
    );
}

#[test]
fn words_outside_their_set_are_refused() {
    let table = [
        (
            r#"[{"action":"input","type":["?"]}]"#,
            "/0/type/0",
            ["dtmf", "speech"],
            "voice",
        ),
        (
            r#"[{"action":"input","type":["dtmf"],"mode":"?"}]"#,
            "/0/mode",
            ["synchronous", "asynchronous"],
            "asyncronous",
        ),
        (
            r#"[{"action":"connect","endpoint":[{"type":"app","user":"a"}],"eventType":"?"}]"#,
            "/0/eventType",
            ["synchronous", "Synchronous"],
            "asynchronous",
        ),
        (
            r#"[{"action":"connect","endpoint":[{"type":"app","user":"a"}],"machineDetection":"?"}]"#,
            "/0/machineDetection",
            ["continue", "hangup"],
            "stop",
        ),
        (
            r#"[{"action":"connect","endpoint":[{"type":"app","user":"a"}],"advancedMachineDetection":{"mode":"?"}}]"#,
            "/0/advancedMachineDetection/mode",
            ["default", "detect_beep"],
            "beep",
        ),
        (
            r#"[{"action":"connect","endpoint":[{"type":"app","user":"a"}],"advancedMachineDetection":{"behavior":"?"}}]"#,
            "/0/advancedMachineDetection/behavior",
            ["continue", "hangup"],
            "stop",
        ),
        (
            r#"[{"action":"connect","endpoint":[{"type":"websocket","uri":"wss://a.example","content-type":"?"}]}]"#,
            "/0/endpoint/0/content-type",
            ["audio/l16;rate=8000", "audio/l16;rate=24000"],
            "audio/mpeg",
        ),
        (
            r#"[{"action":"record","format":"?"}]"#,
            "/0/format",
            ["ogg", "wav"],
            "flac",
        ),
        (
            r#"[{"action":"record","eventMethod":"?"}]"#,
            "/0/eventMethod",
            ["GET", "POST"],
            "PUT",
        ),
        (
            r#"[{"action":"record","endOnKey":"?"}]"#,
            "/0/endOnKey",
            ["0", "*"],
            "a",
        ),
    ];
    for (frame, at, good, bad) in table {
        check_values(frame, at, "unknown_value", &good, &[bad]);
    }
}

#[test]
fn urls_are_absolute_and_have_the_right_scheme() {
    let bad = [
        "",
        "a.mp3",
        "ftp://a.example/b",
        "https://",
        "https://a example/b",
        "{{ url }}",
    ];
    let good = [
        "https://a.example/b",
        "http://a.example",
        "HTTPS://a.example/b?c=d",
    ];
    let frames = [
        (
            r#"[{"action":"stream","streamUrl":["?"]}]"#,
            "/0/streamUrl/0",
        ),
        (r#"[{"action":"record","eventUrl":["?"]}]"#, "/0/eventUrl/0"),
        (
            r#"[{"action":"record","transcription":{"eventUrl":["?"]}}]"#,
            "/0/transcription/eventUrl/0",
        ),
        (
            r#"[{"action":"conversation","name":"a","musicOnHoldUrl":["?"]}]"#,
            "/0/musicOnHoldUrl/0",
        ),
        (
            r#"[{"action":"conversation","name":"a","eventUrl":["?"]}]"#,
            "/0/eventUrl/0",
        ),
        (
            r#"[{"action":"notify","payload":{},"eventUrl":["?"]}]"#,
            "/0/eventUrl/0",
        ),
        (
            r#"[{"action":"input","type":["dtmf"],"eventUrl":["?"]}]"#,
            "/0/eventUrl/0",
        ),
        (
            r#"[{"action":"connect","endpoint":[{"type":"app","user":"a"}],"eventUrl":["?"]}]"#,
            "/0/eventUrl/0",
        ),
        (
            r#"[{"action":"connect","endpoint":[{"type":"app","user":"a"}],"ringbackTone":"?"}]"#,
            "/0/ringbackTone",
        ),
        (
            r#"[{"action":"connect","endpoint":[{"type":"phone","number":"447700900001","onAnswer":{"url":"?"}}]}]"#,
            "/0/endpoint/0/onAnswer/url",
        ),
    ];
    for (frame, at) in frames {
        check_values(frame, at, "bad_url", &good, &bad);
    }
    check_values(
        r#"[{"action":"connect","endpoint":[{"type":"websocket","uri":"?"}]}]"#,
        "/0/endpoint/0/uri",
        "bad_url",
        &["ws://a.example", "wss://a.example/b"],
        &["https://a.example", "wss:"],
    );
    check_values(
        r#"[{"action":"connect","endpoint":[{"type":"sip","uri":"?"}]}]"#,
        "/0/endpoint/0/uri",
        "bad_url",
        &["sip:a@b.example", "sips:a@b.example;media=srtp"],
        &["a@b.example", "sip:", ""],
    );
}

#[test]
fn a_text_is_1500_characters_at_most_tags_not_counted() {
    let words = "ä".repeat(1500);
    let valid = |text: String| places(&Ncco::builder().talk(Talk::new(text)).build().validate());
    let too_long = ["text_too_long /0/text"];
    assert!(valid(words.clone()).is_empty());
    assert_eq!(valid(format!("{words}!")), too_long);
    assert!(valid(format!("<speak>{words}<break time='1s'/></speak>")).is_empty());
    assert_eq!(valid(format!("<speak>{words}!</speak>")), too_long);
}

#[test]
fn text_that_looks_like_ssml_is_looked_at() {
    check(
        r#"[{"action":"talk","text":"<speak>a & b</speak>"}]"#,
        &["malformed_ssml /0/text"],
    );
    check(
        r#"[{"action":"talk","text":"a <speak>b</speak>"}]"#,
        &["malformed_ssml /0/text", "ssml_outside_speak /0/text"],
    );
    check(
        r#"[{"action":"talk","text":"a <break/> b"}]"#,
        &["ssml_outside_speak /0/text"],
    );
    check(r#"[{"action":"talk","text":"1 < 2 & 3 > 2"}]"#, &[]);
}

#[test]
fn numbers_are_e164_without_plus() {
    check_values(
        r#"[{"action":"connect","endpoint":[{"type":"phone","number":"?"}]}]"#,
        "/0/endpoint/0/number",
        "bad_number",
        &["1555000", "123456789012345"],
        &[
            "",
            "155500",
            "1234567890123456",
            "+15550001234",
            "1555 000 1234",
            "١٢٣٤٥٦٧٨",
        ],
    );
    check_values(
        r#"[{"action":"connect","from":"?","endpoint":[{"type":"app","user":"a"}]}]"#,
        "/0/from",
        "bad_caller_id",
        &["442079460000"],
        &["", "Reception"],
    );
    check_values(
        r#"[{"action":"connect","endpoint":[{"type":"phone","number":"15550001234","dtmfAnswer":"?"}]}]"#,
        "/0/endpoint/0/dtmfAnswer",
        "bad_dtmf",
        &["", "p1p2*3#"],
        &["1,2", "w1", "P1"],
    );
}

#[test]
fn websocket_headers_are_512_bytes_at_most() {
    let at = |length: usize| {
        let websocket = Websocket::new("wss://a.example", ncco::ContentType::L16At16000)
            .header("k", "x".repeat(length - r#"{"k":""}"#.len()));
        places(
            &Ncco::builder()
                .connect(Connect::new(websocket))
                .build()
                .validate(),
        )
    };
    assert!(at(512).is_empty());
    assert_eq!(at(513), ["too_long /0/endpoint/0/headers"]);
}

#[test]
fn names_are_not_empty() {
    check(r#"[{"action":"talk","text":""}]"#, &["empty_value /0/text"]);
    check(
        r#"[{"action":"talk","text":"a","language":""}]"#,
        &["empty_value /0/language"],
    );
    check(
        r#"[{"action":"conversation","name":""}]"#,
        &["empty_value /0/name"],
    );
    check(
        r#"[{"action":"transfer","conversationId":""}]"#,
        &["empty_value /0/conversationId"],
    );
    check(
        r#"[{"action":"connect","endpoint":[{"type":"app","user":""}]}]"#,
        &["empty_value /0/endpoint/0/user"],
    );
    check(
        r#"[{"action":"connect","endpoint":[{"type":"vbc","extension":""}]}]"#,
        &["empty_value /0/endpoint/0/extension"],
    );
}

#[test]
fn numbers_that_are_none_are_out_of_range() {
    for level in [f64::NAN, f64::INFINITY] {
        let ncco = Ncco::builder().talk(Talk::new("a").level(level)).build();
        assert_eq!(places(&ncco.validate()), ["out_of_range /0/level"]);
    }
}
