//! Every test that needs a database or a browser, in one binary. `support` starts a private cluster once, and gives each test a
//! database and a server of its own.

mod support;

mod access;
mod architecture;
mod database;
mod guatemala;
mod pages;
mod rules;
