//! Reading a telegram: pieces that together are the input, and proposals of what it says for a case file. Pure: rules
//! that can be read and tested, no database, no model. A wrong guess costs more than a missing one: what is not
//! understood is left in the text.

pub mod countries;
pub mod dates;
pub mod decode;
pub mod head;
pub mod header;
pub mod lines;
pub mod matters;
pub mod proposals;
pub mod sentences;
pub mod structure;
pub mod told;
pub mod warnings;
pub mod words;

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

use crate::{
    approvals::model::{ApprovalState, CustodyStage, SerialState, Signer},
    checks::model::{CheckType, RecommendationWord, SiteVisit},
    evidence::model::{ContactKind, FindingAnswer, PortionMark, SourceGrade},
    parties::model::{PartyKind, PartyRole, TakesPossession},
    text::Classification,
};

crate::words! {
    /// How the input was encoded.
    pub enum Encoding {
        /// UTF-8, with or without a byte order mark.
        Utf8 = "utf-8", "UTF-8";
        Latin1 = "iso-8859-1", "ISO 8859-1";
        /// Windows code page 1252.
        Windows1252 = "windows-1252", "Windows-1252";
    }

    /// What a telegram is for.
    pub enum Direction {
        Request = "request", "Request";
        Reply = "reply", "Reply";
        /// The post says where it stands.
        Interim = "interim", "Interim reply";
        Reminder = "reminder", "Reminder";
        Other = "other", "Other";
    }

    /// How a statement stands beside the others of its telegram.
    pub enum Standing {
        Claimed = "claimed", "Claimed";
        /// A source of higher grade bears it out.
        Confirmed = "confirmed", "Confirmed";
        /// Another statement says the opposite.
        Contradicted = "contradicted", "Contradicted";
    }

    /// How sure a proposal is.
    pub enum Confidence {
        /// It is written so.
        Certain = "certain", "Certain";
        /// A rule reads it so.
        Likely = "likely", "Likely";
        /// It may be meant so; a person looks.
        Possible = "possible", "Possible";
    }

    /// What a piece of the input is.
    pub enum PieceKind {
        /// A byte order mark, `VZCZC`, `RR RUEHWEB`, `ZNR UUUUU ZZH`, `BT`, `NNNN`: lines of the transmission.
        Transmission = "transmission", "Transmission";
        /// `DE RUEHGT #0773/01 1712222`.
        Routing = "routing", "Routing";
        /// `P 192222Z JUN 08`.
        DateTimeGroup = "date_time_group", "Date-time group";
        From = "from", "From";
        /// `TO SECSTATE WASHDC PRIORITY`.
        To = "to", "To";
        Info = "info", "Info";
        /// `UNCLAS SECTION 01 OF 02 GUATEMALA 000773`.
        Classification = "classification", "Classification";
        Caption = "caption", "Caption";
        Attention = "attention", "Attention";
        ExecutiveOrder = "executive_order", "Executive order";
        /// `TAGS: ETTC KOMC GT`.
        Tags = "tags", "Tags";
        Subject = "subject", "Subject";
        Reference = "reference", "Reference";
        Heading = "heading", "Heading";
        /// A numbered paragraph, or the part of it that is nothing else.
        Paragraph = "paragraph", "Paragraph";
        /// `-- thirty pistols`, `A. ...`.
        ListItem = "list_item", "List item";
        /// Between `BEGIN TEXT` and `END TEXT`.
        Quotation = "quotation", "Quoted text";
        /// Between `COMMENT` and `END COMMENT`: post's opinion, not a fact.
        Comment = "comment", "Comment";
        /// Between `NOTE` and `END NOTE`.
        Note = "note", "Note";
        /// `PARAMARIBO 00000463  001.2 OF 002`.
        PageLine = "page_line", "Page line";
        /// A header that stands a second time.
        RepeatedHeader = "repeated_header", "Repeated header";
        /// Words that a section break repeated (`Qprocess. Leal has received ...`).
        RepeatedText = "repeated_text", "Repeated text";
        /// The drafter's surname as last line.
        Signature = "signature", "Signature";
        /// Empty lines and rules between pieces.
        Blank = "blank", "Blank";
        /// What no rule knows.
        NotUnderstood = "not_understood", "Not understood";
    }

    /// What a reference points at.
    pub enum ReferenceKind {
        Telegram = "telegram", "Telegram";
        Email = "email", "E-mail";
        Letter = "letter", "Letter";
        /// A check of Lantern, by its own reference.
        Check = "check", "Check";
        Other = "other", "Other";
    }

    /// What a reader is warned of.
    pub enum WarningKind {
        /// The Julian day of the routing line is not the day of the date-time group.
        DayMismatch = "day_mismatch", "Day of the routing line";
        /// The serial is not the last four digits of the message number.
        SerialMismatch = "serial_mismatch", "Serial number";
        /// A portion mark is above the overall classification.
        MarkAboveOverall = "mark_above_overall", "Portion mark";
        /// SBU under a plain UNCLAS.
        SensitiveUnderUnclas = "sensitive_under_unclas", "Caption";
        /// A section of several is not there.
        MissingSection = "missing_section", "Missing section";
        /// A numbered paragraph is not there, or a number stands twice.
        ParagraphNumbers = "paragraph_numbers", "Paragraph numbers";
        /// One license number in two spellings.
        TwoSpellings = "two_spellings", "Two spellings";
        /// A sentence or paragraph is cut off.
        CutOff = "cut_off", "Cut off";
        /// What a section break repeated was read once.
        RepeatedText = "repeated_text", "Repeated text";
        /// A date that no calendar has.
        ImpossibleDate = "impossible_date", "Impossible date";
        /// Two statements of one telegram cannot both be true.
        Contradiction = "contradiction", "Contradiction";
        /// Item lines do not add up to what the text says.
        DoesNotAddUp = "does_not_add_up", "Does not add up";
        /// There is no telegram header.
        NoHeader = "no_header", "No header";
        /// A part of the header is not there, or was not understood.
        HeaderUnclear = "header_unclear", "Header";
        /// `(C)` after `(A)` and `(B)`: a list or a mark, which a person judges.
        PerhapsAList = "perhaps_a_list", "List or mark";
        /// What stands after the last paragraph was not read.
        NotRead = "not_read", "Not read";
    }
}

/// A stretch of the input, in bytes as they came, the end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    pub start: usize,
    /// After the last byte.
    pub end: usize,
}

/// One piece of the input. Every byte is in exactly one piece; in order, they are the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    pub kind: PieceKind,
    pub span: Span,
    /// The label of the numbered paragraph it belongs to, such as `7`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<String>,
}

/// A message number: `GUATEMALA 000773` of 2008.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MessageNumber {
    /// Who sent it, upper case: `GUATEMALA`, `STATE`.
    pub originator: String,
    /// The number, without leading zeros.
    pub number: u32,
    /// The year where one was written (`08 STATE 63028`), in four digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
}

/// What the header says. What is not there is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The routing indicator of the `DE` line: `RUEHGT`.
    pub station: Option<String>,
    /// The serial of the `DE` line: the last four digits of the message number.
    pub serial: Option<u32>,
    /// The section of the `DE` line.
    pub section: Option<u32>,
    /// The Julian day of the `DE` line.
    pub julian_day: Option<u16>,
    /// The file time of the `DE` line: `2222`.
    pub file_time: Option<String>,
    /// The precedence letter: Z, O, P or R.
    pub precedence: Option<char>,
    /// The date-time group, always Zulu.
    #[serde(with = "time::serde::rfc3339::option")]
    pub sent_at: Option<OffsetDateTime>,
    /// The date-time group as written.
    pub date_time_group: Option<String>,
    pub from: Option<String>,
    pub to: Vec<String>,
    pub info: Vec<String>,
    /// As written: `UNCLAS`, `UNCLASSIFIED`.
    pub classification: Option<String>,
    pub message: Option<MessageNumber>,
    /// How many sections the classification line says there are.
    pub sections: Option<u32>,
    pub captions: Vec<String>,
    pub attention: Vec<String>,
    /// What stands after `E.O. 12958:`.
    pub executive_order: Option<String>,
    pub tags: Vec<String>,
    /// Countries of the two-letter TAGS, as ISO 3166 codes.
    pub countries: Vec<String>,
    /// The subject, on one line.
    pub subject: Option<String>,
    /// References as written, on one line each.
    pub references: Vec<String>,
}

/// A numbered paragraph as people read it: line breaks and page lines taken out, what a section break repeated read
/// once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    /// `7`; empty for text before the first number.
    pub label: String,
    /// The heading it stands under.
    pub heading: Option<String>,
    /// Its portion mark as written: `U`, `SBU`.
    pub mark: Option<String>,
    /// The text without number and mark, each list item on a line of its own.
    pub text: String,
    pub span: Span,
    /// Where in the text each line of the input begins, and where that line's words began in the input.
    #[serde(skip)]
    pub places: Vec<(usize, usize)>,
    /// What the parts of the text are: running text, list items, quoted texts, comments, notes.
    #[serde(skip)]
    pub parts: Vec<(std::ops::Range<usize>, PieceKind)>,
}

/// A sentence of a telegram: what a person chooses to file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// Where it stands in the input; its name: two readers give the same sentence the same name.
    pub span: Span,
    /// The label of its paragraph; empty: before the first number.
    pub paragraph: String,
    /// Its words on one line, site damage repaired.
    pub text: String,
    /// The portion mark that governs it, as written.
    pub mark: Option<String>,
    /// Whether an officer is likely to file it: such sentences are outlined.
    pub matters: bool,
}

/// Something the telegram says, for a person to accept, change or reject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Its name within this telegram, such as `contact-2`: the same for the same text.
    pub key: String,
    #[serde(flatten)]
    pub value: Value,
    /// How sure it is.
    pub confidence: Confidence,
    /// The numbered paragraph it stands in; none: the header.
    pub paragraph: Option<String>,
    /// The words it rests on.
    pub source: Span,
}

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

/// A signature on a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    pub signer: Signer,
    pub name: String,
    pub on: Date,
    pub verified: bool,
}

/// Something that looks wrong; the reading goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    pub kind: WarningKind,
    /// In one sentence, without a classified word.
    pub text: String,
    /// Where, if at one place.
    pub span: Option<Span>,
}

/// Why nothing of a telegram is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Where the mark stands.
    pub span: Span,
    /// What to do, in the words of [`crate::text::storable`].
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// How the input was encoded.
    pub encoding: Encoding,
    /// Why nothing is taken; then the other parts are empty but for one `not_understood` piece that is the whole input.
    pub refused: Option<Refusal>,
    pub header: Header,
    pub pieces: Vec<Piece>,
    pub paragraphs: Vec<Paragraph>,
    /// The sentences of the body, in order, none within another.
    pub sentences: Vec<Sentence>,
    pub proposals: Vec<Proposal>,
    pub warnings: Vec<Warning>,
}

impl Paragraph {
    /// Where a stretch of the text stands in the input.
    pub fn place(&self, range: &std::ops::Range<usize>, encoding: Encoding) -> Span {
        let byte = |at: usize| {
            let index = self.places.partition_point(|(begin, _)| *begin <= at).saturating_sub(1);
            let Some((begin, input)) = self.places.get(index) else { return self.span.start };
            let words = self.text.get(*begin..at.max(*begin)).unwrap_or_default();
            input + if encoding == Encoding::Utf8 { words.len() } else { words.chars().count() }
        };
        let (start, end) = (byte(range.start), byte(range.end));
        Span { start, end: end.max(start) }
    }

    /// What the part of the text at a place is.
    pub fn part_at(&self, at: usize) -> PieceKind {
        let index = self.parts.partition_point(|(range, _)| range.end <= at);
        self.parts.get(index).map_or(PieceKind::Paragraph, |(_, kind)| *kind)
    }
}

/// Reads a telegram, in time linear in its length. For pages see [`super::readings`]: this holds its thread.
pub fn read(input: &[u8]) -> Reading {
    let decoded = decode::decode(input);
    let text = decoded.text.as_ref();
    if let Some(refusal) = refusal(&decoded) {
        return refused(decoded.encoding, input.len(), refusal);
    }
    let structure = structure::structure(&decoded);
    // Whatever a line looks like to the rule that refuses it, no paragraph with such a mark goes further.
    if let Some(paragraph) =
        structure.paragraphs.iter().find(|paragraph| paragraph.mark.as_deref().is_some_and(crate::text::is_classified))
    {
        let text = crate::text::storable("(S)").err().unwrap_or_default();
        return refused(decoded.encoding, input.len(), Refusal { span: paragraph.span, text });
    }
    // What a site or a mail program put before a line hides a mark that the line has by itself.
    if let Some(line) = structure.lines.iter().find(|line| is_hidden_mark(text, line)) {
        let text = crate::text::storable("(S)").err().unwrap_or_default();
        return refused(decoded.encoding, input.len(), Refusal { span: decoded.span(line.start, line.end), text });
    }
    let header = header::header(&structure);
    let pieces = structure::pieces(&decoded, &structure);
    let found = sentences::sentences(&structure.paragraphs, decoded.encoding);
    let mut warnings = warnings::warnings(&decoded, &structure, &header);
    if crate::text::classification(text).is_some() {
        let text = "Is (C) the third entry of a list, or a classification mark? It was read as a list.".to_owned();
        warnings.push(Warning { kind: WarningKind::PerhapsAList, text, span: None });
    }
    let (proposals, more) = proposals::propose(&decoded, &structure, &header, &found);
    warnings.extend(more);
    let paragraph = |found: &sentences::Found| &structure.paragraphs[found.paragraph];
    let sentences = found.iter().map(|found| Sentence {
        span: found.span,
        paragraph: paragraph(found).label.clone(),
        text: found.text.clone(),
        mark: paragraph(found).mark.clone(),
        matters: matters::matters(&found.text, found.kind),
    });
    let sentences = sentences.collect();
    Reading {
        encoding: decoded.encoding,
        refused: None,
        header,
        pieces,
        sentences,
        paragraphs: structure.paragraphs,
        proposals,
        warnings,
    }
}

/// Whether a line has a classified mark at its head only once what a site or a mail program put there is taken off.
fn is_hidden_mark(text: &str, line: &lines::Line<'_>) -> bool {
    let bare = line.text.trim_start_matches(['>', ' ', '\t']).trim_end();
    let raw = text.get(line.start..line.end).unwrap_or_default().trim_start();
    !raw.starts_with(bare) && crate::text::classification(bare).is_some()
}

/// A classified mark anywhere: nothing is taken, and no word of the text is repeated. `(C)` as the third entry of a
/// list `(A) (B) (C)` is for a person to judge, where the telegram is taken in; every other mark in such a text is
/// refused as elsewhere.
fn refusal(decoded: &decode::Decoded<'_>) -> Option<Refusal> {
    let text = decoded.text.as_ref();
    let perhaps = crate::text::classification(text)? == Classification::PerhapsAList;
    if perhaps && crate::text::with_lists(|| crate::text::classification(text)).is_none() {
        return None;
    }
    let sentence = crate::text::storable(if perhaps { "(S)" } else { text })
        .err()
        .or_else(|| crate::text::storable("(S)").err())?;
    let at = lines::split(text).into_iter().find(|line| crate::text::classification(line.text).is_some());
    let span = at.map_or_else(|| decoded.span(0, text.len()), |line| decoded.span(line.start, line.end));
    Some(Refusal { span, text: sentence })
}

fn refused(encoding: Encoding, length: usize, refusal: Refusal) -> Reading {
    let all = Span { start: 0, end: length };
    let piece = Piece { kind: PieceKind::NotUnderstood, span: all, paragraph: None };
    Reading {
        encoding,
        refused: Some(refusal),
        header: Header::default(),
        pieces: if length == 0 { Vec::new() } else { vec![piece] },
        paragraphs: Vec::new(),
        sentences: Vec::new(),
        proposals: Vec::new(),
        warnings: Vec::new(),
    }
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
