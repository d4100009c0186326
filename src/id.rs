//! Typed identifiers: UUID version 7, so that newer rows sort after older ones. People read references and numbers,
//! never these.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Every one of them.
pub trait Id: fmt::Display {}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
        #[sqlx(transparent)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new identifier, later than every one made before.
            #[expect(clippy::new_without_default, reason = "a default identifier would be a different one each time")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl Id for $name {}

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = &'static str;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self).map_err(|_| "Choose one of the entries offered.")
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

id! {
    /// A person with an account.
    PersonId,
    /// An embassy or consulate.
    PostId,
    /// A person's dated role.
    AssignmentId,
    SessionId,
    /// One rendered form: its draft and its submit carry the same one.
    FormId,
    /// An entry of the log.
    EventId,
    /// A dated row of reference data.
    ReferenceId,
    /// A host-country body that licenses imports.
    AuthorityId,
    /// Which approvals a country asks for an item class.
    CountryRuleId,
    /// Whom the checks of a region go to.
    RegionOwnersId,
    /// A company, government body, international organization or person.
    PartyId,
    /// Another name of a party.
    AliasId,
    /// A sourced fact about a party.
    FactId,
    /// A party's entry on a screening list.
    ListingId,
    /// That two records of a party became one.
    MergeId,
    /// A license application or issued authorization.
    LicenseId,
    /// One line of items on a license.
    ItemGroupId,
    /// What a party does on a license.
    LicensePartyId,
    /// A condition written in words.
    ConditionId,
    /// An act on a license.
    DecisionId,
    /// A term attached to an approval.
    ProvisoId,
    ExceptionId,
    CheckId,
    /// A party as the subject of a check without a license.
    SubjectId,
    /// A question a check was given back with.
    QuestionId,
    /// A signed interim reply.
    InterimReplyId,
    /// A request that was recalled.
    RecallId,
    /// What somebody wrote to others on a check.
    RemarkId,
    /// A due date moved, with its reason.
    ExtensionId,
    /// A call, meeting, letter or visit at post.
    ContactId,
    /// What a contact asserted.
    StatementId,
    DocumentId,
    /// Post's answer on one topic.
    FindingId,
    /// A permit: one paper.
    PermitId,
    /// One authority's consent to one item group.
    ApprovalId,
    /// A nontransfer and use certificate.
    CertificateId,
    /// A signature on a certificate.
    SignatureId,
    /// A step of the custody path.
    CustodyStepId,
    SerialId,
    RecommendationId,
    /// The result of a check.
    ResultId,
    /// Why a contradiction stands.
    ExplanationId,
    /// A row that was taken back as recorded by mistake.
    MistakeId,
    /// A telegram that came in or goes out.
    TelegramId,
    /// A text that was reported as classified.
    SpillId,
    /// A note beside a text that stays as it was written.
    CorrectionId,
}
