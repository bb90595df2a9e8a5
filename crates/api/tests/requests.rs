//! Requests as the Worker reads them: strictly.
#![allow(clippy::unwrap_used)]

use api::{DeadLetters, NewCall, Replay, ReplaySink, SaveDraft};

fn refuses<T: serde::de::DeserializeOwned>(text: &str, because: &str) {
    let error = strict::from_str::<T>(text).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains(because), "{text}: {error}");
}

#[test]
fn a_replay_names_its_dead_letters_or_says_all() {
    let check = |text: &str, expected: Option<DeadLetters>| {
        let replay: Replay = strict::from_str(text).unwrap();
        assert_eq!(replay.dead, expected, "{text}");
    };
    check("{}", None);
    check(r#"{"dead":null}"#, None);
    check(r#"{"dead":true}"#, Some(DeadLetters::All(true)));
    check(r#"{"dead":[]}"#, Some(DeadLetters::Keys(Vec::new())));
    check(
        r#"{"dead":["dead/a"]}"#,
        Some(DeadLetters::Keys(vec!["dead/a".to_owned()])),
    );
    refuses::<Replay>(
        r#"{"dead":"all"}"#,
        "expected true, or a list of at most 100 keys",
    );
    refuses::<Replay>(r#"{"dead":[1]}"#, "expected a string");
    refuses::<Replay>(r#"{"dead":{"all":true}}"#, "expected true, or a list");
}

#[test]
fn a_replay_goes_to_sinks_there_are() {
    let replay: Replay = strict::from_str(r#"{"sinks":["lake","calls"]}"#).unwrap();
    assert_eq!(
        replay.sinks,
        Some(vec![ReplaySink::Lake, ReplaySink::Calls])
    );
    refuses::<Replay>(r#"{"sinks":["archive"]}"#, "archive");
}

#[test]
fn an_array_is_no_request_and_an_unknown_member_is_named() {
    refuses::<SaveDraft>(r#"["text"]"#, "expected an object");
    refuses::<SaveDraft>(r#"{"text":"","bse":"1"}"#, "did you mean `base`?");
    refuses::<NewCall>(r#"{"to":"447700900001"}"#, "menu");
    refuses::<NewCall>(r#"{"to":"447700900001","menu":"a","menu":"b"}"#, "menu");
}
