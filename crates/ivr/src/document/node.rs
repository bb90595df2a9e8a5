use crate::decode::{Decode, Fields, mismatch, text};
use crate::diagnostic::{Code, Findings, nearest};
use crate::document::menu::language;
use crate::document::number::menu_name;
use crate::document::prompt::https;
use crate::document::{
    Collect, Connect, Hours, Lookup, MenuNode, Prompt, Switch, Target, Voice, is_keys,
};
use crate::source::{self, Kind as Json, Value};

/// A step in a menu.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What the caller hears on entering.
    pub prompt: Vec<Prompt>,
    /// How the node speaks, where it differs from the menu.
    pub voice: Voice,
    /// A word for those who edit.
    pub note: Option<String>,
    /// Warnings that are meant so, about this node.
    pub allow: Vec<Code>,
    /// What it does.
    pub kind: Kind,
}

/// What a node does.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// The caller chooses.
    Menu(MenuNode),
    /// The caller enters digits or speaks.
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
    /// Open or closed.
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
    /// The call ends.
    Hangup(Hangup),
}

impl Kind {
    /// The names of all kinds.
    pub const NAMES: &'static [&'static str] = &[
        "menu",
        "collect",
        "say",
        "connect",
        "voicemail",
        "record",
        "conference",
        "hours",
        "switch",
        "lookup",
        "submenu",
        "callback",
        "notify",
        "wait",
        "transfer",
        "hangup",
    ];

    /// The name, as it is written.
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Menu(_) => "menu",
            Kind::Collect(_) => "collect",
            Kind::Say(_) => "say",
            Kind::Connect(_) => "connect",
            Kind::Voicemail(_) => "voicemail",
            Kind::Record(_) => "record",
            Kind::Conference(_) => "conference",
            Kind::Hours(_) => "hours",
            Kind::Switch(_) => "switch",
            Kind::Lookup(_) => "lookup",
            Kind::Submenu(_) => "submenu",
            Kind::Callback(_) => "callback",
            Kind::Notify(_) => "notify",
            Kind::Wait(_) => "wait",
            Kind::Transfer(_) => "transfer",
            Kind::Hangup(_) => "hangup",
        }
    }
}

impl Decode for Node {
    const EXPECTED: &'static str = "a node: an object with `kind`";

    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let mut fields = Fields::new(value, findings, Self::EXPECTED)?;
        if !fields.has("kind") {
            let kinds = crate::decode::words(Kind::NAMES.iter().copied());
            fields.missing(Code::MissingField, "kind", &kinds);
            return None;
        }
        let kind = fields.with("kind", |value, findings| {
            let written = text(value, findings, "a kind of node")?;
            if let Some(name) = Kind::NAMES.iter().copied().find(|name| *name == written) {
                return Some(name);
            }
            findings.note(
                Code::UnknownKind,
                value,
                format!("there is no kind `{written}`"),
            );
            match nearest(written, Kind::NAMES.iter().copied()) {
                Some(name) => findings.help(format!("did you mean `{name}`?")),
                None => findings.help(format!(
                    "the kinds are {}",
                    crate::decode::words(Kind::NAMES.iter().copied())
                )),
            }
            None
        })?;
        let prompt = fields.one_or_more("prompt").unwrap_or_default();
        let voice = fields.optional("voice").unwrap_or_default();
        let note = fields.optional("note");
        let allow = crate::document::allow::allow(&mut fields);
        let kind = match kind {
            "menu" => MenuNode::read(&mut fields).map(Kind::Menu),
            "collect" => Collect::read(&mut fields).map(Kind::Collect),
            "say" => Say::read(&mut fields).map(Kind::Say),
            "connect" => Connect::read(&mut fields).map(Box::new).map(Kind::Connect),
            "voicemail" => Some(Kind::Voicemail(Voicemail::read(&mut fields))),
            "record" => Record::read(&mut fields).map(Kind::Record),
            "conference" => Conference::read(&mut fields).map(Kind::Conference),
            "hours" => Hours::read(&mut fields).map(Kind::Hours),
            "switch" => Switch::read(&mut fields).map(Kind::Switch),
            "lookup" => Lookup::read(&mut fields).map(Box::new).map(Kind::Lookup),
            "submenu" => Submenu::read(&mut fields).map(Kind::Submenu),
            "callback" => Callback::read(&mut fields).map(Kind::Callback),
            "notify" => Notify::read(&mut fields).map(Kind::Notify),
            "wait" => Wait::read(&mut fields).map(Kind::Wait),
            "transfer" => Transfer::read(&mut fields).map(Kind::Transfer),
            _ => Some(Kind::Hangup(Hangup)),
        };
        fields.finish()?;
        Some(Self {
            prompt,
            voice,
            note,
            allow,
            kind: kind?,
        })
    }
}

/// `say`: the caller listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Say {
    /// Where the caller goes then.
    pub then: Target,
}

impl Say {
    fn read(fields: &mut Fields<'_, '_, '_, '_>) -> Option<Self> {
        if !fields.has("prompt") {
            fields.missing(Code::MissingField, "prompt", Prompt::EXPECTED);
        }
        Some(Self {
            then: fields.exit("then")?,
        })
    }
}

/// `voicemail`: the caller leaves a message (Vonage NCCO reference, record).
#[derive(Debug, Clone, PartialEq)]
pub struct Voicemail {
    /// Seconds a message may last, 3 to 7200.
    pub max: u16,
    /// Seconds of silence that end it, 3 to 10.
    pub end_on_silence: u8,
    /// The key that ends it.
    pub end_on_key: String,
    /// Whether a tone is heard first.
    pub beep: bool,
    /// Whether and how it is written down.
    pub transcribe: Option<Transcribe>,
    /// Where the caller goes then; the call ends when left out.
    pub then: Target,
}

impl Voicemail {
    fn read(fields: &mut Fields<'_, '_, '_, '_>) -> Self {
        let max = fields
            .whole("max", 3..=7200)
            .and_then(|n| u16::try_from(n).ok())
            .unwrap_or(120);
        let end_on_silence = fields
            .whole("end_on_silence", 3..=10)
            .and_then(|n| u8::try_from(n).ok())
            .unwrap_or(5);
        let end_on_key = fields.with("end_on_key", |value, findings| {
            let key = text(value, findings, "one key")?;
            if key.len() == 1 && is_keys(key) {
                return Some(key.to_owned());
            }
            findings.note(
                Code::BadKeys,
                value,
                format!("`{key}` is not one key: expected one of 0-9, `*` and `#`"),
            );
            None
        });
        let beep = fields.optional("beep").unwrap_or(true);
        let transcribe = transcribe(fields);
        let then = fields.optional("then").unwrap_or(Target::Hangup);
        let end_on_key = end_on_key.unwrap_or_else(|| "#".to_owned());
        Self {
            max,
            end_on_silence,
            end_on_key,
            beep,
            transcribe,
            then,
        }
    }
}

/// How a recording is written down (Vonage NCCO reference, record, transcription).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transcribe {
    /// BCP-47 language; the voice's when left out.
    pub language: Option<String>,
    /// Whether the mood of each sentence is judged.
    pub sentiment: bool,
}

impl Decode for Transcribe {
    const EXPECTED: &'static str = "an object like { \"language\": \"en-GB\" }";
    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let mut fields = Fields::new(value, findings, Self::EXPECTED)?;
        let language = fields.with("language", language);
        let sentiment = fields.optional("sentiment").unwrap_or(false);
        fields.finish()?;
        Some(Self {
            language,
            sentiment,
        })
    }
}

fn transcribe(fields: &mut Fields<'_, '_, '_, '_>) -> Option<Transcribe> {
    let read = |value: &Value<'_>, findings: &mut Findings<'_>| match value.kind {
        Json::Bool(yes) => Some(yes.then(Transcribe::default)),
        Json::Object(_) => Transcribe::decode(value, findings).map(Some),
        _ => mismatch(
            value,
            findings,
            &format!("true, false, or {}", Transcribe::EXPECTED),
        ),
    };
    fields.with("transcribe", read).flatten()
}

/// `record`: the caller is recorded from here to the end of the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// File format; mp3, or wav above two channels, when left out.
    pub format: Option<Format>,
    /// Whether caller and called get channels of their own.
    pub split: bool,
    /// How many channels, 1 to 32; needs `split`.
    pub channels: Option<u8>,
    /// Whether and how it is written down.
    pub transcribe: Option<Transcribe>,
    /// Where the caller goes at once.
    pub then: Target,
}

/// Format of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// mp3
    Mp3,
    /// wav
    Wav,
    /// ogg
    Ogg,
}

impl Record {
    fn read(fields: &mut Fields<'_, '_, '_, '_>) -> Option<Self> {
        let format = fields.word(
            "format",
            &[
                ("mp3", Format::Mp3),
                ("wav", Format::Wav),
                ("ogg", Format::Ogg),
            ],
        );
        let split = fields.with("split", |value, findings| match &value.kind {
            Json::Bool(yes) => Some(*yes),
            Json::Text(word) if word == "conversation" => Some(true),
            _ => mismatch(value, findings, "true, false or \"conversation\""),
        });
        let channels = fields
            .whole("channels", 1..=32)
            .and_then(|n| u8::try_from(n).ok());
        let transcribe = transcribe(fields);
        let then = fields.exit("then");
        // Several channels are only had by splitting.
        let split = split.unwrap_or(channels.is_some_and(|channels| channels > 1));
        if channels.is_some() && !split {
            fields.refuse(Code::Conflict, "`channels` needs `\"split\": true`");
        }
        Some(Self {
            format,
            split,
            channels,
            transcribe,
            then: then?,
        })
    }
}

/// `conference`: the caller joins a room (Vonage NCCO reference, conversation).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conference {
    /// The room's name, with placeholders.
    pub name: String,
    /// An https address of what is heard until the room starts.
    pub music: Option<String>,
    /// Whether the room starts when this caller enters.
    pub start_on_enter: bool,
    /// Whether the room ends when this caller leaves.
    pub end_on_exit: bool,
    /// Whether the caller only listens.
    pub mute: bool,
    /// Whether the room is recorded.
    pub record: bool,
}

impl Conference {
    fn read(fields: &mut Fields<'_, '_, '_, '_>) -> Option<Self> {
        if !fields.has("name") {
            fields.missing(Code::MissingField, "name", "the room's name");
        }
        let name = fields.with("name", filled);
        let music = fields.with("music", https);
        let start_on_enter = fields.optional("start_on_enter").unwrap_or(true);
        let end_on_exit = fields.optional("end_on_exit").unwrap_or(false);
        let mute = fields.optional("mute").unwrap_or(false);
        let record = fields.optional("record").unwrap_or(false);
        Some(Self {
            name: name?,
            music,
            start_on_enter,
            end_on_exit,
            mute,
            record,
        })
    }
}

/// A text that is not empty.
fn filled(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<String> {
    let written = text(value, findings, "text")?;
    if written.trim().is_empty() {
        findings.note(Code::OutOfRange, value, "expected some text, found nothing");
        return None;
    }
    Some(written.to_owned())
}

/// `submenu`: another menu, and back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submenu {
    /// The other menu's id.
    pub menu: String,
    /// Where the caller goes when that menu says `@return`.
    pub then: Target,
}

impl Submenu {
    fn read(fields: &mut Fields<'_, '_, '_, '_>) -> Option<Self> {
        if !fields.has("menu") {
            fields.missing(Code::MissingField, "menu", "a menu's id");
        }
        let menu = fields.with("menu", menu_name);
        let then = fields.exit("then");
        Some(Self {
            menu: menu?,
            then: then?,
        })
    }
}

/// `callback`: somebody calls the caller back later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    /// The number to call, with placeholders; `{{caller}}` when left out.
    pub number: String,
    /// Exit when that gives no number to call: nothing is promised. `then` when left out.
    pub no_number: Option<Target>,
    /// Where the caller goes at once.
    pub then: Target,
}

impl Callback {
    fn read(fields: &mut Fields<'_, '_, '_, '_>) -> Option<Self> {
        let number = fields
            .with("number", filled)
            .unwrap_or_else(|| "{{caller}}".to_owned());
        let no_number = fields.optional("no_number");
        let then = fields.exit("then");
        Some(Self {
            number,
            no_number,
            then: then?,
        })
    }
}

/// `notify`: an event `ivr.notify` is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notify {
    /// JSON with placeholders in its texts; canonical.
    pub payload: String,
    /// Where the caller goes at once.
    pub then: Target,
}

impl Notify {
    fn read(fields: &mut Fields<'_, '_, '_, '_>) -> Option<Self> {
        if !fields.has("payload") {
            fields.missing(Code::MissingField, "payload", "an object");
        }
        let payload = fields.with("payload", |value, findings| match value.kind {
            Json::Object(_) => {
                let mut payload = String::new();
                source::canonical(value, &mut payload);
                Some(payload)
            }
            _ => mismatch(value, findings, "an object"),
        });
        let then = fields.exit("then");
        Some(Self {
            payload: payload?,
            then: then?,
        })
    }
}

/// `wait`: the caller waits (Vonage NCCO reference, wait), or hears music.
#[derive(Debug, Clone, PartialEq)]
pub struct Wait {
    /// Seconds, 0.1 to 7200; `None` when the music says how long.
    pub seconds: Option<f64>,
    /// An https address, played once.
    pub music: Option<String>,
    /// Where the caller goes then.
    pub then: Target,
}

impl Wait {
    fn read(fields: &mut Fields<'_, '_, '_, '_>) -> Option<Self> {
        let seconds = fields.number("seconds", 0.1..=7200.0);
        let music = fields.with("music", https);
        match (fields.has("seconds"), fields.has("music")) {
            (true, true) => fields.refuse(
                Code::Conflict,
                "a `wait` has `seconds` or `music`, not both",
            ),
            (false, false) => fields.missing(
                Code::MissingField,
                "seconds",
                "seconds to wait, or `music` to hear",
            ),
            _ => {}
        }
        let then = fields.exit("then");
        Some(Self {
            seconds,
            music,
            then: then?,
        })
    }
}

/// `transfer`: the caller moves to a conversation (Vonage NCCO reference, transfer).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// The conversation's id, with placeholders.
    pub conversation: String,
}

impl Transfer {
    fn read(fields: &mut Fields<'_, '_, '_, '_>) -> Option<Self> {
        if !fields.has("conversation") {
            fields.missing(Code::MissingField, "conversation", "a conversation's id");
        }
        Some(Self {
            conversation: fields.with("conversation", filled)?,
        })
    }
}

/// `hangup`: the call ends, after the prompt if there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hangup;
