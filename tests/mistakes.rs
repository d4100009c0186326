//! Recorded by mistake: every kind of row that a person records has a way back, which says beforehand what lapses,
//! frees its number or name, and leaves it readable.

use std::collections::BTreeSet;

use lantern::{mistakes::model::MistakeKind, text::Day};
use time::Date;

use crate::{
    database::{application, column, logged, names},
    support::{TestApp, Visitor},
};

const MILL: &str = "(select id from checks where subject like 'Cartridges for a sugar mill%')";
const LICENSE: &str = "(select id from licenses where number = '050106402')";
const PARTY: &str = "(select id from parties where name = 'Pelago Trading Ltd.')";
const FIRST_OF_COUNT: &str = "id = (select min(id::text)::uuid from serials where number like 'KQ-%')";
const WHY: &str = "It was entered twice.";

async fn address(app: &TestApp, of: &str, which: &str) -> String {
    format!("/{of}/{}", app.value(&format!("select {which}")).await)
}

async fn dated(visitor: &Visitor, path: &str, name: &str, day: Date, others: &[(&str, &str)]) {
    let day = Day(day).to_string();
    let mut sent = vec![(name, day.as_str())];
    sent.extend_from_slice(others);
    visitor.fill(path, &sent).await.is(303);
}

/// A row of every kind: the kind, its table, who takes it back, its file, and how the row is found.
type Recorded = (MistakeKind, &'static str, &'static str, String, String);

/// A certificate with the applicant's signature, but for its day.
const SIGNED: [(&str, &str); 4] = [
    ("paper_form", "DSP-83"),
    ("host_government_needed", "no"),
    ("signed.1.signer", "applicant"),
    ("signed.1.signer_name", "R. Olmedo"),
];

/// Records one of every kind, as people do.
async fn recorded(app: &TestApp) -> Vec<Recorded> {
    use MistakeKind as K;
    let (post, case, admin) = (app.enter("guatemala").await, app.enter("case").await, app.enter("admin").await);
    let today = app.clock.now().date();
    let (check, license) = (address(app, "checks", MILL).await, address(app, "licenses", LICENSE).await);
    let party = address(app, "parties", PARTY).await;
    let document =
        [("kind", "registry extract"), ("issuer", "the registry"), ("number", "12/2026"), ("kept_at", "Post")];
    post.done(&format!("{check}/documents/describe"), &document).await;
    let finding = [("answer", "yes"), ("text", "The mill stands where it says."), ("portion_mark", "SBU")];
    post.done(&format!("{check}/findings/other"), &finding).await;
    case.done(
        &format!("{license}/items/add"),
        &[("label", "cleaning kits"), ("item_class", "pistol"), ("quantity", "12"), ("jurisdiction", "itar")],
    )
    .await;
    let id = party.rsplit('/').next().unwrap();
    case.done(&format!("{license}/parties/add"), &[("party", id), ("role", "seller"), ("takes_possession", "unknown")])
        .await;
    case.done(&format!("{license}/conditions/raise"), &[("text", "The store is inspected"), ("who_acts", "The post")])
        .await;
    permit(&post, &license).await;
    dated(&post, &format!("{license}/certificate"), "signed.1.signed_on", today, &SIGNED).await;
    let step = [("stage", "planned"), ("holder", "Customs of the port"), ("what", "Clears them")];
    post.done(&format!("{license}/custody/add"), &step).await;
    count(&post, &license, "KM-0001").await;
    app.clock.advance(time::Duration::seconds(1));
    count(&post, &license, "KQ-1\nKQ-2\nKQ-3").await;
    case.done(&format!("{party}/alias"), &[("name", "Pelago Mills"), ("source", "A letterhead")]).await;
    let fact = [("kind", "owner"), ("text", "A. Person"), ("source", "The register")];
    case.done(&format!("{party}/fact"), &fact).await;
    let list = app.value("select min(code) from reference_entries where kind = 'screening_list'").await;
    dated(&case, &format!("{party}/listing"), "starts_on", today, &[("list", &list), ("source", "The list itself")])
        .await;
    let person = address(app, "people", "id from people where account = 'case2'").await;
    let row =
        app.value("select a.id from assignments a join people p on p.id = a.person_id where p.account = 'case2'").await;
    dated(&admin, &format!("{person}/assignments/{row}/end"), "ends_on", today, &[]).await;
    let from = today.next_day().unwrap();
    dated(&admin, &format!("{person}/assign"), "starts_on", from, &[("role", "reviewer"), ("post", "")]).await;
    let rule =
        [("item_class", "body_armor"), ("none_needed", "none"), ("source", "A decree"), ("certainty", "reported")];
    dated(&admin, "/countries/GT/rules/add", "starts_on", today, &rule).await;
    admin.done("/countries/GT/authorities/add", &[("name", "Office of Test Imports"), ("short_name", "OTI")]).await;
    let topic = [
        ("code", "test_topic"),
        ("label", "Is it so?"),
        ("detail", ""),
        ("source", "Practice"),
        ("check_types", "pre_license"),
    ];
    dated(&admin, "/reference/topic/add", "starts_on", today, &topic).await;

    let newest = |table: &str, of: &str| format!("select id from {table} where {of} order by id desc limit 1");
    let (of_check, of_license, of_party) =
        (format!("check_id = {MILL}"), format!("license_id = {LICENSE}"), format!("party_id = {PARTY}"));
    let signature = "certificate_id in (select id from certificates)";
    let (country, kind) = ("/countries/GT".to_owned(), "/reference/topic".to_owned());
    let mut rows = vec![
        (K::Statement, "statements", "guatemala", check.clone(), newest("statements", &of_check)),
        (K::Finding, "findings", "guatemala", check.clone(), newest("findings", &of_check)),
        (K::Document, "documents", "guatemala", check.clone(), newest("documents", &of_check)),
        (K::Contact, "contacts", "guatemala", check.clone(), newest("contacts", &of_check)),
        (K::ItemGroup, "item_groups", "case", license.clone(), newest("item_groups", &of_license)),
        (K::LicenseParty, "license_parties", "case", license.clone(), newest("license_parties", &of_license)),
        (K::Condition, "conditions", "case", license.clone(), newest("conditions", &of_license)),
        (K::Permit, "permits", "guatemala", license.clone(), newest("permits", &of_license)),
        (
            K::CertificateSignature,
            "certificate_signatures",
            "guatemala",
            license.clone(),
            newest("certificate_signatures", signature),
        ),
        (K::Certificate, "certificates", "guatemala", license.clone(), newest("certificates", &of_license)),
        (K::CustodyStep, "custody_steps", "guatemala", license.clone(), newest("custody_steps", &of_license)),
        (K::Serial, "serials", "guatemala", license.clone(), newest("serials", "number = 'KM-0001'")),
        (K::Count, "serials", "guatemala", license.clone(), newest("serials", FIRST_OF_COUNT)),
        (K::PartyAlias, "party_aliases", "case", party.clone(), newest("party_aliases", &of_party)),
        (K::PartyFact, "party_facts", "case", party.clone(), newest("party_facts", &of_party)),
        (K::PartyListing, "party_listings", "case", party.clone(), newest("party_listings", &of_party)),
        (
            K::Assignment,
            "assignments",
            "admin",
            person,
            newest("assignments", "role = 'reviewer' and starts_on > '2026-11-01'"),
        ),
        (K::CountryRule, "country_rules", "admin", country.clone(), newest("country_rules", "source = 'A decree'")),
        (K::Authority, "authorities", "admin", country, newest("authorities", "short_name = 'OTI'")),
        (K::ReferenceEntry, "reference_entries", "admin", kind, newest("reference_entries", "code = 'test_topic'")),
    ];
    let inquiry = address(app, "checks", "id from checks where subject like 'An unknown broker%'").await;
    let of_inquiry = format!("check_id = '{}'", inquiry.rsplit('/').next().unwrap());
    rows.push((K::CheckSubject, "check_subjects", "case", inquiry, newest("check_subjects", &of_inquiry)));
    rows
}

async fn permit(post: &Visitor, license: &str) {
    let path = format!("{license}/permits/record");
    let form = post.get(&path).await;
    let (issuer, items) = (form.choice("issuer", "(DIGECAM)"), form.choice("items", "cartridges"));
    let sent = [
        ("issuer", issuer.as_str()),
        ("number", "K-1"),
        ("quantity", "50000"),
        ("unit", "rounds"),
        ("named_party", "Ingenio Santa Marcela"),
        ("items", &items),
        ("valid_until", "3 May 2027"),
    ];
    post.done(&path, &sent).await;
}

async fn count(post: &Visitor, license: &str, numbers: &str) {
    let path = format!("{license}/serials");
    let item = post.get(&path).await.choice("item", "cartridges");
    let sent = [("item", item.as_str()), ("state", "seen"), ("numbers", numbers)];
    let read = post.fill(&path, &sent).await;
    let seen = read.is(422).input("seen").expect("how it is read is kept");
    post.done(&path, &[&sent[..], &[("seen", &seen)]].concat()).await;
}

/// Each of a kind: who may not is told why, what lapses is told, and then the row is gone, readable, and logged.
#[tokio::test]
async fn every_kind_of_row_that_a_person_records_has_a_way_back() {
    let app = TestApp::demonstration().await;
    let rows = recorded(&app).await;
    let kinds: BTreeSet<&str> = rows.iter().map(|(kind, ..)| kind.code()).collect();
    assert_eq!(kinds, MistakeKind::ALL.iter().map(|kind| kind.code()).collect::<BTreeSet<_>>());
    let auditor = app.enter("auditor").await;
    for (kind, table, account, file, found) in rows {
        let (visitor, row) = (app.enter(account).await, app.value(&found).await);
        assert!(!row.is_empty(), "no {}", kind.label());
        let path = format!("{file}/mistakes/{}/{row}", kind.code());
        visitor.get(&path).await.is(200).says("What lapses with it").says_not("Not yours to take back");
        auditor.get(&path).await.is(403);
        visitor.fill(&path, &[("reason", "oops")]).await.is(422).says("at least ten characters");
        let led = visitor.done(&path, &[("reason", WHY)]).await;
        visitor.get(&path).await.is(404);
        let left =
            format!("select count(*) from {table} where id = '{row}' and to_jsonb({table}) ->> 'withdrawn_at' is null");
        assert_eq!(app.value(&left).await, "0", "{}", kind.label());
        // It stays readable where it stood, and in the log.
        let said = app.value(&format!("select said from mistakes where row_id = '{row}'")).await;
        let page = visitor.get(&led).await;
        let struck = format!("<s>{said}</s>").replace('\'', "&#39;");
        assert!(page.body.contains(&struck), "{}: {said} in {}", kind.label(), page.text());
        page.says(&format!("Recorded by mistake {WHY} ("));
        auditor
            .get(&format!("/log?verb={}", kind.verb().code()))
            .await
            .says(&format!("took back as recorded by mistake: {said}"));
        let kept =
            app.value(&format!("select kept -> '{table}' -> 0 ->> 'id' from mistakes where row_id = '{row}'")).await;
        assert!(kept == row || kind == MistakeKind::Permit, "{} is kept whole", kind.label());
    }
}

/// What was recorded by whom is taken back from the page that one comes from.
#[tokio::test]
async fn a_page_leads_to_the_way_back_of_each_kind() {
    let app = TestApp::demonstration().await;
    for (kind, _, account, file, found) in recorded(&app).await {
        let (visitor, row) = (app.enter(account).await, app.value(&found).await);
        let path = format!("{file}/mistakes/{}/{row}", kind.code());
        // From the file itself, from where the row is changed, or from where it is looked up.
        let mut pages = vec![file.clone()];
        let links = visitor.get(&file).await.links();
        pages.extend(links.into_iter().filter(|link| link.starts_with(&file) && !link.contains('#')));
        pages.push(format!("{file}/serials?find=km0001"));
        let mut leads = false;
        for page in pages {
            leads = leads || visitor.get(&page).await.links().contains(&path);
        }
        assert!(leads || kind == MistakeKind::CheckSubject, "nothing leads to {path}");
    }
}

/// A table in which people record has a way back, or stands here with why it has another one.
const OTHER_WAYS: &[(&str, &[&str])] = &[
    (
        "judgements and what was said in them: withdrawn, given back, declined, suspended, made again",
        &["decisions", "provisos", "exceptions", "explanations", "recommendations", "results", "result_reasons"],
    ),
    (
        "said to a post or by it, and sent: noted beside",
        &["check_questions", "interim_replies", "extensions", "recalls", "telegrams"],
    ),
    ("said to somebody, who may have read it: said otherwise in an answer to one's own", &["remarks"]),
    ("files: a draft is discarded, a check ended early, a license corrected or returned", &["checks", "licenses"]),
    ("changed, and changed back: each change is in the log", &["people", "posts", "region_owners", "import_approvals"]),
    ("two records are merged, found ones too; a merge is undone", &["parties", "merges"]),
    ("taken off again where they were put", &["check_licenses", "telegram_checks"]),
    ("goes with the row it belongs to", &["finding_basis", "permit_authorities", "telegram_answers"]),
    (
        "what the program itself keeps",
        &[
            "mistakes",
            "duties",
            "separated_duties",
            "spills",
            "spill_texts",
            "spill_words",
            "corrections",
            "check_numbers",
            "countries",
        ],
    ),
];

#[tokio::test]
async fn every_table_in_which_people_record_has_a_way_back() {
    let app = TestApp::empty().await;
    let audited = column(
        &app,
        "select c.relname::text from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgname = 'audited'",
    )
    .await;
    let mut known = column(&app, "select of_table from mistake_kinds() union select 'permits'").await;
    let kinds = column(&app, "select kind from mistake_kinds() union values ('permit'), ('count')").await;
    assert_eq!(kinds, MistakeKind::ALL.iter().map(|kind| kind.code().to_owned()).collect());
    for (_, tables) in OTHER_WAYS {
        assert!(known.is_disjoint(&names(tables)));
        known.extend(names(tables));
    }
    assert_eq!(audited, known);
}

/// Whatever refers to a row that can be taken back goes with it, lets go of it, or keeps it: nothing is left over.
#[tokio::test]
async fn what_refers_to_a_row_that_is_taken_back_is_known() {
    let app = TestApp::empty().await;
    let refers = column(
        &app,
        "select k.confrelid::regclass || ' < ' || k.conrelid::regclass || '.' || a.attname from pg_constraint k
         join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
         where k.contype = 'f' and k.confrelid::regclass::text in (select of_table from mistake_kinds())",
    )
    .await;
    let mut told = column(&app, "select of_table || ' < ' || unnest(goes_with || lets_go) from mistake_kinds()").await;
    // The verification lapses first; what is in use stays.
    let others = [
        "contacts < permits.verified_contact_id",
        "contacts < certificate_signatures.verified_contact_id",
        "country_rules < import_approvals.country_rule_id",
        "authorities < authorities.parent_id",
        "authorities < authorities.successor_id",
        "authorities < contacts.authority_id",
        "authorities < country_rules.authority_id",
        "authorities < custody_steps.authority_id",
        "authorities < import_approvals.authority_id",
        "authorities < permit_authorities.authority_id",
        "authorities < permits.authority_id",
    ];
    told.extend(names(&others));
    assert_eq!(refers, told);
}

/// A contact behind a verified permit: what lapses is told; its statements go with it, and the permit is verified anew.
#[tokio::test]
async fn what_rests_on_a_row_lapses_with_it() {
    let app = TestApp::demonstration().await;
    let (post, supervisor) = (app.enter("guatemala").await, app.enter("guatemala2").await);
    let (check, license) = (address(&app, "checks", MILL).await, address(&app, "licenses", LICENSE).await);
    permit(&post, &license).await;
    let authority = post.get(&format!("{check}/contacts/record")).await.choice("authority", "(DIGECAM)");
    let asked = [
        ("kind", "letter"),
        ("with_whom", "the registry's chief"),
        ("authority", &*authority),
        ("channel_source", "directory"),
        ("summary", "The permit is theirs."),
    ];
    dated(&post, &format!("{check}/contacts/record"), "occurred_on", app.clock.now().date(), &asked).await;
    let contact = app.value("select id from contacts where with_whom = 'the registry''s chief'").await;
    let permit = app.value("select id from permits where number = 'K-1'").await;
    post.done(&format!("{license}/permits/{permit}/verify"), &[("contact", &contact)]).await;
    let said = [("contact", contact.as_str()), ("source_grade", "official_oral"), ("text", "It is theirs.")];
    post.done(&format!("{check}/statements/record"), &said).await;
    let path = format!("{check}/mistakes/contact/{contact}");
    post.get(&path).await.says("Not yours to take back").says("A supervisor takes it back");
    let told = supervisor.get(&path).await;
    told.says("What was stated there: 1 statement").says("The verification of permit K-1 of DIGECAM");
    supervisor.done(&path, &[("reason", "It was another license's permit.")]).await;
    assert_eq!(app.value("select verified_at is null from permits where number = 'K-1'").await, "true");
    assert_eq!(app.value(&format!("select count(*) from statements where contact_id = '{contact}'")).await, "0");
    let kept = app
        .value(&format!("select kept -> 'statements' -> 0 ->> 'text' from mistakes where row_id = '{contact}'"))
        .await;
    assert_eq!(kept, "It is theirs.");
    let page = supervisor.get(&license).await;
    page.says("Verified by Jonas Merrit").says("it lapsed").says("no longer so");
    // A permit that was taken back before lets go of its contact, too.
    dated(&post, &format!("{check}/contacts/record"), "occurred_on", app.clock.now().date(), &asked).await;
    let contact = app.value("select id from contacts where with_whom = 'the registry''s chief'").await;
    post.done(&format!("{license}/permits/{permit}/verify"), &[("contact", &contact)]).await;
    supervisor.done(&format!("{license}/mistakes/permit/{permit}"), &[("reason", WHY)]).await;
    supervisor.done(&format!("{check}/mistakes/contact/{contact}"), &[("reason", WHY)]).await;
    let mut connection = application(&app).await;
    let other = "update permits set verified_by = null, verified_at = null, verified_contact_id = null, number = 'K-2' where number = 'K-1'";
    assert_eq!(logged(&mut connection, other).await, "permits_taken_back_stays");
}

/// A split that was a mistake: what was split off goes back, and nothing is counted twice.
#[tokio::test]
async fn a_split_is_taken_back_to_what_it_was() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let license = address(&app, "licenses", LICENSE).await;
    let whole = app.value(&format!("select id from item_groups where license_id = {LICENSE}")).await;
    let before = app.value(&format!("select quantity || ' ' || value_usd from item_groups where id = '{whole}'")).await;
    case.done(&format!("{license}/items/{whole}/split"), &[("quantity", "20000"), ("label", "cartridges for later")])
        .await;
    let part = app.value(&format!("select id from item_groups where split_from = '{whole}'")).await;
    let path = format!("{license}/mistakes/item_group/{part}");
    assert_eq!(case.get(&format!("{license}/items/{part}/edit")).await.link("Recorded by mistake"), path);
    case.get(&path).await.says("The split: 20,000 pieces go back to 9 mm cartridges");
    case.done(&path, &[("reason", WHY)]).await;
    let after = app.value(&format!("select quantity || ' ' || value_usd from item_groups where id = '{whole}'")).await;
    assert_eq!(before, after);
}

/// A wrong alias, a wrong listing: another firm's paper counts no more, the party blocks no more; the name is free.
#[tokio::test]
async fn a_wrong_name_and_a_wrong_listing_stop_to_count() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let (party, today) = (address(&app, "parties", PARTY).await, app.clock.now().date());
    let list = app.value("select min(code) from reference_entries where kind = 'screening_list'").await;
    let listing = [("list", list.as_str()), ("source", "The list itself")];
    dated(&case, &format!("{party}/listing"), "starts_on", today, &listing).await;
    let license = address(&app, "licenses", "id from licenses where number = '050105560'").await;
    case.get(&license).await.says("Blocks approval");
    let row = app.value(&format!("select id from party_listings where party_id = {PARTY}")).await;
    let path = format!("{party}/mistakes/party_listing/{row}");
    // Another case officer does not take it back, a supervisor does.
    app.enter("case2").await.get(&path).await.says("Somebody else recorded this");
    app.enter("guatemala").await.get(&path).await.is(404);
    app.enter("supervisor").await.done(&path, &[("reason", "Another firm of that name.")]).await;
    case.get(&license).await.says_not("Blocks approval");
    case.done(&format!("{party}/alias"), &[("name", "Pelago Mills"), ("source", "A letterhead")]).await;
    let row = app.value(&format!("select id from party_aliases where party_id = {PARTY}")).await;
    case.done(&format!("{party}/mistakes/party_alias/{row}"), &[("reason", WHY)]).await;
    case.done(&format!("{party}/alias"), &[("name", "Pelago Mills"), ("source", "A letterhead")]).await;
}

fn pairs<'a>(sent: &'a [(&'static str, String); 3]) -> Vec<(&'static str, &'a str)> {
    sent.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// Two at once, and the same form twice: one is taken back, once.
#[tokio::test]
async fn a_row_is_taken_back_once() {
    let app = TestApp::demonstration().await;
    let post = app.enter("guatemala").await;
    let check = address(&app, "checks", MILL).await;
    let document = [("kind", "letter"), ("issuer", "the mill"), ("number", ""), ("kept_at", "Post")];
    post.done(&format!("{check}/documents/describe"), &document).await;
    let row = app.value(&format!("select id from documents where check_id = {MILL}")).await;
    let path = format!("{check}/mistakes/document/{row}");
    let (one, two) = (post.get(&path).await, post.get(&path).await);
    let sent = |form: &crate::support::Page| {
        [
            ("form_id", form.input("form_id").unwrap()),
            ("version", form.input("version").unwrap()),
            ("reason", WHY.to_owned()),
        ]
    };
    let (one, two) = (sent(&one), sent(&two));
    let (one_pairs, two_pairs) = (pairs(&one), pairs(&two));
    let (first, second) = tokio::join!(post.post(&path, &one_pairs), post.post(&path, &two_pairs));
    let mut answers = [first.status, second.status];
    answers.sort_unstable();
    assert_eq!(answers, [303, 404], "{} {}", first.text(), second.text());
    assert_eq!(app.value(&format!("select count(*) from mistakes where row_id = '{row}'")).await, "1");
    // Pressed again, the same form leads where it led.
    let again = post.post(&path, if first.status == 303 { &one_pairs } else { &two_pairs }).await;
    again.is(303);
}

/// What the post answered by stays; and a role or rule of an earlier day is ended.
#[tokio::test]
async fn what_others_rest_on_is_not_taken_back() {
    let app = TestApp::demonstration().await;
    let check = address(&app, "checks", "id from checks where subject like '36 weapons%'").await;
    let contact = app
        .value(
            "select id from contacts where check_id = (select id from checks where subject like '36 weapons%') limit 1",
        )
        .await;
    let path = format!("{check}/mistakes/contact/{contact}");
    let supervisor = app.enter("guatemala2").await;
    supervisor.get(&path).await.says("Not yours to take back");
    let admin = app.enter("admin").await;
    let role =
        app.value("select a.id from assignments a join people p on p.id = a.person_id where p.account = 'case2'").await;
    let person = address(&app, "people", "id from people where account = 'case2'").await;
    admin.get(&format!("{person}/mistakes/assignment/{role}")).await.says("This role has begun");
    let decree = app.value("select id from country_rules where country = 'GT' limit 1").await;
    admin
        .get(&format!("/countries/GT/mistakes/country_rule/{decree}"))
        .await
        .says("Only what was recorded today is taken back");
    let own =
        app.value("select a.id from assignments a join people p on p.id = a.person_id where p.account = 'admin'").await;
    let administrator = address(&app, "people", "id from people where account = 'admin'").await;
    admin.get(&format!("{administrator}/mistakes/assignment/{own}")).await.says("This role has begun");
}

/// A row of reference data that took another one's place: that one holds on.
#[tokio::test]
async fn what_a_row_took_the_place_of_holds_on() {
    let app = TestApp::demonstration().await;
    let admin = app.enter("admin").await;
    let old =
        app.value("select id from reference_entries where kind = 'topic' and code = 'order' and ends_on is null").await;
    let tomorrow = app.clock.now().date().next_day().unwrap();
    let sent = [("label", "Order, worded otherwise"), ("source", "Practice"), ("check_types", "pre_license")];
    dated(&admin, &format!("/reference/topic/{old}/replace"), "starts_on", tomorrow, &sent).await;
    let new = app.value("select id from reference_entries where label = 'Order, worded otherwise'").await;
    let path = format!("/reference/topic/mistakes/reference_entry/{new}");
    admin.get(&path).await.says("The end of the row that it took the place of: that one holds on");
    admin.done(&path, &[("reason", WHY)]).await;
    assert_eq!(app.value(&format!("select ends_on is null from reference_entries where id = '{old}'")).await, "true");
}
