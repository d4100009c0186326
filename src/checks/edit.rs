//! The request of a check: type, post, why, how urgent, whether a site visit is asked for. It is a part of the page
//! that opens the check; of a draft, it is changed here.

use askama::Template;
use axum::response::Response;

use super::{
    model::{CaseFile, CheckFile, CheckType, Priority, Refusal, SiteVisit},
    store::{self, Request, Texts},
    verbs::{self, CheckVerb},
};
use crate::{
    access::{Actor, Can},
    addresses as at,
    audit::{Event, Made, Subject, Values, Verb, says},
    db::Change,
    error::Result,
    form,
    id::{CheckId, PostId},
    posts,
    text::{CheckReference, Line, Optional, Quantity, Reasons, Text},
    web::{Form, Layout, Path, Sent, html},
    words::Choice,
};

form! {
    /// The request, as far as it is no list.
    pub struct OpenForm reads Opened {
        check_type: Field<CheckType>,
        post: Field<PostId>,
        subject: Field<Line>,
        reason: Field<Reasons>,
        questions: Field<Optional<Text>>,
        priority: Field<Priority>,
        site_visit: Field<SiteVisit>,
        days: Field<Optional<Quantity>>,
        follows: Field<Optional<Line>>,
    }
}

#[derive(Template)]
#[template(path = "checks/edit.html")]
struct Page {
    layout: Layout,
    title: &'static str,
    sent: Sent<OpenForm>,
    posts: Vec<Choice>,
    draft: (CheckId, String),
}

/// The form of a draft.
pub async fn show_edit(can: Can<verbs::Edit>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = store::find(&can, id, Texts::Whole).await?;
    CheckVerb::Edit.judge(&file, can.id)?;
    let sent = can.form(filled(&file), file.check.version).await?;
    page(&can, (id, file.check.reference), sent).await
}

pub async fn submit_edit(can: Can<verbs::Edit>, Path(id): Path<CheckId>, mut sent: Sent<OpenForm>) -> Result<Response> {
    let done = edit(&can, id, &mut sent).await;
    sent.answer(done, async |sent| {
        let file = store::find(&can, id, Texts::Whole).await?;
        let sent = sent.against(&filled(&file), file.check.version);
        page(&can, (id, file.check.reference), sent).await
    })
    .await
}

async fn page(can: &Actor, draft: (CheckId, String), sent: Sent<OpenForm>) -> Result<Response> {
    html(&Page {
        layout: can.layout(),
        title: CheckVerb::Edit.title(),
        sent,
        posts: posts::store::choices(can).await?,
        draft,
    })
}

fn filled(file: &CaseFile) -> OpenForm {
    let (mut form, check) = (OpenForm::blank(), &file.check);
    form.check_type.set(check.check_type);
    form.post.set(check.post_id);
    form.subject.set(&check.subject);
    form.reason.set(&check.reason);
    form.questions.set(&check.own_questions);
    form.priority.set(check.priority);
    form.site_visit.set(check.site_visit);
    form.days.set(check.days_to_answer);
    form.follows.set(check.follows.as_ref().map_or("", |(_, reference)| reference));
    form
}

/// Opens a draft within a change.
pub(crate) async fn enter(can: &Actor, change: &mut Change, sent: &mut Sent<OpenForm>) -> Result<Made> {
    let opened = sent.read()?;
    let follows = opened.judge(change, &mut sent.form).await?;
    sent.read()?;
    let (id, reference) = opened.open(change, follows, can.washington_today().year()).await?;
    Ok(Made::new(Subject::Check(id), opened.event(id, &reference, ""), at::check(id)))
}

async fn edit(can: &Can<verbs::Edit>, id: CheckId, sent: &mut Sent<OpenForm>) -> Result<Response> {
    let opened = sent.read()?;
    let mut change = can.change(sent).await?;
    let file = store::find_for_update(&mut change, can, id, None).await?;
    CheckVerb::Edit.judge(&file, can.id)?;
    sent.form.post.judged(file.check.goes_to(opened.post));
    let follows = opened.judge(&mut change, &mut sent.form).await?;
    sent.read()?;
    store::save_request(&mut change, id, &opened.request(follows), sent.version).await?;
    let event = CheckVerb::Edit.event(&file.check, "");
    let event = event.before(told(&file.check.subject, &file.check.reason, &file.check.own_questions)).after(told(
        opened.subject.as_str(),
        opened.reason.as_str(),
        opened.questions(),
    ));
    change.commit(event, &at::check(id)).await
}

/// What a request says, as the log shows it.
fn told(subject: &str, reason: &str, questions: &str) -> Values {
    says("Subject", subject).and("Reason", reason).and("Questions", questions)
}

impl Opened {
    fn questions(&self) -> &str {
        self.questions.0.as_ref().map_or("", Text::as_str)
    }

    /// Refuses what answers that parsed cannot be; gives the check it follows.
    pub(crate) async fn judge(&self, change: &mut Change, form: &mut OpenForm) -> Result<Option<CheckId>> {
        form.days.judged(CheckFile::grants(self.days.0.map(|days| days.0)));
        let Some(reference) = &self.follows.0 else { return Ok(None) };
        let found = store::by_reference(change.conn(), &CheckReference::or_typed(reference.as_str())).await?;
        if found.is_none() {
            form.follows.refuse(Refusal::NoSuchCheck);
        }
        Ok(found)
    }

    /// Opens it as a draft, which gets its reference.
    pub(crate) async fn open(
        &self,
        change: &mut Change,
        follows: Option<CheckId>,
        year: i32,
    ) -> Result<(CheckId, String)> {
        store::insert(change, &self.request(follows), year).await
    }

    /// Its entry in the log; `with` is what was recorded beside it.
    pub(crate) fn event(&self, id: CheckId, reference: &str, with: &str) -> Event {
        let (asked, after) = (self.questions(), says("Reason", self.reason.as_str()));
        Event::new(Verb::CheckOpened, id, format!("opened {reference}: {}{with}", self.subject))
            .after(if asked.is_empty() { after } else { after.and("Questions", asked) })
    }

    fn request(&self, follows: Option<CheckId>) -> Request<'_> {
        let days = self.days.0.map_or_else(|| self.check_type.days(), |days| days.0);
        Request {
            check_type: self.check_type,
            post: self.post,
            subject: self.subject.as_str(),
            reason: self.reason.as_str(),
            questions: self.questions(),
            priority: self.priority,
            site_visit: self.site_visit,
            days: i32::try_from(days).unwrap_or(i32::MAX),
            follows,
        }
    }
}
