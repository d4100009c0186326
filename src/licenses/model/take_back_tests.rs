//! Each kind of row of a license, as it would be taken back: what it says, what keeps it, what lapses with it.

use uuid::Uuid;

use super::*;
use crate::{
    approvals::model::CustodyStage,
    id::ItemGroupId,
    mistakes::model::{MistakeKind, Row, Side},
    sample,
    vocabulary::CheckState,
};

/// A license with a row of every kind.
fn license() -> LicenseFile {
    let mut license = sample::license();
    license.checks[0].state = CheckState::Requested;
    license.certificate = Some(sample::certificate());
    license.conditions = vec![sample::condition()];
    license.custody = vec![sample::step(CustodyStage::Actual, "Customs")];
    license
}

/// Its rows of each kind, by their ids.
fn rows(license: &LicenseFile) -> Vec<(MistakeKind, Uuid, i32)> {
    let certificate = license.certificate.as_ref().expect("it has one");
    vec![
        (MistakeKind::Permit, license.permits[0].id.0, license.permits[0].version),
        (MistakeKind::Certificate, certificate.id.0, certificate.version),
        (MistakeKind::CertificateSignature, certificate.signatures[0].id.0, certificate.signatures[0].version),
        (MistakeKind::CustodyStep, license.custody[0].id.0, license.custody[0].version),
        (MistakeKind::ItemGroup, license.items[0].id.0, license.items[0].version),
        (MistakeKind::LicenseParty, license.parties[0].id.0, license.parties[0].version),
        (MistakeKind::Condition, license.conditions[0].id.0, license.conditions[0].version),
    ]
}

fn row(license: &LicenseFile, kind: MistakeKind) -> Row {
    let (_, id, _) = rows(license).into_iter().find(|(known, _, _)| *known == kind).expect("it has one");
    license.mistaken(kind, id, sample::TODAY).expect("it stands")
}

#[test]
fn each_row_of_a_license_is_found_by_its_kind_and_its_id() {
    let license = license();
    for (kind, id, version) in rows(&license) {
        let row = license.mistaken(kind, id, sample::TODAY).expect("it stands");
        assert_eq!((row.kind, row.id, row.version), (kind, id, version));
        assert!(!row.said.is_empty() && !row.section.is_empty(), "{}", kind.label());
        assert!(license.mistaken(kind, Uuid::from_u128(7), sample::TODAY).is_none(), "{}", kind.label());
        let others = rows(&license).into_iter().filter(|(other, _, _)| *other != kind);
        assert!(others.map(|(other, _, _)| license.mistaken(other, id, sample::TODAY)).all(|row| row.is_none()));
    }
    let kinds: Vec<MistakeKind> = rows(&license).into_iter().map(|(kind, _, _)| kind).collect();
    let others = MistakeKind::ALL.iter().filter(|kind| !kinds.contains(kind));
    assert!(others.copied().all(|kind| license.mistaken(kind, license.items[0].id.0, sample::TODAY).is_none()));
    let mut withdrawn = license;
    withdrawn.permits[0].withdrawn_reason = Some("Typed twice".into());
    assert!(withdrawn.mistaken(MistakeKind::Permit, withdrawn.permits[0].id.0, sample::TODAY).is_none());
}

#[test]
fn each_row_says_what_stands_there() {
    let license = license();
    let said = rows(&license).into_iter().map(|(kind, _, _)| row(&license, kind).said).collect::<Vec<_>>();
    let named = "30 pieces for International Commission for Judicial Protection, until 3 May 2027";
    let expected = [
        &*format!("Permit D-881 of DECAM: {named}"),
        "DSP-83",
        "DSP-83, applicant: A. Signer, 15 Jan 2026, verified",
        "Actual: Customs, Holds the items",
        "pistol, 30 pieces, $48,200",
        "Harrow Defense Supply, Inc., applicant",
        "The insurer confirms cover",
    ];
    assert_eq!(said, expected);
}

/// A decision that issued or ended it keeps its papers; what it licenses and its conditions, what the act that changes
/// them is refused by.
#[test]
fn what_an_issued_license_rested_on_is_not_taken_back() {
    for status in LicenseStatus::ALL.iter().copied() {
        let mut license = license();
        license.status = status;
        let open = status.is_open();
        for (kind, _, _) in rows(&license) {
            let expected = match kind {
                MistakeKind::Permit | MistakeKind::Certificate | MistakeKind::CertificateSignature if !open => {
                    Some(Refusal::Rested(status.label().to_lowercase()).to_string())
                }
                MistakeKind::ItemGroup | MistakeKind::LicenseParty => {
                    license.changeable().err().map(|refusal| refusal.to_string())
                }
                MistakeKind::Condition => license.may_raise().err().map(|refusal| refusal.to_string()),
                _ => None,
            };
            assert_eq!(row(&license, kind).kept, expected, "{} of one that is {}", kind.label(), status.label());
        }
    }
    let mut license = license();
    license.status = LicenseStatus::Approved;
    license.checks[0].state = CheckState::Closed;
    let kept = row(&license, MistakeKind::CustodyStep).kept;
    assert_eq!(kept, license.takes_counts(|_| true).err().map(|refusal| refusal.to_string()));
    assert!(kept.is_some());
}

#[test]
fn items_and_parties_are_washingtons_and_papers_the_posts() {
    let license = license();
    for (kind, _, _) in rows(&license) {
        let expected = match kind {
            MistakeKind::ItemGroup | MistakeKind::LicenseParty | MistakeKind::Condition => Side::Washington,
            _ => Side::Post,
        };
        assert_eq!(row(&license, kind).recorded.side, expected, "{}", kind.label());
    }
    let at_post = |kind| row(&license, kind).recorded.at_post;
    assert_eq!(at_post(MistakeKind::Permit), license.permits[0].recorded_at_post);
}

#[test]
fn what_lapses_with_items_is_told() {
    let mut license = license();
    (license.approvals, license.serials, license.custody) = (Vec::new(), Vec::new(), Vec::new());
    let item = license.items[0].clone();
    let told = |license: &LicenseFile| {
        let row = license.mistaken(MistakeKind::ItemGroup, item.id.0, sample::TODAY).expect("it stands");
        (row.lapses, row.recorded.carries)
    };
    assert_eq!(told(&license), (Vec::new(), false));
    license.approvals = sample::license().approvals;
    license.approvals.iter_mut().for_each(|cell| cell.item_group_id = item.id);
    license.custody = vec![sample::step(CustodyStage::Actual, "Customs")];
    license.custody[0].item_group_id = Some(item.id);
    let cells = crate::text::many(license.approvals.len(), "answer");
    let named = "That it is named on the custody path: in 1 step".to_owned();
    assert_eq!(told(&license), (vec![format!("Its row of the permit matrix, with {cells}"), named], true));
    let mut whole = item.clone();
    (whole.id, whole.label) = (ItemGroupId::new(), "rifles".into());
    (license.approvals, license.custody) = (Vec::new(), Vec::new());
    license.items[0].split_from = Some(whole.id);
    license.items.push(whole);
    assert_eq!(told(&license).0, [format!("The split: {} {} go back to rifles", item.quantity, item.unit)]);
}

#[test]
fn what_lapses_with_a_party_a_certificate_and_a_condition_is_told() {
    let mut license = license();
    let end_user = license.parties.iter().position(|party| party.role == crate::parties::model::PartyRole::EndUser);
    let party = license.parties[end_user.expect("it has one")].clone();
    let of_party = |license: &LicenseFile| {
        let row = license.mistaken(MistakeKind::LicenseParty, party.id.0, sample::TODAY).expect("it stands");
        (row.lapses, row.recorded.carries)
    };
    let signed = "Whose signature on the certificate its is: it has to be another party's".to_owned();
    assert_eq!(of_party(&license), (vec![signed.clone()], false));
    license.exceptions = vec![Exception {
        excepted_by: crate::id::PersonId::new(),
        guard: 7,
        party_id: Some(party.party_id),
        result_id: None,
        reason: "Released since".into(),
        excepted_by_name: "A supervisor".into(),
        excepted_at: sample::NOW,
        basis: None,
    }];
    let excepted = "The exception that a supervisor made for it".to_owned();
    assert_eq!(of_party(&license), (vec![excepted, signed], true));
    let signatures = crate::text::many(sample::certificate().signatures.len(), "signature");
    let certificate = row(&license, MistakeKind::Certificate);
    assert_eq!(certificate.lapses, [format!("What is signed on it: {signatures}")]);
    assert!(certificate.recorded.carries, "one of them is verified");
    license.conditions[0].met_at = Some(sample::NOW);
    license.conditions[0].met_by_name = Some("Ada".into());
    let condition = row(&license, MistakeKind::Condition);
    assert_eq!((condition.lapses, condition.recorded.carries), (vec!["That Ada noted it as met".to_owned()], true));
}
