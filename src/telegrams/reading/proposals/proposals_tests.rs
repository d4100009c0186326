use serde_json::Value;

use crate::telegrams::reading::read;

const HEADER: &str = "R 121905Z MAY 09\nFM AMEMBASSY LIMA\nTO SECSTATE WASHDC\nUNCLAS LIMA 000501\n\nSENSITIVE\n\nE.O. 12958: N/A\n\
                      TAGS: ETTC KOMC PE\nSUBJECT: BLUE LANTERN PRE-LICENSE CHECK ON LICENSE 050166001\n\nREF: STATE 48811\n\n";

/// The proposals of an answer with these paragraphs.
pub(super) fn answer(paragraphs: &[&str]) -> Vec<Value> {
    let body: Vec<String> = paragraphs.iter().enumerate().map(|(at, text)| format!("{}. (SBU) {text}\n\n", at + 1)).collect();
    of(&format!("{HEADER}{}", body.concat()))
}

pub(super) fn of(text: &str) -> Vec<Value> {
    read(text.as_bytes()).proposals.iter().map(|proposal| serde_json::to_value(proposal).unwrap()).collect()
}

/// The values of one kind, with the fields that are asked for.
pub(super) fn told(proposals: &[Value], kind: &str, fields: &[&str]) -> Vec<String> {
    let field = |proposal: &Value, name: &str| match &proposal["value"][name] {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let line = |proposal: &Value| fields.iter().map(|name| field(proposal, name)).collect::<Vec<_>>().join(" | ");
    proposals.iter().filter(|proposal| proposal["kind"] == kind).map(line).collect()
}

#[test]
fn who_was_met_twice_is_two_contacts() {
    let found = answer(&[
        "On May 4, Poloff telephoned Major Evaristo Llanca of SUCAMEC, who said that SUCAMEC had issued the import permit.",
        "On May 11, Poloff met with Major Llanca at his office. Llanca said that no import permit had been issued.",
    ]);
    let contacts = told(&found, "contact", &["contact_kind", "on", "authority"]);
    assert_eq!(contacts, ["call | 2009-05-04 | SUCAMEC", "meeting | 2009-05-11 | SUCAMEC"]);
    assert_eq!(told(&found, "statement", &["contact_key", "grade"]), ["contact-1 | official_oral", "contact-2 | official_oral"]);
    assert!(told(&found, "import_approval", &["state"]).iter().all(|state| state != "issued"));
}

#[test]
fn a_visit_that_was_only_asked_for_is_no_contact() {
    let asked = answer(&["On May 4, Poloff asked Cerro Verde Ltda., the foreign consignee, for a visit to its warehouse."]);
    assert_eq!(told(&asked, "contact", &["contact_kind"]), Vec::<String>::new());
    let made = answer(&["On May 4, Poloff visited the warehouse of Cerro Verde Ltda. in Callao."]);
    assert_eq!(told(&made, "contact", &["contact_kind", "on"]), ["site_visit | 2009-05-04"]);
}

#[test]
fn one_party_may_have_two_roles() {
    let found = answer(&["Post checked Tamarind Hill Guard Services Ltd., the foreign consignee and end-user on the license."]);
    let parties = told(&found, "party", &["name", "role"]);
    assert_eq!(parties, ["Tamarind Hill Guard Services Ltd | end_user", "Tamarind Hill Guard Services Ltd | foreign_consignee"]);
}

#[test]
fn possession_that_is_disputed_or_asked_for_is_unknown() {
    let disputed = answer(&[
        "The broker, Paramo Nieblina Cia. Ltda., told Econoff that it will store the 90 pistols. The end-user, Seguridad Alta S.A., said \
         that the broker will never take possession of them.",
    ]);
    let possession = ["name", "takes_possession", "possession_claimed_by"];
    let parties = told(&disputed, "party", &possession);
    assert!(parties.contains(&"Paramo Nieblina Cia. Ltda | unknown | -".to_owned()), "{parties:?}");
    let claimed =
        answer(&["The broker is Paramo Nieblina Cia. Ltda.", "Its owner, Rosa Quispe, stated that the firm never takes possession."]);
    assert_eq!(told(&claimed, "party", &possession), ["Paramo Nieblina Cia. Ltda | never | Rosa Quispe"]);
    let asked = answer(&["The broker is Paramo Nieblina Cia. Ltda. Post will ask the broker who took custody of the pistols."]);
    assert_eq!(told(&asked, "party", &possession), ["Paramo Nieblina Cia. Ltda | unknown | -"]);
}

#[test]
fn only_what_affirms_is_a_yes() {
    let findings = ["topic", "answer"];
    for (text, wanted) in [
        ("The warehouse of the firm lies near the river.", vec![]),
        ("The firm has a locked armory with a guard.", vec!["storage | yes"]),
        ("The firm keeps its weapons in an unlocked closet.", vec!["storage | no"]),
        ("Post could not confirm that the armory is locked.", vec!["storage | could_not_establish"]),
        ("The quantity appears excessive for a force of ten.", vec!["need | no"]),
    ] {
        assert_eq!(told(&answer(&[text]), "finding", &findings), wanted, "{text}");
    }
}

#[test]
fn a_claim_moves_no_approval() {
    let claimed = answer(&[
        "License 050166001 is for 12 pistols.",
        "The owner of the firm stated that the Ministry of Interior issued the import permit for the 12 pistols.",
    ]);
    assert_eq!(told(&claimed, "import_approval", &["authority", "state"]), ["Ministry of Interior | needed"]);
    let supposed = answer(&[
        "License 050166001 is for 12 pistols.",
        "If the Ministry of Interior had issued an import permit for the 12 pistols, post would support the license.",
    ]);
    assert_eq!(told(&supposed, "import_approval", &["state"]), ["needed"]);
    assert_eq!(told(&supposed, "recommendation", &["word"]), Vec::<String>::new());
    let saw = answer(&[
        "License 050166001 is for 12 pistols.",
        "The Ministry of Interior issued import permit MI-2009/77 for the 12 pistols on May 2. Econoff saw the original.",
    ]);
    assert_eq!(told(&saw, "import_approval", &["state", "number"]), ["issued | MI-2009/77"]);
}

#[test]
fn a_count_is_no_line_of_the_license_but_names_it() {
    let found = answer(&["Of 25 pistols licensed, 22 were seen and three are missing."]);
    assert_eq!(told(&found, "item_group", &["quantity", "label"]), ["25 | pistols"]);
    assert_eq!(told(&found, "serials", &["state", "count"]), ["seen | 22", "missing | 3"]);
    let all = answer(&["All 40 rifles were sighted and none is missing."]);
    assert!(told(&all, "serials", &["state"]).iter().all(|state| state != "missing"));
}

#[test]
fn a_quoted_letter_is_its_writer_s_word() {
    let found = of(&format!(
        "{HEADER}1. (SBU) Post sent a letter to the Weapons Fund of the Republic of Lithuania on April 20. The Fund's reply, dated May 8, \
         reads in translation:\n\nBEGIN QUOTE\n\nVilnius, 8 May 2009\n\nDear Sir,\n\nWe have issued import permit IL-2211 for 12 sniper \
         rifles on 1 May 2009. The firm holds license No. 550-2007.\n\nEND QUOTE\n\n2. (SBU) Post supports approval of the license.\n"
    ));
    let writer = "Weapons Fund of the Republic of Lithuania";
    assert_eq!(told(&found, "contact", &["contact_kind", "on"]), ["letter | 2009-05-08"]);
    assert_eq!(told(&found, "import_approval", &["authority", "state", "number"]), [format!("{writer} | issued | IL-2211")]);
    assert!(told(&found, "statement", &["grade"]).iter().all(|grade| grade == "official_record"));
    assert!(told(&found, "statement", &["text"]).iter().all(|text| !text.contains("Dear Sir")));
    assert_eq!(told(&found, "license", &["number"]), ["050166001"]);
}

#[test]
fn a_day_that_was_due_is_not_the_day_it_is_due() {
    let text = "P 191358Z JUN 08\nFM SECSTATE WASHDC\nTO AMEMBASSY ASUNCION\nUNCLAS STATE 066207\n\nTAGS: ETTC KOMC PA\nSUBJECT: REMINDER: \
                BLUE LANTERN CHECK 050128844\n\nREF: STATE 49912\n\n1. Reftel asked post for a pre-license check. The answer was due on June \
                13.\n\n2. Please reply no later than June 27.\n";
    assert_eq!(told(&of(text), "request", &["due_on"]), ["2008-06-27"]);
}

#[test]
fn two_licenses_have_their_own_lines_and_totals() {
    let lines = |total: &str| {
        format!(
            "License 05-050114410 covers 60 weapons:\n-- 40 pistols\n-- 20 revolvers\n\n2. (SBU) License 05-050114411 covers {total} \
             weapons:\n-- 10 shotguns\n-- 5 carbines"
        )
    };
    let warned = |text: &str| {
        let reading = read(format!("{HEADER}1. (SBU) {text}\n").as_bytes());
        reading.warnings.iter().any(|warning| warning.kind.code() == "does_not_add_up")
    };
    assert!(!warned(&lines("15")));
    assert!(warned(&lines("18")));
    assert_eq!(told(&answer(&[&lines("15")]), "item_group", &["license"]).len(), 4);
}

/// An answer on what was shipped, with these paragraphs.
pub(super) fn shipped(paragraphs: &[&str]) -> Vec<Value> {
    let body: Vec<String> = paragraphs.iter().enumerate().map(|(at, text)| format!("{}. (SBU) {text}\n\n", at + 1)).collect();
    of(&format!("{}{}", HEADER.replace("PRE-LICENSE", "POST-SHIPMENT"), body.concat()))
}

#[test]
fn a_permit_a_stock_and_a_loss_are_no_lines_of_the_license() {
    let items = |paragraphs: &[&str]| told(&answer(paragraphs), "item_group", &["quantity", "label", "license"]);
    let license = "License 050166001 is for 60 pistols.";
    for beside in [
        "The firm had applied for a permit for 45, not 60, pistols.",
        "The registry's permit K-17 covers only 45 pistols; it had turned down a request for the other 15 pistols.",
        "The store has 20 pistols of its own.",
        "Its owner admitted that nine pistols were stolen from it in 2004.",
        "Last year the registry approved 25 pistols for the same importer.",
        "Each pistol comes with magazines, 15 round.",
        "They come in four crates of 15 pistols.",
        "The firm, which owns 12 armored vehicles, is known to post.",
    ] {
        assert_eq!(items(&[license, beside]), ["60 | pistols | -"], "{beside}");
    }
    assert_eq!(items(&["The registry issued import permit K-17 for 45 pistols."]), ["45 | pistols | -"]);
    assert_eq!(items(&["License 050166001 is for 90 carbines.", "Import authorization 7-113 for 90 rifles was shown to us."]).len(), 1);
    assert_eq!(items(&["License 050166001 covers:\n-- 90 carbines\n-- 90 rifles"]).len(), 2);
}

#[test]
fn other_nouns_are_items_where_the_words_say_so() {
    let items = |text: &str| told(&answer(&[text]), "item_group", &["quantity", "label"]);
    assert_eq!(items("License 050166001 is for 75 headsets and eight vehicle intercoms."), ["75 | headsets", "8 | vehicle intercoms"]);
    assert_eq!(items("The navy ordered the 40 VHF radio sets."), ["40 | VHF radio sets"]);
    assert_eq!(items("The application is for four Bell 412 helicopter door mounts."), ["4 | Bell 412 helicopter door mounts"]);
    assert_eq!(items("The order is for 200 rifle magazines."), ["200 | rifle magazines"]);
    for none in ["The guards carry 40 radios.", "Poloff saw two launchers in the yard.", "The order covers magazines of 30 rounds."] {
        assert_eq!(items(none), Vec::<String>::new(), "{none}");
    }
}

#[test]
fn lists_under_several_licenses_add_up_together() {
    let text = |total: &str| {
        format!(
            "The first order (05-050114410) consists of:\n-- 30 pistols\n-- ten revolvers\n\nand the second order (05-050114411) of:\n\
             -- 25 shotguns\n-- 5 carbines\n\nThe dealer said the total of both orders is {total} firearms."
        )
    };
    let warned = |total: &str| {
        let reading = read(format!("{HEADER}1. (SBU) {}\n\n2. (SBU) Post knows the dealer.\n", text(total)).as_bytes());
        reading.warnings.iter().any(|warning| warning.kind.code() == "does_not_add_up")
    };
    assert!(!warned("70") && warned("75"));
    let one = answer(&["The first order (05-050114410) is for 30 pistols; the second is for 25 shotguns.", "License 05-050114411 is new."]);
    assert_eq!(told(&one, "item_group", &["label", "license"]), ["pistols | 05-050114410", "shotguns | -"]);
}

#[test]
fn numbers_that_differ_are_told() {
    let warned = |text: &str| {
        let reading = read(format!("{HEADER}1. (SBU) {text}\n").as_bytes());
        reading.warnings.iter().map(|warning| warning.text.clone()).collect::<Vec<_>>()
    };
    let differs = warned("The ministry confirmed the order of eight mounts, not nine as shown on license application 050166001.");
    assert_eq!(differs, ["The telegram says 8, and not 9."]);
    assert_eq!(warned("The order was signed on May 3, not 4."), Vec::<String>::new());
}

#[test]
fn a_count_after_shipment_is_read_part_by_part() {
    let serials = |text: &str| told(&shipped(&[text]), "serials", &["state", "count", "items"]);
    assert_eq!(
        serials("Of the 80 pistols delivered, emboffs saw 71. Six are assigned to a post in the north; three could not be accounted for."),
        ["seen | 71 | pistols", "elsewhere | 6 | pistols", "missing | 3 | pistols"]
    );
    assert_eq!(serials("The firm received all 80 pistols but two were stolen on May 4."), ["missing | 2 | pistols"]);
    let listed = shipped(&["The following serial numbers were neither in the racks nor in the log:\n\n- B0041\n- B0042"]);
    assert_eq!(told(&listed, "serials", &["state", "numbers", "count"]), ["missing | [\"B0041\",\"B0042\"] | 2"]);
    let once = answer(&["The chief admitted that nine shotguns were stolen from it in 2004."]);
    assert_eq!(told(&once, "serials", &["state"]), Vec::<String>::new());
}

#[test]
fn steps_of_a_request_are_what_is_to_be_looked_into() {
    let text = "P 191358Z JUN 08\nFM SECSTATE WASHDC\nTO AMEMBASSY ASUNCION\nUNCLAS STATE 066207\n\nTAGS: ETTC KOMC PA\nSUBJECT: BLUE \
                LANTERN PRE-LICENSE CHECK 050128844\n\n1. This is an action request. Please see paragraph 3. Post is requested to reply \
                within 30 days.\n\n2. The license is for:\n\na. 40 pistols\nb. 80 magazines, 15 round\n\n3. Post is asked to:\n\
                -- call the end-user;\n-- visit the store.\n\n4. Please slug answers for PM/DTCC.\n";
    let found = of(text);
    assert_eq!(told(&found, "request", &["steps", "days"]), ["[\"call the end-user\",\"visit the store\"] | 30"]);
    assert_eq!(told(&found, "item_group", &["quantity", "label"]), ["40 | pistols", "80 | magazines"]);
}

#[test]
fn a_certificate_that_was_signed_is_one() {
    let signed = |text: &str| {
        let found = answer(&["Post checked the Arbor Coast Guard (ACG), the end-user.", text]);
        told(&found, "certificate", &["form"])
    };
    assert_eq!(signed("Captain Luis Mora signed the DSP-83 for ACG on May 4."), ["DSP-83"]);
    assert_eq!(signed("Captain Luis Mora has not signed the DSP-83 for ACG on May 4."), Vec::<String>::new());
    assert_eq!(signed("The clerk signed the DSP-83 for the ministry on May 4."), Vec::<String>::new());
}

#[test]
fn findings_of_one_topic_that_differ_are_in_part() {
    let findings = |paragraphs: &[&str]| told(&answer(paragraphs), "finding", &["topic", "answer"]);
    assert_eq!(
        findings(&[
            "Econoff was shown import permit no. 2009-31 for the pistols.",
            "The import permit for the rifles has not been issued."
        ]),
        ["import_approvals | partly"]
    );
    assert_eq!(
        findings(&["Poloff has not visited the warehouse in the port. The storeroom in town is in good order."]),
        ["storage | partly"]
    );
    assert_eq!(findings(&["Its owner, Rosa Quispe, said that the Ministry of Interior issued the import permit."]), Vec::<String>::new());
    assert_eq!(
        findings(&["If the permit is issued, the pistols will be registered by the police and handed to the firm."]),
        Vec::<String>::new()
    );
    assert_eq!(findings(&["Reftel asked post whether the firm has a secure armory."]), Vec::<String>::new());
}

/// The approvals of an answer on these items.
fn approvals_of(items: &str, text: &str) -> Vec<String> {
    let found = answer(&[&format!("License 050166001 is for {items}."), text]);
    told(&found, "import_approval", &["authority", "items", "state", "number", "lacks"])
}

#[test]
fn a_permit_that_was_shown_is_issued_by_whom_it_names() {
    for (items, text, wanted) in [
        (
            "30 pistols",
            "The Ministry of Defense showed us import permit no. 44 for the 30 pistols.",
            vec!["Ministry of Defense | 30 pistols | issued | 44 | -"],
        ),
        (
            "250 carbines",
            "ARMEX import authorization no. 11-0873 for 250 carbines, dated April 22, 2009, was shown to us.",
            vec!["ARMEX | 250 carbines | issued | 11-0873 | -"],
        ),
        (
            "25 pistols and eight revolvers",
            "On May 2 the Weapons and Fireworks Division (WFD) of the police gave Econoff a certified copy of import permit no. 2008-1147, \
             issued April 9, 2009, valid for one year, covering both the pistols and the revolvers.",
            vec!["WFD | 25 pistols | issued | 2008-1147 | -", "WFD | eight revolvers | issued | 2008-1147 | -"],
        ),
        (
            "30 pistols",
            "Econoff saw the original of import permit MI-77 of the Ministry of Interior for the 30 pistols.",
            vec!["Ministry of Interior | 30 pistols | issued | MI-77 | -"],
        ),
    ] {
        let found: Vec<String> = approvals_of(items, text).into_iter().map(|line| line.replace("8 revolvers", "eight revolvers")).collect();
        assert_eq!(found, wanted, "{text}");
    }
}

#[test]
fn one_sentence_may_approve_and_reject() {
    for text in [
        "On May 2 SUCAMEC approved the 150 pistols (resolution 0412-2009) and rejected the 20 submachine guns, as those may not be imported.",
        "SUCAMEC rejected the 20 submachine guns but approved the 150 pistols (resolution 0412-2009).",
    ] {
        let found = approvals_of("150 pistols and 20 submachine guns", text);
        let wanted = ["SUCAMEC | 150 pistols | issued | 0412-2009 | -", "SUCAMEC | 20 submachine guns | refused | - | -"];
        assert_eq!(found, wanted, "{text}");
    }
}

#[test]
fn a_paper_that_does_not_count_is_needed_and_says_why() {
    let ministry = |rest: &str| vec![format!("Ministry of Defense | 30 pistols | {rest}")];
    for (text, wanted) in [
        ("The permit of the Ministry of Defense for the 30 pistols expired on May 3.", ministry("needed | - | expired on may 3")),
        (
            "The manager claimed that the Ministry of Defense had already approved the import of the 30 pistols.",
            ministry("needed | - | claimed by manager"),
        ),
        ("The Ministry of Defense granted an import permit for 25 pistols.", ministry("needed | - | covers 25 of 30")),
        (
            "The Ministry of Defense received the application for the import of the 30 pistols in May and sent it back for lack of a certificate.",
            ministry("needed | - | sent it back for lack of a certificate"),
        ),
        (
            "An import permit for the 30 pistols is required from the Ministry of Defense and has been applied for.",
            ministry("applied | - | -"),
        ),
        ("The Ministry of Defense no longer requires an import permit for the 30 pistols.", ministry("not_required | - | -")),
        ("The Ministry of Defense denied having approved the import of the 30 pistols.", ministry("needed | - | -")),
        ("The director could not say whether the Ministry of Defense had received an application for the 30 pistols.", vec![]),
        ("Last year the Ministry of Defense approved the import of 30 pistols for another company.", vec![]),
    ] {
        assert_eq!(approvals_of("30 pistols", text), wanted, "{text}");
    }
    let other = answer(&["Last year the Ministry of Defense approved the import of 30 pistols for another company."]);
    assert_eq!(told(&other, "separate_fact", &["said_by"]), ["-"]);
}

#[test]
fn who_orders_the_items_does_not_license_them() {
    let found = approvals_of(
        "120 shotguns",
        "The Ministry of Security's logistics office confirmed its order of 120 shotguns, but the Army's arms registry has not yet decided \
         on the import request.",
    );
    assert_eq!(found, ["arms registry | 120 shotguns | applied | - | -"]);
    let law = "The law does not require an import license for equipment purchased by the National Guard; Customs clears such shipments.";
    assert_eq!(approvals_of("210 pumps", law), Vec::<String>::new());
}

#[test]
fn a_recommendation_for_one_of_two_licenses_names_it() {
    let found =
        answer(&["License 050166001 is for pumps and license 050166002 for valves.", "Post supports approval of license 050166001."]);
    assert_eq!(told(&found, "recommendation", &["word", "license"]), ["support | 050166001"]);
    let found = answer(&[
        "Post supports approval of 050166001 with the ministry as end-user, and opposes approval of 050166002 as there is no end-user.",
    ]);
    assert_eq!(told(&found, "recommendation", &["word", "license"]), ["support | 050166001", "oppose | 050166002"]);
    let part = of(&format!(
        "{HEADER}1. (SBU) License 050166001 is for 30 pistols and six shotguns.\n\n2. (SBU) Post supports approval of the pistols.\n"
    ));
    let sure: Vec<&str> = part.iter().filter(|one| one["kind"] == "recommendation").filter_map(|one| one["confidence"].as_str()).collect();
    assert_eq!(sure, ["possible"]);
}

#[test]
fn two_permits_of_one_sentence_are_told_apart() {
    let found = answer(&[
        "License 050166001 is for 20 pistols, 40 shotguns and 15 rifles.",
        "The dealer showed Econoff the two import permits he holds from the Ministry of Justice: permit J-221 of May 3, 2009 for the handguns \
         and permit J-222 of the same date for the long guns.",
        "On May 8 Econoff telephoned Inspector Arvo Lindqvist of the Ministry of Justice, who said that permit J-222 covers only 25 shotguns \
         and all 15 rifles; his office had turned down a request for the other 15 shotguns.",
    ]);
    let cells = told(&found, "import_approval", &["items", "state", "number"]);
    assert!(cells.contains(&"20 pistols | issued | J-221".to_owned()), "{cells:?}");
    assert!(cells.contains(&"15 rifles | issued | J-222".to_owned()), "{cells:?}");
    assert!(cells.iter().all(|cell| !cell.starts_with("40 shotguns | issued") && !cell.starts_with("40 shotguns | refused")), "{cells:?}");
}

#[test]
fn what_is_said_and_unsaid_is_not_issued() {
    let found = answer(&[
        "License 050166001 is for 600 vests.",
        "On May 4 Poloff spoke by phone with Colonel Tarek Zubari of the Ministry of Interior. Zubari said that his office had issued an import \
         permit for the vests.",
        "On May 9 the same official told Poloff that no import permit had been issued.",
    ]);
    assert!(told(&found, "import_approval", &["state"]).iter().all(|state| state != "issued"));
}

#[test]
fn an_official_speaks_for_his_own_office_only() {
    let found = answer(&[
        "License 050166001 is for 60 pistols.",
        "Poloff met on May 4 with Wilmar Andrino, manager of Custodia Alta Ltda., and on May 5 with Lt. Col. Jairo Ribero of the Joint \
         Command's arms control department. Ribero noted that the firm had applied for a permit for 40, not 60, pistols.",
    ]);
    assert_eq!(told(&found, "import_approval", &["authority", "state"]), ["Joint Command | applied"]);
}

#[test]
fn sentences_that_differ_are_in_part() {
    let findings = ["topic", "answer"];
    for (text, wanted) in [
        ("Storage in Orsk is good: a vault with two guards. The annex in Tolna is closed with a single padlock only.", "storage | partly"),
        (
            "The pumps are kept in a locked cage. A new armory is under construction; Poloff saw neither a roof nor doors.",
            "storage | partly",
        ),
        ("Econoff saw the parts store in Tolna: it has two barred windows and a steel door.", "storage | yes"),
    ] {
        let found = told(&answer(&[text]), "finding", &findings);
        assert_eq!(found.iter().filter(|found| found.starts_with("storage")).collect::<Vec<_>>(), [wanted], "{text}");
    }
}

#[test]
fn the_firm_is_the_one_named_last() {
    let findings = ["topic", "party", "answer"];
    let other = answer(&[
        "The seller is Ostrander Pump Works.",
        "Dorsal Marine Vehicles is a joint venture of two brothers. Post has no derogatory information on the firm.",
    ]);
    assert_eq!(told(&other, "finding", &findings), Vec::<String>::new());
    let last = answer(&[
        "The end-user is Brinkley Guard Services Ltd. The intermediate consignee is Orsova Marine Ltd.",
        "Brinkley Guard Services Ltd has an office by the port. The company exists and is registered.",
    ]);
    let found = told(&last, "finding", &findings);
    assert!(found.contains(&"bona_fides | Brinkley Guard Services Ltd | yes".to_owned()), "{found:?}");
    assert!(!found.iter().any(|found| found.contains("Orsova")), "{found:?}");
}

#[test]
fn who_is_aware_is_who_is_named() {
    let aware = answer(&[
        "The foreign consignee is Orsova Marine Ltd. The end-user is Brinkley Guard Services Ltd.",
        "Poloff visited Orsova Marine Ltd on May 2. Manager Petra Vanyi showed the yard. Vanyi is well aware of the retransfer rules.",
    ]);
    let found = told(&aware, "finding", &["topic", "party"]);
    assert!(!found.contains(&"nontransfer | Brinkley Guard Services Ltd".to_owned()), "{found:?}");
}

#[test]
fn the_end_user_s_denial_is_a_possible_no() {
    let denied = answer(&["The end-user told us it did not order the pistols."]);
    assert_eq!(told(&denied, "finding", &["topic", "answer"]), ["order | no"]);
}

#[test]
fn what_an_office_grants_is_its_cell() {
    let cells = ["items", "authority", "state", "number"];
    let granted = answer(&[
        "License 050166001 is for 12 pistols.",
        "The Arms and Powder Bureau of the northern district issued import permit 77/09 for the 12 pistols on May 2.",
    ]);
    assert_eq!(told(&granted, "import_approval", &cells), ["12 pistols | Arms and Powder Bureau | issued | 77/09"]);
    let spared = answer(&[
        "License 050166001 is for 12 pistols and 12 telescopic sights.",
        "The Arms and Powder Bureau issued import permit 77/09 for the 12 pistols on May 2. No permit is needed for the sights.",
    ]);
    let spared = told(&spared, "import_approval", &["items", "state"]);
    assert!(spared.contains(&"12 telescopic sights | not_required".to_owned()), "{spared:?}");
    let also = answer(&[
        "License 050166001 is for 12 pistols.",
        "Interior Affairs Ministry approval would also be necessary for the pistols and has not been sought.",
    ]);
    assert_eq!(told(&also, "import_approval", &cells), ["12 pistols | Interior Affairs Ministry | needed | -"]);
}
