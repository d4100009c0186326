//! The facts of law and practice that come with the program: each holds from its day on, and not before; what an
//! installation has confirmed or changed of them is left as it is.

use lantern::{
    db::MIGRATIONS,
    licenses::store::{EVERYTHING, files},
    reference::{
        model::{Reference, ReferenceKind},
        store,
    },
};
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection};
use time::{Date, macros::date};

use crate::support::TestApp;

/// A reference row that holds, by kind, code and country (none: `-`), and a piece of its source.
type Row = (&'static str, &'static str, &'static str, &'static str);

const CAMBODIA: Row = ("proscribed_country", "KH", "KH", "22 CFR 126.1(d)(2)");
const NICARAGUA: Row = ("proscribed_country", "NI", "NI", "22 CFR 126.1(d)(2)");
const CUBA: Row = ("proscribed_country", "CU", "CU", "22 CFR 126.1(d)(1)");
const FINLAND: Row = ("country_group", "nato_plus", "FI", "22 USC 2776(c)(2)");
const SWEDEN: Row = ("country_group", "nato_plus", "SE", "22 USC 2776(c)(2)");
const FRANCE: Row = ("country_group", "nato_plus", "FR", "22 USC 2776(c)(2)");
const COLOMBIA: Row = ("country_group", "major_non_nato_ally", "CO", "22 USC 2321k");
const KENYA: Row = ("country_group", "major_non_nato_ally", "KE", "22 USC 2321k");
const QATAR: Row = ("country_group", "major_non_nato_ally", "QA", "22 USC 2321k");
const AFGHANISTAN: Row = ("country_group", "major_non_nato_ally", "AF", "22 USC 2321k");
const JAPAN: Row = ("country_group", "major_non_nato_ally", "JP", "22 USC 2321k");
const RESCINDED: Row = ("commerce_firearms", "firearms_rule_2024", "-", "90 FR 47170");
const CERTIFICATE: Row = ("commerce_firearms", "import_certificate_oas", "-", "15 CFR 748.12");

/// The row, a day, and whether it holds on that day.
const DAYS: &[(Row, Date, bool)] = &[
    (CAMBODIA, date!(2021 - 12 - 08), false),
    (CAMBODIA, date!(2021 - 12 - 09), true),
    (CAMBODIA, date!(2025 - 11 - 06), true),
    (CAMBODIA, date!(2025 - 11 - 07), false),
    (NICARAGUA, date!(2024 - 03 - 14), false),
    (NICARAGUA, date!(2024 - 03 - 15), true),
    // Nobody knows here since when: it is read as in force.
    (CUBA, date!(2024 - 03 - 14), true),
    (CUBA, date!(2026 - 11 - 23), true),
    (FINLAND, date!(2023 - 04 - 03), false),
    (FINLAND, date!(2023 - 04 - 04), true),
    (FINLAND, date!(2024 - 03 - 07), true),
    (SWEDEN, date!(2024 - 03 - 06), false),
    (SWEDEN, date!(2024 - 03 - 07), true),
    (FRANCE, date!(2024 - 03 - 06), true),
    (QATAR, date!(2022 - 03 - 09), false),
    (QATAR, date!(2022 - 03 - 10), true),
    (COLOMBIA, date!(2022 - 05 - 22), false),
    (COLOMBIA, date!(2022 - 05 - 23), true),
    (KENYA, date!(2024 - 06 - 23), false),
    (KENYA, date!(2024 - 06 - 24), true),
    (AFGHANISTAN, date!(2022 - 09 - 22), true),
    (AFGHANISTAN, date!(2022 - 09 - 23), false),
    (JAPAN, date!(2022 - 03 - 09), true),
    (RESCINDED, date!(2024 - 05 - 29), false),
    (RESCINDED, date!(2024 - 05 - 30), true),
    (RESCINDED, date!(2025 - 09 - 29), true),
    (RESCINDED, date!(2025 - 09 - 30), false),
    (CERTIFICATE, date!(2020 - 03 - 08), true),
    (CERTIFICATE, date!(2026 - 11 - 23), true),
];

/// The countries whose entry in 22 CFR 126.1 was amended on 7 Jul 2025.
const AMENDED: &[&str] = &["CF", "CD", "HT", "LY", "SO", "SS", "SD"];

fn sources(reference: &Reference, (kind, code, country, _): Row) -> Vec<String> {
    let kind: ReferenceKind = kind.parse().expect("a kind");
    let country = Some(country).filter(|country| *country != "-");
    let rows = reference.of(kind).filter(|row| row.code == code && row.country.as_deref() == country);
    rows.map(|row| row.source.clone()).collect()
}

#[tokio::test]
async fn each_fact_holds_from_its_day_on_and_not_before() {
    let app = TestApp::empty().await;
    let mut database = app.application().connect().await.unwrap();
    let mut faults = Vec::new();
    for (row, day, holds) in DAYS {
        let found = sources(&store::on(&mut database, *day).await.unwrap(), *row);
        let right = if *holds { found.len() == 1 && found[0].contains(row.3) } else { found.is_empty() };
        if !right {
            faults.push(format!("{row:?} on {day}: {found:?}"));
        }
    }
    for country in AMENDED {
        let row = ("proscribed_country", *country, *country, "");
        for (day, amended) in [(date!(2025 - 07 - 06), false), (date!(2025 - 07 - 07), true)] {
            let found = sources(&store::on(&mut database, day).await.unwrap(), row);
            if found.len() != 1 || found[0].contains("90 FR 29720") != amended {
                faults.push(format!("{country} on {day}: {found:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What the country asks of the items of a license on a day: the authority, and how long it usually takes.
async fn asked(database: &mut PgConnection, license: &str, day: Date) -> Vec<(String, Option<String>)> {
    let id = license.rsplit('/').next().and_then(|id| id.parse().ok()).expect("a license's address");
    let file = files(database, EVERYTHING, &[id], day).await.unwrap().into_iter().next().expect("it is there");
    file.rules.iter().map(|rule| (rule.authority.clone().unwrap_or_default(), rule.usual())).collect()
}

/// A day, and the authorities that are asked on it, each with what it usually takes.
type Held<'a> = (Date, &'a [(&'a str, Option<String>)]);

#[tokio::test]
async fn each_countrys_authority_is_the_one_of_that_day() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let mut database = app.application().connect().await.unwrap();
    let unstated = |days| Some(format!("{days} days (calendar or working is not stated)"));
    let cases: [(&str, &str, &[Held<'_>]); 5] = [
        (
            "GT",
            "pistol",
            &[
                (date!(2009 - 04 - 20), &[("DECAM", unstated(30))]),
                (date!(2009 - 04 - 21), &[("DIGECAM", Some("30 working days".into()))]),
            ],
        ),
        (
            "GT",
            "automatic_rifle",
            &[
                (date!(2009 - 04 - 20), &[("DECAM", unstated(30)), ("MINDEF", None)]),
                (date!(2009 - 04 - 21), &[("DIGECAM", None), ("MINDEF", None)]),
            ],
        ),
        (
            "JM",
            "pistol",
            &[(date!(2022 - 10 - 31), &[("FLA", unstated(45))]), (date!(2022 - 11 - 01), &[("FLA", None)])],
        ),
        ("IN", "shotgun", &[(date!(2018 - 10 - 31), &[("MHA", None)]), (date!(2018 - 11 - 01), &[("DGFT", None)])]),
        ("PY", "pistol", &[(date!(2026 - 11 - 23), &[("DIMABEL", Some("10 working days".into()))])]),
    ];
    for (number, (country, class, days)) in cases.into_iter().enumerate() {
        let number = format!("98765432{number}");
        let license =
            [("number", number.as_str()), ("license_form", "dsp_5"), ("destination", country), ("value_usd", "100")];
        let license = case.done("/licenses/register", &license).await;
        let items =
            [("label", "Arms"), ("item_class", class), ("quantity", "3"), ("unit", "pieces"), ("jurisdiction", "itar")];
        case.done(&format!("{license}/items/add"), &items).await;
        for (day, expected) in days {
            let found = asked(&mut database, &license, *day).await;
            let found: Vec<(&str, Option<String>)> =
                found.iter().map(|(authority, usual)| (authority.as_str(), usual.clone())).collect();
            assert_eq!(&found, expected, "{class} to {country} on {day}");
        }
    }
}

#[tokio::test]
async fn a_country_tells_the_source_the_day_and_how_sure_each_rule_is_and_who_does_the_work_by_now() {
    let app = TestApp::demonstration().await;
    let post = app.enter("guatemala").await;
    let page = post.get("/countries/GT").await;
    page.says("30 working days")
        .says("Decreto 15-2009")
        .says("2026 (page, undated)")
        .says("Secondary source")
        .says("21 Apr 2009");
    page.says("Departamento de Control de Armas y Municiones until 20 Apr 2009 now DIGECAM");
    page.says("Firearms under Commerce: Import certificate or permit before the application, for members of the OAS (15 CFR 748.12)");
    page.says_not("for every other country");
    let case = app.enter("case").await;
    case.get("/countries/BR").await.says("in force before 10 Oct 2025").says("Official text seen");
    case.get("/countries/CU").await.says("in force before 15 Mar 2024");
    case.get("/countries/NI").await.says("15 Mar 2024").says_not("in force before 15 Mar 2024");
    case.get("/countries/KE").await.says("for every other country that asks for one");
}

#[tokio::test]
async fn an_administrator_is_told_when_a_threshold_is_to_be_looked_at_again() {
    let app = TestApp::demonstration().await;
    let on = async |day| {
        app.clock.set(day);
        app.enter("admin").await.get("/reference").await
    };
    on(time::macros::datetime!(2027-01-31 18:00 UTC)).await.says_not("to look at again");
    on(time::macros::datetime!(2027-02-01 18:00 UTC)).await.says("6 to look at again");
    app.enter("admin").await.get("/reference/notification_threshold").await.says("look again on 1 Feb 2027");
}

/// A database that an earlier program made, in the state in which an installation may have left it.
async fn an_installation(app: &TestApp, name: &str, change: &str) -> PgConnection {
    let mut ground = app.superuser().connect().await.unwrap();
    let make = format!("create database {name} owner lantern_owner");
    sqlx::raw_sql(AssertSqlSafe(make)).execute(&mut ground).await.unwrap();
    let mut database = app.superuser().database(name).connect().await.unwrap();
    for migration in MIGRATIONS.iter() {
        if migration.version == 22 {
            let change =
                format!("set session_replication_role = replica; {change}; set session_replication_role = origin");
            sqlx::raw_sql(AssertSqlSafe(change)).execute(&mut database).await.unwrap();
        }
        let apply = format!("begin; set local role lantern_owner; {}; commit", migration.sql.as_str());
        sqlx::raw_sql(AssertSqlSafe(apply)).execute(&mut database).await.expect(&migration.description);
    }
    database
}

#[tokio::test]
async fn what_an_installation_confirmed_or_changed_is_left_as_it_is() {
    let app = TestApp::empty().await;
    let shipped = "select country || ' ' || item_class from country_rules";
    let change = "
        insert into people (id, account, name, password_hash, created_at)
            values ('01900000-0000-7000-8000-000000000001', 'aa', 'A. Person', 'x', now());
        insert into posts (id, name, country, zone) values ('01900000-0000-7000-8000-000000000002', 'P', 'GT', 'America/Guatemala');
        update reference_entries set confirmed_by = '01900000-0000-7000-8000-000000000001', confirmed_at = now()
            where kind = 'proscribed_country' and code in ('HT', 'CU') or kind = 'notification_threshold' and code = 'others_mde';
        insert into reference_entries (id, kind, code, label, country, source, starts_on)
            values (gen_random_uuid(), 'proscribed_country', 'KH', 'Cambodia', 'KH', 'our own', '2022-01-01');
        update country_rules set confirmed_by = '01900000-0000-7000-8000-000000000001', confirmed_on = '2026-11-01',
            confirmed_by_post = '01900000-0000-7000-8000-000000000002' where country = 'GT' and item_class = 'pistol';
        update country_rules set ends_on = '2026-10-31' where country = 'KE' and item_class = 'pistol';
        insert into authorities (id, country, name, short_name) values (gen_random_uuid(), 'BR', 'The army', 'DFPC');
        insert into country_rules (id, country, item_class, source, starts_on)
            values (gen_random_uuid(), 'AU', 'pistol', 'our own: nothing is asked', '2020-01-01')";
    let mut database = an_installation(&app, "an_installation", change).await;
    let mut value = async |statement: &str| {
        let statement = format!("select coalesce(({statement})::text, '')");
        let found: String = sqlx::query_scalar(AssertSqlSafe(statement)).fetch_one(&mut database).await.unwrap();
        found
    };
    for (what, statement, expected) in [
        (
            "a confirmed row",
            "select string_agg(starts_on || ' ' || beginning_known || ' ' || coalesce(ends_on::text, 'open'), ', ') from reference_entries where code = 'HT' and kind = 'proscribed_country'",
            "2024-03-15 true open",
        ),
        (
            "a row of their own",
            "select string_agg(source, ', ') from reference_entries where code = 'KH' and kind = 'proscribed_country'",
            "our own",
        ),
        ("a confirmed threshold", "select look_again_on from reference_entries where code = 'others_mde'", ""),
        ("one that is not", "select look_again_on from reference_entries where code = 'others_firearms'", "2027-02-01"),
        (
            "a rule the post confirmed",
            "select string_agg(a.short_name || ' ' || coalesce(r.ends_on::text, 'open'), ', ') from country_rules r join authorities a on a.id = r.authority_id where r.country = 'GT' and r.item_class = 'pistol'",
            "DECAM open",
        ),
        ("its authority", "select ended_on from authorities where short_name = 'DECAM'", ""),
        (
            "the other classes",
            "select string_agg(a.short_name || ' ' || coalesce(r.ends_on::text, 'open'), ', ' order by r.starts_on) from country_rules r join authorities a on a.id = r.authority_id where r.country = 'GT' and r.item_class = 'semiautomatic_rifle'",
            "DECAM 2009-04-20, DIGECAM open",
        ),
        (
            "a rule they ended",
            "select string_agg(ends_on::text, ', ') from country_rules where country = 'KE' and item_class = 'pistol'",
            "2026-10-31",
        ),
        (
            "an authority of their own",
            "select string_agg(distinct a.name, ', ') from country_rules r join authorities a on a.id = r.authority_id where r.country = 'BR'",
            "The army",
        ),
        (
            "a class they say nothing is asked for",
            "select string_agg(r.source, ', ') from country_rules r where r.country = 'AU' and r.item_class = 'pistol'",
            "our own: nothing is asked",
        ),
        (
            "another class there",
            "select count(*) from country_rules r where r.country = 'AU' and r.item_class = 'revolver'",
            "1",
        ),
        (
            "its log",
            "select count(*) from audit_events where job = 'migration' and summary like 'corrected the reference data%'",
            "1",
        ),
    ] {
        assert_eq!(value(statement).await, expected, "{what}");
    }
    assert!(!value(&format!("select string_agg(s, ', ') from ({shipped}) as t (s)")).await.is_empty());
}

/// The page for administrators tells how many rows of each kind come with the program.
#[tokio::test]
async fn the_documented_numbers_of_rows_are_right() {
    let app = TestApp::empty().await;
    let page = include_str!("../docs/reference-data.md");
    let mut told = 0;
    for kind in ReferenceKind::ALL {
        let counted = app.value(&format!("select count(*) from reference_entries where kind = '{kind}'")).await;
        let label = kind.label();
        let line = page
            .lines()
            .find(|line| line.starts_with(&format!("| {label} |")))
            .unwrap_or_else(|| panic!("no line on {label}"));
        assert_eq!(line.split('|').nth(2).map(str::trim), Some(counted.as_str()), "{label}");
        told += counted.parse::<i32>().unwrap();
    }
    let beside = app
        .value("select (select count(*) from country_rules) || ' rules, ' || (select count(*) from authorities) || ' authorities'")
        .await;
    for sentence in [format!("The program ships {told} rows"), beside] {
        assert!(page.contains(&sentence), "the page does not say: {sentence}");
    }
}
