//! A contact on one page, by one save: whom the post met, what was said there, which findings rest on it, and which
//! papers it verifies. All of it is kept, or nothing. The buttons that add and take out statements send the page too,
//! and it comes back with everything typed.

use std::{borrow::Borrow, str::FromStr};

use askama::Template;
use axum::{Extension, response::Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    contact::{ContactForm, authorities},
    keep::enter,
    model::{Contact, Refusal, SourceGrade, Statement},
    settles::Settles,
    statement::{SaidForm, parties},
};
use crate::{
    access::{Can, permission::WorkChecks},
    addresses as at,
    checks::{
        self,
        model::{CaseFile, Paper},
        store::Texts,
        then::{self, Then},
    },
    error::{AppError, Result},
    form,
    id::{CheckId, ContactId, FindingId},
    reference::model::ReferenceKind,
    text::Optional,
    web::{
        Form, Layout, Part, Path, Query, Sent,
        body::Typed,
        form::{Answer, Block, Spare, Ticked},
        html,
    },
    words::Choice,
};

form! {
    /// A contact, what was said there, and what it settles.
    pub struct InterviewForm reads Interviewed {
        contact: Part<ContactForm>,
        said: Blocks<SaidForm>,
        supports: Fields<Ticked>,
        // The findings shown as those of a statement's topic: unticked, they stay so; without their topic, they go.
        shown: Fields<FindingId>,
        verifies: Fields<Ticked>,
        act: Field<Optional<Act>>,
    }
}

/// How many statements one save takes.
pub const MOST: usize = SaidForm::MOST;

/// What a button of the page does; nothing is saved by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// One more statement is begun.
    Add,
    Remove(usize),
    /// What it settles, as far as the contact is described now.
    Look,
}

impl FromStr for Act {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let removed = |at: &str| at.parse().ok().map(Self::Remove);
        match text {
            "add" => Ok(Self::Add),
            "look" => Ok(Self::Look),
            _ => text.strip_prefix("remove.").and_then(removed).ok_or("Press one of the buttons of this page."),
        }
    }
}

/// What the page is opened for.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct For {
    /// The paper that the contact is to verify.
    pub paper: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "evidence/interview.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    /// The one that is changed, if one is, with what was said there.
    before: Option<&'a Contact>,
    earlier: Vec<&'a Statement>,
    /// The papers that were verified through it.
    papers: Vec<String>,
    /// Why nothing more was said there.
    ended: Option<Refusal>,
    authorities: Vec<Choice>,
    parties: Vec<Choice>,
    topics: Vec<Choice>,
    settles: Settles,
    /// The statement one goes on with.
    goes_on: Option<usize>,
    sent: Sent<InterviewForm>,
}

impl Page<'_> {
    /// What the save may lead on to: one is met after the other, and what they said is answered from.
    fn thens(&self) -> &'static [Then] {
        if self.before.is_none() { &[Then::AnotherContact, Then::Worksheet] } else { then::NOWHERE }
    }

    fn title(&self) -> &'static str {
        titled(self.before)
    }

    /// Whether a statement is found open: finished ones are closed to a line.
    fn is_open(&self, at: impl Borrow<usize>, block: &SaidForm) -> bool {
        self.is_gone_on_with(at) || block.is_blank() || !block.faults().is_empty()
    }

    /// A statement's topic and source.
    fn in_short(&self, block: &SaidForm) -> String {
        let topic = self.topics.iter().find(|topic| block.topic.is(&topic.value)).map(|topic| topic.label.as_str());
        let grade = block.source_grade.raw().parse().ok().map(SourceGrade::label);
        [topic, grade].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn is_gone_on_with(&self, at: impl Borrow<usize>) -> bool {
        self.goes_on == Some(*at.borrow())
    }
}

impl InterviewForm {
    /// The page of a new contact: filled in for the paper that it is to verify, if for one.
    fn begun(file: &CaseFile, asked: For) -> Self {
        let mut form = Self::blank();
        let papers = file.unverified_papers();
        let Some(paper) = papers.iter().find(|paper| Some(paper.id()) == asked.paper) else { return form };
        form.verifies.set([Ticked::new(paper.id(), paper.version())]);
        match paper {
            Paper::Permit(_, permit) => form.contact.authority.set(permit.authority_id),
            Paper::Signature(license, _, signature) => {
                if let [party] = license.signing(signature.signer).as_slice() {
                    form.contact.party.set(party);
                }
            }
        }
        form
    }

    fn of(contact: &Contact) -> Self {
        let mut form = Self::blank();
        form.contact = Part(ContactForm::of(contact));
        form
    }

    fn does(&mut self, act: Act) -> Option<usize> {
        match act {
            Act::Add if !self.said.is_full() => {
                let last = self.said.each().last().map(|(_, block)| block);
                let next = SaidForm::after(last);
                self.said.add(next);
                Some(self.said.len())
            }
            Act::Remove(at) => {
                self.said.remove(at);
                None
            }
            Act::Add | Act::Look => None,
        }
    }
}

fn titled(before: Option<&Contact>) -> &'static str {
    if before.is_some() { "Change a contact" } else { "Record a contact" }
}

pub(super) fn known(file: &CaseFile, id: ContactId) -> Result<&Contact> {
    file.check.contacts.iter().find(|contact| contact.id == id).ok_or(AppError::NotFound)
}

pub async fn show(can: Can<WorkChecks>, Path(id): Path<CheckId>, Query(asked): Query<For>) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Left).await?;
    let sent = can.form(InterviewForm::begun(&file, asked), 0).await?;
    page(&can, &file, None, sent, None).await
}

pub async fn show_edit(can: Can<WorkChecks>, Path((id, row)): Path<(CheckId, ContactId)>) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Whole).await?;
    let found = known(&file, row)?;
    let sent = can.form(InterviewForm::of(found), found.version).await?;
    page(&can, &file, Some(found), sent, None).await
}

pub async fn submit(
    can: Can<WorkChecks>,
    Path(id): Path<CheckId>,
    Extension(typed): Extension<Typed>,
    sent: Sent<InterviewForm>,
) -> Result<Response> {
    Box::pin(save(&can, id, None, &typed, sent)).await
}

pub async fn submit_edit(
    can: Can<WorkChecks>,
    Path((id, row)): Path<(CheckId, ContactId)>,
    Extension(typed): Extension<Typed>,
    sent: Sent<InterviewForm>,
) -> Result<Response> {
    Box::pin(save(&can, id, Some(row), &typed, sent)).await
}

async fn save(
    can: &Can<WorkChecks>,
    id: CheckId,
    row: Option<ContactId>,
    typed: &Typed,
    mut sent: Sent<InterviewForm>,
) -> Result<Response> {
    if let Some(act) = sent.form.act.value().and_then(|act| act.0) {
        return again(can, id, row, (act, typed.as_str()), sent).await;
    }
    let done = can.make(&mut sent, async |change, sent| enter(can, change, id, row, sent).await).await;
    Box::pin(sent.answer(done, async |mut sent| {
        let file = checks::store::find(can, id, Texts::Whole).await?;
        let before = row.map(|row| known(&file, row)).transpose()?;
        if let Some(before) = before {
            sent = sent.against(&InterviewForm::of(before), before.version);
        }
        page(can, &file, before, sent, None).await
    }))
    .await
}

/// The page again, with one statement more or less. It is kept as a draft too: a browser without scripts has no other.
async fn again(
    can: &Can<WorkChecks>,
    id: CheckId,
    row: Option<ContactId>,
    (act, typed): (Act, &str),
    mut sent: Sent<InterviewForm>,
) -> Result<Response> {
    let file = checks::store::find(can, id, Texts::Whole).await?;
    let before = row.map(|row| known(&file, row)).transpose()?;
    sent.form.quiet();
    let goes_on = sent.form.does(act);
    let ticked = Settles::newly(&file, before, &sent.form);
    sent.form.supports.set(ticked);
    let (body, title) = (kept(typed, act), format!("{} - {}", titled(before), file.check.reference));
    can.keep_typed(&sent, &title, &body).await?;
    page(can, &file, before, sent, goes_on).await
}

/// What was typed, without the button, and without the statement that it took out.
fn kept(typed: &str, act: Act) -> String {
    let removed = if let Act::Remove(at) = act { format!("said.{at}.") } else { "act".into() };
    let pairs = form_urlencoded::parse(typed.as_bytes());
    let pairs = pairs.filter(|(name, _)| name != "act" && !name.starts_with(&removed));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

async fn page(
    can: &Can<WorkChecks>,
    file: &CaseFile,
    before: Option<&Contact>,
    mut sent: Sent<InterviewForm>,
    goes_on: Option<usize>,
) -> Result<Response> {
    let authorities = authorities(can, file).await?;
    let ended = before.and_then(|contact| file.check.takes_statement(contact).err());
    if sent.form.said.is_empty() && ended.is_none() {
        sent.form.said.add(SaidForm::blank());
    }
    let said_at = |statement: &&Statement| before.is_some_and(|contact| contact.id == statement.contact_id);
    html(&Page {
        layout: can.layout(),
        file,
        before,
        earlier: file.check.statements.iter().filter(said_at).collect(),
        papers: before.map_or_else(Vec::new, |contact| file.papers_verified_through(contact.id)),
        ended,
        authorities,
        parties: parties(file),
        topics: file.reference.choices(ReferenceKind::Topic),
        settles: Settles::of(can.id, file, before, &sent.form),
        goes_on,
        sent,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::form::Pairs;

    fn filled(pairs: &[(&str, &str)]) -> InterviewForm {
        let pairs: Vec<(&str, String)> = pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        InterviewForm::sent(&Pairs::of(&pairs))
    }

    #[test]
    fn a_button_of_the_page_is_told_from_any_other() {
        let read = |text: &str| text.parse::<Act>().ok();
        assert_eq!(
            [read("add"), read("look"), read("remove.2")],
            [Some(Act::Add), Some(Act::Look), Some(Act::Remove(2))]
        );
        for other in ["", "remove", "remove.", "remove.x", "save"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn a_new_statement_begins_as_the_last_one_went() {
        let mut form = filled(&[
            ("said.1.text", "He knows of the order."),
            ("said.1.topic", "order"),
            ("said.1.source_grade", "official_oral"),
        ]);
        assert_eq!(form.does(Act::Add), Some(2));
        let (_, next) = form.said.each().last().expect("it was added");
        assert_eq!((next.source_grade.raw(), next.topic.raw(), next.text.raw()), ("official_oral", "", ""));
        assert!(next.is_blank());
        assert_eq!(form.does(Act::Remove(1)), None);
        assert_eq!((form.said.len(), form.does(Act::Look)), (1, None));
    }

    #[test]
    fn no_more_statements_are_offered_than_one_save_takes() {
        let mut form = InterviewForm::blank();
        for at in 1..=MOST {
            assert_eq!(form.does(Act::Add), Some(at));
        }
        assert_eq!((form.does(Act::Add), form.said.len()), (None, MOST));
    }

    #[test]
    fn a_draft_has_neither_the_button_nor_what_it_took_out() {
        let typed = "form_id=1&act=remove.1&said.1.text=a&said.10.text=c&said.2.text=b";
        assert_eq!(kept(typed, Act::Remove(1)), "form_id=1&said.10.text=c&said.2.text=b");
        assert_eq!(kept(typed, Act::Add), "form_id=1&said.1.text=a&said.10.text=c&said.2.text=b");
    }
}
