//! What do I do now?

/// What stands on it for each role.
pub mod groups;
/// Its rows.
pub mod rows;
/// The page.
pub mod show;
/// Its statement.
pub mod store;

use crate::web::Routes;

/// The addresses.
pub fn routes() -> Routes {
    Routes::new().page("/", show::show)
}
