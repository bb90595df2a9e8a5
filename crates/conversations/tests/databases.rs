//! One list over several databases.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so and stops"
)]

mod support;

use std::collections::BTreeSet;

use conversations::find::{self, Index, RowId, Search};
use proptest::prelude::*;
use support::{Database, event, run, search};

/// A database with rows of these numbers and nothing in them.
fn filled(numbers: &BTreeSet<i64>) -> Database {
    let database = Database::new();
    for n in numbers {
        let sql = format!(
            "INSERT INTO conversations VALUES ({n}, 'C{n}', 0, 1, 1, 0, '[]', '[]', x'00');
            INSERT INTO terms VALUES ('menu:a', {n})"
        );
        database.connection.execute_batch(&sql).unwrap();
    }
    database
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn pages_hold_every_row_once_newest_first(
        lists in prop::collection::vec(prop::collection::btree_set(1..30_i64, 0..20), 1..4),
        limit in 1..9_usize,
        at_once in 1..9_usize,
        by_term in any::<bool>(),
    ) {
        let databases: Vec<Database> = lists.iter().map(filled).collect();
        let mut expected: Vec<RowId> = lists
            .iter()
            .enumerate()
            .flat_map(|(database, list)| list.iter().map(move |n| RowId::new(*n, database)))
            .collect();
        expected.sort_by_key(|row| (-row.n(), row.database()));
        let index = if by_term {
            Index::Terms(vec!["menu:a".to_owned(), "menu:b".to_owned()])
        } else {
            Index::Time
        };
        let mut page = Search { index, from: 0, to: RowId::from(100), last: 0, limit };
        let mut found = Vec::new();
        for _ in 0..=expected.len() {
            let mut candidates = search(&databases, &page);
            found.extend(candidates.next_bodies(at_once));
            match candidates.rest() {
                // What the API gives out is text.
                Some(cursor) => page.to = cursor.to_string().parse::<find::Cursor>().unwrap().row,
                None => break,
            }
        }
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn bodies_are_read_from_where_they_are() {
    let mut databases = [Database::new(), Database::new()];
    for (number, database) in databases.iter_mut().enumerate() {
        let talk = format!("C{number}");
        database.consume(&[event("answered", Some("L"), Some(&talk), 1)]);
    }
    let page = Search {
        index: Index::Leg("L".into()),
        from: 0,
        to: RowId::from(1 << 53),
        last: 0,
        limit: 10,
    };
    let rows = search(&databases, &page).next_bodies(10);
    let bodies = find::bodies(&run(&databases, &find::read_bodies(&rows))).unwrap();
    for (number, row) in rows.iter().enumerate() {
        assert_eq!(row.database(), number.min(1));
        let talk = format!("\"conversation\":\"C{}\"", row.database());
        assert!(bodies[row].events[0].text.contains(&talk));
    }
    assert_eq!(bodies.len(), 2);
    // A database without any of them is not asked.
    let second: Vec<RowId> = rows.into_iter().filter(|row| row.database() == 1).collect();
    let statements = find::read_bodies(&second);
    assert_eq!(statements.iter().map(Vec::len).collect::<Vec<_>>(), [0, 1]);
    // By a leg a caller is found wherever a part of the call is.
    let n: Vec<i64> = second.iter().map(|row| row.n()).collect();
    let legs = databases[1].run(&find::legs_with(&n, "4477L"));
    assert_eq!(legs, ["L"]);
    assert!(databases[1].run(&find::legs_with(&n, "4479")).is_empty());
    for database in &databases {
        assert_eq!(database.run(&find::rows_of(&legs)).len(), 1);
    }
}
