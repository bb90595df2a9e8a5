use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::check::Check;
use crate::code::Code;
use crate::codec::Object;
use crate::connect::Connect;
use crate::conversation::Conversation;
use crate::expected::{Field, required_problem};
use crate::input::Input;
use crate::notify::Notify;
use crate::record::Record;
use crate::stream::Stream;
use crate::talk::Talk;
use crate::transfer::Transfer;
use crate::wait::Wait;
use crate::written::{Members, Written};

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

macro_rules! actions {
    ($($type:ident = $name:literal),* $(,)?) => {
        impl Action {
            /// The action's name on the wire.
            #[must_use]
            pub fn name(&self) -> &str {
                match self {
                    $(Self::$type(_) => $name,)*
                    Self::Other(other) => &other.action,
                }
            }

            fn read_known(name: &str, members: &mut Map<String, Value>) -> Option<Self> {
                match name {
                    $($name => $type::read_members(members).map(Self::$type),)*
                    _ => None,
                }
            }

            fn members(&self) -> Members<'_> {
                match self {
                    $(Self::$type(action) => action.members(),)*
                    Self::Other(other) => other.members(),
                }
            }

            pub(crate) fn check(&self, check: &mut Check<'_>) {
                match self {
                    $(Self::$type(action) => action.check(check),)*
                    Self::Other(other) => other.check(check),
                }
            }
        }

        /// The members of an action by its name.
        fn fields_of(name: &str) -> Option<&'static [Field]> {
            match name {
                $($name => Some($type::FIELDS),)*
                _ => None,
            }
        }

        $(impl From<$type> for Action {
            fn from(action: $type) -> Self {
                Self::$type(action)
            }
        })*
    };
}
actions!(
    Talk = "talk",
    Stream = "stream",
    Input = "input",
    Connect = "connect",
    Record = "record",
    Conversation = "conversation",
    Notify = "notify",
    Wait = "wait",
    Transfer = "transfer",
);

impl From<Other> for Action {
    fn from(action: Other) -> Self {
        Self::Other(action)
    }
}

impl Action {
    /// This action alone as canonical JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Writing to a string fails only for maps with keys that are no strings.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// `members` without `action`.
    pub(crate) fn read(name: String, mut members: Map<String, Value>) -> Self {
        match Self::read_known(&name, &mut members) {
            Some(Self::Input(mut input)) => {
                input.infer_types();
                Self::Input(input)
            }
            Some(action) => action,
            None => Self::Other(Other {
                action: name,
                members,
            }),
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
    fn members(&self) -> Members<'_> {
        let mut members = Members::new(&self.members);
        members.push("action", Written::Text(&self.action));
        members
    }

    fn check(&self, check: &mut Check<'_>) {
        if let Some(fields) = fields_of(&self.action) {
            if let Some(problem) = required_problem(fields, Some(&self.members)) {
                check.problem(problem);
            }
        } else if self.action == "pay" {
            check.member("action", Code::RemovedAction, "`pay` is gone since 2023");
        } else {
            let message = ["unknown action `", &self.action, "`"].concat();
            check.member("action", Code::UnknownAction, message);
        }
    }
}

impl Serialize for Other {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.members().serialize(serializer)
    }
}

impl Serialize for Action {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.members().serialize(serializer)
    }
}
