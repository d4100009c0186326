//! The program as an operator runs it.

mod backup;
mod demonstration;
mod power;
mod serve;
mod settings;
mod slow;
