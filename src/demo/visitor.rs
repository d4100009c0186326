//! A signed-in person of the demonstration: drives the router in-process as a browser would, under a scripted clock.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use time::{Duration, OffsetDateTime};
use tower::ServiceExt;

use crate::{
    clock::Clock,
    error::{AppError, Result},
    id::FormId,
};

/// The site, and the clock that says when things happen.
#[derive(Debug, Clone)]
pub struct Stage {
    router: Router,
    clock: Clock,
    origin: String,
    today: OffsetDateTime,
}

impl Stage {
    /// A stage whose day 0 is `today`.
    pub fn new(router: Router, clock: Clock, origin: String, today: OffsetDateTime) -> Self {
        Self { router, clock, origin, today }
    }

    /// Moves the clock to so many days before the day of loading, at an hour (UTC). The clock never goes back.
    pub fn at(&self, days_ago: i64, hour: u8) {
        let day =
            (self.today - Duration::days(days_ago)).replace_time(time::Time::from_hms(hour.min(23), 0, 0).unwrap_or(time::Time::MIDNIGHT));
        let moment = day.min(self.today - Duration::minutes(5));
        self.clock.set(moment);
    }

    /// The calendar day, so many days before the day of loading.
    pub fn day(&self, days_ago: i64) -> time::Date {
        (self.today - Duration::days(days_ago)).date()
    }

    /// Signs a person in.
    pub async fn enter(&self, account: &str) -> Result<Visitor> {
        let mut visitor = Visitor { stage: self.clone(), cookie: String::new(), account: account.to_owned() };
        let body = form(&[("account", account), ("password", super::PASSWORD), ("next", "/"), ("carried", "")]);
        let response = visitor.send("POST", "/sign-in", body).await?;
        let cookie = response.headers().get(header::SET_COOKIE).and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|value| value.split(';').next()).map(str::to_owned);
        visitor.cookie = cookie.ok_or_else(|| AppError::internal(format!("{account} could not sign in")))?;
        Ok(visitor)
    }
}

/// A person with a session.
#[derive(Debug)]
pub struct Visitor {
    stage: Stage,
    cookie: String,
    account: String,
}

impl Visitor {
    /// Opens a page.
    pub async fn open(&self, path: &str) -> Result<String> {
        let response = self.send("GET", path, String::new()).await?;
        let status = response.status();
        let body = text(response).await?;
        if status == StatusCode::OK { Ok(body) } else { Err(AppError::internal(format!("{} opening {path}: {status}", self.account))) }
    }

    /// Fills in and sends the form of a page; it has to be accepted. A few minutes pass.
    pub async fn fill(&self, path: &str, fields: &[(&str, &str)]) -> Result<String> {
        let page = self.open(path).await?;
        let version = hidden(&page, "version").unwrap_or_else(|| "0".into());
        self.post(path, &version, fields).await
    }

    /// Sends a form that stands on another page.
    pub async fn press(&self, path: &str) -> Result<String> {
        self.post(path, "0", &[]).await
    }

    async fn post(&self, path: &str, version: &str, fields: &[(&str, &str)]) -> Result<String> {
        let id = FormId::new().to_string();
        let mut all = vec![("form_id", id.as_str()), ("version", version)];
        all.extend_from_slice(fields);
        let response = self.send("POST", path, form(&all)).await?;
        let status = response.status();
        let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        if status != StatusCode::SEE_OTHER {
            let page = text(response).await?;
            let said = said(&page);
            return Err(AppError::internal(format!("{} at {path}: {status}: {said}", self.account)));
        }
        self.stage.clock.advance(Duration::minutes(4));
        Ok(location)
    }

    async fn send(&self, method: &str, path: &str, body: String) -> Result<axum::response::Response> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ORIGIN, &self.stage.origin)
            .header(header::COOKIE, &self.cookie)
            .header(header::ACCEPT, "text/html")
            .header(header::USER_AGENT, "demonstration")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .map_err(AppError::internal)?;
        match self.stage.router.clone().oneshot(request).await {
            Ok(response) => Ok(response),
            Err(never) => match never {},
        }
    }
}

async fn text(response: axum::response::Response) -> Result<String> {
    let bytes = to_bytes(response.into_body(), 8 * 1024 * 1024).await.map_err(AppError::internal)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The value of a hidden input.
fn hidden(page: &str, name: &str) -> Option<String> {
    let after = page.split_once(&format!("name=\"{name}\" value=\""))?.1;
    Some(after.split_once('"')?.0.to_owned())
}

/// The value of the option, radio button or checkbox of a field whose label contains `label`.
pub fn choice(page: &str, field: &str, label: &str) -> Option<String> {
    // The page is read as it is written: with its characters escaped.
    let label = &label.replace('&', "&#38;").replace('\'', "&#39;").replace('"', "&#34;");
    let ticked = page.split(&format!("name=\"{field}\" value=\"")).skip(1).find_map(|part| {
        let (value, rest) = part.split_once('"')?;
        let shown = rest.split_once("</label>")?.0;
        shown.contains(label).then(|| value.to_owned())
    });
    let listed = || {
        let select = page.split_once(&format!("<select class=\"usa-select\" id=\"{field}\""))?.1.split_once("</select>")?.0;
        select.split("<option value=\"").skip(1).find_map(|part| {
            let (value, rest) = part.split_once('"')?;
            rest.contains(label).then(|| value.to_owned())
        })
    };
    ticked.or_else(listed)
}

/// What a refused form said, for the error that ends the loading.
fn said(page: &str) -> String {
    let alert = page.split_once("role=\"alert\"").map_or(page, |(_, after)| after);
    let mut text = String::new();
    let mut inside = false;
    for c in alert.chars().take(1500) {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect()
}
