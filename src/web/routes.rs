//! Addresses are recorded as they are declared, so that a test can walk every one.

use axum::{
    Router,
    handler::Handler,
    http::Uri,
    response::Redirect,
    routing::{get, post},
};

use crate::app::App;

/// A method at an address, such as `GET /checks/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// The address with its parameters in braces.
    pub path: &'static str,
    /// `GET` or `POST`; Lantern uses no other.
    pub method: &'static str,
}

#[derive(Debug, Default)]
pub struct Routes {
    router: Router<App>,
    record: Vec<Route>,
}

impl Routes {
    pub fn new() -> Self {
        Self::default()
    }

    /// A page that is only read.
    #[must_use]
    pub fn page<H: Handler<T, App>, T: 'static>(mut self, path: &'static str, show: H) -> Self {
        self.record.push(Route { path, method: "GET" });
        self.router = self.router.route(path, get(show));
        self
    }

    /// A page with a form, and its submit at the same address.
    #[must_use]
    pub fn form<S, T, H, U>(mut self, path: &'static str, show: S, submit: H) -> Self
    where
        S: Handler<T, App>,
        T: 'static,
        H: Handler<U, App>,
        U: 'static,
    {
        self.record.push(Route { path, method: "GET" });
        self.record.push(Route { path, method: "POST" });
        self.router = self.router.route(path, get(show).post(submit));
        self
    }

    /// A submit whose form stands on another page. Who comes to its address by reading, such as after signing in again,
    /// is led to the page it belongs to.
    #[must_use]
    pub fn action<H: Handler<T, App>, T: 'static>(mut self, path: &'static str, submit: H) -> Self {
        self.record.push(Route { path, method: "POST" });
        self.router = self.router.route(path, post(submit).get(async |uri: Uri| Redirect::to(&page_of(uri.path()))));
        self
    }

    /// Another feature's addresses too.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.record.extend(other.record);
        self.router = self.router.merge(other.router);
        self
    }

    /// The record, in order, and the router.
    pub fn split(self) -> (Vec<Route>, Router<App>) {
        (self.record, self.router)
    }
}

/// The page an action belongs to: `/licenses/1/parties/2/remove` stands on `/licenses/1`, one's own sessions on their
/// list.
fn page_of(action: &str) -> String {
    let parts: Vec<&str> = action.split('/').skip(1).take(3).collect();
    match parts.as_slice() {
        ["sessions", ..] => "/sessions".to_owned(),
        [feature, row, _] => format!("/{feature}/{row}"),
        _ => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_belongs_to_a_page() {
        assert_eq!(page_of("/licenses/1/parties/2/remove"), "/licenses/1");
        assert_eq!(page_of("/reference/topic/3/confirm"), "/reference/topic");
        assert_eq!(page_of("/people/7/disable"), "/people/7");
        assert_eq!(page_of("/sessions/7/end"), "/sessions");
        assert_eq!(page_of("/sign-out"), "/");
    }
}
