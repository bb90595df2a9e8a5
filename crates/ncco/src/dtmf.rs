use crate::check::Check;
use crate::wire_struct::wire_struct;

wire_struct! {
    /// How an [`Input`](crate::Input) takes keys.
    #[derive(Default)]
    pub struct Dtmf {
        optional {
            /// Time without a key after which the input is sent. Whole seconds, 0
            /// to 10, default: 3.
            time_out: u32 = "timeOut";
            /// Number of keys after which the input is sent. 1 to 20, default: 4.
            max_digits: u32 = "maxDigits";
            /// Whether `#` sends the input; it is not part of the digits.
            /// Default: false.
            submit_on_hash: bool = "submitOnHash";
        }
    }
}

impl Dtmf {
    /// The platform's defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        check.count("timeOut", self.time_out, 0, 10, "0 to 10 seconds");
        check.count("maxDigits", self.max_digits, 1, 20, "1 to 20 digits");
        self.check_extra(check);
    }
}
