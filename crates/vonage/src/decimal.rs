use crate::wire::{Form, Types, Wire};
use serde_json::Value;
use std::fmt;

/// A decimal number kept exactly as it was written, trailing zeros included: `"0.00450000"`.
///
/// Prices and rates of Vonage are such, in euros unless a `currency` stands beside them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Decimal(String);

impl Decimal {
    /// Reads `-12`, `0.0045`, `.5`; not an exponent, not a blank.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let numeric = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let empty = whole.is_empty() && fraction.is_empty();
        (!empty && numeric(whole) && numeric(fraction)).then(|| Self(text.to_owned()))
    }

    /// The number as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the amount is nothing.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        !self.0.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Wire for Decimal {
    const FORM: Form =
        Form::Single(|value| Self::read(value).map(|number| Value::String(number.0)));
    const TYPES: Types = Types::NUMBER;

    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Self::parse(text),
            Value::Number(number) => Self::parse(&number.to_string()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_their_zeros() {
        let check = |input: &str, expected: Option<&str>| {
            assert_eq!(
                Decimal::parse(input).as_ref().map(Decimal::as_str),
                expected,
                "{input}"
            );
        };
        check("0.00450000", Some("0.00450000"));
        check("-1", Some("-1"));
        check(".91", Some(".91"));
        check("", None);
        check(".", None);
        check("-", None);
        check("1e5", None);
        check("0,5", None);
    }
}
