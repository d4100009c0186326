-- A classified text that was found too late is taken out: hidden at once from everybody when one person reports it, and destroyed, or put
-- back, when a second one settles it (docs/decisions/0051). What is append-only, sealed or frozen is no exception, so the program cannot do
-- it by itself: these functions alone pass the guards, change nothing but texts, and write into the log what they did.

-- Where people's texts stand: what a person reports (a row, all of its texts), to whose file it belongs, and its name.
create function spill_places() returns table (place text, file text, of_table text, texts text[], belongs text, called text)
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    values
    ('check', 'check', 'checks', '{subject,reason,site_visit_waiver,held_reason}'::text[], 't.id', 'Subject and reasons of the check'),
    ('contact', 'check', 'contacts', '{with_whom,place,summary}', 't.check_id', 'Contact'),
    ('statement', 'check', 'statements', '{text}', 't.check_id', 'Statement'),
    ('document', 'check', 'documents', '{kind,issuer,number,kept_at,description}', 't.check_id', 'Document'),
    ('finding', 'check', 'findings', '{text}', 't.check_id', 'Finding'),
    ('question', 'check', 'check_questions', '{text}', 't.check_id', 'Questions to the post'),
    ('interim_reply', 'check', 'interim_replies', '{text}', 't.check_id', 'Interim reply'),
    ('extension', 'check', 'extensions', '{reason}', 't.check_id', 'Reason of an extension'),
    ('recommendation', 'check', 'recommendations', '{text}', 't.check_id', 'Recommendation'),
    ('result', 'check', 'results', '{text,caveat,declined_because}', 't.check_id', 'Result'),
    ('explanation', 'check', 'explanations', '{text}', 't.check_id', 'Explanation of a contradiction'),
    ('license', 'license', 'licenses', '{purpose}', 't.id', 'Purpose of the license'),
    ('item', 'license', 'item_groups', '{label}', 't.license_id', 'Item group'),
    ('condition', 'license', 'conditions', '{text,who_acts,evidence}', 't.license_id', 'Condition'),
    ('decision', 'license', 'decisions', '{reasons}', 't.license_id', 'Reasons of a decision'),
    ('proviso', 'license', 'provisos', '{text}', '(select d.license_id from public.decisions d where d.id = t.decision_id)', 'Proviso'),
    ('exception', 'license', 'exceptions', '{reason}', 't.license_id', 'Reason of an exception'),
    ('permit', 'license', 'permits', '{named_party,kept_at,withdrawn_reason}', 't.license_id', 'Permit'),
    ('approval', 'license', 'import_approvals', '{note,proof,waits_for}', 't.license_id', 'Import approval'),
    ('certificate', 'license', 'certificates', '{kept_at}', 't.license_id', 'Certificate'),
    ('certificate_signature', 'license', 'certificate_signatures', '{signer_name}',
        '(select c.license_id from public.certificates c where c.id = t.certificate_id)', 'Signature on the certificate'),
    ('custody_step', 'license', 'custody_steps', '{holder,what}', 't.license_id', 'Custody step'),
    ('serial', 'license', 'serials', '{location}', 't.license_id', 'Place of a serial number'),
    ('mistake', 'license', 'mistakes', '{said,reason}', 't.license_id', 'What was taken back'),
    ('party', 'party', 'parties', '{name,name_folded,address,found_source}', 't.id', 'Name and address of the party'),
    ('alias', 'party', 'party_aliases', '{name,name_folded,source}', 't.party_id', 'Other name'),
    ('fact', 'party', 'party_facts', '{text,source}', 't.party_id', 'Fact'),
    ('listing', 'party', 'party_listings', '{source}', 't.party_id', 'Source of a listing'),
    ('telegram', 'telegram', 'telegrams', '{original,body,subject}', 't.id', 'The telegram'),
    -- No rows of their own for a person: they go with their files. What judgements rested on repeats what stood there.
    ('explained', 'check', 'explanations', '{said}', 't.check_id', ''),
    ('decided_on', 'license', 'decisions', '{basis}', 't.license_id', ''),
    ('excepted_on', 'license', 'exceptions', '{basis}', 't.license_id', ''),
    ('permit_lapsed', 'license', 'permits', '{lapsed}', 't.license_id', ''),
    ('signature_lapsed', 'license', 'certificate_signatures', '{lapsed}',
        '(select c.license_id from public.certificates c where c.id = t.certificate_id)', ''),
    ('telegram_answer', 'telegram', 'telegram_answers', '{proposed,words,says}', 't.telegram_id', '')
$$;

create table spills (
    id uuid constraint spills_pkey primary key,
    place text not null,
    row_id uuid not null,
    file text not null constraint spills_file_known check (file in ('check', 'license', 'party', 'telegram')),
    file_id uuid not null,
    -- Whose supervisor settles it; null: Washington's.
    post_id uuid constraint spills_post_fkey references posts,
    -- What was hidden: how much, and its hash. The words stand below until it is settled, and nowhere else.
    characters integer not null,
    hash bytea not null,
    why text not null,
    reported_by uuid not null constraint spills_reporter_fkey references people,
    reported_at timestamptz not null,
    outcome text constraint spills_outcome_known check (outcome in ('removed', 'restored')),
    settled_because text,
    settled_by uuid constraint spills_settler_fkey references people,
    settled_at timestamptz,
    constraint spills_settled_whole check (num_nonnulls(outcome, settled_because, settled_by, settled_at) in (0, 4)),
    constraint spills_settled_by_another check (settled_by <> reported_by)
);
create unique index spills_one_open on spills (row_id) where settled_at is null;
create index spills_by_file on spills (file_id);
create index spills_newest on spills (reported_at desc, id desc);

-- What is hidden, until it is destroyed or put back. The program cannot read it.
create table spill_texts (
    spill_id uuid not null constraint spill_texts_spill_fkey references spills,
    number integer not null,
    of_table text not null,
    row_key jsonb not null,
    of_column text not null,
    was text not null,
    -- What stands there instead: it is put back only where nobody changed that since.
    became text not null,
    constraint spill_texts_pkey primary key (spill_id, number)
);
-- An older program bears this: it knows neither table.
select log_changes_to(array['spills', 'spill_texts']);
-- An older program bears this: it knows neither table.
revoke insert, update, delete, truncate on spills from lantern_app;
-- An older program bears this: it knows neither table.
revoke all on spill_texts from lantern_app;

-- The text of a telegram as it came.
create function legible(original bytea) returns text language plpgsql immutable set search_path = pg_catalog, public, pg_temp as $$
begin
    return convert_from(original, 'UTF8');
exception when others then
    return encode(original, 'escape');
end $$;

-- As a browser writes it into the body of a form.
create function form_encoded(said text) returns text language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(string_agg(case
        when byte between 48 and 57 or byte between 65 and 90 or byte between 97 and 122 or byte in (42, 45, 46, 95) then chr(byte)
        when byte = 32 then '+'
        else '%' || upper(lpad(to_hex(byte), 2, '0')) end, '' order by n), '')
    from (select n, get_byte(convert_to(said, 'UTF8'), n) as byte
          from generate_series(0, octet_length(convert_to(said, 'UTF8')) - 1) n) bytes
$$;

-- A text without these words, the longest first; also where it was cut off after them, or is wrapped otherwise.
create function cleared(said text, words text[], instead text) returns text language plpgsql immutable set search_path = pg_catalog, public, pg_temp as $$
declare
    word text;
    begun integer;
    quoted text := substring(said from '^said that "(?:\.\.\.)?(.*?)(?:\.\.\.)?" is no classification mark$');
begin
    foreach word in array words loop
        said := replace(said, word, instead);
    end loop;
    foreach word in array words loop
        begun := strpos(said, left(word, 40));
        if length(word) > 40 and begun > 0 and starts_with(word, rtrim(substr(said, begun), ' .…')) then
            said := left(said, begun - 1) || instead;
        end if;
        if length(quoted) > 2 and strpos(word, quoted) > 0 then
            said := replace(said, quoted, instead);
        end if;
    end loop;
    return said;
end $$;

create function cleared(said jsonb, words text[], instead text) returns jsonb language plpgsql immutable set search_path = pg_catalog, public, pg_temp as $$
begin
    return case jsonb_typeof(said)
        when 'string' then to_jsonb(cleared(said #>> '{}', words, instead))
        when 'array' then (select coalesce(jsonb_agg(cleared(part, words, instead) order by n), '[]')
                           from jsonb_array_elements(said) with ordinality parts (part, n))
        when 'object' then (select coalesce(jsonb_object_agg(name, cleared(part, words, instead)), '{}') from jsonb_each(said) parts (name, part))
        else said end;
end $$;

-- A telegram is wrapped: between two words may be the end of a line.
create function cleared(said bytea, words text[], instead text) returns bytea language plpgsql immutable set search_path = pg_catalog, public, pg_temp as $$
declare
    word text;
    stands text := legible(said);
    becomes text := stands;
begin
    foreach word in array words loop
        becomes := regexp_replace(becomes, regexp_replace(regexp_replace(word, '([^[:alnum:][:space:]])', '\\\1', 'g'), '\s+', '\\s+', 'g'), instead, 'g');
    end loop;
    return case when becomes is distinct from stands then convert_to(becomes, 'UTF8') else said end;
end $$;

-- Lets a table's texts be changed within the function that is under way, and guards them again; what leaves marks for lists stays on.
create function stand_guard(of_table text, guarded boolean) returns void language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare name text;
begin
    for name in
        select t.tgname from pg_trigger t join pg_proc p on p.oid = t.tgfoid
        where t.tgrelid = format('public.%I', of_table)::regclass and not t.tgisinternal and t.tgenabled = case when guarded then 'D' else 'O' end
            and p.proname not in ('leave_marks', 'renew_version', 'renew_version_of_gone', 'note_loose_telegrams')
    loop
        execute format('alter table public.%I %s trigger %I', of_table, case when guarded then 'enable' else 'disable' end, name);
    end loop;
end $$;

-- Changes a column in some rows ($1: the words, $2: what stands there instead, $3: ids), and keeps what was there. Gives how many changed.
create function take_text(of_spill uuid, of_table text, of_column text, becomes text, is_row text, words text[], instead text, ids uuid[])
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
            n as (update public.%1$I t set %2$I = o.becomes from o where t.ctid = o.at and t.%2$I is distinct from o.becomes returning t.*, o.it_was)
        insert into public.spill_texts (spill_id, number, of_table, row_key, of_column, was, became)
        select %5$L, (select coalesce(max(number), 0) from public.spill_texts where spill_id = %5$L) + row_number() over (), %1$L, %6$s, %2$L, n.it_was,
            n.%2$I::text from n', of_table, of_column, becomes, is_row, of_spill, row_key) using words, instead, ids;
    get diagnostics taken = row_count;
    return taken;
end $$;

-- Hides the texts of a row, and what else in its files repeats them: other rows, the log, what is typed and not sent, what is read and
-- computed. Files that belong together are looked through together: a check, its licenses and its telegrams.
create function hide_text(of_spill uuid, of_place text, of_row uuid, because text, by_person uuid, by_role text, by_post uuid, by_address text,
    moment timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    told record;
    other record;
    instead text := '[removed on ' || to_char(moment at time zone 'UTC', 'FMDD Mon YYYY') || ': reported as classified]';
    column_name text;
    type_name text;
    stands text[] := '{}';
    value text;
    known text[];
    own text[];
    checks uuid[] := '{}';
    licenses uuid[] := '{}';
    parties uuid[] := '{}';
    telegrams uuid[] := '{}';
    of_file uuid;
    side uuid;
    taken integer;
    places jsonb := '{}';
begin
    select * into strict told from spill_places() where place = of_place and called <> '';
    execute format('select %s from public.%I t where t.id = $1 for update', told.belongs, told.of_table) into of_file using of_row;
    if of_file is null then
        raise no_data_found;
    end if;
    foreach column_name in array told.texts loop
        execute format('select %s from public.%I t where t.id = $1', case column_name when 'original' then 'legible(t.original)'
            else format('t.%I', column_name) end, told.of_table) into value using of_row;
        if btrim(value) <> '' and column_name not like '%\_folded' and value !~ '^\[removed on \d{1,2} [A-Z][a-z]{2} \d{4}: reported as classified\]$' then
            stands := stands || value;
        end if;
    end loop;
    if stands = '{}' then
        perform refuse('spills_something', 'there is no text');
    end if;
    -- As it stands, as it stood before, and line by line.
    select array_agg(word order by length(word) desc) into own from (
        select distinct btrim(part) as word from (
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
    where length(word) > 2;
    known := array(select word from unnest(own) with ordinality w (word, n) where length(word) >= 30 order by n);
    case told.file
        when 'check' then
            checks := array[of_file];
            licenses := array(select license_id from check_licenses where check_id = of_file);
            telegrams := array(select telegram_id from telegram_checks where check_id = of_file);
        when 'license' then
            licenses := array[of_file];
            checks := array(select check_id from check_licenses where license_id = of_file);
        when 'party' then
            parties := array[of_file];
        else
            telegrams := array[of_file];
            checks := array(select check_id from telegram_checks where telegram_id = of_file);
            licenses := array(select license_id from check_licenses where check_id = any (checks));
    end case;
    telegrams := telegrams || array(select telegram_id from telegram_checks where check_id = any (checks));
    side := case told.file when 'check' then (select post_id from public.checks where id = of_file)
        when 'telegram' then (select post_id from public.telegrams where id = of_file) end;
    insert into spills (id, place, row_id, file, file_id, post_id, characters, hash, why, reported_by, reported_at)
    values (of_spill, of_place, of_row, told.file, of_file, side, length(array_to_string(stands, '')),
        sha256(convert_to(array_to_string(stands, E'\n'), 'UTF8')), because, by_person, moment);
    -- The row itself, whole; then whatever repeats it.
    foreach column_name in array told.texts loop
        taken := take_text(of_spill, told.of_table, column_name, case when column_name = 'original' then 'convert_to($2, ''UTF8'')'
            when column_name like '%\_folded' then '$2 || '' '' || t.id' else '$2' end,
            case when column_name = 'original' then 't.id = any ($3)' else format('t.id = any ($3) and t.%I <> ''''', column_name) end, known, instead, array[of_row]);
        places := places || jsonb_build_object(told.of_table, coalesce((places -> told.of_table)::integer, 0) + taken);
    end loop;
    for other in
        select p.of_table, c.name, p.belongs, f.ids
        from spill_places() p cross join unnest(p.texts) as c (name)
        join (values ('check', checks), ('license', licenses), ('party', parties), ('telegram', telegrams)) as f (file, ids) on f.file = p.file
        where c.name not like '%\_folded' and cardinality(f.ids) > 0
    loop
        taken := take_text(of_spill, other.of_table, other.name, format('cleared(t.%I, $1, $2)', other.name),
            format('%s = any ($3)', other.belongs), known, instead, other.ids);
        places := places || jsonb_build_object(other.of_table, coalesce((places -> other.of_table)::integer, 0) + taken);
    end loop;
    for other in
        select c.name, w.is_row, w.words, w.ids from unnest(array['summary', 'before', 'after']) as c (name) cross join (values
            ('t.subject_id = any ($3)', own, array[of_row]), ('t.subject_id = any ($3)', known, array[of_file] || telegrams),
            ('t.check_id = any ($3)', known, checks), ('t.license_id = any ($3)', known, licenses), ('t.party_id = any ($3)', known, parties)
        ) as w (is_row, words, ids)
    loop
        taken := take_text(of_spill, 'audit_events', other.name, format('cleared(t.%I, $1, $2)', other.name), other.is_row, other.words, instead, other.ids);
        places := places || jsonb_build_object('audit_events', coalesce((places -> 'audit_events')::integer, 0) + taken);
    end loop;
    -- What is typed and not sent, whoever typed it and wherever.
    for other in values ('drafts', 'title', false), ('drafts', 'body', true), ('draft_sources', 'title', false), ('draft_sources', 'body', true),
        ('draft_sources', 'shown', false), ('draft_sources', 'noted', false)
    loop
        taken := take_text(of_spill, other.column1, other.column2, format('cleared(t.%I, $1, $2)', other.column2), 'true',
            case when other.column3 then array(select form_encoded(word) from unnest(known) with ordinality w (word, n) order by n) else known end,
            case when other.column3 then form_encoded(instead) else instead end, '{}');
        places := places || jsonb_build_object(other.column1, coalesce((places -> other.column1)::integer, 0) + taken);
    end loop;
    -- What follows from the record is made anew.
    delete from telegram_readings where telegram_id = any (telegrams);
    update check_standings s set ahead = cleared(s.ahead, known, instead), words = cleared(s.words, known, instead)
    where s.check_id = any (checks) or s.check_id in (select check_id from check_licenses where license_id = any (licenses));
    insert into audit_events (id, at, actor_id, role, post_id, address, verb, subject_kind, subject_id, check_id, license_id, party_id, summary, after)
    select gen_random_uuid(), moment, by_person, by_role, by_post, by_address, 'text_hidden', of_place, of_row, case told.file when 'check' then of_file end,
        case told.file when 'license' then of_file end, case told.file when 'party' then of_file end,
        format('hid %s characters of a %s, SHA-256 %s', length(array_to_string(stands, '')), replace(of_place, '_', ' '), encode(s.hash, 'hex')),
        (select jsonb_object_agg(place, rows) from jsonb_each(places) p (place, rows) where rows <> '0')
    from spills s where s.id = of_spill;
    for other in select distinct p.of_table from spill_places() p union select unnest(array['audit_events', 'drafts', 'draft_sources']) loop
        perform stand_guard(other.of_table, true);
    end loop;
end $$;

-- Settles what was reported: destroys what is hidden, or puts it back where it stood.
create function settle_text(of_spill uuid, how text, because text, by_person uuid, by_role text, by_post uuid, by_address text, moment timestamptz)
returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    told spills;
    kept spill_texts;
    of_table text;
    tables text[];
    instead text;
    changed integer;
begin
    update spills set outcome = how, settled_because = because, settled_by = by_person, settled_at = moment
    where id = of_spill and settled_at is null returning * into strict told;
    instead := '[removed on ' || to_char(told.reported_at at time zone 'UTC', 'FMDD Mon YYYY') || ': reported as classified]';
    tables := array(select distinct t.of_table from spill_texts t where t.spill_id = of_spill);
    if how = 'restored' then
        foreach of_table in array tables loop
            perform stand_guard(of_table, false);
        end loop;
        -- The last first; what was written there since stays, and what it took the place of is kept.
        for kept in select * from spill_texts where spill_id = of_spill order by number desc loop
            execute format('update public.%I t set %I = %L where %s and t.%I::text = %L', kept.of_table, kept.of_column, kept.was,
                (select string_agg(format('t.%I = %L', name, value), ' and ') from jsonb_each_text(kept.row_key) k (name, value)),
                kept.of_column, kept.became);
            get diagnostics changed = row_count;
            if changed > 0 then
                delete from spill_texts where spill_id = of_spill and number = kept.number;
            end if;
        end loop;
        foreach of_table in array tables loop
            perform stand_guard(of_table, true);
        end loop;
    end if;
    if how = 'removed' then
        -- Nor does it come back with another one that is still open.
        update spill_texts o set was = cleared(o.was, array(select t.was from spill_texts t where t.spill_id = of_spill and length(t.was) >= 12), instead)
        where o.spill_id <> of_spill;
        delete from spill_texts where spill_id = of_spill;
    end if;
    insert into audit_events (id, at, actor_id, role, post_id, address, verb, subject_kind, subject_id, check_id, license_id, party_id, summary)
    values (gen_random_uuid(), moment, by_person, by_role, by_post, by_address, case how when 'restored' then 'text_restored' else 'text_removed' end,
        told.place, told.row_id, case told.file when 'check' then told.file_id end, case told.file when 'license' then told.file_id end,
        case told.file when 'party' then told.file_id end,
        format('%s %s characters of a %s, SHA-256 %s', case how when 'restored' then 'put back' else 'removed' end, told.characters,
            replace(told.place, '_', ' '), encode(told.hash, 'hex')));
end $$;

-- The rows of a file that hold a text, the newest first, by their first words; the same text once.
create function spill_rows(of_file text, of_id uuid) returns table (place text, row_id uuid, called text, begins text)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare told record;
begin
    for told in select * from spill_places() p where p.file = of_file and p.called <> '' loop
        return query execute format('select %L, x.id, %L, left(x.told_text, 80) from (
                select distinct on (told_text) t.id, told_text from public.%I t, concat_ws('' / '', %s) as told_text
                where %s = $1 and btrim(told_text) <> '''' order by told_text, t.id desc) x order by x.id desc',
            told.place, told.called, told.of_table, (select string_agg(case name when 'original' then 'legible(t.original)'
                else format('nullif(t.%I, '''')', name) end, ', ') from unnest(told.texts) name where name not like '%\_folded'), told.belongs) using of_id;
    end loop;
end $$;

-- An older program bears this: it knows none of them.
revoke execute on function spill_places(), legible(bytea), form_encoded(text), cleared(text, text[], text), cleared(jsonb, text[], text),
    cleared(bytea, text[], text), stand_guard(text, boolean), take_text(uuid, text, text, text, text, text[], text, uuid[]), spill_rows(text, uuid),
    hide_text(uuid, text, uuid, text, uuid, text, uuid, text, timestamptz),
    settle_text(uuid, text, text, uuid, text, uuid, text, timestamptz) from public;
grant execute on function spill_places(), spill_rows(text, uuid), legible(bytea), hide_text(uuid, text, uuid, text, uuid, text, uuid, text, timestamptz),
    settle_text(uuid, text, text, uuid, text, uuid, text, timestamptz) to lantern_app;
