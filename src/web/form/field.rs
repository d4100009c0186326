//! Fields: what was typed, and what it means.

use std::{borrow::Cow, collections::BTreeMap, str::FromStr};

use uuid::Uuid;

use super::{fault::Fault, pairs::Pairs};
use crate::{error::Result, words::Choice};

/// One kind of field: how it comes out of the pairs and what it is worth.
pub trait Answer: Sized {
    type Value;
    /// A field nobody filled in yet, which says nothing.
    fn blank(name: &'static str) -> Self;
    /// The field as sent, judged.
    fn sent(name: &'static str, pairs: &Pairs) -> Self;
    /// Fills the field in for the person, not judged yet, if there is an answer for it; beside what stands there
    /// already, if that is on file.
    fn fill(&mut self, pairs: &Pairs, on_file: bool);
    /// The answer, if it is right.
    fn value(&self) -> Option<Self::Value>;
    /// What is wrong, for the error summary.
    fn faults(&self) -> Vec<Fault>;
    /// Takes back what is wrong with what nobody answered yet.
    fn quiet(&mut self);
    /// Becomes a field of a block of its form.
    fn within(&mut self, block: &str);
    /// Sets the other person's saved answer beside this one, where the two differ.
    fn beside(&mut self, theirs: &Self);
}

/// A field's name in a block, whichever block it was in before.
pub(super) fn placed(name: &str, block: &str) -> Cow<'static, str> {
    format!("{block}.{}", name.rsplit('.').next().unwrap_or(name)).into()
}

fn faults(name: &str, error: Option<&String>) -> Vec<Fault> {
    error.map(|message| Fault::new(name, message)).into_iter().collect()
}

/// One answer: what was typed, and what it means.
#[derive(Debug, Clone)]
pub struct Field<T> {
    name: Cow<'static, str>,
    raw: String,
    value: Option<T>,
    error: Option<String>,
    theirs: Option<String>,
}

impl<T> Field<T> {
    /// The name in the form.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// What is wrong with it.
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// What another person saved in between, if it differs.
    pub fn theirs(&self) -> Option<&str> {
        self.theirs.as_deref()
    }

    /// The same of a choice, by its label.
    pub fn theirs_of<'a>(&'a self, choices: &'a [Choice]) -> Option<&'a str> {
        let theirs = self.theirs.as_deref()?;
        Some(choices.iter().find(|choice| choice.is(theirs)).map_or("none", |choice| choice.label.as_str()))
    }

    /// Whether this option is the chosen one.
    pub fn is(&self, option: &str) -> bool {
        self.raw == option
    }

    /// Fills the field before it is shown.
    pub fn set(&mut self, value: impl ToString) {
        self.raw = value.to_string();
    }

    /// Refuses an answer that parsed, for a reason only the whole form or the database knows.
    pub fn refuse(&mut self, why: impl ToString) {
        self.error = Some(why.to_string());
        self.value = None;
    }
}

impl<T: FromStr<Err: ToString>> Field<T> {
    /// The field of that name with what was typed, judged.
    pub(super) fn of(name: &'static str, raw: &str) -> Self {
        let (value, error) = match raw.parse::<T>() {
            Ok(value) => (Some(value), None),
            Err(error) => (None, Some(error.to_string())),
        };
        Self { name: name.into(), raw: raw.replace('\0', ""), value, error, theirs: None }
    }

    /// Fills it in for the person; beside what stands there already, if that is on file.
    pub(super) fn filled(&mut self, raw: &str, on_file: bool) {
        let was = std::mem::replace(&mut self.raw, raw.to_owned());
        self.theirs = Some(was).filter(|was| on_file && was.trim() != self.raw.trim());
    }
}

impl<T: FromStr<Err: ToString> + Clone> Answer for Field<T> {
    type Value = T;

    fn blank(name: &'static str) -> Self {
        Self { name: name.into(), raw: String::new(), value: None, error: None, theirs: None }
    }

    fn sent(name: &'static str, pairs: &Pairs) -> Self {
        Self::of(name, pairs.last(name))
    }

    fn fill(&mut self, pairs: &Pairs, on_file: bool) {
        if pairs.has(&self.name) {
            self.filled(pairs.last(&self.name), on_file);
        }
    }

    fn value(&self) -> Option<T> {
        self.value.clone()
    }

    fn faults(&self) -> Vec<Fault> {
        faults(&self.name, self.error.as_ref())
    }

    fn quiet(&mut self) {
        if self.raw.trim().is_empty() {
            self.error = None;
        }
    }

    fn within(&mut self, block: &str) {
        self.name = placed(&self.name, block);
    }

    fn beside(&mut self, theirs: &Self) {
        self.theirs = (self.raw.trim() != theirs.raw.trim()).then(|| theirs.raw.clone());
    }
}

#[derive(Debug, Clone)]
pub struct Fields<T> {
    name: Cow<'static, str>,
    raw: Vec<String>,
    values: Option<Vec<T>>,
    error: Option<String>,
}

impl<T> Fields<T> {
    /// The name in the form.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// Whether this option is ticked.
    pub fn has(&self, option: &str) -> bool {
        self.raw.iter().any(|raw| raw == option)
    }

    /// What is ticked, as it was sent.
    pub fn raws(&self) -> &[String] {
        &self.raw
    }

    /// Whether any option is ticked.
    pub fn is_answered(&self) -> bool {
        !self.raw.is_empty()
    }

    /// Ticks options before the form is shown.
    pub fn set<V: ToString>(&mut self, values: impl IntoIterator<Item = V>) {
        self.raw = values.into_iter().map(|value| value.to_string()).collect();
    }

    /// Refuses answers that parsed.
    pub fn refuse(&mut self, why: impl ToString) {
        self.error = Some(why.to_string());
        self.values = None;
    }
}

impl<T: FromStr<Err: ToString> + Clone> Answer for Fields<T> {
    type Value = Vec<T>;

    fn blank(name: &'static str) -> Self {
        Self { name: name.into(), raw: Vec::new(), values: None, error: None }
    }

    fn sent(name: &'static str, pairs: &Pairs) -> Self {
        let raw: Vec<String> = pairs.all(name).iter().filter(|value| !value.is_empty()).cloned().collect();
        match raw.iter().map(|value| value.parse()).collect::<Result<Vec<T>, _>>() {
            Ok(values) => Self { name: name.into(), raw, values: Some(values), error: None },
            Err(error) => Self { name: name.into(), raw, values: None, error: Some(error.to_string()) },
        }
    }

    fn fill(&mut self, pairs: &Pairs, _on_file: bool) {
        if pairs.has(&self.name) {
            self.raw = pairs.all(&self.name).to_vec();
        }
    }

    fn value(&self) -> Option<Vec<T>> {
        self.values.clone()
    }

    fn faults(&self) -> Vec<Fault> {
        faults(&self.name, self.error.as_ref())
    }

    fn quiet(&mut self) {
        if self.raw.is_empty() {
            self.error = None;
        }
    }

    fn within(&mut self, block: &str) {
        self.name = placed(&self.name, block);
    }

    fn beside(&mut self, _theirs: &Self) {}
}

/// One answer for each row that the page shows, under the field's name and the row's key: `whose.<key>`.
#[derive(Debug, Clone)]
pub struct Each<T> {
    name: Cow<'static, str>,
    raw: BTreeMap<Uuid, String>,
    values: BTreeMap<Uuid, T>,
    errors: BTreeMap<Uuid, String>,
}

impl<T> Each<T> {
    /// The name of a row's answer in the form.
    pub fn name(&self, key: &Uuid) -> String {
        format!("{}.{key}", self.name)
    }

    /// What is wrong with a row's answer.
    pub fn error(&self, key: &Uuid) -> Option<&str> {
        self.errors.get(key).map(String::as_str)
    }

    /// Whether this option is a row's answer.
    pub fn is(&self, key: &Uuid, option: &str) -> bool {
        self.raw.get(key).is_some_and(|raw| raw == option)
    }

    /// Whether a row is answered.
    pub fn has(&self, key: &Uuid) -> bool {
        self.values.contains_key(key)
    }

    /// Refuses the answers of these rows, or that they have none.
    pub fn refuse(&mut self, keys: &[Uuid], why: impl ToString) {
        self.errors.extend(keys.iter().map(|key| (*key, why.to_string())));
    }
}

impl<T: FromStr<Err: ToString> + Clone> Answer for Each<T> {
    type Value = BTreeMap<Uuid, T>;

    fn blank(name: &'static str) -> Self {
        Self { name: name.into(), raw: BTreeMap::new(), values: BTreeMap::new(), errors: BTreeMap::new() }
    }

    fn sent(name: &'static str, pairs: &Pairs) -> Self {
        let mut each = Self::blank(name);
        each.fill(pairs, false);
        for (key, raw) in &each.raw {
            match raw.parse() {
                Ok(value) => drop(each.values.insert(*key, value)),
                Err(error) => drop(each.errors.insert(*key, error.to_string())),
            }
        }
        each
    }

    fn fill(&mut self, pairs: &Pairs, _on_file: bool) {
        let rows = pairs.beneath(&self.name).filter_map(|(key, raw)| Some((key.parse().ok()?, raw.to_owned())));
        self.raw.extend(rows.filter(|(_, raw)| !raw.is_empty()));
    }

    fn value(&self) -> Option<Self::Value> {
        self.errors.is_empty().then(|| self.values.clone())
    }

    fn faults(&self) -> Vec<Fault> {
        self.errors.iter().take(1).map(|(key, message)| Fault::new(self.name(key), message)).collect()
    }

    fn quiet(&mut self) {
        let raw = &self.raw;
        self.errors.retain(|key, _| raw.contains_key(key));
    }

    fn within(&mut self, block: &str) {
        self.name = placed(&self.name, block);
    }

    fn beside(&mut self, _theirs: &Self) {}
}

/// An answer that is never shown again and never drafted: a password.
#[derive(Clone)]
pub struct Secret<T> {
    name: Cow<'static, str>,
    value: Option<T>,
    error: Option<String>,
}

impl<T> Secret<T> {
    /// The name in the form.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn raw(&self) -> &'static str {
        ""
    }

    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    pub fn theirs(&self) -> Option<&str> {
        None
    }

    /// Refuses an answer that parsed.
    pub fn refuse(&mut self, why: impl ToString) {
        self.error = Some(why.to_string());
        self.value = None;
    }
}

impl<T> std::fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl<T: FromStr<Err: ToString> + Clone> Answer for Secret<T> {
    type Value = T;

    fn blank(name: &'static str) -> Self {
        Self { name: name.into(), value: None, error: None }
    }

    fn sent(name: &'static str, pairs: &Pairs) -> Self {
        match pairs.last(name).parse::<T>() {
            Ok(value) => Self { name: name.into(), value: Some(value), error: None },
            Err(error) => Self { name: name.into(), value: None, error: Some(error.to_string()) },
        }
    }

    fn fill(&mut self, _pairs: &Pairs, _on_file: bool) {}

    fn value(&self) -> Option<T> {
        self.value.clone()
    }

    fn faults(&self) -> Vec<Fault> {
        faults(&self.name, self.error.as_ref())
    }

    fn quiet(&mut self) {
        self.error = None;
    }

    fn within(&mut self, block: &str) {
        self.name = placed(&self.name, block);
    }

    fn beside(&mut self, _theirs: &Self) {}
}
