//! Finding conversations: every question is served by an index or by a window of time.
//!
//! A search names candidates, newest first, without their bodies. The reader unpacks the bodies of
//! the first of them, sees which truly match, and goes on at a [`Cursor`]. So no request reads more
//! than [`WINDOW`] candidates and two megabytes of packed bodies, however rare a match
//! is; a page may then be short, or empty, and still have a cursor.
//!
//! Of several databases each is asked for its share of the candidates, and what they answer is one
//! list: the bounds are those of the whole request.

use std::collections::{HashMap, VecDeque};

use events::{ConversationId, LegId};

use crate::body::Body;
use crate::limits::READING;
use crate::rows::{RowError, columns, unpack};
use crate::sql::{Answers, READ_BODIES, SqlValue, Statement};

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

/// A row, and which of the databases it is in. Lists have the greatest first: the newest, and of one
/// number as the databases are counted. In one number, so that they are compared and sorted as such:
/// 53 bits of the row's, then 8 of the database's, counted down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(i64);

const DATABASE: i64 = 255;

impl RowId {
    /// The row of this number in this database, of which there are at most 256.
    #[must_use]
    pub fn new(n: i64, database: usize) -> Self {
        let database = i64::try_from(database).unwrap_or(DATABASE);
        Self((n << 8) | (DATABASE - database.min(DATABASE)))
    }

    /// Its number there.
    #[must_use]
    pub fn n(self) -> i64 {
        self.0 >> 8
    }

    /// The database.
    #[must_use]
    pub fn database(self) -> usize {
        usize::try_from(DATABASE - (self.0 & DATABASE)).unwrap_or_default()
    }

    /// The first that may come behind this one in a list of so many databases.
    fn next(self, databases: usize) -> Self {
        if self.database() + 1 < databases {
            Self(self.0 - 1)
        } else {
            Self::from(self.n() - 1)
        }
    }
}

/// The first row of this number in a list.
impl From<i64> for RowId {
    fn from(n: i64) -> Self {
        Self::new(n, 0)
    }
}

/// The numbers of rows, for each database from the first to the last of them.
#[must_use]
pub fn by_database(rows: &[RowId]) -> Vec<Vec<i64>> {
    let mut lists: Vec<Vec<i64>> = Vec::new();
    for row in rows {
        while lists.len() <= row.database() {
            lists.push(Vec::new());
        }
        if let Some(list) = lists.get_mut(row.database()) {
            list.push(row.n());
        }
    }
    lists
}

/// Where a list goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// At this row, or the next one in the order of lists.
    pub row: RowId,
    /// So many of that row's items were given.
    pub given: usize,
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.row.n(), self.given)?;
        match self.row.database() {
            0 => Ok(()),
            database => write!(f, ".{database}"),
        }
    }
}

impl std::str::FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (n, rest) = text.split_once('.').ok_or(())?;
        let (given, database) = rest.split_once('.').unwrap_or((rest, "0"));
        let n = n.parse().ok().filter(|n| (0..1 << 53).contains(n));
        let database: u8 = database.parse().map_err(|_| ())?;
        Ok(Self {
            row: RowId::new(n.ok_or(())?, database.into()),
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
    /// Rows from this one on in the order of lists, itself included.
    pub to: RowId,
    /// Rows whose last arrival is not before this millisecond.
    pub last: i64,
    /// Candidates wanted, at most [`WINDOW`].
    pub limit: usize,
}

/// A row that may match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Candidate {
    row: RowId,
    size: usize,
    last: i64,
}

/// What a search found.
#[derive(Debug, Default)]
pub struct Candidates {
    list: VecDeque<Candidate>,
    /// Where the next search begins, when this one did not reach its end.
    rest: Option<RowId>,
    /// Bodies named so far, and their bytes.
    named: usize,
    size: usize,
}

const COLUMNS: &str = "SELECT json_array(c.n, length(c.body), c.last) AS row FROM ";
const RANGE: &str = " <= CAST(?1 AS INTEGER) AND ";

impl Search {
    /// Candidates wanted of each database when so many are asked.
    fn share(&self, asked: usize) -> usize {
        self.limit.min(WINDOW / asked.max(1)).max(1)
    }

    /// The statements that name the candidates in a database, one of so many that are asked.
    #[must_use]
    pub fn statements(&self, database: usize, asked: usize) -> Vec<Statement> {
        // The row of this number in a database before that of `to` was on the page before.
        let to = self.to.n() - i64::from(database < self.to.database());
        let share = self.share(asked);
        let one = |tables: &str, n: &str, condition: &str, value: Option<&str>| {
            let mut values = vec![
                SqlValue::Integer(to),
                SqlValue::Integer(self.from),
                SqlValue::Integer(i64::try_from(share).unwrap_or(i64::MAX)),
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

    /// The candidates in what the statements gave, by database: nothing for one that was not asked.
    ///
    /// # Errors
    /// A row is not as expected.
    pub fn candidates(&self, databases: &[Answers], asked: usize) -> Result<Candidates, RowError> {
        let share = self.share(asked);
        let mut list = Vec::new();
        let mut end: Option<RowId> = None;
        for (database, answers) in databases.iter().enumerate() {
            for rows in answers {
                for row in rows {
                    let (n, size, last) = columns(row)?;
                    let row = RowId::new(n, database);
                    list.push(Candidate { row, size, last });
                }
                // A statement that was cut short knows nothing behind its last row.
                if let Some(cut) = list.last().filter(|_| rows.len() >= share) {
                    end = end.max(Some(cut.row));
                }
            }
        }
        list.sort_unstable_by_key(|it| std::cmp::Reverse(it.row));
        list.dedup_by_key(|it| it.row);
        if let Some(end) = end {
            list.retain(|it| it.row >= end);
        }
        let mut rest = end.map(|end| end.next(databases.len()));
        if let Some(next) = list.get(self.limit) {
            rest = Some(next.row);
            list.truncate(self.limit);
        }
        list.retain(|it| it.last >= self.last);
        Ok(Candidates {
            rest,
            list: list.into(),
            named: 0,
            size: 0,
        })
    }
}

impl Candidates {
    /// The next rows whose bodies are to be read, in order; none when there are no more, or a
    /// request may read no more.
    pub fn next_bodies(&mut self, most: usize) -> Vec<RowId> {
        let mut rows = Vec::new();
        while let Some(next) = self.list.front() {
            let fits = self.size + next.size <= READING && self.named < BODIES;
            // One that is too large alone is read alone.
            if rows.len() >= most || !(fits || self.named == 0) {
                break;
            }
            self.size += next.size;
            self.named += 1;
            rows.push(next.row);
            self.list.pop_front();
        }
        rows
    }

    /// Where the next page begins when all whose bodies were named were looked at.
    #[must_use]
    pub fn rest(&self) -> Option<Cursor> {
        let next = self.list.front().map(|it| it.row).or(self.rest);
        next.map(|row| Cursor { row, given: 0 })
    }
}

/// Reads the bodies of some rows: the statements of each database.
#[must_use]
pub fn read_bodies(rows: &[RowId]) -> Vec<Vec<Statement>> {
    let lists = by_database(rows).into_iter();
    let statements = lists.map(|numbers| {
        let list = serde_json::to_string(&numbers).unwrap_or_default();
        let statement = Statement::new(READ_BODIES, vec![SqlValue::Text(list)]);
        Some(statement).filter(|_| !numbers.is_empty())
    });
    statements.map(|it| it.into_iter().collect()).collect()
}

/// Names the legs in some rows that have a number.
#[must_use]
pub fn legs_with(numbers: &[i64], number: &str) -> Statement {
    let list = serde_json::to_string(numbers).unwrap_or_default();
    Statement::new(
        "SELECT DISTINCT l.leg AS row FROM json_each(?1) AS j
CROSS JOIN conversations AS o ON o.n = j.value
CROSS JOIN json_each(o.legs) AS k
CROSS JOIN legs AS l ON l.leg = k.value AND (l.caller = ?2 OR l.called = ?2)",
        vec![SqlValue::Text(list), SqlValue::Text(number.to_owned())],
    )
}

/// Names the rows of all conversations of some legs.
#[must_use]
pub fn rows_of(legs: &[String]) -> Statement {
    let list = serde_json::to_string(legs).unwrap_or_default();
    Statement::new(
        "SELECT DISTINCT CAST(c.n AS TEXT) AS row FROM json_each(?1) AS j
CROSS JOIN legs AS l ON l.leg = j.value
CROSS JOIN conversations AS c ON c.conversation = l.conversation",
        vec![SqlValue::Text(list)],
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

/// The bodies in what such statements gave.
///
/// # Errors
/// A row is not as expected.
pub fn bodies(databases: &[Answers]) -> Result<HashMap<RowId, Body>, RowError> {
    let mut bodies = HashMap::new();
    for (database, answers) in databases.iter().enumerate() {
        for row in answers.iter().flatten() {
            let (n, _, digits) = columns::<(i64, u32, String)>(row)?;
            bodies.insert(RowId::new(n, database), unpack(n, &digits)?);
        }
    }
    Ok(bodies)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(limit: usize) -> Search {
        Search {
            index: Index::Terms(vec!["a".into(), "b".into()]),
            from: 0,
            to: RowId::from(100),
            last: 0,
            limit,
        }
    }

    fn rows(list: &[i64]) -> Vec<String> {
        list.iter().map(|n| format!("[{n},10,{n}]")).collect()
    }

    #[track_caller]
    fn check(limit: usize, answers: &[&[i64]], numbers: &[i64], rest: Option<i64>) {
        let answers: Answers = answers.iter().map(|list| rows(list)).collect();
        let mut found = search(limit).candidates(&[answers], 1).unwrap();
        let named = found.next_bodies(100);
        assert_eq!(named.iter().map(|it| it.n()).collect::<Vec<_>>(), numbers);
        let first = |n| Cursor {
            row: RowId::from(n),
            given: 0,
        };
        assert_eq!(found.rest(), rest.map(first));
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
    fn databases_are_merged_newest_first_and_in_their_order() {
        let check = |limit, databases: [&[i64]; 3], expected: &[(i64, usize)], rest| {
            let answers = databases.map(|list| vec![rows(list)]);
            let mut found = search(limit).candidates(&answers, 3).unwrap();
            let named = found.next_bodies(2_000);
            let named: Vec<_> = named.iter().map(|it| (it.n(), it.database())).collect();
            assert_eq!(named, expected);
            let rest: Option<(i64, usize)> = rest;
            let found = found.rest().map(|it| (it.row.n(), it.row.database()));
            assert_eq!(found, rest);
        };
        check(9, [&[], &[], &[]], &[], None);
        check(
            9,
            [&[5], &[7, 5], &[6]],
            &[(7, 1), (6, 2), (5, 0), (5, 1)],
            None,
        );
        // More than are wanted: the list ends between two rows of one number.
        check(
            3,
            [&[7, 5], &[7, 5], &[5]],
            &[(7, 0), (7, 1), (5, 0)],
            Some((5, 1)),
        );
        // One was cut short: of the others nothing behind its last row is known to be next.
        check(2, [&[9, 7], &[7, 3], &[7]], &[(9, 0), (7, 0)], Some((7, 1)));
        check(2, [&[3], &[2], &[9, 7]], &[(9, 2), (7, 2)], Some((6, 0)));
        // All together are asked for no more than one would be.
        let of_each = |asked| {
            let statements = search(1_000).statements(0, asked);
            statements.first().unwrap().values.get(2).cloned()
        };
        assert_eq!(of_each(1), Some(SqlValue::Integer(1_000)));
        assert_eq!(of_each(3), Some(SqlValue::Integer(333)));
        assert_eq!(of_each(5_000), Some(SqlValue::Integer(1)));
        // And from the cursor on.
        let mut search = search(10);
        search.to = RowId::new(100, 1);
        let to = |database| {
            search
                .statements(database, 3)
                .first()
                .unwrap()
                .values
                .first()
                .cloned()
        };
        assert_eq!(
            [to(0), to(1), to(2)],
            [99, 100, 100].map(|n| Some(SqlValue::Integer(n)))
        );
    }

    #[test]
    fn a_request_reads_no_more_bodies_than_it_may() {
        let check = |sizes: &[usize], most, expected: &[usize], rest: Option<i64>| {
            let list = sizes.iter().zip((0..100).rev());
            let mut found = Candidates {
                list: list
                    .map(|(size, n)| Candidate {
                        row: RowId::from(n),
                        size: *size,
                        last: 0,
                    })
                    .collect(),
                ..Candidates::default()
            };
            let mut counts = Vec::new();
            loop {
                let rows = found.next_bodies(most);
                if rows.is_empty() {
                    break;
                }
                counts.push(rows.len());
            }
            assert_eq!(counts, expected);
            assert_eq!(found.rest().map(|it| it.row.n()), rest);
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
        for (database, text) in [(0, "7.3"), (2, "7.3.2")] {
            let row = RowId::new(7, database);
            let cursor = Cursor { row, given: 3 };
            assert_eq!(cursor.to_string(), text);
            assert_eq!(text.parse(), Ok(cursor));
        }
        for text in [
            "",
            "7",
            "7.",
            "x.1",
            "-1.0",
            "99999999999999999.0",
            "1.1.x",
            "1.1.256",
            "1.1.1.1",
        ] {
            assert!(text.parse::<Cursor>().is_err(), "{text}");
        }
    }
}
