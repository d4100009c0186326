//! What the buttons of the page do to what was typed. None of them saves; what they make of it comes back with the
//! page, and is kept as a draft.

use std::str::FromStr;

use super::{
    pasted::{Line, Pasted},
    refusal::Refusal,
};
use crate::{
    licenses::{items::ItemForm, parties::RoleForm},
    reference::model::Reference,
    web::form::Block,
};

/// What the page presets in a block: it says nothing of it.
const PRESET: &[&str] = &["jurisdiction", "takes_possession"];

/// A button that saves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Looks for the license and the parties that were typed, and reads the lines that were pasted.
    Find,
    AddLine,
    AddParty,
    RemoveLine(usize),
    RemoveParty(usize),
    /// Fills in what stands in an earlier check or license.
    Copy,
}

impl FromStr for Act {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let removed = |of: &str| text.strip_prefix(of).and_then(|at| at.parse().ok());
        match text {
            "find" => Ok(Self::Find),
            "add.line" => Ok(Self::AddLine),
            "add.party" => Ok(Self::AddParty),
            "copy" => Ok(Self::Copy),
            _ => removed("remove.items.")
                .map(Self::RemoveLine)
                .or_else(|| removed("remove.parties.").map(Self::RemoveParty))
                .ok_or("Press one of the buttons of this page."),
        }
    }
}

/// What was typed into the page, in its order.
#[derive(Debug)]
pub struct Answers(pub Vec<(String, String)>);

impl Answers {
    /// Without the button that sent them.
    pub fn of(body: &str) -> Self {
        let pairs = form_urlencoded::parse(body.as_bytes()).into_owned();
        Self(pairs.filter(|(name, _)| name != "act").collect())
    }

    pub fn body(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    /// What was answered last.
    pub fn last(&self, name: &str) -> &str {
        self.whole(name).trim()
    }

    /// The same with the blank space around it.
    fn whole(&self, name: &str) -> &str {
        self.0.iter().rfind(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Whether anything of that name was sent, blank or not.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// Takes an answer back.
    pub fn forget(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }

    pub fn set(&mut self, name: &str, value: impl ToString) {
        self.forget(name);
        self.0.push((name.to_owned(), value.to_string()));
    }

    /// Takes out the block that a button removes: before anything else moves the others.
    pub fn without(&mut self, act: Act) {
        match act {
            Act::RemoveLine(at) => self.remove("items", at),
            Act::RemoveParty(at) => self.remove("parties", at),
            Act::Find | Act::AddLine | Act::AddParty | Act::Copy => {}
        }
    }

    fn remove(&mut self, block: &str, at: usize) {
        let block = format!("{block}.{at}.");
        self.0.retain(|(name, _)| !name.starts_with(&block));
    }

    /// The numbers of the blocks of a name.
    pub fn numbers(&self, block: &str) -> Vec<u32> {
        let beneath = |name: &str| name.strip_prefix(block)?.strip_prefix('.')?.split('.').next()?.parse().ok();
        let mut numbers: Vec<u32> = self.0.iter().filter_map(|(name, _)| beneath(name)).collect();
        // A page numbers them from 1 on; what is said to be so far behind is in nobody's way.
        numbers.retain(|at| *at < 10_000);
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// Whether nothing is said in a block.
    fn is_blank(&self, block: &str, at: u32) -> bool {
        let block = format!("{block}.{at}.");
        let fields = self.0.iter().filter_map(|(name, value)| Some((name.strip_prefix(&block)?, value)));
        fields.filter(|(field, _)| !PRESET.contains(field)).all(|(_, value)| value.trim().is_empty())
    }

    /// How many blocks something is said in.
    fn said(&self, block: &str) -> usize {
        self.numbers(block).into_iter().filter(|at| !self.is_blank(block, *at)).count()
    }

    /// Whether one save takes so many more lines and parties.
    ///
    /// # Errors
    /// It does not: then nothing is put behind the others, since what a page cannot show would be lost.
    pub fn takes(&self, lines: usize, parties: usize) -> Result<(), Refusal> {
        let all = self.said("items") + lines;
        if lines > 0 && all > ItemForm::MOST {
            return Err(Refusal::TooManyLines { most: ItemForm::MOST, pasted: all });
        }
        if parties > 0 && self.said("parties") + parties > RoleForm::MOST {
            return Err(Refusal::TooManyParties(RoleForm::MOST));
        }
        Ok(())
    }

    /// Puts blocks behind those in which something is said; the blank ones go.
    pub fn extend(&mut self, block: &str, more: Vec<Line>) {
        let mut last = 0;
        for at in self.numbers(block) {
            if self.is_blank(block, at) {
                let block = format!("{block}.{at}.");
                self.0.retain(|(name, _)| !name.starts_with(&block));
            } else {
                last = at;
            }
        }
        for (at, fields) in (last + 1..).zip(more) {
            self.0.extend(fields.into_iter().map(|(field, value)| (format!("{block}.{at}.{field}"), value)));
        }
    }

    /// Reads what was pasted as lines.
    ///
    /// # Errors
    /// More lines than one save takes stay where they were pasted: they are counted before they are read.
    pub fn read_pasted(&mut self, reference: &Reference) -> Result<(), Refusal> {
        let pasted = Pasted::cut(self.whole("pasted"));
        if pasted.len() == 0 {
            return Ok(());
        }
        self.takes(pasted.len(), 0)?;
        self.extend("items", pasted.lines(reference));
        self.set("pasted", "");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_button_of_the_page_is_told_from_any_other() {
        let read = |text: &str| text.parse::<Act>().ok();
        assert_eq!(
            [read("find"), read("add.line"), read("add.party"), read("copy")],
            [Act::Find, Act::AddLine, Act::AddParty, Act::Copy].map(Some)
        );
        assert_eq!(
            [read("remove.items.2"), read("remove.parties.10")],
            [Some(Act::RemoveLine(2)), Some(Act::RemoveParty(10))]
        );
        for other in ["", "remove", "remove.items.", "remove.items.x", "remove.said.1", "save"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn lines_that_are_pasted_stand_behind_those_that_were_typed() {
        let mut answers = Answers::of(
            "act=find&items.1.label=Sights&items.1.quantity=2&items.2.label=&items.2.jurisdiction=itar&pasted=A%3Bpistol%3B%3B3%0AB%3B%3B%3B4&reason=x",
        );
        answers.read_pasted(&sample::reference()).expect("they are few");
        let said = |name: &str| answers.last(name).to_owned();
        assert_eq!(
            [
                "act",
                "pasted",
                "reason",
                "items.1.label",
                "items.2.label",
                "items.2.item_class",
                "items.3.label",
                "items.3.quantity"
            ]
            .map(said),
            ["", "", "x", "Sights", "A", "pistol", "B", "4"]
        );
        answers.without(Act::RemoveLine(2));
        assert_eq!((answers.last("items.2.label"), answers.last("items.3.label")), ("", "B"));
    }

    #[test]
    fn more_lines_than_one_save_takes_stay_where_they_were_pasted() {
        let pasted = "A;pistol;;3\n".repeat(51);
        let mut answers = Answers(vec![("pasted".into(), pasted.clone())]);
        let refused = answers.read_pasted(&sample::reference());
        assert_eq!(refused, Err(Refusal::TooManyLines { most: 50, pasted: 51 }));
        assert_eq!((answers.last("pasted"), answers.0.len()), (pasted.trim(), 1));
    }

    #[test]
    fn numbers_of_blocks_that_nobody_gave_do_no_harm() {
        let mut answers = Answers::of("items.4294967295.label=x&items.-1.label=y&items..label=z&pasted=A%3B%3B%3B1");
        answers.read_pasted(&sample::reference()).expect("they are few");
        assert_eq!(answers.last("pasted"), "");
    }

    #[test]
    fn a_block_is_blank_where_nothing_is_said_beside_what_the_page_presets() {
        for field in ["label", "item_class", "usml_category", "quantity", "unit", "value_usd", "designations"] {
            let mut answers = Answers::of(&format!("items.1.{field}=x&items.1.jurisdiction=itar&pasted=A%3B%3B%3B1"));
            answers.read_pasted(&sample::reference()).expect("they are few");
            assert_eq!((answers.last(&format!("items.1.{field}")), answers.last("items.2.label")), ("x", "A"));
        }
    }

    #[test]
    fn a_later_batch_is_counted_with_the_lines_that_are_there() {
        let mut answers = Answers(vec![("pasted".into(), "A;pistol;;3\n".repeat(30))]);
        answers.read_pasted(&sample::reference()).expect("they are few");
        let second = "B;pistol;;3\n".repeat(21);
        answers.set("pasted", &second);
        let refused = answers.read_pasted(&sample::reference());
        assert_eq!(refused, Err(Refusal::TooManyLines { most: 50, pasted: 51 }));
        assert_eq!((answers.last("pasted"), answers.said("items")), (second.trim(), 30));
        assert_eq!(answers.takes(20, 20), Ok(()));
        assert_eq!(answers.takes(0, 21), Err(Refusal::TooManyParties(20)));
        answers.0.push(("parties.3.name".into(), "Pelago".into()));
        assert_eq!(answers.takes(0, 20), Err(Refusal::TooManyParties(20)));
    }
}
