//! What is found and said: possession, statements, parties, and what may not be kept.

use lantern::id::FormId;

use super::{behind_the_back, call, check_about, find_everything, id_of, license_numbered, recommend, step};
use crate::support::TestApp;

#[tokio::test]
async fn guard_9_possession_unknown_and_a_go_between_that_holds() {
    let app = TestApp::demonstration().await;
    let (check, license) =
        (check_about(&app, "Pistols for an airport authority").await, license_numbered(&app, "050104977").await);
    let case = app.enter("case2").await;
    // The post answered about the license as it is: nobody is added behind its back.
    let pelago = app.value("select id from parties where name = 'Pelago Trading Ltd.'").await;
    let forwarder = [("party", pelago.as_str()), ("role", "freight_forwarder"), ("takes_possession", "unknown")];
    case.fill(&format!("{license}/parties/add"), &forwarder)
        .await
        .refused("Give the check back first, then change the license");
    behind_the_back(
        &app,
        &format!(
            "insert into license_parties (id, license_id, party_id, role, takes_possession)
             values (gen_random_uuid(), '{}', '{pelago}', 'freight_forwarder', 'unknown')",
            id_of(&license)
        ),
    )
    .await;
    let favorable = [("word", "favorable"), ("text", "Post confirmed it.")];
    case.fill(&format!("{check}/propose"), &favorable)
        .await
        .refused("Pelago Trading Ltd.: whether it takes possession is unknown");
    let row = app
        .value(&format!(
            "select id from license_parties where license_id = '{}' and role = 'freight_forwarder'",
            id_of(&license)
        ))
        .await;
    case.done(&format!("{license}/parties/{row}/edit"), &[("takes_possession", "takes")]).await;
    case.done(&format!("{check}/propose"), &favorable).await;

    let check = check_about(&app, "Pistols for a private guard firm").await;
    let license = license_numbered(&app, "050105560").await;
    let post = app.enter("lima").await;
    find_everything(&post, &check, "head of procurement").await;
    let pelago = |what: &'static str| {
        [
            ("stage", "planned"),
            ("holder", "PELAGO trading ltd"),
            ("party", ""),
            ("what", what),
            ("item", ""),
            ("quantity", ""),
        ]
    };
    post.done(&format!("{license}/custody/add"), &pelago("Stores them for a week")).await;
    recommend(&post, &check, "no_objection").await;
    let sentence =
        "Pelago Trading Ltd. (Broker) is recorded as never taking possession, but holds items: planned step 1";
    step(&app, &post, &check, "sign", "").await.refused("Explain first:").says(sentence);
    post.get(&check).await.says(sentence);
    // It is the post's to explain, not the case officer's.
    let key = app
        .value(&format!(
            "select 'possession:' || license_id || ':' || party_id from license_parties where license_id = '{}' and role = 'broker'",
            id_of(&license)
        ))
        .await;
    let explanation = [("contradiction", key.as_str()), ("text", "It rents the yard to customs and has no key.")];
    case.fill(&format!("{check}/explain"), &explanation)
        .await
        .is(422)
        .says("No contradiction waits for your explanation");
    post.done(&format!("{check}/explain"), &explanation).await;
    post.done(&format!("{check}/sign"), &[]).await;
    // Another step is another fact: the explanation lapses, under a signed reply too.
    post.done(&format!("{license}/custody/add"), &pelago("And for another week")).await;
    let other = app.enter("lima2").await;
    step(&app, &other, &check, "clear", "").await.refused("Explain first:").says("planned step 1, planned step 2");
    post.get(&check)
        .await
        .says("Lapsed")
        .says(&format!("that {sentence}: It rents the yard to customs and has no key."));
}

#[tokio::test]
async fn a_statement_stays_of_a_grade_that_its_links_need() {
    let app = TestApp::demonstration().await;
    let check = check_about(&app, "Cartridges for a sugar mill").await;
    let post = app.enter("guatemala").await;
    call(&post, &check, "The mill's manager", "directory").await.is(303);
    let record = format!("{check}/statements/record");
    let contact = post.get(&record).await.choice("contact", "The mill's manager");
    let stated = |grade: &'static str, text: &'static str| {
        [("contact", contact.as_str()), ("source_grade", grade), ("topic", ""), ("about", ""), ("text", text)]
    };
    post.done(&record, &stated("party_itself", "The mill ordered them.")).await;
    post.done(&record, &stated("official_oral", "The mill's order is known here.")).await;
    let claim = app.value("select id from statements where text = 'The mill ordered them.'").await;
    let better = app.value("select id from statements where text = 'The mill''s order is known here.'").await;
    let (of_claim, of_better) = (format!("{check}/statements/{claim}"), format!("{check}/statements/{better}"));
    post.done(&format!("{of_claim}/link"), &[("confirmed_by", &better), ("contradicted_by", "")]).await;
    post.fill(&format!("{of_better}/edit"), &stated("party_itself", "The mill's order is known here."))
        .await
        .is(422)
        .says("It bears out another statement, and has to stay of a better source than that one");
    post.fill(&format!("{of_claim}/edit"), &stated("official_record", "The mill ordered them."))
        .await
        .is(422)
        .says("The statement that bears it out would no longer be of a better source");
    post.done(&format!("{of_better}/edit"), &stated("third_party", "The mill's order is known here.")).await;
    post.done(&format!("{of_claim}/link"), &[("confirmed_by", ""), ("contradicted_by", "")]).await;
    post.done(&format!("{of_better}/edit"), &stated("party_itself", "The mill's order is known here.")).await;
}

#[tokio::test]
async fn a_party_is_found_named_listed_and_merged_into_one_record() {
    let app = TestApp::demonstration().await;
    let (check, license) =
        (check_about(&app, "Pistols for a private guard firm").await, license_numbered(&app, "050105560").await);
    let (post, case) = (app.enter("lima").await, app.enter("case").await);
    let found = [
        ("name", "Pelago Trading Limited"),
        ("kind", "company"),
        ("country", "MT"),
        ("address", ""),
        ("role", "broker"),
        ("source", "The manager's card"),
    ];
    post.done(&format!("{check}/parties/found"), &found).await;
    let new = app.value("select id from parties where name = 'Pelago Trading Limited' and standing = 'found'").await;
    case.get(&format!("/parties/{new}")).await.says("Found by a post").says("The manager's card");
    post.done(
        &format!("/parties/{new}/fact"),
        &[("kind", "telephone"), ("text", "+356 5550 0147"), ("source", "Directory of Valletta")],
    )
    .await;
    post.get(&format!("/parties/{new}/merge")).await.is(403).says("Only a case officer edits parties");
    app.enter("kingston").await.get(&format!("/parties/{new}")).await.is(404);

    // A custody step of the found record comes along, and contradicts what is recorded of the broker.
    let old = app
        .value(&format!(
            "select party_id from license_parties where license_id = '{}' and role = 'broker'",
            id_of(&license)
        ))
        .await;
    let forwarder = [("party", new.as_str()), ("role", "freight_forwarder"), ("takes_possession", "unknown")];
    case.done(&format!("{license}/parties/add"), &forwarder).await;
    case.fill(&format!("{license}/parties/add"), &forwarder)
        .await
        .refused("This party has this role on the license already");
    let step = [
        ("stage", "planned"),
        ("holder", "The forwarder's yard"),
        ("party", new.as_str()),
        ("what", "Stores them"),
        ("item", ""),
        ("quantity", ""),
    ];
    post.done(&format!("{license}/custody/add"), &step).await;
    post.get(&check).await.says_not("never taking possession");
    case.fill(&format!("/parties/{new}/merge"), &[("into", &new), ("source", "The same")])
        .await
        .is(422)
        .says("Choose another record");
    case.done(&format!("/parties/{new}/merge"), &[("into", &old), ("source", "Same register number")]).await;
    post.get(&check).await.says("is recorded as never taking possession, but holds items: planned step 1");
    case.get(&format!("/parties/{old}")).await.says("Pelago Trading Limited").says("+356 5550 0147");
    assert_eq!(app.value(&format!("select merged_into from parties where id = '{new}'")).await, old);
}

#[tokio::test]
async fn a_classified_paragraph_is_kept_only_on_the_page_that_refused_it() {
    let app = TestApp::demonstration().await;
    let check = check_about(&app, "Cartridges for a sugar mill").await;
    let (post, case) = (app.enter("guatemala").await, app.enter("case").await);
    let secret = "3. (S) A source close to the mill said otherwise";
    let refused = "This looks classified ((S)). Lantern takes no classified text and has not stored it.";
    let contact = [
        ("kind", "call"),
        ("with_whom", "A source"),
        ("place", ""),
        ("channel_source", "embassy"),
        ("summary", secret),
    ];
    let page = post.fill(&format!("{check}/contacts/record"), &contact).await;
    page.is(422).says(refused).says("report it to your information security officer");
    assert!(page.body.contains("A source close to the mill"), "the text stays on the page");
    post.fill(&format!("{check}/interim"), &[("text", secret)]).await.is(422).says(refused);
    post.fill(&format!("{check}/recommend"), &[("word", "oppose"), ("text", secret)]).await.is(422).says(refused);
    post.fill(&format!("{check}/documents/describe"), &[("kind", secret), ("issuer", "A"), ("kept_at", "B")])
        .await
        .is(422)
        .says(refused);
    case.fill(&format!("{check}/hold"), &[("text", secret)]).await.is(422).says(refused);
    let list = [
        ("kind", "call"),
        ("with_whom", "A"),
        ("place", ""),
        ("channel_source", "embassy"),
        ("summary", "(A) pistols\n(B) rifles\n(C) magazines"),
    ];
    post.fill(&format!("{check}/contacts/record"), &list)
        .await
        .is(422)
        .says("Is this a classification mark?")
        .says("(C) magazines");
    let form = FormId::new().to_string();
    let draft = [("form_id", form.as_str()), ("path", "/checks"), ("summary", secret)];
    post.post("/drafts", &draft).await.refused(refused);
    for (table, text) in [
        ("drafts", "body"),
        ("contacts", "summary"),
        ("interim_replies", "text"),
        ("audit_events", "coalesce(after::text, '') || summary"),
    ] {
        let found = app.value(&format!("select count(*) from {table} where {text} like '%close%to%the%mill%'")).await;
        assert_eq!(found, "0", "{table} has it");
    }
    // The weapon(s) of honest text go through.
    let honest = [
        ("kind", "call"),
        ("with_whom", "A guard"),
        ("place", ""),
        ("channel_source", "embassy"),
        ("summary", "The weapon(s) and (C) parts"),
    ];
    post.done(&format!("{check}/contacts/record"), &honest).await;
}
