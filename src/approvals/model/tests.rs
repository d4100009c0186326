use time::macros::{date, datetime};

use super::*;
use crate::{
    evidence::model::ChannelSource,
    id::{AuthorityId, CertificateId, PermitId, PersonId, PostId, SignatureId},
};

fn permit(authority: AuthorityId) -> Permit {
    Permit {
        id: PermitId::new(),
        authority_id: authority,
        issuer: "DECAM".into(),
        issuer_parent: None,
        number: "4471-B".into(),
        number_normalized: "4471b".into(),
        issued_on: None,
        valid_from: Some(date!(2026 - 01 - 01)),
        valid_until: Some(date!(2026 - 05 - 03)),
        quantity: 30,
        unit: "pieces".into(),
        unit_code: "pieces".into(),
        named_party: "International  Commission".into(),
        kept_at: String::new(),
        holds_number: true,
        used_for: None,
        authorities: vec![authority],
        verified_by: Some(PersonId::new()),
        verified_at: Some(datetime!(2026-02-01 00:00 UTC)),
        verified_post: None,
        verified_post_name: None,
        verified_kind: None,
        verified_contact_id: None,
        lapsed: None,
        recorded_by: PersonId::new(),
        recorded_at_post: None,
        revoked_on: None,
        withdrawn_at: None,
        withdrawn_reason: None,
        version: 1,
    }
}

fn claim(authority: AuthorityId, names: &[String]) -> Claim<'_> {
    Claim {
        authority: Some(authority),
        quantity: 30,
        unit: "Pieces",
        names,
        today: date!(2026 - 05 - 03),
        in_hand_by: None,
    }
}

#[test]
fn a_permit_counts_through_its_last_day_for_the_party_it_names() {
    let authority = AuthorityId::new();
    let names = ["internationalcommission".to_owned()];
    assert_eq!(permit(authority).shortfalls(claim(authority, &names)), []);
}

#[test]
fn a_permit_that_does_not_count_says_why() {
    let authority = AuthorityId::new();
    let names = ["internationalcommission".to_owned()];
    let why = |change: &dyn Fn(&mut Permit)| {
        let mut permit = permit(authority);
        change(&mut permit);
        let found = permit.shortfalls(claim(authority, &names));
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].to_string()
    };
    assert_eq!(why(&|p| p.quantity = 29), "covers 29 of 30");
    assert_eq!(why(&|p| p.valid_until = Some(date!(2026 - 05 - 02))), "expired 2 May 2026");
    assert_eq!(why(&|p| p.valid_from = Some(date!(2026 - 05 - 04))), "valid from 4 May 2026");
    assert_eq!(why(&|p| p.named_party = "Another".into()), "names another party (Another)");
    assert_eq!(why(&|p| (p.unit, p.unit_code) = ("rounds".into(), "rds".into())), "is for rounds");
    assert_eq!(why(&|p| p.verified_at = None), "permit 4471-B is not verified");
    assert_eq!(why(&|p| p.authorities = vec![]), "permit 4471-B does not carry this authority's consent");
    assert_eq!(why(&|p| p.revoked_on = Some(date!(2026 - 04 - 01))), "revoked by the authority");
    let used = |p: &mut Permit| {
        p.holds_number = false;
        p.used_for = Some("05-971940".into());
    };
    assert_eq!(why(&used), "used for license 05-971940");
}

#[test]
fn a_paper_that_has_to_be_in_hand_before_the_application_is_not_younger() {
    let authority = AuthorityId::new();
    let names = ["internationalcommission".to_owned()];
    let why = |issued_on| {
        let claim = Claim { in_hand_by: Some(date!(2026 - 02 - 10)), ..claim(authority, &names) };
        let found = Permit { issued_on, ..permit(authority) }.shortfalls(claim);
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(why(Some(date!(2026 - 02 - 10))), Vec::<String>::new());
    assert_eq!(why(Some(date!(2026 - 02 - 11))), ["issued 11 Feb 2026, after the application of 10 Feb 2026"]);
    assert_eq!(why(None), ["permit 4471-B has no day of issue, and has to be older than the application"]);
}

#[test]
fn usual_days_say_which_days_they_are() {
    let rule = |usual_days, days_kind| CountryRule { usual_days, days_kind, ..crate::sample::rule("pistol", None) };
    assert_eq!(rule(Some(30), DaysKind::Working).usual().as_deref(), Some("30 working days"));
    assert_eq!(rule(Some(10), DaysKind::Calendar).usual().as_deref(), Some("10 calendar days"));
    assert_eq!(
        rule(Some(60), DaysKind::NotStated).usual().as_deref(),
        Some("60 days (calendar or working is not stated)")
    );
    assert_eq!(rule(None, DaysKind::NotStated).usual(), None);
}

#[test]
fn only_the_issuer_confirms_a_permit_and_not_through_the_paper() {
    let (authority, above) = (AuthorityId::new(), AuthorityId::new());
    let mut permit = permit(authority);
    permit.issued_on = Some(date!(2026 - 02 - 10));
    permit.issuer_parent = Some(above);
    let contact = Confirmation {
        channel: ChannelSource::Directory,
        authority: Some(authority),
        party: None,
        occurred_on: Some(date!(2026 - 02 - 10)),
    };
    assert_eq!(permit.confirmed_by(contact), Ok(()));
    assert_eq!(permit.confirmed_by(Confirmation { authority: Some(above), ..contact }), Ok(()));
    let refused = |contact| permit.confirmed_by(contact).unwrap_err();
    assert_eq!(refused(Confirmation { authority: None, ..contact }), Unconfirmed::Authority("DECAM".into()));
    assert_eq!(
        refused(Confirmation { authority: Some(AuthorityId::new()), ..contact }),
        Unconfirmed::Authority("DECAM".into())
    );
    assert_eq!(refused(Confirmation { channel: ChannelSource::Paper, ..contact }), Unconfirmed::Channel);
    assert_eq!(refused(Confirmation { channel: ChannelSource::NotStated, ..contact }), Unconfirmed::Channel);
    assert_eq!(refused(Confirmation { occurred_on: None, ..contact }), Unconfirmed::NotDated);
    assert_eq!(
        refused(Confirmation { occurred_on: Some(date!(2026 - 02 - 09)), ..contact }),
        Unconfirmed::Before("10 Feb 2026".into())
    );
}

#[test]
fn a_cell_is_the_word_of_the_post_that_recorded_it() {
    let post = PostId::new();
    let item = crate::sample::item("pistol", 30);
    let mut cell = crate::sample::approval(&item, None, ApprovalState::Applied, None);
    assert_eq!(cell.word_of_another(|_| false), None, "no post recorded it");
    (cell.recorded_at_post, cell.recorded_at_post_name) = (Some(post), Some("Guatemala".into()));
    assert_eq!(cell.word_of_another(|of| of == post), None);
    assert_eq!(cell.word_of_another(|of| of != post), Some("Guatemala"));
    cell.state = ApprovalState::Needed;
    assert_eq!(cell.word_of_another(|_| false), None, "proposed from the country rules");
}

#[test]
fn a_certificate_needs_every_signature_verified() {
    let signed = |signer| Signature {
        id: SignatureId::new(),
        signer,
        signer_name: "A. Signer".into(),
        signed_on: date!(2026 - 01 - 01),
        verified_by: Some(PersonId::new()),
        verified_contact_id: None,
        lapsed: None,
        recorded_by: PersonId::new(),
        recorded_at_post: None,
        version: 1,
    };
    let mut certificate = Certificate {
        id: CertificateId::new(),
        form: "DSP-83".into(),
        kept_at: String::new(),
        host_government_needed: false,
        signatures: vec![signed(Signer::Applicant), signed(Signer::ForeignConsignee), signed(Signer::ForeignEndUser)],
        version: 1,
    };
    assert_eq!(certificate.lacking(), []);
    certificate.host_government_needed = true;
    assert_eq!(certificate.lacking(), [(Signer::HostGovernment, false)]);
    certificate.signatures[0].verified_by = None;
    assert_eq!(certificate.lacking()[0], (Signer::Applicant, true));
}
