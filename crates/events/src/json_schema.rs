//! The JSON Schema of each type of event, of which `cargo xtask generate` makes the files under
//! `schemas/`.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use crate::data::{
    Callback, Degraded, MalformedRequest, Notify, OperatorAct, Publication, StateRejected, Step,
};
use crate::event_type::EventType;
use crate::schema::{EventSchema, FORMAT, TYPES};

/// The JSON Schema (draft 2020-12) of each type of event, by its name: what
/// `schemas/<name>.schema.json` holds.
#[must_use]
pub fn all() -> BTreeMap<&'static str, Value> {
    let webhooks = TYPES.iter().map(|it| (it.name, it.schema()));
    webhooks.chain(ours()).collect()
}

impl EventSchema {
    fn schema(&self) -> Value {
        let mut members = Map::new();
        for (name, types, about) in self.members {
            let types: Vec<&str> = types.split('|').collect();
            let types = match types.as_slice() {
                [one] => json!(one),
                several => json!(several),
            };
            members.insert(
                (*name).into(),
                json!({ "type": types, "description": about }),
            );
        }
        envelope(self.name, self.title, members, &json!([]))
    }
}

/// The schemas of the events of our own.
fn ours() -> [(&'static str, Value); 8] {
    [
        own::<MalformedRequest<'_>>(&EventType::Malformed),
        own::<Step<'_>>(&EventType::Step),
        own::<Degraded<'_>>(&EventType::Degraded),
        own::<StateRejected<'_>>(&EventType::StateRejected),
        own::<Callback<'_>>(&EventType::Callback),
        own::<Notify<'_>>(&EventType::Notify),
        own::<Publication<'_>>(&EventType::Published),
        own::<OperatorAct<'_>>(&EventType::Operator),
    ]
}

/// The schema of an event whose `data` is written from a `T`.
fn own<T: JsonSchema>(kind: &EventType) -> (&'static str, Value) {
    let settings = SchemaSettings::draft2020_12();
    let settings = settings.with(|settings| {
        settings.inline_subschemas = true;
        // Rust's widths of numbers: no format that JSON Schema knows, and strict readers refuse them.
        let no_width = |schema: &mut Schema| drop(schema.remove("format"));
        settings
            .transforms
            .push(Box::new(RecursiveTransform(no_width)));
    });
    let schema = Value::from(settings.into_generator().into_root_schema_for::<T>());
    let title = schema["description"].as_str().unwrap_or_default();
    let members = schema["properties"].as_object().cloned();
    let name = <&'static str>::from(kind);
    let schema = envelope(
        name,
        title.trim_end_matches('.'),
        members.unwrap_or_default(),
        &schema["required"],
    );
    (name, schema)
}

/// The schema of a whole event.
fn envelope(name: &str, title: &str, mut members: Map<String, Value>, required: &Value) -> Value {
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
