//! What the platform sends: signed requests, in the three forms it knows.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;
use vonage::Delivery;
use vonage::jwt::{self, Claims};

use crate::worker::{SIGNATURE_SECRET, Worker};

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

/// A token for a delivery, issued now.
#[must_use]
pub fn token(delivery: &Delivery<'_>) -> String {
    token_of(SIGNATURE_SECRET, now(), delivery)
}

/// A token for a delivery.
#[must_use]
pub fn token_of(secret: &str, issued_at: i64, delivery: &Delivery<'_>) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let id = format!("e2e-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    jwt::sign(secret.as_bytes(), &Claims::new(issued_at, &id), delivery)
}

/// Now, in Unix seconds.
#[must_use]
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

impl Worker {
    /// A webhook by POST with a JSON body. `to` is a path, or a URL out of an NCCO.
    #[must_use]
    pub fn post(&self, to: &str, body: &Value) -> Reply {
        let body = body.to_string();
        let delivery = Delivery::json(body.as_bytes());
        let token = token(&delivery);
        self.send(
            "POST",
            to,
            Some(&token),
            "application/json",
            body.as_bytes(),
        )
    }

    /// A webhook by POST with a form.
    #[must_use]
    pub fn post_form(&self, to: &str, form: &str) -> Reply {
        let delivery = Delivery::form(form.as_bytes());
        let token = token(&delivery);
        let content_type = "application/x-www-form-urlencoded";
        self.send("POST", to, Some(&token), content_type, form.as_bytes())
    }

    /// A webhook by GET: what `to` has no query yet gets this one.
    #[must_use]
    pub fn get_webhook(&self, to: &str, query: &str) -> Reply {
        let url = match to.contains('?') {
            true => format!("{to}&{query}"),
            false => format!("{to}?{query}"),
        };
        let whole = url.split_once('?').map(|(_, query)| query).unwrap();
        let token = token(&Delivery::get(whole));
        self.send("GET", &url, Some(&token), "", b"")
    }

    /// Any request.
    #[must_use]
    pub fn send(
        &self,
        method: &str,
        to: &str,
        token: Option<&str>,
        content_type: &str,
        body: &[u8],
    ) -> Reply {
        let mut headers = Vec::new();
        if let Some(token) = token {
            headers.push(("authorization", format!("Bearer {token}")));
        }
        if !content_type.is_empty() {
            headers.push(("content-type", content_type.to_owned()));
        }
        self.request(method, to, &headers, body)
    }

    /// Any request with any headers.
    #[must_use]
    pub fn request(
        &self,
        method: &str,
        to: &str,
        headers: &[(&str, String)],
        body: &[u8],
    ) -> Reply {
        let url = match to.starts_with("http") {
            true => to.to_owned(),
            false => format!("{}{to}", self.url()),
        };
        let mut request = ureq::http::Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let agent = ureq::Agent::new_with_config(
            ureq::Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .build(),
        );
        let mut response = match body {
            b"" => agent.run(request.body(()).unwrap()),
            body => agent.run(request.body(body).unwrap()),
        }
        .unwrap_or_else(|error| panic!("{method} {to}: {error}. The log:\n{}", self.log()));
        let headers: Vec<_> = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        let content_type = headers.iter().find(|(name, _)| name == "content-type");
        Reply {
            status: response.status().as_u16(),
            content_type: content_type
                .map(|(_, value)| value.clone())
                .unwrap_or_default(),
            headers,
            body: response.body_mut().read_to_string().unwrap(),
        }
    }
}
