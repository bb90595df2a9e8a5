//! Writes elements, so that whatever a caller or a menu says stays text.

use std::borrow::Cow;

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

/// A document while it is written.
pub(crate) struct Page {
    writer: Writer<Vec<u8>>,
}

/// Attributes by name. One without a value is left out.
pub(crate) type Attributes<'a> = &'a [(&'a str, Option<&'a str>)];

impl Page {
    pub(crate) fn new() -> Self {
        let mut page = Self {
            writer: Writer::new(Vec::with_capacity(1024)),
        };
        page.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        page
    }

    /// An element with something in it.
    pub(crate) fn element(
        &mut self,
        name: &str,
        attributes: Attributes<'_>,
        inner: impl FnOnce(&mut Self),
    ) {
        self.write(Event::Start(start(name, attributes)));
        inner(self);
        self.write(Event::End(BytesEnd::new(name)));
    }

    /// An element with nothing in it.
    pub(crate) fn empty(&mut self, name: &str, attributes: Attributes<'_>) {
        self.write(Event::Empty(start(name, attributes)));
    }

    /// Text, whatever characters it has.
    pub(crate) fn text(&mut self, text: &str) {
        let text = allowed(text);
        self.write(Event::Text(BytesText::new(&text)));
    }

    /// Markup that is well-formed already.
    pub(crate) fn raw(&mut self, markup: &str) {
        self.write(Event::Text(BytesText::from_escaped(markup)));
    }

    pub(crate) fn finish(self) -> String {
        // Only text was written.
        String::from_utf8(self.writer.into_inner()).unwrap_or_default()
    }

    fn write(&mut self, event: Event<'_>) {
        // Writing to memory does not fail.
        let _ = self.writer.write_event(event);
    }
}

fn start<'a>(name: &'a str, attributes: Attributes<'_>) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (name, value) in attributes {
        if let Some(value) = value {
            start.push_attribute((*name, &*allowed(value)));
        }
    }
    start
}

/// A text whose characters are all ones that XML 1.0 allows (section 2.2): a blank stands for each
/// of the others, which no form of escaping brings in.
fn allowed(text: &str) -> Cow<'_, str> {
    let is_allowed = |letter: char| match letter {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        letter => letter >= ' ',
    };
    if text.chars().all(is_allowed) {
        return Cow::Borrowed(text);
    }
    let letters = text.chars();
    Cow::Owned(
        letters
            .map(|letter| if is_allowed(letter) { letter } else { ' ' })
            .collect(),
    )
}
