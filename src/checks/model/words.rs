//! The vocabularies of a check, and what each word means for its path.

use crate::{checks::verbs::CheckVerb, words};

words! {
    /// What a check is for.
    pub enum CheckType {
        /// Before the license is decided.
        PreLicense = "pre_license", "Pre-license";
        PostLicense = "post_license", "Post-license";
        PostShipment = "post_shipment", "Post-shipment";
        /// A broker, no license.
        BrokerInquiry = "broker_inquiry", "Broker inquiry";
        /// A company, no license.
        CompanyReview = "company_review", "Company review";
    }

    /// Where a check is on its path.
    pub enum CheckState {
        /// In Washington, not sent.
        Draft = "draft", "Draft";
        /// Sent to the post.
        Requested = "requested", "Requested";
        /// The post works on it.
        InProgress = "in_progress", "In progress";
        Replied = "replied", "Replied";
        /// The result is signed.
        Resulted = "resulted", "Resulted";
        /// The clock is stopped.
        OnHold = "on_hold", "On hold";
        Closed = "closed", "Closed";
    }

    /// How urgent a check is.
    pub enum Priority {
        Routine = "routine", "Routine";
        Priority = "priority", "Priority";
        Urgent = "urgent", "Urgent";
    }

    /// How a site visit is asked for.
    pub enum SiteVisit {
        /// The reply waits for it, or for a waiver.
        Required = "required", "Required";
        /// If it can be done.
        Requested = "requested", "Requested";
        /// As the post sees fit.
        Optional = "optional", "Optional";
    }

    pub enum RecommendationWord {
        Support = "support", "Support";
        /// Once what is open is closed.
        SupportWithConditions = "support_with_conditions", "Support with conditions";
        /// Neither for nor against.
        NoObjection = "no_objection", "No objection";
        Oppose = "oppose", "Oppose";
        /// The post cannot tell.
        CannotDetermine = "cannot_determine", "Cannot determine";
    }

    pub enum ResultWord {
        /// As the application says.
        Favorable = "favorable", "Favorable";
        /// Favorable, with a caveat.
        FavorableWithCaveat = "favorable_with_caveat", "Favorable with caveat";
        /// Not as the application says.
        Unfavorable = "unfavorable", "Unfavorable";
        /// It could not be told.
        Inconclusive = "inconclusive", "Inconclusive";
        NotCompleted = "not_completed", "Not completed";
    }

    /// Why a check was ended early.
    pub enum EndedBecause {
        /// The application was taken back.
        Withdrawn = "withdrawn", "Application withdrawn";
        /// It no longer matters.
        Moot = "moot", "Moot";
        /// The host country does not allow it.
        RefusedByHost = "refused_by_host", "Refused by the host country";
        /// Something else, in the text.
        Other = "other", "Other";
    }
}

impl CheckType {
    /// Whether it is about licenses; else about subjects.
    pub fn has_licenses(self) -> bool {
        matches!(self, Self::PreLicense | Self::PostLicense | Self::PostShipment)
    }

    /// Whether its licenses are already issued.
    pub fn follows_issue(self) -> bool {
        matches!(self, Self::PostLicense | Self::PostShipment)
    }

    /// The days a post has to answer, unless the case officer says otherwise.
    pub fn days(self) -> i64 {
        match self {
            Self::PreLicense => 30,
            Self::PostLicense => 45,
            Self::PostShipment | Self::BrokerInquiry | Self::CompanyReview => 60,
        }
    }
}

impl CheckState {
    /// Where a verb leads from here; `None` where the path has no such step. A hold remembers where it was, so resuming
    /// needs `held`.
    pub fn after(self, verb: CheckVerb, held: Option<Self>) -> Option<Self> {
        use CheckState as S;
        use CheckVerb as V;
        match (self, verb) {
            (S::Draft, V::Request) => Some(S::Requested),
            (S::Draft, V::Discard) => Some(S::Draft),
            (S::Requested, V::Acknowledge) | (S::InProgress, V::Interim) | (S::Replied, V::GiveBack) => {
                Some(S::InProgress)
            }
            (S::InProgress, V::Clear) | (S::Replied, V::Propose | V::Decline) => Some(S::Replied),
            (S::Requested | S::InProgress | S::Replied, V::Hold) => Some(S::OnHold),
            (S::OnHold, V::Resume) => held,
            (S::Replied, V::SignResult) | (S::Requested | S::InProgress | S::Replied | S::OnHold, V::EndEarly) => {
                Some(S::Resulted)
            }
            _ => None,
        }
    }

    /// Whether its result stands.
    pub fn is_judged(self) -> bool {
        matches!(self, Self::Resulted | Self::Closed)
    }

    /// Whether the post has it and the clock runs.
    pub fn is_at_post(self) -> bool {
        matches!(self, Self::Requested | Self::InProgress)
    }

    pub fn tone(self) -> &'static str {
        match self {
            Self::Draft | Self::Closed => "",
            Self::Requested | Self::InProgress | Self::Replied => "busy",
            Self::Resulted => "good",
            Self::OnHold => "warn",
        }
    }
}

impl RecommendationWord {
    pub fn tone(self) -> &'static str {
        match self {
            Self::Support | Self::NoObjection => "good",
            Self::SupportWithConditions | Self::CannotDetermine => "warn",
            Self::Oppose => "bad",
        }
    }
}

impl ResultWord {
    pub fn tone(self) -> &'static str {
        match self {
            Self::Favorable => "good",
            Self::FavorableWithCaveat | Self::Inconclusive => "warn",
            Self::Unfavorable => "bad",
            Self::NotCompleted => "",
        }
    }

    /// Favorable, also with a caveat.
    pub fn is_favorable(self) -> bool {
        matches!(self, Self::Favorable | Self::FavorableWithCaveat)
    }

    /// Whether a supervisor has to countersign (guard 10).
    pub fn needs_countersignature(self) -> bool {
        self == Self::Unfavorable
    }
}
