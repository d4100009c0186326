-- The screening lists on which a party stands, by its own record, one that was merged into it, or another of its name in its country: asked alike
-- of a party on a license and of the subject of a check.

-- In plpgsql, because a session keeps its plan.
create function listed_on(who uuid, day date) returns jsonb language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
    return (
        select coalesce(jsonb_agg(distinct jsonb_build_object('list', t.list, 'label', coalesce(e.label, t.list),
            'of', case when t.party_id not in (p.id, w.id) then s.name end)), '[]')
        from public.parties w join public.parties p on p.id = coalesce(w.merged_into, w.id)
        cross join lateral (
            select array_agg(name_key(a.name_folded)) as keys from (
                select m.name_folded from public.parties m where m.id = p.id or m.merged_into = p.id
                union select o.name_folded from public.party_aliases o join public.parties m on m.id = o.party_id
                where m.id = p.id or m.merged_into = p.id) a) names
        cross join lateral (
            select unnest(array[p.id, w.id]) as id
            union select m.id from public.parties m where name_key(m.name_folded) = any (names.keys) and m.country = p.country
            union select o.party_id from public.party_aliases o join public.parties m on m.id = o.party_id
            where name_key(o.name_folded) = any (names.keys) and m.country = p.country) known
        join public.party_listings t on t.party_id = known.id join public.parties s on s.id = t.party_id
        left join lateral (
            select r.label from public.reference_entries r where r.kind = 'screening_list' and r.code = t.list
            order by r.starts_on desc limit 1) e on true
        where w.id = who and day between t.starts_on and coalesce(t.ends_on, 'infinity'));
end $$;
grant execute on function listed_on to lantern_app;
