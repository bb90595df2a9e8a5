//! Tokens and `sig` parameters, made by another implementation of the same rules.
//! `fixtures/jwt.jsonl` and `fixtures/sms_signature.jsonl` begin with a line of secrets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use serde_json::Value;
use sha2::Digest as _;
use vonage::jwt::{self, Claims, Verifier};
use vonage::sms_signature::{self, Algorithm};
use vonage::{Delivery, Route, Webhook, encode_query};

fn lines(text: &str) -> (Value, Vec<Value>) {
    let mut lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    (lines.next().unwrap(), lines.collect())
}

#[test]
fn tokens_are_taken_or_refused_for_the_right_reason() {
    let (secrets, vectors) = lines(include_str!("fixtures/jwt.jsonl"));
    for vector in &vectors {
        let text = |member: &str| vector[member].as_str();
        let verifier = Verifier::new(
            secrets["secret"].as_str().unwrap(),
            secrets["previous"].as_str(),
        )
        .api_key(text("api_key").unwrap_or_default())
        .application(text("application").unwrap_or_default())
        .raw_query(vector["raw_query"] == true);
        let delivery = match text("query") {
            Some(query) => Delivery::get(query),
            None => Delivery::json(text("body").unwrap().as_bytes()),
        };
        let at = vector["at"].as_i64().unwrap();
        let verdict = match verifier.verify(text("authorization"), &delivery, at) {
            Ok(claims) => {
                assert_eq!(claims.issuer, "Vonage");
                "ok"
            }
            Err(refusal) => refusal.code(),
        };
        assert_eq!(verdict, text("expected").unwrap(), "{}", vector["name"]);
    }
}

#[test]
fn without_a_secret_nothing_is_let_in() {
    let delivery = Delivery::json(b"{}");
    let token = format!(
        "Bearer {}",
        jwt::sign(b"", &Claims::new(100, "j"), &delivery)
    );
    for verifier in [Verifier::new("", None), Verifier::new("", Some(""))] {
        assert!(!verifier.is_configured());
        let refusal = verifier.verify(Some(&token), &delivery, 100).unwrap_err();
        assert_eq!(refusal.code(), "no_secret");
    }
    let rotating = Verifier::new("", Some("old"));
    assert!(rotating.is_configured());
}

#[test]
fn what_is_signed_here_is_let_in_here() {
    let mut claims = Claims::new(1_731_000_000, "5d1f8a52");
    claims.api_key = Some("k3y5a1d2".to_owned());
    claims.application = Some("6c1a5f0e".to_owned());
    let verifier = Verifier::new("new", Some("old"))
        .api_key("k3y5a1d2")
        .application("6c1a5f0e")
        .window(10);
    let deliveries = [
        Delivery::json(b"{\"a\":1}"),
        Delivery::form(b"a=1"),
        Delivery::json(b""),
        Delivery::get("a=%7B%22b%22:1%7D&c=%22+x"),
        Delivery::get(""),
    ];
    for delivery in &deliveries {
        for secret in ["new", "old"] {
            let token = format!("Bearer {}", jwt::sign(secret.as_bytes(), &claims, delivery));
            let read = verifier.verify(Some(&token), delivery, 1_731_000_010);
            assert_eq!(read.as_ref(), Ok(&claims));
            assert!(
                verifier
                    .verify(Some(&token), delivery, 1_731_000_011)
                    .is_err()
            );
        }
    }
}

#[test]
fn debug_output_shows_no_secret() {
    let shown = format!(
        "{:?} {:?}",
        Verifier::new("hush", Some("hush")),
        sms_signature::Verifier::new("hush").previous("hush"),
    );
    assert!(!shown.contains("hush"), "{shown}");
}

#[test]
fn sms_signatures_are_taken_or_refused_for_the_right_reason() {
    let (secrets, vectors) = lines(include_str!("fixtures/sms_signature.jsonl"));
    let secret = secrets["secret"].as_str().unwrap();
    for vector in &vectors {
        let name = &vector["name"];
        let parameters = vector["parameters"].as_object().unwrap();
        let pairs: Vec<_> = parameters
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str().unwrap()))
            .collect();
        let encoded = encode_query(pairs.iter().copied());
        let json = vector["parameters"].to_string();
        let delivery = match vector["transport"].as_str().unwrap() {
            "form" => Delivery::form(encoded.as_bytes()),
            "json" => Delivery::json(json.as_bytes()),
            _ => Delivery::get(&encoded),
        };
        let at = vector["at"].as_i64().unwrap();
        let algorithm = vector["algorithm"]
            .as_str()
            .map(|name| Algorithm::named(name).unwrap());
        for verifier in [
            sms_signature::Verifier::new(secret),
            sms_signature::Verifier::new("another").previous(secret),
        ] {
            let verifier = match algorithm {
                Some(algorithm) => verifier.algorithm(algorithm),
                None => verifier,
            };
            let verdict = match verifier.verify(&delivery, at) {
                Ok(()) => "ok",
                Err(refusal) => refusal.code(),
            };
            assert_eq!(verdict, vector["expected"].as_str().unwrap(), "{name}");
        }
    }
}

#[test]
fn a_number_in_json_is_signed_as_it_is_written() {
    let parameters = [("msisdn", "447700900222"), ("timestamp", "1731000000")];
    let sig = sms_signature::sign(Algorithm::Md5Hash, b"s", &parameters);
    let body =
        format!(r#"{{"timestamp":1731000000,"msisdn":"447700900222","udh":null,"sig":"{sig}"}}"#);
    let verifier = sms_signature::Verifier::new("s");
    assert_eq!(
        verifier.verify(&Delivery::json(body.as_bytes()), 1_731_000_000),
        Ok(())
    );
}

#[test]
fn an_empty_secret_signs_and_never_verifies() {
    let parameters = [("text", "x"), ("timestamp", "1731000000")];
    let sig = sms_signature::sign(Algorithm::Md5Hash, b"", &parameters);
    assert!(sms_signature::is_signature(
        Algorithm::Md5Hash,
        b"",
        &parameters,
        &sig
    ));
    let query = format!("text=x&timestamp=1731000000&sig={sig}");
    let refusal = sms_signature::Verifier::new("").verify(&Delivery::get(&query), 1_731_000_000);
    assert_eq!(refusal.unwrap_err().code(), "no_secret");
}

#[test]
fn a_plus_in_a_query_is_read_as_it_was_signed() {
    let check = |signed: &str, sent: &str, expected: Result<&str, jwt::JwtError>| {
        // A token's hash is over the JSON of the parameters, as they were meant.
        let claims = format!(
            r#"{{"iat":1000,"iss":"Vonage","payload_hash":"{}"}}"#,
            sha2::Sha256::digest(signed)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        );
        let header = format!("Bearer {}", jwt::sign_claims(b"secret", &claims));
        let verifier = jwt::Verifier::new("secret", None);
        let token = verifier.verify_token(Some(&header), 1_000).unwrap();
        let plus = verifier.verify_payload(&token, &Delivery::get(sent));
        let spelt = plus.map(|plus| plus.spell_out(sent).into_owned());
        assert_eq!(
            spelt.as_deref().map_err(|refusal| *refusal),
            expected,
            "{sent}"
        );
        if let Ok(spelt) = spelt {
            let webhook = Webhook::parse(Route::Answer, &Delivery::get(&spelt)).unwrap();
            let meant: serde_json::Value = serde_json::from_str(signed).unwrap();
            assert_eq!(serde_json::Value::Object(webhook.fields), meant, "{sent}");
        }
    };
    let number = r#"{"to":"442079460991","from":"+447700900324"}"#;
    check(
        number,
        "to=442079460991&from=+447700900324",
        Ok("to=442079460991&from=%2B447700900324"),
    );
    check(
        number,
        "to=442079460991&from=%2B447700900324",
        Ok("to=442079460991&from=%2B447700900324"),
    );
    check(r#"{"text":"a b"}"#, "text=a+b", Ok("text=a+b"));
    check(r#"{"text":"a+b c"}"#, "text=a+b%20c", Ok("text=a%2Bb%20c"));
    check(
        r#"{"text":"a+b"}"#,
        "text=a-b",
        Err(jwt::JwtError::PayloadHash),
    );
    // One query is read in one way.
    check(
        r#"{"a":"1+2","b":"3 4"}"#,
        "a=1+2&b=3+4",
        Err(jwt::JwtError::PayloadHash),
    );
}

#[test]
fn an_sms_of_more_parameters_than_any_has_is_not_computed() {
    let verifier = sms_signature::Verifier::new("hush");
    let many = |count: usize| vec!["a=1"; count].join("&");
    let members = |count: usize| {
        let members: Vec<_> = (0..count).map(|n| format!(r#""a{n}":"1""#)).collect();
        format!("{{{}}}", members.join(","))
    };
    for (count, expected) in [
        (64, sms_signature::SmsSignatureError::Missing),
        (65, sms_signature::SmsSignatureError::TooMany),
        (200_000, sms_signature::SmsSignatureError::TooMany),
    ] {
        let form = many(count);
        let verdict = verifier.verify(&Delivery::form(form.as_bytes()), 0);
        assert_eq!(verdict, Err(expected), "{count}");
        assert_eq!(
            verifier.verify(&Delivery::get(&form), 0),
            Err(expected),
            "{count}"
        );
        let json = members(count.min(1_000));
        let verdict = verifier.verify(&Delivery::json(json.as_bytes()), 0);
        assert_eq!(verdict, Err(expected), "{count}");
    }
}
