//! The rulebook says what the program does: its sentences are the program's own, its tests are there, its document is
//! of today.

use std::{fs, path::Path};

use lantern::{
    id::FormId,
    rulebook::{model::GUARDS, show},
};
use scraper::{Html, Selector};

use crate::{
    architecture::sources,
    support::{Page, TestApp},
};

#[test]
fn the_document_is_what_the_program_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::write(root.join("target/rulebook.md"), show::document()).expect("target is writable");
    let kept = fs::read_to_string(root.join("docs/rulebook.md")).unwrap_or_default();
    assert!(kept == show::document(), "look at what changed, then: cp target/rulebook.md docs/rulebook.md");
}

#[test]
fn every_guard_has_its_number_and_tests_that_are_there() {
    let all: String = ["src", "tests"].iter().flat_map(|folder| sources(folder, ".rs")).map(|(_, text)| text).collect();
    for (place, guard) in GUARDS.iter().enumerate() {
        assert_eq!(usize::from(guard.number), place + 1);
        assert!(!guard.tests.is_empty(), "guard {} has no test", guard.number);
        for test in guard.tests {
            assert!(all.contains(&format!("fn {test}()")), "guard {}: there is no test {test}", guard.number);
        }
    }
}

/// A number in a comment is a guard of the rulebook.
#[test]
fn what_names_a_guard_names_one_that_is_there() {
    for (path, text) in sources("src", ".rs") {
        for rest in text.split("uard ").chain(text.split("uards ")).skip(1) {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            let Ok(number) = digits.parse::<usize>() else { continue };
            assert!((1..=GUARDS.len()).contains(&number), "{path} names guard {number}");
        }
    }
}

/// Where the first link leads in what is selected.
#[track_caller]
fn leads_to(page: &Page, within: &str) -> String {
    let document = Html::parse_document(&page.body);
    let links = Selector::parse(&format!("{within} a[href]")).expect("a selector");
    let link = document.select(&links).next().unwrap_or_else(|| panic!("no link in {within}: {}", page.text()));
    link.value().attr("href").unwrap_or_default().to_owned()
}

/// Whatever page says no: of a step, of a form, of what is one button.
#[tokio::test]
async fn whoever_was_refused_reads_by_which_rule() {
    let app = TestApp::demonstration().await;
    let (officer, reviewer, case) =
        (app.enter("guatemala").await, app.enter("reviewer2").await, app.enter("case").await);
    let one = async |select: &str| app.value(select).await;
    let check = one("select id from checks where subject like 'Cartridges for a sugar%'").await;
    let license = one("select id from licenses where number = '050104007'").await;
    let decided = one("select id from licenses where number = '050098377'").await;
    let form = || FormId::new().to_string();
    let sign = format!("/checks/{check}/sign");
    let asked = officer.get(&sign).await;
    let revision = one(&format!("select revision from checks where id = '{check}'")).await;
    let not_written = officer.post(&sign, &[("form_id", &form()), ("version", &revision)]).await;
    let verdict = [("act", "approve"), ("reasons", "Approved as it was asked for.")];
    let running = reviewer.fill(&format!("/licenses/{license}/decide"), &verdict).await;
    let take = format!("/licenses/{decided}/take-parties/{license}");
    let settled = case.post(&take, &[("form_id", &form()), ("version", "0")]).await;
    let refused = [
        (asked.is(200), ".usa-alert", &officer),
        (not_written.is(409), ".usa-alert", &officer),
        (running.is(409), ".usa-alert__text", &reviewer),
        (settled.is(409), "main", &case),
    ];
    for (page, within, visitor) in refused {
        page.says("Not possible now");
        let rules = visitor.get(&leads_to(page, within)).await;
        rules.is(200).says("The rulebook");
        for guard in &GUARDS {
            rules.says(guard.title);
        }
    }
    let about = officer.get("/about").await;
    assert_eq!(about.link("rulebook"), leads_to(&not_written, ".usa-alert"));
}

/// What is wrong with an answer, or was changed in between, is by no rule.
#[tokio::test]
async fn only_a_refusal_leads_to_the_rules() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let party = format!("/parties/{}/edit", app.value("select id from parties order by id limit 1").await);
    let open = case.open(&party).await;
    open.clone().set("address", "Avenida Norte 4").send(&case).await.is(303);
    let stale = open.set("form_id", &FormId::new().to_string()).set("address", "Avenida Sur 4").send(&case).await;
    stale.is(409).says("Changed in between").says_not("The rules, by number");
    let invalid = case.fill("/parties/register", &[("name", "")]).await;
    invalid.is(422).says("Nothing was saved yet").says_not("The rules, by number");
    case.get("/no-such-page").await.is(404).says_not("The rules, by number");
}
