-- The two database roles, made once per PostgreSQL server by a superuser, before `lantern migrate` and before a restore.
-- `lantern_owner` owns everything and cannot log in; `lantern_app` logs in, owns nothing, and cannot touch the log.
-- Give `lantern_app` a password, or another way in, as your server asks: alter role lantern_app password '...';
do $$ begin
    if not exists (select from pg_roles where rolname = 'lantern_owner') then create role lantern_owner nologin; end if;
    if not exists (select from pg_roles where rolname = 'lantern_app') then create role lantern_app login; end if;
end $$;
