use crate::check::Check;
use crate::code::Code;
use crate::wire_struct::wire_struct;

wire_struct! {
    /// Waits.
    ///
    /// Source: NCCO reference, wait.
    #[derive(Default)]
    pub struct Wait, "action": "wait" {
        optional {
            /// How long. Seconds with a fraction, 0.1 to 7200; other values are
            /// moved to the nearest end. Default: 10.
            timeout: f64 = "timeout";
        }
    }
}

impl Wait {
    /// Waits for 10 seconds, the platform's default.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Waits for `timeout` seconds.
    #[must_use]
    pub fn seconds(timeout: f64) -> Self {
        Self::new().timeout(timeout)
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        if self
            .timeout
            .is_some_and(|seconds| !(0.1..=7200.0).contains(&seconds))
        {
            check.member("timeout", Code::Clamped, "outside 0.1 to 7200 seconds");
        }
        self.check_extra(check);
    }
}
