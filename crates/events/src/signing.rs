//! Signs what is forwarded to an HTTP sink, as the
//! [Standard Webhooks](https://www.standardwebhooks.com) specification says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The secret shared with the sink.
#[derive(Clone)]
pub struct SinkSecret(Vec<u8>);

/// Why a secret cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("SINK_SECRET must be `whsec_` followed by base64 of 24 to 64 bytes")]
pub struct SinkSecretError;

impl std::fmt::Debug for SinkSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SinkSecret")
    }
}

impl SinkSecret {
    /// Reads `whsec_<base64>`; the specification asks for 24 to 64 bytes.
    ///
    /// # Errors
    /// Another prefix, no base64, too short or too long.
    pub fn new(text: &str) -> Result<Self, SinkSecretError> {
        let bytes = text
            .trim()
            .strip_prefix("whsec_")
            .and_then(|text| STANDARD.decode(text).ok())
            .filter(|bytes| (24..=64).contains(&bytes.len()))
            .ok_or(SinkSecretError)?;
        Ok(Self(bytes))
    }

    /// The value of the `webhook-signature` header for a message sent now.
    ///
    /// `id` goes into `webhook-id`, `now` (Unix seconds) into `webhook-timestamp`.
    #[must_use]
    pub fn sign(&self, id: &str, now: i64, body: &str) -> String {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return String::new();
        };
        for part in [id, ".", &now.to_string(), ".", body] {
            mac.update(part.as_bytes());
        }
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::{SinkSecret, SinkSecretError};

    #[test]
    fn the_signature_is_the_one_openssl_computes() {
        // printf '%s' 'msg_1.1700000000.{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef01234567 -binary | base64
        let secret = SinkSecret::new("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3").unwrap();
        assert_eq!(
            secret.sign("msg_1", 1_700_000_000, r#"{"a":1}"#),
            "v1,WUgAXU8H0NQ1/7M+TtMwKma2b74a3/TCgekiM3YUdN8="
        );
    }

    #[test]
    fn a_secret_that_is_none_is_refused() {
        for text in [
            "",
            "whsec_",
            "whsec_MDEy",
            "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3",
            "whsec_!",
        ] {
            assert_eq!(SinkSecret::new(text).err(), Some(SinkSecretError), "{text}");
        }
    }
}
