//! Licenses: what was applied for, its items and parties, what is still open, and what was decided.

pub mod conditions;
pub mod decide;
pub mod items;
pub mod model;
pub mod parties;
pub mod put_on;
pub mod register;
pub mod show;
pub mod store;
pub mod subjects;
pub mod verbs;
pub mod view;

use self::verbs::LicenseVerb;
use crate::web::Routes;

pub fn routes() -> Routes {
    let pages = Routes::new()
        .page("/licenses", show::list)
        .page("/licenses/{id}", show::show)
        .form("/licenses/register", register::show, register::submit)
        .form("/licenses/{id}/edit", register::show_edit, register::submit_edit)
        .form("/checks/{id}/licenses/add", put_on::show, put_on::submit)
        .action("/checks/{id}/licenses/{license}/remove", put_on::submit_remove)
        .form("/licenses/{id}/items/add", items::show, items::submit)
        .form("/licenses/{id}/items/{item}/edit", items::show_edit, items::submit_edit)
        .form("/licenses/{id}/items/{item}/split", items::show_split, items::submit_split)
        .form("/licenses/{id}/parties/add", parties::show, parties::submit)
        .form("/licenses/{id}/parties/{row}/edit", parties::show_edit, parties::submit_edit)
        .action("/licenses/{id}/parties/{row}/remove", parties::submit_remove)
        .action("/licenses/{id}/take-parties/{license}", parties::submit_take)
        .form("/checks/{id}/subjects/add", subjects::show, subjects::submit)
        .action("/checks/{id}/subjects/{row}/remove", subjects::submit_remove)
        .form("/licenses/{id}/conditions/{condition}/meet", conditions::show_meet, conditions::submit_meet);
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
