//! The one door: no handler reaches the database without saying who asks.
//! `Actor` is a signed-in person with a duty today; `Can` is an actor whose role includes a permission.

mod late;
mod network;
pub mod permission;
mod person;
mod proof;
mod proven;
mod reader;
pub mod refusal;
mod request;
pub mod session;

pub use late::*;
pub use network::*;
pub use permission::{Permission, Permitted, Role, holds};
pub use person::*;
pub use proof::Prove;
pub use proven::Proof;
pub use reader::Reader;
pub use session::Post;

use std::{marker::PhantomData, ops::Deref};

use time::{Date, OffsetDateTime};

use crate::{clock::Zone, db::Change, id::PostId, web::Layout};

/// A signed-in person with a duty today.
#[derive(Debug)]
pub struct Actor {
    pub role: Role,
    person: SignedIn,
}

/// An actor whose role includes `P`.
#[derive(Debug)]
pub struct Can<P>(Actor, PhantomData<P>);

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

impl Actor {
    /// Whether the role includes a permission; pages show a button by this.
    pub fn may(&self, permission: Permission) -> bool {
        holds(self.role, permission)
    }

    /// The person as the rules ask for them.
    pub fn reader(&self) -> Reader {
        Reader { id: self.id, role: self.role, post: self.post().map(|post| post.id), authority: self.person.authority }
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
        day_at(self.post(), self.at)
    }

    /// The calendar day in Washington, by which licenses are decided.
    pub fn washington_today(&self) -> Date {
        Zone::named(Zone::WASHINGTON).day(self.at)
    }

    /// The frame of a page.
    pub fn layout(&self) -> Layout {
        self.person.layout.clone()
    }

    /// As [`Self::layout`], where a page is shown under more addresses than the one that its form is sent to.
    pub fn layout_at(&self, path: &str) -> Layout {
        Layout { path: path.to_owned(), ..self.layout() }
    }
}

/// The calendar day of a moment at a post, or in Washington.
fn day_at(post: Option<&Post>, at: OffsetDateTime) -> Date {
    Zone::named(post.map_or(Zone::WASHINGTON, |post| &post.zone)).day(at)
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
