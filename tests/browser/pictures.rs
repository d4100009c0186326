//! The pictures of the README, taken from the demonstration: `target/screenshots`, for `make screenshots`.

use std::{fs, path::Path};

use crate::support::{Browser, TestApp};

async fn picture(browser: &Browser, name: &str) {
    let picture = browser.picture().await;
    assert!(picture.starts_with(b"\x89PNG"), "{name} is a picture");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
    fs::create_dir_all(&folder).expect("the target folder is writable");
    fs::write(folder.join(name), picture).expect("the target folder is writable");
}

#[tokio::test]
async fn the_pictures_of_the_readme_show_what_they_say() {
    let app = TestApp::demonstration().await;
    let browser = Browser::enter(&app, "guatemala").await;
    browser.press("Checks").await;
    browser.press_within("BL-", "36 weapons").await;
    browser.says("36 weapons for the guard force of an international commission").await;
    browser.says("Permit matrix").await;
    picture(&browser, "check.png").await;

    browser.press("License 050107211").await;
    browser.run("document.getElementById('approvals').scrollIntoView()", &[]).await;
    browser.says("DIGECAM").await;
    browser.says("Waits for the serial numbers").await;
    picture(&browser, "matrix.png").await;

    browser.hand_over("reviewer").await;
    browser.says("Ready to sign").await;
    browser.says("Ready to issue").await;
    picture(&browser, "reviewer.png").await;
    browser.leave().await;
}
