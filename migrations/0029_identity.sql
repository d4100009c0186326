-- What names a thing is compared and no longer only its letters: names without what differs between keyboards and company forms, and
-- numbers by what is easily misread in them (docs/decisions/0031). What is stored stays as it was folded: both functions take that, so
-- that what a program before this one writes is compared like everything else.

-- Letters that have a mark within them, and that no decomposition takes apart, as they are typed without it (`src/text/names.rs`).
create function plain_letters(folded text) returns text language sql immutable parallel safe
    set search_path = pg_catalog, public, pg_temp as $$
    select replace(replace(replace(replace(translate(folded, 'łđðøıħŧŋɖɗɓƀƙƴɨʉɵƒəɛɔĸςʹʺʻʼʽʾʿ', 'lddoihtnddbbkyiuofaeokσ'),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
$$;

-- What a party's name is known by: its letters and digits alone.
create function name_key(folded text) returns text language sql immutable parallel safe
    set search_path = pg_catalog, public, pg_temp as $$
    select replace(public.plain_letters(folded), ' ', '')
$$;

-- A folded number with what is taken for each other made alike (`src/text/identity.rs`).
create function look_alike(number text) returns text language sql immutable parallel safe
    set search_path = pg_catalog, public, pg_temp as $$
    select regexp_replace(translate(number, 'oilb', '0118'), '(^|[^0-9])0+(?=[0-9])', '\1', 'g')
$$;
grant execute on function plain_letters(text), name_key(text), look_alike(text) to lantern_app;

-- An older program bears this: nobody waits longer than it takes to read these tables once, some seconds with a million checks.
create index parties_by_name_key on parties (name_key(name_folded));
-- An older program bears this: nobody waits longer than it takes to read these tables once, some seconds with a million checks.
create index party_aliases_by_name_key on party_aliases (name_key(name_folded));
-- An older program bears this: nobody waits longer than it takes to read these tables once, some seconds with a million checks.
create index permits_by_likeness on permits (authority_id, look_alike(number_normalized));

-- Units, with what else they are written as, separated by commas: a permit of pcs is of the unit of items in pieces.
-- An older program bears this: it reads no reference row of a kind that it does not know.
alter table reference_entries drop constraint reference_entries_kind_known, add constraint reference_entries_kind_known check (kind in (
    'item_class', 'usml_category', 'license_form', 'reason_code', 'topic', 'proscribed_country', 'country_group', 'notification_threshold',
    'screening_list', 'commerce_firearms', 'unit'));
insert into audit_events (id, at, job, verb, subject_kind, subject_id, summary)
values (gen_random_uuid(), now(), 'migration', 'reference_loaded', 'reference', gen_random_uuid(), 'loaded units and how else they are written');
insert into reference_entries (id, kind, code, label, detail, position, source, starts_on, beginning_known)
select gen_random_uuid(), 'unit', label, label, detail, position, 'As license applications and permits write them', date '2026-11-01', false
from (values
    ('pieces', 'pcs, pc, piece, ea, each, unit, units, item, items', 1),
    ('rounds', 'rds, rd, rnds, rnd, round, cartridges, cartridge', 2),
    ('sets', 'set', 3),
    ('pairs', 'pair, prs, pr', 4),
    ('kits', 'kit', 5),
    ('kilograms', 'kg, kgs, kilogram, kilo, kilos', 6),
    ('pounds', 'lb, lbs, pound', 7),
    ('meters', 'm, meter, metre, metres', 8),
    ('liters', 'l, liter, litre, litres', 9)) as v (label, detail, position);

-- The checks that the marks concern, as before, and those of parties of the same name.
-- An older program bears this: it brings some more checks up to date than it would have to.
create or replace view marked_checks as
with same as (
    select key as id from standing_marks where kind = 'party'
    union select merged_into from parties where merged_into is not null
        and id = any (array(select key from standing_marks where kind = 'party'))),
people as (select id from same union select id from parties where merged_into = any (array(select id from same))),
-- A listing counts for whoever has the name.
names as (select name_key(name_folded) as name from parties where id = any (array(select id from people))
    union select name_key(name_folded) from party_aliases where party_id = any (array(select id from people))),
called as (select id from people
    union select id from parties where name_key(name_folded) = any (array(select name from names))
    union select party_id from party_aliases where name_key(name_folded) = any (array(select name from names))),
alike as (select id from called union select id from parties where merged_into = any (array(select id from called))
    union select merged_into from parties where id = any (array(select id from called)) and merged_into is not null),
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
    union select license_id from license_parties where party_id = any (array(select id from alike))
    union select license_id from custody_steps where party_id = any (array(select id from people))
    union select license_id from serials where holder_party_id = any (array(select id from people))
    union select license_id from exceptions where party_id = any (array(select id from people))
    union select license_id from check_licenses where check_id = any (array(select check_id from direct)))
select check_id from direct
union select check_id from check_licenses where license_id = any (array(select license_id from licensed))
union select id from checks where state <> 'closed' and post_id = any (array(select key from standing_marks where kind = 'post'))
union select id from checks where state <> 'closed' and exists (select from standing_marks where kind = 'everything');
