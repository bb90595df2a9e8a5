//! What the schema says about the places of a document: which fields a place has, which words it
//! takes, and which texts are targets.

use serde_json::Value;

use crate::Role;

/// A schema, read for the places of a document.
pub struct Shapes {
    root: Value,
}

/// One schema that holds at a place, and the name it is defined by.
#[derive(Debug, Clone, Copy)]
pub struct Shape<'s> {
    /// The last definition on the way to it, such as `target`.
    pub name: Option<&'s str>,
    /// The schema.
    pub schema: &'s Value,
}

/// A schema refers to others no deeper than this.
const DEEPEST: usize = 12;

impl Shapes {
    /// The schema of menus, calendars, lists and numbers.
    #[must_use]
    pub fn of_menus() -> Self {
        Self {
            root: ivr::schema(),
        }
    }

    /// A schema that somebody has as text: the page has it for its forms already.
    ///
    /// # Errors
    /// When the text is not JSON.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        Ok(Self {
            root: serde_json::from_str(text)?,
        })
    }

    /// The schema of call scripts.
    #[must_use]
    pub fn of_scripts() -> Self {
        Self {
            root: serde_json::from_str(&crate::script::schema()).unwrap_or_default(),
        }
    }

    /// What a whole document is, which the name of its file tells.
    fn top(&self, role: &Role) -> &Value {
        let name = match role {
            Role::Menu(_) => Some("menu"),
            Role::Calendar(_) => Some("calendar"),
            Role::List(_) => Some("list"),
            Role::Numbers => Some("numbers"),
            Role::Test(_) | Role::Other => None,
        };
        name.and_then(|name| self.definition(name))
            .unwrap_or(&self.root)
    }

    /// The schemas that hold at a place, from the whole document down. `document` is what is
    /// written so far; it decides between alternatives where it can.
    #[must_use]
    pub fn at<'s>(&'s self, role: &Role, document: &Value, path: &[String]) -> Vec<Shape<'s>> {
        let mut here = Some(document);
        let mut shapes = self.expand(self.top(role), here);
        for token in path {
            let next = here.and_then(|value| match value {
                Value::Object(members) => members.get(token),
                Value::Array(items) => items.get(token.parse::<usize>().ok()?),
                _ => None,
            });
            let below: Vec<&Value> = shapes
                .iter()
                .filter_map(|shape| child(shape.schema, token))
                .collect();
            shapes = below
                .into_iter()
                .flat_map(|schema| self.expand(schema, next))
                .collect();
            here = next;
        }
        shapes
    }

    /// The JSON pointers of every text in a document that says where a caller goes.
    #[must_use]
    pub fn targets(&self, document: &Value) -> Vec<String> {
        let mut all = Vec::new();
        let shapes = self.expand(&self.root, Some(document));
        self.walk(document, &shapes, &mut String::new(), &mut all);
        all
    }

    fn walk(
        &self,
        value: &Value,
        shapes: &[Shape<'_>],
        pointer: &mut String,
        all: &mut Vec<String>,
    ) {
        let mut below = |token: &str, value: &Value| {
            let shapes: Vec<Shape<'_>> = shapes
                .iter()
                .filter_map(|shape| child(shape.schema, token))
                .flat_map(|schema| self.expand(schema, Some(value)))
                .collect();
            let length = pointer.len();
            ivr::source::push_token(pointer, token);
            self.walk(value, &shapes, pointer, all);
            pointer.truncate(length);
        };
        match value {
            Value::Object(members) => members.iter().for_each(|(key, value)| below(key, value)),
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    below(&index.to_string(), value);
                }
            }
            Value::String(_) if shapes.iter().any(|shape| shape.name == Some("target")) => {
                all.push(pointer.clone());
            }
            _ => {}
        }
    }

    /// A schema and all it refers to, without the alternatives that `value` rules out.
    fn expand<'s>(&'s self, schema: &'s Value, value: Option<&Value>) -> Vec<Shape<'s>> {
        let mut all = Vec::new();
        self.add(schema, value, None, DEEPEST, &mut all);
        all
    }

    fn add<'s>(
        &'s self,
        schema: &'s Value,
        value: Option<&Value>,
        name: Option<&'s str>,
        left: usize,
        all: &mut Vec<Shape<'s>>,
    ) {
        if left == 0 || value.is_some_and(|value| !self.may_be(schema, value, left)) {
            return;
        }
        all.push(Shape { name, schema });
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let name = reference.rsplit('/').next();
            if let Some(schema) = self.resolve(reference) {
                self.add(schema, value, name, left - 1, all);
            }
        }
        for alternative in ["allOf", "anyOf", "oneOf"] {
            for schema in schema
                .get(alternative)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                self.add(schema, value, name, left - 1, all);
            }
        }
        if let Some(condition) = schema.get("if") {
            let branch = if value.is_some_and(|value| self.holds(condition, value)) {
                "then"
            } else {
                "else"
            };
            if let Some(schema) = schema.get(branch) {
                self.add(schema, value, name, left - 1, all);
            }
        }
    }

    /// A definition by its name.
    #[must_use]
    pub fn definition(&self, name: &str) -> Option<&Value> {
        self.root.get("$defs")?.get(name)
    }

    fn resolve(&self, reference: &str) -> Option<&Value> {
        self.root.pointer(reference.strip_prefix('#')?)
    }

    /// Whether a schema could be meant by a value: its type fits, and what decides between
    /// alternatives (a `const`, the first required field) is not against it.
    fn may_be(&self, schema: &Value, value: &Value, left: usize) -> bool {
        if left == 0 {
            return true;
        }
        if let Some(schema) = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| self.resolve(reference))
        {
            return self.may_be(schema, value, left - 1);
        }
        let named = match value {
            Value::String(_) => "string",
            Value::Object(_) => "object",
            Value::Array(_) => "array",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::Null => return true,
        };
        match schema.get("type") {
            Some(Value::String(kind)) if kind == named => {}
            Some(Value::String(kind)) => return kind == "integer" && named == "number",
            Some(Value::Array(kinds)) => return kinds.iter().any(|kind| kind == named),
            _ => return true,
        }
        let Value::Object(members) = value else {
            return true;
        };
        // Alternatives tell themselves apart by the fields they have.
        let closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
        let known = |key: &String| {
            schema
                .get("properties")
                .is_some_and(|all| all.get(key).is_some())
        };
        !closed || members.is_empty() || members.keys().any(known)
    }

    /// Whether the condition of an `if` holds for a value.
    fn holds(&self, condition: &Value, value: &Value) -> bool {
        if let Some(all) = condition.get("anyOf").and_then(Value::as_array) {
            return all.iter().any(|condition| self.holds(condition, value));
        }
        let required = condition.get("required").and_then(Value::as_array);
        let there = required
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .all(|name| value.get(name).is_some());
        let properties = condition.get("properties").and_then(Value::as_object);
        there
            && properties.into_iter().flatten().all(|(name, schema)| {
                match (schema.get("const"), value.get(name)) {
                    (Some(wanted), Some(found)) => wanted == found,
                    _ => true,
                }
            })
    }
}

/// The schema of a member or item.
fn child<'s>(schema: &'s Value, token: &str) -> Option<&'s Value> {
    if let Some(schema) = schema.get("properties").and_then(|all| all.get(token)) {
        return Some(schema);
    }
    if let Some((_, schema)) = schema
        .get("patternProperties")
        .and_then(Value::as_object)
        .and_then(|all| all.iter().next())
    {
        return Some(schema);
    }
    match schema.get("additionalProperties") {
        Some(schema @ Value::Object(_)) => Some(schema),
        _ if token.bytes().all(|byte| byte.is_ascii_digit()) => schema.get("items"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_text_that_leads_a_caller_somewhere_is_a_target_and_no_other_text_is() {
        let menu = json!({
            "start": "a",
            "keys": { "0": "a", "*": { "then": "b" } },
            "limits": { "then": "c" },
            "nodes": {
                "a": { "kind": "menu", "prompt": "b", "choices": { "1": "b", "2": { "label": "c", "then": "c", "say": ["a"] } },
                       "no_input": { "then": "a" }, "no_match": { "prompts": ["b"], "then": "c" } },
                "b": { "kind": "switch", "on": "caller", "cases": [{ "in_list": "a", "then": "c" }, { "equals": "b", "then": "a" }], "otherwise": "c" },
                "c": { "kind": "connect", "to": [{ "app": "a" }], "busy": "a", "otherwise": "b" }
            }
        });
        let mut targets = Shapes::of_menus().targets(&menu);
        targets.sort();
        assert_eq!(
            targets,
            [
                "/keys/*/then",
                "/keys/0",
                "/limits/then",
                "/nodes/a/choices/1",
                "/nodes/a/choices/2/then",
                "/nodes/a/no_input/then",
                "/nodes/a/no_match/then",
                "/nodes/b/cases/0/then",
                "/nodes/b/cases/1/then",
                "/nodes/b/otherwise",
                "/nodes/c/busy",
                "/nodes/c/otherwise",
            ]
        );
    }
}
