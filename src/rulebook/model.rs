//! The guards by number: what each asks, what it rests on, in which words it refuses, which tests hold it.

use rust_decimal::Decimal;
use time::macros::date;

use crate::{
    access::Role,
    approvals::model::{CustodyStage, DOES_NOT_COUNT, Refusal as OfPapers, Shortfall, Unconfirmed},
    basis::Changed,
    checks::{
        contradictions::{are_missing, holds_though_never, says_yes_though, stands_twice},
        model::{CheckType, Refusal as OfCheck},
    },
    duties::model::{Duty, Separated},
    evidence::model::{Refusal as OfEvidence, ReplySigned},
    id::LicenseId,
    licenses::model::{
        Act, ConditionKind, LicenseStatus, Listing, Mover, NO_CERTIFICATE, NO_ITEMS, OpenCondition, Other,
        Refusal as OfLicense, is_seen_twice, not_counting, on_lists, stands_elsewhere, still_waited_for, waits_until,
    },
    parties::model::PartyRole,
    text::day_words,
};

/// A list with an invented party on it.
fn debarred() -> Listing {
    Listing { list: "debarred".into(), label: "Debarred parties".into(), of: None }
}

/// A rule that judges an act.
#[derive(Debug)]
pub struct Guard {
    /// As people call it: guard 11.
    pub number: u8,
    pub title: &'static str,
    /// What has to be true.
    pub says: &'static str,
    /// The statute or regulation, or that it is the program's own.
    pub source: &'static str,
    /// Who may except it.
    pub excepted_by: Option<Role>,
    /// The sentences in which it refuses, each from the code that does, with invented names in it.
    pub refusals: fn() -> Vec<String>,
    /// The tests that hold it.
    pub tests: &'static [&'static str],
}

const PROGRAM: &str = "The program of end-use monitoring (22 USC 2785) and this tool's design; no article of its own";
const PARTY: &str = "Puerto Claro Arms Depot";
const AUTHORITY: &str = "Arms registry";
const ITEMS: &str = "9 mm pistols";

/// Every guard, in the order of its number.
pub const GUARDS: [Guard; 15] = [
    Guard {
        number: 1,
        title: "A request says what is asked",
        says: "A check goes to a post with its type, post, due date, reason and site-visit level, and with the licenses or subjects that its type \
               asks for.",
        source: PROGRAM,
        excepted_by: None,
        refusals: || {
            said([
                OfCheck::NoLicense,
                OfCheck::NoSubject,
                OfCheck::HasLicense("050123456".into()),
                OfCheck::LicenseStands {
                    number: "050123456".into(),
                    status: LicenseStatus::Approved.label().to_lowercase(),
                    check_type: CheckType::PreLicense.label().to_lowercase(),
                    wanted: "licenses that are not decided",
                },
            ])
        },
        tests: &["guard_1_a_request_without_what_its_type_asks_for_stays_a_draft"],
    },
    Guard {
        number: 2,
        title: "A reply is complete, signed as it is, and cleared by another",
        says: "A reply has a finding with an answer and a basis for every topic that is asked, and for each party where the topic is per party; a \
               required site visit has its contact, or a case officer's waiver. Where no topic is asked, the post says in its own words what it \
               found. Another person of the post clears it, a supervisor first; alone at the post the signer may, and that is printed. What a \
               signed reply says stands, until it is returned with a remark; what changes elsewhere is told to whoever clears it.",
        source: PROGRAM,
        excepted_by: None,
        refusals: || {
            let mut said = said([
                OfCheck::Unanswered("storage and physical security".into()),
                OfCheck::NothingFound,
                OfCheck::NoSiteVisit,
                OfCheck::NotSigned,
                OfCheck::OwnClearance,
            ]);
            said.push(OfEvidence::RepliedOn.to_string());
            said.push(ReplySigned("An officer".into()).to_string());
            said
        },
        tests: &[
            "guard_2_what_a_reply_rests_on_gains_no_statement",
            "guard_2_a_reply_to_nothing_says_what_the_post_found",
            "guards_2_and_3_a_reply_is_complete_and_signed_as_it_is_and_cleared_by_another",
            "guard_2_the_only_person_of_a_post_clears_alone_and_it_is_printed",
        ],
    },
    Guard {
        number: 3,
        title: "The post's word fits what is open",
        says: "\"Support with conditions\" needs an open condition; \"support\" needs none open.",
        source: PROGRAM,
        excepted_by: None,
        refusals: || said([OfCheck::NothingOpen, OfCheck::StillOpen(no_approval())]),
        tests: &["guards_2_and_3_a_reply_is_complete_and_signed_as_it_is_and_cleared_by_another"],
    },
    Guard {
        number: 4,
        title: "Nothing is issued while a condition is open",
        says: "A license is approved or confirmed only with no condition open. Every item group and authority counts alone, and items without a \
               row are open, as is a license without items; only a row that says so, with proof, needs no approval, as long as the country \
               rule it rests on holds. A spoken promise never counts. What the end-user waited for is noted as given, or explained.",
        source: "22 USC 2778; the host country's own import law",
        excepted_by: None,
        refusals: || {
            let waited = still_waited_for(AUTHORITY, &format!("{ITEMS}, 30"), "the serial numbers");
            let mut said = said([
                open(Act::Confirm, ConditionKind::Approval, no_approval()),
                open(Act::Confirm, ConditionKind::Approval, waited),
                open(Act::Approve, ConditionKind::Items, NO_ITEMS.into()),
                OfLicense::NothingOpen,
            ]);
            said.push(OfPapers::StillWaits("the serial numbers".into()).to_string());
            said
        },
        tests: &[
            "guards_4_and_5_partial_permits_and_none_required",
            "guard_4_what_was_waited_for_is_noted_as_given_before_the_license_issues",
            "guard_4_a_license_without_items_is_open",
            "guard_4_none_required_stands_with_the_rule_it_rests_on",
            "open_conditions_name_their_license",
        ],
    },
    Guard {
        number: 5,
        title: "A permit counts when its issuer says so",
        says: "Verified means that the authority confirmed the paper through a channel that was not taken from the paper. Whether it counts is \
               computed each day: quantity and unit, through its last day, a party of the license or its alias, one license at a time.",
        source: PROGRAM,
        excepted_by: None,
        refusals: || {
            let shortfalls = [
                Shortfall::NotVerified("P-114".into()),
                Shortfall::TooFew { covered: 29, needed: 30 },
                Shortfall::Expired(day_words(date!(2026 - 05 - 03))),
                Shortfall::OtherParty(PARTY.into()),
                Shortfall::Used("050123456".into()),
            ];
            said(shortfalls.map(|why| format!("{DOES_NOT_COUNT}: {why}")))
        },
        tests: &[
            "guard_5_only_a_channel_not_taken_from_the_paper_verifies",
            "guard_5_a_number_counts_for_one_license_and_is_released_with_the_first",
            "guard_5_a_permit_taken_back_makes_the_license_ready_that_waited_for_its_number",
            "a_permit_that_does_not_count_says_why",
        ],
    },
    Guard {
        number: 6,
        title: "Significant military equipment has a complete certificate",
        says: "The nontransfer and use certificate has every signature it asks for, each verified through a channel from a directory, an earlier \
               file or the embassy, at a contact with the side that signed. Each signs once, and no signature takes the place of another.",
        source: "22 CFR 123.10",
        excepted_by: None,
        refusals: || {
            let mut said = said([open(Act::Approve, ConditionKind::Certificate, NO_CERTIFICATE.into())]);
            let (signer, name) = ("applicant".to_owned(), "A. Signer".to_owned());
            said.push(OfPapers::SignedAlready { signer: signer.clone(), name }.to_string());
            said.push(Unconfirmed::Signer(signer).to_string());
            said
        },
        tests: &[
            "a_certificate_needs_every_signature_verified",
            "guard_6_a_certificate_is_complete_when_each_signer_confirmed_their_own",
            "a_certificate_takes_one_signature_of_each_signer_and_replaces_none",
        ],
    },
    Guard {
        number: 7,
        title: "A party in or from a proscribed destination, or on a list, blocks approval",
        says: "No license is approved while a party of it is in or from a proscribed destination, is to receive the items there, or stands on a \
               debarment list.",
        source: "22 CFR 126.1; 22 CFR 120.16 and 127.7",
        excepted_by: Some(Role::Supervisor),
        refusals: || said([OfLicense::Party { party: PARTY.into(), why: on_lists(&[debarred()]) }]),
        tests: &["guard_7_a_listed_party_blocks_approval_until_a_supervisor_excepts_it"],
    },
    Guard {
        number: 8,
        title: "A large license waits for Congress",
        says: "Above the threshold of its country group and items, approval waits for the certification and for the days that follow it.",
        source: "22 USC 2776(c)",
        excepted_by: None,
        refusals: || said([open(Act::Approve, ConditionKind::Notification, waits_until(date!(2026 - 05 - 03)))]),
        tests: &["guard_8_and_11_a_large_license_waits_and_needs_authority"],
    },
    Guard {
        number: 9,
        title: "A go-between that never takes possession holds nothing",
        says: "A broker, seller, intermediate consignee or forwarder recorded as never taking possession, and found on the custody path or with \
               serial numbers, is a contradiction that the post explains before it replies. Unknown possession blocks a favorable result.",
        source: "22 CFR part 129; 22 CFR 120.60 and following",
        excepted_by: None,
        refusals: || {
            let held = holds_though_never(PARTY, PartyRole::Broker, &CustodyStage::Planned.step(1));
            said([OfCheck::Unexplained(held), OfCheck::PossessionUnknown(PARTY.into())])
        },
        tests: &[
            "guard_9_possession_unknown_and_a_go_between_that_holds",
            "never_takes_possession_and_holds_items_on_the_path",
        ],
    },
    Guard {
        number: 10,
        title: "An unfavorable result is founded and countersigned",
        says: "It has a reason code, one of them primary, a finding behind it, and a supervisor's second signature.",
        source: PROGRAM,
        excepted_by: None,
        refusals: || said([OfCheck::NoReason, OfCheck::WaitsForCountersignature]),
        tests: &["guard_10_an_unfavorable_result_is_founded_and_countersigned"],
    },
    Guard {
        number: 11,
        title: "Nobody judges what rests on their own act, or on other facts than they saw",
        says: "Who did one act on a file may not do another, by person, whatever post and role they have by then; the table is below. The amount \
               of a license is within the decider's authority. A verification, an explanation, an exception lapses when what it rested on changes, \
               and says what did; a decision stands, marked, and is made again before the license is confirmed.",
        source: PROGRAM,
        excepted_by: None,
        refusals: || {
            vec![
                Separated { later: Duty::SignResult, earlier: Duty::Open, place: "BL-2026-0042".into() }.to_string(),
                OfLicense::Amount { value: Decimal::from(2_500_000), authority: Decimal::from(1_000_000) }.to_string(),
                OfLicense::BasisChanged(vec![Changed {
                    before: Some("permit D-881 of DECAM, which counted".into()),
                    after: None,
                }])
                .to_string(),
            ]
        },
        tests: &[
            "guard_11_is_by_person_also_after_a_move",
            "duties_are_separated_by_person_as_the_table_says",
            "the_rules_ask_the_table_whatever_the_same_person_did_before",
            "guard_8_and_11_a_large_license_waits_and_needs_authority",
            "every_fact_beneath_a_judgement_is_told_when_it_changes_and_no_other",
            "whoever_may_judge_now_is_asked",
            "whatever_changed_beneath_an_issued_license_asks_whoever_may_decide_it_again",
            "a_verification_lapses_when_its_contact_is_changed_and_says_what_was",
            "a_decision_whose_basis_changed_is_made_again_and_an_exception_too",
        ],
    },
    Guard {
        number: 12,
        title: "A post-shipment check rests on something firm",
        says: "Without a visit, a meeting, a paper or an observation behind any finding, a post-shipment check is not favorable; elsewhere a caveat \
               is printed.",
        source: PROGRAM,
        excepted_by: None,
        refusals: || said([OfCheck::NoFirmBasis]),
        tests: &["guards_12_and_13_a_post_shipment_check_rests_on_something_firm_and_adds_up"],
    },
    Guard {
        number: 13,
        title: "What was shipped adds up",
        says: "Each weapon is seen, elsewhere, missing or not yet counted. What does not add up is a contradiction, and so are one serial \
               number in two lines of items, one weapon on two licenses or seen by two posts at once, and the answer yes beside missing ones: the post explains it before it \
               replies, a favorable result waits for that, and the explanation lapses when the things behind it change. Of a file that a post may not read it learns \
               that there is one.",
        source: PROGRAM,
        excepted_by: None,
        refusals: || {
            let missing = are_missing(ITEMS, 2, 30);
            let yes = says_yes_though("Receipt and serial numbers", &missing);
            let twice = stands_twice("050123456", "KX0114", "");
            let weapons = ("KX0114".to_owned(), 3);
            let other = Other { license: LicenseId::new(), number: "050123456".into(), is_seen_at_post: true };
            let elsewhere = stands_elsewhere(ITEMS, &weapons, &[other]);
            let at_once = is_seen_twice(ITEMS, &weapons);
            said([missing, yes, twice, elsewhere, at_once].map(OfCheck::Unexplained))
        },
        tests: &[
            "guards_12_and_13_a_post_shipment_check_rests_on_something_firm_and_adds_up",
            "guard_13_the_post_explains_missing_weapons_before_it_signs",
            "a_receipt_is_not_answered_yes_beside_missing_ones",
            "one_serial_number_in_two_places",
            "one_weapon_on_two_licenses_is_told_as_far_as_the_post_may_know",
            "one_weapon_that_two_posts_saw_at_once",
            "a_weapon_is_under_one_license",
            "missing_serial_numbers",
            "fewer_serial_numbers_than_licensed",
        ],
    },
    Guard {
        number: 14,
        title: "What the law sets is a dated row with its source",
        says: "Thresholds, proscribed destinations, forms, categories, item classes, reason codes and topics are rows that are ended and replaced, \
               never edited, and judged by the day they held: an application by its own day.",
        source: "Each row names its own",
        excepted_by: None,
        refusals: Vec::new,
        tests: &[
            "reference_rows_are_added_replaced_and_ended_with_their_source_and_never_edited",
            "what_held_on_a_past_day_is_not_rewritten",
            "items_under_a_category_of_another_time",
        ],
    },
    Guard {
        number: 15,
        title: "An approval rests on a favorable result",
        says: "Every check on the license is resulted or closed, and a pre-license check has a favorable result that speaks of the license as it \
               is, none an unfavorable or inconclusive one. Returning and denying need a reason, not a result.",
        source: PROGRAM,
        excepted_by: Some(Role::Supervisor),
        refusals: || {
            said([
                OfLicense::CheckRunning("BL-2026-0042".into()),
                OfLicense::NoFavorable,
                OfLicense::Lapsed("BL-2026-0042".into()),
            ])
        },
        tests: &[
            "guard_15_approval_waits_for_every_check_and_a_favorable_result_or_an_exception",
            "guard_15_a_save_that_changes_no_fact_leaves_the_result_standing",
        ],
    },
];

/// An approval that nobody applied for, as an open condition says it.
fn no_approval() -> String {
    not_counting(AUTHORITY, &format!("{ITEMS}, 30"), &Shortfall::NotAppliedFor.to_string())
}

fn open(act: Act, kind: ConditionKind, text: String) -> OfLicense {
    OfLicense::Open { act, open: vec![OpenCondition { text, who: Mover::Post, kind, duty: None }] }
}

fn said<const N: usize>(refusals: [impl ToString; N]) -> Vec<String> {
    refusals.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        approvals::model::{SerialCount, SerialState},
        checks::contradictions,
        id::AuthorityId,
        parties::model::TakesPossession,
        sample,
    };

    #[track_caller]
    fn says(number: usize, words: &str) {
        let said = (GUARDS[number - 1].refusals)();
        assert!(said.iter().any(|said| said.contains(words)), "guard {number} says {said:?}, and the file {words:?}");
    }

    #[test]
    fn a_license_that_waits_is_told_so_in_the_words_of_the_rulebook() {
        let mut license = sample::license();
        let pistols = &mut license.items[0];
        (pistols.label, pistols.significant_military_equipment) = (ITEMS.into(), true);
        pistols.value_usd = Some(Decimal::from(2_000_000));
        license.certified_on = Some(date!(2026 - 04 - 03));
        license.approvals.clear();
        license.rules = vec![sample::rule("pistol", Some((AuthorityId::new(), AUTHORITY)))];
        let open = license.open_conditions(&sample::reference(), date!(2026 - 05 - 01));
        let numbers = open.iter().map(|condition| match condition.kind {
            ConditionKind::Approval | ConditionKind::Items => 4,
            ConditionKind::Certificate => 6,
            ConditionKind::Notification => 8,
            ConditionKind::Worded(_) => 0,
        });
        assert_eq!(numbers.clone().collect::<Vec<_>>(), [4, 6, 8]);
        numbers.zip(&open).for_each(|(number, condition)| says(number, &condition.text));
        says(3, &open[0].text);
    }

    #[test]
    fn what_contradicts_is_told_in_the_words_of_the_rulebook() {
        let mut file = sample::case();
        let broker = sample::party(PARTY, PartyRole::Broker, TakesPossession::Never);
        let mut step = sample::step(CustodyStage::Planned, PARTY);
        step.party_id = Some(broker.party_id);
        let license = &mut file.licenses[0];
        license.items[0].label = ITEMS.into();
        let of = |state, count| SerialCount {
            item_group_id: license.items[0].id,
            state,
            holder_party_id: None,
            count,
            numbers: Vec::new(),
            twice: Vec::new(),
        };
        license.serials = vec![of(SerialState::Seen, 28), of(SerialState::Missing, 2)];
        license.parties.push(broker);
        license.custody.push(step);
        let found = contradictions::find(&file);
        assert_eq!(found.len(), 2, "{found:?}");
        says(9, &found[0].sentence);
        says(13, &found[1].sentence);
    }

    #[test]
    fn a_party_on_a_list_is_told_so_in_the_words_of_the_rulebook() {
        let mut license = sample::license();
        license.parties[1].listings = vec![sample::listing("Debarred parties")];
        let (_, _, why) = license.blocked_parties(&sample::reference()).remove(0);
        says(7, &why);
    }
}
