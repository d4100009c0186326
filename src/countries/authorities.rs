//! The authorities of a country: added, and ended with who does their work since. What they issued stays theirs.

use askama::Template;
use axum::response::Response;
use time::Date;

use super::{
    refusal::Refusal,
    show::offered,
    store::{self, Authority},
};
use crate::{
    access::{Actor, Can, permission::ManageReference},
    addresses as at,
    audit::{Event, Verb, says},
    error::{AppError, Refuses, Result, constraint},
    form,
    id::AuthorityId,
    reference,
    text::{Day, Line, Optional},
    web::{Form, Layout, Path, Sent, html},
    words::Choice,
};

form! {
    pub struct AuthorityForm reads NewAuthority {
        name: Field<Line>,
        short_name: Field<Line>,
        parent: Field<Optional<AuthorityId>>,
    }
}

form! {
    /// The end of an authority's work.
    pub struct EndAuthorityForm reads EndedAuthority {
        ends_on: Dated<Day>,
        successor: Field<Optional<AuthorityId>>,
        source: Field<Line>,
    }
}

#[derive(Template)]
#[template(path = "countries/authority.html")]
struct AuthorityPage {
    layout: Layout,
    code: String,
    name: String,
    authorities: Vec<Choice>,
    sent: Sent<AuthorityForm>,
}

#[derive(Template)]
#[template(path = "countries/end_authority.html")]
struct EndAuthorityPage {
    layout: Layout,
    code: String,
    country: String,
    authority: Authority,
    others: Vec<Choice>,
    sent: Sent<EndAuthorityForm>,
}

async fn authority_page(can: &Actor, code: String, sent: Sent<AuthorityForm>) -> Result<Response> {
    let (name, _) = store::find(can.reads(), &code).await?;
    let authorities = offered(store::authorities(can.reads(), &code).await?, can.washington_today());
    html(&AuthorityPage { layout: can.layout(), code, name, authorities, sent })
}

/// The form of an authority.
pub async fn show_authority(can: Can<ManageReference>, Path(code): Path<String>) -> Result<Response> {
    let sent = can.form(AuthorityForm::blank(), 0).await?;
    authority_page(&can, code, sent).await
}

pub async fn submit_authority(
    can: Can<ManageReference>,
    Path(code): Path<String>,
    mut sent: Sent<AuthorityForm>,
) -> Result<Response> {
    let done = add_authority(&can, &code, &mut sent).await;
    sent.answer(done, async |sent| authority_page(&can, code, sent).await).await
}

async fn add_authority(can: &Can<ManageReference>, code: &str, sent: &mut Sent<AuthorityForm>) -> Result<Response> {
    let read = sent.read()?;
    let authorities = store::authorities(can.reads(), code).await?;
    if read.parent.0.is_some_and(|id| authorities.iter().all(|authority| authority.id != id)) {
        sent.form.parent.refuse(Refusal::Authority);
        return Err(AppError::Invalid);
    }
    let mut change = can.change(sent).await?;
    let inserted =
        store::insert_authority(&mut change, code, read.name.as_str(), read.short_name.as_str(), read.parent.0).await;
    let id = inserted.or_else(|error| {
        if constraint(&error) == Some("authorities_country_fkey") {
            return Err(AppError::NotFound);
        }
        sent.form.name.refuse(Refusal::held(error)?);
        Err(AppError::Invalid)
    })?;
    change
        .commit(
            Event::new(Verb::AuthorityChanged, id, format!("added the authority {}", read.name)),
            &at::country(code),
        )
        .await
}

async fn find(can: &Actor, code: &str, id: AuthorityId) -> Result<(Authority, Vec<Authority>)> {
    let mut all = store::authorities(can.reads(), code).await?;
    let at = all.iter().position(|known| known.id == id && known.ended_on.is_none()).ok_or(AppError::NotFound)?;
    let authority = all.remove(at);
    Ok((authority, all))
}

async fn end_page(can: &Actor, code: String, id: AuthorityId, sent: Sent<EndAuthorityForm>) -> Result<Response> {
    let (authority, others) = find(can, &code, id).await?;
    let (country, _) = store::find(can.reads(), &code).await?;
    let others = offered(others, can.washington_today());
    html(&EndAuthorityPage { layout: can.layout(), code, country, authority, others, sent })
}

/// The form that ends an authority's work.
pub async fn show_end(can: Can<ManageReference>, Path((code, id)): Path<(String, AuthorityId)>) -> Result<Response> {
    let sent = can.form(EndAuthorityForm::blank(), 0).await?;
    end_page(&can, code, id, sent).await
}

pub async fn submit_end(
    can: Can<ManageReference>,
    Path((code, id)): Path<(String, AuthorityId)>,
    mut sent: Sent<EndAuthorityForm>,
) -> Result<Response> {
    let done = end(&can, &code, id, &mut sent).await;
    sent.answer(done, async |sent| end_page(&can, code, id, sent).await).await
}

async fn end(
    can: &Can<ManageReference>,
    code: &str,
    id: AuthorityId,
    sent: &mut Sent<EndAuthorityForm>,
) -> Result<Response> {
    let read = sent.read()?;
    let (authority, others) = find(can, code, id).await?;
    let (today, last) = (can.washington_today(), read.ends_on.0);
    // When it began nobody recorded.
    sent.form.ends_on.judged(reference::model::may_end((Date::MIN, authority.ended_on), last, today));
    let successor = others.iter().find(|other| read.successor.0 == Some(other.id) && other.works_on(today));
    if read.successor.0.is_some() && successor.is_none() {
        sent.form.successor.refuse(Refusal::Authority);
    }
    sent.read()?;
    let mut change = can.change(sent).await?;
    let named = store::rules_naming(&mut change, id, last).await?;
    if named > 0 {
        return Err(Refusal::StillNamed.into());
    }
    store::end_authority(&mut change, id, last, read.successor.0).await?;
    let after = says("Last day", last)
        .and("Does its work since", successor.map(|other| other.name.as_str()))
        .and("Source", read.source.as_str());
    let event = Event::new(Verb::AuthorityChanged, id, format!("ended the authority {}", authority.name));
    change.commit(event.after(after), &at::country(code)).await
}
