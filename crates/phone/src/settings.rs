//! Reading the settings of an action, as leniently as the platform does: numbers and booleans may
//! come as text, one-element arrays as the element.

use serde_json::Value;

use crate::WebhookSettings;
use crate::destination::Method;

/// A text member.
pub(crate) fn text(of: &Value, name: &str) -> Option<String> {
    match of.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A number, or a text that is one.
pub(crate) fn number(of: &Value, name: &str) -> Option<f64> {
    match of.get(name)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A boolean, or a text that is one; absent is `false`.
pub(crate) fn flag(of: &Value, name: &str) -> bool {
    match of.get(name) {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::String(text)) => text == "true",
        _ => false,
    }
}

/// An array of texts; a single text is an array of one.
pub(crate) fn texts(of: &Value, name: &str) -> Vec<String> {
    match of.get(name) {
        Some(Value::Array(many)) => many
            .iter()
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect(),
        Some(Value::String(one)) => vec![one.clone()],
        _ => Vec::new(),
    }
}

/// Where an action's webhooks go: its `eventUrl` and `eventMethod` (POST unless said), else the
/// application's.
pub(crate) fn hook(of: &Value, otherwise: &WebhookSettings) -> WebhookSettings {
    let Some(url) = texts(of, "eventUrl").into_iter().next() else {
        return otherwise.clone();
    };
    let method = match text(of, "eventMethod") {
        Some(method) if method.eq_ignore_ascii_case("GET") => Method::Get,
        _ => Method::Post,
    };
    WebhookSettings {
        url,
        method,
        ..otherwise.clone()
    }
}

/// The endpoint of a `connect`: its kind, whom it reaches, and the URL of the NCCO the callee
/// hears first.
pub(crate) fn endpoint(action: &Value) -> Option<(String, String, Option<String>)> {
    let endpoint = match action.get("endpoint")? {
        Value::Array(many) => many.first()?,
        one => one,
    };
    let kind = text(endpoint, "type")?;
    let to = match kind.as_str() {
        "phone" => text(endpoint, "number"),
        "app" => text(endpoint, "user"),
        "vbc" => text(endpoint, "extension"),
        "sip" => text(endpoint, "uri").or_else(|| {
            let user = text(endpoint, "user")?;
            let domain = text(endpoint, "domain")?;
            Some(format!("sip:{user}@{domain}"))
        }),
        _ => text(endpoint, "uri"),
    }?;
    let on_answer = endpoint
        .get("onAnswer")
        .and_then(|settings| text(settings, "url"));
    Some((kind, to, on_answer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_and_booleans_may_come_as_text() {
        let action = json!({ "timeOut": "5", "maxDigits": 4, "bargeIn": "true", "beep": false });
        assert_eq!(number(&action, "timeOut"), Some(5.0));
        assert_eq!(number(&action, "maxDigits"), Some(4.0));
        assert!(flag(&action, "bargeIn"));
        assert!(!flag(&action, "beep"));
        assert!(!flag(&action, "absent"));
    }

    #[test]
    fn every_endpoint_names_whom_it_reaches() {
        let check = |endpoint_value: Value, expected: &str| {
            let action = json!({ "endpoint": [endpoint_value] });
            let (_, to, _) = endpoint(&action).unwrap();
            assert_eq!(to, expected);
        };
        check(
            json!({ "type": "phone", "number": "447700900100" }),
            "447700900100",
        );
        check(
            json!({ "type": "sip", "uri": "sip:a@example.com" }),
            "sip:a@example.com",
        );
        check(
            json!({ "type": "sip", "user": "a", "domain": "b" }),
            "sip:a@b",
        );
        check(json!({ "type": "app", "user": "Alice" }), "Alice");
        check(json!({ "type": "vbc", "extension": "12" }), "12");
        check(
            json!({ "type": "websocket", "uri": "wss://x.example.com" }),
            "wss://x.example.com",
        );
    }
}
