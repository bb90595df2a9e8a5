//! Finding conversations: every question is served by an index or by a window of time.
//!
//! A search names candidates, newest first, without their bodies. The reader unpacks the bodies of
//! the first of them, sees which truly match, and goes on at a [`Cursor`]. So no request reads more
//! than [`WINDOW`] candidates and two megabytes of packed bodies, however rare a match
//! is; a page may then be short, or empty, and still have a cursor.

use std::collections::{HashMap, VecDeque};

use events::{ConversationId, LegId};

use crate::body::Body;
use crate::limits::READING;
use crate::rows::{RowError, columns, unpack};
use crate::sql::{READ_BODIES, SqlValue, Statement};

/// Candidates of one request.
pub const WINDOW: usize = 1_000;
/// Bodies read by one request.
pub const BODIES: usize = 500;

/// What leads to the candidates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Index {
    /// Nothing but time.
    Time,
    /// Any of these terms.
    Terms(Vec<String>),
    /// A leg called from this number.
    Caller(String),
    /// A leg called this number.
    Called(String),
    /// One conversation.
    Conversation(ConversationId),
    /// The conversations of one leg.
    Leg(LegId),
    /// The conversations of all legs that were in this one.
    Met(ConversationId),
}

/// Where a list goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// At this row, or the next older one.
    pub n: i64,
    /// So many of that row's items were given.
    pub given: usize,
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.n, self.given)
    }
}

impl std::str::FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (n, given) = text.split_once('.').ok_or(())?;
        let n = n.parse().ok().filter(|n| (0..1 << 53).contains(n));
        Ok(Self {
            n: n.ok_or(())?,
            given: given.parse().map_err(|_| ())?,
        })
    }
}

/// A search.
#[derive(Clone, Debug)]
pub struct Search {
    /// What leads to the candidates.
    pub index: Index,
    /// Rows from this number on.
    pub from: i64,
    /// Rows up to this number, itself included.
    pub to: i64,
    /// Rows whose last arrival is not before this millisecond.
    pub last: i64,
    /// Candidates wanted, at most [`WINDOW`].
    pub limit: usize,
}

/// A row that may match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Candidate {
    n: i64,
    size: usize,
    last: i64,
}

/// What a search found.
#[derive(Debug, Default)]
pub struct Candidates {
    list: VecDeque<Candidate>,
    /// Where the next search begins, when this one did not reach its end.
    rest: Option<i64>,
    /// Bodies named so far, and their bytes.
    named: usize,
    size: usize,
}

const COLUMNS: &str = "SELECT json_array(c.n, length(c.body), c.last) AS row FROM ";
const RANGE: &str = " <= CAST(?1 AS INTEGER) AND ";

impl Search {
    /// The statements that name the candidates.
    #[must_use]
    pub fn statements(&self) -> Vec<Statement> {
        let one = |tables: &str, n: &str, condition: &str, value: Option<&str>| {
            let mut values = vec![
                SqlValue::Integer(self.to),
                SqlValue::Integer(self.from),
                SqlValue::Integer(i64::try_from(self.limit).unwrap_or(i64::MAX)),
            ];
            values.extend(value.map(|text| SqlValue::Text(text.to_owned())));
            Statement {
                sql: [
                    COLUMNS,
                    tables,
                    " WHERE ",
                    condition,
                    n,
                    RANGE,
                    n,
                    " >= CAST(?2 AS INTEGER) ORDER BY ",
                    n,
                    " DESC LIMIT CAST(?3 AS INTEGER)",
                ]
                .concat()
                .into(),
                values,
            }
        };
        match &self.index {
            Index::Time => vec![one("conversations AS c", "c.n", "", None)],
            Index::Terms(terms) => terms
                .iter()
                .map(|term| {
                    let tables = "terms AS t CROSS JOIN conversations AS c ON c.n = t.n";
                    one(tables, "t.n", "t.term = ?4 AND ", Some(term))
                })
                .collect(),
            Index::Caller(number) => {
                let tables = "legs AS l CROSS JOIN conversations AS c ON c.n = l.n";
                vec![one(tables, "l.n", "l.caller = ?4 AND ", Some(number))]
            }
            Index::Called(number) => {
                let tables = "legs AS l CROSS JOIN conversations AS c ON c.n = l.n";
                vec![one(tables, "l.n", "l.called = ?4 AND ", Some(number))]
            }
            Index::Conversation(key) => {
                vec![one(
                    "conversations AS c",
                    "c.n",
                    "c.conversation = ?4 AND ",
                    Some(key.as_str()),
                )]
            }
            Index::Met(key) => {
                let tables = "conversations AS o CROSS JOIN json_each(o.legs) AS j
CROSS JOIN legs AS l ON l.leg = j.value
CROSS JOIN conversations AS c ON c.conversation = l.conversation";
                vec![one(
                    tables,
                    "c.n",
                    "o.conversation = ?4 AND ",
                    Some(key.as_str()),
                )]
            }
            Index::Leg(leg) => {
                let tables =
                    "legs AS l CROSS JOIN conversations AS c ON c.conversation = l.conversation";
                vec![one(tables, "c.n", "l.leg = ?4 AND ", Some(leg.as_str()))]
            }
        }
    }

    /// The candidates in what the statements gave.
    ///
    /// # Errors
    /// A row is not as expected.
    pub fn candidates(&self, answers: &[Vec<String>]) -> Result<Candidates, RowError> {
        let mut list = Vec::new();
        let mut end: Option<i64> = None;
        for rows in answers {
            for row in rows {
                let (n, size, last) = columns(row)?;
                list.push(Candidate { n, size, last });
            }
            // A statement that was cut short knows nothing below its last row.
            if rows.len() >= self.limit {
                end = end.max(list.last().map(|it| it.n));
            }
        }
        list.sort_unstable_by(|a, b| b.n.cmp(&a.n));
        list.dedup_by_key(|it| it.n);
        if let Some(end) = end {
            list.retain(|it| it.n >= end);
        }
        if let Some(next) = list.get(self.limit) {
            end = Some(next.n + 1);
            list.truncate(self.limit);
        }
        list.retain(|it| it.last >= self.last);
        Ok(Candidates {
            rest: end.map(|end| end - 1),
            list: list.into(),
            named: 0,
            size: 0,
        })
    }
}

impl Candidates {
    /// The statement that reads the next bodies, and their numbers, newest first; `None` when there
    /// are no more, or a request may read no more.
    pub fn next_bodies(&mut self, most: usize) -> Option<(Statement, Vec<i64>)> {
        let mut numbers = Vec::new();
        while let Some(next) = self.list.front() {
            let fits = self.size + next.size <= READING && self.named < BODIES;
            // One that is too large alone is read alone.
            if numbers.len() >= most || !(fits || self.named == 0) {
                break;
            }
            self.size += next.size;
            self.named += 1;
            numbers.push(next.n);
            self.list.pop_front();
        }
        if numbers.is_empty() {
            return None;
        }
        Some((read_bodies(&numbers), numbers))
    }

    /// Where the next page begins when all whose bodies were named were looked at.
    #[must_use]
    pub fn rest(&self) -> Option<Cursor> {
        let next = self.list.front().map(|it| it.n).or(self.rest);
        next.map(|n| Cursor { n, given: 0 })
    }
}

/// Reads the bodies of some rows.
#[must_use]
pub fn read_bodies(numbers: &[i64]) -> Statement {
    let list = serde_json::to_string(numbers).unwrap_or_default();
    Statement::new(READ_BODIES, vec![SqlValue::Text(list)])
}

/// Names the rows of all conversations of the legs in some rows that have a number.
#[must_use]
pub fn same_legs(numbers: &[i64], number: &str) -> Statement {
    let list = serde_json::to_string(numbers).unwrap_or_default();
    Statement::new(
        "SELECT DISTINCT CAST(c.n AS TEXT) AS row FROM json_each(?1) AS j
CROSS JOIN conversations AS o ON o.n = j.value
CROSS JOIN json_each(o.legs) AS k
CROSS JOIN legs AS l ON l.leg = k.value AND (l.caller = ?2 OR l.called = ?2)
CROSS JOIN legs AS m ON m.leg = l.leg
CROSS JOIN conversations AS c ON c.conversation = m.conversation",
        vec![SqlValue::Text(list), SqlValue::Text(number.to_owned())],
    )
}

/// Names the legs that have an event in a conversation.
#[must_use]
pub fn legs_of(conversation: &ConversationId) -> Statement {
    Statement::new(
        "SELECT DISTINCT j.value AS row FROM conversations AS c CROSS JOIN json_each(c.legs) AS j
WHERE c.conversation = ?1",
        vec![SqlValue::Text(conversation.as_str().to_owned())],
    )
}

/// The bodies in what such a statement gave, by number.
///
/// # Errors
/// A row is not as expected.
pub fn bodies(rows: &[String]) -> Result<HashMap<i64, Body>, RowError> {
    let rows = rows.iter().map(|row| {
        let (n, _, digits) = columns::<(i64, u32, String)>(row)?;
        Ok((n, unpack(n, &digits)?))
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(limit: usize) -> Search {
        Search {
            index: Index::Terms(vec!["a".into(), "b".into()]),
            from: 0,
            to: 100,
            last: 0,
            limit,
        }
    }

    #[track_caller]
    fn check(limit: usize, answers: &[&[i64]], numbers: &[i64], rest: Option<i64>) {
        let rows = |list: &[i64]| list.iter().map(|n| format!("[{n},10,{n}]")).collect();
        let answers: Vec<Vec<String>> = answers.iter().map(|list| rows(list)).collect();
        let mut found = search(limit).candidates(&answers).unwrap();
        let named = found.next_bodies(100).map(|it| it.1).unwrap_or_default();
        assert_eq!(named, numbers);
        assert_eq!(found.rest().map(|it| it.n), rest);
    }

    #[test]
    fn answers_are_merged_down_to_where_one_was_cut_short() {
        check(3, &[&[], &[]], &[], None);
        check(3, &[&[9, 5], &[9, 8]], &[9, 8, 5], None);
        check(3, &[&[9, 7, 5], &[8]], &[9, 8, 7], Some(5));
        check(2, &[&[9, 7], &[3, 2]], &[9, 7], Some(6));
        check(3, &[&[9, 8, 7], &[6, 5]], &[9, 8, 7], Some(6));
    }

    #[test]
    fn a_request_reads_no_more_bodies_than_it_may() {
        let check = |sizes: &[usize], most, expected: &[usize], rest: Option<i64>| {
            let list = sizes.iter().zip((0..100).rev());
            let mut found = Candidates {
                list: list
                    .map(|(size, n)| Candidate {
                        n,
                        size: *size,
                        last: 0,
                    })
                    .collect(),
                ..Candidates::default()
            };
            let mut counts = Vec::new();
            while let Some((_, numbers)) = found.next_bodies(most) {
                counts.push(numbers.len());
            }
            assert_eq!(counts, expected);
            assert_eq!(found.rest().map(|it| it.n), rest);
        };
        check(&[], 50, &[], None);
        check(&[10, 10], 50, &[2], None);
        check(&[10, 10, 10], 2, &[2, 1], None);
        check(&[1_500_000, 500_000, 1], 50, &[2], Some(97));
        check(&[9_000_000, 1], 50, &[1], Some(98));
        check(&[1; 90], 40, &[40, 40, 10], None);
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let cursor = Cursor { n: 7, given: 3 };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in ["", "7", "7.", "x.1", "-1.0", "99999999999999999.0", "1.1.1"] {
            assert!(text.parse::<Cursor>().is_err(), "{text}");
        }
    }
}
