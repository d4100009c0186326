use rust_decimal::Decimal;

use super::*;
use crate::sample;

fn check(state: CheckState) -> CheckFile {
    let mut check = sample::case().check;
    check.state = state;
    check
}

fn at_post(check: &CheckFile) -> Reader {
    Reader { id: check.serving[0].0, role: Role::PostOfficer, post: Some(check.post_id), authority: Decimal::ZERO }
}

fn said(text: &str) -> Said {
    text.parse().expect("it is short")
}

fn somebody(name: &str, part: Part) -> Somebody {
    Somebody { id: PersonId::new(), name: name.into(), part }
}

/// A remark by that reader, as it stands then.
fn stands(check: &CheckFile, by: &Reader, to: To) -> Remark {
    let id = RemarkId::new();
    let written =
        write((check, by), id, (to, times_recalled(check)), &said("Is it expected?"), &[]).expect("it is written");
    Remark {
        id,
        thread: *written.thread(),
        answers: None,
        post: *written.post(),
        post_name: written.post().map(|_| "Guatemala".into()),
        to,
        to_name: "the case officers".into(),
        text: "Is it expected?".into(),
        by: by.id,
        by_name: "An officer".into(),
        by_post: None,
        at: sample::NOW,
        settled_at: None,
        settled_by: None,
        is_answered: false,
        in_all: 1,
    }
}

#[test]
fn a_remark_is_for_a_part_or_a_person() {
    for part in Part::ALL.iter().copied() {
        assert_eq!(part.code().parse(), Ok(To::Part(part)));
        assert_eq!(To::Part(part).to_string(), part.code());
    }
    let person = PersonId::new();
    assert_eq!(person.to_string().parse(), Ok(To::Person(person)));
    assert_eq!(To::Person(person).to_string(), person.to_string());
    assert_eq!("".parse::<To>(), Err(Refusal::NobodyNamed));
    let parts = Role::ALL.iter().map(|role| Part::of(*role));
    let expected = [
        Some(Part::Post),
        Some(Part::Post),
        Some(Part::CaseOfficer),
        Some(Part::Reviewer),
        Some(Part::Supervisor),
        None,
        None,
    ];
    assert!(parts.eq(expected));
}

#[test]
fn a_remark_is_a_few_sentences() {
    assert_eq!(said(&"a".repeat(MOST)).as_str().len(), 2000);
    let long = "a".repeat(MOST + 1).parse::<Said>().unwrap_err();
    assert_eq!(long, "At most 2,000 characters; this has 2,001.");
    assert_eq!("  ".parse::<Said>().unwrap_err(), crate::text::NEEDED);
    assert!("SECRET//NOFORN".parse::<Said>().unwrap_err().starts_with("This looks classified"));
    assert_eq!(said(" So ").to_string(), "So");
}

/// Written from the day the request was sent until the check closes.
#[test]
fn remarks_are_taken_of_what_was_sent_and_is_open() {
    for state in CheckState::ALL.iter().copied() {
        for sent in [true, false] {
            let mut check = check(state);
            check.requested_at = check.requested_at.filter(|_| sent);
            let expected = match (state, sent) {
                (CheckState::Closed, _) => Err(Refusal::Closed),
                (CheckState::Draft, false) => Err(Refusal::NotSent),
                _ => Ok(()),
            };
            assert_eq!(are_taken(&check), expected, "{} {sent}", state.label());
            for role in Role::ALL.iter().copied() {
                let writes = !matches!(role, Role::Auditor | Role::Admin) && expected.is_ok();
                assert_eq!(may_write(&check, &sample::reader(role)), writes, "{} {}", state.label(), role.label());
            }
        }
    }
}

/// While a program serves that would show the post what is for Washington, nothing is written.
#[test]
fn no_remark_is_taken_while_an_older_program_may_be_serving() {
    let mut check = check(CheckState::InProgress);
    let remark = stands(&check, &at_post(&check), To::Part(Part::CaseOfficer));
    check.older_serves = true;
    assert_eq!(are_taken(&check), Err(Refusal::OlderServes));
    assert!(!may_write(&check, &sample::reader(Role::Reviewer)));
    assert_eq!(remark.may_answer(&check), Err(Refusal::OlderServes));
    check.state = CheckState::Closed;
    assert_eq!(are_taken(&check), Err(Refusal::Closed), "what stays so is said");
}

/// What is written at the post, or to it, is read there; what Washington writes to Washington is not.
#[test]
fn a_remark_is_read_by_the_circle_of_who_writes_and_whom_it_is_for() {
    let check = check(CheckState::InProgress);
    let (officer, case) = (somebody("An officer", Part::Post), somebody("A case officer", Part::CaseOfficer));
    let people = [officer.clone(), case.clone()];
    let washington = sample::reader(Role::Reviewer);
    let of = |reader: &Reader| {
        offered(&check, reader, &people).into_iter().map(|(to, _, with_post)| (to, with_post)).collect::<Vec<_>>()
    };
    let all = [
        To::Part(Part::Post),
        To::Part(Part::CaseOfficer),
        To::Part(Part::Reviewer),
        To::Part(Part::Supervisor),
        To::Person(officer.id),
        To::Person(case.id),
    ];
    assert_eq!(of(&washington), all.map(|to| (to, to == all[0] || to == all[4])));
    assert_eq!(of(&at_post(&check)), all.map(|to| (to, true)));
    let self_left_out = Reader { id: case.id, role: Role::CaseOfficer, post: None, authority: Decimal::ZERO };
    assert!(of(&self_left_out).iter().all(|(to, _)| *to != To::Person(case.id)), "nobody writes to themselves");
    for (reader, to, post) in [
        (washington, all[0], Some(check.post_id)),
        (washington, all[1], None),
        (washington, all[4], Some(check.post_id)),
        (washington, all[5], None),
        (at_post(&check), all[1], Some(check.post_id)),
    ] {
        let written = write((&check, &reader), RemarkId::new(), (to, times_recalled(&check)), &said("So"), &people)
            .expect("it is offered");
        assert_eq!((*written.post(), *written.to()), (post, to));
    }
    let stranger = To::Person(PersonId::new());
    let refused = write((&check, &washington), RemarkId::new(), (stranger, 0), &said("So"), &people).map(drop);
    assert_eq!(refused, Err(Refusal::NobodyNamed));
    // Of a recalled draft nobody at the post reads anything.
    let mut draft = check.clone();
    draft.state = CheckState::Draft;
    assert!(offered(&draft, &washington, &people).iter().all(|(.., with_post)| !with_post));
}

#[test]
fn a_remark_is_stored_and_logged_as_it_was_written() {
    let check = check(CheckState::Requested);
    let (id, reader) = (RemarkId::new(), at_post(&check));
    let written = write(
        (&check, &reader),
        id,
        (To::Part(Part::CaseOfficer), times_recalled(&check)),
        &said("Is it expected?"),
        &[],
    )
    .expect("so");
    assert_eq!((*written.check(), *written.id(), *written.thread(), *written.answers()), (check.id, id, id, None));
    assert_eq!(written.text().as_str(), "Is it expected?");
    let event = Event::from(written);
    assert_eq!((event.verb, event.subject, event.check), (Verb::RemarkWritten, ("remark", id.0), Some(check.id)));
    assert_eq!(event.summary, "wrote a remark to the case officers");
    assert_eq!(event.after, Some(says("Text", "Is it expected?").into()));
    let named = somebody("Ada", Part::Reviewer);
    let written = write((&check, &reader), id, (To::Person(named.id), times_recalled(&check)), &said("So"), &[named])
        .expect("so");
    assert_eq!(Event::from(written).summary, "wrote a remark to Ada");
}

/// An answer stays in the thread and its circle, and goes to who wrote; what one adds to one's own goes where that
/// went.
#[test]
fn an_answer_settles_what_waits_for_who_answers() {
    let check = check(CheckState::InProgress);
    let (officer, case) = (at_post(&check), sample::reader(Role::CaseOfficer));
    let asked = stands(&check, &officer, To::Part(Part::CaseOfficer));
    let id = RemarkId::new();
    let answer = asked.answer(&check, &case, id, &said("It is.")).expect("so");
    assert_eq!((*answer.thread(), *answer.answers(), *answer.post()), (asked.id, Some((asked.id, true)), asked.post));
    assert_eq!(*answer.to(), To::Person(officer.id));
    assert_eq!(Event::from(answer).summary, "answered the remark of An officer");
    let added = asked.answer(&check, &officer, id, &said("Or is another one?")).expect("so");
    assert_eq!((*added.answers(), *added.to()), (Some((asked.id, false)), asked.to));
    assert_eq!(Event::from(added).summary, "added to an own remark");
    // Whoever else says something to it: it goes on waiting for those whom it is for.
    let beside = Reader { id: PersonId::new(), ..officer };
    for bystander in [sample::reader(Role::Reviewer), sample::reader(Role::Supervisor), beside] {
        let said = asked.answer(&check, &bystander, id, &said("I think so.")).expect("so");
        assert_eq!((*said.answers(), *said.to()), (Some((asked.id, false)), To::Person(officer.id)));
    }
    let settled = Remark { settled_at: Some(sample::NOW), ..asked.clone() };
    let again = settled.answer(&check, &case, id, &said("It is.")).expect("so");
    assert_eq!(*again.answers(), Some((asked.id, false)), "it waits no more");
    // The post has it no longer, or another one has.
    let mut moved = check.clone();
    moved.post_id = PostId::new();
    assert_eq!(asked.may_answer(&moved), Err(Refusal::PostGone));
    (moved.post_id, moved.state) = (check.post_id, CheckState::Draft);
    assert_eq!(asked.may_answer(&moved), Err(Refusal::PostGone));
    moved.state = CheckState::Closed;
    assert_eq!(asked.may_answer(&moved), Err(Refusal::Closed));
    let inside = stands(&check, &sample::reader(Role::Reviewer), To::Part(Part::CaseOfficer));
    (moved.state, moved.post_id) = (CheckState::Draft, PostId::new());
    assert_eq!(inside.may_answer(&moved), Ok(()), "Washington goes on among itself");
}

#[test]
fn a_remark_waits_for_whom_it_is_for_until_it_is_answered_or_read() {
    let check = check(CheckState::InProgress);
    let (officer, other_post) =
        (at_post(&check), Reader { post: Some(PostId::new()), ..sample::reader(Role::PostOfficer) });
    let case = sample::reader(Role::CaseOfficer);
    let waits = |remark: &Remark| {
        [officer, other_post, case, sample::reader(Role::Reviewer)].map(|reader| remark.waits_for(&reader))
    };
    let to_case = stands(&check, &officer, To::Part(Part::CaseOfficer));
    assert_eq!(waits(&to_case), [false, false, true, false]);
    let to_post = stands(&check, &case, To::Part(Part::Post));
    assert_eq!(waits(&to_post), [true, false, false, false]);
    let inside = stands(&check, &sample::reader(Role::Reviewer), To::Part(Part::CaseOfficer));
    assert_eq!(waits(&inside), [false, false, true, false]);
    assert!(!inside.is_seen_by(&officer) && inside.is_seen_by(&case) && to_post.is_seen_by(&officer));
    let by_name = Remark { to: To::Person(officer.id), ..to_post.clone() };
    assert_eq!(waits(&by_name), [true, false, false, false]);
    let own = stands(&check, &case, To::Part(Part::CaseOfficer));
    assert!(!own.waits_for(&case), "what one wrote oneself waits for the others");

    let read = to_case.read(&check, &case).expect("it waits");
    assert_eq!(*read.id(), to_case.id);
    let event = Event::from(read);
    assert_eq!((event.verb, event.subject), (Verb::RemarkRead, ("remark", to_case.id.0)));
    assert_eq!(event.summary, "marked the remark of An officer as read");
    assert_eq!(to_case.read(&check, &officer).map(drop), Err(Refusal::NotWaiting));
    let settled = Remark { settled_at: Some(sample::NOW), ..to_case.clone() };
    assert_eq!(settled.read(&check, &case).map(drop), Err(Refusal::NotWaiting));
    let mut closed = check.clone();
    closed.state = CheckState::Closed;
    assert_eq!(to_case.read(&closed, &case).map(drop), Err(Refusal::Closed));
}

#[test]
fn a_reader_is_offered_what_they_may_do_about_each_remark() {
    let check = check(CheckState::InProgress);
    let officer = at_post(&check);
    let asked = [stands(&check, &officer, To::Part(Part::CaseOfficer))];
    let seen = |reader: &Reader| {
        let line = lines(&check, reader, &asked).remove(0);
        (line.is_first, line.waits, line.may_answer)
    };
    assert_eq!(seen(&sample::reader(Role::CaseOfficer)), (true, true, true));
    assert_eq!(seen(&officer), (true, false, true));
    assert_eq!(seen(&sample::reader(Role::Auditor)), (true, false, false));
    assert_eq!(why_not(&check, &officer), None);
    let mut served = check.clone();
    served.older_serves = true;
    assert_eq!(why_not(&served, &officer), Some(Refusal::OlderServes));
    assert_eq!(why_not(&served, &sample::reader(Role::Auditor)), None, "who only reads asks for none");
    let answer = [Remark { answers: Some(asked[0].id), ..asked[0].clone() }];
    assert!(!lines(&check, &officer, &answer)[0].is_first);
}

/// The check may have gone to another post while somebody wrote: what was for one is read at no other.
#[test]
fn what_was_written_to_one_post_goes_to_no_other() {
    let mut file = sample::case();
    let washington = sample::reader(Role::CaseOfficer);
    let write =
        |check: &CheckFile, to| write((check, &washington), RemarkId::new(), (to, 0), &said("So"), &[]).map(drop);
    assert_eq!(write(&file.check, To::Part(Part::Post)), Ok(()));
    let recall = sample::recall(&file, PostId::new(), file.check.due_on.expect("it was sent"));
    file.check.recalled.push(recall);
    assert_eq!(write(&file.check, To::Part(Part::Post)), Err(Refusal::AnotherPost("Guatemala".into())));
    assert_eq!(write(&file.check, To::Part(Part::Reviewer)), Ok(()), "it is read in Washington alone");
}
