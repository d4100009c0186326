//! Taking a row back that was recorded by mistake: one page for every kind. It says what stands there, what lapses, and
//! why it is not the reader's to take back if it is not.

use askama::Template;
use axum::response::Response;

use super::{
    model::{MistakeKind, Row},
    store,
};
use crate::{
    access::{Actor, Can, Role, permission::WorkChecks},
    addresses as at, approvals,
    audit::{Event, Events, Verb},
    db::Change,
    error::{AppError, Result},
    form,
    id::{LicenseId, PermitId, PersonId, SignatureId},
    licenses::{
        self,
        model::{LicenseFile, TakenBack},
    },
    posts,
    text::Reasons,
    web::{Form, Layout, Path, Sent, html},
};

form! {
    pub struct MistakeForm reads Reason {
        reason: Field<Reasons>,
    }
}

/// A kind of row that can be taken back.
pub trait Kind: Send + Sync + 'static {
    const KIND: MistakeKind;
    /// What the log calls it.
    const VERB: Verb;

    /// The row, as it stands on the license; none that was taken back already.
    fn row(license: &LicenseFile, id: uuid::Uuid, reader: &Actor) -> Option<Row>;

    /// Takes it back: what rests on it is open again, its number or place is free. Gives the other facts of it.
    fn strike(
        change: &mut Change,
        license: &LicenseFile,
        taken: &TakenBack,
    ) -> impl Future<Output = Result<Vec<Event>>> + Send;
}

#[derive(Template)]
#[template(path = "mistakes/take_back.html")]
struct Page {
    layout: Layout,
    license: LicenseFile,
    kind: MistakeKind,
    row: Row,
    refused: Option<String>,
    sent: Sent<MistakeForm>,
}

pub async fn show<K: Kind>(can: Can<WorkChecks>, Path((id, row)): Path<(LicenseId, uuid::Uuid)>) -> Result<Response> {
    let license = licenses::store::find(&can, id).await?;
    let version = K::row(&license, row, &can).ok_or(AppError::NotFound)?.version;
    let sent = can.form(MistakeForm::blank(), version).await?;
    page::<K>(&can, license, row, sent).await
}

pub async fn submit<K: Kind>(
    can: Can<WorkChecks>,
    Path((id, row)): Path<(LicenseId, uuid::Uuid)>,
    sent: Sent<MistakeForm>,
) -> Result<Response> {
    let done = take_back::<K>(&can, id, row, &sent).await;
    sent.answer(done, async |mut sent| {
        let license = licenses::store::find(&can, id).await?;
        sent.renew(K::row(&license, row, &can).ok_or(AppError::NotFound)?.version);
        page::<K>(&can, license, row, sent).await
    })
    .await
}

async fn page<K: Kind>(
    can: &Can<WorkChecks>,
    license: LicenseFile,
    row: uuid::Uuid,
    sent: Sent<MistakeForm>,
) -> Result<Response> {
    let row = K::row(&license, row, can).ok_or(AppError::NotFound)?;
    let mut conn = can.reads().acquire().await?;
    let serving = serving(&mut conn, can).await?;
    let refused = license.takes_back(row.recorded, &can.reader(), &serving).err().map(|refusal| refusal.to_string());
    html(&Page { layout: can.layout(), license, kind: K::KIND, row, refused, sent })
}

async fn serving(conn: &mut sqlx::PgConnection, reader: &Actor) -> Result<Vec<(PersonId, Role)>> {
    match reader.post() {
        Some(post) => posts::store::serving(conn, post.id, reader.at).await,
        None => Ok(Vec::new()),
    }
}

async fn take_back<K: Kind>(
    can: &Can<WorkChecks>,
    id: LicenseId,
    row: uuid::Uuid,
    sent: &Sent<MistakeForm>,
) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let license = licenses::store::find_for_update(&mut change, can.scope(), id).await?;
    if !license.checks.iter().any(|check| can.sees_post(check.post_id)) {
        return Err(AppError::NotFound);
    }
    let row = K::row(&license, row, can).ok_or(AppError::NotFound)?;
    if row.version != sent.version {
        return Err(AppError::Stale);
    }
    let serving: Vec<(PersonId, Role)> = serving(change.conn(), can).await?;
    let taken = license.take_back((K::KIND, K::VERB), &row, read.reason.as_str(), &can.reader(), &serving)?;
    let events = K::strike(&mut change, &license, &taken).await?;
    store::insert(&mut change, &taken).await?;
    let ready = licenses::store::settle(&mut change, &license).await?;
    change.commit(Events::from(taken).and_all(events).and_all(ready), &at::license(id).at(row.section)).await
}

/// A permit: its cells are open again, its number is free.
#[derive(Debug)]
pub struct Permits;

impl Kind for Permits {
    const KIND: MistakeKind = MistakeKind::Permit;
    const VERB: Verb = Verb::PermitWithdrawn;

    fn row(license: &LicenseFile, id: uuid::Uuid, reader: &Actor) -> Option<Row> {
        let permit = license.permit(Some(PermitId(id))).filter(|permit| !permit.is_withdrawn())?;
        Some(Row {
            id,
            version: permit.version,
            said: permit.said(),
            recorded: permit.recorded(),
            lapses: license.lapses_with_permit(permit, reader.washington_today()),
            section: "approvals",
        })
    }

    async fn strike(change: &mut Change, license: &LicenseFile, taken: &TakenBack) -> Result<Vec<Event>> {
        let permit = PermitId(*taken.row());
        let sharing = licenses::store::open_with_same_permits(change, license.id, Some(permit)).await?;
        approvals::store::withdraw_permit(change, taken).await?;
        licenses::store::release_numbers(change, license.id).await?;
        licenses::store::settle_all(change, &sharing).await
    }
}

/// A signature on the certificate: its place is free.
#[derive(Debug)]
pub struct Signatures;

impl Kind for Signatures {
    const KIND: MistakeKind = MistakeKind::CertificateSignature;
    const VERB: Verb = Verb::SignatureWithdrawn;

    fn row(license: &LicenseFile, id: uuid::Uuid, _: &Actor) -> Option<Row> {
        let certificate = license.certificate.as_ref()?;
        let signature = certificate.signatures.iter().find(|signature| signature.id == SignatureId(id))?;
        Some(Row {
            id,
            version: signature.version,
            said: signature.said(&certificate.form),
            recorded: signature.recorded(),
            lapses: license.lapses_with_signature(signature),
            section: "certificate",
        })
    }

    async fn strike(change: &mut Change, _: &LicenseFile, taken: &TakenBack) -> Result<Vec<Event>> {
        approvals::store::remove_signature(change, taken).await.map(|()| Vec::new())
    }
}
