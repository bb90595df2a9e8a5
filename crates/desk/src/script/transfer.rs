//! What becomes of a called leg.

use std::borrow::Cow;

use describe::source::{Kind, Value};
use describe::{Definitions, Document, Findings, Rule, mismatch};
use serde_json::json;

/// What becomes of a called leg.
#[derive(Debug, Clone)]
pub enum Transfer {
    /// It is not answered, or answered for a while nobody counts.
    Becomes(Becomes),
    /// It is answered and they talk for so many seconds.
    Answered {
        /// Seconds.
        answered: f64,
        /// The caller hangs up first, not the called party.
        caller_hangs_up: bool,
    },
}

impl Transfer {
    /// As it is written.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Becomes(becomes) => format!("{:?}", describe::Words::word(becomes)),
            Self::Answered {
                answered,
                caller_hangs_up: false,
            } => format!("{{\"answered\":{answered}}}"),
            Self::Answered {
                answered,
                caller_hangs_up: true,
            } => format!("{{\"answered\":{answered},\"caller_hangs_up\":true}}"),
        }
    }
}

/// How long a called leg and the caller talk.
#[derive(describe::Document)]
#[document(expected = "an object like { \"answered\": 60 }")]
struct Talk {
    /// Seconds they talk.
    #[document(range = 0.0..=86400.0)]
    answered: f64,
    /// The caller hangs up first, not the called party.
    #[document(default = false)]
    caller_hangs_up: bool,
}

/// What becomes of a called leg, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, describe::Document)]
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

impl Document for Transfer {
    fn expected(rule: &Rule) -> Cow<'static, str> {
        format!("{}, or {}", Becomes::expected(rule), Talk::expected(rule)).into()
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<Self> {
        match &value.kind {
            Kind::Text(_) => Becomes::read(value, rule, findings).map(Self::Becomes),
            Kind::Object(_) => Talk::read(value, rule, findings).map(|talk| Self::Answered {
                answered: talk.answered,
                caller_hangs_up: talk.caller_hangs_up,
            }),
            _ => mismatch(value, findings, &Self::expected(rule)),
        }
    }

    fn schema(definitions: &mut Definitions, rule: &Rule) -> serde_json::Value {
        let word = Becomes::schema(definitions, rule);
        let talk = Talk::schema(definitions, rule);
        json!({ "anyOf": [word, talk] })
    }
}
