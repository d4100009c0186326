//! The rules of the house, read off the source.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use lantern::{checks::verbs::CheckVerb, licenses::verbs::LicenseVerb};

/// The files of a folder with that ending, and their text.
pub fn sources(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the folder is there").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push((short(&path), fs::read_to_string(&path).expect("it is text")));
            }
        }
    }
    found.sort();
    found
}

fn short(path: &Path) -> String {
    path.strip_prefix(env!("CARGO_MANIFEST_DIR")).expect("it is ours").to_string_lossy().into_owned()
}

/// What stands in a file before its tests.
pub fn code(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

#[test]
fn sql_stands_in_stores() {
    let home = |path: &str| {
        path.ends_with("/store.rs")
            || path.contains("/store/")
            || [
                "src/db/",
                "src/access/session.rs",
                "src/audit/mod.rs",
                "src/demo/mod.rs",
                "src/main.rs",
                "src/web/log.rs",
            ]
            .iter()
            .any(|home| path.starts_with(home))
    };
    for (path, text) in sources("src", ".rs").iter().filter(|(path, _)| !home(path)) {
        for call in ["query!(", "query_as!(", "query_scalar!(", "raw_sql(", "QueryBuilder", "sqlx::query"] {
            assert!(!code(text).contains(call), "{path} has {call}: statements stand in a store");
        }
    }
}

/// Where a verb is done, and what its button and its page are called, is asked of its entry.
#[test]
fn a_verb_is_spelled_in_its_entry_alone() {
    let checks = CheckVerb::ALL.iter().map(|verb| (verb.route(), [verb.label(), verb.title()]));
    let licenses = LicenseVerb::ALL.iter().map(|verb| (verb.route(), [verb.label(), verb.title()]));
    let verbs: Vec<_> =
        checks.chain(licenses).map(|(route, names)| (route.splitn(4, '/').collect::<Vec<_>>(), names)).collect();
    let others =
        |path: &str| !["verbs.rs", "tests.rs"].iter().any(|end| path.ends_with(end)) && !path.starts_with("src/demo/");
    for (path, text) in sources("src", ".rs").iter().filter(|(path, _)| others(path)) {
        // The words of the acts on a license are stored, and the section of a page that shows the request has its name.
        let kept = |literal| {
            matches!(
                (path.as_str(), literal),
                ("src/licenses/model/words.rs", _) | ("src/checks/next_step/sentence.rs", "request")
            )
        };
        for literal in code(text).split('"').filter(|literal| !kept(literal)) {
            let parts: Vec<&str> = literal.splitn(4, '/').collect();
            for (route, names) in &verbs {
                let is_address =
                    parts.len() == 4 && parts[1] == route[1] && parts[3].split(['?', '#']).next() == Some(route[3]);
                let is_named = path.starts_with(&format!("src/{}/", route[1]))
                    && (names.contains(&literal) || route[3] == literal);
                assert!(!is_address && !is_named, "{path} has {literal:?}: ask its entry in src/{}/verbs.rs", route[1]);
            }
        }
    }
}

/// Types and rules: a feature's `model.rs`, or its folder where one file would hold several ideas.
pub fn is_model(path: &str) -> bool {
    (path.ends_with("/model.rs") || path.contains("/model/")) && !path.ends_with("tests.rs")
}

/// A model, or another file that decides.
pub fn is_rule(path: &str) -> bool {
    let decides = ["/turn.rs", "/verbs.rs", "/contradictions.rs", "/due.rs"];
    is_model(path)
        || (path.contains("/next_step/") && !path.ends_with("tests.rs"))
        || decides.iter().any(|name| path.ends_with(name))
}

/// What code names of the program, each with all that it stands within: `crate::{a::{b, c::D}, e}` is `a::b`, `a::c::D`
/// and `e`.
pub fn names(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        let (mut within, mut name) = (vec![String::new()], String::new());
        for letter in rest.chars() {
            let is_grouped = within.len() > 1;
            match letter {
                '{' if name.is_empty() || name.ends_with("::") => {
                    within.push(format!("{}{name}", within.last().map_or("", String::as_str)));
                    name.clear();
                }
                ',' | '}' if is_grouped => {
                    found.insert(format!("{}{name}", within.last().map_or("", String::as_str)));
                    name.clear();
                    if letter == '}' {
                        within.pop();
                    }
                }
                ' ' | '\n' if is_grouped => {}
                letter if letter.is_alphanumeric() || matches!(letter, '_' | ':') => name.push(letter),
                _ => break,
            }
            if is_grouped && within.len() == 1 {
                break;
            }
        }
        found.insert(name);
    }
    found
}

#[test]
fn names_are_found_however_they_are_written() {
    let code = "use crate::{\n    a::{b, c::{D, self as e}},\n    f,\n};\nuse crate::g::H;\nlet x = crate::i::j(1);";
    let expected = ["", "a::b", "a::c::D", "a::c::selfase", "f", "g::H", "i::j"];
    assert_eq!(names(code).into_iter().filter(|name| !name.ends_with("::")).collect::<Vec<_>>(), expected);
}

#[test]
fn models_are_pure() {
    for (path, text) in sources("src", ".rs").iter().filter(|(path, _)| is_rule(path)) {
        for word in ["async fn", ".await", "axum::", "PgPool", "Clock::system", "crate::web", "    web::"] {
            assert!(!code(text).contains(word), "{path} has {word}: a model decides, it does not act");
        }
    }
}

#[test]
fn the_foundation_names_no_feature() {
    let features = [
        "checks",
        "licenses",
        "approvals",
        "evidence",
        "parties",
        "countries",
        "posts",
        "reference",
        "home",
        "demo",
        "duties",
        "mistakes",
    ];
    let below = |path: &str| {
        [
            "src/access/",
            "src/addresses.rs",
            "src/web/",
            "src/db/",
            "src/error.rs",
            "src/text/",
            "src/words.rs",
            "src/id.rs",
            "src/clock.rs",
        ]
        .iter()
        .any(|place| path.starts_with(place))
    };
    for (path, text) in sources("src", ".rs").iter().filter(|(path, _)| below(path)) {
        for feature in features {
            let named = [format!("crate::{feature}::"), format!("    {feature}::")];
            assert!(!named.iter().any(|name| code(text).contains(name)), "{path} names {feature}");
        }
    }
}

#[test]
fn only_the_door_holds_the_pools() {
    let doors = [
        "src/access/",
        "src/accounts/judge.rs",
        "src/accounts/sign_in.rs",
        "src/accounts/sign_out.rs",
        "src/server.rs",
        "src/commands.rs",
        "src/demo/",
        "src/db/",
        "src/app.rs",
    ];
    for (path, text) in
        sources("src", ".rs").iter().filter(|(path, _)| !doors.iter().any(|door| path.starts_with(door)))
    {
        assert!(!code(text).contains("app.db"), "{path} reaches the database without an actor");
        assert!(
            !code(text).contains("State(app)") || path.starts_with("src/web/"),
            "{path} takes the whole application"
        );
    }
}

/// Limits made for the network do not bind the program's own work.
#[test]
fn the_demonstration_is_filled_past_the_limits_of_the_network() {
    for (path, text) in sources("src/demo", ".rs") {
        assert!(!text.contains("server::router"), "{path} drives the site as the network gets it");
        assert!(
            !text.contains("Db::lazy") || path == "src/demo/command.rs",
            "{path} takes the pools that are made for people"
        );
    }
    let server = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server.rs")).expect("it is there");
    let (before, limits) = server.split_once("fn limits_of_the_network").expect("the limits have one place");
    assert!(
        !before.contains("patience::") && limits.contains("patience::answer_in_time"),
        "the limits stand in their one place"
    );
}

#[test]
fn templates_escape_everything_and_have_nothing_inline() {
    for (path, text) in sources("templates", ".html") {
        for word in ["|safe", "| safe", "<style", " style=", " onclick=", " onsubmit=", "javascript:"] {
            assert!(!text.contains(word), "{path} has {word}");
        }
        let scripts = text.matches("<script").count();
        assert!(scripts == 0 || path == "templates/base.html", "{path} has a script");
    }
}

/// Reading a telegram holds its thread for a second: pages ask `telegrams::readings`, which reads aside and once.
#[test]
fn no_page_reads_a_telegram_on_the_servers_own_threads() {
    let may = |path: &str| {
        let places =
            ["src/telegrams/reading/", "src/telegrams/readings.rs", "src/telegrams/command.rs", "src/generate/"];
        places.iter().any(|place| path.starts_with(place)) || path.ends_with("tests.rs")
    };
    for (path, text) in sources("src", ".rs").iter().filter(|(path, _)| !may(path)) {
        for call in ["reading::read(", "reading::read;", "reading::read,", "reading::{read,", "reading::read as"] {
            assert!(!code(text).contains(call), "{path} has {call}: ask telegrams::readings");
        }
    }
}

/// One place compiles the reader's patterns, so that what they cost is decided there.
#[test]
fn patterns_are_compiled_in_one_place() {
    for (path, text) in sources("src/telegrams", ".rs").iter().filter(|(path, _)| !path.ends_with("/words.rs")) {
        for call in ["Regex::new", "RegexBuilder", "RegexSet"] {
            assert!(!code(text).contains(call), "{path} has {call}: compile it with words::exact or words::pattern");
        }
    }
}

/// What was read is kept under a hash of what the reader is made of: every file it takes rules or words from is in that
/// hash. What `build.rs` names by its sources is named by all of them.
#[test]
fn the_reader_and_the_rules_are_named_by_all_of_their_sources() {
    let rules = |path: &str| {
        let features = ["approvals", "checks", "duties", "evidence", "licenses", "parties", "reference"];
        is_rule(path) && features.iter().any(|feature| path.starts_with(&format!("src/{feature}/")))
    };
    let reader = |path: &str| path.starts_with("src/telegrams/reading/");
    for (list, is_its) in [("READER", reader as fn(&str) -> bool), ("RULES", rules)] {
        let hashed =
            include_str!("../build.rs").split(&format!("const {list}")).nth(1).and_then(|rest| rest.split("];").next());
        let hashed: Vec<&str> =
            hashed.expect("the list is there").split('"').filter(|part| part.starts_with("src/")).collect();
        let all = sources("src", ".rs");
        let own: String = all.iter().filter(|(path, _)| is_its(path)).map(|(_, text)| code(text).to_owned()).collect();
        let used = names(&own);
        for (path, _) in all.iter().filter(|(path, _)| !hashed.iter().any(|hashed| path.starts_with(hashed))) {
            // What carries keys and errors decides nothing.
            if list == "RULES" && ["src/id.rs", "src/error.rs"].contains(&path.as_str()) {
                continue;
            }
            let module =
                path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
            // What a store's folder holds is asked of the store.
            let module = module.find("::store::").map_or(module.as_str(), |at| &module[..at + "::store".len()]);
            let names_it = |used: &String| used.strip_prefix(module).is_some_and(|rest| rest.starts_with("::"));
            let is_missing = is_its(path) || (!path.ends_with("/mod.rs") && used.iter().any(names_it));
            assert!(!is_missing, "{path}: add it to {list} in build.rs");
        }
    }
}

/// What stands between the brackets that open at the end of `before`.
fn within(after: &str) -> &str {
    let mut depth = 1;
    let end = after.find(|c| {
        depth += match c {
            '(' | '{' => 1,
            ')' | '}' => -1,
            _ => 0,
        };
        depth == 0
    });
    &after[..end.unwrap_or(after.len())]
}

/// Sentences of rules: a feature's refusals, and what is said of an answer whatever page asks for it.
fn says_rules(path: &str) -> bool {
    path.ends_with("/refusal.rs") || path == "src/faults.rs"
}

/// What a person reads when a rule says no stands in the rule's feature, once; a page names the refusal. That nothing
/// else refuses, the type of the sentence holds: `error::Said` is made of refusals alone.
#[test]
fn no_page_says_a_rule() {
    let mut saying = Vec::new();
    for (path, text) in sources("src", ".rs").iter().filter(|(path, _)| !says_rules(path)) {
        let calls = [".refuse(", ".judged(", "Refused(", "Refusal::"];
        let said = |call: &str| {
            code(text).match_indices(call).any(|(at, _)| {
                let after = &code(text)[at + call.len()..];
                let after =
                    if call == "Refusal::" { after.trim_start_matches(|c: char| c.is_alphanumeric()) } else { after };
                let args = match call {
                    "Refusal::" if !after.starts_with(['(', '{']) && !after.starts_with(" {") => "",
                    "Refusal::" => within(after.trim_start().get(1..).unwrap_or_default()),
                    _ => within(after),
                };
                args.split('"').skip(1).step_by(2).any(|literal| literal.ends_with('.'))
            })
        };
        if calls.into_iter().any(said) {
            saying.push(path.clone());
        }
    }
    assert_eq!(saying, Vec::<String>::new(), "a sentence of a rule stands in its feature's refusals");
}

/// The sentences of the refusals, and where they stand.
#[test]
fn each_sentence_of_a_refusal_stands_once() {
    let all: Vec<_> = sources("src", ".rs").into_iter().filter(|(path, _)| !path.ends_with("tests.rs")).collect();
    let mut sentences: Vec<(&str, &str)> = Vec::new();
    for (path, text) in all.iter().filter(|(path, _)| says_rules(path)) {
        let said = code(text).split("#[error(").skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"'));
        let ends = |said: &str| (1..said.len()).find(|at| said[*at..].starts_with('"') && !said[..*at].ends_with('\\'));
        sentences.extend(said.filter_map(|said| Some((path.as_str(), &said[..ends(said)?]))));
    }
    assert!(sentences.len() > 150, "{} found", sentences.len());
    for (path, sentence) in sentences.iter().filter(|(_, sentence)| sentence.len() > 4) {
        let quoted = format!("\"{sentence}\"");
        let stands: usize = all.iter().map(|(_, text)| code(text).matches(&quoted).count()).sum();
        assert_eq!(stands, 1, "{path}: {sentence}");
    }
}

/// What the stores write without a rule's proof, and why no rule judges it. A new writer takes a proof, or is decided
/// about here.
const WITHOUT_A_PROOF: &[(&str, &[&str])] = &[
    (
        "facts as somebody recorded them: who may change them, and until when, is asked before; guards judge what rests \
         on them",
        &[
            "approvals/store/certificate.rs save_certificate",
            "approvals/store/custody.rs save_serials",
            "evidence/store.rs insert_contact",
            "evidence/store.rs insert_document",
            "evidence/store.rs insert_statement",
            "evidence/store.rs link_statement",
            "evidence/store.rs save_contact",
            "evidence/store.rs save_document",
            "evidence/store.rs save_statement",
            "licenses/store/facts.rs insert",
            "licenses/store/facts.rs insert_item",
            "licenses/store/facts.rs insert_party",
            "licenses/store/facts.rs reduce_item",
            "licenses/store/facts.rs save",
            "licenses/store/facts.rs save_item",
            "licenses/store/facts.rs save_party",
            "parties/store/merge.rs merge",
            "parties/store/merge.rs raise",
            "parties/store/record.rs establish",
            "parties/store/record.rs insert",
            "parties/store/record.rs insert_alias",
            "parties/store/record.rs insert_fact",
            "parties/store/record.rs insert_listing",
            "parties/store/record.rs save",
        ],
    ),
    (
        "a draft's own words: guard 1 judges them when it is sent",
        &[
            "checks/store/draft.rs add_license",
            "checks/store/draft.rs add_subject",
            "checks/store/draft.rs insert",
            "checks/store/draft.rs remove_license",
            "checks/store/draft.rs remove_subject",
            "checks/store/draft.rs save_request",
        ],
    ),
    (
        "a part of what a proof stores",
        &[
            "checks/store/path.rs touch",
            "checks/store/result.rs withdraw_result",
            "licenses/store/decide.rs release_numbers",
            "licenses/store/settle.rs settle",
            "licenses/store/settle.rs touch",
            "licenses/store/settle.rs touch_changed",
            "licenses/store/settle.rs touch_facts",
        ],
    ),
    (
        "what follows by itself: it asks the rule for a proof of each file that it closes",
        &["checks/store/path.rs close_settled"],
    ),
    (
        "law, practice and posts, as an administrator or a post knows them",
        &[
            "countries/store.rs confirm_rule",
            "countries/store.rs end_authority",
            "countries/store.rs end_rule",
            "countries/store.rs insert_authority",
            "countries/store.rs insert_rule",
            "posts/store.rs insert",
            "posts/store.rs save",
            "reference/store.rs confirm",
            "reference/store.rs end",
            "reference/store.rs insert",
            "reference/store.rs replace",
            "regions/store.rs save",
        ],
    ),
    (
        "people and their sessions: the database holds one role at a time and the last administrator",
        &[
            "accounts/store/assignments.rs end_assignment",
            "accounts/store/assignments.rs insert_assignment",
            "accounts/store/people.rs insert_person",
            "accounts/store/people.rs save_disabled",
            "accounts/store/people.rs save_password",
            "accounts/store/people.rs save_person",
            "accounts/store/session.rs end_other_sessions",
            "accounts/store/session.rs end_session",
            "accounts/store/session.rs insert_session",
            "accounts/store/sign_in.rs remember_browser",
        ],
    ),
    (
        "what follows from a row that was taken back",
        &[
            "countries/store.rs hold_on",
            "mistakes/store.rs join",
            "mistakes/store.rs let_go_of_contact",
            "reference/store.rs hold_on",
        ],
    ),
    (
        "telegrams as they came or went, and what became of their words: the pages of those acts take the proofs",
        &[
            "telegrams/store/incoming.rs insert_incoming",
            "telegrams/store/incoming.rs join",
            "telegrams/store/incoming.rs leave",
            "telegrams/store/outgoing.rs discard_draft",
            "telegrams/store/outgoing.rs discard_drafts_of",
            "telegrams/store/outgoing.rs insert_draft",
            "telegrams/store/outgoing.rs save_draft",
            "telegrams/store/outgoing.rs send",
            "telegrams/store/proposals.rs save_answer",
        ],
    ),
];

/// The types that a rule alone makes: what the macro declares, and what says of itself that it is a proof.
fn proofs() -> Vec<String> {
    let mut proofs = Vec::new();
    for (path, text) in sources("src", ".rs") {
        for said in code(&text).split("/// Proof that").skip(1) {
            let (_, body) = said.split_once("pub struct ").expect("it is a type");
            let (name, fields) = body.split_once(" {").expect("it has fields");
            let fields = fields.split('}').next().unwrap_or_default();
            assert!(!fields.contains("pub "), "{path}: {name} can be made by whoever likes");
            proofs.push(name.to_owned());
        }
    }
    proofs
}

/// The functions of a store: whether others may call it, its name, its arguments, and all of it.
fn functions(text: &str) -> impl Iterator<Item = (bool, &str, &str, &str)> {
    let starts = code(text).match_indices("async fn ").map(|(at, _)| at);
    starts.filter_map(|at| {
        let (before, function) = (&code(text)[..at], &code(text)[at + "async fn ".len()..]);
        let function = function.split("\n}\n").next()?;
        let (name, rest) = function.split_once('(')?;
        let is_public = before.rsplit('\n').next().is_some_and(|line| line.trim_start().starts_with("pub"));
        Some((is_public, name.split('<').next()?, rest.split(") ->").next()?, function))
    })
}

/// Whether a function has a statement that changes rows.
fn writes(function: &str) -> bool {
    let updates = |rest: &str| rest.split_whitespace().take(3).any(|word| word == "set");
    function.contains("insert into ")
        || function.contains("delete from ")
        || function.split("update ").skip(1).any(updates)
}

/// `$2,500,000`, and never `$2500000`.
#[test]
fn an_amount_is_worded_in_one_place() {
    for (path, text) in sources("src", ".rs") {
        let text = code(&text);
        let is_worded = text.contains("\"${") || text.contains(" ${");
        assert!(!is_worded || path == "src/text/said.rs", "{path} words an amount by itself: call text::dollars");
    }
    for (path, text) in sources("templates", ".html") {
        assert!(!text.contains("${{"), "{path} words an amount by itself: use the filter");
    }
}

#[test]
fn only_a_proof_is_stored_where_a_rule_judges() {
    let proofs: Vec<String> = proofs().into_iter().map(|proof| format!("&{proof}")).collect();
    assert!(proofs.len() > 25, "{proofs:?}");
    let is_store = |path: &str| path.ends_with("/store.rs") || path.contains("/store/");
    let mut writers = Vec::new();
    let stores: Vec<_> = sources("src", ".rs").into_iter().filter(|(path, _)| is_store(path)).collect();
    for (path, text) in &stores {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside = stores.iter().filter(|(path, _)| path.starts_with(folder));
        let own: Vec<String> = beside
            .flat_map(|(_, text)| functions(text))
            .filter(|(.., function)| writes(function))
            .map(|(_, name, ..)| format!(" {name}(change"))
            .collect();
        for (_, name, arguments, function) in functions(text).filter(|(is_public, ..)| *is_public) {
            let is_writer = writes(function) || own.iter().any(|call| function.contains(call.as_str()));
            let is_proven = arguments
                .split(',')
                .any(|argument| proofs.iter().any(|proof| argument.trim().trim_end_matches(']').ends_with(proof)));
            if arguments.contains("&mut Change") && is_writer && !is_proven {
                writers.push(format!("{} {name}", path.trim_start_matches("src/")));
            }
        }
    }
    writers.sort();
    let mut listed: Vec<&str> = WITHOUT_A_PROOF.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    listed.sort_unstable();
    assert_eq!(writers, listed, "it takes the proof of its rule, or stands in the list with why no rule judges it");
}

/// A document says which test holds what: each test that it names by its module and name is there, and each row of
/// such a table names one.
#[test]
fn every_test_that_a_document_names_is_there() {
    let named = regex::Regex::new(r"`([a-z_0-9]+)::([a-z_0-9]+)`").expect("a pattern");
    let all: Vec<_> = sources("src", ".rs").into_iter().chain(sources("tests", ".rs")).collect();
    let is_there = |module: &str, name: &str| {
        let ends = [format!("/{module}.rs"), format!("/{module}/mod.rs")];
        let test = |text: &str| {
            let before = text.split(&format!("fn {name}(")).collect::<Vec<_>>();
            before[..before.len() - 1].iter().any(|before| {
                let is_above = |line: &&str| line.is_empty() || *line == "async" || line.starts_with(['#', '/']);
                before
                    .lines()
                    .rev()
                    .map(str::trim)
                    .take_while(is_above)
                    .any(|line| line.starts_with("#[") && line.contains("test"))
            })
        };
        all.iter().any(|(path, text)| ends.iter().any(|end| path.ends_with(end)) && test(text))
    };
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/security.md")).expect("it is there");
    let mut count = 0;
    for row in text.lines().filter(|line| line.starts_with('|') && !line.starts_with("|---")) {
        if row.ends_with("| held by |") {
            continue;
        }
        let tests: Vec<_> = named.captures_iter(row).collect();
        assert!(!tests.is_empty(), "no test holds it: {row}");
        for test in tests {
            count += 1;
            assert!(is_there(&test[1], &test[2]), "there is no test {}: {row}", &test[0]);
        }
    }
    assert!(count > 80, "{count} found");
}
