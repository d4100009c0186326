//! What do I do now?

pub mod groups;
pub mod kinds;
pub mod rows;
pub mod show;
pub mod store;
pub mod upkeep;

use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    Routes::new().page(route::home, show::show)
}
