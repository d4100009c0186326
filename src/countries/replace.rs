//! Another rule takes a rule's place: for the same items and authority, from a day on. The one before ends on the eve
//! and stays on record; the post confirms the new one.

use askama::Template;
use axum::response::Response;

use super::{
    refusal::Refusal,
    show::{rule_of, usually},
    store::{self, Rule, RuleData},
};
use crate::{
    access::{Actor, Can, permission::ManageReference},
    addresses as at,
    approvals::model::{Certainty, DaysKind},
    audit::{Event, Events, Subject, Verb, says},
    error::{AppError, Refuses, Result},
    form,
    id::CountryRuleId,
    reference::model::may_be_replaced,
    text::{Day, Line, Optional, Quantity, Text},
    web::{Form, Layout, Path, Sent, html},
};

form! {
    /// What takes a rule's place.
    pub struct ReplaceRuleForm reads ReplacedRule {
        usual_days: Field<Optional<Quantity>>,
        days_kind: Field<Optional<DaysKind>>,
        detail: Field<Optional<Text>>,
        source: Field<Line>,
        source_day: Field<Optional<Line>>,
        certainty: Field<Certainty>,
        starts_on: Dated<Day>,
    }
}

#[derive(Template)]
#[template(path = "countries/replace.html")]
struct Page {
    layout: Layout,
    code: String,
    name: String,
    rule: Rule,
    sent: Sent<ReplaceRuleForm>,
}

async fn page(can: &Actor, code: String, rule: Rule, sent: Sent<ReplaceRuleForm>) -> Result<Response> {
    let (name, _) = store::find(can.reads(), &code).await?;
    html(&Page { layout: can.layout(), code, name, rule, sent })
}

/// The form that replaces a rule. Its source is asked anew: another rule has another one.
pub async fn show(can: Can<ManageReference>, Path((code, id)): Path<(String, CountryRuleId)>) -> Result<Response> {
    let rule = rule_of(&can, &code, id).await?;
    let mut form = ReplaceRuleForm::blank();
    form.usual_days.set(rule.usual_days.map(|days| days.to_string()).unwrap_or_default());
    if rule.usual_days.is_some() {
        form.days_kind.set(rule.days_kind);
    }
    form.detail.set(&rule.detail);
    let sent = can.form(form, 0).await?;
    page(&can, code, rule, sent).await
}

pub async fn submit(
    can: Can<ManageReference>,
    Path((code, id)): Path<(String, CountryRuleId)>,
    mut sent: Sent<ReplaceRuleForm>,
) -> Result<Response> {
    let done = replace(&can, &code, id, &mut sent).await;
    sent.answer(done, async |sent| {
        let rule = rule_of(&can, &code, id).await?;
        page(&can, code, rule, sent).await
    })
    .await
}

async fn replace(
    can: &Can<ManageReference>,
    code: &str,
    id: CountryRuleId,
    sent: &mut Sent<ReplaceRuleForm>,
) -> Result<Response> {
    let read = sent.read()?;
    let rule = rule_of(can, code, id).await?;
    let from = read.starts_on.0;
    sent.form.starts_on.judged(may_be_replaced((rule.starts_on, rule.ends_on), from, can.washington_today()));
    let days = sent.form.days_kind.judged(usually(read.usual_days.0, read.days_kind.0));
    sent.read()?;
    let (usual_days, days_kind) = days.ok_or(AppError::Invalid)?;
    let (detail, source_day) = (read.detail.or_empty(), read.source_day.or_empty());
    let data = RuleData {
        item_class: &rule.item_class,
        authority: rule.authority_id,
        usual_days,
        days_kind,
        detail: &detail,
        source: read.source.as_str(),
        source_day: &source_day,
        certainty: read.certainty,
        starts_on: from,
    };
    let mut change = can.change(sent).await?;
    store::end_rule(&mut change, id, code, from.previous_day().ok_or(AppError::Invalid)?).await?;
    let new = store::insert_rule(&mut change, code, &data).await.map_err(Refusal::said)?;
    let (country, _) = store::find(can.reads(), code).await?;
    let of = |id: CountryRuleId, sentence| {
        Event::new(Verb::CountryRuleChanged, Subject::Row("country_rule", id.0), sentence)
    };
    let authority = rule.authority.as_deref();
    let replaced = of(new, format!("replaced a rule of {country}: {}", rule.named()))
        .before(rule.described())
        .after(data.described(authority));
    let ended =
        of(id, format!("ended a rule of {country}: {}", rule.named())).after(says("Last day", from.previous_day()));
    change.commit(Events::from(replaced).and_all([ended]), &at::country(code)).await
}
