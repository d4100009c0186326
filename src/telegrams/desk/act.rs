//! What a proposal would become: the page that does it, and the answers that page's form would get.

use crate::{
    access::Permission,
    addresses::{self as at, Address},
    checks::verbs::CheckVerb,
    id::{AuthorityId, CheckId, ItemGroupId, LicenseId, PartyId},
    text::{Day, LINE_LIMIT, TEXT_LIMIT},
};

/// Which form does what a proposal says, and for what file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
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
    Contact(CheckId),
    Statement(CheckId),
    Document(CheckId),
    Finding(CheckId, String, Option<PartyId>),
    Recommend(CheckId),
    Serials(LicenseId),
    /// Adds a step to the custody path.
    Custody(LicenseId),
}

impl Form {
    /// The address of its page.
    pub fn address(&self) -> Address {
        match self {
            Self::Open => at::check_open(),
            Self::Register(check) => at::license_register().with("check", check),
            Self::PutOn(check) => at::check_license_add(check),
            Self::Party(license) => at::role_add(license),
            Self::Subject(check) => at::subject_add(check),
            Self::Found(check) => at::party_found(check),
            Self::Items(license) => at::item_add(license),
            Self::Cell(license, item, authority) => at::approval(license, item, *authority),
            Self::Contact(check) => at::contact_record(check),
            Self::Statement(check) => at::statement_record(check),
            Self::Document(check) => at::document_describe(check),
            Self::Finding(check, topic, party) => at::finding(check, topic).with_some("party", party.as_ref()),
            Self::Recommend(check) => CheckVerb::Recommend.address(*check),
            Self::Serials(license) => at::serials(license),
            Self::Custody(license) => at::custody_add(license),
        }
    }

    /// What it is called where its draft is listed.
    pub fn named(&self) -> &'static str {
        match self {
            Self::Open => "Check",
            Self::Register(_) | Self::PutOn(_) => "License",
            Self::Party(_) | Self::Subject(_) | Self::Found(_) => "Party",
            Self::Items(_) => "Items",
            Self::Cell(..) => "Import approval",
            Self::Contact(_) => "Contact",
            Self::Statement(_) => "Statement",
            Self::Document(_) => "Document",
            Self::Finding(..) => "Finding",
            Self::Recommend(_) => "Recommendation",
            Self::Serials(_) => "Serial numbers",
            Self::Custody(_) => "Custody step",
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
    pub form: Form,
    /// Its answers, as a browser would send them.
    pub answers: Vec<(&'static str, String)>,
    /// The version of the row it changes; 0: it makes a new one.
    pub version: i32,
    /// Why a person has to look at it on its page before it is done; none: it can be accepted as it is.
    pub by_hand: Option<&'static str>,
}

/// Another answer stands in the file.
pub(super) const ANOTHER_ANSWER: &str = "Another answer stands in the file: open both with Change.";
/// The check has several licenses.
pub(super) const WHICH_LICENSE: &str = "The telegram does not say on which of the licenses: look at it with Change.";

impl Act {
    pub(super) fn new(form: Form, answers: Vec<(&'static str, String)>) -> Self {
        Self { form, answers, version: 0, by_hand: None }
    }
}

pub(super) fn later(why: impl ToString) -> Plan {
    Plan::Later(why.to_string())
}

pub(super) fn some(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

/// One line that fits an answer of one line.
pub(super) fn line(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= LINE_LIMIT {
        flat
    } else {
        flat.chars().take(LINE_LIMIT - 3).chain("...".chars()).collect()
    }
}

/// A text that fits an answer of several lines.
pub(super) fn text(words: &str) -> String {
    let words = words.trim();
    if words.chars().count() <= TEXT_LIMIT {
        words.to_owned()
    } else {
        words.chars().take(TEXT_LIMIT - 3).chain("...".chars()).collect()
    }
}

pub(super) fn day(name: &'static str, on: Option<time::Date>) -> Option<(&'static str, String)> {
    on.map(|on| (name, Day(on).to_string()))
}
