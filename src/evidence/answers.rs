//! What one press of a button of the worksheet keeps: the answers that are whole, or that of one topic alone. Each by
//! the rule and with the entry in the log that its own page has; what is left unsent stays as a draft.

use axum::response::Response;

use super::{
    answer::AnswerForm,
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
    },
    db::{Change, drafts::DraftPage},
    error::{AppError, Result},
    id::CheckId,
    web::{
        Form, Sent,
        form::{Spare, storable},
    },
};

pub(super) async fn save(can: &Can<WorkChecks>, id: CheckId, sent: &mut Sent<WorksheetForm>) -> Result<Response> {
    let asked = asked(&mut sent.form)?;
    let mut change = can.change(sent).await?;
    let file = checks::store::find_for_update(&mut change, can, id, None).await?;
    let made = enter(&mut change, &file, &asked, sent).await?;
    if let Some(left) = left(&sent.form, &asked) {
        // What may not be kept stays on the page, and the rest with it.
        storable(&left).map_err(|_| AppError::Invalid)?;
        let title = titled(&file);
        let page = DraftPage::local(&can.path, &title).ok_or(AppError::Invalid)?;
        can.leave_draft(&mut change, page, &left).await?;
    }
    change.make(made).await
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
    let mut events = Vec::new();
    let mut first = None;
    for (recorded, version) in judged {
        let row = Subject::Row("finding", store::save_finding(change, &recorded, version).await?.0);
        first.get_or_insert(row);
        events.push(Event::from(recorded).about(row));
    }
    checks::store::touch(change, file.check.id).await?;
    let mut events = events.into_iter();
    let (row, event) = first.zip(events.next()).ok_or(AppError::Invalid)?;
    let to = at::worksheet(file.check.id).at("saved");
    Ok(Made::new(row, Events::from(event).and_all(events), to))
}

/// The proofs, each with the version that was read.
fn judge(file: &CaseFile, asked: &[String], sent: &mut Sent<WorksheetForm>) -> Result<Vec<(FindingRecorded, i32)>> {
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
fn left(form: &WorksheetForm, asked: &[String]) -> Option<String> {
    let left = form.topics.each().map(|(_, answer)| answer);
    let left = left.filter(|answer| !answer.is_blank() && !asked.contains(&answer.key()));
    let pairs: Vec<_> = (1..).zip(left).flat_map(|(number, answer)| answer.pairs(number)).collect();
    if pairs.is_empty() {
        return None;
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
        let left = left(&form, &["order".into()]).expect("one is begun");
        assert!(left.contains("topics.1.topic=need") && left.contains("Of+45"), "{left}");
        assert!(!left.contains("order") && !left.contains("storage"), "{left}");
    }

    #[test]
    fn the_button_of_a_topic_asks_for_that_topic_alone() {
        let mut form = three(&[("only", "need")]);
        assert_eq!(asked(&mut form).expect("it was touched"), ["need"]);
        assert_eq!(faults(&form), ["topics.2.answer", "topics.2.portion_mark"], "what it lacks is told");
        assert!(left(&form, &["need".into()]).is_some_and(|left| left.contains("It+was+ordered.")));
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
