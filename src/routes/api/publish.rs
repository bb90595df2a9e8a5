//! Puts documents in force: what `PUT`, `DELETE`, overrides and rollbacks have in common.

use std::collections::BTreeSet;

use api::{Finding, Published, Reason, Severity};

use super::super::dial;
use super::audit;
use super::auth::Operator;
use super::context::ApiContext;
use super::document_store::{self, DocumentStore, Kind};
use super::neighbours::Neighbours;
use super::replies::{Answer, faster, listing, refused, storage_failed, unavailable};
use super::revision::{Proposal, Revision};
use super::{history, references, tags};
use crate::bindings::library_do::{self, Claim, Claimed, Publication};
use crate::bindings::menus::key;
use crate::bindings::pace::Pace;
use crate::bindings::{clock, event_store};
use crate::env::Config;
use crate::log;
use crate::respond::Reply;
use events::OperatorAct;

/// The documents that a change concerns: `names` are those that the document will name, none when
/// it is to be taken away.
///
/// # Errors
/// The refusal, as a reply.
pub async fn around<'s>(
    context: &mut ApiContext<'_>,
    store: &'s DocumentStore,
    pace: &'s Pace,
    document: (Kind, &str),
    names: Option<&BTreeSet<String>>,
) -> Result<Neighbours<'s>, Reply> {
    let documents = references::around(context.env, store, pace, document, names).await;
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
    (kind, id): (Kind, &str),
    verb: &str,
    text: String,
    message: Option<String>,
) -> Answer {
    let pace = Pace::default();
    let mut proposal = Proposal::of(kind, id, text, &pace).await;
    let names = Some(&proposal.names);
    // The menus, calendars and lists it names may be gone by now, also when it was in force before.
    let mut neighbours = around(context, store, &pace, (kind, id), names).await?;
    expected(context, neighbours.current.as_ref())?;
    let found = neighbours.broken_by(Some(&mut proposal)).await;
    let found = found.map_err(|error| storage_failed(context, &error))?;
    if !found.is_empty() || proposal.revision.version.is_none() {
        return Err(refused(&found));
    }
    if kind == Kind::Menu {
        dials_only_what_is_allowed(context, id, &proposal.revision.text)?;
    }
    let current = neighbours.current.as_ref();
    let changed = current.is_none_or(|it| it.version != proposal.revision.version);
    if changed {
        let change = Change {
            kind,
            id,
            verb,
            current,
            proposal: Some(&proposal),
            message,
        };
        make(context, operator, store, &change).await?;
    }
    let tag = proposal.revision.tag();
    let published = Published {
        id: id.to_owned(),
        version: proposal.revision.name().unwrap_or_default(),
        changed,
    };
    let mut reply = Reply::of(&published).with("etag", tag);
    if current.is_none() && verb == "publish" {
        reply.status = 201;
    }
    Ok(reply)
}

/// Another revision of a document, or none.
pub struct Change<'a> {
    /// The kind of document.
    pub kind: Kind,
    /// Its id.
    pub id: &'a str,
    /// `publish`, `rollback`, `delete`, `override`.
    pub verb: &'a str,
    /// What is in force.
    pub current: Option<&'a Revision>,
    /// What is to be; nothing takes the document away.
    pub proposal: Option<&'a Proposal>,
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
    let to = change.proposal.map(|proposal| &proposal.revision);
    for revision in [change.current, to].into_iter().flatten() {
        let kept = history::keep(store, revision).await;
        kept.map_err(|error| storage_failed(context, &error))?;
    }
    let before = change.current.and_then(Revision::name);
    let after = to.and_then(Revision::name);
    let claim = Claim {
        document: document_store::key_of(kind, id),
        seen: change
            .current
            .map(|current| current.tag().trim_matches('"').to_owned()),
        publication: Publication {
            version: after.clone(),
            published: vonage::print_timestamp(clock::now(), None),
            message: change.message.clone(),
            by: Some(operator.who.clone()),
        },
        names: change
            .proposal
            .map_or_else(BTreeSet::new, |proposal| proposal.names.clone()),
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
    let act = OperatorAct {
        verb: change.verb,
        kind: kind.plural(),
        id: Some(id),
        before: before.as_deref(),
        after: after.as_deref(),
        message: change.message.as_deref(),
        ..OperatorAct::default()
    };
    audit::record(context, operator, act).await?;
    let moved = match (change.proposal, &after) {
        (Some(proposal), Some(version)) => {
            if kind == Kind::Menu {
                // Also before anybody calls: an edit by hand may break the menu until then.
                let good = store.put(&key::last_good(id), version).await;
                good.map_err(|error| storage_failed(context, &error))?;
            }
            store.write(kind, id, proposal).await
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
pub fn expected(context: &ApiContext<'_>, current: Option<&Revision>) -> Result<(), Reply> {
    let tag = current.map(Revision::tag);
    let failed = |detail: &str| {
        let version = current.and_then(Revision::name);
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
fn dials_only_what_is_allowed(context: &ApiContext<'_>, id: &str, text: &str) -> Result<(), Reply> {
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
