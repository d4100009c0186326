//! From a request to the person who sent it, and the frame of their pages.

use std::marker::PhantomData;

use axum::{
    extract::FromRequestParts,
    http::{request::Parts, uri::PathAndQuery},
};
use time::OffsetDateTime;

use super::{
    Actor, Can, day_at,
    late::{carried, file_late_submit, sent_before},
    network::client_address,
    permission::{Permission, Permitted, Role, holds},
    person::SignedIn,
    proof,
    proven::Proof,
    session::{self, Post, Presence, Present},
};
use crate::{
    addresses::{self as at, route},
    app::App,
    db::drafts::{self, Source},
    error::{AppError, Result, Used},
    web::{
        Layout,
        errors::{Seen, SeenPerson},
        page::{NavItem, Person},
    },
};

impl FromRequestParts<App> for SignedIn {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let at = app.clock.now();
        let Some(key_hash) = session::presented(&app.site, &parts.headers) else {
            return Err(AppError::SignedOut(carried(parts)?));
        };
        match session::look_up(app.db.reads(), app.db.notes(), &key_hash, at).await? {
            Presence::Unknown => Err(AppError::SignedOut(carried(parts)?)),
            Presence::Aged { person, .. } => Err(AppError::SignedOut(file_late_submit(app, parts, person, at).await?)),
            Presence::Present(present) => {
                // Before anything else: only the way to a password of one's own and the way out are open.
                if present.must_choose_password && !matches!(parts.uri.path(), route::password | route::sign_out) {
                    return Err(AppError::ChoosePassword);
                }
                let known = sent_before(app, parts, present.person, at).await?;
                let proof = proof::of(app, parts, &present).await?;
                Ok(signed_in(app, parts, *present, at, known, proof))
            }
        }
    }
}

impl FromRequestParts<App> for Actor {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let person = SignedIn::from_request_parts(parts, app).await?;
        let role = person
            .role
            .ok_or(AppError::Forbidden("You have no assignment today. The administrator can give you one."))?;
        Ok(Self { role, person })
    }
}

impl<P: Permitted> FromRequestParts<App> for Can<P> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let mut actor = Actor::from_request_parts(parts, app).await?;
        if actor.may(P::PERMISSION) {
            actor.person.layout.proof = P::SIGNS.then_some(actor.person.proof);
            Ok(Self(actor, PhantomData))
        } else {
            Err(AppError::Forbidden(P::PERMISSION.refusal()))
        }
    }
}

fn signed_in(
    app: &App,
    parts: &Parts,
    present: Present,
    at: OffsetDateTime,
    (used, source): (Option<Used>, Option<Source>),
    proof: Proof,
) -> SignedIn {
    let path = address(parts).to_owned();
    let (role, post) = present.duty.map_or((None, None), |duty| (Some(duty.role), duty.post));
    let mut layout = Layout::signed_out(app.site.demonstration);
    let duty =
        post.as_ref().map(|post| post.name.clone()).or(role.map(|role| role.label().to_owned())).unwrap_or_default();
    let today = day_at(post.as_ref(), at);
    layout.person = Some(Person { id: present.person, name: present.name.clone(), duty, today });
    layout.path.clone_from(&path);
    layout.nav = role.map(|role| navigation(role, post.as_ref(), parts.uri.path())).unwrap_or_default();
    if let Some(Seen(seen)) = parts.extensions.get::<Seen>() {
        let _ = seen.set(SeenPerson { id: present.person, layout: layout.clone(), used, source });
    }
    SignedIn {
        id: present.person,
        name: present.name,
        account: present.account,
        session: present.session,
        key_hash: present.key_hash,
        must_choose_password: present.must_choose_password,
        at,
        address: client_address(&app.site, &parts.headers, &parts.extensions),
        path,
        came_on: drafts::is_after_a_save(parts.uri.path_and_query().map_or("/", PathAndQuery::as_str)),
        layout,
        role,
        post,
        authority: present.authority,
        proof,
        pepper: session::pepper(&app.site, &parts.headers),
        db: app.db.clone(),
        clock: app.clock.clone(),
    }
}

fn navigation(role: Role, post: Option<&Post>, path: &str) -> Vec<NavItem> {
    let mut items = vec![(at::home().into(), "My work".to_owned())];
    let mut add = |permission, href: String, label: &str| {
        if holds(role, permission) {
            items.push((href, label.to_owned()));
        }
    };
    add(Permission::ReadChecks, at::checks().into(), "Checks");
    add(Permission::ReadLicenses, at::licenses().into(), "Licenses");
    add(Permission::ReadParties, at::parties().into(), "Parties");
    add(Permission::ReadTelegrams, at::telegrams().into(), "Telegrams");
    if let Some(post) = post {
        add(Permission::ReadCountries, at::country(&post.country).into(), "Country");
        add(Permission::ReadPosts, at::post(post.id).into(), "Post");
    } else {
        add(Permission::ReadCountries, at::countries().into(), "Countries");
        add(Permission::ReadPosts, at::posts().into(), "Posts");
    }
    add(Permission::SettleSpills, at::spills().into(), "Reported texts");
    add(Permission::ReadLog, at::log().into(), "Log");
    add(Permission::ManagePeople, at::people().into(), "People");
    add(Permission::ManageReference, at::reference().into(), "Reference data");
    let beneath =
        |href: &str| path == href || (href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')));
    items.into_iter().map(|(href, label)| NavItem { current: beneath(&href), href, label }).collect()
}

/// The address of a request on this site, with its query but for what is looked for on the page.
pub(super) fn address(parts: &Parts) -> &str {
    drafts::without_search(parts.uri.path_and_query().map_or("/", PathAndQuery::as_str))
}
