//! Licenses: what was applied for, its items and parties, what is still open, and what was decided.

pub mod conditions;
pub mod decide;
pub mod items;
pub mod model;
pub mod parties;
pub mod put_on;
pub mod register;
pub mod rows;
pub mod show;
pub mod store;
pub mod subjects;
pub mod verbs;
pub mod view;

use self::verbs::LicenseVerb;
use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    let pages = Routes::new()
        .page(route::licenses, show::list)
        .page(route::license, show::show)
        .form(route::license_register, register::show, register::submit)
        .form(route::license_edit, register::show_edit, register::submit_edit)
        .form(route::check_license_add, put_on::show, put_on::submit)
        .action(route::check_license_remove, put_on::submit_remove)
        .form(route::item_add, items::show, items::submit)
        .form(route::item_edit, items::show_edit, items::submit_edit)
        .form(route::item_split, items::show_split, items::submit_split)
        .form(route::role_add, parties::show, parties::submit)
        .form(route::role_edit, parties::show_edit, parties::submit_edit)
        .action(route::parties_take, parties::submit_take)
        .form(route::subject_add, subjects::show, subjects::submit)
        .action(route::subject_remove, subjects::submit_remove)
        .form(route::condition_meet, conditions::show_meet, conditions::submit_meet);
    LicenseVerb::ALL.iter().fold(pages, |routes, verb| match verb {
        LicenseVerb::Confirm => decision::<verbs::Confirm>(routes),
        LicenseVerb::Decide => decision::<verbs::Decide>(routes),
        LicenseVerb::Suspend => decision::<verbs::Suspend>(routes),
        LicenseVerb::Reinstate => decision::<verbs::Reinstate>(routes),
        LicenseVerb::Revoke => decision::<verbs::Revoke>(routes),
        LicenseVerb::Except => routes.form(verb.route(), decide::show_except, decide::submit_except),
        LicenseVerb::Raise => routes.form(verb.route(), conditions::show, conditions::submit),
        LicenseVerb::Certify => routes.form(verb.route(), conditions::show_certify, conditions::submit_certify),
    })
}

fn decision<V: verbs::Deed>(routes: Routes) -> Routes {
    routes.form(V::VERB.route(), decide::show::<V>, decide::submit::<V>)
}
