//! Forms within a form: one that shares its names, and blocks, of which there are any number.

use std::{
    borrow::Cow,
    fmt,
    ops::{Deref, DerefMut},
    str::FromStr,
};

use uuid::Uuid;

use super::{
    Form,
    fault::Fault,
    field::{Answer, placed},
    pairs::Pairs,
};

/// A form that is a part of another one, under the names of its own fields.
#[derive(Debug)]
pub struct Part<F>(pub F);

impl<F> Deref for Part<F> {
    type Target = F;

    fn deref(&self) -> &F {
        &self.0
    }
}

impl<F> DerefMut for Part<F> {
    fn deref_mut(&mut self) -> &mut F {
        &mut self.0
    }
}

impl<F: Form> Answer for Part<F> {
    type Value = F::Read;

    fn blank(_: &'static str) -> Self {
        Self(F::blank())
    }

    fn sent(_: &'static str, pairs: &Pairs) -> Self {
        Self(F::sent(pairs))
    }

    fn fill(&mut self, pairs: &Pairs, on_file: bool) {
        self.0.fill(pairs, on_file);
    }

    fn value(&self) -> Option<F::Read> {
        self.0.read()
    }

    fn faults(&self) -> Vec<Fault> {
        self.0.faults()
    }

    fn quiet(&mut self) {
        self.0.quiet();
    }

    fn within(&mut self, block: &str) {
        self.0.within(block);
    }

    fn beside(&mut self, theirs: &Self) {
        self.0.beside(&theirs.0);
    }
}

/// A form that may be passed over.
pub trait Spare: Form {
    /// Whether nothing is said in it: it is passed over.
    fn is_blank(&self) -> bool;
}

/// A part as [`Part`], unless nothing is said in it.
#[derive(Debug)]
pub struct Maybe<F> {
    form: F,
    is_left: bool,
}

impl<F: Spare> Maybe<F> {
    /// Passes it over whatever is said in it: something else answers for it.
    pub fn leave(&mut self) {
        self.is_left = true;
    }

    fn counts(&self) -> bool {
        !self.is_left && !self.form.is_blank()
    }
}

impl<F> Deref for Maybe<F> {
    type Target = F;

    fn deref(&self) -> &F {
        &self.form
    }
}

impl<F> DerefMut for Maybe<F> {
    fn deref_mut(&mut self) -> &mut F {
        &mut self.form
    }
}

impl<F: Spare> Answer for Maybe<F> {
    type Value = Option<F::Read>;

    fn blank(_: &'static str) -> Self {
        Self { form: F::blank(), is_left: false }
    }

    fn sent(_: &'static str, pairs: &Pairs) -> Self {
        Self { form: F::sent(pairs), is_left: false }
    }

    fn fill(&mut self, pairs: &Pairs, on_file: bool) {
        self.form.fill(pairs, on_file);
    }

    fn value(&self) -> Option<Self::Value> {
        if self.counts() { self.form.read().map(Some) } else { Some(None) }
    }

    fn faults(&self) -> Vec<Fault> {
        if self.counts() { self.form.faults() } else { Vec::new() }
    }

    fn quiet(&mut self) {
        self.form.quiet();
    }

    fn within(&mut self, block: &str) {
        self.form.within(block);
    }

    fn beside(&mut self, theirs: &Self) {
        self.form.beside(&theirs.form);
    }
}

/// A form of which another one has any number.
pub trait Block: Spare {
    /// What one of them is called.
    const ONE: &'static str;
    /// How many are sent at once.
    const MOST: usize;

    /// What people call it; by its number, unless it has a name.
    fn named(&self, number: usize) -> String {
        format!("{} {number}", Self::ONE)
    }
}

/// Blocks of a form. They are numbered from 1 on, and a field has the number of its block in its name: `said.2.text`.
#[derive(Debug)]
pub struct Blocks<B> {
    name: Cow<'static, str>,
    each: Vec<B>,
    error: Option<String>,
}

impl<B: Block> Blocks<B> {
    /// The name in the form.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// Each block with its number.
    pub fn each(&self) -> impl Iterator<Item = (usize, &B)> {
        (1..).zip(&self.each)
    }

    /// Those in which something is said, as their answers are read.
    pub fn answered(&mut self) -> impl Iterator<Item = &mut B> {
        self.each.iter_mut().filter(|block| !block.is_blank())
    }

    /// Each block, to be judged or filled in.
    pub fn each_mut(&mut self) -> impl Iterator<Item = &mut B> {
        self.each.iter_mut()
    }

    /// All of them; none are left.
    pub fn take(&mut self) -> Vec<B> {
        std::mem::take(&mut self.each)
    }

    pub fn len(&self) -> usize {
        self.each.len()
    }

    pub fn is_empty(&self) -> bool {
        self.each.is_empty()
    }

    /// Whether no more are sent at once.
    pub fn is_full(&self) -> bool {
        self.len() >= B::MOST
    }

    /// One more, behind the others.
    pub fn add(&mut self, mut block: B) {
        block.within(&format!("{}.{}", self.name, self.len() + 1));
        self.each.push(block);
    }

    /// Takes one out; those behind it move up.
    pub fn remove(&mut self, at: usize) {
        if at == 0 || at > self.len() {
            return;
        }
        self.each.remove(at - 1);
        for (at, block) in (1..).zip(&mut self.each) {
            block.within(&format!("{}.{at}", self.name));
        }
    }

    /// Refuses blocks that parsed.
    pub fn refuse(&mut self, why: impl ToString) {
        self.error = Some(why.to_string());
    }

    /// As many as a page shows: it offers no more than are sent at once.
    fn of(name: &'static str, pairs: &Pairs, read: impl Fn(&Pairs) -> B) -> Self {
        let mut blocks = Self::blank(name);
        for own in pairs.blocks(name).values().take(2 * B::MOST) {
            blocks.add(read(own));
        }
        blocks
    }
}

impl<B: Block> Answer for Blocks<B> {
    type Value = Vec<B::Read>;

    fn blank(name: &'static str) -> Self {
        Self { name: name.into(), each: Vec::new(), error: None }
    }

    fn sent(name: &'static str, pairs: &Pairs) -> Self {
        Self::of(name, pairs, |own| {
            let mut block = B::sent(own);
            if block.is_blank() {
                block.quiet();
            }
            block
        })
    }

    fn fill(&mut self, pairs: &Pairs, _on_file: bool) {
        let name = self.name.clone();
        for own in pairs.blocks(&name).values().take(2 * B::MOST) {
            let mut block = B::blank();
            block.fill(own, false);
            self.add(block);
        }
    }

    fn value(&self) -> Option<Vec<B::Read>> {
        let said = self.each.iter().filter(|block| !block.is_blank());
        said.map(Form::read).collect::<Option<_>>().filter(|_| self.error.is_none())
    }

    fn faults(&self) -> Vec<Fault> {
        let own = self.error.iter().map(|message| Fault::new(self.name(), message));
        let within = |(at, block): (usize, &B)| {
            let named = block.named(at);
            block.faults().into_iter().map(move |fault| Fault { within: named.clone(), ..fault })
        };
        own.chain(self.each().filter(|(_, block)| !block.is_blank()).flat_map(within)).collect()
    }

    fn quiet(&mut self) {
        self.error = None;
        self.each.iter_mut().for_each(Form::quiet);
    }

    fn within(&mut self, block: &str) {
        self.name = placed(&self.name, block);
        for (at, own) in (1..).zip(&mut self.each) {
            own.within(&format!("{}.{at}", self.name));
        }
    }

    fn beside(&mut self, _theirs: &Self) {}
}

/// A row that was ticked, in the version that was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticked {
    pub row: Uuid,
    pub version: i32,
}

impl Ticked {
    pub fn new(row: impl Into<Uuid>, version: i32) -> Self {
        Self { row: row.into(), version }
    }
}

impl fmt::Display for Ticked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.row, self.version)
    }
}

impl FromStr for Ticked {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = |(row, version): (&str, &str)| Some(Self { row: row.parse().ok()?, version: version.parse().ok()? });
        text.split_once('.').and_then(read).ok_or("Choose from the list.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        form,
        text::{Line, Optional, Text},
        web::form::Form,
    };

    form! {
        /// What is said of one thing.
        pub struct NoteForm reads Note {
            text: Field<Text>,
            of: Field<Optional<Line>>,
        }
    }

    form! {
        /// A visit with what was noted there.
        pub struct RoundForm reads Round {
            place: Part<PlaceForm>,
            notes: Blocks<NoteForm>,
        }
    }

    form! {
        /// The town that was visited.
        pub struct PlaceForm reads Place {
            town: Field<Line>,
        }
    }

    impl Spare for NoteForm {
        fn is_blank(&self) -> bool {
            self.text.raw().trim().is_empty()
        }
    }

    impl Block for NoteForm {
        const ONE: &'static str = "Note";
        const MOST: usize = 3;
    }

    form! {
        /// A visit of which a note may be kept.
        pub struct VisitForm reads Visit {
            note: Maybe<NoteForm>,
        }
    }

    fn sent(pairs: &[(&str, &str)]) -> RoundForm {
        let pairs: Vec<(&str, String)> = pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        RoundForm::sent(&Pairs::of(&pairs))
    }

    #[test]
    fn blocks_are_read_in_their_order_and_named_by_it() {
        let form =
            sent(&[("town", "Cobija"), ("notes.10.text", "Tenth"), ("notes.9.text", "Ninth"), ("notes.9.of", "a")]);
        let read = form.read().expect("every answer is right");
        assert_eq!(read.place.town.as_str(), "Cobija");
        assert_eq!(read.notes.iter().map(|note| note.text.as_str()).collect::<Vec<_>>(), ["Ninth", "Tenth"]);
        let names: Vec<&str> = form.notes.each().map(|(_, note)| note.text.name()).collect();
        assert_eq!(names, ["notes.1.text", "notes.2.text"], "a page shows them without gaps");
    }

    #[test]
    fn a_blank_block_is_passed_over_and_keeps_what_was_chosen() {
        let form = sent(&[("town", "Cobija"), ("notes.1.text", " "), ("notes.1.of", "a"), ("notes.2.text", "b")]);
        let read = form.read().expect("nothing is wrong").notes;
        assert_eq!(
            read.iter().map(|note| (note.text.as_str(), note.of.0.is_some())).collect::<Vec<_>>(),
            [("b", false)]
        );
        assert_eq!(form.notes.each().next().map(|(_, note)| note.of.raw().to_owned()), Some("a".to_owned()));
    }

    #[test]
    fn a_part_in_which_nothing_is_said_is_passed_over_and_one_that_is_left_too() {
        let visit = |note: &str, of: &str| {
            let pairs = [("text", note.to_owned()), ("of", of.to_owned())];
            VisitForm::sent(&Pairs::of(&pairs))
        };
        let read = |form: &VisitForm| form.read().map(|read| read.note.map(|note| note.text.to_string()));
        assert_eq!(read(&visit(" ", "a")), Some(None));
        assert_eq!(read(&visit("Seen.", "")), Some(Some("Seen.".into())));
        let mut wrong = visit("a\0", "");
        assert_eq!((wrong.faults().len(), read(&wrong)), (1, None));
        assert_eq!(wrong.faults()[0].name, "text", "under the names of its own fields");
        wrong.note.leave();
        assert_eq!((wrong.faults().len(), read(&wrong)), (0, Some(None)));
    }

    #[test]
    fn a_fault_says_in_which_block_it_is() {
        let form = sent(&[("town", ""), ("notes.1.text", "a"), ("notes.2.text", "b\0")]);
        let faults = form.faults();
        let told: Vec<_> = faults.iter().map(|fault| (fault.name.as_str(), fault.within.as_str())).collect();
        assert_eq!(told, [("town", ""), ("notes.2.text", "Note 2")]);
        assert_eq!(faults[1].named(), "Text");
        assert!(form.read().is_none());
    }

    #[test]
    fn what_is_not_answered_yet_is_not_told_and_what_is_wrong_is() {
        let mut form = sent(&[("town", ""), ("notes.1.text", "a\0")]);
        form.quiet();
        assert_eq!(form.faults().iter().map(|fault| fault.name.as_str()).collect::<Vec<_>>(), ["notes.1.text"]);
    }

    #[test]
    fn blocks_come_and_go_and_the_rest_stays() {
        let mut form = sent(&[("notes.1.text", "a"), ("notes.2.text", "b"), ("notes.3.text", "c")]);
        assert!(form.notes.is_full());
        for nothing in [0, 4] {
            form.notes.remove(nothing);
        }
        form.notes.remove(2);
        let shown = |form: &RoundForm| {
            let shown =
                form.notes.each().map(|(at, note)| (at, note.text.name().to_owned(), note.text.raw().to_owned()));
            shown.collect::<Vec<_>>()
        };
        let named = |at: usize, text: &str| (at, format!("notes.{at}.text"), text.to_owned());
        assert_eq!(shown(&form), [named(1, "a"), named(2, "c")]);
        form.notes.add(NoteForm::blank());
        assert_eq!(shown(&form)[2], named(3, ""));
    }

    #[test]
    fn a_form_of_endless_blocks_shows_some() {
        let many: Vec<(String, String)> = (0..9_000).map(|at| (format!("notes.{at}.text"), "a".into())).collect();
        let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(sent(&many).notes.len(), 6);
    }

    #[test]
    fn a_tick_has_its_row_and_the_version_that_was_shown() {
        let ticked = Ticked::new(Uuid::now_v7(), 3);
        assert_eq!(ticked.to_string().parse(), Ok(ticked));
        for wrong in ["", ".", "3", "a.3"] {
            assert!(wrong.parse::<Ticked>().is_err(), "{wrong}");
        }
    }
}
