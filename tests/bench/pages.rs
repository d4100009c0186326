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
    Log,
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
    sqlx::raw_sql(CHOICE).execute(&mut *conn).await.expect("there is something to choose from");
    for (name, kind, account, statement) in READS.trim().lines().map(|line| read(line, people)) {
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
        pages.push(Page {
            name: "save a finding",
            kind: Kind::Save,
            account: people.officer.clone(),
            scripts,
            samples,
        });
    }
    if wanted("sign a decision") {
        let (scripts, samples) = submits(decisions(conn, people).await, connections);
        pages.push(Page {
            name: "sign a decision",
            kind: Kind::Save,
            account: people.reviewer.clone(),
            scripts,
            samples,
        });
    }
    if wanted("sign in") {
        let statement =
            "select account from people where disabled_at is null and account <> 'officer' order by id limit 500";
        let asks: Vec<Ask> = strings(conn, &statement.replace("officer", &people.officer))
            .await
            .iter()
            .map(|who| signing_in(who))
            .collect();
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
        let who = "select p.account from people p join assignments a on a.person_id = p.id
            where current_date between a.starts_on and coalesce(a.ends_on, 'infinity') and p.disabled_at is null and a.role =";
        let of = |role: &str| format!("{who} '{role}' order by p.decision_authority desc, p.id limit 1");
        let busy = "select post_id::text from checks where state not in ('closed', 'draft') group by post_id order by count(*)";
        let at = |order: &str| {
            format!("{who} 'post_officer' and a.post_id = ({busy} {order} limit 1)::uuid order by p.id limit 1")
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

/// What the addresses below are chosen from. Most visits are to open files and to files of the last weeks, a few to
/// any.
const CHOICE: &str = "
    create temp view visited as
        (select id from checks where state not in ('closed', 'draft') order by id desc limit 300)
        union all (select id from checks where state = 'closed' order by id desc limit 80) union all (select id from checks order by id limit 20);
    create temp view deep as select id from checks order by id offset least(5000, (select count(*) / 2 from checks)) limit 1;
    create temp view names as select name from parties where standing <> 'merged' and length(name) > 8 order by id limit 40;
    create temp view export as select case when count(*) <= 100000 then '/checks.csv' else '/checks.csv?post=' || (select post_id::text
        from checks group by post_id order by abs(count(*) - 100000) limit 1) end from checks;
    create function pg_temp.q(text) returns text language sql as $$
        select replace(replace(replace($1, ' ', '+'), '&', '%26'), '#', '%23') $$;";

/// Pages that are read: name; kind; who; addresses, or the statement that gives them.
const READS: &str = "
home, case officer; list; case officer; /
home, reviewer; list; reviewer; /
home, supervisor; list; supervisor; /
home, officer of the busiest post; list; officer; /
home, officer of a quiet post; list; quiet; /
home, auditor; list; auditor; /
checks, Washington; list; reviewer; /checks
checks by due date; list; reviewer; /checks?sort=due
checks, overdue; list; reviewer; /checks?due=overdue&sort=due /checks?due=week&sort=due
checks by state; list; reviewer; /checks?state=replied /checks?state=closed /checks?state=in_progress /checks?state=draft
checks by type; list; reviewer; /checks?type=pre_license /checks?type=broker_inquiry&sort=due /checks?type=company_review&state=closed
checks by post; list; reviewer; /checks?post=POST /checks?sort=due&post=POST
checks by country; list; reviewer; select '/checks?country=' || country from posts order by id limit 20
checks of a party; list; reviewer; select '/checks?party=' || pg_temp.q(name) from names
checks by words; list; reviewer; select '/checks?text=' || pg_temp.q(split_part(c.subject, ' ', 3)) from visited join checks c using (id)
checks, a deep page; list; reviewer; select '/checks?after=' || id from deep union all select '/checks?sort=due&after=' || id from deep
checks, at post; list; officer; /checks /checks?sort=due /checks?state=closed
check; file; reviewer; select '/checks/' || id from visited
check, 300 contacts, 60 permits; file; reviewer; select '/checks/' || check_id from contacts group by check_id order by count(*) desc limit 1
worksheet; file; officer; select '/checks/' || id || '/worksheet' from checks where state = 'in_progress' and post_id = 'POST' order by id desc limit 60
opening a check; list; case officer; /checks/open
recalled requests; list; reviewer; /checks/recalled
recalled requests, at post; list; officer; /checks/recalled
remarks; file; reviewer; select '/checks/' || check_id || '/remarks' from remarks group by check_id order by check_id desc limit 60
license; file; reviewer; select '/licenses/' || license_id from check_licenses where check_id in (select id from visited)
license, 60 permits; file; reviewer; select '/licenses/' || license_id from permits group by license_id order by count(*) desc limit 1
certificate and custody path; file; officer; select '/licenses/' || k.license_id || page from check_licenses k join checks c on c.id = k.check_id cross join unnest(array['/certificate', '/custody']) page where c.state = 'in_progress' and c.post_id = 'POST' order by c.id desc limit 60
licenses; list; reviewer; /licenses /licenses?status=pending /licenses?status=approved_on_conditions
busiest party; list; reviewer; select '/parties/' || party_id from license_parties group by party_id order by count(*) desc limit 1
party search with a typo; list; reviewer; select '/parties?query=' || pg_temp.q(overlay(name placing 'x' from 4 for 1)) from names
telegrams; list; reviewer; /telegrams
log; log; auditor; /log
log by person; log; auditor; select '/log?who=' || pg_temp.q(name) from (select name from people order by id limit 60) p
log by words; log; auditor; /log?text=permit /log?text=became+ready /log?text=hospital
log, a rare verb; log; auditor; select '/log?verb=' || verb from audit_events group by verb order by count(*) limit 3
log of a check; log; auditor; select '/log?text=' || c.reference from visited join checks c using (id)
100,000 checks as CSV; export; reviewer; select * from export";

/// A line of [`READS`], with the statement that gives its addresses.
fn read(line: &'static str, people: &People) -> (&'static str, Kind, String, String) {
    let parts: Vec<&str> = line.split("; ").collect();
    let [name, kind, who, addresses] = parts[..] else { panic!("not a page: {line}") };
    let kind = match kind {
        "file" => Kind::File,
        "log" => Kind::Log,
        "export" => Kind::Export,
        _ => Kind::List,
    };
    let account = match who {
        "case officer" => &people.case_officer,
        "supervisor" => &people.supervisor,
        "officer" => &people.officer,
        "quiet" => &people.quiet,
        "auditor" => &people.auditor,
        _ => &people.reviewer,
    };
    let statement = if addresses.starts_with('/') {
        format!("select unnest(string_to_array('{}', ' '))", addresses.replace("POST", &people.post))
    } else {
        addresses.replace("POST", &people.post)
    };
    (name, kind, account.clone(), statement)
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
    const FIELDS: (&str, &str) = (
        "",
        "answer=yes&portion_mark=U&text=The+store+has+two+locks+and+a+guard%2C+the+register+was+shown+and+agrees+with+the+request.",
    );
    let statement = format!(
        "select f.check_id::text, '/checks/' || f.check_id || '/findings/' || f.topic || coalesce('?party=' || f.party_id, ''), f.version
         from findings f join checks c on c.id = f.check_id where c.state = 'in_progress' and c.post_id = '{}' order by f.check_id, f.id",
        people.post
    );
    let rows: Vec<(String, String, i32)> =
        sqlx::query_as(AssertSqlSafe(statement)).fetch_all(conn).await.expect("findings are read");
    rows.into_iter()
        .map(|(file, path, version)| (file, Submit { path, version, raises: 1, fields: [FIELDS; 2], flip: 0 }))
        .collect()
}

/// Issued licenses, suspended and reinstated in turn: decisions that can be signed without end, and leave them as they
/// were.
async fn decisions(conn: &mut PgConnection, people: &People) -> Vec<(String, Submit)> {
    const SUSPEND: (&str, &str) =
        ("suspend", "act=suspend&reasons=As+the+embassy+asked+in+its+last+message.&provisos=");
    const REINSTATE: (&str, &str) =
        ("reinstate", "act=reinstate&reasons=The+embassy+has+the+answer+it+asked+for.&provisos=");
    let statement = format!(
        "select l.id::text, '/licenses/' || l.id || '/', l.revision, l.status = 'suspended' from licenses l where status in ('approved', 'suspended')
         and not exists (select from duties d where d.person_id = (select id from people where account = '{}') and d.duty <> 'decide'
             and (d.license_id = l.id or d.check_id in (select check_id from check_licenses where license_id = l.id)))
         and l.value_usd < 100000 order by l.id desc limit 2000",
        people.reviewer
    );
    let rows: Vec<(String, String, i32, bool)> =
        sqlx::query_as(AssertSqlSafe(statement)).fetch_all(conn).await.expect("licenses are read");
    let submit = |path, version, suspended| Submit {
        path,
        version,
        raises: 2,
        fields: [SUSPEND, REINSTATE],
        flip: usize::from(suspended),
    };
    rows.into_iter().map(|(file, path, version, suspended)| (file, submit(path, version, suspended))).collect()
}

/// Signs somebody in; gives the cookies to send.
pub async fn sign_in(port: u16, account: &str) -> String {
    let answer = Browser::new(port, "").await.ask(&signing_in(account)).await;
    assert!(answer.status.is_redirection(), "{account} signs in: {}", answer.status);
    let set = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok()?.split(';').next().map(str::to_owned));
    set.collect::<Vec<_>>().join("; ")
}

fn signing_in(account: &str) -> Ask {
    let body = format!("account={account}&password={}&next=%2F&carried=", PASSWORD.replace(' ', "+"));
    Ask::post("/sign-in", body)
}

/// How many rows that export has to have.
pub async fn rows(conn: &mut PgConnection, export: &Ask) -> i64 {
    let post = export.path.split_once("post=").map_or("%", |(_, post)| post);
    string(conn, &format!("select count(*)::text from checks where post_id::text like '{post}'"))
        .await
        .parse()
        .expect("a count")
}

async fn strings(conn: &mut PgConnection, statement: &str) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(statement.to_owned()))
        .fetch_all(conn)
        .await
        .unwrap_or_else(|error| panic!("{error}: {statement}"))
}

async fn string(conn: &mut PgConnection, statement: &str) -> String {
    strings(conn, statement).await.into_iter().next().unwrap_or_else(|| panic!("nothing for {statement}"))
}
