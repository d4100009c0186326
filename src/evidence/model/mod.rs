//! What a post learns: contacts, statements with the grade of their source, documents, findings with their basis.

mod refusal;

pub use refusal::{Refusal, ReplySigned};

use serde::Deserialize;
use time::{Date, OffsetDateTime};

use crate::{
    basis::Basis,
    id::{AuthorityId, ContactId, DocumentId, FindingId, PartyId, PersonId, StatementId},
    text::{day_words, is_cut},
    words,
    words::Choice,
};

words! {
    /// An event at post.
    pub enum ContactKind {
        Call = "call", "Call";
        Meeting = "meeting", "Meeting";
        /// In writing, over the network.
        Email = "email", "E-mail";
        /// In writing, on paper.
        Letter = "letter", "Letter";
        /// At the place itself.
        SiteVisit = "site_visit", "Site visit";
        DiplomaticNote = "diplomatic_note", "Diplomatic note";
    }

    /// Where the number, address or name of a contact came from (guards 5 and 6).
    pub enum ChannelSource {
        /// A public or government directory.
        Directory = "directory", "A directory";
        /// An earlier file of this post.
        EarlierFile = "earlier_file", "An earlier file";
        /// The embassy's own knowledge.
        Embassy = "embassy", "The embassy";
        /// The paper it is to confirm: proves nothing.
        Paper = "paper", "The paper itself";
        NotStated = "not_stated", "Not stated";
    }

    /// The grade of a statement's source, the best first.
    pub enum SourceGrade {
        /// Written by an authority.
        OfficialRecord = "official_record", "Official record";
        /// Seen by the officer.
        Observed = "observed", "Observed by the officer";
        /// Said by an official.
        OfficialOral = "official_oral", "Official, orally";
        /// Said by somebody without a part in it.
        ThirdParty = "third_party", "Third party";
        /// Said by the party it is about.
        PartyItself = "party_itself", "The party itself";
    }

    /// Post's answer on a topic.
    pub enum FindingAnswer {
        Yes = "yes", "Yes";
        No = "no", "No";
        Partly = "partly", "Partly";
        /// It could not be found out.
        CouldNotEstablish = "could_not_establish", "Could not establish";
    }

    /// The portion mark of a finding. Lantern takes nothing above.
    pub enum PortionMark {
        U = "U", "(U) Unclassified";
        Sbu = "SBU", "(SBU) Sensitive but unclassified";
    }
}

/// A contact at post.
#[derive(Debug, Clone, Deserialize)]
pub struct Contact {
    pub id: ContactId,
    pub kind: ContactKind,
    /// When; none: date not stated.
    pub occurred_on: Option<Date>,
    pub with_whom: String,
    /// With which authority, if with one.
    pub authority_id: Option<AuthorityId>,
    pub authority: Option<String>,
    /// With which party, if with one.
    pub party_id: Option<PartyId>,
    pub party: Option<String>,
    /// Where the channel came from.
    pub channel_source: ChannelSource,
    pub place: String,
    /// What it was about, perhaps cut.
    pub summary: String,
    /// How long the whole text is.
    pub summary_length: i32,
    pub recorded_by_name: String,
    /// When it was recorded.
    #[serde(with = "time::serde::rfc3339")]
    pub recorded_at: OffsetDateTime,
    pub version: i32,
}

/// Something a contact asserted.
#[derive(Debug, Clone, Deserialize)]
pub struct Statement {
    pub id: StatementId,
    pub contact_id: ContactId,
    pub with_whom: String,
    pub text: String,
    /// How long the whole text is.
    pub text_length: i32,
    pub topic: Option<String>,
    pub about_party_id: Option<PartyId>,
    pub about: Option<String>,
    /// As [`Finding::party_called`].
    pub about_called: Option<String>,
    /// The grade of its source.
    pub source_grade: SourceGrade,
    /// The statement of higher grade that bears it out.
    pub confirmed_by: Option<StatementId>,
    /// The statement a person linked as saying the opposite.
    pub contradicted_by: Option<StatementId>,
    pub version: i32,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Document {
    pub id: DocumentId,
    pub kind: String,
    pub issuer: String,
    pub number: String,
    pub dated: Option<Date>,
    /// Where it is kept.
    pub kept_at: String,
    /// What it says, perhaps cut.
    pub description: String,
    pub version: i32,
}

/// Post's answer on one topic, for one party where the topic is per party.
#[derive(Debug, Clone, Deserialize)]
pub struct Finding {
    pub id: FindingId,
    pub topic: String,
    pub party_id: Option<PartyId>,
    pub party_name: Option<String>,
    /// What the party was called when somebody signed the reply, with today's name beside it where that is another one.
    pub party_called: Option<String>,
    pub answer: FindingAnswer,
    /// The words, perhaps cut.
    pub text: String,
    /// How long the whole text is.
    pub text_length: i32,
    pub portion_mark: PortionMark,
    /// The contacts it rests on.
    pub contacts: Vec<ContactId>,
    /// The documents it rests on.
    pub documents: Vec<DocumentId>,
    pub recorded_by: PersonId,
    pub version: i32,
}

impl ContactKind {
    /// Whether it is a basis in person, in writing or observed (guard 12).
    pub fn is_firm(self) -> bool {
        self != Self::Call
    }
}

impl ContactKind {
    /// Whether it is on paper or in writing; a spoken word is no proof (guard 4).
    pub fn is_written(self) -> bool {
        matches!(self, Self::Email | Self::Letter | Self::DiplomaticNote)
    }
}

impl PortionMark {
    /// What an answer bears unless its writer says otherwise.
    pub const DEFAULT: Self = Self::Sbu;

    /// Where the words have no room.
    pub fn short_choices() -> Vec<Choice> {
        Self::ALL.iter().rev().map(|mark| Choice::new(mark, format!("({})", mark.code()))).collect()
    }
}

impl ChannelSource {
    /// Whether a contact over this channel may confirm a paper (guards 5 and 6).
    pub fn verifies(self) -> bool {
        matches!(self, Self::Directory | Self::EarlierFile | Self::Embassy)
    }
}

impl SourceGrade {
    /// Whether what such a source says is somebody's word.
    pub fn is_claim(self) -> bool {
        !matches!(self, Self::OfficialRecord | Self::Observed)
    }

    /// What stands behind it where nothing else does.
    pub fn alone(self) -> &'static str {
        match self {
            Self::OfficialRecord => "On record",
            Self::Observed => "Observed",
            _ => "Claimed",
        }
    }

    /// Whether it is better than another one.
    pub fn is_above(self, other: Self) -> bool {
        self < other
    }

    /// How much it weighs, of four.
    pub fn weight(self) -> u8 {
        match self {
            Self::OfficialRecord => 4,
            Self::Observed => 3,
            Self::OfficialOral | Self::ThirdParty => 2,
            Self::PartyItself => 1,
        }
    }
}

/// The kinds of facts of a contact that its confirming a paper rests on.
const CONFIRMS: [&str; 6] = ["kind", "with", "day", "authority", "party", "channel"];

/// What a contact confirms a paper by (guards 5 and 6): as what and with whom, when, for which authority or party, and
/// where its channel came from.
pub fn confirms(
    (kind, with_whom): (ContactKind, &str),
    occurred_on: Option<Date>,
    authority: Option<(AuthorityId, &str)>,
    party: Option<(PartyId, &str)>,
    channel: ChannelSource,
) -> Basis {
    let day = occurred_on.map_or_else(|| "date not stated".to_owned(), day_words);
    let (id, name) = authority.map_or((String::new(), "no authority"), |(id, name)| (id.to_string(), name));
    let (party, party_name) = party.map_or((String::new(), "no party"), |(id, name)| (id.to_string(), name));
    let (kind_says, channel_says) = (kind.label().to_lowercase(), channel.label().to_lowercase());
    Basis::reading(&CONFIRMS)
        .with("kind", "", kind.code(), format!("a contact by {kind_says}"))
        .with("with", "", with_whom, format!("with {with_whom}"))
        .with("day", "", occurred_on.map(|day| day.to_string()).unwrap_or_default(), day)
        .with("authority", "", id, format!("with {name}"))
        .with("party", "", party, format!("for {party_name}"))
        .with("channel", "", channel.code(), format!("reached through {channel_says}"))
}

/// `Meeting with Col. A., 18 Jun 2008`.
pub fn named(kind: ContactKind, with_whom: &str, occurred_on: Option<Date>) -> String {
    let when = occurred_on.map_or_else(|| "date not stated".to_owned(), day_words);
    format!("{} with {with_whom}, {when}", kind.label())
}

impl Contact {
    /// What it confirms a paper by.
    pub fn confirms(&self) -> Basis {
        let authority = self.authority_id.map(|id| (id, self.authority.as_deref().unwrap_or("an authority")));
        let party = self.party_id.map(|id| (id, self.party.as_deref().unwrap_or("a party")));
        confirms((self.kind, &self.with_whom), self.occurred_on, authority, party, self.channel_source)
    }

    /// As lists and findings name it.
    pub fn named(&self) -> String {
        named(self.kind, &self.with_whom, self.occurred_on)
    }

    /// Whether the text was cut.
    pub fn is_cut(&self) -> bool {
        is_cut(&self.summary, self.summary_length)
    }
}

impl Document {
    /// As findings name it.
    pub fn named(&self) -> String {
        format!("{} of {}", self.kind, self.issuer)
    }
}

impl Statement {
    /// Whether its source may be of another grade: every link that it bears out another one, or is borne out, has to
    /// hold.
    pub fn may_be_graded(&self, grade: SourceGrade, all: &[Self]) -> Result<(), Refusal> {
        let bears_out = |other: &Self| other.confirmed_by == Some(self.id) && !grade.is_above(other.source_grade);
        let borne_out = |other: &Self| self.confirmed_by == Some(other.id) && !other.source_grade.is_above(grade);
        if all.iter().any(bears_out) {
            Err(Refusal::BearsOut)
        } else if all.iter().any(borne_out) {
            Err(Refusal::BorneOut)
        } else {
            Ok(())
        }
    }

    /// How it stands: contradicted, confirmed, or as its source alone bears it. A claim is never called a fact, nor
    /// what the officer saw a claim.
    pub fn status(&self) -> (&'static str, &'static str) {
        match (self.contradicted_by, self.confirmed_by) {
            (Some(_), _) => ("Contradicted", "bad"),
            (None, Some(_)) => ("Confirmed", "good"),
            (None, None) => (self.source_grade.alone(), if self.source_grade.is_claim() { "open" } else { "done" }),
        }
    }

    /// Whether it is the word of the party itself, and nothing else bears it out.
    fn is_own_word(&self) -> bool {
        self.source_grade == SourceGrade::PartyItself && self.confirmed_by.is_none()
    }

    /// Whether the text was cut.
    pub fn is_cut(&self) -> bool {
        is_cut(&self.text, self.text_length)
    }
}

/// What a finding is to say.
#[derive(Debug, Clone)]
pub struct NewFinding {
    pub topic: String,
    pub party: Option<PartyId>,
    pub answer: FindingAnswer,
    pub text: String,
    pub mark: PortionMark,
    /// The contacts it rests on.
    pub contacts: Vec<ContactId>,
    /// The documents it rests on.
    pub documents: Vec<DocumentId>,
}

impl Finding {
    /// Whether it rests on anything.
    pub fn has_basis(&self) -> bool {
        !self.contacts.is_empty() || !self.documents.is_empty()
    }

    /// Whether a yes rests on what the party itself says, and on nothing else: no paper, no visit, nobody else's word.
    pub fn is_claimed(&self, contacts: &[Contact], statements: &[Statement]) -> bool {
        let rests_on = |contact: &Contact| self.contacts.contains(&contact.id);
        let visited = contacts.iter().any(|contact| rests_on(contact) && contact.kind == ContactKind::SiteVisit);
        let about = |said: &&Statement| {
            self.contacts.contains(&said.contact_id) && said.topic.as_deref() == Some(self.topic.as_str())
        };
        let mut said = statements.iter().filter(about).peekable();
        let bare = self.documents.is_empty() && !visited && said.peek().is_some();
        self.answer == FindingAnswer::Yes && bare && said.all(Statement::is_own_word)
    }

    /// Whether the text was cut.
    pub fn is_cut(&self) -> bool {
        is_cut(&self.text, self.text_length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_borne_out_only_by_a_better_source() {
        assert!(SourceGrade::OfficialRecord.is_above(SourceGrade::Observed));
        assert!(SourceGrade::OfficialOral.is_above(SourceGrade::PartyItself));
        assert!(!SourceGrade::PartyItself.is_above(SourceGrade::PartyItself));
    }

    #[test]
    fn a_grade_is_not_changed_under_a_link_that_needs_it() {
        use SourceGrade::{Observed, OfficialOral, OfficialRecord, PartyItself, ThirdParty};
        let contact = crate::sample::contact(ContactKind::Meeting);
        let better = crate::sample::statement(&contact, OfficialRecord);
        let mut said = crate::sample::statement(&contact, ThirdParty);
        let all = |said: &Statement| [better.clone(), said.clone()];
        assert_eq!(better.may_be_graded(PartyItself, &all(&said)), Ok(()), "nothing is linked");
        said.confirmed_by = Some(better.id);
        for (grade, holds) in [(Observed, true), (OfficialOral, true), (ThirdParty, false), (PartyItself, false)] {
            assert_eq!(better.may_be_graded(grade, &all(&said)).is_ok(), holds, "{}", grade.label());
        }
        for (grade, holds) in [(PartyItself, true), (Observed, true), (OfficialRecord, false)] {
            assert_eq!(said.may_be_graded(grade, &all(&said)).is_ok(), holds, "{}", grade.label());
        }
    }

    #[test]
    fn grades_stand_in_the_order_of_their_weight() {
        let order: Vec<_> = SourceGrade::ALL.iter().map(|grade| grade.code()).collect();
        assert_eq!(order, ["official_record", "observed", "official_oral", "third_party", "party_itself"]);
        for (index, grade) in SourceGrade::ALL.iter().enumerate() {
            for (other_index, other) in SourceGrade::ALL.iter().enumerate() {
                assert_eq!(grade.is_above(*other), index < other_index);
            }
        }
    }

    #[test]
    fn a_statement_is_claimed_until_borne_out_and_never_called_a_fact() {
        let contact = crate::sample::contact(ContactKind::Meeting);
        let alone = SourceGrade::ALL.iter().map(|grade| crate::sample::statement(&contact, *grade).status());
        let (done, open) = ("done", "open");
        let expected =
            [("On record", done), ("Observed", done), ("Claimed", open), ("Claimed", open), ("Claimed", open)];
        assert!(alone.eq(expected), "what the officer saw is no claim");
        let mut said = crate::sample::statement(&contact, SourceGrade::PartyItself);
        said.confirmed_by = Some(StatementId::new());
        assert_eq!(said.status().0, "Confirmed");
        said.contradicted_by = Some(StatementId::new());
        assert_eq!(said.status().0, "Contradicted");
    }

    #[test]
    fn everything_but_a_call_is_in_person_in_writing_or_observed() {
        let soft: Vec<_> = ContactKind::ALL.iter().filter(|kind| !kind.is_firm()).collect();
        assert_eq!(soft, [&ContactKind::Call]);
    }

    #[test]
    fn a_contact_without_a_date_says_so() {
        let mut contact = crate::sample::contact(ContactKind::SiteVisit);
        assert_eq!(contact.named(), "Site visit with the director, 10 Jun 2026");
        contact.occurred_on = None;
        assert_eq!(contact.named(), "Site visit with the director, date not stated");
    }

    #[test]
    fn what_a_contact_confirms_by_is_all_of_it_but_where_and_what_about() {
        type Change = fn(&mut Contact);
        let changes: [(Change, usize); 8] = [
            (|contact| contact.kind = ContactKind::Letter, 1),
            (|contact| contact.with_whom = "Another".into(), 1),
            (|contact| contact.occurred_on = None, 1),
            (|contact| contact.authority_id = Some(AuthorityId::new()), 1),
            (|contact| contact.party_id = Some(PartyId::new()), 1),
            (|contact| contact.channel_source = ChannelSource::Paper, 1),
            (|contact| contact.place = "By the gate".into(), 0),
            (|contact| contact.summary = "Once more".into(), 0),
        ];
        let before = crate::sample::contact(ContactKind::Call);
        for (index, (change, told)) in changes.into_iter().enumerate() {
            let mut contact = before.clone();
            change(&mut contact);
            assert_eq!(before.confirms().changes(&contact.confirms()).len(), told, "change {index}");
        }
    }

    #[test]
    fn a_channel_from_the_paper_verifies_nothing() {
        let verifying: Vec<_> =
            ChannelSource::ALL.iter().filter(|source| source.verifies()).map(|source| source.code()).collect();
        assert_eq!(verifying, ["directory", "earlier_file", "embassy"]);
    }

    #[test]
    fn a_text_is_cut_where_less_of_it_is_shown() {
        let contact = crate::sample::contact(ContactKind::Meeting);
        for (shown, whole, cut) in [("Post", 4, false), ("Post", 5, true)] {
            let (text, long) = (shown.to_owned(), whole);
            let met = Contact { summary: text.clone(), summary_length: long, ..contact.clone() };
            let said = crate::sample::statement(&contact, SourceGrade::Observed);
            let said = Statement { text: text.clone(), text_length: long, ..said };
            let found = Finding { text, text_length: long, ..crate::sample::finding("order", None, &contact) };
            assert_eq!([met.is_cut(), said.is_cut(), found.is_cut()], [cut; 3], "{whole}");
        }
    }

    #[test]
    fn a_yes_that_rests_on_the_party_alone_is_claimed() {
        let (met, seen) =
            (crate::sample::contact(ContactKind::Meeting), crate::sample::contact(ContactKind::SiteVisit));
        let found = crate::sample::finding("order", None, &met);
        let own = Statement { topic: Some("order".into()), ..crate::sample::statement(&met, SourceGrade::PartyItself) };
        let other = Statement { source_grade: SourceGrade::OfficialOral, id: StatementId::new(), ..own.clone() };
        let borne_out = Statement { confirmed_by: Some(other.id), ..own.clone() };
        let elsewhere = Statement { topic: Some("storage".into()), ..other.clone() };
        let contacts = [met.clone(), seen.clone()];
        let claimed = |found: &Finding, said: &[&Statement]| {
            found.is_claimed(&contacts, &said.iter().copied().cloned().collect::<Vec<_>>())
        };
        assert!(claimed(&found, &[&own]));
        assert!(claimed(&found, &[&own, &elsewhere]), "what is said of another topic does not bear it out");
        assert!(!claimed(&found, &[]), "nobody wrote down who says so");
        assert!(!claimed(&found, &[&own, &other]));
        assert!(!claimed(&found, &[&borne_out]));
        let with_paper = Finding { documents: vec![DocumentId::new()], ..found.clone() };
        assert!(!claimed(&with_paper, &[&own]));
        let visited = Finding { contacts: vec![met.id, seen.id], ..found.clone() };
        assert!(!claimed(&visited, &[&own]));
        let partly = Finding { answer: FindingAnswer::Partly, ..found };
        assert!(!claimed(&partly, &[&own]), "only a yes is taken for more than it is");
    }

    #[test]
    fn a_source_weighs_as_much_as_its_grade_bears_out() {
        let weights: Vec<_> = SourceGrade::ALL.iter().map(|grade| grade.weight()).collect();
        assert_eq!(weights, [4, 3, 2, 2, 1]);
    }

    #[test]
    fn a_statement_is_colored_by_how_it_stands() {
        let mut said = crate::sample::statement(&crate::sample::contact(ContactKind::Call), SourceGrade::ThirdParty);
        assert_eq!(said.status().1, "open");
        said.confirmed_by = Some(StatementId::new());
        assert_eq!(said.status().1, "good");
        said.contradicted_by = Some(StatementId::new());
        assert_eq!(said.status().1, "bad");
    }
}
