//! What a proposal says, ready for the form that it fills.

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

use super::{
    MessageNumber, Signed,
    kinds::{Direction, ReferenceKind, Standing},
};
use crate::{
    approvals::model::{ApprovalState, CustodyStage, SerialState},
    checks::model::{CheckType, RecommendationWord, SiteVisit},
    evidence::model::{ContactKind, FindingAnswer, PortionMark, SourceGrade},
    parties::model::{PartyKind, PartyRole, TakesPossession},
};

/// What a proposal proposes. Names of parties, authorities and licenses are as the telegram has them (site damage
/// repaired); `..._key` names another proposal of the same telegram.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Value {
    /// Which check it speaks of.
    Check {
        /// Its type, where it is told.
        check_type: Option<CheckType>,
        /// What the telegram is for.
        direction: Direction,
    },
    /// Its own number and time.
    Message {
        #[serde(flatten)]
        message: Option<MessageNumber>,
        /// The date-time group as written, `192222Z JUN 08`.
        date_time_group: Option<String>,
        #[serde(with = "time::serde::rfc3339::option")]
        sent_at: Option<OffsetDateTime>,
    },
    /// What it answers or quotes.
    Reference { letter: Option<char>, points_at: ReferenceKind, text: String, message: Option<MessageNumber> },
    /// A date that matters and belongs to no contact: a deadline, a delivery, a quoted letter's.
    Dated {
        on: Date,
        /// What happened or will, in the telegram's words.
        what: String,
    },
    /// A license or application.
    License {
        number: String,
        /// Other spellings of it in this telegram.
        also: Vec<String>,
    },
    /// A party, with its role where that is told.
    Party {
        name: String,
        /// Its abbreviation, if one is used.
        short_name: Option<String>,
        /// What kind, where that is told.
        party_kind: Option<PartyKind>,
        role: Option<PartyRole>,
        /// Its country's ISO code, where that is told.
        country: Option<String>,
        /// Its address, where that is told.
        address: Option<String>,
        /// Whether it ever holds the items.
        takes_possession: TakesPossession,
        /// Who says so about possession, if it is a claim and no fact.
        possession_claimed_by: Option<String>,
    },
    /// A line of items.
    ItemGroup {
        /// The license it is on, as written; where one telegram has several.
        license: Option<String>,
        /// `pistols`, `9mm Glock pistols`.
        label: String,
        /// An `item_class` code, where the words tell it.
        item_class: Option<String>,
        quantity: i64,
        unit: String,
    },
    /// One authority's consent to one item group.
    ImportApproval {
        /// The item group's key.
        items_key: Option<String>,
        /// The item group's label.
        items: String,
        /// `DECAM`, `Ministry of Defense`.
        authority: String,
        /// How far it has come, by what the telegram says. A promise is `needed`.
        state: ApprovalState,
        /// A permit's number, where one is told.
        number: Option<String>,
        /// What the end-user waits for before applying.
        waits_for: Option<String>,
        /// Why it does not count, where that is told.
        #[serde(skip_serializing_if = "Option::is_none")]
        lacks: Option<String>,
        note: String,
    },
    /// An event at post.
    Contact {
        contact_kind: ContactKind,
        with_whom: String,
        authority: Option<String>,
        /// When; none: date not stated.
        on: Option<Date>,
        place: Option<String>,
        /// What it was about.
        summary: String,
    },
    /// Something a contact asserted: a claim, whoever said it.
    Statement {
        contact_key: Option<String>,
        said_by: String,
        /// The grade of the source.
        grade: SourceGrade,
        /// Whether anything else bears it out.
        standing: Standing,
        topic: Option<String>,
        /// The name of the party it is about.
        about: Option<String>,
        text: String,
    },
    /// Post's answer on a topic.
    Finding {
        topic: String,
        /// The name of the party, where the topic is per party.
        party: Option<String>,
        answer: FindingAnswer,
        text: String,
        mark: PortionMark,
        /// The keys of the contacts and documents it rests on, where that is told.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        basis: Vec<String>,
    },
    /// A record that was seen: a purchase order, a register's extract, a letter.
    Document {
        what: String,
        issuer: String,
        number: Option<String>,
        dated: Option<Date>,
        /// Where it is kept.
        kept_at: String,
        text: Option<String>,
    },
    /// A nontransfer and use certificate (22 CFR 123.10).
    Certificate {
        /// The license, as written, where one telegram has several.
        license: Option<String>,
        form: String,
        signatures: Vec<Signed>,
    },
    /// A step of the custody path: who physically holds the items.
    CustodyStep {
        /// The license, as written, where one telegram has several.
        license: Option<String>,
        stage: CustodyStage,
        holder: String,
        what: String,
        on: Option<Date>,
        quantity: Option<i64>,
        /// The item group's label.
        items: Option<String>,
    },
    Recommendation {
        word: RecommendationWord,
        /// What must be true first.
        conditions: Vec<String>,
        /// The license it is about, as written, where one telegram has several.
        license: Option<String>,
        text: String,
    },
    /// A fact that looks like a part of the case and is not: an earlier purchase, a permit for other items.
    SeparateFact {
        said_by: Option<String>,
        /// The grade of that source.
        grade: Option<SourceGrade>,
        text: String,
    },
    /// What Washington asks for.
    Request {
        reason: Option<String>,
        /// The asked steps, one by one.
        steps: Vec<String>,
        days: Option<u32>,
        /// The day it is due.
        due_on: Option<Date>,
        /// How a site visit is asked for.
        site_visit: Option<SiteVisit>,
    },
    /// What a count found of serial numbers.
    Serials {
        /// What was found of them.
        state: SerialState,
        /// The numbers, one by one.
        numbers: Vec<String>,
        /// How many, where they are only counted.
        count: Option<i64>,
        /// The item group's label.
        items: Option<String>,
    },
    /// What else is said, in words that no rule takes apart.
    Remark { text: String },
    /// A post-license or post-shipment visit that was refused, or anything else that keeps the check from its end.
    Obstacle { text: String },
}

impl Value {
    /// Its kind, as the JSON has it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Check { .. } => "check",
            Self::Message { .. } => "message",
            Self::Reference { .. } => "reference",
            Self::Dated { .. } => "dated",
            Self::License { .. } => "license",
            Self::Party { .. } => "party",
            Self::ItemGroup { .. } => "item_group",
            Self::ImportApproval { .. } => "import_approval",
            Self::Contact { .. } => "contact",
            Self::Statement { .. } => "statement",
            Self::Finding { .. } => "finding",
            Self::Document { .. } => "document",
            Self::Certificate { .. } => "certificate",
            Self::CustodyStep { .. } => "custody_step",
            Self::Recommendation { .. } => "recommendation",
            Self::SeparateFact { .. } => "separate_fact",
            Self::Request { .. } => "request",
            Self::Serials { .. } => "serials",
            Self::Obstacle { .. } => "obstacle",
            Self::Remark { .. } => "remark",
        }
    }
}
