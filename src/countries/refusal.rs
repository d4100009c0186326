//! Why an authority or a rule of a country is not kept: each sentence once.

use crate::error::Refuses;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("Choose an authority of this country.")]
    Authority,
    /// A rule "none needed" is said, not left blank.
    #[error("Choose whose approval it is, or tick that the country asks for none.")]
    WhoseApproval,
    #[error("Say which days these are; choose \"not stated\" if the source does not.")]
    DaysKind,
    #[error("A rule of this class and authority holds at that time: end it first.")]
    RuleHolds,
    #[error("A rule of this country names this authority after that day: end the rule first.")]
    StillNamed,
    #[error("This country has an authority of this name.")]
    NameTaken,
}

impl Refuses for Refusal {
    const HELD: &'static [(&'static str, Self)] =
        &[("country_rules_one_at_a_time", Self::RuleHolds), ("authorities_name_key", Self::NameTaken)];
}
