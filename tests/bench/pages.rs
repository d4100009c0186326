//! What is measured: the pages people open, each with addresses as skewed as life, and the acts that write.

use lantern::demo::PASSWORD;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::load::{Ask, Browser, Script, around};

/// What a page is expected to cost, and how it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// A check or a license.
    File,
    /// A list, a home, a search.
    #[default]
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
    /// Whose browser; empty: nobody's.
    pub account: String,
    /// What each connection asks.
    pub scripts: Vec<Script>,
    /// Requests whose statements `pgbench` runs: of what the scripts ask, or, of saves, of rows that no script touches.
    pub samples: Vec<Ask>,
}

/// How many requests of a page `pgbench` runs the statements of.
const SAMPLES: usize = 16;

/// Everything there is to measure, of those whose name contains one of `only`.
pub async fn all(conn: &mut PgConnection, people: &People, connections: usize, only: &[String]) -> Vec<Page> {
    let mut pages = Vec::new();
    let wanted = |name: &str| only.is_empty() || only.iter().any(|part| name.contains(part.as_str()));
    for (name, kind, account, statement) in reads(people) {
        if wanted(name) {
            let asks: Vec<Ask> = strings(conn, &statement).await.into_iter().map(Ask::get).collect();
            if asks.is_empty() {
                eprintln!("bench: no address for {name:?}, left out");
                continue;
            }
            let samples = asks.iter().step_by(asks.len().div_ceil(SAMPLES)).cloned().collect();
            let connections = if kind == Kind::Export { 1 } else { connections };
            pages.push(Page { name, kind, account, scripts: around(&asks, connections), samples });
        }
    }
    if wanted("save a finding") {
        let (scripts, samples) = submits(findings(conn, people).await, connections);
        pages.push(Page { name: "save a finding", kind: Kind::Save, account: people.officer.clone(), scripts, samples });
    }
    if wanted("sign a decision") {
        let (scripts, samples) = submits(decisions(conn, people).await, connections);
        pages.push(Page { name: "sign a decision", kind: Kind::Save, account: people.reviewer.clone(), scripts, samples });
    }
    if wanted("sign in") {
        let statement = "select account from people where disabled_at is null and account <> 'officer' order by id limit 500";
        let asks: Vec<Ask> =
            strings(conn, &statement.replace("officer", &people.officer)).await.iter().map(|who| signing_in(who)).collect();
        let (scripts, account) = (around(&asks, connections), String::new());
        pages.push(Page { name: "sign in", kind: Kind::SignIn, account, scripts, samples: Vec::new() });
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
        (
            "100,000 checks as CSV",
            Kind::Export,
            reviewer,
            "select case when count(*) <= 100000 then '/checks.csv' else '/checks.csv?post=' || (select post_id::text from checks
                 group by post_id order by abs(count(*) - 100000) limit 1) end from checks"
                .to_owned(),
        ),
    ]
}

/// A form that can be sent without end: each time, the version that the last one made goes with it.
struct Submit {
    path: String,
    version: i32,
    /// By how much an act raises the version.
    raises: i32,
    /// The path's last part and the form's fields, in turn.
    fields: [(&'static str, &'static str); 2],
    flip: usize,
}

impl Submit {
    fn next(&mut self) -> Ask {
        let (verb, fields) = self.fields[self.flip];
        self.flip = 1 - self.flip;
        let body = format!("form_id={}&version={}&{fields}", Uuid::now_v7(), self.version);
        self.version += self.raises;
        Ask::post(format!("{}{verb}", self.path), body)
    }
}

/// Each connection goes round files of its own; as many files are left to `pgbench`, one for each of its clients.
fn submits(rows: Vec<(String, Submit)>, connections: usize) -> (Vec<Script>, Vec<Ask>) {
    let mut places: Vec<Vec<Submit>> = (0..connections).map(|_| Vec::new()).collect();
    let mut kept: Vec<Submit> = Vec::new();
    let mut files: Vec<String> = rows.iter().map(|(file, _)| file.clone()).collect();
    files.dedup();
    let left = connections.min(files.len() / 2);
    for (file, submit) in rows {
        match files.iter().position(|known| *known == file).unwrap_or_default() {
            place if place == kept.len() && place < left => kept.push(submit),
            place if place < left => {}
            place => places[place % connections].push(submit),
        }
    }
    let scripts = places.into_iter().filter(|own| !own.is_empty()).map(|mut own| {
        let mut at = 0;
        Box::new(move || {
            at = (at + 1) % own.len();
            own[at].next()
        }) as Script
    });
    (scripts.collect(), kept.iter_mut().map(Submit::next).collect())
}

/// The answers of the busiest post on checks in progress, saved anew again and again.
async fn findings(conn: &mut PgConnection, people: &People) -> Vec<(String, Submit)> {
    const FIELDS: (&str, &str) =
        ("", "answer=yes&portion_mark=U&text=The+store+has+two+locks+and+a+guard%2C+the+register+was+shown+and+agrees+with+the+request.");
    let statement = format!(
        "select f.check_id::text, '/checks/' || f.check_id || '/findings/' || f.topic || coalesce('?party=' || f.party_id, ''), f.version
         from findings f join checks c on c.id = f.check_id where c.state = 'in_progress' and c.post_id = '{}' order by f.check_id, f.id",
        people.post
    );
    let rows: Vec<(String, String, i32)> = sqlx::query_as(AssertSqlSafe(statement)).fetch_all(conn).await.expect("findings are read");
    rows.into_iter().map(|(file, path, version)| (file, Submit { path, version, raises: 1, fields: [FIELDS; 2], flip: 0 })).collect()
}

/// Issued licenses, suspended and reinstated in turn: decisions that can be signed without end, and leave them as they were.
async fn decisions(conn: &mut PgConnection, people: &People) -> Vec<(String, Submit)> {
    const SUSPEND: (&str, &str) = ("suspend", "act=suspend&reasons=As+the+embassy+asked+in+its+last+message.&provisos=");
    const REINSTATE: (&str, &str) = ("reinstate", "act=reinstate&reasons=The+embassy+has+the+answer+it+asked+for.&provisos=");
    let statement = format!(
        "select l.id::text, '/licenses/' || l.id || '/', l.revision, l.status = 'suspended' from licenses l where status in ('approved', 'suspended')
         and not exists (select from duties d where d.person_id = (select id from people where account = '{}') and d.duty <> 'decide'
             and (d.license_id = l.id or d.check_id in (select check_id from check_licenses where license_id = l.id)))
         and l.value_usd < 100000 order by l.id desc limit 2000",
        people.reviewer
    );
    let rows: Vec<(String, String, i32, bool)> = sqlx::query_as(AssertSqlSafe(statement)).fetch_all(conn).await.expect("licenses are read");
    let submit = |path, version, suspended| Submit { path, version, raises: 2, fields: [SUSPEND, REINSTATE], flip: usize::from(suspended) };
    rows.into_iter().map(|(file, path, version, suspended)| (file, submit(path, version, suspended))).collect()
}

/// Signs somebody in; gives the cookies to send.
pub async fn sign_in(port: u16, account: &str) -> String {
    let answer = Browser::new(port, "").await.ask(&signing_in(account)).await;
    assert!(answer.status.is_redirection(), "{account} signs in: {}", answer.status);
    let set = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()?.split(';').next().map(str::to_owned));
    set.collect::<Vec<_>>().join("; ")
}

fn signing_in(account: &str) -> Ask {
    let body = format!("account={account}&password={}&next=%2F&carried=", PASSWORD.replace(' ', "+"));
    Ask::post("/sign-in", body)
}

/// How many rows that export has to have.
pub async fn rows(conn: &mut PgConnection, export: &Ask) -> i64 {
    let post = export.path.split_once("post=").map_or("%", |(_, post)| post);
    string(conn, &format!("select count(*)::text from checks where post_id::text like '{post}'")).await.parse().expect("a count")
}

async fn strings(conn: &mut PgConnection, statement: &str) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(statement.to_owned())).fetch_all(conn).await.unwrap_or_else(|error| panic!("{error}: {statement}"))
}

async fn string(conn: &mut PgConnection, statement: &str) -> String {
    strings(conn, statement).await.into_iter().next().unwrap_or_else(|| panic!("nothing for {statement}"))
}
