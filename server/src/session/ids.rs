//! [`ById`]: what a client has made, by the ids it chose.

use std::collections::HashMap;

/// Things by the ids that a client has given them. A client can only slow down itself, and even that
/// takes luck: the hash is keyed with random numbers. It is not the standard library's, whose guarantees
/// cost as much as drawing a small rectangle does.
pub(super) type ById<K, V> = HashMap<K, V, foldhash::fast::RandomState>;
