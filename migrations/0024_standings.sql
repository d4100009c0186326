-- Where each open check stands: what lists, homes and counts read instead of whole files. The rules compute a row for each open check from
-- its file; changed rows of other tables only leave marks, and whoever lists next brings the marked checks up to date first
-- (docs/decisions/0023).

-- What changed since it was last looked at. No key and no unique constraint: writing a mark waits for nobody.
create table standing_marks (
    -- What the key names; `marked_checks` says which checks each kind concerns.
    kind text not null,
    key uuid,
    number text
);

create table check_standings (
    check_id uuid not null,
    -- The rules that computed it: while two versions of the program serve, each keeps its own.
    rules text not null,
    -- The moments between which the same facts are judged so.
    holds_from timestamptz not null,
    holds_until timestamptz not null,
    -- What holds of it, by bits: the groups of the home pages.
    marks integer not null,
    -- The next step: who, what, and who may take it.
    ahead jsonb not null,
    -- What the rows of the home pages say.
    words jsonb not null,
    constraint check_standings_pkey primary key (check_id, rules)
);

-- The checks that the marks concern: in whose file something that was changed is read. Each step goes by an index, as marks are few.
create view marked_checks as
with same as (
    select key as id from standing_marks where kind = 'party'
    union select merged_into from parties where merged_into is not null
        and id = any (array(select key from standing_marks where kind = 'party'))),
people as (select id from same union select id from parties where merged_into = any (array(select id from same))),
-- In the check's own file.
direct as (
    select key as check_id from standing_marks where kind = 'check'
    union select check_id from findings where id = any (array(select key from standing_marks where kind = 'finding'))
    union select check_id from results where id = any (array(select key from standing_marks where kind = 'result'))
    union select check_id from check_subjects where party_id = any (array(select id from people))
    union select check_id from findings where party_id = any (array(select id from people))
    union select check_id from statements where about_party_id = any (array(select id from people))
    union select found_on_check from parties where id = any (array(select id from people)) and found_on_check is not null),
-- In the file of a license.
licensed as (
    select key as license_id from standing_marks where kind = 'license'
    -- Another license tells the number of the one that used a permit.
    union select s.license_id from permits p join permits s on s.authority_id = p.authority_id and s.number_normalized = p.number_normalized
        where p.license_id = any (array(select key from standing_marks where kind = 'license'))
    union select p.license_id from standing_marks m
        cross join lateral (select license_id from permits where authority_id = m.key and number_normalized = m.number offset 0) p
        where m.kind = 'number'
    union select license_id from permits where id = any (array(select key from standing_marks where kind = 'permit'))
    union select license_id from certificates where id = any (array(select key from standing_marks where kind = 'certificate'))
    union select license_id from import_approvals where contact_id = any (array(select key from standing_marks where kind = 'contact'))
    union select license_id from permits where verified_contact_id = any (array(select key from standing_marks where kind = 'contact'))
    union select license_id from custody_steps where contact_id = any (array(select key from standing_marks where kind = 'contact'))
    union select license_id from serials where contact_id = any (array(select key from standing_marks where kind = 'contact'))
    union select c.license_id from certificate_signatures s join certificates c on c.id = s.certificate_id
        where s.verified_contact_id = any (array(select key from standing_marks where kind = 'contact'))
    union select license_id from license_parties where party_id = any (array(select id from people))
    union select license_id from custody_steps where party_id = any (array(select id from people))
    union select license_id from serials where holder_party_id = any (array(select id from people))
    union select license_id from exceptions where party_id = any (array(select id from people))
    union select license_id from check_licenses where check_id = any (array(select check_id from direct)))
select check_id from direct
union select check_id from check_licenses where license_id = any (array(select license_id from licensed))
union select id from checks where state <> 'closed' and post_id = any (array(select key from standing_marks where kind = 'post'))
union select id from checks where state <> 'closed' and exists (select from standing_marks where kind = 'everything');

-- Leaves marks for the changed rows of a statement, old and new. An argument is a mark's kind, the column of its key, and that of its number:
-- `license:license_id`; or `everything`.
create function leave_marks() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    arguments text[] := tg_argv[0:];
    changed text := case tg_op
        when 'INSERT' then 'new_rows'
        when 'DELETE' then 'old_rows'
        else '(select * from new_rows union all select * from old_rows)' end;
    argument text;
begin
    foreach argument in array arguments loop
        if argument = 'everything' then
            insert into public.standing_marks (kind) values ('everything');
        else
            execute format('insert into public.standing_marks (kind, key, number) select distinct %L, %I, %s from %s r where %2$I is not null',
                split_part(argument, ':', 1), split_part(argument, ':', 2),
                coalesce(quote_ident(nullif(split_part(argument, ':', 3), '')), 'null'), changed);
        end if;
    end loop;
    return null;
end $$;

-- Which table's rows concern what. Those that are not here are read by no rule of a check; a test names them, each with its reason.
do $$
declare
    marked record;
begin
    for marked in select * from (values
        ('checks', array['check:id']),
        ('check_licenses', array['check:check_id', 'license:license_id']),
        ('check_subjects', array['check:check_id']),
        ('check_questions', array['check:check_id']),
        ('contacts', array['check:check_id', 'contact:id']),
        ('statements', array['check:check_id']),
        ('documents', array['check:check_id']),
        ('findings', array['check:check_id']),
        ('finding_basis', array['finding:finding_id']),
        ('recommendations', array['check:check_id']),
        ('results', array['check:check_id']),
        ('result_reasons', array['result:result_id']),
        ('explanations', array['check:check_id']),
        ('licenses', array['license:id']),
        ('item_groups', array['license:license_id']),
        ('license_parties', array['license:license_id']),
        ('permits', array['license:license_id', 'number:authority_id:number_normalized']),
        ('permit_authorities', array['permit:permit_id']),
        ('import_approvals', array['license:license_id']),
        ('certificates', array['license:license_id']),
        ('certificate_signatures', array['certificate:certificate_id']),
        ('custody_steps', array['license:license_id']),
        ('serials', array['license:license_id']),
        ('conditions', array['license:license_id']),
        ('decisions', array['license:license_id']),
        ('exceptions', array['license:license_id']),
        ('duties', array['check:check_id', 'license:license_id']),
        ('mistakes', array['license:license_id']),
        ('parties', array['party:id', 'party:merged_into', 'check:found_on_check']),
        ('party_aliases', array['party:party_id']),
        ('party_listings', array['party:party_id']),
        ('assignments', array['post:post_id']),
        ('posts', array['everything']),
        ('countries', array['everything']),
        ('authorities', array['everything']),
        ('country_rules', array['everything']),
        ('reference_entries', array['everything'])) as map (of_table, kinds)
    loop
        execute format('create trigger marks_new after insert on %I referencing new table as new_rows
            for each statement execute function leave_marks(%s)', marked.of_table,
            (select string_agg(quote_literal(kind), ', ') from unnest(marked.kinds) as k (kind)));
        execute format('create trigger marks_gone after delete on %I referencing old table as old_rows
            for each statement execute function leave_marks(%s)', marked.of_table,
            (select string_agg(quote_literal(kind), ', ') from unnest(marked.kinds) as k (kind)));
        execute format('create trigger marks_changed after update on %I referencing old table as old_rows new table as new_rows
            for each statement execute function leave_marks(%s)', marked.of_table,
            (select string_agg(quote_literal(kind), ', ') from unnest(marked.kinds) as k (kind)));
    end loop;
end $$;

-- Of a person, a rule reads the name, and whether they may still come in.
create trigger marks_changed after update of name, disabled_at on people
    for each statement execute function leave_marks('everything');

grant select, insert, delete on standing_marks to lantern_app;
grant select on marked_checks to lantern_app;
grant select, insert, update, delete on check_standings to lantern_app;
