//! The callbacks of the Call API and the Text-To-Speech APIs, which sent VoiceXML its calls: in the
//! members of the webhooks that came after them.

use serde_json::{Map, Value};

use crate::form::Form;
use crate::submit::party;

/// Which callback it is, by the address it came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callback {
    /// `status_url` of the Call API, `callback` of the Text-To-Speech APIs: a call ended.
    Status,
    /// `error_url` of the Call API: a document could not be had or played, and another one is
    /// wanted.
    Error,
}

/// Old names, and what they are called since.
const RENAMED: [(&str, &str); 10] = [
    ("call-id", "uuid"),
    ("call-price", "price"),
    ("call-rate", "rate"),
    ("call-duration", "duration"),
    ("call-request", "request_time"),
    ("call-start", "start_time"),
    ("call-end", "end_time"),
    ("call-direction", "direction"),
    ("network-code", "network"),
    ("error-message", "detail"),
];

/// The members of the webhook a callback stands for. What is not known passes through; what a
/// caller entered does not: nobody can tell any more whether it was a secret.
#[must_use]
pub fn callback(kind: Callback, form: &Form) -> Map<String, Value> {
    let mut all = Map::new();
    for (name, value) in form.iter() {
        if value.is_empty() || matches!(name, "token" | "digits" | "pin" | "conversation_uuid") {
            continue;
        }
        let renamed = RENAMED.iter().find(|(old, _)| *old == name);
        let name = renamed.map_or(name, |(_, new)| *new);
        let value = match name {
            "uuid" => crate::session_id(value),
            "from" | "to" => party(value).to_owned(),
            "status" => status(value).to_owned(),
            "direction" => direction(value).to_owned(),
            _ => value.to_owned(),
        };
        all.insert(name.to_owned(), value.into());
    }
    if let Some(id) = all.get("uuid").cloned() {
        all.insert("conversation_uuid".to_owned(), id);
    }
    all.insert("platform".to_owned(), "voicexml".into());
    match kind {
        // A call has a direction whenever it has a status; ours were placed.
        Callback::Status => {
            all.entry("direction").or_insert_with(|| "outbound".into());
        }
        // The call goes on with another document: it has no final status yet.
        Callback::Error => {
            let status = all.remove("status").unwrap_or_else(|| "error".into());
            all.entry("reason").or_insert(status);
        }
    }
    all
}

/// A status of the old APIs in the words of the new one.
fn status(old: &str) -> &str {
    match old {
        "ok" => "completed",
        "error" => "failed",
        "no answer" | "no-answer" | "noanswer" => "unanswered",
        other => other,
    }
}

fn direction(old: &str) -> &str {
    match old {
        "in" => "inbound",
        "out" => "outbound",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(kind: Callback, query: &str) -> Value {
        Value::Object(callback(kind, &Form::read(query, None, b"")))
    }

    #[test]
    fn an_old_status_is_the_end_of_a_call() {
        let query = "token=secret&call-id=0a1&to=%2B447700900001&status=ok&call-price=0.0158&\
                     call-rate=0.0158&call-duration=42&call-request=2014-01-02+12%3A00%3A00&\
                     call-start=2014-01-02+12%3A00%3A05&call-end=2014-01-02+12%3A00%3A47&\
                     network-code=23410&digits=1234&extra=kept";
        assert_eq!(
            members(Callback::Status, query),
            serde_json::json!({
                "uuid": "vxml-0a1", "conversation_uuid": "vxml-0a1", "to": "447700900001",
                "status": "completed", "direction": "outbound", "price": "0.0158",
                "rate": "0.0158", "duration": "42", "request_time": "2014-01-02 12:00:00",
                "start_time": "2014-01-02 12:00:05", "end_time": "2014-01-02 12:00:47",
                "network": "23410", "extra": "kept", "platform": "voicexml",
            })
        );
    }

    #[test]
    fn an_error_is_not_the_end_of_a_call() {
        let told = members(Callback::Error, "call-id=0a1&status=error&to=447700900001");
        assert_eq!(told["reason"], "failed");
        assert_eq!(told.get("status"), None);
    }
}
