//! What is signed, before the eyes of who signs it: one sheet for every page that signs, made of the file that the rule
//! of that page reads. What is open comes first, and whether it stops the signature; then what the post and Washington
//! say, what that rests on, what is only claimed, and what changed.

mod changed;
mod hand;
mod heads;
mod open;
mod read;

pub use changed::{Changes, Since};
pub use hand::Hand;
pub use heads::{Head, heads, license_heads};
pub use open::Open;
pub use read::Read;

use time::{Date, OffsetDateTime};

use crate::{
    access::Reader,
    audit::store::Entry,
    checks::{model::CaseFile, verbs::CheckVerb},
    licenses::{
        model::{Act, Decider, LicenseFile},
        verbs::LicenseVerb,
    },
    reference::model::Reference,
};

/// What is read before it is signed.
#[derive(Debug)]
pub struct Sheet<'a> {
    pub open: Open,
    /// The checks it speaks of: one whole, several in short.
    pub checks: Vec<Read<'a>>,
    pub changed: Changes,
    pub hand: Hand,
}

impl<'a> Sheet<'a> {
    /// Of what is signed on a check; `entries` are the newest of its log, and `name` is what the log calls the reader.
    pub fn of_check(file: &'a CaseFile, verb: CheckVerb, (reader, name): (&Reader, &str), entries: &[Entry]) -> Self {
        let refused = verb.judge(file, reader.id).err().map(|refusal| refusal.to_string());
        Self {
            open: Open::of_check(file, verb, refused.as_deref()),
            checks: vec![Read::whole(file)],
            changed: Changes::of_check(file, verb, name, entries),
            hand: Hand::of_check(file, verb, reader, refused),
        }
    }

    /// Of what is decided on a license, by its file and those of the checks on it.
    pub fn of_license(
        license: &LicenseFile,
        cases: &'a [CaseFile],
        (verb, reader): (LicenseVerb, &Reader),
        (reference, today): (&Reference, Date),
        at: OffsetDateTime,
    ) -> Self {
        let by = Decider { id: reader.id, authority: reader.authority };
        let refused = verb.judge(license, by, reference, today).err().map(|refusal| refusal.to_string());
        // Where nothing is possible, that says it once.
        let mut not_now = not_now(license, verb, by, (reference, today));
        not_now.retain(|(_, why)| refused.is_none() || verb.acts().len() > 1 && refused.as_ref() != Some(why));
        let checks = match cases {
            [only] => vec![Read::whole(only)],
            several => several.iter().map(Read::in_short).collect(),
        };
        Self {
            open: Open::of_license(license, cases, (reference, today), refused.as_deref(), not_now),
            checks,
            changed: Changes::of_license(license, cases, reference),
            hand: Hand::of_license(license, verb, reader, refused, at),
        }
    }
}

impl Sheet<'_> {
    /// Whether several checks stand on it, each in short.
    pub fn is_of_several(&self) -> bool {
        self.checks.len() != 1
    }
}

/// Of the acts of a page those that a person may do now.
pub fn possible(
    license: &LicenseFile,
    verb: LicenseVerb,
    by: Decider,
    (reference, today): (&Reference, Date),
) -> Vec<Act> {
    let may = |act: &Act| license.may_decide(by, *act, reference, today).is_ok();
    verb.acts().iter().copied().filter(may).collect()
}

/// Of the acts of a page those that lead on from here, and that this person may not do now: each with why.
fn not_now(
    license: &LicenseFile,
    verb: LicenseVerb,
    by: Decider,
    (reference, today): (&Reference, Date),
) -> Vec<(&'static str, String)> {
    let leading = license.may_choose(verb.acts(), reference).into_iter();
    leading
        .filter_map(|act| Some((act, license.may_decide(by, act, reference, today).err()?)))
        .map(|(act, refusal)| (act.label(), open::in_short(&refusal)))
        .collect()
}

#[cfg(test)]
mod tests;
