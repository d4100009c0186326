//! Who may do what: one exhaustive match of role and permission. Pages show a button by asking the same function as the
//! server.

use crate::words;

words! {
    /// What a person is for Lantern on a given day.
    pub enum Role {
        /// Works the checks of one post.
        PostOfficer = "post_officer", "Post officer";
        /// As the officer; clears and reassigns.
        PostSupervisor = "post_supervisor", "Post supervisor";
        /// Opens and directs checks in Washington.
        CaseOfficer = "case_officer", "Case officer";
        /// Signs results, decides licenses.
        Reviewer = "reviewer", "Reviewer";
        Supervisor = "supervisor", "Supervisor";
        /// Reads everything, with the log.
        Auditor = "auditor", "Auditor";
        /// People, posts and reference data; no check content.
        Admin = "admin", "Administrator";
    }
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident: $refusal:literal,)*) => {
        /// A verb and its noun, held by roles.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum Permission { $($(#[$doc])* $name,)* }

        impl Permission {
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$name,)*];

            /// Why somebody without it is refused.
            pub fn refusal(self) -> &'static str {
                match self { $(Self::$name => $refusal,)* }
            }
        }

        /// A permission as a type, for [`Can`](super::Can).
        pub trait Permitted: Send + Sync + 'static {
            const PERMISSION: Permission;
            /// Whether what it does is a signature, before which the person is proved again.
            const SIGNS: bool = false;
        }

        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;
            impl Permitted for $name {
                const PERMISSION: Permission = Permission::$name;
            }
        )*
    };
}

permissions! {
    /// Read checks within scope, with everything beneath them.
    ReadChecks: "Administrators do not see checks.",
    /// Read licenses within scope.
    ReadLicenses: "Administrators do not see licenses.",
    /// Read parties within scope.
    ReadParties: "Administrators do not see parties.",
    /// Read countries, their authorities and rules.
    ReadCountries: "Your role does not include countries.",
    /// Read posts: all from Washington, the own one at post.
    ReadPosts: "Your role does not include posts.",
    /// Open, edit, discard and request checks.
    OpenChecks: "Only a case officer opens and requests checks.",
    /// Extend, waive, hold, resume and give back.
    DirectChecks: "Only a case officer directs a check.",
    ProposeResults: "Only a case officer proposes a result.",
    /// Sign a result, or end a check early.
    SignResults: "Only a reviewer signs a result.",
    CountersignResults: "Only a supervisor countersigns a result.",
    /// Decline to sign or to countersign.
    DeclineResults: "Only a reviewer or a supervisor declines a result.",
    /// Except a party or a missing result.
    MakeExceptions: "Only a supervisor makes an exception.",
    /// Decide licenses within the own authority.
    DecideLicenses: "Only a reviewer decides a license.",
    /// Register licenses; edit items, roles and conditions.
    RegisterLicenses: "Only a case officer registers and edits a license.",
    /// Raise a condition in words, and note that it is met.
    RaiseConditions: "Only a case officer or a reviewer raises conditions.",
    /// Create, edit and merge parties.
    EditParties: "Only a case officer edits parties.",
    /// Undo a merge of two parties, as far as a mistake of Washington's is the own one to take back.
    UndoMerges: "Only a case officer or a supervisor undoes a merge.",
    /// Acknowledge, record contacts, findings, approvals and permits; write and sign the recommendation; interim
    /// replies.
    WorkChecks: "Only the officers of the post work a check.",
    /// Take back what was recorded by mistake in a case file, as far as the side that recorded it is the own one.
    TakeBackRecords: "Only those who record take back what was recorded by mistake.",
    /// Write remarks on checks, answer them, mark them as read.
    WriteRemarks: "Only who works on checks writes remarks.",
    /// Note a correction beside what stays as it was written.
    NoteCorrections: "Only a supervisor notes a correction beside what stays.",
    ClearReplies: "Only a person of the post clears its reply.",
    /// Give a check to another officer of the post.
    ReassignChecks: "Only the post's supervisor reassigns a check.",
    /// Take a check, as what the role lets one have it.
    TakeChecks: "Only a case officer or a reviewer takes a check.",
    /// Hand a check over to another person in Washington.
    HandOverChecks: "Only people who have checks in Washington, and their supervisor, hand them over.",
    ExplainContradictions: "Only the post and the case officer explain contradictions.",
    /// Add sourced facts to a party, or record one as found.
    AddPartyFacts: "Only the post and the case officer add facts about a party.",
    /// Read telegrams within scope.
    ReadTelegrams: "Administrators do not see telegrams.",
    /// File a telegram that came in, and go through what it says.
    FileTelegrams: "Only the post and the case officer file telegrams.",
    /// Write telegrams: the post answers, the case officer asks.
    WriteTelegrams: "Only the post and the case officer write telegrams.",
    /// Confirm a country rule from post.
    ConfirmCountryRules: "Only the officers of a post in the country confirm its rules.",
    /// Remove what was reported as classified, or put it back.
    SettleSpills: "Only a supervisor or an administrator settles what was reported as classified.",
    /// Read and export the log.
    ReadLog: "Only an auditor reads the log.",
    /// Manage people and their assignments.
    ManagePeople: "Only an administrator manages people.",
    ManagePosts: "Only an administrator manages posts.",
    /// Manage reference data, authorities and country rules.
    ManageReference: "Only an administrator manages reference data.",
}

/// Whether a role includes a permission.
pub fn holds(role: Role, permission: Permission) -> bool {
    use Permission as P;
    use Role as R;
    let at_post = matches!(role, R::PostOfficer | R::PostSupervisor);
    match permission {
        P::ReadChecks | P::ReadLicenses | P::ReadParties | P::ReadTelegrams => role != R::Admin,
        P::ReadCountries | P::ReadPosts => true,
        P::OpenChecks | P::DirectChecks | P::ProposeResults | P::RegisterLicenses | P::EditParties => {
            role == R::CaseOfficer
        }
        P::SignResults | P::DecideLicenses => role == R::Reviewer,
        P::DeclineResults => matches!(role, R::Reviewer | R::Supervisor),
        P::RaiseConditions | P::TakeChecks => matches!(role, R::CaseOfficer | R::Reviewer),
        P::HandOverChecks => matches!(role, R::CaseOfficer | R::Reviewer | R::Supervisor),
        P::CountersignResults | P::MakeExceptions => role == R::Supervisor,
        P::WorkChecks | P::ClearReplies | P::ConfirmCountryRules => at_post,
        P::TakeBackRecords | P::WriteRemarks => at_post || matches!(role, R::CaseOfficer | R::Reviewer | R::Supervisor),
        P::NoteCorrections => matches!(role, R::PostSupervisor | R::Supervisor),
        P::UndoMerges => matches!(role, R::CaseOfficer | R::Supervisor),
        P::ReassignChecks => role == R::PostSupervisor,
        P::ExplainContradictions | P::AddPartyFacts | P::FileTelegrams | P::WriteTelegrams => {
            at_post || role == R::CaseOfficer
        }
        P::SettleSpills => matches!(role, R::PostSupervisor | R::Supervisor | R::Admin),
        P::ReadLog => role == R::Auditor,
        P::ManagePeople | P::ManagePosts | P::ManageReference => role == R::Admin,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The roles, as the product has them: what each may, and nothing beside it.
    #[test]
    fn each_role_may_what_its_work_asks_for() {
        use Permission as P;
        const READS: &[Permission] =
            &[P::ReadChecks, P::ReadLicenses, P::ReadParties, P::ReadTelegrams, P::ReadCountries, P::ReadPosts];
        const POST: &[Permission] = &[
            P::WorkChecks,
            P::TakeBackRecords,
            P::WriteRemarks,
            P::ClearReplies,
            P::ConfirmCountryRules,
            P::ExplainContradictions,
            P::AddPartyFacts,
            P::FileTelegrams,
            P::WriteTelegrams,
        ];
        let may: [(Role, &[&[Permission]]); 7] = [
            (Role::PostOfficer, &[READS, POST]),
            (Role::PostSupervisor, &[READS, POST, &[P::ReassignChecks, P::SettleSpills, P::NoteCorrections]]),
            (
                Role::CaseOfficer,
                &[
                    READS,
                    &[P::OpenChecks, P::DirectChecks, P::ProposeResults, P::RegisterLicenses, P::RaiseConditions],
                    &[
                        P::TakeBackRecords,
                        P::TakeChecks,
                        P::HandOverChecks,
                        P::WriteRemarks,
                        P::EditParties,
                        P::UndoMerges,
                        P::AddPartyFacts,
                        P::ExplainContradictions,
                        P::FileTelegrams,
                        P::WriteTelegrams,
                    ],
                ],
            ),
            (
                Role::Reviewer,
                &[
                    READS,
                    &[P::SignResults, P::DeclineResults, P::DecideLicenses, P::RaiseConditions, P::TakeBackRecords],
                    &[P::WriteRemarks, P::TakeChecks, P::HandOverChecks],
                ],
            ),
            (
                Role::Supervisor,
                &[
                    READS,
                    &[P::CountersignResults, P::DeclineResults, P::MakeExceptions, P::SettleSpills, P::TakeBackRecords],
                    &[P::NoteCorrections, P::UndoMerges, P::WriteRemarks, P::HandOverChecks],
                ],
            ),
            (Role::Auditor, &[READS, &[P::ReadLog]]),
            (
                Role::Admin,
                &[
                    &[P::ReadCountries, P::ReadPosts, P::ManagePeople, P::ManagePosts, P::ManageReference],
                    &[P::SettleSpills],
                ],
            ),
        ];
        for (role, may) in may {
            for permission in P::ALL {
                let expected = may.iter().any(|some| some.contains(permission));
                assert_eq!(holds(role, *permission), expected, "{} {permission:?}", role.label());
            }
        }
        assert!(Role::ALL.iter().copied().eq(may.map(|(role, _)| role)));
    }
}
