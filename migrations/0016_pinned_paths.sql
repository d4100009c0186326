-- Every function looks its tables up in schemas that it names itself. Without that, whoever connects as the program could put a
-- temporary table, or a schema earlier in the path, in front of ours, and each rule would read the wrong table: a table named
-- `audit_events` was taken for the log. `pg_temp` stands last, for unnamed it is searched first.
-- (That the program's role creates nothing at all, `lantern migrate` sees to at every run: a right on a database is in no dump.)

create or replace function log_changes_to(tables text[]) returns void language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare name text;
begin
    foreach name in array tables loop
        execute format('create constraint trigger audited after insert or update or delete on public.%I
            deferrable initially deferred for each row execute function public.refuse_unaudited_change()', name);
    end loop;
end $$;

create or replace function forbid_rewriting(tables text[]) returns void language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare name text;
begin
    foreach name in array tables loop
        execute format('create trigger append_only before update or delete or truncate on public.%I
            for each statement execute function public.refuse_rewriting()', name);
        execute format('revoke update, delete, truncate on public.%I from lantern_app', name);
    end loop;
end $$;

-- Those of an extension stay as they are.
do $$ declare ours regprocedure; begin
    for ours in
        select p.oid from pg_proc p
        where p.pronamespace = 'public'::regnamespace
            and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
    loop
        execute format('alter routine %s set search_path = pg_catalog, public, pg_temp', ours);
    end loop;
end $$;
