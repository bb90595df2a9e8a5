//! Makes events: from webhooks, from bytes that were no webhook, and from what the menu did.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use vonage::{LegId, Webhook};

use crate::canonical::Hasher;
use crate::data::{self, FirstVisit, MalformedRequest, Publication, Visit};
use crate::event::Event;
use crate::event_type::EventType;
use crate::position::Position;
use crate::redact::{self, REDACTED};
use crate::subject::Subject;
use crate::{schema, timestamp};

impl Event {
    /// The event of a webhook.
    ///
    /// `raw` is the body, or the query of a GET without our own `s` parameter. `position` is where
    /// the sealed state put the caller. The id depends on what the webhook says and on `position`,
    /// not on when it came, on its token, or on the order of its members.
    #[must_use]
    pub fn from_webhook(
        webhook: &Webhook,
        raw: &[u8],
        received: Timestamp,
        position: Option<&Position<'_>>,
    ) -> Self {
        let kind = webhook.event_type();
        let source = webhook.source();
        let secret = redact::may_hold_a_secret(webhook, position);
        let mut data = webhook.normalised();
        let kind = match secret {
            true => {
                data = redact::known(&data);
                redact::known_type(kind)
            }
            false => kind,
        };
        let kind = EventType::from(kind.as_ref());

        let mut hasher = Hasher::new();
        hasher.part(kind.as_bytes());
        match position {
            Some(at) => hasher
                .part(at.menu.as_bytes())
                .part(at.version.as_bytes())
                .part(at.node.as_bytes())
                .part(&at.step.to_le_bytes()),
            None => hasher.optional(None),
        };
        let skip = renewed_on_each_try(source);
        // What Vonage wrote, not what we made of it: an id outlives a better reader.
        if secret {
            hasher.object(&redact::known(&webhook.fields), skip);
        } else {
            hasher.object(&webhook.fields, skip);
            for (name, value) in &webhook.repeated {
                hasher.part(name.as_bytes()).value(value);
            }
        }

        data.remove("raw");
        data.remove("raw_base64");
        // Where the platform quotes a URL of ours, the bytes hold the state of a call.
        if !secret && !redact::take_state_off(&mut data) && !quotes_a_url_of_ours(raw) {
            put_raw(&mut data, raw);
        }
        // Every event fits its schema; `raw` has the members as they came.
        vonage::fit(kind.schema(), &mut data);
        let receivedat = timestamp::print(received);
        Self {
            id: hasher.id(),
            source: source.to_owned(),
            // A recording names no leg: its subject must not look like one.
            subject: webhook
                .leg()
                .map(LegId::as_str)
                .or_else(|| webhook.message())
                .or_else(|| webhook.request())
                .map(|text| Subject::read(source, &kind, text.to_owned())),
            time: webhook
                .timestamp()
                .map(timestamp::print)
                .filter(|time| time.len() == receivedat.len())
                .unwrap_or_else(|| receivedat.clone()),
            dataschema: Some(schema::urn(&kind)),
            conversation: webhook.conversation().cloned(),
            kind,
            receivedat,
            menu: position.map(|at| at.menu.to_owned()),
            menuversion: position.map(|at| at.version.to_owned()),
            node: position.map(|at| at.node.to_owned()),
            delivered: None,
            dataref: None,
            extensions: Map::new(),
            data,
        }
    }

    /// `vonage.malformed`: a signed request that is no webhook. Its bytes are kept.
    ///
    /// With a `position` that collects a secret they are not: nobody can tell where in them it is.
    #[must_use]
    pub fn malformed(
        request: &MalformedRequest<'_>,
        raw: &[u8],
        received: Timestamp,
        position: Option<&Position<'_>>,
    ) -> Self {
        let mut data = data::members(request);
        let secret = position.is_some_and(|at| at.secret);
        let mut hasher = Hasher::new();
        hasher.part(b"vonage.malformed").object(&data, &[]);
        if secret {
            data.insert("raw".into(), REDACTED.into());
        } else {
            hasher.part(raw);
            put_raw(&mut data, raw);
        }
        let mut event = Self::own(EventType::Malformed, hasher.id(), received, data);
        event.source = "/vonage".into();
        event.menu = position.map(|at| at.menu.to_owned());
        event.menuversion = position.map(|at| at.version.to_owned());
        event.node = position.map(|at| at.node.to_owned());
        event
    }

    /// `ivr.step`: the way one webhook moved the caller, node by node.
    ///
    /// `step` is the number of steps the call had made before.
    #[must_use]
    pub fn step(of: &Event, step: u32, visits: &[Visit]) -> Self {
        let ends = visits.first().zip(visits.last());
        let data = data::Step {
            webhook: &of.id,
            step,
            first: ends.map(|(first, last)| FirstVisit {
                menu: &first.menu,
                version: &first.version,
                node: &first.node,
                cause: &first.cause,
                attempt: first.attempt,
                target: last.target.as_deref(),
            }),
            path: visits,
        };
        let mut event = Self::about(EventType::Step, of, &data);
        if let Some(first) = visits.first() {
            event.menu = Some(first.menu.clone());
            event.menuversion = Some(first.version.clone());
            event.node = Some(first.node.clone());
        }
        event
    }

    /// `ivr.degraded`: a caller got the last good version of a menu, or the built-in safe NCCO.
    /// `cause` is a code (`menu_missing`, `kv_timeout`, …), `detail` says more.
    #[must_use]
    pub fn degraded(of: &Event, cause: &str, detail: &str) -> Self {
        Self::failure(EventType::Degraded, of, cause, detail)
    }

    /// `ivr.state_rejected`: the state in a URL was forged, expired or of another call, and the
    /// menu started again.
    #[must_use]
    pub fn state_rejected(of: &Event, cause: &str, detail: &str) -> Self {
        Self::failure(EventType::StateRejected, of, cause, detail)
    }

    /// `ivr.callback`: the caller asked to be called back on `number`.
    #[must_use]
    pub fn callback(of: &Event, number: &str) -> Self {
        let webhook = &of.id;
        Self::about(EventType::Callback, of, &data::Callback { webhook, number })
    }

    /// `ivr.notify`: a `notify` node was passed; `payload` is the operator's.
    #[must_use]
    pub fn notify(of: &Event, payload: &Value) -> Self {
        let webhook = &of.id;
        Self::about(EventType::Notify, of, &data::Notify { webhook, payload })
    }

    /// `ivr.published`: another version of a menu is in force.
    #[must_use]
    pub fn published(publication: &Publication<'_>, at: Timestamp) -> Self {
        let data = data::members(publication);
        let mut hasher = Hasher::new();
        hasher
            .part(b"ivr.published")
            .part(timestamp::print(at).as_bytes())
            .object(&data, &[]);
        let mut event = Self::own(EventType::Published, hasher.id(), at, data);
        event.subject = Some(Subject::Other(publication.menu.to_owned()));
        event.menu = Some(publication.menu.to_owned());
        event.menuversion = publication.version.map(str::to_owned);
        event
    }

    fn failure(kind: EventType, of: &Event, cause: &str, detail: &str) -> Self {
        let data = data::Failure {
            webhook: &of.id,
            cause,
            detail,
        };
        Self::about(kind, of, &data)
    }

    /// An event of ours that follows from another: same leg, same conversation, same moment.
    fn about(kind: EventType, of: &Event, data: &impl Serialize) -> Self {
        let data = data::members(data);
        let mut hasher = Hasher::new();
        hasher
            .part(kind.as_bytes())
            .part(of.id.as_bytes())
            .object(&data, &["webhook"]);
        let (subject, conversation) = if of.leg().is_some() || of.subject.is_none() {
            (of.subject.clone(), of.conversation.clone())
        } else {
            (None, of.conversation.clone())
        };
        Self {
            id: hasher.id(),
            source: "/ivr".into(),
            dataschema: Some(schema::urn(&kind)),
            kind,
            subject,
            time: of.time.clone(),
            conversation,
            receivedat: of.receivedat.clone(),
            menu: of.menu.clone(),
            menuversion: of.menuversion.clone(),
            node: of.node.clone(),
            delivered: None,
            dataref: None,
            extensions: Map::new(),
            data,
        }
    }

    pub(crate) fn own(
        kind: EventType,
        id: String,
        at: Timestamp,
        data: Map<String, Value>,
    ) -> Self {
        let at = timestamp::print(at);
        Self {
            id,
            source: "/ivr".into(),
            dataschema: Some(schema::urn(&kind)),
            kind,
            subject: None,
            time: at.clone(),
            conversation: None,
            receivedat: at,
            menu: None,
            menuversion: None,
            node: None,
            delivered: None,
            dataref: None,
            extensions: Map::new(),
            data,
        }
    }
}

/// Members that differ between two deliveries of the same message. The SMS API signs inside the
/// parameters and signs again on each try; its own time is in `message-timestamp`.
fn renewed_on_each_try(source: &str) -> &'static [&'static str] {
    match source {
        "/vonage/sms" => &["sig", "nonce", "timestamp"],
        _ => &[],
    }
}

/// Whether the bytes hold an address under `/webhooks/`, in plain or percent-encoded.
fn quotes_a_url_of_ours(raw: &[u8]) -> bool {
    redact::holds(raw, b"webhooks")
}

fn put_raw(data: &mut Map<String, Value>, raw: &[u8]) {
    match std::str::from_utf8(raw) {
        Ok(text) => data.insert("raw".into(), text.into()),
        Err(_) => data.insert("raw_base64".into(), STANDARD.encode(raw).into()),
    };
}
