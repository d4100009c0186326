//! The list of licenses.

use time::OffsetDateTime;

use crate::{
    access::Actor,
    checks::standing::model::RULES,
    error::Result,
    id::LicenseId,
    licenses::model::{Ground, LicenseStatus, called, stated},
};

/// A license in a list.
#[derive(Debug, sqlx::FromRow)]
pub struct LicenseRow {
    pub id: LicenseId,
    pub number: String,
    pub form: String,
    pub status: LicenseStatus,
    pub destination: String,
    pub value: Option<rust_decimal::Decimal>,
    /// The end-users and consignees.
    pub parties: String,
    /// Of one that is to be decided again: since when that is known, and the kinds of facts that changed.
    pub since: Option<OffsetDateTime>,
    pub grounds: Vec<Ground>,
}

impl LicenseRow {
    /// Its value in words.
    pub fn value_said(&self) -> String {
        stated(self.value)
    }

    /// What changed, in a few words.
    pub fn changed(&self) -> String {
        called(&self.grounds)
    }
}

/// What a list of licenses is filtered by; what is `None` or empty is not asked.
#[derive(Debug)]
pub struct Search<'a> {
    pub status: Option<LicenseStatus>,
    /// Whose number begins so.
    pub number: &'a str,
    /// Those that are to be decided again; Washington's alone.
    pub again: bool,
    pub beyond: Option<LicenseId>,
}

/// Licenses within the reader's scope beyond `beyond`: the newest first, or those whose number begins with `number` by
/// their numbers.
pub async fn list(actor: &Actor, search: &Search<'_>, limit: i64) -> Result<Vec<LicenseRow>> {
    let (scope, Search { status, number, beyond, .. }) = (actor.scope(), search);
    let again = search.again && scope.all;
    let mut query = sqlx::QueryBuilder::new(
        "select l.id, l.number, coalesce(e.label, l.form) as form, l.status, d.name as destination, case when l.value_stated then l.value_usd end as value,
             (select coalesce(string_agg(distinct p.name, ', '), '') from license_parties lp join parties w on w.id = lp.party_id
              join parties p on p.id = coalesce(w.merged_into, w.id)
              where lp.license_id = l.id and lp.role in ('end_user', 'foreign_consignee')) as parties, ",
    );
    query.push(if again {
        "b.since, b.grounds from "
    } else {
        "null::timestamptz as since, '{}'::text[] as grounds from "
    });
    let number = crate::text::folded(number);
    // A post's licenses stand in order in a list of their own, from which each is fetched by its key (`offset 0`);
    // whether they are still the post's is asked of each, until a page is full.
    query.push(match (scope.all, number.is_empty() && status.is_none()) {
        (true, _) if again => "changed_bases b join licenses l on l.id = b.license_id",
        (true, _) => "licenses l",
        (false, true) => {
            "post_licenses q cross join lateral (select * from licenses l where l.id = q.license_id offset 0) l"
        }
        (false, false) => "post_licenses q join licenses l on l.id = q.license_id",
    });
    query.push(
        " join countries d on d.code = l.destination
          left join reference_entries e on e.kind = 'license_form' and e.code = l.form and e.ends_on is null where true",
    );
    let seen = |query: &mut sqlx::QueryBuilder<sqlx::Postgres>| {
        if !scope.all {
            query.push(
                " and exists (select from check_licenses k join checks c on c.id = k.check_id where k.license_id = l.id and c.post_id = ",
            );
            query.push_bind(scope.post).push(" and c.state <> 'draft' offset 0)");
        }
    };
    if !scope.all {
        query.push(" and q.post_id = ").push_bind(scope.post);
    }
    seen(&mut query);
    if again {
        query.push(" and b.rules = ").push_bind(RULES);
    }
    if let Some(status) = *status {
        query.push(" and l.status = ").push_bind(status);
    }
    // The key is always asked, so that the first page is read as the others are.
    if number.is_empty() {
        let key = match scope.all {
            true if again => "b.license_id",
            true => "l.id",
            false => "q.license_id",
        };
        query.push(" and ").push(key).push(" < ").push_bind(beyond.map_or(uuid::Uuid::max(), |license| license.0));
        query.push(" order by ").push(key).push(" desc");
    } else {
        query.push(" and l.number_normalized collate \"C\" like ").push_bind(format!("{number}%"));
        if let Some(beyond) = *beyond {
            query
                .push(" and (l.number_normalized collate \"C\", l.id) > (select l.number_normalized collate \"C\", l.id from licenses l where l.id = ")
                .push_bind(beyond.0);
            // A license out of scope is as good as none here too.
            seen(&mut query);
            query.push(")");
        }
        query.push(" order by l.number_normalized collate \"C\", l.id");
    }
    query.push(" limit ").push_bind(limit);
    Ok(query.build_query_as().fetch_all(actor.searches()).await?)
}
