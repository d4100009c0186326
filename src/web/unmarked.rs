//! What goes into logs and histories beside the texts of a form bears no classification mark: the address, what is
//! looked for by it, and the names of a form's fields. Judged before anything is done with a request.

use axum::http::Uri;

use crate::{
    error::{AppError, Result},
    text::judge,
};

/// Judges an address. A person cannot be asked about what it may bear, so a search does without.
///
/// # Errors
/// [`AppError::BadRequest`].
pub fn address(uri: &Uri) -> Result<()> {
    let path = uri.path();
    // As a part of a query is written, but for the sign of a blank.
    let parts = path.split('/').chain([path]).map(|part| part.replace('+', "%2B").replace(['&', '='], " "));
    if parts.flat_map(|part| decoded(&part)).any(|part| judge(&part).marked.is_some()) {
        return Err(MARKED);
    }
    let judged =
        decoded(uri.query().unwrap_or_default()).into_iter().map(|part| judge(&part)).reduce(|mut all, part| {
            all.marked = all.marked.or(part.marked);
            all.asked.extend(part.asked);
            all
        });
    match judged {
        Some(all) if all.marked.is_some() => Err(MARKED),
        Some(all) if !all.asked.is_empty() => Err(AppError::BadRequest(
            "What is looked for here may bear a classification mark, and an address may not. Go back, leave the letter in \
             brackets or the word out, and search again.",
        )),
        _ => Ok(()),
    }
}

/// Judges the names of a form's fields: no page has one that may bear a mark.
///
/// # Errors
/// [`AppError::BadRequest`].
pub fn names(body: &[u8]) -> Result<()> {
    let mut names = form_urlencoded::parse(body).map(|(name, _)| judge(&name));
    if names.any(|name| name.marked.is_some() || !name.asked.is_empty()) { Err(MARKED) } else { Ok(()) }
}

const MARKED: AppError = AppError::BadRequest(
    "This looks classified. Lantern takes no classified text, in an address or in the name of a field either, and has not \
     stored it. Do not send it again; report it to your information security officer, who will tell you what to do with \
     this page.",
);

fn decoded(encoded: &str) -> Vec<String> {
    form_urlencoded::parse(encoded.as_bytes())
        .flat_map(|(name, value)| [name.into_owned(), value.into_owned()])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_refused_wherever_in_a_request_it_stands() {
        let is_taken = |path: &str| address(&path.parse().expect("an address")).is_ok();
        for marked in [
            "/parties?q=%28S%2F%2FNF%29+The+source",
            "/parties?q=(S)+The+source",
            "/parties?q=SECRET%2F%2FNOFORN",
            "/log?text=x&who=TOP+SECRET",
            "/log?%28S%2F%2FNF%29=x",
            "/sign-in?next=%2Fparties%3Fq%3D%28S%2F%2FNF%29",
            "/checks/SECRET",
            "/checks/%28S%2F%2FNF%29",
            "/S%2F%2FNF",
            "/parties?q=%EF%BC%B3%EF%BC%A5%EF%BC%A3%EF%BC%B2%EF%BC%A5%EF%BC%B4",
        ] {
            assert!(!is_taken(marked), "{marked}");
        }
        for honest in
            ["/", "/checks?state=open&text=secret+harbour", "/parties?q=(S%2FN)+4471-B", "/static/app-0a1b2c3d.js"]
        {
            assert!(is_taken(honest), "{honest}");
        }
        assert!(
            names(b"text=x&due.day=1&topic:secret").is_ok()
                && names(b"(S//NF)+x=1").is_err()
                && names(b"SECRET").is_err()
        );
    }
}
