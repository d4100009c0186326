//! One authority's consent to one item group, and the rules of countries that ask for it.

use serde::Deserialize;
use time::Date;

use super::{
    new::NewCell,
    permit::Permit,
    words::{ApprovalState, DaysKind},
};
use crate::{
    audit::{Values, says},
    evidence::model::ContactKind,
    id::{ApprovalId, AuthorityId, ContactId, CountryRuleId, ItemGroupId, PermitId, PostId},
    text::day_words,
};

/// One cell of the permit matrix: one authority's consent to one item group.
#[derive(Debug, Clone, Deserialize)]
pub struct Approval {
    pub id: ApprovalId,
    pub item_group_id: ItemGroupId,
    /// Whose consent; none where the country asks for no approval at all.
    pub authority_id: Option<AuthorityId>,
    pub authority: Option<String>,
    /// How far it has come.
    pub state: ApprovalState,
    /// When it was applied for.
    pub applied_on: Option<Date>,
    /// The permit that shows it.
    pub permit_id: Option<PermitId>,
    /// What the end-user waits for before applying.
    pub waits_for: String,
    /// When the end-user was given it.
    pub given_on: Option<Date>,
    /// How long it usually takes.
    pub usual_days: Option<i32>,
    /// Why none is required.
    pub proof: String,
    /// The contact that told it.
    pub contact_id: Option<ContactId>,
    pub told_by_post: Option<String>,
    pub told_on: Option<Date>,
    pub told_by_kind: Option<ContactKind>,
    /// The post whose word it is.
    pub recorded_at_post: Option<PostId>,
    pub recorded_at_post_name: Option<String>,
    /// The rule that says none is required.
    pub country_rule_id: Option<CountryRuleId>,
    pub note: String,
    pub version: i32,
}

/// A country rule for the destination and one item class.
#[derive(Debug, Clone, Deserialize)]
pub struct CountryRule {
    pub id: CountryRuleId,
    pub item_class: String,
    /// Whose consent is asked for; none: the country asks for nothing.
    pub authority_id: Option<AuthorityId>,
    pub authority: Option<String>,
    /// How long it usually takes.
    pub usual_days: Option<i32>,
    /// Which days those are.
    pub days_kind: DaysKind,
    /// When a post of the country last confirmed it.
    pub confirmed_on: Option<Date>,
}

impl CountryRule {
    /// How long it usually takes, in words.
    pub fn usual(&self) -> Option<String> {
        self.usual_days.map(|days| self.days_kind.counted(days))
    }
}

/// What Commerce asks to be in hand before an application for firearms to the destination (15 CFR 748.12).
#[derive(Debug, Clone, Deserialize)]
pub struct BeforeApplication {
    /// For items of these classes.
    pub item_classes: Vec<String>,
    /// Whether it is asked for even where the country asks for nothing.
    pub always: bool,
    pub source: String,
}

/// The post whose word something is, where that is known and is one that the reader does not serve at.
pub(super) fn of_another(post: Option<PostId>, name: Option<&str>, serves: impl Fn(PostId) -> bool) -> Option<&str> {
    post.is_some_and(|post| !serves(post)).then(|| name.unwrap_or("another post"))
}

impl Approval {
    /// Whether something is waited for, and nobody noted that it was given.
    pub fn is_waited_for(&self) -> bool {
        !self.waits_for.is_empty() && self.given_on.is_none()
    }

    /// The post whose word the cell is, where that is one the reader does not serve at: they do not change it. What the
    /// country rules propose is nobody's word yet.
    pub fn word_of_another(&self, serves: impl Fn(PostId) -> bool) -> Option<&str> {
        let said = self.recorded_at_post.filter(|_| self.state != ApprovalState::Needed);
        of_another(said, self.recorded_at_post_name.as_deref(), serves)
    }

    /// As the log shows it, with the permit that shows it.
    pub fn values(&self, permit: Option<&Permit>) -> Values {
        values(self.state, permit, [&self.proof, &self.waits_for, &self.note], self.given_on)
    }

    /// Whose word it is and what it rests on: `told Guatemala on 3 May 2026, letter; applied for on 2 May 2026`.
    pub fn told(&self) -> String {
        let mut parts = Vec::new();
        if let (Some(post), Some(kind)) = (&self.told_by_post, self.told_by_kind) {
            let day = self.told_on.map_or_else(|| "date not stated".to_owned(), day_words);
            parts.push(format!("Told {post}, {day}, {}", kind.label().to_lowercase()));
        } else if let Some(post) = self.recorded_at_post_name.as_ref().filter(|_| self.state != ApprovalState::Needed) {
            parts.push(format!("Recorded by {post}"));
        }
        if let Some(day) = self.applied_on {
            parts.push(format!("applied for on {}", day_words(day)));
        }
        parts.join("; ")
    }
}

impl NewCell {
    /// As the log shows it, with the permit that is to show it.
    pub fn values(&self, permit: Option<&Permit>) -> Values {
        values(self.state, permit, [&self.proof, &self.waits_for, &self.note], self.given_on)
    }
}

fn values(
    state: ApprovalState,
    permit: Option<&Permit>,
    [proof, waits_for, note]: [&String; 3],
    given_on: Option<Date>,
) -> Values {
    let permit = permit.map(|permit| format!("{} of {}", permit.number, permit.issuer));
    let values = says("State", state).and("Permit", permit).and("Proof that none is required", proof);
    values.and("The end-user waits for", waits_for).and("Given on", given_on).and("Note", note)
}
