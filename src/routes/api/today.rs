//! `GET /api/today`: how each place stands now, and which menu each number gets. One reply, so
//! that the page on which one closes in an emergency needs no other, and no engine.

use desk::outlook::{Outlook, outlook};
use ivr::document::Calendar;
use serde::Serialize;
use serde_json::Value;

use super::super::Exchange;
use super::documents::{Answer, unavailable};
use super::shelf::{self, Kind, Shelf};
use crate::bindings::clock;
use crate::respond::Reply;

#[derive(Serialize)]
struct Today {
    now: String,
    calendars: Vec<Place>,
    numbers: Vec<Number>,
}

#[derive(Serialize)]
struct Place {
    id: String,
    version: Option<String>,
    note: Option<String>,
    /// The menus that go by it.
    menus: Vec<String>,
    /// Absent when the calendar cannot be read.
    outlook: Option<Outlook>,
}

#[derive(Serialize)]
struct Number {
    number: String,
    menu: Option<String>,
    title: Option<String>,
}

/// How things stand.
pub(super) async fn reply(exchange: &mut Exchange<'_>) -> Answer {
    exchange.line.route = "/api/today";
    let shelf = Shelf::of(exchange.env).map_err(|error| unavailable(exchange, &error))?;
    let documents = shelf.everything().await;
    let documents = documents.map_err(|error| unavailable(exchange, &error))?;
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
                version: shelf::version(text).map(|version| version.to_string()),
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
            Number {
                number: number.to_owned(),
                menu,
                title,
            }
        })
        .collect();
    let today = Today {
        now: now.to_string(),
        calendars,
        numbers,
    };
    Ok(Reply::json(
        serde_json::to_string(&today).unwrap_or_default(),
    ))
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
