//! A form on its way between the page and the handler.

use axum::{
    extract::{FromRequest, Request},
    response::Response,
};
use time::Date;

use super::{
    Form,
    fault::Fault,
    marks::{MARKS, Marks},
    pairs::{Pairs, THEN, log, mark},
};
use crate::{
    db::drafts::{Continued, Mark, Source},
    error::{AppError, Result, Used},
    id::FormId,
    text::Question,
    web::{body::Typed, errors::Seen},
};

/// What stands above a form that was not accepted, or that was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    pub title: &'static str,
    pub text: String,
}

/// A form on its way: rendered under an id, sent back under the same id, with the version of what it was read from.
#[derive(Debug)]
pub struct Sent<F> {
    /// The key of the draft and of the one submit.
    pub form_id: FormId,
    /// The draft it goes on with.
    pub continues: Option<Continued>,
    /// The version (of a row) or the revision (of a check or license) that the person read.
    pub version: i32,
    pub form: F,
    /// A refusal, or that the row changed in between.
    pub alert: Option<Alert>,
    /// Whether a rule refused it, at a field.
    pub refused: bool,
    /// The draft that fills the form.
    pub restored: Option<Restored>,
    /// The paragraph that the answers are from, if they are from one.
    pub source: Option<Source>,
    /// What may be a classification mark in its texts.
    pub marks: Marks,
    /// Which page its person asked for next, by its code; else blank.
    pub then: String,
    /// What its person saved a moment ago, on the page before this one.
    pub saved: Option<String>,
    answers: Vec<u8>,
    secret: bool,
    another: bool,
    at_fields: bool,
    stale: bool,
    named: bool,
    used: Option<Used>,
}

/// What is told of the draft that fills a form.
#[derive(Debug)]
pub struct Restored {
    /// When it was saved, in words.
    pub saved: String,
    /// How many other texts are kept for the same page.
    pub others: i64,
    /// Whether the person typed it; else it was filled in for them.
    pub typed: bool,
}

impl<F: Form> Sent<F> {
    /// A form to be shown for the first time.
    pub fn fresh(form: F, version: i32) -> Self {
        Self {
            form_id: FormId::new(),
            continues: None,
            version,
            form,
            alert: None,
            refused: false,
            restored: None,
            source: None,
            marks: Marks::default(),
            then: String::new(),
            saved: None,
            answers: Vec::new(),
            secret: false,
            another: false,
            at_fields: false,
            stale: false,
            named: true,
            used: None,
        }
    }

    /// The answers, and the form of another page under the same id: what was typed here goes on there.
    pub fn turned_into<G: Form>(self, form: G, version: i32) -> (F, Sent<G>) {
        let Self { form_id, continues, restored, marks, named, .. } = self;
        (self.form, Sent { form_id, continues, restored, marks, named, ..Sent::fresh(form, version) })
    }

    /// A form that no browser sent: answers of another page that are to be judged as if they had been typed here.
    pub fn answered(pairs: &Pairs, version: i32) -> Self {
        let marks = Marks::of_pairs(pairs.each());
        Self { marks, ..Self::fresh(F::sent(pairs), version) }
    }

    /// A form from its body, sent on a day.
    pub fn parse(body: &str, today: Option<Date>) -> Self {
        let pairs = Pairs::parse(body).typed_on(today);
        let version = pairs.last("version").parse().unwrap_or_default();
        let then = pairs.last(THEN).to_owned();
        let fresh = Self { marks: Marks::of(body), then, ..Self::fresh(F::sent(&pairs), version) };
        match mark(body) {
            Some(Mark { form, continues, answers, secret, another }) => {
                Self { form_id: form, continues, answers, secret, another, ..fresh }
            }
            None => Self { named: false, ..fresh },
        }
    }

    /// The answers.
    ///
    /// # Errors
    /// [`AppError::Invalid`]; the fields then say what is wrong.
    pub fn read(&self) -> Result<F::Read> {
        self.form.read().filter(|_| self.is_settled()).ok_or(AppError::Invalid)
    }

    /// Whether nothing in it may be a classification mark, but for what its person said to be none.
    pub fn is_settled(&self) -> bool {
        self.marks.settled().is_ok()
    }

    /// The lines of it that its person said to bear no mark; of what it was filled with, that was said before.
    pub fn unmarked(&self) -> Vec<Question> {
        self.marks.said(self.source.as_ref().map_or("", |source| &source.unmarked))
    }

    /// Whether it came under an id: a form without one could do its work twice, and does nothing.
    pub fn is_named(&self) -> bool {
        self.named
    }

    /// What it knows of itself.
    pub fn mark(&self) -> Mark {
        let Self { secret, another, .. } = *self;
        Mark { form: self.form_id, continues: self.continues.clone(), answers: self.answers.clone(), secret, another }
    }

    /// Where whoever discards it is led: back to the words that filled it, else to its page afresh.
    pub fn left_for<'a>(&'a self, page: &'a str) -> &'a str {
        let back = self.source.as_ref().and_then(|source| source.back.split('#').next());
        back.filter(|back| !back.is_empty()).unwrap_or(page)
    }

    /// Nothing was refused just now: what is wrong stands at its field, and no summary says that nothing was saved.
    pub fn tell_at_fields(&mut self) {
        self.at_fields = true;
    }

    /// Says why nothing was saved, where no field does.
    pub fn tell(&mut self, text: impl Into<String>) {
        self.alert = Some(Alert { title: "Nothing was saved yet", text: text.into() });
    }

    /// What is wrong, for the error summary.
    pub fn errors(&self) -> Vec<Fault> {
        let asked = self.marks.settled().err().map(|message| Fault::new(MARKS, message));
        let faults = if self.at_fields { Vec::new() } else { self.form.faults() };
        asked.into_iter().chain(faults).collect()
    }

    /// After a stale submit of a form that shows no row, such as a signature: names the present revision as read, so
    /// that sending again signs what stands there now.
    pub fn renew(&mut self, version: i32) {
        if self.stale {
            self.version = version;
            let text = "The file changed after you opened this page. Read it again; sending again signs what stands there now.".into();
            self.alert = Some(Alert { title: "Changed in between", text });
        }
    }

    /// After a stale submit: sets the saved version beside what was typed, and names it as read, so that sending again
    /// overwrites knowingly. Otherwise does nothing.
    #[must_use]
    pub fn against(mut self, saved: &F, version: i32) -> Self {
        if self.stale {
            self.form.beside(saved);
            self.version = version;
        }
        self
    }

    /// The answer to a submit: what was done, or the page again with the typed text and why not.
    ///
    /// A wrong field or a signature without a proof gives 422, a refusal or a stale form 409, too many attempts 429;
    /// every other error goes on to the error page, which keeps the text too.
    pub async fn answer<P>(mut self, done: Result<Response>, page: P) -> Result<Response>
    where
        P: AsyncFnOnce(Self) -> Result<Response>,
    {
        let error = match (done, self.used) {
            (Ok(response), _) => return Ok(response),
            // Whatever else is wrong with it.
            (Err(AppError::Invalid | AppError::Refused(_) | AppError::Stale), Some(used)) => {
                AppError::OtherAnswers(used)
            }
            (Err(error), _) => error,
        };
        self.errors().iter().for_each(|fault| log(&fault.message));
        match &error {
            AppError::Invalid if !self.named && self.errors().is_empty() => {
                self.tell("The form came without its number, by which Lantern knows a second submit. Send it again.");
            }
            AppError::Invalid => {}
            AppError::TooMany(_) | AppError::NotProved(_) => {
                let (title, text) = error.words();
                self.alert = Some(Alert { title, text: text.into_owned() });
            }
            // What stands at its field is told by the summary of faults.
            AppError::Refused(sentence) if self.errors().iter().any(|fault| fault.message == sentence.to_string()) => {
                self.refused = true;
            }
            AppError::Refused(sentence) => {
                self.alert = Some(Alert { title: AppError::REFUSED, text: sentence.to_string() });
            }
            AppError::OtherAnswers(used) => {
                (self.form_id, self.continues) = self.mark().renewed(*used);
                self.alert = Some(Alert { title: AppError::SENT_BEFORE, text: AppError::LOOK_FIRST.into() });
            }
            AppError::Stale => {
                self.stale = true;
                self.alert = Some(Alert {
                    title: "Changed in between",
                    text: "Somebody else saved this after you opened it. Both versions are below; send again to keep yours.".into(),
                });
            }
            _ => return Err(error),
        }
        let mut response = page(self).await?;
        *response.status_mut() = error.status();
        response.headers_mut().extend(error.retry_after());
        Ok(response)
    }
}

impl<F: Form, S: Send + Sync> FromRequest<S> for Sent<F> {
    type Rejection = AppError;

    async fn from_request(request: Request, _state: &S) -> Result<Self> {
        let typed = request.extensions().get::<Typed>().cloned().unwrap_or_default();
        let seen = request.extensions().get::<Seen>();
        let (used, source) = (seen.and_then(Seen::used), seen.and_then(Seen::source));
        Ok(Self { source, used, ..Self::parse(typed.as_str(), seen.and_then(Seen::today)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form;
    use crate::text::{Day, Line, Optional, Text};

    form! {
        /// A form of every kind.
        pub struct VisitForm reads Visit {
            place: Field<Line>,
            on: Dated<Day>,
            note: Field<Optional<Text>>,
            seen: Fields<FormId>,
        }
    }

    #[test]
    fn every_fault_is_told_at_once_and_nothing_typed_is_lost() {
        let sent = Sent::<VisitForm>::parse("place=&on=31/2/2026&note=caf%C3%A9&status=approved", None);
        let faults = sent.errors();
        assert_eq!(faults.iter().map(|fault| fault.name.as_str()).collect::<Vec<_>>(), ["place", "on"]);
        assert_eq!(sent.form.on.raw(), "31/2/2026");
        assert_eq!(sent.form.note.raw(), "café");
        assert!(sent.read().is_err());
    }

    #[test]
    fn a_blank_form_says_nothing_and_a_right_one_reads() {
        assert!(VisitForm::blank().faults().is_empty());
        let sent = Sent::<VisitForm>::parse("place=Depot&on=1+Feb+2026&version=3", None);
        let read = sent.read().expect("every answer is right");
        assert_eq!((read.place.as_str(), sent.version, read.seen.len()), ("Depot", 3, 0));
        assert_eq!((read.on.to_string(), read.note.or_empty()), ("1 Feb 2026".to_owned(), String::new()));
    }

    #[test]
    fn a_repeat_is_told_from_other_answers_however_it_is_encoded() {
        let (id, other) = (FormId::new(), FormId::new());
        let hash = |body: String| mark(&format!("form_id={id}&{body}")).expect("it is named").answers;
        assert_eq!(hash("place=a%0D%0Ab+c".into()), hash("place=a%0Ab%20c".into()));
        assert_ne!(hash("place=a".into()), hash("place=b".into()));
        assert_ne!(hash("place=ab&note=".into()), hash("place=a&note=b".into()));
        let again = mark(&format!("form_id={other}&continues={id}.{id}.&place=a")).expect("it is named").answers;
        assert_eq!(hash("place=a".into()), again, "nor of which form that goes on with a text it is");
    }

    #[test]
    fn a_stale_form_shows_both_versions() {
        let mut sent = Sent::<VisitForm>::parse("place=Mine&on=1+Feb+2026", None);
        let mut saved = VisitForm::blank();
        saved.place.set("Theirs");
        saved.on.set("1 Feb 2026");
        sent.stale = true;
        let sent = sent.against(&saved, 9);
        assert_eq!((sent.form.place.raw(), sent.form.place.theirs()), ("Mine", Some("Theirs")));
        assert_eq!((sent.form.on.theirs(), sent.version), (None, 9));
    }
}
