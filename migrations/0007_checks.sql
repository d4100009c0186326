-- One end-use check: the file that goes to a post and comes back.

create table check_numbers (
    year integer constraint check_numbers_pkey primary key,
    last integer not null
);

create table checks (
    id uuid constraint checks_pkey primary key,
    year integer not null,
    number integer not null constraint checks_number_positive check (number > 0),
    reference text not null generated always as
        ('BL-' || year::text || '-' || case when number < 10000 then lpad(number::text, 4, '0') else number::text end) stored
        constraint checks_reference_key unique,
    type text not null constraint checks_type_known check (type in
        ('pre_license', 'post_license', 'post_shipment', 'broker_inquiry', 'company_review')),
    state text not null constraint checks_state_known check (state in
        ('draft', 'requested', 'in_progress', 'replied', 'resulted', 'on_hold', 'closed')),
    -- While on hold: where it was.
    held_state text constraint checks_held_state_known check (held_state in ('requested', 'in_progress', 'replied')),
    held_at timestamptz,
    held_reason text,
    post_id uuid not null constraint checks_post_fkey references posts,
    -- What the check is about in one line, given by the case officer.
    subject text not null,
    reason text not null,
    priority text not null constraint checks_priority_known check (priority in ('routine', 'priority', 'urgent')),
    site_visit text not null constraint checks_site_visit_known check (site_visit in ('required', 'requested', 'optional')),
    site_visit_waived_by uuid constraint checks_waiver_fkey references people,
    site_visit_waived_at timestamptz,
    site_visit_waiver text,
    -- Days for the post to answer; the due date follows from the day of the request until it is extended.
    days_to_answer integer not null constraint checks_days_positive check (days_to_answer between 1 and 730),
    due_on date,
    opened_by uuid not null constraint checks_opener_fkey references people,
    opened_at timestamptz not null,
    requested_by uuid constraint checks_requester_fkey references people,
    requested_at timestamptz,
    -- The officer at post who has it.
    officer_id uuid constraint checks_officer_fkey references people,
    acknowledged_at timestamptz,
    replied_at timestamptz,
    resulted_at timestamptz,
    closed_at timestamptz,
    follows_check_id uuid constraint checks_follows_fkey references checks,
    -- Raised by every change beneath the check; a signature names the one it read.
    revision integer not null default 1,
    version integer not null default 1,
    constraint checks_number_key unique (year, number),
    constraint checks_hold_whole check ((state = 'on_hold') = (held_state is not null)
        and (held_state is null) = (held_reason is null) and (held_state is null) = (held_at is null)),
    constraint checks_requested_whole check (state = 'draft' or (requested_at is not null and due_on is not null)),
    constraint checks_closed_whole check ((state = 'closed') = (closed_at is not null)),
    constraint checks_waiver_whole check (num_nonnulls(site_visit_waived_by, site_visit_waived_at, site_visit_waiver) in (0, 3))
);
create index checks_by_post on checks (post_id, due_on, id) where state <> 'closed';
create index checks_by_due on checks (due_on, id) where state <> 'closed';
create index checks_by_state on checks (state, due_on, id);
create index checks_newest on checks (id desc);
create index checks_by_post_newest on checks (post_id, id desc);

create table check_licenses (
    check_id uuid not null constraint check_licenses_check_fkey references checks,
    license_id uuid not null constraint check_licenses_license_fkey references licenses,
    constraint check_licenses_pkey primary key (check_id, license_id)
);
create index check_licenses_by_license on check_licenses (license_id, check_id);

create table check_subjects (
    id uuid constraint check_subjects_pkey primary key,
    check_id uuid not null constraint check_subjects_check_fkey references checks,
    party_id uuid not null constraint check_subjects_party_fkey references parties,
    role text not null constraint check_subjects_role_known check (role in ('applicant', 'manufacturer', 'seller', 'foreign_consignee',
        'intermediate_consignee', 'end_user', 'freight_forwarder', 'broker')),
    constraint check_subjects_once unique (check_id, party_id, role)
);
create index check_subjects_by_party on check_subjects (party_id);

-- Questions a check was given back with.
create table check_questions (
    id uuid constraint check_questions_pkey primary key,
    check_id uuid not null constraint check_questions_check_fkey references checks,
    text text not null,
    asked_by uuid not null constraint check_questions_asker_fkey references people,
    asked_at timestamptz not null
);
create index check_questions_by_check on check_questions (check_id, asked_at);

create table interim_replies (
    id uuid constraint interim_replies_pkey primary key,
    check_id uuid not null constraint interim_replies_check_fkey references checks,
    text text not null,
    signed_by uuid not null constraint interim_replies_signer_fkey references people,
    signed_at timestamptz not null,
    revision_read integer not null
);
create index interim_replies_by_check on interim_replies (check_id, signed_at);

create table extensions (
    id uuid constraint extensions_pkey primary key,
    check_id uuid not null constraint extensions_check_fkey references checks,
    due_before date not null,
    due_after date not null,
    reason text not null,
    extended_by uuid not null constraint extensions_extender_fkey references people,
    extended_at timestamptz not null,
    constraint extensions_later check (due_after > due_before)
);
create index extensions_by_check on extensions (check_id, extended_at);

alter table parties add constraint parties_found_on_fkey foreign key (found_on_check) references checks;
alter table party_facts add constraint party_facts_check_fkey foreign key (check_id) references checks;

-- A closed check is read-only for everyone.
create function refuse_change_to_closed_check() returns trigger language plpgsql as $$
begin
    if old.state = 'closed' then
        raise exception 'check % is closed', old.reference using errcode = 'check_violation', constraint = 'checks_closed_is_final';
    end if;
    return coalesce(new, old);
end $$;
create trigger closed_is_final before update or delete on checks for each row execute function refuse_change_to_closed_check();

select log_changes_to(array['checks', 'check_licenses', 'check_subjects', 'check_questions', 'interim_replies', 'extensions']);
select forbid_rewriting(array['check_questions', 'interim_replies', 'extensions']);
