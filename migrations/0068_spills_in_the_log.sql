-- What the log keeps of a text that is reported (docs/decisions/0051), also where the entries of a row are its file's: earlier wordings of what is
-- written over, and what is too short to be looked for in other sentences.

-- The entries that tell of a row whose texts are written over and that is no subject of its own.
create function spill_entries(of_place text, of_row uuid, of_file uuid) returns setof uuid
language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select e.id from audit_events e
    where of_place = 'check' and e.check_id = of_file and e.subject_id = of_file
        and e.verb in ('check_opened', 'check_changed', 'check_discarded', 'check_held', 'site_visit_waived')
    union all select e.id from audit_events e
    where of_place = 'license' and e.license_id = of_file and e.subject_id = of_file and e.verb in ('license_registered', 'license_changed')
    union all select e.id from audit_events e
    where of_place = 'party' and e.party_id = of_file and e.subject_id = of_file and e.verb in ('party_recorded', 'party_changed')
    union all select e.id from serials s join audit_events e on e.license_id = s.license_id and e.verb = 'serials_counted'
        and strpos(e.after::text, s.number) > 0
    where of_place = 'serial' and s.id = of_row
$$;

-- The before or after of an entry, without the values that are one of these texts, whole.
create function cleared_values(said jsonb, texts text[], instead text) returns jsonb
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    select case when jsonb_typeof(said) <> 'array' then said else (
        select coalesce(jsonb_agg(case when jsonb_typeof(pair) = 'array' and flat(pair ->> 1) = any (texts)
            then jsonb_set(pair, '{1}', to_jsonb(instead)) else pair end order by n), said)
        from jsonb_array_elements(said) with ordinality as pairs (pair, n)) end
$$;

-- What people typed into an entry: values by their labels.
create function spill_values(kept jsonb, of_file text) returns setof text
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    select pair ->> 1 from jsonb_array_elements(case jsonb_typeof(kept) when 'array' then kept else '[]' end) as pair
    where jsonb_typeof(pair) = 'array' and pair ->> 1 <> 'none' and (pair ->> 0 = any (
        '{Summary,Text,Statement,Reason,Reasons,Questions,Explanation,Why,Fact,Says,Note,Proof,Proof that none is required,Evidence,Provisos,
        What happens,Where,The end-user waits for,Who acts,Subject,Purpose,Name,Names,Address,Items,Signed by,Record,What lapses,Kept at,
        How it is known,Caveat}') or pair ->> 0 = 'Source' and of_file = 'party')
$$;

-- An older program bears this: the same arguments, and the same refusals.
select amend('hide_text(uuid,text,uuid,text,uuid,text,uuid,text,timestamptz)',
    $was$            union all select pair ->> 1 from audit_events e, unnest(array[e.before, e.after]) as kept,
                jsonb_array_elements(case jsonb_typeof(kept) when 'array' then kept else '[]' end) as pair
                where e.subject_id = of_row and told.place <> told.file and jsonb_typeof(pair) = 'array' and pair ->> 1 <> 'none' and (pair ->> 0 = any (
                    '{Summary,Text,Statement,Reason,Reasons,Questions,Explanation,Why,Fact,Says,Note,Proof,Proof that none is required,Evidence,Provisos,
                    What happens,Where,The end-user waits for,Who acts,Subject,Purpose,Name,Names,Address,Items,Signed by,Record,What lapses,Kept at,
                    How it is known,Caveat}') or pair ->> 0 = 'Source' and told.file = 'party')
$was$,
    $now$            union all select said from audit_events e, unnest(array[e.before, e.after]) as kept, spill_values(kept, told.file) as said
                where e.subject_id = of_row and told.place <> told.file or e.id in (select spill_entries(of_place, of_row, of_file))
$now$);
-- The values of the file's entries that are one of the row's texts, whole, however short it is.
-- An older program bears this: the same arguments, and the same refusals.
select amend('hide_text(uuid,text,uuid,text,uuid,text,uuid,text,timestamptz)',
    $was$    -- What is typed and not sent, whoever typed it and wherever.
$was$,
    $now$    for other in select c.name from unnest(array['before', 'after']) as c (name) loop
        perform take_text(of_spill, 'audit_events', other.name, format('cleared_values(t.%I, $1, $2)', other.name),
            '(t.subject_id = any ($3) or t.check_id = any ($3) or t.license_id = any ($3) or t.party_id = any ($3))', own, instead, array[of_file]);
    end loop;
    perform take_text(of_spill, 'audit_events', 'summary', 'cleared(t.summary, $1, $2)', 't.id = any ($3)', own, instead,
        array(select spill_entries(of_place, of_row, of_file)));
    -- What is typed and not sent, whoever typed it and wherever.
$now$);
-- An older program bears this: it calls none of them.
revoke execute on function spill_entries(text, uuid, uuid), cleared_values(jsonb, text[], text), spill_values(jsonb, text) from public;
