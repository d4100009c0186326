use super::*;
use crate::sample::{self, TODAY, logged};

fn license() -> LicenseFile {
    let mut license = sample::license();
    license.custody = vec![
        sample::step(CustodyStage::Planned, "Customs"),
        sample::step(CustodyStage::Planned, "Registry"),
        sample::step(CustodyStage::Planned, "End-user"),
        sample::step(CustodyStage::Actual, "Customs"),
    ];
    license
}

#[test]
fn a_step_is_of_this_license_and_one_to_come_is_planned() {
    let license = license();
    let tomorrow = TODAY.next_day();
    let step = license.custody[3].says();
    let recorded = |says: NewStep| license.record_step(CustodyStepId::new(), says, |_| true, TODAY).map(drop);
    assert_eq!(recorded(step.clone()), Ok(()));
    assert_eq!(recorded(NewStep { party: Some(PartyId::new()), ..step.clone() }), Err(Refusal::Party));
    assert_eq!(recorded(NewStep { item: Some(ItemGroupId::new()), ..step.clone() }), Err(Refusal::Item));
    assert_eq!(recorded(NewStep { on_date: tomorrow, ..step.clone() }), Err(Refusal::Planned));
    let planned = NewStep { stage: CustodyStage::Planned, on_date: tomorrow, ..step };
    assert_eq!(recorded(planned), Ok(()));
}

#[test]
fn the_entry_of_a_step_says_what_stood_there() {
    let license = license();
    let known = &license.custody[0];
    let new = NewStep { holder: "Port customs".into(), quantity: Some(1_200), ..known.says() };
    let changed = license.record_step(known.id, new.clone(), |_| true, TODAY).expect("it may say so");
    assert_eq!((*changed.license(), *changed.step(), changed.says()), (license.id, known.id, &new));
    let row = Subject::Row("custody_step", known.id.0);
    let entry = Event::new(Verb::CustodyChanged, row, "changed a custody step (planned): Port customs");
    let told = |holder: &str, many: &str| {
        let values = says("Who holds the items", holder).and("What happens", "Holds the items").and("Party", "");
        values.and("Day", None::<Date>).and("Items", "").and("How many", many)
    };
    let entry = entry.on_license(license.id).before(told("Customs", "")).after(told("Port customs", "1,200"));
    assert_eq!(logged(changed), logged(entry));
    let added = license.record_step(CustodyStepId::new(), new, |_| true, TODAY).expect("it may say so");
    assert!(format!("{:?}", Event::from(added)).contains("added a custody step (planned): Port customs"));
}

#[test]
fn steps_are_ordered_as_they_were_shown_and_none_is_left_out() {
    let license = license();
    let [customs, registry, user] = [0, 1, 2].map(|at| license.custody[at].id);
    let new = CustodyStepId::new();
    let order = [user, new, customs];
    let ordered = license.order_path(CustodyStage::Planned, &[customs, user], &order).expect("as shown");
    assert_eq!(ordered.steps(), &[user, new, customs, registry], "who was not shown follows");
    let entry = Event::new(Verb::CustodyChanged, license.id, "put the custody path (planned) in order");
    assert_eq!(
        logged(ordered),
        logged({
            let before = says("In order", "planned step 1; planned step 2; planned step 3");
            let after = says("In order", "planned step 3; new planned step; planned step 1; planned step 2");
            entry.before(Some(before)).after(after)
        })
    );
    for shown in [&[user, customs][..], &[customs, new]] {
        let refused = license.order_path(CustodyStage::Planned, shown, &order).map(drop);
        assert_eq!(refused, Err(Refusal::OrderChanged));
    }
}

#[test]
fn a_step_keeps_its_party_when_that_leaves_the_license_and_takes_no_other_that_left() {
    let mut license = license();
    let (gone, other) = (PartyId::new(), PartyId::new());
    license.custody[0].party_id = Some(gone);
    license.custody[0].party = Some("Meridian Freight".into());
    license.custody[1].party_id = Some(other);
    let step = &license.custody[0];
    let with = |party| NewStep { party: Some(party), what: "Seals them".into(), ..step.says() };
    let recorded = |says| license.record_step(step.id, says, |_| true, TODAY);
    let event = Event::from(recorded(with(gone)).expect("it stood there"));
    for told in [event.before, event.after] {
        let told = format!("{told:?}");
        assert!(told.contains("Meridian Freight"), "{told}");
    }
    assert_eq!(recorded(with(other)).map(drop), Err(Refusal::Party), "that is another step's");
    assert_eq!(license.record_step(CustodyStepId::new(), with(gone), |_| true, TODAY).map(drop), Err(Refusal::Party));
    // The items in the same way.
    let lost = ItemGroupId::new();
    assert_eq!(license.steps_item(Some(step), Some(lost)), Err(Refusal::Item));
    license.custody[0].item_group_id = Some(lost);
    assert_eq!(license.steps_item(Some(&license.custody[0]), Some(lost)), Ok(()));
}

#[test]
fn a_step_is_changed_by_the_post_whose_word_it_is() {
    let mut license = license();
    let post = PostId::new();
    license.custody[0].recorded_at_post = Some(post);
    license.custody[0].recorded_at_post_name = Some("Kingston".into());
    let step = &license.custody[0];
    let new = NewStep { what: "Seals them".into(), ..step.says() };
    let by = |serves: bool| license.record_step(step.id, new.clone(), |of| serves == (of == post), TODAY).map(drop);
    assert_eq!([by(true), by(false)], [Ok(()), Err(Refusal::WordOf("Kingston".into()))]);
    // Of what a program of before recorded it may be unknown: then it is nobody's word yet.
    license.custody[0].recorded_at_post = None;
    let known = license.record_step(license.custody[0].id, new, |_| false, TODAY).map(drop);
    assert_eq!(known, Ok(()));
}

#[test]
fn what_a_party_holds_is_known_by_its_steps_and_told_by_their_places() {
    let mut license = license();
    let party = license.parties[0].clone();
    for at in [3, 1] {
        license.custody[at].party_id = Some(party.party_id);
        license.custody[at].first_position = i32::try_from(at).expect("a place") + 4;
    }
    let held = license.held_by(&party);
    assert_eq!(held.places(), "planned step 2, actual step 1");
    assert_eq!(held.formerly().as_deref(), Some("planned step 5, actual step 7"));
    let facts = held.facts();
    license.custody.swap(1, 2);
    assert_eq!(
        (license.held_by(&party).places().as_str(), license.held_by(&party).facts()),
        ("planned step 3, actual step 1", facts.clone())
    );
    license.custody[2].version = 2;
    let held = license.held_by(&party);
    assert!(held.facts() != facts && held.formerly().is_none(), "it says something else");
}
