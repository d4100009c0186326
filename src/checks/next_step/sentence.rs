//! The next step as people read it: its sentence, its button, the page it leads to.

use rust_decimal::Decimal;

use super::{Lacking, NextStep, OnLicense, Proposal, Queue, Who};
use crate::{
    access::{Permission, Reader},
    addresses::{self as at, Address},
    basis::joined,
    checks::{model::CaseFile, verbs::CheckVerb},
    id::PersonId,
    licenses::{
        self,
        model::{ConditionKind, Decider, Mover, OpenCondition, reaches},
        verbs::LicenseVerb,
    },
};

/// The section of a check's page that shows the request.
pub const REQUEST: &str = "request";

/// Whose role includes it, where it is, and what the link says.
pub type Door = (Permission, String, &'static str);

/// A verb, and what it is done with where that is not the check.
enum Verb<'a> {
    Check(CheckVerb),
    License(LicenseVerb, &'a OnLicense),
}

/// What an open condition asks of whom.
fn met(condition: &OpenCondition) -> String {
    match &condition.who {
        Mover::Post => format!("Settle {}", condition.text),
        Mover::Splitter(_) => {
            format!("Split the items, or have the post record another permit: {}", condition.text)
        }
        Mover::Certifier => format!("Record the certification: {}", condition.text),
        Mover::Day => condition.text.clone(),
        who => format!("Waiting for {who}: {}", condition.text),
    }
}

impl NextStep {
    /// Who has to act.
    pub fn who(&self) -> Who {
        match self {
            Self::CompleteRequest(..)
            | Self::SendRequest(..)
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
            | Self::AnswerRemark
            | Self::SignRecommendation(_)
            | Self::ReturnReply(..)
            | Self::ClearReply(_) => Who::Post,
            Self::SignResult(..) | Self::Decide(_) | Self::DecideAgain(..) | Self::Confirm(_) | Self::GiveUp(..) => {
                Who::Reviewer
            }
            Self::Countersign | Self::Except(..) => Who::Supervisor,
            Self::Meet(_, condition) => match condition.who {
                Mover::Post => Who::Post,
                Mover::Splitter(_) | Mover::Certifier | Mover::Registrar => Who::CaseOfficer,
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
            Self::SendRequest(post, false) => format!("Send the request to {post}"),
            Self::SendRequest(post, true) => {
                format!("Send the recalled request to {post} again, or have a reviewer end the check early")
            }
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
            Self::AnswerRemark => "Answer the remark with which the reply was returned, then sign it again".into(),
            Self::SignRecommendation(true) => "Sign again: the reply was returned with a remark".into(),
            Self::SignRecommendation(false) => CheckVerb::Sign.label().into(),
            Self::ReturnReply(signer, refusal) => format!("Return the reply that {signer} signed: {refusal}"),
            Self::ClearReply(signer) => format!("Clear the reply that {signer} signed"),
            Self::ProposeResult(Proposal::First) => "Propose the result".into(),
            Self::ProposeResult(Proposal::Declined) => {
                "Propose another result, or ask the post: the signature was declined".into()
            }
            Self::ProposeResult(Proposal::Unborne(refusal)) => {
                format!("Propose another result, or ask the post: {refusal}")
            }
            Self::SignResult(word, again) => {
                let when = if *again { " again, because the file changed after the signature" } else { "" };
                format!("Sign the result{when}: {}", word.label().to_lowercase())
            }
            Self::Countersign => "Countersign the unfavorable result".into(),
            Self::Resume(reason) => format!("Resume; it is on hold: {reason}"),
            Self::Decide(license) => format!("Decide license {}", license.number),
            Self::DecideAgain(license, changed) => {
                let what = if changed.is_empty() { String::new() } else { format!(": {}", joined(changed)) };
                format!("Decide license {} again, because its basis changed{what}", license.number)
            }
            Self::Confirm(license) => format!("Confirm and issue license {}", license.number),
            Self::Except(license, why) => {
                format!("License {} waits for a supervisor's exception, or is returned: {why}", license.number)
            }
            Self::GiveUp(license, why) => format!("Return or deny license {}: {why}", license.number),
            Self::AwaitCheck(license) => {
                format!("Waiting for another check on license {}, which has no result yet", license.number)
            }
            Self::Meet(_, condition) => met(condition),
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
            Self::SendRequest(..) => own(CheckVerb::Request),
            Self::Acknowledge => own(CheckVerb::Acknowledge),
            Self::Explain(..) => (Verb::Check(CheckVerb::Explain), "Explain it"),
            Self::WriteRecommendation(_) => (Verb::Check(CheckVerb::Recommend), "Write it"),
            Self::ChangeRecommendation(..) | Self::AnswerRemark => (Verb::Check(CheckVerb::Recommend), "Change it"),
            Self::SignRecommendation(again) => {
                (Verb::Check(CheckVerb::Sign), if *again { "Sign again" } else { "Sign" })
            }
            Self::ReturnReply(..) => own(CheckVerb::BringBack),
            Self::ClearReply(_) => own(CheckVerb::Clear),
            Self::ProposeResult(_) => own(CheckVerb::Propose),
            Self::SignResult(..) => (Verb::Check(CheckVerb::SignResult), "Sign result"),
            Self::Countersign => own(CheckVerb::Countersign),
            Self::Resume(_) => own(CheckVerb::Resume),
            Self::Decide(license) => on(license, LicenseVerb::Decide),
            Self::DecideAgain(license, _) => (Verb::License(LicenseVerb::Decide, license), LicenseVerb::AGAIN),
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

    /// The section of the check's page where it is seen.
    pub fn section(&self) -> &'static str {
        match self {
            Self::CompleteRequest(_, Lacking::License | Lacking::Items(_)) => "licenses",
            Self::CompleteRequest(_, Lacking::Subject) => "parties",
            Self::CompleteRequest(_, Lacking::Fit) | Self::SendRequest(..) | Self::Acknowledge | Self::Resume(_) => {
                REQUEST
            }
            Self::RecordContact | Self::Visit => "contacts",
            Self::RecordFinding(_) => "findings",
            Self::Explain(..) => "contradictions",
            Self::WriteRecommendation(_)
            | Self::ChangeRecommendation(..)
            | Self::AnswerRemark
            | Self::SignRecommendation(_)
            | Self::ReturnReply(..)
            | Self::ClearReply(_) => "recommendation",
            Self::ProposeResult(_) | Self::SignResult(..) | Self::Countersign | Self::Closed => "result",
            Self::Meet(_, condition) => match condition.kind {
                ConditionKind::Approval => "approvals",
                ConditionKind::Certificate => "certificate",
                _ => "decisions",
            },
            Self::Decide(_)
            | Self::DecideAgain(..)
            | Self::Confirm(_)
            | Self::Except(..)
            | Self::GiveUp(..)
            | Self::AwaitCheck(_)
            | Self::CloseByItself => "decisions",
            Self::Unstaffed(_, step) => step.section(),
        }
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
                // The amount is asked beside it: what lists keep holds for every authority.
                let by = Decider { id: by, authority: Decimal::MAX };
                verb.judge(of(license)?, by, &file.reference, file.today()).map_err(|refusal| refusal.to_string())
            }
            _ => Ok(()),
        }
    }

    /// The amount for which whoever takes it needs the authority, if it is to let items go.
    pub fn amount(&self, file: &CaseFile) -> Option<Decimal> {
        match (self, self.verb()?.0) {
            (Self::GiveUp(..), _) => None,
            (_, Verb::License(verb, on)) => verb.amount(file.license(on.id)?),
            _ => None,
        }
    }

    /// Whether that reader may take it.
    pub fn is_theirs(&self, file: &CaseFile, reader: &Reader) -> Result<(), String> {
        self.judge(file, reader.id)?;
        match self.amount(file) {
            Some(value) if !reaches(reader.authority, value) => {
                Err(licenses::model::Refusal::Amount { value, authority: reader.authority }.to_string())
            }
            _ => Ok(()),
        }
    }

    /// Which of the queues it stands in, that people work off one after the other.
    pub fn queue(&self) -> Option<Queue> {
        match self {
            Self::ClearReply(_) => Some(Queue::Clear),
            Self::SignResult(..) => Some(Queue::Sign),
            Self::Countersign => Some(Queue::Countersign),
            Self::Decide(_) | Self::DecideAgain(..) | Self::Confirm(_) | Self::GiveUp(..) => Some(Queue::Decide),
            _ => None,
        }
    }

    /// Where it is taken; nothing, where nobody here can act.
    pub fn door(&self, file: &CaseFile) -> Option<Door> {
        use Permission as P;
        let check = file.check.id;
        let door = |permission, to: Address, label| Some((permission, to.into(), label));
        match self {
            Self::CompleteRequest(_, Lacking::License) => {
                door(P::OpenChecks, at::check_license_add(check), "Add a license")
            }
            Self::CompleteRequest(_, Lacking::Items(id)) => door(P::OpenChecks, at::item_add(id), "Add items"),
            Self::CompleteRequest(_, Lacking::Subject) => door(P::OpenChecks, at::subject_add(check), "Add a subject"),
            Self::RecordContact => door(P::WorkChecks, at::contact_record(check), "Record contact"),
            Self::Visit => door(P::WorkChecks, at::contact_record(check), "Record visit"),
            // Several are answered together.
            Self::RecordFinding(asked) if file.unanswered().len() > 1 => {
                door(P::WorkChecks, at::worksheet(check).at(asked.key()), "Open the worksheet")
            }
            Self::RecordFinding(asked) => {
                let party = asked.party.as_ref().map(|(id, _)| id);
                door(P::WorkChecks, at::finding(check, &asked.topic).with_some("party", party), "Record finding")
            }
            Self::Meet(on, OpenCondition { who: Mover::Post, kind, .. }) => {
                let section = if *kind == ConditionKind::Certificate { "certificate" } else { "approvals" };
                door(P::WorkChecks, at::license(on.id).at(section), "Settle it")
            }
            Self::Meet(on, OpenCondition { who: Mover::Splitter(item), .. }) => {
                door(P::RegisterLicenses, at::item_split(on.id, item), "Split the items")
            }
            _ => self.verb().map(|(verb, label)| match verb {
                Verb::Check(verb) => (verb.permission(), verb.address(file.check.id).into(), label),
                Verb::License(verb, on) => (verb.permission(), verb.address(on.id).into(), label),
            }),
        }
    }

    /// Where that person notes what others did, once it came, or does what stands beside the step.
    pub fn beside(&self, file: &CaseFile, by: PersonId) -> Option<Door> {
        let door = |permission, to: Address, label| Some((permission, to.into(), label));
        match self {
            Self::Meet(on, condition) => match (&condition.who, condition.kind) {
                (Mover::Splitter(_), _) => {
                    door(Permission::WorkChecks, at::license(on.id).at("approvals"), "Record another permit")
                }
                (Mover::Named(_), ConditionKind::Worded(condition)) => {
                    file.license(on.id)?.may_meet(by).ok()?;
                    door(Permission::RaiseConditions, at::condition_meet(on.id, condition), "It is met")
                }
                (Mover::Applicant | Mover::EndUser | Mover::Authority(_), _) => {
                    door(Permission::WorkChecks, at::license(on.id).at("approvals"), "Record what came")
                }
                _ => None,
            },
            Self::Visit => {
                let waive = CheckVerb::Waive;
                waive
                    .judge(file, by)
                    .ok()
                    .map(|()| (waive.permission(), waive.address(file.check.id).into(), waive.label()))
            }
            Self::AwaitCheck(on) => door(Permission::DecideLicenses, at::license(on.id), "Its checks"),
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
