//! What one press of a button of the worksheet keeps: the answers that are whole, or that of one topic alone. Each by
//! the rule and with the entry in the log that its own page has; what is left unsent stays as a draft.

use axum::response::{IntoResponse, Redirect, Response};

use super::{
    answer::AnswerForm,
    beside::Row,
    finding,
    model::Refusal,
    store,
    worksheet::{WorksheetForm, titled},
};
use crate::{
    access::{Can, permission::WorkChecks},
    addresses as at,
    audit::{Event, Events, Made, Subject},
    checks::{
        self,
        model::{CaseFile, FindingRecorded},
        then::asked_for,
    },
    db::{
        Change,
        drafts::{Discarded, DraftPage},
    },
    error::{AppError, Result},
    id::CheckId,
    text::{self, Question},
    web::{
        Form, Sent,
        form::{MARKS, Spare, storable},
    },
};

pub(super) async fn save(can: &Can<WorkChecks>, id: CheckId, sent: &mut Sent<WorksheetForm>) -> Result<Response> {
    let asked = asked(&mut sent.form)?;
    let mut change = can.change(sent).await?;
    let file = checks::store::find_for_update(&mut change, can, id, None).await?;
    let mut made = enter(&mut change, &file, &asked, sent).await?;
    if let Some(left) = left(sent, &asked) {
        // There is more to do here.
        made.to = at::worksheet(id).at("saved").into();
        // What may not be kept stays on the page, and the rest with it.
        if let Err(sentence) = storable(&left) {
            if sent.errors().is_empty() {
                sent.tell(sentence);
            }
            return Err(AppError::Invalid);
        }
        let title = titled(&file);
        let page = DraftPage::local(&can.path, &title).ok_or(AppError::Invalid)?;
        can.leave_draft(&mut change, page, &left).await?;
    }
    change.make(made).await
}

/// Takes out an answer whose person does not want to save it, and keeps the others typed; gives where it leads, if
/// nothing else is typed. Nothing is saved by it.
pub(super) async fn leave_out(
    can: &Can<WorkChecks>,
    file: &CaseFile,
    number: usize,
    sent: &mut Sent<WorksheetForm>,
) -> Result<Option<Response>> {
    sent.form.topics.remove(number);
    sent.form.quiet();
    sent.tell_at_fields();
    let Some(left) = left(sent, &[]) else {
        let texts = [Some(sent.form_id.to_string()), sent.continues.as_ref().map(|text| text.named_exactly().clone())];
        let texts: Vec<Discarded> = texts.into_iter().flatten().filter_map(|text| text.parse().ok()).collect();
        can.discard_drafts(&texts, &can.path).await?;
        return Ok(Some(Redirect::to(&can.path).into_response()));
    };
    let body = format!("form_id={}&{left}", sent.form_id);
    can.keep_typed(sent, &titled(file), &body).await?;
    Ok(None)
}

/// Which answers are to be saved: those that are whole, or that of the topic whose button was pressed. Where nothing is
/// whole, what is missing is told.
fn asked(form: &mut WorksheetForm) -> Result<Vec<String>> {
    let only = form.only.raw();
    let touched = form.topics.each().map(|(_, answer)| answer).filter(|answer| !answer.is_blank());
    let meant: Vec<&AnswerForm> = touched.filter(|answer| only.is_empty() || answer.key() == only).collect();
    if meant.is_empty() {
        return Err(Refusal::NothingAnswered.into());
    }
    let is_told = !only.is_empty() || meant.iter().all(|answer| answer.is_begun());
    let asked = meant.into_iter().filter(|answer| is_told || !answer.is_begun()).map(AnswerForm::key);
    let asked: Vec<String> = asked.collect();
    for answer in form.topics.each_mut().filter(|answer| !asked.contains(&answer.key())) {
        answer.quiet();
    }
    Ok(asked)
}

/// Records the answers that were asked for; if one is refused, none.
async fn enter(change: &mut Change, file: &CaseFile, asked: &[String], sent: &mut Sent<WorksheetForm>) -> Result<Made> {
    let judged = judge(file, asked, sent)?;
    // What was said of a line is logged with the finding that holds it, and of a text that is left once it is saved.
    let said = std::mem::take(&mut change.unmarked);
    let mut made: Option<(Subject, Events)> = None;
    for (recorded, version) in judged {
        let denied = denied(file, &recorded, &said);
        let row = Subject::Row("finding", store::save_finding(change, &recorded, version).await?.0);
        let own = Events::from(Event::from(recorded).about(row)).and_unmarked(&denied);
        made = Some(match made {
            Some((first, events)) => (first, events.join(own)),
            None => (row, own),
        });
    }
    checks::store::touch(change, file.check.id).await?;
    let (row, events) = made.ok_or(AppError::Invalid)?;
    Ok(Made::new(
        row,
        events,
        asked_for(sent, (Some(file.check.id), None)).unwrap_or_else(|| at::worksheet(file.check.id).at("saved")),
    ))
}

/// The lines of a finding's text of which its person said that they bear no mark: not those that were in it before.
fn denied(file: &CaseFile, recorded: &FindingRecorded, said: &[Question]) -> Vec<Question> {
    let finding = recorded.says();
    let before = file.check.finding(&finding.topic, finding.party).map(|before| before.text.as_str());
    text::denied(said, [finding.text.as_str()], before)
}

/// The proofs, each with the version that was read.
fn judge(file: &CaseFile, asked: &[String], sent: &mut Sent<WorksheetForm>) -> Result<Vec<(FindingRecorded, i32)>> {
    let rows: Vec<String> = Row::all(file).into_iter().map(|row| row.key).collect();
    let mut judged = Vec::new();
    let mut is_refused = false;
    for answer in sent.form.topics.each_mut().filter(|answer| asked.contains(&answer.key())) {
        let Some(read) = answer.found.read() else {
            is_refused = true;
            continue;
        };
        let (topic, of) = answer.names();
        let version = answer.read_version();
        let refusal = match finding::recorded(file, topic, of, read) {
            Ok(_) if !rows.contains(&answer.key()) => Refusal::NotAsked,
            Ok(_) if answer.is_stale(file) => Refusal::AnsweredSince,
            Ok(recorded) => {
                judged.push((recorded, version));
                continue;
            }
            Err(AppError::NotFound) => Refusal::NotAsked,
            Err(error) => return Err(error),
        };
        answer.found.answer.refuse(refusal);
        is_refused = true;
    }
    if is_refused { Err(AppError::Invalid) } else { Ok(judged) }
}

/// What was typed and is not saved now, as a draft has it.
fn left(sent: &Sent<WorksheetForm>, asked: &[String]) -> Option<String> {
    let left = sent.form.topics.each().map(|(_, answer)| answer);
    let left = left.filter(|answer| !answer.is_blank() && !asked.contains(&answer.key()));
    let mut pairs: Vec<_> = (1..).zip(left).flat_map(|(number, answer)| answer.pairs(number)).collect();
    if pairs.is_empty() {
        return None;
    }
    // What was said of a line goes with it: it is not asked about again.
    let none = sent.marks.said_none();
    if !none.is_empty() {
        pairs.push((MARKS.to_owned(), &none));
    }
    Some(form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::form::Pairs;

    fn filled(pairs: &[(&str, &str)]) -> WorksheetForm {
        let pairs: Vec<(&str, String)> = pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        WorksheetForm::sent(&Pairs::of(&pairs))
    }

    /// An order that is answered, a need that is begun, and a storage nobody touched.
    const THREE: &[(&str, &str)] = &[
        ("topics.1.topic", "order"),
        ("topics.1.version", "0"),
        ("topics.1.answer", "yes"),
        ("topics.1.text", "It was ordered."),
        ("topics.1.portion_mark", "SBU"),
        ("topics.2.topic", "need"),
        ("topics.2.version", "0"),
        ("topics.2.text", "Of 45"),
        ("topics.3.topic", "storage"),
        ("topics.3.version", "0"),
    ];

    /// As its page showed it: untouched.
    fn three(more: &[(&str, &str)]) -> WorksheetForm {
        let mut blank = AnswerForm::blank();
        blank.topic.set("storage");
        let shown = blank.fingerprint();
        let mut pairs = THREE.to_vec();
        pairs.push(("topics.3.shown", &shown));
        pairs.extend(more);
        filled(&pairs)
    }

    fn faults(form: &WorksheetForm) -> Vec<String> {
        form.faults().into_iter().map(|fault| fault.name).collect()
    }

    #[test]
    fn what_is_whole_is_saved_and_what_is_begun_is_left() {
        let mut form = three(&[]);
        assert_eq!(asked(&mut form).expect("one is whole"), ["order"]);
        assert!(faults(&form).is_empty(), "what is begun is no fault");
        let left = left(&Sent::fresh(form, 0), &["order".into()]).expect("one is begun");
        assert!(left.contains("topics.1.topic=need") && left.contains("Of+45"), "{left}");
        assert!(!left.contains("order") && !left.contains("storage"), "{left}");
    }

    #[test]
    fn the_button_of_a_topic_asks_for_that_topic_alone() {
        let mut form = three(&[("only", "need")]);
        assert_eq!(asked(&mut form).expect("it was touched"), ["need"]);
        assert_eq!(faults(&form), ["topics.2.answer", "topics.2.portion_mark"], "what it lacks is told");
        assert!(left(&Sent::fresh(form, 0), &["need".into()]).is_some_and(|left| left.contains("It+was+ordered.")));
        for nothing in ["storage", "no_topic"] {
            let mut form = three(&[("only", nothing)]);
            let error = asked(&mut form).expect_err("nothing was answered there");
            assert!(matches!(error, AppError::Refused(_)), "{nothing}");
        }
    }

    #[test]
    fn where_nothing_is_whole_what_is_missing_is_told() {
        let mut form = filled(&THREE[5..8]);
        assert_eq!(asked(&mut form).expect("one is begun"), ["need"]);
        assert_eq!(faults(&form), ["topics.1.answer", "topics.1.portion_mark"]);
        assert!(asked(&mut filled(&[])).is_err());
    }
}
