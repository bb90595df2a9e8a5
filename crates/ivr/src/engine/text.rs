use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::run::Run;
use crate::compile::{JsonTemplate, Node};
use crate::document::Subject;
use crate::number::E164;
use crate::state::VariableKind;
use crate::template::{self, Part, Place, Slot, Template};
use crate::version::Version;

impl Run<'_> {
    /// What stands for a placeholder. Secrets are not told here.
    pub fn value(&self, slot: &Slot) -> &str {
        match slot {
            Slot::Caller => &self.state.caller,
            Slot::Called => &self.state.called,
            Slot::Variable(name) => self
                .state
                .variable(VariableKind::Collected, name)
                .unwrap_or_default(),
            Slot::Lookup(path) => self
                .state
                .variable(VariableKind::Looked, path)
                .unwrap_or_default(),
        }
    }

    /// Appends a text with its placeholders filled.
    pub fn fill(&self, template: &Template, place: Place, out: &mut String) {
        self.fill_with(template, place, out, |slot| self.value(slot));
    }

    /// The telephone number a template gives; `None` when it gives none that can be called.
    pub fn number(&self, template: &Template) -> Option<E164> {
        let mut filled = String::new();
        self.fill(template, Place::Number, &mut filled);
        filled
            .parse()
            .ok()
            .filter(|number: &E164| number.is_called_by_people())
    }

    /// What tells a request of a look-up from every other of the call: the same webhook, delivered
    /// twice, gives the same key.
    pub fn idempotency_key(&self, node: &Node, request: u32) -> String {
        let mut hash = Sha256::new();
        for part in [
            self.state.conversation.as_bytes(),
            self.menu.version.as_bytes(),
            node.name.as_bytes(),
            &self.state.steps.to_be_bytes(),
            &request.to_be_bytes(),
        ] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let bytes: [u8; 32] = hash.finalize().into();
        let mut key = Version::from_bytes(bytes).to_string();
        key.truncate(32);
        key
    }

    /// Appends a text that may read what was collected in secret in this step:
    /// the headers and the body of a look-up.
    pub fn fill_secret(&self, template: &Template, place: Place, out: &mut String) {
        self.fill_with(template, place, out, |slot| match slot {
            Slot::Variable(name) => {
                let secret = self
                    .secrets
                    .iter()
                    .rev()
                    .find(|(known, _)| **known == **name);
                secret.map_or_else(|| self.value(slot), |(_, value)| value)
            }
            _ => self.value(slot),
        });
    }

    fn fill_with<'v>(
        &self,
        template: &Template,
        place: Place,
        out: &mut String,
        value: impl Fn(&Slot) -> &'v str,
    ) {
        for part in &template.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Slot { slot, digits } => template::fill(value(slot), *digits, place, out),
            }
        }
    }

    /// JSON with its placeholders filled.
    pub fn json(&self, json: &JsonTemplate) -> String {
        let mut out = String::new();
        self.fill(&json.0, Place::Json, &mut out);
        out
    }

    /// JSON that may read secrets.
    pub fn json_secret(&self, json: &JsonTemplate) -> String {
        let mut out = String::new();
        self.fill_secret(&json.0, Place::Json, &mut out);
        out
    }

    /// What a `switch` looks at.
    pub fn subject(&self, subject: &Subject) -> Cow<'_, str> {
        match subject {
            Subject::Caller => Cow::Borrowed(&self.state.caller),
            Subject::Called => Cow::Borrowed(&self.state.called),
            Subject::Country => {
                let country = self
                    .state
                    .caller
                    .parse::<E164>()
                    .ok()
                    .and_then(E164::country);
                Cow::Owned(
                    country
                        .map(|country| country.code().to_owned())
                        .unwrap_or_default(),
                )
            }
            Subject::Header(name) => {
                let header = self
                    .state
                    .headers
                    .iter()
                    .find(|(known, _)| known.eq_ignore_ascii_case(name));
                Cow::Borrowed(header.map_or("", |(_, value)| value))
            }
            Subject::Variable(name) => Cow::Borrowed(
                self.state
                    .variable(VariableKind::Collected, name)
                    .unwrap_or_default(),
            ),
            Subject::Lookup(path) => Cow::Borrowed(
                self.state
                    .variable(VariableKind::Looked, path)
                    .unwrap_or_default(),
            ),
        }
    }

    /// A number from the conversation and a word, the same whenever it is asked
    /// for in this call: FNV-1a, mixed so that every bit counts.
    pub fn chance(&self, word: &str) -> u64 {
        let bytes = self
            .state
            .conversation
            .bytes()
            .chain([0])
            .chain(word.bytes());
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        mix(hash)
    }
}

/// The finaliser of SplitMix64.
pub(super) fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
