//! Host-country consent and what rests on paper: the permit matrix, permits, the certificate, custody, serial numbers.
//! The license owns all of it; the post of a check on the license records and verifies it.

pub mod ask;
pub mod cell;
pub mod certificate;
pub mod custody;
pub mod model;
pub mod permit;
pub mod store;

use crate::web::Routes;

pub fn routes() -> Routes {
    Routes::new()
        .action("/licenses/{id}/approvals/propose", cell::submit_propose)
        .page("/licenses/{id}/approvals/ask", ask::show)
        .form("/licenses/{id}/approvals/{item}/{authority}", cell::show, cell::submit)
        .form("/licenses/{id}/permits/record", permit::show, permit::submit)
        .form("/licenses/{id}/permits/{permit}/verify", permit::show_verify, permit::submit_verify)
        .form("/licenses/{id}/permits/{permit}/revoke", permit::show_revoke, permit::submit_revoke)
        .form("/licenses/{id}/certificate", certificate::show, certificate::submit)
        .form("/licenses/{id}/certificate/sign", certificate::show_signature, certificate::submit_signature)
        .form("/licenses/{id}/certificate/{signature}/verify", certificate::show_confirm, certificate::submit_confirm)
        .form("/licenses/{id}/custody/add", custody::show, custody::submit)
        .action("/licenses/{id}/custody/{step}/remove", custody::submit_remove)
        .form("/licenses/{id}/serials", custody::show_serials, custody::submit_serials)
}
