use super::*;

/// The words of a sentence with how sure they are, and `license` before it where it names some.
fn of(text: &str) -> String {
    let one = |verdict: &Verdict| {
        let licenses = if verdict.licenses.is_empty() { String::new() } else { format!("{}: ", verdict.licenses.join("+")) };
        format!("{licenses}{} {}", verdict.word.code(), verdict.confidence.code())
    };
    verdicts(text).iter().map(one).collect::<Vec<_>>().join(", ")
}

fn all(probes: &[(&str, &str)]) {
    let missed: Vec<String> = probes
        .iter()
        .filter(|(text, wanted)| of(text) != *wanted)
        .map(|(text, wanted)| format!("{text}\n   {wanted:?} read {:?}", of(text)))
        .collect();
    assert!(missed.is_empty(), "\n{}", missed.join("\n"));
}

#[test]
fn plain_words_are_certain() {
    all(&[
        ("Post recommends approval of the license", "support certain"),
        ("post has no derogatory information on subject firm and recommends approval", "support certain"),
        ("Post has no objection to the export.", "no_objection certain"),
        ("Post recommends denial of the license.", "oppose certain"),
        ("Recommend denial.", "oppose certain"),
        ("Post therefore recommends that the license be denied.", "oppose certain"),
        ("Post opposes the sale.", "oppose certain"),
        ("Post recommends against approval of the license.", "oppose certain"),
        ("Post recommends that the Department approve the license.", "support certain"),
        ("Post recommends that license 050443311 for Acme Falcon Ltd. be approved.", "050443311: support certain"),
        ("Post recommends closing the case favorably.", "support certain"),
        ("Post recommends an unfavorable finding.", "oppose certain"),
        ("In view of the above, the Embassy supports issuance of the license.", "support certain"),
        ("Post is confident that this is a legitimate transaction and recommends approval of the export license.", "support certain"),
        ("Post believes the transaction is legitimate and supports it.", "support certain"),
        ("Post, which inspected the depot twice, supports approval of the license.", "support certain"),
        ("Post met with the owner, who was open with us, and supports approval of the license.", "support certain"),
        ("Post takes no position on the license at this time.", "cannot_determine likely"),
        ("Post makes no recommendation.", "cannot_determine likely"),
        ("EMBASSY HAS NO DEROGATORY INFO ON FIRM OR ANY OTHER PARTY AND RECOMMENDS APPROVAL FOR SIX VALVES.", "support certain"),
        ("Post supports approval of the license without reservation.", "support certain"),
        ("Recommendation: approval.", "support certain"),
        ("Post supports approval of the license, though the ministry could not say more.", "support possible"),
        ("Post recommends the Department deny the application.", "oppose certain"),
        ("Post recommends that the Department issue the license.", "support certain"),
        ("We support approval of the license.", "support certain"),
        ("Our recommendation is to deny the license.", "oppose certain"),
    ]);
}

#[test]
fn a_negative_turns_what_it_governs_and_nothing_else() {
    all(&[
        ("Post does not recommend approval.", "oppose likely"),
        ("Post does not support approval of license 050398817.", "050398817: oppose likely"),
        ("Post cannot recommend approval at this time.", "cannot_determine likely"),
        ("Post is unable to make a recommendation.", "cannot_determine likely"),
        ("Post does not object to the license.", "no_objection likely"),
        ("The embassy does not oppose the transfer.", "no_objection likely"),
        ("EMBASSY SEES NO REASON TO OBJECT TO THE PROPOSED EXPORT.", "no_objection likely"),
        ("Post has no grounds to oppose this license.", "no_objection likely"),
        ("Post finds no basis to object to the sale.", "no_objection likely"),
        ("Post sees no reason to deny the license.", "no_objection likely"),
        ("Post knows of no reason why the license should not be approved.", "no_objection likely"),
        ("Post would not oppose issuance of the license.", "no_objection possible"),
        ("Post would have no objection to the export.", "no_objection possible"),
        ("Post recommends that the license not be approved.", "oppose likely"),
        ("Post recommends that the Department not approve the license.", "oppose likely"),
        ("Post recommends that Washington not approve the license until the permit is issued.", "oppose possible"),
    ]);
}

#[test]
fn two_negatives_and_what_is_about_something_else_say_nothing() {
    let nothing = [
        "Post recommends against denying the license.",
        "Post does not recommend denial.",
        "Post recommends that the license not be denied.",
        "Post has no information that would lead it to recommend disapproval.",
        "Post opposes denial of the license.",
        "Post has no objection to denial of the license.",
        "We recommend that no further licenses for Hornik be approved until this is cleared up.",
        "Post recommends no further licenses be issued to Hornik.",
        "Post recommends no new applications of this firm be granted.",
        "Post recommends approval of the pistols and denial of the rifles.",
        "Post supports the license for the pumps and denial of the valves.",
        "Post supports the first license and opposes the second license.",
        "Post recommends that the license be returned without action until the numbers agree.",
        "Post recommends that the Department return the application without action until the applicant, Cold Spring Optics, clarifies the end-user.",
        "Post recommends the check be left open until the police report on the three rifles.",
        "Post recommends that the Department review the approval of the license.",
        "Post recommends that Washington ask for an alarm before approving the license.",
        "Post does not recommend closing the check as favorable.",
        "Post no longer supports approval of the license.",
        "Post recommended approval in ref B.",
        "Post would support a new application.",
        "Were the coast guard in fact the end-user, post would be prepared to support a new application.",
        "If the ministry had issued a permit, post would support the license.",
        "Post would support the license.",
        "Post opposes the license unless the ministry issues a permit.",
        "Post supports the ministry's program of reform.",
        "Post support for the sale was sought by the firm.",
        "Post met with the manager.",
        "Post is not yet in a position to make a recommendation on the license.",
        "Post supports license 050112233 but not license 050112244.",
        "Post may support the license.",
        "Post recommends that approval await the permit.",
        "Post recommends that approval be withheld.",
        "Post recommends issuing a warning to the firm.",
        "Post recommends that the firm be refused entry.",
        "Post recommends that the Department deny the firm access to the list.",
        "Post recommends granting the firm an extension.",
        "Post recommends conditional approval.",
        "Post supports returning the application.",
        "Post supports the decision not to approve the license.",
    ];
    all(&nothing.map(|text| (text, "")));
}

#[test]
fn what_is_taken_back_or_not_met_says_nothing() {
    all(&[
        ("Post withdraws its earlier recommendation that license 050177001 be approved.", ""),
        ("Post no longer stands by its recommendation to approve the license.", ""),
        ("The Embassy has reversed its position that the license be approved and asks for time.", ""),
        ("Post could support license 050177001 if the ministry confirmed the order, which it has not.", ""),
        ("Post would support the license if the ministry confirms the order.", "support_with_conditions likely"),
    ]);
}

#[test]
fn only_the_post_recommends() {
    let nothing = [
        "The manager recommends approval.",
        "Without the advice of the ministry the firm is not in a position to make a recommendation on the license.",
        "The company hopes that post will support the license.",
        "The company hopes that, in the end, post will support the license.",
        "The firm asked whether, after all, post supports the license.",
        "The Ministry of Trade supports approval of the license.",
        "Post visited the ministry, which reviewed the file and supports the license.",
        "Post understands that the ministry reviewed the file and supports the license.",
        "Post checked the file, and the ministry saw it and supports the license.",
        "The registry told post that it was content and supports approval.",
        "Post and the ministry support the license.",
        "Post's contact at the ministry read the file and supports the license.",
        "Post contacts read the file and support the license.",
        "\"We support the license,\" was the answer of the police.",
        "The mission will use the trucks and supports the license.",
        "The applicant urged the embassy to recommend approval.",
    ];
    all(&nothing.map(|text| (text, "")));
}

#[test]
fn neither_nor_is_undetermined() {
    for text in [
        "Post is not in a position to support or oppose the license.",
        "Post neither supports nor opposes the sale.",
        "Post does not recommend approval or denial of the license.",
        "Post recommends neither approval nor denial of the application.",
        "Post cannot oppose or support the export.",
        "Without a word from the harbor board post is not in a position to make a recommendation for or against the export.",
        "However, lacking a reply from the importer the Embassy is unable to offer a recommendation on the application.",
    ] {
        assert_eq!(of(text), "cannot_determine likely", "{text}");
    }
}

#[test]
fn what_it_hangs_on_is_a_condition() {
    let of = |text: &str| {
        let found = verdicts(text);
        found
            .iter()
            .map(|one| format!("{} {}: {}", one.word.code(), one.confidence.code(), one.conditions.join("; ")))
            .collect::<Vec<_>>()
            .join(", ")
    };
    for (text, wanted) in [
        ("Post supports approval as soon as X provides the permits.", "support_with_conditions certain: X provides the permits"),
        ("Post would support the license if the Ministry issues a permit.", "support_with_conditions likely: the Ministry issues a permit"),
        (
            "If the Ministry issues a permit, post would support the license.",
            "support_with_conditions likely: the Ministry issues a permit",
        ),
        ("Were the permit issued, post would support the license.", "support_with_conditions possible: the permit issued"),
        (
            "Post is inclined to support the license, but only after the firm obtains the permit.",
            "support_with_conditions likely: the firm obtains the permit",
        ),
        (
            "POST HAS NO OBJECTION TO THE LICENSE PROVIDED THAT THE QUANTITY IS REDUCED.",
            "support_with_conditions certain: THE QUANTITY IS REDUCED",
        ),
        (
            "Post favors approval of license 050120664 once the registry's permit is in hand.",
            "support_with_conditions certain: the registry's permit is in hand",
        ),
        ("After visiting the firm, post supports approval of the license.", "support certain: "),
        ("Post supports approval of the license after visiting the firm.", "support certain: "),
        ("Post supports approval of the pending application.", "support certain: "),
        ("Post supports approval of the license, which was filed after the firm moved.", "support certain: "),
        ("Post supports approval of the license although the armory has no alarm.", "support possible: "),
        ("Post supports approval of license 050107086, with reservations.", "support possible: "),
        ("Post supports approval, but not until the permit is issued.", "support_with_conditions certain: the permit is issued"),
        ("Post supports approval as requested, but not for the rifles.", "support possible: "),
        ("Post recommends approval because the firm is sound, except for the valves.", "support possible: "),
        ("Post supports approval of the license in principle.", "support possible: "),
        ("Post recommends approval for 25 of the 40 shotguns.", "support possible: "),
        ("Post recommends approval with the exception of the rifles.", "support possible: "),
        ("Post supports approval of the license even if the firm is small.", "support possible: "),
        (
            "Post continues to support the license for the pistols, and recommends the submachine guns be removed from it.",
            "support_with_conditions possible: the submachine guns be removed from it",
        ),
    ] {
        assert_eq!(of(text), wanted, "{text}");
    }
}

#[test]
fn each_license_has_its_own_word() {
    all(&[
        (
            "Post supports approval of 050233417 with GHQ as end-user, and opposes approval of 050233418 as there is no end-user.",
            "050233417: support certain, 050233418: oppose certain",
        ),
        (
            "Post recommends approval of license 050233417 and denial of license 050233418.",
            "050233417: support certain, 050233418: oppose certain",
        ),
        ("Post recommends approval of both licenses", "support certain"),
        ("Post recommends approval of licenses 050233417 and 050233418.", "050233417+050233418: support certain"),
    ]);
}
