//! The story a newcomer takes to its end: an international commission raises a guard force of 45 and imports 30 pistols
//! and 6 automatic rifles. The post has answered; three import approvals are open.

use super::{
    moves::{self, Application, Contact, Opening},
    visitor::{Stage, Visitor},
};
use crate::error::Result;

/// The answer of a post, as a public site shows it: cut lines, a doubled sentence, the site's own headlines.
const TELEGRAM: &str = include_str!("telegram.txt");
const COMMISSION: &str = "International Commission for Judicial Protection";
const ORDERED: &str = "He ordered 30 pistols and six automatic rifles for the commission, through the broker.";
const STORED: &str = "The building has a weapons room and a gun safe; every weapon is on an inventory sheet.";
const SEEN: &str =
    "A locked weapons room of reinforced concrete, a gun safe bolted to its floor, and a sheet for each weapon.";
const KNOWN: &str = "He knows that the commission intends to import weapons.";
const FIRM: &str = "Harrow Defense Supply, Inc.";
const APPLICANT: &str = "H. Marsh, Harrow Defense Supply";
const SECURITY_OFFICER: &str = "Ivo Castellan";
const REGISTRY: &str = "director of DIGECAM";

/// Plays it up to the reply.
pub async fn play(stage: &Stage) -> Result<()> {
    let (check, license) = &ask(stage).await?;
    stage.at(22, 15);
    let post = stage.enter("guatemala").await?;
    post.fill(&format!("{check}/acknowledge"), &[]).await?;
    post.add(&format!("{license}/approvals/propose"), &[]).await?;

    hear_the_commission(stage, check).await?;
    hear_the_registry(stage, check, license).await?;
    answer_the_check(stage, check).await?;

    // Another post's answer of that kind came by telegram: on no check yet, for a newcomer to go through.
    stage.at(2, 16);
    let case = stage.enter("case2").await?;
    case.add("/telegrams/read", &[("text", TELEGRAM)]).await.map(|_| ())
}

/// The case officer registers the application, and asks the post.
async fn ask(stage: &Stage) -> Result<(String, String)> {
    stage.at(24, 14);
    let case = stage.enter("case").await?;
    let opening = Opening {
        check_type: "pre_license",
        post: "Guatemala",
        subject: "36 weapons for the guard force of an international commission",
        reason: "A new end-user without a record, automatic rifles, and a broker with no office in the country. Confirm the order, the need for this quantity, storage, and the host country's import approvals.",
        priority: "priority",
        site_visit: "requested",
    };
    let check = moves::open(&case, &opening).await?;
    let application = Application {
        number: "050107211",
        destination: "GT",
        value: "48200",
        purpose: "Service weapons for the commission's own protective force.",
        approved: None,
    };
    let license = moves::register(&case, &check, &application).await?;
    moves::items(&case, &license, ("9 mm pistols", "pistol", "I", "30", "18600", true)).await?;
    moves::items(&case, &license, ("5.56 mm automatic rifles", "automatic_rifle", "I", "6", "29600", true)).await?;
    let parties = format!("{license}/parties/add");
    moves::party(&case, &parties, (FIRM, "company", "US"), "applicant", "takes").await?;
    moves::party(&case, &parties, ("Meridian Security Brokers", "company", "CL"), "broker", "never").await?;
    moves::party(&case, &parties, (COMMISSION, "international_organization", "GT"), "foreign_consignee", "takes")
        .await?;
    moves::party(&case, &parties, (COMMISSION, "international_organization", "GT"), "end_user", "takes").await?;
    case.fill(&format!("{check}/request"), &[]).await?;
    Ok((check, license))
}

/// The post meets the commission, and sees where it keeps its weapons.
async fn hear_the_commission(stage: &Stage, check: &str) -> Result<()> {
    stage.at(12, 16);
    let post = stage.enter("guatemala").await?;
    let end_user = format!("{SECURITY_OFFICER}, security officer of the commission");
    let met = Contact {
        kind: "meeting",
        whom: &end_user,
        authority: None,
        party: Some(COMMISSION),
        channel: "embassy",
        on: stage.day(13),
        summary: "",
    };
    let talk = "Interview on the guard force, the order, storage and the import procedure.";
    moves::contact(&post, check, &Contact { summary: talk, ..met }).await?;
    let said = [
        ("order", ORDERED),
        (
            "need",
            "The force will have 45 members, none of them Guatemalan; half of them police officers seconded by donor countries. He imports because the standard pistol of such forces cannot be bought locally.",
        ),
        (
            "intermediaries",
            "He has known the owner of the broker for several years; this is the first purchase. The broker has no office or representation in the country and will at no time take possession of the weapons.",
        ),
        (
            "import_approvals",
            "He has the registry's forms and will apply as soon as he receives the serial numbers of the weapons.",
        ),
        (
            "nontransfer",
            "He knows the U.S. nontransfer and resale rules; his own organization's rules mostly say the same.",
        ),
        ("storage", STORED),
    ];
    moves::statements(&post, check, SECURITY_OFFICER, &said.map(|(topic, text)| ("party_itself", topic, text))).await?;
    let visit = "Walked through the weapons room and saw the safe and the inventory sheets of the force.";
    let seen = Contact { kind: "site_visit", whom: "the commission's storage officer", summary: visit, ..met };
    moves::contact(&post, check, &seen).await?;
    moves::statements(&post, check, "storage officer", &[("observed", "storage", SEEN)]).await?;
    moves::confirm(&post, check, STORED, SEEN).await?;
    Ok(())
}

/// The post meets the registry, and gathers the papers.
async fn hear_the_registry(stage: &Stage, check: &str, license: &str) -> Result<()> {
    stage.at(6, 15);
    let post = stage.enter("guatemala").await?;
    let registry = format!("Col. Bautista Corral, {REGISTRY}");
    let talk = "Meeting at the registry on the planned import.";
    let on = stage.day(6);
    let met = Contact {
        kind: "meeting",
        whom: &registry,
        authority: Some("DIGECAM"),
        party: None,
        channel: "directory",
        on,
        summary: talk,
    };
    moves::contact(&post, check, &met).await?;
    let said = [
        ("official_oral", "order", KNOWN),
        (
            "official_oral",
            "import_approvals",
            "His office has not received the import request yet. The normal procedure applies; rifles also need the Ministry of National Defense.",
        ),
        (
            "official_record",
            "need",
            "The registry approved the local purchase of ten handguns under an earlier permit, so that the commission's officers can work until this shipment arrives.",
        ),
    ];
    moves::statements(&post, check, REGISTRY, &said).await?;
    moves::confirm(&post, check, ORDERED, KNOWN).await?;
    let signers =
        [("applicant", APPLICANT), ("foreign_consignee", "I. Castellan"), ("foreign_end_user", "I. Castellan")];
    let summary = "Confirmed the signature on the certificate, and sent a copy of it.";
    let applicant = Contact { kind: "email", whom: APPLICANT, party: Some(FIRM), authority: None, summary, ..met };
    moves::contact(&post, check, &applicant).await?;
    moves::certificate(&post, license, &signers, stage.day(30), &[APPLICANT, SECURITY_OFFICER]).await?;
    for (holder, what) in [
        ("Customs", "arrival"),
        ("DIGECAM", "ballistic test and registration"),
        (COMMISSION, "handover to the end-user"),
    ] {
        moves::custody(&post, license, "planned", holder, what).await?;
    }
    wait_for_serials(&post, license).await?;
    Ok(())
}

/// The post finds, recommends and signs; its supervisor clears.
async fn answer_the_check(stage: &Stage, check: &str) -> Result<()> {
    stage.at(5, 15);
    let post = stage.enter("guatemala").await?;
    let asked = moves::asked(&post, check).await?;
    let found = asked.into_iter().map(|(address, label)| {
        let (answer, text, whom) = answer(&label);
        (address, answer, text, whom)
    });
    moves::findings(&post, &found.collect::<Vec<_>>()).await?;
    let word = [
        ("word", "support_with_conditions"),
        (
            "text",
            "Post supports approval as soon as the end-user provides the host country's import approvals: the registry's for the pistols and the rifles, and the Ministry of National Defense's for the rifles. None has been issued yet.",
        ),
    ];
    post.fill(&format!("{check}/recommend"), &word).await?;
    post.fill(&format!("{check}/sign"), &[]).await?;

    stage.at(4, 15);
    let supervisor = stage.enter("guatemala2").await?;
    supervisor.fill(&format!("{check}/clear"), &[]).await?;
    Ok(())
}

/// Every cell says what the end-user waits for.
async fn wait_for_serials(post: &Visitor, license: &str) -> Result<()> {
    for cell in moves::cells(post, license).await? {
        let sent = [
            ("state", "needed"),
            ("waits_for", "the serial numbers of the weapons"),
            ("note", "Forms were given to the end-user"),
        ];
        post.fill(&cell, &sent).await?;
    }
    Ok(())
}

/// What the post found on a topic, by its label.
fn answer(label: &str) -> (&'static str, &'static str, &'static str) {
    match label.split(':').next().unwrap_or_default() {
        "Existence and bona fides" if label.contains("Broker") => (
            "could_not_establish",
            "The broker has no office in the country. The end-user states that other missions of its parent organization bought through it, and that no derogatory information is known to them. Post could not confirm this.",
            SECURITY_OFFICER,
        ),
        "Existence and bona fides" => (
            "yes",
            "The commission exists, works under an agreement with the government, and the order is its own.",
            REGISTRY,
        ),
        "Order and contract" => (
            "yes",
            "The end-user's security officer ordered the weapons. The director of the registry knows of the planned import.",
            REGISTRY,
        ),
        "End-use" => (
            "yes",
            "To arm the commission's own protective force. The end-user states that no national of the country will carry the weapons.",
            SECURITY_OFFICER,
        ),
        "Need against quantity" => (
            "yes",
            "36 weapons for a force of 45. Ten handguns were bought locally under an earlier permit of the registry; they are not part of this license.",
            REGISTRY,
        ),
        "Storage and physical security" => (
            "yes",
            "The weapons room and the safe meet U.S. standards; the building served a U.S. guard detachment before.",
            "storage officer",
        ),
        "Inventory control" => (
            "yes",
            "A regime for sensitive items is being introduced; the inventory sheets were shown.",
            "storage officer",
        ),
        "Awareness of nontransfer and resale rules" => {
            ("yes", "The security officer described the rules correctly.", SECURITY_OFFICER)
        }
        "Import approvals" => (
            "no",
            "No request has reached the registry. The end-user states that he waits for the serial numbers before he applies.",
            REGISTRY,
        ),
        _ => (
            "partly",
            "The end-user states that the broker never takes possession: customs hands the weapons to the registry, and the registry hands them to the commission. Not confirmed by another source.",
            SECURITY_OFFICER,
        ),
    }
}
