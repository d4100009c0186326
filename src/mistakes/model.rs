//! Who may take a row back that was recorded by mistake, and what lapses with it.

use serde::Deserialize;
use time::OffsetDateTime;

use crate::{
    access::Role,
    error::Refuses,
    id::{PersonId, PostId},
    words,
};

words! {
    /// What can be taken back.
    pub enum MistakeKind {
        Permit = "permit", "Permit";
        /// A signature on the certificate.
        CertificateSignature = "certificate_signature", "Signature on the certificate";
    }
}

/// A row that was taken back.
#[derive(Debug, Clone, Deserialize)]
pub struct Mistake {
    pub kind: MistakeKind,
    pub row_id: uuid::Uuid,
    /// What stood there, in one line.
    pub said: String,
    pub reason: String,
    /// Who took it back.
    pub by: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// A row, as far as it matters who recorded it and what rests on it.
#[derive(Debug, Clone, Copy)]
pub struct Recorded {
    pub by: PersonId,
    /// Where, if that is known.
    pub at_post: Option<PostId>,
    /// Whether something rests on it: a verification, a decision.
    pub carries: bool,
}

/// A row, before it is taken back.
#[derive(Debug)]
pub struct Row {
    pub id: uuid::Uuid,
    /// The version the form was read from.
    pub version: i32,
    /// What stands there, in one line.
    pub said: String,
    /// Who recorded it, and whether something rests on it.
    pub recorded: Recorded,
    pub lapses: Vec<String>,
    /// The section of the license's page it stands in.
    pub section: &'static str,
}

/// Who serves at the reader's post today, and as what.
pub type Serving = [(PersonId, Role)];

/// Why somebody does not take a row back. Its words are what the person reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("Another post recorded this. Its own people take it back.")]
    AnotherPost,
    /// Nothing rests on it: its recorder does.
    #[error("Somebody else at your post recorded this. They take it back, or a supervisor of the post.")]
    AnotherRecorder,
    /// Something rests on it.
    #[error(
        "More rests on this than its record: it was verified, or a decision was made since. A supervisor of the post takes it back."
    )]
    Supervisor,
}

impl Refuses for Refusal {}

impl Recorded {
    /// Taking it back: by its recorder while nothing rests on it; else by a supervisor of the post that recorded it.
    /// Where the recorder left, any officer there; where the post has no supervisor, another officer, or the only one.
    pub fn taken_back_by(self, reader: PersonId, post: PostId, serving: &Serving) -> Result<(), Refusal> {
        if self.at_post.is_some_and(|recorded| recorded != post) {
            return Err(Refusal::AnotherPost);
        }
        let here = |of: &dyn Fn(&(PersonId, Role)) -> bool| serving.iter().any(of);
        let is_supervisor = here(&|(person, role)| *person == reader && *role == Role::PostSupervisor);
        let recorder_left = !here(&|(person, _)| *person == self.by);
        let unsupervised = !here(&|(_, role)| *role == Role::PostSupervisor);
        let own = reader == self.by;
        match self.carries {
            _ if is_supervisor || recorder_left => Ok(()),
            false if own => Ok(()),
            true if unsupervised && (!own || serving.len() == 1) => Ok(()),
            false => Err(Refusal::AnotherRecorder),
            true => Err(Refusal::Supervisor),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFICER: Role = Role::PostOfficer;
    const SUPERVISOR: Role = Role::PostSupervisor;

    /// Who of a post takes back what one of them recorded: everybody who serves there, with and without something
    /// resting on it.
    #[test]
    fn the_recorder_takes_it_back_while_nothing_rests_on_it_and_then_a_supervisor() {
        let (post, recorder, other, supervisor) = (PostId::new(), PersonId::new(), PersonId::new(), PersonId::new());
        let (all, pair, alone) = (
            vec![(recorder, OFFICER), (other, OFFICER), (supervisor, SUPERVISOR)],
            vec![(recorder, OFFICER), (other, OFFICER)],
            vec![(recorder, OFFICER)],
        );
        let left = vec![(other, OFFICER), (supervisor, SUPERVISOR)];
        let judge = |serving: &Serving, reader: PersonId, carries: bool| {
            Recorded { by: recorder, at_post: Some(post), carries }.taken_back_by(reader, post, serving)
        };
        for (serving, reader, carries, expected) in [
            (&all, recorder, false, Ok(())),
            (&all, other, false, Err(Refusal::AnotherRecorder)),
            (&all, supervisor, false, Ok(())),
            (&all, recorder, true, Err(Refusal::Supervisor)),
            (&all, other, true, Err(Refusal::Supervisor)),
            (&all, supervisor, true, Ok(())),
            (&pair, recorder, true, Err(Refusal::Supervisor)),
            (&pair, other, true, Ok(())),
            (&pair, other, false, Err(Refusal::AnotherRecorder)),
            (&alone, recorder, true, Ok(())),
            (&left, other, true, Ok(())),
            (&left, other, false, Ok(())),
        ] {
            assert_eq!(judge(serving, reader, carries), expected, "{} serve, carries {carries}", serving.len());
        }
    }

    /// At every post somebody can: a mistake has a way back whoever serves there.
    #[test]
    fn a_mistake_has_a_way_back_at_every_post_that_is_staffed() {
        let (post, people) = (PostId::new(), [PersonId::new(), PersonId::new(), PersonId::new()]);
        for staff in 0..27_u32 {
            // Each person is away, an officer or a supervisor.
            let role = |index: u32| [None, Some(OFFICER), Some(SUPERVISOR)][(staff / 3_u32.pow(index) % 3) as usize];
            let serving: Vec<(PersonId, Role)> =
                (0..3).filter_map(|index| Some((people[index as usize], role(index)?))).collect();
            for carries in [false, true] {
                let row = Recorded { by: people[0], at_post: Some(post), carries };
                let somebody = serving.iter().any(|(person, _)| row.taken_back_by(*person, post, &serving).is_ok());
                assert_eq!(somebody, !serving.is_empty(), "{serving:?}, carries {carries}");
                let elsewhere = Recorded { at_post: Some(PostId::new()), ..row };
                assert!(
                    serving.iter().all(
                        |(person, _)| elsewhere.taken_back_by(*person, post, &serving) == Err(Refusal::AnotherPost)
                    )
                );
            }
        }
    }
}
