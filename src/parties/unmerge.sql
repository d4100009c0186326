-- The rows of a record that stands ($1) which a merge moved there, or which were recorded since. $2: the record that went, and those merged into it
-- before; $3: what was the standing record's own; $4: what moved; $5: when; $6: rows that became one with another; $7 and $8: the open licenses and
-- checks. What is in a closed file stays as it is, and is not here. Arrays come by a sub-select, so that one plan serves whatever is in them.
with own as (select unnest((select $3::uuid[])) as id),
moved as (select unnest((select $4::uuid[])) as id)
select kind as "kind!: MistakeKind", key as "key!", ids as "ids!: Vec<uuid::Uuid>", moved as "moved!", of_other as "of_other!", what as "what!",
    role as "role: PartyRole", of_file, frozen as "frozen!", twice as "twice!", m.name as "by?", at
from (
    select 'party_alias' as kind, a.id as key, array[a.id] as ids, a.id in (select id from moved) as moved, false as of_other, a.name as what,
        null as role, null as of_file, false as frozen,
        exists (select from party_aliases o where o.party_id = ($2::uuid[])[1] and o.name_folded = a.name_folded) as twice,
        a.recorded_by as recorder, a.recorded_at as at
    from party_aliases a where a.party_id = $1 and a.id not in (select id from own)
    union all
    select 'party_fact', f.id, array[f.id], f.id in (select id from moved), false, left(f.text, 120), null, null, false, false, f.recorded_by, f.recorded_at
    from party_facts f where f.party_id = $1 and f.id not in (select id from own)
    union all
    select 'party_listing', t.id, array[t.id], t.id in (select id from moved), false, coalesce((select e.label from reference_entries e
        where e.kind = 'screening_list' and e.code = t.list order by e.starts_on desc limit 1), t.list), null, null, false, false, t.recorded_by, t.recorded_at
    from party_listings t where t.party_id = $1 and t.id not in (select id from own)
    union all
    select 'license_party', r.id, array[r.id], r.id in (select id from moved), false, '', r.role, l.number, false,
        exists (select from license_parties o where o.party_id = ($2::uuid[])[1] and o.license_id = r.license_id and o.role = r.role)
            or exists (select from jsonb_to_recordset($6::jsonb -> 'license_parties') as o (license_id uuid, role text)
                where o.license_id = r.license_id and o.role = r.role), null, null
    from license_parties r join licenses l on l.id = r.license_id where r.party_id = $1 and r.license_id = any((select $7::uuid[])::uuid[]) and r.id not in (select id from own)
    union all
    select 'license_party', o.id, array[o.id], true, false, '', o.role, l.number, false, false, null, null
    from jsonb_to_recordset($6 -> 'license_parties') as o (id uuid, license_id uuid, role text) join licenses l on l.id = o.license_id
    where o.license_id = any((select $7::uuid[])::uuid[])
    union all
    select 'check_subject', s.id, array[s.id], s.id in (select id from moved), false, '', s.role, c.reference, false,
        exists (select from check_subjects o where o.party_id = ($2::uuid[])[1] and o.check_id = s.check_id and o.role = s.role)
            or exists (select from jsonb_to_recordset($6 -> 'check_subjects') as o (check_id uuid, role text)
                where o.check_id = s.check_id and o.role = s.role), null, null
    from check_subjects s join checks c on c.id = s.check_id where s.party_id = $1 and s.check_id = any((select $8::uuid[])::uuid[]) and s.id not in (select id from own)
    union all
    select 'check_subject', o.id, array[o.id], true, false, '', o.role, c.reference, false, false, null, null
    from jsonb_to_recordset($6 -> 'check_subjects') as o (id uuid, check_id uuid, role text) join checks c on c.id = o.check_id
    where o.check_id = any((select $8::uuid[])::uuid[])
    union all
    -- A finding is answered anew in its own row, whichever of the two records that names.
    select 'finding', f.id, array[f.id], false, f.party_id <> $1, coalesce((select e.label from reference_entries e
        where e.kind = 'topic' and e.code = f.topic order by e.starts_on desc limit 1), f.topic), null, c.reference, c.state <> 'in_progress' or reply_signer(c.id) is not null,
        exists (select from findings o where o.check_id = f.check_id and o.topic = f.topic
            and o.party_id = case when f.party_id = $1 then ($2::uuid[])[1] else $1 end), f.recorded_by, f.recorded_at
    from findings f join checks c on c.id = f.check_id where f.check_id = any((select $8::uuid[])::uuid[])
        and (f.party_id = $1 and (f.id not in (select id from own) or f.recorded_at > $5) or f.party_id = any((select $2::uuid[])::uuid[]) and f.recorded_at > $5)
    union all
    select 'statement', s.id, array[s.id], false, false, left(s.text, 120), null, c.reference, c.state <> 'in_progress' or reply_signer(c.id) is not null, false, s.recorded_by, s.recorded_at
    from statements s join checks c on c.id = s.check_id where s.about_party_id = $1 and s.check_id = any((select $8::uuid[])::uuid[]) and s.id not in (select id from own)
    union all
    select 'contact', t.id, array[t.id], false, false, t.with_whom, null, c.reference, c.state <> 'in_progress' or reply_signer(c.id) is not null, false, t.recorded_by, t.recorded_at
    from contacts t join checks c on c.id = t.check_id where t.party_id = $1 and t.check_id = any((select $8::uuid[])::uuid[]) and t.id not in (select id from own)
    union all
    select 'custody_step', s.id, array[s.id], false, false, s.holder, null, l.number, false, false, s.recorded_by, null
    from custody_steps s join licenses l on l.id = s.license_id where s.party_id = $1 and s.license_id = any((select $7::uuid[])::uuid[]) and s.id not in (select id from own)
    union all
    -- As they were counted: those of one list together. One more or less of them is another question.
    select 'serial', md5(string_agg(s.id::text, ',' order by s.id))::uuid, array_agg(s.id order by s.id), false, false, g.label, null, l.number, false,
        false, s.recorded_by, s.recorded_at
    from serials s join licenses l on l.id = s.license_id join item_groups g on g.id = s.item_group_id
    where s.holder_party_id = $1 and s.license_id = any((select $7::uuid[])::uuid[]) and (s.id not in (select id from own) or s.recorded_at > $5)
    group by l.id, g.id, s.recorded_by, s.recorded_at) rows
left join people m on m.id = rows.recorder
order by of_file nulls first, kind, key
