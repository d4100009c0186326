use rust_decimal::Decimal;
use time::{Duration, macros::datetime};

use super::*;
use crate::{
    access::Role,
    approvals::model::{CustodyStage, SerialCount, SerialState},
    checks::model::Note,
    duties::model::Duty,
    evidence::model::SourceGrade,
    id::DocumentId,
    licenses::model::{Act, Decider},
    parties::model::{PartyRole, TakesPossession},
    sample::{self, NOW},
};

fn resulted() -> CaseFile {
    let mut file = sample::proposed(ResultWord::Favorable);
    file.check.state = CheckState::Resulted;
    file.licenses[0].checks = vec![sample::license_check(ResultWord::Favorable)];
    file
}

/// Every mark, and a file of which it holds with those beside it: no other one does.
#[test]
fn a_check_is_marked_by_what_holds_of_it() {
    use Mark as M;
    let all = [
        M::Contradictory,
        M::PostExplains,
        M::WashingtonExplains,
        M::Ready,
        M::Conditional,
        M::Blocked,
        M::Questioned,
        M::Found,
        M::Clearable,
        M::Again,
    ];
    let marked = |mut file: CaseFile, change: &dyn Fn(&mut CaseFile), marks: &[Mark]| {
        change(&mut file);
        let standing = Standing::of(&file);
        let held: Vec<Mark> = all.iter().copied().filter(|mark| standing.marks.has(*mark)).collect();
        assert_eq!(held, marks);
    };
    let never_holds = |file: &mut CaseFile| {
        file.licenses[0].parties.push(sample::party("Meridian", PartyRole::Broker, TakesPossession::Never));
        file.licenses[0].custody.push(sample::step(CustodyStage::Planned, "Meridian"));
    };
    let opposite = |file: &mut CaseFile| {
        let contact = file.check.contacts[0].clone();
        let (mut said, other) =
            (sample::statement(&contact, SourceGrade::Observed), sample::statement(&contact, SourceGrade::ThirdParty));
        said.contradicted_by = Some(other.id);
        file.check.statements = vec![said, other];
    };
    marked(sample::case(), &|_| (), &[]);
    marked(sample::case(), &never_holds, &[M::Contradictory, M::PostExplains]);
    marked(sample::case(), &opposite, &[M::Contradictory, M::WashingtonExplains]);
    marked(resulted(), &opposite, &[M::Contradictory]);
    marked(resulted(), &never_holds, &[M::Contradictory]);
    let conditional = |file: &mut CaseFile| file.licenses[0].status = LicenseStatus::ApprovedOnConditions;
    marked(resulted(), &conditional, &[M::Ready, M::Conditional]);
    marked(sample::case(), &conditional, &[M::Ready]);
    let open = |file: &mut CaseFile| {
        conditional(file);
        file.licenses[0].approvals.clear();
    };
    marked(resulted(), &open, &[M::Conditional]);
    let listed = |file: &mut CaseFile| file.licenses[0].parties[1].listings.push(sample::listing("debarred"));
    marked(sample::case(), &listed, &[M::Blocked]);
    let settled = |file: &mut CaseFile| {
        listed(file);
        file.licenses[0].status = LicenseStatus::Denied;
    };
    marked(sample::case(), &settled, &[]);
    // What it rested on is another permit.
    let again = |file: &mut CaseFile| {
        let (license, reference) = (&file.licenses[0], &file.reference);
        let by = Decider { id: PersonId::new(), authority: Decimal::MAX };
        let decided =
            license.decide(by, (Act::Approve, "Good", Vec::new()), reference, file.today()).expect("approved");
        let decision = sample::decision(&decided);
        file.licenses[0].decisions = vec![decision];
        conditional(file);
        let other = sample::permit(file.licenses[0].permits[0].authority_id, "D-900", 30);
        file.licenses[0].approvals.iter_mut().for_each(|row| row.permit_id = Some(other.id));
        file.licenses[0].permits.push(other);
    };
    marked(resulted(), &again, &[M::Ready, M::Conditional, M::Again]);
    let asked = |file: &mut CaseFile| {
        file.check.questions = vec![Note {
            id: uuid::Uuid::from_u128(7),
            text: "Who owns it?".into(),
            by: "A case officer".into(),
            at: NOW,
        }];
    };
    marked(sample::case(), &asked, &[M::Questioned]);
    let found = |file: &mut CaseFile| {
        file.check.found = vec![sample::found()];
    };
    marked(sample::case(), &found, &[M::Found]);
    marked(sample::signed(), &|_| (), &[M::Clearable]);
    let twice = Marks::default().with(M::Ready, true).with(M::Ready, true).with(M::Ready, false);
    assert!(twice.has(M::Ready), "what holds for two reasons holds");
}

/// What the row of a reviewer's home says: the words of the post and of the proposal, and since when it waits.
#[test]
fn a_row_says_what_the_post_and_the_proposal_say() {
    let words = |file: &CaseFile| Standing::of(file).words;
    let mut file = sample::case();
    file.check.recommendation = None;
    assert_eq!((words(&file).says, words(&file).result, words(&file).result_since), (None, None, None));
    let mut file = sample::proposed(ResultWord::Favorable);
    let said = words(&file);
    assert_eq!((said.says, said.result), (Some(RecommendationWord::Support), Some(ResultWord::Favorable)));
    assert_eq!(said.result_since, Some(NOW), "since it was proposed");
    let signed = NOW + Duration::hours(1);
    file.check.result.as_mut().expect("it is proposed").signed_at = Some(signed);
    assert_eq!(words(&file).result_since, Some(signed), "since it was signed");
}

/// What its findings rest on, firmest first; what no finding rests on is not counted.
#[test]
fn a_row_says_what_the_findings_rest_on() {
    let mut file = sample::case();
    let rests_on = |file: &CaseFile| {
        let words = Standing::of(file).words;
        (words.rests_on, words.is_firm)
    };
    assert_eq!(rests_on(&file), ("meeting".into(), true));
    file.check.contacts[0].kind = ContactKind::Call;
    assert_eq!(rests_on(&file), ("call".into(), false));
    let (second, visit) = (sample::contact(ContactKind::Call), sample::contact(ContactKind::SiteVisit));
    file.check.contacts.extend([second.clone(), visit.clone(), sample::contact(ContactKind::Letter)]);
    file.check.findings[1].contacts.push(second.id);
    assert_eq!(rests_on(&file), ("2 calls".into(), false), "nothing rests on the visit and the letter");
    file.check.findings[0].contacts.push(visit.id);
    assert_eq!(rests_on(&file), ("site visit, 2 calls".into(), true));
    let document = |id| crate::evidence::model::Document {
        id,
        kind: "Registration".into(),
        issuer: "The registry".into(),
        number: "14".into(),
        dated: None,
        kept_at: String::new(),
        description: String::new(),
        version: 1,
    };
    let (used, unused) = (DocumentId::new(), DocumentId::new());
    file.check.documents = vec![document(used), document(unused)];
    assert_eq!(rests_on(&file).0, "site visit, 2 calls");
    file.check.findings[0].documents.push(used);
    assert_eq!(rests_on(&file).0, "site visit, 2 calls, 1 document");
    file.check.findings.clear();
    assert_eq!(rests_on(&file), (String::new(), false));
}

/// What is open on the first license that waits, and how much more; on which the reviewer may confirm.
#[test]
fn a_row_says_what_is_open_on_its_license_and_offers_what_may_be_done() {
    let [reviewer, supervisor] = [Role::Reviewer, Role::Supervisor].map(sample::reader);
    let mut file = resulted();
    let words = |file: &CaseFile| Standing::of(file).words;
    assert_eq!(words(&file).pending, Some(Open::default()), "nothing is open, and it is not decided");
    file.licenses[0].approvals.clear();
    file.licenses[0].value_usd = Decimal::from(60_000_000);
    let first = Some(("DECAM (pistol, 30): not applied for".to_owned(), "the end-user".to_owned()));
    let open = Open { first, more: 1 };
    assert_eq!((words(&file).pending, words(&file).conditional), (Some(open.clone()), None));
    file.licenses[0].status = LicenseStatus::ApprovedOnConditions;
    let row = words(&file).conditional.expect("it is approved on conditions");
    assert_eq!((&row.open, row.permits, row.decided_at), (&open, 1, None));
    assert_eq!(row.confirm.act(&reviewer), None, "something is open");

    let mut ready = resulted();
    ready.licenses[0].status = LicenseStatus::ApprovedOnConditions;
    let row = words(&ready).conditional.expect("it is approved on conditions");
    let confirm = (format!("/licenses/{}/confirm", ready.licenses[0].id), "Confirm".to_owned());
    assert_eq!([row.confirm.act(&reviewer), row.confirm.act(&supervisor)], [Some(confirm), None]);
    sample::did_on(&mut ready.licenses[0], reviewer.id, Duty::Work);
    let row = words(&ready).conditional.expect("it is approved on conditions");
    assert_eq!(row.confirm.act(&reviewer), None, "their own act stands in the way");

    ready.licenses[0].parties[1].listings.push(sample::listing("debarred"));
    let (why, number, except) = words(&ready).blocked.expect("a party of it is listed");
    assert_eq!(why, format!("{} is on a list: debarred", sample::END_USER));
    let href = format!("/licenses/{}/except", ready.licenses[0].id);
    assert_eq!((number.as_str(), except.act(&reviewer)), ("050107086", None));
    assert_eq!(except.act(&supervisor), Some((href, "Make an exception".into())));
}

#[test]
fn a_row_says_the_first_contradiction_and_how_many_more() {
    let mut file = sample::case();
    assert_eq!(Standing::of(&file).words.contradiction, None);
    let counted = |state, count| SerialCount {
        item_group_id: file.licenses[0].items[0].id,
        state,
        holder_party_id: None,
        count,
        numbers: Vec::new(),
        twice: Vec::new(),
    };
    file.licenses[0].serials = vec![counted(SerialState::Seen, 27), counted(SerialState::Missing, 2)];
    let fewer = "pistol: 29 serial numbers are recorded for 30 licensed".to_owned();
    assert_eq!(Standing::of(&file).words.contradiction, Some((fewer, 1, true)));
}

/// A row holds while it is one day in Washington and one at the post; where a file cannot be read, for a minute.
#[test]
fn a_row_holds_through_the_day_in_both_places() {
    let mut file = sample::case();
    let holds = |file: &CaseFile| Standing::of(file).holds;
    let washington = (datetime!(2026-06-18 04:00 UTC), datetime!(2026-06-19 04:00 UTC));
    let day_in = |zone| Zone::named(zone).span_of_day(NOW);
    for zone in ["America/Guatemala", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York"] {
        file.check.post_zone = zone.into();
        let there = day_in(zone);
        assert_eq!(holds(&file), (washington.0.max(there.0), washington.1.min(there.1)), "{zone}");
        assert!(holds(&file).0 <= NOW && NOW < holds(&file).1, "{zone}");
    }
    let unreadable = Standing::unreadable(file.check.id, NOW);
    assert_eq!(unreadable.holds, (NOW, NOW + Duration::minutes(1)));
    let reader = sample::reader(Role::CaseOfficer);
    assert_eq!((unreadable.ahead.act(&reader), unreadable.ahead.whom(&reader).as_str()), (None, "nobody"));
}
