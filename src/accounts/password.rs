//! Choosing a password: the present one proves who asks, and every other session of the account ends.

use askama::Template;
use axum::response::Response;

use super::{
    model::{Attempt, NewPassword, hash, verify},
    store,
};
use crate::{
    access::SignedIn,
    audit::{Event, Verb},
    error::{AppError, Result},
    form,
    web::{Form, Layout, Sent, html},
};

form! {
    /// The present password and the new one.
    pub struct PasswordForm reads ChosenPassword {
        present_password: Secret<Attempt>,
        new_password: Secret<NewPassword>,
    }
}

#[derive(Template)]
#[template(path = "accounts/password.html")]
struct Page {
    layout: Layout,
    sent: Sent<PasswordForm>,
    first: bool,
}

/// The form.
pub async fn show(person: SignedIn) -> Result<Response> {
    page(&person, Sent::fresh(PasswordForm::blank(), 0))
}

/// Stores the new password.
pub async fn submit(person: SignedIn, mut sent: Sent<PasswordForm>) -> Result<Response> {
    let done = choose(&person, &mut sent).await;
    sent.answer(done, async |sent| page(&person, sent)).await
}

fn page(person: &SignedIn, sent: Sent<PasswordForm>) -> Result<Response> {
    html(&Page { layout: person.layout.clone(), sent, first: person.must_choose_password })
}

async fn choose(person: &SignedIn, sent: &mut Sent<PasswordForm>) -> Result<Response> {
    let chosen = sent.read()?;
    if chosen.new_password.contains(&person.account) {
        sent.form.new_password.refuse("The password may not contain the account's name.");
        return Err(AppError::Invalid);
    }
    let present = store::password_hash(person.reads(), person.id).await?;
    if !verify(chosen.present_password, Some(present)).await? {
        sent.form.present_password.refuse("This is not the present password.");
        return Err(AppError::Invalid);
    }
    let hashed = hash(chosen.new_password).await?;
    let mut change = person.change(sent).await?;
    store::save_password(&mut change, person.id, &hashed, None).await?;
    store::end_other_sessions(&mut change, person.id, Some(person.session)).await?;
    change.commit(Event::new(Verb::PasswordChanged, person.id, "chose a password"), "/").await
}
