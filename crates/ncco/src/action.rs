use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::codec::{Object, Part, Parts};
use crate::finding::{Check, Code};
use crate::shape::fields_problem;
use crate::{Connect, Conversation, Input, Notify, Record, Stream, Talk, Transfer, Wait};

/// One step of an NCCO.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Action {
    /// Speaks a text.
    Talk(Talk),
    /// Plays a sound file.
    Stream(Stream),
    /// Takes keys or speech.
    Input(Input),
    /// Connects with somebody else.
    Connect(Connect),
    /// Records the call.
    Record(Record),
    /// Joins a conversation.
    Conversation(Conversation),
    /// Sends a payload to an event URL.
    Notify(Notify),
    /// Waits.
    Wait(Wait),
    /// Moves to another conversation.
    Transfer(Transfer),
    /// An action this crate has no type for.
    Other(Other),
}

/// An action kept as it was read: its name is unknown (`pay`, which is gone, or
/// a mistake like `hangup`), or a member it cannot do without is missing or
/// cannot be understood. [`validate`](crate::Ncco::validate) says which, and no
/// more than that. It comes from reading only.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Other {
    /// The value of `action`.
    pub action: String,
    /// All other members.
    pub members: Map<String, Value>,
}

impl Other {
    fn parts(&self) -> Parts<'_> {
        let mut parts = Parts::new(&self.members);
        parts.push("action", Part::Text(&self.action));
        parts
    }
}

impl Serialize for Other {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.parts().serialize(serializer)
    }
}

impl Action {
    /// The action's name on the wire.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Talk(_) => "talk",
            Self::Stream(_) => "stream",
            Self::Input(_) => "input",
            Self::Connect(_) => "connect",
            Self::Record(_) => "record",
            Self::Conversation(_) => "conversation",
            Self::Notify(_) => "notify",
            Self::Wait(_) => "wait",
            Self::Transfer(_) => "transfer",
            Self::Other(other) => &other.action,
        }
    }

    /// This action alone as canonical JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Writing to a string fails only for maps with keys that are no strings.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// `members` without `action`.
    pub(crate) fn read(name: String, mut members: Map<String, Value>) -> Self {
        match Self::read_known(&name, &mut members) {
            Some(action) => action,
            None => Self::Other(Other {
                action: name,
                members,
            }),
        }
    }

    fn read_known(name: &str, members: &mut Map<String, Value>) -> Option<Self> {
        match name {
            "talk" => Talk::read(members).map(Self::Talk),
            "stream" => Stream::read(members).map(Self::Stream),
            "input" => Input::read(members).map(|mut input| {
                input.infer_types();
                Self::Input(input)
            }),
            "connect" => Connect::read(members).map(Self::Connect),
            "record" => Record::read(members).map(Self::Record),
            "conversation" => Conversation::read(members).map(Self::Conversation),
            "notify" => Notify::read(members).map(Self::Notify),
            "wait" => Wait::read(members).map(Self::Wait),
            "transfer" => Transfer::read(members).map(Self::Transfer),
            _ => None,
        }
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        match self {
            Self::Talk(talk) => talk.check(check),
            Self::Stream(stream) => stream.check(check),
            Self::Input(input) => input.check(check),
            Self::Connect(connect) => connect.check(check),
            Self::Record(record) => record.check(check),
            Self::Conversation(conversation) => conversation.check(check),
            Self::Notify(notify) => notify.check(check),
            Self::Wait(wait) => wait.check(check),
            Self::Transfer(transfer) => transfer.check(check),
            Self::Other(other) => other.check(check),
        }
    }

    /// Whether nothing after this action ever runs: `conversation`, `transfer`,
    /// and a prompt that repeats for ever and cannot be interrupted.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::Conversation(_) | Self::Transfer(_) => true,
            Self::Talk(talk) => talk.loop_count == Some(0) && talk.barge_in != Some(true),
            Self::Stream(stream) => stream.loop_count == Some(0) && stream.barge_in != Some(true),
            Self::Other(other) => matches!(other.action.as_str(), "conversation" | "transfer"),
            Self::Input(_)
            | Self::Connect(_)
            | Self::Record(_)
            | Self::Notify(_)
            | Self::Wait(_) => false,
        }
    }

    pub(crate) fn barges_in(&self) -> bool {
        match self {
            Self::Talk(talk) => talk.barge_in == Some(true),
            Self::Stream(stream) => stream.barge_in == Some(true),
            _ => false,
        }
    }
}

impl Other {
    fn check(&self, check: &mut Check<'_>) {
        let fields = match self.action.as_str() {
            "talk" => Talk::FIELDS,
            "stream" => Stream::FIELDS,
            "input" => Input::FIELDS,
            "connect" => Connect::FIELDS,
            "record" => Record::FIELDS,
            "conversation" => Conversation::FIELDS,
            "notify" => Notify::FIELDS,
            "wait" => Wait::FIELDS,
            "transfer" => Transfer::FIELDS,
            "pay" => {
                check.member("action", Code::RemovedAction, "`pay` is gone since 2023");
                return;
            }
            name => {
                let message = ["unknown action `", name, "`"].concat();
                check.member("action", Code::UnknownAction, message);
                return;
            }
        };
        if let Some(problem) = fields_problem(fields, Some(&self.members)) {
            check.problem(problem);
        }
    }
}

impl Serialize for Action {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parts = match self {
            Self::Talk(talk) => talk.parts(),
            Self::Stream(stream) => stream.parts(),
            Self::Input(input) => input.parts(),
            Self::Connect(connect) => connect.parts(),
            Self::Record(record) => record.parts(),
            Self::Conversation(conversation) => conversation.parts(),
            Self::Notify(notify) => notify.parts(),
            Self::Wait(wait) => wait.parts(),
            Self::Transfer(transfer) => transfer.parts(),
            Self::Other(other) => other.parts(),
        };
        parts.serialize(serializer)
    }
}

macro_rules! action {
    ($($name:ident),*) => { $(
        impl From<$name> for Action {
            fn from(action: $name) -> Self { Self::$name(action) }
        }
    )* };
}
action!(
    Talk,
    Stream,
    Input,
    Connect,
    Record,
    Conversation,
    Notify,
    Wait,
    Transfer,
    Other
);
