-- One record for a company, government body, international organization or person, for all checks and posts.

create table parties (
    id uuid constraint parties_pkey primary key,
    kind text not null constraint parties_kind_known check (kind in ('company', 'government_body', 'international_organization', 'person')),
    name text not null,
    -- The name folded for comparison (compatibility form, case, marks and punctuation removed).
    name_folded text not null,
    country text not null constraint parties_country_fkey references countries,
    address text not null default '',
    -- A party a post came across is `found` until a case officer links or establishes it.
    standing text not null default 'established' constraint parties_standing_known check (standing in ('found', 'established', 'merged')),
    merged_into uuid constraint parties_merged_fkey references parties,
    found_on_check uuid,
    found_role text,
    found_source text,
    created_by uuid not null constraint parties_creator_fkey references people,
    created_at timestamptz not null,
    version integer not null default 1,
    constraint parties_merged_whole check ((standing = 'merged') = (merged_into is not null)),
    constraint parties_not_into_itself check (merged_into <> id)
);
create index parties_by_name on parties using gin (name_folded gin_trgm_ops);
create index parties_by_folded_name on parties (name_folded, id);
create index parties_by_merged on parties (merged_into) where merged_into is not null;
create index parties_by_found on parties (found_on_check) where standing = 'found';

create table party_aliases (
    id uuid constraint party_aliases_pkey primary key,
    party_id uuid not null constraint party_aliases_party_fkey references parties,
    name text not null,
    name_folded text not null,
    source text not null,
    recorded_by uuid not null constraint party_aliases_recorder_fkey references people,
    recorded_at timestamptz not null,
    constraint party_aliases_name_key unique (party_id, name_folded)
);
create index party_aliases_by_name on party_aliases using gin (name_folded gin_trgm_ops);

create table party_facts (
    id uuid constraint party_facts_pkey primary key,
    party_id uuid not null constraint party_facts_party_fkey references parties,
    kind text not null constraint party_facts_kind_known check (kind in ('address', 'telephone', 'registration', 'owner', 'other')),
    text text not null,
    source text not null,
    check_id uuid,
    recorded_by uuid not null constraint party_facts_recorder_fkey references people,
    recorded_at timestamptz not null
);
create index party_facts_by_party on party_facts (party_id, recorded_at);

-- A party on a debarment or denial list, with the list's own dates (guard 7).
create table party_listings (
    id uuid constraint party_listings_pkey primary key,
    party_id uuid not null constraint party_listings_party_fkey references parties,
    -- A `screening_list` reference code.
    list text not null,
    source text not null,
    starts_on date not null,
    ends_on date,
    recorded_by uuid not null constraint party_listings_recorder_fkey references people,
    recorded_at timestamptz not null
);
create index party_listings_by_party on party_listings (party_id);

select log_changes_to(array['parties', 'party_aliases', 'party_facts', 'party_listings']);
