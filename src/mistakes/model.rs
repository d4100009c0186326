//! Who may take a row back that was recorded by mistake, and what lapses with it.

use serde::Deserialize;
use time::OffsetDateTime;

use crate::{
    access::{Reader, Role},
    audit::{Event, Subject, Verb, says},
    error::Refuses,
    id::{CheckId, LicenseId, PartyId, PersonId, PostId},
    proof, words,
};

words! {
    /// Every kind of row that a person records and that can be taken back.
    pub enum MistakeKind {
        Contact = "contact", "Contact";
        Statement = "statement", "Statement";
        Document = "document", "Document";
        Finding = "finding", "Finding";
        /// A party as the subject of a check without a license.
        CheckSubject = "check_subject", "Subject of the check";
        ItemGroup = "item_group", "Items";
        /// A party in a role on a license.
        LicenseParty = "license_party", "Party of the license";
        Condition = "condition", "Condition";
        Permit = "permit", "Permit";
        Certificate = "certificate", "Certificate";
        /// A signature on the certificate.
        CertificateSignature = "certificate_signature", "Signature on the certificate";
        CustodyStep = "custody_step", "Step of the custody path";
        Serial = "serial", "Serial number";
        /// All serial numbers that were counted in one change.
        Count = "count", "Count of serial numbers";
        PartyAlias = "party_alias", "Other name";
        PartyFact = "party_fact", "Fact";
        PartyListing = "party_listing", "List entry";
        /// A person's dated role.
        Assignment = "assignment", "Role";
        CountryRule = "country_rule", "Country rule";
        Authority = "authority", "Authority";
        ReferenceEntry = "reference_entry", "Row of reference data";
    }

    /// Whose row it is.
    pub enum Side {
        Post = "post", "The post";
        Washington = "washington", "Washington";
        Administration = "administration", "An administrator";
    }
}

impl MistakeKind {
    /// What the log calls it.
    pub const fn verb(self) -> Verb {
        match self {
            Self::Permit => Verb::PermitWithdrawn,
            Self::CertificateSignature => Verb::SignatureWithdrawn,
            _ => Verb::RowTakenBack,
        }
    }
}

/// What a role takes back on a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    /// What the person recorded, and nobody else's.
    Own,
    /// As who records there.
    Recorded,
    /// As who supervises there.
    All,
}

impl Side {
    const fn of(self, role: Role) -> Takes {
        match (self, role) {
            (Self::Post, Role::PostOfficer) | (Self::Washington, Role::CaseOfficer) => Takes::Recorded,
            // Who decides licenses records nothing of them but conditions.
            (Self::Washington, Role::Reviewer) => Takes::Own,
            (Self::Post, Role::PostSupervisor)
            | (Self::Washington, Role::Supervisor)
            | (Self::Administration, Role::Admin) => Takes::All,
            _ => Takes::Nothing,
        }
    }
}

/// A row that was taken back.
#[derive(Debug, Clone, Deserialize)]
pub struct Mistake {
    pub kind: MistakeKind,
    pub row_id: uuid::Uuid,
    /// What stood there, in one line.
    pub said: String,
    pub reason: String,
    /// Who took it back.
    pub by: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// Those of a kind, by its code.
pub fn of_kind<'a>(mistakes: &'a [Mistake], kind: &str) -> impl Iterator<Item = &'a Mistake> + use<'a> {
    let kind = kind.parse::<MistakeKind>();
    debug_assert!(kind.is_ok(), "no rows of that kind are taken back");
    mistakes.iter().filter(move |mistake| kind.as_ref().is_ok_and(|kind| mistake.kind == *kind))
}

/// A row, as far as it matters who recorded it and what rests on it.
#[derive(Debug, Clone, Copy)]
pub struct Recorded {
    /// Who, if that is known.
    pub by: Option<PersonId>,
    pub side: Side,
    /// Of a post's: which one, if that is known.
    pub at_post: Option<PostId>,
    /// Whether something rests on it: a verification, a finding, a decision.
    pub carries: bool,
}

/// A row, before it is taken back.
#[derive(Debug, Clone)]
pub struct Row {
    pub kind: MistakeKind,
    pub id: uuid::Uuid,
    /// The version the form was read from.
    pub version: i32,
    /// What stands there, in one line.
    pub said: String,
    /// Who recorded it, and whether something rests on it.
    pub recorded: Recorded,
    /// Why its file keeps it as it is, whoever asks.
    pub kept: Option<String>,
    pub lapses: Vec<String>,
    /// The section of the file's page it stands in.
    pub section: &'static str,
}

/// The file a row belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InFile {
    Check(CheckId),
    License(LicenseId),
    Party(PartyId),
    /// A person, a country, a kind of reference data.
    Other,
}

proof! {
    /// Proof that a row may be taken back as recorded by mistake. Only [`Row::take_back`] makes one.
    pub struct TakenBack {
        file: InFile,
        kind: MistakeKind,
        row: uuid::Uuid,
        version: i32,
        /// What stood there, in one line.
        said: String,
        reason: String,
        side: Side,
    }
}

/// Who serves on the reader's side today, and as what.
pub type Serving = [(PersonId, Role)];

/// Why somebody does not take a row back. Its words are what the person reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("Another post recorded this. Its own people take it back.")]
    AnotherPost,
    #[error("{} recorded this. Who serves there takes it back.", .0.label())]
    AnotherSide(Side),
    /// Nothing rests on it: its recorder does.
    #[error("Somebody else recorded this. They take it back, or a supervisor of theirs.")]
    AnotherRecorder,
    /// Something rests on it.
    #[error(
        "More rests on this than its record: it was verified, built on, or decided by since. A supervisor takes it back."
    )]
    Supervisor,
    /// Others work by it.
    #[error("Only what was recorded today is taken back; others have worked by this since. End it instead.")]
    NotToday,
    #[error("It is in use: {0}. Change that first, or give it a last day.")]
    InUse(String),
    /// The file keeps it, for a reason of its own.
    #[error("{0}")]
    Kept(String),
}

impl Refuses for Refusal {}

impl Row {
    /// Taking it back: what stood there and what lapses is logged with why.
    pub fn take_back(
        &self,
        file: InFile,
        reason: &str,
        reader: &Reader,
        serving: &Serving,
    ) -> Result<TakenBack, Refusal> {
        self.may_take_back(reader, serving)?;
        let sentence = format!("took back as recorded by mistake: {}", self.said);
        let event = Event::new(self.kind.verb(), Subject::Row(self.kind.code(), self.id), sentence);
        let event = match file {
            InFile::Check(check) => event.on_check(check),
            InFile::License(license) => event.on_license(license),
            InFile::Party(party) => event.on_party(party),
            InFile::Other => event,
        };
        Ok(TakenBack {
            file,
            kind: self.kind,
            row: self.id,
            version: self.version,
            said: self.said.clone(),
            reason: reason.to_owned(),
            side: self.recorded.side,
            event: event
                .before(says("Record", &self.said).and("What lapses", &self.lapses))
                .after(says("Reason", reason)),
        })
    }

    /// Whether it is the reader's to take back, and the file lets it go.
    pub fn may_take_back(&self, reader: &Reader, serving: &Serving) -> Result<(), Refusal> {
        if let Some(why) = &self.kept {
            return Err(Refusal::Kept(why.clone()));
        }
        self.recorded.taken_back_by(reader, serving)
    }
}

impl Recorded {
    /// Taking it back: by its recorder while nothing rests on it; else by a supervisor of the side that recorded it.
    /// Where the recorder left, or is not known, any officer there; where nobody supervises, another officer, or the
    /// only one.
    pub fn taken_back_by(self, reader: &Reader, serving: &Serving) -> Result<(), Refusal> {
        let takes = self.side.of(reader.role);
        if takes == Takes::Nothing && self.side != Side::Post {
            return Err(Refusal::AnotherSide(self.side));
        }
        if takes == Takes::Nothing || self.at_post.is_some_and(|post| reader.post != Some(post)) {
            return Err(Refusal::AnotherPost);
        }
        let there = || serving.iter().filter(|(_, role)| self.side.of(*role) != Takes::Nothing);
        let recorder_left = self.by.is_none_or(|by| there().all(|(person, _)| *person != by));
        let unsupervised = there().all(|(_, role)| self.side.of(*role) != Takes::All);
        let own = self.by == Some(reader.id);
        match self.carries {
            _ if takes == Takes::All || recorder_left && takes == Takes::Recorded => Ok(()),
            false if own => Ok(()),
            true if unsupervised && takes == Takes::Recorded && (!own || there().count() == 1) => Ok(()),
            false => Err(Refusal::AnotherRecorder),
            true => Err(Refusal::Supervisor),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFICER: Role = Role::PostOfficer;
    const SUPERVISOR: Role = Role::PostSupervisor;

    /// Who of a post takes back what one of them recorded: everybody who serves there, with and without something
    /// resting on it.
    #[test]
    fn the_recorder_takes_it_back_while_nothing_rests_on_it_and_then_a_supervisor() {
        let (post, recorder, other, supervisor) = (PostId::new(), PersonId::new(), PersonId::new(), PersonId::new());
        let (all, pair, alone) = (
            vec![(recorder, OFFICER), (other, OFFICER), (supervisor, SUPERVISOR)],
            vec![(recorder, OFFICER), (other, OFFICER)],
            vec![(recorder, OFFICER)],
        );
        let left = vec![(other, OFFICER), (supervisor, SUPERVISOR)];
        let judge = |serving: &Serving, reader: PersonId, carries: bool| {
            let role = if reader == supervisor { SUPERVISOR } else { OFFICER };
            let reader = Reader { id: reader, role, post: Some(post), authority: rust_decimal::Decimal::MAX };
            Recorded { by: Some(recorder), side: Side::Post, at_post: Some(post), carries }
                .taken_back_by(&reader, serving)
        };
        for (serving, reader, carries, expected) in [
            (&all, recorder, false, Ok(())),
            (&all, other, false, Err(Refusal::AnotherRecorder)),
            (&all, supervisor, false, Ok(())),
            (&all, recorder, true, Err(Refusal::Supervisor)),
            (&all, other, true, Err(Refusal::Supervisor)),
            (&all, supervisor, true, Ok(())),
            (&pair, recorder, true, Err(Refusal::Supervisor)),
            (&pair, other, true, Ok(())),
            (&pair, other, false, Err(Refusal::AnotherRecorder)),
            (&alone, recorder, true, Ok(())),
            (&left, other, true, Ok(())),
            (&left, other, false, Ok(())),
        ] {
            assert_eq!(judge(serving, reader, carries), expected, "{} serve, carries {carries}", serving.len());
        }
    }

    /// At every post somebody can: a mistake has a way back whoever serves there.
    #[test]
    fn a_mistake_has_a_way_back_at_every_post_that_is_staffed() {
        let (post, people) = (PostId::new(), [PersonId::new(), PersonId::new(), PersonId::new()]);
        for staff in 0..27_u32 {
            // Each person is away, an officer or a supervisor.
            let role = |index: u32| [None, Some(OFFICER), Some(SUPERVISOR)][(staff / 3_u32.pow(index) % 3) as usize];
            let serving: Vec<(PersonId, Role)> =
                (0..3).filter_map(|index| Some((people[index as usize], role(index)?))).collect();
            for carries in [false, true] {
                let row = Recorded { by: Some(people[0]), side: Side::Post, at_post: Some(post), carries };
                let as_reader = |(id, role): &(PersonId, Role)| Reader {
                    id: *id,
                    role: *role,
                    post: Some(post),
                    authority: rust_decimal::Decimal::MAX,
                };
                let somebody = serving.iter().any(|one| row.taken_back_by(&as_reader(one), &serving).is_ok());
                assert_eq!(somebody, !serving.is_empty(), "{serving:?}, carries {carries}");
                let elsewhere = Recorded { at_post: Some(PostId::new()), ..row };
                let refused = |one| elsewhere.taken_back_by(&as_reader(one), &serving) == Err(Refusal::AnotherPost);
                assert!(serving.iter().all(refused));
            }
        }
    }

    /// Each side takes its own back, and what nobody is known to have recorded.
    #[test]
    fn a_row_is_taken_back_on_the_side_that_records_such_rows() {
        let sides = [Side::Post, Side::Washington, Side::Administration];
        for role in Role::ALL.iter().copied() {
            let post = matches!(role, Role::PostOfficer | Role::PostSupervisor).then(PostId::new);
            let reader = Reader { id: PersonId::new(), role, post, authority: rust_decimal::Decimal::MAX };
            let may = sides.map(|side| {
                let row = Recorded { by: None, side, at_post: None, carries: true };
                row.taken_back_by(&reader, &[(reader.id, role)]).is_ok()
            });
            let expected = match role {
                Role::PostOfficer | Role::PostSupervisor => [true, false, false],
                Role::CaseOfficer | Role::Supervisor => [false, true, false],
                Role::Admin => [false, false, true],
                Role::Reviewer | Role::Auditor => [false; 3],
            };
            assert_eq!(may, expected, "{}", role.label());
        }
        // A reviewer takes a condition of their own back, and nobody else's.
        let reviewer =
            Reader { id: PersonId::new(), role: Role::Reviewer, post: None, authority: rust_decimal::Decimal::MAX };
        let serving = [(reviewer.id, Role::Reviewer), (PersonId::new(), Role::CaseOfficer)];
        let raised = |by, carries| Recorded { by, side: Side::Washington, at_post: None, carries };
        let by_reviewer = |row: Recorded| row.taken_back_by(&reviewer, &serving);
        assert_eq!(by_reviewer(raised(Some(reviewer.id), false)), Ok(()));
        assert_eq!(by_reviewer(raised(Some(reviewer.id), true)), Err(Refusal::Supervisor));
        assert_eq!(by_reviewer(raised(Some(serving[1].0), false)), Err(Refusal::AnotherRecorder));
        assert_eq!(by_reviewer(raised(None, false)), Err(Refusal::AnotherRecorder));
        let washington = Recorded { by: None, side: Side::Washington, at_post: None, carries: false };
        let officer = Reader {
            id: PersonId::new(),
            role: OFFICER,
            post: Some(PostId::new()),
            authority: rust_decimal::Decimal::MAX,
        };
        assert_eq!(washington.taken_back_by(&officer, &[]), Err(Refusal::AnotherSide(Side::Washington)));
        let administration = Recorded { side: Side::Administration, ..washington };
        assert_eq!(administration.taken_back_by(&officer, &[]), Err(Refusal::AnotherSide(Side::Administration)));
    }

    fn row(kept: Option<&str>) -> Row {
        Row {
            kind: MistakeKind::Contact,
            id: uuid::Uuid::from_u128(7),
            version: 4,
            said: "Call with the registry, 2 Jun 2026".into(),
            recorded: Recorded { by: None, side: Side::Post, at_post: None, carries: false },
            kept: kept.map(Into::into),
            lapses: vec!["What was stated there: 2 statements".into()],
            section: "contacts",
        }
    }

    #[test]
    fn what_the_file_keeps_nobody_takes_back() {
        let reader = Reader {
            id: PersonId::new(),
            role: SUPERVISOR,
            post: Some(PostId::new()),
            authority: rust_decimal::Decimal::MAX,
        };
        assert_eq!(row(None).may_take_back(&reader, &[]), Ok(()));
        let kept = row(Some("The check is closed.")).may_take_back(&reader, &[]);
        assert_eq!(kept, Err(Refusal::Kept("The check is closed.".into())));
    }

    /// A mistake has a way back, with a reason, readable for ever: what stood there and what lapsed is logged, on its
    /// file.
    #[test]
    fn what_is_taken_back_is_stored_and_logged_with_what_lapses() {
        let reader = Reader {
            id: PersonId::new(),
            role: OFFICER,
            post: Some(PostId::new()),
            authority: rust_decimal::Decimal::MAX,
        };
        let (check, license, party) = (CheckId::new(), LicenseId::new(), PartyId::new());
        for file in [InFile::Check(check), InFile::License(license), InFile::Party(party), InFile::Other] {
            let taken = row(None).take_back(file, "Typed twice", &reader, &[]).expect("the recorder left");
            let stored = (*taken.file(), *taken.kind(), *taken.row(), *taken.version(), *taken.side());
            assert_eq!(stored, (file, MistakeKind::Contact, row(None).id, 4, Side::Post));
            assert_eq!((&**taken.said(), &**taken.reason()), ("Call with the registry, 2 Jun 2026", "Typed twice"));
            let event = Event::from(taken);
            assert_eq!(event.summary, "took back as recorded by mistake: Call with the registry, 2 Jun 2026");
            assert_eq!((event.verb, event.subject), (Verb::RowTakenBack, ("contact", row(None).id)));
            let of = (event.check, event.license, event.party);
            let expected = match file {
                InFile::Check(_) => (Some(check), None, None),
                InFile::License(_) => (None, Some(license), None),
                InFile::Party(_) => (None, None, Some(party)),
                InFile::Other => (None, None, None),
            };
            assert_eq!(of, expected);
            let before = says("Record", "Call with the registry, 2 Jun 2026")
                .and("What lapses", "What was stated there: 2 statements");
            assert_eq!(event.before, Some(before.into()));
            assert_eq!(event.after, Some(says("Reason", "Typed twice").into()));
        }
    }
}
