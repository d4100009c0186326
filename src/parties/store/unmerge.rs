//! A merge that is undone: what it moved, what was recorded and judged since, and how the two records are two again.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::merge::{Files, files_of, raise};
use crate::{
    db::Change,
    error::{AppError, Result},
    id::{LicenseId, MergeId, PartyId, PersonId},
    mistakes::model::MistakeKind,
    parties::model::{Judged, Judgement, Merge, Move, PartyRole, Row, State, Unmerged},
    text::many,
};

/// What a merge kept, as far as it tells what is the one record's and what the other's.
#[derive(Debug)]
struct Kept {
    merged_at: OffsetDateTime,
    taken: serde_json::Value,
    /// What was the standing record's own, or came with the merge itself.
    own: Vec<Uuid>,
    moved: Vec<Uuid>,
    /// The record that went, and those merged into it before.
    went: Vec<Uuid>,
}

/// The merge into a record that is the next to be undone, and the other record of it: the newest, and of those that
/// were not kept, if there are none else, one; or the last that was undone.
pub async fn next_merge(conn: &mut PgConnection, into: PartyId) -> Result<Option<Merge>> {
    let row = sqlx::query!(
        r#"select n.id as "id?: MergeId", n.by as "by?: PersonId", n.stands as "stands!", f.id as "from!: PartyId", f.name as "from_name!",
               p.name as "into_name!", (select (count(*) + count(m.undone_at))::integer from merges m
                   where m.into_party = $1 or m.from_party = $1) as "version!",
               (select array[w.name, i.name, exists (select from merges m where m.from_party = w.id and m.undone_at is null)::text]
                from parties w join parties i on i.id = w.merged_into
                where w.id = $1 or w.merged_into = $1 and n.id is not null and w.id <> n.other
                    and w.id <> all(n.earlier) and w.id <> all(n.stood) order by w.id = $1 desc limit 1) as later
           from (select id, merged_by as by, undone_at is null as stands, from_party as other, earlier, stood, 1 as turn, id as latest
                 from merges where into_party = $1 and undone_at is null
               union all select null, null, true, w.id, '{}', '{}', 2, w.id from parties w
                 where w.merged_into = $1 and not exists (select from merges m where m.from_party = w.id and m.undone_at is null)
               union all select id, merged_by, false, from_party, earlier, stood, 3, id from merges where into_party = $1 and undone_at is not null
               order by turn, latest desc limit 1) n
           join parties p on p.id = $1 join parties f on f.id = n.other"#,
        into.0
    );
    let Some(row) = row.fetch_optional(conn).await? else { return Ok(None) };
    let later = row.later.and_then(|later| <[String; 3]>::try_from(later).ok());
    let state = match (row.id, row.by, later) {
        (Some(_), ..) if !row.stands => State::Undone,
        (Some(id), Some(by), None) => State::Stands { id, by, later: None },
        (Some(id), Some(by), Some([from, into, kept])) if kept == "true" => {
            State::Stands { id, by, later: Some((from, into)) }
        }
        _ => State::NotKept,
    };
    Ok(Some(Merge {
        from: (row.from, row.from_name),
        into: (into, row.into_name),
        state,
        version: row.version,
        moved: Vec::new(),
        also: Vec::new(),
        since: Vec::new(),
        judged: Vec::new(),
    }))
}

/// The same with its rows: what goes back, what was recorded since, what was judged since.
pub async fn whole_merge(conn: &mut PgConnection, into: PartyId) -> Result<Option<Merge>> {
    let Some(mut merge) = next_merge(conn, into).await? else { return Ok(None) };
    let State::Stands { id, later: None, .. } = merge.state else { return Ok(Some(merge)) };
    let files = files_of(conn, merge.from.0, into).await?;
    let kept = kept(conn, id).await?;
    (merge.moved, merge.since) = rows(conn, into, &kept, &files).await?;
    merge.also = also(conn, id, &merge, &kept, &files).await?;
    merge.judged = judged(conn, into, &kept, &files).await?;
    Ok(Some(merge))
}

async fn kept(conn: &mut PgConnection, id: MergeId) -> Result<Kept> {
    let row = sqlx::query!(
        r#"select merged_at, taken, from_party || earlier as "went!", case when alias is null then stood else stood || alias end as "own!",
               array(select r.id::uuid from jsonb_each(moved) t, jsonb_array_elements_text(t.value) r (id)) as "moved!"
           from merges where id = $1"#,
        id.0
    );
    let row = row.fetch_one(conn).await?;
    Ok(Kept { merged_at: row.merged_at, taken: row.taken, own: row.own, moved: row.moved, went: row.went })
}

/// What moved, and what was recorded since.
async fn rows(conn: &mut PgConnection, into: PartyId, kept: &Kept, files: &Files) -> Result<(Vec<Row>, Vec<Row>)> {
    let found = sqlx::query_file!(
        "src/parties/unmerge.sql",
        into.0,
        &kept.went,
        &kept.own,
        &kept.moved,
        kept.merged_at,
        &kept.taken,
        &files.license_ids(),
        &files.check_ids()
    );
    let (mut moved, mut since) = (Vec::new(), Vec::new());
    for row in found.fetch_all(conn).await? {
        let side = if row.moved { &mut moved } else { &mut since };
        side.push(Row {
            key: row.key,
            kind: row.kind,
            ids: row.ids,
            what: row.what,
            role: row.role,
            of_file: row.of_file,
            of_other: row.of_other,
            is_frozen: row.frozen,
            twice: row.twice,
            by: row.by,
            at: row.at,
        });
    }
    Ok((moved, since))
}

/// What else goes back, in words: the other name, answers about possession, records merged before, and rows that never
/// moved.
async fn also(conn: &mut PgConnection, id: MergeId, merge: &Merge, kept: &Kept, files: &Files) -> Result<Vec<String>> {
    let row = sqlx::query!(
        r#"select exists (select from party_aliases a where a.id = m.alias) as "named!",
               array(select l.number from jsonb_to_recordset(m.learned) as o (id uuid, version integer)
                   join license_parties r on r.id = o.id and r.version = o.version join licenses l on l.id = r.license_id
                   where l.id = any((select $3::uuid[])::uuid[]) order by l.number) as "learned!",
               array(select p.name from parties p where p.id = any(m.earlier) order by p.name) as "earlier!",
               (select count(*) from findings where party_id = any((select $2::uuid[])::uuid[])) as "findings!",
               (select count(*) from statements where about_party_id = any((select $2::uuid[])::uuid[])) as "statements!",
               (select count(*) from contacts where party_id = any((select $2::uuid[])::uuid[]) and check_id = any((select $4::uuid[])::uuid[])) as "contacts!",
               (select count(*) from custody_steps where party_id = any((select $2::uuid[])::uuid[])) as "steps!",
               (select count(*) from serials where holder_party_id = any((select $2::uuid[])::uuid[])) as "serials!"
           from merges m where m.id = $1"#,
        id.0,
        &kept.went,
        &files.license_ids(),
        &files.check_ids()
    );
    let row = row.fetch_one(conn).await?;
    let (from, into) = (&merge.from.1, &merge.into.1);
    let mut also = Vec::new();
    if row.named {
        also.push(format!("{from} is no other name of {into} any more"));
    }
    also.extend(
        row.learned
            .iter()
            .map(|number| format!("On license {number} it is unknown again whether the party takes possession")),
    );
    also.extend(row.earlier.iter().map(|name| format!("{name} is one with {from}")));
    let counts = [
        (row.findings, "finding"),
        (row.statements, "statement"),
        (row.contacts, "contact"),
        (row.steps, "custody step"),
        (row.serials, "serial number"),
    ];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| many(count, what));
    let counts = counts.collect::<Vec<_>>().join(", ");
    if !counts.is_empty() {
        also.push(format!("Recorded of {from} before: {counts}"));
    }
    Ok(also)
}

/// What somebody judged by since, in open files.
async fn judged(conn: &mut PgConnection, into: PartyId, kept: &Kept, files: &Files) -> Result<Vec<Judged>> {
    let rows = sqlx::query_as!(
        Judged,
        r#"select kind as "kind!: Judgement", what as "what!", of_file as "of_file!", called(m.id, m.name, j.at) as "by!", j.at as "at!" from (
               select 'exception' as kind, '' as what, l.number as of_file, x.excepted_by as judge, x.excepted_at as at
               from exceptions x join licenses l on l.id = x.license_id
               where l.id = any((select $4::uuid[])::uuid[]) and (x.party_id = $1 or x.party_id = any((select $2::uuid[])::uuid[])) and x.excepted_at >= $3
               union all
               select 'explanation', '', c.reference, e.explained_by, e.explained_at from explanations e join checks c on c.id = e.check_id
               where c.id = any((select $5::uuid[])::uuid[]) and e.explained_at >= $3 and e.contradiction like 'possession:%'
                   and split_part(e.contradiction, ':', 3) = any(array_append((select $2::uuid[])::text[], $1::uuid::text))
               union all
               select 'decision', '', l.number, d.decided_by, d.decided_at from decisions d join licenses l on l.id = d.license_id
               where l.id = any((select $4::uuid[])::uuid[]) and d.decided_at >= $3
               union all
               select 'result', '', c.reference, r.signed_by, r.signed_at from results r join checks c on c.id = r.check_id
               where r.withdrawn_at is null and r.signed_at >= $3 and r.check_id = any(array(select check_id from check_licenses
                   where license_id = any((select $4::uuid[])::uuid[])))
               union all
               select 'permit', p.number || ' of ' || a.short_name, l.number, p.verified_by, p.verified_at
               from contacts t join permits p on p.verified_contact_id = t.id join authorities a on a.id = p.authority_id
               join licenses l on l.id = p.license_id
               where t.party_id = $1 and t.check_id = any((select $5::uuid[])::uuid[]) and t.id not in (select unnest((select $6::uuid[]))) and p.withdrawn_at is null
               union all
               select 'signature', s.signer_name, l.number, s.verified_by, s.verified_at
               from contacts t join certificate_signatures s on s.verified_contact_id = t.id join certificates k on k.id = s.certificate_id
               join licenses l on l.id = k.license_id where t.party_id = $1 and t.check_id = any((select $5::uuid[])::uuid[]) and t.id not in (select unnest((select $6::uuid[])))) j
           join people m on m.id = j.judge order by j.at, j.kind, j.of_file"#,
        into.0,
        &kept.went,
        kept.merged_at,
        &files.license_ids(),
        &files.check_ids(),
        &kept.own
    );
    Ok(rows.fetch_all(conn).await?)
}

/// Makes two records of one again. Gives nothing back of files that are closed by now.
///
/// # Errors
/// [`AppError::Stale`] when it was undone in between.
pub async fn unmerge(change: &mut Change, undone: &Unmerged, files: &Files) -> Result<()> {
    let (at, person) = (change.at, change.person().map(|person| person.0));
    let (id, from, into) = (undone.merge().0, undone.went().0, undone.stays().0);
    let row = sqlx::query!(
        "update merges set undone_by = $2, undone_at = $3, undone_reason = $4 where id = $1 and undone_at is null",
        id,
        person,
        at,
        undone.reason().as_str()
    );
    if row.execute(change.conn()).await?.rows_affected() != 1 {
        return Err(AppError::Stale);
    }
    sqlx::query!(
        "update parties p set standing = case when p.id = $2 then m.standing else p.standing end,
             merged_into = case when p.id <> $2 then $2 end, version = p.version + 1
         from merges m where m.id = $1 and (p.id = $2 or p.id = any(m.earlier)) and p.merged_into = $3",
        id,
        from,
        into
    )
    .execute(change.conn())
    .await?;
    sqlx::query!("delete from party_aliases a using merges m where m.id = $1 and a.id = m.alias", id)
        .execute(change.conn())
        .await?;
    let mut licenses = give_back(change, undone, files).await?;
    for moved in undone.moves() {
        licenses.extend(hand_over(change, moved).await?);
    }
    speak_of_others(change, *undone.merge(), &licenses).await?;
    raise(change, files).await
}

/// Gives back what moved, as far as it is still there, and what became one with another. Gives the licenses whose
/// parties are others now.
async fn give_back(change: &mut Change, undone: &Unmerged, files: &Files) -> Result<Vec<LicenseId>> {
    let (id, from, into) = (undone.merge().0, undone.went().0, undone.stays().0);
    let moved = kept(change.conn(), *undone.merge()).await?.moved;
    for kind in [MistakeKind::PartyAlias, MistakeKind::PartyFact, MistakeKind::PartyListing] {
        hand_over(change, &Move { kind, ids: moved.clone(), to: *undone.went() }).await?;
    }
    sqlx::query!(
        "update license_parties r set takes_possession = o.was, version = r.version + 1
         from merges m, jsonb_to_recordset(m.learned) as o (id uuid, was text, version integer)
         where m.id = $1 and r.id = o.id and r.version = o.version and r.license_id = any($2)",
        id,
        &files.license_ids()
    )
    .execute(change.conn())
    .await?;
    let licenses = sqlx::query_scalar!(
        r#"with back as (update license_parties set party_id = $2, version = version + 1
               where party_id = $3 and id = any($4) and license_id = any($5) returning license_id),
           again as (insert into license_parties (id, license_id, party_id, role, takes_possession, version)
               select o.id, o.license_id, $2, o.role, o.takes_possession, o.version + 1 from merges m,
                   jsonb_populate_recordset(null::license_parties, m.taken -> 'license_parties') o
               where m.id = $1 and o.license_id = any($5) returning license_id)
           select license_id as "license!: LicenseId" from back union select license_id from again"#,
        id,
        from,
        into,
        &moved,
        &files.license_ids()
    );
    let licenses = licenses.fetch_all(change.conn()).await?;
    sqlx::query!(
        "with back as (update check_subjects set party_id = $2 where party_id = $3 and id = any($4) and check_id = any($5))
         insert into check_subjects (id, check_id, party_id, role)
         select o.id, o.check_id, $2, o.role from merges m, jsonb_populate_recordset(null::check_subjects, m.taken -> 'check_subjects') o
         where m.id = $1 and o.check_id = any($5)",
        id,
        from,
        into,
        &moved,
        &files.check_ids()
    )
    .execute(change.conn())
    .await?;
    Ok(licenses)
}

/// Hands rows over to the party whose they are. Gives the licenses whose parties are others now.
async fn hand_over(change: &mut Change, moved: &Move) -> Result<Vec<LicenseId>> {
    let (ids, to, conn) = (&moved.ids, moved.to.0, change.conn());
    let done = match moved.kind {
        MistakeKind::LicenseParty => {
            return Ok(sqlx::query_scalar!(
                r#"update license_parties set party_id = $2, version = version + 1 where id = any($1) returning license_id as "license: LicenseId""#,
                ids,
                to
            )
            .fetch_all(conn)
            .await?);
        }
        MistakeKind::PartyAlias => sqlx::query!("update party_aliases set party_id = $2 where id = any($1)", ids, to),
        MistakeKind::PartyFact => sqlx::query!("update party_facts set party_id = $2 where id = any($1)", ids, to),
        MistakeKind::PartyListing => {
            sqlx::query!("update party_listings set party_id = $2 where id = any($1)", ids, to)
        }
        MistakeKind::CheckSubject => {
            sqlx::query!("update check_subjects set party_id = $2 where id = any($1)", ids, to)
        }
        MistakeKind::Finding => {
            sqlx::query!("update findings set party_id = $2, version = version + 1 where id = any($1)", ids, to)
        }
        MistakeKind::Statement => {
            sqlx::query!("update statements set about_party_id = $2, version = version + 1 where id = any($1)", ids, to)
        }
        MistakeKind::Contact => {
            sqlx::query!("update contacts set party_id = $2, version = version + 1 where id = any($1)", ids, to)
        }
        MistakeKind::CustodyStep => {
            sqlx::query!("update custody_steps set party_id = $2, version = version + 1 where id = any($1)", ids, to)
        }
        MistakeKind::Serial => {
            sqlx::query!("update serials set holder_party_id = $2, version = version + 1 where id = any($1)", ids, to)
        }
        kind => return Err(AppError::internal(format!("no {kind} is recorded of a party"))),
    };
    done.execute(conn).await?;
    Ok(Vec::new())
}

/// Of licenses whose parties are others now, a result that was signed since the merge spoke of another license.
async fn speak_of_others(change: &mut Change, merge: MergeId, licenses: &[LicenseId]) -> Result<()> {
    let (at, licenses) = (change.at, licenses.iter().map(|id| id.0).collect::<Vec<_>>());
    sqlx::query!(
        "update licenses l set facts_changed_at = $3 from merges m where m.id = $1 and l.id = any($2)
             and exists (select from check_licenses k join results r on r.check_id = k.check_id
                 where k.license_id = l.id and r.withdrawn_at is null and r.signed_at >= m.merged_at)",
        merge.0,
        &licenses,
        at
    )
    .execute(change.conn())
    .await?;
    Ok(())
}
