//! An administrator's rows: roles, and the law and practice that everybody works by. Given wrongly today, they are
//! taken back; what others worked by since is ended.

use sqlx::PgConnection;
use time::Date;
use uuid::Uuid;

use crate::{
    access::{
        Actor,
        permission::{ManagePeople, ManageReference},
    },
    accounts,
    addresses::{self as at, Address},
    audit::{Event, Subject, Verb, says},
    clock::Zone,
    countries,
    db::Change,
    error::{AppError, Refuses, Result},
    id::PersonId,
    mistakes::{
        model::{InFile, MistakeKind, Recorded, Refusal, Row, Side, TakenBack},
        store,
        take_back::File,
    },
    reference::{self, model::ReferenceKind},
    text::many,
};

/// Whose row every one of these is: the log knows who recorded it.
const ADMINISTRATION: Recorded = Recorded { by: None, side: Side::Administration, at_post: None, carries: false };

/// What lapses with a row that took another one's place.
const HOLDS_ON: &str = "The end of the row that it took the place of: that one holds on";

/// Why a row of law or practice stays: others may have worked by it.
async fn kept(conn: &mut PgConnection, today: Date, row: Uuid, in_use: Option<String>) -> Result<Option<String>> {
    let day = |at| Zone::named(Zone::WASHINGTON).day(at);
    let recorded_today = store::recorded(conn, InFile::Other, row).await?.is_some_and(|(_, at)| day(at) == today);
    let refused = match in_use {
        _ if !recorded_today => Some(Refusal::NotToday),
        in_use => in_use.map(Refusal::InUse),
    };
    Ok(refused.map(|refusal| refusal.to_string()))
}

#[derive(Debug)]
pub struct Person {
    id: PersonId,
    name: String,
    roles: Vec<accounts::store::AssignmentRow>,
}

impl File for Person {
    type May = ManagePeople;
    type Key = PersonId;

    async fn read(can: &Actor, id: &PersonId) -> Result<Self> {
        let name = accounts::store::find(can.reads(), *id, can.at).await?.name;
        let roles = accounts::store::assignments(can.reads(), *id, can.at).await?;
        Ok(Self { id: *id, name, roles })
    }

    async fn lock(_: &mut Change, can: &Actor, id: &PersonId) -> Result<Self> {
        Self::read(can, id).await
    }

    fn file(&self) -> InFile {
        InFile::Other
    }

    fn place(&self) -> (Address, &'static str, String) {
        (at::people(), "People", self.name.clone())
    }

    fn at(&self, _: &'static str) -> Address {
        at::person(self.id)
    }

    async fn row(&self, _: &mut PgConnection, _: &Actor, kind: MistakeKind, id: Uuid) -> Result<Option<Row>> {
        let found = self.roles.iter().find(|role| role.id.0 == id && kind == MistakeKind::Assignment);
        Ok(found.map(|role| Row {
            kind,
            id,
            version: role.version,
            said: format!("{}: {}", self.name, role.named()),
            recorded: ADMINISTRATION,
            kept: role.may_take_back().err().map(|refusal| refusal.to_string()),
            lapses: vec!["What the role lets this person do, at once".to_owned()],
            section: "roles",
        }))
    }

    async fn strike(self, change: &mut Change, taken: &TakenBack) -> Result<Vec<Event>> {
        store::strike(change, taken).await.map(|()| Vec::new())
    }

    fn refused(error: AppError) -> AppError {
        accounts::refusal::Refusal::said(error)
    }
}

#[derive(Debug)]
pub struct Country {
    code: String,
    name: String,
    rules: Vec<countries::store::Rule>,
    authorities: Vec<countries::store::Authority>,
}

impl Country {
    /// The rule that one of these took the place of.
    fn before(&self, id: Uuid) -> Option<&countries::store::Rule> {
        let rule = self.rules.iter().find(|rule| rule.id.0 == id)?;
        self.rules.iter().find(|other| rule.took_the_place_of(other))
    }
}

impl File for Country {
    type May = ManageReference;
    type Key = String;

    async fn read(can: &Actor, code: &String) -> Result<Self> {
        let (name, _) = countries::store::find(can.reads(), code).await?;
        let rules = countries::store::rules(can.reads(), code).await?;
        let authorities = countries::store::authorities(can.reads(), code).await?;
        Ok(Self { code: code.clone(), name, rules, authorities })
    }

    async fn lock(_: &mut Change, can: &Actor, code: &String) -> Result<Self> {
        Self::read(can, code).await
    }

    fn file(&self) -> InFile {
        InFile::Other
    }

    fn place(&self) -> (Address, &'static str, String) {
        (at::countries(), "Countries", self.name.clone())
    }

    fn at(&self, _: &'static str) -> Address {
        at::country(&self.code)
    }

    async fn row(&self, conn: &mut PgConnection, can: &Actor, kind: MistakeKind, id: Uuid) -> Result<Option<Row>> {
        let (said, in_use) = match kind {
            MistakeKind::CountryRule => {
                let Some(rule) = self.rules.iter().find(|rule| rule.id.0 == id) else { return Ok(None) };
                let resting = store::resting_on_rule(conn, id).await?;
                let in_use =
                    (resting > 0).then(|| format!("{} of permit matrices rest on it", many(resting, "answer")));
                (format!("{}: {}", self.name, rule.named()), in_use)
            }
            MistakeKind::Authority => {
                let Some(authority) = self.authorities.iter().find(|known| known.id.0 == id) else { return Ok(None) };
                let named = store::named(conn, id).await?;
                let in_use = (named > 0).then(|| format!("{} of rules and papers name it", many(named, "row")));
                (format!("{} ({})", authority.name, authority.short_name), in_use)
            }
            _ => return Ok(None),
        };
        let mut lapses = vec!["What is asked for by it: licenses of this country are read without it".to_owned()];
        lapses.extend(self.before(id).map(|_| HOLDS_ON.to_owned()));
        let kept = kept(conn, can.washington_today(), id, in_use).await?;
        Ok(Some(Row { kind, id, version: 0, said, recorded: ADMINISTRATION, kept, lapses, section: "rules" }))
    }

    async fn strike(self, change: &mut Change, taken: &TakenBack) -> Result<Vec<Event>> {
        store::strike(change, taken).await?;
        let Some(before) = self.before(*taken.row()) else { return Ok(Vec::new()) };
        countries::store::hold_on(change, before.id).await?;
        let subject = Subject::Row(MistakeKind::CountryRule.code(), before.id.0);
        let sentence = format!("let a rule of {} hold on: {}", self.name, before.named());
        let event = Event::new(Verb::CountryRuleChanged, subject, sentence);
        Ok(vec![event.before(says("Last day", before.ends_on))])
    }
}

#[derive(Debug)]
pub struct ReferenceRows {
    kind: ReferenceKind,
    entries: Vec<reference::model::Entry>,
}

impl File for ReferenceRows {
    type May = ManageReference;
    type Key = ReferenceKind;

    async fn read(can: &Actor, kind: &ReferenceKind) -> Result<Self> {
        let mut conn = can.reads().acquire().await?;
        Ok(Self { kind: *kind, entries: reference::store::of_kind(&mut conn, *kind).await? })
    }

    async fn lock(_: &mut Change, can: &Actor, kind: &ReferenceKind) -> Result<Self> {
        Self::read(can, kind).await
    }

    fn file(&self) -> InFile {
        InFile::Other
    }

    fn place(&self) -> (Address, &'static str, String) {
        (at::reference(), "Reference data", self.kind.label().to_owned())
    }

    fn at(&self, _: &'static str) -> Address {
        at::reference_kind(self.kind.code())
    }

    async fn row(&self, conn: &mut PgConnection, can: &Actor, kind: MistakeKind, id: Uuid) -> Result<Option<Row>> {
        let found = self.entries.iter().find(|entry| entry.id.0 == id && kind == MistakeKind::ReferenceEntry);
        let Some(entry) = found else { return Ok(None) };
        let mut lapses = vec!["What is judged by it: files are read without it".to_owned()];
        if self.entries.iter().any(|other| entry.took_the_place_of(other)) {
            lapses.push(HOLDS_ON.to_owned());
        }
        Ok(Some(Row {
            kind,
            id,
            version: 0,
            said: format!("{} ({}), {}", entry.label, entry.code, entry.held()),
            recorded: ADMINISTRATION,
            kept: kept(conn, can.washington_today(), id, None).await?,
            lapses,
            section: "rows",
        }))
    }

    async fn strike(self, change: &mut Change, taken: &TakenBack) -> Result<Vec<Event>> {
        store::strike(change, taken).await?;
        let entry = self.entries.iter().find(|entry| entry.id.0 == *taken.row());
        let before = entry.and_then(|entry| self.entries.iter().find(|other| entry.took_the_place_of(other)));
        if let Some(before) = before {
            reference::store::hold_on(change, before.id).await?;
        }
        Ok(Vec::new())
    }
}
