//! Who may use `/api`: the bearer of `ADMIN_TOKEN`, or whom Cloudflare Access let through.
//!
//! With neither configured, nobody.

use std::cell::RefCell;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::super::Exchange;
use crate::bindings::http::{self, Outgoing};
use crate::bindings::promise::{Refusal, settle};
use crate::bindings::{clock, limiter, web_crypto};
use crate::env::Config;
use crate::log;
use crate::respond::Reply;

/// How long the team's keys are used without asking again: they change every six weeks, and an old
/// one stays good for seven days.
const KEYS_FOR_MS: f64 = 3_600_000.0;
/// How often an unknown key makes us ask, at most.
const ASK_AGAIN_MS: f64 = 60_000.0;
/// Seconds two clocks may differ.
const LEEWAY: i64 = 60;

/// Lets an operator in, or says what to reply instead.
///
/// # Errors
/// The refusal, as a reply; `exchange.line` says why.
pub async fn check(exchange: &mut Exchange<'_>) -> Result<(), Reply> {
    let config = Config::of(exchange.env);
    let access = config.access.as_ref();
    let access = access.map(|(team, audience)| (team.as_str(), audience.as_str()));
    if config.admin_token.is_none() && access.is_none() {
        return Err(super::super::gate::unconfigured(exchange, "ADMIN_TOKEN"));
    }
    let reason = match refusal(exchange, &config, access).await {
        None => return Ok(()),
        Some(reason) => reason,
    };
    exchange.line.outcome = "refused";
    exchange.line.reason = Some(reason);
    let source = exchange.request.source().unwrap_or_default();
    if limiter::is_exceeded(exchange.env, "UNSIGNED_LIMIT", &source).await {
        return Err(
            Reply::problem(429, "Too many refusals", "Wait a minute.").with("retry-after", "60")
        );
    }
    Err(Reply::problem(
        401,
        "Not allowed",
        "Send the header Authorization: Bearer with the ADMIN_TOKEN, or come through Cloudflare Access.",
    )
    .with("www-authenticate", "Bearer"))
}

async fn refusal(
    exchange: &Exchange<'_>,
    config: &Config,
    access: Option<(&str, &str)>,
) -> Option<&'static str> {
    let bearer = exchange.request.header("authorization");
    let bearer = bearer.as_deref().and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    if let (Some(given), Some(expected)) = (bearer, config.admin_token.as_deref()) {
        return (!is_same(given, expected)).then_some("wrong_admin_token");
    }
    let assertion = exchange.request.header("cf-access-jwt-assertion");
    match (assertion, access) {
        (Some(token), Some((team, audience))) => verify_access(&token, team, audience).await.err(),
        _ => Some("no_operator_token"),
    }
}

/// Compares in constant time; hashed first, so that not even the length shows.
fn is_same(given: &str, expected: &str) -> bool {
    let given = Sha256::digest(given.as_bytes());
    let expected = Sha256::digest(expected.as_bytes());
    given.ct_eq(&expected).into()
}

async fn verify_access(token: &str, team: &str, audience: &str) -> Result<(), &'static str> {
    let issuer = issuer(team);
    let token = Token::read(token).ok_or("access_token_malformed")?;
    if token.header.alg != "RS256" {
        return Err("access_token_algorithm");
    }
    let keys = keys(&issuer, &token.header.kid).await.map_err(|refusal| {
        log::alert("access_keys", &refusal.message);
        "access_keys_unavailable"
    })?;
    let key = keys
        .iter()
        .find(|key| key.kid == token.header.kid)
        .ok_or("access_key_unknown")?;
    let genuine = web_crypto::verify(&key.n, &key.e, &token.signature, token.signed.as_bytes());
    if !genuine.await.unwrap_or(false) {
        return Err("access_signature");
    }
    token
        .claims
        .check(&issuer, audience, clock::now().as_second())
}

/// `ACCESS_TEAM` may be the team's name or its whole domain.
fn issuer(team: &str) -> String {
    let team = team.trim_start_matches("https://").trim_end_matches('/');
    if team.contains('.') {
        format!("https://{team}")
    } else {
        format!("https://{team}.cloudflareaccess.com")
    }
}

struct Header {
    alg: String,
    kid: String,
}

struct Claims {
    iss: String,
    aud: Vec<String>,
    exp: i64,
    nbf: Option<i64>,
}

/// A member that is text; anything else counts as none.
fn text(object: &Value, name: &str) -> String {
    let text = object.get(name).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

impl Claims {
    fn read(claims: &Value) -> Option<Self> {
        // One audience may stand there without a list.
        let aud = match claims.get("aud") {
            Some(Value::Array(several)) => several.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        Some(Self {
            iss: text(claims, "iss"),
            aud: aud
                .iter()
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect(),
            exp: claims.get("exp").and_then(Value::as_i64).unwrap_or(0),
            nbf: match claims.get("nbf") {
                None | Some(Value::Null) => None,
                Some(begin) => Some(begin.as_i64()?),
            },
        })
    }

    fn check(&self, issuer: &str, audience: &str, now: i64) -> Result<(), &'static str> {
        let names_us = self.aud.iter().any(|name| name == audience);
        if !names_us {
            return Err("access_audience");
        }
        if self.iss.trim_end_matches('/') != issuer {
            return Err("access_issuer");
        }
        if self.exp.saturating_add(LEEWAY) <= now {
            return Err("access_expired");
        }
        if self
            .nbf
            .is_some_and(|begin| begin > now.saturating_add(LEEWAY))
        {
            return Err("access_not_yet_valid");
        }
        Ok(())
    }
}

struct Token<'a> {
    signed: &'a str,
    header: Header,
    claims: Claims,
    signature: Vec<u8>,
}

impl<'a> Token<'a> {
    fn read(token: &'a str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let part = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
        let json = |text: &str| {
            let bytes = part(text)?;
            serde_json::from_str::<Value>(std::str::from_utf8(&bytes).ok()?).ok()
        };
        let header = json(header)?;
        Some(Self {
            signed,
            header: Header {
                alg: header.get("alg")?.as_str()?.to_owned(),
                kid: text(&header, "kid"),
            },
            claims: Claims::read(&json(claims)?)?,
            signature: part(signature)?,
        })
    }
}

struct Key {
    kid: String,
    n: String,
    e: String,
}

/// The team's keys, out of memory unless they are old or `wanted` is not among them.
async fn keys(issuer: &str, wanted: &str) -> Result<Rc<Vec<Key>>, Refusal> {
    thread_local! {
        static KEYS: RefCell<Option<(f64, Rc<Vec<Key>>)>> = const { RefCell::new(None) };
    }
    let now = clock::now_ms();
    let held = KEYS.with_borrow(Clone::clone);
    if let Some((fetched, keys)) = held {
        let age = now - fetched;
        let is_known = keys.iter().any(|key| key.kid == wanted);
        if age < ASK_AGAIN_MS || (is_known && age < KEYS_FOR_MS) {
            return Ok(keys);
        }
    }
    let keys = Rc::new(fetch_keys(issuer).await?);
    KEYS.set(Some((now, Rc::clone(&keys))));
    Ok(keys)
}

async fn fetch_keys(issuer: &str) -> Result<Vec<Key>, Refusal> {
    #[cfg(feature = "faults")]
    let issuer = crate::faults::origin(issuer).unwrap_or_else(|| issuer.to_owned());
    let outgoing = Outgoing {
        method: "GET",
        url: &format!("{issuer}/cdn-cgi/access/certs"),
        headers: &[],
        body: None,
        timeout: 5_000,
    };
    let response = http::send(&outgoing).await?;
    if !response.ok() {
        return Err(Refusal::new(format!(
            "Access keys: status {}",
            response.status()
        )));
    }
    let body = settle("Access keys", response.text()).await?;
    let body = body.as_string().unwrap_or_default();
    let body: Value = serde_json::from_str(&body)
        .map_err(|error| Refusal::new(format!("Access keys: {error}")))?;
    let Some(Value::Array(keys)) = body.get("keys") else {
        return Err(Refusal::new("Access keys: the reply names no `keys`"));
    };
    Ok(keys
        .iter()
        .map(|key| Key {
            kid: text(key, "kid"),
            n: text(key, "n"),
            e: text(key, "e"),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://team.cloudflareaccess.com";

    fn check(claims: &str, expected: Result<(), &str>) {
        let claims = Claims::read(&serde_json::from_str(claims).unwrap()).unwrap();
        assert_eq!(claims.check(ISSUER, "us", 1_000), expected);
    }

    #[test]
    fn a_token_must_be_for_us_of_the_team_and_of_now() {
        let iss = "\"iss\":\"https://team.cloudflareaccess.com\"";
        check(
            &format!(r#"{{"aud":["them","us"],{iss},"exp":1001}}"#),
            Ok(()),
        );
        check(
            &format!(r#"{{"aud":"us",{iss},"exp":1001,"nbf":1000}}"#),
            Ok(()),
        );
        check(
            &format!(r#"{{"aud":["them"],{iss},"exp":1001}}"#),
            Err("access_audience"),
        );
        check(&format!(r#"{{{iss},"exp":1001}}"#), Err("access_audience"));
        check(r#"{"aud":"us","exp":1001}"#, Err("access_issuer"));
        check(
            r#"{"aud":"us","iss":"https://team.cloudflareaccess.com.example","exp":1001}"#,
            Err("access_issuer"),
        );
        check(
            &format!(r#"{{"aud":"us",{iss},"exp":940}}"#),
            Err("access_expired"),
        );
        check(&format!(r#"{{"aud":"us",{iss}}}"#), Err("access_expired"));
        check(
            &format!(r#"{{"aud":"us",{iss},"exp":9999,"nbf":1061}}"#),
            Err("access_not_yet_valid"),
        );
    }

    #[test]
    fn a_team_is_a_name_or_a_domain() {
        assert_eq!(issuer("team"), ISSUER);
        assert_eq!(issuer("https://team.cloudflareaccess.com/"), ISSUER);
    }

    #[test]
    fn what_is_no_token_is_none() {
        for text in ["", "a", "a.b", "a.b.c", "e30.e30.", "....", "e30.e30.e30"] {
            assert!(Token::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn only_the_same_token_is_the_same() {
        assert!(is_same("secret", "secret"));
        assert!(!is_same("secret ", "secret"));
        assert!(!is_same("", "secret"));
    }
}
