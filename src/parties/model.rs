//! Parties and what they do on a license.

use crate::words;

words! {
    /// What kind of party.
    pub enum PartyKind {
        /// A firm.
        Company = "company", "Company";
        /// A ministry, a police, an army.
        GovernmentBody = "government_body", "Government body";
        /// Such as a commission of the United Nations.
        InternationalOrganization = "international_organization", "International organization";
        /// A natural person.
        Person = "person", "Person";
    }

    /// What a party does on a license (22 CFR 120.57 to 120.65, 123.9).
    pub enum PartyRole {
        /// Asks for the license.
        Applicant = "applicant", "Applicant";
        /// Made the items.
        Manufacturer = "manufacturer", "Manufacturer";
        /// Sells them.
        Seller = "seller", "Seller";
        /// Receives them abroad.
        ForeignConsignee = "foreign_consignee", "Foreign consignee";
        /// Handles them on the way.
        IntermediateConsignee = "intermediate_consignee", "Intermediate consignee";
        /// Uses them.
        EndUser = "end_user", "End-user";
        /// Carries them.
        FreightForwarder = "freight_forwarder", "Freight forwarder";
        /// Brings buyer and seller together (22 CFR part 129).
        Broker = "broker", "Broker";
    }

    /// Whether a party ever holds the items.
    pub enum TakesPossession {
        /// It does.
        Takes = "takes", "Takes possession";
        /// It never does, as recorded.
        Never = "never", "Never takes possession";
        /// Not known yet.
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
        /// Where it is.
        Address = "address", "Address";
        /// A number that was reached.
        Telephone = "telephone", "Telephone";
        /// A register's entry.
        Registration = "registration", "Registration";
        /// Who owns it.
        Owner = "owner", "Owner";
        /// Anything else.
        Other = "other", "Other";
    }
}

impl PartyRole {
    /// Roles of which possession matters (guard 9): they stand between seller and end-user.
    pub fn is_go_between(self) -> bool {
        matches!(self, Self::Broker | Self::Seller | Self::IntermediateConsignee | Self::FreightForwarder)
    }
}
