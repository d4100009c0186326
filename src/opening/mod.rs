//! Opening a check on one page, with its license, lines and parties. It puts the forms of their short pages together,
//! so it stands above them, as telegrams do; their rules judge, and their stores keep.

mod act;
mod beside;
mod earlier;
mod found;
mod keep;
pub mod open;
mod pasted;
mod refusal;

use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    Routes::new().form(route::check_open, open::show, open::submit)
}
