//! The guards on one page, and as a document.

use std::fmt::Write;

use askama::Template;
use axum::response::Response;

use super::model::{GUARDS, Guard};
use crate::{
    access::Actor,
    addresses as at,
    duties::model::{Apart, Duty, GROUPS},
    error::Result,
    text::a,
    web::{Layout, html},
};

#[derive(Template)]
#[template(path = "rulebook/show.html")]
struct Page {
    layout: Layout,
    guards: &'static [Guard],
    separated: Vec<Separation>,
    groups: Vec<(&'static str, String)>,
}

/// What keeps the same person from some acts.
struct Separation {
    acts: String,
    after: String,
}

/// The page; everybody may know by what rules they are judged.
pub async fn show(actor: Actor) -> Result<Response> {
    html(&Page { layout: actor.layout(), guards: &GUARDS, separated: separated(), groups: groups() })
}

/// The table of guard 11: a line for the acts that the same earlier ones keep from, and a word for those that go
/// together.
fn separated() -> Vec<Separation> {
    let mut rows: Vec<(Vec<Duty>, String)> = Vec::new();
    for later in Duty::ALL {
        let after = after(*later);
        match rows.iter_mut().find(|(_, known)| *known == after) {
            Some((acts, _)) => acts.push(*later),
            None => rows.push((vec![*later], after)),
        }
    }
    let rows = rows.into_iter().filter(|(_, after)| !after.is_empty());
    rows.map(|(acts, after)| Separation { acts: listed(&acts), after }).collect()
}

fn after(later: Duty) -> String {
    let apart = |how| Duty::ALL.iter().copied().filter(move |earlier| later.after(*earlier) == how);
    let mut left: Vec<Duty> = apart(Apart::Always).collect();
    let mut all = Vec::new();
    for (name, acts) in GROUPS {
        if acts.iter().all(|act| left.contains(act)) {
            left.retain(|act| !acts.contains(act));
            all.push(name.to_owned());
        }
    }
    all.extend(left.into_iter().map(said));
    all.extend(apart(Apart::SamePaper).map(|act| format!("{} (the same paper)", said(act))));
    all.join("; ")
}

/// The acts that have one word in the table.
fn groups() -> Vec<(&'static str, String)> {
    GROUPS.iter().map(|(name, acts)| (*name, listed(acts))).collect()
}

fn said(act: Duty) -> String {
    act.label().to_lowercase()
}

fn listed(acts: &[Duty]) -> String {
    acts.iter().copied().map(said).collect::<Vec<_>>().join("; ")
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
            let _ = writeln!(text, "- May be excepted by: {}, with a reason", a(&role.label().to_lowercase()));
        }
        for said in (guard.refusals)() {
            let _ = writeln!(text, "- Says: \"{said}\"");
        }
        let tests: Vec<String> = guard.tests.iter().map(|test| format!("`{test}`")).collect();
        let _ = writeln!(text, "- Tests: {}", tests.join(", "));
    }
    text.push_str(
        "\n## Who may not act on what they did before (guard 11)\n\n| act | not by anyone who did one of these on the same file |\n|---|---|\n",
    );
    for Separation { acts, after } in separated() {
        let _ = writeln!(text, "| {acts} | {after} |");
    }
    text.push('\n');
    for (name, acts) in groups() {
        let _ = writeln!(text, "- {name}: {acts}");
    }
    text
}
