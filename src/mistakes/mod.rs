//! Recorded by mistake: the way back from a row that a person recorded and that should not be there. It is taken back
//! with a reason, what lapses with it is told before, and it stays readable, struck through. Each kind keeps its own
//! rows; the rule, the form and the list of what was taken back are the same for all.

pub mod model;
pub mod store;
pub mod take_back;

use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    use take_back::{Permits, Signatures};
    Routes::new().form(route::permit_withdraw, take_back::show::<Permits>, take_back::submit::<Permits>).form(
        route::signature_withdraw,
        take_back::show::<Signatures>,
        take_back::submit::<Signatures>,
    )
}
