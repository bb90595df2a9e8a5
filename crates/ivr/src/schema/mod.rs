//! The JSON Schema (2020-12) of menus, calendars, lists and numbers: for editors, which
//! complete and explain with it while one types.
//!
//! The readers in [`crate::document`] decide what a document may be; they say more than a
//! schema can. `tests/schema.rs` holds this to them: every field they read, and no other;
//! every range; every document they accept, and every one they refuse for its shape.

mod nodes;

use describe::{Definitions, Document, Rule};
use serde_json::{Value, json};

use crate::document::{Calendar, List, Numbers};
use nodes::nodes;

/// The schema, as it is committed in `menus/menu.schema.json`.
#[must_use]
pub fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "menu.schema.json",
        "title": "A menu, a calendar, a list or the numbers of edge-ivr",
        "if": { "anyOf": [{ "required": ["nodes"] }, { "required": ["start"] }] },
        "then": { "$ref": "#/$defs/menu" },
        "else": {
            "if": { "anyOf": [{ "required": ["timezone"] }, { "required": ["weekly"] }] },
            "then": { "$ref": "#/$defs/calendar" },
            "else": {
                "if": { "required": ["numbers"] },
                "then": { "$ref": "#/$defs/list" },
                "else": { "$ref": "#/$defs/numbers" }
            }
        },
        "$defs": definitions()
    })
}

/// The schema as text.
#[must_use]
pub fn schema_text() -> String {
    let mut text = serde_json::to_string_pretty(&schema()).unwrap_or_default();
    text.push('\n');
    text
}

fn definitions() -> Value {
    let mut described = Definitions::default();
    <Calendar as Document>::schema(&mut described, &Rule::NONE);
    <List as Document>::schema(&mut described, &Rule::NONE);
    <Numbers as Document>::schema(&mut described, &Rule::NONE);
    let mut all = described.into_value();
    if let Value::Object(all) = &mut all {
        for (name, definition) in documents().into_iter().chain(parts()).chain(nodes()) {
            all.insert(name.to_owned(), definition);
        }
    }
    all
}

/// A schema with a description.
fn says(mut schema: Value, description: &str) -> Value {
    if let Value::Object(members) = &mut schema {
        members.insert("description".to_owned(), description.into());
    }
    schema
}

fn is(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn yes_or_no(standard: bool, description: &str) -> Value {
    json!({ "type": "boolean", "default": standard, "description": description })
}

fn whole(low: i64, high: i64, description: &str) -> Value {
    json!({ "type": "integer", "minimum": low, "maximum": high, "description": description })
}

fn number(low: f64, high: f64, description: &str) -> Value {
    json!({ "type": "number", "minimum": low, "maximum": high, "description": description })
}

fn one_of(words: &[&str], description: &str) -> Value {
    json!({ "enum": words, "description": description })
}

/// One of something, or a list of it.
fn one_or_more(item: Value, description: &str) -> Value {
    json!({ "anyOf": [item, { "type": "array", "items": item }], "description": description })
}

fn object(description: &str, required: &[&str], properties: Value) -> Value {
    json!({
        "type": "object", "description": description, "required": required,
        "properties": properties, "additionalProperties": false
    })
}

/// Warnings that are meant so.
fn allow() -> Value {
    json!({
        "type": "array", "items": is("allowed"), "examples": [["no-person"]],
        "description": "Warnings of the check that are meant so."
    })
}

/// A schema with one more rule.
fn also(mut schema: Value, rule: &str, holds: Value) -> Value {
    if let Value::Object(members) = &mut schema {
        members.insert(rule.to_owned(), holds);
    }
    schema
}

/// What begins as a placeholder and is none.
const NO_PLACEHOLDER: &str = r"\{\{(?!\s*(caller|called|var\.[A-Za-z0-9_-]{1,40}|lookup\.[A-Za-z0-9_-]{1,40}(\.[A-Za-z0-9_-]{1,40})*)\s*(\|\s*digits\s*)?\}\})";

fn documents() -> Vec<(&'static str, Value)> {
    vec![(
        "menu",
        says(
            object(
                "",
                &["start", "nodes"],
                json!({
                    "$schema": { "description": "The schema an editor checks this file with." },
                    "title": text("What people call the menu."),
                    "note": text("A word for those who edit."),
                    "allow": allow(),
                    "start": text("The id of the node a caller begins at."),
                    "voice": is("voice"),
                    "keys": {
                        "type": "object", "propertyNames": is("keys"), "additionalProperties": is("choice"),
                        "description": "Keys that work in every `menu` node that has no choice of its own for them. In a `collect` node only those made of * and # do.",
                        "examples": [{ "0": "operator", "*": "@back" }]
                    },
                    "limits": is("limits"),
                    "nodes": {
                        "type": "object", "propertyNames": is("name"), "additionalProperties": is("node"),
                        "description": "The steps of the menu, by their ids."
                    }
                }),
            ),
            "A phone menu.",
        ),
    )]
}

fn parts() -> Vec<(&'static str, Value)> {
    vec![
        (
            "said",
            json!({
                "type": "string", "pattern": "\\S", "not": { "pattern": NO_PLACEHOLDER },
                "description": "Text with {{placeholders}}."
            }),
        ),
        (
            "keys",
            json!({
                "type": "string", "pattern": "^[0-9*#]{1,20}$",
                "description": "One or more of the keys 0-9, * and #."
            }),
        ),
        (
            "key",
            json!({ "type": "string", "pattern": "^[0-9*#]$", "description": "One of the keys 0-9, * and #." }),
        ),
        (
            "https",
            json!({ "type": "string", "pattern": "^https://[^\\s/?#]", "description": "An https address. {{placeholders}} are filled in, but not in the host." }),
        ),
        (
            "language",
            json!({
                "type": "string", "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", "examples": ["en-GB", "de-DE"],
                "description": "A BCP-47 language."
            }),
        ),
        (
            "target",
            json!({
                "type": "string",
                "pattern": "^(@(hangup|repeat|back|start|return)|(menu:)?[A-Za-z0-9_-]{1,40})$",
                "description": "Where the caller goes: the id of a node, `menu:<id>` for another menu, or @hangup (the call ends), @repeat (this node again), @back (where the caller was before), @start (the start of this menu), @return (back to the menu that called this one).",
                "examples": ["operator", "menu:acme", "@hangup", "@repeat", "@back", "@start", "@return"]
            }),
        ),
        (
            "prompt",
            says(
                one_or_more(is("prompt_item"), ""),
                "What the caller hears: text, `{ \"text\" }`, `{ \"audio\" }`, or a list of those. Text may hold SSML and {{placeholders}}: caller, called, var.<name>, lookup.<name>; `| digits` reads digit by digit.",
            ),
        ),
        (
            "prompt_item",
            json!({ "anyOf": [
            says(is("said"), "Text read aloud."),
            object("Text read aloud, in a voice of its own.", &["text"], json!({
                "text": says(is("said"), "Plain text or SSML."),
                "voice": is("voice"),
                "loop": whole(1, 100, "How often it is said."),
                "level": number(-1.0, 1.0, "Volume.")
            })),
            object("A recording: mp3, or wav of 16 bits.", &["audio"], json!({
                "audio": is("https"),
                "loop": whole(1, 100, "How often it is played."),
                "level": number(-1.0, 1.0, "Volume.")
            }))
        ] }),
        ),
        (
            "voice",
            object(
                "How prompts are spoken. What is left out is taken from the node, then the menu.",
                &[],
                json!({
                    "language": is("language"),
                    "style": whole(0, 99, "Which of the language's voices."),
                    "premium": yes_or_no(false, "Whether the premium voice is used.")
                }),
            ),
        ),
        (
            "limits",
            object(
                "How long a caller may go round.",
                &[],
                json!({
                    "steps": says(json!({ "type": "integer", "minimum": 1, "maximum": 1000, "default": 60 }), "How many nodes a caller may enter in one call, repeats counted."),
                    "then": says(is("target"), "Where the caller goes then.")
                }),
            ),
        ),
        (
            "choice",
            json!({ "anyOf": [
            is("target"),
            object("What a key or a spoken word chooses.", &["then"], json!({
                "label": text("What the choice means, for reports."),
                "then": is("target"),
                "say": one_or_more(json!({ "type": "string" }), "Words a caller may say instead.")
            }))
        ] }),
        ),
        (
            "retry",
            object(
                "What happens when a caller errs.",
                &["then"],
                json!({
                    "tries": json!({ "type": "integer", "minimum": 0, "maximum": 20, "default": 2, "description": "How often the caller is asked again." }),
                    "prompts": one_or_more(is("prompt"), "What is said first, in turn; the last one repeats."),
                    "repeat": yes_or_no(true, "Whether the node's prompt follows."),
                    "then": says(is("target"), "Where the caller goes when the tries are used up.")
                }),
            ),
        ),
        (
            "speech",
            object(
                "How spoken answers are recognised.",
                &[],
                json!({
                    "language": is("language"),
                    "hints": one_or_more(json!({ "type": "string" }), "Words to expect beside those the choices name; {{placeholders}} are filled in."),
                    "confidence": says(json!({ "type": "number", "minimum": 0.0, "maximum": 1.0, "default": 0.5 }), "The confidence below which an answer does not count."),
                    "end_on_silence": number(0.4, 10.0, "Seconds of silence that end an answer."),
                    "start_timeout": whole(1, 60, "Seconds until the caller must begin to speak."),
                    "max_duration": whole(1, 60, "Seconds an answer may last."),
                    "sensitivity": whole(10, 100, "How easily sound counts as speech.")
                }),
            ),
        ),
        (
            "confirm",
            object(
                "An entry is read back before it counts.",
                &[],
                json!({
                    "prompt": says(is("prompt"), "What is said; a built-in phrase in the caller's language when left out."),
                    "yes": says(is("key"), "The key that confirms; 1 when left out."),
                    "no": says(is("key"), "The key that begins again; 2 when left out.")
                }),
            ),
        ),
        (
            "digits",
            json!({ "anyOf": [
            whole(1, 20, "Exactly so many keys."),
            object("The fewest and the most keys.", &[], json!({
                "min": whole(1, 20, "The fewest."), "max": whole(1, 20, "The most.")
            }))
        ], "description": "How many keys the entry has." }),
        ),
        (
            "transcribe",
            json!({ "anyOf": [
            { "type": "boolean" },
            object("How a recording is written down.", &[], json!({
                "language": is("language"),
                "sentiment": yes_or_no(false, "Whether the mood of each sentence is judged.")
            }))
        ], "description": "Whether and how the recording is written down." }),
        ),
        (
            "headers",
            json!({
                "type": "object", "propertyNames": { "pattern": "^[A-Za-z0-9_-]+$" },
                "additionalProperties": { "type": "string" }, "description": "Headers, by their names."
            }),
        ),
        (
            "phone",
            json!({ "anyOf": [
            is("number"), { "type": "string", "pattern": "\\{\\{", "description": "A text with placeholders that gives a number." }
        ] }),
        ),
        ("destination", destination()),
        ("case", case()),
    ]
}

fn destination() -> Value {
    let ring = || whole(3, 120, "Seconds it is rung, when other than the node's.");
    json!({ "description": "Who is rung.", "anyOf": [
        is("phone"),
        object("A telephone number.", &["phone"], json!({
            "phone": is("phone"),
            "dtmf": { "type": "string", "pattern": "^[0-9*#p]+$", "description": "Keys sent once it answers; `p` waits half a second." },
            "ring": ring()
        })),
        object("A SIP address.", &["sip"], json!({
            "sip": { "type": "string", "pattern": "^sips?:.", "examples": ["sip:sales@example.com", "sip:{{var.extension}}@pbx.example.com"], "description": "Where. {{placeholders}} are filled in, but not in the host; an address that comes to more than 50 characters, or lacks a value, is passed over." },
            "headers": is("headers"),
            "ring": ring()
        })),
        object("A user of the application.", &["app"], json!({
            "app": { "type": "string", "pattern": "\\S", "description": "The user's name; {{placeholders}} are filled in." }, "ring": ring()
        })),
        object("A WebSocket.", &["websocket"], json!({
            "websocket": { "type": "string", "pattern": "^wss?://[^\\s/?#]", "description": "Where. {{placeholders}} are filled in, but not in the host." },
            "content_type": one_of(&["audio/l16;rate=8000", "audio/l16;rate=16000", "audio/l16;rate=24000"], "How the sound is sent."),
            "headers": is("headers"),
            "ring": ring()
        })),
        object("An extension of Vonage Business Communications.", &["vbc"], json!({
            "vbc": { "type": "string", "pattern": "^[0-9]+$", "description": "The extension." }, "ring": ring()
        }))
    ] })
}

fn case() -> Value {
    let scalar = || json!({ "type": ["string", "number", "boolean"] });
    let one = |name: &str, test: Value| {
        object(
            "",
            &[name, "then"],
            json!({ name: test, "then": is("target") }),
        )
    };
    json!({ "description": "One way out of a switch. The first case that fits is taken.", "anyOf": [
        one("in_list", says(is("name"), "It is on the list with this id.")),
        one("prefix", one_or_more(json!({ "type": "string" }), "It begins with this, or one of these.")),
        one("country", one_or_more(
            json!({ "type": "string", "pattern": "^[A-Z]{2}$", "examples": ["GB"] }),
            "The number belongs to this country, or one of these (ISO 3166-1).",
        )),
        one("equals", says(scalar(), "It is this.")),
        one("in", json!({ "type": "array", "minItems": 1, "items": scalar(), "description": "It is one of these." })),
        one("percent", number(0.0, 100.0, "This share of calls; the same for all of a call. Shares of one switch add up."))
    ] })
}
