//! What `ivr doctor` finds, by stable codes. docs/doctor.md tells each one's cause and cure.

use serde::Serialize;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Severity {
    /// Callers or events are lost, or somebody gets in.
    Error,
    /// Works, and will surprise.
    Warning,
    /// Worth knowing.
    Note,
}

macro_rules! codes {
    ($($name:ident $text:literal $severity:ident)*) => {
        /// The code of a finding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Code {
            $(#[doc = $text] $name,)*
        }

        impl Code {
            /// Every code.
            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$(Self::$name),*];

            /// As it is written.
            pub(super) fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// How bad it is.
            pub(super) fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    WorkerUnreachable "worker-unreachable" Error
    NotOurWorker "not-our-worker" Error
    VersionDiffers "version-differs" Warning
    BindingMissing "binding-missing" Error
    SecretMissing "secret-missing" Error
    AdminTokenMissing "admin-token-missing" Warning
    SettingUnusable "setting-unusable" Error
    DialOpen "dial-open" Warning
    ClockSkew "clock-skew" Error
    AnswerRefused "answer-refused" Error
    AnswerUnusable "answer-unusable" Error
    AnswerSafeWords "answer-safe-words" Error
    AnswerSlow "answer-slow" Warning
    EventRefused "event-refused" Error
    FallbackRefused "fallback-refused" Error
    ForgeryAccepted "forgery-accepted" Error
    ApiRefused "api-refused" Error
    FileFindings "file-findings" Error
    NotPublished "not-published" Error
    PublishedDiffers "published-differs" Warning
    OnlyInForce "only-in-force" Note
    VonageRefused "vonage-refused" Error
    WebhookMissing "webhook-missing" Error
    WebhookElsewhere "webhook-elsewhere" Error
    WebhookRoute "webhook-route" Error
    WebhookMethod "webhook-method" Warning
    WebhookTimeout "webhook-timeout" Warning
    FallbackMissing "fallback-missing" Warning
    FallbackSameWorker "fallback-same-worker" Note
    CallbacksUnsigned "callbacks-unsigned" Error
    NoNumber "no-number" Error
    NumberNotOwned "number-not-owned" Error
    NumberNotLinked "number-not-linked" Error
    NumberForwarded "number-forwarded" Error
    NumberWithoutMenu "number-without-menu" Error
}

/// Something that is wrong.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) code: Code,
    /// Where: `Worker`, `application 1ded6eee, answer_url`, `menus/main`.
    pub(super) place: String,
    /// What is wrong.
    pub(super) message: String,
    /// What to do.
    pub(super) help: String,
}

/// What was found, and what could not be looked at.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) findings: Vec<Finding>,
    /// What was looked at and is well.
    pub(super) well: Vec<String>,
    /// What was not looked at, and why.
    pub(super) skipped: Vec<(String, String)>,
}

impl Report {
    pub(super) fn found(
        &mut self,
        code: Code,
        place: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.findings.push(Finding {
            code,
            place: place.into(),
            message: message.into(),
            help: help.into(),
        });
    }

    pub(super) fn well(&mut self, what: impl Into<String>) {
        self.well.push(what.into());
    }

    pub(super) fn skipped(&mut self, what: &str, why: impl Into<String>) {
        self.skipped.push((what.to_owned(), why.into()));
    }

    /// How many there are of a severity.
    pub(super) fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.code.severity() == severity)
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn every_code_has_its_row_in_the_guide() {
        let page = include_str!("../../../../docs/doctor.md");
        let rows: Vec<&str> = page
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
            .map(|(code, _)| code)
            .collect();
        let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(rows, codes);
    }
}
