//! A file of call scripts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use describe::source::{Kind, Value as Node};
use describe::{Code, Definitions, Diagnostic, Fields, Rule};
use jiff::Timestamp;
use serde_json::Value;

use super::forms::{At, Caller, Instant, Json, Keys, Names, Outcome};
use super::transfer::Transfer;
use super::words::Words;
use crate::Role;

/// `acme.test.json`: the call scripts of the menu `acme`.
#[derive(Debug, Clone, describe::Document)]
#[document(
    root,
    name = "script",
    expected = "an object with `cases`: calls, each with a name and steps",
    check = Self::cases_differ,
    also = Self::cases_schema
)]
pub struct Document {
    /// What these calls are about.
    pub note: Option<String>,
    /// The menu called; the one the file is named after when left out.
    pub menu: Option<String>,
    /// When a case does not say otherwise: its caller, clock, lists and so on.
    pub given: Option<Given>,
    /// The calls.
    pub cases: Vec<Case>,
}

/// The world a call happens in.
#[derive(Debug, Clone, Default, describe::Document)]
#[document(
    expected = "an object like { \"caller\": \"447700900001\", \"clock\": \"2026-11-21T18:00:00Z\" }"
)]
pub struct Given {
    /// When the call starts (RFC 3339).
    #[document(as = Option<Instant>)]
    pub clock: Option<Timestamp>,
    /// Who calls; `null` is a caller without a number.
    #[document(as = Option<Caller>)]
    pub caller: Option<Option<String>>,
    /// The number called.
    pub called: Option<String>,
    /// The conversation's id, which decides shares of a `switch` and turns of a hunt; one that
    /// depends on the case's name when left out.
    pub conversation: Option<String>,
    /// SIP headers of the call, like `X-Customer`.
    #[document(as = Names<String>)]
    pub headers: BTreeMap<String, String>,
    /// Lists by id, instead of those beside the menu.
    #[document(as = Names<Vec<String>>)]
    pub lists: BTreeMap<String, Vec<String>>,
    /// Changes to calendars by id, laid over those beside the menu (RFC 7396).
    #[document(as = Names<Json>)]
    pub calendars: BTreeMap<String, Value>,
    /// What look-ups are answered, in turn; one that none of these fits fails.
    #[document(default)]
    pub lookups: Vec<LookupAnswer>,
}

/// What a look-up is answered.
#[derive(Debug, Clone, describe::Document)]
#[document(expected = "an object like { \"status\": 200, \"body\": {} }")]
pub struct LookupAnswer {
    /// Text in the address asked; any address when left out.
    pub url: Option<String>,
    /// Text in the body sent; any body when left out.
    pub sent: Option<String>,
    /// HTTP status; 200 when left out.
    #[document(range = 100..=599)]
    pub status: Option<u16>,
    /// The JSON that comes back.
    #[document(as = Json)]
    pub body: Value,
    /// No answer in time.
    #[document(default = false)]
    pub fails: bool,
}

/// One call.
#[derive(Debug, Clone, describe::Document)]
#[document(
    expected = "an object like { \"name\": \"Sales is key 1.\", \"steps\": [{ \"press\": \"1\" }] }",
    check = Self::steps_act,
    also = Self::steps_act_schema
)]
pub struct Case {
    /// What it shows, as a sentence.
    pub name: String,
    /// Anything else worth knowing.
    pub note: Option<String>,
    /// The world it happens in.
    pub given: Option<Given>,
    /// What the caller hears and does, in order.
    #[document(default)]
    pub steps: Vec<Step>,
    /// How it ends.
    pub end: Option<End>,
}

/// What is heard until the menu waits for something, and what happens then.
#[derive(Debug, Clone, Default, describe::Document)]
#[document(
    expected = "an object like { \"hear\": \"Press 1\", \"press\": \"1\" }",
    check = Self::one_action,
    also = Self::one_action_schema
)]
pub struct Step {
    /// Words heard since the step before.
    pub hear: Words,
    /// Words not heard since the step before.
    pub not_hear: Words,
    /// The node the caller is at: `main`, or `other/main` in another menu.
    #[document(as = Option<At>)]
    pub at: Option<String>,
    /// Who is being called: number, SIP address, user or extension.
    pub dialled: Option<String>,
    /// Words the called party hears first, when they answer.
    pub whisper: Option<String>,
    /// The caller presses these keys.
    #[document(as = Option<Keys>)]
    pub press: Option<String>,
    /// The caller does nothing.
    #[document(default = false)]
    pub silent: bool,
    /// The caller says this.
    pub say: Option<String>,
    /// How sure the platform is of what was said, 0 to 1; 0.9 when left out.
    #[document(range = 0.0..=1.0)]
    pub confidence: Option<f64>,
    /// What becomes of the leg being called.
    pub transfer: Option<Transfer>,
    /// The caller leaves a message of so many seconds.
    #[document(range = 0.0..=86400.0)]
    pub message: Option<f64>,
    /// The caller stays on the line for so many seconds (in a conference, on hold).
    #[document(range = 0.0..=86400.0)]
    pub stay: Option<f64>,
    /// The caller hangs up.
    #[document(default = false)]
    pub hang_up: bool,
}

/// How a call ends.
#[derive(Debug, Clone, Default, describe::Document)]
#[document(expected = "an object like { \"outcome\": \"completed\" }")]
pub struct End {
    /// Words heard since the last step.
    pub hear: Words,
    /// The node the caller was at last.
    #[document(as = Option<At>)]
    pub at: Option<String>,
    /// `transferred`, `message_left`, `abandoned`, `completed` or `failed`.
    #[document(as = Option<Outcome>)]
    pub outcome: Option<String>,
}

impl Given {
    /// Why a call in this world cannot be played on a Worker, when it cannot.
    #[must_use]
    pub fn only_here(&self) -> Option<&'static str> {
        if self.clock.is_some() {
            Some("it sets the clock, and a Worker has its own")
        } else if !self.lists.is_empty() || !self.calendars.is_empty() {
            Some("it changes lists or calendars, and those of a Worker are everybody's")
        } else if !self.lookups.is_empty() {
            Some("it answers look-ups itself")
        } else {
            None
        }
    }

    /// This world, and `base` where it says nothing.
    fn over(&self, base: Option<&Self>) -> Self {
        let Some(base) = base else {
            return self.clone();
        };
        let mut merged = base.clone();
        merged.clock = self.clock.or(merged.clock);
        merged.caller = self.caller.clone().or(merged.caller);
        merged.called = self.called.clone().or(merged.called);
        merged.conversation = self.conversation.clone().or(merged.conversation);
        merged.headers.extend(self.headers.clone());
        merged.lists.extend(self.lists.clone());
        merged.calendars.extend(self.calendars.clone());
        if !self.lookups.is_empty() {
            merged.lookups.clone_from(&self.lookups);
        }
        merged
    }
}

/// Reads a call script.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(name: &str, bytes: &[u8]) -> Result<Document, Vec<Diagnostic>> {
    ivr::document::read::<Document>(name, bytes).map_err(|found| {
        let as_script = |finding: Diagnostic| match finding.code {
            Code::Syntax => finding,
            _ => Diagnostic {
                code: Code::CallScript,
                severity: Code::CallScript.severity(),
                ..finding
            },
        };
        found.into_iter().map(as_script).collect()
    })
}

/// The JSON Schema of call scripts: `menus/test.schema.json`.
#[must_use]
pub fn schema() -> String {
    let mut definitions = Definitions::default();
    let root = <Document as describe::Document>::schema(&mut definitions, &Rule::NONE);
    let mut schema = serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "test.schema.json",
        "title": "The call scripts of a menu of edge-ivr",
        "$defs": definitions.into_value()
    });
    if let (Value::Object(schema), Value::Object(root)) = (&mut schema, root) {
        schema.extend(root);
    }
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// What a step may do, as it is written.
pub(super) const ACTIONS: [&str; 7] = [
    "press", "silent", "say", "transfer", "message", "stay", "hang_up",
];

/// Whether a member is written, and not as `false`.
fn says(value: Option<&Node<'_>>) -> bool {
    value.is_some_and(|value| !matches!(value.kind, Kind::Bool(false)))
}

/// The schema of a step that does one of the actions.
fn acts(action: &str) -> Value {
    match action {
        "silent" | "hang_up" => {
            serde_json::json!({ "required": [action], "properties": { action: { "const": true } } })
        }
        _ => serde_json::json!({ "required": [action] }),
    }
}

impl Document {
    /// The world of a case: what it says itself, and what the file says for all where it says nothing.
    #[must_use]
    pub fn world_of(&self, case: &Case) -> Given {
        let own = case.given.clone().unwrap_or_default();
        own.over(self.given.as_ref())
    }

    /// There are cases, and no two with one name: they could not be told apart in a report.
    fn cases_differ(fields: &mut Fields<'_, '_>) {
        let Some(Kind::List(cases)) = fields.find("cases").map(|cases| &cases.kind) else {
            return;
        };
        if cases.is_empty() {
            let message = "there are no cases: expected calls";
            fields.refuse_field(Code::CallScript, "cases", message);
        }
        let mut seen = BTreeSet::new();
        for (index, case) in cases.iter().enumerate() {
            let name = case.get("name").map(|member| &member.value);
            if let Some(name) = name
                && let Kind::Text(text) = &name.kind
                && !seen.insert(text)
            {
                let message = format!("two cases are called {text:?}");
                let path = ["cases", &index.to_string(), "name"];
                fields.refuse_at(Code::CallScript, &path, name, message);
            }
        }
    }
}

impl Document {
    fn cases_schema() -> Value {
        serde_json::json!({ "allOf": [{ "properties": { "cases": { "minItems": 1 } } }] })
    }
}

impl Case {
    /// Every step but the last does something: otherwise the caller would hang up there.
    fn steps_act(fields: &mut Fields<'_, '_>) {
        let Some(Kind::List(steps)) = fields.find("steps").map(|steps| &steps.kind) else {
            return;
        };
        let known = describe::names::<Step>();
        for (index, step) in steps.iter().enumerate().take(steps.len().saturating_sub(1)) {
            let Kind::Object(members) = &step.kind else {
                continue;
            };
            let acts = ACTIONS
                .iter()
                .any(|action| says(step.get(action).map(|member| &member.value)));
            // What it does may be misspelt, which is told of already.
            let misspelt = members
                .iter()
                .any(|member| !known.contains(&member.key.as_ref()));
            if !acts && !misspelt {
                let message = format!(
                    "the step does nothing, and another follows: expected one of {}",
                    describe::words(ACTIONS)
                );
                let path = ["steps", &index.to_string()];
                fields.refuse_at(Code::CallScript, &path, step, message);
            }
        }
    }

    /// A schema cannot tell the last step: one of them may do nothing.
    fn steps_act_schema() -> Value {
        let act: Vec<Value> = ACTIONS.into_iter().map(acts).collect();
        serde_json::json!({ "allOf": [{ "properties": { "steps": {
            "contains": { "not": { "anyOf": act } }, "minContains": 0, "maxContains": 1
        } } }] })
    }
}

impl Step {
    /// A step does one thing.
    fn one_action(fields: &mut Fields<'_, '_>) {
        let written: Vec<&str> = ACTIONS
            .into_iter()
            .filter(|action| says(fields.find(action)))
            .collect();
        if written.len() > 1 {
            let message = format!(
                "a step does one thing, this one does {}",
                written.join(" and ")
            );
            fields.refuse(Code::CallScript, message);
        }
    }

    fn one_action_schema() -> Value {
        let pairs = ACTIONS.iter().enumerate().flat_map(|(index, first)| {
            let rest = ACTIONS.iter().skip(index + 1);
            rest.map(|second| serde_json::json!({ "allOf": [acts(first), acts(second)] }))
        });
        serde_json::json!({ "not": { "anyOf": pairs.collect::<Vec<_>>() } })
    }

    /// What it does, in words.
    #[must_use]
    pub fn words(&self) -> String {
        if let Some(keys) = &self.press {
            format!("press {keys}")
        } else if let Some(text) = &self.say {
            format!("say {text:?}")
        } else if self.silent {
            "silent".to_owned()
        } else if let Some(transfer) = &self.transfer {
            format!("transfer {}", transfer.words())
        } else if let Some(seconds) = self.message {
            format!("message {seconds}")
        } else if let Some(seconds) = self.stay {
            format!("stay {seconds}")
        } else if self.hang_up {
            "hang_up".to_owned()
        } else {
            "(only what is expected)".to_owned()
        }
    }
}

/// The menu a call script is about: what it says, else what its file is named after.
#[must_use]
pub fn menu_of(file: &str, document: &Document) -> String {
    document
        .menu
        .clone()
        .unwrap_or_else(|| match Role::of(Path::new(file)) {
            Role::Test(id) => id,
            _ => String::new(),
        })
}
