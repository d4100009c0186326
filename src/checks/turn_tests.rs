//! Nobody is sent to a locked door: over generated files, whom the next step names can do it there, and everybody else
//! is told who does and why it is not theirs.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::{
    access::Role,
    approvals::model::{ApprovalState, CustodyStage, SerialCount, SerialState},
    checks::model::{
        CameBy, CheckState, CheckType, Explanation, Owner, RecommendationWord, ResultReason, ResultWord, Returned,
        SiteVisit,
    },
    checks::standing::model::{Mark, Standing},
    duties::model::Duty,
    evidence::model::ContactKind,
    id::{ExplanationId, PersonId, PostId, RecommendationId},
    licenses::model::{Act, Decider, Exception, LicenseCheck, LicenseFile, LicenseStatus},
    parties::model::{PartyRole, TakesPossession},
    sample,
};

/// What varies in a license.
#[derive(Debug, Clone)]
struct LicenseFacts {
    status: LicenseStatus,
    items: usize,
    asked: bool,
    /// The state of its cells; none: nobody recorded one.
    cells: Option<ApprovalState>,
    /// What is wrong with the paper, of ten things.
    paper: u8,
    /// Whose word the cells are: nobody's, this post's, another's.
    word_of: u8,
    waits: bool,
    certificate: u8,
    worded: bool,
    certified: u8,
    end_user: bool,
    listed: bool,
    /// The results of the checks on it, of five things.
    results: u8,
    /// A supervisor excepted the result.
    excepted: bool,
}

/// What varies in a file.
#[derive(Debug, Clone)]
struct Facts {
    state: CheckState,
    held: CheckState,
    check_type: CheckType,
    staff: u8,
    contacts: u8,
    visit: (bool, bool),
    findings: u8,
    breach: u8,
    missing: u8,
    unknown: bool,
    word: Option<RecommendationWord>,
    signature: u8,
    /// And whether its text was written anew since.
    returned: Option<bool>,
    questions: bool,
    result: Option<ResultWord>,
    countersigns: bool,
    founded: bool,
    declined: bool,
    licenses: Vec<LicenseFacts>,
    /// Who did what before, by their place in the cast.
    duties: Vec<(usize, Duty)>,
}

fn one_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(all)
}

fn license_facts() -> impl Strategy<Value = LicenseFacts> {
    let first = (
        one_of(LicenseStatus::ALL),
        0..3_usize,
        any::<bool>(),
        proptest::option::of(one_of(ApprovalState::ALL)),
        0..10_u8,
        0..3_u8,
        any::<bool>(),
    );
    let second =
        (0..4_u8, any::<bool>(), 0..4_u8, prop::bool::weighted(0.9), prop::bool::weighted(0.2), 0..5_u8, any::<bool>());
    (first, second).prop_map(|(first, second)| {
        let (status, items, asked, cells, paper, word_of, waits) = first;
        let (certificate, worded, certified, end_user, listed, results, excepted) = second;
        LicenseFacts {
            status,
            items,
            asked,
            cells,
            paper,
            word_of,
            waits,
            certificate,
            worded,
            certified,
            end_user,
            listed,
            results,
            excepted,
        }
    })
}

fn facts() -> impl Strategy<Value = Facts> {
    const HELD: &[CheckState] = &[CheckState::Requested, CheckState::InProgress, CheckState::Replied];
    // The post's work and Washington's are where most can go wrong.
    let states = prop_oneof![
        3 => Just(CheckState::InProgress),
        2 => Just(CheckState::Replied),
        3 => Just(CheckState::Resulted),
        2 => one_of(CheckState::ALL),
    ];
    let first = (states, one_of(HELD), one_of(CheckType::ALL), 0..6_u8, 0..4_u8, any::<(bool, bool)>(), 0..3_u8);
    let second = (
        0..3_u8,
        0..3_u8,
        prop::bool::weighted(0.2),
        proptest::option::weighted(0.8, one_of(RecommendationWord::ALL)),
        0..3_u8,
    );
    let third = (
        any::<Option<bool>>(),
        any::<bool>(),
        proptest::option::of(one_of(ResultWord::ALL)),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    );
    let licenses = proptest::collection::vec(license_facts(), 0..3);
    let duties = proptest::collection::vec((0..CAST, one_of(Duty::ALL)), 0..5);
    (first, second, third, licenses, duties).prop_map(|(first, second, third, licenses, duties)| {
        let (state, held, check_type, staff, contacts, visit, findings) = first;
        let (breach, missing, unknown, word, signature) = second;
        let (returned, questions, result, countersigns, founded, declined) = third;
        Facts {
            state,
            held,
            check_type,
            staff,
            contacts,
            visit,
            findings,
            breach,
            missing,
            unknown,
            word,
            signature,
            returned,
            questions,
            result,
            countersigns,
            founded,
            declined,
            licenses,
            duties,
        }
    })
}

/// How many people acted on the file: an officer, another one, a third; the opener, the proposer, the signer of a
/// result, a decider.
const CAST: usize = 7;

struct Scene {
    file: CaseFile,
    readers: Vec<Reader>,
}

fn license(facts: &LicenseFacts, post: PostId) -> LicenseFile {
    let mut license = sample::license();
    license.status = facts.status;
    let registry = license.rules[0].authority_id.expect("the rule names the registry");
    if !facts.asked {
        license.rules.clear();
    }
    if facts.items == 2 {
        license.items.push(sample::item("automatic_rifle", 6));
        license.rules.push(sample::rule("automatic_rifle", Some((registry, "DECAM"))));
    }
    let mut paper = license.permits.remove(0);
    paper.quantity = license.items.iter().map(|item| item.quantity).sum();
    match facts.paper {
        0 => paper.quantity -= 1,
        1 => paper.valid_until = Some(sample::TODAY - time::Duration::days(1)),
        2 => paper.valid_from = Some(sample::TODAY + time::Duration::days(1)),
        3 => paper.named_party = "Somebody Else".into(),
        4 => (paper.holds_number, paper.used_for) = (false, Some("05-971940".into())),
        5 => paper.verified_at = None,
        6 => paper.revoked_on = Some(sample::TODAY),
        7 => paper.unit_code = "rounds".into(),
        8 => (paper.withdrawn_at, paper.withdrawn_reason) = (Some(sample::NOW), Some("Mistyped.".into())),
        _ => {}
    }
    license.approvals.clear();
    if let Some(state) = facts.cells {
        for item in &license.items {
            let on_paper = state == ApprovalState::Issued && !paper.is_withdrawn();
            let state = if state == ApprovalState::Issued && !on_paper { ApprovalState::Needed } else { state };
            let mut row = sample::approval(item, Some(registry), state, on_paper.then_some(&paper));
            row.waits_for = if facts.waits { "serial numbers".into() } else { String::new() };
            (row.recorded_at_post, row.recorded_at_post_name) = match facts.word_of {
                0 => (None, None),
                1 => (Some(post), Some("Guatemala".into())),
                _ => (Some(PostId::new()), Some("Kingston".into())),
            };
            license.approvals.push(row);
        }
    }
    license.permits = vec![paper];
    if facts.items == 0 {
        license.items.clear();
        license.approvals.clear();
    }
    if facts.certificate > 0 {
        license.items.iter_mut().for_each(|item| item.significant_military_equipment = true);
        license.certificate = (facts.certificate > 1).then(sample::certificate);
        if let Some(certificate) = license.certificate.as_mut().filter(|_| facts.certificate == 2) {
            certificate.signatures[0].verified_by = None;
        }
    }
    if facts.worded {
        license.conditions.push(sample::condition());
    }
    if facts.certified > 0 {
        license.value_usd = Decimal::from(60_000_000);
        let days = [0, 0, 1, 400][usize::from(facts.certified)];
        license.certified_on = (facts.certified > 1).then(|| sample::TODAY - time::Duration::days(days));
    }
    if !facts.end_user {
        license.parties.truncate(1);
    }
    if facts.listed {
        license.parties[0].listings.push(sample::listing("debarred"));
    }
    let running =
        || LicenseCheck { state: CheckState::InProgress, result: None, ..sample::license_check(ResultWord::Favorable) };
    license.checks = match facts.results {
        // Judged, and not before the license.
        0 => vec![LicenseCheck { check_type: CheckType::PostLicense, ..sample::license_check(ResultWord::Favorable) }],
        1 => vec![sample::license_check(ResultWord::Unfavorable)],
        2 => vec![sample::license_check(ResultWord::Favorable), running()],
        3 => {
            license.facts_changed_at = Some(sample::NOW + time::Duration::hours(1));
            vec![sample::license_check(ResultWord::Favorable)]
        }
        _ => vec![sample::license_check(ResultWord::Favorable)],
    };
    if facts.excepted {
        license.exceptions.push(Exception {
            guard: 15,
            party_id: None,
            result_id: license.last_result(),
            reason: "Known for years.".into(),
            excepted_by: PersonId::new(),
            excepted_by_name: "A supervisor".into(),
            excepted_at: sample::NOW,
            basis: None,
        });
    }
    license
}

fn scene(facts: &Facts) -> Scene {
    let cast: Vec<PersonId> = (0..CAST).map(|_| PersonId::new()).collect();
    let mut file = sample::case();
    let post = file.check.post_id;
    let check = &mut file.check;
    check.duties.clear();
    check.check_type = facts.check_type;
    check.state = facts.state;
    check.held_state = (facts.state == CheckState::OnHold).then_some(facts.held);
    check.serving = sample::officers(&match facts.staff {
        0 => Vec::new(),
        1 => vec![cast[0]],
        2 => vec![cast[1]],
        3 => vec![cast[0], cast[1]],
        4 => vec![cast[0], cast[2]],
        // Somebody decided a license in Washington, and serves here now.
        _ => vec![cast[0], cast[6]],
    });
    check.officer_id = Some(cast[0]);
    check.officer_name = Some("An officer".into());
    check.opened_by = cast[3];
    let held = |owner, by, person: usize, name| sample::holder(owner, by, cast[person], name);
    check.holders = vec![
        held(Owner::CaseOfficer, CameBy::Opened, 3, "Nora"),
        held(Owner::CaseOfficer, CameBy::Region, 2, "Tobias"),
        held(Owner::Reviewer, CameBy::Given, 5, "Ines"),
        held(Owner::Reviewer, CameBy::Region, 6, "Harlan"),
    ];
    check.holders.truncate(usize::from(facts.staff).min(4));
    sample::did(check, cast[3], Duty::Open);
    if facts.contacts == 0 {
        check.contacts.clear();
    } else {
        check.contacts[0].kind =
            [ContactKind::Meeting, ContactKind::Call, ContactKind::SiteVisit][usize::from(facts.contacts) - 1];
    }
    check.site_visit = if facts.visit.0 { SiteVisit::Required } else { SiteVisit::Optional };
    check.site_visit_waiver = facts.visit.1.then(|| "Nobody is let in.".into());
    file.licenses = if facts.check_type.has_licenses() {
        facts.licenses.iter().map(|facts| license(facts, post)).collect()
    } else {
        Vec::new()
    };
    if let Some(license) = file.licenses.first_mut() {
        if facts.breach > 0 {
            license.parties.push(sample::party(
                "Meridian Freight",
                PartyRole::FreightForwarder,
                TakesPossession::Never,
            ));
            license.custody.push(sample::step(CustodyStage::Planned, "Meridian Freight"));
        }
        if facts.unknown {
            license.parties.push(sample::party("Pelago Trading", PartyRole::Broker, TakesPossession::Unknown));
        }
        if let Some(item) = license.items.first().filter(|_| facts.missing > 0) {
            let counted = |state, count| SerialCount {
                item_group_id: item.id,
                state,
                holder_party_id: None,
                count,
                numbers: Vec::new(),
                twice: Vec::new(),
            };
            license.serials = vec![counted(SerialState::Seen, item.quantity - 2), counted(SerialState::Missing, 2)];
        }
    }
    let contact = sample::contact(ContactKind::Meeting);
    let basis = file.check.contacts.first().unwrap_or(&contact).clone();
    let asked = file.asked();
    let answered = asked.len() * usize::from(facts.findings) / 2;
    file.check.findings = asked
        .iter()
        .take(answered)
        .map(|asked| sample::finding(&asked.topic, asked.party.as_ref().map(|(id, _)| *id), &basis))
        .collect();
    for found in file.contradictions() {
        let explained = if found.by_post { facts.breach == 2 } else { facts.missing == 2 };
        if explained {
            file.check.explanations.push(Explanation {
                id: ExplanationId::new(),
                contradiction: found.key,
                fingerprint: found.fingerprint,
                said: None,
                text: "It only passes through.".into(),
                explained_by_name: "An officer".into(),
                explained_at: sample::NOW,
            });
        }
    }
    write(facts, &mut file, &cast);
    for (person, duty) in &facts.duties {
        did(&mut file, cast[*person], *duty);
    }
    Scene { readers: readers(&file, &cast, post), file }
}

/// The recommendation and the result, as far as the check's state has them.
fn write(facts: &Facts, file: &mut CaseFile, cast: &[PersonId]) {
    let replied = matches!(facts.state, CheckState::Replied | CheckState::Resulted);
    file.check.recommendation = None;
    file.check.earlier_result = facts.declined.then(|| {
        let mut earlier = sample::result(ResultWord::Favorable);
        earlier.declined_because = Some("Not so.".into());
        earlier
    });
    if facts.questions {
        file.check.questions.push(crate::checks::model::Note {
            id: uuid::Uuid::from_u128(7),
            text: "Who owns it?".into(),
            by: "A case officer".into(),
            at: sample::NOW,
        });
    }
    if let Some(word) = facts.word.filter(|_| !matches!(facts.state, CheckState::Draft | CheckState::Requested)) {
        let mut recommendation = sample::recommendation(word);
        recommendation.written_by = cast[0];
        let signer =
            if replied { Some(cast[0]) } else { [None, Some(cast[0]), Some(cast[1])][usize::from(facts.signature)] };
        if let Some(signer) = signer {
            recommendation.signed_by = Some(signer);
            did(file, signer, Duty::SignReply);
        }
        if replied {
            recommendation.cleared_by = Some(cast[1]);
            did(file, cast[1], Duty::ClearReply);
        }
        file.check.recommendation = Some(recommendation);
        if let Some(is_written_anew) = facts.returned {
            let back = ("An officer".into(), "A supervisor".into(), "Say who was met.".into());
            let at = sample::NOW + time::Duration::seconds(if is_written_anew { -1 } else { 1 });
            let (id, (signed_by_name, by, remark)) = (RecommendationId::new(), back);
            file.check.returned.push(Returned { id, signed_by_name, by, at, remark });
        }
    }
    let resulted = facts.state == CheckState::Resulted;
    if let Some(word) = facts.result.filter(|word| replied && (resulted || *word != ResultWord::NotCompleted)) {
        let mut result = sample::result(word);
        (result.proposed_by, result.caveat) = (cast[4], "Met once.".into());
        let finding_id = file.check.findings.first().map(|finding| finding.id);
        if facts.founded {
            result.reasons = vec![ResultReason { code: "existence".into(), is_primary: true, finding_id }];
        }
        did(file, cast[4], Duty::Propose);
        if resulted || (facts.countersigns && word == ResultWord::Unfavorable) {
            (result.signed_by, result.signed_revision) = (Some(cast[5]), Some(file.check.revision));
            did(file, cast[5], Duty::SignResult);
        }
        file.check.result = Some(result);
    }
}

/// Notes an act where its kind belongs, as the store reads it: on the check, and beside it on every license; or on the
/// first license.
fn did(file: &mut CaseFile, person: PersonId, duty: Duty) {
    let on_license = matches!(
        duty,
        Duty::Register | Duty::RecordPaper | Duty::VerifyPermit | Duty::VerifySignature | Duty::TakeBack
    ) || matches!(duty, Duty::MeetCondition | Duty::Except | Duty::Decide);
    if on_license {
        if let Some(license) = file.licenses.first_mut() {
            sample::did_on(license, person, duty);
        }
        return;
    }
    sample::did(&mut file.check, person, duty);
    let done = file.check.duties.last().expect("it was just noted").clone();
    file.licenses.iter_mut().for_each(|license| license.duties.push(done.clone()));
}

/// Everybody who may look: who serves at the post, one of each role who never acted, and who acted, in every role they
/// may have moved to.
fn readers(file: &CaseFile, cast: &[PersonId], post: PostId) -> Vec<Reader> {
    const WASHINGTON: [Role; 4] = [Role::CaseOfficer, Role::Reviewer, Role::Supervisor, Role::Auditor];
    let at_post = file.check.serving.iter().enumerate().map(|(index, (id, _))| {
        let role = if index == 0 { Role::PostOfficer } else { Role::PostSupervisor };
        Reader { id: *id, role, post: Some(post), authority: rust_decimal::Decimal::MAX }
    });
    let fresh = WASHINGTON.iter().map(|role| Reader {
        id: PersonId::new(),
        role: *role,
        post: None,
        authority: rust_decimal::Decimal::MAX,
    });
    let moved = cast.iter().flat_map(|id| {
        WASHINGTON.iter().map(|role| Reader { id: *id, role: *role, post: None, authority: rust_decimal::Decimal::MAX })
    });
    at_post.chain(fresh).chain(moved).collect()
}

/// Whether the page behind an address takes that reader's step: the rules of each page, written down once more.
fn opens(file: &CaseFile, reader: &Reader, href: &str) -> bool {
    use Permission as P;
    let may = |permission| reader.may(permission);
    let parts: Vec<&str> = href.split('/').collect();
    let check = &file.check;
    if parts[1] == "checks" {
        let unexplained = || {
            file.contradictions()
                .iter()
                .any(|found| found.explanation.is_none() && found.by_post == reader.post.is_some())
        };
        // A step may lead to a place of its page.
        return match parts[3].split('#').next().unwrap_or_default() {
            "request" => may(P::OpenChecks) && file.request().is_ok(),
            "edit" => may(P::OpenChecks) && check.state == CheckState::Draft,
            "licenses" => may(P::OpenChecks) && check.state == CheckState::Draft && check.check_type.has_licenses(),
            "subjects" => may(P::OpenChecks) && check.state == CheckState::Draft && !check.check_type.has_licenses(),
            "acknowledge" => may(P::WorkChecks) && check.state == CheckState::Requested,
            "contacts" => may(P::WorkChecks) && check.takes_contacts(),
            "findings" | "worksheet" | "recommend" => may(P::WorkChecks) && check.is_workable(),
            "explain" => may(P::ExplainContradictions) && !check.state.is_judged() && unexplained(),
            "sign" => may(P::WorkChecks) && file.sign(reader.id).is_ok(),
            "return" => may(P::ClearReplies) && file.may_bring_back(reader.id).is_ok(),
            "clear" => may(P::ClearReplies) && file.clear(reader.id).is_ok(),
            "propose" => may(P::ProposeResults) && file.may_propose(reader.id).is_ok(),
            "sign-result" => may(P::SignResults) && file.sign_result(reader.id).is_ok(),
            "countersign" => may(P::CountersignResults) && file.countersign(reader.id).is_ok(),
            "resume" => may(P::DirectChecks) && file.may_take(reader.id, CheckVerb::Resume).is_ok(),
            "waive" => may(P::DirectChecks) && file.may_waive(reader.id).is_ok(),
            verb => panic!("no page {verb}"),
        };
    }
    let id = parts[2].split('#').next().expect("an id").parse().expect("an id");
    let license = file.license(id).expect("a license of the file");
    let open = license.status.is_open();
    let by = Decider { id: reader.id, authority: Decimal::MAX };
    let decides = |act| license.may_decide(by, act, &file.reference, file.today()).is_ok();
    match parts.get(3).copied() {
        None if parts[2].contains('#') => may(P::WorkChecks) && open && reader.post == Some(check.post_id),
        None => may(P::ReadLicenses),
        Some("items") if href.ends_with("/add") => may(P::RegisterLicenses) && license.changeable().is_ok(),
        Some("items") => may(P::RegisterLicenses) && open && href.ends_with("/split"),
        Some("decide") => may(P::DecideLicenses) && Act::ALL.iter().any(|act| decides(*act)),
        Some("confirm") => may(P::DecideLicenses) && decides(Act::Confirm),
        Some("certify") => may(P::RegisterLicenses) && open,
        Some("conditions") => may(P::RaiseConditions) && open && license.apart(reader.id, Duty::MeetCondition).is_ok(),
        Some("except") => {
            let judged = !license.checks.is_empty() && license.checks.iter().all(|check| check.state.is_judged());
            let result = judged && !license.is_excepted_result(&file.reference) && license.bears_approval().is_err();
            let something = result || !license.blocked_parties(&file.reference).is_empty();
            may(P::MakeExceptions) && license.may_except(reader.id, &file.reference).is_ok() && something
        }
        Some(page) => panic!("no page {page}"),
    }
}

/// Whom each reader waits for, by name where the step is one person's, and never themselves under another word.
#[test]
fn a_reader_reads_whom_they_wait_for() {
    let whom = |file: &CaseFile, reader: &Reader| {
        let (turn, stored) = (turn(reader, file).who, Standing::of(file).ahead.whom(reader));
        assert_eq!(turn, stored);
        turn
    };
    let [officer, case_officer, reviewer, supervisor] =
        [Role::PostOfficer, Role::CaseOfficer, Role::Reviewer, Role::Supervisor].map(sample::reader);
    let at = |state| {
        let mut file = sample::proposed(ResultWord::Favorable);
        file.check.state = state;
        file
    };
    // The post's: its officer by name, where there is one; whoever signed waits for a colleague.
    let mut file = sample::signed();
    assert_eq!(whom(&file, &case_officer), "Guatemala");
    (file.check.officer_id, file.check.officer_name) = (Some(file.check.serving[0].0), Some("An officer".into()));
    assert_eq!(whom(&file, &case_officer), "An officer, Guatemala");
    let signer = Reader { id: file.check.serving[0].0, ..officer };
    assert_eq!((whom(&file, &signer).as_str(), whom(&file, &officer).as_str()), ("another person of the post", "you"));
    sample::did(&mut file.check, reviewer.id, Duty::SignResult);
    assert_eq!(whom(&file, &reviewer), "An officer, Guatemala", "who may never clear it is no person of the post");
    // The recommendation is changed by who wrote it, while they serve there.
    file.licenses[0].approvals.clear();
    let word = file.check.recommendation.as_mut().expect("it is written");
    (word.written_by, word.written_by_name) = (file.check.serving[1].0, "Another officer".into());
    assert!(matches!(next_step(&file), NextStep::ReturnReply(..)));
    let word = file.check.recommendation.as_mut().expect("it is written");
    word.signed_by = None;
    assert!(matches!(next_step(&file), NextStep::ChangeRecommendation(..)));
    assert_eq!(whom(&file, &case_officer), "Another officer, Guatemala");
    file.check.recommendation.as_mut().expect("it is written").written_by = PersonId::new();
    assert_eq!(whom(&file, &case_officer), "An officer, Guatemala", "who wrote it left");
    // Washington's: each role waits for another one, and who may not for another person of their own.
    let mut proposed = at(CheckState::Replied);
    let nobody = "nobody yet as its reviewer";
    assert_eq!([&officer, &case_officer, &supervisor, &reviewer].map(|reader| whom(&proposed, reader)), [nobody; 4]);
    proposed.check.holders.push(sample::holder(Owner::Reviewer, CameBy::Given, reviewer.id, "Ines"));
    assert_eq!(whom(&proposed, &reviewer), "you");
    let others = [officer, case_officer, supervisor, sample::reader(Role::Reviewer)];
    assert_eq!(others.map(|reader| whom(&proposed, &reader)), ["Ines, reviewer"; 4]);
    sample::did(&mut proposed.check, reviewer.id, Duty::Open);
    assert_eq!([&reviewer, &officer].map(|reader| whom(&proposed, reader)), [nobody; 2], "guard 11 bars who has it");
    proposed.check.holders.push(sample::holder(Owner::Reviewer, CameBy::Region, PersonId::new(), "Harlan"));
    assert_eq!([&reviewer, &officer].map(|reader| whom(&proposed, reader)), ["Harlan, reviewer"; 2], "the region's");
    let mut declined = at(CheckState::Replied);
    declined.check.result = None;
    assert_eq!([&officer, &reviewer].map(|reader| whom(&declined, reader)), ["Nora, case officer"; 2]);
    declined.check.holders[0].serves = false;
    let nobody = "nobody yet as its case officer";
    assert_eq!([&officer, &reviewer, &case_officer].map(|reader| whom(&declined, reader)), [nobody; 3]);
    declined.check.holders[0] = sample::holder(Owner::CaseOfficer, CameBy::Opened, case_officer.id, "Nora");
    assert_eq!(whom(&declined, &case_officer), "you");
    let mut unfavorable = at(CheckState::Replied);
    unfavorable.check.result = Some(sample::result(ResultWord::Unfavorable));
    sample::half_sign(&mut unfavorable, PersonId::new());
    assert_eq!([&officer, &reviewer].map(|reader| whom(&unfavorable, reader)), ["a supervisor"; 2]);
    // Both sides explain, each its own: neither waits for another one of themselves.
    let explains = |by_post| {
        let mut file = at(CheckState::Replied);
        file.check.result = None;
        if by_post {
            file.licenses[0].parties.push(sample::party("Meridian", PartyRole::Broker, TakesPossession::Never));
            file.licenses[0].custody.push(sample::step(CustodyStage::Planned, "Meridian"));
        } else {
            file.licenses[0].value_usd = Decimal::from(50_000);
        }
        assert!(matches!(next_step(&file), NextStep::Explain(_, at_post) if at_post == by_post));
        [officer, case_officer, reviewer].map(|reader| whom(&file, &reader))
    };
    assert_eq!(explains(false), ["Nora, case officer"; 3]);
    assert_eq!(explains(true), ["nobody yet at Guatemala"; 3]);
    // Nobody's with a role here.
    let mut waiting = at(CheckState::Resulted);
    waiting.licenses[0].checks = vec![sample::license_check(ResultWord::Favorable)];
    waiting.licenses[0].status = LicenseStatus::ApprovedOnConditions;
    let mut second = waiting.clone();
    waiting.licenses[0].approvals.clear();
    assert_eq!(whom(&waiting, &reviewer), "the end-user");
    second.licenses[0].checks[0].state = CheckState::InProgress;
    assert_eq!(whom(&second, &reviewer), "whoever has the other check");
    let mut unstaffed = sample::case();
    unstaffed.check.serving.clear();
    assert_eq!(whom(&unstaffed, &case_officer), "an administrator");
    assert_eq!(whom(&at(CheckState::Closed), &reviewer), "nobody");
}

/// Why a step is not the reader's, in one sentence.
#[test]
fn a_reader_reads_why_a_step_is_not_theirs() {
    let why = |file: &CaseFile, role| turn(&sample::reader(role), file).why_not;
    let file = sample::proposed(ResultWord::Favorable);
    assert_eq!(why(&file, Role::CaseOfficer), "Only a reviewer signs a result.");
    assert_eq!(why(&file, Role::Reviewer), "");
    let mut waits = file.clone();
    waits.check.result = None;
    waits.licenses[0].parties.push(sample::party("Meridian", PartyRole::Broker, TakesPossession::Never));
    waits.licenses[0].custody.push(sample::step(CustodyStage::Planned, "Meridian"));
    assert_eq!(why(&waits, Role::CaseOfficer), "The post explains this.");
    waits.licenses[0].custody.clear();
    waits.licenses[0].custody.push(sample::step(CustodyStage::Actual, "The commission"));
    let item = waits.licenses[0].items[0].id;
    (waits.licenses[0].custody[0].item_group_id, waits.licenses[0].custody[0].quantity) = (Some(item), Some(31));
    assert_eq!(why(&waits, Role::PostOfficer), "A case officer explains this.");
    assert_eq!(why(&waits, Role::Reviewer), "Only the post and the case officer explain contradictions.");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    /// What is stored of a file tells every reader the same as the file itself.
    #[test]
    fn a_stored_next_step_says_what_the_file_says(facts in facts()) {
        let Scene { file, readers } = scene(&facts);
        let standing = Standing::of(&file);
        let stored = serde_json::to_string(&standing.ahead).expect("it is plain data");
        prop_assert_eq!(&serde_json::from_str::<Ahead>(&stored).expect("it was stored"), &standing.ahead);
        let stored = serde_json::to_string(&standing.words).expect("it is plain data");
        prop_assert_eq!(&serde_json::from_str::<crate::checks::standing::model::Words>(&stored).expect("it was stored"), &standing.words);
        for reader in &readers {
            let turn = turn(reader, &file);
            let act = turn.act.map(|(href, label)| (href, label.to_owned()));
            prop_assert_eq!((standing.ahead.act(reader), standing.ahead.whom(reader)), (act, turn.who));
            let mark = if reader.post.is_some() { Mark::PostExplains } else { Mark::WashingtonExplains };
            prop_assert_eq!(reader.may(Permission::ExplainContradictions) && standing.marks.has(mark), may_explain(reader, &file));
            if file.check.state == CheckState::InProgress {
                let clears = standing.marks.has(Mark::Clearable) && standing.ahead.allows(reader.id);
                prop_assert!(!clears || file.clear(reader.id).is_ok());
            }
            for (href, _) in standing.words.conditional.iter().filter_map(|license| license.confirm.act(reader)) {
                prop_assert!(opens(&file, reader, &href), "{} is sent to {href}", reader.role.label());
            }
            for (href, _) in standing.words.blocked.iter().filter_map(|(_, _, except)| except.act(reader)) {
                prop_assert!(opens(&file, reader, &href), "{} is sent to {href}", reader.role.label());
            }
        }
    }

    /// In every open state somebody is named; who is named and is here has a button, and the page behind it lets them;
    /// everybody else reads who acts, and why it is not they.
    #[test]
    fn nobody_is_sent_to_a_locked_door(facts in facts()) {
        let Scene { file, readers } = scene(&facts);
        let settled = file.licenses.iter().all(|license| !license.status.is_open());
        let over = file.check.state == CheckState::Closed || (file.check.state == CheckState::Resulted && settled);
        let next = next_step(&file);
        prop_assert_eq!(next.who() == Who::Nobody, over, "{:?}", next);
        let mut taken = false;
        for reader in &readers {
            let turn = turn(reader, &file);
            let role = reader.role.label();
            if let Some((href, label)) = &turn.act {
                taken = true;
                prop_assert!(opens(&file, reader, href), "{role} is sent to {href} ({label}): {}", turn.next.text());
                let asked = whose(&file, &turn.next);
                prop_assert_eq!(turn.who == "you", asked.asks(reader.id), "{:?}", asked);
                prop_assert_eq!(turn.is_quiet, asked.is_anothers(reader.id));
                // Who is sent to verify a paper may verify it.
                if let NextStep::Meet(on, condition) = &turn.next {
                    let license = file.license(on.id).expect("a license of the file");
                    let verifies = condition.text.ends_with(" is not verified") || condition.text.ends_with(" signed, not verified");
                    prop_assert!(!verifies || license.apart(reader.id, Duty::VerifyPermit).is_ok(), "{role}: {}", condition.text);
                }
            } else {
                prop_assert!(!turn.who.is_empty() && turn.who != "you");
                prop_assert!(over || !turn.why_not.is_empty(), "{role} does not read why: {}", turn.next.text());
            }
            // Of whom it is asked by name, that person may do it.
            if let Whose::Person(person, name) = whose(&file, &turn.next) {
                prop_assert!(turn.next.judge(&file, person).is_ok(), "{name} may not: {}", turn.next.text());
            }
            if let Some((href, label)) = &turn.beside {
                prop_assert!(opens(&file, reader, href), "{role} is offered {href} ({label}): {}", turn.next.text());
            }
        }
        let here = !matches!(next.who(), Who::Outside | Who::Nobody);
        prop_assert_eq!(taken, here, "{:?} waits for {}", next, next.who().label());
        prop_assert!(!next.sentence().contains(".."), "{}", next.sentence());
    }
}

/// A license that is worth more than the reader may decide waits for a reviewer with more authority, in the file and in
/// every list.
#[test]
fn a_decision_above_the_readers_authority_is_anothers() {
    let mut file = sample::proposed(ResultWord::Favorable);
    file.check.state = CheckState::Resulted;
    assert!(matches!(next_step(&file), NextStep::Decide(_)));
    let (amount, reviewer) = (file.licenses[0].amount(), sample::reader(Role::Reviewer));
    file.check.holders.push(sample::holder(Owner::Reviewer, CameBy::Given, reviewer.id, "Ines"));
    for (authority, theirs) in [(amount, true), (amount - Decimal::ONE, false), (Decimal::ZERO, false)] {
        let reader = Reader { authority, ..reviewer };
        file.check.holders[1].authority = authority;
        let (turn, stored) = (turn(&reader, &file), Standing::of(&file).ahead);
        assert_eq!((turn.act.is_some(), stored.act(&reader).is_some()), (theirs, theirs), "{authority}");
        let whom = if theirs { "you" } else { "nobody yet as its reviewer" };
        assert_eq!((turn.who.as_str(), stored.whom(&reader).as_str()), (whom, whom));
        assert_eq!(turn.why_not.contains("your authority is"), !theirs, "{}", turn.why_not);
    }
}

#[test]
fn what_is_signed_one_after_the_other_stands_in_its_queue() {
    let of = |file: &CaseFile| {
        let queue = next_step(file).queue();
        assert_eq!(Standing::of(file).ahead.queue, queue);
        queue
    };
    let mut unfavorable = sample::proposed(ResultWord::Inconclusive);
    assert_eq!(of(&unfavorable), Some(Queue::Sign));
    sample::half_sign(&mut unfavorable, PersonId::new());
    assert_eq!(of(&unfavorable), Some(Queue::Countersign));
    unfavorable.check.state = CheckState::Resulted;
    assert_eq!(of(&unfavorable), Some(Queue::Decide));
    assert_eq!((of(&sample::signed()), of(&sample::case())), (Some(Queue::Clear), None));
}
