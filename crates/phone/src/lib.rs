//! The Vonage platform as far as a Worker can tell.
//!
//! A [`Phone`] places calls: it signs its requests, fetches the answer URL, runs the NCCO it gets
//! action by action, sends every status with the members and types the platform sends, refuses
//! what the platform refuses, retries and falls back as it does, and can misbehave on purpose.
//! A [`Caller`] plays the person on the line. A [`Destination`] takes the webhooks: the command sends
//! them to a Worker over HTTP, `desk::Offline` runs the menu in this process.
//!
//! Time is virtual: a call of ten minutes takes as long as its requests take. The crate reads no clock
//! and draws no random numbers: both come from the [`Destination`], so the phone runs in a browser too.
//!
//! ```no_run
//! use phone::{Application, CallSetup, Destination, Phone, Script, Transfer};
//!
//! # fn show(worker: impl Destination) {
//! let application = Application::at("http://127.0.0.1:8787", "a signature secret");
//! let phone = Phone::new(application, worker);
//! let mut caller = Script::new().press("1").transfer(Transfer::Answered(30.0));
//! let call = phone.call(&CallSetup::new("447700900001", "442079460000"), &mut caller);
//!
//! assert!(call.heard_words("Welcome"));
//! assert_eq!(call.dialled(), ["447700900100"]);
//! assert_eq!(call.statuses(), ["started", "ringing", "answered", "completed"]);
//! println!("{}", call.transcript());
//! # }
//! ```

mod browser;
mod caller;
mod clock;
mod destination;
mod ids;
mod line;
mod post;
mod report;
mod settings;
mod signature;
mod speech;
mod statuses;

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};
use vonage::{ConversationId, LegId};

pub use browser::Browser;
pub use caller::{
    Action, Caller, Demand, Dialling, Keys, Listening, Recording, Script, Speech, Transfer,
};
pub use clock::Clock;
pub use destination::{Destination, DestinationError, Method, Request, Response};
pub use report::{Call, EndedBy, Exchange, Happening, Moment, line as transcript_line};
pub use signature::sign;

/// One webhook of an application ("Vonage Application API, voice.webhooks").
#[derive(Debug, Clone, PartialEq)]
pub struct WebhookSettings {
    /// Where it goes.
    pub url: String,
    /// How.
    pub method: Method,
    /// Time to connect, 300 to 1000 ms.
    pub connect_timeout: Duration,
    /// Time to answer: 1 to 5 s, for events to 10 s.
    pub socket_timeout: Duration,
}

impl WebhookSettings {
    /// A webhook with the time-outs of an answer URL: 1 s and 5 s.
    #[must_use]
    pub fn answer(url: impl Into<String>, method: Method) -> Self {
        Self {
            url: url.into(),
            method,
            connect_timeout: Duration::from_secs(1),
            socket_timeout: Duration::from_secs(5),
        }
    }

    /// A webhook with the time-outs of an event URL: 1 s and 10 s.
    #[must_use]
    pub fn event(url: impl Into<String>, method: Method) -> Self {
        Self {
            socket_timeout: Duration::from_secs(10),
            ..Self::answer(url, method)
        }
    }
}

/// The Vonage application a number is linked to.
#[derive(Debug, Clone)]
pub struct Application {
    /// `answer_url`.
    pub answer: WebhookSettings,
    /// `event_url`.
    pub event: WebhookSettings,
    /// `fallback_answer_url`.
    pub fallback: Option<WebhookSettings>,
    /// Signs every webhook; `None` sends them unsigned.
    pub signature_secret: Option<String>,
    /// The account, named in the tokens.
    pub api_key: String,
    /// The application, named in the tokens.
    pub application_id: Option<String>,
}

impl Application {
    /// The application of a Worker at `origin`: its three voice routes, POST, signed.
    #[must_use]
    pub fn at(origin: &str, signature_secret: &str) -> Self {
        let origin = origin.trim_end_matches('/');
        let url = |route: &str| format!("{origin}/webhooks/{route}");
        Self {
            answer: WebhookSettings::answer(url("answer"), Method::Post),
            event: WebhookSettings::event(url("event"), Method::Post),
            fallback: Some(WebhookSettings::answer(url("fallback"), Method::Post)),
            signature_secret: Some(signature_secret.to_owned()),
            api_key: "a1b2c3d4".to_owned(),
            application_id: None,
        }
    }

    /// Sends the answer, event and fallback webhooks with `method` instead.
    #[must_use]
    pub fn with_method(mut self, method: Method) -> Self {
        self.answer.method = method;
        self.event.method = method;
        if let Some(fallback) = &mut self.fallback {
            fallback.method = method;
        }
        self
    }
}

/// Faults on purpose. Percentages are of webhooks, drawn from `seed`: the same seed, the same
/// faults.
#[derive(Debug, Clone, Default)]
pub struct Misbehaviour {
    /// Sent twice.
    pub duplicate_percent: u8,
    /// Sent after the one that follows (events whose reply does not matter).
    pub reorder_percent: u8,
    /// Sent late (the same).
    pub delay_percent: u8,
    /// How late, in seconds of the call's clock.
    pub delay_seconds: f64,
    /// Never sent (the same).
    pub drop_percent: u8,
    /// Sent without a token first; with one after a 5xx.
    pub unsigned_percent: u8,
    /// What chance is drawn from.
    pub seed: u64,
}

/// Who calls whom, and how it looks to the platform.
#[derive(Debug, Clone, Default)]
pub struct CallSetup {
    /// The caller's number; `None` for Client SDK callers.
    pub from: Option<String>,
    /// The number called.
    pub to: String,
    /// `from_user` of a Client SDK caller.
    pub from_user: Option<String>,
    /// `phone`, `sip`, `app`, `websocket`, `vbc`; left out of the webhook when `None`.
    pub endpoint_type: Option<String>,
    /// `SipHeader_X-…` members, by full name.
    pub sip_headers: Vec<(String, String)>,
    /// `custom_data` of a Client SDK caller.
    pub custom_data: Option<Value>,
    /// The application's answer URL unless another is wanted (`…/webhooks/answer/acme`).
    pub answer_url: Option<String>,
    /// The Worker called this number, not the other way round.
    pub outbound: bool,
    /// The leg's id; a new one when `None`.
    pub leg: Option<LegId>,
    /// The conversation's id; a new one when `None`.
    pub conversation: Option<ConversationId>,
    /// When the call starts, by its own clock; now when `None`.
    pub starts: Option<Timestamp>,
    /// Makes every id of the call depend on this text alone.
    pub seed: Option<String>,
}

impl CallSetup {
    /// A phone call from one number to another.
    #[must_use]
    pub fn new(from: &str, to: &str) -> Self {
        Self {
            from: Some(from.to_owned()),
            to: to.to_owned(),
            endpoint_type: Some("phone".to_owned()),
            ..Self::default()
        }
    }

    /// The members of the answer webhook, as captured in 2026.
    fn answer_body(&self, leg: &LegId, conversation: &ConversationId) -> Map<String, Value> {
        let mut body = Map::new();
        let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
        put("to", self.to.clone().into());
        if let Some(kind) = &self.endpoint_type {
            put("endpoint_type", kind.clone().into());
        }
        if let Some(from) = &self.from {
            put("from", from.clone().into());
        }
        if let Some(user) = &self.from_user {
            put("from_user", user.clone().into());
        }
        if let Some(data) = &self.custom_data {
            put("custom_data", data.clone());
        }
        for (name, value) in &self.sip_headers {
            put(name, value.clone().into());
        }
        put("conversation_uuid", conversation.as_str().into());
        put("uuid", leg.as_str().into());
        put("region_url", "https://api-eu-3.vonage.com".into());
        body
    }
}

/// Places calls to one application.
#[derive(Debug, Clone)]
pub struct Phone<D> {
    application: Application,
    destination: D,
    misbehaviour: Misbehaviour,
}

impl<D: Destination> Phone<D> {
    /// A phone whose webhooks go to `destination`.
    pub fn new(application: Application, destination: D) -> Self {
        Self {
            application,
            destination,
            misbehaviour: Misbehaviour::default(),
        }
    }

    /// The same phone with faults.
    #[must_use]
    pub fn misbehaving(mut self, misbehaviour: Misbehaviour) -> Self {
        self.misbehaviour = misbehaviour;
        self
    }

    /// Where its webhooks go.
    pub fn destination(&self) -> &D {
        &self.destination
    }

    /// One call, from `started` to `completed`. Returns when the call is over and every webhook
    /// was sent.
    pub fn call(&self, setup: &CallSetup, caller: &mut dyn Caller) -> Call {
        let ids = setup.seed.as_deref().map_or_else(
            || ids::Ids::from_seed(&self.destination.unique()),
            ids::Ids::from_seed,
        );
        let clock = Clock::at(setup.starts.unwrap_or_else(|| self.destination.now()));
        let post = post::Post::new(
            &self.application,
            &self.destination,
            &self.misbehaviour,
            clock,
            ids,
        );
        line::Line::new(post, setup, caller).run(setup)
    }
}
