//! Rows of a license.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    access::{Actor, permission::TakeBackRecords},
    addresses::{self as at, Address},
    approvals,
    audit::Event,
    db::Change,
    error::{AppError, Result},
    id::{LicenseId, PermitId},
    licenses::{self, model::LicenseFile},
    mistakes::{
        model::{InFile, MistakeKind, Recorded, Row, Side, TakenBack},
        store,
        take_back::File,
    },
    text::{many, moment_words},
};

#[derive(Debug)]
pub struct License(LicenseFile);

impl File for License {
    type May = TakeBackRecords;
    type Key = LicenseId;

    async fn read(can: &Actor, id: &LicenseId) -> Result<Self> {
        licenses::store::find(can, *id).await.map(Self)
    }

    async fn lock(change: &mut Change, can: &Actor, id: &LicenseId) -> Result<Self> {
        let license = licenses::store::find_for_update(change, can.scope(), *id).await?;
        let seen = can.post().is_none() || license.is_at(|post| can.sees_post(post));
        Some(Self(license)).filter(|_| seen).ok_or(AppError::NotFound)
    }

    fn file(&self) -> InFile {
        InFile::License(self.0.id)
    }

    fn place(&self) -> (Address, &'static str, String) {
        (at::licenses(), "Licenses", self.0.number.clone())
    }

    fn at(&self, section: &'static str) -> Address {
        if section == "serials" { at::serials(self.0.id) } else { at::license(self.0.id).at(section) }
    }

    async fn row(&self, conn: &mut PgConnection, can: &Actor, kind: MistakeKind, id: Uuid) -> Result<Option<Row>> {
        match kind {
            MistakeKind::Serial => return self.serial(conn, id).await,
            MistakeKind::Count => return self.count(conn, id).await,
            _ => {}
        }
        Ok(self.0.mistaken(kind, id, can.washington_today()))
    }

    async fn strike(self, change: &mut Change, taken: &TakenBack) -> Result<Vec<Event>> {
        let license = self.0;
        match taken.kind() {
            MistakeKind::Permit => return permit(change, &license, taken).await,
            MistakeKind::ItemGroup => {
                store::strike(change, taken).await?;
                let split = license.items.iter().find(|item| item.id.0 == *taken.row());
                let whole = split.and_then(|item| license.item(item.split_from?));
                if let (Some(item), Some(whole)) = (split, whole) {
                    store::join(change, whole.id, item.quantity, item.value_usd).await?;
                } else {
                    licenses::store::touch_facts(change, license.id).await?;
                }
            }
            MistakeKind::LicenseParty => {
                store::strike(change, taken).await?;
                licenses::store::touch_facts(change, license.id).await?;
            }
            MistakeKind::Count => store::strike_count(change, taken).await?,
            _ => store::strike(change, taken).await?,
        }
        Ok(licenses::store::settle(change, &license).await?.into_iter().collect())
    }
}

impl License {
    async fn serial(&self, conn: &mut PgConnection, id: Uuid) -> Result<Option<Row>> {
        let Some((number, item, version, by)) = store::serial(conn, self.0.id, id).await? else { return Ok(None) };
        let label = self.0.item(item).map_or("", |item| item.label.as_str());
        Ok(Some(Row {
            kind: MistakeKind::Serial,
            id,
            version,
            said: format!("{number} ({label})"),
            recorded: Recorded { by: Some(by), side: Side::Post, at_post: None, carries: false },
            kept: self.0.keeps_counts(),
            lapses: self.0.lapses_around(None).into_iter().collect(),
            section: "serials",
        }))
    }

    async fn count(&self, conn: &mut PgConnection, id: Uuid) -> Result<Option<Row>> {
        let Some(count) = store::count(conn, self.0.id, id).await? else { return Ok(None) };
        let counted = approvals::model::counted(&count.found);
        let mut lapses = what_becomes_of(&count);
        lapses.extend(self.0.lapses_around(None));
        Ok(Some(Row {
            kind: MistakeKind::Count,
            id,
            version: i32::try_from(count.version).unwrap_or(i32::MAX),
            said: format!("{counted} (counted on {} by {})", moment_words(count.at), count.by_name),
            recorded: Recorded { by: Some(count.by), side: Side::Post, at_post: None, carries: false },
            kept: self.0.keeps_counts(),
            lapses,
            section: "serials",
        }))
    }
}

/// What becomes of the numbers of a count: those that are new go, of the others the word before holds; and what is no
/// longer of it stays as it is.
fn what_becomes_of(count: &store::Count) -> Vec<String> {
    let mut said = Vec::new();
    let new = count.numbers - count.before;
    let mut add = |count: i64, what: &str| {
        said.extend((count > 0).then(|| format!("{} {what}", many(count, "serial number"))));
    };
    add(new, "first counted there: not on the license any more");
    add(count.before, "counted before: what was said before holds again");
    add(count.since, "counted anew since: as counted last");
    add(count.taken, "taken back already: stays so");
    said
}

/// A permit stays in its table, because what is told of the same number elsewhere names it: its cells are open again,
/// its number is free.
async fn permit(change: &mut Change, license: &LicenseFile, taken: &TakenBack) -> Result<Vec<Event>> {
    let sharing = licenses::store::open_with_same_permits(change, license.id, Some(PermitId(*taken.row()))).await?;
    approvals::store::withdraw_permit(change, taken).await?;
    licenses::store::release_numbers(change, license.id).await?;
    store::note(change, license.id, taken).await?;
    let mut ready = licenses::store::settle_all(change, &sharing).await?;
    ready.extend(licenses::store::settle(change, license).await?);
    Ok(ready)
}
