//! How far a check goes.

use super::{investigate::CALLED, situation::Situation};
use crate::{
    approvals::model::CustodyStage,
    checks::model::{EndedBecause, ResultWord},
    error::Result,
    evidence::model::ContactKind,
    generate::story::Story,
    licenses::model::Act,
    telegrams::reading::Direction,
};

/// Where a check that was ended early had come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Early {
    Requested,
    Held,
    InProgress,
    Replied,
}

impl Story<'_> {
    /// All the way, or until it is ended early.
    pub(super) fn go(&mut self, early: Option<Early>) -> Result<()> {
        self.request()?;
        if self.world.dice.chance(60) {
            self.telegram(Direction::Request)?;
        }
        if early == Some(Early::Requested) {
            return self.end();
        }
        self.aside(|story| if story.beside.number % 40 == 3 { story.recall_and_send() } else { Ok(()) })?;
        if early == Some(Early::Held) || self.world.dice.chance(25) {
            self.pass(1, 20);
            self.hold()?;
            if early == Some(Early::Held) {
                return self.end();
            }
            self.resume()?;
        }
        self.acknowledge()?;
        self.aside(|story| if story.beside.number % 12 == 5 { story.remark(true) } else { Ok(()) })?;
        if self.world.dice.chance(30) {
            self.file_telegram(true)?;
        }
        self.visit_or_waive()?;
        let first = self.first_contact()?;
        if early == Some(Early::InProgress) {
            return self.end();
        }
        if self.world.dice.chance(70) {
            self.extend()?;
        }
        if self.world.dice.chance(50) {
            self.interim()?;
        }
        let bad = self.world.dice.chance(130);
        let whole = self.world.dice.chance(550);
        self.investigate(first, bad, usize::MAX)?;
        self.settle_before_reply(whole)?;
        self.reply(bad)?;
        if self.world.dice.chance(60) {
            self.give_back()?;
            self.pass(1, 9);
            self.contact(ContactKind::Call, None, CALLED)?;
            self.reply(bad)?;
        }
        if self.world.dice.chance(50) {
            self.telegram(Direction::Reply)?;
        }
        if early == Some(Early::Replied) {
            return self.end();
        }
        self.judge(bad)?;
        self.settle_licenses()
    }

    /// As far as it stands today.
    pub(super) fn stand(&mut self, situation: Situation) -> Result<()> {
        use Situation as S;
        if situation == S::Drafted && self.beside.number % 3 == 1 {
            return self.aside(|story| {
                story.request()?;
                story.recall()
            });
        }
        if matches!(situation, S::Begun | S::Drafted) {
            return Ok(());
        }
        self.request()?;
        if self.world.dice.chance(200) {
            self.telegram(Direction::Request)?;
        }
        if situation == S::Requested {
            return Ok(());
        }
        if situation == S::Held && self.world.dice.chance(500) {
            return self.hold();
        }
        self.acknowledge()?;
        if situation == S::Acknowledged {
            return Ok(());
        }
        let number = self.beside.number;
        self.aside(|story| if number % 6 == 1 { story.remark(number % 12 == 1) } else { Ok(()) })?;
        self.stand_at_post(situation)
    }

    /// From its first contact on.
    fn stand_at_post(&mut self, situation: Situation) -> Result<()> {
        use Situation as S;
        let first = self.first_contact()?;
        if self.world.dice.chance(80) {
            self.find_party()?;
        }
        match situation {
            S::Contacted if self.world.dice.chance(200) => return self.file_telegram(false),
            S::Contacted => return Ok(()),
            S::Held => return self.hold(),
            S::Half => return self.investigate(first, false, 2),
            S::Visit => {
                // Whoever was seen was not seen on site.
                self.file.check.contacts.retain(|contact| contact.kind != ContactKind::SiteVisit);
                return Ok(());
            }
            _ => {}
        }
        let bad = situation == S::Countersign;
        self.investigate(first, bad, usize::MAX)?;
        if let Some((index, party)) = self.never().filter(|_| situation == S::Unexplained) {
            return self.custody(index, CustodyStage::Actual, Some(party));
        }
        if situation == S::Found {
            return Ok(());
        }
        self.settle_before_reply(matches!(situation, S::Decide | S::Blocked))?;
        if situation == S::Contradictory {
            self.contradict(first)?;
        }
        let word = self.word(bad);
        self.recommend(word)?;
        if situation == S::Written {
            return Ok(());
        }
        self.sign()?;
        match situation {
            S::Signed => return Ok(()),
            S::Changed => return self.contact(ContactKind::Email, None, CALLED).map(|_| ()),
            _ => {}
        }
        self.clear()?;
        self.stand_in_washington(situation)
    }

    /// From its reply on.
    fn stand_in_washington(&mut self, situation: Situation) -> Result<()> {
        use Situation as S;
        match situation {
            S::Replied | S::Contradictory => return Ok(()),
            S::Back => return self.give_back(),
            _ => {}
        }
        self.explain(false)?;
        if situation == S::Countersign {
            self.propose(ResultWord::Unfavorable)?;
            return self.sign_result();
        }
        let word = self.bearable(ResultWord::Favorable);
        self.propose(word)?;
        match situation {
            S::Proposed => return Ok(()),
            S::Declined => return self.decline(),
            _ => {}
        }
        self.sign_result()?;
        for index in 0..self.file.licenses.len() {
            let open = !self.file.licenses[index].open_conditions(&self.file.reference, self.file.today()).is_empty();
            match situation {
                S::Waiting | S::Ready => {
                    if !open {
                        self.raise(index)?;
                    }
                    // Who asked for the license looked first, and not always found another party.
                    self.except(index)?;
                    self.decide(index, Act::ApproveOnConditions)?;
                    if situation == S::Ready {
                        self.pass(5, 20);
                        self.fulfil(index)?;
                    } else if self.world.dice.chance(150) {
                        self.revoke_a_permit(index)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Ends it early, and returns what it was about.
    fn end(&mut self) -> Result<()> {
        let because = self.world.dice.weighed(&[
            (550, EndedBecause::Withdrawn),
            (250, EndedBecause::Moot),
            (80, EndedBecause::RefusedByHost),
            (120, EndedBecause::Other),
        ]);
        self.end_early(because)?;
        self.settle_licenses()
    }
}
