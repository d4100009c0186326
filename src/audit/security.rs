//! Security events as the auditor reads them: what was refused lately, to whom, from where and how often.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::store::{self, Refusal, RefusalFilter};
use crate::{
    access::{Can, counted_address, permission::ReadLog},
    addresses::{self as at, Address},
    error::Result,
    web::{
        Layout, Query, filters, html,
        pagination::{PAGE, Slice},
    },
};

/// The search as the address carries it.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    account: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    beyond: String,
}

impl Asked {
    /// A list with the search in its address.
    fn of(&self, list: Address) -> Address {
        list.with_filled(&[("kind", &self.kind), ("account", &self.account), ("address", &self.address)])
    }

    fn is_blank(&self) -> bool {
        self.of(at::security_events()) == at::security_events()
    }
}

#[derive(Template)]
#[template(path = "log/security.html")]
struct Page {
    layout: Layout,
    asked: Asked,
    slice: Slice<Refusal>,
}

pub async fn show(can: Can<ReadLog>, Query(asked): Query<Asked>) -> Result<Response> {
    let limit = i64::try_from(PAGE).unwrap_or(50) + 1;
    let address = counted_address(asked.address.trim());
    let filter = RefusalFilter {
        kind: asked.kind.parse().ok(),
        account: asked.account.trim(),
        address: &address,
        beyond: asked.beyond.parse().ok(),
    };
    let slice = Slice::of(store::refusals(can.reads(), &filter, limit).await?, |row| row.id.to_string());
    html(&Page { layout: can.layout(), asked, slice })
}
