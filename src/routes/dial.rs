//! `DIAL_ALLOW`: which numbers a menu may call, whoever wrote it (toll fraud).

use serde_json::Value;

/// The first number an NCCO would dial that begins with none of the prefixes.
///
/// No prefixes: any number. What is no telephone number (SIP, an app, a WebSocket) costs nothing.
#[must_use]
pub fn refused(prefixes: &[String], ncco: &str) -> Option<String> {
    if prefixes.is_empty() || !ncco.contains("\"connect\"") {
        return None;
    }
    let Ok(Value::Array(actions)) = serde_json::from_str(ncco) else {
        return None;
    };
    let numbers = actions
        .iter()
        .filter(|action| text(action, "action") == "connect")
        .filter_map(|action| action.get("endpoint")?.as_array())
        .flatten()
        .filter(|endpoint| text(endpoint, "type") == "phone")
        .map(|endpoint| text(endpoint, "number"));
    let is_allowed = |number: &str| {
        prefixes
            .iter()
            .any(|prefix| number.starts_with(prefix.trim_start_matches('+')))
    };
    numbers
        .into_iter()
        .find(|number| !is_allowed(number))
        .map(str::to_owned)
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(prefixes: &[&str], endpoint: &str, expected: Option<&str>) {
        let prefixes: Vec<String> = prefixes.iter().map(|prefix| (*prefix).to_owned()).collect();
        let ncco = format!(
            r#"[{{"action":"talk","text":"\"connect\""}},{{"action":"connect","endpoint":[{endpoint}]}}]"#
        );
        assert_eq!(refused(&prefixes, &ncco).as_deref(), expected, "{endpoint}");
    }

    #[test]
    fn a_number_is_dialled_when_a_prefix_allows_it() {
        let phone = r#"{"type":"phone","number":"447700900100"}"#;
        check(&[], phone, None);
        check(&["44", "1"], phone, None);
        check(&["+44"], phone, None);
        check(&["33"], phone, Some("447700900100"));
        check(&["4477009002"], phone, Some("447700900100"));
        check(&["33"], r#"{"type":"sip","uri":"sip:a@example.com"}"#, None);
    }
}
