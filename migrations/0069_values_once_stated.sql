-- A value that was not stated is stated once somebody records one, also by a program that knows nothing of it: it writes the value alone.

create function state_value() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    new.value_stated := true;
    return new;
end $$;
-- An older program bears this: the trigger refuses nothing, and it reads no value as not stated.
create trigger note_stated_value before update on licenses for each row
    when (new.value_usd is distinct from old.value_usd and not old.value_stated and not new.value_stated) execute function state_value();
