//! The two statements that read a whole file: what comes as JSON has every field of the type it becomes. A field that
//! may be missing would otherwise be read as missing for ever once its column has another name.

use std::collections::BTreeMap;

use lantern::{approvals, checks, corrections, duties, evidence, licenses, mistakes};
use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor, value},
    forward_to_deserialize_any,
};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Column, Row};

use crate::support::{TestApp, app::NOW};

/// Is asked for a struct, and notes the names of its fields.
struct Asked<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(Error::custom("it is no struct"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = fields;
        Err(Error::custom("its fields are known"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq tuple
        tuple_struct map enum identifier ignored_any
    }
}

fn fields<T: for<'de> Deserialize<'de>>() -> &'static [&'static str] {
    let mut fields: &'static [&'static str] = &[];
    assert!(
        T::deserialize(Asked(&mut fields)).is_err() && !fields.is_empty(),
        "{} has fields",
        std::any::type_name::<T>()
    );
    fields
}

/// The types that come as JSON, as the statements name them.
fn types() -> BTreeMap<&'static str, &'static [&'static str]> {
    macro_rules! named {
        ($($at:path: $($name:ident)+;)+) => { BTreeMap::from([$($((stringify!($name), {
            use $at as place;
            fields::<place::$name>()
        })),+),+]) };
    }
    let mut types = named! {
        approvals::model: Approval BeforeApplication Certificate CountryRule CustodyStep Permit SerialCount;
        checks::model: CheckResult CheckSubject Explanation FoundParty Holder Note Recall Recommendation Returned;
        duties::model: Done;
        evidence::model: Contact Document Finding Statement;
        licenses::model: Condition Decision Exception ItemGroup LicenseCheck LicenseParty Recounted Shared;
        mistakes::model: Mistake;
        corrections::model: Correction;
    };
    // A pair has no names: what misses one of its two does not read at all.
    types.insert("(PersonId, Role)", &[]);
    types
}

/// The columns of a statement that come as JSON, the type each becomes, and all that came.
async fn came(app: &TestApp, statement: &'static str, of: &str) -> Vec<(String, String, Vec<Value>)> {
    // As the compiler's macro takes it, with values in place of what it binds.
    let ids = format!("array(select id from {of})");
    let statement = statement
        .replace("$1", &ids)
        .replace("$2", "true")
        .replace("$3", "null::uuid")
        .replace("$4", if of == "checks" { "1000" } else { "current_date" })
        .replace("$5", &format!("'{NOW}'"))
        .replace("$6", "current_date");
    let mut conn = app.db.reads().acquire().await.expect("a connection");
    let rows = sqlx::query(AssertSqlSafe(statement)).fetch_all(&mut *conn).await.expect("the statement holds");
    let first = rows.first().expect("there are files");
    let named = first.columns().iter().map(Column::name).filter(|name| name.contains(": Json<"));
    named
        .map(|name| {
            let of_type =
                name.split(": Json<").nth(1).unwrap_or_default().trim_start_matches("Vec<").trim_end_matches('>');
            let values = rows.iter().filter_map(|row| row.get::<Option<Value>, _>(name));
            let values = values.flat_map(|value| if let Value::Array(all) = value { all } else { vec![value] });
            (name.to_owned(), of_type.to_owned(), values.collect())
        })
        .collect()
}

#[tokio::test]
async fn what_comes_as_json_has_every_field_of_its_type() {
    let app = TestApp::generated().await;
    // What nobody does in generated data.
    app.run(
        "set local session_replication_role = replica;
         insert into exceptions (id, license_id, guard, party_id, reason, excepted_by, excepted_at)
             select gen_random_uuid(), l.license_id, 7, l.party_id, 'Invented', p.id, now() from license_parties l, people p limit 1;
         update serials s set number_normalized = 'invented', check_id = (select min(id::text)::uuid from checks),
                 counted_before = jsonb_build_array(jsonb_build_object('state', 'seen', 'recorded_at', s.recorded_at, 'check_id',
                     (select max(id::text) from checks where post_id <> (select post_id from checks order by id::text limit 1))))
             where s.id in (select distinct on (license_id) id from serials order by license_id, id);
         insert into recommendations (id, check_id, word, text, written_by, written_at, signed_by, signed_at, signed_revision, withdrawn_at, returned_by, returned_remark)
             select gen_random_uuid(), check_id, word, text, written_by, written_at, signed_by, signed_at, signed_revision, signed_at, signed_by, 'Invented'
             from recommendations where signed_by is not null limit 1;
         insert into mistakes (id, kind, row_id, license_id, said, reason, taken_back_by, taken_back_at)
             select gen_random_uuid(), 'permit', gen_random_uuid(), l.id, 'Invented', 'Invented', p.id, now() from licenses l, people p limit 1;
         insert into mistakes (id, kind, row_id, check_id, said, reason, taken_back_by, taken_back_at)
             select gen_random_uuid(), 'contact', gen_random_uuid(), c.id, 'Invented', 'Invented', p.id, now() from checks c, people p limit 1;
         insert into corrections (id, place, row_id, license_id, said, text, noted_by, noted_at)
             select gen_random_uuid(), 'decision', gen_random_uuid(), l.id, 'Invented', 'Invented', p.id, now() from licenses l, people p limit 1;
         insert into corrections (id, place, row_id, check_id, said, text, noted_by, noted_at)
             select gen_random_uuid(), 'result', gen_random_uuid(), c.id, 'Invented', 'Invented', p.id, now() from checks c, people p limit 1",
    )
    .await;
    let types = types();
    let mut wrong = Vec::new();
    for (statement, of) in
        [(include_str!("../src/checks/file.sql"), "checks"), (include_str!("../src/licenses/file.sql"), "licenses")]
    {
        for (column, of_type, values) in came(&app, statement, of).await {
            let Some(fields) = types.get(of_type.as_str()) else {
                wrong.push(format!("{column}: the type is not listed here"));
                continue;
            };
            if values.is_empty() {
                wrong.push(format!("{column}: no row to look at"));
            }
            let missing = |field: &&&str| values.iter().any(|value| value.get(**field).is_none());
            wrong.extend(fields.iter().filter(missing).map(|field| format!("{column}: {field}")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
