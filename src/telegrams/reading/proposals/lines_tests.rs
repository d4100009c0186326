use super::tests::{answer, of, shipped, told};
use crate::telegrams::reading::read;

const QUANTITY: [&str; 2] = ["quantity", "label"];

fn items(paragraphs: &[&str]) -> Vec<String> {
    told(&answer(paragraphs), "item_group", &QUANTITY)
}

/// The answer without the words of its subject that tell a type.
fn untyped(paragraphs: &[&str]) -> String {
    let body: Vec<String> = paragraphs.iter().enumerate().map(|(at, text)| format!("{}. (SBU) {text}\n\n", at + 1)).collect();
    format!(
        "R 121905Z MAY 09\nFM AMEMBASSY LIMA\nTO SECSTATE WASHDC\nUNCLAS LIMA 000501\n\nSENSITIVE\n\nE.O. 12958: N/A\nTAGS: ETTC KOMC \
         PE\nSUBJECT: BLUE LANTERN: LICENSE 050166001\n\nREF: STATE 48811\n\n{}",
        body.concat()
    )
}

fn warned(paragraphs: &[&str]) -> bool {
    read(untyped(paragraphs).as_bytes()).warnings.iter().any(|warning| warning.kind.code() == "does_not_add_up")
}

#[test]
fn sums_ratios_rates_and_what_gives_way_are_no_lines() {
    let license = "License 050166001 is for 60 carbines.";
    for beside in [
        "The two orders together make 85 carbines.",
        "With the spares they add up to 70 carbines.",
        "He said that two carbines in five are broken.",
        "He said that the range uses 1,500 rounds a week.",
        "The guards fire about 200 rounds of 9mm ammunition each month.",
        "The ministry issues one pistol per officer.",
        "Every guard will carry two magazines.",
        "They replace 45 carbines of the border troops.",
        "The police have 25 carbines that will be scrapped.",
        "The store holds 30 obsolete carbines.",
        "A request of the same firm for 12 carbines was rejected in March.",
    ] {
        assert_eq!(items(&[license, beside]), ["60 | carbines"], "{beside}");
        assert!(!warned(&[license, beside]), "{beside}");
    }
}

#[test]
fn one_noun_in_two_calibers_is_two_lines() {
    let two = ["License 050166001 covers 40 bolt-action rifles, caliber .300, and 10 bolt-action rifles, caliber .416."];
    assert_eq!(items(&two), ["40 | .300 bolt-action rifles", "10 | .416 bolt-action rifles"]);
    assert!(!warned(&two));
    let rounds = ["The license is for 8,000 rounds of .22 long rifle and 2,000 rounds of .45 ACP."];
    assert_eq!(items(&rounds), ["8000 | .22 long rifle rounds", "2000 | .45 ACP rounds"]);
    let models = ["The license is for 30 Orlik P4 pistols and 12 Orlik P7 pistols."];
    assert_eq!(items(&models), ["30 | Orlik P4 pistols", "12 | Orlik P7 pistols"]);
    assert!(!warned(&models));
    assert_eq!(items(&["The license is for 30 9mm pistols. The police ordered the 30 pistols in April."]).len(), 1);
}

#[test]
fn what_is_with_a_patrol_is_no_line() {
    let found = told(
        &shipped(&["The license authorized 70 carbines, caliber 5.56 mm.", "The log places four carbines with a patrol in the hills."]),
        "item_group",
        &QUANTITY,
    );
    assert_eq!(found, ["70 | 5.56 mm carbines"]);
}

#[test]
fn lines_are_read_in_more_forms() {
    let listed = "License 050166001 is for the export of:\n\na. Fuel valves, quantity 25, $18,000\nb. Landing gear shafts, qty. 4";
    assert_eq!(items(&[listed]), ["25 | Fuel valves", "4 | Landing gear shafts"]);
    assert_eq!(items(&["The army ordered the six (6) armored command vehicles."]), ["6 | armored command vehicles"]);
    assert_eq!(items(&["The clerk knew of the five tail rotor blades and three main rotor hubs."]).len(), 2);
    assert_eq!(items(&["The ministry knows of the 22 accelerometers listed on DSP-5 050166001."]), ["22 | accelerometers"]);
    assert_eq!(items(&["The ministry knows of 22 accelerometers at the airport."]), Vec::<String>::new());
    assert_eq!(items(&["The institute is named as end-user of 14 focal plane assemblies."]), ["14 | focal plane assemblies"]);
}

#[test]
fn a_license_of_another_time_is_not_proposed() {
    let licenses = |text: &str| told(&answer(&[text]), "license", &["number"]);
    assert_eq!(licenses("A previous order of the academy, license 050144555, was checked in 2006."), ["050166001"]);
    assert_eq!(licenses("Post also checked license 050144555."), ["050166001", "050144555"]);
}

#[test]
fn a_recommendation_on_a_license_tells_the_type() {
    let check_type = |paragraphs: &[&str]| told(&of(&untyped(paragraphs)), "check", &["check_type", "direction"]);
    for before in [
        "Post recommends that the license be denied.",
        "Post recommends approval of the license application.",
        "Post supports issuing the license.",
    ] {
        assert_eq!(check_type(&[before]), ["pre_license | reply"], "{before}");
    }
    let earlier = "The firm was the subject of an earlier post-shipment check.";
    assert_eq!(check_type(&[earlier, "Post recommends approval of the license."]), ["pre_license | reply"]);
    assert_eq!(check_type(&["The 40 rifles were exported under it.", "Post recommends approval of the license."]), ["- | reply"]);
    assert_eq!(check_type(&["License 050166001 was issued in May.", "Post supports approval of the license."]), ["- | reply"]);
    assert_eq!(check_type(&["The firm is well known to post."]), ["- | reply"]);
}

#[test]
fn parts_of_one_count_are_not_told_beside_it() {
    let serials = |paragraphs: &[&str]| told(&shipped(paragraphs), "serials", &["state", "numbers", "count"]);
    let summed = serials(&[
        "Of 60 carbines delivered, 52 were seen, five are with a patrol, and three could not be accounted for.",
        "At the depot 40 carbines were present. At the range 12 more were seen.",
        "Three carbines were not found: serial numbers AB101, AB102 and AB103.",
    ]);
    assert_eq!(summed, ["seen | [] | 52", "elsewhere | [] | 5", "missing | [\"AB101\",\"AB102\",\"AB103\"] | 3"]);
    let differs = serials(&["Of 60 carbines delivered, 52 were seen and nine could not be accounted for."]);
    assert_eq!(differs, ["seen | [] | 52", "missing | [] | 9"]);
    let placed = serials(&["Of 60 carbines delivered, 58 were seen.", "All 40 carbines at the depot were seen."]);
    assert_eq!(placed, ["seen | [] | 58"]);
    let parts = serials(&["At the depot 40 carbines were seen.", "At the range 12 carbines were seen.", "In all, 52 carbines were seen."]);
    assert_eq!(parts, ["seen | [] | 40", "seen | [] | 12"]);
}

#[test]
fn more_time_is_a_day_to_come() {
    let days = |text: &str| told(&answer(&[text]), "dated", &["on"]);
    assert_eq!(days("Post requests an extension until June 20."), ["2009-06-20"]);
    assert_eq!(days("Post asks for more time, to July 1, 2009."), ["2009-07-01"]);
    assert_eq!(days("The permit expires on August 3."), ["2009-08-03"]);
    assert_eq!(days("The delivery permit was valid until August 3."), ["2008-08-03"]);
    assert_eq!(days("Post requests an extension of its lease."), Vec::<String>::new());
}
