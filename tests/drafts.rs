//! A form's id: good for one submit, the key of one draft. Whatever is done with it a second time, nothing typed is
//! lost, nothing is done or kept twice, and nothing is called kept that is not.

use lantern::{
    db::{
        clearing,
        drafts::{AGE, MOST},
    },
    demo::PASSWORD,
    id::FormId,
};
use reqwest::Method;
use scraper::{Html, Selector};
use serde_json::Value;
use sqlx::{ConnectOptions, Connection};
use time::Duration;

use crate::support::{Filled, Page, TestApp, Visitor, client::encoded, program::until};

const USED: &str = "This form was sent or discarded before";

async fn count(app: &TestApp, what: &str) -> i64 {
    app.value(&format!("select count(*) from {what}")).await.parse().expect("a count")
}

/// The page on which the officer of Guatemala records a contact.
async fn contact_page(app: &TestApp) -> String {
    format!(
        "/checks/{}/contacts/record",
        app.value("select id from checks where subject like 'Cartridges for a sugar%'").await
    )
}

/// Types into a form as it stands.
fn typed(form: &Filled, words: &str) -> Filled {
    form.clone().with_first_choices().set("with_whom", "The mill's manager").set("summary", words)
}

/// What the script sends while a person types.
async fn autosave(visitor: &Visitor, path: &str, form: &Filled) -> Page {
    let form = form.clone().set("path", path).set("title", "Record a contact");
    let headers = [("sec-fetch-site", "same-origin"), ("accept", "application/problem+json")];
    visitor.send(Method::POST, "/drafts", encoded(&form.pairs()), &headers).await
}

/// Takes on what the answer to an autosave names, as the script does.
fn renamed(form: &Filled, answer: &Page) -> Filled {
    let problem: Value = serde_json::from_str(&answer.body).expect("a problem in JSON");
    let named = |name: &str| problem[name].as_str().unwrap_or_else(|| panic!("no {name}: {problem}")).to_owned();
    form.clone().set("form_id", &named("form_id")).set("continues", &named("continues"))
}

/// The hidden fields of every form on a page that discards a draft.
fn discards(page: &Page) -> Vec<Vec<(String, String)>> {
    let document = Html::parse_document(&page.body);
    let (forms, inputs) =
        (Selector::parse("form[action='/drafts/discard']").unwrap(), Selector::parse("input").unwrap());
    let value = |input: scraper::ElementRef<'_>, name| input.value().attr(name).unwrap_or_default().to_owned();
    document
        .select(&forms)
        .map(|form| form.select(&inputs).map(|input| (value(input, "name"), value(input, "value"))).collect())
        .collect()
}

async fn press(visitor: &Visitor, fields: &[(String, String)]) -> Page {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visitor.post("/drafts/discard", &fields).await
}

/// Discards what a page offers of what was typed before.
pub async fn discard(visitor: &Visitor, path: &str) {
    let page = visitor.get(path).await;
    let discarded = press(visitor, discards(&page).first().expect("a draft is offered")).await;
    assert_eq!((discarded.status, discarded.location.as_str()), (303, path));
}

/// Texts that are kept, in order.
async fn kept(app: &TestApp, words: &[&str]) -> Vec<bool> {
    let mut all = Vec::new();
    for word in words {
        all.push(
            count(app, &format!("drafts where body || '&' like '%summary={}&%'", word.replace(' ', "+"))).await == 1,
        );
    }
    all
}

/// Opens a draft of a check; gives its address.
async fn draft_check(app: &TestApp, case: &Visitor) -> String {
    let post = app.value("select id from posts where name = 'Lima'").await;
    let request = [
        ("check_type", "pre_license"),
        ("post", post.as_str()),
        ("subject", "As it was opened"),
        ("reason", "A new end-user; confirm the order and the need."),
        ("priority", "routine"),
        ("site_visit", "optional"),
    ];
    case.done("/checks/open", &request).await
}

#[tokio::test]
async fn of_a_form_that_was_sent_only_the_same_answers_of_the_same_person_at_the_same_address_are_a_repeat() {
    let app = TestApp::demonstration().await;
    let (case, other) = (app.enter("case").await, app.enter("case2").await);
    let elsewhere = format!("{}/edit", draft_check(&app, &case).await);
    for round in 0..16 {
        let [same_answers, same_address, same_person, there] = [1, 2, 4, 8].map(|bit| round & bit == 0);
        let what = format!("answers {same_answers}, address {same_address}, person {same_person}, file there {there}");
        let check = draft_check(&app, &case).await;
        let form = case.open(&format!("{check}/edit")).await.set("subject", "As it was sent first");
        let first = form.send(&case).await;
        first.is(303);
        if !there {
            case.open(&format!("{check}/discard")).await.send(&case).await.is(303);
        }
        let words = if same_answers { "As it was sent first" } else { "As it was typed later" };
        let mut again = form.clone().set("subject", words);
        if !same_address {
            again.action = elsewhere.clone();
        }
        let sender = if same_person { &case } else { &other };
        let before = app.value("select count(*) || ' ' || (select count(*) from drafts) from audit_events").await;

        // Kept by itself: never under this id, and not called kept; under the id that the answer names, once.
        let path = again.action.clone();
        let answer = autosave(sender, &path, &again).await;
        assert_eq!(answer.status, 409, "{what}: {}", answer.body);
        assert!(answer.body.contains("Not kept: this form was sent or discarded before."), "{what}: {}", answer.body);
        // Discarded: nothing that was done is undone.
        press(sender, &[("path".into(), "/drafts".into()), ("draft".into(), form.value("form_id").into())])
            .await
            .is(303);
        assert_eq!(
            app.value("select count(*) || ' ' || (select count(*) from drafts) from audit_events").await,
            before,
            "{what}"
        );

        // Sent.
        let page = again.send(sender).await;
        if same_answers && same_address && same_person {
            assert_eq!((page.status, &page.location), (303, &first.location), "{what}");
        } else {
            page.refused(USED);
            assert!(page.body.contains(words), "{what}: the text is lost");
            let id = page.input("form_id").expect("an id");
            assert_ne!(id, form.value("form_id"), "{what}");
            if there || !same_address {
                let given = Filled::of(&path, &page).unwrap_or_else(|| panic!("{what}: not on its own page"));
                assert_eq!((given.value("subject"), given.value("form_id")), (words, &*id), "{what}");
                // The file has changed by the first submit, and is shown beside it; then it is taken.
                let page = given.send(sender).await;
                let page = if page.status == 409 {
                    Filled::of(&path, &page).expect("the form").send(sender).await
                } else {
                    page
                };
                page.is(303);
                let saved = format!("checks where subject = '{words}' and id = '{}'", path.split('/').nth(2).unwrap());
                assert_eq!(count(&app, &saved).await, 1, "{what}");
            } else {
                page.says("Go to your work");
                assert_eq!(page.input("subject").as_deref(), Some(words), "{what}: the error page carries it");
            }
        }
        assert_eq!(count(&app, "drafts").await, 0, "{what}");
        // What the answer to the autosave named keeps it.
        let own = renamed(&again, &answer);
        assert_eq!(autosave(sender, &path, &own).await.status, 204, "{what}");
        assert_eq!(count(&app, "drafts").await, 1, "{what}");
        if there && same_address {
            let restored = sender.open(&path).await;
            assert_eq!(restored.value("subject"), words, "{what}");
            // Sent without looking at what is saved, it is given back once more.
            own.send(sender).await.refused(USED);
        }
        for fields in discards(&sender.get("/drafts").await) {
            press(sender, &fields).await.is(303);
        }
        assert_eq!(count(&app, "drafts").await, 0, "{what}");
    }
}

#[tokio::test]
async fn what_was_sent_before_addresses_were_kept_is_known_again_by_its_answers() {
    let app = TestApp::demonstration().await;
    let (path, post) = (contact_page(&app).await, app.enter("guatemala").await);
    let form = typed(&post.open(&path).await, "He showed the order book.").without("continues");
    let first = form.send(&post).await;
    app.run("update submissions set address = null").await;
    assert_eq!(form.send(&post).await.location, first.location);
    form.set("summary", "He did not.").send(&post).await.refused(USED);
    assert_eq!(count(&app, "contacts where with_whom = 'The mill''s manager'").await, 1);
}

#[tokio::test]
async fn a_form_that_another_person_types_in_is_not_taken_from_them() {
    let app = TestApp::demonstration().await;
    let (path, post, other) = (contact_page(&app).await, app.enter("guatemala").await, app.enter("guatemala2").await);
    let form = typed(&post.open(&path).await, "The officer's words");
    autosave(&post, &path, &form).await.is(204);
    let theirs = typed(&form, "The supervisor's words");
    let answer = autosave(&other, &path, &theirs).await;
    assert_eq!(answer.status, 409);
    let page = theirs.send(&other).await;
    page.refused(USED);
    assert_eq!(count(&app, "contacts where with_whom = 'The mill''s manager'").await, 0);
    Filled::of(&path, &page).expect("the form").send(&other).await.is(303);
    // Nor does taking on the id that was named, or discarding, reach the officer's text.
    let own = renamed(&theirs, &answer);
    autosave(&other, &path, &own).await.is(204);
    let page = own.send(&other).await;
    page.refused(USED);
    Filled::of(&path, &page).expect("the form").send(&other).await.is(303);
    press(&other, &[("path".into(), "/drafts".into()), ("draft".into(), form.value("form_id").into())]).await.is(303);
    assert_eq!(kept(&app, &["The officer's words".replace('\'', "%27").as_str()]).await, [true]);
    form.send(&post).await.is(303);
    assert_eq!(count(&app, "contacts where with_whom = 'The mill''s manager'").await, 3);
    assert_eq!(count(&app, "drafts where person_id = (select id from people where account = 'guatemala')").await, 0);
}

#[tokio::test]
async fn two_windows_are_two_texts_and_neither_is_lost() {
    let app = TestApp::demonstration().await;
    let (path, post) = (contact_page(&app).await, app.enter("guatemala").await);
    let first = typed(&post.open(&path).await, "One");
    autosave(&post, &path, &first).await.is(204);
    let second = post.open(&path).await;
    assert_eq!(second.value("summary"), "One", "the second window goes on with it");
    assert_ne!(second.value("form_id"), first.value("form_id"));
    // Both go on typing, in either order.
    autosave(&post, &path, &typed(&first, "One and more")).await.is(204);
    autosave(&post, &path, &typed(&second, "One but else")).await.is(204);
    assert_eq!(kept(&app, &["One and more", "One but else"]).await, [true, true]);
    let page = post.get(&path).await;
    page.says("Another text of yours for this page is kept too, and offered here once this one is sent or discarded.");
    // One is sent; the other is offered at its page, and sent.
    typed(&second, "One but else").send(&post).await.is(303);
    assert_eq!(kept(&app, &["One and more", "One but else"]).await, [true, false]);
    let rest = post.open(&path).await;
    assert_eq!(rest.value("summary"), "One and more");
    post.get(&path).await.says_not("Another text of yours");
    rest.send(&post).await.is(303);
    assert_eq!(count(&app, "contacts where with_whom = 'The mill''s manager'").await, 2);
    assert_eq!(count(&app, "drafts").await, 0);
}

#[tokio::test]
async fn a_text_that_nobody_went_on_with_is_taken_over_by_the_window_that_restored_it() {
    let app = TestApp::demonstration().await;
    let (path, post) = (contact_page(&app).await, app.enter("guatemala").await);
    let first = typed(&post.open(&path).await, "One");
    autosave(&post, &path, &first).await.is(204);
    let second = typed(&post.open(&path).await, "One and two");
    let third = typed(&post.open(&path).await, "One and three");
    autosave(&post, &path, &second).await.is(204);
    assert_eq!(kept(&app, &["One", "One and two"]).await, [false, true], "taken over, not kept twice");
    // The first window comes back to where it was: that is a text of its own, which the second does not take again.
    autosave(&post, &path, &first).await.is(204);
    autosave(&post, &path, &second).await.is(204);
    autosave(&post, &path, &third).await.is(204);
    assert_eq!(kept(&app, &["One and two", "One and three"]).await, [true, true]);
    second.send(&post).await.is(303);
    assert_eq!(kept(&app, &["One and two", "One and three"]).await, [false, true]);
}

#[tokio::test]
async fn windows_that_keep_their_texts_at_once_lose_none() {
    let app = TestApp::demonstration().await;
    let (path, post) = (contact_page(&app).await, app.enter("guatemala").await);
    for round in 0..10 {
        let first = typed(&post.open(&path).await, "One");
        autosave(&post, &path, &first).await.is(204);
        let mut windows = vec![typed(&first, "One and one")];
        for words in ["One and two", "One and three", "One and four"] {
            windows.push(typed(&post.open(&path).await, words));
        }
        let mut saving = tokio::task::JoinSet::new();
        for window in windows {
            let (post, path) = (post.clone(), path.clone());
            saving.spawn(async move { autosave(&post, &path, &window).await.status });
        }
        assert_eq!(saving.join_all().await, [204; 4]);
        assert_eq!(
            kept(&app, &["One and one", "One and two", "One and three", "One and four"]).await,
            [true; 4],
            "round {round}"
        );
        assert_eq!(count(&app, "drafts").await, 4, "round {round}");
        for fields in discards(&post.get("/drafts").await) {
            press(&post, &fields).await.is(303);
        }
    }
}

#[tokio::test]
async fn a_text_that_was_restored_in_two_windows_and_sent_from_both_is_done_once() {
    let app = TestApp::demonstration().await;
    let (path, post) = (contact_page(&app).await, app.enter("guatemala").await);
    let contacts = "contacts where with_whom = 'The mill''s manager'";
    for (round, (scripts, at_once)) in
        [(false, false), (true, false), (false, true), (true, true)].into_iter().enumerate()
    {
        let first = typed(&post.open(&path).await, "One");
        autosave(&post, &path, &first).await.is(204);
        let (second, third) = (post.open(&path).await, post.open(&path).await);
        let (second, third) = (second.set("summary", "One and more"), third.set("summary", "One and more"));
        if scripts {
            autosave(&post, &path, &second).await.is(204);
            autosave(&post, &path, &third).await.is(204);
        }
        let (one, two) = if at_once {
            tokio::join!(second.send(&post), third.send(&post))
        } else {
            (second.send(&post).await, third.send(&post).await)
        };
        assert_eq!((one.status, two.status, &one.location), (303, 303, &two.location), "round {round}: {}", two.text());
        let done = i64::try_from(round).unwrap() * 2 + 1;
        assert_eq!(count(&app, contacts).await, done, "round {round}");
        assert_eq!(count(&app, "drafts").await, 0, "round {round}: what was sent is offered again");
        // With other words the last window is asked; so is the first, which has the text as it was.
        let other = third.set("summary", "One and else");
        for form in [&other, &first] {
            let page = form.send(&post).await;
            page.refused(USED);
            assert_eq!(Filled::of(&path, &page).expect("the form").value("summary"), form.value("summary"));
        }
        assert_eq!(count(&app, contacts).await, done, "round {round}");
        let page = other.send(&post).await;
        Filled::of(&path, &page).expect("the form").send(&post).await.is(303);
        assert_eq!(count(&app, contacts).await, done + 1, "round {round}: sent again knowingly");
        assert_eq!(count(&app, "drafts").await, 0, "round {round}");
    }
}

/// A window of one page, and what stands in it.
#[derive(Clone)]
struct Window {
    form: Filled,
    text: String,
    /// Whether it was given back: what is sent from it now is sent knowingly.
    asked: bool,
}

/// What happens in some windows of one page, in an order that a number gives; everything that was called kept stays
/// until it is sent or discarded, and nothing is done twice unasked.
struct Course {
    app: TestApp,
    post: Visitor,
    path: String,
    random: u64,
    words: u32,
    windows: Vec<Window>,
    called_kept: Vec<String>,
    discarded: Vec<String>,
    told: Vec<String>,
}

impl Course {
    fn any(&mut self, below: usize) -> usize {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.random >> 33).expect("31 bits") % below
    }

    async fn step(&mut self) {
        let some = self.any(self.windows.len().max(1));
        match self.any(10) {
            _ if self.windows.is_empty() => self.open().await,
            0 | 1 if self.windows.len() < 4 => self.open().await,
            0..=5 => self.types(some).await,
            6..=8 => self.sends(some).await,
            _ => self.discards().await,
        }
    }

    async fn open(&mut self) {
        let form = self.post.open(&self.path).await.with_first_choices().set("with_whom", "The mill's manager");
        let text = form.value("summary").to_owned();
        self.told.push(format!("open {text:?}"));
        self.windows.push(Window { form, text, asked: false });
    }

    async fn types(&mut self, some: usize) {
        self.words += 1;
        let text = format!("{} w{}.", self.windows[some].text, self.words).trim().to_owned();
        self.told.push(format!("window {some} types {text:?}"));
        let mut form = self.windows[some].form.clone().set("summary", &text);
        let answer = autosave(&self.post, &self.path, &form).await;
        if answer.status == 409 {
            form = renamed(&form, &answer);
            autosave(&self.post, &self.path, &form).await.is(204);
        }
        self.called_kept.push(text.clone());
        self.windows[some] = Window { form, text, ..self.windows[some].clone() };
    }

    async fn sends(&mut self, some: usize) {
        let Window { form, text, asked } = self.windows[some].clone();
        if text.is_empty() {
            return;
        }
        self.told.push(format!("window {some} sends {text:?}"));
        let before = count(&self.app, "contacts").await;
        let page = form.send(&self.post).await;
        let done = count(&self.app, "contacts").await - before;
        if page.status == 303 {
            let there = count(&self.app, &format!("contacts where summary = '{text}'")).await;
            assert!(
                done == 1 && (there == 1 || asked) || done == 0 && there > 0,
                "{there} of it, {done} now: {:#?}",
                self.told
            );
            self.windows.remove(some);
        } else {
            page.refused(USED);
            assert_eq!(done, 0);
            let form = Filled::of(&self.path, &page).expect("the form");
            assert_eq!(form.value("summary"), text, "{:#?}", self.told);
            self.windows[some] = Window { form, text, asked: true };
        }
    }

    async fn discards(&mut self) {
        let page = self.post.get(&self.path).await;
        let Some(fields) = discards(&page).into_iter().next() else { return };
        let text = Filled::of(&self.path, &page).expect("the form").value("summary").to_owned();
        self.told.push(format!("discard {text:?}"));
        press(&self.post, &fields).await.is(303);
        self.discarded.push(text);
    }

    async fn holds(&self) {
        let contacts = self
            .app
            .value("select string_agg(summary, '|') from contacts where with_whom = 'The mill''s manager'")
            .await;
        let kept = self.app.value("select string_agg(body, '|') from drafts").await;
        let drafts: Vec<String> = kept
            .split('|')
            .flat_map(|body| form_urlencoded::parse(body.as_bytes()).into_owned().collect::<Vec<_>>())
            .filter(|(name, _)| name == "summary")
            .map(|(_, text)| text)
            .collect();
        let all: Vec<&str> = contacts
            .split('|')
            .chain(drafts.iter().map(String::as_str))
            .chain(self.discarded.iter().map(String::as_str))
            .collect();
        for text in &self.called_kept {
            assert!(
                all.iter().any(|there| there.starts_with(text.as_str())),
                "{text:?} is lost: {:#?}, {all:?}",
                self.told
            );
        }
        for draft in &drafts {
            let open = self.windows.iter().any(|window| window.text == *draft);
            assert!(
                open || !contacts.split('|').any(|sent| sent == draft),
                "{draft:?} was sent and is offered again: {:#?}",
                self.told
            );
        }
        let mut once = drafts.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), drafts.len(), "a text is kept twice: {:#?}, {drafts:?}", self.told);
    }
}

#[tokio::test]
async fn whatever_is_done_in_several_windows_nothing_that_was_called_kept_is_lost() {
    for seed in 1..=12 {
        let app = TestApp::demonstration().await;
        let (path, post) = (contact_page(&app).await, app.enter("guatemala").await);
        let (windows, called_kept, discarded, told) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut course = Course { app, post, path, random: seed, words: 0, windows, called_kept, discarded, told };
        for _ in 0..30 {
            course.step().await;
            course.holds().await;
        }
    }
}

#[tokio::test]
async fn a_password_cannot_be_tried_against_what_tells_a_repeat() {
    let app = TestApp::demonstration().await;
    let visitor = app.enter("lima").await;
    let form =
        visitor.open("/password").await.set("present_password", PASSWORD).set("new_password", "four words in a row");
    let first = form.send(&visitor).await;
    first.is(303);
    assert_eq!(form.send(&visitor).await.location, first.location, "a repeat is known again");
    form.clone().set("new_password", "five words in a row").send(&visitor).await.refused(USED);
    let mark = lantern::web::form::mark(&encoded(&form.pairs())).expect("it is named");
    let told: String = mark.answers.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let id = form.value("form_id");
    assert_eq!(count(&app, &format!("submissions where form_id = '{id}'")).await, 1);
    assert_eq!(
        count(&app, &format!("submissions where form_id = '{id}' and encode(answers_hash, 'hex') = '{told}'")).await,
        0
    );
}

#[tokio::test]
async fn a_text_stays_one_however_often_it_is_taken_up_again() {
    let app = TestApp::demonstration().await;
    let (path, post) = (contact_page(&app).await, app.enter("guatemala").await);
    let mut windows = vec![typed(&post.open(&path).await, "0")];
    for words in ["1", "2", "3", "4"] {
        autosave(&post, &path, windows.last().unwrap()).await.is(204);
        windows.push(typed(&post.open(&path).await, words));
    }
    windows.pop().unwrap().send(&post).await.is(303);
    assert_eq!(count(&app, "drafts").await, 0, "what it went on with was taken over");
    for window in &windows {
        window.send(&post).await.refused(USED);
    }
    assert_eq!(count(&app, "contacts where with_whom = 'The mill''s manager'").await, 1);
}

#[tokio::test]
async fn a_proposal_of_a_telegram_is_a_form_of_its_own() {
    let app = TestApp::demonstration().await;
    let (path, post) = (contact_page(&app).await, app.enter("guatemala").await);
    let telegram = "R 201200Z NOV 26\nFM AMEMBASSY GUATEMALA\nTO SECSTATE WASHDC\n\nUNCLAS GUATEMALA 000777\n\nSENSITIVE\nSIPDIS\n\n\
                    E.O. 13526: N/A\nTAGS: ETTC KOMC GT\nSUBJECT: A MILL\nREF: A. LANTERN {check}\n\n1. (SBU) SUMMARY:\n\n\
                    -- Contact 1: site visit on 18 Nov 2026 with \"the storekeeper\" at \"the mill\". \"The store was seen.\"\n\n\
                    -- Contact 2: site visit on 19 Nov 2026 with \"the guard\" at \"the mill\". \"The gate was seen.\"\n\n";
    let reference = app.value("select reference from checks where subject like 'Cartridges for a sugar%'").await;
    let at = post.done("/telegrams/read", &[("text", &telegram.replace("{check}", &reference))]).await;
    let change = async |key: &str| post.done(&at, &[("act", &format!("change:{key}"))]).await;
    assert_eq!(change("contact-2").await, path, "the plain page");
    assert_eq!(change("contact-1").await, path);
    let form = post.open(&path).await.with_first_choices();
    assert_eq!(form.value("with_whom"), "the storekeeper");
    // What is typed there is a text as any other, and stays with what it was filled from.
    autosave(&post, &path, &form.clone().set("summary", "As the telegram says, and more.")).await.is(204);
    assert_eq!(post.open(&path).await.value("summary"), "As the telegram says, and more.");
    post.get(&path).await.says("GUATEMALA 777, paragraph 1").says("Another text of yours");
    assert_eq!(count(&app, "drafts").await, 2);
    // Two windows on one proposal: the second is asked, and the text is not lost.
    let (second, third) = (post.open(&path).await, post.open(&path).await);
    let first = second.send(&post).await;
    first.is(303);
    assert_eq!(third.send(&post).await.location, first.location, "the same text twice");
    let page = third.set("summary", "Another word.").send(&post).await;
    page.refused(USED);
    assert!(page.body.contains("Another word."));
    assert_eq!(
        app.value("select string_agg(key || ' ' || answer, ', ') from telegram_answers").await,
        "contact-1 changed"
    );
    // The other waits at the same page.
    let other = post.open(&path).await;
    assert_eq!(other.value("with_whom"), "the guard");
    other.with_first_choices().send(&post).await.is(303);
    assert_eq!(count(&app, "drafts").await + count(&app, "draft_sources").await, 0);
}

#[tokio::test]
async fn what_is_discarded_stays_discarded_and_nothing_else_goes() {
    let app = TestApp::demonstration().await;
    let (path, post, other) = (contact_page(&app).await, app.enter("guatemala").await, app.enter("guatemala2").await);
    let first = typed(&post.open(&path).await, "One");
    autosave(&post, &path, &first).await.is(204);
    // The notice discards the text it speaks of. What another window typed since is offered instead.
    let page = post.get(&path).await;
    autosave(&post, &path, &typed(&first, "One and more")).await.is(204);
    press(&post, &discards(&page)[0]).await.is(303);
    assert_eq!(post.open(&path).await.value("summary"), "One and more");
    // With it goes what was typed after it in the same window, and a save that is under way brings neither back.
    let page = post.get(&path).await;
    let second = Filled::of(&path, &page).expect("the form").set("summary", "One and more and two");
    autosave(&post, &path, &second).await.is(204);
    press(&other, &discards(&page)[0]).await.is(303);
    assert_eq!(kept(&app, &["One and more and two"]).await, [true], "another person discards nothing");
    press(&post, &discards(&page)[0]).await.is(303);
    autosave(&post, &path, &second).await.is(409);
    assert_eq!(count(&app, "drafts").await, 0);
    // Whoever goes on typing there after all loses nothing.
    let answer = autosave(&post, &path, &second).await;
    autosave(&post, &path, &renamed(&second, &answer)).await.is(204);
    assert_eq!(post.open(&path).await.value("summary"), "One and more and two");
    let page = second.send(&post).await;
    page.refused(USED);
    Filled::of(&path, &page).expect("the form").send(&post).await.is(303);
    assert_eq!(count(&app, "contacts where summary = 'One and more and two'").await, 1);
    // From the list, one text goes, as it stood there.
    discard(&post, &path).await;
    for words in ["One", "Two", "Three"] {
        autosave(&post, &path, &typed(&Filled::of(&path, &post.get(&path).await).unwrap().set("continues", ""), words))
            .await
            .is(204);
    }
    let page = post.get("/drafts").await;
    page.is(200).says("Record a contact kept 23 Nov 2026");
    let all = discards(&page);
    assert_eq!(all.len(), 3);
    for fields in &all[..2] {
        let page = press(&post, fields).await;
        assert_eq!((page.status, page.location.as_str()), (303, "/drafts"));
    }
    assert_eq!(kept(&app, &["One", "Two", "Three"]).await, [true, false, false]);
    press(&post, &[("path".into(), "/".into()), ("draft".into(), "none".into())]).await.is(400);
    assert_eq!(count(&app, "drafts").await, 1);
}

/// Another connection of the database's superuser that holds back every commit that submits a form.
struct HeldCommits(sqlx::PgConnection);

impl HeldCommits {
    async fn begin(app: &TestApp) -> Self {
        app.run(
            "create function hold_commit() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as
                 $$ begin perform pg_advisory_xact_lock_shared(18); return null; end $$;
             create constraint trigger hold_commit after insert on submissions deferrable initially deferred
                 for each row execute function hold_commit()",
        )
        .await;
        let mut connection = app.superuser().connect().await.expect("PostgreSQL answers");
        sqlx::query("select pg_advisory_lock(18)").execute(&mut connection).await.expect("it is free");
        Self(connection)
    }

    /// How many wait for an advisory lock, whichever.
    async fn waiting(app: &TestApp) -> i64 {
        count(app, "pg_locks l join pg_database d on d.oid = l.database where d.datname = current_database() and l.locktype = 'advisory' and not l.granted").await
    }

    async fn end(self) {
        self.0.close().await.expect("the connection closes");
    }
}

#[tokio::test]
async fn a_save_that_comes_while_its_form_is_being_sent_keeps_nothing() {
    let app = TestApp::demonstration().await;
    let (path, post) = (contact_page(&app).await, app.enter("guatemala").await);
    let held = HeldCommits::begin(&app).await;
    let form = typed(&post.open(&path).await, "One");
    autosave(&post, &path, &form).await.is(204);
    let restored = typed(&post.open(&path).await, "One and two");
    let sending = tokio::spawn({
        let (restored, post) = (restored.clone(), post.clone());
        async move { restored.send(&post).await.status }
    });
    until("the submit is about to commit", async || HeldCommits::waiting(&app).await == 1).await;
    // Its own window, and the one it went on from, save a last time.
    let saving = [restored, form].map(|form| {
        let (post, path) = (post.clone(), path.clone());
        tokio::spawn(async move { autosave(&post, &path, &form).await.status })
    });
    until("both saves wait for it", async || HeldCommits::waiting(&app).await == 3).await;
    held.end().await;
    assert_eq!(sending.await.expect("an answer"), 303);
    for save in saving {
        assert_eq!(save.await.expect("an answer"), 409, "not called kept");
    }
    assert_eq!(count(&app, "drafts").await, 0, "a text that was sent is offered again");
    assert_eq!(count(&app, "contacts where with_whom = 'The mill''s manager'").await, 1);
}

#[tokio::test]
async fn a_form_given_back_keeps_its_text_by_itself_again() {
    let app = TestApp::demonstration().await;
    let (path, post) = (contact_page(&app).await, app.enter("guatemala").await);
    let form = typed(&post.open(&path).await, "One");
    form.send(&post).await.is(303);
    // Wrong besides being used: both are told, and the id it comes back under can be kept and sent.
    let page = form.set("summary", "").set("with_whom", "The mill's guard").send(&post).await;
    page.refused(USED).says("Nothing was saved yet").says("What it was about");
    let given = Filled::of(&path, &page).expect("the form");
    assert_eq!(given.value("with_whom"), "The mill's guard");
    let given = given.set("summary", "Two");
    autosave(&post, &path, &given).await.is(204);
    given.send(&post).await.is(303);
    assert_eq!(count(&app, "contacts where summary = 'Two' and with_whom = 'The mill''s guard'").await, 1);
    assert_eq!(count(&app, "drafts").await, 0);
}

/// Fills a person's drafts up.
async fn fill(app: &TestApp, account: &str, texts: i64, bytes: usize) {
    app.run(&format!(
        "insert into drafts (form_id, person_id, path, title, body, saved_at)
             select gen_random_uuid(), p.id, '/checks/open', 'Text ' || n, rpad('summary=' || n, {bytes}, 'x'),
                 timestamptz '{}' - interval '1 day' * n
             from people p, generate_series(1, {texts}) n where p.account = '{account}'",
        crate::support::app::NOW
    ))
    .await;
}

async fn everything(app: &TestApp) -> String {
    app.value("select md5(string_agg(d::text, ' ' order by form_id)) from drafts d where title like 'Text %'").await
}

#[tokio::test]
async fn drafts_without_end_end_with_a_sentence_and_push_nothing_out() {
    let app = TestApp::demonstration().await;
    let (path, post) = (contact_page(&app).await, app.enter("guatemala").await);
    let form = typed(&post.open(&path).await, "One");
    fill(&app, "guatemala", MOST - 1, 20).await;
    let before = everything(&app).await;
    autosave(&post, &path, &form).await.is(204);
    let full = typed(&post.open(&path).await.set("continues", ""), "Two");
    let answer = autosave(&post, &path, &full).await;
    assert_eq!(answer.status, 409);
    let told = "Not kept: there is room for 200 texts, so discard one under My work, Typed and not sent, such as the oldest (Text 199, kept on 8 May 2026";
    assert!(answer.body.contains(told), "{}", answer.body);
    // What is there may be gone on with, here and in another window; another person has room of their own.
    autosave(&post, &path, &typed(&form, "One and more")).await.is(204);
    autosave(&post, &path, &typed(&post.open(&path).await, "One and more and else")).await.is(204);
    autosave(
        &app.enter("guatemala2").await,
        &path,
        &typed(&form.clone().set("form_id", &FormId::new().to_string()), "One"),
    )
    .await
    .is(204);
    assert_eq!((count(&app, "drafts").await, everything(&app).await), (MOST + 1, before), "nothing was pushed out");
    // The form itself can be sent, and one that was discarded makes room.
    full.send(&post).await.is(303);
    discard(&post, &path).await;
    autosave(&post, &path, &typed(&post.open(&path).await, "Three")).await.is(204);
}

#[tokio::test]
async fn saves_at_once_do_not_pass_the_limit() {
    let app = TestApp::demonstration().await;
    let (path, post) = (contact_page(&app).await, app.enter("guatemala").await);
    fill(&app, "guatemala", MOST - 3, 20).await;
    let form = typed(&post.open(&path).await, "One");
    let mut saving = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (post, path, form) = (post.clone(), path.clone(), form.clone().set("form_id", &FormId::new().to_string()));
        saving.spawn(async move { autosave(&post, &path, &form).await.status });
    }
    let answers = saving.join_all().await;
    assert_eq!(answers.iter().filter(|status| **status == 204).count(), 3, "{answers:?}");
    assert_eq!(count(&app, "drafts").await, MOST);
}

#[tokio::test]
async fn drafts_have_a_size_in_all_and_a_late_text_that_finds_no_room_is_carried() {
    let app = TestApp::demonstration().await;
    let (path, post) = (contact_page(&app).await, app.enter("guatemala").await);
    let form = typed(&post.open(&path).await, &"x".repeat(9_000));
    fill(&app, "guatemala", 5, 999_000).await;
    app.run("update drafts set body = body || 'yyyy' where title = 'Text 3'").await;
    let before = everything(&app).await;
    let answer = autosave(&post, &path, &form).await;
    assert_eq!(answer.status, 409);
    let told = "Not kept: there is room for 5 MB, so discard one under My work, Typed and not sent, such as the largest (Text 3, kept on 20 Nov 2026";
    assert!(answer.body.contains(told), "{}", answer.body);
    autosave(&post, &path, &typed(&form, "A short one")).await.is(204);
    app.clock.advance(Duration::minutes(16));
    // Late: no draft, but the page that answers carries it, and so does the sign-in.
    let page = form.send(&post).await;
    page.is(401).says("goes with you when you sign in");
    assert!(page.body.contains(&"x".repeat(9_000)));
    let carried = encoded(&form.pairs());
    let sign_in = async |visitor: &Visitor| {
        visitor
            .post(
                "/sign-in",
                &[("account", "guatemala"), ("password", PASSWORD), ("next", &path), ("carried", &carried)],
            )
            .await
    };
    let mut other = app.nobody();
    let page = sign_in(&other).await;
    page.is(409).says("You are signed in, but the text below is not kept: there is no room for it.");
    assert_eq!(page.input("carried").as_deref(), Some(&*carried));
    assert!(page.headers.contains_key("set-cookie"));
    assert_eq!(everything(&app).await, before);
    other.sign_in("guatemala", PASSWORD).await.is(303);
    press(&other, discards(&other.get("/drafts").await).last().expect("a draft")).await.is(303);
    let page = sign_in(&app.nobody()).await;
    assert_eq!((page.status, &page.location), (303, &path));
    assert_eq!(other.open(&path).await.value("summary"), "x".repeat(9_000));
}

#[tokio::test]
async fn a_late_submit_under_a_used_id_is_known_again_or_kept_under_another() {
    let app = TestApp::demonstration().await;
    let (path, post) = (contact_page(&app).await, app.enter("guatemala").await);
    let form = typed(&post.open(&path).await, "One");
    let led = form.send(&post).await.location;
    app.clock.advance(Duration::minutes(16));
    // The same again: done, and after signing in one is where it led.
    let next = format!("/sign-in?{}", encoded(&[("next", &led)]));
    assert_eq!(form.send(&post).await.location, next);
    let carried = async |form: &Filled| {
        let carried = encoded(&form.pairs());
        app.nobody()
            .post(
                "/sign-in",
                &[("account", "guatemala"), ("password", PASSWORD), ("next", &path), ("carried", &carried)],
            )
            .await
    };
    assert_eq!(carried(&form).await.location, led);
    assert_eq!(count(&app, "drafts").await, 0);
    // Another text, sent twice on a bad link: kept once. What the script saves late under a used id brings nothing
    // back.
    let other = typed(&form, "One and else");
    assert_eq!(autosave(&post, &path, &other).await.status, 401);
    assert_eq!(count(&app, "drafts").await, 0);
    for _ in 0..2 {
        assert_eq!(other.send(&post).await.location, format!("/sign-in?{}", encoded(&[("next", &path)])));
    }
    assert_eq!(carried(&other).await.location, path);
    assert_eq!(count(&app, "drafts").await, 1);
    // A form that lost its id is no reason to lose its text.
    carried(&other.clone().without("form_id").set("summary", "Three")).await;
    carried(&other.clone().without("form_id").set("summary", "Three")).await;
    assert_eq!(kept(&app, &["One and else", "Three"]).await, [true, true]);
    discard(&app.enter("guatemala").await, &path).await;
    assert_eq!(kept(&app, &["One and else", "Three"]).await, [true, false]);
    // It is offered, and whoever sends it is told what was sent first.
    let back = app.enter("guatemala").await;
    let restored = back.open(&path).await;
    assert_eq!(restored.value("summary"), "One and else");
    let page = restored.send(&back).await;
    page.refused(USED);
    Filled::of(&path, &page).expect("the form").send(&back).await.is(303);
    assert_eq!(count(&app, "drafts").await, 0);
    assert_eq!(count(&app, "contacts where with_whom = 'The mill''s manager'").await, 2);
}

#[tokio::test]
async fn the_first_page_lists_what_is_not_sent_and_says_how_long_it_is_kept() {
    let app = TestApp::demonstration().await;
    let (path, post) = (contact_page(&app).await, app.enter("guatemala").await);
    post.get("/").await.says_not("Typed and not sent");
    post.get("/drafts").await.is(200).says("Nothing. What you type into a form and do not send appears here.");
    autosave(&post, &path, &typed(&post.open(&path).await, "One")).await.is(204);
    let page = post.get("/").await;
    page.says("Typed and not sent")
        .says("Record a contact kept")
        .says("for 90 days after its last change at most, and then deleted")
        .says_not("All ");
    fill(&app, "guatemala", 7, 20).await;
    let page = post.get("/").await;
    page.says("All 8");
    assert_eq!((page.link("All 8").as_str(), discards(&page).len()), ("/drafts", 6));
    let page = press(&post, &discards(&page)[0]).await;
    assert_eq!((page.status, page.location.as_str()), (303, "/"));
    let page = post.get("/drafts").await;
    page.says("Text 7").says("There is room for 200 texts and 5 MB in all.").says_not("Record a contact");
    assert_eq!(discards(&page).len(), 7);
    app.enter("guatemala2").await.get("/drafts").await.says_not("Text 7");
}

#[tokio::test]
async fn what_is_old_is_cleared_by_its_age_and_nothing_younger() {
    let app = TestApp::demonstration().await;
    let (path, post) = (contact_page(&app).await, app.enter("guatemala").await);
    app.run("delete from sessions where person_id not in (select id from people where account = 'guatemala')").await;
    let sent = typed(&post.open(&path).await, "One");
    let led = sent.send(&post).await.location;
    let draft = typed(&post.open(&path).await, "Two");
    autosave(&post, &path, &draft).await.is(204);
    let clear = async |forward: Duration| {
        app.clock.advance(forward);
        clearing::clear(&app.db, app.clock.now()).await.expect("it is cleared");
    };
    clear(AGE - Duration::hours(1)).await;
    assert_eq!(kept(&app, &["Two"]).await, [true]);
    // Of sessions, each person's newest stays: it tells when they were last here.
    assert_eq!(count(&app, "sessions").await, 1);
    clear(Duration::hours(2)).await;
    assert_eq!(kept(&app, &["Two"]).await, [false]);
    // A submit is known again for twice as long.
    clear(AGE - Duration::hours(3)).await;
    let back = app.enter("guatemala").await;
    assert_eq!(sent.send(&back).await.location, led);
    assert_eq!(count(&app, "sessions").await, 2);
    clear(Duration::hours(4)).await;
    assert_eq!(count(&app, "submissions").await, 0);
    assert_eq!(count(&app, "sessions").await, 1, "there is a newer one");
    assert_eq!(app.value("select max(started_at)::date from sessions").await, "2027-05-22");
    assert_eq!(count(&app, "contacts where with_whom = 'The mill''s manager'").await, 1);
}

#[tokio::test]
async fn several_servers_clear_many_rows_at_once() {
    let app = TestApp::demonstration().await;
    fill(&app, "guatemala", 3_500, 20).await;
    app.clock.advance(AGE);
    let now = app.clock.now();
    let (one, two, three) =
        tokio::join!(clearing::clear(&app.db, now), clearing::clear(&app.db, now), clearing::clear(&app.db, now));
    for cleared in [one, two, three] {
        cleared.expect("no server is in another's way");
    }
    clearing::clear(&app.db, now).await.expect("it is cleared");
    assert_eq!(count(&app, "drafts").await, 0);
}
