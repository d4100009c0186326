//! Forms. A form is a struct of [`Field`]s, each of which parsed itself, so a form with three faults shows all three.
//! [`form!`](crate::form) declares one; [`Sent`] is a form on its way between the page and the handler.

use std::{collections::HashMap, str::FromStr};

use axum::{
    extract::{FromRequest, Request},
    response::Response,
};

use crate::{
    db::drafts::{Continued, Mark, Source},
    error::{AppError, Result, Used},
    id::FormId,
    web::{body::Typed, errors::Seen},
};

/// What a form sends of itself, beside its answers.
pub const OWN: &[&str] = &["form_id", "version", "continues", ANOTHER, A_LIST];
/// The button that fills another form from the same words once this one was sent.
pub const ANOTHER: &str = "one_more";
/// Says of a text, by [`IS_A_LIST`], that its lines (A), (B), (C) are a list: it came so in a telegram, and a person
/// looked.
pub const A_LIST: &str = "a_list";
/// The answer that they are one.
pub const IS_A_LIST: &str = "list";

/// The pairs of a form body, in order. `due.day`, `due.month` and `due.year` are joined to `due` = `18/6/2008`.
#[derive(Debug, Default)]
pub struct Pairs(HashMap<String, Vec<String>>);

impl Pairs {
    /// Parses an urlencoded body; what is not valid UTF-8 becomes replacement characters.
    pub fn parse(body: &str) -> Self {
        let mut pairs: HashMap<String, Vec<String>> = HashMap::new();
        for (name, value) in form_urlencoded::parse(body.as_bytes()) {
            pairs.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        let dates: Vec<String> = pairs.keys().filter_map(|name| name.strip_suffix(".day").map(str::to_owned)).collect();
        for name in dates {
            let mut part = |part: &str| {
                pairs.remove(&format!("{name}.{part}")).and_then(|values| values.into_iter().next()).unwrap_or_default()
            };
            let joined = format!("{}/{}/{}", part("day"), part("month"), part("year"));
            pairs.insert(name, vec![joined]);
        }
        Self(pairs)
    }

    /// Pairs that no browser sent.
    pub fn of(pairs: &[(&str, String)]) -> Self {
        let mut body = form_urlencoded::Serializer::new(String::new());
        Self::parse(&body.extend_pairs(pairs).finish())
    }

    /// The last value of that name, or the empty string: absent and blank are judged alike.
    pub fn last(&self, name: &str) -> &str {
        self.0.get(name).and_then(|values| values.last()).map_or("", String::as_str)
    }

    /// Whether anything was answered; a button alone sends only what the form knows of itself.
    pub fn has_answers(&self) -> bool {
        self.0
            .iter()
            .any(|(name, values)| !OWN.contains(&name.as_str()) && values.iter().any(|value| !value.is_empty()))
    }

    /// Whether anything of that name was sent, blank or not.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Does something with one of these answers, as the whole form has it: lines (A), (B), (C) are a list where it says
    /// so.
    fn judged<T>(&self, judge: impl FnOnce() -> T) -> T {
        if self.last(A_LIST) == IS_A_LIST { crate::text::with_lists(judge) } else { judge() }
    }

    /// Every value of that name.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Of a text that looks classified, the service log has the fact, and not a word.
fn log(refusal: &str) {
    if crate::text::tells_of_classification(refusal) {
        tracing::warn!("a text that looks classified was refused");
    }
}

/// Whether every value of a body may be stored.
///
/// # Errors
/// The sentence to show: see [`text::storable`](crate::text::storable).
pub fn storable(body: &str) -> Result<(), String> {
    let all = || form_urlencoded::parse(body.as_bytes()).try_for_each(|(_, value)| crate::text::storable(&value));
    Pairs::parse(body).judged(all).inspect_err(|refusal| log(refusal))
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
    fn fault(&self) -> Option<Fault>;
    /// Sets the other person's saved answer beside this one, where the two differ.
    fn beside(&mut self, theirs: &Self);
}

/// A wrong answer: the field's name and the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The `id` of the input to go to.
    pub name: String,
    /// What is wrong with it.
    pub message: String,
}

impl Fault {
    /// The field's name as people read it: `named_party` is `Named party`.
    pub fn named(&self) -> String {
        let words = self.name.split('.').next().unwrap_or_default().replace('_', " ");
        let mut letters = words.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }
}

/// One answer: what was typed, and what it means.
#[derive(Debug, Clone)]
pub struct Field<T> {
    name: &'static str,
    raw: String,
    value: Option<T>,
    error: Option<String>,
    theirs: Option<String>,
}

impl<T> Field<T> {
    /// The name in the form.
    pub fn name(&self) -> &str {
        self.name
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

    /// Whether this option is the chosen one.
    pub fn is(&self, option: &str) -> bool {
        self.raw == option
    }

    /// The day as typed, of a date.
    pub fn day(&self) -> &str {
        self.part(0)
    }

    /// The month as typed, of a date.
    pub fn month(&self) -> &str {
        self.part(1)
    }

    /// The year as typed, of a date.
    pub fn year(&self) -> &str {
        self.part(2)
    }

    fn part(&self, index: usize) -> &str {
        self.raw.split('/').nth(index).unwrap_or_default()
    }

    /// Fills the field before it is shown.
    pub fn set(&mut self, value: impl ToString) {
        self.raw = value.to_string();
    }

    /// Refuses an answer that parsed, for a reason only the whole form or the database knows.
    pub fn refuse(&mut self, sentence: impl Into<String>) {
        self.error = Some(sentence.into());
        self.value = None;
    }
}

impl<T: FromStr<Err: ToString> + Clone> Answer for Field<T> {
    type Value = T;

    fn blank(name: &'static str) -> Self {
        Self { name, raw: String::new(), value: None, error: None, theirs: None }
    }

    fn sent(name: &'static str, pairs: &Pairs) -> Self {
        let raw = pairs.last(name).to_owned();
        let (value, error) = match pairs.judged(|| raw.parse::<T>()) {
            Ok(value) => (Some(value), None),
            Err(error) => (None, Some(error.to_string())),
        };
        Self { name, raw: raw.replace('\0', ""), value, error, theirs: None }
    }

    fn fill(&mut self, pairs: &Pairs, on_file: bool) {
        if !pairs.has(self.name) {
            return;
        }
        let was = std::mem::replace(&mut self.raw, pairs.last(self.name).to_owned());
        self.theirs = Some(was).filter(|was| on_file && was.trim() != self.raw.trim());
    }

    fn value(&self) -> Option<T> {
        self.value.clone()
    }

    fn fault(&self) -> Option<Fault> {
        self.error.clone().map(|message| Fault { name: self.name.to_owned(), message })
    }

    fn beside(&mut self, theirs: &Self) {
        self.theirs = (self.raw.trim() != theirs.raw.trim()).then(|| theirs.raw.clone());
    }
}

#[derive(Debug, Clone)]
pub struct Fields<T> {
    name: &'static str,
    raw: Vec<String>,
    values: Option<Vec<T>>,
    error: Option<String>,
}

impl<T> Fields<T> {
    /// The name in the form.
    pub fn name(&self) -> &str {
        self.name
    }

    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// Whether this option is ticked.
    pub fn has(&self, option: &str) -> bool {
        self.raw.iter().any(|raw| raw == option)
    }

    /// Ticks options before the form is shown.
    pub fn set<V: ToString>(&mut self, values: impl IntoIterator<Item = V>) {
        self.raw = values.into_iter().map(|value| value.to_string()).collect();
    }

    /// Refuses answers that parsed.
    pub fn refuse(&mut self, sentence: impl Into<String>) {
        self.error = Some(sentence.into());
        self.values = None;
    }
}

impl<T: FromStr<Err: ToString> + Clone> Answer for Fields<T> {
    type Value = Vec<T>;

    fn blank(name: &'static str) -> Self {
        Self { name, raw: Vec::new(), values: None, error: None }
    }

    fn sent(name: &'static str, pairs: &Pairs) -> Self {
        let raw: Vec<String> = pairs.all(name).iter().filter(|value| !value.is_empty()).cloned().collect();
        match raw.iter().map(|value| value.parse()).collect::<Result<Vec<T>, _>>() {
            Ok(values) => Self { name, raw, values: Some(values), error: None },
            Err(error) => Self { name, raw, values: None, error: Some(error.to_string()) },
        }
    }

    fn fill(&mut self, pairs: &Pairs, _on_file: bool) {
        if pairs.has(self.name) {
            self.raw = pairs.all(self.name).to_vec();
        }
    }

    fn value(&self) -> Option<Vec<T>> {
        self.values.clone()
    }

    fn fault(&self) -> Option<Fault> {
        self.error.clone().map(|message| Fault { name: self.name.to_owned(), message })
    }

    fn beside(&mut self, _theirs: &Self) {}
}

/// An answer that is never shown again and never drafted: a password.
#[derive(Clone)]
pub struct Secret<T> {
    name: &'static str,
    value: Option<T>,
    error: Option<String>,
}

impl<T> Secret<T> {
    /// The name in the form.
    pub fn name(&self) -> &str {
        self.name
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
    pub fn refuse(&mut self, sentence: impl Into<String>) {
        self.error = Some(sentence.into());
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
        Self { name, value: None, error: None }
    }

    fn sent(name: &'static str, pairs: &Pairs) -> Self {
        match pairs.last(name).parse::<T>() {
            Ok(value) => Self { name, value: Some(value), error: None },
            Err(error) => Self { name, value: None, error: Some(error.to_string()) },
        }
    }

    fn fill(&mut self, _pairs: &Pairs, _on_file: bool) {}

    fn value(&self) -> Option<T> {
        self.value.clone()
    }

    fn fault(&self) -> Option<Fault> {
        self.error.clone().map(|message| Fault { name: self.name.to_owned(), message })
    }

    fn beside(&mut self, _theirs: &Self) {}
}

/// A form, as [`form!`](crate::form) declares it.
pub trait Form: Sized {
    /// The answers, once all are right.
    type Read;
    /// Nothing filled in, nothing wrong.
    fn blank() -> Self;
    /// As sent, each field judged.
    fn sent(pairs: &Pairs) -> Self;
    /// Fills in for the person what there are answers for, not judged yet; beside what is on file.
    fn fill(&mut self, pairs: &Pairs, on_file: bool);
    /// The answers, if all are right.
    fn read(&self) -> Option<Self::Read>;
    /// What is wrong, in the order of the fields.
    fn faults(&self) -> Vec<Fault>;
    /// Sets another person's saved version beside this one.
    fn beside(&mut self, theirs: &Self);
}

/// Declares a form and the struct of its answers.
///
/// ```ignore
/// form! {
///     /// Giving a check back.
///     pub struct GiveBackForm reads GiveBack {
///         questions: Field<Text>,
///         licenses: Fields<LicenseId>,
///     }
/// }
/// ```
#[macro_export]
macro_rules! form {
    ($(#[$meta:meta])* pub struct $form:ident reads $read:ident { $($field:ident: $kind:ident<$type:ty>,)* }) => {
        $(#[$meta])*
        #[derive(Debug)]
        #[allow(missing_docs, reason = "the labels in the template say what each field is; a private form has no lint to expect")]
        pub struct $form { $(pub $field: $crate::web::$kind<$type>,)* }

        #[doc = concat!("The answers of [`", stringify!($form), "`].")]
        #[derive(Debug)]
        #[allow(missing_docs, reason = "as the form's")]
        pub struct $read { $(pub $field: <$crate::web::$kind<$type> as $crate::web::form::Answer>::Value,)* }

        impl $crate::web::form::Form for $form {
            type Read = $read;

            fn blank() -> Self {
                Self { $($field: $crate::web::form::Answer::blank(stringify!($field)),)* }
            }

            fn sent(pairs: &$crate::web::form::Pairs) -> Self {
                let _ = pairs;
                Self { $($field: $crate::web::form::Answer::sent(stringify!($field), pairs),)* }
            }

            fn fill(&mut self, pairs: &$crate::web::form::Pairs, on_file: bool) {
                let _ = (pairs, on_file);
                $($crate::web::form::Answer::fill(&mut self.$field, pairs, on_file);)*
            }

            fn read(&self) -> Option<$read> {
                Some($read { $($field: $crate::web::form::Answer::value(&self.$field)?,)* })
            }

            fn faults(&self) -> Vec<$crate::web::form::Fault> {
                let faults: Vec<Option<$crate::web::form::Fault>> = vec![$($crate::web::form::Answer::fault(&self.$field),)*];
                faults.into_iter().flatten().collect()
            }

            fn beside(&mut self, theirs: &Self) {
                let _ = theirs;
                $($crate::web::form::Answer::beside(&mut self.$field, &theirs.$field);)*
            }
        }
    };
}

form! {
    /// A form that asks nothing: sending it is the yes.
    pub struct YesForm reads Yes {}
}

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
    /// The draft that fills the form.
    pub restored: Option<Restored>,
    /// The paragraph that the answers are from, if they are from one.
    pub source: Option<Source>,
    answers: Vec<u8>,
    secret: bool,
    another: bool,
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
            restored: None,
            source: None,
            answers: Vec::new(),
            secret: false,
            another: false,
            stale: false,
            named: true,
            used: None,
        }
    }

    /// A form that no browser sent: answers of another page that are to be judged as if they had been typed here.
    pub fn answered(pairs: &Pairs, version: i32) -> Self {
        Self { form: F::sent(pairs), ..Self::fresh(F::blank(), version) }
    }

    /// A form from its body.
    pub fn parse(body: &str) -> Self {
        let pairs = Pairs::parse(body);
        let version = pairs.last("version").parse().unwrap_or_default();
        let fresh = Self::fresh(F::sent(&pairs), version);
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
        self.form.read().ok_or(AppError::Invalid)
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
        self.source.as_ref().map(|source| source.back.as_str()).filter(|back| !back.is_empty()).unwrap_or(page)
    }

    /// What is wrong, for the error summary.
    pub fn errors(&self) -> Vec<Fault> {
        self.form.faults()
    }

    /// Whether somebody else saved in between.
    pub fn is_stale(&self) -> bool {
        self.stale
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
    /// A wrong field gives 422, a refusal or a stale form 409, too many attempts 429; every other error goes on to the
    /// error page, which keeps the text too.
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
                let text =
                    "The form came without its number, by which Lantern knows a second submit. Send it again.".into();
                self.alert = Some(Alert { title: "Nothing was saved yet", text });
            }
            AppError::Invalid => {}
            AppError::TooMany(_) => {
                let (title, text) = error.words();
                self.alert = Some(Alert { title, text: text.into_owned() });
            }
            AppError::Refused(sentence) => {
                self.alert = Some(Alert { title: "Not possible now", text: sentence.clone() })
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
        Ok(Self { source, used, ..Self::parse(typed.as_str()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Day, Line, Optional, Text};

    form! {
        /// A form of every kind.
        pub struct VisitForm reads Visit {
            place: Field<Line>,
            on: Field<Day>,
            note: Field<Optional<Text>>,
            seen: Fields<FormId>,
        }
    }

    #[test]
    fn every_fault_is_told_at_once_and_nothing_typed_is_lost() {
        let sent = Sent::<VisitForm>::parse("place=&on.day=31&on.month=2&on.year=2026&note=caf%C3%A9&status=approved");
        let faults = sent.errors();
        assert_eq!(faults.iter().map(|fault| fault.name.as_str()).collect::<Vec<_>>(), ["place", "on"]);
        assert_eq!((sent.form.on.day(), sent.form.on.month(), sent.form.on.year()), ("31", "2", "2026"));
        assert_eq!(sent.form.note.raw(), "café");
        assert!(sent.read().is_err());
    }

    #[test]
    fn a_blank_form_says_nothing_and_a_right_one_reads() {
        assert!(VisitForm::blank().faults().is_empty());
        let sent = Sent::<VisitForm>::parse("place=Depot&on.day=1&on.month=2&on.year=2026&version=3");
        let read = sent.read().expect("every answer is right");
        assert_eq!((read.place.as_str(), sent.version, read.seen.len()), ("Depot", 3, 0));
        assert_eq!((read.on.to_string(), read.note.or_empty()), ("1/2/2026".to_owned(), String::new()));
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
        let mut sent = Sent::<VisitForm>::parse("place=Mine&on.day=1&on.month=2&on.year=2026");
        let mut saved = VisitForm::blank();
        saved.place.set("Theirs");
        saved.on.set("1/2/2026");
        sent.stale = true;
        let sent = sent.against(&saved, 9);
        assert_eq!((sent.form.place.raw(), sent.form.place.theirs()), ("Mine", Some("Theirs")));
        assert_eq!((sent.form.on.theirs(), sent.version), (None, 9));
    }
}
