-- People write to one another on a check: a thread to a role or a person, read by a post and Washington, or in Washington alone
-- (docs/decisions/0061). It is part of the log and of nothing that goes out.

-- The duties of before are read while everybody goes on writing.
-- An older program bears this: each of them was held to the shorter list.
alter table duties validate constraint duties_duty_known;

create table remarks (
    id uuid constraint remarks_pkey primary key,
    check_id uuid not null constraint remarks_check_fkey references checks,
    -- The first remark of its thread, which is itself of the first.
    thread_id uuid not null constraint remarks_thread_fkey references remarks,
    answers_id uuid constraint remarks_answers_fkey references remarks,
    -- The post whose people read it beside Washington; none: Washington alone. A thread stays in the circle of its first remark.
    post_id uuid constraint remarks_post_fkey references posts,
    to_part text constraint remarks_part_known check (to_part in ('post', 'case_officer', 'reviewer', 'supervisor')),
    to_person uuid constraint remarks_to_fkey references people,
    text text not null constraint remarks_text_short check (text <> ''),
    written_by uuid not null constraint remarks_writer_fkey references people,
    written_at_post uuid constraint remarks_writers_post_fkey references posts,
    written_at timestamptz not null,
    -- Since when it waits for nobody: answered or read by that person, or closed with its check.
    settled_at timestamptz,
    settled_by uuid constraint remarks_settler_fkey references people,
    constraint remarks_to_one check (num_nonnulls(to_part, to_person) = 1),
    constraint remarks_thread_whole check ((answers_id is null) = (thread_id = id)),
    constraint remarks_settled_whole check (settled_by is null or settled_at is not null),
    constraint remarks_within_circle check ((written_at_post is null or written_at_post = post_id) and (to_part is distinct from 'post' or post_id is not null))
);
create index remarks_by_check on remarks (check_id, thread_id, written_at);
create index remarks_by_answered on remarks (answers_id);
create index remarks_by_thread on remarks (thread_id);
-- What waits, for the homes: it is settled at the latest when its check closes.
create index remarks_waiting_by_part on remarks (to_part, post_id, written_at desc) where settled_at is null and to_part is not null;
create index remarks_waiting_by_person on remarks (to_person, written_at desc) where settled_at is null and to_person is not null;

-- What was written stays; it waits until it is settled, once. An answer stands on the check, in the thread and in the circle of what it answers.
create function keep_remarks() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    answered remarks;
begin
    if tg_op = 'DELETE' then perform refuse('remarks_stay', 'a remark stays'); end if;
    if tg_op = 'UPDATE' then
        if to_jsonb(new) - array['settled_at', 'settled_by'] <> to_jsonb(old) - array['settled_at', 'settled_by'] or old.settled_at is not null then
            perform refuse('remarks_stay', 'a remark stays, and is settled once');
        end if;
        return new;
    end if;
    -- A mark that takes the place of a hidden text may make it longer.
    if length(new.text) > 2000 then perform refuse('remarks_text_long', 'a remark has at most 2000 characters'); end if;
    if older_serves() then perform refuse('remarks_once_all_know', 'an older program may be serving'); end if;
    if not exists (select from checks where id = new.check_id and requested_at is not null) then
        perform refuse('remarks_once_sent', 'remarks are written once the request was sent');
    end if;
    if new.post_id is not null and not exists (select from checks where id = new.check_id and post_id = new.post_id and state <> 'draft') then
        perform refuse('remarks_of_its_post', 'the post does not have the check');
    end if;
    if new.answers_id is not null then
        select * into answered from remarks where id = new.answers_id;
        if (answered.check_id, answered.thread_id) <> (new.check_id, new.thread_id) or answered.post_id is distinct from new.post_id then
            perform refuse('remarks_in_their_thread', 'an answer stands in the thread of what it answers');
        end if;
    end if;
    return new;
end $$;
create trigger kept before insert or update or delete on remarks for each row execute function keep_remarks();
create trigger sealed before insert or update or delete on remarks for each row execute function refuse_change_to_sealed_file();
-- An older program bears this: it does not know the table.
revoke delete, truncate on remarks from lantern_app;

-- An older program bears this: it does not know the table.
select amend('audited_paths()', '(''recalls'', ''e.check_id', '(''remarks'', ''e.check_id = t.check_id'', ''{remark_written,remark_read,check_closed}''),
    (''recalls'', ''e.check_id');
-- An older program bears this: what it writes is judged by the same lines as before.
select hold_to_paths();
-- An older program bears this: it does not know the table.
select log_changes_to(array['remarks']);
-- An older program bears this: it asks for the places, whichever they are.
select amend('spill_places()', '(''recall'', ''check'',', '(''remark'', ''check'', ''remarks'', ''{text}'', ''t.check_id'', ''Remark''),
    (''recall'', ''check'',');

-- A check that closes lets nobody wait: a program that does not know remarks closes it too.
create function settle_remarks() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    update remarks set settled_at = new.closed_at where check_id = new.id and settled_at is null;
    return new;
end $$;
-- An older program bears this: it waits for nobody, and the entry of the closing lets it through.
create trigger note_settled_remarks before update of state on checks for each row when (new.state = 'closed' and old.state <> 'closed')
    execute function settle_remarks();

-- The post whose people read a row of a check beside Washington, or an entry about it; none: Washington alone. Every statement that gives a post
-- something of a check's asks here: its file, its timeline, its texts for a report, and whose the report is then. A row is named as spill_places()
-- and the log name it; what says by itself neither whose nor when it is goes by the moment of the entry.
create function told_to(of_check uuid, kind text, of_row uuid, at timestamptz default null) returns uuid
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
    if kind = 'correction' then
        select n.check_id, n.place, n.row_id, n.noted_at into of_check, kind, of_row, at from corrections n where n.id = of_row;
    end if;
    case kind
        when 'remark' then return (select r.post_id from remarks r where r.id = of_row);
        when 'recall' then return (select r.post_id from recalls r where r.id = of_row);
        when 'spill' then return (select s.post_id from spills s where s.id = of_row);
        when 'explanation' then select x.check_id, x.explained_at into of_check, at from explanations x where x.id = of_row;
        when 'extension' then select e.check_id, e.extended_at into of_check, at from extensions e where e.id = of_row;
        when 'check_mistake' then select m.check_id, m.taken_back_at into of_check, at from mistakes m where m.id = of_row;
        else null;
    end case;
    return (select c.post_id from checks c where c.id = of_check and c.state <> 'draft' and (at is null or at <@ told_when(c.id, c.post_id)));
end $$;
grant execute on function told_to to lantern_app;

-- A report is of the side that reads its text.
-- An older program bears this: the same arguments, and the same refusal of a row without a text.
select amend('hide_text(uuid, text, uuid, text, uuid, text, uuid, text, timestamptz)',
    'when ''check'' then (select post_id from public.checks where id = of_file)', 'when ''check'' then told_to(of_file, of_place, of_row)');

-- What says the same stands there once for each side: what Washington repeats is still the post's own to report.
-- An older program bears this: it is given each text that it was given before, some of them twice.
select amend('spill_rows(text, uuid)', $was$
                select distinct on (told_text) t.id, told_text from public.%I t, concat_ws('' / '', %s) as told_text
                where %s = $1 and btrim(told_text) <> '''' order by told_text, t.id desc) x$was$, $now$
                select distinct on (told_text, told_side) t.id, told_text from public.%I t, concat_ws('' / '', %s) as told_text, told_to($1, $2, t.id) as told_side
                where %s = $1 and btrim(told_text) <> '''' order by told_text, told_side, t.id desc) x$now$);
-- An older program bears this: the function asks itself of which side a row is.
select amend('spill_rows(text, uuid)', 'told.belongs) using of_id;', 'told.belongs) using of_id, told.place;');

-- Says from which migration on the programs are that may be serving.
create function bear_from(version bigint) returns void language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if oldest_borne() < version then
        execute format('create or replace function public.oldest_borne() returns bigint language sql stable
            set search_path = pg_catalog, public, pg_temp as $answer$ select %s::bigint $answer$', version);
    end if;
end $$;
-- An older program bears this: it does not call it.
revoke execute on function bear_from(bigint) from public;
-- A database in which nobody is yet was served by no older program.
-- An older program bears this: where somebody is, the answer stays.
select bear_from(71) where not exists (select from people);
