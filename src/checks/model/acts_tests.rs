//! What the acts on a check ask, and what is stored and logged of each.

use time::{Duration, macros::date};

use super::{guards::as_read, *};
use crate::{
    approvals::model::{SerialCount, SerialState},
    audit::{self, Event, Verb, says},
    checks::verbs::CheckVerb,
    duties::model::{Duty, Separated},
    error::Refuses,
    evidence::model::{FindingAnswer, NewFinding, PortionMark, Refusal as NoEvidence},
    id::*,
    reference::model::ReferenceKind,
    sample::{self, NOW, logged},
};

fn at(state: CheckState) -> CaseFile {
    let mut file = sample::proposed(ResultWord::Favorable);
    (file.check.state, file.check.held_state) = (state, None);
    file
}

/// The entry of a fact on the check of a file.
fn entry(file: &CaseFile, verb: Verb, sentence: &str) -> Event {
    Event::new(verb, file.check.id, sentence)
}

/// The step that a proof takes: of which check, by which verb, from where to where, and the due date that it sets.
fn step(step: &Stepped) -> (CheckId, CheckVerb, CheckState, CheckState, Option<time::Date>) {
    (step.check(), step.verb(), step.from(), step.to(), step.due())
}

#[test]
fn a_request_is_stored_and_logged_with_the_day_the_post_has_until() {
    let mut file = sample::case();
    file.check.state = CheckState::Draft;
    let taken = file.request().expect("it has all that its type asks for");
    let due = date!(2026 - 07 - 18);
    let expected = (file.check.id, CheckVerb::Request, CheckState::Draft, CheckState::Requested, Some(due));
    assert_eq!(step(taken.step()), expected);
    assert_eq!((taken.text().as_str(), *taken.revision()), ("", 7));
    let sentence = "sent BL-2026-0042 to Guatemala, due 18 Jul 2026";
    assert_eq!(logged(taken), logged(entry(&file, Verb::CheckRequested, sentence)));
    file.licenses[0].items.clear();
    file.licenses.push(sample::license());
    assert!(file.request().is_ok(), "one license with items is enough");
}

/// What a step leaves on its check, with the moment and the person: each verb of the path its own.
#[test]
fn a_step_leaves_its_milestone() {
    use Milestone as M;
    let left = |state, verb| {
        let mut file = at(state);
        file.check.held_state = Some(CheckState::Requested);
        file.check.step(verb).expect("the path has it").milestone()
    };
    for (state, verb, milestone) in [
        (CheckState::Draft, CheckVerb::Request, Some(M::Sent)),
        (CheckState::Draft, CheckVerb::Discard, None),
        (CheckState::Draft, CheckVerb::EndEarly, Some(M::Resulted)),
        (CheckState::Requested, CheckVerb::Recall, None),
        (CheckState::Requested, CheckVerb::Acknowledge, Some(M::Acknowledged)),
        (CheckState::InProgress, CheckVerb::Interim, None),
        (CheckState::InProgress, CheckVerb::Clear, Some(M::Answered)),
        (CheckState::Replied, CheckVerb::GiveBack, Some(M::GivenBack)),
        (CheckState::Replied, CheckVerb::Propose, None),
        (CheckState::Replied, CheckVerb::Decline, None),
        (CheckState::Replied, CheckVerb::SignResult, Some(M::Resulted)),
        (CheckState::Replied, CheckVerb::EndEarly, Some(M::Resulted)),
        (CheckState::InProgress, CheckVerb::Hold, Some(M::Held)),
        (CheckState::OnHold, CheckVerb::Resume, Some(M::Resumed)),
    ] {
        assert_eq!(left(state, verb), milestone, "{}", verb.label());
    }
}

/// Acknowledging, an interim reply, a hold and its end: the step, the text, and what the log says.
#[test]
fn the_short_steps_are_stored_and_logged_with_their_text() {
    let by = PersonId::new();
    let mut file = sample::case();
    for (state, verb, fact, sentence, label) in [
        (CheckState::Requested, CheckVerb::Acknowledge, Verb::CheckAcknowledged, "acknowledged BL-2026-0042", ""),
        (CheckState::InProgress, CheckVerb::Interim, Verb::InterimReplySigned, "signed an interim reply", "Text"),
        (CheckState::Requested, CheckVerb::Hold, Verb::CheckHeld, "put BL-2026-0042 on hold", "Reason"),
    ] {
        file.check.state = state;
        let taken = file.take(by, verb, "So").expect("the path has it");
        let to = state.after(verb, None).expect("the path has it");
        assert_eq!(step(taken.step()), (file.check.id, verb, state, to, None));
        assert_eq!((taken.text().as_str(), *taken.revision()), ("So", 7));
        let expected = entry(&file, fact, sentence);
        let expected = if label.is_empty() { expected } else { expected.after(says(label, "So")) };
        assert_eq!(logged(taken), logged(expected), "{}", verb.label());
    }
    let other = file.take(by, CheckVerb::EndEarly, "So").unwrap_err();
    assert!(matches!(other, Refusal::Path { .. }), "{other}: every other step has a rule of its own");

    file.check.state = CheckState::OnHold;
    (file.check.held_state, file.check.held_at) = (Some(CheckState::Requested), Some(NOW - Duration::days(5)));
    let resumed = file.take(by, CheckVerb::Resume, "").expect("it is on hold");
    let due = file.check.due_on.expect("it was sent") + Duration::days(5);
    let expected = (file.check.id, CheckVerb::Resume, CheckState::OnHold, CheckState::Requested, Some(due));
    assert_eq!(step(resumed.step()), expected);
    let sentence = "resumed BL-2026-0042 after 5 days on hold";
    assert_eq!(logged(resumed), logged(entry(&file, Verb::CheckResumed, sentence)));
}

#[test]
fn a_discarded_draft_is_logged_with_what_it_was_about() {
    let mut file = sample::case();
    (file.check.state, file.check.requested_at) = (CheckState::Draft, None);
    let taken = file.check.discard(file.check.opened_by).expect("they opened it");
    let expected = (file.check.id, CheckVerb::Discard, CheckState::Draft, CheckState::Draft, None);
    assert_eq!(step(taken.step()), expected);
    let expected = entry(&file, Verb::CheckDiscarded, "discarded draft BL-2026-0042");
    assert_eq!(logged(taken), logged(expected.before(says("Subject", "Pistols for a guard force"))));
    file.check.state = CheckState::Requested;
    let sent = file.check.discard(file.check.opened_by).unwrap_err();
    assert!(matches!(sent, Refusal::Path { .. }), "what was sent is never discarded");
}

/// A recall: the step, why, and in the log the request as it was sent.
#[test]
fn a_recalled_request_is_stored_with_why_and_logged_as_it_was_sent() {
    let mut file = sample::case();
    file.check.state = CheckState::Requested;
    file.check.site_visit_waiver = Some("No road".into());
    file.check.own_questions = "Who has the key?".into();
    let recalled = file.recall(PersonId::new(), "Meant for Kingston.").expect("nobody acknowledged it");
    let expected = (file.check.id, CheckVerb::Recall, CheckState::Requested, CheckState::Draft, None);
    assert_eq!(step(recalled.step()), expected);
    let about = "license 050107086";
    assert_eq!((recalled.reason().as_str(), recalled.about().as_str()), ("Meant for Kingston.", about));
    assert_eq!(*recalled.about_ids(), format!("license {}", file.licenses[0].id));
    let before = says("Subject", "Pistols for a guard force").and("Why", "A new end-user.");
    let before = before.and("Questions", "Who has the key?").and("About", about);
    let before =
        before.and("Site visit", SiteVisit::Optional).and("Waiver", "No road").and("Due", date!(2026 - 07 - 10));
    let expected = entry(&file, Verb::CheckRecalled, "recalled BL-2026-0042 from Guatemala").before(before);
    assert_eq!(logged(recalled), logged(expected.after(says("Reason", "Meant for Kingston."))));
    file.licenses.clear();
    file.check.subjects.push(sample::subject("Meridian Freight"));
    let recalled = file.recall(PersonId::new(), "So").expect("nobody acknowledged it");
    assert_eq!(recalled.about().as_str(), "Meridian Freight as broker");
    assert_eq!(*recalled.about_ids(), format!("broker {}", file.check.subjects[0].party_id));
    let officer = file.check.serving[0].0;
    sample::did(&mut file.check, officer, Duty::Work);
    assert!(matches!(file.recall(officer, "So").map(drop), Err(Refusal::Separated(_))), "guard 11");
}

/// A recalled request ends as the post had it: there, and due as it was.
#[test]
fn a_recalled_request_is_ended_as_it_was_sent() {
    let mut file = sample::case();
    let (post, due) = (PostId::new(), date!(2026 - 07 - 01));
    (file.check.state, file.check.due_on) = (CheckState::Draft, None);
    let recalled = sample::recall(&file, post, due);
    file.check.recalled.push(recalled);
    let ended = file.end_early(PersonId::new(), ResultId::new(), EndedBecause::Moot, "So").expect("it was sent");
    let expected = (file.check.id, CheckVerb::EndEarly, CheckState::Draft, CheckState::Resulted, Some(due));
    assert_eq!((step(ended.step()), *ended.post()), (expected, Some(post)));
    file.check.state = CheckState::Requested;
    let ended = file.end_early(PersonId::new(), ResultId::new(), EndedBecause::Moot, "So").expect("it was sent again");
    assert_eq!((ended.step().due(), *ended.post()), (None, None), "it stays where it is");
}

type Changes = fn(&mut CaseFile);

/// The post that had a recalled request reads the check again once it is ended: what it never got is sent, or put back.
#[test]
fn a_recalled_draft_that_was_changed_is_put_back_or_sent_before_it_ends() {
    let mut file = sample::case();
    file.check.state = CheckState::Draft;
    let ends = |file: &CaseFile| file.end_early(PersonId::new(), ResultId::new(), EndedBecause::Moot, "So").map(drop);
    let sent = sample::recall(&file, PostId::new(), date!(2026 - 07 - 01));
    file.check.recalled = vec![sent.clone(), crate::checks::model::Recall { subject: "Another".into(), ..sent }];
    assert_eq!((ends(&file), file.may_end_early(PersonId::new()).map(drop)), (Ok(()), Ok(())), "the last one counts");
    let changes: [(&str, Changes); 9] = [
        ("the type", |file| file.check.check_type = CheckType::PostLicense),
        ("the subject", |file| file.check.subject.push('s')),
        ("why it was opened", |file| file.check.reason.push('.')),
        ("what it is about or follows", |file| file.licenses.clear()),
        ("what it is about or follows", |file| file.check.subjects.push(sample::subject("Meridian Freight"))),
        ("the priority", |file| file.check.priority = Priority::Urgent),
        ("the site visit", |file| file.check.site_visit = SiteVisit::Required),
        ("the days to answer", |file| file.check.days_to_answer = 45),
        ("the subject, the days to answer", |file| {
            file.check.subject.push('s');
            file.check.days_to_answer = 45;
        }),
    ];
    for (changed, change) in changes {
        let mut other = file.clone();
        change(&mut other);
        let expected = Refusal::NotAsSent { post: "Guatemala".into(), changed: changed.into() };
        assert_eq!(ends(&other), Err(expected.clone()));
        assert_eq!(other.may_end_early(PersonId::new()).map(drop), Err(expected), "the page says so too");
        other.check.state = CheckState::Requested;
        assert_eq!(ends(&other), Ok(()), "{changed}, and sent again");
    }
    // Another post is no other request, and no order of the licenses or subjects is another one.
    file.check.post_id = PostId::new();
    file.check.subjects = vec![sample::subject("Meridian Freight"), sample::subject("Almacenes Norte")];
    let mut about: Vec<String> = file.about_ids().split("; ").map(str::to_owned).collect();
    about.reverse();
    file.check.recalled[0].about_ids = about.join("; ");
    assert_eq!(ends(&file), Ok(()));
    // Nor is another name of the same party, or what is hidden on both sides, once nothing of it can come back.
    file.check.subjects[0].name = "Meridian Freight Ltd.".into();
    let hidden = |day: u8| format!("[removed on {day} Nov 2026: reported as classified]");
    let not_as_sent = |changed: &str| Err(Refusal::NotAsSent { post: "Guatemala".into(), changed: changed.into() });
    let subject = std::mem::replace(&mut file.check.subject, hidden(29));
    assert_eq!(ends(&file), not_as_sent("the subject"), "what stands beneath the mark may be another text");
    file.check.recalled[0].subject = hidden(30);
    assert_eq!(ends(&file), Ok(()));
    file.check.words_hidden = true;
    assert_eq!(ends(&file), Err(Refusal::WordsHidden));
    file.check.words_hidden = false;
    file.check.subject = subject;
    assert_eq!(ends(&file), not_as_sent("the subject"), "nor is what was typed where it had been hidden");
    file.check.subject = hidden(30);
    file.check.follows = Some((crate::id::CheckId::new(), "BL-2025-0001".into()));
    assert_eq!(ends(&file), not_as_sent("what it is about or follows"));
    file.check.follows = None;
    file.check.subjects[0].party_id = crate::id::PartyId::new();
    assert_eq!(
        ends(&file),
        Err(Refusal::NotAsSent { post: "Guatemala".into(), changed: "what it is about or follows".into() })
    );
    // It goes back to no post whose check it is not, if people of another one worked on it.
    file.check.worked_at_post = true;
    assert_eq!(ends(&file), Err(Refusal::WorkedAtPost("Guatemala".into())));
}

/// While a program serves that would show another post what this one was asked, nothing is recalled.
#[test]
fn nothing_is_recalled_while_an_older_program_may_be_serving() {
    let mut file = sample::case();
    (file.check.state, file.check.older_serves) = (CheckState::Requested, true);
    assert_eq!(file.recall(PersonId::new(), "So").map(drop), Err(Refusal::OlderServes));
    assert_eq!(CheckVerb::Recall.judge(&file, PersonId::new()), Err(Refusal::OlderServes));
    file.check.older_serves = false;
    assert_eq!(file.recall(PersonId::new(), "So").map(drop), Ok(()));
}

/// Giving back: the days in Washington do not count, and a signed result is not withdrawn by it.
#[test]
fn a_check_is_given_back_with_questions_and_the_days_it_was_away() {
    let mut file = sample::proposed(ResultWord::Unfavorable);
    file.check.replied_at = Some(NOW - Duration::days(3));
    let given = file.give_back(PersonId::new(), "Who owns it?").expect("it is replied");
    let due = date!(2026 - 07 - 13);
    let expected = (file.check.id, CheckVerb::GiveBack, CheckState::Replied, CheckState::InProgress, Some(due));
    assert_eq!(step(given.step()), expected);
    assert_eq!((given.text().as_str(), *given.revision()), ("Who owns it?", 7));
    let expected = entry(&file, Verb::CheckGivenBack, "gave BL-2026-0042 back with questions, due 13 Jul 2026");
    let after = says("Due", due).and("Questions", "Who owns it?");
    assert_eq!(logged(given), logged(expected.before(says("Due", date!(2026 - 07 - 10))).after(after)));
    sample::half_sign(&mut file, PersonId::new());
    let refused = file.give_back(PersonId::new(), "Who owns it?").map(drop);
    assert_eq!(refused, Err(Refusal::WaitsForCountersignature));
    let ended = file.end_early(PersonId::new(), ResultId::new(), EndedBecause::Moot, "So").map(drop);
    assert_eq!(ended, Err(Refusal::WaitsForCountersignature));
}

/// Guard 2: only a visit that is required and stands is waived, and only while no result does.
#[test]
fn a_required_visit_is_waived_once_until_the_result() {
    for state in CheckState::ALL.iter().copied() {
        let mut file = at(state);
        let waive = |file: &CaseFile| file.waive(PersonId::new(), "Nobody is let in").map(drop);
        assert_eq!(waive(&file), Err(Refusal::NoVisitToWaive), "it is optional");
        file.check.site_visit = SiteVisit::Required;
        let expected = if state.is_judged() { Err(Refusal::NoVisitToWaive) } else { Ok(()) };
        assert_eq!(waive(&file), expected, "{}", state.label());
        file.check.site_visit_waiver = Some("Nobody is let in".into());
        assert_eq!(waive(&file), Err(Refusal::NoVisitToWaive), "it is waived");
    }
    let mut file = sample::case();
    file.check.site_visit = SiteVisit::Required;
    let waived = file.waive(PersonId::new(), "Nobody is let in").expect("it is required");
    assert_eq!((*waived.check(), waived.why().as_str()), (file.check.id, "Nobody is let in"));
    let expected =
        entry(&file, Verb::SiteVisitWaived, "waived the site visit").after(says("Reason", "Nobody is let in"));
    assert_eq!(logged(waived), logged(expected));
}

#[test]
fn the_due_date_of_a_check_at_the_post_moves_to_a_later_day() {
    let (due, by) = (date!(2026 - 07 - 10), PersonId::new());
    let later = date!(2026 - 07 - 11);
    for state in CheckState::ALL.iter().copied() {
        let file = at(state);
        let at_post = matches!(state, CheckState::Requested | CheckState::InProgress);
        let expected = if at_post { Ok(()) } else { Err(Refusal::NotAtPost) };
        assert_eq!(file.extend(by, later, "Rain").map(drop), expected, "{}", state.label());
    }
    let mut file = sample::case();
    for day in [due, date!(2026 - 07 - 09)] {
        assert_eq!(file.extend(by, day, "Rain").map(drop), Err(Refusal::NotLater("10 Jul 2026".into())));
    }
    let extended = file.extend(by, later, "Rain").expect("it is later");
    assert_eq!((*extended.check(), *extended.before(), *extended.due()), (file.check.id, due, later));
    let expected = entry(&file, Verb::DueDateExtended, "extended the due date to 11 Jul 2026");
    assert_eq!(
        logged(extended),
        logged(expected.before(says("Due", due)).after(says("Due", later).and("Reason", "Rain")))
    );
    file.check.due_on = None;
    assert_eq!(file.extend(by, later, "Rain").map(drop), Err(Refusal::NotAtPost), "it was never sent");
}

/// A check changes hands at the post: its supervisor gives it to somebody there; who finds its officer gone takes it.
#[test]
fn a_check_changes_hands_at_the_post() {
    let [officer, other] = [PersonId::new(), PersonId::new()];
    let of = |state| {
        let mut file = at(state);
        file.check.serving = sample::officers(&[officer, other]);
        (file.check.officer_id, file.check.officer_name) = (Some(officer), Some("An officer".into()));
        file
    };
    for state in CheckState::ALL.iter().copied() {
        let mut file = of(state);
        let expected = if state.is_judged() { Err(Refusal::Judged) } else { Ok(()) };
        assert_eq!(file.reassign((other, "Another officer")).map(drop), expected, "{}", state.label());
        let works = state.is_at_post() || state == CheckState::Replied;
        let off = file.check.off_the_path(CheckVerb::TakeOver);
        let there = if works { Refusal::OfficerIsThere("An officer".into()) } else { off.clone() };
        for by in [officer, other] {
            assert_eq!(file.take_over(by, "They").map(drop), Err(there.clone()), "{}", state.label());
        }
        file.check.serving = sample::officers(&[other]);
        assert_eq!(file.take_over(other, "They").map(drop), if works { Ok(()) } else { Err(off) }, "they left");
    }
    let mut file = of(CheckState::InProgress);
    let reassigned = file.reassign((other, "Another officer")).expect("they serve at the post");
    assert_eq!((*reassigned.check(), *reassigned.officer()), (file.check.id, other));
    let expected = entry(&file, Verb::CheckReassigned, "reassigned BL-2026-0042 to Another officer")
        .before(says("Officer", &file.check.officer_name))
        .after(says("Officer", "Another officer"));
    assert_eq!(logged(reassigned), logged(expected));
    file.check.serving = sample::officers(&[other]);
    let own = file.take_over(officer, "An officer").map(drop);
    assert_eq!(own, Err(Refusal::OfficerIsThere("An officer".into())), "nobody takes over what they have");
    let taken = file.take_over(other, "Another officer").expect("its officer left");
    assert_eq!((*taken.check(), *taken.officer()), (file.check.id, other));
    let expected = entry(&file, Verb::CheckReassigned, "took BL-2026-0042 over");
    assert_eq!(
        logged(taken),
        logged(expected.before(says("Officer", "An officer")).after(says("Officer", "Another officer")))
    );
}

#[test]
fn a_check_that_closes_by_itself_says_why() {
    let mut file = at(CheckState::Resulted);
    assert!(file.close().is_none(), "a license of it is open");
    file.licenses.clear();
    let closed = file.close().expect("none is open");
    assert_eq!(*closed.check(), file.check.id);
    let expected = entry(&file, Verb::CheckClosed, "closed BL-2026-0042: no license of it is open");
    assert_eq!(logged(closed), logged(expected));
}

/// Before anybody signed the reply.
fn unsigned(mut file: CaseFile) -> CaseFile {
    file.check.recommendation.as_mut().expect("it is written").signed_by = None;
    file
}

/// Guard 3, as it is written: while the check is in progress, with a word that fits, in place of an earlier one.
#[test]
fn a_recommendation_is_written_in_place_of_an_earlier_one() {
    let id = RecommendationId::new();
    for state in CheckState::ALL.iter().copied() {
        let expected = if state == CheckState::InProgress { Ok(()) } else { Err(Refusal::NotInProgress) };
        let written = unsigned(at(state)).recommend(id, RecommendationWord::Support, "Post supports it");
        assert_eq!(written.map(drop), expected, "{}", state.label());
    }
    let mut file = sample::case();
    let conditions = file.recommend(id, RecommendationWord::SupportWithConditions, "Once the permit is there");
    assert_eq!(conditions.map(drop), Err(Refusal::NothingOpen));
    let written = file.recommend(id, RecommendationWord::Oppose, "Nobody knows them").expect("it fits");
    assert_eq!((*written.check(), *written.recommendation()), (file.check.id, id));
    assert_eq!((*written.word(), written.text().as_str()), (RecommendationWord::Oppose, "Nobody knows them"));
    let fresh = entry(&file, Verb::RecommendationWritten, "wrote the recommendation: oppose");
    let told = |word: RecommendationWord, text| says("Recommendation", word).and("Text", text);
    let fresh = || copy(&fresh).after(told(RecommendationWord::Oppose, "Nobody knows them"));
    let before = told(RecommendationWord::Support, "Post supports the license.");
    assert_eq!(logged(written), logged(fresh().before(before)));
    file.check.recommendation = None;
    let written = file.recommend(id, RecommendationWord::Oppose, "Nobody knows them").expect("it fits");
    assert_eq!(logged(written), logged(fresh()));
    assert_eq!(file.recommendation_version(), 0, "who writes the first one read none");
    file.check.recommendation =
        Some(Recommendation { version: 5, ..sample::recommendation(RecommendationWord::Support) });
    assert_eq!(file.recommendation_version(), 5);
}

fn copy(event: &Event) -> Event {
    Event {
        verb: event.verb,
        summary: event.summary.clone(),
        subject: event.subject,
        check: event.check,
        license: event.license,
        party: event.party,
        before: event.before.clone(),
        after: event.after.clone(),
    }
}

#[test]
fn signatures_on_a_reply_are_stored_and_logged_with_the_revision_that_was_read() {
    let file = sample::case();
    let signed = file.sign(file.check.serving[0].0).expect("it is complete");
    let word = file.check.recommendation.as_ref().expect("it is written").id;
    assert_eq!((*signed.recommendation(), *signed.revision()), (word, 7));
    let sentence = "signed the recommendation: support";
    assert_eq!(logged(signed), logged(entry(&file, Verb::RecommendationSigned, sentence).after(as_read(7))));

    let mut file = sample::signed();
    let [first, other] = [0, 1].map(|index: usize| file.check.serving[index].0);
    let cleared = file.clear(other).expect("another person of the post does");
    let expected = (file.check.id, CheckVerb::Clear, CheckState::InProgress, CheckState::Replied, None);
    assert_eq!((step(cleared.step()), *cleared.revision(), *cleared.post_of_one()), (expected, 7, false));
    let sentence = "cleared the reply to BL-2026-0042";
    assert_eq!(logged(cleared), logged(entry(&file, Verb::ReplyCleared, sentence).after(as_read(7))));
    file.check.serving = sample::officers(&[first]);
    let alone = file.clear(first).expect("nobody else is at the post");
    let sentence = "cleared the reply to BL-2026-0042 as the only person of the post";
    assert_eq!(logged(alone), logged(entry(&file, Verb::ReplyCleared, sentence).after(as_read(7))));
}

/// Two contradictions: a party of the post's concern, and a count that is Washington's.
fn contradictory() -> CaseFile {
    let mut file = sample::case();
    file.check.statements = sample::contradicting(&file.check.contacts[0]);
    let never = crate::parties::model::TakesPossession::Never;
    let broker = sample::party("Meridian Brokers", crate::parties::model::PartyRole::Broker, never);
    file.licenses[0].serials = vec![SerialCount {
        item_group_id: file.licenses[0].items[0].id,
        state: SerialState::Seen,
        holder_party_id: Some(broker.party_id),
        count: 30,
        numbers: Vec::new(),
        twice: Vec::new(),
    }];
    file.licenses[0].parties.push(broker);
    file
}

/// Each side explains what waits for it, until the result stands; the entry names what was explained.
#[test]
fn each_side_explains_what_waits_for_it() {
    let mut file = contradictory();
    let keys = |file: &CaseFile, at_post| -> Vec<String> {
        file.waiting(at_post).into_iter().map(|found| found.key).collect()
    };
    let [post, washington] = [keys(&file, true), keys(&file, false)];
    assert_eq!([post.len(), washington.len()], [1, 1]);
    assert!(post[0].starts_with("possession:") && washington[0].starts_with("statements:"));
    for (at_post, own, others) in [(true, &post[0], &washington[0]), (false, &washington[0], &post[0])] {
        assert_eq!(file.explain(at_post, others, "So").map(drop), Err(Refusal::NotWaiting));
        let found = file.waiting(at_post).remove(0);
        let explained = file.explain(at_post, own, "It only passes through").expect("it waits for them");
        assert_eq!((*explained.check(), explained.contradiction()), (file.check.id, own));
        assert_eq!(
            (explained.fingerprint(), explained.text().as_str()),
            (&found.fingerprint, "It only passes through")
        );
        let sentence = format!("explained: {}", found.sentence);
        let expected =
            entry(&file, Verb::ContradictionExplained, &sentence).after(says("Explanation", "It only passes through"));
        assert_eq!(logged(explained), logged(expected));
        file.check.explanations.push(Explanation {
            id: ExplanationId::new(),
            contradiction: found.key,
            fingerprint: found.fingerprint,
            said: None,
            text: "It only passes through".into(),
            explained_by_name: "Somebody".into(),
            explained_at: NOW,
        });
        assert_eq!(file.explain(at_post, own, "So").map(drop), Err(Refusal::NotWaiting), "it is explained");
        assert!(keys(&file, at_post).is_empty());
    }
    for state in CheckState::ALL.iter().copied() {
        let mut file = contradictory();
        file.check.state = state;
        let expected = if state.is_judged() { Err(Refusal::Frozen) } else { Ok(()) };
        let key = keys(&file, true).remove(0);
        assert_eq!(file.explain(true, &key, "So").map(drop), expected, "{}", state.label());
    }
}

/// Guard 10 and what a result is proposed with: reasons that are in force, the primary one first and each once, and a
/// finding of this check.
#[test]
fn a_result_is_proposed_with_reasons_in_force() {
    let mut file = sample::proposed(ResultWord::Favorable);
    for code in ["existence", "unreliable"] {
        file.reference.0.push(sample::entry(ReferenceKind::ReasonCode, code).into());
    }
    let finding = Some(file.check.findings[0].id);
    let reasons = |primary: &str, finding, others: &[&str]| {
        let reasons = file.reasons(primary, finding, others.iter().copied())?;
        let said = |reason: &ResultReason| (reason.code.clone(), reason.is_primary, reason.finding_id);
        Ok::<Vec<_>, Refusal>(reasons.iter().map(said).collect())
    };
    let primary = ("existence".to_owned(), true, finding);
    let other = ("unreliable".to_owned(), false, None);
    assert_eq!(reasons("", None, &[]), Ok(vec![]));
    assert_eq!(reasons("existence", finding, &[]), Ok(vec![primary.clone()]));
    let both = reasons("existence", finding, &["unreliable", "existence", "unreliable"]);
    assert_eq!(both, Ok(vec![primary, other.clone()]), "each once");
    assert_eq!(reasons("", finding, &["unreliable"]), Ok(vec![other]), "a finding stands behind the primary one");
    assert_eq!(reasons("existence", finding, &["order"]), Err(Refusal::UnknownReasons));
    assert_eq!(reasons("existence", Some(FindingId::new()), &[]), Err(Refusal::UnknownReasons));

    let (id, reasons) = (ResultId::new(), file.reasons("existence", finding, []).expect("it is in force"));
    let says = NewResult { word: ResultWord::Unfavorable, text: "Not so".into(), caveat: String::new(), reasons };
    let proposed = file.propose(PersonId::new(), id, says).expect("it is founded");
    assert_eq!((*proposed.check(), *proposed.result()), (file.check.id, id));
    assert_eq!((proposed.says().word, proposed.says().reasons.len()), (ResultWord::Unfavorable, 1));
    let expected = entry(&file, Verb::ResultProposed, "proposed the result of BL-2026-0042: unfavorable");
    let expected = expected.about(crate::audit::Subject::Row("result", id.0));
    assert_eq!(
        logged(proposed),
        logged(expected.after(audit::says("Result", ResultWord::Unfavorable).and("Text", "Not so").and("Caveat", "")))
    );
    sample::half_sign(&mut file, PersonId::new());
    assert_eq!(file.may_propose(PersonId::new()), Err(Refusal::ResultSigned));
}

/// The signatures on a result, declining one, and ending without an answer: stored and logged with what was read.
#[test]
fn signatures_on_a_result_are_stored_and_logged_with_the_revision_that_was_read() {
    let by = PersonId::new();
    let mut file = sample::proposed(ResultWord::FavorableWithCaveat);
    let result = file.check.result.as_ref().expect("it is proposed").id;
    let to_result = |verb, from| (file.check.id, verb, from, CheckState::Resulted, None);
    let signed = file.sign_result(by).expect("the facts bear it");
    assert_eq!((*signed.result(), *signed.revision()), (result, 7));
    let last = signed.step().as_ref().map(step);
    assert_eq!(last, Some(to_result(CheckVerb::SignResult, CheckState::Replied)), "nobody countersigns it");
    let expected = entry(&file, Verb::ResultSigned, "signed the result of BL-2026-0042: favorable with caveat");
    assert_eq!(logged(signed), logged(expected.after(as_read(7))));

    let declined = file.decline(by, "Nobody visited").expect("it is proposed");
    assert_eq!((*declined.check(), *declined.result()), (file.check.id, result));
    assert_eq!(declined.why(), "Nobody visited");
    let sentence = "declined the result of BL-2026-0042: favorable with caveat";
    assert_eq!(
        logged(declined),
        logged(entry(&file, Verb::ResultDeclined, sentence).after(says("Reason", "Nobody visited")))
    );

    let early = ResultId::new();
    let ended = file.end_early(by, early, EndedBecause::RefusedByHost, "They let nobody in").expect("it is open");
    assert_eq!(step(ended.step()), to_result(CheckVerb::EndEarly, CheckState::Replied));
    assert_eq!((*ended.result(), *ended.revision(), *ended.because()), (early, 7, EndedBecause::RefusedByHost));
    assert_eq!(ended.text(), "They let nobody in");
    let says = ended.says();
    assert_eq!((says.word, says.text.as_str()), (ResultWord::NotCompleted, "They let nobody in"));
    assert!(says.caveat.is_empty() && says.reasons.is_empty());
    let sentence = "ended BL-2026-0042 early: refused by the host country";
    assert_eq!(
        logged(ended),
        logged(entry(&file, Verb::CheckEnded, sentence).after(audit::says("Reason", "They let nobody in")))
    );

    sample::half_sign(&mut file, by);
    let countersigned = file.countersign(PersonId::new()).expect("it is signed");
    assert_eq!((*countersigned.result(), *countersigned.revision()), (result, 7));
    let last = (file.check.id, CheckVerb::SignResult, CheckState::Replied, CheckState::Resulted, None);
    assert_eq!(step(countersigned.step()), last);
    let sentence = "countersigned the result of BL-2026-0042";
    assert_eq!(logged(countersigned), logged(entry(&file, Verb::ResultCountersigned, sentence).after(as_read(7))));
    file.check.result = None;
    assert_eq!(file.decline(by, "Nobody visited").map(drop), Err(Refusal::NoResult));
}

/// Findings are the post's answer: written until it replied, in place of an earlier one on the same topic and party.
#[test]
fn a_finding_is_recorded_in_place_of_an_earlier_one() {
    let party = sample::case().check.findings[0].party_id;
    let new = |topic: &str, party| NewFinding {
        topic: topic.into(),
        party,
        answer: FindingAnswer::CouldNotEstablish,
        text: "Nobody answered".into(),
        mark: PortionMark::U,
        contacts: Vec::new(),
        documents: Vec::new(),
    };
    for state in CheckState::ALL.iter().copied() {
        let expected = if state == CheckState::InProgress { Ok(()) } else { Err(NoEvidence::NotInProgress) };
        let recorded = unsigned(at(state)).check.record_finding(new("order", None), "Order", None);
        assert_eq!(recorded.map(drop), expected, "{}", state.label());
    }
    let file = sample::case();
    let own = file.check.findings[0].party_id;
    assert_ne!(own, party, "of another file");
    let told = |answer, text: &str| says("Answer", answer).and("Text", text);
    let known = Some(told(FindingAnswer::Yes, "As the application says."));
    for (topic, party, name, about, before) in [
        ("existence", own, Some("Meridian"), "existence (Meridian)", known.clone()),
        ("existence", party, Some("Pelago"), "existence (Pelago)", None),
        ("order", None, None, "order", known),
        ("need", None, None, "need", None),
    ] {
        let label = format!("{}{}", topic[..1].to_uppercase(), &topic[1..]);
        let recorded = file.check.record_finding(new(topic, party), &label, name).expect("it is in progress");
        assert_eq!(*recorded.check(), file.check.id);
        assert_eq!((recorded.says().topic.as_str(), recorded.says().party), (topic, party));
        let expected = entry(&file, Verb::FindingRecorded, &format!("found on {about}: could not establish"));
        let expected = expected.after(told(FindingAnswer::CouldNotEstablish, "Nobody answered"));
        assert_eq!(logged(recorded), logged(expected.before(before)), "{about}");
    }
}

/// What a list says of a late check, on the post's own calendar.
#[test]
fn a_check_is_late_by_whole_days_at_the_post() {
    let file = sample::case();
    for (days, late) in [(-1, -1), (0, 0), (1, 1), (12, 12)] {
        let now = time::macros::datetime!(2026-07-10 16:00 UTC) + Duration::days(days);
        assert_eq!(file.check.due().days_late(now), late);
    }
    let mut unsent = file;
    unsent.check.due_on = None;
    assert_eq!(unsent.check.due().days_late(NOW), 0);
}

#[test]
fn what_the_database_separates_is_refused_in_the_words_of_the_rule() {
    let separated = Separated { later: Duty::SignResult, earlier: Duty::Open, place: "BL-2026-0042".into() };
    let held = Refusal::of_constraint("duties_sign_result_after_open", Some("BL-2026-0042"));
    assert_eq!(held, Some(Refusal::Separated(separated)));
    assert_eq!(Refusal::of_constraint("checks_pkey", None), None);
}

/// A text is said to be cut exactly where less of it is shown than there is, counted in characters.
#[test]
fn a_text_is_cut_where_less_of_it_is_shown() {
    for (shown, whole, cut) in
        [("", 0, false), ("Дa", 2, false), ("Дa", 3, true), ("Post", 4, false), ("Post", 5, true)]
    {
        let recommendation = Recommendation {
            text: shown.into(),
            text_length: whole,
            ..sample::recommendation(RecommendationWord::Support)
        };
        let result = CheckResult { text: shown.into(), text_length: whole, ..sample::result(ResultWord::Favorable) };
        assert_eq!([recommendation.is_cut(), result.is_cut()], [cut, cut], "{shown} of {whole}");
    }
}

/// A word that speaks for the license is colored good, one against it bad; so is a result.
#[test]
fn words_are_colored_by_which_way_they_speak() {
    let words = RecommendationWord::ALL.iter().map(|word| word.tone());
    assert!(words.eq(["good", "warn", "good", "bad", "warn"]));
    for word in ResultWord::ALL {
        assert_eq!(word.tone() == "bad", word.needs_countersignature(), "{}", word.label());
        assert_eq!(
            matches!(word.tone(), "good" | "warn"),
            *word != ResultWord::Unfavorable && *word != ResultWord::NotCompleted
        );
    }
    let states = CheckState::ALL.iter().map(|state| state.tone());
    assert!(states.eq(["", "busy", "busy", "busy", "good", "warn", ""]), "only what somebody works on is busy");
    let raised: Vec<_> = Priority::ALL.iter().filter(|priority| priority.is_raised()).collect();
    assert_eq!(raised, [&Priority::Priority, &Priority::Urgent]);
}
