//! Whose a check is, who may have it, and who gives it.

use super::*;
use crate::{
    access::{Reader, Role},
    duties::model::Duty,
    id::PersonId,
    licenses::model::LicenseStatus,
    sample::{self, NOW, holder},
};

fn replied() -> CaseFile {
    sample::proposed(ResultWord::Favorable)
}

/// Names, in the order in which a check falls to them.
fn order(file: &CaseFile, owner: Owner) -> Vec<&str> {
    file.check.falls_to(owner).into_iter().map(|holder| holder.name.as_str()).collect()
}

#[test]
fn a_check_is_its_openers_or_its_regions_until_somebody_takes_it() {
    let mut file = replied();
    assert_eq!(order(&file, Owner::CaseOfficer), ["Nora"]);
    let mut region = holder(Owner::CaseOfficer, CameBy::Region, PersonId::new(), "Tobias");
    region.since = Some(NOW);
    file.check.holders.push(region);
    assert_eq!(order(&file, Owner::CaseOfficer), ["Nora", "Tobias"], "it was opened before");
    file.check.holders[1].since = Some(file.check.opened_at);
    assert_eq!(order(&file, Owner::CaseOfficer), ["Tobias", "Nora"]);
    file.check.requested_at = None;
    assert_eq!(order(&file, Owner::CaseOfficer), ["Nora", "Tobias"], "who writes a draft has it");
    file.check.holders.push(holder(Owner::CaseOfficer, CameBy::Given, PersonId::new(), "Vera"));
    assert_eq!(order(&file, Owner::CaseOfficer), ["Vera", "Tobias"]);
    file.check.requested_at = Some(NOW);
    assert_eq!(order(&file, Owner::CaseOfficer), ["Vera", "Tobias"]);
    let has = |file: &CaseFile| file.check.had_by(Owner::CaseOfficer).map(|had| had.name.clone());
    assert_eq!(has(&file).as_deref(), Some("Vera"));
    file.check.holders[2].serves = false;
    assert_eq!(has(&file).as_deref(), Some("Tobias"), "the role of who had it ended");
    file.check.holders[1].serves = false;
    assert_eq!(has(&file), None, "who opened a check that another one took does not get it back");
}

#[test]
fn a_check_has_a_reviewer_once_it_is_answered() {
    use CheckState as S;
    let mut file = replied();
    file.check.holders.push(holder(Owner::Reviewer, CameBy::Region, PersonId::new(), "Ines"));
    for (state, held, has) in [
        (S::Draft, None, false),
        (S::InProgress, None, false),
        (S::OnHold, Some(S::InProgress), false),
        (S::OnHold, Some(S::Replied), true),
        (S::Replied, None, true),
        (S::Resulted, None, true),
    ] {
        (file.check.state, file.check.held_state) = (state, held);
        assert_eq!(file.check.had_by(Owner::Reviewer).is_some(), has, "{state:?} {held:?}");
        let may = file.may_have(Owner::Reviewer, PersonId::new());
        assert_eq!(may.is_ok(), has, "{state:?} {held:?}");
        assert!(file.may_have(Owner::CaseOfficer, PersonId::new()).is_ok(), "{state:?}");
    }
    file.check.state = S::Closed;
    let owners = Owner::ALL.iter().map(|owner| file.may_have(*owner, PersonId::new()));
    assert!(owners.into_iter().all(|may| may == Err(Refusal::NobodysAnyMore)));
}

/// Guard 11: who may neither sign the result nor decide afterwards reviews nothing here.
#[test]
fn who_may_not_judge_a_check_is_not_its_reviewer() {
    let mut file = replied();
    let opener = file.check.opened_by;
    assert!(matches!(file.may_have(Owner::Reviewer, opener), Err(Refusal::Separated(_))));
    assert_eq!(file.may_have(Owner::CaseOfficer, opener), Ok(()));
    let signer = PersonId::new();
    assert_eq!(file.may_have(Owner::Reviewer, signer), Ok(()));
    file.check.state = CheckState::Resulted;
    file.licenses[0].status = LicenseStatus::Pending;
    assert_eq!(file.may_have(Owner::Reviewer, signer), Ok(()));
    sample::did_on(&mut file.licenses[0], signer, Duty::SignResult);
    assert!(matches!(file.may_have(Owner::Reviewer, signer), Err(Refusal::Separated(_))));
    // One license that they may decide is enough.
    file.licenses.push(crate::licenses::model::LicenseFile { status: LicenseStatus::Pending, ..sample::license() });
    assert_eq!(file.may_have(Owner::Reviewer, signer), Ok(()));
    let supervisor = sample::reader(Role::Supervisor);
    let to = Candidate { id: opener, name: "Nora".into(), owner: Owner::Reviewer };
    assert_eq!(replied_by(opener).hand_over(&supervisor, &to, "").map(drop), Err(Refusal::Barred("Nora".into())));
}

fn replied_by(opener: PersonId) -> CaseFile {
    let mut file = replied();
    sample::did(&mut file.check, opener, Duty::Open);
    file
}

#[test]
fn a_case_officer_or_a_reviewer_takes_a_check_once() {
    let mut file = replied();
    let [case, reviewer] = [Role::CaseOfficer, Role::Reviewer].map(sample::reader);
    for role in Role::ALL.iter().copied() {
        let may = matches!(role, Role::CaseOfficer | Role::Reviewer);
        assert_eq!(file.may_take_on(&sample::reader(role)), may, "{role:?}");
        assert_eq!(file.take_on(&sample::reader(role), "Vera").is_ok(), may, "{role:?}");
    }
    let taken = file.take_on(&case, "Vera").expect("a case officer may");
    assert_eq!((*taken.owner(), *taken.person(), *taken.check()), (Owner::CaseOfficer, case.id, file.check.id));
    let event = crate::audit::Event::from(taken);
    assert_eq!(event.summary, "took BL-2026-0042 as its case officer");
    file.check.holders.push(holder(Owner::CaseOfficer, CameBy::Given, case.id, "Vera"));
    assert!(!file.may_take_on(&case) && file.may_take_on(&reviewer));
    assert_eq!(file.take_on(&case, "Vera").map(drop), Err(Refusal::HasIt("You have".into())));
}

/// A supervisor hands over all of a check, somebody who has it their part, and nobody else anything.
#[test]
fn who_has_a_check_hands_it_over_or_a_supervisor() {
    let mut file = replied();
    let readers = |role| sample::reader(role);
    let owner = Reader { id: file.check.opened_by, ..readers(Role::CaseOfficer) };
    let supervisor = readers(Role::Supervisor);
    assert_eq!(file.hands_over(&supervisor), [Owner::CaseOfficer, Owner::Reviewer]);
    assert_eq!(file.hands_over(&owner), [Owner::CaseOfficer]);
    assert_eq!(file.hands_over(&Reader { id: owner.id, ..readers(Role::Reviewer) }), [], "in another role");
    for role in Role::ALL.iter().copied().filter(|role| *role != Role::Supervisor) {
        assert_eq!(file.hands_over(&readers(role)), [], "{role:?}");
    }
    let to = |id, owner| Candidate { id, name: "Vera".into(), owner };
    let other = to(PersonId::new(), Owner::CaseOfficer);
    let given = file.hand_over(&owner, &other, "On leave until May").expect("it is theirs");
    assert_eq!((*given.owner(), *given.person()), (Owner::CaseOfficer, other.id));
    assert_eq!(crate::audit::Event::from(given).summary, "gave BL-2026-0042 to Vera as its case officer");
    let reviewer = to(PersonId::new(), Owner::Reviewer);
    assert_eq!(file.hand_over(&owner, &reviewer, "").map(drop), Err(Refusal::NotTheirs));
    assert!(file.hand_over(&supervisor, &reviewer, "").is_ok());
    let itself = to(owner.id, Owner::CaseOfficer);
    assert_eq!(file.hand_over(&supervisor, &itself, "").map(drop), Err(Refusal::HasIt("Vera has".into())));
    file.check.state = CheckState::InProgress;
    assert_eq!(file.hands_over(&supervisor), [Owner::CaseOfficer], "there is nothing to review");
}

#[test]
fn only_who_has_the_role_is_chosen() {
    let one = Candidate { id: PersonId::new(), name: "Vera".into(), owner: Owner::CaseOfficer };
    let all = std::slice::from_ref(&one);
    assert_eq!(Candidate::chosen(all, Owner::CaseOfficer, one.id), Ok(&one));
    let refused = |owner, id| Candidate::chosen(all, owner, id).expect_err("it is refused").to_string();
    assert_eq!(refused(Owner::Reviewer, one.id), "Choose somebody who is a reviewer today.");
    assert_eq!(refused(Owner::CaseOfficer, PersonId::new()), "Choose somebody who is a case officer today.");
}
