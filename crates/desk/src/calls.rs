//! Playing call scripts.

mod exits;
mod player;
mod stage;

use ivr::Trace;
use serde::Serialize;

pub use exits::{Exit, exit_of, exits, taken};
pub use player::Player;
pub(crate) use player::{action, wants};
pub use stage::{Stage, Standing};

use crate::script::{Case, Given};
use phone::{Browser, CallSetup, Destination, Phone};

/// When a call starts whose script does not say: a Wednesday in the middle of the morning, so
/// that a script passes on every day of the year or on none.
pub const CLOCK: &str = "2026-01-14T10:00:00Z";

/// What came of one case.
#[derive(Debug, Clone, Serialize)]
pub struct Verdict {
    /// The file.
    pub file: String,
    /// The case.
    pub name: String,
    /// The first thing that was wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrong: Option<Wrong>,
    /// Why it was not played at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
    /// What happened, line by line.
    pub transcript: Vec<String>,
    /// What became of the call.
    pub outcome: String,
    /// Every move through the menu, when it ran here.
    #[serde(skip)]
    pub moves: Vec<Trace>,
}

impl Verdict {
    /// Whether everything was as expected.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.wrong.is_none()
    }

    /// A case that was not played, and why.
    #[must_use]
    pub fn skipped(file: &str, case: &Case, why: impl Into<String>) -> Self {
        Self {
            skipped: Some(why.into()),
            ..Self::blank(file, case)
        }
    }

    /// Nothing came of it yet.
    fn blank(file: &str, case: &Case) -> Self {
        Self {
            file: file.to_owned(),
            name: case.name.clone(),
            wrong: None,
            skipped: None,
            transcript: Vec::new(),
            outcome: String::new(),
            moves: Vec::new(),
        }
    }
}

/// Something that was not as expected.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct Wrong {
    /// The step, from 1; `None` is the end.
    pub step: Option<usize>,
    /// What was expected.
    pub expected: String,
    /// What there was instead.
    pub found: String,
}

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
    setup.conversation.clone_from(&given.conversation);
    setup.starts = given.clock;
    setup
}

/// Plays one case on a Worker.
#[must_use]
pub fn play_on<D: Destination>(
    phone: &Phone<D>,
    origin: &str,
    file: &str,
    menu: &str,
    case: &Case,
    given: &Given,
) -> Verdict {
    // The same ids as offline choose the same shares of a switch and the same turn of a hunt.
    let setup = setup(menu, case, given, origin);
    let mut player = Player::new(&case.steps, || None);
    let call = phone.call(&setup, &mut player);
    player.verdict(file, case, &call)
}

/// Plays one case on a Worker by a VoiceXML browser.
#[must_use]
pub fn play_in_browser<D: Destination>(
    browser: &Browser<D>,
    file: &str,
    menu: &str,
    case: &Case,
    given: &Given,
) -> Verdict {
    let setup = setup(menu, case, given, "");
    let mut player = Player::new(&case.steps, || None);
    let call = browser.call(Some(menu), &setup, &mut player);
    player.verdict(file, case, &call)
}
