//! Acts on a license: approve, approve on conditions, return, deny; confirm; suspend, reinstate, revoke. And a
//! supervisor's exception. Every guard is judged on the locked file; the database holds the separation of duties once
//! more.

use askama::Template;
use axum::response::Response;

use super::{
    model::{Act, Decider, LicenseFile, LicenseStatus, OpenCondition, Refusal},
    store,
    verbs::{self, Deed},
};
use crate::{
    access::Can,
    addresses as at,
    audit::Events,
    basis::Changed,
    checks,
    error::{AppError, Refuses, Result},
    form,
    id::LicenseId,
    reference,
    text::{Line, Optional, Reasons, Text},
    web::{Form, Layout, Path, Sent, filters, html},
    words::Choice,
};

form! {
    /// What is decided, why, and on which terms.
    pub struct DecideForm reads Decision {
        act: Field<Act>,
        reasons: Field<Reasons>,
        provisos: Field<Optional<Text>>,
    }
}

form! {
    /// What is excepted, and why.
    pub struct ExceptForm reads Excepted {
        what: Field<Line>,
        reason: Field<Reasons>,
    }
}

#[derive(Template)]
#[template(path = "licenses/decide.html")]
struct Page {
    layout: Layout,
    license: LicenseFile,
    title: &'static str,
    open: Vec<OpenCondition>,
    /// What changed beneath the decision in force.
    changed: Vec<Changed>,
    /// What is to be chosen; nothing, where the page is of one act.
    acts: Vec<Choice>,
    sent: Sent<DecideForm>,
}

#[derive(Template)]
#[template(path = "licenses/except.html")]
struct ExceptPage {
    layout: Layout,
    license: LicenseFile,
    whats: Vec<Choice>,
    sent: Sent<ExceptForm>,
}

async fn page<V: Deed>(can: &Can<V>, id: LicenseId, mut sent: Sent<DecideForm>) -> Result<Response> {
    let license = store::find(can, id).await?;
    sent.renew(license.revision);
    let mut conn = can.reads().acquire().await?;
    let today = can.washington_today();
    let reference = reference::store::on(&mut conn, today).await?;
    let (open, changed) = (license.open_conditions(&reference, today), license.changed_beneath(&reference, true));
    let acts = match V::VERB.acts() {
        [_] => Vec::new(),
        several => license.may_choose(several, &reference),
    };
    let acts = acts.into_iter().map(|act| Choice::new(act.code(), act.label())).collect();
    html(&Page { layout: can.layout(), title: V::VERB.title(), license, open, changed, acts, sent })
}

/// The form of a decision.
pub async fn show<V: Deed>(can: Can<V>, Path(id): Path<LicenseId>) -> Result<Response> {
    let revision = store::find(&can, id).await?.revision;
    let mut form = DecideForm::blank();
    if let [only] = V::VERB.acts() {
        form.act.set(only);
    }
    let sent = can.form(form, revision).await?;
    page(&can, id, sent).await
}

pub async fn submit<V: Deed>(can: Can<V>, Path(id): Path<LicenseId>, mut sent: Sent<DecideForm>) -> Result<Response> {
    let done = decide(&can, id, &mut sent).await;
    sent.answer(done, async |sent| page(&can, id, sent).await).await
}

async fn decide<V: Deed>(can: &Can<V>, id: LicenseId, sent: &mut Sent<DecideForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let license = store::find_for_update(&mut change, can.scope(), id).await?;
    if !V::VERB.acts().contains(&read.act) {
        sent.form.act.refuse(Refusal::NotOffered);
        return Err(AppError::Invalid);
    }
    let today = can.washington_today();
    let reference = reference::store::on(change.conn(), today).await?;
    if license.revision != sent.version {
        // A second decision on the same page is refused in words rather than as a stale form: the license is decided.
        license.leads_to(read.act, &reference)?;
        return Err(AppError::Stale);
    }
    let by = Decider { id: can.id, authority: store::authority_of(&mut change, can.id).await? };
    let decided = license.decide(by, (read.act, read.reasons.as_str(), provisos(&read)), &reference, today)?;
    let sharing = match *decided.status() {
        LicenseStatus::Returned | LicenseStatus::Denied => store::open_with_same_permits(&mut change, id, None).await?,
        _ => Vec::new(),
    };
    let saved = store::save_decision(&mut change, &decided).await;
    saved.map_err(Refusal::said)?;
    store::touch(&mut change, id).await?;
    let ready = store::settle_all(&mut change, &sharing).await?;
    let closed = checks::store::close_settled(&mut change, id).await?;
    change.commit(Events::from(decided).and_all(ready).and_all(closed), &at::license(id).at("decisions")).await
}

/// Provisos, one a line.
fn provisos(read: &Decision) -> Vec<String> {
    let Some(text) = &read.provisos.0 else { return Vec::new() };
    text.as_str().lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

async fn except_page(can: &Can<verbs::Except>, id: LicenseId, sent: Sent<ExceptForm>) -> Result<Response> {
    let license = store::find(can, id).await?;
    let mut conn = can.reads().acquire().await?;
    let reference = reference::store::on(&mut conn, can.washington_today()).await?;
    let blocked = license.blocked_parties(&reference).into_iter();
    let mut whats: Vec<Choice> =
        blocked.map(|(party, name, why)| Choice::new(party, format!("{name}: {why}"))).collect();
    if let Some(why) = license.missing_result(&reference) {
        whats.push(Choice::new(LicenseFile::RESULT, "The missing favorable result").hint(why.to_string()));
    }
    html(&ExceptPage { layout: can.layout(), license, whats, sent })
}

/// What could be excepted.
pub async fn show_except(can: Can<verbs::Except>, Path(id): Path<LicenseId>) -> Result<Response> {
    let sent = can.form(ExceptForm::blank(), 0).await?;
    except_page(&can, id, sent).await
}

pub async fn submit_except(
    can: Can<verbs::Except>,
    Path(id): Path<LicenseId>,
    mut sent: Sent<ExceptForm>,
) -> Result<Response> {
    let done = except(&can, id, &mut sent).await;
    sent.answer(done, async |sent| except_page(&can, id, sent).await).await
}

async fn except(can: &Can<verbs::Except>, id: LicenseId, sent: &mut Sent<ExceptForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let license = store::find_for_update(&mut change, can.scope(), id).await?;
    let reference = reference::store::on(change.conn(), can.washington_today()).await?;
    license.may_except(can.id, &reference)?;
    let excepted = license.except(can.id, read.what.as_str(), read.reason.as_str(), &reference);
    let excepted = sent.form.what.judged(excepted).ok_or(AppError::Invalid)?;
    store::except(&mut change, &excepted).await?;
    store::touch(&mut change, id).await?;
    change.commit(excepted, &at::license(id)).await
}
