//! Who makes a change, as the log has it.

use crate::id::{PersonId, PostId};

#[derive(Debug, Clone)]
pub enum By {
    /// A signed-in person, as of now.
    Person {
        id: PersonId,
        role: Option<&'static str>,
        /// Where they serve, if at a post.
        post: Option<PostId>,
        address: String,
    },
    /// A job, or the server's own terminal.
    Job(&'static str),
}

impl By {
    /// `None` for a job.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Self::Person { id, .. } => Some(*id),
            Self::Job(_) => None,
        }
    }

    /// Their role, by its code.
    pub fn role(&self) -> Option<&'static str> {
        match self {
            Self::Person { role, .. } => *role,
            Self::Job(_) => None,
        }
    }

    pub fn post(&self) -> Option<PostId> {
        match self {
            Self::Person { post, .. } => *post,
            Self::Job(_) => None,
        }
    }

    pub fn address(&self) -> Option<&str> {
        match self {
            Self::Person { address, .. } => Some(address),
            Self::Job(_) => None,
        }
    }

    pub fn job(&self) -> Option<&'static str> {
        match self {
            Self::Person { .. } => None,
            Self::Job(name) => Some(*name),
        }
    }
}
