//! The frame around a page, and how a page struct becomes an answer.

use std::fmt;

use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use time::Date;

use crate::{
    access::Proof,
    error::Result,
    id::{FormId, PersonId},
    text::day_words,
    web::assets,
};

/// What `base.html` needs besides the page itself.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The address of the style sheet.
    pub sheet: &'static str,
    /// The address of the script.
    pub script: &'static str,
    /// Who is signed in.
    pub person: Option<Person>,
    /// Where to go from here.
    pub nav: Vec<NavItem>,
    /// The path of the request, for the draft of its form.
    pub path: String,
    /// What a form of one button has for its id.
    pub new_form: NewFormId,
    /// Of a page whose form is a signature, how its person stands.
    pub proof: Option<Proof>,
    /// The demonstration says so on every page.
    pub demonstration: bool,
}

/// The id of a form of one button: another one wherever it is written.
#[derive(Debug, Clone, Copy)]
pub struct NewFormId;

impl fmt::Display for NewFormId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        FormId::new().fmt(f)
    }
}

/// The person at the top of the page.
#[derive(Debug, Clone)]
pub struct Person {
    /// Whose the page is: what a browser keeps for one account is not for another.
    pub id: PersonId,
    pub name: String,
    /// The post for people at one, else the role: `Guatemala`, `Reviewer`.
    pub duty: String,
    /// The day where they are: what "today" means on the page, on whatever day it is sent.
    pub today: Date,
}

impl Person {
    /// The day where they are, as a field for a day takes it.
    pub fn today_words(&self) -> String {
        day_words(self.today)
    }
}

/// An entry of the navigation.
#[derive(Debug, Clone)]
pub struct NavItem {
    pub href: String,
    pub label: String,
    /// Whether the page shown is beneath it.
    pub current: bool,
}

impl Layout {
    /// The frame for somebody who is not signed in.
    pub fn signed_out(demonstration: bool) -> Self {
        Self {
            sheet: assets::SHEET,
            script: assets::SCRIPT,
            person: None,
            nav: Vec::new(),
            path: String::new(),
            new_form: NewFormId,
            proof: None,
            demonstration,
        }
    }
}

pub fn html(page: &impl Template) -> Result<Response> {
    let body = with_fields_called(page.render()?);
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response())
}

/// What the summary of faults calls a field is what the page calls it, which is known once all of it is written.
fn with_fields_called(mut body: String) -> String {
    const CALLED: &str = "data-called=\"";
    let mut from = 0;
    while let Some(at) = body[from..].find(CALLED) {
        from += at + CALLED.len();
        let Some((name, rest)) = body[from..].split_once("\">") else { break };
        let start = from + name.len() + 2;
        let label = rest.split_once(&format!("id=\"{name}-label\">")).and_then(|(_, label)| label.split('<').next());
        if let (Some(label), Some(end)) = (label.map(|label| label.trim_end_matches('?').to_owned()), rest.find('<')) {
            body.replace_range(start..start + end, &label);
        }
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_of_faults_calls_a_field_what_the_page_calls_it() {
        let page = |on: &str, kind: &str| {
            format!(
                "<a href=\"#occurred_on\"><span data-called=\"occurred_on\">{on}</span>: Give it.</a>\
                 <a href=\"#kind\"><span data-called=\"kind\">{kind}</span>: Choose.</a>\
                 <legend id=\"occurred_on-label\">When &amp; where</legend>"
            )
        };
        assert_eq!(with_fields_called(page("Occurred on", "Kind")), page("When &amp; where", "Kind"));
    }
}
