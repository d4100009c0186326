//! Proposing the result of a check that the post answered (guards 9, 10, 12, 13).

use askama::Template;
use axum::response::Response;

use super::{
    model::{CaseFile, NewResult, Refusal, ResultWord},
    store::{self, Texts},
    verbs,
};
use crate::{
    access::Can,
    addresses as at,
    error::{AppError, Result},
    form,
    id::{CheckId, FindingId, ResultId},
    reference::model::ReferenceKind,
    text::{Line, Optional, Reasons, Text},
    web::{Form, Layout, Path, Sent, html},
    words::Choice,
};

form! {
    /// The word, why, and for an unfavorable result the reasons with the finding behind the main one.
    pub struct ProposeForm reads Propose {
        word: Field<ResultWord>,
        text: Field<Reasons>,
        caveat: Field<Optional<Text>>,
        primary: Field<Optional<Line>>,
        finding: Field<Optional<FindingId>>,
        reasons: Fields<Line>,
    }
}

#[derive(Template)]
#[template(path = "checks/propose.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    words: Vec<Choice>,
    codes: Vec<Choice>,
    findings: Vec<Choice>,
    sent: Sent<ProposeForm>,
}

pub async fn show(can: Can<verbs::Propose>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = store::find(&can, id, Texts::Whole).await?;
    let sent = can.form(filled(&file), file.check.revision).await?;
    page(&can, &file, sent)
}

pub async fn submit(
    can: Can<verbs::Propose>,
    Path(id): Path<CheckId>,
    mut sent: Sent<ProposeForm>,
) -> Result<Response> {
    let done = propose(&can, id, &mut sent).await;
    sent.answer(done, async |mut sent| {
        let file = store::find(&can, id, Texts::Whole).await?;
        sent.renew(file.check.revision);
        page(&can, &file, sent)
    })
    .await
}

fn page(can: &Can<verbs::Propose>, file: &CaseFile, sent: Sent<ProposeForm>) -> Result<Response> {
    let words =
        ResultWord::choices().into_iter().filter(|choice| choice.value != ResultWord::NotCompleted.code()).collect();
    let codes = file.reference.choices(ReferenceKind::ReasonCode);
    let named = |finding: &crate::evidence::model::Finding| {
        let topic = file.reference.label(ReferenceKind::Topic, &finding.topic);
        let party = finding.party_name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        Choice::new(finding.id, format!("{topic}{party}: {}", finding.answer.label()))
    };
    let findings = file.check.findings.iter().map(named).collect();
    html(&Page { layout: can.layout(), file, words, codes, findings, sent })
}

fn filled(file: &CaseFile) -> ProposeForm {
    let mut form = ProposeForm::blank();
    let declined = file.check.earlier_result.as_ref().filter(|result| result.declined_because.is_some());
    if let Some(result) = file.check.result.as_ref().or(declined) {
        form.word.set(result.word);
        form.text.set(&result.text);
        form.caveat.set(&result.caveat);
        form.reasons.set(result.reasons.iter().filter(|reason| !reason.is_primary).map(|reason| &reason.code));
        if let Some(primary) = result.reasons.iter().find(|reason| reason.is_primary) {
            form.primary.set(&primary.code);
            form.finding.set(primary.finding_id.map(|id| id.to_string()).unwrap_or_default());
        }
    }
    form
}

async fn propose(can: &Can<verbs::Propose>, id: CheckId, sent: &mut Sent<ProposeForm>) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let file = store::find_for_update(&mut change, can, id, Some(sent.version)).await?;
    file.may_propose(can.id)?;
    let others = read.reasons.iter().map(Line::as_str);
    let says = NewResult {
        word: read.word,
        text: read.text.as_str().to_owned(),
        caveat: read.caveat.or_empty(),
        reasons: file.reasons(&read.primary.or_empty(), read.finding.0, others)?,
    };
    let proposed = file.propose(can.id, ResultId::new(), says).map_err(|refusal| refuse(&mut sent.form, refusal))?;
    store::propose(&mut change, &proposed).await?;
    change.commit(proposed, &at::check(id).at("result")).await
}

/// Where a refusal stands on the form.
fn refuse(form: &mut ProposeForm, refusal: Refusal) -> AppError {
    let sentence = refusal.to_string();
    match refusal {
        Refusal::NoCaveat => form.caveat.refuse(sentence),
        Refusal::EndedByReviewers => form.word.refuse(sentence),
        other => return other.into(),
    }
    AppError::Invalid
}
