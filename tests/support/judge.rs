//! What would grow with the number of checks in a plan as PostgreSQL ran it. The tests judge by it what they filled,
//! the bench what it generated.

use serde_json::Value;

/// Tables that do not grow with checks: read in whole, they cost no more in ten years.
const SMALL: &[&str] =
    &["assignments", "authorities", "countries", "country_rules", "people", "posts", "reference_entries"];
/// A table that has fewer rows in all says nothing of how it would be read if it had many.
const FEW: f64 = 1000.0;
/// How many rows of a growing table a step of a plan may throw away that it read.
const THROWN_AWAY: f64 = 1000.0;
/// How many rows a step may read at a time, and how often, where the tables have several times as many.
const READ: f64 = 6_000.0;
/// Each step of a plan, as `explain (analyze, format json)` gives it, that reads a growing table without an index
/// condition, or reads so many rows that it looks for no page, or throws many away that it read.
pub fn faults(root: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    judge(root, &mut faults);
    faults
}

fn judge(step: &Value, faults: &mut Vec<String>) {
    let number = |name: &str| step[name].as_f64().unwrap_or_default();
    let text = |name: &str| step[name].as_str().unwrap_or_default();
    let (kind, loops) = (text("Node Type"), number("Actual Loops"));
    if loops == 0.0 {
        return;
    }
    let table = text("Relation Name");
    // An entry of a lossy index that is checked again was found by its condition.
    let removed = number("Rows Removed by Filter") + number("Rows Removed by Join Filter");
    if kind.contains("Scan") && !table.is_empty() && !SMALL.contains(&table) {
        let read = number("Actual Rows") + removed + number("Rows Removed by Index Recheck");
        if kind == "Seq Scan" && read < FEW {
            return;
        }
        // A sample is a set share of the table, and small.
        let is_sample = kind == "Sample Scan";
        if !is_sample && ["Index Cond", "Recheck Cond", "TID Cond"].iter().all(|name| step[*name].is_null()) {
            faults.push(format!("{kind} of {table} without an index condition"));
        }
        if read > READ || loops > READ {
            faults.push(format!("{kind} of {table} reads {read} rows {loops} times"));
        }
        if removed * loops >= THROWN_AWAY {
            faults.push(format!("{kind} of {table} throws {} rows away", removed * loops));
        }
    } else if removed * loops >= THROWN_AWAY && kind == "Nested Loop" {
        faults.push(format!("{kind} throws {} rows away", removed * loops));
    }
    for beneath in step["Plans"].as_array().into_iter().flatten() {
        judge(beneath, faults);
    }
}
