//! What people of the demonstration do again and again.

use time::Date;

use super::visitor::Visitor;
use crate::{
    error::{AppError, Result},
    text::Day,
};

/// Fields as a form takes them.
pub fn fields(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// A request to be opened.
#[derive(Debug, Clone, Copy)]
pub struct Opening {
    pub check_type: &'static str,
    pub post: &'static str,
    pub subject: &'static str,
    pub reason: &'static str,
    pub priority: &'static str,
    /// Required, requested or optional.
    pub site_visit: &'static str,
}

/// Opens a check; gives its address.
pub async fn open(officer: &Visitor, opening: &Opening) -> Result<String> {
    let page = officer.open("/checks/open").await?;
    let post = page.choice("post", opening.post)?;
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
    page.send(&sent).await
}

/// A license to be registered.
#[derive(Debug, Clone, Copy)]
pub struct Application {
    pub number: &'static str,
    pub destination: &'static str,
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
        sent.push(("approved_on".into(), Day(day).to_string()));
    }
    let id = check.rsplit('/').next().unwrap_or_default();
    officer.add(&format!("/licenses/register?check={id}"), &fields(&sent)).await
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
    officer.add(&format!("{license}/items/add"), &sent).await.map(|_| ())
}

pub type Firm = (&'static str, &'static str, &'static str);

/// Puts a party on a license, or makes it the subject of a check: a known record if there is one.
pub async fn party(officer: &Visitor, place: &str, firm: Firm, role: &str, possession: &str) -> Result<()> {
    let (name, kind, country) = firm;
    let query: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let page = officer.open(&format!("{place}?q={query}")).await?;
    let known = page.offered("party", name);
    let mut sent = vec![("role", role), ("takes_possession", possession)];
    match &known {
        Some(id) => sent.push(("party", id)),
        None => sent.extend([("name", name), ("kind", kind), ("country", country), ("address", "")]),
    }
    officer.add(place, &sent).await.map(|_| ())
}

/// Records a contact on a day.
pub async fn contact(officer: &Visitor, check: &str, contact: &Contact<'_>) -> Result<()> {
    let path = format!("{check}/contacts/record");
    let page = officer.open(&path).await?;
    let authority = match contact.authority {
        Some(name) => page.offered("authority", &format!("({name})")).unwrap_or_else(|| name.to_owned()),
        None => String::new(),
    };
    let party = match contact.party {
        Some(name) => page.choice("party", name)?,
        None => String::new(),
    };
    let mut sent = vec![
        ("authority".to_owned(), authority),
        ("party".into(), party),
        ("kind".into(), contact.kind.into()),
        ("with_whom".into(), contact.whom.into()),
        ("place".into(), String::new()),
        ("channel_source".into(), contact.channel.into()),
        ("summary".into(), contact.summary.into()),
    ];
    sent.push(("occurred_on".into(), Day(contact.on).to_string()));
    officer.add(&path, &fields(&sent)).await.map(|_| ())
}

/// Whom the post met, how, and what it was told.
#[derive(Debug, Clone, Copy)]
pub struct Contact<'a> {
    pub kind: &'a str,
    pub whom: &'a str,
    /// The authority they spoke for, by its short name or as the form sends it.
    pub authority: Option<&'a str>,
    /// The party they spoke for.
    pub party: Option<&'a str>,
    /// Where the channel came from, a code.
    pub channel: &'a str,
    pub on: Date,
    /// What was said or seen.
    pub summary: &'a str,
}

/// Records what was stated at the contact with `whom`: grade, topic, text.
pub async fn statements(officer: &Visitor, check: &str, whom: &str, said: &[(&str, &str, &str)]) -> Result<()> {
    let path = format!("{check}/statements/record");
    let contact = officer.open(&path).await?.choice("contact", whom)?;
    for (grade, topic, text) in said {
        let sent = [
            ("contact", contact.as_str()),
            ("source_grade", *grade),
            ("topic", *topic),
            ("about", ""),
            ("text", *text),
        ];
        officer.add(&path, &sent).await?;
    }
    Ok(())
}

/// A finding: its page, the answer, the text, and with whom the contacts were that it rests on.
pub type Finding = (String, &'static str, &'static str, &'static str);

/// Records findings. Each page offers the same contacts, so the first is looked at.
pub async fn findings(officer: &Visitor, findings: &[Finding]) -> Result<()> {
    let Some((first, ..)) = findings.first() else { return Ok(()) };
    let page = officer.open(first).await?;
    for (path, answer, text, whom) in findings {
        let contact = page.choice("contacts", whom)?;
        let sent = [("answer", *answer), ("text", *text), ("portion_mark", "SBU"), ("contacts", contact.as_str())];
        officer.add(path, &sent).await?;
    }
    Ok(())
}

/// The addresses of the findings a check still asks for, with their labels.
pub async fn asked(officer: &Visitor, check: &str) -> Result<Vec<(String, String)>> {
    let page = officer.open(check).await?;
    let links = page.addresses(&format!("<a href=\"{check}/findings/"), "</a>");
    let links = links.into_iter().filter_map(|link| link.split_once("\">"));
    // Beside the topic the link says only what it does; those who hear the page are told the topic too.
    let label = |words: &str| {
        let told = words.split_once("<span class=\"usa-sr-only\"> ").map_or(words, |(_, topic)| topic);
        told.trim_end_matches("</span>").to_owned()
    };
    Ok(links.map(|(address, words)| (format!("{check}/findings/{address}"), label(words))).collect())
}

#[derive(Debug, Clone, Copy)]
pub struct Paper {
    pub issuer: &'static str,
    pub number: &'static str,
    pub quantity: &'static str,
    pub party: &'static str,
    pub until: Date,
}

/// Records a permit that covers every item of the license whose label contains one of `labels`, and verifies it at the
/// contact with `verifier`.
pub async fn permit(officer: &Visitor, license: &str, paper: &Paper, labels: &[&str], verifier: &str) -> Result<()> {
    let page = officer.open(&format!("{license}/permits/record")).await?;
    let mut sent = vec![
        ("issuer".into(), page.choice("issuer", &format!("({})", paper.issuer))?),
        ("number".into(), paper.number.into()),
        ("quantity".into(), paper.quantity.into()),
        ("unit".into(), "pieces".into()),
        ("named_party".into(), paper.party.into()),
    ];
    sent.push(("valid_until".into(), Day(paper.until).to_string()));
    for label in labels {
        sent.push(("items".into(), page.choice("items", label)?));
    }
    page.send(&fields(&sent)).await?;
    verify(officer, license, "permits", &[verifier]).await
}

/// Verifies every permit or signature of a license that can be verified, at the first of those contacts that can.
async fn verify(officer: &Visitor, license: &str, papers: &str, whom: &[&str]) -> Result<()> {
    let page = officer.open(license).await?;
    for row in page.addresses(&format!("{license}/{papers}/"), "\"").into_iter().filter(|row| row.ends_with("/verify"))
    {
        let page = officer.open(&format!("{license}/{papers}/{row}")).await?;
        let contact = whom.iter().find_map(|whom| page.offered("contact", whom));
        let contact = contact.map_or_else(|| page.choice("contact", "one who can"), Ok)?;
        page.send(&[("contact", &contact)]).await?;
    }
    Ok(())
}

/// Records a complete certificate, every signature verified at the contact with who gave it.
pub async fn certificate(
    officer: &Visitor,
    license: &str,
    signers: &[(&str, &str)],
    on: Date,
    whom: &[&str],
) -> Result<()> {
    let paper = [("paper_form", "DSP-83"), ("kept_at", "Washington, license file"), ("host_government_needed", "no")];
    let mut sent: Vec<(String, String)> = paper.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    for (at, (signer, name)) in (1..).zip(signers) {
        sent.push((format!("signed.{at}.signer"), (*signer).into()));
        sent.push((format!("signed.{at}.signer_name"), (*name).into()));
        sent.push((format!("signed.{at}.signed_on"), Day(on).to_string()));
    }
    officer.add(&format!("{license}/certificate"), &fields(&sent)).await?;
    verify(officer, license, "certificate", whom).await
}

/// Adds a planned custody step.
pub async fn custody(officer: &Visitor, license: &str, stage: &str, holder: &str, what: &str) -> Result<()> {
    let sent = [("stage", stage), ("holder", holder), ("party", ""), ("what", what), ("item", ""), ("quantity", "")];
    officer.add(&format!("{license}/custody/add"), &sent).await.map(|_| ())
}

/// Explains everything that waits for the reader's side.
pub async fn explain(officer: &Visitor, check: &str, text: &str) -> Result<()> {
    loop {
        let page = officer.open(&format!("{check}/explain")).await?;
        let Some(first) = page.addresses("name=\"contradiction\" value=\"", "\"").first().map(|key| (*key).to_owned())
        else {
            return Ok(());
        };
        page.send(&[("contradiction", first.as_str()), ("text", text)]).await?;
    }
}

/// Links what somebody said to what bears it out.
pub async fn confirm(officer: &Visitor, check: &str, said: &str, by: &str) -> Result<()> {
    // Choices show how a statement begins.
    let begins = |text: &str| text.chars().take(30).collect::<String>();
    let (said, by) = (begins(said), begins(by));
    let page = officer.open(check).await?;
    for statement in page.addresses(&format!("href=\"{check}/statements/"), "/link\"") {
        let link = officer.open(&format!("{check}/statements/{statement}/link")).await?;
        // The page of a statement offers every other one.
        if link.offered("contradicted_by", &said).is_none() {
            let by = link.choice("confirmed_by", &by)?;
            return link.send(&[("confirmed_by", by.as_str())]).await.map(drop);
        }
    }
    Err(AppError::NotFound)
}

/// The cells of a license's matrix that somebody has to fill in.
pub async fn cells(officer: &Visitor, license: &str) -> Result<Vec<String>> {
    let page = officer.open(license).await?;
    let links =
        page.addresses(&format!("href=\"{license}/approvals/"), "\"").into_iter().filter(|cell| cell.contains('/'));
    Ok(links.map(|cell| format!("{license}/approvals/{cell}")).collect())
}
