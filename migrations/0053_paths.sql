-- The entry that lets a change through fits it: it is of the file that the changed row belongs to, of a verb that changes such rows, by the
-- person whose session the change carries, and of this moment. Until now any entry of the transaction did (docs/decisions/0053). It stops
-- slips and cheap forgeries, not whoever holds the program's role: they write the entry too.

-- One line a table: when an entry `e` names the file of a row `t`, and the verbs whose entries let a change of it through. No verb: only a
-- migration changes it. Tables that the next migrations add have their line here. Whoever changes this list calls `hold_to_paths()` after it.
create function audited_paths() returns table (of_table text, names text, verbs text[])
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    values
    -- Who uses Lantern.
    ('posts', 'e.subject_id = t.id', '{post_added,post_changed}'::text[]),
    ('people', 'e.subject_id = t.id', '{person_added,person_changed,person_disabled,person_enabled,password_reset,password_changed}'),
    ('assignments', 'e.subject_id = t.id or e.subject_id = t.person_id', '{assignment_changed,person_added,row_taken_back}'),
    -- The law and the world. What takes the place of a reference row is logged as what is new.
    ('countries', 'false', '{}'),
    ('reference_entries', 'e.subject_id = t.id or e.subject_id in (select id from reference_entries where (kind, code) = (t.kind, t.code))
            or e.verb = ''row_taken_back'' and exists (select from mistakes m where m.row_id = e.subject_id and m.kind = ''reference_entry'')',
        '{reference_changed,row_taken_back}'),
    ('authorities', 'e.subject_id = t.id', '{authority_changed,row_taken_back}'),
    ('country_rules', 'e.subject_id = t.id', '{country_rule_changed,row_taken_back}'),
    ('separated_duties', 'false', '{}'),
    -- The party, or the one that it was merged into.
    ('parties', 'e.party_id = t.id or e.party_id = (select merged_into from parties where id = t.id)', '{party_recorded,party_changed,parties_merged,parties_unmerged}'),
    ('party_aliases', 'e.party_id = t.party_id or e.party_id = (select merged_into from parties where id = t.party_id)',
        '{party_fact_added,party_changed,parties_merged,row_taken_back,parties_unmerged}'),
    ('party_facts', 'e.party_id = t.party_id or e.party_id = (select merged_into from parties where id = t.party_id)', '{party_fact_added,parties_merged,row_taken_back,parties_unmerged}'),
    ('party_listings', 'e.party_id = t.party_id or e.party_id = (select merged_into from parties where id = t.party_id)', '{party_fact_added,parties_merged,row_taken_back,parties_unmerged}'),
    ('merges', 'e.party_id in (t.from_party, t.into_party)', '{parties_merged,parties_unmerged}'),
    -- The license.
    ('licenses', 'e.license_id = t.id', '{license_registered,license_changed,license_decided,items_changed,roles_changed,row_taken_back,parties_unmerged}'),
    ('item_groups', 'e.license_id = t.license_id', '{items_changed,row_taken_back}'),
    ('license_parties', 'e.license_id = t.license_id', '{roles_changed,parties_merged,row_taken_back,parties_unmerged}'),
    ('conditions', 'e.license_id = t.license_id', '{condition_changed,row_taken_back}'),
    ('decisions', 'e.license_id = t.license_id', '{license_decided}'),
    ('provisos', 'e.license_id = (select license_id from decisions where id = t.decision_id)', '{license_decided}'),
    ('exceptions', 'e.license_id = t.license_id', '{exception_made}'),
    -- The number of a paper goes on to another license when the one that held it gives it up.
    ('permits', 'e.license_id = t.license_id or e.verb in (''license_decided'', ''permit_withdrawn'') and e.license_id in (
            select license_id from permits where (authority_id, number_normalized) = (t.authority_id, t.number_normalized))
            or t.withdrawn_at is not null and e.verb = ''row_taken_back'' and exists (select from check_licenses k where (k.check_id, k.license_id) = (e.check_id, t.license_id))',
        '{permit_recorded,permit_verified,permit_revoked,permit_withdrawn,verification_lapsed,license_decided,row_taken_back}'),
    ('permit_authorities', 'e.license_id = (select license_id from permits where id = t.permit_id)', '{permit_recorded}'),
    ('import_approvals', 'e.license_id = t.license_id or e.verb = ''row_taken_back'' and exists (select from check_licenses k where (k.check_id, k.license_id) = (e.check_id, t.license_id))',
        '{approval_recorded,permit_recorded,permit_withdrawn,row_taken_back}'),
    ('certificates', 'e.license_id = t.license_id', '{certificate_recorded,row_taken_back}'),
    ('certificate_signatures', 'e.license_id = (select license_id from certificates where id = t.certificate_id)
            or e.verb = ''row_taken_back'' and e.subject_id = t.certificate_id',
        '{certificate_recorded,signature_verified,signature_withdrawn,verification_lapsed,row_taken_back}'),
    ('custody_steps', 'e.license_id = t.license_id or e.verb = ''row_taken_back'' and exists (select from check_licenses k where (k.check_id, k.license_id) = (e.check_id, t.license_id))',
        '{custody_changed,row_taken_back,parties_unmerged}'),
    ('serials', 'e.license_id = t.license_id or e.verb = ''row_taken_back'' and exists (select from check_licenses k where (k.check_id, k.license_id) = (e.check_id, t.license_id))',
        '{serials_counted,row_taken_back,parties_unmerged}'),
    ('mistakes', 'e.subject_id = t.row_id', '{permit_withdrawn,signature_withdrawn,row_taken_back}'),
    -- Notes beside what stays.
    ('corrections', 'e.check_id = t.check_id or e.license_id = t.license_id', '{correction_noted}'),
    -- The check.
    ('check_numbers', 'exists (select from checks where id = e.check_id and year = t.year and number in (t.last, t.last + 1))', '{check_opened}'),
    ('checks', 'e.check_id = t.id', '{check_opened,check_changed,check_discarded,check_requested,check_acknowledged,check_reassigned,priority_changed,
        due_date_extended,site_visit_waived,check_held,check_resumed,interim_reply_signed,reply_cleared,check_given_back,result_signed,result_countersigned,
        check_ended,check_closed,row_taken_back}'),
    ('check_licenses', 'e.check_id = t.check_id', '{license_registered,check_changed,check_discarded}'),
    ('check_subjects', 'e.check_id = t.check_id or e.verb = ''parties_merged'' and e.party_id in (
            select unnest(array[id, merged_into]) from parties where id = t.party_id)', '{check_changed,check_discarded,parties_merged,row_taken_back,parties_unmerged}'),
    ('check_questions', 'e.check_id = t.check_id', '{check_given_back}'),
    ('interim_replies', 'e.check_id = t.check_id', '{interim_reply_signed}'),
    ('extensions', 'e.check_id = t.check_id', '{due_date_extended}'),
    ('contacts', 'e.check_id = t.check_id or e.verb = ''parties_unmerged'' and e.license_id in (select license_id from check_licenses where check_id = t.check_id)',
        '{contact_recorded,row_taken_back,parties_unmerged}'),
    ('statements', 'e.check_id = t.check_id or e.verb = ''parties_unmerged'' and e.license_id in (select license_id from check_licenses where check_id = t.check_id)',
        '{statement_recorded,row_taken_back,parties_unmerged}'),
    ('documents', 'e.check_id = t.check_id', '{document_recorded,row_taken_back}'),
    ('findings', 'e.check_id = t.check_id or e.verb = ''parties_unmerged'' and e.license_id in (select license_id from check_licenses where check_id = t.check_id)',
        '{finding_recorded,row_taken_back,parties_unmerged}'),
    ('finding_basis', 'e.check_id = (select check_id from findings where id = t.finding_id) or e.verb = ''row_taken_back'' and e.subject_id = t.finding_id',
        '{finding_recorded,row_taken_back}'),
    ('recommendations', 'e.check_id = t.check_id', '{recommendation_written,recommendation_signed,reply_cleared,check_given_back}'),
    ('results', 'e.check_id = t.check_id', '{result_proposed,result_signed,result_countersigned,result_declined,check_ended,check_given_back}'),
    ('result_reasons', 'e.check_id = (select check_id from results where id = t.result_id)', '{result_proposed,row_taken_back}'),
    ('explanations', 'e.check_id = t.check_id', '{contradiction_explained}'),
    -- What people do, on the check or the license that they do it on.
    ('duties', 'e.check_id = t.check_id or e.license_id = t.license_id', '{check_opened,check_requested,site_visit_waived,check_given_back,
        due_date_extended,check_held,check_resumed,contact_recorded,statement_recorded,document_recorded,finding_recorded,interim_reply_signed,
        recommendation_written,recommendation_signed,reply_cleared,result_proposed,result_declined,result_signed,result_countersigned,check_ended,
        contradiction_explained,license_registered,condition_changed,exception_made,license_decided,permit_recorded,permit_verified,permit_revoked,
        permit_withdrawn,approval_recorded,certificate_recorded,signature_verified,signature_withdrawn,custody_changed,serials_counted,row_taken_back}'),
    -- Telegrams. A draft goes with the draft check that it stands on, which then is nowhere any more.
    ('telegrams', 'e.subject_id = t.id or e.verb = ''check_discarded'' and t.state = ''draft''',
        '{telegram_filed,telegram_written,telegram_sent,telegram_discarded,check_discarded}'),
    ('telegram_checks', 'e.check_id = t.check_id and (e.subject_id = t.telegram_id or e.verb = ''check_discarded'')',
        '{telegram_joined,telegram_left,telegram_written,telegram_discarded,telegram_answered,check_discarded}'),
    ('telegram_answers', 'e.subject_id = t.telegram_id or e.verb = ''check_discarded'' and e.check_id = t.check_id or e.verb = ''row_taken_back'' and (
            e.check_id = t.check_id or e.license_id = t.license_id)',
        '{telegram_answered,telegram_left,check_discarded,row_taken_back}'),
    -- What was reported as classified: its row. What is removed for good is taken out of every other report that holds it too.
    ('spills', 'e.subject_id = t.row_id', '{text_hidden,text_removed,text_restored}'),
    ('spill_texts', 'e.verb = ''text_removed'' or e.subject_id = (select row_id from spills where id = t.spill_id)', '{text_hidden,text_removed,text_restored}'),
    ('spill_words', 'e.verb = ''text_removed'' or e.subject_id = (select row_id from spills where id = t.spill_id)', '{text_hidden,text_removed,text_restored}')
$$;

-- Writes the trigger's function, with a branch a table: conditions that are part of a function are planned once a connection.
create function hold_to_paths() returns void language plpgsql set search_path = pg_catalog, public, pg_temp as $made$
begin
    execute format($function$
create or replace function public.refuse_unaudited_change() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $judged$
declare
    t record;
    fits boolean;
    carried text := current_setting('lantern.session', true);
    -- While servers are replaced, those of a program that carries no session serve too.
    by_whom boolean := coalesce(carried, '') <> '' or oldest_borne() >= 53;
    whom uuid;
begin
    -- A migration, and who repairs by hand, needs an entry of its moment; what it changes is of many files.
    if pg_has_role(current_user, 'lantern_owner', 'usage') then
        if exists (select from audit_events where xact = pg_current_xact_id() and recorded_at = now()) then return null; end if;
        raise exception 'change to %% without a log entry', tg_table_name using errcode = 'integrity_constraint_violation';
    end if;
    if carried <> '' then
        -- Also of one that this very change ended.
        select person_id into whom from sessions
        where key_hash = decode(carried, 'hex') and (ended_at is null or xmin = pg_current_xact_id()::xid);
        if not found then
            raise exception 'change to %% by nobody who is signed in', tg_table_name
                using errcode = 'integrity_constraint_violation', constraint = 'sessions_live';
        end if;
    end if;
    -- A revision that is raised, and nothing else, tells of a change elsewhere: beneath the file, or of a party or a paper that it shares.
    if tg_op = 'UPDATE' and tg_table_name in ('checks', 'licenses') then
        if new.revision > old.revision and to_jsonb(new) - 'revision' = to_jsonb(old) - 'revision' then
            if exists (select from audit_events e where e.xact = pg_current_xact_id() and e.recorded_at = now()
                and (not by_whom or e.actor_id is not distinct from whom)) then return null; end if;
        end if;
    end if;
    if tg_op = 'DELETE' then t := old; else t := new; end if;
    loop
        case tg_table_name
%s
        end case;
        -- What was changed is named as it was, too.
        exit when not fits or tg_op <> 'UPDATE' or t = old;
        t := old;
    end loop;
    if not fits then
        raise exception 'change to %% without a log entry%%', tg_table_name, case when exists (
                select from audit_events where xact = pg_current_xact_id() and recorded_at = now()) then ' that fits it' else '' end
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $judged$ $function$, (select string_agg(format($branch$        when %L then
            fits := exists (select from audit_events e where e.xact = pg_current_xact_id() and e.recorded_at = now()
                and (not by_whom or e.actor_id is not distinct from whom) and e.verb = any (%L::text[])
                and (%s));$branch$, of_table, verbs, names), E'\n' order by of_table) from audited_paths()));
end $made$;

-- Only a migration changes what is judged by.
-- An older program bears this: it knows neither of them.
revoke execute on function audited_paths(), hold_to_paths() from public;

-- An older program bears this: its entries fit what it changes, and of sessions nothing is asked while it may serve.
select hold_to_paths();

-- The names of countries, and the numbering of checks, are of the record too.
-- An older program bears this: it changes no country, and each number that it gives has the entry of its check.
select log_changes_to(array['countries', 'check_numbers']);

-- From now on the answer may change while the program runs: the trigger asks anew each time. A database in which nobody is yet was served by no
-- older program; in another one, `lantern migrate` says at the next upgrade that none is served any more.
-- An older program bears this: where somebody is, the answer stays.
do $$ begin
    execute format('create or replace function public.oldest_borne() returns bigint language sql stable
        set search_path = pg_catalog, public, pg_temp as $answer$ select %s::bigint $answer$',
        case when exists (select from people) then oldest_borne() else 53 end);
end $$;
