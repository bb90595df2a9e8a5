//! The kinds of nodes.

use serde_json::{Value, json};

use super::{allow, also, is, number, object, one_of, says, text, whole, yes_or_no};
use crate::document::Kind;

/// The fields of a node that listens.
fn listening() -> Value {
    json!({
        "short_prompt": says(is("prompt"), "What is said from the second visit on, instead of `prompt`."),
        "speech": { "anyOf": [{ "type": "boolean" }, is("speech")], "description": "Whether and how callers may speak." },
        "timeout": { "type": "integer", "minimum": 1, "maximum": 10, "default": 5, "description": "Seconds without a key before the entry ends." },
        "barge_in": yes_or_no(true, "Whether a key or a word interrupts the prompt."),
        "submit_on_hash": { "type": "boolean", "description": "Whether # ends the entry." },
        "no_input": says(is("retry"), "What happens when the caller stays silent."),
        "no_match": says(is("retry"), "What happens when the caller presses or says something else."),
        "max_failures": whole(1, 40, "How many failures of both kinds one visit may have.")
    })
}

pub(super) fn nodes() -> Vec<(&'static str, Value)> {
    let then = |what: &str| says(is("target"), what);
    let on = || then("Where the caller goes then.");
    let kinds: Vec<(&str, &str, &[&str], Value)> = vec![
        (
            "menu",
            "The caller chooses.",
            &["choices"],
            json!({
                "choices": {
                    "type": "object", "minProperties": 1, "propertyNames": is("keys"), "additionalProperties": is("choice"),
                    "description": "What each key, or row of keys, chooses."
                }
            }),
        ),
        (
            "collect",
            "The caller enters digits, or speaks.",
            &["into", "then"],
            json!({
                "into": says(is("name"), "The variable the entry goes to: {{var.<into>}}."),
                "digits": is("digits"),
                "pattern": text("What the entry must look like, such as `xxxx` for four digits."),
                "luhn": yes_or_no(false, "Whether the last digit must be the check digit of the others, as on payment cards."),
                "confirm": { "anyOf": [{ "type": "boolean" }, is("confirm")], "description": "Whether and how the entry is read back." },
                "secret": yes_or_no(false, "Whether only the `lookup` that follows may know the entry: it appears nowhere else."),
                "then": then("Where the caller goes with a good entry.")
            }),
        ),
        (
            "say",
            "The caller listens.",
            &["prompt", "then"],
            json!({ "then": on() }),
        ),
        (
            "connect",
            "The caller is put through.",
            &["to"],
            json!({
                "to": {
                    "anyOf": [is("destination"), { "type": "array", "minItems": 1, "maxItems": 50, "items": is("destination") }],
                    "description": "Who is rung, one after the other."
                },
                "order": one_of(&["sequential", "random", "round_robin"], "In which order."),
                "ring": { "type": "integer", "minimum": 3, "maximum": 120, "default": 30, "description": "Seconds each is rung." },
                "from": says(is("number"), "The number shown to who is rung; the called one when left out."),
                "limit": whole(1, 7200, "Seconds a talk may last."),
                "ringback": says(is("https"), "What the caller hears while it rings."),
                "machine": one_of(&["continue", "hangup"], "What happens when a machine answers: `continue` talks to it; `hangup` hangs up on it, and it counts as not answered: the next one is rung, then `no_answer` or `otherwise`."),
                "whisper": says(is("prompt"), "What only the called person hears before the talk."),
                "busy": then("When it was busy."),
                "no_answer": then("When nobody answered."),
                "rejected": then("When the call was rejected."),
                "failed": then("When it could not be rung."),
                "otherwise": then("For what has no exit of its own."),
                "then": then("After a talk; the call ends when left out.")
            }),
        ),
        (
            "voicemail",
            "The caller leaves a message.",
            &[],
            json!({
                "max": { "type": "integer", "minimum": 3, "maximum": 7200, "default": 120, "description": "Seconds a message may last." },
                "end_on_silence": { "type": "integer", "minimum": 3, "maximum": 10, "default": 5, "description": "Seconds of silence that end it." },
                "end_on_key": says(is("key"), "The key that ends it; # when left out."),
                "beep": yes_or_no(true, "Whether a tone is heard first."),
                "transcribe": is("transcribe"),
                "then": then("Where the caller goes then; the call ends when left out.")
            }),
        ),
        (
            "record",
            "The caller is recorded from here on.",
            &["then"],
            json!({
                "format": one_of(&["mp3", "wav", "ogg"], "The file's format."),
                "split": { "enum": [true, false, "conversation"], "description": "Whether caller and called get channels of their own." },
                "channels": whole(1, 32, "How many channels; needs `split`."),
                "transcribe": is("transcribe"),
                "then": then("Where the caller goes at once.")
            }),
        ),
        (
            "conference",
            "The caller joins a room.",
            &["name"],
            json!({
                "name": { "type": "string", "pattern": "\\S", "description": "The room's name." },
                "music": says(is("https"), "What is heard until the room starts."),
                "start_on_enter": yes_or_no(true, "Whether the room starts when this caller enters."),
                "end_on_exit": yes_or_no(false, "Whether the room ends when this caller leaves."),
                "mute": yes_or_no(false, "Whether the caller only listens."),
                "record": yes_or_no(false, "Whether the room is recorded.")
            }),
        ),
        (
            "hours",
            "Open or closed, by a calendar.",
            &["calendar", "open", "closed"],
            json!({
                "calendar": says(is("name"), "The calendar's id."),
                "open": then("Within opening hours."),
                "closed": then("Outside them."),
                "holiday": then("On a day with a name, outside its hours; `closed` when left out."),
                "override": then("While an override holds; `open` or `closed`, whichever it says, when left out.")
            }),
        ),
        (
            "switch",
            "The way depends on the caller.",
            &["cases", "otherwise"],
            json!({
                "on": {
                    "type": "string", "default": "caller", "pattern": "^(caller|called|country|sip:.+|var\\..+|lookup\\..+)$",
                    "description": "What is looked at: caller, called, country, sip:<header>, var.<name> or lookup.<name>."
                },
                "cases": { "type": "array", "items": is("case"), "description": "Tried in order; the first that fits." },
                "otherwise": then("When none fits.")
            }),
        ),
        (
            "lookup",
            "Another system is asked.",
            &["url", "then", "failed"],
            json!({
                "url": says(is("https"), "Where. Placeholders are filled in, but not in the host."),
                "method": one_of(&["GET", "POST"], "How."),
                "headers": is("headers"),
                "body": { "description": "JSON to send, with placeholders in its texts. Needs POST." },
                "deadline_ms": { "type": "integer", "minimum": 100, "maximum": 2000, "default": 1000, "description": "Milliseconds until the caller goes on without an answer." },
                "into": {
                    "anyOf": [is("name"), {
                        "type": "object", "propertyNames": is("name"),
                        "additionalProperties": { "type": "string", "pattern": "^(/|$)" }
                    }],
                    "description": "Where the answer goes: a name, for {{lookup.<name>}}; or names with JSON pointers into the answer.",
                    "examples": ["account", { "balance": "/account/balance" }]
                },
                "then": then("With an answer."),
                "failed": then("Without one.")
            }),
        ),
        (
            "submenu",
            "Another menu, and back.",
            &["menu", "then"],
            json!({
                "menu": says(is("name"), "The other menu's id."),
                "then": then("Where the caller goes when that menu says @return.")
            }),
        ),
        (
            "callback",
            "The caller is called back later.",
            &["then"],
            json!({
                "number": { "type": "string", "pattern": "\\S", "default": "{{caller}}", "description": "Which number to call." },
                "no_number": then("When there is no number to call, as of a caller who withholds it: the prompt is not said, and nobody is asked to call back. Like `then` when left out."),
                "then": then("Where the caller goes at once.")
            }),
        ),
        (
            "notify",
            "Another system is told.",
            &["payload", "then"],
            json!({
                "payload": { "type": "object", "description": "What it is told: JSON with placeholders in its texts." },
                "then": then("Where the caller goes at once.")
            }),
        ),
        (
            "wait",
            "The caller waits.",
            &["then"],
            json!({
                "seconds": number(0.1, 7200.0, "How long. Either this or `music`."),
                "music": says(is("https"), "What is played, once."),
                "then": on()
            }),
        ),
        (
            "transfer",
            "The caller moves to a conversation.",
            &["conversation"],
            json!({
                "conversation": { "type": "string", "pattern": "\\S", "description": "The conversation's id." }
            }),
        ),
        (
            "hangup",
            "The call ends, after the prompt if there is one.",
            &[],
            json!({}),
        ),
    ];
    let branches: Vec<Value> = kinds
        .iter()
        .map(|(kind, ..)| {
            json!({
                "if": { "properties": { "kind": { "const": kind } }, "required": ["kind"] },
                "then": is(&format!("node_{kind}"))
            })
        })
        .collect();
    let mut all = vec![(
        "node",
        json!({
            "type": "object", "required": ["kind"], "description": "A step of the menu.",
            "properties": { "kind": { "enum": Kind::NAMES, "description": "What the step does." } },
            "allOf": branches
        }),
    )];
    for (kind, description, required, fields) in kinds {
        let mut properties = json!({
            "kind": { "const": kind },
            "prompt": is("prompt"),
            "voice": is("voice"),
            "note": text("A word for those who edit."),
            "allow": allow()
        });
        let listens = if matches!(kind, "menu" | "collect") {
            listening()
        } else {
            json!({})
        };
        if let (Value::Object(all), Value::Object(own), Value::Object(input)) =
            (&mut properties, fields, listens)
        {
            all.extend(input);
            all.extend(own);
        }
        let required: Vec<&str> = std::iter::once("kind")
            .chain(required.iter().copied())
            .collect();
        let name = Kind::NAMES
            .iter()
            .position(|name| *name == kind)
            .and_then(|at| NODES.get(at));
        let node = object(description, &required, properties);
        // One of several fields, or all of several.
        let node = match kind {
            "connect" => also(
                node,
                "anyOf",
                json!([{ "required": ["otherwise"] }, { "required": ["busy", "no_answer", "rejected", "failed"] }]),
            ),
            "wait" => also(
                node,
                "oneOf",
                json!([{ "required": ["seconds"] }, { "required": ["music"] }]),
            ),
            "lookup" => also(node, "if", json!({ "required": ["body"] })),
            _ => node,
        };
        let node = if kind == "lookup" {
            also(
                node,
                "then",
                json!({ "required": ["method"], "properties": { "method": { "const": "POST" } } }),
            )
        } else {
            node
        };
        all.push((name.copied().unwrap_or("node_unknown"), node));
    }
    all
}

/// The names of the definitions of the kinds of nodes, in the order of [`Kind::NAMES`].
const NODES: [&str; 16] = [
    "node_menu",
    "node_collect",
    "node_say",
    "node_connect",
    "node_voicemail",
    "node_record",
    "node_conference",
    "node_hours",
    "node_switch",
    "node_lookup",
    "node_submenu",
    "node_callback",
    "node_notify",
    "node_wait",
    "node_transfer",
    "node_hangup",
];
