use super::*;
use crate::{
    access::{Reader, Role},
    checks::model::{CheckState, ResultWord},
    duties::model::Duty,
    licenses::model::{Act, Decider},
    sample::{self, TODAY, reference},
};

/// An issued license of which a permit's quantity changed.
fn changed() -> LicenseFile {
    let mut license = LicenseFile { status: LicenseStatus::Pending, ..sample::license() };
    license.checks = vec![sample::license_check(ResultWord::Favorable)];
    let by = Decider { id: PersonId::new(), authority: rust_decimal::Decimal::MAX };
    let decided = license.decide(by, (Act::Approve, "Good", Vec::new()), &reference(), TODAY).expect("it is approved");
    license.decisions = vec![sample::decision(&decided)];
    license.status = LicenseStatus::Approved;
    assert_eq!(Again::of(&license, &reference(), TODAY), None, "nothing changed");
    license.permits[0].quantity = 29;
    license
}

/// Who may do something with it, by role, and what; else whom they wait for.
fn asked(license: &LicenseFile, reader: &Reader) -> Vec<Result<(String, String), String>> {
    let again = Again::of(license, &reference(), TODAY).expect("its basis changed");
    assert_eq!(again.decision, license.decisions[0].id);
    let at = format!("/licenses/{}/", license.id);
    let act = |offer: &Offer| {
        let act = offer.act(reader).map(|(href, label)| (href.replace(&at, ""), label));
        act.ok_or_else(|| offer.whom(reader))
    };
    again.acts.iter().map(act).collect()
}

/// Who may judge now is asked: a reviewer; a supervisor, where only an exception leads on; nobody while a check runs.
#[test]
fn whoever_may_judge_now_is_asked() {
    let [reviewer, supervisor, officer] = [Role::Reviewer, Role::Supervisor, Role::CaseOfficer].map(sample::reader);
    let done = |at: &str, label: &str| vec![Ok((at.to_owned(), label.to_owned()))];
    let waits = |whom: &str| vec![Err(whom.to_owned())];
    let mut license = changed();
    assert_eq!(asked(&license, &reviewer), done("decide", "Decide again"));
    assert_eq!(asked(&license, &supervisor), waits("a reviewer"));
    assert_eq!(asked(&license, &officer), waits("a reviewer"));
    // Who had another part in it is not asked, and others are.
    sample::did_on(&mut license, reviewer.id, Duty::Work);
    assert_eq!(asked(&license, &reviewer), waits("another reviewer"));
    assert_eq!(asked(&license, &sample::reader(Role::Reviewer)), done("decide", "Decide again"));

    let listed = |license: &mut LicenseFile| license.parties[1].listings.push(sample::listing("A list"));
    let unborne = |license: &mut LicenseFile| license.checks[0].result = Some(ResultWord::Inconclusive);
    for blocks in [listed as fn(&mut LicenseFile), unborne] {
        let mut license = changed();
        blocks(&mut license);
        assert_eq!(asked(&license, &supervisor), done("except", "Make an exception"));
        assert_eq!(asked(&license, &reviewer), waits("a supervisor"));
        sample::did_on(&mut license, supervisor.id, Duty::Open);
        assert_eq!(asked(&license, &supervisor), waits("another supervisor"));
    }
    let mut license = changed();
    license.checks[0].state = CheckState::InProgress;
    assert_eq!(asked(&license, &reviewer), Vec::new(), "a check on it has no result yet");
}

/// Whether it was issued, and what changed, without a word that anybody typed.
#[test]
fn it_says_what_changed_by_kinds() {
    let mut license = changed();
    license.parties[1].listings.push(sample::listing("A list"));
    let again = Again::of(&license, &reference(), TODAY).expect("its basis changed");
    assert_eq!((again.is_issued, again.grounds), (true, vec![Ground::Listed, Ground::Permit]));
    license.status = LicenseStatus::ApprovedOnConditions;
    assert!(!Again::of(&license, &reference(), TODAY).expect("its basis changed").is_issued);
}
