-- A file that can be trusted: a license is registered once, a weapon is one thing, and a count that was a mistake is taken back whole
-- (docs/decisions/0058).

-- A license number without the name or the prefix of its form, with what is easily misread made alike: what every number that is perhaps the
-- same has in common (`LicenseNumber::alike` in `src/text/identity.rs`).
create function license_alike(number text, normalized text) returns text language sql immutable parallel safe
    set search_path = pg_catalog, public, pg_temp as $$
    select public.look_alike(case
        when m.number ~ '^(05|61|73|85|94)[^[:alnum:]]' and length(m.normalized) >= 8
            or length(m.normalized) = 11 and m.normalized ~ '^(0505|6161|7373|8585|9494)' then substr(m.normalized, 3)
        else m.normalized end)
    from (select case when n.named then regexp_replace(n.number, '^dsp[-[:space:]]*(0?5|61|73|85|94)[^[:alnum:]]+', '', 'i') else n.number end,
            case when n.named then regexp_replace(n.normalized, '^dsp(0?5|61|73|85|94)', '') else n.normalized end
        from (select w.number, w.normalized, w.number ~* '^dsp[-[:space:]]*(0?5|61|73|85|94)[^[:alnum:]]+'
                and length(regexp_replace(w.normalized, '^dsp(0?5|61|73|85|94)', '')) >= 6
            from (select regexp_replace($1, '^[#[:space:]]+', ''), $2) w (number, normalized)) n (number, normalized, named)) m (number, normalized)
$$;
grant execute on function license_alike(text, text) to lantern_app;
-- An older program bears this: nobody waits longer than it takes to read the licenses once, some seconds with a million.
create index licenses_by_likeness on licenses (license_alike(number, number_normalized));

-- A weapon is one thing: its number is looked for in every list, whoever's it is.
-- An older program bears this: nobody waits longer than it takes to read the counted numbers once, some seconds with a million checks.
create index serials_by_number on serials (number_normalized);
-- What was said of a number before it was counted anew, the last first: what two posts saw is known, and a count that was a mistake gives it back.
-- An older program bears this: what it counts anew is known by its last word only, as before.
alter table serials add counted_before jsonb not null default '[]';

-- A number that is gone concerns the licenses that have it still.
-- An older program bears this: it leaves one more mark.
drop trigger marks_gone on serials;
-- An older program bears this: it leaves one more mark.
create trigger marks_gone after delete on serials referencing old table as old_rows
    for each statement execute function leave_marks('license:license_id', 'serial:license_id:number_normalized');
create function mark_changed_numbers() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    insert into public.standing_marks (kind, key, number)
    select 'serial', o.license_id, o.number_normalized from old_rows o join new_rows n on n.id = o.id
    where (n.license_id, n.number_normalized) is distinct from (o.license_id, o.number_normalized);
    return null;
end $$;
-- An older program bears this: it changes no number.
create trigger marks_numbers after update on serials referencing old table as old_rows new table as new_rows
    for each statement execute function mark_changed_numbers();

-- The checks that the marks concern, as before, and those whose file tells of a weapon what another's says.
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
    union select license_id from check_licenses where check_id = any (array(select check_id from direct))),
-- The file of a license says what other licenses have a serial number of it, under which class and maker, and what was found of it there.
counted as (
    select key as license_id from standing_marks where kind = 'license'
    union select license_id from check_licenses where check_id = any (array(select check_id from direct))
    union select license_id from license_parties where role = 'manufacturer' and party_id = any (array(select id from alike))),
sharing as (
    select o.license_id from counted m cross join lateral (select number_normalized from serials where license_id = m.license_id offset 0) s
        cross join lateral (select license_id from serials where number_normalized = s.number_normalized offset 0) o
    union select o.license_id from standing_marks m
        cross join lateral (select license_id from serials where number_normalized = m.number offset 0) o where m.kind = 'serial')
select check_id from direct
union select check_id from check_licenses where license_id = any (array(select license_id from licensed))
union select check_id from check_licenses where license_id = any (array(select license_id from sharing))
union select id from checks where state <> 'closed' and post_id = any (array(select key from standing_marks where kind = 'post'))
union select id from checks where state <> 'closed' and exists (select from standing_marks where kind = 'everything');

-- A count is taken back whole: one act, one reason.
-- An older program bears this: the kinds that it writes stay known.
alter table mistakes drop constraint mistakes_kind_known, add constraint mistakes_kind_known check (kind in (
    'contact', 'statement', 'document', 'finding', 'check_subject', 'item_group', 'license_party', 'condition', 'permit', 'certificate',
    'certificate_signature', 'custody_step', 'serial', 'count', 'party_alias', 'party_fact', 'party_listing', 'assignment', 'country_rule',
    'authority', 'reference_entry'));

-- A number whose word before holds again may be taken back once more.
-- An older program bears this: it takes no row back twice, and a row that left its table is not there.
alter table mistakes drop constraint mistakes_once;
-- An older program bears this: mistakes are few, the index is built at once.
create unique index mistakes_once on mistakes (row_id) where kind <> 'count';

-- Takes back everything that was counted in one change, known by one of its numbers and read at these versions in all, or no number of it is
-- there. What was said of a number before holds again; a number that was not there before leaves the table. Both are kept whole.
create function strike_count(mistake uuid, of_row uuid, read bigint, because text, what_said text, whose text, person uuid, moment timestamptz)
returns boolean language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    told serials;
    counted uuid[];
    versions bigint;
    rows jsonb;
begin
    select * into told from serials where id = of_row;
    if not found then
        return false;
    end if;
    select array_agg(c.id), sum(c.version), jsonb_agg(to_jsonb(c) order by c.id <> of_row, c.number_normalized) into counted, versions, rows
    from (select * from serials s where (s.license_id, s.recorded_by, s.recorded_at) = (told.license_id, told.recorded_by, told.recorded_at)
        order by s.id for update) c;
    if versions is distinct from read then
        return false;
    end if;
    insert into mistakes (id, kind, row_id, license_id, side, said, reason, kept, struck, taken_back_by, taken_back_at)
    values (mistake, 'count', of_row, told.license_id, whose, what_said, because, jsonb_build_object('serials', rows), counted, person, moment);
    update serials s set state = b.state, location = b.location, holder_party_id = b.holder_party_id, check_id = b.check_id,
        recorded_by = b.recorded_by, recorded_at = b.recorded_at, counted_before = s.counted_before - 0, version = s.version + 1
    from serials c cross join lateral jsonb_to_record(c.counted_before -> 0) b (state text, location text, holder_party_id uuid, check_id uuid,
        recorded_by uuid, recorded_at timestamptz)
    where s.id = c.id and c.id = any (counted) and c.counted_before <> '[]';
    delete from serials where id = any (counted) and (recorded_by, recorded_at) = (told.recorded_by, told.recorded_at);
    -- What a telegram proposed and became this count is proposed again.
    delete from telegram_answers where kind = 'serials' and answer <> 'rejected'
        and (license_id, answered_by, answered_at) = (told.license_id, told.recorded_by, told.recorded_at)
        and not exists (select from checks c where c.id = telegram_answers.check_id and c.state = 'closed');
    return true;
end $$;
grant execute on function strike_count to lantern_app;

-- As it was, and that what became a count is proposed again when that is taken back.
-- An older program bears this: it is refused less.
create or replace function keep_telegram_answer() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if old.answer <> 'rejected' and (tg_op = 'UPDATE' or (not exists (select from checks where id = old.check_id and state = 'draft')
        and not exists (select from mistakes where struck @> array[old.subject_id])
        and not (old.kind = 'serials' and exists (select from mistakes m where m.license_id = old.license_id and m.kind = 'count'
            and (m.kept #>> '{serials,0,recorded_at}')::timestamptz = old.answered_at)))) then
        perform refuse('telegram_answers_kept', 'what was accepted stays');
    end if;
    return coalesce(new, old);
end $$;

-- Replaces a piece of a function's text: of a list that a function holds, a migration says only what is new.
create function amend(what regprocedure, before text, after text) returns void language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    was text := pg_get_functiondef(what);
begin
    if strpos(was, before) = 0 then raise exception '% does not hold %', what, before; end if;
    execute replace(was, before, after);
end $$;

-- What was said of a number before is a place too.
-- An older program bears this: it asks for the places, whichever they are.
select amend('spill_places()', '(''telegram_answer'',', '(''serial_before'', ''license'', ''serials'', ''{counted_before}'', ''t.license_id'', ''''),
    (''telegram_answer'',');
