//! The body of a form: its answers by name, and what it knows of itself.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use time::Date;

use super::marks::{MARKS, Marks};
use crate::{db::drafts::Mark, error::Result, id::FormId};

/// What a form sends of itself, beside its answers.
pub const OWN: &[&str] = &["form_id", "version", "continues", ANOTHER, THEN, MARKS];
/// The button that fills another form from the same words once this one was sent.
pub const ANOTHER: &str = "one_more";
/// The button that leads on to another page once this one was saved.
pub const THEN: &str = "then";

/// The pairs of a form body, in order.
#[derive(Debug, Default)]
pub struct Pairs {
    pairs: HashMap<String, Vec<String>>,
    today: Option<Date>,
}

impl Pairs {
    /// Parses an urlencoded body; what is not valid UTF-8 becomes replacement characters.
    pub fn parse(body: &str) -> Self {
        let mut pairs: HashMap<String, Vec<String>> = HashMap::new();
        for (name, value) in form_urlencoded::parse(body.as_bytes()) {
            pairs.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        Self { pairs, today: None }
    }

    /// The same, typed on a day: what "today" is in them.
    #[must_use]
    pub fn typed_on(self, today: Option<Date>) -> Self {
        Self { today, ..self }
    }

    pub(super) fn today(&self) -> Option<Date> {
        self.today
    }

    /// Pairs that no browser sent.
    pub fn of(pairs: &[(&str, String)]) -> Self {
        let mut body = form_urlencoded::Serializer::new(String::new());
        Self::parse(&body.extend_pairs(pairs).finish())
    }

    /// The last value of that name, or the empty string: absent and blank are judged alike.
    pub fn last(&self, name: &str) -> &str {
        self.pairs.get(name).and_then(|values| values.last()).map_or("", String::as_str)
    }

    /// Whether anything was answered; a button alone sends only what the form knows of itself.
    pub fn has_answers(&self) -> bool {
        self.pairs
            .iter()
            .any(|(name, values)| !OWN.contains(&name.as_str()) && values.iter().any(|value| !value.is_empty()))
    }

    /// Whether anything of that name was sent, blank or not.
    pub fn has(&self, name: &str) -> bool {
        self.pairs.contains_key(name)
    }

    /// The last value of each name beneath that one: of `whose.a`, beneath `whose`, that of `a`.
    pub(super) fn beneath(&self, name: &str) -> impl Iterator<Item = (&str, &str)> {
        let key = move |whole: &'_ String| whole.strip_prefix(name)?.strip_prefix('.').map(str::len);
        self.pairs.iter().filter_map(move |(whole, values)| {
            let length = key(whole)?;
            Some((&whole[whole.len() - length..], values.last()?.as_str()))
        })
    }

    /// The pairs of each block of that name, by its number: of `said.2.text`, those of `text` in block 2.
    pub(super) fn blocks(&self, name: &str) -> BTreeMap<u32, Self> {
        let mut blocks = BTreeMap::<u32, Self>::new();
        for (whole, values) in &self.pairs {
            let Some(beneath) = whole.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')) else { continue };
            let Some((at, field)) = beneath.split_once('.') else { continue };
            if let Ok(at) = at.parse() {
                let block = blocks.entry(at).or_insert_with(|| Self::default().typed_on(self.today));
                block.pairs.insert(field.to_owned(), values.clone());
            }
        }
        blocks
    }

    /// Every answer, by name.
    pub(super) fn each(&self) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        let mut each: Vec<_> = self
            .pairs
            .iter()
            .flat_map(|(name, values)| values.iter().map(move |value| (name.as_str().into(), value.as_str().into())))
            .collect();
        each.sort();
        each
    }

    /// Every value of that name.
    pub fn all(&self, name: &str) -> &[String] {
        self.pairs.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Of a text that looks classified, the service log has the fact, and not a word.
pub(super) fn log(refusal: &str) {
    if crate::text::tells_of_classification(refusal) {
        tracing::warn!("a text that looks classified was refused");
    }
}

/// Whether every value of a body may be stored: none bears a mark, and of what may be one it was said that it is none.
///
/// # Errors
/// The sentence to show: see [`text::storable`](crate::text::storable) and [`Marks::settled`].
pub fn storable(body: &str) -> Result<(), String> {
    let mut values = form_urlencoded::parse(body.as_bytes());
    values.try_for_each(|(_, value)| crate::text::storable(&value)).inspect_err(|refusal| log(refusal))?;
    Marks::of(body).settled()
}

/// What a body knows of its form, if it names one.
pub fn mark(body: &str) -> Option<Mark> {
    let (mut form, mut continues, mut another) = (None, None, false);
    for (name, value) in form_urlencoded::parse(body.as_bytes()) {
        match &*name {
            "form_id" => form = value.parse().ok(),
            "continues" => continues = value.parse().ok(),
            ANOTHER => another = true,
            _ => {}
        }
    }
    let mut mark = Mark { form: form?, continues, answers: Vec::new(), secret: holds_a_secret(body), another };
    mark.answers = pairs_hash(body, mark.root());
    Some(mark)
}

/// A hash of a body's pairs that does not depend on how they were encoded, nor on which of the forms that go on with
/// one text it is.
fn pairs_hash(body: &str, root: FormId) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    for (name, value) in form_urlencoded::parse(body.as_bytes()).filter(|(name, _)| name != "continues") {
        let value = if name == "form_id" { root.to_string() } else { value.replace("\r\n", "\n") };
        hash.update(name.as_bytes());
        hash.update([0]);
        hash.update(value.as_bytes());
        hash.update([0]);
    }
    hash.finalize().to_vec()
}

/// Whether a body carries a password: such a body is kept nowhere.
pub fn holds_a_secret(body: &str) -> bool {
    form_urlencoded::parse(body.as_bytes()).any(|(name, _)| name.contains("password"))
}
