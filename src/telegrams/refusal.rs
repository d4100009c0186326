//! Why something about a telegram is refused: each sentence once.

use crate::{checks, error::Refuses, text::many};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    // Filing one.
    #[error(
        "This file is no plain text. Open it, save it as plain text (.txt), and choose that; or paste its text above."
    )]
    NotPlain,
    #[error("Paste the telegram here, or choose its file.")]
    Nothing,
    #[error("The text above is there already. Send either that or a file, not both.")]
    TextAndFile,
    #[error("More was read in this telegram than Lantern can keep. Paste its sections one by one.")]
    TooLong,
    #[error("The header does not name a post that is known here. Choose the post it came from or goes to.")]
    NoPost,
    #[error(
        "This telegram was filed before, white space aside. Go on with that one, or say below that you want it twice."
    )]
    FiledBefore,
    // On which check it is.
    #[error("Choose a check, or give its reference.")]
    NoCheck,
    #[error(transparent)]
    Check(#[from] checks::model::Refusal),
    #[error("{0} Look whether it belongs there, and say so.")]
    Strays(String),
    #[error("Something of it was accepted into this check, or the check is closed: it stays there.")]
    Stays,
    #[error("Something of it was accepted into this check: it stays there.")]
    AcceptedThere,
    #[error("This check is closed; it takes nothing more. Open a follow-up check for what came later.")]
    Sealed,
    #[error("This check is closed; it takes nothing more.")]
    Closed,
    #[error(
        "This check is at another post than the telegram's, whose people could not read it. Read the telegram in for the check's post."
    )]
    OtherPost,
    #[error(
        "{0} was taken off this check meanwhile. Put it on the check again, and send this once more; or discard it."
    )]
    TakenOff(String),
    #[error("Send the request first: a draft is nobody's at post.")]
    Draft,
    // Going through it.
    #[error("These words are no sentence of this telegram, or are read otherwise by now. Look at it again.")]
    ReadOtherwise,
    #[error("Open a check for it, or put it on one, first.")]
    OnNoCheck,
    #[error("Choose the topic of the finding, beside its button.")]
    NoTopic,
    #[error("Choose the items and the authority, beside the button.")]
    NoCell,
    #[error("This cannot be filed so now: look at where the check and its license stand.")]
    NotSoNow,
    #[error("It becomes no row of the file: accept it, and it is kept on the check.")]
    NoRow,
    #[error("What was accepted stays; change the row it became.")]
    Accepted,
    #[error("This was accepted meanwhile: look on the telegram at what became of it.")]
    AcceptedMeanwhile,
    #[error("These were accepted before.")]
    AcceptedBefore,
    #[error("Nothing here waits to be accepted any more: look at what became of it below.")]
    NothingWaits,
    #[error("This telegram may be another check's: look at what is said on top, and accept one by one.")]
    Astray,
    #[error("Press what the ticked sentences are, in the bar below.")]
    NothingPressed,
    #[error("Tick what you want to accept or reject first.")]
    NothingTicked,
    #[error("Tick at most {0} at once.")]
    TooMany(usize),
    #[error("Tick the sentences in the text first.")]
    NoSentence,
    #[error("Tick at most {} at once.", many(.0, "sentence"))]
    TooManySentences(usize),
    /// A proposal that cannot be accepted as it is, and why.
    #[error("{label} ({says}): {why}")]
    Proposal { label: String, says: String, why: String },
    #[error("the telegram does not say enough. Open it with \"Change\" and complete it.")]
    TooLittle,
    #[error("it was changed by somebody else at this moment. Look at it again.")]
    ChangedNow,
    /// What the desk, the fields of a page or the reader of the text say of it.
    #[error("{0}")]
    Told(String),
    // Writing and sending one.
    #[error("The check is {0}; this is not the time for such a telegram.")]
    NotTheTime(String),
    #[error("This telegram is kept as it is. Write another one.")]
    Kept,
    #[error("Send the request to the post first; then its telegram goes out.")]
    RequestNotSent,
    #[error("The reply is not cleared yet: sign it and have it cleared, then its telegram goes out.")]
    NotCleared,
    #[error("This draft is for {0}, and the check is another post's now. Discard it, and write another one.")]
    ForAnotherPost(String),
    #[error("The check is closed.")]
    CheckClosed,
    #[error(
        "The case file says something else than when this was written. Change the draft: what it says now stands beside it."
    )]
    Behind,
    #[error("A message number has at most six digits.")]
    LongNumber,
    #[error("The numbers of this year's series are used up to six digits. Give a number that is free.")]
    SeriesFull,
    #[error("Another telegram of this year has this number.")]
    NumberTaken,
}

impl Refuses for Refusal {
    const HELD: &'static [(&'static str, Self)] = &[
        ("telegram_checks_sealed", Self::Sealed),
        ("telegram_checks_of_its_post", Self::OtherPost),
        ("telegram_answers_kept", Self::AcceptedThere),
        ("telegram_answers_sealed", Self::Closed),
        ("telegrams_number_key", Self::NumberTaken),
    ];
}
