//! A check of documents: their structure, as the text of VoiceXML 2.1, SRGS 1.0 and SSML 1.0 has it.
//!
//! It is not the W3C's schema, and made without it: a table of the elements we write, with their
//! attributes, those they need, and what may stand in them. An element or attribute that is not in
//! it is a fault, also where the specification knows one.

use std::collections::BTreeSet;

use roxmltree::{Document, Node};

const VOICEXML: &str = "http://www.w3.org/2001/vxml";
const GRAMMAR: &str = "http://www.w3.org/2001/06/grammar";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// An element: its name, the attributes it needs, those it may have, what may stand in it, and
/// whether text may.
struct Element(
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
    bool,
);

/// What may be done in a block or a handler (VoiceXML 2.0, section 5.3).
const EXECUTABLE: &[&str] = &["var", "prompt", "submit", "goto", "exit", "disconnect"];
/// What is spoken (section 4.1.1).
const SPOKEN: &[&str] = &[
    "audio", "break", "emphasis", "p", "phoneme", "prosody", "s", "say-as", "sub", "voice",
];
/// The same within a sentence.
const PHRASE: &[&str] = &[
    "audio", "break", "emphasis", "phoneme", "prosody", "say-as", "sub", "voice",
];
const PARAGRAPH: &[&str] = &[
    "audio", "break", "emphasis", "phoneme", "prosody", "s", "say-as", "sub", "voice",
];
const ITEM: &[&str] = &[
    "property", "grammar", "prompt", "noinput", "nomatch", "catch", "filled",
];

const VOICEXML_ELEMENTS: &[Element] = &[
    Element(
        "vxml",
        &["version"],
        &["xml:lang"],
        &["catch", "form"],
        false,
    ),
    Element("catch", &["event"], &[], EXECUTABLE, false),
    Element("noinput", &[], &[], EXECUTABLE, false),
    Element("nomatch", &[], &[], EXECUTABLE, false),
    Element("filled", &[], &[], EXECUTABLE, false),
    Element(
        "form",
        &[],
        &["id"],
        &["block", "field", "transfer", "record"],
        false,
    ),
    Element("block", &[], &[], EXECUTABLE, false),
    Element("field", &["name"], &[], ITEM, false),
    Element(
        "transfer",
        &["name", "dest", "type"],
        &["connecttimeout", "maxtime", "transferaudio"],
        ITEM,
        false,
    ),
    Element(
        "record",
        &["name"],
        &["type", "beep", "dtmfterm", "maxtime", "finalsilence"],
        ITEM,
        false,
    ),
    Element("property", &["name", "value"], &[], &[], false),
    Element("grammar", &["src"], &["mode"], &[], false),
    Element("var", &["name", "expr"], &[], &[], false),
    Element(
        "submit",
        &["next", "method"],
        &["namelist", "enctype"],
        &[],
        false,
    ),
    Element("goto", &["next"], &[], &[], false),
    Element("exit", &[], &[], &[], false),
    Element("disconnect", &[], &[], &[], false),
    Element("prompt", &[], &["bargein", "xml:lang"], SPOKEN, true),
    Element("audio", &["src"], &[], &[], false),
    Element("break", &[], &["time", "strength"], &[], false),
    Element("emphasis", &[], &["level"], PHRASE, true),
    Element("p", &[], &["xml:lang"], PARAGRAPH, true),
    Element("s", &[], &["xml:lang"], PHRASE, true),
    Element("phoneme", &["ph"], &["alphabet"], &[], true),
    Element(
        "prosody",
        &[],
        &["pitch", "contour", "range", "rate", "duration", "volume"],
        SPOKEN,
        true,
    ),
    Element(
        "say-as",
        &["interpret-as"],
        &["format", "detail"],
        &[],
        true,
    ),
    Element("sub", &["alias"], &[], &[], true),
    Element(
        "voice",
        &[],
        &["xml:lang", "gender", "age", "variant", "name"],
        SPOKEN,
        true,
    ),
];

const GRAMMAR_ELEMENTS: &[Element] = &[
    Element(
        "grammar",
        &["version", "mode", "root"],
        &["type", "xml:lang"],
        &["rule"],
        false,
    ),
    Element("rule", &["id"], &["scope"], &["item", "one-of"], false),
    Element("one-of", &[], &[], &["item"], false),
    Element("item", &[], &["repeat"], &["ruleref"], true),
    Element("ruleref", &["uri"], &[], &[], false),
];

/// What is wrong with a document, in the order it stands there; nothing when it is one.
#[must_use]
pub fn faults(text: &str) -> Vec<String> {
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => return vec![format!("not well-formed: {error}")],
    };
    let mut faults = Vec::new();
    let root = document.root_element();
    if root.tag_name().name() != "vxml" || root.attribute("version") != Some("2.1") {
        faults.push("the root is no <vxml version=\"2.1\">".to_owned());
    }
    let ids: BTreeSet<&str> = root
        .descendants()
        .filter_map(|node| node.attribute("id"))
        .collect();
    if ids.len()
        != root
            .descendants()
            .filter(|node| node.has_attribute("id"))
            .count()
    {
        faults.push("an id stands twice".to_owned());
    }
    for node in root.descendants().filter(Node::is_element) {
        element(node, &ids, &mut faults);
    }
    faults
}

fn element(node: Node<'_, '_>, ids: &BTreeSet<&str>, faults: &mut Vec<String>) {
    let name = node.tag_name().name();
    let mut fault = |what: String| faults.push(format!("<{name}>: {what}"));
    let known = match node.tag_name().namespace() {
        Some(VOICEXML) => VOICEXML_ELEMENTS,
        Some(GRAMMAR) => GRAMMAR_ELEMENTS,
        other => return fault(format!("in the namespace {other:?}")),
    };
    let Some(Element(_, required, optional, children, has_text)) =
        known.iter().find(|element| element.0 == name)
    else {
        return fault("unknown".to_owned());
    };
    let attributes: Vec<(String, &str)> = node
        .attributes()
        .map(|attribute| match attribute.namespace() {
            Some(XML) => (format!("xml:{}", attribute.name()), attribute.value()),
            _ => (attribute.name().to_owned(), attribute.value()),
        })
        .collect();
    for needed in *required {
        if !attributes.iter().any(|(name, _)| name == needed) {
            fault(format!("needs the attribute {needed}"));
        }
    }
    for (attribute, value) in &attributes {
        if !required
            .iter()
            .chain(*optional)
            .any(|known| known == attribute)
        {
            fault(format!("has no attribute {attribute}"));
        }
        if let Some(why) = value_fault(name, attribute, value, ids) {
            fault(format!("{attribute}=\"{value}\" {why}"));
        }
    }
    for child in node.children() {
        if child.is_element() && !children.contains(&child.tag_name().name()) {
            fault(format!("holds <{}>", child.tag_name().name()));
        }
        let text = child.text().unwrap_or_default();
        if child.is_text() && !has_text && !text.trim().is_empty() {
            fault(format!("holds the text {text:?}"));
        }
    }
    let counts = |kind: &str| {
        node.children()
            .filter(|child| child.has_tag_name((VOICEXML, kind)))
            .count()
    };
    match name {
        "vxml" if counts("form") == 0 => fault("has no form".to_owned()),
        "form"
            if counts("field") + counts("transfer") + counts("record") + counts("block") == 0 =>
        {
            fault("has no item".to_owned());
        }
        "field"
            if counts("grammar") == 0
                && !node
                    .children()
                    .any(|it| it.has_tag_name((GRAMMAR, "grammar"))) =>
        {
            fault("has no grammar".to_owned());
        }
        // Either leaves the document: what comes after it never happens.
        "submit" | "goto" | "exit" | "disconnect" if node.next_sibling_element().is_some() => {
            fault("is not the last".to_owned());
        }
        "one-of" if node.children().count() == 0 => fault("is empty".to_owned()),
        _ => {}
    }
}

/// What is wrong with the value of an attribute.
fn value_fault(
    element: &str,
    name: &str,
    value: &str,
    ids: &BTreeSet<&str>,
) -> Option<&'static str> {
    let within = |words: &[&str]| (!words.contains(&value)).then_some("is none of its values");
    let address = || {
        let is_one = value.contains(':')
            && !value.contains(|it: char| it.is_whitespace() || "<>\"{}".contains(it));
        (!is_one).then_some("is no address")
    };
    let local = || {
        let id = value.strip_prefix('#');
        (!id.is_some_and(|id| ids.contains(id))).then_some("leads nowhere")
    };
    match (element, name) {
        ("transfer", "type") => within(&["bridge", "blind"]),
        ("record", "type") => within(&["audio/x-wav"]),
        ("grammar", "type") => within(&["application/srgs+xml"]),
        ("grammar", "mode") => within(&["dtmf", "voice"]),
        ("grammar", "root") => (!ids.contains(value)).then_some("is no rule"),
        ("rule", "scope") => within(&["public", "private"]),
        (_, "bargein" | "beep" | "dtmfterm") => within(&["true", "false"]),
        (_, "method") => within(&["get", "post"]),
        (_, "enctype") => within(&["multipart/form-data"]),
        (_, "connecttimeout" | "maxtime" | "finalsilence") => {
            (!is_time(value)).then_some("is no time")
        }
        ("break", "time") => (!is_time(value)).then_some("is no time"),
        ("submit", "next") | (_, "src" | "transferaudio" | "dest") => address(),
        ("goto", "next") | ("ruleref", "uri") => local(),
        ("item", "repeat") => {
            let (least, most) = value.split_once('-')?;
            let is_range = least.parse::<u32>().ok()? <= most.parse::<u32>().ok()?;
            (!is_range).then_some("is no range")
        }
        (_, "xml:lang") => {
            let letters = |it: char| it.is_ascii_alphanumeric() || it == '-';
            (value.is_empty() || !value.chars().all(letters)).then_some("is no language")
        }
        (_, "namelist") => value.split(' ').find_map(|name| variable_fault(name)),
        (_, "name") if matches!(element, "field" | "transfer" | "record" | "var") => {
            variable_fault(value)
        }
        _ => None,
    }
}

fn variable_fault(name: &str) -> Option<&'static str> {
    let is_name = !name.is_empty()
        && name
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || it == '_');
    (!is_name).then_some("is no variable")
}

fn is_time(value: &str) -> bool {
    let number = value.strip_suffix("ms").or_else(|| value.strip_suffix('s'));
    number.is_some_and(|number| number.parse::<f64>().is_ok_and(|it| it >= 0.0))
}

#[cfg(test)]
mod tests {
    use super::faults;

    fn document(inner: &str) -> String {
        format!("<vxml version=\"2.1\" xmlns=\"http://www.w3.org/2001/vxml\">{inner}</vxml>")
    }

    #[test]
    fn each_kind_of_fault_is_found() {
        let check = |inner: &str, expected: &str| {
            let found = faults(&document(inner));
            assert!(
                found.iter().any(|fault| fault.contains(expected)),
                "{inner}: {found:?}"
            );
        };
        let block = |inner: &str| format!("<form><block>{inner}</block></form>");
        assert_eq!(faults(&document(&block("<exit/>"))), [""; 0]);
        check("", "has no form");
        check("<form>", "not well-formed");
        check(&block("words"), "holds the text");
        check(&block("<talk/>"), "unknown");
        check(
            &block("<submit next=\"https://a/b\"/>"),
            "needs the attribute method",
        );
        check(
            &block("<submit next=\"a b\" method=\"post\"/>"),
            "is no address",
        );
        check(
            &block("<submit next=\"https://a\" method=\"post\" namelist=\"a.b\"/>"),
            "is no variable",
        );
        check(&block("<exit/><prompt>Never</prompt>"), "is not the last");
        check(&block("<goto next=\"#nowhere\"/>"), "leads nowhere");
        check(
            &block("<prompt bargein=\"yes\">a</prompt>"),
            "is none of its values",
        );
        check(
            &block("<prompt><break time=\"soon\"/></prompt>"),
            "is no time",
        );
        check("<form><field name=\"a\"/></form>", "has no grammar");
        check(
            "<form id=\"a\"><block/></form><form id=\"a\"><block/></form>",
            "stands twice",
        );
        check(
            "<form><transfer name=\"a\" dest=\"tel:+1\" type=\"sideways\"/></form>",
            "is none of its values",
        );
        assert!(!faults("<vxml/>").is_empty());
    }
}
