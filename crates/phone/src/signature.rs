//! Tokens: what the platform signs, and with what.

use std::sync::atomic::{AtomicU64, Ordering};

use vonage::Delivery;
use vonage::jwt::Claims;

use crate::Application;
use crate::destination::Request;
use crate::ids::Ids;

/// The token the platform would send with `request`: `iat` is the real time, because a Worker
/// compares it with its own clock.
#[must_use]
pub fn sign(
    secret: &str,
    application: &Application,
    request: &Request,
    token_id: &str,
    issued_at: i64,
) -> String {
    token(
        secret,
        application,
        &request.delivery(),
        token_id,
        issued_at,
    )
}

fn token(
    secret: &str,
    application: &Application,
    delivery: &Delivery<'_>,
    token_id: &str,
    issued_at: i64,
) -> String {
    let mut claims = Claims::new(issued_at, token_id);
    claims.api_key = Some(application.api_key.clone());
    claims.application = application.application_id.clone();
    vonage::jwt::sign(secret.as_bytes(), &claims, delivery)
}

impl Application {
    /// A token of its own for `delivery`, issued at this Unix second: whatever is then sent with
    /// it, at whatever time. For requests the platform would never make: stale, forged, about
    /// another body. `None` when there is no signature secret.
    #[must_use]
    pub fn token(&self, delivery: &Delivery<'_>, issued_at: i64) -> Option<String> {
        let secret = self.signature_secret.as_deref()?;
        // Two tokens of one second are still two: `jti` is what a receiver may tell replays by.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let token_id = Ids::from_seed(&format!("{issued_at}/{next}")).uuid();
        Some(token(secret, self, delivery, &token_id, issued_at))
    }

    /// `request` with the token the platform would send with it at this Unix second; as it is when
    /// there is no signature secret.
    #[must_use]
    pub fn signed(&self, request: Request, issued_at: i64) -> Request {
        let token = self.token(&request.delivery(), issued_at);
        match token {
            Some(token) => request.with_token(&token),
            None => request,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vonage::jwt::Verifier;

    const NOW: i64 = 1_795_000_000;

    #[test]
    fn a_token_is_good_for_what_it_was_made_for_and_nothing_else() {
        let application = Application::at("http://a.test", "the secret");
        let sent = Request::json("http://a.test/webhooks/event", b"{\"a\":1}");
        let check = |secret: &str, of: &Request, issued_at: i64, expected: Option<&str>| {
            let signer = Application::at("http://a.test", secret);
            let token = signer.token(&of.delivery(), issued_at).unwrap();
            let request = sent.clone().with_token(&token);
            let refused = Verifier::new("the secret", None)
                .verify(request.authorization.as_deref(), &request.delivery(), NOW)
                .err();
            assert_eq!(refused.map(|why| why.code()), expected);
        };
        check("the secret", &sent, NOW, None);
        check("another", &sent, NOW, Some("bad_signature"));
        check("the secret", &sent, NOW - 400, Some("stale"));
        let other = Request::json("http://a.test/webhooks/event", b"{}");
        check("the secret", &other, NOW, Some("payload_hash"));
        assert!(
            application
                .signed(sent.clone(), NOW)
                .authorization
                .is_some()
        );
        let silent = Application {
            signature_secret: None,
            ..application
        };
        assert_eq!(silent.signed(sent, NOW).authorization, None);
    }
}
