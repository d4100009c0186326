//! A form that the page's script sends. The script shows a page that answers, but goes itself where a redirect leads:
//! a browser does not tell it where that is, and following it would load that page twice.

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};

/// Says in a request that the script sends it, and in an answer that it is Lantern's: what stands between them may
/// answer too.
const FORM: HeaderName = HeaderName::from_static("lantern-form");

/// Names where a redirect leads instead of leading there.
pub async fn tell_where(request: Request, next: Next) -> Response {
    let asked = request.headers().contains_key(FORM);
    let mut response = next.run(request).await;
    if asked {
        if response.status().is_redirection() && response.headers().contains_key(header::LOCATION) {
            *response.status_mut() = StatusCode::NO_CONTENT;
        }
        response.headers_mut().insert(FORM, HeaderValue::from_static("answered"));
    }
    response
}
