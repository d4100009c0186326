//! An answer as the worksheet has it: the form of a finding, with the topic it answers and what its page showed. What
//! was not touched says what was shown, and is passed over.

use super::{
    finding::{self, FindingForm, Of},
    model::Refusal,
};
use crate::{
    checks::model::CaseFile,
    form,
    id::PartyId,
    reference::model::topic_key,
    text::{Line, Optional},
    web::{
        Form, Part,
        form::{Block, Spare, fingerprint},
    },
};

form! {
    /// The answer on one topic, of one party where the topic is per party.
    pub struct AnswerForm reads Answered {
        topic: Field<Optional<Line>>,
        party: Field<Optional<Line>>,
        // The version of the finding that the page showed; 0: none was there.
        version: Field<Optional<Line>>,
        // The version that it showed first, where another was saved since.
        began: Field<Optional<Line>>,
        // A fingerprint of the answers that it showed.
        shown: Field<Optional<Line>>,
        // The topic's name, for the summary of faults; the page says it, and no browser does.
        called: Field<Optional<Line>>,
        found: Part<FindingForm>,
    }
}

impl Spare for AnswerForm {
    fn is_blank(&self) -> bool {
        !self.is_touched()
    }
}

impl Block for AnswerForm {
    const ONE: &'static str = "Topic";
    /// As many as a page has, within what comes over a slow link at once.
    const MOST: usize = 24;

    fn named(&self, number: usize) -> String {
        match self.called.raw() {
            "" => format!("{} {number}", Self::ONE),
            called => called.to_owned(),
        }
    }
}

impl AnswerForm {
    /// The answer that is on file, or as much of one as follows from what was said.
    pub(super) fn on_file(file: &CaseFile, topic: &str, of: Of, called: &str) -> Self {
        let mut form = Self::blank();
        form.topic.set(topic);
        form.party.set(of.party.map(|party| party.to_string()).unwrap_or_default());
        form.version.set(version_on_file(file, topic, of));
        form.called.set(called);
        form.found = Part(finding::filled(file, topic, of));
        form.shown.set(form.fingerprint());
        form
    }

    /// Which finding it is.
    pub(super) fn names(&self) -> (&str, Of) {
        let party: Option<PartyId> = self.party.raw().parse().ok();
        (self.topic.raw(), Of { party })
    }

    /// The topic and the party, in one word: its place on the page.
    pub(super) fn key(&self) -> String {
        topic_key(self.topic.raw(), self.party.raw())
    }

    /// The version that was read.
    pub(super) fn read_version(&self) -> i32 {
        self.version.raw().parse().unwrap_or(-1)
    }

    /// Whether anything in it is not as it was shown.
    pub(super) fn is_touched(&self) -> bool {
        self.fingerprint() != self.shown.raw()
    }

    /// Whether an answer or its text is still to come, where nothing was answered before, or by somebody else since.
    pub(super) fn is_begun(&self) -> bool {
        let lacks = self.found.answer.raw().is_empty() || self.found.text.raw().trim().is_empty();
        lacks && (self.version.raw() == "0" || self.is_overtaken())
    }

    /// Whether somebody saved another answer since it was begun, and its person was shown that one.
    pub(super) fn is_overtaken(&self) -> bool {
        !self.began.raw().is_empty() && self.began.raw() != self.version.raw()
    }

    /// Whether somebody saved another answer since it was shown.
    pub(super) fn is_stale(&self, file: &CaseFile) -> bool {
        let (topic, of) = self.names();
        self.read_version() != version_on_file(file, topic, of)
    }

    /// Sets the saved answer beside this one and takes it for read, so that saving again overwrites it knowingly. What
    /// that one rests on is ticked too: a tick has no second place on the page to be compared at.
    pub(super) fn set_against(&mut self, saved: &Self) {
        self.beside(saved);
        let (contacts, documents) = (self.found.contacts.raws(), self.found.documents.raws());
        let (contacts, documents) =
            (both(contacts, saved.found.contacts.raws()), both(documents, saved.found.documents.raws()));
        self.found.contacts.set(contacts);
        self.found.documents.set(documents);
        if self.began.raw().is_empty() {
            let began = self.version.raw().to_owned();
            self.began.set(began);
        }
        self.version.set(saved.version.raw());
        self.shown.set(saved.shown.raw());
        self.found.answer.refuse(Refusal::AnsweredSince);
    }

    /// What was typed, for a draft.
    pub(super) fn pairs(&self, number: usize) -> Vec<(String, &str)> {
        let found = &self.found;
        let one = [
            ("topic", self.topic.raw()),
            ("party", self.party.raw()),
            ("version", self.version.raw()),
            ("began", self.began.raw()),
            ("shown", self.shown.raw()),
            ("answer", found.answer.raw()),
            ("text", found.text.raw()),
            ("portion_mark", found.portion_mark.raw()),
        ];
        let contacts = found.contacts.raws().iter().map(|contact| ("contacts", contact.as_str()));
        let documents = found.documents.raws().iter().map(|document| ("documents", document.as_str()));
        let all = one.into_iter().chain(contacts).chain(documents);
        all.map(|(name, value)| (format!("topics.{number}.{name}"), value)).collect()
    }

    /// The same for the same answers, however a browser breaks lines and in whatever order it sends ticks.
    pub(super) fn fingerprint(&self) -> String {
        let found = &self.found;
        let text = found.text.raw().replace("\r\n", "\n");
        let mut answers = vec![found.answer.raw(), text.trim(), found.portion_mark.raw()];
        for ticked in [found.contacts.raws(), found.documents.raws()] {
            let from = answers.len();
            answers.extend(ticked.iter().map(String::as_str));
            answers[from..].sort_unstable();
            answers.push("");
        }
        fingerprint(answers)
    }
}

/// The ticks of one and what the other has besides.
fn both(one: &[String], other: &[String]) -> Vec<String> {
    let more = other.iter().filter(|tick| !one.contains(tick));
    one.iter().chain(more).cloned().collect()
}

fn version_on_file(file: &CaseFile, topic: &str, of: Of) -> i32 {
    file.check.finding(topic, of.party).map_or(0, |finding| finding.version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{evidence::model::ContactKind, id::ContactId, sample, web::form::Pairs};

    fn sent(form: &AnswerForm, change: impl FnOnce(&mut Vec<(String, String)>)) -> AnswerForm {
        let mut pairs: Vec<(String, String)> = form
            .pairs(1)
            .into_iter()
            .map(|(name, value)| (name.trim_start_matches("topics.1.").to_owned(), value.to_owned()))
            .collect();
        change(&mut pairs);
        let pairs: Vec<(&str, String)> = pairs.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        AnswerForm::sent(&Pairs::of(&pairs))
    }

    fn set(name: &'static str, value: &'static str) -> impl FnOnce(&mut Vec<(String, String)>) {
        move |pairs| {
            pairs.retain(|(known, _)| known != name);
            pairs.push((name.into(), value.into()));
        }
    }

    #[test]
    fn what_comes_back_as_it_was_shown_was_not_touched() {
        let met = sample::contact(ContactKind::Meeting);
        let mut file = sample::case();
        file.check.contacts = vec![met.clone()];
        let mut found = sample::finding("order", None, &met);
        found.text = "First line\nSecond line".into();
        file.check.findings = vec![found];
        let form = AnswerForm::on_file(&file, "order", Of { party: None }, "Order");
        assert!(!sent(&form, |_| ()).is_touched());
        assert!(!sent(&form, set("text", " First line\r\nSecond line\r\n")).is_touched(), "as a browser sends it");
        for (name, value) in
            [("text", "First line"), ("answer", "no"), ("portion_mark", "U"), ("contacts", ""), ("shown", "")]
        {
            assert!(sent(&form, set(name, value)).is_touched(), "{name}");
        }
        let more = sent(&form, |pairs| pairs.push(("contacts".into(), ContactId::new().to_string())));
        assert!(more.is_touched() && !more.is_begun());
    }

    #[test]
    fn an_answer_is_begun_until_it_has_its_word_and_its_text() {
        let mut file = sample::case();
        file.check.findings.clear();
        let form = AnswerForm::on_file(&file, "order", Of { party: None }, "Order");
        let begun = sent(&form, set("text", "He"));
        assert!(begun.is_begun() && begun.is_touched() && !begun.is_stale(&file));
        let answered = sent(&begun, set("answer", "yes"));
        assert!(!answered.is_begun());
        // Another person was quicker.
        let met = sample::contact(ContactKind::Meeting);
        file.check.findings = vec![sample::finding("order", None, &met)];
        assert!(answered.is_stale(&file));
        let own = ContactId::new().to_string();
        for (mut mine, is_begun) in [(answered, false), (begun, true)] {
            mine.found.contacts.set([&own]);
            mine.set_against(&AnswerForm::on_file(&file, "order", Of { party: None }, "Order"));
            assert!(!mine.is_stale(&file) && mine.is_touched() && mine.is_overtaken());
            assert_eq!(mine.found.answer.error(), Some(Refusal::AnsweredSince.to_string().as_str()));
            assert_eq!(mine.found.contacts.raws(), [own.clone(), met.id.to_string()], "of both, each once");
            // However often it comes back, it is what it was when it was begun.
            let back = sent(&mine, |_| ());
            assert!(back.is_overtaken() && back.is_begun() == is_begun);
        }
    }
}
