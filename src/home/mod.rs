//! What do I do now?

pub mod groups;
pub mod rows;
pub mod show;
pub mod store;

use crate::web::Routes;

pub fn routes() -> Routes {
    Routes::new().page("/", show::show)
}
