//! The way back from a page of a license: to the desk of the check from which it was opened, or to the license.

use serde::Deserialize;

use crate::{
    access::Actor,
    addresses::{self as at, Address},
    checks::then::{self, Then},
    id::CheckId,
    licenses::model::LicenseFile,
    text::Optional,
    web::{Field, Sent},
};

/// From where a page of a license was opened.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct Back {
    /// The check on whose desk one was.
    pub check: Option<CheckId>,
}

impl From<&Field<Optional<CheckId>>> for Back {
    /// As the form of the page carries it on.
    fn from(field: &Field<Optional<CheckId>>) -> Self {
        Self { check: field.raw().parse().ok() }
    }
}

impl Back {
    /// Sets the field that carries it on; without a check in the address what a draft has of it stays.
    pub fn told_by(self, field: &mut Field<Optional<CheckId>>) {
        if let Some(check) = self.check {
            field.set(check);
        }
    }

    /// Where one is led: to the section of the check, if the license and the reader have to do with it.
    pub fn to(self, reader: &Actor, license: &LicenseFile, section: &str) -> Address {
        match self.known(reader, license) {
            Some(check) => at::check(check).at(section),
            None => at::license(license.id).at(section),
        }
    }

    /// Where a save leads: on, if its person asked for it; else back.
    pub fn leads<F>(self, sent: &Sent<F>, reader: &Actor, license: &LicenseFile, section: &str) -> Address {
        let asked = then::asked_for(sent, (self.known(reader, license), Some(license.id)));
        asked.unwrap_or_else(|| self.to(reader, license, section))
    }

    /// Whether one came from a check on which contacts are recorded.
    pub fn thens(self, reader: &Actor, license: &LicenseFile) -> &'static [Then] {
        match self.known(reader, license) {
            Some(_) => &[Then::AnotherPermit, Then::Contact],
            None => &[Then::AnotherPermit],
        }
    }

    fn known(self, reader: &Actor, license: &LicenseFile) -> Option<CheckId> {
        let known = license.checks.iter().find(|known| Some(known.id) == self.check);
        known.filter(|known| reader.sees_post(known.post_id)).map(|known| known.id)
    }
}
