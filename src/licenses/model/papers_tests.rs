//! What recording, proposing, verifying, revoking and taking back papers asks, and what is stored and logged of it.

use time::{Date, macros::date};

use super::{Refusal, *};
use crate::{
    approvals::model::{Refusal as No, *},
    audit::{Event, Subject, Values, Verb, says},
    duties::model::{Duty, Separated},
    error::Refuses,
    evidence::model::{ChannelSource, ContactKind},
    faults::Fault,
    id::*,
    parties::model::{PartyRole, TakesPossession},
    sample::{self, TODAY, logged},
};

const DAY: Date = date!(2026 - 06 - 10);

fn values(state: ApprovalState, permit: &str, [proof, waits_for, given_on, note]: [&str; 4]) -> Values {
    let values = says("State", state).and("Permit", permit).and("Proof that none is required", proof);
    values.and("The end-user waits for", waits_for).and("Given on", given_on).and("Note", note)
}

fn days() -> (Date, Date, Date) {
    (TODAY.previous_day().expect("it has one"), TODAY, TODAY.next_day().expect("it has one"))
}

/// A pending license on which each act on papers has its paper: an unverified permit, and a certificate without the
/// last of its signatures and with an unverified one.
fn license() -> LicenseFile {
    let mut license = sample::license();
    (license.permits[0].verified_at, license.permits[0].verified_by) = (None, None);
    let mut certificate = sample::certificate();
    certificate.signatures.pop();
    certificate.signatures[1].verified_by = None;
    license.certificate = Some(certificate);
    license
}

fn unverified(license: &LicenseFile) -> Signature {
    license.certificate.as_ref().expect("it is recorded").signatures[1].clone()
}

/// A meeting with the registry, at an address from a directory.
fn contact(license: &LicenseFile) -> LicenseContact {
    LicenseContact {
        id: ContactId::new(),
        kind: ContactKind::Meeting,
        with_whom: "Col. A.".into(),
        occurred_on: Some(DAY),
        channel: ChannelSource::Directory,
        authority: Some(license.permits[0].authority_id),
        party: Some(license.signing(Signer::ForeignConsignee)[0]),
    }
}

fn cell(state: ApprovalState) -> NewCell {
    NewCell {
        state,
        applied_on: Some(DAY),
        permit: None,
        waits_for: "serial numbers".into(),
        given_on: Some(DAY),
        proof: "Their letter".into(),
        contact: None,
        note: "Called twice".into(),
    }
}

fn whose(id: AuthorityId) -> Whose<'static> {
    Whose { id, name: "DECAM", parent: None }
}

fn record(license: &LicenseFile, of: Option<AuthorityId>, new: NewCell) -> Result<CellRecorded, Vec<No>> {
    let told_by = |_| Some(ToldBy { kind: ContactKind::Letter, authority: of });
    let of = of.map(whose);
    license.record_cell((ApprovalId::new(), &license.items[0]), of, new, told_by, |_| true, TODAY)
}

fn registry(license: &LicenseFile) -> AuthorityId {
    license.permits[0].authority_id
}

fn new_permit(license: &LicenseFile) -> NewPermit {
    NewPermit {
        issuer: registry(license),
        authorities: Vec::new(),
        number: "4711".into(),
        issued_on: Some(DAY),
        valid_from: Some(DAY),
        valid_until: Some(date!(2027 - 05 - 03)),
        items: vec![license.items[0].id],
        quantity: 30,
        unit: "pieces".into(),
        named_party: sample::END_USER.into(),
        kept_at: "The safe".into(),
        alike: None,
        is_another: false,
        is_long_valid: false,
    }
}

fn record_permit(license: &LicenseFile, new: NewPermit) -> Result<PermitRecorded, Vec<No>> {
    license.record_permit(PermitId::new(), new, |_| Some("DECAM".into()), |_| true, (TODAY, TODAY))
}

/// The license owns its papers: they are recorded and judged while it is pending or approved on conditions.
#[test]
fn every_act_on_papers_is_for_an_open_license() {
    type Act = fn(&LicenseFile) -> Result<(), Vec<No>>;
    let one = |refusal| vec![refusal];
    let acts: [(&str, Act); 8] = [
        ("propose", |license| {
            let bare = LicenseFile { approvals: Vec::new(), ..license.clone() };
            bare.propose_cells().map(drop).map_err(|no| vec![no])
        }),
        ("cell", |license| record(license, Some(registry(license)), cell(ApprovalState::Applied)).map(drop)),
        ("exemption", |license| {
            let mut exempt = license.clone();
            exempt.approvals = vec![sample::approval(&license.items[0], None, ApprovalState::NotRequired, None)];
            let (told_by, new) = (|_| None, cell(ApprovalState::Needed));
            exempt.withdraw_exemption(&license.items[0], &new, told_by, |_| true, TODAY).map(drop)
        }),
        ("permit", |license| record_permit(license, new_permit(license)).map(drop)),
        ("verify", |license| {
            let verified = license.verify_permit(PersonId::new(), &license.permits[0], &contact(license));
            verified.map(drop).map_err(|no| vec![no])
        }),
        ("revoke", |license| {
            license.revoke_permit(&license.permits[0], DAY, "By letter", TODAY).map(drop).map_err(|no| vec![no])
        }),
        ("sign", |license| {
            let signature = (Signer::ForeignEndUser, "B. Signer", DAY);
            license
                .record_signature((CertificateId::new(), SignatureId::new()), signature, &[], TODAY)
                .map(drop)
                .map_err(|no| vec![no])
        }),
        ("verify a signature", |license| {
            let verified = license.verify_signature(PersonId::new(), &unverified(license), &contact(license));
            verified.map(drop).map_err(|no| vec![no])
        }),
    ];
    for status in LicenseStatus::ALL {
        let license = LicenseFile { status: *status, ..license() };
        let expected = if status.is_open() { Ok(()) } else { Err(one(No::Settled(status.label().to_lowercase()))) };
        for (name, act) in acts {
            assert_eq!(act(&license), expected, "{name}, {}", status.label());
        }
    }
}

/// Country rules propose the cells that nobody recorded, of the license's own classes, with their usual days.
#[test]
fn the_country_rules_propose_what_nobody_recorded() {
    let mut license = sample::license();
    let (registry, ministry) = (license.rules[0].authority_id.expect("it names the registry"), AuthorityId::new());
    license.items.push(sample::item("automatic_rifle", 6));
    license.rules.push(sample::rule("automatic_rifle", Some((registry, "DECAM"))));
    let slow = CountryRule { usual_days: Some(90), ..sample::rule("automatic_rifle", Some((ministry, "MINDEF"))) };
    license.rules.extend([slow, sample::rule("shotgun", Some((ministry, "MINDEF"))), sample::rule("pistol", None)]);
    let (pistols, rifles) = (license.items[0].id, license.items[1].id);
    let proposed = |license: &LicenseFile| {
        let proposed = license.propose_cells()?;
        assert_eq!(*proposed.license(), license.id);
        let cells = proposed.cells().iter().map(|cell| (cell.item, cell.authority, cell.rule, cell.days)).collect();
        Ok::<Vec<_>, No>(cells)
    };
    let of_rifles =
        [(rifles, registry, license.rules[1].id, Some(30)), (rifles, ministry, license.rules[2].id, Some(90))];
    assert_eq!(proposed(&license), Ok(of_rifles.to_vec()), "the cell of the pistols is recorded");
    license.approvals.clear();
    let all = [&[(pistols, registry, license.rules[0].id, Some(30))], &of_rifles[..]].concat();
    assert_eq!(proposed(&license), Ok(all));
    let sentence = "proposed 3 import approvals from the country rules";
    let entry = Event::new(Verb::ApprovalRecorded, license.id, sentence);
    assert_eq!(logged(license.propose_cells().expect("there are three")), logged(entry));
    license.rules.drain(..3);
    assert_eq!(proposed(&license), Err(No::NothingToPropose), "what is asked of others, and what is asked of nobody");
}

/// A cell is another post's word until that post changes it; what the country rules proposed is nobody's yet.
#[test]
fn another_posts_word_stays_theirs_whichever_act_would_change_it() {
    let post = PostId::new();
    for (state, recorded_at, own) in [
        (ApprovalState::Applied, Some(post), true),
        (ApprovalState::Applied, Some(PostId::new()), false),
        (ApprovalState::Needed, Some(PostId::new()), true),
        (ApprovalState::Applied, None, true),
    ] {
        let mut license = license();
        let (group, registry) = (license.items[0].clone(), registry(&license));
        let mut row = sample::approval(&group, Some(registry), state, None);
        (row.recorded_at_post, row.recorded_at_post_name) = (recorded_at, Some("Kingston".into()));
        license.approvals = vec![row.clone()];
        let serves = |of| of == post;
        let of = Some(whose(registry));
        let new = (ApprovalId::new(), &group);
        let recorded = license.record_cell(new, of, cell(ApprovalState::Refused), |_| None, serves, TODAY);
        let expected = if own { Ok(()) } else { Err(vec![No::WordOf("Kingston".into())]) };
        assert_eq!(recorded.map(drop), expected, "{}", state.label());
        let permit = license.record_permit(
            PermitId::new(),
            new_permit(&license),
            |_| Some("DECAM".into()),
            serves,
            (TODAY, TODAY),
        );
        let word_on = No::WordOn { item: "pistol, 30".into(), post: "Kingston".into() };
        assert_eq!(permit.map(drop), if own { Ok(()) } else { Err(vec![word_on]) }, "{}", state.label());
        (row.authority_id, row.state) = (None, ApprovalState::NotRequired);
        license.approvals = vec![row];
        let theirs = recorded_at.is_some_and(|at| at != post);
        let withdrawn =
            license.withdraw_exemption(&group, &cell(ApprovalState::Needed), |_| None, serves, TODAY).map(drop);
        assert_eq!(withdrawn, if theirs { Err(vec![No::WordOf("Kingston".into())]) } else { Ok(()) });
    }
}

/// Guard 4: a dated country rule "none needed" is proof once an officer confirmed it, and of the whole country alone.
#[test]
fn only_a_confirmed_rule_of_the_country_or_a_written_word_shows_that_none_is_required() {
    let authority = AuthorityId::new();
    let judge = |of: Option<AuthorityId>, rule: Option<CountryRule>, told_by: Option<ToldBy>| {
        let mut license = sample::license();
        license.rules = rule.into_iter().collect();
        license.approvals.clear();
        let new = NewCell { contact: told_by.map(|_| ContactId::new()), ..cell(ApprovalState::NotRequired) };
        let of = of.map(whose);
        let row = (ApprovalId::new(), &license.items[0]);
        license.record_cell(row, of, new, |_| told_by, |_| true, TODAY).map(|recorded| *recorded.rule())
    };
    let none = sample::rule("pistol", None);
    let confirmed = CountryRule { confirmed_on: Some(DAY), ..none.clone() };
    let of_others = CountryRule { item_class: "shotgun".into(), ..confirmed.clone() };
    let spoken = Err(vec![No::Spoken]);
    assert_eq!(judge(None, Some(confirmed.clone()), None), Ok(Some(confirmed.id)));
    assert_eq!(judge(None, Some(none.clone()), None), spoken, "nobody confirmed it");
    assert_eq!(judge(None, Some(of_others), None), spoken, "a rule for other items");
    assert_eq!(judge(Some(authority), Some(confirmed), None), spoken, "of one authority alone");
    let by = |kind: ContactKind, with: Option<AuthorityId>| Some(ToldBy { kind, authority: with });
    for kind in ContactKind::ALL.iter().copied() {
        let written = matches!(kind, ContactKind::Email | ContactKind::Letter | ContactKind::DiplomaticNote);
        let expected = if written { Ok(None) } else { spoken.clone() };
        assert_eq!(judge(None, None, by(kind, Some(authority))), expected, "{}", kind.label());
    }
    let letter = |with: Option<AuthorityId>| by(ContactKind::Letter, with);
    let theirs = letter(Some(authority));
    assert_eq!(judge(None, Some(none.clone()), theirs), Ok(Some(none.id)), "the rule is noted");
    // A letter of somebody else says nothing for it: the end-user's, or that of another authority.
    let of_another = |name: &str| Err(vec![No::OfAnother(name.into())]);
    assert_eq!(judge(None, None, letter(None)), of_another("an authority of the country"));
    assert_eq!(judge(Some(authority), None, letter(None)), of_another("DECAM"));
    assert_eq!(judge(Some(authority), None, letter(Some(AuthorityId::new()))), of_another("DECAM"));
    let (above, license) = (AuthorityId::new(), sample::license());
    let of = Some(Whose { parent: Some(above), ..whose(authority) });
    let new = NewCell { contact: Some(ContactId::new()), ..cell(ApprovalState::NotRequired) };
    let row = (ApprovalId::new(), &license.items[0]);
    let told_by = |_| letter(Some(above));
    assert!(license.record_cell(row, of, new, told_by, |_| true, TODAY).is_ok(), "the ministry above it says so");
    // Where the country asks for one, it is of that authority that none is required.
    let asked = sample::rule("pistol", Some((authority, "DECAM")));
    assert_eq!(judge(None, Some(asked.clone()), theirs), Err(vec![No::Asked("DECAM".into())]));
    assert_eq!(judge(Some(authority), Some(asked.clone()), theirs), Ok(None));
    let asked_of_others = CountryRule { item_class: "shotgun".into(), ..asked };
    assert_eq!(judge(None, Some(asked_of_others), theirs), Ok(None));
}

#[test]
fn of_no_authority_it_is_said_that_none_is_required_and_nothing_else() {
    let license = sample::license();
    for state in ApprovalState::ALL.iter().copied().filter(|state| *state != ApprovalState::NotRequired) {
        let new = NewCell { permit: Some(license.permits[0].id), ..cell(state) };
        assert_eq!(record(&license, None, new).map(drop), Err(vec![No::NoAuthority]), "{}", state.label());
    }
}

#[test]
fn a_cell_rests_on_a_standing_permit_of_the_license_and_on_days_that_have_come() {
    let mut license = sample::license();
    let (yesterday, today, tomorrow) = days();
    let on = |license: &LicenseFile, permit, applied_on| {
        let new = NewCell { applied_on, permit, ..cell(ApprovalState::Issued) };
        record(license, Some(registry(license)), new).map(drop)
    };
    let own = Some(license.permits[0].id);
    for day in [None, Some(yesterday), Some(today)] {
        assert_eq!(on(&license, own, day), Ok(()));
    }
    assert_eq!(on(&license, own, Some(tomorrow)), Err(vec![No::AppliedOn(Fault::ToCome)]));
    assert_eq!(on(&license, Some(PermitId::new()), None), Err(vec![No::OtherPermit]));
    license.permits[0].withdrawn_reason = Some("Mistyped.".into());
    assert_eq!(on(&license, own, None), Err(vec![No::WithdrawnPermit]));
}

/// The permit is kept of what was issued alone, the rule of what is not required alone; an earlier row is kept on.
#[test]
fn what_is_recorded_of_a_cell_is_stored_and_logged_beside_what_stood_there() {
    let mut license = sample::license();
    let (group, registry, permit) = (license.items[0].clone(), registry(&license), license.permits[0].id);
    let none_needed = sample::rule("pistol", None);
    license.rules.push(none_needed);
    (license.approvals[0].note, license.approvals[0].waits_for) = ("First".into(), "a stamp".into());
    let known = license.approvals[0].clone();
    for state in ApprovalState::ALL.iter().copied() {
        let new = NewCell { permit: Some(permit), contact: Some(ContactId::new()), ..cell(state) };
        let recorded = record(&license, Some(registry), new).expect("it has all that any state asks for");
        let kept = (state == ApprovalState::Issued).then_some(permit);
        assert_eq!((recorded.says().state, recorded.says().permit), (state, kept), "{}", state.label());
        assert_eq!(recorded.rule().is_some(), state == ApprovalState::NotRequired, "{}", state.label());
        let ids = (*recorded.license(), *recorded.approval(), *recorded.item(), *recorded.authority());
        assert_eq!(ids, (license.id, known.id, group.id, Some(registry)));
        let says = recorded.says();
        assert_eq!((says.applied_on, says.given_on, says.note.as_str()), (Some(DAY), Some(DAY), "Called twice"));
        assert_eq!((says.waits_for.as_str(), says.proof.as_str()), ("serial numbers", "Their letter"));
        let paper = if kept.is_some() { "D-881 of DECAM" } else { "none" };
        let sentence = format!("import approval of DECAM for pistol, 30: {}", state.label().to_lowercase());
        let entry = Event::new(Verb::ApprovalRecorded, Subject::Row("import_approval", known.id.0), sentence)
            .on_license(license.id)
            .before(values(ApprovalState::Issued, "D-881 of DECAM", ["none", "a stamp", "none", "First"]))
            .after(values(state, paper, ["Their letter", "serial numbers", "10 Jun 2026", "Called twice"]));
        assert_eq!(logged(recorded), logged(entry), "{}", state.label());
    }
    license.approvals.clear();
    let (row, new) = (ApprovalId::new(), cell(ApprovalState::Applied));
    let of = Some(whose(registry));
    let first = license.record_cell((row, &group), of, new, |_| None, |_| true, TODAY).expect("nothing stands there");
    assert_eq!(*first.approval(), row);
    let entry = Event::from(first);
    assert_eq!((entry.subject, entry.before), (("import_approval", row.0), None));
}

/// Guard 4: what was waited for is closed with its day, or explained in words that were not there before.
#[test]
fn what_was_waited_for_is_not_dropped_without_a_day_or_a_reason() {
    let mut license = sample::license();
    (license.approvals[0].waits_for, license.approvals[0].note) = ("serial numbers".into(), "Called".into());
    let says = |license: &LicenseFile, waits_for: &str, given_on, note: &str| {
        let (waits_for, note) = (waits_for.into(), note.into());
        let new = NewCell { waits_for, given_on, note, ..cell(ApprovalState::Applied) };
        record(license, Some(registry(license)), new).map(drop)
    };
    let still = Err(vec![No::StillWaits("serial numbers".into())]);
    assert_eq!(says(&license, "", None, "Called"), still, "the note that was there");
    assert_eq!(says(&license, "", None, ""), still);
    assert_eq!(says(&license, "", None, "The registry asks for none any more"), Ok(()));
    assert_eq!(says(&license, "", Some(DAY), "Called"), Ok(()));
    assert_eq!(says(&license, "serial numbers", None, "Called"), Ok(()), "it still waits");
    license.approvals[0].given_on = Some(DAY);
    assert_eq!(says(&license, "", None, "Called"), Ok(()), "it was given");
}

#[test]
fn an_exemption_that_is_taken_back_is_logged_with_what_showed_it() {
    let mut license = sample::license();
    let group = license.items[0].clone();
    let row = Approval { proof: "Note 14".into(), ..sample::approval(&group, None, ApprovalState::NotRequired, None) };
    license.approvals = vec![row.clone()];
    let withdrawn = license.withdraw_exemption(&group, &cell(ApprovalState::Needed), |_| None, |_| true, TODAY);
    let withdrawn = withdrawn.expect("it is there");
    assert_eq!((*withdrawn.approval(), *withdrawn.item()), (row.id, group.id));
    let sentence = "took back that no import approval is required for pistol, 30";
    let entry = Event::new(Verb::ApprovalRecorded, Subject::Row("import_approval", row.id.0), sentence);
    assert_eq!(logged(withdrawn), logged(entry.on_license(license.id).before(says("Proof", "Note 14"))));
}

#[test]
fn a_permit_is_recorded_by_authorities_and_for_items_of_the_license() {
    let license = LicenseFile { approvals: Vec::new(), ..license() };
    let known = registry(&license);
    let record = |new| {
        let named = |id| (id == known).then(|| "DECAM".to_owned());
        license.record_permit(PermitId::new(), new, named, |_| true, (TODAY, TODAY)).map(drop)
    };
    let (new, (_, _, tomorrow)) = (new_permit(&license), days());
    assert_eq!(record(new.clone()), Ok(()));
    assert_eq!(record(NewPermit { authorities: vec![known], ..new.clone() }), Ok(()));
    let unknown = NewPermit { authorities: vec![known, AuthorityId::new()], ..new.clone() };
    assert_eq!(record(unknown), Err(vec![No::Authorities]));
    let items = vec![license.items[0].id, ItemGroupId::new()];
    assert_eq!(record(NewPermit { items, ..new.clone() }), Err(vec![No::NoItems]));
    let issued_on = Some(tomorrow);
    assert_eq!(record(NewPermit { issued_on, ..new.clone() }), Err(vec![No::Fault(Fault::ToCome)]));
    let valid_until = DAY.previous_day();
    assert_eq!(record(NewPermit { valid_until, ..new }), Err(vec![No::Fault(Fault::EndsFirst)]));
}

/// What counts is not taken over by another paper; what does not count is.
#[test]
fn a_permit_fills_a_cell_that_rests_on_none_that_counts() {
    let license = sample::license();
    let filled = No::Filled { item: "pistol, 30".into(), number: "D-881".into(), issuer: "DECAM".into() };
    assert_eq!(record_permit(&license, new_permit(&license)).map(drop), Err(vec![filled]));
    let mut expired = license.clone();
    expired.permits[0].valid_until = TODAY.previous_day();
    let recorded = record_permit(&expired, new_permit(&expired)).expect("the other one does not count any more");
    assert_eq!(*recorded.license(), expired.id);
    assert_eq!((recorded.says().number.as_str(), recorded.says().quantity), ("4711", 30));
    let row = Subject::Row("permit", recorded.permit().0);
    let entry = Event::new(Verb::PermitRecorded, row, "recorded permit 4711 of DECAM for 30 pieces")
        .on_license(expired.id)
        .after(valid(sample::END_USER, Some(DAY), Some(date!(2027 - 05 - 03))));
    assert_eq!(logged(recorded), logged(entry));
}

/// Guards 5 and 6: who confirms a paper is reached through a channel that was not taken from it, once it was there; a
/// permit is confirmed by its issuer.
#[test]
fn a_paper_is_confirmed_through_a_channel_of_its_own_once_it_was_there() {
    let mut license = license();
    license.permits[0].issued_on = Some(DAY);
    license.certificate.as_mut().expect("it is recorded").signatures[1].signed_on = DAY;
    let by = PersonId::new();
    let judge = |change: &dyn Fn(&mut LicenseContact)| {
        let mut contact = contact(&license);
        change(&mut contact);
        [
            license.verify_permit(by, &license.permits[0], &contact).map(drop),
            license.verify_signature(by, &unverified(&license), &contact).map(drop),
        ]
    };
    let both = |why: Unconfirmed| [Err(No::Unconfirmed(why.clone())), Err(No::Unconfirmed(why))];
    for channel in ChannelSource::ALL.iter().copied() {
        let verifies =
            matches!(channel, ChannelSource::Directory | ChannelSource::EarlierFile | ChannelSource::Embassy);
        let expected = if verifies { [Ok(()), Ok(())] } else { both(Unconfirmed::Channel) };
        assert_eq!(judge(&|contact| contact.channel = channel), expected, "{}", channel.label());
    }
    assert_eq!(judge(&|contact| contact.occurred_on = None), both(Unconfirmed::NotDated));
    let before = Unconfirmed::Before("10 Jun 2026".into());
    assert_eq!(judge(&|contact| contact.occurred_on = DAY.previous_day()), both(before));
    assert_eq!(judge(&|contact| contact.occurred_on = DAY.next_day()), [Ok(()), Ok(())]);
    for other in [None, Some(AuthorityId::new())] {
        let issuer = Err(No::Unconfirmed(Unconfirmed::Authority("DECAM".into())));
        assert_eq!(judge(&|contact| contact.authority = other), [issuer, Ok(())], "only permits have an issuer");
    }
    for other in [None, Some(license.parties[0].party_id), Some(PartyId::new())] {
        let signer = Err(No::Unconfirmed(Unconfirmed::Signer("foreign consignee".into())));
        assert_eq!(judge(&|contact| contact.party = other), [Ok(()), signer], "only signatures have a signer");
    }
}

/// Guard 6: each signature is confirmed by the side that gave it. Where nobody is named as consignee, the end-user
/// receives the items; a government is an authority.
#[test]
fn a_signature_is_confirmed_by_its_own_side() {
    let mut license = license();
    let [applicant, end_user] = [0, 1].map(|index: usize| license.parties[index].party_id);
    let consignee = sample::party("Port Agents", PartyRole::ForeignConsignee, TakesPossession::Takes);
    let (receives, authority) = (consignee.party_id, license.permits[0].authority_id);
    let confirm = |license: &LicenseFile, signer, party, authority| {
        let signature = Signature { signer, signed_on: DAY, ..unverified(license) };
        license.confirms(&signature, &LicenseContact { authority, party, ..contact(license) })
    };
    for named in [false, true] {
        if named {
            license.parties.push(consignee.clone());
        }
        for (signer, side) in [
            (Signer::Applicant, Some(applicant)),
            (Signer::ForeignConsignee, Some(if named { receives } else { end_user })),
            (Signer::ForeignEndUser, Some(end_user)),
            (Signer::HostGovernment, None),
        ] {
            for with in [None, Some(applicant), Some(end_user), Some(receives)] {
                let word = signer.label().to_lowercase();
                let other = No::Unconfirmed(Unconfirmed::Signer(word.clone()));
                let expected = if with.is_some() && with == side { Ok(()) } else { Err(other.clone()) };
                assert_eq!(confirm(&license, signer, with, None), expected, "{word} {with:?}");
                let of_government = if signer == Signer::HostGovernment { Ok(()) } else { expected };
                assert_eq!(confirm(&license, signer, with, Some(authority)), of_government, "{word}, an authority");
            }
        }
    }
}

/// Guard 11: who decided the license verifies none of its papers.
#[test]
fn who_decided_a_license_verifies_no_paper_of_it() {
    let (mut license, by) = (license(), PersonId::new());
    sample::did_on(&mut license, by, Duty::Decide);
    let contact = contact(&license);
    let separated =
        |later| No::Separated(Separated { later, earlier: Duty::Decide, place: "license 050107086".into() });
    let permit = license.verify_permit(by, &license.permits[0], &contact).map(drop);
    assert_eq!(permit, Err(separated(Duty::VerifyPermit)));
    let signature = license.verify_signature(by, &unverified(&license), &contact).map(drop);
    assert_eq!(signature, Err(separated(Duty::VerifySignature)));
}

#[test]
fn a_permit_that_was_taken_back_is_neither_verified_nor_revoked() {
    let mut license = license();
    license.permits[0].withdrawn_reason = Some("Mistyped.".into());
    let (permit, contact) = (&license.permits[0], contact(&license));
    assert_eq!(license.verify_permit(PersonId::new(), permit, &contact).map(drop), Err(No::TakenBack));
    assert_eq!(license.revoke_permit(permit, DAY, "By letter", TODAY).map(drop), Err(No::TakenBack));
}

#[test]
fn what_is_verified_and_revoked_is_stored_and_logged_with_how() {
    let license = license();
    let (permit, signature, contact) = (&license.permits[0], unverified(&license), contact(&license));
    let met = "Meeting with Col. A., 10 Jun 2026 (channel: a directory)";

    let verified = license.verify_permit(PersonId::new(), permit, &contact).expect("its issuer confirms it");
    assert_eq!((*verified.permit(), *verified.contact()), (permit.id, contact.id));
    let of_permit = Subject::Row("permit", permit.id.0);
    let entry = Event::new(Verb::PermitVerified, of_permit, format!("verified permit D-881 of DECAM: {met}"));
    assert_eq!(logged(verified), logged(entry.on_license(license.id)));

    let verified = license.verify_signature(PersonId::new(), &signature, &contact).expect("its signer confirms it");
    assert_eq!((*verified.signature(), *verified.contact()), (signature.id, contact.id));
    let of_signature = Subject::Row("certificate_signature", signature.id.0);
    let sentence = format!("verified the signature of the foreign consignee: {met}");
    let entry = Event::new(Verb::SignatureVerified, of_signature, sentence);
    assert_eq!(logged(verified), logged(entry.on_license(license.id)));

    let (yesterday, today, tomorrow) = days();
    for day in [yesterday, today] {
        let revoked = license.revoke_permit(permit, day, "By letter", TODAY).expect("that day has come");
        assert_eq!((*revoked.permit(), *revoked.day()), (permit.id, day));
        let entry = Event::new(Verb::PermitRevoked, of_permit, "recorded that DECAM revoked permit D-881");
        assert_eq!(
            logged(revoked),
            logged(entry.on_license(license.id).after(says("Day", day).and("How it is known", "By letter")))
        );
    }
    let early = license.revoke_permit(permit, tomorrow, "By letter", TODAY).map(drop);
    assert_eq!(early, Err(No::Fault(Fault::ToCome)));
    let undated = LicenseContact { occurred_on: None, ..contact };
    assert_eq!(undated.named(), "Meeting with Col. A., date not stated (channel: a directory)");
}

/// Each signer signs once, and no signature gives way to another, verified or not.
#[test]
fn a_certificate_takes_one_signature_of_each_signer_and_replaces_none() {
    let mut license = license();
    let certificate = license.certificate.clone().expect("it is recorded");
    let new = SignatureId::new();
    let of = certificate.id;
    let record = |license: &LicenseFile, signer, day| {
        license.record_signature((of, new), (signer, "B. Signer", day), &[], TODAY)
    };
    for (signer, word) in [(Signer::Applicant, "applicant"), (Signer::ForeignConsignee, "foreign consignee")] {
        let already = No::SignedAlready { signer: word.into(), name: "A. Signer".into() };
        assert_eq!(record(&license, signer, DAY).map(drop), Err(already));
    }
    assert!(certificate.unsigned().eq([Signer::ForeignEndUser, Signer::HostGovernment]), "who is offered");
    for (signer, word) in [(Signer::ForeignEndUser, "foreign end-user"), (Signer::HostGovernment, "host government")] {
        let recorded = record(&license, signer, DAY).expect("nobody signed so");
        let stored = (*recorded.certificate(), *recorded.signature(), *recorded.signer(), *recorded.day());
        assert_eq!(stored, (certificate.id, new, signer, DAY), "{word}");
        assert_eq!(recorded.name(), "B. Signer");
        let row = Subject::Row("certificate_signature", new.0);
        let sentence = format!("recorded a signature on the certificate: {word}, B. Signer");
        let entry = Event::new(Verb::CertificateRecorded, row, sentence).on_license(license.id);
        assert_eq!(logged(recorded), logged(entry.after(signed("B. Signer", DAY))), "{word}");
    }
    let (yesterday, today, tomorrow) = days();
    let on = |license: &LicenseFile, day| record(license, Signer::ForeignEndUser, day).map(drop);
    assert_eq!([on(&license, yesterday), on(&license, today)], [Ok(()), Ok(())]);
    assert_eq!(on(&license, tomorrow), Err(No::Fault(Fault::ToCome)));
    // One that is recorded with its certificate, and another of the same save.
    license.certificate = None;
    let first = record(&license, Signer::Applicant, DAY).expect("nobody signed yet");
    let second = |signer, with| license.record_signature((of, new), (signer, "C. Signer", DAY), with, TODAY).map(drop);
    let already = No::SignedAlready { signer: "applicant".into(), name: "B. Signer".into() };
    let first = [first];
    assert_eq!([second(Signer::Applicant, &first), second(Signer::ForeignEndUser, &first)], [Err(already), Ok(())]);
}

#[test]
fn custody_and_counts_name_parties_and_items_of_the_license() {
    let license = sample::license();
    assert_eq!([license.its_party(None), license.its_party(Some(license.parties[1].party_id))], [Ok(()), Ok(())]);
    assert_eq!(license.its_party(Some(PartyId::new())), Err(No::Party));
    assert_eq!([license.its_item(None), license.its_item(Some(license.items[0].id))], [Ok(()), Ok(())]);
    assert_eq!(license.its_item(Some(ItemGroupId::new())), Err(No::Item));
    let (yesterday, today, tomorrow) = days();
    for (stage, day, expected) in [
        (CustodyStage::Actual, None, Ok(())),
        (CustodyStage::Actual, Some(yesterday), Ok(())),
        (CustodyStage::Actual, Some(today), Ok(())),
        (CustodyStage::Actual, Some(tomorrow), Err(No::Planned)),
        (CustodyStage::Planned, Some(tomorrow), Ok(())),
        (CustodyStage::Planned, Some(yesterday), Ok(())),
    ] {
        assert_eq!(stage.holds_on(day, TODAY), expected, "{} {day:?}", stage.label());
        assert_eq!(stage.is_foreseen(), stage == CustodyStage::Planned, "{}", stage.label());
    }
}

#[test]
fn what_lapses_with_a_signature_is_told_before_it_is_taken_back() {
    let license = sample::license();
    let lacks = "The certificate lacks the signature of the foreign consignee again";
    let mut signature = sample::certificate().signatures[1].clone();
    assert_eq!(license.lapses_with_signature(&signature), [lacks, "Its verification"]);
    signature.verified_by = None;
    assert_eq!(license.lapses_with_signature(&signature), [lacks]);
}

/// Before a permit is taken back it is told that a decision rests on it: on what was verified before it.
#[test]
fn a_decision_rests_on_what_was_verified_before_it() {
    let at = |minutes| sample::NOW + time::Duration::minutes(minutes);
    let mut license = sample::license();
    let decision = Decision {
        id: DecisionId::new(),
        number: 1,
        act: Act::ApproveOnConditions,
        reasons: "Released later.".into(),
        decided_by: PersonId::new(),
        decided_by_name: "A reviewer".into(),
        decided_at: sample::NOW,
        basis: None,
        provisos: Vec::new(),
    };
    license.decisions = vec![decision];
    for verified in [-1, 0, 1] {
        license.permits[0].verified_at = Some(at(verified));
        let lapses = license.lapses_with_permit(&license.permits[0], TODAY);
        let stands = lapses.iter().any(|line| line.starts_with("The decision that rested on it stands"));
        assert_eq!(stands, verified < 0, "{verified}");
    }
}

/// What a cell, a permit and a signature say of themselves where people read them.
#[test]
fn papers_are_named_as_people_read_them() {
    let license = sample::license();
    let mut permit = license.permits[0].clone();
    permit.quantity = 1500;
    let said = "Permit D-881 of DECAM: 1,500 pieces for International Commission for Judicial Protection";
    assert_eq!(permit.said(), format!("{said}, until 3 May 2027"));
    permit.valid_until = None;
    assert_eq!(permit.said(), said);
    let mut signature = sample::certificate().signatures[2].clone();
    assert_eq!(signature.said("DSP-83"), "DSP-83, foreign end-user: A. Signer, 15 Jan 2026, verified");
    assert!(signature.recorded().carries, "a verification rests on it");
    signature.verified_by = None;
    assert_eq!(signature.said("DSP-83"), "DSP-83, foreign end-user: A. Signer, 15 Jan 2026");
    assert!(!signature.recorded().carries);
    assert!(permit.recorded().carries);

    let mut row = sample::approval(&license.items[0], None, ApprovalState::Applied, None);
    assert_eq!(row.told(), "");
    row.applied_on = Some(DAY);
    assert_eq!(row.told(), "applied for on 10 Jun 2026");
    row.recorded_at_post_name = Some("Kingston".into());
    assert_eq!(row.told(), "Recorded by Kingston; applied for on 10 Jun 2026");
    (row.told_by_post, row.told_by_kind) = (Some("Guatemala".into()), Some(ContactKind::Letter));
    assert_eq!(row.told(), "Told Guatemala, date not stated, letter; applied for on 10 Jun 2026");
    row.told_on = Some(DAY);
    assert_eq!(row.told(), "Told Guatemala, 10 Jun 2026, letter; applied for on 10 Jun 2026");
    let proposed = Approval { state: ApprovalState::Needed, told_by_post: None, applied_on: None, ..row };
    assert_eq!(proposed.told(), "", "what the country rules propose is nobody's word");
}

/// The grid's colors: what counts is good, what the authority refused or took back is bad, what is under way is busy.
#[test]
fn a_cell_is_colored_by_whether_it_counts_and_what_the_authority_said() {
    for state in ApprovalState::ALL.iter().copied() {
        let mut license = sample::license();
        license.approvals[0].state = state;
        (license.approvals[0].waits_for, license.approvals[0].given_on) = ("serial numbers".into(), Some(DAY));
        let cell = license.cell(&license.items[0], registry(&license), TODAY).expect("it is recorded");
        let tone = match state {
            ApprovalState::Issued => "good",
            ApprovalState::NotRequired => "na",
            ApprovalState::Refused | ApprovalState::Revoked => "bad",
            ApprovalState::Applied => "busy",
            ApprovalState::Needed => "open",
        };
        assert_eq!((cell.tone(), cell.is_exception()), (tone, tone == "bad"), "{}", state.label());
        let word = if state == ApprovalState::Issued { "Verified" } else { state.label() };
        assert_eq!(cell.state(), word, "an approval that was not issued is never verified");
        let shown = cell.permit.is_none() && !cell.counts();
        assert_eq!(cell.waiting().is_some(), shown, "what was given is told until there is a paper: {}", state.label());
        license.approvals[0].given_on = None;
        let cell = license.cell(&license.items[0], registry(&license), TODAY).expect("it is recorded");
        assert!(cell.waiting().is_some(), "what was not given is told until it is: {}", state.label());
    }
    let mut license = sample::license();
    license.permits[0].valid_until = TODAY.previous_day();
    let cell = license.cell(&license.items[0], registry(&license), TODAY).expect("it is recorded");
    let says = (cell.state(), cell.tone(), cell.counts(), cell.waiting());
    assert_eq!(says, ("Verified", "bad", false, None), "it is genuine, and does not count");
    license.permits[0].revoked_on = Some(TODAY);
    let cell = license.cell(&license.items[0], registry(&license), TODAY).expect("it is recorded");
    assert_eq!(cell.tone(), "bad");
    (license.permits[0].revoked_on, license.permits[0].valid_until) = (None, None);
    license.permits[0].verified_at = None;
    let cell = license.cell(&license.items[0], registry(&license), TODAY).expect("it is recorded");
    assert_eq!((cell.tone(), cell.is_exception()), ("open", false), "it waits for the post to verify it");
}

/// What the database refuses by a constraint's name, it says in the rule's own words.
#[test]
fn what_the_database_holds_is_refused_in_the_words_of_the_rule() {
    for name in ["permits_verified_off_paper", "permits_verified_by_issuer"] {
        assert_eq!(No::of_constraint(name, None), Some(No::NotTheIssuer), "{name}");
    }
    for name in ["certificate_signatures_verified_off_paper", "certificate_signatures_verified_by_signer"] {
        assert_eq!(No::of_constraint(name, None), Some(No::NotTheSigner), "{name}");
    }
    let by_duty = ("duties_verify_permit_after_decide", "license 050107086");
    let separated = Separated { later: Duty::VerifyPermit, earlier: Duty::Decide, place: "license 050107086".into() };
    assert_eq!(No::of_constraint(by_duty.0, Some(by_duty.1)), Some(No::Separated(separated.clone())));
    assert_eq!(Refusal::of_constraint(by_duty.0, Some(by_duty.1)), Some(Refusal::Separated(separated)));
    let unnamed = Refusal::of_constraint(by_duty.0, None).map(|refusal| refusal.to_string());
    assert_eq!(unnamed.as_deref(), Some("You decided this file; another officer must verify its permits."));
    assert_eq!((No::of_constraint("permits_pkey", None), Refusal::of_constraint("licenses_pkey", None)), (None, None));
}

/// Whose turn a cell is: a permit for too few is split where it covers a part of one item group, and only there.
#[test]
fn a_permit_that_covers_too_few_is_split_on_its_own_item_group_alone() {
    let mut license = sample::license();
    license.items.push(sample::item("pistol", 5));
    let (registry, other) = (registry(&license), license.items[1].clone());
    // Of another authority and on another paper: neither stretches this one.
    let second = sample::permit(registry, "D-900", 5);
    license.approvals.push(sample::approval(&other, Some(registry), ApprovalState::Issued, Some(&second)));
    license.permits.push(second);
    license.permits[0].quantity = 29;
    let mover = |license: &LicenseFile| {
        let item = &license.items[0];
        license.mover(item, &license.cell(item, registry, TODAY).expect("it is recorded"), "DECAM")
    };
    assert_eq!(mover(&license), Mover::Splitter(license.items[0].id));
    license.approvals[1].permit_id = license.approvals[0].permit_id;
    assert_eq!(mover(&license), Mover::Post, "one paper for 35 of two groups");
    license.permits[0].quantity = 31;
    assert_eq!(mover(&license), Mover::Post, "it covers each of the groups, and not both");
}

/// Columns stand once each: what the country rules ask of the license's classes, then what was recorded beside it.
#[test]
fn the_matrix_has_a_column_for_each_authority_that_is_asked_or_recorded() {
    let mut license = sample::license();
    let (registry, police, navy) = (registry(&license), AuthorityId::new(), AuthorityId::new());
    license.rules.push(sample::rule("shotgun", Some((navy, "Navy"))));
    let mut row = sample::approval(&license.items[0], Some(police), ApprovalState::Applied, None);
    row.authority = Some("Police".into());
    license.approvals.push(row);
    assert_eq!(license.authorities(), [(registry, "DECAM"), (police, "Police")]);
    let cell = |authority| license.cell(&license.items[0], authority, TODAY).map(|cell| cell.state());
    assert_eq!([cell(registry), cell(police), cell(navy)], [Some("Verified"), Some("Applied for"), None]);
    // A rule for other items asks for nothing of these, whatever the issuer brings.
    license.rules = vec![sample::rule("shotgun", Some((navy, "Navy")))];
    let items = [license.items[0].id];
    assert_eq!(license.cells_of(registry, &[navy], &items, TODAY), [(items[0], registry), (items[0], navy)]);
    license.rules = vec![sample::rule("pistol", None)];
    assert_eq!(license.cells_of(registry, &[navy], &items, TODAY).len(), 2, "it names nobody");
}
