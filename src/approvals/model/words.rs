//! The words of host-country consent.

use crate::text::many;
use crate::words;

words! {
    /// How far one authority's consent to one item group has come. `verified` and `expired` are computed from the
    /// permit.
    pub enum ApprovalState {
        /// To be asked for.
        Needed = "needed", "Needed";
        Applied = "applied", "Applied for";
        Issued = "issued", "Issued";
        /// The country asks for none, with proof.
        NotRequired = "not_required", "Not required";
        /// The authority said no.
        Refused = "refused", "Refused";
        /// The authority took it back.
        Revoked = "revoked", "Revoked";
    }

    /// Who signs a nontransfer and use certificate (22 CFR 123.10).
    pub enum Signer {
        /// The applicant for the license.
        Applicant = "applicant", "Applicant";
        /// Who receives the items abroad.
        ForeignConsignee = "foreign_consignee", "Foreign consignee";
        ForeignEndUser = "foreign_end_user", "Foreign end-user";
        /// The government of the country, where it is asked to.
        HostGovernment = "host_government", "Host government";
    }

    /// Whether a custody step is foreseen or happened.
    pub enum CustodyStage {
        Planned = "planned", "Planned";
        Actual = "actual", "Actual";
    }

    /// Which days an authority's usual days are.
    pub enum DaysKind {
        /// Weekends and holidays too.
        Calendar = "calendar", "Calendar days";
        Working = "working", "Working days";
        /// The source does not say.
        NotStated = "not_stated", "Not stated";
    }

    /// What a country rule rests on.
    pub enum Certainty {
        /// The law itself, or the authority's own page.
        OfficialText = "official_text", "Official text seen";
        /// Somebody's account of it.
        SecondarySource = "secondary_source", "Secondary source";
        Reported = "reported", "Reported, no text seen";
    }

    /// The answer of a country rule that names no authority.
    pub enum NoneNeeded {
        /// Its source says so.
        None = "none", "The country asks for no approval of these items";
    }

    /// The answer about a permit whose number could be that of another one.
    pub enum OtherPermit {
        /// They looked, and it is not that one.
        Another = "another", "It is another permit";
    }

    /// The answer about a paper that is valid for more than ten years.
    pub enum LongValid {
        /// They looked, and the year is right.
        AsWritten = "as_written", "So it stands on the paper";
    }

    /// The answer about serial numbers that could be those of other weapons.
    pub enum OtherWeapons {
        /// They looked, and they are not those.
        Others = "others", "They are other weapons";
    }

    /// What a count found of one serial number (guard 13).
    pub enum SerialState {
        /// Seen by the officer.
        Seen = "seen", "Seen";
        /// Shown to be elsewhere.
        Elsewhere = "elsewhere", "Elsewhere";
        /// Not to be found.
        Missing = "missing", "Missing";
        /// On the list, not looked for yet.
        NotCounted = "not_counted", "Not yet counted";
    }
}

impl Signer {
    /// With whom a contact confirms the signature.
    pub fn side(self) -> String {
        match self {
            Self::HostGovernment => "an authority of the country".to_owned(),
            party => format!("the {}", party.label().to_lowercase()),
        }
    }
}

impl SerialState {
    /// Only what was seen counts; what is missing is looked at first.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Seen => "good",
            Self::Elsewhere => "warn",
            Self::Missing => "bad",
            Self::NotCounted => "open",
        }
    }
}

impl CustodyStage {
    /// A step of it by its place, as pages number them: `planned step 3`.
    pub fn step(self, place: usize) -> String {
        format!("{} {place}", self.a_step())
    }

    /// A step of it, whichever.
    pub fn a_step(self) -> String {
        format!("{} step", self.label().to_lowercase())
    }

    /// Whether a step of it is foreseen, not taken.
    pub const fn is_foreseen(self) -> bool {
        matches!(self, Self::Planned)
    }
}

impl DaysKind {
    /// So many of them: `30 working days`.
    pub fn counted(self, days: i32) -> String {
        match self {
            Self::Calendar => many(days, "calendar day"),
            Self::Working => many(days, "working day"),
            Self::NotStated => format!("{} (calendar or working is not stated)", many(days, "day")),
        }
    }
}
