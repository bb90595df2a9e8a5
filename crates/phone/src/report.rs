//! What happened in a call.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use vonage::{ConversationId, LegId};

use crate::destination::Method;

/// Something that happened, and when.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moment {
    /// Milliseconds into the call, by its own clock.
    pub at_ms: i64,
    /// What happened.
    #[serde(flatten)]
    pub what: Happening,
}

/// Something that happened on the line.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Happening {
    /// The caller heard these words, or this audio.
    Heard {
        /// As spoken: SSML tags are gone.
        text: String,
    },
    /// Somebody called by a `connect` heard these words.
    CalleeHeard {
        /// Who.
        to: String,
        /// As spoken.
        text: String,
    },
    /// The caller pressed keys.
    Pressed {
        /// What the platform took of them.
        digits: String,
        /// Nothing came for the time-out, so the entry may be partial.
        timed_out: bool,
        /// Keys nobody waited for.
        #[serde(skip_serializing_if = "String::is_empty")]
        lost: String,
    },
    /// The caller spoke.
    Spoke {
        /// The words.
        text: String,
        /// How sure the platform is.
        confidence: f64,
    },
    /// The caller stayed silent when asked.
    Silent,
    /// Somebody is being called.
    Dialled {
        /// `phone`, `sip`, …
        kind: String,
        /// Who.
        to: String,
    },
    /// What became of that leg: its status.
    Transferred {
        /// Who.
        to: String,
        /// `answered`, `busy`, `timeout`, `unanswered`, `rejected`, `failed`, `cancelled`, or
        /// `machine` when one answered and was hung up on.
        status: String,
        /// Seconds they talked.
        seconds: f64,
    },
    /// A message or the call is being recorded.
    RecordingStarted,
    /// A message was recorded.
    Recorded {
        /// Its length.
        seconds: f64,
    },
    /// The caller joined a conversation.
    Joined {
        /// Its name or id.
        name: String,
    },
    /// The caller waits.
    Waited {
        /// How long.
        seconds: f64,
    },
    /// The platform could not use a reply.
    Refused {
        /// The URL that gave it.
        url: String,
        /// Why, in the platform's words.
        reason: String,
        /// Why, in ours: findings of the NCCO, status, transport.
        detail: String,
    },
    /// The platform asked the fallback URL.
    FellBack {
        /// Whether that gave something to run.
        saved: bool,
    },
    /// A request was sent twice on purpose and the replies differ.
    RepliesDiffer {
        /// The URL.
        url: String,
    },
    /// The call is over.
    Ended {
        /// Who ended it.
        by: EndedBy,
    },
}

/// Who ended a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// The caller hung up: `disconnected_by` is `user`.
    Caller,
    /// There was nothing more to run: `disconnected_by` is `platform`.
    Platform,
    /// Nothing could be run at all.
    Failure,
    /// It went on for two hours, or for more steps than any call has.
    Limit,
}

impl fmt::Display for Happening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Heard { text } => write!(f, "hears    {text}"),
            Self::CalleeHeard { to, text } => write!(f, "{to} hears {text}"),
            Self::Pressed {
                digits,
                timed_out,
                lost,
            } => {
                write!(
                    f,
                    "presses  {}",
                    if digits.is_empty() { "-" } else { digits }
                )?;
                if *timed_out {
                    f.write_str(" (then nothing)")?;
                }
                if !lost.is_empty() {
                    write!(f, " ({lost} came too late)")?;
                }
                Ok(())
            }
            Self::Spoke { text, confidence } => write!(f, "says     {text} ({confidence:.2})"),
            Self::Silent => f.write_str("stays silent"),
            Self::Dialled { kind, to } => write!(f, "dials    {to} ({kind})"),
            Self::Transferred {
                to,
                status,
                seconds,
            } => {
                write!(f, "{to}: {status}")?;
                if *seconds > 0.0 {
                    write!(f, ", {seconds:.0} s")?;
                }
                Ok(())
            }
            Self::RecordingStarted => f.write_str("recording starts"),
            Self::Recorded { seconds } => write!(f, "recorded {seconds:.0} s"),
            Self::Joined { name } => write!(f, "joins    {name}"),
            Self::Waited { seconds } => write!(f, "waits    {seconds:.1} s"),
            Self::Refused {
                url,
                reason,
                detail,
            } => write!(f, "refused  {url}: {reason} {detail}"),
            Self::FellBack { saved: true } => f.write_str("the fallback URL takes over"),
            Self::FellBack { saved: false } => f.write_str("the fallback URL fails too"),
            Self::RepliesDiffer { url } => write!(f, "two replies to one request differ: {url}"),
            Self::Ended { by } => f.write_str(match by {
                EndedBy::Caller => "hangs up",
                EndedBy::Platform => "the call ends",
                EndedBy::Failure => "the call fails",
                EndedBy::Limit => "the call is cut off: it went on for too long",
            }),
        }
    }
}

/// A request and what came back, as a measurement and as evidence.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// `answer`, `event:<status>`, `input`, `fallback`, …
    pub kind: String,
    /// How it was sent.
    pub method: Method,
    /// Where.
    pub url: String,
    /// What was sent: the JSON members, whatever the transport.
    pub sent: serde_json::Value,
    /// HTTP status, or `None` when there was no response.
    pub status: Option<u16>,
    /// Why there was none.
    pub unreachable: Option<String>,
    /// The reply's `Content-Type`, as sent.
    pub content_type: Option<String>,
    /// The reply.
    pub reply: Vec<u8>,
    /// Real time it took.
    pub took: Duration,
    /// It carried a token.
    pub signed: bool,
}

impl Exchange {
    /// The reply as JSON, when it is.
    #[must_use]
    pub fn reply_json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.reply).ok()
    }
}

/// One call from start to end.
#[derive(Debug, Clone)]
pub struct Call {
    /// The caller's leg.
    pub leg: LegId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// What happened, in order.
    pub moments: Vec<Moment>,
    /// Every request, in the order sent.
    pub exchanges: Vec<Exchange>,
    /// Who ended it.
    pub ended: EndedBy,
    /// Its length by its own clock, seconds.
    pub seconds: f64,
}

impl Call {
    /// Everything the caller heard, in order.
    #[must_use]
    pub fn heard(&self) -> Vec<&str> {
        self.moments
            .iter()
            .filter_map(|moment| match &moment.what {
                Happening::Heard { text } => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    /// Whether the caller heard `words`, in one prompt.
    #[must_use]
    pub fn heard_words(&self, words: &str) -> bool {
        self.heard().iter().any(|text| text.contains(words))
    }

    /// Everybody who was called, in order.
    #[must_use]
    pub fn dialled(&self) -> Vec<&str> {
        self.moments
            .iter()
            .filter_map(|moment| match &moment.what {
                Happening::Dialled { to, .. } => Some(to.as_str()),
                _ => None,
            })
            .collect()
    }

    /// The statuses sent to the event URL for the caller's own leg, in order.
    #[must_use]
    pub fn statuses(&self) -> Vec<&str> {
        self.exchanges
            .iter()
            .filter(|exchange| {
                exchange.sent.get("uuid").and_then(|leg| leg.as_str()) == Some(self.leg.as_str())
            })
            .filter_map(|exchange| exchange.sent.get("status")?.as_str())
            .collect()
    }

    /// What became of it, in the words of a call record.
    #[must_use]
    pub fn outcome(&self) -> &'static str {
        let any = |test: fn(&Happening) -> bool| self.moments.iter().any(|m| test(&m.what));
        if any(|what| matches!(what, Happening::Transferred { status, .. } if status == "answered"))
            || any(|what| matches!(what, Happening::Joined { .. }))
        {
            "transferred"
        } else if any(|what| matches!(what, Happening::Recorded { seconds } if *seconds > 0.0)) {
            "message_left"
        } else {
            match self.ended {
                EndedBy::Caller => "abandoned",
                EndedBy::Platform => "completed",
                EndedBy::Failure | EndedBy::Limit => "failed",
            }
        }
    }

    /// The call as a page of text, a line for each thing that happened.
    #[must_use]
    pub fn transcript(&self) -> String {
        self.moments
            .iter()
            .map(|moment| format!("{}\n", line(moment)))
            .collect()
    }
}

/// One line of a transcript.
#[must_use]
pub fn line(moment: &Moment) -> String {
    let seconds = moment.at_ms / 1000;
    format!("{:>3}:{:02}  {}", seconds / 60, seconds % 60, moment.what)
}
