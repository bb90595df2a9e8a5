//! What a Worker answered.

use phone::{Exchange, Response};
use serde_json::Value;

/// A reply.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The `Content-Type`, empty when there is none.
    pub content_type: String,
    /// Every header, by its lower-case name.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Reply {
    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error} in the reply {self:?}"))
    }

    /// The NCCO: a reply the platform accepts as one, and nothing else.
    #[must_use]
    pub fn ncco(&self) -> Vec<Value> {
        assert_eq!(self.status, 200, "{self:?}");
        assert_eq!(self.content_type, "application/json", "{self:?}");
        let Value::Array(actions) = self.json() else {
            panic!("no NCCO: {self:?}");
        };
        assert!(!actions.is_empty(), "an empty NCCO: {self:?}");
        let read = ncco::Ncco::from_json(self.body.as_bytes());
        let read = read.unwrap_or_else(|error| panic!("{error} in {self:?}"));
        let found: Vec<String> = read
            .validate()
            .into_iter()
            .map(|finding| format!("{}: {}", finding.pointer, finding.message))
            .collect();
        assert!(found.is_empty(), "{found:?} in {self:?}");
        actions
    }

    /// Everything that is said, in order, on one line.
    #[must_use]
    pub fn spoken(&self) -> String {
        let texts: Vec<_> = self
            .ncco()
            .iter()
            .filter_map(|action| action["text"].as_str().map(str::to_owned))
            .collect();
        texts.join(" / ")
    }

    /// Where the first action of a kind sends its events.
    #[must_use]
    pub fn event_url(&self, action: &str) -> String {
        let actions = self.ncco();
        let found = actions.iter().find(|found| found["action"] == action);
        let url = found.and_then(|found| found["eventUrl"][0].as_str());
        url.unwrap_or_else(|| panic!("no {action} with an eventUrl in {}", self.body))
            .to_owned()
    }
}

impl From<Response> for Reply {
    fn from(response: Response) -> Self {
        Self {
            status: response.status,
            content_type: response.content_type.unwrap_or_default(),
            headers: response.headers,
            body: String::from_utf8(response.body).unwrap(),
        }
    }
}

/// What a webhook of a whole call was answered.
impl From<&Exchange> for Reply {
    fn from(exchange: &Exchange) -> Self {
        let status = exchange.status;
        Self {
            status: status.unwrap_or_else(|| panic!("no answer: {exchange:?}")),
            content_type: exchange.content_type.clone().unwrap_or_default(),
            // An exchange keeps none.
            headers: Vec::new(),
            body: String::from_utf8(exchange.reply.clone()).unwrap(),
        }
    }
}
