//! What people of the demonstration do again and again.

use time::Date;

use super::visitor::{Visitor, choice};
use crate::error::{AppError, Result};

/// The three fields of a date.
pub fn date<'a>(name: &str, day: Date, into: &'a mut Vec<(String, String)>) -> &'a mut Vec<(String, String)> {
    for (part, value) in [("day", i32::from(day.day())), ("month", i32::from(u8::from(day.month()))), ("year", day.year())] {
        into.push((format!("{name}.{part}"), value.to_string()));
    }
    into
}

/// Fields as a form takes them.
pub fn fields(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// A request to be opened.
#[derive(Debug, Clone, Copy)]
pub struct Opening {
    /// A check type's code.
    pub check_type: &'static str,
    /// The post's name.
    pub post: &'static str,
    /// One line.
    pub subject: &'static str,
    /// Why.
    pub reason: &'static str,
    /// Routine, priority or urgent.
    pub priority: &'static str,
    /// Required, requested or optional.
    pub site_visit: &'static str,
}

/// Opens a check; gives its address.
pub async fn open(officer: &Visitor, opening: &Opening) -> Result<String> {
    let page = officer.open("/checks/open").await?;
    let post = wanted(choice(&page, "post", opening.post), opening.post)?;
    let sent = [
        ("check_type", opening.check_type),
        ("post", post.as_str()),
        ("subject", opening.subject),
        ("reason", opening.reason),
        ("priority", opening.priority),
        ("site_visit", opening.site_visit),
        ("days", ""),
        ("follows", ""),
    ];
    officer.fill("/checks/open", &sent).await
}

fn wanted(found: Option<String>, what: &str) -> Result<String> {
    found.ok_or_else(|| AppError::internal(format!("no choice {what}")))
}

/// A license to be registered.
#[derive(Debug, Clone, Copy)]
pub struct Application {
    /// As written.
    pub number: &'static str,
    /// A country's code.
    pub destination: &'static str,
    /// In U.S. dollars.
    pub value: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// When it was approved, for one first seen when issued.
    pub approved: Option<Date>,
}

/// Registers a license for a draft check; gives its address.
pub async fn register(officer: &Visitor, check: &str, application: &Application) -> Result<String> {
    let mut sent = vec![
        ("number".into(), application.number.into()),
        ("license_form".into(), "dsp_5".into()),
        ("destination".into(), application.destination.into()),
        ("value_usd".into(), application.value.into()),
        ("purpose".into(), application.purpose.into()),
    ];
    if let Some(day) = application.approved {
        date("approved_on", day, &mut sent);
    }
    let id = check.rsplit('/').next().unwrap_or_default();
    officer.fill(&format!("/licenses/register?check={id}"), &fields(&sent)).await
}

/// Label, class, category, quantity, value, significant military equipment.
pub type Items = (&'static str, &'static str, &'static str, &'static str, &'static str, bool);

/// Adds a line of items.
pub async fn items(officer: &Visitor, license: &str, items: Items) -> Result<()> {
    let (label, class, category, quantity, value, significant) = items;
    let mut sent = vec![
        ("label", label),
        ("item_class", class),
        ("usml_category", category),
        ("quantity", quantity),
        ("unit", "pieces"),
        ("value_usd", value),
        ("jurisdiction", "itar"),
    ];
    if significant {
        sent.push(("designations", "significant_military_equipment"));
    }
    officer.fill(&format!("{license}/items/add"), &sent).await.map(|_| ())
}

/// Name, kind, country.
pub type Firm = (&'static str, &'static str, &'static str);

/// Puts a party on a license, or makes it the subject of a check: a known record if there is one.
pub async fn party(officer: &Visitor, place: &str, firm: Firm, role: &str, possession: &str) -> Result<()> {
    let (name, kind, country) = firm;
    let query: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let page = officer.open(&format!("{place}?q={query}")).await?;
    let known = choice(&page, "party", name);
    let mut sent = vec![("role", role), ("takes_possession", possession)];
    match &known {
        Some(id) => sent.push(("party", id)),
        None => sent.extend([("name", name), ("kind", kind), ("country", country), ("address", "")]),
    }
    officer.fill(place, &sent).await.map(|_| ())
}

/// Records a contact on a day; it was with the authority whose short name stands in `whom`, if one does.
pub async fn contact(officer: &Visitor, check: &str, kind: &str, whom: &str, channel: &str, on: Option<Date>, summary: &str) -> Result<()> {
    let path = format!("{check}/contacts/record");
    let page = officer.open(&path).await?;
    let authority = whom.rsplit(' ').next().and_then(|name| choice(&page, "authority", &format!("({name})"))).unwrap_or_default();
    let mut sent = vec![
        ("authority".to_owned(), authority),
        ("kind".into(), kind.into()),
        ("with_whom".into(), whom.into()),
        ("place".into(), String::new()),
        ("channel_source".into(), channel.into()),
        ("summary".into(), summary.into()),
    ];
    if let Some(day) = on {
        date("occurred_on", day, &mut sent);
    }
    officer.fill(&path, &fields(&sent)).await.map(|_| ())
}

/// Records what somebody stated at a contact.
pub async fn statement(officer: &Visitor, check: &str, whom: &str, grade: &str, topic: &str, text: &str) -> Result<()> {
    let path = format!("{check}/statements/record");
    let page = officer.open(&path).await?;
    let contact = wanted(choice(&page, "contact", whom), whom)?;
    let sent = [("contact", contact.as_str()), ("source_grade", grade), ("topic", topic), ("about", ""), ("text", text)];
    officer.fill(&path, &sent).await.map(|_| ())
}

/// Records a finding that rests on the contacts with `whom`.
pub async fn finding(officer: &Visitor, path: &str, answer: &str, text: &str, whom: &[&str]) -> Result<()> {
    let page = officer.open(path).await?;
    let mut sent = vec![("answer".to_owned(), answer.to_owned()), ("text".into(), text.into()), ("portion_mark".into(), "SBU".into())];
    for name in whom {
        sent.push(("contacts".into(), wanted(choice(&page, "contacts", name), name)?));
    }
    officer.fill(path, &fields(&sent)).await.map(|_| ())
}

/// The addresses of the findings a check still asks for, with their labels.
pub async fn asked(officer: &Visitor, check: &str) -> Result<Vec<(String, String)>> {
    let page = officer.open(check).await?;
    let begin = format!("<a href=\"{check}/findings/");
    let links = page.split(&begin).skip(1).filter_map(|part| {
        let (address, rest) = part.split_once("\">")?;
        let label = rest.split_once("</a>")?.0;
        Some((format!("{check}/findings/{address}"), label.to_owned()))
    });
    Ok(links.collect())
}

/// A license's permit.
#[derive(Debug, Clone, Copy)]
pub struct Paper {
    /// The issuer's short name.
    pub issuer: &'static str,
    /// Its number.
    pub number: &'static str,
    /// How many.
    pub quantity: &'static str,
    /// The party it names.
    pub party: &'static str,
    /// Its last day.
    pub until: Date,
}

/// Records a permit that covers every item of the license whose label contains one of `labels`, and verifies it.
pub async fn permit(officer: &Visitor, license: &str, paper: &Paper, labels: &[&str], verifier: Option<&str>) -> Result<()> {
    let path = format!("{license}/permits/record");
    let page = officer.open(&path).await?;
    let issuer = wanted(choice(&page, "issuer", &format!("({})", paper.issuer)), paper.issuer)?;
    let mut sent = vec![
        ("issuer".into(), issuer),
        ("number".into(), paper.number.into()),
        ("quantity".into(), paper.quantity.into()),
        ("unit".into(), "pieces".into()),
        ("named_party".into(), paper.party.into()),
    ];
    date("valid_until", paper.until, &mut sent);
    for label in labels {
        sent.push(("items".into(), wanted(choice(&page, "items", label), label)?));
    }
    officer.fill(&path, &fields(&sent)).await?;
    let Some(whom) = verifier else { return Ok(()) };
    let page = officer.open(license).await?;
    let row = page
        .split(&format!("{license}/permits/"))
        .skip(1)
        .filter_map(|part| part.split_once("/verify").map(|(id, _)| id))
        .find(|id| id.len() == 36);
    let path = format!("{license}/permits/{}/verify", wanted(row.map(str::to_owned), "permit to verify")?);
    let page = officer.open(&path).await?;
    let contact = wanted(choice(&page, "contact", whom), whom)?;
    officer.fill(&path, &[("contact", &contact)]).await.map(|_| ())
}

/// Records a complete certificate, every signature verified at the contact with `whom`.
pub async fn certificate(officer: &Visitor, license: &str, signers: &[(&str, &str)], on: Date, whom: &str) -> Result<()> {
    let sent = [("paper_form", "DSP-83"), ("kept_at", "Washington, license file"), ("host_government_needed", "no")];
    officer.fill(&format!("{license}/certificate"), &sent).await?;
    for (signer, name) in signers {
        let mut sent = vec![("signer".to_owned(), (*signer).to_owned()), ("signer_name".into(), (*name).into())];
        date("signed_on", on, &mut sent);
        officer.fill(&format!("{license}/certificate/sign"), &fields(&sent)).await?;
    }
    let page = officer.open(license).await?;
    let rows: Vec<String> = page
        .split(&format!("{license}/certificate/"))
        .skip(1)
        .filter_map(|part| part.split_once("/verify").map(|(id, _)| id.to_owned()))
        .filter(|id| id.len() == 36)
        .collect();
    for row in rows {
        let path = format!("{license}/certificate/{row}/verify");
        let page = officer.open(&path).await?;
        let contact = wanted(choice(&page, "contact", whom), whom)?;
        officer.fill(&path, &[("contact", &contact)]).await?;
    }
    Ok(())
}

/// Adds a planned custody step.
pub async fn custody(officer: &Visitor, license: &str, stage: &str, holder: &str, what: &str) -> Result<()> {
    let sent = [("stage", stage), ("holder", holder), ("party", ""), ("what", what), ("item", ""), ("quantity", "")];
    officer.fill(&format!("{license}/custody/add"), &sent).await.map(|_| ())
}
