//! A post from another site is refused by what the browser says of itself; no hidden token, so no form can forget it.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{app::App, error::AppError};

/// Refuses unsafe requests that another site caused, sign-in and sign-out included.
pub async fn refuse_other_sites(State(app): State<App>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_same_site(request.headers(), &app.site.origin) {
        return next.run(request).await;
    }
    AppError::Forbidden("This was sent from another site. Open Lantern itself and send it from there.").into_response()
}

/// `Sec-Fetch-Site` decides where the browser sends it, else `Origin`; a client that sends neither is no browser that
/// carries somebody's cookie along.
fn is_same_site(headers: &HeaderMap, origin: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(sender)) => sender == origin,
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_may_post() {
        let judged = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().expect("a header value"));
            }
            is_same_site(&headers, "https://lantern.example")
        };
        assert!(judged(&[("sec-fetch-site", "same-origin")]));
        assert!(judged(&[("origin", "https://lantern.example")]));
        assert!(!judged(&[("sec-fetch-site", "cross-site")]));
        assert!(!judged(&[("sec-fetch-site", "same-site"), ("origin", "https://lantern.example")]));
        assert!(!judged(&[("origin", "https://lantern.example.evil.example")]));
        assert!(!judged(&[("origin", "null")]));
        assert!(!judged(&[]));
    }
}
