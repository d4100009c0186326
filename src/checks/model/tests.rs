use rust_decimal::Decimal;
use time::macros::{date, datetime};

use super::*;
use crate::{
    access::{Role, holds},
    approvals::model::{CustodyStage, SerialCount, SerialState},
    checks::verbs::CheckVerb,
    duties::model::Duty,
    evidence::model::ContactKind,
    id::*,
    licenses::model::LicenseStatus,
    parties::model::{PartyRole, TakesPossession},
    reference::model::ReferenceKind,
    sample,
};

/// Who takes a step. The last signature on a result is a supervisor's, where it is unfavorable.
fn takes(role: Role, verb: CheckVerb) -> bool {
    holds(role, verb.permission())
        || (verb == CheckVerb::SignResult && holds(role, CheckVerb::Countersign.permission()))
}

/// The table of the check's path, written down once more: every state, verb and role that is not here is refused.
#[test]
fn the_path_has_these_steps_for_these_roles_and_no_other() {
    use CheckState as S;
    use CheckVerb as V;
    const CASE: &[Role] = &[Role::CaseOfficer];
    const POST: &[Role] = &[Role::PostOfficer, Role::PostSupervisor];
    const REVIEW: &[Role] = &[Role::Reviewer];
    const SIGN: &[Role] = &[Role::Reviewer, Role::Supervisor];
    let steps = [
        (S::Draft, V::Discard, CASE, S::Draft),
        (S::Draft, V::Request, CASE, S::Requested),
        (S::Draft, V::EndEarly, REVIEW, S::Resulted),
        (S::Requested, V::Recall, CASE, S::Draft),
        (S::Requested, V::Acknowledge, POST, S::InProgress),
        (S::InProgress, V::Interim, POST, S::InProgress),
        (S::InProgress, V::Clear, POST, S::Replied),
        (S::Replied, V::GiveBack, CASE, S::InProgress),
        (S::Replied, V::Propose, CASE, S::Replied),
        (S::Replied, V::Decline, SIGN, S::Replied),
        (S::Replied, V::SignResult, SIGN, S::Resulted),
        (S::Requested, V::Hold, CASE, S::OnHold),
        (S::InProgress, V::Hold, CASE, S::OnHold),
        (S::Replied, V::Hold, CASE, S::OnHold),
        (S::OnHold, V::Resume, CASE, S::Replied),
        (S::Requested, V::EndEarly, REVIEW, S::Resulted),
        (S::InProgress, V::EndEarly, REVIEW, S::Resulted),
        (S::Replied, V::EndEarly, REVIEW, S::Resulted),
        (S::OnHold, V::EndEarly, REVIEW, S::Resulted),
    ];
    for state in S::ALL {
        for verb in V::ALL {
            for role in Role::ALL {
                let listed = steps
                    .iter()
                    .find(|(from, by, who, _)| from == state && by == verb && who.contains(role))
                    .map(|step| step.3);
                let taken = state.after(*verb, Some(S::Replied)).filter(|_| takes(*role, *verb));
                assert_eq!(taken, listed, "{} {} {}", state.label(), verb.label(), role.label());
            }
        }
    }
    assert!(!holds(Role::Reviewer, V::Countersign.permission()), "a reviewer countersigns");
    assert!(!holds(Role::Supervisor, V::SignResult.permission()), "a supervisor signs first");
    assert!(Role::ALL.iter().all(|role| holds(*role, V::Waive.permission()) == (*role == Role::CaseOfficer)));
}

#[test]
fn a_step_off_the_path_says_where_the_check_is() {
    let mut file = sample::case();
    file.check.state = CheckState::Requested;
    let refused = file.may_give_back(PersonId::new()).unwrap_err();
    assert_eq!(refused.to_string(), "The check is requested; Give back with questions is not possible from there.");
}

#[test]
fn resuming_leads_back_to_where_the_check_was() {
    for held in [CheckState::Requested, CheckState::InProgress, CheckState::Replied] {
        assert_eq!(CheckState::OnHold.after(CheckVerb::Resume, Some(held)), Some(held));
    }
}

#[test]
fn only_the_opener_discards_a_draft_and_none_that_was_sent() {
    let mut file = sample::case();
    (file.check.state, file.check.requested_at) = (CheckState::Draft, None);
    assert!(file.check.discard(file.check.opened_by).is_ok());
    assert_eq!(file.check.discard(PersonId::new()).unwrap_err(), Refusal::NotOpener);
    file.check.requested_at = Some(sample::NOW);
    assert_eq!(file.check.discard(file.check.opened_by).unwrap_err(), Refusal::OnceSent);
}

/// Of drafts, one that was sent is ended early; one that never was is discarded.
#[test]
fn a_draft_is_ended_early_if_it_was_sent() {
    let mut file = sample::case();
    file.check.state = CheckState::Draft;
    assert!(file.may_end_early(PersonId::new()).is_ok());
    file.check.requested_at = None;
    assert_eq!(file.may_end_early(PersonId::new()).unwrap_err(), Refusal::NeverSent);
}

/// What people of a post wrote on a check that was recalled is no other post's.
#[test]
fn a_recalled_draft_goes_to_another_post_unless_people_of_one_worked_on_it() {
    let mut file = sample::case();
    let (own, other) = (file.check.post_id, PostId::new());
    for (sent, worked, may) in [(false, false, true), (true, false, true), (true, true, false), (false, true, true)] {
        file.check.requested_at = Some(sample::NOW).filter(|_| sent);
        file.check.worked_at_post = worked;
        assert!(file.check.goes_to(own).is_ok(), "sent {sent}, worked {worked}");
        assert_eq!(file.check.goes_to(other).is_ok(), may, "sent {sent}, worked {worked}");
    }
    (file.check.requested_at, file.check.worked_at_post) = (Some(sample::NOW), true);
    let refused = file.check.goes_to(other).unwrap_err().to_string();
    assert!(refused.starts_with("People of Guatemala worked on this check"), "{refused}");
}

/// Guard 2: where no topic is asked of a check that was sent, the post says in its own words what it found.
#[test]
fn guard_2_a_reply_to_nothing_says_what_the_post_found() {
    let mut file = sample::case();
    file.check.findings.clear();
    file.reference.0.retain(|entry| entry.kind != ReferenceKind::Topic || entry.code == "other");
    let asked: Vec<String> = file.unanswered().into_iter().map(|asked| asked.topic).collect();
    assert_eq!(asked, ["other"]);
    let signer = file.check.serving[0].0;
    assert_eq!(file.sign(signer).map(drop), Err(Refusal::Unanswered("other".into())));
    let basis = file.check.contacts[0].clone();
    file.check.findings.push(sample::finding("other", None, &basis));
    assert_eq!(file.sign(signer).map(drop), Ok(()));
    // Nobody can answer a topic that is no row.
    file.reference.0.retain(|entry| entry.kind != ReferenceKind::Topic);
    file.check.findings.clear();
    assert_eq!(file.sign(signer).map(drop), Err(Refusal::NothingFound));
    file.check.state = CheckState::Draft;
    file.reference = sample::reference();
    file.reference.0.retain(|entry| entry.kind != ReferenceKind::Topic || entry.code == "other");
    assert!(file.asked().is_empty(), "a draft is not done yet");
}

/// What a cleared reply rests on gains no statement, until it is given back.
#[test]
fn guard_2_a_contact_takes_statements_until_a_reply_rests_on_it() {
    let mut file = sample::case();
    let contact = file.check.contacts[0].clone();
    let takes = |file: &CaseFile| file.check.takes_statement(&contact).is_ok();
    assert!(takes(&file));
    for (minutes, holds) in [(-1, true), (0, false), (1, false)] {
        file.check.replied_at = Some(contact.recorded_at + time::Duration::minutes(minutes));
        assert_eq!(takes(&file), holds, "cleared {minutes} minutes after it was recorded");
    }
    file.check.replied_at = None;
    assert!(takes(&file), "given back");
}

/// Which side of the issue a type is about, and which are about no license at all.
#[test]
fn a_type_is_about_licenses_before_their_issue_after_it_or_about_none() {
    let about: Vec<_> = CheckType::ALL.iter().map(|kind| (kind.has_licenses(), kind.follows_issue())).collect();
    let (before, after, none) = ((true, false), (true, true), (false, false));
    assert_eq!(about, [before, after, after, none, none]);
}

#[test]
fn days_to_answer_follow_the_type() {
    let days: Vec<i64> = CheckType::ALL.iter().map(|kind| kind.days()).collect();
    assert_eq!(days, [30, 45, 60, 60, 60]);
}

#[test]
fn guard_1_a_request_needs_what_its_type_asks_for() {
    for check_type in CheckType::ALL.iter().copied() {
        let mut file = sample::case();
        file.check.state = CheckState::Draft;
        file.check.check_type = check_type;
        if check_type.has_licenses() {
            let (fits, other) = (LicenseStatus::Pending, LicenseStatus::Approved);
            let (fits, other) = if check_type.follows_issue() { (other, fits) } else { (fits, other) };
            file.licenses[0].status = other;
            assert!(matches!(file.request(), Err(Refusal::LicenseStands { .. })), "{}", check_type.label());
            file.licenses[0].status = fits;
            assert!(file.request().is_ok(), "{}", check_type.label());
            file.licenses[0].items.clear();
            assert_eq!(file.request().unwrap_err(), Refusal::NoLicense, "a license without items");
            file.licenses.clear();
            assert_eq!(file.request().unwrap_err(), Refusal::NoLicense);
        } else {
            assert_eq!(file.request().unwrap_err(), Refusal::HasLicense("050107086".into()));
            file.licenses.clear();
            assert_eq!(file.request().unwrap_err(), Refusal::NoSubject, "{}", check_type.label());
            file.check.subjects.push(sample::subject("Meridian Agents"));
            assert!(file.request().is_ok());
        }
    }
}

#[test]
fn guard_2_every_topic_and_party_needs_a_finding_with_a_basis() {
    let file = sample::case();
    let officer = file.check.serving[0].0;
    assert!(file.sign(officer).is_ok());
    let lacking = |change: &dyn Fn(&mut CaseFile)| {
        let mut file = sample::case();
        change(&mut file);
        file.sign(officer).unwrap_err().to_string()
    };
    assert_eq!(lacking(&|file| file.check.findings.truncate(1)), "The reply still needs: order.");
    let party = format!("existence ({})", sample::END_USER);
    assert_eq!(lacking(&|file| drop(file.check.findings.remove(0))), format!("The reply still needs: {party}."));
    assert_eq!(lacking(&|file| file.check.findings[1].contacts.clear()), "The reply still needs: order.", "no basis");
    assert_eq!(
        lacking(&|file| file.check.findings[0].party_id = Some(PartyId::new())),
        format!("The reply still needs: {party}.")
    );
    let broker = |file: &mut CaseFile| {
        let broker = sample::party("Meridian Brokers", PartyRole::Broker, TakesPossession::Never);
        file.licenses[0].parties.push(broker);
    };
    assert_eq!(lacking(&broker), "The reply still needs: existence (Meridian Brokers).");
    // A topic of one item class is asked once such an item is on the license.
    let rifles = |file: &mut CaseFile| file.licenses[0].items.push(sample::item("automatic_rifle", 6));
    assert_eq!(lacking(&rifles), "The reply still needs: need.");
}

#[test]
fn guard_2_a_document_is_a_basis_too() {
    let mut file = sample::case();
    file.check.findings[1].contacts.clear();
    file.check.findings[1].documents.push(crate::id::DocumentId::new());
    assert!(file.sign(PersonId::new()).is_ok());
}

#[test]
fn guard_2_a_required_visit_is_made_or_waived() {
    let mut file = sample::case();
    let officer = file.check.serving[0].0;
    file.check.site_visit = SiteVisit::Required;
    assert_eq!(file.sign(officer).unwrap_err(), Refusal::NoSiteVisit);
    file.check.site_visit_waiver = Some("The host government lets nobody in.".into());
    assert!(file.sign(officer).is_ok());
    file.check.site_visit_waiver = None;
    file.check.contacts.push(sample::contact(ContactKind::SiteVisit));
    assert!(file.sign(officer).is_ok());
    file.check.contacts.pop();
    file.check.site_visit = SiteVisit::Requested;
    assert!(file.sign(officer).is_ok(), "a visit that is only requested holds nothing up");
}

#[test]
fn guard_2_another_active_person_of_the_post_clears_or_the_only_one_alone() {
    let file = sample::signed();
    let (signer, other) = (file.check.serving[0].0, file.check.serving[1].0);
    assert!(!*file.clear(other).unwrap().post_of_one());
    assert_eq!(file.clear(signer).unwrap_err(), Refusal::OwnClearance);
    let mut alone = file.clone();
    alone.check.serving = sample::officers(&[signer]);
    assert!(*alone.clear(signer).unwrap().post_of_one(), "exactly one person is at the post");
    // Somebody else is the only one at the post: the signer, who left, is not.
    alone.check.serving = sample::officers(&[other]);
    assert_eq!(alone.clear(signer).unwrap_err(), Refusal::OwnClearance);
    alone.check.serving.clear();
    assert_eq!(alone.clear(signer).unwrap_err(), Refusal::OwnClearance);
}

#[test]
fn guard_2_what_is_cleared_is_what_was_signed() {
    let mut file = sample::signed();
    let (signer, other) = (file.check.serving[0].0, file.check.serving[1].0);
    assert_eq!(file.sign(signer).unwrap_err(), Refusal::AlreadySigned);
    // What changes elsewhere goes in: the signature keeps what it saw, and the clearer is told.
    assert_eq!(file.changed_since_signed(), []);
    file.licenses[0].value_usd += Decimal::ONE;
    file.check.revision += 1;
    assert_eq!(
        (file.sign(signer).unwrap_err(), file.changed_since_signed().is_empty()),
        (Refusal::AlreadySigned, false)
    );
    assert!(file.clear(other).is_ok());
    file.check.recommendation.as_mut().unwrap().signed_by = None;
    assert_eq!(file.clear(other).unwrap_err(), Refusal::NotSigned);
    file.check.recommendation = None;
    assert_eq!(file.clear(other).unwrap_err(), Refusal::NoRecommendation);
    assert_eq!(file.sign(signer).unwrap_err(), Refusal::NoRecommendation);
}

#[test]
fn guard_2_everything_is_judged_again_at_clearance() {
    let mut file = sample::signed();
    file.check.findings.pop();
    assert!(matches!(file.clear(file.check.serving[1].0).unwrap_err(), Refusal::Unanswered(_)));
}

#[test]
fn signing_is_possible_only_in_progress() {
    for state in CheckState::ALL.iter().copied().filter(|state| *state != CheckState::InProgress) {
        let mut file = sample::case();
        file.check.state = state;
        assert!(matches!(file.sign(PersonId::new()).unwrap_err(), Refusal::Path { .. }), "{}", state.label());
    }
}

#[test]
fn guard_3_the_word_fits_what_is_open() {
    let word = |word: RecommendationWord, open: bool| {
        let mut file = sample::case();
        file.check.recommendation = Some(sample::recommendation(word));
        if open {
            file.licenses[0].approvals.clear();
        }
        file.sign(PersonId::new()).map(|_| ())
    };
    assert_eq!(word(RecommendationWord::SupportWithConditions, false), Err(Refusal::NothingOpen));
    assert_eq!(word(RecommendationWord::SupportWithConditions, true), Ok(()));
    assert_eq!(
        word(RecommendationWord::Support, true),
        Err(Refusal::StillOpen("DECAM (pistol, 30): not applied for".into()))
    );
    for other in [RecommendationWord::NoObjection, RecommendationWord::Oppose, RecommendationWord::CannotDetermine] {
        assert_eq!((word(other, true), word(other, false)), (Ok(()), Ok(())), "{}", other.label());
    }
}

/// A permit comes in after the recommendation was written, or one expires: the word is judged as it is signed and
/// cleared.
#[test]
fn guard_3_is_judged_when_it_is_written_and_when_it_is_signed_and_cleared() {
    let mut file = sample::signed();
    let other = file.check.serving[1].0;
    assert_eq!((file.fits(RecommendationWord::Support), file.clear(other).is_ok()), (Ok(()), true));
    file.licenses[0].approvals.clear();
    let open = Refusal::StillOpen("DECAM (pistol, 30): not applied for".into());
    assert_eq!(file.fits(RecommendationWord::Support), Err(open.clone()));
    assert_eq!(file.clear(other).unwrap_err(), open);
    file.check.recommendation.as_mut().unwrap().signed_by = None;
    assert_eq!(file.sign(other).unwrap_err(), open);
}

#[test]
fn guard_3_nothing_is_open_on_a_license_that_is_issued() {
    let mut file = sample::case();
    file.licenses[0].approvals.clear();
    file.licenses[0].status = LicenseStatus::Approved;
    assert!(file.open_conditions().is_empty());
    assert!(file.sign(PersonId::new()).is_ok(), "\"support\" is possible on a shipped license");
}

/// A broker that never takes possession, and yet holds the items on one step of the path.
fn broker_holds(file: &mut CaseFile) {
    let broker = sample::party("Meridian Brokers", PartyRole::Broker, TakesPossession::Never);
    let basis = file.check.contacts[0].clone();
    file.check.findings.push(sample::finding("existence", Some(broker.party_id), &basis));
    let mut step = sample::step(CustodyStage::Planned, "Meridian Brokers, warehouse");
    step.party_id = Some(broker.party_id);
    file.licenses[0].parties.push(broker);
    file.licenses[0].custody.push(step);
}

fn explain(file: &mut CaseFile) {
    for found in file.contradictions() {
        file.check.explanations.push(Explanation {
            id: ExplanationId::new(),
            contradiction: found.key,
            fingerprint: found.fingerprint,
            said: None,
            text: "It only passes through.".into(),
            explained_by_name: "An officer".into(),
            explained_at: sample::NOW,
        });
    }
}

#[test]
fn guard_9_a_go_between_that_never_holds_and_holds_blocks_the_reply_until_explained() {
    let mut file = sample::case();
    broker_holds(&mut file);
    let sentence = "Explain first: Meridian Brokers (Broker) is recorded as never taking possession, but holds items: planned step 1.";
    assert_eq!(file.sign(PersonId::new()).unwrap_err().to_string(), sentence);
    assert_eq!(file.bears(ResultWord::Favorable, &[]).unwrap_err().to_string(), sentence);
    explain(&mut file);
    assert!(file.sign(PersonId::new()).is_ok());
    assert_eq!(file.bears(ResultWord::Favorable, &[]), Ok(()));
}

#[test]
fn guard_9_unknown_possession_of_a_go_between_blocks_a_favorable_result() {
    for role in PartyRole::ALL.iter().copied() {
        let mut file = sample::case();
        file.licenses[0].parties.push(sample::party("Somebody", role, TakesPossession::Unknown));
        let blocked = matches!(
            role,
            PartyRole::Broker | PartyRole::Seller | PartyRole::IntermediateConsignee | PartyRole::FreightForwarder
        );
        for word in [ResultWord::Favorable, ResultWord::FavorableWithCaveat] {
            let expected = if blocked { Err(Refusal::PossessionUnknown("Somebody".into())) } else { Ok(()) };
            assert_eq!(file.bears(word, &[]), expected, "{} {}", role.label(), word.label());
        }
        assert_eq!(file.bears(ResultWord::Inconclusive, &[]), Ok(()));
    }
}

fn reason(primary: bool, finding: Option<FindingId>) -> ResultReason {
    ResultReason {
        code: if primary { "existence" } else { "unreliable" }.into(),
        is_primary: primary,
        finding_id: finding,
    }
}

#[test]
fn guard_10_an_unfavorable_result_needs_a_primary_reason_a_finding_and_a_countersignature() {
    let file = sample::case();
    let finding = Some(file.check.findings[0].id);
    for (reasons, founded) in [
        (vec![], false),
        (vec![reason(true, None)], false),
        (vec![reason(false, finding)], false),
        (vec![reason(true, finding)], true),
        (vec![reason(true, None), reason(false, finding)], true),
    ] {
        let expected = if founded { Ok(()) } else { Err(Refusal::NoReason) };
        assert_eq!(file.bears(ResultWord::Unfavorable, &reasons), expected, "{reasons:?}");
    }
    let mut file = sample::proposed(ResultWord::Unfavorable);
    assert_eq!(file.sign_result(PersonId::new()).unwrap_err(), Refusal::NoReason, "the reasons are judged again");
    file.check.result.as_mut().unwrap().reasons = vec![reason(true, finding)];
    let (signer, supervisor) = (PersonId::new(), PersonId::new());
    assert!(file.sign_result(signer).unwrap().step().is_none(), "the check is not resulted yet");
    assert_eq!(file.countersign(supervisor).unwrap_err(), Refusal::NoResult, "nobody countersigns what is not signed");
    sample::half_sign(&mut file, signer);
    sample::did(&mut file.check, signer, Duty::SignResult);
    // Whatever changed in the file since: that signature speaks of another one.
    let contact = sample::contact(ContactKind::Meeting);
    file.check.contacts.push(contact);
    let lapsed = file.countersign(supervisor).unwrap_err();
    assert!(matches!(&lapsed, Refusal::ResultLapsed(changed) if changed.starts_with("new: contact")), "{lapsed}");
    assert!(file.sign_result(PersonId::new()).is_ok(), "a reviewer signs again");
    assert!(file.may_give_back(PersonId::new()).is_ok(), "it waits for nobody");
    file.check.contacts.pop();
    // Of a signature that a program before this one kept, the revision tells.
    let basis = file.check.result.as_mut().unwrap().rests_on.take();
    file.check.revision += 1;
    assert!(file.half_signed().is_none());
    file.check.result.as_mut().unwrap().rests_on = basis;
    assert_eq!(file.sign_result(PersonId::new()).unwrap_err(), Refusal::WaitsForCountersignature);
    assert_eq!(
        file.countersign(signer).unwrap_err().to_string(),
        "You signed a result of BL-2026-0042; another supervisor must countersign the result."
    );
    assert_eq!(file.countersign(supervisor).unwrap().step().to(), CheckState::Resulted);
    for word in ResultWord::ALL.iter().copied() {
        assert_eq!(word.needs_countersignature(), word == ResultWord::Unfavorable);
    }
}

#[test]
fn a_result_is_signed_only_when_one_is_proposed() {
    let mut file = sample::proposed(ResultWord::Favorable);
    file.check.result = None;
    assert_eq!(file.sign_result(PersonId::new()).unwrap_err(), Refusal::NoResult);
    assert_eq!(file.countersign(PersonId::new()).unwrap_err(), Refusal::NoResult);
}

#[test]
fn guard_12_telephone_calls_alone_bear_no_favorable_post_shipment_result() {
    for kind in ContactKind::ALL.iter().copied() {
        let mut file = sample::case();
        file.check.check_type = CheckType::PostShipment;
        file.check.contacts[0].kind = kind;
        // What was counted is not what this test is about.
        file.licenses[0].serials = vec![counted(&file, SerialState::Seen, 30)];
        let firm = kind != ContactKind::Call;
        for word in ResultWord::ALL.iter().copied().filter(|word| *word != ResultWord::NotCompleted) {
            let reasons = [reason(true, Some(file.check.findings[0].id))];
            let expected = if firm || !word.is_favorable() { Ok(()) } else { Err(Refusal::NoFirmBasis) };
            assert_eq!(file.bears(word, &reasons), expected, "{} {}", kind.label(), word.label());
        }
        file.check.check_type = CheckType::PreLicense;
        assert_eq!(file.bears(ResultWord::Favorable, &[]), Ok(()), "elsewhere a caveat is printed");
        assert_eq!(file.caveats().is_empty(), firm, "{}", kind.label());
        file.check.check_type = CheckType::PostShipment;
        file.check.findings[0].documents.push(crate::id::DocumentId::new());
        assert_eq!(file.bears(ResultWord::Favorable, &[]), Ok(()), "a paper is a firm basis");
    }
}

#[test]
fn guard_12_a_meeting_that_no_finding_rests_on_is_no_basis() {
    let mut file = sample::case();
    file.check.contacts[0].kind = ContactKind::Call;
    file.check.contacts.push(sample::contact(ContactKind::Meeting));
    assert!(!file.check.has_firm_basis());
}

#[test]
fn a_post_of_one_is_printed_as_a_caveat() {
    let mut file = sample::signed();
    assert!(file.caveats().is_empty());
    file.check.recommendation.as_mut().unwrap().post_of_one = true;
    assert_eq!(file.caveats(), ["Signed and cleared by one person: the post had no other."]);
}

fn counted(file: &CaseFile, state: SerialState, count: i64) -> SerialCount {
    SerialCount {
        item_group_id: file.licenses[0].items[0].id,
        state,
        holder_party_id: None,
        count,
        numbers: Vec::new(),
        twice: Vec::new(),
    }
}

#[test]
fn guard_13_totals_that_do_not_add_up_block_the_reply_and_a_favorable_result_until_explained() {
    let mut file = sample::case();
    file.licenses[0].serials = vec![counted(&file, SerialState::Seen, 28), counted(&file, SerialState::Missing, 2)];
    let missing = || Refusal::Unexplained("pistol: 2 of 30 are missing".into());
    assert_eq!(file.sign(PersonId::new()).map(drop), Err(missing()));
    assert_eq!(file.bears(ResultWord::Favorable, &[]).unwrap_err(), missing());
    assert_eq!(file.bears(ResultWord::Inconclusive, &[]), Ok(()));
    assert_eq!((file.waiting(true).len(), file.waiting(false).len()), (1, 0), "the post knows what it saw");
    explain(&mut file);
    assert_eq!(file.bears(ResultWord::Favorable, &[]), Ok(()));
    assert!(file.sign(PersonId::new()).is_ok());
}

#[test]
fn a_check_closes_by_itself_once_none_of_its_licenses_is_open() {
    let mut file = sample::case();
    let second = sample::license();
    file.licenses.push(second);
    for state in CheckState::ALL.iter().copied() {
        for status in LicenseStatus::ALL.iter().copied() {
            file.check.state = state;
            file.licenses[0].status = LicenseStatus::Approved;
            file.licenses[1].status = status;
            let open = matches!(status, LicenseStatus::Pending | LicenseStatus::ApprovedOnConditions);
            assert_eq!(file.closes(), state == CheckState::Resulted && !open, "{} {}", state.label(), status.label());
        }
    }
    file.check.state = CheckState::Resulted;
    file.licenses.clear();
    assert!(file.closes(), "at once if it has none");
}

#[test]
fn contacts_are_added_until_the_check_closes_and_the_rest_only_in_progress() {
    for state in CheckState::ALL.iter().copied() {
        let mut file = sample::case();
        file.check.state = state;
        assert_eq!(
            file.check.takes_contacts(),
            !matches!(state, CheckState::Draft | CheckState::Closed),
            "{}",
            state.label()
        );
        assert_eq!(file.check.is_workable(), state == CheckState::InProgress);
        assert_eq!(state.is_judged(), matches!(state, CheckState::Resulted | CheckState::Closed));
    }
}

/// At one moment, 30 June 10:30 UTC, it is 29 June in Pago Pago, 30 June in Guatemala and 1 July on Kiritimati.
#[test]
fn the_due_day_ends_when_it_ends_at_the_post() {
    let now = datetime!(2026-06-30 10:30 UTC);
    for (zone, due, words, late) in [
        ("Pacific/Pago_Pago", date!(2026 - 06 - 29), "due today", false),
        ("Pacific/Pago_Pago", date!(2026 - 06 - 30), "1 day left", false),
        ("America/Guatemala", date!(2026 - 06 - 29), "1 day late", true),
        ("America/Guatemala", date!(2026 - 06 - 30), "due today", false),
        ("Pacific/Kiritimati", date!(2026 - 06 - 30), "1 day late", true),
        ("Pacific/Kiritimati", date!(2026 - 07 - 01), "due today", false),
        ("Pacific/Kiritimati", date!(2026 - 07 - 13), "12 days left", false),
        ("Pacific/Kiritimati", date!(2026 - 06 - 28), "3 days late", true),
    ] {
        let mut file = sample::case();
        file.check.post_zone = zone.into();
        file.check.due_on = Some(due);
        assert_eq!(file.check.due().words(now), words, "{zone} {due}");
        assert_eq!(file.check.due().is_over(now), late, "{zone} {due}");
        file.check.state = CheckState::OnHold;
        assert!(!file.check.due().is_over(now), "a hold stops the clock");
        file.check.state = CheckState::Replied;
        assert!(file.check.due().words(now).starts_with("was due "));
    }
    let mut file = sample::case();
    file.check.due_on = None;
    assert_eq!(file.check.due().words(now), "no due date yet");
}

#[test]
fn a_check_is_due_so_many_days_from_the_day_it_is_sent_at_the_post() {
    let sent = datetime!(2026-06-30 10:30 UTC);
    for (zone, due) in [
        ("America/Guatemala", date!(2026 - 07 - 15)),
        ("Pacific/Kiritimati", date!(2026 - 07 - 16)),
        ("Pacific/Pago_Pago", date!(2026 - 07 - 14)),
    ] {
        let mut file = sample::case();
        (file.check.post_zone, file.check.days_to_answer) = (zone.into(), 15);
        assert_eq!(file.check.due_when_sent(sent), due, "{zone}");
    }
}

#[test]
fn only_a_hold_at_the_post_moves_the_due_date_and_no_day_counts_twice() {
    let mut file = sample::case();
    let later = sample::NOW + time::Duration::days(5);
    file.check.due_on = Some(date!(2026 - 06 - 30));
    file.check.state = CheckState::OnHold;
    file.check.held_at = Some(sample::NOW);
    for (held, due) in [
        (CheckState::Requested, Some(date!(2026 - 07 - 05))),
        (CheckState::InProgress, Some(date!(2026 - 07 - 05))),
        (CheckState::Replied, None),
    ] {
        file.check.held_state = Some(held);
        assert_eq!(file.check.due_after_hold(later), due, "{}", held.label());
    }
    file.check.replied_at = Some(sample::NOW - time::Duration::days(2));
    assert_eq!(
        file.check.due_after_washington(later),
        Some(date!(2026 - 07 - 07)),
        "two days before the hold and five on it"
    );
}

#[test]
fn the_bar_shows_how_much_of_the_time_is_used() {
    let mut file = sample::case();
    file.check.due_on = Some(date!(2026 - 06 - 30));
    for (now, percent) in [
        (datetime!(2026-06-10 18:00 UTC), 0),
        (datetime!(2026-06-20 18:00 UTC), 50),
        (datetime!(2026-07-10 18:00 UTC), 100),
    ] {
        assert_eq!(file.check.due().percent(now), percent);
    }
}

#[test]
fn open_conditions_name_their_license() {
    let mut file = sample::case();
    file.licenses[0].approvals.clear();
    file.licenses[0].value_usd = Decimal::from(60_000_000);
    let open = file.open_conditions();
    assert_eq!(open.len(), 2);
    assert!(open.iter().all(|(license, _)| license.number == "050107086"));
}

/// What hangs on a draft: until when, and on which types of checks.
#[test]
fn licenses_and_subjects_go_on_a_draft_of_their_types() {
    let mut file = sample::case();
    let (day, known) = (Some(date!(2026 - 01 - 01)), file.licenses[0].id);
    for check_type in CheckType::ALL {
        for state in CheckState::ALL {
            (file.check.check_type, file.check.state) = (*check_type, *state);
            let (draft, licensed) = (*state == CheckState::Draft, check_type.has_licenses());
            let named = format!("{} {}", check_type.label(), state.label());
            assert_eq!(file.check.is_draft().is_ok(), draft, "{named}");
            assert_eq!(file.check.takes_licenses().is_ok(), draft && licensed, "{named}");
            assert_eq!(file.check.takes_known_licenses().is_ok(), draft && licensed, "{named}");
            assert_eq!(file.takes_subject(None).is_ok(), draft && !licensed, "{named}");
            assert_eq!(file.check.takes_found_parties().is_ok(), !state.is_judged(), "{named}");
            assert_eq!(file.check.fits_issue(day).is_ok(), check_type.follows_issue(), "{named}");
            assert_eq!(file.check.fits_issue(None).is_ok(), !check_type.follows_issue(), "{named}");
        }
    }
    assert_eq!(
        file.is_without(known, "050107086").unwrap_err().to_string(),
        "License 050107086 is on this check already."
    );
    assert_eq!(file.is_without(LicenseId::new(), "1"), Ok(()));
    (file.check.check_type, file.check.state) = (CheckType::CompanyReview, CheckState::InProgress);
    let found = sample::found();
    let party = found.id;
    file.check.found.push(found);
    assert_eq!(file.takes_subject(Some(party)), Ok(()), "the post found it");
    assert_eq!(file.takes_subject(Some(PartyId::new())), Err(Refusal::SubjectsOfDrafts));
    file.check.state = CheckState::Resulted;
    assert_eq!(file.takes_subject(Some(party)), Err(Refusal::SubjectsOfDrafts), "the result stands");
    assert_eq!([CheckFile::grants(None), CheckFile::grants(Some(730))], [Ok(()), Ok(())]);
    assert_eq!(CheckFile::grants(Some(731)), Err(Refusal::TooManyDays(730)));
}

/// What a proof stores is what its entry in the log says.
#[test]
fn a_proof_holds_what_was_asked_and_becomes_its_entry() {
    let (by, mut file) = (PersonId::new(), sample::case());
    let held = file.take(by, CheckVerb::Hold, "The ministry is closed").unwrap();
    assert_eq!((held.step().to(), held.text().as_str()), (CheckState::OnHold, "The ministry is closed"));
    let entry = crate::audit::Event::from(held);
    assert_eq!(entry.after, Some(crate::audit::says("Reason", "The ministry is closed").into()));
    let due = file.check.due_on.unwrap();
    assert_eq!(file.extend(by, due, "Rain").unwrap_err(), Refusal::NotLater(crate::text::day_words(due)));
    let later = due.next_day().unwrap();
    let extended = file.extend(by, later, "Rain").unwrap();
    assert_eq!((*extended.before(), *extended.due(), extended.reason().as_str()), (due, later, "Rain"));
    assert_eq!(file.prioritize(Priority::Routine, "Late").unwrap_err(), Refusal::SamePriority("routine".into()));
    let urgent = file.prioritize(Priority::Urgent, "The minister asked").unwrap();
    assert_eq!((*urgent.check(), *urgent.priority()), (file.check.id, Priority::Urgent));
    assert_eq!(
        crate::audit::Event::from(urgent).before,
        Some(crate::audit::says("Priority", Priority::Routine).into())
    );
    for (state, may) in
        CheckState::ALL.iter().map(|state| (*state, !matches!(state.code(), "draft" | "resulted" | "closed")))
    {
        let other = CaseFile { check: CheckFile { state, ..file.check.clone() }, ..file.clone() };
        assert_eq!(other.may_prioritize().is_ok(), may, "{state:?}");
    }
    assert_eq!(file.reassign((by, "An officer")).unwrap_err(), Refusal::NotServing);
    file.check.serving.push((by, Role::PostOfficer));
    assert_eq!(file.reassign((by, "An officer")).unwrap().officer(), &by);
    assert_eq!(file.explain(true, "nothing", "So").unwrap_err(), Refusal::NotWaiting);
    assert!(file.close().is_none(), "its result does not stand");
}

#[test]
fn a_result_is_proposed_with_its_caveat_and_never_ends_a_check_early() {
    let (by, file) = (PersonId::new(), sample::proposed(ResultWord::Favorable));
    let says =
        |word, caveat: &str| NewResult { word, text: "Borne out".into(), caveat: caveat.into(), reasons: Vec::new() };
    let propose =
        |word, caveat| file.propose(by, ResultId::new(), says(word, caveat)).map(|proposed| proposed.says().word);
    assert_eq!(propose(ResultWord::Favorable, ""), Ok(ResultWord::Favorable));
    assert_eq!(propose(ResultWord::FavorableWithCaveat, ""), Err(Refusal::NoCaveat));
    assert_eq!(propose(ResultWord::FavorableWithCaveat, "By telephone"), Ok(ResultWord::FavorableWithCaveat));
    assert_eq!(propose(ResultWord::NotCompleted, ""), Err(Refusal::EndedByReviewers));
    assert_eq!(propose(ResultWord::Unfavorable, ""), Err(Refusal::NoReason));
    assert_eq!(file.reasons("no such code", None, []).unwrap_err(), Refusal::UnknownReasons);
    assert_eq!(file.reasons("", Some(FindingId::new()), []).unwrap_err(), Refusal::UnknownReasons, "of another check");
}
