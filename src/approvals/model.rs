//! Host-country consent: permits, the import approvals they show, certificates, custody, serial numbers.
//! Whether a paper counts is computed from the file and the day, never stored (guards 5 and 6).

use serde::Deserialize;
use time::{Date, OffsetDateTime};

use crate::{
    evidence::model::{ChannelSource, ContactKind},
    id::{
        ApprovalId, AuthorityId, CertificateId, ContactId, CountryRuleId, CustodyStepId, ItemGroupId, PartyId,
        PermitId, PersonId, PostId, SignatureId,
    },
    mistakes::model::Recorded,
    text::{folded, folded_name},
    web::filters::{day_words, grouped},
    words,
};

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

impl DaysKind {
    /// So many of them: `30 working days`.
    pub fn counted(self, days: i32) -> String {
        match self {
            Self::Calendar => format!("{days} calendar days"),
            Self::Working => format!("{days} working days"),
            Self::NotStated => format!("{days} days (calendar or working is not stated)"),
        }
    }
}

/// One paper of a host-country authority.
#[derive(Debug, Clone, Deserialize)]
pub struct Permit {
    pub id: PermitId,
    pub authority_id: AuthorityId,
    pub issuer: String,
    /// The authority above the issuer.
    pub issuer_parent: Option<AuthorityId>,
    pub number: String,
    pub number_normalized: String,
    /// When it was issued.
    pub issued_on: Option<Date>,
    pub valid_from: Option<Date>,
    /// Its last day, included.
    pub valid_until: Option<Date>,
    pub quantity: i64,
    pub unit: String,
    /// The party it names.
    pub named_party: String,
    /// Where the paper is kept.
    pub kept_at: String,
    /// Whether its number counts for this license.
    pub holds_number: bool,
    /// The license its number counts for instead.
    pub used_for: Option<String>,
    /// Every authority whose consent it carries.
    pub authorities: Vec<AuthorityId>,
    pub verified_by: Option<PersonId>,
    /// When it was verified.
    #[serde(with = "time::serde::rfc3339::option")]
    pub verified_at: Option<OffsetDateTime>,
    /// The post of the contact that verified it.
    pub verified_post: Option<PostId>,
    pub verified_post_name: Option<String>,
    /// The kind of that contact, in words.
    pub verified_kind: Option<String>,
    pub recorded_by: PersonId,
    /// Whose word it is.
    pub recorded_at_post: Option<PostId>,
    /// When the authority took the paper back, whichever license it is recorded for.
    pub revoked_on: Option<Date>,
    /// When it was taken back as recorded by mistake.
    #[serde(with = "time::serde::rfc3339::option")]
    pub withdrawn_at: Option<OffsetDateTime>,
    pub withdrawn_reason: Option<String>,
    pub version: i32,
}

/// One cell of the permit matrix: one authority's consent to one item group.
#[derive(Debug, Clone, Deserialize)]
pub struct Approval {
    pub id: ApprovalId,
    pub item_group_id: ItemGroupId,
    /// Whose consent; none where the country asks for no approval at all.
    pub authority_id: Option<AuthorityId>,
    pub authority: Option<String>,
    /// How far it has come.
    pub state: ApprovalState,
    /// When it was applied for.
    pub applied_on: Option<Date>,
    /// The permit that shows it.
    pub permit_id: Option<PermitId>,
    /// What the end-user waits for before applying.
    pub waits_for: String,
    /// When the end-user was given it.
    pub given_on: Option<Date>,
    /// How long it usually takes.
    pub usual_days: Option<i32>,
    /// Why none is required.
    pub proof: String,
    /// The contact that told it.
    pub contact_id: Option<ContactId>,
    pub told_by_post: Option<String>,
    pub told_on: Option<Date>,
    pub told_by_kind: Option<ContactKind>,
    /// The post whose word it is.
    pub recorded_at_post: Option<PostId>,
    pub recorded_at_post_name: Option<String>,
    /// The rule that says none is required.
    pub country_rule_id: Option<CountryRuleId>,
    pub note: String,
    pub version: i32,
}

/// A country rule for the destination and one item class.
#[derive(Debug, Clone, Deserialize)]
pub struct CountryRule {
    pub id: CountryRuleId,
    pub item_class: String,
    /// Whose consent is asked for; none: the country asks for nothing.
    pub authority_id: Option<AuthorityId>,
    pub authority: Option<String>,
    /// How long it usually takes.
    pub usual_days: Option<i32>,
    /// Which days those are.
    pub days_kind: DaysKind,
    /// When a post of the country last confirmed it.
    pub confirmed_on: Option<Date>,
}

impl CountryRule {
    /// How long it usually takes, in words.
    pub fn usual(&self) -> Option<String> {
        self.usual_days.map(|days| self.days_kind.counted(days))
    }
}

/// What Commerce asks to be in hand before an application for firearms to the destination (15 CFR 748.12).
#[derive(Debug, Clone, Deserialize)]
pub struct BeforeApplication {
    /// For items of these classes.
    pub item_classes: Vec<String>,
    /// Whether it is asked for even where the country asks for nothing.
    pub always: bool,
    pub source: String,
}

/// A nontransfer and use certificate (DSP-83; 22 CFR 123.10).
#[derive(Debug, Clone, Deserialize)]
pub struct Certificate {
    pub id: CertificateId,
    pub form: String,
    /// Where it is kept.
    pub kept_at: String,
    /// Whether the host government has to sign.
    pub host_government_needed: bool,
    pub signatures: Vec<Signature>,
    pub version: i32,
}

/// A signature on a certificate.
#[derive(Debug, Clone, Deserialize)]
pub struct Signature {
    pub id: SignatureId,
    pub signer: Signer,
    pub signer_name: String,
    pub signed_on: Date,
    pub verified_by: Option<PersonId>,
    pub recorded_by: PersonId,
    /// Whose word it is.
    pub recorded_at_post: Option<PostId>,
    pub version: i32,
}

/// A step of the custody path: who physically holds the items.
#[derive(Debug, Clone, Deserialize)]
pub struct CustodyStep {
    pub id: CustodyStepId,
    pub stage: CustodyStage,
    /// Its place on the path.
    pub position: i32,
    /// Who holds the items.
    pub holder: String,
    /// The party, if it is one.
    pub party_id: Option<PartyId>,
    pub what: String,
    pub on_date: Option<Date>,
    pub quantity: Option<i64>,
    pub item_group_id: Option<ItemGroupId>,
    pub version: i32,
}

/// How many serial numbers of an item group a count found in one state, and with whom.
#[derive(Debug, Clone, Deserialize)]
pub struct SerialCount {
    pub item_group_id: ItemGroupId,
    pub state: SerialState,
    /// Held by which party.
    pub holder_party_id: Option<PartyId>,
    pub count: i64,
    /// Of those that are missing or elsewhere, the first hundred.
    pub numbers: Vec<String>,
}

impl Approval {
    /// The post whose word the cell is, where that is one the reader does not serve at: they do not change it. What the
    /// country rules propose is nobody's word yet.
    pub fn word_of_another(&self, serves: impl Fn(PostId) -> bool) -> Option<&str> {
        let theirs = self.state != ApprovalState::Needed && self.recorded_at_post.is_some_and(|post| !serves(post));
        theirs.then(|| self.recorded_at_post_name.as_deref().unwrap_or("another post"))
    }

    /// Whose word it is and what it rests on: `told Guatemala on 3 May 2026, letter; applied for on 2 May 2026`.
    pub fn told(&self) -> String {
        let mut parts = Vec::new();
        if let (Some(post), Some(kind)) = (&self.told_by_post, self.told_by_kind) {
            let day = self.told_on.map_or_else(|| "date not stated".to_owned(), day_words);
            parts.push(format!("Told {post}, {day}, {}", kind.label().to_lowercase()));
        } else if let Some(post) = self.recorded_at_post_name.as_ref().filter(|_| self.state != ApprovalState::Needed) {
            parts.push(format!("Recorded by {post}"));
        }
        if let Some(day) = self.applied_on {
            parts.push(format!("applied for on {}", day_words(day)));
        }
        parts.join("; ")
    }
}

/// Why a paper does not count. Its words are what the cell says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Shortfall {
    /// Nothing was asked for.
    #[error("not applied for")]
    NotAppliedFor,
    /// Asked for, no paper yet.
    #[error("applied for, not issued")]
    NotIssued,
    /// The authority said no.
    #[error("refused by the authority")]
    Refused,
    /// The authority took it back.
    #[error("revoked by the authority")]
    Revoked,
    /// No authority confirmed the paper.
    #[error("permit {0} is not verified")]
    NotVerified(String),
    /// The paper carries no consent of this authority.
    #[error("permit {0} does not carry this authority's consent")]
    OtherAuthority(String),
    #[error("covers {covered} of {needed}")]
    TooFew { covered: i64, needed: i64 },
    #[error("is for {0}")]
    OtherUnit(String),
    #[error("valid from {0}")]
    NotYet(String),
    #[error("expired {0}")]
    Expired(String),
    #[error("names another party ({0})")]
    OtherParty(String),
    /// Its number counts for another license.
    #[error("used for license {0}")]
    Used(String),
    /// Not in hand when the application was made (15 CFR 748.12).
    #[error("issued {issued}, after the application of {received}")]
    AfterApplication {
        /// When the paper was issued.
        issued: String,
        /// When the application came.
        received: String,
    },
    /// Nothing shows that it was in hand when the application was made (15 CFR 748.12).
    #[error("permit {0} has no day of issue, and has to be older than the application")]
    NoDayOfIssue(String),
}

/// A contact that is to confirm a paper.
#[derive(Debug, Clone, Copy)]
pub struct Confirmation {
    /// Where its number, address or name came from.
    pub channel: ChannelSource,
    /// The authority it was with, if with one.
    pub authority: Option<AuthorityId>,
    /// Its day at the post.
    pub occurred_on: Option<Date>,
}

/// Why a contact does not confirm a paper (guards 5 and 6). Its words are what the person reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unconfirmed {
    /// A paper cannot vouch for itself.
    #[error(
        "Its number or address was taken from the paper, or is not stated; use one from a directory, an earlier file or the embassy."
    )]
    Channel,
    #[error("It was not with {0}, the authority that issued the paper.")]
    Authority(String),
    #[error("Its day is not stated; give it first.")]
    NotDated,
    /// Before there was a paper.
    #[error("It took place before the paper was there ({0}).")]
    Before(String),
}

impl Confirmation {
    fn after(&self, paper: Option<Date>) -> Result<(), Unconfirmed> {
        if !self.channel.verifies() {
            return Err(Unconfirmed::Channel);
        }
        let day = self.occurred_on.ok_or(Unconfirmed::NotDated)?;
        match paper.filter(|paper| day < *paper) {
            Some(paper) => Err(Unconfirmed::Before(day_words(paper))),
            None => Ok(()),
        }
    }
}

/// What a permit is held against.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// Whose consent is needed.
    pub authority: Option<AuthorityId>,
    /// How many, over all item groups that rest on the paper.
    pub quantity: i64,
    pub unit: &'a str,
    /// Names and aliases of the license's parties, as [`folded_name`] folds them.
    pub names: &'a [String],
    /// The day of decision, in Washington.
    pub today: Date,
    /// The day of the application, where the paper has to be in hand by then.
    pub in_hand_by: Option<Date>,
}

impl Permit {
    /// Whether a contact confirms that it is genuine (guard 5): with the authority that issued it, or the one above,
    /// through a channel not taken from the paper, not before it was issued.
    pub fn confirmed_by(&self, contact: Confirmation) -> Result<(), Unconfirmed> {
        let with = contact.authority.is_some_and(|with| with == self.authority_id || Some(with) == self.issuer_parent);
        if !with {
            return Err(Unconfirmed::Authority(self.issuer.clone()));
        }
        contact.after(self.issued_on)
    }

    /// What it says, in one line.
    pub fn said(&self) -> String {
        let until = self.valid_until.map(|day| format!(", until {}", day_words(day))).unwrap_or_default();
        let quantity = grouped(&self.quantity.to_string());
        format!("Permit {} of {}: {quantity} {} for {}{until}", self.number, self.issuer, self.unit, self.named_party)
    }

    /// Who recorded it, and whether a verification rests on it.
    pub fn recorded(&self) -> Recorded {
        Recorded { by: self.recorded_by, at_post: self.recorded_at_post, carries: self.verified_at.is_some() }
    }

    /// Whether it was recorded by mistake.
    pub fn is_withdrawn(&self) -> bool {
        self.withdrawn_reason.is_some()
    }

    /// Why the paper does not count for a claim, or nothing if it counts (guard 5).
    pub fn shortfalls(&self, claim: Claim<'_>) -> Vec<Shortfall> {
        let mut found = Vec::new();
        if self.revoked_on.is_some() {
            found.push(Shortfall::Revoked);
        }
        if let Some(last) = self.valid_until.filter(|last| *last < claim.today) {
            found.push(Shortfall::Expired(day_words(last)));
        }
        if let Some(first) = self.valid_from.filter(|first| *first > claim.today) {
            found.push(Shortfall::NotYet(day_words(first)));
        }
        if self.verified_at.is_none() {
            found.push(Shortfall::NotVerified(self.number.clone()));
        }
        if claim.authority.is_some_and(|authority| !self.authorities.contains(&authority)) {
            found.push(Shortfall::OtherAuthority(self.number.clone()));
        }
        if self.quantity < claim.quantity {
            found.push(Shortfall::TooFew { covered: self.quantity, needed: claim.quantity });
        }
        if folded(&self.unit) != folded(claim.unit) {
            found.push(Shortfall::OtherUnit(self.unit.clone()));
        }
        if !claim.names.contains(&folded_name(&self.named_party)) {
            found.push(Shortfall::OtherParty(self.named_party.clone()));
        }
        if let Some(received) = claim.in_hand_by {
            match self.issued_on {
                None => found.push(Shortfall::NoDayOfIssue(self.number.clone())),
                Some(issued) if issued > received => {
                    found
                        .push(Shortfall::AfterApplication { issued: day_words(issued), received: day_words(received) });
                }
                Some(_) => {}
            }
        }
        if !self.holds_number && self.revoked_on.is_none() {
            found.push(Shortfall::Used(self.used_for.clone().unwrap_or_else(|| "unknown".into())));
        }
        found
    }
}

impl Signature {
    /// What it says, in one line.
    pub fn said(&self, form: &str) -> String {
        let verified = if self.verified_by.is_some() { ", verified" } else { "" };
        format!(
            "{form}, {}: {}, {}{verified}",
            self.signer.label().to_lowercase(),
            self.signer_name,
            day_words(self.signed_on)
        )
    }

    /// Who recorded it, and whether a verification rests on it.
    pub fn recorded(&self) -> Recorded {
        Recorded { by: self.recorded_by, at_post: self.recorded_at_post, carries: self.verified_by.is_some() }
    }

    /// Whether a contact confirms that it is genuine (guard 6): through a channel not taken from the paper, not before
    /// it was given.
    pub fn confirmed_by(&self, contact: Confirmation) -> Result<(), Unconfirmed> {
        contact.after(Some(self.signed_on))
    }
}

impl Certificate {
    /// The signatures still missing or unverified, of those it needs (guard 6).
    pub fn lacking(&self) -> Vec<(Signer, bool)> {
        let needed = Signer::ALL
            .iter()
            .copied()
            .filter(|signer| *signer != Signer::HostGovernment || self.host_government_needed);
        let state = |signer: Signer| self.signatures.iter().find(|signature| signature.signer == signer);
        needed
            .filter_map(|signer| match state(signer) {
                None => Some((signer, false)),
                Some(signature) if signature.verified_by.is_none() => Some((signer, true)),
                Some(_) => None,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

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
        let names = ["international commission".to_owned()];
        assert_eq!(permit(authority).shortfalls(claim(authority, &names)), []);
    }

    #[test]
    fn a_permit_that_does_not_count_says_why() {
        let authority = AuthorityId::new();
        let names = ["international commission".to_owned()];
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
        assert_eq!(why(&|p| p.unit = "rounds".into()), "is for rounds");
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
        let names = ["international commission".to_owned()];
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
            recorded_by: PersonId::new(),
            recorded_at_post: None,
            version: 1,
        };
        let mut certificate = Certificate {
            id: CertificateId::new(),
            form: "DSP-83".into(),
            kept_at: String::new(),
            host_government_needed: false,
            signatures: vec![
                signed(Signer::Applicant),
                signed(Signer::ForeignConsignee),
                signed(Signer::ForeignEndUser),
            ],
            version: 1,
        };
        assert_eq!(certificate.lacking(), []);
        certificate.host_government_needed = true;
        assert_eq!(certificate.lacking(), [(Signer::HostGovernment, false)]);
        certificate.signatures[0].verified_by = None;
        assert_eq!(certificate.lacking()[0], (Signer::Applicant, true));
    }
}
