//! The desk on which a telegram lies beside the case file: what each proposal would become, by whose hand, and what stands in the way.
//! Pure: an act is the address of the page that does it and the answers that page's form would get. Accepting a proposal judges exactly
//! these answers by exactly that page's rules; changing it opens the page with them filled in.

use serde_json::Value as Json;

use super::{
    model::{Answer, Answered, Telegram},
    reading::{Confidence, Direction, Proposal, Reading, Value},
    store::{Known, NamedAuthority},
};
use crate::{
    access::Permission,
    approvals::model::{Approval, ApprovalState, CustodyStep},
    audit::{Made, Subject},
    checks::model::{CaseFile, CheckState, Priority, SiteVisit},
    evidence::model::{ChannelSource, Document, SourceGrade},
    id::{AuthorityId, CheckId, ContactId, DocumentId, ItemGroupId, LicenseId, PartyId},
    licenses::model::{ItemGroup, Jurisdiction, LicenseFile},
    parties::model::{PartyKind, PartyRole, TakesPossession},
    reference::model::ReferenceKind as Words,
    text::{Day, LINE_LIMIT, TEXT_LIMIT, folded, folded_name},
};

/// A telegram, what was made of it, and the file it is filed into.
#[derive(Debug)]
pub struct Desk {
    /// The telegram.
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

/// Which form does what a proposal says, and for what file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// Opens a check.
    Open,
    /// Registers a license for a check.
    Register(CheckId),
    /// Puts a known license on a check.
    PutOn(CheckId),
    /// Puts a party in a role on a license.
    Party(LicenseId),
    /// Makes a party the subject of a check.
    Subject(CheckId),
    /// Records a party as a post found it.
    Found(CheckId),
    /// Adds items to a license.
    Items(LicenseId),
    /// Records a cell of the permit matrix.
    Cell(LicenseId, ItemGroupId, AuthorityId),
    /// Records a contact.
    Contact(CheckId),
    /// Records a statement.
    Statement(CheckId),
    /// Describes a document.
    Document(CheckId),
    /// Records a finding.
    Finding(CheckId, String, Option<PartyId>),
    /// Writes the recommendation.
    Recommend(CheckId),
    /// Counts serial numbers.
    Serials(LicenseId),
    /// Adds a step to the custody path.
    Custody(LicenseId),
}

impl Form {
    /// The address of its page.
    pub fn address(&self) -> String {
        match self {
            Self::Open => "/checks/open".to_owned(),
            Self::Register(check) => format!("/licenses/register?check={check}"),
            Self::PutOn(check) => format!("/checks/{check}/licenses/add"),
            Self::Party(license) => format!("/licenses/{license}/parties/add"),
            Self::Subject(check) => format!("/checks/{check}/subjects/add"),
            Self::Found(check) => format!("/checks/{check}/parties/found"),
            Self::Items(license) => format!("/licenses/{license}/items/add"),
            Self::Cell(license, item, authority) => format!("/licenses/{license}/approvals/{item}/{authority}"),
            Self::Contact(check) => format!("/checks/{check}/contacts/record"),
            Self::Statement(check) => format!("/checks/{check}/statements/record"),
            Self::Document(check) => format!("/checks/{check}/documents/describe"),
            Self::Finding(check, topic, party) => {
                let party = party.map(|party| format!("?party={party}")).unwrap_or_default();
                format!("/checks/{check}/findings/{topic}{party}")
            }
            Self::Recommend(check) => format!("/checks/{check}/recommend"),
            Self::Serials(license) => format!("/licenses/{license}/serials"),
            Self::Custody(license) => format!("/licenses/{license}/custody/add"),
        }
    }

    /// Who may send it.
    pub fn permission(&self) -> Permission {
        match self {
            Self::Open | Self::Subject(_) => Permission::OpenChecks,
            Self::Register(_) | Self::PutOn(_) | Self::Party(_) | Self::Items(_) => Permission::RegisterLicenses,
            _ => Permission::WorkChecks,
        }
    }
}

impl Form {
    /// The license whose page it is, if it is a license's.
    fn license(&self) -> Option<LicenseId> {
        match self {
            Self::Party(id) => Some(*id),
            _ => None,
        }
    }
}

/// What a proposal would become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// An act of a page.
    Act(Act),
    /// It is kept on the check with its paragraph, and becomes no row.
    Note,
    /// It stands in the file already.
    Known(String),
    /// It cannot be done yet, and why.
    Later(String),
    /// It can be done once another proposal of this telegram was accepted, and which.
    Follows(String),
}

/// An act: the form and its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// The form.
    pub form: Form,
    /// Its answers, as a browser would send them.
    pub answers: Vec<(&'static str, String)>,
    /// The version of the row it changes; 0: it makes a new one.
    pub version: i32,
    /// Why a person has to look at it on its page before it is done; none: it can be accepted as it is.
    pub by_hand: Option<&'static str>,
}

/// Another answer stands in the file.
const ANOTHER_ANSWER: &str = "Another answer stands in the file: open both with Change.";
/// The check has several licenses.
const WHICH_LICENSE: &str = "The telegram does not say on which of the licenses: look at it with Change.";

impl Act {
    fn new(form: Form, answers: Vec<(&'static str, String)>) -> Self {
        Self { form, answers, version: 0, by_hand: None }
    }
}

fn later(why: impl Into<String>) -> Plan {
    Plan::Later(why.into())
}

fn some(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

/// One line that fits an answer of one line.
fn line(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= LINE_LIMIT { flat } else { flat.chars().take(LINE_LIMIT - 3).chain("...".chars()).collect() }
}

/// A text that fits an answer of several lines.
fn text(words: &str) -> String {
    let words = words.trim();
    if words.chars().count() <= TEXT_LIMIT { words.to_owned() } else { words.chars().take(TEXT_LIMIT - 3).chain("...".chars()).collect() }
}

fn day(name: [&'static str; 3], on: Option<time::Date>) -> Vec<(&'static str, String)> {
    let Some(on) = on else { return Vec::new() };
    let typed = Day(on).to_string();
    name.into_iter().zip(typed.split('/').map(str::to_owned)).collect()
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
        self.contacts = contacts.map(|contact| (contact.id, format!(" {} ", folded_name(&contact.with_whom)))).collect();
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
        if let Some(paragraph) = self.reading.paragraphs.iter().find(|paragraph| Some(paragraph.label.as_str()) == label) {
            paragraph.text.as_str().into()
        } else {
            let bytes = self.telegram.original.as_deref().unwrap_or_default();
            String::from_utf8_lossy(bytes.get(proposal.source.start..proposal.source.end).unwrap_or_default())
        }
    }

    /// `Telegram GUATEMALA 773, paragraph 7`.
    pub fn cited(&self, proposal: &Proposal) -> String {
        let paragraph = proposal.paragraph.as_deref().filter(|label| !label.is_empty());
        let place = paragraph.map_or_else(String::new, |label| format!(", paragraph {label}"));
        format!("{}{place}", self.telegram.titled())
    }

    /// What a proposal would become.
    pub fn plan(&self, proposal: &Proposal) -> Plan {
        let Some(file) = &self.file else { return self.without_a_file(proposal) };
        if file.check.state == CheckState::Closed {
            return later(CLOSED);
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
            Value::Document { .. } => document(file, &proposal.value),
            Value::CustodyStep { .. } => self.custody(file, &proposal.value),
            Value::Recommendation { .. } => recommend(file, &proposal.value),
            Value::Serials { .. } => serials(file, &proposal.value),
        }
    }

    /// Whether what an act made is what a proposal of this telegram would become: a row of its kind, in the file beside it.
    pub fn is_answered_by(&self, proposal: &Proposal, made: &Made) -> bool {
        let kinds: &[&str] = match &proposal.value {
            Value::Check { .. } => &["check"],
            Value::License { .. } | Value::Serials { .. } => &["license"],
            Value::Party { .. } => &["license_party", "party"],
            Value::ItemGroup { .. } => &["item_group"],
            Value::ImportApproval { .. } => &["import_approval"],
            Value::Contact { .. } => &["contact"],
            Value::Statement { .. } | Value::SeparateFact { .. } => &["statement"],
            Value::Document { .. } => &["document"],
            Value::Finding { .. } => &["finding"],
            Value::Recommendation { .. } => &["recommendation"],
            Value::CustodyStep { .. } => &["custody_step"],
            _ => &[],
        };
        let (check, license) = made.files();
        let here = self.file.as_ref().is_none_or(|file| {
            check.is_none_or(|check| check == file.check.id || made.opened() == Some(check))
                && license
                    .is_none_or(|license| made.row == Subject::License(license) || file.licenses.iter().any(|known| known.id == license))
        });
        here && kinds.contains(&made.row.named().0)
    }

    /// Whether the telegram may be taken off the check beside it: the check is open, and nothing that it says was accepted into it.
    pub fn may_leave(&self) -> bool {
        self.file.as_ref().is_some_and(|file| {
            let accepted = |answered: &&Answered| answered.answer != Answer::Rejected && answered.check_id == Some(file.check.id);
            file.check.state != CheckState::Closed && !self.telegram.answers.iter().any(|answered| accepted(&answered))
        })
    }

    /// The row that an accepted proposal became, if it is of that kind.
    fn row_of(&self, key: &str, kind: &str) -> Option<uuid::Uuid> {
        self.answered(key).filter(|answered| answered.subject_kind.as_deref() == Some(kind)).and_then(|answered| answered.subject_id)
    }

    fn without_a_file(&self, proposal: &Proposal) -> Plan {
        match &proposal.value {
            Value::Message { .. } => Plan::Known("It is kept with the telegram.".into()),
            Value::Check { .. } => Plan::Act(Act::new(Form::Open, self.opening())),
            _ => later("Open a check for it, or put it on one, first."),
        }
    }

    /// What the form that opens a check gets.
    fn opening(&self) -> Vec<(&'static str, String)> {
        let (mut check_type, mut asked) = (None, None);
        for proposal in &self.reading.proposals {
            match &proposal.value {
                Value::Check { check_type: Some(told), .. } => check_type = check_type.or(Some(told.code())),
                Value::Request { reason, days, site_visit, .. } if asked.is_none() => asked = Some((reason, days, site_visit)),
                _ => {}
            }
        }
        let (reason, days, visit) = asked.map_or((None, None, None), |(reason, days, visit)| (reason.as_deref(), *days, *visit));
        let priority = match self.reading.header.precedence {
            Some('Z' | 'O') => Priority::Urgent,
            Some('P') => Priority::Priority,
            _ => Priority::Routine,
        };
        let came = match (reason, self.telegram.direction) {
            (Some(reason), _) => text(reason),
            (None, Direction::Request) => format!("Asked for by telegram {}.", self.telegram.named()),
            (None, _) => format!("The post's telegram {} came without a request on file; see its references.", self.telegram.named()),
        };
        vec![
            ("check_type", some(check_type)),
            ("post", self.telegram.post_id.to_string()),
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

    fn license(&self, file: &CaseFile, number: &str) -> Plan {
        let spelled = folded(number);
        let same = |license: &&LicenseFile| license.number_normalized == spelled;
        if let Some(license) = file.licenses.iter().find(same).or_else(|| self.accepted_license(file, number)) {
            return Plan::Known(format!("License {} is on {}.", license.number, file.check.reference));
        }
        if !file.check.check_type.has_licenses() {
            return later("A check of this type is about no license.");
        }
        if file.check.state != CheckState::Draft {
            return later("The request was sent; its licenses can no longer be changed.");
        }
        let known = self.known.licenses.iter().any(|(_, folded)| *folded == spelled);
        let form = if known { Form::PutOn(file.check.id) } else { Form::Register(file.check.id) };
        Plan::Act(Act::new(form, vec![("number", number.to_owned()), ("destination", self.telegram.post_country.clone())]))
    }

    /// The license that this telegram's number was accepted as, perhaps corrected.
    fn accepted_license<'a>(&self, file: &'a CaseFile, number: &str) -> Option<&'a LicenseFile> {
        let spelled = folded(number);
        let is_it = |proposal: &&Proposal| matches!(&proposal.value, Value::License { number, .. } if folded(number) == spelled);
        let key = &self.reading.proposals.iter().find(is_it)?.key;
        let id = self.row_of(key, "license")?;
        file.licenses.iter().find(|license| license.id.0 == id)
    }

    /// The license of that number on the check; without a number its first.
    fn target<'a>(&self, file: &'a CaseFile, number: Option<&str>) -> Option<&'a LicenseFile> {
        let Some(number) = number else { return file.licenses.first() };
        let of_number = file.licenses.iter().find(|license| license.number_normalized == folded(number));
        of_number.or_else(|| self.accepted_license(file, number))
    }

    fn party(&self, file: &CaseFile, proposal: &Proposal) -> Plan {
        let Value::Party { name, short_name, party_kind, role, country, address, takes_possession, possession_claimed_by } =
            &proposal.value
        else {
            return Plan::Note;
        };
        let named =
            |known: &[String]| [Some(name), short_name.as_ref()].into_iter().flatten().any(|name| known.contains(&folded_name(name)));
        let on_license =
            |license: &&LicenseFile| license.parties.iter().any(|party| named(&party.folded) && role.is_none_or(|role| party.role == role));
        if let Some(license) = file.licenses.iter().find(on_license) {
            return Plan::Known(format!("It stands on license {} in this role.", license.number));
        }
        let is_subject = |subject: &&crate::checks::model::CheckSubject| named(&[folded_name(&subject.name)]);
        if file.check.subjects.iter().any(|subject| is_subject(&subject)) {
            return Plan::Known("It is a subject of this check.".into());
        }
        // A claim is no fact: what somebody says of a party's possession stays a statement.
        let takes = if possession_claimed_by.is_some() { TakesPossession::Unknown } else { *takes_possession };
        let mut answers = vec![
            ("name", line(name)),
            ("kind", some(party_kind.map(PartyKind::code))),
            ("country", some(country.as_deref())),
            ("address", some(address.as_deref())),
            ("role", some(role.map(PartyRole::code))),
            ("takes_possession", takes.code().to_owned()),
            ("source", self.cited(proposal)),
        ];
        if self.at_post {
            return if file.check.state.is_judged() || file.check.state == CheckState::Draft {
                later("A post records a party it found while the check is open.")
            } else {
                Plan::Act(Act::new(Form::Found(file.check.id), answers))
            };
        }
        let mut records: Vec<PartyId> =
            self.known.parties.iter().filter(|known| named(std::slice::from_ref(&known.folded))).map(|known| known.id).collect();
        records.sort_unstable();
        records.dedup();
        if let [one] = records.as_slice() {
            answers.push(("party", one.to_string()));
        }
        let form = match file.licenses.iter().find(|license| license.changeable().is_ok()).or(file.licenses.first()) {
            Some(license) => Form::Party(license.id),
            None if file.check.check_type.has_licenses() => return later("Put the license on the check first."),
            None => Form::Subject(file.check.id),
        };
        let changeable = form.license().and_then(|id| file.licenses.iter().find(|license| license.id == id)).map(LicenseFile::changeable);
        if let Some(Err(refusal)) = changeable {
            return later(refusal.to_string());
        }
        let mut act = Act::new(form, answers);
        act.by_hand = (file.licenses.len() > 1).then_some(WHICH_LICENSE);
        Plan::Act(act)
    }

    fn items(&self, file: &CaseFile, value: &Value) -> Plan {
        let Value::ItemGroup { license, label, item_class, quantity, unit } = value else { return Plan::Note };
        let Some(license) = self.target(file, license.as_deref()) else { return later("Put the license on the check first.") };
        if let Some(known) = item_on(license, label, item_class.as_deref(), Some(*quantity)) {
            return Plan::Known(format!("License {} has {}.", license.number, known.named()));
        }
        if let Err(refusal) = license.changeable() {
            return later(refusal.to_string());
        }
        let answers = vec![
            ("label", line(label)),
            ("item_class", some(item_class.as_deref())),
            ("quantity", quantity.to_string()),
            ("unit", unit.clone()),
            ("jurisdiction", Jurisdiction::Itar.code().to_owned()),
        ];
        Plan::Act(Act::new(Form::Items(license.id), answers))
    }

    fn approval(&self, file: &CaseFile, value: &Value) -> Plan {
        let Value::ImportApproval { items_key, items, authority, state, number, waits_for, note, .. } = value else { return Plan::Note };
        let told = items_key.as_deref().and_then(|key| self.proposal(key)).map(|proposal| &proposal.value);
        let (of, label, class, quantity) = match told {
            Some(Value::ItemGroup { license, label, item_class, quantity, .. }) => {
                (license.as_deref(), label.as_str(), item_class.as_deref(), Some(*quantity))
            }
            _ => (None, items.as_str(), None, None),
        };
        let accepted = items_key.as_deref().and_then(|key| self.row_of(key, "item_group"));
        let accepted = accepted.and_then(|id| {
            let all = || file.licenses.iter().flat_map(|license| license.items.iter().map(move |item| (license, item)));
            all().find(|(_, item)| item.id.0 == id)
        });
        let Some(license) = accepted.map(|(license, _)| license).or_else(|| self.target(file, of)) else {
            return later("Put the license on the check first.");
        };
        let Some(item) = accepted.map(|(_, item)| item).or_else(|| item_on(license, label, class, quantity)) else {
            return later(format!("License {} has no such items yet: accept them first.", license.number));
        };
        let Some(known) = self.authority(authority, &license.destination) else {
            return later(format!("No authority of {} is called so here. An administrator adds it.", license.destination_name));
        };
        if !license.status.is_open() {
            return later(format!("The license is {}; its approvals can no longer be changed.", license.status.label().to_lowercase()));
        }
        if !file.check.takes_contacts() {
            return later("Send the request first: the post records import approvals.");
        }
        let cell = license.approvals.iter().find(|row| row.item_group_id == item.id && row.authority_id == Some(known.id));
        if let Some(cell) = cell
            .filter(|cell| cell.state == *state && waits_for.as_ref().is_none_or(|waits| !cell.waits_for.is_empty() || waits.is_empty()))
        {
            return Plan::Known(format!(
                "The matrix has it: {} for {}, {}.",
                known.short_name,
                item.named(),
                cell.state.label().to_lowercase()
            ));
        }
        let paper = number.as_ref().map(|number| format!("Permit {number}. ")).unwrap_or_default();
        let told = [
            ("state", state.code().to_owned()),
            ("waits_for", line(waits_for.as_deref().unwrap_or_default())),
            ("proof", if *state == ApprovalState::NotRequired { text(note) } else { String::new() }),
            ("note", line(&format!("{paper}{note}"))),
        ];
        let form = Form::Cell(license.id, item.id, known.id);
        let Some(cell) = cell else { return Plan::Act(Act::new(form, told.to_vec())) };
        // What an officer wrote in the cell stays, unless it is the state itself; a telegram's paragraph is shown beside the cell anyway.
        let mut answers = recorded(cell);
        for (name, answer) in told {
            let written = answers.iter_mut().find(|(known, _)| *known == name);
            match written {
                Some((_, written)) if name != "state" && !written.is_empty() => {}
                Some((_, written)) => *written = answer,
                None => answers.push((name, answer)),
            }
        }
        let other = |told: &str, written: &str| !told.is_empty() && !written.is_empty() && folded(told) != folded(written);
        let mut act = Act::new(form, answers);
        act.version = cell.version;
        let differs = cell.state != ApprovalState::Needed || other(waits_for.as_deref().unwrap_or_default(), &cell.waits_for);
        act.by_hand = differs.then_some(ANOTHER_ANSWER);
        Plan::Act(act)
    }

    /// The one authority of a country that a telegram calls so: by its short name, its name, or words of which the name has all.
    fn authority(&self, called: &str, country: &str) -> Option<&NamedAuthority> {
        let called = folded_name(called);
        let small = |word: &&str| !matches!(*word, "of" | "the" | "and" | "for" | "de" | "la");
        let words: Vec<&str> = called.split(' ').filter(small).collect();
        let here = || self.known.authorities.iter().filter(|known| known.country == country);
        let exact = |known: &&NamedAuthority| folded_name(&known.short_name) == called || folded_name(&known.name) == called;
        let has_all = |known: &&NamedAuthority| {
            let name = folded_name(&known.name);
            !words.is_empty() && words.iter().all(|word| name.split(' ').any(|part| part == *word))
        };
        let one = |found: Vec<&'_ NamedAuthority>| match found.as_slice() {
            [one] => Some(one.id),
            _ => None,
        };
        let id = one(here().filter(exact).collect()).or_else(|| one(here().filter(has_all).collect()))?;
        here().find(|known| known.id == id)
    }

    fn contact(&self, file: &CaseFile, proposal: &Proposal) -> Plan {
        let Value::Contact { contact_kind, with_whom, authority, on, place, summary } = &proposal.value else { return Plan::Note };
        let whom = line(with_whom);
        let same = |known: &&crate::evidence::model::Contact| {
            known.kind == *contact_kind && known.occurred_on == *on && folded_name(&known.with_whom) == folded_name(&whom)
        };
        if let Some(known) = file.check.contacts.iter().find(same) {
            return Plan::Known(format!("It is recorded: {}.", known.named()));
        }
        if !file.check.takes_contacts() {
            return later(takes_no_contacts(file));
        }
        let country = file.licenses.first().map_or(&self.telegram.post_country, |license| &license.destination);
        let office = authority.as_deref().and_then(|called| self.authority(called, country));
        // How the post and they spoke decides what may rest on it (guard 12): where it is only guessed, a person chooses it.
        let kind = if proposal.confidence == Confidence::Possible { "" } else { contact_kind.code() };
        let mut answers = vec![
            ("kind", kind.to_owned()),
            ("with_whom", whom),
            ("authority", office.map(|known| known.id.to_string()).unwrap_or_default()),
            ("place", line(place.as_deref().unwrap_or_default())),
            ("channel_source", ChannelSource::NotStated.code().to_owned()),
            ("summary", text(summary)),
        ];
        answers.extend(day(["occurred_on.day", "occurred_on.month", "occurred_on.year"], *on));
        Plan::Act(Act::new(Form::Contact(file.check.id), answers))
    }

    /// The contact that a proposal became, else the one contact of the file with that person.
    fn contact_of(&self, file: &CaseFile, key: Option<&str>, said_by: &str) -> Option<ContactId> {
        if let Some(id) = key.and_then(|key| self.row_of(key, "contact")) {
            return file.check.contacts.iter().map(|contact| contact.id).find(|contact| contact.0 == id);
        }
        let planned = key.and_then(|key| self.proposal(key)).map(|proposal| &proposal.value);
        let whom = match planned {
            Some(Value::Contact { with_whom, .. }) => folded_name(&line(with_whom)),
            _ => folded_name(said_by),
        };
        let whom = format!(" {whom} ");
        let with = |named: &&(ContactId, String)| !whom.trim().is_empty() && named.1.contains(&whom);
        match self.contacts.iter().filter(with).collect::<Vec<_>>().as_slice() {
            [one] => Some(one.0),
            _ => None,
        }
    }

    /// A party of the file by a name that a telegram gives it, spelled out or short.
    fn party_called(&self, file: &CaseFile, called: &str) -> Option<PartyId> {
        let mut names = vec![folded_name(called)];
        for proposal in &self.reading.proposals {
            let Value::Party { name, short_name, .. } = &proposal.value else { continue };
            let both: Vec<String> = [Some(name), short_name.as_ref()].into_iter().flatten().map(|name| folded_name(name)).collect();
            if !both.contains(&names[0]) {
                continue;
            }
            // It may have been accepted as a record of another name.
            if let Some(id) = self.row_of(&proposal.key, "license_party") {
                let rows = || file.licenses.iter().flat_map(|license| &license.parties);
                return rows().find(|party| party.id.0 == id).map(|party| party.party_id);
            }
            if let Some(id) = self.row_of(&proposal.key, "party") {
                return file.parties().into_iter().map(|(party, ..)| party).find(|party| party.0 == id);
            }
            names.extend(both);
        }
        let licensed = file.licenses.iter().flat_map(|license| &license.parties);
        let found = licensed.filter(|party| party.folded.iter().any(|known| names.contains(known))).map(|party| party.party_id);
        let subjects =
            file.check.subjects.iter().filter(|subject| names.contains(&folded_name(&subject.name))).map(|subject| subject.party_id);
        found.chain(subjects).next()
    }

    #[expect(clippy::too_many_arguments, reason = "what a statement is made of")]
    fn statement(
        &self,
        file: &CaseFile,
        contact: Option<&str>,
        said_by: &str,
        grade: SourceGrade,
        topic: Option<&str>,
        about: Option<&str>,
        words: &str,
    ) -> Plan {
        let words = text(words);
        if let Some(known) = file.check.statements.iter().find(|known| said_alike(&known.text, &words)) {
            return Plan::Known(format!("It is recorded: what {} stated.", known.with_whom));
        }
        if !file.check.takes_contacts() {
            return later(takes_no_contacts(file));
        }
        let Some(contact) = self.contact_of(file, contact, said_by) else {
            let is_open = |found: &Proposal| found.confidence != Confidence::Possible && self.answered(&found.key).is_none();
            let of_contact = contact.and_then(|key| self.proposal(key)).is_some_and(is_open);
            let why = format!("Accept the contact with {said_by} first.");
            return if of_contact { Plan::Follows(why) } else { Plan::Later(why) };
        };
        let party = about.and_then(|about| self.party_called(file, about));
        let topic = topic.filter(|topic| file.reference.knows(Words::Topic, topic));
        let answers = vec![
            ("contact", contact.to_string()),
            ("source_grade", grade.code().to_owned()),
            ("topic", some(topic)),
            ("about", party.map(|party| party.to_string()).unwrap_or_default()),
            ("text", words),
        ];
        Plan::Act(Act::new(Form::Statement(file.check.id), answers))
    }

    fn finding(&self, file: &CaseFile, proposal: &Proposal) -> Plan {
        let Value::Finding { topic, party, answer, text: words, mark, basis } = &proposal.value else { return Plan::Note };
        let Some(entry) = file.reference.of(Words::Topic).find(|entry| entry.code == *topic) else { return Plan::Note };
        let of = match (entry.party_roles.is_empty(), party) {
            (true, _) => None,
            (false, None) => return later("It names no party; change it to say whom it is about."),
            (false, Some(name)) => match self.party_called(file, name) {
                None => return later(format!("{name} is no party of this check yet.")),
                found => found,
            },
        };
        let words = text(words);
        let saved = file.check.finding(topic, of);
        if saved.is_some_and(|saved| saved.answer == *answer && said_alike(&saved.text, &words)) {
            return Plan::Known("The file has this finding.".into());
        }
        if !file.check.is_workable() {
            return later("Findings are written while the check is in progress.");
        }
        let mut answers = vec![("answer", answer.code().to_owned()), ("text", words), ("portion_mark", mark.code().to_owned())];
        answers.extend(self.contacts_behind(file, proposal, topic, basis).into_iter().map(|contact| ("contacts", contact.to_string())));
        answers.extend(basis.iter().filter_map(|key| self.document_of(file, key)).map(|document| ("documents", document.to_string())));
        let mut act = Act::new(Form::Finding(file.check.id, topic.clone(), of), answers);
        if let Some(saved) = saved {
            act.version = saved.version;
            act.by_hand = Some(ANOTHER_ANSWER);
        }
        Plan::Act(act)
    }

    /// The document that a proposal became, or that says the same.
    fn document_of(&self, file: &CaseFile, key: &str) -> Option<DocumentId> {
        if let Some(id) = self.row_of(key, "document") {
            return file.check.documents.iter().map(|document| document.id).find(|document| document.0 == id);
        }
        let value = &self.proposal(key)?.value;
        file.check.documents.iter().find(|known| is_document(known, value)).map(|known| known.id)
    }

    /// The contacts a finding rests on: those it names, else those who stated something on its topic in its paragraph.
    fn contacts_behind(&self, file: &CaseFile, finding: &Proposal, of: &str, named: &[String]) -> Vec<ContactId> {
        let mut contacts = Vec::new();
        if !named.is_empty() {
            let keyed = |key: &String| match &self.proposal(key)?.value {
                Value::Contact { with_whom, .. } => self.contact_of(file, Some(key), with_whom),
                _ => None,
            };
            return named.iter().filter_map(keyed).collect();
        }
        for proposal in &self.reading.proposals {
            let found = match &proposal.value {
                Value::Statement { contact_key, said_by, topic, .. }
                    if topic.as_deref() == Some(of) && proposal.paragraph == finding.paragraph =>
                {
                    self.contact_of(file, contact_key.as_deref(), said_by)
                }
                _ => None,
            };
            contacts.extend(found.filter(|found| !contacts.contains(found)));
        }
        contacts
    }
}

/// Whether a document of the file is the one that a telegram describes.
fn is_document(known: &Document, value: &Value) -> bool {
    let Value::Document { what, issuer, number, dated, .. } = value else { return false };
    folded(&known.kind) == folded(what)
        && folded(&known.issuer) == folded(issuer)
        && folded(&known.number) == folded(number.as_deref().unwrap_or_default())
        && known.dated == *dated
}

fn document(file: &CaseFile, value: &Value) -> Plan {
    let Value::Document { what, issuer, number, dated, kept_at, text: words } = value else { return Plan::Note };
    if file.check.documents.iter().any(|known| is_document(known, value)) {
        return Plan::Known("The file has this document.".into());
    }
    if !file.check.takes_contacts() {
        return later(takes_no_contacts(file));
    }
    let mut answers = vec![
        ("kind", line(what)),
        ("issuer", line(issuer)),
        ("number", line(number.as_deref().unwrap_or_default())),
        ("kept_at", line(kept_at)),
        ("description", text(words.as_deref().unwrap_or_default())),
    ];
    answers.extend(day(["dated.day", "dated.month", "dated.year"], *dated));
    Plan::Act(Act::new(Form::Document(file.check.id), answers))
}

impl Desk {
    fn custody(&self, file: &CaseFile, value: &Value) -> Plan {
        let Value::CustodyStep { license, stage, holder, what, on, quantity, items } = value else { return Plan::Note };
        let Some(license) = self.target(file, license.as_deref()) else { return later("Put the license on the check first.") };
        let same =
            |known: &CustodyStep| known.stage == *stage && folded(&known.holder) == folded(holder) && folded(&known.what) == folded(what);
        if license.custody.iter().any(same) {
            return Plan::Known(format!("It stands on the custody path of license {}.", license.number));
        }
        if !file.check.takes_contacts() {
            return later(takes_no_contacts(file));
        }
        let item = items.as_deref().and_then(|label| item_on(license, label, None, None));
        let party = license.parties.iter().find(|party| party.folded.contains(&folded_name(holder)));
        let mut answers = vec![
            ("stage", stage.code().to_owned()),
            ("holder", line(holder)),
            ("party", party.map(|party| party.party_id.to_string()).unwrap_or_default()),
            ("what", line(what)),
            ("item", item.map(|item| item.id.to_string()).unwrap_or_default()),
            ("quantity", quantity.map(|quantity| quantity.to_string()).unwrap_or_default()),
        ];
        answers.extend(day(["on_date.day", "on_date.month", "on_date.year"], *on));
        Plan::Act(Act::new(Form::Custody(license.id), answers))
    }
}

/// What stands in a cell, as the answers of its form.
fn recorded(cell: &Approval) -> Vec<(&'static str, String)> {
    let mut answers = vec![
        ("state", cell.state.code().to_owned()),
        ("permit", cell.permit_id.map(|id| id.to_string()).unwrap_or_default()),
        ("waits_for", cell.waits_for.clone()),
        ("proof", cell.proof.clone()),
        ("contact", cell.contact_id.map(|id| id.to_string()).unwrap_or_default()),
        ("note", cell.note.clone()),
    ];
    answers.extend(day(["applied_on.day", "applied_on.month", "applied_on.year"], cell.applied_on));
    answers.extend(day(["given_on.day", "given_on.month", "given_on.year"], cell.given_on));
    answers
}

/// Whether two texts are the same words, blank space and damage of punctuation aside.
fn said_alike(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

/// The check is closed.
const CLOSED: &str = "This check is closed; it takes nothing more.";

fn takes_no_contacts(file: &CaseFile) -> &'static str {
    match file.check.state {
        CheckState::Draft => "Send the request first: a draft is nobody's at post.",
        _ => CLOSED,
    }
}

/// The items of a license that a telegram speaks of: of the same class and number, else the only ones of the class or label.
fn item_on<'a>(license: &'a LicenseFile, label: &str, class: Option<&str>, quantity: Option<i64>) -> Option<&'a ItemGroup> {
    let alike =
        |item: &&ItemGroup| class.is_some_and(|class| item.item_class == class) || folded_name(&item.label).contains(&folded_name(label));
    let alike: Vec<&ItemGroup> = license.items.iter().filter(alike).collect();
    match quantity {
        Some(quantity) => alike.into_iter().find(|item| item.quantity == quantity),
        None => match alike.as_slice() {
            [one] => Some(one),
            _ => None,
        },
    }
}

fn recommend(file: &CaseFile, value: &Value) -> Plan {
    let Value::Recommendation { word, conditions, text: words, .. } = value else { return Plan::Note };
    let saved = file.check.recommendation.as_ref();
    if let Some(saved) = saved.filter(|saved| saved.word == *word && saved.text.starts_with(words.trim())) {
        return Plan::Known(format!("The file has it: {}.", saved.word.label().to_lowercase()));
    }
    if !file.check.is_workable() {
        return later("A recommendation is written while the check is in progress.");
    }
    let mut whole = words.trim().to_owned();
    for condition in conditions.iter().filter(|condition| !words.contains(condition.as_str())) {
        whole.push_str("\nCondition: ");
        whole.push_str(condition);
    }
    let answers = vec![("word", word.code().to_owned()), ("text", text(&whole))];
    let mut act = Act::new(Form::Recommend(file.check.id), answers);
    act.version = file.recommendation_version();
    act.by_hand = saved.is_some().then_some(ANOTHER_ANSWER);
    Plan::Act(act)
}

fn serials(file: &CaseFile, value: &Value) -> Plan {
    let Value::Serials { state, numbers, items, .. } = value else { return Plan::Note };
    if numbers.is_empty() {
        return Plan::Note;
    }
    if !file.check.takes_contacts() {
        return later(takes_no_contacts(file));
    }
    // The items that are named, on whichever license they are; unnamed, the only ones there are.
    let all: Vec<(&LicenseFile, &ItemGroup)> =
        file.licenses.iter().flat_map(|license| license.items.iter().map(move |item| (license, item))).collect();
    let named = |label: &str| {
        let on: Vec<_> =
            file.licenses.iter().filter_map(|license| item_on(license, label, None, None).map(|item| (license, item))).collect();
        if let [one] = on.as_slice() { Some(*one) } else { None }
    };
    let found = match (items.as_deref(), all.as_slice()) {
        (Some(label), _) => named(label),
        (None, [only]) => Some(*only),
        _ => None,
    };
    let (license, item) = match (found, file.licenses.as_slice()) {
        (Some((license, item)), _) => (license, Some(item)),
        (None, [license]) => (license, None),
        (None, []) => return later("Put the license on the check first."),
        (None, _) => return later("It does not say on which license these items are; count them on the license's page."),
    };
    let answers = vec![
        ("item", item.map(|item| item.id.to_string()).unwrap_or_default()),
        ("state", state.code().to_owned()),
        ("numbers", text(&numbers.join("\n"))),
    ];
    Plan::Act(Act::new(Form::Serials(license.id), answers))
}

/// Whether a value has every field of one that was kept, as it was; what the reader says besides was not told apart then.
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
