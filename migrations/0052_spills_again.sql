-- What somebody or a post was called at a moment: planned once a session, where a function of SQL was planned anew wherever a statement asks it.
-- An older program bears this: it gives what it gave.
create or replace function called(who uuid, today text, at timestamptz) returns text
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare former text;
begin
    select f.name into former from public.former_names f where f.of = who and f.until > at order by f.until limit 1;
    return case when former <> today then former || ' (now ' || today || ')' else today end;
end $$;

-- Spills (docs/decisions/0051). What is hidden is found however it is wrapped, in every kind of column by one rule; two reports that cover the
-- same words bring nothing of each other's back; and one row may be reported twice, as long as there is a text in it.

-- An older program bears this: it tells by this name alone that a row was reported already, and then tells that there is no text in it.
drop index spills_one_open;
-- An older program bears this: no statement goes by it.
drop index spills_by_file;
-- An older program bears this: no statement goes by it.
drop index spills_newest;
-- An older program bears this: reports are few.
-- What waits to be settled.
create index spills_open on spills (post_id) where settled_at is null;

-- What a report looks for, until it is settled: whole texts and their lines, as `flat` gives them. The program cannot read it.
create table spill_words (
    spill_id uuid not null constraint spill_words_spill_fkey references spills,
    number integer not null,
    word text not null,
    constraint spill_words_pkey primary key (spill_id, number)
);
-- An older program bears this: it does not know the table.
revoke all on spill_words from lantern_app;

-- A text as words are looked for in it: whatever stands between two of them, also the end of a line, is one space.
create function flat(said text) returns text language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    select translate(regexp_replace(regexp_replace(said, '^\s+|\s+$', '', 'g'), '\s+', ' ', 'g'), chr(1), chr(2))
$$;

-- What stands where a text was hidden.
create function spill_mark(reported timestamptz) returns text language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    select '[removed on ' || to_char(reported at time zone 'UTC', 'FMDD Mon YYYY') || ': reported as classified]'
$$;

create function is_spill_mark(said text) returns boolean language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    select said ~ '^\[removed on \d{1,2} [A-Z][a-z]{2} \d{4}: reported as classified\]( [-0-9a-f]{36})?$'
$$;

-- A text without these words (flat ones, the longest first), however they are wrapped in it; also where it was cut off after them. No pattern is
-- made of them, which may be as long as a telegram: they are found in the flat text, and their places in the text itself.
-- An older program bears this: it does not call it.
create or replace function cleared(said text, words text[], instead text) returns text language plpgsql immutable set search_path = pg_catalog, public, pg_temp as $$
declare
    word text;
    -- What was found is covered, so that places stay the same and nothing is found twice.
    seen text := translate(regexp_replace(said, '\s+', ' ', 'g'), chr(1), chr(2));
    ends integer := length(seen);
    begun integer;
    next integer;
    froms integer[] := '{}';
    lengths integer[] := '{}';
    quoted text := flat(substring(said from '^said that "(?:\.\.\.)?(.*?)(?:\.\.\.)?" is no classification mark$'));
    place record;
begin
    foreach word in array words loop
        begun := strpos(seen, word);
        while begun > 0 and word <> '' loop
            froms := froms || begun;
            lengths := lengths || length(word);
            seen := overlay(seen placing repeat(chr(1), length(word)) from begun);
            begun := strpos(seen, word);
        end loop;
    end loop;
    foreach word in array words loop
        begun := case when length(word) > 40 then strpos(seen, left(word, 40)) else 0 end;
        while begun > 0 loop
            if starts_with(word, rtrim(substr(seen, begun), ' .…')) then
                froms := froms || begun;
                lengths := lengths || ends - begun + 1;
                seen := rpad(left(seen, begun - 1), ends, chr(1));
            end if;
            next := strpos(substr(seen, begun + 1), left(word, 40));
            begun := case when next > 0 then begun + next else 0 end;
        end loop;
        begun := case when length(quoted) > 2 and strpos(word, quoted) > 0 then strpos(seen, quoted) else 0 end;
        if begun > 0 then
            froms := froms || begun;
            lengths := lengths || length(quoted);
            seen := overlay(seen placing repeat(chr(1), length(quoted)) from begun);
        end if;
    end loop;
    if froms = '{}' then
        return said;
    end if;
    for place in
        with parts as (
            select n, length(part[1]) as spaces, sign(length(part[1]))::integer as space, length(part[2]) as letters
            from regexp_matches(said, '(\s*)(\S+)', 'g') with ordinality as found (part, n)),
        starts as (
            select array_agg(at order by n) as ats, array_agg(flat_at order by n) as flat_ats from (
                select n, 1 + sum(spaces + letters) over (order by n) - letters as at, 1 + sum(space + letters) over (order by n) - letters as flat_at
                from parts) p),
        found as (
            select *, width_bucket(p.first_at::bigint, flat_ats) as b, width_bucket(p.last_at::bigint, flat_ats) as d
            from starts, lateral (select f as first_at, f + l - 1 as last_at from unnest(froms, lengths) as u (f, l)) p)
        select ats[b] + first_at - flat_ats[b] as first_at, case when last_at >= ends then length(said) else ats[d] + last_at - flat_ats[d] end as last_at
        from found
        order by 1 desc
    loop
        said := overlay(said placing instead from place.first_at::integer for (place.last_at - place.first_at + 1)::integer);
    end loop;
    return said;
end $$;

-- An older program bears this: it does not call it.
create or replace function cleared(said bytea, words text[], instead text) returns bytea language plpgsql immutable set search_path = pg_catalog, public, pg_temp as $$
declare
    stands text := legible(said);
    becomes text := cleared(stands, words, instead);
begin
    return case when becomes is distinct from stands then convert_to(becomes, 'UTF8') else said end;
end $$;

-- What a browser wrote into the body of a form.
create function form_decoded(said text) returns text language plpgsql immutable set search_path = pg_catalog, public, pg_temp as $$
begin
    return convert_from(decode((
        select coalesce(string_agg(case when part[1] ~ '^%..$' then substr(part[1], 2) else encode(convert_to(replace(part[1], '+', ' '), 'UTF8'), 'hex') end,
            '' order by n), '')
        from regexp_matches(said, '%[0-9A-Fa-f]{2}|[^%]+|%', 'g') with ordinality as parts (part, n)), 'hex'), 'UTF8');
exception when others then
    return said;
end $$;

-- The body of a form, each of its answers by the same rule.
create function cleared_form(said text, words text[], instead text) returns text language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(string_agg(case when becomes is distinct from typed then name || '=' || form_encoded(becomes) else part end, '&' order by n), said)
    from (select part, n, split_part(part, '=', 1) as name, form_decoded(substr(part, strpos(part, '=') + 1)) as typed
        from regexp_split_to_table(said, '&') with ordinality as parts (part, n)) p,
    lateral (select cleared(typed, words, instead) as becomes) c
$$;

-- What of a column is cleared by which of these: as an expression of the column, or of a text that stood in it.
create function clearing(of_table text, of_column text, value text, words text, instead text) returns text
language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select format('%s(%s, %s, %s)', case when of_column = 'body' and of_table in ('drafts', 'draft_sources') then 'cleared_form' else 'cleared' end, value, words, instead)
$$;

-- A text that stood in a column, without these words.
create function cleared_as(of_table text, of_column text, was text, words text[], instead text) returns text
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare
    becomes text;
    type_name text := (select format_type(atttypid, null) from pg_attribute where attrelid = format('public.%I', of_table)::regclass and attname = of_column);
begin
    execute format('select (%s)::text', clearing(of_table, of_column, '$1::' || type_name, '$2', '$3')) into becomes using was, words, instead;
    return becomes;
end $$;

-- The files that belong together with one: a check, its licenses and its telegrams.
create function spill_reach(of_file text, of_id uuid) returns table (file text, ids uuid[]) language sql stable set search_path = pg_catalog, public, pg_temp as $$
    with checks as (
        select of_id as id where of_file = 'check'
        union select check_id from check_licenses where of_file = 'license' and license_id = of_id
        union select check_id from telegram_checks where of_file = 'telegram' and telegram_id = of_id),
    licenses as (
        select of_id as id where of_file = 'license'
        union select license_id from check_licenses where of_file in ('check', 'telegram') and check_id in (select id from checks)),
    telegrams as (
        select of_id as id where of_file = 'telegram'
        union select telegram_id from telegram_checks where check_id in (select id from checks))
    values ('check', array(select id from checks)), ('license', array(select id from licenses)), ('telegram', array(select id from telegrams)),
        ('party', case of_file when 'party' then array[of_id] else '{}' end)
$$;

-- Where a text of a table stands, in people's words.
create function spill_called(of_table text) returns text language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select case of_table when 'audit_events' then 'Entries of the log' when 'drafts' then 'Drafts' when 'draft_sources' then 'Drafts from telegrams'
        when 'telegram_answers' then 'What was filed from a telegram'
        else (select p.called from spill_places() p where p.of_table = spill_called.of_table and p.called <> '' limit 1) end
$$;

-- Changes a column in some rows ($1: the words, $2: what stands there instead, $3: ids), and keeps what was there: of a report once a place.
-- An older program bears this: it does not call it.
create or replace function take_text(of_spill uuid, of_table text, of_column text, becomes text, is_row text, words text[], instead text, ids uuid[])
returns integer language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    row_key text := case of_table
        when 'drafts' then 'jsonb_build_object(''form_id'', n.form_id)'
        when 'draft_sources' then 'jsonb_build_object(''form_id'', n.form_id)'
        when 'telegram_answers' then 'jsonb_build_object(''telegram_id'', n.telegram_id, ''key'', n.key, ''proposed_digest'', n.proposed_digest)'
        else 'jsonb_build_object(''id'', n.id)' end;
    is_there boolean;
    taken integer;
begin
    execute format('select exists (select from public.%1$I t where (%2$s) and t.%3$I is not null and t.%3$I is distinct from (%4$s))', of_table,
        is_row, of_column, becomes)
        into is_there using words, instead, ids;
    if not is_there then
        return 0;
    end if;
    perform stand_guard(of_table, false);
    execute format('with o as (select t.ctid as at, t.%2$I::text as it_was, (%3$s) as becomes from public.%1$I t where (%4$s) and t.%2$I is not null),
            n as (update public.%1$I t set %2$I = o.becomes from o where t.ctid = o.at and t.%2$I is distinct from o.becomes returning t.*, o.it_was),
            again as (update public.spill_texts k set became = n.%2$I::text from n
                where k.spill_id = %5$L and k.of_table = %1$L and k.of_column = %2$L and k.row_key = %6$s returning k.row_key),
            more as (insert into public.spill_texts (spill_id, number, of_table, row_key, of_column, was, became)
                select %5$L, (select coalesce(max(number), 0) from public.spill_texts where spill_id = %5$L) + row_number() over (), %1$L, %6$s, %2$L, n.it_was,
                n.%2$I::text from n where %6$s not in (select row_key from again))
        select count(*) from n', of_table, of_column, becomes, is_row, of_spill, row_key) into taken using words, instead, ids;
    return taken;
end $$;

-- Hides the texts of a row, and what else in its files repeats them: other rows, the log, what is typed and not sent, what is read and
-- computed. Files that belong together are looked through together.
-- An older program bears this: the same arguments, and the same refusal of a row without a text.
create or replace function hide_text(of_spill uuid, of_place text, of_row uuid, because text, by_person uuid, by_role text, by_post uuid, by_address text,
    moment timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    told record;
    other record;
    instead text := spill_mark(moment);
    column_name text;
    stands text[] := '{}';
    value text;
    known text[];
    own text[];
    checks uuid[];
    licenses uuid[];
    parties uuid[];
    telegrams uuid[];
    of_file uuid;
    side uuid;
begin
    -- Reports are made and settled one after the other: each looks at what the others hide.
    lock table spill_texts in share row exclusive mode;
    select * into strict told from spill_places() where place = of_place and called <> '';
    execute format('select %s from public.%I t where t.id = $1 for update', told.belongs, told.of_table) into of_file using of_row;
    if of_file is null then
        raise no_data_found;
    end if;
    foreach column_name in array told.texts loop
        execute format('select %s from public.%I t where t.id = $1', case column_name when 'original' then 'legible(t.original)'
            else format('t.%I', column_name) end, told.of_table) into value using of_row;
        if btrim(value) <> '' and column_name not like '%\_folded' and not is_spill_mark(value) then
            stands := stands || value;
        end if;
    end loop;
    if stands = '{}' then
        perform refuse('spills_something', 'there is no text');
    end if;
    -- As it stands, as it stood before, and line by line.
    select array_agg(word order by length(word) desc) into own from (
        select distinct flat(part) as word from (
            select unnest(stands)
            union all select hit #>> '{}' from unnest(told.texts) as name, audit_events e,
                jsonb_path_query(jsonb_build_array(e.before, e.after), format('$.**.%s', to_jsonb(name))::jsonpath) as hit
                where e.subject_id = of_row and told.place <> told.file and jsonb_typeof(hit) = 'string'
            -- Entries say what each value is: these are what a person types. Of a file itself many entries tell of its rows: they are no words of its
            -- own texts.
            union all select pair ->> 1 from audit_events e, unnest(array[e.before, e.after]) as kept,
                jsonb_array_elements(case jsonb_typeof(kept) when 'array' then kept else '[]' end) as pair
                where e.subject_id = of_row and told.place <> told.file and jsonb_typeof(pair) = 'array' and pair ->> 1 <> 'none' and (pair ->> 0 = any (
                    '{Summary,Text,Statement,Reason,Reasons,Questions,Explanation,Why,Fact,Says,Note,Proof,Proof that none is required,Evidence,Provisos,
                    What happens,Where,The end-user waits for,Who acts,Subject,Purpose,Name,Names,Address,Items,Signed by,Record,What lapses,Kept at,
                    How it is known,Caveat}') or pair ->> 0 = 'Source' and told.file = 'party')
            union all select kept #>> '{}' from audit_events e, unnest(array[e.before, e.after]) as kept
                where e.subject_id = of_row and told.place <> told.file and jsonb_typeof(kept) = 'string') as whole (said),
            lateral (select said union all select regexp_split_to_table(said, '\s*[\r\n]+\s*')) as parts (part)) w
    where length(word) > 2 and not is_spill_mark(word);
    known := array(select word from unnest(own) with ordinality w (word, n) where length(word) >= 30 order by n);
    select max(ids) filter (where file = 'check'), max(ids) filter (where file = 'license'), max(ids) filter (where file = 'party'),
        max(ids) filter (where file = 'telegram') into checks, licenses, parties, telegrams from spill_reach(told.file, of_file);
    side := case told.file when 'check' then (select post_id from public.checks where id = of_file)
        when 'telegram' then (select post_id from public.telegrams where id = of_file) end;
    insert into spills (id, place, row_id, file, file_id, post_id, characters, hash, why, reported_by, reported_at)
    values (of_spill, of_place, of_row, told.file, of_file, side, length(array_to_string(stands, '')),
        sha256(convert_to(array_to_string(stands, E'\n'), 'UTF8')), because, by_person, moment);
    -- Where another open report hid something in the row before, its texts are looked for as they were, but for what that report looks for itself.
    insert into spill_words select of_spill, row_number() over (), word from (
        select unnest(known) union select flat(said) from unnest(stands) as said
        union select flat(part) from spill_texts k join public.spills s on s.id = k.spill_id and s.settled_at is null
            cross join lateral (select case k.of_column when 'original' then legible(k.was::bytea) else k.was end) as w (said)
            cross join lateral (select said union select line from regexp_split_to_table(said, '\s*[\r\n]+\s*') line where length(flat(line)) >= 30) p (part)
            where k.of_table = told.of_table and k.row_key ->> 'id' = of_row::text and k.of_column = any (told.texts) and k.of_column not like '%\_folded'
                and flat(part) not in (select o.word from spill_words o where o.spill_id = k.spill_id)) w (word)
    where length(word) >= 12;
    -- The row itself, whole; then whatever repeats it. What a name was folded to goes with the name.
    foreach column_name in array told.texts loop
        perform take_text(of_spill, told.of_table, column_name, case when column_name = 'original' then 'convert_to($2, ''UTF8'')'
            when column_name like '%\_folded' then '$2 || '' '' || t.id' else '$2' end,
            format(case when column_name = 'original' then 't.id = any ($3) and not is_spill_mark(legible(t.%I))'
                else 't.id = any ($3) and t.%1$I <> '''' and not is_spill_mark(t.%1$I)' end, column_name), known, instead, array[of_row]);
    end loop;
    for other in
        select p.of_table, c.name, p.belongs, f.ids
        from spill_places() p cross join unnest(p.texts) with ordinality as c (name, n) join spill_reach(told.file, of_file) f on f.file = p.file
        where cardinality(f.ids) > 0 order by p.place, c.n
    loop
        if other.name like '%\_folded' then
            perform take_text(of_spill, other.of_table, other.name, '$2 || '' '' || t.id', format('%s = any ($3) and not is_spill_mark(t.%I) and exists (
                select from public.spill_texts k where k.spill_id = %L and k.of_table = %L and k.of_column = %L and k.row_key ->> ''id'' = t.id::text)',
                other.belongs, other.name, of_spill, other.of_table, replace(other.name, '_folded', '')), known, instead, other.ids);
        else
            perform take_text(of_spill, other.of_table, other.name, clearing(other.of_table, other.name, format('t.%I', other.name), '$1', '$2'),
                format('%s = any ($3)', other.belongs), known, instead, other.ids);
        end if;
    end loop;
    for other in
        select c.name, w.is_row, w.words, w.ids from unnest(array['summary', 'before', 'after']) as c (name) cross join (values
            ('t.subject_id = any ($3)', own, array[of_row]), ('t.subject_id = any ($3)', known, array[of_file] || telegrams),
            ('t.check_id = any ($3)', known, checks), ('t.license_id = any ($3)', known, licenses), ('t.party_id = any ($3)', known, parties)
        ) as w (is_row, words, ids)
    loop
        perform take_text(of_spill, 'audit_events', other.name, clearing('audit_events', other.name, format('t.%I', other.name), '$1', '$2'),
            other.is_row, other.words, instead, other.ids);
    end loop;
    -- What is typed and not sent, whoever typed it and wherever.
    for other in values ('drafts', 'title'), ('drafts', 'body'), ('draft_sources', 'title'), ('draft_sources', 'body'), ('draft_sources', 'shown'),
        ('draft_sources', 'noted')
    loop
        perform take_text(of_spill, other.column1, other.column2, clearing(other.column1, other.column2, format('t.%I', other.column2), '$1', '$2'),
            'true', known, instead, '{}');
    end loop;
    -- What follows from the record is made anew.
    delete from telegram_readings where telegram_id = any (telegrams);
    update check_standings s set ahead = cleared(s.ahead, known, instead), words = cleared(s.words, known, instead)
    where s.check_id = any (checks) or s.check_id in (select check_id from check_licenses where license_id = any (licenses));
    insert into audit_events (id, at, actor_id, role, post_id, address, verb, subject_kind, subject_id, check_id, license_id, party_id, summary, after)
    select gen_random_uuid(), moment, by_person, by_role, by_post, by_address, 'text_hidden', of_place, of_row, case told.file when 'check' then of_file end,
        case told.file when 'license' then of_file end, case told.file when 'party' then of_file end,
        format('hid a text of %s characters (%s), SHA-256 %s', length(array_to_string(stands, '')), lower(told.called), encode(s.hash, 'hex')),
        (select jsonb_agg(jsonb_build_array(said, many) order by said) from (select spill_called(t.of_table) as said, count(distinct t.row_key)::text as many
            from spill_texts t where t.spill_id = of_spill group by 1) c)
    from spills s where s.id = of_spill;
    for other in select distinct p.of_table from spill_places() p union select unnest(array['audit_events', 'drafts', 'draft_sources']) loop
        perform stand_guard(other.of_table, true);
    end loop;
end $$;

-- Whether a text is of the row that was reported, which is hidden whole.
create function is_spill_row(told spills, kept spill_texts) returns boolean language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from spill_places() p where p.place = told.place and p.of_table = kept.of_table and kept.of_column = any (p.texts)
        and kept.row_key ->> 'id' = told.row_id::text)
$$;

-- Puts one text back where it stood, if it stands there as it was left. What other reports hid in the same place since lies above it: it is put back
-- beneath them. What an open report of files that belong together covers, and could not find while it was hidden, is hidden as by that report.
-- Gives what became of it: put back, covered by another report, or changed since.
create function put_back(kept spill_texts, told spills) returns text language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    is_at text := (select string_agg(format('t.%I = %L', name, value), ' and ') from jsonb_each_text(kept.row_key) k (name, value));
    is_folded boolean := kept.of_column like '%\_folded';
    stands text;
    becomes text := kept.was;
    cleared_to text;
    named text;
    is_above boolean;
    other spills;
    above spill_texts;
    looked_for text[];
    outcome text := 'put back';
begin
    execute format('select t.%I::text from public.%I t where %s', kept.of_column, kept.of_table, is_at) into stands;
    select k.was into cleared_to from spill_texts k join spills s on s.id = k.spill_id
    where k.of_table = kept.of_table and k.row_key = kept.row_key and k.of_column = kept.of_column and s.settled_at is null
        and (s.reported_at, s.id) > (told.reported_at, told.id) order by s.reported_at, s.id, k.number limit 1;
    if kept.became is distinct from coalesce(cleared_to, stands) then
        return 'changed';
    end if;
    for other in select s.* from spills s where s.settled_at is null and s.id <> told.id order by s.reported_at, s.id loop
        looked_for := array(select word from spill_words where spill_id = other.id order by length(word) desc);
        is_above := false;
        for above in
            select k.* from spill_texts k where k.spill_id = other.id and k.of_table = kept.of_table and k.row_key = kept.row_key
                and k.of_column = kept.of_column order by k.number
        loop
            is_above := true;
            continue when (other.reported_at, other.id) < (told.reported_at, told.id);
            if above.was <> kept.became then
                -- Somebody wrote there between the two.
                return outcome;
            end if;
            cleared_to := case when is_folded or is_spill_row(other, above) then above.became
                else cleared_as(above.of_table, above.of_column, becomes, looked_for, spill_mark(other.reported_at)) end;
            update spill_texts set was = becomes, became = cleared_to where spill_id = above.spill_id and number = above.number;
            outcome := 'covered';
            kept.became := above.became;
            becomes := cleared_to;
        end loop;
        continue when is_above or not exists (
            select from spill_reach(told.file, told.file_id) own join spill_reach(other.file, other.file_id) its on its.file = own.file
            where own.ids && its.ids);
        if is_folded then
            -- A folded name is hidden as long as its name is, which is put back after it.
            select was into named from spill_texts where spill_id = kept.spill_id and of_table = kept.of_table and row_key = kept.row_key
                and of_column = replace(kept.of_column, '_folded', '');
            cleared_to := case when cleared(named, looked_for, '') is distinct from named
                then spill_mark(other.reported_at) || ' ' || (kept.row_key ->> 'id') else becomes end;
        else
            cleared_to := cleared_as(kept.of_table, kept.of_column, becomes, looked_for, spill_mark(other.reported_at));
        end if;
        if cleared_to is distinct from becomes then
            insert into spill_texts (spill_id, number, of_table, row_key, of_column, was, became)
            select other.id, coalesce(max(number), 0) + 1, kept.of_table, kept.row_key, kept.of_column, becomes, cleared_to
            from spill_texts where spill_id = other.id;
            becomes := cleared_to;
            outcome := 'covered';
        end if;
    end loop;
    if stands is not distinct from kept.became then
        execute format('update public.%I t set %I = %L where %s', kept.of_table, kept.of_column, becomes, is_at);
    end if;
    return outcome;
end $$;

-- An older program bears this: the same arguments, and the same refusals.
create or replace function settle_text(of_spill uuid, how text, because text, by_person uuid, by_role text, by_post uuid, by_address text,
    moment timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    told spills;
    kept spill_texts;
    of_table text;
    tables text[];
    words text[];
    became text;
    all_places integer;
    back integer := 0;
    covered integer := 0;
    instead text;
    said text;
begin
    lock table spill_texts in share row exclusive mode;
    update spills set outcome = how, settled_because = because, settled_by = by_person, settled_at = moment
    where id = of_spill and settled_at is null returning * into strict told;
    said := format('a text of %s characters (%s), SHA-256 %s', told.characters, (select lower(called) from spill_places() where place = told.place),
        encode(told.hash, 'hex'));
    if how = 'restored' then
        tables := array(select distinct t.of_table from spill_texts t where t.spill_id = of_spill);
        all_places := (select count(*) from spill_texts where spill_id = of_spill);
        foreach of_table in array tables loop
            perform stand_guard(of_table, false);
        end loop;
        -- The last first; folded names while their names are still kept.
        for kept in select * from spill_texts where spill_id = of_spill order by of_column like '%\_folded' desc, number desc loop
            became := put_back(kept, told);
            back := back + (became = 'put back')::integer;
            covered := covered + (became = 'covered')::integer;
            -- What was written there since stays, and what it took the place of is kept.
            if became <> 'changed' then
                delete from spill_texts where spill_id = of_spill and number = kept.number;
            end if;
        end loop;
        foreach of_table in array tables loop
            perform stand_guard(of_table, true);
        end loop;
        said := format('put back %s of %s places of %s', back, all_places, said)
            || case all_places - back - covered when 0 then '' when 1 then '; 1 was changed since'
                else format('; %s were changed since', all_places - back - covered) end
            || case covered when 0 then '' when 1 then '; 1 stays hidden by another report' else format('; %s stay hidden by other reports', covered) end;
    else
        instead := spill_mark(told.reported_at);
        words := array(select word from spill_words where spill_id = of_spill order by length(word) desc);
        for kept in select * from spill_texts where spill_id = of_spill order by number desc loop
            if is_spill_row(told, kept) then
                -- It is gone whole, and with it what other reports hid in it before.
                with recursive beneath as (
                    select k.* from spill_texts k where k.spill_id <> of_spill and k.of_table = kept.of_table and k.row_key = kept.row_key
                        and k.of_column = kept.of_column and k.became = kept.was
                    union select k.* from spill_texts k join beneath b on k.of_table = b.of_table and k.row_key = b.row_key
                        and k.of_column = b.of_column and k.became = b.was where k.spill_id <> of_spill)
                delete from spill_texts d using beneath b where d.spill_id = b.spill_id and d.number = b.number;
            else
                update spill_texts k set became = kept.became where k.spill_id <> of_spill and k.of_table = kept.of_table
                    and k.row_key = kept.row_key and k.of_column = kept.of_column and k.became = kept.was;
            end if;
        end loop;
        -- Nor does it come back with another one.
        update spill_texts f set was = f.became where f.spill_id <> of_spill and f.of_column like '%\_folded' and exists (
            select from spill_texts n where n.spill_id = f.spill_id and n.of_table = f.of_table and n.row_key = f.row_key
                and n.of_column = replace(f.of_column, '_folded', '') and cleared(n.was, words, instead) is distinct from n.was);
        update spill_texts o set was = c.becomes from (select t.spill_id, t.number, cleared_as(t.of_table, t.of_column, t.was, words, instead) as becomes
            from spill_texts t where t.spill_id <> of_spill) c
        where o.spill_id = c.spill_id and o.number = c.number and o.was <> c.becomes;
        delete from spill_texts where spill_id = of_spill;
        said := 'removed ' || said;
    end if;
    delete from spill_words where spill_id = of_spill;
    insert into audit_events (id, at, actor_id, role, post_id, address, verb, subject_kind, subject_id, check_id, license_id, party_id, summary)
    values (gen_random_uuid(), moment, by_person, by_role, by_post, by_address, case how when 'restored' then 'text_restored' else 'text_removed' end,
        told.place, told.row_id, case told.file when 'check' then told.file_id end, case told.file when 'license' then told.file_id end,
        case told.file when 'party' then told.file_id end, said);
end $$;

-- What is open already looks for the texts of its row.
insert into spill_words select s.id, row_number() over (partition by s.id), word from spills s
join spill_texts t on t.spill_id = s.id and is_spill_row(s, t) and t.of_column not like '%\_folded'
cross join lateral (select case t.of_column when 'original' then legible(t.was::bytea) else t.was end as said) w
cross join lateral (select flat(said) union select flat(part) from regexp_split_to_table(said, '\s*[\r\n]+\s*') part where length(flat(part)) >= 30) f (word)
where s.settled_at is null and length(word) >= 12;

-- An older program bears this: it does not know the table.
select log_changes_to(array['spill_words']);
-- An older program bears this: it calls none of them.
revoke execute on function flat(text), spill_mark(timestamptz), is_spill_mark(text), form_decoded(text), cleared_form(text, text[], text),
    clearing(text, text, text, text, text), cleared_as(text, text, text, text[], text), spill_reach(text, uuid), spill_called(text),
    is_spill_row(spills, spill_texts), put_back(spill_texts, spills) from public;
