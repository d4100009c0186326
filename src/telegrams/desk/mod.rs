//! The desk on which a telegram lies beside the case file: what each proposal would become, by whose hand, and what
//! stands in the way. Pure: an act is the address of the page that does it and the answers that page's form would get.
//! Accepting a proposal judges exactly these answers by exactly that page's rules; changing it opens the page with them
//! filled in.

mod act;
mod check;
mod license;
mod point;

use serde_json::Value as Json;

use super::{
    model::{Answer, Answered, Telegram},
    reading::{Direction, Proposal, Reading, Value},
    refusal::Refusal,
    store::Known,
};
use crate::{
    checks::model::{CaseFile, CheckState, Priority, SiteVisit},
    id::ContactId,
    parties::model::PartyRole,
    text::{Question, folded_name, judge},
    web::form::{MARKS, unmarked},
};

pub use act::{Act, Form, Plan};
use act::{later, line, some, text};
use license::is_it;
pub use point::{Offers, Pointed, name};

/// A telegram, what was made of it, and the file it is filed into.
#[derive(Debug)]
pub struct Desk {
    pub telegram: Telegram,
    /// What was read in it.
    pub reading: Reading,
    /// The check that is filled; none: it is on no check yet.
    pub file: Option<CaseFile>,
    /// What is known by its names and numbers.
    pub known: Known,
    /// Whether the reader is at post: a party they find is for the case officer to link.
    pub at_post: bool,
    /// The contacts of the file with the folded names of whom they were with, a space before and after.
    contacts: Vec<(ContactId, String)>,
}

impl Desk {
    /// A telegram beside a file.
    pub fn new(telegram: Telegram, reading: Reading, file: Option<CaseFile>, known: Known, at_post: bool) -> Self {
        let mut desk = Self { telegram, reading, file: None, known, at_post, contacts: Vec::new() };
        desk.lay(file);
        desk
    }

    /// Lays the file beside the telegram as it is now.
    pub fn lay(&mut self, file: Option<CaseFile>) {
        let contacts = file.iter().flat_map(|file| &file.check.contacts);
        self.contacts =
            contacts.map(|contact| (contact.id, format!(" {} ", folded_name(&contact.with_whom)))).collect();
        self.file = file;
    }

    /// The proposal of that key.
    pub fn proposal(&self, key: &str) -> Option<&Proposal> {
        self.reading.proposals.iter().find(|proposal| proposal.key == key)
    }

    /// What was made of it.
    pub fn answered(&self, key: &str) -> Option<&Answered> {
        let answers: Vec<&Answered> = self.telegram.answers.iter().filter(|answered| answered.key == key).collect();
        if answers.is_empty() {
            return None;
        }
        let (_, now) = proposed(self.proposal(key)?);
        let to_this = || answers.iter().copied().filter(|answered| says_all_of(&now, &answered.proposed));
        to_this().find(|answered| answered.answer != Answer::Rejected).or_else(|| to_this().next())
    }

    /// The words of the paragraph a proposal stands in; of the header, the words it rests on.
    pub fn words<'a>(&'a self, proposal: &Proposal) -> std::borrow::Cow<'a, str> {
        let label = proposal.paragraph.as_deref();
        if let Some(paragraph) =
            self.reading.paragraphs.iter().find(|paragraph| Some(paragraph.label.as_str()) == label)
        {
            paragraph.text.as_str().into()
        } else {
            let bytes = self.telegram.original.as_deref().unwrap_or_default();
            String::from_utf8_lossy(bytes.get(proposal.source.start..proposal.source.end).unwrap_or_default())
        }
    }

    /// `Telegram GUATEMALA 773, paragraph 7`.
    pub fn cited(&self, paragraph: Option<&str>) -> String {
        let paragraph = paragraph.filter(|label| !label.is_empty());
        let place = paragraph.map_or_else(String::new, |label| format!(", paragraph {label}"));
        format!("{}{place}", self.telegram.titled())
    }

    /// What a proposal would become.
    pub fn plan(&self, proposal: &Proposal) -> Plan {
        match self.planned(proposal) {
            Plan::Act(act) => Plan::Act(self.known(act)),
            plan => plan,
        }
    }

    /// An act of whose answers it is known what was said of the telegram that they are from: that what may be a
    /// classification mark in it is none.
    fn known(&self, mut act: Act) -> Act {
        let asked: Vec<Question> = act.answers.iter().flat_map(|(_, answer)| judge(answer).asked).collect();
        if self.telegram.unmarked && !asked.is_empty() {
            act.answers.push((MARKS, unmarked(&asked)));
        }
        act
    }

    fn planned(&self, proposal: &Proposal) -> Plan {
        let Some(file) = &self.file else { return self.without_a_file(proposal) };
        if file.check.state == CheckState::Closed {
            return later(Refusal::Closed);
        }
        match &proposal.value {
            Value::Check { .. } => Plan::Known(format!("It is filed into {}.", file.check.reference)),
            Value::Message { .. } => Plan::Known("It is kept with the telegram.".into()),
            Value::Reference { .. }
            | Value::Dated { .. }
            | Value::Request { .. }
            | Value::Obstacle { .. }
            | Value::Remark { .. }
            | Value::Certificate { .. } => Plan::Note,
            Value::License { number, .. } => self.license(file, number),
            Value::Party { .. } => self.party(file, proposal),
            Value::ItemGroup { .. } => self.items(file, &proposal.value),
            Value::ImportApproval { .. } => self.approval(file, &proposal.value),
            Value::Contact { .. } => self.contact(file, proposal),
            Value::Statement { contact_key, said_by, grade, topic, about, text, .. } => {
                self.statement(file, contact_key.as_deref(), said_by, *grade, topic.as_deref(), about.as_deref(), text)
            }
            Value::SeparateFact { said_by, grade, text } => match said_by.as_ref().zip(*grade) {
                Some((who, grade)) => self.statement(file, None, who, grade, Some("other"), None, text),
                None => Plan::Note,
            },
            Value::Finding { .. } => self.finding(file, proposal),
            Value::Document { .. } => check::document(file, &proposal.value),
            Value::CustodyStep { .. } => self.custody(file, &proposal.value),
            Value::Recommendation { .. } => check::recommend(file, &proposal.value),
            Value::Serials { .. } => license::serials(file, &proposal.value),
        }
    }

    /// Why the telegram may be another check's, each in a sentence.
    pub fn strays(&self) -> Vec<String> {
        let Some(file) = &self.file else {
            let kept = &self.telegram.post_name;
            let of_another = |sender: String| format!("It was sent by {sender}, and is kept as a telegram of {kept}.");
            return sent_by_another(&self.reading, kept).map(of_another).into_iter().collect();
        };
        strays(&self.reading, file, |number| self.accepted_license(file, number).is_some())
    }

    /// Whether the telegram may be taken off the check beside it: the check is open, and nothing that it says was
    /// accepted into it.
    pub fn may_leave(&self) -> bool {
        self.file.as_ref().is_some_and(|file| {
            let accepted =
                |answered: &&Answered| answered.answer != Answer::Rejected && answered.check_id == Some(file.check.id);
            file.check.state != CheckState::Closed && !self.telegram.answers.iter().any(|answered| accepted(&answered))
        })
    }

    /// The row that an accepted proposal became, if it is of that kind.
    fn row_of(&self, key: &str, kind: &str) -> Option<uuid::Uuid> {
        self.answered(key)
            .filter(|answered| answered.subject_kind.as_deref() == Some(kind))
            .and_then(|answered| answered.subject_id)
    }

    fn without_a_file(&self, proposal: &Proposal) -> Plan {
        match &proposal.value {
            Value::Message { .. } => Plan::Known("It is kept with the telegram.".into()),
            Value::Check { .. } => Plan::Act(Act::new(Form::Open, self.opening())),
            _ => later(Refusal::OnNoCheck),
        }
    }

    /// What the form that opens a check gets.
    fn opening(&self) -> Vec<(&'static str, String)> {
        let (mut check_type, mut asked) = (None, None);
        for proposal in &self.reading.proposals {
            match &proposal.value {
                Value::Check { check_type: Some(told), .. } => check_type = check_type.or(Some(told.code())),
                Value::Request { reason, days, site_visit, .. } if asked.is_none() => {
                    asked = Some((reason, days, site_visit));
                }
                _ => {}
            }
        }
        let (reason, days, visit) =
            asked.map_or((None, None, None), |(reason, days, visit)| (reason.as_deref(), *days, *visit));
        let priority = match self.reading.header.precedence {
            Some('Z' | 'O') => Priority::Urgent,
            Some('P') => Priority::Priority,
            _ => Priority::Routine,
        };
        let came = match (reason, self.telegram.direction) {
            (Some(reason), _) => text(reason),
            (None, Direction::Request) => format!("Asked for by telegram {}.", self.telegram.named()),
            (None, _) => format!(
                "The post's telegram {} came without a request on file; see its references.",
                self.telegram.named()
            ),
        };
        vec![
            ("check_type", some(check_type)),
            // Of a telegram that another post sent, a person says where it is to be asked.
            ("post", if self.strays().is_empty() { self.telegram.post_id.to_string() } else { String::new() }),
            ("subject", self.subject()),
            ("reason", came),
            ("priority", priority.code().to_owned()),
            ("site_visit", visit.unwrap_or(SiteVisit::Optional).code().to_owned()),
            ("days", days.map(|days| days.to_string()).unwrap_or_default()),
        ]
    }

    /// One line on what the check is about: the telegram's subject, else its items and end-user.
    fn subject(&self) -> String {
        if !self.telegram.subject.is_empty() {
            return line(&self.telegram.subject);
        }
        let items = self.reading.proposals.iter().filter_map(|proposal| match &proposal.value {
            Value::ItemGroup { label, quantity, .. } => Some(format!("{quantity} {label}")),
            _ => None,
        });
        let user = self.reading.proposals.iter().find_map(|proposal| match &proposal.value {
            Value::Party { name, role: Some(PartyRole::EndUser), .. } => Some(format!(" for {name}")),
            _ => None,
        });
        let items = items.take(3).collect::<Vec<_>>().join(", ");
        match (items.is_empty(), user) {
            (false, user) => line(&format!("{items}{}", user.unwrap_or_default())),
            (true, Some(user)) => line(&format!("Check{user}")),
            (true, None) => line(&format!("Telegram {}", self.telegram.named())),
        }
    }
}

/// Why a telegram may be another check's: its license, its post or its countries are not those of the check. A license
/// that was accepted under another number is known.
pub fn strays(reading: &Reading, file: &CaseFile, is_known: impl Fn(&str) -> bool) -> Vec<String> {
    let (check, header) = (&file.check, &reading.header);
    let mut strays = Vec::new();
    let named: Vec<(&String, &Vec<String>)> = reading
        .proposals
        .iter()
        .filter_map(|proposal| match &proposal.value {
            Value::License { number, also } => Some((number, also)),
            _ => None,
        })
        .collect();
    let is_here =
        |number: &String| file.licenses.iter().any(|license| is_it(&license.number, number)) || is_known(number);
    if !named.is_empty()
        && !file.licenses.is_empty()
        && !named.iter().any(|(number, also)| is_here(number) || also.iter().any(is_here))
    {
        let told: Vec<&str> = named.iter().map(|(number, _)| number.as_str()).collect();
        let own: Vec<&str> = file.licenses.iter().map(|license| license.number.as_str()).collect();
        strays.push(format!(
            "It names license {}, and {} is about license {}.",
            told.join(", "),
            check.reference,
            own.join(", ")
        ));
    }
    if let Some(sender) = sent_by_another(reading, &check.post_name) {
        strays.push(format!("It was sent by {sender}, and {} is at {}.", check.reference, check.post_name));
    }
    let is_its = |country: &String| {
        *country == check.post_country || file.licenses.iter().any(|license| license.destination == *country)
    };
    if !header.countries.is_empty() && !header.countries.iter().any(is_its) {
        let told = header.countries.join(", ");
        strays.push(format!("Its TAGS name other countries ({told}) than {} is about.", check.reference));
    }
    strays
}

/// Who sent a telegram, if it was neither Washington nor that post.
fn sent_by_another(reading: &Reading, post: &str) -> Option<String> {
    let (sender, post) = (folded_name(&reading.header.message.as_ref()?.originator), folded_name(post));
    let is_ours =
        post.starts_with(&sender) || sender.starts_with(&post) || matches!(sender.as_str(), "state" | "secstate");
    (!is_ours).then(|| sender.to_uppercase())
}

fn takes_no_contacts(file: &CaseFile) -> Refusal {
    match file.check.state {
        CheckState::Draft => Refusal::Draft,
        _ => Refusal::Closed,
    }
}

/// Whether a value has every field of one that was kept, as it was; what the reader says besides was not told apart
/// then.
fn says_all_of(now: &Json, kept: &Json) -> bool {
    match (now, kept) {
        (Json::Object(now), Json::Object(kept)) => kept.iter().all(|(field, was)| now.get(field) == Some(was)),
        _ => now == kept,
    }
}

/// What was proposed, as it is kept with the answer.
pub fn proposed(proposal: &Proposal) -> (String, Json) {
    let value = serde_json::to_value(&proposal.value).unwrap_or_default();
    let kind = value.get("kind").and_then(Json::as_str).unwrap_or_default().to_owned();
    (kind, value.get("value").cloned().unwrap_or(value))
}
