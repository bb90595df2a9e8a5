//! Which of several databases a conversation is in.
//!
//! Rendezvous hashing: each database draws a hash for the key, and the greatest takes it. One
//! database more takes its share of new keys from each of the others, and moves none between them.

use sha2::{Digest as _, Sha256};

use crate::key::RowKey;

/// The database of a row among so many, counted from nought: the one of which the SHA-256 of its
/// number, a colon and the key is greatest.
///
/// It must give the same for ever: a key that moves has its events in two databases from then on.
#[must_use]
pub fn database_of(key: &RowKey, databases: usize) -> usize {
    if databases < 2 {
        return 0;
    }
    let draw = |database: usize| -> [u8; 32] {
        let text = [&database.to_string(), ":", key.as_str()].concat();
        Sha256::digest(text).into()
    };
    (0..databases)
        .max_by_key(|database| draw(*database))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: usize) -> RowKey {
        RowKey::of_conversation(&format!("CON-{number}").into())
    }

    #[test]
    fn a_key_stays_where_it_is() {
        // printf '0:CON-1' | sha256sum, and so on.
        let found = |databases| -> Vec<usize> {
            (0..12)
                .map(|number| database_of(&key(number), databases))
                .collect()
        };
        assert_eq!(found(1), [0; 12]);
        assert_eq!(found(2), [1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 1, 0]);
        assert_eq!(found(3), [2, 2, 2, 0, 2, 1, 0, 2, 0, 2, 1, 0]);
    }

    #[test]
    fn each_has_its_share_and_one_more_takes_only_its_own() {
        const KEYS: usize = 6_000;
        for databases in 1..6 {
            let mut counts = vec![0_usize; databases];
            let mut moved = 0_usize;
            for number in 0..KEYS {
                let before = database_of(&key(number), databases);
                let after = database_of(&key(number), databases + 1);
                *counts.get_mut(before).unwrap() += 1;
                if before != after {
                    assert_eq!(after, databases, "it moves to the new one alone");
                    moved += 1;
                }
            }
            let share = KEYS / databases;
            for count in counts {
                assert!(count.abs_diff(share) < share / 8, "{count} of {share}");
            }
            let share = KEYS / (databases + 1);
            assert!(moved.abs_diff(share) < share / 8, "{moved} of {share}");
        }
    }
}
