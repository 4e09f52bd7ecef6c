//! [`Cache`]: what was made with effort and is likely to be needed again, within a bound of bytes.

use std::collections::HashMap;
use std::hash::Hash;

use super::quick_hash::BuildQuickHash;

/// What was used last is found without asking a table: as many places as text in a few sizes has glyphs.
const RECENT: usize = 512;

/// What an entry costs besides itself: the key, and the table's slack.
const ENTRY_BYTES: usize = 64;

/// What values are found by.
pub trait Key: Copy + Eq + Hash {
    /// Some bits of it that differ between keys used together.
    fn some_bits(&self) -> usize;
}

/// What is kept.
pub trait Kept {
    /// The most bytes that a cache of such values holds.
    const CACHE_BYTES: usize;

    /// How many bytes it takes.
    fn byte_size(&self) -> usize;
}

/// Values by key, at most [`Kept::CACHE_BYTES`] of them; what has not been used for longest goes first.
///
/// Approximately: they live in two generations. Use moves one into the young generation; when that
/// holds half of all bytes, the old one is dropped and the young one takes its place.
#[derive(Debug)]
pub struct Cache<K, V> {
    young: Generation<K, V>,
    old: Generation<K, V>,
    /// Where in the young generation a value was last found, by some bits of its key. May be out of date.
    recent: Box<[u32; RECENT]>,
}

impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Self {
            young: Generation::default(),
            old: Generation::default(),
            recent: Box::new([0; RECENT]),
        }
    }
}

#[derive(Debug)]
struct Generation<K, V> {
    /// Where each value is in the list.
    places: HashMap<K, u32, BuildQuickHash>,
    values: Vec<(K, V)>,
    bytes: usize,
}

impl<K, V> Default for Generation<K, V> {
    fn default() -> Self {
        Self {
            places: HashMap::default(),
            values: Vec::new(),
            bytes: 0,
        }
    }
}

impl<K: Key, V: Kept> Generation<K, V> {
    /// Adds a value that is not there. Returns its place.
    fn push(&mut self, key: K, value: V) -> usize {
        let place = self.values.len();
        self.bytes += cost(&value);
        self.values.push((key, value));
        self.places.insert(key, place as u32);
        place
    }

    fn remove(&mut self, key: &K) -> Option<V> {
        let place = self.places.remove(key)?;
        let (_, value) = self.values.swap_remove(place as usize);
        if let Some((moved, _)) = self.values.get(place as usize) {
            self.places.insert(*moved, place);
        }
        self.bytes -= cost(&value);
        Some(value)
    }

    fn forget(&mut self, is_gone: &mut impl FnMut(&K) -> bool) {
        self.values.retain(|(key, _)| !is_gone(key));
        self.bytes = self.values.iter().map(|(_, value)| cost(value)).sum();
        self.places.clear();
        let places = self.values.iter().zip(0..);
        self.places
            .extend(places.map(|((key, _), place)| (*key, place)));
    }
}

/// What a value counts for.
pub(super) fn cost<V: Kept>(value: &V) -> usize {
    value.byte_size() + ENTRY_BYTES
}

impl<K: Key, V: Kept> Cache<K, V> {
    /// A cache without values.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value for `key`, from the cache or from `make`. When `make` has none, neither has the cache.
    #[inline]
    pub fn get_or_insert_with(&mut self, key: K, make: impl FnOnce() -> Option<V>) -> Option<&V> {
        let place = match self.place(&key) {
            Some(place) => place,
            None => self.insert(key, make()?),
        };
        Some(&self.young.values[place].1)
    }

    /// The value for `key`, if it is here.
    #[inline]
    pub fn get(&mut self, key: &K) -> Option<&V> {
        let place = self.place(key)?;
        Some(&self.young.values[place].1)
    }

    /// The value that [`Cache::place`] or [`Cache::insert`] found a place for just before.
    #[inline]
    pub fn at(&self, place: usize) -> Option<&V> {
        Some(&self.young.values.get(place)?.1)
    }

    /// Where the value for `key` is, until the cache is next used otherwise.
    #[inline]
    pub fn place(&mut self, key: &K) -> Option<usize> {
        // In the young generation, which it may have to move to.
        let at = key.some_bits() % RECENT;
        for at in [at, at ^ 1] {
            let guess = self.recent[at] as usize;
            if self.young.values.get(guess).is_some_and(|(k, _)| k == key) {
                return Some(guess);
            }
        }
        self.find(key)
    }

    fn find(&mut self, key: &K) -> Option<usize> {
        if let Some(place) = self.young.places.get(key) {
            let place = *place;
            self.remember(key, place);
            return Some(place as usize);
        }
        let value = self.old.remove(key)?;
        Some(self.insert(*key, value))
    }

    /// Notes where a value was found. Of two that would be noted at the same place both are, side by side.
    fn remember(&mut self, key: &K, place: u32) {
        let at = key.some_bits() % RECENT;
        self.recent[at ^ 1] = self.recent[at];
        self.recent[at] = place;
    }

    /// Keeps a value whose key is not here yet. Returns its place.
    pub fn insert(&mut self, key: K, value: V) -> usize {
        if self.young.bytes + cost(&value) > V::CACHE_BYTES / 2 {
            self.old = std::mem::take(&mut self.young);
        }
        let place = self.young.push(key, value);
        self.remember(&key, place as u32);
        place
    }

    /// Drops all values whose keys `is_gone` names.
    pub fn forget_keys(&mut self, mut is_gone: impl FnMut(&K) -> bool) {
        self.young.forget(&mut is_gone);
        self.old.forget(&mut is_gone);
    }

    /// Drops all values.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// How many bytes the values take now.
    pub fn byte_size(&self) -> usize {
        self.young.bytes + self.old.bytes
    }
}
