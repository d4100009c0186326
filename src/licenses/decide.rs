//! Acts on a license: approve, approve on conditions, return, deny; confirm; suspend, reinstate, revoke. And a supervisor's
//! exception. Every guard is judged on the locked file; the database holds the separation of duties once more.

use askama::Template;
use axum::response::Response;

use super::{
    model::{Act, Decider, LicenseFile, LicenseStatus},
    store,
};
use crate::{
    access::{
        Actor, Can,
        permission::{DecideLicenses, MakeExceptions},
    },
    audit::{Event, Events, Verb},
    checks, duties,
    error::{AppError, Result, constraint},
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
    open: Vec<super::model::OpenCondition>,
    acts: Vec<Choice>,
    asks_provisos: bool,
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

const DECIDING: &[Act] = &[Act::Approve, Act::ApproveOnConditions, Act::Return, Act::Deny];

async fn page(actor: &Actor, id: LicenseId, acts: &[Act], mut sent: Sent<DecideForm>) -> Result<Response> {
    let license = store::find(actor, id).await?;
    sent.renew(license.revision);
    let mut conn = actor.reads().acquire().await?;
    let today = actor.washington_today();
    let open = license.open_conditions(&reference::store::on(&mut conn, today).await?, today);
    let acts: Vec<Choice> = acts.iter().map(|act| Choice::new(act.code(), act.label())).collect();
    html(&Page { layout: actor.layout(), asks_provisos: acts.len() > 1, license, open, acts, sent })
}

async fn ask(can: Can<DecideLicenses>, id: LicenseId, acts: &[Act]) -> Result<Response> {
    let revision = store::find(&can, id).await?.revision;
    let mut form = DecideForm::blank();
    if let [only] = acts {
        form.act.set(only);
    }
    let sent = can.form(form, revision).await?;
    page(&can, id, acts, sent).await
}

async fn take(can: Can<DecideLicenses>, id: LicenseId, acts: &[Act], mut sent: Sent<DecideForm>) -> Result<Response> {
    let done = decide(&can, id, acts, &mut sent).await;
    sent.answer(done, async |sent| page(&can, id, acts, sent).await).await
}

async fn decide(can: &Can<DecideLicenses>, id: LicenseId, acts: &[Act], sent: &mut Sent<DecideForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let license = store::find_for_update(&mut change, can.scope(), id).await?;
    if !acts.contains(&read.act) {
        sent.form.act.refuse("Choose one of the acts offered.");
        return Err(AppError::Invalid);
    }
    if license.revision != sent.version {
        // A second decision on the same page is refused in words rather than as a stale form: the license is decided.
        license.status.after(read.act).ok_or_else(|| already(&license, read.act))?;
        return Err(AppError::Stale);
    }
    let today = can.washington_today();
    let reference = reference::store::on(change.conn(), today).await?;
    let by = Decider { id: can.id, authority: store::authority_of(&mut change, can.id).await? };
    let decided = license.decide(by, read.act, &reference, today).map_err(|refusal| AppError::Refused(refusal.to_string()))?;
    let provisos: Vec<String> = provisos(&read);
    let sharing = match decided.status() {
        LicenseStatus::Returned | LicenseStatus::Denied => store::open_with_same_permits(&mut change, id, None).await?,
        _ => Vec::new(),
    };
    let saved = store::save_decision(&mut change, &decided, read.reasons.as_str(), &provisos).await;
    saved.map_err(held_by_the_database)?;
    store::touch(&mut change, id).await?;
    let ready = store::settle_all(&mut change, &sharing).await?;
    let closed = checks::store::close_settled(&mut change, can, id).await?;
    let sentence = format!("{} license {} (decision {})", read.act.participle(), license.number, decided.number());
    let event = Event::new(Verb::LicenseDecided, id, sentence).before(license.status);
    let event = event.after((decided.status(), read.reasons.as_str(), provisos, decided.revision()));
    change.commit(Events::from(event).and_all(ready).and_all(closed), &format!("/licenses/{id}#decisions")).await
}

fn already(license: &LicenseFile, act: Act) -> AppError {
    let now = license.status.label().to_lowercase();
    AppError::Refused(super::model::Refusal::Status { now, wanted: act.participle() }.to_string())
}

/// Provisos, one a line.
fn provisos(read: &Decision) -> Vec<String> {
    let Some(text) = &read.provisos.0 else { return Vec::new() };
    text.as_str().lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The one rule of the database about a decision that is not of duties.
fn held_by_the_database(error: AppError) -> AppError {
    let AppError::Internal(cause) = &error else { return error };
    match cause.downcast_ref::<sqlx::Error>().and_then(constraint) {
        Some("duties_amount_within_authority") => AppError::Refused("The license is worth more than your authority.".into()),
        _ => error,
    }
}

macro_rules! acts {
    ($($(#[$doc:meta])* $show:ident, $submit:ident: $acts:expr;)*) => {$(
        $(#[$doc])*
        pub async fn $show(can: Can<DecideLicenses>, Path(id): Path<LicenseId>) -> Result<Response> {
            ask(can, id, $acts).await
        }

        $(#[$doc])*
        pub async fn $submit(can: Can<DecideLicenses>, Path(id): Path<LicenseId>, sent: Sent<DecideForm>) -> Result<Response> {
            take(can, id, $acts, sent).await
        }
    )*};
}

acts! {
    /// Approve, approve on conditions, return or deny.
    show, submit: DECIDING;
    /// Issue what was approved on conditions.
    show_confirm, submit_confirm: &[Act::Confirm];
    /// Stop an issued license for now.
    show_suspend, submit_suspend: &[Act::Suspend];
    /// Let it run again.
    show_reinstate, submit_reinstate: &[Act::Reinstate];
    /// Take it back.
    show_revoke, submit_revoke: &[Act::Revoke];
}

async fn except_page(can: &Can<MakeExceptions>, id: LicenseId, sent: Sent<ExceptForm>) -> Result<Response> {
    let license = store::find(can, id).await?;
    let mut conn = can.reads().acquire().await?;
    let reference = reference::store::on(&mut conn, can.washington_today()).await?;
    let blocked = license.blocked_parties(&reference).into_iter();
    let mut whats: Vec<Choice> = blocked.map(|(party, name, why)| Choice::new(party, format!("{name}: {why}"))).collect();
    if let Some(why) = missing_result(&license) {
        whats.push(Choice::new("result", "The missing favorable result").hint(why));
    }
    html(&ExceptPage { layout: can.layout(), license, whats, sent })
}

/// Why the results do not bear an approval, once every check on the license is judged and no exception stands.
fn missing_result(license: &LicenseFile) -> Option<String> {
    let judged = license.checks.iter().all(|check| check.state.is_judged());
    let why = license.bears_approval().err().filter(|_| judged && !license.is_excepted_result())?;
    Some(why.to_string())
}

/// What could be excepted.
pub async fn show_except(can: Can<MakeExceptions>, Path(id): Path<LicenseId>) -> Result<Response> {
    let sent = can.form(ExceptForm::blank(), 0).await?;
    except_page(&can, id, sent).await
}

/// Makes the exception.
pub async fn submit_except(can: Can<MakeExceptions>, Path(id): Path<LicenseId>, mut sent: Sent<ExceptForm>) -> Result<Response> {
    let done = except(&can, id, &mut sent).await;
    sent.answer(done, async |sent| except_page(&can, id, sent).await).await
}

async fn except(can: &Can<MakeExceptions>, id: LicenseId, sent: &mut Sent<ExceptForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let license = store::find_for_update(&mut change, can.scope(), id).await?;
    license.may_except(can.id).map_err(|refusal| AppError::Refused(refusal.to_string()))?;
    let reference = reference::store::on(change.conn(), can.washington_today()).await?;
    let blocked = license.blocked_parties(&reference);
    let party = blocked.iter().find(|(party, _, _)| party.to_string() == read.what.as_str());
    let (guard, party, result, about) = match (party, read.what.as_str()) {
        (Some((party, name, _)), _) => (7, Some(*party), None, name.clone()),
        (None, "result") if missing_result(&license).is_some() => {
            (15, None, license.last_result(), "the missing favorable result".to_owned())
        }
        _ => {
            sent.form.what.refuse("Choose what to except.");
            return Err(AppError::Invalid);
        }
    };
    let kept = store::insert_exception(&mut change, id, guard, party, result, read.reason.as_str()).await;
    kept.map_err(|error| match constraint(&error) {
        Some("exceptions_once") => AppError::Refused("This exception was made already.".into()),
        _ => duties::refused(error),
    })?;
    store::touch(&mut change, id).await?;
    let mut event = Event::new(Verb::ExceptionMade, id, format!("made an exception for {about}")).after(read.reason.as_str());
    if let Some(party) = party {
        event = event.on_party(party);
    }
    change.commit(event, &format!("/licenses/{id}")).await
}
