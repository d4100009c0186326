//! A whole check as the post lives it, typed and clicked: from the request to the cleared reply, with a return between.
//! A test counts it; a bench times it over a slow link.

use serde_json::json;

use super::{Browser, Filled, TestApp};

/// Who goes through it: what each press costs is theirs to count.
pub trait Walker {
    fn browser(&self) -> &Browser;

    /// A press that leads to a page. Of a link it is one turn of request and answer, of a form two: the form goes, and
    /// the page comes that it leads to.
    async fn step(&mut self, name: &'static str, turns: u32, press: impl AsyncFnOnce(&Browser));
}

/// What the check is about.
pub const SUBJECT: &str = "36 weapons for a second guard force";
const END_USER: &str = "International Commission for Judicial Protection";
const NUMBER: &str = "050107299";
const WHY: &str = "A new end-user, automatic rifles, and a broker with no office in the country. Confirm the order, the \
                   need for this quantity, storage, and the host country's import approvals.";

/// Washington asks the post: a license with two lines, a broker, and a consignee who is the end-user.
pub async fn ask(app: &TestApp) {
    let case = app.enter("case").await;
    let path = "/checks/open";
    let page = case.get(path).await;
    let post = page.choice("post", "Guatemala");
    let form = Filled::of(path, &page).expect("a form");
    let form = form.set("check_type", "pre_license").set("post", &post).set("subject", SUBJECT).set("reason", WHY);
    let form =
        form.set("number", NUMBER).set("license_form", "dsp_5").set("destination", "GT").set("value_usd", "48200");
    let mut form = form.set("purpose", "Service weapons for the commission's own protective force.");
    for (at, (label, class, quantity)) in
        (1..).zip([("9 mm pistols", "pistol", "30"), ("5.56 mm automatic rifles", "automatic_rifle", "6")])
    {
        let name = |field: &str| format!("items.{at}.{field}");
        form = form.set(&name("label"), label).set(&name("item_class"), class).set(&name("quantity"), quantity);
        form = form.set(&name("usml_category"), "I").set(&name("jurisdiction"), "itar");
        form = form.set(&name("designations"), "significant_military_equipment");
    }
    let mut pairs: Vec<(String, String)> =
        form.pairs().into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    for (at, (name, roles)) in (1..).zip([
        ("Harrow Defense Supply, Inc.", &["applicant"][..]),
        ("Meridian Security Brokers", &["broker"]),
        (END_USER, &["foreign_consignee", "end_user"]),
    ]) {
        let id = app.value(&format!("select id from parties where name = '{name}' and merged_into is null")).await;
        pairs.push((format!("parties.{at}.party"), id));
        pairs.extend(roles.iter().map(|role| (format!("parties.{at}.role"), (*role).to_owned())));
    }
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let opened = case.post(path, &pairs).await;
    assert_eq!(opened.status, 303, "{}", opened.text());
    case.done(&format!("{}/request", opened.location), &[]).await;
}

const SIGNERS: [(&str, &str); 3] = [
    ("Applicant", "R. Olmedo, president"),
    ("Foreign consignee", "T. Ixcot, head of logistics"),
    ("Foreign end-user", "Col. Paz Robles, head of security"),
];

const HOLDERS: [(&str, &str); 3] = [
    ("Customs of the port", "Clears them"),
    ("The arms registry", "Ballistic test and registration"),
    ("The commission", "Keeps them in its weapons room"),
];

/// Issuer, number, item, quantity.
const PERMITS: [(&str, &str, &str, &str); 3] = [
    ("(DIGECAM)", "D-881", "9 mm pistols", "30"),
    ("(DIGECAM)", "D-882", "5.56 mm automatic rifles", "6"),
    ("(MINDEF)", "MD/17", "5.56 mm automatic rifles", "6"),
];

/// Kind, with whom, authority, how reached, what it was about.
type Met = (&'static str, &'static str, &'static str, &'static str, &'static str);
/// What was stated, by topic.
type Said = &'static [(&'static str, &'static str)];

const REGISTRY: (Met, Said) = (
    (
        "Meeting",
        "Col. Bautista Corral, director of DIGECAM",
        "(DIGECAM)",
        "A directory",
        "Whether the registry knows of the order, and what it issued.",
    ),
    &[
        (
            "Order and contract",
            "The director knows that the commission intends to import weapons, and had its request on his desk.",
        ),
        (
            "Need against quantity",
            "The registry let the commission buy ten handguns locally, to work until the shipment comes.",
        ),
        ("Import approvals", "Both approvals of the registry are genuine: for 30 pistols, and for six rifles."),
        ("Import approvals", "Rifles need the approval of the ministry beside that of the registry."),
    ],
);

const MINISTRY: (Met, Said) = (
    (
        "Letter",
        "Licensing desk of the ministry",
        "(MINDEF)",
        "The embassy",
        "Whether the ministry approved the rifles, and what it knows of the commission.",
    ),
    &[
        ("Import approvals", "The ministry approved the six rifles; the paper is genuine."),
        ("End-use", "The force protects the commission's staff; it has 45 members, none of them a national."),
        ("Storage and physical security", "Officers of the ministry saw the weapons room and the safe in September."),
    ],
);

/// The whole of it, from the home page of the officer who acknowledges.
pub async fn walk(walker: &mut impl Walker) {
    walker.step("acknowledge: the request", 1, async |post| post.press_within("Acknowledge", SUBJECT).await).await;
    walker.step("acknowledge", 2, async |post| post.press("Acknowledge").await).await;
    certificate(walker).await;
    custody(walker).await;
    permits(walker).await;
    met(walker, REGISTRY, ("contact: save, another", "Another contact")).await;
    met(walker, MINISTRY, ("contact: save, the worksheet", "The worksheet")).await;
    worksheet(walker).await;
    recommend(walker, "As soon as nothing is open on the license.").await;
    walker.browser().hand_over("guatemala2").await;
    walker.step("clear: the reply", 1, async |post| post.press_within("Clear the reply", SUBJECT).await).await;
    let post = walker.browser();
    post.press_here("Return it to the officer, with a remark").await;
    post.write("Remark", "Say which storage the ministry saw, and when.").await;
    walker.step("return", 2, async |post| post.press("Return with a remark").await).await;
    walker.browser().hand_over("guatemala").await;
    walker.step("recommendation: again", 1, async |post| post.press_within("Change", SUBJECT).await).await;
    recommend(walker, "The ministry saw the weapons room in September. Nothing is open on the license.").await;
    walker.browser().hand_over("guatemala2").await;
    walker.step("clear: the reply again", 1, async |post| post.press_within("Clear the reply", SUBJECT).await).await;
    walker.step("clear", 2, async |post| post.press("Clear the reply").await).await;
    walker.browser().says("Replied").await;
}

async fn certificate(walker: &mut impl Walker) {
    let first = "Record the DSP-83 with its signatures";
    walker.step("certificate: the form", 1, async |post| post.press(first).await).await;
    let post = walker.browser();
    post.write("Where it is kept", "At the post").await;
    post.tick("Does the host government have to sign?", "No").await;
    for (signer, name) in SIGNERS {
        post.write_in(signer, "Signed by", name).await;
        post.write_in(signer, "Signed on", "18 Nov 2026").await;
    }
    let on = "The custody path";
    walker.step("certificate: save, custody", 2, async |post| post.press(on).await).await;
    walker.browser().says("You recorded the certificate DSP-83; 3 signatures").await;
}

async fn custody(walker: &mut impl Walker) {
    let post = walker.browser();
    for (at, (holder, what)) in (1..).zip(HOLDERS) {
        let group = format!("Planned step {at}");
        if at > 1 {
            post.press(&group).await;
        }
        post.write_in(&group, "Who holds the items", holder).await;
        post.write_in(&group, "What happens there", what).await;
    }
    walker.step("custody: save, a permit", 2, async |post| post.press("A permit").await).await;
}

async fn permits(walker: &mut impl Walker) {
    for (at, (issuer, number, item, quantity)) in PERMITS.into_iter().enumerate() {
        let post = walker.browser();
        post.choose("Issued by", issuer).await;
        post.write("Number", number).await;
        post.tick("Covers these items", item).await;
        post.write("Quantity on the paper", quantity).await;
        post.write("Unit", "pieces").await;
        post.write("Party it names", END_USER).await;
        post.write("Issued on", "16 Nov 2026").await;
        post.write("Valid until", "3 May 2027").await;
        if at + 1 < PERMITS.len() {
            walker.step("permit: save, another", 2, async |post| post.press("Another permit").await).await;
        } else {
            walker.step("permit: save, a contact", 2, async |post| post.press("A contact").await).await;
        }
    }
}

async fn met(walker: &mut impl Walker, (met, said): (Met, Said), (name, on): (&'static str, &'static str)) {
    let post = walker.browser();
    let (kind, whom, authority, channel, about) = met;
    post.tick("What it was", kind).await;
    post.write("When", "20 Nov 2026").await;
    post.write("With whom", whom).await;
    post.choose("With which authority", authority).await;
    post.tick("Where the number, address or name came from", channel).await;
    post.write("What it was about", about).await;
    for (at, (topic, text)) in (1..).zip(said) {
        let group = format!("Statement {at}");
        post.write_in(&group, "What was stated", text).await;
        post.choose_in(&group, "Topic", topic).await;
        if at == 1 {
            post.choose_in(&group, "Source", "Official, orally").await;
        }
        if at < said.len() {
            post.press_here("Add another statement").await;
        }
    }
    for (issuer, number, ..) in PERMITS {
        if issuer == authority {
            post.tick("Verifies these papers", &format!("Permit {number}")).await;
        }
    }
    walker.step(name, 2, async |post| post.press(on).await).await;
}

/// The topics that want an answer, by what their groups are called.
const TOPICS: &str = "return [...document.querySelectorAll('.sheet-topic.missing .in > .mine > fieldset > legend')]
    .map(e => e.textContent.trim())";
const IS_FOLDED: &str = "return [...document.querySelectorAll('.sheet-topic:not([open])')]
    .some(e => e.querySelector('.mine legend')?.textContent.trim() === arguments[0])";
const LINE: &str = "return [...document.querySelectorAll('.sheet-topic')]
    .find(e => e.querySelector('.mine legend')?.textContent.trim() === arguments[0]).querySelector('h2').innerText";
/// Whether no contact is ticked for a topic yet.
const RESTS_ON_NOTHING: &str = "return ![...document.querySelectorAll('.sheet-topic')]
    .find(e => e.querySelector('.mine legend')?.textContent.trim() === arguments[0])
    .querySelector('input[type=checkbox]:checked')";

const FIRST_CONTACT: &str = "return [...document.querySelectorAll('.sheet-topic')]
    .find(e => e.querySelector('.mine legend')?.textContent.trim() === arguments[0])
    .querySelector('.basis input[type=checkbox]')";

async fn worksheet(walker: &mut impl Walker) {
    let post = walker.browser();
    post.says("You recorded a").await;
    let topics = post.run(TOPICS, &[]).await;
    let topics: Vec<&str> = topics.as_array().into_iter().flatten().filter_map(|topic| topic.as_str()).collect();
    assert!(topics.len() >= 10, "{topics:?}");
    for topic in topics {
        if post.run(IS_FOLDED, &[json!(topic)]).await == json!(true) {
            let line = post.run(LINE, &[json!(topic)]).await;
            post.press(&line.as_str().expect("a heading").replace('\n', " ")).await;
        }
        post.tick(topic, "Yes").await;
        let text = format!(
            "{topic}: as the application says. The registry and the ministry state it, and post saw the papers."
        );
        post.write_in(topic, "What post found", &text).await;
        if post.run(RESTS_ON_NOTHING, &[json!(topic)]).await == json!(true) {
            post.tick_found(FIRST_CONTACT, &[json!(topic)]).await;
        }
    }
    let on = "The recommendation";
    walker.step("worksheet: save, recommendation", 2, async |post| post.press(on).await).await;
}

/// From the form of the recommendation to the signature.
async fn recommend(walker: &mut impl Walker, text: &str) {
    let post = walker.browser();
    post.tick("Post's word", "Support with conditions").await;
    post.write("Why, and on which conditions", text).await;
    walker.step("recommendation: save, sign", 2, async |post| post.press("The signature").await).await;
    walker.step("sign", 2, async |post| post.press("Sign the recommendation").await).await;
}
