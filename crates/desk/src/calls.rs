//! Playing call scripts.

mod exits;
mod player;
mod setup;
mod stage;
mod verdict;

pub use exits::{Exit, exit_of, exits, taken};
pub use player::Player;
pub(crate) use player::{action, wants};
pub use setup::{CLOCK, setup};
pub use stage::{Stage, Standing};
pub use verdict::{Verdict, Wrong};

use crate::script::{Case, Given};
use phone::{Browser, Destination, Phone};

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
