//! What happens on a check on its way: what is asked, learned, answered and decided.

use super::plot::Wish;
use crate::{
    approvals::model::CustodyStage,
    checks::model::{CheckType, RecommendationWord, ResultWord, SiteVisit},
    error::Result,
    evidence::model::{ContactKind, FindingAnswer, SourceGrade},
    generate::{
        evidence::Bears,
        goods::{GOODS, Good},
        license::Wanted,
        story::{Kept, Story},
    },
    id::{ContactId, DocumentId},
    licenses::model::{Act, LicenseStatus},
    parties::model::PartyRole,
};

impl Story<'_> {
    pub(super) fn add_what_it_is_about(&mut self, good: Good, known: Option<Kept>, wish: Wish) -> Result<()> {
        if let Some(kept) = known {
            return self.take_up(kept).map(|_| ());
        }
        if !self.file.check.check_type.has_licenses() {
            let role = if self.file.check.check_type == CheckType::BrokerInquiry {
                PartyRole::Broker
            } else {
                PartyRole::EndUser
            };
            self.add_subject(role)?;
            return if self.world.dice.chance(80) { self.add_subject(PartyRole::FreightForwarder) } else { Ok(()) };
        }
        let dear = self.world.dice.chance(6);
        let wanted = Wanted { good, dear, listed: wish.listed, never: wish.never };
        let index = self.register(wanted)?;
        if self.world.dice.chance(180) {
            let more = self.world.dice.weighed(GOODS);
            let quantity = self.world.dice.between(2, 20);
            self.add_item(index, more, quantity, None)?;
        }
        if self.world.dice.chance(40) {
            self.register(Wanted { dear: false, ..wanted })?;
        }
        Ok(())
    }

    pub(super) fn visit_or_waive(&mut self) -> Result<()> {
        if self.file.check.site_visit != SiteVisit::Required {
            return Ok(());
        }
        self.pass(1, 9);
        if self.world.dice.chance(250) {
            self.waive()
        } else {
            self.contact(ContactKind::SiteVisit, None, VISITED).map(|_| ())
        }
    }

    pub(super) fn first_contact(&mut self) -> Result<ContactId> {
        self.pass(1, 8);
        let kind = self.world.dice.weighed(&[
            (300, ContactKind::Call),
            (300, ContactKind::Meeting),
            (150, ContactKind::Email),
            (100, ContactKind::Letter),
            (130, ContactKind::SiteVisit),
            (20, ContactKind::DiplomaticNote),
        ]);
        let openings = if kind == ContactKind::SiteVisit { VISITED } else { CALLED };
        self.contact(kind, None, openings)
    }

    /// Contacts, statements, documents, and as many of the findings that are asked for.
    pub(super) fn investigate(&mut self, first: ContactId, bad: bool, most: usize) -> Result<()> {
        let mut contacts = vec![first];
        let mut documents: Vec<DocumentId> = Vec::new();
        for _ in 0..self.world.dice.weighed(&[(500, 0), (350, 1), (120, 2), (29, 5), (1, 40)]) {
            contacts.push(self.first_contact()?);
        }
        let about = self.file.parties().first().map(|(party, ..)| *party);
        if self.world.dice.chance(550) {
            let claim = self.statement(first, SourceGrade::PartyItself, about, Bears::Alone)?;
            if self.world.dice.chance(200) {
                let last = contacts[contacts.len() - 1];
                let bears = if self.world.dice.chance(850) { Bears::Alone } else { Bears::ContradictedBy(claim) };
                let official = self.statement(last, SourceGrade::OfficialOral, about, bears)?;
                if bears == Bears::Alone {
                    self.statement(first, SourceGrade::ThirdParty, about, Bears::ConfirmedBy(official))?;
                }
            }
        }
        if self.world.dice.chance(300) || self.file.check.check_type == CheckType::PostShipment {
            documents.push(self.document()?);
        }
        if self.file.check.check_type == CheckType::PostShipment && most > 2 {
            self.count()?;
        }
        self.learn_possession()?;
        self.pass(0, 4);
        for (place, asked) in self.file.unanswered().iter().take(most).enumerate() {
            let answer = match (bad, place) {
                (true, 0) => FindingAnswer::No,
                _ => self.world.dice.weighed(&[
                    (920, FindingAnswer::Yes),
                    (60, FindingAnswer::Partly),
                    (20, FindingAnswer::CouldNotEstablish),
                ]),
            };
            let contact = contacts[self.world.dice.below(contacts.len())];
            let paper = documents.first().copied().filter(|_| self.world.dice.chance(350));
            self.finding(asked, answer, vec![contact], paper.into_iter().collect())?;
        }
        Ok(())
    }

    /// What the host country says and what a certificate needs, and what contradicts itself, before the post replies.
    pub(super) fn settle_before_reply(&mut self, whole: bool) -> Result<()> {
        for index in 0..self.file.licenses.len() {
            if !self.file.licenses[index].status.is_open() {
                continue;
            }
            self.consent(index, whole)?;
            self.certify_use(index, whole)?;
        }
        if let Some((index, party)) = self.never().filter(|_| self.world.dice.chance(60)) {
            self.custody(index, CustodyStage::Planned, Some(party))?;
        } else if !self.file.licenses.is_empty() && self.world.dice.chance(120) {
            self.custody(0, CustodyStage::Planned, None)?;
        }
        self.explain(true)
    }

    /// Two statements that say the opposite.
    pub(super) fn contradict(&mut self, contact: ContactId) -> Result<()> {
        let claim = self.statement(contact, SourceGrade::PartyItself, None, Bears::Alone)?;
        self.statement(contact, SourceGrade::ThirdParty, None, Bears::ContradictedBy(claim)).map(|_| ())
    }

    /// Post's word on the file as it is.
    pub(super) fn word(&mut self, bad: bool) -> RecommendationWord {
        let open = !self.file.open_conditions().is_empty();
        let dice = &mut self.world.dice;
        match (bad, open) {
            (true, _) => dice.weighed(&[(600, RecommendationWord::Oppose), (400, RecommendationWord::CannotDetermine)]),
            (false, true) => dice
                .weighed(&[(850, RecommendationWord::SupportWithConditions), (150, RecommendationWord::NoObjection)]),
            (false, false) => {
                dice.weighed(&[(850, RecommendationWord::Support), (150, RecommendationWord::NoObjection)])
            }
        }
    }

    pub(super) fn reply(&mut self, bad: bool) -> Result<()> {
        let word = self.word(bad);
        self.recommend(word)?;
        self.sign()?;
        self.clear()
    }

    /// A word that the facts bear, as near to the wanted one as can be.
    pub(super) fn bearable(&self, word: ResultWord) -> ResultWord {
        if self.file.bears(word, &[]).is_ok() { word } else { ResultWord::Inconclusive }
    }

    pub(super) fn judge(&mut self, bad: bool) -> Result<()> {
        self.explain(false)?;
        let wanted = if bad {
            self.world.dice.weighed(&[(700, ResultWord::Unfavorable), (300, ResultWord::Inconclusive)])
        } else {
            self.world.dice.weighed(&[
                (830, ResultWord::Favorable),
                (150, ResultWord::FavorableWithCaveat),
                (20, ResultWord::Inconclusive),
            ])
        };
        let word = if wanted == ResultWord::Unfavorable { wanted } else { self.bearable(wanted) };
        self.propose(word)?;
        if self.world.dice.chance(20) {
            self.decline()?;
            self.propose(word)?;
        }
        self.sign_result()?;
        if word == ResultWord::Unfavorable { self.countersign() } else { Ok(()) }
    }

    /// Decides whatever the result left open.
    pub(super) fn settle_licenses(&mut self) -> Result<()> {
        let word = self.file.check.result.as_ref().map(|result| result.word);
        let favorable = word.is_some_and(ResultWord::is_favorable);
        for index in 0..self.file.licenses.len() {
            let status = self.file.licenses[index].status;
            if status == LicenseStatus::Approved {
                if word == Some(ResultWord::Unfavorable) && self.world.dice.chance(350) {
                    self.decide(index, Act::Suspend)?;
                    let then =
                        self.world.dice.weighed(&[(500, None), (300, Some(Act::Revoke)), (200, Some(Act::Reinstate))]);
                    if let Some(act) = then {
                        self.pass(20, 90);
                        self.decide(index, act)?;
                    }
                }
                continue;
            }
            let act = self.decision(index, favorable)?;
            self.decide(index, act)?;
            if act == Act::ApproveOnConditions {
                self.pass(5, 40);
                self.fulfil(index)?;
                if self.world.dice.chance(8) {
                    self.revoke_a_permit(index)?;
                }
                let act = if self.is_ready(index) && self.world.dice.chance(960) { Act::Confirm } else { Act::Return };
                self.decide(index, act)?;
            }
        }
        Ok(())
    }

    fn decision(&mut self, index: usize, favorable: bool) -> Result<Act> {
        let no = self.world.dice.weighed(&[(600, Act::Return), (400, Act::Deny)]);
        if !favorable {
            return Ok(no);
        }
        if !self.file.licenses[index].blocked_parties(&self.file.reference).is_empty() {
            if self.world.dice.chance(600) {
                return Ok(Act::Deny);
            }
            self.except(index)?;
        }
        let license = &self.file.licenses[index];
        if license.bears_approval().is_err() {
            return Ok(no);
        }
        let open = !license.open_conditions(&self.file.reference, self.file.today()).is_empty();
        Ok(if open { Act::ApproveOnConditions } else { Act::Approve })
    }
}

pub(super) const CALLED: &[&str] = &[
    "About the {order|contract|store|end-use}.",
    "{Confirmed|Described} the {order|need}, and promised {papers|a visit|names}.",
    "{Knows|Does not know} the {firm|end-user}; {will ask|sent a paper}.",
];
const VISITED: &[&str] = &[
    "Saw the {store|armory|warehouse}: {steel door, two locks|a cage and a register|one room, one guard}.",
    "{Counted|Was shown} {n} pieces of an earlier delivery.",
];
