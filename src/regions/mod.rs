//! Regions: whom their checks go to, if nobody else has them.

pub mod set;
pub mod store;

use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    Routes::new().page(route::regions, set::list).form(route::region, set::show, set::submit)
}
