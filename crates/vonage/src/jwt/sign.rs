//! Makes tokens as Vonage does: for emulators and tests.

use crate::delivery::Delivery;
use crate::jwt::claims::{Claims, USUAL_HEADERS};
use crate::jwt::payload;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::digest::KeyInit as _;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// Makes the token Vonage would send with this delivery: for emulators and tests.
#[must_use]
pub fn sign(secret: &[u8], claims: &Claims, delivery: &Delivery<'_>) -> String {
    let mut fields = serde_json::Map::new();
    let mut claim = |name: &str, value: serde_json::Value| {
        fields.insert(name.to_owned(), value);
    };
    claim("iat", claims.issued_at.into());
    claim("iss", claims.issuer.as_str().into());
    for (name, value) in [
        ("jti", &claims.id),
        ("api_key", &claims.api_key),
        ("application_id", &claims.application),
    ] {
        if let Some(value) = value {
            claim(name, value.as_str().into());
        }
    }
    if let Some(digest) = payload::likeliest(delivery) {
        claim(
            "payload_hash",
            base16ct::lower::encode_string(&digest).into(),
        );
    }
    sign_claims(secret, &serde_json::Value::Object(fields).to_string())
}

/// Makes a token of claims written out as JSON: for tests that need claims nobody would send.
#[must_use]
pub fn sign_claims(secret: &[u8], claims: &str) -> String {
    let [header, _] = USUAL_HEADERS;
    let mut token = String::with_capacity(claims.len() * 4 / 3 + 96);
    token.push_str(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(claims, &mut token);
    // HMAC takes keys of any length; the alternative is unreachable.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) {
        mac.update(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(mac.finalize().into_bytes(), &mut token);
    }
    token
}
