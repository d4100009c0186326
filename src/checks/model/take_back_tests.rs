//! Each kind of row of a check, as it would be taken back: what it says, what keeps it, what lapses with it.

use uuid::Uuid;

use super::*;
use crate::{
    evidence::model::{ContactKind, Document, Refusal as OfEvidence, ReplySigned, SourceGrade},
    id::DocumentId,
    mistakes::model::{MistakeKind, Row, Side},
    sample,
};

/// A check with a row of every kind.
fn evidenced() -> CaseFile {
    let mut case = sample::case();
    let check = &mut case.check;
    check.recommendation = None;
    check.findings.iter_mut().for_each(|finding| finding.contacts.clear());
    let contact = sample::contact(ContactKind::Call);
    check.statements = vec![sample::statement(&contact, SourceGrade::OfficialOral)];
    check.contacts = vec![sample::contact(ContactKind::Meeting), contact];
    check.documents = vec![Document {
        id: DocumentId::new(),
        kind: "registry extract".into(),
        issuer: "the registry".into(),
        number: "12/2026".into(),
        dated: None,
        kept_at: "The post".into(),
        description: String::new(),
        version: 1,
    }];
    check.subjects = vec![sample::subject("Meridian Brokers"), sample::subject("Norte Freight")];
    case.licenses[0].permits.clear();
    case.licenses[0].approvals.clear();
    case
}

fn rows(case: &CaseFile) -> Vec<(MistakeKind, Uuid)> {
    let check = &case.check;
    vec![
        (MistakeKind::Contact, check.contacts[0].id.0),
        (MistakeKind::Statement, check.statements[0].id.0),
        (MistakeKind::Document, check.documents[0].id.0),
        (MistakeKind::Finding, check.findings[0].id.0),
        (MistakeKind::CheckSubject, check.subjects[0].id.0),
    ]
}

fn row(case: &CaseFile, kind: MistakeKind) -> Row {
    let (_, id) = rows(case).into_iter().find(|(known, _)| *known == kind).expect("it has one");
    case.mistaken(kind, id).expect("it stands")
}

#[test]
fn each_row_of_a_check_is_found_by_its_kind_and_its_id() {
    let case = evidenced();
    for (kind, id) in rows(&case) {
        let row = case.mistaken(kind, id).expect("it stands");
        assert_eq!((row.kind, row.id), (kind, id));
        assert!(!row.said.is_empty() && !row.section.is_empty(), "{}", kind.label());
        assert!(case.mistaken(kind, Uuid::from_u128(7)).is_none(), "{}", kind.label());
    }
    let kinds: Vec<MistakeKind> = rows(&case).into_iter().map(|(kind, _)| kind).collect();
    let others = MistakeKind::ALL.iter().filter(|kind| !kinds.contains(kind));
    assert!(others.copied().all(|kind| case.mistaken(kind, case.check.contacts[0].id.0).is_none()));
}

/// The post's own rows while it works; a subject until the post has answered, and never the last one.
#[test]
fn what_the_post_answered_by_is_not_taken_back() {
    for state in CheckState::ALL.iter().copied() {
        let mut case = evidenced();
        case.check.state = state;
        for (kind, _) in rows(&case) {
            let open = matches!(state, CheckState::Draft | CheckState::Requested | CheckState::InProgress);
            let expected = match kind {
                MistakeKind::CheckSubject if open => None,
                MistakeKind::CheckSubject => Some(Refusal::SubjectAnswered.to_string()),
                _ if state == CheckState::InProgress => None,
                _ => Some(OfEvidence::NotInProgress.to_string()),
            };
            assert_eq!(row(&case, kind).kept, expected, "{} while {}", kind.label(), state.label());
        }
    }
    let mut case = evidenced();
    case.check.subjects.truncate(1);
    for (state, kept) in [(CheckState::Draft, None), (CheckState::Requested, Some(Refusal::NoSubject.to_string()))] {
        case.check.state = state;
        assert_eq!(row(&case, MistakeKind::CheckSubject).kept, kept);
    }
}

#[test]
fn what_lapses_with_a_row_of_a_check_is_told() {
    let mut case = evidenced();
    let check = &case.check;
    let (contact, document) = (check.contacts[0].id, check.documents[0].id);
    let told = |case: &CaseFile, kind| {
        let row = row(case, kind);
        (row.lapses, row.recorded.carries)
    };
    assert_eq!(told(&case, MistakeKind::Statement), (Vec::new(), false));
    assert_eq!(told(&case, MistakeKind::Finding), (Vec::new(), false));
    let contacts = row(&case, MistakeKind::Contact).recorded;
    assert_eq!((contacts.side, contacts.at_post), (Side::Post, Some(case.check.post_id)));
    assert_eq!(row(&case, MistakeKind::CheckSubject).recorded.side, Side::Washington);
    case.check.findings[0].contacts = vec![contact];
    case.check.findings[0].documents = vec![document];
    case.check.statements[0].contact_id = contact;
    let lapses = ["What was stated there: 1 statement", "That 1 finding rests on it"].map(str::to_owned).to_vec();
    assert_eq!(told(&case, MistakeKind::Contact), (lapses, true));
    assert_eq!(told(&case, MistakeKind::Document), (vec!["That 1 finding rests on it".to_owned()], true));
    let mut other = case.check.statements[0].clone();
    (other.id, other.confirmed_by) = (crate::id::StatementId::new(), Some(case.check.statements[0].id));
    case.check.statements.push(other);
    let linked = "What it says of 1 statement: that it bears them out, or is the opposite";
    assert_eq!(told(&case, MistakeKind::Statement), (vec![linked.to_owned()], true));
    let subject = case.check.subjects[0].party_id;
    case.check.findings[0].party_id = Some(subject);
    let asked = "That it is asked about; what is on file of it stays: 1 finding, 0 statements";
    assert_eq!(told(&case, MistakeKind::CheckSubject), (vec![asked.to_owned()], true));
}

#[test]
fn each_row_says_what_stands_there() {
    let case = evidenced();
    let said = rows(&case).into_iter().map(|(kind, _)| row(&case, kind).said).collect::<Vec<_>>();
    let expected = [
        "Meeting with the director, 10 Jun 2026",
        "the director: The order is theirs.",
        "registry extract 12/2026 of the registry",
        "existence: Yes. As the application says.",
        "Meridian Brokers, broker",
    ];
    assert_eq!(said, expected);
}

#[test]
fn under_a_signed_reply_no_row_of_the_post_is_taken_back() {
    let mut case = evidenced();
    case.check.recommendation = sample::signed().check.recommendation;
    for (kind, _) in rows(&case).into_iter().filter(|(kind, _)| *kind != MistakeKind::CheckSubject) {
        let kept = row(&case, kind).kept;
        assert_eq!(kept, Some(ReplySigned(String::new()).to_string()), "{}", kind.label());
    }
}
