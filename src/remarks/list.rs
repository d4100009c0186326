//! Every remark on a check, thread by thread; and marking one as read.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::{
    model::{Line, lines, may_write, why_not},
    refusal::Refusal,
    store::{self, Which},
};
use crate::{
    access::{
        Can,
        permission::{ReadChecks, WriteRemarks},
    },
    addresses as at,
    checks::{self, model::CaseFile, store::Texts},
    error::Result,
    id::{CheckId, RemarkId},
    web::{Layout, Path, Query, Sent, YesForm, filters, html},
};

#[derive(Template)]
#[template(path = "remarks/list.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    remarks: Vec<Line<'a>>,
    at_post: bool,
    may_write: bool,
    why_not: Option<Refusal>,
}

/// How many threads a page has: more than anybody writes on one check.
const THREADS: i64 = 500;

pub async fn show(can: Can<ReadChecks>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = checks::store::find(&can, id, Texts::Begun).await?;
    let mut conn = can.reads().acquire().await?;
    let remarks = store::of_check(&mut conn, can.scope(), id, Which::Latest(THREADS)).await?;
    drop(conn);
    let (may_write, why_not) = (may_write(&file.check, &can.reader()), why_not(&file.check, &can.reader()));
    let remarks = lines(&file.check, &can.reader(), &remarks);
    html(&Page { layout: can.layout(), file: &file, remarks, at_post: can.post().is_some(), may_write, why_not })
}

/// Where the button stood.
#[derive(Debug, Deserialize)]
pub struct Pressed {
    /// Whether on the reader's home, which leads back there.
    #[serde(default)]
    home: bool,
}

/// Marks a remark as read, where no answer is needed.
pub async fn submit_read(
    can: Can<WriteRemarks>,
    Path((id, remark)): Path<(CheckId, RemarkId)>,
    Query(pressed): Query<Pressed>,
    sent: Sent<YesForm>,
) -> Result<Response> {
    let mut change = can.change(&sent).await?;
    let file = checks::store::find_for_update(&mut change, &can, id, None).await?;
    let (remark, _) = store::find(change.conn(), can.scope(), id, remark).await?;
    let read = remark.read(&file.check, &can.reader())?;
    store::read(&mut change, &read).await?;
    let back = if pressed.home { at::home() } else { at::check(id) };
    change.commit(read, &back.at("remarks")).await
}
