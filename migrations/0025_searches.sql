-- Searches and lists that take as long with a million checks as with a thousand: each reads along an index to where it ends
-- (docs/decisions/0022).

-- The log by what happened, by who did what, and by words.
create index audit_events_by_verb on audit_events (verb, at desc, id desc);
create index audit_events_by_actor_and_verb on audit_events (actor_id, verb, at desc, id desc);
create index audit_events_by_words on audit_events using gin (summary gin_trgm_ops);

-- The list of checks: of some states and types, at some posts or all, the newest first or by due date. What a list does not ask (a type,
-- say) is asked of each, and the first of all are put together.
create index checks_at_post_newest on checks (post_id, id desc) include (state);
create index checks_of_kind on checks (state, type, id);
create index checks_of_kind_at_post on checks (post_id, state, type, id);
create index checks_of_kind_by_due on checks (state, type, coalesce(due_on, 'infinity'), id) include (due_on);
create index checks_of_kind_at_post_by_due on checks (post_id, state, type, coalesce(due_on, 'infinity'), id) include (due_on);

-- Words and references within a check, a telegram, a license's number.
create index checks_by_words on checks using gin (reference gin_trgm_ops, subject gin_trgm_ops);
create index telegrams_by_words on telegrams using gin (subject gin_trgm_ops, originator gin_trgm_ops);
-- Numbers letter by letter: this index finds those that begin so, and has them in order. (The column itself keeps its collation: another
-- one would be another type of result to the statements that a running program has prepared.)
create index licenses_by_beginning on licenses (number_normalized collate "C", id);
create index licenses_by_status_and_beginning on licenses (status, number_normalized collate "C", id);

-- The list of telegrams, as that of checks.
create index telegrams_at_post on telegrams (post_id, id desc) include (state, direction);
create index telegrams_of_kind on telegrams (way, direction, id);
create index telegrams_of_kind_at_post on telegrams (post_id, way, direction, id);

-- A party by exactly one other name, and its licenses, the newest first.
create index party_aliases_by_folded_name on party_aliases (name_folded);
create index license_parties_of_party on license_parties (party_id, license_id desc);

-- What a post's lists may show: the licenses and parties that a check of the post ever had to do with. A row here is where to look and
-- no answer: whether the post's people see a party or a license is asked of the files (`party_at_post`), since a role may have been
-- taken off since. So rows are only ever added. They refer to nothing, so that whoever writes one waits for nobody who holds a file.
create table post_licenses (
    post_id uuid not null,
    license_id uuid not null,
    constraint post_licenses_pkey primary key (post_id, license_id)
);
create index post_licenses_by_license on post_licenses (license_id);
create table post_parties (
    post_id uuid not null,
    party_id uuid not null,
    constraint post_parties_pkey primary key (post_id, party_id)
);
create index post_parties_by_party on post_parties (party_id);
revoke insert, update, delete, truncate on post_licenses, post_parties from lantern_app;

-- They follow the marks of changed files (0024): whoever takes marks away, one at a time, adds what the files of the marked checks,
-- licenses and parties say by then. A change itself only leaves its mark, so no two changes wait for each other here, in whichever
-- order they are made; and whoever lists at a post takes the marks away first.
create function note_post_files() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    files uuid[] := array(select key from gone where kind = 'check' and key is not null
        union select check_id from check_licenses where license_id = any (array(select key from gone where kind = 'license')));
begin
    insert into post_licenses (post_id, license_id)
    select distinct c.post_id, k.license_id from checks c join check_licenses k on k.check_id = c.id
    where c.id = any (files) and c.state <> 'draft'
        and not exists (select from post_licenses p where p.post_id = c.post_id and p.license_id = k.license_id)
    on conflict do nothing;
    with named as (
        select c.post_id, s.party_id from checks c join check_subjects s on s.check_id = c.id where c.id = any (files) and c.state <> 'draft'
        union select c.post_id, l.party_id from checks c join check_licenses k on k.check_id = c.id
            join license_parties l on l.license_id = k.license_id where c.id = any (files) and c.state <> 'draft'
        union select c.post_id, p.id from checks c join parties p on p.found_on_check = c.id where c.id = any (files)
        union select post_id, party_id from post_parties where party_id = any (array(select key from gone where kind = 'party')))
    insert into post_parties (post_id, party_id)
    -- What was merged into another counts as that.
    select post_id, id from (select post_id, party_id from named
        union select n.post_id, p.merged_into from named n join parties p on p.id = n.party_id where p.merged_into is not null) every (post_id, id)
    where not exists (select from post_parties p where p.post_id = every.post_id and p.party_id = every.id)
    on conflict do nothing;
    return null;
end $$;
create trigger note_post_files after delete on standing_marks referencing old table as gone
    for each statement execute function note_post_files();

-- Whether the people of a post see a party: whether a check of theirs that was sent names it, or one of its licenses, or it was found there.
-- What was merged into it counts as itself.
create function party_at_post(party uuid, post uuid) returns boolean language sql stable cost 500
    set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from parties w where (w.id = party or w.merged_into = party) and (
        exists (select from checks c where c.id = w.found_on_check and c.post_id = post)
        or exists (select from check_subjects s join checks c on c.id = s.check_id
            where s.party_id = w.id and c.post_id = post and c.state <> 'draft')
        or exists (select from license_parties l join check_licenses k on k.license_id = l.license_id join checks c on c.id = k.check_id
            where l.party_id = w.id and c.post_id = post and c.state <> 'draft')))
$$;

-- Telegrams on no check are what somebody has to look at, and few among all. As above, a row is where to look: whether one is on a check
-- is asked of `telegram_checks`. There may be two of one telegram, and one of a telegram that was joined at the same moment: nobody waits
-- for anybody else to write them.
create table loose_telegrams (
    telegram_id uuid not null
);
create index loose_telegrams_by_telegram on loose_telegrams (telegram_id);
revoke insert, update, delete, truncate on loose_telegrams from lantern_app;
create function note_loose_telegrams() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    case
        when tg_table_name = 'telegrams' and tg_op = 'DELETE' then delete from loose_telegrams where telegram_id = old.id;
        when tg_table_name = 'telegrams' then insert into loose_telegrams (telegram_id) values (new.id);
        -- Whether it is on another check is not asked: two may take it off two checks at once.
        when tg_op = 'DELETE' then insert into loose_telegrams (telegram_id) select id from telegrams where id = old.telegram_id;
        else delete from loose_telegrams where ctid = any (array(
            select ctid from loose_telegrams where telegram_id = new.telegram_id for update skip locked));
    end case;
    return coalesce(new, old);
end $$;
create trigger note_loose_telegrams after insert on telegrams for each row execute function note_loose_telegrams();
create trigger note_loose_telegrams_again before delete on telegrams for each row execute function note_loose_telegrams();
create trigger note_loose_telegrams after insert or delete on telegram_checks for each row execute function note_loose_telegrams();

-- Everything that is there now. Also for whoever loads rows with triggers off.
create function fill_lists() returns void language sql set search_path = pg_catalog, public, pg_temp as $$
    insert into post_licenses (post_id, license_id)
    select distinct c.post_id, k.license_id from checks c join check_licenses k on k.check_id = c.id where c.state <> 'draft'
    on conflict do nothing;
    insert into post_parties (post_id, party_id)
    select distinct f.post_id, r.id from (
        select c.post_id, s.party_id from checks c join check_subjects s on s.check_id = c.id where c.state <> 'draft'
        union select p.post_id, l.party_id from post_licenses p join license_parties l on l.license_id = p.license_id
        union select c.post_id, w.id from parties w join checks c on c.id = w.found_on_check) f
    join parties w on w.id = f.party_id cross join lateral (values (w.id), (w.merged_into)) r (id) where r.id is not null
    on conflict do nothing;
    delete from loose_telegrams;
    insert into loose_telegrams (telegram_id)
    select id from telegrams t where not exists (select from telegram_checks k where k.telegram_id = t.id)
$$;
revoke execute on function fill_lists from public;
select fill_lists();

-- What the new ones do instead, and what nobody asks: the log by party or by subject, for which every entry paid. Last, because people who
-- read wait from the first of these until all of this is in.
drop index audit_events_by_party, audit_events_by_subject, checks_by_state, checks_by_post_newest, telegrams_by_post, license_parties_by_party;
