//! Writing a remark on a check, and answering one. The page says who will read it.

use askama::Template;
use axum::response::Response;

use super::{
    model::{self, Line, Said, To, lines, offered},
    refusal::Refusal,
    store,
};
use crate::{
    access::{Can, permission::WriteRemarks},
    addresses as at,
    checks::{self, model::CaseFile, store::Texts},
    error::{AppError, Result},
    form,
    id::{CheckId, RemarkId},
    web::{Form, Layout, Path, Sent, filters, html},
    words::Choice,
};

form! {
    pub struct RemarkForm reads New {
        to: Field<To>,
        text: Field<Said>,
    }
}

form! {
    pub struct AnswerForm reads Answer {
        text: Field<Said>,
    }
}

#[derive(Template)]
#[template(path = "remarks/write.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    to: Vec<Choice>,
    at_post: bool,
    /// Why no remark is written now.
    refused: Option<String>,
    sent: Sent<RemarkForm>,
}

#[derive(Template)]
#[template(path = "remarks/answer.html")]
struct AnswerPage<'a> {
    layout: Layout,
    file: &'a CaseFile,
    /// The thread, from its first remark on.
    remarks: Vec<Line<'a>>,
    /// The one that is answered.
    line: Line<'a>,
    at_post: bool,
    refused: Option<String>,
    sent: Sent<AnswerForm>,
}

pub async fn show(can: Can<WriteRemarks>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Left).await?;
    let sent = can.form(RemarkForm::blank(), model::times_recalled(&file.check)).await?;
    page(&can, &file, sent).await
}

pub async fn submit(can: Can<WriteRemarks>, Path(id): Path<CheckId>, mut sent: Sent<RemarkForm>) -> Result<Response> {
    let done = write(&can, id, &mut sent).await;
    sent.answer(done, async |sent| page(&can, &checks::store::find(&can, id, Texts::Left).await?, sent).await).await
}

async fn page(can: &Can<WriteRemarks>, file: &CaseFile, sent: Sent<RemarkForm>) -> Result<Response> {
    let mut conn = can.reads().acquire().await?;
    let people = store::people(&mut conn, file.check.id, can.at, can.washington_today()).await?;
    drop(conn);
    let (reader, post) = (can.reader(), &file.check.post_name);
    let choice = |(to, name, with_post): (To, &str, bool)| {
        let name =
            if to == To::Part(model::Part::Post) { format!("{post}, whoever is there") } else { name.to_owned() };
        let circle = match (reader.post, with_post) {
            (Some(_), _) => String::new(),
            (None, true) => format!(" (read by {post} and in Washington)"),
            (None, false) => " (read in Washington alone)".into(),
        };
        Choice::new(to, format!("{name}{circle}"))
    };
    let to = offered(&file.check, &reader, &people).into_iter().map(choice).collect();
    let refused = model::are_taken(&file.check).err().map(|refusal| refusal.to_string());
    html(&Page { layout: can.layout(), file, to, at_post: reader.post.is_some(), refused, sent })
}

async fn write(can: &Can<WriteRemarks>, id: CheckId, sent: &mut Sent<RemarkForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let file = checks::store::find_for_update(&mut change, can, id, None).await?;
    let people = store::people(change.conn(), id, can.at, can.washington_today()).await?;
    let to = (read.to, sent.version);
    let written = model::write((&file.check, &can.reader()), RemarkId::new(), to, &read.text, &people);
    let written = match written {
        Err(refusal @ (Refusal::NobodyNamed | Refusal::AnotherPost(_))) => {
            sent.form.to.refuse(refusal);
            // Whoever sends it again was told whose the check is by now.
            sent.version = model::times_recalled(&file.check);
            return Err(AppError::Invalid);
        }
        judged => judged?,
    };
    store::insert(&mut change, &written).await?;
    change.commit(written, &at::check(id).at("remarks")).await
}

pub async fn show_answer(can: Can<WriteRemarks>, Path((id, remark)): Path<(CheckId, RemarkId)>) -> Result<Response> {
    let sent = can.form(AnswerForm::blank(), 0).await?;
    answer_page(&can, id, remark, sent).await
}

pub async fn submit_answer(
    can: Can<WriteRemarks>,
    Path((id, remark)): Path<(CheckId, RemarkId)>,
    sent: Sent<AnswerForm>,
) -> Result<Response> {
    let done = answer(&can, id, remark, &sent).await;
    sent.answer(done, async |sent| answer_page(&can, id, remark, sent).await).await
}

async fn answer_page(
    can: &Can<WriteRemarks>,
    id: CheckId,
    remark: RemarkId,
    sent: Sent<AnswerForm>,
) -> Result<Response> {
    let file = checks::store::find(can, id, Texts::Left).await?;
    let mut conn = can.reads().acquire().await?;
    let (remark, thread) = store::find(&mut conn, can.scope(), id, remark).await?;
    drop(conn);
    let reader = can.reader();
    let refused = remark.may_answer(&file.check).err().map(|refusal| refusal.to_string());
    let remarks = lines(&file.check, &reader, &thread);
    let line = lines(&file.check, &reader, std::slice::from_ref(&remark)).remove(0);
    let at_post = reader.post.is_some();
    html(&AnswerPage { layout: can.layout(), file: &file, remarks, line, at_post, refused, sent })
}

async fn answer(can: &Can<WriteRemarks>, id: CheckId, remark: RemarkId, sent: &Sent<AnswerForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let file = checks::store::find_for_update(&mut change, can, id, None).await?;
    let (remark, _) = store::find(change.conn(), can.scope(), id, remark).await?;
    let written = remark.answer(&file.check, &can.reader(), RemarkId::new(), &read.text)?;
    store::insert(&mut change, &written).await?;
    change.commit(written, &at::check(id).at("remarks")).await
}
