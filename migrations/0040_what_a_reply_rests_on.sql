-- What a cleared reply rests on gains nothing: a contact that was recorded before the reply takes no further statement. Contacts go on
-- being added until the check closes, and what is said then belongs to them.
create function refuse_statement_of_replied_contact() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from contacts t join checks c on c.id = t.check_id
               where t.id = new.contact_id and t.recorded_at <= c.replied_at) then
        perform refuse('statements_contact_replied', 'the reply rests on this contact');
    end if;
    return new;
end $$;
-- An older program bears this: it offers such a contact still, and whoever chooses it reads that it did not work.
create trigger replied before insert on statements for each row execute function refuse_statement_of_replied_contact();
