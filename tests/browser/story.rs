//! The story of the telegram, clicked and typed from the question to the issued license.

use crate::support::{Browser, TestApp};

const SUBJECT: &str = "36 weapons";
/// The two authorities, each with who speaks for it.
const DIGECAM: (&str, &str) = ("(DIGECAM)", "director of DIGECAM");
const MINISTRY: (&str, &str) = ("(MINDEF)", "licensing desk of the ministry");

/// Finds the check of the story in the list of checks.
async fn find(browser: &Browser) {
    browser.press("Checks").await;
    browser.write("Reference, words, license", SUBJECT).await;
    browser.press("Filter").await;
    browser.press_within("BL-", SUBJECT).await;
}

/// From the list of checks to the license.
async fn find_license(browser: &Browser) {
    find(browser).await;
    browser.press("License 050107211").await;
}

/// Records a permit on the license that is open, and verifies it.
async fn permit(post: &Browser, (issuer, whom): (&str, &str), number: &str, (items, quantity): (&str, &str)) {
    post.press("Record a permit").await;
    post.choose("Issued by", issuer).await;
    post.write("Number", number).await;
    post.tick("Covers these items", items).await;
    post.write("Quantity on the paper", quantity).await;
    post.write("Unit", "pieces").await;
    post.write("Party it names", "International Commission for Judicial Protection").await;
    post.write("Valid until", "3 May 2027").await;
    post.press("Save the permit").await;
    post.says(&format!("permit {number} is not verified")).await;
    post.press(&format!("Verify {number}")).await;
    post.tick("Confirmed at", whom).await;
    post.press("It is genuine").await;
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, read from the top")]
async fn the_story_is_clicked_from_the_question_to_the_issued_license() {
    let app = TestApp::demonstration().await;
    // Washington's people share a desk, and so do the two at the post.
    let washington = Browser::enter(&app, "case").await;
    find(&washington).await;
    washington.press("Give back with questions").await;
    washington.write("Questions", "Has the registry received the request meanwhile?").await;
    washington.press("Give back with questions").await;
    washington.says("In progress").await;

    let post = Browser::enter(&app, "guatemala").await;
    post.press_within("BL-", SUBJECT).await;
    post.says("Has the registry received the request meanwhile?").await;
    post.press("Record a contact").await;
    post.tick("What it was", "Call").await;
    post.write("When", "23 Nov 2026").await;
    post.write("With whom", "Col. Bautista Corral, director of DIGECAM").await;
    post.tick("Where the number, address or name came from", "A directory").await;
    post.write("What it was about", "Asked whether the request has arrived. It has, this morning.").await;
    post.press("Save the contact").await;
    post.press("Change the finding on Import approvals").await;
    post.tick("Post's answer", "Partly").await;
    post.write(
        "What post found",
        "The director of the registry states that the request arrived. None has been issued yet.",
    )
    .await;
    post.tick("Rests on these contacts", "Call").await;
    post.press("Save the finding").await;
    post.says("None has been issued yet").await;
    post.press("Write it").await;
    post.tick("Post's word", "Support with conditions").await;
    post.write("Why, and on which conditions", "As soon as the three import approvals are issued and verified.").await;
    post.press("Save the recommendation").await;
    post.press("Sign").await;
    post.press("Sign the recommendation").await;
    post.says("another person of the post clears").await;

    post.hand_over("guatemala2").await;
    post.press_within("BL-", SUBJECT).await;
    post.press("Clear the reply").await;
    post.press("Clear the reply").await;
    post.says("Cleared by Alma Reyes-Hart").await;

    find(&washington).await;
    washington.press("Propose a result").await;
    washington.tick("Result", "Favorable").await;
    washington.write("Why", "Post confirmed the order, the need and the storage.").await;
    washington.press("Propose").await;
    washington.says("Proposed by Nora Ellery").await;

    washington.hand_over("reviewer").await;
    washington.press_within("BL-", SUBJECT).await;
    washington.press("Sign result").await;
    washington.press("Sign the result").await;
    washington.says("Signed by Ines Calloway").await;

    washington.hand_over("reviewer2").await;
    find_license(&washington).await;
    washington.press("Decide").await;
    washington.says("3 conditions are open").await;
    for open in
        ["DIGECAM (9 mm pistols, 30)", "DIGECAM (5.56 mm automatic rifles, 6)", "MINDEF (5.56 mm automatic rifles, 6)"]
    {
        washington.says(open).await;
    }
    washington.tick("Decision", "Approve on conditions").await;
    washington.write("Reasons", "Released when the three import approvals count.").await;
    washington.write("Provisos", "No retransfer").await;
    washington.press("Sign the decision").await;
    washington.says("1. Approve on conditions, Harlan Voss").await;

    post.hand_over("guatemala").await;
    find(&post).await;
    post.press("Record a contact").await;
    post.tick("What it was", "Letter").await;
    post.write("When", "20 Nov 2026").await;
    post.write("With whom", MINISTRY.1).await;
    post.choose("With which authority", MINISTRY.0).await;
    post.tick("Where the number, address or name came from", "The embassy").await;
    post.write("What it was about", "The ministry confirms its approval of the rifles.").await;
    post.press("Save the contact").await;
    post.press("License 050107211").await;
    for cell in
        ["9 mm pistols, 30, DIGECAM", "5.56 mm automatic rifles, 6, DIGECAM", "5.56 mm automatic rifles, 6, MINDEF"]
    {
        post.press(&format!("Record {cell}")).await;
        post.write("Which was given on", "20 Nov 2026").await;
        post.press("Save the approval").await;
    }
    post.says("given on 20 Nov 2026").await;
    permit(&post, DIGECAM, "D-881", ("9 mm pistols", "30")).await;
    post.says("2 open before license").await;
    permit(&post, DIGECAM, "D-882", ("5.56 mm automatic rifles", "6")).await;
    post.says("1 open before license").await;
    post.says_not("Ready to issue").await;
    permit(&post, MINISTRY, "MD/17", ("5.56 mm automatic rifles", "6")).await;
    post.says("Ready to issue").await;

    // It stands on the home page of the reviewers without anyone having touched the license; who signed the result is
    // not offered it.
    washington.hand_over("reviewer").await;
    find_license(&washington).await;
    washington.says("Ready to issue").await;
    washington.says_not("Confirm and issue").await;
    washington.hand_over("reviewer2").await;
    washington.says("Ready to issue").await;
    washington.press_within("BL-", SUBJECT).await;
    washington.press("License 050107211").await;
    washington.press("Confirm and issue").await;
    washington.write("Reasons", "Nothing is open any more.").await;
    washington.press("Sign the decision").await;
    washington.says("2. Confirm and issue, Harlan Voss").await;

    read_in_order(&washington).await;
    assert_eq!(washington.errors().await, Vec::<String>::new());
    assert_eq!(post.errors().await, Vec::<String>::new());
    washington.leave().await;
    post.leave().await;
}

/// The auditor finds the story on the log page, and reads it in its order on the page for print.
async fn read_in_order(browser: &Browser) {
    browser.hand_over("auditor").await;
    browser.press("Log").await;
    browser.write("Words, reference, license", "050107211").await;
    browser.press("Search").await;
    browser.says("became ready to issue").await;
    browser.says("confirmed license 050107211").await;
    find(browser).await;
    browser.says("Closed").await;
    browser.press("The whole file, for print").await;
    let entries =
        browser.run("return [...document.querySelectorAll('ol.timeline li')].map(e => e.innerText)", &[]).await;
    let mut entries: Vec<String> =
        entries.as_array().expect("a list").iter().map(|entry| entry.as_str().unwrap_or_default().to_owned()).collect();
    if entries.first().is_some_and(|entry| entry.contains("closed BL-")) {
        entries.reverse();
    }
    let told = [
        "opened BL-",
        "acknowledged",
        "recorded",
        "signed the recommendation",
        "cleared the reply",
        "gave BL-",
        "signed the recommendation",
        "cleared the reply",
        "proposed the result",
        "signed the result",
        "approved on conditions license",
        "verified permit D-881",
        "verified permit D-882",
        "verified permit MD/17",
        "became ready to issue",
        "confirmed license",
        "closed BL-",
    ];
    let mut rest = entries.iter();
    for fact in told {
        assert!(rest.any(|entry| entry.contains(fact)), "{fact:?} is not told in its place: {entries:#?}");
    }
}
