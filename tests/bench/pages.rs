//! What is measured: the pages people open, each with addresses as skewed as life, and the acts that write.

use lantern::demo::PASSWORD;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::{
    load::{Ask, Browser, Script, around},
    place::Place,
};

/// What a page is expected to cost, and how it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A check or a license.
    File,
    /// A list, a home, a search.
    List,
    /// The log.
    Log,
    /// A save.
    Save,
    /// Proving who one is: one Argon2 verification.
    SignIn,
    /// A file of every row.
    Export,
}

/// One line of the table.
pub struct Page {
    pub name: &'static str,
    pub kind: Kind,
    /// Whose browser.
    pub account: String,
    pub scripts: Vec<Script>,
}

/// Everything there is to measure, of those whose name contains one of `only`.
pub async fn all(place: &Place, people: &People, connections: usize, only: &[String]) -> Vec<Page> {
    let mut conn = place.look().await;
    let mut pages = Vec::new();
    let wanted = |name: &str| only.is_empty() || only.iter().any(|part| name.contains(part.as_str()));
    for (name, kind, account, statement) in reads(people) {
        if wanted(name) {
            let asks: Vec<Ask> = strings(&mut conn, &statement).await.into_iter().map(Ask::get).collect();
            if asks.is_empty() {
                eprintln!("bench: no address for {name:?}, left out");
                continue;
            }
            pages.push(Page { name, kind, account, scripts: around(&asks, connections) });
        }
    }
    if wanted("save a finding") {
        let scripts = findings(place, &mut conn, people, connections).await;
        pages.push(Page { name: "save a finding", kind: Kind::Save, account: people.officer.clone(), scripts });
    }
    if wanted("sign a decision") {
        let scripts = decisions(place, &mut conn, people, connections).await;
        pages.push(Page { name: "sign a decision", kind: Kind::Save, account: people.reviewer.clone(), scripts });
    }
    if wanted("sign in") {
        let accounts = strings(
            &mut conn,
            &format!("select account from people where disabled_at is null and account <> '{}' order by id limit 500", people.officer),
        )
        .await;
        let body = |account: &String| format!("account={account}&password={}&next=%2F&carried=", PASSWORD.replace(' ', "+"));
        let asks: Vec<Ask> = accounts.iter().map(|account| Ask { path: "/sign-in".into(), body: Some(body(account)) }).collect();
        pages.push(Page { name: "sign in", kind: Kind::SignIn, account: String::new(), scripts: around(&asks, connections) });
    }
    pages
}

/// Who is measured: somebody of each role.
#[derive(Debug)]
pub struct People {
    pub case_officer: String,
    pub reviewer: String,
    pub supervisor: String,
    pub auditor: String,
    /// An officer at the post with the most open checks, and that post.
    pub officer: String,
    pub post: String,
    /// One at a post with few.
    pub quiet: String,
}

impl People {
    pub async fn find(conn: &mut PgConnection) -> Self {
        let today = "current_date between a.starts_on and coalesce(a.ends_on, 'infinity') and p.disabled_at is null";
        let of = |role: &str| {
            format!(
                "select p.account from people p join assignments a on a.person_id = p.id where a.role = '{role}' and {today} order by p.decision_authority desc, p.id limit 1"
            )
        };
        let busy = "select post_id::text from checks where state <> 'closed' and state <> 'draft' group by post_id order by count(*)";
        let at = |order: &str| {
            format!(
                "select p.account from people p join assignments a on a.person_id = p.id where a.role = 'post_officer' and {today} and a.post_id = ({busy} {order} limit 1)::uuid order by p.id limit 1"
            )
        };
        let post = string(conn, &format!("{busy} desc limit 1")).await;
        Self {
            case_officer: string(conn, &of("case_officer")).await,
            reviewer: string(conn, &of("reviewer")).await,
            supervisor: string(conn, &of("supervisor")).await,
            auditor: string(conn, &of("auditor")).await,
            officer: string(conn, &at("desc")).await,
            quiet: string(conn, &at("asc")).await,
            post,
        }
    }
}

/// Pages that are read: name, kind, who, and the statement that gives the addresses.
fn reads(people: &People) -> Vec<(&'static str, Kind, String, String)> {
    let fixed = |paths: &[&str]| paths.iter().map(|path| format!("select '{path}'")).collect::<Vec<_>>().join(" union all ");
    // Most visits are to open files and to files of the last weeks, a few to any.
    let skewed = "(select id from (select id from checks where state not in ('closed', 'draft') order by id desc limit 300) o)
        union all (select id from checks where state = 'closed' order by id desc limit 80) union all (select id from checks tablesample system_rows(20))";
    let skewed =
        skewed.replace("tablesample system_rows(20)", "where id > (select id from checks order by id limit 1) order by id limit 20");
    let deep = "(select id from checks order by id offset least(5000, (select count(*) / 2 from checks)) limit 1)";
    let busiest = "(select party_id from license_parties group by party_id order by count(*) desc limit 1)";
    let typo = "(select array_agg(overlay(name placing 'x' from 4 for 1)) from (select name from parties where standing <> 'merged' and length(name) > 8 order by id limit 40) n)";
    let (officer, reviewer, auditor) = (people.officer.clone(), people.reviewer.clone(), people.auditor.clone());
    let encode = "replace(replace(replace(w, ' ', '+'), '&', '%26'), '#', '%23')";
    vec![
        ("home, case officer", Kind::List, people.case_officer.clone(), fixed(&["/"])),
        ("home, reviewer", Kind::List, reviewer.clone(), fixed(&["/"])),
        ("home, supervisor", Kind::List, people.supervisor.clone(), fixed(&["/"])),
        ("home, officer of the busiest post", Kind::List, officer.clone(), fixed(&["/"])),
        ("home, officer of a quiet post", Kind::List, people.quiet.clone(), fixed(&["/"])),
        ("home, auditor", Kind::List, auditor.clone(), fixed(&["/"])),
        ("checks, Washington", Kind::List, reviewer.clone(), fixed(&["/checks"])),
        ("checks by due date", Kind::List, reviewer.clone(), fixed(&["/checks?sort=due"])),
        ("checks, overdue", Kind::List, reviewer.clone(), fixed(&["/checks?due=overdue&sort=due", "/checks?due=week&sort=due"])),
        (
            "checks by state",
            Kind::List,
            reviewer.clone(),
            fixed(&["/checks?state=replied", "/checks?state=closed", "/checks?state=in_progress", "/checks?state=draft"]),
        ),
        (
            "checks by type",
            Kind::List,
            reviewer.clone(),
            fixed(&["/checks?type=pre_license", "/checks?type=broker_inquiry&sort=due", "/checks?type=company_review&state=closed"]),
        ),
        (
            "checks by post",
            Kind::List,
            reviewer.clone(),
            format!("select '/checks?post={}' union all select '/checks?sort=due&post={}'", people.post, people.post),
        ),
        (
            "checks by country",
            Kind::List,
            reviewer.clone(),
            "select '/checks?country=' || country from posts order by id limit 20".to_owned(),
        ),
        (
            "checks of a party",
            Kind::List,
            reviewer.clone(),
            format!(
                "select '/checks?party=' || {encode} from (select name as w from parties where standing <> 'merged' order by id limit 40) n"
            ),
        ),
        (
            "checks by words",
            Kind::List,
            reviewer.clone(),
            format!(
                "select '/checks?text=' || {encode} from (select split_part(subject, ' ', 3) as w from checks where length(split_part(subject, ' ', 3)) > 3 order by id desc limit 40) n"
            ),
        ),
        (
            "checks, a deep page",
            Kind::List,
            reviewer.clone(),
            format!("select '/checks?after=' || {deep} union all select '/checks?sort=due&after=' || {deep}"),
        ),
        ("checks, at post", Kind::List, officer.clone(), fixed(&["/checks", "/checks?sort=due", "/checks?state=closed"])),
        (
            "check",
            Kind::File,
            reviewer.clone(),
            format!("select '/checks/' || id from ({skewed}) c where exists (select from checks k where k.id = c.id)"),
        ),
        (
            "check, 300 contacts",
            Kind::File,
            reviewer.clone(),
            "select '/checks/' || check_id from contacts group by check_id order by count(*) desc limit 1".to_owned(),
        ),
        (
            "license",
            Kind::File,
            reviewer.clone(),
            format!("select '/licenses/' || license_id from check_licenses where check_id in ({skewed})"),
        ),
        (
            "license, 60 permits",
            Kind::File,
            reviewer.clone(),
            "select '/licenses/' || license_id from permits group by license_id order by count(*) desc limit 1".to_owned(),
        ),
        (
            "licenses",
            Kind::List,
            reviewer.clone(),
            fixed(&["/licenses", "/licenses?status=pending", "/licenses?status=approved_on_conditions"]),
        ),
        ("busiest party", Kind::List, reviewer.clone(), format!("select '/parties/' || {busiest}")),
        ("party search with a typo", Kind::List, reviewer.clone(), format!("select '/parties?query=' || {encode} from unnest({typo}) w")),
        ("telegrams", Kind::List, reviewer.clone(), fixed(&["/telegrams"])),
        ("log", Kind::Log, auditor.clone(), fixed(&["/log"])),
        (
            "log by person",
            Kind::Log,
            auditor.clone(),
            format!("select '/log?who=' || {encode} from (select name as w from people order by id limit 60) p"),
        ),
        ("log by words", Kind::Log, auditor.clone(), fixed(&["/log?text=permit", "/log?text=became+ready", "/log?text=hospital"])),
        (
            "log, a rare verb",
            Kind::Log,
            auditor.clone(),
            "select '/log?verb=' || verb from audit_events group by verb order by count(*) limit 3".to_owned(),
        ),
        ("log of a check", Kind::Log, auditor, "select '/log?text=' || reference from checks order by id desc limit 40".to_owned()),
        ("checks as CSV", Kind::Export, reviewer, fixed(&["/checks.csv"])),
    ]
}

/// Every connection saves a finding of its own again and again.
async fn findings(place: &Place, conn: &mut PgConnection, people: &People, connections: usize) -> Vec<Script> {
    let statement = format!(
        "select '/checks/' || f.check_id || '/findings/' || f.topic || case when f.party_id is null then '' else '?party=' || f.party_id end
         from findings f join checks c on c.id = f.check_id where c.state = 'in_progress' and c.post_id = '{}' order by f.id limit {connections}",
        people.post
    );
    let cookie = sign_in(place.port, &people.officer).await;
    let mut browser = Browser::new(place.port, &cookie).await;
    browser.compressed = false;
    let mut scripts: Vec<Script> = Vec::new();
    for path in strings(conn, &statement).await {
        let page = browser.ask(&Ask::get(&path)).await;
        let html = String::from_utf8_lossy(&page.body).into_owned();
        let mut version: i32 = hidden(&html, "version").and_then(|text| text.parse().ok()).unwrap_or_default();
        scripts.push(Box::new(move || {
            let body = format!("form_id={}&version={version}&answer=yes&portion_mark=U&text=The+store+has+two+locks+and+a+guard%2C+seen+on+visit+{version}.", Uuid::now_v7());
            version += 1;
            Ask { path: path.clone(), body: Some(body) }
        }));
    }
    scripts
}

/// Every connection suspends and reinstates a license of its own: decisions that can be signed without end.
async fn decisions(place: &Place, conn: &mut PgConnection, people: &People, connections: usize) -> Vec<Script> {
    let statement = "select id::text from licenses l where status = 'approved' and not exists (select from check_licenses k join checks c on c.id = k.check_id
        join results r on r.check_id = c.id where k.license_id = l.id and r.withdrawn_at is null and r.signed_by = (select id from people where account = '$who'))
        and value_usd < 100000 order by id desc limit $many";
    let statement = statement.replace("$who", &people.reviewer).replace("$many", &connections.to_string());
    let cookie = sign_in(place.port, &people.reviewer).await;
    let mut browser = Browser::new(place.port, &cookie).await;
    browser.compressed = false;
    let mut scripts: Vec<Script> = Vec::new();
    for license in strings(conn, &statement).await {
        let page = browser.ask(&Ask::get(format!("/licenses/{license}/suspend"))).await;
        let html = String::from_utf8_lossy(&page.body).into_owned();
        let mut version: i32 = hidden(&html, "version").and_then(|text| text.parse().ok()).unwrap_or_default();
        let mut suspended = false;
        scripts.push(Box::new(move || {
            let act = if suspended { "reinstate" } else { "suspend" };
            let body = format!(
                "form_id={}&version={version}&act={act}&reasons=As+the+embassy+asked+in+its+last+message.&provisos=",
                Uuid::now_v7()
            );
            version += 1;
            suspended = !suspended;
            Ask { path: format!("/licenses/{license}/{act}"), body: Some(body) }
        }));
    }
    scripts
}

/// Signs somebody in; gives the cookies to send.
pub async fn sign_in(port: u16, account: &str) -> String {
    let body = format!("account={account}&password={}&next=%2F&carried=", PASSWORD.replace(' ', "+"));
    let answer = Browser::new(port, "").await.ask(&Ask { path: "/sign-in".into(), body: Some(body) }).await;
    assert!(answer.status.is_redirection(), "{account} signs in: {}", answer.status);
    let set = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()?.split(';').next().map(str::to_owned));
    set.collect::<Vec<_>>().join("; ")
}

fn hidden(page: &str, name: &str) -> Option<String> {
    Some(page.split_once(&format!("name=\"{name}\" value=\""))?.1.split_once('"')?.0.to_owned())
}

async fn strings(conn: &mut PgConnection, statement: &str) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(statement.to_owned())).fetch_all(conn).await.unwrap_or_else(|error| panic!("{error}: {statement}"))
}

async fn string(conn: &mut PgConnection, statement: &str) -> String {
    strings(conn, statement).await.into_iter().next().unwrap_or_else(|| panic!("nothing for {statement}"))
}
