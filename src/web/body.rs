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
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let typed = match multer::parse_boundary(kind) {
        Err(_) => bytes,
        Ok(boundary) => match pairs(bytes, boundary).await {
            Ok(pairs) => pairs,
            Err(_) => return AppError::BadRequest("The form came broken. Go back and send it again.").into_response(),
        },
    };
    parts.extensions.insert(Typed(typed));
    next.run(Request::from_parts(parts, Body::empty())).await
}

/// A form with files as the pairs of a form without: a file is the answer of its name, as text; no file is no answer. So everything that
/// keeps what was typed keeps what was uploaded too.
async fn pairs(body: Bytes, boundary: String) -> Result<Bytes, multer::Error> {
    let mut parts = multer::Multipart::new(Body::from(body).into_data_stream(), boundary);
    let mut pairs: Vec<(String, String)> = Vec::new();
    while let Some(part) = parts.next_field().await? {
        let (name, is_file) = (part.name().unwrap_or_default().to_owned(), part.file_name().is_some());
        let bytes = part.bytes().await?;
        if !is_file || !bytes.is_empty() {
            pairs.push((name, decoded(&bytes).into_owned()));
        }
    }
    Ok(form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into())
}

/// The text of a file: UTF-16 where it says so, UTF-8, else Windows-1252, of which Latin-1 is a part; none of it lost.
fn decoded(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return encoding_rs::UTF_16LE.decode(bytes).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}
