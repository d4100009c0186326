//! The worksheet: every topic of a check on one page, saved whole, in part, or one alone. As a browser without scripts
//! does it.

use lantern::id::FormId;
use reqwest::Method;
use time::Duration as Span;

use crate::support::{Filled, Page, TestApp, Visitor, client::encoded};

/// The check of the story, back at the post, which has heard what it heard and answered nothing.
pub async fn unanswered(app: &TestApp) -> String {
    let check = format!("/checks/{}", app.value("select id from checks where subject like '36 weapons%'").await);
    let questions = [("text", "Has the registry received the request meanwhile?")];
    app.enter("case").await.done(&format!("{check}/give-back"), &questions).await;
    let id = check.trim_start_matches("/checks/");
    // Behind the back of every rule: what was answered is not taken back by the ten.
    app.run(&format!(
        "set local session_replication_role = replica;
         delete from finding_basis where finding_id in (select id from findings where check_id = '{id}');
         delete from findings where check_id = '{id}'"
    ))
    .await;
    check
}

/// The number of the answer on a topic; of one that is per party, of the first party.
fn number(form: &Filled, topic: &str) -> usize {
    let is_it = |at: &usize| form.value(&format!("topics.{at}.topic")) == topic;
    (1..=50).find(is_it).unwrap_or_else(|| panic!("the page asks nothing on {topic}"))
}

/// Every topic that the page takes an answer on, by number.
fn numbers(form: &Filled) -> Vec<usize> {
    (1..=50).take_while(|at| !form.value(&format!("topics.{at}.topic")).is_empty()).collect()
}

fn answer(form: Filled, at: usize, word: &str, text: &str) -> Filled {
    form.set(&format!("topics.{at}.answer"), word).set(&format!("topics.{at}.text"), text)
}

async fn counts(app: &TestApp) -> String {
    let of = |table: &str| format!("(select count(*) from {table})");
    let tables = ["findings", "finding_basis", "audit_events"].map(of).join(" || ' ' || ");
    app.value(&format!("select {tables} || ' ' || (select coalesce(sum(version), 0) from findings)")).await
}

async fn events(app: &TestApp) -> i64 {
    app.value("select count(*) from audit_events").await.parse().expect("a count")
}

async fn open(post: &Visitor, check: &str) -> Filled {
    post.open(&format!("{check}/worksheet")).await
}

/// The page again, after a refusal or a save.
fn again(form: &Filled, page: &Page) -> Filled {
    Filled::of(&form.action, page).expect("the form again")
}

fn where_it_is(app_check: &str, topic: &str, column: &str) -> String {
    let id = app_check.trim_start_matches("/checks/");
    format!("select {column} from findings where check_id = '{id}' and topic = '{topic}' order by id limit 1")
}

#[tokio::test]
async fn one_save_answers_every_topic_and_a_second_one_nothing_more() {
    let app = TestApp::demonstration().await;
    let check = unanswered(&app).await;
    let post = app.enter("guatemala").await;
    let mut form = open(&post, &check).await;
    let all = numbers(&form);
    assert!(all.len() >= 10, "{} topics", all.len());
    for at in &all {
        form = answer(form, *at, "yes", &format!("As the application says, number {at}."));
    }
    let before = events(&app).await;
    let saved = form.send(&post).await;
    assert_eq!((saved.status, saved.location.as_str()), (303, format!("{check}/worksheet#saved").as_str()));
    let id = check.trim_start_matches("/checks/");
    let written = app.value(&format!("select count(*) from findings where check_id = '{id}'")).await;
    assert_eq!(written, all.len().to_string());
    // Each has its own entry, as from its own page.
    let own = format!(
        "select count(*) from audit_events e join findings f on f.id = e.subject_id
         where f.check_id = '{id}' and e.verb = 'finding_recorded' and e.at = f.recorded_at and e.after::text like '%As the application says, number%'"
    );
    assert_eq!(app.value(&own).await, all.len().to_string());
    assert_eq!(events(&app).await, before + i64::try_from(all.len()).expect("few"));
    // What was said on a topic is what its answer rests on, without a tick.
    let basis = format!(
        "select count(*) > 0 from finding_basis b join findings f on f.id = b.finding_id where f.check_id = '{id}' and f.topic = 'order'"
    );
    assert_eq!(app.value(&basis).await, "true");
    let page = post.get(&format!("{check}/worksheet")).await;
    page.says(&format!("Saved {} answers: ", all.len())).says("Order and contract, yes");
    assert!(page.body.contains("id=\"saved\""), "the address leads there");
    let kept = counts(&app).await;
    let repeat = form.send(&post).await;
    assert_eq!((repeat.status, repeat.location), (303, format!("{check}/worksheet#saved")));
    assert_eq!(counts(&app).await, kept);
    // Sent as it came, it is no change.
    again(&form, &page).send(&post).await.refused("Nothing on this page was changed");
    assert_eq!(counts(&app).await, kept);
}

#[tokio::test]
async fn what_is_whole_is_saved_and_what_is_begun_stays_a_draft() {
    let app = TestApp::demonstration().await;
    let check = unanswered(&app).await;
    let post = app.enter("guatemala").await;
    let form = open(&post, &check).await;
    let (order, need, storage) = (number(&form, "order"), number(&form, "need"), number(&form, "storage"));
    let form = answer(form, order, "yes", "He ordered them himself.");
    let form =
        answer(form, storage, "partly", "A safe, and one lock.").set(&format!("topics.{need}.text"), "Of 45 men,");
    let before = events(&app).await;
    form.send(&post).await.is(303);
    assert_eq!(events(&app).await, before + 2, "what was not touched is not written");
    let page = post.get(&format!("{check}/worksheet")).await;
    page.says("Saved 2 answers").says("Kept as a draft, not saved yet: Need against quantity.");
    page.says("Next: Need against quantity").says_not("Nothing was saved yet");
    let form = again(&form, &page);
    let need = number(&form, "need");
    assert_eq!(form.value(&format!("topics.{need}.text")), "Of 45 men,");
    // Where nothing is whole, what is missing is told at its field.
    let page = form.send(&post).await;
    page.is(422).says("Need against quantity, Post's answer : Choose one of the answers.");
    assert!(page.body.contains(&format!("href=\"#topics.{need}.answer\"")));
    app.clock.advance(Span::minutes(1));
    answer(form, need, "yes", "Of 45 men, 30 carry one.").send(&post).await.is(303);
    let page = post.get(&format!("{check}/worksheet")).await;
    page.says("Saved Need against quantity, yes.").says_not("This is what you typed before");
    assert_eq!(app.value(&where_it_is(&check, "need", "text")).await, "Of 45 men, 30 carry one.");
}

#[tokio::test]
async fn a_topic_is_saved_alone_and_the_rest_stays_typed() {
    let app = TestApp::demonstration().await;
    let check = unanswered(&app).await;
    let post = app.enter("guatemala").await;
    let form = open(&post, &check).await;
    let (order, need) = (number(&form, "order"), number(&form, "need"));
    let form = answer(form, order, "yes", "He ordered them himself.");
    let form = answer(form, need, "no", "Far too many.\nAnd twice as heavy.");
    let before = events(&app).await;
    let saved = form.clone().set("only", "order").send(&post).await;
    assert_eq!((saved.status, saved.location.as_str()), (303, format!("{check}/worksheet#saved").as_str()));
    assert_eq!(events(&app).await, before + 1);
    assert_eq!(app.value("select count(*) from findings where text like 'Far too many%'").await, "0");
    let page = post.get(&format!("{check}/worksheet")).await;
    page.says("Saved Order and contract, yes.").says("not saved yet: Need against quantity.");
    let place = page.body.find("id=\"saved\"").expect("it is told");
    let own = page.body.find("id=\"order\"").expect("it has its place");
    let after = ["class=\"sheet-topic", "class=\"send\""].map(|next| page.body[own..].find(next));
    let next = own + after.into_iter().flatten().min().expect("the next topic, or the bar");
    assert!(own < place && place < next, "it is told at its topic");
    let again = again(&form, &page);
    let need = number(&again, "need");
    assert_eq!(again.value(&format!("topics.{need}.text")), "Far too many.\nAnd twice as heavy.");
    assert_eq!(again.value(&format!("topics.{need}.answer")), "no");
    // The same button once more is the same save; another one is another form.
    form.clone().set("only", "order").send(&post).await.is(303);
    form.clone().set("only", "need").send(&post).await.is(409);
    again.clone().set("only", "need").send(&post).await.is(303);
    assert_eq!(app.value(&where_it_is(&check, "need", "answer")).await, "no");
    // A topic that lacks its text says so, and nothing is kept.
    let form = open(&post, &check).await;
    let storage = number(&form, "storage");
    let before = counts(&app).await;
    let page = form.set(&format!("topics.{storage}.answer"), "yes").set("only", "storage").send(&post).await;
    page.is(422).says("Storage and physical security, What post found :");
    assert_eq!(counts(&app).await, before);
}

#[tokio::test]
async fn whatever_is_refused_stands_at_its_field_and_nothing_is_kept() {
    let app = TestApp::demonstration().await;
    let check = unanswered(&app).await;
    let post = app.enter("guatemala").await;
    let before = counts(&app).await;
    let form = open(&post, &check).await;
    let order = number(&form, "order");
    let whole = answer(form.clone(), order, "yes", "He ordered them himself.");
    let need = number(&form, "need");
    let name = |field: &str| format!("topics.{need}.{field}");
    for (field, value, said) in [
        ("answer", "perhaps", "Post's answer : Choose one of the answers."),
        ("portion_mark", "S", "Portion mark : Choose one of the answers."),
        ("contacts", "x", "Rests on : "),
    ] {
        let form = answer(whole.clone(), need, "yes", "Of 45 men, 30 carry one.").set(&name(field), value);
        let page = form.set("form_id", &FormId::new().to_string()).send(&post).await;
        page.is(422).says(&format!("Need against quantity, {said}"));
        assert_eq!(counts(&app).await, before, "{field}");
    }
    let huge = "An endless text. ".repeat(700);
    let page = answer(whole.clone(), need, "yes", &huge).send(&post).await;
    page.is(422).says("Need against quantity, What post found :");
    let again = again(&whole, &page);
    assert_eq!(again.value(&name("text")).trim(), huge.trim(), "nothing typed is lost");
    assert_eq!(again.value(&format!("topics.{order}.text")), "He ordered them himself.");
    // The other one alone goes, and the long one stays typed.
    again.clone().set("only", "order").send(&post).await.is(303);
    let left = open(&post, &check).await;
    assert_eq!(left.value(&format!("topics.{}.text", number(&left, "need"))).trim(), huge.trim());
}

#[tokio::test]
async fn a_classified_text_in_any_topic_is_refused_or_asked_about_and_kept_nowhere() {
    let app = TestApp::demonstration().await;
    let check = unanswered(&app).await;
    let post = app.enter("guatemala").await;
    let before = counts(&app).await;
    let form = open(&post, &check).await;
    let (order, need) = (number(&form, "order"), number(&form, "need"));
    let form = answer(form, order, "yes", "He ordered them himself.");
    for only in [None, Some("order"), Some("need")] {
        let marked = answer(form.clone(), need, "yes", "3. (S//NF) Post learned zebrafinch");
        let marked = only.map_or_else(|| marked.clone(), |only| marked.clone().set("only", only));
        let page = marked.send(&post).await;
        page.is(422).says("Need against quantity, What post found : This looks classified ((S//NF)).");
        let maybe = answer(form.clone(), need, "yes", "(C) Calle 14");
        let maybe = only.map_or_else(|| maybe.clone(), |only| maybe.clone().set("only", only));
        maybe.send(&post).await.is(422).says("Is this a classification mark?");
    }
    assert_eq!(counts(&app).await, before);
    for word in ["zebrafinch", "Calle 14"] {
        assert_eq!(crate::forms::tables_with(&app, word).await, Vec::<String>::new(), "{word}");
    }
}

#[tokio::test]
async fn an_answer_that_somebody_else_saved_meanwhile_is_not_overwritten_unseen() {
    let app = TestApp::demonstration().await;
    let check = unanswered(&app).await;
    let (post, other) = (app.enter("guatemala").await, app.enter("guatemala2").await);
    let (mine, theirs) = (open(&post, &check).await, open(&other, &check).await);
    let (order, need) = (number(&mine, "order"), number(&mine, "need"));
    answer(theirs, order, "no", "Theirs, saved first.").send(&other).await.is(303);
    // What they answered is none of who answered another topic.
    let before = events(&app).await;
    answer(mine.clone(), need, "yes", "Of 45 men, 30 carry one.")
        .set("form_id", &FormId::new().to_string())
        .send(&post)
        .await
        .is(303);
    assert_eq!(events(&app).await, before + 1);
    assert_eq!(app.value(&where_it_is(&check, "order", "text")).await, "Theirs, saved first.");
    // The same topic is refused, and both answers are there.
    let kept = counts(&app).await;
    let page = answer(mine, order, "yes", "Mine, typed meanwhile.").send(&post).await;
    page.is(422).says("Order and contract, Post's answer : Somebody else answered this after you opened the page.");
    page.says("On file now: Theirs, saved first.").says("On file now: No");
    assert_eq!(counts(&app).await, kept);
    let again = Filled::of(&format!("{check}/worksheet"), &page).expect("the form again");
    let order = number(&again, "order");
    assert_eq!(again.value(&format!("topics.{order}.text")), "Mine, typed meanwhile.");
    // A version nobody read saves nothing either.
    for version in ["0", "-1", "2147483647", "99999999999", "abc", ""] {
        let page = again
            .clone()
            .set(&format!("topics.{order}.version"), version)
            .set("form_id", &FormId::new().to_string())
            .send(&post)
            .await;
        page.is(422).says("Somebody else answered this");
    }
    assert_eq!(counts(&app).await, kept);
    again.send(&post).await.is(303);
    assert_eq!(app.value(&where_it_is(&check, "order", "text || ' ' || version")).await, "Mine, typed meanwhile. 2");
}

/// What is offered for an answer to rest on.
fn offered(form: &Filled, at: usize) -> Vec<String> {
    let name = format!("topics.{at}.contacts");
    form.offered.iter().filter(|(known, _)| *known == name).map(|(_, value)| value.clone()).collect()
}

/// What an answer rests on, as it stands in the form.
fn ticked(form: &Filled, at: usize) -> Vec<String> {
    let name = format!("topics.{at}.contacts");
    form.pairs().into_iter().filter(|(known, _)| *known == name).map(|(_, value)| value.to_owned()).collect()
}

#[tokio::test]
async fn what_somebody_else_let_it_rest_on_stays_ticked() {
    let app = TestApp::demonstration().await;
    let check = unanswered(&app).await;
    let (post, other) = (app.enter("guatemala").await, app.enter("guatemala2").await);
    let (mine, theirs) = (open(&post, &check).await, open(&other, &check).await);
    let order = number(&mine, "order");
    let own = ticked(&mine, order);
    let more = offered(&theirs, order).into_iter().find(|contact| !own.contains(contact)).expect("another contact");
    let theirs = answer(theirs, order, "no", "Theirs, saved first.");
    theirs.set(&format!("topics.{order}.contacts"), &more).send(&other).await.is(303);
    let page = answer(mine.clone(), order, "yes", "Mine, typed meanwhile.").send(&post).await;
    page.is(422).says("Somebody else answered this after you opened the page.");
    let again = again(&mine, &page);
    let mut all = ticked(&again, number(&again, "order"));
    let mut both = [own, vec![more]].concat();
    all.sort();
    both.sort();
    assert_eq!(all, both);
    again.send(&post).await.is(303);
    let rests = "select count(*) from finding_basis b join findings f on f.id = b.finding_id where f.text = 'Mine, typed meanwhile.'";
    assert_eq!(app.value(rests).await, both.len().to_string());
}

#[tokio::test]
async fn an_overtaken_answer_holds_nothing_up_and_can_be_left_out() {
    let app = TestApp::demonstration().await;
    let check = unanswered(&app).await;
    let (post, other) = (app.enter("guatemala").await, app.enter("guatemala2").await);
    let path = format!("{check}/worksheet");
    let (mine, theirs) = (open(&post, &check).await, open(&other, &check).await);
    let (order, need) = (number(&mine, "order"), number(&mine, "need"));
    answer(theirs, need, "no", "Theirs, saved first.").send(&other).await.is(303);
    let form = answer(mine, order, "yes", "He ordered them himself.").set(&format!("topics.{need}.text"), "Of 45 men,");
    form.send(&post).await.is(303);
    // What is begun stays begun, however often the page comes back.
    let page = post.get(&path).await;
    page.says("Saved Order and contract, yes.").says("not saved yet: Need against quantity.");
    page.says("Somebody else answered this").says("On file now: Theirs, saved first.").says("Leave mine out");
    page.says_not("Nothing was saved yet");
    let form = again(&form, &page);
    let (storage, before) = (number(&form, "storage"), events(&app).await);
    answer(form.clone(), storage, "partly", "A safe, and one lock.").send(&post).await.is(303);
    assert_eq!(events(&app).await, before + 1);
    assert_eq!(app.value(&where_it_is(&check, "need", "text")).await, "Theirs, saved first.");
    // It is left out, and what else is typed stays; then it is left out alone.
    let page = post.get(&path).await;
    let form = again(&form, &page);
    let (need, paper) = (number(&form, "need"), numbers(&form).len());
    assert_eq!(form.value(&format!("topics.{need}.text")), "Of 45 men,");
    let kept = counts(&app).await;
    let (out, name) = (need.to_string(), format!("topics.{paper}.topic"));
    let typed = form.value(&name).to_owned();
    let both = form.clone().set(&format!("topics.{paper}.text"), "A paper that").set("out", &out);
    let page = both.send(&post).await;
    page.is(200).says_not("Leave mine out").says_not("Nothing was saved yet");
    for page in [page, post.get(&path).await] {
        let form = again(&form, &page);
        assert_eq!(form.value(&format!("topics.{}.text", number(&form, "need"))), "Theirs, saved first.");
        assert_eq!(form.value(&format!("topics.{}.text", number(&form, &typed))), "A paper that");
    }
    let form = open(&post, &check).await;
    let out = form.clone().set("out", &number(&form, &typed).to_string()).send(&post).await;
    assert_eq!((out.status, out.location.as_str()), (303, path.as_str()));
    let page = post.get(&path).await;
    page.says_not("A paper that").says_not("This is what you typed before");
    assert_eq!(counts(&app).await, kept);
}

/// That it is no mark, as the page asks it.
fn no_mark(form: &Filled) -> String {
    let no = form.offered.iter().find(|(name, value)| name == "a_mark" && value.starts_with("no."));
    no.map(|(_, value)| value.clone()).expect("the page asks")
}

#[tokio::test]
async fn what_is_said_of_a_line_is_asked_once_and_logged_with_the_answer_that_holds_it() {
    const DENIED: &str = "select count(*) from audit_events where verb = 'mark_denied'";
    let app = TestApp::demonstration().await;
    let check = unanswered(&app).await;
    let post = app.enter("guatemala").await;
    let path = format!("{check}/worksheet");
    let form = open(&post, &check).await;
    assert_eq!(form.value("a_mark"), "");
    let (order, need) = (number(&form, "order"), number(&form, "need"));
    let form = answer(form, order, "yes", "He ordered them himself.");
    let form = answer(form, need, "yes", "(C) Calle 14, on the second floor");
    let page = form.clone().set("only", "order").send(&post).await;
    page.is(422).says("Is this a classification mark?");
    let (denied, before) = (app.value(DENIED).await, events(&app).await);
    let asked = again(&form, &page);
    let no = no_mark(&asked);
    asked.set("a_mark", &no).set("only", "order").send(&post).await.is(303);
    assert_eq!((app.value(DENIED).await, events(&app).await), (denied.clone(), before + 1), "it is in no answer yet");
    let page = post.get(&path).await;
    page.says("Saved Order and contract, yes.").says("not saved yet: Need against quantity.");
    let rest = again(&form, &page);
    assert_eq!(rest.value("a_mark"), no);
    // With another answer, that comes first: it is logged of the one that holds it.
    let rest = answer(rest.clone(), number(&rest, "storage"), "partly", "A safe, and one lock.");
    rest.send(&post).await.is(303);
    assert_eq!(events(&app).await, before + 4);
    let of = "select f.topic from audit_events e join findings f on f.id = e.subject_id where e.verb = 'mark_denied' and e.summary like '%Calle 14%'";
    assert_eq!(app.value(of).await, "need");
    // On file, it keeps no draft from being kept, and is nobody's word about another answer, or about more of its own.
    let (form, denied) = (open(&post, &check).await, app.value(DENIED).await);
    let (need, other) = (number(&form, "need"), numbers(&form)[0]);
    let form = answer(form, other, "yes", "As the application says.");
    let mut pairs = form.pairs();
    pairs.extend([("path", path.as_str()), ("title", "Worksheet")]);
    post.post("/drafts", &pairs).await.is(204);
    let text = "(C) Calle 14, on the second floor\nIt is a shop.";
    let form = form.set(&format!("topics.{need}.text"), text);
    form.send(&post).await.is(303);
    assert_eq!((app.value(DENIED).await, events(&app).await), (denied, before + 6));
    assert_eq!(app.value(&where_it_is(&check, "need", "text")).await, text);
}

#[tokio::test]
async fn two_tabs_are_two_texts_and_each_is_sent_once() {
    let app = TestApp::demonstration().await;
    let check = unanswered(&app).await;
    let post = app.enter("guatemala").await;
    let (one, two) = (open(&post, &check).await, open(&post, &check).await);
    assert_ne!(one.value("form_id"), two.value("form_id"));
    let (order, need) = (number(&one, "order"), number(&one, "need"));
    answer(one, order, "yes", "He ordered them himself.").send(&post).await.is(303);
    answer(two, need, "yes", "Of 45 men, 30 carry one.").send(&post).await.is(303);
    for topic in ["order", "need"] {
        assert_eq!(app.value(&where_it_is(&check, topic, "version")).await, "1", "{topic}");
    }
}

#[tokio::test]
async fn a_draft_has_the_whole_form_and_what_changed_meanwhile_is_seen_beside_it() {
    let app = TestApp::demonstration().await;
    let check = unanswered(&app).await;
    let (post, other) = (app.enter("guatemala").await, app.enter("guatemala2").await);
    let path = format!("{check}/worksheet");
    let form = open(&post, &check).await;
    let (order, need) = (number(&form, "order"), number(&form, "need"));
    let form = answer(form, order, "yes", "He ordered them himself.").set(&format!("topics.{need}.text"), "Of 45 men,");
    // As the script keeps it.
    let mut pairs = form.pairs();
    pairs.extend([("path", path.as_str()), ("title", "Worksheet")]);
    post.post("/drafts", &pairs).await.is(204);
    let theirs = open(&other, &check).await;
    answer(theirs, order, "no", "Theirs, saved first.").send(&other).await.is(303);
    let page = post.get(&path).await;
    page.says("This is what you typed before")
        .says("On file now: Theirs, saved first.")
        .says("Somebody else answered this after you opened the page.")
        .says_not("Nothing was saved yet")
        .says_not("Choose one of the answers.");
    let again = Filled::of(&path, &page).expect("the form");
    for (topic, text) in [("order", "He ordered them himself."), ("need", "Of 45 men,")] {
        assert_eq!(again.value(&format!("topics.{}.text", number(&again, topic))), text);
    }
    again.send(&post).await.is(303);
    assert_eq!(app.value(&where_it_is(&check, "order", "text")).await, "He ordered them himself.");
}

#[tokio::test]
async fn what_nobody_asks_is_not_answered_here() {
    let app = TestApp::demonstration().await;
    let check = unanswered(&app).await;
    let post = app.enter("guatemala").await;
    let before = counts(&app).await;
    let form = open(&post, &check).await;
    let contact = offered(&form, number(&form, "order"))[0].clone();
    let mut refused = 0;
    for (topic, party) in [
        ("no_such_topic", ""),
        ("'; drop table findings; --", ""),
        ("<script>alert(1)</script>", ""),
        ("../../findings", ""),
        ("order", "01900000-0000-7000-8000-000000000000"),
        ("order", "x"),
        ("bona_fides", ""),
        ("bona_fides", "01900000-0000-7000-8000-000000000000"),
    ] {
        let stray = answer(form.clone(), 40, "yes", "Typed for nothing zebrafinch.")
            .set("topics.40.topic", topic)
            .set("topics.40.party", party)
            .set("topics.40.version", "0")
            .set("topics.40.portion_mark", "SBU")
            .set("topics.40.contacts", &contact)
            .set("form_id", &FormId::new().to_string());
        let page = stray.send(&post).await;
        page.is(422).says("Typed for nothing zebrafinch.").says("This is not asked on this check.");
        // It keeps what it was to rest on, and goes when its person says so.
        let again = again(&form, &page);
        let stray = *numbers(&again).last().expect("it is still there");
        assert_eq!(again.value(&format!("topics.{stray}.contacts")), contact, "{topic} {party}");
        let out = again.set("out", &stray.to_string()).send(&post).await;
        assert_eq!((out.status, out.location.as_str()), (303, form.action.as_str()), "{topic} {party}");
        post.get(&form.action).await.says_not("Typed for nothing").says_not("Not among the topics");
        assert!(!page.body.contains("<script>alert"), "{topic}");
        refused += 1;
        assert_eq!(counts(&app).await, before, "{topic} {party}");
    }
    assert_eq!(refused, 8);
}

#[tokio::test]
async fn who_may_not_answer_is_offered_no_form_and_answers_nothing() {
    let app = TestApp::demonstration().await;
    let check = unanswered(&app).await;
    let path = format!("{check}/worksheet");
    let post = app.enter("guatemala").await;
    post.get(&check).await.link("Worksheet");
    let form = open(&post, &check).await;
    let form = answer(form.clone(), number(&form, "order"), "yes", "He ordered them himself.");
    let answers = "select count(*) || ' ' || coalesce(sum(version), 0) from findings";
    let before = app.value(answers).await;
    for (account, status) in [("kingston", 404), ("case", 403), ("reviewer", 403), ("auditor", 403), ("admin", 403)] {
        let visitor = app.enter(account).await;
        assert_eq!(visitor.get(&path).await.status, status, "{account}");
        assert_eq!(form.send(&visitor).await.status, status, "{account}");
    }
    for account in ["case", "auditor"] {
        let page = app.enter(account).await.get(&check).await;
        assert!(!page.body.contains("/worksheet"), "{account} is offered nothing");
    }
    assert_eq!(app.value(answers).await, before);
    // Before the post had it back, it had replied: nothing is answered, and what was typed stays.
    let app = TestApp::demonstration().await;
    let replied = format!("/checks/{}", app.value("select id from checks where subject like '36 weapons%'").await);
    let post = app.enter("guatemala").await;
    let page = post.get(&format!("{replied}/worksheet")).await;
    page.is(200).says("Findings are written while the check is in progress.");
    assert!(Filled::of("", &page).is_none() && !page.body.contains("Save the worksheet"));
    assert!(!post.get(&replied).await.body.contains("/worksheet"));
    let before = counts(&app).await;
    let sent = [
        ("form_id", FormId::new().to_string()),
        ("topics.1.topic", "order".into()),
        ("topics.1.version", "1".into()),
        ("topics.1.answer", "no".into()),
        ("topics.1.text", "Typed too late.".into()),
        ("topics.1.portion_mark", "SBU".into()),
    ];
    let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = post.post(&format!("{replied}/worksheet"), &sent).await;
    page.refused("Findings are written while the check is in progress.").says("Typed too late.");
    assert_eq!(counts(&app).await, before);
}

#[tokio::test]
async fn a_signed_reply_takes_no_answer() {
    let app = TestApp::demonstration().await;
    let check = unanswered(&app).await;
    let post = app.enter("guatemala").await;
    let mut form = open(&post, &check).await;
    for at in numbers(&form) {
        form = answer(form, at, "yes", "As the application says.");
        let name = format!("topics.{at}.contacts");
        if form.value(&name).is_empty() {
            let contact = form.offered.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
            form = form.set(&name, &contact.expect("a contact is offered"));
        }
    }
    let before_signing = form.clone();
    form.send(&post).await.is(303);
    let words = [("word", "support_with_conditions"), ("text", "As soon as the approvals count.")];
    post.done(&format!("{check}/recommend"), &words).await;
    post.done(&format!("{check}/sign"), &[]).await;
    let page = post.get(&format!("{check}/worksheet")).await;
    page.is(200).says("signed the reply: what it says stands");
    assert!(Filled::of("", &page).is_none());
    let late = answer(before_signing, 1, "no", "Typed too late.").set("form_id", &FormId::new().to_string());
    let kept = counts(&app).await;
    late.send(&post).await.refused("signed the reply").says("Typed too late.");
    assert_eq!(counts(&app).await, kept);
}

#[tokio::test]
async fn what_to_ask_and_what_was_said_stand_beside_the_answer() {
    let app = TestApp::demonstration().await;
    let check = unanswered(&app).await;
    let post = app.enter("guatemala").await;
    // A contact at which nothing was said, and one with a statement on no topic.
    let id = check.trim_start_matches("/checks/");
    app.run(&format!(
        "set local session_replication_role = replica;
         update statements set topic = null, text = 'The minister will help.' where id = (
             select id from statements where check_id = '{id}' and topic is not null order by id limit 1)"
    ))
    .await;
    let page = post.get(&format!("{check}/worksheet")).await;
    page.says("How many people will carry or use these articles");
    page.says("Lantern's own question, after 22 USC 2785(a)(2)(B)(ii)");
    page.says_not("What are the articles used for today");
    page.says("30 pieces of 9 mm pistols; 6 pieces of 5.56 mm automatic rifles");
    page.says("36 pieces in all");
    page.says("on no topic");
    // Every statement of the file is on the page.
    let said =
        app.value(&format!("select string_agg(left(text, 60), chr(10)) from statements where check_id = '{id}'")).await;
    for text in said.lines() {
        page.says(text);
    }
}

#[tokio::test]
async fn however_many_contacts_say_nothing_a_topic_offers_some_and_names_the_rest() {
    let app = TestApp::demonstration().await;
    let check = unanswered(&app).await;
    let post = app.enter("guatemala").await;
    let id = check.trim_start_matches("/checks/");
    let before = open(&post, &check).await;
    app.run(&format!(
        "set local session_replication_role = replica;
         insert into contacts (id, check_id, kind, with_whom, channel_source, summary, recorded_by, recorded_at)
         select gen_random_uuid(), '{id}', 'call', 'Watchman of the number ' || n, 'directory', 'Nobody knew.', p.id, now()
         from people p, generate_series(1, 40) n where p.account = 'guatemala'"
    ))
    .await;
    let page = post.get(&format!("{check}/worksheet")).await;
    let form = again(&before, &page);
    for at in numbers(&form) {
        // Six that may bear on it, twelve that are about something else, and those that were there.
        let (were, are) = (offered(&before, at).len(), offered(&form, at).len());
        assert!(are > were && are <= were + 18, "{are} of {were} and 40");
    }
    page.says("To go by: 41 contacts");
    page.says("more contacts for");
}

/// One initial window of TCP, as for every page.
const WINDOW: usize = 14 * 1024;

/// Sentences that do not repeat themselves.
fn long(seed: usize, characters: usize) -> String {
    const WORDS: &[&str] = &[
        "registry",
        "manager",
        "stated",
        "weapons",
        "store",
        "visited",
        "signed",
        "director",
        "order",
        "guard",
        "paper",
        "confirmed",
        "ministry",
        "rifles",
        "steel",
        "room",
        "keys",
        "roster",
        "counted",
        "monthly",
    ];
    let (mut text, mut random) = (String::new(), seed.wrapping_mul(2_654_435_761).wrapping_add(12_345));
    while text.len() < characters {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text += WORDS[(random >> 33) % WORDS.len()];
        text += if (random >> 20) % 9 == 0 { ". " } else { " " };
    }
    text.trim().to_owned()
}

#[tokio::test]
async fn fifty_topics_with_long_texts_are_still_a_small_page() {
    let app = TestApp::demonstration().await;
    let check = unanswered(&app).await;
    let id = check.trim_start_matches("/checks/").to_owned();
    let post = app.enter("guatemala").await;
    // Behind the back of every rule: forty topics more, of which thirty are answered at length.
    let mut rows = Vec::new();
    for at in 0..40 {
        rows.push(format!(
            "insert into reference_entries (id, kind, code, label, check_types, source, starts_on)
             values (gen_random_uuid(), 'topic', 'topic_{at}', 'Topic of the number {at}', array['pre_license'], 'Invented', '2020-01-01');"
        ));
        if at < 30 {
            rows.push(format!(
                "insert into findings (id, check_id, topic, answer, text, portion_mark, recorded_by, recorded_at)
                 select gen_random_uuid(), '{id}', 'topic_{at}', 'yes', '{}', 'SBU', id, now() from people where account = 'guatemala';",
                long(at, 6_000)
            ));
            rows.push(format!(
                "insert into finding_basis (finding_id, contact_id) select f.id, (select id from contacts where check_id = '{id}' limit 1)
                 from findings f where f.check_id = '{id}' and f.topic = 'topic_{at}';"
            ));
        }
    }
    app.run(&format!("set local session_replication_role = replica; {}", rows.concat())).await;
    app.run("update kept_versions set version = gen_random_uuid()").await;
    let path = format!("{check}/worksheet");
    let headers = [("accept", "text/html"), ("accept-encoding", "br"), ("sec-fetch-site", "same-origin")];
    let blank = post.send(Method::GET, &path, String::new(), &headers).await;
    let page = post.get(&path).await;
    page.says("30 of 50 topics answered");
    let timing = page.headers["server-timing"].to_str().unwrap().to_owned();
    let statements: usize = timing.chars().filter(char::is_ascii_digit).collect::<String>().parse().expect("a number");
    println!("{} bytes, {statements} statements", blank.raw);
    assert!(statements <= 8, "{statements} statements");
    assert!(blank.status == 200 && blank.raw <= WINDOW, "{}: {} bytes", blank.status, blank.raw);
    // What does not come with the page is not taken for emptied.
    let form = Filled::of(&path, &page).expect("a form");
    let before = events(&app).await;
    answer(form.clone(), 1, "yes", "Answered among fifty.").send(&post).await.is(303);
    assert_eq!(events(&app).await, before + 1);
    // A form of endless answers is bounded before any work is done.
    let many: Vec<(String, String)> = (0..5_000)
        .flat_map(|at| [(format!("topics.{at}.topic"), "order".into()), (format!("topics.{at}.text"), "x".into())])
        .collect();
    let mut pairs: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let form_id = FormId::new().to_string();
    pairs.push(("form_id", &form_id));
    let endless = post.send(Method::POST, &path, encoded(&pairs), &headers).await;
    assert_eq!(endless.status, 413);
}
