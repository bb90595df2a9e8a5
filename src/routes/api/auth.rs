//! Who an operator is: the bearer of `ADMIN_TOKEN`, whom Cloudflare Access let through, or a
//! browser with the cookie it got for the token.
//!
//! With neither token nor Access configured, nobody.

use std::cell::RefCell;
use std::collections::BTreeMap;

use api::{Reason, Role};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::access;
use super::context::ApiContext;
use super::cookie::Session;
use super::same_site::{self, Origin};
use crate::addresses;
use crate::bindings::{clock, limiter};
use crate::env::Config;
use crate::operators::Grant;
use crate::request::Method;
use crate::respond::Reply;

/// What an operator with `ADMIN_TOKEN` is called: the token does not say whose it is.
pub const ADMIN: &str = "admin_token";

/// How long an address that guessed too often is not listened to, in milliseconds.
const BLOCKED_FOR_MS: f64 = 60_000.0;
/// How many such addresses are remembered.
const BLOCKED_AT_MOST: usize = 1_000;

/// How an operator shows who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// The bearer token.
    Token,
    /// A cookie.
    Cookie,
    /// Cloudflare Access, for a person.
    Access,
    /// Cloudflare Access, for a service token.
    Service,
}

impl Means {
    /// As `/api/me` names it.
    #[must_use]
    pub fn told(self) -> api::Means {
        match self {
            Self::Token => api::Means::Token,
            Self::Cookie => api::Means::Session,
            Self::Access | Self::Service => api::Means::Access,
        }
    }
}

/// An operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// An e-mail address, the name of a service token, or [`ADMIN`].
    pub who: String,
    /// What it may do.
    pub grant: Grant,
    /// How it shows who it is.
    pub means: Means,
    /// When its session ends, in seconds since 1970.
    pub expires: Option<i64>,
}

/// Says who asks, or what to reply instead.
///
/// # Errors
/// The refusal, as a reply; `context.line` says why.
pub async fn identify(context: &mut ApiContext<'_>) -> Result<Operator, Reply> {
    let config = Config::of(context.env);
    if config.admin_token.is_none() && config.access.is_none() {
        return Err(super::super::auth::unconfigured(
            context.line,
            "ADMIN_TOKEN",
        ));
    }
    match known(context, &config).await {
        Ok(operator) => Ok(operator),
        Err(Reason::OperatorUnknown) => {
            context.line.outcome = "refused";
            context.line.reason = Some(Reason::OperatorUnknown);
            Err(Reply::problem(
                403,
                "No operator",
                "OPERATORS does not name you. Ask whoever runs this Worker.",
            ))
        }
        Err(Reason::AccessKeysUnavailable) => {
            context.line.outcome = "refused";
            context.line.reason = Some(Reason::AccessKeysUnavailable);
            let detail = "The keys of Cloudflare Access cannot be had at the moment.";
            Err(Reply::problem(503, "Not now", detail).with("retry-after", "10"))
        }
        Err(reason) => Err(refuse(context, reason).await),
    }
}

async fn known(context: &ApiContext<'_>, config: &Config) -> Result<Operator, Reason> {
    let request = context.request;
    let bearer = request.header("authorization");
    let bearer = bearer.as_deref().and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    if let (Some(given), Some(expected)) = (bearer, config.admin_token.as_deref()) {
        return match guess(context, given, expected) {
            Ok(()) => Ok(Operator {
                who: ADMIN.to_owned(),
                grant: Grant::of(Role::Publisher),
                means: Means::Token,
                expires: None,
            }),
            Err(reason) => Err(reason),
        };
    }
    if let (Some(token), Some((team, audience))) =
        (request.header("cf-access-jwt-assertion"), &config.access)
    {
        let identity = access::verify(&token, team, audience).await?;
        let grant = match &config.operators {
            None => Some(Grant::of(Role::Publisher)),
            Some(operators) => operators.grant(&identity.who),
        };
        return Ok(Operator {
            grant: grant.ok_or(Reason::OperatorUnknown)?,
            who: identity.who,
            means: if identity.is_service {
                Means::Service
            } else {
                Means::Access
            },
            expires: None,
        });
    }
    let cookies = request.header("cookie").unwrap_or_default();
    let session = config
        .admin_token
        .as_deref()
        .and_then(|token| Session::read(&cookies, token, clock::now().as_second()));
    let session = session.ok_or(Reason::NoOperatorToken)?;
    Ok(Operator {
        grant: Grant::parse(&session.role).ok_or(Reason::NoOperatorToken)?,
        who: session.who,
        means: Means::Cookie,
        expires: Some(session.expires),
    })
}

/// Compares what somebody gives for the token. An address that was wrong too often is not listened
/// to for a minute, right or wrong.
///
/// # Errors
/// The reason code of the refusal.
pub fn guess(context: &ApiContext<'_>, given: &str, expected: &str) -> Result<(), Reason> {
    let source = addresses::counted_as(&context.request.source().unwrap_or_default());
    let now = clock::now_ms();
    let is_blocked =
        BLOCKED.with_borrow(|blocked| blocked.get(&source).is_some_and(|until: &f64| now < *until));
    if is_blocked {
        return Err(Reason::TooManyGuesses);
    }
    if is_same(given, expected) {
        Ok(())
    } else {
        Err(Reason::WrongAdminToken)
    }
}

thread_local! {
    /// Addresses that are not listened to, and until when. Of this isolate: the rate limit counts
    /// for all of a data centre, and each isolate asks it at the first wrong guess it hears.
    static BLOCKED: RefCell<BTreeMap<String, f64>> = const { RefCell::new(BTreeMap::new()) };
}

fn block(source: String, now: f64) {
    BLOCKED.with_borrow_mut(|blocked| {
        blocked.retain(|_, until| now < *until);
        if blocked.len() < BLOCKED_AT_MOST {
            blocked.insert(source, now + BLOCKED_FOR_MS);
        }
    });
}

/// The reply to somebody who is no operator; counted against `UNSIGNED_LIMIT`.
pub async fn refuse(context: &mut ApiContext<'_>, reason: Reason) -> Reply {
    context.line.outcome = "refused";
    context.line.reason = Some(reason);
    let source = addresses::counted_as(&context.request.source().unwrap_or_default());
    let is_too_much = reason == Reason::TooManyGuesses
        || limiter::is_exceeded(context.env, "UNSIGNED_LIMIT", &source).await;
    if is_too_much {
        if reason == Reason::WrongAdminToken {
            block(source, clock::now_ms());
        }
        return Reply::problem(429, "Too many refusals", "Wait a minute.")
            .with("retry-after", "60");
    }
    let challenge = match reason {
        Reason::NoOperatorToken => r#"Bearer realm="edge-ivr""#,
        _ => r#"Bearer realm="edge-ivr", error="invalid_token""#,
    };
    Reply::problem(
        401,
        "Not allowed",
        "Send the header Authorization: Bearer with the ADMIN_TOKEN, sign in at /console, or come through Cloudflare Access.",
    )
    .with("www-authenticate", challenge)
}

/// Compares in constant time; hashed first, so that not even the length shows.
pub fn is_same(given: &str, expected: &str) -> bool {
    let given = Sha256::digest(given.as_bytes());
    let expected = Sha256::digest(expected.as_bytes());
    given.ct_eq(&expected).into()
}

/// Refuses a request that changes something when another site may have sent it in the operator's
/// name, or when its body is not JSON. `means` is nothing for somebody who is not known yet.
///
/// # Errors
/// The refusal, as a reply.
pub fn check_origin(context: &mut ApiContext<'_>, means: Option<Means>) -> Result<(), Reply> {
    let request = context.request;
    if matches!(request.method, Method::Get | Method::Head) {
        return Ok(());
    }
    let content_type = request.header("content-type");
    let is_brought_by_browser = !matches!(means, Some(Means::Token | Means::Service));
    let has_body = request.header("content-length").map_or_else(
        || request.header("transfer-encoding").is_some() || content_type.is_some(),
        |length| length.trim() != "0",
    );
    if is_brought_by_browser || means == Some(Means::Service) {
        let (fetch_site, origin) = (request.header("sec-fetch-site"), request.header("origin"));
        let from = Origin {
            fetch_site: fetch_site.as_deref(),
            origin: origin.as_deref(),
            own: request.origin(),
        };
        let is_machine = means.is_none() || means == Some(Means::Service);
        if !from.is_own(is_machine) {
            context.line.outcome = "refused";
            context.line.reason = Some(Reason::CrossSite);
            return Err(Reply::problem(
                403,
                "From another site",
                "What changes something must come from our own pages: Sec-Fetch-Site: same-origin, or our own Origin.",
            ));
        }
    }
    let encoding = request.header("content-encoding");
    if encoding.is_some_and(|encoding| !encoding.trim().eq_ignore_ascii_case("identity")) {
        let detail = "Send the body as it is: no content-encoding.";
        return Err(Reply::problem(415, "Compressed", detail).with("accept-encoding", "identity"));
    }
    let must_be_json = has_body || (is_brought_by_browser && request.method != Method::Delete);
    if must_be_json && !same_site::is_json(content_type.as_deref()) {
        let detail = "Send the header content-type: application/json.";
        return Err(Reply::problem(415, "Not JSON", detail).with("accept", "application/json"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_token_is_the_same() {
        assert!(is_same("secret", "secret"));
        assert!(!is_same("secret ", "secret"));
        assert!(!is_same("", "secret"));
    }

    #[test]
    fn an_address_is_blocked_for_a_while_and_only_so_many_are_remembered() {
        let is_blocked = |source: &str| BLOCKED.with_borrow(|all| all.contains_key(source));
        block("192.0.2.1".to_owned(), 0.0);
        assert!(is_blocked("192.0.2.1"));
        for more in 0..2 * BLOCKED_AT_MOST {
            block(format!("2001:db8::{more:x}"), 1.0);
        }
        assert_eq!(BLOCKED.with_borrow(BTreeMap::len), BLOCKED_AT_MOST);
        block("192.0.2.2".to_owned(), BLOCKED_FOR_MS + 1.0);
        assert!(is_blocked("192.0.2.2") && !is_blocked("192.0.2.1"));
    }
}
