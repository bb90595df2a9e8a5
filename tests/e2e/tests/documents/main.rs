//! The operator API, held to its OpenAPI document; and the `ivr` command against it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod command;
mod outbound;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::OnceLock;

use clap::Parser;
use desk::calls::{Stage, Standing, play_on};
use desk::script;
use e2e::{ADMIN_TOKEN, Answer, Reply, SIGNATURE_SECRET, Sink, Worker, root};
use ivr_cli::arguments::Arguments;
use ivr_cli::files::{self, Role};
use ivr_cli::http::Http;
use phone::{Application, Phone};
use serde_json::{Value, json};

fn openapi() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let text = fs::read_to_string(root().join("docs/openapi.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    })
}

/// The path of the document a request path is an instance of.
fn template(path: &str) -> &'static str {
    let path = path.split('?').next().unwrap();
    let fits = |template: &str| {
        let (one, other): (Vec<_>, Vec<_>) =
            (template.split('/').collect(), path.split('/').collect());
        one.len() == other.len()
            && one
                .iter()
                .zip(&other)
                .all(|(t, p)| t.starts_with('{') || t == p)
    };
    let paths = openapi()["paths"].as_object().unwrap();
    // A fixed word beats a placeholder.
    let mut found: Vec<&String> = paths.keys().filter(|template| fits(template)).collect();
    found.sort_by_key(|template| template.matches('{').count());
    found
        .first()
        .unwrap_or_else(|| panic!("{path} is not in the document"))
}

/// Sends a request as an operator; the reply must be one the document tells of.
fn api(worker: &Worker, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
    let mut all = vec![
        ("authorization", format!("Bearer {ADMIN_TOKEN}")),
        ("content-type", "application/json".to_owned()),
    ];
    all.extend(
        headers
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    let text = match body {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let reply = worker.request(method, path, &all, text.as_bytes());
    hold(method, path, &reply);
    reply
}

fn hold(method: &str, path: &str, reply: &Reply) {
    let operation = &openapi()["paths"][template(path)][method.to_lowercase()];
    assert!(
        operation.is_object(),
        "{method} {path} is not in the document"
    );
    let status = reply.status.to_string();
    let mut response = &operation["responses"][&status];
    if let Some(name) = response["$ref"].as_str() {
        response = &openapi()["components"]["responses"][name.rsplit('/').next().unwrap()];
    }
    assert!(
        response.is_object(),
        "{method} {path}: {status} is not in the document: {}",
        reply.body
    );
    let Some(content) = response["content"].as_object() else {
        assert!(reply.body.is_empty(), "{method} {path}: {reply:?}");
        return;
    };
    let (kind, media) = content.iter().next().unwrap();
    assert_eq!(&reply.content_type, kind, "{method} {path} {status}");
    let mut schema = media["schema"].clone();
    schema["components"] = openapi()["components"].clone();
    close(&mut schema["components"]);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let document = reply.json();
    let found: Vec<String> = validator
        .iter_errors(&document)
        .map(|e| e.to_string())
        .collect();
    assert!(
        found.is_empty(),
        "{method} {path} {status}: {found:?}\n{document}"
    );
    if response["headers"]["ETag"].is_object() {
        assert!(
            reply.headers.iter().any(|(name, _)| name == "etag"),
            "{method} {path}"
        );
    }
}

/// Readers pass over members they do not know; here one that is not described is an error.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.values_mut().for_each(close);
            if members.get("properties").is_some_and(Value::is_object) {
                members
                    .entry("additionalProperties")
                    .or_insert(false.into());
            }
        }
        Value::Array(values) => values.iter_mut().for_each(close),
        _ => {}
    }
}

fn tag(reply: &Reply) -> String {
    let tag = reply.headers.iter().find(|(name, _)| name == "etag");
    tag.unwrap_or_else(|| panic!("no ETag: {reply:?}"))
        .1
        .clone()
}

fn version(reply: &Reply) -> String {
    reply.json()["version"].as_str().unwrap().to_owned()
}

fn menu(words: &str) -> Value {
    json!({
        "start": "hello",
        "nodes": {
            "hello": { "kind": "say", "prompt": words, "then": "bye" },
            "bye": { "kind": "hangup", "prompt": "Goodbye." }
        }
    })
}

#[test]
fn documents_are_published_guarded_kept_and_rolled_back() {
    let worker = Worker::start();
    let none = Value::Null;
    let get = |path: &str| api(&worker, "GET", path, &[], &none);

    // What `scripts/dev` put there is there.
    let menus = get("/api/menus").json();
    assert!(
        menus["menus"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["id"] == "acme"),
        "{menus}"
    );
    for plural in ["calendars", "lists", "numbers"] {
        assert_eq!(get(&format!("/api/{plural}")).status, 200);
    }

    // A first version, a second, and what the list of them says.
    let path = "/api/menus/api-test";
    let first = api(
        &worker,
        "PUT",
        &format!("{path}?message=First"),
        &[("if-none-match", "*")],
        &menu("One."),
    );
    assert_eq!(first.status, 201, "{first:?}");
    let again = api(&worker, "PUT", path, &[], &menu("One."));
    assert_eq!(
        (again.status, again.json()["changed"].clone()),
        (200, json!(false))
    );
    let second = api(
        &worker,
        "PUT",
        &format!("{path}?message=Zw%C3%B6lf"),
        &[("if-match", &tag(&first))],
        &menu("Two."),
    );
    assert_eq!(second.status, 200);
    let list = get(&format!("{path}/versions")).json();
    let list = list["versions"].as_array().unwrap();
    assert_eq!(list.len(), 2);
    assert_eq!(
        (&list[0]["message"], &list[0]["current"]),
        (&json!("Zwölf"), &json!(true))
    );
    assert_eq!(list[1]["version"], json!(version(&first)));
    let old = get(&format!("{path}/versions/{}", version(&first)));
    assert_eq!(old.json(), menu("One."));
    let copy = worker.get(&format!("version:{}", version(&first)));
    assert!(copy.is_some());

    // Somebody else was faster; nothing changes.
    for headers in [
        [("if-match", tag(&first))],
        [("if-none-match", "*".to_owned())],
    ] {
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        assert_eq!(
            api(&worker, "PUT", path, &headers, &menu("Three.")).status,
            412
        );
    }
    // What the check refuses changes nothing either, and says where it is wrong.
    let mut wrong = menu("Three.");
    wrong["nodes"]["hello"]["then"] = json!("nowhere");
    let refused = api(&worker, "PUT", path, &[], &wrong);
    assert_eq!(refused.status, 422);
    assert_eq!(refused.json()["findings"][0]["code"], json!("unknown-node"));
    assert_eq!(
        refused.json()["findings"][0]["pointer"],
        json!("/nodes/hello/then")
    );
    assert_eq!(api(&worker, "PUT", path, &[], &json!("{")).status, 422);
    assert_eq!(get(path).json(), menu("Two."));

    // Back, and where from is kept.
    let back = api(&worker, "POST", &format!("{path}/rollback"), &[], &none);
    assert_eq!((back.status, version(&back)), (200, version(&first)));
    assert_eq!(get(path).json(), menu("One."));
    let forth = json!({ "to": version(&second), "message": "It was right" });
    assert_eq!(
        api(&worker, "POST", &format!("{path}/rollback"), &[], &forth).status,
        200
    );
    let gone = json!({ "to": "0".repeat(64) });
    assert_eq!(
        api(&worker, "POST", &format!("{path}/rollback"), &[], &gone).status,
        404
    );

    // A number needs its menu, and a menu its calendar.
    let number = json!({ "menu": "api-test" });
    assert_eq!(
        api(&worker, "PUT", "/api/numbers/442079460999", &[], &number).status,
        201
    );
    assert_eq!(api(&worker, "DELETE", path, &[], &none).status, 409);
    let lost = json!({ "menu": "nobody" });
    assert_eq!(
        api(&worker, "PUT", "/api/numbers/442079460998", &[], &lost).status,
        422
    );
    assert_eq!(
        api(&worker, "DELETE", "/api/numbers/442079460999", &[], &none).status,
        204
    );
    assert_eq!(api(&worker, "DELETE", path, &[], &none).status, 204);
    assert_eq!(get(path).status, 404);
    assert_eq!(api(&worker, "DELETE", path, &[], &none).status, 404);

    // Closed at once, and open again.
    let over = json!({ "state": "closed", "prompt": "Closed for the day." });
    let closed = api(&worker, "PUT", "/api/calendars/office/override", &[], &over);
    assert_eq!(closed.status, 200, "{closed:?}");
    assert_eq!(get("/api/calendars/office").json()["override"], over);
    let today = get("/api/today").json();
    let places = today["calendars"].as_array().unwrap();
    let office = places.iter().find(|it| it["id"] == "office").unwrap();
    let outlook = &office["outlook"];
    assert_eq!(
        [&outlook["open"], &outlook["overridden"], &outlook["prompt"]],
        [&json!(false), &json!(true), &over["prompt"]],
        "{today}"
    );
    let clinic = places.iter().find(|it| it["id"] == "clinic").unwrap();
    assert_eq!(clinic["menus"], json!(["clinic"]), "{today}");
    let numbers = today["numbers"].as_array().unwrap();
    assert!(numbers.iter().any(|it| it["menu"] == "acme"), "{today}");
    assert_eq!(
        api(
            &worker,
            "DELETE",
            "/api/calendars/office/override",
            &[],
            &none
        )
        .status,
        200
    );
    assert!(
        get("/api/calendars/office")
            .json()
            .get("override")
            .is_none()
    );
    let ajar = json!({ "state": "ajar" });
    assert_eq!(
        api(&worker, "PUT", "/api/calendars/office/override", &[], &ajar).status,
        422
    );
    assert_eq!(
        api(
            &worker,
            "PUT",
            "/api/calendars/nowhere/override",
            &[],
            &over
        )
        .status,
        404
    );

    let list = json!({ "numbers": ["447700900001"] });
    assert_eq!(
        api(&worker, "PUT", "/api/lists/api-vip", &[], &list).status,
        201
    );
    assert_eq!(
        api(&worker, "DELETE", "/api/lists/api-vip", &[], &none).status,
        204
    );

    let folder = json!({ "files": { "a.json": wrong, "b.json": "{ \"start\": 1" } });
    let found = api(&worker, "POST", "/api/check", &[], &folder).json();
    let codes: Vec<&str> = found["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["code"].as_str().unwrap())
        .collect();
    assert!(
        codes.contains(&"unknown-node") && codes.contains(&"syntax"),
        "{codes:?}"
    );
    assert_eq!(
        api(&worker, "POST", "/api/check", &[], &json!([])).status,
        400
    );

    // Bad input.
    assert_eq!(get("/api/menus/a.b").status, 400);
    assert_eq!(get("/api/numbers/0").status, 400);
    assert_eq!(get("/api/menus/acme/versions/0").status, 404);
    let huge = Value::String(format!("\"{}\"", "x".repeat(1 << 20)));
    assert_eq!(api(&worker, "PUT", path, &[], &huge).status, 413);
    // Nobody set up a key for outbound calls here.
    let call = json!({ "to": "447700900001", "menu": "acme" });
    assert_eq!(api(&worker, "POST", "/api/calls", &[], &call).status, 503);
    assert_eq!(
        api(&worker, "POST", "/api/calls", &[], &json!({ "to": "1" })).status,
        400
    );
    assert_eq!(api(&worker, "GET", "/api/calls", &[], &none).status, 200);
    assert_eq!(
        api(&worker, "GET", "/api/events?limit=1", &[], &none).status,
        200
    );
    assert_eq!(
        api(&worker, "GET", "/api/calls/nobody", &[], &none).status,
        404
    );
    let stranger = worker.request("GET", "/api/menus", &[], b"");
    hold("GET", "/api/menus", &stranger);
    assert_eq!(stranger.status, 401);

    // The sinks heard of it all.
    worker.wait_for("the events", std::time::Duration::from_secs(20), |worker| {
        let events = api(
            worker,
            "GET",
            "/api/events?type=ivr.published",
            &[],
            &Value::Null,
        )
        .json();
        let actions: Vec<&str> = events["events"]
            .as_array()?
            .iter()
            .filter(|event| event["menu"] == "api-test")
            .filter_map(|event| event["data"]["action"].as_str())
            .collect();
        (actions.len() == 5).then_some(())
    });
}
