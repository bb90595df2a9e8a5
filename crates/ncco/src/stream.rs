use crate::check::Check;
use crate::wire_struct::wire_struct;

wire_struct! {
    /// Plays a sound file to the caller.
    ///
    /// Source: NCCO reference, stream. The platform keeps the file as long as
    /// its `Cache-Control` says.
    pub struct Stream, "action": "stream" {
        required {
            /// Where the file is: an http(s) URL of an MP3 or a 16-bit WAV. An
            /// array of one on the wire.
            stream_url: String as OneItem = "streamUrl";
        }
        optional {
            /// Whether a key or speech interrupts the sound. Default: false. The
            /// next action that is not a stream must then be an
            /// [`Input`](crate::Input).
            barge_in: bool = "bargeIn";
            /// How often the file is played; 0 repeats it until the call ends or
            /// the caller interrupts. Times, default: 1.
            loop_count: u32 = "loop";
            /// Volume, -1 (quietest) to 1 (loudest) in steps of 0.1. Default: 0.
            level: f64 = "level";
        }
    }
}

impl Stream {
    /// Plays the file at `stream_url`.
    #[must_use]
    pub fn new(stream_url: impl Into<String>) -> Self {
        Self::required(stream_url.into())
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        check.one_url("streamUrl", Some(&self.stream_url));
        check.decimal("level", self.level, -1.0, 1.0, "-1 to 1");
        self.check_extra(check);
    }
}
