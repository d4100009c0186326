use super::*;
use crate::{
    access::{Permission, Role, holds},
    checks::{
        model::{CaseFile, CheckState, ResultWord, SiteVisit},
        verbs::CheckVerb,
    },
    licenses::model::{Act, Decider, LicenseFile, LicenseStatus},
    sample,
};

/// Guard 11, as the product says it: each pair in both orders, whoever came first.
#[test]
fn the_table_holds_every_pair_of_guard_11_in_both_orders() {
    let apart = [
        (D::Open, D::SignResult),
        (D::Propose, D::SignResult),
        (D::SignReply, D::SignResult),
        (D::SignReply, D::Decide),
        (D::ClearReply, D::SignResult),
        (D::ClearReply, D::Decide),
        (D::SignResult, D::Countersign),
        (D::SignResult, D::Decide),
        (D::SignResult, D::Except),
        (D::VerifyPermit, D::Decide),
    ];
    for (one, other) in apart {
        assert_eq!(other.after(one), Apart::Always, "{} after {}", other.label(), one.label());
        // Nobody opens a check after its result.
        let back = if one == D::Open { Apart::No } else { Apart::Always };
        assert_eq!(one.after(other), back, "{} after {}", one.label(), other.label());
    }
    assert_eq!(D::Except.after(D::Open), Apart::Always, "guard 7");
    for later in [D::Decline, D::EndEarly] {
        for earlier in [D::Open, D::Propose, D::SignReply, D::ClearReply] {
            assert_eq!(later.after(earlier), Apart::Always, "{} after {}", later.label(), earlier.label());
        }
    }
    assert_eq!(D::Decide.after(D::Decide), Apart::No, "the decider on conditions may confirm");
}

#[test]
fn a_refusal_names_what_the_person_did_and_who_acts_instead() {
    let by = PersonId::new();
    let done = |duty, person_id| Done {
        person_id,
        duty,
        check_id: Some(CheckId::new()),
        license_id: None,
        place: "BL-2026-0042".into(),
    };
    let acts = [done(D::Work, by), done(D::SignReply, by), done(D::Propose, PersonId::new())];
    let refused = judge(D::SignResult, by, &acts).unwrap_err();
    assert_eq!(refused.to_string(), "You signed the reply of BL-2026-0042; another reviewer must sign the result.");
    assert_eq!(judge(D::SignResult, PersonId::new(), &acts), Ok(()));
    assert_eq!(Separated::by_the_database("duties_sign_result_after_sign_reply", "BL-2026-0042"), Some(refused));
    assert_eq!(Separated::by_the_database("duties_once", ""), None);
}

fn of_license(duty: Duty) -> bool {
    [
        D::Register,
        D::RecordPaper,
        D::VerifyPermit,
        D::VerifySignature,
        D::TakeBack,
        D::MeetCondition,
        D::Except,
        D::Decide,
    ]
    .contains(&duty)
}

/// Says of a file that somebody did something on it before: on its check or its license, as the store reads it.
fn after(mut file: CaseFile, by: PersonId, earlier: Duty) -> CaseFile {
    let mut check = file.check.clone();
    let license = &mut file.licenses[0];
    if of_license(earlier) {
        sample::did_on(license, by, earlier);
    } else {
        sample::did(&mut check, by, earlier);
        license.duties.extend(check.duties.iter().filter(|done| done.person_id == by).cloned());
    }
    file.check = check;
    file
}

/// What the rules themselves answer when a person does it now, after what somebody did; `None`: it is judged by no rule
/// of persons. All acts on a license are tried, each where it stands on the path.
fn attempt(later: Duty, by: PersonId, doer: PersonId, earlier: Duty) -> Option<Result<(), String>> {
    let word = |result: Result<(), crate::checks::model::Refusal>| result.map_err(|refusal| refusal.to_string());
    let of = |file: CaseFile| after(file, doer, earlier);
    let judged = |result: ResultWord, signed: bool| {
        let mut file = of(sample::proposed(result));
        if signed {
            sample::half_sign(&mut file, PersonId::new());
        }
        file
    };
    let license = |status: LicenseStatus, duty: Duty| {
        let mut license = of(sample::case()).licenses.remove(0);
        license.status = status;
        license.apart(by, duty).map_err(|refusal| refusal.to_string())
    };
    Some(match later {
        D::SignReply => word(of(sample::case()).sign(by).map(|_| ())),
        D::ClearReply => word(of(sample::signed()).clear(by).map(|_| ())),
        D::SignResult => word(judged(ResultWord::Favorable, false).sign_result(by).map(|_| ())),
        D::EndEarly => word(judged(ResultWord::Favorable, false).may_end_early(by).map(|_| ())),
        D::Countersign => word(judged(ResultWord::Unfavorable, true).countersign(by).map(|_| ())),
        D::Decline => word(judged(ResultWord::Unfavorable, true).may_decline(by).map(|_| ())),
        D::Propose => word(judged(ResultWord::Favorable, false).may_propose(by)),
        D::GiveBack => word(judged(ResultWord::Favorable, false).may_give_back(by).map(|_| ())),
        D::Waive => {
            let mut file = of(sample::case());
            file.check.site_visit = SiteVisit::Required;
            word(file.may_waive(by))
        }
        D::Extend => word(of(sample::case()).may_extend(by).map(|_| ())),
        D::Recall => {
            let mut file = of(sample::case());
            file.check.state = CheckState::Requested;
            word(file.may_recall(by).map(|_| ()))
        }
        D::Hold => word(of(sample::case()).may_take(by, CheckVerb::Hold).map(|_| ())),
        D::Resume => {
            let mut file = of(sample::case());
            (file.check.state, file.check.held_state) = (CheckState::OnHold, Some(CheckState::InProgress));
            word(file.may_take(by, CheckVerb::Resume).map(|_| ()))
        }
        D::Except => {
            of(sample::case()).licenses[0].may_except(by, &sample::reference()).map_err(|refusal| refusal.to_string())
        }
        D::Decide => decide(&of(sample::case()).licenses[0], by),
        D::VerifyPermit | D::VerifySignature | D::MeetCondition => license(LicenseStatus::Pending, later),
        D::Open | D::Request | D::Explain | D::Register | D::TakeBack | D::RecordPaper | D::Work => return None,
    })
}

/// Every act on a license from every status that has it: all are refused, or all go through.
fn decide(license: &LicenseFile, by: PersonId) -> Result<(), String> {
    let (mut license, mut answers) = (license.clone(), Vec::new());
    license.checks = vec![sample::license_check(ResultWord::Favorable)];
    for status in LicenseStatus::ALL {
        license.status = *status;
        for act in Act::ALL.iter().copied().filter(|act| status.after(*act).is_some()) {
            let mut on = license.clone();
            if act == Act::ApproveOnConditions {
                on.approvals.clear();
            }
            let by = Decider { id: by, authority: rust_decimal::Decimal::MAX };
            answers.push(
                on.may_decide(by, act, &sample::reference(), sample::TODAY)
                    .map(|_| ())
                    .map_err(|refusal| refusal.to_string()),
            );
        }
    }
    assert!(answers.len() > 9 && answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    answers.remove(0)
}

/// All acts after all earlier acts of the same person: the rules say what the table says, in its words.
#[test]
fn the_rules_ask_the_table_whatever_the_same_person_did_before() {
    for later in Duty::ALL.iter().copied() {
        for earlier in Duty::ALL.iter().copied() {
            let by = PersonId::new();
            let place = if of_license(earlier) { "license 050107086" } else { "BL-2026-0042" };
            let refused = Separated { later, earlier, place: place.into() }.to_string();
            let expected = if later.after(earlier) == Apart::Always { Err(refused) } else { Ok(()) };
            let answer = attempt(later, by, by, earlier);
            assert_eq!(answer.unwrap_or(Ok(())), expected, "{} after {}", later.label(), earlier.label());
            let answer = attempt(later, PersonId::new(), by, earlier);
            assert_eq!(
                answer.unwrap_or(Ok(())),
                Ok(()),
                "{} after {}, by somebody else",
                later.label(),
                earlier.label()
            );
        }
    }
}

/// What somebody did on another check of the license keeps them from the license, and not from this check.
#[test]
fn acts_on_another_check_of_the_license_keep_from_the_license_alone() {
    let (mut file, by) = (sample::proposed(ResultWord::Favorable), PersonId::new());
    let other = CheckId::new();
    file.licenses[0].duties.push(Done {
        person_id: by,
        duty: D::Open,
        check_id: Some(other),
        license_id: None,
        place: "BL-2026-0043".into(),
    });
    assert!(file.sign_result(by).is_ok());
    assert!(file.licenses[0].apart(by, D::Decide).is_err());
}

/// The same reply, the same result: who signed it does not clear or decline it; of another one, they may.
#[test]
fn a_signature_keeps_from_clearing_and_declining_the_same_paper() {
    let mut file = sample::signed();
    let (signer, other) = (file.check.serving[0].0, file.check.serving[1].0);
    assert!(file.clear(signer).is_err());
    let word = file.check.recommendation.as_mut().expect("it is written");
    word.signed_by = Some(other);
    assert!(file.clear(signer).is_ok(), "the signature that stands is the other one's");

    let mut file = sample::proposed(ResultWord::Unfavorable);
    let reviewer = PersonId::new();
    sample::half_sign(&mut file, reviewer);
    sample::did(&mut file.check, reviewer, D::SignResult);
    assert_eq!(
        file.may_decline(reviewer).unwrap_err().to_string(),
        "You signed a result of BL-2026-0042; another person must decline the result."
    );
    file.check.result.as_mut().expect("it is proposed").signed_by = None;
    assert!(file.may_decline(reviewer).is_ok(), "the proposal after the one they signed");
}

/// The table leaves no dead end: whatever the people of a small post and a small Washington office have done on a file
/// in their roles, declined and withdrawn acts among them, each step has somebody.
#[test]
fn the_smallest_offices_can_take_every_step() {
    let post: &[Duty] = &[
        D::SignReply,
        D::ClearReply,
        D::VerifyPermit,
        D::VerifySignature,
        D::TakeBack,
        D::RecordPaper,
        D::Work,
        D::Explain,
    ];
    let case: &[Duty] = &[
        D::Open,
        D::Request,
        D::Propose,
        D::Waive,
        D::GiveBack,
        D::Extend,
        D::Recall,
        D::Hold,
        D::Resume,
        D::Explain,
        D::Register,
        D::MeetCondition,
    ];
    let (signs, decides): (&[Duty], &[Duty]) = (&[D::SignResult, D::EndEarly, D::Decline], &[D::Decide]);
    for supervises in [&[D::Countersign, D::Decline][..], &[D::Except, D::Decline]] {
        // One officer at the post; a case officer, two reviewers and a supervisor in Washington.
        let office = [
            (Role::PostOfficer, post),
            (Role::CaseOfficer, case),
            (Role::Reviewer, signs),
            (Role::Reviewer, decides),
            (Role::Supervisor, supervises),
        ]
        .map(|(role, did)| (PersonId::new(), role, did));
        let done: Vec<Done> = office
            .iter()
            .flat_map(|(person_id, _, did)| {
                did.iter().map(|duty| Done {
                    person_id: *person_id,
                    duty: *duty,
                    check_id: Some(CheckId::new()),
                    license_id: None,
                    place: String::new(),
                })
            })
            .collect();
        let next = office.iter().flat_map(|(_, _, did)| did.iter().copied()).chain([D::Countersign]);
        for duty in next {
            let permission = permission(duty);
            let somebody =
                office.iter().any(|(person, role, _)| holds(*role, permission) && judge(duty, *person, &done).is_ok());
            assert!(somebody, "nobody is left to {}", duty.label().to_lowercase());
        }
    }
}

/// What a role has to include for an act.
fn permission(duty: Duty) -> Permission {
    match duty {
        D::Open | D::Request => Permission::OpenChecks,
        D::Waive | D::GiveBack | D::Extend | D::Recall | D::Hold | D::Resume => Permission::DirectChecks,
        D::Propose => Permission::ProposeResults,
        D::SignReply | D::VerifyPermit | D::VerifySignature | D::TakeBack | D::RecordPaper | D::Work => {
            Permission::WorkChecks
        }
        D::ClearReply => Permission::ClearReplies,
        D::SignResult | D::EndEarly => Permission::SignResults,
        D::Countersign => Permission::CountersignResults,
        D::Decline => Permission::DeclineResults,
        D::Except => Permission::MakeExceptions,
        D::Decide => Permission::DecideLicenses,
        D::MeetCondition => Permission::RaiseConditions,
        D::Explain => Permission::ExplainContradictions,
        D::Register => Permission::RegisterLicenses,
    }
}

/// What a person reads of why they may: the table's groups by their names, and what stands alone.
#[test]
fn what_keeps_a_person_from_an_act_is_said_in_few_words() {
    let (post, case, result) = ("acts of the post", "acts of the case", "signatures on a result");
    for (duty, kept_by) in [
        (Duty::SignReply, vec![result, "decisions"]),
        (Duty::ClearReply, vec![result, "decisions"]),
        (Duty::SignResult, vec![post, case, "countersignatures", "decisions", "exceptions"]),
        (Duty::EndEarly, vec![post, case, "countersignatures", "decisions", "exceptions"]),
        (Duty::Countersign, vec![post, case, result, "checks ended early", "decisions"]),
        (Duty::Decide, vec![post, case, result, "exceptions", "conditions noted as met"]),
    ] {
        assert_eq!(duty.kept_by(), kept_by, "{}", duty.label());
    }
}
