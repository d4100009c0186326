//! What people type: parsed once at the door into a type that says it is fit to be stored.
//! What bears a classification mark is refused here, so every form and every draft refuses it; what may bear one is
//! asked about where a form is read (`web::form::Marks`).

mod day;
mod identity;
mod marks;
mod names;
mod number;
mod said;

pub use day::*;
pub use identity::*;
pub use marks::*;
pub use names::*;
pub use number::*;
pub use said::*;

use std::{fmt, str::FromStr};

/// The most characters a text may have.
pub const TEXT_LIMIT: usize = 10_000;
/// The most characters a list that is pasted may have: ten thousand lines of a spreadsheet.
const LIST_LIMIT: usize = 400_000;
/// The most characters a one-line answer may have.
pub const LINE_LIMIT: usize = 200;

/// A text of one to 10,000 characters, in any script, as typed but for line ends and outer blank space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(String);

/// One line of one to 200 characters, outer blank space removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line(String);

/// A list that is pasted, as [`Text`], of as many lines as one has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List(String);

/// Reasons that have to say something: at least ten characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reasons(String);

/// An answer that may be left blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Optional<T>(pub Option<T>);

/// Whether a page shows less of a text than all of it.
pub fn is_cut(shown: &str, whole: i32) -> bool {
    usize::try_from(whole).is_ok_and(|whole| whole > shown.chars().count())
}

impl FromStr for Text {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        checked(raw, TEXT_LIMIT).map(Self)
    }
}

impl FromStr for List {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        checked(raw, LIST_LIMIT).map(Self)
    }
}

impl FromStr for Line {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let line = checked(raw, LINE_LIMIT)?;
        if line.contains('\n') { Err("This answer has to be on one line.".into()) } else { Ok(Self(line)) }
    }
}

impl FromStr for Reasons {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let text = checked(raw, TEXT_LIMIT)
            .map_err(|error| if raw.trim().is_empty() { "Give the reasons.".into() } else { error })?;
        if text.chars().count() < 10 {
            Err("Give the reasons in at least ten characters.".into())
        } else {
            Ok(Self(text))
        }
    }
}

/// What is said of an answer that is blank and may not be.
pub const NEEDED: &str = "This answer is needed.";

fn checked(raw: &str, limit: usize) -> Result<String, String> {
    let text = raw.replace("\r\n", "\n").trim().to_owned();
    let length = text.chars().count();
    if text.is_empty() {
        Err(NEEDED.into())
    } else if length > limit {
        Err(at_most(limit, length))
    } else {
        storable(&text).map(|()| text)
    }
}

/// What is said of a text that is longer than it may be.
pub fn at_most(limit: usize, length: usize) -> String {
    format!("At most {}; this has {}.", many(limit, "character"), grouped(&length.to_string()))
}

/// Whether a text may be stored at all: no NUL (PostgreSQL has none) and no classification mark.
pub fn storable(text: &str) -> Result<(), String> {
    if text.contains('\0') {
        return Err(
            "This has a character that cannot be stored (NUL). Type the text again or paste it as plain text.".into()
        );
    }
    let Some(Marked { line, mark }) = judge(text).marked else { return Ok(()) };
    let place = if text.trim().contains(ends_a_line) { format!(" in line {line}") } else { String::new() };
    Err(format!(
        "This looks classified ({mark}{place}). Lantern takes no classified text and has not stored it. Do not send it again; \
         report it to your information security officer, who will tell you what to do with this page."
    ))
}

/// As [`storable`], where nobody can be asked: what may bear a mark is not taken either.
///
/// # Errors
/// The sentence to show.
pub fn unmarked(text: &str) -> Result<(), String> {
    storable(text)?;
    match judge(text).asked.first() {
        None => Ok(()),
        Some(line) => Err(format!(
            "\"{}\" may be a classification mark, and nobody can be asked here. Write it without the letter in brackets.",
            line.shown()
        )),
    }
}

/// Whether a refusal of [`storable`] is for a classification mark.
pub fn tells_of_classification(refusal: &str) -> bool {
    refusal.starts_with("This looks classified (") || refusal == TAKE_IT_ELSEWHERE
}

/// What is said where a person says that a line bears a mark.
pub const TAKE_IT_ELSEWHERE: &str = "Lantern takes no classified text and has not stored this. Take it to a classified system. Do not send it \
     again here; report it to your information security officer, who will tell you what to do with this page.";

impl<T: FromStr> FromStr for Optional<T> {
    type Err = T::Err;

    /// Blank is no answer.
    fn from_str(raw: &str) -> Result<Self, T::Err> {
        if raw.trim().is_empty() { Ok(Self(None)) } else { raw.parse().map(|value| Self(Some(value))) }
    }
}

impl<T: fmt::Display> fmt::Display for Optional<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |value| value.fmt(f))
    }
}

impl Optional<Text> {
    /// The text, or the empty string.
    pub fn or_empty(self) -> String {
        self.0.map_or_else(String::new, |text| text.0)
    }
}

impl Optional<Line> {
    /// The line, or the empty string.
    pub fn or_empty(self) -> String {
        self.0.map_or_else(String::new, |line| line.0)
    }
}

macro_rules! stringly {
    ($($name:ident),*) => {$(
        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

stringly!(Text, List, Line, Reasons);

#[cfg(test)]
mod tests;
