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

use std::future::{Future, ready};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use crate::{Compiled, Diagnostic, Library, Severity, source};
use report::Report;

/// What is waited for between two parts of a check, each of so many bytes of documents: whoever
/// has others waiting lets them have their turn.
pub type Pause<'p> = &'p dyn Fn(usize) -> Pin<Box<dyn Future<Output = ()>>>;

/// Everything that is wrong, or unwise, with the documents of a library: in the order of
/// their files, and within a file by place.
///
/// A library is safe to publish when none of the findings is an
/// [`Error`](crate::Severity::Error).
#[must_use]
pub fn check(library: &Library) -> Vec<Diagnostic> {
    at_once(find(library, true, &|_| Box::pin(ready(()))))
}

/// The same in parts, with a pause between them.
pub async fn check_in_parts(library: &Library, pause: Pause<'_>) -> Vec<Diagnostic> {
    find(library, true, pause).await
}

/// The [errors](crate::Severity::Error) among the findings of [`check`]. What is only unwise is not
/// looked for, which of a large library takes half of the time.
#[must_use]
pub fn errors(library: &Library) -> Vec<Diagnostic> {
    at_once(errors_in_parts(library, &|_| Box::pin(ready(()))))
}

/// The same in parts, with a pause between them.
pub async fn errors_in_parts(library: &Library, pause: Pause<'_>) -> Vec<Diagnostic> {
    let mut found = find(library, false, pause).await;
    found.retain(|finding| finding.severity == Severity::Error);
    found
}

/// What a future gives that waits for nothing.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            return output;
        }
    }
}

async fn find(library: &Library, with_warnings: bool, pause: Pause<'_>) -> Vec<Diagnostic> {
    let mut report = Report::new(library);
    let mut bytes = 0;
    for (id, entry) in &library.menus {
        bytes += entry.text.len();
        // What one menu alone shows is found where it is made ready to run.
        let faults = match source::parse(&entry.text) {
            Ok(tree) => {
                pause(entry.text.len()).await;
                Compiled::faults(id, entry, &tree)
            }
            Err(error) => vec![entry.syntax(&error)],
        };
        for found in faults {
            report.push(found);
        }
        pause(entry.text.len()).await;
    }
    let graph = graph::Graph::new(library);
    let numbered = |menu: &str| references::numbered(library, menu);
    let paths = paths::Paths::new(&graph, &numbered);
    pause(bytes).await;
    references::find(library, &graph, &mut report);
    traps::find(&graph, &paths, &mut report);
    pause(bytes).await;
    values::find(library, &graph, &paths, &mut report);
    if with_warnings {
        advice::find(library, &graph, &paths, &mut report);
        surprises::find(library, &graph, &paths, &mut report);
        platforms::find(&graph, &mut report);
    }
    report.finish()
}
