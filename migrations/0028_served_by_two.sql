-- Servers are replaced one after the other, and meanwhile the program of the version before goes on serving: a schema with later migrations
-- than its own is served by a program that has all of its own there, unless what it needs is gone. A migration that takes something away
-- says so here: it replaces this function with one that gives the number of the first migration whose program no longer needs it.
create function oldest_borne() returns bigint language sql immutable set search_path = pg_catalog, public, pg_temp as $$ select 28 $$;
grant execute on function oldest_borne() to lantern_app;
