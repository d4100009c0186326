//! Passwords as they are stored: Argon2id, 19 MB and tens of milliseconds each, on other threads and a few at a time.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use super::model::{Attempt, NewPassword};
use crate::error::{AppError, Result};

/// Works on another thread, when it is its turn.
pub(super) async fn in_turn<T: Send + 'static>(
    turns: &Semaphore,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let _turn = turns.acquire().await.map_err(AppError::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(AppError::internal)
}

/// Turns for passwords that people choose.
pub(super) static CHOOSING: Semaphore = Semaphore::const_new(2);

pub async fn hash(password: NewPassword) -> Result<String> {
    let hashed =
        in_turn(&CHOOSING, move || Argon2::default().hash_password(password.0.as_bytes()).map(|hash| hash.to_string()))
            .await?;
    hashed.map_err(|error| AppError::internal(error.to_string()))
}

/// As [`hash`], with a salt of the caller's: for the many accounts of one password that everybody knows.
pub(crate) fn hash_salted(password: &NewPassword, salt: &[u8]) -> Result<String> {
    let hashed = Argon2::default().hash_password_with_salt(password.0.as_bytes(), salt);
    hashed.map(|hash| hash.to_string()).map_err(|error| AppError::internal(error.to_string()))
}

/// Whether the attempt fits the hash; without a hash it takes as long, and fails.
pub(super) fn fits(attempt: &Attempt, hash: Option<&str>) -> bool {
    /// The hash of nothing anybody knows, for accounts that do not exist.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$hYzNqMUeOa+xWGkiRHFKVBSOcFVpGXGjSmGpvWu6r5I";
    let fits = Argon2::default().verify_password(attempt.0.as_bytes(), hash.unwrap_or(NOBODY)).is_ok();
    fits && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_an_account_fits() {
        let hashed = hash(NewPassword::published("correct horse battery")).await.expect("hashes");
        let attempt = |text: &str| text.parse::<Attempt>().expect("any text");
        assert!(fits(&attempt("correct horse battery"), Some(&hashed)));
        assert!(!fits(&attempt("wrong"), Some(&hashed)));
        assert!(!fits(&attempt("anything"), None));
    }
}
