use super::*;
use crate::{
    access::Role,
    duties::model::Duty,
    licenses::model::LicenseStatus,
    sample::{self, TODAY},
};

fn offered(license: &LicenseFile, role: Role) -> Vec<(String, &'static str, bool)> {
    let offered = LicenseVerb::offered(&sample::reader(role), license, &sample::reference(), TODAY);
    let at = format!("/licenses/{}/", license.id);
    offered.into_iter().map(|(href, label, waits)| (href.replace(&at, ""), label, waits)).collect()
}

/// The license's path as each role is offered it: reviewers decide, supervisors except, case officers certify; one
/// thing at a time is what the license waits for.
#[test]
fn each_role_is_offered_what_the_path_has_for_it_and_no_more() {
    use LicenseStatus as S;
    const RAISE: (&str, &str, bool) = ("conditions/raise", "Raise a condition", false);
    const EXCEPT: (&str, &str, bool) = ("except", "Make an exception", false);
    const CERTIFY: (&str, &str, bool) = ("certify", "Certification to Congress", false);
    const GIVE_UP: (&str, &str, bool) = ("decide", "Return or deny", false);
    const CONFIRM: (&str, &str, bool) = ("confirm", "Confirm and issue", true);
    const REVOKE: (&str, &str, bool) = ("revoke", "Revoke", false);
    for status in S::ALL {
        let license = LicenseFile { status: *status, ..sample::license() };
        for role in Role::ALL.iter().copied() {
            let expected = match (*status, role) {
                (S::Pending, Role::Reviewer) => vec![("decide", "Decide", true), RAISE],
                (S::ApprovedOnConditions, Role::Reviewer) => vec![CONFIRM, GIVE_UP, RAISE],
                (S::Approved, Role::Reviewer) => vec![("suspend", "Suspend", false), REVOKE],
                (S::Suspended, Role::Reviewer) => vec![("reinstate", "Reinstate", false), REVOKE],
                (S::Pending | S::ApprovedOnConditions, Role::Supervisor) => vec![EXCEPT],
                (S::Pending | S::ApprovedOnConditions, Role::CaseOfficer) => vec![RAISE, CERTIFY],
                _ => Vec::new(),
            };
            let expected: Vec<_> =
                expected.into_iter().map(|(at, label, waits)| (at.to_owned(), label, waits)).collect();
            assert_eq!(offered(&license, role), expected, "{}, {}", status.label(), role.label());
        }
    }
    let mut waiting = LicenseFile { status: S::ApprovedOnConditions, ..sample::license() };
    waiting.approvals.clear();
    let offered = offered(&waiting, Role::Reviewer);
    assert_eq!(offered[0].1, "Return or deny", "something is open, so nothing is confirmed: {offered:?}");
}

/// Guard 11, before anything is pressed: who worked on the file is offered no decision, whatever their role is now.
#[test]
fn who_had_another_part_in_the_file_is_offered_no_judgement_of_it() {
    let mut license = sample::license();
    let [reviewer, supervisor] = [Role::Reviewer, Role::Supervisor].map(sample::reader);
    for reader in [reviewer, supervisor] {
        sample::did_on(&mut license, reader.id, Duty::Work);
    }
    let labels = |reader: &Reader| -> Vec<_> {
        let offered = LicenseVerb::offered(reader, &license, &sample::reference(), TODAY);
        offered.into_iter().map(|(_, label, _)| label).collect()
    };
    assert_eq!(labels(&reviewer), ["Raise a condition"]);
    assert!(labels(&supervisor).is_empty());
}

/// Each act on a license stands on one page, and the page of a decision offers the four that a first decision has.
#[test]
fn each_act_stands_on_one_page() {
    for act in Act::ALL {
        let pages: Vec<_> = LicenseVerb::ALL.iter().filter(|verb| verb.acts().contains(act)).collect();
        assert_eq!(pages.len(), 1, "{}: {pages:?}", act.label());
    }
    let with_acts: Vec<_> = LicenseVerb::ALL.iter().filter(|verb| !verb.acts().is_empty()).collect();
    let decide =
        [LicenseVerb::Confirm, LicenseVerb::Decide, LicenseVerb::Suspend, LicenseVerb::Reinstate, LicenseVerb::Revoke];
    assert!(with_acts.into_iter().eq(&decide));
    assert_eq!(LicenseVerb::Decide.acts().len(), 4);
}
