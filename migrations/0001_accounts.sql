-- Who uses Lantern: people, the posts they serve at, their dated assignments and their sessions.
-- Every later table names a person, so these come first.

-- What the application's role may do unless a table says otherwise below.
alter default privileges in schema public grant select, insert, update, delete on tables to lantern_app;
grant usage on schema public to lantern_app;

create extension if not exists btree_gist;
create extension if not exists pg_trgm;

create table countries (
    code text constraint countries_pkey primary key constraint countries_code_iso check (code ~ '^[A-Z]{2}$'),
    name text not null constraint countries_name_key unique,
    region text not null constraint countries_region_known check (region in ('AF', 'EAP', 'EUR', 'NEA', 'SCA', 'WHA', 'US'))
);

create table posts (
    id uuid constraint posts_pkey primary key,
    name text not null constraint posts_name_key unique,
    country text not null constraint posts_country_fkey references countries,
    -- IANA name; the post's own day decides when a check is due.
    zone text not null,
    closed_on date,
    version integer not null default 1
);

create table people (
    id uuid constraint people_pkey primary key,
    account text not null constraint people_account_key unique
        constraint people_account_form check (account ~ '^[a-z0-9][a-z0-9._-]{1,39}$'),
    name text not null,
    password_hash text not null,
    -- A first password is good for 72 hours and one sign-in; null once the person has chosen their own.
    temporary_until timestamptz,
    -- The largest license value the person may decide, in U.S. dollars; 0 until set.
    decision_authority numeric(16, 2) not null default 0 constraint people_authority_not_negative check (decision_authority >= 0),
    disabled_at timestamptz,
    created_at timestamptz not null,
    version integer not null default 1
);

create table assignments (
    id uuid constraint assignments_pkey primary key,
    person_id uuid not null constraint assignments_person_fkey references people,
    role text not null constraint assignments_role_known check (role in
        ('post_officer', 'post_supervisor', 'case_officer', 'reviewer', 'supervisor', 'auditor', 'admin')),
    post_id uuid constraint assignments_post_fkey references posts,
    starts_on date not null,
    -- The last day, included; null while open.
    ends_on date,
    version integer not null default 1,
    constraint assignments_post_with_role check ((post_id is not null) = (role in ('post_officer', 'post_supervisor'))),
    constraint assignments_in_order check (ends_on is null or ends_on >= starts_on),
    -- One person, one role at a time: separation of duties is judged by person, never by hat.
    constraint assignments_one_at_a_time exclude using gist
        (person_id with =, daterange(starts_on, ends_on, '[]') with &&)
);
create index assignments_by_post on assignments (post_id) where post_id is not null;

create table sessions (
    id uuid constraint sessions_pkey primary key,
    -- SHA-256 of the cookie's value; the value itself is stored nowhere.
    key_hash bytea not null constraint sessions_key_hash_key unique,
    person_id uuid not null constraint sessions_person_fkey references people,
    started_at timestamptz not null,
    seen_at timestamptz not null,
    ended_at timestamptz,
    address text not null,
    agent text not null
);
create index sessions_by_person on sessions (person_id, started_at desc);

create table login_attempts (
    id uuid constraint login_attempts_pkey primary key,
    account text not null,
    address text not null,
    at timestamptz not null,
    succeeded boolean not null
);
create index login_attempts_by_account on login_attempts (account, at desc);
create index login_attempts_by_address on login_attempts (address, at desc);
