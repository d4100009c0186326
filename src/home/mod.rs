//! What do I do now?

/// The page.
pub mod show;

use crate::web::Routes;

/// The addresses.
pub fn routes() -> Routes {
    Routes::new().page("/", show::show)
}
