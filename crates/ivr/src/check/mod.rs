//! The check: whether a library of menus is safe for every caller.
//!
//! "Every caller" is meant: every digit, silence, wrong key and spoken answer, every
//! outcome of a call and a look-up, every hour. The menus are laid out as one graph
//! (`graph.rs` says what stands for what, and why no caller escapes it), and each question
//! is asked of the whole graph, not of some calls through it.

mod advice;
mod edge;
mod graph;
mod mentions;
mod paths;
mod platforms;
mod prompts;
mod references;
mod report;
mod surprises;
mod traps;
mod values;

#[cfg(test)]
mod tests;

pub use references::names_of;

use crate::{Compiled, Diagnostic, Library, Severity};
use report::Report;

/// Everything that is wrong, or unwise, with the documents of a library: in the order of
/// their files, and within a file by place.
///
/// A library is safe to publish when none of the findings is an
/// [`Error`](crate::Severity::Error).
#[must_use]
pub fn check(library: &Library) -> Vec<Diagnostic> {
    find(library, true)
}

/// The [errors](crate::Severity::Error) among the findings of [`check`]. What is only unwise is not
/// looked for, which of a large library takes half of the time.
#[must_use]
pub fn errors(library: &Library) -> Vec<Diagnostic> {
    let mut found = find(library, false);
    found.retain(|finding| finding.severity == Severity::Error);
    found
}

fn find(library: &Library, with_warnings: bool) -> Vec<Diagnostic> {
    let mut report = Report::new(library);
    for (id, entry) in &library.menus {
        // What one menu alone shows is found where it is made ready to run.
        for found in Compiled::from_entry(id, entry).err().into_iter().flatten() {
            report.push(found);
        }
    }
    let graph = graph::Graph::new(library);
    let numbered = |menu: &str| references::numbered(library, menu);
    let paths = paths::Paths::new(&graph, &numbered);
    references::find(library, &graph, &mut report);
    traps::find(&graph, &paths, &mut report);
    values::find(library, &graph, &paths, &mut report);
    if with_warnings {
        advice::find(library, &graph, &paths, &mut report);
        surprises::find(library, &graph, &paths, &mut report);
        platforms::find(&graph, &mut report);
    }
    report.finish()
}
