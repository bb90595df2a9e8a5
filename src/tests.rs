//! Requests through the Worker's own code in a browser: the same `Request` and `Response`
//! classes as at the edge, and a Worker to which nothing is bound but its secrets.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use crate::log::Line;
use crate::outcome::Outcome;
use crate::request::{BodyError, MAX_BODY, Method, Request};
use crate::respond::Reply;
use crate::routes;
use js_sys::{Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::RequestInit;
use worker::Env;
use worker::wasm_bindgen_futures::JsFuture;

wasm_bindgen_test_configure!(run_in_browser);

const SECRET: &str = "a secret for the tests in the browser";
const RINGING: &str = r#"{"uuid":"leg-web","conversation_uuid":"CON-web","status":"ringing"}"#;

fn set(object: &Object, name: &str, value: impl Into<JsValue>) {
    Reflect::set(object, &name.into(), &value.into()).unwrap();
}

fn env() -> Env {
    let env = Object::new();
    set(&env, "VONAGE_SIGNATURE_SECRET", SECRET);
    set(&env, "STATE_KEY", "a key for the tests in the browser");
    env.unchecked_into()
}

struct Sent<'a> {
    method: &'a str,
    path: &'a str,
    headers: Vec<(&'a str, String)>,
    body: Option<JsValue>,
}

fn request(sent: &Sent<'_>) -> web_sys::Request {
    let headers = Object::new();
    for (name, value) in &sent.headers {
        set(&headers, name, value.as_str());
    }
    let init = RequestInit::new();
    init.set_method(sent.method);
    init.set_headers(&headers);
    if let Some(body) = &sent.body {
        init.set_body(body);
        set(init.unchecked_ref(), "duplex", "half");
    }
    let url = ["https://ivr.example.com", sent.path].concat();
    web_sys::Request::new_with_str_and_init(&url, &init).unwrap()
}

async fn answer(sent: Sent<'_>) -> (u16, String) {
    let response = routes::handle(&Request::new(request(&sent)), &env()).await;
    text(response).await
}

async fn text(response: web_sys::Response) -> (u16, String) {
    let status = response.status();
    let body = JsFuture::from(response.text().unwrap()).await.unwrap();
    (status, body.as_string().unwrap())
}

fn post(path: &'static str, token: Option<String>, body: &str) -> Sent<'static> {
    let token = token.map(|token| ("authorization", ["Bearer ", &token].concat()));
    Sent {
        method: "POST",
        path,
        headers: token
            .into_iter()
            .chain([("content-type", "application/json".to_owned())])
            .collect(),
        body: Some(body.into()),
    }
}

#[wasm_bindgen_test]
async fn nobody_answers_elsewhere() {
    for path in ["/", "/webhooks", "/%77ebhooks/event", "/api"] {
        let (status, _) = answer(post(path, None, RINGING)).await;
        assert_eq!(status, 404, "{path}");
    }
}

#[wasm_bindgen_test]
async fn health_says_what_is_bound_and_no_secret() {
    let (status, body) = answer(Sent {
        method: "GET",
        path: "/healthz",
        headers: Vec::new(),
        body: None,
    })
    .await;
    assert_eq!(status, 200);
    assert!(!body.contains(SECRET), "{body}");
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["bound"]["MENUS"], false);
    assert_eq!(body["configured"]["STATE_KEY"], true);
}

#[wasm_bindgen_test]
fn an_outcome_crosses_in_parts() {
    let line = Line {
        route: "/webhooks/event",
        ..Line::default()
    };
    let outcome = Outcome::of(Reply::json("[\"a\\nb\"]".to_owned()), line);
    let array = outcome.into_array(2.0);
    assert_eq!(array.length(), 11);
    assert_eq!(array.get(0).as_f64(), Some(200.0));
    assert_eq!(array.get(1).as_string().as_deref(), Some("[\"a\\nb\"]"));
    assert!(array.get(2).is_undefined(), "an NCCO has its type alone");
    let line = array.get(8).as_string().unwrap();
    assert!(line.contains(r#""us":2000"#), "{line}");
    let refused = Outcome::of(Reply::empty(401), Line::default()).into_array(0.0);
    let headers = js_sys::Array::from(&refused.get(2));
    assert!(headers.length() > 4, "a stranger gets them all");
}

#[wasm_bindgen_test]
async fn a_body_is_read_as_it_was_sent() {
    let bytes = Uint8Array::from(&[0, 159, 255, b'"'][..]);
    let request = Request::new(request(&Sent {
        method: "POST",
        path: "/a%20b?x=1&s=%2F",
        headers: Vec::new(),
        body: Some(bytes.into()),
    }));
    assert_eq!(request.method, Method::Post);
    assert_eq!(request.origin(), "https://ivr.example.com");
    assert_eq!(request.path(), "/a%20b");
    assert_eq!(request.query(), "x=1&s=%2F");
    assert_eq!(request.body().await, Ok(vec![0, 159, 255, b'"']));
}

/// A body in chunks of 64 KiB that never says how long it will be.
fn chunks(count: usize) -> JsValue {
    let source = js_sys::Function::new_with_args(
        "count",
        "return new ReadableStream({ pull(c) { if (count-- > 0) c.enqueue(new Uint8Array(65536)); else c.close() } })",
    );
    source
        .call1(&JsValue::NULL, &JsValue::from(count as u32))
        .unwrap()
}

#[wasm_bindgen_test]
async fn a_body_of_unannounced_length_is_counted_while_it_comes() {
    let in_chunks = |count| {
        Request::new(request(&Sent {
            method: "POST",
            path: "/webhooks/event",
            headers: Vec::new(),
            body: Some(chunks(count)),
        }))
    };
    let most = MAX_BODY / 65_536;
    assert_eq!(
        in_chunks(most).body().await.map(|body| body.len()),
        Ok(MAX_BODY)
    );
    assert_eq!(in_chunks(most + 1).body().await, Err(BodyError::TooLong));
    // As long as it likes: nobody reads on.
    assert_eq!(in_chunks(4_000_000).body().await, Err(BodyError::TooLong));
}

#[wasm_bindgen_test]
async fn every_kind_of_reply_has_its_type_and_the_security_headers() {
    for (reply, content_type) in [
        (Reply::json("[]".to_owned()), Some("application/json")),
        (
            Reply::problem(404, "a", "b"),
            Some("application/problem+json"),
        ),
        (Reply::empty(200), None),
        (Reply::empty(429).with("retry-after", "60"), None),
    ] {
        let response = reply.into_response();
        let header = |name: &str| response.headers().get(name).unwrap();
        assert_eq!(header("content-type").as_deref(), content_type);
        assert_eq!(header("x-content-type-options").as_deref(), Some("nosniff"));
        assert_eq!(header("cache-control").as_deref(), Some("no-store"));
    }
}

#[wasm_bindgen_test]
async fn a_deadline_cuts_short_what_never_ends() {
    use crate::bindings::deadline::{Deadline, within};
    let never = Promise::new(&mut |_, _| {});
    assert!(
        within(Deadline::in_ms(20), JsFuture::from(never))
            .await
            .is_none()
    );
    let at_once = Promise::resolve(&JsValue::from(7));
    let value = within(Deadline::in_ms(1000), JsFuture::from(at_once)).await;
    assert_eq!(value, Some(Ok(JsValue::from(7))));
}
