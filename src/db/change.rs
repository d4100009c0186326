//! The only way to write: a change is committed with what it says it did, or not at all.

use axum::response::{IntoResponse, Redirect, Response};
use sqlx::{PgConnection, Postgres, Transaction};
use time::OffsetDateTime;

use super::Settle;
use crate::{
    access::Proof,
    audit::{By, Events, Made, record},
    db::drafts::{self, Claimed, Filled, Mark},
    error::{AppError, Result},
    id::{PersonId, PostId},
    text::Question,
};

/// A change under way: a transaction that ends with [`Change::commit`] or is rolled back.
#[must_use = "a change that is not committed is rolled back"]
#[derive(Debug)]
pub struct Change {
    pub(super) tx: Transaction<'static, Postgres>,
    pub(super) by: By,
    pub(super) form: Option<(Mark, PersonId)>,
    /// What its form was filled from, if it was.
    pub(super) filled: Option<Box<Filled>>,
    pub(super) settle: Option<Settle>,
    /// Lines of its form that its person said to bear no classification mark: that is logged with what they are in.
    pub(crate) unmarked: Vec<Question>,
    /// The hash of the key of its person's session: the database looks up whose it is, and lets nobody else's entry
    /// speak for what was changed. A job has none.
    pub(crate) session: Option<Vec<u8>>,
    /// How the person who makes it stands before a signature.
    pub(crate) proof: Proof,
    /// The one instant that stamps every row of this change, and its log entries.
    pub at: OffsetDateTime,
}

impl Change {
    /// The connection, for a store's statements.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// Who makes it, as the log has it.
    pub fn by(&self) -> &By {
        &self.by
    }

    /// Who makes it; `None` for a job.
    pub fn person(&self) -> Option<PersonId> {
        self.by.person()
    }

    /// The post of the person who makes it, if they serve at one.
    pub fn post(&self) -> Option<PostId> {
        self.by.post()
    }

    /// Claims the form for what is sent to this address: from now on nobody can submit it again.
    ///
    /// # Errors
    /// [`AppError::AlreadyDone`] with the first submit's redirect, or [`AppError::OtherAnswers`]. Waits for a first
    /// submit that is under way.
    pub(crate) async fn claim(&mut self, form: Mark, person: PersonId, address: &str) -> Result<()> {
        match drafts::claim(&mut self.tx, &form, person, address, self.at).await? {
            Claimed::Before(redirect) => return Err(AppError::AlreadyDone(redirect)),
            Claimed::Now(filled) => self.filled = filled,
        }
        self.form = Some((form, person));
        Ok(())
    }

    /// Records what happened, commits, and leads on to `to`. There is no other way to commit.
    pub async fn commit(mut self, events: impl Into<Events>, to: &str) -> Result<Response> {
        if let Some((form, person)) = &self.form {
            drafts::settle(&mut self.tx, form, *person, to).await?;
        }
        self.finish(events).await?;
        Ok(Redirect::to(to).into_response())
    }

    /// Records and commits what one act made, and leads on to where it leads. A form that was filled in for its person
    /// settles what it was filled from in the same change, and leads on to the next that was filled with it; or to
    /// another of the same words, where the person asked for one.
    pub async fn make(mut self, made: Made) -> Result<Response> {
        let (Some(mut filled), Some(settle), Some((form, person))) =
            (self.filled.take(), self.settle, self.form.clone())
        else {
            return self.commit(made.events, &made.to).await;
        };
        let mut made = settle(&mut self, &filled.noted, made).await?;
        if form.another && filled.shown.again {
            made.says().clone_into(&mut filled.shown.saved);
            drafts::write(&mut self.tx, person, &filled, self.at).await?;
        }
        if let Some(next) = drafts::next(&mut self.tx, person, filled.filled_by, form.root()).await? {
            made.to = next;
        }
        self.commit(made.events, &made.to).await
    }

    /// Keeps what of its form stays unsent as a text of its own for that page: a form is sent once.
    pub(crate) async fn leave(&mut self, page: drafts::DraftPage<'_>, body: &str) -> Result<drafts::Kept> {
        let Some((form, person)) = &self.form else { return Ok(drafts::Kept::Used) };
        drafts::leave(&mut self.tx, form, *person, page, body, self.at).await
    }

    /// Tries a part of this change: what it wrote before it was refused is undone, and the change goes on.
    pub async fn attempt<T>(&mut self, part: impl AsyncFnOnce(&mut Self) -> Result<T>) -> Result<T> {
        sqlx::raw_sql("savepoint part").execute(&mut *self.tx).await?;
        let done = part(self).await;
        let end =
            if done.is_ok() { "release savepoint part" } else { "rollback to savepoint part; release savepoint part" };
        sqlx::raw_sql(end).execute(&mut *self.tx).await?;
        done
    }

    /// The role of the person who makes it, by its code.
    pub fn role(&self) -> Option<&'static str> {
        self.by.role()
    }

    /// As [`Change::commit`], for a change that no browser waits for. Nobody signs who was not proved of late.
    pub async fn finish(mut self, events: impl Into<Events>) -> Result<()> {
        let events = events.into().and_unmarked(&self.unmarked);
        if self.person().is_some() && events.sign() {
            self.proof.holds()?;
        }
        record(&mut self.tx, (&self.by, self.session.as_deref()), self.at, events).await?;
        self.tx.commit().await.map_err(AppError::of_commit)
    }
}
