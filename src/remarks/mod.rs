//! Remarks: a small thread on a check, to a role or a person. Part of the log, and of nothing that goes out.

pub mod list;
pub mod model;
pub mod refusal;
pub mod store;
pub mod write;

use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    Routes::new()
        .page(route::remarks, list::show)
        .form(route::remark_write, write::show, write::submit)
        .form(route::remark_answer, write::show_answer, write::submit_answer)
        .action(route::remark_read, list::submit_read)
}
