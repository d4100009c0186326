//! Choosing a password: the present one proves who asks, and every other session of the account ends.

use askama::Template;
use axum::response::Response;

use super::{
    common::Weakness,
    hashing::{CHOOSING, hash, in_turn},
    judge::Judge,
    model::{Attempt, NewPassword, TypedPassword},
    refusal::Refusal,
    store,
};
use crate::{
    access::SignedIn,
    addresses as at,
    audit::{Event, SecurityKind, Verb},
    error::{AppError, Result},
    form,
    web::{Form, Layout, Sent, html},
};

form! {
    /// The present password and the new one.
    pub struct PasswordForm reads ChosenPassword {
        present_password: Secret<Attempt>,
        new_password: Secret<TypedPassword>,
    }
}

#[derive(Template)]
#[template(path = "accounts/password.html")]
struct Page {
    layout: Layout,
    sent: Sent<PasswordForm>,
    first: bool,
}

pub async fn show(person: SignedIn) -> Result<Response> {
    page(&person, Sent::fresh(PasswordForm::blank(), 0))
}

/// Stores the new password.
pub async fn submit(person: SignedIn, judge: Judge, mut sent: Sent<PasswordForm>) -> Result<Response> {
    let done = choose(&person, &judge, &mut sent).await;
    sent.answer(done, async |sent| page(&person, sent)).await
}

fn page(person: &SignedIn, sent: Sent<PasswordForm>) -> Result<Response> {
    html(&Page { layout: person.layout.clone(), sent, first: person.must_choose_password })
}

async fn choose(person: &SignedIn, judge: &Judge, sent: &mut Sent<PasswordForm>) -> Result<Response> {
    let chosen = sent.read()?;
    let new = match judged(person, judge, chosen.new_password).await? {
        Ok(new) => new,
        Err(weakness) => {
            sent.form.new_password.refuse(weakness.to_string());
            return Err(AppError::Invalid);
        }
    };
    let proved = judge.judge(&person.account, chosen.present_password, SecurityKind::PasswordNotProved).await?;
    if proved.is_none_or(|proved| proved.id != person.id) {
        sent.form.present_password.refuse(Refusal::PresentPassword);
        return Err(AppError::Invalid);
    }
    let hashed = hash(new).await?;
    let mut change = person.change(sent).await?;
    store::save_password(&mut change, person.id, &hashed, None).await?;
    store::end_other_sessions(&mut change, person.id, Some(person.session)).await?;
    change.commit(Event::new(Verb::PasswordChanged, person.id, "chose a password"), "/").await
}

/// The rules of a new password, by what is known of the person.
async fn judged(person: &SignedIn, judge: &Judge, typed: TypedPassword) -> Result<Result<NewPassword, Weakness>> {
    let duty = person.layout.person.as_ref().map(|shown| shown.duty.clone()).unwrap_or_default();
    let about = [person.account.clone(), person.name.clone(), duty, judge.site().to_owned()];
    in_turn(&CHOOSING, move || typed.judged(&about.each_ref().map(String::as_str))).await
}
