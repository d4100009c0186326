//! Reading telegrams for pages. It takes long, so it is done aside, and once: the reading is kept beside the telegram
//! under the name of its reader, and another reader reads anew when the telegram is looked at. Of a telegram that is
//! refused no reading is kept.

use super::{
    model::Telegram,
    reading::{self, Reading, WarningKind},
};
use crate::{
    access::Actor,
    aside::aside,
    db::{Change, readings},
    error::{AppError, Result},
    id::TelegramId,
};

/// This program's reader: a hash of its sources.
pub const READER: &str = env!("LANTERN_READER");

/// The most bytes of a reading that are kept; the longest telegram that people wrote has a fifth of it.
const MOST: usize = 4_000_000;

/// What is to be done with a reading.
#[derive(Debug)]
enum Kept {
    /// It was kept before.
    Already,
    New(String),
    /// It may not be kept: it is refused, or too long.
    Never,
}

/// What was read in a telegram.
#[derive(Debug)]
pub struct Read {
    pub reading: Reading,
    kept: Kept,
}

/// Reads a text, of which a person may have said that what may be a classification mark in it is none.
pub async fn read(text: Vec<u8>, unmarked: bool) -> Result<Read> {
    aside(move || {
        let mut reading = reading::read(&text);
        reading.warnings.retain(|warning| !unmarked || warning.kind != WarningKind::PerhapsAMark);
        if reading.refused.is_some() {
            return Ok(Read { reading, kept: Kept::Never });
        }
        let written = serde_json::to_string(&reading).map_err(AppError::internal)?;
        let kept = if written.len() > MOST { Kept::Never } else { Kept::New(written) };
        Ok(Read { reading, kept })
    })
    .await?
}

/// What a telegram says: as this reader read it before, else read now.
pub async fn of(telegram: &mut Telegram) -> Result<Read> {
    if let Some(reading) = telegram.reading.take().and_then(|kept| serde_json::from_str(&kept).ok()) {
        return Ok(Read { reading, kept: Kept::Already });
    }
    read(telegram.original.clone().unwrap_or_default(), telegram.unmarked).await
}

impl Read {
    /// Whether more was read than is kept.
    pub fn is_too_long(&self) -> bool {
        matches!(self.kept, Kept::Never) && self.reading.refused.is_none()
    }

    /// Keeps it with a change.
    pub async fn keep(self, change: &mut Change, telegram: TelegramId) -> Result<Reading> {
        match &self.kept {
            Kept::Already => {}
            Kept::New(written) => readings::keep(change.conn(), telegram, READER, written).await?,
            Kept::Never => readings::forget(change.conn(), telegram).await?,
        }
        Ok(self.reading)
    }

    /// Keeps it for whoever only looks. A database that takes nothing now is asked again the next time.
    pub async fn keep_aside(self, actor: &Actor, telegram: TelegramId) -> Reading {
        let done = match &self.kept {
            Kept::Already => Ok(()),
            Kept::New(written) => actor.keep_reading(telegram, READER, Some(written)).await,
            Kept::Never => actor.keep_reading(telegram, READER, None).await,
        };
        if let Err(error) = done {
            tracing::warn!(%error, "a reading is not kept");
        }
        self.reading
    }
}
