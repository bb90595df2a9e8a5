//! `ivr diff`

use std::path::Path;

use desk::diff::changes;
use ivr::document::Menu;
use serde_json::json;

use super::graph::read_menu;
use super::{Done, print_json};
use crate::api::Api;
use crate::arguments::Diff;
use crate::trouble::{Exit, Trouble};

/// Runs it.
pub(super) fn run(diff: &Diff, json: bool) -> Done {
    let before = menu(&diff.before, diff)?;
    let after = menu(&diff.after, diff)?;
    let changes = changes(&before, &after);
    if json {
        print_json(&json!({ "changes": changes }));
    } else if changes.is_empty() {
        crate::print::line("Nothing changes for a caller.");
    } else {
        for change in &changes {
            crate::print::line(format!("- {change}"));
        }
    }
    Ok(if changes.is_empty() {
        Exit::Fine
    } else {
        Exit::Findings
    })
}

fn menu(name: &str, diff: &Diff) -> Result<Menu, Trouble> {
    let path = Path::new(name);
    if path.exists() || name.contains(['/', '.']) || diff.worker.url.is_none() {
        return read_menu(path).map(|(_, menu)| menu);
    }
    let api = Api::of(&diff.worker)?;
    let (text, _) = api.menu(name)?;
    ivr::document::read::<Menu>(name, text.as_bytes()).map_err(|found| {
        Trouble::refused(found.first().map(ToString::to_string).unwrap_or_default())
    })
}
