-- What is typed but not yet submitted, and what was submitted once: a form's id is the key of both.

create table drafts (
    form_id uuid constraint drafts_pkey primary key,
    person_id uuid not null constraint drafts_person_fkey references people,
    -- The address of the form's page, with its query; the newest draft for it is offered there.
    path text not null,
    -- The page's title, so that its person recognizes it in a list; empty where a browser did not tell it.
    title text not null,
    -- The form's urlencoded body as the browser sent it.
    body text not null,
    saved_at timestamptz not null
);
create index drafts_by_page on drafts (person_id, path, saved_at desc);

create table submissions (
    form_id uuid constraint submissions_pkey primary key,
    person_id uuid not null constraint submissions_person_fkey references people,
    -- What was answered, hashed: a repeat is led to where the first submit led, other answers under the same id are not lost.
    answers_hash bytea not null,
    -- Where the first submit led; a repeat is led there too.
    redirect text not null,
    at timestamptz not null
);
create index submissions_by_time on submissions (at);
