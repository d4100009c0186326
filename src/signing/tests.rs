use rust_decimal::Decimal;
use time::Duration;

use super::*;
use crate::{
    access::Role,
    audit::Verb,
    checks::model::{CheckState, RecommendationWord, ResultWord},
    duties::model::Duty,
    evidence::model::{ContactKind, FindingAnswer, SourceGrade, Statement},
    id::{EventId, PersonId},
    licenses::model::LicenseStatus,
    sample::{self, NOW, TODAY},
};

fn entry(who: &str, ago: Duration) -> Entry {
    Entry {
        id: EventId::new(),
        at: NOW - ago,
        who: who.into(),
        role: None,
        post: None,
        address: None,
        verb: Verb::ContactRecorded.code().into(),
        summary: "recorded a call".into(),
        check: None,
        check_id: None,
        license_id: None,
        license: None,
        before: None,
        after: None,
    }
}

fn reviewing<'a>(file: &'a CaseFile, entries: &[Entry]) -> Sheet<'a> {
    Sheet::of_check(file, CheckVerb::SignResult, (&sample::reader(Role::Reviewer), "A reviewer"), entries)
}

/// Replied and proposed, with one condition in words.
fn with_a_condition(word: ResultWord) -> CaseFile {
    let mut file = sample::proposed(word);
    file.licenses[0].conditions.push(sample::condition());
    file
}

#[test]
fn what_is_open_comes_first_and_says_whether_it_stops_the_signature() {
    let file = sample::proposed(ResultWord::Favorable);
    let open = reviewing(&file, &[]).open;
    assert_eq!((open.counted.as_str(), open.tone(), open.count()), ("nothing", "done", 0));
    assert_eq!((open.stops, open.lead.as_str()), (None, "No condition is open, and nothing contradicts itself."));

    let mut file = with_a_condition(ResultWord::Favorable);
    let open = reviewing(&file, &[]).open;
    assert_eq!((open.counted.as_str(), open.tone(), open.count()), ("1 condition", "open", 1));
    assert_eq!(open.lead, "None of these stops this result. The open condition holds the license until it is met.");
    assert_eq!(
        (open.rows[0].what.as_str(), open.rows[0].who.as_str()),
        ("The insurer confirms cover", "the applicant")
    );

    let met = sample::contact(ContactKind::Meeting);
    file.check.statements = sample::contradicting(&met);
    let sheet = reviewing(&file, &[]);
    let rows: Vec<_> = sheet.open.rows.iter().map(|row| (row.state, row.tone)).collect();
    assert_eq!(rows, [("Contradiction", "bad"), ("Open", "open")], "the exception first");
    let why = sheet.hand.refused.expect("a favorable result waits for the explanation");
    assert_eq!((sheet.open.stops.as_ref(), sheet.open.lead.as_str(), sheet.open.tone()), (Some(&why), "", "bad"));
    file.check.result = Some(sample::result(ResultWord::Inconclusive));
    let open = reviewing(&file, &[]).open;
    assert!(open.stops.is_none() && open.lead.starts_with("None of these stops this result."), "{open:?}");
}

#[test]
fn a_page_shows_a_dozen_and_leads_to_the_rest() {
    let mut file = sample::proposed(ResultWord::Favorable);
    file.licenses[0].conditions = (0..40).map(|_| sample::condition()).collect();
    let open = reviewing(&file, &[]).open;
    assert_eq!((open.rows.len(), open.more, open.count()), (12, 28, 40));
    assert_eq!(open.counted, "40 conditions");
}

/// The rule of a page and what its sheet says are one: for every signature, whoever looks.
#[test]
fn the_sheet_refuses_what_the_rule_refuses_and_nothing_else() {
    let signing = CheckVerb::ALL.iter().copied().filter(|verb| verb.signs());
    let files = [sample::case(), sample::signed(), sample::proposed(ResultWord::Favorable)];
    let (mut refused, mut allowed) = (0, 0);
    for verb in signing {
        for file in &files {
            let people = [PersonId::new(), file.check.opened_by, file.check.serving[0].0, file.check.serving[1].0];
            for id in people {
                let reader = Reader { id, ..sample::reader(Role::Reviewer) };
                let sheet = Sheet::of_check(file, verb, (&reader, "A person"), &[]);
                assert_eq!(sheet.hand.refused.is_none(), verb.judge(file, id).is_ok(), "{}", verb.label());
                assert_eq!(sheet.open.stops, sheet.hand.refused);
                *if sheet.hand.refused.is_some() { &mut refused } else { &mut allowed } += 1;
            }
        }
    }
    assert!(refused > 10 && allowed > 10, "{refused} refused, {allowed} allowed");
}

#[test]
fn of_several_acts_those_that_are_possible_are_offered_and_the_others_say_why_not() {
    let (reference, reader) = (sample::reference(), sample::reader(Role::Reviewer));
    let of = |license: &LicenseFile, reader: &Reader| {
        let sheet = Sheet::of_license(license, &[], (LicenseVerb::Decide, reader), (&reference, TODAY), NOW);
        let by = Decider { id: reader.id, authority: reader.authority };
        let possible = possible(license, LicenseVerb::Decide, by, (&reference, TODAY));
        (possible, sheet.open.not_now, sheet.hand.refused)
    };
    let mut license = sample::license();
    let (acts, not_now, refused) = of(&license, &reader);
    assert_eq!((acts, refused), (vec![Act::Approve, Act::Return, Act::Deny], None));
    let why = "No condition is open: approve the license instead.".to_owned();
    assert_eq!(not_now, [("Approve on conditions", why)]);

    license.conditions.push(sample::condition());
    let (acts, not_now, _) = of(&license, &reader);
    assert_eq!(acts, [Act::ApproveOnConditions, Act::Return, Act::Deny]);
    assert_eq!(not_now, [("Approve", "1 condition is open, as listed here.".to_owned())]);

    let small = Reader { authority: Decimal::ONE, ..reader };
    let (acts, not_now, refused) = of(&license, &small);
    assert_eq!((acts, refused), (vec![Act::Return, Act::Deny], None), "what keeps the items asks for no authority");
    assert!(not_now.iter().all(|(_, why)| why.contains("your authority is $1")), "{not_now:?}");

    sample::did_on(&mut license, reader.id, Duty::SignResult);
    let (acts, _, refused) = of(&license, &reader);
    assert!(acts.is_empty() && refused.is_some_and(|why| why.contains("another reviewer must decide the license")));
}

#[test]
fn one_check_is_read_whole_and_several_in_short() {
    let (reference, reader) = (sample::reference(), sample::reader(Role::Reviewer));
    let (license, cases) = (sample::license(), [sample::proposed(ResultWord::Favorable), sample::signed()]);
    for (count, is_whole) in [(1, true), (2, false)] {
        let cases = &cases[..count];
        let sheet = Sheet::of_license(&license, cases, (LicenseVerb::Decide, &reader), (&reference, TODAY), NOW);
        assert_eq!((sheet.checks.len(), sheet.is_of_several()), (count, !is_whole));
        assert!(sheet.checks.iter().all(|read| read.is_whole == is_whole && read.topics.is_empty() != is_whole));
    }
}

#[test]
fn what_an_answer_leans_on_comes_first_of_what_is_only_claimed() {
    let met = sample::contact(ContactKind::Meeting);
    let mut file = sample::proposed(ResultWord::Favorable);
    let said = |topic: &str, grade| Statement { topic: Some(topic.into()), ..sample::statement(&met, grade) };
    let finding = |topic: &str, answer| {
        let finding = sample::finding(topic, None, &met);
        crate::evidence::model::Finding { answer, ..finding }
    };
    file.check.contacts = vec![met.clone()];
    file.check.findings = vec![finding("need", FindingAnswer::No), finding("order", FindingAnswer::Yes)];
    let record = said("order", SourceGrade::OfficialRecord);
    let borne_out = Statement { confirmed_by: Some(record.id), ..said("order", SourceGrade::PartyItself) };
    file.check.statements = vec![
        said("need", SourceGrade::PartyItself),
        said("order", SourceGrade::ThirdParty),
        record,
        borne_out,
        sample::statement(&met, SourceGrade::Observed),
    ];
    let sheet = reviewing(&file, &[]);
    let read = &sheet.checks[0];
    let under: Vec<_> = read.claims.iter().map(|claim| claim.under.as_str()).collect();
    assert_eq!(under, ["order, answered yes", "need, answered no"]);
    assert_eq!((read.claimed.as_str(), read.said, read.more_claims), ("2 of 5", 5, 0));
    assert_eq!(read.topics.iter().filter(|topic| topic.is_quiet()).count(), 1, "the answer that nothing is wrong with");
    file.check.findings.clear();
    let sheet = reviewing(&file, &[]);
    assert!(sheet.checks[0].topics.is_empty() && sheet.checks[0].counted.starts_with("0 of "), "nothing was answered");
    let many: Vec<_> = (0..40).map(|_| said("order", SourceGrade::PartyItself)).collect();
    file.check.statements = many;
    let sheet = reviewing(&file, &[]);
    assert_eq!((sheet.checks[0].claims.len(), sheet.checks[0].more_claims), (6, 34));
}

#[test]
fn a_signature_reads_what_changed_beneath_the_judgement_before_it() {
    let mut file = sample::proposed(ResultWord::Inconclusive);
    let basis = file.rests_on();
    let word = file.check.recommendation.as_mut().expect("it is recommended");
    (word.cleared_at, word.cleared_on) = (Some(NOW - Duration::days(3)), Some(basis));
    let changed = reviewing(&file, &[]).changed;
    assert!(changed.is_empty());
    assert_eq!(changed.acts_since, "since the reply was cleared, 15 Jun 2026 16:00Z");

    let entries = [
        entry("A case officer", Duration::hours(1)),
        entry("A reviewer", Duration::days(1)),
        entry("An officer", Duration::days(2)),
        entry("An officer", Duration::days(9)),
    ];
    let changed = reviewing(&file, &entries[2..]).changed;
    assert_eq!(changed.acts.iter().map(|done| done.what.as_str()).collect::<Vec<_>>(), ["An officer recorded a call"]);
    let changed = reviewing(&file, &entries).changed;
    assert_eq!(changed.acts_since, "since you last acted on this file, 17 Jun 2026 16:00Z");
    assert_eq!(
        changed.acts.iter().map(|done| done.at).collect::<Vec<_>>(),
        [entries[0].at],
        "what one saw oneself is old"
    );

    file.licenses[0].conditions.push(sample::condition());
    let changed = reviewing(&file, &entries).changed;
    let told = Since { title: "Changed since the reply was cleared".into(), facts: vec![CONDITION.into()], more: 0 };
    assert_eq!(changed.facts, [told]);
    let mut lapsed = file.clone();
    lapsed.licenses[0].conditions.clear();
    sample::half_sign(&mut lapsed, PersonId::new());
    lapsed.check.result.as_mut().expect("it is proposed").signed_at = Some(NOW - Duration::hours(2));
    lapsed.licenses[0].conditions.push(sample::condition());
    let changed = reviewing(&lapsed, &[]).changed;
    assert_eq!(changed.facts[0].title, "Changed since the first signature", "which lapsed by it");
}

const CONDITION: &str = "new: condition: The insurer confirms cover";

#[test]
fn a_clearance_reads_what_changed_since_the_signature() {
    let mut file = sample::signed();
    let basis = file.rests_on();
    let word = file.check.recommendation.as_mut().expect("it is signed");
    (word.signed_at, word.rests_on) = (Some(NOW - Duration::days(1)), Some(basis));
    file.licenses[0].conditions.push(sample::condition());
    let of = |file: &CaseFile, verb| {
        let sheet = Sheet::of_check(file, verb, (&sample::reader(Role::PostSupervisor), "A supervisor"), &[]);
        sheet.changed.facts.iter().map(|since| (since.title.clone(), since.facts.clone())).collect::<Vec<_>>()
    };
    let told = [("Changed since it was signed".to_owned(), vec![CONDITION.to_owned()])];
    assert_eq!((of(&file, CheckVerb::Clear), of(&file, CheckVerb::BringBack)), (told.to_vec(), told.to_vec()));
    // What is signed again is read against the reply before it.
    let mut again = file.clone();
    again.check.earlier_recommendation = again.check.recommendation.take();
    again.check.recommendation = Some(sample::recommendation(RecommendationWord::NoObjection));
    assert_eq!(of(&again, CheckVerb::Sign)[0].0, "Changed since the earlier reply was signed");
    let word = file.check.recommendation.as_mut().expect("it is signed");
    (word.rests_on, word.signed_revision) = (None, Some(file.check.revision - 1));
    assert_eq!(of(&file, CheckVerb::Clear)[0].1, ["The file changed; what changed was not kept."]);
}

#[test]
fn the_signature_says_what_it_signs_and_why_this_person_may() {
    let file = sample::proposed(ResultWord::Favorable);
    let hand = reviewing(&file, &[]).hand;
    assert_eq!(hand.what, format!("the result \"favorable\" of {}", file.check.reference));
    assert_eq!(hand.moment, "18 Jun 2026 16:00Z");
    let number = &file.licenses[0].number;
    let why = [
        "You act as reviewer, and had no part in what would keep you from it: acts of the post, acts of the case, countersignatures, \
         decisions, exceptions."
            .to_owned(),
        format!("Whoever signs this does not decide license {number}."),
    ];
    assert_eq!(hand.why, why);
    let license = LicenseFile { status: LicenseStatus::Pending, ..sample::license() };
    let reader = Reader { authority: Decimal::from(5_000_000), ..sample::reader(Role::Reviewer) };
    let hand =
        Sheet::of_license(&license, &[], (LicenseVerb::Decide, &reader), (&sample::reference(), TODAY), NOW).hand;
    assert!(hand.why[1].ends_with("your authority is $5,000,000."), "{:?}", hand.why);
    let mut closed = file.clone();
    closed.check.state = CheckState::Closed;
    assert!(reviewing(&closed, &[]).hand.refused.is_some());
}
