-- So many closed checks beside those of the demonstration, each with a license and what a check owns, two with each party.
-- Run as the superuser, for a test that looks at how pages read among many.
begin;
set local session_replication_role = replica;
create function pg_temp.row_of(kind integer, n bigint) returns uuid language sql immutable as
    $$ select (lpad(to_hex(25165824 + kind), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
create temp table many on commit drop as
    select n, (select array_agg(id order by id) from posts) as posts, (select id from people where account = 'case') as officer,
        greatest({many} / 2, 1) as parties
    from generate_series(1, {many}) as n;
insert into parties (id, kind, name, name_folded, country, created_by, created_at)
    select pg_temp.row_of(1, n), 'company', 'Holding ' || n, 'holding ' || n, 'CZ', officer, '2020-01-01' from many where n <= parties;
insert into licenses (id, number, number_normalized, form, status, destination, value_usd, registered_by, registered_at)
    select pg_temp.row_of(2, n), 'F' || n, 'f' || n, 'dsp5', 'approved', 'CZ', 1000, officer, '2020-01-01' from many;
insert into item_groups (id, license_id, label, item_class, significant_military_equipment, major_defense_equipment, quantity, unit, jurisdiction, position)
    select pg_temp.row_of(3, n), pg_temp.row_of(2, n), 'Pistols', 'firearms', false, false, 10, 'pieces', 'itar', 1 from many;
insert into license_parties (id, license_id, party_id, role, takes_possession)
    select pg_temp.row_of(4, n), pg_temp.row_of(2, n), pg_temp.row_of(1, 1 + n % parties), 'end_user', 'takes' from many;
insert into checks (id, year, number, type, state, post_id, subject, reason, priority, site_visit, days_to_answer, due_on, opened_by, opened_at,
    requested_at, officer_id, closed_at)
    select pg_temp.row_of(5, n), 1990, n, 'pre_license', 'closed', posts[1 + n % cardinality(posts)], 'Pistols', 'A', 'routine', 'optional', 60,
        '2020-03-01', officer, '2020-01-01', '2020-01-01', officer, '2020-06-01' from many;
insert into check_licenses select pg_temp.row_of(5, n), pg_temp.row_of(2, n) from many;
insert into check_subjects (id, check_id, party_id, role)
    select pg_temp.row_of(6, n), pg_temp.row_of(5, n), pg_temp.row_of(1, 1 + n % parties), 'end_user' from many;
insert into contacts (id, check_id, kind, with_whom, channel_source, summary, recorded_by, recorded_at)
    select pg_temp.row_of(7, n), pg_temp.row_of(5, n), 'call', 'The depot', 'directory', 'A', officer, '2020-02-01' from many;
insert into statements (id, check_id, contact_id, text, source_grade, recorded_by, recorded_at)
    select pg_temp.row_of(8, n), pg_temp.row_of(5, n), pg_temp.row_of(7, n), 'A', 'observed', officer, '2020-02-01' from many;
insert into findings (id, check_id, topic, answer, text, portion_mark, recorded_by, recorded_at)
    select pg_temp.row_of(9, n), pg_temp.row_of(5, n), 'order', 'yes', 'A', 'U', officer, '2020-02-01' from many;
insert into finding_basis (finding_id, contact_id) select pg_temp.row_of(9, n), pg_temp.row_of(7, n) from many;
insert into recommendations (id, check_id, word, text, written_by, written_at)
    select pg_temp.row_of(10, n), pg_temp.row_of(5, n), 'support', 'A', officer, '2020-03-01' from many;
insert into results (id, check_id, word, text, proposed_by, proposed_at)
    select pg_temp.row_of(11, n), pg_temp.row_of(5, n), 'favorable', 'A', officer, '2020-04-01' from many;
insert into result_reasons (result_id, code, is_primary) select pg_temp.row_of(11, n), 'none', true from many;
insert into decisions (id, license_id, number, act, reasons, decided_by, decided_at, revision_read, value_usd)
    select pg_temp.row_of(12, n), pg_temp.row_of(2, n), 1, 'approve', 'A', officer, '2020-05-01', 1, 1000 from many;
insert into permits (id, license_id, authority_id, number, number_normalized, quantity, unit, named_party, holds_number, recorded_by, recorded_at)
    select pg_temp.row_of(13, n), pg_temp.row_of(2, n), (select id from authorities limit 1), 'P' || n, 'p' || n, 10, 'pieces', 'A', true, officer, '2020-02-01' from many;
insert into import_approvals (id, license_id, item_group_id, authority_id, state, permit_id, recorded_by, recorded_at)
    select pg_temp.row_of(14, n), pg_temp.row_of(2, n), pg_temp.row_of(3, n), (select id from authorities limit 1), 'issued', pg_temp.row_of(13, n), officer, '2020-02-01' from many;
insert into serials (id, item_group_id, license_id, number, number_normalized, state, recorded_by, recorded_at)
    select pg_temp.row_of(15, n), pg_temp.row_of(3, n), pg_temp.row_of(2, n), 'S' || n, 's' || n, 'seen', officer, '2020-02-01' from many;
insert into telegrams (id, way, state, direction, post_id, original, fingerprint, subject, recorded_by, recorded_at)
    select pg_temp.row_of(16, n), 'in', 'filed', 'reply', posts[1 + n % cardinality(posts)], 'A', n::text::bytea, 'A', officer, '2020-02-01' from many;
insert into telegram_checks select pg_temp.row_of(16, n), pg_temp.row_of(5, n), officer, '2020-02-01' from many;
insert into telegram_answers (telegram_id, key, kind, answer, paragraph, words, says, proposed, check_id, answered_by, answered_at)
    select pg_temp.row_of(16, n), 'contact-1', 'contact', 'accepted', '1', 'A', 'A', '{}', pg_temp.row_of(5, n), officer, '2020-02-01' from many;
insert into audit_events (id, at, actor_id, verb, subject_kind, subject_id, check_id, license_id, party_id, summary)
    select pg_temp.row_of(17, n), '2020-02-01', officer, 'check_opened', 'check', pg_temp.row_of(5, n), pg_temp.row_of(5, n), pg_temp.row_of(2, n),
        pg_temp.row_of(1, 1 + n % parties), 'opened it' from many;
insert into duties (person_id, duty, check_id) select officer, duty, pg_temp.row_of(5, n) from many, unnest(array['open', 'request', 'work']) as duty;
insert into duties (person_id, duty, license_id) select officer, duty, pg_temp.row_of(2, n) from many, unnest(array['register', 'decide', 'record_paper']) as duty;
commit;
analyze;
