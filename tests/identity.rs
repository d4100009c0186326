//! What people type is taken as it can only be meant, or asked about; and what names a thing is compared as the kind of
//! name or number that it is.

use lantern::text::{LicenseNumber, folded, folded_name, look_alike, name_key};

use crate::support::{Page, TestApp, Visitor};

async fn license(app: &TestApp, number: &str) -> String {
    format!("/licenses/{}", app.value(&format!("select id from licenses where number = '{number}'")).await)
}

/// The last entry of the log of that verb.
async fn last(app: &TestApp, verb: &str) -> String {
    app.value(&format!("select summary from audit_events where verb = '{verb}' order by at desc, id desc limit 1"))
        .await
}

#[tokio::test]
async fn what_can_be_read_in_two_ways_is_asked_with_both_and_nothing_typed_is_lost() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let sent = |value, day| {
        [
            ("number", "050177001"),
            ("license_form", "dsp_5"),
            ("destination", "GT"),
            ("value_usd", value),
            ("received_on", day),
        ]
    };
    let asked = case.fill("/licenses/register", &sent("48,200", "03/04/2026")).await;
    asked
        .is(422)
        .says("Is 48,200 in the thousands (write 48200) or does it have decimals (write 48.2)?")
        .says("Is 03/04/2026 3 Apr 2026 or 4 Mar 2026? Write the month as a word.");
    assert_eq!(asked.input("received_on").as_deref(), Some("03/04/2026"));
    assert_eq!(asked.input("value_usd").as_deref(), Some("48,200"));
    let at = case.done("/licenses/register", &sent("48200,50", "2026-04-03")).await;
    let kept = "select value_usd || ' ' || received_on from licenses where number = '050177001'";
    assert_eq!(app.value(kept).await, "48200.50 2026-04-03");
    let item = |quantity| {
        [
            ("label", "9 mm pistols"),
            ("item_class", "pistol"),
            ("usml_category", "I"),
            ("quantity", quantity),
            ("unit", "pieces"),
            ("jurisdiction", "itar"),
        ]
    };
    let add = format!("{at}/items/add");
    case.fill(&add, &item("12,500"))
        .await
        .is(422)
        .says("Is 12,500 in the thousands? Write 12500. Or is it 12.5? Give a whole number, in a smaller unit.");
    case.done(&add, &item("1.234.567")).await;
    assert_eq!(
        app.value("select quantity from item_groups where label = '9 mm pistols' and quantity > 1000000").await,
        "1234567"
    );
}

/// What the program folds, the database folds alike; also what a program before this one stored.
#[tokio::test]
async fn the_database_knows_names_and_numbers_by_what_the_program_knows_them() {
    let app = TestApp::empty().await;
    let sql = |function: &str, of: &str| format!("select {function}('{}')", of.replace('\'', "''"));
    for name in [
        "Łódź Arms S. A.",
        "Đorđević & Sons",
        "Ðórr ehf.",
        "Þór Straße Æther Œuvre",
        "Søren Ørsted A/S",
        "IŞIK Isı San. ve Tic. A.Ş.",
        "Ħaż-Żebbuġ",
        "Ŋŧ",
        "ΟΔΥΣΣΕΥΣ",
        "Əliyev",
        "Hawaiʻi Ltd.",
        "東京 株式会社",
        "شركة",
        "Général–Armes",
        "GmbH & Co. KG",
        "",
    ] {
        let stored = folded_name(name);
        assert_eq!(app.value(&sql("name_key", &stored)).await, name_key(name), "{name}");
        // As the program before stored it: the letters with their marks.
        let before: Vec<String> = name.split([' ', '-', '/']).map(folded).filter(|word| !word.is_empty()).collect();
        assert_eq!(app.value(&sql("name_key", &before.join(" "))).await, name_key(name), "{name}");
        assert_eq!(app.value(&sql("plain_letters", &before.join(" "))).await, stored, "{name}");
    }
    for number in ["00123", "0", "000", "A0O12", "B0b0", "BILLO", "no-0012", "x0x00", "é0１", "4471-B", ""] {
        let number = folded(number);
        assert_eq!(app.value(&sql("look_alike", &number)).await, look_alike(&number), "{number}");
    }
    let (names, seconds, own) = (
        ["", "#", "DSP-5 ", "dsp 05/", "DSP-73: ", "DSP5", "DSP-5", "# "],
        ["", "05-", "05", "73.", "61 ", "0505"],
        ["971940", "0050119403", "97194O", "12345", "OB-00l2", "050119403"],
    );
    for number in names.iter().flat_map(|name| seconds.map(|second| format!("{name}{second}"))) {
        for number in own.map(|own| format!("{number}{own}")) {
            let known = format!("select license_alike('{number}', '{}')", folded(&number));
            assert_eq!(app.value(&known).await, LicenseNumber::new(&number).alike(), "{number}");
        }
    }
}

#[tokio::test]
async fn a_license_whose_number_is_perhaps_known_is_asked_about_and_the_same_one_refused() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let sent =
        |number, form| vec![("number", number), ("license_form", form), ("destination", "GT"), ("value_usd", "100")];
    let register = "/licenses/register";
    case.get(register).await.says_not("Another one than");
    let first = case.done(register, &sent("050777123", "dsp_5")).await;
    for same in ["DSP-5 050777123", "05-050777123", "0507-77123"] {
        let refused = case.fill(register, &sent(same, "dsp_5")).await;
        refused.is(422).says("it is license 050777123 (DSP-5").says_not("Another one than");
        assert!(refused.links().contains(&first), "it says where that is");
    }
    // Perhaps the same: a letter for a digit, a zero in front, and the same number under another form.
    let entries = "select count(*) from licenses where number_normalized like '%777123'";
    for (number, form, known) in [
        ("O5O777123", "dsp_5", &["050777123 ("][..]),
        ("00050777123", "dsp_5", &["050777123 (", "O5O777123 ("]),
        ("05-050777123", "dsp_73", &["050777123 ("]),
    ] {
        let asked = case.fill(register, &sent(number, form)).await;
        asked.is(422).says(&format!("Is {number} one of these, written in another way: ")).says_not("it is license");
        let ticks: Vec<String> = known.iter().map(|of| asked.choice("other_license", of)).collect();
        assert!(ticks.iter().zip(known).all(|(tick, known)| tick.starts_with(known)), "{ticks:?}");
        // What was said of another number says nothing of these.
        let mut other = sent(number, form);
        other.push(("other_license", "050777124 (DSP-5)"));
        case.fill(register, &other).await.is(422).says("written in another way");
        let before = app.value(entries).await;
        let mut answered = sent(number, form);
        answered.extend(ticks.iter().map(|tick| ("other_license", tick.as_str())));
        if ticks.len() > 1 {
            case.fill(register, &answered[..answered.len() - 1]).await.is(422).says("written in another way");
        }
        assert_eq!(app.value(entries).await, before, "nothing is registered before it is said");
        case.done(register, &answered).await;
        let said = last(&app, "license_registered").await;
        assert_eq!(said, format!("registered license {number}; it is another one than {}", ticks.join(", ")));
    }
    // A change asks as registering does, and of what stays the same it asks nothing.
    let other = case.done(register, &sent("050777999", "dsp_5")).await;
    let edit = format!("{other}/edit");
    case.fill(&edit, &sent("0507771Z3", "dsp_5")).await.is(303);
    case.fill(&edit, &sent("DSP-5 050777123", "dsp_5")).await.is(422).says("it is license 050777123 (DSP-5");
    case.fill(&edit, &sent("05077712E", "dsp_5")).await.is(303);
    case.fill(&edit, &sent("O50777123", "dsp_5")).await.is(422).says("written in another way");
    let mut edited = sent("05077712E", "dsp_5");
    edited[3].1 = "250";
    case.done(&edit, &edited).await;
}

#[tokio::test]
async fn a_license_is_put_on_a_check_by_its_number_with_the_name_of_its_form() {
    let app = TestApp::demonstration().await;
    let case = app.enter("case").await;
    let sent = [("number", "05-971955"), ("license_form", "dsp_5"), ("destination", "GT"), ("value_usd", "100")];
    case.done("/licenses/register", &sent).await;
    let post = case.get("/checks/open").await.choice("post", "Apia");
    let request = [
        ("check_type", "pre_license"),
        ("post", post.as_str()),
        ("subject", "One more of them"),
        ("reason", "A new end-user; confirm the order and the need."),
        ("priority", "routine"),
        ("site_visit", "optional"),
        ("follows", ""),
    ];
    let check = case.done("/checks/open", &request).await;
    let add = format!("{check}/licenses/add");
    case.fill(&add, &[("number", "DSP-5 97195S")]).await.is(422).says("No license has this number yet");
    case.done(&add, &[("number", "DSP-5 971955")]).await;
    case.get(&check).await.says("05-971955");
}

async fn company(case: &Visitor, name: &str) -> String {
    case.done("/parties/register", &[("name", name), ("kind", "company"), ("country", "PL")]).await
}

#[tokio::test]
async fn a_known_name_warns_and_a_listing_blocks_whatever_the_spelling() {
    let app = TestApp::demonstration().await;
    let (case, reviewer) = (app.enter("case2").await, app.enter("reviewer2").await);
    company(&case, "Łódź Arms S.A.").await;
    for spelled in ["Lodz Arms SA", "LODZ-ARMS, S. A.", "Łodz Arms s.a"] {
        let sent = [("name", spelled), ("kind", "company"), ("country", "PL")];
        case.fill("/parties/register", &sent).await.is(422).says("Known already: Łódź Arms S.A.");
    }
    company(&case, "Lodz Armory SA").await;
    case.get("/parties?q=lodz+arms").await.says("Łódź Arms S.A.");
    // Of two records of one name in one country, one is listed; the other is the end-user of a license.
    let on = license(&app, "050104007").await;
    let check = app
        .value(&format!(
            "select check_id from check_licenses where license_id = '{}' limit 1",
            on.trim_start_matches("/licenses/")
        ))
        .await;
    let country = app.value("select country from parties where name = 'Policía Municipal de Valdeparra'").await;
    let namesake = [
        ("name", "POLICIA MUNICIPAL, de Valdeparra"),
        ("kind", "government_body"),
        ("country", country.as_str()),
        ("namesake", "another"),
    ];
    let namesake = case.done("/parties/register", &namesake).await;
    let list = app.value("select code from reference_entries where kind = 'screening_list' limit 1").await;
    let listed = [("list", list.as_str()), ("starts_on", "3 May 2026"), ("source", "Federal Register, 3 May 2026")];
    let marked = async || {
        let marked = format!("select count(*) from marked_checks where check_id = '{check}'");
        app.value(&marked).await != "0"
    };
    case.get("/").await.is(200);
    assert!(!marked().await, "nothing has changed yet");
    case.done(&format!("{namesake}/listing"), &listed).await;
    assert!(marked().await, "the check of the other record is looked at again");
    let sent = [("act", "approve_on_conditions"), ("reasons", "As the file shows."), ("provisos", "")];
    reviewer
        .fill(&format!("{on}/decide"), &sent)
        .await
        .refused("Cannot approve: Policía Municipal de Valdeparra is on a list:")
        .says("(recorded of POLICIA MUNICIPAL, de Valdeparra)");
}

#[tokio::test]
async fn a_permit_that_is_perhaps_another_one_or_valid_for_long_is_asked_about() {
    let app = TestApp::demonstration().await;
    let post = app.enter("guatemala").await;
    let path = format!("{}/permits/record", license(&app, "050106402").await);
    let form = post.get(&path).await;
    form.says_not("It is another permit").says_not("So it stands on the paper");
    let (issuer, item) = (form.choice("issuer", "(DIGECAM)"), form.choice("items", "cartridges"));
    let paper = |number, day| {
        vec![
            ("issuer", issuer.as_str()),
            ("number", number),
            ("items", item.as_str()),
            ("quantity", "50000"),
            ("unit", "pieces"),
            ("named_party", "Ingenio Santa Marcela"),
            ("valid_until", day),
        ]
    };
    post.done(&path, &paper("D-0041B", "1 Jan 2028")).await;
    post.fill(&path, &paper("d 0041 b", "1 Jan 2028")).await.is(422).says("is on this license already");
    let mut again = paper("D-418", "1 Jan 2105");
    let asked = post.fill(&path, &again).await;
    asked
        .is(422)
        .says("Is D-418 the permit D-0041B of Dirección General de Control de Armas")
        .says("Until 1 Jan 2105 it is valid for 78 years.");
    again.push(("other_permit", "another"));
    let asked = post.fill(&path, &again).await;
    asked.is(422).says_not("Is D-418 the permit").says("So it stands on the paper");
    again.push(("validity", "as_written"));
    post.done(&path, &again).await;
    let said = last(&app, "permit_recorded").await;
    assert!(
        said.ends_with("; it is another one than D-0041B, and valid for 78 years as it stands on the paper"),
        "{said}"
    );
}

#[tokio::test]
async fn serial_numbers_that_are_perhaps_the_same_are_asked_about() {
    let app = TestApp::demonstration().await;
    let on = app
        .value("select k.license_id from check_licenses k join checks c on c.id = k.check_id join posts o on o.id = c.post_id
            where o.name = 'Guatemala' and c.state in ('requested', 'in_progress') limit 1")
        .await;
    let (post, path) = (app.enter("guatemala").await, format!("/licenses/{on}/serials"));
    let item = app.value(&format!("select id from item_groups where license_id = '{on}' limit 1")).await;
    let count = |numbers| vec![("item", item.as_str()), ("state", "seen"), ("location", ""), ("numbers", numbers)];
    counted(&post, &path, count("123\nAB-1\nAB-2")).await.is(303);
    // The same ones, spelled otherwise, are counted again.
    counted(&post, &path, count("123\nab 1")).await.is(303);
    let mut again = count("00123\nA8-1\nAB-3");
    let asked = counted(&post, &path, again.clone()).await;
    asked.is(422).says("Could these be one weapon written in two ways: 00123 and 123; A8-1 and AB-1?");
    again.push(("other_weapons", "others"));
    counted(&post, &path, again).await.is(303);
    let said = last(&app, "serials_counted").await;
    assert!(said.ends_with(": seen; these are other weapons: 00123 and 123; A8-1 and AB-1"), "{said}");
    // Within one paste too; what is recorded is asked about no more.
    counted(&post, &path, count("00123\nX0I\nXO1")).await.is(422).says("in two ways: X0I and XO1?");
    assert_eq!(app.value(&format!("select count(*) from serials where license_id = '{on}'")).await, "6");
}

/// Sends a count, looks at how its numbers are read, and sends it again.
async fn counted(post: &Visitor, path: &str, mut sent: Vec<(&str, &str)>) -> Page {
    let shown = post.fill(path, &sent).await;
    let seen = shown.is(422).input("seen").expect("the reading is shown");
    sent.push(("seen", &seen));
    post.fill(path, &sent).await
}

#[tokio::test]
async fn what_is_pasted_is_shown_line_by_line_before_it_is_counted() {
    let app = TestApp::demonstration().await;
    let on = app
        .value(
            "select k.license_id from check_licenses k join checks c on c.id = k.check_id join posts o on o.id = c.post_id
             where o.name = 'Guatemala' and c.state in ('requested', 'in_progress') limit 1",
        )
        .await;
    let (post, path) = (app.enter("guatemala").await, format!("/licenses/{on}/serials"));
    let item = app.value(&format!("select id from item_groups where license_id = '{on}' limit 1")).await;
    let count = |numbers| vec![("item", item.as_str()), ("state", "seen"), ("location", ""), ("numbers", numbers)];
    let rows = format!("select count(*) from serials where license_id = '{on}'");
    let pasted = "Serial numbers\nPistol\tQ-100\nQ101-Q129\nQZ 77\nq100\nQ130, Q131";
    let shown = post.fill(&path, &count(pasted)).await;
    shown
        .is(422)
        .says("See below how each line is read. If that is right, save the count.")
        .says("33 different serial numbers. Lines that are one number as they stand: 1.")
        .says("1 Serial numbers no number: left out")
        .says("3 Q101-Q129 29 numbers, from Q101 through Q129")
        .says("4 QZ 77 one number, with its blanks: QZ 77")
        .says("5 q100 one number; q100 stands on line 2 too, and counts once")
        .says("6 Q130, Q131 2 numbers");
    assert_eq!(app.value(&rows).await, "0", "nothing is saved before somebody looked");
    let seen = shown.input("seen").expect("it is shown");
    // Who changes the numbers after looking is shown the reading again.
    let mut other = count("Q100\nQ999");
    other.push(("seen", &seen));
    post.fill(&path, &other).await.is(422).says("See below how each line is read");
    for (typed, said) in [
        ("1.23457E+11", "Line 1: a spreadsheet rounded 1.23457E+11, and its last digits are lost"),
        ("Q1\n100-129", "Line 2: is 100-129 one number or a range?"),
        ("12 3456", "Line 1: is 12 3456 one number or several?"),
    ] {
        counted(&post, &path, count(typed)).await.is(422).says(said);
    }
    assert_eq!(app.value(&rows).await, "0");
    counted(&post, &path, count(pasted)).await.is(303);
    assert_eq!(app.value(&rows).await, "33");
    let many: Vec<String> = (0..10_000).map(|number| format!("KX{number:05}")).collect();
    counted(&post, &path, count(&many.join("\n"))).await.is(303);
    assert_eq!(app.value(&rows).await, "10033");
}

#[tokio::test]
async fn a_check_is_found_however_its_reference_is_typed() {
    let app = TestApp::demonstration().await;
    let (case, auditor) = (app.enter("case").await, app.enter("auditor").await);
    let row = "select reference || '|' || subject from checks where state = 'closed' order by number limit 1";
    let row = app.value(row).await;
    let (reference, subject) = row.split_once('|').expect("both");
    let [_, year, number] = reference.split('-').collect::<Vec<_>>()[..] else { panic!("{reference}") };
    let short = number.trim_start_matches('0');
    let post = case.get("/checks/open").await.choice("post", "Apia");
    for typed in [format!("bl+{year}+{short}"), format!("BL-{year}-{short}"), format!("bl{year}{number}")] {
        case.get(&format!("/checks?text={typed}")).await.says(subject);
        auditor.get(&format!("/log?text={typed}")).await.says(reference);
        let follows = typed.replace('+', " ");
        let request = [
            ("check_type", "pre_license"),
            ("post", post.as_str()),
            ("subject", "One more of them"),
            ("reason", "A new end-user; confirm the order and the need."),
            ("priority", "routine"),
            ("site_visit", "optional"),
            ("follows", follows.as_str()),
        ];
        case.done("/checks/open", &request).await;
    }
    // The number of a license, with the prefix of its form or without.
    auditor.get("/log?text=05-050107211").await.says("050107211");
}

#[tokio::test]
async fn a_unit_is_the_same_however_it_is_written_and_ammunition_is_in_rounds() {
    let app = TestApp::demonstration().await;
    let (case, post) = (app.enter("case2").await, app.enter("guatemala").await);
    let on = license(&app, "050106402").await;
    let path = format!("{on}/permits/record");
    let form = post.get(&path).await;
    let (issuer, item) = (form.choice("issuer", "(DIGECAM)"), form.choice("items", "cartridges"));
    let mut other = Vec::new();
    for (number, unit) in [("U-1", "Pcs."), ("U-2", "ea"), ("U-3", ""), ("U-4", "kg")] {
        let sent = [
            ("issuer", issuer.as_str()),
            ("number", number),
            ("items", item.as_str()),
            ("quantity", "50000"),
            ("unit", unit),
            ("named_party", "Ingenio Santa Marcela"),
        ];
        post.done(&path, &sent).await;
        if post.get(&on).await.text().contains("is for ") {
            other.push(number);
        }
    }
    assert_eq!(other, ["U-4"], "of another unit than the items");
    post.get(&on).await.says("is for kilograms");
    let check = case.done(
        "/licenses/register",
        &[("number", "050177002"), ("license_form", "dsp_5"), ("destination", "GT"), ("value_usd", "100")],
    );
    let add = format!("{}/items/add", check.await);
    for (class, unit, kept) in [("ammunition", "", "rounds"), ("pistol", "", "pieces"), ("ammunition", "rds", "rds")] {
        let label = format!("{class} {unit}");
        let sent = [
            ("label", label.as_str()),
            ("item_class", class),
            ("quantity", "5"),
            ("unit", unit),
            ("jurisdiction", "itar"),
        ];
        case.done(&add, &sent).await;
        let stored = app.value("select unit from item_groups order by id desc limit 1").await;
        assert_eq!(stored, kept);
    }
    case.get(add.trim_end_matches("/items/add")).await.says("5 rounds").says_not("rds rds");
}
