//! `GET /api/today`: how each place stands now, and which menu each number gets. One reply, so
//! that the page on which one closes in an emergency needs no other, and no engine.

use api::{Place, Today, TodayNumber};
use desk::outlook::outlook;
use ivr::Version;
use ivr::document::Calendar;
use serde_json::Value;

use super::context::ApiContext;
use super::document_store::{DocumentStore, Kind};
use super::replies::{Answer, storage_failed};
use crate::bindings::clock;
use crate::respond::Reply;

/// How things stand.
pub(super) async fn reply(context: &mut ApiContext<'_>) -> Answer {
    context.line.route = "/api/today";
    let store = DocumentStore::of(context.env).map_err(|error| storage_failed(context, &error))?;
    let documents = store.everything().await;
    let documents = documents.map_err(|error| storage_failed(context, &error))?;
    let now = clock::now();
    let of = |kind: Kind| {
        documents
            .iter()
            .filter(move |((plural, _), _)| *plural == kind.plural())
            .map(|((_, id), text)| (id.as_str(), text.as_str()))
    };
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let calendars = of(Kind::Calendar)
        .map(|(id, text)| {
            let calendar = ivr::document::read::<Calendar>(id, text.as_bytes()).ok();
            Place {
                id: id.to_owned(),
                version: Version::of_text(text).map(|version| version.to_string()),
                note: calendar.as_ref().and_then(|calendar| calendar.note.clone()),
                menus: of(Kind::Menu)
                    .filter(|(_, menu)| goes_by(&parsed(menu), id))
                    .map(|(menu, _)| menu.to_owned())
                    .collect(),
                outlook: calendar.map(|calendar| outlook(&calendar, now)),
            }
        })
        .collect();
    let numbers = of(Kind::Number)
        .map(|(number, text)| {
            let menu = text_of(&parsed(text), "menu");
            let title = menu
                .as_ref()
                .and_then(|menu| of(Kind::Menu).find(|(id, _)| id == menu))
                .and_then(|(_, text)| text_of(&parsed(text), "title"));
            TodayNumber {
                number: number.to_owned(),
                menu,
                title,
            }
        })
        .collect();
    Ok(Reply::of(&Today {
        now: now.to_string(),
        calendars,
        numbers,
    }))
}

fn text_of(document: &Value, name: &str) -> Option<String> {
    document.get(name)?.as_str().map(str::to_owned)
}

/// Whether a node of a menu asks the calendar.
fn goes_by(menu: &Value, calendar: &str) -> bool {
    let nodes = menu.get("nodes").and_then(Value::as_object);
    nodes
        .into_iter()
        .flatten()
        .any(|(_, node)| node.get("calendar").and_then(Value::as_str) == Some(calendar))
}
