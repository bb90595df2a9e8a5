//! What operators do, kept before it is done.

use api::Reason;
use events::{Event, OperatorAct};

use super::auth::Operator;
use super::context::ApiContext;
use crate::bindings::{clock, event_store};
use crate::respond::Reply;

/// Keeps an event of what an operator is about to do or see; who that is, and in which request, is
/// filled in here. Nobody changes anything, or sees what is personal, without a trace.
///
/// # Errors
/// The refusal, as a reply, when neither queue nor outbox took the event.
pub async fn record(
    context: &mut ApiContext<'_>,
    operator: &Operator,
    act: OperatorAct<'_>,
) -> Result<(), Reply> {
    let ray = context.request.header("cf-ray");
    let act = OperatorAct {
        who: &operator.who,
        role: operator.grant.role.name(),
        ray: ray.as_deref(),
        ..act
    };
    let event = Event::operator(&act, clock::now());
    if let Err(error) = event_store::keep(context.env, &[event]).await {
        context.line.reason = Some(Reason::AuditNotKept);
        context.line.detail = Some(error.to_string());
        return Err(Reply::problem(
            503,
            "Nothing was done",
            "What operators do is kept before it is done, and at the moment it cannot be. Try again.",
        )
        .with("retry-after", "5"));
    }
    Ok(())
}

/// A message to the log of versions, if it is one: no control characters, at most 500 characters.
///
/// # Errors
/// The refusal, as a reply.
pub fn message(text: Option<String>) -> Result<Option<String>, Reply> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
        return Ok(None);
    };
    if text.chars().any(char::is_control) {
        return Err(super::replies::bad_request(
            "`message` holds control characters. Write it on one line.",
        ));
    }
    Ok(Some(text.chars().take(500).collect()))
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn a_message_is_one_line_of_text() {
        let check = |text: Option<&str>, expected: Result<Option<&str>, u16>| {
            let read = message(text.map(str::to_owned)).map_err(|reply| reply.status);
            assert_eq!(
                read.as_ref().map(Option::as_deref),
                expected.as_ref().copied(),
                "{text:?}"
            );
        };
        check(None, Ok(None));
        check(Some("  "), Ok(None));
        check(Some("Über Nacht"), Ok(Some("Über Nacht")));
        check(Some("\u{1b}]0;owned\u{7}"), Err(400));
        check(Some("two\nlines"), Err(400));
        check(Some("c1 \u{9b}2J"), Err(400));
    }
}
