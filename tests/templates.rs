//! A page is read as it is seen: what holds the templates to that.

use crate::architecture::sources;

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
