-- What somebody or a post was called at a moment: planned once a session, where a function of SQL was planned anew wherever a statement asks it.
-- An older program bears this: it gives what it gave.
create or replace function called(who uuid, today text, at timestamptz) returns text
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare former text;
begin
    select f.name into former from public.former_names f where f.of = who and f.until > at order by f.until limit 1;
    return case when former <> today then former || ' (now ' || today || ')' else today end;
end $$;
