//! Every request is answered in time, and no submit is cut short: a cancelled commit may have been done or not, and
//! nobody would know which.

use std::time::Duration;

use axum::{
    extract::Request,
    http::Method,
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{error::AppError, web::log::within_request};

/// How long a person waits for a page: a database that does not answer is said within five seconds.
const PAGE: Duration = Duration::from_millis(4500);
/// How long a file may take; it has many rows.
const FILE: Duration = Duration::from_mins(1);

/// Answers 503 when the time is over. What only reads is given up; what writes goes on to its end, and a repeat of the
/// same form finds out how it ended.
pub async fn answer_in_time(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let patience = match path.rsplit_once('.') {
        Some((_, "csv")) => FILE,
        _ => PAGE,
    };
    if request.method() == Method::POST {
        let working = tokio::spawn(within_request(next.run(request)));
        match tokio::time::timeout(patience, working).await {
            Ok(Ok(response)) => response,
            Ok(Err(stopped)) => AppError::internal(stopped).into_response(),
            Err(_) => AppError::Late(None).into_response(),
        }
    } else {
        tokio::time::timeout(patience, next.run(request)).await.unwrap_or_else(|_| AppError::Slow.into_response())
    }
}
