//! What only a browser shows: that the pages can be clicked through, are accessible, fit a telephone, and keep what is typed.

/// What is wrong with a page, as axe-core, the browser's own log and a narrow screen tell it.
mod judge;

mod drafts;
mod keyboard;
mod pages;
mod pictures;
mod refusals;
mod story;
mod telegram;
