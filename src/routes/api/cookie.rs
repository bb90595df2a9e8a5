//! The cookie of an operator whose browser has no Cloudflare Access in front: what it says, under
//! a key that derives from `ADMIN_TOKEN`. Changing the token ends all sessions.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::operators::Grant;

/// The cookie. Its prefix makes browsers keep it to this host, over TLS (RFC 6265bis).
pub const NAME: &str = "__Host-session";
/// How long a session lasts, in seconds.
pub const SECONDS: i64 = 8 * 3_600;

/// What a cookie says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Who: `admin_token`, or `local`.
    pub who: String,
    /// What it may do, as [`Grant::print`] writes it.
    pub role: String,
    /// When it began, in seconds since 1970.
    pub issued: i64,
    /// When it ends.
    pub expires: i64,
}

impl Session {
    /// A session that begins now.
    #[must_use]
    pub fn new(who: &str, grant: Grant, now: i64) -> Self {
        Self {
            who: who.to_owned(),
            role: grant.print(),
            issued: now,
            expires: now + SECONDS,
        }
    }

    /// The value of the header `Set-Cookie`.
    #[must_use]
    pub fn set(&self, token: &str) -> String {
        let said = URL_SAFE_NO_PAD.encode(serde_json::to_string(self).unwrap_or_default());
        let tag = URL_SAFE_NO_PAD.encode(mac(token, said.as_bytes()).finalize().into_bytes());
        format!("{NAME}={said}.{tag}; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age={SECONDS}")
    }

    /// The value of the header `Set-Cookie` that ends it.
    #[must_use]
    pub fn clear() -> String {
        format!("{NAME}=; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=0")
    }

    /// Reads it out of the header `Cookie`; nothing when it is not there, not ours, or over.
    #[must_use]
    pub fn read(header: &str, token: &str, now: i64) -> Option<Self> {
        let value = header
            .split(';')
            .find_map(|pair| pair.trim().strip_prefix(NAME)?.strip_prefix('='))?;
        let (said, tag) = value.split_once('.')?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        mac(token, said.as_bytes()).verify_slice(&tag).ok()?;
        let session: Self = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(said).ok()?).ok()?;
        (session.issued <= now + 60 && now < session.expires).then_some(session)
    }
}

/// The tag, under a key of its own derived from the token (HKDF, RFC 5869).
fn mac(token: &str, said: &[u8]) -> Hmac<Sha256> {
    let mut key = [0; 64];
    // Only a key of more than 8,160 bytes could not be derived.
    let _ = hkdf::Hkdf::<Sha256>::new(None, token.as_bytes())
        .expand(b"edge-ivr operator session 1", &mut key);
    let mut mac = Hmac::<Sha256>::new(&key.into());
    mac.update(said);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::Role;

    const TOKEN: &str = "0123456789abcdef0123456789abcdef";

    fn cookie(set: &str) -> String {
        set.split(';').next().unwrap().to_owned()
    }

    #[test]
    fn a_cookie_is_read_back_until_it_is_over() {
        let session = Session::new("admin_token", Grant::of(Role::Publisher), 1_000);
        let cookie = cookie(&session.set(TOKEN));
        let read = |now| Session::read(&cookie, TOKEN, now);
        assert_eq!(read(1_000), Some(session));
        assert!(read(1_000 + SECONDS - 1).is_some());
        assert_eq!(read(1_000 + SECONDS), None);
        let among = format!("a=b; {cookie}; c=d");
        assert!(Session::read(&among, TOKEN, 1_000).is_some());
    }

    #[test]
    fn a_cookie_of_another_token_or_changed_in_any_letter_is_none() {
        let session = Session::new("admin_token", Grant::of(Role::Viewer), 1_000);
        let cookie = cookie(&session.set(TOKEN));
        assert_eq!(
            Session::read(&cookie, "another token of thirty-two chars", 1_000),
            None
        );
        for at in NAME.len() + 1..cookie.len() {
            let mut bytes = cookie.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            let read = Session::read(&changed, TOKEN, 1_000);
            // The last letter of a part may carry bits that nothing reads.
            assert!(
                read.is_none() || read.as_ref() == Some(&session),
                "{changed}"
            );
        }
        for none in [
            "",
            "__Host-session=",
            "__Host-session=.",
            "__Host-session=e30.e30",
            "x",
        ] {
            assert_eq!(Session::read(none, TOKEN, 1_000), None, "{none}");
        }
    }

    #[test]
    fn a_cookie_stays_with_this_host_and_out_of_scripts() {
        let set = Session::new("admin_token", Grant::of(Role::Viewer), 0).set(TOKEN);
        for part in [
            "; Path=/",
            "; HttpOnly",
            "; Secure",
            "; SameSite=Strict",
            "; Max-Age=28800",
        ] {
            assert!(set.contains(part), "{set}");
            assert!(part.contains("Max-Age") || Session::clear().contains(part));
        }
        assert!(!set.contains("Domain"), "{set}");
    }
}
