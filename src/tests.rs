//! Requests through the Worker's own code in a browser: the same `Request` and `Response`
//! classes as at the edge, and a Worker to which nothing is bound but its secrets.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use crate::at_once::{self, Answer};
use crate::bindings::clock;
use crate::env::Config;
use crate::request::{BodyError, MAX_BODY, Method, Request, Vouched};
use crate::respond::Reply;
use crate::routes;
use js_sys::{Object, Promise, Reflect, Uint8Array};
use vonage::Delivery;
use vonage::jwt::{self, Claims};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::RequestInit;
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Context, Env};

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

/// The platform's context: promises to wait for.
fn context() -> Context {
    let context = Object::new();
    let wait_until = js_sys::Function::new_with_args("promise", "promise.catch(() => {})");
    set(&context, "waitUntil", wait_until);
    Context::new(context.unchecked_into())
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
    let response = routes::handle(&Request::new(request(&sent), None), &env(), &context()).await;
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

fn token(body: &str) -> String {
    #[expect(clippy::cast_possible_truncation)]
    let now = (js_sys::Date::now() / 1000.0) as i64;
    let delivery = Delivery::json(body.as_bytes());
    jwt::sign(SECRET.as_bytes(), &Claims::new(now, "web"), &delivery)
}

#[wasm_bindgen_test]
async fn a_request_without_a_token_is_refused_as_its_route_demands() {
    for (path, expected) in [
        ("/webhooks/event", 401),
        ("/webhooks/answer", 503),
        ("/webhooks/answer/acme", 503),
        ("/webhooks/input?s=x", 503),
        ("/webhooks/dispatch", 401),
        ("/webhooks/", 404),
        ("/webhooks", 404),
        ("/%77ebhooks/event", 404),
        ("/webhooks/event/", 404),
        ("/", 404),
    ] {
        let (status, _) = answer(post(path, None, RINGING)).await;
        assert_eq!(status, expected, "{path}");
    }
}

#[wasm_bindgen_test]
async fn a_token_of_another_body_is_refused() {
    let sent = post("/webhooks/event", Some(token("{}")), RINGING);
    assert_eq!(answer(sent).await.0, 401);
}

#[wasm_bindgen_test]
async fn an_event_nobody_can_keep_is_asked_for_again() {
    let sent = post("/webhooks/event", Some(token(RINGING)), RINGING);
    assert_eq!(answer(sent).await.0, 503, "no queue, no outbox");
}

#[wasm_bindgen_test]
async fn a_fallback_is_answered_without_any_binding() {
    let body = r#"{"uuid":"leg-web","reason":"Socket timeout.","original_request":{"url":"https://x.example","type":"answer"}}"#;
    let (status, ncco) = answer(post("/webhooks/fallback", Some(token(body)), body)).await;
    assert_eq!(status, 200);
    let ncco: serde_json::Value = serde_json::from_str(&ncco).unwrap();
    assert_eq!(ncco[0]["action"], "talk");
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

/// What `src/entry.js` asks first of a webhook with this token and body.
fn at_once(path: &str, token: &str, body: &str) -> Option<Answer> {
    let bearer = ["Bearer ", token].concat();
    let env = env();
    let now = clock::now();
    let hash = routes::admit(&Config::of(&env), &bearer, None, now.as_second())?;
    let vouched = Vouched::new(hash, Some("application/json".to_owned()), Some(body.into()));
    let url = ["https://ivr.example.com", path].concat();
    let request = Request::admitted(url, vouched);
    at_once::answer(&request, &env, &context(), clock::now_ms())
}

#[wasm_bindgen_test]
fn an_event_is_answered_at_once_and_goes_to_the_queue_before_the_reply() {
    let answer = at_once("/webhooks/event", &token(RINGING), RINGING).unwrap();
    assert!(answer.first && answer.caller.is_none(), "{answer:?}");
    assert_eq!(answer.body, "");
    assert!(answer.line.contains(r#""outcome":"kept""#), "{answer:?}");
    let [event] = &answer.events[..] else {
        panic!("{answer:?}");
    };
    assert!(
        event.contains(r#""type":"vonage.voice.ringing""#),
        "{event}"
    );
}

#[wasm_bindgen_test]
fn nobody_is_refused_and_nothing_is_waited_for_at_once() {
    let other = RINGING.replace("leg", "gel");
    assert_eq!(at_once("/webhooks/event", &token(RINGING), &other), None);
    assert_eq!(at_once("/webhooks/event", "no.token.atall", RINGING), None);
    assert_eq!(at_once("/webhooks/event", &token("{"), "{"), None);
    // The menu is not in memory, and nobody may ask for it here.
    assert_eq!(at_once("/webhooks/answer", &token(RINGING), RINGING), None);
    assert_eq!(at_once("/webhooks/nowhere", &token(RINGING), RINGING), None);
}

#[wasm_bindgen_test]
async fn a_body_is_read_as_it_was_sent() {
    let bytes = Uint8Array::from(&[0, 159, 255, b'"'][..]);
    let request = Request::new(
        request(&Sent {
            method: "POST",
            path: "/a%20b?x=1&s=%2F",
            headers: Vec::new(),
            body: Some(bytes.into()),
        }),
        None,
    );
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
        Request::new(
            request(&Sent {
                method: "POST",
                path: "/webhooks/event",
                headers: Vec::new(),
                body: Some(chunks(count)),
            }),
            None,
        )
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
