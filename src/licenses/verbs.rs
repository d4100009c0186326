//! What people do with a license beside recording what it licenses: decide, issue, stop, except, raise a condition,
//! certify. A new verb is an entry here, its rule in `model.rs`, and a page with its template.

use std::fmt::Display;

use rust_decimal::Decimal;
use time::Date;

use super::model::{Act, Decider, LicenseFile, Refusal};
use crate::{
    access::Reader,
    audit::Event,
    id::{LicenseId, PersonId},
    reference::model::Reference,
    verbs,
};

verbs! {
    /// What is done with a license, in the order its page offers it. What was decided, the log says in the words of the
    /// act.
    pub enum LicenseVerb as Deed at "/licenses/{id}/" judged by Rule;
    /// Issues what was approved on conditions.
    Confirm = "confirm", "Confirm" titled "Confirm and issue";
        DecideLicenses; LicenseDecided, ""; Rule::Acts(&[Act::Confirm]);
    /// Approves, approves on conditions, returns or denies.
    Decide = "decide", "Decide";
        DecideLicenses; LicenseDecided, ""; Rule::Acts(&[Act::Approve, Act::ApproveOnConditions, Act::Return, Act::Deny]);
    /// Stops an issued license for now.
    Suspend = "suspend", "Suspend";
        DecideLicenses; LicenseDecided, ""; Rule::Acts(&[Act::Suspend]);
    /// Lets it run again.
    Reinstate = "reinstate", "Reinstate";
        DecideLicenses; LicenseDecided, ""; Rule::Acts(&[Act::Reinstate]);
    Revoke = "revoke", "Revoke";
        DecideLicenses; LicenseDecided, ""; Rule::Acts(&[Act::Revoke]);
    /// Excepts a party or a missing result (guards 7, 15).
    Except = "except", "Make an exception";
        MakeExceptions; ExceptionMade, "made an exception for "; Rule::Other(LicenseFile::may_except);
    /// Raises a condition in words.
    Raise = "raise" at "conditions/raise", "Raise a condition";
        RaiseConditions; ConditionChanged, "raised a condition: "; Rule::Other(|license, _, _| license.may_raise());
    /// Notes the day of certification to Congress (guard 8).
    Certify = "certify", "Certification to Congress";
        RegisterLicenses; LicenseChanged, "recorded the certification to Congress"; Rule::Other(|license, _, _| license.may_certify());
}

/// What judges a verb.
#[derive(Debug, Clone, Copy)]
enum Rule {
    /// The rules of these acts, of which one is chosen: one of those that lead anywhere has to be allowed. Denying
    /// needs no result (guard 15).
    Acts(&'static [Act]),
    /// A rule that asks the license alone.
    Other(fn(&LicenseFile, PersonId, &Reference) -> Result<(), Refusal>),
}

impl LicenseVerb {
    /// What its button says on a license that waits for no first decision.
    pub const GIVE_UP: &'static str = "Return or deny";
    /// What its button says on a license that was decided, and whose basis changed since.
    pub const AGAIN: &'static str = "Decide again";

    /// The acts that its page offers.
    pub fn acts(self) -> &'static [Act] {
        if let Rule::Acts(acts) = self.rule() { acts } else { &[] }
    }

    /// Whether a person of the right role may do it now.
    pub fn judge(self, license: &LicenseFile, by: Decider, reference: &Reference, today: Date) -> Result<(), Refusal> {
        match self.rule() {
            Rule::Acts(acts) => {
                let leading = license.may_choose(acts, reference);
                let asked = if leading.is_empty() { acts } else { &*leading };
                let judge = |act: &Act| license.may_decide(by, *act, reference, today).map(drop);
                match asked.split_last() {
                    Some((last, others)) => {
                        judge(last).or_else(|why| others.iter().rev().find_map(|act| judge(act).ok()).ok_or(why))
                    }
                    None => Ok(()),
                }
            }
            Rule::Other(rule) => rule(license, by.id, reference),
        }
    }

    /// The amount that whoever lets the items go by it has the authority for; none, where it keeps them.
    pub fn amount(self, license: &LicenseFile) -> Option<Decimal> {
        self.acts().iter().any(|act| act.releases()).then(|| license.amount())
    }

    /// Its entry in the log; `more` goes on with the sentence.
    pub fn event(self, license: LicenseId, more: impl Display) -> Event {
        let (fact, sentence) = self.told();
        Event::new(fact, license, format!("{sentence}{more}"))
    }

    /// What a reader may do with a license now: address, button, and whether it is what the license waits for.
    pub fn offered(
        reader: &Reader,
        license: &LicenseFile,
        reference: &Reference,
        today: Date,
    ) -> Vec<(String, &'static str, bool)> {
        let by = Decider { id: reader.id, authority: reader.authority };
        let may = |verb: &&Self| reader.may(verb.permission()) && verb.judge(license, by, reference, today).is_ok();
        let button = |verb: &Self| match verb {
            Self::Decide if !license.open_to_decide(reference) || license.is_theirs(by, Act::Approve).is_err() => {
                (verb.address(license.id).into(), Self::GIVE_UP, false)
            }
            Self::Decide if license.asks_again(reference).is_some() => {
                (verb.address(license.id).into(), Self::AGAIN, true)
            }
            _ => (verb.address(license.id).into(), verb.title(), matches!(verb, Self::Decide | Self::Confirm)),
        };
        Self::ALL.iter().filter(may).map(button).collect()
    }
}

#[cfg(test)]
#[path = "verbs_tests.rs"]
mod tests;
