//! A call, step by step.
//!
//! [`answer`] and [`step`] are functions of their arguments alone: the same
//! version, state, event and facts give the same bytes. What they need from
//! outside they ask for ([`Step::Need`]); the shell gets it, adds it to
//! [`Facts`] and calls again.

mod direction;
mod event;
mod heard;
mod input;
mod nodes;
mod reply;
mod run;
mod text;

use crate::compile::Compiled;
use crate::facts::{Facts, Need};
use crate::state::State;
use run::Run;

pub use direction::Direction;
pub use event::{Caller, ConnectOutcome, Context, Event, SpeechResult};
pub use reply::{Cause, Degraded, Effect, Reply, Shortfall, Step, Trace};

/// Begins a call: the reply to the answer webhook.
pub fn answer(context: &Context<'_>, menu: &Compiled, caller: &Caller<'_>, facts: &Facts) -> Step {
    Run::begin(context, menu, caller, facts).answer()
}

/// Goes on with a call: the reply to a webhook whose URL held the state.
///
/// Asks for [`Need::Version`] of [`State::version`] first, so a shell that has
/// it adds it beforehand.
pub fn step(context: &Context<'_>, state: &State, event: &Event<'_>, facts: &Facts) -> Step {
    let menu = match facts.version(state.version()) {
        Some(Some(menu)) => menu,
        Some(None) => return lost(state),
        None => return Step::Need(vec![Need::Version(*state.version())]),
    };
    Run::resume(context, menu, state, facts).step(event)
}

/// The version the call is pinned to is gone.
fn lost(state: &State) -> Step {
    let ending = State {
        mode: crate::state::Mode::Ending,
        ..state.clone()
    };
    Step::Reply(Reply {
        ncco: crate::phrases::safe_ncco(None),
        trace: Vec::new(),
        effects: Vec::new(),
        dials: None,
        secret_input: state.expects_secret(),
        degraded: vec![Degraded {
            cause: Shortfall::VersionMissing,
            what: state.version().to_string(),
        }],
        state: ending,
    })
}
