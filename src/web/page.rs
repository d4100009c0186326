//! The frame around a page, and how a page struct becomes an answer.

use std::fmt;

use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{access::Proof, error::Result, id::FormId, web::assets};

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
    pub name: String,
    /// The post for people at one, else the role: `Guatemala`, `Reviewer`.
    pub duty: String,
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
    let body = page.render()?;
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response())
}
