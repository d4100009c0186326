//! What exceptions and decisions rested on, and what changed beneath them since (guard 11).

use time::Date;

use super::{
    file::{Decision, Exception, ItemGroup, LicenseFile, LicenseParty},
    words::{Act, Ground, LicenseStatus},
};
use crate::{
    approvals::model::ApprovalState,
    basis::{Basis, Changed},
    clock::Zone,
    id::PartyId,
    reference::model::Reference,
    text::{day_words, dollars},
};

/// What a license says: a change of these, or a new one, makes it another license.
pub(super) const SAYS: [&str; 7] = ["destination", "value", "item", "party", "listed", "proscribed", "bound"];
/// What a decision needed and had: that there is more of it later changes nothing.
pub(super) const NEEDED: [&str; 6] = ["permit", "exempt", "signature", "condition", "exception", "certified"];

impl LicenseFile {
    /// The license itself: what it is for, its items however they are split, and its parties as they may receive them.
    fn says(&self, basis: Basis, reference: &Reference) -> Basis {
        let value = self.amount();
        let mut basis = self.goes_to(basis, reference);
        basis = basis.with("value", "", value.normalize(), format!("value {}", dollars(value)));
        let kinds = self.items.iter().map(ItemGroup::treatment).collect::<std::collections::BTreeSet<_>>();
        for kind in kinds {
            let of: Vec<&ItemGroup> = self.items.iter().filter(|item| item.treatment() == kind).collect();
            let quantity: i64 = of.iter().map(|item| item.quantity).sum();
            let labels: Vec<String> = of.iter().map(|item| item.named()).collect();
            basis = basis.with("item", kind, quantity, format!("items {}", labels.join("; ")));
        }
        self.parties.iter().fold(basis, |basis, party| party.says(basis, reference))
    }

    /// Where the items go, and what is against that.
    fn goes_to(&self, basis: Basis, reference: &Reference) -> Basis {
        let (to, name) = (&self.destination, &self.destination_name);
        let basis = basis.with("destination", "", to, format!("destination {name}"));
        match reference.proscription(to) {
            Some(entry) => {
                let says = format!("{name}, where the items go, a proscribed destination ({})", entry.source);
                basis.with("bound", "", &entry.code, says)
            }
            None => basis,
        }
    }

    /// What an exception rests on: of a party, that party as it stands (guard 7); of the missing result, the license
    /// (guard 15).
    pub(super) fn excepted_on(&self, party: Option<PartyId>, reference: &Reference) -> Basis {
        let basis = Basis::reading(&SAYS);
        match party {
            None => self.says(basis, reference),
            Some(party) => {
                let parties = self.parties.iter().filter(|known| known.party_id == party);
                let basis = self.goes_to(basis, reference);
                parties.fold(basis, |basis, party| party.says(basis, reference))
            }
        }
    }

    /// What changed since an exception was made: it lapsed.
    pub fn lapsed(&self, exception: &Exception, reference: &Reference) -> Vec<Changed> {
        let now = || self.excepted_on(exception.party_id, reference);
        exception.basis.as_ref().map_or_else(Vec::new, |basis| basis.changes(&now()))
    }

    /// What a decision that lets items go rests on: the license, the results on it, and every paper, exception and
    /// condition that was needed and there on its day. Where not all checks are known, nothing is said of results.
    pub(super) fn decided_on(&self, reference: &Reference, day: Date, all_checks: bool) -> Basis {
        let mut basis = Basis::reading(&SAYS).resting_on(&NEEDED);
        if all_checks {
            basis = basis.and_reading(Ground::Result.code());
            for (check, word) in self.results() {
                let says = format!("result of {}: {}", check.reference, word.label().to_lowercase());
                basis = basis.with("result", check.id, word.code(), says);
            }
        }
        basis = self.papers_on(self.says(basis, reference), day);
        for condition in self.conditions.iter().filter(|condition| condition.met_at.is_some()) {
            basis = basis.with("condition", condition.id, "met", format!("condition met: {}", condition.text));
        }
        for exception in self.exceptions.iter().filter(|made| self.lapsed(made, reference).is_empty()) {
            let which = exception.party_id.map_or_else(|| "result".to_owned(), |party| party.to_string());
            basis = basis.with("exception", which, "stands", format!("an exception {}", exception.to()));
        }
        if let Some(day) = self.certified_on {
            basis = basis.with("certified", "", day, format!("certified to Congress on {}", day_words(day)));
        }
        basis
    }

    /// What signatures on a check rest on, of a license of it: as a decision would, and its conditions and go-betweens.
    pub fn signed_on(&self, reference: &Reference, day: Date) -> Basis {
        let mut basis = self.decided_on(reference, day, false);
        for kind in ["raised", "takes"] {
            basis = basis.and_reading(kind);
        }
        for condition in &self.conditions {
            basis = basis.with("raised", condition.id, "raised", format!("condition: {}", condition.text));
        }
        for party in self.parties.iter().filter(|party| party.role.is_go_between()) {
            let (name, takes) = (&party.name, party.takes_possession);
            let says = format!("{name} ({}) takes possession: {}", party.role.label(), takes.label().to_lowercase());
            basis = basis.with("takes", format!("{}/{}", party.party_id, party.role.code()), takes.code(), says);
        }
        basis
    }

    /// The papers that counted on a day.
    fn papers_on(&self, mut basis: Basis, day: Date) -> Basis {
        for item in &self.items {
            for row in self.approvals.iter().filter(|row| row.item_group_id == item.id) {
                let cell = self.judged(item, row, day);
                match (cell.permit, row.state) {
                    _ if !cell.counts() => {}
                    (Some(permit), _) => {
                        let says = format!("permit {} of {}, which counted", permit.number, permit.issuer);
                        basis = basis.with("permit", permit.id, "counts", says);
                    }
                    (None, ApprovalState::NotRequired) => {
                        let whose = row.authority.as_deref().unwrap_or("any authority");
                        let which = format!("{}/{}", item.treatment(), whose);
                        let says = format!("no approval of {whose} is required for {}", item.named());
                        basis = basis.with("exempt", which, "not required", says);
                    }
                    _ => {}
                }
            }
        }
        let signatures = self.certificate.iter().flat_map(|certificate| &certificate.signatures);
        for signature in signatures.filter(|signature| signature.verified_by.is_some()) {
            let signer = signature.signer.label().to_lowercase();
            let says = format!("verified signature of the {signer}: {}", signature.signer_name);
            basis = basis.with("signature", signature.id, "verified", says);
        }
        basis
    }

    /// The decision in force: the last one that let items go. One that lets a stopped license run again asks for less
    /// than an approval does: what the approval rested on is not judged by it.
    pub fn in_force(&self) -> Option<&Decision> {
        use LicenseStatus::{Approved, ApprovedOnConditions, Suspended};
        let stands = matches!(self.status, Approved | ApprovedOnConditions | Suspended);
        self.decisions.iter().rev().find(|decision| decision.act.releases()).filter(|_| stands)
    }

    /// What changed beneath the decision in force: it stands, marked, until it is decided again.
    pub fn changed_beneath(&self, reference: &Reference, all_checks: bool) -> Vec<Changed> {
        let bases = self.in_force().and_then(|decision| self.bases(decision, reference, all_checks));
        bases.map_or_else(Vec::new, |(then, now)| then.changes(&now))
    }

    /// The decision that is to be made again, because its basis changed, and the kinds of facts that did. One that was
    /// stopped runs again first, or never.
    pub fn asks_again(&self, reference: &Reference) -> Option<(&Decision, Vec<Ground>)> {
        self.status.again(Act::Approve)?;
        let decision = self.in_force()?;
        let (then, now) = self.bases(decision, reference, true)?;
        let changed = then.kinds_changed(&now);
        let grounds: Vec<Ground> =
            Ground::ALL.iter().copied().filter(|ground| changed.contains(ground.code())).collect();
        (!grounds.is_empty()).then_some((decision, grounds))
    }

    /// What a decision rested on, if that was kept, and what it would rest on now.
    fn bases<'a>(&self, decision: &'a Decision, reference: &Reference, all_checks: bool) -> Option<(&'a Basis, Basis)> {
        let day = Zone::named(Zone::WASHINGTON).day(decision.decided_at);
        decision.basis.as_ref().map(|then| (then, self.decided_on(reference, day, all_checks)))
    }
}

impl LicenseParty {
    /// A party as it may receive the items.
    fn says(&self, basis: Basis, reference: &Reference) -> Basis {
        let (id, name) = (self.party_id, &self.name);
        let which = format!("{id}/{}", self.role.code());
        let says = format!("{name} ({}) in {}", self.role.label(), self.country_name);
        let basis = basis.with("party", which, &self.country, says);
        self.screened().says(basis, ["listed", "proscribed"], reference)
    }
}

impl ItemGroup {
    /// What makes items of a license the same: a split of them changes nothing.
    fn treatment(&self) -> String {
        let category = self.usml_category.as_deref().unwrap_or("-");
        let (significant, major) = (self.significant_military_equipment, self.major_defense_equipment);
        let (class, unit) = (&self.item_class, &self.unit_code);
        format!("{class}/{category}/{significant}/{major}/{}/{unit}", self.jurisdiction.code())
    }
}
