-- An answer is to what was proposed: a reader that has learned may give the key of an earlier proposal to another one.
alter table telegram_answers
    add column proposed_digest text not null generated always as (md5(proposed::text)) stored,
    drop constraint telegram_answers_pkey,
    add constraint telegram_answers_pkey primary key (telegram_id, key, proposed_digest);

-- A hash of what the case file said when the text was composed or looked at last: what the file says otherwise since, it does not know.
alter table telegrams
    add column composed_digest text,
    add constraint telegrams_composed check (way = 'out' or composed_digest is null);
