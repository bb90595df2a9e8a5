//! What a menu is compiled to.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::fragment::Fragment;
use super::json::JsonTemplate;
use crate::document::{self, LookupBinding, Method, Order, Subject, Test, Voice};
use crate::pattern::Pattern;
use crate::spoken::Numerals;
use crate::template::Template;
use crate::version::Version;

/// A menu ready to run.
///
/// What compiles has no unknown target, no prompt the platform refuses and no
/// way for a secret to leave. What [`crate::check`] adds is what needs the
/// whole: traps, other menus, calendars, lists.
#[derive(Debug)]
pub struct Compiled {
    pub(crate) id: Arc<str>,
    pub(crate) version: Version,
    pub(crate) title: Option<Box<str>>,
    pub(crate) language: Option<Box<str>>,
    pub(crate) start: u16,
    pub(crate) steps: u16,
    pub(crate) limit: Exit,
    pub(super) nodes: Box<[Slot]>,
    /// What nodes are compiled from that nobody has come to yet.
    pub(super) rest: Option<Box<Rest>>,
    /// Paths after `lookup.` that something reads.
    pub(crate) lookups: Box<[Box<str>]>,
    /// SIP headers a `switch` looks at.
    pub(crate) headers: Box<[Box<str>]>,
    /// Whether another menu can be reached, which may read what this one does not.
    pub(crate) leaves: bool,
}

impl Compiled {
    /// The menu's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The SHA-256 of the menu's canonical JSON.
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// What people call it.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The language it speaks unless a node says otherwise.
    pub fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }

    /// The ids of its nodes, in the order they are written.
    pub fn node_ids(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().map(|slot| &*slot.name)
    }
}

/// A target, resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Exit {
    Node(u16),
    Menu(Box<str>),
    Hangup,
    Repeat,
    Back,
    Start,
    Return,
}

/// Where a node stands, compiled or not yet.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) name: Arc<str>,
    /// Where its text begins.
    pub(super) at: usize,
    /// `None` inside: it does not compile.
    pub(super) node: OnceLock<Option<Node>>,
}

impl Slot {
    pub(super) fn built(node: Node) -> Self {
        Self {
            name: Arc::clone(&node.name),
            at: 0,
            node: OnceLock::from(Some(node)),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Node {
    pub name: Arc<str>,
    /// Its kind, as the document has it.
    pub word: &'static str,
    pub prompt: Fragment,
    pub kind: Kind,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Menu(Listen, Box<[Choice]>),
    Collect(Listen, Box<Collect>),
    /// Something is said, then the caller goes on: `say`, and `wait` with music.
    Say(Exit),
    Connect(Box<Connect>),
    /// Something is done that takes its time: `voicemail`, and `wait` with
    /// seconds. `resume` asks where to go on, unless that is the end.
    Pause {
        action: Fragment,
        resume: Option<Fragment>,
        then: Exit,
    },
    /// Something is done at once: `record`.
    Act(Fragment, Exit),
    /// The caller joins others, and nothing follows: `conference`, `transfer`. Without a name
    /// there is nowhere to go.
    Last {
        action: Fragment,
        name: Template,
    },
    Hours(Box<Hours>),
    Switch(Box<Switch>),
    Lookup(Box<Lookup>),
    Submenu {
        menu: Box<str>,
        then: Exit,
    },
    Callback {
        number: Template,
        no_number: Option<Exit>,
        then: Exit,
    },
    Notify {
        payload: JsonTemplate,
        then: Exit,
    },
    Hangup,
}

/// How a node listens.
#[derive(Debug)]
pub(crate) struct Listen {
    pub action: Fragment,
    /// What is said from the second visit on, and its number among the menu's.
    pub short: Option<(u16, Fragment)>,
    pub no_input: Policy,
    pub no_match: Policy,
    pub max_failures: Option<u8>,
    pub submit_on_hash: bool,
    /// The confidence below which an answer does not count; `None` without speech.
    pub confidence: Option<f64>,
    /// How the language that is listened for speaks keys, where that is known.
    pub numerals: Option<&'static Numerals>,
}

#[derive(Debug)]
pub(crate) struct Policy {
    pub tries: u8,
    pub prompts: Box<[Fragment]>,
    pub repeat: bool,
    pub then: Exit,
}

#[derive(Debug)]
pub(crate) struct Choice {
    pub keys: Box<str>,
    pub words: Box<[Box<str>]>,
    pub then: Exit,
}

#[derive(Debug)]
pub(crate) struct Collect {
    pub into: Box<str>,
    pub digits: (usize, usize),
    pub pattern: Option<Pattern>,
    pub luhn: bool,
    /// Whether a spoken answer may be any text.
    pub free: bool,
    pub secret: bool,
    pub confirm: Option<Confirm>,
    /// Global keys, made of `*` and `#` only.
    pub keys: Box<[Choice]>,
    pub then: Exit,
}

#[derive(Debug)]
pub(crate) struct Confirm {
    pub prompt: Fragment,
    pub action: Fragment,
    pub yes: Box<str>,
    pub no: Box<str>,
}

#[derive(Debug)]
pub(crate) struct Connect {
    pub targets: Box<[Dial]>,
    pub order: Order,
    /// Exits when busy, not answered, rejected and failed.
    pub exits: [Exit; 4],
    /// Whether the platform hangs up on a machine that answers.
    pub hangs_up_on_machines: bool,
    pub whisper: Fragment,
    pub then: Option<Exit>,
    pub resume: Option<Fragment>,
}

#[derive(Debug)]
pub(crate) struct Dial {
    pub action: Fragment,
    pub address: Template,
    pub reach: Reach,
}

/// What an address must be for the platform to ring it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// A telephone number.
    Number,
    /// A SIP address, which the platform takes up to 50 characters of.
    Sip,
    /// An extension of Vonage Business Communications.
    Extension,
    /// A user of the Client SDK or a WebSocket. No placeholder of it may be empty.
    Name,
}

#[derive(Debug)]
pub(crate) struct Hours {
    pub calendar: Box<str>,
    pub voice: Voice,
    pub open: Exit,
    pub closed: Exit,
    pub holiday: Option<Exit>,
    pub overridden: Option<Exit>,
}

#[derive(Debug)]
pub(crate) struct Switch {
    pub on: Subject,
    pub cases: Box<[(Test, Exit)]>,
    pub otherwise: Exit,
}

#[derive(Debug)]
pub(crate) struct Lookup {
    pub url: Template,
    pub method: Method,
    pub headers: Box<[(Box<str>, Template)]>,
    pub body: Option<JsonTemplate>,
    pub deadline_ms: u16,
    pub into: LookupBinding,
    pub then: Exit,
    pub failed: Exit,
}

/// The keys that work in every node, with where they lead.
pub(super) type Keys = Vec<(String, document::Choice, Exit)>;

/// What the nodes of a menu are compiled from.
#[derive(Debug)]
pub(super) struct Rest {
    pub(super) text: Box<str>,
    pub(super) voice: Voice,
    pub(super) keys: Keys,
    pub(super) indices: HashMap<Arc<str>, u16>,
    /// Where the text of each node begins.
    pub(super) places: Box<[usize]>,
}
