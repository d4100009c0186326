//! Coming in: notice and consent, then account and password. An unknown account, a disabled one and a wrong password get the same answer.

use askama::Template;
use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{AppendHeaders, IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    model::{Attempt, delay, local_path, verify},
    store::{self, Credentials},
};
use crate::{
    access::{client_address, file_late, session},
    app::App,
    audit::{Event, Verb},
    db::By,
    error::{AppError, KeptText, Result},
    form,
    text::{Line, Optional},
    web::{
        Form, Layout, Query, Sent,
        body::Typed,
        form::{Alert, holds_a_secret, storable},
        html,
    },
};

form! {
    /// Coming in. `carried` is the body of a form that was sent without a session.
    pub struct SignInForm reads SignIn {
        account: Field<Line>,
        password: Secret<Attempt>,
        next: Field<Optional<String>>,
        carried: Field<Optional<String>>,
    }
}

/// Where to go after signing in.
#[derive(Debug, Deserialize)]
pub struct Next {
    /// A path on this site.
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct Page {
    layout: Layout,
    sent: Sent<SignInForm>,
    demonstration: bool,
}

/// The notice and the form.
pub async fn show(State(app): State<App>, Query(next): Query<Next>) -> Result<Response> {
    let mut form = SignInForm::blank();
    form.next.set(local_path(&next.next));
    page(&app, Sent::fresh(form, 0))
}

/// Signs in under a new key, or carries the text of a late form on to the sign-in page.
pub async fn submit(
    State(app): State<App>,
    Query(next): Query<Next>,
    browser: Browser,
    typed: axum::Extension<Typed>,
    mut sent: Sent<SignInForm>,
) -> Result<Response> {
    if !typed.as_str().contains("password=") {
        let mut form = SignInForm::blank();
        form.next.set(local_path(&next.next));
        form.carried.set(typed.as_str());
        return page(&app, Sent::fresh(form, 0));
    }
    let Some(sign_in) = sent.form.read() else { return again(&app, sent, StatusCode::UNPROCESSABLE_ENTITY) };
    let next = sign_in.next.0.clone().unwrap_or_default();
    let carried = sign_in.carried.0.clone();
    let Some(person) = judge(&app, &browser, sign_in).await? else {
        sent.form.password.refuse("The account and the password do not fit together, or the account is not in use.");
        return again(&app, sent, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let key = start_session(&app, &browser, &person).await?;
    let cookie = session::cookie(&app.site, key).to_string();
    let to = local_path(&next).to_owned();
    let to = match carried {
        None => to,
        Some(carried) => match keep_carried(&app, &person, &to, &carried).await? {
            KeptText::None | KeptText::Draft => to,
            KeptText::Sent(led) => led,
            KeptText::OnThePage => {
                let text = "You are signed in, but the text below is not kept: there is no room for it. In another window, discard what you no \
                            longer need under My work, Typed and not sent; then sign in here again, and the text goes with you.";
                sent.alert = Some(Alert { title: "Not kept yet", text: text.into() });
                let page = again(&app, sent, StatusCode::CONFLICT)?;
                return Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), page).into_response());
            }
        },
    };
    Ok((StatusCode::SEE_OTHER, AppendHeaders([(header::SET_COOKIE, cookie), (header::LOCATION, to)])).into_response())
}

fn page(app: &App, sent: Sent<SignInForm>) -> Result<Response> {
    html(&Page { layout: Layout::signed_out(app.site.demonstration), sent, demonstration: app.site.demonstration })
}

fn again(app: &App, sent: Sent<SignInForm>, status: StatusCode) -> Result<Response> {
    let mut response = page(app, sent)?;
    *response.status_mut() = status;
    Ok(response)
}

/// One verification, whatever the account; slower after failures. The attempt is noted before it is judged, so that a hundred
/// guesses at once wait for each other's failures too.
async fn judge(app: &App, browser: &Browser, sign_in: SignIn) -> Result<Option<Credentials>> {
    let (reads, now) = (app.db.reads(), app.clock.now());
    let account = sign_in.account.as_str().to_lowercase();
    let attempt = store::note_attempt(app.db.scratch(), &account, &browser.address, now).await?;
    let (of_account, of_address) = store::earlier_failures(reads, attempt, &account, &browser.address, now).await?;
    tokio::time::sleep(delay(of_account, of_address)).await;
    let found = store::credentials(reads, &account, now).await?;
    let hash = found.as_ref().filter(|person| !person.barred).map(|person| person.password_hash.clone());
    let fits = verify(sign_in.password, hash).await?;
    if !fits {
        return Ok(None);
    }
    store::note_success(app.db.scratch(), attempt).await?;
    Ok(found)
}

async fn start_session(app: &App, browser: &Browser, person: &Credentials) -> Result<String> {
    let (key, key_hash) = session::new_key();
    let by = By::Person { id: person.id, role: None, post: None, address: browser.address.clone() };
    let mut change = app.db.change(by, app.clock.now()).await?;
    let session =
        store::insert_session(&mut change, person.id, &key_hash, browser.presented.as_deref(), &browser.address, &browser.agent).await?;
    change.finish(Event::new(Verb::SignedIn, session, "signed in")).await?;
    Ok(key)
}

/// Files a late form's text as a draft of the person who has now signed in.
async fn keep_carried(app: &App, person: &Credentials, path: &str, body: &str) -> Result<KeptText> {
    if holds_a_secret(body) || storable(body).is_err() {
        return Ok(KeptText::None);
    }
    file_late(app, person.id, path, body, app.clock.now()).await
}

/// What the request tells of the browser.
#[derive(Debug)]
pub struct Browser {
    address: String,
    agent: String,
    presented: Option<Vec<u8>>,
}

impl FromRequestParts<App> for Browser {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        Ok(Self {
            address: client_address(app, parts),
            agent: agent(&parts.headers),
            presented: session::presented(&app.site, &parts.headers),
        })
    }
}

fn agent(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    agent.chars().take(200).collect()
}
