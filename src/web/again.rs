//! A request that met a dead connection to the database before it wrote anything is run once more; one that wrote never
//! is.

use axum::{body::Body, extract::Request, middleware::Next, response::Response};

use crate::{
    db::lost::{once, repeatable},
    error::Failure,
};

/// Runs it once more. What was typed travels beside the body, so a submit can be run again as it came.
pub async fn after_a_dead_connection(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let again = Request::from_parts(parts.clone(), Body::empty());
    let (response, may_repeat) = repeatable(next.clone().run(Request::from_parts(parts, body))).await;
    if !response.extensions().get::<Failure>().is_some_and(|Failure(error)| error.is_dead_connection()) {
        return response;
    }
    tracing::info!(run_again = may_repeat, "a connection to the database had ended");
    if may_repeat { once(next.run(again)).await } else { response }
}
