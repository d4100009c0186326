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
