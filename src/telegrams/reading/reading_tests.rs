use proptest::prelude::*;

use super::*;

/// The pieces cover the input, in order, without a gap.
fn covers(input: &[u8], reading: &Reading) -> Result<(), String> {
    let mut at = 0;
    for piece in &reading.pieces {
        if piece.span.start != at || piece.span.end <= at {
            return Err(format!("{piece:?} does not go on at {at}"));
        }
        at = piece.span.end;
    }
    if at == input.len() { Ok(()) } else { Err(format!("ends at {at} of {}", input.len())) }
}

/// Sentences stand in the input, in order, none within another, and what proposals rest on stands in it too.
fn stands(input: &[u8], reading: &Reading) -> Result<(), String> {
    let mut at = 0;
    for sentence in &reading.sentences {
        if sentence.span.start < at || sentence.span.end <= sentence.span.start || sentence.span.end > input.len() {
            return Err(format!("{sentence:?} stands before {at}"));
        }
        at = sentence.span.end;
    }
    let outside =
        reading.proposals.iter().find(|found| found.source.start > found.source.end || found.source.end > input.len());
    outside.map_or(Ok(()), |found| Err(format!("{found:?}")))
}

/// The telegrams of the tests.
fn telegrams() -> Vec<Vec<u8>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/telegrams");
    let files =
        ["", "frozen"].iter().flat_map(|part| std::fs::read_dir(folder.join(part)).expect("it is there").flatten());
    let telegrams: Vec<Vec<u8>> = files
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "txt"))
        .map(|path| std::fs::read(path).expect("it is read"))
        .collect();
    assert!(telegrams.len() > 80);
    telegrams
}

#[test]
fn a_reading_that_was_kept_is_the_reading() {
    for telegram in telegrams() {
        let mut reading = read(&telegram);
        assert_eq!((covers(&telegram, &reading), stands(&telegram, &reading)), (Ok(()), Ok(())));
        let kept: Reading =
            serde_json::from_str(&serde_json::to_string(&reading).expect("it is JSON")).expect("it is a reading");
        // Only the reader itself needs to know these.
        for paragraph in &mut reading.paragraphs {
            (paragraph.places, paragraph.parts) = (Vec::new(), Vec::new());
        }
        assert_eq!(kept, reading);
    }
}

/// A cut, doubled or re-ended telegram loses no byte either.
#[test]
fn what_is_left_of_a_telegram_is_read_to_its_end() {
    for telegram in telegrams() {
        let doubled = [telegram.clone(), telegram.clone()].concat();
        let ended: Vec<u8> =
            telegram.iter().flat_map(|byte| if *byte == b'\n' { vec![b'\r', b'\n'] } else { vec![*byte] }).collect();
        let cut = [1, 3, 7].map(|part| telegram[telegram.len() * part / 8..].to_vec());
        for input in cut.into_iter().chain([doubled, ended]) {
            let reading = read(&input);
            assert_eq!(
                (covers(&input, &reading), stands(&input, &reading)),
                (Ok(()), Ok(())),
                "{}",
                String::from_utf8_lossy(&input)
            );
        }
    }
}

#[test]
fn what_may_be_a_mark_is_for_a_person_to_judge_and_a_mark_is_refused() {
    let list = "1. (U) Post asked for:\n\n(A) the order\n(B) the permit\n(C) the list\n\n";
    let reading = read(format!("{list}2. (U) Nothing else.\n").as_bytes());
    assert_eq!(reading.refused, None);
    assert!(reading.warnings.iter().any(|warning| warning.kind == WarningKind::PerhapsAMark));
    assert!(reading.sentences.iter().any(|sentence| sentence.text == "(C) the list"), "{:?}", reading.sentences);
    for mark in ["2. (C) A source.", "2. (S/NF) A source.", "SECRET", "<br>3. (C) The source says so."] {
        let reading = read(format!("{list}{mark}\n").as_bytes());
        assert!(reading.refused.is_some() && reading.pieces.len() == 1, "{mark}");
    }
}

proptest! {
    #[test]
    fn every_byte_is_in_one_piece(input in proptest::collection::vec(any::<u8>(), 0..600)) {
        let reading = read(&input);
        prop_assert_eq!(covers(&input, &reading), Ok(()));
        prop_assert_eq!(stands(&input, &reading), Ok(()));
    }

    #[test]
    fn every_byte_of_something_like_a_telegram_is_in_one_piece(lines in proptest::collection::vec(prop_oneof![
        "[A-Z]{2,8} [0-9]{6}", "[0-9]{1,2}\\. \\((U|SBU)\\) [a-z ]{0,40}\\.?", "", "-- [a-z ]{1,20}", "COMMENT: [a-z]{1,9}", "END COMMENT.",
        "BEGIN TEXT", "END TEXT\\.?", "\\(NOTE: [a-z ]{1,20} END NOTE\\.\\)", "REF: [AB]\\. STATE [0-9]{3}", "TAGS: ETTC GT", "SUBJECT: [A-Z ]{1,20}",
        "UNCLAS SECTION 0[12] OF 02 GUATEMALA 000773", "GUATEMALA 00000773  00[12] OF 002", "[^\n\r]{0,30}", "DE RUEHGT #0773/01 1712222",
        "> [a-z]{0,9}", "-----", "<br>[A-Z]{1,9}<br />", "TO: [A-Za-z ]{1,20}", "-- [0-9]{1,3} (pistols|\u{e9}t\u{e9}) of [A-Z][a-z]{1,5} Ltd\\.",
        "The end-user, [A-Z][a-z\u{e9}]{1,9} [A-Z][a-z]{1,5}'s, of [0-9]{1,9}", "E.O. 12958: N/A TAGS: ETTC SUBJECT: [A-Z ]{1,9}",
    ], 0..30), end in prop_oneof![Just("\n"), Just("\r\n"), Just("\r"), Just("\n\n")]) {
        let text = lines.join(end);
        let reading = read(text.as_bytes());
        prop_assert_eq!(covers(text.as_bytes(), &reading), Ok(()));
        prop_assert_eq!(stands(text.as_bytes(), &reading), Ok(()));
        for paragraph in &reading.paragraphs {
            prop_assert!(paragraph.span.end <= text.len());
        }
    }

    #[test]
    fn what_is_told_stands_in_the_text(text in "[ -~\u{c0}-\u{17f}]{0,200}") {
        for name in told::told(&text, None).names {
            prop_assert!(name.split(' ').all(|word| text.contains(word)), "{name:?} of {text:?}");
        }
    }
}
