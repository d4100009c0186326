-- Who acted on a file may not judge, end or stop there what rests on their own act (guard 11), whatever role or post they moved to
-- since, and also where that act was declined, withdrawn or taken back. Until now a rule here and a trigger there said so, and the
-- proposer of a result could end the check or decline it. Now one table says what keeps whom from what, one says who did what, and one
-- function looks in both. And a permit or a verified signature that was recorded by mistake can be taken back.

-- The rules that the table takes the place of.
drop trigger separate_duties on results;
drop trigger separate_duties on decisions;
drop trigger separate_duties on exceptions;
drop trigger separate_duties on recommendations;
drop trigger separate_duties on permits;
drop function separate_result_signers();
drop function separate_deciders();
drop function separate_excepters();
drop function separate_reply_signers();
drop function separate_verifiers();

-- Who stopped and let run the clock, and who declined a result. The program before does not say so, and may go on.
alter table checks
    add column held_by uuid constraint checks_holder_fkey references people,
    add column resumed_by uuid constraint checks_resumer_fkey references people,
    add column resumed_at timestamptz;
alter table results
    add column declined_by uuid constraint results_decliner_fkey references people,
    add constraint results_not_declined_by_its_signer check (declined_by <> signed_by);

-- Whose word a paper is: where it was recorded.
alter table permits
    add column recorded_at_post uuid constraint permits_post_fkey references posts,
    add column revoked_by uuid constraint permits_revoker_fkey references people;
alter table certificate_signatures
    add column recorded_at_post uuid constraint certificate_signatures_post_fkey references posts;

-- What was recorded by mistake and taken back, with the words in which it stood: readable for ever.
create table mistakes (
    id uuid constraint mistakes_pkey primary key,
    kind text not null constraint mistakes_kind_known check (kind in ('permit', 'certificate_signature')),
    row_id uuid not null,
    license_id uuid not null constraint mistakes_license_fkey references licenses,
    said text not null,
    reason text not null,
    taken_back_by uuid not null constraint mistakes_person_fkey references people,
    taken_back_at timestamptz not null,
    constraint mistakes_once unique (row_id)
);
create index mistakes_by_license on mistakes (license_id);

-- Where the papers were recorded, as the log has it.
do $$ begin
    if exists (select from permits) or exists (select from certificate_signatures) then
        insert into audit_events (id, at, job, verb, subject_kind, subject_id, summary)
        values (gen_random_uuid(), now(), 'migration', 'reference_loaded', 'migration', gen_random_uuid(), 'noted where each paper was recorded');
        update permits p set recorded_at_post = e.post_id from audit_events e where e.subject_id = p.id and e.verb = 'permit_recorded';
        update certificate_signatures s set recorded_at_post = e.post_id from audit_events e
        where e.subject_id = s.id and e.verb = 'certificate_recorded' and e.actor_id = s.recorded_by;
    end if;
end $$;
-- What hangs on the end of the change is asked now: a table with questions waiting cannot be altered.
set constraints all immediate;
set constraints all deferred;

-- What each person did on a check or a license, once each. A draft that is discarded leaves what was done on it, so there is no
-- reference to it. Only the function below writes here.
create table duties (
    person_id uuid not null constraint duties_person_fkey references people,
    duty text not null constraint duties_duty_known check (duty in
        ('open', 'request', 'propose', 'sign_reply', 'clear_reply', 'sign_result', 'end_early', 'countersign', 'decide', 'except',
         'verify_permit', 'verify_signature', 'meet_condition', 'decline', 'waive', 'give_back', 'extend', 'hold', 'resume', 'explain',
         'register', 'take_back', 'record_paper', 'work')),
    check_id uuid,
    license_id uuid,
    constraint duties_of_one_file check (num_nonnulls(check_id, license_id) = 1),
    constraint duties_once unique nulls not distinct (check_id, license_id, person_id, duty)
);
create index duties_by_license on duties (license_id, person_id) where license_id is not null;

-- What keeps the same person from what: on the same check, on a license of it, or on a check of the license. Two pairs are of the same
-- paper only, and stand in its row: who signed a reply does not clear it, who signed a result does not decline it.
create table separated_duties (
    later text not null,
    earlier text not null,
    constraint separated_duties_pkey primary key (later, earlier)
);
with sides (side, earlier) as (
    select 'post', unnest(array['sign_reply', 'clear_reply', 'verify_permit', 'verify_signature', 'take_back', 'record_paper', 'work'])
    union all
    select 'case', unnest(array['open', 'request', 'propose', 'waive', 'give_back', 'extend', 'hold', 'resume', 'explain', 'register'])
    union all
    select 'result', unnest(array['sign_result', 'end_early', 'countersign'])
    union all
    select duty, duty from unnest(array['sign_result', 'end_early', 'countersign', 'decide', 'except', 'meet_condition']) as duty
),
kept (laters, side) as (values
    ('sign_reply clear_reply', 'result'), ('sign_reply clear_reply', 'decide'),
    ('verify_permit verify_signature meet_condition', 'decide'),
    ('waive give_back extend hold resume', 'post'), ('waive give_back extend hold resume', 'result'),
    ('propose', 'post'), ('propose', 'result'), ('propose', 'except'), ('propose', 'decide'),
    ('sign_result end_early', 'post'), ('sign_result end_early', 'case'), ('sign_result end_early', 'countersign'),
    ('sign_result end_early', 'except'), ('sign_result end_early', 'decide'),
    ('countersign', 'post'), ('countersign', 'case'), ('countersign', 'sign_result'), ('countersign', 'end_early'), ('countersign', 'decide'),
    ('decline', 'post'), ('decline', 'case'), ('decline', 'decide'),
    ('except', 'post'), ('except', 'case'), ('except', 'result'), ('except', 'decide'),
    ('decide', 'post'), ('decide', 'case'), ('decide', 'result'), ('decide', 'except'), ('decide', 'meet_condition')
)
insert into separated_duties
select later, s.earlier from kept k join sides s using (side) cross join unnest(string_to_array(k.laters, ' ')) as later;

-- What was done until today.
insert into duties (person_id, duty, check_id, license_id)
select person_id, duty, check_id, license_id from (
    select opened_by, 'open', id, null::uuid from checks
    union all select requested_by, 'request', id, null from checks
    union all select site_visit_waived_by, 'waive', id, null from checks
    union all select asked_by, 'give_back', check_id, null from check_questions
    union all select extended_by, 'extend', check_id, null from extensions
    union all select actor_id, case verb when 'check_held' then 'hold' when 'check_resumed' then 'resume' else 'decline' end, check_id, null
        from audit_events where verb in ('check_held', 'check_resumed', 'result_declined') and check_id is not null
    union all select explained_by, 'explain', check_id, null from explanations
    union all select recorded_by, 'work', check_id, null from contacts
    union all select recorded_by, 'work', check_id, null from statements
    union all select recorded_by, 'work', check_id, null from documents
    union all select recorded_by, 'work', check_id, null from findings
    union all select signed_by, 'work', check_id, null from interim_replies
    union all select written_by, 'work', check_id, null from recommendations
    union all select signed_by, 'sign_reply', check_id, null from recommendations
    union all select cleared_by, 'clear_reply', check_id, null from recommendations
    union all select proposed_by, 'propose', check_id, null from results where word <> 'not_completed'
    union all select signed_by, case when word = 'not_completed' then 'end_early' else 'sign_result' end, check_id, null from results
    union all select countersigned_by, 'countersign', check_id, null from results
    union all select registered_by, 'register', null, id from licenses
    union all select met_by, 'meet_condition', null, license_id from conditions
    union all select excepted_by, 'except', null, license_id from exceptions
    union all select decided_by, 'decide', null, license_id from decisions
    union all select recorded_by, 'record_paper', null, license_id from permits
    union all select verified_by, 'verify_permit', null, license_id from permits
    union all select actor_id, case verb when 'permit_withdrawn' then 'take_back' else 'record_paper' end, null, license_id
        from audit_events where verb in ('permit_withdrawn', 'permit_revoked') and license_id is not null
    union all select recorded_by, 'record_paper', null, license_id from import_approvals
    union all select recorded_by, 'record_paper', null, license_id from certificates
    union all select s.recorded_by, 'record_paper', null, c.license_id from certificate_signatures s join certificates c on c.id = s.certificate_id
    union all select s.verified_by, 'verify_signature', null, c.license_id from certificate_signatures s join certificates c on c.id = s.certificate_id
    union all select recorded_by, 'record_paper', null, license_id from custody_steps
    union all select recorded_by, 'record_paper', null, license_id from serials
) as done (person_id, duty, check_id, license_id)
where person_id is not null
on conflict do nothing;

insert into mistakes (id, kind, row_id, license_id, said, reason, taken_back_by, taken_back_at)
select distinct on (p.id) gen_random_uuid(), 'permit', p.id, p.license_id,
    'Permit ' || p.number || ' of ' || a.short_name || ': ' || p.quantity || ' ' || p.unit || ' for ' || p.named_party,
    p.withdrawn_reason, e.actor_id, p.withdrawn_at
from permits p join authorities a on a.id = p.authority_id
join audit_events e on e.subject_id = p.id and e.verb = 'permit_withdrawn' and e.actor_id is not null
where p.withdrawn_at is not null order by p.id, e.at desc;

select log_changes_to(array['mistakes', 'duties', 'separated_duties']);
select forbid_rewriting(array['mistakes', 'duties', 'separated_duties']);
revoke insert on duties, separated_duties from lantern_app;

-- Notes what a person does on a file, and refuses what an earlier act of theirs keeps them from. The first argument is the column that
-- names the file; each other one a duty, the column with the person and, where there is one, the column with the moment: the same person
-- acts again when the moment changes. It runs as its owner, because nobody else writes into `duties`.
-- Licenses are locked in the order of their ids, then the check: two acts at the same moment are judged one after the other.
create function separate_duties() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    fresh jsonb := to_jsonb(new);
    stale jsonb := case when tg_op = 'UPDATE' then to_jsonb(old) else '{}' end;
    of_check uuid := case when tg_argv[0] = 'check_id' then fresh ->> 'check_id' when tg_table_name = 'checks' then fresh ->> 'id' end;
    of_license uuid := case when tg_argv[0] = 'license_id' then fresh ->> 'license_id' when tg_table_name = 'licenses' then fresh ->> 'id' end;
    told text[];
    doer uuid;
    earlier_one text;
    place text;
begin
    if tg_argv[0] = 'certificate_id' then
        select license_id into of_license from certificates where id = (fresh ->> 'certificate_id')::uuid;
    end if;
    for number in 1 .. tg_nargs - 1 loop
        told := string_to_array(tg_argv[number], ' ');
        doer := fresh ->> told[2];
        if doer is null or (stale -> told[2] = fresh -> told[2] and stale -> told[3] is not distinct from fresh -> told[3]) then
            continue;
        end if;
        if not exists (select from separated_duties where later = told[1])
            and exists (select from duties where (check_id = of_check or license_id = of_license) and person_id = doer and duty = told[1]) then
            continue;
        end if;
        perform from licenses where id in (select of_license union all select license_id from check_licenses where check_id = of_check)
        order by id for update;
        perform from checks where id = of_check for update;
        select d.duty, coalesce((select reference from checks where id = d.check_id), 'license ' || (select l.number from licenses l where l.id = d.license_id))
        into earlier_one, place
        from (select * from duties where check_id = of_check and person_id = doer
              union all select * from duties where license_id = of_license and person_id = doer
              union all select w.* from check_licenses k join duties w on w.license_id = k.license_id and w.person_id = doer where k.check_id = of_check
              union all select w.* from check_licenses k join duties w on w.check_id = k.check_id and w.person_id = doer where k.license_id = of_license) d
        join separated_duties s on s.later = told[1] and s.earlier = d.duty
        order by d.duty limit 1;
        if found then
            raise exception 'who did % may not do %', earlier_one, told[1]
                using errcode = 'check_violation', constraint = 'duties_' || told[1] || '_after_' || earlier_one, detail = coalesce(place, '');
        end if;
        insert into duties (person_id, duty, check_id, license_id) values (doer, told[1], of_check, of_license) on conflict do nothing;
    end loop;
    return new;
end $$;

create trigger duties before insert or update of opened_by, requested_by, requested_at, site_visit_waived_by, site_visit_waived_at, held_by,
    held_at, resumed_by, resumed_at on checks for each row execute function separate_duties('id', 'open opened_by', 'request requested_by requested_at',
    'waive site_visit_waived_by site_visit_waived_at', 'hold held_by held_at', 'resume resumed_by resumed_at');
create trigger duties before insert or update on check_questions for each row execute function separate_duties('check_id', 'give_back asked_by');
create trigger duties before insert or update on extensions for each row execute function separate_duties('check_id', 'extend extended_by');
create trigger duties before insert or update on explanations for each row execute function separate_duties('check_id', 'explain explained_by');
create trigger duties before insert or update on contacts for each row execute function separate_duties('check_id', 'work recorded_by');
create trigger duties before insert or update on statements for each row execute function separate_duties('check_id', 'work recorded_by');
create trigger duties before insert or update on documents for each row execute function separate_duties('check_id', 'work recorded_by');
create trigger duties before insert or update on findings for each row execute function separate_duties('check_id', 'work recorded_by');
create trigger duties before insert or update on interim_replies for each row execute function separate_duties('check_id', 'work signed_by');
-- A signature that fell away is kept on a copy that was never live: nobody signs by that.
create trigger duties before insert or update on recommendations for each row when (new.withdrawn_at is null) execute function
    separate_duties('check_id', 'work written_by', 'sign_reply signed_by signed_at', 'clear_reply cleared_by cleared_at');
-- Ending early is signed by the reviewer alone, who is its proposer.
create trigger duties before insert or update on results for each row when (new.word <> 'not_completed') execute function
    separate_duties('check_id', 'propose proposed_by', 'sign_result signed_by signed_at', 'countersign countersigned_by countersigned_at',
    'decline declined_by withdrawn_at');
create trigger duties_of_ending before insert or update on results for each row when (new.word = 'not_completed') execute function
    separate_duties('check_id', 'end_early signed_by signed_at', 'countersign countersigned_by countersigned_at', 'decline declined_by withdrawn_at');
create trigger duties before insert on licenses for each row execute function separate_duties('id', 'register registered_by');
create trigger duties before insert or update on conditions for each row execute function separate_duties('license_id', 'meet_condition met_by met_at');
create trigger duties before insert or update on exceptions for each row execute function separate_duties('license_id', 'except excepted_by excepted_at');
create trigger duties before insert or update on decisions for each row execute function separate_duties('license_id', 'decide decided_by decided_at');
create trigger duties before insert or update on permits for each row execute function separate_duties('license_id', 'record_paper recorded_by',
    'verify_permit verified_by verified_at', 'record_paper revoked_by revoked_on');
create trigger duties before insert or update on import_approvals for each row execute function separate_duties('license_id', 'record_paper recorded_by');
create trigger duties before insert or update on certificates for each row execute function separate_duties('license_id', 'record_paper recorded_by');
create trigger duties before insert or update on certificate_signatures for each row execute function separate_duties('certificate_id',
    'record_paper recorded_by', 'verify_signature verified_by verified_at');
create trigger duties before insert or update on custody_steps for each row execute function separate_duties('license_id', 'record_paper recorded_by');
create trigger duties before insert or update on serials for each row execute function separate_duties('license_id', 'record_paper recorded_by');
create trigger duties before insert or update on mistakes for each row execute function separate_duties('license_id', 'take_back taken_back_by');

-- The amount is within the decider's authority.
create function hold_amount_within_authority() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if new.act in ('approve', 'approve_on_conditions', 'confirm')
        and new.value_usd > (select decision_authority from people where id = new.decided_by) then
        perform refuse('duties_amount_within_authority', 'the amount is above the decider''s authority');
    end if;
    return new;
end $$;
create trigger within_authority before insert on decisions for each row execute function hold_amount_within_authority();

-- Only the authority that issued a paper, or the one above, confirms it, through a channel not taken from the paper. What was taken back
-- stays as it is. A number stands on a license once.
create function judge_permit() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'UPDATE' and old.withdrawn_at is not null and new is distinct from old then
        perform refuse('permits_taken_back_stays', 'a permit that was taken back stays as it is');
    end if;
    if new.withdrawn_at is not null then return new; end if;
    if new.verified_by is not null and (tg_op = 'INSERT' or new.verified_contact_id is distinct from old.verified_contact_id) then
        if exists (select from contacts where id = new.verified_contact_id and channel_source in ('paper', 'not_stated')) then
            perform refuse('permits_verified_off_paper', 'a channel taken from the paper does not verify it');
        end if;
        if not exists (select from contacts t join authorities a on a.id = new.authority_id
                       where t.id = new.verified_contact_id and t.authority_id in (a.id, a.parent_id)) then
            perform refuse('permits_verified_by_issuer', 'only the authority that issued a paper confirms it');
        end if;
    end if;
    if tg_op = 'INSERT' then
        perform from licenses where id = new.license_id for update;
        if exists (select from permits where license_id = new.license_id and authority_id = new.authority_id
                   and number_normalized = new.number_normalized and withdrawn_at is null) then
            perform refuse('permits_once_on_license', 'this number stands on the license already');
        end if;
    end if;
    return new;
end $$;
create trigger judged before insert or update on permits for each row execute function judge_permit();

-- No cell rests on a paper that was taken back.
create function refuse_paper_taken_back() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from permits where id = new.permit_id and withdrawn_at is not null) then
        perform refuse('import_approvals_on_live_paper', 'the permit was taken back');
    end if;
    return new;
end $$;
create trigger on_live_paper before insert or update of permit_id on import_approvals for each row execute function refuse_paper_taken_back();
