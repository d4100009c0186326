//! Every kind of judgement of a license, against every fact beneath it: which change of it is told, and which is not.

use rust_decimal::Decimal;
use time::{Duration, macros::date};

use super::{
    Refusal,
    rests::{NEEDED, SAYS},
    *,
};
use crate::{
    approvals::model::ApprovalState,
    basis::Basis,
    checks::model::ResultWord,
    id::*,
    parties::model::{PartyRole, TakesPossession},
    sample::{self, NOW, TODAY, reference},
};

/// A fact, how it changes, and which judgements tell of it: a decision, an exception for the end-user, one for the
/// missing result.
type Change = (&'static str, fn(&mut LicenseFile), [bool; 3]);

const ALL: [bool; 3] = [true, true, true];
const NONE: [bool; 3] = [false, false, false];
/// What the whole license is judged by, and an exception for one of its parties not.
const LICENSE: [bool; 3] = [true, false, true];
/// What a decision alone rests on.
const DECISION: [bool; 3] = [true, false, false];

const CHANGES: &[Change] = &[
    ("the number's spelling", |license| license.number = "05-0107086".into(), NONE),
    ("the purpose", |license| license.purpose = "Guards".into(), NONE),
    ("when it was received", |license| license.received_on = Some(date!(2026 - 01 - 02)), NONE),
    ("the destination", |license| license.destination = "HN".into(), ALL),
    ("the destination's name", |license| license.destination_name = "Republic of Guatemala".into(), NONE),
    ("the value", |license| license.value_usd += Decimal::ONE, LICENSE),
    ("an item's class", |license| license.items[0].item_class = "automatic_rifle".into(), LICENSE),
    ("an item's category", |license| license.items[0].usml_category = Some("II".into()), LICENSE),
    ("an item's significance", |license| license.items[0].significant_military_equipment = true, LICENSE),
    ("an item's being major", |license| license.items[0].major_defense_equipment = true, LICENSE),
    ("an item's quantity", |license| license.items[0].quantity = 29, LICENSE),
    ("an item's unit", |license| license.items[0].unit_code = "rounds".into(), LICENSE),
    ("what an item's unit is called", |license| license.items[0].unit = "pieces each".into(), NONE),
    ("how an item's unit was typed", |license| license.items[0].unit_typed = "PCS".into(), NONE),
    ("an item's jurisdiction", |license| license.items[0].jurisdiction = Jurisdiction::Ear, LICENSE),
    (
        "an item's value beyond the license's",
        |license| license.items[0].value_usd = Some(Decimal::from(50_000)),
        LICENSE,
    ),
    ("an item's label", |license| license.items[0].label = "9 mm pistols".into(), NONE),
    ("an item more", |license| license.items.push(sample::item("ammunition", 500)), LICENSE),
    ("a split of items", split, NONE),
    ("a party's name", |license| license.parties[1].name = "Commission for Judicial Protection".into(), NONE),
    ("a party's country", |license| license.parties[1].country = "HN".into(), ALL),
    ("a party's role", |license| license.parties[1].role = PartyRole::Broker, ALL),
    ("a party's possession", |license| license.parties[1].takes_possession = TakesPossession::Unknown, NONE),
    ("a listing of the party", |license| license.parties[1].listings.push(sample::listing("Another list")), ALL),
    ("a list's name", |license| license.parties[1].listings[0].label = "The list".into(), NONE),
    ("a listing of another record of the name", |license| license.parties[1].listings.push(of_another()), ALL),
    ("a listing that ended", |license| license.parties[1].listings.clear(), ALL),
    ("a listing of another party", |license| license.parties[0].listings.push(sample::listing("A list")), LICENSE),
    ("a party in a proscribed country", |license| license.parties[0].country = "IR".into(), LICENSE),
    ("a party more", |license| license.parties.push(broker()), LICENSE),
    ("a party less", |license| drop(license.parties.remove(0)), LICENSE),
    ("another result", |license| license.checks[0].result = Some(ResultWord::Inconclusive), DECISION),
    ("a result more", |license| license.checks.push(sample::license_check(ResultWord::Favorable)), DECISION),
    ("a permit taken back", take_back, DECISION),
    ("a permit revoked", |license| license.permits[0].revoked_on = Some(TODAY), DECISION),
    ("a permit whose verification lapsed", |license| license.permits[0].verified_at = None, DECISION),
    ("a permit that another license uses", |license| license.permits[0].holds_number = false, DECISION),
    ("a permit more", |license| license.permits.push(sample::permit(AuthorityId::new(), "D-9", 30)), NONE),
    ("a proof that none is required", |license| license.approvals[1].state = ApprovalState::Needed, DECISION),
    ("a signature less", |license| drop(certificate(license).signatures.pop()), DECISION),
    ("a signature unverified", |license| certificate(license).signatures[0].verified_by = None, DECISION),
    (
        "how a signer's name is written",
        |license| certificate(license).signatures[0].signer_name = "B. Signer".into(),
        NONE,
    ),
    ("a destination that is proscribed", |license| license.destination = "IR".into(), ALL),
    ("where the certificate is kept", |license| certificate(license).kept_at = "The safe".into(), NONE),
    ("a condition met no more", |license| license.conditions[0].met_at = None, DECISION),
    ("a condition more", |license| license.conditions.push(sample::condition()), NONE),
    ("the day of certification", |license| license.certified_on = Some(date!(2026 - 02 - 01)), DECISION),
    (
        "a custody step",
        |license| license.custody.push(sample::step(crate::approvals::model::CustodyStage::Planned, "Depot")),
        NONE,
    ),
    ("what somebody did", |license| sample::did_on(license, PersonId::new(), crate::duties::model::Duty::Work), NONE),
];

fn certificate(license: &mut LicenseFile) -> &mut crate::approvals::model::Certificate {
    license.certificate.as_mut().expect("it has one")
}

fn broker() -> LicenseParty {
    sample::party("Harbor Brokers Ltd.", PartyRole::Broker, TakesPossession::Never)
}

fn of_another() -> Listing {
    Listing { of: Some("The Commission".into()), ..sample::listing("A list") }
}

fn split(license: &mut LicenseFile) {
    license.items[0].quantity = 20;
    let value = license.items[0].value_usd.map(|value| value / Decimal::TWO);
    license.items[0].value_usd = value;
    let rest = ItemGroup { value_usd: value, ..sample::item("pistol", 10) };
    let approval = sample::approval(
        &rest,
        license.approvals[0].authority_id,
        ApprovalState::Issued,
        Some(&license.permits[0].clone()),
    );
    license.approvals.push(approval);
    license.items.push(rest);
}

fn take_back(license: &mut LicenseFile) {
    license.permits[0].withdrawn_at = Some(NOW + Duration::days(1));
    license.permits[0].holds_number = false;
    (license.approvals[0].state, license.approvals[0].permit_id) = (ApprovalState::Needed, None);
}

/// A license with something of every kind that a judgement rests on, approved on conditions and excepted twice.
fn judged() -> LicenseFile {
    let mut license = sample::license();
    license.parties[1].listings = vec![sample::listing("A list")];
    let none = sample::approval(&license.items[0], None, ApprovalState::NotRequired, None);
    license.approvals.push(none);
    license.certificate = Some(sample::certificate());
    license.conditions = vec![Condition { met_at: Some(NOW), ..sample::condition() }];
    license.certified_on = Some(date!(2026 - 01 - 01));
    let made = |guard, party, basis| Exception {
        guard,
        party_id: party,
        result_id: None,
        reason: "Known for years".into(),
        excepted_by: PersonId::new(),
        excepted_by_name: "A supervisor".into(),
        excepted_at: NOW,
        basis: Some(basis),
    };
    let user = Some(license.parties[1].party_id);
    license.exceptions = vec![
        made(7, user, license.excepted_on(user, &reference())),
        made(15, None, license.excepted_on(None, &reference())),
    ];
    license.status = LicenseStatus::ApprovedOnConditions;
    license.decisions = vec![decision(&license, Act::ApproveOnConditions)];
    license
}

fn decision(license: &LicenseFile, act: Act) -> Decision {
    Decision {
        id: DecisionId::new(),
        number: 1,
        act,
        reasons: "Released later".into(),
        decided_by: PersonId::new(),
        decided_by_name: "A reviewer".into(),
        decided_at: NOW,
        provisos: Vec::new(),
        basis: Some(license.decided_on(&reference(), TODAY, true)),
    }
}

/// What the three judgements tell: the decision with the exceptions left as they were made.
fn told(license: &LicenseFile) -> [Vec<String>; 3] {
    let words = |changed: Vec<crate::basis::Changed>| changed.iter().map(ToString::to_string).collect::<Vec<_>>();
    let [party, result] = [0, 1].map(|index| words(license.lapsed(&license.exceptions[index], &reference())));
    let beneath = words(license.changed_beneath(&reference(), true));
    [beneath.into_iter().filter(|told| !told.contains("an exception")).collect(), party, result]
}

#[test]
fn every_fact_beneath_a_judgement_is_told_when_it_changes_and_no_other() {
    assert_eq!(told(&judged()), [const { Vec::<String>::new() }; 3], "nothing changed");
    for (fact, change, expected) in CHANGES {
        let mut license = judged();
        change(&mut license);
        let told = told(&license);
        assert_eq!([0, 1, 2].map(|kind| !told[kind].is_empty()), *expected, "{fact}: {told:?}");
        let beneath = license.changed_beneath(&reference(), true);
        assert_eq!(license.asks_again(&reference()).is_some(), !beneath.is_empty(), "{fact}: {beneath:?}");
    }
}

/// Every kind of facts that a decision reads has a word for people.
#[test]
fn what_a_decision_rests_on_is_called_by_a_word() {
    let read: std::collections::BTreeSet<&str> = SAYS.into_iter().chain(NEEDED).chain(["result"]).collect();
    assert_eq!(read, Ground::ALL.iter().map(|ground| ground.code()).collect());
    assert_eq!(read.len(), Ground::ALL.len());
}

/// The kinds that changed, each once, of a license that stands: issued, or waiting to be. One that was stopped runs
/// again first.
#[test]
fn a_license_asks_to_be_decided_again_by_the_kinds_of_what_changed() {
    use LicenseStatus as S;
    for status in S::ALL.iter().copied() {
        let mut license = LicenseFile { status, ..judged() };
        let asked = |license: &LicenseFile| license.asks_again(&reference()).map(|(made, grounds)| (made.id, grounds));
        assert_eq!(asked(&license), None, "nothing changed: {}", status.label());
        license.items[0].quantity = 29;
        take_back(&mut license);
        license.parties[0].listings = vec![sample::listing("A list"), sample::listing("Another list")];
        let made = license.decisions[0].id;
        // What is excepted stands on the whole license.
        let grounds = vec![Ground::Item, Ground::Listed, Ground::Permit, Ground::Exception];
        let asks = matches!(status, S::Approved | S::ApprovedOnConditions).then_some((made, grounds));
        assert_eq!(asked(&license), asks, "{}", status.label());
        license.decisions.push(decision(&license, Act::ApproveOnConditions));
        assert_eq!(asked(&license), None, "it was decided again: {}", status.label());
    }
}

#[test]
fn what_changed_is_told_before_and_after() {
    let mut license = judged();
    license.items[0].quantity = 29;
    take_back(&mut license);
    license.parties[0].listings.push(sample::listing("A list"));
    let told = told(&license);
    assert_eq!(
        told[0],
        [
            "items pistol, 30; now: items pistol, 29",
            "new: Harrow Defense Supply, Inc. on a list: A list",
            "permit D-881 of DECAM, which counted; no longer so"
        ]
    );
}

/// A change back is no change, and what the program before did not keep is not held against anybody.
#[test]
fn a_change_back_and_a_judgement_without_a_basis_lapse_nothing() {
    let mut license = judged();
    license.parties[1].country = "HN".into();
    assert!(!license.changed_beneath(&reference(), true).is_empty());
    license.parties[1].country = "GT".into();
    assert!(license.changed_beneath(&reference(), true).is_empty());
    license.decisions[0].basis = None;
    license.exceptions.iter_mut().for_each(|made| made.basis = None);
    for (fact, change, _) in CHANGES {
        let mut license = license.clone();
        change(&mut license);
        assert_eq!(told(&license), [const { Vec::<String>::new() }; 3], "{fact}");
    }
}

/// Who does not know every check on a license learns nothing of their results.
#[test]
fn of_results_nothing_is_said_to_who_may_not_know_them() {
    let mut license = judged();
    license.checks.clear();
    assert_eq!(license.changed_beneath(&reference(), false), []);
    assert_eq!(license.changed_beneath(&reference(), true).len(), 1);
}

/// Guard 7: a lapsed exception excepts nobody, and is made again. Guard 15 alike.
#[test]
fn a_lapsed_exception_blocks_again_until_it_is_made_again() {
    let mut license = judged();
    assert_eq!(license.blocked_parties(&reference()), []);
    license.parties[1].listings.push(sample::listing("Another list"));
    let user = license.parties[1].party_id;
    assert_eq!(license.blocked_parties(&reference()).len(), 1);
    let again = license.except(PersonId::new(), &user.to_string(), "Known", &reference()).expect("it is made again");
    assert_eq!(again.basis(), &license.excepted_on(Some(user), &reference()));

    license.checks = vec![sample::license_check(ResultWord::Inconclusive)];
    license.exceptions[1].result_id = license.last_result();
    license.exceptions[1].basis = Some(license.excepted_on(None, &reference()));
    assert!(license.is_excepted_result(&reference()));
    license.items[0].quantity += 1;
    assert!(!license.is_excepted_result(&reference()), "the items are others");
}

/// Guard 11: a decision whose basis changed is not confirmed; it is made again, and then it is.
#[test]
fn a_decision_whose_basis_changed_is_made_again_before_it_is_confirmed() {
    let by = Decider { id: PersonId::new(), authority: Decimal::from(1_000_000) };
    let decide = |license: &LicenseFile, act| license.may_decide(by, act, &reference(), TODAY);
    let mut license = judged();
    assert_eq!(decide(&license, Act::Confirm), Ok(LicenseStatus::Approved));
    for act in [Act::Approve, Act::ApproveOnConditions] {
        assert!(decide(&license, act).is_err(), "nothing changed: it is confirmed");
    }
    license.checks.push(sample::license_check(ResultWord::Favorable));
    let changed = license.changed_beneath(&reference(), true);
    assert_eq!(decide(&license, Act::Confirm), Err(Refusal::BasisChanged(changed)));
    assert_eq!(decide(&license, Act::Approve), Ok(LicenseStatus::Approved), "nothing is open");
    license.conditions.push(sample::condition());
    assert_eq!(decide(&license, Act::ApproveOnConditions), Ok(LicenseStatus::ApprovedOnConditions));
    license.decisions.push(decision(&license, Act::ApproveOnConditions));
    assert_eq!(license.changed_beneath(&reference(), true), [], "asked once");
    license.conditions.pop();
    assert_eq!(decide(&license, Act::Confirm), Ok(LicenseStatus::Approved));
}

/// An issued license is approved again by the rules of an approval, and reinstated by those of its parties; one that
/// was returned, denied or revoked rests on nothing.
#[test]
fn an_issued_license_is_decided_again_by_the_same_rules_and_an_ended_one_is_not() {
    use LicenseStatus as S;
    let by = Decider { id: PersonId::new(), authority: Decimal::from(1_000_000) };
    let decide = |license: &LicenseFile, act| license.may_decide(by, act, &reference(), TODAY);
    for status in S::ALL.iter().copied() {
        let mut license = LicenseFile { status, ..judged() };
        assert_eq!(decide(&license, Act::Approve).is_ok(), status == S::Pending, "nothing changed");
        license.checks.push(sample::license_check(ResultWord::Favorable));
        let stands = matches!(status, S::Approved | S::Suspended | S::ApprovedOnConditions);
        assert_eq!(!license.changed_beneath(&reference(), true).is_empty(), stands, "{}", status.label());
        let again = matches!(status, S::Pending | S::Approved | S::ApprovedOnConditions);
        assert_eq!(decide(&license, Act::Approve) == Ok(S::Approved), again, "{}", status.label());
        take_back(&mut license);
        let open = matches!(decide(&license, Act::Approve), Err(Refusal::Open { .. }));
        assert_eq!(open, again, "a paper was taken back: {}", status.label());
        let on_conditions = decide(&license, Act::ApproveOnConditions) == Ok(S::ApprovedOnConditions);
        assert_eq!(on_conditions, again, "something is open: {}", status.label());
        assert_eq!(license.open_to_decide(&reference()), again, "{}", status.label());
    }
    let mut stopped = LicenseFile { status: S::Suspended, ..judged() };
    assert_eq!(decide(&stopped, Act::Reinstate), Ok(S::Approved));
    let visit = LicenseCheck {
        check_type: crate::checks::model::CheckType::PostShipment,
        state: crate::checks::model::CheckState::InProgress,
        ..sample::license_check(ResultWord::Favorable)
    };
    stopped.checks.push(visit);
    assert_eq!(decide(&stopped, Act::Reinstate), Ok(S::Approved), "what is looked at after the issue");
    stopped.parties[0].listings.push(sample::listing("A list"));
    assert!(matches!(decide(&stopped, Act::Reinstate), Err(Refusal::Party { .. })));
}

/// A license that was stopped and runs again is as much in doubt as it was: who reinstates it judges its parties alone.
#[test]
fn a_reinstatement_leaves_the_changed_basis_of_the_approval_marked() {
    let mut license = judged();
    license.parties[1].country = "HN".into();
    let changed = license.changed_beneath(&reference(), true);
    assert!(!changed.is_empty());
    for (act, status) in [(Act::Suspend, LicenseStatus::Suspended), (Act::Reinstate, LicenseStatus::Approved)] {
        license.decisions.push(decision(&license, act));
        license.status = status;
        assert_eq!(license.changed_beneath(&reference(), true), changed, "{}", act.label());
        assert_eq!(license.in_force().map(|made| made.act), Some(Act::ApproveOnConditions));
    }
    license.decisions.push(decision(&license, Act::Approve));
    assert_eq!(license.changed_beneath(&reference(), true), [], "it was decided again");
}

/// Guard 7: whatever its decision rested on, also if nobody kept that.
#[test]
fn a_stopped_license_with_a_party_that_blocks_is_excepted_and_runs_again() {
    let by = Decider { id: PersonId::new(), authority: Decimal::from(1_000_000) };
    for (decisions, status) in [(Vec::new(), LicenseStatus::Suspended), (judged().decisions, LicenseStatus::Suspended)]
    {
        let mut license = LicenseFile { status, decisions, exceptions: Vec::new(), ..judged() };
        let blocked = license.may_decide(by, Act::Reinstate, &reference(), TODAY);
        assert!(matches!(blocked, Err(Refusal::Party { .. })));
        let user = license.parties[1].party_id;
        let made = license.except(PersonId::new(), &user.to_string(), "Another body", &reference());
        assert_eq!(made.map(|made| *made.party()), Ok(Some(user)));
        license.exceptions = vec![Exception {
            basis: Some(license.excepted_on(Some(user), &reference())),
            ..judged().exceptions.remove(0)
        }];
        license.exceptions[0].party_id = Some(user);
        assert_eq!(license.may_decide(by, Act::Reinstate, &reference(), TODAY), Ok(LicenseStatus::Approved));
    }
    let runs = LicenseFile { status: LicenseStatus::Suspended, decisions: Vec::new(), ..judged() };
    assert!(runs.may_except(PersonId::new(), &reference()).is_err(), "nothing keeps it from running again");
}

/// What a page offers is what leads anywhere, and nothing leads where the license stands already but a changed basis.
#[test]
fn only_acts_that_lead_anywhere_are_offered() {
    use LicenseStatus as S;
    for status in S::ALL.iter().copied() {
        let mut license = LicenseFile { status, ..judged() };
        let path: Vec<Act> = Act::ALL.iter().copied().filter(|act| status.after(*act).is_some()).collect();
        assert_eq!(license.may_choose(Act::ALL, &reference()), path, "{}", status.label());
        assert_eq!(license.open_to_decide(&reference()), status == S::Pending, "{}", status.label());
        license.items[0].quantity += 1;
        let stands = !license.changed_beneath(&reference(), true).is_empty();
        let leads = |act: &Act| status.after(*act).is_some() || stands && status.again(*act).is_some();
        let both: Vec<Act> = Act::ALL.iter().copied().filter(leads).collect();
        assert_eq!(license.may_choose(Act::ALL, &reference()), both, "{}", status.label());
        assert_eq!(both.len() > path.len(), matches!(status, S::ApprovedOnConditions | S::Approved));
    }
}

#[test]
fn a_basis_is_kept_as_it_is_read() {
    let basis = judged().decided_on(&reference(), TODAY, true);
    let kept = serde_json::to_value(&basis).expect("it is written");
    assert_eq!(serde_json::from_value::<Basis>(kept).expect("it is read"), basis);
}
