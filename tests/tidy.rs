//! The house kept tidy: sizes, comments and the order of the models. Each rule names its exceptions, at most ten, and
//! one that no longer is one has to go: the lists only shrink.

use std::collections::BTreeSet;

use crate::architecture::{is_rule, names, sources};

/// More than this is more than one reads at once.
const LINES_OF_A_FILE: usize = 400;
const LINES_OF_A_FUNCTION: usize = 60;
const WIDTH: usize = 120;

const LONG_FILES: &[&str] = &[
    "src/generate/world.rs",
    "src/reference/show.rs",
    "src/sample.rs",
    "src/telegrams/reading/proposals/items.rs",
    "src/telegrams/reading/proposals/own.rs",
    "src/telegrams/writing/compose.rs",
];

/// Tables, one match, the fields of a check, a statement with its columns, and two pages that ask in an order.
const LONG_FUNCTIONS: &[&str] = &[
    "src/checks/model/empty.rs empty",
    "src/checks/store/read.rs files",
    "src/demo/stories.rs stories",
    "src/licenses/store/list.rs list",
    "src/telegrams/desk/license.rs approval",
    "src/telegrams/filing/act.rs perform",
    "src/telegrams/store/read.rs files",
    "src/telegrams/wording.rs says",
    "src/telegrams/writing/compose.rs sentences",
];

const NAMED_BY_NONE: &[&str] = &[];

/// Whose rules may rest on whose: a model imports those before it alone.
const MODELS: &[&str] = &[
    "duties",
    "evidence",
    "mistakes",
    "corrections",
    "parties",
    "reference",
    "approvals",
    "licenses",
    "checks",
    "remarks",
    "telegrams",
];

/// The program's own files, without their tests.
fn program() -> impl Iterator<Item = (String, String)> {
    sources("src", ".rs").into_iter().filter(|(path, _)| !path.ends_with("tests.rs")).map(|(path, text)| {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
        (path, code)
    })
}

/// What breaks a rule is exactly what is excepted from it, and that is little.
#[track_caller]
fn only(excepted: &[&str], found: impl IntoIterator<Item = String>) {
    let found: BTreeSet<String> = found.into_iter().collect();
    let excepted: BTreeSet<String> = excepted.iter().map(|name| (*name).to_owned()).collect();
    let new: Vec<_> = found.difference(&excepted).collect();
    let mended: Vec<_> = excepted.difference(&found).collect();
    assert!(new.is_empty(), "against the rule: {new:#?}");
    assert!(mended.is_empty(), "no exception any more, take it off the list: {mended:#?}");
    assert!(excepted.len() <= 10, "more than ten exceptions: the rule is another one, or the code is");
}

#[test]
fn a_file_is_read_at_once() {
    let long = program().filter(|(_, code)| code.lines().count() > LINES_OF_A_FILE).map(|(path, _)| path);
    only(LONG_FILES, long);
}

#[test]
fn a_function_is_read_at_once() {
    let mut long = Vec::new();
    for (path, code) in program() {
        long.extend(
            functions(&code)
                .filter(|(_, lines)| *lines > LINES_OF_A_FUNCTION)
                .map(|(name, _)| format!("{path} {name}")),
        );
    }
    only(LONG_FUNCTIONS, long);
}

/// Each function and its lines, as rustfmt lays them out: the last is the first closing brace at its own indent.
fn functions(code: &str) -> impl Iterator<Item = (&str, usize)> {
    let lines: Vec<&str> = code.lines().collect();
    let starts = lines.clone().into_iter().enumerate().filter_map(|(at, line)| {
        let words = line.trim_start().split("fn ").collect::<Vec<_>>();
        let [before, name, ..] = words.as_slice() else { return None };
        let is_head =
            before.split_whitespace().all(|word| word.starts_with("pub") || ["async", "const"].contains(&word));
        let name = name.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next()?;
        is_head.then_some((at, name, line.len() - line.trim_start().len()))
    });
    starts.collect::<Vec<_>>().into_iter().filter_map(move |(at, name, indent)| {
        let own = |line: &str| line.len() - line.trim_start().len() == indent;
        let end = lines[at..].iter().position(|line| own(line) && (line.ends_with('}') || line.ends_with(';')))?;
        Some((name, end + 1))
    })
}

/// What another file may name is named by one: by its word, wherever that stands in the program, its tests or its
/// templates. Types are told by what gives and takes them.
#[test]
fn what_no_other_file_names_is_not_public() {
    let all: Vec<(String, BTreeSet<String>)> =
        [("src", ".rs"), ("tests", ".rs"), ("fuzz", ".rs"), ("templates", ".html")]
            .iter()
            .flat_map(|(folder, ending)| sources(folder, ending))
            .map(|(path, text)| (path, words(&text).map(str::to_owned).collect()))
            .collect();
    let mut alone = Vec::new();
    for (path, code) in program() {
        for line in code.lines().filter_map(|line| line.trim_start().strip_prefix("pub ")) {
            let mut said = words(line).skip_while(|word| ["async", "const"].contains(word));
            let name = match line.split(' ').find(|word| *word != "async") {
                Some("fn" | "static") => said.nth(1),
                Some("const") => said.find(|word| *word != "fn"),
                _ => None,
            };
            let Some(name) = name else { continue };
            if all.iter().all(|(other, named)| *other == path || !named.contains(name)) {
                alone.push(format!("{path} {name}"));
            }
        }
    }
    only(NAMED_BY_NONE, alone);
}

/// The words of a text, but for its comments.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split(|letter: char| !letter.is_alphanumeric() && letter != '_'))
        .filter(|word| !word.is_empty())
}

#[test]
fn a_comment_says_more_than_the_name_and_fits_the_page() {
    let all = ["src", "tests"].iter().flat_map(|folder| sources(folder, ".rs"));
    for (path, text) in all {
        let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
        for (at, line) in text.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with("//")) {
            assert!(line.chars().count() <= WIDTH, "{path}:{} is wider than {WIDTH}", at + 1);
            let Some(said) = lines[at].strip_prefix("/// ") else { continue };
            let goes_on = |line: Option<&&str>| line.is_some_and(|line| line.starts_with("///"));
            let alone = !goes_on(at.checked_sub(1).and_then(|above| lines.get(above))) && !goes_on(lines.get(at + 1));
            let says = said.split_whitespace().count() > 3 || said.contains('`');
            assert!(!alone || says, "{path}:{}: {said:?} says what the name says", at + 1);
        }
    }
}

#[test]
fn models_know_no_page_and_rest_on_those_before_them() {
    for (path, code) in program().filter(|(path, _)| is_rule(path)) {
        assert!(!uses(&code, "web"), "{path} names web: a rule knows no page");
        let own = path.split('/').nth(1).unwrap_or_default();
        let Some(place) = MODELS.iter().position(|model| *model == own) else { continue };
        for later in &MODELS[place + 1..] {
            assert!(!uses(&code, later), "{path} names {later}, which rests on {own}");
        }
    }
}

/// Whether code names a module of the program.
fn uses(code: &str, module: &str) -> bool {
    names(code)
        .iter()
        .any(|name| name.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::")))
}
