-- A request says in Washington's own words what the post is asked, beside the topics of its type.

-- An older program bears this: it writes no questions and reads none.
alter table checks add column own_questions text not null default '';

-- They are a text like the reason: they can be reported as classified.
-- An older program bears this: it asks for the places, whichever they are.
select amend('spill_places()', '{subject,reason,site_visit_waiver,held_reason}', '{subject,reason,own_questions,site_visit_waiver,held_reason}');

-- What an application does not state is registered as not stated; such a license is not approved. One that was first seen when it was already
-- issued was approved by whoever knew.
-- An older program bears this: it writes nothing there, and shows a value that is not stated as nothing.
alter table licenses add column value_stated boolean not null default true;
-- An older program bears this: every value that it writes is stated, and what it may not approve it is refused with an error.
alter table licenses add constraint licenses_value_stated
    check (value_stated or status in ('pending', 'returned', 'denied') or registered_approved_on is not null);
