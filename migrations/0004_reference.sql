-- What changes by law or by country and never by release: dated rows with their source, ended and replaced, never edited.

create table reference_entries (
    id uuid constraint reference_entries_pkey primary key,
    kind text not null constraint reference_entries_kind_known check (kind in (
        'item_class', 'usml_category', 'license_form', 'reason_code', 'topic',
        'proscribed_country', 'country_group', 'notification_threshold', 'screening_list')),
    code text not null,
    label text not null,
    detail text not null default '',
    -- proscribed_country, country_group: which country.
    country text constraint reference_entries_country_fkey references countries,
    -- notification_threshold: for which country group, which items, how much and how long to wait.
    country_group text,
    items text constraint reference_entries_items_known check (items in ('major_defense_equipment', 'defense_articles', 'firearms')),
    amount numeric(16, 2),
    waiting_days integer,
    -- topic: for which check types; for which party roles it is asked per party; for which item classes (empty: all).
    check_types text[] not null default '{}',
    party_roles text[] not null default '{}',
    item_classes text[] not null default '{}',
    position integer not null default 0,
    source text not null constraint reference_entries_source_given check (length(btrim(source)) > 0),
    starts_on date not null,
    ends_on date,
    -- Rows shipped with the program are unconfirmed until an administrator has looked at them.
    confirmed_by uuid constraint reference_entries_confirmer_fkey references people,
    confirmed_at timestamptz,
    constraint reference_entries_in_order check (ends_on is null or ends_on >= starts_on),
    constraint reference_entries_country_given check ((country is not null) = (kind in ('proscribed_country', 'country_group'))),
    constraint reference_entries_threshold_whole check (kind <> 'notification_threshold'
        or (num_nulls(country_group, items, amount, waiting_days) = 0 and amount > 0 and waiting_days >= 0)),
    constraint reference_entries_one_at_a_time exclude using gist
        (kind with =, code with =, (coalesce(country, '')) with =, daterange(starts_on, ends_on, '[]') with &&)
);

create table authorities (
    id uuid constraint authorities_pkey primary key,
    country text not null constraint authorities_country_fkey references countries,
    name text not null,
    short_name text not null,
    parent_id uuid constraint authorities_parent_fkey references authorities,
    version integer not null default 1,
    constraint authorities_name_key unique (country, name)
);

create table country_rules (
    id uuid constraint country_rules_pkey primary key,
    country text not null constraint country_rules_country_fkey references countries,
    item_class text not null,
    -- Null: the country asks for no import approval for this class.
    authority_id uuid constraint country_rules_authority_fkey references authorities,
    usual_days integer constraint country_rules_days_positive check (usual_days > 0),
    source text not null constraint country_rules_source_given check (length(btrim(source)) > 0),
    starts_on date not null,
    ends_on date,
    confirmed_by uuid constraint country_rules_confirmer_fkey references people,
    confirmed_by_post uuid constraint country_rules_post_fkey references posts,
    confirmed_on date,
    constraint country_rules_in_order check (ends_on is null or ends_on >= starts_on),
    constraint country_rules_one_at_a_time exclude using gist (country with =, item_class with =,
        (coalesce(authority_id, '00000000-0000-0000-0000-000000000000'::uuid)) with =, daterange(starts_on, ends_on, '[]') with &&)
);
create index country_rules_by_country on country_rules (country, item_class);

select log_changes_to(array['reference_entries', 'authorities', 'country_rules']);
