//! What is said: `talk` and `stream` as prompts.

use ncco::ssml;

use crate::action::Action;
use crate::page::Page;

/// What the call has to say, one after the other.
#[derive(Clone, Copy)]
pub(crate) enum Utterance<'a> {
    /// A `talk` or a `stream`.
    Prompt(Action<'a>),
    Pause(f64),
}

/// A prompt is repeated so often at most: a document is no place for a thousand copies of a
/// sentence.
const MOST_REPEATS: f64 = 20.0;

impl Utterance<'_> {
    /// Whether it goes on until the caller does something.
    pub(crate) fn is_endless(self) -> bool {
        match self {
            Self::Prompt(action) => action.number("loop") == Some(0.0),
            Self::Pause(_) => false,
        }
    }

    pub(crate) fn write(self, page: &mut Page) {
        let action = match self {
            Self::Prompt(action) => action,
            Self::Pause(seconds) => {
                return page.element("prompt", &[("bargein", Some("false"))], |page| {
                    page.empty("break", &[("time", Some(&crate::seconds(seconds)))]);
                });
            }
        };
        let barge_in = if action.is("bargeIn") {
            "true"
        } else {
            "false"
        };
        let attributes = [
            ("bargein", Some(barge_in)),
            ("xml:lang", action.text("language")),
        ];
        let mut times = action
            .number("loop")
            .unwrap_or(1.0)
            .clamp(1.0, MOST_REPEATS);
        while times >= 1.0 {
            page.element("prompt", &attributes, |page| {
                at_level(page, action.number("level"), |page| {
                    match action.text("streamUrl") {
                        Some(url) => page.empty("audio", &[("src", Some(url))]),
                        None => words(page, action.text("text").unwrap_or_default()),
                    }
                });
            });
            times -= 1.0;
        }
    }
}

/// Quieter than usual. Louder is not to be had: a prompt is as loud as it gets.
fn at_level(page: &mut Page, level: Option<f64>, inner: impl FnOnce(&mut Page)) {
    match level {
        Some(level) if level < 0.0 => {
            let volume = (100.0 * (1.0 + level))
                .clamp(0.0, 100.0)
                .round()
                .to_string();
            page.element("prosody", &[("volume", Some(&volume))], inner);
        }
        _ => inner(page),
    }
}

/// The SSML that stands in a prompt of VoiceXML 2.1 (section 4.1.1): what may stand in an element,
/// and the attributes it keeps. Where an element may not stand its words still do.
const ELEMENTS: [(&str, &[&str]); 9] = [
    ("break", &["time", "strength"]),
    ("emphasis", &["level"]),
    ("p", &["xml:lang"]),
    ("phoneme", &["alphabet", "ph"]),
    (
        "prosody",
        &["pitch", "contour", "range", "rate", "duration", "volume"],
    ),
    ("s", &["xml:lang"]),
    ("say-as", &["interpret-as", "format", "detail"]),
    ("sub", &["alias"]),
    ("voice", &["xml:lang", "gender", "age", "variant", "name"]),
];

/// The attributes without which an element is left out.
fn required(name: &str) -> &'static [&'static str] {
    match name {
        "phoneme" => &["ph"],
        "say-as" => &["interpret-as"],
        "sub" => &["alias"],
        _ => &[],
    }
}

/// Whether an element may stand in another (SSML 1.0, appendix D).
fn may_stand_in(name: &str, parent: Option<&str>) -> bool {
    match parent {
        None | Some("prosody" | "voice") => true,
        Some("p") => name != "p",
        Some("s" | "emphasis") => !matches!(name, "p" | "s"),
        _ => false,
    }
}

/// The words of a `talk`: plain, or SSML.
///
/// What [`ssml::check`] has found well-formed needs no parser: a tag ends at its `>`, and an
/// attribute's value at its quote. `action.rs` has what one of a library cost.
fn words(page: &mut Page, text: &str) {
    if !ssml::is_ssml(text) {
        return page.text(text);
    }
    if ssml::check(text).is_err() {
        // The platform would refuse it. Here its words are said, and its tags are not.
        return page.text(&without_tags(text));
    }
    let mut open: Vec<Option<&'static str>> = Vec::new();
    let mut out = String::new();
    let mut rest = text.trim();
    while let Some((before, after)) = rest.split_once('<') {
        // `]]>` stands in no text (XML 1.0, section 2.4).
        out.push_str(&before.replace('>', "&gt;"));
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        let (tag, after) = after.split_at(tag_end(after));
        rest = after.strip_prefix('>').unwrap_or(after);
        if tag.starts_with('/') {
            if let Some(Some(name)) = open.pop() {
                out.extend(["</", name, ">"]);
            }
            continue;
        }
        match tag.strip_suffix('/') {
            Some(tag) => {
                begin(tag, &open, &mut out, "/>");
            }
            None => {
                let name = begin(tag, &open, &mut out, ">");
                open.push(name);
            }
        }
    }
    page.raw(&out);
}

/// Where a tag ends: at the first `>` that is not within quotes.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return at,
            (None, _) => {}
        }
    }
    tag.len()
}

/// The attributes of a tag: names, and values as they are written.
fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = tag;
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = after.get(..1)?;
        let (value, after) = after.get(1..)?.split_once(quote)?;
        rest = after;
        Some((name.trim(), value))
    })
}

/// Begins an element, if it may stand here; which one it is.
fn begin(
    tag: &str,
    open: &[Option<&'static str>],
    out: &mut String,
    end: &str,
) -> Option<&'static str> {
    let (written, tag) = tag.split_at(tag.find(char::is_whitespace).unwrap_or(tag.len()));
    // What others call `lang` is a voice here.
    let written = if written == "lang" { "voice" } else { written };
    let (name, kept) = ELEMENTS.iter().find(|(name, _)| *name == written)?;
    let parent = open.iter().rev().find_map(|name| *name);
    let has = |name: &str| attributes(tag).any(|(known, _)| known == name);
    if !may_stand_in(name, parent) || !required(name).iter().all(|name| has(name)) {
        return None;
    }
    if *name == "voice" && !kept.iter().any(|name| has(name)) {
        return None;
    }
    out.push('<');
    out.push_str(name);
    for (name, value) in attributes(tag).filter(|(name, _)| kept.contains(name)) {
        // Its entities are XML's own; a quote of the other kind, or a `<`, is none yet.
        let value = value.replace('"', "&quot;").replace('<', "&lt;");
        out.extend([" ", name, "=\"", &value, "\""]);
    }
    out.push_str(end);
    Some(name)
}

/// A text that is no SSML anybody can read, without what looks like a tag.
fn without_tags(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut depth = false;
    for letter in text.chars() {
        match letter {
            '<' => depth = true,
            '>' if depth => depth = false,
            letter if !depth => plain.push(letter),
            _ => {}
        }
    }
    plain
}
