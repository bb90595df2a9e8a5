//! A telephone for tests: one call, its clock and what there is to be had.
#![allow(dead_code, reason = "each test file uses its part")]

pub mod generate;

use std::collections::BTreeMap;
use std::sync::Arc;

use ivr::document::{Calendar, List};
use ivr::{
    Caller, Compiled, ConnectOutcome, Context, Event, Facts, LookupAnswer, LookupRequest, Need,
    Reply, Sealer, SpeechResult, State, Step,
};
use jiff::Timestamp;

pub const BASE: &str = "https://ivr.example.com";
pub const CONVERSATION: &str = "CON-aaaaaaaa-bbbb-cccc-dddd-0123456789ab";

/// What the shell of a test has.
pub struct House {
    pub menus: BTreeMap<String, Arc<Compiled>>,
    pub calendars: BTreeMap<String, Arc<Calendar>>,
    pub lists: BTreeMap<String, Arc<List>>,
    pub sealer: Sealer,
    pub now: Timestamp,
    /// Answers look-ups.
    pub lookup: fn(&LookupRequest) -> LookupAnswer,
}

impl House {
    /// With menus by id, each JSON.
    pub fn new<'m>(menus: impl IntoIterator<Item = (&'m str, &'m str)>) -> Self {
        let menus = menus
            .into_iter()
            .map(|(id, json)| (id.to_owned(), Arc::new(compile(id, json))))
            .collect();
        Self {
            menus,
            calendars: BTreeMap::new(),
            lists: BTreeMap::new(),
            sealer: Sealer::new("a key for tests", None),
            now: "2026-11-20T10:00:00Z".parse().unwrap(),
            lookup: |_| LookupAnswer::Failed,
        }
    }

    pub fn calendar(mut self, id: &str, json: &str) -> Self {
        let calendar = ivr::document::read(id, json.as_bytes()).unwrap();
        self.calendars.insert(id.to_owned(), Arc::new(calendar));
        self
    }

    pub fn list(mut self, id: &str, json: &str) -> Self {
        self.lists.insert(
            id.to_owned(),
            Arc::new(ivr::document::read(id, json.as_bytes()).unwrap()),
        );
        self
    }

    pub fn context(&self) -> Context<'_> {
        Context {
            base_url: BASE,
            sealer: &self.sealer,
            now: self.now,
        }
    }

    /// Calls a function until it needs nothing more; what it needed, too.
    pub fn satisfy(&self, mut step: impl FnMut(&Facts) -> Step) -> (Step, Vec<Need>) {
        let mut facts = Facts::new();
        let mut all = Vec::new();
        for _ in 0..200 {
            let needs = match step(&facts) {
                Step::Need(needs) => needs,
                done => return (done, all),
            };
            assert!(!needs.is_empty());
            for need in &needs {
                assert!(!all.contains(need), "asked twice: {need:?}");
                match need {
                    Need::Menu(id) => facts.add_menu(id, self.menus.get(id).cloned()),
                    Need::Version(version) => {
                        let found = self.menus.values().find(|menu| menu.version() == version);
                        facts.add_version(*version, found.cloned());
                    }
                    Need::Calendar(id) => facts.add_calendar(id, self.calendars.get(id).cloned()),
                    Need::List(id) => facts.add_list(id, self.lists.get(id).cloned()),
                    Need::Lookup(request) => facts.add_lookup(request.key, (self.lookup)(request)),
                }
            }
            all.extend(needs);
        }
        panic!("always needs more")
    }

    /// Answers a call to a menu.
    pub fn answer(&self, menu: &str, caller: &Caller<'_>) -> Reply {
        let menu = &self.menus[menu];
        match self
            .satisfy(|facts| ivr::answer(&self.context(), menu, caller, facts))
            .0
        {
            Step::Reply(reply) => reply,
            other => panic!("{other:?}"),
        }
    }

    /// Goes on with a call.
    pub fn step(&self, state: &State, event: &Event<'_>) -> Step {
        self.satisfy(|facts| ivr::step(&self.context(), state, event, facts))
            .0
    }
}

/// Compiles a menu that is in order.
#[track_caller]
pub fn compile(id: &str, json: &str) -> Compiled {
    match Compiled::compile(id, json.as_bytes()) {
        Ok(menu) => menu,
        Err(found) => panic!(
            "{}",
            found
                .iter()
                .map(|found| format!("{found}\n"))
                .collect::<String>()
        ),
    }
}

pub fn caller() -> Caller<'static> {
    Caller {
        conversation: CONVERSATION,
        leg: "63f61863-4a51-4f6b-86e1-46edebcf9356",
        from: "447700900001",
        to: "442079460000",
        direction: ivr::Direction::Inbound,
        sip_headers: &[],
    }
}

/// The token in an NCCO's URLs.
pub fn token(ncco: &str) -> Option<&str> {
    let (_, rest) = ncco.split_once("?s=")?;
    rest.split(['"', '&']).next()
}

/// A call in progress.
pub struct Call<'h> {
    pub house: &'h House,
    pub reply: Reply,
}

impl<'h> Call<'h> {
    pub fn to(house: &'h House, menu: &str) -> Self {
        Self::from(house, menu, &caller())
    }

    pub fn from(house: &'h House, menu: &str, caller: &Caller<'_>) -> Self {
        let call = Self {
            house,
            reply: house.answer(menu, caller),
        };
        call.judge();
        call
    }

    /// What the platform would say to the NCCO.
    fn judge(&self) {
        let ncco = ncco::Ncco::from_json(self.reply.ncco.as_bytes()).unwrap();
        assert_eq!(ncco.validate(), [], "{}", self.reply.ncco);
    }

    /// The state as the next webhook brings it.
    pub fn state(&self) -> State {
        match token(&self.reply.ncco) {
            Some(token) => self
                .house
                .sealer
                .open(token, CONVERSATION, self.house.now)
                .unwrap(),
            None => self.reply.state.clone(),
        }
    }

    pub fn event(&mut self, event: &Event<'_>) -> &mut Self {
        match self.house.step(&self.state(), event) {
            Step::Reply(reply) => self.reply = reply,
            other => panic!("{other:?}"),
        }
        self.judge();
        self
    }

    pub fn keys(&mut self, keys: &str) -> &mut Self {
        self.event(&Event::Input {
            digits: Some(keys),
            timed_out: false,
            speech: &[],
            speech_timeout: None,
        })
    }

    pub fn silence(&mut self) -> &mut Self {
        self.event(&Event::Input {
            digits: Some(""),
            timed_out: true,
            speech: &[],
            speech_timeout: None,
        })
    }

    pub fn say(&mut self, text: &str, confidence: f64) -> &mut Self {
        let speech = [SpeechResult {
            text: text.to_owned(),
            confidence,
        }];
        self.event(&Event::Input {
            digits: None,
            timed_out: false,
            speech: &speech,
            speech_timeout: Some("end_on_silence_timeout"),
        })
    }

    pub fn connect(&mut self, outcome: ConnectOutcome) -> &mut Self {
        self.event(&Event::Connect(outcome))
    }

    pub fn notify(&mut self) -> &mut Self {
        self.event(&Event::Notify)
    }

    /// Where the caller is.
    pub fn at(&self) -> String {
        let position = self.reply.state.position();
        format!("{}/{}", position.menu, position.node)
    }

    /// The last NCCO in short: what is said, asked and done, a word each.
    pub fn heard(&self) -> Vec<String> {
        let ncco: serde_json::Value = serde_json::from_str(&self.reply.ncco).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        ncco.as_array()
            .unwrap()
            .iter()
            .map(|action| match action["action"].as_str().unwrap() {
                "talk" => text(&action["text"]),
                "stream" => text(&action["streamUrl"][0]),
                "connect" => {
                    let endpoint = &action["endpoint"][0];
                    let to = ["number", "uri", "user", "extension"]
                        .iter()
                        .find_map(|key| endpoint[key].as_str());
                    format!("connect {}", to.unwrap_or_default())
                }
                "conversation" => format!("conversation {}", text(&action["name"])),
                other => other.to_owned(),
            })
            .collect()
    }

    /// The causes and targets of the last step.
    pub fn moves(&self) -> Vec<String> {
        self.reply
            .trace
            .iter()
            .map(|trace| {
                format!(
                    "{} {} {} {}",
                    trace.node, trace.cause, trace.attempt, trace.target
                )
            })
            .collect()
    }
}
