//! Reporting a text as classified: which one, and how one knows. It is hidden with that.

use askama::Template;
use axum::response::Response;
use uuid::Uuid;

use super::{
    model::{Place, SpillFile},
    refusal::Refusal,
    store,
};
use crate::{
    access::{Actor, Can, permission::ReadChecks},
    addresses::{self as at, Address},
    audit::{Event, Subject, Verb, says},
    checks,
    error::{AppError, Refuses, Result},
    form,
    id::{CheckId, LicenseId, PartyId, SpillId, TelegramId},
    licenses, parties, telegrams,
    text::Reasons,
    web::{Form, Layout, Path, Sent, html},
    words::Choice,
};

form! {
    /// Which text, and how one knows.
    pub struct ReportForm reads Report {
        what: Field<Place>,
        why: Field<Reasons>,
    }
}

/// A kind of file that has texts.
pub trait File: Send + Sync + 'static {
    const FILE: SpillFile;

    /// What the file is called and where it is, if the reader sees it.
    fn seen(actor: &Actor, id: Uuid) -> impl Future<Output = Result<(String, Address)>> + Send;

    /// The entry in the log.
    fn event(id: Uuid, called: &str, spill: SpillId) -> Event;
}

#[derive(Template)]
#[template(path = "spills/report.html")]
struct Page {
    layout: Layout,
    called: String,
    back: Address,
    texts: Vec<Choice>,
    sent: Sent<ReportForm>,
}

pub async fn show<F: File>(can: Can<ReadChecks>, Path(id): Path<Uuid>) -> Result<Response> {
    let sent = can.form(ReportForm::blank(), 0).await?;
    page::<F>(&can, id, sent).await
}

pub async fn submit<F: File>(
    can: Can<ReadChecks>,
    Path(id): Path<Uuid>,
    mut sent: Sent<ReportForm>,
) -> Result<Response> {
    let done = report::<F>(&can, id, &mut sent).await;
    sent.answer(done, async |sent| page::<F>(&can, id, sent).await).await
}

async fn page<F: File>(can: &Can<ReadChecks>, id: Uuid, sent: Sent<ReportForm>) -> Result<Response> {
    let (called, back) = F::seen(can, id).await?;
    let texts = store::texts(can.reads(), F::FILE, id, can.post().map(|post| post.id)).await?.into_iter();
    let texts = texts.map(|text| Choice::new(format!("{}.{}", text.place, text.row), text.called).hint(text.begins));
    html(&Page { layout: can.layout(), called, back, texts: texts.collect(), sent })
}

async fn report<F: File>(can: &Can<ReadChecks>, id: Uuid, sent: &mut Sent<ReportForm>) -> Result<Response> {
    let (_, back) = F::seen(can, id).await?;
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let texts = store::texts(can.reads(), F::FILE, id, can.post().map(|post| post.id)).await?;
    let text = texts.into_iter().find(|text| text.place == read.what.kind && text.row == read.what.row);
    let text = sent.form.what.judged(text.ok_or(Refusal::NotThere)).ok_or(AppError::Invalid)?;
    let spill = SpillId::new();
    let hidden = store::hide(&mut change, spill, &read.what, read.why.as_str()).await;
    hidden.map_err(Refusal::said)?;
    change.commit(F::event(id, &text.called, spill).after(says("Why", read.why.as_str())), &back).await
}

fn reported(called: &str) -> String {
    format!("reported a text as classified: {}", called.to_lowercase())
}

#[derive(Debug)]
pub struct Checks;

impl File for Checks {
    const FILE: SpillFile = SpillFile::Check;

    async fn seen(actor: &Actor, id: Uuid) -> Result<(String, Address)> {
        let check = CheckId(id);
        let reference = match checks::store::find(actor, check, checks::store::Texts::Left).await {
            Ok(file) => file.check.reference,
            // A post that had it goes on reading what it was sent.
            Err(gone) => {
                let mut conn = actor.reads().acquire().await?;
                let recalled = checks::store::recalled(&mut conn, actor.scope(), check).await?;
                recalled.map(|(reference, _)| reference).ok_or(gone)?
            }
        };
        Ok((reference, at::check(check)))
    }

    /// Its report is what it is about: who does not read the text does not read that it was reported.
    fn event(id: Uuid, called: &str, spill: SpillId) -> Event {
        Event::new(Verb::TextReported, CheckId(id), reported(called)).about(Subject::Row("spill", spill.0))
    }
}

#[derive(Debug)]
pub struct Licenses;

impl File for Licenses {
    const FILE: SpillFile = SpillFile::License;

    async fn seen(actor: &Actor, id: Uuid) -> Result<(String, Address)> {
        let file = licenses::store::find(actor, LicenseId(id)).await?;
        Ok((format!("License {}", file.number), at::license(LicenseId(id))))
    }

    fn event(id: Uuid, called: &str, _: SpillId) -> Event {
        Event::new(Verb::TextReported, LicenseId(id), reported(called))
    }
}

#[derive(Debug)]
pub struct Parties;

impl File for Parties {
    const FILE: SpillFile = SpillFile::Party;

    async fn seen(actor: &Actor, id: Uuid) -> Result<(String, Address)> {
        let file = parties::store::find(actor, PartyId(id)).await?;
        Ok((file.name, at::party(PartyId(id))))
    }

    fn event(id: Uuid, called: &str, _: SpillId) -> Event {
        Event::new(Verb::TextReported, PartyId(id), reported(called))
    }
}

#[derive(Debug)]
pub struct Telegrams;

impl File for Telegrams {
    const FILE: SpillFile = SpillFile::Telegram;

    async fn seen(actor: &Actor, id: Uuid) -> Result<(String, Address)> {
        let mut conn = actor.reads().acquire().await?;
        let telegram = telegrams::store::find(&mut conn, actor.scope(), TelegramId(id)).await?;
        Ok((telegram.titled(), at::telegram(TelegramId(id))))
    }

    fn event(id: Uuid, called: &str, _: SpillId) -> Event {
        Event::new(Verb::TextReported, Subject::Telegram(TelegramId(id)), reported(called))
    }
}
