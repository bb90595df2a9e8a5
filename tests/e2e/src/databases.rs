//! The databases of a Worker: how it gets more than one, and what lies in them.

use conversations::body::Body;
use serde_json::Value;

use crate::worker::{Worker, WorkerBuilder, root};

/// What stands in `wrangler.toml` before the next table.
const BEFORE: &str = "[[r2_buckets]]\nbinding = \"ARCHIVE\"";

impl WorkerBuilder {
    /// With a second database, bound as docs/lake.md says.
    #[must_use]
    pub fn with_second_database(self) -> Self {
        let migrations = root().join("migrations");
        let binding = format!(
            "[[d1_databases]]\nbinding = \"CALLS_1\"\ndatabase_name = \"edge-ivr-calls-1\"\nmigrations_dir = {migrations:?}\n\n{BEFORE}"
        );
        self.edit(BEFORE, &binding)
    }
}

impl Worker {
    /// Applies the migrations to a database that was bound besides `CALLS`.
    pub fn migrate(&self, database: &str) {
        self.wrangler(&["d1", "migrations", "apply", database, "--local"]);
    }

    /// The rows a statement gives in `CALLS`.
    #[must_use]
    pub fn sql(&self, statement: &str) -> Vec<Value> {
        self.sql_in("CALLS", statement)
    }

    /// The rows a statement gives in a database.
    #[must_use]
    pub fn sql_in(&self, database: &str, statement: &str) -> Vec<Value> {
        let text = self.wrangler(&[
            "d1",
            "execute",
            database,
            "--local",
            "--json",
            "--command",
            statement,
        ]);
        let answer: Value = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{error} in what wrangler printed:\n{text}"));
        answer[0]["results"]
            .as_array()
            .unwrap_or_else(|| panic!("no results in {answer}"))
            .clone()
    }

    /// Everything in `CALLS` as text: each body unpacked, and each row of the other tables.
    #[must_use]
    pub fn stored(&self) -> Vec<String> {
        self.stored_in("CALLS")
    }

    /// The same of a database.
    #[must_use]
    pub fn stored_in(&self, database: &str) -> Vec<String> {
        let mut texts = Vec::new();
        let rows = "SELECT conversation, hex(body) AS body FROM conversations";
        for row in self.sql_in(database, rows) {
            texts.push(row["conversation"].to_string());
            let body = Body::from_hex(row["body"].as_str().unwrap()).expect("a body of ours");
            texts.extend(body.events.into_iter().map(|line| line.text));
            texts.extend(body.records.iter().map(|record| record.get().to_owned()));
        }
        for table in ["legs", "terms"] {
            let rows = self.sql_in(database, &format!("SELECT * FROM {table}"));
            texts.extend(rows.iter().map(Value::to_string));
        }
        texts
    }
}
