use super::*;
use crate::{
    access::Permission as P,
    approvals::model::CustodyStage,
    checks::model::{CaseFile, CheckState, CheckType, ResultWord, Returned, SiteVisit},
    id::RecommendationId,
    licenses::model::LicenseStatus,
    parties::model::{PartyRole, TakesPossession},
    sample,
};

fn says(file: &CaseFile) -> (Who, String) {
    let step = next_step(file);
    let text = step.text();
    assert_eq!(step.sentence(), format!("{}.", text.trim_end_matches('.')), "with one full stop");
    (step.who(), text)
}

fn at(state: CheckState) -> CaseFile {
    let mut file = sample::case();
    file.check.state = state;
    file
}

fn after_result(change: impl Fn(&mut crate::licenses::model::LicenseFile)) -> CaseFile {
    let mut file = at(CheckState::Resulted);
    file.licenses[0].checks = vec![sample::license_check(ResultWord::Favorable)];
    file.licenses[0].status = LicenseStatus::ApprovedOnConditions;
    change(&mut file.licenses[0]);
    file
}

/// Every situation a file can be in, in the order a check goes through them: who, and one sentence.
#[test]
#[expect(clippy::too_many_lines, reason = "one table, read from the top")]
fn the_next_step_of_every_situation() {
    let mut draft = at(CheckState::Draft);
    let again = "Send the recalled request to Guatemala again, or have a reviewer end the check early";
    assert_eq!(says(&draft), (Who::CaseOfficer, again.into()));
    draft.check.recalled.push(sample::recall(&draft, draft.check.post_id, time::macros::date!(2026 - 07 - 01)));
    assert_eq!(says(&draft).1, again);
    draft.check.subject.push('s');
    assert_eq!(says(&draft).1, "Send the request to Guatemala", "what the post never got is not ended");
    draft.check.recalled.clear();
    draft.check.requested_at = None;
    assert_eq!(says(&draft), (Who::CaseOfficer, "Send the request to Guatemala".into()));
    let mut empty = draft.clone();
    empty.licenses.clear();
    assert_eq!(says(&empty).1, "This check needs at least one license with an item group before it goes to the post.");
    empty.check.check_type = CheckType::BrokerInquiry;
    assert_eq!(says(&empty).1, "This check needs at least one subject (a party in a role) before it goes to the post.");

    assert_eq!(says(&at(CheckState::Requested)), (Who::Post, "Acknowledge the request".into()));

    let mut work = sample::case();
    work.check.recommendation = None;
    let contact = work.check.contacts.pop().unwrap();
    assert_eq!(says(&work), (Who::Post, "Record the first contact".into()));
    work.check.contacts.push(contact);
    work.check.site_visit = SiteVisit::Required;
    assert_eq!(says(&work).1, "Visit the site, or ask the case officer for a waiver");
    work.check.site_visit_waiver = Some("Nobody is let in.".into());
    let finding = work.check.findings.remove(0);
    assert_eq!(says(&work).1, format!("Record the finding on existence of {}", sample::END_USER));
    work.check.findings.push(finding);
    let order = work.check.findings.remove(0);
    assert_eq!(says(&work).1, "Record the finding on order");
    work.check.findings.push(order);
    let forwarder = sample::party("Meridian Freight", PartyRole::FreightForwarder, TakesPossession::Never);
    work.licenses[0].parties.push(forwarder);
    work.licenses[0].custody.push(sample::step(CustodyStage::Planned, "Meridian Freight"));
    assert!(
        says(&work)
            .1
            .starts_with("Explain: Meridian Freight (Freight forwarder) is recorded as never taking possession")
    );
    work.licenses[0].custody.clear();
    assert_eq!(says(&work), (Who::Post, "Write the recommendation".into()));
    assert_eq!(says(&sample::case()), (Who::Post, "Sign the recommendation".into()));
    let mut signed = sample::signed();
    signed.check.recommendation.as_mut().unwrap().signed_by_name = Some("An officer".into());
    assert_eq!(says(&signed), (Who::Post, "Clear the reply that An officer signed".into()));
    signed.check.recommendation = sample::case().check.recommendation;
    signed.check.returned.push(Returned {
        id: RecommendationId::new(),
        signed_by_name: "An officer".into(),
        by: "A supervisor".into(),
        at: sample::NOW,
        remark: "Say who was met".into(),
    });
    let next = next_step(&signed);
    assert_eq!(next.text(), "Answer the remark with which the reply was returned, then sign it again");
    let door = next.door(&signed).expect("the post's");
    assert_eq!((door.1.ends_with("/recommend"), door.2), (true, "Change it"));
    signed.check.recommendation.as_mut().unwrap().written_at += time::Duration::SECOND;
    assert_eq!(says(&signed).1, "Sign again: the reply was returned with a remark", "its text was written since");

    // A permit that counted is gone: the word no longer fits, and its writer is told so; who signed it has to be asked.
    let mut unfit = sample::signed();
    unfit.licenses[0].approvals.clear();
    let back = "Return the reply that the officer signed: \"Support\" needs no open condition: DECAM (pistol, 30): not applied for. \
        Choose \"support with conditions\".";
    assert_eq!(says(&unfit), (Who::Post, back.into()));
    unfit.check.recommendation.as_mut().unwrap().signed_by = None;
    let changed = "Change the recommendation: \"Support\" needs no open condition: DECAM (pistol, 30): not applied for. \
        Choose \"support with conditions\".";
    assert_eq!(says(&unfit), (Who::Post, changed.into()));
    let mut nobody = sample::signed();
    nobody.check.serving = sample::officers(&[PersonId::new()]);
    assert_eq!(says(&nobody).0, Who::Post, "one of whom clears what another signed");
    nobody.check.serving.clear();
    let unstaffed = "Nobody who serves at Guatemala today can do this, so an administrator has to assign somebody: \
        Clear the reply that the officer signed";
    assert_eq!(says(&nobody), (Who::Outside, unstaffed.into()));

    let mut replied = sample::proposed(ResultWord::Unfavorable);
    let reasons = vec![crate::checks::model::ResultReason {
        code: "existence".into(),
        is_primary: true,
        finding_id: Some(replied.check.findings[0].id),
    }];
    replied.check.result.as_mut().unwrap().reasons = reasons;
    assert_eq!(says(&replied), (Who::Reviewer, "Sign the result: unfavorable".into()));
    sample::half_sign(&mut replied, crate::id::PersonId::new());
    assert_eq!(says(&replied), (Who::Supervisor, "Countersign the unfavorable result".into()));
    replied.licenses[0].conditions.push(sample::condition());
    let again = "Sign the result again, because the file changed after the signature: unfavorable";
    assert_eq!(says(&replied), (Who::Reviewer, again.into()));
    replied.check.result = None;
    assert_eq!(says(&replied), (Who::CaseOfficer, "Propose the result".into()));

    let mut held = at(CheckState::OnHold);
    held.check.held_reason = Some("The quantity changes.".into());
    assert_eq!(says(&held), (Who::CaseOfficer, "Resume; it is on hold: The quantity changes.".into()));

    assert_eq!(says(&at(CheckState::Resulted)), (Who::Reviewer, "Decide license 050107086".into()));
    assert_eq!(says(&after_result(|_| {})), (Who::Reviewer, "Confirm and issue license 050107086".into()));
    let not_applied = after_result(|license| license.approvals.clear());
    assert_eq!(
        says(&not_applied),
        (Who::Outside, "Waiting for the end-user: DECAM (pistol, 30): not applied for".into())
    );
    let unverified = after_result(|license| license.permits[0].verified_at = None);
    assert_eq!(says(&unverified), (Who::Post, "Settle DECAM (pistol, 30): permit D-881 is not verified".into()));
    let unsigned = after_result(|license| license.items[0].significant_military_equipment = true);
    assert_eq!(says(&unsigned), (Who::Post, "Settle Nontransfer and use certificate (DSP-83): not recorded".into()));
    let notified = after_result(|license| license.value_usd = rust_decimal::Decimal::from(60_000_000));
    let (who, text) = says(&notified);
    assert_eq!(who, Who::CaseOfficer);
    assert!(
        text.starts_with("Record the certification: Congressional notification") && text.ends_with("not certified"),
        "{text}"
    );
    let waiting = after_result(|license| {
        (license.value_usd, license.certified_on) = (rust_decimal::Decimal::from(60_000_000), Some(sample::TODAY));
    });
    assert_eq!(
        says(&waiting),
        (Who::Outside, "Congressional notification: waiting period runs until 18 Jul 2026".into())
    );
    let too_few = after_result(|license| license.permits[0].quantity = 29);
    let split = "Split the items, or have the post record another permit: DECAM (pistol, 30): covers 29 of 30";
    assert_eq!(says(&too_few), (Who::CaseOfficer, split.into()));
    let listed = after_result(|license| license.parties[1].listings.push(sample::listing("debarred")));
    let (who, text) = says(&listed);
    assert_eq!(who, Who::Supervisor);
    assert!(
        text.starts_with("License 050107086 waits for a supervisor's exception, or is returned: Cannot approve:"),
        "{text}"
    );
    let running = after_result(|license| license.checks[0].state = CheckState::InProgress);
    assert_eq!(
        says(&running),
        (Who::Outside, "Waiting for another check on license 050107086, which has no result yet".into())
    );
    let bare = after_result(|license| {
        license.items.clear();
        license.approvals.clear();
    });
    let (who, text) = says(&bare);
    assert_eq!(who, Who::Reviewer);
    assert_eq!(text, "Return or deny license 050107086: The license has no items; record them first.");
    let worded = after_result(|license| license.conditions.push(sample::condition()));
    assert_eq!(says(&worded), (Who::Outside, "Waiting for the applicant: The insurer confirms cover".into()));
    for settled in [
        LicenseStatus::Approved,
        LicenseStatus::Denied,
        LicenseStatus::Returned,
        LicenseStatus::Suspended,
        LicenseStatus::Revoked,
    ] {
        assert_eq!(
            says(&after_result(|license| license.status = settled)),
            (Who::Nobody, "Nothing: it closes by itself".into())
        );
    }
    assert_eq!(says(&at(CheckState::Closed)), (Who::Nobody, "Closed".into()));
}

/// The facts no longer bear what was proposed: nobody is sent to sign it.
#[test]
fn a_result_that_the_facts_do_not_bear_is_proposed_anew() {
    let mut file = sample::proposed(ResultWord::Favorable);
    assert_eq!(says(&file).0, Who::Reviewer);
    file.licenses[0].parties.push(sample::party(
        "Meridian Freight",
        PartyRole::FreightForwarder,
        TakesPossession::Unknown,
    ));
    let (who, text) = says(&file);
    assert_eq!(who, Who::CaseOfficer);
    assert!(
        text.starts_with("Propose another result, or ask the post: Meridian Freight: whether it takes possession"),
        "{text}"
    );
    // What contradicts itself is explained first, by the post or the case officer.
    file.licenses[0].parties[2].takes_possession = TakesPossession::Never;
    file.licenses[0].custody.push(sample::step(CustodyStage::Planned, "Meridian Freight"));
    assert!(matches!(next_step(&file), NextStep::Explain(_, true)));
    file.check.serving.clear();
    assert!(
        matches!(next_step(&file), NextStep::ProposeResult(Proposal::Unborne(Refusal::Unexplained(_)))),
        "nobody serves there"
    );
}

/// Another post's word is another post's to change; the own one is simply the post's.
#[test]
fn a_cell_is_settled_by_the_post_whose_word_it_is() {
    let own = crate::id::PostId::new();
    let recorded = |post| {
        let mut file = after_result(|license| {
            license.permits[0].verified_at = None;
            (license.approvals[0].recorded_at_post, license.approvals[0].recorded_at_post_name) =
                (Some(post), Some("Kingston".into()));
        });
        file.check.post_id = own;
        says(&file)
    };
    assert_eq!(recorded(own).0, Who::Post);
    let theirs = "Waiting for Kingston: DECAM (pistol, 30): permit D-881 is not verified";
    assert_eq!(recorded(crate::id::PostId::new()), (Who::Outside, theirs.into()));
}

#[test]
fn of_several_licenses_the_next_one_is_that_on_which_somebody_here_can_act() {
    let mut file = after_result(|license| license.approvals.clear());
    let mut second = sample::license();
    second.number = "05-971940".into();
    file.licenses.push(second);
    assert_eq!(says(&file), (Who::Reviewer, "Decide license 05-971940".into()));
    file.licenses.pop();
    assert_eq!(says(&file).0, Who::Outside);
}

#[test]
fn the_first_open_license_is_the_next_one() {
    let mut file = at(CheckState::Resulted);
    file.licenses[0].status = LicenseStatus::Denied;
    let mut second = sample::license();
    second.number = "05-971940".into();
    file.licenses.push(second);
    assert_eq!(says(&file), (Who::Reviewer, "Decide license 05-971940".into()));
}

/// Whose role a door asks for, where it leads with the ids of the file as `_`, and what it says.
fn place(file: &CaseFile, door: Option<Door>) -> Option<(P, String, &'static str)> {
    let (permission, mut href, label) = door?;
    href = href.replace(&file.check.id.to_string(), "_");
    for license in &file.licenses {
        href = href.replace(&license.id.to_string(), "_");
    }
    Some((permission, href, label))
}

fn opens(file: &CaseFile) -> Option<(P, String, &'static str)> {
    place(file, next_step(file).door(file))
}

fn beside(file: &CaseFile) -> Option<(P, String, &'static str)> {
    place(file, next_step(file).beside(file, PersonId::new()))
}

#[expect(clippy::unnecessary_wraps, reason = "a door that is there")]
fn told(permission: P, href: &str, label: &'static str) -> Option<(P, String, &'static str)> {
    Some((permission, href.to_owned(), label))
}

/// Where each step until the reply is taken that is no verb of its own, and what stands beside it.
#[test]
fn a_step_leads_to_the_page_where_it_is_taken() {
    let mut draft = at(CheckState::Draft);
    assert_eq!(opens(&draft), told(P::OpenChecks, "/checks/_/request", "Send to the post"));
    let item = draft.licenses[0].items.remove(0);
    assert_eq!(opens(&draft), told(P::OpenChecks, "/licenses/_/items/add", "Add items"));
    draft.licenses[0].checks = vec![crate::licenses::model::LicenseCheck {
        state: CheckState::Replied,
        ..sample::license_check(ResultWord::Favorable)
    }];
    assert_eq!(opens(&draft), told(P::OpenChecks, "/checks/_/licenses/add", "Add a license"), "its items are frozen");
    draft.licenses[0].items.push(item);
    draft.licenses[0].status = LicenseStatus::Approved;
    assert_eq!(opens(&draft), told(P::OpenChecks, "/checks/_/edit", "Change the draft"));
    draft.licenses.clear();
    assert_eq!(opens(&draft), told(P::OpenChecks, "/checks/_/licenses/add", "Add a license"));
    draft.check.check_type = CheckType::CompanyReview;
    assert_eq!(opens(&draft), told(P::OpenChecks, "/checks/_/subjects/add", "Add a subject"));

    let mut work = sample::case();
    let order = work.check.findings.remove(1);
    assert_eq!(opens(&work), told(P::WorkChecks, "/checks/_/findings/order", "Record finding"));
    work.check.findings.insert(1, order);
    work.check.findings.remove(0);
    let party = work.licenses[0].parties[1].party_id;
    let existence = format!("/checks/_/findings/existence?party={party}");
    assert_eq!(opens(&work), told(P::WorkChecks, &existence, "Record finding"));
    let mut several = work.clone();
    several.check.findings.clear();
    let place = format!("/checks/_/worksheet#existence.{party}");
    assert_eq!(opens(&several), told(P::WorkChecks, &place, "Open the worksheet"), "several are answered together");
    work.check.site_visit = SiteVisit::Required;
    assert_eq!(opens(&work), told(P::WorkChecks, "/checks/_/contacts/record", "Record visit"));
    assert_eq!(beside(&work), told(P::DirectChecks, "/checks/_/waive", "Waive the site visit"));
    work.check.contacts.clear();
    assert_eq!(opens(&work), told(P::WorkChecks, "/checks/_/contacts/record", "Record contact"));
    assert_eq!((beside(&work), next_step(&work).meanwhile()), (None, ""));
}

/// Where an open condition is settled, what can be done beside it, and how it goes on meanwhile.
#[test]
fn an_open_condition_leads_where_it_is_settled() {
    let unverified = after_result(|license| license.permits[0].verified_at = None);
    assert_eq!(opens(&unverified), told(P::WorkChecks, "/licenses/_#approvals", "Settle it"));
    let unsigned = after_result(|license| license.items[0].significant_military_equipment = true);
    assert_eq!(opens(&unsigned), told(P::WorkChecks, "/licenses/_#certificate", "Settle it"));
    let notified = after_result(|license| license.value_usd = rust_decimal::Decimal::from(60_000_000));
    assert_eq!(opens(&notified), told(P::RegisterLicenses, "/licenses/_/certify", "Record it"));
    let too_few = after_result(|license| license.permits[0].quantity = 29);
    let split = format!("/licenses/_/items/{}/split", too_few.licenses[0].items[0].id);
    assert_eq!(opens(&too_few), told(P::RegisterLicenses, &split, "Split the items"));
    assert_eq!(beside(&too_few), told(P::WorkChecks, "/licenses/_#approvals", "Record another permit"));

    let not_applied = after_result(|license| license.approvals.clear());
    assert_eq!(opens(&not_applied), None, "nobody here can");
    assert_eq!(beside(&not_applied), told(P::WorkChecks, "/licenses/_#approvals", "Record what came"));
    assert_eq!(next_step(&not_applied).meanwhile(), "The post records what comes.");
    let mut worded = after_result(|license| license.conditions.push(sample::condition()));
    let met = format!("/licenses/_/conditions/{}/meet", worded.licenses[0].conditions[0].id);
    assert_eq!(beside(&worded), told(P::RaiseConditions, &met, "It is met"));
    assert_eq!(next_step(&worded).meanwhile(), "A case officer or a reviewer notes when it is met.");
    let decider = PersonId::new();
    sample::did_on(&mut worded.licenses[0], decider, crate::duties::model::Duty::Decide);
    assert_eq!(next_step(&worded).beside(&worded, decider), None, "guard 11");
    let day = after_result(|license| license.permits[0].valid_from = sample::TODAY.next_day());
    assert_eq!((opens(&day), beside(&day)), (None, None));
    assert_eq!(next_step(&day).meanwhile(), "Nothing is to be done until then.");
    let another = after_result(|license| {
        license.permits[0].verified_at = None;
        let row = &mut license.approvals[0];
        (row.recorded_at_post, row.recorded_at_post_name) = (Some(crate::id::PostId::new()), Some("Kingston".into()));
    });
    assert_eq!((opens(&another), beside(&another)), (None, None));
    assert_eq!(next_step(&another).meanwhile(), "That post recorded it and settles it on its own check.");
    let running = after_result(|license| license.checks[0].state = CheckState::InProgress);
    assert_eq!(beside(&running), told(P::DecideLicenses, "/licenses/_", "Its checks"));
    assert_eq!(next_step(&running).meanwhile(), "The license can be issued once that check has its result.");

    for (mut file, meanwhile) in [
        (unverified, "The license can be returned or denied meanwhile."),
        (sample::case(), "Washington can put the check on hold or end it early meanwhile."),
    ] {
        file.check.serving.clear();
        assert!(matches!(next_step(&file), NextStep::Unstaffed(..)));
        assert_eq!((opens(&file), next_step(&file).meanwhile()), (None, meanwhile));
        assert_eq!(next_step(&file).outside(), "an administrator");
    }
}

/// A step that answers something says so: questions that came back, a signature that was declined.
#[test]
fn a_step_that_answers_something_says_so() {
    let mut file = sample::case();
    file.check.recommendation = None;
    file.check.questions = vec![crate::checks::model::Note {
        id: uuid::Uuid::from_u128(7),
        text: "Who owns it?".into(),
        by: "A case officer".into(),
        at: sample::NOW,
    }];
    assert_eq!(says(&file).1, "Answer the questions in the recommendation, and sign it again");
    let mut declined = sample::proposed(ResultWord::Favorable);
    declined.check.result = None;
    declined.check.earlier_result = Some(sample::result(ResultWord::Favorable));
    assert_eq!(says(&declined).1, "Propose the result", "the earlier one was withdrawn");
    declined.check.earlier_result.as_mut().unwrap().declined_because = Some("Not so.".into());
    assert_eq!(says(&declined).1, "Propose another result, or ask the post: the signature was declined");
}

#[test]
fn everybody_but_nobody_is_somebody() {
    assert!(Who::ALL.iter().all(|who| who.is_somebody() == (*who != Who::Nobody)));
}
