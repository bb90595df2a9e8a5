//! `/api/menus/{id}/versions` and `/rollback`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::Exchange;
use super::audit::{self, Act};
use super::auth::Operator;
use super::documents::{
    Answer, dials_only_what_is_allowed, document, expected, in_force, missing, refused, tell,
    text_of, unavailable,
};
use super::shelf::{self, Kind, Shelf};
use super::{history, tags};
use crate::respond::Reply;

pub(super) async fn versions(exchange: &mut Exchange<'_>, shelf: &Shelf, id: &str) -> Answer {
    let current = shelf.read(Kind::Menu, id).await;
    let current = current.map_err(|error| unavailable(exchange, &error))?;
    let list = history::read(shelf, id).await;
    let list = list.map_err(|error| unavailable(exchange, &error))?;
    if current.is_none() && list.is_empty() {
        return Err(missing(Kind::Menu, id));
    }
    let now = current.as_deref().and_then(shelf::version);
    let now = now.map(|version| version.to_string());
    let mut marked = false;
    let mut entries: Vec<Value> = Vec::new();
    if let Some(now) = &now
        && !list.iter().any(|one| one.version == *now)
    {
        marked = true;
        entries.push(json!({
            "version": now, "published": null,
            "message": "written without ivr publish", "by": null, "current": true,
        }));
    }
    for one in &list {
        // The same version may have been in force more than once.
        let is_current = !marked && now.as_deref() == Some(one.version.as_str());
        marked |= is_current;
        entries.push(json!({
            "version": one.version, "published": one.published,
            "message": one.message, "by": one.by, "current": is_current,
        }));
    }
    Ok(Reply::json(
        json!({ "menu": id, "versions": entries }).to_string(),
    ))
}

pub(super) async fn old(
    exchange: &mut Exchange<'_>,
    shelf: &Shelf,
    id: &str,
    version: &str,
) -> Answer {
    let list = history::read(shelf, id).await;
    let list = list.map_err(|error| unavailable(exchange, &error))?;
    let current = shelf.read(Kind::Menu, id).await;
    let current = current.map_err(|error| unavailable(exchange, &error))?;
    if let Some(text) = current
        && shelf::version(&text).is_some_and(|now| now.to_string() == version)
    {
        return Ok(document(text));
    }
    // A version of another menu is not one of this.
    if !list.iter().any(|one| one.version == version) {
        return Err(no_version(id));
    }
    let copy = history::copy(shelf, version).await;
    match copy.map_err(|error| unavailable(exchange, &error))? {
        Some(text) => Ok(document(text)),
        None => Err(no_version(id)),
    }
}

#[derive(Deserialize, Default)]
struct Rollback {
    to: Option<String>,
    message: Option<String>,
}

pub(super) async fn rollback(
    exchange: &mut Exchange<'_>,
    operator: &Operator,
    shelf: &Shelf,
    id: &str,
) -> Answer {
    let text = text_of(exchange).await?;
    let wanted: Rollback = match text.trim() {
        "" => Rollback::default(),
        text => strict::from_str(text)
            .map_err(|error| Reply::problem(400, "Not a rollback", &error.to_string()))?,
    };
    let message = audit::message(wanted.message)?;
    let before = shelf.everything().await;
    let before = before.map_err(|error| unavailable(exchange, &error))?;
    let current = before.get(&("menus", id.to_owned())).cloned();
    expected(exchange, current.as_deref())?;
    let now = current.as_deref().and_then(shelf::version);
    let now = now.map(|version| version.to_string());
    let list = history::read(shelf, id).await;
    let list = list.map_err(|error| unavailable(exchange, &error))?;
    let to = match wanted.to {
        Some(version) if list.iter().any(|one| one.version == version) => version,
        Some(_) => return Err(no_version(id)),
        None => {
            // The one before what is in force: the first after it in the list that is another.
            let after = list
                .iter()
                .position(|one| Some(&one.version) == now.as_ref())
                .map_or(0, |at| at + 1);
            let earlier = list.iter().skip(after);
            match earlier
                .into_iter()
                .find(|one| Some(&one.version) != now.as_ref())
            {
                Some(one) => one.version.clone(),
                None => {
                    return Err(Reply::problem(
                        409,
                        "Nothing to go back to",
                        "There is no version before the one in force.",
                    ));
                }
            }
        }
    };
    let copy = history::copy(shelf, &to).await;
    let Some(text) = copy.map_err(|error| unavailable(exchange, &error))? else {
        return Err(no_version(id));
    };
    // The menus, calendars and lists it names may be gone by now.
    let found = shelf::broken_by(&before, Kind::Menu, id, Some(&text));
    if !found.is_empty() {
        return Err(refused(&found));
    }
    dials_only_what_is_allowed(exchange, id, &text)?;
    let changed = now.as_deref() != Some(to.as_str());
    if changed {
        let act = Act {
            verb: "rollback",
            kind: Kind::Menu.plural(),
            id: Some(id),
            before: now.as_deref(),
            after: Some(&to),
            message: message.as_deref(),
        };
        audit::record(exchange, operator, act).await?;
        let message = message.or_else(|| Some("rollback".to_owned()));
        let done = in_force(shelf, Kind::Menu, id, &text, message, &operator.who).await;
        done.map_err(|error| unavailable(exchange, &error))?;
        let publication = events::Publication {
            menu: id,
            version: Some(&to),
            previous: now.as_deref(),
            action: "rollback",
            by: Some(&operator.who),
        };
        tell(exchange, &publication).await;
    }
    let reply = json!({ "id": id, "version": to, "changed": changed });
    Ok(Reply::json(reply.to_string()).with("etag", tags::quoted(&to)))
}

fn no_version(id: &str) -> Reply {
    let detail = ["GET /api/menus/", id, "/versions lists them."].concat();
    Reply::problem(404, "No such version", &detail)
}
