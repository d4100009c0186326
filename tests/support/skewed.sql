-- Tens of thousands of rows, so that PostgreSQL chooses its plans in earnest: a few busy posts, people and parties, and many quiet ones.
-- Loaded beside the demonstration, with triggers off.
set session_replication_role = replica;
create function pg_temp.id(at timestamptz, n bigint) returns uuid language sql immutable as $$
    select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text || 'x'), 1, 3) || '8' || substr(md5(n::text), 1, 15))::uuid $$;
-- From 0 to `most`, small numbers by far the most often.
create function pg_temp.skewed(most int, n bigint) returns int language sql immutable as $$
    select floor((most + 1) * power(abs(hashint8(n) % 1000003) / 1000003.0, 3))::int $$;
create function pg_temp.word(n bigint) returns text language sql immutable as $$
    select (array['Al','Bel','Cor','Dan','El','Far','Gor','Hal','Im','Jar','Kel','Lor','Mar','Nor','Ol','Pel','Quin','Ros','Sar','Tor'])[1 + n % 20]
        || (array['an','bert','cada','den','essa','fort','gate','haven','ia','jo','kirk','land','more','nel','ora','pol','qua','rico','ston','tera'])[1 + n / 20 % 20] $$;

insert into people (id, account, name, password_hash, created_at)
    select pg_temp.id('2020-01-01Z', n), 'many' || n, pg_temp.word(n) || ' ' || pg_temp.word(n * 7 + 3), 'x', '2020-01-01Z' from generate_series(1, 400) n;
create temp table somebody as select row_number() over (order by id) - 1 as n, id, name from people;
create temp table somewhere as select row_number() over (order by name <> 'Kingston', name) - 1 as n, id from posts;

insert into parties (id, kind, name, name_folded, country, created_by, created_at)
    select pg_temp.id('2020-01-01Z'::timestamptz + n * interval '1 hour', n), 'company', name, lower(name), 'GT', (select id from somebody where n = 1), '2020-01-01Z'
    from (select n, pg_temp.word(n) || pg_temp.word(n / 400) || ' ' || (array['Trading','Arms','Freight','Optics','Security','Marine','Mining','Customs'])[1 + n % 8] || ' '
        || pg_temp.word(n * 13) as name from generate_series(1, 12000) n) x;
create temp table party as select row_number() over (order by created_at, id) - 1 as n, id, name from parties where standing <> 'merged';
create unique index on party (n);
insert into party_aliases (id, party_id, name, name_folded, source, recorded_by, recorded_at)
    select gen_random_uuid(), id, name, lower(name), 'A register', (select id from somebody where n = 1), '2021-01-01Z'
    from (select id, (array['Casa','Grupo','Taller','Puerto','Sociedad','Banco','Centro','Marina'])[1 + n % 8] || ' ' || pg_temp.word(n * 3)
        || pg_temp.word(n / 5) as name from party) other;

insert into checks (id, year, number, type, state, post_id, subject, reason, priority, site_visit, days_to_answer, due_on, opened_by, opened_at,
        requested_by, requested_at, closed_at)
    select pg_temp.id(at, n), extract(year from at)::int, 10000 + n, (array['pre_license', 'post_shipment', 'company_review'])[1 + n % 3],
        case when n < 19700 then 'closed' else (array['draft', 'requested', 'in_progress', 'replied'])[1 + n % 4] end,
        (select id from somewhere w where w.n = pg_temp.skewed((select max(n) from somewhere)::int, x.n)),
        n % 90 + 1 || ' ' || (array['pistols','rifles','helmets','radios','carbines'])[1 + n % 5] || ' for ' || pg_temp.word(n) || ' ' || pg_temp.word(n / 7),
        'Because.', 'routine', 'optional', 60, at::date + 60, (select id from somebody s where s.n = x.n % 40), at, (select id from somebody s where s.n = x.n % 40), at,
        case when n < 19700 then at + interval '70 days' end
    from (select n, '2021-01-01Z'::timestamptz + n * interval '2 hours' as at from generate_series(1, 20000) n) x;
create temp table file as select row_number() over (order by id) - 1 as n, id, reference, post_id, opened_at from checks;
create unique index on file (n);
insert into licenses (id, number, number_normalized, form, status, destination, value_usd, registered_by, registered_at)
    select pg_temp.id('2021-01-01Z'::timestamptz + n * interval '100 minutes', n), '07' || 100000 + n, '07' || 100000 + n, 'dsp_5',
        case when n % 50 = 0 then 'pending' else 'approved' end, 'GT', 1000 + n, (select id from somebody where n = 1), '2021-01-01Z'
    from generate_series(1, 24000) n;
create temp table license as select row_number() over (order by id) - 1 as n, id from licenses;
create unique index on license (n);
insert into check_licenses (check_id, license_id)
    select f.id, l.id from file f join license l on l.n in (f.n * 6 / 5, f.n * 6 / 5 + 1) on conflict do nothing;
insert into license_parties (id, license_id, party_id, role, takes_possession)
    select gen_random_uuid(), l.id, p.id, r.role, 'takes' from license l cross join (values ('end_user', 1), ('foreign_consignee', 2)) r (role, k)
    join party p on p.n = pg_temp.skewed(11000, l.n * 7 + r.k) on conflict do nothing;
insert into check_subjects (id, check_id, party_id, role)
    select gen_random_uuid(), f.id, p.id, 'broker' from file f join party p on p.n = pg_temp.skewed(11000, f.n * 11 + 5) where f.n % 2 = 0 on conflict do nothing;

insert into audit_events (id, at, actor_id, role, address, verb, subject_kind, subject_id, check_id, license_id, summary, after)
    select pg_temp.id(at, x.n), at, s.id, 'post_officer', '10.0.0.1',
        (array['finding_recorded','signed_in','contact_recorded','check_acknowledged','permit_verified','license_registered'])[k + 1], 'row', gen_random_uuid(),
        case when k in (0, 2, 3, 4) then f.id end, case when k in (4, 5) then l.id end,
        (array['found on need against quantity (' || p.name || '): yes', 'signed in', 'recorded a contact: call with ' || o.name, 'acknowledged ' || f.reference,
            'verified permit ' || x.n || ' of ' || p.name, 'registered license 07' || 100000 + x.n % 24000])[k + 1],
        jsonb_build_object('text', 'A note of what was said there, ' || md5(x.n::text))
    from (select n, n % 6 as k, '2021-01-01Z'::timestamptz + n * interval '40 minutes' as at from generate_series(1, 60000) n) x
    join somebody s on s.n = pg_temp.skewed(400, x.n * 3) join somebody o on o.n = x.n * 5 % 400
    join party p on p.n = pg_temp.skewed(11000, x.n * 7) join file f on f.n = x.n / 3 join license l on l.n = x.n / 3;
insert into audit_events (id, at, actor_id, verb, subject_kind, subject_id, summary)
    select pg_temp.id(at, n + 900000), at, (select id from somebody s where s.n = x.n * 3 % 400), 'interim_reply_signed', 'row', gen_random_uuid(), 'signed an interim reply of Zanzibar ' || n
    from (select n, '2021-01-01Z'::timestamptz + n * interval '20 days' as at from generate_series(1, 80) n) x;

insert into telegrams (id, way, state, direction, post_id, original, fingerprint, originator, number, year, sent_at, subject, recorded_by, recorded_at, body, sent_by)
    select pg_temp.id(opened_at, n + 500000), way, case way when 'in' then 'filed' else 'sent' end,
        case when way = 'in' then 'reply' when n % 500 = 0 then 'reminder' else 'request' end, post_id, 'A TELEGRAM',
        decode(md5(n::text), 'hex'), case way when 'in' then 'POST ' || n % 150 else 'STATE' end, case way when 'in' then n % 5000 else n / 50 + 1 end, 2024,
        opened_at, 'BLUE LANTERN: ' || upper(pg_temp.word(n)) || ' ' || n, s.id, opened_at, case way when 'out' then 'A TELEGRAM' end,
        case way when 'out' then s.id end
    from (select *, case when n % 50 = 0 then 'out' else 'in' end as way from file) file, (select id from somebody where n = 1) s;
insert into telegram_checks (telegram_id, check_id, joined_by, joined_at)
    select pg_temp.id(opened_at, n + 500000), id, (select id from somebody s where s.n = 1), opened_at from file where n % 400 <> 0;

select fill_lists();
set session_replication_role = origin;
