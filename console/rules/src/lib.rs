#![doc = include_str!("../README.md")]
// Only tests and the browser call what is exported.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]

mod convert;
mod folder;

use std::cell::RefCell;
use std::path::Path;

use desk::Role;
use desk::complete::{Completion, Hover, Names};
use desk::merge::Merged;
use desk::outlook::{Day, Outlook};
use desk::shape::Shapes;
use ivr::document::Calendar;
use ivr::number::E164;
use ivr::{Code, Version};
use tsify::{Ts, Tsify};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

pub use folder::Folder;

use convert::{Explained, Texts, failed, instant, texts};

/// Tells a panic in full: the text of a document is safe with the page.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}

thread_local! {
    static SHAPES: RefCell<Option<Shapes>> = const { RefCell::new(None) };
}

/// Reads the JSON Schema of documents, which the page has for its forms: completion, explanation
/// and the renaming of nodes go by it.
///
/// # Errors
/// When the text is not JSON.
#[wasm_bindgen(js_name = useSchema)]
pub fn use_schema(text: &str) -> Result<(), JsError> {
    let shapes = Shapes::read(text)?;
    SHAPES.set(Some(shapes));
    Ok(())
}

fn with_shapes<T>(work: impl FnOnce(&Shapes) -> Result<T, JsError>) -> Result<T, JsError> {
    SHAPES.with_borrow(|shapes| match shapes {
        Some(shapes) => work(shapes),
        None => Err(failed("the schema was not read yet".to_owned())),
    })
}

/// What changes from one document to another that is called the same, in sentences.
///
/// # Errors
/// When one of them cannot be read.
#[wasm_bindgen]
pub fn changes(file: &str, before: &str, after: &str) -> Result<Ts<Texts>, JsError> {
    let told = desk::diff::changes(&Role::of(Path::new(file)), before, after)
        .map_err(|found| failed(found.first().map(ToString::to_string).unwrap_or_default()))?;
    texts(told.into_iter().map(|change| change.text).collect())
}

/// What changed from a common text to mine and to theirs, in one text: theirs, with my changes made
/// to it.
///
/// # Errors
/// When one of them is not JSON.
#[wasm_bindgen]
pub fn merge(file: &str, base: &str, mine: &str, theirs: &str) -> Result<Ts<Merged>, JsError> {
    Ok(desk::merge::merge(&Role::of(Path::new(file)), base, mine, theirs)?.into_ts()?)
}

/// A merged text with my side of a collision.
///
/// # Errors
/// When the text has no such place.
#[wasm_bindgen(js_name = takeMine)]
pub fn take_mine(text: &str, pointer: &str, mine: Option<String>) -> Result<String, JsError> {
    Ok(desk::merge::take_mine(text, pointer, mine.as_deref())?)
}

/// What a finding's code means.
///
/// # Errors
/// When there is no such code.
#[wasm_bindgen]
pub fn explain(code: &str) -> Result<Ts<Explained>, JsError> {
    let code = Code::ALL.iter().find(|known| known.name() == code);
    let about = code
        .ok_or_else(|| failed("there is no such finding".to_owned()))?
        .explain();
    Ok(Explained {
        title: about.title.to_owned(),
        why: about.why.to_owned(),
        example: about.example.to_owned(),
        cure: about.cure.to_owned(),
    }
    .into_ts()?)
}

/// The version of a document: the same for texts that say the same. Nothing for what is not JSON.
#[wasm_bindgen]
#[must_use]
pub fn version(text: &str) -> Option<String> {
    Version::of_text(text).map(|version| version.to_string())
}

/// The telephone number somebody wrote with a plus and blanks, as documents hold it; nothing when
/// the text does not say which country's it is.
#[wasm_bindgen(js_name = numberOf)]
#[must_use]
pub fn number_of(written: &str) -> Option<String> {
    Some(E164::written_by_people(written)?.to_string())
}

/// Puts a value at a pointer of a text.
///
/// # Errors
/// When that cannot be done, in words.
#[wasm_bindgen(js_name = setAt)]
pub fn set_at(text: &str, pointer: &str, value: &str) -> Result<String, JsError> {
    Ok(desk::edit::set(text, pointer, value)?)
}

/// Takes out what is at a pointer of a text.
///
/// # Errors
/// When that cannot be done, in words.
#[wasm_bindgen(js_name = removeAt)]
pub fn remove_at(text: &str, pointer: &str) -> Result<String, JsError> {
    Ok(desk::edit::remove(text, pointer)?)
}

/// Gives the member at a pointer another name.
///
/// # Errors
/// When that cannot be done, in words.
#[wasm_bindgen(js_name = renameAt)]
pub fn rename_at(text: &str, pointer: &str, name: &str) -> Result<String, JsError> {
    Ok(desk::edit::rename(text, pointer, name)?)
}

/// Gives a node another id, wherever callers are led to it.
///
/// # Errors
/// When that cannot be done, in words.
#[wasm_bindgen(js_name = renameNode)]
pub fn rename_node(text: &str, from: &str, to: &str) -> Result<String, JsError> {
    with_shapes(|shapes| Ok(desk::edit::rename_node(shapes, text, from, to)?))
}

/// What may be written at a place of a file's text. Places are counted in UTF-16, as the browser counts.
///
/// # Errors
/// When `names` is not what it should be.
#[wasm_bindgen]
pub fn complete(
    file: &str,
    text: &str,
    at: usize,
    names: Ts<Names>,
) -> Result<Option<Ts<Completion>>, JsError> {
    let names = names.to_rust()?;
    let at = convert::to_bytes(text, at);
    let role = Role::of(Path::new(file));
    let found =
        with_shapes(|shapes| Ok(desk::complete::complete(shapes, &role, text, at, &names)))?;
    let Some(mut found) = found else {
        return Ok(None);
    };
    found.from = convert::to_utf16(text, found.from);
    found.to = convert::to_utf16(text, found.to);
    Ok(Some(found.into_ts()?))
}

/// What the word at a place of a file's text means.
///
/// # Errors
/// Never with what this module makes itself.
#[wasm_bindgen]
pub fn hover(file: &str, text: &str, at: usize) -> Result<Option<Ts<Hover>>, JsError> {
    let at = convert::to_bytes(text, at);
    let role = Role::of(Path::new(file));
    let found = with_shapes(|shapes| Ok(desk::complete::hover(shapes, &role, text, at)))?;
    let Some(mut found) = found else {
        return Ok(None);
    };
    found.from = convert::to_utf16(text, found.from);
    found.to = convert::to_utf16(text, found.to);
    Ok(Some(found.into_ts()?))
}

/// Where what a pointer names stands in a text, counted in UTF-16.
#[wasm_bindgen(js_name = placeOf)]
#[must_use]
pub fn place_of(text: &str, pointer: &str) -> usize {
    let at = ivr::source::parse(text).map_or(0, |tree| tree.nearest(pointer));
    convert::to_utf16(text, at)
}

/// How a calendar stands at an instant (RFC 3339).
///
/// # Errors
/// When the calendar cannot be read.
#[wasm_bindgen]
pub fn outlook(calendar: &str, now: &str) -> Result<Ts<Outlook>, JsError> {
    let calendar = read_calendar(calendar)?;
    Ok(desk::outlook::outlook(&calendar, instant(now)?).into_ts()?)
}

/// The fortnight of a calendar that begins at an instant (RFC 3339).
///
/// # Errors
/// When the calendar cannot be read.
#[wasm_bindgen]
pub fn fortnight(calendar: &str, now: &str) -> Result<Vec<Ts<Day>>, JsError> {
    let calendar = read_calendar(calendar)?;
    let days = desk::outlook::fortnight(&calendar, instant(now)?);
    Ok(days
        .into_iter()
        .map(|day| day.into_ts())
        .collect::<Result<_, _>>()?)
}

fn read_calendar(text: &str) -> Result<Calendar, JsError> {
    ivr::document::read::<Calendar>("calendar", text.as_bytes())
        .map_err(|found| failed(found.first().map(ToString::to_string).unwrap_or_default()))
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
