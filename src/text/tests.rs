use time::macros::date;

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

/// Two marks that can be nothing else, each as it may come in a longer text, and texts that have none.
#[test]
fn a_mark_is_refused_and_what_may_be_one_is_asked_about() {
    for refused in [
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
        "(A) pistols\n(B) rifles\n3. (C) The source",
    ] {
        assert!(judge(refused).marked.is_some(), "{refused}");
    }
    for (text, asked) in [
        ("(S) Post learned", "(S) Post learned"),
        ("end.\u{2028}(TS) The source", "(TS) The source"),
        ("(A) pistols\n(B) rifles\n(C) magazines", "(C) magazines"),
        (
            "REF: (A) 07 STATE 151003 (B) BOGOTA 1710\n(C) STATE 70118, (D) STATE 70119",
            "(C) STATE 70118, (D) STATE 70119",
        ),
        ("It holds (A) Pistols. (B) Rifles. (C) Carbines.", "It holds (A) Pistols. (B) Rifles. (C) Carbines."),
        ("Secret", "Secret"),
    ] {
        let judged = judge(text);
        assert_eq!(judged.marked, None, "{text}");
        assert_eq!(judged.asked.iter().map(|line| line.words.as_str()).collect::<Vec<_>>(), [asked], "{text}");
    }
    for honest in [
        "SECRET BALLOTS ARE USED",
        "ZNY EEEEE ZZH",
        "CONFIDENTIAL SOURCES SAY SO",
        "the weapon(s) arrived",
        "(SBU) Post",
        "(U) x",
        "a secret ballot",
        "(c) 2008",
        "see (C) above",
        "(Cont.) more",
        "(C-130) spare parts",
        "Classification: UNCLASSIFIED",
        "Classification: not yet told",
        "",
    ] {
        assert_eq!(judge(honest), Judgement::default(), "{honest}");
    }
}

/// What may stand before a mark.
const HEADS: &[&str] = &[
    "",
    "- ",
    "* ",
    "\u{2022} ",
    "\u{2013} ",
    "\u{2192} ",
    "1. ",
    "1.",
    "1) ",
    "(1) ",
    "[1] ",
    "1.2.3 ",
    "1.a. ",
    "a. ",
    "a) ",
    "(a) ",
    "A. ",
    "(B) ",
    "iv. ",
    "IV) ",
    "\u{2163}. ",
    "\u{2460} ",
    "\u{b6}4. ",
    "\u{a7} 4 ",
    "Para 3 ",
    "Paragraph 3: ",
    "No. 5 ",
    "#5 ",
    "> ",
    ">> 2. ",
    "| ",
    "x | ",
    "### ",
    "**",
    "<p>",
    "x<br>",
    "- [ ] ",
    "- [x] ",
    "(U) ",
    "(SBU) ",
    "(U//FOUO) ",
    "(U) (SBU) ",
    "1. (U) ",
    "Subject: ",
    "SUBJ: ",
    "Summary. ",
    "He spoke. ",
    "He spoke! ",
    "He spoke (long). ",
    "\"He spoke.\" ",
    "x; ",
    "x\n",
    "x\r\n",
    "x\u{2028}",
    "x\t",
    "\u{200b}",
    "\u{202e}",
    "\u{feff}",
    "\u{a0}",
    "\u{3000}",
    "1. a. - ",
    "Results - ",
];

const MARKS: &[&str] = &[
    "(S)",
    "(C)",
    "(TS)",
    "( S )",
    "[S]",
    "[C]",
    "{TS}",
    "(S/NF)",
    "(S//NF)",
    "(C-NF)",
    "(TS//SI//NF)",
    "[S//REL TO USA, COL]",
    "(SECRET)",
    "(CONFIDENTIAL)",
    "[TOP SECRET]",
    "SECRET//NOFORN:",
    "TS//SI//NF",
    "//SECRET//",
    "DECL: 12/31/2033",
    "SECRET NOFORN",
];

/// Whatever stands before a mark, and in whatever letters it is written, it is not stored without a word.
#[test]
fn no_head_and_no_letters_hide_a_mark() {
    let letters: [fn(char) -> char; 4] = [
        |c| c,
        |c| if c.is_ascii_graphic() { char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c) } else { c },
        |c| match c {
            'S' => '\u{405}',
            'C' => '\u{421}',
            'T' => '\u{422}',
            'E' => '\u{415}',
            'O' => '\u{41e}',
            c => c,
        },
        |c| match c {
            'T' => '\u{3a4}',
            'E' => '\u{395}',
            'N' => '\u{39d}',
            'O' => '\u{39f}',
            'I' => '\u{399}',
            c => c,
        },
    ];
    let mut stored = Vec::new();
    for (head, mark) in HEADS.iter().flat_map(|head| MARKS.iter().map(move |mark| (head, mark))) {
        for alike in letters {
            let text = format!("{head}{} The guard named the buyer.", mark.chars().map(alike).collect::<String>());
            if judge(&text) == Judgement::default() {
                stored.push(text);
            }
        }
    }
    assert_eq!(stored, Vec::<String>::new());
}

#[test]
fn where_nobody_can_be_asked_nothing_that_may_be_a_mark_is_taken() {
    assert!(unmarked("Jane Roe").is_ok());
    assert!(unmarked("(S) Jane Roe").is_err() && unmarked("(S//NF) Jane Roe").is_err());
}

#[test]
fn every_kind_of_text_refuses_a_classified_paragraph_and_says_what_to_do() {
    let typed = "(S//NF) Post learned of another buyer";
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
            refusal.starts_with("This looks classified ((S//NF)).")
                && refusal.contains("report it to your information security officer")
        );
    }
    let told = storable("UNCLAS\r\n\r\n1. (U) One.\r\n2. (S/NF) Two.").unwrap_err();
    assert!(told.starts_with("This looks classified ((S/NF) in line 4)."), "{told}");
}

#[test]
fn a_text_keeps_what_was_typed_and_says_what_is_wrong() {
    assert_eq!("  два\r\nслова ".parse::<Text>().unwrap().as_str(), "два\nслова");
    assert!("x".repeat(10_000).parse::<Text>().is_ok());
    assert_eq!("x".repeat(10_001).parse::<Text>().unwrap_err(), "At most 10,000 characters; this has 10,001.");
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
    assert_eq!(reasons(&"x".repeat(10_001)), Err("At most 10,000 characters; this has 10,001.".into()));
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
    assert_eq!(" \n".parse::<Optional<Text>>().unwrap().0, None);
    assert!("18//2008".parse::<Optional<Day>>().is_err(), "half a date is an answer");
}

/// What is shown of a day, a quantity and an amount is what is typed of it: it is read again as the same.
#[test]
fn numbers_are_shown_as_they_are_typed() {
    let day = Day(date!(2008 - 06 - 18));
    assert_eq!((day.to_string().as_str(), day.to_string().parse()), ("18 Jun 2008", Ok(day)));
    for (typed, why) in [
        ("1//2008", "Give the date as day, month and year, such as 19 Nov 2026."),
        ("1/6/1899", "The year has four digits."),
        ("1/6/2201", "The year has four digits."),
    ] {
        assert_eq!(typed.parse::<Day>().unwrap_err(), why, "{typed}");
    }
    assert!("16/6/1900".parse::<Day>().is_ok() && "16/6/2200".parse::<Day>().is_ok());
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
