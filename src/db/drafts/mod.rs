//! A form's id is the key of its draft and of its one submit. A form that goes on with an earlier draft has an id of
//! its own and names the draft: two windows are two texts, and of one text that was opened twice only one submit
//! counts.

mod claim;
mod keep;

pub use claim::*;
pub use keep::*;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::types::Json;
use time::{Duration, OffsetDateTime};

use crate::{
    error::{Result, Used},
    id::FormId,
};

/// The most texts that are kept for a person.
pub const MOST: i64 = 200;
/// The most bytes of them in all.
pub const MOST_BYTES: i64 = 5_000_000;
/// As people are told.
pub const MOST_MEGABYTES: i64 = MOST_BYTES / 1_000_000;
/// How long a text is kept after its last change.
pub const AGE: Duration = Duration::days(90);

/// What a person typed into a form and has not submitted.
#[derive(Debug)]
pub struct Draft {
    /// The form it was typed into.
    pub form_id: FormId,
    pub body: String,
    /// When it was last saved.
    pub saved_at: OffsetDateTime,
    /// How many texts are kept for the same page beside it.
    pub others: i64,
    /// What it was filled from, if its person did not begin it.
    pub source: Option<Json<Source>>,
}

/// The words that a draft was filled from, to be shown above its form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// `Telegram GUATEMALA 773, paragraph 7`.
    pub cited: String,
    pub words: String,
    /// Names in them, to choose from.
    #[serde(default)]
    pub names: Vec<String>,
    /// Numbers in them, to choose from.
    #[serde(default)]
    pub numbers: Vec<String>,
    /// Days in them, as people read them.
    #[serde(default)]
    pub days: Vec<String>,
    /// Which lines that it was filled with are known to bear no classification mark, as a form answers that.
    #[serde(default)]
    pub unmarked: String,
    /// Whether they may fill another form of the page once this one was sent.
    #[serde(default)]
    pub again: bool,
    /// The page on which they stand.
    #[serde(default)]
    pub back: String,
    /// What was saved of them just before, in words without who did it.
    #[serde(default)]
    pub saved: String,
}

/// A draft that is filled in for its person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Filled {
    /// The address of its page.
    pub path: String,
    /// What it is called in the list of what is not sent.
    pub title: String,
    pub body: String,
    /// What is shown above it.
    pub shown: Source,
    /// What its feature notes when it is sent.
    pub noted: serde_json::Value,
    /// The form that filled it.
    pub filled_by: FormId,
}

/// A text in the list of those that are not sent.
#[derive(Debug, serde::Deserialize)]
pub struct Unsent {
    /// The form it was typed into.
    pub form_id: FormId,
    /// The address of the form's page.
    pub path: String,
    /// The page's title, or nothing.
    pub title: String,
    /// When the text was last kept.
    #[serde(with = "time::serde::rfc3339")]
    pub saved_at: OffsetDateTime,
    /// The hash of the text.
    pub hash: String,
}

impl Unsent {
    /// What it is called.
    pub fn named(&self) -> &str {
        if self.title.is_empty() { "A form that came after your session had ended" } else { &self.title }
    }

    /// The text as it stands, for discarding it.
    pub fn named_exactly(&self) -> String {
        format!("{}.{}", self.form_id, self.hash)
    }
}

/// The draft that a form goes on with, as its page names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Continued {
    /// The form in which the text was begun. Of all forms that go on with it one is sent, and the others are told.
    pub root: FormId,
    pub draft: FormId,
    /// The hash of the text as it was read: changed since, it stays where it is.
    pub hash: String,
}

impl Continued {
    /// The draft as it was read, for discarding it.
    pub fn named_exactly(&self) -> String {
        format!("{}.{}", self.draft, self.hash)
    }
}

impl fmt::Display for Continued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.root, self.draft, self.hash)
    }
}

impl FromStr for Continued {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().unwrap_or_default();
        Ok(Self { root: part().parse()?, draft: part().parse()?, hash: part().to_owned() })
    }
}

/// What a sent form knows of itself.
#[derive(Debug, Clone)]
pub struct Mark {
    pub form: FormId,
    /// The draft it goes on with.
    pub continues: Option<Continued>,
    /// A hash of its answers.
    pub answers: Vec<u8>,
    /// Whether a password is among them.
    pub secret: bool,
    /// Whether the same words are to fill another form of this page once it was sent.
    pub another: bool,
}

impl Mark {
    /// The form in which its text was begun.
    pub fn root(&self) -> FormId {
        self.continues.as_ref().map_or(self.form, |continued| continued.root)
    }

    /// The form, its hash fit to be stored: nobody who reads it can try passwords against it.
    #[must_use]
    pub fn peppered(self, pepper: &[u8]) -> Self {
        if !self.secret {
            return self;
        }
        let answers = Sha256::new().chain_update(pepper).chain_update(self.answers).finalize().to_vec();
        Self { answers, secret: false, ..self }
    }

    /// What the form goes by after it was given back: under a new id if its own is used; without what it went on with
    /// if that was sent.
    pub fn renewed(self, used: Used) -> (FormId, Option<Continued>) {
        match used {
            Used::Form => (FormId::new(), None),
            Used::Text => (self.form, self.continues.map(|continued| Continued { root: self.form, ..continued })),
        }
    }

    pub(super) fn ids(&self) -> Vec<FormId> {
        let mut ids = vec![self.form, self.root()];
        ids.extend(self.continues.iter().map(|continued| continued.draft));
        ids
    }
}

/// The page of a draft.
#[derive(Debug, Clone, Copy)]
pub struct DraftPage<'a> {
    /// Its address, with its query.
    pub path: &'a str,
    /// Its title, where the browser told it.
    pub title: &'a str,
}

impl<'a> DraftPage<'a> {
    /// A page of this site, if the path is of one.
    pub fn local(path: &'a str, title: &'a str) -> Option<Self> {
        let fits = path.starts_with('/')
            && !path.starts_with("//")
            && path.len() <= 500
            && !path.contains(|c: char| c.is_control() || matches!(c, '\\' | '#'));
        fits.then_some(Self { path: without_search(path), title })
    }
}

/// A page's address without what is looked for on it, and without where one came from: a text that was begun there goes
/// on whatever is found.
pub fn without_search(path: &str) -> &str {
    let path = if is_after_a_save(path) { &path[..path.len() - SAVED.0.len() - SAVED.1.len() - 2] } else { path };
    path.split_once("?q=").map_or(path, |(page, _)| page)
}

/// What ends the address of a page to which a save led on.
pub const SAVED: (&str, &str) = ("saved", "yes");

/// Whether a save led to an address.
pub fn is_after_a_save(path: &str) -> bool {
    let named = path.strip_suffix(SAVED.1).and_then(|path| path.strip_suffix('=')?.strip_suffix(SAVED.0));
    named.is_some_and(|path| path.ends_with(['?', '&']))
}

/// The hash of a draft's body, as the statements below compute it.
pub fn body_hash(body: &str) -> String {
    Sha256::digest(body.as_bytes()).iter().fold(String::with_capacity(64), |hex, byte| hex + &format!("{byte:02x}"))
}
