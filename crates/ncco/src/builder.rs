use crate::action::Action;
use crate::code::Severity;
use crate::connect::Connect;
use crate::conversation::Conversation;
use crate::finding::Finding;
use crate::input::Input;
use crate::ncco::Ncco;
use crate::notify::Notify;
use crate::record::Record;
use crate::stream::Stream;
use crate::talk::Talk;
use crate::transfer::Transfer;
use crate::wait::Wait;

/// Puts an NCCO together, action by action.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    actions: Vec<Action>,
}

impl Ncco {
    /// Begins an NCCO.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }
}

macro_rules! builder {
    ($($(#[$meta:meta])* $method:ident: $type:ident;)*) => { $(
        $(#[$meta])*
        #[must_use]
        pub fn $method(self, $method: $type) -> Self {
            self.action($method)
        }
    )* };
}

impl Builder {
    builder! {
        /// Speaks a text.
        talk: Talk;
        /// Plays a sound file.
        stream: Stream;
        /// Takes keys or speech.
        input: Input;
        /// Connects with somebody else.
        connect: Connect;
        /// Records the call.
        record: Record;
        /// Joins a conversation.
        conversation: Conversation;
        /// Sends a payload to an event URL.
        notify: Notify;
        /// Waits.
        wait: Wait;
        /// Moves to another conversation.
        transfer: Transfer;
    }

    /// Adds an action of any kind.
    #[must_use]
    pub fn action(mut self, action: impl Into<Action>) -> Self {
        self.actions.push(action.into());
        self
    }

    /// The NCCO, as it is.
    #[must_use]
    pub fn build(self) -> Ncco {
        Ncco::new(self.actions)
    }

    /// The NCCO, if [`validate`](Ncco::validate) finds no error in it; warnings
    /// are allowed.
    ///
    /// # Errors
    /// All findings, warnings too, when at least one is an error.
    pub fn build_valid(self) -> Result<Ncco, Vec<Finding>> {
        let ncco = self.build();
        let findings = ncco.validate();
        if findings
            .iter()
            .any(|finding| finding.severity() == Severity::Error)
        {
            return Err(findings);
        }
        Ok(ncco)
    }
}
