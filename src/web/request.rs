//! Path and query parameters whose failures read well: a malformed id is not found, a malformed query is said.

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::de::DeserializeOwned;

use crate::error::{AppError, Result};

/// The parameters of the address.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        if parts.uri.path().contains("%00") {
            return Err(AppError::NotFound);
        }
        let path = <axum::extract::Path<T> as FromRequestParts<S>>::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(parameters)| Self(parameters)).map_err(|_| AppError::NotFound)
    }
}

/// The parameters after the question mark; unknown ones are ignored.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        // PostgreSQL has no NUL, so nothing stored can be like it.
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            return Err(AppError::BadRequest(
                "This address has a character that Lantern does not take. Start again from the list.",
            ));
        }
        let query = axum::extract::Query::try_from_uri(&parts.uri);
        query
            .map(|axum::extract::Query(parameters)| Self(parameters))
            .map_err(|_| AppError::BadRequest("A filter in this address is unknown. Start again from the list."))
    }
}

/// The address of the request as a browser on the same site would write it.
#[derive(Debug, Clone)]
pub struct Requested(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Requested {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        Ok(Self(parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned()))
    }
}
