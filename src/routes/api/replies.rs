//! What the handlers of `/api` reply alike, and how they read what was sent.

use api::{Conflict, Finding, Reason, Refusal};
use ivr::Diagnostic;

use super::context::ApiContext;
use super::document_store::{self, Kind};
use super::revision::Revision;
use crate::bindings::kv::KvError;
use crate::bindings::promise::PlatformError;
use crate::request::BodyError;
use crate::respond::{Content, Reply};

/// A reply, or a refusal.
pub type Answer = Result<Reply, Reply>;

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

/// Refuses what is no id of this kind.
///
/// # Errors
/// The refusal, as a reply.
pub fn check_id(kind: Kind, id: &str) -> Result<(), Reply> {
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

/// A document as the reply it is: what is written by hand may not be JSON.
pub fn document(revision: Revision) -> Reply {
    let tag = revision.tag();
    let mut reply = Reply::json(revision.text);
    if revision.version.is_none() {
        reply.content = Content::Text;
    }
    reply.with("etag", tag)
}

/// A platform service said no: worth another try.
pub fn unavailable(context: &mut ApiContext<'_>, error: &PlatformError) -> Reply {
    context.line.reason = Some(Reason::ServiceFailed);
    context.line.detail = Some(error.message.clone());
    Reply::problem(
        503,
        "A service failed",
        "The log of the Worker says which. Try again.",
    )
    .with("retry-after", "5")
}

/// The store of documents said no.
pub fn storage_failed(context: &mut ApiContext<'_>, error: &KvError) -> Reply {
    context.line.reason = Some(error.reason());
    context.line.detail = Some(error.detail().to_owned());
    Reply::problem(503, "Storage does not answer", error.detail()).with("retry-after", "5")
}

/// The request asks for something that makes no sense.
pub fn bad_request(detail: &str) -> Reply {
    Reply::problem(400, "Bad request", detail)
}

/// There is no such document.
pub fn missing(kind: Kind, id: &str) -> Reply {
    let detail = [
        "Nothing is in force under ",
        &document_store::key_of(kind, id),
        ".",
    ]
    .concat();
    Reply::problem(404, "Not there", &detail)
}

/// The check found errors in what was to be put in force.
pub fn refused(found: &[Diagnostic]) -> Reply {
    findings(
        422,
        "The check finds errors",
        "Nothing was changed: see `findings`.",
        found,
    )
}

/// A refusal with what the check found.
pub fn findings(status: u16, title: &str, detail: &str, found: &[Diagnostic]) -> Reply {
    listing(
        status,
        title,
        detail,
        found.iter().map(Finding::from).collect(),
    )
}

/// A refusal with findings.
pub fn listing(status: u16, title: &str, detail: &str, findings: Vec<Finding>) -> Reply {
    let refusal = Refusal {
        title: title.to_owned(),
        status,
        detail: detail.to_owned(),
        findings,
    };
    Reply::refusal(status, &refusal)
}

/// Somebody was faster: `current` is in force, with that tag.
pub fn faster(current: Option<String>, tag: Option<String>, detail: &str) -> Reply {
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
