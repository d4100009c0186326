//! A signed-in person of the demonstration: drives the site's pages in this process as a browser would, under a
//! scripted clock.

use std::{collections::HashMap, fmt::Write, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
    response::Response,
};
use time::{Date, Duration, OffsetDateTime, Time};
use tower::ServiceExt;

use crate::{
    access::session,
    accounts::store::insert_session,
    app::App,
    audit::{By, Event, Verb},
    error::{AppError, Failure, Result},
    id::{FormId, PersonId, SessionId},
    server,
};

/// The site, its people, and the clock that says when things happen.
#[derive(Debug, Clone)]
pub struct Stage {
    app: App,
    pages: Router,
    people: Arc<HashMap<&'static str, PersonId>>,
    today: OffsetDateTime,
}

impl Stage {
    /// A stage whose day 0 is `today`.
    pub fn new(app: App, people: HashMap<&'static str, PersonId>, today: OffsetDateTime) -> Self {
        Self { pages: server::in_process(app.clone()), app, people: Arc::new(people), today }
    }

    /// Moves the clock to so many days before the day of loading, at an hour (UTC).
    pub fn at(&self, days_ago: i64, hour: u8) {
        let day = (self.today - Duration::days(days_ago))
            .replace_time(Time::from_hms(hour.min(23), 0, 0).unwrap_or(Time::MIDNIGHT));
        let moment = day.min(self.today - Duration::minutes(5));
        self.app.clock.set(moment);
    }

    /// The calendar day, so many days before the day of loading.
    pub fn day(&self, days_ago: i64) -> Date {
        (self.today - Duration::days(days_ago)).date()
    }

    /// Begins a person's session. Nobody guesses here: no password is judged.
    pub async fn enter(&self, account: &str) -> Result<Visitor> {
        let person =
            *self.people.get(account).ok_or_else(|| AppError::internal(format!("nobody is called {account}")))?;
        let by = By::Person { id: person, role: None, post: None, address: PLACE.into() };
        let (key, key_hash) = session::new_key();
        let mut change = self.app.db.change(by, self.app.clock.now()).await?;
        let session = insert_session(&mut change, person, &key_hash, None, PLACE, "demonstration").await?;
        change.finish(Event::new(Verb::SignedIn, session, "signed in")).await?;
        Ok(Visitor {
            stage: self.clone(),
            cookie: session::cookie(&self.app.site, key).stripped().to_string(),
            account: account.to_owned(),
            session,
        })
    }
}

/// What stands for an address of the network.
const PLACE: &str = "in-process";

/// A person with a session.
#[derive(Debug)]
pub struct Visitor {
    stage: Stage,
    cookie: String,
    account: String,
    session: SessionId,
}

/// A page that a person opened.
#[derive(Debug)]
pub struct Opened<'a> {
    visitor: &'a Visitor,
    path: String,
    pub text: String,
}

impl Visitor {
    pub async fn open(&self, path: &str) -> Result<Opened<'_>> {
        let response = self.send("GET", path, String::new()).await?;
        if response.status() != StatusCode::OK {
            return Err(self.refused(path, response).await);
        }
        Ok(Opened { visitor: self, path: path.to_owned(), text: text(response).await? })
    }

    /// Opens the form of a page, fills it in and sends it; it has to be accepted.
    pub async fn fill(&self, path: &str, fields: &[(&str, &str)]) -> Result<String> {
        self.open(path).await?.send(fields).await
    }

    /// Sends a form that needs no look at its page: it has no choices that depend on the file, and what it changes has
    /// no version yet.
    pub async fn add(&self, path: &str, fields: &[(&str, &str)]) -> Result<String> {
        self.post(path, "0", fields).await
    }

    /// Sends a form; gives the address it leads to. A few minutes pass.
    async fn post(&self, path: &str, version: &str, fields: &[(&str, &str)]) -> Result<String> {
        let id = FormId::new().to_string();
        let mut all = vec![("form_id", id.as_str()), ("version", version)];
        all.extend_from_slice(fields);
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(all).finish();
        session::note_proof(self.stage.app.db.scratch(), self.session, self.stage.app.clock.now()).await?;
        let response = self.send("POST", path, body).await?;
        if response.status() != StatusCode::SEE_OTHER {
            return Err(self.refused(path, response).await);
        }
        let location = response
            .headers()
            .get(header::LOCATION)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        self.stage.app.clock.advance(Duration::minutes(4));
        Ok(location)
    }

    async fn send(&self, method: &str, path: &str, body: String) -> Result<Response> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ORIGIN, &self.stage.app.site.origin)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .map_err(AppError::internal)?;
        match self.stage.pages.clone().oneshot(request).await {
            Ok(response) => Ok(response),
            Err(never) => match never {},
        }
    }

    /// Why a page was not what it has to be: that the database does not answer, or else who met what where.
    async fn refused(&self, path: &str, mut response: Response) -> AppError {
        let status = response.status();
        let why = match response.extensions_mut().remove::<Failure>().map(|Failure(error)| Arc::try_unwrap(error)) {
            Some(Ok(error @ (AppError::Unavailable(_) | AppError::Late(_)))) => return error,
            Some(Ok(error)) => error.to_string(),
            Some(Err(error)) => error.to_string(),
            None => text(response).await.map(|page| faults(&page)).unwrap_or_default(),
        };
        AppError::internal(format!("{} at {path}: {status}: {why}", self.account))
    }
}

impl Opened<'_> {
    /// The value of the option, radio button or checkbox of a field whose label contains `label`.
    pub fn choice(&self, field: &str, label: &str) -> Result<String> {
        let missing =
            || AppError::internal(format!("{} at {}: no choice {label:?} of {field}", self.visitor.account, self.path));
        self.offered(field, label).ok_or_else(missing)
    }

    /// As [`Opened::choice`], where there may be none.
    pub fn offered(&self, field: &str, label: &str) -> Option<String> {
        // The page is read as it is written: with its characters escaped.
        let label = &label.replace('&', "&#38;").replace('\'', "&#39;").replace('"', "&#34;");
        let ticked = self.text.split(&format!("name=\"{field}\" value=\"")).skip(1).find_map(|part| {
            let (value, rest) = part.split_once('"')?;
            let shown = rest.split_once("</label>")?.0;
            shown.contains(label).then(|| value.to_owned())
        });
        let listed = || {
            let select = self
                .text
                .split_once(&format!("<select class=\"usa-select\" id=\"{field}\""))?
                .1
                .split_once("</select>")?
                .0;
            select.split("<option value=\"").skip(1).find_map(|part| {
                let (value, rest) = part.split_once('"')?;
                rest.contains(label).then(|| value.to_owned())
            })
        };
        ticked.or_else(listed)
    }

    /// The pieces of an address, between `from` and `to`.
    pub fn addresses<'p>(&'p self, from: &str, to: &str) -> Vec<&'p str> {
        self.text.split(from).skip(1).filter_map(|part| part.split_once(to).map(|(piece, _)| piece)).collect()
    }

    /// Sends its form, as of the version it showed.
    pub async fn send(&self, fields: &[(&str, &str)]) -> Result<String> {
        let version = self.addresses("name=\"version\" value=\"", "\"").first().copied().unwrap_or("0");
        self.visitor.post(&self.path, version, fields).await
    }
}

async fn text(response: Response) -> Result<String> {
    let bytes = to_bytes(response.into_body(), 8 * 1024 * 1024).await.map_err(AppError::internal)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What a refused form's summary of faults says.
fn faults(page: &str) -> String {
    let summary = page
        .split_once("id=\"faults\"")
        .and_then(|(_, after)| after.split_once("</ul>"))
        .map_or("", |(summary, _)| summary);
    let mut said = String::new();
    for fault in summary.split("<li>").skip(1).filter_map(|part| part.split_once("\">")?.1.split_once("</a>")) {
        let _ = write!(said, "{}; ", fault.0);
    }
    said
}
