//! The pages that sign a check, and those that refuse to: the file before the eyes of who signs, the signature beneath
//! it, and the refusal folded beneath that, with its reason.

use askama::Template;
use axum::response::Response;

use super::{
    model::{CaseFile, Stepped},
    steps::{self, Ask, Step, StepForm},
    store::{self, Texts},
    verbs::{self, CheckVerb},
};
use crate::{
    access::{Actor, Can},
    addresses::{self as at, Address},
    audit::{self, Event, Events},
    db::Change,
    error::Result,
    id::{CheckId, PersonId},
    signing::{Head, Sheet, heads},
    web::{Form, Layout, Path, Sent, filters, html},
};

/// How many entries of the log the page looks through for what changed.
const EVENTS: i64 = 40;

#[derive(Template)]
#[template(path = "checks/sign.html")]
struct Page<'a> {
    layout: Layout,
    file: &'a CaseFile,
    title: &'static str,
    heads: Vec<Head>,
    sheet: Sheet<'a>,
    ask: Ask,
    /// Whether the form is there: the step is possible, or something typed would be lost.
    is_offered: bool,
    sent: Sent<StepForm>,
    /// What is done in place of signing, by the same person.
    instead: Option<Instead>,
}

/// A refusal to sign, beneath the signature.
#[derive(Debug)]
struct Instead {
    title: &'static str,
    /// What the folded line says, that opens it.
    summary: &'static str,
    address: Address,
    ask: Ask,
    sent: Sent<StepForm>,
}

/// The page of a signature, or of a refusal to sign.
pub async fn show<S: Step>(can: Can<S>, Path(id): Path<CheckId>) -> Result<Response> {
    let file = store::find(&can, id, Texts::Read).await?;
    let sent = can.form(StepForm::blank(), file.check.revision).await?;
    page::<S>(&can, &file, sent).await
}

pub async fn submit<S: Step>(can: Can<S>, Path(id): Path<CheckId>, mut sent: Sent<StepForm>) -> Result<Response> {
    let done = steps::take::<S>(&can, id, &mut sent).await;
    sent.answer(done, async |mut sent| {
        let file = store::find(&can, id, Texts::Read).await?;
        sent.renew(file.check.revision);
        page::<S>(&can, &file, sent).await
    })
    .await
}

async fn page<S: Step>(can: &Can<S>, file: &CaseFile, sent: Sent<StepForm>) -> Result<Response> {
    let sheet = sheet(can, file, S::VERB).await?;
    let is_possible = sheet.hand.refused.is_none();
    html(&Page {
        layout: can.layout(),
        title: S::VERB.title(),
        heads: heads(file),
        ask: S::ask(file, can.id),
        is_offered: is_possible || !sent.form.text.raw().is_empty(),
        instead: instead(can, file, S::VERB).filter(|_| is_possible),
        sheet,
        sent,
        file,
    })
}

/// What is signed, with what the log says of it.
pub(super) async fn sheet<'a>(can: &Actor, file: &'a CaseFile, verb: CheckVerb) -> Result<Sheet<'a>> {
    let mut conn = can.reads().acquire().await?;
    let licenses: Vec<_> = file.licenses.iter().map(|license| license.id).collect();
    let post = can.post().map(|post| post.id);
    let entries = audit::store::timeline(&mut conn, Some(file.check.id), &licenses, post, EVENTS).await?;
    Ok(Sheet::of_check(file, verb, (&can.reader(), &can.name), &entries))
}

/// What who signs may do in its place.
fn instead(can: &Actor, file: &CaseFile, verb: CheckVerb) -> Option<Instead> {
    let (other, ask, summary) = match verb {
        CheckVerb::Clear => {
            (CheckVerb::BringBack, verbs::BringBack::ask(file, can.id), "Return it to the officer, with a remark")
        }
        CheckVerb::SignResult | CheckVerb::Countersign => {
            (CheckVerb::Decline, verbs::Decline::ask(file, can.id), "Decline, with a reason")
        }
        _ => return None,
    };
    let may = can.may(other.permission()) && other.judge(file, can.id).is_ok();
    let sent = Sent::fresh(StepForm::blank(), file.check.revision);
    may.then(|| Instead { title: other.label(), summary, address: other.address(file.check.id), ask, sent })
}

impl Step for verbs::Sign {
    fn ask(_: &CaseFile, _: PersonId) -> Ask {
        let says = "Your name stands under the reply. Another person of the post clears it, and it goes to Washington.";
        Ask { says: vec![says.into()], acts: "You sign", ..Ask::default() }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        let signed = file.sign(can.id)?;
        store::sign_recommendation(change, &signed).await?;
        Ok(signed.into())
    }
}

impl Step for verbs::BringBack {
    fn ask(file: &CaseFile, _: PersonId) -> Ask {
        let signer = file.check.signed_reply().and_then(|word| word.signed_by_name.as_deref()).unwrap_or("The officer");
        let says = vec![format!(
            "{signer} signed the reply. It is open again at the post and unsigned: what it says can be changed, and it is signed once more."
        )];
        Ask {
            says,
            label: "Remark",
            hint: "What is missing, or should be said otherwise. It stays in the file.",
            acts: "",
            ..Ask::default()
        }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, text: &str) -> Result<Events> {
        let back = file.bring_back(can.id, text)?;
        store::bring_back(change, &back).await?;
        Ok(back.into())
    }
}

impl Step for verbs::Clear {
    fn ask(file: &CaseFile, by: PersonId) -> Ask {
        let mut says = vec![
            "The reply goes to Washington and is frozen. Contacts may still be added until the check closes.".into(),
        ];
        if let Ok(cleared) = file.clear(by)
            && *cleared.post_of_one()
        {
            says.push(
                "You signed it yourself, and nobody else serves at the post today: this is printed as a caveat.".into(),
            );
        }
        Ask { says, acts: "You clear", ..Ask::default() }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        let cleared = file.clear(can.id)?;
        store::clear(change, &cleared).await?;
        Ok(cleared.into())
    }
}

impl Step for verbs::Decline {
    fn ask(_: &CaseFile, _: PersonId) -> Ask {
        let says =
            "The proposal is withdrawn. The case officer reads why, and proposes another result or asks the post.";
        Ask {
            says: vec![says.into()],
            label: "Why",
            hint: "What speaks against the result, or what is missing.",
            acts: "",
            ..Ask::default()
        }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, text: &str) -> Result<Events> {
        let declined = file.decline(can.id, text)?;
        store::decline_result(change, &declined).await?;
        Ok(declined.into())
    }
}

impl Step for verbs::SignResult {
    fn ask(file: &CaseFile, by: PersonId) -> Ask {
        let needs_two = file.check.result.as_ref().is_some_and(|result| result.word.needs_countersignature());
        let mut says =
            vec![if needs_two { "A supervisor countersigns it, and then it stands." } else { STANDS }.to_owned()];
        let earlier =
            file.check.earlier_result.as_ref().filter(|result| result.signed_by.is_some_and(|signer| signer != by));
        if let Some(name) = earlier.and_then(|result| result.signed_by_name.as_ref()) {
            says.push(format!(
                "{name} signed an earlier result. Who signed one decides no license of the check: a third reviewer will have to."
            ));
        }
        Ask { says, acts: "You sign", ..Ask::default() }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        let signed = file.sign_result(can.id)?;
        store::sign_result(change, &signed).await?;
        let closed = close(change, file, signed.step().as_ref()).await?;
        Ok(Events::from(signed).and_all(closed))
    }
}

impl Step for verbs::Countersign {
    fn ask(_: &CaseFile, _: PersonId) -> Ask {
        Ask { says: vec![STANDS.into()], acts: "You countersign", ..Ask::default() }
    }

    async fn act(can: &Can<Self>, change: &mut Change, file: &CaseFile, _: &str) -> Result<Events> {
        let signed = file.countersign(can.id)?;
        store::countersign_result(change, &signed).await?;
        let closed = close(change, file, Some(signed.step())).await?;
        Ok(Events::from(signed).and_all(closed))
    }
}

/// What follows from the last signature on a result.
const STANDS: &str = "The result stands with this signature, and the licenses on the check come up for decision.";

/// Closes a check whose last step took it to its result, if none of its licenses is open.
pub(super) async fn close(change: &mut Change, file: &CaseFile, step: Option<&Stepped>) -> Result<Option<Event>> {
    let Some(step) = step else { return Ok(None) };
    let mut settled = file.clone();
    settled.check.state = step.to();
    let Some(closed) = settled.close() else { return Ok(None) };
    store::close(change, &closed).await?;
    Ok(Some(closed.into()))
}
