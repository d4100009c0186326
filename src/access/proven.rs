//! How a person stands before a signature, and what they are told.

use std::fmt;

use crate::error::{AppError, Result};

/// How a person stands before a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Proved of late: nothing is asked.
    Holds,
    /// Proved too long ago.
    Old,
    /// Typed, and it does not fit.
    Wrong,
    /// Too many attempts: it may be typed again after so many seconds.
    Wait(u64),
}

impl Proof {
    /// Whether a page asks for it.
    pub fn is_asked(&self) -> bool {
        *self != Self::Holds
    }

    pub fn is_wrong(&self) -> bool {
        *self == Self::Wrong
    }

    /// What stands in the way of a signature.
    ///
    /// # Errors
    /// [`AppError::NotProved`], or [`AppError::TooMany`].
    pub fn holds(self) -> Result<()> {
        match self {
            Self::Holds => Ok(()),
            Self::Old | Self::Wrong => Err(AppError::NotProved(self)),
            Self::Wait(seconds) => Err(AppError::TooMany(seconds)),
        }
    }
}

/// What is said above a form that was not signed.
impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wrong => "This is not your password. Nothing was signed: type it again and sign.",
            _ => {
                "You last proved who you are more than 15 minutes ago. Nothing was signed: type your password and sign."
            }
        })
    }
}
