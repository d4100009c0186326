//! The way back from a page of a license: to the desk of the check from which it was opened, or to the license.

use serde::Deserialize;

use crate::{
    access::Actor,
    addresses::{self as at, Address},
    id::CheckId,
    licenses::model::LicenseFile,
};

/// From where a page of a license was opened.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct Back {
    /// The check on whose desk one was.
    pub check: Option<CheckId>,
}

impl Back {
    /// Where one is led: to the section of the check, if the license and the reader have to do with it.
    pub fn to(self, reader: &Actor, license: &LicenseFile, section: &str) -> Address {
        let known = license.checks.iter().find(|known| Some(known.id) == self.check);
        match known.filter(|known| reader.sees_post(known.post_id)) {
            Some(check) => at::check(check.id).at(section),
            None => at::license(license.id).at(section),
        }
    }
}
