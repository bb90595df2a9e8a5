//! What a browser sent: the parameters of an address and the members of a form.

use crate::multipart;
use crate::upload::Upload;

/// The parameters of a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    query: Vec<(String, String)>,
    fields: Vec<(String, String)>,
    /// The sound that came with it.
    pub upload: Option<Upload>,
}

impl Form {
    /// Reads a request: its query, and its body by its content type. What cannot be read is not
    /// there: a caller waits, and half of a form says more than none.
    #[must_use]
    pub fn read(query: &str, content_type: Option<&str>, body: &[u8]) -> Self {
        let content_type = content_type.unwrap_or_default();
        let (fields, upload) = match multipart::boundary(content_type) {
            Some(boundary) => multipart::read(body, boundary),
            None => (pairs(body), None),
        };
        Self {
            query: pairs(query.as_bytes()),
            fields,
            upload,
        }
    }

    /// A parameter that is not empty: of the address, which we wrote, before one of the form.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let named = |pairs: &'_ [(String, String)]| {
            let found = pairs.iter().position(|(known, _)| known == name)?;
            (!pairs.get(found)?.1.is_empty()).then_some(found)
        };
        if let Some(at) = named(&self.query) {
            return self.query.get(at).map(|(_, value)| value.as_str());
        }
        let at = named(&self.fields)?;
        self.fields.get(at).map(|(_, value)| value.as_str())
    }

    /// Every parameter.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.query.iter().chain(&self.fields);
        all.map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

fn pairs(text: &[u8]) -> Vec<(String, String)> {
    serde_urlencoded::from_bytes(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_counts_before_the_form() {
        let form = Form::read("session=a&empty=", None, b"session=b&said=1+2&empty=x");
        assert_eq!(form.get("session"), Some("a"));
        assert_eq!(form.get("said"), Some("1 2"));
        assert_eq!(form.get("empty"), Some("x"));
        assert_eq!(form.get("none"), None);
        assert_eq!(form.iter().count(), 5);
    }

    #[test]
    fn what_is_no_form_has_no_fields() {
        let form = Form::read("a=1", Some("application/json"), b"\xff\xfe{]");
        assert_eq!(form.get("a"), Some("1"));
        assert_eq!(form.upload, None);
    }
}
