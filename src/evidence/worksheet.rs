//! Every topic of a check on one page, each with what to ask, what the application says and what was said on it beside
//! the answer. Saved whole, in part, or a topic alone.

use std::borrow::Borrow;

use askama::Template;
use axum::response::Response;

use super::{answer::AnswerForm, answers, beside::Row, finding, model::PortionMark};
use crate::{
    access::{Actor, Can, permission::WorkChecks},
    addresses as at,
    audit::{self, Verb, store::Entry},
    checks::{
        self,
        model::{CaseFile, CheckFile},
        saved::last_act,
        store::Texts,
        then::{NOWHERE, Then},
    },
    error::Result,
    form,
    id::CheckId,
    text::{Line, Optional, TEXT_LIMIT, many},
    web::{
        Form, Layout, Path, Sent,
        form::{Block, Spare},
        html,
    },
};

form! {
    /// The answers on the topics of a check.
    pub struct WorksheetForm reads Worksheet {
        topics: Blocks<AnswerForm>,
        // The topic whose own button was pressed.
        only: Field<Optional<Line>>,
        // The number of the answer that is left out.
        out: Field<Optional<Line>>,
    }
}

/// How many answers one page takes.
const MOST: usize = AnswerForm::MOST;
/// How much of what was found before comes with the page, to be changed there.
const ROOM: usize = 8_000;

#[derive(Template)]
#[template(path = "evidence/worksheet.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    rows: Vec<Row<'a>>,
    /// Answers that were typed on what is not among the topics: their numbers.
    strays: Vec<usize>,
    /// What the answers are answers to.
    asks: &'static str,
    /// How many topics a page has room for.
    room: String,
    /// What a text has to keep to, and what a mark is beforehand.
    limit: String,
    mark: String,
    /// Why nothing is answered now.
    ended: Option<String>,
    /// What was saved a moment ago, where it was more than one answer.
    saved: Option<String>,
    /// What the save may lead on to.
    thens: &'static [Then],
    sent: Sent<WorksheetForm>,
}

pub async fn show(can: Can<WorkChecks>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Whole).await?;
    let mut sent = can.form(WorksheetForm::blank(), 0).await?;
    // A text that was left unsent says what is wrong with it, and not what is still to come.
    sent.form.quiet();
    sent.tell_at_fields();
    let mut conn = can.reads().acquire().await?;
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let post = can.post().map(|post| post.id);
    let events = audit::store::timeline(&mut conn, Some(id), &[], post, most).await?;
    drop(conn);
    page(&can, &file, &events, sent)
}

pub async fn submit(can: Can<WorkChecks>, Path(id): Path<CheckId>, mut sent: Sent<WorksheetForm>) -> Result<Response> {
    if let Ok(number) = sent.form.out.raw().parse() {
        let file = checks::store::find(&can, id, Texts::Whole).await?;
        return match Box::pin(answers::leave_out(&can, &file, number, &mut sent)).await? {
            Some(afresh) => Ok(afresh),
            None => page(&can, &file, &[], sent),
        };
    }
    let done = Box::pin(answers::save(&can, id, &mut sent)).await;
    sent.answer(done, async |sent| {
        let file = checks::store::find(&can, id, Texts::Whole).await?;
        page(&can, &file, &[], sent)
    })
    .await
}

/// What its page is called, also in the list of what is not sent.
pub(super) fn titled(file: &CaseFile) -> String {
    format!("Worksheet - {}", file.check.reference)
}

fn page(can: &Actor, file: &CaseFile, events: &[Entry], mut sent: Sent<WorksheetForm>) -> Result<Response> {
    let ended = file.check.takes_findings().err().map(|refusal| refusal.to_string());
    let (mut rows, strays) = lay_out(file, &mut sent, ended.is_none());
    let saved = mark_saved(&mut rows, events, &can.name, file);
    let is_alone = rows.iter().filter(|row| row.is_saved).count() == 1;
    html(&Page {
        layout: can.layout(),
        file,
        rows,
        strays,
        asks: finding::asks(file),
        room: many(MOST, "topic"),
        limit: format!("A claim is no fact: say who stated it. At most {}.", many(TEXT_LIMIT, "character")),
        mark: format!("{} unless you say otherwise.", PortionMark::DEFAULT.code()),
        ended,
        saved: Some(saved).filter(|saved| !is_alone && !saved.is_empty()),
        thens: if file.may_recommend().is_ok() { &[Then::Recommendation] } else { NOWHERE },
        sent,
    })
}

/// Sets the answers beside their topics: what was typed, and what is on file as far as there is room. Gives the topics,
/// and the numbers of answers that stand beside none.
fn lay_out<'a>(file: &'a CaseFile, sent: &mut Sent<WorksheetForm>, is_asked: bool) -> (Vec<Row<'a>>, Vec<usize>) {
    let Sent { form, marks, .. } = sent;
    let mut typed: Vec<AnswerForm> = form.topics.take().into_iter().filter(|answer| !answer.is_blank()).collect();
    let mut rows = Row::all(file);
    let mut left = ROOM;
    for row in rows.iter_mut().filter(|row| row.takes_an_answer(file)) {
        let saved = AnswerForm::on_file(file, row.code(), row.of, row.called());
        let length = saved.found.text.raw().len();
        let own = typed.iter().position(|answer| answer.key() == row.key).map(|at| typed.remove(at));
        let answer = match own {
            Some(mut mine) => {
                mine.called.set(row.called());
                if mine.is_stale(file) {
                    mine.set_against(&saved);
                }
                row.is_begun = true;
                mine
            }
            None if is_asked && !form.topics.is_full() && length <= left => {
                left -= length;
                marks.know(saved.found.text.raw());
                saved
            }
            None => continue,
        };
        row.tick(&answer);
        row.is_open = row.is_begun;
        form.topics.add(answer);
        row.number = Some(form.topics.len());
    }
    if rows.iter().all(|row| !row.is_open)
        && let Some(first) = rows.iter_mut().find(|row| row.topic.is_missing && row.number.is_some())
    {
        first.is_open = true;
    }
    let first_stray = form.topics.len() + 1;
    for answer in typed {
        form.topics.add(answer);
    }
    (rows, (first_stray..=form.topics.len()).collect())
}

/// Marks what the reader answered a moment ago, as the log has it, and says it.
fn mark_saved(rows: &mut [Row<'_>], events: &[Entry], name: &str, file: &CaseFile) -> String {
    let Some((Verb::FindingRecorded, act)) = last_act(events, name, file.now) else { return String::new() };
    let acts = events.iter().take_while(|entry| entry.at == act.at && entry.who == act.who);
    let said: Vec<&str> = acts.map(|entry| entry.summary.as_str()).collect();
    let mut saved = Vec::new();
    for row in rows {
        let Some((asked, found)) = row.topic.asked.as_ref().zip(row.topic.found) else { continue };
        let party = asked.party.as_ref().map(|(_, name)| name.as_str());
        row.is_saved = said.contains(&CheckFile::found_words(&asked.label, party, found.answer).as_str());
        if row.is_saved {
            saved.push(row.saved());
        }
    }
    if saved.is_empty() { String::new() } else { format!("{}: {}", many(saved.len(), "answer"), saved.join("; ")) }
}

impl<'a> Page<'a> {
    fn title(&self) -> String {
        titled(self.file)
    }

    /// The answer of that number.
    fn answer(&self, number: impl Borrow<usize>) -> Option<&AnswerForm> {
        self.sent.form.topics.each().find(|(at, _)| at == number.borrow()).map(|(_, answer)| answer)
    }

    /// Whether there is anything to send.
    fn has_answers(&self) -> bool {
        !self.sent.form.topics.is_empty()
    }

    /// The topics that still want an answer, or what it rests on.
    fn missing(&self) -> impl Iterator<Item = &Row<'a>> {
        self.rows.iter().filter(|row| row.topic.is_missing)
    }

    fn missing_in_all(&self) -> usize {
        self.missing().count()
    }

    fn answered(&self) -> usize {
        self.rows.len() - self.missing_in_all()
    }

    /// How far it is answered, in words.
    fn told(&self) -> String {
        format!("{} of {} answered", self.answered(), many(self.rows.len(), "topic"))
    }

    /// What is still to come, for the bar that stays in view.
    fn open(&self) -> String {
        match self.missing_in_all() {
            0 => "Every topic is answered.".into(),
            left => format!("{} open.", many(left, "topic")),
        }
    }

    /// How much of it is answered, of a hundred.
    fn percent(&self) -> usize {
        100 * self.answered() / self.rows.len().max(1)
    }

    /// Those that wait until there is room on the page.
    fn waiting(&self) -> usize {
        self.missing().filter(|row| row.number.is_none()).count()
    }

    /// What is typed and not saved, by name.
    fn begun(&self) -> String {
        let begun: Vec<&str> = self.rows.iter().filter(|row| row.is_begun).map(Row::called).collect();
        begun.join("; ")
    }

    /// The topic to go on with.
    fn next(&self) -> Option<&Row<'a>> {
        let begun = self.rows.iter().find(|row| row.is_begun);
        begun.or_else(|| self.missing().find(|row| row.number.is_some()))
    }
}
