-- Recorded by mistake: one act for every kind of row that a person records. The row leaves its table, so that its number and name are free
-- and no rule has to know of it; what stood there is kept whole, with what went with it (docs/decisions/0054).

-- The kinds: the table of the row, and its file (a column and how the row leads there). What goes with it, and what merely lets go of it, are
-- columns that refer to it. A permit is none of them: it stays in its table, because the telling of other papers names it.
create function mistake_kinds() returns table (kind text, of_table text, file text, belongs text, goes_with text[], lets_go text[])
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    values
    ('contact', 'contacts', 'check_id', 't.check_id', '{statements.contact_id,finding_basis.contact_id}'::text[],
        '{import_approvals.contact_id,custody_steps.contact_id,serials.contact_id}'::text[]),
    ('statement', 'statements', 'check_id', 't.check_id', '{}', '{statements.confirmed_by,statements.contradicted_by}'),
    ('document', 'documents', 'check_id', 't.check_id', '{finding_basis.document_id}', '{}'),
    ('finding', 'findings', 'check_id', 't.check_id', '{finding_basis.finding_id}', '{result_reasons.finding_id}'),
    ('check_subject', 'check_subjects', 'check_id', 't.check_id', '{}', '{}'),
    ('item_group', 'item_groups', 'license_id', 't.license_id', '{import_approvals.item_group_id,serials.item_group_id}',
        '{custody_steps.item_group_id,item_groups.split_from}'),
    ('license_party', 'license_parties', 'license_id', 't.license_id', '{}', '{}'),
    ('condition', 'conditions', 'license_id', 't.license_id', '{}', '{}'),
    ('certificate', 'certificates', 'license_id', 't.license_id', '{certificate_signatures.certificate_id}', '{}'),
    ('certificate_signature', 'certificate_signatures', 'license_id',
        '(select c.license_id from public.certificates c where c.id = t.certificate_id)', '{}', '{}'),
    ('custody_step', 'custody_steps', 'license_id', 't.license_id', '{}', '{}'),
    ('serial', 'serials', 'license_id', 't.license_id', '{}', '{}'),
    ('party_alias', 'party_aliases', 'party_id', 't.party_id', '{}', '{}'),
    ('party_fact', 'party_facts', 'party_id', 't.party_id', '{}', '{}'),
    ('party_listing', 'party_listings', 'party_id', 't.party_id', '{}', '{}'),
    ('assignment', 'assignments', 'other_file', 't.person_id', '{}', '{}'),
    ('country_rule', 'country_rules', 'other_file', 't.country', '{}', '{}'),
    ('authority', 'authorities', 'other_file', 't.country', '{}', '{}'),
    ('reference_entry', 'reference_entries', 'other_file', 't.kind', '{}', '{}')
$$;

-- An older program bears this: it reads and writes the mistakes of a license only.
alter table mistakes alter license_id drop not null;
-- An older program bears this: what it writes is of a license, and of no other file.
alter table mistakes
    add check_id uuid constraint mistakes_check_fkey references checks,
    add party_id uuid constraint mistakes_party_fkey references parties,
    -- The person, country or kind of reference data that an administrator's row belongs to.
    add other_file text,
    -- Who has such rows: the post, Washington, the administration.
    add side text not null default 'post' constraint mistakes_side_known check (side in ('post', 'washington', 'administration')),
    -- Every row that left its table, by the table; and their ids.
    add kept jsonb not null default '{}',
    add struck uuid[] not null default '{}',
    add constraint mistakes_of_one_file check (num_nonnulls(license_id, check_id, party_id, other_file) = 1);
-- An older program bears this: the kinds that it writes stay known.
alter table mistakes drop constraint mistakes_kind_known, add constraint mistakes_kind_known check (kind in (
    'contact', 'statement', 'document', 'finding', 'check_subject', 'item_group', 'license_party', 'condition', 'permit', 'certificate',
    'certificate_signature', 'custody_step', 'serial', 'party_alias', 'party_fact', 'party_listing', 'assignment', 'country_rule', 'authority', 'reference_entry'));
-- An older program bears this: mistakes are few, the index is built at once.
create index mistakes_by_check on mistakes (check_id);
-- An older program bears this: mistakes are few, the index is built at once.
create index mistakes_by_party on mistakes (party_id);
-- An older program bears this: mistakes are few, the index is built at once.
create index mistakes_by_other_file on mistakes (other_file);
-- An older program bears this: mistakes are few, the index is built at once.
create index mistakes_by_struck on mistakes using gin (struck);

-- Taking back is an act of the post where the row was the post's; who corrects what Washington recorded judges nothing.
-- An older program bears this: the next statement notes what it takes back as before.
drop trigger duties on mistakes;
-- An older program bears this: what it takes back is noted as before.
create trigger duties before insert on mistakes for each row when (new.side = 'post' and new.license_id is not null)
    execute function separate_duties('license_id', 'take_back taken_back_by');
-- An older program bears this: it takes nothing of a check back.
create trigger duties_on_check before insert on mistakes for each row when (new.side = 'post' and new.check_id is not null)
    execute function separate_duties('check_id', 'take_back taken_back_by');

-- Sealed at close, as everything a check owns.
-- An older program bears this: it takes nothing of a check back.
create trigger sealed before insert on mistakes for each row when (new.check_id is not null) execute function refuse_change_to_sealed_file();

-- Takes a row out of its table, with what goes with it: read at that version (0: of a row that is never changed), or no row is there.
create function strike(mistake uuid, of_kind text, of_row uuid, read integer, because text, what_said text, whose text, person uuid, moment timestamptz)
returns boolean language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    told record;
    other record;
    place text[];
    rows jsonb;
    kept jsonb;
    file text;
    struck uuid[] := array[of_row];
begin
    select * into strict told from mistake_kinds() k where k.kind = of_kind;
    execute format('select to_jsonb(t), (%s)::text from public.%I t where t.id = $1 for update', told.belongs, told.of_table)
        into kept, file using of_row;
    if kept is null or read > 0 and coalesce((kept ->> 'version')::integer, read) <> read then
        return false;
    end if;
    kept := jsonb_build_object(told.of_table, jsonb_build_array(kept));
    for place in select string_to_array(unnest(told.goes_with), '.') loop
        execute format('select coalesce(jsonb_agg(to_jsonb(t)), ''[]'') from public.%I t where t.%I = $1', place[1], place[2]) into rows using of_row;
        kept := kept || jsonb_build_object(place[1], rows);
        struck := struck || array(select (went ->> 'id')::uuid from jsonb_array_elements(rows) went where went ? 'id');
    end loop;
    insert into public.mistakes (id, kind, row_id, license_id, check_id, party_id, other_file, side, said, reason, kept, struck, taken_back_by,
        taken_back_at)
    values (mistake, of_kind, of_row, case told.file when 'license_id' then file::uuid end, case told.file when 'check_id' then file::uuid end,
        case told.file when 'party_id' then file::uuid end, case told.file when 'other_file' then file end, whose, what_said, because, kept, struck,
        person, moment);
    for other in select k.lets_go from mistake_kinds() k where kept ? k.of_table loop
        for place in select string_to_array(unnest(other.lets_go), '.') loop
            execute format('update public.%1$I set %2$I = null where %2$I = any($1)', place[1], place[2]) using struck;
        end loop;
    end loop;
    for place in select string_to_array(unnest(told.goes_with), '.') loop
        execute format('delete from public.%I where %I = $1', place[1], place[2]) using of_row;
    end loop;
    -- What a telegram proposed and became such a row is proposed again.
    delete from public.telegram_answers where subject_id = any(struck) and answer <> 'rejected';
    execute format('delete from public.%I where id = $1', told.of_table) using of_row;
    return true;
end $$;
grant execute on function strike, mistake_kinds to lantern_app;

-- What was accepted stays, but for a draft check that is discarded as a whole, and for a row that was taken back; a rejection may be thought over.
-- An older program bears this: it is refused less.
create or replace function keep_telegram_answer() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if old.answer <> 'rejected' and (tg_op = 'UPDATE' or (not exists (select from checks where id = old.check_id and state = 'draft')
        and not exists (select from mistakes where struck @> array[old.subject_id]))) then
        perform refuse('telegram_answers_kept', 'what was accepted stays');
    end if;
    return coalesce(new, old);
end $$;

-- As it was, but that a permit that was taken back lets go of the contact it was verified through, where that is taken back too.
-- An older program bears this: it is refused less.
create or replace function judge_permit() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'UPDATE' and old.withdrawn_at is not null and new is distinct from old
        and to_jsonb(new) <> to_jsonb(old) || '{"verified_by": null, "verified_at": null, "verified_contact_id": null}' then
        perform refuse('permits_taken_back_stays', 'a permit that was taken back stays as it is');
    end if;
    if new.withdrawn_at is not null then return new; end if;
    if new.verified_by is not null and (tg_op = 'INSERT' or new.verified_contact_id is distinct from old.verified_contact_id) then
        if exists (select from contacts where id = new.verified_contact_id and channel_source in ('paper', 'not_stated')) then
            perform refuse('permits_verified_off_paper', 'a channel taken from the paper does not verify it');
        end if;
        if not exists (select from contacts t join authorities a on a.id = new.authority_id
                       where t.id = new.verified_contact_id and t.authority_id in (a.id, a.parent_id)) then
            perform refuse('permits_verified_by_issuer', 'only the authority that issued a paper confirms it');
        end if;
    end if;
    if tg_op = 'INSERT' then
        perform from licenses where id = new.license_id for update;
        if exists (select from permits where license_id = new.license_id and authority_id = new.authority_id
                   and number_normalized = new.number_normalized and withdrawn_at is null) then
            perform refuse('permits_once_on_license', 'this number stands on the license already');
        end if;
    end if;
    return new;
end $$;

-- Where people's texts stand: what was taken back is kept, and is no exception.
-- An older program bears this: it asks for the places, whichever they are.
create or replace function spill_places() returns table (place text, file text, of_table text, texts text[], belongs text, called text)
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    values
    ('check', 'check', 'checks', '{subject,reason,site_visit_waiver,held_reason}'::text[], 't.id', 'Subject and reasons of the check'),
    ('contact', 'check', 'contacts', '{with_whom,place,summary}', 't.check_id', 'Contact'),
    ('statement', 'check', 'statements', '{text}', 't.check_id', 'Statement'),
    ('document', 'check', 'documents', '{kind,issuer,number,kept_at,description}', 't.check_id', 'Document'),
    ('finding', 'check', 'findings', '{text}', 't.check_id', 'Finding'),
    ('question', 'check', 'check_questions', '{text}', 't.check_id', 'Questions to the post'),
    ('interim_reply', 'check', 'interim_replies', '{text}', 't.check_id', 'Interim reply'),
    ('extension', 'check', 'extensions', '{reason}', 't.check_id', 'Reason of an extension'),
    ('recommendation', 'check', 'recommendations', '{text}', 't.check_id', 'Recommendation'),
    ('result', 'check', 'results', '{text,caveat,declined_because}', 't.check_id', 'Result'),
    ('explanation', 'check', 'explanations', '{text}', 't.check_id', 'Explanation of a contradiction'),
    ('license', 'license', 'licenses', '{purpose}', 't.id', 'Purpose of the license'),
    ('item', 'license', 'item_groups', '{label}', 't.license_id', 'Item group'),
    ('condition', 'license', 'conditions', '{text,who_acts,evidence}', 't.license_id', 'Condition'),
    ('decision', 'license', 'decisions', '{reasons}', 't.license_id', 'Reasons of a decision'),
    ('proviso', 'license', 'provisos', '{text}', '(select d.license_id from public.decisions d where d.id = t.decision_id)', 'Proviso'),
    ('exception', 'license', 'exceptions', '{reason}', 't.license_id', 'Reason of an exception'),
    ('permit', 'license', 'permits', '{named_party,kept_at,withdrawn_reason}', 't.license_id', 'Permit'),
    ('approval', 'license', 'import_approvals', '{note,proof,waits_for}', 't.license_id', 'Import approval'),
    ('certificate', 'license', 'certificates', '{kept_at}', 't.license_id', 'Certificate'),
    ('certificate_signature', 'license', 'certificate_signatures', '{signer_name}',
        '(select c.license_id from public.certificates c where c.id = t.certificate_id)', 'Signature on the certificate'),
    ('custody_step', 'license', 'custody_steps', '{holder,what}', 't.license_id', 'Custody step'),
    ('serial', 'license', 'serials', '{location}', 't.license_id', 'Place of a serial number'),
    ('mistake', 'license', 'mistakes', '{said,reason}', 't.license_id', 'What was taken back'),
    ('correction', 'check', 'corrections', '{said,text}', 't.check_id', 'Note of correction'),
    ('license_correction', 'license', 'corrections', '{said,text}', 't.license_id', 'Note of correction'),
    ('check_mistake', 'check', 'mistakes', '{said,reason}', 't.check_id', 'What was taken back'),
    ('party_mistake', 'party', 'mistakes', '{said,reason}', 't.party_id', 'What was taken back'),
    ('party', 'party', 'parties', '{name,name_folded,address,found_source}', 't.id', 'Name and address of the party'),
    ('alias', 'party', 'party_aliases', '{name,name_folded,source}', 't.party_id', 'Other name'),
    ('fact', 'party', 'party_facts', '{text,source}', 't.party_id', 'Fact'),
    ('listing', 'party', 'party_listings', '{source}', 't.party_id', 'Source of a listing'),
    ('telegram', 'telegram', 'telegrams', '{original,body,subject}', 't.id', 'The telegram'),
    -- No rows of their own for a person: they go with their files. What judgements rested on repeats what stood there.
    ('license_kept', 'license', 'mistakes', '{kept}', 't.license_id', ''),
    ('check_kept', 'check', 'mistakes', '{kept}', 't.check_id', ''),
    ('party_kept', 'party', 'mistakes', '{kept}', 't.party_id', ''),
    ('explained', 'check', 'explanations', '{said}', 't.check_id', ''),
    ('decided_on', 'license', 'decisions', '{basis}', 't.license_id', ''),
    ('excepted_on', 'license', 'exceptions', '{basis}', 't.license_id', ''),
    ('permit_lapsed', 'license', 'permits', '{lapsed}', 't.license_id', ''),
    ('signature_lapsed', 'license', 'certificate_signatures', '{lapsed}',
        '(select c.license_id from public.certificates c where c.id = t.certificate_id)', ''),
    ('telegram_answer', 'telegram', 'telegram_answers', '{proposed,words,says}', 't.telegram_id', '')
$$;

-- Notes of correction: beside what was said, signed, sealed or decided, for ever. The text itself is never touched.
create table corrections (
    id uuid constraint corrections_pkey primary key,
    -- The kind of text, and its row.
    place text not null,
    row_id uuid not null,
    check_id uuid constraint corrections_check_fkey references checks,
    license_id uuid constraint corrections_license_fkey references licenses,
    -- What it stands beside, by its kind and first words.
    said text not null,
    text text not null,
    noted_by uuid not null constraint corrections_person_fkey references people,
    noted_at timestamptz not null,
    constraint corrections_of_one_file check (num_nonnulls(check_id, license_id) = 1)
);
create index corrections_by_check on corrections (check_id);
create index corrections_by_license on corrections (license_id);
-- An older program bears this: it knows no such table.
select log_changes_to(array['corrections']);
-- An older program bears this: it knows no such table.
select forbid_rewriting(array['corrections']);
grant select, insert on corrections to lantern_app;
