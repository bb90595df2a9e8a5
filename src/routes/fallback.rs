//! `/webhooks/fallback`: what a caller hears when nothing else worked. Needs no binding.

use events::Event;
use serde_json::json;
use vonage::{Route, Webhook};

use super::auth::VerifiedWebhook;
use super::context::RequestContext;
use super::event;
use crate::outcome::Outcome;
use crate::respond::Reply;

/// Replies with the built-in apology; the event of the webhook is kept if there is a queue.
///
/// `verified` is `None` in a Worker without a signature secret.
pub fn reply(context: &mut RequestContext<'_>, verified: Option<&VerifiedWebhook<'_>>) -> Outcome {
    let mut events = Vec::new();
    if let Some(verified) = verified {
        match Webhook::parse(Route::Fallback, &verified.delivery()) {
            Ok(webhook) => {
                let event = Event::from_webhook(&webhook, verified.raw(), context.now, None);
                event::tell(context, &event);
                events.push(event);
            }
            Err(error) => {
                // The caller hears something all the same; what is known of it is kept for us.
                let outcome = event::malformed(context, verified, Route::Fallback, &error);
                context.line = outcome.line;
                events = outcome.events;
            }
        }
    }
    if !context.facts.has_queue {
        events.clear();
    }
    context.line.outcome = "safe_ncco";
    let words = ivr::safe_ncco(context.config.language.as_deref());
    let ncco = match &context.config.fallback_record {
        Some(told_to) => with_message(&words, told_to),
        None => words,
    };
    Outcome {
        events,
        ..context.reply(Reply::json(ncco))
    }
}

/// The words, and then a message is taken: for three minutes, until silence or a key.
fn with_message(words: &str, told_to: &str) -> String {
    let told_to = told_to.starts_with("https://").then_some([told_to]);
    let mut record = json!({
        "action": "record", "beepStart": true, "endOnSilence": 4, "endOnKey": "#", "timeOut": 180,
    });
    if let (Some(record), Some(told_to)) = (record.as_object_mut(), told_to) {
        record.insert("eventUrl".to_owned(), json!(told_to));
        record.insert("eventMethod".to_owned(), json!("POST"));
    }
    let words = words.strip_suffix(']').unwrap_or(words);
    [words, ",", &record.to_string(), "]"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fallback_that_takes_a_message_is_an_ncco_the_platform_takes() {
        for (told_to, expected) in [
            ("yes", None),
            (
                "https://ivr.example.com/webhooks/recording",
                Some("https://ivr.example.com/webhooks/recording"),
            ),
        ] {
            let text = with_message(&ivr::safe_ncco(None), told_to);
            let ncco = ncco::Ncco::from_json(text.as_bytes()).unwrap();
            assert_eq!(ncco.validate(), [], "{text}");
            let actions: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(actions[1]["eventUrl"][0].as_str(), expected, "{text}");
        }
    }
}
