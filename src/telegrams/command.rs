//! `lantern telegram read`: what the review page shows, printed, so that anyone can measure the reader on their own
//! telegrams.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Read, Write},
    path::Path,
};

use serde::Serialize;

use super::{
    reading::{self, PieceKind, Reading, Span},
    wording::says,
};
use crate::{
    commands::Stop,
    config::{ReadTelegram, TelegramVerb},
};

/// A reading as it is printed.
#[derive(Debug, Serialize)]
struct Printed<'a> {
    #[serde(flatten)]
    reading: &'a Reading,
    /// The words of the pieces that were not understood.
    not_understood: Vec<Unread<'a>>,
}

#[derive(Debug, Serialize)]
struct Unread<'a> {
    span: Span,
    text: std::borrow::Cow<'a, str>,
}

/// Does what the command line says.
///
/// # Errors
/// [`Stop::Setting`] when the file cannot be read; [`Stop::Failed`] when `--check` was asked for and the telegram is
/// refused.
pub fn run(verb: TelegramVerb) -> Result<(), Stop> {
    let TelegramVerb::Read(settings) = verb;
    let input = input(&settings)?;
    let reading = reading::read(&input);
    let text = if settings.json { json(&input, &reading)? } else { lines(&input, &reading) };
    print(&text)?;
    match &reading.refused {
        Some(_) if settings.check => Err(Stop::Failed("refused: the telegram looks classified".into())),
        _ => Ok(()),
    }
}

fn input(settings: &ReadTelegram) -> Result<Vec<u8>, Stop> {
    let file = settings.file.as_deref().filter(|file| *file != Path::new("-"));
    let Some(file) = file else {
        let mut input = Vec::new();
        io::stdin()
            .read_to_end(&mut input)
            .map_err(|error| Stop::Setting(format!("standard input cannot be read: {error}")))?;
        return Ok(input);
    };
    fs::read(file).map_err(|error| Stop::Setting(format!("{} cannot be read: {error}", file.display())))
}

fn json(input: &[u8], reading: &Reading) -> Result<String, Stop> {
    // What was refused is repeated nowhere.
    let pieces =
        reading.pieces.iter().filter(|piece| piece.kind == PieceKind::NotUnderstood && reading.refused.is_none());
    let unread = pieces.map(|piece| Unread {
        span: piece.span,
        text: match std::str::from_utf8(&input[piece.span.start..piece.span.end]) {
            Ok(text) => text.into(),
            Err(_) => reading::decode::decode(&input[piece.span.start..piece.span.end]).text.into_owned().into(),
        },
    });
    let printed = Printed { reading, not_understood: unread.collect() };
    let mut text = serde_json::to_string_pretty(&printed).map_err(|error| Stop::Failed(error.to_string()))?;
    text.push('\n');
    Ok(text)
}

/// How much of a piece that was not understood is printed.
const SHOWN: usize = 60;

fn lines(input: &[u8], reading: &Reading) -> String {
    let mut text = String::new();
    if let Some(refusal) = &reading.refused {
        return format!("Refused. {}\n", refusal.text);
    }
    for warning in &reading.warnings {
        let _ = writeln!(text, "{:<11} {}", "warning", warning.text);
    }
    for proposal in &reading.proposals {
        let (label, words) = says(&proposal.value);
        let place = proposal.paragraph.as_deref().map_or_else(|| "header".to_owned(), |label| format!("para {label}"));
        let _ = writeln!(text, "{:<11} {place:<8} {label}: {words}", proposal.confidence.label().to_lowercase());
    }
    for sentence in &reading.sentences {
        let word = if sentence.matters { "outlined" } else { "sentence" };
        let place = if sentence.paragraph.is_empty() { String::new() } else { format!("para {}", sentence.paragraph) };
        let _ = writeln!(text, "{word:<11} {place:<8} {}", sentence.text);
    }
    let unread = reading.pieces.iter().filter(|piece| piece.kind == PieceKind::NotUnderstood);
    for piece in unread {
        let words = reading::decode::decode(&input[piece.span.start..piece.span.end])
            .text
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let (begins, rest) =
            words.char_indices().nth(SHOWN).map_or((words.as_str(), ""), |(at, _)| (&words[..at], "..."));
        let _ = writeln!(text, "not understood, bytes {} to {}: {begins}{rest}", piece.span.start, piece.span.end);
    }
    text
}

/// Prints; a reader that has seen enough is no failure.
fn print(text: &str) -> Result<(), Stop> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Stop::Failed(error.to_string())),
        _ => Ok(()),
    }
}
