-- An exception to guard 15 lapses when the license changes or a later result comes, and may then be made again; which one stands
-- is the rule's to say. An exception to guard 7 does not lapse: one for each party.
alter table exceptions drop constraint exceptions_once;
create unique index exceptions_once on exceptions (license_id, party_id) nulls not distinct where guard = 7;
