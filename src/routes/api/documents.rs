//! `/api/menus`, `/api/calendars`, `/api/lists`, `/api/numbers`, `/api/check`.

use api::routes::Verb;
use api::{
    Calendars, CheckFiles, DocumentSummary, Finding, Findings, Folder, Lists, Menus, Numbers,
    StoredDocument,
};
use ivr::{Library, Version};
use serde_json::Value;

use super::audit;
use super::auth::Operator;
use super::context::ApiContext;
use super::document_store::{DocumentStore, Kind};
use super::publish::{Change, around, expected, make, message_of, publish};
use super::replies::{Answer, check_id, document, findings, missing, storage_failed, text_of};
use super::revision::Revision;
use super::{tags, versions};
use crate::bindings::pace::Pace;
use crate::request::Method;
use crate::respond::Reply;

/// Answers a request for documents. `values` are what the path names: the id, then the version.
pub async fn reply(
    context: &mut ApiContext<'_>,
    operator: &Operator,
    kind: Kind,
    verb: Verb,
    values: &[&str],
) -> Answer {
    let store = DocumentStore::of(context.env).map_err(|error| storage_failed(context, &error))?;
    let id = values.first().copied().unwrap_or_default();
    if verb != Verb::List {
        check_id(kind, id)?;
    }
    match verb {
        Verb::List => list(context, &store, kind).await,
        Verb::Read => one(context, &store, kind, id).await,
        Verb::Publish => put(context, operator, &store, kind, id).await,
        Verb::Delete => delete(context, operator, &store, kind, id).await,
        Verb::Versions => versions::versions(context, &store, kind, id).await,
        Verb::Version => {
            let version = values.get(1).copied().unwrap_or_default();
            versions::old(context, &store, kind, id, version).await
        }
        Verb::Rollback => versions::rollback(context, operator, &store, kind, id).await,
    }
}

async fn list(context: &mut ApiContext<'_>, store: &DocumentStore, kind: Kind) -> Answer {
    let summaries = store.summaries(kind).await;
    let summaries = summaries.map_err(|error| storage_failed(context, &error))?;
    if kind == Kind::Number {
        let entries = summaries.into_iter();
        return Ok(Reply::of(&Numbers {
            numbers: entries
                .map(|(id, summary)| (id, summary.entry.unwrap_or_default()))
                .collect(),
        }));
    }
    let entries = summaries.into_iter();
    let entries: Vec<DocumentSummary> = entries
        .map(|(id, summary)| DocumentSummary {
            id,
            version: summary.version,
            title: summary.title,
        })
        .collect();
    Ok(match kind {
        Kind::Menu | Kind::Number => Reply::of(&Menus { menus: entries }),
        Kind::Calendar => Reply::of(&Calendars { calendars: entries }),
        Kind::List => Reply::of(&Lists { lists: entries }),
    })
}

/// All documents at once, as text: whoever checks one needs those it names.
pub async fn folder(context: &mut ApiContext<'_>) -> Answer {
    let store = DocumentStore::of(context.env).map_err(|error| storage_failed(context, &error))?;
    let everything = store.everything().await;
    let everything = everything.map_err(|error| storage_failed(context, &error))?;
    let documents = everything.into_iter().filter_map(|((plural, id), text)| {
        let kind = Kind::of(plural)?;
        Some(StoredDocument {
            kind,
            file: kind.file(&id),
            id,
            version: Version::of_text(&text).map(|version| version.to_string()),
            text,
        })
    });
    let reply = Reply::of(&Folder {
        documents: documents.collect(),
    });
    let tag = tags::of_bytes(reply.body.as_bytes());
    Ok(reply.with("etag", tag))
}

async fn one(context: &mut ApiContext<'_>, store: &DocumentStore, kind: Kind, id: &str) -> Answer {
    let text = store.read(kind, id).await;
    match text.map_err(|error| storage_failed(context, &error))? {
        Some(text) => Ok(document(Revision::of(text, &Pace::default()).await)),
        None => Err(missing(kind, id)),
    }
}

async fn put(
    context: &mut ApiContext<'_>,
    operator: &Operator,
    store: &DocumentStore,
    kind: Kind,
    id: &str,
) -> Answer {
    let message = audit::message(message_of(context.request.query()))?;
    let text = text_of(context).await?;
    publish(
        context,
        operator,
        store,
        (kind, id),
        "publish",
        text,
        message,
    )
    .await
}

async fn delete(
    context: &mut ApiContext<'_>,
    operator: &Operator,
    store: &DocumentStore,
    kind: Kind,
    id: &str,
) -> Answer {
    let message = audit::message(message_of(context.request.query()))?;
    let pace = Pace::default();
    let mut neighbours = around(context, store, &pace, (kind, id), None).await?;
    if neighbours.current.is_none() {
        return Err(missing(kind, id));
    }
    expected(context, neighbours.current.as_ref())?;
    let found = neighbours.broken_by(None).await;
    let found = found.map_err(|error| storage_failed(context, &error))?;
    if !found.is_empty() {
        return Err(findings(
            409,
            "Others need it",
            "Change them first: see `findings`.",
            &found,
        ));
    }
    let change = Change {
        kind,
        id,
        verb: "delete",
        current: neighbours.current.as_ref(),
        proposal: None,
        message,
    };
    make(context, operator, store, &change).await?;
    Ok(Reply::empty(204))
}

/// Sets or removes the override of a calendar.
pub async fn override_hours(context: &mut ApiContext<'_>, operator: &Operator, id: &str) -> Answer {
    check_id(Kind::Calendar, id)?;
    let store = &DocumentStore::of(context.env).map_err(|error| storage_failed(context, &error))?;
    let current = store.read(Kind::Calendar, id).await;
    let Some(current) = current.map_err(|error| storage_failed(context, &error))? else {
        return Err(missing(Kind::Calendar, id));
    };
    let mut calendar: Value = serde_json::from_str(&current).map_err(|_| {
        Reply::problem(
            409,
            "The calendar is broken",
            "Put a whole one in its place first.",
        )
    })?;
    let over = match context.request.method {
        Method::Put => {
            let text = text_of(context).await?;
            let over: Value = strict::from_str(&text)
                .map_err(|error| Reply::problem(400, "Not JSON", &error.to_string()))?;
            Some(over)
        }
        _ => None,
    };
    if let Some(members) = calendar.as_object_mut() {
        match over {
            Some(over) => members.insert("override".to_owned(), over),
            None => members.remove("override"),
        };
    }
    let message = audit::message(message_of(context.request.query()))?;
    let text = calendar.to_string();
    publish(
        context,
        operator,
        store,
        (Kind::Calendar, id),
        "override",
        text,
        message,
    )
    .await
}

/// Checks the files of a folder, by name; those in force count for nothing.
pub async fn check(context: &mut ApiContext<'_>) -> Answer {
    let text = text_of(context).await?;
    let folder: CheckFiles = strict::from_str(&text).map_err(|error| {
        let detail = [
            "Expected { \"files\": { \"acme.json\": … } }: ",
            &error.to_string(),
        ]
        .concat();
        Reply::problem(400, "Not a folder", &detail)
    })?;
    let pace = Pace::default();
    let mut library = Library::default();
    for (name, document) in &folder.files {
        // A document may come as JSON or, to keep its lines, as text.
        match document {
            Value::String(text) => library.add(name, text.as_bytes()),
            document => library.add(name, document.to_string().as_bytes()),
        }
    }
    let found = ivr::check_in_parts(&library, &|bytes| pace.after(bytes)).await;
    Ok(Reply::of(&Findings {
        findings: found.iter().map(Finding::from).collect(),
    }))
}
