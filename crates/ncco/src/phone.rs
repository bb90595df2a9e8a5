use crate::check::{Check, is_number};
use crate::code::Code;
use crate::wire_struct::wire_struct;

wire_struct! {
    /// A telephone.
    pub struct Phone, "type": "phone" {
        required {
            /// The number that is called: E.164 without `+`, 7 to 15 digits.
            number: String = "number";
        }
        optional {
            /// Keys sent once the call is answered: `0` to `9`, `*`, `#`, and `p`
            /// for a pause of 500 ms.
            dtmf_answer: String = "dtmfAnswer";
            /// An NCCO that only the callee hears, before the two are joined.
            on_answer: OnAnswer = "onAnswer";
            /// STIR/SHAKEN Identity header, for accounts that sign their own
            /// calls. On request.
            shaken: String = "shaken";
        }
    }
}

impl Phone {
    /// Calls `number`, E.164 without `+`.
    #[must_use]
    pub fn new(number: impl Into<String>) -> Self {
        Self::required(number.into())
    }

    /// Lets the callee hear the NCCO at `url` first.
    #[must_use]
    pub fn whisper(self, url: impl Into<String>) -> Self {
        self.on_answer(OnAnswer::new(url))
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        if !is_number(&self.number) {
            check.member(
                "number",
                Code::BadNumber,
                "expected 7 to 15 digits, without `+`",
            );
        }
        if let Some(keys) = &self.dtmf_answer {
            let allowed = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'*' | b'#' | b'p');
            if !keys.bytes().all(allowed) {
                check.member("dtmfAnswer", Code::BadDtmf, "expected 0-9, *, # and p");
            }
        }
        if let Some(on_answer) = &self.on_answer {
            let mut check = check.below("onAnswer");
            check.url("url", Some(&on_answer.url));
            check.url("ringbackTone", on_answer.ringback_tone.as_deref());
            on_answer.check_extra(&mut check);
        }
        self.check_extra(check);
    }
}

wire_struct! {
    /// What the callee hears before the caller is joined.
    pub struct OnAnswer {
        required {
            /// Where the NCCO for the callee comes from. http(s) URL, a plain
            /// string on the wire.
            url: String as Unwrapped = "url";
        }
        optional {
            /// What the caller hears meanwhile: the http(s) URL of a sound file.
            /// Read as `ringback` too, the older name.
            ringback_tone: String as Unwrapped = "ringbackTone" | "ringback";
        }
    }
}

impl OnAnswer {
    /// Runs the NCCO at `url` on the called leg.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self::required(url.into())
    }
}
