//! Every address, once: what the router knows it by, and the function that writes it with its ids. Routes, pages,
//! templates and redirects take it from here, so that a link to nothing does not compile. What is done with a check or
//! a license has its address in its verb's entry (`checks/verbs.rs`, `licenses/verbs.rs`).
//!
//! It stands beside `id` beneath everything: an address is made of ids and of the codes of words, and names no feature.

use std::{borrow::Borrow, fmt, ops::Deref};

use crate::id::{
    AssignmentId, AuthorityId, CheckId, ConditionId, ContactId, CountryRuleId, DocumentId, Id, ItemGroupId, LicenseId,
    LicensePartyId, PartyId, PermitId, PersonId, PostId, ReferenceId, RemarkId, SessionId, SignatureId, SpillId,
    StatementId, SubjectId, TelegramId,
};

/// An address on this site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// Of what is done with a file: the address of its verb, with the file's id in its place.
    pub(crate) fn of_file(route: &str, id: impl fmt::Display) -> Self {
        Self(route.replace("{id}", &id.to_string()))
    }

    /// With an answer in its query.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        debug_assert!(!self.0.contains('#'), "{} has its section already: no query comes after it", self.0);
        let value: String = form_urlencoded::byte_serialize(value.to_string().as_bytes()).collect();
        self.0.push(if self.0.contains('?') { '&' } else { '?' });
        self.0.extend([name, "=", &value]);
        self
    }

    /// With an answer in its query, where there is one.
    #[must_use]
    pub fn with_some<T: fmt::Display>(self, name: &str, value: impl Borrow<Option<T>>) -> Self {
        match value.borrow() {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// With those answers in its query that were given, as the filters of a list are carried on.
    #[must_use]
    pub fn with_filled(self, answers: &[(&str, &str)]) -> Self {
        let given = answers.iter().filter(|(_, value)| !value.is_empty());
        given.fold(self, |address, (name, value)| address.with(name, value))
    }

    /// At a section of the page.
    #[must_use]
    pub fn at(mut self, section: impl fmt::Display) -> Self {
        self.0.extend(["#", &section.to_string()]);
        self
    }

    /// At a row of the page, which has its kind and its id for a name.
    #[must_use]
    pub fn at_row(mut self, kind: &str, id: impl fmt::Display) -> Self {
        self.0.extend(["#", kind, "-", &id.to_string()]);
        self
    }
}

impl Deref for Address {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0
    }
}

/// What stands in a place of an address: its id or its code, or a reference to it, as templates have them.
pub trait Fills<Of> {
    fn written(&self) -> String;
}

impl<T: Id> Fills<T> for T {
    fn written(&self) -> String {
        self.to_string()
    }
}

impl<T: Id> Fills<T> for &T {
    fn written(&self) -> String {
        self.to_string()
    }
}

impl<T: Id> Fills<T> for &&T {
    fn written(&self) -> String {
        self.to_string()
    }
}

/// A code: of a country, a topic, a kind of reference data, an authority.
pub enum Code {}

impl<T: AsRef<str> + ?Sized> Fills<Code> for T {
    /// Whatever is in it, it stays one part of the path.
    fn written(&self) -> String {
        form_urlencoded::byte_serialize(self.as_ref().as_bytes()).collect::<String>().replace('+', "%20")
    }
}

/// An authority has its id for a code: the word `none` may stand in its place.
impl Fills<Code> for AuthorityId {
    fn written(&self) -> String {
        self.to_string()
    }
}

/// A row of any table.
pub enum Row {}

impl<T: fmt::Display> Fills<Row> for T {
    fn written(&self) -> String {
        self.to_string()
    }
}

macro_rules! addresses {
    ($($name:ident($($place:ident: $of:ident),*) $path:literal;)*) => {
        /// As the router knows them: their places in braces.
        #[expect(non_upper_case_globals, reason = "each has the name of the function that fills its places")]
        pub mod route {
            $(pub const $name: &str = $path;)*

            pub const ALL: &[&str] = &[$($name),*];
        }

        $(pub fn $name($($place: impl Fills<$of>),*) -> Address {
            $(let $place = $place.written();)*
            Address(format!($path))
        })*
    };
}

addresses! {
    home() "/";
    about() "/about";
    rulebook() "/rulebook";

    sign_in() "/sign-in";
    sign_out() "/sign-out";
    password() "/password";
    sessions() "/sessions";
    session_end(session: SessionId) "/sessions/{session}/end";
    drafts() "/drafts";
    draft_discard() "/drafts/discard";

    people() "/people";
    person_add() "/people/add";
    person(id: PersonId) "/people/{id}";
    person_edit(id: PersonId) "/people/{id}/edit";
    person_assign(id: PersonId) "/people/{id}/assign";
    person_reset(id: PersonId) "/people/{id}/reset";
    person_disable(id: PersonId) "/people/{id}/disable";
    person_enable(id: PersonId) "/people/{id}/enable";
    person_session_end(id: PersonId, session: SessionId) "/people/{id}/sessions/{session}/end";
    assignment_end(id: PersonId, assignment: AssignmentId) "/people/{id}/assignments/{assignment}/end";
    person_mistake(id: PersonId, what: Code, row: Row) "/people/{id}/mistakes/{what}/{row}";

    posts() "/posts";
    post_add() "/posts/add";
    post(id: PostId) "/posts/{id}";
    post_edit(id: PostId) "/posts/{id}/edit";

    countries() "/countries";
    country(code: Code) "/countries/{code}";
    country_rule_add(code: Code) "/countries/{code}/rules/add";
    country_rule_confirm(code: Code, rule: CountryRuleId) "/countries/{code}/rules/{rule}/confirm";
    country_rule_replace(code: Code, rule: CountryRuleId) "/countries/{code}/rules/{rule}/replace";
    country_rule_end(code: Code, rule: CountryRuleId) "/countries/{code}/rules/{rule}/end";
    authority_add(code: Code) "/countries/{code}/authorities/add";
    authority_end(code: Code, authority: AuthorityId) "/countries/{code}/authorities/{authority}/end";
    country_mistake(code: Code, what: Code, row: Row) "/countries/{code}/mistakes/{what}/{row}";

    regions() "/regions";
    region(region: Code) "/regions/{region}";

    reference() "/reference";
    reference_kind(kind: Code) "/reference/{kind}";
    reference_add(kind: Code) "/reference/{kind}/add";
    reference_confirm(kind: Code) "/reference/{kind}/confirm";
    reference_replace(kind: Code, entry: ReferenceId) "/reference/{kind}/{entry}/replace";
    reference_end(kind: Code, entry: ReferenceId) "/reference/{kind}/{entry}/end";
    reference_mistake(kind: Code, what: Code, row: Row) "/reference/{kind}/mistakes/{what}/{row}";

    log() "/log";
    log_csv() "/log.csv";
    security_events() "/log/security";

    spills() "/spills";
    spill_settle(id: SpillId) "/spills/{id}/settle";
    check_spill(id: CheckId) "/checks/{id}/spill";
    check_correct(id: CheckId) "/checks/{id}/correct";
    license_correct(id: LicenseId) "/licenses/{id}/correct";
    license_spill(id: LicenseId) "/licenses/{id}/spill";
    party_spill(id: PartyId) "/parties/{id}/spill";
    telegram_spill(id: TelegramId) "/telegrams/{id}/spill";

    parties() "/parties";
    party_register() "/parties/register";
    party(id: PartyId) "/parties/{id}";
    party_edit(id: PartyId) "/parties/{id}/edit";
    party_fact(id: PartyId) "/parties/{id}/fact";
    party_alias(id: PartyId) "/parties/{id}/alias";
    party_listing(id: PartyId) "/parties/{id}/listing";
    party_merge(id: PartyId) "/parties/{id}/merge";
    party_unmerge(id: PartyId) "/parties/{id}/unmerge";
    party_mistake(id: PartyId, what: Code, row: Row) "/parties/{id}/mistakes/{what}/{row}";

    checks() "/checks";
    checks_csv() "/checks.csv";
    check_open() "/checks/open";
    checks_recalled() "/checks/recalled";
    check(id: CheckId) "/checks/{id}";
    check_print(id: CheckId) "/checks/{id}/print";
    check_take(id: CheckId) "/checks/{id}/take";
    check_license_add(id: CheckId) "/checks/{id}/licenses/add";
    check_license_remove(id: CheckId, license: LicenseId) "/checks/{id}/licenses/{license}/remove";
    subject_add(id: CheckId) "/checks/{id}/subjects/add";
    subject_remove(id: CheckId, row: SubjectId) "/checks/{id}/subjects/{row}/remove";
    party_found(id: CheckId) "/checks/{id}/parties/found";
    contact_record(id: CheckId) "/checks/{id}/contacts/record";
    contact_edit(id: CheckId, contact: ContactId) "/checks/{id}/contacts/{contact}/edit";
    statement_record(id: CheckId) "/checks/{id}/statements/record";
    statement_edit(id: CheckId, statement: StatementId) "/checks/{id}/statements/{statement}/edit";
    statement_link(id: CheckId, statement: StatementId) "/checks/{id}/statements/{statement}/link";
    document_describe(id: CheckId) "/checks/{id}/documents/describe";
    document_edit(id: CheckId, document: DocumentId) "/checks/{id}/documents/{document}/edit";
    remarks(id: CheckId) "/checks/{id}/remarks";
    remark_write(id: CheckId) "/checks/{id}/remarks/write";
    remark_answer(id: CheckId, remark: RemarkId) "/checks/{id}/remarks/{remark}/answer";
    remark_read(id: CheckId, remark: RemarkId) "/checks/{id}/remarks/{remark}/read";
    check_mistake(id: CheckId, what: Code, row: Row) "/checks/{id}/mistakes/{what}/{row}";
    worksheet(id: CheckId) "/checks/{id}/worksheet";
    finding(id: CheckId, topic: Code) "/checks/{id}/findings/{topic}";
    telegram_write(id: CheckId, direction: Code) "/checks/{id}/telegrams/write/{direction}";

    licenses() "/licenses";
    license_register() "/licenses/register";
    license(id: LicenseId) "/licenses/{id}";
    license_edit(id: LicenseId) "/licenses/{id}/edit";
    item_add(id: LicenseId) "/licenses/{id}/items/add";
    item_edit(id: LicenseId, item: ItemGroupId) "/licenses/{id}/items/{item}/edit";
    item_split(id: LicenseId, item: ItemGroupId) "/licenses/{id}/items/{item}/split";
    role_add(id: LicenseId) "/licenses/{id}/parties/add";
    role_edit(id: LicenseId, row: LicensePartyId) "/licenses/{id}/parties/{row}/edit";
    license_mistake(id: LicenseId, what: Code, row: Row) "/licenses/{id}/mistakes/{what}/{row}";
    parties_take(id: LicenseId, from: LicenseId) "/licenses/{id}/take-parties/{from}";
    condition_meet(id: LicenseId, condition: ConditionId) "/licenses/{id}/conditions/{condition}/meet";
    approvals_propose(id: LicenseId) "/licenses/{id}/approvals/propose";
    approval_ask(id: LicenseId) "/licenses/{id}/approvals/ask";
    approval(id: LicenseId, item: ItemGroupId, authority: Code) "/licenses/{id}/approvals/{item}/{authority}";
    permit_record(id: LicenseId) "/licenses/{id}/permits/record";
    permit_verify(id: LicenseId, permit: PermitId) "/licenses/{id}/permits/{permit}/verify";
    permit_revoke(id: LicenseId, permit: PermitId) "/licenses/{id}/permits/{permit}/revoke";
    certificate(id: LicenseId) "/licenses/{id}/certificate";
    signature_add(id: LicenseId) "/licenses/{id}/certificate/sign";
    signature_verify(id: LicenseId, signature: SignatureId) "/licenses/{id}/certificate/{signature}/verify";
    custody(id: LicenseId) "/licenses/{id}/custody";
    custody_add(id: LicenseId) "/licenses/{id}/custody/add";
    serials(id: LicenseId) "/licenses/{id}/serials";

    telegrams() "/telegrams";
    telegram_read() "/telegrams/read";
    telegram(id: TelegramId) "/telegrams/{id}";
    telegram_text(id: TelegramId) "/telegrams/{id}/text";
    telegram_join(id: TelegramId) "/telegrams/{id}/join";
    telegram_leave(id: TelegramId, check: CheckId) "/telegrams/{id}/leave/{check}";
    telegram_edit(id: TelegramId) "/telegrams/{id}/edit";
    telegram_send(id: TelegramId) "/telegrams/{id}/send";
    telegram_discard(id: TelegramId) "/telegrams/{id}/discard";
}

/// The list of the checks in a state.
pub fn checks_in(state: &str) -> Address {
    checks().with("state", state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_stays_one_part_of_the_path_whatever_is_in_it() {
        for (code, written) in
            [("end_user", "end_user"), ("a/b?c#d", "a%2Fb%3Fc%23d"), ("a b+c", "a%20b%2Bc"), ("\u{f1}", "%C3%B1")]
        {
            assert_eq!(&*country(code), format!("/countries/{written}"));
            assert_eq!(country(code.to_owned()), country(code));
        }
        let (check, authority) = (CheckId::new(), AuthorityId::new());
        assert_eq!(&*finding(check, "other"), format!("/checks/{check}/findings/other"));
        assert!(approval(LicenseId::new(), ItemGroupId::new(), authority).ends_with(&format!("/{authority}")));
    }

    #[test]
    fn a_list_is_asked_only_what_was_filled_in() {
        assert_eq!(checks().with_filled(&[("text", ""), ("post", "")]), checks());
        let asked = checks().with_filled(&[("text", "a & b"), ("post", ""), ("sort", "due")]).with("after", 3);
        assert_eq!(&*asked, "/checks?text=a+%26+b&sort=due&after=3");
    }

    #[test]
    #[should_panic = "no query comes after it"]
    fn a_query_does_not_come_after_the_section() {
        let _ = checks().at("late").with("sort", "due");
    }
}
