//! How the call of a case begins.

use phone::CallSetup;
use vonage::ConversationId;

use crate::script::{Case, Given};

/// When a call starts whose script does not say: a Wednesday in the middle of the morning, so
/// that a script passes on every day of the year or on none.
pub const CLOCK: &str = "2026-01-14T10:00:00Z";

/// The call of a case: who calls, and when. The same case always is the same call.
#[must_use]
pub fn setup(menu: &str, case: &Case, given: &Given, origin: &str) -> CallSetup {
    let caller = match &given.caller {
        None => "447700900001",
        Some(caller) => caller.as_deref().unwrap_or_default(),
    };
    let called = given.called.as_deref().unwrap_or("442079460000");
    let mut setup = CallSetup::new(caller, called);
    if caller.is_empty() {
        setup.from = None;
    }
    setup.sip_headers = given
        .headers
        .iter()
        .map(|(name, value)| (format!("SipHeader_{name}"), value.clone()))
        .collect();
    if !setup.sip_headers.is_empty() {
        setup.endpoint_type = Some("sip".to_owned());
    }
    setup.answer_url = Some(format!("{origin}/webhooks/answer/{menu}"));
    setup.seed = Some(format!("{menu}/{}", case.name));
    setup.conversation = given.conversation.as_deref().map(ConversationId::from);
    setup.starts = given.clock;
    setup
}
