-- Which reference rows there are. The program keeps them from one request to the next, and asks only whether they are still the same: they
-- change a few times a year, and every rule reads them.

create table reference_version (
    version uuid not null default gen_random_uuid(),
    only_one boolean not null default true
        constraint reference_version_pkey primary key
        constraint reference_version_only_one check (only_one)
);
insert into reference_version default values;

-- Another version for each change, and never the same again: what was read in a change that was then rolled back is nobody's.
create function renew_reference_version() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    update public.reference_version set version = gen_random_uuid();
    return null;
end $$;
create trigger version_renewed after insert or update or delete or truncate on reference_entries
    for each statement execute function renew_reference_version();

grant select, update (version) on reference_version to lantern_app;
