//! Findings while they are gathered.

use std::cell::OnceCell;

use crate::source::{self, Value};
use crate::{Code, Diagnostic, Library, Severity};

/// What was found so far.
pub(super) struct Report<'a> {
    menus: Vec<ReportedFile<'a>>,
    found: Vec<Diagnostic>,
    /// What the documents say is meant so.
    allowed: Vec<Allowed<'a>>,
}

/// A warning that a document says is meant so.
struct Allowed<'a> {
    file: &'a str,
    /// The node it is allowed for; the whole document when empty.
    node: String,
    code: Code,
}

/// A document's text, read again only when something is found in it.
struct ReportedFile<'a> {
    file: &'a str,
    text: &'a str,
    tree: OnceCell<Option<Value<'a>>>,
    /// Where each line begins.
    lines: OnceCell<Vec<usize>>,
}

/// A finding just added.
pub(super) struct Added<'r>(&'r mut Diagnostic);

impl<'a> Report<'a> {
    pub fn new(library: &'a Library) -> Self {
        let menus = library.menus.values().map(|entry| ReportedFile {
            file: &entry.file,
            text: &entry.text,
            tree: OnceCell::new(),
            lines: OnceCell::new(),
        });
        Self {
            menus: menus.collect(),
            found: library.unread.clone(),
            allowed: allowed(library).collect(),
        }
    }

    /// Adds a finding about a menu, given by its place in the library's order.
    pub fn add(
        &mut self,
        menu: usize,
        code: Code,
        pointer: &str,
        message: impl Into<String>,
    ) -> Added<'_> {
        let (file, (line, column)) = match self.menus.get(menu) {
            Some(file) => (file.file, file.place(pointer)),
            None => ("", (1, 1)),
        };
        let found = Diagnostic {
            code,
            severity: code.severity(),
            file: file.to_owned(),
            pointer: pointer.to_owned(),
            line,
            column,
            message: message.into(),
            help: None,
            path: Vec::new(),
        };
        self.push(found)
    }

    /// Adds a finding made elsewhere.
    pub fn push(&mut self, found: Diagnostic) -> Added<'_> {
        let index = self.found.len();
        self.found.push(found);
        // The element was pushed on the line above.
        #[allow(clippy::indexing_slicing)]
        Added(&mut self.found[index])
    }

    /// All findings in order, each once.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|a, b| {
            (&a.file, a.line, a.column, a.code, &a.pointer)
                .cmp(&(&b.file, b.line, b.column, b.code, &b.pointer))
        });
        let Self { found, allowed, .. } = &mut self;
        found.retain(|finding| {
            finding.severity == Severity::Error
                || !allowed.iter().any(|allowed| allowed.covers(finding))
        });
        self.found.dedup_by(|a, b| {
            (&a.file, a.code, &a.pointer, &a.message) == (&b.file, b.code, &b.pointer, &b.message)
        });
        self.found
    }
}

impl Allowed<'_> {
    fn covers(&self, finding: &Diagnostic) -> bool {
        let below = finding.pointer.strip_prefix(self.node.as_str());
        self.code == finding.code
            && self.file == finding.file
            && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// Everything the documents allow.
fn allowed(library: &Library) -> impl Iterator<Item = Allowed<'_>> {
    let menus = library.menus.values().flat_map(|entry| {
        let own = &entry.document.allow;
        let nodes = entry.document.nodes.iter();
        let nodes = nodes.flat_map(|(id, node)| node.allow.iter().map(move |code| (id, code)));
        own.iter()
            .map(|code| (String::new(), code))
            .chain(nodes.map(|(id, code)| (format!("/nodes/{id}"), code)))
            .map(|(node, code)| Allowed {
                file: &entry.file,
                node,
                code: *code,
            })
    });
    let calendars = library.calendars.values().flat_map(|entry| {
        entry.document.allow.iter().map(|code| Allowed {
            file: &entry.file,
            node: String::new(),
            code: *code,
        })
    });
    menus.chain(calendars)
}

impl ReportedFile<'_> {
    /// Line and column of what a pointer names, or of the nearest value above it.
    fn place(&self, pointer: &str) -> (u32, u32) {
        let tree = self.tree.get_or_init(|| source::parse(self.text).ok());
        let at = tree.as_ref().map_or(0, |tree| tree.nearest(pointer));
        let lines = self.lines.get_or_init(|| {
            let breaks = self
                .text
                .bytes()
                .enumerate()
                .filter(|(_, byte)| *byte == b'\n');
            core::iter::once(0)
                .chain(breaks.map(|(at, _)| at + 1))
                .collect()
        });
        let line = lines.partition_point(|start| *start <= at);
        let start = line
            .checked_sub(1)
            .and_then(|line| lines.get(line))
            .copied()
            .unwrap_or(0);
        let column = self
            .text
            .get(start..at)
            .map_or(0, |before| before.chars().count())
            + 1;
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        (count(line), count(column))
    }
}

impl Added<'_> {
    /// How to put it right.
    pub fn with_help(self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// How a caller gets there.
    pub fn with_path(self, path: Vec<String>) -> Self {
        self.0.path = path;
        self
    }
}
