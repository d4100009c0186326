//! Thirty other checks over a dozen posts, in every state, so that no page of any role is empty.

use super::stories::{Far, PRE, SHIPPED, Story, stories};
use crate::{
    approvals::model::Pasted,
    demo::{
        moves::{self, Application, Contact, Paper},
        visitor::{Stage, Visitor},
    },
    error::Result,
};

/// Plays them, the oldest first; every act on its own day. Tells after each how many are there.
pub async fn play(stage: &Stage, tell: impl Fn(usize)) -> Result<()> {
    for (before, story) in stories().iter().enumerate() {
        Run { stage, story, check: String::new(), licenses: Vec::new() }.play().await?;
        tell(before + 1);
    }
    Ok(())
}

struct Run<'a> {
    stage: &'a Stage,
    story: &'a Story,
    check: String,
    licenses: Vec<String>,
}

const WHOM: &str = "head of procurement";
const OFFICIAL: &str = "licensing officer";

const RECALLED: &str =
    "The application names another consignee since this morning. It is sent again once it is corrected.";
const DECLINED: &str =
    "The authority ordered twice as many pistols as it has guards. Say what the rest is for, or ask the post.";
const ASKED: &str =
    "Is the certificate on form DSP-83 expected before the visit? The end-user says that the applicant has it.";
const ASKED_WITHIN: &str = "The post names the manager only. Do we know who owns the firm?";

impl Run<'_> {
    async fn play(mut self) -> Result<()> {
        let (far, opened) = (self.story.far, self.story.opened);
        self.open(opened).await?;
        if far == Far::Draft {
            return Ok(());
        }
        self.washington("case", opened, "request", &[]).await?;
        if far == Far::Requested {
            return Ok(());
        }
        if far == Far::Recalled {
            return self.washington("case", opened - 1, "recall", &[("text", RECALLED)]).await;
        }
        let post = self.post(opened - 1, false).await?;
        post.fill(&self.at("acknowledge"), &[]).await?;
        match far {
            Far::OnHold => {
                return self
                    .washington("case", opened - 3, "hold", &[("text", "The applicant is changing the quantity.")])
                    .await;
            }
            Far::EndedEarly => {
                let why = [("because", "withdrawn"), ("text", "The applicant withdrew the application by letter.")];
                return self.washington("reviewer", opened - 3, "end", &why).await;
            }
            _ => {}
        }
        self.contacts(opened - 2).await?;
        if far == Far::Contacted {
            return Ok(());
        }
        if self.story.opening.check_type == SHIPPED {
            self.count(opened - 4).await?;
        }
        self.findings(opened - 4).await?;
        match far {
            Far::HalfFound => return self.remark(opened - 5, false).await,
            Far::Interim => {
                let post = self.post(opened - 6, false).await?;
                let text = "The end-user was visited. The licensing office asks for two more weeks to find its file.";
                return post.fill(&self.at("interim"), &[("text", text)]).await.map(|_| ());
            }
            _ => {}
        }
        self.reply(opened - 6).await?;
        if matches!(far, Far::Signed | Far::Replied | Far::Contradictory) {
            return if far == Far::Replied { self.remark(opened - 9, true).await } else { Ok(()) };
        }
        if far == Far::GivenBack {
            let text = "Who owns the firm? Post's answer names the manager only. Please also ask the licensing office whether it has a file.";
            return self.washington("case", opened - 10, "give-back", &[("text", text)]).await;
        }
        self.judge(opened - 10).await
    }

    /// Somebody asks the case officers: a reviewer among Washington, or the officer.
    async fn remark(&self, days_ago: i64, within: bool) -> Result<()> {
        let asked = [("to", "case_officer"), ("text", if within { ASKED_WITHIN } else { ASKED })];
        if within {
            return self.washington("reviewer", days_ago, "remarks/write", &asked).await;
        }
        let post = self.post(days_ago, false).await?;
        post.fill(&self.at("remarks/write"), &asked).await.map(|_| ())
    }

    fn at(&self, verb: &str) -> String {
        format!("{}/{verb}", self.check)
    }

    async fn washington(&self, account: &str, days_ago: i64, verb: &str, fields: &[(&str, &str)]) -> Result<()> {
        self.stage.at(days_ago, 16);
        self.stage.enter(account).await?.fill(&self.at(verb), fields).await.map(|_| ())
    }

    /// The officer of the post, or its supervisor; a post of one has only the officer.
    async fn post(&self, days_ago: i64, supervisor: bool) -> Result<Visitor> {
        self.stage.at(days_ago, if supervisor { 18 } else { 17 });
        let name = self.story.opening.post.to_lowercase().replace(' ', "");
        let alone = matches!(name.as_str(), "paramaribo" | "apia");
        self.stage.enter(&if supervisor && !alone { format!("{name}2") } else { name }).await
    }

    async fn open(&mut self, days_ago: i64) -> Result<()> {
        self.stage.at(days_ago, 14);
        let case = self.stage.enter("case").await?;
        let story = self.story;
        self.check = moves::open(&case, &story.opening).await?;
        let issued = matches!(story.opening.check_type, "post_license" | "post_shipment")
            .then(|| self.stage.day(days_ago + 200));
        for (number, destination, value) in story.licenses {
            let purpose = "As stated in the application.";
            let application = Application { number, destination, value, purpose, approved: issued };
            let license = moves::register(&case, &self.check, &application).await?;
            for items in story.items {
                moves::items(&case, &license, *items).await?;
            }
            let parties = format!("{license}/parties/add");
            moves::party(&case, &parties, ("Calder Ridge Arms Co.", "company", "US"), "applicant", "takes").await?;
            if let Some(broker) = story.broker {
                moves::party(&case, &parties, broker, "broker", "never").await?;
            }
            moves::party(&case, &parties, story.end_user, "foreign_consignee", "takes").await?;
            moves::party(&case, &parties, story.end_user, "end_user", "takes").await?;
            self.licenses.push(license);
        }
        if story.licenses.is_empty() {
            moves::party(&case, &self.at("subjects/add"), story.end_user, "broker", "unknown").await?;
        }
        Ok(())
    }

    async fn contacts(&self, days_ago: i64) -> Result<()> {
        let post = self.post(days_ago, false).await?;
        let on = self.stage.day(days_ago + 1);
        let talk = "Asked about the order, the use, the storage and who carries the items.";
        let met = Contact {
            kind: "meeting",
            whom: WHOM,
            authority: None,
            party: None,
            channel: "directory",
            on,
            summary: talk,
        };
        moves::contact(&post, &self.check, &met).await?;
        let summary = "Asked what the office has on file and which approval is needed.";
        // In Kingston an officer of the authority that issues the permits.
        let authority = (self.story.opening.post == "Kingston").then_some("FLA");
        let whom = &authority.map_or_else(|| OFFICIAL.to_owned(), |name| format!("{OFFICIAL} of the {name}"));
        moves::contact(
            &post,
            &self.check,
            &Contact { kind: "call", whom, authority, party: None, channel: "embassy", on, summary },
        )
        .await?;
        let said = ("party_itself", "order", "The order is theirs, and the items stay with their own staff.");
        moves::statements(&post, &self.check, WHOM, &[said]).await?;
        let said = ("official_oral", "order", "The office knows the party and has no complaint on file.");
        moves::statements(&post, &self.check, OFFICIAL, &[said]).await
    }

    async fn findings(&self, days_ago: i64) -> Result<()> {
        let post = self.post(days_ago, false).await?;
        let asked = moves::asked(&post, &self.check).await?;
        let half = self.story.far == Far::HalfFound;
        let count = if half { asked.len() / 2 } else { asked.len() };
        let bad = matches!(self.story.far, Far::Denied | Far::AwaitingCountersign);
        let found = asked.into_iter().take(count).map(|(address, label)| {
            let (answer, text) = match label.split(':').next().unwrap_or_default() {
                "Existence and bona fides" if bad => {
                    ("no", "At the address there is an empty shop. The telephone number belongs to somebody else.")
                }
                "End-use" if bad => ("could_not_establish", "The manager could not say who buys the items."),
                "Receipt and serial numbers" if self.story.far == Far::Contradictory => {
                    ("partly", "38 pistols were seen in the station armory; the other two were signed out.")
                }
                "Import approvals" => {
                    ("partly", "The office told post which approval is needed; nothing on paper was seen.")
                }
                _ => ("yes", "As the application says, as far as post could see."),
            };
            (address, answer, text, WHOM)
        });
        moves::findings(&post, &found.collect::<Vec<_>>()).await
    }

    async fn reply(&self, days_ago: i64) -> Result<()> {
        let post = self.post(days_ago, false).await?;
        moves::explain(&post, &self.check, "Both were handed to the court as evidence, says the armory's register.")
            .await?;
        let word = match self.story.far {
            Far::Denied | Far::AwaitingCountersign => ("oppose", "The consignee is not what the application says."),
            _ if self.has_open(&post).await? => ("support_with_conditions", "Once the import approvals are on paper."),
            _ => ("no_objection", "Nothing speaks against it."),
        };
        post.fill(&self.at("recommend"), &[("word", word.0), ("text", word.1)]).await?;
        post.fill(&self.at("sign"), &[]).await?;
        if self.story.far == Far::Signed {
            return Ok(());
        }
        let clearer = self.post(days_ago - 1, true).await?;
        clearer.fill(&self.at("clear"), &[]).await.map(|_| ())
    }

    async fn has_open(&self, post: &Visitor) -> Result<bool> {
        Ok(post.open(&self.at("recommend")).await?.text.contains("Still open"))
    }

    async fn judge(&self, days_ago: i64) -> Result<()> {
        let far = self.story.far;
        self.stage.at(days_ago, 15);
        let case = self.stage.enter("case2").await?;
        let issued = "The license was issued before Lantern kept approvals; the country's permit is in the paper file.";
        moves::explain(&case, &self.check, issued).await?;
        let bad = matches!(far, Far::Denied | Far::AwaitingCountersign);
        let text = if bad {
            "The consignee could not be found, and nobody could say who buys."
        } else {
            "Post confirmed the order, the use and the storage."
        };
        let mut sent = vec![("word", if bad { "unfavorable" } else { "favorable" }), ("text", text)];
        let page = case.open(&self.at("propose")).await?;
        let finding;
        if bad {
            finding = page.choice("finding", "bona fides")?;
            sent.extend([("primary", "existence"), ("finding", finding.as_str()), ("reasons", "unreliable")]);
        }
        if self.story.licenses.is_empty() {
            sent[0] = ("word", "favorable_with_caveat");
            sent.push(("caveat", "The owner was met once; the register was not seen."));
        }
        page.send(&sent).await?;
        if far == Far::Proposed {
            return Ok(());
        }
        if far == Far::Declined {
            return self.washington("reviewer", days_ago - 1, "decline", &[("text", DECLINED)]).await;
        }
        self.washington("reviewer", days_ago - 1, "sign-result", &[]).await?;
        if far == Far::AwaitingCountersign {
            return Ok(());
        }
        if bad {
            self.washington("supervisor", days_ago - 2, "countersign", &[]).await?;
        }
        if far == Far::Resulted || self.story.opening.check_type != PRE {
            return Ok(());
        }
        for license in &self.licenses {
            self.decide(license, days_ago - 4).await?;
        }
        Ok(())
    }

    async fn decide(&self, license: &str, days_ago: i64) -> Result<()> {
        self.stage.at(days_ago, 16);
        let reviewer = self.stage.enter("reviewer2").await?;
        let path = format!("{license}/decide");
        let (act, reasons) = match self.story.far {
            Far::Denied => ("deny", "The consignee is not what the application says."),
            Far::Returned => ("return", "Returned without action: the applicant asked to change the quantity."),
            _ => ("approve_on_conditions", "Favorable result; released once the import approvals are on paper."),
        };
        let provisos = "No transfer without prior approval\nDelivery within twelve months";
        reviewer
            .fill(
                &path,
                &[
                    ("act", act),
                    ("reasons", reasons),
                    ("provisos", if act == "approve_on_conditions" { provisos } else { "" }),
                ],
            )
            .await?;
        if matches!(self.story.far, Far::Denied | Far::Returned | Far::OnConditions) {
            return Ok(());
        }
        self.papers(license, days_ago - 5).await?;
        if self.story.far == Far::Ready {
            return Ok(());
        }
        self.stage.at(days_ago - 8, 16);
        let reviewer = self.stage.enter("reviewer2").await?;
        let sent = [("act", "confirm"), ("reasons", "Every import approval counts; nothing is open.")];
        reviewer.fill(&format!("{license}/confirm"), &sent).await.map(|_| ())
    }

    /// The permit that closes what is open, or the proof that none is needed.
    async fn papers(&self, license: &str, days_ago: i64) -> Result<()> {
        let post = self.post(days_ago, false).await?;
        let (label, _, _, quantity, _, _) = self.story.items[0];
        if self.story.opening.post != "Kingston" {
            return self.need_none(&post, license, days_ago).await;
        }
        let number = if self.story.opened > 200 { "FLA/0114/A" } else { "FLA/0862/C" };
        let until = self.stage.day(-200);
        let paper = Paper { issuer: "FLA", number, quantity, party: self.story.end_user.0, until };
        moves::permit(&post, license, &paper, &[label], OFFICIAL).await
    }

    /// The ministry writes that it asks for no approval: proof for the cell that waits for one.
    async fn need_none(&self, post: &Visitor, license: &str, days_ago: i64) -> Result<()> {
        let cells = moves::cells(post, license).await?;
        let Some((cell, of)) = cells.first().and_then(|cell| Some((cell, cell.rsplit_once('/')?.1))) else {
            return Ok(());
        };
        let offered = post.open(&format!("{}/contacts/record", self.check)).await?;
        let any = offered.choice("authority", "(")?;
        let on = self.stage.day(days_ago);
        let summary = "The ministry writes that it asks for no approval for these items.";
        let letter = Contact {
            kind: "letter",
            whom: "the ministry",
            authority: Some(if of == "none" { &any } else { of }),
            party: None,
            channel: "directory",
            on,
            summary,
        };
        moves::contact(post, &self.check, &letter).await?;
        let page = post.open(cell).await?;
        let told_by = page.choice("contact", "Letter with the ministry")?;
        let proof = "None is asked for; the ministry's letter says so.";
        page.send(&[("state", "not_required"), ("proof", proof), ("contact", told_by.as_str())]).await.map(|_| ())
    }

    /// Every number is seen; in the contradictory story the last two are missing.
    async fn count(&self, days_ago: i64) -> Result<()> {
        let post = self.post(days_ago, false).await?;
        for license in &self.licenses {
            let path = format!("{license}/serials");
            let page = post.open(&path).await?;
            let item = page.choice("item", self.story.items[0].0)?;
            let all: usize = self.story.items[0].3.parse().unwrap_or_default();
            let missing = if self.story.far == Far::Contradictory { 2 } else { 0 };
            let numbers: Vec<String> = (1..=all).map(|number| format!("KX{number:04}")).collect();
            let (seen, lost) = numbers.split_at(all - missing);
            for (state, location, numbers) in [("seen", "Station armory", seen), ("missing", "", lost)] {
                if !numbers.is_empty() {
                    let numbers = numbers.join("\n");
                    let seen = Pasted::read(&numbers).seen();
                    let sent = [
                        ("item", item.as_str()),
                        ("state", state),
                        ("location", location),
                        ("numbers", &numbers),
                        ("seen", &seen),
                    ];
                    page.send(&sent).await?;
                }
            }
        }
        Ok(())
    }
}
