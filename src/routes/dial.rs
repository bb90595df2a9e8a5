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

/// The first number a menu's `connect` nodes name that begins with none of the prefixes: such a
/// menu is not published. What only a call can tell (a placeholder) is left to [`refused`].
#[must_use]
pub fn forbidden(prefixes: &[String], menu: &str) -> Option<String> {
    if prefixes.is_empty() {
        return None;
    }
    let menu: Value = serde_json::from_str(menu).ok()?;
    let nodes = menu.get("nodes")?.as_object()?;
    nodes
        .values()
        .filter(|node| text(node, "kind") == "connect")
        .flat_map(|node| match node.get("to") {
            Some(Value::Array(list)) => list.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        })
        .filter_map(|to| to.as_str().or_else(|| to.get("phone")?.as_str()))
        .find(|number| !number.contains("{{") && !is_allowed(prefixes, number))
        .map(str::to_owned)
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
        let check = |to: &str, expected: Option<&str>| {
            let menu = format!(r#"{{"nodes":{{"sales":{{"kind":"connect","to":{to}}}}}}}"#);
            let prefixes = ["44".to_owned()];
            assert_eq!(forbidden(&prefixes, &menu).as_deref(), expected, "{to}");
            assert_eq!(forbidden(&[], &menu), None, "{to}");
        };
        check(r#""447700900100""#, None);
        check(r#"["447700900100", "+33199000100"]"#, Some("+33199000100"));
        check(r#"[{"phone": "1900555"}]"#, Some("1900555"));
        check(r#"[{"sip": "sip:a@example.com"}, "{{var.number}}"]"#, None);
    }
}
