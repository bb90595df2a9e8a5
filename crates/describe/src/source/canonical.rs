//! Writes JSON so that equal documents have equal texts (RFC 8785).

use super::value::{Kind, Member, Value};

/// Writes JSON as the canonical form of RFC 8785 has it: members sorted, no
/// blanks, one way to write each string and number. A menu's version is the
/// SHA-256 of this.
pub fn canonical(value: &Value<'_>, out: &mut String) {
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(true) => out.push_str("true"),
        Kind::Bool(false) => out.push_str("false"),
        Kind::Number(text) => canonical_number(text, out),
        Kind::Text(text) => quote(text, out),
        Kind::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                canonical(item, out);
            }
            out.push(']');
        }
        Kind::Object(members) => {
            let mut sorted: Vec<&Member<'_>> = members.iter().collect();
            // RFC 8785 orders keys by their UTF-16 code units; of ASCII that is the order of bytes.
            let is_ascii = members.iter().all(|member| member.key.is_ascii());
            sorted.sort_by(|a, b| match is_ascii {
                true => a.key.cmp(&b.key),
                false => a.key.encode_utf16().cmp(b.key.encode_utf16()),
            });
            out.push('{');
            for (index, member) in sorted.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                quote(&member.key, out);
                out.push(':');
                canonical(&member.value, out);
            }
            out.push('}');
        }
    }
}

/// Appends a JSON string.
pub fn quote(text: &str, out: &mut String) {
    out.push('"');
    escape(text, out);
    out.push('"');
}

/// Appends what stands between the quotes of a JSON string.
pub fn escape(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(text.get(plain..at).unwrap_or_default());
        plain = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            8 => out.push_str("\\b"),
            12 => out.push_str("\\f"),
            control => {
                out.push_str("\\u00");
                for digit in [control >> 4, control & 15] {
                    let digit = HEX.get(usize::from(digit)).copied();
                    out.push(char::from(digit.unwrap_or(b'0')));
                }
            }
        }
    }
    out.push_str(text.get(plain..).unwrap_or_default());
}

fn canonical_number(text: &str, out: &mut String) {
    match number(text) {
        Some(number) => out.push_str(&decimal(number)),
        // Beyond every double: no reader tells such numbers apart but by their text.
        None => out.push_str(text),
    }
}

/// The double a JSON number stands for; `None` when it is beyond the largest.
pub fn number(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// A number as ECMAScript writes it, which RFC 8785 asks for.
pub fn decimal(number: f64) -> String {
    ryu_js::Buffer::new().format(number).to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn numbers_are_written_as_ecmascript_does() {
        // The standard library finds the same digits, and lays them out in its own way.
        fn expected(number: f64) -> String {
            if number == 0.0 {
                return "0".to_owned();
            }
            if (1e-6..1e21).contains(&number.abs()) {
                return number.to_string();
            }
            let written = format!("{number:e}");
            match written.split_once('e') {
                Some((digits, power)) if !power.starts_with('-') => format!("{digits}e+{power}"),
                _ => written,
            }
        }
        let mut bits: u64 = 1;
        for _ in 0..20_000 {
            bits = bits
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let number = f64::from_bits(bits);
            if number.is_finite() {
                // Half between two last digits either is right.
                let written = decimal(number);
                assert_eq!(written.len(), expected(number).len(), "{written}");
                assert_eq!(written.parse(), Ok(number));
            }
            // As people write them: a few digits, a point somewhere.
            let small = (bits >> 44) as f64 / 10_f64.powi((bits % 9) as i32) - 50.0;
            assert_eq!(decimal(small), expected(small));
            assert_eq!(super::number(&decimal(small)), Some(small));
        }
        for number in [
            0.0,
            -0.0,
            1e21,
            1e20,
            1e-6,
            1e-7,
            9e15,
            -2.5,
            f64::MAX,
            5e-324,
        ] {
            assert_eq!(decimal(number), expected(number));
        }
    }

    #[test]
    fn the_canonical_form_does_not_depend_on_order_blanks_or_spelling() {
        fn check(text: &str, expected: &str) {
            let mut out = String::new();
            canonical(&parse(text).unwrap(), &mut out);
            assert_eq!(out, expected, "{text}");
        }
        check(
            "{ \"b\": 1.0, \"a\" : [ -0, 1e2, 0.50 ] }",
            r#"{"a":[0,100,0.5],"b":1}"#,
        );
        check(r#""\u0041\/\u20ac\u0007""#, "\"A/€\\u0007\"");
        check(
            "[1e21, 1e-7, 123456789012345680000]",
            "[1e+21,1e-7,123456789012345680000]",
        );
        check("\u{feff}{}", "{}");
    }
}
