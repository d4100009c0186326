//! Opening a check on one page, as it is typed and clicked, from the home page until it is sent.

use super::judge::Faults;
use crate::support::{Browser, TestApp, browser::Scripts};

/// What a browser loads at most for two lines and four parties, and for 25 lines; a form with where it leads is one.
const FOUR_PARTIES: u32 = 6;
const MANY_LINES: u32 = 8;

const PARTIES: &[(&str, &str)] = &[
    ("Pelago", "Applicant"),
    ("Vale & Thorne", "Broker"),
    ("Armería", "Foreign consignee"),
    ("Meridian", "Freight forwarder"),
];

async fn begin(case: &Browser, number: &str) {
    case.go("/").await;
    case.effort.begin();
    case.press("Open a check").await;
    case.tick("Type", "Pre-license").await;
    case.choose("Post", "Apia").await;
    case.write("What it is about", "Forty rifles for a ranger service").await;
    case.write("Why it is opened", "A new end-user; confirm the order and the need.").await;
    case.write("Number", number).await;
    case.choose("Form", "DSP-5").await;
    case.choose("Destination", "Guatemala").await;
    case.write("Value in U.S. dollars", "48200").await;
}

async fn send(case: &Browser) {
    case.press("Open the check").await;
    case.says("Send to the post").await;
    case.press("Send to the post").await;
    case.says("What goes out").await;
    case.press("Send to the post").await;
    case.says("Requested").await;
}

async fn two_lines_and_four_parties(case: &Browser, number: &str) -> (u32, u32, u32) {
    begin(case, number).await;
    for (at, (label, class, quantity)) in
        [("Hunting rifles", "Semi-automatic rifle", "36"), ("9 mm pistols", "Pistol", "4")].into_iter().enumerate()
    {
        let group = format!("Line {}", at + 1);
        if at > 0 {
            case.press(&group).await;
        }
        case.write_in(&group, "What they are", label).await;
        case.choose_in(&group, "Class", class).await;
        case.write_in(&group, "Quantity", quantity).await;
    }
    for (at, (name, role)) in PARTIES.iter().enumerate() {
        let group = format!("Party {}", at + 1);
        if at > 0 {
            case.press(&group).await;
        }
        case.write_in(&group, "Name", name).await;
        case.tick(&group, role).await;
    }
    case.press("Find the parties").await;
    for (at, (name, _)) in PARTIES.iter().enumerate() {
        case.tick(&format!("Party {}", at + 1), name).await;
    }
    send(case).await;
    case.effort.so_far()
}

#[tokio::test]
async fn two_lines_and_four_parties_are_opened_and_sent_in_six_loads_at_most() {
    for scripts in [Scripts::On, Scripts::Off] {
        let app = TestApp::demonstration().await;
        let case = Browser::with(&app, scripts).await;
        case.go("/").await;
        case.sign_in("case").await;
        let (clicks, loads, choices) = two_lines_and_four_parties(&case, "050123777").await;
        println!("two lines, four parties, {scripts:?}: {loads} loads, {clicks} clicks, {choices} choices");
        assert!(loads <= FOUR_PARTIES, "{scripts:?}: {loads} loads");
        let kept = "select (select count(*) from item_groups g where g.license_id = l.id) || ' '
            || (select count(*) from license_parties p where p.license_id = l.id) from licenses l where number = '050123777'";
        assert_eq!(app.value(kept).await, "2 4", "{scripts:?}");
        assert_eq!(case.errors().await, Vec::<String>::new());
        case.leave().await;
    }
}

#[tokio::test]
async fn twenty_five_lines_are_pasted_and_sent_in_eight_loads_at_most() {
    for scripts in [Scripts::On, Scripts::Off] {
        let app = TestApp::demonstration().await;
        let case = Browser::with(&app, scripts).await;
        case.go("/").await;
        case.sign_in("case").await;
        begin(&case, "050123777").await;
        case.press("Paste lines from a spreadsheet").await;
        let lines: Vec<String> =
            (1..=25).map(|at| format!("Rifle model {at}; Semi-automatic rifle; ; {at}; pieces; {at}00")).collect();
        case.write("Lines", &lines.join("\n")).await;
        case.press("Show how they are read").await;
        case.says("Rifle model 25").await;
        case.write_in("Party 1", "Name", "Pelago").await;
        case.tick("Party 1", "End-user").await;
        case.press("Find the parties").await;
        case.tick("Party 1", "Pelago").await;
        send(&case).await;
        let (clicks, loads, choices) = case.effort.so_far();
        println!("25 lines, {scripts:?}: {loads} loads, {clicks} clicks, {choices} choices");
        assert!(loads <= MANY_LINES, "{scripts:?}: {loads} loads");
        let kept =
            "select count(*) from item_groups g join licenses l on l.id = g.license_id where l.number = '050123777'";
        assert_eq!(app.value(kept).await, "25", "{scripts:?}");
        case.leave().await;
    }
}

#[tokio::test]
async fn the_page_that_opens_a_check_is_accessible_however_much_is_on_it() {
    let app = TestApp::demonstration().await;
    let case = Browser::enter(&app, "case").await;
    let mut faults = Faults::default();
    case.go("/checks/open").await;
    faults.judge(&case, "blank").await;
    case.write("Number", "050107211").await;
    case.write_in("Party 1", "Name", "Pelago").await;
    case.press("Find the license").await;
    case.says("It is license 050107211").await;
    faults.judge(&case, "with a license on file and a party to choose").await;
    case.press("Paste lines from a spreadsheet").await;
    case.write("Lines", "Rifles; Raygun; ; many").await;
    // Enter saves, and looks for nothing.
    case.run("document.getElementById('subject').focus()", &[]).await;
    case.keys(&[fantoccini::key::Key::Enter]).await;
    case.says("Nothing was saved yet").await;
    faults.judge(&case, "with faults").await;
    faults.none();
    case.leave().await;
}
