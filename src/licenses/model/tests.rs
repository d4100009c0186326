use rust_decimal::Decimal;
use time::macros::date;

use super::{Refusal, *};
use crate::{
    approvals::model::{Refusal as PaperRefusal, *},
    audit::Event,
    checks::model::{CheckState, CheckType, ResultWord},
    duties::model::Duty,
    evidence::model::ContactKind,
    faults::Fault,
    id::*,
    sample,
};

const AUTHORITY: i64 = 1_000_000;

fn reviewer() -> Decider {
    Decider { id: PersonId::new(), authority: Decimal::from(AUTHORITY) }
}

fn decide(license: &LicenseFile, by: Decider, act: Act) -> Result<LicenseStatus, Refusal> {
    license.may_decide(by, act, &sample::reference(), sample::TODAY)
}

fn open(license: &LicenseFile) -> Vec<String> {
    license.open_conditions(&sample::reference(), sample::TODAY).into_iter().map(|open| open.text).collect()
}

fn on_conditions() -> LicenseFile {
    let mut license = sample::license();
    license.status = LicenseStatus::ApprovedOnConditions;
    license
}

fn decision(act: Act, by: PersonId) -> Decision {
    Decision {
        id: DecisionId::new(),
        number: 4,
        act,
        reasons: "Released later.".into(),
        decided_by: by,
        decided_by_name: "A reviewer".into(),
        decided_at: sample::NOW,
        provisos: Vec::new(),
        basis: None,
    }
}

fn exception(guard: i32, party: Option<PartyId>) -> Exception {
    Exception {
        guard,
        party_id: party,
        result_id: None,
        reason: "Known for years.".into(),
        excepted_by: PersonId::new(),
        excepted_by_name: "A supervisor".into(),
        excepted_at: sample::NOW,
        basis: None,
    }
}

/// The license's path, written down once more: every status and act that is not here is refused, in words.
#[test]
fn the_path_has_these_acts_and_no_other() {
    use LicenseStatus as S;
    let acts = [
        (S::Pending, Act::Approve, S::Approved),
        (S::Pending, Act::ApproveOnConditions, S::ApprovedOnConditions),
        (S::Pending, Act::Return, S::Returned),
        (S::Pending, Act::Deny, S::Denied),
        (S::ApprovedOnConditions, Act::Confirm, S::Approved),
        (S::ApprovedOnConditions, Act::Return, S::Returned),
        (S::ApprovedOnConditions, Act::Deny, S::Denied),
        (S::Approved, Act::Suspend, S::Suspended),
        (S::Approved, Act::Revoke, S::Revoked),
        (S::Suspended, Act::Reinstate, S::Approved),
        (S::Suspended, Act::Revoke, S::Revoked),
    ];
    for status in S::ALL {
        for act in Act::ALL {
            let listed = acts.iter().find(|(from, by, _)| from == status && by == act).map(|(_, _, to)| *to);
            assert_eq!(status.after(*act), listed, "{} {}", status.label(), act.label());
            let mut license = sample::license();
            license.status = *status;
            if *act == Act::ApproveOnConditions {
                license.approvals.clear();
            }
            let expected =
                listed.ok_or(Refusal::Status { now: status.label().to_lowercase(), wanted: act.participle() });
            assert_eq!(decide(&license, reviewer(), *act), expected);
        }
        assert_eq!(status.is_open(), matches!(status, S::Pending | S::ApprovedOnConditions));
    }
    let refused = Refusal::Status { now: "denied".into(), wanted: "approved" }.to_string();
    assert_eq!(refused, "The license is denied; it cannot be approved.");
}

#[test]
fn decisions_are_numbered_per_license_and_name_the_revision_read() {
    let mut license = sample::license();
    let reference = sample::reference();
    let decide = |license: &LicenseFile, act| {
        license.decide(reviewer(), (act, "As the post answered", Vec::new()), &reference, sample::TODAY).unwrap()
    };
    let first = decide(&license, Act::Approve);
    assert_eq!((*first.number(), *first.revision(), *first.act()), (1, 7, Act::Approve));
    license.decisions.push(decision(Act::ApproveOnConditions, PersonId::new()));
    license.status = LicenseStatus::ApprovedOnConditions;
    assert_eq!(*decide(&license, Act::Confirm).number(), 5);
}

/// Thirty pistols need the registry, six automatic rifles the registry and the ministry: three approvals.
fn guatemala() -> (LicenseFile, AuthorityId, AuthorityId) {
    let mut license = sample::license();
    let (registry, ministry) = (license.rules[0].authority_id.unwrap(), AuthorityId::new());
    license.items.push(sample::item("automatic_rifle", 6));
    license.rules.push(sample::rule("automatic_rifle", Some((registry, "DECAM"))));
    license.rules.push(sample::rule("automatic_rifle", Some((ministry, "MINDEF"))));
    (license, registry, ministry)
}

#[test]
fn guard_4_every_item_group_and_authority_counts_alone() {
    let (mut license, registry, ministry) = guatemala();
    license.approvals.clear();
    assert_eq!(
        open(&license),
        [
            "DECAM (pistol, 30): not applied for",
            "DECAM (automatic rifle, 6): not applied for",
            "MINDEF (automatic rifle, 6): not applied for"
        ]
    );
    let (pistols, rifles) = (license.items[0].clone(), license.items[1].clone());
    let mut paper = sample::permit(registry, "D-900", 36);
    paper.authorities.push(ministry);
    let mut fill = |item: &ItemGroup, authority: AuthorityId, name: &str| {
        let mut row = sample::approval(item, Some(authority), ApprovalState::Issued, Some(&paper));
        row.authority = Some(name.into());
        license.approvals.push(row);
        license.permits = vec![paper.clone()];
        (open(&license), license.clone())
    };
    assert_eq!(fill(&pistols, registry, "DECAM").0.len(), 2);
    let (left, without_ministry) = fill(&rifles, registry, "DECAM");
    assert_eq!(left, ["MINDEF (automatic rifle, 6): not applied for"]);
    let refused = decide(&without_ministry, reviewer(), Act::Approve).unwrap_err().to_string();
    assert_eq!(refused, "Cannot approve: 1 condition is open - MINDEF (automatic rifle, 6): not applied for.");
    let (left, whole) = fill(&rifles, ministry, "MINDEF");
    assert!(left.is_empty(), "one paper of both fills both cells: {left:?}");
    assert_eq!(decide(&whole, reviewer(), Act::Approve), Ok(LicenseStatus::Approved));
}

#[test]
fn guard_4_one_paper_does_not_stretch_over_more_items_than_it_covers() {
    let (mut license, registry, _) = guatemala();
    let paper = license.permits[0].clone();
    license.approvals.push(sample::approval(&license.items[1], Some(registry), ApprovalState::Issued, Some(&paper)));
    assert!(open(&license)[0].ends_with("covers 30 of 36"), "{:?}", open(&license));
}

#[test]
fn guard_4_only_an_issued_paper_or_none_required_with_its_row_counts() {
    for state in ApprovalState::ALL.iter().copied() {
        let mut license = sample::license();
        license.approvals[0].state = state;
        if state != ApprovalState::Issued {
            license.approvals[0].permit_id = None;
        }
        let why = match state {
            ApprovalState::Issued | ApprovalState::NotRequired => None,
            ApprovalState::Needed => Some("not applied for"),
            ApprovalState::Applied => Some("applied for, not issued"),
            ApprovalState::Refused => Some("refused by the authority"),
            ApprovalState::Revoked => Some("revoked by the authority"),
        };
        let expected: Vec<String> = why.into_iter().map(|why| format!("DECAM (pistol, 30): {why}")).collect();
        assert_eq!(open(&license), expected, "{}", state.label());
    }
    let mut promised = sample::license();
    promised.approvals[0].permit_id = None;
    assert_eq!(open(&promised), ["DECAM (pistol, 30): applied for, not issued"], "issued without a paper is a promise");
}

/// A license with thirty pistols under Commerce, whose application came on 10 Feb 2026; its permit was issued on that
/// day.
fn under_commerce(always: bool) -> LicenseFile {
    let mut license = sample::license();
    license.items[0].jurisdiction = Jurisdiction::Ear;
    license.received_on = Some(date!(2026 - 02 - 10));
    license.permits[0].issued_on = license.received_on;
    let asked = BeforeApplication { item_classes: vec!["pistol".into()], always, source: "15 CFR 748.12".into() };
    license.before_application = vec![asked];
    license
}

#[test]
fn guard_4_the_paper_of_a_firearm_under_commerce_is_in_hand_before_the_application() {
    assert_eq!(open(&under_commerce(true)), Vec::<String>::new(), "issued on the day of the application");
    let late = |change: &dyn Fn(&mut LicenseFile)| {
        let mut license = under_commerce(false);
        license.permits[0].issued_on = Some(date!(2026 - 02 - 11));
        change(&mut license);
        open(&license)
    };
    assert_eq!(late(&|_| ()), ["DECAM (pistol, 30): issued 11 Feb 2026, after the application of 10 Feb 2026"]);
    assert_eq!(
        late(&|license| license.permits[0].issued_on = None),
        ["DECAM (pistol, 30): permit D-881 has no day of issue, and has to be older than the application"]
    );
    // Other items, and applications whose day nobody recorded, are judged as ever.
    assert_eq!(late(&|license| license.items[0].jurisdiction = Jurisdiction::Itar), Vec::<String>::new());
    assert_eq!(
        late(&|license| license.before_application[0].item_classes = vec!["shotgun".into()]),
        Vec::<String>::new()
    );
    assert_eq!(late(&|license| license.received_on = None), Vec::<String>::new());
}

#[test]
fn guard_4_a_member_of_the_oas_issues_a_paper_for_a_firearm_under_commerce_whatever_its_rules_ask() {
    const WHEN: &str = "it has to be in hand before the application (15 CFR 748.12)";
    let without = |always, change: &dyn Fn(&mut LicenseFile)| {
        let mut license = under_commerce(always);
        license.approvals.clear();
        change(&mut license);
        open(&license)
    };
    for always in [true, false] {
        assert_eq!(without(always, &|_| ()), [format!("DECAM (pistol, 30): not applied for; {WHEN}")]);
        let nothing_known = without(always, &|license| license.rules.clear());
        assert_eq!(nothing_known, [format!("pistol, 30: no import approval is recorded; {WHEN}")]);
    }
    let exempt = |license: &mut LicenseFile| {
        license.rules.clear();
        license.approvals = vec![sample::approval(&license.items[0], None, ApprovalState::NotRequired, None)];
    };
    let not_of_this_one = |license: &mut LicenseFile| {
        let registry = license.rules[0].authority_id;
        license.approvals = vec![sample::approval(&license.items[0], registry, ApprovalState::NotRequired, None)];
    };
    for none_needed in [&exempt as &dyn Fn(&mut LicenseFile), &not_of_this_one] {
        assert_eq!(
            without(true, none_needed),
            [format!("pistol, 30: no import certificate or permit is recorded; {WHEN}")]
        );
        assert_eq!(without(false, none_needed), Vec::<String>::new(), "the country asks for none");
    }
}

#[test]
fn guard_4_an_item_group_without_any_row_is_open_unless_none_is_required() {
    let mut license = sample::license();
    license.approvals.clear();
    license.rules.clear();
    assert_eq!(open(&license), ["pistol, 30: no import approval is recorded"]);
    // A country rule "none needed" alone closes nothing: an officer has to record it, with the proof.
    license.rules.push(sample::rule("pistol", None));
    assert_eq!(open(&license), ["pistol, 30: no import approval is recorded"]);
    license.approvals.push(sample::approval(&license.items[0], None, ApprovalState::NotRequired, None));
    assert!(open(&license).is_empty());
    license.items.push(sample::item("pistol", 5));
    assert_eq!(open(&license), ["pistol, 5: no import approval is recorded"], "the row is for its own item group");
}

/// Where nobody was asked nothing is settled: a license without items is open, as one with items and no answer.
#[test]
fn guard_4_a_license_without_items_is_open() {
    for status in LicenseStatus::ALL.iter().copied() {
        let mut license = LicenseFile { status, ..sample::license() };
        license.items.clear();
        license.approvals.clear();
        let expected: &[&str] = if status.is_open() { &["No items are recorded"] } else { &[] };
        assert_eq!(open(&license), expected, "{}", status.label());
        assert!(!license.is_ready(&sample::reference(), sample::TODAY), "{}", status.label());
    }
}

/// What rests on a country rule alone stands as long as the rule; a written word stands by itself, and so does what a
/// license was issued on.
#[test]
fn guard_4_none_required_stands_with_the_rule_it_rests_on() {
    let mut license = sample::license();
    let rule = sample::rule("pistol", None);
    let mut row = sample::approval(&license.items[0], None, ApprovalState::NotRequired, None);
    row.country_rule_id = Some(rule.id);
    (license.rules, license.approvals) = (vec![rule], vec![row]);
    let none: [&str; 0] = [];
    assert_eq!((open(&license).as_slice(), license.unasked(&license.items[0])), (&[] as &[String], None));
    license.rules.clear();
    assert_eq!(open(&license), ["pistol, 30: no import approval is recorded"], "the rule ended");
    license.approvals[0].told_by_kind = Some(ContactKind::Call);
    assert_eq!(open(&license).len(), 1, "a spoken word is no proof");
    license.approvals[0].told_by_kind = Some(ContactKind::Letter);
    assert_eq!(open(&license), none);
    license.approvals[0].told_by_kind = None;
    license.status = LicenseStatus::Approved;
    assert!(license.exempt(&license.items[0]).is_some(), "it was issued on it");
}

#[test]
fn items_of_which_nobody_was_asked_say_so() {
    let mut license = sample::license();
    let unasked = |license: &LicenseFile| license.unasked(&license.items[0]).map(str::to_owned);
    assert_eq!(unasked(&license), None);
    license.rules.clear();
    assert_eq!(unasked(&license), None, "a row names an authority");
    license.approvals.clear();
    assert_eq!(unasked(&license).as_deref(), Some("no country rule; nothing recorded"));
    license.rules = vec![sample::rule("shotgun", None)];
    assert_eq!(unasked(&license).as_deref(), Some("no country rule; nothing recorded"), "a rule for other items");
    license.rules = vec![sample::rule("pistol", None)];
    let ruled = "a country rule says that none is needed; nobody recorded it with its proof";
    assert_eq!(unasked(&license).as_deref(), Some(ruled));
    license.approvals = vec![sample::approval(&license.items[0], None, ApprovalState::NotRequired, None)];
    assert_eq!(unasked(&license), None);
}

/// Guard 4: what an end-user waited for is closed before the license issues, whatever came on paper meanwhile.
#[test]
fn guard_4_what_was_waited_for_is_closed_before_the_license_issues() {
    let mut license = sample::license();
    license.approvals[0].waits_for = "the serial numbers".into();
    assert_eq!(open(&license), ["DECAM (pistol, 30): it is not noted when the end-user was given the serial numbers"]);
    assert!(matches!(decide(&license, reviewer(), Act::Approve), Err(Refusal::Open { .. })));
    let who = |license: &LicenseFile| license.open_conditions(&sample::reference(), sample::TODAY)[0].who.clone();
    assert_eq!(who(&license), Mover::Post);
    let other = PostId::new();
    (license.approvals[0].recorded_at_post, license.approvals[0].recorded_at_post_name) =
        (Some(other), Some("Kingston".into()));
    assert_eq!(who(&license), Mover::PostOf(other, "Kingston".into()), "whose word it is");
    license.permits[0].verified_at = None;
    assert_eq!(open(&license), ["DECAM (pistol, 30): permit D-881 is not verified"], "one thing after the other");
    license.permits[0].verified_at = Some(sample::NOW);
    license.approvals[0].given_on = Some(date!(2026 - 06 - 12));
    assert!(open(&license).is_empty());
    let mut exempt = sample::approval(&license.items[0], None, ApprovalState::NotRequired, None);
    exempt.waits_for = "a letter".into();
    (license.rules, license.approvals) = (Vec::new(), vec![exempt]);
    let text = "No approval (pistol, 30): it is not noted when the end-user was given a letter";
    assert_eq!(open(&license), [text]);
}

/// Lines without a value leave open what they are worth; they are not worth less than nothing.
#[test]
fn lines_come_to_the_value_of_their_license() {
    let off = |value: i64, lines: &[Option<i64>]| {
        let mut license = sample::license();
        license.value_usd = Decimal::from(value);
        license.items = lines
            .iter()
            .map(|line| ItemGroup { value_usd: line.map(Decimal::from), ..sample::item("pistol", 1) })
            .collect();
        license.lines_off_value().map(|lines| lines.to_string())
    };
    for (value, lines, expected) in [
        (2_500_000, &[Some(184_500)][..], Some("184500")),
        (184_500, &[Some(184_500)], None),
        (184_500, &[Some(100_000), Some(84_500)], None),
        (184_500, &[Some(100_000), Some(84_501)], Some("184501")),
        (184_500, &[Some(100_000), None], None),
        (184_500, &[Some(184_501), None], Some("184501")),
        (184_500, &[None], None),
        (184_500, &[], None),
    ] {
        assert_eq!(off(value, lines).as_deref(), expected, "{value} {lines:?}");
    }
    let mut cents = sample::license();
    cents.items[0].value_usd = Some(cents.value_usd - Decimal::new(99, 2));
    assert_eq!(cents.lines_off_value(), None, "cents that were rounded");
}

#[test]
fn guard_5_a_cell_says_why_its_paper_does_not_count() {
    let why = |change: &dyn Fn(&mut Permit)| {
        let mut license = sample::license();
        change(&mut license.permits[0]);
        let open = open(&license);
        assert_eq!(open.len(), 1, "{open:?}");
        let refused = decide(&license, reviewer(), Act::Approve).unwrap_err();
        assert!(matches!(refused, Refusal::Open { .. }));
        open[0].trim_start_matches("DECAM (pistol, 30): ").to_owned()
    };
    assert_eq!(why(&|paper| paper.quantity = 29), "covers 29 of 30");
    assert_eq!(why(&|paper| (paper.unit, paper.unit_code) = ("rounds".into(), "rounds".into())), "is for rounds");
    assert_eq!(why(&|paper| paper.valid_until = Some(date!(2026 - 06 - 17))), "expired 17 Jun 2026");
    assert_eq!(why(&|paper| paper.valid_from = Some(date!(2026 - 06 - 19))), "valid from 19 Jun 2026");
    assert_eq!(why(&|paper| paper.named_party = "Somebody Else".into()), "names another party (Somebody Else)");
    assert_eq!(why(&|paper| paper.verified_at = None), "permit D-881 is not verified");
    assert_eq!(why(&|paper| paper.revoked_on = Some(sample::TODAY)), "revoked by the authority");
    let used = |paper: &mut Permit| (paper.holds_number, paper.used_for) = (false, Some("05-971940".into()));
    assert_eq!(why(&used), "used for license 05-971940");
    // Through its last day, in another spelling of a party's name, and under an alias.
    let counts = |change: &dyn Fn(&mut LicenseFile)| {
        let mut license = sample::license();
        change(&mut license);
        open(&license).is_empty()
    };
    assert!(counts(&|license| license.permits[0].valid_until = Some(sample::TODAY)));
    assert!(counts(
        &|license| license.permits[0].named_party = "INTERNATIONAL commission for Judicial-Protection".into()
    ));
    assert!(counts(&|license| {
        license.permits[0].named_party = "CICP".into();
        license.parties[1].folded.push("cicp".into());
    }));
    assert!(counts(&|license| license.permits[0].quantity = 31));
}

#[test]
fn guard_6_significant_military_equipment_needs_a_complete_certificate() {
    let mut license = sample::license();
    license.items[0].significant_military_equipment = true;
    assert_eq!(open(&license), ["Nontransfer and use certificate (DSP-83): not recorded"]);
    license.certificate = Some(sample::certificate());
    assert!(open(&license).is_empty());
    let lacking = |change: &dyn Fn(&mut Certificate)| {
        let mut license = license.clone();
        change(license.certificate.as_mut().unwrap());
        open(&license).concat()
    };
    assert_eq!(lacking(&|paper| drop(paper.signatures.remove(1))), "Certificate DSP-83: Foreign consignee not signed");
    assert_eq!(
        lacking(&|paper| paper.signatures[2].verified_by = None),
        "Certificate DSP-83: Foreign end-user signed, not verified"
    );
    assert_eq!(lacking(&|paper| paper.host_government_needed = true), "Certificate DSP-83: Host government not signed");
}

#[test]
fn guard_7_a_proscribed_or_listed_party_blocks_every_approval_unless_excepted() {
    let blocked = |change: &dyn Fn(&mut LicenseParty)| {
        let mut license = sample::license();
        change(&mut license.parties[1]);
        license
    };
    let proscribed = blocked(&|party| (party.country, party.country_name) = ("IR".into(), "Iran".into()));
    let listed = blocked(&|party| party.listings.push(sample::listing("debarred")));
    for (mut license, why) in
        [(proscribed, "in Iran, a proscribed destination (A statute)"), (listed, "on a list: debarred")]
    {
        let refusal = Refusal::Party { party: sample::END_USER.into(), why: why.into() };
        for (status, act) in
            [(LicenseStatus::Pending, Act::Approve), (LicenseStatus::ApprovedOnConditions, Act::Confirm)]
        {
            license.status = status;
            assert_eq!(decide(&license, reviewer(), act), Err(refusal.clone()));
        }
        let mut with_open = license.clone();
        with_open.status = LicenseStatus::Pending;
        with_open.approvals.clear();
        assert_eq!(decide(&with_open, reviewer(), Act::ApproveOnConditions), Err(refusal));
        assert_eq!(decide(&with_open, reviewer(), Act::Deny), Ok(LicenseStatus::Denied));
        license.exceptions.push(exception(15, None));
        license.exceptions.push(exception(7, Some(license.parties[0].party_id)));
        assert!(decide(&license, reviewer(), Act::Confirm).is_err(), "an exception is for one party");
        license.exceptions.push(exception(7, Some(license.parties[1].party_id)));
        assert_eq!(decide(&license, reviewer(), Act::Confirm), Ok(LicenseStatus::Approved));
    }
}

#[test]
fn guard_8_above_a_threshold_approval_waits_for_certification_and_the_waiting_period() {
    let mut license = sample::license();
    license.items[0].value_usd = Some(Decimal::from(1_000_000));
    license.value_usd = Decimal::from(1_000_000);
    assert_eq!(open(&license), ["Congressional notification (others firearms): not certified"]);
    license.certified_on = Some(date!(2026 - 05 - 20));
    assert_eq!(open(&license), ["Congressional notification: waiting period runs until 19 Jun 2026"]);
    license.certified_on = Some(date!(2026 - 05 - 19));
    assert!(open(&license).is_empty(), "thirty days are over");
    // By country group: an ally's waiting period is fifteen days.
    license.destination = "CA".into();
    license.certified_on = Some(date!(2026 - 06 - 03));
    assert!(open(&license).is_empty());
    license.certified_on = Some(date!(2026 - 06 - 04));
    assert_eq!(open(&license).len(), 1);
    // Below the amount nothing is asked; without an item's own value the license's stands.
    license.certified_on = None;
    license.items[0].value_usd = Some(Decimal::from(999_999));
    assert!(open(&license).is_empty());
    license.items[0].value_usd = None;
    assert_eq!(open(&license).len(), 1);
}

#[test]
fn guard_8_thresholds_count_their_own_items() {
    let mut license = sample::license();
    license.value_usd = Decimal::from(20_000_000);
    license.items[0].usml_category = Some("VIII".into());
    assert!(open(&license).is_empty(), "no firearms, no major equipment, under the limit of all articles");
    license.items[0].major_defense_equipment = true;
    license.items[0].value_usd = Some(Decimal::from(14_000_000));
    assert_eq!(open(&license).len(), 1);
    license.items[0].major_defense_equipment = false;
    license.value_usd = Decimal::from(50_000_000);
    assert_eq!(open(&license).len(), 1);
}

#[test]
fn a_condition_in_words_is_open_until_it_is_met() {
    let mut license = sample::license();
    license.conditions.push(sample::condition());
    let found = license.open_conditions(&sample::reference(), sample::TODAY);
    assert_eq!(
        (found[0].text.as_str(), &found[0].who, found[0].kind),
        (
            "The insurer confirms cover",
            &Mover::Named("the applicant".into()),
            ConditionKind::Worded(license.conditions[0].id)
        )
    );
    assert_eq!(decide(&license, reviewer(), Act::ApproveOnConditions), Ok(LicenseStatus::ApprovedOnConditions));
    license.conditions[0].met_at = Some(sample::NOW);
    assert!(open(&license).is_empty());
    assert_eq!(decide(&license, reviewer(), Act::ApproveOnConditions), Err(Refusal::NothingOpen));
}

#[test]
fn ready_to_issue_is_approved_on_conditions_and_nothing_open() {
    for status in LicenseStatus::ALL.iter().copied() {
        let mut license = sample::license();
        license.status = status;
        assert_eq!(
            license.is_ready(&sample::reference(), sample::TODAY),
            status == LicenseStatus::ApprovedOnConditions,
            "{}",
            status.label()
        );
    }
    // An expiring permit makes it not ready again, by itself.
    let license = on_conditions();
    assert!(license.is_ready(&sample::reference(), date!(2027 - 05 - 03)));
    assert!(!license.is_ready(&sample::reference(), date!(2027 - 05 - 04)));
}

#[test]
fn guard_11_the_decider_on_conditions_may_confirm() {
    let by = reviewer();
    let mut license = on_conditions();
    license.decisions.push(decision(Act::ApproveOnConditions, by.id));
    sample::did_on(&mut license, by.id, Duty::Decide);
    assert_eq!(decide(&license, by, Act::Confirm), Ok(LicenseStatus::Approved));
}

#[test]
fn guard_11_the_amount_is_within_the_authority_which_is_nothing_until_set() {
    let license = sample::license();
    for (authority, allowed) in [(0, false), (48_199, false), (48_200, true)] {
        let by = Decider { id: PersonId::new(), authority: Decimal::from(authority) };
        let expected = if allowed {
            Ok(LicenseStatus::Approved)
        } else {
            Err(Refusal::Amount { value: Decimal::from(48_200), authority: Decimal::from(authority) })
        };
        assert_eq!(decide(&license, by, Act::Approve), expected);
    }
}

#[test]
fn an_exception_is_made_on_an_open_license() {
    let mut license = on_conditions();
    assert_eq!(license.may_except(PersonId::new(), &sample::reference()), Ok(()));
    license.status = LicenseStatus::Approved;
    assert_eq!(
        license.may_except(PersonId::new(), &sample::reference()),
        Err(Refusal::Settled("an exception would change nothing"))
    );
}

#[test]
fn guard_15_every_check_on_the_license_has_its_result() {
    for state in CheckState::ALL.iter().copied() {
        let mut license = sample::license();
        let mut second = sample::license_check(ResultWord::Favorable);
        (second.reference, second.state) = ("BL-2026-0043".into(), state);
        license.checks.push(second);
        let expected = match state {
            CheckState::Resulted | CheckState::Closed => Ok(LicenseStatus::Approved),
            _ => Err(Refusal::CheckRunning("BL-2026-0043".into())),
        };
        assert_eq!(decide(&license, reviewer(), Act::Approve), expected, "{}", state.label());
        assert_eq!(
            decide(&license, reviewer(), Act::Deny),
            Ok(LicenseStatus::Denied),
            "denying needs a reason, not a result"
        );
        assert_eq!(decide(&license, reviewer(), Act::Return), Ok(LicenseStatus::Returned));
    }
}

#[test]
fn guard_15_approving_needs_a_favorable_pre_license_result_or_an_exception() {
    for (words, favorable) in [
        (&[][..], false),
        (&[ResultWord::Favorable], true),
        (&[ResultWord::FavorableWithCaveat], true),
        (&[ResultWord::Unfavorable], false),
        (&[ResultWord::Inconclusive], false),
        (&[ResultWord::NotCompleted], false),
        (&[ResultWord::NotCompleted, ResultWord::Favorable], true),
        (&[ResultWord::Inconclusive, ResultWord::Favorable], false),
        (&[ResultWord::Unfavorable, ResultWord::FavorableWithCaveat], false),
    ] {
        let mut license = sample::license();
        license.checks = words.iter().map(|word| sample::license_check(*word)).collect();
        let expected = if favorable { Ok(LicenseStatus::Approved) } else { Err(Refusal::NoFavorable) };
        assert_eq!(decide(&license, reviewer(), Act::Approve), expected, "{words:?}");
        license.status = LicenseStatus::ApprovedOnConditions;
        assert_eq!(
            decide(&license, reviewer(), Act::Confirm),
            expected,
            "confirming checks every guard again: {words:?}"
        );
        license.exceptions.push(exception(7, Some(license.parties[1].party_id)));
        assert_eq!(decide(&license, reviewer(), Act::Confirm), expected, "guard 7 is another exception");
        license.exceptions.push(Exception { result_id: license.last_result(), ..exception(15, None) });
        assert_eq!(decide(&license, reviewer(), Act::Confirm), Ok(LicenseStatus::Approved), "{words:?}");
        // The exception is for that result: a later one needs its own.
        license.checks.push(sample::license_check(ResultWord::Unfavorable));
        license.checks.last_mut().unwrap().result_signed_at = Some(sample::NOW + time::Duration::days(1));
        assert_eq!(decide(&license, reviewer(), Act::Confirm), Err(Refusal::NoFavorable), "{words:?}");
    }
}

#[test]
fn guard_15_a_result_does_not_speak_of_a_license_that_changed_since() {
    let mut license = sample::license();
    license.facts_changed_at = Some(sample::NOW);
    assert_eq!(decide(&license, reviewer(), Act::Approve), Ok(LicenseStatus::Approved), "changed before the signature");
    license.facts_changed_at = Some(sample::NOW + time::Duration::minutes(1));
    assert_eq!(decide(&license, reviewer(), Act::Approve), Err(Refusal::Lapsed("BL-2026-0042".into())));
    let later = Some(sample::NOW + time::Duration::minutes(2));
    license.checks.push(LicenseCheck { result_signed_at: later, ..sample::license_check(ResultWord::Favorable) });
    assert_eq!(decide(&license, reviewer(), Act::Approve), Ok(LicenseStatus::Approved), "a new check looked at it");
}

#[test]
fn what_a_license_says_is_changed_before_the_post_answers_about_it() {
    let mut license = sample::license();
    for (state, held_state, changeable) in [
        (CheckState::Requested, None, true),
        (CheckState::InProgress, None, true),
        (CheckState::Replied, None, false),
        (CheckState::OnHold, Some(CheckState::Requested), true),
        (CheckState::OnHold, Some(CheckState::InProgress), true),
        (CheckState::OnHold, Some(CheckState::Replied), false),
        (CheckState::Resulted, None, true),
    ] {
        license.checks[0] = LicenseCheck { state, held_state, ..sample::license_check(ResultWord::Favorable) };
        assert_eq!(license.changeable().is_ok(), changeable, "{} {held_state:?}", state.label());
    }
    for status in LicenseStatus::ALL.iter().copied().filter(|status| *status != LicenseStatus::Pending) {
        license.status = status;
        assert!(license.changeable().is_err(), "{}", status.label());
    }
    license.status = LicenseStatus::Approved;
    license.registered_approved_on = Some(sample::TODAY);
    assert!(license.changeable().is_err(), "its check is judged");
    license.checks[0].state = CheckState::InProgress;
    assert_eq!(license.changeable(), Ok(()), "registered as approved, and the post is at work");
}

#[test]
fn guard_11_the_amount_is_what_the_items_come_to_if_that_is_more() {
    let mut license = sample::license();
    license.value_usd = Decimal::ONE;
    license.items[0].value_usd = Some(Decimal::from(900_000));
    assert_eq!(license.amount(), Decimal::from(900_000));
    let small = Decider { id: PersonId::new(), authority: Decimal::from(100_000) };
    assert_eq!(
        license.may_decide(small, Act::Approve, &sample::reference(), sample::TODAY).unwrap_err(),
        Refusal::Amount { value: Decimal::from(900_000), authority: Decimal::from(100_000) }
    );
    license.value_usd = Decimal::ZERO;
    license.items[0].value_usd = None;
    let none = Decider { id: PersonId::new(), authority: Decimal::ZERO };
    assert!(
        license.may_decide(none, Act::Approve, &sample::reference(), sample::TODAY).is_err(),
        "no authority decides nothing"
    );
}

#[test]
fn guard_15_only_a_pre_license_check_releases() {
    for kind in CheckType::ALL.iter().copied() {
        let mut license = sample::license();
        license.checks[0].check_type = kind;
        assert_eq!(license.bears_approval().is_ok(), kind == CheckType::PreLicense, "{}", kind.label());
    }
    let mut license = sample::license();
    license.checks[0].result = None;
    assert!(license.bears_approval().is_err(), "a proposed result is not signed");
}

#[test]
fn a_license_without_items_is_not_released() {
    let mut license = sample::license();
    license.items.clear();
    assert_eq!(decide(&license, reviewer(), Act::Approve), Err(Refusal::NoItems));
    assert_eq!(decide(&license, reviewer(), Act::Return), Ok(LicenseStatus::Returned));
}

#[test]
fn a_license_whose_value_nobody_states_is_not_approved() {
    let mut license = sample::license();
    assert_eq!(license.value_said(), "$48,200");
    (license.value_usd, license.value_stated) = (Decimal::ZERO, false);
    for act in [Act::Approve, Act::ApproveOnConditions] {
        assert_eq!(decide(&license, reviewer(), act), Err(Refusal::NoValue));
    }
    assert_eq!(decide(&license, reviewer(), Act::Return), Ok(LicenseStatus::Returned));
    // Its lines contradict nothing.
    assert_eq!((license.lines_off_value(), license.value_said().as_str()), (None, "not stated"));
}

#[test]
fn a_cell_says_who_has_to_act_and_what_it_waits_for() {
    let mut license = sample::license();
    license.approvals[0] =
        sample::approval(&license.items[0], license.rules[0].authority_id, ApprovalState::Needed, None);
    let who = |license: &LicenseFile| license.open_conditions(&sample::reference(), sample::TODAY)[0].who.clone();
    assert_eq!(who(&license), Mover::EndUser);
    license.approvals[0].waits_for = "serial numbers".into();
    assert_eq!(who(&license), Mover::Applicant, "the end-user cannot apply before it has them");
    let waiting = |license: &LicenseFile| {
        let authority = license.rules[0].authority_id.unwrap();
        license.cell(&license.items[0], authority, sample::TODAY).unwrap().waiting()
    };
    assert_eq!(waiting(&license).unwrap(), "Waits for serial numbers: not given yet");
    license.approvals[0].given_on = Some(date!(2026 - 06 - 12));
    assert_eq!(who(&license), Mover::EndUser);
    assert_eq!(waiting(&license).unwrap(), "Waits for serial numbers: given on 12 Jun 2026");
    license.approvals[0].state = ApprovalState::Applied;
    assert_eq!(who(&license), Mover::Authority("DECAM".into()));
    license.approvals[0].state = ApprovalState::Refused;
    assert_eq!(who(&license), Mover::Post);
    let other = PostId::new();
    (license.approvals[0].recorded_at_post, license.approvals[0].recorded_at_post_name) =
        (Some(other), Some("Guatemala".into()));
    assert_eq!(who(&license), Mover::PostOf(other, "Guatemala".into()), "whose word it is");
}

/// A permit for too few: one item group is split; where it is stretched over several, the post brings another paper.
#[test]
fn a_permit_for_too_few_items_is_somebodys_turn() {
    let who = |license: &LicenseFile| license.open_conditions(&sample::reference(), sample::TODAY)[0].who.clone();
    let mut license = sample::license();
    license.permits[0].quantity = 29;
    assert_eq!(who(&license), Mover::Splitter(license.items[0].id));
    let (mut license, registry, _) = guatemala();
    let paper = license.permits[0].clone();
    license.approvals.push(sample::approval(&license.items[1], Some(registry), ApprovalState::Issued, Some(&paper)));
    assert_eq!(who(&license), Mover::Post, "30 for 36 of two kinds");
    let mut license = sample::license();
    license.permits[0].valid_from = Some(date!(2026 - 06 - 19));
    assert_eq!(who(&license), Mover::Day);
}

#[test]
fn what_lapses_with_a_permit_is_told_before_it_is_taken_back() {
    let mut license = on_conditions();
    let told = |license: &LicenseFile| license.lapses_with_permit(&license.permits[0], sample::TODAY);
    let number = "Its hold on the number D-881: the number is free for this license and for others";
    assert_eq!(
        told(&license),
        ["pistol, 30 of DECAM, which counts today: open again", "Its verification by Guatemala", number]
    );
    license.decisions.push(decision(Act::ApproveOnConditions, PersonId::new()));
    license.decisions[0].decided_at = sample::NOW + time::Duration::days(1);
    assert_eq!(told(&license)[3], "The decision that rested on it stands, marked as such");
    license.permits[0].verified_at = None;
    license.approvals.clear();
    license.decisions.clear();
    assert_eq!(told(&license), [number]);
}

#[test]
fn a_number_is_on_a_license_once_in_any_spelling_unless_it_was_taken_back() {
    let mut license = sample::license();
    let issuer = license.permits[0].authority_id;
    assert!(license.live_permit(issuer, "d 881").is_some());
    assert!(license.live_permit(AuthorityId::new(), "D-881").is_none(), "another authority's");
    license.permits[0].withdrawn_reason = Some("Mistyped.".into());
    assert!(license.live_permit(issuer, "D-881").is_none());
}

/// A permit for 29 of 30: split, the 29 count and the one is open by itself.
#[test]
fn a_partial_permit_counts_once_the_item_group_is_split() {
    let mut license = sample::license();
    license.permits[0].quantity = 29;
    assert_eq!(open(&license), ["DECAM (pistol, 30): covers 29 of 30"]);
    license.items[0].quantity = 29;
    license.items.push(sample::item("pistol", 1));
    assert_eq!(open(&license), ["DECAM (pistol, 1): not applied for"]);
}

#[test]
fn verified_is_an_issued_approval_whose_permit_was_verified_and_is_never_stored() {
    let mut license = sample::license();
    let authority = license.rules[0].authority_id.unwrap();
    let state = |license: &LicenseFile| license.cell(&license.items[0], authority, sample::TODAY).unwrap().state();
    assert_eq!(state(&license), "Verified");
    license.permits[0].verified_at = None;
    assert_eq!(state(&license), "Issued");
    license.approvals.clear();
    assert_eq!(state(&license), "Needed");
    assert!(ApprovalState::ALL.iter().all(|state| !matches!(state.code(), "verified" | "expired")));
}

#[test]
fn a_paper_fills_the_cells_the_matrix_asks_for_and_no_other() {
    let (mut license, registry, ministry) = guatemala();
    license.approvals.clear();
    let (pistols, rifles) = (license.items[0].id, license.items[1].id);
    let cells = license.cells_of(registry, &[ministry, registry], &[pistols, rifles], sample::TODAY);
    assert_eq!(cells, [(pistols, registry), (rifles, registry), (rifles, ministry)]);
    // The issuer's own cell is there even where nobody asked; without rules the paper says who consents.
    assert_eq!(license.cells_of(ministry, &[], &[pistols], sample::TODAY), [(pistols, ministry)]);
    license.rules.clear();
    assert_eq!(
        license.cells_of(registry, &[ministry], &[pistols], sample::TODAY),
        [(pistols, registry), (pistols, ministry)]
    );
}

fn cell(state: ApprovalState) -> NewCell {
    NewCell {
        state,
        applied_on: None,
        permit: None,
        waits_for: String::new(),
        given_on: None,
        proof: String::new(),
        contact: None,
        note: String::new(),
    }
}

/// Guard 4: each state of a cell asks for what shows it, and a spoken word shows nothing.
#[test]
fn a_cell_is_recorded_with_what_shows_its_state() {
    let (license, authority) = (sample::license(), AuthorityId::new());
    let group = license.items[0].clone();
    let record = |new: NewCell, told_by: Option<ContactKind>| {
        let told_by = move |_| told_by.map(|kind| ToldBy { kind, authority: Some(authority) });
        let of = Some(Whose { id: authority, name: "DECAM", parent: None });
        license.record_cell((ApprovalId::new(), &group), of, new, told_by, |_| true, sample::TODAY).map(|_| ())
    };
    let contact = Some(ContactId::new());
    let proof = "Their letter".to_owned();
    assert_eq!(record(cell(ApprovalState::Needed), None), Ok(()));
    assert_eq!(record(cell(ApprovalState::Issued), None), Err(vec![PaperRefusal::NoPermit]));
    assert_eq!(record(cell(ApprovalState::Applied), None), Err(vec![PaperRefusal::NotDated]));
    assert_eq!(record(cell(ApprovalState::NotRequired), None), Err(vec![PaperRefusal::NoProof]));
    let told = NewCell { proof, contact, ..cell(ApprovalState::NotRequired) };
    assert_eq!(record(told.clone(), Some(ContactKind::Call)), Err(vec![PaperRefusal::Spoken]));
    assert_eq!(record(told.clone(), None), Err(vec![PaperRefusal::Contact, PaperRefusal::Spoken]));
    assert_eq!(record(told, Some(ContactKind::Letter)), Ok(()));
    let other = NewCell { permit: Some(PermitId::new()), ..cell(ApprovalState::Issued) };
    assert_eq!(record(other, None), Err(vec![PaperRefusal::OtherPermit]));
    let tomorrow = NewCell { given_on: sample::TODAY.next_day(), ..cell(ApprovalState::Needed) };
    assert_eq!(record(tomorrow.clone(), None), Err(vec![PaperRefusal::GivenOn(Fault::ToCome)]));
    // Nothing that was typed is left aside where an exemption goes.
    let withdraw = |license: &LicenseFile, new: NewCell| {
        license.withdraw_exemption(&group, &new, |_| None, |_| true, sample::TODAY).map(|_| ())
    };
    assert_eq!(withdraw(&license, cell(ApprovalState::Needed)), Err(vec![PaperRefusal::NoAuthority]));
    let mut exempt = license.clone();
    let row = sample::approval(&group, None, ApprovalState::NotRequired, None);
    exempt.approvals = vec![row];
    assert_eq!(withdraw(&exempt, tomorrow), Err(vec![PaperRefusal::GivenOn(Fault::ToCome)]));
    assert_eq!(withdraw(&exempt, cell(ApprovalState::Needed)), Ok(()));
}

/// A permit is not recorded twice, nor over what counts or is another post's word.
#[test]
fn a_permit_is_recorded_where_nothing_stands() {
    let mut license = sample::license();
    let row = license.approvals[0].clone();
    let known = license.permit(row.permit_id).cloned().unwrap();
    let new = |number: &str, license: &LicenseFile| NewPermit {
        issuer: known.authority_id,
        authorities: Vec::new(),
        number: number.into(),
        issued_on: None,
        valid_from: None,
        valid_until: None,
        items: vec![license.items[0].id],
        quantity: 30,
        unit: "pieces".into(),
        named_party: sample::END_USER.into(),
        kept_at: String::new(),
        alike: None,
        is_another: false,
        is_long_valid: false,
    };
    let days = (sample::TODAY, sample::TODAY);
    let record = |license: &LicenseFile, new: NewPermit| {
        license.record_permit(PermitId::new(), new, |_| Some("DECAM".into()), |_| true, days)
    };
    let refused = record(&license, new(&known.number, &license)).unwrap_err();
    assert!(
        matches!(refused[0], PaperRefusal::Known { .. }) && matches!(refused[1], PaperRefusal::Filled { .. }),
        "{refused:?}"
    );
    let nowhere = license.record_permit(PermitId::new(), new("1", &license), |_| None, |_| true, days).unwrap_err();
    assert_eq!(nowhere, [PaperRefusal::Issuer]);
    license.approvals.clear();
    let bare = NewPermit { items: Vec::new(), ..new("-", &license) };
    assert_eq!(record(&license, bare).unwrap_err(), [PaperRefusal::NoItems, PaperRefusal::Fault(Fault::NoNumber)]);
    let recorded = record(&license, new("4711", &license)).unwrap();
    assert_eq!(recorded.cells(), &[(license.items[0].id, known.authority_id)]);
    // What is perhaps another permit, or a slip of the year, is asked and goes on once it is answered.
    let alike = NewPermit { alike: Some(Alike::Seen("47ll".into())), ..new("4711", &license) };
    let asked =
        PaperRefusal::Alike { number: "4711".into(), other: Alike::Seen("47ll".into()), issuer: "DECAM".into() };
    assert!(asked.to_string().starts_with("Is 4711 the permit 47ll of DECAM? Look at the paper"), "{asked}");
    assert_eq!(record(&license, alike.clone()).unwrap_err(), [asked]);
    let elsewhere = NewPermit { alike: Some(Alike::Elsewhere), ..alike.clone() };
    let [asked] = &record(&license, elsewhere.clone()).unwrap_err()[..] else { panic!("it is asked about") };
    assert!(asked.to_string().starts_with("Is 4711 a permit of DECAM on another license? Look"), "{asked}");
    let said =
        record(&license, NewPermit { is_another: true, ..elsewhere }).map(|recorded| Event::from(recorded).summary);
    let expected =
        "recorded permit 4711 of DECAM for 30 pieces; it is not the one on another license whose number is like it";
    assert_eq!(said, Ok(expected.to_owned()));
    let said = record(&license, NewPermit { is_another: true, ..alike }).map(|recorded| Event::from(recorded).summary);
    assert_eq!(said, Ok("recorded permit 4711 of DECAM for 30 pieces; it is another one than 47ll".to_owned()));
    let until = |days: i64, years: i32| {
        let last = sample::TODAY.replace_year(sample::TODAY.year() + years).unwrap() + time::Duration::days(days);
        NewPermit { valid_from: Some(sample::TODAY), valid_until: Some(last), ..new("4711", &license) }
    };
    for (days, years, asks) in [(0, 10, false), (1, 10, true), (-1, 11, true), (0, 200, true), (0, 1, false)] {
        let asked = record(&license, until(days, years))
            .is_err_and(|refused| matches!(refused[..], [PaperRefusal::LongValid { .. }]));
        assert_eq!(asked, asks, "{years} years and {days} days");
        assert!(record(&license, NewPermit { is_long_valid: true, ..until(days, years) }).is_ok());
    }
    license.status = LicenseStatus::Approved;
    assert!(matches!(record(&license, new("4711", &license)).unwrap_err()[0], PaperRefusal::Settled(_)));
}

/// Custody and counts go on after issue while a check of the reader's post is open.
#[test]
fn counts_go_on_while_a_check_is_open() {
    let mut license = sample::license();
    assert_eq!(license.takes_counts(|_| true), Ok(()));
    license.status = LicenseStatus::Approved;
    license.checks[0].state = CheckState::Resulted;
    assert_eq!(
        [license.takes_counts(|_| true), license.takes_counts(|_| false)],
        [Ok(()), Err(PaperRefusal::NoOpenCheck)]
    );
    license.checks[0].state = CheckState::Closed;
    assert_eq!(license.takes_counts(|_| true), Err(PaperRefusal::NoOpenCheck));
}
