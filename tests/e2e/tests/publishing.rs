//! What a publish reads and writes, and which documents it looks at, among many.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use e2e::{Reply, Worker};
use serde_json::{Value, json};

/// A menu that sends callers on to another, and asks a calendar.
fn menu(title: &str, next: &str, calendar: &str) -> Value {
    json!({
        "title": title,
        "voice": { "language": "en-GB" },
        "start": "hours",
        "allow": ["no-person"],
        "nodes": {
            "hours": { "kind": "hours", "calendar": calendar, "open": "hello", "closed": "bye" },
            "hello": { "kind": "say", "prompt": title, "then": next },
            "bye": { "kind": "hangup", "prompt": "Goodbye." }
        }
    })
}

fn calendar() -> Value {
    json!({ "timezone": "Europe/London", "weekly": { "mon": ["09:00-17:00"] } })
}

/// How many operations of KV a request costs.
fn operations(worker: &Worker, request: impl FnOnce() -> Reply) -> (Reply, u64) {
    worker.fail(&json!({ "menus": { "delay": 1 } }));
    let reply = request();
    let met = worker.failures()["menus"];
    worker.fail(&json!({}));
    (reply, met)
}

const MANY: usize = 1_200;

#[test]
fn a_publish_costs_the_same_among_many_documents() {
    let worker = Worker::builder().with_faults().start();
    let put = |path: &str, body: &Value| worker.api("PUT", path, body);
    let mut many: Vec<(String, String)> = (0..MANY)
        .map(|number| {
            let text = menu(&format!("Menu {number}"), "bye", "office").to_string();
            (format!("menu:by-hand-{number}"), text)
        })
        .collect();
    many.push(("calendar:office".to_owned(), calendar().to_string()));
    worker.put_many(&many);

    // The first publish reads what was written by hand, a hundred documents at a time.
    let first = put("/api/menus/second", &menu("Second", "bye", "office"));
    assert_eq!(first.status, 201, "{first:?}");
    let first = put("/api/menus/first", &menu("First", "menu:second", "office"));
    assert_eq!(first.status, 201, "{first:?}");

    let (changed, count) = operations(&worker, || {
        put(
            "/api/menus/second",
            &menu("Second, changed", "bye", "office"),
        )
    });
    assert_eq!(changed.status, 200, "{changed:?}");
    assert!(count <= 20, "{count} operations for a menu");
    let (closed, count) = operations(&worker, || {
        put(
            "/api/calendars/office/override",
            &json!({ "state": "closed", "until": "2099-01-01T00:00:00+00:00" }),
        )
    });
    assert_eq!(closed.status, 200, "{closed:?}");
    assert!(
        count <= 20,
        "{count} operations for closing in an emergency"
    );
    let (back, count) = operations(&worker, || {
        worker.api("POST", "/api/menus/second/rollback", &json!({}))
    });
    assert_eq!(back.status, 200, "{back:?}");
    assert!(count <= 20, "{count} operations for a rollback");

    // What was published lists without being read; what was written by hand is read in bulk.
    let (listed, count) = operations(&worker, || worker.api("GET", "/api/menus", &Value::Null));
    let listed = listed.json();
    let of = |id: &str| {
        let all = listed["menus"].as_array().unwrap();
        all.iter().find(|menu| menu["id"] == id).unwrap().clone()
    };
    assert_eq!(of("second")["title"], "Second");
    assert_eq!(of("second")["version"], back.json()["version"]);
    assert_eq!(of("by-hand-7")["title"], "Menu 7");
    assert_eq!(listed["menus"].as_array().unwrap().len(), {
        let before = worker.api("GET", "/api/folder", &Value::Null).json();
        let kinds = before["documents"].as_array().unwrap().iter();
        kinds.filter(|it| it["kind"] == "menus").count()
    });
    assert!(count <= 16, "{count} operations for a list");
}

#[test]
fn nothing_is_read_that_says_what_it_names_without_being_read() {
    let worker = Worker::builder().with_faults().start();
    let api = |method: &str, path: &str, body: &Value| worker.api(method, path, body);
    // As publishing leaves them: a `LIBRARY` that knows nothing finds them so.
    let many: Vec<(String, String, Value)> = (0..MANY)
        .map(|number| {
            let title = format!("Menu {number}");
            let text = menu(&title, "bye", "office").to_string();
            let metadata = json!({ "version": "0", "title": title, "names": ["calendar:office"] });
            (format!("menu:published-{number}"), text, metadata)
        })
        .collect();
    worker.put_many_beside(&many);
    worker.put("calendar:office", &calendar().to_string());
    worker.put("calendar:nights", &calendar().to_string());

    let (first, count) = operations(&worker, || {
        api(
            "PUT",
            "/api/menus/first",
            &menu("First", "menu:published-3", "office"),
        )
    });
    assert_eq!(first.status, 201, "{first:?}");
    assert!(count <= 20, "{count} operations for the first publish");

    // By hand, since then: it says nothing of itself, so it is read.
    let by_hand = menu("By hand", "menu:published-5", "nights").to_string();
    worker.put("menu:by-hand", &by_hand);
    worker.put("number:447700900555", r#"{ "menu": "published-4" }"#);
    for (path, expected, why) in [
        (
            "/api/menus/published-3",
            409,
            "a menu that was published names it",
        ),
        (
            "/api/menus/published-4",
            409,
            "a number written by hand names it",
        ),
        (
            "/api/menus/published-5",
            409,
            "a menu written by hand names it",
        ),
        ("/api/menus/published-6", 204, "nothing names it"),
        (
            "/api/calendars/nights",
            409,
            "a menu written by hand names it",
        ),
        ("/api/calendars/office", 409, "many menus name it"),
    ] {
        let (reply, count) = operations(&worker, || api("DELETE", path, &Value::Null));
        assert_eq!(reply.status, expected, "{why}: {reply:?}");
        assert!(count <= 20, "{count} operations for deleting {path}");
    }
    let (reply, count) = operations(&worker, || {
        api("DELETE", "/api/numbers/447700900555", &Value::Null)
    });
    assert_eq!(reply.status, 204, "{reply:?}");
    assert!(count <= 8, "{count} operations for deleting a number");
}

#[test]
fn what_a_change_would_break_is_found_wherever_it_was_written() {
    let worker = Worker::start();
    let api = |method: &str, path: &str, body: &Value| worker.api(method, path, body);
    assert_eq!(api("PUT", "/api/calendars/branch", &calendar()).status, 201);
    let second = menu("Second", "bye", "branch");
    assert_eq!(api("PUT", "/api/menus/second", &second).status, 201);
    let first = menu("First", "menu:second", "branch");
    assert_eq!(api("PUT", "/api/menus/first", &first).status, 201);

    // By hand, since everything was gone through.
    let by_hand = menu("By hand", "bye", "nights").to_string();
    worker.put("menu:by-hand", &by_hand);
    worker.put("calendar:nights", &calendar().to_string());
    for (path, why) in [
        ("/api/menus/second", "a menu that was published names it"),
        ("/api/calendars/branch", "two menus name it"),
        ("/api/calendars/nights", "a menu written by hand names it"),
    ] {
        let reply = api("DELETE", path, &Value::Null);
        assert_eq!(reply.status, 409, "{why}: {reply:?}");
        assert!(!reply.json()["findings"].as_array().unwrap().is_empty());
    }

    // Nobody takes a name that never was for a document without a past.
    let reply = api("POST", "/api/menus/never/rollback", &json!({}));
    assert_eq!(reply.status, 404, "{reply:?}");

    // A name is looked up where it is, and a wrong one refused.
    let third = menu("Third", "menu:by-hand", "nights");
    assert_eq!(api("PUT", "/api/menus/third", &third).status, 201);
    let wrong = menu("Fourth", "menu:nowhere", "nights");
    let reply = api("PUT", "/api/menus/fourth", &wrong);
    assert_eq!(reply.status, 422, "{reply:?}");
    assert!(reply.body.contains("unknown-menu"), "{reply:?}");

    // A menu that leads back to those that name it may leave no caller in a circle.
    let circle = json!({
        "title": "Second", "voice": { "language": "en-GB" }, "start": "hello", "allow": ["no-person"],
        "nodes": { "hello": { "kind": "say", "prompt": "Round we go.", "then": "menu:first" } }
    });
    let into = json!({
        "title": "First", "voice": { "language": "en-GB" }, "start": "hello", "allow": ["no-person"],
        "nodes": { "hello": { "kind": "say", "prompt": "And again.", "then": "menu:second" } }
    });
    assert_eq!(api("PUT", "/api/menus/first", &into).status, 200);
    let reply = api("PUT", "/api/menus/second", &circle);
    assert_eq!(reply.status, 422, "{reply:?}");
    assert!(reply.body.contains("\"trap\""), "{reply:?}");

    // Nobody names it any more.
    assert_eq!(api("DELETE", "/api/menus/first", &Value::Null).status, 204);
    assert_eq!(api("DELETE", "/api/menus/second", &Value::Null).status, 204);
    assert_eq!(
        api("DELETE", "/api/calendars/branch", &Value::Null).status,
        204
    );
}
