//! The `sig` parameter of SMS webhooks, for accounts that asked for it ("Signing messages").
//!
//! The parameters but `sig`, sorted by name, written as `&name=value` with `&` and `=` in values
//! replaced by `_`, are hashed with the account's signature secret. Which hash is a setting of the
//! account; its length tells all but MD5 with the secret appended (`md5hash`) from HMAC-MD5 (`md5`).
//! Voice webhooks are never signed this way: see [`jwt`](crate::jwt).
//!
//! ```
//! use vonage::Delivery;
//! use vonage::sms_signature::{Algorithm, SmsSignatureError, Verifier, sign};
//!
//! let parameters = [("msisdn", "447700900001"), ("text", "a=b"), ("timestamp", "1700000000")];
//! let sig = sign(Algorithm::Sha256, b"secret", &parameters);
//! let query = format!("msisdn=447700900001&text=a%3Db&timestamp=1700000000&sig={sig}");
//!
//! let verifier = Verifier::new("secret").algorithm(Algorithm::Sha256);
//! assert_eq!(verifier.verify(&Delivery::get(&query), 1_700_000_010), Ok(()));
//! assert_eq!(verifier.verify(&Delivery::get(&query), 1_800_000_000), Err(SmsSignatureError::Stale));
//! ```

mod error;

pub use error::SmsSignatureError;

use crate::delivery::{Delivery, Method};
use crate::members::Members;
use crate::query;
use crate::wire::text;
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use md5::{Digest, Md5};
use serde_json::Value;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use std::borrow::Cow;
use std::fmt;
use subtle::ConstantTimeEq as _;

/// Seconds the signing time may differ from ours, either way, unless told otherwise.
pub const WINDOW: i64 = 300;

/// How an account signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// `md5hash`: MD5 of the parameters followed by the secret. Lower case.
    Md5Hash,
    /// `md5`: HMAC-MD5. Upper case.
    Md5,
    /// `sha1`: HMAC-SHA-1. Upper case.
    Sha1,
    /// `sha256`: HMAC-SHA-256. Upper case.
    Sha256,
    /// `sha512`: HMAC-SHA-512. Upper case.
    Sha512,
}

impl Algorithm {
    /// The setting's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md5Hash => "md5hash",
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    /// The setting of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [
            Self::Md5Hash,
            Self::Md5,
            Self::Sha1,
            Self::Sha256,
            Self::Sha512,
        ]
        .into_iter()
        .find(|algorithm| algorithm.as_str().eq_ignore_ascii_case(name.trim()))
    }

    /// Those that make signatures of so many bytes.
    const fn of_length(bytes: usize) -> &'static [Self] {
        match bytes {
            16 => &[Self::Md5Hash, Self::Md5],
            20 => &[Self::Sha1],
            32 => &[Self::Sha256],
            64 => &[Self::Sha512],
            _ => &[],
        }
    }

    fn digest(self, secret: &[u8], message: &str) -> Vec<u8> {
        match self {
            Self::Md5Hash => Md5::new()
                .chain_update(message)
                .chain_update(secret)
                .finalize()
                .to_vec(),
            Self::Md5 => mac::<Hmac<Md5>>(secret, message),
            Self::Sha1 => mac::<Hmac<Sha1>>(secret, message),
            Self::Sha256 => mac::<Hmac<Sha256>>(secret, message),
            Self::Sha512 => mac::<Hmac<Sha512>>(secret, message),
        }
    }
}

fn mac<M: Mac + KeyInit>(secret: &[u8], message: &str) -> Vec<u8> {
    // HMAC takes keys of any length; an empty digest equals no signature.
    M::new_from_slice(secret).map_or_else(
        |_| Vec::new(),
        |mac| mac.chain_update(message).finalize().into_bytes().to_vec(),
    )
}

/// Checks signatures.
#[derive(Clone)]
pub struct Verifier {
    secret: String,
    previous: Option<String>,
    algorithm: Option<Algorithm>,
    window: i64,
}

impl fmt::Debug for Verifier {
    /// Shows no secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier")
    }
}

impl Verifier {
    /// Checks against the account's signature secret. An empty one is none, and refuses everything
    /// as [`SmsSignatureError::Unconfigured`].
    #[must_use]
    pub fn new(secret: &str) -> Self {
        Self {
            secret: secret.to_owned(),
            previous: None,
            algorithm: None,
            window: WINDOW,
        }
    }

    /// Also takes signatures of the secret before, while it is being rotated.
    #[must_use]
    pub fn previous(mut self, secret: &str) -> Self {
        self.previous = (!secret.is_empty()).then(|| secret.to_owned());
        self
    }

    /// Takes only signatures made so. Without it the length of each tells, and for 32 digits both
    /// kinds of MD5 are tried.
    #[must_use]
    pub const fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = Some(algorithm);
        self
    }

    /// Seconds the signing time may differ from ours, either way; [`WINDOW`] unless set.
    #[must_use]
    pub const fn window(mut self, seconds: i64) -> Self {
        self.window = seconds;
        self
    }

    /// Checks a delivery at a time in Unix seconds.
    ///
    /// # Errors
    /// The first check that failed: secret, presence, form, signature, time.
    pub fn verify(&self, delivery: &Delivery<'_>, now: i64) -> Result<(), SmsSignatureError> {
        let pairs = match (delivery.method, delivery.body) {
            (Method::Get, _) => delivery.query.as_bytes(),
            (Method::Post, body) => body,
        };
        // Counted before anything is decoded: a signature is computed of them all.
        if pairs.iter().filter(|byte| **byte == b'&').count() >= MOST_PARAMETERS {
            return Err(SmsSignatureError::TooMany);
        }
        let parameters = parameters(delivery).ok_or(SmsSignatureError::Missing)?;
        if parameters.len() > MOST_PARAMETERS {
            return Err(SmsSignatureError::TooMany);
        }
        let parameters: Vec<_> = parameters
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref()))
            .collect();
        self.verify_parameters(&parameters, now)
    }

    /// Checks decoded parameters, `sig` among them, at a time in Unix seconds.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn verify_parameters(
        &self,
        parameters: &[(&str, &str)],
        now: i64,
    ) -> Result<(), SmsSignatureError> {
        if self.secret.is_empty() && self.previous.is_none() {
            return Err(SmsSignatureError::Unconfigured);
        }
        let named = |wanted| {
            let mut found = parameters.iter().filter(|(name, _)| *name == wanted);
            found.next().map(|(_, value)| value.trim())
        };
        let sig = named("sig")
            .filter(|sig| !sig.is_empty())
            .ok_or(SmsSignatureError::Missing)?;
        let sig = from_hex(sig).ok_or(SmsSignatureError::Malformed)?;
        let algorithms = Algorithm::of_length(sig.len());
        if algorithms.is_empty() {
            return Err(SmsSignatureError::Malformed);
        }
        let signed = algorithms
            .iter()
            .filter(|algorithm| self.algorithm.is_none_or(|wanted| wanted == **algorithm))
            .any(|algorithm| {
                let secrets = [Some(&self.secret), self.previous.as_ref()];
                let mut secrets = secrets
                    .into_iter()
                    .flatten()
                    .filter(|secret| !secret.is_empty());
                secrets.any(|secret| matches(*algorithm, secret.as_bytes(), parameters, &sig))
            });
        if !signed {
            return Err(SmsSignatureError::BadSignature);
        }
        let signed_at: Option<i64> = named("timestamp").and_then(|time| time.parse().ok());
        match signed_at {
            Some(time) if now.abs_diff(time) <= self.window.unsigned_abs() => Ok(()),
            _ => Err(SmsSignatureError::Stale),
        }
    }
}

/// Whether `sig` is the signature of the parameters, `sig` among them or not; blank parameters
/// counted or left out, as senders differ. No check of the time.
#[must_use]
pub fn is_signature(
    algorithm: Algorithm,
    secret: &[u8],
    parameters: &[(&str, &str)],
    sig: &str,
) -> bool {
    from_hex(sig).is_some_and(|sig| matches(algorithm, secret, parameters, &sig))
}

fn matches(algorithm: Algorithm, secret: &[u8], parameters: &[(&str, &str)], sig: &[u8]) -> bool {
    let equal = |blanks| {
        let digest = algorithm.digest(secret, &message(parameters, blanks));
        !digest.is_empty() && bool::from(digest.as_slice().ct_eq(sig))
    };
    let blank = |(_, value): &(&str, &str)| value.trim().is_empty();
    equal(true) || (parameters.iter().any(blank) && equal(false))
}

/// Signs parameters as Vonage does, in the case of letters it uses: for emulators and tests.
#[must_use]
pub fn sign(algorithm: Algorithm, secret: &[u8], parameters: &[(&str, &str)]) -> String {
    let digest = algorithm.digest(secret, &message(parameters, true));
    match algorithm {
        Algorithm::Md5Hash => base16ct::lower::encode_string(&digest),
        _ => base16ct::upper::encode_string(&digest),
    }
}

/// What is hashed.
fn message(parameters: &[(&str, &str)], blanks: bool) -> String {
    let mut sorted: Vec<_> = parameters
        .iter()
        .filter(|(name, value)| *name != "sig" && (blanks || !value.trim().is_empty()))
        .collect();
    sorted.sort_by(|one, other| one.0.cmp(other.0));
    let mut message = String::new();
    for (name, value) in sorted {
        for (mark, text) in [('&', name), ('=', value)] {
            message.push(mark);
            message.extend(text.chars().map(|letter| match letter {
                '&' | '=' => '_',
                letter => letter,
            }));
        }
    }
    message
}

type Parameters<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// The parameters of a delivery, decoded. JSON: null members are left out, numbers are as written.
fn parameters<'a>(delivery: &Delivery<'a>) -> Option<Parameters<'a>> {
    if delivery.method == Method::Get {
        return Some(query::pairs(delivery.query).collect());
    }
    let members = Members::read(delivery).ok()?;
    let all = members.fields.into_iter().chain(members.repeated);
    let parameters = all.filter_map(|(name, value)| {
        let value = match value {
            Value::Null => return None,
            Value::String(text) => text,
            value => text(&value).map_or_else(|| value.to_string(), Cow::into_owned),
        };
        Some((Cow::Owned(name), Cow::Owned(value)))
    });
    Some(parameters.collect())
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    // What is longer than the longest signature is not decoded.
    (text.len() <= 128)
        .then(|| base16ct::mixed::decode_vec(text).ok())
        .flatten()
}

/// The most parameters a delivery may have: a message has under thirty.
const MOST_PARAMETERS: usize = 64;
