//! The one door: no handler reaches the database without saying who asks.
//! `Actor` is a signed-in person with a duty today; `Can` is an actor whose role includes a permission.

pub mod permission;
pub mod session;

use std::{
    marker::PhantomData,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    ops::Deref,
};

use axum::{
    extract::FromRequestParts,
    http::{Extensions, HeaderMap, Method, request::Parts, uri::PathAndQuery},
    response::{IntoResponse, Redirect, Response},
};
use sqlx::{PgPool, Postgres, Transaction};
use time::{Date, OffsetDateTime};

pub use permission::{Permission, Permitted, Role, holds};
pub use session::Post;
use session::{Presence, Present};

use crate::{
    app::{App, Site},
    audit::Made,
    clock::{Clock, Zone},
    db::{
        By, Change, Db,
        drafts::{self, Continued, DraftPage, Filled, Full, Kept, Mark, Source, Standing, Unsent},
        readings,
    },
    error::{AppError, KeptText, Result, Used},
    id::{FormId, PersonId, PostId, SessionId, TelegramId},
    web::{
        Form, Layout, Sent,
        body::Typed,
        errors::{Seen, SeenPerson},
        filters::moment_words,
        form::{Pairs, Restored, holds_a_secret, mark, storable},
        page::{NavItem, Person},
    },
};

/// Somebody signed in, whatever their duty: for their own password, sessions and drafts.
#[derive(Debug)]
pub struct SignedIn {
    pub id: PersonId,
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
    pepper: Vec<u8>,
    db: Db,
    clock: Clock,
}

/// A signed-in person with a duty today.
#[derive(Debug)]
pub struct Actor {
    pub role: Role,
    person: SignedIn,
}

/// An actor whose role includes `P`.
#[derive(Debug)]
pub struct Can<P>(Actor, PhantomData<P>);

/// Who reads a page, as far as the rules ask: the person, the role of today, and the post of people at one.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    pub id: PersonId,
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
    pub all: bool,
    /// Else this post's; with neither, nothing.
    pub post: Option<uuid::Uuid>,
}

impl Scope {
    fn of(role: Role, post: Option<PostId>) -> Self {
        Self { all: post.is_none() && role != Role::Admin, post: post.map(|post| post.0) }
    }
}

impl Change {
    /// What the person who makes this change may see, if their role includes a permission.
    pub fn scope(&self, permission: Permission) -> Option<Scope> {
        let role: Role = self.role()?.parse().ok().filter(|role| holds(*role, permission))?;
        Some(Scope::of(role, self.post()))
    }
}

impl SignedIn {
    /// The reading pool: the only way to a read.
    pub fn reads(&self) -> &PgPool {
        self.db.reads()
    }

    /// The connection for what follows from the record and is computed anew by whoever reads it next.
    pub fn projections(&self) -> &PgPool {
        self.db.projections()
    }

    /// The pool of searches, which are given up after two seconds: the only way to one.
    pub fn searches(&self) -> &PgPool {
        self.db.searches()
    }

    /// A connection for one step of an export.
    pub async fn export_step(&self) -> Result<Transaction<'static, Postgres>> {
        self.db.export_step().await
    }

    /// This moment, for what goes on long after its request came.
    pub fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// Begins a change that submits `sent`. A form that was submitted before ends here: with the first submit's
    /// redirect, or, with other answers, given back.
    pub async fn change<F: Form>(&self, sent: &Sent<F>) -> Result<Change> {
        if !sent.is_named() {
            return Err(AppError::Invalid);
        }
        let mark = sent.mark().peppered(&self.pepper);
        let mut change = self.db.change(self.by(), self.at).await?;
        match change.claim(mark.clone(), self.id, &self.path).await {
            Ok(()) => Ok(change),
            Err(AppError::AlreadyDone(led)) => {
                drop(change);
                Err(done_before(self.db.scratch(), &mark, self.id, &self.path, led, self.at).await)
            }
            Err(error) => Err(error),
        }
    }

    /// Does a page's act in one change that submits `sent`.
    pub async fn make<F: Form>(
        &self,
        sent: &mut Sent<F>,
        act: impl AsyncFnOnce(&mut Change, &mut Sent<F>) -> Result<Made>,
    ) -> Result<Response> {
        sent.read()?;
        let mut change = self.change(sent).await?;
        let made = act(&mut change, sent).await?;
        change.make(made).await
    }

    /// Fills in drafts for the person, by a form that is sent once for it, and leads on to the first.
    pub async fn fill_drafts<F: Form>(&self, sent: &Sent<F>, texts: &[Filled]) -> Result<Response> {
        let Some(first) = texts.first().filter(|_| sent.is_named()) else { return Err(AppError::Invalid) };
        let mark = sent.mark().peppered(&self.pepper);
        match drafts::fill(self.db.scratch(), &mark, self.id, &self.path, texts, self.at).await? {
            Kept::Kept => Ok(Redirect::to(&first.path).into_response()),
            Kept::Used => Err(AppError::OtherAnswers(Used::Form)),
            Kept::Full(full) => Err(AppError::Refused(no_room(&full))),
        }
    }

    /// Begins a change that no form submits, such as an export's log entry: now, which may be long after the request.
    pub async fn change_unprompted(&self) -> Result<Change> {
        self.db.change(self.by(), self.clock.now()).await
    }

    /// Keeps what was typed into a form, as a draft.
    ///
    /// # Errors
    /// [`AppError::OtherAnswers`] of a form that was used before, and a sentence when there is no room: the text is not
    /// kept.
    pub async fn keep_draft(
        &self,
        form: FormId,
        continues: Option<&Continued>,
        page: DraftPage<'_>,
        body: &str,
    ) -> Result<()> {
        match drafts::keep(self.db.scratch(), self.id, form, continues, page, body, self.at).await? {
            Kept::Kept => Ok(()),
            Kept::Used => Err(AppError::OtherAnswers(Used::Form)),
            Kept::Full(full) => Err(AppError::Refused(no_room(&full))),
        }
    }

    /// What the person typed and did not send.
    pub async fn unsent(&self) -> Result<Vec<Unsent>> {
        drafts::unsent(self.reads(), self.id).await
    }

    /// Forgets what was typed, and goes on to `to`.
    pub async fn discard_drafts(&self, texts: &[drafts::Discarded], to: &str) -> Result<()> {
        drafts::discard(self.db.scratch(), self.id, texts, to, self.at).await
    }

    /// Keeps what a reader read in a telegram, or forgets what one did.
    pub async fn keep_reading(&self, telegram: TelegramId, reader: &str, reading: Option<&str>) -> Result<()> {
        let mut conn = self.db.notes().acquire().await?;
        match reading {
            Some(reading) => readings::keep(&mut conn, telegram, reader, reading).await,
            None => readings::forget(&mut conn, telegram).await,
        }
    }

    /// A form to show at this address: what the person typed before and did not submit, or else `blank`. It goes on
    /// with the draft under an id of its own, since another window may have it too.
    pub async fn form<F: Form>(&self, blank: F, version: i32) -> Result<Sent<F>> {
        let Some(draft) = drafts::newest(self.reads(), self.id, &self.path).await? else {
            return Ok(Sent::fresh(blank, version));
        };
        let pairs = Pairs::parse(&draft.body);
        let root = mark(&draft.body).map_or(draft.form_id, |mark| mark.root());
        // What was filled in for the person says nothing of what is missing before they sent it, and goes by what is on
        // file now.
        let typed = draft.source.is_none() || root != draft.form_id;
        let mut sent = if typed {
            Sent::fresh(F::sent(&pairs), pairs.last("version").parse().unwrap_or(version))
        } else {
            let mut form = blank;
            form.fill(&pairs, version > 0);
            Sent::fresh(form, version)
        };
        sent.continues = Some(Continued { root, draft: draft.form_id, hash: drafts::body_hash(&draft.body) });
        sent.restored = Some(Restored { saved: moment_words(draft.saved_at), others: draft.others, typed });
        sent.source = draft.source.map(|source| source.0);
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
        Scope::of(self.role, self.post().map(|post| post.id))
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

impl<P> Can<P> {
    /// The actor, for work that goes on after the answer has begun.
    pub fn into_actor(self) -> Actor {
        self.0
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
        let Some(key_hash) = session::presented(&app.site, &parts.headers) else {
            return Err(AppError::SignedOut(carried(parts)?));
        };
        match session::look_up(app.db.reads(), app.db.notes(), &key_hash, at).await? {
            Presence::Unknown => Err(AppError::SignedOut(carried(parts)?)),
            Presence::Aged { person, .. } => Err(AppError::SignedOut(file_late_submit(app, parts, person, at).await?)),
            Presence::Present(present) => {
                // Before anything else: only the way to a password of one's own and the way out are open.
                if present.must_choose_password && !matches!(parts.uri.path(), "/password" | "/sign-out") {
                    return Err(AppError::ChoosePassword);
                }
                let known = sent_before(app, parts, present.person, at).await?;
                Ok(signed_in(app, parts, *present, at, known))
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
        let actor = Actor::from_request_parts(parts, app).await?;
        if actor.may(P::PERMISSION) {
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
) -> SignedIn {
    let path = address(parts).to_owned();
    let (role, post) = present.duty.map_or((None, None), |duty| (Some(duty.role), duty.post));
    let mut layout = Layout::signed_out(app.site.demonstration);
    let duty =
        post.as_ref().map(|post| post.name.clone()).or(role.map(|role| role.label().to_owned())).unwrap_or_default();
    layout.person = Some(Person { name: present.name.clone(), duty });
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
        must_choose_password: present.must_choose_password,
        at,
        address: client_address(&app.site, &parts.headers, &parts.extensions),
        path,
        layout,
        role,
        post,
        pepper: session::pepper(&app.site, &parts.headers),
        db: app.db.clone(),
        clock: app.clock.clone(),
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
    let beneath =
        |href: &str| path == href || (href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')));
    items.into_iter().map(|(href, label)| NavItem { current: beneath(&href), href, label }).collect()
}

/// What of this form was submitted before with other answers, if anything was, and what it was filled from. Two submits
/// at once meet later, at the claim.
///
/// # Errors
/// [`AppError::AlreadyDone`] for a repeat, whatever has become of the file since: a row that is gone, a session that
/// ended.
async fn sent_before(
    app: &App,
    parts: &Parts,
    person: PersonId,
    at: OffsetDateTime,
) -> Result<(Option<Used>, Option<Source>)> {
    let typed =
        parts.extensions.get::<Typed>().filter(|_| parts.method == Method::POST && parts.uri.path() != "/drafts");
    let Some(mark) = typed.and_then(|typed| mark(typed.as_str())) else { return Ok((None, None)) };
    let mark = mark.peppered(&session::pepper(&app.site, &parts.headers));
    let used = match drafts::standing(app.db.reads(), &mark, person, address(parts)).await? {
        Standing::Free => None,
        Standing::Used(used) => Some(used),
        Standing::Done(led) => return Err(done_before(app.db.scratch(), &mark, person, address(parts), led, at).await),
    };
    // A text that was begun elsewhere may have been filled in.
    let source = match &mark.continues {
        Some(continued) => drafts::source(app.db.reads(), person, continued.root, address(parts)).await?,
        None => None,
    };
    Ok((used, source))
}

async fn done_before(
    pool: &PgPool,
    mark: &Mark,
    person: PersonId,
    address: &str,
    led: String,
    at: OffsetDateTime,
) -> AppError {
    match drafts::repeat(pool, mark, person, address, &led, at).await {
        Ok(()) => AppError::AlreadyDone(led),
        Err(error) => error,
    }
}

/// That there is no room for a draft, and which to discard.
fn no_room(full: &Full) -> String {
    let (room, which) = if full.of_bytes {
        (format!("{} MB", drafts::MOST_BYTES / 1_000_000), "largest")
    } else {
        (format!("{} texts", drafts::MOST), "oldest")
    };
    let title = if full.title.is_empty() { "without a title" } else { &full.title };
    format!(
        "Not kept: there is room for {room}, so discard one under My work, Typed and not sent, such as the {which} ({title}, kept on {}).",
        moment_words(full.saved_at)
    )
}

/// The text of a form that came without a session, if it may be kept.
///
/// # Errors
/// Classified text is refused here too, so that the page which carries it says what to do.
fn late_text(parts: &Parts) -> Result<Option<&str>> {
    if parts.method != Method::POST || parts.uri.path() == drafts::DISCARD {
        return Ok(None);
    }
    let typed =
        parts.extensions.get::<Typed>().map(Typed::as_str).filter(|typed| !typed.is_empty() && !holds_a_secret(typed));
    typed.map_or(Ok(()), storable).map_err(AppError::Refused)?;
    Ok(typed)
}

/// What becomes of the text of a form whose sender is unknown.
fn carried(parts: &Parts) -> Result<KeptText> {
    Ok(late_text(parts)?.map_or(KeptText::None, |_| KeptText::OnThePage))
}

/// The one write without a session: what was submitted late is filed as the draft of the person whose session ended by
/// age.
async fn file_late_submit(app: &App, parts: &Parts, person: PersonId, at: OffsetDateTime) -> Result<KeptText> {
    let Some(typed) = late_text(parts)? else { return Ok(KeptText::None) };
    let pairs = Pairs::parse(typed);
    if !pairs.has_answers() {
        return Ok(KeptText::None);
    }
    // What the browser kept by itself meanwhile says which page it was typed on.
    if parts.uri.path() == "/drafts" {
        let (Some(mark), Some(page)) = (mark(typed), DraftPage::local(pairs.last("path"), "")) else {
            return Ok(KeptText::OnThePage);
        };
        let kept = drafts::keep(app.db.scratch(), person, mark.form, mark.continues.as_ref(), page, typed, at).await?;
        return Ok(if kept == Kept::Kept { KeptText::Draft } else { KeptText::OnThePage });
    }
    file_late(app, person, address(parts), typed, at).await
}

/// Files what was submitted without a session as a draft of the person it is known to be from. What was sent before is
/// not kept again; another text under the same id is, under a new one, and so is a text without an id.
pub async fn file_late(app: &App, person: PersonId, path: &str, typed: &str, at: OffsetDateTime) -> Result<KeptText> {
    let Some(page) = DraftPage::local(path, "") else { return Ok(KeptText::OnThePage) };
    let scratch = app.db.scratch();
    let mut kept = Kept::Used;
    if let Some(mark) = mark(typed) {
        if let Standing::Done(led) = drafts::standing(scratch, &mark, person, path).await? {
            drafts::repeat(scratch, &mark, person, path, &led, at).await?;
            return Ok(KeptText::Sent(led));
        }
        kept = drafts::keep(scratch, person, mark.form, mark.continues.as_ref(), page, typed, at).await?;
    }
    if kept == Kept::Used {
        kept = if drafts::is_kept(scratch, person, path, typed).await? {
            Kept::Kept
        } else {
            drafts::keep(scratch, person, FormId::new(), None, page, typed, at).await?
        };
    }
    Ok(if kept == Kept::Kept { KeptText::Draft } else { KeptText::OnThePage })
}

/// The address of a request on this site, with its query but for what is looked for on the page.
fn address(parts: &Parts) -> &str {
    drafts::without_search(parts.uri.path_and_query().map_or("/", PathAndQuery::as_str))
}

/// The address a request came from, as inserted by the accept loop.
#[derive(Debug, Clone, Copy)]
pub struct PeerAddress(pub IpAddr);

/// The browser's address: the peer's, or what the proxy in front says in the last entry of the last line. Whatever
/// stands before that, the browser may have written itself.
pub fn client_address(site: &Site, headers: &HeaderMap, extensions: &Extensions) -> String {
    let last = headers.get_all("x-forwarded-for").iter().next_back().filter(|_| site.behind_proxy);
    let named = last.and_then(|line| forwarded(line.to_str().ok()?.rsplit(',').next()?.trim()));
    let peer = extensions.get::<PeerAddress>().map(|peer| peer.0);
    named.or(peer).map_or_else(|| "in-process".to_owned(), |address| address.to_string())
}

/// An address as proxies write it: some with the port.
fn forwarded(entry: &str) -> Option<IpAddr> {
    entry.parse().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

/// What an address is counted as: of IPv6 the network of 64 bits, of which one machine has every address.
pub fn counted_address(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(v6)) => format!("{}/64", Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        Ok(v4) => v4.to_string(),
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_proxy_in_front_names_the_browser() {
        let told = |behind_proxy, lines: &[&'static str]| {
            let site = Site { behind_proxy, ..Site::default() };
            let (mut headers, mut extensions) = (HeaderMap::new(), Extensions::new());
            for line in lines {
                headers.append("x-forwarded-for", line.parse().expect("a header value"));
            }
            extensions.insert(PeerAddress(IpAddr::from([192, 0, 2, 1])));
            client_address(&site, &headers, &extensions)
        };
        for (lines, address) in [
            (&["203.0.113.9"][..], "203.0.113.9"),
            (&["198.51.100.4, 203.0.113.9"], "203.0.113.9"),
            (&["198.51.100.4", "203.0.113.9"], "203.0.113.9"),
            (&["203.0.113.9:4711"], "203.0.113.9"),
            (&["[2001:db8::7]:4711"], "2001:db8::7"),
            (&["203.0.113.9, unknown"], "192.0.2.1"),
            (&[], "192.0.2.1"),
        ] {
            assert_eq!(told(true, lines), address, "{lines:?}");
            assert_eq!(told(false, lines), "192.0.2.1", "{lines:?}");
        }
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        for (address, counted) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
            ("::1", "::/64"),
            ("in-process", "in-process"),
        ] {
            assert_eq!(counted_address(address), counted);
        }
    }
}
