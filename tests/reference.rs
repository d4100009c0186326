//! What changes by law or by country: reference rows, posts, countries, their rules and authorities.

use lantern::{
    id::FormId,
    reference::{model::ReferenceKind, store},
};
use sqlx::ConnectOptions;

use crate::{
    database::LOG,
    support::{Page, TestApp, Visitor, app::NOW},
};

async fn press(visitor: &Visitor, path: &str) -> Page {
    visitor.post(path, &[("form_id", &FormId::new().to_string())]).await
}

const FROM: [(&str, &str); 1] = [("starts_on", "1 Dec 2026")];

fn with_day<'a>(fields: &[(&'a str, &'a str)], day: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().chain(day).copied().collect()
}

#[tokio::test]
async fn reference_rows_are_added_replaced_and_ended_with_their_source_and_never_edited() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    admin.get("/reference").await.is(200).says("unconfirmed");
    // A row needs a code, words, a source and a day.
    let page = admin.fill("/reference/item_class/add", &[("code", ""), ("label", "")]).await;
    page.is(422).says("This answer is needed.").says("Give the date as day, month and year, such as 19 Nov 2026.");
    let row = [("code", "net_gun"), ("label", "Net gun"), ("detail", "")];
    let page = admin.fill("/reference/item_class/add", &with_day(&row, &FROM)).await;
    page.is(422).says("This answer is needed.");
    let sourced = with_day(&[row[0], row[1], row[2], ("source", "22 CFR 121.1, 2026")], &FROM);
    admin.done("/reference/item_class/add", &sourced).await;
    admin.get("/reference/item_class").await.says("Net gun").says("22 CFR 121.1, 2026").says("1 Dec 2026");
    // No two rows of a code hold on the same day.
    admin
        .fill("/reference/item_class/add", &sourced)
        .await
        .is(422)
        .says("A row of this code holds at that time: end or replace it.");
    let id = app.value("select id from reference_entries where code = 'net_gun'").await;
    let replace = format!("/reference/item_class/{id}/replace");
    let early = with_day(&[("label", "Net launcher"), ("source", "22 CFR 121.1, 2027")], &FROM);
    admin.fill(&replace, &early).await.is(422).says("The new row begins after the first day of the one it replaces");
    let next = [("starts_on", "1 Jan 2028")];
    let unsourced = with_day(&[("label", "Net launcher"), ("source", " ")], &next);
    admin.fill(&replace, &unsourced).await.is(422).says("This answer is needed.");
    admin.done(&replace, &with_day(&[("label", "Net launcher"), ("source", "22 CFR 121.1, 2027")], &next)).await;
    let rows =
        "select string_agg(label || ' ' || starts_on || ' ' || coalesce(ends_on::text, 'open') || ' ' || source, '; ' order by starts_on)
        from reference_entries where code = 'net_gun'";
    assert_eq!(
        app.value(rows).await,
        "Net gun 2026-12-01 2027-12-31 22 CFR 121.1, 2026; Net launcher 2028-01-01 open 22 CFR 121.1, 2027"
    );
    admin
        .fill(&replace, &with_day(&[("label", "Again"), ("source", "x")], &next))
        .await
        .is(422)
        .says("This row ends already");
    let id = app.value("select id from reference_entries where code = 'net_gun' and ends_on is null").await;
    let end = format!("/reference/item_class/{id}/end");
    let day = |day| [("ends_on", day)];
    admin.fill(&end, &day("31/12/2027")).await.is(422).says("The last day is before the first");
    admin.done(&end, &day("31/12/2028")).await;
    admin.fill(&end, &day("30/12/2028")).await.is(422);
    // Each act is in the log, with its source.
    let log = app
        .value(
            "select string_agg(summary, '; ' order by at, id) from audit_events where verb = 'reference_changed' and actor_id is not null",
        )
        .await;
    assert_eq!(
        log,
        "added to item classes: Net gun; replaced in item classes: Net launcher; ended of item classes: Net launcher"
    );
    // Nothing edits a row in place, and there is no address that would.
    let edits = lantern::server::record()
        .into_iter()
        .filter(|route| route.path.starts_with("/reference") && route.path.contains("edit"));
    assert_eq!(edits.count(), 0);
    admin.get("/reference/nonsense").await.is(404);
}

#[tokio::test]
async fn reference_rows_stay_in_the_process_until_somebody_changes_one() {
    let app = TestApp::demonstration().await;
    let label = "select label from reference_entries where kind = 'item_class' and code = 'pistol'";
    let known = app.value(label).await;
    let read = async |conn: &mut sqlx::PgConnection| {
        let reference = store::on(conn, NOW.date()).await.expect("they are read");
        reference.label(ReferenceKind::ItemClass, "pistol").to_owned()
    };
    let mut conn = app.db.reads().acquire().await.expect("a connection");
    assert_eq!(read(&mut conn).await, known);
    // They are not read again: the program could not even.
    app.run("revoke select on reference_entries from lantern_app").await;
    assert_eq!(read(&mut conn).await, known);
    app.run("grant select on reference_entries to lantern_app").await;
    // Whoever is in the midst of a change reads what they wrote, nobody else does, and nothing of it is left when it is
    // rolled back.
    let mut change = app.application().connect().await.expect("a connection");
    let renamed = "begin; update reference_entries set label = 'Renamed' where kind = 'item_class' and code = 'pistol'";
    sqlx::raw_sql(renamed).execute(&mut change).await.expect("it is renamed");
    assert_eq!((read(&mut change).await, read(&mut conn).await), ("Renamed".to_owned(), known.clone()));
    sqlx::raw_sql("rollback").execute(&mut change).await.expect("it is rolled back");
    assert_eq!((read(&mut change).await, read(&mut conn).await), (known.clone(), known.clone()));
    app.run(&format!("{LOG}; {}", renamed.trim_start_matches("begin; "))).await;
    assert_eq!(read(&mut conn).await, "Renamed");
}

/// Even for who turned other triggers off, and behind a table that hides ours.
#[tokio::test]
async fn whoever_changes_what_is_kept_gives_it_another_version() {
    let app = TestApp::demonstration().await;
    let mut conn = app.superuser().connect().await.expect("a connection");
    let changes = [
        ("reference", "update reference_entries set label = label || '.' where code = 'pistol'", true),
        (
            "reference",
            "insert into reference_entries (id, kind, code, label, source, starts_on)
             values (gen_random_uuid(), 'item_class', 'net_gun', 'Net gun', 'A statute', '2026-01-01')",
            true,
        ),
        ("reference", "delete from reference_entries where code = 'net_gun'", true),
        ("reference", "truncate reference_entries cascade", true),
        ("standings", "update check_standings set marks = 0", true),
        (
            "standings",
            "insert into check_standings select check_id, 'other rules', holds_from, holds_until, marks, ahead, words
             from check_standings limit 1",
            true,
        ),
        (
            "standings",
            "delete from check_standings where check_id in (select check_id from check_standings limit 1)",
            true,
        ),
        ("standings", "delete from check_standings where false", false),
        ("standings", "truncate check_standings", true),
    ];
    for (what, change, renews) in changes {
        let version = format!("select version::text from public.kept_versions where of_what = '{what}'");
        let before = app.value(&version).await;
        let hidden = "create temporary table kept_versions (like public.kept_versions) on commit drop; set local search_path = pg_temp, public";
        let change = format!("begin; set local session_replication_role = replica; {hidden}; {change}; commit");
        sqlx::raw_sql(sqlx::AssertSqlSafe(change.clone())).execute(&mut conn).await.expect("it is changed");
        assert_eq!(app.value(&version).await != before, renews, "{change}");
    }
}

#[tokio::test]
async fn a_shipped_row_is_confirmed_by_an_administrator_once_it_was_compared() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let id = app
        .value("select id from reference_entries where kind = 'screening_list' and confirmed_at is null limit 1")
        .await;
    let unconfirmed = "select count(*) from reference_entries where kind = 'screening_list' and confirmed_at is null";
    let before: i32 = app.value(unconfirmed).await.parse().unwrap();
    let confirm = async |kind: &str| {
        let form = FormId::new().to_string();
        admin.post(&format!("/reference/{kind}/confirm"), &[("form_id", &form), ("rows", &id)]).await
    };
    confirm("screening_list").await.is(303);
    assert_eq!(app.value(unconfirmed).await, (before - 1).to_string());
    let by = app
        .value(&format!(
            "select p.account from reference_entries e join people p on p.id = e.confirmed_by where e.id = '{id}'"
        ))
        .await;
    assert_eq!(by, "admin");
    // Under another kind's address the row is not there.
    confirm("item_class").await.is(409);
}

#[tokio::test]
async fn a_threshold_is_replaced_with_its_amount_and_days() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let id = app
        .value("select id from reference_entries where kind = 'notification_threshold' and ends_on is null limit 1")
        .await;
    let replace = format!("/reference/notification_threshold/{id}/replace");
    let fields = with_day(
        &[("label", "Raised"), ("amount", "a lot"), ("waiting_days", "-3"), ("source", "22 USC 2776(c)")],
        &FROM,
    );
    admin.fill(&replace, &fields).await.is(422).says("Give an amount in U.S. dollars").says("Give a whole number");
    for (amount, days, missing) in
        [("0", "40", "Give the amount."), ("", "40", "Give the amount."), ("30000000", "", "Give the days to wait.")]
    {
        let fields = with_day(
            &[("label", "Lowered"), ("amount", amount), ("waiting_days", days), ("source", "22 USC 2776(c)")],
            &FROM,
        );
        admin.fill(&replace, &fields).await.is(422).says(missing);
    }
    let fields = with_day(
        &[("label", "Raised"), ("amount", "30,000,000.50"), ("waiting_days", "40"), ("source", "22 USC 2776(c)")],
        &FROM,
    );
    admin.done(&replace, &fields).await;
    let new = app.value("select amount || ' ' || waiting_days || ' ' || country_group from reference_entries where label = 'Raised'").await;
    let group = app.value(&format!("select country_group from reference_entries where id = '{id}'")).await;
    assert_eq!(new, format!("30000000.50 40 {group}"), "what is not said stays as it was");
}

#[tokio::test]
async fn a_post_has_a_name_a_country_and_a_zone_that_is_one() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let add = async |name: &str, country: &str, zone: &str| {
        admin.fill("/posts/add", &[("name", name), ("country", country), ("zone", zone)]).await
    };
    for zone in [
        "Mars/Olympus",
        "GMT+25",
        "America",
        "Etc/Unknown",
        "America/Lima; drop table posts",
        "posixrules",
        "localtime",
        "Factory",
        "+02:00",
    ] {
        add("Funafuti", "TV", zone).await.is(422).says("This is no city's time zone. Choose it from the list.");
    }
    add("", "TV", "Pacific/Funafuti").await.is(422).says("This answer is needed.");
    add("Funafuti", "ZZ", "Pacific/Funafuti").await.is(422).says("Choose a country from the list");
    add("Lima", "PE", "America/Lima").await.is(422).says("There is a post of this name");
    let offered = admin.get("/posts/add").await;
    assert_eq!(offered.choice("zone", "Funafuti (Pacific)"), "Pacific/Funafuti");
    assert_eq!(offered.choice("zone", "Buenos Aires (America, Argentina)"), "America/Argentina/Buenos_Aires");
    add("Funafuti", "TV", "Pacific/Funafuti").await.is(303);
    // Every zone that a post may have is one that the database computes days in.
    let id = app.value("select id from posts where name = 'Funafuti'").await;
    admin.get(&format!("/posts/{id}")).await.says("24 Nov 2026 06:00");
    let edit = format!("/posts/{id}/edit");
    let day = [("closed_on", "30 Nov 2026")];
    let form = admin.open(&edit).await;
    let moved = form.clone().set("zone", "Pacific/Auckland").send(&admin).await;
    moved.is(303);
    form.clone()
        .set("zone", "Pacific/Apia")
        .set("form_id", &FormId::new().to_string())
        .send(&admin)
        .await
        .refused("Changed in between");
    let form = admin.open(&edit).await;
    let form = day.iter().fold(form, |form, (name, value)| form.set(name, value));
    form.send(&admin).await.is(303);
    assert_eq!(
        app.value(&format!("select zone || ' ' || closed_on from posts where id = '{id}'")).await,
        "Pacific/Auckland 2026-11-30"
    );
    // A closed post is offered to nobody; it opens again by the same form.
    let case = app.enter("case").await;
    assert!(!case.get("/checks/open").await.body.contains("Funafuti"));
    let person = app.value("select id from people where account = 'lima'").await;
    assert!(!admin.get(&format!("/people/{person}/assign")).await.body.contains("Funafuti"));
    let form = admin.open(&edit).await.set("closed_on", "");
    form.send(&admin).await.is(303);
    assert!(case.get("/checks/open").await.body.contains("Funafuti"));
    let log = app
        .value("select string_agg(summary, '; ' order by at, id) from audit_events where subject_kind = 'post' and actor_id is not null")
        .await;
    assert_eq!(
        log,
        "added the post Funafuti; changed the post Funafuti; changed the post Funafuti; changed the post Funafuti"
    );
}

#[tokio::test]
async fn each_post_sees_and_is_judged_by_its_own_day() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    for (name, zone) in [("Kiritimati", "Pacific/Kiritimati"), ("Pago Pago", "Pacific/Pago_Pago")] {
        admin.done("/posts/add", &[("name", name), ("country", "WS"), ("zone", zone)]).await;
    }
    let id = async |name: &str| app.value(&format!("select id from posts where name = '{name}'")).await;
    let (east, west) = (id("Kiritimati").await, id("Pago Pago").await);
    app.clock.set(time::macros::datetime!(2026-11-24 10:30 UTC));
    let auditor = app.enter("auditor").await;
    auditor.get(&format!("/posts/{east}")).await.says("25 Nov 2026 00:30");
    auditor.get(&format!("/posts/{west}")).await.says("23 Nov 2026 23:30");
}

#[tokio::test]
async fn a_countrys_rules_have_authorities_dates_and_sources_and_the_post_confirms_them() {
    let app = TestApp::demonstration().await;
    let (admin, post, other) = (app.enter("admin").await, app.enter("guatemala").await, app.enter("kingston").await);
    admin
        .fill("/countries/GT/authorities/add", &[("name", ""), ("short_name", "")])
        .await
        .is(422)
        .says("This answer is needed.");
    let authority = [("name", "General Directorate of Customs"), ("short_name", "DGA")];
    admin.done("/countries/GT/authorities/add", &authority).await;
    admin
        .fill("/countries/GT/authorities/add", &authority)
        .await
        .is(422)
        .says("This country has an authority of this name");
    let jamaican =
        app.value("select coalesce((select id::text from authorities where country <> 'GT' limit 1), gen_random_uuid()::text)").await;
    let foreign = [("name", "Another"), ("short_name", "AN"), ("parent", jamaican.as_str())];
    admin.fill("/countries/GT/authorities/add", &foreign).await.is(422).says("Choose an authority of this country");
    post.get("/countries/GT").await.says("General Directorate of Customs");

    let path = "/countries/GT/rules/add";
    let dga = admin.get(path).await.choice("authority", "DGA");
    let class = app
        .value("select code from reference_entries where kind = 'item_class' and ends_on is null order by code limit 1")
        .await;
    let rule = [("item_class", class.as_str()), ("authority", dga.as_str()), ("usual_days", "21")];
    let sure = ("certainty", "official_text");
    admin.fill(path, &with_day(&[rule[0], rule[1], rule[2], sure], &FROM)).await.is(422).says("This answer is needed.");
    let unsaid = [rule[0], rule[1], rule[2], sure, ("source", "Decree 15-2026")];
    admin.fill(path, &with_day(&unsaid, &FROM)).await.is(422).says("Say which days these are");
    let unknown =
        [("item_class", "spoons"), ("authority", jamaican.as_str()), ("usual_days", "0"), ("source", "Decree 9"), sure];
    admin.fill(path, &with_day(&unknown, &FROM)).await.is(422).says("Give a whole number");
    let unknown =
        [("item_class", "spoons"), ("authority", jamaican.as_str()), ("usual_days", ""), ("source", "Decree 9"), sure];
    admin
        .fill(path, &with_day(&unknown, &FROM))
        .await
        .is(422)
        .says("Choose a class from the list")
        .says("Choose an authority of this country");
    // That none is needed is said, not left blank; and not beside an authority.
    let source = ("source", "Decree 16-2026");
    let blank = [rule[0], ("authority", ""), ("usual_days", ""), sure, source];
    let whose = "Choose whose approval it is, or tick that the country asks for none.";
    admin.fill(path, &with_day(&blank, &FROM)).await.is(422).says(whose);
    let both = [rule[0], rule[1], ("usual_days", ""), ("none_needed", "none"), sure, source];
    admin.fill(path, &with_day(&both, &FROM)).await.is(422).says(whose);
    admin.done(path, &with_day(&[&blank[..], &[("none_needed", "none")]].concat(), &FROM)).await;
    let none = app.value("select id from country_rules where source = 'Decree 16-2026'").await;
    post.get("/countries/GT").await.says("none needed, once the post confirms it");
    press(&post, &format!("/countries/GT/rules/{none}/confirm")).await.is(303);
    post.get("/countries/GT").await.says_not("once the post confirms it").says("none needed");
    let days = ("days_kind", "working");
    let sourced = [
        rule[0],
        rule[1],
        rule[2],
        sure,
        days,
        ("source", "Decree 15-2026"),
        ("source_day", "3 Nov 2026"),
        ("detail", "One a year"),
    ];
    admin.done(path, &with_day(&sourced, &FROM)).await;
    admin
        .fill(path, &with_day(&sourced, &FROM))
        .await
        .refused("A rule of this class and authority holds at that time: end it first.");
    let id = app.value("select id from country_rules where source = 'Decree 15-2026'").await;
    let confirm = format!("/countries/GT/rules/{id}/confirm");
    press(&other, &confirm).await.is(403).says("Only the officers of a post in the country");
    press(&app.enter("case").await, &confirm).await.is(403);
    let page = post.get("/countries/GT").await;
    page.says("21 working days")
        .says("Decree 15-2026, 3 Nov 2026")
        .says("Official text seen")
        .says("One a year")
        .says("never");
    press(&post, &confirm).await.is(303);
    post.get("/countries/GT").await.says("23 Nov 2026, Jonas Merrit");
    press(&other, &confirm.replace("/GT/", "/JM/")).await.is(404);
    press(&post, &confirm.replace(&id, "01900000-0000-7000-8000-000000000000")).await.is(404);
    let end = format!("/countries/GT/rules/{id}/end");
    let day = |day| [("ends_on", day)];
    admin.fill(&end, &day("30/11/2026")).await.is(422).says("The last day is before the first");
    admin.done(&end, &day("31/12/2026")).await;
    admin.get(&end).await.is(404);
    press(&post, &confirm).await.is(404);
    // After its end the same rule may hold again.
    let later = [("starts_on", "1 Jan 2027")];
    admin.done(path, &with_day(&sourced, &later)).await;
    admin.get("/countries/ZZ").await.is(404);
    admin.fill_missing("/countries/ZZ/rules/add").await;
}

/// A country's law changes as other law does: the row ends, another one takes its place, and what held stays readable.
#[tokio::test]
async fn a_countrys_rule_is_replaced_and_an_authority_ended_with_their_source_and_never_for_days_that_have_passed() {
    let app = TestApp::demonstration().await;
    let (admin, post) = (app.enter("admin").await, app.enter("guatemala").await);
    let id = app
        .value(
            "select r.id from country_rules r where r.country = 'GT' and r.ends_on is null and r.authority_id is not null and not exists (
                 select from country_rules o where o.id <> r.id and (o.item_class, o.authority_id) = (r.item_class, r.authority_id))
             order by r.id limit 1",
        )
        .await;
    let path = format!("/countries/GT/rules/{id}/replace");
    post.get(&path).await.is(403);
    let sure = ("certainty", "official_text");
    let told = [("usual_days", "35"), ("days_kind", "working"), ("source", "Decree 31-2026"), sure];
    admin.fill(&path, &with_day(&[told[0], told[1], sure], &FROM)).await.is(422).says("This answer is needed.");
    let unsaid = [told[0], ("days_kind", ""), told[2], sure];
    admin.fill(&path, &with_day(&unsaid, &FROM)).await.is(422).says("Say which days these are");
    let early = [("starts_on", "22 Nov 2026")];
    admin.fill(&path, &with_day(&told, &early)).await.is(422).says("what held on a past day is not rewritten");
    admin.done(&path, &with_day(&told, &FROM)).await;
    let new = app.value("select id from country_rules where source = 'Decree 31-2026'").await;
    let same = "select count(distinct (item_class, authority_id)) || ' ' || string_agg(coalesce(ends_on::text, 'open'), ' ' order by starts_on)
        from country_rules where id in";
    assert_eq!(app.value(&format!("{same} ('{id}', '{new}')")).await, "1 2026-11-30 open");
    post.get("/countries/GT").await.says("35 working days").says("Decree 31-2026").says("ended 30 Nov 2026");
    let logged = app.value("select string_agg(split_part(summary, ':', 1), '; ' order by id) from audit_events where summary like '%ed a rule of Guatemala%' and at >= '2026-11-23 18:00Z'").await;
    assert!(
        logged.contains("replaced a rule of Guatemala") && logged.contains("ended a rule of Guatemala"),
        "{logged}"
    );
    admin.get(&path).await.is(404);
    // Taken back on the same day, it lets the one before hold on.
    let mistake = format!("/countries/GT/mistakes/country_rule/{new}");
    admin.get(&mistake).await.says("The end of the row that it took the place of: that one holds on");
    admin.done(&mistake, &[("reason", "Another decree.")]).await;
    assert_eq!(app.value(&format!("select ends_on is null from country_rules where id = '{id}'")).await, "true");
    admin
        .fill(&format!("/countries/GT/rules/{id}/end"), &[("ends_on", "21 Nov 2026")])
        .await
        .is(422)
        .says("what held on a past day is not rewritten");

    // An authority that a rule names goes on; one that none names ends, and says who does its work.
    let authority = [("name", "General Directorate of Customs"), ("short_name", "DGA")];
    admin.done("/countries/GT/authorities/add", &authority).await;
    let customs = app.value("select id from authorities where short_name = 'DGA' and country = 'GT'").await;
    let named = app.value(&format!("select authority_id from country_rules where id = '{id}'")).await;
    let end = |id: &str| format!("/countries/GT/authorities/{id}/end");
    let told = [("ends_on", "24 Nov 2026"), ("successor", ""), ("source", "Decree 32-2026")];
    post.get(&end(&customs)).await.is(403);
    admin.fill(&end(&named), &told).await.refused("A rule of this country names this authority after that day");
    admin.fill(&end(&customs), &told[..2]).await.is(422).says("This answer is needed.");
    let early = [("ends_on", "21 Nov 2026"), told[1], told[2]];
    admin.fill(&end(&customs), &early).await.is(422).says("what held on a past day is not rewritten");
    let foreign = app.value("select id from authorities where country <> 'GT' limit 1").await;
    admin
        .fill(&end(&customs), &[told[0], ("successor", &foreign), told[2]])
        .await
        .is(422)
        .says("Choose an authority of this country");
    admin.done(&end(&customs), &[told[0], ("successor", &named), told[2]]).await;
    post.get("/countries/GT").await.says("until 24 Nov 2026");
    admin.get(&end(&customs)).await.is(404);
    // Through its last day it may still be named by a rule; afterwards it is offered no more.
    assert!(admin.get("/countries/GT/rules/add").await.body.contains(&customs));
    app.clock.set(time::macros::datetime!(2026-11-25 18:00 UTC));
    assert!(!app.enter("admin").await.get("/countries/GT/rules/add").await.body.contains(&customs));
}

impl Visitor {
    /// An address that is not there, read and written.
    async fn fill_missing(&self, path: &str) {
        self.get(path).await.is(404);
        press(self, path).await.is(404);
    }
}
