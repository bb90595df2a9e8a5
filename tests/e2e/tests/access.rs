//! Who gets into `/api`, what their role lets them do, and what they see of callers.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so and stops"
)]

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use e2e::{ADMIN_TOKEN, Answer, Keys, Reply, Sink, Worker, WorkerBuilder, now};
use serde_json::{Value, json};

fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn token(keys: &Keys, header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", encode(header), encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(keys.sign(&signed));
    format!("{signed}.{signature}")
}

fn status(worker: &Worker, headers: &[(&str, String)]) -> u16 {
    worker.request("GET", "/api/calls", headers, b"").status
}

/// A Worker behind Access, whose team signs with these keys, and the server that shows their public
/// part.
fn behind_access(builder: WorkerBuilder, team: &Keys) -> (Worker, Sink) {
    let certs = json!({ "keys": [
        { "kid": "k1", "kty": "RSA", "alg": "RS256", "use": "sig", "e": "AQAB", "n": team.modulus() },
    ]});
    let server = Sink::start(move |_| Answer::Status(200, certs.to_string()));
    let worker = builder
        .with_faults()
        .variable("ACCESS_TEAM", "acme")
        .variable("ACCESS_AUD", "aud-1")
        .start();
    let origins = json!({ "origins": { "https://acme.cloudflareaccess.com": server.url() } });
    let set = worker.request("PUT", "/faults", &[], origins.to_string().as_bytes());
    assert_eq!(set.status, 200);
    (worker, server)
}

#[test]
fn only_operators_get_in() {
    let _alone = alone();
    let worker = Worker::start();
    let bearer = |token: &str| [("authorization", format!("Bearer {token}"))];
    assert_eq!(status(&worker, &bearer(ADMIN_TOKEN)), 200);
    assert_eq!(status(&worker, &[]), 401);
    assert_eq!(status(&worker, &bearer("")), 401);
    assert_eq!(status(&worker, &bearer(&format!("{ADMIN_TOKEN}x"))), 401);
    assert_eq!(
        status(
            &worker,
            &[("authorization", format!("Basic {ADMIN_TOKEN}"))]
        ),
        401
    );
    // Access is not configured: whoever claims to come from there does not count.
    assert_eq!(
        status(&worker, &[("cf-access-jwt-assertion", "a.b.c".to_owned())]),
        401
    );
    let refused = worker.request("GET", "/api/nothing", &[], b"");
    assert_eq!(refused.status, 401, "not even what is there shows");
    assert_eq!(refused.content_type, "application/problem+json");
    assert!(!worker.log().contains(ADMIN_TOKEN));
}

#[test]
fn without_a_token_or_access_nobody_gets_in() {
    let _alone = alone();
    let worker = Worker::builder().without("ADMIN_TOKEN").start();
    assert_eq!(status(&worker, &[]), 503);
    assert_eq!(
        status(&worker, &[("authorization", "Bearer ".to_owned())]),
        503
    );
}

#[test]
fn whom_access_let_through_gets_in() {
    let _alone = alone();
    let (team, other) = (Keys::new("team"), Keys::new("other"));
    let (worker, server) = behind_access(Worker::builder().without("ADMIN_TOKEN"), &team);

    let header = json!({ "alg": "RS256", "kid": "k1", "typ": "JWT" });
    let claims = json!({ "aud": ["aud-1"], "iss": "https://acme.cloudflareaccess.com", "exp": now() + 600, "email": "a@example.com" });
    let check = |header: &Value, claims: &Value, keys: &Keys| {
        status(
            &worker,
            &[("cf-access-jwt-assertion", token(keys, header, claims))],
        )
    };
    let with = |object: &Value, name: &str, value: Value| {
        let mut object = object.clone();
        object[name] = value;
        object
    };
    assert_eq!(check(&header, &claims, &team), 200);
    assert_eq!(check(&header, &claims, &team), 200);
    assert_eq!(server.received().len(), 1, "the keys are kept");
    assert_eq!(server.received()[0].path, "/cdn-cgi/access/certs");
    assert_eq!(check(&header, &claims, &other), 401);
    assert_eq!(
        check(&with(&header, "alg", "HS256".into()), &claims, &team),
        401
    );
    assert_eq!(
        check(&with(&header, "alg", "none".into()), &claims, &team),
        401
    );
    assert_eq!(
        check(&with(&header, "kid", "k2".into()), &claims, &team),
        401
    );
    assert_eq!(
        check(&header, &with(&claims, "aud", json!(["aud-2"])), &team),
        401
    );
    assert_eq!(
        check(
            &header,
            &with(&claims, "iss", "https://evil.cloudflareaccess.com".into()),
            &team
        ),
        401
    );
    assert_eq!(
        check(&header, &with(&claims, "exp", (now() - 600).into()), &team),
        401
    );
}

#[test]
fn whom_access_let_through_does_what_its_role_covers_and_from_our_own_pages() {
    let _alone = alone();
    let team = Keys::new("roles");
    let operators =
        r#"{"ann@example.com":"publisher","*@example.com":"viewer emergency","ci":"publisher"}"#;
    let (worker, _server) =
        behind_access(Worker::builder().variable("OPERATORS", operators), &team);

    let header = json!({ "alg": "RS256", "kid": "k1", "typ": "JWT" });
    let of = |name: &str, who: &str| {
        let mut claims = json!({ "aud": ["aud-1"], "iss": "https://acme.cloudflareaccess.com", "exp": now() + 600 });
        claims[name] = who.into();
        token(&team, &header, &claims)
    };
    let (ann, bob) = (
        of("email", "ann@example.com"),
        of("email", "bob@example.com"),
    );
    let (eve, machine) = (of("email", "eve@other.example"), of("common_name", "ci"));
    let ask = |token: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &str| {
        let mut all = vec![("cf-access-jwt-assertion", token.to_owned())];
        all.extend(
            headers
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        );
        worker.request(method, path, &all, body.as_bytes())
    };
    let me = |token: &str| ask(token, "GET", "/api/me", &[], "");
    assert_eq!(me(&ann).json()["role"], "publisher");
    assert_eq!(me(&bob).json()["role"], "viewer");
    assert_eq!(me(&bob).json()["sign_out"], "/cdn-cgi/access/logout");
    assert_eq!(me(&eve).status, 403);

    let json = ("content-type", "application/json");
    let same = ("sec-fetch-site", "same-origin");
    let list = r#"{"numbers":["447700900100"]}"#;
    let put = |token: &str, headers: &[(&str, &str)]| {
        ask(token, "PUT", "/api/lists/vip", headers, list).status
    };
    assert_eq!(put(&bob, &[json, same]), 403, "a viewer publishes nothing");
    assert_eq!(
        put(&ann, &[json]),
        403,
        "a browser says where it comes from"
    );
    assert_eq!(put(&ann, &[json, ("sec-fetch-site", "cross-site")]), 403);
    assert_eq!(put(&ann, &[same, ("content-type", "text/plain")]), 415);
    assert_eq!(put(&ann, &[json, same]), 201);
    assert_eq!(put(&machine, &[json]), 200, "a service token is no browser");
    // What a page of another site can send without being asked first.
    let evil = [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("content-type", "text/plain"),
    ];
    for (path, body) in [
        ("/api/calls", r#"{"to":"447700900666","menu":"acme"}"#),
        ("/api/menus/acme/rollback", r#"{"message":"x"}"#),
        ("/api/events/replay", "{}"),
    ] {
        assert_eq!(ask(&ann, "POST", path, &evil, body).status, 403, "{path}");
    }
    whole_numbers_are_shown_to_those_who_listen_and_that_is_kept(&worker, |who, path| {
        let token = of("email", who);
        ask(&token, "GET", path, &[], "")
    });
}

/// Ann may see whole numbers, Bob may not.
fn whole_numbers_are_shown_to_those_who_listen_and_that_is_kept(
    worker: &Worker,
    get: impl Fn(&str, &str) -> Reply,
) {
    let (ann, bob) = ("ann@example.com", "bob@example.com");
    let caller = "447700900321";
    let webhook = json!({
        "from": caller, "to": "442079460000", "uuid": "63f61863-4a51-4f6b-86e1-46edebcf9356",
        "conversation_uuid": "CON-whole-number", "status": "started", "direction": "inbound",
        "timestamp": "2026-11-26T10:00:00.000Z",
    });
    assert_eq!(worker.post("/webhooks/event", &webhook).status, 200);
    let looks = || {
        let page = get(ann, "/api/audit").json();
        let mut looks = Vec::new();
        for event in page["events"].as_array().unwrap() {
            let data = &event["data"];
            if data["verb"] == "look" {
                assert_eq!(data["who"], ann, "{data}");
                let [kind, id] = [&data["kind"], &data["id"]].map(|it| it.as_str().unwrap_or("-"));
                looks.push(format!("{kind} {id}"));
            }
        }
        looks.sort();
        looks
    };
    let leg = "63f61863-4a51-4f6b-86e1-46edebcf9356";
    let one = format!("/api/calls/{leg}");
    worker.wait_for("the call", Duration::from_secs(60), |_| {
        (get(bob, &one).status == 200).then_some(())
    });
    for path in [one.as_str(), "/api/calls", "/api/events"] {
        let masked = get(bob, path);
        assert!(masked.body.contains("•••••••••321"), "{path}: {masked:?}");
        assert!(!masked.body.contains(caller), "{path}: {masked:?}");
        assert!(get(ann, path).body.contains(caller), "{path}");
    }
    // Nothing was seen.
    let nobody = get(ann, "/api/calls?from=447700900999");
    assert_eq!(nobody.json()["calls"], json!([]));
    let found = worker.wait_for("the looks", Duration::from_secs(60), |_| {
        let looks = looks();
        (looks.len() >= 3).then_some(looks)
    });
    assert_eq!(found, ["calls -", &format!("calls {leg}"), "events -"]);
}
