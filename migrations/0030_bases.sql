-- Judgements that know what they rested on: exceptions and decisions keep the facts that their rule read, and are held against them as they are later;
-- an explanation keeps the sentence that it explains. A verification of a paper lapses when the contact that carries it is changed, and says what was
-- changed. Rows from before have no basis: nothing of them lapses by an upgrade.

alter table exceptions add basis jsonb;
alter table decisions add basis jsonb;
alter table explanations add said text;
alter table permits add lapsed jsonb;
alter table certificate_signatures add lapsed jsonb;

-- An exception for a party that lapsed is made again, as one for a missing result is. An older program bears this: its rule refuses a second one on
-- the locked license.
drop index exceptions_once;

-- What was taken back rests on nothing. An older program bears this: it refuses less than before.
create or replace function keep_verifying_channel() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from permits where verified_contact_id = new.id and withdrawn_at is null)
        or exists (select from certificate_signatures where verified_contact_id = new.id) then
        perform refuse('contacts_channel_verified', 'a paper was verified through this contact');
    end if;
    return new;
end $$;

-- A paper was verified through this contact as it is: its verification lapses first, then the contact is changed. An older program bears this: it has
-- words for the refusal, by its name.
create trigger keeps_what_verifies before update on contacts for each row
    when ((old.kind, old.occurred_on, old.with_whom, old.authority_id, old.channel_source)
        is distinct from (new.kind, new.occurred_on, new.with_whom, new.authority_id, new.channel_source))
    execute function keep_verifying_channel();
