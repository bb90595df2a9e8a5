//! Who gets in: what has to hold before a webhook is looked at.
//!
//! In this order, the cheap checks first: the secrets are there; the source address is allowed;
//! the token is good; the body is short enough; the token is for this body. Nobody without a
//! token of Vonage's has a body read.

use ivr::Direction;
use vonage::jwt::{Plus, Refusal, Token};
use vonage::{Delivery, Method, Route};

use super::Exchange;
use crate::bindings::{clock, limiter};
use crate::env::Config;
use crate::request::{self, BodyError, MAX_BODY};
use crate::respond::Reply;

/// The longest body of an SMS whose signature is in it: it is read before anything is known of who
/// sent it.
const MAX_SMS: usize = 16 << 10;

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
    /// Our own parameter `s`: where the call is, sealed.
    pub state: Option<String>,
    /// Our own parameter `m` beside it: the menu the call is in, in clear.
    pub menu: Option<String>,
    /// Who placed the call, as far as the URL says.
    pub direction: Direction,
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
    let is_unsigned_sms = signs_parameters(route)
        && exchange.request.vouched().is_none()
        && exchange.request.header("authorization").is_none();
    let token = match exchange.request.vouched() {
        Some(vouched) => Some(Token::admitted(vouched.payload_hash.clone())),
        None => check_sender(exchange, &config, route, speaks).await?,
    };

    let most = match is_unsigned_sms {
        true => MAX_SMS,
        false => MAX_BODY,
    };
    let body = match (method, exchange.request.body_up_to(most)) {
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
        // Such a sender was counted before the body was read.
        Err(reason) if is_unsigned_sms => return Err(refused(exchange, reason, 401)),
        Err(reason) => return Err(refuse(exchange, reason, 401).await),
    };
    if is_unsigned_sms {
        senders::remember(&source_key(exchange));
    }
    let direction = Direction::of_query(query);
    let OwnParameters {
        state,
        menu,
        rest: query,
    } = OwnParameters::take(query);
    Ok(Signed {
        direction,
        method,
        spelt: plus.spell_out(&query).into_owned(),
        query,
        state,
        menu,
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
    if authorization.is_none() && signs_parameters(route) {
        // What it signs is in the body. Nobody has one read without end.
        let key = source_key(exchange);
        if !senders::is_known(&key)
            && limiter::is_exceeded(exchange.env, "UNSIGNED_LIMIT", &key).await
        {
            exchange.line.outcome = "refused";
            exchange.line.reason = Some("no_token");
            return Err(too_many(exchange));
        }
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

/// The SMS API sends no token: it signs its parameters, where the account asks for it.
fn signs_parameters(route: Route) -> bool {
    matches!(route, Route::SmsInbound | Route::SmsReceipt)
}

/// A refusal, counted; too many from one address are refused without a word.
async fn refuse(exchange: &mut Exchange<'_>, reason: &'static str, status: u16) -> Reply {
    let reply = refused(exchange, reason, status);
    let key = source_key(exchange);
    match limiter::is_exceeded(exchange.env, "UNSIGNED_LIMIT", &key).await {
        true => too_many(exchange),
        false => reply,
    }
}

fn refused(exchange: &mut Exchange<'_>, reason: &'static str, status: u16) -> Reply {
    exchange.line.outcome = "refused";
    exchange.line.reason = Some(reason);
    Reply::empty(status)
}

fn too_many(exchange: &mut Exchange<'_>) -> Reply {
    exchange.line.detail = Some("and too many of them".to_owned());
    Reply::empty(429).with("retry-after", "60")
}

fn source_key(exchange: &Exchange<'_>) -> String {
    limiter::source_key(&exchange.request.source().unwrap_or_default())
}

/// Addresses that sent an SMS with a good signature a while ago: the SMS API's own, which send many
/// a minute and are not counted as strangers.
mod senders {
    use std::cell::RefCell;

    use crate::bindings::clock;

    const TRUSTED_FOR_MS: f64 = 600_000.0;
    const MOST: usize = 64;

    thread_local! {
        static KNOWN: RefCell<Vec<(String, f64)>> = const { RefCell::new(Vec::new()) };
    }

    pub fn is_known(key: &str) -> bool {
        let after = clock::now_ms() - TRUSTED_FOR_MS;
        KNOWN.with_borrow(|known| known.iter().any(|(of, at)| of == key && *at > after))
    }

    pub fn remember(key: &str) {
        KNOWN.with_borrow_mut(|known| {
            known.retain(|(of, _)| of != key);
            if known.len() >= MOST {
                known.remove(0);
            }
            known.push((key.to_owned(), clock::now_ms()));
        });
    }
}

/// Our own parameters in a query, and what is left without them.
#[derive(Debug, PartialEq, Eq)]
struct OwnParameters {
    state: Option<String>,
    menu: Option<String>,
    rest: String,
}

impl OwnParameters {
    /// Takes `s` out, and what of ours stands beside it; the rest stays as it is.
    fn take(query: &str) -> Self {
        let named = |name: &str| {
            let mut pairs = query.split('&');
            pairs.find_map(|pair| pair.strip_prefix(name).map(str::to_owned))
        };
        let Some(state) = named("s=") else {
            return Self {
                state: None,
                menu: None,
                rest: query.to_owned(),
            };
        };
        let is_own = |pair: &str| {
            pair.starts_with("s=") || pair.starts_with("m=") || pair == Direction::OUTBOUND_QUERY
        };
        let rest: Vec<_> = query.split('&').filter(|pair| !is_own(pair)).collect();
        Self {
            state: Some(state),
            menu: named("m=").filter(|id| ivr::document::is_name(id)),
            rest: rest.join("&"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_parameters_are_no_part_of_a_webhook() {
        let check = |query: &str, state: Option<&str>, menu: Option<&str>, rest: &str| {
            let expected = OwnParameters {
                state: state.map(str::to_owned),
                menu: menu.map(str::to_owned),
                rest: rest.to_owned(),
            };
            assert_eq!(OwnParameters::take(query), expected, "{query}");
        };
        check("", None, None, "");
        check("a=1&b=2", None, None, "a=1&b=2");
        check("s=x&m=acme", Some("x"), Some("acme"), "");
        check("a=1&s=x&m=acme&b=2", Some("x"), Some("acme"), "a=1&b=2");
        check("s=&m=acme", Some(""), Some("acme"), "");
        check("s=x&m=no%20name", Some("x"), None, "");
        check("m=1&a=2", None, None, "m=1&a=2");
        check("s=x&m=acme&call=outbound", Some("x"), Some("acme"), "");
    }
}
