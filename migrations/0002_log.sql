-- The log: who did what, when, from where, before and after. Append-only, and a change without its entry cannot commit.

create table audit_events (
    id uuid constraint audit_events_pkey primary key,
    at timestamptz not null,
    actor_id uuid constraint audit_events_actor_fkey references people,
    -- Set when a job or the server's own terminal acted, not a person.
    job text,
    role text,
    post_id uuid constraint audit_events_post_fkey references posts,
    address text,
    verb text not null,
    subject_kind text not null,
    subject_id uuid not null,
    -- The files the event belongs to; a timeline is read by one of these.
    check_id uuid,
    license_id uuid,
    party_id uuid,
    -- One plain sentence without the actor: "verified permit 4471-B of DECAM".
    summary text not null,
    before jsonb,
    after jsonb,
    xact xid8 not null default pg_current_xact_id(),
    recorded_at timestamptz not null default now(),
    constraint audit_events_someone check (num_nonnulls(actor_id, job) = 1)
);
create index audit_events_by_xact on audit_events (xact);
create index audit_events_by_time on audit_events (at desc, id desc);
create index audit_events_by_actor on audit_events (actor_id, at desc, id desc);
create index audit_events_by_check on audit_events (check_id, at desc, id desc) where check_id is not null;
create index audit_events_by_license on audit_events (license_id, at desc, id desc) where license_id is not null;
create index audit_events_by_party on audit_events (party_id, at desc, id desc) where party_id is not null;
create index audit_events_by_subject on audit_events (subject_id, at desc, id desc);
revoke update, delete, truncate on audit_events from lantern_app;

create function refuse_rewriting() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;

create trigger append_only before update or delete or truncate on audit_events
    for each statement execute function refuse_rewriting();

-- The time is compared too: after a restore elsewhere, transaction ids start again and an old row would pass for a new one.
create function refuse_unaudited_change() returns trigger language plpgsql as $$
begin
    if not exists (select from audit_events where xact = pg_current_xact_id() and recorded_at = now()) then
        raise exception 'change to % without a log entry', tg_table_name using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;

-- Called by each migration for the tables it makes.
create function log_changes_to(tables text[]) returns void language plpgsql as $$
declare name text;
begin
    foreach name in array tables loop
        execute format('create constraint trigger audited after insert or update or delete on %I
            deferrable initially deferred for each row execute function refuse_unaudited_change()', name);
    end loop;
end $$;

create function forbid_rewriting(tables text[]) returns void language plpgsql as $$
declare name text;
begin
    foreach name in array tables loop
        execute format('create trigger append_only before update or delete or truncate on %I
            for each statement execute function refuse_rewriting()', name);
        execute format('revoke update, delete, truncate on %I from lantern_app', name);
    end loop;
end $$;

select log_changes_to(array['posts', 'people', 'assignments']);

-- The last administrator stays, or nobody could let anyone in again: one whose role has begun and has no last day, so that no
-- later day comes on which there is none. The day is that of the change as the log has it, in Washington.
create function keep_an_administrator() returns trigger language plpgsql as $$
declare today date;
begin
    if tg_table_name = 'assignments' or exists (select from assignments where role = 'admin') then
        perform pg_advisory_xact_lock(hashtext('keep_an_administrator'));
        select (coalesce(max(at), now()) at time zone 'America/New_York')::date into today from audit_events
        where xact = pg_current_xact_id() and recorded_at = now();
        if not exists (
            select from people p join assignments a on a.person_id = p.id
            where a.role = 'admin' and p.disabled_at is null and a.starts_on <= today and a.ends_on is null
        ) then
            raise exception 'no active administrator would remain' using errcode = 'check_violation', constraint = 'people_one_administrator';
        end if;
    end if;
    return null;
end $$;
create constraint trigger one_administrator after update on people
    deferrable initially deferred for each row when (old.disabled_at is null and new.disabled_at is not null)
    execute function keep_an_administrator();
create constraint trigger one_administrator after update or delete on assignments
    deferrable initially deferred for each row when (old.role = 'admin')
    execute function keep_an_administrator();

-- What a job did is looked for by its name: whether a database is a demonstration's is asked at every start.
create index audit_events_by_job on audit_events (job, at desc) where job is not null;
