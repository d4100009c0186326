//! What was read in telegrams: derived from their text, kept beside it, and no part of the record.

use sqlx::PgConnection;

use crate::{error::Result, id::TelegramId};

/// Keeps the reading of a telegram by a reader, in the place of an earlier one.
pub async fn keep(conn: &mut PgConnection, telegram: TelegramId, reader: &str, reading: &str) -> Result<()> {
    let kept = sqlx::query!(
        "insert into telegram_readings (telegram_id, reader, reading) values ($1, $2, $3)
         on conflict (telegram_id) do update set reader = excluded.reader, reading = excluded.reading",
        telegram.0,
        reader,
        reading
    );
    kept.execute(conn).await?;
    Ok(())
}

/// Forgets the reading of a telegram.
pub async fn forget(conn: &mut PgConnection, telegram: TelegramId) -> Result<()> {
    sqlx::query!("delete from telegram_readings where telegram_id = $1", telegram.0).execute(conn).await?;
    Ok(())
}
