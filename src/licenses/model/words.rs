//! The vocabularies of a license, and where an act leads.

use crate::words;

words! {
    /// Where a license stands. Approved means issued.
    pub enum LicenseStatus {
        Pending = "pending", "Pending";
        /// Approved once nothing is open.
        ApprovedOnConditions = "approved_on_conditions", "Approved on conditions";
        Approved = "approved", "Approved";
        Returned = "returned", "Returned";
        Denied = "denied", "Denied";
        /// Issued and stopped for now.
        Suspended = "suspended", "Suspended";
        /// Issued and taken back.
        Revoked = "revoked", "Revoked";
    }

    /// An act on a license.
    pub enum Act {
        Approve = "approve", "Approve";
        /// Issue it once nothing is open.
        ApproveOnConditions = "approve_on_conditions", "Approve on conditions";
        /// Return it without action.
        Return = "return", "Return";
        Deny = "deny", "Deny";
        /// Issue what was approved on conditions.
        Confirm = "confirm", "Confirm and issue";
        /// Stop it for now.
        Suspend = "suspend", "Suspend";
        /// Let it run again.
        Reinstate = "reinstate", "Reinstate";
        Revoke = "revoke", "Revoke";
    }

    /// A kind of facts that a decision rests on. The codes are those that a basis keeps.
    pub enum Ground {
        Destination = "destination", "Destination";
        Value = "value", "Value";
        Item = "item", "Items";
        Party = "party", "Party";
        /// A party on a list, or off it.
        Listed = "listed", "List entry";
        /// A party in a proscribed destination.
        Proscribed = "proscribed", "Party in a proscribed destination";
        /// The items go to one.
        Bound = "bound", "Proscribed destination";
        Result = "result", "Result of a check";
        Permit = "permit", "Permit";
        /// That the country asks for no approval.
        Exempt = "exempt", "Proof that no approval is required";
        Signature = "signature", "Signature on the certificate";
        Condition = "condition", "Condition";
        Exception = "exception", "Exception";
        Certified = "certified", "Certification";
    }

    /// Whose rules an item is under.
    pub enum Jurisdiction {
        /// 22 CFR 120 to 130.
        Itar = "itar", "ITAR";
        /// An item under 15 CFR 730 to 774, licensed with it.
        Ear = "ear", "EAR";
    }
}

/// What changed, in a few words: `List entry, permit`.
pub fn called(grounds: &[Ground]) -> String {
    let words = grounds.iter().map(|ground| ground.label()).enumerate();
    let lower = |(place, word): (usize, &str)| if place == 0 { word.to_owned() } else { word.to_lowercase() };
    words.map(lower).collect::<Vec<_>>().join(", ")
}

impl LicenseStatus {
    pub fn tone(self) -> &'static str {
        match self {
            Self::Approved => "good",
            Self::Denied | Self::Revoked => "bad",
            Self::Suspended | Self::Returned => "warn",
            Self::Pending | Self::ApprovedOnConditions => "busy",
        }
    }

    /// Whether the matter is open: pending or approved on conditions. A check closes once no license of it is.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::ApprovedOnConditions)
    }

    /// Where an act leads that decides again what was decided, because its basis changed. What is open by then makes an
    /// issued license one on conditions.
    pub fn again(self, act: Act) -> Option<Self> {
        use LicenseStatus as S;
        match (self, act) {
            (S::ApprovedOnConditions | S::Approved, Act::ApproveOnConditions) => Some(S::ApprovedOnConditions),
            (S::ApprovedOnConditions | S::Approved, Act::Approve) => Some(S::Approved),
            _ => None,
        }
    }

    /// Where an act leads from here, if the path has that step.
    pub fn after(self, act: Act) -> Option<Self> {
        use LicenseStatus as S;
        match (self, act) {
            (S::Pending, Act::Approve) | (S::ApprovedOnConditions, Act::Confirm) | (S::Suspended, Act::Reinstate) => {
                Some(S::Approved)
            }
            (S::Pending, Act::ApproveOnConditions) => Some(S::ApprovedOnConditions),
            (S::Pending | S::ApprovedOnConditions, Act::Return) => Some(S::Returned),
            (S::Pending | S::ApprovedOnConditions, Act::Deny) => Some(S::Denied),
            (S::Approved, Act::Suspend) => Some(S::Suspended),
            (S::Approved | S::Suspended, Act::Revoke) => Some(S::Revoked),
            _ => None,
        }
    }
}

impl Act {
    /// Whether it lets items go.
    pub fn releases(self) -> bool {
        matches!(self, Self::Approve | Self::ApproveOnConditions | Self::Confirm)
    }

    /// What a license is after it.
    pub fn participle(self) -> &'static str {
        match self {
            Self::Approve => "approved",
            Self::ApproveOnConditions => "approved on conditions",
            Self::Return => "returned",
            Self::Deny => "denied",
            Self::Confirm => "confirmed",
            Self::Suspend => "suspended",
            Self::Reinstate => "reinstated",
            Self::Revoke => "revoked",
        }
    }
}
