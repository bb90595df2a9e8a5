//! The schemas of requests and replies, under their names.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value as Json, json};

use crate::masking::WITHHELD;

const COMPONENTS: &str = "#/components/schemas/";

/// The SHA-256 of a document's canonical JSON, in hex.
#[derive(JsonSchema)]
#[schemars(transparent)]
pub struct Version(#[schemars(regex(pattern = "^[0-9a-f]{64}$"))] pub String);

/// The id of a document.
pub(super) const ID: &str = "^[A-Za-z0-9_-]{1,40}$";

/// One line of text: no control characters.
pub(super) const LINE: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$";

/// The id of a menu.
#[derive(JsonSchema)]
#[schemars(inline, transparent)]
pub struct MenuId(#[schemars(regex(pattern = ID))] pub String);

/// One line of text.
#[derive(JsonSchema)]
#[schemars(inline, transparent)]
pub struct Line(#[schemars(regex(pattern = LINE))] pub String);

/// A point in time: RFC 3339, UTC.
#[derive(JsonSchema)]
#[schemars(transparent)]
pub struct Time(#[schemars(extend("format" = "date-time"))] pub String);

/// The schema of a definition of the documents' schema, in words of its own where it has some.
macro_rules! document {
    ($(#[$about:meta])* $type:ident = $definition:literal) => {
        $(#[$about])*
        pub struct $type;

        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "$ref": reference($definition) })
            }
        }
    };
}

document! {
    /// A menu.
    MenuDocument = "menu"
}
document! {
    /// A calendar.
    CalendarDocument = "calendar"
}
document! {
    /// A list of callers.
    ListDocument = "list"
}
document! {
    /// What a number gets.
    NumberDocument = "number_entry"
}
document! {
    /// What holds instead of the hours of a calendar.
    OverrideDocument = "override"
}

/// A file to check.
pub struct FileContent;

impl JsonSchema for FileContent {
    fn schema_name() -> Cow<'static, str> {
        "FileContent".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A document: its text, or the JSON itself.",
            "anyOf": [
                { "type": "string", "description": "The text of the file. Findings name lines of it." },
                generator.subschema_for::<MenuDocument>(),
                generator.subschema_for::<CalendarDocument>(),
                generator.subschema_for::<ListDocument>(),
                {
                    "type": "object",
                    "description": "`numbers.json`: what each number gets.",
                    "additionalProperties": generator.subschema_for::<NumberDocument>(),
                },
            ],
        })
    }
}

/// An event, as [`events`] describes it.
pub struct Event;

impl JsonSchema for Event {
    fn schema_name() -> Cow<'static, str> {
        "Event".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let envelope = events::json_schema::all().remove("event");
        let mut schema = envelope.unwrap_or_else(|| json!({}));
        if let Some(members) = schema.as_object_mut() {
            for name in ["$id", "$schema", "title"] {
                members.remove(name);
            }
        }
        schema["description"] = "An event: a CloudEvent in the JSON format.".into();
        schema["properties"]["data"]["description"] =
            "What happened. `dataschema` names the schema \
            that describes it: each type has one, in the folder `crates/events/schemas` of the \
            project."
                .into();
        schema["properties"]["data"]["additionalProperties"] = true.into();
        schema.try_into().unwrap_or_default()
    }
}

/// Collects the schemas that operations name.
pub struct Schemas {
    requests: SchemaGenerator,
    replies: SchemaGenerator,
}

impl Schemas {
    pub fn new() -> Self {
        let settings = || {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = "/components/schemas".into();
                settings.meta_schema = None;
            })
        };
        Self {
            requests: settings().for_deserialize().into_generator(),
            replies: settings().for_serialize().into_generator(),
        }
    }

    /// What a body must be.
    pub fn request<T: JsonSchema>(&mut self) -> Json {
        self.requests.subschema_for::<T>().into()
    }

    /// What a reply is.
    pub fn reply<T: JsonSchema>(&mut self) -> Json {
        self.replies.subschema_for::<T>().into()
    }

    /// Every schema by its name.
    pub fn into_components(mut self) -> Result<Map<String, Json>, String> {
        // The version is a parameter of paths.
        self.reply::<Version>();
        let mut all = self.replies.take_definitions(true);
        for schema in all.values_mut() {
            withhold(schema);
        }
        for (name, mut schema) in self.requests.take_definitions(true) {
            close(&mut schema);
            match all.get(&name) {
                Some(known) if *known != schema => {
                    return Err(format!(
                        "{name} is one thing in requests and another in replies"
                    ));
                }
                _ => all.insert(name, schema),
            };
        }
        for schema in all.values_mut() {
            each(schema, &mut tidy);
        }
        add_documents(&mut all)?;
        Ok(all)
    }
}

/// Goes through a schema and those in it, the innermost first.
fn each(schema: &mut Json, change: &mut impl FnMut(&mut Map<String, Json>)) {
    match schema {
        Json::Object(members) => {
            members.values_mut().for_each(|value| each(value, change));
            change(members);
        }
        Json::Array(values) => values.iter_mut().for_each(|value| each(value, change)),
        _ => {}
    }
}

/// What callers said is null for those who may not listen; and a reply has no defaults: what it
/// leaves out is not there.
fn withhold(schema: &mut Json) {
    each(schema, &mut |members| {
        members.remove("default");
        let Some(properties) = members.get_mut("properties").and_then(Json::as_object_mut) else {
            return;
        };
        for (name, schema) in properties {
            if WITHHELD.contains(&name.as_str())
                && let Some(Json::String(kind)) = schema.get("type")
            {
                schema["type"] = json!([kind, "null"]);
            }
        }
    });
}

/// The reader of requests takes no member it does not know.
fn close(schema: &mut Json) {
    each(schema, &mut |members| {
        if members.contains_key("properties") {
            members
                .entry("additionalProperties")
                .or_insert(false.into());
        }
    });
}

/// A member that may be left out is left out, not null; numbers have no formats of Rust; a reference
/// that says no more than itself stands alone.
fn tidy(members: &mut Map<String, Json>) {
    if let Some(Json::String(about)) = members.get_mut("description") {
        *about = paragraphs(about);
    }
    words(members);
    if let Some(Json::String(format)) = members.get("format")
        && matches!(
            format.as_str(),
            "uint" | "uint8" | "uint16" | "uint32" | "uint64"
        )
    {
        members.remove("format");
    }
    let required: Vec<Json> = members
        .get("required")
        .and_then(Json::as_array)
        .cloned()
        .unwrap_or_default();
    if let Some(properties) = members.get_mut("properties").and_then(Json::as_object_mut) {
        for (name, schema) in properties {
            if !required.contains(&json!(name)) && !WITHHELD.contains(&name.as_str()) {
                without_null(schema);
            }
        }
    }
}

/// A text without the line ends of the sources: those between paragraphs stay.
fn paragraphs(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|it| it.replace('\n', " "));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// A choice of words is one list of them, with what each means.
fn words(members: &mut Map<String, Json>) {
    let Some(Json::Array(choices)) = members.get("oneOf") else {
        return;
    };
    let words: Option<Vec<(&str, &str)>> = choices
        .iter()
        .map(|choice| {
            let about = choice.get("description").and_then(Json::as_str);
            Some((choice.get("const")?.as_str()?, about.unwrap_or_default()))
        })
        .collect();
    let Some(words) = words else {
        return;
    };
    let about = members.get("description").and_then(Json::as_str);
    let mut about = about.unwrap_or_default().to_owned();
    about.push('\n');
    for (word, meaning) in &words {
        about.push_str(&format!("\n* `{word}`: {meaning}"));
    }
    let list: Vec<Json> = words.iter().map(|(word, _)| json!(word)).collect();
    members.remove("oneOf");
    members.insert("type".to_owned(), json!("string"));
    members.insert("enum".to_owned(), list.into());
    members.insert("description".to_owned(), about.into());
}

fn without_null(schema: &mut Json) {
    let Some(members) = schema.as_object_mut() else {
        return;
    };
    if members.get("default") == Some(&Json::Null) {
        members.remove("default");
    }
    if let Some(Json::Array(types)) = members.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            members.insert("type".to_owned(), only);
        }
    }
    if let Some(Json::Array(choices)) = members.get_mut("anyOf") {
        choices.retain(|choice| *choice != json!({ "type": "null" }));
        if let [Json::Object(only)] = choices.as_slice() {
            let only = only.clone();
            members.remove("anyOf");
            for (name, value) in only {
                members.entry(name).or_insert(value);
            }
        }
    }
}

/// The name among the components of a definition of the documents' schema: `node_menu` is `NodeMenu`.
fn component(definition: &str) -> String {
    let words = definition.split('_').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}

fn reference(definition: &str) -> String {
    [COMPONENTS, &component(definition)].concat()
}

/// Adds what is named of the schema of documents, and what that names.
fn add_documents(all: &mut Map<String, Json>) -> Result<(), String> {
    let mut documents = ivr::schema();
    let definitions = documents.get_mut("$defs").and_then(Json::as_object_mut);
    let definitions = std::mem::take(definitions.ok_or("the schema of documents has no $defs")?);
    let definitions = definitions.into_iter().flat_map(|(name, mut schema)| {
        let name = component(&name);
        each(&mut schema, &mut for_clients);
        let mut forms = name_forms(&name, &mut schema);
        forms.push((name, schema));
        forms
    });
    let mut definitions: Map<String, Json> = definitions.collect();
    // Whatever a body or a reply names directly.
    let mut wanted: Vec<String> = ["menu", "calendar", "list", "number_entry", "override"]
        .map(component)
        .to_vec();
    while let Some(name) = wanted.pop() {
        let Some(mut schema) = definitions.remove(&name) else {
            continue;
        };
        each(&mut schema, &mut |members| {
            let target = members.get("$ref").and_then(Json::as_str);
            wanted.extend(
                target
                    .and_then(|it| it.strip_prefix(COMPONENTS))
                    .map(str::to_owned),
            );
        });
        if all.insert(name.clone(), schema).is_some() {
            return Err(format!("{name} is a document and something else"));
        }
    }
    Ok(())
}

/// Gives a name to each form of a definition that is an object: by the member that tells it.
fn name_forms(name: &str, schema: &mut Json) -> Vec<(String, Json)> {
    let mut named = Vec::new();
    let forms = schema.get_mut("anyOf").and_then(Json::as_array_mut);
    for form in forms.into_iter().flatten() {
        if let Some(member) = form.pointer("/required/0").and_then(Json::as_str)
            && form.get("properties").is_some()
        {
            let form_name = [name, &component(member)].concat();
            let target = [COMPONENTS, &form_name].concat();
            let form = std::mem::replace(form, json!({ "$ref": target }));
            named.push((form_name, form));
        }
    }
    named
}

/// Values of several types are several schemas: clients have one type for each.
fn split_by_type(members: &mut Map<String, Json>) {
    let Some(Json::Array(values)) = members.get("enum") else {
        return;
    };
    let (words, others): (Vec<Json>, Vec<Json>) = values.iter().cloned().partition(Json::is_string);
    if !words.is_empty() && !others.is_empty() && others.iter().all(Json::is_boolean) {
        members.remove("enum");
        let choices = json!([{ "type": "boolean" }, { "type": "string", "enum": words }]);
        members.insert("anyOf".to_owned(), choices);
    }
}

/// Says with a discriminator what the schema of documents says with conditions, for editors: which
/// form an object has, by its `kind`.
fn for_clients(members: &mut Map<String, Json>) {
    if let Some(Json::String(target)) = members.get_mut("$ref")
        && let Some(definition) = target.strip_prefix("#/$defs/")
    {
        *target = reference(definition);
    }
    split_by_type(members);
    // Which members go together is for validators, and the check says it; a client that reads it
    // forgets the members.
    if members.contains_key("properties") && members.contains_key("additionalProperties") {
        for word in ["oneOf", "anyOf", "if", "then", "else", "not"] {
            members.remove(word);
        }
    }
    // Of an object with any members a client is told so.
    if members.get("type") == Some(&json!("object")) && !members.contains_key("properties") {
        members.entry("additionalProperties").or_insert(true.into());
    }
    let Some(Json::Array(conditions)) = members.get("allOf") else {
        return;
    };
    let forms: Option<Vec<(Json, Json)>> = conditions
        .iter()
        .map(|one| {
            let kind = one.pointer("/if/properties/kind/const")?.clone();
            Some((kind, one.pointer("/then/$ref")?.clone()))
        })
        .collect();
    let Some(forms) = forms else {
        return;
    };
    let about = members.get("description").cloned();
    let choices: Vec<Json> = forms
        .iter()
        .map(|(_, form)| json!({ "$ref": form }))
        .collect();
    let mapping: Map<String, Json> = forms
        .into_iter()
        .filter_map(|(kind, form)| Some((kind.as_str()?.to_owned(), form)))
        .collect();
    members.clear();
    if let Some(about) = about {
        members.insert("description".to_owned(), about);
    }
    members.insert("oneOf".to_owned(), choices.into());
    members.insert(
        "discriminator".to_owned(),
        json!({ "propertyName": "kind", "mapping": mapping }),
    );
}
