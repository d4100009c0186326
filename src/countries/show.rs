//! Countries: their authorities, and which approvals they ask for. A post of the country confirms its rules; an
//! administrator adds, replaces and ends them.

use askama::Template;
use axum::response::Response;

use super::{
    refusal::Refusal,
    store::{self, Authority, CountryRow, Rule, RuleData},
};
use crate::{
    access::{
        Actor, Can, Permission,
        permission::{ConfirmCountryRules, ManageReference, ReadCountries},
    },
    addresses as at,
    approvals::model::{Certainty, DaysKind, NoneNeeded},
    audit::{Event, Subject, Verb, says},
    error::{AppError, Refuses, Result, constraint},
    faults::Fault,
    form,
    id::{AuthorityId, CountryRuleId},
    mistakes::{self, model::Mistake},
    reference::{
        self,
        model::{Reference, ReferenceKind, may_end},
    },
    text::{Day, Line, Optional, Quantity, Text},
    web::{Form, Layout, Path, Sent, YesForm, filters, html},
    words::Choice,
};
use time::Date;

form! {
    pub struct RuleForm reads NewRule {
        item_class: Field<Line>,
        authority: Field<Optional<AuthorityId>>,
        none_needed: Fields<NoneNeeded>,
        usual_days: Field<Optional<Quantity>>,
        days_kind: Field<Optional<DaysKind>>,
        detail: Field<Optional<Text>>,
        source: Field<Line>,
        source_day: Field<Optional<Line>>,
        certainty: Field<Certainty>,
        starts_on: Dated<Day>,
    }
}

form! {
    pub struct EndForm reads Ended {
        ends_on: Dated<Day>,
    }
}

#[derive(Template)]
#[template(path = "countries/list.html")]
struct ListPage {
    layout: Layout,
    countries: Vec<CountryRow>,
}

#[derive(Template)]
#[template(path = "countries/show.html")]
struct Page {
    layout: Layout,
    code: String,
    name: String,
    region: String,
    /// Why it is proscribed: the policy, the source, since when.
    proscribed: Option<(String, String, String)>,
    /// What has to be in hand before an application for firearms under Commerce: what, and the source.
    before_application: Vec<(String, String)>,
    authorities: Vec<Authority>,
    rules: Vec<Rule>,
    /// What was taken back of its rules and authorities.
    mistakes: Vec<Mistake>,
    /// What may still be taken back.
    recorded_today: Vec<uuid::Uuid>,
    may_confirm: bool,
    may_manage: bool,
}

#[derive(Template)]
#[template(path = "countries/rule.html")]
struct RulePage {
    layout: Layout,
    code: String,
    name: String,
    classes: Vec<Choice>,
    authorities: Vec<Choice>,
    sent: Sent<RuleForm>,
}

#[derive(Template)]
#[template(path = "countries/end.html")]
struct EndPage {
    layout: Layout,
    code: String,
    name: String,
    rule: Rule,
    sent: Sent<EndForm>,
}

/// Every country, those with rules first.
pub async fn list(can: Can<ReadCountries>) -> Result<Response> {
    let mut countries = store::list(can.reads(), can.washington_today()).await?;
    countries.sort_by_key(|country| country.rules == 0 && country.authorities == 0);
    html(&ListPage { layout: can.layout(), countries })
}

async fn reference_today(actor: &Actor) -> Result<Reference> {
    let mut conn = actor.reads().acquire().await?;
    reference::store::on(&mut conn, actor.washington_today()).await
}

pub async fn show(can: Can<ReadCountries>, Path(code): Path<String>) -> Result<Response> {
    let (name, region) = store::find(can.reads(), &code).await?;
    let reference = reference_today(&can).await?;
    let proscribed =
        reference.proscription(&code).map(|entry| (entry.detail.clone(), entry.source.clone(), entry.held()));
    let before_application = reference.before_application(&code);
    let before_application =
        before_application.into_iter().map(|entry| (entry.label.clone(), entry.source.clone())).collect();
    let authorities = store::authorities(can.reads(), &code).await?;
    let mut rules = store::rules(can.reads(), &code).await?;
    say_once(&mut rules);
    let may_manage = can.may(Permission::ManageReference);
    let beside = mistakes::store::beside(can.reads().acquire().await?.as_mut(), &code, can.at).await?;
    let may_confirm = can.may(Permission::ConfirmCountryRules) && can.post().is_some_and(|post| post.country == code);
    html(&Page {
        layout: can.layout(),
        code,
        name,
        region,
        proscribed,
        before_application,
        authorities,
        rules,
        mistakes: beside.mistakes,
        recorded_today: if may_manage { beside.recorded_today } else { Vec::new() },
        may_confirm,
        may_manage,
    })
}

/// What the rules of an authority have in common stands at the first of them.
fn say_once(rules: &mut [Rule]) {
    let mut above = (None, String::new());
    for rule in rules {
        let here = (rule.authority.clone(), rule.detail.clone());
        if here == above {
            rule.detail.clear();
        }
        above = here;
    }
}

/// A post of the country confirms a rule, as of today.
pub async fn submit_confirm(
    can: Can<ConfirmCountryRules>,
    Path((code, rule)): Path<(String, CountryRuleId)>,
    sent: Sent<YesForm>,
) -> Result<Response> {
    if can.post().is_none_or(|post| post.country != code) {
        return Err(AppError::Forbidden("Only the officers of a post in the country confirm its rules."));
    }
    let mut change = can.change(&sent).await?;
    store::confirm_rule(&mut change, &can, rule, &code).await?;
    let (country, _) = store::find(can.reads(), &code).await?;
    let known = rule_of(&can, &code, rule).await?;
    let event = Event::new(
        Verb::CountryRuleChanged,
        Subject::Row("country_rule", rule.0),
        format!("confirmed a rule of {country}: {}", known.named()),
    );
    change.commit(event, &at::country(&code)).await
}

/// Those whose work goes on.
pub(super) fn offered(authorities: Vec<Authority>, today: Date) -> Vec<Choice> {
    let authorities = authorities.into_iter().filter(|authority| authority.works_on(today));
    authorities
        .map(|authority| Choice::new(authority.id, format!("{} ({})", authority.name, authority.short_name)))
        .collect()
}

async fn rule_page(can: &Actor, code: String, sent: Sent<RuleForm>) -> Result<Response> {
    let (name, _) = store::find(can.reads(), &code).await?;
    let classes = reference_today(can).await?.choices(ReferenceKind::ItemClass);
    let authorities = offered(store::authorities(can.reads(), &code).await?, can.washington_today());
    html(&RulePage { layout: can.layout(), code, name, classes, authorities, sent })
}

/// The form of a rule.
pub async fn show_rule(can: Can<ManageReference>, Path(code): Path<String>) -> Result<Response> {
    let sent = can.form(RuleForm::blank(), 0).await?;
    rule_page(&can, code, sent).await
}

pub async fn submit_rule(
    can: Can<ManageReference>,
    Path(code): Path<String>,
    mut sent: Sent<RuleForm>,
) -> Result<Response> {
    let done = add_rule(&can, &code, &mut sent).await;
    sent.answer(done, async |sent| rule_page(&can, code, sent).await).await
}

/// How long it usually takes, and which days those are: said together, or not known.
pub(super) fn usually(
    days: Option<Quantity>,
    kind: Option<DaysKind>,
) -> std::result::Result<(Option<i32>, DaysKind), Refusal> {
    match (days.and_then(|days| i32::try_from(days.0).ok()), kind) {
        (Some(_), None) => Err(Refusal::DaysKind),
        (days, kind) => Ok((days, kind.filter(|_| days.is_some()).unwrap_or(DaysKind::NotStated))),
    }
}

async fn add_rule(can: &Can<ManageReference>, code: &str, sent: &mut Sent<RuleForm>) -> Result<Response> {
    let read = sent.read()?;
    let reference = reference_today(can).await?;
    if !reference.knows(ReferenceKind::ItemClass, read.item_class.as_str()) {
        sent.form.item_class.refuse(Fault::Class);
    }
    let authorities = store::authorities(can.reads(), code).await?;
    if read.authority.0.is_some_and(|id| authorities.iter().all(|authority| authority.id != id)) {
        sent.form.authority.refuse(Refusal::Authority);
    } else if read.authority.0.is_some() != read.none_needed.is_empty() {
        sent.form.authority.refuse(Refusal::WhoseApproval);
    }
    let days = usually(read.usual_days.0, read.days_kind.0);
    let days = sent.form.days_kind.judged(days);
    sent.read()?;
    let (usual_days, days_kind) = days.ok_or(AppError::Invalid)?;
    let mut change = can.change(sent).await?;
    let (detail, source_day) = (read.detail.or_empty(), read.source_day.or_empty());
    let data = RuleData {
        item_class: read.item_class.as_str(),
        authority: read.authority.0,
        usual_days,
        days_kind,
        detail: &detail,
        source: read.source.as_str(),
        source_day: &source_day,
        certainty: read.certainty,
        starts_on: read.starts_on.0,
    };
    let inserted = store::insert_rule(&mut change, code, &data).await;
    let id = inserted.map_err(|error| match constraint(&error) {
        Some("country_rules_country_fkey") => AppError::NotFound,
        _ => Refusal::said(error),
    })?;
    let (country, _) = store::find(can.reads(), code).await?;
    let class = reference.label(ReferenceKind::ItemClass, data.item_class);
    let event = Event::new(
        Verb::CountryRuleChanged,
        Subject::Row("country_rule", id.0),
        format!("added a rule of {country}: {class}"),
    );
    let asked = authorities.iter().find(|authority| Some(authority.id) == data.authority);
    let after = data.described(asked.map(|authority| authority.name.as_str()));
    change.commit(event.after(after), &at::country(code)).await
}

pub(super) async fn rule_of(can: &Actor, code: &str, id: CountryRuleId) -> Result<Rule> {
    store::rules(can.reads(), code)
        .await?
        .into_iter()
        .find(|rule| rule.id == id && rule.ends_on.is_none())
        .ok_or(AppError::NotFound)
}

/// The form that ends a rule.
pub async fn show_end(can: Can<ManageReference>, Path((code, id)): Path<(String, CountryRuleId)>) -> Result<Response> {
    let rule = rule_of(&can, &code, id).await?;
    let (name, _) = store::find(can.reads(), &code).await?;
    let sent = can.form(EndForm::blank(), 0).await?;
    html(&EndPage { layout: can.layout(), code, name, rule, sent })
}

pub async fn submit_end(
    can: Can<ManageReference>,
    Path((code, id)): Path<(String, CountryRuleId)>,
    mut sent: Sent<EndForm>,
) -> Result<Response> {
    let done = end(&can, &code, id, &mut sent).await;
    sent.answer(done, async |sent| {
        let rule = rule_of(&can, &code, id).await?;
        let (name, _) = store::find(can.reads(), &code).await?;
        html(&EndPage { layout: can.layout(), code, name, rule, sent })
    })
    .await
}

async fn end(can: &Can<ManageReference>, code: &str, id: CountryRuleId, sent: &mut Sent<EndForm>) -> Result<Response> {
    let read = sent.read()?;
    let rule = rule_of(can, code, id).await?;
    let may = may_end((rule.starts_on, rule.ends_on), read.ends_on.0, can.washington_today());
    sent.form.ends_on.judged(may).ok_or(AppError::Invalid)?;
    let mut change = can.change(sent).await?;
    store::end_rule(&mut change, id, code, read.ends_on.0).await?;
    let (country, _) = store::find(can.reads(), code).await?;
    let sentence = format!("ended a rule of {country}: {}", rule.named());
    let event = Event::new(Verb::CountryRuleChanged, Subject::Row("country_rule", id.0), sentence);
    let event = event.after(says("Last day", read.ends_on.0));
    change.commit(event, &at::country(code)).await
}
