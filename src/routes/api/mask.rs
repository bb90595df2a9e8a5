//! What an operator sees of callers who may not see their whole numbers: the last three digits.

use api::masking::WITHHELD;
use serde_json::Value;

/// The shortest number that is masked, in digits. Shorter ones are codes, extensions, networks.
const SHORTEST: usize = 7;
/// The longest; longer ones are ids.
const LONGEST: usize = 15;
/// How many digits stay.
const SHOWN: usize = 3;

/// Masks every telephone number in a reply, and takes out what callers said.
pub fn mask(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some(masked) = masked(text) {
                *text = masked;
            }
        }
        Value::Array(list) => list.iter_mut().for_each(mask),
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                if WITHHELD.contains(&name.as_str()) {
                    *value = Value::Null;
                } else {
                    mask(value);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether there is a telephone number in this JSON text that is not masked.
pub fn shows_a_whole_number(json: &str) -> bool {
    // No character of a number is ever escaped, so it stands between two quotes as it is.
    json.split('"').any(|part| masked(part).is_some())
}

/// The number with dots for all but its last digits, when the text is one.
fn masked(text: &str) -> Option<String> {
    let (scheme, number) = match text.split_once(':') {
        Some((scheme @ ("tel" | "sip" | "sips"), rest)) => (scheme, rest),
        _ => ("", text),
    };
    let (user, host) = match (scheme, number.split_once('@')) {
        ("sip" | "sips", Some((user, host))) => (user, host),
        _ => (number, ""),
    };
    let digits = user.strip_prefix('+').unwrap_or(user);
    let is_number = (SHORTEST..=LONGEST).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return None;
    }
    let shown = digits.get(digits.len() - SHOWN..)?;
    let dots = "•".repeat(digits.len() - SHOWN);
    let mut masked = String::new();
    if !scheme.is_empty() {
        masked.extend([scheme, ":"]);
    }
    masked.extend([dots.as_str(), shown]);
    if !host.is_empty() {
        masked.extend(["@", host]);
    }
    Some(masked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_keep_their_last_three_digits_wherever_they_stand() {
        let mut value = json!({
            "from": "447700900100",
            "to": { "number": "+442079460000", "sip": "sip:447700900100@pbx.example" },
            "path": ["447700900100", "sales", "tel:+447700900100"],
            "leg": "63f61863-4a51-4f6b-86e1-46edebcf9356",
            "network": "23410", "status": "completed", "duration": 4477009,
            "started": "2026-11-26T10:00:00.000Z",
            "data": { "raw": "{\"from\":\"447700900100\"}", "speech": { "text": "my pin" } },
        });
        assert!(shows_a_whole_number(&value.to_string()));
        mask(&mut value);
        let expected = json!({
            "from": "•••••••••100",
            "to": { "number": "•••••••••000", "sip": "sip:•••••••••100@pbx.example" },
            "path": ["•••••••••100", "sales", "tel:•••••••••100"],
            "leg": "63f61863-4a51-4f6b-86e1-46edebcf9356",
            "network": "23410", "status": "completed", "duration": 4477009,
            "started": "2026-11-26T10:00:00.000Z",
            "data": { "raw": null, "speech": null },
        });
        assert_eq!(value, expected);
        assert!(!shows_a_whole_number(&value.to_string()));
    }
}
