-- What a post asks under each topic, by type of check: dated rows with their source, beside those of the topics. No statute words a question to a
-- foreign party; where one says what is to be known, the row names it, and that the wording is Lantern's own.

-- An older program bears this: it reads no reference row of a kind that it does not know, and writes none with a topic.
alter table reference_entries
    -- question: under which topic it is asked.
    add column topic text,
    drop constraint reference_entries_kind_known,
    add constraint reference_entries_kind_known check (kind in (
        'item_class', 'usml_category', 'license_form', 'reason_code', 'topic', 'proscribed_country', 'country_group', 'notification_threshold',
        'screening_list', 'commerce_firearms', 'unit', 'question')),
    add constraint reference_entries_topic_given check ((topic is not null) = (kind = 'question'));

insert into audit_events (id, at, job, verb, subject_kind, subject_id, summary)
values (gen_random_uuid(), now(), 'migration', 'reference_loaded', 'reference', gen_random_uuid(), 'loaded the questions that posts ask under each topic');

insert into reference_entries (id, kind, code, topic, label, check_types, position, source, starts_on)
select gen_random_uuid(), 'question', q.code, q.topic, q.label, t.types, q.position, q.source, date '2026-11-01'
from (values
    ('bona_fides_exists', 'bona_fides', 'all', 'Does the party exist at its address, and what shows it: a register entry, a sign, people at work?', 1,
     'Lantern''s own question, after the end-use monitoring report of the Directorate of Defense Trade Controls (bona fides of foreign consignees and end-users)'),
    ('bona_fides_owners', 'bona_fides', 'all', 'Who owns and runs it, and what other business does it do?', 2,
     'Lantern''s own question, after the end-use monitoring report of the Directorate of Defense Trade Controls (unfamiliar foreign parties)'),
    ('bona_fides_permits', 'bona_fides', 'inquiry', 'Under which registration or license of its own country does it deal in arms?', 3,
     'Lantern''s own question: no public source asks it'),
    ('order_placed', 'order', 'before', 'Did the end-user order these articles: by which paper, of what day, for what quantity?', 4,
     'Lantern''s own question, after the end-use monitoring report of the Directorate of Defense Trade Controls (inability to confirm order or receipt of goods)'),
    ('order_pays', 'order', 'before', 'Who placed the order, who pays for it, and through whom?', 5,
     'Lantern''s own question: no public source asks it'),
    ('order_delivered', 'order', 'shipped', 'Does what was delivered match the order, in articles and in quantity?', 6,
     'Lantern''s own question, after the end-use monitoring report of the Directorate of Defense Trade Controls (inability to confirm order or receipt of goods)'),
    ('end_use_planned', 'end_use', 'before', 'What will the articles be used for, by whom and where?', 7,
     'Lantern''s own question, after 22 USC 2785(a)(2)(B)(ii)'),
    ('end_use_now', 'end_use', 'shipped', 'What are the articles used for today, by whom and where?', 8,
     'Lantern''s own question, after 22 USC 2785(a)(2)(B)(ii)'),
    ('end_use_country', 'end_use', 'licensed', 'Do they stay in the country of ultimate destination that the application names?', 9,
     'Lantern''s own question, after 22 CFR 123.9(a)'),
    ('need_people', 'need', 'before', 'How many people will carry or use these articles, and how many are on duty at once?', 10,
     'Lantern''s own question: no public source asks it'),
    ('need_stock', 'need', 'before', 'What of the kind does the end-user have already, and what else has it ordered?', 11,
     'Lantern''s own question: no public source asks it'),
    ('storage_planned', 'storage', 'before', 'Where will the articles be kept, and how are that place and its keys guarded?', 12,
     'Lantern''s own question, after 22 USC 2785(a)(2)(B)(i) (security)'),
    ('storage_seen', 'storage', 'shipped', 'Where are the articles kept, how are that place and its keys guarded, and who of the post saw it?', 13,
     'Lantern''s own question, after 22 USC 2785(a)(2)(B)(i) (security)'),
    ('storage_access', 'storage', 'licensed', 'Who may enter, and how is it recorded?', 14,
     'Lantern''s own question: no public source asks it'),
    ('inventory_records', 'inventory', 'licensed', 'Which records show where each article is, and who signs for it?', 15,
     'Lantern''s own question, after 22 USC 2785(b)(1) (articles that are particularly vulnerable to diversion)'),
    ('inventory_counts', 'inventory', 'licensed', 'How often is it counted, by whom, and what happens when one is missing?', 16,
     'Lantern''s own question: no public source asks it'),
    ('nontransfer_approval', 'nontransfer', 'licensed', 'Does the end-user know that it may not resell, transfer or reexport them without written approval of the Directorate of Defense Trade Controls?', 17,
     'Lantern''s own question, after 22 CFR 123.9(a)'),
    ('nontransfer_certificate', 'nontransfer', 'before', 'Has it signed a nontransfer and use certificate, and what does it take that to mean?', 18,
     'Lantern''s own question, after 22 CFR 123.10'),
    ('nontransfer_happened', 'nontransfer', 'shipped', 'Was any article lent, sold, transferred or taken out of the country?', 19,
     'Lantern''s own question, after 22 CFR 123.9(a)'),
    ('import_which', 'import_approvals', 'before', 'Which authority has to approve the import of which articles, and did it get the application?', 20,
     'Lantern''s own question, after 22 CFR 123.14 and 15 CFR 748.12'),
    ('import_genuine', 'import_approvals', 'before', 'Does the authority itself say so, over a channel that was not taken from the paper?', 21,
     'Lantern''s own question: no public source asks it'),
    ('intermediary_role', 'intermediaries', 'all', 'What does the party do in such a transaction, and does it ever hold the articles?', 22,
     'Lantern''s own question, after 22 CFR 129.2'),
    ('intermediary_history', 'intermediaries', 'all', 'Has it done such business before, for whom, and who vouches for it?', 23,
     'Lantern''s own question: no public source asks it'),
    ('intermediary_derogatory', 'intermediaries', 'all', 'Is anything derogatory known of it, its owners or its staff?', 24,
     'Lantern''s own question, after the end-use monitoring report of the Directorate of Defense Trade Controls (derogatory information)'),
    ('receipt_all', 'receipt', 'shipped', 'Was everything received, and on which day?', 25,
     'Lantern''s own question, after the end-use monitoring report of the Directorate of Defense Trade Controls (inability to confirm order or receipt of goods)'),
    ('receipt_serials', 'receipt', 'shipped', 'Do the serial numbers that were seen match those that were shipped?', 26,
     'Lantern''s own question: no public source asks it'),
    ('receipt_missing', 'receipt', 'shipped', 'What is missing or elsewhere, since when, and why?', 27,
     'Lantern''s own question: no public source asks it'),
    ('other_learned', 'other', 'all', 'What else did the post learn that bears on the license or the party?', 28,
     'Lantern''s own question: no public source asks it')
) as q (code, topic, types, label, position, source)
join (values
    ('all', array['pre_license','post_license','post_shipment','broker_inquiry','company_review']::text[]),
    ('licensed', array['pre_license','post_license','post_shipment']::text[]),
    ('before', array['pre_license','post_license']::text[]),
    ('shipped', array['post_shipment']::text[]),
    ('inquiry', array['broker_inquiry','company_review']::text[])
) as t (named, types) on t.named = q.types;
