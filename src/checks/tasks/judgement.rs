//! What is judged: contradictions, the post's recommendation, the result, the decision.

use super::{BEGUN, BLOCKED, DONE, NOT_YET, Task, task};
use crate::{
    checks::{
        contradictions::Contradiction,
        model::{CaseFile, CheckState, RecommendationWord},
    },
    licenses::view::LicenseView,
    web::filters::many,
};

pub(super) fn contradicting(contradictions: &[Contradiction]) -> Task {
    match contradictions.iter().filter(|found| found.explanation.is_none()).collect::<Vec<_>>().as_slice() {
        [] => task("contradictions", "Contradictions", format!("{} explained", contradictions.len()), DONE),
        [one] => task("contradictions", "Contradictions", one.sentence.clone(), ("Unexplained", "bad")),
        [one, rest @ ..] => task(
            "contradictions",
            "Contradictions",
            format!("{}, and {} more", one.sentence, rest.len()),
            ("Unexplained", "bad"),
        ),
    }
}

pub(super) fn recommendation(file: &CaseFile, contradictions: &[Contradiction]) -> Task {
    let label = "Recommendation";
    let lacking = file.unanswered().len();
    let blocking = contradictions.iter().any(|found| found.blocks_reply && found.explanation.is_none());
    match &file.check.recommendation {
        Some(word) if word.cleared_by.is_some() => task("recommendation", label, word.word.label(), DONE),
        Some(word) if file.check.state == CheckState::InProgress && file.fits(word.word).is_err() => {
            let says = format!("{}: no longer fits what is open", word.word.label());
            task("recommendation", label, says, ("Blocked", "bad"))
        }
        Some(word) if word.signed_by.is_some() => task(
            "recommendation",
            label,
            format!("{}: signed, to be cleared by another person", word.word.label()),
            BEGUN,
        ),
        Some(word) => task("recommendation", label, format!("{}: written, to be signed", word.word.label()), BEGUN),
        None if !file.check.is_workable() => task("recommendation", label, "The post writes it", NOT_YET),
        None if blocking => task("recommendation", label, "Because a contradiction is not explained", BLOCKED),
        None if lacking > 0 => {
            task("recommendation", label, format!("Because {} missing", are(lacking, "finding")), BLOCKED)
        }
        None => {
            let open = file.open_conditions().len();
            let word = if open > 0 { RecommendationWord::SupportWithConditions } else { RecommendationWord::Support };
            let fits = format!("\"{}\" is possible: {} open", word.label(), are(open, "condition"));
            task("recommendation", label, fits, NOT_YET)
        }
    }
}

fn are(count: usize, one: &str) -> String {
    format!("{} {}", many(count, one), if count == 1 { "is" } else { "are" })
}

pub(super) fn result(file: &CaseFile, contradictions: &[Contradiction]) -> Task {
    let unexplained =
        contradictions.iter().filter(|found| found.blocks_favorable && found.explanation.is_none()).count();
    match &file.check.result {
        Some(result) if file.check.state.is_judged() => task("result", "Result", result.word.label(), DONE),
        Some(result) if file.half_signed().is_some() => {
            task("result", "Result", format!("{}: signed, waits for the countersignature", result.word.label()), BEGUN)
        }
        Some(result) => {
            task("result", "Result", format!("{}: proposed by {}", result.word.label(), result.proposed_by_name), BEGUN)
        }
        None if file.check.state == CheckState::Replied && unexplained > 0 => {
            task("result", "Result", "A favorable one is blocked because a contradiction is not explained", BLOCKED)
        }
        None if file.check.state == CheckState::Replied => {
            task("result", "Result", "A case officer proposes it", NOT_YET)
        }
        None => task("result", "Result", "After the reply of the post", NOT_YET),
    }
}

pub(super) fn decision(licenses: &[LicenseView<'_>]) -> Task {
    let open: usize = licenses.iter().map(|view| view.open.len()).sum();
    let mut words: Vec<String> = licenses.iter().map(|view| view.file.status.label().to_owned()).collect();
    words.dedup();
    let words = words.join(", ");
    match licenses.iter().any(|view| view.file.status.is_open()) {
        false => task("decisions", "Decision", words, DONE),
        true if licenses.iter().any(|view| view.ready) => {
            task("decisions", "Decision", format!("{words}; ready to issue"), BEGUN)
        }
        true if open > 0 => task("decisions", "Decision", format!("{words}; {} open", are(open, "condition")), BLOCKED),
        true => task("decisions", "Decision", format!("{words}; no condition is open"), NOT_YET),
    }
}
