use crate::decode::{Decode, Fields, Map, text};
use crate::diagnostic::{Code, Findings};
use crate::document;
use crate::number::E164;
use crate::source::{Kind, Member, Value};

impl Decode for E164 {
    const EXPECTED: &'static str =
        "a telephone number in international form, like \"447700900123\"";
    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let written = text(value, findings, Self::EXPECTED)?;
        e164(written, value.at, findings)
    }
}

/// Reads a number, or notes why it is none.
pub(crate) fn e164(written: &str, at: usize, findings: &mut Findings<'_>) -> Option<E164> {
    match written.parse() {
        Ok(number) => Some(number),
        Err(error) => {
            findings.note_at(
                Code::BadNumber,
                at,
                format!(
                    "`{written}` is not a telephone number in international form (E.164): {error}"
                ),
            );
            let digits: String = written.chars().filter(char::is_ascii_digit).collect();
            let digits = digits.strip_prefix("00").unwrap_or(&digits);
            if digits.parse::<E164>().is_ok() {
                findings.help(format!("did you mean `{digits}`?"));
            }
            None
        }
    }
}

/// Which menu a called number gets: the document `number:<digits>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberEntry {
    /// The menu's id.
    pub menu: String,
    /// A word for those who edit.
    pub note: Option<String>,
}

impl Decode for NumberEntry {
    const EXPECTED: &'static str = "an object like { \"menu\": \"acme\" }";
    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let mut fields = Fields::new(value, findings, Self::EXPECTED)?;
        fields.raw("$schema");
        let menu = if fields.has("menu") {
            fields.with("menu", menu_name)
        } else {
            fields.missing(Code::MissingField, "menu", "a menu's id");
            None
        };
        let note = fields.optional("note");
        fields.finish()?;
        Some(Self { menu: menu?, note })
    }
}

/// A menu's id as a field's value.
pub(crate) fn menu_name(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<String> {
    named(value, findings, "a menu's id")
}

/// A name as a field's value.
pub(crate) fn named(value: &Value<'_>, findings: &mut Findings<'_>, what: &str) -> Option<String> {
    let written = text(value, findings, what)?;
    document::name(written, what, value.at, findings)
}

/// The file `numbers.json`: every number entry by its digits, and `default`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Numbers {
    /// Entries by the called number's digits.
    pub entries: Map<NumberEntry>,
    /// The entry of numbers that have none.
    pub default: Option<NumberEntry>,
}

impl Decode for Numbers {
    const EXPECTED: &'static str =
        "an object: a number entry for each called number, and `default`";
    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        // `$schema` is the editor's, not a number.
        let value = match &value.kind {
            Kind::Object(members) => {
                let kept = members
                    .iter()
                    .filter(|member| member.key != "$schema")
                    .cloned()
                    .collect();
                &Value {
                    at: value.at,
                    kind: Kind::Object(kept),
                }
            }
            _ => value,
        };
        let number = |member: &Member<'_>, findings: &mut Findings<'_>| {
            if member.key == "default" {
                return Some("default".to_owned());
            }
            e164(&member.key, member.at, findings).map(|number| number.to_string())
        };
        let mut entries: Map<NumberEntry> = Map::read(value, findings, Self::EXPECTED, number)?;
        let default = entries
            .0
            .iter()
            .position(|(key, _)| key == "default")
            .map(|index| entries.0.remove(index).1);
        Some(Self { entries, default })
    }
}

/// A list of callers: the document `list:<id>`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    /// The numbers, sorted.
    pub numbers: Vec<E164>,
    /// A word for those who edit.
    pub note: Option<String>,
}

impl List {
    /// Whether a caller is on the list.
    pub fn contains(&self, number: E164) -> bool {
        self.numbers.binary_search(&number).is_ok()
    }
}

impl Decode for List {
    const EXPECTED: &'static str = "an object like { \"numbers\": [\"447700900001\"] }";
    fn decode(value: &Value<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let mut fields = Fields::new(value, findings, Self::EXPECTED)?;
        fields.raw("$schema");
        let note = fields.optional("note");
        if !fields.has("numbers") {
            fields.missing(Code::MissingField, "numbers", "a list of telephone numbers");
        }
        let numbers = fields.list::<E164>("numbers");
        fields.finish()?;
        Some(Self {
            numbers: crate::source::sorted(numbers?),
            note,
        })
    }
}
