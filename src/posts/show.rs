//! Posts: the list, one post with its officers and load, and the administrator's forms.

use askama::Template;
use axum::response::Response;

use super::{
    refusal::Refusal,
    store::{self, Officer, PostData, PostRow},
};
use crate::{
    access::{
        Actor, Can, Permission,
        permission::{ManagePosts, ReadPosts},
    },
    addresses as at,
    audit::{Event, Verb, says},
    clock::Zone,
    countries,
    error::{AppError, Refuses, Result},
    form,
    id::PostId,
    text::{Day, Line, Optional},
    web::{Form, Layout, Path, Sent, filters, html},
    words::Choice,
};

form! {
    pub struct PostForm reads Post {
        name: Field<Line>,
        country: Field<Line>,
        zone: Field<Line>,
        closed_on: Dated<Optional<Day>>,
    }
}

#[derive(Template)]
#[template(path = "posts/list.html")]
struct ListPage {
    layout: Layout,
    posts: Vec<PostRow>,
    shows_load: bool,
    may_manage: bool,
}

#[derive(Template)]
#[template(path = "posts/show.html")]
struct Page {
    layout: Layout,
    post: PostRow,
    officers: Vec<Officer>,
    local: String,
    shows_load: bool,
    may_manage: bool,
}

#[derive(Template)]
#[template(path = "posts/edit.html")]
struct EditPage {
    layout: Layout,
    title: &'static str,
    countries: Vec<Choice>,
    zones: Vec<Choice>,
    sent: Sent<PostForm>,
}

pub async fn list(can: Can<ReadPosts>) -> Result<Response> {
    let posts = store::list(&can, None).await?;
    let (shows_load, may_manage) = (can.may(Permission::ReadChecks), can.may(Permission::ManagePosts));
    html(&ListPage { layout: can.layout(), posts, shows_load, may_manage })
}

pub async fn show(can: Can<ReadPosts>, Path(id): Path<PostId>) -> Result<Response> {
    let post = store::find(&can, id).await?;
    let mut conn = can.reads().acquire().await?;
    let officers = store::officers(&mut conn, id, can.at).await?;
    let there = Zone::named(&post.zone).local(can.at);
    let local = format!("{} {:02}:{:02}", filters::day_words(there.date()), there.hour(), there.minute());
    let (shows_load, may_manage) = (can.may(Permission::ReadChecks), can.may(Permission::ManagePosts));
    html(&Page { layout: can.layout(), post, officers, local, shows_load, may_manage })
}

async fn edit_page(actor: &Actor, title: &'static str, sent: Sent<PostForm>) -> Result<Response> {
    let countries = countries::store::choices(actor.reads()).await?;
    html(&EditPage { layout: actor.layout(), title, countries, zones: zones(sent.form.zone.raw()), sent })
}

/// Every place's zone, and the one that a post has, should it be none of these.
fn zones(own: &str) -> Vec<Choice> {
    let places = Zone::places();
    let is_known = own.is_empty() || places.iter().any(|(_, name)| name == own);
    let other = (!is_known).then(|| Choice::new(own, own));
    other.into_iter().chain(places.into_iter().map(|(called, name)| Choice::new(name, called))).collect()
}

/// The form of a new post.
pub async fn show_add(can: Can<ManagePosts>) -> Result<Response> {
    let sent = can.form(PostForm::blank(), 0).await?;
    edit_page(&can, "Add a post", sent).await
}

pub async fn submit_add(can: Can<ManagePosts>, mut sent: Sent<PostForm>) -> Result<Response> {
    let done = add(&can, &mut sent).await;
    sent.answer(done, async |sent| edit_page(&can, "Add a post", sent).await).await
}

/// Where a refusal stands on the form.
fn refuse(form: &mut PostForm, refusal: &Refusal) -> AppError {
    match refusal {
        Refusal::NameTaken => form.name.refuse(refusal),
        Refusal::Zone => form.zone.refuse(refusal),
        Refusal::Fault(_) => form.country.refuse(refusal),
    }
    AppError::Invalid
}

async fn judge<'a>(can: &Can<ManagePosts>, read: &'a Post, sent: &mut Sent<PostForm>) -> Result<PostData<'a>> {
    // Days are computed here and by the database: a zone is one that both know.
    if !Zone::is_known(read.zone.as_str()) || !store::knows_zone(can, read.zone.as_str()).await? {
        return Err(refuse(&mut sent.form, &Refusal::Zone));
    }
    let closed_on = read.closed_on.0.map(|day| day.0);
    Ok(PostData { name: read.name.as_str(), country: read.country.as_str(), zone: read.zone.as_str(), closed_on })
}

async fn add(can: &Can<ManagePosts>, sent: &mut Sent<PostForm>) -> Result<Response> {
    let read = sent.read()?;
    let data = judge(can, &read, sent).await?;
    let mut change = can.change(sent).await?;
    let id = store::insert(&mut change, &data).await;
    let id = id.or_else(|error| Err(refuse(&mut sent.form, &Refusal::held(error)?)))?;
    change
        .commit(
            Event::new(Verb::PostAdded, id, format!("added the post {}", data.name))
                .after(says("Time zone", data.zone)),
            &at::post(id),
        )
        .await
}

fn filled(post: &PostRow) -> PostForm {
    let mut form = PostForm::blank();
    form.name.set(&post.name);
    form.country.set(&post.country);
    form.zone.set(&post.zone);
    form.closed_on.set(post.closed_on.map(|day| Day(day).to_string()).unwrap_or_default());
    form
}

/// The form of a post.
pub async fn show_edit(can: Can<ManagePosts>, Path(id): Path<PostId>) -> Result<Response> {
    let post = store::find(&can, id).await?;
    let sent = can.form(filled(&post), post.version).await?;
    edit_page(&can, "Change a post", sent).await
}

pub async fn submit_edit(can: Can<ManagePosts>, Path(id): Path<PostId>, mut sent: Sent<PostForm>) -> Result<Response> {
    let done = edit(&can, id, &mut sent).await;
    sent.answer(done, async |sent| {
        let post = store::find(&can, id).await?;
        edit_page(&can, "Change a post", sent.against(&filled(&post), post.version)).await
    })
    .await
}

async fn edit(can: &Can<ManagePosts>, id: PostId, sent: &mut Sent<PostForm>) -> Result<Response> {
    let read = sent.read()?;
    let data = judge(can, &read, sent).await?;
    let before = store::find(can, id).await?;
    let mut change = can.change(sent).await?;
    let saved = store::save(&mut change, id, &data, sent.version).await;
    if !saved.or_else(|error| Err(refuse(&mut sent.form, &Refusal::held(error)?)))? {
        return Err(AppError::Stale);
    }
    let event = Event::new(Verb::PostChanged, id, format!("changed the post {}", data.name));
    let told = |name: &str, zone: &str, closed_on: Option<time::Date>| {
        says("Name", name).and("Time zone", zone).and("Closed on", closed_on)
    };
    let event = event.before(told(&before.name, &before.zone, before.closed_on));
    let event = event.after(told(data.name, data.zone, data.closed_on));
    change.commit(event, &at::post(id)).await
}
