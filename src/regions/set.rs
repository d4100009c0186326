//! Whom the checks of a region go to: the list, and the administrator's form of each.

use askama::Template;
use axum::response::Response;

use super::store::{self, RegionOwners};
use crate::{
    access::{Can, permission::ManagePosts},
    addresses as at,
    audit::{Event, Subject, Verb, says},
    checks::{
        self,
        model::{Candidate, Owner},
    },
    error::{AppError, Result},
    form,
    id::PersonId,
    text::Optional,
    vocabulary::Region,
    web::{Form, Layout, Path, Sent, html},
    words::Choice,
};

form! {
    /// Whom its checks go to; blank: nobody.
    pub struct RegionForm reads Set {
        case_officer: Field<Optional<PersonId>>,
        reviewer: Field<Optional<PersonId>>,
    }
}

#[derive(Template)]
#[template(path = "regions/list.html")]
struct ListPage {
    layout: Layout,
    regions: Vec<RegionOwners>,
    /// Who has a role of those today.
    serving: Vec<Candidate>,
}

impl ListPage {
    /// Whether somebody has that role today.
    fn serves(&self, owner: Owner, person: &PersonId) -> bool {
        self.serving.iter().any(|one| one.owner == owner && one.id == *person)
    }
}

#[derive(Template)]
#[template(path = "regions/set.html")]
struct Page {
    layout: Layout,
    region: Region,
    case_officers: Vec<Choice>,
    reviewers: Vec<Choice>,
    sent: Sent<RegionForm>,
}

pub async fn list(can: Can<ManagePosts>) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let regions = store::owners(&mut conn, None).await?;
    let serving = checks::store::candidates(&mut conn, can.washington_today()).await?;
    html(&ListPage { layout: can.layout(), regions, serving })
}

pub async fn show(can: Can<ManagePosts>, Path(region): Path<String>) -> Result<Response> {
    let of = find(&can, &region).await?;
    let sent = can.form(filled(&of), of.version).await?;
    page(&can, of.region, sent).await
}

pub async fn submit(can: Can<ManagePosts>, Path(region): Path<String>, mut sent: Sent<RegionForm>) -> Result<Response> {
    let done = set(&can, &region, &mut sent).await;
    sent.answer(done, async |sent| {
        let of = find(&can, &region).await?;
        page(&can, of.region, sent.against(&filled(&of), of.version)).await
    })
    .await
}

async fn find(can: &Can<ManagePosts>, code: &str) -> Result<RegionOwners> {
    let region: Region = code.parse().map_err(|_| AppError::NotFound)?;
    let mut conn = can.reads().acquire().await?;
    store::owners(&mut conn, Some(region)).await?.pop().ok_or(AppError::NotFound)
}

fn filled(of: &RegionOwners) -> RegionForm {
    let mut form = RegionForm::blank();
    let id = |had: &Option<(PersonId, String)>| had.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default();
    form.case_officer.set(id(&of.case_officer));
    form.reviewer.set(id(&of.reviewer));
    form
}

async fn page(can: &Can<ManagePosts>, region: Region, sent: Sent<RegionForm>) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let all = checks::store::candidates(&mut conn, can.washington_today()).await?;
    drop(conn);
    let of = |owner| all.iter().filter(|one| one.owner == owner).map(|one| Choice::new(one.id, &one.name)).collect();
    let (case_officers, reviewers) = (of(Owner::CaseOfficer), of(Owner::Reviewer));
    html(&Page { layout: can.layout(), region, case_officers, reviewers, sent })
}

async fn set(can: &Can<ManagePosts>, code: &str, sent: &mut Sent<RegionForm>) -> Result<Response> {
    let read = sent.read()?;
    let before = find(can, code).await?;
    let mut change = can.change(sent).await?;
    let all = checks::store::candidates(change.conn(), can.washington_today()).await?;
    let chosen = |owner, person: Option<PersonId>| person.map(|id| Candidate::chosen(&all, owner, id)).transpose();
    let case_officer = sent.form.case_officer.judged(chosen(Owner::CaseOfficer, read.case_officer.0));
    let reviewer = sent.form.reviewer.judged(chosen(Owner::Reviewer, read.reviewer.0));
    let (Some(case_officer), Some(reviewer)) = (case_officer, reviewer) else { return Err(AppError::Invalid) };
    let ids = (case_officer.map(|one| one.id), reviewer.map(|one| one.id));
    let row = store::save(&mut change, &before, ids, sent.version).await?;
    let sentence = format!("set who has the checks of {}", before.region.label());
    let event = Event::new(Verb::RegionOwnersChanged, Subject::Row("region_owners", row.0), sentence);
    let told = |case_officer: Option<&str>, reviewer: Option<&str>| {
        says(Owner::CaseOfficer.label(), case_officer).and(Owner::Reviewer.label(), reviewer)
    };
    let named = |had: &'_ Option<(PersonId, String)>| had.as_ref().map(|(_, name)| name.clone());
    let was = (named(&before.case_officer), named(&before.reviewer));
    let event = event.before(told(was.0.as_deref(), was.1.as_deref()));
    let name = |one: Option<&Candidate>| one.map(|one| one.name.clone());
    let now = (name(case_officer), name(reviewer));
    change.commit(event.after(told(now.0.as_deref(), now.1.as_deref())), &at::regions()).await
}
