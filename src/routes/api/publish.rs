//! Puts documents in force: what `PUT`, `DELETE`, overrides and rollbacks have in common.

use api::Reason;
use api::{Finding, Published, Severity};
use ivr::Version;

use super::super::dial;
use super::audit::{self, Act};
use super::auth::Operator;
use super::context::ApiContext;
use super::document_store::{self, DocumentStore, Documents, Kind};
use super::replies::{Answer, faster, listing, refused, storage_failed, unavailable};
use super::{history, references, tags};
use crate::bindings::library_do::{self, Claim, Claimed, Publication};
use crate::bindings::menus::key;
use crate::bindings::{clock, event_store};
use crate::env::Config;
use crate::log;
use crate::respond::Reply;

/// The documents that a change concerns.
///
/// # Errors
/// The refusal, as a reply.
pub async fn around(
    context: &mut ApiContext<'_>,
    store: &DocumentStore,
    kind: Kind,
    id: &str,
    text: Option<&str>,
) -> Result<Documents, Reply> {
    let documents = references::around(context.env, store, kind, id, text).await;
    documents.map_err(|error| unavailable(context, &error))
}

/// Puts a document in force, when it is right and nobody was faster.
///
/// # Errors
/// The refusal, as a reply.
pub async fn publish(
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
    let Some(version) = Version::of_text(text).filter(|_| found.is_empty()) else {
        return Err(refused(&found));
    };
    if kind == Kind::Menu {
        dials_only_what_is_allowed(context, id, text)?;
    }
    let name = version.to_string();
    let previous = current.as_deref().and_then(Version::of_text);
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
pub struct Change<'a> {
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
///
/// # Errors
/// The refusal, as a reply.
pub async fn make(
    context: &mut ApiContext<'_>,
    operator: &Operator,
    store: &DocumentStore,
    change: &Change<'_>,
) -> Result<(), Reply> {
    let (kind, id) = (change.kind, change.id);
    for text in [change.current, change.text].into_iter().flatten() {
        if let Some(version) = Version::of_text(text) {
            let kept = history::keep(store, &version, text).await;
            kept.map_err(|error| storage_failed(context, &error))?;
        }
    }
    let name = |text: &str| Version::of_text(text).map(|version| version.to_string());
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
    match claimed.map_err(|error| unavailable(context, &error))? {
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
                good.map_err(|error| storage_failed(context, &error))?;
            }
            store.write(kind, id, text).await
        }
        _ => store.remove(kind, id).await,
    };
    moved.map_err(|error| storage_failed(context, &error))?;
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

/// Refuses when the caller knew another document than the one in force, and says which that is.
///
/// # Errors
/// The refusal, as a reply.
pub fn expected(context: &ApiContext<'_>, current: Option<&str>) -> Result<(), Reply> {
    let tag = current.map(tags::tag);
    let failed = |detail: &str| {
        let version = current.and_then(Version::of_text);
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

/// Refuses a menu that names destinations which `DIAL_ALLOW` or `SIP_ALLOW` keeps from being called.
///
/// # Errors
/// The refusal, as a reply.
pub fn dials_only_what_is_allowed(
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

/// What the operator says, in the query.
pub fn message_of(query: &str) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    let mut messages = pairs.into_iter().filter(|(name, _)| name == "message");
    messages.next().map(|(_, text)| text)
}

/// Tells the sinks. What is in force is in force whether they hear of it or not.
async fn tell(context: &ApiContext<'_>, publication: &events::Publication<'_>) {
    let event = events::Event::published(publication, clock::now());
    if let Err(error) = event_store::keep(context.env, &[event]).await {
        log::alert(Reason::EventsLost, &error.to_string());
    }
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
