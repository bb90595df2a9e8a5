//! The application JWT that REST requests carry ("Vonage JWT guide"): RS256, of the application's
//! private key.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value};
/// What an application's token says. It is signed elsewhere, with the key of [`pkcs8_der`] and
/// `RSASSA-PKCS1-v1_5` over SHA-256: WebCrypto on a Worker, feature `rs256` natively.
///
/// ```
/// use vonage::requests::ApplicationToken;
///
/// let token = ApplicationToken::new("00000000-0000-4000-8000-000000000000", 1_700_000_000, "jti-1");
/// let input = token.signing_input();
/// # let sign = |_: &[u8]| vec![0_u8; 256];
/// let jwt = ApplicationToken::assemble(&input, &sign(input.as_bytes()));
/// assert_eq!(jwt.split('.').count(), 3);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ApplicationToken {
    /// `application_id`: the application.
    pub application: String,
    /// `iat`: when it is issued, in Unix seconds.
    pub issued_at: i64,
    /// `jti`: what makes it unique; a new UUID each time.
    pub id: String,
    /// Seconds it is good for; 900 by default, as in Vonage's own libraries.
    pub lifetime: u32,
    /// `sub`: the user it is for, with the Client SDK.
    pub subject: Option<String>,
    /// `acl`: the paths it opens; all of them when `None`.
    pub acl: Option<Value>,
    /// `nbf`: when it begins to be good, in Unix seconds.
    pub not_before: Option<i64>,
}

impl ApplicationToken {
    /// A token for everything, good for 15 minutes.
    #[must_use]
    pub fn new(application: &str, issued_at: i64, id: &str) -> Self {
        Self {
            application: application.to_owned(),
            issued_at,
            id: id.to_owned(),
            lifetime: 900,
            subject: None,
            acl: None,
            not_before: None,
        }
    }

    /// Header and claims as they are signed.
    #[must_use]
    pub fn signing_input(&self) -> String {
        let mut claims = Map::new();
        let mut claim = |name: &str, value: Value| {
            claims.insert(name.to_owned(), value);
        };
        claim("application_id", self.application.as_str().into());
        claim("iat", self.issued_at.into());
        claim(
            "exp",
            self.issued_at.saturating_add(self.lifetime.into()).into(),
        );
        claim("jti", self.id.as_str().into());
        if let Some(subject) = &self.subject {
            claim("sub", subject.as_str().into());
        }
        if let Some(acl) = &self.acl {
            claim("acl", acl.clone());
        }
        if let Some(time) = self.not_before {
            claim("nbf", time.into());
        }
        // {"alg":"RS256","typ":"JWT"}
        let mut input = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.".to_owned();
        URL_SAFE_NO_PAD.encode_string(Value::Object(claims).to_string(), &mut input);
        input
    }

    /// The token, of what was signed and the signature's bytes.
    #[must_use]
    pub fn assemble(signing_input: &str, signature: &[u8]) -> String {
        let mut token = String::with_capacity(signing_input.len() + signature.len() * 4 / 3 + 4);
        token.push_str(signing_input);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        token
    }
}

/// Why a private key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum KeyError {
    /// No `-----BEGIN PRIVATE KEY-----` block: the key Vonage gives out has one.
    #[error("the private key has no PRIVATE KEY block")]
    NotPem,
    /// The block is encrypted. `openssl pkcs8 -topk8 -nocrypt` takes that off.
    #[error("the private key is encrypted; use `openssl pkcs8 -topk8 -nocrypt`")]
    Encrypted,
    /// What stands in the block is not Base64.
    #[error("the private key's block is not Base64")]
    NotBase64,
    /// The key is not one RS256 can sign with.
    #[error("the private key cannot sign RS256")]
    Unusable,
}

/// The bytes of a private key in PEM, as PKCS #8 for WebCrypto's `importKey("pkcs8", …)`.
///
/// Takes the file Vonage gives out, the same with `\n` written out (as environment variables have
/// it), and the older `RSA PRIVATE KEY`, which is wrapped.
///
/// # Errors
/// See [`KeyError`].
pub fn pkcs8_der(pem: &str) -> Result<Vec<u8>, KeyError> {
    let block = |label: &str| {
        let begin = ["-----BEGIN ", label, "-----"].concat();
        let end = ["-----END ", label, "-----"].concat();
        let (_, rest) = pem.split_once(&begin)?;
        rest.split_once(&end).map(|(block, _)| block)
    };
    if block("ENCRYPTED PRIVATE KEY").is_some() || pem.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(KeyError::Encrypted);
    }
    if let Some(text) = block("PRIVATE KEY") {
        return decode(text);
    }
    match block("RSA PRIVATE KEY") {
        Some(text) => wrap(&decode(text)?).ok_or(KeyError::Unusable),
        None => Err(KeyError::NotPem),
    }
}

fn decode(block: &str) -> Result<Vec<u8>, KeyError> {
    let text: String = block
        .replace("\\n", "")
        .replace("\\r", "")
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    match STANDARD.decode(text) {
        Ok(der) if !der.is_empty() => Ok(der),
        Ok(_) | Err(_) => Err(KeyError::NotBase64),
    }
}

/// Puts a PKCS #1 key into PKCS #8: version 0, algorithm rsaEncryption, the key as octets (RFC 5208).
fn wrap(key: &[u8]) -> Option<Vec<u8>> {
    const VERSION_AND_ALGORITHM: [u8; 18] = [
        0x02, 0x01, 0x00, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01,
        0x01, 0x05, 0x00,
    ];
    let mut content = VERSION_AND_ALGORITHM.to_vec();
    content.extend(element(0x04, key)?);
    element(0x30, &content)
}

/// A DER element: tag, length, content.
fn element(tag: u8, content: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(content.len()).ok()?;
    let [high, low] = length.to_be_bytes();
    let mut element = match length {
        0..0x80 => vec![tag, low],
        0x80..0x100 => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    element.extend_from_slice(content);
    Some(element)
}

/// Signs on this machine, and gives the whole token. `pem` as in [`pkcs8_der`].
///
/// # Errors
/// See [`KeyError`].
#[cfg(feature = "rs256")]
pub fn sign_rs256(token: &ApplicationToken, pem: &str) -> Result<String, KeyError> {
    use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};

    let key = RsaKeyPair::from_pkcs8(&pkcs8_der(pem)?).map_err(|_| KeyError::Unusable)?;
    let input = token.signing_input();
    let mut signature = vec![0; key.public().modulus_len()];
    let random = ring::rand::SystemRandom::new();
    key.sign(&RSA_PKCS1_SHA256, &random, input.as_bytes(), &mut signature)
        .map_err(|_| KeyError::Unusable)?;
    Ok(ApplicationToken::assemble(&input, &signature))
}
