//! What a list was asked for.

use api::parameters::Parameter;
use conversations::find::{Cursor, Index, RowId, Search, WINDOW};
use conversations::key::first_number;

/// Items on a page when the request names no number.
const PAGE: usize = 50;
/// The most on a page.
const LONGEST_PAGE: usize = 500;

/// The parameters of a list.
pub struct Filter {
    parameters: Vec<(String, String)>,
}

impl Filter {
    /// Reads a query.
    ///
    /// # Errors
    /// A parameter nobody knows: a filter that is misspelt must not show everything.
    pub fn new(query: &str, known: &[Parameter]) -> Result<Self, String> {
        let parameters: Vec<(String, String)> =
            serde_urlencoded::from_str(query).map_err(|error| error.to_string())?;
        for (name, _) in &parameters {
            if !known.iter().any(|parameter| parameter.name == name) {
                let known: Vec<&str> = known.iter().map(|parameter| parameter.name).collect();
                return Err(format!(
                    "`{name}` is no parameter here; known are {}",
                    known.join(", ")
                ));
            }
        }
        Ok(Self { parameters })
    }

    /// A parameter's value, if it is there and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Whether a parameter is there, empty or not.
    pub fn has(&self, name: &str) -> bool {
        self.parameters.iter().any(|(other, _)| other == name)
    }

    /// A parameter's value to keep.
    pub fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// A point in time, in milliseconds.
    ///
    /// # Errors
    /// It is none.
    pub fn time(&self, name: &str) -> Result<Option<i64>, String> {
        self.get(name)
            .map(|value| Ok(moment(name, value)?.as_millisecond()))
            .transpose()
    }

    /// Items on a page.
    ///
    /// # Errors
    /// `limit` is no number in range.
    pub fn limit(&self) -> Result<usize, String> {
        match self.get("limit") {
            None => Ok(PAGE),
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=LONGEST_PAGE).contains(limit))
                .ok_or_else(|| format!("`limit` must be 1 to {LONGEST_PAGE}")),
        }
    }

    /// The page a request asks for, found through `index`. Rows of more than `earlier`
    /// milliseconds before `since` are left out; `since` and `until` are of a row's first arrival.
    ///
    /// # Errors
    /// A parameter is malformed.
    pub fn page(&self, index: Index, earlier: i64) -> Result<Page, String> {
        let limit = self.limit()?;
        let since = self.time("since")?;
        let until = self.time("until")?;
        let cursor: Option<Cursor> = match self.get("cursor") {
            None => None,
            Some(text) => Some(
                text.parse()
                    .map_err(|()| "`cursor` is none this API gave out")?,
            ),
        };
        let newest = RowId::from(until.map_or(1 << 53, |until| first_number(until) - 1));
        let to = cursor.map_or(newest, |cursor| cursor.row.min(newest));
        let given = cursor.filter(|it| it.row == to).map_or(0, |it| it.given);
        Ok(Page {
            limit,
            given,
            search: Search {
                index,
                from: since.map_or(0, |since| first_number(since - earlier)),
                to,
                last: since.unwrap_or(0),
                limit: WINDOW,
            },
        })
    }
}

/// One page of a list.
pub struct Page {
    /// Items on it.
    pub limit: usize,
    /// Items of its first row that were on the page before.
    pub given: usize,
    /// What leads to it.
    pub search: Search,
}

/// A point in time out of a request. Without an offset it would be another one for each reader.
///
/// # Errors
/// It is none.
pub fn moment(name: &str, value: &str) -> Result<jiff::Timestamp, String> {
    value.parse().map_err(|_| {
        format!(
            "`{name}` must be a point in time with its offset, like 2026-11-21T12:00:00Z or 2026-11-21T13:00:00%2B01:00"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &str) -> Result<Page, String> {
        Filter::new(query, api::parameters::CALLS)?.page(Index::Time, 1_000)
    }

    #[test]
    fn a_page_is_bounded_by_time_and_by_its_cursor() {
        let whole = page("from=1").unwrap();
        assert_eq!(
            (whole.search.from, whole.search.to, whole.search.last),
            (0, RowId::from(1 << 53), 0)
        );
        assert_eq!((whole.limit, whole.given), (50, 0));
        let since = 1_772_445_600_000_i64;
        let bounded =
            page("since=2026-03-02T10:00:00Z&until=2026-03-02T12:00:00%2B01:00&limit=7").unwrap();
        assert_eq!(bounded.search.from, first_number(since - 1_000));
        assert_eq!(bounded.search.last, since);
        let newest = RowId::from(first_number(since + 3_600_000) - 1);
        assert_eq!(bounded.search.to, newest);
        assert_eq!(bounded.limit, 7);
        let on = page("cursor=77.3").unwrap();
        assert_eq!((on.search.to, on.given), (RowId::from(77), 3));
        let on = page("cursor=77.3.1").unwrap();
        assert_eq!((on.search.to.database(), on.given), (1, 3));
        // A cursor that is newer than the range begins with the range.
        let on = page("cursor=9007199254740000.3.1&until=2026-03-02T10:00:00Z").unwrap();
        assert_eq!(
            (on.search.to, on.given),
            (RowId::from(first_number(since) - 1), 0)
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for query in [
            "form=1",
            "since=yesterday",
            "since=2026-03-02T10:00:00",
            "until=2026-03-02",
            "cursor=!",
            "cursor=MjAyNi0",
            "limit=0",
            "limit=501",
            "limit=x",
        ] {
            assert!(page(query).is_err(), "{query}");
        }
    }
}
