//! The rows as the tables have them, and the ledger that puts them in the order of time. A column is written by the
//! program's own types and their own encoding; `store.rs` compares all of this with the schema before the first row
//! goes out.

use std::ops::DerefMut;

use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::{Encode, Postgres, Type, TypeInfo, encode::IsNull, error::BoxDynError, postgres::PgArgumentBuffer};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::{
    access::Role,
    approvals::model::{ApprovalState, CustodyStage, SerialState, Signer},
    checks::model::{CheckState, CheckType, EndedBecause, Priority, RecommendationWord, ResultWord, SiteVisit},
    error::{AppError, Result},
    evidence::model::{ChannelSource, ContactKind, FindingAnswer, PortionMark, SourceGrade},
    id::{
        AliasId, ApprovalId, AssignmentId, AuthorityId, CertificateId, CheckId, ConditionId, ContactId, CountryRuleId,
        CustodyStepId, DecisionId, DocumentId, EventId, ExceptionId, ExplanationId, ExtensionId, FactId, FindingId,
        InterimReplyId, ItemGroupId, LicenseId, LicensePartyId, ListingId, PartyId, PermitId, PersonId, PostId,
        ProvisoId, QuestionId, RecallId, RecommendationId, RemarkId, ResultId, SerialId, SignatureId, StatementId,
        SubjectId, TelegramId,
    },
    licenses::model::{Act, Jurisdiction, LicenseStatus},
    parties::model::{FactKind, PartyKind, PartyRole, Standing, TakesPossession},
    remarks::model::Part,
    telegrams::{
        model::{Answer, TelegramState, Way},
        reading::Direction,
    },
};

/// A table that is filled: what is written of it, by name and type, and what is left to its default.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    /// The columns that are written, in order, each with the name of its type.
    pub columns: fn() -> Vec<(&'static str, String)>,
    /// The columns that are left alone: versions, what the database computes, what a row made today has no value for.
    pub left: &'static [&'static str],
}

/// A row of one of them.
pub trait Row {
    /// Its table's place in [`TABLES`].
    const TABLE: usize;

    /// The columns that are written, in order, each with the name of its type.
    fn columns() -> Vec<(&'static str, String)>;

    /// Adds the row as `COPY` reads it in binary.
    fn encode(&self, buffer: &mut PgArgumentBuffer) -> Result<(), BoxDynError>;
}

fn encode<'q, T: Encode<'q, Postgres>>(value: &T, buffer: &mut PgArgumentBuffer) -> Result<(), BoxDynError> {
    let start = buffer.len();
    buffer.extend_from_slice(&(-1_i32).to_be_bytes());
    if let IsNull::No = value.encode_by_ref(buffer)? {
        let length = i32::try_from(buffer.len() - start - 4)?;
        buffer.deref_mut()[start..start + 4].copy_from_slice(&length.to_be_bytes());
    }
    Ok(())
}

macro_rules! rows {
    ($($row:ident $(<$life:lifetime>)? in $table:literal { $($column:ident: $type:ty,)* } leaves [$($left:literal),*];)*) => {
        #[derive(Clone, Copy)]
        enum Place { $($row,)* }

        /// Every table that is filled.
        pub const TABLES: &[Table] = &[$(Table {
            name: $table,
            columns: <$row as Row>::columns,
            left: &[$($left),*],
        },)*];

        $(
            #[doc = concat!("A row of `", $table, "`.")]
            #[derive(Debug)]
            #[expect(missing_docs, reason = "a column is named as in its table")]
            pub struct $row $(<$life>)? { $(pub $column: $type,)* }

            impl $(<$life>)? Row for $row $(<$life>)? {
                const TABLE: usize = Place::$row as usize;

                fn columns() -> Vec<(&'static str, String)> {
                    vec![$((stringify!($column).trim_start_matches("r#"), type_of::<$type>()),)*]
                }

                fn encode(&self, buffer: &mut PgArgumentBuffer) -> Result<(), BoxDynError> {
                    let columns: &[&str] = &[$(stringify!($column),)*];
                    buffer.extend_from_slice(&i16::try_from(columns.len())?.to_be_bytes());
                    $(encode(&self.$column, buffer)?;)*
                    Ok(())
                }
            }
        )*
    };
}

rows! {
    Post<'a> in "posts" { id: PostId, name: &'a str, country: &'a str, zone: &'a str, } leaves ["closed_on", "version"];
    Person<'a> in "people" {
        id: PersonId, account: &'a str, name: &'a str, password_hash: &'a str, decision_authority: Decimal, created_at: OffsetDateTime,
    } leaves ["temporary_until", "disabled_at", "version"];
    Assignment in "assignments" {
        id: AssignmentId, person_id: PersonId, role: Role, post_id: Option<PostId>, starts_on: Date, ends_on: Option<Date>,
    } leaves ["version"];
    Party<'a> in "parties" {
        id: PartyId, kind: PartyKind, name: &'a str, name_folded: &'a str, country: &'a str, address: &'a str, standing: Standing,
        merged_into: Option<PartyId>, found_on_check: Option<CheckId>, found_role: Option<PartyRole>, found_source: Option<&'a str>,
        created_by: PersonId, created_at: OffsetDateTime,
    } leaves ["version"];
    Alias<'a> in "party_aliases" {
        id: AliasId, party_id: PartyId, name: &'a str, name_folded: &'a str, source: &'a str, recorded_by: PersonId, recorded_at: OffsetDateTime,
    } leaves [];
    Fact<'a> in "party_facts" {
        id: FactId, party_id: PartyId, kind: FactKind, text: &'a str, source: &'a str, recorded_by: PersonId, recorded_at: OffsetDateTime,
    } leaves ["check_id"];
    Listing<'a> in "party_listings" {
        id: ListingId, party_id: PartyId, list: &'a str, source: &'a str, starts_on: Date, ends_on: Option<Date>, recorded_by: PersonId,
        recorded_at: OffsetDateTime,
    } leaves [];
    License<'a> in "licenses" {
        id: LicenseId, number: &'a str, number_normalized: &'a str, form: &'a str, status: LicenseStatus, registered_approved_on: Option<Date>,
        destination: &'a str, value_usd: Decimal, received_on: Option<Date>, purpose: &'a str, certified_on: Option<Date>,
        registered_by: PersonId, registered_at: OffsetDateTime, facts_changed_at: Option<OffsetDateTime>, revision: i32, version: i32,
    } leaves ["value_stated"];
    ItemGroup<'a> in "item_groups" {
        id: ItemGroupId, license_id: LicenseId, label: &'a str, item_class: &'a str, usml_category: Option<&'a str>,
        significant_military_equipment: bool, major_defense_equipment: bool, quantity: i64, unit: &'a str, value_usd: Option<Decimal>,
        jurisdiction: Jurisdiction, position: i32,
    } leaves ["split_from", "version"];
    LicenseParty in "license_parties" {
        id: LicensePartyId, license_id: LicenseId, party_id: PartyId, role: PartyRole, takes_possession: TakesPossession, version: i32,
    } leaves [];
    Condition<'a> in "conditions" {
        id: ConditionId, license_id: LicenseId, text: &'a str, who_acts: &'a str, raised_by: PersonId, raised_at: OffsetDateTime,
        met_at: Option<OffsetDateTime>, met_by: Option<PersonId>, evidence: Option<&'a str>, version: i32,
    } leaves [];
    Decision<'a> in "decisions" {
        id: DecisionId, license_id: LicenseId, number: i32, act: Act, reasons: &'a str, decided_by: PersonId, decided_at: OffsetDateTime,
        revision_read: i32, value_usd: Decimal,
    } leaves ["basis"];
    Proviso<'a> in "provisos" { id: ProvisoId, decision_id: DecisionId, number: i32, text: &'a str, } leaves [];
    Exception<'a> in "exceptions" {
        id: ExceptionId, license_id: LicenseId, guard: i32, party_id: Option<PartyId>, reason: &'a str, excepted_by: PersonId,
        excepted_at: OffsetDateTime, result_id: Option<ResultId>,
    } leaves ["basis"];
    CheckNumber in "check_numbers" { year: i32, last: i32, } leaves [];
    Check<'a> in "checks" {
        id: CheckId, year: i32, number: i32, r#type: CheckType, state: CheckState, held_state: Option<CheckState>,
        held_at: Option<OffsetDateTime>, held_reason: Option<&'a str>, held_by: Option<PersonId>,
        resumed_by: Option<PersonId>, resumed_at: Option<OffsetDateTime>, post_id: PostId, subject: &'a str, reason: &'a str, priority: Priority,
        site_visit: SiteVisit, site_visit_waived_by: Option<PersonId>, site_visit_waived_at: Option<OffsetDateTime>,
        site_visit_waiver: Option<&'a str>, days_to_answer: i32, due_on: Option<Date>, opened_by: PersonId, opened_at: OffsetDateTime,
        requested_by: Option<PersonId>, requested_at: Option<OffsetDateTime>, officer_id: Option<PersonId>,
        acknowledged_at: Option<OffsetDateTime>, replied_at: Option<OffsetDateTime>, resulted_at: Option<OffsetDateTime>,
        closed_at: Option<OffsetDateTime>, follows_check_id: Option<CheckId>, revision: i32, version: i32,
    } leaves ["reference", "own_questions", "case_officer_id", "reviewer_id"];
    CheckLicense in "check_licenses" { check_id: CheckId, license_id: LicenseId, } leaves [];
    CheckSubject in "check_subjects" { id: SubjectId, check_id: CheckId, party_id: PartyId, role: PartyRole, } leaves [];
    Question<'a> in "check_questions" {
        id: QuestionId, check_id: CheckId, text: &'a str, asked_by: PersonId, asked_at: OffsetDateTime,
    } leaves [];
    InterimReply<'a> in "interim_replies" {
        id: InterimReplyId, check_id: CheckId, text: &'a str, signed_by: PersonId, signed_at: OffsetDateTime, revision_read: i32,
    } leaves [];
    Recall<'a> in "recalls" {
        id: RecallId, check_id: CheckId, post_id: PostId, r#type: CheckType, subject: &'a str, why: &'a str, about: &'a str,
        about_ids: &'a str, priority: Priority, site_visit: SiteVisit, days_to_answer: i32, due_on: Date, requested_by: Option<PersonId>,
        requested_at: OffsetDateTime, reason: &'a str, recalled_by: PersonId, recalled_at: OffsetDateTime, own_questions: &'a str,
    } leaves [];
    Remark<'a> in "remarks" {
        id: RemarkId, check_id: CheckId, thread_id: RemarkId, answers_id: Option<RemarkId>, post_id: Option<PostId>, to_part: Option<Part>,
        to_person: Option<PersonId>, text: &'a str, written_by: PersonId, written_at_post: Option<PostId>, written_at: OffsetDateTime,
        settled_at: Option<OffsetDateTime>, settled_by: Option<PersonId>,
    } leaves [];
    Extension<'a> in "extensions" {
        id: ExtensionId, check_id: CheckId, due_before: Date, due_after: Date, reason: &'a str, extended_by: PersonId, extended_at: OffsetDateTime,
    } leaves [];
    Contact<'a> in "contacts" {
        id: ContactId, check_id: CheckId, kind: ContactKind, occurred_on: Option<Date>, with_whom: &'a str, authority_id: Option<AuthorityId>,
        party_id: Option<PartyId>, place: &'a str, channel_source: ChannelSource, summary: &'a str, recorded_by: PersonId,
        recorded_at: OffsetDateTime,
    } leaves ["version"];
    Statement<'a> in "statements" {
        id: StatementId, check_id: CheckId, contact_id: ContactId, text: &'a str, topic: Option<&'a str>, about_party_id: Option<PartyId>,
        source_grade: SourceGrade, confirmed_by: Option<StatementId>, contradicted_by: Option<StatementId>, recorded_by: PersonId,
        recorded_at: OffsetDateTime, version: i32,
    } leaves [];
    Document<'a> in "documents" {
        id: DocumentId, check_id: CheckId, kind: &'a str, issuer: &'a str, number: &'a str, dated: Option<Date>, kept_at: &'a str,
        description: &'a str, recorded_by: PersonId, recorded_at: OffsetDateTime,
    } leaves ["version"];
    Finding<'a> in "findings" {
        id: FindingId, check_id: CheckId, topic: &'a str, party_id: Option<PartyId>, answer: FindingAnswer, text: &'a str,
        portion_mark: PortionMark, recorded_by: PersonId, recorded_at: OffsetDateTime,
    } leaves ["version"];
    Basis in "finding_basis" { finding_id: FindingId, contact_id: Option<ContactId>, document_id: Option<DocumentId>, } leaves [];
    Permit<'a> in "permits" {
        id: PermitId, license_id: LicenseId, authority_id: AuthorityId, number: &'a str, number_normalized: &'a str, issued_on: Option<Date>,
        valid_from: Option<Date>, valid_until: Option<Date>, quantity: i64, unit: &'a str, named_party: &'a str, kept_at: &'a str,
        holds_number: bool, verified_by: Option<PersonId>, verified_at: Option<OffsetDateTime>, verified_contact_id: Option<ContactId>,
        revoked_on: Option<Date>, revoked_by: Option<PersonId>, recorded_by: PersonId, recorded_at_post: Option<PostId>,
        recorded_at: OffsetDateTime, version: i32,
    } leaves ["withdrawn_at", "withdrawn_reason", "lapsed"];
    PermitAuthority in "permit_authorities" { permit_id: PermitId, authority_id: AuthorityId, } leaves [];
    Approval<'a> in "import_approvals" {
        id: ApprovalId, license_id: LicenseId, item_group_id: ItemGroupId, authority_id: Option<AuthorityId>, state: ApprovalState,
        applied_on: Option<Date>, permit_id: Option<PermitId>, waits_for: &'a str, given_on: Option<Date>, usual_days: Option<i32>,
        proof: &'a str, country_rule_id: Option<CountryRuleId>, contact_id: Option<ContactId>, note: &'a str, recorded_by: PersonId,
        recorded_at_post: Option<PostId>, recorded_at: OffsetDateTime, version: i32,
    } leaves [];
    Certificate<'a> in "certificates" {
        id: CertificateId, license_id: LicenseId, form: &'a str, kept_at: &'a str, host_government_needed: bool, recorded_by: PersonId,
        recorded_at: OffsetDateTime,
    } leaves ["version"];
    Signature<'a> in "certificate_signatures" {
        id: SignatureId, certificate_id: CertificateId, signer: Signer, signer_name: &'a str, signed_on: Date,
        verified_contact_id: Option<ContactId>, verified_by: Option<PersonId>, verified_at: Option<OffsetDateTime>, recorded_by: PersonId,
        recorded_at_post: Option<PostId>, version: i32,
    } leaves ["lapsed"];
    CustodyStep<'a> in "custody_steps" {
        id: CustodyStepId, license_id: LicenseId, stage: CustodyStage, position: i32, holder: &'a str, party_id: Option<PartyId>, what: &'a str,
        on_date: Option<Date>, quantity: Option<i64>, item_group_id: Option<ItemGroupId>, recorded_by: PersonId,
        recorded_at_post: Option<PostId>,
    } leaves ["authority_id", "contact_id", "first_position", "version"];
    Serial<'a> in "serials" {
        id: SerialId, item_group_id: ItemGroupId, license_id: LicenseId, number: &'a str, number_normalized: &'a str, state: SerialState,
        location: &'a str, holder_party_id: Option<PartyId>, check_id: Option<CheckId>, recorded_by: PersonId, recorded_at: OffsetDateTime,
    } leaves ["contact_id", "version", "counted_before"];
    Recommendation<'a> in "recommendations" {
        id: RecommendationId, check_id: CheckId, word: RecommendationWord, text: &'a str, written_by: PersonId, written_at: OffsetDateTime,
        signed_by: Option<PersonId>, signed_at: Option<OffsetDateTime>, signed_revision: Option<i32>, cleared_by: Option<PersonId>,
        cleared_at: Option<OffsetDateTime>, cleared_revision: Option<i32>, post_of_one: bool, withdrawn_at: Option<OffsetDateTime>, version: i32,
    } leaves ["rests_on", "cleared_on", "returned_by", "returned_remark"];
    CheckResult<'a> in "results" {
        id: ResultId, check_id: CheckId, word: ResultWord, text: &'a str, caveat: &'a str, ended_because: Option<EndedBecause>,
        proposed_by: PersonId, proposed_at: OffsetDateTime, signed_by: Option<PersonId>, signed_at: Option<OffsetDateTime>,
        signed_revision: Option<i32>, countersigned_by: Option<PersonId>, countersigned_at: Option<OffsetDateTime>,
        countersigned_revision: Option<i32>, withdrawn_at: Option<OffsetDateTime>, declined_because: Option<&'a str>,
        declined_by: Option<PersonId>, version: i32,
    } leaves ["rests_on"];
    Reason<'a> in "result_reasons" { result_id: ResultId, code: &'a str, is_primary: bool, finding_id: Option<FindingId>, } leaves [];
    Explanation<'a> in "explanations" {
        id: ExplanationId, check_id: CheckId, contradiction: &'a str, fingerprint: &'a str, text: &'a str, explained_by: PersonId,
        explained_at: OffsetDateTime,
    } leaves ["said"];
    Telegram<'a> in "telegrams" {
        id: TelegramId, way: Way, state: TelegramState, direction: Direction, post_id: PostId, original: Option<&'a [u8]>,
        fingerprint: Option<&'a [u8]>, body: Option<&'a str>, composed_digest: Option<&'a str>, originator: Option<&'a str>, number: Option<i32>,
        year: Option<i32>, sent_at: Option<OffsetDateTime>, subject: &'a str, recorded_by: PersonId, recorded_at: OffsetDateTime,
        sent_by: Option<PersonId>,
    } leaves ["version", "has_list"];
    TelegramCheck in "telegram_checks" {
        telegram_id: TelegramId, check_id: CheckId, joined_by: PersonId, joined_at: OffsetDateTime,
    } leaves [];
    TelegramAnswer<'a> in "telegram_answers" {
        telegram_id: TelegramId, key: &'a str, kind: &'a str, answer: Answer, paragraph: &'a str, words: &'a str, says: &'a str, proposed: Value,
        check_id: Option<CheckId>, answered_by: PersonId, answered_at: OffsetDateTime,
    } leaves ["license_id", "subject_kind", "subject_id", "proposed_digest"];
    Entry<'a> in "audit_events" {
        id: EventId, at: OffsetDateTime, actor_id: Option<PersonId>, job: Option<&'a str>, role: Option<&'a str>, post_id: Option<PostId>,
        address: Option<&'a str>, verb: &'a str, subject_kind: &'a str, subject_id: Uuid, check_id: Option<CheckId>,
        license_id: Option<LicenseId>, party_id: Option<PartyId>, summary: &'a str, before: Option<&'a Value>, after: Option<&'a Value>,
    } leaves ["xact", "recorded_at"];
}

fn type_of<T: Type<Postgres>>() -> String {
    T::type_info().name().to_lowercase()
}

/// Where full batches of rows go: the table's place in [`TABLES`], and the rows as `COPY` reads them in binary.
pub type Out = Box<dyn FnMut(usize, Vec<u8>) -> Result<()> + Send>;

/// How much of a table goes out at once.
const BATCH: usize = 1 << 20;

/// A row that waits for its day.
struct Waiting {
    at: OffsetDateTime,
    table: usize,
    row: Box<[u8]>,
}

/// Keeps rows until their day is over, so that tables lie on disk in the order in which life fills them: the rows of
/// one file scattered among those of the others of its time.
pub struct Ledger {
    first: Date,
    days: Vec<Vec<Waiting>>,
    over: usize,
    full: Vec<Vec<u8>>,
    out: Out,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger").field("first", &self.first).field("over", &self.over).finish_non_exhaustive()
    }
}

impl Ledger {
    /// An empty ledger that begins on that day.
    pub fn new(first: Date, out: Out) -> Self {
        Self { first, days: Vec::new(), over: 0, full: TABLES.iter().map(|_| Vec::new()).collect(), out }
    }

    /// Puts a row under its moment.
    ///
    /// # Errors
    /// When a value has no encoding, or its day is over.
    pub fn put<R: Row>(&mut self, at: OffsetDateTime, row: &R) -> Result<()> {
        let mut buffer = PgArgumentBuffer::default();
        buffer.reserve(300);
        row.encode(&mut buffer).map_err(AppError::internal)?;
        let row = std::mem::take(&mut *buffer).into_boxed_slice();
        let day = usize::try_from((at.date() - self.first).whole_days()).unwrap_or_default();
        if day < self.over {
            return Err(AppError::internal(format!(
                "a row of {} comes after its day, {}",
                TABLES[R::TABLE].name,
                at.date()
            )));
        }
        while self.days.len() <= day {
            self.days.push(Vec::new());
        }
        self.days[day].push(Waiting { at, table: R::TABLE, row });
        Ok(())
    }

    /// Lets the rows of the days before this one go.
    pub fn until(&mut self, day: Date) -> Result<()> {
        let end = usize::try_from((day - self.first).whole_days()).unwrap_or_default().min(self.days.len());
        for day in self.over..end {
            let mut rows = std::mem::take(&mut self.days[day]);
            rows.sort_by_key(|row| row.at);
            for row in rows {
                self.full[row.table].extend_from_slice(&row.row);
                if self.full[row.table].len() >= BATCH {
                    (self.out)(row.table, std::mem::take(&mut self.full[row.table]))?;
                }
            }
        }
        self.over = self.over.max(end);
        Ok(())
    }

    /// Lets everything go.
    ///
    /// # Errors
    /// As [`Ledger::until`].
    pub fn close(mut self) -> Result<()> {
        self.until(Date::MAX)?;
        for (table, rows) in std::mem::take(&mut self.full).into_iter().enumerate().filter(|(_, rows)| !rows.is_empty())
        {
            (self.out)(table, rows)?;
        }
        Ok(())
    }
}
