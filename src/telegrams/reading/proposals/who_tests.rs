//! Whom the post met, who said what, and who the parties are: sentences as answers have them.

use serde_json::Value;

use super::tests::{answer, of, told};

const CONTACT: [&str; 3] = ["contact_kind", "with_whom", "on"];

fn contacts(text: &str) -> Vec<String> {
    told(&answer(&[text]), "contact", &CONTACT)
}

fn said(text: &str) -> Vec<String> {
    told(&answer(&[text]), "statement", &["said_by", "grade"])
}

fn parties(text: &str) -> Vec<String> {
    told(&answer(&[text]), "party", &["name", "role"])
}

#[test]
fn whom_the_post_met_is_no_stretch_of_a_sentence() {
    for (text, wanted) in [
        (
            "Reached by telephone on May 7, Mr. Ulf Ostrander denied having cancelled the order.",
            vec!["call | Mr. Ulf Ostrander | 2009-05-07"],
        ),
        (
            "In a second call on May 6, Inspector Abel Tonnard of the Firearms Registry (FR) confirmed that the dealer is known.",
            vec!["call | Inspector Abel Tonnard, Firearms Registry | 2009-05-06"],
        ),
        (
            "On April 28, the director of the Harbor Authority told Econoff that no permit was asked for.",
            vec!["meeting | director of the Harbor Authority | 2009-04-28"],
        ),
        (
            "At the State Service for Arms Control, deputy head Lind Arno told Econoff on May 2 that the form is new.",
            vec!["meeting | Lind Arno, deputy head, State Service for Arms Control | 2009-05-02"],
        ),
        ("Econoff called on Ardal Marine Ltd on May 3.", vec!["meeting | Ardal Marine Ltd | 2009-05-03"]),
        ("Econoff called Ardal Marine Ltd on May 3.", vec!["call | Ardal Marine Ltd | 2009-05-03"]),
        ("On May 5 Poloff drove to Orsk for an appointment with the owner. At the gate they were told that he was ill.", vec![]),
        (
            "The Ardal Registry told Poloff in a letter dated May 4 that its own inspectors visited the armory in March.",
            vec!["letter | Ardal Registry | 2009-05-04"],
        ),
        ("In Orsk, DAO confirmed that the order is genuine.", vec![]),
        ("Per ref A, Econ specialist said that the firm moved.", vec![]),
        ("Post called the firm four times; nobody answered.", vec![]),
        (
            "During a May 5 meeting at the Ministry of Defense, General Pavel Ilin, head of procurement, confirmed to DATT that it is genuine.",
            vec!["meeting | General Pavel Ilin, head of procurement, Ministry of Defense | 2009-05-05"],
        ),
        (
            "Econoff spoke to Ana Lindo (export manager at Delta Ardal Ltd.) on May 8.",
            vec!["meeting | Ana Lindo, export manager at Delta Ardal Ltd | 2009-05-08"],
        ),
        ("Of the three partners, only Pedro Lindo met with Econoff (May 8).", vec!["meeting | Pedro Lindo | 2009-05-08"]),
        (
            "Mr. Vogt's lawyer, Dr. Emil Brandt, wrote to post on May 9 to say that he denies it.",
            vec!["letter | Dr. Emil Brandt, Vogt's lawyer | 2009-05-09"],
        ),
        (
            "In an April 30 e-mail to Econoff, Ms. Tania Lindo, manager of Ardal GmbH, wrote that it does not re-export.",
            vec!["email | Ms. Tania Lindo, manager of Ardal GmbH | 2009-04-30"],
        ),
        ("A site visit to the premises is required.", vec![]),
        (
            "Contacted on May 6, the Registrar of Firearms stated that the permit is valid.",
            vec!["meeting | Registrar of Firearms | 2009-05-06"],
        ),
        (
            "The Licensing Office of the Ministry of Trade has told us that a permit exists.",
            vec!["meeting | Licensing Office of the Ministry of Trade | -"],
        ),
        ("Mr. Lind Arno told the press that his firm is new.", vec![]),
        ("Its listed address is that of an accountant.", vec![]),
        ("Econoff saw the firm's original license on May 3.", vec![]),
        ("Econoff contacted SUNARD, the customs authority, on May 5.", vec!["meeting | SUNARD, customs authority | 2009-05-05"]),
    ] {
        assert_eq!(contacts(text), wanted, "{text}");
    }
}

#[test]
fn days_are_read_as_they_are_written() {
    for (text, wanted) in [
        (
            "Poloff met April 13 with Lind Arno, manager of Ardal Custodia Ltda., and April 18 with Lt. Col. Ivo Brandt of the Joint Command.",
            vec![
                "meeting | Lind Arno, manager of Ardal Custodia Ltda | 2009-04-13",
                "meeting | Lt. Col. Ivo Brandt, Joint Command | 2009-04-18",
            ],
        ),
        (
            "The firm is registered, according to the Ministry of Trade (meeting with adviser Lind Arno, April 11).",
            vec!["meeting | Lind Arno, adviser, Ministry of Trade | 2009-04-11"],
        ),
        (
            "He named two customers, Orsk Demining Trust and Ardal Mechanical. The former, contacted by phone April 17, spoke well of him.",
            vec!["call | Orsk Demining Trust | 2009-04-17"],
        ),
        ("Mr. Lind Arno called back on May 1 from abroad.", vec!["call | Mr. Lind Arno | 2009-05-01"]),
        (
            "The Ministry of Interior has not answered two diplomatic notes (March 30 and April 12).",
            vec!["diplomatic_note | Ministry of Interior | 2009-03-30", "diplomatic_note | Ministry of Interior | 2009-04-12"],
        ),
        (
            "On May 2 the Firearms and Explosives Division (FXD) of the police gave Econoff a copy of the permit.",
            vec!["meeting | Firearms and Explosives Division | 2009-05-02"],
        ),
        ("Emboffs saw the central armory on April 24.", vec!["site_visit | central armory | 2009-04-24"]),
        (
            "Post inspected the carbines shipped to the Ardal National Police (ANP) on April 12 and 13.",
            vec!["site_visit | Ardal National Police | 2009-04-12"],
        ),
    ] {
        assert_eq!(contacts(text), wanted, "{text}");
    }
}

#[test]
fn whoever_was_met_at_a_place_is_one_contact() {
    let there =
        "On May 6, Econoff visited the shop of Ardal Sports Ltd and spoke with its owner, Mr. Lind Arno. Arno showed Econoff the books.";
    let found = told(&answer(&[there]), "contact", &["contact_kind", "with_whom", "on", "place"]);
    assert_eq!(found, ["site_visit | Mr. Lind Arno, owner | 2009-05-06 | shop of Ardal Sports Ltd"]);
    let after = "Econoff visited the warehouse of Ardal Sports Ltd on May 6. General manager Ravi Lindo said the firm is new.";
    let found = answer(&[after]);
    assert_eq!(told(&found, "contact", &["with_whom"]), ["Ravi Lindo, General manager, Ardal Sports Ltd"]);
    assert_eq!(told(&found, "statement", &["contact_key", "grade"]), ["contact-1 | party_itself"]);
}

#[test]
fn the_same_official_is_who_spoke_last() {
    let found = answer(&[
        "On April 12, PolMil officer spoke by phone with Brigadier Lind Arno of the Ministry of Interior. Arno said a permit had been issued.",
        "On April 28, the same official told PolMil officer in his office that none had been issued. Asked about the first talk, he said he \
         had been mistaken.",
    ]);
    let on = told(&found, "contact", &["contact_kind", "on"]);
    assert_eq!(on, ["call | 2009-04-12", "meeting | 2009-04-28"]);
    let who = told(&found, "statement", &["said_by", "grade", "contact_key"]);
    assert!(who.iter().all(|who| who.starts_with("Brigadier Lind Arno | official_oral")), "{who:?}");
    assert!(who.last().is_some_and(|who| who.ends_with("contact-2")), "{who:?}");
}

#[test]
fn a_source_has_the_grade_of_whom_it_speaks_for() {
    for (text, wanted) in [
        ("Captain Lind Arno of the arms registry told Econoff that the form is new.", vec!["Captain Lind Arno | official_oral"]),
        (
            "The Army's procurement office (Col. Ivo Brandt) replied by e-mail on May 8 that it ordered none.",
            vec!["Col. Ivo Brandt | official_oral"],
        ),
        ("Ardal Sports Ltd is a dealer. Its manager, Mr. Lind Arno, said the pistols are for sale.", vec!["Mr. Lind Arno | party_itself"]),
        ("The hangar is used by a school whose staff said that the firm is unknown.", vec![]),
        ("They were told that the owner was ill.", vec![]),
    ] {
        assert_eq!(said(text), wanted, "{text}");
    }
}

#[test]
fn two_speakers_of_one_sentence_say_their_own() {
    let text = "Mr. Lind Arno asserted that the Ministry of Defense had agreed, but the Ministry's purchasing office, asked on May 5, denied \
                having agreed.";
    let found = told(&answer(&[text]), "statement", &["said_by", "text"]);
    assert_eq!(
        found,
        [
            "Mr. Lind Arno | Mr. Lind Arno asserted that the Ministry of Defense had agreed.",
            "Ministry's purchasing office | the Ministry's purchasing office, asked on May 5, denied having agreed.",
        ]
    );
}

#[test]
fn a_statement_is_about_whom_its_words_name() {
    let text = "The end-user is Ardal Guards Ltd. Ms. Rosa Lindo, its manager, said that the company ordered ten revolvers from Orsk \
                Outfitters.";
    let found = answer(&[text]);
    let about: Vec<&Value> = found.iter().filter(|one| one["kind"] == "statement").map(|one| &one["value"]["about"]).collect();
    assert!(about.iter().all(|about| **about != "Orsk Outfitters"), "{about:?}");
}

#[test]
fn roles_are_told_in_ordinary_words() {
    for (text, wanted) in [
        ("The application lists Orsk Trade Nord as the seller.", vec!["Orsk Trade Nord | seller"]),
        ("Nobody knew Ardal Freight, shown on the application as intermediate consignee.", vec!["Ardal Freight | intermediate_consignee"]),
        ("The end-user on the license, the Ministry of Interior, is sure to buy.", vec!["Ministry of Interior | end_user"]),
        ("The end-user on the license is the Ardal Air Force.", vec!["Ardal Air Force | end_user"]),
        (
            "Post wrote to Talleres Ardal S.A. of Orsk, listed on license 812443 as foreign consignee.",
            vec!["Talleres Ardal S.A. | foreign_consignee"],
        ),
        ("The importer of record, Armeria Lindo, showed Econoff its request.", vec!["Armeria Lindo | foreign_consignee"]),
        (
            "The Department received license application 050462215 from Larkmoor Lathes, Inc. for rifles.",
            vec!["Larkmoor Lathes, Inc | applicant"],
        ),
        (
            "Ardal Shooting Supply Ltd is the consignee; it is both consignee and end-user.",
            vec!["Ardal Shooting Supply Ltd | foreign_consignee", "Ardal Shooting Supply Ltd | end_user"],
        ),
        ("THE FREIGHT FORWARDER, NEJD ARDAL CARGO, IS WELL KNOWN.", vec!["NEJD ARDAL CARGO | freight_forwarder"]),
        ("The Ministry of Trade stated that the Navy is the end-user.", vec![]),
        ("Ardal Optika Ltd is known. The Army never ordered tubes from Ardal Optika Ltd.", vec!["Ardal Optika Ltd | -"]),
        ("The permit names a different end-user, Ardal Hunting Club.", vec![]),
    ] {
        assert_eq!(parties(text), wanted, "{text}");
    }
}

#[test]
fn names_are_not_cut() {
    for text in [
        "Poloff met with Lt. Col. Ivo Brandt of the Air Force Logistics Command.",
        "The Ardal Civil Aviation Authority (ACAA) has never heard of it.",
        "The Department for Trade, Crafts and Skills (DTCS) said nothing.",
    ] {
        assert_eq!(parties(text), Vec::<String>::new(), "{text}");
    }
    assert_eq!(parties("The broker, Mr. Lind Arno of Ardal Logistics, called back."), ["Ardal Logistics | broker"]);
}

#[test]
fn possession_that_is_asked_for_is_not_told() {
    let held = |text: &str| told(&answer(&[text]), "party", &["takes_possession", "possession_claimed_by"]);
    assert_eq!(
        held("Intermediate consignee: Pacific Ardal Freight\n\nPlease determine whether Pacific Ardal Freight will take possession of it."),
        ["unknown | -"]
    );
    assert_eq!(
        held("The broker is Ardal Gale Ltd. Its owner, Mr. Lind Arno, said the firm never handles or stores goods."),
        ["never | Mr. Lind Arno"]
    );
}

#[test]
fn a_letter_has_its_own_day_and_writer() {
    let found = of(
        "R 181502Z OCT 01\nFM AMEMBASSY MADRID\nTO SECSTATE WASHDC\nUNCLAS MADRID 002214\n\nSUBJECT: BLUE LANTERN CHECK, LICENSE \
                    812443\n\n1. Post wrote on September 20 to Talleres Ardal S.A. of Orsk, the foreign consignee. A reply from the company was \
                    received October 9. An informal translation follows:\n\nBEGIN TEXT.\n\nOrsk, October 3, 2001\n\nDear Sirs:\n\nWe placed an \
                    order for 48 units. We will not transfer them to any third party.\n\nSincerely,\nJ. Lindo, Director of \
                    Purchasing\n\nEND TEXT.\n\n2. Post has no objection.\n",
    );
    assert_eq!(told(&found, "contact", &CONTACT), ["letter | J. Lindo, Director of Purchasing, Talleres Ardal S.A. of Orsk | 2001-10-03"]);
    assert_eq!(told(&found, "statement", &["said_by", "grade"]), ["J. Lindo | party_itself", "J. Lindo | party_itself"]);
}

#[test]
fn without_a_day_of_its_own_a_telegram_dates_nothing() {
    let text = |number: &str| {
        format!("{number}\n\nTAGS: ETTC\nSUBJECT: BLUE LANTERN: LICENSE 050166001\n\n1. (SBU) Econoff met Mr. Lind Arno on May 14.\n")
    };
    assert_eq!(told(&of(&text("UNCLAS LONDON 001742")), "contact", &CONTACT), ["meeting | Mr. Lind Arno | -"]);
    assert_eq!(told(&of(&text("MRN: 14 LONDON 1742")), "contact", &CONTACT), ["meeting | Mr. Lind Arno | 2014-05-14"]);
}

#[test]
fn a_signed_certificate_has_its_signer_and_day() {
    let text = |verb: &str| {
        format!(
            "Poloff met with General Lind Arno of the Ardal National Guard (ANG), the end-user, on May 3. Arno confirmed the order. He {verb} the DSP-83 for ANG on April 14."
        )
    };
    let found = told(&answer(&[&text("signed")]), "certificate", &["form", "signatures"]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("General Lind Arno") && found[0].contains("foreign_end_user") && found[0].contains("2009-04-14"),
        "{found:?}"
    );
    assert_eq!(told(&answer(&[&text("never signed")]), "certificate", &["form"]), Vec::<String>::new());
}

#[test]
fn a_name_is_whole() {
    for (text, wanted) in [
        (
            "The foreign consignee, Barreto, Lind e Filha, Lda. (BLF), has a shop in Orsk.",
            vec!["Barreto, Lind e Filha, Lda | foreign_consignee"],
        ),
        (
            "The blades are for the Mountain Rescue Service of New Ardal, the end-user.",
            vec!["Mountain Rescue Service of New Ardal | end_user"],
        ),
        ("The company holds a Maritime Aviation Safety Authority certificate.", vec![]),
        ("The intermediate consignee, Orsk-based Varda Lake Stores, is known.", vec!["Varda Lake Stores | intermediate_consignee"]),
    ] {
        assert_eq!(parties(text), wanted, "{text}");
    }
    assert_eq!(
        contacts(
            "Inspecting officer Comisario Ana Maria Lindo of the Ministry of Foreign Economic Relations told Econoff May 4 that it is so."
        ),
        ["meeting | Comisario Ana Maria Lindo, Inspecting officer, Ministry of Foreign Economic Relations | 2009-05-04"]
    );
}

#[test]
fn roles_stand_beside_names_in_many_ways() {
    for (text, wanted) in [
        ("Econoff drove to the address given for Varda Optik Trade, the foreign consignee.", "Varda Optik Trade | foreign_consignee"),
        ("Varda Outfitters (foreign consignee on both licenses) has a shop.", "Varda Outfitters | foreign_consignee"),
        ("THE GOODS ARE FOR MEMBERS OF THE ARDAL SANDS CLUB, THE END-USER, WHICH IS KNOWN.", "ARDAL SANDS CLUB | end_user"),
        ("The cameras are for the Ardal Coast Guard, which she named as the end-user.", "Ardal Coast Guard | end_user"),
        (
            "Post verified with the Ardal Security Directorate (ASD) that it is the end-user of the trucks.",
            "Ardal Security Directorate | end_user",
        ),
        ("The freight forwarder listed on the application, Varda Air Cargo of Orsk, is known.", "Varda Air Cargo | freight_forwarder"),
        ("RSO inspected rifles exported to the Ardal Forest Service (AFS) in May.", "Ardal Forest Service | end_user"),
        ("License application 050111222 was submitted by Varda Controls, Inc. of Orsk.", "Varda Controls | applicant"),
    ] {
        let all = parties(text);
        assert!(all.iter().any(|party| party == wanted || party.replace(", Inc", "") == wanted), "{text} {all:?}");
    }
}

#[test]
fn a_day_needs_no_preposition() {
    for (text, wanted) in [
        (
            "Econoff spoke by telephone May 4 with Major Ulf Ostrander, head of stores.",
            vec!["call | Major Ulf Ostrander, head of stores | 2009-05-04"],
        ),
        ("The Ardal Registry told RSO May 4 that nothing was asked for.", vec!["meeting | Ardal Registry | 2009-05-04"]),
        (
            "The trucks stand in the walled motor yard at Orsk. The DAO visited it May 4.",
            vec!["site_visit | walled motor yard | 2009-05-04"],
        ),
        ("Econoff and an FSN went on May 4 to 12 Lindo Prospekt.", vec!["site_visit | 12 Lindo Prospekt | 2009-05-04"]),
        ("Poloff called at the store on May 4.", vec!["site_visit | store | 2009-05-04"]),
        (
            "In a telephone call on May 4, a man who gave his name as Castellan claimed that all is in hand.",
            vec!["call | Castellan, a man who gave that name | 2009-05-04"],
        ),
        (
            "On May 3 Econoff telephoned Ulf Ostrander. On May 4 he sent an e-mail canceling the visit.",
            vec!["call | Ulf Ostrander | 2009-05-03", "email | Ulf Ostrander | 2009-05-04"],
        ),
        (
            "The Ministry of Trade said that it needs a request, which was sent by diplomatic note no. 7 on May 4.",
            vec!["diplomatic_note | Ministry of Trade | 2009-05-04"],
        ),
    ] {
        assert_eq!(contacts(text), wanted, "{text}");
    }
}

#[test]
fn what_the_post_did_is_nobody_s_claim() {
    for text in [
        "The freight forwarder listed on the license, Varda Air Cargo, was not contacted by Post.",
        "The company listed as the end-user declined to receive us.",
        "Poloff met May 4 with Ulf Ostrander, who runs the registry, to discuss the case.",
        "Poloff met Ulf Ostrander on May 4. Ostrander gave Poloff a certified copy from his files.",
    ] {
        assert_eq!(said(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_speaker_is_no_stretch_of_a_sentence() {
    for (text, wanted) in [
        (
            "The brokering law covers the firm, an official of the Goods Control branch added.",
            vec!["official of the Goods Control branch | official_oral"],
        ),
        (
            "Econoff met Ulf Ostrander on May 4. He noted the contract with the local dealer was awarded in May and gave Econoff a copy.",
            vec!["Ulf Ostrander | third_party"],
        ),
        ("Inspector Ulf Ostrander told Econoff on May 4 that it is known.", vec!["Inspector Ulf Ostrander | official_oral"]),
    ] {
        assert_eq!(said(text), wanted, "{text}");
    }
}

#[test]
fn what_is_said_on_a_day_is_a_contact() {
    assert_eq!(
        contacts("The Goods Commission at the Trade Ministry confirmed May 4 that it has no record."),
        ["meeting | Goods Commission at the Trade Ministry | 2009-05-04"]
    );
    assert_eq!(
        contacts("Poloff met Ulf Ostrander on May 4. Manager Lind Arno confirmed by phone the same day that it is so."),
        ["meeting | Ulf Ostrander | 2009-05-04", "call | Lind Arno, Manager | 2009-05-04"]
    );
}

#[test]
fn the_country_of_a_name_counts_before_the_telegram_s() {
    let all = answer(&["Econoff asked about the shipment for the end-user, the Lebanese Forest Service."]);
    assert_eq!(told(&all, "party", &["name", "country"]), ["Lebanese Forest Service | LB"]);
}
