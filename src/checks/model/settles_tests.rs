use time::macros::date;

use super::*;
use crate::{
    approvals::model::{
        ApprovalState, LicenseContact, Permit, Refusal as OfPapers, Signer, Sketch, ToldBy, Unconfirmed,
    },
    evidence::model::{ChannelSource, ContactKind, Refusal as OfEvidence, SourceGrade, Statement},
    id::{AuthorityId, ContactId, CountryRuleId, PartyId, PersonId},
    licenses::model::LicenseStatus,
    parties::model::{PartyRole, TakesPossession},
    sample,
};

/// The file of the samples, with one permit and the end-user's signature that nobody verified.
fn waiting() -> CaseFile {
    let mut file = sample::case();
    let license = &mut file.licenses[0];
    for permit in &mut license.permits {
        (permit.verified_by, permit.verified_at) = (None, None);
        permit.issued_on = Some(date!(2026 - 06 - 01));
    }
    let mut certificate = sample::certificate();
    for signature in &mut certificate.signatures {
        signature.verified_by = signature.verified_by.filter(|_| signature.signer != Signer::ForeignEndUser);
    }
    license.certificate = Some(certificate);
    file
}

fn issuer(file: &CaseFile) -> AuthorityId {
    file.licenses[0].permits[0].authority_id
}

/// Which of the permit and the signature may still be verified.
fn left(file: &CaseFile, sketch: Sketch) -> Vec<bool> {
    let may = |paper: &Paper<'_>| paper.may_be_verified(PersonId::new(), &sketch).is_ok();
    file.unverified_papers().iter().map(may).collect()
}

#[test]
fn what_is_verified_revoked_or_taken_back_waits_for_nobody() {
    assert_eq!(sample::case().unverified_papers().len(), 0);
    let mut file = waiting();
    let named: Vec<String> = file.unverified_papers().iter().map(Paper::named).collect();
    assert_eq!(named, ["Permit D-881 of DECAM", "Signature on the DSP-83, foreign end-user: A. Signer"]);
    let settled: [fn(&mut Permit); 2] = [
        |permit| permit.revoked_on = Some(date!(2026 - 06 - 11)),
        |permit| permit.withdrawn_reason = Some("Typed twice".into()),
    ];
    for settle in settled {
        let mut other = file.clone();
        settle(&mut other.licenses[0].permits[0]);
        assert_eq!(other.unverified_papers().len(), 1);
    }
    file.licenses[0].certificate = None;
    assert_eq!(file.unverified_papers().len(), 1);
}

#[test]
fn what_is_not_said_yet_rules_no_paper_out() {
    let file = waiting();
    let (registry, end_user) = (issuer(&file), file.licenses[0].signing(Signer::ForeignEndUser)[0]);
    let none = Sketch::default();
    assert_eq!(left(&file, none), [true, true], "nothing is said");
    assert_eq!(left(&file, Sketch { authority: Some(registry), ..none }), [true, false]);
    assert_eq!(left(&file, Sketch { authority: Some(AuthorityId::new()), ..none }), [false, false]);
    assert_eq!(left(&file, Sketch { party: Some(end_user), ..none }), [false, true]);
    assert_eq!(left(&file, Sketch { party: Some(PartyId::new()), ..none }), [false, false]);
    for channel in ChannelSource::ALL {
        let may = channel.verifies();
        assert_eq!(left(&file, Sketch { channel: Some(*channel), ..none }), [may, may], "{}", channel.label());
    }
    let on = |day| left(&file, Sketch { occurred_on: Some(day), ..none });
    assert_eq!(on(date!(2026 - 05 - 31)), [false, true], "before the permit was issued");
    assert_eq!(on(date!(2026 - 01 - 14)), [false, false], "before it was signed too");
    assert_eq!(on(date!(2026 - 06 - 01)), [true, true]);
}

#[test]
fn a_signature_of_nobody_who_is_named_is_confirmed_by_nobody() {
    let mut file = waiting();
    file.licenses[0].permits.clear();
    file.licenses[0].parties.clear();
    assert_eq!(left(&file, Sketch::default()), [false]);
}

#[test]
fn nobody_verifies_on_a_license_that_is_settled() {
    let mut file = waiting();
    file.licenses[0].status = LicenseStatus::Approved;
    let refused = file.unverified_papers()[0].may_be_verified(PersonId::new(), &Sketch::default());
    assert_eq!(refused, Err(OfPapers::Settled("approved".into())));
}

#[test]
fn a_contact_verifies_by_the_rule_of_its_paper_and_says_which_if_not() {
    let file = waiting();
    let papers = file.unverified_papers();
    let contact = |channel| LicenseContact {
        id: ContactId::new(),
        kind: ContactKind::Meeting,
        with_whom: "the director".into(),
        occurred_on: Some(date!(2026 - 06 - 10)),
        channel,
        authority: Some(issuer(&file)),
        party: Some(file.licenses[0].signing(Signer::ForeignEndUser)[0]),
    };
    let by = PersonId::new();
    let good = contact(ChannelSource::Directory);
    for paper in &papers {
        let license = paper.license();
        let alone = match paper {
            Paper::Permit(_, permit) => sample::logged(license.verify_permit(by, permit, &good).expect("it is theirs")),
            Paper::Signature(.., signature) => {
                sample::logged(license.verify_signature(by, signature, &good).expect("it is theirs"))
            }
        };
        assert_eq!(sample::logged(paper.verify(by, &good).expect("it is theirs")), alone, "as on its own page");
    }
    let refused = papers[0].verify(by, &contact(ChannelSource::Paper)).expect_err("it vouches for itself");
    assert_eq!((refused.paper.as_str(), refused.why), ("Permit D-881 of DECAM", Unconfirmed::Channel.into()));
}

#[test]
fn a_paper_says_what_it_is_good_for() {
    let file = waiting();
    let says: Vec<String> = file.unverified_papers().iter().map(Paper::says).collect();
    let permit = format!("30 pieces for {}, until 3 May 2027", sample::END_USER);
    assert_eq!(says, [permit.as_str(), "Signed on 15 Jan 2026"]);
    assert_eq!(file.unverified_papers().iter().map(Paper::version).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn a_statement_bears_on_the_topic_of_the_party_it_is_about() {
    let mut file = sample::case();
    file.licenses[0].parties.push(sample::party("Meridian", PartyRole::Broker, TakesPossession::Never));
    let parties = |topic: &str, about| {
        let asked = file.asked_by(topic, about);
        asked.into_iter().map(|asked| asked.party.map(|(party, _)| party)).collect::<Vec<_>>()
    };
    assert_eq!(parties("order", None), [None]);
    assert_eq!(parties("order", Some(PartyId::new())), [None], "the topic is of no party");
    assert_eq!(parties("receipt", None), [], "it is not asked before shipment");
    let of_each: Vec<_> = file.asked().into_iter().filter(|asked| asked.topic == "existence").collect();
    assert!(of_each.len() > 1, "{of_each:?}");
    for asked in &of_each {
        let party = asked.party.as_ref().map(|(party, _)| *party);
        assert_eq!(parties("existence", party), [party]);
    }
    assert_eq!(parties("existence", None), [], "of several parties it says of whom");
    let mut alone = file;
    let (first, _) = of_each[0].party.clone().expect("it is of a party");
    alone.licenses[0].parties.retain(|party| party.party_id == first);
    assert_eq!(alone.asked_by("existence", None).len(), 1, "there is nobody else");
}

#[test]
fn a_finding_is_offered_the_contacts_at_which_something_was_said_on_it() {
    let mut file = sample::case();
    let (met, other) = (file.check.contacts[0].clone(), sample::contact(ContactKind::Call));
    file.check.contacts.push(other.clone());
    let said = |contact, topic: &str, about| Statement {
        topic: Some(topic.into()),
        about_party_id: about,
        ..sample::statement(contact, SourceGrade::ThirdParty)
    };
    let party = file.asked().into_iter().find_map(|asked| asked.party).map(|(party, _)| party);
    file.check.statements =
        vec![said(&other, "order", None), said(&other, "order", party), said(&met, "existence", party)];
    assert_eq!(file.said_on("order", None), [other.id], "once");
    assert_eq!(file.said_on("existence", party), [met.id]);
    assert_eq!(file.said_on("existence", Some(PartyId::new())), []);
    assert_eq!(file.said_on("other", None), []);
}

#[test]
fn a_finding_rests_on_one_contact_more_and_says_what_it_said() {
    let file = sample::case();
    let (finding, contact) = (&file.check.findings[1], ContactId::new());
    assert_eq!(finding.topic, "order");
    let rested =
        file.check.rest_finding(finding, "Order and contract", (contact, "Call with the mayor")).expect("open");
    let says = rested.says();
    assert_eq!(says.contacts, [finding.contacts[0], contact]);
    assert_eq!((says.answer, &says.text, says.mark), (finding.answer, &finding.text, finding.portion_mark));
    assert_eq!((says.party, says.documents.len()), (finding.party_id, finding.documents.len()));
    let entry = sample::logged(rested);
    assert!(entry.contains("let the finding on order and contract rest on one more contact"), "{entry}");
    assert!(entry.contains("Call with the mayor"), "{entry}");
    let again = file.check.rest_finding(finding, "Order", (finding.contacts[0], "as before")).expect("open");
    assert_eq!(again.says().contacts, finding.contacts, "no contact is in it twice");
}

#[test]
fn a_finding_rests_as_it_did_once_the_post_answered() {
    let mut file = sample::case();
    file.check.state = CheckState::Replied;
    let rest = |file: &CaseFile| {
        let named = (ContactId::new(), "a call");
        file.check.rest_finding(&file.check.findings[1], "Order", named).map(|_| ())
    };
    assert_eq!(rest(&file), Err(OfEvidence::NotInProgress));
    assert!(matches!(rest(&sample::signed()), Err(OfEvidence::Signed(_))), "nor once it is signed");
}

/// Guards 4 and 11: each kind and each authority a contact could become, where a cell rests on it and where none does.
#[test]
fn what_shows_that_none_is_required_is_not_mended_beneath_it() {
    let (registry, other) = (AuthorityId::new(), AuthorityId::new());
    let mut contact = sample::contact(ContactKind::Letter);
    contact.authority_id = Some(registry);
    let mut file = sample::case();
    let license = &mut file.licenses[0];
    let mut row = sample::approval(&license.items[0], Some(registry), ApprovalState::NotRequired, None);
    row.contact_id = Some(contact.id);
    license.approvals = vec![row];
    let becomes = |file: &CaseFile, kind, authority| file.still_shows(&contact, ToldBy { kind, authority }).is_ok();
    for kind in ContactKind::ALL.iter().copied() {
        for (authority, same) in [(Some(registry), true), (Some(other), false), (None, false)] {
            assert_eq!(becomes(&file, kind, authority), kind.is_written() && same, "{} {same}", kind.label());
        }
    }
    let free = |change: fn(&mut CaseFile)| {
        let mut file = file.clone();
        change(&mut file);
        becomes(&file, ContactKind::Call, None)
    };
    assert!(free(|file| file.licenses[0].approvals[0].state = ApprovalState::Refused), "it says something else");
    assert!(free(|file| file.licenses[0].approvals[0].contact_id = None), "it rests on something else");
    let by_rule = |file: &mut CaseFile| file.licenses[0].approvals[0].country_rule_id = Some(CountryRuleId::new());
    assert!(free(by_rule), "a rule of the country shows it");
    assert!(free(|file| file.licenses[0].status = LicenseStatus::Denied), "nobody decides by it any more");
}
