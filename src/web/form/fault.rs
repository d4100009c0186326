//! What is wrong with a form, for the summary above it.

/// A wrong answer: the field's name and the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The `id` of the input to go to.
    pub name: String,
    /// What is wrong with it.
    pub message: String,
    /// The block of the form that it is in, as people call it; or nothing.
    pub within: String,
}

/// What pages call each field, where all of them call it the same.
const CALLED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/called.rs"));

/// What a field is called where its page is not at hand: as on its pages, or by its name, `ends_on` as `Ends on`.
pub fn called(field: &str) -> String {
    let mut parts = field.split('.');
    let first = parts.next().unwrap_or_default();
    let is_block = parts.next().is_some_and(|at| at.parse::<u32>().is_ok());
    let field = parts.next().filter(|_| is_block).unwrap_or(first);
    if let Some((_, label)) = CALLED.iter().find(|(known, _)| *known == field) {
        return (*label).to_owned();
    }
    let words = field.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

impl Fault {
    pub fn new(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self { name: name.into(), message: message.into(), within: String::new() }
    }

    /// What the field is called.
    pub fn named(&self) -> String {
        called(&self.name)
    }
}
