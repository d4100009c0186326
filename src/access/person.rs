//! Somebody signed in: what they read by, what they change by, what they typed.

use axum::response::{IntoResponse, Redirect, Response};
use sqlx::{PgPool, Postgres, Transaction};
use time::OffsetDateTime;

use super::{
    day_at,
    late::{done_before, no_room},
    permission::Role,
    proven::Proof,
    session::Post,
};
use crate::{
    audit::{self, By, Made},
    clock::Clock,
    db::{
        Change, Db,
        drafts::{self, Continued, DraftPage, Filled, Kept, Unsent},
        readings,
    },
    error::{AppError, Result, Used},
    id::{FormId, PersonId, SessionId, TelegramId},
    web::{
        Form, Layout, Sent,
        filters::moment_words,
        form::{Marks, Pairs, Restored, mark, storable},
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
    pub(super) key_hash: Vec<u8>,
    /// Whether a first password has to be replaced before anything else.
    pub must_choose_password: bool,
    /// The instant of this request.
    pub at: OffsetDateTime,
    /// Where the browser is.
    pub address: String,
    /// The address of this request, with its query: what is typed here is kept under it.
    pub path: String,
    /// Whether a save led here.
    pub(super) came_on: bool,
    /// The frame of their pages.
    pub layout: Layout,
    pub(super) role: Option<Role>,
    pub(super) post: Option<Post>,
    pub(super) authority: rust_decimal::Decimal,
    pub(super) proof: Proof,
    pub(super) pepper: Vec<u8>,
    pub(super) db: Db,
    pub(super) clock: Clock,
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
        if !sent.is_named() || !sent.is_settled() {
            return Err(AppError::Invalid);
        }
        let mark = sent.mark().peppered(&self.pepper);
        let mut change = self.begin(self.at).await?;
        change.unmarked = sent.unmarked();
        change.proof = self.proof;
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
            Kept::Full(full) => Err(no_room(&full).into()),
        }
    }

    /// Begins a change that no form submits, such as an export's log entry: now, which may be long after the request.
    pub async fn change_unprompted(&self) -> Result<Change> {
        self.begin(self.clock.now()).await
    }

    /// Begins a change that carries the session.
    async fn begin(&self, at: OffsetDateTime) -> Result<Change> {
        let mut change = self.db.change(self.by(), at).await?;
        change.session = Some(self.key_hash.clone());
        Ok(change)
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
            Kept::Full(full) => Err(no_room(&full).into()),
        }
    }

    /// Keeps what a page that saved nothing gives back: a browser without scripts has no other. What may not be kept,
    /// or has no room, is on the page all the same, which says so once it is sent.
    pub async fn keep_typed<F>(&self, sent: &Sent<F>, title: &str, body: &str) -> Result<()> {
        let Some(page) = DraftPage::local(&self.path, title).filter(|_| storable(body).is_ok()) else { return Ok(()) };
        match self.keep_draft(sent.form_id, sent.continues.as_ref(), page, body).await {
            Err(AppError::OtherAnswers(_) | AppError::Refused(_)) => Ok(()),
            kept => kept,
        }
    }

    /// Keeps what of the form of a change stays unsent as a text of its own for that page, within the change.
    ///
    /// # Errors
    /// A sentence when there is no room: then the change is not made either.
    pub async fn leave_draft(&self, change: &mut Change, page: DraftPage<'_>, body: &str) -> Result<()> {
        match change.leave(page, body).await? {
            Kept::Full(full) => Err(no_room(&full).into()),
            Kept::Kept | Kept::Used => Ok(()),
        }
    }

    /// What the person typed and did not send.
    pub async fn unsent(&self) -> Result<Vec<Unsent>> {
        drafts::unsent(self.reads(), self.id).await
    }

    /// Forgets what was typed, and goes on to `to`, or to the page that is given: of a text that was filled together
    /// with it.
    pub async fn discard_drafts(&self, texts: &[drafts::Discarded], to: &str) -> Result<Option<String>> {
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
        self.form_at(&self.path, blank, version).await
    }

    /// As [`Self::form`], where a page is shown under more addresses than the one that its form is sent to.
    pub async fn form_at<F: Form>(&self, path: &str, blank: F, version: i32) -> Result<Sent<F>> {
        let mut sent = self.kept_at(path, blank, version).await?;
        if self.came_on {
            sent.saved = audit::store::done_last(self.reads(), self.id, self.at).await?;
        }
        Ok(sent)
    }

    async fn kept_at<F: Form>(&self, path: &str, blank: F, version: i32) -> Result<Sent<F>> {
        let Some(draft) = drafts::newest(self.reads(), self.id, path).await? else {
            return Ok(Sent::fresh(blank, version));
        };
        let pairs = Pairs::parse(&draft.body).typed_on(Some(day_at(self.post.as_ref(), draft.saved_at)));
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
        sent.marks = Marks::answered_in(&draft.body);
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
