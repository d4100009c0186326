//! What people say over a file: the recommendation of the post, the result, and what is explained.

use serde::Deserialize;
use time::OffsetDateTime;

use super::words::{EndedBecause, RecommendationWord, ResultWord};
use crate::{
    basis::Basis,
    id::{ExplanationId, FindingId, PersonId, RecommendationId, ResultId},
};

#[derive(Debug, Clone, Deserialize)]
pub struct Recommendation {
    pub id: RecommendationId,
    pub word: RecommendationWord,
    pub text: String,
    /// How long the whole text is.
    pub text_length: i32,
    pub written_by: PersonId,
    pub written_by_name: String,
    #[serde(with = "time::serde::rfc3339")]
    pub written_at: OffsetDateTime,
    pub signed_by: Option<PersonId>,
    pub signed_by_name: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub signed_at: Option<OffsetDateTime>,
    /// The revision of the check they read.
    pub signed_revision: Option<i32>,
    /// What the file said then, where the program kept it.
    pub rests_on: Option<Basis>,
    /// What it said when it was cleared.
    pub cleared_on: Option<Basis>,
    pub cleared_by: Option<PersonId>,
    pub cleared_by_name: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub cleared_at: Option<OffsetDateTime>,
    /// The signer cleared alone, being alone at the post.
    pub post_of_one: bool,
    /// Counted on over all texts of the check, each of which is a row of its own: no two have the same.
    pub version: i32,
}

/// A signed reply that came back within the post.
#[derive(Debug, Clone, Deserialize)]
pub struct Returned {
    pub id: RecommendationId,
    pub signed_by_name: String,
    pub by: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    pub remark: String,
}

/// A reason of a result.
#[derive(Debug, Clone, Deserialize)]
pub struct ResultReason {
    pub code: String,
    pub is_primary: bool,
    /// The finding behind it.
    pub finding_id: Option<FindingId>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct CheckResult {
    pub id: ResultId,
    pub word: ResultWord,
    pub text: String,
    /// How long the whole text is.
    pub text_length: i32,
    pub caveat: String,
    /// Why it was ended early.
    pub ended_because: Option<EndedBecause>,
    pub proposed_by: PersonId,
    pub proposed_by_name: String,
    #[serde(with = "time::serde::rfc3339")]
    pub proposed_at: OffsetDateTime,
    pub signed_by: Option<PersonId>,
    pub signed_by_name: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub signed_at: Option<OffsetDateTime>,
    /// The revision of the check that the signer read.
    pub signed_revision: Option<i32>,
    /// What the file said then, where the program kept it.
    pub rests_on: Option<Basis>,
    pub countersigned_by_name: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub countersigned_at: Option<OffsetDateTime>,
    /// Why a signature was declined, of an earlier one.
    pub declined_because: Option<String>,
    pub reasons: Vec<ResultReason>,
    pub version: i32,
}

/// Why a contradiction stands or does not matter.
#[derive(Debug, Clone, Deserialize)]
pub struct Explanation {
    pub id: ExplanationId,
    pub contradiction: String,
    /// The fingerprint of the facts it explained.
    pub fingerprint: String,
    /// The sentence it explained, if that was kept.
    pub said: Option<String>,
    pub text: String,
    pub explained_by_name: String,
    #[serde(with = "time::serde::rfc3339")]
    pub explained_at: OffsetDateTime,
}
