//! What the program says: every sentence of it in one reviewed list, and what holds for each of them.

use std::{fmt::Write, sync::LazyLock};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use regex::Regex;
use scraper::{Html, Node};

use crate::{
    architecture::sources,
    support::{TestApp, client::encoded},
};

/// What no sentence has, where people read it: a pattern, and what is wrong. What it takes for wrong and is not stands
/// with it.
struct Rule {
    pattern: Regex,
    wrong: &'static str,
    honest: &'static [&'static str],
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let rule = |pattern, wrong, honest| Rule { pattern: Regex::new(pattern).expect("a pattern"), wrong, honest };
    vec![
        rule(r"\b\d{4}-\d{2}-\d{2}\b", "a day as machines write it", &[]),
        rule(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b", "an id", &[]),
        rule(r"(?:^|[\s(\x22])[a-z]+(?:_[a-z0-9]+)+\b", "a code", &["lantern_app,"]),
        rule(r"(?:^|[^.])\.\.(?:$|[^.])|[;:,]\.", "two stops", &[]),
        rule(r"\S  +\S| [.,;:)](?:$|\s)|\( ", "a blank too many", &[]),
        rule(
            r"(?:^|[\s(])1 (?:new |open |more |other |different |serial |calendar |working |import )?[a-z-]*[a-rt-z]s\b",
            "one of many",
            &["1 ends", "1 stands", "1 waits", "1 is", "1 was", "1 has", "1 rests"],
        ),
        rule(
            r"(?:^|[^\w/.-])a (?:[aeio]|u[^nst]|un[^i]|hour|honest)|(?:^|[.:;?] )A (?:[aeio]|u[^nst]|un[^i]|hour)",
            "a for an",
            &["A one", "a one", "a European", "a eu"],
        ),
        rule(r"\b[Aa]n (?:[bcdfgjklmnpqrstvwxyz]|h[^o]|uni|use)", "an for a", &[]),
        rule(r"\ba\(n\)|\(s\)", "two words for one", &[]),
    ]
});

/// What is wrong with what people read.
pub fn faults(said: &str) -> Vec<String> {
    let wrong = |rule: &Rule| {
        let found = rule.pattern.find_iter(said).find(|found| {
            let around = &said[said.floor_char_boundary(found.start().saturating_sub(8))..];
            !rule.honest.iter().any(|honest| around.find(honest).is_some_and(|at| at < 24))
        });
        found.map(|found| format!("{:?} is {}: {said}", found.as_str(), rule.wrong))
    };
    RULES.iter().filter_map(wrong).collect()
}

#[test]
fn what_is_wrong_with_a_sentence_is_seen() {
    for wrong in [
        "1 new requests",
        "1 checks are open",
        "added a actual custody step",
        "an request",
        "It goes to the post..",
        "valid until 2026-05-01",
        "in nato_plus_mde",
        "of 0190a6f0-0000-7000-8000-000000000000",
        "the post , or",
        "two  blanks",
        "reason(s)",
    ] {
        assert_eq!(faults(wrong).len(), 1, "{wrong}: {:?}", faults(wrong));
    }
    for right in [
        "1 new request, 21 checks",
        "an hour, a useful unit, an end-user of a U.S. post, a one-time password",
        "1 address, 1 business",
        "BL-2026-0042 ... (SBU); e.g. so",
    ] {
        assert_eq!(faults(right), Vec::<String>::new());
    }
}

/// Macros whose words go to nobody or to the database, and to whom they go.
const TO_NOBODY: &[&str] = &[
    // A statement.
    "query",
    "query_as",
    "query_scalar",
    "query_file",
    "query_file_as",
    "raw_sql",
    "concat",
    // The server's own log, and what a defect says.
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "panic",
    "unreachable",
    "assert",
    "assert_eq",
    "debug_assert",
    // Patterns that telegrams are read by, a time's format.
    "patterns",
    "rules",
    "format_description",
];

/// Calls whose words say why something cannot happen.
const DEFECTS: &[&str] = &["expect", "expect_err", "internal", "io_other"];

/// Whether words go to people: more than one, or a label.
fn goes_to_people(words: &str, path: &str) -> bool {
    static SQL: LazyLock<Regex> = LazyLock::new(|| {
        let words = r"(?:^|[\s(])(?:select|create database|drop database|from|join|where|and \(|order by|group by|limit|offset|union|exists|values|coalesce|begin|on|then|desc|set local)(?:[\s(]|$)|^[\s(),]*(?:as|and|or|at|in)[\s(]";
        Regex::new(words).expect("a pattern")
    });
    let is_store = ["/store/", "/store.rs", "src/db/", "src/audit/mod.rs"].iter().any(|part| path.contains(part));
    let has_words = words.trim().contains(' ') && words.contains(|c: char| c.is_ascii_lowercase());
    let is_label = words.starts_with(|c: char| c.is_ascii_uppercase())
        && words.len() > 2
        && words.chars().skip(1).all(|c| c.is_ascii_lowercase() || matches!(c, '-' | '.'));
    let is_pattern = [r"\b", "(?:", "[^", "\\d", "\\s", "; charset", "<", "=()", "max-age", "-src "];
    (has_words || is_label) && !is_pattern.iter().any(|sign| words.contains(sign)) && !(is_store && SQL.is_match(words))
}

/// Of a file's tokens the literals that go to people, in their order.
fn literals(tokens: TokenStream, path: &str, said: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    // A raw string beside others is a pattern with its examples.
    let is_example = tokens.iter().any(|token| token.to_string().starts_with("r\"")) && path.contains("/reading/");
    let mut at = 0;
    while at < tokens.len() {
        let before = |back: usize| at.checked_sub(back).map(|at| tokens[at].to_string()).unwrap_or_default();
        match &tokens[at] {
            TokenTree::Group(group) => {
                let inner = group.stream().to_string();
                let (is_attribute, is_call) = (
                    group.delimiter() == Delimiter::Bracket
                        && (before(1) == "#" || before(1) == "!" && before(2) == "#"),
                    group.delimiter() == Delimiter::Parenthesis,
                );
                if is_attribute && inner.starts_with("cfg (test)") || inner.starts_with("cfg(test)") {
                    // What it stands before: up to its body or its end.
                    while !matches!(&tokens[at], TokenTree::Group(body) if body.delimiter() == Delimiter::Brace)
                        && tokens[at].to_string() != ";"
                    {
                        at += 1;
                    }
                } else if (is_attribute && !inner.starts_with("error"))
                    || (before(1) == "!" && TO_NOBODY.contains(&before(2).as_str()))
                    || (is_call && DEFECTS.contains(&before(1).as_str()))
                {
                } else {
                    literals(group.stream(), path, said);
                }
            }
            TokenTree::Literal(literal) if !is_example => {
                if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string())
                    && goes_to_people(&text.value(), path)
                {
                    said.push(text.value());
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// What a template says beside what its page gives it: its texts, what it calls its parts, and the words of its macros.
fn written(template: &str, said: &mut Vec<String>) {
    static PARTS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?s)\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}").expect("a pattern"));
    static QUOTED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#""((?:[^"\\]|\\.)*)""#).expect("a pattern"));
    static CALLED: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"(?:title|alt|placeholder|aria-label)="([^"{]+)""#).expect("a pattern"));
    for part in PARTS.find_iter(template).filter(|part| !part.as_str().starts_with("{#")) {
        let quoted = QUOTED.captures_iter(part.as_str()).map(|quoted| quoted[1].to_owned());
        said.extend(quoted.filter(|words| goes_to_people(words, "")));
    }
    let bare = PARTS.replace_all(template, |part: &regex::Captures<'_>| match &part[0][..2] {
        "{{" => "{}",
        _ => "",
    });
    said.extend(CALLED.captures_iter(&bare).map(|called| called[1].to_owned()));
    let shown = Html::parse_fragment(&bare);
    let texts = shown.root_element().descendants().filter_map(|node| match node.value() {
        Node::Text(text) => Some(text.split_whitespace().collect::<Vec<_>>().join(" ")),
        _ => None,
    });
    said.extend(texts.filter(|text| text.contains(|c: char| c.is_alphabetic())));
}

/// Everything the program can say, by the file that says it, `{}` for what it puts in.
fn list() -> String {
    let mut list = String::new();
    let is_program = |path: &str| {
        !path.ends_with("tests.rs")
            && !["src/generate/", "src/demo/", "src/sample.rs"].iter().any(|other| path.starts_with(other))
    };
    let mut add = |path: &str, said: Vec<String>| {
        if !said.is_empty() {
            let _ = writeln!(list, "\n{path}");
            for words in said {
                let _ = writeln!(list, "    {}", words.replace('\n', "\\n"));
            }
        }
    };
    for (path, text) in sources("src", ".rs").into_iter().filter(|(path, _)| is_program(path)) {
        let mut said = Vec::new();
        literals(text.parse().expect("it compiles"), &path, &mut said);
        add(&path, said);
    }
    for (path, text) in sources("templates", ".html") {
        let mut said = Vec::new();
        written(&text, &mut said);
        add(&path, said);
    }
    let quoted = Regex::new(r#""([^"\n]*)"|`([^`\n]*)`"#).expect("a pattern");
    for (path, text) in sources("static", ".js") {
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let said =
            lines.flat_map(|line| quoted.captures_iter(line)).filter_map(|quoted| quoted.get(1).or(quoted.get(2)));
        add(&path, said.map(|said| said.as_str().to_owned()).filter(|said| goes_to_people(said, "")).collect());
    }
    list
}

/// A new sentence, or another wording of one, is read by whoever reviews the change.
#[test]
fn every_sentence_stands_in_the_list() {
    insta::assert_snapshot!("sentences", list());
}

/// What is put into a sentence makes it no worse: a count makes its own plural (`text::many`), a word its own article
/// (`text::a`).
#[test]
fn no_sentence_has_a_fault_or_gets_one_from_what_is_put_into_it() {
    let several = Regex::new(r"\{\w*[a-z0]?\w*\} (?:new |serial |import |calendar |working )?(?:[a-z-]*[a-rt-z])s\b")
        .expect("a pattern");
    let article = Regex::new(r"\b[Aa]n? \{").expect("a pattern");
    let (mut wrong, mut file) = (Vec::new(), String::new());
    for line in list().lines().filter(|line| !line.is_empty()) {
        let Some(said) = line.strip_prefix("    ") else {
            line.clone_into(&mut file);
            continue;
        };
        // A template's texts end where a condition begins: pages are read whole.
        let is_part = file.starts_with("templates/");
        let whole = said.split("\\n").flat_map(|said| faults(&said.replace("{}", "X")));
        wrong.extend(whole.filter(|fault| !is_part || !fault.contains("is a blank too many")));
        let counted = several.find_iter(said).filter(|found| {
            let found = found.as_str();
            let is_constant = found.trim_start_matches('{').starts_with(|c: char| c.is_ascii_uppercase());
            !is_constant && !COUNTS_NOTHING.iter().any(|word| found.ends_with(word))
        });
        let counted = counted.filter(|_| !SEVERAL.iter().any(|several| said.contains(several)));
        wrong.extend(counted.map(|found| format!("{file}: {:?} counts what may be one: {said}", found.as_str())));
        wrong.extend(article.find(said).map(|_| format!("{file}: a or an: {said}")));
    }
    assert!(wrong.is_empty(), "{} faults\n{}", wrong.len(), wrong.join("\n"));
}

/// Verbs and others that stand after what is no count.
const COUNTS_NOTHING: &[&str] = &[
    " is",
    " was",
    " has",
    " as",
    " its",
    " this",
    " does",
    " rests",
    " stands",
    " goes",
    " waits",
    " holds",
    " ends",
    " belongs",
    " yours",
    " letters",
    " runs",
    "{verb} items",
];

/// Where one is said apart, or where it is always several.
const SEVERAL: &[&str] = &[
    "All {} ",
    "{} days after its last",
    "One telegram is{} telegrams are",
    "; {many} conditions are open",
    "{number} signatures are on file",
    "desc=",
];

/// What people read of a page, line by line, and what is wrong with it.
pub fn faults_on(body: &str) -> Vec<String> {
    static BLOCKS: LazyLock<Regex> = LazyLock::new(|| {
        let others =
            r"(?is)<(?:pre|code|textarea|script|title|datalist)\b.*?</(?:pre|code|textarea|script|title|datalist)>";
        let blocks = r"</?(?:h[1-6]|p|li|[uo]l|t[dhr]|thead|tbody|table|div|d[ltd]|section|nav|form|fieldset|legend|label|option|select|button|summary|details|header|br|input|svg|text|main|strong|ol)\b[^>]*>";
        Regex::new(&format!("{others}|{blocks}")).expect("a pattern")
    });
    static INLINE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<[^>]*>").expect("a pattern"));
    let main = body.split("<main").nth(1).unwrap_or(body).split("</main>").next().unwrap_or_default();
    let lines = main.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines = BLOCKS.replace_all(&lines, "\n");
    let lines = INLINE.replace_all(&lines, "");
    let lines = Html::parse_fragment(&lines).root_element().text().collect::<String>();
    let lines = lines.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    // The address of an export's search is told as it was.
    lines.filter(|line| !line.starts_with("Search: /")).flat_map(|line| faults(&line)).collect()
}

/// Every entry's before and after have labels, and nothing is shown by its code or its id.
async fn judge_log(app: &TestApp) {
    let auditor = app.enter("auditor").await;
    let unlabeled = "select string_agg(distinct verb, ', ') from audit_events, unnest(array[before, after]) v
        where v is not null and (jsonb_typeof(v) <> 'array' or exists (select from jsonb_array_elements(v) p
            where jsonb_typeof(p) <> 'array' or jsonb_array_length(p) <> 2))";
    assert_eq!(app.value(unlabeled).await, "", "values without labels");
    let rows = crate::log::cells(&auditor.get(&format!("/log.csv?{}", encoded(&[("order", "oldest")]))).await.body);
    assert!(rows.len() > 100, "{} entries", rows.len());
    let mut wrong: Vec<String> = Vec::new();
    let codes = Regex::new(r": [A-Z]{2}$|\b(?:rule of|in|for) [A-Z]{2}(?:$|:)").expect("a pattern");
    for row in &rows {
        let values = row[8].lines().chain(row[9].lines()).filter(|line| !line.starts_with("Search: "));
        wrong.extend(values.chain([row[5].as_str()]).flat_map(faults));
        wrong.extend(
            [&row[8], &row[9], &row[5]]
                .into_iter()
                .flat_map(|text| text.lines())
                .filter(|line| codes.is_match(line))
                .map(|line| format!("a code: {line}")),
        );
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{} faults\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
}

#[tokio::test]
async fn the_log_of_the_demonstration_reads_as_sentences_with_names() {
    judge_log(&TestApp::demonstration().await).await;
}

#[tokio::test]
async fn the_log_of_generated_data_reads_as_sentences_with_names() {
    judge_log(&TestApp::generated().await).await;
}

/// What is asked of a finding is what the check has: a company is not held against an application that nobody filed.
#[tokio::test]
async fn a_finding_is_held_against_what_there_is() {
    let app = TestApp::demonstration().await;
    let license = "exists (select from check_licenses k where k.check_id = c.id)";
    let asked = [
        (license.to_owned(), "Is it as the application says?"),
        (format!("not {license}"), "Is it as the party says?"),
    ];
    for (fits, asks) in asked {
        let found = app
            .value(&format!(
                "select c.id || ' ' || p.account from checks c join assignments a on a.post_id = c.post_id and a.ends_on is null
                    join people p on p.id = a.person_id where c.state <> 'draft' and {fits} limit 1"
            ))
            .await;
        let (check, account) = found.split_once(' ').expect("there is one");
        let officer = app.enter(account).await;
        officer.get(&format!("/checks/{check}/findings/other")).await.is(200).says(asks);
    }
}
