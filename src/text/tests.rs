use super::*;

#[test]
fn a_name_that_passes_for_another_is_flagged_and_an_honest_one_is_not() {
    assert_eq!(caution("\u{410}lpha Trading").as_deref(), Some("This name mixes Cyrillic and Latin letters"));
    assert_eq!(caution("Alpha\u{200b} Trading").as_deref(), Some("This name has invisible characters"));
    assert_eq!(caution("Al\u{202e}ahp").as_deref(), Some("This name has invisible characters"));
    assert_eq!(
        caution("Α\u{feff}lpha").as_deref(),
        Some("This name mixes Greek and Latin letters and has invisible characters")
    );
    for honest in [
        "Société Générale-Armes",
        "ОАО Восток",
        "東京 Trading 株式会社",
        "شرکت نمونه",
        "می\u{200c}خواهم",
        "न\u{94d}\u{200d}",
        "Ωμέγα",
        "",
    ] {
        assert_eq!(caution(honest), None, "{honest}");
    }
}

#[test]
fn classified_paragraphs_are_refused_and_honest_text_is_not() {
    for refused in [
        "(S) Post learned",
        "3. (C) The source",
        "3.1. (C) The source",
        "(3) (S) The source",
        "3.\u{a0}(S) The source",
        "12. (TS//SI) x",
        "text\n\nSECRET\nmore",
        "(S/NF) a",
        "TOP SECRET",
        "2) (C) y",
        "C O N F I D E N T I A L SECTION 01 OF 02 GUATEMALA 000773",
        "CONFIDENTIAL GUATEMALA 000773",
        "SECRET//NOFORN",
        "ZNY CCCCC ZZH",
        "ZNY  SSSSS",
        "UNCLAS\r\r1. (S) The source",
        "\u{b6}1. (C) The source",
        "\u{feff}SECRET",
        "\u{feff}S E C R E T GUATEMALA 000773",
        "(S-NF) a",
        "Classification: SECRET",
        "CLASSIFICATION : Confidential//NOFORN",
        "\u{c}3. (C) The source",
        "2.\u{200b} (C) The source",
        "end.\u{2028}(TS) The source",
    ] {
        assert!(matches!(classification(refused), Some(Classification::Marked(_))), "{refused}");
    }
    for honest in [
        "SECRET BALLOTS ARE USED",
        "ZNY EEEEE ZZH",
        "CONFIDENTIAL SOURCES SAY SO",
        "the weapon(s) arrived",
        "(SBU) Post",
        "(U) x",
        "a secret ballot",
        "Secret",
        "(c) 2008",
        "see (C) above",
        "(Cont.) more",
        "(C-130) spare parts",
        "Classification: UNCLASSIFIED",
        "Classification: not yet told",
        "",
    ] {
        assert_eq!(classification(honest), None, "{honest}");
    }
}

#[test]
fn every_kind_of_text_refuses_a_classified_paragraph_and_says_what_to_do() {
    let typed = "(S) Post learned of another buyer";
    let refusals = [
        typed.parse::<Text>().unwrap_err(),
        typed.parse::<Line>().unwrap_err(),
        typed.parse::<Reasons>().unwrap_err(),
        typed.parse::<Optional<Text>>().unwrap_err(),
        typed.parse::<Optional<Line>>().unwrap_err(),
        storable(typed).unwrap_err(),
    ];
    assert!(
        refusals.iter().all(|refusal| tells_of_classification(refusal))
            && !tells_of_classification("This answer is needed.")
    );
    for refusal in refusals {
        assert!(
            refusal.starts_with("This looks classified ((S)).")
                && refusal.contains("report it to your information security officer")
        );
    }
    let list = "(A) pistols\n(B) rifles\n(C) magazines".parse::<Text>().unwrap_err();
    assert!(tells_of_classification(&list));
    assert!(list.starts_with("Is (C) in line 3 the third entry of a list"));
    let told = storable("UNCLAS\r\n\r\n1. (U) One.\r\n2. (S/NF) Two.").unwrap_err();
    assert!(told.starts_with("This looks classified ((S/NF) in line 4)."), "{told}");
}

#[test]
fn a_lettered_list_asks() {
    assert_eq!(classification("(A) pistols\n(B) rifles\n(C) magazines"), Some(Classification::PerhapsAList));
}

#[test]
fn a_list_within_lines_is_asked_about_too() {
    let reference = "REF: (A) 07 STATE 151003 (B) BOGOTA 1710\n(C) STATE 70118, (D) STATE 70119";
    assert_eq!(classification(reference), Some(Classification::PerhapsAList));
    assert_eq!(with_lists(|| classification(reference)), None);
    // It stands on the next line or nowhere, and alone at its head.
    for text in [
        "REF: (A) 07 STATE 151003 (B) BOGOTA 1710\nPost met the firm.\n(C) The source",
        "REF: (A) 07 STATE 151003 (B) BOGOTA 1710\n1. (C) The source",
        "Weapon(A) and weapon(B) were seen.\n(C) The source",
        "REF: (B) BOGOTA 1710 (A) 07 STATE 151003\n(C) The source",
    ] {
        assert!(matches!(classification(text), Some(Classification::Marked(_))), "{text}");
        assert!(matches!(with_lists(|| classification(text)), Some(Classification::Marked(_))), "{text}");
    }
}

#[test]
fn a_list_that_a_person_knows_passes_and_nothing_beside_it() {
    let list = "(A) pistols\n(B) rifles\n(C) magazines\n(D) slings";
    assert_eq!(with_lists(|| classification(list)), None);
    assert_eq!(with_lists(|| classification(&format!("{list}\n\n{list}"))), None, "a second list");
    assert_eq!(classification(list), Some(Classification::PerhapsAList), "said of one text, it is said of no other");
    let certain = [
        "(C) magazines".to_owned(),
        "(A) pistols\n(C) magazines".to_owned(),
        "(B) rifles\n(C) magazines".to_owned(),
        format!("{list}\n(C) The source"),
        format!("3. (C) The source\n{list}"),
        format!("{list}\n(S) The source"),
        format!("(A) pistols\n(B) rifles\n(S) x\n{list}"),
        format!("{list}\nSECRET"),
        "(A) pistols\n(B) rifles\n(C/NF) The source".to_owned(),
        format!("{list}\n(A) x\n(B) y\n3. (C) The source"),
        "(A) pistols\n2. (U) Post said so.\n(B) rifles\n(U) More.\n(C) The source".to_owned(),
    ];
    for text in certain {
        assert!(matches!(with_lists(|| classification(&text)), Some(Classification::Marked(_))), "{text}");
    }
    let broken = std::panic::catch_unwind(|| with_lists(|| panic!("in between")));
    assert!(broken.is_err() && classification(list).is_some());
}

#[test]
fn a_text_keeps_what_was_typed_and_says_what_is_wrong() {
    assert_eq!("  два\r\nслова ".parse::<Text>().unwrap().as_str(), "два\nслова");
    assert!("x".repeat(10_000).parse::<Text>().is_ok());
    assert_eq!("x".repeat(10_001).parse::<Text>().unwrap_err(), "At most 10000 characters; this has 10001.");
    assert!(" \n ".parse::<Text>().is_err());
    assert!("a\0b".parse::<Text>().unwrap_err().contains("NUL"));
}

#[test]
fn spellings_of_one_number_fold_alike() {
    assert_eq!(folded("05-050091548"), folded("05 050091548"));
    assert_eq!(folded("#865798"), "865798");
    // The numbers of licenses as they are really written.
    for (written, spellings) in [
        ("050107086", ["05-0107086", "050 107 086", " 050107086"]),
        ("05-050091548", ["05050091548", "05 050091548", "05\u{2013}050091548"]),
        ("05-971940", ["05971940", "05.971940", "05/971940"]),
        ("#865798", ["865798", "No 865798".trim_start_matches("No "), "\u{ff18}65798"]),
    ] {
        for spelling in spellings {
            assert_eq!(folded(spelling), folded(written), "{spelling}");
        }
    }
    assert_ne!(folded("05-971940"), folded("05-971941"));
    assert_eq!(folded_name("Société  Générale-Armes"), "societe generale armes");
}

#[test]
fn what_is_looked_for_means_itself_and_an_index_can_look_for_it() {
    for (text, patterns) in [
        ("permit", vec!["%permit%"]),
        (" 100%_a\\ ", vec!["%100\\%\\_a\\\\%"]),
        ("sa", vec!["sa%", "% sa%"]),
        ("x-5", vec!["%x-5%"]),
        ("-12.5", vec!["%-12.5%"]),
        ("é", vec!["é%", "% é%"]),
        ("武器", vec!["武器%", "% 武器%"]),
        ("%", vec![]),
        ("___", vec![]),
        ("", vec![]),
    ] {
        assert_eq!(super::patterns(text), patterns, "{text:?}");
    }
}

/// A name of letters of one alphabet is plain, of two that pass for each other it is flagged; whatever the two are.
#[test]
fn every_alphabet_that_passes_for_latin_is_told_from_it() {
    for (letter, alphabet) in
        [('\u{391}', "Greek"), ('\u{410}', "Cyrillic"), ('\u{555}', "Armenian"), ('\u{13aa}', "Cherokee")]
    {
        let flagged = format!("This name mixes {alphabet} and Latin letters");
        assert_eq!(caution(&format!("{letter}lpha")), Some(flagged));
        assert_eq!(caution(&letter.to_string()), None);
    }
    for hidden in ["Alpha\u{7}", "Alpha\u{200d}", "\u{3a9}\u{200d}\u{3bc}", "\u{200d}Alpha"] {
        assert_eq!(caution(hidden).as_deref(), Some("This name has invisible characters"), "{hidden:?}");
    }
}

#[test]
fn a_line_a_text_and_reasons_are_as_long_as_they_have_to_be() {
    let line = |length: usize| "\u{434}".repeat(length).parse::<Line>();
    assert!(line(1).is_ok() && line(200).is_ok());
    assert_eq!(line(201).unwrap_err(), "At most 200 characters; this has 201.");
    assert_eq!("one\ntwo".parse::<Line>().unwrap_err(), "This answer has to be on one line.");
    assert_eq!(" one ".parse::<Line>().unwrap().to_string(), "one");
    let reasons = |typed: &str| typed.parse::<Reasons>().map(|reasons| reasons.as_str().to_owned());
    assert_eq!(reasons(" 0123456789 "), Ok("0123456789".into()));
    assert_eq!(reasons("012345678"), Err("Give the reasons in at least ten characters.".into()));
    assert_eq!(reasons(" \n "), Err("Give the reasons.".into()));
    assert_eq!(reasons(&"x".repeat(10_001)), Err("At most 10000 characters; this has 10001.".into()));
}

#[test]
fn a_text_is_cut_where_less_of_it_is_shown() {
    for (shown, whole, cut) in [("", 0, false), ("", 1, true), ("Дa", 2, false), ("Дa", 3, true), ("Post", 1, false)]
    {
        assert_eq!(is_cut(shown, whole), cut, "{shown:?} of {whole}");
    }
}

/// What may be left blank is shown as it is answered, and as nothing where it is not.
#[test]
fn an_optional_answer_is_shown_as_it_was_given() {
    let text = |typed: &str| typed.parse::<Optional<Text>>().unwrap();
    assert_eq!([text(" two\nlines ").to_string(), text(" ").to_string()], ["two\nlines", ""]);
    assert_eq!([text("two\nlines").or_empty(), text("").or_empty()], ["two\nlines", ""]);
    let line = |typed: &str| typed.parse::<Optional<Line>>().unwrap();
    assert_eq!([line("one").or_empty(), line(" ").or_empty()], ["one", ""]);
    assert_eq!("//".parse::<Optional<Text>>().unwrap().0, None);
    assert!("18//2008".parse::<Optional<Day>>().is_err(), "half a date is an answer");
}

/// What is shown of a day, a quantity and an amount is what is typed of it: it is read again as the same.
#[test]
fn numbers_are_shown_as_they_are_typed() {
    let day = Day(date!(2008 - 06 - 18));
    assert_eq!((day.to_string().as_str(), day.to_string().parse()), ("18/6/2008", Ok(day)));
    for (typed, why) in [
        ("1//2008", "The month is a number from 1 to 12."),
        ("/6/2008", "The day is a number from 1 to 31."),
        ("1/6/", "The year has four digits."),
        ("//2008", "The day is a number from 1 to 31."),
        (" / / ", "Give the date as day, month and year."),
        ("1/6/1899", "The year has four digits."),
        ("1/6/2201", "The year has four digits."),
    ] {
        assert_eq!(typed.parse::<Day>().unwrap_err(), why, "{typed}");
    }
    assert!("1/6/1900".parse::<Day>().is_ok() && "1/6/2200".parse::<Day>().is_ok());
    for (typed, quantity) in [("1", Some(1)), (" 1 500 ", Some(1500)), ("1,000,000,000", Some(1_000_000_000))] {
        assert_eq!(typed.parse::<Quantity>().ok().map(|read| read.0), quantity);
    }
    for bad in ["", "0", "-1", "1.5", "1,000,000,001", "x"] {
        assert!(bad.parse::<Quantity>().is_err(), "{bad}");
    }
    assert_eq!(Quantity(1500).to_string(), "1500");
    for (typed, shown) in
        [("0", "0"), ("$ 1 500.5", "1500.5"), ("99,999,999,999,999.99", "99999999999999.99"), ("1.00", "1.00")]
    {
        assert_eq!(typed.parse::<Dollars>().map(|amount| amount.to_string()), Ok(shown.into()), "{typed}");
    }
    for bad in ["100,000,000,000,000", "100,000,000,000,000.01", "1.001", "+1", "1_000", "."] {
        assert!(bad.parse::<Dollars>().is_err(), "{bad}");
    }
}

/// An index of three letters in a row: blanks count where it is known that a word begins (two) or ends (one).
#[test]
fn a_text_is_short_that_no_index_of_three_letters_finds() {
    for short in ["", "a", "ab", " ab ", "a-", "-", "é", "éé", "é-", "--"] {
        assert!(is_short(short), "{short:?}");
    }
    for long in ["abc", "ab-", "-a", "a b", "é é", "éé-", "éab", "a-b-"] {
        assert!(!is_short(long), "{long:?}");
    }
    assert_eq!(folded_name(" Meridian/Brokers - East "), "meridian brokers east");
}

#[test]
fn a_name_is_the_same_in_every_spelling_of_letters_dashes_and_company_forms() {
    for (one, other) in [
        ("Łódź Arms", "Lodz Arms"),
        ("Đorđe Ðor", "Dorde Dor"),
        ("Þór hf.", "Thor hf"),
        ("Søren Ørsted", "Soren Orsted"),
        ("IŞIK Silah", "Işık Silah"),
        ("Straße", "STRASSE"),
        ("Ægir Œuvre", "Aegir Oeuvre"),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
        ("Ħamrun", "Hamrun"),
        ("Acme S.A.", "Acme S. A."),
        ("Acme S.A.", "Acme SA"),
        ("Acme, S.A. de C.V.", "ACME SA DE CV"),
        ("Acme Ltd.", "Acme Ltd"),
        ("Acme Co., Ltd.", "Acme Co.,Ltd"),
        ("Muster GmbH & Co. KG", "Muster GmbH&Co KG"),
        ("Muster GmbH & Co. KG", "Muster GMBH CO KG"),
        ("Al\u{2010}Noor", "Al-Noor"),
        ("Al\u{2013}Noor", "Al Noor"),
        ("D'Arms", "D\u{2019}Arms"),
        ("Hawai\u{2bb}i", "Hawaii"),
        ("Société  Générale", "societe generale"),
        ("ＡＣＭＥ", "Acme"),
    ] {
        assert_eq!(name_key(one), name_key(other), "{one} {other}");
    }
    for (one, other) in [
        ("Acme SA", "Acme SAS"),
        ("Acme Ltd", "Acme Limited"),
        ("Acme 1", "Acme 2"),
        ("Muster GmbH", "Muster GmbH & Co. KG"),
        ("Lodz Arms", "Lodz Farms"),
        ("ОАО Восток", "OAO Vostok"),
    ] {
        assert_ne!(name_key(one), name_key(other), "{one} {other}");
    }
}
