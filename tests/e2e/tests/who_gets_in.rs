//! Signatures and bad input, over real HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::time::Duration;

use e2e::{Raw, Reply, SIGNATURE_SECRET, Worker, now, token, token_of};
use serde_json::{Value, json};
use vonage::Delivery;

const EVENT: &str = "/webhooks/event";
const RINGING: &[u8] = br#"{"uuid":"leg-gate","conversation_uuid":"CON-gate","status":"ringing","direction":"inbound"}"#;

fn post(worker: &Worker, to: &str, token: Option<&str>) -> Reply {
    worker.send("POST", to, token, "application/json", RINGING)
}

fn good() -> String {
    token(&Delivery::json(RINGING))
}

/// With the header changed to name another algorithm, and nothing else.
fn with_algorithm_none() -> String {
    let token = good();
    let rest = token.split_once('.').unwrap().1;
    // {"alg":"none","typ":"JWT"}
    format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{rest}")
}

#[test]
fn only_what_vonage_signed_gets_in() {
    // Enough for the whole table: the limit itself has a test of its own.
    let worker = Worker::builder().limit("UNSIGNED_LIMIT", 1000).start();
    let check = |what: &str, reply: Reply, status: u16, reason: Option<&str>| {
        assert_eq!(reply.status, status, "{what}: {reply:?}");
        let expected = reason.map(str::to_owned);
        let line = worker.wait_for(what, Duration::from_secs(30), |worker| {
            worker.log_lines(0).0.into_iter().rev().find(|line| {
                line["status"] == status && line["reason"].as_str().map(str::to_owned) == expected
            })
        });
        assert_eq!(line["reason"].as_str(), reason, "{what}");
    };
    let stale = |seconds| token_of(SIGNATURE_SECRET, now() + seconds, &Delivery::json(RINGING));

    check("signed", post(&worker, EVENT, Some(&good())), 200, None);
    check(
        "no token",
        post(&worker, EVENT, None),
        401,
        Some("no_token"),
    );
    for route in [
        "answer",
        "answer/acme",
        "input",
        "connect",
        "whisper",
        "notify",
    ] {
        let route = format!("/webhooks/{route}");
        check(&route, post(&worker, &route, None), 503, Some("no_token"));
    }
    for route in [
        "rtc",
        "messages/inbound",
        "messages/status",
        "recording",
        "dispatch",
    ] {
        let route = format!("/webhooks/{route}");
        check(&route, post(&worker, &route, None), 401, Some("no_token"));
    }
    check(
        "another secret",
        post(
            &worker,
            EVENT,
            Some(&token_of("another secret", now(), &Delivery::json(RINGING))),
        ),
        401,
        Some("bad_signature"),
    );
    check(
        "another body",
        post(&worker, EVENT, Some(&token(&Delivery::json(b"{}")))),
        401,
        Some("payload_hash"),
    );
    check(
        "alg none",
        post(&worker, EVENT, Some(&with_algorithm_none())),
        401,
        Some("algorithm"),
    );
    check(
        "old",
        post(&worker, EVENT, Some(&stale(-302))),
        401,
        Some("stale"),
    );
    check(
        "of the future",
        post(&worker, EVENT, Some(&stale(302))),
        401,
        Some("stale"),
    );
    check(
        "old, within the window",
        post(&worker, EVENT, Some(&stale(-290))),
        200,
        None,
    );
    check(
        "cut off",
        post(&worker, EVENT, good().get(..40)),
        401,
        Some("malformed_token"),
    );
    check(
        "not JSON",
        worker.send(
            "POST",
            EVENT,
            Some(&token(&Delivery::json(b"{\"uuid\":"))),
            "application/json",
            b"{\"uuid\":",
        ),
        400,
        Some("not_json"),
    );
    let long = vec![b' '; (1 << 20) + 1];
    check(
        "over 1 MiB",
        worker.send(
            "POST",
            EVENT,
            Some(&token(&Delivery::json(&long))),
            "application/json",
            &long,
        ),
        413,
        Some("body_too_long"),
    );
    let reply = worker.send("PUT", EVENT, Some(&good()), "application/json", RINGING);
    assert_eq!(reply.status, 405, "{reply:?}");
    let reply = worker.get_webhook(EVENT, "uuid=leg-gate&status=completed&s=x%20y");
    assert_eq!(reply.status, 200, "a GET counts its whole query: {reply:?}");
    let odd =
        json!({"uuid": 7, "status": "never heard of", "more": [null, {"x": "1"}], "from": null});
    assert_eq!(
        worker.post(EVENT, &odd).status,
        200,
        "odd fields pass through"
    );

    let log = worker.log();
    assert!(!log.contains(SIGNATURE_SECRET), "the secret is in the log");
    assert!(!log.contains("Bearer"), "a token is in the log");
}

#[test]
fn every_reply_carries_the_security_headers() {
    let worker = Worker::start();
    for reply in [
        worker.request("GET", "/healthz", &[], b""),
        worker.request("GET", "/nowhere", &[], b""),
        post(&worker, EVENT, None),
    ] {
        for name in [
            "cache-control",
            "content-security-policy",
            "x-content-type-options",
            "strict-transport-security",
            "referrer-policy",
        ] {
            assert!(
                reply.headers.iter().any(|(header, _)| header == name),
                "{name} is missing: {reply:?}"
            );
        }
        assert!(
            !reply
                .headers
                .iter()
                .any(|(header, _)| header.starts_with("access-control")),
            "{reply:?}"
        );
    }
}

#[test]
fn too_many_refused_requests_are_turned_away() {
    let worker = Worker::builder().limit("UNSIGNED_LIMIT", 5).start();
    // A minute may end meanwhile, and the count with it: then there are up to ten.
    let statuses: Vec<_> = (0..11).map(|_| post(&worker, EVENT, None).status).collect();
    let refused = statuses.iter().take_while(|status| **status == 401).count();
    assert!((5..=10).contains(&refused), "{statuses:?}");
    assert_eq!(statuses[refused], 429, "{statuses:?}");
    assert_eq!(
        post(&worker, EVENT, Some(&good())).status,
        200,
        "a signed request from the same address still gets in"
    );
}

#[test]
fn without_its_secret_the_worker_refuses_and_says_which() {
    let worker = Worker::builder().without("VONAGE_SIGNATURE_SECRET").start();
    for route in ["/webhooks/answer", EVENT] {
        assert_eq!(post(&worker, route, Some(&good())).status, 503, "{route}");
    }
    let fallback = post(&worker, "/webhooks/fallback", None);
    assert!(fallback.spoken().contains("sorry"), "{fallback:?}");
    let log = worker.log();
    assert!(
        log.contains("wrangler secret put VONAGE_SIGNATURE_SECRET"),
        "{log}"
    );
    let health = worker.request("GET", "/healthz", &[], b"").json();
    assert_eq!(health["configured"]["VONAGE_SIGNATURE_SECRET"], false);
    assert_eq!(health["bound"]["MENUS"], true);
}

#[test]
fn a_key_that_is_short_or_blank_counts_as_missing_and_says_so() {
    let worker = Worker::builder()
        .variable("STATE_KEY", "k1")
        .variable("ADMIN_TOKEN", "admintok")
        .variable("VONAGE_SIGNATURE_SECRET", " ")
        .variable("RETENTION_DAYS", "30 days")
        .start();
    let health = worker.request("GET", "/healthz", &[], b"").json();
    for secret in ["VONAGE_SIGNATURE_SECRET", "STATE_KEY", "ADMIN_TOKEN"] {
        assert_eq!(health["configured"][secret], false, "{health}");
    }
    let told: Vec<&str> = health["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["setting"].as_str().unwrap())
        .collect();
    for setting in [
        "VONAGE_SIGNATURE_SECRET",
        "STATE_KEY",
        "ADMIN_TOKEN",
        "RETENTION_DAYS",
    ] {
        assert!(told.contains(&setting), "{health}");
    }
    assert!(!health.to_string().contains("admintok"), "{health}");
    let token = [("authorization", "Bearer admintok".to_owned())];
    assert_eq!(worker.request("GET", "/api/calls", &token, b"").status, 503);
    logged(&worker, "the short key", |line| {
        line["reason"] == "key_too_short" && line["detail"].as_str().unwrap().contains("STATE_KEY")
    });
    assert!(!worker.log().contains("admintok"));
}

#[test]
fn during_a_rotation_both_secrets_are_good() {
    let worker = Worker::builder()
        .variable("VONAGE_SIGNATURE_SECRET", "the new one")
        .variable("VONAGE_SIGNATURE_SECRET_PREVIOUS", "the old one")
        .start();
    for (secret, status) in [
        ("the new one", 200),
        ("the old one", 200),
        (SIGNATURE_SECRET, 401),
    ] {
        let token = token_of(secret, now(), &Delivery::json(RINGING));
        assert_eq!(
            post(&worker, EVENT, Some(&token)).status,
            status,
            "{secret}"
        );
    }
}

#[test]
fn the_sms_api_signs_its_parameters_instead() {
    use vonage::sms_signature::{Algorithm, sign};
    let worker = Worker::start();
    let timestamp = now().to_string();
    let parameters = [
        ("msisdn", "447700900001"),
        ("to", "442079460000"),
        ("messageId", "0A0000000123ABCD1"),
        ("text", "hello"),
        ("timestamp", timestamp.as_str()),
    ];
    let sig = sign(Algorithm::Sha256, SIGNATURE_SECRET.as_bytes(), &parameters);
    let query: String = parameters
        .iter()
        .map(|(name, value)| format!("{name}={value}&"))
        .collect();
    let get = |path: &str, sig: &str| {
        let url = format!("{path}?{query}sig={sig}");
        worker.request("GET", &url, &[], b"").status
    };
    assert_eq!(get("/webhooks/sms/inbound", &sig), 200);
    assert_eq!(
        get("/webhooks/sms/inbound", &sig.replace(&sig[..1], "x")),
        401
    );
    assert_eq!(get(EVENT, &sig), 401, "there only a token counts");
    let unsigned = worker.request("GET", "/webhooks/sms/receipt?msisdn=1", &[], b"");
    assert_eq!(unsigned.status, 401);
}

/// Waits for a log line that says this.
fn logged(worker: &Worker, what: &str, says: impl Fn(&Value) -> bool) -> Value {
    worker.wait_for(what, Duration::from_secs(30), |worker| {
        let (lines, _) = worker.log_lines(0);
        lines.into_iter().rev().find(|line| says(line))
    })
}

/// A signed answer webhook, as it comes from an address. (At Cloudflare no client can set this
/// header; locally one that does stands in for the address.)
fn answer_from(worker: &Worker, address: Option<&str>, conversation: &str) -> Reply {
    let body = json!({ "from": "447700900001", "to": "442079460000", "uuid": "leg-address",
        "conversation_uuid": conversation })
    .to_string();
    let mut headers = vec![
        ("content-type", "application/json".to_owned()),
        (
            "authorization",
            format!("Bearer {}", token(&Delivery::json(body.as_bytes()))),
        ),
    ];
    headers.extend(address.map(|address| ("cf-connecting-ip", address.to_owned())));
    worker.request("POST", "/webhooks/answer", &headers, body.as_bytes())
}

#[test]
fn with_allowed_ips_only_those_addresses_get_in() {
    let worker = Worker::builder()
        .variable("ALLOWED_IPS", "216.147.0.0/18, 2001:db8::/32")
        .limit("UNSIGNED_LIMIT", 1000)
        .start();
    for inside in ["216.147.0.1", "216.147.63.255", "2001:db8:1::7"] {
        let reply = answer_from(&worker, Some(inside), "CON-inside");
        assert!(
            reply.spoken().starts_with("Welcome to ACME."),
            "{inside}: {reply:?}"
        );
    }
    for outside in [
        Some("216.147.64.0"),
        Some("2001:db9::1"),
        // Where the platform gives no address: the one of this connection stands in.
        None,
        Some("unknown"),
        Some("216.147.0.1, 203.0.113.9"),
    ] {
        let reply = answer_from(&worker, outside, "CON-outside");
        assert_eq!(
            (reply.status, reply.body.as_str()),
            (403, ""),
            "{outside:?}: {reply:?}"
        );
    }
    logged(&worker, "the refusal", |line| {
        line["reason"] == "address_not_allowed" && line["status"] == 403
    });
    let kept = worker.wait_for("the events", Duration::from_secs(30), |worker| {
        let rows = worker.sql("SELECT DISTINCT conversation FROM conversations");
        (!rows.is_empty()).then_some(rows)
    });
    assert_eq!(kept, [json!({ "conversation": "CON-inside" })]);
}

#[test]
fn a_malformed_list_of_addresses_lets_nobody_in_and_says_so() {
    for (list, named) in [
        (
            "216.147.0.0/33 anywhere",
            &["216.147.0.0/33", "anywhere"][..],
        ),
        (",", &["no address"][..]),
    ] {
        let worker = Worker::builder().variable("ALLOWED_IPS", list).start();
        let reply = answer_from(&worker, Some("216.147.0.1"), "CON-list");
        assert_eq!(reply.status, 403, "{list}: {reply:?}");
        let line = logged(&worker, list, |line| {
            line["reason"] == "allowed_ips_malformed"
        });
        for name in named {
            assert!(line["detail"].as_str().unwrap().contains(name), "{line}");
        }
    }
    // What is right in a list goes on counting: a misspelling does not take the line down.
    let worker = Worker::builder()
        .variable("ALLOWED_IPS", "anywhere,216.147.0.0/18")
        .start();
    let reply = answer_from(&worker, Some("216.147.0.1"), "CON-list");
    assert!(reply.spoken().starts_with("Welcome"), "{reply:?}");
    assert_eq!(
        answer_from(&worker, Some("1.2.3.4"), "CON-list").status,
        403
    );
    logged(&worker, "the misspelling", |line| {
        line["reason"] == "allowed_ips_malformed"
    });
}

/// A signed event webhook whose body the caller writes as it likes.
fn raw(worker: &Worker, signed: &[u8]) -> Raw {
    Raw::new("POST", EVENT)
        .header("host", format!("127.0.0.1:{}", worker.port()))
        .header("content-type", "application/json")
        .header(
            "authorization",
            format!("Bearer {}", token(&Delivery::json(signed))),
        )
}

#[test]
fn a_body_that_breaks_off_is_no_fault_of_the_worker() {
    let worker = Worker::builder().limit("UNSIGNED_LIMIT", 1000).start();
    for path in [EVENT, "/webhooks/answer"] {
        let request = Raw::new("POST", path)
            .header("host", format!("127.0.0.1:{}", worker.port()))
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", good()))
            .header("content-length", (RINGING.len() + 100).to_string())
            .body(RINGING)
            .cut_off();
        // wrangler's own proxy does not hand on every one of them.
        worker.wait_for(path, Duration::from_secs(30), |worker| {
            let _ = worker.raw(&request);
            let (lines, _) = worker.log_lines(0);
            let is_it = |line: &Value| {
                line["route"] == path && line["status"] == 400 && line["reason"] == "body_broken"
            };
            lines.iter().any(is_it).then_some(())
        });
    }
    assert!(!worker.log().contains("\"lost\""), "{}", worker.log());
}

#[test]
fn a_body_is_bounded_whatever_is_said_of_its_length() {
    let worker = Worker::builder().limit("UNSIGNED_LIMIT", 1000).start();
    let long = vec![b' '; (1 << 20) + (1 << 17)];
    let request = || raw(&worker, &long);
    let short = || raw(&worker, RINGING);
    let check = |what: &str, request: Raw, status: u16, reason: Option<&str>| {
        let reply = worker.raw(&request);
        let reply = reply.unwrap_or_else(|| panic!("{what}: no reply\n{}", worker.log()));
        assert_eq!(reply.status, status, "{what}: {reply:?}");
        if reason.is_some() {
            logged(&worker, what, |line| line["reason"].as_str() == reason);
        }
    };
    check("in chunks", short().chunked(RINGING), 200, None);
    // The answer comes although the body never ends: nobody waits for the rest of it.
    check(
        "in chunks, over 1 MiB, without an end",
        request().endless(&long),
        413,
        Some("body_too_long"),
    );
    check(
        "in chunks, over 1 MiB",
        request().chunked(&long),
        413,
        Some("body_too_long"),
    );
    check(
        "announced shorter than it is",
        request().header("content-length", "20").body(long.clone()),
        401,
        Some("payload_hash"),
    );
    let lines = worker.log_lines(0).0.len();
    let both = request().header("content-length", "20").endless(&long);
    let reply = worker.raw(&both);
    println!("both: {reply:?}");
    let status = reply.map_or(400, |reply| reply.status);
    assert!(
        [400, 413].contains(&status),
        "in chunks, with a length that lies: {status}\n{:?}",
        &worker.log_lines(0).0[lines..]
    );
    check("afterwards", short().chunked(RINGING), 200, None);
}
