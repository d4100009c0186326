-- A check has a case officer, and once it is answered a reviewer: the next step is asked of one person, by name (docs/decisions/0069).

-- Who took a check or was given it; nobody: its opener, or whom its region has by default. The rules say which, so that no row is written anew.
alter table checks add column case_officer_id uuid constraint checks_case_officer_fkey references people;
alter table checks add column reviewer_id uuid constraint checks_reviewer_fkey references people;

-- Whom the checks of a region go to, if nobody else has them.
create table region_owners (
    id uuid constraint region_owners_pkey primary key,
    region text not null constraint region_owners_region_key unique
        constraint region_owners_region_known check (region in ('AF', 'EAP', 'EUR', 'NEA', 'SCA', 'WHA')),
    case_officer_id uuid constraint region_owners_case_officer_fkey references people,
    -- Checks that were opened before stay their opener's.
    case_officer_since timestamptz,
    reviewer_id uuid constraint region_owners_reviewer_fkey references people,
    version integer not null default 1,
    constraint region_owners_since_whole check ((case_officer_id is null) = (case_officer_since is null))
);
-- An older program bears this: it does not know the table.
revoke delete, truncate on region_owners from lantern_app;
create trigger marks_new after insert on region_owners referencing new table as new_rows for each statement execute function leave_marks('everything');
create trigger marks_gone after delete on region_owners referencing old table as old_rows for each statement execute function leave_marks('everything');
create trigger marks_changed after update on region_owners referencing old table as old_rows new table as new_rows
    for each statement execute function leave_marks('everything');

-- Who has a check depends on who serves in Washington, too.
create function mark_washington() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if coalesce(new.role, old.role) in ('case_officer', 'reviewer') or old.role in ('case_officer', 'reviewer') then
        insert into public.standing_marks (kind) values ('everything');
    end if;
    return null;
end $$;
-- An older program bears this: it leaves one more mark.
create trigger marks_washington after insert or update or delete on assignments for each row execute function mark_washington();
-- An older program bears this: it leaves one more mark.
create trigger marks_authority after update of decision_authority on people for each statement execute function leave_marks('everything');

-- An older program bears this: it writes none of these entries, and what it writes is judged as before.
select amend('audited_paths()', 'check_acknowledged,check_reassigned', 'check_acknowledged,check_reassigned,owner_changed');
-- An older program bears this: it does not know the table.
select amend('audited_paths()', '(''check_licenses'', ''e.check_id', '(''region_owners'', ''e.subject_id = t.id'', ''{region_owners_changed}''),
    (''check_licenses'', ''e.check_id');
-- An older program bears this: what it writes is judged by the same lines as before.
select hold_to_paths();
-- An older program bears this: it does not know the table.
select log_changes_to(array['region_owners']);
