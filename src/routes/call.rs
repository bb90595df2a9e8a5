//! The routes a call takes: answer, input, connect, whisper, notify, and what is recorded of it.

use api::Reason;
use events::{Event, Position};
use ivr::{ConnectOutcome, SpeechResult, State};
use vonage::{ConversationId, DeliveryError, Kind, Route, Webhook};

use super::auth::VerifiedWebhook;
use super::call_handler::CallHandler;
use super::context::RequestContext;
use super::event;
use crate::facts::Decision;
use crate::outcome::Outcome;

/// Answers the webhook of a call.
///
/// # Errors
/// What has to be known first.
pub fn reply(
    context: &mut RequestContext<'_>,
    verified: &VerifiedWebhook<'_>,
    route: Route,
    named: Option<&str>,
) -> Decision<Outcome> {
    let webhook = match Webhook::parse(route, &verified.delivery()) {
        Ok(webhook) => webhook,
        Err(error) => return Ok(event::malformed(context, verified, route, &error)),
    };
    let state = open(context, verified, &webhook, route);
    let event = event_of(context, verified, &webhook, route, state.as_ref());
    let state = match state {
        None => {
            let handler = CallHandler::new(context, event);
            return handler.begin(&webhook, named, verified.direction);
        }
        Some(Ok(state)) => state,
        Some(Err(rejected)) => {
            return start_again(context, verified, &webhook, route, event, rejected);
        }
    };
    let speech;
    let happened = match route {
        Route::Input => {
            speech = words(&webhook);
            input(&webhook, &speech)
        }
        Route::Connect if verified.goes_on && outcome(&webhook) == ConnectOutcome::Other => {
            // They have talked, and the caller is still there.
            ivr::Event::Notify
        }
        Route::Connect => ivr::Event::Connect(outcome(&webhook)),
        Route::Recording if verified.goes_on => ivr::Event::Notify,
        Route::Whisper => ivr::Event::Whisper,
        Route::Notify => ivr::Event::Notify,
        // Recording and transcription webhooks do not advance the call.
        _ => return Ok(event::kept(context, vec![event])),
    };
    let handler = CallHandler::new(context, event);
    let handler = match route {
        Route::Connect | Route::Whisper => handler.about_another_leg(),
        _ => handler,
    };
    handler.go_on(&state, &happened, &webhook)
}

/// The event of a webhook that trapped, and the one that says so: what a caller was not answered
/// to is not lost for it.
///
/// # Errors
/// The bytes are no webhook.
pub fn lost(
    context: &RequestContext<'_>,
    verified: &VerifiedWebhook<'_>,
    route: Route,
    cause: &str,
    detail: &str,
) -> Result<[Event; 2], DeliveryError> {
    let webhook = Webhook::parse(route, &verified.delivery())?;
    let state = open(context, verified, &webhook, route);
    let event = event_of(context, verified, &webhook, route, state.as_ref());
    let mut degraded = Event::degraded(&event, cause, detail);
    if matches!(route, Route::Connect | Route::Whisper) {
        // It is the caller who had to do without, not the leg the webhook tells of.
        degraded.subject = None;
    }
    Ok([event, degraded])
}

/// The event of a webhook, without what a secret field collects.
fn event_of(
    context: &RequestContext<'_>,
    verified: &VerifiedWebhook<'_>,
    webhook: &Webhook,
    route: Route,
    state: Option<&Result<State, Reason>>,
) -> Event {
    let make = |position: Option<&Position<'_>>| {
        Event::from_webhook(webhook, verified.raw(), context.now, position)
    };
    match state {
        None => make(None),
        Some(Ok(state)) => {
            let version = state.version().to_string();
            let position = state.position();
            make(Some(&Position {
                menu: position.menu,
                version: &version,
                node: position.node,
                step: state.steps().into(),
                secret: state.expects_secret(),
            }))
        }
        Some(Err(_)) => {
            let mut event = match route {
                // Nobody can tell any more whether this was a secret.
                Route::Input => make(Some(&Position::UNKNOWN)),
                _ => make(None),
            };
            event.clear_position();
            event
        }
    }
}

/// Opens the state in the URL, or says why it counts for nothing. `None` where there is none yet.
fn open(
    context: &RequestContext<'_>,
    verified: &VerifiedWebhook<'_>,
    webhook: &Webhook,
    route: Route,
) -> Option<Result<State, Reason>> {
    if matches!(route, Route::Answer | Route::Fallback) {
        return None;
    }
    let Some(sealed) = verified.state.as_deref() else {
        return Some(Err(Reason::StateMissing));
    };
    let Some(sealer) = context.config.sealer.as_ref() else {
        return Some(Err(Reason::StateUnknownKey));
    };
    let conversation = webhook.conversation().map_or("", ConversationId::as_str);
    let opened = sealer.open(sealed, conversation, context.now);
    // Whoever is called may be in a conversation of their own; what they hear moves nobody.
    let opened = match opened {
        Ok(state) if state.is_unbound() && route != Route::Whisper => Err(ivr::StateError::Forged),
        opened => opened,
    };
    Some(opened.map_err(Reason::from))
}

/// A caller is never dropped for what is wrong with a URL: the menu starts again. Webhooks that
/// are about somebody else than the caller, or move nobody, are only kept.
fn start_again(
    context: &mut RequestContext<'_>,
    verified: &VerifiedWebhook<'_>,
    webhook: &Webhook,
    route: Route,
    event: Event,
    rejected: Reason,
) -> Decision<Outcome> {
    context.line.reason = Some(rejected);
    let told = Event::state_rejected(&event, rejected.code(), "the menu starts again");
    let moves = match route {
        Route::Input | Route::Notify => true,
        Route::Connect => outcome(webhook).is_unanswered(),
        Route::Recording => verified.goes_on,
        _ => false,
    };
    if moves {
        let mut handler = CallHandler::new(context, event);
        handler.add(|_| told);
        return handler.begin_again(webhook, verified.menu.as_deref(), verified.direction);
    }
    if route == Route::Whisper {
        // The one who picked up the telephone hears nothing, and is put through.
        let mut handler = CallHandler::new(context, event);
        handler.add(|_| told);
        return Ok(handler.reply(ivr::SHORTEST.to_owned()));
    }
    Ok(match rejected == Reason::StateMissing {
        true => event::kept(context, vec![event]),
        false => event::kept(context, vec![event, told]),
    })
}

fn outcome(webhook: &Webhook) -> ConnectOutcome {
    let status = webhook
        .fields
        .get("status")
        .and_then(|status| status.as_str());
    ConnectOutcome::from_status(status.unwrap_or_default())
}

/// What the platform understood, most likely first.
fn words(webhook: &Webhook) -> Vec<SpeechResult> {
    let Kind::Input(input) = &webhook.kind else {
        return Vec::new();
    };
    let results = input.speech.iter().flat_map(|speech| &speech.results);
    results
        .filter_map(|result| {
            Some(SpeechResult {
                text: result.text.clone()?,
                confidence: result.confidence.unwrap_or(0.0),
            })
        })
        .collect()
}

/// The keys and the words. A body without either is a caller who gave neither.
fn input<'w>(webhook: &'w Webhook, speech: &'w [SpeechResult]) -> ivr::Event<'w> {
    let (dtmf, spoken) = match &webhook.kind {
        Kind::Input(input) => (input.dtmf.as_ref(), input.speech.as_ref()),
        _ => (None, None),
    };
    ivr::Event::Input {
        digits: dtmf.and_then(|dtmf| dtmf.digits.as_deref()),
        timed_out: dtmf.is_none_or(|dtmf| dtmf.timed_out),
        speech,
        speech_timeout: spoken
            .and_then(|speech| speech.timeout_reason.as_ref())
            .map(vonage::SpeechTimeout::as_str),
    }
}
