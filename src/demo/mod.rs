//! The demonstration: invented people and firms, public authorities as they are, loaded by driving the site itself
//! under a scripted clock, so that the log is true. Days are relative to the day of loading.

pub mod command;
mod guatemala;
mod moves;
mod others;
mod stories;
mod visitor;

use std::collections::HashMap;

use rust_decimal::Decimal;
use sqlx::postgres::PgConnectOptions;
use time::{Duration, OffsetDateTime};
use visitor::Stage;

use crate::{
    access::Role,
    accounts::{
        hashing::hash,
        model::NewPassword,
        store::{NewPerson, insert_assignment, insert_person, save_person},
    },
    app::{App, Site},
    audit::{By, Event, Subject, Verb},
    clock::Clock,
    db::{Change, Db},
    error::Result,
    id::{PersonId, PostId},
    posts::{self, store::PostData},
    regions::{self, store::RegionOwners},
    vocabulary::Region,
};

/// The password of every person of the demonstration.
pub const PASSWORD: &str = "lantern demonstration";
/// Who loads it, in the log.
pub(crate) const JOB: &str = "demonstration";

/// Account, name, role, place in [`POSTS`] for people at post.
pub(crate) type Person = (&'static str, &'static str, Role, Option<usize>);

pub(crate) const POSTS: &[(&str, &str, &str)] = &[
    ("Guatemala", "GT", "America/Guatemala"),
    ("Kingston", "JM", "America/Jamaica"),
    ("Paramaribo", "SR", "America/Paramaribo"),
    ("Prague", "CZ", "Europe/Prague"),
    ("Madrid", "ES", "Europe/Madrid"),
    ("Lima", "PE", "America/Lima"),
    ("Santiago", "CL", "America/Santiago"),
    ("Nairobi", "KE", "Africa/Nairobi"),
    ("Bangkok", "TH", "Asia/Bangkok"),
    ("Manila", "PH", "Asia/Manila"),
    ("Abu Dhabi", "AE", "Asia/Dubai"),
    ("Apia", "WS", "Pacific/Apia"),
];

pub(crate) const PEOPLE: &[Person] = &[
    ("case", "Nora Ellery", Role::CaseOfficer, None),
    ("case2", "Tobias Renn", Role::CaseOfficer, None),
    ("reviewer", "Ines Calloway", Role::Reviewer, None),
    ("reviewer2", "Harlan Voss", Role::Reviewer, None),
    ("supervisor", "Marguerite Oyelaran", Role::Supervisor, None),
    ("auditor", "Piet Lindqvist", Role::Auditor, None),
    ("admin", "Sela Brandt", Role::Admin, None),
    ("guatemala", "Jonas Merrit", Role::PostOfficer, Some(0)),
    ("guatemala2", "Alma Reyes-Hart", Role::PostSupervisor, Some(0)),
    ("kingston", "Devon Ashby", Role::PostOfficer, Some(1)),
    ("kingston2", "Ruth Pell", Role::PostSupervisor, Some(1)),
    ("paramaribo", "Lotte Quist", Role::PostOfficer, Some(2)),
    ("prague", "Emil Farrow", Role::PostOfficer, Some(3)),
    ("prague2", "Greta Stanhope", Role::PostSupervisor, Some(3)),
    ("madrid", "Owen Tarrant", Role::PostOfficer, Some(4)),
    ("madrid2", "Celia Bright", Role::PostSupervisor, Some(4)),
    ("lima", "Rosalind Achterberg", Role::PostOfficer, Some(5)),
    ("lima2", "Miles Okafor", Role::PostSupervisor, Some(5)),
    ("santiago", "Bettina Crowe", Role::PostOfficer, Some(6)),
    ("santiago2", "Hugo Lanning", Role::PostSupervisor, Some(6)),
    ("nairobi", "Amos Thackeray", Role::PostOfficer, Some(7)),
    ("nairobi2", "Wilma Sutter", Role::PostSupervisor, Some(7)),
    ("bangkok", "Clare Dunmore", Role::PostOfficer, Some(8)),
    ("bangkok2", "Stellan Moor", Role::PostSupervisor, Some(8)),
    ("manila", "Jasper Rowe", Role::PostOfficer, Some(9)),
    ("manila2", "Edith Vance", Role::PostSupervisor, Some(9)),
    ("abudhabi", "Felix Norcross", Role::PostOfficer, Some(10)),
    ("abudhabi2", "Irene Salter", Role::PostSupervisor, Some(10)),
    ("apia", "Tamsin Kell", Role::PostOfficer, Some(11)),
];

/// The people a newcomer signs in as, each with what they do.
pub fn people() -> impl Iterator<Item = (&'static str, String)> {
    let named = PEOPLE.iter().filter(|(account, _, _, post)| post.is_none_or(|post| post < 2) || *account == "apia");
    named.map(|(account, name, role, post)| {
        let place = post.map(|post| format!(", {}", POSTS[post].0)).unwrap_or_default();
        (*account, format!("{name}, {}{place}", role.label().to_lowercase()))
    })
}

/// Whether the database is a demonstration's.
///
/// # Errors
/// When the database does not answer or has no schema yet.
pub async fn is_loaded(db: &Db) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"select exists (select from audit_events where job = $1) as "loaded!""#, JOB)
        .fetch_one(db.reads())
        .await?)
}

/// Whether a load was cut short: people are there, its last entry is not.
///
/// # Errors
/// As [`is_loaded`].
pub async fn is_complete(db: &Db) -> Result<bool> {
    let complete = sqlx::query_scalar!(
        r#"select exists (select from audit_events where job = $1 and verb = 'reference_loaded') as "complete!""#,
        JOB
    );
    Ok(complete.fetch_one(db.reads()).await?)
}

/// Fills an empty database, and tells after each check how many of how many are there.
///
/// # Errors
/// When the database does not answer, or a page of the demonstration refuses what it is sent, with what it said.
pub async fn load(
    database: &PgConnectOptions,
    site: &Site,
    now: OffsetDateTime,
    tell: impl Fn(usize, usize),
) -> Result<()> {
    // What a power cut takes away meanwhile is thrown away with the rest.
    let db = Db::unhurried(&database.clone().options([("synchronous_commit", "off")]));
    let clock = Clock::fixed(now - Duration::days(400));
    let people = enroll(&db, &clock).await?;
    let app = App::new(db.clone(), clock, site.clone());
    let stage = Stage::new(app, people, now);
    let all = stories::COUNT + 1;
    others::play(&stage, |done| tell(done, all)).await?;
    guatemala::play(&stage).await?;
    tell(all, all);
    db.close().await;
    // The last entry is promised to be on the disk, and with it all before.
    let db = Db::unhurried(database);
    let change = db.change(By::Job(JOB), now).await?;
    change.finish(Event::new(Verb::ReferenceLoaded, crate::id::ReferenceId::new(), "loaded the demonstration")).await?;
    db.close().await;
    Ok(())
}

/// Makes the posts and the people, as the administrator of a new installation would.
async fn enroll(db: &Db, clock: &Clock) -> Result<HashMap<&'static str, PersonId>> {
    let mut change = db.change(By::Job(JOB), clock.now()).await?;
    let mut posts = Vec::new();
    let mut added = Vec::new();
    for (name, country, zone) in POSTS {
        let id = posts::store::insert(&mut change, &PostData { name, country, zone, closed_on: None }).await?;
        posts.push(id);
        added.push(Event::new(Verb::PostAdded, id, format!("added the post {name}")));
    }
    let hashed = hash(NewPassword::published(PASSWORD)).await?;
    let mut people = HashMap::new();
    for person in PEOPLE {
        let (id, event) = enroll_one(&mut change, person, &posts, &hashed).await?;
        people.insert(person.0, id);
        added.push(event);
    }
    added.extend(set_regions(&mut change, &people).await?);
    let first = added.remove(0);
    change.finish(crate::audit::Events::from(first).and_all(added)).await?;
    Ok(people)
}

/// Whom the checks of each region go to: two reviewers share them, and a second case officer has two regions.
async fn set_regions(change: &mut Change, people: &HashMap<&'static str, PersonId>) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for region in Region::ALL.iter().copied() {
        let is_near = matches!(region, Region::WesternHemisphere | Region::Europe);
        let reviewer = people.get(if is_near { "reviewer" } else { "reviewer2" }).copied();
        let is_second = matches!(region, Region::NearEast | Region::Africa);
        let case_officer = people.get("case2").copied().filter(|_| is_second);
        let none = RegionOwners { region, id: None, case_officer: None, reviewer: None, version: 0 };
        let id = regions::store::save(change, &none, (case_officer, reviewer), 0).await?;
        let sentence = format!("set who has the checks of {}", region.label());
        events.push(Event::new(Verb::RegionOwnersChanged, Subject::Row("region_owners", id.0), sentence));
    }
    Ok(events)
}

async fn enroll_one(change: &mut Change, person: &Person, posts: &[PostId], hashed: &str) -> Result<(PersonId, Event)> {
    let (account, name, role, post) = *person;
    let id = insert_person(change, &NewPerson { account, name, password_hash: hashed, temporary_until: None }).await?;
    let from = change.at.date();
    insert_assignment(change, id, role, post.map(|post| posts[post]), from, None).await?;
    if role == Role::Reviewer {
        save_person(change, id, name, Decimal::from(5_000_000), 1).await?;
    }
    Ok((id, Event::new(Verb::PersonAdded, id, format!("added {name} as {}", role.label().to_lowercase()))))
}
