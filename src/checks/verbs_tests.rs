use super::*;
use crate::{
    access::Role,
    checks::model::{ResultWord, SiteVisit},
    id::PostId,
    sample,
};
use CheckVerb as V;

/// What a page offers somebody of that role who had no part in the file.
fn offered(file: &CaseFile, role: Role) -> Vec<CheckVerb> {
    CheckVerb::offered(&sample::reader(role), file).collect()
}

fn at(state: CheckState) -> CaseFile {
    let mut file = if state == CheckState::Replied { sample::proposed(ResultWord::Favorable) } else { sample::case() };
    (file.check.state, file.check.officer_id) = (state, Some(file.check.serving[0].0));
    file.check.held_state = (state == CheckState::OnHold).then_some(CheckState::InProgress);
    file
}

/// The path of a check as each role's page offers it: only what is theirs, and only what the file lets them do now.
#[test]
fn each_role_is_offered_its_own_steps_of_the_path() {
    use CheckState as S;
    for state in S::ALL.iter().copied() {
        for role in Role::ALL.iter().copied() {
            let expected: &[CheckVerb] = match (state, role) {
                (S::Draft, Role::CaseOfficer) => &[V::Request, V::Edit],
                (S::Requested, Role::CaseOfficer) => &[V::Recall, V::Extend, V::Prioritize, V::Hold],
                (S::InProgress, Role::CaseOfficer) => &[V::Extend, V::Prioritize, V::Hold],
                (S::Requested, Role::PostOfficer) => &[V::Acknowledge],
                (S::Requested, Role::PostSupervisor) => &[V::Acknowledge, V::Reassign],
                (S::InProgress, Role::PostOfficer) => &[V::Sign, V::Recommend, V::Interim],
                (S::InProgress, Role::PostSupervisor) => &[V::Sign, V::Recommend, V::Interim, V::Reassign],
                (S::Replied, Role::CaseOfficer) => &[V::Propose, V::GiveBack, V::Prioritize, V::Hold],
                (S::Replied, Role::PostSupervisor) => &[V::Reassign],
                (S::Replied, Role::Reviewer) => &[V::SignResult, V::Decline, V::EndEarly],
                (S::OnHold, Role::CaseOfficer) => &[V::Prioritize, V::Resume],
                // The draft was sent and recalled.
                (S::Draft | S::Requested | S::InProgress | S::OnHold, Role::Reviewer) => &[V::EndEarly],
                (state, Role::Supervisor) if state != S::Closed => &[V::HandOver],
                _ => &[],
            };
            assert_eq!(offered(&at(state), role), expected, "{}, {}", state.label(), role.label());
        }
    }
}

#[test]
fn a_draft_is_discarded_by_its_opener_alone_unless_it_was_sent() {
    let mut file = at(CheckState::Draft);
    let opener = Reader { id: file.check.opened_by, ..sample::reader(Role::CaseOfficer) };
    assert!(CheckVerb::offered(&opener, &file).eq([V::Request, V::Edit, V::HandOver]), "it was recalled");
    file.check.requested_at = None;
    assert!(CheckVerb::offered(&opener, &file).eq([V::Request, V::Edit, V::Discard, V::HandOver]));
    assert!(CheckVerb::offered(&sample::reader(Role::Reviewer), &file).next().is_none(), "there is nothing to end");
}

/// Guard 2: a waiver is offered of a required visit, while the check is at the post.
#[test]
fn a_required_visit_is_waived_while_the_check_is_at_the_post() {
    for state in CheckState::ALL.iter().copied() {
        let mut file = at(state);
        file.check.site_visit = SiteVisit::Required;
        let waives = offered(&file, Role::CaseOfficer).contains(&V::Waive);
        assert_eq!(waives, matches!(state, CheckState::Requested | CheckState::InProgress), "{}", state.label());
        file.check.site_visit = SiteVisit::Requested;
        assert!(!offered(&file, Role::CaseOfficer).contains(&V::Waive), "{}", state.label());
    }
}

/// A check whose officer left is taken over from anybody at the post; who acknowledges it has it.
#[test]
fn a_check_is_taken_over_once_its_officer_left() {
    for state in CheckState::ALL.iter().copied() {
        let mut file = at(state);
        let takes = |file: &CaseFile| offered(file, Role::PostOfficer).contains(&V::TakeOver);
        assert!(!takes(&file), "{}: the officer is there", state.label());
        let left = matches!(state, CheckState::InProgress | CheckState::Replied);
        for officer in [None, Some(PersonId::new())] {
            file.check.officer_id = officer;
            assert_eq!(takes(&file), left, "{}", state.label());
        }
    }
}

/// The reply that one person of the post signed is cleared by another; the result that a reviewer signed is
/// countersigned or declined by a supervisor, and nothing else happens to it meanwhile.
#[test]
fn a_second_signature_is_somebody_elses() {
    let file = sample::signed();
    let [signer, other] = [0, 1].map(|index: usize| Reader {
        id: file.check.serving[index].0,
        role: Role::PostOfficer,
        post: Some(PostId::new()),
        authority: rust_decimal::Decimal::MAX,
    });
    assert!(!CheckVerb::offered(&signer, &file).any(|verb| verb == V::Clear));
    assert!(CheckVerb::offered(&other, &file).any(|verb| verb == V::Clear));

    let mut file = at(CheckState::Replied);
    file.check.result = Some(sample::result(ResultWord::Unfavorable));
    sample::half_sign(&mut file, PersonId::new());
    for role in Role::ALL.iter().copied() {
        let expected: &[CheckVerb] = match role {
            Role::Supervisor => &[V::HandOver, V::Countersign, V::Decline],
            Role::CaseOfficer => &[V::Prioritize, V::Hold],
            Role::PostSupervisor => &[V::Reassign],
            _ => &[],
        };
        assert_eq!(offered(&file, role), expected, "{}", role.label());
    }
}
