//! Recording evidence on a check, and mending what was recorded while the check is in progress: one way for contacts,
//! statements and documents. Each kind says its form, its page, what it asks of the answers and what it writes.

use axum::response::Response;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::{
    access::{Actor, Can, permission::WorkChecks},
    addresses as at,
    audit::{Event, Events, Made, Subject},
    checks::{self, model::CaseFile, store::Texts},
    db::Change,
    error::{AppError, Result},
    id::CheckId,
    web::{Form, Path, Sent},
};

/// A row of evidence, by its kind.
pub trait Kind: Clone + Send + Sync + Sized + 'static {
    /// As rows of it are named, and its place on the check's page.
    const NAMES: (&'static str, &'static str);
    type Id: Copy + PartialEq + Into<Uuid> + DeserializeOwned + Send + Sync + 'static;
    type Form: Form<Read = Self::Read> + Send + Sync + 'static;
    type Read: Send + Sync;

    fn of(file: &CaseFile) -> &[Self];

    /// Its key, and the version that a form is read from.
    fn key(&self) -> (Self::Id, i32);

    /// The form of a new one.
    fn blank(_: &CaseFile) -> Self::Form {
        Self::Form::blank()
    }

    /// The form as it was recorded.
    fn filled(&self) -> Self::Form;

    fn page(
        can: &Can<WorkChecks>,
        file: &CaseFile,
        before: Option<&Self>,
        sent: Sent<Self::Form>,
    ) -> impl Future<Output = Result<Response>> + Send;

    /// Refuses what answers that parsed cannot be on this file.
    fn judge(
        can: &Actor,
        file: &CaseFile,
        before: Option<&Self>,
        read: &Self::Read,
        form: &mut Self::Form,
    ) -> impl Future<Output = Result<()>> + Send;

    /// What was judged by the row as it was falls before it is changed.
    fn lapse(
        _: &mut Change,
        _: &CaseFile,
        _: &Self,
        _: &Self::Read,
    ) -> impl Future<Output = Result<Vec<Event>>> + Send {
        async { Ok(Vec::new()) }
    }

    /// Writes it anew, or in place of the one before as the person read it.
    fn save(
        change: &mut Change,
        check: CheckId,
        before: Option<&Self>,
        read: &Self::Read,
        version: i32,
    ) -> impl Future<Output = Result<Self::Id>> + Send;

    fn event(file: &CaseFile, before: Option<&Self>, read: &Self::Read, row: Subject) -> Event;

    fn find(file: &CaseFile, id: Self::Id) -> Result<&Self> {
        Self::of(file).iter().find(|row| row.key().0 == id).ok_or(AppError::NotFound)
    }
}

pub async fn show<K: Kind>(can: Can<WorkChecks>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Left).await?;
    let sent = can.form(K::blank(&file), 0).await?;
    K::page(&can, &file, None, sent).await
}

pub async fn submit<K: Kind>(
    can: Can<WorkChecks>,
    Path(id): Path<CheckId>,
    mut sent: Sent<K::Form>,
) -> Result<Response> {
    let done = record::<K>(&can, id, None, &mut sent).await;
    sent.answer(done, async |sent| {
        let file = checks::store::find(&can, id, Texts::Left).await?;
        K::page(&can, &file, None, sent).await
    })
    .await
}

pub async fn show_edit<K: Kind>(can: Can<WorkChecks>, Path((id, row)): Path<(CheckId, K::Id)>) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Whole).await?;
    let found = K::find(&file, row)?;
    let sent = can.form(found.filled(), found.key().1).await?;
    K::page(&can, &file, Some(found), sent).await
}

pub async fn submit_edit<K: Kind>(
    can: Can<WorkChecks>,
    Path((id, row)): Path<(CheckId, K::Id)>,
    mut sent: Sent<K::Form>,
) -> Result<Response> {
    let done = record::<K>(&can, id, Some(row), &mut sent).await;
    sent.answer(done, async |sent| {
        let file = checks::store::find(&can, id, Texts::Whole).await?;
        let found = K::find(&file, row)?;
        let sent = sent.against(&found.filled(), found.key().1);
        K::page(&can, &file, Some(found), sent).await
    })
    .await
}

async fn record<K: Kind>(
    can: &Can<WorkChecks>,
    id: CheckId,
    row: Option<K::Id>,
    sent: &mut Sent<K::Form>,
) -> Result<Response> {
    can.make(sent, async |change, sent| enter::<K>(can, change, id, row, sent).await).await
}

/// Records evidence within a change.
pub(crate) async fn enter<K: Kind>(
    can: &Actor,
    change: &mut Change,
    id: CheckId,
    row: Option<K::Id>,
    sent: &mut Sent<K::Form>,
) -> Result<Made> {
    let read = sent.read()?;
    let file = checks::store::find_for_update(change, can, id, None).await?;
    let before = row.map(|row| K::find(&file, row)).transpose()?;
    K::judge(can, &file, before, &read, &mut sent.form).await?;
    sent.read()?;
    let lapsed = match before {
        Some(before) => K::lapse(change, &file, before, &read).await?,
        None => Vec::new(),
    };
    let row = K::save(change, id, before, &read, sent.version).await?;
    checks::store::touch(change, id).await?;
    let (name, place) = K::NAMES;
    let row = Subject::Row(name, row.into());
    let event = K::event(&file, before, &read, row).on_check(id);
    Ok(Made::new(row, Events::from(event).and_all(lapsed), at::check(id).at(place)))
}
