-- Guessing passwords is slowed without keeping the right person out, and leaves a lasting trace. A browser that signed in to an
-- account before is known and counted by itself; security events stand in a table of their own, apart from the legal log, which an
-- outsider could otherwise fill. The program before this one goes on: it knows nothing of the new column and tables.

-- Browsers that a person has signed in with since the password was chosen. Choosing or resetting it forgets them.
create table known_browsers (
    id uuid constraint known_browsers_pkey primary key,
    person_id uuid not null constraint known_browsers_person_fkey references people,
    -- SHA-256 of the cookie's value; the value itself is stored nowhere.
    key_hash bytea not null,
    since timestamptz not null,
    used_at timestamptz not null,
    constraint known_browsers_once unique (key_hash, person_id)
);
create index known_browsers_by_person on known_browsers (person_id, used_at desc);

-- An attempt from a known browser counts for that browser alone.
alter table login_attempts add column browser_id uuid;
create index login_attempts_by_browser on login_attempts (browser_id, at desc) where browser_id is not null;
-- Those older than a day are forgotten with every new one.
create index login_attempts_by_time on login_attempts (at);

-- What was refused: one row for the same thing by the same person from the same address within an hour, with how often.
create table security_events (
    id uuid constraint security_events_pkey primary key,
    kind text not null constraint security_events_kind_known check (kind in
        ('sign_in_failed', 'sign_in_barred', 'password_not_proved', 'told_to_wait', 'right_refused', 'other_site')),
    -- Whom it was about, if there is such a person. A name that nobody has is not kept: people type passwords there.
    person_id uuid constraint security_events_person_fkey references people,
    -- Where it came from, as addresses are counted: of IPv6 the network.
    address text not null,
    detail text not null,
    hour timestamptz not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    times bigint not null constraint security_events_happened check (times > 0),
    constraint security_events_once_an_hour unique nulls not distinct (kind, hour, person_id, address, detail)
);
create index security_events_by_time on security_events (first_at desc, id desc);
create index security_events_by_kind on security_events (kind, first_at desc, id desc);
create index security_events_by_person on security_events (person_id, first_at desc, id desc);
create index security_events_by_address on security_events (address, first_at desc, id desc);

-- The application reads it and adds to it by one function, which bounds it too: nobody who holds the application's role can
-- otherwise change or take away a trace.
revoke insert, update, delete, truncate on security_events from lantern_app;

-- Bounds: a kind has a thousand rows an hour, what goes beyond is one row without person and place; a kind has 20,000 rows in all, so
-- that a flood of one kind pushes out no other; a row stays a year.
create function note_security_event(
    what text, whom uuid, whose_account text, from_address text, details text, moment timestamptz, how_often bigint
) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    this_hour timestamptz := date_trunc('hour', moment, 'UTC');
    someone uuid := (select id from public.people where id = whom or account = whose_account limit 1);
    this_hours bigint;
begin
    update public.security_events set times = times + how_often, last_at = greatest(last_at, moment)
    where kind = what and hour = this_hour and person_id is not distinct from someone and address = from_address and detail = details;
    if found then
        return;
    end if;
    select count(*) into this_hours from public.security_events where kind = what and hour = this_hour;
    if this_hours >= 1000 then
        someone := null;
        from_address := '';
        details := '';
    end if;
    insert into public.security_events as e (id, kind, person_id, address, detail, hour, first_at, last_at, times)
    values (gen_random_uuid(), what, someone, from_address, details, this_hour, moment, moment, how_often)
    on conflict on constraint security_events_once_an_hour
        do update set times = e.times + excluded.times, last_at = greatest(e.last_at, excluded.last_at);
    if this_hours = 0 then
        -- A moment that is yet to come makes nothing old.
        delete from public.security_events where first_at < least(moment, now()) - interval '1 year';
        delete from public.security_events where kind = what and (first_at, id) <= (
            select first_at, id from public.security_events where kind = what order by first_at desc, id desc offset 20000 limit 1);
    end if;
end $$;
revoke execute on function note_security_event from public;
grant execute on function note_security_event to lantern_app;
