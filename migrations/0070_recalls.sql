-- A request that was sent is taken back until the post acknowledged it, and stays readable as it was sent: for Washington on the check, for the
-- post that had it in a row of its own, whatever becomes of the draft (docs/decisions/0061).

-- A piece that stands in a function more than once is none: nobody looked at the other places.
-- An older program bears this: it never calls it.
create or replace function amend(what regprocedure, before text, after text) returns void language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    was text := pg_get_functiondef(what);
    hits integer := (length(was) - length(replace(was, before, ''))) / length(before);
begin
    if hits = 0 then raise exception '% does not hold %', what, before; end if;
    if hits > 1 then raise exception '% holds this % times: %', what, hits, before; end if;
    execute replace(was, before, after);
end $$;

-- Who recalled a request keeps apart from its result and from its licenses, as who put it on hold.
-- An older program bears this: it names the constraint nowhere, and the next statement makes it again.
alter table duties drop constraint duties_duty_known;
-- An older program bears this: it writes none of the new word, and reads one only of a check that was recalled beside it. What stands there is read
-- by the next migration, which keeps nobody waiting while it does.
alter table duties add constraint duties_duty_known check (duty in
    ('open', 'request', 'propose', 'sign_reply', 'clear_reply', 'sign_result', 'end_early', 'countersign', 'decide', 'except',
     'verify_permit', 'verify_signature', 'meet_condition', 'decline', 'waive', 'give_back', 'extend', 'recall', 'hold', 'resume', 'explain',
     'register', 'take_back', 'record_paper', 'work')) not valid;
insert into audit_events (id, at, job, verb, subject_kind, subject_id, summary)
values (gen_random_uuid(), now(), 'migration', 'reference_loaded', 'reference', gen_random_uuid(), 'loaded what recalling a request keeps apart');
insert into separated_duties (later, earlier)
select 'recall', earlier from separated_duties where later = 'hold'
union select later, 'recall' from separated_duties where earlier = 'hold';

-- A request that was recalled, as it had been sent.
create table recalls (
    id uuid constraint recalls_pkey primary key,
    check_id uuid not null constraint recalls_check_fkey references checks,
    -- The post that had it: its people go on reading this, and nothing of what becomes of the draft.
    post_id uuid not null constraint recalls_post_fkey references posts,
    type text not null,
    subject text not null,
    -- Why the check had been opened.
    why text not null,
    own_questions text not null,
    -- The licenses or subjects that it was about.
    about text not null,
    -- The same by their ids, each after `license` or a subject's role: what they are called changes. And the check that it follows.
    about_ids text not null,
    priority text not null,
    site_visit text not null,
    days_to_answer integer not null,
    due_on date not null,
    requested_by uuid constraint recalls_requester_fkey references people,
    requested_at timestamptz not null,
    reason text not null,
    recalled_by uuid not null constraint recalls_person_fkey references people,
    recalled_at timestamptz not null,
    -- What was sent once is recalled once.
    constraint recalls_once unique (check_id, requested_at),
    constraint recalls_after_sent check (recalled_at >= requested_at)
);
create index recalls_by_post on recalls (post_id, id desc);
-- An older program bears this: it does not know the table.
select forbid_rewriting(array['recalls']);
create trigger sealed before insert on recalls for each row execute function refuse_change_to_sealed_file();
create trigger duties before insert on recalls for each row execute function separate_duties('check_id', 'recall recalled_by');
create trigger marks_new after insert on recalls referencing new table as new_rows for each statement execute function leave_marks('check:check_id');
create trigger marks_gone after delete on recalls referencing old table as old_rows for each statement execute function leave_marks('check:check_id');
create trigger marks_changed after update on recalls referencing old table as old_rows new table as new_rows
    for each statement execute function leave_marks('check:check_id');

-- An older program bears this: it writes none of these entries, and what it writes is judged as before.
select amend('audited_paths()', 'check_requested,check_acknowledged,check_reassigned', 'check_requested,check_recalled,check_acknowledged,check_reassigned');
-- An older program bears this: it writes none of these entries, and what it writes is judged as before.
select amend('audited_paths()', 'check_opened,check_requested,site_visit_waived', 'check_opened,check_requested,check_recalled,site_visit_waived');
-- An older program bears this: it does not know the table.
select amend('audited_paths()', '(''extensions'', ''e.check_id', '(''recalls'', ''e.check_id = t.check_id'', ''{check_recalled}''),
    (''extensions'', ''e.check_id');
-- An older program bears this: what it writes is judged by the same lines as before.
select hold_to_paths();
-- An older program bears this: it does not know the table.
select log_changes_to(array['recalls']);
-- An older program bears this: it asks for the places, whichever they are.
select amend('spill_places()', '(''extension'', ''check'',', '(''recall'', ''check'', ''recalls'', ''{subject,why,own_questions,about,reason}'', ''t.check_id'', ''Recalled request''),
    (''extension'', ''check'',');

-- Whether people of its post wrote anything on a check, taken back or not: that is theirs, and no other post's. Washington explains contradictions too.
create function worked_at_post(of_check uuid) returns boolean language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from duties where check_id = of_check and duty in ('work', 'sign_reply', 'clear_reply'))
        or exists (select from parties where found_on_check = of_check)
        or exists (select from serials where check_id = of_check)
        or exists (select from check_licenses k join serials s on s.license_id = k.license_id and s.counted_before <> '[]'
            where k.check_id = of_check and s.counted_before @> jsonb_build_array(jsonb_build_object('check_id', of_check)))
        or exists (select from explanations e join assignments a on a.person_id = e.explained_by join posts o on o.id = a.post_id
            where e.check_id = of_check and (e.explained_at at time zone o.zone)::date between a.starts_on and coalesce(a.ends_on, 'infinity'))
$$;
-- What a check is about and follows, as about_ids says it.
create function what_about(of_check uuid, follows uuid) returns text language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(string_agg(one, '; ' order by one), '') from (
        select 'license ' || k.license_id from check_licenses k where k.check_id = of_check
        union select s.role || ' ' || s.party_id from check_subjects s where s.check_id = of_check
        union select 'follows ' || follows where follows is not null) as about (one)
$$;
-- The same, each party by the record that it is merged into.
create function about_now(about_ids text) returns text language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(string_agg(distinct split_part(one, ' ', 1) || ' ' || coalesce(p.merged_into::text, split_part(one, ' ', 2)), '; '), '')
    from unnest(string_to_array(about_ids, '; ')) as about (one) left join parties p on p.id = split_part(one, ' ', 2)::uuid
$$;
-- Whether two texts say the same, or both are hidden.
create function said_alike(one text, other text) returns boolean language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    select one = other or is_spill_mark(one) and is_spill_mark(other)
$$;
-- Whether a report that nobody settled hides words of a draft: they may come back as they were.
create function words_hidden(of_check uuid) returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from spills s join spill_texts t on t.spill_id = s.id
        where s.settled_at is null and t.of_table = 'checks' and t.row_key ->> 'id' = of_check::text)
$$;
-- An older program bears this: it does not know the function.
revoke execute on function words_hidden from public;
-- From when on the people of a post read what was done on a check: since it was first sent to them after another post had it. It is asked of each
-- row that a page shows, so its plan is kept.
create function told_since(of_check uuid, post uuid) returns timestamptz language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
    return coalesce((
        select coalesce((select min(own.requested_at) from recalls own where own.check_id = of_check and own.post_id = post and own.requested_at > other.last),
            (select requested_at from checks where id = of_check))
        from (select max(recalled_at) as last from recalls where check_id = of_check and post_id <> post) other where other.last is not null), '-infinity');
end $$;
-- What was done on a check while the people of a post had it to read: since then, but for the times between a recall and what came of its draft.
create function told_when(of_check uuid, post uuid) returns tstzmultirange language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
    return (select tstzmultirange(tstzrange(told_since(of_check, post), null))
        - coalesce(range_agg(tstzrange(r.recalled_at, case when again.at is not null then greatest(again.at, r.recalled_at) end, '()')), '{}')
    from recalls r cross join lateral (select coalesce(
        (select min(n.requested_at) from recalls n where n.check_id = of_check and n.requested_at > r.requested_at),
        (select case when c.requested_at > r.requested_at then c.requested_at else c.resulted_at end from checks c where c.id = of_check)) as at) again
    where r.check_id = of_check);
end $$;
grant execute on function words_hidden, worked_at_post, what_about, about_now, is_spill_mark, said_alike, told_since, told_when to lantern_app;

-- Whether a program may be serving that knows neither recalls nor remarks: it would show a post what was done on a check while another one had
-- it, and what Washington writes to Washington.
create function older_serves() returns boolean language sql stable set search_path = pg_catalog, public, pg_temp as $$ select oldest_borne() < 71 $$;
grant execute on function older_serves to lantern_app;

-- What was sent comes back as a recall alone, and before anybody acknowledged it; its draft is never discarded, goes to no other post once people
-- of one worked on it, and ends as it was sent: the post that had it reads no draft.
create function keep_what_was_sent() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        if old.requested_at is not null then perform refuse('checks_once_sent', 'what was sent is never discarded'); end if;
        return old;
    end if;
    if old.state <> 'draft' and new.state = 'draft'
        and (old.state <> 'requested' or not exists (select from recalls where check_id = old.id and requested_at = old.requested_at)) then
        perform refuse('checks_recalled', 'what was sent is a draft again by a recall, until it is acknowledged');
    end if;
    if old.state <> 'draft' and new.state = 'draft' and older_serves() then
        perform refuse('checks_recalled_once_all_know', 'an older program may be serving');
    end if;
    if old.state = 'draft' and new.state not in ('draft', 'requested') and old.requested_at is not null and not exists (
        select from recalls r where r.check_id = old.id and r.requested_at = old.requested_at
            and (r.post_id, r.type, r.priority, r.site_visit, r.days_to_answer)
                = (new.post_id, new.type, new.priority, new.site_visit, new.days_to_answer)
            and said_alike(r.subject, new.subject) and said_alike(r.why, new.reason) and said_alike(r.own_questions, new.own_questions)
            and about_now(r.about_ids) = about_now(what_about(new.id, new.follows_check_id))) then
        perform refuse('checks_end_as_sent', 'what was sent ends as it was sent');
    end if;
    if old.state = 'draft' and new.state not in ('draft', 'requested') and old.requested_at is not null and words_hidden(old.id) then
        perform refuse('checks_end_settled', 'a report hides what it says');
    end if;
    if old.post_id <> new.post_id and old.requested_at is not null then
        if old.state <> 'draft' then perform refuse('checks_at_their_post', 'a check stays at the post that has it'); end if;
        if worked_at_post(old.id) then perform refuse('checks_worked_at_post', 'people of the post worked on it'); end if;
    end if;
    return new;
end $$;
-- An older program bears this: it makes no draft of what was sent, and discards and sends elsewhere none that it sent.
create trigger keep_what_was_sent before update or delete on checks for each row execute function keep_what_was_sent();

-- The same words stand in a check and in its recalled requests: whatever is reported of one goes out of the others too, however short it is. A party
-- goes out of what its recalled requests were about.
-- An older program bears this: the same arguments, and the same refusals.
select amend('hide_text(uuid,text,uuid,text,uuid,text,uuid,text,timestamptz)',
    $was$    for other in select c.name from unnest(array['before', 'after']) as c (name) loop
$was$,
    $now$    for other in values ('checks', 'subject', 't.id'), ('checks', 'reason', 't.id'), ('checks', 'own_questions', 't.id'),
        ('recalls', 'subject', 't.check_id'), ('recalls', 'why', 't.check_id'), ('recalls', 'own_questions', 't.check_id')
    loop
        exit when of_place not in ('check', 'recall');
        perform take_text(of_spill, other.column1, other.column2, format('case when flat(t.%1$I) = any ($1) then $2 else t.%1$I end', other.column2),
            other.column3 || ' = any ($3)', own, instead, array[of_file]);
    end loop;
    if of_place = 'party' then
        perform take_text(of_spill, 'recalls', 'about', 'cleared(t.about, $1, $2)', format('t.about_ids like %L', '%' || of_row || '%'), own, instead, '{}');
        perform take_text(of_spill, 'audit_events', 'before', 'cleared(t.before, $1, $2)', format('t.verb = ''check_recalled''
            and t.check_id in (select r.check_id from public.recalls r where r.about_ids like %L)', '%' || of_row || '%'), own, instead, '{}');
    end if;
    for other in select c.name from unnest(array['before', 'after']) as c (name) loop
$now$);
