//! A weapon is one thing: which lists speak of the same one, and when they cannot all be right.
//!
//! A serial number is its license's. Whoever counts it again under that license, on the same check, on another or on
//! one that follows, speaks of the same weapon, and the last word holds. Under another license the same weapon cannot
//! be, whatever was found of it there; and no two posts have it before them at one time.

use serde::Deserialize;
use time::OffsetDateTime;

use super::{
    file::{ItemGroup, LicenseFile},
    words::LicenseStatus,
};
use crate::{
    approvals::model::SerialState,
    id::{ItemGroupId, LicenseId, PostId},
    parties::model::PartyRole,
};

/// Serial numbers of an item group that stand in an item group of another license too.
#[derive(Debug, Clone, Deserialize)]
pub struct Shared {
    pub item_group_id: ItemGroupId,
    /// What was found of them here.
    pub state: SerialState,
    pub count: i64,
    /// As they are written here, the first hundred.
    pub numbers: Vec<String>,
    /// On which it is found too, and how far that one has come.
    pub license_id: LicenseId,
    pub number: String,
    pub status: LicenseStatus,
    /// What the items are there, and what was found of them.
    pub item_class: String,
    pub counted: SerialState,
    /// What the makers on the other license are known by.
    pub makers: Vec<String>,
    /// Whose people see the other license.
    pub posts: Vec<PostId>,
}

/// Serial numbers of an item group that a post counted after another post had.
#[derive(Debug, Clone, Deserialize)]
pub struct Recounted {
    pub item_group_id: ItemGroupId,
    pub state: SerialState,
    /// When they were counted last.
    #[serde(with = "time::serde::rfc3339")]
    pub counted_at: OffsetDateTime,
    pub count: i64,
    /// As they are written, the first hundred.
    pub numbers: Vec<String>,
    /// What the other post found.
    pub before: SerialState,
    /// When it answered; not yet.
    #[serde(with = "time::serde::rfc3339::option")]
    pub answered_at: Option<OffsetDateTime>,
}

/// Another license that a contradiction is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    pub license: LicenseId,
    pub number: String,
    /// Whether the post whose check it is sees that license too. Of another one it learns that there is one, no more.
    pub is_seen_at_post: bool,
}

/// What a contradiction says of weapons that cannot be where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What it rests on: other facts are asked about again.
    pub facts: String,
    pub sentence: String,
    pub others: Vec<Other>,
}

/// Two lists of one number speak of one weapon if the items are of one class, and of one maker as far as both licenses
/// name any.
fn is_one((class, makers): (&str, &[String]), (other_class, other_makers): (&str, &[String])) -> bool {
    let maker = makers.is_empty() || other_makers.is_empty() || makers.iter().any(|maker| other_makers.contains(maker));
    class == other_class && maker
}

/// Nothing was shipped under a license that was returned or denied: it lets go of what nobody saw.
fn lets_go(status: LicenseStatus, found: SerialState) -> bool {
    matches!(status, LicenseStatus::Returned | LicenseStatus::Denied)
        && matches!(found, SerialState::NotCounted | SerialState::Missing)
}

impl Shared {
    fn cannot_be(&self, license: &LicenseFile, item: &ItemGroup, makers: &[String]) -> bool {
        is_one((&item.item_class, makers), (&self.item_class, &self.makers))
            && !lets_go(license.status, self.state)
            && !lets_go(self.status, self.counted)
    }
}

impl Recounted {
    /// Both saw it, and the first had not answered yet when the second did: it had no time to move.
    fn cannot_be(&self) -> bool {
        let at_once = self.answered_at.is_none_or(|answered| answered > self.counted_at);
        (self.before, self.state) == (SerialState::Seen, SerialState::Seen) && at_once
    }
}

impl LicenseFile {
    /// What the makers on the license are known by.
    fn makers(&self) -> Vec<String> {
        let makers = self.parties.iter().filter(|party| party.role == PartyRole::Manufacturer);
        makers.flat_map(|party| party.folded.iter().cloned()).collect()
    }

    /// What of an item group stands on another license too and cannot, as far as a post may know.
    pub fn elsewhere(&self, item: &ItemGroup, post: PostId) -> Option<Told> {
        let makers = self.makers();
        let of = |shared: &&Shared| shared.item_group_id == item.id && shared.cannot_be(self, item, &makers);
        let (mut others, mut facts, mut rows): (Vec<Other>, Vec<String>, Vec<_>) = Default::default();
        for shared in self.shared.iter().filter(of) {
            let (license, number) = (shared.license_id, shared.number.clone());
            let other = Other { license, number, is_seen_at_post: shared.posts.contains(&post) };
            if !others.contains(&other) {
                others.push(other);
            }
            let (here, there, numbers) = (shared.state.code(), shared.counted.code(), shared.numbers.join(" "));
            facts.push(format!("{license} {here}/{there} {}: {numbers}", shared.count));
            rows.push((&shared.numbers, shared.count));
        }
        let sentence = stands_elsewhere(&item.label, &numbers_of(&rows), &others);
        (!rows.is_empty()).then(|| Told { facts: facts.join("; "), sentence, others })
    }

    /// What of an item group two posts saw at once.
    pub fn seen_at_once(&self, item: &ItemGroup) -> Option<Told> {
        let of = |again: &&Recounted| again.item_group_id == item.id && again.cannot_be();
        let again: Vec<&Recounted> = self.recounted.iter().filter(of).collect();
        let facts = again.iter().map(|again| format!("{}: {}", again.counted_at, again.numbers.join(" ")));
        let facts = facts.collect::<Vec<_>>().join("; ");
        let rows: Vec<_> = again.iter().map(|again| (&again.numbers, again.count)).collect();
        let sentence = is_seen_twice(&item.label, &numbers_of(&rows));
        (!rows.is_empty()).then(|| Told { facts, sentence, others: Vec::new() })
    }
}

/// The first of them, and how many there are.
fn numbers_of(rows: &[(&Vec<String>, i64)]) -> (String, i64) {
    let (mut numbers, mut most) = (Vec::new(), 0);
    for (row, count) in rows {
        numbers.extend(row.iter().map(String::as_str));
        most = most.max(*count);
    }
    numbers.sort_unstable();
    numbers.dedup();
    let all = most.max(i64::try_from(numbers.len()).unwrap_or(i64::MAX));
    (numbers.first().map(|first| (*first).to_owned()).unwrap_or_default(), all)
}

/// What guard 13 says of serial numbers that stand on another license too: where, as far as the post may know.
pub fn stands_elsewhere(label: &str, (first, all): &(String, i64), others: &[Other]) -> String {
    let seen: Vec<&str> =
        others.iter().filter(|other| other.is_seen_at_post).map(|other| other.number.as_str()).collect();
    let seen = (!seen.is_empty()).then(|| format!("on license {}", seen.join(", ")));
    let hidden = others.iter().any(|other| !other.is_seen_at_post).then(|| "in another file".to_owned());
    let places = seen.into_iter().chain(hidden).collect::<Vec<_>>().join(" and ");
    if *all == 1 {
        format!("{label}: serial number {first} stands {places} too")
    } else {
        format!("{label}: serial number {first} and {} more stand {places} too", all - 1)
    }
}

/// What guard 13 says of serial numbers that two posts saw at once.
pub fn is_seen_twice(label: &str, (first, all): &(String, i64)) -> String {
    let more = if *all == 1 { String::new() } else { format!(" and {} more", all - 1) };
    format!("{label}: serial number {first}{more} seen in another file too, before the first of the two was answered")
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::sample;

    use LicenseStatus as L;
    use SerialState as S;

    fn shared(license: &LicenseFile) -> Shared {
        Shared {
            item_group_id: license.items[0].id,
            state: S::Seen,
            count: 1,
            numbers: vec!["KX1".into()],
            license_id: LicenseId::new(),
            number: "05-971940".into(),
            status: L::Approved,
            item_class: license.items[0].item_class.clone(),
            counted: S::Seen,
            makers: Vec::new(),
            posts: Vec::new(),
        }
    }

    /// Whatever was found of it on either, one weapon is not under two licenses; but of one that was returned or denied
    /// only what somebody saw counts.
    #[test]
    fn a_weapon_is_under_one_license() {
        let ended = |status| matches!(status, L::Returned | L::Denied);
        let unseen = |state| matches!(state, S::NotCounted | S::Missing);
        for (here, there) in L::ALL.iter().flat_map(|here| L::ALL.iter().map(move |there| (*here, *there))) {
            for (state, counted) in S::ALL.iter().flat_map(|one| S::ALL.iter().map(move |other| (*one, *other))) {
                let mut license = sample::license();
                license.status = here;
                license.shared = vec![Shared { state, counted, status: there, ..shared(&license) }];
                let goes = ended(here) && unseen(state) || ended(there) && unseen(counted);
                let found = license.elsewhere(&license.items[0], PostId::new()).map_or(0, |told| told.others.len());
                assert_eq!(found, usize::from(!goes), "{here:?} {state:?}, {there:?} {counted:?}");
            }
        }
    }

    #[test]
    fn one_number_is_one_weapon_if_class_and_maker_are_the_same() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        for (class, makers, other_makers, one) in [
            ("", &[][..], &[][..], true),
            ("", &["castellan arms"], &[], true),
            ("", &[], &["castellan arms"], true),
            ("", &["castellan arms", "castellan"], &["meridian", "castellan"], true),
            ("", &["castellan arms"], &["meridian"], false),
            ("another_class", &["castellan arms"], &["castellan arms"], false),
        ] {
            let mut license = sample::license();
            license.parties.retain(|party| party.role != PartyRole::Manufacturer);
            if !makers.is_empty() {
                let mut maker =
                    sample::party("A", PartyRole::Manufacturer, crate::parties::model::TakesPossession::Never);
                maker.folded = names(makers);
                license.parties.push(maker);
            }
            let mut other = shared(&license);
            other.item_class.push_str(class);
            other.makers = names(other_makers);
            license.shared = vec![other];
            let found = license.elsewhere(&license.items[0], PostId::new()).map_or(0, |told| told.others.len());
            assert_eq!(found, usize::from(one), "{class} {makers:?} {other_makers:?}");
        }
    }

    /// Of another item group of the license it is nothing.
    #[test]
    fn what_stands_elsewhere_is_told_of_its_items() {
        let mut license = sample::license();
        license.shared = vec![Shared { item_group_id: ItemGroupId::new(), ..shared(&license) }];
        assert_eq!(license.elsewhere(&license.items[0], PostId::new()), None);
    }

    #[test]
    fn two_posts_do_not_see_one_weapon_at_one_time() {
        let (before, after) = (Some(sample::NOW - Duration::days(1)), Some(sample::NOW + Duration::days(1)));
        for first in S::ALL.iter().copied() {
            for second in S::ALL.iter().copied() {
                for (answered_at, at_once) in [(None, true), (after, true), (Some(sample::NOW), false), (before, false)]
                {
                    let mut license = sample::license();
                    license.recounted = vec![Recounted {
                        item_group_id: license.items[0].id,
                        state: second,
                        counted_at: sample::NOW,
                        count: 1,
                        numbers: vec!["KX1".into()],
                        before: first,
                        answered_at,
                    }];
                    let cannot = (first, second) == (S::Seen, S::Seen) && at_once;
                    let found = license.seen_at_once(&license.items[0]).iter().len();
                    assert_eq!(found, usize::from(cannot), "{first:?} {second:?} {answered_at:?}");
                }
            }
        }
    }
}
