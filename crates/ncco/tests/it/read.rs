use ncco::{Action, Endpoint, EventMethod, Input, InputType, Ncco, ReadCode};

use crate::read;

fn refused(json: &str, code: ReadCode, pointer: &str) {
    let error = Ncco::from_json(json.as_bytes()).expect_err(json);
    assert_eq!(
        (error.code, error.pointer.as_str()),
        (code, pointer),
        "{json}"
    );
    assert_eq!(error.line, None, "{json}");
}

#[test]
fn what_is_no_list_of_actions_is_refused_with_a_pointer() {
    refused("{}", ReadCode::NotAnArray, "");
    refused(
        r#"{"action":"talk","text":"Hello"}"#,
        ReadCode::NotAnArray,
        "",
    );
    refused("null", ReadCode::NotAnArray, "");
    refused("[5]", ReadCode::NotAnAction, "/0");
    refused(r#"[{"action":"wait"},[]]"#, ReadCode::NotAnAction, "/1");
    refused("[{}]", ReadCode::NoActionName, "/0");
    refused(r#"[{"action":1}]"#, ReadCode::NoActionName, "/0/action");
}

#[test]
fn a_syntax_error_has_its_line_and_column() {
    let json = "[\n  { \"action\": \"talk\",\n    // greet\n    \"text\": \"Hello\" }\n]";
    let error = Ncco::from_json(json.as_bytes()).unwrap_err();
    assert_eq!(error.code, ReadCode::Syntax);
    assert_eq!((error.line, error.column), (Some(3), Some(5)));
    assert_eq!(error.to_string(), "line 3, column 5: key must be a string");
}

#[test]
fn no_bytes_and_bytes_that_are_not_utf_8_are_syntax_errors() {
    for bytes in [&b""[..], b"  ", b"[\"\xff\"]", b"[1e999]", b"[]]"] {
        let error = Ncco::from_json(bytes).unwrap_err();
        assert_eq!(error.code, ReadCode::Syntax);
        assert!(error.line.is_some());
    }
}

#[test]
fn a_byte_order_mark_is_skipped() {
    assert!(Ncco::from_json(b"\xef\xbb\xbf[]").is_ok());
}

#[test]
fn an_action_without_what_it_needs_is_kept_as_it_was() {
    let json = r#"[{"action":"talk","language":"en-GB"}]"#;
    let ncco = read(json);
    assert!(matches!(&ncco.actions[..], [Action::Other(other)] if other.action == "talk"));
    assert_eq!(ncco.to_json(), json);
}

#[test]
fn an_option_that_cannot_be_understood_is_kept_as_it_was() {
    let json = r#"[{"action":"talk","text":"Hello","loop":"often"}]"#;
    let ncco = read(json);
    let [Action::Talk(talk)] = &ncco.actions[..] else {
        panic!("no talk");
    };
    assert_eq!(talk.loop_count, None);
    assert_eq!(talk.extra["loop"], "often");
    assert_eq!(ncco.to_json(), json);
}

#[test]
fn the_first_spelling_that_is_there_counts() {
    let ncco = read(
        r#"[{"action":"connect","endpoint":[{"type":"app","user":"ada"}],
            "advancedMachineDetection":null,"advanced_machine_detection":{"beep_timeout":50}}]"#,
    );
    let [Action::Connect(connect)] = &ncco.actions[..] else {
        panic!("no connect");
    };
    let detection = connect.advanced_machine_detection.as_ref().unwrap();
    assert_eq!(detection.beep_timeout, Some(50));
    assert!(connect.extra.is_empty());
}

#[test]
fn words_are_recognised_in_any_case_and_unknown_ones_kept() {
    assert_eq!(EventMethod::from("post"), EventMethod::Post);
    assert_eq!(EventMethod::from("put").as_str(), "put");
}

#[test]
fn an_endpoint_of_any_case_is_typed() {
    let ncco =
        read(r#"[{"action":"connect","endpoint":[{"type":"PHONE","number":"15550001234"}]}]"#);
    let [Action::Connect(connect)] = &ncco.actions[..] else {
        panic!("no connect");
    };
    assert!(matches!(connect.endpoint, Endpoint::Phone(_)));
}

fn input(json: &str) -> Input {
    match read(&format!("[{json}]")).actions.pop() {
        Some(Action::Input(input)) => input,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_legacy_input_stays_one_until_it_is_modernized() {
    let old = input(r#"{"action":"input","timeOut":30,"maxDigits":6}"#);
    assert!(old.is_legacy());
    assert_eq!(
        old.clone().modernized(),
        Input::dtmf().time_out(10).max_digits(6),
        "the time is cut to what today's form takes"
    );
    let both = input(r#"{"action":"input","maxDigits":6,"dtmf":{"maxDigits":2},"speech":{}}"#);
    let modern = both.modernized();
    assert_eq!(modern.types, Some(vec![InputType::Dtmf, InputType::Speech]));
    assert_eq!(modern.dtmf.unwrap().max_digits, Some(2));
}

#[test]
fn modernizing_todays_form_changes_nothing() {
    let today = Input::speech().event_url("https://example.com/input");
    assert_eq!(today.clone().modernized(), today);
}

#[test]
fn an_ncco_inside_another_document_is_read_with_serde() {
    let ncco: Ncco = serde_json::from_str(r#"[{"action":"wait","timeout":"3"}]"#).unwrap();
    assert_eq!(serde_json::to_string(&ncco).unwrap(), ncco.to_json());
    let error = serde_json::from_str::<Ncco>("[7]").unwrap_err();
    assert!(error.to_string().starts_with("/0: expected an action"));
}
