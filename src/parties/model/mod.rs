//! Parties and what they do on a license.

mod unmerge;

pub use unmerge::*;

use super::refusal::Refusal;
use crate::words;

words! {
    /// What kind of party.
    pub enum PartyKind {
        Company = "company", "Company";
        /// A ministry, a police, an army.
        GovernmentBody = "government_body", "Government body";
        /// Such as a commission of the United Nations.
        InternationalOrganization = "international_organization", "International organization";
        Person = "person", "Person";
    }

    /// What a party does on a license (22 CFR 120.57 to 120.65, 123.9).
    pub enum PartyRole {
        /// Asks for the license.
        Applicant = "applicant", "Applicant";
        Manufacturer = "manufacturer", "Manufacturer";
        Seller = "seller", "Seller";
        ForeignConsignee = "foreign_consignee", "Foreign consignee";
        /// Handles them on the way.
        IntermediateConsignee = "intermediate_consignee", "Intermediate consignee";
        EndUser = "end_user", "End-user";
        FreightForwarder = "freight_forwarder", "Freight forwarder";
        /// Brings buyer and seller together (22 CFR part 129).
        Broker = "broker", "Broker";
    }

    /// Whether a party ever holds the items.
    pub enum TakesPossession {
        Takes = "takes", "Takes possession";
        /// It never does, as recorded.
        Never = "never", "Never takes possession";
        Unknown = "unknown", "Unknown";
    }

    /// How far a party's record is established.
    pub enum Standing {
        /// A post came across it; a case officer links it or establishes it.
        Found = "found", "Found by a post";
        /// A record of its own.
        Established = "established", "Established";
        /// The same as another one.
        Merged = "merged", "Merged";
    }

    /// A kind of sourced fact.
    pub enum FactKind {
        Address = "address", "Address";
        /// A number that was reached.
        Telephone = "telephone", "Telephone";
        Registration = "registration", "Registration";
        Owner = "owner", "Owner";
        Other = "other", "Other";
    }
}

impl Standing {
    /// Whether no case officer has established it yet.
    pub const fn is_found(self) -> bool {
        matches!(self, Self::Found)
    }
}

words! {
    /// The answer of who registers a party although one of its name is known.
    pub enum Namesake {
        /// They looked, and it is not that one.
        Another = "another", "It is another party of the same name";
    }
}

/// How two records of a party stand beside each other on one license.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedRole {
    pub license: String,
    /// Of the record that goes.
    pub from: (PartyRole, TakesPossession),
    /// Of the record that stays.
    pub into: (PartyRole, TakesPossession),
}

impl SharedRole {
    /// Why two records cannot become one: one license says of the one that it takes possession, and of the other that
    /// it never does. One of the two is wrong, and merging would hide which.
    pub fn judge(shared: &[Self], from: &str, into: &str) -> Result<(), Refusal> {
        let Some(found) = shared.iter().find(|shared| shared.from.1.contradicts(shared.into.1)) else { return Ok(()) };
        let says = |(role, takes): (PartyRole, TakesPossession)| {
            format!("{} ({})", role.label().to_lowercase(), takes.label().to_lowercase())
        };
        Err(Refusal::Opposite {
            license: found.license.clone(),
            from: from.to_owned(),
            from_is: says(found.from),
            into: into.to_owned(),
            into_is: says(found.into),
        })
    }
}

impl TakesPossession {
    /// Whether two answers cannot both be true.
    pub fn contradicts(self, other: Self) -> bool {
        self != other && self != Self::Unknown && other != Self::Unknown
    }
}

impl PartyRole {
    /// Roles of which possession matters (guard 9): they stand between seller and end-user.
    pub fn is_go_between(self) -> bool {
        matches!(self, Self::Broker | Self::Seller | Self::IntermediateConsignee | Self::FreightForwarder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_records_that_say_the_opposite_of_possession_stay_two() {
        use TakesPossession as T;
        let shared = |from, into| {
            vec![SharedRole {
                license: "05-971940".into(),
                from: (PartyRole::Broker, from),
                into: (PartyRole::EndUser, into),
            }]
        };
        let refused = SharedRole::judge(&shared(T::Never, T::Takes), "Meridian", "Meridian Brokers");
        let sentence = "On license 05-971940 Meridian is broker (never takes possession) and Meridian Brokers is end-user (takes possession). \
            Correct the one that is wrong on the license first, then merge.";
        assert_eq!(refused.map_err(|refusal| refusal.to_string()), Err(sentence.into()));
        for (from, into) in [(T::Never, T::Never), (T::Takes, T::Takes), (T::Unknown, T::Never), (T::Takes, T::Unknown)]
        {
            assert_eq!(SharedRole::judge(&shared(from, into), "a", "b"), Ok(()));
        }
    }

    #[test]
    fn only_a_party_that_was_found_waits_to_be_established() {
        let found: Vec<_> = Standing::ALL.iter().filter(|standing| standing.is_found()).collect();
        assert_eq!(found, [&Standing::Found]);
    }
}
