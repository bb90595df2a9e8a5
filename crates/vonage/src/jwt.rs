//! Signed webhooks: `Authorization: Bearer <JWT>`, HS256 ("Webhooks guide, signed webhooks").
//!
//! Voice, Messages, Dispatch and RTC webhooks are signed so. The token vouches for the body through
//! its claim `payload_hash`: the SHA-256 of the raw body of a POST; of a GET the SHA-256 of a compact
//! JSON object made of the decoded query parameters in the order of the URL.
//!
//! ```
//! use vonage::Delivery;
//! use vonage::jwt::{self, Claims, JwtError, Verifier};
//!
//! let delivery = Delivery::json(br#"{"uuid":"leg-1"}"#);
//! let now = 1_700_000_000;
//! let token = jwt::sign(b"the signature secret", &Claims::new(now, "token-1"), &delivery);
//!
//! let verifier = Verifier::new("the signature secret", None);
//! let header = format!("Bearer {token}");
//! assert!(verifier.verify(Some(&header), &delivery, now + 2).is_ok());
//! assert_eq!(verifier.verify(None, &delivery, now), Err(JwtError::Missing));
//! assert_eq!(verifier.verify(Some(&header), &delivery, now + 600), Err(JwtError::Stale));
//! ```

mod claims;
mod error;
mod payload;
mod sign;

use crate::delivery::Delivery;
use crate::members::each_member;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use claims::USUAL_HEADERS;
pub use claims::{Claims, ISSUER};
pub use error::JwtError;
use hmac::digest::KeyInit as _;
use hmac::{Hmac, Mac as _};
use payload::Digest;
pub use payload::Plus;
use serde_json::Value;
use sha2::Sha256;
pub use sign::{sign, sign_claims};
use std::borrow::Cow;
use std::fmt;
use subtle::ConstantTimeEq as _;

/// The longest token looked at, in bytes. Vonage's have about 500.
const LONGEST: usize = 4_096;

/// Seconds the issuing time may differ from ours, either way, unless told otherwise.
pub const WINDOW: i64 = 300;

/// Checks tokens. Make it once and keep it: the key schedules are computed when it is made.
#[derive(Clone)]
pub struct Verifier {
    keys: [Option<Hmac<Sha256>>; 2],
    api_key: Option<String>,
    application: Option<String>,
    window: i64,
    raw_query: bool,
    own_parameters: &'static [&'static str],
}

impl fmt::Debug for Verifier {
    /// Shows no secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier")
    }
}

impl Verifier {
    /// Checks against the account's signature secret, and against the one before it while it is
    /// being rotated. An empty secret is none; with neither, everything is refused as
    /// [`JwtError::Unconfigured`].
    #[must_use]
    pub fn new(secret: &str, previous: Option<&str>) -> Self {
        let key = |secret: &str| match secret {
            "" => None,
            secret => Hmac::new_from_slice(secret.as_bytes()).ok(),
        };
        Self {
            keys: [key(secret), previous.and_then(key)],
            api_key: None,
            application: None,
            window: WINDOW,
            raw_query: false,
            own_parameters: &["s", "m"],
        }
    }

    /// Takes only tokens of this account. Empty: of any.
    #[must_use]
    pub fn api_key(mut self, api_key: &str) -> Self {
        self.api_key = (!api_key.is_empty()).then(|| api_key.to_owned());
        self
    }

    /// Takes only tokens of this application. Empty: of any, or none.
    #[must_use]
    pub fn application(mut self, application: &str) -> Self {
        self.application = (!application.is_empty()).then(|| application.to_owned());
        self
    }

    /// Seconds the issuing time may differ from ours, either way; [`WINDOW`] unless set.
    #[must_use]
    pub const fn window(mut self, seconds: i64) -> Self {
        self.window = seconds;
        self
    }

    /// Whether the `payload_hash` of a GET may also be that of the raw query: seen in the field,
    /// undocumented. Not unless set.
    #[must_use]
    pub const fn raw_query(mut self, accepted: bool) -> Self {
        self.raw_query = accepted;
        self
    }

    /// The receiver's own query parameters, `s` and `m` unless set: a GET is tried with them and
    /// without them, as it is not known which of the two Vonage signs. What they hold must vouch
    /// for itself.
    #[must_use]
    pub const fn own_parameters(mut self, names: &'static [&'static str]) -> Self {
        self.own_parameters = names;
        self
    }

    /// Whether there is a secret to check against.
    #[must_use]
    pub fn is_configured(&self) -> bool {
        self.keys.iter().any(Option::is_some)
    }

    /// Checks the `Authorization` header of a delivery at a time in Unix seconds.
    ///
    /// In this order: a token is there; it has three parts; its algorithm is HS256; the signature is
    /// of one of the secrets; issuer; issuing time; expiry, where given; account; application;
    /// payload. Every comparison with something secret takes the same time whatever it finds.
    ///
    /// # Errors
    /// The first check that failed.
    pub fn verify(
        &self,
        authorization: Option<&str>,
        delivery: &Delivery<'_>,
        now: i64,
    ) -> Result<Claims, JwtError> {
        let token = self.verify_token(authorization, now)?;
        self.verify_payload(&token, delivery)?;
        Ok(token.claims)
    }

    /// The part of [`Verifier::verify`] that needs no delivery: who has no good token is turned
    /// away before a body is read.
    ///
    /// # Errors
    /// The first check that failed.
    pub fn verify_token(&self, authorization: Option<&str>, now: i64) -> Result<Token, JwtError> {
        if !self.is_configured() {
            return Err(JwtError::Unconfigured);
        }
        let token = bearer(authorization)?;
        let claims = self.signed(token)?;
        let mut claims = Payload::read(&claims)?;
        self.check(&claims, now)?;
        let payload_hash = claims.payload_hash.take().map(Cow::into_owned);
        Ok(Token {
            claims: claims.into(),
            payload_hash,
        })
    }

    /// The rest of it: whether the token vouches for this delivery, and how the plus signs of its
    /// query were meant when it was signed.
    ///
    /// # Errors
    /// [`JwtError::NoPayloadHash`], [`JwtError::PayloadHash`].
    pub fn verify_payload(&self, token: &Token, delivery: &Delivery<'_>) -> Result<Plus, JwtError> {
        let Some(hash) = &token.payload_hash else {
            return match payload::is_empty(delivery) {
                true => Ok(Plus::Blank),
                false => Err(JwtError::NoPayloadHash),
            };
        };
        let mut bytes = [0; size_of::<Digest>()];
        let hash = base16ct::mixed::decode(hash, &mut bytes).map_err(|_| JwtError::PayloadHash)?;
        let matches = |digest: Digest| bool::from(digest.as_slice().ct_eq(hash));
        payload::find(delivery, self.own_parameters, self.raw_query, matches)
            .ok_or(JwtError::PayloadHash)
    }

    /// Checks the signature alone, and gives the claims as they stand in the token: for a look at
    /// a token whose delivery is gone.
    ///
    /// # Errors
    /// The first check that failed.
    pub fn verify_signature(&self, token: &str) -> Result<Claims, JwtError> {
        if !self.is_configured() {
            return Err(JwtError::Unconfigured);
        }
        let claims = self.signed(token)?;
        let claims = Payload::read(&claims)?;
        Ok(claims.into())
    }

    /// The decoded claims of a token that carries a good signature.
    fn signed(&self, token: &str) -> Result<Vec<u8>, JwtError> {
        if token.len() > LONGEST {
            return Err(JwtError::MalformedToken);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(JwtError::MalformedToken)?;
        let (header, claims) = message.split_once('.').ok_or(JwtError::MalformedToken)?;
        check_header(header)?;
        // One byte over what fits: a longer signature must not be cut to size.
        let mut mac = [0; 33];
        match URL_SAFE_NO_PAD.decode_slice(signature, &mut mac) {
            Ok(32) => {}
            Ok(_) | Err(_) => return Err(JwtError::BadSignature),
        }
        let mac = mac.get(..32).ok_or(JwtError::BadSignature)?;
        let of_a_key = self.keys.iter().flatten().any(|key| {
            let mut key = key.clone();
            key.update(message.as_bytes());
            key.verify_slice(mac).is_ok()
        });
        if !of_a_key {
            return Err(JwtError::BadSignature);
        }
        URL_SAFE_NO_PAD
            .decode(claims)
            .map_err(|_| JwtError::MalformedToken)
    }

    fn check(&self, claims: &Payload<'_>, now: i64) -> Result<(), JwtError> {
        if claims.iss.as_deref() != Some(ISSUER) {
            return Err(JwtError::Issuer);
        }
        let issued = claims.iat.ok_or(JwtError::Stale)?;
        if now.abs_diff(issued) > self.window.unsigned_abs() {
            return Err(JwtError::Stale);
        }
        if claims
            .exp
            .is_some_and(|exp| exp.saturating_add(self.window) < now)
            || claims
                .nbf
                .is_some_and(|nbf| nbf.saturating_sub(self.window) > now)
        {
            return Err(JwtError::Stale);
        }
        let is = |wanted: &Option<String>, found: &Option<Cow<'_, str>>| match wanted {
            Some(wanted) => found.as_deref() == Some(wanted),
            None => true,
        };
        if !is(&self.api_key, &claims.api_key) {
            return Err(JwtError::Account);
        }
        if !is(&self.application, &claims.application_id) {
            return Err(JwtError::Application);
        }
        Ok(())
    }
}

/// The token of an `Authorization` header.
fn bearer(authorization: Option<&str>) -> Result<&str, JwtError> {
    let header = authorization.map(str::trim).unwrap_or_default();
    if header.is_empty() {
        return Err(JwtError::Missing);
    }
    let (scheme, token) = header.split_once(' ').ok_or(JwtError::Missing)?;
    let token = token.trim_start();
    match scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty() {
        true => Ok(token),
        false => Err(JwtError::Missing),
    }
}

/// HS256 and nothing else: a token must not choose how it is checked (RFC 8725, section 3.1).
fn check_header(header: &str) -> Result<(), JwtError> {
    if USUAL_HEADERS.contains(&header) {
        return Ok(());
    }
    let header = URL_SAFE_NO_PAD
        .decode(header)
        .map_err(|_| JwtError::MalformedToken)?;
    let (mut algorithm, mut critical) = (None, false);
    object(&header, &mut |name, raw| {
        match name {
            "alg" if algorithm.is_none() => algorithm = Some(string(raw)?),
            "alg" => return None,
            "crit" => critical = true,
            _ => {}
        }
        Some(())
    })?;
    // `crit` names extensions a receiver must understand (RFC 7515, section 4.1.11): none here.
    match algorithm.flatten().ok_or(JwtError::MalformedToken)? == "HS256" && !critical {
        true => Ok(()),
        false => Err(JwtError::Algorithm),
    }
}

/// Reads the members of a JSON object; `each` says `None` to one it cannot take.
fn object<'a>(
    json: &'a [u8],
    each: &mut dyn FnMut(&str, &'a str) -> Option<()>,
) -> Result<(), JwtError> {
    let json = std::str::from_utf8(json).map_err(|_| JwtError::MalformedToken)?;
    let mut good = true;
    each_member(json, &mut |name, raw| good &= each(&name, raw).is_some())
        .map_err(|_| JwtError::MalformedToken)?;
    match good {
        true => Ok(()),
        false => Err(JwtError::MalformedToken),
    }
}

/// A string or null, from its JSON.
fn string(raw: &str) -> Option<Option<Cow<'_, str>>> {
    if raw == "null" {
        return Some(None);
    }
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if !inner.contains('\\') {
        return Some(Some(Cow::Borrowed(inner)));
    }
    match serde_json::from_str(raw) {
        Ok(Value::String(text)) => Some(Some(Cow::Owned(text))),
        _ => None,
    }
}

/// A NumericDate (RFC 7519) or null, from its JSON: seconds, a fraction allowed and cut off.
#[allow(clippy::cast_possible_truncation)] // `as` saturates, and NaN is not JSON.
fn seconds(raw: &str) -> Option<Option<i64>> {
    match serde_json::from_str(raw) {
        Ok(Value::Number(number)) => {
            let whole = number.as_i64();
            whole
                .or_else(|| number.as_f64().map(|seconds| seconds as i64))
                .map(Some)
        }
        Ok(Value::Null) => Some(None),
        _ => None,
    }
}

/// Claims as they stand in the token.
#[derive(Default)]
struct Payload<'a> {
    iat: Option<i64>,
    exp: Option<i64>,
    nbf: Option<i64>,
    jti: Option<Cow<'a, str>>,
    iss: Option<Cow<'a, str>>,
    payload_hash: Option<Cow<'a, str>>,
    api_key: Option<Cow<'a, str>>,
    application_id: Option<Cow<'a, str>>,
}

impl<'a> Payload<'a> {
    /// A claim that comes twice makes the token malformed (RFC 7519, section 4), and so does one of
    /// another type.
    fn read(json: &'a [u8]) -> Result<Self, JwtError> {
        fn once<T>(place: &mut Option<T>, value: Option<Option<T>>) -> Option<()> {
            let value = value?;
            match place {
                Some(_) => None,
                None => {
                    *place = value;
                    Some(())
                }
            }
        }
        let mut claims = Self::default();
        object(json, &mut |name, raw| match name {
            "iat" => once(&mut claims.iat, seconds(raw)),
            "exp" => once(&mut claims.exp, seconds(raw)),
            "nbf" => once(&mut claims.nbf, seconds(raw)),
            "jti" => once(&mut claims.jti, string(raw)),
            "iss" => once(&mut claims.iss, string(raw)),
            "payload_hash" => once(&mut claims.payload_hash, string(raw)),
            "api_key" => once(&mut claims.api_key, string(raw)),
            "application_id" => once(&mut claims.application_id, string(raw)),
            _ => Some(()),
        })?;
        Ok(claims)
    }
}

/// A token that is good by itself, whose delivery is still to be checked
/// ([`Verifier::verify_payload`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    claims: Claims,
    payload_hash: Option<String>,
}

impl Token {
    /// The SHA-256 of the delivery it vouches for, in hex as the token has it.
    #[must_use]
    pub fn payload_hash(&self) -> Option<&str> {
        self.payload_hash.as_deref()
    }

    /// A token that [`Verifier::verify_token`] found good, of which only the hash was kept.
    #[must_use]
    pub fn admitted(payload_hash: Option<String>) -> Self {
        Self {
            claims: Claims::default(),
            payload_hash,
        }
    }
}

impl From<Payload<'_>> for Claims {
    fn from(payload: Payload<'_>) -> Self {
        Self {
            issued_at: payload.iat.unwrap_or_default(),
            id: payload.jti.map(Cow::into_owned),
            issuer: payload.iss.map(Cow::into_owned).unwrap_or_default(),
            api_key: payload.api_key.map(Cow::into_owned),
            application: payload.application_id.map(Cow::into_owned),
        }
    }
}
