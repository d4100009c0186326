-- Licenses ($1) with everything they own, as far as they are within the scope ($2: all; $3: those with a check of this post), on the day $4.
-- What a license owns comes as JSON in the shape of the type that is named in its column: every field of the type is a key.
with units as materialized (
    -- Every way to write a unit, as it is compared: letters and digits.
    select e.label, e.code, lower(regexp_replace(w.written, '[^[:alnum:]]', '', 'g')) as written from reference_entries e
    cross join lateral unnest(array[e.label] || string_to_array(e.detail, ',')) as w (written)
    where e.kind = 'unit' and (e.starts_on <= $4 or not e.beginning_known) and $4 <= coalesce(e.ends_on, 'infinity'))
select l.id as "id: LicenseId", l.number, l.number_normalized, l.form, l.status as "status: LicenseStatus",
    l.registered_approved_on, applied.on_day as "applied_on!", l.destination, d.name as destination_name, l.value_usd, l.value_stated, l.received_on, l.purpose,
    l.certified_on, l.facts_changed_at, l.revision, l.version,
    (select coalesce(jsonb_agg(to_jsonb(g) || jsonb_build_object('value_usd', g.value_usd::text,
         -- What no row says on the day of the application; whether it does today is another question.
         'outdated', (select n.name || ' ' || n.code from (values ('the class', 'item_class', g.item_class),
                 ('the category', 'usml_category', g.usml_category)) n (name, kind, code)
             where n.code is not null and not exists (select from reference_entries e where e.kind = n.kind and e.code = n.code
                 and (e.starts_on <= applied.on_day or not e.beginning_known) and applied.on_day <= coalesce(e.ends_on, 'infinity'))
             limit 1), 'unit', coalesce(u.label, g.unit), 'unit_code', coalesce(u.code, g.unit), 'unit_typed', g.unit)
         order by g.position), '[]')
     from item_groups g left join lateral (
         select u.label, u.code from units u where u.written = lower(regexp_replace(g.unit, '[^[:alnum:]]', '', 'g')) limit 1) u on true
     where g.license_id = l.id) as "items!: Json<Vec<ItemGroup>>",
    (select coalesce(jsonb_agg(jsonb_build_object('id', lp.id, 'party_id', p.id, 'name', p.name, 'called', party_called(w.id, coalesce(
             (select max(e.decided_at) from decisions e where e.license_id = l.id), 'infinity')), 'folded', names.keys,
         'country', p.country, 'country_name', pc.name, 'role', lp.role, 'takes_possession', lp.takes_possession,
         'listings', listed_on(lp.party_id, $4), 'version', lp.version)
         order by array_position(array['applicant', 'manufacturer', 'seller', 'foreign_consignee', 'intermediate_consignee',
             'end_user', 'freight_forwarder', 'broker'], lp.role), p.name), '[]')
     from license_parties lp join parties w on w.id = lp.party_id join parties p on p.id = coalesce(w.merged_into, w.id)
     join countries pc on pc.code = p.country
     cross join lateral (select array_agg(name_key(a.name_folded)) as keys from (
         select s.name_folded from parties s where s.id = p.id or s.merged_into = p.id
         union select o.name_folded from party_aliases o join parties s on s.id = o.party_id
         where s.id = p.id or s.merged_into = p.id) a) names
     where lp.license_id = l.id) as "parties!: Json<Vec<LicenseParty>>",
    (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'item_class', r.item_class, 'authority_id', r.authority_id,
         'authority', a.short_name, 'usual_days', r.usual_days, 'days_kind', r.days_kind, 'confirmed_on', r.confirmed_on)
         order by r.item_class, r.usual_days, a.short_name), '[]')
     from country_rules r left join authorities a on a.id = r.authority_id
     where r.country = l.destination and (r.starts_on <= $4 or not r.beginning_known) and $4 <= coalesce(r.ends_on, 'infinity')
         and r.item_class in (select item_class from item_groups where license_id = l.id)) as "rules!: Json<Vec<CountryRule>>",
    (select coalesce(jsonb_agg(jsonb_build_object('item_classes', e.item_classes, 'always', e.country_group is not null,
         'source', e.source) order by e.position, e.code), '[]')
     from reference_entries e
     where e.kind = 'commerce_firearms' and (e.starts_on <= $4 or not e.beginning_known) and $4 <= coalesce(e.ends_on, 'infinity')
         and (e.country_group is null or exists (select from reference_entries g where g.kind = 'country_group'
             and g.code = e.country_group and g.country = l.destination and (g.starts_on <= $4 or not g.beginning_known)
             and $4 <= coalesce(g.ends_on, 'infinity')))) as "before_application!: Json<Vec<BeforeApplication>>",
    (select coalesce(jsonb_agg(to_jsonb(i) || jsonb_build_object('authority', a.short_name, 'recorded_at_post_name', rp.name,
         'told_by_post', tp.name, 'told_on', t.occurred_on, 'told_by_kind', t.kind) order by i.id), '[]')
     from import_approvals i left join authorities a on a.id = i.authority_id left join posts rp on rp.id = i.recorded_at_post
     left join (contacts t join checks tc on tc.id = t.check_id join posts tp on tp.id = tc.post_id) on t.id = i.contact_id
     where i.license_id = l.id) as "approvals!: Json<Vec<Approval>>",
    (select coalesce(jsonb_agg(to_jsonb(p) || jsonb_build_object('issuer', a.short_name, 'issuer_parent', a.parent_id,
         'unit', coalesce(u.label, p.unit), 'unit_code', coalesce(u.code, p.unit),
         'authorities', (select jsonb_agg(pa.authority_id) from permit_authorities pa where pa.permit_id = p.id),
         'holds_number', exists (select from permits h where h.license_id = l.id and h.authority_id = p.authority_id
             and h.number_normalized = p.number_normalized and h.holds_number),
         'used_for', (select o.number from permits h join licenses o on o.id = h.license_id where h.license_id <> l.id
             and h.authority_id = p.authority_id and h.number_normalized = p.number_normalized and h.holds_number limit 1),
         'revoked_on', (select min(h.revoked_on) from permits h where h.authority_id = p.authority_id
             and h.number_normalized = p.number_normalized and (h.id = p.id or h.withdrawn_at is null)),
         'verified_post', vc.post_id, 'verified_post_name', vp.name, 'verified_kind', v.kind) order by p.id), '[]')
     from permits p join authorities a on a.id = p.authority_id left join lateral (
         select u.label, u.code from units u where u.written = lower(regexp_replace(p.unit, '[^[:alnum:]]', '', 'g')) limit 1) u on true
     left join (contacts v join checks vc on vc.id = v.check_id join posts vp on vp.id = vc.post_id) on v.id = p.verified_contact_id
     where p.license_id = l.id) as "permits!: Json<Vec<Permit>>",
    (select to_jsonb(c) || jsonb_build_object('signatures', (select coalesce(jsonb_agg(to_jsonb(s) order by s.id), '[]')
         from certificate_signatures s where s.certificate_id = c.id))
     from certificates c where c.license_id = l.id) as "certificate: Json<Certificate>",
    -- Whose word the steps are that a program of before recorded, the log says.
    (select coalesce(jsonb_agg(to_jsonb(s) || jsonb_build_object('party_id', coalesce(w.merged_into, w.id), 'party', coalesce(i.name, w.name),
         'first_position', coalesce(s.first_position, s.position), 'recorded_at_post', o.id, 'recorded_at_post_name', o.name)
         order by s.stage desc, s.position), '[]')
     from custody_steps s left join parties w on w.id = s.party_id left join parties i on i.id = w.merged_into
     left join posts o on o.id = coalesce(s.recorded_at_post, (select e.post_id from audit_events e
         where e.subject_id = s.id and e.verb = 'custody_changed' order by e.at desc, e.id desc limit 1))
     where s.license_id = l.id) as "custody!: Json<Vec<CustodyStep>>",
    (select coalesce(jsonb_agg(to_jsonb(n)), '[]') from (
     select s.item_group_id, s.state, coalesce(w.merged_into, w.id) as holder_party_id, count(*) as count,
         coalesce((array_agg(s.number order by s.number) filter (where s.state in ('missing', 'elsewhere')))[1:100], '{}') as numbers,
         coalesce((array_agg(s.number order by s.number) filter (where s.places > 1))[1:100], '{}') as twice
     from (select o.*, count(*) over (partition by o.number_normalized) as places from serials o where o.license_id = l.id) s
     left join parties w on w.id = s.holder_party_id group by 1, 2, 3) n) as "serials!: Json<Vec<SerialCount>>",
    -- Each number goes by the index of numbers (`offset 0`), however many a license has.
    (select coalesce(jsonb_agg(jsonb_build_object('item_group_id', n.item_group_id, 'state', n.state, 'count', n.count, 'numbers', n.numbers,
         'license_id', o.id, 'number', o.number, 'status', o.status, 'item_class', g.item_class, 'counted', n.counted,
         'makers', (select coalesce(jsonb_agg(distinct name_key(a.name_folded)), '[]') from license_parties lp join parties w on w.id = lp.party_id
             cross join lateral (select s.name_folded from parties s where s.id = coalesce(w.merged_into, w.id) or s.merged_into = coalesce(w.merged_into, w.id)
                 union select x.name_folded from party_aliases x join parties s on s.id = x.party_id
                 where s.id = coalesce(w.merged_into, w.id) or s.merged_into = coalesce(w.merged_into, w.id)) a
             where lp.license_id = o.id and lp.role = 'manufacturer'),
         'posts', (select coalesce(jsonb_agg(distinct c.post_id), '[]') from check_licenses k join checks c on c.id = k.check_id
             where k.license_id = o.id and c.state <> 'draft')) order by o.number_normalized, o.id, n.item_group_id, n.state, n.counted), '[]')
     from (select s.item_group_id, s.state, t.item_group_id as there, t.state as counted, count(*) as count,
             (array_agg(s.number order by s.number))[1:100] as numbers
         from serials s cross join lateral (select t.item_group_id, t.state from serials t
             where t.number_normalized = s.number_normalized and t.license_id <> s.license_id offset 0) t
         where s.license_id = l.id group by 1, 2, 3, 4) n
     join item_groups g on g.id = n.there join licenses o on o.id = g.license_id) as "shared!: Json<Vec<Shared>>",
    (select coalesce(jsonb_agg(to_jsonb(n)), '[]') from (
     select s.item_group_id, s.state, s.recorded_at as counted_at, b.state as before, b.answered_at, count(*) as count,
         (array_agg(s.number order by s.number))[1:100] as numbers
     from serials s join checks c on c.id = s.check_id cross join lateral (
         select distinct on (e.post_id) w.state, coalesce(e.replied_at, e.resulted_at) as answered_at
         from jsonb_to_recordset(s.counted_before) w (state text, check_id uuid, recorded_at timestamptz) join checks e on e.id = w.check_id
         where e.post_id <> c.post_id order by e.post_id, w.recorded_at desc) b
     where s.license_id = l.id and s.counted_before <> '[]' group by 1, 2, 3, 4, 5 order by 3, 5) n) as "recounted!: Json<Vec<Recounted>>",
    (select coalesce(jsonb_agg(to_jsonb(c) || jsonb_build_object('met_by_name', called(m.id, m.name, c.met_at)) order by c.id), '[]')
     from conditions c left join people m on m.id = c.met_by where c.license_id = l.id) as "conditions!: Json<Vec<Condition>>",
    (select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'number', e.number, 'act', e.act, 'reasons', e.reasons,
         'decided_by', e.decided_by, 'decided_by_name', called(m.id, m.name, e.decided_at), 'decided_at', e.decided_at, 'basis', e.basis, 'provisos',
         (select coalesce(jsonb_agg(v.text order by v.number), '[]') from provisos v where v.decision_id = e.id))
         order by e.number), '[]')
     from decisions e join people m on m.id = e.decided_by where e.license_id = l.id) as "decisions!: Json<Vec<Decision>>",
    (select coalesce(jsonb_agg(to_jsonb(x) || jsonb_build_object('excepted_by_name', called(m.id, m.name, x.excepted_at),
         'party_id', coalesce(w.merged_into, w.id)) order by x.id), '[]')
     from exceptions x join people m on m.id = x.excepted_by left join parties w on w.id = x.party_id
     where x.license_id = l.id) as "exceptions!: Json<Vec<Exception>>",
    (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'reference', c.reference, 'check_type', c.type, 'state', c.state,
         'held_state', c.held_state, 'post_id', c.post_id, 'post_name', o.name, 'result_id', r.id,
         'result', case when r.signed_by is not null then r.word end, 'result_signed_at', r.signed_at) order by c.id), '[]')
     from check_licenses k join checks c on c.id = k.check_id join posts o on o.id = c.post_id
     left join results r on r.check_id = c.id and r.withdrawn_at is null
     where k.license_id = l.id and c.state <> 'draft') as "checks!: Json<Vec<LicenseCheck>>",
    (select coalesce(jsonb_agg(to_jsonb(d) || jsonb_build_object('place', coalesce(
         (select reference from checks where id = d.check_id), 'license ' || l.number))), '[]')
     from (select * from duties where license_id = l.id
         union all select w.* from check_licenses k join duties w on w.check_id = k.check_id where k.license_id = l.id) d)
     as "duties!: Json<Vec<Done>>",
    (select coalesce(jsonb_agg(jsonb_build_object('kind', y.kind, 'row_id', y.row_id, 'said', y.said, 'reason', y.reason,
         'by', called(m.id, m.name, y.taken_back_at), 'at', y.taken_back_at) order by y.id), '[]')
     from mistakes y join people m on m.id = y.taken_back_by where y.license_id = l.id) as "mistakes!: Json<Vec<Mistake>>",
    (select coalesce(jsonb_agg(jsonb_build_object('row_id', n.row_id, 'said', n.said, 'text', n.text, 'by', called(m.id, m.name, n.noted_at),
         'at', n.noted_at) order by n.id), '[]')
     from corrections n join people m on m.id = n.noted_by where n.license_id = l.id) as "corrections!: Json<Vec<Correction>>"
from licenses l join countries d on d.code = l.destination
-- The day by whose classes and categories its items are judged: when the application came, or when it was approved before anybody registered it
-- here, or else when it was registered.
cross join lateral (select coalesce(l.received_on, l.registered_approved_on, (l.registered_at at time zone 'America/New_York')::date) as on_day) applied
where l.id = any((select $1::uuid[])::uuid[]) and ((select $2::boolean) or exists (select from check_licenses k join checks c on c.id = k.check_id
    where k.license_id = l.id and c.post_id = $3 and c.state <> 'draft'))
order by l.number_normalized, l.id
