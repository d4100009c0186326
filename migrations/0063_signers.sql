-- Who confirms a signature speaks for its signer: the host government by an authority, the others by their own party in that role on the license. The
-- rule asks so already; from here on the database does too.

create function speaks_for_signer(contact uuid, of_certificate uuid, signing text) returns boolean language sql stable
set search_path = pg_catalog, public, pg_temp as $$
    select exists (
        select from contacts t left join parties w on w.id = t.party_id
        where t.id = contact and case signing when 'host_government' then t.authority_id is not null else coalesce(w.merged_into, w.id) in (
            select coalesce(p.merged_into, p.id)
            from certificates c join license_parties r on r.license_id = c.license_id join parties p on p.id = r.party_id
            where c.id = of_certificate and r.role = case signing
                when 'applicant' then 'applicant'
                when 'foreign_end_user' then 'end_user'
                -- Where no consignee is named, the end-user receives the items.
                else coalesce((select n.role from license_parties n where n.license_id = c.license_id and n.role = 'foreign_consignee' limit 1), 'end_user')
            end) end)
$$;
grant execute on function speaks_for_signer to lantern_app;

create function refuse_signature_of_another() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if not speaks_for_signer(new.verified_contact_id, new.certificate_id, new.signer) then
        perform refuse('certificate_signatures_verified_by_signer', 'only the signer''s own side confirms a signature');
    end if;
    return new;
end $$;
-- An older program bears this: its rule asks the same.
create trigger verified_own_side before insert or update of verified_contact_id on certificate_signatures for each row
    when (new.verified_contact_id is not null) execute function refuse_signature_of_another();
