//! Servers are replaced one after the other: meanwhile the program of before and this one serve one database.

use super::serve::{Operator, printed_password};
use crate::support::{
    Visitor,
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
    at.get("/people").await.is(200).says(account);
}

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
    let schema: i64 = operator.value("select max(version) from _sqlx_migrations").await.parse().expect("a number");
    let first = printed_password(&old(&["person", "add", "jdoe", "Jane Doe"]).await);
    let own = "a password of her own choice";
    let database = [("DATABASE_URL", operator.application.as_str())];
    let before = Running::serve_by(BEFORE, &operator.folder.join("none"), &database).await;
    let jane = enter(&before, "jdoe", &first).await;
    jane.done("/password", &[("present_password", &first), ("new_password", own)]).await;
    let jane = enter(&before, "jdoe", own).await;

    // The schema changes under the hands of whoever works; from then on both programs serve.
    let (migrated, ()) = tokio::join!(operator.done(&["migrate"]), async {
        for number in 0..8 {
            adds(&jane, &format!("during{number}")).await;
        }
    });
    assert!(migrated.contains("has this program's schema"), "{migrated}");
    let after = Running::serve_by(LANTERN, &operator.folder.join("none"), &database).await;
    let also = enter(&after, "jdoe", own).await;
    for number in 0..8 {
        let (one, other) = (format!("before{number}"), format!("after{number}"));
        tokio::join!(adds(&jane, &one), adds(&also, &other));
    }
    // A session and a form of the one are good at the other: whoever balances the load may send each request anywhere.
    let elsewhere = jane.at(&after.origin);
    adds(&elsewhere, "elsewhere").await;
    for (server, visitor) in [(&before, &jane), (&after, &also)] {
        for path in ["/", "/people", "/reference", "/countries", "/posts"] {
            visitor.get(path).await.is(200);
        }
        if schema >= SERVED_BY_TWO || server.origin == after.origin {
            until("it is ready", async || visitor.get("/readyz").await.status == 200).await;
        }
    }
    assert_eq!(operator.value("select count(*) from people where name = 'Somebody New'").await, "25");
    let logged = "select count(distinct subject_id) from audit_events where verb = 'person_added' and summary like '%Somebody New%'";
    assert_eq!(operator.value(logged).await, "25", "each has its entry");
    before.stop().await;
    after.stop().await;
}
