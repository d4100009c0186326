-- A form's id is good for one submit, of the same answers to the same address: a repeat is led where the first one led, everything else is
-- given back. And what is old is cleared by age, without reading whole tables.

-- The address with its query, as the form was sent to it; null: sent before addresses were kept, so any address fits.
alter table submissions add column address text;

create index drafts_by_age on drafts (saved_at);
create index sessions_by_age on sessions (started_at);
