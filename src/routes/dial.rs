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
    numbers
        .into_iter()
        .find(|number| !is_allowed(prefixes, number))
        .map(str::to_owned)
}

/// The numbers a menu's `connect` nodes name that begin with none of the prefixes, and the JSON
/// pointer of each: such a menu is not published. What only a call can tell (a placeholder) is
/// left to [`refused`].
#[must_use]
pub fn forbidden(prefixes: &[String], menu: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    if prefixes.is_empty() {
        return found;
    }
    let menu: Value = serde_json::from_str(menu).unwrap_or_default();
    let nodes = menu.get("nodes").and_then(Value::as_object);
    for (name, node) in nodes.into_iter().flatten() {
        if text(node, "kind") != "connect" {
            continue;
        }
        let mut look = |place: &str, to: &Value| {
            let (inner, number) = match to.as_str() {
                Some(number) => ("", number),
                None => ("/phone", text(to, "phone")),
            };
            if !number.is_empty() && !number.contains("{{") && !is_allowed(prefixes, number) {
                let mut pointer = "/nodes".to_owned();
                ivr::source::push_token(&mut pointer, name);
                pointer.extend(["/to", place, inner]);
                found.push((pointer, number.to_owned()));
            }
        };
        match node.get("to") {
            Some(Value::Array(list)) => {
                for (index, to) in list.iter().enumerate() {
                    look(&["/", &index.to_string()].concat(), to);
                }
            }
            Some(one) => look("", one),
            None => {}
        }
    }
    found
}

fn is_allowed(prefixes: &[String], number: &str) -> bool {
    let number = number.trim_start_matches('+');
    prefixes
        .iter()
        .any(|prefix| number.starts_with(prefix.trim_start_matches('+')))
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

    #[test]
    fn a_menu_that_names_a_number_not_to_be_dialled_is_found() {
        let check = |to: &str, expected: &[(&str, &str)]| {
            let menu = format!(r#"{{"nodes":{{"sales":{{"kind":"connect","to":{to}}}}}}}"#);
            let prefixes = ["44".to_owned()];
            let expected: Vec<_> = expected
                .iter()
                .map(|(place, number)| (format!("/nodes/sales/to{place}"), (*number).to_owned()))
                .collect();
            assert_eq!(forbidden(&prefixes, &menu), expected, "{to}");
            assert_eq!(forbidden(&[], &menu), [], "{to}");
        };
        check(r#""447700900100""#, &[]);
        check(r#""33199000100""#, &[("", "33199000100")]);
        check(
            r#"["447700900100", "+33199000100", "1900555"]"#,
            &[("/1", "+33199000100"), ("/2", "1900555")],
        );
        check(r#"{"phone": "1900555"}"#, &[("/phone", "1900555")]);
        check(r#"[{"phone": "1900555"}]"#, &[("/0/phone", "1900555")]);
        check(r#"[{"sip": "sip:a@example.com"}, "{{var.number}}"]"#, &[]);
    }
}
