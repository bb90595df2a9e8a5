use crate::check::Check;
use crate::code::Code;
use crate::wire_struct::wire_struct;
use crate::word::words;

words! {
    /// What happens when an answering machine takes the call.
    pub enum MachineBehavior ("continue or hangup") {
        /// The event URL gets `human` or `machine`, the call goes on.
        Continue = "continue",
        /// The call to a machine ends.
        Hangup = "hangup",
    }
}

words! {
    /// How the advanced detection listens.
    pub enum MachineMode ("default, detect or detect_beep") {
        /// Beside the next action; sends both the status and the beep.
        Default = "default",
        /// Holds the next action; sends the status only. The default.
        Detect = "detect",
        /// Holds the next action; sends the beep only.
        DetectBeep = "detect_beep",
    }
}

wire_struct! {
    /// How answering machines are told from people.
    #[derive(Default)]
    pub struct AdvancedMachineDetection {
        optional {
            /// What happens when a machine answers. Default: continue.
            behavior: MachineBehavior = "behavior";
            /// How it listens. Default: detect. The Ruby SDK has no `default`.
            mode: MachineMode = "mode";
            /// How long the beep is waited for. Whole seconds, 45 to 120; the
            /// REST specification allows from 30.
            beep_timeout: u32 = "beep_timeout" | "beepTimeout";
        }
    }
}

impl AdvancedMachineDetection {
    /// The platform's defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        check.word("behavior", self.behavior.as_ref());
        check.word("mode", self.mode.as_ref());
        check.count(
            "beep_timeout",
            self.beep_timeout,
            30,
            120,
            "30 to 120 seconds",
        );
        if self
            .beep_timeout
            .is_some_and(|seconds| (30..45).contains(&seconds))
        {
            check.member(
                "beep_timeout",
                Code::ShortBeepTimeout,
                "fewer than 45 seconds are not accepted everywhere",
            );
        }
        self.check_extra(check);
    }
}
