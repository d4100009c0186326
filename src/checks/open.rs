//! Opening a check, and changing its draft: type, post, why, how urgent, whether a site visit is asked for.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::{
    model::{CaseFile, CheckFile, CheckType, Priority, Refusal, SiteVisit},
    store::{self, Request, Texts},
    verbs::{self, CheckVerb},
};
use crate::{
    access::{Actor, Can, permission::OpenChecks},
    addresses as at,
    audit::{Event, Made, Subject, Verb, says},
    db::Change,
    error::{AppError, Result},
    form,
    id::{CheckId, PostId},
    posts,
    text::{CheckReference, Line, Optional, Quantity, Reasons},
    web::{Form, Layout, Path, Query, Sent, html},
    words::Choice,
};

form! {
    /// The request, as far as it is no list.
    pub struct OpenForm reads Opened {
        check_type: Field<CheckType>,
        post: Field<PostId>,
        subject: Field<Line>,
        reason: Field<Reasons>,
        priority: Field<Priority>,
        site_visit: Field<SiteVisit>,
        days: Field<Optional<Quantity>>,
        follows: Field<Optional<Line>>,
    }
}

/// What another page knows of the check to be opened.
#[derive(Debug, Deserialize)]
pub struct Known {
    /// The reference of the check it follows.
    #[serde(default)]
    follows: String,
}

#[derive(Template)]
#[template(path = "checks/open.html")]
struct Page {
    layout: Layout,
    sent: Sent<OpenForm>,
    posts: Vec<Choice>,
    /// The draft that is changed.
    draft: Option<(CheckId, String)>,
}

impl Page {
    fn title(&self) -> &'static str {
        if self.draft.is_some() { CheckVerb::Edit.title() } else { "Open a check" }
    }
}

/// The form of a new check.
pub async fn show(can: Can<OpenChecks>, Query(known): Query<Known>) -> Result<Response> {
    let mut form = OpenForm::blank();
    form.priority.set(Priority::Routine);
    form.site_visit.set(SiteVisit::Optional);
    form.follows.set(known.follows);
    let sent = can.form(form, 0).await?;
    page(&can, None, sent).await
}

pub async fn submit(can: Can<OpenChecks>, mut sent: Sent<OpenForm>) -> Result<Response> {
    let done = open(&can, &mut sent).await;
    sent.answer(done, async |sent| page(&can, None, sent).await).await
}

/// The form of a draft.
pub async fn show_edit(can: Can<verbs::Edit>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = store::find(&can, id, Texts::Whole).await?;
    CheckVerb::Edit.judge(&file, can.id)?;
    let sent = can.form(filled(&file), file.check.version).await?;
    page(&can, Some((id, file.check.reference)), sent).await
}

pub async fn submit_edit(can: Can<verbs::Edit>, Path(id): Path<CheckId>, mut sent: Sent<OpenForm>) -> Result<Response> {
    let done = edit(&can, id, &mut sent).await;
    sent.answer(done, async |sent| {
        let file = store::find(&can, id, Texts::Whole).await?;
        let sent = sent.against(&filled(&file), file.check.version);
        page(&can, Some((id, file.check.reference)), sent).await
    })
    .await
}

async fn page(can: &Actor, draft: Option<(CheckId, String)>, sent: Sent<OpenForm>) -> Result<Response> {
    html(&Page { layout: can.layout(), sent, posts: posts::store::choices(can).await?, draft })
}

fn filled(file: &CaseFile) -> OpenForm {
    let (mut form, check) = (OpenForm::blank(), &file.check);
    form.check_type.set(check.check_type);
    form.post.set(check.post_id);
    form.subject.set(&check.subject);
    form.reason.set(&check.reason);
    form.priority.set(check.priority);
    form.site_visit.set(check.site_visit);
    form.days.set(check.days_to_answer);
    form.follows.set(check.follows.as_deref().unwrap_or_default());
    form
}

fn read(sent: &mut Sent<OpenForm>) -> Result<Opened> {
    let opened = sent.read()?;
    sent.form.days.judged(CheckFile::grants(opened.days.0.map(|days| days.0))).ok_or(AppError::Invalid)?;
    Ok(opened)
}

async fn open(can: &Can<OpenChecks>, sent: &mut Sent<OpenForm>) -> Result<Response> {
    can.make(sent, async |change, sent| enter(can, change, sent).await).await
}

/// Opens a draft within a change.
pub(crate) async fn enter(can: &Actor, change: &mut Change, sent: &mut Sent<OpenForm>) -> Result<Made> {
    let opened = read(sent)?;
    let follows = earlier(change, sent, &opened).await?;
    let (id, reference) = store::insert(change, &request(&opened, follows), can.washington_today().year()).await?;
    let event = Event::new(Verb::CheckOpened, id, format!("opened {reference}: {}", opened.subject))
        .after(says("Reason", opened.reason.as_str()));
    Ok(Made::new(Subject::Check(id), event, at::check(id)))
}

async fn edit(can: &Can<verbs::Edit>, id: CheckId, sent: &mut Sent<OpenForm>) -> Result<Response> {
    let opened = read(sent)?;
    let mut change = can.change(sent).await?;
    let file = store::find_for_update(&mut change, can, id, None).await?;
    CheckVerb::Edit.judge(&file, can.id)?;
    sent.form.post.judged(file.check.goes_to(opened.post)).ok_or(AppError::Invalid)?;
    let follows = earlier(&mut change, sent, &opened).await?;
    store::save_request(&mut change, id, &request(&opened, follows), sent.version).await?;
    let event = CheckVerb::Edit.event(&file.check, "");
    let event = event
        .before(says("Subject", &file.check.subject).and("Reason", &file.check.reason))
        .after(says("Subject", opened.subject.as_str()).and("Reason", opened.reason.as_str()));
    change.commit(event, &at::check(id)).await
}

async fn earlier(change: &mut Change, sent: &mut Sent<OpenForm>, opened: &Opened) -> Result<Option<CheckId>> {
    let Some(reference) = &opened.follows.0 else { return Ok(None) };
    let found = store::by_reference(change, &CheckReference::or_typed(reference.as_str())).await?;
    if found.is_none() {
        sent.form.follows.refuse(Refusal::NoSuchCheck);
        return Err(AppError::Invalid);
    }
    Ok(found)
}

fn request(opened: &Opened, follows: Option<CheckId>) -> Request<'_> {
    let days = opened.days.0.map_or_else(|| opened.check_type.days(), |days| days.0);
    Request {
        check_type: opened.check_type,
        post: opened.post,
        subject: opened.subject.as_str(),
        reason: opened.reason.as_str(),
        priority: opened.priority,
        site_visit: opened.site_visit,
        days: i32::try_from(days).unwrap_or(i32::MAX),
        follows,
    }
}
