//! What is read from the database and stays in the process from one request to the next. Each has a version there that
//! changes with it, so that one small statement tells whether what is kept is still what is stored, whoever changed it.

use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

/// What was read at the last few versions. A version is never used again, and not by two databases for different
/// contents.
#[derive(Debug)]
pub struct Kept<T> {
    newest_first: Mutex<Vec<(Uuid, Arc<T>)>>,
    most: usize,
}

impl<T> Kept<T> {
    /// Nothing yet, and so many versions at most.
    pub const fn new(most: usize) -> Self {
        Self { newest_first: Mutex::new(Vec::new()), most }
    }

    /// What was read at this version, if it is still kept.
    pub fn of(&self, version: Uuid) -> Option<Arc<T>> {
        let mut kept = self.newest_first.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|(known, _)| *known == version)?;
        kept[..=place].rotate_right(1);
        Some(Arc::clone(&kept[0].1))
    }

    /// Keeps what was read at this version.
    pub fn keep(&self, version: Uuid, value: &Arc<T>) {
        let mut kept = self.newest_first.lock().unwrap_or_else(PoisonError::into_inner);
        // Two may have read the same version side by side.
        kept.retain(|(known, _)| *known != version);
        kept.insert(0, (version, Arc::clone(value)));
        kept.truncate(self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_that_was_asked_for_longest_ago_goes_first() {
        let kept = Kept::new(2);
        let (one, two, three) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        assert!(kept.of(one).is_none());
        kept.keep(one, &Arc::new("one"));
        kept.keep(two, &Arc::new("two"));
        assert_eq!(kept.of(one).as_deref(), Some(&"one"));
        kept.keep(three, &Arc::new("three"));
        assert_eq!(
            [one, two, three].map(|version| kept.of(version).as_deref().copied()),
            [Some("one"), None, Some("three")]
        );
    }
}
