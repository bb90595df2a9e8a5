//! `POST /api/calls`: an outbound call whose answer is one of our menus.

use serde::Deserialize;
use serde_json::json;
use vonage::requests::{
    Answer, Caller, CreatedCall, DEFAULT_HOST, Endpoint, EventUrl, OutboundCall,
};

use super::super::{Exchange, dial, gate};
use super::bad_request;
use super::documents::text_of;
use crate::bindings::http::{self, Outgoing};
use crate::bindings::promise::settle;
use crate::bindings::recordings::token;
use crate::env::Config;
use crate::faults;
use crate::respond::Reply;

/// How long Vonage may take, in milliseconds.
const TIMEOUT: u32 = 15_000;

/// What an operator asks for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// The number to call, E.164 digits.
    to: String,
    /// The number shown; any of the application's when left out.
    #[serde(default)]
    from: Option<String>,
    /// The menu the called party gets.
    menu: String,
    /// Seconds it rings at most.
    #[serde(default)]
    ring: Option<u32>,
}

/// Places a call.
pub async fn place(exchange: &mut Exchange<'_>) -> Reply {
    match placed(exchange).await {
        Ok(reply) | Err(reply) => reply,
    }
}

async fn placed(exchange: &mut Exchange<'_>) -> Result<Reply, Reply> {
    let text = text_of(exchange).await?;
    let wanted: Wanted =
        serde_json::from_str(&text).map_err(|error| bad_request(&error.to_string()))?;
    if !ivr::document::is_name(&wanted.menu) {
        return Err(bad_request("`menu` is no id of a menu."));
    }
    let config = Config::of(exchange.env);
    // The same rule as for menus: who may write here may still not dial everywhere.
    if let Some(refused) = config.dial.refuse_number(&wanted.to) {
        return Err(Reply::problem(
            403,
            "Not to be dialled",
            &dial::reason(&refused),
        ));
    }
    let base = match &config.public_url {
        Some(url) => url.as_str(),
        None => exchange.request.origin(),
    };
    let answer = Answer::Url {
        url: [base, "/webhooks/answer/", &wanted.menu, "?", gate::OUTBOUND].concat(),
        post: true,
    };
    let caller = wanted
        .from
        .as_deref()
        .map_or(Caller::Random, Caller::number);
    let mut call = OutboundCall::new(Endpoint::phone(&wanted.to), caller, answer);
    call.event = Some(EventUrl {
        url: [base, "/webhooks/event"].concat(),
        post: true,
    });
    call.ringing_timer = wanted.ring;
    let request = call.to_request(DEFAULT_HOST).map_err(|invalid| {
        bad_request(&[invalid.pointer, ": expected ", invalid.message].concat())
    })?;
    let token = token(&config).await.map_err(|refusal| {
        exchange.line.reason = Some("not_configured");
        Reply::problem(503, "Not set up for calls", &refusal.message)
    })?;
    let outgoing = Outgoing {
        method: "POST",
        url: &faults::reachable(&request.url),
        headers: &[
            ("authorization", &["Bearer ", &token].concat()),
            ("content-type", "application/json"),
        ],
        body: request.body.as_deref(),
        timeout: TIMEOUT,
    };
    let response = http::send(&outgoing).await;
    let response = response.map_err(|refusal| vonage_failed(&refusal.message))?;
    let body = settle("call", response.text()).await;
    let body = body
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default();
    if !response.ok() {
        let detail = ["Status ", &response.status().to_string(), ": ", &body].concat();
        return Err(vonage_failed(&detail));
    }
    let created = CreatedCall::parse(body.as_bytes())
        .filter(|created| created.leg.is_some())
        .ok_or_else(|| vonage_failed("The reply names no leg."))?;
    let reply = json!({
        "leg": created.leg,
        "conversation": created.conversation,
        "status": created.status,
    });
    let mut reply = Reply::json(reply.to_string());
    reply.status = 201;
    Ok(reply)
}

fn vonage_failed(detail: &str) -> Reply {
    Reply::problem(502, "Vonage did not place the call", detail)
}
