//! A form as a browser would send it, read off its page.

use scraper::{ElementRef, Html, Selector};

use super::client::{Page, Visitor};

/// The controls of a page's form, with what stands in them.
#[derive(Debug, Clone)]
pub struct Filled {
    /// Where it is sent.
    pub action: String,
    fields: Vec<(String, String)>,
    /// The controls a person types text into.
    pub texts: Vec<String>,
    /// The controls a person types a day into.
    pub days: Vec<String>,
    /// Every value that a control of several offers.
    pub offered: Vec<(String, String)>,
}

impl Filled {
    /// The first form of a page that keeps drafts, which is every form with something to fill in.
    pub fn of(path: &str, page: &Page) -> Option<Self> {
        let document = Html::parse_document(&page.body);
        let forms = Selector::parse("form[data-draft]").expect("a selector");
        let form = document.select(&forms).next()?;
        let action = form.value().attr("action").unwrap_or(path).to_owned();
        let mut filled = Self { action, fields: Vec::new(), texts: Vec::new(), days: Vec::new(), offered: Vec::new() };
        let controls = Selector::parse("input[name], select[name], textarea[name]").expect("a selector");
        for control in form.select(&controls) {
            filled.take(control);
        }
        Some(filled)
    }

    fn take(&mut self, control: ElementRef<'_>) {
        let (element, name) = (control.value(), control.value().attr("name").unwrap_or_default().to_owned());
        let value = element.attr("value").unwrap_or_default().to_owned();
        match (element.name(), element.attr("type").unwrap_or("text")) {
            ("select", _) => {
                let options = Selector::parse("option").expect("a selector");
                let mut chosen = String::new();
                for option in control.select(&options).map(|option| option.value()) {
                    let value = option.attr("value").unwrap_or_default().to_owned();
                    if option.attr("selected").is_some() {
                        chosen.clone_from(&value);
                    }
                    self.offered.push((name.clone(), value));
                }
                self.fields.push((name, chosen));
            }
            ("textarea", _) => {
                let text: String = control.text().collect();
                self.texts.push(name.clone());
                self.fields.push((name, text.strip_prefix('\n').unwrap_or(&text).to_owned()));
            }
            (_, "radio" | "checkbox") => {
                self.offered.push((name.clone(), value.clone()));
                if element.attr("checked").is_some() {
                    self.fields.push((name, value));
                }
            }
            (_, "text") => {
                if element.classes().any(|class| class == "day") {
                    self.days.push(name.clone());
                } else if element.attr("inputmode").is_none() {
                    self.texts.push(name.clone());
                }
                self.fields.push((name, value));
            }
            _ => self.fields.push((name, value)),
        }
    }

    /// What stands in a control.
    pub fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Fills a control in.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Leaves a control out.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    /// Leaves every control of the blocks of a name blank.
    #[must_use]
    pub fn without_blocks(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| !known.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')));
        self
    }

    /// Chooses the first answer of everything that has none yet, and today's date where a date is asked.
    #[must_use]
    pub fn with_first_choices(mut self) -> Self {
        for (name, value) in self.offered.clone() {
            if !value.is_empty() && self.value(&name).is_empty() {
                self = self.set(&name, &value);
            }
        }
        for (name, _) in self.fields.clone() {
            if self.days.contains(&name) && self.value(&name).is_empty() {
                self = self.set(&name, "20 Nov 2026");
            }
        }
        self
    }

    /// The pairs, in the order of the page.
    pub fn pairs(&self) -> Vec<(&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    pub async fn send(&self, visitor: &Visitor) -> Page {
        visitor.post(&self.action, &self.pairs()).await
    }
}

impl Visitor {
    /// Opens a form as a browser shows it.
    pub async fn open(&self, path: &str) -> Filled {
        let page = self.get(path).await;
        assert_eq!(page.status, 200, "opening {path}: {}", page.text());
        Filled::of(path, &page).unwrap_or_else(|| panic!("{path} has no form"))
    }
}
