//! Recorded by mistake: the way back from a row that a person recorded and that should not be there. It is taken back
//! with a reason, what lapses with it is told before, and it stays readable, struck through. One rule, one page and one
//! statement for every kind; what a kind adds is what it says, what keeps it, and what lapses with it.

pub mod files;
pub mod model;
pub mod store;
pub mod take_back;

use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    use files::{Check, Country, License, Party, Person, ReferenceRows};
    use take_back::{show, submit};
    Routes::new()
        .form(route::check_mistake, show::<Check>, submit::<Check>)
        .form(route::license_mistake, show::<License>, submit::<License>)
        .form(route::party_mistake, show::<Party>, submit::<Party>)
        .form(route::person_mistake, show::<Person>, submit::<Person>)
        .form(route::country_mistake, show::<Country>, submit::<Country>)
        .form(route::reference_mistake, show::<ReferenceRows>, submit::<ReferenceRows>)
}
