//! Telephone numbers as people write them.

use crate::error::CliError;

/// A telephone number as the Worker keeps it: its digits, with the country code.
///
/// # Errors
/// When it is none.
pub fn digits(written: &str) -> Result<String, CliError> {
    let number: String = written
        .trim()
        .trim_start_matches('+')
        .chars()
        .filter(|letter| !matches!(letter, ' ' | '-' | '.' | '(' | ')'))
        .collect();
    let fits = (3..=15).contains(&number.len())
        && number.bytes().all(|digit| digit.is_ascii_digit())
        && !number.starts_with('0');
    if fits {
        Ok(number)
    } else {
        Err(
            CliError::usage(format!("`{written}` is no telephone number"))
                .help("write it with its country code: 447700900123"),
        )
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_number_is_taken_as_people_write_it() {
        let check = |written: &str, expected: Option<&str>| {
            assert_eq!(
                super::digits(written).ok().as_deref(),
                expected,
                "{written}"
            );
        };
        check("447700900123", Some("447700900123"));
        check("+44 7700 900-123", Some("447700900123"));
        check("+1 (212) 555.0123", Some("12125550123"));
        for none in [
            "07700 900123",
            "0044 7700 900123",
            "",
            "anonymous",
            "44/..",
            "12",
            "1234567890123456",
            "4477٠0900123",
        ] {
            check(none, None);
        }
    }
}
