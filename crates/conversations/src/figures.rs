//! Figures: which ways callers took, how often, and where they hung up.
//!
//! They are computed whole, an hour at a time, from the records of the calls that began in it, and
//! written over what was there: right whatever was delivered twice. Hours of days gone by are put
//! together into days.

use std::collections::{BTreeMap, BTreeSet};

use events::{CallRecord, Outcome};

use crate::sql::{SqlValue, Statement};

/// Rows one request may read.
pub const ROWS: usize = 5_000;

/// What is counted: menu, version, kind, node, cause, target.
type Key = (String, String, &'static str, String, String, String);

/// The figures of some calls.
#[derive(Debug, Default)]
pub struct Figures {
    rows: BTreeMap<Key, (u64, u64)>,
}

impl Figures {
    /// Adds a call. A leg that went through no menu counts for nothing.
    ///
    /// Kinds: `way` (a webhook moved the caller from `node` by `cause` to `target`), `dropped`
    /// (hung up at `node`), `still` (is there yet), `outcome` (named by `cause`). What goes into a
    /// node is what goes out of it, what was dropped there and what is still there.
    pub fn add(&mut self, record: &CallRecord) {
        let (Some(first), Some(last)) = (record.path.first(), record.path.last()) else {
            return;
        };
        let mut seen = BTreeSet::new();
        for passed in &record.path {
            let visit = &passed.visit;
            let key = (
                visit.menu.clone(),
                visit.version.clone(),
                "way",
                visit.node.clone(),
                visit.cause.clone(),
                visit.target.clone().unwrap_or_default(),
            );
            let is_first = seen.insert(key.clone());
            let (times, calls) = self.rows.entry(key).or_default();
            *times += 1;
            *calls += u64::from(is_first);
        }
        let end = match (&record.ended, record.outcome) {
            (None, _) => Some("still"),
            (Some(_), Some(Outcome::Abandoned)) => Some("dropped"),
            (Some(_), _) => None,
        };
        if let Some(kind) = end {
            let node = last.visit.target.clone().unwrap_or_default();
            self.count(
                &last.visit.menu,
                &last.visit.version,
                kind,
                node,
                String::new(),
            );
        }
        let outcome = record.outcome.map_or("open", Outcome::name).to_owned();
        let (menu, version) = (&first.visit.menu, &first.visit.version);
        self.count(menu, version, "outcome", String::new(), outcome);
    }

    fn count(
        &mut self,
        menu: &str,
        version: &str,
        kind: &'static str,
        node: String,
        cause: String,
    ) {
        let key = (
            menu.to_owned(),
            version.to_owned(),
            kind,
            node,
            cause,
            String::new(),
        );
        let (times, calls) = self.rows.entry(key).or_default();
        *times += 1;
        *calls += 1;
    }

    /// One transaction that puts these in the place of the figures of `hour`, `2026-11-26T10`.
    #[must_use]
    pub fn write(&self, hour: &str) -> Vec<Statement> {
        let at = || SqlValue::Text(hour.to_owned());
        let mut statements = vec![Statement::new(
            "DELETE FROM figures WHERE at = ?1",
            vec![at()],
        )];
        let rows: Vec<(&Key, &(u64, u64))> = self.rows.iter().collect();
        for some in rows.chunks(2_000) {
            let list = serde_json::to_string(some).unwrap_or_default();
            statements.push(Statement::new(
                "INSERT INTO figures (menu, at, version, kind, node, cause, target, times, calls)
SELECT value->>'$[0][0]', ?2, value->>'$[0][1]', value->>'$[0][2]', value->>'$[0][3]',
  value->>'$[0][4]', value->>'$[0][5]', value->>'$[1][0]', value->>'$[1][1]'
FROM json_each(?1)",
                vec![SqlValue::Text(list), at()],
            ));
        }
        statements
    }
}

/// One transaction that puts the hours before `day` (`2026-11-26`) together into days.
#[must_use]
pub fn roll_up(day: &str) -> Vec<Statement> {
    let day = || vec![SqlValue::Text(day.to_owned())];
    vec![
        Statement::new(
            "INSERT INTO figures (menu, at, version, kind, node, cause, target, times, calls)
SELECT menu, substr(at, 1, 10), version, kind, node, cause, target, sum(times), sum(calls)
FROM figures WHERE length(at) > 10 AND at < ?1
GROUP BY menu, substr(at, 1, 10), version, kind, node, cause, target
ON CONFLICT DO UPDATE SET times = times + excluded.times, calls = calls + excluded.calls",
            day(),
        ),
        Statement::new(
            "DELETE FROM figures WHERE length(at) > 10 AND at < ?1",
            day(),
        ),
    ]
}

/// Forgets the figures before `day`.
#[must_use]
pub fn forget(day: &str) -> Statement {
    Statement::new(
        "DELETE FROM figures WHERE at < ?1",
        vec![SqlValue::Text(day.to_owned())],
    )
}

/// Reads the figures of a menu of the days from `since` to before `until`; each row with how many
/// were read for it.
#[must_use]
pub fn read(menu: &str, version: Option<&str>, since: &str, until: &str) -> Statement {
    let text = |text: &str| SqlValue::Text(text.to_owned());
    Statement {
        sql: format!(
            "SELECT json_array(version, kind, node, cause, target, sum(times), sum(calls), count(*)) AS row
FROM (SELECT * FROM figures WHERE menu = ?1 AND at >= ?2 AND at < ?3 ORDER BY at LIMIT {ROWS})
WHERE ?4 = '' OR version = ?4
GROUP BY version, kind, node, cause, target"
        )
        .into(),
        values: vec![text(menu), text(since), text(until), text(version.unwrap_or_default())],
    }
}
