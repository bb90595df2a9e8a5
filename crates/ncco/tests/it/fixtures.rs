//! NCCOs of every shape met so far, regular and not.

use ncco::{Action, Ncco};
use serde_json::Value;

use crate::places;

struct Fixture {
    name: String,
    ncco: Value,
    written: Value,
    findings: Vec<String>,
}

fn fixtures() -> Vec<Fixture> {
    include_str!("../fixtures/nccos.jsonl")
        .lines()
        .map(|line| {
            let fixture: Value = serde_json::from_str(line).expect(line);
            let strings = |key: &str| -> Vec<String> {
                let items = fixture[key].as_array().cloned().unwrap_or_default();
                items
                    .iter()
                    .map(|item| item.as_str().unwrap().to_owned())
                    .collect()
            };
            Fixture {
                name: fixture["name"].as_str().unwrap().to_owned(),
                ncco: fixture["ncco"].clone(),
                written: fixture.get("written").unwrap_or(&fixture["ncco"]).clone(),
                findings: strings("findings"),
            }
        })
        .collect()
}

#[test]
fn every_fixture_reads_and_is_written_canonically() {
    for fixture in fixtures() {
        let ncco = Ncco::from_value(fixture.ncco.clone()).expect(&fixture.name);
        let written: Value = serde_json::from_str(&ncco.to_json()).unwrap();
        assert_eq!(written, fixture.written, "{}", fixture.name);
    }
}

#[test]
fn every_fixture_means_the_same_after_writing() {
    for fixture in fixtures() {
        let ncco = Ncco::from_value(fixture.ncco).expect(&fixture.name);
        let again = Ncco::from_json(ncco.to_json().as_bytes()).expect(&fixture.name);
        assert_eq!(again, ncco, "{}", fixture.name);
    }
}

#[test]
fn every_fixture_keeps_its_actions() {
    for fixture in fixtures() {
        let ncco = Ncco::from_value(fixture.ncco.clone()).expect(&fixture.name);
        let names: Vec<&str> = ncco.actions.iter().map(Action::name).collect();
        let items = fixture.ncco.as_array().unwrap();
        let expected: Vec<&str> = items
            .iter()
            .map(|item| item["action"].as_str().unwrap())
            .collect();
        assert_eq!(names, expected, "{}", fixture.name);
    }
}

#[test]
fn every_fixture_has_the_findings_it_should() {
    for fixture in fixtures() {
        let ncco = Ncco::from_value(fixture.ncco).expect(&fixture.name);
        assert_eq!(
            places(&ncco.validate()),
            fixture.findings,
            "{}",
            fixture.name
        );
    }
}

#[test]
fn each_action_alone_is_its_part_of_the_whole() {
    for fixture in fixtures() {
        let ncco = Ncco::from_value(fixture.ncco).expect(&fixture.name);
        let parts: Vec<String> = ncco.actions.iter().map(Action::to_json).collect();
        assert_eq!(ncco.to_json(), format!("[{}]", parts.join(",")));
    }
}
