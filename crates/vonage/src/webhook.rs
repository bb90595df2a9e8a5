//! One type for every webhook.

use crate::delivery::{Delivery, Route};
use crate::delivery_error::DeliveryError;
use crate::identifier::{ConversationId, LegId, is_identifier};
use crate::kind::{Kind, KindName};
use crate::members::Members;
use crate::party::Party;
use crate::wire::{Field, Fields, Wire, normalise, text};
use jiff::Timestamp;
use serde_json::Value;
use std::borrow::Cow;

/// A webhook: what it is, and everything it holds.
///
/// ```
/// use vonage::{Delivery, Kind, Route, Webhook};
///
/// let body = br#"{"status":"completed","uuid":"leg-1","duration":"7","price":"0.00052500"}"#;
/// let webhook = Webhook::parse(Route::Event, &Delivery::json(body))?;
/// assert_eq!(webhook.event_type(), "vonage.voice.completed");
/// let Kind::Status(status) = &webhook.kind else { unreachable!() };
/// assert_eq!(status.duration.map(|seconds| seconds.0), Some(7));
/// assert_eq!(status.price.as_ref().map(|price| price.as_str()), Some("0.00052500"));
/// # Ok::<(), vonage::DeliveryError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Webhook {
    /// Which webhook it is, with the members that kind is known to have.
    pub kind: Kind,
    /// Every member as JSON, whatever it came as. In a query or form, `null` is null and the text
    /// of an object an object; in JSON, a number no float can hold exactly is its text.
    pub fields: Fields,
    /// Earlier values of members that came more than once; [`fields`](Self::fields) has the last.
    pub repeated: Vec<(String, Value)>,
    /// Where it arrived.
    pub route: Route,
    leg: Option<LegId>,
    conversation: Option<ConversationId>,
}

impl Webhook {
    /// Reads a webhook. The body decides what it is, `route` where the body leaves it open.
    ///
    /// # Errors
    /// Only when the bytes are not what their content type says, or the top level is not an object.
    pub fn parse(route: Route, delivery: &Delivery<'_>) -> Result<Self, DeliveryError> {
        let Members {
            fields,
            repeated,
            is_json,
        } = Members::read(delivery)?;
        let kind = Kind::read(KindName::of(route, is_json, &fields), &fields);
        let leg = leg_of(&kind, &fields).filter(|leg| is_identifier(leg.as_str()));
        let conversation = conversation_of(&kind, &fields);
        let conversation = conversation.filter(|it| is_identifier(it.as_str()));
        Ok(Self {
            kind,
            fields,
            repeated,
            route,
            leg,
            conversation,
        })
    }

    /// The event's name: `vonage.voice.completed`, `vonage.messages.inbound`, ….
    ///
    /// A status or RTC type nobody knows yet appears as it was sent.
    #[must_use]
    pub fn event_type(&self) -> Cow<'static, str> {
        match &self.kind {
            Kind::Status(_) => self.named("vonage.voice.", "status"),
            Kind::Rtc(_) => self.named("vonage.rtc.", "type"),
            Kind::Unknown if self.source() == "/vonage/voice" => "vonage.voice.unknown".into(),
            Kind::Unknown => "vonage.unknown".into(),
            kind => kind.event_type().into(),
        }
    }

    fn named(&self, prefix: &'static str, key: &str) -> Cow<'static, str> {
        let name = self.fields.get(key).and_then(text).unwrap_or_default();
        let name = name.trim();
        // What goes on in a type goes on in logs and queries: a name without structure of its own.
        let name = match name.is_empty() || name.chars().any(char::is_control) {
            true => "unknown",
            false => name,
        };
        Cow::Owned([prefix, name].concat())
    }

    /// The product it comes from, as the source of a CloudEvent: `/vonage/voice`, `/vonage/rtc`,
    /// `/vonage/messages`, `/vonage/sms`, `/vonage/insight`, `/vonage/verify`, `/vonage/dispatch`,
    /// and `/vonage` when nothing tells.
    #[must_use]
    pub fn source(&self) -> &'static str {
        match (&self.kind, self.route) {
            (Kind::Unknown, Route::Any) => "/vonage",
            (kind, _) => kind.source(),
        }
    }

    /// The leg of a call it is about. What stands for no leg (`NONE`, `null`) is none.
    #[must_use]
    pub fn leg(&self) -> Option<&LegId> {
        self.leg.as_ref()
    }

    /// The conversation it is about; of a transfer the one the leg is in now.
    #[must_use]
    pub fn conversation(&self) -> Option<&ConversationId> {
        self.conversation.as_ref()
    }

    /// The message it is about.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        let message = match &self.kind {
            Kind::MessageInbound(message) => message.message.as_deref(),
            Kind::MessageStatus(status) => status.message.as_deref(),
            Kind::SmsInbound(sms) => sms.message.as_deref(),
            Kind::SmsReceipt(receipt) => receipt.message.as_deref(),
            Kind::Dispatch(dispatch) => dispatch.message.as_deref(),
            _ => None,
        };
        message.filter(|name| is_identifier(name))
    }

    /// The request it answers: Number Insight, Verify, and Dispatch's workflow.
    #[must_use]
    pub fn request(&self) -> Option<&str> {
        let request = match &self.kind {
            Kind::Insight(insight) => insight.request.as_deref(),
            Kind::Verify(verify) => verify.request.as_deref(),
            Kind::Dispatch(dispatch) => dispatch.dispatch.as_deref(),
            _ => None,
        };
        request.filter(|name| is_identifier(name))
    }

    /// What it is about: the leg, else the message, else the request, else the conversation.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.leg()
            .map(LegId::as_str)
            .or_else(|| self.message())
            .or_else(|| self.request())
            .or_else(|| self.conversation().map(ConversationId::as_str))
    }

    /// Who calls or sent the message.
    #[must_use]
    pub fn from(&self) -> Option<&Party> {
        match &self.kind {
            Kind::Answer(answer) => answer.from.as_ref(),
            Kind::Status(status) => status.from.as_ref(),
            Kind::Input(input) => input.from.as_ref(),
            Kind::Payment(payment) => payment.from.as_ref(),
            Kind::Fallback(fallback) => fallback.from.as_ref(),
            Kind::MessageInbound(message) => message.from.as_ref(),
            Kind::MessageStatus(status) => status.from.as_ref(),
            Kind::SmsInbound(sms) => sms.from.as_ref(),
            Kind::SmsReceipt(receipt) => receipt.sender.as_ref(),
            Kind::Dispatch(dispatch) => dispatch.from.as_ref(),
            _ => None,
        }
    }

    /// The number that calls: digits. `None` for a withheld number, a user of an app, a SIP
    /// address, and where the number that calls is also the one that is called.
    #[must_use]
    pub fn caller_number(&self) -> Option<&str> {
        let from = self.from().filter(|from| !from.is_withheld())?.digits()?;
        (self.to().and_then(Party::digits) != Some(from)).then_some(from)
    }

    /// Who is called or was sent the message.
    #[must_use]
    pub fn to(&self) -> Option<&Party> {
        match &self.kind {
            Kind::Answer(answer) => answer.to.as_ref(),
            Kind::Status(status) => status.to.as_ref(),
            Kind::Input(input) => input.to.as_ref(),
            Kind::Payment(payment) => payment.to.as_ref(),
            Kind::Fallback(fallback) => fallback.to.as_ref(),
            Kind::MessageInbound(message) => message.to.as_ref(),
            Kind::MessageStatus(status) => status.to.as_ref(),
            Kind::SmsInbound(sms) => sms.to.as_ref(),
            Kind::SmsReceipt(receipt) => receipt.recipient.as_ref(),
            Kind::Dispatch(dispatch) => dispatch.to.as_ref(),
            _ => None,
        }
    }

    /// When it happened, so far as the webhook tells.
    #[must_use]
    pub fn timestamp(&self) -> Option<Timestamp> {
        match &self.kind {
            Kind::Record(record) => record.timestamp.or(record.end_time),
            Kind::SmsInbound(sms) => sms.message_timestamp.or(sms.timestamp),
            Kind::SmsReceipt(receipt) => receipt.message_timestamp.or(receipt.timestamp),
            Kind::Verify(verify) => verify
                .finalized_at
                .or(verify.triggered_at)
                .or(verify.submitted_at),
            _ => Field::read(self.fields.get("timestamp")),
        }
    }

    /// The SIP headers of the caller: names without the prefix `SipHeader_`, in alphabetical order.
    pub fn sip_headers(&self) -> impl Iterator<Item = (&str, &str)> {
        crate::voice::sip_headers(&self.fields)
    }

    /// Members the kind does not know, as they came.
    pub fn other(&self) -> impl Iterator<Item = (&str, &Value)> {
        let known = self.kind.rows();
        self.fields
            .iter()
            .filter(move |(key, _)| !known.iter().any(|row| row.keys.contains(&key.as_str())))
            .map(|(key, value)| (key.as_str(), value))
    }

    /// Every member under its name on the wire, those that were understood in one canonical form:
    /// numbers as numbers, prices as text, times as `2020-01-01T12:00:00.123Z`, the legacy form of
    /// an input as the current one. Nothing is left out.
    #[must_use]
    pub fn normalised(&self) -> Fields {
        let mut fields = self.fields.clone();
        normalise(&mut fields, self.kind.rows());
        if let Kind::Input(input) = &self.kind {
            input.normalise(&mut fields);
        }
        fields
    }
}

/// What stands where this kind of webhook names its leg.
fn leg_of(kind: &Kind, fields: &Fields) -> Option<LegId> {
    let leg = match kind {
        Kind::Answer(answer) => &answer.leg,
        Kind::Status(status) => &status.leg,
        Kind::Input(input) => &input.leg,
        Kind::Record(record) => &record.leg,
        Kind::Transfer(transfer) => &transfer.leg,
        Kind::Notify(notify) => &notify.leg,
        Kind::Error(error) => &error.leg,
        Kind::Payment(payment) => &payment.leg,
        Kind::Fallback(fallback) => &fallback.leg,
        Kind::Rtc(rtc) => return rtc.leg().map(LegId::from),
        Kind::Unknown => return fields.get("uuid").and_then(LegId::read),
        Kind::Transcription(_)
        | Kind::MessageInbound(_)
        | Kind::MessageStatus(_)
        | Kind::SmsInbound(_)
        | Kind::SmsReceipt(_)
        | Kind::Insight(_)
        | Kind::Verify(_)
        | Kind::Dispatch(_) => return None,
    };
    leg.clone()
}

/// What stands where this kind of webhook names its conversation.
fn conversation_of(kind: &Kind, fields: &Fields) -> Option<ConversationId> {
    match kind {
        Kind::Transfer(transfer) => transfer.to_conversation.clone(),
        Kind::Rtc(rtc) => rtc.conversation().map(ConversationId::from),
        _ => fields
            .get("conversation_uuid")
            .and_then(ConversationId::read),
    }
}
