-- Recommendation, result, explanations: three words by different people, and the constraint that keeps the people apart.

create table recommendations (
    id uuid constraint recommendations_pkey primary key,
    check_id uuid not null constraint recommendations_check_fkey references checks,
    word text not null constraint recommendations_word_known check (word in
        ('support', 'support_with_conditions', 'no_objection', 'oppose', 'cannot_determine')),
    text text not null,
    written_by uuid not null constraint recommendations_writer_fkey references people,
    written_at timestamptz not null,
    signed_by uuid constraint recommendations_signer_fkey references people,
    signed_at timestamptz,
    signed_revision integer,
    cleared_by uuid constraint recommendations_clearer_fkey references people,
    cleared_at timestamptz,
    cleared_revision integer,
    -- Only one active person was at the post when it was cleared: the signer cleared alone, printed as a caveat.
    post_of_one boolean not null default false,
    -- Set when the check was given back; a new recommendation is then written.
    withdrawn_at timestamptz,
    version integer not null default 1,
    constraint recommendations_signed_whole check (num_nonnulls(signed_by, signed_at, signed_revision) in (0, 3)),
    constraint recommendations_cleared_whole check (num_nonnulls(cleared_by, cleared_at, cleared_revision) in (0, 3)),
    constraint recommendations_cleared_after_signing check (cleared_by is null or signed_by is not null),
    constraint recommendations_cleared_by_another check (cleared_by <> signed_by or post_of_one)
);
create unique index recommendations_one_live on recommendations (check_id) where withdrawn_at is null;

create table results (
    id uuid constraint results_pkey primary key,
    check_id uuid not null constraint results_check_fkey references checks,
    word text not null constraint results_word_known check (word in
        ('favorable', 'favorable_with_caveat', 'unfavorable', 'inconclusive', 'not_completed')),
    text text not null,
    caveat text not null default '',
    ended_because text constraint results_ended_known check (ended_because in ('withdrawn', 'moot', 'refused_by_host', 'other')),
    proposed_by uuid not null constraint results_proposer_fkey references people,
    proposed_at timestamptz not null,
    signed_by uuid constraint results_signer_fkey references people,
    signed_at timestamptz,
    signed_revision integer,
    countersigned_by uuid constraint results_countersigner_fkey references people,
    countersigned_at timestamptz,
    countersigned_revision integer,
    -- Set when the check was given back, the proposal replaced, or a signature declined (with the reason) before the last signature.
    withdrawn_at timestamptz,
    declined_because text,
    version integer not null default 1,
    constraint results_signed_whole check (num_nonnulls(signed_by, signed_at, signed_revision) in (0, 3)),
    constraint results_countersigned_whole check (num_nonnulls(countersigned_by, countersigned_at, countersigned_revision) in (0, 3)),
    constraint results_countersigned_after_signing check (countersigned_by is null or signed_by is not null),
    -- Ending early is signed by the reviewer alone; every other result has its own proposer (guard 11).
    constraint results_not_by_its_proposer check (signed_by <> proposed_by or word = 'not_completed'),
    constraint results_countersigned_by_another check (countersigned_by <> signed_by),
    constraint results_ended_whole check ((word = 'not_completed') = (ended_because is not null)),
    constraint results_caveat_given check (word <> 'favorable_with_caveat' or length(btrim(caveat)) > 0)
);
create unique index results_one_live on results (check_id) where withdrawn_at is null;

create table result_reasons (
    result_id uuid not null constraint result_reasons_result_fkey references results,
    -- A `reason_code` reference code.
    code text not null,
    is_primary boolean not null,
    finding_id uuid constraint result_reasons_finding_fkey references findings,
    constraint result_reasons_pkey primary key (result_id, code)
);
create unique index result_reasons_one_primary on result_reasons (result_id) where is_primary;

-- Why a contradiction stands, or does not matter. It lapses when the facts it explained (the fingerprint) change.
create table explanations (
    id uuid constraint explanations_pkey primary key,
    check_id uuid not null constraint explanations_check_fkey references checks,
    contradiction text not null,
    fingerprint text not null,
    text text not null,
    explained_by uuid not null constraint explanations_explainer_fkey references people,
    explained_at timestamptz not null,
    constraint explanations_once unique (check_id, contradiction, fingerprint)
);

select log_changes_to(array['recommendations', 'results', 'result_reasons', 'explanations']);
select forbid_rewriting(array['explanations']);

-- Separation of duties by person (guard 11), whatever role or post the person moved to since. Each function locks the
-- files it compares, so that two signatures at the same moment are judged one after the other.
create function refuse(rule text, sentence text) returns void language plpgsql as $$
begin
    raise exception '%', sentence using errcode = 'check_violation', constraint = rule;
end $$;

create function separate_result_signers() returns trigger language plpgsql as $$
declare opener uuid;
begin
    select opened_by into opener from checks where id = new.check_id for update;
    if new.signed_by is not null and (tg_op = 'INSERT' or old.signed_by is null) then
        if new.signed_by = opener then perform refuse('duties_opener_signs_result', 'who opened a check may not sign its result'); end if;
        if exists (select from recommendations where check_id = new.check_id and new.signed_by in (signed_by, cleared_by)) then
            perform refuse('duties_post_signs_result', 'who signed or cleared the reply may not sign the result');
        end if;
        if exists (select from decisions d join check_licenses l on l.license_id = d.license_id
                   where l.check_id = new.check_id and d.decided_by = new.signed_by) then
            perform refuse('duties_decider_signs_result', 'who decided the license may not sign the result');
        end if;
    end if;
    return new;
end $$;
create trigger separate_duties before insert or update on results for each row execute function separate_result_signers();

create function separate_deciders() returns trigger language plpgsql as $$
begin
    perform from licenses where id = new.license_id for update;
    if new.act in ('approve', 'approve_on_conditions', 'confirm', 'return', 'deny', 'reinstate') then
        if exists (select from results r join check_licenses l on l.check_id = r.check_id
                   where l.license_id = new.license_id and r.signed_by = new.decided_by and r.withdrawn_at is null) then
            perform refuse('duties_result_signer_decides', 'who signed the result may not decide the license');
        end if;
        if exists (select from recommendations r join check_licenses l on l.check_id = r.check_id
                   where l.license_id = new.license_id and new.decided_by in (r.signed_by, r.cleared_by)) then
            perform refuse('duties_post_decides', 'who signed or cleared the reply may not decide the license');
        end if;
        if exists (select from permits where license_id = new.license_id and verified_by = new.decided_by) then
            perform refuse('duties_verifier_decides', 'who verified a permit may not decide its license');
        end if;
        if exists (select from exceptions where license_id = new.license_id and excepted_by = new.decided_by)
            and new.act in ('approve', 'approve_on_conditions', 'confirm') then
            perform refuse('duties_excepter_decides', 'who made the exception may not decide the license');
        end if;
    end if;
    if new.value_usd > (select decision_authority from people where id = new.decided_by) and new.act in ('approve', 'approve_on_conditions', 'confirm') then
        perform refuse('duties_amount_within_authority', 'the amount is above the decider''s authority');
    end if;
    return new;
end $$;
create trigger separate_duties before insert on decisions for each row execute function separate_deciders();

create function separate_excepters() returns trigger language plpgsql as $$
begin
    perform from licenses where id = new.license_id for update;
    if exists (select from checks c join check_licenses l on l.check_id = c.id
               where l.license_id = new.license_id and c.opened_by = new.excepted_by) then
        perform refuse('duties_opener_excepts', 'who opened the check may not make the exception');
    end if;
    if exists (select from results r join check_licenses l on l.check_id = r.check_id
               where l.license_id = new.license_id and r.signed_by = new.excepted_by and r.withdrawn_at is null) then
        perform refuse('duties_result_signer_excepts', 'who signed the result may not make the exception');
    end if;
    if exists (select from decisions where license_id = new.license_id and decided_by = new.excepted_by) then
        perform refuse('duties_decider_excepts', 'who decided the license may not make the exception');
    end if;
    return new;
end $$;
create trigger separate_duties before insert on exceptions for each row execute function separate_excepters();

create function separate_verifiers() returns trigger language plpgsql as $$
begin
    if new.verified_by is not null then
        perform from licenses where id = new.license_id for update;
        if exists (select from decisions where license_id = new.license_id and decided_by = new.verified_by) then
            perform refuse('duties_decider_verifies', 'who decided the license may not verify its permits');
        end if;
        if exists (select from contacts where id = new.verified_contact_id and channel_source in ('paper', 'not_stated')) then
            perform refuse('permits_verified_off_paper', 'a channel taken from the paper does not verify it');
        end if;
        if not exists (select from contacts t join authorities a on a.id = new.authority_id
                       where t.id = new.verified_contact_id and t.authority_id in (a.id, a.parent_id)) then
            perform refuse('permits_verified_by_issuer', 'only the authority that issued a paper confirms it');
        end if;
    end if;
    return new;
end $$;
create trigger separate_duties before insert or update on permits for each row execute function separate_verifiers();
