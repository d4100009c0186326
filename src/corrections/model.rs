//! Whose text a supervisor corrects beside it, and when the text itself can still be changed.

use std::str::FromStr;

use serde::Deserialize;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    access::{Reader, Role},
    audit::{Event, Subject, Verb, says},
    error::Refuses,
    id::{CheckId, LicenseId},
    mistakes::model::Side,
    proof, words,
};

words! {
    /// A text that stays as it was written, by its kind.
    pub enum Noted {
        Check = "check", "The request";
        Question = "question", "Questions to the post";
        Extension = "extension", "Reason of an extension";
        Recall = "recall", "Recalled request";
        Result = "result", "Result";
        Contact = "contact", "Contact";
        Statement = "statement", "Statement";
        Document = "document", "Document";
        Finding = "finding", "Finding";
        InterimReply = "interim_reply", "Interim reply";
        Recommendation = "recommendation", "Recommendation";
        Explanation = "explanation", "Explanation of a contradiction";
        Mistake = "check_mistake", "What was taken back of a check";
        License = "license", "Purpose of the license";
        Item = "item", "Items";
        Condition = "condition", "Condition";
        Decision = "decision", "Reasons of a decision";
        Proviso = "proviso", "Proviso";
        Exception = "exception", "Reason of an exception";
        Permit = "permit", "Permit";
        Approval = "approval", "Import approval";
        Certificate = "certificate", "Certificate";
        CertificateSignature = "certificate_signature", "Signature on the certificate";
        CustodyStep = "custody_step", "Step of the custody path";
        Serial = "serial", "Place of a serial number";
        LicenseMistake = "mistake", "What was taken back of a license";
    }
}

/// A text as a form names it: its kind and its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub kind: Noted,
    pub row: Uuid,
}

impl FromStr for Place {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let (kind, row) = text.split_once('.').ok_or(Refusal::NotThere)?;
        let (kind, row) = (kind.parse().map_err(|_| Refusal::NotThere)?, row.parse().map_err(|_| Refusal::NotThere)?);
        Ok(Self { kind, row })
    }
}

/// A note beside a text.
#[derive(Debug, Clone, Deserialize)]
pub struct Correction {
    pub row_id: Uuid,
    /// What it stands beside, by its kind and first words.
    pub said: String,
    pub text: String,
    pub by: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// Those beside a row.
pub fn beside(corrections: &[Correction], row: Uuid) -> impl Iterator<Item = &Correction> + use<'_> {
    corrections.iter().filter(move |correction| correction.row_id == row)
}

/// The file of a text, and whether what its people record there can still be changed or taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Check { id: CheckId, open: bool },
    License { id: LicenseId, open: bool },
}

proof! {
    /// Proof that a supervisor may note a correction.
    pub struct CorrectionNoted {
        of: Of,
        place: Place,
        said: String,
        text: String,
    }
}

/// Why somebody notes no correction. Its words are what the person reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("Choose the text that your note is to stand beside.")]
    NotThere,
    #[error("{} recorded or said this; a supervisor there notes the correction.", .0.label())]
    AnotherSide(Side),
    #[error("This can still be changed, or taken back as recorded by mistake: do that instead.")]
    StillOpen,
}

impl Refuses for Refusal {}

impl Noted {
    /// Whose text it is; of both, where either may have written it.
    const fn side(self) -> Option<Side> {
        match self {
            Self::Explanation | Self::Mistake | Self::LicenseMistake => None,
            Self::Contact
            | Self::Statement
            | Self::Document
            | Self::Finding
            | Self::InterimReply
            | Self::Recommendation
            | Self::Permit
            | Self::Approval
            | Self::Certificate
            | Self::CertificateSignature
            | Self::CustodyStep
            | Self::Serial => Some(Side::Post),
            _ => Some(Side::Washington),
        }
    }

    /// Whether a row is only ever added: what was said, judged or signed.
    const fn stays(self) -> bool {
        matches!(
            self,
            Self::Question
                | Self::Extension
                | Self::Recall
                | Self::Result
                | Self::InterimReply
                | Self::Explanation
                | Self::Mistake
                | Self::Decision
                | Self::Proviso
                | Self::Exception
                | Self::LicenseMistake
        )
    }
}

impl Of {
    /// Noting a correction beside a text that stays, by a supervisor of the side that wrote it.
    pub fn note(self, place: Place, said: &str, text: &str, reader: &Reader) -> Result<CorrectionNoted, Refusal> {
        let own = if reader.role == Role::PostSupervisor { Side::Post } else { Side::Washington };
        if let Some(side) = place.kind.side().filter(|side| *side != own) {
            return Err(Refusal::AnotherSide(side));
        }
        let open = match self {
            Self::Check { open, .. } | Self::License { open, .. } => open,
        };
        if open && !place.kind.stays() {
            return Err(Refusal::StillOpen);
        }
        let sentence = format!("noted a correction beside what stays: {said}");
        let event = Event::new(Verb::CorrectionNoted, Subject::Row(place.kind.code(), place.row), sentence);
        let event = match self {
            Self::Check { id, .. } => event.on_check(id),
            Self::License { id, .. } => event.on_license(id),
        };
        let event = event.after(says("Correction", text));
        Ok(CorrectionNoted { of: self, place, said: said.to_owned(), text: text.to_owned(), event })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{PersonId, PostId};

    fn reader(role: Role) -> Reader {
        Reader {
            id: PersonId::new(),
            role,
            post: (role == Role::PostSupervisor).then(PostId::new),
            authority: rust_decimal::Decimal::MAX,
        }
    }

    fn of(open: bool) -> [Of; 2] {
        [Of::Check { id: CheckId::new(), open }, Of::License { id: LicenseId::new(), open }]
    }

    #[test]
    fn each_side_corrects_what_it_wrote() {
        for kind in Noted::ALL.iter().copied() {
            let place = Place { kind, row: Uuid::from_u128(7) };
            for (role, own) in [(Role::PostSupervisor, Side::Post), (Role::Supervisor, Side::Washington)] {
                for of in of(false) {
                    let noted = of.note(place, "A text", "It was the second.", &reader(role)).map(drop);
                    let expected = match kind.side() {
                        Some(side) if side != own => Err(Refusal::AnotherSide(side)),
                        _ => Ok(()),
                    };
                    assert_eq!(noted, expected, "{} by {}", kind.label(), role.label());
                }
            }
        }
    }

    #[test]
    fn what_can_still_be_changed_is_changed() {
        for kind in Noted::ALL.iter().copied() {
            let place = Place { kind, row: Uuid::from_u128(7) };
            let role = if kind.side() == Some(Side::Post) { Role::PostSupervisor } else { Role::Supervisor };
            for of in of(true) {
                let noted = of.note(place, "A text", "It was the second.", &reader(role)).map(drop);
                let expected = if kind.stays() { Ok(()) } else { Err(Refusal::StillOpen) };
                assert_eq!(noted, expected, "{}", kind.label());
            }
        }
    }

    #[test]
    fn a_correction_is_stored_and_logged_beside_its_text() {
        let place = Place { kind: Noted::Result, row: Uuid::from_u128(7) };
        let [check, license] = of(true);
        for of in [check, license] {
            let noted = of.note(place, "Result: Favorable", "The date is 2 June.", &reader(Role::Supervisor));
            let noted = noted.expect("a result stays");
            assert_eq!((*noted.of(), *noted.place()), (of, place));
            assert_eq!((&**noted.said(), &**noted.text()), ("Result: Favorable", "The date is 2 June."));
            let event = Event::from(noted);
            assert_eq!(event.summary, "noted a correction beside what stays: Result: Favorable");
            assert_eq!((event.verb, event.subject), (Verb::CorrectionNoted, ("result", place.row)));
            let file = match of {
                Of::Check { id, .. } => (Some(id), None),
                Of::License { id, .. } => (None, Some(id)),
            };
            assert_eq!((event.check, event.license), file);
            assert_eq!(event.after, Some(says("Correction", "The date is 2 June.").into()));
        }
    }

    #[test]
    fn a_text_is_named_by_its_kind_and_its_row() {
        let row = Uuid::from_u128(7);
        assert_eq!(format!("result.{row}").parse(), Ok(Place { kind: Noted::Result, row }));
        for wrong in ["", "result", "result.", "result.x", "telegram.00000000-0000-0000-0000-000000000007"] {
            assert_eq!(wrong.parse::<Place>(), Err(Refusal::NotThere), "{wrong:?}");
        }
    }

    #[test]
    fn a_correction_stands_beside_its_own_row() {
        let beside_it = |row| Correction {
            row_id: Uuid::from_u128(row),
            said: "A text".into(),
            text: "It was the second.".into(),
            by: "Ada".into(),
            at: OffsetDateTime::UNIX_EPOCH,
        };
        let notes = [beside_it(1), beside_it(2), beside_it(1)];
        assert_eq!(beside(&notes, Uuid::from_u128(1)).count(), 2);
        assert_eq!(beside(&notes, Uuid::from_u128(3)).count(), 0);
    }
}
