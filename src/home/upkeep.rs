//! What waits for an administrator: roles that end, parts that nobody has, reference rows to compare with their source.

use serde::Deserialize;
use time::Date;

use crate::{
    access::Role,
    checks::standing::store::Unowned,
    id::{PersonId, PostId},
    reference::store::KindRow,
    text::{day_words, many, of_many, wait},
};

/// How long before its last day a role is told of.
pub const SOON: i32 = 30;

/// The first few of a list, and how many there are.
#[derive(Debug)]
pub struct Few<T> {
    pub shown: Vec<T>,
    pub all: usize,
}

impl<T> Few<T> {
    /// What is not shown, if anything is not: `and 6 more lists`.
    pub fn more(&self, one: &str) -> Option<String> {
        let more = self.all.saturating_sub(self.shown.len());
        (more > 0).then(|| format!("and {more} more {}", of_many(more, one)))
    }
}

/// A role that ends soon.
#[derive(Debug, Deserialize)]
pub struct Ending {
    pub person: PersonId,
    pub name: String,
    pub role: Role,
    /// The post, or Washington.
    pub place: String,
    pub ends_on: Date,
    /// Whether somebody has the part on the day after.
    pub is_followed: bool,
}

impl Ending {
    /// What becomes of the part.
    pub fn after(&self) -> String {
        let who = if self.is_followed { "Somebody else has" } else { "Nobody has" };
        format!("{who} the part on the day after.")
    }
}

/// Who had a part until a day, or has it from one on.
#[derive(Debug, Deserialize)]
struct Holder {
    name: String,
    day: Date,
}

/// A part that nobody has today.
#[derive(Debug, Deserialize)]
struct Part {
    role: Role,
    /// Who had it last.
    last: Option<Holder>,
    /// Who is to have it next.
    next: Option<Holder>,
}

impl Part {
    fn said(&self) -> String {
        let last = self.last.as_ref().map(|last| format!("{} until {}", last.name, day_words(last.day)));
        let next = self.next.as_ref().map(|next| format!("{} from {}", next.name, day_words(next.day)));
        let known = [last, next].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let role = self.role.label().to_lowercase();
        if known.is_empty() { format!("no {role}") } else { format!("no {role} ({known})") }
    }
}

/// A post, or Washington, that lacks somebody.
#[derive(Debug, Deserialize)]
pub struct Lacking {
    /// Which post it is; none: it is Washington.
    pub post: Option<PostId>,
    pub name: String,
    parts: Vec<Part>,
}

impl Lacking {
    /// `no post officer; no post supervisor (Ruth Pell until 12 Oct 2026)`.
    pub fn said(&self) -> String {
        self.parts.iter().map(Part::said).collect::<Vec<_>>().join("; ")
    }
}

/// What waits for an administrator.
#[derive(Debug)]
pub struct Upkeep {
    pub ending: Few<Ending>,
    pub lacking: Few<Lacking>,
    /// What is asked of nobody, by region.
    pub unowned: Vec<Unowned>,
    /// The lists of reference data that have rows to confirm or to look at again.
    pub lists: Few<KindRow>,
    /// How many rows those are.
    pub rows: i64,
}

impl Upkeep {
    /// One sentence that sums it up.
    pub fn sentence(&self) -> String {
        let ending = self.ending.all;
        let places = self.lacking.all;
        let unowned: i64 = self.unowned.iter().map(|region| region.count).sum();
        let said = [
            (ending > 0).then(|| {
                format!("{} {} within {SOON} days", many(ending, "role"), if ending == 1 { "ends" } else { "end" })
            }),
            (places > 0)
                .then(|| format!("{} {} somebody", many(places, "place"), if places == 1 { "lacks" } else { "lack" })),
            (unowned > 0).then(|| {
                format!("{} {} nobody to act", many(unowned, "check"), if unowned == 1 { "has" } else { "have" })
            }),
            (self.rows > 0)
                .then(|| format!("{} of reference data {} to be confirmed", many(self.rows, "row"), wait(self.rows))),
        ];
        let said = said.into_iter().flatten().collect::<Vec<_>>().join("; ");
        if said.is_empty() { super::show::NOTHING.to_owned() } else { format!("{said}.") }
    }
}
