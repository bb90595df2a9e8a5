//! No file uses one that uses it in turn.
//!
//! A file uses another when a path in it (`crate::`, `super::`, `self::`, or one that begins with
//! the name of a child module) leads there. That a file declares its children does not count, nor
//! what leads to the root of a crate, nor tests.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ItemFn, ItemImpl, ItemMod, ItemUse, Macro, Meta, UseTree, Visibility};

type Module = Vec<String>;

#[test]
fn no_files_of_a_crate_use_each_other_in_a_circle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sources = vec![
        root.join("src"),
        root.join("cli/src"),
        root.join("console/calls/src"),
        root.join("console/rules/src"),
        root.join("xtask/src"),
        root.join("tests/e2e/src"),
    ];
    for one in fs::read_dir(root.join("crates")).unwrap() {
        sources.push(one.unwrap().path().join("src"));
    }
    let mut found = Vec::new();
    for source in sources {
        assert!(source.is_dir(), "{}", source.display());
        let uses = uses_of(&source);
        for cycle in cycles(&uses) {
            found.push(source.display().to_string());
            for (module, used) in uses.iter().filter(|(module, _)| cycle.contains(*module)) {
                let used: Vec<String> = used
                    .intersection(&cycle)
                    .map(|module| module.join("::"))
                    .collect();
                found.push(format!("    {} -> {}", module.join("::"), used.join(", ")));
            }
        }
    }
    assert!(
        found.is_empty(),
        "these files use each other: move what they share to a file of its own\n{}",
        found.join("\n")
    );
}

#[test]
fn a_circle_is_found_however_it_is_written() {
    let check = |parent: &str, child: &str, is_cycle: bool| {
        let texts = [
            (vec!["a".to_owned()], parent.to_owned()),
            (vec!["a".to_owned(), "b".to_owned()], child.to_owned()),
            (vec!["a".to_owned(), "c".to_owned()], String::new()),
        ];
        let uses = uses_among(&texts.into());
        assert_eq!(!cycles(&uses).is_empty(), is_cycle, "{parent} / {child}");
    };
    check("mod b; use b::X;", "use super::Y;", true);
    check("mod b; fn f() { b::x() }", "use crate::a::{Y, Z};", true);
    check(
        "mod b; fn f() { g!(b::x) }",
        "fn f() -> super::Y { todo() }",
        true,
    );
    check(
        "mod b; pub use self::b::X;",
        "mod inside { use super::super::Y; }",
        true,
    );
    check("mod b; use b::X; pub use c::Y;", "use super::Z;", true);
    check("mod b; use b::X; pub use c::Y;", "use super::Y;", false);
    check("mod b;", "use super::Y;", false);
    check("mod b; use b::X;", "use crate::Y; use std::fmt;", false);
    check(
        "mod b; use b::X;",
        "#[cfg(test)] mod tests { use super::super::Y; }",
        false,
    );
    check("mod b; #[cfg(test)] use b::X;", "use super::Y;", false);
}

/// What each file under `source` uses.
fn uses_of(source: &Path) -> BTreeMap<Module, BTreeSet<Module>> {
    let mut files = BTreeMap::new();
    collect(source, &[], &mut files);
    let texts = files
        .into_iter()
        .map(|(module, path)| (module, fs::read_to_string(path).unwrap()));
    uses_among(&texts.collect())
}

/// What each of these files uses, by module.
fn uses_among(texts: &BTreeMap<Module, String>) -> BTreeMap<Module, BTreeSet<Module>> {
    let modules: BTreeSet<Module> = texts.keys().cloned().collect();
    let paths: BTreeMap<Module, Vec<Module>> = texts
        .iter()
        .map(|(module, text)| (module.clone(), uses_in(text, module, &modules)))
        .collect();
    paths
        .iter()
        .map(|(module, used)| {
            let homes = used.iter().map(|path| home(path, &modules, &paths));
            let others = homes.filter(|home| !home.is_empty() && home != module);
            (module.clone(), others.collect())
        })
        .collect()
}

/// The file an item is in, also when the path goes by a file that only passes its name on.
fn home(
    path: &Module,
    modules: &BTreeSet<Module>,
    paths: &BTreeMap<Module, Vec<Module>>,
) -> Module {
    let mut path = path.clone();
    loop {
        let file = file_of(&path, modules);
        let Some(name) = path.get(file.len()) else {
            return file;
        };
        let passed_on =
            paths.get(&file).into_iter().flatten().find(|other| {
                other.last() == Some(name) && file_of(other, modules).len() > file.len()
            });
        let Some(other) = passed_on else {
            return file;
        };
        let behind = path.get(file.len() + 1..).unwrap_or_default();
        path = [other.as_slice(), behind].concat();
    }
}

/// The longest beginning of a path that is a file.
fn file_of(path: &Module, modules: &BTreeSet<Module>) -> Module {
    let mut file = path.clone();
    while !file.is_empty() && !modules.contains(&file) {
        file.pop();
    }
    file
}

fn collect(folder: &Path, module: &[String], files: &mut BTreeMap<Module, PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let mut inner = module.to_vec();
        if !matches!(name.as_str(), "mod" | "lib" | "main") {
            inner.push(name.clone());
        }
        if name == "tests" {
            continue;
        }
        if path.is_dir() {
            collect(&path, &inner, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.insert(inner, path);
        }
    }
}

fn uses_in(text: &str, module: &Module, modules: &BTreeSet<Module>) -> Vec<Module> {
    let mut uses = Uses {
        module: module.clone(),
        file: module,
        modules,
        found: Vec::new(),
    };
    uses.visit_file(&syn::parse_file(text).unwrap());
    uses.found
}

/// The paths in a file that lead to files of its crate, each from the root on.
struct Uses<'a> {
    /// The module that is read: the file's, or one written out within it.
    module: Module,
    file: &'a Module,
    modules: &'a BTreeSet<Module>,
    found: Vec<Module>,
}

impl Uses<'_> {
    fn note(&mut self, path: &[String]) {
        let Some(first) = path.first() else {
            return;
        };
        let mut rest = path;
        let mut from = match first.as_str() {
            "crate" => Module::new(),
            "super" | "self" => self.module.clone(),
            child => {
                let child = [self.file.as_slice(), &[child.to_owned()]].concat();
                if !self.modules.contains(&child) {
                    return;
                }
                self.file.clone()
            }
        };
        if matches!(first.as_str(), "crate" | "self") {
            rest = rest.get(1..).unwrap_or_default();
        }
        while let [first, behind @ ..] = rest
            && first == "super"
        {
            from.pop();
            rest = behind;
        }
        from.extend_from_slice(rest);
        self.found.push(from);
    }

    fn tree(&mut self, before: &mut Vec<String>, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.tree(before, &path.tree);
                before.pop();
            }
            UseTree::Name(name) => self.leaf(before, name.ident.to_string()),
            UseTree::Rename(name) => self.leaf(before, name.ident.to_string()),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.tree(before, tree);
                }
            }
            _ => self.note(before),
        }
    }

    fn leaf(&mut self, before: &[String], name: String) {
        let mut path = before.to_vec();
        if name != "self" {
            path.push(name);
        }
        self.note(&path);
    }

    /// Paths among the tokens of a macro's call.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 2;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.flush(&mut path);
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.flush(&mut path);
                    self.tokens(group.stream());
                    colons = 2;
                }
                _ => {
                    self.flush(&mut path);
                    colons = 2;
                }
            }
        }
        self.flush(&mut path);
    }

    fn flush(&mut self, path: &mut Vec<String>) {
        if path.len() > 1 {
            self.note(path);
        }
        path.clear();
    }
}

impl<'ast> Visit<'ast> for Uses<'_> {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if item.content.is_some() && !is_for_tests(&item.attrs) {
            self.module.push(item.ident.to_string());
            visit::visit_item_mod(self, item);
            self.module.pop();
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if !is_for_tests(&item.attrs) {
            self.tree(&mut Vec::new(), &item.tree);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_impl(self, item);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path
            .segments
            .iter()
            .map(|it| it.ident.to_string())
            .collect();
        if names.len() > 1 {
            self.note(&names);
        }
        visit::visit_path(self, path);
    }

    /// Who may see an item is no use of it.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.visit_path(&call.path);
        self.tokens(call.tokens.clone());
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => {
            let says_test = |token: &TokenTree| {
                token
                    .to_string()
                    .split(['(', ')', ',', ' '])
                    .any(|word| word == "test")
            };
            list.path.is_ident("cfg")
                && list
                    .tokens
                    .clone()
                    .into_iter()
                    .any(|token| says_test(&token))
        }
        _ => false,
    })
}

/// The strongly connected components of more than one module: each module together with those
/// that it leads to and that lead to it.
fn cycles(uses: &BTreeMap<Module, BTreeSet<Module>>) -> BTreeSet<BTreeSet<Module>> {
    let reached: BTreeMap<&Module, BTreeSet<&Module>> = uses
        .keys()
        .map(|module| {
            let mut seen = BTreeSet::new();
            let mut waiting = vec![module];
            while let Some(next) = waiting.pop() {
                let unseen = uses.get(next).into_iter().flatten();
                waiting.extend(unseen.filter(|module| seen.insert(*module)));
            }
            (module, seen)
        })
        .collect();
    let leads = |from: &Module, to: &Module| reached.get(from).is_some_and(|all| all.contains(to));
    uses.keys()
        .map(|module| {
            let with = uses
                .keys()
                .filter(|other| leads(module, other) && leads(other, module));
            with.cloned().collect::<BTreeSet<Module>>()
        })
        .filter(|cycle| cycle.len() > 1)
        .collect()
}
