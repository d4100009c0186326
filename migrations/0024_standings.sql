-- Where each check stands: what lists, homes and counts read instead of whole files. The rules compute a row for each open check from its file;
-- changed rows of other tables only leave marks, and whoever lists next brings the marked checks up to date first (docs/decisions/0023).

-- What changed since it was last looked at. No key and no unique constraint: writing a mark waits for nobody.
create table standing_marks (
    -- What the mark names: a check and those it shares a license with, a license, a party, a permit's issuer and number, a row by its
    -- parent, a post, everything; `file` is one check alone, as the others come down to.
    kind text not null,
    key uuid,
    number text
);

create table check_standings (
    check_id uuid constraint check_standings_pkey primary key,
    -- What holds of it, by bits: the groups of the home pages.
    marks integer not null,
    -- The next step: who, what, and who may take it.
    ahead jsonb not null,
    -- What the rows of the home pages say.
    words jsonb not null,
    -- The moments between which the same facts are judged so.
    computed_for timestamptz not null,
    holds_until timestamptz not null,
    -- The rules that computed it.
    rules text not null
);

grant select, insert, delete on standing_marks to lantern_app;
grant select, insert, update, delete on check_standings to lantern_app;

-- Which table marks what: made from the map in the code, by which a test compares them.
create or replace function mark_checks() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'check', id::uuid, null::text from new_rows where id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'check', id::uuid, null::text from old_rows where id is not null;
    else
        insert into standing_marks (kind, key, number) select 'check', id::uuid, null::text from new_rows where id is not null union select 'check', id::uuid, null::text from old_rows where id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on checks referencing new table as new_rows
    for each statement execute function mark_checks();
create or replace trigger marks_gone after delete on checks referencing old table as old_rows
    for each statement execute function mark_checks();
create or replace trigger marks_changed after update on checks referencing old table as old_rows new table as new_rows
    for each statement execute function mark_checks();

create or replace function mark_check_licenses() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null union select 'license', license_id::uuid, null::text from new_rows where license_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from old_rows where check_id is not null union select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null union select 'license', license_id::uuid, null::text from new_rows where license_id is not null union select 'check', check_id::uuid, null::text from old_rows where check_id is not null union select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on check_licenses referencing new table as new_rows
    for each statement execute function mark_check_licenses();
create or replace trigger marks_gone after delete on check_licenses referencing old table as old_rows
    for each statement execute function mark_check_licenses();
create or replace trigger marks_changed after update on check_licenses referencing old table as old_rows new table as new_rows
    for each statement execute function mark_check_licenses();

create or replace function mark_check_subjects() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from old_rows where check_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null union select 'check', check_id::uuid, null::text from old_rows where check_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on check_subjects referencing new table as new_rows
    for each statement execute function mark_check_subjects();
create or replace trigger marks_gone after delete on check_subjects referencing old table as old_rows
    for each statement execute function mark_check_subjects();
create or replace trigger marks_changed after update on check_subjects referencing old table as old_rows new table as new_rows
    for each statement execute function mark_check_subjects();

create or replace function mark_check_questions() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from old_rows where check_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null union select 'check', check_id::uuid, null::text from old_rows where check_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on check_questions referencing new table as new_rows
    for each statement execute function mark_check_questions();
create or replace trigger marks_gone after delete on check_questions referencing old table as old_rows
    for each statement execute function mark_check_questions();
create or replace trigger marks_changed after update on check_questions referencing old table as old_rows new table as new_rows
    for each statement execute function mark_check_questions();

create or replace function mark_contacts() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from old_rows where check_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null union select 'check', check_id::uuid, null::text from old_rows where check_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on contacts referencing new table as new_rows
    for each statement execute function mark_contacts();
create or replace trigger marks_gone after delete on contacts referencing old table as old_rows
    for each statement execute function mark_contacts();
create or replace trigger marks_changed after update on contacts referencing old table as old_rows new table as new_rows
    for each statement execute function mark_contacts();

create or replace function mark_statements() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from old_rows where check_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null union select 'check', check_id::uuid, null::text from old_rows where check_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on statements referencing new table as new_rows
    for each statement execute function mark_statements();
create or replace trigger marks_gone after delete on statements referencing old table as old_rows
    for each statement execute function mark_statements();
create or replace trigger marks_changed after update on statements referencing old table as old_rows new table as new_rows
    for each statement execute function mark_statements();

create or replace function mark_documents() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from old_rows where check_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null union select 'check', check_id::uuid, null::text from old_rows where check_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on documents referencing new table as new_rows
    for each statement execute function mark_documents();
create or replace trigger marks_gone after delete on documents referencing old table as old_rows
    for each statement execute function mark_documents();
create or replace trigger marks_changed after update on documents referencing old table as old_rows new table as new_rows
    for each statement execute function mark_documents();

create or replace function mark_findings() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from old_rows where check_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null union select 'check', check_id::uuid, null::text from old_rows where check_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on findings referencing new table as new_rows
    for each statement execute function mark_findings();
create or replace trigger marks_gone after delete on findings referencing old table as old_rows
    for each statement execute function mark_findings();
create or replace trigger marks_changed after update on findings referencing old table as old_rows new table as new_rows
    for each statement execute function mark_findings();

create or replace function mark_finding_basis() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'finding', finding_id::uuid, null::text from new_rows where finding_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'finding', finding_id::uuid, null::text from old_rows where finding_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'finding', finding_id::uuid, null::text from new_rows where finding_id is not null union select 'finding', finding_id::uuid, null::text from old_rows where finding_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on finding_basis referencing new table as new_rows
    for each statement execute function mark_finding_basis();
create or replace trigger marks_gone after delete on finding_basis referencing old table as old_rows
    for each statement execute function mark_finding_basis();
create or replace trigger marks_changed after update on finding_basis referencing old table as old_rows new table as new_rows
    for each statement execute function mark_finding_basis();

create or replace function mark_recommendations() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from old_rows where check_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null union select 'check', check_id::uuid, null::text from old_rows where check_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on recommendations referencing new table as new_rows
    for each statement execute function mark_recommendations();
create or replace trigger marks_gone after delete on recommendations referencing old table as old_rows
    for each statement execute function mark_recommendations();
create or replace trigger marks_changed after update on recommendations referencing old table as old_rows new table as new_rows
    for each statement execute function mark_recommendations();

create or replace function mark_results() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from old_rows where check_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null union select 'check', check_id::uuid, null::text from old_rows where check_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on results referencing new table as new_rows
    for each statement execute function mark_results();
create or replace trigger marks_gone after delete on results referencing old table as old_rows
    for each statement execute function mark_results();
create or replace trigger marks_changed after update on results referencing old table as old_rows new table as new_rows
    for each statement execute function mark_results();

create or replace function mark_result_reasons() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'result', result_id::uuid, null::text from new_rows where result_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'result', result_id::uuid, null::text from old_rows where result_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'result', result_id::uuid, null::text from new_rows where result_id is not null union select 'result', result_id::uuid, null::text from old_rows where result_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on result_reasons referencing new table as new_rows
    for each statement execute function mark_result_reasons();
create or replace trigger marks_gone after delete on result_reasons referencing old table as old_rows
    for each statement execute function mark_result_reasons();
create or replace trigger marks_changed after update on result_reasons referencing old table as old_rows new table as new_rows
    for each statement execute function mark_result_reasons();

create or replace function mark_explanations() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from old_rows where check_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null union select 'check', check_id::uuid, null::text from old_rows where check_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on explanations referencing new table as new_rows
    for each statement execute function mark_explanations();
create or replace trigger marks_gone after delete on explanations referencing old table as old_rows
    for each statement execute function mark_explanations();
create or replace trigger marks_changed after update on explanations referencing old table as old_rows new table as new_rows
    for each statement execute function mark_explanations();

create or replace function mark_licenses() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'license', id::uuid, null::text from new_rows where id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'license', id::uuid, null::text from old_rows where id is not null;
    else
        insert into standing_marks (kind, key, number) select 'license', id::uuid, null::text from new_rows where id is not null union select 'license', id::uuid, null::text from old_rows where id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on licenses referencing new table as new_rows
    for each statement execute function mark_licenses();
create or replace trigger marks_gone after delete on licenses referencing old table as old_rows
    for each statement execute function mark_licenses();
create or replace trigger marks_changed after update on licenses referencing old table as old_rows new table as new_rows
    for each statement execute function mark_licenses();

create or replace function mark_item_groups() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null union select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on item_groups referencing new table as new_rows
    for each statement execute function mark_item_groups();
create or replace trigger marks_gone after delete on item_groups referencing old table as old_rows
    for each statement execute function mark_item_groups();
create or replace trigger marks_changed after update on item_groups referencing old table as old_rows new table as new_rows
    for each statement execute function mark_item_groups();

create or replace function mark_license_parties() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null union select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on license_parties referencing new table as new_rows
    for each statement execute function mark_license_parties();
create or replace trigger marks_gone after delete on license_parties referencing old table as old_rows
    for each statement execute function mark_license_parties();
create or replace trigger marks_changed after update on license_parties referencing old table as old_rows new table as new_rows
    for each statement execute function mark_license_parties();

create or replace function mark_permits() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null union select 'number', authority_id::uuid, number_normalized::text from new_rows where authority_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from old_rows where license_id is not null union select 'number', authority_id::uuid, number_normalized::text from old_rows where authority_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null union select 'number', authority_id::uuid, number_normalized::text from new_rows where authority_id is not null union select 'license', license_id::uuid, null::text from old_rows where license_id is not null union select 'number', authority_id::uuid, number_normalized::text from old_rows where authority_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on permits referencing new table as new_rows
    for each statement execute function mark_permits();
create or replace trigger marks_gone after delete on permits referencing old table as old_rows
    for each statement execute function mark_permits();
create or replace trigger marks_changed after update on permits referencing old table as old_rows new table as new_rows
    for each statement execute function mark_permits();

create or replace function mark_permit_authorities() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'permit', permit_id::uuid, null::text from new_rows where permit_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'permit', permit_id::uuid, null::text from old_rows where permit_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'permit', permit_id::uuid, null::text from new_rows where permit_id is not null union select 'permit', permit_id::uuid, null::text from old_rows where permit_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on permit_authorities referencing new table as new_rows
    for each statement execute function mark_permit_authorities();
create or replace trigger marks_gone after delete on permit_authorities referencing old table as old_rows
    for each statement execute function mark_permit_authorities();
create or replace trigger marks_changed after update on permit_authorities referencing old table as old_rows new table as new_rows
    for each statement execute function mark_permit_authorities();

create or replace function mark_import_approvals() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null union select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on import_approvals referencing new table as new_rows
    for each statement execute function mark_import_approvals();
create or replace trigger marks_gone after delete on import_approvals referencing old table as old_rows
    for each statement execute function mark_import_approvals();
create or replace trigger marks_changed after update on import_approvals referencing old table as old_rows new table as new_rows
    for each statement execute function mark_import_approvals();

create or replace function mark_certificates() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null union select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on certificates referencing new table as new_rows
    for each statement execute function mark_certificates();
create or replace trigger marks_gone after delete on certificates referencing old table as old_rows
    for each statement execute function mark_certificates();
create or replace trigger marks_changed after update on certificates referencing old table as old_rows new table as new_rows
    for each statement execute function mark_certificates();

create or replace function mark_certificate_signatures() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'certificate', certificate_id::uuid, null::text from new_rows where certificate_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'certificate', certificate_id::uuid, null::text from old_rows where certificate_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'certificate', certificate_id::uuid, null::text from new_rows where certificate_id is not null union select 'certificate', certificate_id::uuid, null::text from old_rows where certificate_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on certificate_signatures referencing new table as new_rows
    for each statement execute function mark_certificate_signatures();
create or replace trigger marks_gone after delete on certificate_signatures referencing old table as old_rows
    for each statement execute function mark_certificate_signatures();
create or replace trigger marks_changed after update on certificate_signatures referencing old table as old_rows new table as new_rows
    for each statement execute function mark_certificate_signatures();

create or replace function mark_custody_steps() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null union select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on custody_steps referencing new table as new_rows
    for each statement execute function mark_custody_steps();
create or replace trigger marks_gone after delete on custody_steps referencing old table as old_rows
    for each statement execute function mark_custody_steps();
create or replace trigger marks_changed after update on custody_steps referencing old table as old_rows new table as new_rows
    for each statement execute function mark_custody_steps();

create or replace function mark_serials() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null union select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on serials referencing new table as new_rows
    for each statement execute function mark_serials();
create or replace trigger marks_gone after delete on serials referencing old table as old_rows
    for each statement execute function mark_serials();
create or replace trigger marks_changed after update on serials referencing old table as old_rows new table as new_rows
    for each statement execute function mark_serials();

create or replace function mark_conditions() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null union select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on conditions referencing new table as new_rows
    for each statement execute function mark_conditions();
create or replace trigger marks_gone after delete on conditions referencing old table as old_rows
    for each statement execute function mark_conditions();
create or replace trigger marks_changed after update on conditions referencing old table as old_rows new table as new_rows
    for each statement execute function mark_conditions();

create or replace function mark_decisions() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null union select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on decisions referencing new table as new_rows
    for each statement execute function mark_decisions();
create or replace trigger marks_gone after delete on decisions referencing old table as old_rows
    for each statement execute function mark_decisions();
create or replace trigger marks_changed after update on decisions referencing old table as old_rows new table as new_rows
    for each statement execute function mark_decisions();

create or replace function mark_exceptions() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null union select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on exceptions referencing new table as new_rows
    for each statement execute function mark_exceptions();
create or replace trigger marks_gone after delete on exceptions referencing old table as old_rows
    for each statement execute function mark_exceptions();
create or replace trigger marks_changed after update on exceptions referencing old table as old_rows new table as new_rows
    for each statement execute function mark_exceptions();

create or replace function mark_duties() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null union select 'license', license_id::uuid, null::text from new_rows where license_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from old_rows where check_id is not null union select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'check', check_id::uuid, null::text from new_rows where check_id is not null union select 'license', license_id::uuid, null::text from new_rows where license_id is not null union select 'check', check_id::uuid, null::text from old_rows where check_id is not null union select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on duties referencing new table as new_rows
    for each statement execute function mark_duties();
create or replace trigger marks_gone after delete on duties referencing old table as old_rows
    for each statement execute function mark_duties();
create or replace trigger marks_changed after update on duties referencing old table as old_rows new table as new_rows
    for each statement execute function mark_duties();

create or replace function mark_mistakes() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'license', license_id::uuid, null::text from new_rows where license_id is not null union select 'license', license_id::uuid, null::text from old_rows where license_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on mistakes referencing new table as new_rows
    for each statement execute function mark_mistakes();
create or replace trigger marks_gone after delete on mistakes referencing old table as old_rows
    for each statement execute function mark_mistakes();
create or replace trigger marks_changed after update on mistakes referencing old table as old_rows new table as new_rows
    for each statement execute function mark_mistakes();

create or replace function mark_parties() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'party', id::uuid, null::text from new_rows where id is not null union select 'check', found_on_check::uuid, null::text from new_rows where found_on_check is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'party', id::uuid, null::text from old_rows where id is not null union select 'check', found_on_check::uuid, null::text from old_rows where found_on_check is not null;
    else
        insert into standing_marks (kind, key, number) select 'party', id::uuid, null::text from new_rows where id is not null union select 'check', found_on_check::uuid, null::text from new_rows where found_on_check is not null union select 'party', id::uuid, null::text from old_rows where id is not null union select 'check', found_on_check::uuid, null::text from old_rows where found_on_check is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on parties referencing new table as new_rows
    for each statement execute function mark_parties();
create or replace trigger marks_gone after delete on parties referencing old table as old_rows
    for each statement execute function mark_parties();
create or replace trigger marks_changed after update on parties referencing old table as old_rows new table as new_rows
    for each statement execute function mark_parties();

create or replace function mark_party_aliases() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'party', party_id::uuid, null::text from new_rows where party_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'party', party_id::uuid, null::text from old_rows where party_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'party', party_id::uuid, null::text from new_rows where party_id is not null union select 'party', party_id::uuid, null::text from old_rows where party_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on party_aliases referencing new table as new_rows
    for each statement execute function mark_party_aliases();
create or replace trigger marks_gone after delete on party_aliases referencing old table as old_rows
    for each statement execute function mark_party_aliases();
create or replace trigger marks_changed after update on party_aliases referencing old table as old_rows new table as new_rows
    for each statement execute function mark_party_aliases();

create or replace function mark_party_listings() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'party', party_id::uuid, null::text from new_rows where party_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'party', party_id::uuid, null::text from old_rows where party_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'party', party_id::uuid, null::text from new_rows where party_id is not null union select 'party', party_id::uuid, null::text from old_rows where party_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on party_listings referencing new table as new_rows
    for each statement execute function mark_party_listings();
create or replace trigger marks_gone after delete on party_listings referencing old table as old_rows
    for each statement execute function mark_party_listings();
create or replace trigger marks_changed after update on party_listings referencing old table as old_rows new table as new_rows
    for each statement execute function mark_party_listings();

create or replace function mark_assignments() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'post', post_id::uuid, null::text from new_rows where post_id is not null;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'post', post_id::uuid, null::text from old_rows where post_id is not null;
    else
        insert into standing_marks (kind, key, number) select 'post', post_id::uuid, null::text from new_rows where post_id is not null union select 'post', post_id::uuid, null::text from old_rows where post_id is not null;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on assignments referencing new table as new_rows
    for each statement execute function mark_assignments();
create or replace trigger marks_gone after delete on assignments referencing old table as old_rows
    for each statement execute function mark_assignments();
create or replace trigger marks_changed after update on assignments referencing old table as old_rows new table as new_rows
    for each statement execute function mark_assignments();

create or replace function mark_people() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'everything', null::uuid, null::text from new_rows;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'everything', null::uuid, null::text from old_rows;
    else
        if not exists (select from old_rows o join new_rows n on n.id = o.id where (o.name, o.disabled_at) is distinct from (n.name, n.disabled_at)) then
            return null;
        end if;
        insert into standing_marks (kind, key, number) select 'everything', null::uuid, null::text from new_rows union select 'everything', null::uuid, null::text from old_rows;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on people referencing new table as new_rows
    for each statement execute function mark_people();
create or replace trigger marks_gone after delete on people referencing old table as old_rows
    for each statement execute function mark_people();
create or replace trigger marks_changed after update on people referencing old table as old_rows new table as new_rows
    for each statement execute function mark_people();

create or replace function mark_posts() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'everything', null::uuid, null::text from new_rows;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'everything', null::uuid, null::text from old_rows;
    else
        insert into standing_marks (kind, key, number) select 'everything', null::uuid, null::text from new_rows union select 'everything', null::uuid, null::text from old_rows;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on posts referencing new table as new_rows
    for each statement execute function mark_posts();
create or replace trigger marks_gone after delete on posts referencing old table as old_rows
    for each statement execute function mark_posts();
create or replace trigger marks_changed after update on posts referencing old table as old_rows new table as new_rows
    for each statement execute function mark_posts();

create or replace function mark_countries() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'everything', null::uuid, null::text from new_rows;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'everything', null::uuid, null::text from old_rows;
    else
        insert into standing_marks (kind, key, number) select 'everything', null::uuid, null::text from new_rows union select 'everything', null::uuid, null::text from old_rows;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on countries referencing new table as new_rows
    for each statement execute function mark_countries();
create or replace trigger marks_gone after delete on countries referencing old table as old_rows
    for each statement execute function mark_countries();
create or replace trigger marks_changed after update on countries referencing old table as old_rows new table as new_rows
    for each statement execute function mark_countries();

create or replace function mark_authorities() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'everything', null::uuid, null::text from new_rows;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'everything', null::uuid, null::text from old_rows;
    else
        insert into standing_marks (kind, key, number) select 'everything', null::uuid, null::text from new_rows union select 'everything', null::uuid, null::text from old_rows;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on authorities referencing new table as new_rows
    for each statement execute function mark_authorities();
create or replace trigger marks_gone after delete on authorities referencing old table as old_rows
    for each statement execute function mark_authorities();
create or replace trigger marks_changed after update on authorities referencing old table as old_rows new table as new_rows
    for each statement execute function mark_authorities();

create or replace function mark_country_rules() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'everything', null::uuid, null::text from new_rows;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'everything', null::uuid, null::text from old_rows;
    else
        insert into standing_marks (kind, key, number) select 'everything', null::uuid, null::text from new_rows union select 'everything', null::uuid, null::text from old_rows;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on country_rules referencing new table as new_rows
    for each statement execute function mark_country_rules();
create or replace trigger marks_gone after delete on country_rules referencing old table as old_rows
    for each statement execute function mark_country_rules();
create or replace trigger marks_changed after update on country_rules referencing old table as old_rows new table as new_rows
    for each statement execute function mark_country_rules();

create or replace function mark_reference_entries() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_marks (kind, key, number) select 'everything', null::uuid, null::text from new_rows;
    elsif tg_op = 'DELETE' then
        insert into standing_marks (kind, key, number) select 'everything', null::uuid, null::text from old_rows;
    else
        insert into standing_marks (kind, key, number) select 'everything', null::uuid, null::text from new_rows union select 'everything', null::uuid, null::text from old_rows;
    end if;
    return null;
end $$;
create or replace trigger marks_new after insert on reference_entries referencing new table as new_rows
    for each statement execute function mark_reference_entries();
create or replace trigger marks_gone after delete on reference_entries referencing old table as old_rows
    for each statement execute function mark_reference_entries();
create or replace trigger marks_changed after update on reference_entries referencing old table as old_rows new table as new_rows
    for each statement execute function mark_reference_entries();

-- Everything is computed once.
insert into standing_marks (kind) values ('everything');
