//! Why a token is refused.

/// Why a delivery is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum JwtError {
    /// There is no secret to check against.
    #[error("no signature secret is configured")]
    Unconfigured,
    /// No token: no `Authorization` header, or none with `Bearer`.
    #[error("no bearer token in the Authorization header")]
    Missing,
    /// Not three parts of unpadded base64url JSON, or over 4,096 bytes.
    #[error("the token is not a JWT")]
    MalformedToken,
    /// The header says another algorithm than HS256.
    #[error("the token's algorithm is not HS256")]
    Algorithm,
    /// The signature is of none of the secrets.
    #[error("the token is signed with another secret")]
    BadSignature,
    /// The issuer is not Vonage.
    #[error("the token's issuer is not Vonage")]
    Issuer,
    /// Issued too long ago or too far ahead, without a time, expired, or not yet valid.
    #[error("the token was issued too long ago or too far ahead")]
    Stale,
    /// Of another account than the configured one.
    #[error("the token is of another account")]
    Account,
    /// Of another application than the configured one.
    #[error("the token is of another application")]
    Application,
    /// There is a payload, and nothing in the token vouches for it.
    #[error("the token does not vouch for the payload")]
    NoPayloadHash,
    /// The payload is not the one that was signed.
    #[error("the payload is not the one that was signed")]
    PayloadHash,
}

impl JwtError {
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
