//! Notes of correction: what was said, signed, sealed or decided is never changed; a supervisor may note beside it what
//! is right, for ever.

pub mod model;
pub mod note;
pub mod store;

use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    use note::{Checks, Licenses, show, submit};
    Routes::new().form(route::check_correct, show::<Checks>, submit::<Checks>).form(
        route::license_correct,
        show::<Licenses>,
        submit::<Licenses>,
    )
}
