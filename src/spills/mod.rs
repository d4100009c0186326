//! A classified text that was found too late: whoever sees it reports it, and it is hidden at once, with whatever
//! repeats it; a second person removes it for good or puts it back. The database does both, by two functions that alone
//! pass what keeps a record as it is.

pub mod model;
pub mod refusal;
pub mod report;
pub mod settle;
pub mod store;

use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    use report::{Checks, Licenses, Parties, Telegrams};
    Routes::new()
        .page(route::spills, settle::list)
        .form(route::spill_settle, settle::show, settle::submit)
        .form(route::check_spill, report::show::<Checks>, report::submit::<Checks>)
        .form(route::license_spill, report::show::<Licenses>, report::submit::<Licenses>)
        .form(route::party_spill, report::show::<Parties>, report::submit::<Parties>)
        .form(route::telegram_spill, report::show::<Telegrams>, report::submit::<Telegrams>)
}
