-- What was closed or decided shows its parties under the names of that day, and today's beside them where those are others, as it shows people and posts.

-- An older program bears this: the trigger refuses nothing, and nobody writes these rows by hand.
create constraint trigger note_former_name after update on parties deferrable initially deferred for each row
    when (old.name is distinct from new.name) execute function keep_former_name();

-- A name that a party had is a text like the one it has: it can be reported as classified.
-- An older program bears this: nobody writes these rows by hand, and each gets one.
alter table former_names add column id uuid not null default gen_random_uuid();
-- An older program bears this: it asks for the places, whichever they are.
select amend('spill_places()', '(''alias'', ''party'',', '(''former_name'', ''party'', ''former_names'', ''{name}'', ''t.of'', ''Former name''),
    (''alias'', ''party'',');

-- What a party was called at a moment: by its own record, or by the one that it had been merged into by then.
create function party_called(who uuid, at timestamptz) returns text language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare
    own public.parties;
    today text;
    merged_at timestamptz;
    former text;
begin
    select * into own from public.parties where id = who;
    select p.name into today from public.parties p where p.id = coalesce(own.merged_into, own.id);
    if own.merged_into is not null then
        select m.merged_at into merged_at from public.merges m where m.from_party = own.id and m.undone_at is null;
    end if;
    if own.merged_into is null or coalesce(merged_at, '-infinity') <= at then
        select f.name into former from public.former_names f where f.of = coalesce(own.merged_into, own.id) and f.until > at order by f.until limit 1;
    else
        select coalesce((select f.name from public.former_names f where f.of = own.id and f.until > at order by f.until limit 1), own.name) into former;
    end if;
    return case when former <> today then former || ' (now ' || today || ')' else today end;
end $$;
grant execute on function party_called to lantern_app;
