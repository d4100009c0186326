//! The server: every feature's addresses, the layers around them, and the accept loop.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    body::Body,
    extract::{Request, State},
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::net::TcpListener;
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;
use tower_http::{CompressionLevel, catch_panic::CatchPanicLayer, compression::CompressionLayer};

use crate::{
    about,
    access::PeerAddress,
    accounts,
    app::App,
    approvals, audit, checks, corrections, countries,
    db::readiness::{self, Readiness},
    drafts,
    error::AppError,
    evidence, home, licenses, mistakes, opening, parties, posts, reference, regions, remarks, rulebook, spills,
    telegrams,
    web::{
        Routes, again, assets,
        body::{self, Pace},
        csrf, errors, headers, log, patience,
        routes::Route,
        script,
    },
};

/// How long others may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// A request's head: an honest sender at 10 kbit/s needs a few seconds.
    pub head: Duration,
    pub body: Pace,
    /// To take more of an answer.
    pub unread: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { head: Duration::from_secs(30), body: Pace::default(), unread: Duration::from_mins(1) }
    }
}

/// How long requests in flight may take to finish after the server is told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(20);

pub fn routes() -> Routes {
    Routes::new()
        .merge(home::routes())
        .merge(checks::routes())
        .merge(evidence::routes())
        .merge(licenses::routes())
        .merge(opening::routes())
        .merge(approvals::routes())
        .merge(mistakes::routes())
        .merge(telegrams::routes())
        .merge(parties::routes())
        .merge(countries::routes())
        .merge(regions::routes())
        .merge(posts::routes())
        .merge(reference::routes())
        .merge(audit::routes())
        .merge(accounts::routes())
        .merge(drafts::routes())
        .merge(corrections::routes())
        .merge(remarks::routes())
        .merge(spills::routes())
        .merge(rulebook::routes())
        .merge(about::routes())
}

/// Every address of the site, for the test that walks them all.
pub fn record() -> Vec<Route> {
    routes().split().0
}

/// The site as the network gets it: its pages, and around them what a stranger, a slow link and a waiting person need.
pub fn router(app: App) -> Router {
    limits_of_the_network(pages(app.clone()), app)
}

/// The site as the program itself drives it. No limit made for the network binds it: a busy machine makes its own work
/// late, not wrong. An error is left as it is, in the answer's extensions.
pub fn in_process(app: App) -> Router {
    pages(app).layer(from_fn(body::read))
}

/// Every address, and what holds whoever asks.
fn pages(app: App) -> Router {
    let (_, pages) = routes().split();
    pages
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready).layer(Extension(Arc::<Readiness>::default())))
        .route("/static/{name}", get(assets::serve))
        .fallback(|| async { AppError::NotFound })
        .layer(from_fn(again::after_a_dead_connection))
        .layer(from_fn_with_state(app.clone(), csrf::refuse_other_sites))
        .layer(CatchPanicLayer::custom(|_| AppError::internal("panic in a handler").into_response()))
        .with_state(app)
}

/// What binds requests from the network, the innermost first.
fn limits_of_the_network(pages: Router, app: App) -> Router {
    pages
        .layer(from_fn(patience::answer_in_time))
        .layer(from_fn_with_state(app.clone(), errors::render))
        .layer(from_fn(body::read))
        .layer(from_fn_with_state(app.clone(), errors::render))
        .layer(from_fn(script::tell_where))
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(4)))
        .layer(from_fn_with_state(app.clone(), headers::set))
        .layer(from_fn_with_state(app, log::write))
}

/// Ready when the database takes what is written, and has this program's schema.
async fn ready(State(app): State<App>, Extension(readiness): Extension<Arc<Readiness>>) -> Response {
    match readiness.ask(readiness::probe(app.db.clone())).await {
        Ok(()) => "ready\n".into_response(),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: the database {why}\n")).into_response(),
    }
}

/// Serves until `stop` resolves, then finishes the requests in flight.
pub async fn serve(app: App, listener: TcpListener, stop: impl Future<Output = ()>) -> std::io::Result<()> {
    serve_patiently(app, listener, stop, Patience::default()).await
}

/// As [`serve`], closing connections of those who take longer.
///
/// # Errors
/// As [`serve`].
pub async fn serve_patiently(
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
    patience: Patience,
) -> std::io::Result<()> {
    let router = router(app);
    let graceful = GracefulShutdown::new();
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience.head).max_buf_size(64 * 1024);
    tokio::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors or a connection gone before it was taken: wait a moment, go on.
                    tracing::warn!(%error, "accept failed");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(from_peer(router.clone(), peer, patience.body));
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(patience.unread));
        let connection = graceful.watch(http.serve_connection(TokioIo::new(Box::pin(stream)), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(LAST_REQUESTS, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    Ok(())
}

fn from_peer(
    router: Router,
    peer: SocketAddr,
    pace: Pace,
) -> impl tower::Service<hyper::Request<hyper::body::Incoming>, Response = Response, Error = Infallible, Future: Send> + Clone
{
    router.map_request(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(PeerAddress(peer.ip()));
        request.extensions_mut().insert(pace);
        request
    })
}

#[cfg(test)]
mod tests {
    use axum::http::header;

    use super::*;
    use crate::{app::Site, clock::Clock, db::Db, error::Failure};

    /// A site whose database is nowhere.
    fn app() -> App {
        let nowhere = crate::db::address("postgres:///lantern?host=/nowhere&user=lantern_app").expect("an address");
        App::new(Db::unhurried(&nowhere), Clock::system(), Site::default())
    }

    async fn answer(site: Router) -> Response {
        let request = Request::builder().uri("/no/such/page").body(Body::empty()).expect("a request");
        match site.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }

    #[tokio::test]
    async fn only_the_network_meets_the_layers_around_the_pages() {
        let of_the_network = answer(router(app())).await;
        assert!(of_the_network.headers().contains_key(header::CONTENT_SECURITY_POLICY));
        assert!(of_the_network.extensions().get::<Failure>().is_none(), "the error is a page");
        let own = answer(in_process(app())).await;
        assert!(own.headers().get(header::CONTENT_SECURITY_POLICY).is_none());
        assert!(
            matches!(own.extensions().get::<Failure>(), Some(Failure(error)) if matches!(**error, AppError::NotFound))
        );
    }
}
