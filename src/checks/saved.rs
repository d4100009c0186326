//! What the reader saved a moment ago, where it belongs: after a save one is back in place, and is told so there.

use time::OffsetDateTime;

use super::{
    model::CaseFile,
    next_step::{Queue, REQUEST},
};
use crate::{
    access::Role,
    audit::{
        Verb,
        store::{Entry, is_a_moment_ago},
    },
    mistakes::model::MistakeKind,
};

/// What was saved, and the section it stands in; none: above all of them.
#[derive(Debug, PartialEq, Eq)]
pub struct Saved {
    pub section: Option<&'static str>,
    pub says: String,
    /// Whether it is what somebody stated.
    pub is_statement: bool,
    /// The queue it was in: the next of it is taken from here.
    pub queue: Option<Queue>,
}

impl Saved {
    /// Whether it stands above all sections: what was signed one after the other is done with, and leads on.
    pub fn is_above(&self) -> bool {
        self.queue.is_some()
    }
}

/// What the person of that name did last, if it was the last thing done and is a moment ago. The log says it; what only
/// came of their act is passed over.
pub fn last_act<'a>(events: &'a [Entry], name: &str, now: OffsetDateTime) -> Option<(Verb, &'a Entry)> {
    let last = events.first().filter(|entry| is_a_moment_ago(entry.at, now))?;
    let theirs = events.iter().take_while(|entry| entry.at == last.at && entry.who == name);
    let acts = theirs.filter_map(|entry| Some((entry.verb.parse::<Verb>().ok()?, entry)));
    acts.into_iter().find(|(verb, _)| !verb.comes_of_an_act())
}

/// What the person of that name saved a moment ago.
pub fn saved(file: &CaseFile, events: &[Entry], name: &str) -> Option<Saved> {
    let (verb, act) = last_act(events, name, file.now)?;
    let queue = queue(verb, act);
    let section = match verb {
        Verb::RowTakenBack => taken_back(file, act),
        _ => section(verb),
    };
    let says = act.summary.trim_end_matches('.').to_owned();
    Some(Saved { section, says, is_statement: verb == Verb::StatementRecorded, queue })
}

/// In which queue a signature, or a refusal to sign, stood.
pub fn queue(verb: Verb, act: &Entry) -> Option<Queue> {
    match verb {
        Verb::ReplyCleared | Verb::ReplyReturned => Some(Queue::Clear),
        Verb::ResultDeclined if act.role.as_deref() == Some(Role::Supervisor.code()) => Some(Queue::Countersign),
        Verb::ResultSigned | Verb::ResultDeclined => Some(Queue::Sign),
        Verb::ResultCountersigned => Some(Queue::Countersign),
        Verb::LicenseDecided => Some(Queue::Decide),
        _ => None,
    }
}

/// Where what was recorded by mistake stays readable.
fn taken_back(file: &CaseFile, act: &Entry) -> Option<&'static str> {
    let row = file.check.mistakes.iter().rfind(|mistake| mistake.at == act.at)?;
    Some(match row.kind {
        MistakeKind::Contact => "contacts",
        MistakeKind::Statement | MistakeKind::Finding => "findings",
        MistakeKind::Document => "documents",
        MistakeKind::CheckSubject => "parties",
        _ => return None,
    })
}

/// The section of a file in which the outcome of an act stands.
pub fn section(verb: Verb) -> Option<&'static str> {
    Some(match verb {
        Verb::CheckChanged
        | Verb::DueDateExtended
        | Verb::PriorityChanged
        | Verb::SiteVisitWaived
        | Verb::InterimReplySigned => REQUEST,
        Verb::LicenseRegistered | Verb::LicenseChanged | Verb::ItemsChanged => "licenses",
        Verb::RolesChanged | Verb::PartyRecorded => "parties",
        Verb::PermitRecorded | Verb::PermitVerified | Verb::PermitRevoked | Verb::ApprovalRecorded => "approvals",
        Verb::CertificateRecorded | Verb::SignatureVerified => "certificate",
        Verb::CustodyChanged => "custody",
        Verb::SerialsCounted => "serials",
        Verb::ContactRecorded => "contacts",
        Verb::StatementRecorded | Verb::FindingRecorded => "findings",
        Verb::ContradictionExplained => "contradictions",
        Verb::RecommendationWritten | Verb::RecommendationSigned | Verb::ReplyReturned | Verb::ReplyCleared => {
            "recommendation"
        }
        Verb::ResultProposed | Verb::ResultSigned | Verb::ResultCountersigned | Verb::ResultDeclined => "result",
        Verb::ConditionChanged | Verb::ExceptionMade | Verb::LicenseDecided => "decisions",
        Verb::DocumentRecorded => "documents",
        Verb::TelegramJoined | Verb::TelegramLeft | Verb::TelegramWritten | Verb::TelegramSent => "telegrams",
        Verb::CorrectionNoted => "corrections",
        Verb::RemarkWritten | Verb::RemarkRead => "remarks",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::{id::EventId, mistakes::model::Mistake, sample};

    fn entry(verb: Verb, who: &str, ago: Duration) -> Entry {
        Entry {
            id: EventId::new(),
            at: sample::NOW - ago,
            who: who.into(),
            role: None,
            post: None,
            address: None,
            verb: verb.code().into(),
            summary: format!("did {}", verb.code()),
            check: None,
            check_id: None,
            license_id: None,
            license: None,
            before: None,
            after: None,
        }
    }

    #[test]
    fn what_the_reader_did_a_moment_ago_is_told_at_its_section() {
        let (file, now, name) = (sample::case(), Duration::ZERO, "An officer");
        let told = |events: &[Entry]| saved(&file, events, name).map(|saved| (saved.section, saved.says));
        let found = entry(Verb::FindingRecorded, name, now);
        assert_eq!(told(&[found]), Some((Some("findings"), "did finding_recorded".into())));
        let closed = [entry(Verb::CheckClosed, name, now), entry(Verb::ResultSigned, name, now)];
        assert_eq!(told(&closed), Some((Some("result"), "did result_signed".into())), "what came of it is no act");
        assert_eq!(
            told(&[entry(Verb::CheckRequested, name, now)]).map(|told| told.0),
            Some(None),
            "above all sections"
        );
    }

    #[test]
    fn a_signature_says_in_which_queue_it_stood() {
        let (file, now, name) = (sample::case(), Duration::ZERO, "A reviewer");
        let of = |verb, role: Role| {
            let act = Entry { role: Some(role.code().into()), ..entry(verb, name, now) };
            let saved = saved(&file, &[act], name).expect("it is told");
            assert_eq!(saved.is_above(), saved.queue.is_some(), "what leads on is seen at once");
            saved.queue
        };
        for (verb, role, queue) in [
            (Verb::ReplyCleared, Role::PostSupervisor, Queue::Clear),
            (Verb::ReplyReturned, Role::PostSupervisor, Queue::Clear),
            (Verb::ResultSigned, Role::Reviewer, Queue::Sign),
            (Verb::ResultDeclined, Role::Reviewer, Queue::Sign),
            (Verb::ResultDeclined, Role::Supervisor, Queue::Countersign),
            (Verb::ResultCountersigned, Role::Supervisor, Queue::Countersign),
            (Verb::LicenseDecided, Role::Reviewer, Queue::Decide),
        ] {
            assert_eq!(of(verb, role), Some(queue), "{}", verb.code());
        }
        assert_eq!(of(Verb::ResultProposed, Role::CaseOfficer), None);
    }

    #[test]
    fn what_was_taken_back_is_told_where_it_stays_readable() {
        let mut file = sample::case();
        let act = entry(Verb::RowTakenBack, "An officer", Duration::ZERO);
        for (kind, section) in [
            (MistakeKind::Contact, Some("contacts")),
            (MistakeKind::Statement, Some("findings")),
            (MistakeKind::Finding, Some("findings")),
            (MistakeKind::Document, Some("documents")),
            (MistakeKind::CheckSubject, Some("parties")),
            (MistakeKind::Permit, None),
        ] {
            let (said, reason, by) = ("What stood there".into(), "Typed twice".into(), "An officer".into());
            let row = Mistake { kind, row_id: uuid::Uuid::nil(), said, reason, by, at: act.at };
            file.check.mistakes.push(row);
            let told = saved(&file, std::slice::from_ref(&act), "An officer").expect("it is told");
            assert_eq!(told.section, section, "{}", kind.label());
        }
        file.check.mistakes.clear();
        assert_eq!(saved(&file, &[act], "An officer").and_then(|told| told.section), None);
    }

    #[test]
    fn a_sentence_has_one_full_stop() {
        let mut act = entry(Verb::StatementRecorded, "An officer", Duration::ZERO);
        act.summary = "recorded what was said.".into();
        let told = saved(&sample::case(), &[act], "An officer").expect("it is told");
        assert_eq!((told.says.as_str(), told.is_statement), ("recorded what was said", true));
    }

    #[test]
    fn what_others_did_or_is_long_ago_is_not_told() {
        let (file, now, name) = (sample::case(), Duration::ZERO, "An officer");
        let is_told = |events: &[Entry]| saved(&file, events, name).is_some();
        assert!(!is_told(&[]));
        assert!(!is_told(&[entry(Verb::FindingRecorded, "Another", now)]));
        let behind = [entry(Verb::ContactRecorded, "Another", now), entry(Verb::FindingRecorded, name, now)];
        assert!(!is_told(&behind), "another person was there since");
        for (ago, told) in [(0, true), (30, true), (31, false), (-1, false)] {
            let events = [entry(Verb::FindingRecorded, name, Duration::seconds(ago))];
            assert_eq!(is_told(&events), told, "{ago} seconds");
        }
    }
}
