use super::*;
use crate::telegrams::reading::PieceKind;

#[test]
fn lines_end_as_they_come_and_cover_the_text() {
    let text = "a\r\nb\rc\n\nd";
    let found = lines(text);
    assert_eq!(found.iter().map(|line| line.text).collect::<Vec<_>>(), ["a", "b", "c", "", "d"]);
    assert_eq!(found.iter().map(|line| &text[line.start..line.end]).collect::<String>(), text);
}

#[test]
fn numbered_paragraphs_are_told_from_numbers() {
    assert_eq!(numbered("1. (SBU) Summary"), Some((1, Some("SBU"), 9)));
    assert_eq!(numbered("12. Post has"), Some((12, None, 4)));
    assert_eq!(numbered("3.(U) Text"), Some((3, Some("U"), 6)));
    assert_eq!(numbered("3. (SBU)Text"), Some((3, Some("SBU"), 8)));
    assert_eq!(numbered("4 (U) Text"), Some((4, Some("U"), 6)));
    assert_eq!(numbered("4 . ( U ) Text"), Some((4, Some("U"), 10)));
    assert_eq!(numbered("(5) (U) Text"), Some((5, Some("U"), 8)));
    for other in ["9mm pistols", "1.5 million", "2008 was", "45-man force", "(5 rifles)", "10 handguns", ""] {
        assert_eq!(numbered(other), None, "{other}");
    }
}

#[test]
fn a_line_is_known_by_its_look() {
    assert!(is_page_line("PARAMARIBO 00000463  001.2 OF 002") && is_page_line("PORT OF SPAIN 00000463  002 OF 003"));
    assert!(!is_page_line("SECTION 01 OF 02"));
    for (words, precedence, group) in [
        ("P 192222Z JUN 08", Some('P'), "192222Z JUN 08"),
        ("P192222ZJUN08", Some('P'), "192222Z JUN 08"),
        ("R 041500Z MAR 2013 ZDK", Some('R'), "041500Z MAR 2013"),
        ("Date/DTG: Sep 10, 2014 / 101145Z SEP 14", None, "101145Z SEP 14"),
    ] {
        assert_eq!(date_time_group(words), Some((precedence, group.to_owned())), "{words}");
    }
    assert_eq!(date_time_group("P STREET IS CLOSED"), None);
    assert!(is_routing("DE RUEHGT #0773/01 1712222"));
    assert!(is_transmission("ZNR UUUUU ZZH") && is_transmission("RR RUEHWEB") && !is_transmission("RR LYRAE"));
    assert!(is_attention("STATE FOR PM/DTCC") && !is_attention("State for the record"));
    assert_eq!(captions("C O R R E C T E D  C O P Y (PARA 3)"), Some(vec!["CORRECTED", "COPY"]));
    assert_eq!(captions("C O R R E C T E D  TEXT"), None);
    let written_out = "UNCLASSIFIED//SENSITIVE BUT UNCLASSIFIED";
    assert_eq!(classification(written_out), Some((written_out, "")));
    assert_eq!(page_section("PARAMARIBO 00000463  001.2 OF 002"), Some(1));
    assert_eq!(page_section("PARAMARIBO 00000463  003 OF 002"), None);
    assert_eq!(list_item("-- thirty pistols"), Some(3));
    assert_eq!(list_item("A. thirty pistols"), Some(3));
    assert_eq!(list_item("U.S. rules"), None);
    assert_eq!(list_item("(b) rifles"), Some(4));
    assert!(
        is_surname("HARGREAVE") && is_surname("DE SOUZA") && !is_surname("Harper") && !is_surname("END OF COMMENT")
    );
}

#[test]
fn a_message_number_stands_among_captions_in_any_order() {
    let of =
        |words| message_line(words).and_then(|found| Some((found.message?.1, found.section, found.captions.join(" "))));
    assert_eq!(of("SECTION 01 OF 02 GUATEMALA 000773"), Some((773, Some((1, 2)), String::new())));
    assert_eq!(of("GUATEMALA 000773 SECTION 01 OF 02"), Some((773, Some((1, 2)), String::new())));
    assert_eq!(of("GUATEMALA000773SENSITIVE"), Some((773, None, "SENSITIVE".into())));
    assert_eq!(of("E F T O PORT OF SPAIN 773 SIPDIS"), Some((773, None, "EFTO SIPDIS".into())));
    assert_eq!(message_number("PORT OF SPAIN 000773"), Some(("PORT OF SPAIN".into(), 773)));
    assert_eq!(message_number("SECTION 01 OF 02"), None);
    assert_eq!(message_line("WEAPONS FOR THE 30 MEN OF THE UNIT"), None);
}

#[test]
fn the_groups_of_a_header_are_known_however_they_are_spelled() {
    for (words, kind, rest) in [
        ("E.O. 12958: N/A", PieceKind::ExecutiveOrder, "N/A"),
        ("EO 13526 DECL: N/A", PieceKind::ExecutiveOrder, "DECL: N/A"),
        ("Tags: ETTC, GT", PieceKind::Tags, "ETTC, GT"),
        ("TAGS ETTC KOMC GT", PieceKind::Tags, "ETTC KOMC GT"),
        ("SUBJ: A CHECK", PieceKind::Subject, "A CHECK"),
        ("RE: A CHECK", PieceKind::Subject, "A CHECK"),
        ("SUBJECT - A CHECK", PieceKind::Subject, "A CHECK"),
        ("REFTEL: STATE 63028", PieceKind::Reference, "STATE 63028"),
        ("REF STATE 63028", PieceKind::Reference, "STATE 63028"),
        ("REFS (A) STATE 63028", PieceKind::Reference, "(A) STATE 63028"),
    ] {
        assert_eq!(keyword(words), Some((kind, rest)), "{words}");
    }
    for other in [
        "REFORM of the law: none",
        "SUBJECT FIRM IS KNOWN TO POST",
        "Reference is made to the law",
        "Reftel asked",
        "TAGS ARE ON",
    ] {
        assert_eq!(keyword(other), None, "{other}");
    }
    for (words, kind, rest) in [
        ("From: AMEMBASSY TBILISI", PieceKind::From, "AMEMBASSY TBILISI"),
        ("FM American Embassy Tbilisi", PieceKind::From, "American Embassy Tbilisi"),
        ("TO: Secretary of State", PieceKind::To, "Secretary of State"),
        ("INFO ALL ANDEAN POSTS", PieceKind::Info, "ALL ANDEAN POSTS"),
        ("MRN: 14 TBILISI 845", PieceKind::Classification, "14 TBILISI 845"),
        ("Pass Line: DTCC FOR BLUE LANTERN", PieceKind::Attention, "DTCC FOR BLUE LANTERN"),
    ] {
        assert_eq!(labelled(words), Some((kind, rest)), "{words}");
    }
    for other in
        ["From: Wexcombe, Idris", "ACTION REQUEST: please reply", "To the minister the firm wrote", "TO THE NORTH."]
    {
        assert_eq!(labelled(other), None, "{other}");
    }
}

#[test]
fn what_a_site_did_to_every_line_is_taken_off() {
    let plain = ["one two", "three", "four", "five", "six"];
    let words = |text: String| lines(&text).iter().map(|line| line.text.to_owned()).collect::<Vec<_>>();
    assert_eq!(words(plain.map(|line| format!("> {line}\n")).concat()), plain);
    assert_eq!(words(plain.map(|line| format!("    {line}\r\n")).concat()), plain);
    assert_eq!(words(plain.map(|line| format!("<p>{line}<br />\n")).concat()), plain);
    let long = "these words go on over the end of their line and on";
    let doubled = words(format!("{long}\n\n").repeat(20));
    assert_eq!(doubled, vec![long; 20]);
}
