//! `/api/drafts/{menu}`: a menu somebody works on. It goes in force by being published, not here.

use api::SaveDraft;

use super::audit;
use super::auth::Operator;
use super::context::ApiContext;
use super::document_store::Kind;
use super::replies::bad_request;
use super::replies::{check_id, faster, text_of};
use super::tags;
use crate::bindings::clock;
use crate::bindings::library_do::{self, Draft};
use crate::respond::Reply;
use events::OperatorAct;

/// Shows a draft. Its entity tag is the time it was saved.
///
/// # Errors
/// There is none, or the library fails.
pub async fn read(context: &mut ApiContext<'_>, menu: &str) -> Result<Reply, Reply> {
    match find(context, menu).await? {
        Some(draft) => Ok(shown(menu, &draft)),
        None => Err(missing(menu)),
    }
}

/// Saves a draft, when the one before is the one the request names.
///
/// # Errors
/// Somebody saved another one, or the library fails.
pub async fn save(
    context: &mut ApiContext<'_>,
    operator: &Operator,
    menu: &str,
) -> Result<Reply, Reply> {
    let text = text_of(context).await?;
    let save: SaveDraft =
        strict::from_str(&text).map_err(|error| bad_request(&error.to_string()))?;
    let before = find(context, menu).await?;
    expected(context, before.as_ref())?;
    record(context, operator, "save", menu).await?;
    let draft = Draft {
        text: save.text,
        base: save.base,
        saved: vonage::print_timestamp(clock::now(), None),
        by: operator.who.clone(),
    };
    replace(context, menu, before.as_ref(), Some(&draft)).await?;
    let mut reply = shown(menu, &draft);
    if before.is_none() {
        reply.status = 201;
    }
    Ok(reply)
}

/// Takes a draft away.
///
/// # Errors
/// There is none, somebody saved another one, or the library fails.
pub async fn delete(
    context: &mut ApiContext<'_>,
    operator: &Operator,
    menu: &str,
) -> Result<Reply, Reply> {
    let before = find(context, menu).await?;
    if before.is_none() {
        return Err(missing(menu));
    }
    expected(context, before.as_ref())?;
    record(context, operator, "discard", menu).await?;
    replace(context, menu, before.as_ref(), None).await?;
    Ok(Reply::empty(204))
}

async fn find(context: &mut ApiContext<'_>, menu: &str) -> Result<Option<Draft>, Reply> {
    check_id(Kind::Menu, menu)?;
    let draft = library_do::draft(context.env, menu).await;
    draft.map_err(|error| super::replies::unavailable(context, &error))
}

fn expected(context: &ApiContext<'_>, before: Option<&Draft>) -> Result<(), Reply> {
    let tag = before.map(|draft| tags::quoted(&draft.saved));
    let header = |name: &str| context.request.header(name);
    let is_other = header("if-match").is_some_and(|it| !tags::fits(&it, tag.as_deref()));
    let is_there = header("if-none-match").is_some_and(|it| tags::fits(&it, tag.as_deref()));
    if is_other || is_there {
        return Err(other(before));
    }
    Ok(())
}

async fn replace(
    context: &mut ApiContext<'_>,
    menu: &str,
    before: Option<&Draft>,
    draft: Option<&Draft>,
) -> Result<(), Reply> {
    let seen = before.map(|draft| draft.saved.as_str());
    let there = library_do::save_draft(context.env, menu, seen, draft).await;
    let there = there.map_err(|error| super::replies::unavailable(context, &error))?;
    if there.as_ref() == draft {
        Ok(())
    } else {
        Err(other(there.as_ref()))
    }
}

fn other(there: Option<&Draft>) -> Reply {
    let saved = there.map(|draft| draft.saved.clone());
    let tag = saved.as_deref().map(tags::quoted);
    faster(saved, tag, "The draft there is another one. Read it again.")
}

async fn record(
    context: &mut ApiContext<'_>,
    operator: &Operator,
    verb: &str,
    menu: &str,
) -> Result<(), Reply> {
    let act = OperatorAct {
        verb,
        kind: "drafts",
        id: Some(menu),
        ..OperatorAct::default()
    };
    audit::record(context, operator, act).await
}

fn shown(menu: &str, draft: &Draft) -> Reply {
    let shown = api::Draft {
        menu: menu.to_owned(),
        text: draft.text.clone(),
        base: draft.base.clone(),
        saved: draft.saved.clone(),
        by: draft.by.clone(),
    };
    Reply::of(&shown).with("etag", tags::quoted(&draft.saved))
}

fn missing(menu: &str) -> Reply {
    let detail = ["There is no draft of ", menu, "."].concat();
    Reply::problem(404, "Not there", &detail)
}
