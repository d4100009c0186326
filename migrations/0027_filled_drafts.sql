-- A draft may be filled in for its person, from the words of a telegram. What it was filled from is kept beside it, so that its page can
-- show the words above the form, and so that the change which sends the form can note on the telegram what became of them. Neither is
-- part of the record: what was sent is.

create table draft_sources (
    -- The form in which the text was begun: whichever form goes on with it and is sent, it is this text.
    form_id uuid constraint draft_sources_pkey primary key,
    person_id uuid not null constraint draft_sources_person_fkey references people,
    -- The page it was filled for; sent anywhere else, the form is not from this source.
    path text not null,
    title text not null,
    -- The answers as they were filled in.
    body text not null,
    -- What is shown above the form.
    shown jsonb not null,
    -- What is noted when the form is sent; the feature that filled the draft reads it.
    noted jsonb not null,
    -- The form that filled it, perhaps together with others: they are gone through one after the other.
    filled_by uuid not null,
    filled_at timestamptz not null
);
create index draft_sources_by_page on draft_sources (person_id, path);
create index draft_sources_by_age on draft_sources (filled_at);
grant select, insert, update, delete on draft_sources to lantern_app;

-- A person said that the lines (A), (B), (C) of this telegram are a list, and no marks.
alter table telegrams add column has_list boolean not null default false;
