//! Sorting, a map and a set that cost their code once.
//!
//! A sort of the standard library compiles to five kilobytes of WebAssembly for each type it
//! sorts, a `BTreeMap` to two or three for each type it holds (and `collect()` into one sorts,
//! too). They are the fastest there are for a million items; we have ten, or a few thousand, and
//! every user of the Worker loads the code. So [`sort_by`] has one body for all types, which
//! knows places only, and [`Map`] and [`Set`] are sorted vectors.

use std::borrow::Borrow;
use std::cmp::Ordering;

/// Sorts; equals stay in the order they are in. Takes n log n comparisons at most, and few when
/// all is in order already.
pub fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let mut places = places(
        items.len(),
        &mut |one, other| match (items.get(one), items.get(other)) {
            (Some(one), Some(other)) => compare(one, other),
            _ => Ordering::Equal,
        },
    );
    // Each swap brings an item to its place for good.
    for at in 0..items.len() {
        while let Some(&to) = places.get(at).filter(|to| **to != at) {
            items.swap(at, to);
            places.swap(at, to);
        }
    }
}

/// Sorts what has an order of its own.
pub fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

/// Where each item goes, by heap sort over the places.
fn places(length: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut heap: Vec<usize> = (0..length).collect();
    if (1..length).all(|at| compare(at - 1, at).is_le()) {
        return heap;
    }
    // The places tell equals apart: heap sort alone would mix them.
    let mut before = |one: usize, other: usize| compare(one, other).then(one.cmp(&other)).is_lt();
    for root in (0..length / 2).rev() {
        sift(&mut heap, root, &mut before);
    }
    for end in (1..length).rev() {
        heap.swap(0, end);
        if let Some(rest) = heap.get_mut(..end) {
            sift(rest, 0, &mut before);
        }
    }
    // The heap says who comes to a place; asked for is where who is comes.
    let mut places = vec![0; length];
    for (to, from) in heap.into_iter().enumerate() {
        if let Some(place) = places.get_mut(from) {
            *place = to;
        }
    }
    places
}

/// Lets what stands at `root` sink below all that come after it.
fn sift(heap: &mut [usize], mut root: usize, before: &mut dyn FnMut(usize, usize) -> bool) {
    loop {
        let child = 2 * root + 1;
        let mut last = root;
        for at in [child, child + 1] {
            if let (Some(&greatest), Some(&below)) = (heap.get(last), heap.get(at))
                && before(greatest, below)
            {
                last = at;
            }
        }
        if last == root {
            return;
        }
        heap.swap(root, last);
        root = last;
    }
}

/// A map in a sorted vector: finding takes log n, inserting moves what comes after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map<K, V>(Vec<(K, V)>);

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> Map<K, V> {
    /// A map of nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        self.0
            .binary_search_by(|(known, _)| known.borrow().cmp(key))
    }

    /// The key as it is kept, and its value.
    pub fn get_key_value<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        let (key, value) = self.0.get(self.find(key).ok()?)?;
        Some((key, value))
    }

    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        Some(self.get_key_value(key)?.1)
    }

    /// Whether the key is there.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).is_ok()
    }

    /// Sets the value of a key, and gives the one it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            // It was found there.
            #[allow(clippy::indexing_slicing)]
            Ok(at) => Some(std::mem::replace(&mut self.0[at].1, value)),
            Err(at) => {
                self.0.insert(at, (key, value));
                None
            }
        }
    }

    /// The value of a key; where there is none, what `make` makes is put there.
    pub fn or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let at = self.find(&key).unwrap_or_else(|at| {
            self.0.insert(at, (key, make()));
            at
        });
        // It was found there, or put there on the line above.
        #[allow(clippy::indexing_slicing)]
        &mut self.0[at].1
    }

    /// Takes a key and its value out.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let at = self.find(key).ok()?;
        Some(self.0.remove(at).1)
    }

    /// Keys and values, in the order of the keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + Clone {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// The keys in their order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + Clone {
        self.0.iter().map(|(key, _)| key)
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + Clone {
        self.0.iter().map(|(_, value)| value)
    }

    /// The values, to change them.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// The values alone.
    pub fn into_values(self) -> impl Iterator<Item = V> {
        self.0.into_iter().map(|(_, value)| value)
    }
}

impl<K: Ord, V: Default> Map<K, V> {
    /// The value of a key, the default one where there was none.
    pub fn or_default(&mut self, key: K) -> &mut V {
        self.or_insert_with(key, V::default)
    }
}

impl<K, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, K, V> IntoIterator for &'a Map<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = std::iter::Map<std::slice::Iter<'a, (K, V)>, fn(&'a (K, V)) -> Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(key, value)| (key, value))
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(items: I) -> Self {
        let mut map = Self::new();
        for (key, value) in items {
            map.insert(key, value);
        }
        map
    }
}

/// A set in a sorted vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set<T>(Vec<T>);

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Ord> Set<T> {
    /// A set of nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is there.
    pub fn contains<Q: Ord + ?Sized>(&self, item: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.0
            .binary_search_by(|known| known.borrow().cmp(item))
            .is_ok()
    }

    /// Adds one; says whether it was not there.
    pub fn insert(&mut self, item: T) -> bool {
        let Err(at) = self.0.binary_search(&item) else {
            return false;
        };
        self.0.insert(at, item);
        true
    }

    /// All, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    /// All, in order.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T> IntoIterator for Set<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Set<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: Ord> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut set = Self::new();
        for item in items {
            set.insert(item);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sorting_is_that_of_the_standard_library(items in proptest::collection::vec((0u8..20, any::<u32>()), 0..200)) {
            let (mut ours, mut theirs) = (items.clone(), items);
            sort_by(&mut ours, |a, b| a.0.cmp(&b.0));
            theirs.sort_by_key(|item| item.0);
            prop_assert_eq!(&ours, &theirs);
            sort(&mut ours);
            theirs.sort();
            prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn a_map_is_that_of_the_standard_library(steps in proptest::collection::vec((0u8..4, 0u8..20, any::<u8>()), 0..200)) {
            let (mut ours, mut theirs) = (Map::new(), BTreeMap::new());
            for (step, key, value) in steps {
                match step {
                    0 => prop_assert_eq!(ours.insert(key, value), theirs.insert(key, value)),
                    1 => prop_assert_eq!(ours.remove(&key), theirs.remove(&key)),
                    2 => prop_assert_eq!(ours.or_insert_with(key, || value), theirs.entry(key).or_insert(value)),
                    _ => prop_assert_eq!(ours.get(&key), theirs.get(&key)),
                }
                prop_assert!(ours.iter().eq(&theirs));
            }
        }

        #[test]
        fn a_set_is_that_of_the_standard_library(items in proptest::collection::vec(0u8..20, 0..100)) {
            let (mut ours, mut theirs) = (Set::new(), BTreeSet::new());
            for item in items {
                prop_assert_eq!(ours.insert(item), theirs.insert(item));
                prop_assert!(ours.contains(&item));
            }
            prop_assert!(ours.iter().eq(&theirs));
        }
    }
}
