//! The most a request may be, judged before anything is done with it. So no answer is much larger than what was asked:
//! a page gives back what was typed, and a form of a million empty answers is no form.

use axum::http::Uri;

use crate::error::{AppError, Result};

/// The most bytes of a body.
pub const BODY: usize = 1024 * 1024;
/// The most answers of a form; the page with the most to tick offers some hundred.
pub const ANSWERS: usize = 1_000;
/// The most bytes of an answer's name.
const NAME: usize = 100;
/// The most bytes of an address with its search: two texts of 200 characters of any script.
pub const ADDRESS: usize = 8_000;
/// The most parts of a search; the list with the most filters has a dozen.
pub const FILTERS: usize = 50;

/// What the answers of any form may come to besides their text.
const BESIDES: usize = 64 * 1024;

/// Judges an address.
///
/// # Errors
/// [`AppError::AddressTooLong`].
pub fn address(uri: &Uri) -> Result<()> {
    let (length, filters) =
        uri.path_and_query().map_or((0, 0), |all| (all.as_str().len(), all.as_str().matches('&').count()));
    if length > ADDRESS || filters >= FILTERS { Err(AppError::AddressTooLong) } else { Ok(()) }
}

/// Judges the pairs of a form that came in so many bytes. A browser writes what HTML has to write otherwise as three
/// bytes each, so that a page which shows all of it is hardly longer than what came; what is longer by far was made up.
///
/// # Errors
/// [`AppError::TooLarge`].
pub fn answers(body: &[u8], came: usize) -> Result<()> {
    let (mut many, mut shown) = (0, 0);
    for (name, value) in form_urlencoded::parse(body) {
        many += 1;
        shown += as_shown(&name) + as_shown(&value);
        if many > ANSWERS || name.len() > NAME {
            return Err(AppError::TooLarge(
                "This form has more answers than any page of Lantern asks for. Open its page again and send that.",
            ));
        }
    }
    if shown > 2 * came + BESIDES {
        return Err(AppError::TooLarge(
            "This form was not sent by a page of Lantern. Open its page again and send that.",
        ));
    }
    Ok(())
}

/// The bytes of a text on a page.
fn as_shown(text: &str) -> usize {
    text.len() + 4 * text.bytes().filter(|byte| matches!(byte, b'<' | b'>' | b'&' | b'"' | b'\'')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_send_is_within_the_bounds_and_what_nobody_sends_is_not() {
        let sent =
            |pairs: &[(&str, &str)]| form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let judged = |body: &str| answers(body.as_bytes(), body.len()).is_ok();
        let ticks: Vec<(&str, &str)> = (0..360).map(|_| ("contacts", "01900000-0000-7000-8000-000000000000")).collect();
        for honest in [
            String::new(),
            sent(&ticks),
            sent(&[("text", &"\"<&>'".repeat(60_000))]),
            sent(&[("text", &"é\r\n".repeat(60_000))]),
        ] {
            assert!(judged(&honest), "{}", honest.len());
        }
        for made_up in [
            "a&".repeat(1_001),
            "a=b&".repeat(1_001),
            format!("{}=a", "n".repeat(101)),
            format!("t={}", "\"".repeat(60_000)),
        ] {
            assert!(!judged(&made_up), "{}", made_up.len());
        }
        let judged = |path: &str| address(&path.parse().expect("an address")).is_ok();
        assert!(judged(&format!(
            "/log?{}",
            sent(&[("who", &"\u{1f52b}".repeat(200)), ("text", &"\u{1f52b}".repeat(200))])
        )));
        assert!(
            !judged(&format!("/log?text={}", "x".repeat(8_000)))
                && !judged(&format!("/log?{}", "a&".repeat(50)))
                && judged("/")
        );
    }
}
