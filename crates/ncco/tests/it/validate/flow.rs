//! Findings about the order of actions, and what builds on them.

use ncco::{Ncco, Talk};

use super::check;
use crate::places;

#[test]
fn barge_in_needs_an_input_after_prompts_of_its_kind() {
    const TALK: &str = r#"{"action":"talk","text":"a"}"#;
    const BARGE: &str = r#"{"action":"talk","text":"a","bargeIn":true}"#;
    const STREAM: &str = r#"{"action":"stream","streamUrl":["https://a.example/b"]}"#;
    const INPUT: &str = r#"{"action":"input","type":["dtmf"]}"#;
    const WAIT: &str = r#"{"action":"wait"}"#;
    let run =
        |parts: &[&str], expected: &[&str]| check(&format!("[{}]", parts.join(",")), expected);
    run(&[BARGE, INPUT], &[]);
    run(&[BARGE, TALK, BARGE, INPUT], &[]);
    run(&[BARGE, INPUT, WAIT], &[]);
    run(&[STREAM, BARGE, INPUT], &[]);
    run(&[BARGE], &["barge_in_without_input /0/bargeIn"]);
    run(&[BARGE, TALK], &["barge_in_without_input /0/bargeIn"]);
    run(
        &[BARGE, WAIT, INPUT],
        &["barge_in_without_input /0/bargeIn"],
    );
    run(&[INPUT, BARGE], &["barge_in_without_input /1/bargeIn"]);
    run(&[BARGE, STREAM, INPUT], &["barge_in_mixed /0/bargeIn"]);
    run(
        &[BARGE, STREAM, WAIT],
        &["barge_in_without_input /0/bargeIn"],
    );
}

#[test]
fn nothing_runs_after_an_action_that_never_ends() {
    let after = |first: &str, expected: &[&str]| {
        check(
            &format!(r#"[{first},{{"action":"wait"}},{{"action":"wait"}}]"#),
            expected,
        );
    };
    let never = ["never_runs /1", "never_runs /2"];
    after(r#"{"action":"conversation","name":"a"}"#, &never);
    after(r#"{"action":"transfer","conversationId":"CON-1"}"#, &never);
    after(r#"{"action":"talk","text":"a","loop":0}"#, &never);
    after(
        r#"{"action":"stream","streamUrl":["https://a.example/b"],"loop":0}"#,
        &never,
    );
    after(r#"{"action":"talk","text":"a","loop":2}"#, &[]);
    after(r#"{"action":"record"}"#, &[]);
    check(
        r#"[{"action":"talk","text":"a","loop":0,"bargeIn":true},{"action":"input","type":["dtmf"]}]"#,
        &[],
    );
}

#[test]
fn building_valid_refuses_errors_and_lets_warnings_pass() {
    let old = Talk::new("Hello").voice_name("Amy");
    assert!(Ncco::builder().talk(old.clone()).build_valid().is_ok());
    let findings = Ncco::builder()
        .talk(old.level(2.0))
        .build_valid()
        .unwrap_err();
    assert_eq!(
        places(&findings),
        [
            "out_of_range /0/level",
            "deprecated_voice_name /0/voiceName"
        ]
    );
    assert!(Ncco::builder().build_valid().is_err());
}
