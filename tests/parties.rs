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
    page.says("Existence and bona fides: Pelago Group Partly");
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
    case.get(&group).await.says("050098377").says("Other name : Pelago Trading Ltd.");
    let holding = company(&case, "Pelago Holding", "MT").await;
    merge(&app, &case, "Pelago Group", &holding).await.is(303);
    lima.get(&open).await.says("Pelago Holding (Broker) is recorded as never taking possession");
    let chains =
        "select count(*) from parties a join parties b on b.id = a.merged_into where b.merged_into is not null";
    assert_eq!(app.value(chains).await, "0");
    case.get(&holding).await.says("050098377").says("Other name : Pelago Trading Ltd.");
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

/// The last part of an address.
fn id(address: &str) -> &str {
    address.rsplit('/').next().expect("an id")
}

const OF: &str = "They are two companies of one name.";

/// Says of each row that the page asks about whose it is: those of these words go.
async fn unmerge(app: &TestApp, visitor: &Visitor, into: &str, go: &[&str]) -> Page {
    let path = format!("{into}/unmerge");
    let page = visitor.get(&path).await;
    // Where it is not to be undone there is no form; whoever sends one all the same is refused.
    let version =
        format!("select count(*) + count(undone_at) from merges where '{}' in (from_party, into_party)", id(into));
    let mut fields = vec![
        ("form_id".to_owned(), page.input("form_id").unwrap_or_else(|| lantern::id::FormId::new().to_string())),
        ("version".to_owned(), app.value(&version).await),
        ("reason".to_owned(), OF.to_owned()),
    ];
    for (row, label) in page.asked() {
        let whose = if go.iter().any(|words| label.contains(words)) { "goes" } else { "stays" };
        fields.push((row, whose.to_owned()));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visitor.post(&path, &fields).await
}

/// A permit in the name of another firm for the items of the license in Lima.
async fn permit_of_shipping(app: &TestApp, lima: &Visitor, path: &str) {
    let issuer = "select authority_id from country_rules where country = 'PE' and item_class = 'pistol' and authority_id is not null limit 1";
    let items = "select g.id from item_groups g join licenses l on l.id = g.license_id where l.number = '050105560'";
    let (issuer, items) = (app.value(issuer).await, app.value(items).await);
    let paper = [
        ("issuer", issuer.as_str()),
        ("number", "S-77"),
        ("items", items.as_str()),
        ("quantity", "40"),
        ("unit", "pieces"),
    ];
    let paper: Vec<_> = paper.into_iter().chain([("named_party", "Pelago Shipping")]).collect();
    lima.done(&format!("{path}/permits/record"), &paper).await;
}

#[tokio::test]
async fn a_merge_that_was_a_mistake_is_undone_and_what_was_recorded_since_goes_where_it_belongs() {
    let app = TestApp::demonstration().await;
    let (case, lima, supervisor) = (app.enter("case").await, app.enter("lima").await, app.enter("supervisor").await);
    let (number, pelago) =
        (license(&app, "050105560").await, format!("/parties/{}", app.value(&format!("select {PELAGO}")).await));
    permit_of_shipping(&app, &lima, &number).await;
    let shipping = company(&case, "Pelago Shipping", "MT").await;
    let known = [("kind", "registration"), ("text", "MT 44120"), ("source", "The register")];
    case.done(&format!("{shipping}/fact"), &known).await;
    merge(&app, &case, "Pelago Shipping", &pelago).await.is(303);
    lima.get(&number).await.says_not("names another party");
    case.get(&pelago).await.says("Pelago Shipping was merged into Pelago Trading Ltd.").says("Registration : MT 44120");

    case.done(&format!("{pelago}/alias"), &[("name", "Pelago Sea Lines"), ("source", "A letterhead")]).await;
    let listed = [("list", "entity_list"), ("starts_on", "1 Feb 2026"), ("source", "A notice")];
    case.done(&format!("{pelago}/listing"), &listed).await;
    let seller = [("party", id(&pelago)), ("role", "seller"), ("takes_possession", "never")];
    case.done(&format!("{number}/parties/add"), &seller).await;

    // Who merged them no longer undoes it: more was recorded since.
    let page = case.get(&shipping).await.link("Merged by mistake");
    assert_eq!(page, format!("{pelago}/unmerge"));
    case.get(&page).await.says("Not to be undone now").says("A supervisor takes it back");
    unmerge(&app, &case, &pelago, &[]).await.refused("A supervisor takes it back");
    let page = supervisor.get(&page).await;
    page.says("Fact: MT 44120").says("Pelago Shipping is no other name of Pelago Trading Ltd. any more");
    let labels: Vec<String> = page.asked().into_iter().map(|(_, label)| label).collect();
    assert_eq!(
        labels,
        ["Other name: Pelago Sea Lines", "List entry: Entity List", "Party of the license, 050105560: seller"]
    );
    let events = app.value("select count(*) from audit_events").await;
    supervisor.fill(&format!("{pelago}/unmerge"), &[("reason", OF)]).await.is(422).says("Say whose this is.");
    assert_eq!(app.value("select count(*) from audit_events").await, events);

    let done = unmerge(&app, &supervisor, &pelago, &["Sea Lines", "List entry"]).await;
    assert_eq!((done.status, done.location.as_str()), (303, pelago.as_str()), "{}", done.text());
    let struck = format!("Pelago Shipping was merged into Pelago Trading Ltd. Recorded by mistake {OF}");
    let page = case.get(&pelago).await;
    page.says(&struck)
        .says_not("Other name : Pelago")
        .says_not("MT 44120")
        .says_not("Entity List")
        .says("Broker, Seller");
    let page = case.get(&shipping).await;
    page.says(&struck).says("Other name : Pelago Sea Lines").says("MT 44120").says("Entity List").says("Established");
    page.says_not("This record is one with").says_not("Merged by mistake");
    lima.get(&number).await.says("names another party (Pelago Shipping)");
    let told = "select string_agg(distinct coalesce(l.number, c.reference, p.name), ', ') from audit_events e left join parties p on p.id = e.party_id
        left join licenses l on l.id = e.license_id left join checks c on c.id = e.check_id
        where e.verb = 'VERB' and e.actor_id = (select id from people where account = 'ACTOR')";
    let told = async |verb, actor| app.value(&told.replace("VERB", verb).replace("ACTOR", actor)).await;
    let undone = told("parties_unmerged", "supervisor").await;
    assert!(
        undone.contains("050105560") && undone.contains("BL-") && undone.contains("Pelago Trading Ltd."),
        "{undone}"
    );
    // As it was told that they were merged, and on the record that is its own again.
    assert_eq!(undone.replace("Pelago Shipping, ", ""), told("parties_merged", "case").await);
    let said =
        app.value("select after::text from audit_events where verb = 'parties_unmerged' and after is not null").await;
    assert!(said.contains(OF) && said.contains("Other name: Pelago Sea Lines is Pelago Shipping's"), "{said}");
    supervisor.get(&format!("{pelago}/unmerge")).await.is(200).says("This merge was undone before.");
    case.get(&format!("{shipping}/unmerge")).await.is(404);
}

#[tokio::test]
async fn what_a_post_recorded_since_a_merge_is_said_to_be_of_one_of_the_two() {
    let app = TestApp::demonstration().await;
    let (case, lima, supervisor) = (app.enter("case").await, app.enter("lima").await, app.enter("supervisor").await);
    let (open, number) = (check(&app, OPEN).await, license(&app, "050105560").await);
    let group = company(&case, "Pelago Group", "MT").await;
    merge(&app, &case, "Pelago Trading Ltd.", &group).await.is(303);
    let met = [
        ("kind", "meeting"),
        ("with_whom", "Its clerk"),
        ("party", id(&group)),
        ("channel_source", "embassy"),
        ("summary", "He showed the books."),
    ];
    lima.done(&format!("{open}/contacts/record"), &met).await;
    let contact = app.value("select id from contacts where with_whom = 'Its clerk'").await;
    let answer =
        [("answer", "partly"), ("text", "It has an office."), ("portion_mark", "U"), ("contacts", contact.as_str())];
    lima.done(&format!("{open}/findings/bona_fides?party={}", id(&group)), &answer).await;
    let step = [
        ("stage", "actual"),
        ("holder", "Its warehouse"),
        ("party", id(&group)),
        ("what", "stored"),
        ("item", ""),
        ("quantity", ""),
    ];
    lima.done(&format!("{number}/custody/add"), &step).await;
    let kinds: Vec<String> =
        supervisor.get(&format!("{group}/unmerge")).await.asked().into_iter().map(|(_, label)| label).collect();
    let reference = app.value(&format!("select reference from checks where subject = '{OPEN}'")).await;
    let expected = [
        "Step of the custody path, 050105560: Its warehouse".to_owned(),
        format!("Contact, {reference}: Its clerk"),
        format!("Finding, {reference}: Existence and bona fides"),
    ];
    assert_eq!(kinds, expected);

    // A signature was verified through the contact.
    let lima_person = "(select id from people where account = 'lima')";
    let verified = format!(
        "insert into certificates (id, license_id, form, host_government_needed, recorded_by, recorded_at)
             select gen_random_uuid(), id, 'dsp_83', false, {lima_person}, now() from licenses where number = '050105560';
         insert into certificate_signatures (id, certificate_id, signer, signer_name, signed_on, verified_contact_id, verified_by, verified_at, recorded_by)
             select gen_random_uuid(), id, 'host_government', 'The clerk of Pelago', '2026-11-01', '{contact}', {lima_person}, now(), {lima_person}
             from certificates order by recorded_at desc limit 1"
    );
    let spoke = format!(
        "update contacts set authority_id = (select id from authorities where short_name = 'SUCAMEC') where id = '{contact}'"
    );
    app.run(&format!("{}; {spoke}; {verified}", crate::database::LOG)).await;
    let falls = "The verification of the signature of The clerk of Pelago on license 050105560";
    supervisor
        .get(&format!("{group}/unmerge"))
        .await
        .says(falls)
        .says("lapses if the contact it was made through is Pelago Trading Ltd.'s");

    // While the check is not with its post, what that wrote stays; what is said to stay does.
    let held = [("text", "The ministry is closed for a week.")];
    case.done(&format!("{open}/hold"), &held).await;
    unmerge(&app, &supervisor, &group, &["Contact", "Finding", "custody"]).await.refused("is not with its post");
    case.done(&format!("{open}/resume"), &[]).await;
    unmerge(&app, &supervisor, &group, &["Contact", "custody"]).await.is(303);
    let owners = format!(
        "select string_agg(p.name, ', ' order by t.n) from (select 1 as n, party_id from contacts where id = '{contact}'
             union all select 2, party_id from findings where text = 'It has an office.'
             union all select 3, party_id from custody_steps where holder = 'Its warehouse') t join parties p on p.id = t.party_id"
    );
    assert_eq!(app.value(&owners).await, "Pelago Trading Ltd., Pelago Group, Pelago Trading Ltd.");
    lima.get(&open).await.says("Pelago Trading Ltd. (Broker) is recorded as never taking possession");
    let lapsed = "select count(*) from certificate_signatures where signer_name = 'The clerk of Pelago' and verified_by is null and lapsed is not null";
    assert_eq!(app.value(lapsed).await, "1");
    let told = "select summary from audit_events where verb = 'verification_lapsed'";
    assert!(app.value(told).await.ends_with("with Pelago Group; now: with Pelago Trading Ltd."));
}

#[tokio::test]
async fn what_is_in_a_file_that_closed_since_stays_as_it_is() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let group = company(&case, "Pelago Group", "MT").await;
    merge(&app, &case, "Pelago Trading Ltd.", &group).await.is(303);
    let owner = |of: &str| {
        format!(
            "select string_agg(distinct p.name, ', ') from {of} t join parties p on p.id = t.party_id where p.name like 'Pelago%'"
        )
    };
    let license =
        "(select r.* from license_parties r join licenses l on l.id = r.license_id where l.number = '050105560')";
    assert_eq!(app.value(&owner(license)).await, "Pelago Group");
    assert_eq!(app.value(&owner("check_subjects")).await, "Pelago Group");
    let closed = format!(
        "set local session_replication_role = replica; update licenses set status = 'denied' where number = '050105560';
         update checks set state = 'closed', closed_at = now() where subject = '{OPEN}'"
    );
    app.run(&closed).await;
    let rows = format!("select string_agg(t::text, ' ') from {license} t");
    let before = app.value(&rows).await;
    case.get(&format!("{group}/unmerge"))
        .await
        .says("Subject of the check")
        .says_not("Party of the license, 050105560");
    unmerge(&app, &case, &group, &[]).await.is(303);
    assert_eq!(app.value(&rows).await, before);
    assert_eq!(app.value(&owner("check_subjects")).await, "Pelago Trading Ltd.");
}

/// The rows that a merge may touch, but for how often they were written.
async fn rows(app: &TestApp) -> Vec<String> {
    let mut rows = Vec::new();
    for table in [
        "parties",
        "party_aliases",
        "party_facts",
        "party_listings",
        "license_parties",
        "check_subjects",
        "contacts",
        "statements",
        "findings",
        "custody_steps",
        "serials",
        "exceptions",
        "explanations",
        "licenses",
        "checks",
    ] {
        let all = format!(
            "select string_agg((to_jsonb(t) - 'version' - 'revision')::text, chr(10) order by t.id) from {table} t"
        );
        rows.push(format!("{table}\n{}", app.value(&all).await));
    }
    rows
}

#[tokio::test]
async fn a_merge_undone_at_once_leaves_every_row_as_it_was() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let (number, pelago) = (license(&app, "050105560").await, app.value(&format!("select {PELAGO}")).await);
    let shipping = company(&case, "Pelago Shipping", "MT").await;
    let marine = company(&case, "Pelago Marine", "MT").await;
    // One that is broker there too, of which possession is known; one that is one with it already; names of both.
    for (role, takes) in [("broker", "never"), ("seller", "unknown"), ("freight_forwarder", "takes")] {
        let role = [("party", id(&shipping)), ("role", role), ("takes_possession", takes)];
        case.done(&format!("{number}/parties/add"), &role).await;
    }
    case.done(
        &format!("{number}/parties/add"),
        &[("party", id(&marine)), ("role", "seller"), ("takes_possession", "never")],
    )
    .await;
    for of in [&shipping, &marine] {
        case.done(&format!("{of}/alias"), &[("name", "Pelago Lines"), ("source", "A letterhead")]).await;
        case.done(&format!("{of}/fact"), &[("kind", "owner"), ("text", "A family"), ("source", "The register")]).await;
    }
    let lines = company(&case, "Pelago Lines II", "MT").await;
    merge(&app, &case, "Pelago Lines II", &shipping).await.is(303);
    assert_eq!(
        lines,
        format!(
            "/parties/{}",
            app.value(&format!("select id from parties where merged_into = '{}'", id(&shipping))).await
        )
    );

    let all = "select string_agg(name, '|' order by name) from parties where standing <> 'merged' and (name like 'Pelago%'
        or id in (select party_id from license_parties p join licenses l on l.id = p.license_id where l.status = 'pending')
        or id in (select party_id from check_subjects))";
    let all = app.value(all).await;
    let all: Vec<&str> = all.split('|').collect();
    let before = rows(&app).await;
    let (mut undone, mut next) = (0, 0);
    for from in &all {
        // Each with the next ones: every pair of Pelago's, and some of others.
        let others =
            all.iter().filter(|into| *into != from && (into.starts_with("Pelago") && from.starts_with("Pelago")));
        next = (next + 7) % all.len();
        for into in others.chain([&all[next]].into_iter().filter(|into| *into != from)) {
            let into = format!(
                "/parties/{}",
                app.value(&format!("select id from parties where name = '{}'", into.replace('\'', "''"))).await
            );
            if merge(&app, &case, &from.replace('\'', "''"), &into).await.status != 303 {
                continue;
            }
            assert_ne!(rows(&app).await, before);
            let page = unmerge(&app, &case, &into, &[]).await;
            assert_eq!(page.status, 303, "{from} into {into}: {}", page.text());
            for (now, before) in rows(&app).await.iter().zip(&before) {
                assert_eq!(now, before, "{from} into {into}");
            }
            undone += 1;
        }
    }
    assert!(undone > 15, "{undone} of {all:?}");
    assert_eq!(
        app.value(&format!(
            "select count(*) from merges where undone_at is null and into_party <> '{}'",
            id(&shipping)
        ))
        .await,
        "0"
    );
    assert_ne!(pelago, "");
}

#[tokio::test]
async fn merges_are_undone_the_last_first_and_those_from_before_are_not() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let (first, second, third) = (
        company(&case, "Orla One", "MT").await,
        company(&case, "Orla Two", "MT").await,
        company(&case, "Orla Three", "MT").await,
    );
    merge(&app, &case, "Orla One", &second).await.is(303);
    merge(&app, &case, "Orla Two", &third).await.is(303);
    unmerge(&app, &case, &second, &[])
        .await
        .refused("Orla Two was merged into Orla Three later. Undo that merge first.");
    case.get(&third).await.says("Orla Two was merged into Orla Three").says_not("Orla One was merged");
    unmerge(&app, &case, &third, &[]).await.is(303);
    let of = format!("select merged_into from parties where id = '{}'", id(&first));
    assert_eq!(app.value(&of).await, id(&second), "what was one with it before is so again");
    unmerge(&app, &case, &second, &[]).await.is(303);
    case.get(&first).await.says("Established").says_not("This record is one with");

    // Nothing of an old merge was kept.
    let old =
        format!("update parties set standing = 'merged', merged_into = '{}' where id = '{}'", id(&third), id(&first));
    app.run(&format!("{}; {old}", crate::database::LOG)).await;
    case.get(&third).await.says("Orla One was merged into Orla Three What moved was not kept then.");
    case.get(&first).await.link("Merged by mistake");
    unmerge(&app, &case, &third, &[]).await.refused("record the other party anew");
    // Nor can one be undone over it.
    merge(&app, &case, "Orla Two", &third).await.is(303);
    unmerge(&app, &case, &third, &[]).await.is(303);
}

#[tokio::test]
async fn a_row_recorded_while_the_page_was_open_is_asked_about_and_a_merge_is_undone_once() {
    let app = TestApp::demonstration().await;
    let (case, supervisor) = (app.enter("case").await, app.enter("supervisor").await);
    let group = company(&case, "Pelago Group", "MT").await;
    merge(&app, &case, "Pelago Trading Ltd.", &group).await.is(303);
    let path = format!("{group}/unmerge");
    let form = supervisor.open(&path).await.set("reason", OF);
    case.done(&format!("{group}/alias"), &[("name", "Pelago Sea Lines"), ("source", "A letterhead")]).await;
    let page = form.send(&supervisor).await;
    page.is(422).says("Say whose this is.").says("Other name: Pelago Sea Lines");

    let harrow = company(&case, "Harrow Shipping", "MT").await;
    let mut sending = tokio::task::JoinSet::new();
    let (row, _) = page.asked().pop().expect("it is asked about");
    let mut forms = Vec::new();
    for _ in 0..6 {
        forms.push(supervisor.open(&path).await.set("reason", OF).set(&row, "goes"));
    }
    for form in forms {
        let (supervisor, same) = (supervisor.clone(), form.clone());
        sending.spawn(async move { (form.send(&supervisor).await.status, same.send(&supervisor).await.status) });
    }
    // Another merge at the same time waits, and either is judged by what the other left.
    let (also, into) = (case.clone(), id(&group).to_owned());
    let merging = tokio::spawn(async move {
        also.fill(&format!("{harrow}/merge"), &[("into", &into), ("source", "One register entry")]).await.status
    });
    let answers = sending.join_all().await;
    let merged = merging.await.expect("it is answered");
    assert_eq!(merged, 303, "{answers:?}");
    let done: Vec<_> = answers.iter().filter(|(first, _)| *first == 303).collect();
    assert!(done.len() <= 1 && done.iter().all(|(_, again)| *again == 303), "{answers:?}");
    assert!(answers.iter().all(|(first, _)| [303, 409].contains(first)), "{answers:?}");
    let undone = "select count(*) from merges where undone_at is not null";
    if done.is_empty() {
        // The other merge was first: it is undone first.
        unmerge(&app, &supervisor, &group, &[]).await.is(303);
        unmerge(&app, &supervisor, &group, &["Sea Lines"]).await.is(303);
        assert_eq!(app.value(undone).await, "2");
    } else {
        assert_eq!(app.value(undone).await, "1");
    }
    let whole = "select count(*) from audit_events where verb = 'parties_unmerged' and before is not null";
    assert_eq!(app.value(whole).await, app.value(undone).await);
    assert_eq!(app.value("select name from parties p where exists (select from party_aliases where party_id = p.id and name = 'Pelago Sea Lines')").await, "Pelago Trading Ltd.");
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
    assert!(form.body.contains("value=\"freight_forwarder\" checked"), "the role is filled in");
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
    case.fill("/licenses/register", &application).await.is(422).says("it is license 05-050091548 (DSP-5");

    // The same number under another form is asked about.
    let draft_id = here.rsplit('/').next().unwrap();
    let at = format!("/licenses/register?check={draft_id}");
    let temporary = |more: &'static [(&str, &str)]| {
        let sent = [("number", "865798"), ("license_form", "dsp_61"), ("destination", "PE"), ("value_usd", "1000")];
        sent.into_iter().chain(more.iter().copied()).collect::<Vec<_>>()
    };
    case.fill(&at, &temporary(&[])).await.is(422).says("written in another way");
    case.done(&at, &temporary(&[("other_license", "#865798 (DSP-5)")])).await;
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
