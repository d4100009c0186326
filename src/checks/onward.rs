//! After a signature: the next one of its kind that waits for the same person, one click away.

use super::{next_step::Queue, standing::store::open};
use crate::{access::Actor, error::Result, text::wait};

/// What waits for the reader, of the same kind.
#[derive(Debug)]
pub struct Onward {
    /// Its page, and what the button says; nothing, where none waits.
    pub next: Option<(String, String)>,
    /// What it is about, and how many more wait; or that none does.
    pub says: String,
}

/// The first open check of a queue that the reader may sign, in the order of the lists.
pub async fn onward(actor: &Actor, queue: Queue) -> Result<Onward> {
    let (reader, lines) = (actor.reader(), open(actor).await?);
    let mut waiting = lines
        .iter()
        .filter(|line| line.ahead.queue == Some(queue))
        .filter_map(|line| Some((line, line.ahead.asked(&reader)?.0)));
    let Some((line, href)) = waiting.next() else {
        return Ok(Onward { next: None, says: none(queue).into() });
    };
    let (label, more) = (format!("{}: {}", queue.label(), line.reference), waiting.count());
    let more = if more > 0 { format!("; {more} more {}", wait(more)) } else { String::new() };
    Ok(Onward { next: Some((href, label)), says: format!("{}{more}", line.subject) })
}

fn none(queue: Queue) -> &'static str {
    match queue {
        Queue::Clear => "No other reply waits for you to clear it.",
        Queue::Sign => "No other result waits for your signature.",
        Queue::Countersign => "No other result waits for your countersignature.",
        Queue::Decide => "No other license waits for your decision.",
    }
}
