//! A field that was judged by a rule: what the rule says stands beside it.

use std::fmt::Display;

use super::form::{Field, Fields};

impl<T> Field<T> {
    /// Refuses the answer where a rule says no; else gives what the rule allows.
    pub fn judged<P>(&mut self, by: Result<P, impl Display>) -> Option<P> {
        by.map_err(|why| self.refuse(why)).ok()
    }
}

impl<T> Fields<T> {
    /// Refuses the answers where a rule says no; else gives what the rule allows.
    pub fn judged<P>(&mut self, by: Result<P, impl Display>) -> Option<P> {
        by.map_err(|why| self.refuse(why)).ok()
    }
}
