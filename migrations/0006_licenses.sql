-- The license owns what lives as long as it does: items, roles, conditions, decisions.

create table licenses (
    id uuid constraint licenses_pkey primary key,
    -- As typed; the normalized form is unique within its form.
    number text not null,
    number_normalized text not null,
    form text not null,
    status text not null constraint licenses_status_known check (status in
        ('pending', 'approved_on_conditions', 'approved', 'returned', 'denied', 'suspended', 'revoked')),
    -- First seen when already issued (post-license and post-shipment checks).
    registered_approved_on date,
    destination text not null constraint licenses_destination_fkey references countries,
    value_usd numeric(16, 2) not null constraint licenses_value_not_negative check (value_usd >= 0),
    received_on date,
    purpose text not null default '',
    -- Congressional notification (guard 8): the day the certification was sent, once it was.
    certified_on date,
    registered_by uuid not null constraint licenses_registrar_fkey references people,
    registered_at timestamptz not null,
    -- When items, parties, destination or value last changed: a result signed before speaks of another license (guard 15).
    facts_changed_at timestamptz,
    -- Raised by every change beneath the license; a decision names the one it read.
    revision integer not null default 1,
    version integer not null default 1,
    constraint licenses_number_key unique (form, number_normalized)
);
create index licenses_by_number on licenses (number_normalized);
create index licenses_by_status on licenses (status, id);

create table item_groups (
    id uuid constraint item_groups_pkey primary key,
    license_id uuid not null constraint item_groups_license_fkey references licenses,
    label text not null,
    item_class text not null,
    usml_category text,
    significant_military_equipment boolean not null,
    major_defense_equipment boolean not null,
    quantity bigint not null constraint item_groups_quantity_positive check (quantity > 0),
    unit text not null,
    value_usd numeric(16, 2) constraint item_groups_value_not_negative check (value_usd >= 0),
    jurisdiction text not null constraint item_groups_jurisdiction_known check (jurisdiction in ('itar', 'ear')),
    split_from uuid constraint item_groups_split_fkey references item_groups,
    position integer not null,
    version integer not null default 1,
    constraint item_groups_in_license unique (id, license_id)
);
create index item_groups_by_license on item_groups (license_id, position);

create table license_parties (
    id uuid constraint license_parties_pkey primary key,
    license_id uuid not null constraint license_parties_license_fkey references licenses,
    party_id uuid not null constraint license_parties_party_fkey references parties,
    role text not null constraint license_parties_role_known check (role in ('applicant', 'manufacturer', 'seller', 'foreign_consignee',
        'intermediate_consignee', 'end_user', 'freight_forwarder', 'broker')),
    takes_possession text not null constraint license_parties_possession_known check (takes_possession in ('takes', 'never', 'unknown')),
    version integer not null default 1,
    constraint license_parties_once unique (license_id, party_id, role)
);
create index license_parties_by_party on license_parties (party_id);

-- Conditions written in words; all other open conditions are computed.
create table conditions (
    id uuid constraint conditions_pkey primary key,
    license_id uuid not null constraint conditions_license_fkey references licenses,
    text text not null,
    who_acts text not null,
    raised_by uuid not null constraint conditions_raiser_fkey references people,
    raised_at timestamptz not null,
    met_at timestamptz,
    met_by uuid constraint conditions_meeter_fkey references people,
    evidence text,
    version integer not null default 1,
    constraint conditions_met_whole check (num_nonnulls(met_at, met_by, evidence) in (0, 3))
);
create index conditions_by_license on conditions (license_id);

create table decisions (
    id uuid constraint decisions_pkey primary key,
    license_id uuid not null constraint decisions_license_fkey references licenses,
    number integer not null,
    act text not null constraint decisions_act_known check (act in
        ('approve', 'approve_on_conditions', 'return', 'deny', 'confirm', 'suspend', 'reinstate', 'revoke')),
    reasons text not null,
    decided_by uuid not null constraint decisions_decider_fkey references people,
    decided_at timestamptz not null,
    revision_read integer not null,
    value_usd numeric(16, 2) not null,
    constraint decisions_number_key unique (license_id, number)
);

create table provisos (
    id uuid constraint provisos_pkey primary key,
    decision_id uuid not null constraint provisos_decision_fkey references decisions,
    number integer not null,
    text text not null,
    constraint provisos_number_key unique (decision_id, number)
);

-- A supervisor's reasoned exception to guard 7 (party) or guard 15 (result).
create table exceptions (
    id uuid constraint exceptions_pkey primary key,
    license_id uuid not null constraint exceptions_license_fkey references licenses,
    guard integer not null constraint exceptions_guard_known check (guard in (7, 15)),
    party_id uuid constraint exceptions_party_fkey references parties,
    reason text not null,
    excepted_by uuid not null constraint exceptions_excepter_fkey references people,
    excepted_at timestamptz not null,
    -- Guard 15: the result it excepts, null where there was none; a later result needs an exception of its own.
    result_id uuid,
    constraint exceptions_once unique nulls not distinct (license_id, guard, party_id, result_id)
);

select log_changes_to(array['licenses', 'item_groups', 'license_parties', 'conditions', 'decisions', 'provisos', 'exceptions']);
select forbid_rewriting(array['decisions', 'provisos', 'exceptions']);
