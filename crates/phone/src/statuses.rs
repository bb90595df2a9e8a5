//! Bodies of the webhooks, with the members and the types captures show.
//!
//! Numbers are strings where captures have strings, members are null where they are null, `{}`
//! stands where there are no custom headers.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use vonage::{ConversationId, LegId};

use crate::clock::{stamp_ms, stamp_rounded, stamp_seconds};

/// The members of a webhook.
pub(crate) type Body = Map<String, Value>;

fn members(value: Value) -> Body {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// One side of a call.
#[derive(Debug, Clone)]
pub(crate) struct Leg {
    pub(crate) uuid: LegId,
    pub(crate) conversation: ConversationId,
    /// `null` for callers of the Client SDK.
    pub(crate) from: Option<String>,
    pub(crate) to: String,
    pub(crate) outbound: bool,
    /// App and WebSocket legs cost nothing and have no network.
    pub(crate) priced: bool,
    pub(crate) answered: Option<Timestamp>,
}

impl Leg {
    /// A status of this leg: the members every status has.
    pub(crate) fn status(&self, status: &str, at: Timestamp) -> Body {
        members(json!({
            "headers": {},
            "from": self.from,
            "to": self.to,
            "uuid": self.uuid,
            "conversation_uuid": self.conversation,
            "status": status,
            "direction": if self.outbound { "outbound" } else { "inbound" },
            "timestamp": stamp_ms(at),
        }))
    }

    /// `answered`: the members that will matter later are there and null.
    pub(crate) fn answered(&self, at: Timestamp) -> Body {
        let mut body = self.status("answered", at);
        for name in ["start_time", "rate", "network"] {
            body.insert(name.to_owned(), Value::Null);
        }
        body
    }

    /// A status of a leg that did not come about.
    pub(crate) fn unsuccessful(
        &self,
        status: &str,
        detail: Option<&str>,
        sip_code: Option<u16>,
        at: Timestamp,
    ) -> Body {
        let mut body = self.status(status, at);
        if let Some(detail) = detail {
            body.insert("detail".to_owned(), detail.into());
        }
        if let Some(code) = sip_code {
            body.insert("sip_code".to_owned(), code.into());
        }
        body
    }

    /// `human` or `machine`: the leg goes by another name there.
    pub(crate) fn detected(&self, status: &str, at: Timestamp) -> Body {
        let mut body = self.status(status, at);
        body.remove("uuid");
        body.remove("headers");
        body.insert("call_uuid".to_owned(), self.uuid.as_str().into());
        body
    }

    /// `completed`: times rounded to seconds; duration, rate and price as strings.
    pub(crate) fn completed(&self, at: Timestamp, by_user: bool) -> Body {
        let mut body = self.status("completed", at);
        let seconds = self
            .answered
            .map_or(0, |start| at.duration_since(start).as_secs().max(0));
        let (rate, price, network) = if self.priced && self.answered.is_some() {
            // 0.0072 EUR a minute, in units of 0.00000001 EUR.
            let price = 720_000_u64.saturating_mul(u64::try_from(seconds).unwrap_or(0)) / 60;
            (
                "0.00720000".to_owned(),
                format!("{}.{:08}", price / 100_000_000, price % 100_000_000),
                json!("GB-FIXED"),
            )
        } else {
            ("0.00".to_owned(), "0".to_owned(), Value::Null)
        };
        body.extend(members(json!({
            "start_time": self.answered.map(stamp_rounded),
            "end_time": stamp_rounded(at),
            "duration": seconds.to_string(),
            "rate": rate,
            "price": price,
            "network": network,
            "disconnected_by": if by_user { "user" } else { "platform" },
            "sip_code": 200,
        })));
        body
    }

    fn input(&self, at: Timestamp) -> Body {
        members(json!({
            "from": self.from,
            "to": self.to,
            "uuid": self.uuid,
            "conversation_uuid": self.conversation,
            "timestamp": stamp_ms(at),
        }))
    }

    /// What `input` collected: one object for each of the two ways.
    pub(crate) fn collected(&self, dtmf: Value, speech: Value, at: Timestamp) -> Body {
        let mut body = self.input(at);
        body.insert("dtmf".to_owned(), dtmf);
        body.insert("speech".to_owned(), speech);
        body
    }

    /// What `input` collected, in the form of before 2020: digits as text, no leg.
    pub(crate) fn collected_legacy(&self, digits: &str, timed_out: bool, at: Timestamp) -> Body {
        members(json!({
            "dtmf": digits,
            "timed_out": timed_out,
            "uuid": null,
            "conversation_uuid": self.conversation,
            "timestamp": stamp_ms(at),
        }))
    }

    /// One key while an asynchronous `input` is in force.
    pub(crate) fn key(&self, key: char, at: Timestamp) -> Body {
        let mut body = self.input(at);
        body.insert(
            "dtmf".to_owned(),
            json!({ "digits": key.to_string(), "timed_out": false }),
        );
        body
    }

    /// The leg moved from its conversation to another.
    pub(crate) fn moved(&self, to: &ConversationId, at: Timestamp) -> Body {
        members(json!({
            "conversation_uuid_from": self.conversation,
            "conversation_uuid_to": to,
            "type": "transfer",
            "uuid": self.uuid,
            "timestamp": stamp_ms(at),
        }))
    }
}

/// A recording is ready.
pub(crate) fn recorded(
    conversation: &ConversationId,
    recording: &str,
    file: &str,
    from: Timestamp,
    to: Timestamp,
    at: Timestamp,
) -> Body {
    let seconds = to.duration_since(from).as_secs().max(0);
    members(json!({
        "start_time": stamp_seconds(from),
        "end_time": stamp_seconds(to),
        "recording_url": format!("https://api-eu-3.vonage.com/v1/files/{file}"),
        "size": seconds.saturating_mul(4000).saturating_add(1206),
        "recording_uuid": recording,
        "conversation_uuid": conversation,
        "timestamp": stamp_ms(at),
    }))
}

/// A transcription is ready. It carries no timestamp.
pub(crate) fn transcribed(conversation: &ConversationId, recording: &str, file: &str) -> Body {
    members(json!({
        "conversation_uuid": conversation,
        "type": "record",
        "recording_uuid": recording,
        "status": "transcribed",
        "transcription_url": format!("https://api-eu-3.vonage.com/v1/files/{file}"),
    }))
}

/// A `notify` action ran.
pub(crate) fn notified(conversation: &ConversationId, payload: &Value, at: Timestamp) -> Body {
    members(json!({
        "payload": payload,
        "conversation_uuid": conversation,
        "timestamp": stamp_ms(at),
    }))
}

/// Something could not be run.
pub(crate) fn error(conversation: &ConversationId, reason: &str, at: Timestamp) -> Body {
    members(json!({
        "reason": reason,
        "conversation_uuid": conversation,
        "timestamp": stamp_ms(at),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leg(answered: Option<&str>) -> Leg {
        Leg {
            uuid: "0f0e0d0c0b0a09080706050403020100".into(),
            conversation: "CON-1".into(),
            from: Some("447700900001".to_owned()),
            to: "442079460000".to_owned(),
            outbound: false,
            priced: true,
            answered: answered.map(|at| at.parse().unwrap()),
        }
    }

    #[test]
    fn completed_writes_money_and_time_as_strings_and_rounds() {
        let end = "2026-11-20T10:00:12.714Z".parse().unwrap();
        let body = leg(Some("2026-11-20T10:00:00.300Z")).completed(end, true);
        let check = |name: &str, expected: Value| assert_eq!(body[name], expected, "{name}");
        check("duration", json!("12"));
        check("rate", json!("0.00720000"));
        check("price", json!("0.00144000"));
        check("start_time", json!("2026-11-20T10:00:00.000Z"));
        check("end_time", json!("2026-11-20T10:00:12.000Z"));
        check("timestamp", json!("2026-11-20T10:00:12.714Z"));
        check("sip_code", json!(200));
        check("disconnected_by", json!("user"));
    }

    #[test]
    fn a_call_nobody_answered_has_no_start_and_no_network() {
        let body = leg(None).completed("2026-11-20T10:00:12Z".parse().unwrap(), false);
        assert_eq!(body["start_time"], Value::Null);
        assert_eq!(body["network"], Value::Null);
        assert_eq!(body["price"], json!("0"));
    }

    #[test]
    fn answering_machine_detection_names_the_leg_otherwise() {
        let body = leg(None).detected("machine", Timestamp::UNIX_EPOCH);
        assert!(body.get("uuid").is_none());
        assert_eq!(body["call_uuid"], json!("0f0e0d0c0b0a09080706050403020100"));
    }
}
