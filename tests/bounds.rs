//! What is sent to waste time or room: bounded before work is done, whoever sends it.

use std::collections::BTreeSet;

use lantern::{id::FormId, web::bounds};
use reqwest::Method;

use crate::support::{Page, TestApp, Visitor, client::encoded};

/// What a page has besides what it gives back: its frame, its choices, and the marks around each answer.
const BESIDES: usize = 400_000;

/// Every name that a field of a form has.
fn names() -> BTreeSet<String> {
    let sources = crate::architecture::sources("src", ".rs");
    let fields = sources.iter().flat_map(|(_, text)| text.lines()).filter_map(|line| {
        let (name, kind) = line.trim().split_once(": ")?;
        let is_one =
            ["Field<", "Fields<", "Secret<"].iter().any(|field| kind.starts_with(field)) && line.ends_with(',');
        is_one.then(|| name.to_owned())
    });
    let names: BTreeSet<String> = fields.collect();
    assert!(names.len() > 80 && names.contains("carried") && names.contains("reason"), "{names:?}");
    names
}

#[track_caller]
fn judged(page: &Page, sent: usize, what: &str) {
    assert!(page.status < 500, "{what}: {} {}", page.status, page.text());
    assert!(page.raw <= 2 * sent + BESIDES, "{what}: {} bytes for {sent}", page.raw);
    assert!(page.location.len() <= 3 * bounds::ADDRESS, "{what}: leads to {} bytes", page.location.len());
}

/// Within the bounds, every address with every field filled to the brim.
#[tokio::test]
async fn no_form_gets_an_answer_much_larger_than_itself() {
    let app = TestApp::demonstration().await;
    let values = crate::access::scene(&app).await;
    let (nobody, case, post) = (app.nobody(), app.enter("case").await, app.enter("guatemala").await);
    let names = names();
    let filled = |value: &str| encoded(&names.iter().map(|name| (name.as_str(), value)).collect::<Vec<_>>());
    let bodies = [
        ("marks in every answer", filled(&"\"<&>'".repeat(300))),
        ("a classification mark without end in every answer", filled(&format!("(S/{})", "N".repeat(900)))),
        (
            "every answer many times",
            names.iter().cycle().take(bounds::ANSWERS).map(|name| format!("{name}=%22&")).collect::<Vec<_>>().concat(),
        ),
    ];
    for route in
        lantern::server::record().into_iter().filter(|route| route.method == "POST" && route.path != "/sign-out")
    {
        let path = crate::access::address(route.path, &values);
        for (what, body) in &bodies {
            for (who, visitor) in [("nobody", &nobody), ("case", &case), ("post", &post)] {
                judged(
                    &sent(visitor, &path, body.clone()).await,
                    body.len(),
                    &format!("{what}, {who}, {}", route.path),
                );
            }
        }
    }
}

async fn sent(visitor: &Visitor, path: &str, body: String) -> Page {
    visitor.send(Method::POST, path, body, &[("accept", "text/html"), ("sec-fetch-site", "same-origin")]).await
}

#[tokio::test]
async fn a_megabyte_of_nothing_is_refused_in_one_sentence() {
    let app = TestApp::demonstration().await;
    let (nobody, case) = (app.nobody(), app.enter("case").await);
    for visitor in [&nobody, &case] {
        for (what, body) in [
            ("empty pairs", "a&".repeat(500_000)),
            ("pairs", "a=b&".repeat(250_000)),
            ("many names", (0..90_000).map(|name| format!("n{name}=x&")).collect::<Vec<_>>().concat()),
            ("one huge name", "n".repeat(1_000_000)),
            ("huge names", format!("{}=x&", "n".repeat(2_000)).repeat(400)),
            ("marks as no browser sends them", format!("text={}", "\"<>'".repeat(250_000))),
        ] {
            for path in ["/checks/open", "/sign-in", "/drafts", "/no/such/place"] {
                let page = sent(visitor, path, body.clone()).await;
                page.is(413).says("Open its page again and send that.");
                assert!(page.raw < 20_000, "{what}, {path}: {} bytes", page.raw);
            }
        }
        // What is at the bound passes on, and comes back once.
        let whole = encoded(&[("form_id", &FormId::new().to_string()), ("reason", &"\"<&>'\r\n".repeat(45_000))]);
        let page = sent(visitor, "/checks/open", whole.clone()).await;
        judged(&page, whole.len(), "a form of a megabyte");
        assert!(
            page.body.contains(&"&#34;&#60;&#38;&#62;&#39;\n".repeat(3))
                || page.body.contains("&#34;&#60;&#38;&#62;&#39;\r\n"),
            "it is lost"
        );
    }
}

#[tokio::test]
async fn a_form_with_files_is_bounded_as_any_other() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let part = |name: &str, file: bool, text: &str| {
        let file = if file { "; filename=\"a.txt\"" } else { "" };
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{text}\r\n")
    };
    let many: String = (0..9_000).map(|name| part(&format!("n{name}"), false, "x")).collect();
    let bodies = [
        ("many parts", many.into_bytes(), 413),
        ("a huge name", part(&"n".repeat(500_000), false, "x").into_bytes(), 413),
        ("marks", part("file", true, &"\"".repeat(900_000)).into_bytes(), 413),
        // A byte of Windows-1252 that is three of UTF-8, and nine of a form.
        ("one byte that becomes many", [part("file", true, "UNCLAS ").into_bytes(), vec![0x80; 900_000]].concat(), 413),
        ("broken", b"--b\r\nnothing".to_vec(), 400),
    ];
    for (what, mut body, status) in bodies {
        body.extend_from_slice(b"\r\n--b--\r\n");
        let length = body.len();
        let (answer, size) = uploaded(&app, case.cookie(), "/telegrams/read", body).await;
        assert_eq!(answer, status, "{what}");
        assert!(size <= 2 * length + BESIDES, "{what}: {size} bytes for {length}");
    }
}

/// Sends a form with files; gives the status and the size of the answer.
async fn uploaded(app: &TestApp, cookie: &str, path: &str, body: Vec<u8>) -> (u16, usize) {
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let request = client.post(format!("{}{path}", app.origin)).header("cookie", cookie).header("accept", "text/html");
    let request =
        request.header("sec-fetch-site", "same-origin").header("content-type", "multipart/form-data; boundary=b");
    let response = request.body(body).send().await.unwrap();
    (response.status().as_u16(), response.bytes().await.unwrap().len())
}

#[tokio::test]
async fn no_address_gets_an_answer_much_larger_than_itself() {
    let app = TestApp::demonstration().await;
    let (nobody, auditor) = (app.nobody(), app.enter("auditor").await);
    let long = [
        "x".repeat(30_000),
        "\"<&>'".repeat(6_000),
        "%22%3C%26%3E".repeat(600),
        "a&".repeat(4_000),
        "%25".repeat(2_500),
    ];
    for visitor in [&nobody, &auditor] {
        for path in ["/log", "/checks", "/parties", "/telegrams", "/sign-in", "/checks.csv", "/no/such/place"] {
            for text in &long {
                for address in [format!("{path}?text={text}&q={text}&next=/{text}"), format!("{path}/{text}")] {
                    let Ok(address) = address.parse::<axum::http::Uri>() else { continue };
                    let page = visitor
                        .send(Method::GET, &address.to_string(), String::new(), &[("accept", "text/html")])
                        .await;
                    judged(&page, address.to_string().len(), path);
                    if address.to_string().len() > bounds::ADDRESS {
                        page.is(414).says("This address is longer than any of Lantern's. Start again from the list.");
                    }
                }
            }
        }
        let many = format!("/log?{}", "text=x&".repeat(bounds::FILTERS + 1));
        visitor.get(&many).await.is(414);
    }
    // A cookie is looked through, and no more.
    let page = nobody
        .send(Method::GET, "/", String::new(), &[("accept", "text/html"), ("cookie", &"a=b; ".repeat(5_000))])
        .await;
    judged(&page, 25_000, "many cookies");
}

#[tokio::test]
async fn a_sign_in_that_is_tried_again_carries_what_it_carried_and_not_itself() {
    let app = TestApp::demonstration().await;
    let nobody = app.nobody();
    let text = encoded(&[("form_id", &FormId::new().to_string()), ("reason", "Twelve \"pistols\" & more")]);
    let pairs: Vec<(String, String)> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut page = nobody.post("/sign-in?next=%2Fchecks%2Fopen", &pairs).await;
    for _ in 0..5 {
        assert_eq!((page.input("carried"), page.input("next")), (Some(text.clone()), Some("/checks/open".to_owned())));
        // As the page of an error sends it: without the password, to the address that failed.
        let carried = page.input("carried").expect("the text");
        page = nobody.post("/sign-in", &[("account", "case"), ("next", "/checks/open"), ("carried", &carried)]).await;
    }
}
