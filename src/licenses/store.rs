//! Every statement on licenses, their items, parties, conditions and decisions.

use sqlx::{PgConnection, types::Json};
use time::Date;

use super::model::{Act, Condition, Decided, Decision, Exception, ItemGroup, LicenseCheck, LicenseFile, LicenseParty, LicenseStatus};
use crate::{
    access::{Actor, Scope},
    approvals::model::{Approval, Certificate, CountryRule, CustodyStep, Permit, SerialCount},
    audit::{Event, Verb},
    clock::Zone,
    db::Change,
    error::{AppError, Result},
    id::{DecisionId, LicenseId, ProvisoId},
    reference,
};

/// Everything, for who reads a license through a check they may see.
pub const EVERYTHING: Scope = Scope { all: true, post: None };

/// Licenses with everything they own: one statement, whatever their number. Outside the scope they are not there.
pub async fn files(conn: &mut PgConnection, scope: Scope, ids: &[LicenseId], today: Date) -> Result<Vec<LicenseFile>> {
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select l.id as "id: LicenseId", l.number, l.number_normalized, l.form, l.status as "status: LicenseStatus",
               l.registered_approved_on, l.destination, d.name as destination_name, l.value_usd, l.received_on, l.purpose,
               l.certified_on, l.revision, l.version,
               (select coalesce(jsonb_agg(to_jsonb(g) || jsonb_build_object('value_usd', g.value_usd::text) order by g.position), '[]')
                from item_groups g where g.license_id = l.id) as "items!: Json<Vec<ItemGroup>>",
               (select coalesce(jsonb_agg(jsonb_build_object('id', lp.id, 'party_id', p.id, 'name', p.name, 'folded',
                    (select array_append(array_agg(a.name_folded), p.name_folded) from party_aliases a where a.party_id = p.id),
                    'country', p.country, 'country_name', pc.name, 'role', lp.role, 'takes_possession', lp.takes_possession,
                    'listings', (select coalesce(jsonb_agg(distinct t.list), '[]') from party_listings t where t.party_id = p.id
                        and $4 between t.starts_on and coalesce(t.ends_on, 'infinity')), 'version', lp.version)
                    order by array_position(array['applicant', 'manufacturer', 'seller', 'foreign_consignee', 'intermediate_consignee',
                        'end_user', 'freight_forwarder', 'broker'], lp.role), p.name), '[]')
                from license_parties lp join parties p on p.id = lp.party_id join countries pc on pc.code = p.country
                where lp.license_id = l.id) as "parties!: Json<Vec<LicenseParty>>",
               (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'item_class', r.item_class, 'authority_id', r.authority_id,
                    'authority', a.short_name, 'usual_days', r.usual_days, 'source', r.source, 'confirmed_on', r.confirmed_on)
                    order by r.item_class, r.usual_days, a.short_name), '[]')
                from country_rules r left join authorities a on a.id = r.authority_id
                where r.country = l.destination and $4 between r.starts_on and coalesce(r.ends_on, 'infinity')
                    and r.item_class in (select item_class from item_groups where license_id = l.id)) as "rules!: Json<Vec<CountryRule>>",
               (select coalesce(jsonb_agg(to_jsonb(i) || jsonb_build_object('authority', a.short_name) order by i.id), '[]')
                from import_approvals i left join authorities a on a.id = i.authority_id
                where i.license_id = l.id) as "approvals!: Json<Vec<Approval>>",
               (select coalesce(jsonb_agg(to_jsonb(p) || jsonb_build_object('issuer', a.short_name,
                    'authorities', (select jsonb_agg(pa.authority_id) from permit_authorities pa where pa.permit_id = p.id),
                    'used_for', (select o.number from permits h join licenses o on o.id = h.license_id where not p.holds_number
                        and h.authority_id = p.authority_id and h.number_normalized = p.number_normalized and h.holds_number limit 1),
                    'verified_post', vc.post_id, 'verified_post_name', vp.name, 'verified_kind', v.kind) order by p.id), '[]')
                from permits p join authorities a on a.id = p.authority_id
                left join (contacts v join checks vc on vc.id = v.check_id join posts vp on vp.id = vc.post_id) on v.id = p.verified_contact_id
                where p.license_id = l.id) as "permits!: Json<Vec<Permit>>",
               (select to_jsonb(c) || jsonb_build_object('signatures', (select coalesce(jsonb_agg(to_jsonb(s) order by s.id), '[]')
                    from certificate_signatures s where s.certificate_id = c.id))
                from certificates c where c.license_id = l.id) as "certificate: Json<Certificate>",
               (select coalesce(jsonb_agg(to_jsonb(s) order by s.stage desc, s.position), '[]')
                from custody_steps s where s.license_id = l.id) as "custody!: Json<Vec<CustodyStep>>",
               (select coalesce(jsonb_agg(to_jsonb(n)), '[]') from (select item_group_id, state, holder_party_id, count(*) as count
                from serials where license_id = l.id group by 1, 2, 3) n) as "serials!: Json<Vec<SerialCount>>",
               (select coalesce(jsonb_agg(to_jsonb(c) || jsonb_build_object('met_by_name', m.name) order by c.id), '[]')
                from conditions c left join people m on m.id = c.met_by where c.license_id = l.id) as "conditions!: Json<Vec<Condition>>",
               (select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'number', e.number, 'act', e.act, 'reasons', e.reasons,
                    'decided_by', e.decided_by, 'decided_by_name', m.name, 'decided_at', e.decided_at, 'provisos',
                    (select coalesce(jsonb_agg(v.text order by v.number), '[]') from provisos v where v.decision_id = e.id))
                    order by e.number), '[]')
                from decisions e join people m on m.id = e.decided_by where e.license_id = l.id) as "decisions!: Json<Vec<Decision>>",
               (select coalesce(jsonb_agg(to_jsonb(x) || jsonb_build_object('excepted_by_name', m.name) order by x.id), '[]')
                from exceptions x join people m on m.id = x.excepted_by where x.license_id = l.id) as "exceptions!: Json<Vec<Exception>>",
               (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'reference', c.reference, 'check_type', c.type, 'state', c.state,
                    'post_id', c.post_id, 'post_name', o.name, 'opened_by', c.opened_by, 'result_id', r.id,
                    'result', case when r.signed_by is not null then r.word end, 'result_signed_by', r.signed_by, 'reply_signers',
                    (select coalesce(jsonb_agg(s.who) filter (where s.who is not null), '[]') from recommendations n,
                        unnest(array[n.signed_by, n.cleared_by]) as s (who) where n.check_id = c.id)) order by c.id), '[]')
                from check_licenses k join checks c on c.id = k.check_id join posts o on o.id = c.post_id
                left join results r on r.check_id = c.id and r.withdrawn_at is null
                where k.license_id = l.id and c.state <> 'draft') as "checks!: Json<Vec<LicenseCheck>>"
           from licenses l join countries d on d.code = l.destination
           where l.id = any($1) and ($2 or exists (select from check_licenses k join checks c on c.id = k.check_id
               where k.license_id = l.id and c.post_id = $3 and c.state <> 'draft'))
           order by l.number_normalized, l.id"#,
        &ids,
        scope.all,
        scope.post,
        today
    );
    let files = rows.fetch_all(conn).await?.into_iter().map(|row| LicenseFile {
        id: row.id,
        number: row.number,
        number_normalized: row.number_normalized,
        form: row.form,
        status: row.status,
        registered_approved_on: row.registered_approved_on,
        destination: row.destination,
        destination_name: row.destination_name,
        value_usd: row.value_usd,
        received_on: row.received_on,
        purpose: row.purpose,
        certified_on: row.certified_on,
        revision: row.revision,
        version: row.version,
        items: row.items.0,
        parties: row.parties.0,
        rules: row.rules.0,
        approvals: row.approvals.0,
        permits: row.permits.0,
        certificate: row.certificate.map(|certificate| certificate.0),
        custody: row.custody.0,
        serials: row.serials.0,
        conditions: row.conditions.0,
        decisions: row.decisions.0,
        exceptions: row.exceptions.0,
        checks: row.checks.0,
    });
    Ok(files.collect())
}

/// One license within the reader's scope.
pub async fn find(actor: &Actor, id: LicenseId) -> Result<LicenseFile> {
    let mut conn = actor.reads().acquire().await?;
    let found = files(&mut conn, actor.scope(), &[id], actor.washington_today()).await?;
    found.into_iter().next().ok_or(AppError::NotFound)
}

/// One license, locked until the change ends. `read` is the revision or the version the person's form was read from.
pub async fn find_for_update(change: &mut Change, scope: Scope, id: LicenseId) -> Result<LicenseFile> {
    sqlx::query!("select id from licenses where id = $1 for update", id.0).fetch_optional(change.conn()).await?.ok_or(AppError::NotFound)?;
    let today = Zone::named(Zone::WASHINGTON).day(change.at);
    let found = files(change.conn(), scope, &[id], today).await?;
    found.into_iter().next().ok_or(AppError::NotFound)
}

/// Raises the revision of a license and of the open checks on it: everything beneath them changed.
pub async fn touch(change: &mut Change, id: LicenseId) -> Result<()> {
    sqlx::query!(
        "with raised as (update checks set revision = revision + 1
             where id in (select check_id from check_licenses where license_id = $1) and state <> 'closed')
         update licenses set revision = revision + 1 where id = $1",
        id.0
    )
    .execute(change.conn())
    .await?;
    Ok(())
}

/// Raises the revisions, and tells whether the change made the license ready to issue.
pub async fn settle(change: &mut Change, before: &LicenseFile) -> Result<Option<Event>> {
    touch(change, before.id).await?;
    let today = Zone::named(Zone::WASHINGTON).day(change.at);
    let reference = reference::store::on(change.conn(), today).await?;
    let after = files(change.conn(), EVERYTHING, &[before.id], today).await?.into_iter().next().ok_or(AppError::NotFound)?;
    let became = after.is_ready(&reference, today) && !before.is_ready(&reference, today);
    Ok(became.then(|| Event::new(Verb::BecameReady, before.id, format!("license {} became ready to issue", before.number))))
}

/// Stores a decided act, with its provisos. A returned or denied license releases its permits' numbers.
pub async fn save_decision(change: &mut Change, decided: &Decided, reasons: &str, provisos: &[String]) -> Result<DecisionId> {
    let (id, at, person) = (DecisionId::new(), change.at, change.person().ok_or(AppError::NotFound)?);
    let license = decided.license().0;
    sqlx::query!(
        "insert into decisions (id, license_id, number, act, reasons, decided_by, decided_at, revision_read, value_usd)
         select $1, id, $3, $4, $5, $6, $7, $8, value_usd from licenses where id = $2",
        id.0,
        license,
        decided.number(),
        decided.act() as Act,
        reasons,
        person.0,
        at,
        decided.revision()
    )
    .execute(change.conn())
    .await?;
    let ids: Vec<uuid::Uuid> = provisos.iter().map(|_| ProvisoId::new().0).collect();
    sqlx::query!(
        "insert into provisos (id, decision_id, number, text)
         select v.id, $1, v.number, v.text from unnest($2::uuid[], $3::text[]) with ordinality as v (id, text, number)",
        id.0,
        &ids,
        provisos
    )
    .execute(change.conn())
    .await?;
    sqlx::query!(
        "update licenses set status = $2, revision = revision + 1, version = version + 1 where id = $1",
        license,
        decided.status() as LicenseStatus
    )
    .execute(change.conn())
    .await?;
    if matches!(decided.status(), LicenseStatus::Returned | LicenseStatus::Denied) {
        release_numbers(change, decided.license()).await?;
    }
    Ok(id)
}

/// Gives a license's permit numbers to the oldest other license that has the same paper.
async fn release_numbers(change: &mut Change, license: LicenseId) -> Result<()> {
    sqlx::query!("update permits set holds_number = false where license_id = $1", license.0).execute(change.conn()).await?;
    sqlx::query!(
        "update permits set holds_number = true where id in (
             select distinct on (p.authority_id, p.number_normalized) p.id from permits p join licenses l on l.id = p.license_id
             where l.status not in ('returned', 'denied') and not exists (select from permits h where h.holds_number
                     and h.authority_id = p.authority_id and h.number_normalized = p.number_normalized)
                 and (p.authority_id, p.number_normalized) in (select authority_id, number_normalized from permits where license_id = $1)
             order by p.authority_id, p.number_normalized, p.id)",
        license.0
    )
    .execute(change.conn())
    .await?;
    Ok(())
}
