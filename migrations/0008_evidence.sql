-- What a post learns: contacts, what was said there, documents seen, and the findings that rest on them.

create table contacts (
    id uuid constraint contacts_pkey primary key,
    check_id uuid not null constraint contacts_check_fkey references checks,
    kind text not null constraint contacts_kind_known check (kind in
        ('call', 'meeting', 'email', 'letter', 'site_visit', 'diplomatic_note')),
    -- Null: date not stated.
    occurred_on date,
    with_whom text not null,
    party_id uuid constraint contacts_party_fkey references parties,
    authority_id uuid constraint contacts_authority_fkey references authorities,
    place text not null default '',
    -- Where the telephone number, address or name came from; a channel taken from the paper it confirms proves nothing (guards 5 and 6).
    channel_source text not null constraint contacts_channel_known check (channel_source in
        ('directory', 'earlier_file', 'embassy', 'paper', 'not_stated')),
    summary text not null,
    recorded_by uuid not null constraint contacts_recorder_fkey references people,
    recorded_at timestamptz not null,
    version integer not null default 1
);
create index contacts_by_check on contacts (check_id, recorded_at desc);

create table statements (
    id uuid constraint statements_pkey primary key,
    check_id uuid not null constraint statements_check_fkey references checks,
    contact_id uuid not null constraint statements_contact_fkey references contacts,
    text text not null,
    topic text,
    about_party_id uuid constraint statements_party_fkey references parties,
    source_grade text not null constraint statements_grade_known check (source_grade in
        ('official_record', 'observed', 'official_oral', 'third_party', 'party_itself')),
    -- Another statement of higher grade that bears this one out.
    confirmed_by uuid constraint statements_confirmed_fkey references statements,
    -- A statement a person linked as saying the opposite.
    contradicted_by uuid constraint statements_contradicted_fkey references statements,
    recorded_by uuid not null constraint statements_recorder_fkey references people,
    recorded_at timestamptz not null,
    version integer not null default 1,
    constraint statements_not_by_itself check (confirmed_by <> id and contradicted_by <> id)
);
create index statements_by_check on statements (check_id, recorded_at desc);
create index statements_by_contact on statements (contact_id);

create table documents (
    id uuid constraint documents_pkey primary key,
    check_id uuid not null constraint documents_check_fkey references checks,
    kind text not null,
    issuer text not null,
    number text not null default '',
    dated date,
    kept_at text not null,
    description text not null default '',
    recorded_by uuid not null constraint documents_recorder_fkey references people,
    recorded_at timestamptz not null,
    version integer not null default 1
);
create index documents_by_check on documents (check_id, recorded_at desc);

create table findings (
    id uuid constraint findings_pkey primary key,
    check_id uuid not null constraint findings_check_fkey references checks,
    topic text not null,
    party_id uuid constraint findings_party_fkey references parties,
    answer text not null constraint findings_answer_known check (answer in ('yes', 'no', 'partly', 'could_not_establish')),
    text text not null,
    portion_mark text not null constraint findings_mark_known check (portion_mark in ('U', 'SBU')),
    recorded_by uuid not null constraint findings_recorder_fkey references people,
    recorded_at timestamptz not null,
    version integer not null default 1,
    constraint findings_once unique nulls not distinct (check_id, topic, party_id)
);

create index statements_by_party on statements (about_party_id) where about_party_id is not null;
create index findings_by_party on findings (party_id) where party_id is not null;

create table finding_basis (
    finding_id uuid not null constraint finding_basis_finding_fkey references findings,
    contact_id uuid constraint finding_basis_contact_fkey references contacts,
    document_id uuid constraint finding_basis_document_fkey references documents,
    constraint finding_basis_one check (num_nonnulls(contact_id, document_id) = 1),
    constraint finding_basis_once unique nulls not distinct (finding_id, contact_id, document_id)
);

select log_changes_to(array['contacts', 'statements', 'documents', 'findings', 'finding_basis']);

-- What the post writes is frozen once it has replied: contacts and what rests on them may be added until close,
-- everything else only while the check is in progress.
create function refuse_writing_when_frozen() returns trigger language plpgsql as $$
declare found_state text;
begin
    select state into found_state from checks where id = coalesce(new.check_id, old.check_id) for share;
    if found_state = 'in_progress' then return coalesce(new, old); end if;
    if tg_op = 'INSERT' and tg_argv[0] = 'addable' and found_state in ('requested', 'on_hold', 'replied', 'resulted') then return new; end if;
    raise exception 'the check is %', found_state using errcode = 'check_violation', constraint = tg_table_name || '_not_frozen';
end $$;
create trigger frozen before insert or update or delete on contacts for each row execute function refuse_writing_when_frozen('addable');
create trigger frozen before insert or update or delete on statements for each row execute function refuse_writing_when_frozen('addable');
create trigger frozen before insert or update or delete on documents for each row execute function refuse_writing_when_frozen('addable');
create trigger frozen before insert or update or delete on findings for each row execute function refuse_writing_when_frozen();
