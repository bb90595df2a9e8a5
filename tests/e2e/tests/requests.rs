//! What `/api` makes of requests: who signs in, what is said in them, and what HTTP asks of it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on says so and stops"
)]

use std::time::Duration;

use e2e::{ADMIN_TOKEN, Reply, Worker};
use serde_json::{Value, json};

const JSON: (&str, &str) = ("content-type", "application/json");
const SAME: (&str, &str) = ("sec-fetch-site", "same-origin");

fn send(worker: &Worker, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let headers: Vec<(&str, String)> = headers
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect();
    worker.request(method, path, &headers, body.as_bytes())
}

fn header<'r>(reply: &'r Reply, name: &str) -> Option<&'r str> {
    let found = reply.headers.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

fn menu(words: &str) -> Value {
    json!({
        "start": "bye",
        "voice": { "language": "en-GB" },
        "limits": { "steps": 20, "then": "bye" },
        "nodes": { "bye": { "kind": "hangup", "prompt": words } }
    })
}

#[test]
fn a_browser_signs_in_with_the_token_and_acts_from_our_own_pages_alone() {
    let worker = Worker::builder().limit("UNSIGNED_LIMIT", 1000).start();
    let sign_in = |headers: &[(&str, &str)], body: &Value| {
        send(&worker, "POST", "/api/session", headers, &body.to_string())
    };
    let right = json!({ "token": ADMIN_TOKEN });
    assert_eq!(sign_in(&[JSON], &json!({ "token": "wrong" })).status, 401);
    assert_eq!(sign_in(&[], &right).status, 415);
    assert_eq!(
        sign_in(&[JSON, ("origin", "https://evil.example")], &right).status,
        403
    );
    assert_eq!(
        sign_in(&[JSON, SAME], &json!({ "tokn": ADMIN_TOKEN })).status,
        400
    );
    assert_eq!(
        sign_in(&[JSON, SAME], &json!({ "code": ADMIN_TOKEN })).status,
        401
    );
    let signed_in = sign_in(&[JSON, SAME], &right);
    assert_eq!(signed_in.status, 200, "{signed_in:?}");
    let set = header(&signed_in, "set-cookie").unwrap();
    for part in [
        "__Host-session=",
        "HttpOnly",
        "Secure",
        "SameSite=Strict",
        "Max-Age=28800",
    ] {
        assert!(set.contains(part), "{set}");
    }
    let cookie = set.split(';').next().unwrap();
    let with = ("cookie", cookie);

    let me = send(&worker, "GET", "/api/me", &[with], "").json();
    assert_eq!(me["who"], "admin_token", "{me}");
    assert_eq!(
        (&me["role"], &me["means"]),
        (&json!("publisher"), &json!("session"))
    );
    let forged = format!("{cookie}x");
    assert_eq!(
        send(&worker, "GET", "/api/me", &[("cookie", &forged)], "").status,
        401
    );

    let text = menu("Hello.").to_string();
    let put = |headers: &[(&str, &str)]| send(&worker, "PUT", "/api/menus/hello", headers, &text);
    assert_eq!(put(&[with, JSON]).status, 403, "no browser says nothing");
    let site = |value| ("sec-fetch-site", value);
    assert_eq!(put(&[with, JSON, site("cross-site")]).status, 403);
    assert_eq!(put(&[with, JSON, site("same-site")]).status, 403);
    assert_eq!(
        put(&[with, JSON, ("origin", "https://evil.example")]).status,
        403
    );
    assert_eq!(
        put(&[with, SAME, ("content-type", "text/plain")]).status,
        415
    );
    assert_eq!(put(&[with, SAME]).status, 415);
    assert_eq!(put(&[with, SAME, JSON]).status, 201);
    let own = worker.url();
    assert_eq!(put(&[with, JSON, ("origin", &own)]).status, 200);

    let out = send(&worker, "DELETE", "/api/session", &[with], "");
    assert_eq!(out.status, 204);
    assert!(header(&out, "set-cookie").unwrap().contains("Max-Age=0"));
    assert!(!worker.log().contains(ADMIN_TOKEN));
}

#[test]
fn the_code_of_make_dev_is_good_once() {
    let code = "a code of thirty-two characters.";
    let worker = Worker::builder().variable("SIGNIN_CODE", code).start();
    let body = json!({ "code": code }).to_string();
    let sign_in = || send(&worker, "POST", "/api/session", &[JSON, SAME], &body);
    let first = sign_in();
    assert_eq!(first.status, 200, "{first:?}");
    assert!(header(&first, "set-cookie").is_some());
    assert_eq!(sign_in().status, 401);
}

#[test]
fn who_guesses_too_often_is_not_listened_to() {
    let worker = Worker::builder().limit("UNSIGNED_LIMIT", 5).start();
    let ask = |token: &str| {
        let bearer = format!("Bearer {token}");
        let from = [
            ("authorization", bearer.as_str()),
            ("cf-connecting-ip", "192.0.2.1"),
        ];
        send(&worker, "GET", "/api/me", &from, "").status
    };
    assert_eq!(ask(ADMIN_TOKEN), 200);
    let statuses: Vec<u16> = (0..8).map(|_| ask("wrong")).collect();
    assert_eq!(statuses[0], 401, "{statuses:?}");
    assert_eq!(statuses[7], 429, "{statuses:?}");
    assert_eq!(ask(ADMIN_TOKEN), 429, "not even when the guess is right");
}

#[test]
fn a_request_says_only_what_is_known() {
    let worker = Worker::start();
    assert_eq!(
        worker.api("PUT", "/api/menus/hello", &menu("One.")).status,
        201
    );
    assert_eq!(
        worker.api("PUT", "/api/menus/hello", &menu("Two.")).status,
        200
    );
    let bearer = format!("Bearer {ADMIN_TOKEN}");
    let admin = ("authorization", bearer.as_str());
    let check = |method: &str, path: &str, body: &str, words: &str| {
        let reply = send(&worker, method, path, &[admin, JSON], body);
        assert_eq!(reply.status, 400, "{method} {path} {body}: {reply:?}");
        assert_eq!(reply.content_type, "application/problem+json");
        assert!(reply.body.contains(words), "{body}: {}", reply.body);
    };
    let rollback = "/api/menus/hello/rollback";
    check(
        "POST",
        rollback,
        r#"{"version":"5e1f"}"#,
        "known are `to`, `message`",
    );
    check(
        "POST",
        rollback,
        r#"{"mesage":"x"}"#,
        "did you mean `message`?",
    );
    check(
        "POST",
        rollback,
        r#"{"to":"a","to":"b"}"#,
        "stands there twice",
    );
    check("POST", rollback, r#"["5e1f"]"#, "expected an object");
    check(
        "POST",
        rollback,
        r#"{"message":"a\u001b[2J"}"#,
        "control characters",
    );
    check(
        "POST",
        "/api/calls",
        r#"["447700900123",null,"acme",30]"#,
        "expected an object",
    );
    check(
        "POST",
        "/api/calls",
        r#"{"to":"447700900123"}"#,
        "missing field `menu`",
    );
    check(
        "POST",
        "/api/calls",
        r#"{"to":"447700900123","menue":"acme"}"#,
        "did you mean `menu`?",
    );
    check(
        "POST",
        "/api/check",
        r#"{"file":{}}"#,
        "did you mean `files`?",
    );
    check("POST", "/api/check", r#"[{}]"#, "expected an object");
    check(
        "PUT",
        "/api/menus/hello?message=%1b%5D0;x",
        &menu("Three.").to_string(),
        "control",
    );
    let unchanged = worker.api("GET", "/api/menus/hello", &Value::Null).json();
    assert_eq!(unchanged, menu("Two."));
}

#[test]
fn preconditions_and_methods_are_those_of_http() {
    let worker = Worker::start();
    let first = worker.api("PUT", "/api/menus/hello", &menu("One."));
    let tag = header(&first, "etag").unwrap().to_owned();
    let bearer = format!("Bearer {ADMIN_TOKEN}");
    let admin = ("authorization", bearer.as_str());
    let ask = |method: &str, headers: &[(&str, &str)], body: &str| {
        let mut all = vec![admin];
        all.extend(headers);
        send(&worker, method, "/api/menus/hello", &all, body)
    };

    let head = ask("HEAD", &[], "");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(header(&head, "etag"), Some(tag.as_str()));
    assert_eq!(head.content_type, "application/json");
    let same = ask("GET", &[("if-none-match", &tag)], "");
    assert_eq!((same.status, same.body.as_str()), (304, ""));
    assert_eq!(header(&same, "etag"), Some(tag.as_str()));
    assert_eq!(
        ask("GET", &[("if-none-match", "\"other\"")], "").status,
        200
    );
    let other = ask("POST", &[JSON], "{}");
    assert_eq!(other.status, 405);
    assert_eq!(header(&other, "allow"), Some("GET, HEAD, PUT, DELETE"));

    let two = menu("Two.").to_string();
    let late = ask("PUT", &[JSON, ("if-match", "\"0000\"")], &two);
    assert_eq!(late.status, 412, "{late:?}");
    assert_eq!(late.json()["current"], tag.trim_matches('"'));
    assert_eq!(header(&late, "etag"), Some(tag.as_str()));
    assert_eq!(
        ask("PUT", &[JSON, ("if-none-match", "*")], &two).status,
        412
    );
    assert_eq!(
        ask("PUT", &[JSON, ("content-encoding", "gzip")], &two).status,
        415
    );
    assert_eq!(
        ask("PUT", &[("content-type", "text/plain")], &two).status,
        415
    );
    assert_eq!(ask("PUT", &[JSON, ("if-match", &tag)], &two).status, 200);

    let nobody = send(&worker, "GET", "/api/menus", &[], "");
    assert!(
        header(&nobody, "www-authenticate")
            .unwrap()
            .starts_with("Bearer")
    );

    worker.put("menu:hello", "{ no JSON");
    let broken = worker.api("GET", "/api/menus/hello", &Value::Null);
    assert_eq!((broken.status, broken.body.as_str()), (200, "{ no JSON"));
    assert!(broken.content_type.starts_with("text/plain"), "{broken:?}");
    let tag = header(&broken, "etag").unwrap();
    assert!(tag.starts_with("\"broken-"), "{tag}");
    let mended = ask("PUT", &[JSON, ("if-match", tag)], &two);
    assert_eq!(mended.status, 200, "{mended:?}");
}

#[test]
fn nobody_is_called_for_a_menu_that_is_not_there_or_does_not_check() {
    let worker = Worker::start();
    let call = |menu: &str| {
        let wanted = json!({ "to": "447700900123", "menu": menu });
        worker.api("POST", "/api/calls", &wanted)
    };
    assert_eq!(call("nope").status, 404);
    worker.put("menu:broken", r#"{"start":"nowhere","nodes":{}}"#);
    let broken = call("broken");
    assert_eq!(broken.status, 422, "{broken:?}");
    assert!(!broken.json()["findings"].as_array().unwrap().is_empty());
    // This one fails only at the settings for calls, which nobody made.
    assert_eq!(call("acme").status, 503);
}

#[test]
fn every_change_is_an_event_that_says_who() {
    let worker = Worker::start();
    assert_eq!(
        worker
            .api("PUT", "/api/menus/hello?message=First", &menu("One."))
            .status,
        201
    );
    let entry = json!({ "menu": "hello" });
    assert_eq!(
        worker
            .api("PUT", "/api/numbers/442079460999", &entry)
            .status,
        201
    );
    let list = json!({ "numbers": ["447700900100"] });
    assert_eq!(worker.api("PUT", "/api/lists/vip", &list).status, 201);
    assert_eq!(
        worker.api("PUT", "/api/menus/hello", &menu("Two.")).status,
        200
    );
    assert_eq!(
        worker
            .api("POST", "/api/menus/hello/rollback", &json!({}))
            .status,
        200
    );
    assert_eq!(
        worker.api("DELETE", "/api/lists/vip", &Value::Null).status,
        204
    );
    let acts = worker.wait_for("the events", Duration::from_secs(30), |worker| {
        let found = worker
            .api("GET", "/api/events?type=ivr.operator", &Value::Null)
            .json();
        let events = found["events"].as_array().unwrap().clone();
        (events.len() >= 6).then_some(events)
    });
    let mut told: Vec<String> = acts
        .iter()
        .map(|event| {
            let data = &event["data"];
            assert_eq!(
                (&data["who"], &data["role"]),
                (&json!("admin_token"), &json!("publisher"))
            );
            let text = |name: &str| data[name].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}", text("verb"), text("kind"), text("id"))
        })
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            "delete lists vip",
            "publish lists vip",
            "publish menus hello",
            "publish menus hello",
            "publish numbers 442079460999",
            "rollback menus hello",
        ]
    );
    let first = acts
        .iter()
        .find(|event| event["data"]["message"] == "First")
        .unwrap();
    assert_eq!(first["data"]["before"], Value::Null);
    assert_eq!(first["data"]["after"].as_str().unwrap().len(), 64);
    let versions = worker
        .api("GET", "/api/menus/hello/versions", &Value::Null)
        .json();
    assert_eq!(versions["versions"][0]["by"], "admin_token", "{versions}");
}

#[test]
fn of_five_changes_to_one_version_one_is_made_and_none_is_lost() {
    let worker = Worker::start();
    let path = "/api/menus/race";
    let first = worker.api("PUT", path, &menu("Nobody yet."));
    let tag = header(&first, "etag").unwrap();
    let bearer = format!("Bearer {ADMIN_TOKEN}");
    let headers = [("authorization", bearer.as_str()), JSON, ("if-match", tag)];
    let replies: Vec<Reply> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..5)
            .map(|who| {
                let (worker, headers) = (&worker, &headers);
                let text = menu(&format!("Operator {who}.")).to_string();
                scope.spawn(move || send(worker, "PUT", path, headers, &text))
            })
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412, 412], "{replies:?}");
    let won = replies
        .iter()
        .find(|reply| reply.status == 200)
        .unwrap()
        .json();
    let version = won["version"].as_str().unwrap();
    for lost in replies.iter().filter(|reply| reply.status == 412) {
        assert_eq!(lost.json()["current"], version, "{lost:?}");
    }
    let versions = worker
        .api("GET", &format!("{path}/versions"), &Value::Null)
        .json();
    let listed: Vec<&str> = versions["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["version"].as_str().unwrap())
        .collect();
    assert_eq!(listed, [version, tag.trim_matches('"')]);
    for version in listed {
        let old = worker.api("GET", &format!("{path}/versions/{version}"), &Value::Null);
        assert_eq!(old.status, 200, "{version}");
    }
}

#[test]
fn lists_calendars_and_numbers_have_versions_and_can_be_gone_back_to() {
    let worker = Worker::start();
    let path = "/api/lists/vip";
    let list = |number: &str| json!({ "numbers": [number] });
    assert_eq!(worker.api("PUT", path, &list("447700900100")).status, 201);
    assert_eq!(worker.api("PUT", path, &list("447700900200")).status, 200);
    // Past the API, as an operator does with `wrangler kv`.
    worker.put("list:vip", &list("447700900300").to_string());
    assert_eq!(worker.api("PUT", path, &list("447700900400")).status, 200);
    let versions = worker
        .api("GET", &format!("{path}/versions"), &Value::Null)
        .json();
    let listed = versions["versions"].as_array().unwrap();
    assert_eq!(listed.len(), 4, "{versions}");
    assert_eq!(listed[1]["by"], Value::Null, "{versions}");
    let back = worker.api("POST", &format!("{path}/rollback"), &json!({}));
    assert_eq!(back.status, 200, "{back:?}");
    assert_eq!(
        worker.api("GET", path, &Value::Null).json(),
        list("447700900300")
    );
}

#[test]
fn a_draft_is_saved_by_one_and_not_lost_to_another() {
    let worker = Worker::start();
    let path = "/api/drafts/acme";
    let draft = |text: &str| json!({ "text": text, "base": null });
    assert_eq!(worker.api("GET", path, &Value::Null).status, 404);
    let first = worker.api("PUT", path, &draft("{ half"));
    assert_eq!(first.status, 201, "{first:?}");
    let tag = header(&first, "etag").unwrap();
    let bearer = format!("Bearer {ADMIN_TOKEN}");
    let put = |tag: &str, text: &str| {
        let headers = [("authorization", bearer.as_str()), JSON, ("if-match", tag)];
        send(&worker, "PUT", path, &headers, &draft(text).to_string())
    };
    let second = put(tag, "{ more");
    assert_eq!(second.status, 200, "{second:?}");
    assert_eq!(put(tag, "{ other").status, 412);
    let read = worker.api("GET", path, &Value::Null).json();
    assert_eq!(
        (&read["text"], &read["by"]),
        (&json!("{ more"), &json!("admin_token"))
    );
    assert_eq!(worker.api("DELETE", path, &Value::Null).status, 204);
    assert_eq!(worker.api("DELETE", path, &Value::Null).status, 404);

    let folder = worker.api("GET", "/api/folder", &Value::Null).json();
    let documents = folder["documents"].as_array().unwrap();
    assert!(
        documents
            .iter()
            .any(|it| it["kind"] == "menus" && it["id"] == "acme"),
        "{folder}"
    );
}
