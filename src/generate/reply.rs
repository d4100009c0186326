//! A story's recommendation: written, signed, cleared, withdrawn.

use time::OffsetDateTime;

use super::story::{Story, length, refused};
use crate::{
    audit::says,
    checks::{
        model::{Recommendation, RecommendationWord},
        verbs::CheckVerb,
    },
    error::{AppError, Result},
    generate::{language, rows},
    id::RecommendationId,
};

impl Story<'_> {
    /// Writes the recommendation, in place of one that was withdrawn.
    pub(super) fn recommend(&mut self, word: RecommendationWord) -> Result<()> {
        self.soon();
        let by = self.officer();
        let against = matches!(word, RecommendationWord::Oppose | RecommendationWord::CannotDetermine);
        let text = language::text(&mut self.world.dice, if against { OPPOSED } else { RECOMMENDED });
        let (id, now, person) = (RecommendationId(self.id()), self.file.now, self.person(by));
        self.touch();
        let event = CheckVerb::Recommend.event(&self.file.check, format!(": {}", word.label().to_lowercase()));
        let event = event.after(says("Recommendation", word).and("Text", &text));
        self.beside.written = Some((now, 0));
        self.file.check.recommendation = Some(Recommendation {
            id,
            word,
            text_length: length(&text),
            text,
            written_by: person,
            written_by_name: self.name(by),
            written_at: now,
            signed_by: None,
            signed_by_name: None,
            signed_at: None,
            signed_revision: None,
            rests_on: None,
            cleared_on: None,
            cleared_by: None,
            cleared_by_name: None,
            cleared_at: None,
            post_of_one: false,
            version: 1,
        });
        self.log(by, event)
    }

    pub(super) fn sign(&mut self) -> Result<()> {
        self.soon();
        let by = self.officer();
        let (person, name, now, revision) = (self.person(by), self.name(by), self.file.now, self.file.check.revision);
        let signed = refused(self.file.sign(person))?;
        let check = &mut self.file.check;
        let Some(word) = check.recommendation.as_mut() else { return Ok(()) };
        (word.signed_by, word.signed_by_name, word.signed_at) = (Some(person), Some(name), Some(now));
        word.version += 1;
        self.beside.reply_read = Some(revision);
        self.tell_licenses();
        self.log(by, signed.into())
    }

    /// Clears the reply: another person of the post, or the signer where nobody else is there.
    pub(super) fn clear(&mut self) -> Result<()> {
        self.pass(0, 2);
        self.soon();
        let hands = self.at_post();
        let fits = hands.into_iter().find_map(|hand| Some((hand, self.file.clear(self.person(hand)).ok()?)));
        let Some((by, cleared)) = fits else {
            let why = self.file.check.serving.iter().find_map(|(person, _)| self.file.clear(*person).err());
            return Err(why.map_or_else(|| AppError::NotFound, AppError::from));
        };
        let (person, name, now, revision) = (self.person(by), self.name(by), self.file.now, self.file.check.revision);
        if let (Some(word), Some((_, read))) = (self.file.check.recommendation.as_mut(), self.beside.written.as_mut()) {
            (word.cleared_by, word.cleared_by_name, word.cleared_at) = (Some(person), Some(name), Some(now));
            word.post_of_one = *cleared.post_of_one();
            word.version += 1;
            *read = revision;
        }
        self.step(cleared.step(), by);
        self.log(by, cleared.into())
    }

    pub(super) fn withdraw_recommendation(&mut self) -> Result<()> {
        let now = self.file.now;
        self.write_recommendation(Some(now))?;
        let check = &mut self.file.check;
        check.earlier_recommendation = check.recommendation.take();
        Ok(())
    }

    pub(super) fn write_recommendation(&mut self, withdrawn_at: Option<OffsetDateTime>) -> Result<()> {
        let (check, Some((written_at, read))) = (&self.file.check, self.beside.written) else { return Ok(()) };
        let Some(word) = &check.recommendation else { return Ok(()) };
        let row = rows::Recommendation {
            id: word.id,
            check_id: check.id,
            word: word.word,
            text: &word.text,
            written_by: word.written_by,
            written_at,
            signed_by: word.signed_by,
            signed_at: word.signed_at,
            signed_revision: self.beside.reply_read.filter(|_| word.signed_by.is_some()),
            cleared_by: word.cleared_by,
            cleared_at: word.cleared_at,
            cleared_revision: word.cleared_by.map(|_| read),
            post_of_one: word.post_of_one,
            withdrawn_at,
            version: word.version,
        };
        self.world.ledger.put(written_at, &row)
    }
}

const RECOMMENDED: &[&str] = &[
    "Post {supports|has no objection to} the {license|sale} {as asked|for the reasons above}.",
    "{The need is real|The end-user is known to post}, and {storage|control} is {good|sufficient}.",
];
const OPPOSED: &[&str] = &[
    "Post {cannot|could not} {say more|see the store}; {see the findings|the host government did not answer}.",
    "Post {advises against|opposes} the {license|sale}: {nobody answers for the items|the end-user is not what it says}.",
];
