//! Item groups: adding, changing, and splitting one for a permit that covers only a part.

use askama::Template;
use axum::response::Response;

use super::{
    model::{ItemGroup, Jurisdiction, LicenseFile, Refusal, usual_unit},
    store::{self, ItemData},
};
use crate::{
    access::{Actor, Can, permission::RegisterLicenses},
    addresses as at,
    audit::{Event, Made, Subject, Values, Verb, says},
    db::Change,
    error::{AppError, Result},
    faults::Fault,
    form,
    id::{ItemGroupId, LicenseId},
    reference::{
        self,
        model::{Reference, ReferenceKind},
    },
    text::{Dollars, Line, Optional, Quantity, dollars},
    web::{
        Form, Layout, Path, Sent,
        form::{Block, Spare},
        html,
    },
    words,
    words::Choice,
};

words! {
    /// What an item is, for the rules that single it out.
    pub enum Designation {
        /// 22 CFR 120.36: needs a nontransfer and use certificate.
        Significant = "significant_military_equipment", "Significant military equipment (needs a DSP-83)";
        /// 22 CFR 120.37: counts toward notification.
        Major = "major_defense_equipment", "Major defense equipment";
    }
}

form! {
    pub struct ItemForm reads Item {
        label: Field<Line>,
        item_class: Field<Line>,
        usml_category: Field<Optional<Line>>,
        quantity: Field<Quantity>,
        unit: Field<Optional<Line>>,
        value_usd: Field<Optional<Dollars>>,
        jurisdiction: Field<Jurisdiction>,
        designations: Fields<Designation>,
    }
}

impl Spare for ItemForm {
    /// The jurisdiction is preset.
    fn is_blank(&self) -> bool {
        let (what, class, category) = (self.label.raw(), self.item_class.raw(), self.usml_category.raw());
        let said = [what, class, category, self.quantity.raw(), self.unit.raw(), self.value_usd.raw()];
        said.iter().all(|said| said.trim().is_empty()) && !self.designations.is_answered()
    }
}

impl Block for ItemForm {
    const ONE: &'static str = "Line";
    const MOST: usize = 50;
}

form! {
    /// How many go into a group of their own.
    pub struct SplitForm reads Split {
        quantity: Field<Quantity>,
        label: Field<Line>,
    }
}

#[derive(Template)]
#[template(path = "licenses/item.html")]
struct Page {
    layout: Layout,
    license: LicenseFile,
    classes: Vec<Choice>,
    categories: Vec<Choice>,
    /// The group that is changed, if one is.
    changes: Option<ItemGroupId>,
    sent: Sent<ItemForm>,
}

#[derive(Template)]
#[template(path = "licenses/split.html")]
struct SplitPage {
    layout: Layout,
    license: LicenseFile,
    item: ItemGroup,
    sent: Sent<SplitForm>,
}

async fn page(
    actor: &Actor,
    license: LicenseFile,
    changes: Option<ItemGroupId>,
    sent: Sent<ItemForm>,
) -> Result<Response> {
    let mut conn = actor.reads().acquire().await?;
    let reference = reference::store::on(&mut conn, license.applied_on).await?;
    let (classes, categories) =
        (reference.choices(ReferenceKind::ItemClass), reference.choices(ReferenceKind::UsmlCategory));
    html(&Page { layout: actor.layout(), license, classes, categories, changes, sent })
}

/// The form of a new item group.
pub async fn show(can: Can<RegisterLicenses>, Path(id): Path<LicenseId>) -> Result<Response> {
    let mut form = ItemForm::blank();
    form.jurisdiction.set(Jurisdiction::Itar);
    let sent = can.form(form, 0).await?;
    page(&can, store::find(&can, id).await?, None, sent).await
}

pub async fn submit(
    can: Can<RegisterLicenses>,
    Path(id): Path<LicenseId>,
    mut sent: Sent<ItemForm>,
) -> Result<Response> {
    let done = save(&can, id, None, &mut sent).await;
    sent.answer(done, async |sent| page(&can, store::find(&can, id).await?, None, sent).await).await
}

/// The form of an item group.
pub async fn show_edit(
    can: Can<RegisterLicenses>,
    Path((id, item)): Path<(LicenseId, ItemGroupId)>,
) -> Result<Response> {
    let license = store::find(&can, id).await?;
    let (form, version) = filled(license.item(item).ok_or(AppError::NotFound)?);
    let sent = can.form(form, version).await?;
    page(&can, license, Some(item), sent).await
}

pub async fn submit_edit(
    can: Can<RegisterLicenses>,
    Path((id, item)): Path<(LicenseId, ItemGroupId)>,
    mut sent: Sent<ItemForm>,
) -> Result<Response> {
    let done = save(&can, id, Some(item), &mut sent).await;
    sent.answer(done, async |sent| {
        let license = store::find(&can, id).await?;
        let (saved, version) = filled(license.item(item).ok_or(AppError::NotFound)?);
        page(&can, license, Some(item), sent.against(&saved, version)).await
    })
    .await
}

fn filled(item: &ItemGroup) -> (ItemForm, i32) {
    let mut form = ItemForm::blank();
    form.label.set(&item.label);
    form.item_class.set(&item.item_class);
    form.usml_category.set(item.usml_category.as_deref().unwrap_or_default());
    form.quantity.set(item.quantity);
    form.unit.set(&item.unit_typed);
    form.value_usd.set(item.value_usd.map(|value| value.to_string()).unwrap_or_default());
    form.jurisdiction.set(item.jurisdiction);
    let significant = item.significant_military_equipment.then_some(Designation::Significant);
    form.designations.set(significant.into_iter().chain(item.major_defense_equipment.then_some(Designation::Major)));
    (form, item.version)
}

async fn save(
    can: &Can<RegisterLicenses>,
    id: LicenseId,
    item: Option<ItemGroupId>,
    sent: &mut Sent<ItemForm>,
) -> Result<Response> {
    can.make(sent, async |change, sent| enter(can, change, id, item, sent).await).await
}

/// Items as the log shows them.
pub(crate) fn told(items: &ItemData<'_>, reference: &Reference) -> Values {
    says("Items", items.label)
        .and("Quantity", items.quantity)
        .and("Unit", items.unit)
        .and("Class", reference.label(ReferenceKind::ItemClass, items.item_class))
        .and("Value", items.value.map(dollars))
}

impl ItemForm {
    /// Refuses a class and a category that no row of the day has.
    pub(crate) fn judge(&mut self, reference: &Reference) {
        let has = |kind, code: &str| code.is_empty() || reference.knows(kind, code);
        if !has(ReferenceKind::ItemClass, self.item_class.raw().trim()) {
            self.item_class.refuse(Fault::Class);
        }
        if !has(ReferenceKind::UsmlCategory, self.usml_category.raw().trim()) {
            self.usml_category.refuse(Refusal::Category);
        }
    }
}

impl Item {
    /// What is kept of it.
    pub(crate) fn data(&self) -> ItemData<'_> {
        ItemData {
            label: self.label.as_str(),
            item_class: self.item_class.as_str(),
            usml_category: self.usml_category.0.as_ref().map(Line::as_str),
            significant: self.designations.contains(&Designation::Significant),
            major: self.designations.contains(&Designation::Major),
            quantity: self.quantity.0,
            unit: self.unit.0.as_ref().map_or_else(|| usual_unit(self.item_class.as_str()), Line::as_str),
            value: self.value_usd.0.map(|value| value.0),
            jurisdiction: self.jurisdiction,
        }
    }

    /// Its entry in the log.
    pub(crate) fn event(
        &self,
        before: Option<&ItemGroup>,
        (license, row): (LicenseId, ItemGroupId),
        reference: &Reference,
    ) -> Event {
        let (data, verb) = (self.data(), if before.is_some() { "changed" } else { "added" });
        let sentence = format!("{verb} items: {}, {}", data.label, data.quantity);
        let event = Event::new(Verb::ItemsChanged, Subject::Row("item_group", row.0), sentence).on_license(license);
        event.before(before.map(|before| told(&ItemData::of(before), reference))).after(told(&data, reference))
    }
}

/// Adds or changes an item group within a change.
pub(crate) async fn enter(
    can: &Actor,
    change: &mut Change,
    id: LicenseId,
    item: Option<ItemGroupId>,
    sent: &mut Sent<ItemForm>,
) -> Result<Made> {
    let read = sent.read()?;
    let license = store::find_for_update(change, can.scope(), id).await?;
    license.changeable()?;
    let reference = reference::store::on(change.conn(), license.applied_on).await?;
    sent.form.judge(&reference);
    sent.read()?;
    let data = read.data();
    let before = item.map(|item| license.item(item).ok_or(AppError::NotFound)).transpose()?;
    let row = match before {
        None => store::insert_item(change, id, &data, None).await?,
        Some(before) => {
            store::save_item(change, before.id, &data, sent.version).await?;
            before.id
        }
    };
    store::touch_changed(change, id, before.is_none_or(|before| ItemData::of(before) != data)).await?;
    let event = read.event(before, (id, row), &reference);
    Ok(Made::new(Subject::Row("item_group", row.0), event, at::license(id).at("items")))
}

/// The form that splits an item group.
pub async fn show_split(
    can: Can<RegisterLicenses>,
    Path((id, item)): Path<(LicenseId, ItemGroupId)>,
) -> Result<Response> {
    let license = store::find(&can, id).await?;
    let item = license.item(item).cloned().ok_or(AppError::NotFound)?;
    let mut form = SplitForm::blank();
    form.label.set(&item.label);
    let sent = can.form(form, item.version).await?;
    html(&SplitPage { layout: can.layout(), license, item, sent })
}

pub async fn submit_split(
    can: Can<RegisterLicenses>,
    Path((id, item)): Path<(LicenseId, ItemGroupId)>,
    mut sent: Sent<SplitForm>,
) -> Result<Response> {
    let done = split(&can, id, item, &mut sent).await;
    sent.answer(done, async |sent| {
        let license = store::find(&can, id).await?;
        let item = license.item(item).cloned().ok_or(AppError::NotFound)?;
        html(&SplitPage { layout: can.layout(), license, item, sent })
    })
    .await
}

async fn split(
    can: &Can<RegisterLicenses>,
    id: LicenseId,
    item: ItemGroupId,
    sent: &mut Sent<SplitForm>,
) -> Result<Response> {
    let read = sent.read()?;
    let mut change = can.change(sent).await?;
    let license = store::find_for_update(&mut change, can.scope(), id).await?;
    license.may_split()?;
    let whole = license.item(item).ok_or(AppError::NotFound)?;
    sent.form.quantity.judged(whole.leaves_some(read.quantity.0)).ok_or(AppError::Invalid)?;
    let share = whole.value_usd.map(|value| {
        (value * rust_decimal::Decimal::from(read.quantity.0) / rust_decimal::Decimal::from(whole.quantity)).round_dp(2)
    });
    let rest = whole.value_usd.zip(share).map(|(value, share)| value - share);
    store::reduce_item(&mut change, item, whole.quantity - read.quantity.0, rest).await?;
    let data = ItemData { label: read.label.as_str(), quantity: read.quantity.0, value: share, ..ItemData::of(whole) };
    let row = store::insert_item(&mut change, id, &data, Some(item)).await?;
    store::touch(&mut change, id).await?;
    let sentence = format!("split {} off {}, {}", read.quantity.0, whole.label, whole.quantity);
    change
        .commit(
            Event::new(Verb::ItemsChanged, Subject::Row("item_group", row.0), sentence).on_license(id),
            &at::license(id).at("items"),
        )
        .await
}
