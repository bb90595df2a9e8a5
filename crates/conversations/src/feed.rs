//! The feed: what was written, in the order it was written in. For whoever follows along.

use std::collections::HashMap;

use crate::limits::READING;
use crate::rows::{RowError, columns};
use crate::sql::{SqlValue, Statement, feed_table};

/// Feed rows read by one request.
const ROWS: usize = 10;
/// Conversations looked at by one request.
const CONVERSATIONS: usize = 400;

/// How far somebody has followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The table of this day, `20261126`.
    pub day: String,
    /// Its rows up to this one were given.
    pub seq: i64,
    /// And so many conversations of the next.
    pub given: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.day, self.seq, self.given)
    }
}

impl std::str::FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('.');
        let (Some(day), Some(seq), Some(given), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(());
        };
        let is_day = day.len() == 8 && day.bytes().all(|it| it.is_ascii_digit());
        let seq = seq.parse().ok().filter(|seq| (0..1 << 53).contains(seq));
        Ok(Self {
            day: Some(day).filter(|_| is_day).ok_or(())?.to_owned(),
            seq: seq.ok_or(())?,
            given: given.parse().map_err(|_| ())?,
        })
    }
}

/// How far somebody has followed each of several databases, from the first on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places(pub Vec<Place>);

impl Places {
    /// A place in each of so many databases. What was written in a database that was added since
    /// these were given out is all new.
    #[must_use]
    pub fn of(mut self, databases: usize) -> Self {
        self.0.resize(
            databases,
            Place {
                day: "00000000".to_owned(),
                seq: 0,
                given: 0,
            },
        );
        self
    }
}

impl std::fmt::Display for Places {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (database, place) in self.0.iter().enumerate() {
            let between = if database == 0 { "" } else { "-" };
            write!(f, "{between}{place}")?;
        }
        Ok(())
    }
}

impl std::str::FromStr for Places {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let places = text.split('-').map(str::parse);
        Ok(Self(places.collect::<Result<_, _>>()?))
    }
}

/// One row of the feed.
#[derive(Clone, Debug)]
struct Written {
    seq: i64,
    /// Row numbers and revisions.
    rows: Vec<(i64, u32)>,
}

/// What one request gives of the feed of one database.
#[derive(Debug)]
pub struct Part {
    written: Vec<Written>,
    /// How many databases share what a request may read.
    databases: usize,
}

/// Names the tables there are, and the last row of each.
#[must_use]
pub fn tables() -> Statement {
    Statement {
        sql: "SELECT name AS row FROM sqlite_master WHERE type = 'table' AND name GLOB 'feed_[0-9]*' ORDER BY name".into(),
        values: Vec::new(),
    }
}

/// The day of a table's name.
#[must_use]
pub fn day_of(table: &str) -> Option<&str> {
    table.strip_prefix("feed_").filter(|day| day.len() == 8)
}

/// Removes a table of the feed. It costs nothing, however much is in it.
#[must_use]
pub fn drop_table(day: &str) -> Statement {
    Statement {
        sql: format!("DROP TABLE IF EXISTS {}", feed_table(day)).into(),
        values: Vec::new(),
    }
}

/// The last row of a day's table.
#[must_use]
pub fn end(day: &str) -> Statement {
    Statement {
        sql: format!(
            "SELECT CAST(ifnull(max(seq), 0) AS TEXT) AS row FROM {}",
            feed_table(day)
        )
        .into(),
        values: Vec::new(),
    }
}

/// The rows after a place.
#[must_use]
pub fn read(place: &Place) -> Statement {
    Statement {
        sql: format!(
            "SELECT json_array(seq, json(rows)) AS row FROM {} WHERE seq > CAST(?1 AS INTEGER) ORDER BY seq LIMIT {ROWS}",
            feed_table(&place.day)
        )
        .into(),
        values: vec![SqlValue::Integer(place.seq)],
    }
}

impl Part {
    /// What was read after a place in one of so many databases.
    ///
    /// # Errors
    /// A row is not as expected.
    pub fn parse(rows: &[String], databases: usize) -> Result<Self, RowError> {
        let written = rows.iter().map(|row| {
            let (seq, rows) = columns(row)?;
            Ok(Written { seq, rows })
        });
        Ok(Self {
            written: written.collect::<Result<_, _>>()?,
            databases: databases.max(1),
        })
    }

    /// The conversations to look at first, in order, each with the revision that is asked for.
    pub fn wanted(&self, place: &Place) -> impl Iterator<Item = (i64, u32)> + '_ {
        let rows = self.written.iter().flat_map(|it| it.rows.iter().copied());
        rows.skip(place.given).take(CONVERSATIONS / self.databases)
    }

    /// The statement that tells the sizes of their bodies.
    #[must_use]
    pub fn sizes(&self, place: &Place) -> Statement {
        let numbers: Vec<i64> = self.wanted(place).map(|it| it.0).collect();
        Statement::new(
            "SELECT json_array(n, length(body)) AS row FROM conversations WHERE n IN (SELECT value FROM json_each(?1))",
            vec![SqlValue::Text(
                serde_json::to_string(&numbers).unwrap_or_default(),
            )],
        )
    }

    /// How many of them one request may give, by their sizes.
    ///
    /// # Errors
    /// A row is not as expected.
    pub fn fitting(&self, place: &Place, sizes: &[String]) -> Result<usize, RowError> {
        let sizes: HashMap<i64, usize> = sizes
            .iter()
            .map(|row| columns(row))
            .collect::<Result<_, _>>()?;
        let mut total = 0;
        let fitting = self.wanted(place).take_while(|(n, _)| {
            total += sizes.get(n).copied().unwrap_or(0);
            total <= READING / self.databases
        });
        let most = self.wanted(place).count();
        Ok(fitting.count().max(1).min(most))
    }

    /// Where it goes on after the first `count` of them.
    #[must_use]
    pub fn after(&self, place: &Place, count: usize) -> Place {
        let mut place = place.clone();
        let mut count = place.given + count;
        for written in &self.written {
            if count < written.rows.len() {
                break;
            }
            count -= written.rows.len();
            place.seq = written.seq;
        }
        place.given = count;
        place
    }

    /// Whether nothing was written after the place.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.written.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_goes_on_in_the_middle_of_a_write() {
        let rows = [
            "[5,[[1,1],[2,1],[3,4]]]".to_owned(),
            "[6,[[1,2]]]".to_owned(),
        ];
        let part = Part::parse(&rows, 1).unwrap();
        let at = |seq, given| Place {
            day: "20261126".into(),
            seq,
            given,
        };
        let start = at(4, 0);
        assert_eq!(part.wanted(&start).count(), 4);
        assert_eq!(part.after(&start, 0), at(4, 0));
        assert_eq!(part.after(&start, 2), at(4, 2));
        assert_eq!(part.after(&start, 3), at(5, 0));
        assert_eq!(part.after(&start, 4), at(6, 0));
        assert_eq!(part.wanted(&at(4, 2)).collect::<Vec<_>>(), [(3, 4), (1, 2)]);
        assert_eq!(part.after(&at(4, 2), 1), at(5, 0));
        let sizes = [
            "[1,1500000]".to_owned(),
            "[2,400000]".to_owned(),
            "[3,900000]".to_owned(),
        ];
        assert_eq!(part.fitting(&start, &sizes), Ok(2));
        assert_eq!(part.fitting(&at(4, 2), &sizes), Ok(1));
        let half = Part::parse(&rows, 2).unwrap();
        assert_eq!(half.fitting(&at(4, 1), &sizes), Ok(1));
        assert_eq!(
            half.fitting(&start, &sizes),
            Ok(1),
            "one too large goes alone"
        );
    }

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let place = Place {
            day: "20261126".into(),
            seq: 7,
            given: 3,
        };
        assert_eq!(place.to_string().parse(), Ok(place.clone()));
        let one = Places(vec![place.clone()]);
        assert_eq!(one.to_string(), place.to_string());
        let two = one.clone().of(2);
        assert_eq!(two.to_string(), "20261126.7.3-00000000.0.0");
        assert_eq!(two.to_string().parse(), Ok(two.clone()));
        assert_eq!(two.of(1), one, "one that is there no more is not followed");
        assert!("20261126.7.3-".parse::<Places>().is_err());
        for text in [
            "",
            "20261126",
            "2026.1.1",
            "20261126.x.0",
            "2026112_.1.0",
            "20261126.1.0.0",
        ] {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
    }
}
