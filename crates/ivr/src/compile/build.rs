mod input;
mod route;
mod texts;

use std::collections::HashMap;
use std::sync::Arc;

use ncco::{
    Action, Connect as Dialled, Conversation, EventMethod, Input as Listened, MachineBehavior,
    Record, Transcription,
};

use super::compiled::{
    Choice, Collect, Compiled, Confirm, Connect, Dial, Exit, Hours, Keys, Kind, Listen, Lookup,
    Node, Policy, Slot as NodeSlot, Switch,
};
use super::fragment::{FROM, Fragment, Holes, Route};
use super::json::JsonTemplate;
use super::phrase;
use crate::diagnostic::{Code, Diagnostic, Findings, nearest};
use crate::document::{
    self, Endpoint, Format, Input, Machine, Map, Menu, Prompt, Retry, Subject, Target, Voice,
};
use crate::library::Entry;
use crate::phrases;
use crate::source::{self, Value};
use crate::template::{Part, Place, Slot, Template};
use crate::version::Version;
use crate::words;

impl Compiled {
    /// Reads and compiles a menu; findings name it `menu:<id>`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn compile(id: &str, json: &[u8]) -> Result<Self, Vec<Diagnostic>> {
        let file = ["menu:", id].concat();
        let text = crate::document::text(&file, json)?;
        let tree = source::parse(text)
            .map_err(|error| vec![crate::document::syntax(&file, text, &error)])?;
        let document: Menu = describe::read(&file, text, &tree)?;
        let entry = Entry {
            text: text.to_owned(),
            file,
            document,
        };
        build(id, &entry, &tree, Version::of(&tree))
    }

    /// Compiles a menu that was read already.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn from_entry(id: &str, entry: &Entry<Menu>) -> Result<Self, Vec<Diagnostic>> {
        match source::parse(&entry.text) {
            Ok(tree) => build(id, entry, &tree, Version::of(&tree)),
            Err(error) => Err(vec![entry.syntax(&error)]),
        }
    }

    /// What keeps a menu from compiling whose text is this tree. Its version is not asked for: that
    /// would take as long again.
    pub(crate) fn faults(id: &str, entry: &Entry<Menu>, tree: &Value<'_>) -> Vec<Diagnostic> {
        let built = build(id, entry, tree, Version::from_bytes([0; 32]));
        built.err().unwrap_or_default()
    }
}

/// Compiles a menu, noting everything that is wrong.
fn build(
    id: &str,
    entry: &Entry<Menu>,
    tree: &Value<'_>,
    version: Version,
) -> Result<Compiled, Vec<Diagnostic>> {
    let menu = &entry.document;
    let names: Vec<Arc<str>> = menu.nodes.names().map(Arc::from).collect();
    let indices = indices_of(&names);
    let ends = |index: u16| {
        let node = menu.nodes.0.get(usize::from(index));
        node.is_some_and(|(_, node)| is_end(node))
    };
    let mut builder = Builder {
        names: Some(menu),
        ..Builder::new(&menu.voice, &indices, &ends, tree)
            .reporting(Findings::new(&entry.file, &entry.text))
    };
    builder.secrets = secrets(menu.nodes.iter().map(|(_, node)| node));
    let frame = builder.frame(menu);
    if menu.nodes.len() > usize::from(u16::MAX) {
        builder.note(
            Code::OutOfRange,
            "a menu has at most 65535 nodes".to_owned(),
        );
    }
    let mut nodes = Vec::with_capacity(menu.nodes.len());
    for ((name, node), shared) in menu.nodes.iter().zip(&names) {
        let mut pointer = "/nodes".to_owned();
        crate::source::push_token(&mut pointer, name);
        let built = builder.at(&pointer, |builder| builder.node(shared, node, &frame.keys));
        nodes.push(NodeSlot::built(built));
    }
    if menu.nodes.is_empty() {
        builder.at("/nodes", |builder| {
            builder.note(Code::MissingField, "there is no node".to_owned())
        });
    }
    builder.finish(id, version, menu, frame, nodes)
}

/// The index of each node, by its id.
pub(super) fn indices_of(names: &[Arc<str>]) -> HashMap<Arc<str>, u16> {
    names.iter().cloned().zip(0..=u16::MAX).collect()
}

/// The answers that must not leave.
pub(super) fn secrets<'m>(nodes: impl Iterator<Item = &'m document::Node>) -> Vec<&'m str> {
    nodes
        .filter_map(|node| match &node.kind {
            document::Kind::Collect(collect) if collect.secret => Some(collect.into.as_str()),
            _ => None,
        })
        .collect()
}

/// Whether a caller who comes to a node hears nothing more.
pub(super) fn is_end(node: &document::Node) -> bool {
    matches!(node.kind, document::Kind::Hangup(_)) && node.prompt.is_empty()
}

/// What a menu says outside its nodes.
pub(super) struct Frame {
    pub start: u16,
    pub limit: Exit,
    pub keys: Keys,
}

pub(super) struct Builder<'m> {
    voice: &'m Voice,
    indices: &'m HashMap<Arc<str>, u16>,
    /// Whether the caller hears nothing more at a node.
    ends: &'m dyn Fn(u16) -> bool,
    tree: &'m Value<'m>,
    /// The menu whose ids may be meant where one is unknown.
    names: Option<&'m Menu>,
    findings: Findings<'m>,
    pointer: String,
    secrets: Vec<&'m str>,
    lookups: Vec<Box<str>>,
    headers: Vec<Box<str>>,
    leaves: bool,
    shorts: u16,
}

impl<'m> Builder<'m> {
    pub(super) fn new(
        voice: &'m Voice,
        indices: &'m HashMap<Arc<str>, u16>,
        ends: &'m dyn Fn(u16) -> bool,
        tree: &'m Value<'m>,
    ) -> Self {
        Self {
            voice,
            indices,
            ends,
            tree,
            names: None,
            findings: Findings::new("", ""),
            pointer: String::new(),
            secrets: Vec::new(),
            lookups: Vec::new(),
            headers: Vec::new(),
            leaves: false,
            shorts: 0,
        }
    }

    /// The same with the places of a document in what it notes.
    pub(super) fn reporting(mut self, findings: Findings<'m>) -> Self {
        self.findings = findings;
        self
    }

    /// What the menu says outside its nodes.
    pub(super) fn frame(&mut self, menu: &Menu) -> Frame {
        Frame {
            start: self.at("/start", |builder| builder.node_index(&menu.start)),
            limit: self.at("/limits/then", |builder| builder.exit(&menu.limits.then)),
            keys: self.at("/keys", |builder| builder.choices(&menu.keys)),
        }
    }

    /// Whether nothing is wrong so far.
    pub(super) fn is_sound(&self) -> bool {
        self.findings.errors() == 0
    }

    /// The menu, unless something is wrong.
    pub(super) fn finish(
        self,
        id: &str,
        version: Version,
        menu: &Menu,
        frame: Frame,
        nodes: Vec<NodeSlot>,
    ) -> Result<Compiled, Vec<Diagnostic>> {
        if !self.is_sound() {
            return Err(self.findings.into_found());
        }
        Ok(Compiled {
            id: id.into(),
            version,
            title: menu.title.as_deref().map(Into::into),
            language: menu.voice.language.as_deref().map(Into::into),
            start: frame.start,
            steps: menu.limits.steps,
            limit: frame.limit,
            nodes: nodes.into(),
            rest: None,
            lookups: self.lookups.into(),
            headers: self.headers.into(),
            leaves: self.leaves,
        })
    }

    /// Works further down in the document.
    fn at<T>(&mut self, below: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.pointer.len();
        self.pointer.push_str(below);
        let result = work(self);
        self.pointer.truncate(length);
        result
    }

    /// Notes a finding at the pointer, as far as that leads in the document: a
    /// prompt stands at `/prompt`, be it the first of a list of one or alone.
    fn note(&mut self, code: Code, message: String) {
        let (at, length) = self.tree.existing(&self.pointer);
        let pointer = self.pointer.get(..length).unwrap_or_default();
        self.findings.note_for(code, at, pointer, message);
    }

    fn node_index(&mut self, name: &str) -> u16 {
        if let Some(index) = self.indices.get(name) {
            return *index;
        }
        self.note(Code::UnknownNode, format!("`{name}` is not a node"));
        let names = self.names.into_iter().flat_map(|menu| menu.nodes.names());
        match nearest(name, names) {
            Some(name) => self.findings.help(format!("did you mean `{name}`?")),
            None => self.findings.help("add the node, or name one that exists"),
        }
        0
    }

    fn exit(&mut self, target: &Target) -> Exit {
        match target {
            Target::Node(name) => Exit::Node(self.node_index(name)),
            Target::Menu(menu) => {
                self.leaves = true;
                Exit::Menu(menu.as_str().into())
            }
            Target::Hangup => Exit::Hangup,
            Target::Repeat => Exit::Repeat,
            Target::Back => Exit::Back,
            Target::Start => Exit::Start,
            Target::Return => Exit::Return,
        }
    }

    fn exit_at(&mut self, field: &str, target: &Target) -> Exit {
        self.at(field, |builder| builder.exit(target))
    }

    /// Notes a placeholder where no value is ever filled in.
    fn fixed(&mut self, field: &str, text: &str) {
        if text.contains("{{") {
            let message = format!("`{text}`: nothing is filled in here, so braces mean nothing");
            self.at(field, |builder| {
                builder.note(Code::BadPlaceholder, message);
                builder.findings.help("write the text itself");
            });
        }
    }

    fn choices(
        &mut self,
        choices: &Map<document::Choice>,
    ) -> Vec<(String, document::Choice, Exit)> {
        let mut all = Vec::with_capacity(choices.len());
        for (keys, choice) in choices.iter() {
            let mut below = String::new();
            crate::source::push_token(&mut below, keys);
            let exit = self.at(&below, |builder| {
                for (index, say) in choice.say.iter().enumerate() {
                    builder.fixed(&format!("/say/{index}"), say);
                }
                builder.exit(&choice.then)
            });
            all.push((keys.to_owned(), choice.clone(), exit));
        }
        all
    }

    pub(super) fn node(
        &mut self,
        name: &Arc<str>,
        node: &'m document::Node,
        keys: &[(String, document::Choice, Exit)],
    ) -> Node {
        let voice = node.voice.or(self.voice);
        let barge_in = match &node.kind {
            document::Kind::Menu(menu) => Some(menu.input.barge_in),
            document::Kind::Collect(collect) => Some(collect.input.barge_in),
            _ => None,
        };
        let mut prompt = self.phrase("/prompt", &node.prompt, &voice, barge_in);
        let kind = match &node.kind {
            document::Kind::Menu(menu) => self.menu_node(&node.prompt, menu, keys, &voice),
            document::Kind::Collect(collect) => self.collect(&node.prompt, collect, keys, &voice),
            document::Kind::Say(say) => Kind::Say(self.exit_at("/then", &say.then)),
            document::Kind::Connect(connect) => {
                Kind::Connect(Box::new(self.connect(connect, &voice)))
            }
            document::Kind::Voicemail(voicemail) => {
                let mut record = Record::new()
                    .end_on_silence(voicemail.end_on_silence.into())
                    .end_on_key(&voicemail.end_on_key)
                    .time_out(voicemail.max.into())
                    .beep_start(voicemail.beep)
                    .event_url(Route::Recording.hole())
                    .event_method(EventMethod::Post);
                record.transcription = transcription(voicemail.transcribe.as_ref(), &voice);
                let action = self.action(record);
                self.pause(action, &voicemail.then)
            }
            document::Kind::Record(record) => {
                let mut action = Record::new()
                    .event_url(Route::Recording.hole())
                    .event_method(EventMethod::Post);
                action.format = record.format.map(|format| match format {
                    Format::Mp3 => ncco::RecordFormat::Mp3,
                    Format::Wav => ncco::RecordFormat::Wav,
                    Format::Ogg => ncco::RecordFormat::Ogg,
                });
                action.split = record.split.then_some(ncco::Split::Conversation);
                action.channels = record.channels.map(u32::from);
                action.transcription = transcription(record.transcribe.as_ref(), &voice);
                let action = self.action(action);
                Kind::Act(action, self.exit_at("/then", &record.then))
            }
            document::Kind::Conference(conference) => self.conference(conference),
            document::Kind::Hours(hours) => Kind::Hours(Box::new(Hours {
                calendar: hours.calendar.as_str().into(),
                voice: voice.clone(),
                open: self.exit_at("/open", &hours.open),
                closed: self.exit_at("/closed", &hours.closed),
                holiday: hours
                    .holiday
                    .as_ref()
                    .map(|target| self.exit_at("/holiday", target)),
                overridden: hours
                    .overridden
                    .as_ref()
                    .map(|target| self.exit_at("/override", target)),
            })),
            document::Kind::Switch(switch) => Kind::Switch(Box::new(self.switch(switch))),
            document::Kind::Lookup(lookup) => Kind::Lookup(Box::new(self.lookup(lookup))),
            document::Kind::Submenu(submenu) => {
                self.leaves = true;
                let then = self.exit_at("/then", &submenu.then);
                Kind::Submenu {
                    menu: submenu.menu.as_str().into(),
                    then,
                }
            }
            document::Kind::Callback(callback) => {
                let number = self.template("/number", &callback.number, false);
                Kind::Callback {
                    number,
                    no_number: callback
                        .no_number
                        .as_ref()
                        .map(|target| self.exit_at("/no_number", target)),
                    then: self.exit_at("/then", &callback.then),
                }
            }
            document::Kind::Notify(notify) => {
                let payload = self.json("/payload", &notify.payload, false);
                Kind::Notify {
                    payload,
                    then: self.exit_at("/then", &notify.then),
                }
            }
            document::Kind::Wait(wait) => match (wait.seconds, &wait.music) {
                (Some(seconds), _) => {
                    let action = self.action(ncco::Wait::seconds(seconds));
                    self.pause(action, &wait.then)
                }
                (None, music) => {
                    let music = music.as_ref().map(|url| {
                        let mut holes = Holes::default();
                        let url = self.text("/music", url, Place::Address, &mut holes);
                        self.filled(ncco::Stream::new(url), &holes)
                    });
                    prompt = Fragment::join(
                        [prompt]
                            .into_iter()
                            .chain(music)
                            .filter(|part| !part.is_empty()),
                    );
                    Kind::Say(self.exit_at("/then", &wait.then))
                }
            },
            document::Kind::Transfer(transfer) => {
                let conversation = self.template("/conversation", &transfer.conversation, false);
                let mut holes = Holes::default();
                let text = holes.text(&conversation, Place::Line(LONGEST_LINE));
                Kind::Last {
                    action: self.filled(ncco::Transfer::new(text), &holes),
                    name: conversation,
                }
            }
            document::Kind::Hangup(_) => Kind::Hangup,
        };
        Node {
            name: Arc::clone(name),
            word: node.kind.name(),
            prompt,
            kind,
        }
    }

    /// Whether nothing more is heard at an exit.
    fn is_end(&self, exit: &Exit) -> bool {
        match exit {
            Exit::Hangup => true,
            Exit::Node(index) => (self.ends)(*index),
            _ => false,
        }
    }

    /// The action that asks where to go on.
    fn resume(&mut self) -> Fragment {
        let mut payload = serde_json::Map::new();
        payload.insert("resume".to_owned(), true.into());
        let notify =
            ncco::Notify::new(payload, Route::Notify.hole()).event_method(EventMethod::Post);
        self.action(notify)
    }

    fn pause(&mut self, action: Fragment, then: &Target) -> Kind {
        let then = self.exit_at("/then", then);
        let resume = if self.is_end(&then) {
            None
        } else {
            Some(self.resume())
        };
        Kind::Pause {
            action,
            resume,
            then,
        }
    }

    fn conference(&mut self, conference: &document::Conference) -> Kind {
        let name = self.template("/name", &conference.name, false);
        let mut holes = Holes::default();
        let mut action = Conversation::new(holes.text(&name, Place::Line(LONGEST_LINE)));
        action.music_on_hold_url = conference
            .music
            .as_ref()
            .map(|url| self.text("/music", url, Place::Address, &mut holes));
        action.start_on_enter = (!conference.start_on_enter).then_some(false);
        action.end_on_exit = conference.end_on_exit.then_some(true);
        action.mute = conference.mute.then_some(true);
        if conference.record {
            action.record = Some(true);
            action.event_url = Some(Route::Conversation.hole());
            action.event_method = Some(EventMethod::Post);
        }
        Kind::Last {
            action: self.filled(action, &holes),
            name,
        }
    }
}

/// The most bytes a value takes in a name.
const LONGEST_LINE: usize = 200;

/// Adds a name that is not there yet.
fn add(names: &mut Vec<Box<str>>, name: &str) {
    if !names.iter().any(|known| **known == *name) {
        names.push(name.into());
    }
}

fn transcription(
    transcribe: Option<&document::Transcribe>,
    voice: &Voice,
) -> Option<Transcription> {
    transcribe.map(|transcribe| {
        let mut transcription = Transcription::new()
            .event_url(Route::Transcription.hole())
            .event_method(EventMethod::Post);
        transcription.language = transcribe
            .language
            .clone()
            .or_else(|| voice.language.clone());
        transcription.sentiment_analysis = transcribe.sentiment.then_some(true);
        transcription
    })
}
