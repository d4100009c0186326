//! What the database refuses too, and in which words a person reads it.

use std::collections::{BTreeMap, BTreeSet};

use lantern::error::Refuses;

use crate::{
    architecture::sources,
    database::{column, names},
    support::TestApp,
};

/// Each feature's table: its constraints, with their sentences.
fn held() -> BTreeMap<&'static str, Vec<(&'static str, String)>> {
    fn of<R: Refuses>() -> Vec<(&'static str, String)> {
        R::HELD.iter().map(|(name, refusal)| (*name, refusal.to_string())).collect()
    }
    BTreeMap::from([
        ("accounts", of::<lantern::accounts::refusal::Refusal>()),
        ("approvals", of::<lantern::approvals::model::Refusal>()),
        ("countries", of::<lantern::countries::refusal::Refusal>()),
        ("evidence", of::<lantern::evidence::model::Refusal>()),
        ("licenses", of::<lantern::licenses::model::Refusal>()),
        ("parties", of::<lantern::parties::refusal::Refusal>()),
        ("posts", of::<lantern::posts::refusal::Refusal>()),
        ("reference", of::<lantern::reference::refusal::Refusal>()),
        ("spills", of::<lantern::spills::refusal::Refusal>()),
        ("telegrams", of::<lantern::telegrams::refusal::Refusal>()),
    ])
}

/// The names under which the schema refuses rows: of constraints, of unique indexes, and of what triggers raise.
const RAISED: &str = "select conname::text from pg_constraint where connamespace = 'public'::regnamespace
    union select c.relname::text from pg_index i join pg_class c on c.oid = i.indexrelid where i.indisunique
    union select m[1] from pg_proc p, regexp_matches(p.prosrc, '(?:constraint = |refuse\\()''([a-z_]+)''', 'g') m
    union select c.relname::text || '_not_frozen' from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where t.tgname = 'frozen'
    union select c.relname::text || '_sealed' from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where t.tgname = 'sealed'";

#[tokio::test]
async fn every_constraint_that_has_a_sentence_is_in_the_schema() {
    let app = TestApp::empty().await;
    let raised = column(&app, RAISED).await;
    let tables = sources("src", ".rs");
    let with_table: Vec<&str> = tables
        .iter()
        .filter(|(path, text)| path.ends_with("refusal.rs") && text.contains("const HELD"))
        .filter_map(|(path, _)| path.split('/').nth(1))
        .collect();
    assert_eq!(with_table, held().into_keys().collect::<Vec<_>>(), "this test knows every table");
    for (feature, table) in held() {
        for (constraint, sentence) in table {
            assert!(raised.contains(constraint), "{feature}: nothing is called {constraint}: {sentence}");
        }
    }
}

/// What two people can break who do the same at once, each in good faith: a number or a name that is unique, a time
/// that is one's alone. Each has its sentence, or stands here with why nobody comes upon it.
#[tokio::test]
async fn whoever_comes_second_reads_a_sentence() {
    const NOBODY: &[(&str, &[&str])] = &[
        (
            "the second takes the place of the first, or changes nothing: its statement says on conflict",
            &[
                "certificate_signatures_once",
                "certificates_once",
                "check_subjects_once",
                "duties_once",
                "explanations_once",
                "findings_once",
                "import_approvals_once",
                "known_browsers_once",
                "party_aliases_name_key",
                "security_events_once_an_hour",
                "serials_number_key",
            ],
        ),
        (
            "the file is locked, and what stood there was withdrawn or counted before",
            &[
                "custody_steps_position_key",
                "decisions_number_key",
                "finding_basis_once",
                "merges_one_stands",
                "mistakes_once",
                "provisos_number_key",
                "recalls_once",
                "recommendations_one_live",
                "region_owners_region_key",
                "result_reasons_one_primary",
                "results_one_live",
            ],
        ),
        (
            "numbers are drawn one after the other",
            &["checks_number_key", "checks_reference_key", "permits_number_held"],
        ),
        (
            "nobody writes there, it is a key within a key, or it is random",
            &["countries_name_key", "item_groups_in_license", "sessions_key_hash_key"],
        ),
    ];
    let app = TestApp::empty().await;
    let unique = column(
        &app,
        "select conname::text from pg_constraint where connamespace = 'public'::regnamespace and contype in ('u', 'x')
         union select c.relname::text from pg_index i join pg_class c on c.oid = i.indexrelid
            where i.indisunique and not i.indisprimary and c.relnamespace = 'public'::regnamespace",
    )
    .await;
    let said: Vec<&str> = held().into_values().flatten().map(|(constraint, _)| constraint).collect();
    let unsaid: BTreeSet<String> = unique.into_iter().filter(|name| !said.contains(&name.as_str())).collect();
    assert_eq!(unsaid, NOBODY.iter().flat_map(|(_, listed)| names(listed)).collect(), "a sentence, or why nobody does");
}
