use crate::template::{Part, Template, TemplateError};

/// JSON with placeholders in its strings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonTemplate(pub Template);

impl JsonTemplate {
    /// Reads canonical JSON. `{{` and `}}` never stand next to each other
    /// there but within strings, save for closing braces of nested objects,
    /// which no placeholder begins before.
    pub fn new(canonical: &str) -> Result<Self, TemplateError> {
        // Within a canonical string a placeholder may hold escapes only if it
        // is unreadable, so it is read as it stands.
        let mut parts = Vec::new();
        let mut in_string = false;
        let mut fixed = String::new();
        let mut rest = canonical;
        while let Some(letter) = rest.chars().next() {
            if in_string && rest.starts_with("{{") {
                let end = rest.find("}}").map_or(rest.len(), |end| end + 2);
                let (placeholder, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
                let Template(read) = Template::new(placeholder)?;
                if !fixed.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut fixed).into()));
                }
                parts.extend(read);
                rest = after;
                continue;
            }
            let length = match letter {
                '\\' if in_string => 2,
                '"' => {
                    in_string = !in_string;
                    1
                }
                other => other.len_utf8(),
            };
            let (taken, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            fixed.push_str(taken);
            rest = after;
        }
        if !fixed.is_empty() {
            parts.push(Part::Text(fixed.into()));
        }
        Ok(Self(Template(parts)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Slot;

    #[test]
    fn placeholders_count_in_strings_only() {
        let template =
            JsonTemplate::new(r#"{"a":{"b":"\"{{caller}}\\"},"c":"{{ var.x }}{{called}}"}"#)
                .unwrap()
                .0;
        let slots: Vec<&Slot> = template.slots().collect();
        assert_eq!(
            slots,
            [&Slot::Caller, &Slot::Variable("x".into()), &Slot::Called]
        );
        assert_eq!(
            template.0.first(),
            Some(&Part::Text(r#"{"a":{"b":"\""#.into()))
        );
        assert!(JsonTemplate::new(r#"{"a":"{{caller"}"#).is_err());
        assert!(
            JsonTemplate::new(r#"{"a":{"b":{}}}"#)
                .unwrap()
                .0
                .as_text()
                .is_some()
        );
    }
}
