//! What is said: `talk` and `stream` as prompts.

use ncco::{Stream, Talk, ssml};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::page::Page;

/// What the call has to say, one after the other.
#[derive(Clone, Copy)]
pub(crate) enum Said<'a> {
    Talk(&'a Talk),
    Stream(&'a Stream),
    Pause(f64),
}

/// A prompt is repeated so often at most: a document is no place for a thousand copies of a
/// sentence.
const MOST_REPEATS: u32 = 20;

impl Said<'_> {
    /// Whether it goes on until the caller does something.
    pub(crate) fn is_endless(self) -> bool {
        match self {
            Self::Talk(talk) => talk.loop_count == Some(0),
            Self::Stream(stream) => stream.loop_count == Some(0),
            Self::Pause(_) => false,
        }
    }

    pub(crate) fn write(self, page: &mut Page) {
        let barge_in = |yes: Option<bool>| Some(if yes == Some(true) { "true" } else { "false" });
        match self {
            Self::Talk(talk) => {
                let attributes = [
                    ("bargein", barge_in(talk.barge_in)),
                    ("xml:lang", talk.language.as_deref()),
                ];
                for _ in 0..times(talk.loop_count) {
                    page.element("prompt", &attributes, |page| {
                        at_level(page, talk.level, |page| words(page, &talk.text));
                    });
                }
            }
            Self::Stream(stream) => {
                let attributes = [("bargein", barge_in(stream.barge_in))];
                for _ in 0..times(stream.loop_count) {
                    page.element("prompt", &attributes, |page| {
                        at_level(page, stream.level, |page| {
                            page.empty("audio", &[("src", Some(&stream.stream_url))]);
                        });
                    });
                }
            }
            Self::Pause(seconds) => {
                page.element("prompt", &[("bargein", Some("false"))], |page| {
                    page.empty("break", &[("time", Some(&crate::seconds(seconds)))]);
                });
            }
        }
    }
}

fn times(loop_count: Option<u32>) -> u32 {
    loop_count.unwrap_or(1).clamp(1, MOST_REPEATS)
}

/// Quieter than usual. Louder is not to be had: a prompt is as loud as it gets.
fn at_level(page: &mut Page, level: Option<f64>, inner: impl FnOnce(&mut Page)) {
    match level {
        Some(level) if level < 0.0 => {
            let volume = format!("{:.0}", (100.0 * (1.0 + level)).clamp(0.0, 100.0));
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
fn words(page: &mut Page, text: &str) {
    if !ssml::is_ssml(text) {
        return page.text(text);
    }
    if ssml::check(text).is_err() {
        // The platform would refuse it. Here its words are said, and its tags are not.
        return page.text(&without_tags(text));
    }
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Option<&'static str>> = Vec::new();
    let mut out = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                let name = begin(&tag, &open, &mut out, ">");
                open.push(name);
            }
            Ok(Event::Empty(tag)) => {
                begin(&tag, &open, &mut out, "/>");
            }
            Ok(Event::End(_)) => {
                if let Some(Some(name)) = open.pop() {
                    out.extend(["</", name, ">"]);
                }
            }
            Ok(Event::Text(text)) => {
                // `]]>` stands in no text (XML 1.0, section 2.4).
                out.push_str(&String::from_utf8_lossy(&text).replace('>', "&gt;"));
            }
            Ok(Event::GeneralRef(name)) => {
                out.push('&');
                out.push_str(&String::from_utf8_lossy(&name));
                out.push(';');
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    while let Some(name) = open.pop() {
        if let Some(name) = name {
            out.extend(["</", name, ">"]);
        }
    }
    page.raw(&out);
}

/// Begins an element, if it may stand here; which one it is.
fn begin(
    tag: &BytesStart<'_>,
    open: &[Option<&'static str>],
    out: &mut String,
    end: &str,
) -> Option<&'static str> {
    let written = tag.name();
    // What others call `lang` is a voice here.
    let written = match written.as_ref() {
        b"lang" => b"voice",
        name => name,
    };
    let (name, kept) = ELEMENTS
        .iter()
        .find(|(name, _)| name.as_bytes() == written)?;
    let parent = open.iter().rev().find_map(|name| *name);
    if !may_stand_in(name, parent) {
        return None;
    }
    let attributes: Vec<(&str, String)> = kept
        .iter()
        .filter_map(|name| {
            let attribute = tag.try_get_attribute(name).ok().flatten()?;
            Some((*name, attribute.unescape_value().ok()?.into_owned()))
        })
        .collect();
    let has = |name: &&str| attributes.iter().any(|(known, _)| known == name);
    if !required(name).iter().all(has) || (*name == "voice" && attributes.is_empty()) {
        return None;
    }
    out.push('<');
    out.push_str(name);
    for (name, value) in attributes {
        out.extend([" ", name, "=\"", &ssml::escape(&value), "\""]);
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
