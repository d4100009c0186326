//! The telegrams, one line each, the newest first: those on no check yet are what somebody has to look at.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::{
    model::Telegram,
    store::{self, Filter},
};
use crate::{
    access::{Can, Permission, permission::ReadTelegrams},
    addresses::{self as at, Address},
    error::{AppError, Result},
    posts,
    web::{
        Layout, Query, filters, html,
        pagination::{PAGE, Slice},
    },
    words::Choice,
};

/// The filters as the address carries them.
#[derive(Debug, Clone, Deserialize)]
pub struct Asked {
    #[serde(default)]
    way: String,
    #[serde(default)]
    direction: String,
    #[serde(default)]
    post: String,
    #[serde(default)]
    on: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    after: String,
}

#[derive(Template)]
#[template(path = "telegrams/list.html")]
struct Page {
    layout: Layout,
    asked: Asked,
    posts: Vec<Choice>,
    slice: Slice<Telegram>,
    may_file: bool,
}

impl Asked {
    /// Closed sets stay closed: an unknown word filters nothing out.
    fn filter(&self) -> Filter {
        Filter {
            way: self.way.parse().ok(),
            direction: self.direction.parse().ok(),
            post: self.post.parse().ok(),
            loose: self.on == "none",
            text: self.text.clone(),
            after: self.after.parse().ok(),
        }
    }

    /// A list with the filters in its address.
    fn of(&self, list: Address) -> Address {
        list.with_filled(&[
            ("way", &self.way),
            ("direction", &self.direction),
            ("post", &self.post),
            ("on", &self.on),
            ("text", &self.text),
        ])
    }

    fn is_blank(&self) -> bool {
        self.of(at::telegrams()) == at::telegrams()
    }
}

pub async fn show(can: Can<ReadTelegrams>, Query(asked): Query<Asked>) -> Result<Response> {
    let limit = i64::try_from(PAGE).unwrap_or(50) + 1;
    let rows = found(&can, &asked, limit).await.map_err(AppError::of_search)?;
    let slice = Slice::of(rows, |telegram| telegram.id.to_string());
    let posts = if can.post().is_some() { Vec::new() } else { posts::store::choices(&can).await? };
    html(&Page { layout: can.layout(), asked, posts, slice, may_file: can.may(Permission::FileTelegrams) })
}

async fn found(can: &Can<ReadTelegrams>, asked: &Asked, limit: i64) -> Result<Vec<Telegram>> {
    let mut conn = can.searches().acquire().await?;
    store::list(&mut conn, can.scope(), &asked.filter(), limit).await
}
