//! The body of a post is read once, up to a limit, before anything else happens: an answer that fails can give it back.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::error::AppError;

/// The largest body a form may have.
pub const LIMIT: usize = 1024 * 1024;

/// The urlencoded body of a post.
#[derive(Debug, Clone, Default)]
pub struct Typed(pub Bytes);

impl Typed {
    /// The body as text; forms are ASCII by their encoding.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Reads the body of every request that has one, and hands it on as [`Typed`].
pub async fn read(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > LIMIT) {
        return AppError::TooLarge.into_response();
    }
    let (mut parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, LIMIT).await else { return AppError::TooLarge.into_response() };
    parts.extensions.insert(Typed(bytes));
    next.run(Request::from_parts(parts, Body::empty())).await
}
