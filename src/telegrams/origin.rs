//! A form that is filled from a telegram: the page that does an act takes `?from=<telegram>.<proposal>`, shows the proposal's answers for
//! the person to change, and notes on the telegram what became of it, in the change that does the act.

use axum::response::Response;
use serde::Deserialize;

use super::{
    desk::{Act, Plan},
    filing::{self, Filed},
    model::Answer,
};
use crate::{
    access::{Actor, Permission},
    audit::Made,
    db::Change,
    error::{AppError, Result},
    id::{CheckId, TelegramId},
    web::{
        Form, Sent,
        form::{Pairs, Source},
    },
};

/// The proposal a form is filled from, as its address names it; usually none.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Origin {
    #[serde(default)]
    from: String,
    #[serde(default)]
    into: Option<CheckId>,
}

impl Origin {
    /// The address of a page, filled from a proposal of a telegram that is filed into a check.
    pub fn address(act: &Act, telegram: TelegramId, key: &str, check: Option<CheckId>) -> String {
        let address = act.form.address();
        let sign = if address.contains('?') { '&' } else { '?' };
        let into = check.map(|check| format!("&into={check}")).unwrap_or_default();
        format!("{address}{sign}from={telegram}.{key}{into}")
    }

    fn named(&self) -> Result<Option<(TelegramId, &str)>> {
        if self.from.is_empty() {
            return Ok(None);
        }
        let (telegram, key) = self.from.split_once('.').ok_or(AppError::NotFound)?;
        Ok(Some((telegram.parse().map_err(|_| AppError::NotFound)?, key)))
    }

    /// A page's form, filled in with the proposal's answers beside the paragraph they are from; without a proposal, as it is.
    pub async fn form<F: Form>(&self, actor: &Actor, form: F, version: i32) -> Result<Sent<F>> {
        let Some((telegram, key)) = self.named()? else { return actor.form(form, version).await };
        if !actor.may(Permission::FileTelegrams) {
            return Err(AppError::NotFound);
        }
        let desk = filing::desk(actor, telegram, self.into).await?;
        let proposal = desk.proposal(key).ok_or(AppError::NotFound)?;
        let form = match desk.plan(proposal) {
            Plan::Act(act) => {
                let mut filled = F::filled(&Pairs::of(&act.answers));
                // What stands in the file already stands beside what the telegram says: the person looks at both.
                if act.version > 0 {
                    filled.beside(&form);
                }
                filled
            }
            _ => form,
        };
        let mut sent = actor.form(form, version).await?;
        sent.source = Some(Source { cited: desk.cited(proposal), words: desk.words(proposal).into_owned() });
        Ok(sent)
    }

    /// Does a page's act in one change, and notes on the telegram what became of the proposal the form was filled from.
    pub async fn done<F: Form>(
        &self,
        actor: &Actor,
        sent: &mut Sent<F>,
        act: impl AsyncFnOnce(&mut Change, &mut Sent<F>) -> Result<Made>,
    ) -> Result<Response> {
        sent.read()?;
        let mut change = actor.change(sent).await?;
        let made = act(&mut change, sent).await?;
        let made = self.settle(actor, &mut change, made).await?;
        change.make(made).await
    }

    /// Notes on the telegram what became of the proposal, and leads back to it.
    async fn settle(&self, actor: &Actor, change: &mut Change, made: Made) -> Result<Made> {
        let Some((telegram, key)) = self.named()? else { return Ok(made) };
        if !actor.may(Permission::FileTelegrams) {
            return Err(AppError::NotFound);
        }
        let desk = filing::desk_for_update(actor, change, telegram, self.into).await?;
        let proposal = desk.proposal(key).filter(|proposal| desk.is_answered_by(proposal, &made)).ok_or(AppError::NotFound)?;
        let (opened, filed) = (made.opened(), Filed { answer: Answer::Changed, made: Some(made) });
        let made = filing::note(change, &desk, proposal, filed).await?;
        let check = opened.or(desk.file.as_ref().map(|file| file.check.id));
        let into = check.map(|check| format!("?check={check}")).unwrap_or_default();
        Ok(Made { to: format!("/telegrams/{telegram}{into}#{key}"), ..made })
    }
}
