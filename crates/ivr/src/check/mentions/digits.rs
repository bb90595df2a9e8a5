//! Keys as they stand in a text of any script.

use super::ascii::ascii;
use super::languages::LANGUAGES;
use super::sentences::{key_of, sentences, spoken};

/// Words for keys in languages that put no blanks between words, or are known by these alone.
const WORDS: [(&str, &[&str]); 12] = [
    (
        "0",
        &[
            "零",
            "〇",
            "ゼロ",
            "영번",
            "공번",
            "ศูนย์",
            "صفر",
            "शून्य",
            "ноль",
        ],
    ),
    ("1", &["一", "いち", "일번", "หนึ่ง", "واحد", "एक", "один"]),
    (
        "2",
        &[
            "二",
            "两",
            "일이",
            "이번",
            "สอง",
            "اثنان",
            "اثنين",
            "दो",
            "два",
        ],
    ),
    ("3", &["三", "さん", "삼번", "สาม", "ثلاثة", "तीन", "три"]),
    ("4", &["四", "よん", "사번", "สี่", "أربعة", "चार", "четыре"]),
    ("5", &["五", "오번", "ห้า", "خمسة", "पांच", "पाँच", "пять"]),
    ("6", &["六", "ろく", "육번", "หก", "ستة", "छह", "шесть"]),
    ("7", &["七", "なな", "칠번", "เจ็ด", "سبعة", "सात", "семь"]),
    (
        "8",
        &["八", "はち", "팔번", "แปด", "ثمانية", "आठ", "восемь"],
    ),
    (
        "9",
        &["九", "きゅう", "구번", "เก้า", "تسعة", "नौ", "девять"],
    ),
    (
        "*",
        &[
            "星号",
            "星號",
            "米字",
            "米印",
            "こめじるし",
            "별표",
            "ดอกจัน",
            "نجمة",
            "звёздочк",
            "звездочк",
        ],
    ),
    (
        "#",
        &[
            "井号",
            "井號",
            "シャープ",
            "우물정",
            "สี่เหลี่ยม",
            "مربع",
            "решётк",
            "решетк",
        ],
    ),
];

/// What stands between the ends of a range: "1 through 3", "1-3", "1 bis 3", "1から3".
const THROUGH: [&str; 26] = [
    "-",
    "–",
    "—",
    "~",
    "～",
    "〜",
    "through",
    "thru",
    "to",
    "bis",
    "à",
    "au",
    "a",
    "al",
    "até",
    "ate",
    "tot",
    "t/m",
    "do",
    "до",
    "から",
    "到",
    "至",
    "부터",
    "ถึง",
    "إلى",
];

/// Words that stand beside the ends of a range and say nothing of their own.
const BESIDE: [&str; 22] = [
    "the", "key", "keys", "number", "numbers", "die", "der", "zur", "zum", "la", "le", "el", "il",
    "o", "touche", "taste", "de", "en", "met", "и", "番", "번",
];

/// "Any key".
const ANY: [&str; 30] = [
    "any key",
    "any button",
    "any digit",
    "any number",
    "a key",
    "beliebige taste",
    "irgendeine taste",
    "beliebige zahl",
    "n'importe quelle touche",
    "n’importe quelle touche",
    "touche quelconque",
    "une touche",
    "cualquier tecla",
    "cualquier número",
    "qualsiasi tasto",
    "tasto qualsiasi",
    "un tasto",
    "qualquer tecla",
    "willekeurige toets",
    "een toets",
    "dowolny klawisz",
    "любую клавишу",
    "valfri knapp",
    "任意",
    "どのキー",
    "아무 키",
    "아무 번호",
    "ปุ่มใดก็ได้",
    "أي مفتاح",
    "कोई भी",
];

/// "Extension": a number that callers know and the prompt does not name.
const EXTENSION: [&str; 20] = [
    "extension",
    "direct dial",
    "durchwahl",
    "nebenstelle",
    "numéro de poste",
    "poste",
    "extensión",
    "extension",
    "anexo",
    "interno",
    "derivazione",
    "ramal",
    "toestel",
    "doorkies",
    "wewnętrzny",
    "добавочн",
    "内線",
    "分机",
    "내선",
    "anknytning",
];

/// Whether a listener may take that key as named.
pub(in crate::check) fn may_name(text: &str, key: &str) -> bool {
    let lower: String = spoken(text).chars().flat_map(char::to_lowercase).collect();
    if ANY.iter().any(|any| has_words(&lower, any)) {
        return true;
    }
    if key.len() > 1 && EXTENSION.iter().any(|word| lower.contains(word)) {
        return true;
    }
    let plain = ascii(&lower);
    let groups = groups(&plain);
    groups.iter().any(|group| group.names(key))
        || ranges(&groups, key)
        || spelt(text, key)
        || WORDS
            .iter()
            .any(|(named, words)| *named == key && words.iter().any(|word| lower.contains(word)))
}

/// Whether words stand in a text, not as a part of other words.
fn has_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text
            .get(at + words.len()..)
            .and_then(|after| after.chars().next());
        let latin = |letter: Option<char>| {
            letter.is_some_and(|letter| letter.is_alphabetic() && letter < '\u{2e80}')
        };
        !latin(before) && !latin(after)
    })
}

/// Whether the word for the key stands in the text, in a language with blanks between words.
fn spelt(text: &str, key: &str) -> bool {
    sentences(text).iter().flatten().any(|word| {
        LANGUAGES
            .iter()
            .any(|language| key_of(language, word).is_some_and(|spoken| key == spoken.to_string()))
    })
}

/// Keys that stand beside each other: `1`, `1 800 555 0199`, `9 9 9`.
struct Group<'t> {
    parts: Vec<&'t str>,
    /// What stands between this group and the one before.
    between: &'t str,
}

impl Group<'_> {
    fn names(&self, key: &str) -> bool {
        // The groups of a telephone number are no keys by themselves.
        let telephone = self.parts.len() > 1 && self.parts.iter().any(|part| part.len() > 2);
        self.parts.concat() == key || !telephone && self.parts.contains(&key)
    }
}

/// The keys of a text in groups: what has only blanks, hyphens or points between is one.
fn groups(text: &str) -> Vec<Group<'_>> {
    let is_key = |letter: char| letter.is_ascii_digit() || matches!(letter, '*' | '#');
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_key) {
        let (between, from) = rest.split_at(start);
        let length = from
            .find(|letter: char| !is_key(letter))
            .unwrap_or(from.len());
        let (part, after) = from.split_at(length);
        rest = after;
        let blank = !between.is_empty()
            && between
                .chars()
                .all(|letter| letter.is_whitespace() || matches!(letter, '(' | ')'));
        // 1-800-555-0199 is one number, 1-3 and 101-104 are ranges.
        let joined = matches!(between, "-" | "." | "–")
            && groups.last().is_some_and(|last| {
                last.parts.len() > 1
                    || last
                        .parts
                        .last()
                        .is_some_and(|before| before.len() != part.len())
            });
        let near = blank || joined;
        match groups.last_mut() {
            Some(last) if near => last.parts.push(part),
            _ => groups.push(Group {
                parts: vec![part],
                between,
            }),
        }
    }
    groups
}

/// Whether the key lies within a range that the text names.
fn ranges(groups: &[Group<'_>], key: &str) -> bool {
    let number = |text: &str| text.parse::<u32>().ok();
    let Some(key_number) = number(key) else {
        return false;
    };
    groups.windows(2).any(|pair| {
        let [first, second] = pair else { return false };
        let ends = first
            .parts
            .last()
            .zip(second.parts.first())
            .filter(|(low, high)| low.len() == key.len() && high.len() == key.len())
            .and_then(|(low, high)| number(low).zip(number(high)));
        ends.is_some_and(|(low, high)| (low..=high).contains(&key_number))
            && is_through(second.between)
    })
}

/// Whether what stands between two keys makes a range of them.
fn is_through(between: &str) -> bool {
    let mut through = false;
    for word in between.split_whitespace() {
        let word = word.trim_matches(|letter| matches!(letter, ',' | '"'));
        if THROUGH.contains(&word) {
            through = true;
        } else if !BESIDE.contains(&word) && !word.is_empty() {
            // Without blanks between words: 1番から3番.
            let inner =
                BESIDE
                    .iter()
                    .fold(word.to_owned(), |word, beside| match beside.is_ascii() {
                        true => word,
                        false => word.replace(beside, ""),
                    });
            if !THROUGH.contains(&inner.as_str()) {
                return false;
            }
            through = true;
        }
    }
    through
}
