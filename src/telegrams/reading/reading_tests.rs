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
