-- What belongs to a file is found by an index: each of these references was followed, by a page or by the deletion of a draft check,
-- through the whole table; among a million checks a check's page took more than a second. A partial index counts as none, for
-- PostgreSQL takes it only where the statement repeats its condition. Not here: who did something (people are never taken away, and
-- what one did is read from the log), and the small vocabularies; `tests/schema.rs` names them.

create index results_by_check on results (check_id);
create index recommendations_by_check on recommendations (check_id);
create index checks_by_follows on checks (follows_check_id);
create index checks_by_officer on checks (officer_id, id desc);
create index party_facts_by_check on party_facts (check_id);
create index serials_by_check on serials (check_id);
create index serials_by_contact on serials (contact_id);
create index contacts_by_party on contacts (party_id);
create index statements_by_confirming on statements (confirmed_by);
create index statements_by_contradicting on statements (contradicted_by);
create index finding_basis_by_contact on finding_basis (contact_id);
create index finding_basis_by_document on finding_basis (document_id);
create index result_reasons_by_finding on result_reasons (finding_id);
create index item_groups_by_split on item_groups (split_from);
create index exceptions_by_license on exceptions (license_id);
create index exceptions_by_party on exceptions (party_id);
create index permits_by_contact on permits (verified_contact_id);
create index import_approvals_by_permit on import_approvals (permit_id);
create index import_approvals_by_contact on import_approvals (contact_id);
create index certificate_signatures_by_contact on certificate_signatures (verified_contact_id);
create index custody_steps_by_group on custody_steps (item_group_id);
create index custody_steps_by_contact on custody_steps (contact_id);

-- In the place of a partial index, or of one that had a part of the key.
drop index parties_by_found, parties_by_merged, statements_by_party, findings_by_party, serials_by_holder, custody_steps_by_party,
    telegram_answers_by_check, telegram_answers_by_license, assignments_by_post, import_approvals_by_license;
create index parties_by_found on parties (found_on_check);
create index parties_by_merged on parties (merged_into);
create index statements_by_party on statements (about_party_id);
create index findings_by_party on findings (party_id);
create index serials_by_holder on serials (holder_party_id);
create index custody_steps_by_party on custody_steps (party_id);
create index telegram_answers_by_check on telegram_answers (check_id);
create index telegram_answers_by_license on telegram_answers (license_id);
create index assignments_by_post on assignments (post_id);
create index import_approvals_by_license on import_approvals (license_id, item_group_id);
