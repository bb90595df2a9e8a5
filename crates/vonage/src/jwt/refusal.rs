//! Why a token is refused.

use std::fmt;

/// Why a delivery is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// There is no secret to check against.
    Unconfigured,
    /// No token: no `Authorization` header, or none with `Bearer`.
    Missing,
    /// Not three parts of unpadded base64url JSON, or over 4,096 bytes.
    MalformedToken,
    /// The header says another algorithm than HS256.
    Algorithm,
    /// The signature is of none of the secrets.
    BadSignature,
    /// The issuer is not Vonage.
    Issuer,
    /// Issued too long ago or too far ahead, without a time, expired, or not yet valid.
    Stale,
    /// Of another account than the configured one.
    Account,
    /// Of another application than the configured one.
    Application,
    /// There is a payload, and nothing in the token vouches for it.
    NoPayloadHash,
    /// The payload is not the one that was signed.
    PayloadHash,
}

impl Refusal {
    /// A stable name for logs and counters.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unconfigured => "no_secret",
            Self::Missing => "no_token",
            Self::MalformedToken => "malformed_token",
            Self::Algorithm => "algorithm",
            Self::BadSignature => "bad_signature",
            Self::Issuer => "issuer",
            Self::Stale => "stale",
            Self::Account => "api_key",
            Self::Application => "application_id",
            Self::NoPayloadHash => "no_payload_hash",
            Self::PayloadHash => "payload_hash",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unconfigured => "no signature secret is configured",
            Self::Missing => "no bearer token in the Authorization header",
            Self::MalformedToken => "the token is not a JWT",
            Self::Algorithm => "the token's algorithm is not HS256",
            Self::BadSignature => "the token is signed with another secret",
            Self::Issuer => "the token's issuer is not Vonage",
            Self::Stale => "the token was issued too long ago or too far ahead",
            Self::Account => "the token is of another account",
            Self::Application => "the token is of another application",
            Self::NoPayloadHash => "the token does not vouch for the payload",
            Self::PayloadHash => "the payload is not the one that was signed",
        })
    }
}

impl std::error::Error for Refusal {}
