//! The next step: one pure function of the file. Who acts, which step and what about; its sentence, its button, who may
//! press it and why somebody may not are methods of it. Home, header, lists and exports all use it.

use super::{
    contradictions::Contradiction,
    model::{CaseFile, CheckState, Refusal, ResultWord, SiteVisit},
    verbs::CheckVerb,
};
use crate::{
    access::Permission,
    evidence::model::ContactKind,
    id::{LicenseId, PersonId},
    licenses::{
        self,
        model::{ConditionKind, LicenseFile, LicenseStatus, Mover, OpenCondition},
        verbs::LicenseVerb,
    },
    reference::model::Asked,
    words,
};

words! {
    /// Who has to act.
    pub enum Who {
        /// A case officer in Washington.
        CaseOfficer = "case_officer", "Case officer";
        Post = "post", "Post";
        Reviewer = "reviewer", "Reviewer";
        Supervisor = "supervisor", "Supervisor";
        /// Somebody outside: an authority, the end-user, the applicant; another post; the administrator who staffs one.
        Outside = "outside", "Outside";
        Nobody = "nobody", "Nobody";
    }
}

/// Which step comes next, and what about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    /// The draft lacks something, which is added there.
    CompleteRequest(Refusal, Lacking),
    /// The draft goes to the post of that name.
    SendRequest(String),
    /// The post takes it up.
    Acknowledge,
    /// Nobody was asked yet.
    RecordContact,
    /// A visit is required.
    Visit,
    /// A finding is missing.
    RecordFinding(Asked),
    /// Something contradicts itself: what, and whether the post explains it.
    Explain(String, bool),
    /// The recommendation is written; whether it answers questions.
    WriteRecommendation(bool),
    /// Its word no longer fits: why, and who wrote it.
    ChangeRecommendation(Refusal, PersonId, String),
    /// It is signed; whether because the file changed after a signature.
    SignRecommendation(bool),
    /// The reply that this person signed is cleared.
    ClearReply(String),
    /// A result is proposed: because there is none, because the last was declined, or because the facts do not bear the
    /// proposed one.
    ProposeResult(Proposal),
    /// The proposed result is signed.
    SignResult(ResultWord),
    /// The unfavorable result is countersigned.
    Countersign,
    /// The clock is let run again; why it was stopped.
    Resume(String),
    /// A license is decided.
    Decide(OnLicense),
    /// A license that waits for nothing is issued.
    Confirm(OnLicense),
    /// A license that waits for nothing lacks an exception.
    Except(OnLicense, licenses::model::Refusal),
    /// A license that cannot be issued is returned or denied.
    GiveUp(OnLicense, licenses::model::Refusal),
    /// Another check on the license has no result yet.
    AwaitCheck(OnLicense),
    /// An open condition of a license.
    Meet(OnLicense, OpenCondition),
    /// Nobody who serves at the post may take the step.
    Unstaffed(String, Box<NextStep>),
    /// Its licenses are settled.
    CloseByItself,
    Closed,
}

/// What a draft lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacking {
    License,
    /// Items of a license.
    Items(LicenseId),
    Subject,
    /// Another type, or other licenses.
    Fit,
}

/// Why a result is to be proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proposal {
    First,
    /// The last one was declined.
    Declined,
    /// The facts no longer bear the one that is proposed.
    Unborne(Refusal),
}

/// A license as a step names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnLicense {
    pub id: LicenseId,
    pub number: String,
}

impl OnLicense {
    fn of(license: &LicenseFile) -> Self {
        Self { id: license.id, number: license.number.clone() }
    }
}

/// Whose role includes it, where it is, and what the link says.
pub type Door = (Permission, String, &'static str);

/// A verb, and what it is done with where that is not the check.
enum Verb<'a> {
    Check(CheckVerb),
    License(LicenseVerb, &'a OnLicense),
}

/// The next step of a check.
pub fn next_step(file: &CaseFile) -> NextStep {
    let step = step(file);
    let may = |person: &PersonId| step.judge(file, *person).is_ok();
    if step.who() == Who::Post && !file.check.people_at_post.iter().any(may) {
        return NextStep::Unstaffed(file.check.post_name.clone(), Box::new(step));
    }
    step
}

fn step(file: &CaseFile) -> NextStep {
    let check = &file.check;
    match check.state {
        CheckState::Draft => draft(file),
        CheckState::Requested => NextStep::Acknowledge,
        CheckState::InProgress => at_post(file),
        CheckState::Replied => in_washington(file),
        CheckState::OnHold => NextStep::Resume(check.held_reason.clone().unwrap_or_else(|| "-".into())),
        CheckState::Resulted => after_result(file),
        CheckState::Closed => NextStep::Closed,
    }
}

fn draft(file: &CaseFile) -> NextStep {
    let Err(refusal) = file.request() else { return NextStep::SendRequest(file.check.post_name.clone()) };
    let bare = file.licenses.iter().find(|license| license.items.is_empty() && license.changeable().is_ok());
    let lacking = match (&refusal, bare) {
        (Refusal::NoLicense, Some(license)) => Lacking::Items(license.id),
        (Refusal::NoLicense, None) => Lacking::License,
        (Refusal::NoSubject, _) => Lacking::Subject,
        _ => Lacking::Fit,
    };
    NextStep::CompleteRequest(refusal, lacking)
}

fn at_post(file: &CaseFile) -> NextStep {
    let check = &file.check;
    if check.contacts.is_empty() {
        return NextStep::RecordContact;
    }
    let visited = check.contacts.iter().any(|contact| contact.kind == ContactKind::SiteVisit);
    if check.site_visit == SiteVisit::Required && !visited && check.site_visit_waiver.is_none() {
        return NextStep::Visit;
    }
    if let Some(asked) = file.unanswered().into_iter().next() {
        return NextStep::RecordFinding(asked);
    }
    if let Some(found) = unexplained(file, |found| found.blocks_reply) {
        return NextStep::Explain(found.sentence, true);
    }
    let Some(word) = &check.recommendation else { return NextStep::WriteRecommendation(!check.questions.is_empty()) };
    if let Err(refusal) = file.fits(word.word) {
        return NextStep::ChangeRecommendation(refusal, word.written_by, word.written_by_name.clone());
    }
    match word.signed_by {
        None => NextStep::SignRecommendation(false),
        Some(_) if word.signed_revision != Some(check.revision) => NextStep::SignRecommendation(true),
        Some(_) => NextStep::ClearReply(word.signed_by_name.clone().unwrap_or_else(|| "the officer".into())),
    }
}

fn unexplained(file: &CaseFile, relevant: impl Fn(&Contradiction) -> bool) -> Option<Contradiction> {
    file.contradictions().into_iter().find(|found| found.explanation.is_none() && relevant(found))
}

fn in_washington(file: &CaseFile) -> NextStep {
    // What the post would have to explain and cannot, because nobody serves there, does not hold Washington up.
    let explainable = |found: &Contradiction| !found.by_post || !file.check.people_at_post.is_empty();
    let explain = |found: Contradiction| NextStep::Explain(found.sentence, found.by_post);
    let declined = file.check.earlier_result.as_ref().is_some_and(|result| result.declined_because.is_some());
    match &file.check.result {
        Some(result) if result.signed_by.is_some() => NextStep::Countersign,
        Some(result) => match file.bears(result.word, &result.reasons) {
            Ok(()) => NextStep::SignResult(result.word),
            Err(Refusal::Unexplained(sentence)) => {
                unexplained(file, |found| found.blocks_favorable && explainable(found))
                    .map_or_else(|| NextStep::ProposeResult(Proposal::Unborne(Refusal::Unexplained(sentence))), explain)
            }
            Err(refusal) => NextStep::ProposeResult(Proposal::Unborne(refusal)),
        },
        None => match unexplained(file, explainable) {
            Some(found) => explain(found),
            None if declined => NextStep::ProposeResult(Proposal::Declined),
            None => NextStep::ProposeResult(Proposal::First),
        },
    }
}

/// Of its open licenses, the first on which somebody here can act; else the first.
fn after_result(file: &CaseFile) -> NextStep {
    let steps: Vec<NextStep> = file.licenses.iter().filter_map(|license| on_license(file, license)).collect();
    let ours = steps.iter().position(|step| !matches!(step.who(), Who::Outside | Who::Nobody)).unwrap_or_default();
    steps.into_iter().nth(ours).unwrap_or(NextStep::CloseByItself)
}

fn on_license(file: &CaseFile, license: &LicenseFile) -> Option<NextStep> {
    use licenses::model::Refusal as No;
    let on = OnLicense::of(license);
    match license.status {
        LicenseStatus::Pending => Some(NextStep::Decide(on)),
        LicenseStatus::ApprovedOnConditions => {
            let open = license.open_conditions(&file.reference, file.today()).into_iter();
            let mut steps = open.map(|condition| meet(file, on.clone(), condition)).peekable();
            if steps.peek().is_some() {
                let steps: Vec<NextStep> = steps.collect();
                let ours = steps.iter().position(|step| step.who() != Who::Outside).unwrap_or_default();
                return steps.into_iter().nth(ours);
            }
            Some(match license.releasable(&file.reference) {
                Ok(()) => NextStep::Confirm(on),
                Err(No::CheckRunning(_)) => NextStep::AwaitCheck(on),
                Err(why @ (No::NoFavorable | No::Lapsed(_) | No::Party { .. })) => NextStep::Except(on, why),
                Err(why) => NextStep::GiveUp(on, why),
            })
        }
        _ => None,
    }
}

/// What an open condition asks of whom. A cell that is this post's own word is simply the post's.
fn meet(file: &CaseFile, on: OnLicense, mut condition: OpenCondition) -> NextStep {
    if matches!(&condition.who, Mover::PostOf(post, _) if *post == file.check.post_id) {
        condition.who = Mover::Post;
    }
    NextStep::Meet(on, condition)
}

impl NextStep {
    /// Who has to act.
    pub fn who(&self) -> Who {
        match self {
            Self::CompleteRequest(..)
            | Self::SendRequest(_)
            | Self::Explain(_, false)
            | Self::ProposeResult(_)
            | Self::Resume(_) => Who::CaseOfficer,
            Self::Acknowledge
            | Self::RecordContact
            | Self::Visit
            | Self::RecordFinding(_)
            | Self::Explain(_, true)
            | Self::WriteRecommendation(_)
            | Self::ChangeRecommendation(..)
            | Self::SignRecommendation(_)
            | Self::ClearReply(_) => Who::Post,
            Self::SignResult(_) | Self::Decide(_) | Self::Confirm(_) | Self::GiveUp(..) => Who::Reviewer,
            Self::Countersign | Self::Except(..) => Who::Supervisor,
            Self::Meet(_, condition) => match condition.who {
                Mover::Post => Who::Post,
                Mover::Splitter(_) | Mover::Certifier => Who::CaseOfficer,
                _ => Who::Outside,
            },
            Self::AwaitCheck(_) | Self::Unstaffed(..) => Who::Outside,
            Self::CloseByItself | Self::Closed => Who::Nobody,
        }
    }

    /// What is to be done, in one sentence.
    pub fn text(&self) -> String {
        match self {
            Self::CompleteRequest(refusal, _) => refusal.to_string(),
            Self::SendRequest(post) => format!("Send the request to {post}"),
            Self::Acknowledge => "Acknowledge the request".into(),
            Self::RecordContact => "Record the first contact".into(),
            Self::Visit => "Visit the site, or ask the case officer for a waiver".into(),
            Self::RecordFinding(asked) => {
                let about = asked.party.as_ref().map(|(_, name)| format!(" of {name}")).unwrap_or_default();
                format!("Record the finding on {}{about}", asked.label.to_lowercase())
            }
            Self::Explain(sentence, _) => format!("Explain: {sentence}"),
            Self::WriteRecommendation(true) => "Answer the questions in the recommendation, and sign it again".into(),
            Self::WriteRecommendation(false) => CheckVerb::Recommend.label().into(),
            Self::ChangeRecommendation(refusal, _, _) => format!("Change the recommendation: {refusal}"),
            Self::SignRecommendation(true) => "Sign again: the file changed after the signature".into(),
            Self::SignRecommendation(false) => CheckVerb::Sign.label().into(),
            Self::ClearReply(signer) => format!("Clear the reply that {signer} signed"),
            Self::ProposeResult(Proposal::First) => "Propose the result".into(),
            Self::ProposeResult(Proposal::Declined) => {
                "Propose another result, or ask the post: the signature was declined".into()
            }
            Self::ProposeResult(Proposal::Unborne(refusal)) => {
                format!("Propose another result, or ask the post: {refusal}")
            }
            Self::SignResult(word) => format!("Sign the result: {}", word.label().to_lowercase()),
            Self::Countersign => "Countersign the unfavorable result".into(),
            Self::Resume(reason) => format!("Resume: on hold because {reason}"),
            Self::Decide(license) => format!("Decide license {}", license.number),
            Self::Confirm(license) => format!("Confirm and issue license {}", license.number),
            Self::Except(license, why) => {
                format!("License {} waits for a supervisor's exception, or is returned: {why}", license.number)
            }
            Self::GiveUp(license, why) => format!("Return or deny license {}: {why}", license.number),
            Self::AwaitCheck(license) => {
                format!("Waiting for another check on license {}, which has no result yet", license.number)
            }
            Self::Meet(_, condition) => match &condition.who {
                Mover::Post => format!("Settle {}", condition.text),
                Mover::Splitter(_) => {
                    format!("Split the items, or have the post record another permit: {}", condition.text)
                }
                Mover::Certifier => format!("Record the certification: {}", condition.text),
                Mover::Day => condition.text.clone(),
                who => format!("Waiting for {who}: {}", condition.text),
            },
            Self::Unstaffed(post, step) => {
                format!(
                    "Nobody who serves at {post} today can do this, so an administrator has to assign somebody: {}",
                    step.text()
                )
            }
            Self::CloseByItself => "Nothing: it closes by itself".into(),
            Self::Closed => "Closed".into(),
        }
    }

    /// Its sentence as it stands on a page: with one full stop.
    pub fn sentence(&self) -> String {
        let text = self.text();
        if text.ends_with('.') { text } else { format!("{text}.") }
    }

    /// Which verb it is, where it is one that is done with the check or a license of it, and what its button says
    /// beside the sentence.
    fn verb(&self) -> Option<(Verb<'_>, &'static str)> {
        let own = |verb: CheckVerb| (Verb::Check(verb), verb.label());
        let on = |license, verb: LicenseVerb| (Verb::License(verb, license), verb.label());
        Some(match self {
            Self::CompleteRequest(_, Lacking::Fit) => own(CheckVerb::Edit),
            Self::SendRequest(_) => own(CheckVerb::Request),
            Self::Acknowledge => own(CheckVerb::Acknowledge),
            Self::Explain(..) => (Verb::Check(CheckVerb::Explain), "Explain it"),
            Self::WriteRecommendation(_) => (Verb::Check(CheckVerb::Recommend), "Write it"),
            Self::ChangeRecommendation(..) => (Verb::Check(CheckVerb::Recommend), "Change it"),
            Self::SignRecommendation(again) => {
                (Verb::Check(CheckVerb::Sign), if *again { "Sign again" } else { "Sign" })
            }
            Self::ClearReply(_) => own(CheckVerb::Clear),
            Self::ProposeResult(_) => own(CheckVerb::Propose),
            Self::SignResult(_) => (Verb::Check(CheckVerb::SignResult), "Sign result"),
            Self::Countersign => own(CheckVerb::Countersign),
            Self::Resume(_) => own(CheckVerb::Resume),
            Self::Decide(license) => on(license, LicenseVerb::Decide),
            Self::GiveUp(license, _) => (Verb::License(LicenseVerb::Decide, license), LicenseVerb::GIVE_UP),
            Self::Confirm(license) => on(license, LicenseVerb::Confirm),
            Self::Except(license, _) => on(license, LicenseVerb::Except),
            Self::Meet(license, OpenCondition { who: Mover::Certifier, .. }) => {
                (Verb::License(LicenseVerb::Certify, license), "Record it")
            }
            Self::CompleteRequest(..)
            | Self::RecordContact
            | Self::Visit
            | Self::RecordFinding(_)
            | Self::Meet(..)
            | Self::AwaitCheck(_)
            | Self::Unstaffed(..)
            | Self::CloseByItself
            | Self::Closed => return None,
        })
    }

    /// Of an explanation: whether it is the post's. Washington's otherwise.
    pub fn explained_at_post(&self) -> Option<bool> {
        match self {
            Self::Explain(_, at_post) => Some(*at_post),
            _ => None,
        }
    }

    /// Whether a person of the right role may take it: the rule that the page behind the button asks.
    pub fn judge(&self, file: &CaseFile, by: PersonId) -> Result<(), String> {
        let of = |license: &OnLicense| file.license(license.id).ok_or_else(String::new);
        match (self, self.verb()) {
            (Self::Meet(license, OpenCondition { duty: Some(duty), .. }), _) => {
                of(license)?.apart(by, *duty).map_err(|refusal| refusal.to_string())
            }
            (_, Some((Verb::Check(verb), _))) => verb.judge(file, by).map_err(|refusal| refusal.to_string()),
            (_, Some((Verb::License(verb, license), _))) => {
                verb.judge(of(license)?, by, &file.reference, file.today()).map_err(|refusal| refusal.to_string())
            }
            _ => Ok(()),
        }
    }

    /// Where it is taken; nothing, where nobody here can act.
    pub fn door(&self, file: &CaseFile) -> Option<Door> {
        use Permission as P;
        let check = |permission, at: &str, label| Some((permission, format!("/checks/{}/{at}", file.check.id), label));
        let license =
            |permission, id: &LicenseId, at: &str, label| Some((permission, format!("/licenses/{id}{at}"), label));
        match self {
            Self::CompleteRequest(_, Lacking::License) => check(P::OpenChecks, "licenses/add", "Add a license"),
            Self::CompleteRequest(_, Lacking::Items(id)) => license(P::OpenChecks, id, "/items/add", "Add items"),
            Self::CompleteRequest(_, Lacking::Subject) => check(P::OpenChecks, "subjects/add", "Add a subject"),
            Self::RecordContact => check(P::WorkChecks, "contacts/record", "Record contact"),
            Self::Visit => check(P::WorkChecks, "contacts/record", "Record visit"),
            Self::RecordFinding(asked) => {
                let of = asked.party.as_ref().map(|(id, _)| format!("?party={id}")).unwrap_or_default();
                check(P::WorkChecks, &format!("findings/{}{of}", asked.topic), "Record finding")
            }
            Self::Meet(on, OpenCondition { who: Mover::Post, kind, .. }) => {
                let at = if *kind == ConditionKind::Certificate { "#certificate" } else { "#approvals" };
                license(P::WorkChecks, &on.id, at, "Settle it")
            }
            Self::Meet(on, OpenCondition { who: Mover::Splitter(item), .. }) => {
                license(P::RegisterLicenses, &on.id, &format!("/items/{item}/split"), "Split the items")
            }
            _ => self.verb().map(|(verb, label)| match verb {
                Verb::Check(verb) => (verb.permission(), verb.address(file.check.id), label),
                Verb::License(verb, on) => (verb.permission(), verb.address(on.id), label),
            }),
        }
    }

    /// Where that person notes what others did, once it came, or does what stands beside the step.
    pub fn beside(&self, file: &CaseFile, by: PersonId) -> Option<Door> {
        let license =
            |permission, on: &OnLicense, at: &str, label| Some((permission, format!("/licenses/{}{at}", on.id), label));
        match self {
            Self::Meet(on, condition) => match (&condition.who, condition.kind) {
                (Mover::Splitter(_), _) => license(Permission::WorkChecks, on, "#approvals", "Record another permit"),
                (Mover::Named(_), ConditionKind::Worded(condition)) => {
                    file.license(on.id)?.may_meet(by).ok()?;
                    license(Permission::RaiseConditions, on, &format!("/conditions/{condition}/meet"), "It is met")
                }
                (Mover::Applicant | Mover::EndUser | Mover::Authority(_), _) => {
                    license(Permission::WorkChecks, on, "#approvals", "Record what came")
                }
                _ => None,
            },
            Self::Visit => {
                let waive = CheckVerb::Waive;
                waive.judge(file, by).ok().map(|()| (waive.permission(), waive.address(file.check.id), waive.label()))
            }
            Self::AwaitCheck(on) => license(Permission::DecideLicenses, on, "", "Its checks"),
            _ => None,
        }
    }

    /// What everybody else can do meanwhile, or when it goes on.
    pub fn meanwhile(&self) -> &'static str {
        match self {
            Self::Meet(_, condition) => match condition.who {
                Mover::Applicant | Mover::EndUser | Mover::Authority(_) => "The post records what comes.",
                Mover::Named(_) => "A case officer or a reviewer notes when it is met.",
                Mover::PostOf(..) => "That post recorded it and settles it on its own check.",
                _ => "Nothing is to be done until then.",
            },
            Self::AwaitCheck(_) => "The license can be issued once that check has its result.",
            Self::Unstaffed(_, step) if matches!(**step, Self::Meet(..)) => {
                "The license can be returned or denied meanwhile."
            }
            Self::Unstaffed(..) => "Washington can put the check on hold or end it early meanwhile.",
            _ => "",
        }
    }

    /// Who acts, where it is nobody with a role here.
    pub fn outside(&self) -> String {
        match self {
            Self::Meet(_, condition) => condition.who.to_string(),
            Self::AwaitCheck(_) => "whoever has the other check".into(),
            Self::Unstaffed(..) => "an administrator".into(),
            _ => "nobody".into(),
        }
    }
}

#[cfg(test)]
#[path = "next_step_tests.rs"]
mod tests;
