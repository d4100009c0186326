-- Licenses whose decision no longer stands on its basis: what lists and homes read of it (docs/decisions/0057). The rules hold a decision in
-- force against its license's file; as with `check_standings`, changed rows only leave marks. A license that stands as it was decided has no
-- row, so there is a queue of those that are to be read again.

-- How far the rules of each program have come. A program that nobody used for a week goes, with what it found.
create table bases_read (
    -- The rules that read: while two versions of the program serve, each keeps its own.
    rules text constraint bases_read_pkey primary key,
    -- The day by which they judged.
    day date not null,
    -- Of a reading of every license: how far it came; nothing, where none is under way.
    upto uuid,
    used_at timestamptz not null
);

-- Licenses that are to be read again.
create table bases_to_read (
    rules text not null constraint bases_to_read_rules_fkey references bases_read on delete cascade,
    license_id uuid not null,
    constraint bases_to_read_pkey primary key (rules, license_id)
);

create table changed_bases (
    license_id uuid not null,
    rules text not null constraint changed_bases_rules_fkey references bases_read on delete cascade,
    -- The decision in force whose basis changed, and since when that is known: once for a decision, whatever changes besides.
    decision_id uuid not null,
    since timestamptz not null,
    -- Whether it was issued; else it waits to be.
    is_issued boolean not null,
    -- The kinds of facts that are others now. No words of anybody's: those stand on the license.
    grounds text[] not null,
    -- What may be done with it now, and by whom.
    acts jsonb not null,
    constraint changed_bases_pkey primary key (license_id, rules)
);
create index changed_bases_by_age on changed_bases (rules, is_issued, since, license_id);

-- Whether rules have read everything by a day.
create function bases_are_read(of_rules text, on_day date) returns boolean language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select not exists (select from standing_marks) and not exists (select from bases_to_read where rules = of_rules)
        and exists (select from bases_read where rules = of_rules and day = on_day and upto is null)
$$;
grant execute on function bases_are_read to lantern_app;

-- The licenses whose decision may rest on something that such marks concern, and those that are known as changed. Each step goes by an index,
-- as marks are few.
create function licenses_of_marks(kinds text[], keys uuid[], numbers text[]) returns setof uuid
language sql stable set search_path = pg_catalog, public, pg_temp as $$
    with marks as materialized (select * from unnest(kinds, keys, numbers) as m (kind, key, number)),
    same as (
        select key as id from marks where kind = 'party'
        union select merged_into from parties where merged_into is not null and id = any (array(select key from marks where kind = 'party'))
        union select p.id from marks m cross join lateral (select id from parties where country = m.number offset 0) p where m.kind = 'country'),
    people as (select id from same union select id from parties where merged_into = any (array(select id from same))),
    -- A listing counts for whoever has the name.
    names as (select name_key(name_folded) as name from parties where id = any (array(select id from people))
        union select name_key(name_folded) from party_aliases where party_id = any (array(select id from people))),
    called as (select id from people
        union select id from parties where name_key(name_folded) = any (array(select name from names))
        union select party_id from party_aliases where name_key(name_folded) = any (array(select name from names))),
    alike as (select id from called union select id from parties where merged_into = any (array(select id from called))
        union select merged_into from parties where id = any (array(select id from called)) and merged_into is not null),
    files as (select key as id from marks where kind = 'check'
        union select check_id from results where id = any (array(select key from marks where kind = 'result'))),
    concerned as (
        select key as id from marks where kind = 'license'
        union select p.license_id from marks m
            cross join lateral (select license_id from permits where authority_id = m.key and number_normalized = m.number offset 0) p
            where m.kind = 'number'
        union select license_id from permits where id = any (array(select key from marks where kind = 'permit'))
        union select license_id from certificates where id = any (array(select key from marks where kind = 'certificate'))
        union select license_id from license_parties where party_id = any (array(select id from alike))
        union select license_id from exceptions where party_id = any (array(select id from people))
        union select license_id from check_licenses where check_id = any (array(select id from files))
        union select l.id from marks m cross join lateral (select id from licenses where destination = m.number offset 0) l where m.kind = 'country')
    select l.id from licenses l where l.id = any (array(select id from concerned))
        and (l.status in ('approved', 'approved_on_conditions') and exists (select from decisions d where d.license_id = l.id and d.basis is not null)
            or exists (select from changed_bases b where b.license_id = l.id))
$$;
grant execute on function licenses_of_marks to lantern_app;

-- Whoever takes marks away, also a program that knows nothing of this, leaves what they concern to be read again.
create function note_bases() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if not exists (select from gone) or not exists (select from bases_read) then
        return null;
    end if;
    insert into bases_to_read (rules, license_id)
    select r.rules, l.id from bases_read r
    cross join licenses_of_marks((select array_agg(kind) from gone), (select array_agg(key) from gone), (select array_agg(number) from gone)) as l (id)
    on conflict do nothing;
    if exists (select from gone where kind = 'licenses') then
        update bases_read set upto = '00000000-0000-0000-0000-000000000000';
    end if;
    return null;
end $$;
-- An older program bears this: it knows no such tables, and takes marks away as before.
create trigger note_bases after delete on standing_marks referencing old table as gone for each statement execute function note_bases();

-- A change of law marks what it touches: of a proscribed country, the licenses with something there; of what decides whether papers count, every
-- license. What else stands in reference data is beneath no decision.
create function leave_law_marks() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    changed text := case tg_op
        when 'INSERT' then 'new_rows'
        when 'DELETE' then 'old_rows'
        else '(select * from new_rows union all select * from old_rows)' end;
begin
    execute format('insert into public.standing_marks (kind, number)
        select ''country'', country from %1$s r where kind = ''proscribed_country'' and country is not null
        union select ''licenses'', null from %1$s r where kind in (''unit'', ''commerce_firearms'', ''country_group'')', changed);
    return null;
end $$;
-- An older program bears this: it looks up no such mark.
create trigger marks_law_new after insert on reference_entries referencing new table as new_rows
    for each statement execute function leave_law_marks();
-- An older program bears this: it looks up no such mark.
create trigger marks_law_gone after delete on reference_entries referencing old table as old_rows
    for each statement execute function leave_law_marks();
-- An older program bears this: it looks up no such mark.
create trigger marks_law_changed after update on reference_entries referencing old table as old_rows new table as new_rows
    for each statement execute function leave_law_marks();

-- An authority is known by its short name where it asks for no approval.
create function leave_authority_marks() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    changed text := case tg_op
        when 'INSERT' then 'select id from new_rows'
        when 'DELETE' then 'select id from old_rows'
        else 'select n.id from new_rows n join old_rows o on o.id = n.id where n.short_name is distinct from o.short_name' end;
begin
    execute format('insert into public.standing_marks (kind)
        select ''licenses'' where exists (select from public.import_approvals where authority_id = any (array(%1$s)))
            or exists (select from public.permits where authority_id = any (array(%1$s)))', changed);
    return null;
end $$;
-- An older program bears this: it looks up no such mark.
create trigger marks_papers_new after insert on authorities referencing new table as new_rows
    for each statement execute function leave_authority_marks();
-- An older program bears this: it looks up no such mark.
create trigger marks_papers_gone after delete on authorities referencing old table as old_rows
    for each statement execute function leave_authority_marks();
-- An older program bears this: it looks up no such mark.
create trigger marks_papers_changed after update on authorities referencing old table as old_rows new table as new_rows
    for each statement execute function leave_authority_marks();

-- A name that a record had until now may have been the one under which somebody else was found on a list: whoever still has it is looked at.
create function leave_name_marks() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    gone text := case tg_op
        when 'DELETE' then 'select name_folded from old_rows'
        else 'select o.name_folded from old_rows o join new_rows n on n.id = o.id where n.name_folded is distinct from o.name_folded' end;
begin
    execute format('insert into public.standing_marks (kind, key)
        with names as materialized (select name_key(g.name_folded) as name from (%s) g)
        select ''party'', id from public.parties where name_key(name_folded) = any (array(select name from names))
        union select ''party'', party_id from public.party_aliases where name_key(name_folded) = any (array(select name from names))', gone);
    return null;
end $$;
-- An older program bears this: it brings some more checks up to date.
create trigger marks_names_gone after delete on party_aliases referencing old table as old_rows
    for each statement execute function leave_name_marks();
-- An older program bears this: it brings some more checks up to date.
create trigger marks_names_changed after update on party_aliases referencing old table as old_rows new table as new_rows
    for each statement execute function leave_name_marks();
-- An older program bears this: it brings some more checks up to date.
create trigger marks_names_gone after delete on parties referencing old table as old_rows
    for each statement execute function leave_name_marks();
-- An older program bears this: it brings some more checks up to date.
create trigger marks_names_changed after update on parties referencing old table as old_rows new table as new_rows
    for each statement execute function leave_name_marks();

-- As it was, and all that leaves marks stays on.
-- An older program bears this: it is told of more.
create or replace function stand_guard(of_table text, guarded boolean) returns void language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare name text;
begin
    for name in
        select t.tgname from pg_trigger t join pg_proc p on p.oid = t.tgfoid
        where t.tgrelid = format('public.%I', of_table)::regclass and not t.tgisinternal and t.tgenabled = case when guarded then 'D' else 'O' end
            and p.proname not in ('leave_marks', 'leave_name_marks', 'leave_law_marks', 'leave_authority_marks', 'renew_version',
                'renew_version_of_gone', 'note_loose_telegrams')
    loop
        execute format('alter table public.%I %s trigger %I', of_table, case when guarded then 'enable' else 'disable' end, name);
    end loop;
end $$;

grant select, insert, update, delete on bases_read, bases_to_read, changed_bases to lantern_app;
