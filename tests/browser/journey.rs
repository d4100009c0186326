//! A whole check as the post lives it, counted: what it loads, what its people press and choose, what goes over the
//! link.

use crate::support::{
    Browser, TestApp,
    journey::{self, Walker},
    link::{Kind, Link},
};

/// At most, from the request to the cleared reply; signing in is counted apart.
const LOADS: u32 = 20;
const CLICKS: u32 = 45;
const CHOICES: u32 = 70;
const BYTES: u64 = 250_000;

struct Counting {
    browser: Browser,
    link: Link,
    bytes: u64,
}

impl Walker for Counting {
    fn browser(&self) -> &Browser {
        &self.browser
    }

    async fn step(&mut self, name: &'static str, _turns: u32, press: impl AsyncFnOnce(&Browser)) {
        press(&self.browser).await;
        let counts = self.link.counted();
        self.bytes += counts.up + counts.down;
        println!("{name}: {} up, {} down, {:?}", counts.up, counts.down, self.browser.effort.so_far());
    }
}

#[tokio::test]
async fn a_whole_check_is_answered_in_one_sitting() {
    let mut app = TestApp::demonstration().await;
    journey::ask(&app).await;
    let link = Link::to(&app.origin, Kind::Counting).await;
    app.origin.clone_from(&link.origin);
    let browser = Browser::enter(&app, "guatemala").await;
    browser.effort.begin();
    link.counted();
    let mut counting = Counting { browser, link, bytes: 0 };
    journey::walk(&mut counting).await;
    let Counting { browser, bytes, .. } = counting;
    let (clicks, loads, choices) = browser.effort.so_far();
    println!("a whole check: {loads} loads, {clicks} clicks, {choices} choices, {bytes} bytes");
    assert!(loads <= LOADS, "{loads} loads");
    assert!(clicks <= CLICKS, "{clicks} clicks");
    assert!(choices <= CHOICES, "{choices} choices");
    assert!(bytes <= BYTES, "{bytes} bytes");
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.leave().await;
}
