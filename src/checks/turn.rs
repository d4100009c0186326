//! Whose turn it is, as a reader sees it: the next step as a button where the rules let them take it, else whom they wait for.

use rust_decimal::Decimal;

use super::{
    model::{CaseFile, CheckState, CheckVerb, SiteVisit},
    next_step::{NextStep, Who, next_step},
};
use crate::{
    access::{Actor, Permission},
    evidence::model::ContactKind,
    licenses::model::{Act, Decider, LicenseFile, LicenseStatus},
};

/// The next step of a check, for a reader.
#[derive(Debug)]
pub struct Turn {
    /// Who and what.
    pub next: NextStep,
    /// Who, in words; `you` for the reader.
    pub who: String,
    /// The button of the step itself: address and label.
    pub act: Option<(String, &'static str)>,
}

/// Whose turn it is.
pub fn turn(actor: &Actor, file: &CaseFile) -> Turn {
    let next = next_step(file);
    let act = act(actor, file).filter(|_| !matches!(next.who, Who::Nobody));
    let who = if act.is_some() { "you".to_owned() } else { others(actor, file, next.who) };
    Turn { next, who, act }
}

fn others(actor: &Actor, file: &CaseFile, who: Who) -> String {
    let check = &file.check;
    let another = |role: Permission, named: &str| {
        if actor.may(role) { format!("another {named}") } else { format!("a {named}") }
    };
    match who {
        Who::Post => match &check.officer_name {
            Some(_) if actor.may(Permission::ClearReplies) && check.officer_id == Some(actor.id) => "another person of the post".into(),
            Some(name) => format!("{name}, {}", check.post_name),
            None => check.post_name.clone(),
        },
        Who::CaseOfficer => "a case officer".into(),
        Who::Reviewer => another(Permission::SignResults, "reviewer"),
        Who::Supervisor => another(Permission::CountersignResults, "supervisor"),
        Who::Outside => "others".into(),
        Who::Nobody => "nobody".into(),
    }
}

/// The step the reader may take now, if it is theirs.
fn act(actor: &Actor, file: &CaseFile) -> Option<(String, &'static str)> {
    let check = &file.check;
    let at = |verb: &str, label| Some((format!("/checks/{}/{verb}", check.id), label));
    match check.state {
        CheckState::Draft if actor.may(Permission::OpenChecks) => match (file.request(), file.licenses.first()) {
            (Ok(_), _) => at("request", "Send to the post"),
            (_, Some(license)) => Some((format!("/licenses/{}/items/add", license.id), "Add items")),
            _ if check.check_type.has_licenses() => at("licenses/add", "Add a license"),
            _ => at("subjects/add", "Add a subject"),
        },
        CheckState::Requested if actor.may(Permission::WorkChecks) => at("acknowledge", "Acknowledge"),
        CheckState::InProgress if actor.may(Permission::WorkChecks) => at_post(actor, file),
        CheckState::Replied => match &check.result {
            None if next_step(file).text.starts_with("Explain") => {
                let by_post = next_step(file).who == Who::Post;
                let mine = actor.may(Permission::ExplainContradictions) && by_post == actor.post().is_some();
                mine.then(|| at("explain", "Explain it")).flatten()
            }
            None if actor.may(Permission::ProposeResults) => at("propose", "Propose a result"),
            Some(_) if actor.may(Permission::SignResults) && file.sign_result(actor.id).is_ok() => at("sign-result", "Sign the result"),
            Some(_) if actor.may(Permission::CountersignResults) && file.countersign(actor.id).is_ok() => at("countersign", "Countersign"),
            _ => None,
        },
        CheckState::OnHold if actor.may(Permission::DirectChecks) && check.is_open_to(CheckVerb::Resume) => at("resume", "Resume"),
        CheckState::Resulted if actor.may(Permission::DecideLicenses) => {
            file.licenses.iter().filter(|license| license.status.is_open()).find_map(|license| decision(actor, file, license))
        }
        CheckState::Resulted if actor.may(Permission::WorkChecks) => {
            let open = file.licenses.iter().find(|license| !license.open_approvals(file.today()).is_empty() && license.status.is_open());
            open.filter(|_| next_step(file).who == Who::Post).map(|license| (format!("/licenses/{}#approvals", license.id), "Settle it"))
        }
        _ => None,
    }
}

fn at_post(actor: &Actor, file: &CaseFile) -> Option<(String, &'static str)> {
    let check = &file.check;
    let at = |verb: &str, label| Some((format!("/checks/{}/{verb}", check.id), label));
    let visited = check.contacts.iter().any(|contact| contact.kind == ContactKind::SiteVisit);
    if check.contacts.is_empty() {
        return at("contacts/record", "Record a contact");
    }
    if check.site_visit == SiteVisit::Required && !visited && check.site_visit_waiver.is_none() {
        return at("contacts/record", "Record the visit");
    }
    if let Some(asked) = file.unanswered().first() {
        let of = asked.party.as_ref().map(|(id, _)| format!("?party={id}")).unwrap_or_default();
        return at(&format!("findings/{}{of}", asked.topic), "Record the finding");
    }
    if file.contradictions().iter().any(|found| found.blocks_reply && found.explanation.is_none()) {
        return at("explain", "Explain it");
    }
    match &check.recommendation {
        None => at("recommend", "Write it"),
        Some(word) if word.signed_by.is_none() => file.sign(actor.id).ok().and_then(|_| at("sign", "Sign")),
        Some(word) if word.signed_revision != Some(check.revision) => file.sign(actor.id).ok().and_then(|_| at("sign", "Sign again")),
        Some(_) => file.clear(actor.id).ok().and_then(|_| at("clear", "Clear the reply")),
    }
}

/// What a reviewer may decide on a license now. The amount is judged when they sign.
pub fn decision(actor: &Actor, file: &CaseFile, license: &LicenseFile) -> Option<(String, &'static str)> {
    let by = Decider { id: actor.id, authority: Decimal::MAX };
    let allowed = |act: Act| license.decide(by, act, &file.reference, file.today()).is_ok();
    let at = |verb: &str, label| Some((format!("/licenses/{}/{verb}", license.id), label));
    match license.status {
        LicenseStatus::Pending if Act::at(license.status).any(allowed) => at("decide", "Decide"),
        LicenseStatus::ApprovedOnConditions if allowed(Act::Confirm) => at("confirm", "Confirm and issue"),
        _ => None,
    }
}
