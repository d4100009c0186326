-- Which versions there are of what the program keeps from one request to the next: it asks only whether they are still the same. Reference
-- rows change a few times a year, and every rule reads them; where the open checks stand changes with the work, and every home page reads
-- all of them.

create table kept_versions (
    of_what text constraint kept_versions_pkey primary key,
    version uuid not null default gen_random_uuid()
);
insert into kept_versions (of_what) values ('reference'), ('standings');

-- Another version for each change, and never the same again: what was read in a change that was then rolled back is nobody's.
create function renew_version() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    update public.kept_versions set version = gen_random_uuid() where of_what = tg_argv[0];
    return null;
end $$;

create trigger version_renewed after insert or update or delete or truncate on reference_entries
    for each statement execute function renew_version('reference');

-- Whoever takes marks away deletes rows, often none.
create function renew_version_of_gone() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from old_rows) then
        update public.kept_versions set version = gen_random_uuid() where of_what = tg_argv[0];
    end if;
    return null;
end $$;

create trigger version_renewed after insert or update or truncate on check_standings
    for each statement execute function renew_version('standings');
create trigger version_renewed_by_gone after delete on check_standings referencing old table as old_rows
    for each statement execute function renew_version_of_gone('standings');
-- A mark that was taken away may concern a check that has no row yet.
create trigger version_renewed_by_gone after delete on standing_marks referencing old table as old_rows
    for each statement execute function renew_version_of_gone('standings');

-- Also for who turned other triggers off: nothing else tells a process that what it keeps is no more.
alter table reference_entries enable always trigger version_renewed;
alter table check_standings enable always trigger version_renewed;
alter table check_standings enable always trigger version_renewed_by_gone;
alter table standing_marks enable always trigger version_renewed_by_gone;

revoke insert, update, delete, truncate on kept_versions from lantern_app;
grant select, update (version) on kept_versions to lantern_app;
