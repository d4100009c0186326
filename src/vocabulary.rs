//! Words that several features speak, below all of them: a license and the reference data know what a check may be,
//! where it is and how it ended, and no more of it.

use crate::words;

words! {
    /// What a check is for.
    pub enum CheckType {
        /// Before the license is decided.
        PreLicense = "pre_license", "Pre-license";
        PostLicense = "post_license", "Post-license";
        PostShipment = "post_shipment", "Post-shipment";
        /// A broker, no license.
        BrokerInquiry = "broker_inquiry", "Broker inquiry";
        /// A company, no license.
        CompanyReview = "company_review", "Company review";
    }

    /// Where a check is on its path.
    pub enum CheckState {
        /// In Washington, not sent.
        Draft = "draft", "Draft";
        /// Sent to the post.
        Requested = "requested", "Requested";
        /// The post works on it.
        InProgress = "in_progress", "In progress";
        Replied = "replied", "Replied";
        /// The result is signed.
        Resulted = "resulted", "Resulted";
        /// The clock is stopped.
        OnHold = "on_hold", "On hold";
        Closed = "closed", "Closed";
    }

    /// A region of the Department's bureaus.
    pub enum Region {
        Africa = "AF", "Africa";
        EastAsia = "EAP", "East Asia and the Pacific";
        Europe = "EUR", "Europe and Eurasia";
        NearEast = "NEA", "Near East";
        SouthAsia = "SCA", "South and Central Asia";
        WesternHemisphere = "WHA", "Western Hemisphere";
    }

    pub enum ResultWord {
        /// As the application says.
        Favorable = "favorable", "Favorable";
        /// Favorable, with a caveat.
        FavorableWithCaveat = "favorable_with_caveat", "Favorable with caveat";
        /// Not as the application says.
        Unfavorable = "unfavorable", "Unfavorable";
        /// It could not be told.
        Inconclusive = "inconclusive", "Inconclusive";
        NotCompleted = "not_completed", "Not completed";
    }
}

impl CheckType {
    /// Whether it is about licenses; else about subjects.
    pub fn has_licenses(self) -> bool {
        matches!(self, Self::PreLicense | Self::PostLicense | Self::PostShipment)
    }

    /// Whether its licenses are already issued.
    pub fn follows_issue(self) -> bool {
        matches!(self, Self::PostLicense | Self::PostShipment)
    }

    /// The days a post has to answer, unless the case officer says otherwise.
    pub fn days(self) -> i64 {
        match self {
            Self::PreLicense => 30,
            Self::PostLicense => 45,
            Self::PostShipment | Self::BrokerInquiry | Self::CompanyReview => 60,
        }
    }
}

impl CheckState {
    /// Whether its result stands.
    pub fn is_judged(self) -> bool {
        matches!(self, Self::Resulted | Self::Closed)
    }

    /// Whether the post has it and the clock runs.
    pub fn is_at_post(self) -> bool {
        matches!(self, Self::Requested | Self::InProgress)
    }

    pub fn tone(self) -> &'static str {
        match self {
            Self::Draft | Self::Closed => "",
            Self::Requested | Self::InProgress | Self::Replied => "busy",
            Self::Resulted => "good",
            Self::OnHold => "warn",
        }
    }
}

impl ResultWord {
    pub fn tone(self) -> &'static str {
        match self {
            Self::Favorable => "good",
            Self::FavorableWithCaveat | Self::Inconclusive => "warn",
            Self::Unfavorable => "bad",
            Self::NotCompleted => "",
        }
    }

    /// Favorable, also with a caveat.
    pub fn is_favorable(self) -> bool {
        matches!(self, Self::Favorable | Self::FavorableWithCaveat)
    }

    /// Whether a supervisor has to countersign (guard 10).
    pub fn needs_countersignature(self) -> bool {
        self == Self::Unfavorable
    }
}
