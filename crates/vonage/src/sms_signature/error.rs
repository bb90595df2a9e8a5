//! Why a signature is refused.

/// Why a delivery is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SmsSignatureError {
    /// There is no secret to check against.
    #[error("no signature secret is configured")]
    Unconfigured,
    /// No `sig` among the parameters.
    #[error("no sig parameter")]
    Missing,
    /// `sig` is not hexadecimal, or as long as no algorithm makes it.
    #[error("sig is no signature")]
    Malformed,
    /// The parameters are not the ones that were signed, or not with this secret and algorithm.
    #[error("the parameters are not the ones that were signed")]
    BadSignature,
    /// `timestamp` is missing, too old or too far ahead.
    #[error("signed too long ago or too far ahead")]
    Stale,
    /// More parameters than any message has: nothing is computed of them.
    #[error("more than 64 parameters")]
    TooMany,
}

impl SmsSignatureError {
    /// A stable name for logs and counters.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unconfigured => "no_secret",
            Self::Missing => "no_sig",
            Self::Malformed => "malformed_sig",
            Self::BadSignature => "bad_sig",
            Self::Stale => "stale",
            Self::TooMany => "too_many_parameters",
        }
    }
}
