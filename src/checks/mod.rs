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
/// What people do with a check.
pub mod verbs;

use self::verbs::CheckVerb;
use crate::web::Routes;

/// The addresses.
pub fn routes() -> Routes {
    let pages = Routes::new()
        .page("/checks", list::show)
        .page("/checks.csv", list::file)
        .page("/checks/{id}", show::show)
        .page("/checks/{id}/print", show::print)
        .form("/checks/open", open::show, open::submit);
    CheckVerb::ALL.iter().fold(pages, |routes, verb| {
        let at = verb.route();
        match verb {
            CheckVerb::Request => step::<verbs::Request>(routes),
            CheckVerb::Edit => routes.form(at, open::show_edit, open::submit_edit),
            CheckVerb::Discard => step::<verbs::Discard>(routes),
            CheckVerb::Acknowledge => step::<verbs::Acknowledge>(routes),
            CheckVerb::Clear => step::<verbs::Clear>(routes),
            CheckVerb::Sign => step::<verbs::Sign>(routes),
            CheckVerb::Recommend => routes.form(at, recommend::show, recommend::submit),
            CheckVerb::Interim => step::<verbs::Interim>(routes),
            CheckVerb::Reassign => routes.form(at, reassign::show, reassign::submit),
            CheckVerb::Propose => routes.form(at, propose::show, propose::submit),
            CheckVerb::SignResult => step::<verbs::SignResult>(routes),
            CheckVerb::Countersign => step::<verbs::Countersign>(routes),
            CheckVerb::Decline => step::<verbs::Decline>(routes),
            CheckVerb::TakeOver => step::<verbs::TakeOver>(routes),
            CheckVerb::GiveBack => step::<verbs::GiveBack>(routes),
            CheckVerb::Extend => routes.form(at, extend::show, extend::submit),
            CheckVerb::Waive => step::<verbs::Waive>(routes),
            CheckVerb::Hold => step::<verbs::Hold>(routes),
            CheckVerb::Resume => step::<verbs::Resume>(routes),
            CheckVerb::EndEarly => routes.form(at, end_early::show, end_early::submit),
            CheckVerb::Explain => routes.form(at, explain::show, explain::submit),
        }
    })
}

fn step<S: steps::Step>(routes: Routes) -> Routes {
    routes.form(S::VERB.route(), steps::show::<S>, steps::submit::<S>)
}
