//! `/api/{menus,calendars,lists,numbers}/{id}/versions` and `/rollback`.

use api::{
    CalendarVersions, ListVersions, MenuVersions, NumberVersions, PublishedVersion, Rollback,
};
use ivr::Version;

use super::audit;
use super::auth::Operator;
use super::context::ApiContext;
use super::document_store::{self, DocumentStore, Kind};
use super::history;
use super::publish::{expected, publish};
use super::replies::{Answer, document, missing, storage_failed, text_of, unavailable};
use super::revision::Revision;
use crate::bindings::library_do::{self, Publication};
use crate::bindings::pace::Pace;
use crate::respond::Reply;

/// The versions a document has had, newest first; without the times it was taken away.
async fn publications(
    context: &mut ApiContext<'_>,
    kind: Kind,
    id: &str,
) -> Result<Vec<(String, Publication)>, Reply> {
    let list = library_do::history(context.env, &document_store::key_of(kind, id)).await;
    let list = list.map_err(|error| unavailable(context, &error))?;
    Ok(list
        .into_iter()
        .filter_map(|one| Some((one.version.clone()?, one)))
        .collect())
}

pub(super) async fn versions(
    context: &mut ApiContext<'_>,
    store: &DocumentStore,
    kind: Kind,
    id: &str,
) -> Answer {
    let current = store.read(kind, id).await;
    let current = current.map_err(|error| storage_failed(context, &error))?;
    let list = publications(context, kind, id).await?;
    if current.is_none() && list.is_empty() {
        return Err(missing(kind, id));
    }
    let now = match &current {
        Some(text) => Version::of_text(text).map(|version| version.to_string()),
        None => None,
    };
    let mut marked = false;
    let mut entries: Vec<PublishedVersion> = Vec::new();
    if let Some(now) = &now
        && !list.iter().any(|(version, _)| version == now)
    {
        marked = true;
        entries.push(PublishedVersion {
            version: now.clone(),
            published: None,
            message: Some("written by hand".to_owned()),
            by: None,
            current: true,
        });
    }
    for (version, one) in list {
        // The same version may have been in force more than once.
        let is_current = !marked && now.as_deref() == Some(version.as_str());
        marked |= is_current;
        entries.push(PublishedVersion {
            version,
            published: Some(one.published),
            message: one.message,
            by: one.by,
            current: is_current,
        });
    }
    let (id, versions) = (id.to_owned(), entries);
    Ok(match kind {
        Kind::Menu => Reply::of(&MenuVersions { menu: id, versions }),
        Kind::Calendar => Reply::of(&CalendarVersions {
            calendar: id,
            versions,
        }),
        Kind::List => Reply::of(&ListVersions { list: id, versions }),
        Kind::Number => Reply::of(&NumberVersions {
            number: id,
            versions,
        }),
    })
}

pub(super) async fn old(
    context: &mut ApiContext<'_>,
    store: &DocumentStore,
    kind: Kind,
    id: &str,
    version: &str,
) -> Answer {
    let list = publications(context, kind, id).await?;
    let current = store.read(kind, id).await;
    let current = current.map_err(|error| storage_failed(context, &error))?;
    let pace = Pace::default();
    if let Some(text) = current {
        let revision = Revision::of(text, &pace).await;
        if revision.name().as_deref() == Some(version) {
            return Ok(document(revision));
        }
    }
    // A version of another document is not one of this.
    if !list.iter().any(|(known, _)| known == version) {
        return Err(no_version(kind, id));
    }
    let copy = history::copy(store, version).await;
    match copy.map_err(|error| storage_failed(context, &error))? {
        Some(text) => Ok(document(Revision::of(text, &pace).await)),
        None => Err(no_version(kind, id)),
    }
}

pub(super) async fn rollback(
    context: &mut ApiContext<'_>,
    operator: &Operator,
    store: &DocumentStore,
    kind: Kind,
    id: &str,
) -> Answer {
    let text = text_of(context).await?;
    let wanted: Rollback = match text.trim() {
        "" => Rollback::default(),
        text => strict::from_str(text)
            .map_err(|error| Reply::problem(400, "Not a rollback", &error.to_string()))?,
    };
    let message = audit::message(wanted.message)?;
    let pace = Pace::default();
    let current = store.read(kind, id).await;
    let current = match current.map_err(|error| storage_failed(context, &error))? {
        Some(text) => Some(Revision::of(text, &pace).await),
        None => None,
    };
    expected(context, current.as_ref())?;
    let now = current.as_ref().and_then(Revision::name);
    let list = publications(context, kind, id).await?;
    if current.is_none() && list.is_empty() {
        return Err(missing(kind, id));
    }
    let to = match wanted.to {
        Some(version) if list.iter().any(|(known, _)| *known == version) => version,
        Some(_) => return Err(no_version(kind, id)),
        None => {
            // The one before what is in force: the first after it in the list that is another.
            let after = list
                .iter()
                .position(|(version, _)| Some(version) == now.as_ref())
                .map_or(0, |at| at + 1);
            let mut earlier = list.iter().skip(after).map(|(version, _)| version);
            let before = earlier.find(|version| Some(*version) != now.as_ref());
            before.cloned().ok_or_else(|| {
                Reply::problem(
                    409,
                    "Nothing to go back to",
                    "There is no version before the one in force.",
                )
            })?
        }
    };
    let copy = history::copy(store, &to).await;
    let Some(text) = copy.map_err(|error| storage_failed(context, &error))? else {
        return Err(no_version(kind, id));
    };
    let message = message.or_else(|| Some("rollback".to_owned()));
    publish(
        context,
        operator,
        store,
        (kind, id),
        "rollback",
        text,
        message,
    )
    .await
}

fn no_version(kind: Kind, id: &str) -> Reply {
    let detail = ["GET /api/", kind.plural(), "/", id, "/versions lists them."].concat();
    Reply::problem(404, "No such version", &detail)
}
