//! Servers are replaced one after the other: meanwhile the program of before and this one serve one database.

use super::serve::{Operator, printed_password};
use crate::support::{
    Page, Visitor,
    program::{LANTERN, Running, lantern_at, said, until},
};

/// The program of the commit before the newest migration, where `scripts/before.sh` puts it.
const BEFORE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/before/lantern");
/// From this migration on a program serves a later schema.
const SERVED_BY_TWO: i64 = 28;

/// An administrator at a server, whose password was chosen.
async fn enter(server: &Running, account: &str, password: &str) -> Visitor {
    let mut visitor = Visitor::new(&server.origin);
    assert_eq!(visitor.sign_in(account, password).await.status, 303, "{account} signs in");
    visitor
}

/// Adds a person and reads it again, as one who works there does.
async fn adds(at: &Visitor, account: &str) {
    let page = at.fill("/people/add", &[("account", account), ("name", "Somebody New")]).await;
    assert_eq!(page.status, 200, "{account}: {}", page.text());
    at.get(&format!("/people?q={account}")).await.is(200).says(account);
}

/// Records a contact on a check and reads it there, as its officer does.
async fn calls(at: &Visitor, check: &str, whom: &str) {
    let said = [
        ("kind", "call"),
        ("with_whom", whom),
        ("place", ""),
        ("channel_source", "directory"),
        ("summary", "About the paper."),
    ];
    at.done(&format!("{check}/contacts/record"), &said).await;
    at.get(check).await.is(200).says(whom);
}

/// The sheets and scripts that a page asks for.
fn assets(page: &Page) -> Vec<String> {
    let named = page.body.split(['"', '\'']).filter(|part| part.starts_with("/static/lantern-"));
    named.map(str::to_owned).collect()
}

/// Whom the log of generated data names is nobody whose password is known: else `serve` refuses it.
const OWN_DATA: &str = "set session_replication_role = replica;
    update audit_events set job = 'generated' where job = 'demonstration'";
/// An officer with a check in progress, and the check.
const AT_WORK: &str = "select p.account || ' /checks/' || c.id from checks c join people p on p.id = c.officer_id
    join assignments a on a.person_id = p.id and a.post_id = c.post_id and a.role = 'post_officer'
    where c.state = 'in_progress' and p.disabled_at is null and current_date between a.starts_on and coalesce(a.ends_on, 'infinity')
    order by c.id limit 1";
const IN_WASHINGTON: &str = "select p.account from people p join assignments a on a.person_id = p.id
    where a.role = 'case_officer' and p.disabled_at is null and current_date between a.starts_on and coalesce(a.ends_on, 'infinity')
    order by p.id limit 1";

#[tokio::test]
#[ignore = "needs the program of the commit before, which takes minutes to build: make test-slow"]
async fn the_program_before_and_this_one_serve_one_database_while_people_write() {
    let operator = Operator::begin().await;
    operator.cluster.make_database("lantern").await.unwrap();
    let old = async |arguments: &[&str]| {
        let output = lantern_at(BEFORE, arguments, &operator.settings()).await;
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", said(&output));
        said(&output)
    };
    old(&["migrate"]).await;
    old(&["generate", "--checks", "100"]).await;
    operator.sql("lantern", OWN_DATA).await;
    let schema: i64 = operator.value("select max(version) from _sqlx_migrations").await.parse().expect("a number");
    let first = printed_password(&old(&["person", "add", "jdoe", "Jane Doe"]).await);
    let own = "a password of her own choice";
    let database = [("DATABASE_URL", operator.application.as_str())];
    let before = Running::serve_by(BEFORE, &operator.folder.join("none"), &database).await;
    let jane = enter(&before, "jdoe", &first).await;
    jane.done("/password", &[("present_password", &first), ("new_password", own)]).await;
    let jane = enter(&before, "jdoe", own).await;
    let at_work = operator.value(AT_WORK).await;
    let (account, check) = at_work.split_once(' ').expect("somebody has a check in progress");
    let officer = before.enter(account).await;

    // The schema changes under the hands of whoever works; from then on both programs serve.
    let (migrated, (), ()) = tokio::join!(
        operator.done(&["migrate"]),
        async {
            for number in 0..8 {
                adds(&jane, &format!("during{number}")).await;
            }
        },
        async {
            for number in 0..8 {
                calls(&officer, check, &format!("The clerk during {number}")).await;
            }
        }
    );
    assert!(migrated.contains("has this program's schema"), "{migrated}");
    let after = Running::serve_by(LANTERN, &operator.folder.join("none"), &database).await;
    let also = enter(&after, "jdoe", own).await;
    for number in 0..8 {
        let (one, other) = (format!("before{number}"), format!("after{number}"));
        tokio::join!(adds(&jane, &one), adds(&also, &other));
    }
    // A session and a form of the one are good at the other: whoever balances the load may send each request anywhere.
    adds(&jane.at(&after.origin), "elsewhere").await;
    let moved = officer.at(&after.origin);
    let known = |number: i32| format!("The clerk of the registry, {number}");
    for number in 0..4 {
        calls(&officer, check, &known(2 * number)).await;
        calls(&moved, check, &known(2 * number + 1)).await;
    }
    // Whoever reads, reads the same at both.
    let case = before.enter(&operator.value(IN_WASHINGTON).await).await;
    for (admin, officer, case) in [(&jane, &officer, &case), (&also, &moved, &case.at(&after.origin))] {
        for path in ["/", "/people", "/reference", "/countries", "/posts"] {
            admin.get(path).await.is(200);
        }
        for path in ["/", "/checks", check, "/parties", "/telegrams"] {
            officer.get(path).await.is(200);
            case.get(path).await.is(200);
        }
        let page = officer.get(&format!("{check}/print")).await;
        for number in 0..8 {
            page.says(&known(number));
        }
    }
    let mut servers = vec![(&jane, &after)];
    if schema >= SERVED_BY_TWO {
        servers.push((&also, &before));
        until("it is ready", async || jane.get("/readyz").await.status == 200).await;
    } else {
        // A program of that time takes itself out of the rotation, and still answers whom it has.
        until("it says that it is not", async || jane.get("/readyz").await.status == 503).await;
    }
    until("it is ready", async || also.get("/readyz").await.status == 200).await;
    // A page of the one fetches its sheet and script from the other.
    for (visitor, elsewhere) in servers {
        let assets = assets(&visitor.get("/").await);
        assert!(!assets.is_empty(), "a page has a sheet");
        for asset in assets {
            visitor.at(&elsewhere.origin).get(&asset).await.is(200);
        }
    }
    assert_eq!(operator.value("select count(*) from people where name = 'Somebody New'").await, "25");
    let logged = "select count(distinct subject_id) from audit_events where verb = 'person_added' and summary like '%Somebody New%'";
    assert_eq!(operator.value(logged).await, "25", "each has its entry");
    let contacts = "select count(*) from contacts where with_whom like 'The clerk %'";
    assert_eq!(operator.value(contacts).await, "16");
    before.stop().await;
    after.stop().await;
}
