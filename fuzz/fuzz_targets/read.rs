//! Whatever the input: the pieces are the input, in order, sentences stand in it one after another, and reading it does not fail.
//! `cargo fuzz run -s none read fuzz/corpus/read tests/telegrams tests/telegrams/frozen` (with `cargo install cargo-fuzz`): new inputs go to the first folder.
#![no_main]

use lantern::telegrams::reading::read;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let reading = read(input);
    let mut at = 0;
    for piece in &reading.pieces {
        assert_eq!(piece.span.start, at);
        assert!(piece.span.end > at);
        at = piece.span.end;
    }
    assert_eq!(at, input.len());
    let mut at = 0;
    for sentence in &reading.sentences {
        assert!(at <= sentence.span.start && sentence.span.start < sentence.span.end && sentence.span.end <= input.len());
        at = sentence.span.end;
    }
    for proposal in &reading.proposals {
        assert!(proposal.source.start <= proposal.source.end && proposal.source.end <= input.len());
    }
});
