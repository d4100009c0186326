//! Noting a correction beside a text: which one, and what is right.

use askama::Template;
use axum::response::Response;

use super::{
    model::{Of, Place, Refusal},
    store,
};
use crate::{
    access::{Actor, Can, permission::NoteCorrections},
    addresses::{self as at, Address},
    checks::{self, model::CheckState},
    error::{AppError, Result},
    form,
    id::{CheckId, LicenseId},
    licenses,
    spills::{self, model::SpillFile, store::Begun},
    text::Reasons,
    web::{Form, Layout, Path, Sent, html},
    words::Choice,
};

form! {
    /// Beside which text, and what is right.
    pub struct CorrectForm reads Corrected {
        what: Field<Place>,
        text: Field<Reasons>,
    }
}

/// A kind of file that has texts which stay.
pub trait File: Send + Sync + 'static {
    const FILE: SpillFile;
    type Key: Copy + Into<uuid::Uuid> + serde::de::DeserializeOwned + Send + Sync + 'static;

    /// The file as the rule asks of it, what it is called, and where it is, if the reader sees it.
    fn seen(actor: &Actor, id: Self::Key) -> impl Future<Output = Result<(Of, String, Address)>> + Send;
}

#[derive(Template)]
#[template(path = "corrections/note.html")]
struct Page {
    layout: Layout,
    called: String,
    back: Address,
    texts: Vec<Choice>,
    sent: Sent<CorrectForm>,
}

pub async fn show<F: File>(can: Can<NoteCorrections>, Path(id): Path<F::Key>) -> Result<Response> {
    let sent = can.form(CorrectForm::blank(), 0).await?;
    page::<F>(&can, id, sent).await
}

pub async fn submit<F: File>(
    can: Can<NoteCorrections>,
    Path(id): Path<F::Key>,
    mut sent: Sent<CorrectForm>,
) -> Result<Response> {
    let done = note::<F>(&can, id, &mut sent).await;
    sent.answer(done, async |sent| page::<F>(&can, id, sent).await).await
}

/// The texts of the file beside which the reader may note something.
async fn texts<F: File>(can: &Can<NoteCorrections>, of: Of, id: F::Key) -> Result<Vec<(Place, Begun)>> {
    let texts =
        spills::store::texts(can.reads(), F::FILE, id.into(), can.post().map(|post| post.id)).await?.into_iter();
    let named = texts.filter_map(|text| Some((format!("{}.{}", text.place, text.row).parse::<Place>().ok()?, text)));
    Ok(named.filter(|(place, _)| of.note(*place, "", "", &can.reader()).is_ok()).collect())
}

async fn page<F: File>(can: &Can<NoteCorrections>, id: F::Key, sent: Sent<CorrectForm>) -> Result<Response> {
    let (of, called, back) = F::seen(can, id).await?;
    let texts = texts::<F>(can, of, id).await?.into_iter().map(|(place, text)| {
        Choice::new(format!("{}.{}", place.kind.code(), place.row), text.called).hint(text.begins)
    });
    html(&Page { layout: can.layout(), called, back, texts: texts.collect(), sent })
}

async fn note<F: File>(can: &Can<NoteCorrections>, id: F::Key, sent: &mut Sent<CorrectForm>) -> Result<Response> {
    let read = sent.read()?;
    let (of, _, back) = F::seen(can, id).await?;
    let texts =
        spills::store::texts(can.reads(), F::FILE, id.into(), can.post().map(|post| post.id)).await?.into_iter();
    let mut texts = texts.filter(|text| text.place == read.what.kind.code() && text.row == read.what.row);
    let text = sent.form.what.judged(texts.next().ok_or(Refusal::NotThere)).ok_or(AppError::Invalid)?;
    let said = format!("{}: {}", text.called, text.begins);
    let mut change = can.change(sent).await?;
    let noted = of.note(read.what, &said, read.text.as_str(), &can.reader())?;
    store::insert(&mut change, &noted).await?;
    change.commit(noted, &back.at("corrections")).await
}

#[derive(Debug)]
pub struct Checks;

impl File for Checks {
    const FILE: SpillFile = SpillFile::Check;
    type Key = CheckId;

    async fn seen(actor: &Actor, id: CheckId) -> Result<(Of, String, Address)> {
        let check = checks::store::find(actor, id, checks::store::Texts::Left).await?.check;
        let open = matches!(check.state, CheckState::Draft | CheckState::InProgress);
        Ok((Of::Check { id, open }, check.reference, at::check(id)))
    }
}

#[derive(Debug)]
pub struct Licenses;

impl File for Licenses {
    const FILE: SpillFile = SpillFile::License;
    type Key = LicenseId;

    async fn seen(actor: &Actor, id: LicenseId) -> Result<(Of, String, Address)> {
        let license = licenses::store::find(actor, id).await?;
        let of = Of::License { id, open: license.status.is_open() };
        Ok((of, format!("License {}", license.number), at::license(id)))
    }
}
