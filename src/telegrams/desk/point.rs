//! What a person points at: sentences they chose, and what they say these are. It becomes a draft of the page that does
//! it, filled with the words where its text goes, the mark, and the day if there is exactly one. No standing, grade,
//! answer or state is chosen here.

use serde_json::json;

use super::{
    Desk,
    act::{Act, Form, day, line, text},
};
use crate::{
    access::Permission,
    checks::model::{CaseFile, CheckState},
    db::drafts::Source,
    evidence::model::PortionMark,
    id::{AuthorityId, ItemGroupId, LicenseId},
    licenses::model::LicenseFile,
    reference::model::ReferenceKind as Words,
    telegrams::{
        filing::Noted,
        reading::{Sentence, Span, told::told},
        refusal::Refusal,
    },
    text::name_key,
    web::filters::day_words,
    words::Choice,
};

/// The most sentences that are filed at once.
pub const MOST: usize = 60;

/// The name of a sentence: where it stands.
pub fn name(span: Span) -> String {
    format!("s{}-{}", span.start, span.end)
}

/// What chosen sentences may become.
#[derive(Debug, Default)]
pub struct Offers {
    /// Acts by their codes, with what their buttons say.
    pub acts: Vec<(String, String)>,
    /// Findings: a topic, with its party where it is of one.
    pub findings: Vec<Choice>,
    /// Cells of the permit matrix.
    pub cells: Vec<Choice>,
}

impl Offers {
    /// Whether there are any.
    pub fn any(&self) -> bool {
        !(self.acts.is_empty() && self.findings.is_empty() && self.cells.is_empty())
    }
}

/// What a person says that sentences are.
#[derive(Debug, Clone, Copy)]
pub struct Pointed<'a> {
    /// The act, by its code.
    pub act: &'a str,
    /// Of a finding, the topic as it was offered.
    pub topic: &'a str,
    /// Of an approval, the cell as it was offered.
    pub cell: &'a str,
}

impl Desk {
    /// What a person may file chosen sentences as, into the check beside the telegram.
    pub fn offers(&self, may: impl Fn(Permission) -> bool) -> Offers {
        let Some(file) = self.file.as_ref().filter(|file| file.check.state != CheckState::Closed) else {
            return Offers::default();
        };
        let mut offers = Offers::default();
        let mut offer = |code: String, label: String| {
            if self.form(file, &code).is_some_and(|form| may(form.permission())) {
                offers.acts.push((code, label));
            }
        };
        for (code, label) in [
            ("contact", "Contact"),
            ("statement", "Statement"),
            ("recommendation", "Recommendation"),
            ("party", "Party"),
        ] {
            offer(code.into(), label.into());
        }
        for license in &file.licenses {
            let on = if file.licenses.len() > 1 { format!(" on {}", license.number) } else { String::new() };
            for (code, label) in [("party", "Party"), ("items", "Items"), ("serials", "Serial numbers")] {
                offer(format!("{code}:{}", license.id), format!("{label}{on}"));
            }
        }
        if may(Permission::WorkChecks) {
            offers.findings =
                findings(file).into_iter().filter(|choice| topic(file, &choice.value).is_some()).collect();
            offers.cells = self.cells(file).into_iter().map(|(choice, _)| choice).collect();
        }
        offers
    }

    /// The page of an act that needs no more than its code.
    fn form(&self, file: &CaseFile, code: &str) -> Option<Form> {
        let check = file.check.id;
        let (code, license) = code.split_once(':').map_or((code, None), |(code, id)| (code, Some(id)));
        let license = match license {
            Some(id) => Some(file.licenses.iter().find(|license| license.id.to_string() == id)?),
            None => None,
        };
        let works = file.check.takes_contacts();
        match (code, license) {
            ("contact", None) => works.then_some(Form::Contact(check)),
            ("statement", None) => (works && !file.check.contacts.is_empty()).then_some(Form::Statement(check)),
            ("recommendation", None) => file.check.is_workable().then_some(Form::Recommend(check)),
            ("party", None) if self.at_post => (works && !file.check.state.is_judged()).then_some(Form::Found(check)),
            ("party", None) => (!file.check.check_type.has_licenses()).then_some(Form::Subject(check)),
            ("party", Some(license)) if !self.at_post => {
                license.changeable().is_ok().then_some(Form::Party(license.id))
            }
            ("items", Some(license)) => license.changeable().is_ok().then_some(Form::Items(license.id)),
            ("serials", Some(license)) => (works && !license.items.is_empty()).then_some(Form::Serials(license.id)),
            _ => None,
        }
    }

    /// The cells of the permit matrix that may be recorded, and all of a license's at once that its country asks for.
    fn cells(&self, file: &CaseFile) -> Vec<(Choice, Vec<Form>)> {
        let mut cells = Vec::new();
        let open = |license: &&LicenseFile| file.check.takes_contacts() && license.status.is_open();
        for license in file.licenses.iter().filter(open) {
            let on = if file.licenses.len() > 1 { format!("{}, ", license.number) } else { String::new() };
            let mut each = Vec::new();
            let mut asked = Vec::new();
            for item in &license.items {
                let mut add = |authority: AuthorityId, name: &str| {
                    let form = Form::Cell(license.id, item.id, authority);
                    if license.cell(item, authority, file.today()).is_some() {
                        asked.push(form.clone());
                    }
                    each.push((
                        Choice::new(cell(license.id, item.id, authority), format!("{on}{}: {name}", item.label)),
                        vec![form],
                    ));
                };
                let columns = license.authorities();
                for (id, name) in &columns {
                    add(*id, name);
                }
                let others = self
                    .known
                    .authorities
                    .iter()
                    .filter(|known| known.country == license.destination && known.successor.is_none());
                others
                    .filter(|known| columns.iter().all(|(id, _)| *id != known.id))
                    .for_each(|known| add(known.id, &known.short_name));
            }
            if asked.len() > 1 {
                cells.push((
                    Choice::new(license.id, format!("{on}all {} that the country asks for", asked.len())),
                    asked,
                ));
            }
            cells.extend(each);
        }
        cells
    }

    /// The acts that chosen sentences become, each with its sentences: what was chosen in one paragraph goes together,
    /// and of contacts, statements and parties each paragraph is one of its own.
    pub fn pointed<'a>(
        &self,
        pointed: Pointed<'_>,
        chosen: &[&'a Sentence],
    ) -> Result<Vec<(Act, Vec<&'a Sentence>)>, Refusal> {
        let file = self.file.as_ref().ok_or(Refusal::OnNoCheck)?;
        if file.check.state == CheckState::Closed {
            return Err(Refusal::Closed);
        }
        if chosen.is_empty() {
            return Err(Refusal::NoSentence);
        }
        if chosen.len() > MOST {
            return Err(Refusal::TooManySentences(MOST));
        }
        let forms = match pointed.act {
            "finding" if pointed.topic.is_empty() => return Err(Refusal::NoTopic),
            "finding" => topic(file, pointed.topic).into_iter().collect(),
            "approval" if pointed.cell.is_empty() => return Err(Refusal::NoCell),
            "approval" => {
                let found = self.cells(file).into_iter().find(|(choice, _)| choice.value == pointed.cell);
                found.map(|(_, forms)| forms).unwrap_or_default()
            }
            code => self.form(file, code).into_iter().collect::<Vec<_>>(),
        };
        if forms.is_empty() {
            return Err(Refusal::NotSoNow);
        }
        let is_apart = |form: &Form| {
            matches!(form, Form::Contact(_) | Form::Statement(_) | Form::Party(_) | Form::Subject(_) | Form::Found(_))
        };
        let mut acts = Vec::new();
        for form in forms {
            let parts: Vec<&[&'a Sentence]> = if is_apart(&form) {
                chosen.chunk_by(|one, next| one.paragraph == next.paragraph).collect()
            } else {
                vec![chosen]
            };
            acts.extend(parts.into_iter().map(|part| (self.filled(form.clone(), part), part.to_vec())));
        }
        Ok(acts)
    }

    fn filled(&self, form: Form, sentences: &[&Sentence]) -> Act {
        let words = Self::as_one(sentences);
        let told = told(&words, self.reading.header.sent_at);
        let on = if let [only] = told.days.as_slice() { Some(*only) } else { None };
        let mark = sentences.first().and_then(|sentence| sentence.mark.as_deref()?.parse::<PortionMark>().ok());
        let answers = match &form {
            Form::Contact(_) => {
                let mut answers = vec![("summary", text(&words))];
                answers.extend(day("occurred_on", on));
                answers
            }
            // Who said it is chosen, but where the contact was filed from the same paragraph.
            Form::Statement(_) => {
                vec![("contact", self.contact_beside(sentences).unwrap_or_default()), ("text", text(&words))]
            }
            Form::Recommend(_) => vec![("text", text(&words))],
            Form::Finding(_, topic, party) => {
                let mark = mark.map(|mark| ("portion_mark", mark.code().to_owned()));
                // What the finding says already stays in it.
                let saved = self
                    .file
                    .as_ref()
                    .and_then(|file| file.check.finding(topic, *party))
                    .map(|saved| saved.text.as_str());
                let words = saved
                    .filter(|saved| !saved.is_empty())
                    .map_or_else(|| words.clone(), |saved| format!("{saved}\n\n{words}"));
                [("text", text(&words))].into_iter().chain(mark).collect()
            }
            Form::Cell(..) => vec![("note", line(&words))],
            Form::Found(_) => vec![("source", line(&self.cited_of(sentences)))],
            Form::Party(_) | Form::Subject(_) => {
                self.known_name(&told.names).map(|name| ("name", line(name))).into_iter().collect()
            }
            _ => Vec::new(),
        };
        self.known(Act::new(form, answers))
    }

    /// The contact that was filed from the paragraph of these sentences, if it is one.
    fn contact_beside(&self, sentences: &[&Sentence]) -> Option<String> {
        let label = &sentences.first()?.paragraph;
        let beside = |start: u64| {
            self.reading.sentences.iter().any(|known| known.span.start as u64 == start && known.paragraph == *label)
        };
        let filed = self.telegram.answers.iter().filter(|answered| {
            let start = answered.proposed.pointer("/spans/0/0").and_then(serde_json::Value::as_u64);
            answered.subject_kind.as_deref() == Some("contact") && start.is_some_and(beside)
        });
        let mut contacts: Vec<String> =
            filed.filter_map(|answered| answered.subject_id).map(|id| id.to_string()).collect();
        contacts.dedup();
        match contacts.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        }
    }

    /// The one of these names that a known party has: its page looks for it at once.
    fn known_name<'n>(&self, names: &'n [String]) -> Option<&'n String> {
        let is_known = |name: &&String| self.known.parties.iter().any(|known| known.folded == name_key(name));
        let mut known = names.iter().filter(is_known);
        known.next().filter(|_| known.next().is_none())
    }

    /// Sentences as one text that fits an answer.
    fn as_one(sentences: &[&Sentence]) -> String {
        let whole = sentences.iter().fold(String::new(), |text, sentence| {
            let sign = if sentence.text.starts_with(['(', '-', '*']) { "\n" } else { " " };
            if text.is_empty() { sentence.text.clone() } else { text + sign + &sentence.text }
        });
        text(&whole)
    }

    fn cited_of(&self, sentences: &[&Sentence]) -> String {
        let mut labels: Vec<&str> = sentences.iter().map(|sentence| sentence.paragraph.as_str()).collect();
        labels.dedup();
        match labels.as_slice() {
            [] => self.telegram.titled(),
            [one] => self.cited(Some(one)),
            several => format!("{}, paragraphs {}", self.telegram.titled(), several.join(", ")),
        }
    }

    /// What is shown above a form that is filled from sentences.
    pub fn shown(&self, sentences: &[&Sentence]) -> Source {
        let words = Self::as_one(sentences);
        let told = told(&words, self.reading.header.sent_at);
        Source {
            cited: self.cited_of(sentences),
            words,
            names: told.names,
            numbers: told.numbers,
            days: told.days.into_iter().map(day_words).collect(),
            again: true,
            ..Source::default()
        }
    }

    /// What is noted of sentences that are filed as something, or set aside.
    pub fn noted(&self, sentences: &[&Sentence], label: &str) -> Noted {
        let spans: Vec<[usize; 2]> =
            sentences.iter().map(|sentence| [sentence.span.start, sentence.span.end]).collect();
        let words = Self::as_one(sentences);
        Noted {
            telegram: self.telegram.id,
            cited: self.cited_of(sentences).replacen("Telegram", "telegram", 1),
            check: self.file.as_ref().map(|file| file.check.id),
            key: sentences.first().map(|sentence| name(sentence.span)).unwrap_or_default(),
            kind: Noted::POINTED.to_owned(),
            paragraph: sentences.first().map(|sentence| sentence.paragraph.clone()).unwrap_or_default(),
            says: format!("{label}: {}", line(&words)),
            words,
            proposed: json!({ "spans": spans }),
        }
    }

    /// The sentence of that place, as it is named: nothing between the sentences, nor a part of one.
    pub fn sentence(&self, named: &str) -> Option<&Sentence> {
        let (start, end) = named.split_once('-')?;
        let span = Span { start: start.parse().ok()?, end: end.parse().ok()? };
        let sentences = &self.reading.sentences;
        let at = sentences.partition_point(|sentence| sentence.span.start < span.start);
        sentences
            .get(at..)?
            .iter()
            .take_while(|sentence| sentence.span.start == span.start)
            .find(|sentence| sentence.span == span)
    }
}

/// The page of the finding on a topic, as it was offered.
fn topic(file: &CaseFile, offered: &str) -> Option<Form> {
    let (topic, party) = offered.split_once(':').map_or((offered, None), |(topic, party)| (topic, Some(party)));
    let entry =
        file.reference.of(Words::Topic).find(|entry| entry.code == topic).filter(|_| file.check.is_workable())?;
    let party = match party {
        Some(id) => Some(file.parties().into_iter().map(|(party, ..)| party).find(|party| party.to_string() == id)?),
        None => None,
    };
    (entry.party_roles.is_empty() == party.is_none()).then(|| Form::Finding(file.check.id, topic.to_owned(), party))
}

fn cell(license: LicenseId, item: ItemGroupId, authority: AuthorityId) -> String {
    format!("{license}.{item}.{authority}")
}

/// The findings of a check: those it needs, then any other topic that is not of a party.
fn findings(file: &CaseFile) -> Vec<Choice> {
    let asked = file.asked();
    let mut choices: Vec<Choice> = Vec::new();
    for asked in &asked {
        choices.push(match &asked.party {
            Some((party, name)) => Choice::new(format!("{}:{party}", asked.topic), format!("{} ({name})", asked.label)),
            None => Choice::new(&asked.topic, &asked.label),
        });
    }
    let others = file.reference.of(Words::Topic).filter(|entry| entry.party_roles.is_empty());
    let others = others.filter(|entry| asked.iter().all(|asked| asked.topic != entry.code));
    choices.extend(others.map(|entry| Choice::new(&entry.code, &entry.label)));
    choices
}
