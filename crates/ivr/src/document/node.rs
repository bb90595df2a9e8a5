use std::borrow::Cow;

use describe::{
    Canonical, Code, Definitions, Document, Fields, Findings, OnOff, OneOrMore, Rule, Words,
    mismatch,
};
use serde_json::json;

use crate::document::allow::Allowed;
use crate::document::forms::{Filled, Https, Language, MenuName, OneKey};
use crate::document::{Collect, Connect, Hours, Lookup, MenuNode, Prompt, Switch, Target, Voice};
use crate::source::{Kind as Json, Value};

/// A step of the menu.
#[derive(Debug, Clone, PartialEq, Document)]
#[document(expected = "a node: an object with `kind`")]
pub struct Node {
    /// What the caller hears on entering.
    #[document(as = OneOrMore<Prompt>)]
    pub prompt: Vec<Prompt>,
    /// How the node speaks, where it differs from the menu.
    #[document(default)]
    pub voice: Voice,
    /// A word for those who edit.
    pub note: Option<String>,
    /// Warnings of the check that are meant so.
    #[document(as = Vec<Allowed>, default, examples = [["no-person"]])]
    pub allow: Vec<Code>,
    /// What it does.
    #[document(flatten)]
    pub kind: Kind,
}

/// What the step does.
#[derive(Debug, Clone, PartialEq, Document)]
#[document(tag = "kind", expected = "node")]
pub enum Kind {
    /// The caller chooses.
    Menu(MenuNode),
    /// The caller enters digits, or speaks.
    Collect(Collect),
    /// The caller listens.
    Say(Say),
    /// The caller is put through.
    Connect(Box<Connect>),
    /// The caller leaves a message.
    Voicemail(Voicemail),
    /// The caller is recorded from here on.
    Record(Record),
    /// The caller joins a room.
    Conference(Conference),
    /// Open or closed, by a calendar.
    Hours(Hours),
    /// The way depends on the caller.
    Switch(Switch),
    /// Another system is asked.
    Lookup(Box<Lookup>),
    /// Another menu, and back.
    Submenu(Submenu),
    /// The caller is called back later.
    Callback(Callback),
    /// Another system is told.
    Notify(Notify),
    /// The caller waits.
    Wait(Wait),
    /// The caller moves to a conversation.
    Transfer(Transfer),
    /// The call ends, after the prompt if there is one.
    Hangup(Hangup),
}

impl Kind {
    /// The names of all kinds.
    pub const NAMES: &'static [&'static str] = <Self as Words>::WORDS;

    /// The name, as it is written.
    pub fn name(&self) -> &'static str {
        self.word()
    }
}

/// `say`: the caller listens.
#[derive(Debug, Clone, PartialEq, Eq, Document)]
#[document(
    expected = "a `say` node",
    check = Say::has_prompt,
    also = || json!({ "required": ["prompt"] })
)]
pub struct Say {
    /// Where the caller goes then.
    pub then: Target,
}

impl Say {
    fn has_prompt(fields: &mut Fields<'_, '_>) {
        if !fields.has("prompt") {
            let expected = <Prompt as Document>::expected(&Rule::NONE);
            fields.missing(Code::MissingField, "prompt", &expected);
        }
    }
}

/// `voicemail`: the caller leaves a message.
// Vonage NCCO reference, record.
#[derive(Debug, Clone, PartialEq, Document)]
#[document(expected = "a `voicemail` node")]
pub struct Voicemail {
    /// Seconds a message may last.
    #[document(range = 3..=7200, default = 120)]
    pub max: u16,
    /// Seconds of silence that end it.
    #[document(range = 3..=10, default = 5)]
    pub end_on_silence: u8,
    /// The key that ends it.
    #[document(as = OneKey, default = "#")]
    pub end_on_key: String,
    /// Whether a tone is heard first.
    #[document(default = true)]
    pub beep: bool,
    /// Whether and how it is written down.
    #[document(as = OnOff<Transcribe>)]
    pub transcribe: Option<Transcribe>,
    /// Where the caller goes then; the call ends when left out.
    #[document(default = Target::Hangup, shown = "@hangup")]
    pub then: Target,
}

/// How a recording is written down.
// Vonage NCCO reference, record, transcription.
#[derive(Debug, Clone, PartialEq, Eq, Default, Document)]
#[document(expected = "an object like { \"language\": \"en-GB\" }")]
pub struct Transcribe {
    /// The language that is spoken; the voice's when left out.
    #[document(as = Option<Language>)]
    pub language: Option<String>,
    /// Whether the mood of each sentence is judged.
    #[document(default = false)]
    pub sentiment: bool,
}

/// `record`: the caller is recorded from here to the end of the call.
#[derive(Debug, Clone, PartialEq, Eq, Document)]
#[document(
    expected = "a `record` node",
    check = Record::channels_are_split,
    complete = Record::splits
)]
pub struct Record {
    /// The file's format; mp3, or wav above two channels, when left out.
    pub format: Option<Format>,
    /// Whether caller and called get channels of their own.
    #[document(as = Split, default)]
    pub split: bool,
    /// How many channels; needs `split`.
    #[document(range = 1..=32)]
    pub channels: Option<u8>,
    /// Whether and how it is written down.
    #[document(as = OnOff<Transcribe>)]
    pub transcribe: Option<Transcribe>,
    /// Where the caller goes at once.
    pub then: Target,
}

impl Record {
    fn channels_are_split(fields: &mut Fields<'_, '_>) {
        let Some(channels) = fields.peek::<u8>("channels") else {
            return;
        };
        let split = match fields.find("split") {
            Some(_) => fields.peek_as::<bool, Split>("split") != Some(false),
            None => channels > 1,
        };
        if !split {
            fields.refuse(Code::Conflict, "`channels` needs `\"split\": true`");
        }
    }

    /// Several channels are only had by splitting.
    fn splits(&mut self, fields: &mut Fields<'_, '_>) {
        if !fields.has("split") {
            self.split = self.channels.is_some_and(|channels| channels > 1);
        }
    }
}

/// Format of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Document)]
pub enum Format {
    /// mp3
    Mp3,
    /// wav
    Wav,
    /// ogg
    Ogg,
}

/// Whether there are several channels; `conversation` is the platform's word for yes.
struct Split;

impl Document<bool> for Split {
    fn expected(_: &Rule) -> Cow<'static, str> {
        "true, false or \"conversation\"".into()
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<bool> {
        match &value.kind {
            Json::Bool(yes) => Some(*yes),
            Json::Text(word) if word == "conversation" => Some(true),
            _ => mismatch(value, findings, &Self::expected(rule)),
        }
    }

    fn schema(_: &mut Definitions, _: &Rule) -> serde_json::Value {
        json!({ "enum": [true, false, "conversation"] })
    }
}

/// `conference`: the caller joins a room.
// Vonage NCCO reference, conversation.
#[derive(Debug, Clone, PartialEq, Eq, Document)]
#[document(expected = "a `conference` node")]
pub struct Conference {
    /// The room's name, with placeholders.
    #[document(as = Filled, expected = "the room's name")]
    pub name: String,
    /// What is heard until the room starts.
    #[document(as = Option<Https>)]
    pub music: Option<String>,
    /// Whether the room starts when this caller enters.
    #[document(default = true)]
    pub start_on_enter: bool,
    /// Whether the room ends when this caller leaves.
    #[document(default = false)]
    pub end_on_exit: bool,
    /// Whether the caller only listens.
    #[document(default = false)]
    pub mute: bool,
    /// Whether the room is recorded.
    #[document(default = false)]
    pub record: bool,
}

/// `submenu`: another menu, and back.
#[derive(Debug, Clone, PartialEq, Eq, Document)]
#[document(expected = "a `submenu` node")]
pub struct Submenu {
    /// The other menu's id.
    #[document(as = MenuName)]
    pub menu: String,
    /// Where the caller goes when that menu says `@return`.
    pub then: Target,
}

/// `callback`: somebody calls the caller back later.
#[derive(Debug, Clone, PartialEq, Eq, Document)]
#[document(expected = "a `callback` node")]
pub struct Callback {
    /// Which number to call, with placeholders.
    #[document(as = Filled, default = "{{caller}}")]
    pub number: String,
    /// When there is no number to call, as of a caller who withholds it: the prompt is not said,
    /// and nobody is asked to call back. Like `then` when left out.
    pub no_number: Option<Target>,
    /// Where the caller goes at once.
    pub then: Target,
}

/// `notify`: an event `ivr.notify` is sent.
#[derive(Debug, Clone, PartialEq, Eq, Document)]
#[document(expected = "a `notify` node")]
pub struct Notify {
    /// What the other system is told: JSON with placeholders in its texts.
    #[document(as = Canonical<true>)]
    pub payload: String,
    /// Where the caller goes at once.
    pub then: Target,
}

/// `wait`: the caller waits, or hears music.
// Vonage NCCO reference, wait.
#[derive(Debug, Clone, PartialEq, Document)]
#[document(
    expected = "a `wait` node",
    check = Wait::seconds_or_music,
    also = || json!({ "oneOf": [{ "required": ["seconds"] }, { "required": ["music"] }] })
)]
pub struct Wait {
    /// How long. Either this or `music`.
    #[document(range = 0.1..=7200.0)]
    pub seconds: Option<f64>,
    /// What is played, once.
    #[document(as = Option<Https>)]
    pub music: Option<String>,
    /// Where the caller goes then.
    pub then: Target,
}

impl Wait {
    fn seconds_or_music(fields: &mut Fields<'_, '_>) {
        match (fields.has("seconds"), fields.has("music")) {
            (true, true) => {
                let message = "a `wait` has `seconds` or `music`, not both";
                fields.refuse(Code::Conflict, message);
            }
            (false, false) => {
                let expected = "seconds to wait, or `music` to hear";
                fields.missing(Code::MissingField, "seconds", expected);
            }
            _ => {}
        }
    }
}

/// `transfer`: the caller moves to a conversation.
// Vonage NCCO reference, transfer.
#[derive(Debug, Clone, PartialEq, Eq, Document)]
#[document(expected = "a `transfer` node")]
pub struct Transfer {
    /// The conversation's id, with placeholders.
    #[document(as = Filled, expected = "a conversation's id")]
    pub conversation: String,
}

/// `hangup`: the call ends, after the prompt if there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Document)]
#[document(expected = "a `hangup` node")]
pub struct Hangup;
