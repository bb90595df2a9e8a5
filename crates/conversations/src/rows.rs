//! Rows as the database gave them.

use std::collections::HashMap;

use events::LegId;

use crate::body::{Body, BodyError};
use crate::key::RowKey;
use crate::limits::READING;
use crate::sql::{READ_BODIES, SqlValue, Statement};

/// The rows read for a batch.
#[derive(Debug, Default)]
pub struct Rows {
    pub(crate) rows: Vec<Row>,
}

/// One row.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) n: i64,
    pub(crate) conversation: RowKey,
    pub(crate) part: u32,
    pub(crate) revision: u32,
    pub(crate) legs: Vec<LegId>,
    pub(crate) terms: Vec<String>,
    /// Bytes of the packed body.
    pub(crate) size: usize,
    /// `None` until a large body was read by itself.
    pub(crate) body: Option<Body>,
}

/// The database gave something that is no row of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowError {
    /// The columns are not as expected.
    #[error("a row of `conversations` is not as expected: {0}; were the migrations applied?")]
    Columns(String),
    /// The body cannot be read.
    #[error("row {0}: {1}")]
    Body(i64, BodyError),
    /// An event in it cannot be read.
    #[error("row {0} holds what is no event: {1}")]
    Event(i64, String),
}

type Columns = (
    i64,
    RowKey,
    u32,
    u32,
    Vec<LegId>,
    Vec<String>,
    usize,
    Option<String>,
);

pub(crate) fn columns<T: serde::de::DeserializeOwned>(row: &str) -> Result<T, RowError> {
    serde_json::from_str(row).map_err(|error| RowError::Columns(error.to_string()))
}

pub(crate) fn unpack(n: i64, digits: &str) -> Result<Body, RowError> {
    Body::from_hex(digits).map_err(|error| RowError::Body(n, error))
}

impl Rows {
    /// Reads the rows of the reading statement.
    ///
    /// # Errors
    /// One of them is no row of ours.
    pub fn parse(rows: &[String]) -> Result<Self, RowError> {
        let rows = rows.iter().map(|row| {
            let (n, conversation, part, revision, legs, terms, size, body) =
                columns::<Columns>(row)?;
            Ok(Row {
                n,
                conversation,
                part,
                revision,
                legs,
                terms,
                size,
                body: body.map(|digits| unpack(n, &digits)).transpose()?,
            })
        });
        Ok(Self {
            rows: rows.collect::<Result<_, _>>()?,
        })
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Statements that read the bodies left out so far: each gives no more than the database
    /// hands over at once.
    #[must_use]
    pub fn missing(&self) -> Vec<Statement> {
        let mut groups: Vec<(usize, Vec<i64>)> = Vec::new();
        for row in self.rows.iter().filter(|row| row.body.is_none()) {
            match groups.last_mut() {
                Some((size, group)) if *size + row.size <= READING => {
                    *size += row.size;
                    group.push(row.n);
                }
                _ => groups.push((row.size, vec![row.n])),
            }
        }
        groups
            .into_iter()
            .map(|(_, group)| {
                let list = serde_json::to_string(&group).unwrap_or_default();
                Statement::new(READ_BODIES, vec![SqlValue::Text(list)])
            })
            .collect()
    }

    /// Takes what such a statement gave. A row that is gone meanwhile is forgotten.
    ///
    /// # Errors
    /// One of them is no row of ours.
    pub fn fill(&mut self, rows: &[String]) -> Result<(), RowError> {
        let mut found = HashMap::new();
        for row in rows {
            let (n, revision, digits) = columns::<(i64, u32, String)>(row)?;
            found.insert(n, (revision, unpack(n, &digits)?));
        }
        for row in &mut self.rows {
            if let Some((revision, body)) = found.remove(&row.n) {
                row.revision = revision;
                row.body = Some(body);
            }
        }
        Ok(())
    }
}
