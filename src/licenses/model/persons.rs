//! Who may act on a license at all, whatever it says: by what they did on it before, and by its amount (guard 11).

use rust_decimal::Decimal;

use super::{file::LicenseFile, refusal::Refusal, words::Act};
use crate::{
    duties::model::{self as duties, Duty},
    id::PersonId,
};

/// Who decides, and with what authority.
#[derive(Debug, Clone, Copy)]
pub struct Decider {
    pub id: PersonId,
    /// The largest value they may decide.
    pub authority: Decimal,
}

/// Whether an authority reaches an amount. One that was never set reaches nothing.
pub fn reaches(authority: Decimal, amount: Decimal) -> bool {
    amount <= authority && !authority.is_zero()
}

impl LicenseFile {
    /// Whether an earlier act of a person on the license or on a check on it keeps them from this one (guard 11).
    pub fn apart(&self, by: PersonId, duty: Duty) -> Result<(), Refusal> {
        Ok(duties::judge(duty, by, &self.duties)?)
    }

    /// Whether a person may ever decide so on the license as it is worth now.
    pub fn is_theirs(&self, by: Decider, act: Act) -> Result<(), Refusal> {
        self.apart(by.id, Duty::Decide)?;
        if act.releases() && !reaches(by.authority, self.amount()) {
            return Err(Refusal::Amount { value: self.amount(), authority: by.authority });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    /// What lets items go asks for the authority; what keeps them does not, and nobody acts on what they worked on.
    #[test]
    fn who_may_never_decide_so_is_told_before_anything_else_is_asked() {
        let mut license = sample::license();
        let amount = license.amount();
        let worker = PersonId::new();
        sample::did_on(&mut license, worker, Duty::Work);
        let cent = Decimal::new(1, 2);
        for act in Act::ALL.iter().copied() {
            let may = |id, authority| license.is_theirs(Decider { id, authority }, act);
            assert!(matches!(may(worker, Decimal::MAX), Err(Refusal::Separated(_))), "{}", act.label());
            for (authority, enough) in [(amount, true), (amount - cent, false), (Decimal::ZERO, false)] {
                let asked = may(PersonId::new(), authority);
                assert_eq!(asked.is_ok(), enough || !act.releases(), "{} with {authority}", act.label());
            }
        }
        license.value_usd = Decimal::ZERO;
        license.items.iter_mut().for_each(|item| item.value_usd = None);
        let unset = Decider { id: PersonId::new(), authority: Decimal::ZERO };
        assert!(
            license.is_theirs(unset, Act::Approve).is_err(),
            "an authority that was never set reaches not even nothing"
        );
    }
}
