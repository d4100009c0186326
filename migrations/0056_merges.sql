-- A merge of two records of a party that was a mistake has a way back: what moved is kept with the merge, so that it is told from what was recorded
-- since (docs/decisions/0056). Merges from before kept nothing, and stay as they are.
create table merges (
    id uuid constraint merges_pkey primary key,
    -- The record that went, and the one that stayed.
    from_party uuid not null constraint merges_from_fkey references parties,
    into_party uuid not null constraint merges_into_fkey references parties,
    source text not null,
    merged_by uuid not null constraint merges_merger_fkey references people,
    merged_at timestamptz not null,
    -- How far the record that went was established.
    standing text not null constraint merges_standing_known check (standing in ('found', 'established')),
    -- The rows that moved, by table.
    moved jsonb not null,
    -- The rows that became one with another, by table, whole.
    taken jsonb not null,
    -- The roles that took from the other record whether it takes possession: what stood there, and the version since.
    learned jsonb not null,
    -- The other name that the record that stayed got.
    alias uuid,
    -- The records that had been merged into the one that went.
    earlier uuid[] not null,
    -- What was the other's own at that moment: its rows, and the records merged into it before.
    stood uuid[] not null,
    undone_by uuid constraint merges_undoer_fkey references people,
    undone_at timestamptz,
    undone_reason text,
    constraint merges_not_into_itself check (from_party <> into_party),
    constraint merges_undone_whole check (num_nonnulls(undone_by, undone_at, undone_reason) in (0, 3)),
    constraint merges_undone_after check (undone_at >= merged_at)
);
create unique index merges_one_stands on merges (from_party) where undone_at is null;
create index merges_by_from on merges (from_party);
create index merges_by_into on merges (into_party, id desc);
-- An older program bears this: it knows no such table.
select log_changes_to(array['merges']);
-- An older program bears this: it knows no such table.
revoke update, delete, truncate on merges from lantern_app;
grant update (undone_by, undone_at, undone_reason) on merges to lantern_app;

-- Only added to, but that a merge is undone, once.
create function keep_merge() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'DELETE' or old.undone_at is not null
        or to_jsonb(new) - '{undone_by,undone_at,undone_reason}'::text[] <> to_jsonb(old) - '{undone_by,undone_at,undone_reason}'::text[] then
        perform refuse('merges_kept', 'a merge stays as it is, but that it is undone once');
    end if;
    return new;
end $$;
create trigger kept before update or delete on merges for each row execute function keep_merge();

-- While a merge stands its record is one with another; once it is undone, it is not.
create function hold_merge() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    went uuid := coalesce(to_jsonb(new) ->> 'from_party', to_jsonb(new) ->> 'id');
    merged boolean := (select p.standing = 'merged' from parties p where p.id = went);
begin
    if merged <> exists (select from merges where from_party = went and undone_at is null) and (tg_table_name = 'merges' or not merged) then
        perform refuse('merges_as_the_record', 'a record is merged while its merge stands');
    end if;
    return null;
end $$;
create constraint trigger as_the_record after insert or update on merges deferrable initially deferred for each row execute function hold_merge();
-- An older program bears this: it undoes no merge, and what it merges without keeping it is not refused.
create constraint trigger as_its_merge after update of standing on parties deferrable initially deferred for each row
    when (old.standing = 'merged' and new.standing <> 'merged') execute function hold_merge();

-- The open files that name one of these parties, or did before it was merged: a license that is not settled or has a check that is not closed,
-- and every check that is not closed.
create function open_files_of(named uuid[]) returns table (license_id uuid, check_id uuid)
language sql stable set search_path = pg_catalog, public, pg_temp as $$
    with same as (select id from parties where id = any (named) or merged_into = any (named)),
    taken as (select m.taken from merges m where m.from_party = any (named) and m.undone_at is null),
    naming as (select p.license_id as id from license_parties p where p.party_id = any (array(select id from same))
        union select s.license_id from custody_steps s where s.party_id = any (array(select id from same))
        union select s.license_id from serials s where s.holder_party_id = any (array(select id from same))
        union select x.license_id from exceptions x where x.party_id = any (array(select id from same))
        union select (r.gone ->> 'license_id')::uuid from taken t, jsonb_array_elements(t.taken -> 'license_parties') as r (gone)),
    licensed as (select l.id from licenses l where l.id = any (array(select id from naming)) and (l.status in ('pending', 'approved_on_conditions')
        or l.id = any (array(select k.license_id from check_licenses k join checks c on c.id = k.check_id
            where k.license_id = any (array(select id from naming)) and c.state <> 'closed'))))
    select id, null::uuid from licensed
    union all
    select null, c.id from checks c where c.state <> 'closed' and c.id = any (array(
        select k.check_id from check_licenses k where k.license_id = any (array(select id from licensed))
        union select s.check_id from check_subjects s where s.party_id = any (array(select id from same))
        union select f.check_id from findings f where f.party_id = any (array(select id from same))
        union select s.check_id from statements s where s.about_party_id = any (array(select id from same))
        union select p.found_on_check from parties p where p.standing = 'found' and p.id = any (array(select id from same))
        union select (r.gone ->> 'check_id')::uuid from taken t, jsonb_array_elements(t.taken -> 'check_subjects') as r (gone)))
$$;
grant execute on function open_files_of to lantern_app;

-- As it was, and what is said of merges.
-- An older program bears this: it offers one more kind of rows.
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
    ('merge', 'party', 'merges', '{source,undone_reason}', 't.into_party', 'Merge with another record'),
    ('merged', 'party', 'merges', '{source,undone_reason}', 't.from_party', 'Merge into another record'),
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
