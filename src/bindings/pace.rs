//! Long work in parts: callers of the same isolate are answered in between.

use std::cell::Cell;
use std::future::{Future, ready};
use std::pin::Pin;
use std::time::Duration;

use worker::Delay;

/// How much is worked on at a time, in bytes of documents: some milliseconds.
const AT_A_TIME: usize = 64 << 10;

/// How much was worked on since others last had their turn.
#[derive(Debug, Default)]
pub struct Pace(Cell<usize>);

impl Pace {
    /// So many bytes have been worked on: others have their turn, when it is time.
    pub fn after(&self, bytes: usize) -> Pin<Box<dyn Future<Output = ()>>> {
        let done = self.0.get().saturating_add(bytes);
        if done < AT_A_TIME {
            self.0.set(done);
            return Box::pin(ready(()));
        }
        self.0.set(0);
        // A timer, because what is ready at once goes on before anything that came in meanwhile.
        Box::pin(Delay::from(Duration::ZERO))
    }
}
