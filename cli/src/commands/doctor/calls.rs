//! Calls to the Worker as Vonage places them: a signed one must be answered, a forged one refused.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use phone::{Application, Destination, Request, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::finding::{Code, Report};
use crate::arguments::Doctor;
use crate::commands::sign::secret_in;
use crate::commands::vonage::{Routes, numbers_in};
use crate::error::CliError;
use crate::files::{File, Role};
use crate::http::{Http, unique};
use crate::worker_url::WorkerUrl;

/// Callers hear silence for as long.
const SLOW: Duration = Duration::from_millis(1_500);

/// Places the calls.
pub(super) fn look(
    doctor: &Doctor,
    routes: &Routes,
    files: &[File],
    report: &mut Report,
) -> Result<(), CliError> {
    let call = Call::new(doctor, called(files)?);
    let before = report.findings.len();
    forged(&call, routes, report);
    let Some(secret) = secret(doctor, routes)? else {
        report.skipped(
            "a signed test call",
            "set IVR_SECRET to the VONAGE_SIGNATURE_SECRET of the Worker",
        );
        return Ok(());
    };
    answer(&call, routes, &secret, report);
    ended(&call, routes, &secret, report);
    fallback(&call, routes, &secret, report);
    if report.findings.len() == before {
        report.well("calls: a signed one is answered and told of, a forged one refused");
    }
    Ok(())
}

/// What signs the test call. The secret of `make dev` is for a Worker on this machine only.
fn secret(doctor: &Doctor, routes: &Routes) -> Result<Option<String>, CliError> {
    if let Some(secret) = &doctor.signing.secret {
        return Ok(Some(secret.clone()));
    }
    if let Some(vars) = &doctor.vars {
        return secret_in(vars).map(Some);
    }
    let is_local = WorkerUrl::parse(&routes.base).is_ok_and(|url| url.is_loopback());
    Ok(secret_in(Path::new(".dev.vars")).ok().filter(|_| is_local))
}

/// A call of nobody to a number of the menus.
struct Call {
    application: Application,
    to: String,
    leg: String,
    conversation: String,
}

impl Call {
    fn new(doctor: &Doctor, to: String) -> Self {
        let hex = drawn();
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        let mut application = Application::at("", "");
        if let Some(key) = &doctor.account.api_key {
            application.api_key.clone_from(key);
        }
        application.application_id.clone_from(&doctor.application);
        Self {
            application,
            to,
            leg: part(0, 32).to_owned(),
            conversation: format!(
                "CON-{}-{}-{}-{}-{}",
                part(0, 8),
                part(8, 12),
                part(12, 16),
                part(16, 20),
                part(20, 32)
            ),
        }
    }

    /// A webhook about it. The caller is no number, so that no limit of a caller's counts it.
    fn body(&self, more: Value) -> String {
        let mut body = json!({
            "to": self.to,
            "from": "ivr doctor",
            "uuid": self.leg,
            "conversation_uuid": self.conversation,
        });
        if let (Some(body), Value::Object(mut more)) = (body.as_object_mut(), more) {
            body.append(&mut more);
        }
        body.to_string()
    }

    fn send(&self, url: &str, secret: &str, body: &str) -> Result<Response, String> {
        let request = Request::json(url, body.as_bytes());
        let signer = Application {
            signature_secret: Some(secret.to_owned()),
            ..self.application.clone()
        };
        let now = jiff::Timestamp::now().as_second();
        Http::new()
            .deliver(&signer.signed(request, now))
            .map_err(|why| why.to_string())
    }
}

/// The first number that the files name.
fn called(files: &[File]) -> Result<String, CliError> {
    let numbers = files.iter().find(|file| file.role() == Role::Numbers);
    let first = match numbers {
        Some(file) => numbers_in(&file.path)?.0.into_iter().next(),
        None => None,
    };
    Ok(first.unwrap_or_else(|| "442079460000".to_owned()))
}

/// 64 hexadecimal digits that nobody had before.
fn drawn() -> String {
    base16ct::lower::encode_string(&Sha256::digest(unique()))
}

/// Signed with what nobody has: whoever can do that can place calls.
fn forged(call: &Call, routes: &Routes, report: &mut Report) {
    let forged = drawn();
    let url = routes.url("answer");
    match call.send(&url, &forged, &call.body(json!({}))) {
        // 429 after many of them; 503 where there is no secret at all.
        Ok(reply) if matches!(reply.status, 401 | 403 | 429 | 503) => {}
        Ok(reply) => report.found(
            Code::ForgeryAccepted,
            "Worker, /webhooks/answer",
            format!("a call with a wrong signature is answered with {}", reply.status),
            "take this Worker off the network and see what stands before it: anybody can place calls",
        ),
        Err(why) => report.found(
            Code::WorkerUnreachable,
            "Worker, /webhooks/answer",
            format!("{url}: {why}"),
            "is something in between that holds webhooks back?",
        ),
    }
}

fn answer(call: &Call, routes: &Routes, secret: &str, report: &mut Report) {
    let place = "Worker, /webhooks/answer";
    let body = call.body(json!({ "endpoint_type": "phone" }));
    let began = Instant::now();
    let reply = match call.send(&routes.url("answer"), secret, &body) {
        Ok(reply) => reply,
        Err(why) => {
            report.found(
                Code::AnswerRefused,
                place,
                format!("a signed call is not answered: {why}"),
                "`wrangler tail` shows what the Worker does with it",
            );
            return;
        }
    };
    let took = began.elapsed();
    if reply.status != 200 {
        report.found(
            Code::AnswerRefused,
            place,
            format!(
                "a signed call is refused with {}{}",
                reply.status,
                said(&reply)
            ),
            match reply.status {
                401 => {
                    "is the secret here (IVR_SECRET, or .dev.vars) the Worker's \
                     VONAGE_SIGNATURE_SECRET? `wrangler tail` has the reason"
                }
                503 => "VONAGE_SIGNATURE_SECRET or STATE_KEY is not set on the Worker",
                429 => "too many refused requests from here: wait a minute",
                _ => "`wrangler tail` has the reason",
            },
        );
        return;
    }
    match ncco::Ncco::from_json(&reply.body) {
        Err(why) => report.found(
            Code::AnswerUnusable,
            place,
            format!("a signed call is answered with what is no NCCO: {why}"),
            "is something in between that changes replies?",
        ),
        Ok(_) if is_apology(&reply.body) => report.found(
            Code::AnswerSafeWords,
            place,
            format!(
                "a call to {} hears only that it cannot be taken now",
                call.to
            ),
            "is the number's menu published, and without errors? `wrangler tail` says `degraded` \
             with the cause",
        ),
        Ok(_) => {}
    }
    if took > SLOW {
        report.found(
            Code::AnswerSlow,
            place,
            format!(
                "an answer took {:.1} seconds from here; Vonage gives up at 5",
                took.as_secs_f64()
            ),
            "run it again, as a Worker's first answer takes longer; then look at `wrangler tail`",
        );
    }
}

/// Ends the call, so that its record is no open one; and tries the event route.
fn ended(call: &Call, routes: &Routes, secret: &str, report: &mut Report) {
    let now = jiff::Timestamp::now().to_string();
    let body = call.body(json!({
        "status": "completed",
        "direction": "inbound",
        "timestamp": now,
        "start_time": now,
        "end_time": now,
        "duration": "0",
        "price": "0",
        "rate": "0",
        "network": null,
    }));
    let refused = match call.send(&routes.url("event"), secret, &body) {
        Ok(reply) if reply.status == 200 => return,
        Ok(reply) => format!("is refused with {}{}", reply.status, said(&reply)),
        Err(why) => format!("is not answered: {why}"),
    };
    report.found(
        Code::EventRefused,
        "Worker, /webhooks/event",
        format!("a signed event {refused}"),
        "503 says that neither the queue nor the outbox took it: look at EVENTS and OUTBOX",
    );
}

fn fallback(call: &Call, routes: &Routes, secret: &str, report: &mut Report) {
    let url = routes.fallback_url();
    let body = call.body(json!({ "reason": "Connection closed." }));
    let wrong = match call.send(&url, secret, &body) {
        Ok(reply) if reply.status == 200 && ncco::Ncco::from_json(&reply.body).is_ok() => return,
        Ok(reply) => format!("answers {}{}", reply.status, said(&reply)),
        Err(why) => format!("does not answer: {why}"),
    };
    report.found(
        Code::FallbackRefused,
        "Worker, /webhooks/fallback",
        format!("{url} {wrong}"),
        "callers hear nothing when the Worker fails: deploy it with `make deploy-fallback`",
    );
}

/// The built-in words in any language the engine knows: it falls back to English for the rest.
fn is_apology(ncco: &[u8]) -> bool {
    let text = |ncco: &[u8]| -> Option<String> {
        let ncco: Value = serde_json::from_slice(ncco).ok()?;
        Some(ncco.pointer("/0/text")?.as_str()?.to_owned())
    };
    let letters = 'a'..='z';
    let apologies: BTreeSet<String> = letters
        .clone()
        .flat_map(|first| {
            letters
                .clone()
                .map(move |second| format!("{first}{second}"))
        })
        .filter_map(|tag| text(ivr::safe_ncco(Some(&tag)).as_bytes()))
        .collect();
    text(ncco).is_some_and(|text| apologies.contains(&text))
}

/// What a refusal says (RFC 9457).
fn said(reply: &Response) -> String {
    let problem: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    match problem.get("title").and_then(Value::as_str) {
        Some(title) => format!(": {title}"),
        None => String::new(),
    }
}
