//! What a check is opened with, and its file then.

use time::OffsetDateTime;

use crate::{
    checks::model::{CheckFile, CheckType, Priority, SiteVisit},
    generate::world::{Human, Place},
    id::CheckId,
};

/// What a check is opened with.
#[derive(Debug, Clone)]
pub(super) struct Opening {
    pub(super) at: OffsetDateTime,
    pub(super) post: usize,
    pub(super) check_type: CheckType,
    pub(super) priority: Priority,
    pub(super) site_visit: SiteVisit,
    pub(super) subject: String,
    pub(super) reason: String,
    pub(super) days: i32,
    pub(super) follows: Option<(CheckId, String)>,
    /// How long things take, in thousandths of what is usual.
    pub(super) pace: i64,
}

/// The file of a check as it is opened.
pub(super) fn drafted((id, reference): (CheckId, String), opening: Opening, place: &Place, by: &Human) -> CheckFile {
    let Opening { at, check_type, priority, site_visit, subject, reason, days, follows, .. } = opening;
    CheckFile {
        reference,
        check_type,
        post_name: place.name.clone(),
        post_country: place.country.clone(),
        post_zone: place.zone.clone(),
        subject,
        reason,
        priority,
        site_visit,
        days_to_answer: days,
        opened_by_name: by.name.clone(),
        follows,
        ..CheckFile::empty(id, place.id, by.id, at)
    }
}
