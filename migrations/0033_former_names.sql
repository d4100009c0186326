-- What people and posts were called: what was signed, closed or logged shows the name of its day, and today's beside it where that is another one.

create table former_names (
    of uuid not null,
    name text not null,
    until timestamptz not null,
    constraint former_names_pkey primary key (of, until)
);
grant select on former_names to lantern_app;

-- Runs at the commit, when the change has its entry in the log, whose moment it takes; as its owner, because nobody else writes here.
create function keep_former_name() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    insert into public.former_names (of, name, until)
    select old.id, old.name, coalesce(max(e.at), now()) from public.audit_events e where e.xact = pg_current_xact_id() and e.recorded_at = now()
    on conflict do nothing;
    return null;
end $$;
-- An older program bears this: the trigger refuses nothing, and nobody writes these rows by hand.
create constraint trigger note_former_name after update on people deferrable initially deferred for each row
    when (old.name is distinct from new.name) execute function keep_former_name();
-- An older program bears this: the trigger refuses nothing, and nobody writes these rows by hand.
create constraint trigger note_former_name after update on posts deferrable initially deferred for each row
    when (old.name is distinct from new.name) execute function keep_former_name();

-- What somebody or a post was called at a moment.
create function called(who uuid, today text, at timestamptz) returns text language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select coalesce((select case when f.name <> today then f.name || ' (now ' || today || ')' end
        from (select name from public.former_names where of = who and until > at order by until limit 1) f), today)
$$;
grant execute on function called to lantern_app;
