//! Acts on a license: approve, approve on conditions, return, deny; confirm; suspend, reinstate, revoke. And a
//! supervisor's exception. Every guard is judged on the locked file; the database holds the separation of duties once
//! more.

use askama::Template;
use axum::response::Response;

use super::{
    model::{Act, Decider, Decision as Decided, LicenseFile, LicenseStatus, Refusal},
    store,
    verbs::{self, Deed},
};
use crate::{
    access::Can,
    addresses as at,
    audit::Events,
    checks::{self, store::Texts},
    error::{AppError, Refuses, Result},
    form,
    id::LicenseId,
    reference,
    signing::{self, Head, Sheet, license_heads},
    text::{Line, Optional, Reasons, Text, moment_words},
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
struct Page<'a> {
    layout: Layout,
    license: &'a LicenseFile,
    title: &'static str,
    heads: Vec<Head>,
    sheet: Sheet<'a>,
    /// What follows from the decision.
    says: Vec<String>,
    /// What is to be chosen; nothing, where the page is of one act.
    acts: Vec<Choice>,
    /// Whether the form is there: something may be decided, or something typed would be lost.
    is_offered: bool,
    sent: Sent<DecideForm>,
}

#[derive(Template)]
#[template(path = "licenses/except.html")]
struct ExceptPage {
    layout: Layout,
    license: LicenseFile,
    /// Why this person makes none now.
    refused: Option<Refusal>,
    whats: Vec<Choice>,
    sent: Sent<ExceptForm>,
}

async fn page<V: Deed>(can: &Can<V>, license: &LicenseFile, mut sent: Sent<DecideForm>) -> Result<Response> {
    sent.renew(license.revision);
    let mut conn = can.reads().acquire().await?;
    let (cases, reference) = checks::store::cases_on(&mut conn, license, Texts::Read, can.at).await?;
    drop(conn);
    let (reader, on) = (can.reader(), (&reference, can.washington_today()));
    let sheet = Sheet::of_license(license, &cases, (V::VERB, &reader), on, can.at);
    let acts = match V::VERB.acts() {
        [_] => Vec::new(),
        several => {
            let by = Decider { id: can.id, authority: reader.authority };
            let now = signing::possible(license, V::VERB, by, on);
            if now.is_empty() { several.to_vec() } else { now }
        }
    };
    html(&Page {
        layout: can.layout(),
        title: V::VERB.title(),
        heads: license_heads(license),
        is_offered: sheet.hand.refused.is_none()
            || !(sent.form.reasons.raw().is_empty() && sent.form.provisos.raw().is_empty()),
        says: license.decisions.last().map(follows).into_iter().collect(),
        acts: acts.into_iter().map(|act| Choice::new(act.code(), act.label())).collect(),
        sheet,
        license,
        sent,
    })
}

/// What was decided before.
fn follows(last: &Decided) -> String {
    let (number, by) = (last.number, &last.decided_by_name);
    format!("Decision {number} was: {}, by {by}, {}.", last.act.label().to_lowercase(), moment_words(last.decided_at))
}

/// The form of a decision.
pub async fn show<V: Deed>(can: Can<V>, Path(id): Path<LicenseId>) -> Result<Response> {
    let license = store::find(&can, id).await?;
    let mut form = DecideForm::blank();
    if let [only] = V::VERB.acts() {
        form.act.set(only);
    }
    let sent = can.form(form, license.revision).await?;
    page(&can, &license, sent).await
}

pub async fn submit<V: Deed>(can: Can<V>, Path(id): Path<LicenseId>, mut sent: Sent<DecideForm>) -> Result<Response> {
    let done = decide(&can, id, &mut sent).await;
    sent.answer(done, async |sent| page(&can, &store::find(&can, id).await?, sent).await).await
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
    let decided = license.decide(by, (read.act, read.reasons.as_str(), provisos(&read)), &reference, today);
    let decided = decided.map_err(|refusal| refuse::<V>(&mut sent.form, refusal))?;
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

/// Where a refusal stands on the form: of one act among several, at the choice.
fn refuse<V: Deed>(form: &mut DecideForm, refusal: Refusal) -> AppError {
    let is_chosen = V::VERB.acts().len() > 1 && !matches!(refusal, Refusal::Separated(_));
    if is_chosen {
        form.act.refuse(refusal.to_string());
    }
    refusal.into()
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
    let refused = license.may_except(can.id, &reference).err().filter(|_| sent.form.reason.raw().is_empty());
    html(&ExceptPage { layout: can.layout(), refused, license, whats, sent })
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
