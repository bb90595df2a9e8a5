//! Names in call scripts that must name something of the menus beside them.

use ivr::diagnostic::nearest;
use ivr::{Code, Diagnostic, Library, source};

use super::document::{Document, menu_of};

/// Menus and nodes that a call script names, and that there are not.
#[must_use]
pub fn unknown_names(
    file: &str,
    bytes: &[u8],
    document: &Document,
    library: &Library,
) -> Vec<Diagnostic> {
    let text = String::from_utf8_lossy(bytes);
    let Ok(tree) = source::parse(&text) else {
        return Vec::new();
    };
    let mut names = Names {
        file,
        text: &text,
        tree: &tree,
        library,
        found: Vec::new(),
    };
    let menu = menu_of(file, document);
    names.menu(&menu, if document.menu.is_some() { "/menu" } else { "" });
    for (index, case) in document.cases.iter().enumerate() {
        for (step, at) in case.steps.iter().enumerate() {
            let pointer = format!("/cases/{index}/steps/{step}/at");
            names.node(&menu, at.at.as_deref(), &pointer);
        }
        let at = case.end.as_ref().and_then(|end| end.at.as_deref());
        names.node(&menu, at, &format!("/cases/{index}/end/at"));
    }
    names.found
}

struct Names<'s> {
    file: &'s str,
    text: &'s str,
    tree: &'s source::Value<'s>,
    library: &'s Library,
    found: Vec<Diagnostic>,
}

impl Names<'_> {
    fn note(&mut self, pointer: &str, message: String, near: Option<&str>) {
        let at = self.tree.nearest(pointer);
        let found = Diagnostic::at(self.file, self.text, at, Code::CallScript, pointer, message);
        self.found.push(match near {
            Some(near) => found.with_help(format!("did you mean `{near}`?")),
            None => found,
        });
    }

    fn menu(&mut self, menu: &str, pointer: &str) {
        let broken = format!("menu:{menu}");
        if self.library.menus.contains_key(menu) || self.library.broken.contains(&broken) {
            return;
        }
        let menus = self.library.menus.keys().map(String::as_str);
        let message = format!("there is no menu `{menu}` beside this call script");
        let near = nearest(menu, menus).map(str::to_owned);
        self.note(pointer, message, near.as_deref());
    }

    fn node(&mut self, home: &str, at: Option<&str>, pointer: &str) {
        let Some(at) = at else { return };
        let (menu, node) = at.split_once('/').unwrap_or((home, at));
        let Some(entry) = self.library.menus.get(menu) else {
            // What a menu that cannot be read has, nobody knows; the script's own is told of.
            if menu != home {
                self.menu(menu, pointer);
            }
            return;
        };
        if entry.document.nodes.get(node).is_some() {
            return;
        }
        let near = nearest(node, entry.document.nodes.names()).map(|near| {
            if menu == home {
                near.to_owned()
            } else {
                format!("{menu}/{near}")
            }
        });
        let message = format!("the menu `{menu}` has no node `{node}`");
        self.note(pointer, message, near.as_deref());
    }
}
