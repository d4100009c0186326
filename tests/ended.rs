//! What the key of a session can still do after the session ended: nothing, unless it ended by age, and then what was
//! typed is kept for its person.

use lantern::{demo::PASSWORD, id::FormId};
use reqwest::Method;
use time::Duration;

use crate::support::{Filled, TestApp, Visitor, client::encoded};

const NEW: &str = "four words in a row";

/// How a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    SignedOut,
    PasswordChosen,
    PasswordReset,
    EndedByItsOwner,
    EndedByTheAdministrator,
    Disabled,
    DisabledAndEnabled,
    SignedInAgain,
    AnotherSignedIn,
}

const ENDS: &[End] = &[
    End::SignedOut,
    End::PasswordChosen,
    End::PasswordReset,
    End::EndedByItsOwner,
    End::EndedByTheAdministrator,
    End::Disabled,
    End::DisabledAndEnabled,
    End::SignedInAgain,
    End::AnotherSignedIn,
];

async fn press(visitor: &Visitor, path: &str) {
    visitor.post(path, &[("form_id", &FormId::new().to_string())]).await.is(303);
}

impl End {
    async fn of(self, app: &TestApp, person: &str, session: &str, victim: &Visitor) {
        let sign_in = async |account: &str| {
            let fields = encoded(&[("account", account), ("password", PASSWORD), ("next", "/"), ("carried", "")]);
            let headers = [("accept", "text/html"), ("sec-fetch-site", "same-origin")];
            victim.clone().send(Method::POST, "/sign-in", fields, &headers).await.is(303);
        };
        match self {
            Self::SignedOut => assert_eq!(victim.post("/sign-out", &[]).await.location, "/sign-in"),
            Self::PasswordChosen => {
                let fields = [("present_password", PASSWORD), ("new_password", NEW)];
                app.enter("guatemala").await.fill("/password", &fields).await.is(303);
            }
            Self::PasswordReset => {
                let form = [("form_id", &*FormId::new().to_string())];
                app.enter("admin").await.post(&format!("/people/{person}/reset"), &form).await.is(200);
            }
            Self::EndedByItsOwner => press(&app.enter("guatemala").await, &format!("/sessions/{session}/end")).await,
            Self::EndedByTheAdministrator => {
                press(&app.enter("admin").await, &format!("/people/{person}/sessions/{session}/end")).await;
            }
            Self::Disabled => press(&app.enter("admin").await, &format!("/people/{person}/disable")).await,
            Self::DisabledAndEnabled => {
                let admin = app.enter("admin").await;
                press(&admin, &format!("/people/{person}/disable")).await;
                press(&admin, &format!("/people/{person}/enable")).await;
            }
            Self::SignedInAgain => sign_in("guatemala").await,
            Self::AnotherSignedIn => sign_in("guatemala2").await,
        }
    }
}

/// An officer with a form that is filled in, and with an earlier text that is kept.
struct Scene {
    app: TestApp,
    victim: Visitor,
    person: String,
    session: String,
    path: String,
    form: Filled,
    earlier: Filled,
}

impl Scene {
    async fn begin() -> Self {
        let app = TestApp::demonstration().await;
        let victim = app.enter("guatemala").await;
        let check = app.value("select id from checks where subject like 'Cartridges for a sugar%'").await;
        let path = format!("/checks/{check}/contacts/record");
        let form = victim
            .open(&path)
            .await
            .with_first_choices()
            .set("with_whom", "The mayor")
            .set("summary", "Typed before the end.");
        let page = format!("/checks/{check}/documents/describe");
        let earlier = victim.open(&page).await.set("issuer", "The mill").set("path", &page);
        victim.post("/drafts", &earlier.pairs()).await.is(204);
        let person = app.value("select id from people where account = 'guatemala'").await;
        let session = app
            .value(&format!("select id from sessions where person_id = '{person}' order by started_at desc limit 1"))
            .await;
        Self { app, victim, person, session, path, form, earlier }
    }

    async fn stored(&self) -> String {
        let drafts = "(select md5(string_agg(d::text, ' ' order by form_id)) from drafts d)";
        self.app
            .value(&format!(
                "select {drafts} || ' ' || (select count(*) from submissions) || ' ' || (select count(*) from contacts)"
            ))
            .await
    }

    /// Everything a key can be used for. Nothing of it is stored, and what was typed is on the page that answers.
    async fn is_over(&self, what: &str) {
        let before = self.stored().await;
        let page = self.form.send(&self.victim).await;
        assert_eq!(page.status, 401, "{what}, a submit: {} {}", page.location, page.text());
        page.says("What you typed is below and goes with you when you sign in.").says("Typed before the end.");
        let kept = self.form.clone().set("path", &self.path);
        let headers = [("sec-fetch-site", "same-origin"), ("accept", "application/problem+json")];
        let page = self.victim.send(Method::POST, "/drafts", encoded(&kept.pairs()), &headers).await;
        assert_eq!(page.status, 401, "{what}, kept by itself");
        let other = self.earlier.clone().set("issuer", "Another");
        let page = self.victim.send(Method::POST, "/drafts", encoded(&other.pairs()), &headers).await;
        assert_eq!(page.status, 401, "{what}, kept by itself over what is there");
        let page =
            self.victim.post("/drafts/discard", &[("path", "/"), ("draft", self.earlier.value("form_id"))]).await;
        assert!(page.status == 303 && page.location.starts_with("/sign-in"), "{what}, discarded: {}", page.status);
        for path in ["/", "/drafts", &self.path] {
            assert!(self.victim.get(path).await.location.starts_with("/sign-in"), "{what}, {path}");
        }
        assert_eq!(self.stored().await, before, "{what}: something was stored or taken away");
    }
}

#[tokio::test]
async fn whatever_ends_a_session_ends_everything_its_key_could_do() {
    for end in ENDS {
        for aged in [false, true] {
            let scene = Scene::begin().await;
            if aged {
                scene.app.clock.advance(Duration::minutes(16));
            }
            end.of(&scene.app, &scene.person, &scene.session, &scene.victim).await;
            scene.is_over(&format!("{end:?}, at once, ended by age before: {aged}")).await;
            scene.app.clock.advance(Duration::hours(1));
            scene.is_over(&format!("{end:?}, an hour later, ended by age before: {aged}")).await;
            // Eighteen servers at once would take every connection that PostgreSQL gives.
            scene.app.db.close().await;
        }
    }
}

#[tokio::test]
async fn a_session_that_ended_by_age_alone_keeps_what_comes_late_and_does_nothing_else() {
    for (ages, late) in [(16, 0), (16, 60 * 23), (60 * 12, 60)] {
        let scene = Scene::begin().await;
        let (app, victim) = (&scene.app, &scene.victim);
        app.clock.advance(Duration::minutes(ages + late));
        let page = victim.post("/drafts/discard", &[("path", "/"), ("draft", scene.earlier.value("form_id"))]).await;
        assert!(page.location.starts_with("/sign-in"));
        let page = scene.form.send(victim).await;
        assert!(page.location.starts_with("/sign-in"), "{ages} and {late} minutes: {} {}", page.status, page.text());
        let back = app.enter("guatemala").await;
        assert_eq!(back.open(&scene.path).await.value("summary"), "Typed before the end.", "{ages} and {late} minutes");
        assert_eq!(app.value("select count(*) from drafts").await, "2");
        assert_eq!(app.value("select count(*) from contacts where with_whom = 'The mayor'").await, "0");
    }
    // For a day; then its key is as good as unknown.
    let scene = Scene::begin().await;
    scene.app.clock.advance(Duration::minutes(16) + Duration::hours(24));
    scene.is_over("a day later").await;
}

#[tokio::test]
async fn a_key_that_came_by_a_first_password_keeps_nothing() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let person = app.value("select id from people where account = 'guatemala'").await;
    let shown = admin.post(&format!("/people/{person}/reset"), &[("form_id", &FormId::new().to_string())]).await;
    let first = shown.input("password").unwrap_or_else(|| {
        let document = scraper::Html::parse_document(&shown.body);
        let code = scraper::Selector::parse("main code").expect("a selector");
        document.select(&code).next().expect("the first password is shown").text().collect()
    });
    let mut stranger = app.nobody();
    stranger.sign_in("guatemala", &first).await.is(303);
    let form = [("form_id", &*FormId::new().to_string()), ("path", "/checks/open"), ("subject", "Planted")];
    let headers = [("sec-fetch-site", "same-origin"), ("accept", "application/problem+json")];
    for minutes in [0, 16] {
        app.clock.advance(Duration::minutes(minutes));
        assert_ne!(stranger.send(Method::POST, "/drafts", encoded(&form), &headers).await.status, 204);
        assert_ne!(stranger.post("/checks/open", &form).await.status, 200);
        assert_eq!(app.value("select count(*) from drafts").await, "0", "after {minutes} minutes");
    }
}

#[tokio::test]
async fn who_signs_out_after_the_session_ended_by_age_has_signed_out() {
    let scene = Scene::begin().await;
    scene.app.clock.advance(Duration::minutes(16));
    let page = scene.victim.post("/sign-out", &scene.form.pairs()).await;
    assert_eq!((page.status, page.location.as_str()), (303, "/sign-in"));
    assert!(page.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(scene.app.value("select count(*) from drafts").await, "1", "signing out keeps nothing");
    let told =
        format!("select actor_id from audit_events where verb = 'signed_out' and subject_id = '{}'", scene.session);
    assert_eq!(scene.app.value(&told).await, scene.person, "the log says so");
}

/// Ended by somebody else between the request and its commit: the database is the last to ask.
#[tokio::test]
async fn a_session_that_is_ended_while_its_change_is_under_way_changes_nothing() {
    let scene = Scene::begin().await;
    let gone = "create function ends() returns trigger language plpgsql security definer as $$ begin delete from sessions; return null; end $$;
        create trigger ends after insert on audit_events for each row execute function ends()";
    scene.app.run(gone).await;
    let before = scene.stored().await;
    let page = scene.form.send(&scene.victim).await;
    page.is(401).says("What you typed is below and goes with you when you sign in.").says("Typed before the end.");
    assert_eq!(scene.stored().await, before);
    scene.app.run("drop trigger ends on audit_events").await;
    scene.form.send(&scene.victim).await.is(303);
}
