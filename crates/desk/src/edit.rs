//! Changes to a document as changes to its text.
//!
//! The text is what an operator edits; a form changes it at one place and leaves every other byte
//! as it was written: order, blanks and line ends are the operator's.

use ivr::source::{self, Kind, Value, push_token};

use crate::shape::Shapes;

/// Why a text cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text is not JSON.
    #[error("the text is not JSON ({0}): correct it first")]
    Syntax(String),
    /// The new value is not JSON.
    #[error("the new value is not JSON: {0}")]
    Value(String),
    /// There is nothing at this pointer to change, or to put something into.
    #[error("there is nothing at {0:?} to change")]
    Nowhere(String),
    /// There is something of this name already.
    #[error("there is a {0:?} already: take another name")]
    Taken(String),
}

/// The longest value written on one line.
const WIDTH: usize = 100;

/// Puts a value at a pointer: in the place of what is there, or as a new last member or item.
/// `-` as the last token stands for a new item of a list.
///
/// # Errors
/// When text or value is not JSON, or the pointer leads nowhere.
pub fn set(text: &str, pointer: &str, value: &str) -> Result<String, EditError> {
    let tree = parse(text)?;
    let new = source::parse(value).map_err(|why| EditError::Value(why.message))?;
    if pointer.is_empty() {
        let end = end_of(text, tree.at);
        return Ok(splice(text, tree.at, end, &written(&new, 0)));
    }
    let nowhere = || EditError::Nowhere(pointer.to_owned());
    let (parent, token) = parent(&tree, pointer).ok_or_else(nowhere)?;
    let member = match &parent.kind {
        Kind::Object(members) => members
            .iter()
            .find(|member| member.key == token)
            .map(|member| member.value.at),
        Kind::List(items) => {
            position(&token, items.len()).map(|at| items.get(at).map_or(0, |i| i.at))
        }
        _ => return Err(nowhere()),
    };
    if let Some(at) = member {
        let indent = indent_at(text, at);
        return Ok(splice(text, at, end_of(text, at), &written(&new, indent)));
    }
    match &parent.kind {
        Kind::Object(members) => {
            let last = members.last().map(|member| (member.at, member.value.at));
            Ok(appended(text, parent.at, last, Some(&token), &new))
        }
        Kind::List(items) if token == "-" || token == items.len().to_string() => {
            let last = items.last().map(|item| (item.at, item.at));
            Ok(appended(text, parent.at, last, None, &new))
        }
        _ => Err(nowhere()),
    }
}

/// Takes out the member or item at a pointer.
///
/// # Errors
/// When the text is not JSON, or there is nothing at the pointer.
pub fn remove(text: &str, pointer: &str) -> Result<String, EditError> {
    let tree = parse(text)?;
    let nowhere = || EditError::Nowhere(pointer.to_owned());
    let (parent, token) = parent(&tree, pointer).ok_or_else(nowhere)?;
    // Where each sibling begins and ends.
    let siblings: Vec<(usize, usize)> = match &parent.kind {
        Kind::Object(members) => members
            .iter()
            .map(|member| (member.at, end_of(text, member.value.at)))
            .collect(),
        Kind::List(items) => items
            .iter()
            .map(|item| (item.at, end_of(text, item.at)))
            .collect(),
        _ => return Err(nowhere()),
    };
    let index = match &parent.kind {
        Kind::Object(members) => members.iter().position(|member| member.key == token),
        _ => position(&token, siblings.len()),
    }
    .ok_or_else(nowhere)?;
    let (begin, end) = siblings.get(index).copied().ok_or_else(nowhere)?;
    let before = index.checked_sub(1).and_then(|at| siblings.get(at));
    let after = siblings.get(index + 1);
    Ok(match (before, after) {
        // With the comma and the blanks before it.
        (Some((_, before)), _) => splice(text, *before, end, ""),
        (None, Some((after, _))) => splice(text, begin, *after, ""),
        (None, None) => splice(text, parent.at + 1, end_of(text, parent.at) - 1, ""),
    })
}

/// Gives the member at a pointer another name.
///
/// # Errors
/// When the text is not JSON, there is no member at the pointer, or the name is taken.
pub fn rename(text: &str, pointer: &str, name: &str) -> Result<String, EditError> {
    let tree = parse(text)?;
    let nowhere = || EditError::Nowhere(pointer.to_owned());
    let (parent, token) = parent(&tree, pointer).ok_or_else(nowhere)?;
    let Kind::Object(members) = &parent.kind else {
        return Err(nowhere());
    };
    if token == name {
        return Ok(text.to_owned());
    }
    if members.iter().any(|member| member.key == name) {
        return Err(EditError::Taken(name.to_owned()));
    }
    let member = parent.get(&token).ok_or_else(nowhere)?;
    Ok(splice(
        text,
        member.at,
        end_of(text, member.at),
        &quoted(name),
    ))
}

/// Gives a node another id, in its own place and in everything that leads to it.
///
/// # Errors
/// When the text is not JSON, there is no such node, or the id is taken.
pub fn rename_node(shapes: &Shapes, text: &str, from: &str, to: &str) -> Result<String, EditError> {
    let mut pointer = "/nodes".to_owned();
    push_token(&mut pointer, from);
    let renamed = rename(text, &pointer, to)?;
    let tree = parse(&renamed)?;
    let document: serde_json::Value =
        serde_json::from_str(&renamed).map_err(|why| EditError::Syntax(why.to_string()))?;
    let mut places: Vec<usize> = shapes
        .targets(&document)
        .into_iter()
        .chain(["/start".to_owned()])
        .filter(|pointer| document.pointer(pointer).and_then(|it| it.as_str()) == Some(from))
        .map(|pointer| tree.nearest(&pointer))
        .collect();
    places.sort_unstable();
    let mut result = renamed.clone();
    // From the end, so that the places before stay where they are.
    for at in places.into_iter().rev() {
        result = splice(&result, at, end_of(&renamed, at), &quoted(to));
    }
    Ok(result)
}

fn parse(text: &str) -> Result<Value<'_>, EditError> {
    source::parse(text).map_err(|why| EditError::Syntax(why.message))
}

fn position(token: &str, length: usize) -> Option<usize> {
    token.parse().ok().filter(|at| *at < length)
}

fn parent<'t, 's>(tree: &'t Value<'s>, pointer: &str) -> Option<(&'t Value<'s>, String)> {
    let unescaped = |token: &str| token.replace("~1", "/").replace("~0", "~");
    let mut tokens: Vec<String> = pointer
        .strip_prefix('/')?
        .split('/')
        .map(unescaped)
        .collect();
    let last = tokens.pop()?;
    let mut here = tree;
    for token in tokens {
        here = match &here.kind {
            Kind::Object(_) => &here.get(&token)?.value,
            Kind::List(items) => items.get(position(&token, items.len())?)?,
            _ => return None,
        };
    }
    Some((here, last))
}

fn splice(text: &str, from: usize, to: usize, with: &str) -> String {
    let before = text.get(..from).unwrap_or_default();
    let after = text.get(to..).unwrap_or_default();
    [before, with, after].concat()
}

/// Where the value or key that begins at `at` ends. The text is known to be JSON.
fn end_of(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (offset, byte) in rest.bytes().enumerate() {
        let end = at + offset;
        if quoted {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    quoted = false;
                    if depth == 0 {
                        return end + 1;
                    }
                }
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return end,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return end + 1;
                }
            }
            b',' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => return end,
            _ => {}
        }
    }
    text.len()
}

/// The blanks at the beginning of the line of a byte.
fn indent_at(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.bytes().take_while(|byte| *byte == b' ').count()
}

/// A new last member or item, set apart from the one before as that one is from its own.
fn appended(
    text: &str,
    container: usize,
    last: Option<(usize, usize)>,
    key: Option<&str>,
    value: &Value<'_>,
) -> String {
    let key = key.map_or(String::new(), |key| format!("{}: ", quoted(key)));
    let Some((begin, value_at)) = last else {
        let open = text.get(container..=container).unwrap_or_default();
        let pad = if open == "{" { " " } else { "" };
        let indent = indent_at(text, container);
        let inside = format!("{pad}{key}{}{pad}", written(value, indent));
        return splice(text, container + 1, end_of(text, container) - 1, &inside);
    };
    let before = text.get(..begin).unwrap_or_default();
    let blanks = before.len() - before.trim_end_matches([' ', '\t', '\r', '\n']).len();
    let mut gap = before.get(begin - blanks..).unwrap_or_default();
    let alone = before
        .get(..begin - blanks)
        .is_some_and(|rest| rest.ends_with(['{', '[']));
    if !gap.contains('\n') && alone {
        gap = " ";
    }
    let end = end_of(text, value_at);
    let indent = if gap.contains('\n') {
        gap.rsplit('\n').next().map_or(0, str::len)
    } else {
        indent_at(text, begin)
    };
    let inserted = format!(",{gap}{key}{}", written(value, indent));
    splice(text, end, end, &inserted)
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A value as it is written by hand: on one line when it fits, else a line for each member.
fn written(value: &Value<'_>, indent: usize) -> String {
    let line = on_one_line(value);
    if indent + line.chars().count() <= WIDTH {
        return line;
    }
    let inner = " ".repeat(indent + 2);
    let outer = " ".repeat(indent);
    match &value.kind {
        Kind::Object(members) if !members.is_empty() => {
            let lines: Vec<String> = members
                .iter()
                .map(|member| {
                    let value = written(&member.value, indent + 2);
                    format!("{inner}{}: {value}", quoted(&member.key))
                })
                .collect();
            format!("{{\n{}\n{outer}}}", lines.join(",\n"))
        }
        Kind::List(items) if !items.is_empty() => {
            let lines: Vec<String> = items
                .iter()
                .map(|item| format!("{inner}{}", written(item, indent + 2)))
                .collect();
            format!("[\n{}\n{outer}]", lines.join(",\n"))
        }
        _ => line,
    }
}

fn on_one_line(value: &Value<'_>) -> String {
    match &value.kind {
        Kind::Null => "null".to_owned(),
        Kind::Bool(yes) => yes.to_string(),
        Kind::Number(number) => (*number).to_owned(),
        Kind::Text(text) => quoted(text),
        Kind::Object(members) if members.is_empty() => "{}".to_owned(),
        Kind::Object(members) => {
            let all: Vec<String> = members
                .iter()
                .map(|member| format!("{}: {}", quoted(&member.key), on_one_line(&member.value)))
                .collect();
            format!("{{ {} }}", all.join(", "))
        }
        Kind::List(items) => {
            let all: Vec<String> = items.iter().map(on_one_line).collect();
            format!("[{}]", all.join(", "))
        }
    }
}

#[cfg(test)]
mod tests;
