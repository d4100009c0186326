//! A license as its page and the pages of its checks show it: the matrix laid out, what is open, who may do what.

use time::Date;

use super::{
    model::{
        Act, Decider, Decision, Exception, ItemGroup, LicenseCheck, LicenseFile, LicenseParty, LicenseStatus,
        OpenCondition, Refusal,
    },
    rows::{CellView, MatrixRow},
    verbs::LicenseVerb,
};
use crate::{
    access::{Actor, Permission, Reader, Role},
    addresses::{self as at, Address},
    approvals::{
        counted::{Found, Run, found, in_short},
        model::{
            Approval, ApprovalState, Cell, Confirmation, CountryRule, CustodyStage, CustodyStep, DOES_NOT_COUNT,
            Lapsed, Permit, Signature,
        },
    },
    basis::Changed,
    duties::model::Duty,
    id::{CheckId, PersonId},
    mistakes::model::{Mistake, Recorded},
    parties::model::TakesPossession,
    reference::model::{Reference, ReferenceKind},
    web::filters::{day_words, grouped, many, moment_words},
};

/// A license, laid out for a reader.
#[derive(Debug)]
pub struct LicenseView<'a> {
    pub file: &'a LicenseFile,
    /// The checks on it that the reader may see.
    pub checks: Vec<&'a LicenseCheck>,
    /// Whether the reader may split an item group, for a permit that covers a part.
    pub may_split: bool,
    pub form: &'a str,
    pub columns: Vec<String>,
    pub rows: Vec<MatrixRow>,
    pub open: Vec<OpenCondition>,
    /// Approved on conditions and nothing open.
    pub ready: bool,
    /// What approvals wait for before anybody applies: in few words, and as a sentence.
    pub deadlock: Option<(String, String)>,
    /// Parties that block approval, and why.
    pub blocked: Vec<String>,
    /// What changed beneath the decision in force, as far as the reader may know.
    pub changed: Vec<Changed>,
    /// Where the reader decides it again, if they may now; and, for Washington, why nobody may yet.
    pub again: Option<String>,
    pub again_waits: Option<Refusal>,
    /// Why a decision that the license waits for is not the reader's, whose role it is.
    pub not_theirs: Option<Refusal>,
    reference: &'a Reference,
    /// Whether the reader records evidence on it.
    pub may_work: bool,
    /// Whether the reader changes what it licenses.
    pub may_register: bool,
    /// What the reader may do with it now: address, button, and whether it waits for that.
    pub acts: Vec<(String, &'static str, bool)>,
    /// What counts of its serial numbers found.
    pub numbers: Vec<Found>,
    reader: Reader,
    serving: Vec<(PersonId, Role)>,
    /// The check beside whose file it is seen, with what that check's contacts are worth to a paper.
    beside: Option<(CheckId, Vec<Confirmation>)>,
}

impl<'a> LicenseView<'a> {
    /// Lays a license out for a reader.
    pub fn new(file: &'a LicenseFile, reference: &'a Reference, actor: &Actor, today: Date) -> Self {
        let authorities = file.authorities();
        let at_post = file.checks.iter().any(|check| actor.sees_post(check.post_id));
        let open = file.open_conditions(reference, today);
        let acts = LicenseVerb::offered(&actor.reader(), file, reference, today);
        Self {
            checks: file.checks.iter().filter(|check| actor.sees_post(check.post_id)).collect(),
            may_split: actor.may(Permission::RegisterLicenses) && file.status.is_open(),
            form: reference.label(ReferenceKind::LicenseForm, &file.form),
            columns: authorities.iter().map(|(_, name)| (*name).to_owned()).collect(),
            rows: file.items.iter().map(|item| row(file, item, &authorities, today)).collect(),
            deadlock: deadlock(file, &authorities, today),
            ready: file.status == LicenseStatus::ApprovedOnConditions && open.is_empty(),
            open,
            blocked: file
                .blocked_parties(reference)
                .into_iter()
                .map(|(_, name, why)| format!("{name} is {why}"))
                .collect(),
            changed: file.changed_beneath(reference, actor.scope().all),
            again: acts.iter().find(|(_, label, _)| *label == LicenseVerb::AGAIN).map(|(href, ..)| href.clone()),
            again_waits: file
                .asks_again(reference)
                .filter(|_| actor.scope().all)
                .and_then(|_| file.releasable(reference).err()),
            not_theirs: not_theirs(file, &actor.reader(), reference),
            reference,
            may_work: actor.may(Permission::WorkChecks) && at_post && file.status.is_open(),
            may_register: actor.may(Permission::RegisterLicenses) && file.changeable().is_ok(),
            acts,
            numbers: in_short(&file.serials, |id| file.item(id).map_or_else(String::new, |item| item.label.clone())),
            reader: actor.reader(),
            serving: Vec::new(),
            beside: None,
            file,
        }
    }

    /// Who serves at the reader's post today: they take back what was recorded there by mistake.
    #[must_use]
    pub fn served_by(mut self, serving: &[(PersonId, Role)]) -> Self {
        self.serving = serving.to_vec();
        self
    }

    /// Seen beside the file of a check, which has such contacts.
    #[must_use]
    pub fn beside(mut self, check: CheckId, contacts: impl Iterator<Item = Confirmation>) -> Self {
        self.beside = Some((check, contacts.collect()));
        self
    }

    /// Where a permit is verified: through a contact that may have confirmed it, or, where none may, where one is
    /// recorded.
    pub fn verify_permit_at(&self, permit: &Permit) -> Address {
        let asked = self.contact_for(permit.id, |contact| permit.confirmed_by(contact).is_ok());
        asked.unwrap_or_else(|| at::permit_verify(self.file.id, permit.id))
    }

    /// As [`Self::verify_permit_at`], for a signature on the certificate.
    pub fn verify_signature_at(&self, signature: &Signature) -> Address {
        let signing = self.file.signing(signature.signer);
        let asked = self.contact_for(signature.id, |contact| signature.confirmed_by(contact, &signing).is_ok());
        asked.unwrap_or_else(|| at::signature_verify(self.file.id, signature.id))
    }

    fn contact_for(&self, paper: impl std::fmt::Display, confirms: impl Fn(Confirmation) -> bool) -> Option<Address> {
        let (check, contacts) = self.beside.as_ref()?;
        let none = self.checks.len() == 1 && !contacts.iter().any(|contact| confirms(*contact));
        none.then(|| at::contact_record(*check).with("paper", paper))
    }

    /// Where the certificate is recorded with its signatures, and back from there to where one is now.
    pub fn certificate_at(&self) -> Address {
        at::certificate(self.file.id).with_some("check", self.beside.as_ref().map(|(check, _)| *check))
    }

    /// Where a permit is recorded, in the same way.
    pub fn permit_at(&self) -> Address {
        at::permit_record(self.file.id).with_some("check", self.beside.as_ref().map(|(check, _)| *check))
    }

    /// Where the custody path is put down, in the same way.
    pub fn custody_at(&self) -> Address {
        at::custody(self.file.id).with_some("check", self.beside.as_ref().map(|(check, _)| *check))
    }

    /// Which serial numbers counts found, where they were read one by one.
    #[must_use]
    pub fn counted_by(mut self, runs: &[Run]) -> Self {
        let read = found(runs, self.file.id);
        if !read.is_empty() {
            self.numbers = read;
        }
        self
    }

    /// How many serial numbers are not among those that the page shows.
    pub fn unshown(&self) -> Option<String> {
        let all: i64 = self.file.serials.iter().map(|count| count.count).sum();
        let more = all - self.numbers.iter().map(|found| found.count).sum::<i64>();
        (more > 0).then(|| grouped(&more.to_string()))
    }

    pub fn is_in_force(&self, decision: &Decision) -> bool {
        self.file.in_force().is_some_and(|known| known.id == decision.id)
    }

    /// Whether the reader may know of the contact behind a verification that lapsed.
    pub fn knows(&self, lapsed: &Lapsed) -> bool {
        self.reader.post.is_none() || self.reader.post == lapsed.post
    }

    /// What made an exception lapse.
    pub fn lapsed(&self, exception: &Exception) -> Vec<Changed> {
        self.file.lapsed(exception, self.reference)
    }

    pub fn may_verify_permits(&self) -> bool {
        self.may_verify(Duty::VerifyPermit)
    }

    pub fn may_verify_signatures(&self) -> bool {
        self.may_verify(Duty::VerifySignature)
    }

    /// Whether the reader verifies its papers.
    fn may_verify(&self, duty: Duty) -> bool {
        self.may_work && self.file.apart(self.reader.id, duty).is_ok()
    }

    /// Whether the reader takes a paper back that was recorded by mistake.
    pub fn may_take_back(&self, paper: Recorded) -> bool {
        self.may_work && paper.taken_back_by(&self.reader, &self.serving).is_ok()
    }

    /// How a permit was taken back, if it was and that is known.
    pub fn taken_back(&self, permit: &Permit) -> Option<&Mistake> {
        self.file.mistakes.iter().find(|mistake| mistake.row_id == permit.id.0)
    }

    /// On paper there is nothing to press.
    pub fn only_read(&mut self) {
        (self.may_work, self.may_register) = (false, false);
        self.acts.clear();
        self.again = None;
    }

    /// The custody path, planned and actual, where there are steps.
    pub fn paths(&self) -> Vec<(CustodyStage, Vec<&CustodyStep>)> {
        let of =
            |stage: CustodyStage| self.file.custody.iter().filter(move |step| step.stage == stage).collect::<Vec<_>>();
        CustodyStage::ALL.iter().map(|stage| (*stage, of(*stage))).filter(|(_, steps)| !steps.is_empty()).collect()
    }

    /// How many cells count.
    pub fn counted_cells(&self) -> usize {
        self.rows.iter().flat_map(|row| row.cells.iter().flatten()).filter(|cell| cell.counts).count()
    }

    /// How many cells there are.
    pub fn all_cells(&self) -> usize {
        self.rows.iter().flat_map(|row| row.cells.iter().flatten()).count()
    }

    /// Whether the holder of a step is recorded as never taking possession (guard 9).
    pub fn is_breach(&self, step: &CustodyStep) -> bool {
        let never =
            |party: &LicenseParty| party.role.is_go_between() && party.takes_possession == TakesPossession::Never;
        step.party_id.is_some_and(|id| self.file.parties.iter().any(|party| party.party_id == id && never(party)))
    }

    /// Its first lines of items, as a head of a page has room for.
    pub fn in_short(&self) -> String {
        let lines: Vec<String> = self.file.items.iter().map(ItemGroup::named).collect();
        match lines.as_slice() {
            [] => "no items".into(),
            [one] => one.clone(),
            [one, other] => format!("{one}; {other}"),
            [one, rest @ ..] => format!("{one}; {} more", rest.len()),
        }
    }

    /// How far the matrix is, in a sentence.
    pub fn sums_up(&self) -> String {
        match (self.counted_cells(), self.all_cells()) {
            (_, 0) => "No import approval is recorded.".into(),
            (count, all) => {
                format!("{count} of {} {}.", many(all, "import approval"), if all == 1 { "counts" } else { "count" })
            }
        }
    }

    /// Whether the country rules ask for cells that nobody recorded.
    pub fn has_proposals(&self) -> bool {
        self.rows.iter().flat_map(|row| row.cells.iter().flatten()).any(|cell| cell.paper == "-")
    }
}

/// Why a reader of the right role may never decide a license that waits for it.
fn not_theirs(file: &LicenseFile, reader: &Reader, reference: &Reference) -> Option<Refusal> {
    let waits = file.status.is_open() || file.asks_again(reference).is_some();
    let by = Decider { id: reader.id, authority: reader.authority };
    file.is_theirs(by, Act::Approve).err().filter(|_| waits && reader.may(LicenseVerb::Decide.permission()))
}

fn row(
    file: &LicenseFile,
    item: &super::model::ItemGroup,
    authorities: &[(crate::id::AuthorityId, &str)],
    today: Date,
) -> MatrixRow {
    let cells = authorities
        .iter()
        .map(|(id, name)| file.cell(item, *id, today).map(|cell| cell_view(file, item, *id, name, &cell)));
    MatrixRow {
        item: item.id,
        label: item.named(),
        cells: cells.collect(),
        exempt: file.exempt(item).map(|row| row.proof.clone()),
        lacks: file.unasked(item),
    }
}

fn cell_view(
    file: &LicenseFile,
    item: &super::model::ItemGroup,
    id: crate::id::AuthorityId,
    name: &str,
    cell: &Cell<'_>,
) -> CellView {
    let paper = cell.permit.map_or_else(String::new, |permit| {
        let verified = permit.verified_at.map(|at| {
            let by = permit.verified_post_name.as_deref().unwrap_or("a post");
            let kind = permit.verified_kind.as_deref().unwrap_or("contact").replace('_', " ");
            format!(", verified by {by}, {}, {kind}", moment_words(at))
        });
        let until = permit.valid_until.map(|day| format!(", valid until {}", day_words(day))).unwrap_or_default();
        format!("Permit {} of {}{until}{}", permit.number, permit.issuer, verified.unwrap_or_default())
    });
    let rule = file.rules.iter().find(|rule| rule.item_class == item.item_class && rule.authority_id == Some(id));
    let is_told = cell
        .approval
        .is_some_and(|approval| !matches!(approval.state, ApprovalState::Needed | ApprovalState::NotRequired));
    CellView {
        href: at::approval(file.id, item.id, id).into(),
        state: cell.state(),
        tone: cell.tone(),
        counts: cell.counts(),
        reason: reason(cell),
        is_exception: cell.is_exception(),
        is_word: cell.permit.is_none() && is_told,
        told: cell.approval.map(Approval::told).unwrap_or_default(),
        note: cell.approval.map(|approval| approval.note.clone()).unwrap_or_default(),
        paper: if cell.approval.is_none() { "-".into() } else { paper },
        who: file.status.is_open().then(|| file.mover(item, cell, name).to_string()),
        usual: rule.and_then(CountryRule::usual),
        in_hand_before: file.in_hand_before(item).map(|asked| asked.source.clone()),
    }
}

/// The one reason of a cell. Of a paper that is there, that it does not count, and why; else what is waited for says
/// more than that nothing is applied for.
fn reason(cell: &Cell<'_>) -> String {
    match (cell.counts(), cell.permit, cell.waiting()) {
        (true, _, waiting) => waiting.unwrap_or_default(),
        (false, Some(_), _) => format!("{DOES_NOT_COUNT}: {}", cell.why_not()),
        (false, None, Some(waiting)) => waiting,
        (false, None, None) => cell.why_not(),
    }
}

/// "Three approvals wait for the serial numbers": the longest queue in front of one thing that was not given.
fn deadlock(
    file: &LicenseFile,
    authorities: &[(crate::id::AuthorityId, &str)],
    today: Date,
) -> Option<(String, String)> {
    let cells: Vec<Cell<'_>> = file
        .items
        .iter()
        .flat_map(|item| authorities.iter().filter_map(|(id, _)| file.cell(item, *id, today)))
        .collect();
    let waiting = |cell: &&Cell<'_>| {
        !cell.counts() && cell.permit.is_none() && cell.approval.is_some_and(|row| !row.waits_for.is_empty())
    };
    let row = cells.iter().filter(waiting).find_map(|cell| cell.approval)?;
    let count = cells
        .iter()
        .filter(waiting)
        .filter(|cell| cell.approval.is_some_and(|other| other.waits_for == row.waits_for))
        .count();
    let (one, wait) = if count == 1 { ("approval", "waits") } else { ("approvals", "wait") };
    let given = row.given_on.map_or_else(
        || "not given yet, so nobody applies".to_owned(),
        |day| format!("given on {}, so the end-user can apply", day_words(day)),
    );
    Some((
        format!("the end-user waits for {}", row.waits_for),
        format!("{count} {one} {wait} for {}: {given}.", row.waits_for),
    ))
}
