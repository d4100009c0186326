//! End-use checks: the file that goes to a post and comes back. Opened and judged in Washington, worked at post.

pub mod contradictions;
pub mod due;
pub mod edit;
pub mod end_early;
pub mod explain;
pub mod extend;
pub mod hand_over;
pub mod list;
pub mod model;
pub mod next_step;
pub mod onward;
pub mod prioritize;
pub mod propose;
pub mod reassign;
pub mod recalled;
pub mod recommend;
pub mod saved;
pub mod show;
pub mod sign;
pub mod standing;
pub mod steps;
pub mod store;
pub mod tasks;
pub mod then;
pub mod topics;
pub mod turn;
pub mod verbs;

use self::verbs::CheckVerb;
use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    let pages = Routes::new()
        .page(route::checks, list::show)
        .page(route::checks_csv, list::file)
        .page(route::checks_recalled, recalled::list)
        .page(route::check, show::show)
        .page(route::check_print, show::print)
        .action(route::check_take, hand_over::submit_take);
    CheckVerb::ALL.iter().fold(pages, |routes, verb| {
        let at = verb.route();
        match verb {
            CheckVerb::Request => step::<verbs::Request>(routes),
            CheckVerb::Edit => routes.form(at, edit::show_edit, edit::submit_edit),
            CheckVerb::Discard => step::<verbs::Discard>(routes),
            CheckVerb::Acknowledge => step::<verbs::Acknowledge>(routes),
            CheckVerb::Recall => step::<verbs::Recall>(routes),
            CheckVerb::Clear => signature::<verbs::Clear>(routes),
            CheckVerb::Sign => signature::<verbs::Sign>(routes),
            CheckVerb::BringBack => signature::<verbs::BringBack>(routes),
            CheckVerb::Recommend => routes.form(at, recommend::show, recommend::submit),
            CheckVerb::Interim => step::<verbs::Interim>(routes),
            CheckVerb::Reassign => routes.form(at, reassign::show, reassign::submit),
            CheckVerb::HandOver => routes.form(at, hand_over::show, hand_over::submit),
            CheckVerb::Propose => routes.form(at, propose::show, propose::submit),
            CheckVerb::SignResult => signature::<verbs::SignResult>(routes),
            CheckVerb::Countersign => signature::<verbs::Countersign>(routes),
            CheckVerb::Decline => signature::<verbs::Decline>(routes),
            CheckVerb::TakeOver => step::<verbs::TakeOver>(routes),
            CheckVerb::GiveBack => step::<verbs::GiveBack>(routes),
            CheckVerb::Extend => routes.form(at, extend::show, extend::submit),
            CheckVerb::Prioritize => routes.form(at, prioritize::show, prioritize::submit),
            CheckVerb::Waive => step::<verbs::Waive>(routes),
            CheckVerb::Hold => step::<verbs::Hold>(routes),
            CheckVerb::Resume => step::<verbs::Resume>(routes),
            CheckVerb::EndEarly => routes.form(at, end_early::show, end_early::submit),
            CheckVerb::Explain => routes.form(at, explain::show, explain::submit),
        }
    })
}

fn signature<S: steps::Step>(routes: Routes) -> Routes {
    routes.form(S::VERB.route(), sign::show::<S>, sign::submit::<S>)
}

fn step<S: steps::Step>(routes: Routes) -> Routes {
    routes.form(S::VERB.route(), steps::show::<S>, steps::submit::<S>)
}
