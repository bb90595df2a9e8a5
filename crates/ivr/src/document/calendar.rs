use std::collections::BTreeMap;

use crate::calendar::{self, Band, Exception, Zone};
use crate::compile::phrase;
use crate::decode::{Decode, Fields, mismatch, text};
use crate::diagnostic::{Code, Findings, nearest};
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
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Decode for Calendar {
    const EXPECTED: &'static str = "a calendar: an object with `timezone` and `weekly`";

    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let mut fields = Fields::new(value, findings, Self::EXPECTED)?;
        fields.raw("$schema");
        let note = fields.optional("note");
        if !fields.has("timezone") {
            fields.missing(
                Code::MissingField,
                "timezone",
                "an IANA time zone, like \"Europe/London\"",
            );
        }
        let zone = fields.with("timezone", zone);
        if !fields.has("weekly") {
            fields.missing(
                Code::MissingField,
                "weekly",
                "an object: bands for the days `mon` to `sun`",
            );
        }
        let weekly = fields.with("weekly", |value, findings| {
            let mut days = Fields::new(
                value,
                findings,
                "an object: bands for the days `mon` to `sun`",
            )?;
            let weekly = DAYS.map(|day| days.with(day, bands).unwrap_or_default());
            days.finish()?;
            Some(weekly)
        });
        let exceptions = fields.with("exceptions", exceptions).unwrap_or_default();
        let over = fields.optional::<Override>("override");
        fields.finish()?;
        let (over, override_prompt) =
            over.map_or((None, Vec::new()), |over| (Some(over.over), over.prompt));
        let hours = calendar::Calendar {
            zone: zone?,
            weekly: weekly?,
            exceptions,
            over,
        };
        Some(Self {
            hours,
            override_prompt,
            note,
        })
    }
}

fn zone(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Zone> {
    let written = text(value, findings, "an IANA time zone, like \"Europe/London\"")?;
    let zone = Zone::named(written);
    if zone.is_none() {
        findings.note(
            Code::UnknownTimezone,
            value,
            format!("there is no time zone `{written}`"),
        );
        match nearest(written, Zone::names()) {
            Some(name) => findings.help(format!("did you mean `{name}`?")),
            None => findings.help("expected an IANA name, like \"Europe/London\""),
        }
    }
    zone
}

impl Decode for Band {
    const EXPECTED: &'static str = "two times of day, such as \"09:00-17:30\"";
    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let written = text(value, findings, Self::EXPECTED)?;
        match written.parse() {
            Ok(band) => Some(band),
            Err(error) => {
                findings.note(Code::BadTime, value, format!("{error}, found `{written}`"));
                None
            }
        }
    }
}

/// The bands of a day, sorted; two that overlap are a slip.
fn bands(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Vec<Band>> {
    let bands: Vec<Band> = crate::decode::one_or_more(value, findings)?;
    Some(crate::source::sorted(bands))
}

fn exceptions(
    value: &Value<'_>,
    findings: &mut Findings<'_>,
) -> Option<BTreeMap<jiff::civil::Date, Exception>> {
    let Kind::List(items) = &value.kind else {
        return mismatch(value, findings, "a list of exceptions");
    };
    let mut all = BTreeMap::new();
    let mut sound = true;
    for (index, item) in items.iter().enumerate() {
        findings.within(&index.to_string(), |findings| {
            match exception(item, findings) {
                Some((date, exception)) => {
                    if all.insert(date, exception).is_some() {
                        sound = false;
                        let (year, month, day) = (date.year(), date.month(), date.day());
                        findings.note(
                            Code::DuplicateKey,
                            item,
                            format!("{year:04}-{month:02}-{day:02} is written twice"),
                        );
                    }
                }
                None => sound = false,
            }
        });
    }
    sound.then_some(all)
}

fn exception(
    value: &Value<'_>,
    findings: &mut Findings<'_>,
) -> Option<(jiff::civil::Date, Exception)> {
    let expected =
        "an object like { \"date\": \"2026-12-25\", \"name\": \"Christmas\", \"closed\": true }";
    let mut fields = Fields::new(value, findings, expected)?;
    if !fields.has("date") {
        fields.missing(Code::MissingField, "date", "a date, such as \"2026-12-25\"");
    }
    let date = fields.with("date", |value, findings| {
        let written = text(value, findings, "a date, such as \"2026-12-25\"")?;
        match calendar::date(written) {
            Ok(date) => Some(date),
            Err(error) => {
                findings.note(Code::BadTime, value, format!("{error}, found `{written}`"));
                None
            }
        }
    });
    let name = fields.optional("name");
    let closed = fields.optional::<bool>("closed");
    let bands = fields.with("hours", bands);
    match (closed, fields.has("hours")) {
        (Some(true), true) => {
            fields.refuse(Code::Conflict, "a day is `closed` or has `hours`, not both")
        }
        (Some(false) | None, false) => {
            fields.missing(
                Code::MissingField,
                "hours",
                "the bands of that day, or `\"closed\": true`",
            );
        }
        _ => {}
    }
    fields.finish()?;
    Some((
        date?,
        Exception {
            name,
            bands: bands.unwrap_or_default(),
        },
    ))
}

struct Override {
    over: calendar::Override,
    prompt: Vec<Prompt>,
}

impl Decode for Override {
    const EXPECTED: &'static str =
        "an object like { \"state\": \"closed\", \"until\": \"2026-11-21T18:00:00Z\" }";
    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let mut fields = Fields::new(value, findings, Self::EXPECTED)?;
        if !fields.has("state") {
            fields.missing(Code::MissingField, "state", "`open` or `closed`");
        }
        let open = fields.word("state", &[("open", true), ("closed", false)]);
        let until = fields.with("until", |value, findings| {
            let written = text(
                value,
                findings,
                "an instant, such as \"2026-11-21T18:00:00Z\"",
            )?;
            match calendar::instant(written) {
                Ok(instant) => Some(instant),
                Err(error) => {
                    findings.note(Code::BadTime, value, format!("{error}, found `{written}`"));
                    None
                }
            }
        });
        let prompt = fields.with("prompt", |value, findings| {
            let prompts: Vec<Prompt> = crate::decode::one_or_more(value, findings)?;
            let (_, faults) = phrase::render(&prompts, &Voice::default(), false, false);
            for fault in &faults {
                findings.note(fault.code, value, fault.message.clone());
            }
            faults.is_empty().then_some(prompts)
        });
        let prompt = prompt.unwrap_or_default();
        fields.finish()?;
        Some(Self {
            over: calendar::Override { open: open?, until },
            prompt,
        })
    }
}
