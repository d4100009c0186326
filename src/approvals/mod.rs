//! Host-country consent and what rests on paper: the permit matrix, permits, the certificate, custody, serial numbers.
//! The license owns all of it; the post of a check on the license records and verifies it.

pub mod ask;
pub mod back;
pub mod cell;
pub mod certificate;
pub mod counted;
pub mod custody;
pub mod model;
pub mod path;
pub mod permit;
pub mod store;

use crate::{addresses::route, web::Routes};

pub fn routes() -> Routes {
    Routes::new()
        .action(route::approvals_propose, cell::submit_propose)
        .page(route::approval_ask, ask::show)
        .form(route::approval, cell::show, cell::submit)
        .form(route::permit_record, permit::show, permit::submit)
        .form(route::permit_verify, permit::show_verify, permit::submit_verify)
        .form(route::permit_revoke, permit::show_revoke, permit::submit_revoke)
        .form(route::certificate, certificate::show, certificate::submit)
        .form(route::signature_add, certificate::show_signature, certificate::submit_signature)
        .form(route::signature_verify, certificate::show_confirm, certificate::submit_confirm)
        .form(route::custody, path::show, path::submit)
        .form(route::custody_add, custody::show, custody::submit)
        .form(route::serials, custody::show_serials, custody::submit_serials)
}
