//! What may be a classification mark in a form: asked about, answered, and the answer bound to the lines it was given
//! for.

use std::collections::HashSet;

use crate::text::{self, Question};

/// The answer about what may be a mark in the texts of a form: [`IS_A_MARK`], or `no.` and the keys of the lines that
/// bear none. An answer that was given before stays in the form; it says nothing of another line.
pub const MARKS: &str = "a_mark";
/// That it is one, or may be.
pub const IS_A_MARK: &str = "yes";

/// What is asked about the texts of a form, and what was answered.
#[derive(Debug, Default, Clone)]
pub struct Marks {
    /// The lines of which it is not known whether they bear a mark.
    asked: Vec<Question>,
    /// The lines of which it was said that they bear none.
    said: Vec<Question>,
    /// The keys of every line of which it was said.
    keys: Vec<String>,
    /// Whether it was said that they bear one.
    is_marked: bool,
}

/// The answer that these lines bear no mark; nothing of none.
pub fn unmarked<'a>(lines: impl IntoIterator<Item = &'a Question>) -> String {
    answer(lines.into_iter().map(Question::key))
}

fn answer(keys: impl IntoIterator<Item = String>) -> String {
    keys.into_iter()
        .fold(String::new(), |answer, key| if answer.is_empty() { format!("no.{key}") } else { answer + "." + &key })
}

impl Marks {
    /// Judges the texts of a form's body.
    pub fn of(body: &str) -> Self {
        Self::of_pairs(form_urlencoded::parse(body.as_bytes()).collect())
    }

    /// As [`Marks::of`], of pairs that no browser sent.
    pub fn of_pairs(pairs: Vec<(std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)>) -> Self {
        let mut marks = Self::default();
        for (_, value) in pairs.iter().filter(|(name, _)| name == MARKS) {
            marks.is_marked |= value == IS_A_MARK;
            marks.keys.extend(keys(value));
        }
        let is_own = |name: &str, value: &str| {
            (super::OWN.contains(&name) && (name != MARKS || is_an_answer(value))) || name.contains("password")
        };
        let texts = pairs.iter().filter(|(name, value)| !is_own(name, value));
        let known: HashSet<String> = marks.keys.iter().cloned().collect();
        let mut seen = HashSet::new();
        for question in texts.flat_map(|(_, value)| text::judge(value).asked) {
            if !seen.insert(question.words.clone()) {
                continue;
            }
            // Nobody answers more: it stays open.
            if seen.len() > text::MOST {
                marks.asked.push(question);
                break;
            }
            let is_said = known.contains(&question.key()) && !marks.is_marked;
            if is_said { &mut marks.said } else { &mut marks.asked }.push(question);
        }
        marks
    }

    /// What was answered in a body before, nothing judged.
    pub fn answered_in(body: &str) -> Self {
        let pairs = form_urlencoded::parse(body.as_bytes()).filter(|(name, _)| name == MARKS);
        Self { keys: pairs.flat_map(|(_, value)| keys(&value)).collect(), ..Self::default() }
    }

    /// The lines that are asked about.
    pub fn asked(&self) -> &[Question] {
        &self.asked
    }

    /// The lines of which it was said that they bear no mark; not those of which it was known, by this answer.
    pub fn said(&self, known: &str) -> Vec<Question> {
        let known: Vec<String> = keys(known).collect();
        self.said.iter().filter(|line| !known.contains(&line.key())).cloned().collect()
    }

    /// What was answered so far, and, where something is asked, that it bears no mark either.
    pub fn none(&self) -> String {
        answer(self.keys.iter().cloned().chain(self.asked.iter().map(Question::key)))
    }

    /// What was answered so far.
    pub fn said_none(&self) -> String {
        answer(self.keys.iter().cloned())
    }

    /// Takes over what was said of a text that is on file: nobody is asked again before anything in it is changed.
    pub fn know(&mut self, text: &str) {
        for key in text::judge(text).asked.iter().map(Question::key) {
            if !self.keys.contains(&key) {
                self.keys.push(key);
            }
        }
    }

    /// What is to be done before these texts are taken.
    ///
    /// # Errors
    /// The sentence to show.
    pub fn settled(&self) -> Result<(), String> {
        let Some(first) = self.asked.first().filter(|_| !self.is_marked) else {
            return if self.is_marked { Err(text::TAKE_IT_ELSEWHERE.to_owned()) } else { Ok(()) };
        };
        let others = self.asked.len() - 1;
        let others = if others == 0 { String::new() } else { format!(", and {others} more like it,") };
        Err(format!(
            "Is \"{}\"{others} a classification mark? Nothing is kept before you say so: send the form, and answer that in it.",
            first.shown()
        ))
    }
}

/// Whether it is an answer and nothing else.
fn is_an_answer(value: &str) -> bool {
    let is_key = |key: &str| key.len() == 24 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    value.is_empty() || value == IS_A_MARK || value.strip_prefix("no.").is_some_and(|keys| keys.split('.').all(is_key))
}

fn keys(answer: &str) -> impl Iterator<Item = String> + use<> {
    answer
        .strip_prefix("no.")
        .into_iter()
        .flat_map(|keys| keys.split('.').map(str::to_owned))
        .collect::<Vec<_>>()
        .into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(pairs: &[(&str, &str)]) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }

    #[test]
    fn an_answer_holds_for_the_lines_it_was_given_for_and_for_no_other() {
        let asked = Marks::of(&body(&[("text", "It is in\n(S) Santiago office"), ("place", "(C) Calle 14")]));
        assert_eq!(
            asked.asked().iter().map(|line| line.words.as_str()).collect::<Vec<_>>(),
            ["(S) Santiago office", "(C) Calle 14"]
        );
        let none = asked.none();
        let again =
            Marks::of(&body(&[("text", "It is in\n(S) Santiago office"), ("place", "(C) Calle 14"), (MARKS, &none)]));
        assert!(again.settled().is_ok() && again.said("").len() == 2 && again.said(&none).is_empty());
        assert_eq!(again.none(), none);
        // In another text, of another line, with the same mark.
        let other = Marks::of(&body(&[("text", "(S) Santiago office\n(S) The source said so"), (MARKS, &none)]));
        assert_eq!(
            other.asked().iter().map(|line| line.words.as_str()).collect::<Vec<_>>(),
            ["(S) The source said so"]
        );
        assert!(other.settled().is_err());
        for made_up in ["no", "no.", "no.x", "none", "no.*"] {
            assert!(Marks::of(&body(&[("text", "(S) x y"), (MARKS, made_up)])).settled().is_err(), "{made_up}");
        }
        let yes = Marks::of(&body(&[("place", "(C) Calle 14"), (MARKS, &none), (MARKS, IS_A_MARK)]));
        assert_eq!(yes.settled(), Err(text::TAKE_IT_ELSEWHERE.to_owned()));
        assert!(yes.said("").is_empty());
    }

    #[test]
    fn of_a_text_on_file_it_is_known_and_of_no_other() {
        let mut marks = Marks::default();
        marks.know("It is in\n(S) Santiago office\n(S) Santiago office");
        marks.know("(S) Santiago office");
        assert_eq!(marks.none().matches('.').count(), 1, "each line once");
        let none = marks.none();
        assert!(Marks::of(&body(&[("text", "(S) Santiago office"), (MARKS, &none)])).settled().is_ok());
        assert!(Marks::of(&body(&[("text", "(S) The source said so"), (MARKS, &none)])).settled().is_err());
    }

    /// Of a mark that stands alone, what follows is asked about with it; and no answer is a text.
    #[test]
    fn an_answer_is_about_what_follows_a_bare_mark_too() {
        for (line, other) in [("(S)\tArmory", "(S)\tThe source said so"), ("(S)\nArmory", "(S)\nThe source said so")] {
            let none = Marks::of(&body(&[("text", line)])).none();
            assert!(Marks::of(&body(&[("text", line), (MARKS, &none)])).settled().is_ok(), "{line}");
            assert!(Marks::of(&body(&[("text", other), (MARKS, &none)])).settled().is_err(), "{other}");
        }
        assert!(Marks::of(&body(&[(MARKS, "no.\n(S) The source said so")])).settled().is_err());
    }

    /// However many lines look so: judged once each, and never let pass unanswered.
    #[test]
    fn a_text_of_nothing_but_marks_is_judged_in_no_time_and_not_let_pass() {
        let many: Vec<String> = (0..20_000).map(|number| format!("(S) line {number}")).collect();
        let judged = text::judge(&many.join("\n"));
        assert!(judged.marked.is_some() && judged.asked.len() == text::MOST);
        assert_eq!(judged.asked[199].line, 200);
        let many: Vec<(String, String)> = (0..5_000).map(|n| (format!("f{n}"), format!("(S) line {n}"))).collect();
        let pairs: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let marks = Marks::of(&body(&pairs));
        assert!(marks.settled().is_err() && marks.asked().len() == text::MOST + 1);
    }

    #[test]
    fn a_password_and_what_a_form_knows_of_itself_are_not_asked_about() {
        let marks = Marks::of(&body(&[("new_password", "(S) x y"), ("form_id", "(S) x y")]));
        assert!(marks.settled().is_ok() && marks.asked().is_empty());
    }
}
