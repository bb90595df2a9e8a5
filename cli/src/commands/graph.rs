//! `ivr graph`

use desk::graph::{dot, edges, mermaid};
use ivr::document::Menu;
use serde_json::json;

use crate::arguments::{Drawing, Graph};
use crate::error::{CliError, Done, Exit};
use crate::files::{self, Role};
use crate::print;

/// Runs it.
pub(super) fn run(graph: &Graph, json: bool) -> Done {
    let (id, menu) = read_menu(&graph.file)?;
    let edges = edges(&menu);
    if json {
        print::json(&json!({
            "menu": id,
            "start": menu.start,
            "nodes": menu.nodes.iter().map(|(name, node)| json!({
                "id": name, "kind": node.kind.name(),
            })).collect::<Vec<_>>(),
            "edges": edges.iter().map(|edge| json!({
                "from": edge.from, "label": edge.label, "to": edge.to,
            })).collect::<Vec<_>>(),
        }));
        return Ok(Exit::Fine);
    }
    let page = match graph.format {
        Drawing::Mermaid => mermaid(&menu, &edges),
        Drawing::Dot => dot(&id, &menu, &edges),
    };
    crate::print::part(crate::print::Text::new().block(page));
    Ok(Exit::Fine)
}

/// Reads one menu from a file.
fn read_menu(path: &std::path::Path) -> Result<(String, Menu), CliError> {
    let file = files::read(path)?;
    let Role::Menu(id) = file.role() else {
        return Err(CliError::usage(format!("{}: not a menu", file.name))
            .help("a menu is a file like `acme.json`"));
    };
    let menu = ivr::document::read::<Menu>(&file.name, &file.bytes).map_err(|found| {
        let first = found.first().map(ToString::to_string).unwrap_or_default();
        CliError::refused(first).help(format!("`ivr check {}` shows everything", file.name))
    })?;
    Ok((id, menu))
}
