//! What the program does from the terminal: serve, migrate, person add, check-config.

use std::{
    fmt,
    io::{self, Write},
};

use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use crate::{
    access::Role,
    accounts::{
        hashing::hash,
        model::{AccountName, FIRST_PASSWORD, NewPassword},
        store::{NewPerson, insert_assignment, insert_person},
    },
    app::{App, Site},
    audit::{By, Event, Verb},
    checks::standing,
    clock::{Clock, Zone},
    config::{AddPerson, Database, Migrate, PersonVerb, Serve, VerifyVerb},
    db::{self, Beside, Db, clearing},
    demo,
    error::{self, AppError},
    server, text,
};

/// Why the program ends without having done what was asked.
#[derive(Debug)]
pub enum Stop {
    /// A setting is wrong: exit 2.
    Setting(String),
    /// Something failed: exit 1.
    Failed(String),
}

impl Stop {
    pub fn code(&self) -> u8 {
        match self {
            Self::Setting(_) => 2,
            Self::Failed(_) => 1,
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting(sentence) | Self::Failed(sentence) => f.write_str(sentence),
        }
    }
}

/// An error as the reason to end.
pub(crate) fn failed(error: impl fmt::Display) -> Stop {
    Stop::Failed(error.to_string())
}

/// Serves with the operator's own PostgreSQL.
pub async fn serve(settings: Serve) -> Result<(), Stop> {
    let db = open(&settings.database)?;
    refuse_demonstration(&db).await?;
    let site = Site { origin: settings.origin.clone(), behind_proxy: settings.behind_proxy, demonstration: false };
    let listener = TcpListener::bind(settings.listen).await.map_err(|error| {
        Stop::Setting(format!("LANTERN_LISTEN: {} cannot be listened on: {error}", settings.listen))
    })?;
    tracing::info!(listen = %settings.listen, origin = %site.origin, "serving");
    let app = App::new(db.clone(), Clock::system(), site);
    served(app, listener, told_to_stop()?).await.map_err(failed)?;
    db.close().await;
    Ok(())
}

/// Serves until it is told to stop, and clears what is old meanwhile.
pub(crate) async fn served(app: App, listener: TcpListener, stop: impl Future<Output = ()>) -> io::Result<()> {
    let (db, clock) = (app.db.clone(), app.clock.clone());
    tokio::select! {
        served = server::serve(app, listener, stop) => served,
        never = clearing::every_hour(&db, &clock) => match never {},
        never = standing::store::keep_up(&db, &clock) => match never {},
    }
}

/// Says whether `serve` would start.
pub async fn check_config(settings: Serve) -> Result<(), Stop> {
    let db = open(&settings.database)?;
    refuse_demonstration(&db).await?;
    match db::unfit(&db).await {
        Ok(None) => say("The settings are right, and the database has this program's schema."),
        Ok(Some(why)) => Err(Stop::Setting(format!("DATABASE_URL: the database {why}"))),
        Err(error) => Err(Stop::Setting(format!("DATABASE_URL: {error}"))),
    }
}

/// Brings the database to this program's schema.
pub async fn migrate(settings: Migrate) -> Result<(), Stop> {
    let options =
        db::address(&settings.migrate_url).map_err(|error| Stop::Setting(format!("LANTERN_MIGRATE_URL: {error}")))?;
    let beside = if settings.alone { Beside::Nothing } else { Beside::Older };
    db::migrate(&options, beside).await.map_err(failed)?;
    say("The database has this program's schema.")?;
    if db::older_serves(&options).await.map_err(failed)? {
        say(
            "No request is recalled and no remark is written yet: run lantern migrate --alone once every server runs this program.",
        )?;
    }
    Ok(())
}

/// Compares what is stored with what it follows from.
pub async fn verify(verb: VerifyVerb) -> Result<(), Stop> {
    let VerifyVerb::Standings(database) = verb;
    let db = open(&database)?;
    let now = Clock::system().now();
    let differing = standing::store::differing(db.reads(), now).await.map_err(failed)?;
    if !differing.is_empty() {
        return Err(failed(format!("these checks stand elsewhere than their files say: {}", differing.join(", "))));
    }
    let differing = standing::store::differing_again(db.reads(), now).await.map_err(failed)?;
    if differing.is_empty() {
        return say(
            "Every open check stands where its file says, and every license that is to be decided again is listed.",
        );
    }
    Err(failed(format!("these licenses are listed otherwise than their files say: {}", differing.join(", "))))
}

/// Adds the first administrator.
pub async fn person(verb: PersonVerb) -> Result<(), Stop> {
    let PersonVerb::Add(settings) = verb;
    let account: AccountName =
        settings.account.parse().map_err(|sentence| Stop::Setting(format!("ACCOUNT: {sentence}")))?;
    text::unmarked(&settings.name).map_err(|sentence| Stop::Setting(format!("NAME: {sentence}")))?;
    let db = open(&settings.database)?;
    let password = add_administrator(&db, &account, &settings).await?;
    say(&format!(
        "Added {} as administrator. First password, good for 72 hours: {}",
        account.as_str(),
        password.reveal()
    ))
}

async fn add_administrator(db: &Db, account: &AccountName, settings: &AddPerson) -> Result<NewPassword, Stop> {
    let now = Clock::system().now();
    let password = NewPassword::random();
    let hashed = hash(password.clone()).await.map_err(failed)?;
    let mut change = db.change(By::Job("terminal"), now).await.map_err(failed)?;
    let person = NewPerson {
        account: account.as_str(),
        name: &settings.name,
        password_hash: &hashed,
        temporary_until: Some(now + FIRST_PASSWORD),
    };
    let id = insert_person(&mut change, &person).await.map_err(|error| match error::constraint(&error) {
        Some("people_account_key") => Stop::Setting(format!("ACCOUNT: {} is taken", account.as_str())),
        _ => failed(error),
    })?;
    let today = Zone::named(Zone::WASHINGTON).day(now);
    insert_assignment(&mut change, id, Role::Admin, None, today, None).await.map_err(failed)?;
    let added = Event::new(Verb::PersonAdded, id, format!("added {} as administrator", account.as_str()));
    change.finish(added).await.map_err(failed)?;
    Ok(password)
}

fn open(settings: &Database) -> Result<Db, Stop> {
    let options =
        db::address(&settings.database_url).map_err(|error| Stop::Setting(format!("DATABASE_URL: {error}")))?;
    Ok(Db::lazy(&options, settings.connections))
}

/// A demonstration's accounts have a published password. A database that does not answer yet is judged by `/readyz`.
async fn refuse_demonstration(db: &Db) -> Result<(), Stop> {
    match demo::is_loaded(db).await {
        Ok(true) => Err(Stop::Setting(
            "DATABASE_URL: this is a demonstration's database, whose passwords everybody knows".into(),
        )),
        Ok(false) | Err(AppError::Unavailable(_) | AppError::Internal(_)) => Ok(()),
        Err(error) => Err(failed(error)),
    }
}

/// Resolves at Ctrl-C, or when the system tells the program to stop.
pub(crate) fn told_to_stop() -> Result<impl Future<Output = ()>, Stop> {
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
    })
}

fn say(line: &str) -> Result<(), Stop> {
    writeln!(io::stdout(), "{line}").map_err(failed)
}
