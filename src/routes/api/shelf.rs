//! The documents in `MENUS` as operators see them: read whole, checked whole, written one by one.

use ivr::number::E164;
use ivr::{Code, Diagnostic, Library, Severity, Version};
use serde_json::{Map, Value, json};
use worker::Env;

use crate::bindings::deadline::Deadline;
use crate::bindings::kv::{Kv, KvError};
use crate::bindings::menus::key;

/// How long an operator waits for storage at most.
const PATIENCE_MS: u32 = 20_000;

/// A kind of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `menu:<id>`
    Menu,
    /// `calendar:<id>`
    Calendar,
    /// `list:<id>`
    List,
    /// `number:<digits>`, `number:default`
    Number,
}

impl Kind {
    /// The kind a path names: `menus`, `calendars`, `lists`, `numbers`.
    #[must_use]
    pub fn of(plural: &str) -> Option<Self> {
        Some(match plural {
            "menus" => Self::Menu,
            "calendars" => Self::Calendar,
            "lists" => Self::List,
            "numbers" => Self::Number,
            _ => return None,
        })
    }

    /// As paths name it.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            Self::Menu => "menus",
            Self::Calendar => "calendars",
            Self::List => "lists",
            Self::Number => "numbers",
        }
    }

    /// The KV key of one of them.
    #[must_use]
    pub fn key(self, id: &str) -> String {
        match self {
            Self::Menu => key::menu(id),
            Self::Calendar => key::calendar(id),
            Self::List => key::list(id),
            Self::Number => key::number(id),
        }
    }

    /// The file it would lie in.
    pub fn file(self, id: &str) -> String {
        match self {
            Self::Menu => [id, ".json"].concat(),
            Self::Calendar => [id, ".calendar.json"].concat(),
            Self::List => [id, ".list.json"].concat(),
            Self::Number => "numbers.json".to_owned(),
        }
    }

    /// Whether a document of this kind may have this id.
    #[must_use]
    pub fn allows(self, id: &str) -> bool {
        match self {
            // `numbers.json` lies beside menus, so none may be called so.
            Self::Menu => ivr::document::is_name(id) && id != "numbers",
            Self::Calendar | Self::List => ivr::document::is_name(id),
            Self::Number => id == "default" || id.parse::<E164>().is_ok(),
        }
    }
}

/// `MENUS`, for an operator.
pub struct Shelf {
    kv: Kv,
    deadline: Deadline,
}

/// Everything in `MENUS`, as text by kind and id.
pub type Documents = std::collections::BTreeMap<(&'static str, String), String>;

impl Shelf {
    /// The namespace.
    ///
    /// # Errors
    /// When it is not bound.
    pub fn of(env: &Env) -> Result<Self, KvError> {
        Ok(Self {
            kv: Kv::of(env)?,
            deadline: Deadline::in_ms(PATIENCE_MS),
        })
    }

    /// The text of a document.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn read(&self, kind: Kind, id: &str) -> Result<Option<String>, KvError> {
        self.kv.get(&kind.key(id), self.deadline).await
    }

    /// Puts a document in force.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn write(&self, kind: Kind, id: &str, text: &str) -> Result<(), KvError> {
        self.kv.put(&kind.key(id), text, self.deadline).await
    }

    /// Takes a document away.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn remove(&self, kind: Kind, id: &str) -> Result<(), KvError> {
        self.kv.delete(&kind.key(id), self.deadline).await
    }

    /// Any other key.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn get(&self, key: &str) -> Result<Option<String>, KvError> {
        self.kv.get(key, self.deadline).await
    }

    /// Writes any other key.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn put(&self, key: &str, text: &str) -> Result<(), KvError> {
        self.kv.put(key, text, self.deadline).await
    }

    /// The ids of a kind, in order.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn ids(&self, kind: Kind) -> Result<Vec<String>, KvError> {
        let prefix = kind.key("");
        let keys = self.kv.keys(&prefix, self.deadline).await?;
        Ok(keys
            .into_iter()
            .filter_map(|key| key.strip_prefix(&prefix).map(str::to_owned))
            .collect())
    }

    /// The documents of a kind.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn all(&self, kind: Kind) -> Result<Vec<(String, String)>, KvError> {
        let mut documents = Vec::new();
        for id in self.ids(kind).await? {
            if let Some(text) = self.read(kind, &id).await? {
                documents.push((id, text));
            }
        }
        Ok(documents)
    }

    /// Everything.
    ///
    /// # Errors
    /// When KV fails.
    pub async fn everything(&self) -> Result<Documents, KvError> {
        let mut documents = Documents::new();
        for kind in [Kind::Menu, Kind::Calendar, Kind::List, Kind::Number] {
            for (id, text) in self.all(kind).await? {
                documents.insert((kind.plural(), id), text);
            }
        }
        Ok(documents)
    }
}

/// What a change would break: every error of the documents after it that they had not before.
#[must_use]
pub fn broken_by(
    before: &Documents,
    kind: Kind,
    id: &str,
    document: Option<&str>,
) -> Vec<Diagnostic> {
    let mut after = before.clone();
    match document {
        Some(text) => after.insert((kind.plural(), id.to_owned()), text.to_owned()),
        None => after.remove(&(kind.plural(), id.to_owned())),
    };
    let file = kind.file(id);
    let had = errors(before);
    errors(&after)
        .into_iter()
        .filter(|found| {
            // What is written must be right; what lies beside it may be as wrong as it was.
            let own = document.is_some() && found.file == file && kind != Kind::Number;
            own || !had.iter().any(|known| {
                (known.code, &known.file, &known.pointer)
                    == (found.code, &found.file, &found.pointer)
            })
        })
        .collect()
}

/// What is wrong with a menu by itself. The documents it names are not looked at.
#[must_use]
pub fn errors_within(id: &str, text: &str) -> Vec<Diagnostic> {
    let mut library = Library::default();
    library.add(&Kind::Menu.file(id), text.as_bytes());
    let mut found = ivr::check(&library);
    let is_about_others = |code| {
        matches!(
            code,
            Code::UnknownMenu | Code::UnknownCalendar | Code::UnknownList
        )
    };
    found.retain(|finding| finding.severity == Severity::Error && !is_about_others(finding.code));
    found
}

fn errors(documents: &Documents) -> Vec<Diagnostic> {
    let mut library = Library::default();
    let mut numbers = Map::new();
    for ((plural, id), text) in documents {
        match Kind::of(plural) {
            Some(Kind::Number) => {
                let entry = serde_json::from_str(text).unwrap_or(Value::String(text.clone()));
                numbers.insert(id.clone(), entry);
            }
            Some(kind) => library.add(&kind.file(id), text.as_bytes()),
            None => {}
        }
    }
    if !numbers.is_empty() {
        let text = Value::Object(numbers).to_string();
        library.add("numbers.json", text.as_bytes());
    }
    let mut found = ivr::check(&library);
    found.retain(|finding| finding.severity == Severity::Error);
    found
}

/// The version of a document: of its canonical JSON. Text that is not JSON has none.
#[must_use]
pub fn version(text: &str) -> Option<Version> {
    ivr::source::parse(text).ok().map(|tree| Version::of(&tree))
}

/// A finding, for the reply.
#[must_use]
pub fn finding(found: &Diagnostic) -> Value {
    json!({
        "file": found.file,
        "line": found.line,
        "column": found.column,
        "pointer": found.pointer,
        "severity": match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "code": found.code.name(),
        "message": found.message,
        "help": found.help,
        "path": found.path,
    })
}
