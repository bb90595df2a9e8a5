//! The JSON Schema of each type of event, of which `cargo xtask generate` makes the files under
//! `schemas/`.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};
use strum::EnumMessage;

use crate::data::{Callback, Failure, MalformedRequest, Notify, OperatorAct, Publication, Step};
use crate::event_type::EventType;
use crate::schema::FORMAT;

/// The JSON Schema (draft 2020-12) of each type of event, by its name: what
/// `schemas/<name>.schema.json` holds. An open set has one for all of it.
#[must_use]
pub fn all() -> BTreeMap<String, Value> {
    let types = EventType::all().map(|kind| {
        let title = kind.get_documentation().unwrap_or_default();
        let own = own(&kind).unwrap_or_else(|| webhook(kind.as_str()));
        (kind.as_str().to_owned(), title.to_owned(), own)
    });
    let open = [
        ("event", "Any event: the envelope alone"),
        (
            "vonage.voice.status",
            "A status this version has no schema of its own for",
        ),
        (
            "vonage.rtc",
            "An event of the Conversation API; keys and words in `body` are redacted",
        ),
    ];
    let open = open.map(|(name, title)| (name.to_owned(), title.to_owned(), webhook(name)));
    types
        .chain(open)
        .map(|(name, title, data)| {
            let schema = envelope(&name, title.trim_end_matches('.'), data);
            (name, schema)
        })
        .collect()
}

/// What the `data` of an event holds, beside `raw`.
struct Data {
    members: Map<String, Value>,
    required: Value,
}

/// The data of a webhook.
fn webhook(event_type: &str) -> Data {
    let members = vonage::described(event_type).into_iter().map(|member| {
        let described = json!({ "type": member.types, "description": member.about });
        (member.name.to_owned(), described)
    });
    Data {
        members: members.collect(),
        required: json!([]),
    }
}

/// The data of an event of our own, if it is one.
fn own(kind: &EventType) -> Option<Data> {
    let data = match kind {
        EventType::Malformed => data_of::<MalformedRequest<'_>>(),
        EventType::Step => data_of::<Step<'_>>(),
        EventType::Degraded | EventType::StateRejected => data_of::<Failure<'_>>(),
        EventType::Callback => data_of::<Callback<'_>>(),
        EventType::Notify => data_of::<Notify<'_>>(),
        EventType::Published => data_of::<Publication<'_>>(),
        EventType::Operator => data_of::<OperatorAct<'_>>(),
        _ => return None,
    };
    Some(data)
}

/// The data that is written from a `T`.
fn data_of<T: JsonSchema>() -> Data {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        // Rust's widths of numbers: no format that JSON Schema knows, and strict readers refuse them.
        let no_width = |schema: &mut Schema| drop(schema.remove("format"));
        settings
            .transforms
            .push(Box::new(RecursiveTransform(no_width)));
    });
    let schema = Value::from(settings.into_generator().into_root_schema_for::<T>());
    Data {
        members: schema["properties"]
            .as_object()
            .cloned()
            .unwrap_or_default(),
        required: schema["required"].clone(),
    }
}

/// The schema of a whole event.
fn envelope(name: &str, title: &str, data: Data) -> Value {
    let Data {
        mut members,
        required,
    } = data;
    members.insert(
            "raw".into(),
            json!({ "type": "string", "description": "what came: the body, or the query of a GET; not there where it may hold what was entered into a secret field, or the state of a call" }),
        );
    members.insert(
        "raw_base64".into(),
        json!({ "type": "string", "description": "`raw` in base64, where it is not UTF-8" }),
    );
    let kind = if !matches!(EventType::from(name), EventType::Other(_)) {
        json!({ "const": name, "description": "what happened" })
    } else if name == "event" {
        json!({ "type": "string", "minLength": 1, "description": "what happened" })
    } else {
        let prefix = if name == "vonage.rtc" {
            "^vonage\\.rtc"
        } else {
            "^vonage\\.voice\\."
        };
        json!({ "type": "string", "pattern": prefix, "description": "what happened; an open set" })
    };
    let moment = "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$";
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("urn:edge-ivr:event:{FORMAT}:{name}"),
        "title": title,
        "type": "object",
        "required": ["specversion", "id", "source", "type", "time", "datacontenttype", "receivedat", "data"],
        "properties": {
            "specversion": { "const": "1.0" },
            "id": { "type": "string", "pattern": "^[0-9a-f]{32}$", "description": "computed from the content: the same webhook delivered twice has one id" },
            "source": { "type": "string", "pattern": "^/", "description": "`/vonage/voice`, `/vonage/messages`, …, `/ivr`" },
            "type": kind,
            "subject": { "type": "string", "minLength": 1, "description": "the leg's uuid, the message's id, or the menu's id" },
            "time": { "type": "string", "pattern": moment, "description": "when it happened; the time of arrival where Vonage says none" },
            "datacontenttype": { "const": "application/json" },
            "dataschema": { "type": "string", "pattern": "^urn:edge-ivr:event:" },
            "conversation": { "type": "string", "minLength": 1, "description": "the conversation" },
            "receivedat": { "type": "string", "pattern": moment, "description": "when the Worker received it" },
            "menu": { "type": "string", "description": "the menu the caller was in" },
            "menuversion": { "type": "string", "description": "its version" },
            "node": { "type": "string", "description": "the node the caller was at" },
            "delivered": { "type": "string", "description": "on the queue only: sinks that have it already" },
            "dataref": { "type": "string", "description": "where the whole event lies in the archive when it was too large for the queue" },
            "data": { "type": "object", "properties": members, "required": required }
        }
    })
}
