use rust_decimal::Decimal;
use time::Duration;

use super::*;
use crate::{
    approvals::model::{ApprovalState, SerialCount},
    checks::model::Explanation,
    evidence::model::Finding,
    id::{ExplanationId, ItemGroupId, LicenseId, PartyId, PostId},
    licenses::model::{LicenseStatus, Recounted, Shared},
    parties::model::PartyRole,
    sample,
};

fn one(file: &CaseFile) -> Contradiction {
    let mut found = find(file);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

/// Explains everything that stands in the file now.
fn explain(file: &mut CaseFile) {
    for found in find(file) {
        file.check.explanations.push(Explanation {
            id: ExplanationId::new(),
            contradiction: found.key,
            fingerprint: found.fingerprint,
            said: None,
            text: "As the officer saw.".into(),
            explained_by_name: "An officer".into(),
            explained_at: sample::NOW,
        });
    }
}

/// The rule finds one contradiction; its explanation fits as long as the facts stay, and lapses with them; the key
/// stays.
fn lapses_with_the_facts(mut file: CaseFile, change: impl Fn(&mut CaseFile)) -> Contradiction {
    let found = one(&file);
    assert!(found.explanation.is_none());
    explain(&mut file);
    assert!(one(&file).explanation.is_some(), "the explanation fits {}", found.key);
    change(&mut file);
    let later = one(&file);
    assert_eq!(later.key, found.key);
    assert!(later.explanation.is_none(), "the explanation of {} outlives its facts", found.key);
    found
}

fn go_between(file: &mut CaseFile, role: PartyRole) -> PartyId {
    let party = sample::party("Meridian Brokers", role, TakesPossession::Never);
    let id = party.party_id;
    file.licenses[0].parties.push(party);
    id
}

fn serials(file: &CaseFile, state: SerialState, count: i64, holder: Option<PartyId>) -> SerialCount {
    SerialCount {
        item_group_id: file.licenses[0].items[0].id,
        state,
        holder_party_id: holder,
        count,
        numbers: Vec::new(),
        twice: Vec::new(),
    }
}

#[test]
fn nothing_contradicts_in_a_plain_file() {
    assert!(find(&sample::case()).is_empty());
}

#[test]
fn never_takes_possession_and_holds_items_on_the_path() {
    for role in PartyRole::ALL.iter().copied() {
        let mut file = sample::case();
        let party = go_between(&mut file, role);
        let mut step = sample::step(CustodyStage::Actual, "A warehouse");
        step.party_id = Some(party);
        file.licenses[0].custody.push(step);
        assert_eq!(find(&file).len(), usize::from(role.is_go_between()), "{}", role.label());
    }
    let mut file = sample::case();
    let party = go_between(&mut file, PartyRole::Broker);
    let mut step = sample::step(CustodyStage::Planned, "A warehouse");
    step.party_id = Some(party);
    file.licenses[0].custody.push(step);
    let found = lapses_with_the_facts(file.clone(), |file| file.licenses[0].custody[0].stage = CustodyStage::Actual);
    assert_eq!(found.key, format!("possession:{}:{party}", file.licenses[0].id));
    assert!(found.by_post && found.blocks_reply && found.blocks_favorable);
}

#[test]
fn a_step_that_only_names_the_go_between_is_its_step() {
    let mut file = sample::case();
    go_between(&mut file, PartyRole::FreightForwarder);
    file.licenses[0].custody.push(sample::step(CustodyStage::Planned, "MERIDIAN  brokers"));
    assert!(one(&file).blocks_reply);
    // The name is linked to another party: that one holds the items.
    file.licenses[0].custody[0].party_id = Some(file.licenses[0].parties[1].party_id);
    assert!(find(&file).is_empty());
}

#[test]
fn never_takes_possession_and_holds_serial_numbers() {
    let mut file = sample::case();
    let party = go_between(&mut file, PartyRole::Seller);
    file.licenses[0].serials = vec![serials(&file, SerialState::Elsewhere, 30, Some(party))];
    let found = lapses_with_the_facts(file, |file| {
        file.licenses[0].custody.push(sample::step(CustodyStage::Actual, "Meridian Brokers"));
    });
    assert!(found.sentence.ends_with("holds items: 30 serial numbers"));
}

#[test]
fn what_takes_possession_may_hold_items() {
    for possession in [TakesPossession::Takes, TakesPossession::Unknown] {
        let mut file = sample::case();
        go_between(&mut file, PartyRole::Broker);
        file.licenses[0].parties.last_mut().unwrap().takes_possession = possession;
        file.licenses[0].custody.push(sample::step(CustodyStage::Actual, "Meridian Brokers"));
        assert!(find(&file).is_empty());
    }
}

#[test]
fn fewer_serial_numbers_than_licensed() {
    let mut file = sample::case();
    file.licenses[0].serials = vec![serials(&file, SerialState::Seen, 29, None)];
    let found = lapses_with_the_facts(file.clone(), |file| file.licenses[0].serials[0].count = 28);
    assert_eq!(found.key, format!("totals:{}", file.licenses[0].items[0].id));
    assert_eq!(found.sentence, "pistol: 29 serial numbers are recorded for 30 licensed");
    assert!(found.by_post && found.blocks_reply && found.blocks_favorable);
    for state in SerialState::ALL.iter().copied().filter(|state| *state != SerialState::Missing) {
        let mut whole = file.clone();
        whole.licenses[0].serials.push(serials(&file, state, 1, None));
        assert!(find(&whole).is_empty(), "seen, elsewhere or not yet counted add up: {}", state.label());
    }
}

#[test]
fn a_shipped_license_without_any_count_does_not_add_up() {
    let mut file = sample::case();
    file.check.check_type = CheckType::PostShipment;
    assert_eq!(one(&file).sentence, "pistol: 0 serial numbers are recorded for 30 licensed");
    assert!(one(&file).blocks_reply, "the post says why before it replies");
    file.check.findings.clear();
    assert!(find(&file).is_empty(), "before the post found anything nothing is expected");
}

#[test]
fn missing_serial_numbers() {
    let mut file = sample::case();
    file.licenses[0].serials =
        vec![serials(&file, SerialState::Seen, 28, None), serials(&file, SerialState::Missing, 2, None)];
    let found = lapses_with_the_facts(file, |file| {
        file.licenses[0].serials[0].count = 27;
        file.licenses[0].serials[1].count = 3;
    });
    assert!(found.key.starts_with("missing:") && found.blocks_reply && found.blocks_favorable);
}

#[test]
fn more_delivered_than_licensed() {
    let mut file = sample::case();
    let mut step = sample::step(CustodyStage::Actual, "The commission");
    (step.item_group_id, step.quantity) = (Some(file.licenses[0].items[0].id), Some(31));
    file.licenses[0].custody.push(step);
    let found = lapses_with_the_facts(file.clone(), |file| file.licenses[0].custody[0].quantity = Some(32));
    assert_eq!(found.sentence, "pistol: 31 were delivered, 30 are licensed");
    assert!(!found.blocks_reply && found.blocks_favorable);
    file.licenses[0].custody[0].stage = CustodyStage::Planned;
    assert!(find(&file).is_empty(), "planned is not delivered");
}

#[test]
fn one_permit_in_two_spellings() {
    let mut file = sample::case();
    let mut other = file.licenses[0].permits[0].clone();
    (other.id, other.number) = (crate::id::PermitId::new(), "d 881".into());
    file.licenses[0].permits.push(other);
    let found = lapses_with_the_facts(file.clone(), |file| file.licenses[0].permits[1].number = "D/881".into());
    assert_eq!(found.sentence, "One permit of DECAM is written in two ways: D-881 and d 881");
    file.licenses[0].permits[1].authority_id = crate::id::AuthorityId::new();
    assert!(find(&file).is_empty(), "another authority counts its own numbers");
}

#[test]
fn one_license_number_under_two_forms() {
    let mut file = sample::case();
    let mut other = sample::license();
    (other.form, other.number, other.number_normalized) = ("dsp_61".into(), "05-0107086".into(), "050107086".into());
    file.licenses.push(other);
    let found = lapses_with_the_facts(file, |file| file.licenses[1].number = "05 0107086".into());
    assert_eq!(found.sentence, "One license number is written in two ways: 050107086 and 05-0107086");
}

#[test]
fn two_statements_a_person_linked_as_contradicting() {
    let mut file = sample::case();
    file.check.statements = sample::contradicting(&file.check.contacts[0]);
    let found = lapses_with_the_facts(file.clone(), |file| file.check.statements[1].version += 1);
    assert_eq!(found.key, format!("statements:{}", file.check.statements[0].id));
    assert!(!found.blocks_reply && found.blocks_favorable && !found.by_post);
    file.check.statements[0].contradicted_by = None;
    assert!(find(&file).is_empty());
}

/// Guard 13: after shipment a weapon that nobody looked for yet does not add up; before, nothing is expected of it.
#[test]
fn serial_numbers_not_yet_counted_after_shipment() {
    let mut file = sample::case();
    file.licenses[0].serials =
        vec![serials(&file, SerialState::Seen, 27, None), serials(&file, SerialState::NotCounted, 3, None)];
    assert!(find(&file).is_empty());
    file.check.check_type = CheckType::PostShipment;
    let found = lapses_with_the_facts(file, |file| {
        file.licenses[0].serials[0].count = 28;
        file.licenses[0].serials[1].count = 2;
    });
    assert!(found.key.starts_with("uncounted:") && found.blocks_reply && found.blocks_favorable);
    assert_eq!(found.sentence, "pistol: 3 of 30 are not yet counted");
}

/// Counts and deliveries are of their own item group: what one holder received in several deliveries adds up, what
/// passes from holder to holder does not.
#[test]
fn deliveries_add_up_by_holder_and_item_group() {
    let mut file = sample::case();
    file.licenses[0].items.push(ItemGroup { value_usd: None, ..sample::item("pistol", 5) });
    let [thirty, others] = [0, 1].map(|index: usize| file.licenses[0].items[index].id);
    let step = |holder: &str, item, quantity| {
        let mut step = sample::step(CustodyStage::Actual, holder);
        (step.item_group_id, step.quantity) = (item, quantity);
        step
    };
    let more = |file: &mut CaseFile, steps| {
        file.licenses[0].custody = steps;
        find(file).into_iter().map(|found| found.key).collect::<Vec<_>>()
    };
    let whole = vec![step("Customs", Some(thirty), Some(30)), step("The commission", Some(thirty), Some(30))];
    assert!(more(&mut file, whole).is_empty(), "all of them, from one holder to the next");
    let several = vec![step("The commission", Some(thirty), Some(20)), step("the COMMISSION", Some(thirty), Some(11))];
    assert_eq!(more(&mut file, several), [format!("delivered:{thirty}")]);
    let apart = vec![
        step("Customs", None, Some(99)),
        step("Customs", Some(others), Some(5)),
        step("Customs", Some(thirty), None),
    ];
    assert!(more(&mut file, apart).is_empty(), "of no item group, of another one, and of no number");
}

/// What is written twice in one spelling, or was taken back, contradicts nothing; nor do two licenses of a check.
#[test]
fn two_numbers_are_two_and_one_in_one_spelling_is_one() {
    let mut file = sample::case();
    let mut other = file.licenses[0].permits[0].clone();
    other.id = crate::id::PermitId::new();
    file.licenses[0].permits.push(other);
    assert!(find(&file).is_empty(), "one spelling");
    file.licenses[0].permits[1].number = "d 881".into();
    file.licenses[0].permits[1].withdrawn_reason = Some("Mistyped.".into());
    assert!(find(&file).is_empty(), "it was taken back");
    (file.licenses[0].permits[1].number, file.licenses[0].permits[1].number_normalized) =
        ("D-882".into(), "d882".into());
    file.licenses[0].permits[1].withdrawn_reason = None;
    assert!(find(&file).is_empty(), "two permits of one authority");
    let mut second = sample::license();
    (second.number, second.number_normalized) = ("05-971940".into(), "05971940".into());
    file.licenses.push(second);
    assert!(find(&file).is_empty(), "two licenses");
}

/// Guard 13: "yes" on the receipt beside weapons that are missing, or that nobody looked for.
#[test]
fn a_receipt_is_not_answered_yes_beside_missing_ones() {
    for (state, says) in
        [(SerialState::Missing, "2 of 30 are missing"), (SerialState::NotCounted, "2 of 30 are not yet counted")]
    {
        for answer in FindingAnswer::ALL.iter().copied() {
            let mut file = sample::case();
            file.licenses[0].serials =
                vec![serials(&file, SerialState::Seen, 28, None), serials(&file, state, 2, None)];
            let basis = file.check.contacts[0].clone();
            file.check.findings.push(Finding { answer, ..sample::finding("receipt", None, &basis) });
            let receipt = |file: &CaseFile| find(file).into_iter().find(|found| found.key == "receipt");
            let Some(found) = receipt(&file) else {
                assert_ne!(answer, FindingAnswer::Yes, "{says}");
                continue;
            };
            assert_eq!(answer, FindingAnswer::Yes, "{says}");
            assert_eq!(found.sentence, format!("receipt: the answer is yes, and yet: pistol: {says}"));
            assert!(found.by_post && found.blocks_reply && found.blocks_favorable);
            explain(&mut file);
            assert!(receipt(&file).is_some_and(|found| found.explanation.is_some()));
            file.licenses[0].serials[1].count = 3;
            assert!(receipt(&file).is_some_and(|found| found.explanation.is_none()), "the facts changed");
            file.licenses[0].serials = vec![serials(&file, SerialState::Seen, 30, None)];
            assert!(receipt(&file).is_none());
        }
    }
}

/// A license that says one value, and whose lines come to another one.
#[test]
fn a_value_that_the_lines_do_not_come_to() {
    let mut file = sample::case();
    file.licenses[0].value_usd = Decimal::from(2_500_000);
    let found = lapses_with_the_facts(file, |file| file.licenses[0].value_usd = Decimal::from(2_600_000));
    assert_eq!(found.sentence, "License 050107086: its value is $2,500,000, and its lines come to $48,200");
    assert!(!found.by_post && !found.blocks_reply && found.blocks_favorable && found.is_of_items());
}

/// An application is judged by the rows of its own day.
#[test]
fn items_under_a_category_of_another_time() {
    let mut file = sample::case();
    file.licenses[0].items[0].outdated = Some("the category I".into());
    let change = |file: &mut CaseFile| file.licenses[0].items[0].outdated = Some("the class pistol".into());
    let found = lapses_with_the_facts(file, change);
    assert_eq!(found.sentence, "pistol, 30: the category I did not hold on the day of the application");
    assert!(!found.by_post && found.blocks_favorable && found.is_of_items());
}

/// Items that are there under an issued license whose matrix has nothing on paper.
#[test]
fn delivered_under_a_license_without_an_approval_on_paper() {
    let delivered = |file: &mut CaseFile| {
        file.licenses[0].custody.push(sample::step(CustodyStage::Actual, "The commission"));
    };
    for status in LicenseStatus::ALL.iter().copied() {
        let mut file = sample::case();
        file.licenses[0].status = status;
        file.licenses[0].approvals[0].state = ApprovalState::Needed;
        file.licenses[0].approvals[0].permit_id = None;
        assert!(find(&file).is_empty(), "nothing came yet: {}", status.label());
        delivered(&mut file);
        let Some(found) = find(&file).into_iter().next() else {
            assert!(status.is_open(), "{}", status.label());
            continue;
        };
        assert!(!status.is_open(), "{}: it is open before the license issues", status.label());
        let sentence = "pistol, 30: delivered, and the matrix has nothing on paper: DECAM: not applied for";
        assert_eq!(found.sentence, sentence);
        assert!(!found.by_post && !found.blocks_reply && found.blocks_favorable && !found.is_of_items());
    }
    let issued = |change: &dyn Fn(&mut LicenseFile)| {
        let mut file = sample::case();
        file.licenses[0].status = LicenseStatus::Approved;
        change(&mut file.licenses[0]);
        let seen = serials(&file, SerialState::Seen, 30, None);
        file.licenses[0].serials = vec![seen];
        find(&file).into_iter().map(|found| found.sentence).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(issued(&|_| ()), none);
    let expired = |license: &mut LicenseFile| license.permits[0].valid_until = Some(sample::TODAY - Duration::days(9));
    assert_eq!(issued(&expired), none, "a paper that ran out since is a paper");
    let nobody = |license: &mut LicenseFile| {
        license.rules.clear();
        license.approvals.clear();
    };
    let unasked = "pistol, 30: delivered, and the matrix has nothing on paper: no country rule; nothing recorded";
    assert_eq!(issued(&nobody), [unasked]);
    let promised = |license: &mut LicenseFile| {
        (license.approvals[0].state, license.approvals[0].permit_id) = (ApprovalState::Applied, None);
    };
    let applied = "pistol, 30: delivered, and the matrix has nothing on paper: DECAM: applied for, not issued";
    assert_eq!(issued(&promised), [applied]);
    // Another item group came, not this one; planned is not delivered.
    let mut file = sample::case();
    file.licenses[0].status = LicenseStatus::Approved;
    file.licenses[0].approvals.clear();
    delivered(&mut file);
    file.licenses[0].custody[0].item_group_id = Some(ItemGroupId::new());
    assert!(find(&file).is_empty());
    file.licenses[0].custody[0].item_group_id = Some(file.licenses[0].items[0].id);
    assert_eq!(find(&file).len(), 1);
    file.licenses[0].custody[0].stage = CustodyStage::Planned;
    assert!(find(&file).is_empty());
}

/// Guard 13: one serial number in two item groups of a license is one weapon in two places.
#[test]
fn one_serial_number_in_two_places() {
    let mut file = sample::case();
    let twice = |numbers: &[&str]| numbers.iter().map(|number| (*number).to_owned()).collect::<Vec<_>>();
    let mut seen = serials(&file, SerialState::Seen, 30, None);
    seen.twice = twice(&["KX2", "KX1"]);
    file.licenses[0].serials = vec![seen];
    let found = lapses_with_the_facts(file, |file| file.licenses[0].serials[0].twice = twice(&["KX1"]));
    assert_eq!(found.sentence, "License 050107086: serial number KX1 and 1 more counted in two lines of items");
    assert!(found.by_post && found.blocks_reply && found.blocks_favorable);
}

/// Serial numbers of the first items that another license has too.
fn shared(file: &CaseFile, number: &str, numbers: &[&str]) -> Shared {
    let item = &file.licenses[0].items[0];
    Shared {
        item_group_id: item.id,
        state: SerialState::Seen,
        count: i64::try_from(numbers.len()).unwrap(),
        numbers: numbers.iter().map(|number| (*number).to_owned()).collect(),
        license_id: LicenseId::new(),
        number: number.into(),
        status: LicenseStatus::Approved,
        item_class: item.item_class.clone(),
        counted: SerialState::Missing,
        makers: Vec::new(),
        posts: vec![PostId::new()],
    }
}

/// Guard 13: one weapon on two licenses, and of a license that the post does not see only that there is one.
#[test]
fn one_weapon_on_two_licenses_is_told_as_far_as_the_post_may_know() {
    let mut file = sample::case();
    let label = file.licenses[0].items[0].label.clone();
    file.licenses[0].shared = vec![shared(&file, "05-971940", &["KX1"])];
    let found = lapses_with_the_facts(file.clone(), |file| file.licenses[0].shared[0].counted = SerialState::Seen);
    lapses_with_the_facts(file.clone(), |file| file.licenses[0].shared[0].numbers = vec!["KX2".into()]);
    lapses_with_the_facts(file.clone(), |file| file.licenses[0].shared[0].license_id = LicenseId::new());
    assert_eq!(found.sentence, format!("{label}: serial number KX1 stands in another file too"));
    assert!(found.by_post && found.blocks_reply && found.blocks_favorable);
    assert!(!found.others[0].is_seen_at_post && !found.key.contains(&found.others[0].license.to_string()));
    // That the post sees the license by now names it, and changes no fact.
    explain(&mut file);
    let post = file.check.post_id;
    file.licenses[0].shared[0].posts.push(post);
    let found = one(&file);
    assert!(found.explanation.is_some() && found.others[0].is_seen_at_post);
    assert_eq!(found.sentence, format!("{label}: serial number KX1 stands on license 05-971940 too"));
    // Several numbers on several licenses, some of them seen.
    let more = [shared(&file, "05-971941", &["KX3", "KX1"]), shared(&file, "05-971942", &["KX2"])];
    file.licenses[0].shared.extend(more);
    let found = one(&file);
    assert!(found.lapsed.is_some());
    assert_eq!(
        found.sentence,
        format!("{label}: serial number KX1 and 2 more stand on license 05-971940 and in another file too")
    );
    assert_eq!(found.others.len(), 3);
    // Beyond the first hundred there are as many as were counted.
    file.licenses[0].shared[1].count = 500;
    assert!(one(&file).sentence.contains("KX1 and 499 more stand"));
    file.licenses[0].shared.iter_mut().for_each(|shared| shared.item_class = "another".into());
    assert!(find(&file).is_empty());
}

/// Guard 13: one weapon before two posts at one time.
#[test]
fn one_weapon_that_two_posts_saw_at_once() {
    let mut file = sample::case();
    let label = file.licenses[0].items[0].label.clone();
    let again = |numbers: &[&str]| Recounted {
        item_group_id: file.licenses[0].items[0].id,
        state: SerialState::Seen,
        counted_at: sample::NOW,
        count: i64::try_from(numbers.len()).unwrap(),
        numbers: numbers.iter().map(|number| (*number).to_owned()).collect(),
        before: SerialState::Seen,
        answered_at: None,
    };
    let (single, two) = (again(&["KX1"]), again(&["KX1", "KX2"]));
    file.licenses[0].recounted = vec![single];
    let found = lapses_with_the_facts(file.clone(), |file| file.licenses[0].recounted = vec![two.clone()]);
    let at_once = "seen in another file too, before the first of the two was answered";
    assert_eq!(found.sentence, format!("{label}: serial number KX1 {at_once}"));
    assert!(found.by_post && found.blocks_reply && found.blocks_favorable);
    file.licenses[0].recounted = vec![two];
    assert_eq!(one(&file).sentence, format!("{label}: serial number KX1 and 1 more {at_once}"));
    file.licenses[0].recounted[0].answered_at = Some(sample::NOW - Duration::days(1));
    assert!(find(&file).is_empty());
}
