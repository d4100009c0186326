//! What people do with a check. A new verb is an entry here, its rule in `model.rs`, and a page with its template; the
//! compiler asks for the rest.

use std::fmt::Display;

use super::model::{CaseFile, CheckFile, CheckState, Refusal};
use crate::{access::Reader, audit::Event, id::PersonId, verbs};

verbs! {
    /// What is done with a check, in the order its page offers it; `{}` in a sentence is its reference.
    pub enum CheckVerb as Act at "/checks/{id}/" judged by fn(&CaseFile, PersonId) -> Result<(), Refusal>;
    /// Sends the request to the post (guard 1).
    Request = "request", "Send to the post";
        OpenChecks; CheckRequested, "sent {}"; |file, _| file.request().map(drop);
    Edit = "edit", "Change the draft";
        OpenChecks; CheckChanged, "changed the draft {}"; |file, _| file.check.is_draft();
    /// Takes a draft away.
    Discard = "discard", "Discard" titled "Discard this draft";
        OpenChecks; CheckDiscarded, "discarded draft {}"; |file, by| file.check.discard(by).map(drop);
    /// Takes a request up at post.
    Acknowledge = "acknowledge", "Acknowledge";
        WorkChecks; CheckAcknowledged, "acknowledged {}"; |file, by| file.may_take(by, CheckVerb::Acknowledge).map(drop);
    /// Takes a request back that nobody acknowledged yet: it is a draft again.
    Recall = "recall", "Recall" titled "Recall the request";
        DirectChecks; CheckRecalled, "recalled {}"; |file, by| file.may_recall(by).map(drop);
    /// Lets the reply go to Washington (guard 2).
    Clear = "clear", "Clear the reply";
        ClearReplies; ReplyCleared, "cleared the reply to {}"; |file, by| file.clear(by).map(drop);
    /// Opens a signed reply again within the post, with what is to be changed.
    BringBack = "return", "Return with a remark" titled "Return the signed reply with a remark";
        ClearReplies; ReplyReturned, "returned the signed reply to {}"; |file, by| file.may_bring_back(by).map(drop);
    /// Signs the recommendation (guards 2, 3, 9).
    Sign = "sign", "Sign the recommendation";
        WorkChecks; RecommendationSigned, "signed the recommendation"; |file, by| file.sign(by).map(drop);
    /// Writes the recommendation, in place of an earlier one.
    Recommend = "recommend", "Write the recommendation";
        WorkChecks; RecommendationWritten, "wrote the recommendation"; |file, _| file.may_recommend();
    /// Tells Washington where the check stands.
    Interim = "interim", "Interim reply" titled "Sign an interim reply";
        WorkChecks; InterimReplySigned, "signed an interim reply"; |file, by| file.may_take(by, CheckVerb::Interim).map(drop);
    /// Gives the check to another officer of the post.
    Reassign = "reassign", "Reassign";
        ReassignChecks; CheckReassigned, "reassigned {}"; |file, _| file.may_reassign();
    /// Gives the check to another person in Washington.
    HandOver = "hand_over" at "hand-over", "Hand over" titled "Hand the check over";
        HandOverChecks; OwnerChanged, "gave {}"; |file, _| file.may_be_owned();
    /// Proposes a result (guards 9, 10, 12, 13).
    Propose = "propose", "Propose a result";
        ProposeResults; ResultProposed, "proposed the result of {}"; CaseFile::may_propose;
    /// Signs the proposed result (guards 9 to 13).
    SignResult = "sign_result" at "sign-result", "Sign the result";
        SignResults; ResultSigned, "signed the result of {}"; |file, by| file.sign_result(by).map(drop);
    /// Countersigns an unfavorable result (guard 10).
    Countersign = "countersign", "Countersign" titled "Countersign the result";
        CountersignResults; ResultCountersigned, "countersigned the result of {}"; |file, by| file.countersign(by).map(drop);
    /// Declines to sign or to countersign the proposed result: the case officer proposes another one.
    Decline = "decline", "Decline the result";
        DeclineResults; ResultDeclined, "declined the result of {}"; |file, by| file.may_decline(by).map(drop);
    /// Takes over a check whose officer left the post.
    TakeOver = "take_over" at "take-over", "Take over";
        WorkChecks; CheckReassigned, "took {} over"; CaseFile::may_take_over;
    /// Asks the post again.
    GiveBack = "give_back" at "give-back", "Give back with questions";
        DirectChecks; CheckGivenBack, "gave {} back with questions"; |file, by| file.may_give_back(by).map(drop);
    /// Moves the due date.
    Extend = "extend", "Extend";
        DirectChecks; DueDateExtended, "extended the due date"; |file, by| file.may_extend(by).map(drop);
    Prioritize = "prioritize", "Change the priority";
        DirectChecks; PriorityChanged, "changed the priority of {}"; |file, _| file.may_prioritize();
    /// Waives a required site visit (guard 2).
    Waive = "waive", "Waive the site visit";
        DirectChecks; SiteVisitWaived, "waived the site visit"; CaseFile::may_waive;
    Hold = "hold", "Put on hold";
        DirectChecks; CheckHeld, "put {} on hold"; |file, by| file.may_take(by, CheckVerb::Hold).map(drop);
    /// Lets the clock run again.
    Resume = "resume", "Resume";
        DirectChecks; CheckResumed, "resumed {}"; |file, by| file.may_take(by, CheckVerb::Resume).map(drop);
    /// Ends it with `not completed`.
    EndEarly = "end", "End early";
        SignResults; CheckEnded, "ended {} early"; |file, by| file.may_end_early(by).map(drop);
    /// Says why a contradiction stands or does not matter.
    Explain = "explain", "Explain";
        ExplainContradictions; ContradictionExplained, "explained"; |file, _| file.may_explain();
}

impl CheckVerb {
    /// Whether a person of the right role may do it now: the rule that its page asks.
    pub fn judge(self, file: &CaseFile, by: PersonId) -> Result<(), Refusal> {
        self.rule()(file, by)
    }

    /// Its entry in the log; `more` goes on with the sentence.
    pub fn event(self, check: &CheckFile, more: impl Display) -> Event {
        let (fact, sentence) = self.told();
        Event::new(fact, check.id, format!("{}{more}", sentence.replace("{}", &check.reference)))
    }

    /// What a reader may do with a check now, as its page offers it.
    pub fn offered(reader: &Reader, file: &CaseFile) -> impl Iterator<Item = Self> {
        let offers = |verb: &Self| {
            reader.may(verb.permission()) && verb.is_offered(reader, file) && verb.judge(file, reader.id).is_ok()
        };
        Self::ALL.iter().copied().filter(offers)
    }

    /// Whether the check's page offers what may be done, or something else stands there for it.
    fn is_offered(self, reader: &Reader, file: &CaseFile) -> bool {
        let state = file.check.state;
        match self {
            Self::HandOver => !file.hands_over(reader).is_empty(),
            Self::Waive => state.is_at_post(),
            Self::Reassign => state.is_at_post() || state == CheckState::Replied,
            // Who acknowledges it has it.
            Self::TakeOver => state != CheckState::Requested,
            // Who signs first declines the proposed one, who countersigns the signed one.
            Self::Decline => {
                let is_signed = file.half_signed().is_some();
                reader.may(Self::Countersign.permission()) == is_signed
            }
            // It stands beside the contradictions.
            Self::Explain => false,
            _ => true,
        }
    }
}

#[cfg(test)]
#[path = "verbs_tests.rs"]
mod tests;
