//! What is taken and what is not.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize, PartialEq)]
struct Call {
    to: String,
    from: Option<String>,
    menu: String,
    #[serde(default)]
    ring: u32,
    #[serde(default)]
    variables: BTreeMap<String, Value>,
    #[serde(default)]
    legs: Vec<Leg>,
    nested: Option<Leg>,
    #[serde(default)]
    way: Way,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Leg {
    uuid: String,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Way {
    #[default]
    Post,
    Other {
        url: String,
    },
    One(Leg),
}

fn check(text: &str, expected: Result<(), &str>) {
    let read = strict::from_str::<Call>(text);
    let read = read.map(drop).map_err(|error| error.to_string());
    assert_eq!(
        read.as_ref().map_err(String::as_str).copied(),
        expected,
        "{text}"
    );
}

#[test]
fn what_is_described_is_taken() {
    check(r#"{"to":"44","menu":"acme"}"#, Ok(()));
    check(
        r#" {"to":"44","from":null,"menu":"acme","ring":7} "#,
        Ok(()),
    );
    check(
        r#"{"to":"44","menu":"acme","variables":{"a":1,"b":[{}]},"legs":[{"uuid":"x"}],"nested":{"uuid":"y"}}"#,
        Ok(()),
    );
    check(r#"{"to":"44","menu":"acme","way":"post"}"#, Ok(()));
    check(
        r#"{"to":"44","menu":"acme","way":{"other":{"url":"x"}}}"#,
        Ok(()),
    );
    check(
        r#"{"to":"44","menu":"acme","way":{"one":{"uuid":"x"}}}"#,
        Ok(()),
    );
}

#[test]
fn a_member_nobody_knows_is_refused_with_the_nearest_name() {
    check(
        r#"{"to":"44","menue":"acme"}"#,
        Err("unknown member `menue`: did you mean `menu`? (line 1, column 18)"),
    );
    check(
        r#"{"to":"44","Menu":"acme"}"#,
        Err("unknown member `Menu`: did you mean `menu`? (line 1, column 17)"),
    );
    check(
        r#"{"to":"44","menu":"acme","legs":[{"uuid":"x"},{"uid":"x"}]}"#,
        Err("unknown member `uid`: did you mean `uuid`?, at /legs/1 (line 1, column 52)"),
    );
    check(
        r#"{"to":"44","menu":"acme","nested":{"answer":"x"}}"#,
        Err("unknown member `answer`: known are `uuid`, at /nested (line 1, column 43)"),
    );
    check(
        r#"{"to":"44","menu":"acme","way":{"other":{"url":"x","uri":"y"}}}"#,
        Err("unknown member `uri`: did you mean `url`?, at /way (line 1, column 56)"),
    );
}

#[test]
fn an_array_is_no_object() {
    for text in [
        r#"["44",null,"acme",30,{},[],null,"post"]"#,
        r#"{"to":"44","menu":"acme","nested":["x"]}"#,
        r#"{"to":"44","menu":"acme","legs":[["x"]]}"#,
        r#"{"to":"44","menu":"acme","way":{"other":["x"]}}"#,
        r#"{"to":"44","menu":"acme","way":{"one":["x"]}}"#,
    ] {
        let error = strict::from_str::<Call>(text).unwrap_err().to_string();
        assert!(
            error.contains("invalid type: sequence, expected an object with `"),
            "{text}: {error}"
        );
    }
}

#[test]
fn a_member_that_stands_twice_is_refused_wherever_it_stands() {
    for text in [
        r#"{"to":"44","menu":"acme","to":"45"}"#,
        r#"{"to":"44","menu":"acme","variables":{"a":1,"a":2}}"#,
        r#"{"to":"44","menu":"acme","nested":{"uuid":"x","uuid":"x"}}"#,
        r#"{"to":"44","menu":"acme","variables":{"a":{"b":1,"b":2}}}"#,
    ] {
        let error = strict::from_str::<Call>(text).unwrap_err().to_string();
        assert!(error.contains("stands there twice"), "{text}: {error}");
    }
}

#[test]
fn what_is_missing_or_of_another_type_is_refused() {
    check(
        r#"{"to":"44"}"#,
        Err("missing field `menu` (line 1, column 11)"),
    );
    let error = strict::from_str::<Call>(r#"{"to":44,"menu":"acme"}"#).unwrap_err();
    assert_eq!(error.pointer, "/to");
    assert!(error.to_string().contains("expected a string"), "{error}");
    for text in [
        "",
        "{",
        "{}x",
        "null",
        "1",
        r#"{"to":"44","menu":"acme"} {}"#,
    ] {
        assert!(strict::from_str::<Call>(text).is_err(), "{text}");
    }
}

#[test]
fn a_document_of_any_shape_is_read_as_it_is() {
    let text = r#"{"a":[1,2.5,{"b":null}],"c":"d"}"#;
    let strict: Value = strict::from_str(text).unwrap();
    assert_eq!(strict, serde_json::from_str::<Value>(text).unwrap());
}
