//! Filters and cursors of a list.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use events::normal_timestamp;

use super::super::Exchange;
use super::{bad_request, unavailable};
use crate::bindings::calls::{self, Bound};
use crate::bindings::promise::text;
use crate::respond::Reply;

/// Rows on a page when the request names no number.
const PAGE: u32 = 50;
/// The most on a page.
const LONGEST_PAGE: u32 = 500;

/// The parameters of a list, and the conditions they make.
pub struct Filter {
    parameters: Vec<(String, String)>,
    conditions: Vec<String>,
    values: Vec<String>,
}

impl Filter {
    /// Reads a query.
    ///
    /// # Errors
    /// A parameter nobody knows: a filter that is misspelt must not show everything.
    pub fn new(query: &str, known: &[&str]) -> Result<Self, String> {
        let parameters: Vec<(String, String)> =
            serde_urlencoded::from_str(query).map_err(|error| error.to_string())?;
        for (name, _) in &parameters {
            if !known.contains(&name.as_str()) && !matches!(name.as_str(), "limit" | "cursor") {
                return Err(format!(
                    "`{name}` is no parameter here; known are {}, limit, cursor",
                    known.join(", ")
                ));
            }
        }
        Ok(Self {
            parameters,
            conditions: Vec::new(),
            values: Vec::new(),
        })
    }

    /// A parameter's value, if it is there and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Adds a condition; `?` in it stands for `value`.
    pub fn require(&mut self, condition: &str, value: String) {
        self.values.push(value);
        let place = format!("?{}", self.values.len());
        self.conditions.push(condition.replace('?', &place));
    }

    /// `column = value` for a parameter, when it is there.
    pub fn equal(&mut self, name: &str, column: &str) {
        if let Some(value) = self.get(name).map(str::to_owned) {
            self.require(&format!("{column} = ?"), value);
        }
    }

    /// `since` and `until`, points in time, against a column.
    ///
    /// # Errors
    /// One of them is no point in time.
    pub fn between(&mut self, column: &str) -> Result<(), String> {
        for (name, comparison) in [("since", ">="), ("until", "<")] {
            if let Some(value) = self.get(name) {
                let at = moment(name, value)?;
                self.require(&format!("{column} {comparison} ?"), at);
            }
        }
        Ok(())
    }

    /// Goes on after the last row of the page before: newest first, by two columns.
    ///
    /// # Errors
    /// The cursor is none of ours.
    pub fn go_on(&mut self, time: &str, key: &str) -> Result<(), String> {
        let Some(cursor) = self.get("cursor") else {
            return Ok(());
        };
        let (at, last) = read_cursor(cursor).ok_or("`cursor` is none this API gave out")?;
        self.require(&format!("{time} <= ?"), at.clone());
        self.values.push(last);
        let (at, last) = (self.values.len() - 1, self.values.len());
        self.conditions
            .push(format!("({time} < ?{at} OR {key} < ?{last})"));
        Ok(())
    }

    /// Rows on a page.
    ///
    /// # Errors
    /// `limit` is no number in range.
    pub fn limit(&self) -> Result<u32, String> {
        match self.get("limit") {
            None => Ok(PAGE),
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=LONGEST_PAGE).contains(limit))
                .ok_or_else(|| format!("`limit` must be 1 to {LONGEST_PAGE}")),
        }
    }

    /// The conditions as SQL, `true` without any.
    pub fn sql(&self) -> String {
        if self.conditions.is_empty() {
            "true".to_owned()
        } else {
            self.conditions.join(" AND ")
        }
    }

    /// The values of the conditions.
    pub fn values(&self) -> Vec<Bound<'_>> {
        self.values.iter().map(|value| Bound::Text(value)).collect()
    }
}

/// A point in time out of a request.
///
/// # Errors
/// It is none.
pub fn moment(name: &str, value: &str) -> Result<String, String> {
    normal_timestamp(value)
        .ok_or_else(|| format!("`{name}` must be a point in time like 2026-11-21T12:00:00Z"))
}

/// One page of the list of `table`, newest first, under the table's name; with a `cursor` when
/// there may be more. The `columns` are the time of a row, its key, and the JSON that is shown.
pub async fn page(
    exchange: &mut Exchange<'_>,
    table: &'static str,
    columns: [&'static str; 3],
    filter: impl FnOnce(&str) -> Result<Filter, String>,
) -> Reply {
    let asked = filter(exchange.request.query()).and_then(|filter| Ok((filter.limit()?, filter)));
    let (limit, filter) = match asked {
        Ok(asked) => asked,
        Err(detail) => return bad_request(&detail),
    };
    let [time, key, shown] = columns;
    let sql = format!(
        "SELECT {time}, {key}, {shown} FROM {table} WHERE {} ORDER BY {time} DESC, {key} DESC LIMIT {limit}",
        filter.sql()
    );
    let rows = match calls::query(exchange.env, &sql, &filter.values()).await {
        Ok(rows) => rows,
        Err(refusal) => return unavailable(exchange, &refusal),
    };
    let items: Vec<_> = rows
        .iter()
        .filter_map(|row| calls::raw(row, shown))
        .collect();
    let items = serde_json::to_string(&items).unwrap_or_default();
    let last = rows.last().filter(|_| rows.len() >= limit as usize);
    let cursor = last.and_then(|row| Some(cursor(&text(row, time)?, &text(row, key)?)));
    Reply::json(match cursor {
        // base64, nothing to escape.
        Some(cursor) => format!(r#"{{"{table}":{items},"cursor":"{cursor}"}}"#),
        None => format!(r#"{{"{table}":{items}}}"#),
    })
}

/// What to ask for the page after the one that ends here.
fn cursor(time: &str, key: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{time} {key}"))
}

fn read_cursor(cursor: &str) -> Option<(String, String)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (time, key) = text.split_once(' ')?;
    Some((time.to_owned(), key.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_become_conditions() {
        let mut filter = Filter::new(
            "from=1&to=&since=2026-03-02T10:00:00Z",
            &["from", "to", "since"],
        )
        .unwrap();
        filter.equal("from", "caller");
        filter.equal("to", "called");
        filter.between("started").unwrap();
        assert_eq!(filter.sql(), "caller = ?1 AND started >= ?2");
        assert_eq!(filter.values, ["1", "2026-03-02T10:00:00.000Z"]);
        assert_eq!(filter.limit(), Ok(50));
    }

    #[test]
    fn a_cursor_goes_on_where_the_page_ended() {
        let query = format!("cursor={}", cursor("2026-03-02T10:00:00.000Z", "leg-1"));
        let mut filter = Filter::new(&query, &[]).unwrap();
        filter.go_on("started", "leg").unwrap();
        assert_eq!(filter.sql(), "started <= ?1 AND (started < ?1 OR leg < ?2)");
        assert_eq!(filter.values, ["2026-03-02T10:00:00.000Z", "leg-1"]);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        assert!(Filter::new("form=1", &["from"]).is_err());
        let filter = |query: &str| Filter::new(query, &["since"]).unwrap();
        assert!(filter("since=yesterday").between("t").is_err());
        assert!(filter("cursor=!").go_on("t", "k").is_err());
        assert!(filter("limit=0").limit().is_err());
        assert!(filter("limit=501").limit().is_err());
        assert!(filter("limit=x").limit().is_err());
        assert_eq!(filter("").sql(), "true");
    }
}
