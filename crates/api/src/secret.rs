//! The secrets a Worker can be given.

/// A secret of the Worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Secret {
    /// Checks that webhooks come from Vonage.
    VonageSignature,
    /// The one before, while it is rotated.
    VonageSignaturePrevious,
    /// Seals the state of a call.
    StateKey,
    /// The one before, while it is rotated.
    StateKeyPrevious,
    /// Lets operators into `/api`.
    AdminToken,
    /// Lets VoiceXML browsers in.
    VxmlToken,
    /// The one before, while it is rotated.
    VxmlTokenPrevious,
    /// Signs what is sent to Vonage.
    VonagePrivateKey,
    /// Signs the events that are forwarded.
    SinkSecret,
}

/// When a Worker needs a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NeededFor {
    /// Nobody is answered without it.
    Calls,
    /// Nobody gets into `/api` without it, unless Cloudflare Access lets in.
    Operators,
    /// No event is forwarded without it, where `SINK_URL` says where to.
    Sink,
    /// What it is for is not there without it.
    Option,
}

impl Secret {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::VonageSignature,
        Self::VonageSignaturePrevious,
        Self::StateKey,
        Self::StateKeyPrevious,
        Self::AdminToken,
        Self::VxmlToken,
        Self::VxmlTokenPrevious,
        Self::VonagePrivateKey,
        Self::SinkSecret,
    ];

    /// The name `wrangler secret put` gives it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::VonageSignature => "VONAGE_SIGNATURE_SECRET",
            Self::VonageSignaturePrevious => "VONAGE_SIGNATURE_SECRET_PREVIOUS",
            Self::StateKey => "STATE_KEY",
            Self::StateKeyPrevious => "STATE_KEY_PREVIOUS",
            Self::AdminToken => "ADMIN_TOKEN",
            Self::VxmlToken => "VXML_TOKEN",
            Self::VxmlTokenPrevious => "VXML_TOKEN_PREVIOUS",
            Self::VonagePrivateKey => "VONAGE_PRIVATE_KEY",
            Self::SinkSecret => "SINK_SECRET",
        }
    }

    /// When it is needed.
    #[must_use]
    pub const fn needed_for(self) -> NeededFor {
        match self {
            Self::VonageSignature | Self::StateKey => NeededFor::Calls,
            Self::AdminToken => NeededFor::Operators,
            Self::SinkSecret => NeededFor::Sink,
            Self::VonageSignaturePrevious
            | Self::StateKeyPrevious
            | Self::VxmlToken
            | Self::VxmlTokenPrevious
            | Self::VonagePrivateKey => NeededFor::Option,
        }
    }
}
