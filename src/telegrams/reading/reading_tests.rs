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

/// The telegrams of the tests.
fn telegrams() -> Vec<Vec<u8>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/telegrams");
    let files = std::fs::read_dir(folder).expect("it is there").flatten().map(|entry| entry.path());
    let telegrams: Vec<Vec<u8>> = files
        .filter(|path| path.extension().is_some_and(|kind| kind == "txt"))
        .map(|path| std::fs::read(path).expect("it is read"))
        .collect();
    assert!(telegrams.len() > 15);
    telegrams
}

#[test]
fn a_reading_that_was_kept_is_the_reading() {
    for telegram in telegrams() {
        let mut reading = read(&telegram);
        let kept: Reading = serde_json::from_str(&serde_json::to_string(&reading).expect("it is JSON")).expect("it is a reading");
        // Only the reader itself needs to know these.
        for paragraph in &mut reading.paragraphs {
            (paragraph.places, paragraph.parts) = (Vec::new(), Vec::new());
        }
        assert_eq!(kept, reading);
    }
}

#[test]
fn nobody_waits_for_a_pattern_to_be_compiled() {
    prepare();
    let before = proposals::words::compiled();
    for telegram in telegrams() {
        drop(read(&telegram));
    }
    assert_eq!(proposals::words::compiled(), before, "add a telegram that looks for it to those of every kind");
}

proptest! {
    #[test]
    fn every_byte_is_in_one_piece(input in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert_eq!(covers(&input, &read(&input)), Ok(()));
    }

    #[test]
    fn every_byte_of_something_like_a_telegram_is_in_one_piece(lines in proptest::collection::vec(prop_oneof![
        "[A-Z]{2,8} [0-9]{6}", "[0-9]{1,2}\\. \\((U|SBU)\\) [a-z ]{0,40}\\.?", "", "-- [a-z ]{1,20}", "COMMENT: [a-z]{1,9}", "END COMMENT.",
        "BEGIN TEXT", "END TEXT\\.?", "\\(NOTE: [a-z ]{1,20} END NOTE\\.\\)", "REF: [AB]\\. STATE [0-9]{3}", "TAGS: ETTC GT", "SUBJECT: [A-Z ]{1,20}",
        "UNCLAS SECTION 0[12] OF 02 GUATEMALA 000773", "GUATEMALA 00000773  00[12] OF 002", "[^\n\r]{0,30}", "DE RUEHGT #0773/01 1712222",
    ], 0..30), end in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")]) {
        let text = lines.join(end);
        let reading = read(text.as_bytes());
        prop_assert_eq!(covers(text.as_bytes(), &reading), Ok(()));
        for paragraph in &reading.paragraphs {
            prop_assert!(paragraph.span.end <= text.len());
        }
        for proposal in &reading.proposals {
            prop_assert!(proposal.source.end <= text.len() && proposal.source.start <= proposal.source.end);
        }
    }
}
