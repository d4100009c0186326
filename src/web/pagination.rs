//! Lists are read in steps from a key on, never by counting rows away.

/// How many rows a list shows at a time.
pub const PAGE: usize = 50;

/// One step of a list.
#[derive(Debug)]
pub struct Slice<T> {
    pub rows: Vec<T>,
    /// The key to go on from, if there are more.
    pub next: Option<String>,
}

impl<T> Slice<T> {
    /// From `PAGE + 1` rows read; `key` names the last one shown.
    pub fn of(mut rows: Vec<T>, key: impl FnOnce(&T) -> String) -> Self {
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let next = if more { rows.last().map(key) } else { None };
        Self { rows, next }
    }

    /// Whether it has as many rows as a page shows.
    pub fn is_full(&self) -> bool {
        self.rows.len() == PAGE
    }

    /// As [`Slice::of`], of a search that does not look through everything at once: fewer rows do not mean that there
    /// are no more.
    pub fn of_those_looked_through(rows: Vec<T>, next: Option<String>, key: impl FnOnce(&T) -> String) -> Self {
        let is_full = rows.len() > PAGE;
        let slice = Self::of(rows, key);
        if is_full { slice } else { Self { next, ..slice } }
    }
}
