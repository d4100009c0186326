//! About Lantern: what it is, how to use it without a mouse, whose work is in it.

mod show;

use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    Routes::new().page(route::about, show::show)
}
