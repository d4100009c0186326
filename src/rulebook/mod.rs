//! The rulebook: what Lantern refuses and why, said from the code that refuses it. A page for whoever was refused, and
//! a document for whoever audits the program.

pub mod model;
pub mod show;

use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    Routes::new().page(route::rulebook, show::show)
}
