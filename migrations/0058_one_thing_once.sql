-- A file that can be trusted: a license is registered once, a weapon is one thing, and a count that was a mistake is taken back whole
-- (docs/decisions/0058).

-- A license number without the name or the prefix of its form, with what is easily misread made alike: what every number that is perhaps the
-- same has in common (`LicenseNumber::alike` in `src/text/identity.rs`).
create function license_alike(number text, normalized text) returns text language sql immutable parallel safe
    set search_path = pg_catalog, public, pg_temp as $$
    select public.look_alike(case
        when m.number ~ '^(05|61|73|85|94)[^[:alnum:]]' and length(m.normalized) >= 8
            or length(m.normalized) = 11 and m.normalized ~ '^(0505|6161|7373|8585|9494)' then substr(m.normalized, 3)
        else m.normalized end)
    from (select case when n.named then regexp_replace(n.number, '^dsp[-[:space:]]*(0?5|61|73|85|94)[^[:alnum:]]+', '', 'i') else n.number end,
            case when n.named then regexp_replace(n.normalized, '^dsp(0?5|61|73|85|94)', '') else n.normalized end
        from (select w.number, w.normalized, w.number ~* '^dsp[-[:space:]]*(0?5|61|73|85|94)[^[:alnum:]]+'
                and length(regexp_replace(w.normalized, '^dsp(0?5|61|73|85|94)', '')) >= 6
            from (select regexp_replace($1, '^[#[:space:]]+', ''), $2) w (number, normalized)) n (number, normalized, named)) m (number, normalized)
$$;
grant execute on function license_alike(text, text) to lantern_app;
-- An older program bears this: nobody waits longer than it takes to read the licenses once, some seconds with a million.
create index licenses_by_likeness on licenses (license_alike(number, number_normalized));
