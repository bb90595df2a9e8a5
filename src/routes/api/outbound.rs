//! `POST /api/calls`: an outbound call whose answer is one of our menus.

use api::{NewCall, PlacedCall, Reason};
use events::OperatorAct;
use vonage::requests::{
    Answer, Caller, CreatedCall, DEFAULT_HOST, Endpoint, EventUrl, OutboundCall,
};

use super::super::dial;
use super::audit;
use super::auth::Operator;
use super::context::ApiContext;
use super::document_store::{self, DocumentStore, Kind};
use super::replies::bad_request;
use super::replies::{missing, refused, storage_failed, text_of};
use crate::bindings::body;
use crate::bindings::http::{self, Outgoing};
use crate::bindings::recordings::token;
use crate::env::Config;
use crate::faults;
use crate::respond::Reply;

/// How long Vonage may take, in milliseconds.
const TIMEOUT: u32 = 15_000;
/// The longest reply of Vonage's that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// Places a call.
///
/// # Errors
/// Why not, as a reply.
pub async fn place(context: &mut ApiContext<'_>, operator: &Operator) -> Result<Reply, Reply> {
    let text = text_of(context).await?;
    let wanted: NewCall =
        strict::from_str(&text).map_err(|error| bad_request(&error.to_string()))?;
    if !ivr::document::is_name(&wanted.menu) {
        return Err(bad_request("`menu` is no id of a menu."));
    }
    let config = Config::of(context.env);
    // The same rule as for menus: who may write here may still not dial everywhere.
    if let Some(refused) = config.dial.refuse_number(&wanted.to) {
        return Err(Reply::problem(
            403,
            "Not to be dialled",
            &dial::reason(&refused),
        ));
    }
    is_playable(context, &wanted.menu).await?;
    let base = match &config.public_url {
        Some(url) => url.as_str(),
        None => context.request.origin(),
    };
    let answer = Answer::Url {
        url: [
            base,
            "/webhooks/answer/",
            &wanted.menu,
            "?",
            ivr::Direction::OUTBOUND_QUERY,
        ]
        .concat(),
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
    let token = token(&config).await.map_err(|error| {
        context.line.reason = Some(Reason::NotConfigured);
        Reply::problem(503, "Not set up for calls", &error.message)
    })?;
    let act = OperatorAct {
        verb: "call",
        kind: "calls",
        id: Some(&wanted.menu),
        ..OperatorAct::default()
    };
    audit::record(context, operator, act).await?;
    let outgoing = Outgoing {
        method: "POST",
        url: &faults::inject_origin(&request.url),
        headers: &[
            ("authorization", &["Bearer ", &token].concat()),
            ("content-type", "application/json"),
        ],
        body: request.body.as_deref(),
        timeout: TIMEOUT,
    };
    let response = http::send(&outgoing).await;
    let response = response.map_err(|error| vonage_failed(&error.message))?;
    let body = body::text_of(&response, LONGEST).await;
    let body = body.map_err(|_| vonage_failed("The reply broke off, or is too long."))?;
    if !response.ok() {
        let detail = ["Status ", &response.status().to_string(), ": ", &body].concat();
        return Err(vonage_failed(&detail));
    }
    let created = CreatedCall::parse(body.as_bytes()).unwrap_or_default();
    let Some(leg) = created.leg else {
        return Err(vonage_failed("The reply names no leg."));
    };
    let mut reply = Reply::of(&PlacedCall {
        leg,
        conversation: created.conversation,
        status: created.status,
    });
    reply.status = 201;
    Ok(reply)
}

/// Refuses to call somebody with a menu that is not there, or that the check refuses: they would
/// hear nothing but that all is out of order.
async fn is_playable(context: &mut ApiContext<'_>, menu: &str) -> Result<(), Reply> {
    let store = DocumentStore::of(context.env).map_err(|error| storage_failed(context, &error))?;
    let text = store.read(Kind::Menu, menu).await;
    let Some(text) = text.map_err(|error| storage_failed(context, &error))? else {
        return Err(missing(Kind::Menu, menu));
    };
    let found = document_store::errors_within(menu, &text).await;
    if found.is_empty() {
        Ok(())
    } else {
        Err(refused(&found))
    }
}

fn vonage_failed(detail: &str) -> Reply {
    Reply::problem(502, "Vonage did not place the call", detail)
}
