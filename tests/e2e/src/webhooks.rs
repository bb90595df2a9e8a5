//! Single webhooks, honest and not: made and signed by the phone of the `ivr` command, as whole
//! calls are. And what others ask of a Worker.

use std::time::Duration;

use ivr_cli::http::Http;
use phone::{Application, Destination, Method, Phone, Request};
use serde_json::Value;
use vonage::Delivery;

use crate::Reply;
use crate::worker::{SIGNATURE_SECRET, Worker};

/// Longer than the platform waits: how long a reply may take is for a test to say.
/// It ends a test whose Worker hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A token for a delivery, issued now.
#[must_use]
pub fn token(delivery: &Delivery<'_>) -> String {
    token_of(SIGNATURE_SECRET, now(), delivery)
}

/// A token for a delivery, signed with any secret at any time.
#[must_use]
pub fn token_of(secret: &str, issued_at: i64, delivery: &Delivery<'_>) -> String {
    let application = Application::at("", secret);
    application.token(delivery, issued_at).unwrap()
}

/// Now, in Unix seconds.
#[must_use]
pub fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

impl Worker {
    /// The Vonage application whose webhooks it takes.
    #[must_use]
    pub fn application(&self) -> Application {
        Application::at(&self.url(), SIGNATURE_SECRET)
    }

    /// A phone that calls it.
    #[must_use]
    pub fn phone(&self) -> Phone<Http> {
        Phone::new(self.application(), Http::new())
    }

    /// A webhook by POST with a JSON body. `to` is a path, or a URL out of an NCCO.
    #[must_use]
    pub fn post(&self, to: &str, body: &Value) -> Reply {
        self.signed(Request::json(
            &self.absolute(to),
            body.to_string().as_bytes(),
        ))
    }

    /// A webhook by POST with a form.
    #[must_use]
    pub fn post_form(&self, to: &str, form: &str) -> Reply {
        self.signed(Request::form(&self.absolute(to), form))
    }

    /// A webhook by GET: what `to` has no query yet gets this one.
    #[must_use]
    pub fn get_webhook(&self, to: &str, query: &str) -> Reply {
        let separator = if to.contains('?') { '&' } else { '?' };
        let url = format!("{}{separator}{query}", self.absolute(to));
        self.signed(Request::get(&url))
    }

    /// A webhook as the platform would send it now.
    #[must_use]
    pub fn signed(&self, request: Request) -> Reply {
        self.deliver(self.application().signed(request, now()))
    }

    /// A webhook as it is: forged, stale, of another body.
    #[must_use]
    pub fn deliver(&self, request: Request) -> Reply {
        let request = Request {
            connect_timeout: PATIENCE,
            socket_timeout: PATIENCE,
            ..request
        };
        // A connection of its own: one kept from before may belong to a Worker killed since.
        match Http::new().deliver(&request) {
            Ok(response) => response.into(),
            Err(why) => panic!(
                "{} {}: {why}. The log:\n{}",
                request.method.verb(),
                request.url,
                self.log()
            ),
        }
    }

    /// Any webhook, with any token or none. Methods the platform does not know go out as
    /// [`Worker::request`].
    #[must_use]
    pub fn send(
        &self,
        method: &str,
        to: &str,
        token: Option<&str>,
        content_type: &'static str,
        body: &[u8],
    ) -> Reply {
        let mut request = Request::json(&self.absolute(to), body);
        request.content_type = (!content_type.is_empty()).then_some(content_type);
        if let Some(token) = token {
            request = request.with_token(token);
        }
        request.method = match method {
            "GET" => Method::Get,
            "POST" => Method::Post,
            other => {
                let named = |name, value: &str| (name, value.to_owned());
                let headers: Vec<_> = [
                    request.authorization.map(|it| named("authorization", &it)),
                    request.content_type.map(|it| named("content-type", it)),
                ]
                .into_iter()
                .flatten()
                .collect();
                return self.request(other, to, &headers, body);
            }
        };
        self.deliver(request)
    }

    fn absolute(&self, to: &str) -> String {
        if to.starts_with("http") {
            to.to_owned()
        } else {
            format!("{}{to}", self.url())
        }
    }

    /// What is no webhook: an operator's request, a probe, the switches of faults.
    #[must_use]
    pub fn request(
        &self,
        method: &str,
        to: &str,
        headers: &[(&str, String)],
        body: &[u8],
    ) -> Reply {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(self.absolute(to));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let agent = ureq::Agent::new_with_config(
            ureq::Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .timeout_global(Some(3 * PATIENCE))
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
