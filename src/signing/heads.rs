//! What one asks first of what is signed: by whom, since when, about which license.

use time::OffsetDateTime;

use crate::{
    addresses::{self as at, Address},
    checks::model::{CaseFile, CheckState},
    licenses::model::{ItemGroup, LicenseFile},
    parties::model::PartyRole,
    text::{many, moment_words},
};

/// A fact at the head of the page.
#[derive(Debug)]
pub struct Head {
    pub term: &'static str,
    pub main: String,
    pub href: Option<Address>,
    pub small: Vec<String>,
}

/// Of a check: what is proposed or recommended, the reply of the post, the licenses.
pub fn heads(file: &CaseFile) -> Vec<Head> {
    let check = &file.check;
    let mut heads = Vec::new();
    if let Some(result) = check.result.as_ref().filter(|_| !check.state.is_at_post()) {
        let mut small = vec![moment_words(result.proposed_at)];
        small.extend(waits(file.now, result.proposed_at));
        small.extend(result.signed_by_name.as_ref().map(|name| format!("signed by {name}")));
        heads.push(Head { term: "Proposed by", main: result.proposed_by_name.clone(), href: None, small });
    }
    let by = |did: &str, name: Option<&String>| name.map(|name| format!("{did} by {name}"));
    if let Some(word) = &check.recommendation {
        let written = by("written", Some(&word.written_by_name));
        let signed = by("signed", word.signed_by_name.as_ref());
        let small = [written.filter(|_| signed.is_none()), signed, by("cleared", word.cleared_by_name.as_ref())];
        let (term, main) = ("Reply of the post", check.post_name.clone());
        heads.push(Head {
            term,
            main,
            href: Some(at::post(check.post_id)),
            small: small.into_iter().flatten().collect(),
        });
    }
    if check.state == CheckState::InProgress {
        let due = check.due();
        heads.push(Head { term: "Due", main: due.words(file.now), href: None, small: Vec::new() });
    }
    heads.extend(file.licenses.iter().take(3).map(of_license));
    heads
}

/// Of a license: where it stands, what it is for and worth, to whom it goes, and what its checks came to.
pub fn license_heads(license: &LicenseFile) -> Vec<Head> {
    let users = license.parties.iter().filter(|party| party.role == PartyRole::EndUser);
    let users: Vec<&str> = users.map(|party| party.called.as_str()).collect();
    let (main, href) = (license.destination_name.clone(), Some(at::country(&license.destination)));
    let mut heads = vec![of_license(license), Head { term: "Goes to", main, href, small: vec![users.join("; ")] }];
    heads.extend(license.checks.iter().take(2).map(|check| {
        let came_to = check.result.map_or_else(|| check.state.label(), |result| result.label()).to_lowercase();
        let small = vec![format!("{}, {came_to}", check.post_name)];
        Head { term: "Check", main: check.reference.clone(), href: Some(at::check(check.id)), small }
    }));
    heads
}

fn of_license(license: &LicenseFile) -> Head {
    let lines: Vec<String> = license.items.iter().take(2).map(ItemGroup::named).collect();
    let more = license.items.len().saturating_sub(lines.len());
    let items = match (lines.as_slice(), more) {
        ([], _) => "no items".to_owned(),
        (lines, 0) => lines.join("; "),
        (lines, more) => format!("{}; {more} more", lines.join("; ")),
    };
    let small = vec![format!("{}, {}", license.status.label().to_lowercase(), license.value_said()), items];
    Head { term: "License", main: license.number.clone(), href: Some(at::license(license.id)), small }
}

fn waits(now: OffsetDateTime, since: OffsetDateTime) -> Option<String> {
    let days = (now - since).whole_days();
    (days > 0).then(|| format!("waits for {}", many(days, "day")))
}
