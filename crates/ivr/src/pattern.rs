//! What an entry of digits must look like.
//!
//! | written | stands for |
//! |---|---|
//! | `0`-`9`, `*`, `#` | that key |
//! | `x` | any digit |
//! | `[246]`, `[2-9]`, `[1-35*]` | one of these keys |
//! | `?` after one of the above | once or not at all |
//! | `{3}`, `{2,5}` after one of the above | that often |
//! | <code>\|</code> | what stands before it, or what stands after it |
//!
//! A blank and `-` stand for nothing: they make long patterns readable.
//! `[2-9]xx-xxxx|0x{3}` is seven digits that begin with 2 to 9, or a 0 and three more.

/// A pattern, ready to be matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Vec<Item>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Item {
    /// One bit for each of `0123456789*#`.
    keys: u16,
    least: u8,
    most: u8,
}

const DIGITS: u16 = 0x3ff;

fn bit(key: u8) -> Option<u16> {
    match key {
        b'0'..=b'9' => Some(1 << (key - b'0')),
        b'*' => Some(1 << 10),
        b'#' => Some(1 << 11),
        _ => None,
    }
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn new(text: &str) -> Result<Self, &'static str> {
        text.split('|')
            .map(alternative)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether an entry fits, from its first key to its last.
    pub fn fits(&self, entry: &str) -> bool {
        let length = entry.len();
        // One bit for each place in the entry that may have been reached.
        let Some(goal) = u32::try_from(length)
            .ok()
            .and_then(|length| 1u64.checked_shl(length))
        else {
            return false;
        };
        self.0.iter().any(|items| {
            let mut reached = 1u64;
            for item in items {
                let step = |from: u64| {
                    entry.bytes().enumerate().fold(0u64, |to, (at, key)| {
                        let fits =
                            from >> at & 1 == 1 && bit(key).is_some_and(|bit| bit & item.keys != 0);
                        if fits { to | 1 << (at + 1) } else { to }
                    })
                };
                let mut now = reached;
                let mut next = if item.least == 0 { reached } else { 0 };
                for times in 1..=item.most {
                    now = step(now);
                    if times >= item.least {
                        next |= now;
                    }
                }
                reached = next;
            }
            reached & goal != 0
        })
    }

    /// The shortest and the longest entry that may fit.
    pub fn lengths(&self) -> (usize, usize) {
        let sum = |items: &Vec<Item>, count: fn(&Item) -> u8| {
            items.iter().map(|item| usize::from(count(item))).sum()
        };
        let least = self
            .0
            .iter()
            .map(|items| sum(items, |item| item.least))
            .min();
        let most = self
            .0
            .iter()
            .map(|items| sum(items, |item| item.most))
            .max();
        (least.unwrap_or(0), most.unwrap_or(0))
    }

    /// An entry that fits: the shortest, with the lowest keys.
    pub fn example(&self) -> String {
        let key = |item: &Item| {
            b"0123456789*#"
                .iter()
                .find(|key| bit(**key).is_some_and(|bit| bit & item.keys != 0))
        };
        let written = self.0.iter().map(|items| {
            items
                .iter()
                .flat_map(|item| {
                    key(item).map(|key| std::iter::repeat_n(char::from(*key), item.least.into()))
                })
                .flatten()
                .collect::<String>()
        });
        written.min_by_key(String::len).unwrap_or_default()
    }
}

fn alternative(text: &str) -> Result<Vec<Item>, &'static str> {
    let mut items: Vec<Item> = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let keys = match first {
            b' ' | b'-' => continue,
            b'x' => DIGITS,
            b'[' => {
                let end = rest
                    .iter()
                    .position(|byte| *byte == b']')
                    .ok_or("`[` is not closed by `]`")?;
                let (inside, after) = rest
                    .split_at_checked(end)
                    .ok_or("`[` is not closed by `]`")?;
                rest = after.get(1..).unwrap_or_default();
                class(inside)?
            }
            b'?' | b'{' => {
                let (least, most) = if *first == b'?' {
                    (0, 1)
                } else {
                    let end = rest
                        .iter()
                        .position(|byte| *byte == b'}')
                        .ok_or("`{` is not closed by `}`")?;
                    let inside = rest
                        .get(..end)
                        .and_then(|bytes| std::str::from_utf8(bytes).ok())
                        .unwrap_or_default();
                    rest = rest.get(end + 1..).unwrap_or_default();
                    let (least, most) = inside.split_once(',').unwrap_or((inside, inside));
                    let count =
                        |text: &str| text.trim().parse::<u8>().ok().filter(|count| *count <= 20);
                    count(least)
                        .zip(count(most))
                        .ok_or("expected `{3}` or `{2,5}`, up to 20")?
                };
                let last = items
                    .last_mut()
                    .filter(|item| item.least == 1 && item.most == 1);
                let last = last.ok_or("`?` and `{}` need one key or `[]` before them")?;
                if least > most || most == 0 {
                    return Err("expected `{3}` or `{2,5}`, the smaller number first");
                }
                (last.least, last.most) = (least, most);
                continue;
            }
            key => bit(*key).ok_or("expected keys, `x`, `[…]`, `?`, `{…}` or `|`")?,
        };
        items.push(Item {
            keys,
            least: 1,
            most: 1,
        });
    }
    let longest: usize = items.iter().map(|item| usize::from(item.most)).sum();
    match (items.is_empty(), longest) {
        (true, _) => Err("expected at least one key"),
        (_, 21..) => Err("an entry has at most 20 keys"),
        _ => Ok(items),
    }
}

fn class(inside: &[u8]) -> Result<u16, &'static str> {
    const ERROR: &str = "expected keys between `[` and `]`, like `[2-9]`";
    let mut keys = 0;
    let mut rest = inside;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        keys |= bit(*first).ok_or(ERROR)?;
        if let [b'-', last, after @ ..] = rest {
            rest = after;
            if !first.is_ascii_digit() || !last.is_ascii_digit() || first > last {
                return Err(ERROR);
            }
            for digit in *first..=*last {
                keys |= bit(digit).unwrap_or_default();
            }
        }
    }
    if keys == 0 { Err(ERROR) } else { Ok(keys) }
}

/// Whether the last digit is the check digit of the others (ISO/IEC 7812-1, Luhn).
pub fn luhn(entry: &str) -> bool {
    let sum = entry
        .bytes()
        .rev()
        .enumerate()
        .try_fold(0u32, |sum, (index, key)| {
            let digit = u32::from(key.is_ascii_digit().then(|| key - b'0')?);
            let doubled = if index % 2 == 1 { digit * 2 } else { digit };
            Some(sum + doubled / 10 + doubled % 10)
        });
    entry.len() > 1 && sum.is_some_and(|sum| sum % 10 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_pattern_fits_whole_entries() {
        fn check(pattern: &str, entry: &str, expected: bool) {
            assert_eq!(
                Pattern::new(pattern).unwrap().fits(entry),
                expected,
                "{pattern} / {entry}"
            );
        }
        check("xxxx", "1234", true);
        check("xxxx", "123", false);
        check("xxxx", "12345", false);
        check("xxxx", "12*4", false);
        check("[2-9]xx-xxxx|0x{3}", "2345678", true);
        check("[2-9]xx-xxxx|0x{3}", "0123", true);
        check("[2-9]xx-xxxx|0x{3}", "1345678", false);
        check("x{2,4}#?", "12#", true);
        check("x{2,4}#?", "12345", false);
        check("x?x?1", "1", true);
        check("x?x?1", "111", true);
        check("[1-35*]", "*", true);
        check("[1-35*]", "4", false);
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        fn check(pattern: &str, expected: &str) {
            assert_eq!(Pattern::new(pattern).unwrap_err(), expected, "{pattern}");
        }
        check("", "expected at least one key");
        check("12a", "expected keys, `x`, `[…]`, `?`, `{…}` or `|`");
        check("[12", "`[` is not closed by `]`");
        check("[9-2]", "expected keys between `[` and `]`, like `[2-9]`");
        check("{3}", "`?` and `{}` need one key or `[]` before them");
        check(
            "x{3,2}",
            "expected `{3}` or `{2,5}`, the smaller number first",
        );
        check("x{15}x{6}", "an entry has at most 20 keys");
    }

    #[test]
    fn the_check_digit_is_checked() {
        assert!(luhn("4242424242424242"));
        assert!(!luhn("4242424242424241"));
        assert!(!luhn("0"));
        assert!(!luhn("42*4"));
    }

    proptest! {
        #[test]
        fn a_pattern_fits_its_own_example(pattern in "([0-9x]|\\[[0-4]-[5-9]\\]){1,4}(\\{[1-4]\\})?(\\|x{1,3})?") {
            let read = Pattern::new(&pattern).unwrap();
            prop_assert!(read.fits(&read.example()), "{} {}", pattern, read.example());
            prop_assert_eq!(read.example().len(), read.lengths().0);
        }

        #[test]
        fn no_text_makes_a_pattern_panic(pattern in "[0-9x\\[\\]{},?|* #-]{0,12}", entry in "[0-9*#]{0,70}") {
            if let Ok(read) = Pattern::new(&pattern) {
                read.fits(&entry);
            }
        }
    }
}
