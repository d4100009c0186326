//! A license as its page and the pages of its checks show it: the matrix laid out, what is open, who may do what.

use time::Date;

use super::model::{Act, Cell, LicenseFile, LicenseStatus, OpenCondition};
use crate::{
    access::{Actor, Permission},
    approvals::model::{CustodyStage, CustodyStep},
    reference::model::{Reference, ReferenceKind},
    web::filters::{day_words, moment_words},
};

/// A license, laid out for a reader.
#[derive(Debug)]
pub struct LicenseView<'a> {
    /// The license.
    pub file: &'a LicenseFile,
    /// Its form's label.
    pub form: &'a str,
    /// The matrix's columns.
    pub columns: Vec<String>,
    /// The matrix's rows.
    pub rows: Vec<MatrixRow>,
    /// What is open.
    pub open: Vec<OpenCondition>,
    /// Approved on conditions and nothing open.
    pub ready: bool,
    /// Parties that block approval, and why.
    pub blocked: Vec<String>,
    /// Whether the reader records evidence on it.
    pub may_work: bool,
    /// Whether the reader changes what it licenses.
    pub may_register: bool,
    /// The acts the reader may do now: address and label.
    pub acts: Vec<(String, &'static str)>,
}

/// The items of a row, and its cells.
#[derive(Debug)]
pub struct MatrixRow {
    /// The item group's id, for addresses.
    pub item: String,
    /// Such as `9 mm pistols, 30`.
    pub label: String,
    /// The cells, one a column; `None`: this authority is not asked.
    pub cells: Vec<Option<CellView>>,
    /// Why the country asks for nothing, if it does.
    pub exempt: Option<String>,
}

/// A cell.
#[derive(Debug)]
pub struct CellView {
    /// Where it is recorded.
    pub href: String,
    /// Needed, applied for, verified...
    pub state: &'static str,
    /// Its color class.
    pub tone: &'static str,
    /// Whether it counts.
    pub counts: bool,
    /// Why not.
    pub why_not: String,
    /// The paper, and who verified it.
    pub paper: String,
    /// What the applicant waits for.
    pub waiting: Option<String>,
    /// Who has to act.
    pub who: String,
    /// How long it usually takes.
    pub usual: Option<i32>,
}

impl<'a> LicenseView<'a> {
    /// Lays a license out for a reader.
    pub fn new(file: &'a LicenseFile, reference: &'a Reference, actor: &Actor, today: Date) -> Self {
        let authorities = file.authorities();
        let at_post = file.checks.iter().any(|check| actor.sees_post(check.post_id));
        let open = file.open_conditions(reference, today);
        Self {
            form: reference.label(ReferenceKind::LicenseForm, &file.form),
            columns: authorities.iter().map(|(_, name)| (*name).to_owned()).collect(),
            rows: file.items.iter().map(|item| row(file, item, &authorities, today)).collect(),
            ready: file.status == LicenseStatus::ApprovedOnConditions && open.is_empty(),
            open,
            blocked: file.blocked_parties(reference).into_iter().map(|(_, name, why)| format!("{name} is {why}")).collect(),
            may_work: actor.may(Permission::WorkChecks) && at_post && file.status.is_open(),
            may_register: actor.may(Permission::RegisterLicenses) && file.changeable().is_ok(),
            acts: acts(file, actor),
            file,
        }
    }

    /// The custody path, planned and actual, where there are steps.
    pub fn paths(&self) -> Vec<(CustodyStage, Vec<&CustodyStep>)> {
        let of = |stage: CustodyStage| self.file.custody.iter().filter(move |step| step.stage == stage).collect::<Vec<_>>();
        CustodyStage::ALL.iter().map(|stage| (*stage, of(*stage))).filter(|(_, steps)| !steps.is_empty()).collect()
    }

    /// `38 seen (rifles), 2 missing (rifles)`.
    pub fn counted(&self) -> String {
        let label = |id| self.file.item(id).map_or("", |item| item.label.as_str());
        let counts = self.file.serials.iter();
        counts
            .map(|count| format!("{} {} ({})", count.count, count.state.label().to_lowercase(), label(count.item_group_id)))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Whether the country rules ask for cells that nobody recorded.
    pub fn has_proposals(&self) -> bool {
        self.rows
            .iter()
            .flat_map(|row| row.cells.iter().flatten())
            .any(|cell| cell.usual.is_some() && cell.why_not == "not applied for" && cell.paper == "-")
    }
}

fn row(file: &LicenseFile, item: &super::model::ItemGroup, authorities: &[(crate::id::AuthorityId, &str)], today: Date) -> MatrixRow {
    let cells = authorities.iter().map(|(id, name)| file.cell(item, *id, today).map(|cell| cell_view(file, item, *id, name, &cell)));
    MatrixRow {
        item: item.id.to_string(),
        label: item.named(),
        cells: cells.collect(),
        exempt: file.exempt(item).map(|row| row.proof.clone()),
    }
}

fn cell_view(file: &LicenseFile, item: &super::model::ItemGroup, id: crate::id::AuthorityId, name: &str, cell: &Cell<'_>) -> CellView {
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
    CellView {
        href: format!("/licenses/{}/approvals/{}/{id}", file.id, item.id),
        state: cell.state(),
        tone: cell.tone(),
        counts: cell.counts(),
        why_not: cell.why_not(),
        paper: if cell.approval.is_none() { "-".into() } else { paper },
        waiting: cell.waiting(),
        who: cell.who_acts(name).to_owned(),
        usual: rule.and_then(|rule| rule.usual_days),
    }
}

fn acts(file: &LicenseFile, actor: &Actor) -> Vec<(String, &'static str)> {
    let mut acts = Vec::new();
    let address = |verb: &str| format!("/licenses/{}/{verb}", file.id);
    if actor.may(Permission::DecideLicenses) {
        if file.status == LicenseStatus::Pending {
            acts.push((address("decide"), "Decide"));
        }
        for act in Act::at(file.status).filter(|_| file.status != LicenseStatus::Pending) {
            match act {
                Act::Confirm | Act::Suspend | Act::Reinstate | Act::Revoke => acts.push((address(act.code()), act.label())),
                Act::Return => acts.push((address("decide"), "Return or deny")),
                _ => {}
            }
        }
    }
    if actor.may(Permission::MakeExceptions) && file.status.is_open() {
        acts.push((address("except"), "Make an exception"));
    }
    if actor.may(Permission::RaiseConditions) && file.status.is_open() {
        acts.push((address("conditions/raise"), "Raise a condition"));
    }
    if actor.may(Permission::RegisterLicenses) && file.status.is_open() {
        acts.push((address("certify"), "Certification to Congress"));
    }
    acts
}
