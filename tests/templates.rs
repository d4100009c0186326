//! A page is read as it is seen: what holds the templates to that.

use std::collections::BTreeSet;

use lantern::{addresses::route, checks::verbs::CheckVerb, licenses::verbs::LicenseVerb};

use crate::architecture::{code, sources};

/// What a browser begins on a line of its own.
const BLOCKS: [&str; 41] = [
    "aside",
    "blockquote",
    "body",
    "datalist",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "head",
    "header",
    "html",
    "legend",
    "li",
    "link",
    "main",
    "meta",
    "nav",
    "ol",
    "optgroup",
    "option",
    "p",
    "pre",
    "rect",
    "section",
    "select",
    "summary",
    "svg",
    "table",
    "tbody",
    "td",
    "tr",
    "ul",
    "th",
];

fn begins_a_block(tag: &str) -> bool {
    let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect();
    BLOCKS.contains(&name.as_str())
}

#[test]
fn a_line_of_a_template_has_one_element_and_no_more_than_140_characters() {
    for (path, text) in sources("templates", ".html") {
        for (index, line) in text.lines().enumerate() {
            let place = format!("{path}:{}", index + 1);
            assert!(line.chars().count() <= 140, "{place} has {} characters", line.chars().count());
            let blocks = line.split('<').skip(1).filter(|tag| begins_a_block(tag)).count();
            assert!(blocks <= 1, "{place} begins {blocks} elements: {}", line.trim());
        }
    }
}

#[test]
fn a_page_says_where_it_stands_by_one_macro() {
    for (path, text) in sources("templates", ".html").iter().filter(|(path, _)| path != "templates/ui.html") {
        assert!(!text.contains("usa-breadcrumb"), "{path} has a breadcrumb of its own: call ui::trail");
    }
}

/// A link to nothing does not compile: `src/addresses.rs` writes every address, and the router knows the same ones.
#[test]
fn every_address_is_routed_and_every_route_has_its_address() {
    let verbs = CheckVerb::ALL.iter().map(|verb| verb.route()).chain(LicenseVerb::ALL.iter().map(|verb| verb.route()));
    let written: BTreeSet<&str> = route::ALL.iter().copied().chain(verbs).collect();
    let routed: BTreeSet<&str> = lantern::server::record().iter().map(|route| route.path).collect();
    assert_eq!(written, routed);
}

#[test]
fn no_address_is_written_by_hand() {
    for (path, text) in sources("templates", ".html") {
        for literal in ["href=\"/", "action=\"/", "(\"/", ", \"/"] {
            assert!(!text.contains(literal), "{path} has {literal}: write it as at::...");
        }
    }
    let features: BTreeSet<&str> =
        route::ALL.iter().filter_map(|route| route.split(['/', '.']).nth(1)).filter(|name| !name.is_empty()).collect();
    // The demonstration and the tests walk the site from outside, as a browser does. A verb's address stands in its
    // entry. Where an action leads back to is told by the shape of its address.
    let own = |path: &str| {
        ["src/addresses.rs", "src/checks/verbs.rs", "src/licenses/verbs.rs", "src/web/routes.rs"].contains(&path)
            || path.starts_with("src/demo/")
            || path.starts_with("src/generate/")
            || path.ends_with("tests.rs")
    };
    for (path, text) in sources("src", ".rs").iter().filter(|(path, _)| !own(path)) {
        for literal in code(text).split('"').filter(|literal| literal.starts_with('/')) {
            let feature = literal.split(['/', '?', '#', '.', '{']).nth(1).unwrap_or_default();
            assert!(!features.contains(feature), "{path} has {literal:?}: write it by src/addresses.rs");
        }
    }
}

/// A next step, and what was saved, is seen at a section that the page has; and every section is one of its outline.
#[test]
fn every_section_that_is_named_is_one_of_the_desk() {
    let all = sources("src", ".rs");
    let read = |path: &str| {
        let (_, text) = all.iter().find(|(known, _)| known == path).unwrap_or_else(|| panic!("no {path}"));
        text.clone()
    };
    let shown: BTreeSet<String> = sources("templates/checks", ".html")
        .iter()
        .flat_map(|(_, text)| text.split("self.section(\"").skip(1).map(str::to_owned).collect::<Vec<_>>())
        .filter_map(|rest| rest.split_once('"').map(|(anchor, _)| anchor.to_owned()))
        .collect();
    assert!(shown.len() > 12, "{shown:?}");
    let tasks = read("src/checks/tasks.rs") + &read("src/checks/tasks/judgement.rs");
    for anchor in &shown {
        let named = tasks.contains(&format!("\"{anchor}\"")) || anchor == "request";
        assert!(named, "the outline has no {anchor}");
    }
    for (path, function) in [
        ("src/checks/next_step/sentence.rs", "fn section("),
        ("src/checks/saved.rs", "fn section("),
        ("src/checks/saved.rs", "fn taken_back("),
    ] {
        let text = read(path);
        let (_, body) = text.split_once(function).unwrap_or_else(|| panic!("{path} has no {function}"));
        let body = body.split_once("\n}\n").map_or(body, |(own, _)| own);
        let body = body.split_once("\n    }\n").map_or(body, |(own, _)| own);
        let named = body.split('"').skip(1).step_by(2).collect::<Vec<_>>();
        assert!(named.len() > 3, "{path} {function} {named:?}");
        for anchor in named {
            assert!(shown.contains(anchor), "{path} leads to {anchor}, which the page does not have");
        }
    }
}

/// What a page shows is worked out in its struct: a template asks and writes.
#[test]
fn nothing_is_computed_in_a_template() {
    // One and several have other words.
    let excepted = [
        ("templates/form.html", "restored.others == 1"),
        ("templates/telegrams/review.html", "ready == 1"),
        ("templates/telegrams/review.html", "shown.ready == 1"),
        ("templates/home/show.html", "begun.loose == 1"),
        ("templates/checks/telegrams.html", "direction.code() == \"interim\""),
    ];
    let names_a_variant = |operand: &str| {
        let last = operand.split([' ', ')', '%', '}']).next().unwrap_or_default();
        last.contains("::") || last.starts_with(char::is_uppercase)
    };
    let mut met = BTreeSet::new();
    for (path, text) in sources("templates", ".html") {
        for tag in text.split(['{', '}']).filter(|tag| !tag.starts_with('#') && text.contains(&format!("{{{tag}}}"))) {
            if let Some(exception) = excepted.iter().find(|exception| **exception == (path.as_str(), condition(tag))) {
                met.insert(exception);
                continue;
            }
            // What stands in quotes is written, not computed.
            let asked: String = tag.split('"').step_by(2).collect();
            for sign in [" + ", " - ", " * ", " / "] {
                assert!(!asked.contains(sign), "{path} computes in {tag}: give the page's struct a method");
            }
            for word in
                ["::new(", ".iter()", ".filter(", ".take(", " as i64", " as usize", ".code() == ", ".code() != "]
            {
                assert!(!tag.contains(word), "{path} has {word} in {tag}: give the page's struct a method");
            }
            for operand in tag.split(" == ").skip(1).chain(tag.split(" != ").skip(1)) {
                let is_number = operand.starts_with(|letter: char| letter.is_ascii_digit());
                assert!(
                    !is_number && !names_a_variant(operand),
                    "{path} compares in {tag}: give the page's struct a method"
                );
            }
        }
    }
    assert_eq!(met, excepted.iter().collect(), "an exception that is no longer needed goes");
}

/// What a tag asks: `ready == 1` of `{% if ready == 1 %}`.
fn condition(tag: &str) -> &str {
    tag.trim_matches(['%', '-', ' ']).trim_start_matches("else ").trim_start_matches("elif ").trim_start_matches("if ")
}
