//! Serial numbers as they are read: what is missing first, each group with where it was, with whom and since when; what
//! was seen as single numbers, or as runs where there are many.

use time::OffsetDateTime;

use super::model::{SerialCount, SerialState};
use crate::{
    id::{ItemGroupId, LicenseId},
    text::{day_words, grouped},
};

/// From how many on a group shows its runs instead of each number.
const MANY: i64 = 120;
/// How many runs of numbers a page reads.
pub const RUNS: i64 = 400;

/// Numbers of one ending each, one after the other, that a count found in one state.
#[derive(Debug, Clone)]
pub struct Run {
    pub license: LicenseId,
    pub item: String,
    pub state: SerialState,
    pub location: String,
    /// Held by which party.
    pub holder: Option<String>,
    pub first: String,
    pub last: String,
    pub count: i64,
    /// When the first of them was recorded so.
    pub since: OffsetDateTime,
}

/// Numbers of one item group that were found alike.
#[derive(Debug)]
pub struct Found {
    pub state: SerialState,
    pub item: String,
    pub count: i64,
    /// Where, with whom and since when.
    pub place: String,
    pub numbers: Vec<String>,
}

impl Found {
    pub fn is_exception(&self) -> bool {
        self.state.tone() == "bad"
    }
}

impl Run {
    fn is_like(&self, other: &Self) -> bool {
        (self.state, &self.item, &self.location, &self.holder)
            == (other.state, &other.item, &other.location, &other.holder)
    }

    /// Each number of it: they differ in the digits they end with.
    fn each(&self) -> Vec<String> {
        let digits = |number: &str| number.len() - number.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let width = digits(&self.first).min(15);
        let (stem, begin) = self.first.split_at(self.first.len() - width);
        match begin.parse::<i64>() {
            Ok(begin) => (begin..begin + self.count).map(|number| format!("{stem}{number:0width$}")).collect(),
            Err(_) => vec![self.first.clone()],
        }
    }

    fn shown(&self) -> String {
        match self.count {
            1 => self.first.clone(),
            count => format!("{} through {} ({})", self.first, self.last, grouped(&count.to_string())),
        }
    }
}

/// What was found of a license's numbers, in the order of its runs.
pub fn found(runs: &[Run], license: LicenseId) -> Vec<Found> {
    let own: Vec<&Run> = runs.iter().filter(|run| run.license == license).collect();
    own.chunk_by(|run, next| run.is_like(next)).filter_map(alike).collect()
}

/// What is known of a license's numbers without reading them one by one: how many, and which are not where they should
/// be.
pub fn in_short(counts: &[SerialCount], label: impl Fn(ItemGroupId) -> String) -> Vec<Found> {
    let mut all: Vec<Found> = counts
        .iter()
        .map(|count| Found {
            state: count.state,
            item: label(count.item_group_id),
            count: count.count,
            place: String::new(),
            numbers: count.numbers.clone(),
        })
        .collect();
    let order = [SerialState::Missing, SerialState::NotCounted, SerialState::Elsewhere, SerialState::Seen];
    all.sort_by_key(|found| order.iter().position(|state| *state == found.state));
    all
}

fn alike(runs: &[&Run]) -> Option<Found> {
    let first = runs.first()?;
    let count = runs.iter().map(|run| run.count).sum();
    let since = runs.iter().map(|run| run.since).min()?;
    let held = first.holder.as_ref().map(|holder| format!("held by {holder}"));
    let place = Some(first.location.clone()).filter(|place| !place.is_empty());
    let since = Some(format!("since {}", day_words(since.date())));
    let place: Vec<String> = [place, held, since].into_iter().flatten().collect();
    let numbers = match count {
        ..=MANY => runs.iter().flat_map(|run| run.each()).collect(),
        _ => runs.iter().map(|run| run.shown()).collect(),
    };
    Some(Found { state: first.state, item: first.item.clone(), count, place: place.join("; "), numbers })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(state: SerialState, first: &str, last: &str, count: i64) -> Run {
        Run {
            license: LicenseId(uuid::Uuid::nil()),
            item: "pistols".into(),
            state,
            location: "the store".into(),
            holder: Some("City Police".into()),
            first: first.into(),
            last: last.into(),
            count,
            since: crate::sample::NOW,
        }
    }

    #[test]
    fn few_numbers_stand_one_by_one_and_many_as_runs() {
        let id = LicenseId(uuid::Uuid::nil());
        let few = [run(SerialState::Seen, "KX098", "KX101", 4), run(SerialState::Seen, "LAB", "LAB", 1)];
        let [seen] = &found(&few, id)[..] else { panic!("they were found alike") };
        assert_eq!(seen.numbers, ["KX098", "KX099", "KX100", "KX101", "LAB"]);
        assert_eq!((seen.count, seen.place.as_str()), (5, "the store; held by City Police; since 18 Jun 2026"));
        let many = [run(SerialState::Seen, "KX0001", "KX0120", 120), run(SerialState::Seen, "KX0200", "KX0200", 1)];
        assert_eq!(found(&many, id)[0].numbers, ["KX0001 through KX0120 (120)", "KX0200"]);
    }

    #[test]
    fn what_was_found_otherwise_or_elsewhere_stands_apart() {
        let id = LicenseId(uuid::Uuid::nil());
        let mut runs = vec![run(SerialState::Missing, "KX1", "KX1", 1), run(SerialState::Seen, "KX2", "KX3", 2)];
        runs.push(Run { location: String::new(), holder: None, ..run(SerialState::Seen, "KX4", "KX4", 1) });
        runs.push(Run { license: LicenseId::new(), ..run(SerialState::Seen, "KX5", "KX5", 1) });
        let told: Vec<_> = found(&runs, id).into_iter().map(|found| (found.state, found.count)).collect();
        assert_eq!(told, [(SerialState::Missing, 1), (SerialState::Seen, 2), (SerialState::Seen, 1)]);
        assert!(found(&runs, id)[2].place.starts_with("since "));
    }

    #[test]
    fn without_its_numbers_a_count_still_says_what_is_missing_first() {
        let count = |state, count, numbers: &[&str]| SerialCount {
            item_group_id: ItemGroupId::new(),
            state,
            holder_party_id: None,
            count,
            numbers: numbers.iter().map(|number| (*number).to_owned()).collect(),
            twice: Vec::new(),
        };
        let counts = [count(SerialState::Seen, 38, &[]), count(SerialState::Missing, 2, &["KX1", "KX2"])];
        let found = in_short(&counts, |_| "pistols".into());
        let told: Vec<_> = found.iter().map(|found| (found.state, found.count, found.numbers.len())).collect();
        assert_eq!(told, [(SerialState::Missing, 2, 2), (SerialState::Seen, 38, 0)]);
        assert!(found[0].is_exception() && !found[1].is_exception());
    }

    #[test]
    fn digits_beyond_what_a_number_holds_are_part_of_what_stands_before() {
        let long = "12345678901234567890";
        assert_eq!(run(SerialState::Seen, long, long, 1).each(), [long]);
    }
}
