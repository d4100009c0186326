//! End-use checks: the file that goes to a post and comes back. Opened and judged in Washington, worked at post.

/// What cannot all be true.
pub mod contradictions;
/// When it is due, in words.
pub mod due;
/// Ending a check early.
pub mod end_early;
/// Explaining a contradiction.
pub mod explain;
/// Moving the due date.
pub mod extend;
/// The checks, one line each.
pub mod list;
/// The file and its path.
pub mod model;
/// Who has to do what.
pub mod next_step;
/// Opening a check, changing its draft.
pub mod open;
/// Proposing the result.
pub mod propose;
/// Giving a check to another officer.
pub mod reassign;
/// Post's recommendation.
pub mod recommend;
/// The case file on one page.
pub mod show;
/// Where each check stands, computed once and stored.
pub mod standing;
/// Steps that need at most one text.
pub mod steps;
/// Every statement.
pub mod store;
/// The sections as a task list.
pub mod tasks;
/// Whose turn it is.
pub mod turn;

use crate::web::Routes;

/// The addresses.
pub fn routes() -> Routes {
    Routes::new()
        .page("/checks", list::show)
        .page("/checks.csv", list::export)
        .page("/checks/{id}", show::show)
        .page("/checks/{id}/print", show::print)
        .form("/checks/open", open::show, open::submit)
        .form("/checks/{id}/edit", open::show_edit, open::submit_edit)
        .form("/checks/{id}/extend", extend::show, extend::submit)
        .form("/checks/{id}/recommend", recommend::show, recommend::submit)
        .form("/checks/{id}/propose", propose::show, propose::submit)
        .form("/checks/{id}/end", end_early::show, end_early::submit)
        .form("/checks/{id}/explain", explain::show, explain::submit)
        .form("/checks/{id}/reassign", reassign::show, reassign::submit)
        .form("/checks/{id}/discard", steps::show::<steps::Discard>, steps::submit::<steps::Discard>)
        .form("/checks/{id}/request", steps::show::<steps::Request>, steps::submit::<steps::Request>)
        .form("/checks/{id}/acknowledge", steps::show::<steps::Acknowledge>, steps::submit::<steps::Acknowledge>)
        .form("/checks/{id}/interim", steps::show::<steps::Interim>, steps::submit::<steps::Interim>)
        .form("/checks/{id}/sign", steps::show::<steps::Sign>, steps::submit::<steps::Sign>)
        .form("/checks/{id}/clear", steps::show::<steps::Clear>, steps::submit::<steps::Clear>)
        .form("/checks/{id}/give-back", steps::show::<steps::GiveBack>, steps::submit::<steps::GiveBack>)
        .form("/checks/{id}/waive", steps::show::<steps::Waive>, steps::submit::<steps::Waive>)
        .form("/checks/{id}/hold", steps::show::<steps::Hold>, steps::submit::<steps::Hold>)
        .form("/checks/{id}/resume", steps::show::<steps::Resume>, steps::submit::<steps::Resume>)
        .form("/checks/{id}/sign-result", steps::show::<steps::SignResult>, steps::submit::<steps::SignResult>)
        .form("/checks/{id}/decline", steps::show::<steps::Decline>, steps::submit::<steps::Decline>)
        .form("/checks/{id}/take-over", steps::show::<steps::TakeOver>, steps::submit::<steps::TakeOver>)
        .form("/checks/{id}/countersign", steps::show::<steps::Countersign>, steps::submit::<steps::Countersign>)
}
