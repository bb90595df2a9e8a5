//! The OpenAPI 3.1 document of this API.

mod documents;
mod operation;
mod operations;
mod refusals;
mod schemas;

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

pub use operation::Operation;
pub use schemas::{Event, FileContent, Line, MenuId, NumberDocument, Time, Version};

use crate::parameters::{Parameter, Value};
use crate::routes::{ROUTES, Route};
use crate::{Method, Needs};
use operation::{Body, Header};
use operations::operation;
use schemas::Schemas;

const ABOUT: &str = "For operators, the `ivr` command and the console. A document is told by its \
version: the SHA-256 of its canonical JSON, so white space and the order of members are no change. \
Whoever may not `listen` sees the last three digits of telephone numbers, and null for what callers \
said. Readers should pass over members they do not know.";

/// The document as it is kept in `docs/openapi.json`: one operation a line, for those who read what
/// changed, and without white space otherwise, for the Worker that serves it.
///
/// # Errors
/// Two descriptions have one name, or a route has none.
pub fn text() -> Result<String, String> {
    let document = document()?;
    let mut text = String::from("{\n");
    let members = document.as_object().into_iter().flatten();
    let last = document.as_object().map_or(0, Map::len);
    for (at, (name, value)) in members.enumerate() {
        let comma = if at + 1 < last { "," } else { "" };
        match (name.as_str(), value) {
            ("paths", Json::Object(paths)) => {
                text.push_str("\"paths\":{\n");
                lines(&mut text, paths);
                text.push('}');
            }
            ("components", Json::Object(components)) => {
                text.push_str("\"components\":{\n");
                for (at, (name, value)) in components.iter().enumerate() {
                    text.push_str(&format!("{}:{{\n", Json::from(name.as_str())));
                    lines(&mut text, value.as_object().unwrap_or(&Map::new()));
                    text.push_str(if at + 1 < components.len() {
                        "},\n"
                    } else {
                        "}\n"
                    });
                }
                text.push('}');
            }
            (name, value) => text.push_str(&format!("{}:{value}", Json::from(name))),
        }
        text.push_str(comma);
        text.push('\n');
    }
    text.push_str("}\n");
    Ok(text)
}

fn lines(text: &mut String, members: &Map<String, Json>) {
    for (at, (name, value)) in members.iter().enumerate() {
        let comma = if at + 1 < members.len() { "," } else { "" };
        text.push_str(&format!("{}:{value}{comma}\n", Json::from(name.as_str())));
    }
}

/// The document.
///
/// # Errors
/// Two descriptions have one name, or what a description names is nowhere.
pub fn document() -> Result<Json, String> {
    let mut schemas = Schemas::new();
    let mut paths = BTreeMap::<&str, Map<String, Json>>::new();
    for route in ROUTES.iter() {
        let operation = operation(route, &mut schemas);
        let item = paths.entry(route.path).or_default();
        let method = route.method.name().to_lowercase();
        let described = described(route, &operation);
        if item.insert(method, described).is_some() {
            return Err(format!(
                "{} {} is there twice",
                route.method.name(),
                route.path
            ));
        }
        if let Some(parameters) = path_parameters(route.path) {
            item.insert("parameters".to_owned(), parameters);
        }
    }
    let health = operations::health(&mut schemas);
    paths
        .entry("/healthz")
        .or_default()
        .insert("get".to_owned(), written(&health, json!([])));
    let responses = refusals::responses(&mut schemas);
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "edge-ivr operator API",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Documents, calls and events of the phone menus on one Worker.",
            "description": ABOUT,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "The Worker that serves this document." }],
        "tags": operations::tags(),
        "security": [{ "admin": [] }, { "access": [] }, { "session": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "admin": { "type": "http", "scheme": "bearer", "description": "`ADMIN_TOKEN`." },
                "access": { "type": "apiKey", "in": "header", "name": "cf-access-jwt-assertion", "description": "What Cloudflare Access adds." },
                "session": { "type": "apiKey", "in": "cookie", "name": "__Host-session", "description": "What `POST /api/session` gives to a browser." },
            },
            "responses": responses,
            "schemas": schemas.into_components()?,
        },
    }))
}

/// An operation with what every operation of its kind has: who may, and the refusals of those who
/// may not.
fn described(route: &Route, operation: &Operation) -> Json {
    let security = match route.needs {
        Needs::Nothing => Some(json!([])),
        _ => None,
    };
    let mut written = written(operation, security.unwrap_or(Json::Null));
    let needs = match route.needs {
        Needs::Nothing => "Open to everybody.".to_owned(),
        Needs::Role(role) => format!("Needs the role `{}`.", role.name()),
        right => format!("Needs the right `{right}`."),
    };
    let about = match operation.about {
        "" => needs,
        about => format!("{about} {needs}"),
    };
    written["description"] = about.into();
    let responses = &mut written["responses"];
    let mut refuse = |status: &str, name: &str| {
        if responses.get(status).is_none() {
            responses[status] = json!({ "$ref": format!("#/components/responses/{name}") });
        }
    };
    let changes = route.method != Method::Get;
    if route.needs != Needs::Nothing {
        refuse("401", "NotAllowed");
        refuse("403", "OtherRole");
        refuse("429", "TooMany");
        refuse("503", "Unavailable");
        if changes {
            refuse("415", "NotJson");
        }
    }
    if operation.body.is_some() {
        refuse("400", "BadRequest");
        refuse("403", "OtherRole");
        refuse("413", "TooLarge");
        refuse("415", "NotJson");
    }
    if operation.headers.contains(&Header::IfMatch) {
        refuse("412", "Changed");
    }
    if !operation.query.is_empty() {
        refuse("400", "BadRequest");
    }
    written
}

fn written(operation: &Operation, security: Json) -> Json {
    let mut responses = Map::new();
    for (status, response) in &operation.replies {
        responses.insert(status.to_string(), response.clone());
    }
    let mut written = json!({
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": operation.about,
        "responses": responses,
    });
    let headers = operation.headers.iter().map(|header| header.parameter());
    let query = operation.query.iter().map(query_parameter);
    let parameters: Vec<Json> = headers.chain(query).collect();
    if !parameters.is_empty() {
        written["parameters"] = parameters.into();
    }
    if let Some(Body { schema, required }) = &operation.body {
        written["requestBody"] = json!({
            "required": required,
            "content": { "application/json": { "schema": schema } },
        });
    }
    if !security.is_null() {
        written["security"] = security;
    }
    written
}

fn query_parameter(parameter: &Parameter) -> Json {
    let schema = match parameter.value {
        Value::Text => json!({ "type": "string" }),
        Value::Required => json!({ "type": "string", "minLength": 1 }),
        Value::Line => json!({ "type": "string", "pattern": schemas::LINE }),
        Value::Time => json!({ "type": "string", "format": "date-time" }),
        Value::Limit => json!({ "type": "integer", "minimum": 1, "maximum": 500, "default": 50 }),
        Value::Flag => json!({ "type": "boolean", "default": false }),
    };
    json!({
        "name": parameter.name,
        "in": "query",
        "required": parameter.value == Value::Required,
        "description": parameter.about,
        "schema": schema,
    })
}

/// What stands for the placeholders of a path.
fn path_parameters(path: &str) -> Option<Json> {
    let names = path.split('/').filter_map(|segment| {
        let name = segment.strip_prefix('{')?.strip_suffix('}')?;
        let (about, schema) = match name {
            "number" if path.starts_with("/api/callers/") => (
                "A number in E.164, 3 to 15 digits; a `+` before it is passed over.",
                json!({ "type": "string", "pattern": "^\\+?[0-9]{3,15}$" }),
            ),
            "number" => (
                "E.164 digits, or `default` for all other numbers.",
                json!({ "type": "string", "pattern": "^([1-9][0-9]{6,14}|default)$" }),
            ),
            "version" => (
                "A version of the document.",
                json!({ "$ref": "#/components/schemas/Version" }),
            ),
            "leg" => ("The uuid of the leg.", json!({ "type": "string" })),
            "menu" => (
                "The id of the menu.",
                json!({ "type": "string", "pattern": schemas::ID }),
            ),
            _ => (
                "The id of the document.",
                json!({ "type": "string", "pattern": schemas::ID }),
            ),
        };
        Some(json!({
            "name": name,
            "in": "path",
            "required": true,
            "description": about,
            "schema": schema,
        }))
    });
    let names: Vec<Json> = names.collect();
    (!names.is_empty()).then(|| names.into())
}
