//! A menu in this process: what a Worker does with a webhook, without a Worker.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use ivr::document::{Calendar, List, Numbers};
use ivr::{
    Caller, Compiled, ConnectOutcome, Context, Direction, Effect, Event, Facts, Library,
    LookupAnswer, Need, Reply, Sealer, SpeechResult, Step, Trace,
};
use jiff::Timestamp;
use serde_json::Value;
use vonage::{Delivery, Route, Webhook};

use crate::script;
use phone::{Destination, DestinationError, Method, Request, Response};

/// The origin of the URLs in the NCCOs. Nothing is ever sent there.
pub const ORIGIN: &str = "http://menu.invalid";

/// The most often one webhook asks for something more.
const MOST_NEEDS: u32 = 64;

/// Documents, ready to run; shared by many calls.
#[derive(Debug, Clone, Default)]
pub struct CompiledDocuments {
    menus: BTreeMap<String, Arc<Compiled>>,
    calendars: BTreeMap<String, Arc<Calendar>>,
    lists: BTreeMap<String, Arc<List>>,
    numbers: Option<Arc<Numbers>>,
}

impl CompiledDocuments {
    /// The documents of a library; menus with errors are left out.
    #[must_use]
    pub fn of(library: &Library) -> Self {
        let mut menus = BTreeMap::new();
        for (id, entry) in &library.menus {
            if let Ok(menu) = Compiled::from_entry(id, entry) {
                menus.insert(id.clone(), Arc::new(menu));
            }
        }
        let mut calendars = BTreeMap::new();
        for (id, entry) in &library.calendars {
            calendars.insert(id.clone(), Arc::new(entry.document.clone()));
        }
        let mut lists = BTreeMap::new();
        for (id, entry) in &library.lists {
            lists.insert(id.clone(), Arc::new(entry.document.clone()));
        }
        Self {
            menus,
            calendars,
            lists,
            numbers: library
                .numbers
                .as_ref()
                .map(|entry| Arc::new(entry.document.clone())),
        }
    }

    /// Whether it has this menu.
    #[must_use]
    pub fn has_menu(&self, id: &str) -> bool {
        self.menus.contains_key(id)
    }

    /// Its calendars.
    pub fn calendars(&self) -> impl Iterator<Item = (&str, &Calendar)> {
        self.calendars
            .iter()
            .map(|(id, calendar)| (id.as_str(), calendar.as_ref()))
    }

    /// The same documents with another calendar.
    pub fn set_calendar(&mut self, id: &str, calendar: Calendar) {
        self.calendars.insert(id.to_owned(), Arc::new(calendar));
    }

    /// The same documents with another list.
    pub fn set_list(&mut self, id: &str, list: List) {
        self.lists.insert(id.to_owned(), Arc::new(list));
    }

    fn menu_of(&self, called: &str) -> Option<&Arc<Compiled>> {
        let numbers = self.numbers.as_ref()?;
        let digits = called.trim_start_matches('+');
        let entry = numbers
            .entries
            .iter()
            .find(|(number, _)| *number == digits)
            .map(|(_, entry)| entry)
            .or(numbers.default.as_ref())?;
        self.menus.get(&entry.menu)
    }
}

/// What the menu did so far.
#[derive(Debug, Default)]
struct Ledger {
    now: Option<Timestamp>,
    moves: Vec<Trace>,
    effects: Vec<Effect>,
    lookups: Vec<script::LookupAnswer>,
    at: Option<String>,
}

/// What a call is not told by its menu: when it begins and what makes its ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// The time at which the call begins.
    pub at: Timestamp,
    /// The text its ids are made of, where the call has no seed of its own.
    pub seed: String,
}

/// Answers webhooks by running menus.
pub struct Offline {
    documents: CompiledDocuments,
    sealer: Sealer,
    beginning: Beginning,
    ledger: Mutex<Ledger>,
}

impl Offline {
    /// Runs the menus of `documents` for one call; look-ups are answered by `lookups`, in turn.
    #[must_use]
    pub fn new(
        documents: CompiledDocuments,
        lookups: Vec<script::LookupAnswer>,
        beginning: Beginning,
    ) -> Self {
        Self {
            documents,
            sealer: Sealer::new("the state never leaves this process", None),
            beginning,
            ledger: Mutex::new(Ledger {
                lookups,
                ..Ledger::default()
            }),
        }
    }

    /// The node the caller is at: `main`, `other/main` in another menu than the first.
    #[must_use]
    pub fn node(&self) -> Option<String> {
        self.ledger().at.clone()
    }

    /// Every move of the caller so far.
    #[must_use]
    pub fn moves(&self) -> Vec<Trace> {
        self.ledger().moves.clone()
    }

    /// What would have been sent elsewhere: call backs, notifications.
    #[must_use]
    pub fn effects(&self) -> Vec<Effect> {
        self.ledger().effects.clone()
    }

    fn ledger(&self) -> std::sync::MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lookup(&self, url: &str, body: Option<&str>) -> LookupAnswer {
        let mut ledger = self.ledger();
        let fits = |answer: &script::LookupAnswer| {
            answer.url.as_deref().is_none_or(|part| url.contains(part))
                && answer
                    .sent
                    .as_deref()
                    .is_none_or(|part| body.is_some_and(|body| body.contains(part)))
        };
        let Some(at) = ledger.lookups.iter().position(fits) else {
            return LookupAnswer::Failed;
        };
        // The last answer that fits is given again and again.
        let more = ledger.lookups.iter().skip(at + 1).any(fits);
        let answer = if more {
            Some(ledger.lookups.remove(at))
        } else {
            ledger.lookups.get(at).cloned()
        };
        match answer {
            Some(answer) if !answer.fails => LookupAnswer::Answer {
                status: answer.status.unwrap_or(200),
                body: answer.body,
            },
            _ => LookupAnswer::Failed,
        }
    }

    fn find(&self, needs: &[Need], facts: &mut Facts) {
        for need in needs {
            match need {
                Need::Menu(id) => facts.add_menu(id.clone(), self.documents.menus.get(id).cloned()),
                Need::Version(version) => {
                    let mut menus = self.documents.menus.values();
                    let menu = menus.find(|menu| menu.version() == version).cloned();
                    facts.add_version(*version, menu);
                }
                Need::Calendar(id) => {
                    facts.add_calendar(id.clone(), self.documents.calendars.get(id).cloned());
                }
                Need::List(id) => facts.add_list(id.clone(), self.documents.lists.get(id).cloned()),
                Need::Lookup(request) => {
                    let answer = self.lookup(&request.url, request.body.as_deref());
                    facts.add_lookup(request.key, answer);
                }
            }
        }
    }

    fn settle(&self, mut step: impl FnMut(&Context<'_>, &Facts) -> Step) -> Response {
        let mut facts = Facts::new();
        let now = self.ledger().now.unwrap_or(self.beginning.at);
        let context = Context {
            base_url: ORIGIN,
            sealer: &self.sealer,
            now,
        };
        for _ in 0..MOST_NEEDS {
            match step(&context, &facts) {
                Step::Need(needs) => self.find(&needs, &mut facts),
                Step::Reply(reply) => return self.note(reply),
                Step::Continue => return nothing(),
            }
        }
        ncco(ivr::safe_ncco(None))
    }

    fn note(&self, reply: Reply) -> Response {
        let mut ledger = self.ledger();
        if !reply.trace.is_empty() {
            let here = reply.state.position();
            let first = ledger
                .moves
                .first()
                .map_or(here.menu, |first| first.menu.as_str())
                .to_owned();
            ledger.at = Some(if here.menu == first {
                here.node.to_owned()
            } else {
                format!("{}/{}", here.menu, here.node)
            });
        }
        ledger.moves.extend(reply.trace);
        ledger.effects.extend(reply.effects);
        ncco(reply.ncco)
    }

    fn answer(&self, menu: Option<&str>, direction: Direction, webhook: &Webhook) -> Response {
        let text = |name: &str| {
            field(webhook, name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let menu = match menu {
            Some(id) => self.documents.menus.get(id),
            None => self.documents.menu_of(text("to")),
        };
        let Some(menu) = menu else {
            return ncco(ivr::safe_ncco(None));
        };
        let headers: Vec<(&str, &str)> = webhook
            .fields
            .iter()
            .filter_map(|(name, value)| Some((name.strip_prefix("SipHeader_")?, value.as_str()?)))
            .collect();
        let caller = Caller {
            conversation: text("conversation_uuid"),
            leg: text("uuid"),
            from: text("from"),
            to: text("to"),
            direction,
            sip_headers: &headers,
        };
        self.settle(|context, facts| ivr::answer(context, menu, &caller, facts))
    }

    fn go_on(&self, token: &str, webhook: &Webhook, event: &Event<'_>) -> Response {
        let conversation = field(webhook, "conversation_uuid")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let now = self.ledger().now.unwrap_or(self.beginning.at);
        match self.sealer.open(token, conversation, now) {
            Ok(state) => self.settle(|context, facts| ivr::step(context, &state, event, facts)),
            Err(_) => ncco(ivr::safe_ncco(None)),
        }
    }
}

fn field<'w>(webhook: &'w Webhook, name: &str) -> Option<&'w Value> {
    webhook
        .fields
        .iter()
        .find(|(known, _)| known.as_str() == name)
        .map(|(_, value)| value)
}

fn ncco(json: String) -> Response {
    Response {
        status: 200,
        content_type: Some("application/json".to_owned()),
        body: json.into_bytes(),
        ..Response::default()
    }
}

fn nothing() -> Response {
    Response {
        status: 200,
        ..Response::default()
    }
}

impl Destination for Offline {
    fn deliver(&self, request: &Request) -> Result<Response, DestinationError> {
        if !request.url.starts_with(ORIGIN) {
            return Err(DestinationError::BadUrl(format!(
                "{} is not the menu's",
                request.url
            )));
        }
        // The state is ours; the rest of the query is the webhook.
        let mut token = "";
        let query: Vec<&str> = request
            .query()
            .split('&')
            .filter(|pair| match pair.strip_prefix("s=") {
                Some(state) => {
                    token = state;
                    false
                }
                None => !pair.starts_with("m="),
            })
            .collect();
        let query = query.join("&");
        let delivery = Delivery {
            method: match request.method {
                Method::Get => vonage::Method::Get,
                Method::Post | Method::PostForm => vonage::Method::Post,
            },
            query: &query,
            content_type: request.content_type,
            body: &request.body,
        };
        let Ok(webhook) = Webhook::parse(Route::Any, &delivery) else {
            return Ok(Response {
                status: 400,
                ..Response::default()
            });
        };
        let at = field(&webhook, "timestamp").and_then(Value::as_str);
        if let Some(at) = at.and_then(vonage::timestamp) {
            let mut ledger = self.ledger();
            if ledger.now.is_none_or(|now| now < at) {
                ledger.now = Some(at);
            }
        }
        let path = request
            .path()
            .strip_prefix("/webhooks/")
            .unwrap_or_default();
        Ok(match path.split_once('/').unwrap_or((path, "")) {
            ("answer", menu) => {
                let menu = Some(menu).filter(|menu| !menu.is_empty());
                self.answer(menu, Direction::of_query(request.query()), &webhook)
            }
            ("input", _) => {
                let heard = speech(&webhook);
                let dtmf = field(&webhook, "dtmf");
                let event = Event::Input {
                    digits: dtmf
                        .and_then(|dtmf| dtmf.get("digits"))
                        .and_then(Value::as_str),
                    timed_out: dtmf
                        .and_then(|dtmf| dtmf.get("timed_out"))
                        .and_then(Value::as_bool)
                        .unwrap_or(false),
                    speech: &heard,
                    speech_timeout: field(&webhook, "speech")
                        .and_then(|speech| speech.get("timeout_reason"))
                        .and_then(Value::as_str),
                };
                self.go_on(token, &webhook, &event)
            }
            ("connect", _) => {
                let status = field(&webhook, "status").and_then(Value::as_str);
                let outcome = ConnectOutcome::from_status(status.unwrap_or_default());
                self.go_on(token, &webhook, &Event::Connect(outcome))
            }
            ("whisper", _) => self.go_on(token, &webhook, &Event::Whisper),
            ("notify", _) => self.go_on(token, &webhook, &Event::Notify),
            ("fallback", _) => ncco(ivr::safe_ncco(None)),
            _ => nothing(),
        })
    }

    fn now(&self) -> Timestamp {
        self.beginning.at
    }

    fn unique(&self) -> String {
        self.beginning.seed.clone()
    }
}

fn speech(webhook: &Webhook) -> Vec<SpeechResult> {
    let results = field(webhook, "speech")
        .and_then(|speech| speech.get("results"))
        .and_then(Value::as_array);
    let read = |result: &Value| {
        let confidence = result.get("confidence");
        Some(SpeechResult {
            text: result.get("text")?.as_str()?.to_owned(),
            confidence: confidence
                .and_then(Value::as_f64)
                .or_else(|| confidence?.as_str()?.parse().ok())
                .unwrap_or(0.0),
        })
    };
    results.into_iter().flatten().filter_map(read).collect()
}
