//! Who gets in: what has to hold before a webhook is looked at.
//!
//! In this order, the cheap checks first: the secrets are there; the source address is allowed;
//! the token is good ([`admit`]); the body is short enough; the token is for this body
//! ([`authenticate`]). Nobody without a token of Vonage's has a body read.

use std::borrow::Cow;
use std::cell::RefCell;

use api::Reason;
use ivr::Direction;
use vonage::jwt::{JwtError, Plus, Token};
use vonage::{Delivery, Method, Route};

use super::context::RequestContext;
use crate::addresses;
use crate::env::Config;
use crate::log::Line;
use crate::outcome::{Count, Outcome};
use crate::request::{BodyError, MAX_BODY};
use crate::respond::Reply;

/// The longest body of an SMS whose signature is in it: it is read before anything is known of who
/// sent it.
const MAX_SMS: usize = 16 << 10;

/// A webhook's bytes, with Vonage's signature on them.
pub struct VerifiedWebhook<'a> {
    /// GET or POST.
    pub method: Method,
    /// The query as it came; of a GET without our own parameters.
    query: String,
    /// The same with its plus signs written so that they are read as they were signed.
    spelt: String,
    /// Our own parameter `s`: where the call is, sealed.
    pub state: Option<String>,
    /// Our own parameter `m` beside it: the menu the call is in, in clear.
    pub menu: Option<String>,
    /// Who placed the call, as far as the URL says.
    pub direction: Direction,
    /// The `Content-Type`.
    pub content_type: Option<&'a str>,
    /// Whether the call waits for what comes next, where Vonage asks with another webhook.
    pub goes_on: bool,
    body: Cow<'a, [u8]>,
}

impl VerifiedWebhook<'_> {
    /// A webhook translated to JSON from what another platform sent, at an address with this query.
    #[must_use]
    pub fn translated(json: String, query: &str, goes_on: bool) -> Self {
        let OwnParameters { state, menu, .. } = OwnParameters::take(query);
        Self {
            method: Method::Post,
            query: String::new(),
            spelt: String::new(),
            state,
            menu,
            direction: Direction::of_query(query),
            content_type: Some("application/json"),
            goes_on,
            body: Cow::Owned(json.into_bytes()),
        }
    }

    /// The bytes, as the pure crates take them.
    #[must_use]
    pub fn delivery(&self) -> Delivery<'_> {
        Delivery {
            method: self.method,
            query: &self.spelt,
            content_type: self.content_type,
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

/// What is known of a request before its body is read.
pub struct Head<'a> {
    /// `Authorization`.
    pub authorization: Option<&'a str>,
    /// The address it came from, as the platform saw it.
    pub source: Option<&'a str>,
}

/// What a request is let in with.
#[derive(Debug)]
pub struct Pass {
    /// The SHA-256 its token vouches for, in hex.
    pub payload_hash: Option<String>,
    /// How long its body may be.
    pub max_body: usize,
    /// Who is to be counted before the body is read; one too many is asked again, as exceeded.
    pub count: Option<Count>,
}

/// Lets a webhook's sender in, before its body is read.
///
/// # Errors
/// The refusal; its line says why.
pub fn admit(
    config: &Config,
    route: Route,
    no_token: u16,
    head: &Head<'_>,
    now: i64,
    exceeded: Option<bool>,
    mut line: Line,
) -> Result<Pass, Box<Outcome>> {
    let pass = Pass {
        payload_hash: None,
        max_body: MAX_BODY,
        count: None,
    };
    if !config.verifier.is_configured() {
        // A Worker without a signature secret says the built-in words to anybody: it holds nothing
        // to protect, and it is the last one that can.
        return match route {
            Route::Fallback => Ok(pass),
            _ => {
                let reply = unconfigured(&mut line, "VONAGE_SIGNATURE_SECRET");
                Err(Box::new(Outcome::of(reply, line)))
            }
        };
    }
    let source = head.source.unwrap_or_default();
    if !addresses::is_allowed(config.allowed_ips.as_deref(), head.source) {
        return Err(refuse(
            line,
            Reason::AddressNotAllowed,
            403,
            source,
            exceeded,
        ));
    }
    if head.authorization.is_none() && signs_parameters(route) {
        // What it signs is in the body. Nobody has one read without end.
        if exceeded == Some(true) {
            return Err(refuse(line, Reason::NoToken, 401, source, exceeded));
        }
        let key = addresses::counted_as(source);
        let is_counted = exceeded.is_none() && !senders::is_known(&key, now);
        return Ok(Pass {
            max_body: MAX_SMS,
            count: is_counted.then_some(Count {
                limit: "UNSIGNED_LIMIT",
                key,
            }),
            ..pass
        });
    }
    match config.verifier.verify_token(head.authorization, now) {
        Ok(token) => Ok(Pass {
            payload_hash: token.payload_hash().map(str::to_owned),
            ..pass
        }),
        Err(refusal) => {
            let status = match refusal {
                JwtError::Missing => no_token,
                _ => 401,
            };
            Err(refuse(line, refusal.into(), status, source, exceeded))
        }
    }
}

/// Checks that what was let in vouches for this body.
///
/// # Errors
/// The refusal; its line says why.
pub fn authenticate<'a>(
    context: &mut RequestContext<'a>,
    route: Route,
) -> Result<VerifiedWebhook<'a>, Box<Outcome>> {
    let request = context.request;
    let body = body(context)?;
    let content_type = match request.method {
        Method::Get => None,
        Method::Post => request.content_type.as_deref(),
    };
    let query = request.location.query();
    let delivery = Delivery {
        method: request.method,
        query,
        content_type,
        body,
    };
    let now = context.now.as_second();
    let is_unsigned_sms = request.payload_hash.is_none() && signs_parameters(route);
    let verified = if is_unsigned_sms {
        let verified = context.config.sms_verifier.verify(&delivery, now);
        verified.map(|()| Plus::Blank).map_err(Reason::from)
    } else {
        let token = Token::admitted(request.payload_hash.clone());
        let verified = context.config.verifier.verify_payload(&token, &delivery);
        verified.map_err(Reason::from)
    };
    let source = request.source.as_deref().unwrap_or_default();
    let plus = match verified {
        Ok(plus) => plus,
        Err(reason) => {
            let line = std::mem::take(&mut context.line);
            let mut refused = refuse(line, reason, 401, source, context.facts.exceeded);
            if is_unsigned_sms {
                // Such a sender was counted before the body was read.
                refused.count = None;
            }
            return Err(refused);
        }
    };
    if is_unsigned_sms {
        senders::remember(&addresses::counted_as(source), now);
    }
    let direction = Direction::of_query(query);
    let OwnParameters {
        state,
        menu,
        rest: query,
    } = OwnParameters::take(query);
    Ok(VerifiedWebhook {
        method: request.method,
        direction,
        spelt: plus.spell_out(&query).into_owned(),
        query,
        state,
        menu,
        content_type,
        goes_on: false,
        body: Cow::Borrowed(body),
    })
}

/// The body of a webhook.
///
/// # Errors
/// The refusal; its line says why.
pub fn body<'a>(context: &mut RequestContext<'a>) -> Result<&'a [u8], Box<Outcome>> {
    let request = context.request;
    let (reason, status) = match &request.body {
        Ok(body) => return Ok(body),
        Err(BodyError::TooLong) => (Reason::BodyTooLong, 413),
        Err(BodyError::Broken) => (Reason::BodyBroken, 400),
    };
    context.line.reason = Some(reason);
    Err(Box::new(context.reply(Reply::empty(status))))
}

/// Fails closed, and tells the operator how to open.
pub fn unconfigured(line: &mut Line, secret: &'static str) -> Reply {
    line.outcome = "unconfigured";
    line.reason = Some(Reason::SecretMissing);
    line.detail = Some(
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

/// A refusal that is counted; too many from one address are refused without a word.
pub fn refuse(
    mut line: Line,
    reason: Reason,
    status: u16,
    source: &str,
    exceeded: Option<bool>,
) -> Box<Outcome> {
    line.outcome = "refused";
    line.reason = Some(reason);
    let mut outcome = match exceeded {
        Some(true) => {
            line.detail = Some("and too many of them".to_owned());
            Outcome::of(Reply::empty(429).with("retry-after", "60"), line)
        }
        _ => Outcome::of(Reply::empty(status), line),
    };
    outcome.count = exceeded.is_none().then(|| Count {
        limit: "UNSIGNED_LIMIT",
        key: addresses::counted_as(source),
    });
    Box::new(outcome)
}

/// Addresses that sent an SMS with a good signature a while ago: the SMS API's own, which send many
/// a minute and are not counted as strangers.
mod senders {
    use super::RefCell;

    const TRUSTED_FOR_SECONDS: i64 = 600;
    const MOST: usize = 64;

    thread_local! {
        static KNOWN: RefCell<Vec<(String, i64)>> = const { RefCell::new(Vec::new()) };
    }

    pub fn is_known(key: &str, now: i64) -> bool {
        let after = now - TRUSTED_FOR_SECONDS;
        KNOWN.with_borrow(|known| known.iter().any(|(of, at)| of == key && *at > after))
    }

    pub fn remember(key: &str, now: i64) {
        KNOWN.with_borrow_mut(|known| {
            known.retain(|(of, _)| of != key);
            if known.len() >= MOST {
                known.remove(0);
            }
            known.push((key.to_owned(), now));
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
