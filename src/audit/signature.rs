//! Which facts are signatures: the one place that says before what its person is proved again.

use super::{Events, Verb};

impl Verb {
    /// Whether the fact only comes of what somebody did, and is not what they did.
    pub const fn comes_of_an_act(self) -> bool {
        matches!(
            self,
            Self::CheckClosed | Self::BecameReady | Self::VerificationLapsed | Self::MarkDenied | Self::TextHidden
        )
    }

    /// Whether the fact is a signature, before which its person is proved again. A match verdict, a verification or a
    /// refusal to sign is none.
    pub const fn is_signature(self) -> bool {
        matches!(
            self,
            Self::RecommendationSigned
                | Self::ReplyCleared
                | Self::InterimReplySigned
                | Self::ResultSigned
                | Self::ResultCountersigned
                | Self::CheckEnded
                | Self::ExceptionMade
                | Self::LicenseDecided
        )
    }
}

impl Events {
    /// Whether one of them is a signature.
    pub(crate) fn sign(&self) -> bool {
        self.0.iter().any(|event| event.verb.is_signature())
    }
}
