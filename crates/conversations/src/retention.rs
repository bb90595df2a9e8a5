//! Forgetting what is old, a little at a time.

use crate::sql::{SqlValue, Statement};

/// Conversations forgotten by one transaction: the database serves one query at a time, and calls
/// go on meanwhile.
pub const STEP: usize = 500;

/// The oldest rows below a number, with what points to them.
const OLDEST: &str = "(SELECT n, conversation, legs, terms FROM conversations WHERE n < CAST(?1 AS INTEGER) ORDER BY n LIMIT CAST(?2 AS INTEGER))";

/// One transaction: the last statement answers with the numbers of the rows it removed.
#[must_use]
pub fn forget(before: i64) -> Vec<Statement> {
    let step = i64::try_from(STEP).unwrap_or(i64::MAX);
    let statement = |sql: String| Statement {
        sql: sql.into(),
        values: vec![SqlValue::Integer(before), SqlValue::Integer(step)],
    };
    vec![
        // A leg may be in a part of the same conversation that stays.
        statement(format!(
            "DELETE FROM legs WHERE n < CAST(?1 AS INTEGER) AND (leg, conversation) IN
(SELECT j.value, o.conversation FROM {OLDEST} AS o CROSS JOIN json_each(o.legs) AS j)"
        )),
        statement(format!(
            "DELETE FROM terms WHERE (term, n) IN
(SELECT j.value, o.n FROM {OLDEST} AS o CROSS JOIN json_each(o.terms) AS j)"
        )),
        statement(format!(
            "DELETE FROM conversations WHERE n IN (SELECT n FROM {OLDEST})
RETURNING CAST(n AS TEXT) AS row"
        )),
    ]
}

/// How many rows are left to forget, counted up to `most`.
#[must_use]
pub fn left(before: i64, most: usize) -> Statement {
    Statement {
        sql: "SELECT CAST(count(*) AS TEXT) AS row FROM (SELECT n FROM conversations WHERE n < CAST(?1 AS INTEGER) ORDER BY n LIMIT CAST(?2 AS INTEGER))".into(),
        values: vec![
            SqlValue::Integer(before),
            SqlValue::Integer(i64::try_from(most).unwrap_or(i64::MAX)),
        ],
    }
}

/// Removes whole conversations: their rows, and what points to them. `numbers` are those of rows.
#[must_use]
pub fn remove(numbers: &[i64]) -> Vec<Statement> {
    let list = serde_json::to_string(numbers).unwrap_or_default();
    let rows = "(SELECT n, conversation, legs, terms FROM conversations WHERE n IN (SELECT value FROM json_each(?1)))";
    let statement = |sql: String| Statement {
        sql: sql.into(),
        values: vec![SqlValue::Text(list.clone())],
    };
    vec![
        statement(format!(
            "DELETE FROM legs WHERE (leg, conversation) IN
(SELECT j.value, o.conversation FROM {rows} AS o CROSS JOIN json_each(o.legs) AS j)"
        )),
        statement(format!(
            "DELETE FROM terms WHERE (term, n) IN
(SELECT j.value, o.n FROM {rows} AS o CROSS JOIN json_each(o.terms) AS j)"
        )),
        statement(
            "DELETE FROM conversations WHERE n IN (SELECT value FROM json_each(?1)) RETURNING CAST(n AS TEXT) AS row".to_owned(),
        ),
    ]
}
