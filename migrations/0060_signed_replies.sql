-- What somebody signed stands: under a signed reply the post's own rows stay as they are until it is returned with a remark, and each
-- signature keeps what the file said (docs/decisions/0060). Until now a signature fell away when anything beneath it changed.

-- An older program bears this: it does not know these columns, and never takes a signature off a row that stays.
alter table recommendations add column rests_on jsonb, add column cleared_on jsonb, add column returned_by uuid, add column returned_remark text,
    add constraint recommendations_returner_fkey foreign key (returned_by) references people,
    add constraint recommendations_returned_whole check (num_nonnulls(returned_by, returned_remark) in (0, 2)
        and (returned_by is null or signed_by is not null and withdrawn_at is not null and cleared_by is null)),
    add constraint recommendations_rest_signed check (rests_on is null or signed_by is not null),
    add constraint recommendations_cleared_rest check (cleared_on is null or cleared_by is not null);
-- An older program bears this: it does not know this column, and never takes a signature off.
alter table results add column rests_on jsonb,
    add constraint results_rest_signed check (rests_on is null or signed_by is not null);

-- An older program bears this: it writes none of these entries, and what it writes is judged as before.
select amend('audited_paths()', '''{recommendation_written,recommendation_signed,reply_cleared,', '''{recommendation_written,recommendation_signed,reply_returned,reply_cleared,');
-- An older program bears this: it writes none of these entries, and what it writes is judged as before.
select amend('audited_paths()', 'interim_reply_signed,reply_cleared,check_given_back,result_signed', 'interim_reply_signed,reply_returned,reply_cleared,check_given_back,result_signed');
-- An older program bears this: what it writes is judged by the same lines as before, and none of its verbs is new.
select hold_to_paths();
-- An older program bears this: it asks for the places by name.
select amend('spill_places()', '''recommendations'', ''{text}''', '''recommendations'', ''{text,returned_remark}''');
-- An older program bears this: these are no places that a person reports.
select amend('spill_places()', '(''decided_on'',', '(''signed_on'', ''check'', ''recommendations'', ''{rests_on,cleared_on}'', ''t.check_id'', ''''),
    (''result_on'', ''check'', ''results'', ''{rests_on}'', ''t.check_id'', ''''),
    (''decided_on'',');

-- Whether somebody signed the reply that a post is about to give, and who.
create function reply_signer(of_check uuid) returns text language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select p.name from recommendations r join people p on p.id = r.signed_by where r.check_id = of_check and r.withdrawn_at is null
$$;
grant execute on function reply_signer to lantern_app;

-- The name comes as the detail.
-- An older program bears this: it says of these constraints that what the post wrote is changed while the check is in progress.
create or replace function refuse_writing_when_frozen() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    of_check uuid := coalesce(new.check_id, old.check_id);
    found_state text;
    signer text;
begin
    select state into found_state from checks where id = of_check for share;
    if tg_op = 'INSERT' and tg_argv[0] = 'addable' and found_state in ('requested', 'in_progress', 'replied', 'resulted', 'on_hold') then return new; end if;
    if found_state = 'in_progress' then
        signer := reply_signer(of_check);
        if signer is null then return coalesce(new, old); end if;
        raise exception 'the reply is signed' using errcode = 'check_violation', constraint = tg_table_name || '_not_frozen', detail = signer;
    end if;
    raise exception 'the check is %', found_state using errcode = 'check_violation', constraint = tg_table_name || '_not_frozen';
end $$;

-- An older program bears this: it says of this constraint what it says of the others.
create or replace function refuse_basis_when_frozen() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    in_progress uuid;
    signer text;
begin
    select c.id into in_progress from findings f join checks c on c.id = f.check_id where f.id = coalesce(new.finding_id, old.finding_id) and c.state = 'in_progress';
    if in_progress is null then perform refuse('finding_basis_not_frozen', 'the finding is frozen'); end if;
    signer := reply_signer(in_progress);
    if signer is not null then
        raise exception 'the reply is signed' using errcode = 'check_violation', constraint = 'finding_basis_not_frozen', detail = signer;
    end if;
    return coalesce(new, old);
end $$;

-- What a reply rests on gains nothing from the signature on.
-- An older program bears this: it says of this constraint that the reply rests on the contact.
create or replace function refuse_statement_of_replied_contact() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from contacts t join checks c on c.id = t.check_id
               left join recommendations r on r.check_id = c.id and r.withdrawn_at is null
               where t.id = new.contact_id and t.recorded_at <= coalesce(c.replied_at, r.signed_at)) then
        perform refuse('statements_contact_replied', 'the reply rests on this contact');
    end if;
    return new;
end $$;

-- A signature that had fallen away, since the file changed after it, is one that came back; it stays on a withdrawn copy.
-- An older program bears this: to it these signatures had fallen away as well, and it asks for another one.
with lapsed as (
    select r.* from recommendations r join checks c on c.id = r.check_id
    where r.withdrawn_at is null and r.signed_by is not null and r.cleared_by is null and r.signed_revision <> c.revision
        and c.state in ('in_progress', 'on_hold')),
logged as (
    insert into audit_events (id, at, job, verb, summary, subject_kind, subject_id, check_id)
    select gen_random_uuid(), now(), 'migrate', 'reply_returned', 'returned the signed reply: the file had changed since', 'check', check_id, check_id from lapsed),
kept as (
    insert into recommendations (id, check_id, word, text, written_by, written_at, signed_by, signed_at, signed_revision, withdrawn_at)
    select gen_random_uuid(), check_id, word, text, written_by, written_at, signed_by, signed_at, signed_revision, now() from lapsed)
update recommendations r set signed_by = null, signed_at = null, signed_revision = null, version = r.version + 1 from lapsed where r.id = lapsed.id;
