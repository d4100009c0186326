//! Who undoes a merge, when, and what becomes of each row.

use time::macros::datetime;

use super::*;
use crate::{access::Role, id::PostId, mistakes};

const REASON: &str = "They are two companies of one name.";

fn row(kind: MistakeKind) -> Row {
    Row {
        key: Uuid::now_v7(),
        kind,
        ids: vec![Uuid::now_v7()],
        what: "Marmara Gida".into(),
        role: None,
        of_file: None,
        of_other: false,
        is_frozen: false,
        twice: false,
        by: Some("Ada Brandt".into()),
        at: Some(datetime!(2026-11-03 09:15 UTC)),
    }
}

fn merge(by: PersonId, since: Vec<Row>) -> Merge {
    Merge {
        from: (PartyId::new(), "Pelago Trading".into()),
        into: (PartyId::new(), "Pelago Group".into()),
        state: State::Stands { id: MergeId::new(), by, later: None },
        version: 1,
        moved: vec![row(MistakeKind::PartyFact)],
        also: vec!["Its own name".into()],
        since,
        judged: Vec::new(),
    }
}

fn officer(id: PersonId) -> Reader {
    Reader { id, role: Role::CaseOfficer, post: None, authority: rust_decimal::Decimal::MAX }
}

fn answers(merge: &Merge, whose: Whose) -> BTreeMap<Uuid, Whose> {
    merge.since.iter().map(|row| (row.key, whose)).collect()
}

#[test]
fn who_merged_them_undoes_it_while_nothing_was_recorded_or_judged_since_and_then_a_supervisor() {
    let (merger, other, supervisor) = (PersonId::new(), PersonId::new(), PersonId::new());
    let serving = [(merger, Role::CaseOfficer), (other, Role::CaseOfficer), (supervisor, Role::Supervisor)];
    let over = Reader { id: supervisor, role: Role::Supervisor, post: None, authority: rust_decimal::Decimal::MAX };
    let judged = Judged {
        kind: Judgement::Exception,
        what: String::new(),
        of_file: "05-971940".into(),
        by: "Lena Ortiz".into(),
        at: datetime!(2026-11-04 10:00 UTC),
    };
    let plain = merge(merger, Vec::new());
    let with_row = merge(merger, vec![row(MistakeKind::PartyAlias)]);
    let with_judgement = Merge { judged: vec![judged], ..plain.clone() };
    let recorder = Err(Refusal::NotYours(mistakes::model::Refusal::AnotherRecorder));
    let above = || Err(Refusal::NotYours(mistakes::model::Refusal::Supervisor));
    let may = |merge: &Merge, reader: &Reader| merge.may_undo(reader, &serving).map(|_| ());
    assert_eq!(may(&plain, &officer(merger)), Ok(()));
    assert_eq!(may(&plain, &officer(other)), recorder);
    for carrying in [&with_row, &with_judgement] {
        assert_eq!(may(carrying, &officer(merger)), above());
        assert_eq!(may(carrying, &officer(other)), above());
        assert_eq!(may(carrying, &over), Ok(()));
    }
    let at_post = Reader {
        id: other,
        role: Role::PostSupervisor,
        post: Some(PostId::new()),
        authority: rust_decimal::Decimal::MAX,
    };
    let elsewhere = mistakes::model::Refusal::AnotherSide(Side::Washington);
    assert_eq!(may(&plain, &at_post), Err(Refusal::NotYours(elsewhere)));
}

#[test]
fn the_last_merge_is_undone_first_and_only_one_that_was_kept() {
    let merger = PersonId::new();
    let serving = [(merger, Role::CaseOfficer)];
    let refused =
        |state| Merge { state, ..merge(merger, Vec::new()) }.may_undo(&officer(merger), &serving).unwrap_err();
    let later = Some(("Pelago Marine".into(), "Pelago Group".into()));
    let later = refused(State::Stands { id: MergeId::new(), by: merger, later });
    assert_eq!(later.to_string(), "Pelago Marine was merged into Pelago Group later. Undo that merge first.");
    assert_eq!(refused(State::NotKept), Refusal::NotKept);
    assert_eq!(refused(State::Undone), Refusal::Undone);
}

#[test]
fn of_each_row_recorded_since_it_is_said_whose_it_is() {
    let merger = PersonId::new();
    let serving = [(merger, Role::CaseOfficer)];
    let of_from = Row { of_other: true, ..row(MistakeKind::Finding) };
    let merge = merge(merger, vec![row(MistakeKind::PartyAlias), row(MistakeKind::PartyListing), of_from]);
    let undo = |whose: &BTreeMap<_, _>| merge.undo(whose, REASON, &officer(merger), &serving);
    let mut whose = answers(&merge, Whose::Goes);
    whose.remove(&merge.since[1].key);
    assert_eq!(undo(&whose).map(|_| ()), Err(Refusal::Unsaid));
    assert_eq!(merge.unsaid(|key| whose.contains_key(key)), [merge.since[1].key]);
    // An answer of a row that is no longer there says nothing.
    whose.insert(merge.since[1].key, Whose::Stays);
    whose.insert(Uuid::now_v7(), Whose::Goes);
    let alias = &merge.since[0];
    let to = |row: &Row, to| Move { kind: row.kind, ids: row.ids.clone(), to };
    assert_eq!(*undo(&whose).unwrap().moves(), [to(alias, merge.from.0)]);
    assert_eq!(*undo(&answers(&merge, Whose::Stays)).unwrap().moves(), [to(&merge.since[2], merge.into.0)]);
    let undone = undo(&whose).unwrap();
    assert_eq!((*undone.went(), *undone.stays(), undone.reason().as_str()), (merge.from.0, merge.into.0, REASON));
}

#[test]
fn what_is_frozen_stays_where_it_is_and_nobody_has_the_same_twice() {
    let merger = PersonId::new();
    let serving = [(merger, Role::CaseOfficer)];
    let frozen = Row { is_frozen: true, of_file: Some("BL-2026-0042".into()), ..row(MistakeKind::Contact) };
    let twice = Row {
        twice: true,
        of_file: Some("05-971940".into()),
        role: Some(PartyRole::Broker),
        ..row(MistakeKind::LicenseParty)
    };
    for (row, sentence) in [
        (
            frozen,
            "BL-2026-0042 is not with its post, which keeps what it wrote: Contact, BL-2026-0042: Marmara Gida. Leave it where it is, or have \
             the check given back or its signed reply returned first.",
        ),
        (
            twice,
            "Pelago Trading has the same already: Party of the license, 05-971940: broker. Leave it where it is, or take one of the two back \
             first.",
        ),
    ] {
        let merge = merge(merger, vec![row]);
        let undo = |whose| merge.undo(&answers(&merge, whose), REASON, &officer(merger), &serving);
        assert_eq!(undo(Whose::Goes).unwrap_err().to_string(), sentence);
        assert_eq!(*undo(Whose::Stays).unwrap().moves(), []);
    }
}

#[test]
fn a_row_says_what_and_where_it_is_and_who_recorded_it() {
    let of_license = |row: Row| Row { of_file: Some("05-971940".into()), ..row };
    let serials =
        Row { ids: vec![Uuid::now_v7(), Uuid::now_v7()], what: "9 mm pistols".into(), ..row(MistakeKind::Serial) };
    let said = [
        row(MistakeKind::PartyAlias).says(),
        of_license(Row { role: Some(PartyRole::EndUser), ..row(MistakeKind::LicenseParty) }).says(),
        of_license(serials).says(),
    ];
    let expected = [
        "Other name: Marmara Gida",
        "Party of the license, 05-971940: end-user",
        "2 serial numbers, 05-971940: 9 mm pistols",
    ];
    assert_eq!(said, expected);
    let known = row(MistakeKind::PartyFact);
    assert_eq!(known.recorded(), "Ada Brandt, 3 Nov 2026 09:15Z");
    assert_eq!(Row { at: None, ..known.clone() }.recorded(), "Ada Brandt");
    assert_eq!(Row { by: None, ..known.clone() }.recorded(), "3 Nov 2026 09:15Z");
    assert_eq!(Row { by: None, at: None, ..known }.recorded(), "");
}

#[test]
fn what_was_judged_since_is_told_first() {
    let judged = |kind| Judged {
        kind,
        what: "4471-B of DECAM".into(),
        of_file: "05-971940".into(),
        by: "Lena Ortiz".into(),
        at: datetime!(2026-11-04 10:00 UTC),
    };
    let merge = Merge {
        judged: Judgement::ALL.iter().map(|kind| judged(*kind)).collect(),
        ..merge(PersonId::new(), Vec::new())
    };
    let lapses = merge.lapses();
    assert_eq!(lapses.len(), Judgement::ALL.len());
    assert!(lapses.iter().all(|said| said.contains("05-971940 (Lena Ortiz, 4 Nov 2026 10:00Z) ")), "{lapses:?}");
    assert!(lapses[4].ends_with("lapses if the contact it was made through is Pelago Trading's"), "{lapses:?}");
    assert_eq!(merge.goes_back(), ["Fact: Marmara Gida", "Its own name"]);
}

#[test]
fn both_records_and_each_open_file_are_told() {
    let merger = PersonId::new();
    let merge = merge(merger, Vec::new());
    let undone = merge.undo(&BTreeMap::new(), REASON, &officer(merger), &[(merger, Role::CaseOfficer)]).unwrap();
    let told = format!("{:?}", undone.told(&[LicenseId::new()], &[CheckId::new(), CheckId::new()]));
    assert_eq!(told.matches("undid the merge of Pelago Trading into Pelago Group").count(), 5);
    assert!(told.contains(REASON));
}
