//! Call scripts: calls written down as data, beside the menu they are about.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Role;

/// `acme.test.json`: the call scripts of the menu `acme`.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// For editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// What these calls are about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The menu called; the one the file is named after when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub menu: Option<String>,
    /// When a case does not say otherwise: its caller, clock, lists and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<Given>,
    /// The calls.
    pub cases: Vec<Case>,
}

/// The world a call happens in.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// When the call starts (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub clock: Option<Timestamp>,
    /// Who calls; `null` is a caller without a number.
    #[serde(
        default,
        deserialize_with = "written",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Option<String>")]
    pub caller: Option<Option<String>>,
    /// The number called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called: Option<String>,
    /// The conversation's id, which decides shares of a `switch` and turns of a hunt; one that
    /// depends on the case's name when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// SIP headers of the call, like `X-Customer`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Lists by id, instead of those beside the menu.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lists: BTreeMap<String, Vec<String>>,
    /// Changes to calendars by id, laid over those beside the menu (RFC 7396).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub calendars: BTreeMap<String, Value>,
    /// What look-ups are answered, in turn; one that none of these fits fails.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lookups: Vec<LookupAnswer>,
}

/// What a look-up is answered.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LookupAnswer {
    /// Text in the address asked; any address when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Text in the body sent; any body when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<String>,
    /// HTTP status; 200 when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The JSON that comes back.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub body: Value,
    /// No answer in time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fails: bool,
}

/// One call.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows, as a sentence.
    pub name: String,
    /// Anything else worth knowing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The world it happens in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<Given>,
    /// What the caller hears and does, in order.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// How it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
}

/// What is heard until the menu waits for something, and what happens then.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Words heard since the step before.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub hear: Words,
    /// Words not heard since the step before.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub not_hear: Words,
    /// The node the caller is at: `main`, or `other/main` in another menu.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Who is being called: number, SIP address, user or extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialled: Option<String>,
    /// Words the called party hears first, when they answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whisper: Option<String>,
    /// The caller presses these keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub press: Option<String>,
    /// The caller does nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
    /// The caller says this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub say: Option<String>,
    /// How sure the platform is of what was said, 0 to 1; 0.9 when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// What becomes of the leg being called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<Transfer>,
    /// The caller leaves a message of so many seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<f64>,
    /// The caller stays on the line for so many seconds (in a conference, on hold).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stay: Option<f64>,
    /// The caller hangs up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hang_up: bool,
}

/// What becomes of a called leg.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Transfer {
    /// It is not answered, or answered for a while nobody counts.
    Becomes(Becomes),
    /// It is answered and they talk for so many seconds.
    Answered {
        /// Seconds.
        answered: f64,
        /// The caller hangs up first, not the called party.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        caller_hangs_up: bool,
    },
}

/// What becomes of a called leg, in one word.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Becomes {
    /// Answered; they talk for a minute.
    Answered,
    /// An answering machine answers.
    Machine,
    /// Busy.
    Busy,
    /// It rings until the time is up.
    NoAnswer,
    /// The carrier gives up first.
    Unanswered,
    /// The called party declines.
    Rejected,
    /// It cannot be reached.
    Failed,
}

/// How a call ends.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// Words heard since the last step.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub hear: Words,
    /// The node the caller was at last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// `transferred`, `message_left`, `abandoned`, `completed` or `failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// One text or several.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Words {
    /// None.
    #[default]
    None,
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Words {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list().is_empty()
    }

    /// As a list.
    #[must_use]
    pub fn list(&self) -> Vec<&str> {
        match self {
            Self::None => Vec::new(),
            Self::One(one) => vec![one],
            Self::Many(many) => many.iter().map(String::as_str).collect(),
        }
    }
}

/// A member that is there, be it `null`.
fn written<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
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
    #[must_use]
    pub fn over(&self, base: Option<&Self>) -> Self {
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

/// What is wrong with a call script.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The file.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// What.
    pub message: String,
}

/// Reads a call script.
///
/// # Errors
/// What is wrong with it.
pub fn read(name: &str, bytes: &[u8]) -> Result<Document, Vec<Finding>> {
    let finding = |line, column, message: String| Finding {
        file: name.to_owned(),
        line,
        column,
        message,
    };
    let document: Document = serde_json::from_slice(bytes).map_err(|why| {
        let text = why.to_string();
        let message = text.split(" at line ").next().unwrap_or(&text).to_owned();
        vec![finding(why.line(), why.column(), message)]
    })?;
    let text = String::from_utf8_lossy(bytes);
    // A case is found again by its name: serde keeps no places.
    let place = |name: &str| {
        let quoted = Value::from(name).to_string();
        let at = text.find(&quoted).unwrap_or(0);
        let before = text.get(..at).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        (line, column)
    };
    let mut found = Vec::new();
    let mut names = std::collections::BTreeSet::new();
    if document.cases.is_empty() {
        let (line, column) = place("cases");
        found.push(finding(
            line,
            column,
            "there are no cases: expected calls".to_owned(),
        ));
    }
    for case in &document.cases {
        let (line, column) = place(&case.name);
        if !names.insert(case.name.as_str()) {
            found.push(finding(
                line,
                column,
                format!("two cases are called {:?}", case.name),
            ));
        }
        for (index, step) in case.steps.iter().enumerate() {
            let last = index + 1 == case.steps.len();
            if let Some(why) = step.fault(last) {
                let message = format!("case {:?}, step {}: {why}", case.name, index + 1);
                found.push(finding(line, column, message));
            }
        }
        if let Some(outcome) = case.end.as_ref().and_then(|end| end.outcome.as_deref())
            && !OUTCOMES.contains(&outcome)
        {
            let message = format!(
                "case {:?}: there is no outcome {outcome:?}; expected {}",
                case.name,
                OUTCOMES.join(", ")
            );
            found.push(finding(line, column, message));
        }
    }
    if found.is_empty() {
        Ok(document)
    } else {
        Err(found)
    }
}

/// The JSON Schema of call scripts: `menus/test.schema.json`.
#[must_use]
pub fn schema() -> String {
    let schema = schemars::schema_for!(Document);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// The outcomes a call has for the phone.
pub const OUTCOMES: [&str; 5] = [
    "transferred",
    "message_left",
    "abandoned",
    "completed",
    "failed",
];

impl Step {
    /// The words for what it does: how many things it does at once.
    fn actions(&self) -> Vec<&'static str> {
        [
            (self.press.is_some(), "press"),
            (self.silent, "silent"),
            (self.say.is_some(), "say"),
            (self.transfer.is_some(), "transfer"),
            (self.message.is_some(), "message"),
            (self.stay.is_some(), "stay"),
            (self.hang_up, "hang_up"),
        ]
        .into_iter()
        .filter(|(done, _)| *done)
        .map(|(_, name)| name)
        .collect()
    }

    fn fault(&self, last: bool) -> Option<String> {
        let actions = self.actions();
        if actions.len() > 1 {
            return Some(format!(
                "a step does one thing, this one does {}",
                actions.join(" and ")
            ));
        }
        if actions.is_empty() && !last {
            return Some(
                "expected one of press, silent, say, transfer, message, stay or hang_up".to_owned(),
            );
        }
        if let Some(keys) = &self.press
            && (keys.is_empty() || !keys.chars().all(|key| matches!(key, '0'..='9' | '*' | '#')))
        {
            return Some(format!("a telephone has no keys {keys:?}"));
        }
        if self
            .confidence
            .is_some_and(|sure| !(0.0..=1.0).contains(&sure))
        {
            return Some("confidence is between 0 and 1".to_owned());
        }
        None
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
            format!(
                "transfer {}",
                serde_json::to_string(transfer).unwrap_or_default()
            )
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
