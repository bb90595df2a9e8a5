use aes_siv::aead::KeyInit;
use aes_siv::siv::Aes128Siv;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use jiff::Timestamp;
use sha2::Sha256;

use super::{State, bytes};

/// The layout of the bytes within. Old ones stay readable while calls that
/// began before a deployment last.
const FORMAT: u8 = 1;

/// The longest token, in characters.
const LONGEST: usize = 1500;

/// Seals states and opens them: AES-SIV (RFC 5297), which gives the same bytes
/// for the same state and needs no random numbers. The keys are derived from
/// the configured text with HKDF-SHA256 (RFC 5869).
///
/// A token is base64url of: format, key id, synthetic IV and ciphertext. The
/// conversation, the format and the key id are authenticated with it.
#[derive(Clone)]
pub struct Sealer {
    current: Key,
    previous: Option<Key>,
}

#[derive(Clone)]
struct Key {
    /// Tells which key sealed a token, and nothing else about it.
    id: u8,
    secret: [u8; 32],
}

/// Why a token counts for nothing. The menu starts again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejected {
    /// Not a token: not base64url, too short or too long.
    Malformed,
    /// Of a format this version does not know.
    UnknownFormat,
    /// Sealed with a key that is neither the current nor the previous one.
    UnknownKey,
    /// Changed, cut, or of another call.
    Forged,
    /// More than a day old.
    Expired,
}

impl Rejected {
    /// A stable word for logs and events.
    pub const fn code(self) -> &'static str {
        match self {
            Rejected::Malformed => "state-malformed",
            Rejected::UnknownFormat => "state-unknown-format",
            Rejected::UnknownKey => "state-unknown-key",
            Rejected::Forged => "state-forged",
            Rejected::Expired => "state-expired",
        }
    }
}

impl std::fmt::Display for Rejected {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.code())
    }
}

impl std::error::Error for Rejected {}

impl Key {
    fn derive(text: &str) -> Option<Self> {
        let derived = Hkdf::<Sha256>::new(Some(b"edge-ivr state"), text.as_bytes());
        let mut secret = [0; 32];
        let mut id = [0];
        derived.expand(b"aes-128-siv", &mut secret).ok()?;
        derived.expand(b"key id", &mut id).ok()?;
        let [id] = id;
        Some(Self { id, secret })
    }

    fn cipher(&self) -> Aes128Siv {
        Aes128Siv::new(&self.secret.into())
    }
}

impl Sealer {
    /// Seals with the current key; opens what either sealed. Any text is a key;
    /// 32 random bytes in base64 are a good one.
    pub fn new(current: &str, previous: Option<&str>) -> Self {
        // HKDF gives up to 8160 bytes, so 33 never fail; the other arm keeps
        // this function without a panic.
        let current = Key::derive(current).unwrap_or(Key {
            id: 0,
            secret: [0; 32],
        });
        Self {
            current,
            previous: previous
                .filter(|text| !text.is_empty())
                .and_then(Key::derive),
        }
    }

    /// The token for a state, at most 1,500 characters. When a state is larger,
    /// the oldest history is left out, then headers, then the oldest variables.
    pub fn seal(&self, state: &State) -> String {
        let mut token = self.token(state);
        if token.len() <= LONGEST {
            return token;
        }
        let mut smaller = state.clone();
        while token.len() > LONGEST {
            if !smaller.history.is_empty() {
                smaller.history.remove(0);
            } else if smaller.headers.pop().is_none() {
                if smaller.variables.is_empty() {
                    break;
                }
                smaller.variables.remove(0);
            }
            token = self.token(&smaller);
        }
        token
    }

    fn token(&self, state: &State) -> String {
        let head = [FORMAT, self.current.id];
        let sealed = self.current.cipher().encrypt(
            [&head[..], state.conversation.as_bytes()],
            &bytes::write(state),
        );
        // Encryption fails only for messages no memory holds.
        let mut token = Vec::with_capacity(256);
        token.extend_from_slice(&head);
        token.extend_from_slice(&sealed.unwrap_or_default());
        URL_SAFE_NO_PAD.encode(token)
    }

    /// Opens a token of this conversation.
    ///
    /// # Errors
    /// [`Rejected`] says why it counts for nothing.
    pub fn open(&self, token: &str, conversation: &str, now: Timestamp) -> Result<State, Rejected> {
        if token.len() > LONGEST {
            return Err(Rejected::Malformed);
        }
        let token = URL_SAFE_NO_PAD
            .decode(token)
            .map_err(|_| Rejected::Malformed)?;
        let Some((head @ [format, id], sealed)) = token.split_first_chunk::<2>() else {
            return Err(Rejected::Malformed);
        };
        if *format != FORMAT {
            return Err(Rejected::UnknownFormat);
        }
        let keys = [Some(&self.current), self.previous.as_ref()];
        let mut refused = Rejected::UnknownKey;
        for key in keys.into_iter().flatten().filter(|key| key.id == *id) {
            refused = Rejected::Forged;
            let opened = key
                .cipher()
                .decrypt([&head[..], conversation.as_bytes()], sealed);
            let Ok(opened) = opened else { continue };
            let state = bytes::read(&opened, conversation).ok_or(Rejected::UnknownFormat)?;
            if hours(now) > state.expires {
                return Err(Rejected::Expired);
            }
            return Ok(state);
        }
        Err(refused)
    }
}

/// Hours since 1970.
pub(crate) fn hours(now: Timestamp) -> u32 {
    u32::try_from(now.as_second() / 3600).unwrap_or(0)
}
