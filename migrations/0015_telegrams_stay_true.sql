-- An answer is to what was proposed: a reader that has learned may give the key of an earlier proposal to another one.
alter table telegram_answers
    add column proposed_digest text not null generated always as (md5(proposed::text)) stored,
    drop constraint telegram_answers_pkey,
    add constraint telegram_answers_pkey primary key (telegram_id, key, proposed_digest);

-- A hash of what the case file said when the text was composed or looked at last: what the file says otherwise since, it does not know.
alter table telegrams
    add column composed_digest text,
    add constraint telegrams_composed check (way = 'out' or composed_digest is null);

-- A message number has at most six digits in what is sent.
alter table telegrams
    add constraint telegrams_sent_number_fits check (state <> 'sent' or number between 1 and 999999);

-- A telegram stands on checks of its own post, whose people may read it; what goes out stands on one.
create function keep_telegram_on_its_post() returns trigger language plpgsql as $$
declare told telegrams;
begin
    select * into told from telegrams where id = new.telegram_id;
    if told.post_id <> (select post_id from checks where id = new.check_id) then
        perform refuse('telegram_checks_of_its_post', 'a telegram stands on checks of its own post');
    end if;
    if told.way = 'out' and exists (select from telegram_checks where telegram_id = new.telegram_id and check_id <> new.check_id) then
        perform refuse('telegram_checks_one_out', 'a telegram that goes out stands on one check');
    end if;
    return new;
end $$;
create trigger within_its_post before insert on telegram_checks for each row execute function keep_telegram_on_its_post();

-- Answers are to what came in.
create function answer_what_came_in() returns trigger language plpgsql as $$
begin
    if exists (select from telegrams where id = new.telegram_id and way = 'out') then
        perform refuse('telegram_answers_to_what_came_in', 'a telegram that goes out proposes nothing');
    end if;
    return new;
end $$;
create trigger to_what_came_in before insert on telegram_answers for each row execute function answer_what_came_in();

alter table telegram_answers add constraint telegram_answers_license_fkey foreign key (license_id) references licenses;

-- What came in lately and is on no check yet stands on the first page of those who file it.
create index telegrams_came_in on telegrams (recorded_at) where way = 'in';
