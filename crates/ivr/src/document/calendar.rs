use std::borrow::Cow;

use describe::{Definitions, Document, Fields, OneOrMore, Rule, Text, TextError};
use serde_json::json;

use crate::calendar::{self, Band, Exception, Zone};
use crate::compile::phrase;
use crate::diagnostic::{Code, Findings};
use crate::document::allow::Allowed;
use crate::document::{Prompt, Voice};
use crate::source::{Kind, Value};

/// Opening hours: the document `calendar:<id>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// The hours, exceptions and override.
    pub hours: calendar::Calendar,
    /// What callers hear while the override holds.
    pub override_prompt: Vec<Prompt>,
    /// A word for those who edit.
    pub note: Option<String>,
    /// Warnings that are meant so.
    pub allow: Vec<Code>,
}

impl Document for Calendar {
    fn expected(rule: &Rule) -> Cow<'static, str> {
        WrittenCalendar::expected(rule)
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<Self> {
        let written = WrittenCalendar::read(value, rule, findings)?;
        let WrittenCalendar {
            note,
            allow,
            timezone,
            weekly,
            exceptions,
            over,
        } = written;
        let (over, override_prompt) = over.map_or((None, Vec::new()), |written| {
            let over = calendar::Override {
                open: matches!(written.state, OverrideState::Open),
                until: written.until,
            };
            (Some(over), written.prompt)
        });
        let exception = |written: WrittenException| {
            let exception = Exception {
                name: written.name,
                bands: written.hours,
            };
            (written.date, exception)
        };
        let mut by_date = std::collections::BTreeMap::new();
        by_date.extend(exceptions.into_iter().map(exception));
        let hours = calendar::Calendar {
            zone: timezone,
            weekly: [
                weekly.mon, weekly.tue, weekly.wed, weekly.thu, weekly.fri, weekly.sat, weekly.sun,
            ],
            exceptions: by_date,
            over,
        };
        Some(Self {
            hours,
            override_prompt,
            note,
            allow,
        })
    }

    fn schema(definitions: &mut Definitions, rule: &Rule) -> serde_json::Value {
        WrittenCalendar::schema(definitions, rule)
    }
}

/// When a place is open.
#[derive(Document)]
#[document(
    root,
    name = "calendar",
    expected = "a calendar: an object with `timezone` and `weekly`",
    check = WrittenCalendar::dates_differ
)]
struct WrittenCalendar {
    /// A word for those who edit.
    note: Option<String>,
    /// Warnings of the check that are meant so.
    #[document(as = Vec<Allowed>, default, examples = [["no-person"]])]
    allow: Vec<Code>,
    /// A name of the IANA time zone database.
    timezone: Zone,
    /// The bands that begin on each day of the week.
    weekly: Weekly,
    /// Dates that are not like their day of the week. An exception replaces the bands that begin
    /// on its date.
    #[document(default)]
    exceptions: Vec<WrittenException>,
    /// What holds instead of the hours, for now.
    #[document(name = "override")]
    over: Option<WrittenOverride>,
}

impl WrittenCalendar {
    fn dates_differ(fields: &mut Fields<'_, '_>) {
        let Some(Kind::List(items)) = fields.find("exceptions").map(|value| &value.kind) else {
            return;
        };
        let mut seen = std::collections::BTreeSet::new();
        let mut twice = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let Some(Kind::Text(date)) = item.get("date").map(|member| &member.value.kind) else {
                continue;
            };
            if calendar::date(date).is_ok() && !seen.insert(date) {
                twice.push((index, item, date));
            }
        }
        for (index, item, date) in twice {
            fields.refuse_at(
                Code::DuplicateKey,
                &["exceptions", &index.to_string()],
                item,
                format!("{date} is written twice"),
            );
        }
    }
}

/// The bands that begin on each day of the week.
#[derive(Document)]
#[document(expected = "an object: bands for the days `mon` to `sun`")]
struct Weekly {
    /// Monday.
    #[document(as = Bands)]
    mon: Vec<Band>,
    /// Tuesday.
    #[document(as = Bands)]
    tue: Vec<Band>,
    /// Wednesday.
    #[document(as = Bands)]
    wed: Vec<Band>,
    /// Thursday.
    #[document(as = Bands)]
    thu: Vec<Band>,
    /// Friday.
    #[document(as = Bands)]
    fri: Vec<Band>,
    /// Saturday.
    #[document(as = Bands)]
    sat: Vec<Band>,
    /// Sunday.
    #[document(as = Bands)]
    sun: Vec<Band>,
}

/// A date that is not like its day of the week. With a name it is a holiday.
#[derive(Document)]
#[document(
    name = "exception",
    expected = "an object like { \"date\": \"2026-12-25\", \"name\": \"Christmas\", \"closed\": true }",
    check = WrittenException::closed_or_hours,
    also = || json!({ "oneOf": [
        { "required": ["closed"], "properties": { "closed": { "const": true } }, "not": { "required": ["hours"] } },
        { "required": ["hours"], "properties": { "closed": { "const": false } } }
    ] })
)]
struct WrittenException {
    /// The date.
    #[document(as = Date)]
    date: jiff::civil::Date,
    /// What the day is called; callers outside its hours take the exit `holiday`.
    name: Option<String>,
    /// Closed all day. Either this or `hours`.
    #[document(default)]
    #[expect(dead_code, reason = "a closed day is one without hours")]
    closed: bool,
    /// The bands of that day.
    #[document(as = Bands)]
    hours: Vec<Band>,
}

impl WrittenException {
    fn closed_or_hours(fields: &mut Fields<'_, '_>) {
        match (fields.peek::<bool>("closed"), fields.has("hours")) {
            (Some(true), true) => {
                fields.refuse(Code::Conflict, "a day is `closed` or has `hours`, not both");
            }
            (Some(false) | None, false) => fields.missing(
                Code::MissingField,
                "hours",
                "the bands of that day, or `\"closed\": true`",
            ),
            _ => {}
        }
    }
}

/// What holds instead of the hours, for now.
#[derive(Document)]
#[document(
    name = "override",
    expected = "an object like { \"state\": \"closed\", \"until\": \"2026-11-21T18:00:00Z\" }"
)]
struct WrittenOverride {
    /// Whether callers are told the place is open.
    state: OverrideState,
    /// When it ends; never, when left out.
    #[document(as = Option<Instant>)]
    until: Option<jiff::Timestamp>,
    /// What callers hear while it holds.
    #[document(as = OverridePrompt)]
    prompt: Vec<Prompt>,
}

#[derive(Document)]
enum OverrideState {
    Open,
    Closed,
}

/// A prompt that is said without a menu around it.
struct OverridePrompt;

impl Document<Vec<Prompt>> for OverridePrompt {
    fn expected(_: &Rule) -> Cow<'static, str> {
        <Prompt as Document>::expected(&Rule::NONE)
    }

    fn absent() -> Option<Vec<Prompt>> {
        Some(Vec::new())
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<Vec<Prompt>> {
        let prompts = describe::one_or_more::<Prompt, Prompt>(value, rule, findings)?;
        let (_, faults) = phrase::render(&prompts, &Voice::default(), false, false);
        for fault in &faults {
            findings.note(fault.code, value, fault.message.clone());
        }
        faults.is_empty().then_some(prompts)
    }

    fn schema(definitions: &mut Definitions, rule: &Rule) -> serde_json::Value {
        <OneOrMore<Prompt> as Document<Vec<Prompt>>>::schema(definitions, rule)
    }
}

impl Text for Zone {
    type Value = Self;
    const NAME: &'static str = "timezone";
    const DESCRIPTION: &'static str = "A name of the IANA time zone database.";
    const EXPECTED: &'static str = "an IANA time zone, like \"Europe/London\"";
    const EXAMPLES: &'static [&'static str] = &["Europe/London"];

    fn parse(written: &str) -> Result<Self, TextError> {
        Zone::named(written).ok_or_else(|| {
            let message = format!("there is no time zone `{written}`");
            let fault = TextError::new(Code::UnknownTimezone, message).near(written, Zone::names());
            match fault.help {
                Some(_) => fault,
                None => fault.with_help(Some(format!("expected {}", Self::EXPECTED))),
            }
        })
    }
}

impl Text for Band {
    type Value = Self;
    const NAME: &'static str = "band";
    const DESCRIPTION: &'static str =
        "Opening hours; a band that ends before it begins runs over midnight.";
    const EXPECTED: &'static str = "two times of day, such as \"09:00-17:30\"";
    const PATTERN: &'static str = "^ *[0-9]{2}:[0-9]{2} *- *[0-9]{2}:[0-9]{2} *$";
    const EXAMPLES: &'static [&'static str] = &["09:00-17:30", "22:00-02:00", "00:00-24:00"];

    fn parse(written: &str) -> Result<Self, TextError> {
        written.parse().map_err(|error| unreadable(written, error))
    }
}

/// A day of a year.
struct Date;

impl Text for Date {
    type Value = jiff::civil::Date;
    const NAME: &'static str = "";
    const DESCRIPTION: &'static str = "";
    const EXPECTED: &'static str = "a date, such as \"2026-12-25\"";
    const FORMAT: &'static str = "date";
    const EXAMPLES: &'static [&'static str] = &["2026-12-25"];

    fn parse(written: &str) -> Result<jiff::civil::Date, TextError> {
        calendar::date(written).map_err(|error| unreadable(written, error))
    }
}

/// A moment, whatever clocks on the wall say.
struct Instant;

impl Text for Instant {
    type Value = jiff::Timestamp;
    const NAME: &'static str = "";
    const DESCRIPTION: &'static str = "";
    const EXPECTED: &'static str = "an instant, such as \"2026-11-21T18:00:00Z\"";
    const FORMAT: &'static str = "date-time";
    const EXAMPLES: &'static [&'static str] = &["2026-11-21T18:00:00Z"];

    fn parse(written: &str) -> Result<jiff::Timestamp, TextError> {
        calendar::instant(written).map_err(|error| unreadable(written, error))
    }
}

fn unreadable(written: &str, error: calendar::CalendarError) -> TextError {
    TextError::new(Code::BadTime, format!("{error}, found `{written}`"))
}

/// The bands of a day, sorted.
struct Bands;

impl Document<Vec<Band>> for Bands {
    fn expected(_: &Rule) -> Cow<'static, str> {
        <Band as Text>::EXPECTED.into()
    }

    fn absent() -> Option<Vec<Band>> {
        Some(Vec::new())
    }

    fn read(value: &Value<'_>, rule: &Rule, findings: &mut Findings<'_>) -> Option<Vec<Band>> {
        let mut bands = describe::one_or_more::<Band, Band>(value, rule, findings)?;
        bands.sort_unstable();
        Some(bands)
    }

    fn schema(definitions: &mut Definitions, rule: &Rule) -> serde_json::Value {
        <OneOrMore<Band> as Document<Vec<Band>>>::schema(definitions, rule)
    }
}
