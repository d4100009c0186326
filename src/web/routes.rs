//! Addresses are recorded as they are declared, so that a test can walk every one.

use axum::{
    Router,
    handler::Handler,
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

/// A feature's addresses.
#[derive(Debug, Default)]
pub struct Routes {
    router: Router<App>,
    record: Vec<Route>,
}

impl Routes {
    /// No address.
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

    /// A submit whose form stands on another page.
    #[must_use]
    pub fn action<H: Handler<T, App>, T: 'static>(mut self, path: &'static str, submit: H) -> Self {
        self.record.push(Route { path, method: "POST" });
        self.router = self.router.route(path, post(submit));
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
