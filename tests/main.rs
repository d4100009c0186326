//! Every test that needs a database or a browser, in one binary. `support` starts a private cluster once, and gives each test a
//! database and a server of its own.

mod support;

mod access;
mod accounts;
mod architecture;
mod forms;
mod guatemala;
mod lists;
mod log;
mod pages;
mod reference;
mod security;
