//! One log line a request: id, person, route, status, time, statements; no case text, no query string.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Instant,
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderValue, header::HeaderName},
    middleware::Next,
    response::Response,
};
use tracing::{Event, Subscriber, field::Empty};
use tracing_subscriber::{Layer, layer::Context};
use uuid::Uuid;

use crate::{app::App, web::errors::Seen};

tokio::task_local! {
    static STATEMENTS: Arc<AtomicU32>;
}

/// Counts the statements a request sends, by listening to the database driver's own log.
#[derive(Debug, Default)]
pub struct CountStatements;

impl<S: Subscriber> Layer<S> for CountStatements {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            let _ = STATEMENTS.try_with(|count| count.fetch_add(1, Ordering::Relaxed));
        }
    }
}

/// Work of a request that goes on in a task of its own: its statements are counted and its lines written as the
/// request's.
pub(crate) fn within_request<F: Future>(work: F) -> impl Future<Output = F::Output> {
    use tracing::Instrument;
    let count = STATEMENTS.try_with(Arc::clone).unwrap_or_default();
    STATEMENTS.scope(count, work).in_current_span()
}

pub async fn write(State(app): State<App>, route: Option<MatchedPath>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let seen = Seen::default();
    request.extensions_mut().insert(seen.clone());
    let id = Uuid::now_v7();
    let method = request.method().clone();
    let span = tracing::info_span!("request", %id, person = Empty);
    let count = Arc::new(AtomicU32::new(0));
    let mut response = {
        use tracing::Instrument;
        STATEMENTS.scope(Arc::clone(&count), next.run(request)).instrument(span.clone()).await
    };
    let statements = count.load(Ordering::Relaxed);
    let _inside = span.enter();
    tracing::info!(
        target: "lantern::request",
        %method,
        route = route.as_ref().map_or("-", MatchedPath::as_str),
        status = response.status().as_u16(),
        milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        statements,
        person = seen.0.get().map(|person| person.id.to_string()).unwrap_or_default(),
    );
    if app.site.demonstration
        && let Ok(value) = HeaderValue::from_str(&format!("db;desc=\"{statements} statements\""))
    {
        response.headers_mut().insert(HeaderName::from_static("server-timing"), value);
    }
    response
}
