//! What the buttons of the page do to what was typed. None of them saves; what they make of it comes back with the
//! page, and is kept as a draft.

use std::str::FromStr;

use super::{pasted, refusal::Refusal};
use crate::{licenses::items::ItemForm, reference::model::Reference, web::form::Block};

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
        self.0.iter().rfind(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    pub fn set(&mut self, name: &str, value: impl ToString) {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), value.to_string()));
    }

    /// Takes a block out.
    pub fn remove(&mut self, block: &str, at: usize) {
        let block = format!("{block}.{at}.");
        self.0.retain(|(name, _)| !name.starts_with(&block));
    }

    /// The numbers of the blocks of a name.
    fn numbers(&self, block: &str) -> Vec<u32> {
        let beneath = |name: &str| name.strip_prefix(block)?.strip_prefix('.')?.split('.').next()?.parse().ok();
        let mut numbers: Vec<u32> = self.0.iter().filter_map(|(name, _)| beneath(name)).collect();
        // A page numbers them from 1 on; what is said to be so far behind is in nobody's way.
        numbers.retain(|at| *at < 10_000);
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// Puts blocks behind those in which something is said in one of `telling`; the blank ones go.
    pub fn extend(&mut self, block: &str, telling: [&str; 2], more: Vec<pasted::Line>) {
        let mut last = 0;
        for at in self.numbers(block) {
            let is_blank = telling.iter().all(|field| self.last(&format!("{block}.{at}.{field}")).is_empty());
            if is_blank {
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
    /// More lines than one save takes stay where they were pasted.
    pub fn read_pasted(&mut self, reference: &Reference) -> Result<(), Refusal> {
        let lines = pasted::read(self.last("pasted"), reference);
        if lines.is_empty() {
            return Ok(());
        }
        if lines.len() > ItemForm::MOST {
            return Err(Refusal::TooManyLines { most: ItemForm::MOST, pasted: lines.len() });
        }
        self.extend("items", ["label", "quantity"], lines);
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
        answers.remove("items", 2);
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
}
