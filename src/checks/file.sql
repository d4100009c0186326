-- Checks ($1) with everything they own, as far as they are within the scope ($2: all; $3: this post's), of each text the first $4 characters,
-- at the moment $5, on the day $6 in Washington. What a check owns comes as JSON in the shape of the type that is named in its column: every field of the type is a key.
select c.id as "id: CheckId", c.reference as "reference!", c.type as "check_type: CheckType", c.state as "state: CheckState",
    c.held_state as "held_state: CheckState", c.held_at, c.held_reason, c.post_id as "post_id: PostId", called(o.id, o.name, coalesce(c.closed_at, 'infinity')) as "post_name!",
    o.country as post_country, o.zone as post_zone, c.subject, c.reason, c.own_questions, c.priority as "priority: Priority",
    c.site_visit as "site_visit: SiteVisit", c.site_visit_waiver, c.days_to_answer, c.due_on, c.opened_by as "opened_by: PersonId",
    called(opener.id, opener.name, c.opened_at) as "opened_by_name!", c.opened_at, c.requested_at, c.state = 'draft' and c.requested_at is not null and worked_at_post(c.id) as "worked_at_post!",
    c.state = 'draft' and c.requested_at is not null and words_hidden(c.id) as "words_hidden!", c.officer_id as "officer_id: PersonId", officer.name as "officer_name?",
    c.replied_at, c.resulted_at, c.closed_at, case when $2 or earlier.post_id = $3 and earlier.state <> 'draft' then earlier.reference end as "follows?",
    case when $2 or earlier.post_id = $3 and earlier.state <> 'draft' then c.follows_check_id end as "follows_check_id: CheckId",
    c.revision, c.version,
    (select coalesce(array_agg(k.license_id order by k.license_id), '{}') from check_licenses k where k.check_id = c.id) as "licenses!",
    (select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'party_id', p.id, 'name', p.name, 'called', party_called(w.id, said.at), 'role', s.role,
         'country', p.country, 'country_name', n.name, 'listings', listed_on(w.id, $6)) order by s.id), '[]')
     from check_subjects s join parties w on w.id = s.party_id join parties p on p.id = coalesce(w.merged_into, w.id)
     join countries n on n.code = p.country
     where s.check_id = c.id) as "subjects!: Json<Vec<CheckSubject>>",
    (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'role', p.found_role, 'country', n.name,
         'address', p.address, 'source', p.found_source, 'by', called(m.id, m.name, p.created_at), 'at', p.created_at) order by p.id), '[]')
     from parties p join countries n on n.code = p.country join people m on m.id = p.created_by
     where p.found_on_check = c.id and p.standing = 'found') as "found!: Json<Vec<FoundParty>>",
    (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'post_id', r.post_id, 'post', called(k.id, k.name, r.requested_at), 'check_type', r.type, 'subject', r.subject, 'why', r.why, 'own_questions', r.own_questions,
         'about', r.about, 'about_ids', about_now(r.about_ids), 'priority', r.priority, 'site_visit', r.site_visit, 'days_to_answer', r.days_to_answer, 'due_on', r.due_on, 'requested_at', r.requested_at,
         'reason', r.reason, 'by', called(m.id, m.name, r.recalled_at), 'at', r.recalled_at) order by r.recalled_at desc), '[]')
     from recalls r join posts k on k.id = r.post_id join people m on m.id = r.recalled_by
     where r.check_id = c.id and ($2 or r.post_id = $3)) as "recalled!: Json<Vec<Recall>>",
    (select coalesce(jsonb_agg(jsonb_build_object('id', q.id, 'text', q.text, 'by', called(m.id, m.name, q.asked_at), 'at', q.asked_at) order by q.asked_at desc), '[]')
     from check_questions q join people m on m.id = q.asked_by where q.check_id = c.id) as "questions!: Json<Vec<Note>>",
    (select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'text', i.text, 'by', called(m.id, m.name, i.signed_at), 'at', i.signed_at) order by i.signed_at desc), '[]')
     from interim_replies i join people m on m.id = i.signed_by where i.check_id = c.id) as "interim!: Json<Vec<Note>>",
    (select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'text', 'Due ' || to_char(e.due_after, 'FMDD Mon YYYY') || ' instead of '
         || to_char(e.due_before, 'FMDD Mon YYYY') || ': ' || e.reason,
         'by', called(m.id, m.name, e.extended_at), 'at', e.extended_at) order by e.extended_at desc), '[]')
     from extensions e join people m on m.id = e.extended_by
     where e.check_id = c.id and ($2 or told_to(c.id, 'extension', e.id) = $3)) as "extensions!: Json<Vec<Note>>",
    (select coalesce(jsonb_agg(to_jsonb(t) || jsonb_build_object('summary', left(t.summary, $4),
         'summary_length', length(t.summary), 'recorded_by_name', called(m.id, m.name, t.recorded_at), 'authority', a.name,
         'party_id', p.id, 'party', party_called(w.id, said.at))
         order by t.occurred_on desc nulls last, t.id desc), '[]')
     from contacts t join people m on m.id = t.recorded_by left join authorities a on a.id = t.authority_id
     left join parties w on w.id = t.party_id left join parties p on p.id = coalesce(w.merged_into, w.id)
     where t.check_id = c.id) as "contacts!: Json<Vec<Contact>>",
    (select coalesce(jsonb_agg(to_jsonb(s) || jsonb_build_object('text', left(s.text, $4), 'text_length', length(s.text),
         'with_whom', t.with_whom, 'about', p.name, 'about_called', party_called(w.id, said.at)) order by s.id desc), '[]')
     from statements s join contacts t on t.id = s.contact_id left join parties w on w.id = s.about_party_id
     left join parties p on p.id = coalesce(w.merged_into, w.id)
     where s.check_id = c.id) as "statements!: Json<Vec<Statement>>",
    (select coalesce(jsonb_agg(to_jsonb(d) || jsonb_build_object('description', left(d.description, $4)) order by d.id desc), '[]')
     from documents d where d.check_id = c.id) as "documents!: Json<Vec<Document>>",
    (select coalesce(jsonb_agg(to_jsonb(f) || jsonb_build_object('text', left(f.text, $4), 'text_length', length(f.text),
         'party_id', p.id, 'party_name', p.name, 'party_called', party_called(w.id, said.at),
         'contacts', (select coalesce(jsonb_agg(b.contact_id) filter (where b.contact_id is not null), '[]')
             from finding_basis b where b.finding_id = f.id),
         'documents', (select coalesce(jsonb_agg(b.document_id) filter (where b.document_id is not null), '[]')
             from finding_basis b where b.finding_id = f.id)) order by w.merged_into is not null, f.id), '[]')
     from findings f left join parties w on w.id = f.party_id left join parties p on p.id = coalesce(w.merged_into, w.id)
     where f.check_id = c.id) as "findings!: Json<Vec<Finding>>",
    (select to_jsonb(r) || jsonb_build_object('text', left(r.text, $4), 'text_length', length(r.text), 'written_by_name', called(w.id, w.name, r.written_at),
         'signed_by_name', called(s.id, s.name, r.signed_at),
         'cleared_by_name', called(k.id, k.name, r.cleared_at),
         'version', (select sum(v.version) from recommendations v where v.check_id = c.id))
     from recommendations r join people w on w.id = r.written_by left join people s on s.id = r.signed_by
     left join people k on k.id = r.cleared_by
     where r.check_id = c.id and r.withdrawn_at is null) as "recommendation: Json<Recommendation>",
    (select to_jsonb(r) || jsonb_build_object('text', left(r.text, $4), 'text_length', length(r.text), 'written_by_name', called(w.id, w.name, r.written_at),
         'signed_by_name', called(s.id, s.name, r.signed_at),
         'cleared_by_name', called(k.id, k.name, r.cleared_at))
     from recommendations r join people w on w.id = r.written_by left join people s on s.id = r.signed_by
     left join people k on k.id = r.cleared_by
     where r.check_id = c.id and r.withdrawn_at is not null
     order by r.withdrawn_at desc, r.id desc limit 1) as "earlier_recommendation: Json<Recommendation>",
    (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'signed_by_name', called(s.id, s.name, r.signed_at),
         'by', called(k.id, k.name, r.withdrawn_at), 'at', r.withdrawn_at, 'remark', r.returned_remark) order by r.withdrawn_at desc), '[]')
     from recommendations r join people s on s.id = r.signed_by join people k on k.id = r.returned_by
     where r.check_id = c.id) as "returned!: Json<Vec<Returned>>",
    (select to_jsonb(r) || jsonb_build_object('text', left(r.text, $4), 'text_length', length(r.text), 'proposed_by_name', called(w.id, w.name, r.proposed_at),
         'signed_by_name', called(s.id, s.name, r.signed_at),
         'countersigned_by_name', called(k.id, k.name, r.countersigned_at), 'reasons', (select coalesce(jsonb_agg(to_jsonb(n) order by n.is_primary desc, n.code), '[]')
             from result_reasons n where n.result_id = r.id))
     from results r join people w on w.id = r.proposed_by left join people s on s.id = r.signed_by
     left join people k on k.id = r.countersigned_by
     where r.check_id = c.id and r.withdrawn_at is null) as "result: Json<CheckResult>",
    (select to_jsonb(r) || jsonb_build_object('text', left(r.text, $4), 'text_length', length(r.text), 'proposed_by_name', called(w.id, w.name, r.proposed_at),
         'signed_by_name', called(s.id, s.name, r.signed_at),
         'countersigned_by_name', called(k.id, k.name, r.countersigned_at), 'reasons', (select coalesce(jsonb_agg(to_jsonb(n) order by n.is_primary desc, n.code), '[]')
             from result_reasons n where n.result_id = r.id))
     from results r join people w on w.id = r.proposed_by left join people s on s.id = r.signed_by
     left join people k on k.id = r.countersigned_by
     where r.check_id = c.id and r.withdrawn_at is not null
     order by r.withdrawn_at desc, r.id desc limit 1) as "earlier_result: Json<CheckResult>",
    (select coalesce(jsonb_agg(to_jsonb(e) || jsonb_build_object('explained_by_name', called(m.id, m.name, e.explained_at), 'contradiction', coalesce(
         (select replace(e.contradiction, w.id::text, w.merged_into::text) from parties w where w.merged_into is not null
              and w.id = case when e.contradiction ~ '^possession:[0-9a-f-]{36}:[0-9a-f-]{36}$'
                  then split_part(e.contradiction, ':', 3)::uuid end), e.contradiction)) order by e.explained_at desc), '[]')
     from explanations e join people m on m.id = e.explained_by
     where e.check_id = c.id and ($2 or told_to(c.id, 'explanation', e.id) = $3)) as "explanations!: Json<Vec<Explanation>>",
    (select coalesce(jsonb_agg(jsonb_build_array(a.person_id, a.role) order by a.person_id, a.id), '[]')
     from assignments a join people m on m.id = a.person_id where a.post_id = c.post_id and m.disabled_at is null
         and ($5::timestamptz at time zone o.zone)::date between a.starts_on and coalesce(a.ends_on, 'infinity')) as "serving!: Json<Vec<(PersonId, Role)>>",
    (select coalesce(jsonb_agg(jsonb_build_object('as', h.owner, 'by', h.by, 'id', m.id, 'name', m.name, 'since', h.since, 'authority', m.decision_authority::text,
         'serves', m.disabled_at is null and exists (select from assignments a where a.person_id = m.id and a.role = h.owner
             and $6 between a.starts_on and coalesce(a.ends_on, 'infinity'))) order by h.place), '[]')
     from (values (1, 'case_officer', 'given', c.case_officer_id, null), (2, 'case_officer', 'opened', c.opened_by, null),
             (3, 'case_officer', 'region', region.case_officer_id, region.case_officer_since), (4, 'reviewer', 'given', c.reviewer_id, null),
             (5, 'reviewer', 'region', region.reviewer_id, null)) h (place, owner, by, person, since)
     join people m on m.id = h.person) as "holders!: Json<Vec<Holder>>",
    exists (select from remarks m where m.check_id = c.id and ($2 or m.post_id = $3)) as "has_remarks!",
    exists (select from telegram_checks k join telegrams t on t.id = k.telegram_id where k.check_id = c.id
        and ($2 or (t.post_id = $3 and not (t.state = 'draft' and t.direction in ('request', 'reminder'))))) as "has_telegrams!",
    older_serves() as "older_serves!",
    (select coalesce(jsonb_agg(to_jsonb(d) || jsonb_build_object('place', c.reference)), '[]')
     from duties d where d.check_id = c.id) as "duties!: Json<Vec<Done>>",
    (select coalesce(jsonb_agg(jsonb_build_object('kind', y.kind, 'row_id', y.row_id, 'said', y.said, 'reason', y.reason,
         'by', called(m.id, m.name, y.taken_back_at), 'at', y.taken_back_at) order by y.id), '[]')
     from mistakes y join people m on m.id = y.taken_back_by
     where y.check_id = c.id and ($2 or told_to(c.id, 'check_mistake', y.id) = $3)) as "mistakes!: Json<Vec<Mistake>>",
    (select coalesce(jsonb_agg(jsonb_build_object('row_id', n.row_id, 'said', n.said, 'text', n.text, 'by', called(m.id, m.name, n.noted_at),
         'at', n.noted_at) order by n.id), '[]')
     from corrections n join people m on m.id = n.noted_by
     where n.check_id = c.id and ($2 or told_to(c.id, 'correction', n.id) = $3)) as "corrections!: Json<Vec<Correction>>"
from checks c join posts o on o.id = c.post_id left join region_owners region on region.region = (select n.region from countries n where n.code = o.country)
join people opener on opener.id = c.opened_by
left join people officer on officer.id = c.officer_id left join checks earlier on earlier.id = c.follows_check_id
-- When it was answered for good: what was said until then keeps the names of its day.
cross join lateral (select coalesce(c.replied_at, (select r.signed_at from recommendations r where r.check_id = c.id and r.withdrawn_at is null),
    c.resulted_at, c.closed_at, 'infinity') as at) said
where c.id = any((select $1::uuid[])::uuid[]) and ((select $2::boolean) or (c.post_id = $3 and c.state <> 'draft'))
order by array_position($1, c.id)
