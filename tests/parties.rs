//! Parties: records that become one, parties a post found, names known already; licenses put on a draft; lists by party
//! and country.

use lantern::id::FormId;

use crate::support::{Page, TestApp, Visitor};

/// Presses a button of a page, or of one that was open before: a form without fields.
async fn press(visitor: &Visitor, page: &str, address: &str) -> Page {
    let form = visitor.get(page).await.input("form_id").unwrap_or_else(|| FormId::new().to_string());
    visitor.post(address, &[("form_id", &form)]).await
}

/// Registers a company; gives its address.
async fn company(case: &Visitor, name: &str, country: &str) -> String {
    case.done("/parties/register", &[("name", name), ("kind", "company"), ("country", country)]).await
}

/// The check of a subject.
async fn check(app: &TestApp, subject: &str) -> String {
    format!("/checks/{}", app.value(&format!("select id from checks where subject = '{subject}'")).await)
}

async fn license(app: &TestApp, number: &str) -> String {
    format!("/licenses/{}", app.value(&format!("select id from licenses where number = '{number}'")).await)
}

const OPEN: &str = "Pistols for a private guard firm";
const CLOSED: &str = "Pistols for a gun shop in the north";
const PELAGO: &str = "(select id from parties where name = 'Pelago Trading Ltd.')";

async fn merge(app: &TestApp, case: &Visitor, name: &str, into: &str) -> Page {
    let id = app.value(&format!("select id from parties where name = '{name}'")).await;
    let path = format!("/parties/{id}/merge");
    let other = into.rsplit('/').next().expect("an id");
    case.fill(&path, &[("into", other), ("source", "Company register of Malta")]).await
}

#[tokio::test]
async fn a_merged_party_is_read_as_one_and_what_was_recorded_stays() {
    let app = TestApp::demonstration().await;
    let (case, lima) = (app.enter("case").await, app.enter("lima").await);
    let (open, closed, number) = (check(&app, OPEN).await, check(&app, CLOSED).await, license(&app, "050105560").await);
    // The broker that never takes possession stands in the custody path, and the post has answered about it.
    let pelago = app.value(&format!("select {PELAGO}")).await;
    let step = [
        ("stage", "actual"),
        ("holder", "Pelago's warehouse"),
        ("party", pelago.as_str()),
        ("what", "stored"),
        ("item", ""),
        ("quantity", ""),
    ];
    lima.done(&format!("{number}/custody/add"), &step).await;
    let address = format!("{open}/findings/bona_fides?party={pelago}");
    let contact = app
        .value(
            "select t.id from contacts t join checks c on c.id = t.check_id where c.subject = 'Pistols for a private guard firm' limit 1",
        )
        .await;
    let answer = [
        ("answer", "partly"),
        ("text", "It has an address and nothing else."),
        ("portion_mark", "U"),
        ("contacts", contact.as_str()),
    ];
    lima.done(&address, &answer).await;
    lima.get(&open).await.says("Pelago Trading Ltd. (Broker) is recorded as never taking possession");

    let revision = format!("select revision from checks where subject = '{OPEN}'");
    let sealed = format!("select c.revision || ' ' || l.revision || ' ' || p.party_id || ' ' || p.version from checks c join check_licenses k on k.check_id = c.id
        join licenses l on l.id = k.license_id join license_parties p on p.license_id = l.id where c.subject = '{CLOSED}' and p.role = 'broker'");
    let (before, kept) = (app.value(&revision).await, app.value(&sealed).await);
    let of_pelago = format!("select count(*) from findings where party_id = {PELAGO}");
    let findings = app.value(&of_pelago).await;
    let group = company(&case, "Pelago Group", "MT").await;
    merge(&app, &case, "Pelago Trading Ltd.", &group).await.is(303);

    let page = lima.get(&open).await;
    page.says("Pelago Group (Broker) is recorded as never taking possession")
        .says("It has an address and nothing else.");
    page.says("Partly Existence and bona fides: Pelago Group");
    assert_ne!(app.value(&revision).await, before, "whoever read the file before has to read it again");
    assert_eq!(app.value(&sealed).await, kept, "a closed file keeps its rows");
    case.get(&closed).await.says("Pelago Group");
    assert_eq!(
        app.value(&format!("select count(*) from custody_steps where party_id = {PELAGO}")).await,
        "1",
        "rows keep their ids"
    );
    assert_eq!(app.value(&of_pelago).await, findings);
    let logged = app.value("select count(*) from audit_events e join licenses l on l.id = e.license_id where e.verb = 'parties_merged' and l.number = '050105560'").await;
    assert_eq!(logged, "1", "the file's timeline tells it");

    // The answer is changed in its own row, under the new party.
    let answers = "select count(*) from findings f join checks c on c.id = f.check_id where c.subject = 'Pistols for a private guard firm' and f.topic = 'bona_fides'";
    let count = app.value(answers).await;
    let id = group.rsplit('/').next().unwrap();
    let changed =
        [("answer", "no"), ("text", "Nobody is there."), ("portion_mark", "U"), ("contacts", contact.as_str())];
    lima.done(&format!("{open}/findings/bona_fides?party={id}"), &changed).await;
    lima.get(&open).await.says("Nobody is there.").says_not("It has an address and nothing else.");
    assert_eq!(app.value(answers).await, count);

    // The party's page has the closed checks too, and further merges leave pointers one step long.
    case.get(&group).await.says("050098377").says("alias : Pelago Trading Ltd.");
    let holding = company(&case, "Pelago Holding", "MT").await;
    merge(&app, &case, "Pelago Group", &holding).await.is(303);
    lima.get(&open).await.says("Pelago Holding (Broker) is recorded as never taking possession");
    let chains =
        "select count(*) from parties a join parties b on b.id = a.merged_into where b.merged_into is not null";
    assert_eq!(app.value(chains).await, "0");
    case.get(&holding).await.says("050098377").says("alias : Pelago Trading Ltd.");
}

#[tokio::test]
async fn a_permit_that_names_a_merged_party_names_a_party_of_the_license() {
    let app = TestApp::demonstration().await;
    let (case, lima) = (app.enter("case").await, app.enter("lima").await);
    let path = license(&app, "050105560").await;
    let issuer = app
        .value("select i.authority_id from import_approvals i join licenses l on l.id = i.license_id where l.number = '050105560' limit 1")
        .await;
    let issuer = if issuer.is_empty() {
        app.value(
            "select authority_id from country_rules where country = 'PE' and item_class = 'pistol' and authority_id is not null limit 1",
        )
        .await
    } else {
        issuer
    };
    let items = app
        .value("select g.id from item_groups g join licenses l on l.id = g.license_id where l.number = '050105560'")
        .await;
    let paper = [
        ("issuer", issuer.as_str()),
        ("number", "S-77"),
        ("items", items.as_str()),
        ("quantity", "40"),
        ("unit", "pieces"),
    ];
    let named = |name| paper.into_iter().chain([("named_party", name)]).collect::<Vec<_>>();
    lima.done(&format!("{path}/permits/record"), &named("Pelago Shipping")).await;
    lima.get(&path).await.says("names another party (Pelago Shipping)");
    let shipping = company(&case, "Pelago Shipping", "MT").await;
    let id = shipping.rsplit('/').next().unwrap();
    let into = app.value(&format!("select {PELAGO}")).await;
    case.done(&format!("/parties/{id}/merge"), &[("into", &into), ("source", "Company register of Malta")]).await;
    lima.get(&path).await.says_not("names another party");
}

#[tokio::test]
async fn two_records_that_say_the_opposite_of_possession_stay_two() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let number = license(&app, "050105560").await;
    let marine = company(&case, "Pelago Marine", "MT").await;
    let id = marine.rsplit('/').next().unwrap();
    case.done(
        &format!("{number}/parties/add"),
        &[("party", id), ("role", "freight_forwarder"), ("takes_possession", "takes")],
    )
    .await;
    let events = app.value("select count(*) from audit_events").await;
    let into = format!("/parties/{}", app.value(&format!("select {PELAGO}")).await);
    merge(&app, &case, "Pelago Marine", &into)
        .await
        .refused("On license 050105560 Pelago Marine is freight forwarder (takes possession) and Pelago Trading Ltd. is broker (never takes possession)")
        .says("Correct the one that is wrong");
    assert_eq!(app.value("select count(*) from audit_events").await, events);
    assert_eq!(app.value("select standing from parties where name = 'Pelago Marine'").await, "established");
}

const FOUND: &[(&str, &str)] = &[
    ("name", "Depósitos del Sur"),
    ("kind", "company"),
    ("country", "GT"),
    ("address", "Calle 4, zona 12"),
    ("role", "freight_forwarder"),
    ("source", "The mill's foreman named it."),
];

#[tokio::test]
async fn a_party_the_post_found_waits_on_the_check_until_it_is_linked() {
    let app = TestApp::demonstration().await;
    let (case, post) = (app.enter("case").await, app.enter("guatemala").await);
    let mill = check(&app, "Cartridges for a sugar mill''s guards").await;
    post.done(&format!("{mill}/parties/found"), FOUND).await;
    let seen = post.get(&mill).await;
    seen.says("Depósitos del Sur as freight forwarder, Guatemala")
        .says("The mill's foreman named it.")
        .says_not("Link to license");
    case.get("/").await.says("Parties found by posts, to be linked (1)");
    let page = case.get(&mill).await;
    page.says("Depósitos del Sur as freight forwarder").says("Calle 4, zona 12").says("Jonas Merrit");

    let link = page.link("Link to license 050106402");
    let form = case.get(&link).await;
    let party = form.choice("party", "Depósitos del Sur");
    assert!(form.body.contains("value=\"freight_forwarder\" selected"), "the role is filled in");
    case.done(&link, &[("party", &party), ("role", "freight_forwarder"), ("takes_possession", "takes")]).await;
    case.get(&mill).await.says_not("Not linked yet").says("Depósitos del Sur Freight forwarder Takes possession");
    case.get("/").await.says_not("Parties found by posts");
    assert_eq!(app.value("select standing from parties where name = 'Depósitos del Sur'").await, "established");
    assert_eq!(
        app.value("select count(*) from audit_events where summary = 'established Depósitos del Sur, found by a post'")
            .await,
        "1"
    );
}

#[tokio::test]
async fn a_found_party_that_is_a_known_one_leaves_the_list_when_merged() {
    let app = TestApp::demonstration().await;
    let (case, post) = (app.enter("case").await, app.enter("guatemala").await);
    let mill = check(&app, "Cartridges for a sugar mill''s guards").await;
    post.done(&format!("{mill}/parties/found"), FOUND).await;
    let path = case.get(&mill).await.link("Merge into a known record");
    let other = company(&case, "Depósitos del Sur, S.A.", "GT").await;
    case.done(&path, &[("into", other.rsplit('/').next().unwrap()), ("source", "Same address")]).await;
    case.get(&mill).await.says_not("Not linked yet");
}

#[tokio::test]
async fn a_party_found_on_a_check_without_license_becomes_its_subject() {
    let app = TestApp::demonstration().await;
    let (case, post) = (app.enter("case").await, app.enter("madrid").await);
    let review = check(&app, "A trading firm on two continents").await;
    let mut sent = FOUND.to_vec();
    sent[0] = ("name", "Talleres Ondara");
    sent[2] = ("country", "ES");
    post.done(&format!("{review}/parties/found"), &sent).await;
    let link = case.get(&review).await.link("Make it a subject");
    let party = case.get(&link).await.choice("party", "Talleres Ondara");
    // The request was sent long ago: only what the post found may still come in.
    let other = app.value("select id from parties where name = 'Calder Ridge Arms Co.'").await;
    case.fill(&link, &[("party", &other), ("role", "seller"), ("takes_possession", "unknown")])
        .await
        .refused("those that the post found");
    case.done(&link, &[("party", &party), ("role", "freight_forwarder"), ("takes_possession", "unknown")]).await;
    case.get(&review).await.says("Talleres Ondara as freight forwarder").says_not("Not linked yet");
}

#[tokio::test]
async fn a_known_name_is_offered_before_a_second_record_is_made() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let new = [("name", "PELAGO trading, Ltd"), ("kind", "company"), ("country", "MT")];
    let asked = case.fill("/parties/register", &new).await;
    asked
        .is(422)
        .says("A party of this name in this country is known")
        .says("Known already: Pelago Trading Ltd. (Company, Malta)");
    assert_eq!(app.value("select count(*) from parties where name_folded = 'pelago trading ltd'").await, "1");
    case.done("/parties/register", &[("name", "Pelago Trading Ltd."), ("kind", "company"), ("country", "CY")]).await;

    let number = license(&app, "050105560").await;
    let add = format!("{number}/parties/add");
    let role = [("role", "seller"), ("takes_possession", "unknown")];
    let asked = case.fill(&add, &[new.as_slice(), role.as_slice()].concat()).await;
    asked.is(422).says("A party of this name in this country is known");
    assert_eq!(
        asked.choice("party", "Pelago Trading Ltd."),
        app.value("select id from parties where name = 'Pelago Trading Ltd.' and country = 'MT'").await
    );
    let tick = asked.choice("namesake", "It is another party of the same name");
    case.done(&add, &[new.as_slice(), role.as_slice(), &[("namesake", tick.as_str())]].concat()).await;
    assert_eq!(
        app.value("select count(*) from parties where name_folded = 'pelago trading ltd' and country = 'MT'").await,
        "2"
    );
}

#[tokio::test]
async fn a_post_learns_nothing_of_namesakes_outside_its_files() {
    let app = TestApp::demonstration().await;
    let (post, mill) = (app.enter("guatemala").await, check(&app, "Cartridges for a sugar mill''s guards").await);
    let mut sent = FOUND.to_vec();
    (sent[0], sent[2]) = (("name", "Pelago Trading Ltd."), ("country", "MT"));
    post.done(&format!("{mill}/parties/found"), &sent).await;
    // Its own it is told of.
    (sent[0], sent[2]) = (("name", "INGENIO Santa Marcela"), ("country", "GT"));
    let asked = post.fill(&format!("{mill}/parties/found"), &sent).await;
    asked.is(422).says("Known already: Ingenio Santa Marcela");
    sent.push(("namesake", "another"));
    post.done(&format!("{mill}/parties/found"), &sent).await;
}

/// Opens a draft at a post; gives its address.
async fn draft(app: &TestApp, case: &Visitor, post: &str) -> String {
    let post = app.value(&format!("select id from posts where name = '{post}'")).await;
    let request = [
        ("check_type", "pre_license"),
        ("post", post.as_str()),
        ("subject", "Two licenses of one buyer"),
        ("reason", "A new end-user; confirm the order and the need."),
        ("priority", "routine"),
        ("site_visit", "optional"),
    ];
    case.done("/checks/open", &request).await
}

async fn register(case: &Visitor, draft: &str, number: &str, form: &str) -> String {
    let known = draft.rsplit('/').next().unwrap();
    let application =
        [("number", number), ("license_form", form), ("destination", "PE"), ("value_usd", "1000"), ("purpose", "")];
    case.done(&format!("/licenses/register?check={known}"), &application).await
}

#[tokio::test]
async fn a_license_of_a_draft_leads_back_to_it_and_takes_over_parties() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let draft = draft(&app, &case, "Lima").await;
    let first = register(&case, &draft, "050107086", "dsp_5").await;
    let page = case.get(&first).await;
    page.says("On a draft");
    assert_eq!(page.link("back to BL-"), draft);
    page.says_not("Take over the parties");
    let buyer = company(&case, "Minera Alto Cauce", "PE").await;
    let id = buyer.rsplit('/').next().unwrap();
    for role in ["foreign_consignee", "end_user"] {
        case.done(&format!("{first}/parties/add"), &[("party", id), ("role", role), ("takes_possession", "takes")])
            .await;
    }
    let second = register(&case, &draft, "050107087", "dsp_5").await;
    case.get(&second).await.says("Take over the parties of license 050107086");
    let take = format!("{second}/take-parties/{}", first.rsplit('/').next().unwrap());
    press(&case, &second, &take).await.is(303);
    let page = case.get(&second).await;
    page.says("Minera Alto Cauce Foreign consignee Takes possession")
        .says("Minera Alto Cauce End-user")
        .says_not("Take over the parties");
    let logged = "select count(*) from audit_events e join licenses l on l.id = e.license_id where l.number = '050107087' and e.party_id is not null";
    assert_eq!(app.value(logged).await, "2", "one entry a party");
    press(&case, &second, &take).await.refused("is on this license already");
    // Not from a license of no check of its own.
    let stranger = app.value("select id from licenses where number = '050105560'").await;
    press(&case, &second, &format!("{second}/take-parties/{stranger}")).await.is(404);

    // Who issues the license has settled its parties.
    app.enter("lima").await.get(&first).await.is(404);
    let decided = license(&app, "050098377").await;
    press(&case, &second, &format!("{decided}/take-parties/{stranger}")).await.refused("can no longer be changed");
}

#[tokio::test]
async fn a_draft_is_not_told_to_a_post_that_sees_the_license() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let draft = draft(&app, &case, "Madrid").await;
    case.done(&format!("{draft}/licenses/add"), &[("number", "050105560")]).await;
    let path = license(&app, "050105560").await;
    case.get(&path).await.says("On a draft");
    app.enter("reviewer").await.get(&path).await.says("On a draft");
    app.enter("lima").await.get(&path).await.says_not("On a draft");
}

#[tokio::test]
async fn a_number_is_found_in_any_spelling_and_chosen_where_several_forms_have_it() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let (here, there) = (draft(&app, &case, "Lima").await, draft(&app, &case, "Lima").await);
    for number in ["050107086", "05-050091548", "05-971941", "#865798"] {
        register(&case, &here, number, "dsp_5").await;
        case.get(&here).await.says(&format!("License {number}"));
    }
    for (spelled, number) in [
        ("0501 07086", "050107086"),
        ("05 050091548", "05-050091548"),
        ("05971941", "05-971941"),
        ("865798", "#865798"),
    ] {
        case.done(&format!("{there}/licenses/add"), &[("number", spelled)]).await;
        case.get(&there).await.says(&format!("License {number}"));
    }
    case.fill(&format!("{there}/licenses/add"), &[("number", "865798")])
        .await
        .refused("License #865798 is on this check already");
    let application =
        [("number", "05 0500-91548"), ("license_form", "dsp_5"), ("destination", "PE"), ("value_usd", "1000")];
    case.fill("/licenses/register", &application).await.is(422).says("This number is known under this form");

    register(&case, &here, "865798", "dsp_61").await;
    let other = draft(&app, &case, "Lima").await;
    let path = format!("{other}/licenses/add");
    let asked = case.fill(&path, &[("number", "865798")]).await;
    asked.is(422).says("This number is known under several forms");
    let temporary = asked.choice("license", "DSP-61");
    case.done(&path, &[("number", "865798"), ("license", &temporary)]).await;
    let form = "select l.form from licenses l join check_licenses k on k.license_id = l.id where k.check_id::text = ";
    assert_eq!(app.value(&format!("{form} '{}'", other.rsplit('/').next().unwrap())).await, "dsp_61");
    // Two spellings of it in one file warn; the same spelling under two forms is no contradiction.
    case.get(&here).await.says("One license number is written in two ways: #865798 and 865798");
}

#[tokio::test]
async fn checks_are_found_by_country_and_by_every_name_of_a_party() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    for country in ["PE", "pe", "Peru", "PERU", "%20peru%20"] {
        case.get(&format!("/checks?country={country}"))
            .await
            .says(OPEN)
            .says_not("Nairobi pool")
            .says_not("Rifles for a provincial police");
    }
    case.get("/checks?country=Atlantis").await.says("No check fits");
    let pelago = app.value(&format!("select {PELAGO}")).await;
    case.done(&format!("/parties/{pelago}/alias"), &[("name", "Casa Pelícano"), ("source", "A letterhead")]).await;
    case.get("/checks?party=casa+pelicano").await.says(OPEN).says(CLOSED);
    let group = company(&case, "Quayside Holdings", "MT").await;
    merge(&app, &case, "Pelago Trading Ltd.", &group).await.is(303);
    for name in ["casa+pelicano", "quayside", "pelago+trading"] {
        case.get(&format!("/checks?party={name}"))
            .await
            .says(OPEN)
            .says(CLOSED)
            .says("A trading firm on two continents");
    }
    let all = case.get("/checks").await.text();
    for unknown in ["type=x", "state=x", "due=x", "sort=x", "post=x", "after=x"] {
        let page = case.get(&format!("/checks?{unknown}")).await;
        assert!(page.is(200).text().contains(OPEN) && all.contains(OPEN), "{unknown} filters nothing out");
    }
}
