//! Classification marks: what officers type, marked and honest, is measured; and what a form does with either.

use std::collections::BTreeSet;

use lantern::id::FormId;
use reqwest::Method;

use crate::{
    forms::{check, every_form, tables_with, with_text},
    support::{Filled, TestApp, client::encoded},
};

/// A line of a list, with its line ends.
fn texts(list: &str) -> Vec<String> {
    let texts = list.lines().map(|line| line.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t"));
    texts.filter(|text| !text.is_empty()).collect()
}

#[test]
fn no_marked_line_is_stored_without_a_question_and_no_honest_one_is_refused() {
    let judged = |list| {
        let (mut refused, mut asked, mut stored) = (Vec::new(), Vec::new(), Vec::new());
        for text in texts(list) {
            let judgement = lantern::text::judge(&text);
            let into = match (judgement.marked, judgement.asked.is_empty()) {
                (Some(_), _) => &mut refused,
                (None, false) => &mut asked,
                (None, true) => &mut stored,
            };
            into.push(text);
        }
        (refused, asked, stored)
    };
    let marked = judged(include_str!("marks/marked.txt"));
    let honest = judged(include_str!("marks/honest.txt"));
    println!(
        "marked: {} refused, {} asked, {} stored without a question",
        marked.0.len(),
        marked.1.len(),
        marked.2.len()
    );
    println!(
        "honest: {} refused, {} asked, {} stored without a question",
        honest.0.len(),
        honest.1.len(),
        honest.2.len()
    );
    let honest_ones = honest.1.len() + honest.2.len();
    assert!(marked.0.len() + marked.1.len() >= 150 && honest_ones >= 150);
    assert_eq!(marked.2, Vec::<String>::new(), "marked and stored without a question");
    assert_eq!(honest.0, Vec::<String>::new(), "honest and refused");
    assert!(honest.1.len() * 20 <= honest_ones, "more than one of twenty is asked about: {:?}", honest.1);
}

/// A line that may bear a mark, and is honest.
const PERHAPS: &str = "(S) Santiago office zebrafinch";

#[tokio::test]
async fn every_form_asks_about_what_may_be_a_mark_and_keeps_nothing_meanwhile() {
    let app = TestApp::demonstration().await;
    let forms = every_form(&app).await;
    let before = app.value("select count(*) from audit_events").await;
    let mut silent = BTreeSet::new();
    for (path, visitor, form) in forms.iter().filter(|(_, _, form)| !form.texts.is_empty()) {
        let page = with_text(form, PERHAPS).send(visitor).await;
        assert!(matches!(page.status, 409 | 422), "{path}: {} {}", page.status, page.text());
        let again = Filled::of(path, &page);
        let offered = again
            .as_ref()
            .is_some_and(|form| form.offered.iter().any(|(name, value)| name == "a_mark" && value == "yes"));
        let kept = again.as_ref().is_some_and(|again| form.texts.iter().all(|name| again.value(name) == PERHAPS));
        if !(offered && kept && page.text().contains("Is this a classification mark?")) {
            silent.insert(path.clone());
        }
        // Whoever says that it is one, is told where to take it.
        let page = with_text(form, PERHAPS).set("a_mark", "yes").send(visitor).await;
        assert!(page.text().contains("Take it to a classified system"), "{path}: {}", page.text());
        for answer in [None, Some("yes"), Some("no."), Some("no.000000000000000000000000")] {
            let id = FormId::new().to_string();
            let mut draft = with_text(form, PERHAPS).set("path", "/checks/open").set("form_id", &id);
            if let Some(answer) = answer {
                draft = draft.set("a_mark", answer);
            }
            visitor.post("/drafts", &draft.pairs()).await.is(409);
        }
    }
    assert_eq!(silent, BTreeSet::new(), "these did not ask");
    assert_eq!(app.value("select count(*) from audit_events").await, before);
    assert_eq!(tables_with(&app, "zebrafinch").await, Vec::<String>::new());
}

#[tokio::test]
async fn an_answer_is_logged_with_what_it_was_given_for_and_lets_nothing_else_pass() {
    let app = TestApp::demonstration().await;
    let (check, post) = (check(&app).await, app.enter("guatemala").await);
    let path = format!("{check}/contacts/record");
    let form = post.open(&path).await.with_first_choices().set("with_whom", "The clerk").set("summary", PERHAPS);
    let draft = |form: &Filled| form.clone().set("path", &path);
    post.post("/drafts", &draft(&form).pairs()).await.is(409).says("Nothing is kept before you say so");
    let asked = form.send(&post).await;
    asked.is(422).says(PERHAPS);
    let form = Filled::of(&path, &asked).expect("the form");
    let no = form.offered.iter().find(|(name, value)| name == "a_mark" && value != "yes").expect("an answer").1.clone();
    let form = form.set("a_mark", &no);
    post.post("/drafts", &draft(&form).pairs()).await.is(204);
    assert_eq!(post.open(&path).await.value("a_mark"), no, "the draft knows what was answered");
    for other in ["(S) The source said zebrafinch", "(S) Santiago office zebrafinch\n(C) The source"] {
        form.clone().set("summary", other).send(&post).await.is(422).says("Is this a classification mark?");
    }
    form.clone()
        .set("summary", "1. (S) Santiago office zebrafinch")
        .send(&post)
        .await
        .is(422)
        .says("This looks classified");
    form.send(&post).await.is(303);
    let logged =
        "select string_agg(concat_ws('|', p.account, e.summary, (e.subject_kind, e.subject_id, e.check_id, e.at)
        = (o.subject_kind, o.subject_id, o.check_id, o.at)), ';') from audit_events e join people p on p.id = e.actor_id
        join audit_events o on o.xact = e.xact and o.verb = 'contact_recorded' where e.verb = 'mark_denied'";
    assert_eq!(app.value(logged).await, format!("guatemala|said that \"{PERHAPS}\" is no classification mark|t"));
    post.get(&check).await.says(&format!("said that \"{PERHAPS}\" is no classification mark"));
}

#[tokio::test]
async fn a_mark_in_an_address_or_in_the_name_of_a_field_comes_no_further() {
    let app = TestApp::demonstration().await;
    let (check, admin, post) = (check(&app).await, app.enter("admin").await, app.enter("guatemala").await);
    let before = app.value("select count(*) from audit_events").await;
    for words in
        ["(S//NF) zebrafinch", "SECRET//NOFORN zebrafinch", "(S) zebrafinch", "\u{ff08}S//NF\u{ff09} zebrafinch"]
    {
        for path in ["/log", "/log.csv", "/parties", "/checks", "/licenses", "/telegrams"] {
            for name in ["q", "text", "who", words] {
                let path = format!("{path}?{}", encoded(&[(name, words)]));
                admin.get(&path).await.is(400);
                app.nobody().get(&path).await.is(400);
            }
        }
        let form = post.open(&format!("{check}/contacts/record")).await.with_first_choices();
        form.clone().set(words, "x").send(&post).await.is(400).says("This looks classified");
        let draft = form.set("path", "/checks").set(words, "x");
        post.post("/drafts", &draft.pairs()).await.is(400);
    }
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let query = format!("/sign-in?{}", encoded(&[("next", "/parties?q=(S//NF) zebrafinch")]));
    app.nobody().send(Method::POST, &query, encoded(&[("account", "x")]), &headers).await.is(400);
    assert_eq!(app.value("select count(*) from audit_events").await, before);
    assert_eq!(tables_with(&app, "zebrafinch").await, Vec::<String>::new());
    assert!(!crate::support::app::service_log().contains("zebrafinch"));
}
