//! What excepting, raising, meeting, certifying and deciding asks, and what is stored and logged of it.

use rust_decimal::Decimal;
use time::{Duration, macros::date};

use super::*;
use crate::{
    audit::{Event, Subject, Verb, says},
    duties::model::{Duty, Separated},
    faults::Fault,
    id::*,
    parties::model::{PartyRole, TakesPossession},
    sample::{self, NOW, TODAY, logged},
    vocabulary::{CheckState, ResultWord},
};

fn except(license: &LicenseFile, what: &str) -> Result<Excepted, Refusal> {
    license.except(PersonId::new(), what, "Known for years", &sample::reference())
}

/// What would change nothing any more is refused, in the words of what stands.
#[test]
fn only_an_open_license_is_excepted_conditioned_certified_and_split() {
    for status in LicenseStatus::ALL {
        let mut license = LicenseFile { status: *status, ..sample::license() };
        license.parties[1].listings.push(sample::listing("debarred"));
        let party = license.parties[1].party_id.to_string();
        let judged = [
            ("an exception would change nothing", except(&license, &party).map(drop)),
            ("a condition would change nothing", license.raise(ConditionId::new(), "So", "they").map(drop)),
            (
                "its conditions stand as they are",
                license.meet(PersonId::new(), &sample::condition(), "A letter").map(drop),
            ),
            ("its certification stands as it is", license.certify(Some(TODAY), "Note", TODAY).map(drop)),
            ("its items can no longer be split", license.may_split()),
        ];
        for (stands, judged) in judged {
            // A party that blocks keeps a license that was stopped from running again.
            let runs_again = *status == LicenseStatus::Suspended && stands.starts_with("an exception");
            let expected = if status.is_open() || runs_again { Ok(()) } else { Err(Refusal::Settled(stands)) };
            assert_eq!(judged, expected, "{}", status.label());
        }
    }
    let settled = Refusal::Settled("its items can no longer be split").to_string();
    assert_eq!(settled, "The license is decided; its items can no longer be split.");
}

/// Guards 7 and 11: an exception is for one party that blocks, by a supervisor who had no other part in the file.
#[test]
fn guard_7_an_exception_is_for_a_party_that_blocks() {
    let mut license = sample::license();
    let [applicant, end_user] = [0, 1].map(|index: usize| license.parties[index].party_id);
    assert_eq!(except(&license, &end_user.to_string()).map(drop), Err(Refusal::NothingToExcept), "nothing blocks");
    license.parties[1].listings.push(sample::listing("debarred"));
    for what in [applicant.to_string(), PartyId::new().to_string(), LicenseFile::RESULT.into(), String::new()] {
        assert_eq!(except(&license, &what).map(drop), Err(Refusal::NothingToExcept), "{what}");
    }
    let made = except(&license, &end_user.to_string()).expect("it blocks");
    assert_eq!((*made.license(), *made.guard(), *made.party()), (license.id, 7, Some(end_user)));
    assert_eq!((*made.result(), made.reason().as_str()), (None, "Known for years"));
    let sentence = format!("made an exception for {}", sample::END_USER);
    let entry = Event::new(Verb::ExceptionMade, license.id, sentence).after(says("Reason", "Known for years"));
    assert_eq!(logged(made), logged(entry.on_party(end_user)));

    let opener = PersonId::new();
    sample::did_on(&mut license, opener, Duty::Open);
    let separated = Separated { later: Duty::Except, earlier: Duty::Open, place: "license 050107086".into() };
    let own = license.except(opener, &end_user.to_string(), "Known", &sample::reference()).map(drop);
    assert_eq!(own, Err(Refusal::Separated(separated)));
}

/// Guard 15: the missing result is excepted once every check has its result, for the last one there is.
#[test]
fn guard_15_the_missing_result_is_excepted_once_every_check_is_judged() {
    for word in ResultWord::ALL.iter().copied() {
        let mut license = sample::license();
        license.checks = vec![sample::license_check(word)];
        let missing = (!word.is_favorable()).then_some(Refusal::NoFavorable);
        assert_eq!(license.missing_result(&sample::reference()), missing, "{}", word.label());
        let expected = if missing.is_some() { Ok(15) } else { Err(Refusal::NothingToExcept) };
        assert_eq!(except(&license, LicenseFile::RESULT).map(|made| *made.guard()), expected, "{}", word.label());
        license.checks.push(LicenseCheck {
            state: CheckState::InProgress,
            result: None,
            ..sample::license_check(ResultWord::Favorable)
        });
        assert_eq!(license.missing_result(&sample::reference()), None, "another check has no result yet");
        assert_eq!(except(&license, LicenseFile::RESULT).map(drop), Err(Refusal::NothingToExcept));
    }
    let unchecked = LicenseFile { checks: Vec::new(), ..sample::license() };
    assert_eq!(unchecked.missing_result(&sample::reference()), None, "nobody looked: there is nothing to except");
    assert_eq!(except(&unchecked, LicenseFile::RESULT).map(drop), Err(Refusal::NothingToExcept));
    let mut license = sample::license();
    license.facts_changed_at = Some(NOW + Duration::minutes(1));
    assert_eq!(license.missing_result(&sample::reference()), Some(Refusal::Lapsed("BL-2026-0042".into())));

    // Of several results the one that was signed last.
    let result = |minutes, word| LicenseCheck {
        result_signed_at: Some(NOW + Duration::minutes(minutes)),
        ..sample::license_check(word)
    };
    let of_this = result(3, ResultWord::Inconclusive);
    license.checks = vec![result(1, ResultWord::Unfavorable), of_this.clone(), result(2, ResultWord::Favorable)];
    let made = except(&license, LicenseFile::RESULT).expect("none bears an approval");
    assert_eq!((*made.license(), *made.party(), *made.result()), (license.id, None, of_this.result_id));
    let entry = Event::new(Verb::ExceptionMade, license.id, "made an exception for the missing favorable result");
    assert_eq!(logged(made), logged(entry.after(says("Reason", "Known for years"))));

    // It lapses with the facts it was made for.
    let excepted = |at| Exception {
        guard: 15,
        party_id: None,
        result_id: of_this.result_id,
        reason: "Known for years".into(),
        excepted_by: PersonId::new(),
        excepted_by_name: "A supervisor".into(),
        excepted_at: NOW + Duration::minutes(at),
        basis: None,
    };
    for (at, holds) in [(0, false), (1, true), (2, true)] {
        license.exceptions = vec![excepted(at)];
        assert_eq!(
            license.is_excepted_result(&sample::reference()),
            holds,
            "made {at} minutes after, changed one minute after"
        );
        assert_eq!(license.missing_result(&sample::reference()).is_none(), holds);
    }
    license.exceptions = vec![Exception { guard: 7, ..excepted(2) }];
    assert!(!license.is_excepted_result(&sample::reference()), "guard 7 is another exception");
    assert_eq!([excepted(0).to(), license.exceptions[0].to()], ["to the missing favorable result", "for a party"]);
}

/// Guard 7: whoever is in a proscribed destination, stands on a list, or is to receive the items in one; each once.
#[test]
fn guard_7_blocks_who_is_in_a_proscribed_destination_and_who_receives_there() {
    for role in PartyRole::ALL.iter().copied() {
        let mut license = sample::license();
        license.parties = vec![sample::party("Pelago Trading", role, TakesPossession::Takes)];
        let blocked = |license: &LicenseFile| license.blocked_parties(&sample::reference());
        assert_eq!(blocked(&license), []);
        let id = license.parties[0].party_id;
        (license.destination, license.destination_name) = ("IR".into(), "Iran".into());
        let to = "to receive the items in Iran, a proscribed destination (A statute)";
        let receives = matches!(role, PartyRole::EndUser | PartyRole::ForeignConsignee);
        let expected = receives.then(|| (id, "Pelago Trading".to_owned(), to.to_owned()));
        assert_eq!(blocked(&license), Vec::from_iter(expected), "{}", role.label());
        (license.parties[0].country, license.parties[0].country_name) = ("IR".into(), "Iran".into());
        license.parties[0].listings.push(sample::listing("debarred"));
        let mut again = license.parties[0].clone();
        (again.id, again.role) = (LicensePartyId::new(), PartyRole::Broker);
        license.parties.push(again);
        let expected = (id, "Pelago Trading".into(), "in Iran, a proscribed destination (A statute)".into());
        assert_eq!(blocked(&license), [expected], "one party in two roles");
        let mut other = sample::party("Meridian Freight", PartyRole::FreightForwarder, TakesPossession::Takes);
        other.listings = vec![sample::listing("debarred"), sample::listing("denied")];
        let second = (other.party_id, other.name.clone(), "on a list: debarred, denied".to_owned());
        license.parties.push(other);
        assert_eq!(blocked(&license)[1..], [second]);
    }
}

#[test]
fn a_condition_that_is_raised_and_met_is_stored_and_logged_with_its_evidence() {
    let (license, condition) = (sample::license(), sample::condition());
    let raised = license.raise(condition.id, &condition.text, &condition.who_acts).expect("it is open");
    assert_eq!((*raised.license(), *raised.condition()), (license.id, condition.id));
    assert_eq!((raised.text(), raised.who_acts()), (&condition.text, &condition.who_acts));
    let row = Subject::Row("condition", condition.id.0);
    let sentence = "raised a condition: The insurer confirms cover";
    let entry =
        Event::new(Verb::ConditionChanged, license.id, sentence).about(row).after(says("Who acts", "the applicant"));
    assert_eq!(logged(raised), logged(entry));

    let met = license.meet(PersonId::new(), &condition, "Letter of 3 May").expect("it is open");
    assert_eq!((*met.condition(), met.evidence().as_str()), (condition.id, "Letter of 3 May"));
    let entry = Event::new(Verb::ConditionChanged, row, "condition met: The insurer confirms cover");
    assert_eq!(logged(met), logged(entry.on_license(license.id).after(says("Evidence", "Letter of 3 May"))));
}

/// Guard 11: who decided on a condition does not note that it is met.
#[test]
fn who_decided_does_not_note_that_a_condition_is_met() {
    let (mut license, by) = (sample::license(), PersonId::new());
    sample::did_on(&mut license, by, Duty::Decide);
    let place = "license 050107086".into();
    let separated = Separated { later: Duty::MeetCondition, earlier: Duty::Decide, place };
    assert_eq!(license.meet(by, &sample::condition(), "A letter").map(drop), Err(Refusal::Separated(separated)));
}

/// Guard 8: the day of certification is one that has come, and may be taken away again.
#[test]
fn a_certification_is_stored_and_logged_with_its_day_and_source() {
    let mut license = sample::license();
    license.certified_on = Some(date!(2026 - 05 - 01));
    for day in [None, TODAY.previous_day(), Some(TODAY)] {
        let certified = license.certify(day, "Transmittal 26-14", TODAY).expect("that day has come");
        assert_eq!((*certified.license(), *certified.day()), (license.id, day));
        let entry = Event::new(Verb::LicenseChanged, license.id, "recorded the certification to Congress")
            .before(says("Certified on", date!(2026 - 05 - 01)))
            .after(says("Certified on", day).and("Source", "Transmittal 26-14"));
        assert_eq!(logged(certified), logged(entry));
    }
    let early = license.certify(TODAY.next_day(), "Transmittal 26-14", TODAY).map(drop);
    assert_eq!(early, Err(Refusal::Fault(Fault::ToCome)));
}

/// What is decided is stored and logged as it was read: act, number, amount, revision, reasons and provisos.
#[test]
fn a_decision_is_stored_and_logged_with_all_that_it_says() {
    let license = sample::license();
    let by = Decider { id: PersonId::new(), authority: Decimal::from(50_000) };
    let provisos = vec!["No resale".to_owned()];
    let decided = license
        .decide(by, (Act::Approve, "As the post answered", provisos.clone()), &sample::reference(), TODAY)
        .expect("nothing is open");
    assert_eq!((*decided.license(), *decided.number(), *decided.act()), (license.id, 1, Act::Approve));
    assert_eq!((*decided.status(), *decided.amount()), (LicenseStatus::Approved, Decimal::from(48_200)));
    assert_eq!((*decided.revision(), decided.reasons().as_str()), (7, "As the post answered"));
    assert_eq!(decided.provisos(), &provisos);
    let after = says("Status", LicenseStatus::Approved).and("Reasons", "As the post answered");
    let after = after.and("Provisos", "No resale").and("Version of the file", 7);
    let entry = Event::new(Verb::LicenseDecided, license.id, "approved license 050107086 (decision 1)")
        .before(says("Status", LicenseStatus::Pending))
        .after(after);
    assert_eq!(logged(decided), logged(entry));
}

/// Every word for an act is its own: "the license is pending; it cannot be suspended".
#[test]
fn an_act_is_refused_by_its_own_word() {
    let words = Act::ALL.iter().map(|act| act.participle());
    let expected =
        ["approved", "approved on conditions", "returned", "denied", "confirmed", "suspended", "reinstated", "revoked"];
    assert!(words.eq(expected));
    let open = |count: usize| {
        let license = LicenseFile { conditions: vec![sample::condition(); count], ..sample::license() };
        let by = Decider { id: PersonId::new(), authority: Decimal::MAX };
        let refused = license.may_decide(by, Act::Approve, &sample::reference(), TODAY);
        refused.expect_err("something is open").to_string()
    };
    assert_eq!(open(1), "Cannot approve: 1 condition is open - The insurer confirms cover.");
    let two = "Cannot approve: 2 conditions are open - The insurer confirms cover; The insurer confirms cover.";
    assert_eq!(open(2), two);
}

/// A license that was registered as issued is corrected until a post answered about it, or somebody decided on it here.
#[test]
fn a_license_that_was_registered_as_issued_is_changed_until_a_decision() {
    let mut license = LicenseFile { status: LicenseStatus::Approved, checks: Vec::new(), ..sample::license() };
    let sealed = |license: &LicenseFile| Err(Refusal::Sealed(license.status.label().to_lowercase()));
    assert_eq!(license.changeable(), sealed(&license), "it was issued here");
    license.registered_approved_on = Some(TODAY);
    assert_eq!(license.changeable(), Ok(()));
    license.decisions.push(Decision {
        id: DecisionId::new(),
        number: 1,
        act: Act::Suspend,
        reasons: "Diverted.".into(),
        decided_by: PersonId::new(),
        decided_by_name: "A reviewer".into(),
        decided_at: NOW,
        basis: None,
        provisos: Vec::new(),
    });
    assert_eq!(license.changeable(), sealed(&license), "somebody decided on it as it was");
}

/// Of an item group some stay, whatever is split off.
#[test]
fn some_items_stay_where_others_are_split_off() {
    let item = sample::item("pistol", 30);
    assert_eq!([item.leaves_some(1), item.leaves_some(29)], [Ok(()), Ok(())]);
    assert_eq!([30, 31].map(|taken| item.leaves_some(taken)), [Err(Refusal::TooMany(30)), Err(Refusal::TooMany(30))]);
}

/// What waits is told from what is over by its color.
#[test]
fn a_license_is_colored_good_where_it_is_issued_and_bad_where_it_is_refused() {
    let tones = LicenseStatus::ALL.iter().map(|status| (status.code(), status.tone()));
    assert!(tones.eq([
        ("pending", "busy"),
        ("approved_on_conditions", "busy"),
        ("approved", "good"),
        ("returned", "warn"),
        ("denied", "bad"),
        ("suspended", "warn"),
        ("revoked", "bad"),
    ]));
}
