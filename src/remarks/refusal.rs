//! Why a remark is not written: each sentence once.

use crate::error::Refuses;

/// Its words are what the person reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("The check is closed: nothing is written on it any more. A follow-up check takes the matter up again.")]
    Closed,
    #[error("Remarks are written once the request was sent.")]
    NotSent,
    /// While the program of before may be serving.
    #[error(
        "No remarks are written while an older Lantern may be serving too: it would show the post what is for Washington. Whoever runs the server says when the upgrade is over."
    )]
    OlderServes,
    #[error("Choose whom the remark is for.")]
    NobodyNamed,
    /// Of a remark that was written to another post.
    #[error(
        "This check was recalled meanwhile, and by now {0} has it, whose people would read this: choose again whom it is for."
    )]
    AnotherPost(String),
    /// Of a thread with a post that has the check no longer.
    #[error("The post that reads these remarks does not have the check now: nobody there would read an answer.")]
    PostGone,
    #[error("This remark does not wait for you.")]
    NotWaiting,
}

impl Refuses for Refusal {}
