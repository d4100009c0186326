-- Telegrams that came in or go out, the checks they speak of, and what a person made of each thing that one says.

create table telegrams (
    id uuid constraint telegrams_pkey primary key,
    way text not null constraint telegrams_way_known check (way in ('in', 'out')),
    -- What came in is filed; what goes out is written as a draft and then sent.
    state text not null constraint telegrams_state_known check (state in ('filed', 'draft', 'sent')),
    direction text not null constraint telegrams_direction_known check (direction in ('request', 'reply', 'interim', 'reminder', 'other')),
    -- The post that sent it or that it was sent to: its people see it.
    post_id uuid not null constraint telegrams_post_fkey references posts,
    -- Byte for byte as it came or as it was sent; not there while it is written.
    original bytea,
    -- A hash of the text without blank space: the same telegram again.
    fingerprint bytea,
    -- What a person writes of a telegram that goes out; its header is composed when it is sent.
    body text,
    -- Its message number: `GUATEMALA`, 773, 2008.
    originator text,
    number integer,
    year integer,
    -- Its date-time group.
    sent_at timestamptz,
    subject text not null,
    recorded_by uuid not null constraint telegrams_recorder_fkey references people,
    recorded_at timestamptz not null,
    sent_by uuid constraint telegrams_sender_fkey references people,
    version integer not null default 1,
    constraint telegrams_state_fits check ((way = 'in') = (state = 'filed')),
    constraint telegrams_kept_whole check ((state = 'draft') = (original is null) and (original is null) = (fingerprint is null)),
    constraint telegrams_written check ((way = 'out') = (body is not null)),
    constraint telegrams_numbered check (state <> 'sent' or num_nulls(originator, number, year, sent_at, sent_by) = 0)
);
create unique index telegrams_number_key on telegrams (originator, year, number) where state = 'sent';
create index telegrams_by_number on telegrams (number, originator) where number is not null;
create index telegrams_by_fingerprint on telegrams (fingerprint) where fingerprint is not null;
create index telegrams_newest on telegrams (id desc);
create index telegrams_by_post on telegrams (post_id, id desc);

-- Which checks it speaks of. A check may have many, and one may speak of several.
create table telegram_checks (
    telegram_id uuid not null constraint telegram_checks_telegram_fkey references telegrams,
    check_id uuid not null constraint telegram_checks_check_fkey references checks,
    joined_by uuid not null constraint telegram_checks_joiner_fkey references people,
    joined_at timestamptz not null,
    constraint telegram_checks_pkey primary key (telegram_id, check_id)
);
create index telegram_checks_by_check on telegram_checks (check_id, telegram_id);

-- What a person made of one thing a telegram says. What was accepted keeps its paragraph for ever.
create table telegram_answers (
    telegram_id uuid not null constraint telegram_answers_telegram_fkey references telegrams,
    -- The proposal's name within its telegram, such as `contact-2`.
    key text not null,
    kind text not null,
    answer text not null constraint telegram_answers_answer_known check (answer in ('accepted', 'changed', 'rejected')),
    -- The number of the paragraph it stands in, and that paragraph's words; empty: the header.
    paragraph text not null,
    words text not null,
    -- What was proposed, in one line and in full.
    says text not null,
    proposed jsonb not null,
    -- The file it went into, and the row it became, if it became one.
    check_id uuid constraint telegram_answers_check_fkey references checks,
    license_id uuid,
    subject_kind text,
    subject_id uuid,
    answered_by uuid not null constraint telegram_answers_person_fkey references people,
    answered_at timestamptz not null,
    constraint telegram_answers_pkey primary key (telegram_id, key),
    constraint telegram_answers_row_whole check ((subject_kind is null) = (subject_id is null))
);
create index telegram_answers_by_check on telegram_answers (check_id) where check_id is not null;
create index telegram_answers_by_license on telegram_answers (license_id) where license_id is not null;

select log_changes_to(array['telegrams', 'telegram_checks', 'telegram_answers']);

-- What came in or was sent stays as it is.
create function keep_telegram() returns trigger language plpgsql as $$
begin
    if old.state <> 'draft' then perform refuse('telegrams_kept', 'a telegram stays as it came or was sent'); end if;
    return coalesce(new, old);
end $$;
create trigger kept before update or delete on telegrams for each row execute function keep_telegram();

-- What was accepted stays, but for a draft check that is discarded as a whole; a rejection may be thought over.
create function keep_telegram_answer() returns trigger language plpgsql as $$
begin
    if old.answer <> 'rejected' and (tg_op = 'UPDATE' or not exists (select from checks where id = old.check_id and state = 'draft')) then
        perform refuse('telegram_answers_kept', 'what was accepted stays');
    end if;
    return coalesce(new, old);
end $$;
create trigger kept before update or delete on telegram_answers for each row execute function keep_telegram_answer();

-- Sealed at close, as everything a check owns.
create trigger sealed before insert or update or delete on telegram_checks for each row execute function refuse_change_to_sealed_file();
create trigger sealed before insert or update or delete on telegram_answers for each row execute function refuse_change_to_sealed_file();
