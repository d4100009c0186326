//! The rows of the permit matrix as pages show them.

use crate::id::ItemGroupId;

/// The items of a row, and its cells.
#[derive(Debug)]
pub struct MatrixRow {
    /// The item group's id, for addresses.
    pub item: ItemGroupId,
    /// Such as `9 mm pistols, 30`.
    pub label: String,
    /// The cells, one a column; `None`: this authority is not asked.
    pub cells: Vec<Option<CellView>>,
    /// Why the country asks for nothing, if it does.
    pub exempt: Option<String>,
    /// What is missing where nobody is asked for anything.
    pub lacks: Option<&'static str>,
}

impl MatrixRow {
    /// Whether everything that is asked counts, and something was: nothing is settled by nobody having been asked.
    pub fn is_settled(&self) -> bool {
        let mut cells = self.cells.iter().flatten().peekable();
        (self.exempt.is_some() || cells.peek().is_some()) && cells.all(|cell| cell.counts)
    }
}

#[derive(Debug)]
pub struct CellView {
    /// Where it is recorded.
    pub href: String,
    /// Needed, applied for, verified...
    pub state: &'static str,
    pub tone: &'static str,
    pub counts: bool,
    /// Whether it is looked at first.
    pub is_exception: bool,
    /// Why it does not count, or what it still waits for.
    pub reason: String,
    /// The paper, and who verified it.
    pub paper: String,
    /// Somebody said so, and no paper shows it.
    pub is_word: bool,
    /// Whose word it is, and from which contact.
    pub told: String,
    pub note: String,
    /// Who has to act, while the license is open.
    pub who: Option<String>,
    /// How long it usually takes.
    pub usual: Option<String>,
    /// Why the paper has to be in hand before the application, if it has to.
    pub in_hand_before: Option<String>,
}
