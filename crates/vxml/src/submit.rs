//! What a browser submits, as the webhook that Vonage would have sent: so that the menu, the
//! events and the call record are the same whoever carries the call.

use serde_json::{Map, Value, json};
use vonage::Route;

use crate::form::Form;
use crate::links::Session;

/// What was submitted, by the address it came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Submit {
    /// The browser wants the first document.
    Answer,
    /// A caller pressed keys, spoke, or did neither.
    Input,
    /// A caller was put through, or not.
    Connect,
    /// A caller left a message.
    Recording,
    /// Something that takes its time is over.
    Notify,
    /// The call is over.
    Event,
}

impl Submit {
    /// The route of the webhook that tells the same.
    #[must_use]
    pub const fn route(self) -> Route {
        match self {
            Self::Answer => Route::Answer,
            Self::Input => Route::Input,
            Self::Connect => Route::Connect,
            Self::Recording => Route::Recording,
            Self::Notify => Route::Notify,
            Self::Event => Route::Event,
        }
    }
}

/// A recording that came with a request and is kept.
#[derive(Debug, Clone, Copy)]
pub struct Kept<'a> {
    /// Its id.
    pub id: &'a str,
    /// Where it lies in the archive.
    pub key: &'a str,
}

/// A webhook that a request stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct TranslatedWebhook {
    /// What it is about.
    pub submit: Submit,
    /// Its members.
    pub members: Map<String, Value>,
}

/// What tells one request of a call from another.
#[derive(Debug, Clone, Copy)]
struct CallIds<'a> {
    session: &'a Session,
    step: &'a str,
}

/// The webhooks a request stands for, the one it is about first: the members of each.
///
/// `step` names where the call was when the document was made: the same for a request that comes
/// twice, another one for every other. `now_ms` is the time in milliseconds since 1970.
/// `recording` came with the request.
#[must_use]
pub fn webhook(
    submit: Submit,
    session: &Session,
    step: &str,
    form: &Form,
    recording: Option<Kept<'_>>,
    now_ms: i64,
) -> Vec<TranslatedWebhook> {
    let names = CallIds { session, step };
    let mut all = Vec::new();
    let mut tell = |submit, members| all.push(TranslatedWebhook { submit, members });
    let disconnected = form
        .get("_event")
        .filter(|event| event.starts_with("connection.disconnect"));
    match submit {
        Submit::Answer => tell(submit, names.of_caller(json!({}))),
        Submit::Input => tell(submit, names.of_caller(input(form))),
        Submit::Connect => {
            let status = talk_status(form);
            tell(submit, names.of_other_leg(form, status, seconds(form)));
        }
        Submit::Recording => match recording {
            Some(kept) => tell(submit, names.of_caller(message(form, kept))),
            // The caller said nothing, and waits.
            None if disconnected.is_none() => tell(Submit::Notify, names.of_caller(resume())),
            None => {}
        },
        Submit::Notify => tell(submit, names.of_caller(resume())),
        Submit::Event => {}
    }
    if let Some(event) = disconnected {
        let left = event == "connection.disconnect.transfer";
        let talked = seconds(form).filter(|seconds| *seconds > 0);
        if form.get("dialled").is_some() && (left || talked.is_some()) {
            // Of a call that was let go of nobody knows how long it lasts.
            let status = if left { "answered" } else { "completed" };
            tell(Submit::Event, names.of_other_leg(form, status, talked));
        }
        tell(Submit::Event, names.ended(form, now_ms));
    }
    all
}

fn resume() -> Value {
    json!({ "payload": { "resume": true } })
}

/// A recording that came with the request: there is nowhere to fetch it from.
fn message(form: &Form, Kept { id, key }: Kept<'_>) -> Value {
    let url = ["archive:", key].concat();
    json!({
        "recording_uuid": id,
        "recording_url": url,
        "duration": number(form, "milliseconds").map(|length| whole(length / 1000.0)),
        "size": form.upload.as_ref().map(|upload| upload.bytes.len()),
    })
}

impl CallIds<'_> {
    fn of_caller(self, members: Value) -> Map<String, Value> {
        let Session { id, from, to, .. } = self.session;
        self.members(id, from, to, members)
    }

    /// The leg of somebody who was called.
    fn of_other_leg(self, form: &Form, status: &str, seconds: Option<u64>) -> Map<String, Value> {
        let to = party(form.get("dialled").unwrap_or_default());
        let leg = [&self.session.id, "-", self.step].concat();
        let members = json!({ "status": status, "direction": "outbound", "duration": seconds });
        self.members(&leg, &self.session.to, to, members)
    }

    fn ended(self, form: &Form, now_ms: i64) -> Map<String, Value> {
        let began: Option<i64> = self.session.began.parse().ok();
        let by = if form.get("end") == Some("menu") {
            "platform"
        } else {
            "user"
        };
        self.of_caller(json!({
            "status": "completed",
            "direction": "inbound",
            "start_time": began,
            "duration": began.map(|began| now_ms.saturating_sub(began).max(0) / 1000),
            "disconnected_by": by,
        }))
    }

    fn members(self, leg: &str, from: &str, to: &str, members: Value) -> Map<String, Value> {
        let mut all = Map::new();
        for (name, value) in [
            ("uuid", leg),
            ("conversation_uuid", &self.session.id),
            ("from", from),
            ("to", to),
            ("platform", "voicexml"),
            ("step", self.step),
        ] {
            if !value.is_empty() {
                all.insert(name.to_owned(), value.into());
            }
        }
        if let Value::Object(members) = members {
            all.extend(members.into_iter().filter(|(_, value)| !value.is_null()));
        }
        all
    }
}

/// Keys, words, silence, or something nobody understood.
fn input(form: &Form) -> Value {
    let keys = |digits: &str, timed_out: bool| json!({ "dtmf": { "digits": digits, "timed_out": timed_out } });
    let (answer, said) = (form.get("answer"), form.get("said"));
    match (form.get("event"), said.or(answer)) {
        (Some("noinput"), _) => keys("", true),
        (Some(_), _) | (None, None) => json!({ "speech": {
            "timeout_reason": "end_on_silence_timeout", "results": []
        } }),
        (None, Some(said)) if form.get("mode") == Some("dtmf") => keys(&pressed(said), false),
        (None, Some(said)) => {
            // Of digits a platform knows the meaning, not only the words.
            let digits = answer.map(|answer| answer.replace(' ', ""));
            let digits =
                digits.filter(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()));
            let confidence: Option<f64> = form.get("confidence").and_then(|text| text.parse().ok());
            json!({ "speech": {
                "timeout_reason": "end_on_silence_timeout",
                "results": [{ "text": digits.as_deref().unwrap_or(said), "confidence": confidence.unwrap_or(0.5) }],
            } })
        }
    }
}

/// Keys as they were pressed: a grammar may put blanks between them, and words for two of them.
fn pressed(said: &str) -> String {
    said.split_whitespace()
        .map(|key| match key {
            "star" => "*",
            "pound" | "hash" => "#",
            key => key,
        })
        .collect()
}

/// What became of a `<transfer>`, as the status of a leg.
fn talk_status(form: &Form) -> &'static str {
    match (form.get("event"), form.get("talk")) {
        (Some(_), _) => "failed",
        (None, Some("busy")) => "busy",
        (None, Some("noanswer")) => "unanswered",
        (None, Some("network_busy")) => "failed",
        (None, _) => "completed",
    }
}

fn seconds(form: &Form) -> Option<u64> {
    number(form, "seconds").map(whole)
}

fn number(form: &Form, name: &str) -> Option<f64> {
    form.get(name)?.parse().ok()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what lies outside becomes the nearest value"
)]
fn whole(number: f64) -> u64 {
    number.round() as u64
}

/// A number or name in the form it has in a webhook: of `tel:+447700900001` the digits, of
/// `sip:447700900001@example.com` too, of any other address all of it.
#[must_use]
pub fn party(text: &str) -> &str {
    let text = text.trim();
    let schemes = ["tel:", "sip:", "sips:"];
    let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme));
    let name = rest
        .unwrap_or(text)
        .split([';', '@'])
        .next()
        .unwrap_or_default();
    let digits = name.strip_prefix('+').unwrap_or(name);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits } else { text }
}
