//! The vocabularies of a check, and what each word means for its path.

pub use crate::vocabulary::{CheckState, CheckType, ResultWord};
use crate::{checks::verbs::CheckVerb, words};

words! {
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

impl Priority {
    /// Whether it goes before the usual ones: lists say so.
    pub const fn is_raised(self) -> bool {
        !matches!(self, Self::Routine)
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
            (S::Draft, V::Discard) | (S::Requested, V::Recall) => Some(S::Draft),
            (S::Requested, V::Acknowledge) | (S::InProgress, V::Interim) | (S::Replied, V::GiveBack) => {
                Some(S::InProgress)
            }
            (S::InProgress, V::Clear) | (S::Replied, V::Propose | V::Decline) => Some(S::Replied),
            (S::Requested | S::InProgress | S::Replied, V::Hold) => Some(S::OnHold),
            (S::OnHold, V::Resume) => held,
            // Of drafts, one that was sent.
            (S::Replied, V::SignResult)
            | (S::Draft | S::Requested | S::InProgress | S::Replied | S::OnHold, V::EndEarly) => Some(S::Resulted),
            _ => None,
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
