//! Time limits on what others take their time for.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use worker::Delay;

use super::clock;

/// A moment after which nobody waits any more.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Deadline {
    at_ms: f64,
}

impl Deadline {
    /// So many milliseconds from now.
    #[must_use]
    pub fn in_ms(ms: u32) -> Self {
        Self {
            at_ms: clock::now_ms() + f64::from(ms),
        }
    }

    /// This one or the one so many milliseconds from now, whichever comes first.
    #[must_use]
    pub fn but_at_most(self, ms: u32) -> Self {
        Self {
            at_ms: self.at_ms.min(Self::in_ms(ms).at_ms),
        }
    }

    /// What is left; zero when it has passed.
    #[must_use]
    pub fn left(self) -> Duration {
        let ms = (self.at_ms - clock::now_ms()).max(0.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "not negative, and a float becomes the nearest integer in range"
        )]
        Duration::from_millis(ms as u64)
    }
}

/// What `work` gives, or `None` when the deadline passes first; the work is then dropped.
pub async fn within<F: Future>(deadline: Deadline, work: F) -> Option<F::Output> {
    let mut work = pin!(work);
    let mut delay = pin!(Delay::from(deadline.left()));
    poll_fn(|context| {
        if let Poll::Ready(output) = work.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        delay.as_mut().poll(context).map(|()| None)
    })
    .await
}
