//! What is known of a party that blocks an approval (guard 7): a destination that the law proscribes, and lists.

use std::slice;

use super::file::Listing;
use crate::{basis::Basis, id::PartyId, reference::model::Reference};

/// A party as it is screened, on a license as well as on a check that has none.
#[derive(Debug, Clone, Copy)]
pub struct Screened<'a> {
    pub id: PartyId,
    pub name: &'a str,
    /// The code of its country.
    pub country: &'a str,
    pub country_name: &'a str,
    pub listings: &'a [Listing],
}

/// Why a party on a list blocks approval.
pub fn on_lists(listings: &[Listing]) -> String {
    format!("on a list: {}", listings.iter().map(Listing::said).collect::<Vec<_>>().join(", "))
}

impl Screened<'_> {
    /// Where the law lets nothing go (22 CFR 126.1).
    pub(super) fn proscribed(&self, reference: &Reference) -> Option<String> {
        let entry = reference.proscription(self.country)?;
        Some(format!("in {}, a proscribed destination ({})", self.country_name, entry.source))
    }

    pub(super) fn listed(&self) -> Option<String> {
        (!self.listings.is_empty()).then(|| on_lists(self.listings))
    }

    /// Whoever judges it reads this first.
    pub fn flag(&self, reference: &Reference) -> Option<String> {
        self.proscribed(reference).or_else(|| self.listed())
    }

    /// What a judgement reads of it, as facts of these two kinds.
    pub fn says(&self, mut basis: Basis, [listed, proscribed]: [&str; 2], reference: &Reference) -> Basis {
        let (id, name) = (self.id, self.name);
        for listing in self.listings {
            let (key, says) = (listing.key(), format!("{name} {}", on_lists(slice::from_ref(listing))));
            basis = basis.with(listed, format!("{id}/{key}"), key, says);
        }
        if let Some(entry) = reference.proscription(self.country) {
            let says = format!("{}, where {name} is, a proscribed destination ({})", self.country_name, entry.source);
            basis = basis.with(proscribed, id, &entry.code, says);
        }
        basis
    }
}
