//! Where a save leads on to, where its person asks for it: the next page of the same sitting, without the check's page
//! between. That page says at its top what was saved.

use super::verbs::CheckVerb;
use crate::{
    addresses::{self as at, Address},
    db::drafts::SAVED,
    id::{CheckId, LicenseId},
    web::Sent,
    words,
};

words! {
    /// The page that comes next, and what its button says.
    pub enum Then {
        Custody = "custody", "The custody path";
        Permit = "permit", "A permit";
        AnotherPermit = "another_permit", "Another permit";
        Contact = "contact", "A contact";
        AnotherContact = "another_contact", "Another contact";
        Worksheet = "worksheet", "The worksheet";
        Recommendation = "recommendation", "The recommendation";
        Signature = "signature", "The signature";
    }
}

/// Of a page whose save leads back alone.
pub const NOWHERE: &[Then] = &[];

/// In the order of the desk: the papers, who holds the items, what the host country gives.
pub const AFTER_CERTIFICATE: &[Then] = &[Then::Custody];
pub const AFTER_CUSTODY: &[Then] = &[Then::Permit];

/// Of what one's pages are: a check, a license, a license that was come to from a check.
pub type Of = (Option<CheckId>, Option<LicenseId>);

impl Then {
    fn page(self, (check, license): Of) -> Option<Address> {
        Some(match self {
            Self::Custody => at::custody(license?).with_some("check", check),
            Self::Permit | Self::AnotherPermit => at::permit_record(license?).with_some("check", check),
            Self::Contact | Self::AnotherContact => at::contact_record(check?),
            Self::Worksheet => at::worksheet(check?),
            Self::Recommendation => CheckVerb::Recommend.address(check?),
            Self::Signature => CheckVerb::Sign.address(check?),
        })
    }
}

/// Where the save of a page of a check leads: on, if its person asked for it; else back to its place on the check.
pub fn leads<F>(sent: &Sent<F>, check: CheckId, place: &str) -> Address {
    asked_for(sent, (Some(check), None)).unwrap_or_else(|| at::check(check).at(place))
}

/// The page that the person asked for.
pub fn asked_for<F>(sent: &Sent<F>, of: Of) -> Option<Address> {
    Some(sent.then.parse::<Then>().ok()?.page(of)?.with(SAVED.0, SAVED.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{checks::recommend::RecommendForm, db::drafts::is_after_a_save};

    #[test]
    fn a_save_leads_to_what_was_asked_for_of_the_same_files_and_else_back() {
        let (check, license) = (CheckId::new(), LicenseId::new());
        let sent = |then: &str| Sent::<RecommendForm>::parse(&format!("then={then}"), None);
        for then in Then::ALL {
            let sent = sent(then.code());
            let both = asked_for(&sent, (Some(check), Some(license))).expect("both are known");
            assert!(both.contains(&check.to_string()) && is_after_a_save(&both), "{both}");
            assert!(asked_for(&sent, (None, None)).is_none(), "{then}: of nothing there is no page");
        }
        let back = at::check(check).at("contacts");
        for unknown in ["", "elsewhere", "//example.org", "custody"] {
            assert_eq!(leads(&sent(unknown), check, "contacts"), back, "{unknown}");
        }
        assert_eq!(
            leads(&sent("worksheet"), check, "contacts").to_string(),
            format!("/checks/{check}/worksheet?saved=yes")
        );
    }
}
