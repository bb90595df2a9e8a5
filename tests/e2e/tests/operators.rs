//! What operators read back and who may, what is fetched for them, and what is forgotten.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on says so and stops"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use e2e::events::{Calls, calls};
use e2e::{ADMIN_TOKEN, Answer, Reply, Sink, Worker, now};
use phone::Request;
use serde_json::{Value, json};

const APPLICATION: &str = "0ab1c2d3-0000-4000-8000-000000000001";

fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn send(worker: &Worker, calls: &Calls) {
    let (events, records) = (worker.all("events").len(), worker.all("calls").len());
    for webhook in &calls.webhooks {
        let reply = worker.post("/webhooks/event", webhook);
        assert_eq!(reply.status, 200, "{reply:?}");
    }
    worker.wait_for("the records", Duration::from_secs(60), |worker| {
        (worker.all("events").len() == events + calls.webhooks.len()
            && worker.all("calls").len() == records + calls.expected.len())
        .then_some(())
    });
}

/// A pair of RSA keys, made by `openssl` in a folder.
struct Keys {
    private: PathBuf,
    public: PathBuf,
}

impl Keys {
    fn new(folder: &Path, name: &str) -> Self {
        let keys = Self {
            private: folder.join(format!("{name}.pem")),
            public: folder.join(format!("{name}.pub.pem")),
        };
        openssl(&[
            "genpkey",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
            "-out",
            keys.private.to_str().unwrap(),
        ]);
        openssl(&[
            "pkey",
            "-in",
            keys.private.to_str().unwrap(),
            "-pubout",
            "-out",
            keys.public.to_str().unwrap(),
        ]);
        keys
    }

    fn modulus(&self) -> String {
        let printed = openssl(&[
            "rsa",
            "-pubin",
            "-in",
            self.public.to_str().unwrap(),
            "-modulus",
            "-noout",
        ]);
        let hex = String::from_utf8(printed).unwrap();
        let hex = hex.trim().trim_start_matches("Modulus=");
        let bytes: Vec<u8> = (0..hex.len() / 2)
            .map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap())
            .collect();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn sign(&self, text: &str) -> Vec<u8> {
        let file = self.private.with_extension("text");
        fs::write(&file, text).unwrap();
        openssl(&[
            "dgst",
            "-sha256",
            "-sign",
            self.private.to_str().unwrap(),
            file.to_str().unwrap(),
        ])
    }

    fn has_signed(&self, text: &str, signature: &[u8]) -> bool {
        let file = self.private.with_extension("text");
        let signed = self.private.with_extension("sig");
        fs::write(&file, text).unwrap();
        fs::write(&signed, signature).unwrap();
        Command::new("openssl")
            .args(["dgst", "-sha256", "-verify"])
            .arg(&self.public)
            .arg("-signature")
            .args([&signed, &file])
            .output()
            .is_ok_and(|output| output.status.success())
    }
}

fn openssl(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("openssl").args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    output.stdout
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
    let folder = tempfolder("access");
    let (team, other) = (Keys::new(&folder, "team"), Keys::new(&folder, "other"));
    let certs = json!({ "keys": [
        { "kid": "k1", "kty": "RSA", "alg": "RS256", "use": "sig", "e": "AQAB", "n": team.modulus() },
    ]});
    let server = Sink::start(move |_| Answer::Status(200, certs.to_string()));
    let worker = Worker::builder()
        .with_faults()
        .without("ADMIN_TOKEN")
        .variable("ACCESS_TEAM", "acme")
        .variable("ACCESS_AUD", "aud-1")
        .start();
    let origins = json!({ "origins": { "https://acme.cloudflareaccess.com": server.url() } });
    let set = worker.request("PUT", "/faults", &[], origins.to_string().as_bytes());
    assert_eq!(set.status, 200);

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
    let _ = fs::remove_dir_all(folder);
}

#[test]
fn whom_access_let_through_does_what_its_role_covers_and_from_our_own_pages() {
    let _alone = alone();
    let folder = tempfolder("roles");
    let team = Keys::new(&folder, "team");
    let certs = json!({ "keys": [
        { "kid": "k1", "kty": "RSA", "alg": "RS256", "use": "sig", "e": "AQAB", "n": team.modulus() },
    ]});
    let server = Sink::start(move |_| Answer::Status(200, certs.to_string()));
    let operators =
        r#"{"ann@example.com":"publisher","*@example.com":"viewer emergency","ci":"publisher"}"#;
    let worker = Worker::builder()
        .with_faults()
        .variable("ACCESS_TEAM", "acme")
        .variable("ACCESS_AUD", "aud-1")
        .variable("OPERATORS", operators)
        .start();
    let origins = json!({ "origins": { "https://acme.cloudflareaccess.com": server.url() } });
    let set = worker.request("PUT", "/faults", &[], origins.to_string().as_bytes());
    assert_eq!(set.status, 200);

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
    let _ = fs::remove_dir_all(folder);
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
    let looks = |path: &str| {
        let page = get(ann, "/api/audit").json();
        let mut looks = Vec::new();
        for event in page["events"].as_array().unwrap() {
            let data = &event["data"];
            if data["verb"] == "look" {
                assert_eq!(data["who"], ann, "{path}: {data}");
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
        let looks = looks("/api/audit");
        (looks.len() >= 3).then_some(looks)
    });
    assert_eq!(found, ["calls -", &format!("calls {leg}"), "events -"]);
}

#[test]
fn calls_and_events_are_found_again() {
    let _alone = alone();
    let worker = Worker::start();
    let calls = calls(12, 0xf17d);
    send(&worker, &calls);

    let get = |path: &str| worker.api("GET", path, &Value::Null);
    let page = get("/api/calls?limit=5").json();
    assert_eq!(page["calls"].as_array().unwrap().len(), 5);
    let mut legs = BTreeSet::new();
    let mut path = "/api/calls?limit=5".to_owned();
    loop {
        let page = get(&path).json();
        for record in page["calls"].as_array().unwrap() {
            assert!(
                legs.insert(record["leg"].as_str().unwrap().to_owned()),
                "twice on the pages"
            );
        }
        let Some(cursor) = page["cursor"].as_str() else {
            break;
        };
        path = format!("/api/calls?limit=5&cursor={cursor}");
    }
    assert_eq!(legs.len(), calls.expected.len());

    let transferred = get("/api/calls?outcome=transferred").json();
    let expected = calls
        .expected
        .iter()
        .filter(|it| it.outcome == Some("transferred"))
        .count();
    assert_eq!(transferred["calls"].as_array().unwrap().len(), expected);
    assert!(expected > 0);
    let talk = page["calls"][0]["conversation"].as_str().unwrap();
    let of_talk = get(&format!("/api/calls?conversation={talk}")).json();
    let legs_of_talk = 1 + page["calls"][0]["legs"].as_array().unwrap().len();
    assert_eq!(of_talk["calls"].as_array().unwrap().len(), legs_of_talk);
    let none = get("/api/calls?since=2100-01-01T00:00:00Z").json();
    assert_eq!(none["calls"], json!([]));

    let leg = &calls.expected[0].leg;
    let one = get(&format!("/api/calls/{leg}")).json();
    assert_eq!(one["record"]["leg"], leg.as_str());
    assert!(one["path"].is_array());
    let own = calls
        .webhooks
        .iter()
        .filter(|it| it["uuid"] == leg.as_str())
        .count();
    assert!(one["events"].as_array().unwrap().len() >= own);
    assert_eq!(get("/api/calls/nobody").status, 404);

    let of_leg = get(&format!("/api/events?leg={leg}")).json();
    assert_eq!(of_leg["events"].as_array().unwrap().len(), own);
    let started = get("/api/events?type=vonage.voice.started&limit=500").json();
    assert_eq!(
        started["events"].as_array().unwrap().len(),
        calls.expected.len()
    );
    let voice = get("/api/events?type=vonage.voice.*&limit=500").json();
    assert_eq!(
        voice["events"].as_array().unwrap().len(),
        calls.webhooks.len()
    );

    let failed = get("/api/calls?outcome=failed&limit=500").json();
    let failed_expected = calls.expected.iter();
    let failed_expected = failed_expected.filter(|it| it.outcome == Some("failed"));
    assert_eq!(
        failed["calls"].as_array().unwrap().len(),
        failed_expected.count()
    );
    let from = page["calls"][0]["from"].as_str().unwrap();
    for record in get(&format!("/api/calls?from={from}")).json()["calls"]
        .as_array()
        .unwrap()
    {
        assert_eq!(record["from"], from);
    }
    assert_eq!(get("/api/calls?from=440000").json()["calls"], json!([]));

    // Who follows along sees what comes, once, and nothing else.
    let place = get("/api/events?after=now").json()["cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    let more = e2e::events::calls(3, 0xf17e);
    send(&worker, &more);
    let mut place = format!("/api/events?after={place}");
    let expected = e2e::events::ids_of(&more.webhooks);
    let count = expected.len();
    let followed = worker.wait_for("the tail", Duration::from_secs(30), {
        let mut seen = Vec::new();
        move |worker| {
            let part = worker.api("GET", &place, &Value::Null).json();
            for event in part["events"].as_array().unwrap() {
                seen.push(event["id"].as_str().unwrap().to_owned());
            }
            place = format!("/api/events?after={}", part["cursor"].as_str().unwrap());
            (seen.len() >= count).then(|| seen.clone())
        }
    });
    let once: BTreeSet<String> = followed.iter().cloned().collect();
    assert_eq!(followed.len(), once.len(), "each once");
    assert_eq!(once, expected);

    for (method, path, body, status) in [
        (
            "GET",
            "/api/calls?since=2026-01-01T00:00:00",
            Value::Null,
            400,
        ),
        ("GET", "/api/events?until=2026-01-01", Value::Null, 400),
        ("GET", "/api/events?after=yesterday", Value::Null, 400),
        ("GET", "/api/calls?form=1", Value::Null, 400),
        ("GET", "/api/calls?limit=x", Value::Null, 400),
        ("GET", "/api/events?cursor=x", Value::Null, 400),
        ("POST", "/api/events/replay", json!({}), 400),
        (
            "POST",
            "/api/events/replay",
            json!({ "dead": ["events/x"] }),
            400,
        ),
        ("POST", "/api/events/replay", json!({ "since": "now" }), 400),
        (
            "POST",
            "/api/events/replay",
            json!({ "until": "2026-01-01T00:00:00Z", "sinks": ["moon"] }),
            400,
        ),
        ("GET", "/api/events/replay", Value::Null, 405),
        ("DELETE", "/api/events", Value::Null, 405),
    ] {
        let reply = worker.api(method, path, &body);
        assert_eq!(reply.status, status, "{method} {path}: {reply:?}");
        assert_eq!(reply.content_type, "application/problem+json");
    }
}

#[test]
fn what_is_old_is_forgotten() {
    let _alone = alone();
    let worker = Worker::builder()
        .variable("RETENTION_DAYS", "30")
        .argument("--test-scheduled")
        .start();
    // 1,300 conversations of 2020: 1577836800000 milliseconds, then 11 bits.
    let _ = worker.sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1300)
         INSERT INTO conversations (n, conversation, part, revision, writer, last, legs, terms, body)
         SELECT 1577836800000 * 2048 + i, 'old' || i, 0, 1, 1, 1577836800000,
           json_array('leg' || i), json_array('menu:old'), x'00' FROM n;
         INSERT INTO legs (leg, conversation, n, caller)
         SELECT 'leg' || (n & 2047), conversation, n, '447700900999' FROM conversations;
         INSERT INTO terms SELECT 'menu:old', n FROM conversations;",
    );
    let calls = calls(2, 0x01d);
    for webhook in &calls.webhooks {
        assert_eq!(worker.post("/webhooks/event", webhook).status, 200);
    }
    // What the calls began is long ago as well, but their events came today.
    let count = |table: &str| {
        let rows = worker.sql(&format!("SELECT count(*) AS n FROM {table}"));
        rows[0]["n"].as_u64().unwrap()
    };
    worker.wait_for("the events", Duration::from_secs(60), |worker| {
        let today = worker.find("events", "since=2021-01-01T00:00:00Z");
        (today.len() == calls.webhooks.len()).then_some(())
    });
    let before = count("conversations");
    let done = worker.request("GET", "/__scheduled", &[], b"");
    assert_eq!(done.status, 200, "{done:?}");
    worker.wait_for("the old ones to go", Duration::from_secs(30), |_| {
        (count("conversations") == before - 1300).then_some(())
    });
    assert_eq!(worker.event_ids().len(), calls.webhooks.len());
    for (table, old) in [
        ("legs", "conversation LIKE 'old%'"),
        ("terms", "term = 'menu:old'"),
    ] {
        assert_eq!(count(&format!("{table} WHERE {old}")), 0, "{table}");
    }
}

#[test]
fn recordings_are_fetched_from_vonage_when_they_are_ready() {
    let _alone = alone();
    let folder = tempfolder("recordings");
    let keys = Keys::new(&folder, "application");
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let vonage = Sink::start(move |_| match count.fetch_add(1, Ordering::Relaxed) {
        0 | 1 => Answer::Status(404, "not ready".into()),
        _ => Answer::Status(200, "the sound of a voice".into()),
    });
    let private = fs::read_to_string(&keys.private)
        .unwrap()
        .trim()
        .replace('\n', "\\n");
    let worker = Worker::builder()
        .with_faults()
        .variable("VONAGE_PRIVATE_KEY", &private)
        .variable("VONAGE_APPLICATION_ID", APPLICATION)
        .start();
    let origins = json!({ "origins": { "https://api-eu.nexmo.com": vonage.url() } });
    let set = worker.request("PUT", "/faults", &[], origins.to_string().as_bytes());
    assert_eq!(set.status, 200);

    let recording = |id: &str, url: &str| {
        json!({ "recording_url": url, "recording_uuid": id, "conversation_uuid": "CON-1", "size": 20,
            "start_time": "2026-03-02T10:00:00Z", "end_time": "2026-03-02T10:00:10Z", "timestamp": "2026-03-02T10:00:11.000Z" })
    };
    let post = |body: &Value| {
        let body = body.to_string();
        let mut application = worker.application();
        application.application_id = Some(APPLICATION.to_owned());
        let request = Request::json(&application.event.url, body.as_bytes());
        worker.deliver(application.signed(request, now())).status
    };
    assert_eq!(
        post(&recording(
            "rec-1",
            "https://api-eu.nexmo.com/v1/files/rec-1"
        )),
        200
    );
    worker.wait_for("the recording", Duration::from_secs(90), |worker| {
        worker
            .objects()
            .iter()
            .any(|text| text == "the sound of a voice")
            .then_some(())
    });
    assert_eq!(asked.load(Ordering::Relaxed), 3);
    let request = &vonage.received()[2];
    assert_eq!(request.path, "/v1/files/rec-1");
    let token = request
        .header("authorization")
        .strip_prefix("Bearer ")
        .unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    assert!(keys.has_signed(signed, &URL_SAFE_NO_PAD.decode(signature).unwrap()));
    // The other sinks did not wait for it, and got it once.
    assert!(worker.archived().values().all(|times| *times == 1));

    // A token for the whole application goes to nobody else.
    let before = vonage.received().len();
    assert_eq!(
        post(&recording(
            "rec-2",
            &format!("{}/v1/files/rec-2", vonage.url())
        )),
        200
    );
    assert_eq!(
        post(&recording(
            "rec-3",
            "https://api-eu.nexmo.com.example/v1/files/rec-3"
        )),
        200
    );
    worker.wait_for("their events", Duration::from_secs(60), |worker| {
        (worker.all("events").len() == 3).then_some(())
    });
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(vonage.received().len(), before);
    let _ = fs::remove_dir_all(folder);
}

fn tempfolder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("edge-ivr-keys-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}
