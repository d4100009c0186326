//! Signatures under a reply and a result, against every fact beneath them: which change is told, and which rows stay.

use rust_decimal::Decimal;
use time::{Duration, macros::date};

use super::*;
use crate::{
    approvals::model::{SerialCount, SerialState},
    evidence::model::{
        ContactKind, Document, FindingAnswer, NewFinding, PortionMark, Refusal as OfEvidence, ReplySigned, SourceGrade,
    },
    id::{AuthorityId, DocumentId, PartyId, PersonId, RecommendationId},
    licenses::model::{LicenseFile, LicenseParty},
    parties::model::{PartyRole, TakesPossession},
    sample,
};

/// A fact, how it changes, and whether a signature tells of it.
type Change = (&'static str, fn(&mut CaseFile), bool);

const CHANGES: &[Change] = &[
    ("the due date", |file| file.check.due_on = Some(date!(2027 - 01 - 31)), false),
    ("the priority", |file| file.check.priority = Priority::Urgent, false),
    ("its officer", |file| file.check.officer_id = Some(PersonId::new()), false),
    ("who serves at the post", |file| file.check.serving.clear(), false),
    ("the reason of the request", |file| file.check.reason = "Another".into(), false),
    ("a waiver of the visit", |file| file.check.site_visit_waiver = Some("No entry".into()), false),
    ("the day", |file| file.now += Duration::days(1), false),
    ("a contact more", |file| file.check.contacts.push(sample::contact(ContactKind::Call)), true),
    ("a contact less", |file| drop(file.check.contacts.pop()), true),
    ("how a contact is told", |file| file.check.contacts[0].with_whom = "The director".into(), false),
    ("a statement more", |file| add_statement(file), true),
    ("a document more", |file| file.check.documents.push(document()), true),
    ("a finding's answer", |file| file.check.findings[0].answer = FindingAnswer::No, true),
    ("a finding less", |file| drop(file.check.findings.pop()), true),
    ("a subject more", |file| file.check.subjects.push(sample::subject("Meridian Brokers")), true),
    ("a subject's party", |file| file.check.subjects[0].party_id = PartyId::new(), true),
    ("a subject's list entry", |file| file.check.subjects[0].listings.push(sample::listing("A list")), true),
    ("a subject's destination proscribed", |file| file.check.subjects[0].country = "IR".into(), true),
    ("a subject's name", |file| file.check.subjects[0].name = "Another spelling".into(), false),
    ("a license less", |file| file.licenses.clear(), true),
    ("a license more", |file| file.licenses.push(another()), true),
    ("a license's value", |file| file.licenses[0].value_usd += Decimal::ONE, true),
    ("a license's destination", |file| file.licenses[0].destination = "HN".into(), true),
    ("an item's quantity", |file| file.licenses[0].items[0].quantity += 1, true),
    ("an item's label", |file| file.licenses[0].items[0].label = "9 mm pistols".into(), false),
    ("a party's name", |file| file.licenses[0].parties[0].name = "Another spelling".into(), false),
    ("a party's country", |file| file.licenses[0].parties[0].country = "HN".into(), true),
    ("a list entry", |file| file.licenses[0].parties[0].listings.push(sample::listing("A list")), true),
    ("a go-between more", |file| file.licenses[0].parties.push(broker(TakesPossession::Never)), true),
    ("a permit revoked", |file| file.licenses[0].permits[0].revoked_on = Some(sample::TODAY), true),
    ("a permit more", more_paper, false),
    ("a condition raised", |file| file.licenses[0].conditions.push(sample::condition()), true),
    ("weapons that are missing", lose_one, true),
    ("the purpose", |file| file.licenses[0].purpose = "Guards".into(), false),
];

fn add_statement(file: &mut CaseFile) {
    let statement = sample::statement(&file.check.contacts[0], SourceGrade::OfficialOral);
    file.check.statements.push(statement);
}

fn document() -> Document {
    Document {
        id: DocumentId::new(),
        kind: "registry extract".into(),
        issuer: "the registry".into(),
        number: "12/2026".into(),
        dated: None,
        kept_at: "The post".into(),
        description: String::new(),
        version: 1,
    }
}

fn another() -> LicenseFile {
    LicenseFile { number: "050200".into(), ..sample::license() }
}

fn broker(takes: TakesPossession) -> LicenseParty {
    sample::party("Meridian Brokers", PartyRole::Broker, takes)
}

fn more_paper(file: &mut CaseFile) {
    file.licenses[0].permits.push(sample::permit(AuthorityId::new(), "D-9", 30));
}

fn lose_one(file: &mut CaseFile) {
    let license = &mut file.licenses[0];
    license.serials.push(SerialCount {
        item_group_id: license.items[0].id,
        state: SerialState::Missing,
        holder_party_id: None,
        count: 1,
        numbers: vec!["A1".into()],
        twice: Vec::new(),
    });
}

/// A case with two of a check's own rows of each kind that it may lose.
fn case() -> CaseFile {
    let mut file = sample::case();
    file.check.contacts.push(sample::contact(ContactKind::Meeting));
    file.check.subjects.push(sample::subject("Meridian Brokers"));
    file
}

#[test]
fn a_signed_reply_keeps_what_it_saw_and_tells_what_changed() {
    for (fact, change, told) in CHANGES {
        let mut file = case();
        file.check.recommendation = sample::signed().check.recommendation;
        file.check.recommendation.as_mut().unwrap().rests_on = Some(case_of(&file));
        change(&mut file);
        assert!(file.check.signed_reply().is_some(), "{fact}: the signature stands");
        assert_eq!(!file.changed_since_signed().is_empty(), *told, "{fact}: {:?}", file.changed_since_signed());
    }
}

#[test]
fn a_result_that_is_not_fully_signed_lapses_by_what_changed() {
    for (fact, change, lapses) in CHANGES {
        let mut file = CaseFile { check: sample::proposed(ResultWord::Unfavorable).check, ..case() };
        file.check.contacts.push(sample::contact(ContactKind::Meeting));
        file.check.subjects.push(sample::subject("Meridian Brokers"));
        sample::half_sign(&mut file, PersonId::new());
        change(&mut file);
        assert_eq!(file.half_signed().is_none(), *lapses, "{fact}: {:?}", file.changed_since_result());
        // Whoever may judge now is asked.
        assert!(file.check.result.as_ref().is_some_and(|result| result.signed_by.is_some()), "{fact}");
    }
}

fn case_of(file: &CaseFile) -> crate::basis::Basis {
    file.rests_on()
}

/// Of a signature that a program before this one kept.
#[test]
fn of_a_signature_without_a_basis_it_is_told_that_something_changed() {
    let mut file = sample::signed();
    let word = file.check.recommendation.as_mut().unwrap();
    (word.rests_on, word.signed_revision) = (None, Some(file.check.revision));
    assert!(!file.changed_unseen() && file.changed_since_signed().is_empty());
    file.check.revision += 1;
    assert!(file.changed_unseen());
    assert!(!sample::signed().changed_unseen(), "with one, it tells what");
}

#[test]
fn what_a_reply_was_cleared_on_is_told_until_a_result_stands() {
    let mut file = sample::proposed(ResultWord::Favorable);
    file.check.recommendation.as_mut().unwrap().cleared_on = Some(file.rests_on());
    assert_eq!(file.changed_since_cleared(), []);
    file.licenses[0].value_usd += Decimal::ONE;
    let told = |file: &CaseFile| crate::basis::joined(&file.changed_since_cleared());
    assert!(told(&file).contains("value $"), "{}", told(&file));
    file.check.recommendation.as_mut().unwrap().cleared_by = Some(PersonId::new());
    assert_eq!(file.changed_since_signed(), [], "who cleared it read what had changed by then");
    file.check.state = CheckState::Resulted;
    assert_eq!(file.changed_since_cleared(), []);
}

/// Each row that the post answers by stays under a signed reply, and what is added is none of what the reply rests on.
#[test]
fn under_a_signed_reply_the_posts_rows_stay() {
    let mut file = sample::signed();
    let signer = file.check.serving[0].0;
    let name = ReplySigned("An officer".into());
    file.check.recommendation.as_mut().unwrap().signed_by_name = Some(name.0.clone());
    let (finding, contact) = (file.check.findings[0].clone(), file.check.contacts[0].clone());
    let new = NewFinding {
        topic: finding.topic.clone(),
        party: finding.party_id,
        answer: FindingAnswer::No,
        text: "Not so".into(),
        mark: PortionMark::U,
        contacts: vec![contact.id],
        documents: Vec::new(),
    };
    assert_eq!(file.check.record_finding(new, "Need", None).unwrap_err(), OfEvidence::Signed(name.clone()));
    let word = RecommendationWord::Oppose;
    assert_eq!(file.recommend(RecommendationId::new(), word, "No").unwrap_err(), Refusal::Signed(name.clone()));
    assert_eq!(file.check.takes_statement(&contact).unwrap_err(), OfEvidence::RepliedOn);
    let mut later = contact;
    later.recorded_at = sample::NOW + Duration::hours(1);
    assert_eq!((file.check.takes_statement(&later), file.check.takes_contacts()), (Ok(()), true));
    // Its way back is to be returned, with a remark, by whoever serves at the post.
    let back = file.bring_back(file.check.serving[1].0, "Say who was met").unwrap();
    assert_eq!((*back.recommendation(), back.remark().as_str()), (word_of(&file), "Say who was met"));
    assert!(file.may_bring_back(signer).is_ok(), "the signer too");
    file.check.recommendation.as_mut().unwrap().signed_by = None;
    assert_eq!(file.may_bring_back(signer).unwrap_err(), Refusal::NotSigned);
    assert_eq!((file.check.takes_findings(), file.may_recommend()), (Ok(()), Ok(())));
    for state in CheckState::ALL.iter().copied().filter(|state| *state != CheckState::InProgress) {
        let mut elsewhere = sample::signed();
        elsewhere.check.state = state;
        assert!(matches!(elsewhere.may_bring_back(signer).unwrap_err(), Refusal::Path { .. }), "{}", state.label());
    }
}

fn word_of(file: &CaseFile) -> RecommendationId {
    file.check.recommendation.as_ref().unwrap().id
}

#[test]
fn every_rule_of_contradictions_is_one_that_a_signature_reads() {
    let mut file = case();
    file.licenses[0].parties.push(broker(TakesPossession::Never));
    lose_one(&mut file);
    let found = file.contradictions();
    assert!(!found.is_empty());
    for contradiction in found {
        let rule = contradiction.key.split(':').next().unwrap();
        assert!(crate::checks::contradictions::RULES.contains(&rule), "{rule}");
    }
}
