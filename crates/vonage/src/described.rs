//! The members of webhooks by the type of their event, as schemas describe them.

use crate::kind::Kind;
use crate::wire::Fields;
use serde_json::Value;

/// Brings the members of normalised fields that are of no JSON type described for them into text,
/// so that a schema of the type of event holds. Members that are not described stay as they are.
pub fn fit(event_type: &str, fields: &mut Fields) {
    for row in Kind::rows_of(event_type) {
        for key in row.keys {
            if let Some(value) = fields.get_mut(*key)
                && !row.types.hold(value)
            {
                *value = Value::String(value.take().to_string());
            }
        }
    }
}

/// A member, as a schema describes it.
#[cfg(feature = "schema")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribedMember {
    /// Its name on the wire.
    pub name: &'static str,
    /// The JSON types it may have.
    pub types: Vec<&'static str>,
    /// What it is.
    pub about: String,
}

/// The members that webhooks of a type of event are known to have: `vonage.voice.input`. A status
/// or an event of a conversation that nobody knows yet has those of its family.
#[cfg(feature = "schema")]
#[must_use]
pub fn described(event_type: &str) -> Vec<DescribedMember> {
    let rows = Kind::rows_of(event_type).iter();
    let members = rows.flat_map(|row| {
        let words: Vec<&str> = row.about.split_whitespace().collect();
        row.keys.iter().map(move |name| DescribedMember {
            name,
            types: row.types.names(),
            about: words.join(" "),
        })
    });
    members.collect()
}
