//! Asking the database of a Durable Object.

use worker::{Result, SqlStorage, SqlStorageValue};

/// The rows that a statement gives.
///
/// # Errors
/// What the database said.
pub fn rows(
    sql: &SqlStorage,
    statement: &str,
    values: Vec<SqlStorageValue>,
) -> Result<Vec<Vec<SqlStorageValue>>> {
    sql.exec(statement, values)?.raw().collect()
}

/// A value that is text.
pub fn text(value: &SqlStorageValue) -> Option<String> {
    match value {
        SqlStorageValue::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// A text as a value.
pub fn value(text: &str) -> SqlStorageValue {
    SqlStorageValue::String(text.to_owned())
}

/// A text that may not be there as a value.
pub fn optional(text: Option<&str>) -> SqlStorageValue {
    text.map_or(SqlStorageValue::Null, value)
}
