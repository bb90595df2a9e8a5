//! Why something went as it did: the codes of logs, events and `/healthz`.

use ivr::{Shortfall, StateError};
use strum::{EnumIter, IntoEnumIterator, IntoStaticStr};
use vonage::DeliveryErrorKind;
use vonage::jwt::JwtError;
use vonage::sms_signature::SmsSignatureError;

/// Why something went as it did. In a log line `reason`, in an `ivr.degraded` or
/// `ivr.state_rejected` event `cause`, in snake_case: `kv_timeout`.
///
/// Of each code the first paragraph says what it means, the second what to do about it:
/// `docs/reason-codes.md` is made of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, EnumIter, IntoStaticStr)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename_all = "snake_case"))]
#[strum(serialize_all = "snake_case")]
pub enum Reason {
    /// A secret is not set, so everything is refused.
    ///
    /// Set the secret that the line names: `wrangler secret put …`.
    SecretMissing,
    /// No `Authorization: Bearer`.
    ///
    /// Switch on signed callbacks in the Vonage application; a few are scanners.
    NoToken,
    /// Not a JWT, or cut off.
    ///
    /// Nothing, unless it is Vonage's: then look at proxies in between.
    MalformedToken,
    /// A JWT with another algorithm than HS256.
    ///
    /// Nothing: somebody tries.
    Algorithm,
    /// Signed with another secret.
    ///
    /// Set the account's current secret; while it is rotated, the old one as
    /// `VONAGE_SIGNATURE_SECRET_PREVIOUS`.
    BadSignature,
    /// Signed with the secret, but not issued by Vonage.
    ///
    /// Look for who else has the secret, and rotate it.
    Issuer,
    /// Issued more than 300 s ago or ahead: a replay, or a sender whose clock is wrong.
    ///
    /// Look at the clock of the sender, where it is yours.
    Stale,
    /// The token names another account.
    ///
    /// Check `VONAGE_API_KEY`, or in which account the webhook is set.
    ApiKey,
    /// The token names another application.
    ///
    /// Check `VONAGE_APPLICATION_ID`, or in which application the webhook is set.
    ApplicationId,
    /// The token vouches for nobody's payload.
    ///
    /// As `issuer`.
    NoPayloadHash,
    /// The payload is not the one that was signed: a proxy changed it, or somebody replays a token.
    ///
    /// Look for such a proxy; prefer POST to GET in the application.
    PayloadHash,
    /// An SMS webhook without a token, and without the parameter `sig`.
    ///
    /// Switch on signed messages in the account's settings, with the method and secret configured
    /// here.
    NoSig,
    /// The parameter `sig` is no signature.
    ///
    /// As `no_sig`.
    MalformedSig,
    /// The parameters are not the ones that were signed, or not with this secret and method.
    ///
    /// As `no_sig`.
    BadSig,
    /// An SMS webhook with more parameters than any message has.
    ///
    /// Nothing: somebody tries.
    TooManyParameters,
    /// The source (`CF-Connecting-IP`) is not in `ALLOWED_IPS`: 403, and nothing is kept.
    ///
    /// Add Vonage's new addresses, or take the list away: the signature decides.
    AddressNotAllowed,
    /// A VoiceXML browser or an old callback without the token: 401.
    ///
    /// Put the token into the address that the browser is given ([VoiceXML](voicexml.md)).
    VxmlTokenMissing,
    /// A token that is neither `VXML_TOKEN` nor `VXML_TOKEN_PREVIOUS`: 401.
    ///
    /// As `vxml_token_missing`.
    VxmlTokenWrong,
    /// An entry of `ALLOWED_IPS` is neither an address nor a CIDR range, and allows nobody; the
    /// others count.
    ///
    /// `detail` has the entries: mend them.
    AllowedIpsMalformed,
    /// A key has fewer than 32 characters or is blank, and counts as missing.
    ///
    /// Set a longer one: `openssl rand -base64 32 | wrangler secret put …`.
    KeyTooShort,
    /// A setting that cannot be read; `detail` says which, what is wrong with it, and what holds
    /// instead.
    ///
    /// Mend it; `/healthz` lists them under `problems`.
    SettingMalformed,
    /// An entry of `DIAL_ALLOW` is no prefix of a number, or one of `SIP_ALLOW` no host, and allows
    /// nobody; or the list is empty, or excludes what cannot be read, and nobody is called at all.
    ///
    /// `detail` has the entries: mend them.
    DialAllowMalformed,
    /// Over 1 MiB: 413; one that comes in chunks is read no further.
    ///
    /// Nothing: no webhook is.
    BodyTooLong,
    /// The connection broke before the end of the body.
    ///
    /// Nothing: it is sent again.
    BodyBroken,
    /// `/api` with a wrong `ADMIN_TOKEN`.
    ///
    /// Check the token; many of them are an attack.
    WrongAdminToken,
    /// The address sent a wrong `ADMIN_TOKEN` too often: for a minute it is not listened to, right
    /// or wrong.
    ///
    /// As `wrong_admin_token`.
    TooManyGuesses,
    /// Cloudflare Access let somebody in whom `OPERATORS` does not name: 403.
    ///
    /// Add the name, or narrow the Access policy.
    OperatorUnknown,
    /// An operator asked for what its role does not cover: 403.
    ///
    /// Give it the role or right that the reply names, in `OPERATORS`.
    RoleTooSmall,
    /// A page of another site tried to change something in the name of an operator whose browser is
    /// let in by itself: 403.
    ///
    /// Find out which page; the reply's `detail` says what is needed.
    CrossSite,
    /// Neither queue nor outbox took the event of what an operator was about to do or to see, so it
    /// was not done: 503.
    ///
    /// Try again, and look at what else was logged then.
    AuditNotKept,
    /// `/api` with no token.
    ///
    /// Send `Authorization: Bearer`, sign in at `/console`, or come through Cloudflare Access.
    NoOperatorToken,
    /// A Cloudflare Access token that is not a JWT.
    ///
    /// Nothing: somebody tries.
    AccessTokenMalformed,
    /// A Cloudflare Access token with another algorithm than RS256.
    ///
    /// Nothing: somebody tries.
    AccessTokenAlgorithm,
    /// A Cloudflare Access token signed with a key that the team does not have.
    ///
    /// Check `ACCESS_TEAM`.
    AccessKeyUnknown,
    /// A Cloudflare Access token whose signature is not the key's.
    ///
    /// Nothing: somebody tries.
    AccessSignature,
    /// A Cloudflare Access token for another application.
    ///
    /// Check `ACCESS_AUD`.
    AccessAudience,
    /// A Cloudflare Access token of another team.
    ///
    /// Check `ACCESS_TEAM`.
    AccessIssuer,
    /// A Cloudflare Access token that is no longer valid.
    ///
    /// Sign in again.
    AccessExpired,
    /// A Cloudflare Access token that is not valid yet.
    ///
    /// Look at the sender's clock.
    AccessNotYetValid,
    /// The keys of the Cloudflare Access team could not be read: 503.
    ///
    /// Check `ACCESS_TEAM`; otherwise wait.
    AccessKeysUnavailable,
    /// A signed webhook that promised a JSON body and had none.
    ///
    /// Look at the `vonage.malformed` event.
    EmptyBody,
    /// A signed body that is not UTF-8; `detail` says where reading stopped.
    ///
    /// As `empty_body`.
    NotUtf8,
    /// A signed body that is not JSON; `detail` says where reading stopped.
    ///
    /// As `empty_body`.
    NotJson,
    /// A signed body that is JSON, and no object.
    ///
    /// As `empty_body`.
    NotAnObject,
    /// A signed body whose objects or lists nest more than 128 deep.
    ///
    /// As `empty_body`.
    TooDeep,
    /// A signed query or form that has no `name=value`, or a blank or control character.
    ///
    /// As `empty_body`.
    NotAForm,
    /// The URL has no `s`.
    ///
    /// One: somebody tries. Many: something rewrites URLs.
    StateMissing,
    /// `s` in the URL is no sealed state: not base64url, too short or too long.
    ///
    /// As `state_missing`.
    StateMalformed,
    /// `s` has a form that this version does not know.
    ///
    /// Nothing right after going back to an older version; otherwise as `state_missing`.
    StateUnknownFormat,
    /// `s` was changed or cut, or is of another call.
    ///
    /// As `state_missing`.
    StateForged,
    /// `s` is sealed with another key.
    ///
    /// After changing `STATE_KEY` keep the old one as `STATE_KEY_PREVIOUS` for a day.
    StateUnknownKey,
    /// A webhook of a call that is long over.
    ///
    /// Nothing.
    StateExpired,
    /// No `number:<digits>` and no `number:default`.
    ///
    /// Add one of them.
    UnknownNumber,
    /// A document that is named is not there (`detail` says which)
    ///
    /// Publish it, or name another.
    DocumentMissing,
    /// It does not pass the check; the last good one is in use, if there was one.
    ///
    /// Run `ivr check`, and publish again.
    DocumentBroken,
    /// KV was slow; memory or the last good version served.
    ///
    /// Look at Cloudflare's status if it goes on.
    KvTimeout,
    /// KV failed; memory or the last good version served.
    ///
    /// Look at Cloudflare's status if it goes on.
    KvFailed,
    /// There is no binding `MENUS`.
    ///
    /// Bind it: see `wrangler.toml`.
    KvUnbound,
    /// The version a call is pinned to is nowhere: the call began again.
    ///
    /// Do not delete `version:` keys of the last day.
    VersionMissing,
    /// A copy of a menu edited by hand could not be written.
    ///
    /// Nothing: it is tried again at the next reading.
    VersionNotKept,
    /// A way on leads to a menu that cannot be had.
    ///
    /// Publish that menu, or name another.
    MenuMissing,
    /// A way on leads to more menus than a call can hold.
    ///
    /// Check the menu.
    TooManyMenus,
    /// A `callback` node has no number to call and no exit for it; `detail` is the node.
    ///
    /// Give the node `no_number`.
    NumberMissing,
    /// A calendar that is named is not there: its hours count as closed.
    ///
    /// Publish the calendar.
    CalendarMissing,
    /// A list that is named is not there: it counts as empty.
    ///
    /// Publish the list.
    ListMissing,
    /// The host is not in `LOOKUP_HOSTS`, is no public name, or the URL is not https.
    ///
    /// Add the host.
    LookupRefused,
    /// The host did not answer in time, or not with what is read: the caller took the exit
    /// `failed`.
    ///
    /// Look at that system.
    LookupFailed,
    /// A destination that `DIAL_ALLOW` or `SIP_ALLOW` does not allow (`detail` says which); the
    /// call went on as if it had failed. (Publishing such a menu, or going back to it, is refused
    /// with 422.)
    ///
    /// Add it, or find out who wants to call there.
    DialRefused,
    /// The menu asked for more than one webhook has time for.
    ///
    /// Check the menu for chains of look-ups.
    NoWayOn,
    /// A message that a VoiceXML browser sent was over 8 MiB, broke off, or the archive did not
    /// take it (`detail` says which); the caller went on as if it were kept.
    ///
    /// Limit `max` of the node; look at R2's status.
    RecordingNotKept,
    /// One number calls more often than `CALLER_LIMIT` allows: it heard that all lines are busy, in
    /// `LANGUAGE`.
    ///
    /// Raise the limit in `wrangler.toml` if it is a company's number.
    CallerLimit,
    /// An error in the Worker's own code; the webhook's event is kept all the same. `detail` is the
    /// place, `reference` is in the reply and in the event.
    ///
    /// Report it with the place; `scripts/symbolize` names the functions of a trace.
    Panic,
    /// An NCCO took more than 2.5 s.
    ///
    /// The isolate was held up; look at what else was logged then.
    Overdue,
    /// `SINK_URL` answered 410: it wants no more. For an hour nothing is sent there and nothing is
    /// tried again; the events are in the archive.
    ///
    /// Take `SINK_URL` away, or mend the sink and `ivr replay` what it missed.
    SinkGone,
    /// The queue did not take events; the outbox did.
    ///
    /// Nothing, unless it goes on: `npx wrangler queues info events`.
    QueueRefused,
    /// Neither the queue nor the outbox took an event: 503, and the platform sends it again.
    ///
    /// Look at Cloudflare's status.
    QueueFailed,
    /// Neither the queue nor the outbox took events, and nobody will send them again; `detail` has
    /// their ids, or the document they are about.
    ///
    /// Look at the cause. The statuses of a call come by other webhooks; what an operator changed
    /// is in force.
    EventsLost,
    /// The outbox holds events until the queue is back.
    ///
    /// Nothing, unless it goes on.
    OutboxWaits,
    /// An outbox could not set its alarm.
    ///
    /// Nothing: the hourly job wakes it.
    OutboxAsleep,
    /// D1, R2 or `SINK_URL` did not take an event; it is tried again alone.
    ///
    /// Nothing, unless it goes on: `attempts` tells.
    SinkFailed,
    /// An event was tried for nine hours and is kept under `dead/` in R2.
    ///
    /// Mend the sink, then `ivr replay`.
    DeadLetter,
    /// An event was tried for nine hours, and could not even be kept under `dead/` yet.
    ///
    /// Look at R2's status.
    DeadLetterWaits,
    /// A message on the queue is no event of ours.
    ///
    /// Look for who else writes to the queue.
    QueueMessage,
    /// The hourly job could not delete old rows.
    ///
    /// Nothing: it runs again in an hour.
    RetentionFailed,
    /// The hourly job could not note which documents name which; those written to KV past `/api`
    /// since the last time are not known to a publish.
    ///
    /// Nothing: it runs again in an hour.
    ReferencesFailed,
    /// An hour was not enough to delete what is older than `RETENTION_DAYS`; `detail` says how many
    /// conversations are left.
    ///
    /// Nothing, unless it goes on for a day.
    RetentionBehind,
    /// The small files of an hour of the archive could not be put together.
    ///
    /// Nothing: the next hour tries again.
    CompactionFailed,
    /// There are more small files than the runs of an hour put together: they stay small.
    ///
    /// Nothing, unless it goes on.
    CompactionBehind,
    /// The figures of an hour could not be computed.
    ///
    /// Nothing: they are computed once more a day later.
    FiguresFailed,
    /// An hour has more calls than one run counts, so it has no figures.
    ///
    /// Count in the archive or the lake.
    FiguresBehind,
    /// An event is beyond what the database keeps of one conversation; it is in the archive.
    ///
    /// Look at what makes one call so long: `detail` has the event's id.
    ConversationTooLong,
    /// An outbound call needs settings that are not set.
    ///
    /// Set what `detail`, or the reply, names.
    NotConfigured,
    /// A service behind `/api` failed.
    ///
    /// Look at the service that `detail` names.
    ServiceFailed,
}

impl Reason {
    /// All of them, in the order of the page.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::iter()
    }

    /// As it is written: `kv_timeout`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.into()
    }
}

impl serde::Serialize for Reason {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl From<JwtError> for Reason {
    fn from(error: JwtError) -> Self {
        match error {
            JwtError::Unconfigured => Self::SecretMissing,
            JwtError::Missing => Self::NoToken,
            JwtError::MalformedToken => Self::MalformedToken,
            JwtError::Algorithm => Self::Algorithm,
            JwtError::BadSignature => Self::BadSignature,
            JwtError::Issuer => Self::Issuer,
            JwtError::Stale => Self::Stale,
            JwtError::Account => Self::ApiKey,
            JwtError::Application => Self::ApplicationId,
            JwtError::NoPayloadHash => Self::NoPayloadHash,
            JwtError::PayloadHash => Self::PayloadHash,
        }
    }
}

impl From<SmsSignatureError> for Reason {
    fn from(error: SmsSignatureError) -> Self {
        match error {
            SmsSignatureError::Unconfigured => Self::SecretMissing,
            SmsSignatureError::Missing => Self::NoSig,
            SmsSignatureError::Malformed => Self::MalformedSig,
            SmsSignatureError::BadSignature => Self::BadSig,
            SmsSignatureError::Stale => Self::Stale,
            SmsSignatureError::TooMany => Self::TooManyParameters,
        }
    }
}

impl From<DeliveryErrorKind> for Reason {
    fn from(kind: DeliveryErrorKind) -> Self {
        match kind {
            DeliveryErrorKind::Empty => Self::EmptyBody,
            DeliveryErrorKind::NotUtf8 => Self::NotUtf8,
            DeliveryErrorKind::NotJson => Self::NotJson,
            DeliveryErrorKind::NotObject => Self::NotAnObject,
            DeliveryErrorKind::TooDeep => Self::TooDeep,
            DeliveryErrorKind::NotForm => Self::NotAForm,
        }
    }
}

impl From<StateError> for Reason {
    fn from(error: StateError) -> Self {
        match error {
            StateError::Malformed => Self::StateMalformed,
            StateError::UnknownFormat => Self::StateUnknownFormat,
            StateError::UnknownKey => Self::StateUnknownKey,
            StateError::Forged => Self::StateForged,
            StateError::Expired => Self::StateExpired,
        }
    }
}

impl From<Shortfall> for Reason {
    fn from(shortfall: Shortfall) -> Self {
        match shortfall {
            Shortfall::MenuMissing => Self::MenuMissing,
            Shortfall::TooManyMenus => Self::TooManyMenus,
            Shortfall::VersionMissing => Self::VersionMissing,
            Shortfall::CalendarMissing => Self::CalendarMissing,
            Shortfall::ListMissing => Self::ListMissing,
            Shortfall::NumberMissing => Self::NumberMissing,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_code_is_words_with_underscores_and_stands_for_one_reason() {
        let mut seen = BTreeSet::new();
        for reason in Reason::all() {
            let code = reason.code();
            let plain =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            assert!(code.bytes().all(plain), "{code}");
            assert!(seen.insert(code), "{code}");
            assert_eq!(serde_json::json!(reason), code);
        }
    }
}
