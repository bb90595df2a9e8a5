//! `/api/menus`, `/api/calendars`, `/api/lists`, `/api/numbers`, `/api/check`.

use api::routes::Verb;
use api::{
    Calendars, CheckFiles, Conflict, DocumentSummary, Finding, Findings, Folder, Lists, Menus,
    Numbers, Published, Refusal, Severity, StoredDocument,
};
use ivr::{Diagnostic, Library};
use serde_json::Value;

use super::super::dial;
use super::audit::{self, Act};
use super::auth::Operator;
use super::context::ApiContext;
use super::document_store::{self, DocumentStore, Kind};
use super::history;
use super::{references, tags, versions};
use crate::bindings::kv::KvError;
use crate::bindings::library_do::{self, Claim, Claimed, Publication};
use crate::bindings::menus::key;
use crate::bindings::{clock, event_store};
use crate::env::Config;
use crate::log;
use crate::request::{BodyError, Method};
use crate::respond::{Content, Reply};

pub(super) type Answer = Result<Reply, Reply>;

/// Answers a request for documents. `values` are what the path names: the id, then the version.
pub async fn reply(
    context: &mut ApiContext<'_>,
    operator: &Operator,
    kind: Kind,
    verb: Verb,
    values: &[&str],
) -> Answer {
    let store = DocumentStore::of(context.env).map_err(|error| unavailable(context, &error))?;
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

pub(super) fn check_id(kind: Kind, id: &str) -> Result<(), Reply> {
    if kind.allows(id) {
        return Ok(());
    }
    Err(Reply::problem(
        400,
        "Not an id",
        match kind {
            Kind::Number => "A number is its E.164 digits, or `default`.",
            _ => "An id is letters, digits, `-` and `_`, at most 40 of them.",
        },
    ))
}

async fn list(context: &mut ApiContext<'_>, store: &DocumentStore, kind: Kind) -> Answer {
    let summaries = store.summaries(kind).await;
    let summaries = summaries.map_err(|error| unavailable(context, &error))?;
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
            title: summary
                .title
                .and_then(|title| title.as_str().map(str::to_owned)),
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
    let store = DocumentStore::of(context.env).map_err(|error| unavailable(context, &error))?;
    let everything = store.everything().await;
    let everything = everything.map_err(|error| unavailable(context, &error))?;
    let documents = everything.into_iter().filter_map(|((plural, id), text)| {
        let kind = Kind::of(plural)?;
        Some(StoredDocument {
            kind,
            file: kind.file(&id),
            id,
            version: document_store::version(&text).map(|version| version.to_string()),
            text,
        })
    });
    let reply = Reply::of(&Folder {
        documents: documents.collect(),
    });
    let tag = tags::tag(&reply.body);
    Ok(reply.with("etag", tag))
}

async fn one(context: &mut ApiContext<'_>, store: &DocumentStore, kind: Kind, id: &str) -> Answer {
    let text = store.read(kind, id).await;
    match text.map_err(|error| unavailable(context, &error))? {
        Some(text) => Ok(document(text)),
        None => Err(missing(kind, id)),
    }
}

/// A document as the reply it is: what is written by hand may not be JSON.
pub(super) fn document(text: String) -> Reply {
    let tag = tags::tag(&text);
    let mut reply = Reply::json(text);
    if serde_json::from_str::<serde::de::IgnoredAny>(&reply.body).is_err() {
        reply.content = Content::Text;
    }
    reply.with("etag", tag)
}

async fn put(
    context: &mut ApiContext<'_>,
    operator: &Operator,
    store: &DocumentStore,
    kind: Kind,
    id: &str,
) -> Answer {
    let text = text_of(context).await?;
    publish(context, operator, store, kind, id, "publish", &text).await
}

/// The documents that a change concerns.
pub(super) async fn around(
    context: &mut ApiContext<'_>,
    store: &DocumentStore,
    kind: Kind,
    id: &str,
    text: Option<&str>,
) -> Result<document_store::Documents, Reply> {
    let documents = references::around(context.env, store, kind, id, text).await;
    documents.map_err(|error| super::unavailable(context, &error))
}

/// Puts a document in force, when it is right and nobody was faster.
async fn publish(
    context: &mut ApiContext<'_>,
    operator: &Operator,
    store: &DocumentStore,
    kind: Kind,
    id: &str,
    verb: &str,
    text: &str,
) -> Answer {
    let message = audit::message(message_of(context.request.query()))?;
    let before = around(context, store, kind, id, Some(text)).await?;
    let current = before.get(&(kind.plural(), id.to_owned())).cloned();
    expected(context, current.as_deref())?;
    let found = document_store::broken_by(&before, kind, id, Some(text));
    let Some(version) = document_store::version(text).filter(|_| found.is_empty()) else {
        return Err(refused(&found));
    };
    if kind == Kind::Menu {
        dials_only_what_is_allowed(context, id, text)?;
    }
    let name = version.to_string();
    let previous = current.as_deref().and_then(document_store::version);
    let changed = previous.as_ref() != Some(&version);
    if changed {
        let change = Change {
            kind,
            id,
            verb,
            current: current.as_deref(),
            text: Some(text),
            message,
        };
        make(context, operator, store, &change).await?;
    }
    let tag = tags::quoted(&name);
    let published = Published {
        id: id.to_owned(),
        version: name,
        changed,
    };
    let mut reply = Reply::of(&published).with("etag", tag);
    if current.is_none() {
        reply.status = 201;
    }
    Ok(reply)
}

/// Another text for a document, or none.
pub(super) struct Change<'a> {
    /// The kind of document.
    pub kind: Kind,
    /// Its id.
    pub id: &'a str,
    /// `publish`, `rollback`, `delete`, `override`.
    pub verb: &'a str,
    /// What is in force.
    pub current: Option<&'a str>,
    /// What is to be; nothing takes the document away.
    pub text: Option<&'a str>,
    /// What the operator says about it.
    pub message: Option<String>,
}

/// Makes a change that was checked. The copies come first, so that whatever is in force can be gone
/// back to; then who may go first is asked, and then the event is kept; the pointer moves last.
pub(super) async fn make(
    context: &mut ApiContext<'_>,
    operator: &Operator,
    store: &DocumentStore,
    change: &Change<'_>,
) -> Result<(), Reply> {
    let (kind, id) = (change.kind, change.id);
    for text in [change.current, change.text].into_iter().flatten() {
        if let Some(version) = document_store::version(text) {
            let kept = history::keep(store, &version, text).await;
            kept.map_err(|error| unavailable(context, &error))?;
        }
    }
    let name = |text: &str| document_store::version(text).map(|version| version.to_string());
    let (before, after) = (change.current.and_then(name), change.text.and_then(name));
    let claim = Claim {
        document: document_store::key_of(kind, id),
        seen: change
            .current
            .map(|text| tags::tag(text).trim_matches('"').to_owned()),
        publication: Publication {
            version: after.clone(),
            published: vonage::print_timestamp(clock::now(), None),
            message: change.message.clone(),
            by: Some(operator.who.clone()),
        },
        names: change.text.map_or_else(Default::default, |text| {
            document_store::names(kind, id, text)
        }),
    };
    let claimed = library_do::claim(context.env, &claim).await;
    match claimed.map_err(|error| super::unavailable(context, &error))? {
        Claimed::Granted => {}
        Claimed::Refused { current } => {
            let tag = current.as_deref().map(tags::quoted);
            return Err(faster(
                current,
                tag,
                "Another change came first. Read what is in force, and try again.",
            ));
        }
    }
    let act = Act {
        verb: change.verb,
        kind: kind.plural(),
        id: Some(id),
        before: before.as_deref(),
        after: after.as_deref(),
        message: change.message.as_deref(),
    };
    audit::record(context, operator, act).await?;
    let moved = match (change.text, &after) {
        (Some(text), Some(version)) => {
            if kind == Kind::Menu {
                // Also before anybody calls: an edit by hand may break the menu until then.
                let good = store.put(&key::last_good(id), version).await;
                good.map_err(|error| unavailable(context, &error))?;
            }
            store.write(kind, id, text).await
        }
        _ => store.remove(kind, id).await,
    };
    moved.map_err(|error| unavailable(context, &error))?;
    if kind == Kind::Menu {
        let publication = events::Publication {
            menu: id,
            version: after.as_deref(),
            previous: before.as_deref(),
            action: change.verb,
            by: Some(&operator.who),
        };
        tell(context, &publication).await;
    }
    Ok(())
}

async fn delete(
    context: &mut ApiContext<'_>,
    operator: &Operator,
    store: &DocumentStore,
    kind: Kind,
    id: &str,
) -> Answer {
    let message = audit::message(message_of(context.request.query()))?;
    let before = around(context, store, kind, id, None).await?;
    let Some(current) = before.get(&(kind.plural(), id.to_owned())).cloned() else {
        return Err(missing(kind, id));
    };
    expected(context, Some(&current))?;
    let found = document_store::broken_by(&before, kind, id, None);
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
        current: Some(&current),
        text: None,
        message,
    };
    make(context, operator, store, &change).await?;
    Ok(Reply::empty(204))
}

/// Sets or removes the override of a calendar.
pub async fn override_hours(context: &mut ApiContext<'_>, operator: &Operator, id: &str) -> Answer {
    check_id(Kind::Calendar, id)?;
    let store = &DocumentStore::of(context.env).map_err(|error| unavailable(context, &error))?;
    let current = store.read(Kind::Calendar, id).await;
    let Some(current) = current.map_err(|error| unavailable(context, &error))? else {
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
    let text = calendar.to_string();
    publish(
        context,
        operator,
        store,
        Kind::Calendar,
        id,
        "override",
        &text,
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
    let mut library = Library::default();
    for (name, document) in &folder.files {
        // A document may come as JSON or, to keep its lines, as text.
        match document {
            Value::String(text) => library.add(name, text.as_bytes()),
            document => library.add(name, document.to_string().as_bytes()),
        }
    }
    Ok(Reply::of(&Findings {
        findings: ivr::check(&library).iter().map(Finding::from).collect(),
    }))
}

/// The body as text.
///
/// # Errors
/// The refusal, as a reply.
pub async fn text_of(context: &mut ApiContext<'_>) -> Result<String, Reply> {
    let bytes = context.request.body().await.map_err(|error| match error {
        BodyError::TooLong => {
            Reply::problem(413, "Too large", "A document has at most a megabyte.")
        }
        BodyError::Broken => Reply::problem(400, "Broken off", "The body ended early."),
    })?;
    String::from_utf8(bytes)
        .map_err(|_| Reply::problem(400, "Not UTF-8", "Documents are JSON in UTF-8."))
}

/// Refuses when the caller knew another document than the one in force, and says which that is.
pub(super) fn expected(context: &ApiContext<'_>, current: Option<&str>) -> Result<(), Reply> {
    let tag = current.map(tags::tag);
    let failed = |detail: &str| {
        let version = current.and_then(document_store::version);
        let version = version.map(|version| version.to_string());
        Err(faster(version, tag.clone(), detail))
    };
    let header = |name: &str| context.request.header(name);
    if header("if-match").is_some_and(|wanted| !tags::fits(&wanted, tag.as_deref())) {
        return failed("What is in force is not what If-Match names. Read it again.");
    }
    if header("if-none-match").is_some_and(|known| tags::fits(&known, tag.as_deref())) {
        return failed("There is one already. Read it, and name it in If-Match.");
    }
    Ok(())
}

/// Somebody was faster: `current` is in force, with that tag.
pub(super) fn faster(current: Option<String>, tag: Option<String>, detail: &str) -> Reply {
    let conflict = Conflict {
        title: "Somebody was faster".to_owned(),
        status: 412,
        detail: detail.to_owned(),
        current,
    };
    let reply = Reply::refusal(412, &conflict);
    match tag {
        Some(tag) => reply.with("etag", tag),
        None => reply,
    }
}

/// What the operator says, in the query.
fn message_of(query: &str) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    let mut messages = pairs.into_iter().filter(|(name, _)| name == "message");
    messages.next().map(|(_, text)| text)
}

/// Tells the sinks. What is in force is in force whether they hear of it or not.
pub(super) async fn tell(context: &ApiContext<'_>, publication: &events::Publication<'_>) {
    let event = events::Event::published(publication, clock::now());
    if let Err(error) = event_store::keep(context.env, &[event]).await {
        log::alert("event_lost", &error.to_string());
    }
}

pub(super) fn unavailable(context: &mut ApiContext<'_>, error: &KvError) -> Reply {
    context.line.reason = Some(error.code());
    context.line.detail = Some(error.detail().to_owned());
    Reply::problem(503, "Storage does not answer", error.detail()).with("retry-after", "5")
}

pub(super) fn missing(kind: Kind, id: &str) -> Reply {
    let detail = [
        "Nothing is in force under ",
        &document_store::key_of(kind, id),
        ".",
    ]
    .concat();
    Reply::problem(404, "Not there", &detail)
}

pub(super) fn refused(found: &[Diagnostic]) -> Reply {
    findings(
        422,
        "The check finds errors",
        "Nothing was changed: see `findings`.",
        found,
    )
}

/// Refuses a menu that names destinations which `DIAL_ALLOW` or `SIP_ALLOW` keeps from being called.
pub(super) fn dials_only_what_is_allowed(
    context: &ApiContext<'_>,
    id: &str,
    text: &str,
) -> Result<(), Reply> {
    let found = Config::of(context.env).dial.refuse_menu(text);
    if found.is_empty() {
        return Ok(());
    }
    let tree = ivr::source::parse(text).ok();
    let list = found.into_iter().map(|found| {
        let at = tree.as_ref().map_or(0, |tree| tree.nearest(&found.pointer));
        let place = ivr::source::place(text, at);
        let message = dial::reason(&found.refused);
        let setting = dial::setting(found.refused.list);
        let help = ["call another destination, or add this one to ", setting].concat();
        Finding {
            file: Kind::Menu.file(id),
            line: place.line,
            column: place.column,
            pointer: found.pointer,
            severity: Severity::Error,
            code: "dial-refused".to_owned(),
            message,
            help: Some(help),
            path: Vec::new(),
        }
    });
    let detail = "Nothing was changed: destinations that DIAL_ALLOW or SIP_ALLOW does not allow, see `findings`.";
    Err(listing(422, "Not to be dialled", detail, list.collect()))
}

fn findings(status: u16, title: &str, detail: &str, found: &[Diagnostic]) -> Reply {
    listing(
        status,
        title,
        detail,
        found.iter().map(Finding::from).collect(),
    )
}

fn listing(status: u16, title: &str, detail: &str, findings: Vec<Finding>) -> Reply {
    let refusal = Refusal {
        title: title.to_owned(),
        status,
        detail: detail.to_owned(),
        findings,
    };
    Reply::refusal(status, &refusal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_comes_in_the_query() {
        let check = |query: &str, expected: Option<&str>| {
            assert_eq!(message_of(query).as_deref(), expected, "{query}");
        };
        check("message=Longer%20hours", Some("Longer hours"));
        check("a=b&message=%C3%9Cber+Nacht", Some("Über Nacht"));
        check("message=", Some(""));
        check("", None);
    }
}
