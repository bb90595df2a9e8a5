//! The OpenAPI document: complete, and without a name that leads nowhere.
#![cfg(feature = "openapi")]
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use api::Needs;
use api::routes::ROUTES;
use serde_json::Value;

fn document() -> Value {
    api::openapi::document().unwrap()
}

/// Every operation with its method and its path.
fn operations(document: &Value) -> BTreeMap<(String, String), Value> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        let operations = item.as_object().unwrap().iter();
        let operations = operations.filter(|(method, _)| *method != "parameters");
        operations
            .map(|(method, operation)| ((method.to_uppercase(), path.clone()), operation.clone()))
    });
    all.collect()
}

/// Goes through a value and what is in it.
fn each<'v>(value: &'v Value, place: &str, look: &mut impl FnMut(&str, &'v Value)) {
    look(place, value);
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                each(value, &format!("{place}/{name}"), look);
            }
        }
        Value::Array(values) => {
            for (at, value) in values.iter().enumerate() {
                each(value, &format!("{place}/{at}"), look);
            }
        }
        _ => {}
    }
}

#[test]
fn every_route_is_described_and_nothing_else_is() {
    let document = document();
    let described: BTreeSet<(String, String)> = operations(&document)
        .into_keys()
        .filter(|(_, path)| path != "/healthz")
        .collect();
    let routes: BTreeSet<(String, String)> = ROUTES
        .iter()
        .map(|route| (route.method.name().to_owned(), route.path.to_owned()))
        .collect();
    assert_eq!(described, routes);
}

#[test]
fn every_operation_says_who_may_what_comes_back_and_what_refusals_are() {
    let document = document();
    let all = operations(&document);
    let mut ids = BTreeSet::new();
    for route in ROUTES.iter() {
        let key = (route.method.name().to_owned(), route.path.to_owned());
        let operation = &all[&key];
        let text = |name: &str| operation[name].as_str().unwrap_or_default().to_owned();
        assert!(
            ids.insert(text("operationId")),
            "{key:?}: {}",
            text("operationId")
        );
        assert!(text("summary").ends_with('.'), "{key:?}");
        assert_eq!(operation["tags"].as_array().unwrap().len(), 1, "{key:?}");
        let replies = operation["responses"].as_object().unwrap();
        assert!(
            replies.keys().any(|status| status.starts_with('2')),
            "{key:?}"
        );
        if route.needs == Needs::Nothing {
            assert_eq!(operation["security"], serde_json::json!([]), "{key:?}");
        } else {
            assert!(
                operation["security"].is_null(),
                "{key:?}: what holds for all"
            );
            for status in ["401", "403", "429", "503"] {
                assert!(replies.contains_key(status), "{key:?} {status}");
            }
            let needs = route.needs.to_string();
            assert!(text("description").contains(&needs), "{key:?}");
        }
        let placeholders: Vec<&str> = route
            .path
            .split('/')
            .filter(|segment| segment.starts_with('{'))
            .collect();
        let parameters = document["paths"][route.path]["parameters"].as_array();
        let named: Vec<String> = parameters
            .into_iter()
            .flatten()
            .map(|parameter| format!("{{{}}}", parameter["name"].as_str().unwrap()))
            .collect();
        assert_eq!(named, placeholders, "{key:?}");
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_component_is_used() {
    let document = document();
    let mut used = BTreeSet::new();
    each(&document, "", &mut |place, value| {
        if place.ends_with("/$ref") || place.contains("/discriminator/mapping/") {
            let target = value.as_str().unwrap();
            let pointer = target.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{place}: {target}");
            used.insert(pointer.to_owned());
        }
    });
    for family in ["schemas", "responses"] {
        for name in document["components"][family].as_object().unwrap().keys() {
            let pointer = format!("/components/{family}/{name}");
            assert!(used.contains(&pointer), "nothing uses {pointer}");
        }
    }
}

#[test]
fn every_schema_says_more_than_its_type_and_every_member_what_it_is() {
    let document = document();
    each(
        &document["components"]["schemas"],
        "",
        &mut |place, value| {
            let is_schema = !place.contains("/example") && !place.ends_with("/properties");
            if is_schema && value["type"] == "object" {
                let says = ["properties", "additionalProperties", "oneOf", "anyOf"];
                assert!(
                    says.iter().any(|word| !value[*word].is_null()),
                    "{place} is any object"
                );
            }
            if is_schema && value["type"] == "array" {
                assert!(!value["items"].is_null(), "{place} is any array");
            }
        },
    );
    // Those of documents and events have tests of their own.
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(
            schema["description"].is_string() || schema["oneOf"].is_array(),
            "{name}"
        );
    }
}

#[test]
fn a_call_record_and_its_way_through_the_menu_are_known_by_their_members() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    assert_eq!(
        schemas["Calls"]["properties"]["calls"]["items"]["$ref"],
        "#/components/schemas/CallRecord"
    );
    // The example that others' clients read: it has every member, and no member is lost on it.
    let written: Value = serde_json::from_str(include_str!("call-record.json")).unwrap();
    let record: events::CallRecord = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(serde_json::to_value(&record).unwrap(), written);
    let check = |schema: &str, example: &Value| {
        let known = schemas[schema]["properties"].as_object().unwrap();
        let known: BTreeSet<&String> = known.keys().collect();
        let has: BTreeSet<&String> = example.as_object().unwrap().keys().collect();
        assert_eq!(known, has, "{schema}");
    };
    check("CallRecord", &written);
    check("Passed", &written["path"][0]);
    check("Recording", &written["recordings"][0]);
    check("Transcript", &written["transcripts"][0]);
    check("OtherLeg", &written["legs"][0]);
}

#[test]
fn requests_are_closed_and_replies_are_open() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    for name in [
        "NewCall",
        "Replay",
        "Rollback",
        "SaveDraft",
        "SignIn",
        "CheckFiles",
        "Menu",
    ] {
        assert_eq!(schemas[name]["additionalProperties"], false, "{name}");
    }
    for name in ["CallRecord", "Me", "Problem", "Today"] {
        assert!(schemas[name]["additionalProperties"].is_null(), "{name}");
    }
}
