//! The statements, as the database runs them.
//!
//! Lists go in as one JSON parameter and through `json_each`: a statement has at most a hundred
//! parameters, and one statement costs less than many. Each row comes out as one JSON text in the
//! column `row`. `CROSS JOIN` keeps SQLite from choosing another order of the loops.

/// One statement and the values bound to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The text.
    pub sql: std::borrow::Cow<'static, str>,
    /// The values of `?1`, `?2`, …
    pub values: Vec<SqlValue>,
}

/// A value bound to a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum SqlValue {
    /// Text.
    Text(String),
    /// A whole number below 2^53.
    Integer(i64),
}

/// What a database answered to each statement of a transaction: the texts in the column `row`.
pub type Answers = Vec<Vec<String>>;

impl Statement {
    pub(crate) fn new(sql: &'static str, values: Vec<SqlValue>) -> Self {
        Self {
            sql: sql.into(),
            values,
        }
    }
}

/// The rows of some conversations and legs, closed over shared legs: a leg that is moved takes
/// the record of everybody it met with it. A body is left out when it is large.
pub(crate) const READ: &str = "
WITH RECURSIVE found (conversation) AS (
  SELECT value FROM json_each(?1)
  UNION
  SELECT conversation FROM legs WHERE leg IN (SELECT value FROM json_each(?2))
  UNION
  SELECT l.conversation FROM found
  CROSS JOIN conversations AS c ON c.conversation = found.conversation
  CROSS JOIN json_each(c.legs) AS j
  CROSS JOIN legs AS l ON l.leg = j.value
)
SELECT json_array(c.n, c.conversation, c.part, c.revision, json(c.legs), json(c.terms),
  length(c.body), CASE WHEN length(c.body) <= 65536 THEN hex(c.body) END) AS row
FROM found CROSS JOIN conversations AS c ON c.conversation = found.conversation";

/// The large bodies of a few rows, with the revision they have now.
pub(crate) const READ_BODIES: &str = "
SELECT json_array(n, revision, hex(body)) AS row FROM conversations
WHERE n IN (SELECT value FROM json_each(?1))";

/// The first parts of conversations.
pub(crate) const INSERT: &str = "
INSERT INTO conversations (n, conversation, part, revision, writer, last, legs, terms, body)
SELECT value->>0, value->>1, value->>2, 1, CAST(?2 AS INTEGER), value->>3, value->>4, value->>5,
  unhex(value->>6)
FROM json_each(?1) WHERE true
ON CONFLICT DO NOTHING
RETURNING CAST(n AS TEXT) AS row";

/// The parts behind a first one, each only when this writer has just written the part it follows.
/// Alone it would be seen by nobody who read the conversation before, and what another writer then
/// adds to the part it follows could be in both.
pub(crate) const INSERT_BEHIND: &str = "
INSERT INTO conversations (n, conversation, part, revision, writer, last, legs, terms, body)
SELECT j.value->>0, j.value->>1, j.value->>2, 1, CAST(?2 AS INTEGER), j.value->>3, j.value->>4,
  j.value->>5, unhex(j.value->>6)
FROM json_each(?1) AS j CROSS JOIN conversations AS c ON c.n = j.value->>7
WHERE c.writer = CAST(?2 AS INTEGER)
ON CONFLICT DO NOTHING
RETURNING CAST(n AS TEXT) AS row";

pub(crate) const UPDATE: &str = "
UPDATE conversations SET revision = revision + 1, writer = CAST(?2 AS INTEGER),
  last = max(last, j.value->>2), legs = j.value->>3, terms = j.value->>4, body = unhex(j.value->>5)
FROM json_each(?1) AS j
WHERE conversations.n = j.value->>0 AND conversations.revision = j.value->>1
RETURNING CAST(n AS TEXT) AS row";

/// A row that was read but has nothing new: its revision alone, so that another writer who read
/// it notices.
pub(crate) const TOUCH: &str = "
UPDATE conversations SET revision = revision + 1, writer = CAST(?2 AS INTEGER)
FROM json_each(?1) AS j
WHERE conversations.n = j.value->>0 AND conversations.revision = j.value->>1
RETURNING CAST(n AS TEXT) AS row";

/// Only of rows this writer has just written.
pub(crate) const WRITE_LEGS: &str = "
INSERT INTO legs (leg, conversation, n, caller, called)
SELECT j.value->>0, c.conversation, c.n, j.value->>2, j.value->>3
FROM json_each(?1) AS j CROSS JOIN conversations AS c ON c.n = j.value->>1
WHERE c.writer = CAST(?2 AS INTEGER)
ON CONFLICT (leg, conversation) DO UPDATE
SET n = excluded.n, caller = excluded.caller, called = excluded.called";

pub(crate) const WRITE_TERMS: &str = "
INSERT INTO terms (term, n)
SELECT j.value->>0, c.n
FROM json_each(?1) AS j CROSS JOIN conversations AS c ON c.n = j.value->>1
WHERE c.writer = CAST(?2 AS INTEGER)
ON CONFLICT DO NOTHING";

/// Which conversations the legs are in, seen inside the writing transaction.
pub(crate) const READ_LEGS: &str = "
SELECT json_array(leg, conversation) AS row FROM legs
WHERE leg IN (SELECT value FROM json_each(?1))";

/// The table of the day's feed is dropped as a whole when it is old, which costs nothing.
pub(crate) fn create_feed(day: &str) -> Statement {
    Statement {
        sql: format!(
            "CREATE TABLE IF NOT EXISTS {} (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, rows TEXT NOT NULL)",
            feed_table(day)
        )
        .into(),
        values: Vec::new(),
    }
}

/// One row a write: which rows have events it brought, and at which revision.
pub(crate) fn write_feed(day: &str, values: Vec<SqlValue>) -> Statement {
    Statement {
        sql: format!(
            "INSERT INTO {} (at, rows)
SELECT CAST(?3 AS INTEGER), json_group_array(json_array(c.n, c.revision))
FROM json_each(?1) AS j CROSS JOIN conversations AS c ON c.n = j.value
WHERE c.writer = CAST(?2 AS INTEGER)
HAVING count(*) > 0",
            feed_table(day)
        )
        .into(),
        values,
    }
}

/// The name of the feed's table of a day, `2026-11-26`.
#[must_use]
pub fn feed_table(day: &str) -> String {
    let digits: String = day.chars().filter(char::is_ascii_digit).take(8).collect();
    ["feed_", &digits].concat()
}
