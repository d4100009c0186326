//! The guards on one page, and as a document.

use std::fmt::Write;

use askama::Template;
use axum::response::Response;

use super::model::{GUARDS, Guard};
use crate::{
    access::Actor,
    addresses as at,
    duties::model::{Apart, Duty},
    error::Result,
    web::{Layout, html},
};

#[derive(Template)]
#[template(path = "rulebook/show.html")]
struct Page {
    layout: Layout,
    guards: &'static [Guard],
    separated: Vec<Separation>,
}

/// What keeps the same person from an act.
struct Separation {
    act: &'static str,
    after: String,
}

/// The page; everybody may know by what rules they are judged.
pub async fn show(actor: Actor) -> Result<Response> {
    html(&Page { layout: actor.layout(), guards: &GUARDS, separated: separated() })
}

/// The table of guard 11, an act a line.
fn separated() -> Vec<Separation> {
    let separation = |later: &Duty| {
        let after = |apart| {
            Duty::ALL
                .iter()
                .filter(move |earlier| later.after(**earlier) == apart)
                .map(|earlier| earlier.label().to_lowercase())
        };
        let same = after(Apart::SamePaper).map(|act| format!("{act} (the same paper)"));
        let all: Vec<String> = after(Apart::Always).chain(same).collect();
        (!all.is_empty()).then(|| Separation { act: later.label(), after: all.join("; ") })
    };
    Duty::ALL.iter().filter_map(separation).collect()
}

/// The rulebook as `docs/rulebook.md` has it.
pub fn document() -> String {
    let mut text = String::from(
        "# The rulebook\n\nWhat Lantern refuses, in the words in which it does, made from the program itself: a test keeps this file so. The same stands at\n`/rulebook` for everybody who works with it.\n",
    );
    for guard in &GUARDS {
        let _ = write!(text, "\n## {}. {}\n\n{}\n\n", guard.number, guard.title, guard.says);
        let _ = writeln!(text, "- Rests on: {}", guard.source);
        if let Some(role) = guard.excepted_by {
            let _ = writeln!(text, "- May be excepted by: a {}, with a reason", role.label().to_lowercase());
        }
        for said in (guard.refusals)() {
            let _ = writeln!(text, "- Says: \"{said}\"");
        }
        let tests: Vec<String> = guard.tests.iter().map(|test| format!("`{test}`")).collect();
        let _ = writeln!(text, "- Tests: {}", tests.join(", "));
    }
    text.push_str(
        "\n## Who may not act on what they did before (guard 11)\n\n| act | not by whom did this on the same file |\n|---|---|\n",
    );
    for Separation { act, after } in separated() {
        let _ = writeln!(text, "| {act} | {after} |");
    }
    text
}
