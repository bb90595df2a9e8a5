//! The token Cloudflare Access adds to requests of people it let in: an RS256 JWT of the team.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use api::Reason;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use worker::Delay;

use crate::bindings::http::{self, Outgoing};
use crate::bindings::promise::PlatformError;
use crate::bindings::{body, clock, web_crypto};
use crate::log;

/// How long the team's keys are used without asking again: they change every six weeks, and an old
/// one stays good for seven days.
const KEYS_FOR_MS: f64 = 3_600_000.0;
/// How often an unknown key makes us ask, at most.
const ASK_AGAIN_MS: f64 = 60_000.0;
/// How long keys are used that cannot be fetched anew.
const OLD_KEYS_FOR_MS: f64 = 86_400_000.0;
/// How long nobody asks again after asking failed.
const ASK_AFTER_FAILURE_MS: f64 = 10_000.0;
/// How long asking may take.
const TIMEOUT_MS: u32 = 5_000;
/// How often one who waits looks whether the keys are there.
const LOOK_AGAIN_MS: u64 = 50;
/// The longest reply read, in bytes.
const LONGEST: usize = 64 * 1024;
/// Seconds two clocks may differ.
const LEEWAY: i64 = 60;

/// Whom Access let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The e-mail address of a person, or the common name of a service token.
    pub who: String,
    /// Whether it is a service token: no browser.
    pub is_service: bool,
}

/// Checks a token, and says whose it is.
///
/// # Errors
/// The reason code of the refusal.
pub async fn verify(token: &str, team: &str, audience: &str) -> Result<Identity, Reason> {
    let issuer = issuer(team);
    let token = Token::read(token).ok_or(Reason::AccessTokenMalformed)?;
    if token.header.alg != "RS256" {
        return Err(Reason::AccessTokenAlgorithm);
    }
    let keys = keys(&issuer, &token.header.kid)
        .await
        .map_err(|_| Reason::AccessKeysUnavailable)?;
    let key = keys
        .iter()
        .find(|key| key.kid == token.header.kid)
        .ok_or(Reason::AccessKeyUnknown)?;
    let genuine = web_crypto::verify(&key.n, &key.e, &token.signature, token.signed.as_bytes());
    if !genuine.await.unwrap_or(false) {
        return Err(Reason::AccessSignature);
    }
    token
        .claims
        .check(&issuer, audience, clock::now().as_second())?;
    Ok(token.claims.identity)
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
    identity: Identity,
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
            identity: match (text(claims, "email"), text(claims, "common_name")) {
                (email, _) if !email.is_empty() => Identity {
                    who: email,
                    is_service: false,
                },
                (_, name) => Identity {
                    who: name,
                    is_service: true,
                },
            },
        })
    }

    fn check(&self, issuer: &str, audience: &str, now: i64) -> Result<(), Reason> {
        let names_us = self.aud.iter().any(|name| name == audience);
        if !names_us {
            return Err(Reason::AccessAudience);
        }
        if self.iss.trim_end_matches('/') != issuer {
            return Err(Reason::AccessIssuer);
        }
        if self.exp.saturating_add(LEEWAY) <= now {
            return Err(Reason::AccessExpired);
        }
        if self
            .nbf
            .is_some_and(|begin| begin > now.saturating_add(LEEWAY))
        {
            return Err(Reason::AccessNotYetValid);
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

#[derive(Debug, PartialEq, Eq)]
struct Key {
    kid: String,
    n: String,
    e: String,
}

/// What is known of the team's keys.
#[derive(Default)]
struct KeyCache {
    /// When they were fetched, in milliseconds, and they.
    held: Option<(f64, Rc<Vec<Key>>)>,
    /// Since when somebody asks for them.
    asking_since: Option<f64>,
    /// When asking failed the last time, with nothing fetched since.
    failed: Option<f64>,
}

/// What to do for somebody who needs a key.
#[derive(Debug, PartialEq)]
enum Plan {
    /// Use these.
    Use(Rc<Vec<Key>>),
    /// Ask for them.
    Ask,
    /// Somebody asks: look again in a moment.
    Wait,
    /// There are none, and asking just now failed.
    Fail,
}

impl KeyCache {
    fn plan(&self, now: f64, wanted: &str) -> Plan {
        if let Some((fetched, keys)) = &self.held {
            let age = now - fetched;
            let is_known = keys.iter().any(|key| key.kid == wanted);
            if age < ASK_AGAIN_MS || (is_known && age < KEYS_FOR_MS) {
                return Plan::Use(Rc::clone(keys));
            }
        }
        // An old key is better than none: keys that cannot be fetched lock nobody out.
        let old = self
            .held
            .as_ref()
            .filter(|(fetched, _)| now - fetched < OLD_KEYS_FOR_MS);
        let old = old.map(|(_, keys)| Plan::Use(Rc::clone(keys)));
        if self
            .failed
            .is_some_and(|failed| now - failed < ASK_AFTER_FAILURE_MS)
        {
            return old.unwrap_or(Plan::Fail);
        }
        let someone_asks = self
            .asking_since
            .is_some_and(|since| now - since < f64::from(TIMEOUT_MS));
        if someone_asks {
            return old.unwrap_or(Plan::Wait);
        }
        Plan::Ask
    }

    fn fetched(&mut self, now: f64, keys: Vec<Key>) {
        *self = Self {
            held: Some((now, Rc::new(keys))),
            ..Self::default()
        };
    }

    fn failed(&mut self, now: f64) {
        self.asking_since = None;
        self.failed = Some(now);
    }
}

/// The team's keys, out of memory unless they are old or `wanted` is not among them. However many
/// requests need them, one asks.
async fn keys(issuer: &str, wanted: &str) -> Result<Rc<Vec<Key>>, PlatformError> {
    thread_local! {
        static KEYS: RefCell<KeyCache> = RefCell::default();
    }
    loop {
        let now = clock::now_ms();
        match KEYS.with_borrow(|cache| cache.plan(now, wanted)) {
            Plan::Use(keys) => return Ok(keys),
            Plan::Fail => return Err(PlatformError::new("they could not be had a moment ago")),
            // A timer of its own: what another request waits for cannot be waited for here.
            Plan::Wait => Delay::from(Duration::from_millis(LOOK_AGAIN_MS)).await,
            Plan::Ask => {
                KEYS.with_borrow_mut(|cache| cache.asking_since = Some(now));
                let asked = fetch_keys(issuer).await;
                let now = clock::now_ms();
                KEYS.with_borrow_mut(|cache| match asked {
                    Ok(keys) => cache.fetched(now, keys),
                    Err(error) => {
                        log::alert(Reason::AccessKeysUnavailable, &error.message);
                        cache.failed(now);
                    }
                });
            }
        }
    }
}

async fn fetch_keys(issuer: &str) -> Result<Vec<Key>, PlatformError> {
    #[cfg(feature = "faults")]
    let issuer = crate::faults::origin(issuer).unwrap_or_else(|| issuer.to_owned());
    let outgoing = Outgoing {
        method: "GET",
        url: &format!("{issuer}/cdn-cgi/access/certs"),
        headers: &[],
        body: None,
        timeout: TIMEOUT_MS,
    };
    let response = http::send(&outgoing).await?;
    if !response.ok() {
        return Err(PlatformError::new(format!(
            "Access keys: status {}",
            response.status()
        )));
    }
    let body = body::text_of(&response, LONGEST).await;
    let body =
        body.map_err(|_| PlatformError::new("Access keys: the reply broke off, or is too long"))?;
    let body: Value = serde_json::from_str(&body)
        .map_err(|error| PlatformError::new(format!("Access keys: {error}")))?;
    let Some(Value::Array(keys)) = body.get("keys") else {
        return Err(PlatformError::new("Access keys: the reply names no `keys`"));
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

    fn check(claims: &str, expected: Result<(), Reason>) {
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
            Err(Reason::AccessAudience),
        );
        check(
            &format!(r#"{{{iss},"exp":1001}}"#),
            Err(Reason::AccessAudience),
        );
        check(r#"{"aud":"us","exp":1001}"#, Err(Reason::AccessIssuer));
        check(
            r#"{"aud":"us","iss":"https://team.cloudflareaccess.com.example","exp":1001}"#,
            Err(Reason::AccessIssuer),
        );
        check(
            &format!(r#"{{"aud":"us",{iss},"exp":940}}"#),
            Err(Reason::AccessExpired),
        );
        check(
            &format!(r#"{{"aud":"us",{iss}}}"#),
            Err(Reason::AccessExpired),
        );
        check(
            &format!(r#"{{"aud":"us",{iss},"exp":9999,"nbf":1061}}"#),
            Err(Reason::AccessNotYetValid),
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
    fn a_token_says_whose_it_is() {
        let check = |claims: &str, who: &str, is_service: bool| {
            let claims = Claims::read(&serde_json::from_str(claims).unwrap()).unwrap();
            assert_eq!(
                (claims.identity.who.as_str(), claims.identity.is_service),
                (who, is_service)
            );
        };
        check(r#"{"email":"ann@example.com"}"#, "ann@example.com", false);
        check(r#"{"common_name":"ci.access"}"#, "ci.access", true);
        check(
            r#"{"email":"","common_name":"ci.access"}"#,
            "ci.access",
            true,
        );
        check("{}", "", true);
    }

    fn key(kid: &str) -> Key {
        Key {
            kid: kid.to_owned(),
            n: String::new(),
            e: String::new(),
        }
    }

    #[test]
    fn keys_are_asked_for_one_at_a_time_and_seldom() {
        let mut cache = KeyCache::default();
        assert_eq!(cache.plan(0.0, "k1"), Plan::Ask);
        cache.asking_since = Some(0.0);
        assert_eq!(cache.plan(10.0, "k1"), Plan::Wait);
        assert_eq!(
            cache.plan(f64::from(TIMEOUT_MS), "k1"),
            Plan::Ask,
            "that one is lost"
        );
        cache.failed(1_000.0);
        assert_eq!(cache.plan(1_001.0, "k1"), Plan::Fail);
        assert_eq!(cache.plan(10_999.0, "k1"), Plan::Fail);
        assert_eq!(cache.plan(11_000.0, "k1"), Plan::Ask);
        cache.fetched(12_000.0, vec![key("k1")]);
        let uses = |cache: &KeyCache, now, wanted| matches!(cache.plan(now, wanted), Plan::Use(_));
        assert!(uses(&cache, 12_001.0, "k1"));
        // An unknown key makes us ask, but not each time somebody sends one.
        assert!(uses(&cache, 12_001.0, "k2"));
        assert_eq!(cache.plan(12_000.0 + ASK_AGAIN_MS, "k2"), Plan::Ask);
        assert_eq!(cache.plan(12_000.0 + KEYS_FOR_MS, "k1"), Plan::Ask);
    }

    #[test]
    fn old_keys_stay_good_while_new_ones_cannot_be_had() {
        let mut cache = KeyCache::default();
        cache.fetched(0.0, vec![key("k1")]);
        let later = KEYS_FOR_MS + 1.0;
        cache.asking_since = Some(later);
        assert!(matches!(cache.plan(later + 1.0, "k1"), Plan::Use(_)));
        cache.failed(later + 2.0);
        assert!(matches!(cache.plan(later + 3.0, "k1"), Plan::Use(_)));
        assert_eq!(
            cache.plan(later + 2.0 + ASK_AFTER_FAILURE_MS, "k1"),
            Plan::Ask
        );
        let much_later = OLD_KEYS_FOR_MS + 1.0;
        cache.failed(much_later);
        assert_eq!(cache.plan(much_later + 1.0, "k1"), Plan::Fail);
    }
}
