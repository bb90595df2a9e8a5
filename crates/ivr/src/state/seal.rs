use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use super::{State, UNBOUND, bytes};

/// The layout of the bytes within. Old ones stay readable while calls that
/// began before a deployment last.
const FORMAT: u8 = 2;

/// The longest token, in characters.
const LONGEST: usize = 1500;

/// In front of every token: format and key id.
const HEAD: usize = 2;
const NONCE: usize = 24;
const TAG: usize = 16;

/// Seals states and opens them: XChaCha20-Poly1305, which is fast without
/// hardware for it. The nonce is an HMAC-SHA256 of the message, as in SIV modes:
/// the same state gives the same bytes, no random numbers are needed, and a
/// nonce comes back only with the message it came with. The keys are derived
/// from the configured text with HKDF-SHA256 (RFC 5869).
///
/// A token is base64url of: format, key id, nonce, ciphertext, tag. The
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
    cipher: XChaCha20Poly1305,
    /// Keyed once: each nonce begins with a copy.
    nonces: Hmac<Sha256>,
}

/// Why a token counts for nothing. The menu starts again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// Not a token: not base64url, too short or too long.
    #[error("the state is not a token")]
    Malformed,
    /// Of a format this version does not know.
    #[error("the state has a format this version does not know")]
    UnknownFormat,
    /// Sealed with a key that is neither the current nor the previous one.
    #[error("the state is sealed with another key")]
    UnknownKey,
    /// Changed, cut, or of another call.
    #[error("the state was changed, or is of another call")]
    Forged,
    /// More than a day old.
    #[error("the state is more than a day old")]
    Expired,
}

impl Key {
    fn derive(text: &str) -> Self {
        let derived = Hkdf::<Sha256>::new(Some(b"edge-ivr state"), text.as_bytes());
        let [id] = part(&derived, b"key id");
        Self {
            id,
            cipher: KeyInit::new(&part(&derived, b"xchacha20-poly1305").into()),
            nonces: KeyInit::new(&part(&derived, b"nonce").into()),
        }
    }

    /// Nonce, ciphertext and tag, decrypted in place. What is forged stays as it was.
    fn open<'a>(
        &self,
        head: [u8; HEAD],
        conversation: &str,
        sealed: &'a mut [u8],
    ) -> Option<&'a [u8]> {
        let (&mut nonce, sealed) = sealed.split_first_chunk_mut::<NONCE>()?;
        let (message, &mut tag) = sealed.split_last_chunk_mut::<TAG>()?;
        let associated = associated(head, conversation);
        self.cipher
            .decrypt_inout_detached(
                &nonce.into(),
                &associated,
                (&mut *message).into(),
                &tag.into(),
            )
            .ok()?;
        Some(message)
    }

    /// The nonce of a message. Its parts are told apart by the length of the
    /// one in the middle: no two messages are the same bytes here.
    fn nonce(&self, head: [u8; HEAD], conversation: &str, message: &[u8]) -> XNonce {
        let mut mac = self.nonces.clone();
        mac.update(&head);
        mac.update(&(conversation.len() as u64).to_le_bytes());
        mac.update(conversation.as_bytes());
        mac.update(message);
        let whole: [u8; 32] = mac.finalize().into_bytes().into();
        let mut nonce = XNonce::default();
        for (to, from) in nonce.iter_mut().zip(whole) {
            *to = from;
        }
        nonce
    }
}

/// What HKDF gives for a label. It gives up to 8160 bytes, so that these few
/// never fail; the other arm keeps this function without a panic.
fn part<const LENGTH: usize>(derived: &Hkdf<Sha256>, label: &[u8]) -> [u8; LENGTH] {
    let mut part = [0; LENGTH];
    derived.expand(label, &mut part).unwrap_or_default();
    part
}

impl Sealer {
    /// Seals with the current key; opens what either sealed. Any text is a key;
    /// 32 random bytes in base64 are a good one.
    pub fn new(current: &str, previous: Option<&str>) -> Self {
        Self {
            current: Key::derive(current),
            previous: previous.filter(|text| !text.is_empty()).map(Key::derive),
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

    /// The token for a state that any conversation may open: for a route that tells nothing secret
    /// and moves nobody. What is opened says so ([`State::is_unbound`]).
    pub fn seal_unbound(&self, state: &State) -> String {
        self.seal(&State {
            conversation: UNBOUND.into(),
            ..state.clone()
        })
    }

    fn token(&self, state: &State) -> String {
        let key = &self.current;
        let head = [FORMAT, key.id];
        let mut message = bytes::write(state);
        let nonce = key.nonce(head, &state.conversation, &message);
        let associated = associated(head, &state.conversation);
        // Encryption fails only for messages no memory holds.
        let tag = key
            .cipher
            .encrypt_inout_detached(&nonce, &associated, message.as_mut_slice().into())
            .unwrap_or_default();
        URL_SAFE_NO_PAD.encode([&head[..], &nonce, &message, &tag].concat())
    }

    /// Opens a token of this conversation, or of none.
    ///
    /// # Errors
    /// [`StateError`] says why it counts for nothing.
    pub fn open(
        &self,
        token: &str,
        conversation: &str,
        now: Timestamp,
    ) -> Result<State, StateError> {
        if token.len() > LONGEST {
            return Err(StateError::Malformed);
        }
        let mut token = URL_SAFE_NO_PAD
            .decode(token)
            .map_err(|_| StateError::Malformed)?;
        let Some((&mut head, sealed)) = token.split_first_chunk_mut::<HEAD>() else {
            return Err(StateError::Malformed);
        };
        let [format, id] = head;
        if format != FORMAT {
            return Err(StateError::UnknownFormat);
        }
        let keys = [Some(&self.current), self.previous.as_ref()];
        let mut refused = StateError::UnknownKey;
        for key in keys.into_iter().flatten().filter(|key| key.id == id) {
            refused = StateError::Forged;
            let mut opened = None;
            for of in [conversation, UNBOUND] {
                if key.open(head, of, sealed).is_some() {
                    opened = Some(of);
                    break;
                }
            }
            let Some(of) = opened else {
                continue;
            };
            let end = sealed.len().saturating_sub(TAG);
            let message = sealed.get(NONCE..end).unwrap_or_default();
            let state = bytes::read(message, of).ok_or(StateError::UnknownFormat)?;
            if hours(now) > state.expires {
                return Err(StateError::Expired);
            }
            return Ok(state);
        }
        Err(refused)
    }
}

/// What is authenticated but not encrypted. The first part has a fixed length.
fn associated(head: [u8; HEAD], conversation: &str) -> Vec<u8> {
    [&head[..], conversation.as_bytes()].concat()
}

/// Hours since 1970.
pub(crate) fn hours(now: Timestamp) -> u32 {
    u32::try_from(now.as_second() / 3600).unwrap_or(0)
}
