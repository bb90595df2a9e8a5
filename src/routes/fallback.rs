//! `/webhooks/fallback`: what a caller hears when nothing else worked. Needs no binding.

use events::Event;
use serde_json::json;
use vonage::{Route, Webhook};

use super::Exchange;
use super::event;
use super::gate::{self, Speaks};
use crate::bindings::{clock, queue};
use crate::env::{Config, binding};
use crate::respond::Reply;

/// The built-in NCCO; what happened is told when there is a queue to tell it to.
///
/// A Worker without a signature secret speaks to anybody: it holds nothing to protect, and
/// it is the last one that can.
pub async fn reply(exchange: &mut Exchange<'_>) -> Reply {
    let config = Config::of(exchange.env);
    if config.verifier.is_configured() {
        let signed = match gate::enter(exchange, Route::Fallback, Speaks::Ncco).await {
            Ok(signed) => signed,
            Err(refusal) => return refusal,
        };
        match Webhook::parse(Route::Fallback, &signed.delivery()) {
            Ok(webhook) => {
                let event = Event::from_webhook(&webhook, signed.raw(), clock::now(), None);
                event::tell(exchange, &event);
                if binding(exchange.env, "EVENTS").is_object() {
                    queue::keep_later(exchange.env, exchange.context, &[event]);
                }
            }
            Err(error) => {
                // The caller hears something all the same; the bytes are kept for us.
                event::malformed(exchange, &signed, Route::Fallback, &error).await;
            }
        }
    }
    exchange.line.outcome = "safe_ncco";
    let words = ivr::safe_ncco(config.language.as_deref());
    Reply::json(match &config.fallback_record {
        Some(told_to) => with_message(&words, told_to),
        None => words,
    })
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
