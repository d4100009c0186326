-- What the earlier migrations left to the rules alone: separation of duties in the order that people rarely act in, acts that
-- only stop a license, the countersignature, and the seal on everything that a closed check owns.

create or replace function separate_result_signers() returns trigger language plpgsql as $$
declare opener uuid;
declare signers uuid[];
begin
    signers := array_remove(array[
        case when tg_op = 'INSERT' or old.signed_by is distinct from new.signed_by then new.signed_by end,
        case when tg_op = 'INSERT' or old.countersigned_by is distinct from new.countersigned_by then new.countersigned_by end], null);
    if signers = '{}' then return new; end if;
    perform from licenses l join check_licenses k on k.license_id = l.id where k.check_id = new.check_id order by l.id for update of l;
    select opened_by into opener from checks where id = new.check_id for update;
    if opener = any (signers) then perform refuse('duties_opener_signs_result', 'who opened a check may not sign its result'); end if;
    if new.countersigned_by = new.proposed_by then
        perform refuse('results_not_by_its_proposer', 'who proposed a result may not countersign it');
    end if;
    if exists (select from recommendations where check_id = new.check_id and (signed_by = any (signers) or cleared_by = any (signers))) then
        perform refuse('duties_post_signs_result', 'who signed or cleared the reply may not sign the result');
    end if;
    if exists (select from decisions d join check_licenses l on l.license_id = d.license_id
               where l.check_id = new.check_id and d.decided_by = new.signed_by and d.decided_by = any (signers)) then
        perform refuse('duties_decider_signs_result', 'who decided the license may not sign the result');
    end if;
    if exists (select from exceptions e join check_licenses l on l.license_id = e.license_id
               where l.check_id = new.check_id and e.excepted_by = new.signed_by and e.excepted_by = any (signers)) then
        perform refuse('duties_excepter_signs_result', 'who made an exception on the license may not sign the result');
    end if;
    return new;
end $$;

create or replace function separate_deciders() returns trigger language plpgsql as $$
begin
    perform from licenses where id = new.license_id for update;
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
    if new.act in ('approve', 'approve_on_conditions', 'confirm') then
        if exists (select from exceptions where license_id = new.license_id and excepted_by = new.decided_by) then
            perform refuse('duties_excepter_decides', 'who made the exception may not decide the license');
        end if;
        if new.value_usd > (select decision_authority from people where id = new.decided_by) then
            perform refuse('duties_amount_within_authority', 'the amount is above the decider''s authority');
        end if;
    end if;
    return new;
end $$;

create function separate_reply_signers() returns trigger language plpgsql as $$
begin
    if new.withdrawn_at is null and num_nonnulls(new.signed_by, new.cleared_by) > 0 then
        perform from licenses l join check_licenses k on k.license_id = l.id where k.check_id = new.check_id order by l.id for update of l;
        if exists (select from decisions d join check_licenses l on l.license_id = d.license_id
                   where l.check_id = new.check_id and d.decided_by in (new.signed_by, new.cleared_by)) then
            perform refuse('duties_decider_replies', 'who decided the license may not sign or clear the reply');
        end if;
    end if;
    return new;
end $$;
create trigger separate_duties before insert or update on recommendations for each row execute function separate_reply_signers();

-- A contact verifies a signature as it verifies a permit: through a channel that was not taken from the paper. And it stays so.
create function refuse_signature_off_paper() returns trigger language plpgsql as $$
begin
    if exists (select from contacts where id = new.verified_contact_id and channel_source in ('paper', 'not_stated')) then
        perform refuse('certificate_signatures_verified_off_paper', 'a channel taken from the paper does not verify it');
    end if;
    return new;
end $$;
create trigger verified_off_paper before insert or update on certificate_signatures
    for each row execute function refuse_signature_off_paper();

create function keep_verifying_channel() returns trigger language plpgsql as $$
begin
    if exists (select from permits where verified_contact_id = new.id)
        or exists (select from certificate_signatures where verified_contact_id = new.id) then
        perform refuse('contacts_channel_verified', 'a paper was verified through this contact');
    end if;
    return new;
end $$;
create trigger keeps_channel before update on contacts for each row
    when (old.channel_source not in ('paper', 'not_stated') and new.channel_source in ('paper', 'not_stated'))
    execute function keep_verifying_channel();

-- Contacts may be added until the check closes, on hold too.
create or replace function refuse_writing_when_frozen() returns trigger language plpgsql as $$
declare found_state text;
begin
    select state into found_state from checks where id = coalesce(new.check_id, old.check_id) for share;
    if found_state = 'in_progress' then return coalesce(new, old); end if;
    if tg_op = 'INSERT' and tg_argv[0] = 'addable' and found_state in ('requested', 'replied', 'resulted', 'on_hold') then return new; end if;
    raise exception 'the check is %', found_state using errcode = 'check_violation', constraint = tg_table_name || '_not_frozen';
end $$;

create function refuse_basis_when_frozen() returns trigger language plpgsql as $$
begin
    if not exists (select from findings f join checks c on c.id = f.check_id
                   where f.id = coalesce(new.finding_id, old.finding_id) and c.state = 'in_progress') then
        perform refuse('finding_basis_not_frozen', 'the finding is frozen');
    end if;
    return coalesce(new, old);
end $$;
create trigger frozen before insert or update or delete on finding_basis for each row execute function refuse_basis_when_frozen();

-- Sealed at close: nothing the check owns changes any more. (A party that is merged takes its subjects along: a change to the
-- party's record, not to the check.)
create function refuse_change_to_sealed_file() returns trigger language plpgsql as $$
begin
    if exists (select from checks where id = coalesce(new.check_id, old.check_id) and state = 'closed') then
        perform refuse(tg_table_name || '_sealed', 'the check is closed');
    end if;
    return coalesce(new, old);
end $$;
do $$ declare name text; begin
    foreach name in array array['recommendations', 'results', 'explanations', 'check_licenses', 'check_questions', 'interim_replies', 'extensions'] loop
        execute format('create trigger sealed before insert or update or delete on %I
            for each row execute function refuse_change_to_sealed_file()', name);
    end loop;
end $$;
create trigger sealed before insert or delete on check_subjects for each row execute function refuse_change_to_sealed_file();

create function refuse_change_to_sealed_reasons() returns trigger language plpgsql as $$
begin
    if exists (select from results r join checks c on c.id = r.check_id
               where r.id = coalesce(new.result_id, old.result_id) and c.state = 'closed') then
        perform refuse('result_reasons_sealed', 'the check is closed');
    end if;
    return coalesce(new, old);
end $$;
create trigger sealed before insert or update or delete on result_reasons for each row execute function refuse_change_to_sealed_reasons();
