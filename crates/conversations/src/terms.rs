//! Terms: what a conversation can be found by beside its legs and numbers. An inverted index:
//! one row for each term and conversation.
//!
//! Most events of a call are of types every call has; a term for those would cost a row each and
//! find everything. What is rare, and looked for in trouble, has a term.

use events::Event;

/// Types nearly every call has. They are found by time.
const COMMON: [&str; 8] = [
    "vonage.voice.answer",
    "vonage.voice.started",
    "vonage.voice.ringing",
    "vonage.voice.answered",
    "vonage.voice.completed",
    "vonage.voice.complete",
    "vonage.voice.input",
    "ivr.step",
];

/// Types whose last part is Vonage's or a document's to choose: one term for all of a family.
const FAMILIES: [&str; 2] = ["vonage.rtc", "ivr.queue"];

/// Types with a term of their own. Others, which this version does not know, share one.
const RARE: [&str; 33] = [
    "ivr.callback",
    "ivr.degraded",
    "ivr.notify",
    "ivr.operator",
    "ivr.published",
    "ivr.state_rejected",
    "vonage.dispatch",
    "vonage.insight",
    "vonage.malformed",
    "vonage.messages.inbound",
    "vonage.messages.status",
    "vonage.sms.inbound",
    "vonage.sms.receipt",
    "vonage.verify",
    "vonage.voice.busy",
    "vonage.voice.canceled",
    "vonage.voice.cancelled",
    "vonage.voice.conversation",
    "vonage.voice.disconnected",
    "vonage.voice.error",
    "vonage.voice.failed",
    "vonage.voice.fallback",
    "vonage.voice.human",
    "vonage.voice.machine",
    "vonage.voice.notify",
    "vonage.voice.payment",
    "vonage.voice.recording",
    "vonage.voice.rejected",
    "vonage.voice.timeout",
    "vonage.voice.transcription",
    "vonage.voice.transfer",
    "vonage.voice.unanswered",
    OTHER,
];

/// What stands for types this version does not know.
const OTHER: &str = "other";

/// The name under which events of a type are found; `None` for the common ones.
fn name_of(kind: &str) -> Option<&str> {
    if COMMON.contains(&kind) {
        return None;
    }
    let family = FAMILIES.iter().find(|family| {
        kind.strip_prefix(**family)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    });
    match family {
        Some(family) => Some(family),
        None if RARE.contains(&kind) => Some(kind),
        None => Some(OTHER),
    }
}

/// The terms of an event.
pub fn terms_of(event: &Event) -> impl Iterator<Item = String> + '_ {
    let kind = name_of(&event.kind).map(|name| ["type:", name].concat());
    let menu = event.menu.as_deref().map(term_of_menu);
    kind.into_iter().chain(menu)
}

/// The term of a menu.
#[must_use]
pub fn term_of_menu(menu: &str) -> String {
    ["menu:", menu].concat()
}

/// The terms that find every event whose type matches; `None` when a common type may match, which
/// only time finds. `pattern` may end in `*`.
#[must_use]
pub fn terms_of_types(pattern: &str) -> Option<Vec<String>> {
    let Some(prefix) = pattern.strip_suffix('*') else {
        return name_of(pattern).map(|name| vec![["type:", name].concat()]);
    };
    if COMMON.iter().any(|kind| kind.starts_with(prefix)) {
        return None;
    }
    let known = RARE.iter().chain(&FAMILIES).filter(|name| {
        **name == OTHER
            || name.starts_with(prefix)
            || (FAMILIES.contains(name) && prefix.starts_with(**name))
    });
    Some(known.map(|name| ["type:", name].concat()).collect())
}

/// The terms that find every event of a source; `None` when only time finds them.
#[must_use]
pub fn terms_of_source(source: &str) -> Option<Vec<String>> {
    match source {
        "/vonage/voice" | "/ivr" => None,
        "/vonage" => terms_of_types("vonage.malformed"),
        other => {
            let family = other.trim_start_matches('/').replace('/', ".");
            terms_of_types(&[&family, "*"].concat())
        }
    }
}

/// The terms that find every call with this status; `None` for those nearly every call has.
#[must_use]
pub fn terms_of_status(status: &str) -> Option<Vec<String>> {
    match status {
        "cancelled" => Some(vec![
            "type:vonage.voice.cancelled".to_owned(),
            "type:vonage.voice.canceled".to_owned(),
        ]),
        status => terms_of_types(&["vonage.voice.", status].concat()),
    }
}

/// The terms that find every call with this outcome; `None` for those that are not rare.
#[must_use]
pub fn terms_of_outcome(outcome: &str) -> Option<Vec<String>> {
    let types: &[&str] = match outcome {
        "degraded" => &["ivr.degraded"],
        "message_left" => &["vonage.voice.recording"],
        "failed" => &[
            "vonage.voice.busy",
            "vonage.voice.canceled",
            "vonage.voice.cancelled",
            "vonage.voice.failed",
            "vonage.voice.rejected",
            "vonage.voice.timeout",
            "vonage.voice.unanswered",
        ],
        _ => return None,
    };
    Some(types.iter().map(|kind| ["type:", kind].concat()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(found: Option<Vec<String>>, expected: Option<&[&str]>) {
        let found: Option<Vec<&str>> = found
            .as_ref()
            .map(|terms| terms.iter().map(String::as_str).collect());
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn rare_types_are_found_by_a_term_and_common_ones_by_time() {
        check(terms_of_types("ivr.degraded"), Some(&["type:ivr.degraded"]));
        check(
            terms_of_types("vonage.rtc.rtc:hangup"),
            Some(&["type:vonage.rtc"]),
        );
        check(terms_of_types("vonage.voice.new"), Some(&["type:other"]));
        check(terms_of_types("vonage.voice.completed"), None);
        check(terms_of_types("vonage.voice.*"), None);
        check(terms_of_types("*"), None);
        check(
            terms_of_types("vonage.sms.*"),
            Some(&[
                "type:vonage.sms.inbound",
                "type:vonage.sms.receipt",
                "type:other",
            ]),
        );
        check(
            terms_of_types("vonage.rtc.rtc*"),
            Some(&["type:other", "type:vonage.rtc"]),
        );
        check(terms_of_source("/vonage/voice"), None);
        check(terms_of_source("/vonage"), Some(&["type:vonage.malformed"]));
        check(
            terms_of_source("/vonage/rtc"),
            Some(&["type:other", "type:vonage.rtc"]),
        );
        check(terms_of_status("completed"), None);
        check(
            terms_of_status("rejected"),
            Some(&["type:vonage.voice.rejected"]),
        );
        check(terms_of_outcome("degraded"), Some(&["type:ivr.degraded"]));
        check(terms_of_outcome("completed"), None);
    }

    #[test]
    fn every_event_has_the_terms_its_filters_ask_for() {
        for kind in [
            "ivr.callback",
            "vonage.rtc.x",
            "vonage.voice.new",
            "vonage.voice.busy",
        ] {
            let event = Event::from_json(&format!(
                r#"{{"specversion":"1.0","id":"1","source":"/ivr","type":"{kind}","receivedat":"2026-11-26T10:00:00.000Z","menu":"acme"}}"#
            ))
            .unwrap();
            let own: Vec<String> = terms_of(&event).collect();
            assert!(own.contains(&term_of_menu("acme")));
            for pattern in [kind.to_owned(), format!("{}*", &kind[..kind.len() - 1])] {
                if let Some(terms) = terms_of_types(&pattern) {
                    assert!(
                        terms.iter().any(|term| own.contains(term)),
                        "{pattern} {own:?}"
                    );
                }
            }
        }
    }
}
