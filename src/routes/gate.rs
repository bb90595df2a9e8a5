//! Who gets in: what has to hold before a webhook is looked at.
//!
//! In this order, the cheap checks first: the secrets are there; the source address is allowed;
//! the token is good; the body is short enough; the token is for this body. Nobody without a
//! token of Vonage's has a body read.

use vonage::jwt::{Plus, Refusal, Token};
use vonage::{Delivery, Method, Route};

use super::Exchange;
use crate::bindings::{clock, limiter};
use crate::env::Config;
use crate::request::{self, BodyError};
use crate::respond::Reply;

/// What a route replies with: NCCO routes may ask the platform to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// An NCCO, or nothing where the flow just goes on.
    Ncco,
    /// Nothing.
    Nothing,
}

/// A webhook's bytes, with Vonage's signature on them.
pub struct Signed {
    /// GET or POST.
    pub method: Method,
    /// The query as it came; of a GET without our own parameter `s`.
    pub query: String,
    /// The same with its plus signs written so that they are read as they were signed.
    spelt: String,
    /// Our own parameter: where the call is, sealed.
    pub state: Option<String>,
    /// The `Content-Type`.
    pub content_type: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Signed {
    /// The bytes, as the pure crates take them.
    #[must_use]
    pub fn delivery(&self) -> Delivery<'_> {
        Delivery {
            method: self.method,
            query: &self.spelt,
            content_type: self.content_type.as_deref(),
            body: &self.body,
        }
    }

    /// What carries the fields: the body, or the query of a GET.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        match self.method {
            Method::Get => self.query.as_bytes(),
            Method::Post => &self.body,
        }
    }
}

/// Lets a webhook in, or says what to reply instead.
///
/// # Errors
/// The refusal, as a reply; `exchange.line` says why.
pub async fn enter(
    exchange: &mut Exchange<'_>,
    route: Route,
    speaks: Speaks,
) -> Result<Signed, Reply> {
    let method = match exchange.request.method {
        request::Method::Get => Method::Get,
        request::Method::Post => Method::Post,
        _ => {
            return Err(super::wrong_method(&[
                request::Method::Get,
                request::Method::Post,
            ]));
        }
    };
    let config = Config::of(exchange.env);
    let token = match exchange.request.vouched() {
        Some(vouched) => Some(Token::admitted(vouched.payload_hash.clone())),
        None => check_sender(exchange, &config, route, speaks).await?,
    };

    let body = match (method, exchange.request.body()) {
        (Method::Get, _) => Vec::new(),
        (Method::Post, body) => match body.await {
            Ok(body) => body,
            Err(BodyError::TooLong) => {
                exchange.line.reason = Some("body_too_long");
                return Err(Reply::empty(413));
            }
            Err(BodyError::Broken) => {
                exchange.line.reason = Some("body_broken");
                return Err(Reply::empty(400));
            }
        },
    };
    let content_type = match method {
        Method::Get => None,
        Method::Post => exchange.request.header("content-type"),
    };
    let query = exchange.request.query();
    let delivery = Delivery {
        method,
        query,
        content_type: content_type.as_deref(),
        body: &body,
    };
    let verified = match token {
        Some(token) => {
            let verified = config.verifier.verify_payload(&token, &delivery);
            verified.map_err(Refusal::code)
        }
        None => {
            let now = clock::now().as_second();
            let verified = config.sms_verifier.verify(&delivery, now);
            verified
                .map(|()| Plus::Blank)
                .map_err(|refusal| refusal.code())
        }
    };
    let plus = match verified {
        Ok(plus) => plus,
        Err(reason) => return Err(refuse(exchange, reason, 401).await),
    };
    let (state, query) = take_state(query);
    Ok(Signed {
        method,
        spelt: plus.spell_out(&query).into_owned(),
        query,
        state,
        content_type,
        body,
    })
}

/// What the token of somebody who may come in vouches for, in hex.
///
/// For who needs no reply: everybody else goes the ordinary way, where the refusal says why.
#[must_use]
pub fn admit(
    config: &Config,
    authorization: &str,
    source: Option<&str>,
    now: i64,
) -> Option<String> {
    if !limiter::is_allowed(&config.allowed_ips, source) {
        return None;
    }
    let token = config
        .verifier
        .verify_token(Some(authorization), now)
        .ok()?;
    token.payload_hash().map(str::to_owned)
}

/// What can be told before the body is read. `None`: the body's own parameters are signed.
async fn check_sender(
    exchange: &mut Exchange<'_>,
    config: &Config,
    route: Route,
    speaks: Speaks,
) -> Result<Option<Token>, Reply> {
    if !config.verifier.is_configured() {
        return Err(unconfigured(exchange, "VONAGE_SIGNATURE_SECRET"));
    }
    if !limiter::is_allowed(&config.allowed_ips, exchange.request.source().as_deref()) {
        return Err(refuse(exchange, "address_not_allowed", 403).await);
    }
    let authorization = exchange.request.header("authorization");
    let now = clock::now().as_second();
    // The SMS API sends no token: it signs its parameters, where the account asks for it.
    let signs_parameters = matches!(route, Route::SmsInbound | Route::SmsReceipt);
    if authorization.is_none() && signs_parameters {
        return Ok(None);
    }
    match config.verifier.verify_token(authorization.as_deref(), now) {
        Ok(token) => Ok(Some(token)),
        Err(refusal) => {
            let status = match refusal {
                Refusal::Missing => no_token(speaks),
                _ => 401,
            };
            Err(refuse(exchange, refusal.code(), status).await)
        }
    }
}

/// Vonage sometimes sends a webhook without its token by an error of its own, and signs it when
/// asked again; of the statuses that make it ask again only 503 holds for NCCOs.
fn no_token(speaks: Speaks) -> u16 {
    match speaks {
        Speaks::Ncco => 503,
        Speaks::Nothing => 401,
    }
}

/// Fails closed, and tells the operator how to open.
pub fn unconfigured(exchange: &mut Exchange<'_>, secret: &'static str) -> Reply {
    exchange.line.outcome = "unconfigured";
    exchange.line.reason = Some("secret_missing");
    exchange.line.detail = Some(
        [
            "The secret ",
            secret,
            " is not set: wrangler secret put ",
            secret,
        ]
        .concat(),
    );
    Reply::problem(
        503,
        "Not set up",
        "A secret is missing. The log of the Worker says which, and how to set it.",
    )
}

/// A refusal, counted; too many from one address are refused without a word.
async fn refuse(exchange: &mut Exchange<'_>, reason: &'static str, status: u16) -> Reply {
    exchange.line.outcome = "refused";
    exchange.line.reason = Some(reason);
    let source = exchange.request.source().unwrap_or_default();
    if limiter::is_exceeded(exchange.env, "UNSIGNED_LIMIT", &source).await {
        exchange.line.detail = Some("and too many of them".to_owned());
        return Reply::empty(429).with("retry-after", "60");
    }
    Reply::empty(status)
}

/// Takes our own parameter `s` out of a query; the rest stays as it is.
fn take_state(query: &str) -> (Option<String>, String) {
    let is_state = |part: &&str| part.starts_with("s=");
    let Some(state) = query.split('&').find(is_state) else {
        return (None, query.to_owned());
    };
    let rest: Vec<_> = query.split('&').filter(|part| !is_state(part)).collect();
    (state.get(2..).map(str::to_owned), rest.join("&"))
}
