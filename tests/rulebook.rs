//! The rulebook says what the program does: its sentences are the program's own, its tests are there, its document is
//! of today.

use std::{fs, path::Path};

use lantern::rulebook::{model::GUARDS, show};

use crate::{architecture::sources, support::TestApp};

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

#[tokio::test]
async fn whoever_was_refused_reads_by_which_rule() {
    let app = TestApp::demonstration().await;
    let officer = app.enter("lima").await;
    let about = officer.get("/about").await;
    let page = officer.get(&about.link("rulebook")).await;
    page.is(200);
    for guard in &GUARDS {
        page.says(guard.title);
    }
}
