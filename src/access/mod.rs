//! The one door: no handler reaches the database without saying who asks.
//! `Actor` is a signed-in person with a duty today; `Can` is an actor whose role includes a permission.

/// The permission table.
pub mod permission;
/// Sessions.
pub mod session;

use std::{marker::PhantomData, net::IpAddr, ops::Deref};

use axum::{
    extract::FromRequestParts,
    http::{Method, request::Parts, uri::PathAndQuery},
};
use sqlx::PgPool;
use time::{Date, OffsetDateTime};

pub use permission::{Permission, Permitted, Role, holds};
pub use session::Post;
use session::{Presence, Present};

use crate::{
    app::App,
    clock::Zone,
    db::{
        By, Change, Db,
        drafts::{self, DraftPage},
    },
    error::{AppError, KeptText, Result},
    id::{FormId, PersonId, PostId, SessionId},
    web::{
        Form, Layout, Sent,
        body::Typed,
        errors::{Seen, SeenPerson},
        filters::moment_words,
        form::{Pairs, holds_a_secret, storable},
        page::{NavItem, Person},
    },
};

/// Somebody signed in, whatever their duty: for their own password, sessions and drafts.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub id: PersonId,
    /// The name shown.
    pub name: String,
    /// The name typed at sign-in.
    pub account: String,
    /// The session of this request.
    pub session: SessionId,
    /// Whether a first password has to be replaced before anything else.
    pub must_choose_password: bool,
    /// The instant of this request.
    pub at: OffsetDateTime,
    /// Where the browser is.
    pub address: String,
    /// The address of this request, with its query: what is typed here is kept under it.
    pub path: String,
    /// The frame of their pages.
    pub layout: Layout,
    role: Option<Role>,
    post: Option<Post>,
    db: Db,
}

/// A signed-in person with a duty today.
#[derive(Debug)]
pub struct Actor {
    /// The role of today.
    pub role: Role,
    person: SignedIn,
}

/// An actor whose role includes `P`.
#[derive(Debug)]
pub struct Can<P>(Actor, PhantomData<P>);

/// Who reads a page, as far as the rules ask: the person, the role of today, and the post of people at one.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    /// Who.
    pub id: PersonId,
    /// What for.
    pub role: Role,
    /// Where, if at a post.
    pub post: Option<PostId>,
}

impl Reader {
    /// Whether the role includes a permission.
    pub fn may(&self, permission: Permission) -> bool {
        holds(self.role, permission)
    }
}

/// What a person may see of checks and licenses, for a statement's `where`: `($all or post_id = $post)`.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    /// Everything.
    pub all: bool,
    /// Else this post's; with neither, nothing.
    pub post: Option<uuid::Uuid>,
}

impl SignedIn {
    /// The reading pool: the only way to a read.
    pub fn reads(&self) -> &PgPool {
        self.db.reads()
    }

    /// Begins a change that submits `sent`. A form that was submitted before ends here, with the first submit's redirect.
    pub async fn change<F: Form>(&self, sent: &Sent<F>) -> Result<Change> {
        if !sent.is_named() {
            return Err(AppError::Invalid);
        }
        let mut change = self.db.change(self.by(), self.at).await?;
        change.claim(sent.form_id, self.id, sent.answers_hash()).await?;
        Ok(change)
    }

    /// Begins a change that no form submits, such as an export's log entry.
    pub async fn change_unprompted(&self) -> Result<Change> {
        self.db.change(self.by(), self.at).await
    }

    /// Keeps what was typed into a form, as a draft.
    pub async fn keep_draft(&self, form: FormId, page: DraftPage<'_>, body: &str) -> Result<()> {
        drafts::keep(self.db.scratch(), self.id, form, page, body, self.at).await
    }

    /// Forgets what was typed on a page.
    pub async fn discard_drafts(&self, path: &str) -> Result<()> {
        drafts::discard(self.db.scratch(), self.id, path).await
    }

    /// A form to show at this address: what the person typed before and did not submit, or else `blank`.
    pub async fn form<F: Form>(&self, blank: F, version: i32) -> Result<Sent<F>> {
        let Some(draft) = drafts::newest(self.reads(), self.id, &self.path).await? else { return Ok(Sent::fresh(blank, version)) };
        let pairs = Pairs::parse(&draft.body);
        let read = pairs.last("version").parse().unwrap_or(version);
        let mut sent = Sent::fresh(F::sent(&pairs), read);
        sent.form_id = draft.form_id;
        sent.restored = Some(moment_words(draft.saved_at));
        Ok(sent)
    }

    fn by(&self) -> By {
        By::Person {
            id: self.id,
            role: self.role.map(Role::code),
            post: self.post.as_ref().map(|post| post.id),
            address: self.address.clone(),
        }
    }
}

impl Actor {
    /// Whether the role includes a permission; pages show a button by this.
    pub fn may(&self, permission: Permission) -> bool {
        holds(self.role, permission)
    }

    /// The person as the rules ask for them.
    pub fn reader(&self) -> Reader {
        Reader { id: self.id, role: self.role, post: self.post().map(|post| post.id) }
    }

    /// The post of people at one.
    pub fn post(&self) -> Option<&Post> {
        self.person.post.as_ref()
    }

    /// What the person may see of checks and licenses.
    pub fn scope(&self) -> Scope {
        let post = self.post().map(|post| post.id.0);
        Scope { all: post.is_none() && self.role != Role::Admin, post }
    }

    /// Whether a check or a row of that post is within scope.
    pub fn sees_post(&self, post: PostId) -> bool {
        self.scope().all || self.scope().post == Some(post.0)
    }

    /// The calendar day where the person is: at the post, or in Washington.
    pub fn today(&self) -> Date {
        Zone::named(self.post().map_or(Zone::WASHINGTON, |post| &post.zone)).day(self.at)
    }

    /// The calendar day in Washington, by which licenses are decided.
    pub fn washington_today(&self) -> Date {
        Zone::named(Zone::WASHINGTON).day(self.at)
    }

    /// The frame of a page.
    pub fn layout(&self) -> Layout {
        self.person.layout.clone()
    }
}

impl Deref for Actor {
    type Target = SignedIn;

    fn deref(&self) -> &SignedIn {
        &self.person
    }
}

impl<P> Deref for Can<P> {
    type Target = Actor;

    fn deref(&self) -> &Actor {
        &self.0
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let at = app.clock.now();
        let Some(key_hash) = session::presented(&app.site, &parts.headers) else { return Err(AppError::SignedOut(carried(parts)?)) };
        match session::look_up(app.db.reads(), app.db.scratch(), &key_hash, at).await? {
            Presence::Unknown => Err(AppError::SignedOut(carried(parts)?)),
            Presence::Ended(person) => Err(AppError::SignedOut(file_late_submit(app, parts, person, at).await?)),
            Presence::Present(present) => {
                // Before anything else: only the way to a password of one's own and the way out are open.
                if present.must_choose_password && !matches!(parts.uri.path(), "/password" | "/sign-out") {
                    return Err(AppError::ChoosePassword);
                }
                if let Some(led) = led_before(app, parts, present.person).await? {
                    return Err(AppError::AlreadyDone(led));
                }
                Ok(signed_in(app, parts, *present, at))
            }
        }
    }
}

impl FromRequestParts<App> for Actor {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let person = SignedIn::from_request_parts(parts, app).await?;
        let role = person.role.ok_or(AppError::Forbidden("You have no assignment today. The administrator can give you one."))?;
        Ok(Self { role, person })
    }
}

impl<P: Permitted> FromRequestParts<App> for Can<P> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let actor = Actor::from_request_parts(parts, app).await?;
        if actor.may(P::PERMISSION) { Ok(Self(actor, PhantomData)) } else { Err(AppError::Forbidden(P::PERMISSION.refusal())) }
    }
}

fn signed_in(app: &App, parts: &Parts, present: Present, at: OffsetDateTime) -> SignedIn {
    let path = address(parts).to_owned();
    let (role, post) = present.duty.map_or((None, None), |duty| (Some(duty.role), duty.post));
    let mut layout = Layout::signed_out(app.site.demonstration);
    let duty = post.as_ref().map(|post| post.name.clone()).or(role.map(|role| role.label().to_owned())).unwrap_or_default();
    layout.person = Some(Person { name: present.name.clone(), duty });
    layout.path.clone_from(&path);
    layout.nav = role.map(|role| navigation(role, post.as_ref(), parts.uri.path())).unwrap_or_default();
    if let Some(Seen(seen)) = parts.extensions.get::<Seen>() {
        let _ = seen.set(SeenPerson { id: present.person, layout: layout.clone() });
    }
    SignedIn {
        id: present.person,
        name: present.name,
        account: present.account,
        session: present.session,
        must_choose_password: present.must_choose_password,
        at,
        address: client_address(app, parts),
        path,
        layout,
        role,
        post,
        db: app.db.clone(),
    }
}

fn navigation(role: Role, post: Option<&Post>, path: &str) -> Vec<NavItem> {
    let mut items = vec![("/".to_owned(), "My work".to_owned())];
    let mut add = |permission, href: String, label: &str| {
        if holds(role, permission) {
            items.push((href, label.to_owned()));
        }
    };
    add(Permission::ReadChecks, "/checks".into(), "Checks");
    add(Permission::ReadLicenses, "/licenses".into(), "Licenses");
    add(Permission::ReadParties, "/parties".into(), "Parties");
    add(Permission::ReadTelegrams, "/telegrams".into(), "Telegrams");
    if let Some(post) = post {
        add(Permission::ReadCountries, format!("/countries/{}", post.country), "Country");
        add(Permission::ReadPosts, format!("/posts/{}", post.id), "Post");
    } else {
        add(Permission::ReadCountries, "/countries".into(), "Countries");
        add(Permission::ReadPosts, "/posts".into(), "Posts");
    }
    add(Permission::ReadLog, "/log".into(), "Log");
    add(Permission::ManagePeople, "/people".into(), "People");
    add(Permission::ManageReference, "/reference".into(), "Reference data");
    let beneath = |href: &str| path == href || (href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')));
    items.into_iter().map(|(href, label)| NavItem { current: beneath(&href), href, label }).collect()
}

/// Where this form led when the person submitted it before, whatever has become of the file since: a row that is gone, a session that
/// ended. Two submits at once meet later, at the claim.
async fn led_before(app: &App, parts: &Parts, person: PersonId) -> Result<Option<String>> {
    let Some(typed) = parts.extensions.get::<Typed>().filter(|_| parts.method == Method::POST && parts.uri.path() != "/drafts") else {
        return Ok(None);
    };
    let Ok(form) = Pairs::parse(typed.as_str()).last("form_id").parse() else { return Ok(None) };
    drafts::led(app.db.reads(), form, person).await
}

/// The text of a form that came without a session, if it may be kept.
///
/// # Errors
/// Classified text is refused here too, so that the page which carries it says what to do.
fn late_text(parts: &Parts) -> Result<Option<&Typed>> {
    let typed = parts.extensions.get::<Typed>().filter(|typed| parts.method == Method::POST && !typed.0.is_empty());
    let Some(typed) = typed.filter(|typed| !holds_a_secret(typed.as_str())) else { return Ok(None) };
    storable(typed.as_str()).map_err(AppError::Refused)?;
    Ok(Some(typed))
}

/// What becomes of the text of a form whose sender is unknown.
fn carried(parts: &Parts) -> Result<KeptText> {
    Ok(late_text(parts)?.map_or(KeptText::None, |_| KeptText::OnThePage))
}

/// The one write without a session: what was submitted late is filed as the draft of the person whose session ended.
async fn file_late_submit(app: &App, parts: &Parts, person: PersonId, at: OffsetDateTime) -> Result<KeptText> {
    let Some(typed) = late_text(parts)? else { return Ok(KeptText::None) };
    let pairs = Pairs::parse(typed.as_str());
    if !pairs.has_answers() {
        return Ok(KeptText::None);
    }
    let Ok(form) = pairs.last("form_id").parse() else { return Ok(KeptText::OnThePage) };
    // What the browser kept by itself meanwhile says which page it was typed on.
    let path = if parts.uri.path() == "/drafts" { pairs.last("path") } else { address(parts) };
    let Some(page) = DraftPage::local(path, "") else { return Ok(KeptText::OnThePage) };
    drafts::keep(app.db.scratch(), person, form, page, typed.as_str(), at).await?;
    Ok(KeptText::Draft)
}

/// The address of a request on this site, with its query.
fn address(parts: &Parts) -> &str {
    parts.uri.path_and_query().map_or("/", PathAndQuery::as_str)
}

/// The address a request came from, as inserted by the accept loop.
#[derive(Debug, Clone, Copy)]
pub struct PeerAddress(pub IpAddr);

/// The browser's address: the peer's, or what the proxy in front says.
pub fn client_address(app: &App, parts: &Parts) -> String {
    let forwarded = parts.headers.get("x-forwarded-for").and_then(|value| value.to_str().ok()).filter(|_| app.site.behind_proxy);
    let named = forwarded.and_then(|list| list.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
    let peer = parts.extensions.get::<PeerAddress>().map(|peer| peer.0);
    named.or(peer).map_or_else(|| "in-process".to_owned(), |address| address.to_string())
}
