//! Coming in: notice and consent, then account and password. An unknown account, a disabled one and a wrong password
//! get the same answer.

use askama::Template;
use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{AppendHeaders, IntoResponse, Response},
};
use axum_extra::extract::cookie::Cookie;
use serde::Deserialize;

use super::{
    browser::BrowserKey,
    judge::Judge,
    model::{Attempt, local_path},
    refusal::Refusal,
    store::{self, Credentials},
};
use crate::{
    access::{file_late, session},
    addresses as at,
    app::App,
    audit::{By, Event, SecurityKind, Verb},
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
    judge: Judge,
    typed: axum::Extension<Typed>,
    mut sent: Sent<SignInForm>,
) -> Result<Response> {
    if !typed.as_str().contains("password=") {
        let mut form = SignInForm::blank();
        // A sign-in that failed and is tried again carries what it carried, not itself.
        let (carried, to) = (sent.form.carried.raw(), sent.form.next.raw());
        form.next.set(local_path(if next.next.is_empty() { to } else { &next.next }));
        form.carried.set(if carried.is_empty() { typed.as_str() } else { carried });
        return page(&app, Sent::fresh(form, 0));
    }
    let Entered { cookies, kept, to } = match enter(&app, &browser, &judge, &mut sent).await {
        Ok(entered) => entered,
        Err(error) => return sent.answer(Err(error), async |sent| page(&app, sent)).await,
    };
    let cookies = AppendHeaders(cookies.map(|cookie| (header::SET_COOKIE, cookie.to_string())));
    let to = match kept {
        KeptText::None | KeptText::Draft => to,
        KeptText::Sent(led) => led,
        KeptText::OnThePage => {
            let text = "You are signed in, but the text below is not kept: there is no room for it. In another window, discard what you no \
                        longer need under My work, Typed and not sent; then sign in here again, and the text goes with you.";
            sent.alert = Some(Alert { title: "Not kept yet", text: text.into() });
            return Ok((StatusCode::CONFLICT, cookies, page(&app, sent)?).into_response());
        }
    };
    Ok((StatusCode::SEE_OTHER, cookies, [(header::LOCATION, to)]).into_response())
}

/// Somebody who came in: their cookies, what became of the text they carried, and where they are led.
struct Entered {
    cookies: [Cookie<'static>; 2],
    kept: KeptText,
    to: String,
}

async fn enter(app: &App, browser: &Browser, judge: &Judge, sent: &mut Sent<SignInForm>) -> Result<Entered> {
    let sign_in = sent.read()?;
    let Some(person) = judge.judge(sign_in.account.as_str(), sign_in.password, SecurityKind::SignInFailed).await?
    else {
        sent.form.password.refuse(Refusal::NoFit);
        return Err(AppError::Invalid);
    };
    let to = local_path(sign_in.next.0.as_deref().unwrap_or_default()).to_owned();
    let cookies = start_session(app, browser, judge, &person).await?;
    let kept = match sign_in.carried.0 {
        None => KeptText::None,
        Some(carried) => keep_carried(app, &person, &to, &carried).await?,
    };
    Ok(Entered { cookies, kept, to })
}

fn page(app: &App, sent: Sent<SignInForm>) -> Result<Response> {
    html(&Page { layout: Layout::signed_out(app.site.demonstration), sent, demonstration: app.site.demonstration })
}

/// The cookies of a new session, and of a browser that is known from now on.
async fn start_session(
    app: &App,
    browser: &Browser,
    judge: &Judge,
    person: &Credentials,
) -> Result<[Cookie<'static>; 2]> {
    let (key, key_hash) = session::new_key();
    let by = By::Person { id: person.id, role: None, post: None, address: judge.address.clone() };
    let mut change = app.db.change(by, app.clock.now()).await?;
    let session = store::insert_session(
        &mut change,
        person.id,
        &key_hash,
        browser.presented.as_deref(),
        &judge.address,
        &browser.agent,
    )
    .await?;
    let (presented, new) = (judge.browser.as_ref(), BrowserKey::fresh());
    let ours = store::remember_browser(&mut change, person.id, presented.map(BrowserKey::hash).as_deref(), &new.hash())
        .await?;
    change.finish(Event::new(Verb::SignedIn, session, "signed in")).await?;
    let known = presented.filter(|_| ours).cloned().unwrap_or(new);
    Ok([session::cookie(&app.site, key), known.cookie(&app.site)])
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
    agent: String,
    presented: Option<Vec<u8>>,
}

impl FromRequestParts<App> for Browser {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        Ok(Self { agent: agent(&parts.headers), presented: session::presented(&app.site, &parts.headers) })
    }
}

fn agent(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    agent.chars().take(200).collect()
}
