-- Host-country consent: permits, the permit matrix they fill, certificates, custody and serial numbers. All belong to the license.

create table permits (
    id uuid constraint permits_pkey primary key,
    license_id uuid not null constraint permits_license_fkey references licenses,
    -- Who issued the paper; every authority whose consent it carries stands in permit_authorities, the issuer included.
    authority_id uuid not null constraint permits_authority_fkey references authorities,
    number text not null,
    number_normalized text not null,
    issued_on date,
    valid_from date,
    valid_until date,
    quantity bigint not null constraint permits_quantity_positive check (quantity > 0),
    unit text not null,
    named_party text not null,
    kept_at text not null default '',
    -- Which of several licenses the number counts for: one at a time, released when that license is returned or denied (guard 5).
    holds_number boolean not null,
    -- Genuine, as the authority confirmed through a contact whose channel was not taken from the paper.
    verified_by uuid constraint permits_verifier_fkey references people,
    verified_at timestamptz,
    verified_contact_id uuid constraint permits_contact_fkey references contacts,
    revoked_on date,
    -- Recorded by mistake: it fills no cell and holds no number any more.
    withdrawn_at timestamptz,
    withdrawn_reason text,
    recorded_by uuid not null constraint permits_recorder_fkey references people,
    recorded_at timestamptz not null,
    version integer not null default 1,
    constraint permits_verified_whole check (num_nonnulls(verified_by, verified_at, verified_contact_id) in (0, 3)),
    constraint permits_withdrawn_whole check (num_nonnulls(withdrawn_at, withdrawn_reason) in (0, 2)),
    constraint permits_withdrawn_holds_nothing check (withdrawn_at is null or not holds_number),
    constraint permits_in_order check (valid_from is null or valid_until is null or valid_until >= valid_from)
);
create index permits_by_license on permits (license_id);
create index permits_by_number on permits (authority_id, number_normalized);
create unique index permits_number_held on permits (authority_id, number_normalized) where holds_number;

create table permit_authorities (
    permit_id uuid not null constraint permit_authorities_permit_fkey references permits,
    authority_id uuid not null constraint permit_authorities_authority_fkey references authorities,
    constraint permit_authorities_pkey primary key (permit_id, authority_id)
);

create table import_approvals (
    id uuid constraint import_approvals_pkey primary key,
    license_id uuid not null,
    item_group_id uuid not null,
    -- Null only with `not_required`: the country asks for no approval at all.
    authority_id uuid constraint import_approvals_authority_fkey references authorities,
    -- `verified` is not stored: it is an issued approval whose permit is verified. Nor is `expired`.
    state text not null constraint import_approvals_state_known check (state in
        ('needed', 'applied', 'issued', 'not_required', 'refused', 'revoked')),
    applied_on date,
    permit_id uuid constraint import_approvals_permit_fkey references permits,
    -- What the applicant waits for before applying, such as serial numbers; and when it was given.
    waits_for text not null default '',
    given_on date,
    usual_days integer,
    -- Why none is required: the country rule an officer confirmed, or the paper that says so.
    proof text not null default '',
    country_rule_id uuid constraint import_approvals_rule_fkey references country_rules,
    contact_id uuid constraint import_approvals_contact_fkey references contacts,
    note text not null default '',
    recorded_by uuid not null constraint import_approvals_recorder_fkey references people,
    -- Whose word the cell is: another post reads it and does not change it.
    recorded_at_post uuid constraint import_approvals_post_fkey references posts,
    recorded_at timestamptz not null,
    version integer not null default 1,
    constraint import_approvals_group_fkey foreign key (item_group_id, license_id) references item_groups (id, license_id),
    constraint import_approvals_once unique nulls not distinct (item_group_id, authority_id),
    constraint import_approvals_issued_on_paper check ((state = 'issued') = (permit_id is not null)),
    constraint import_approvals_proof_given check (state <> 'not_required' or length(btrim(proof)) > 0),
    constraint import_approvals_authority_given check (state = 'not_required' or authority_id is not null)
);
create index import_approvals_by_license on import_approvals (license_id);

create table certificates (
    id uuid constraint certificates_pkey primary key,
    license_id uuid not null constraint certificates_license_fkey references licenses,
    form text not null,
    kept_at text not null default '',
    host_government_needed boolean not null,
    recorded_by uuid not null constraint certificates_recorder_fkey references people,
    recorded_at timestamptz not null,
    version integer not null default 1,
    constraint certificates_once unique (license_id)
);

create table certificate_signatures (
    id uuid constraint certificate_signatures_pkey primary key,
    certificate_id uuid not null constraint certificate_signatures_certificate_fkey references certificates,
    signer text not null constraint certificate_signatures_signer_known check (signer in
        ('applicant', 'foreign_consignee', 'foreign_end_user', 'host_government')),
    signer_name text not null,
    signed_on date not null,
    verified_contact_id uuid constraint certificate_signatures_contact_fkey references contacts,
    verified_by uuid constraint certificate_signatures_verifier_fkey references people,
    verified_at timestamptz,
    recorded_by uuid not null constraint certificate_signatures_recorder_fkey references people,
    version integer not null default 1,
    constraint certificate_signatures_once unique (certificate_id, signer),
    constraint certificate_signatures_verified_whole check (num_nonnulls(verified_contact_id, verified_by, verified_at) in (0, 3))
);

create table custody_steps (
    id uuid constraint custody_steps_pkey primary key,
    license_id uuid not null constraint custody_steps_license_fkey references licenses,
    stage text not null constraint custody_steps_stage_known check (stage in ('planned', 'actual')),
    position integer not null,
    -- Who holds the items: a party, an authority, or in words (a port's customs).
    holder text not null,
    party_id uuid constraint custody_steps_party_fkey references parties,
    authority_id uuid constraint custody_steps_authority_fkey references authorities,
    what text not null,
    on_date date,
    quantity bigint constraint custody_steps_quantity_positive check (quantity > 0),
    item_group_id uuid constraint custody_steps_group_fkey references item_groups,
    contact_id uuid constraint custody_steps_contact_fkey references contacts,
    recorded_by uuid not null constraint custody_steps_recorder_fkey references people,
    version integer not null default 1,
    constraint custody_steps_position_key unique (license_id, stage, position) deferrable initially immediate
);

create table serials (
    id uuid constraint serials_pkey primary key,
    item_group_id uuid not null constraint serials_group_fkey references item_groups,
    license_id uuid not null constraint serials_license_fkey references licenses,
    number text not null,
    number_normalized text not null,
    state text not null constraint serials_state_known check (state in ('seen', 'elsewhere', 'missing', 'not_counted')),
    location text not null default '',
    holder_party_id uuid constraint serials_holder_fkey references parties,
    check_id uuid constraint serials_check_fkey references checks,
    contact_id uuid constraint serials_contact_fkey references contacts,
    recorded_by uuid not null constraint serials_recorder_fkey references people,
    recorded_at timestamptz not null,
    version integer not null default 1,
    constraint serials_number_key unique (item_group_id, number_normalized)
);
create index serials_by_license on serials (license_id);
create index serials_by_holder on serials (holder_party_id) where holder_party_id is not null;
create index custody_steps_by_party on custody_steps (party_id) where party_id is not null;

select log_changes_to(array['permits', 'permit_authorities', 'import_approvals', 'certificates', 'certificate_signatures',
    'custody_steps', 'serials']);
