//! What only a browser shows: that the pages can be clicked through, are accessible, fit a telephone, and keep what is
//! typed.

mod judge;

mod desk;
mod drafts;
mod interview;
mod journey;
mod keyboard;
mod opening;
mod pages;
mod papers;
mod pictures;
mod refusals;
mod roles;
mod sign;
mod story;
mod telegram;
mod unsent;
mod unsent_later;
mod worksheet;
