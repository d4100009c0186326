//! Files for the tests of the rules. Nothing is wrong with them, so that each test breaks the one thing it is about.

use std::sync::Arc;

use rust_decimal::Decimal;
use time::{
    Date, OffsetDateTime,
    macros::{date, datetime},
};

use crate::{
    access::{Reader, Role},
    approvals::model::{
        Approval, ApprovalState, Certificate, CountryRule, CustodyStage, CustodyStep, DaysKind, Permit, Signature,
        Signer,
    },
    audit::Event,
    checks::model::{
        CameBy, CaseFile, CheckFile, CheckResult, CheckState, CheckSubject, CheckType, FoundParty, Holder, Owner,
        Priority, Recommendation, RecommendationWord, ResultWord, SiteVisit,
    },
    duties::model::{Done, Duty},
    evidence::model::{
        ChannelSource, Contact, ContactKind, Finding, FindingAnswer, PortionMark, SourceGrade, Statement,
    },
    id::{
        ApprovalId, AuthorityId, CertificateId, CheckId, ConditionId, ContactId, CountryRuleId, CustodyStepId,
        DecisionId, FindingId, ItemGroupId, LicenseId, LicensePartyId, PartyId, PermitId, PersonId, PostId, RecallId,
        RecommendationId, ReferenceId, ResultId, SignatureId, StatementId, SubjectId,
    },
    licenses::model::{
        Condition, Decided, Decision, ItemGroup, Jurisdiction, LicenseCheck, LicenseFile, LicenseParty, LicenseStatus,
        Listing,
    },
    parties::model::{PartyRole, TakesPossession},
    reference::model::{Entry, Reference, ReferenceKind, ThresholdItems},
    text::{folded, name_key},
};

/// When the rules are asked.
pub const NOW: OffsetDateTime = datetime!(2026-06-18 16:00 UTC);
/// That day in Washington.
pub const TODAY: Date = date!(2026 - 06 - 18);
/// The end-user of every sample license.
pub const END_USER: &str = "International Commission for Judicial Protection";

/// A row of reference data that holds on every day.
pub fn entry(kind: ReferenceKind, code: &str) -> Entry {
    Entry {
        id: ReferenceId::new(),
        kind,
        code: code.into(),
        label: code.replace('_', " "),
        detail: String::new(),
        country: None,
        country_group: None,
        topic: None,
        items: None,
        amount: None,
        waiting_days: None,
        check_types: Vec::new(),
        party_roles: Vec::new(),
        item_classes: Vec::new(),
        source: "A statute".into(),
        starts_on: date!(1990 - 01 - 01),
        beginning_known: true,
        ends_on: None,
        look_again_on: None,
        confirmed: true,
    }
}

fn threshold(group: &str, items: ThresholdItems, amount: i64, waiting_days: i32) -> Entry {
    Entry {
        country_group: Some(group.into()),
        items: Some(items),
        amount: Some(Decimal::from(amount)),
        waiting_days: Some(waiting_days),
        ..entry(ReferenceKind::NotificationThreshold, &format!("{group}_{items}"))
    }
}

/// Two topics (one of them per party), one asked of automatic rifles only, one after shipment; a proscribed country;
/// thresholds.
pub fn reference() -> Reference {
    let topic =
        |code: &str, types: &[CheckType]| Entry { check_types: types.to_vec(), ..entry(ReferenceKind::Topic, code) };
    let before = [CheckType::PreLicense, CheckType::PostLicense];
    let everywhere: Vec<CheckType> = CheckType::ALL.to_vec();
    let existence = Entry {
        party_roles: vec![PartyRole::ForeignConsignee, PartyRole::EndUser, PartyRole::Broker],
        ..topic("existence", &everywhere)
    };
    let rows = vec![
        existence,
        topic("order", &before),
        Entry { item_classes: vec!["automatic_rifle".into()], ..topic("need", &before) },
        topic("receipt", &[CheckType::PostShipment]),
        topic("other", &[]),
        Entry { country: Some("IR".into()), ..entry(ReferenceKind::ProscribedCountry, "proscribed") },
        Entry { country: Some("CA".into()), ..entry(ReferenceKind::CountryGroup, "allies") },
        threshold("others", ThresholdItems::Firearms, 1_000_000, 30),
        threshold("others", ThresholdItems::MajorDefenseEquipment, 14_000_000, 30),
        threshold("others", ThresholdItems::DefenseArticles, 50_000_000, 30),
        threshold("allies", ThresholdItems::Firearms, 1_000_000, 15),
    ];
    Reference(rows.into_iter().map(Arc::new).collect())
}

/// One line of items.
pub fn item(class: &str, quantity: i64) -> ItemGroup {
    ItemGroup {
        id: ItemGroupId::new(),
        label: class.replace('_', " "),
        item_class: class.into(),
        usml_category: Some("I".into()),
        significant_military_equipment: false,
        major_defense_equipment: false,
        quantity,
        unit: "pieces".into(),
        unit_code: "pieces".into(),
        unit_typed: "pieces".into(),
        value_usd: Some(Decimal::from(18_600)),
        jurisdiction: Jurisdiction::Itar,
        outdated: None,
        split_from: None,
        position: 1,
        version: 1,
    }
}

/// A party in a role.
pub fn party(name: &str, role: PartyRole, takes_possession: TakesPossession) -> LicenseParty {
    LicenseParty {
        id: LicensePartyId::new(),
        party_id: PartyId::new(),
        name: name.into(),
        called: name.into(),
        folded: vec![name_key(name)],
        country: "GT".into(),
        country_name: "Guatemala".into(),
        role,
        takes_possession,
        listings: Vec::new(),
        version: 1,
    }
}

/// A subject of a check without a license.
pub fn subject(name: &str) -> CheckSubject {
    CheckSubject {
        id: SubjectId::new(),
        party_id: PartyId::new(),
        name: name.into(),
        called: name.into(),
        role: PartyRole::Broker,
        country: "GT".into(),
        country_name: "Guatemala".into(),
        listings: Vec::new(),
    }
}

/// A list on which a party stands itself.
pub fn listing(label: &str) -> Listing {
    Listing { list: label.to_lowercase().replace(' ', "_"), label: label.into(), of: None }
}

/// A verified permit of the registry for all of the items, good for another year.
pub fn permit(authority: AuthorityId, number: &str, quantity: i64) -> Permit {
    Permit {
        id: PermitId::new(),
        authority_id: authority,
        issuer: "DECAM".into(),
        issuer_parent: None,
        number: number.into(),
        number_normalized: folded(number),
        issued_on: None,
        valid_from: None,
        valid_until: Some(date!(2027 - 05 - 03)),
        quantity,
        unit: "pieces".into(),
        unit_code: "pieces".into(),
        named_party: END_USER.into(),
        kept_at: String::new(),
        holds_number: true,
        used_for: None,
        authorities: vec![authority],
        verified_by: Some(PersonId::new()),
        verified_at: Some(NOW),
        verified_post: Some(PostId::new()),
        verified_post_name: Some("Guatemala".into()),
        verified_kind: Some("meeting".into()),
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

pub fn approval(
    item: &ItemGroup,
    authority: Option<AuthorityId>,
    state: ApprovalState,
    permit: Option<&Permit>,
) -> Approval {
    Approval {
        id: ApprovalId::new(),
        item_group_id: item.id,
        authority_id: authority,
        authority: authority.map(|_| "DECAM".into()),
        state,
        applied_on: None,
        permit_id: permit.map(|permit| permit.id),
        waits_for: String::new(),
        given_on: None,
        usual_days: None,
        proof: String::new(),
        contact_id: None,
        told_by_post: None,
        told_on: None,
        told_by_kind: None,
        recorded_at_post: None,
        recorded_at_post_name: None,
        country_rule_id: None,
        note: String::new(),
        version: 1,
    }
}

/// A rule of the destination.
pub fn rule(class: &str, authority: Option<(AuthorityId, &str)>) -> CountryRule {
    CountryRule {
        id: CountryRuleId::new(),
        item_class: class.into(),
        authority_id: authority.map(|(id, _)| id),
        authority: authority.map(|(_, name)| name.into()),
        usual_days: Some(30),
        days_kind: DaysKind::Working,
        confirmed_on: None,
    }
}

/// A condition in words that is not met.
pub fn condition() -> Condition {
    Condition {
        id: ConditionId::new(),
        text: "The insurer confirms cover".into(),
        who_acts: "the applicant".into(),
        met_at: None,
        met_by_name: None,
        evidence: None,
        version: 1,
    }
}

/// A certificate with the three signatures it needs, all verified.
pub fn certificate() -> Certificate {
    let signed = |signer| Signature {
        id: SignatureId::new(),
        signer,
        signer_name: "A. Signer".into(),
        signed_on: date!(2026 - 01 - 15),
        verified_by: Some(PersonId::new()),
        verified_contact_id: None,
        lapsed: None,
        recorded_by: PersonId::new(),
        recorded_at_post: None,
        version: 1,
    };
    Certificate {
        id: CertificateId::new(),
        form: "DSP-83".into(),
        kept_at: String::new(),
        host_government_needed: false,
        signatures: vec![signed(Signer::Applicant), signed(Signer::ForeignConsignee), signed(Signer::ForeignEndUser)],
        version: 1,
    }
}

pub fn step(stage: CustodyStage, holder: &str) -> CustodyStep {
    CustodyStep {
        id: CustodyStepId::new(),
        stage,
        position: 1,
        first_position: 1,
        holder: holder.into(),
        party_id: None,
        party: None,
        what: "Holds the items".into(),
        on_date: None,
        quantity: None,
        item_group_id: None,
        recorded_by: PersonId::new(),
        recorded_at_post: None,
        recorded_at_post_name: None,
        version: 1,
    }
}

/// A check on a license whose result a reviewer signed.
pub fn license_check(result: ResultWord) -> LicenseCheck {
    LicenseCheck {
        id: CheckId::new(),
        reference: "BL-2026-0042".into(),
        check_type: CheckType::PreLicense,
        state: CheckState::Resulted,
        held_state: None,
        post_id: PostId::new(),
        post_name: "Guatemala".into(),
        result_id: Some(ResultId::new()),
        result: Some(result),
        result_signed_at: Some(NOW),
    }
}

/// A proof's entry in the log, whole, so that two of them are held against each other.
pub fn logged(entry: impl Into<Event>) -> String {
    format!("{:#?}", entry.into())
}

/// A reader of that role who never had to do with the file; at a post where the role is one of a post.
pub fn reader(role: Role) -> Reader {
    let post = matches!(role, Role::PostOfficer | Role::PostSupervisor).then(PostId::new);
    Reader { id: PersonId::new(), role, post, authority: rust_decimal::Decimal::MAX }
}

/// Signs the proposed result as it waits for its countersignature.
pub fn half_sign(file: &mut CaseFile, by: PersonId) {
    let (basis, revision) = (file.rests_on(), file.check.revision);
    let result = file.check.result.as_mut().expect("it is proposed");
    (result.signed_by, result.signed_revision, result.rests_on) = (Some(by), Some(revision), Some(basis));
}

/// Notes what somebody did on a check.
pub fn did(check: &mut CheckFile, person_id: PersonId, duty: Duty) {
    let place = check.reference.clone();
    check.duties.push(Done { person_id, duty, check_id: Some(check.id), license_id: None, place });
}

/// Notes what somebody did on a license.
pub fn did_on(license: &mut LicenseFile, person_id: PersonId, duty: Duty) {
    let place = format!("license {}", license.number);
    license.duties.push(Done { person_id, duty, check_id: None, license_id: Some(license.id), place });
}

/// A pending license that may be approved: 30 pistols under a permit that counts, after a favorable result.
pub fn license() -> LicenseFile {
    let (mut pistols, registry) = (item("pistol", 30), AuthorityId::new());
    pistols.value_usd = Some(Decimal::from(48_200));
    let paper = permit(registry, "D-881", 30);
    let mut applicant = party("Harrow Defense Supply, Inc.", PartyRole::Applicant, TakesPossession::Takes);
    (applicant.country, applicant.country_name) = ("US".into(), "United States".into());
    LicenseFile {
        id: LicenseId::new(),
        number: "050107086".into(),
        number_normalized: "050107086".into(),
        form: "dsp_5".into(),
        status: LicenseStatus::Pending,
        registered_approved_on: None,
        applied_on: TODAY,
        destination: "GT".into(),
        destination_name: "Guatemala".into(),
        value_usd: Decimal::from(48_200),
        value_stated: true,
        received_on: None,
        purpose: String::new(),
        certified_on: None,
        facts_changed_at: None,
        revision: 7,
        version: 1,
        rules: vec![rule("pistol", Some((registry, "DECAM")))],
        before_application: Vec::new(),
        approvals: vec![approval(&pistols, Some(registry), ApprovalState::Issued, Some(&paper))],
        items: vec![pistols],
        parties: vec![applicant, party(END_USER, PartyRole::EndUser, TakesPossession::Takes)],
        permits: vec![paper],
        certificate: None,
        custody: Vec::new(),
        serials: Vec::new(),
        shared: Vec::new(),
        recounted: Vec::new(),
        conditions: Vec::new(),
        decisions: Vec::new(),
        exceptions: Vec::new(),
        checks: vec![license_check(ResultWord::Favorable)],
        duties: Vec::new(),
        mistakes: Vec::new(),
        corrections: Vec::new(),
    }
}

/// A decision, as it is kept.
pub fn decision(decided: &Decided) -> Decision {
    Decision {
        id: DecisionId::new(),
        number: *decided.number(),
        act: *decided.act(),
        reasons: decided.reasons().clone(),
        decided_by: PersonId::new(),
        decided_by_name: "A reviewer".into(),
        decided_at: NOW,
        provisos: decided.provisos().clone(),
        basis: Some(decided.basis().clone()),
    }
}

pub fn contact(kind: ContactKind) -> Contact {
    Contact {
        id: ContactId::new(),
        kind,
        occurred_on: Some(date!(2026 - 06 - 10)),
        with_whom: "the director".into(),
        authority_id: None,
        authority: None,
        party_id: None,
        party: None,
        channel_source: ChannelSource::Directory,
        place: String::new(),
        summary: "About the order.".into(),
        summary_length: 16,
        recorded_by_name: "An officer".into(),
        recorded_at: NOW,
        version: 1,
    }
}

pub fn statement(contact: &Contact, grade: SourceGrade) -> Statement {
    Statement {
        id: StatementId::new(),
        contact_id: contact.id,
        with_whom: contact.with_whom.clone(),
        text: "The order is theirs.".into(),
        text_length: 20,
        topic: None,
        about_party_id: None,
        about: None,
        about_called: None,
        source_grade: grade,
        confirmed_by: None,
        contradicted_by: None,
        version: 1,
    }
}

/// Two statements of one contact that a person linked as contradicting.
pub fn contradicting(contact: &Contact) -> Vec<Statement> {
    let mut said = statement(contact, SourceGrade::PartyItself);
    let other = statement(contact, SourceGrade::OfficialOral);
    said.contradicted_by = Some(other.id);
    vec![said, other]
}

/// A broker that the post found.
pub fn found() -> FoundParty {
    FoundParty {
        id: PartyId::new(),
        name: "Meridian".into(),
        role: PartyRole::Broker,
        country: "GT".into(),
        address: String::new(),
        source: "The registry".into(),
        by: "An officer".into(),
        at: NOW,
    }
}

/// A finding that rests on a contact.
pub fn finding(topic: &str, party: Option<PartyId>, basis: &Contact) -> Finding {
    Finding {
        id: FindingId::new(),
        topic: topic.into(),
        party_id: party,
        party_name: None,
        party_called: None,
        answer: FindingAnswer::Yes,
        text: "As the application says.".into(),
        text_length: 24,
        portion_mark: PortionMark::Sbu,
        contacts: vec![basis.id],
        documents: Vec::new(),
        recorded_by: PersonId::new(),
        version: 1,
    }
}

pub fn recommendation(word: RecommendationWord) -> Recommendation {
    Recommendation {
        id: RecommendationId::new(),
        word,
        text: "Post supports the license.".into(),
        text_length: 26,
        written_by: PersonId::new(),
        written_by_name: "An officer".into(),
        written_at: NOW,
        signed_by: None,
        signed_by_name: None,
        signed_at: None,
        signed_revision: None,
        rests_on: None,
        cleared_on: None,
        cleared_by: None,
        cleared_by_name: None,
        cleared_at: None,
        post_of_one: false,
        version: 1,
    }
}

pub fn result(word: ResultWord) -> CheckResult {
    CheckResult {
        id: ResultId::new(),
        word,
        text: "Post confirmed it.".into(),
        text_length: 18,
        caveat: String::new(),
        ended_because: None,
        proposed_by: PersonId::new(),
        proposed_by_name: "A case officer".into(),
        proposed_at: NOW,
        signed_by: None,
        signed_by_name: None,
        signed_at: None,
        signed_revision: None,
        rests_on: None,
        countersigned_by_name: None,
        countersigned_at: None,
        declined_because: None,
        reasons: Vec::new(),
        version: 1,
    }
}

/// A request that was recalled from a post.
pub fn recall(of: &CaseFile, post_id: PostId, due_on: time::Date) -> crate::checks::model::Recall {
    crate::checks::model::Recall {
        id: RecallId::new(),
        post_id,
        post: "Guatemala".into(),
        check_type: CheckType::PreLicense,
        subject: "Pistols for a guard force".into(),
        why: "A new end-user.".into(),
        own_questions: String::new(),
        about: "license 050107086".into(),
        about_ids: of.about_ids(),
        priority: Priority::Routine,
        site_visit: SiteVisit::Optional,
        days_to_answer: 30,
        due_on,
        requested_at: datetime!(2026-06-10 16:00 UTC),
        reason: "Meant for Kingston.".into(),
        by: "A case officer".into(),
        at: datetime!(2026-06-11 16:00 UTC),
    }
}

/// People of a post, each an officer there.
pub fn officers(people: &[PersonId]) -> Vec<(PersonId, Role)> {
    people.iter().map(|person| (*person, Role::PostOfficer)).collect()
}

/// Somebody to whom a check came, and who serves as that.
pub fn holder(owner: Owner, by: CameBy, id: PersonId, name: &str) -> Holder {
    Holder { owner, by, id, name: name.into(), since: None, serves: true, authority: Decimal::MAX }
}

fn check() -> CheckFile {
    let (post, opener) = (PostId::new(), PersonId::new());
    CheckFile {
        reference: "BL-2026-0042".into(),
        state: CheckState::InProgress,
        post_name: "Guatemala".into(),
        post_country: "GT".into(),
        post_zone: "America/Guatemala".into(),
        subject: "Pistols for a guard force".into(),
        reason: "A new end-user.".into(),
        days_to_answer: 30,
        due_on: Some(date!(2026 - 07 - 10)),
        opened_by_name: "A case officer".into(),
        requested_at: Some(datetime!(2026-06-10 16:00 UTC)),
        revision: 7,
        contacts: vec![contact(ContactKind::Meeting)],
        serving: officers(&[PersonId::new(), PersonId::new()]),
        holders: vec![holder(Owner::CaseOfficer, CameBy::Opened, opener, "Nora")],
        ..CheckFile::empty(CheckId::new(), post, opener, datetime!(2026-06-09 16:00 UTC))
    }
}

/// A pre-license check in progress, on one license: every finding is there, and the recommendation waits for its
/// signature.
pub fn case() -> CaseFile {
    let mut license = license();
    license.checks.clear();
    let mut check = check();
    let opener = check.opened_by;
    did(&mut check, opener, Duty::Open);
    let basis = check.contacts[0].clone();
    check.findings =
        vec![finding("existence", Some(license.parties[1].party_id), &basis), finding("order", None, &basis)];
    check.recommendation = Some(recommendation(RecommendationWord::Support));
    CaseFile { check, licenses: vec![license], reference: reference(), now: NOW }
}

/// [`case`], signed by the first person of the post.
pub fn signed() -> CaseFile {
    let mut file = case();
    let (signer, basis) = (file.check.serving[0].0, file.rests_on());
    let word = file.check.recommendation.as_mut().expect("it is written");
    (word.signed_by, word.signed_at, word.rests_on) = (Some(signer), Some(NOW), Some(basis));
    did(&mut file.check, signer, Duty::SignReply);
    file
}

/// [`signed`], cleared by the second person of the post, with a result of that word proposed.
pub fn proposed(word: ResultWord) -> CaseFile {
    let mut file = signed();
    file.check.state = CheckState::Replied;
    let clearer = file.check.serving[1].0;
    let recommendation = file.check.recommendation.as_mut().expect("it is written");
    (recommendation.cleared_by, recommendation.cleared_at) = (Some(clearer), Some(NOW));
    did(&mut file.check, clearer, Duty::ClearReply);
    let result = result(word);
    did(&mut file.check, result.proposed_by, Duty::Propose);
    file.check.result = Some(result);
    file
}
