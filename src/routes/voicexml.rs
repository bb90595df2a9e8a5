//! `/vxml/…`: the menus for VoiceXML browsers. And the callbacks of what sent VoiceXML its calls
//! before.
//!
//! Neither signs: a token in the address lets them in. What they tell becomes the webhook that
//! Vonage would have sent and goes the same way; what is replied becomes a document.

use api::Reason;
use events::{Event, archive};
use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};
use vonage::{Route, Webhook};
use vxml::{Apology, Callback, Form, Kept, Links, Session, Submit, Transfer, TranslatedWebhook};

use super::api::auth::is_same;
use super::auth::{self, Head, Pass, VerifiedWebhook};
use super::context::RequestContext;
use super::hooks::Hook;
use super::{call, event};
use crate::addresses;
use crate::env::Config;
use crate::facts::{Decision, Need, Needs, Recording};
use crate::faults;
use crate::log::Line;
use crate::outcome::Outcome;
use crate::request::{BodyError, MAX_BODY};
use crate::respond::{Content, Reply};

/// The longest body of a recording, in bytes: a quarter of an hour at 8,000 bytes a second.
const MAX_RECORDING: usize = 8 << 20;

/// Lets a sender in, before its body is read.
///
/// # Errors
/// The refusal; its line says why.
pub fn admit(
    config: &Config,
    hook: Hook,
    query: &str,
    head: &Head<'_>,
    exceeded: Option<bool>,
    line: Line,
) -> Result<Pass, Box<Outcome>> {
    let source = head.source.unwrap_or_default();
    if !addresses::is_allowed(config.allowed_ips.as_deref(), head.source) {
        let reason = Reason::AddressNotAllowed;
        return Err(auth::refuse(line, reason, 403, source, exceeded));
    }
    match token(config, &Form::read(query, None, b"")) {
        Ok(_) => Ok(Pass {
            payload_hash: None,
            max_body: match hook.kind {
                Route::Recording => MAX_RECORDING,
                _ => MAX_BODY,
            },
            count: None,
        }),
        Err(reason) => Err(auth::refuse(line, reason, 401, source, exceeded)),
    }
}

/// The token of an address, if it is one that lets in. Compared with each there is, in constant
/// time.
fn token<'f>(config: &Config, query: &'f Form) -> Result<&'f str, Reason> {
    let Some(given) = query.get("token") else {
        return Err(Reason::VxmlTokenMissing);
    };
    let known = config.vxml_tokens.iter();
    match known.fold(false, |known, token| known | is_same(given, token)) {
        true => Ok(given),
        false => Err(Reason::VxmlTokenWrong),
    }
}

/// What a browser submits, once its token was seen.
struct Submission {
    submit: Submit,
    token: String,
    form: Form,
    session: Session,
    /// Which document of the call it follows: its sealed state tells one from the other.
    step: String,
}

impl Submission {
    /// # Errors
    /// The reason why it is not let in.
    fn of(context: &RequestContext<'_>, submit: Submit) -> Result<Self, Reason> {
        let query = Form::read(context.request.location.query(), None, b"");
        let token = token(context.config, &query)?.to_owned();
        let form = form_of(context);
        Ok(Self {
            session: session(context, submit, &form),
            step: match (submit, query.get("s")) {
                (Submit::Answer, _) | (_, None) => String::new(),
                (_, Some(state)) => hex(&[state.as_bytes()]),
            },
            submit,
            token,
            form,
        })
    }

    /// The webhooks it stands for.
    fn webhooks(&self, recording: Option<Kept<'_>>, now: Timestamp) -> Vec<TranslatedWebhook> {
        let now_ms = now.as_millisecond();
        let Self {
            session,
            step,
            form,
            ..
        } = self;
        vxml::webhook(self.submit, session, step, form, recording, now_ms)
    }
}

/// Answers a browser.
///
/// # Errors
/// What has to be known first.
pub fn reply(
    context: &mut RequestContext<'_>,
    submit: Submit,
    named: Option<&str>,
) -> Decision<Outcome> {
    let (config, request) = (context.config, context.request);
    let mut submission = match Submission::of(context, submit) {
        Ok(submission) => submission,
        Err(reason) => return Ok(refuse(context, reason)),
    };
    faults::inject_panic();
    // No two documents of any call are one step.
    let id = ["vxml-", &submission.step].concat();
    let key = archive::sound_key(&id);
    let (recording, lost) = match recording(context, &mut submission, &key)? {
        None => (None, None),
        Some(Ok(())) => (Some(Kept { id: &id, key: &key }), None),
        Some(Err(why)) => (None, Some(why)),
    };
    let webhooks = submission.webhooks(recording, context.now);
    let is_over = submission.form.get("_event").is_some();

    let mut outcome = match webhooks.split_first() {
        None => event::kept(context, Vec::new()),
        Some((first, more)) => {
            let verified = verified(context, first, !is_over);
            let mut outcome = match first.submit.route() {
                Route::Event => event::reply(context, &verified, Route::Event),
                route => call::reply(context, &verified, route, named)?,
            };
            outcome.events.extend(more.iter().filter_map(|translated| {
                let verified = self::verified(context, translated, false);
                let webhook = Webhook::parse(Route::Event, &verified.delivery()).ok()?;
                Some(Event::from_webhook(
                    &webhook,
                    verified.raw(),
                    context.now,
                    None,
                ))
            }));
            outcome
        }
    };
    if let (Some(why), Some(first)) = (lost, outcome.events.first()) {
        let cause = Reason::RecordingNotKept;
        outcome
            .events
            .push(Event::degraded(first, cause.code(), &why));
        outcome.line.outcome = "degraded";
        outcome.line.reason = Some(cause);
        outcome.line.detail = Some(why);
    }
    let links = Links {
        base_url: config
            .public_url
            .as_deref()
            .unwrap_or(request.location.origin()),
        token: &submission.token,
        session: &submission.session,
    };
    outcome.reply = document(&outcome.reply, config, &links);
    // A browser sends nothing again: what it told is kept behind its back, with patience.
    outcome.events_first = false;
    Ok(outcome)
}

/// The webhook of a request that trapped, for its events alone.
pub fn first_webhook(
    context: &mut RequestContext<'_>,
    submit: Submit,
) -> Option<VerifiedWebhook<'static>> {
    let submission = Submission::of(context, submit).ok()?;
    let webhooks = submission.webhooks(None, context.now);
    webhooks
        .first()
        .map(|webhook| verified(context, webhook, true))
}

/// Keeps what an old callback tells. The one that wants a document is given the apology.
pub fn callback(context: &mut RequestContext<'_>, kind: Callback) -> Outcome {
    let verified = match old_webhook(context, kind) {
        Ok(verified) => verified,
        Err(refusal) => return *refusal,
    };
    faults::inject_panic();
    let outcome = event::reply(context, &verified, Route::Event);
    match kind {
        Callback::Status => outcome,
        Callback::Error => Outcome {
            reply: apology(context.config),
            events_first: false,
            ..outcome
        },
    }
}

/// What an old callback tells, as a webhook.
///
/// # Errors
/// The refusal; its line says why.
pub fn old_webhook(
    context: &mut RequestContext<'_>,
    kind: Callback,
) -> Result<VerifiedWebhook<'static>, Box<Outcome>> {
    let request = context.request;
    let query = Form::read(request.location.query(), None, b"");
    if let Err(reason) = token(context.config, &query) {
        return Err(Box::new(refuse(context, reason)));
    }
    let body = auth::body(context)?;
    let content_type = request.content_type.as_deref();
    let form = Form::read(request.location.query(), content_type, body);
    let json = Value::Object(vxml::callback(kind, &form)).to_string();
    Ok(VerifiedWebhook::translated(json, "", false))
}

/// The document that apologises: nothing else can be had.
#[must_use]
pub fn apology(config: &Config) -> Reply {
    with_apology(config, |apology| Reply::document(vxml::apology(apology)))
}

fn refuse(context: &mut RequestContext<'_>, reason: Reason) -> Outcome {
    let source = context.request.source.as_deref().unwrap_or_default();
    let line = std::mem::take(&mut context.line);
    *auth::refuse(line, reason, 401, source, context.facts.exceeded)
}

/// What a browser is replied instead of an NCCO, an empty reply or a refusal.
fn document(reply: &Reply, config: &Config, links: &Links<'_>) -> Reply {
    match (reply.status, reply.content) {
        (200, Content::Json) => match serde_json::from_str(&reply.body) {
            Ok(ncco) => with_apology(config, |apology| {
                Reply::document(vxml::render(&ncco, links, apology))
            }),
            Err(_) => apology(config),
        },
        (200, Content::Empty) => Reply::document(vxml::exit()),
        _ => apology(config),
    }
}

/// Says the built-in words in the language of this Worker.
fn with_apology(config: &Config, say: impl FnOnce(Apology<'_>) -> Reply) -> Reply {
    let safe = ivr::safe_ncco(config.language.as_deref());
    let safe: Value = serde_json::from_str(&safe).unwrap_or_default();
    let talk = |member: &str| safe.get(0)?.get(member)?.as_str();
    say(Apology {
        text: talk("text").unwrap_or_default(),
        language: talk("language"),
    })
}

/// The call as its addresses tell of it; at its beginning as the browser does.
fn session(context: &RequestContext<'_>, submit: Submit, form: &Form) -> Session {
    let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let named = ["session", "call-id", "nexmo_call_id"]
        .iter()
        .find_map(|name| form.get(name));
    let id = match named {
        Some(name) => name.to_owned(),
        None => unnamed(context),
    };
    Session {
        id: vxml::session_id(&id),
        from: vxml::party(&text("from")).to_owned(),
        to: vxml::party(&text("to")).to_owned(),
        began: match submit {
            Submit::Answer => now_ms(context).to_string(),
            _ => text("began"),
        },
        transfer: Transfer::named(&text("transfer")),
    }
}

/// The id of a call whose browser has no name for it: of what is known of the request. Two calls
/// have one id when the same number calls the same number in the same millisecond.
fn unnamed(context: &RequestContext<'_>) -> String {
    let request = context.request;
    let source = request.source.as_deref().unwrap_or_default();
    let now = now_ms(context).to_string();
    let body = request.body.as_deref().unwrap_or_default();
    hex(&[
        request.location.query().as_bytes(),
        source.as_bytes(),
        now.as_bytes(),
        body,
    ])
}

/// The beginning of a hash: 16 hex digits.
fn hex(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    base16ct::lower::encode_string(hash.finalize().get(..8).unwrap_or_default())
}

/// Whether the recording that a request brought is kept; nothing when it brought none.
fn recording(
    context: &RequestContext<'_>,
    submission: &mut Submission,
    key: &str,
) -> Decision<Option<Result<(), String>>> {
    if submission.submit != Submit::Recording {
        return Ok(None);
    }
    match &context.request.body {
        Ok(_) => {}
        Err(BodyError::TooLong) => return Ok(Some(Err("it is over 8 MiB".to_owned()))),
        Err(BodyError::Broken) => return Ok(Some(Err("it broke off".to_owned()))),
    }
    let upload = submission.form.upload.as_mut();
    let Some(upload) = upload.filter(|upload| !upload.bytes.is_empty()) else {
        return Ok(None);
    };
    match &context.facts.recording {
        Some(kept) => Ok(Some(kept.clone())),
        None => Err(Needs(vec![Need::Recording(Recording {
            key: key.to_owned(),
            content_type: std::mem::take(&mut upload.content_type),
            bytes: std::mem::take(&mut upload.bytes),
        })])),
    }
}

/// What came with a request. A body that could not be read leaves the address: the caller waits.
fn form_of(context: &RequestContext<'_>) -> Form {
    let request = context.request;
    let body = request.body.as_deref().unwrap_or_default();
    Form::read(
        request.location.query(),
        request.content_type.as_deref(),
        body,
    )
}

fn verified(
    context: &RequestContext<'_>,
    translated: &TranslatedWebhook,
    goes_on: bool,
) -> VerifiedWebhook<'static> {
    let json = Value::Object(translated.members.clone()).to_string();
    VerifiedWebhook::translated(json, context.request.location.query(), goes_on)
}

fn now_ms(context: &RequestContext<'_>) -> i64 {
    context.now.as_millisecond()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
