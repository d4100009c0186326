//! What a telegram proposes: rules that can be read and tested, one file a kind. Only what the frozen examples
//! (`tests/telegrams/frozen`) say is right in 95 of 100 is proposed; everything else is a sentence that a person points
//! at. Each rule looks at the sentences once, and every list is bounded, so that the longest input takes time linear in
//! its length.

pub mod check;
pub mod ground;
pub mod items;
pub mod licenses;
pub mod names;
pub mod own;
pub mod parties;
pub mod recommendation;

use super::{
    Confidence, Direction, Header, PieceKind, Proposal, ReferenceKind, Value, Warning, decode::Decoded, header,
    sentences::Found, structure::Structure, words::patterns,
};
use crate::text::CheckReference;
use ground::Ground;

/// What a telegram proposes, and what looks wrong in what it says.
pub fn propose(
    decoded: &Decoded<'_>,
    structure: &Structure<'_>,
    header: &Header,
    sentences: &[Found],
) -> (Vec<Proposal>, Vec<Warning>) {
    let mut ground = Ground::new(decoded, structure, header, sentences);
    message_itself(&mut ground);
    references(&mut ground);
    if own::propose(&mut ground) {
        return (ground.found, ground.warnings);
    }
    let said = recommendation::said(&ground);
    let direction = check::propose(&mut ground, &said);
    let licenses = licenses::propose(&mut ground);
    parties::propose(&mut ground);
    items::propose(&mut ground, &licenses);
    if !matches!(direction, Direction::Request | Direction::Reminder) {
        recommendation::propose(&mut ground, said, &licenses);
    }
    (ground.found, ground.warnings)
}

/// Proposes the telegram's own number and time.
fn message_itself(ground: &mut Ground<'_>) {
    let header = ground.header;
    if header.message.is_none() && header.date_time_group.is_none() {
        return;
    }
    let value = Value::Message {
        message: header.message.clone(),
        date_time_group: header.date_time_group.clone(),
        sent_at: header.sent_at,
    };
    let kinds =
        [PieceKind::DateTimeGroup, PieceKind::Classification, PieceKind::From, PieceKind::To, PieceKind::PageLine];
    let place = kinds.iter().find_map(|kind| ground.structure.of_kind(*kind).next());
    if let Some((start, end)) = place.map(|place| (place.start, place.end)) {
        ground.propose_header(value, Confidence::Certain, start, end);
    }
}

patterns! {
    CHECK = r"(?:^|[^\w-])(BL[ /.-]?\d{4}[ /.-]\d{1,9})\b";
}

/// References of Lantern's own in a text: `BL-2026-0042`, however they are written.
pub fn check_references(text: &str) -> Vec<String> {
    let whole = |found: &regex::Match<'_>| !text[found.end()..].starts_with('-');
    let found = CHECK.captures_iter(text).filter_map(|found| found.get(1).filter(whole));
    found
        .filter_map(|found| found.as_str().parse::<CheckReference>().ok())
        .map(|reference| reference.to_string())
        .collect()
}

/// Proposes what the telegram answers or quotes.
fn references(ground: &mut Ground<'_>) {
    for header::Reference { letter, text, start, end } in header::lettered(ground.structure) {
        let upper = text.to_uppercase();
        let message = header::message(&text);
        let points_at = if !check_references(&text).is_empty() {
            ReferenceKind::Check
        } else if message.is_some() {
            ReferenceKind::Telegram
        } else if upper.contains("E-MAIL") || upper.contains("EMAIL") {
            ReferenceKind::Email
        } else if upper.contains("LETTER") {
            ReferenceKind::Letter
        } else {
            ReferenceKind::Other
        };
        let message = message.filter(|_| points_at == ReferenceKind::Telegram);
        let confidence = if points_at == ReferenceKind::Other { Confidence::Possible } else { Confidence::Certain };
        ground.propose_header(Value::Reference { letter, points_at, text, message }, confidence, start, end);
    }
}

#[cfg(test)]
mod tests {
    use super::check_references;

    #[test]
    fn lanterns_own_references_are_found_in_a_text() {
        let text = "A. LANTERN BL-2026-0042; B. BL-2026-12345, XBL-2026-0042 BL-26-1 BL-2026-0042-1 bl 2026 37. BL/2026/38, BL2026";
        assert_eq!(check_references(text), ["BL-2026-0042", "BL-2026-12345", "BL-2026-0037", "BL-2026-0038"]);
    }
}
