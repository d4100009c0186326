//! The program as an operator runs it.

mod backup;
mod demonstration;
mod first_start;
mod power;
mod serve;
mod settings;
mod slow;
mod upgrade;
