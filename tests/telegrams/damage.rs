//! What sites, transmissions and drafters do to a telegram: one sound telegram, a table of damages, and the same
//! reading after each of them and after any two.

use lantern::telegrams::reading::{Reading, read};

const SOUND: &str = "\
VZCZCXYZ0412
PP RUEHWEB
DE RUEHLS #0412/01 1651030
ZNR UUUUU ZZH
P 131030Z JUN 08
FM AMEMBASSY LUSAKA
TO RUEHC/SECSTATE WASHDC PRIORITY 7712
INFO RUEHSB/AMEMBASSY HARARE 0210
BT
UNCLAS LUSAKA 000412

SENSITIVE
SIPDIS

STATE FOR PM/DTCC

E.O. 12958: N/A
TAGS: ETTC KOMC ZA
SUBJECT: BLUE LANTERN PRE-LICENSE CHECK ON LICENSE 050107388 FOR THE
PARKS SERVICE

REF: A. STATE 63028
     B. 07 LUSAKA 377

THE ORDER

1. (SBU) Summary: The rifles of ref A were ordered by the parks
service (NPS). Its store is safe, and post supports approval of
license 050107388 as soon as the permit is there. End summary.

2. (SBU) On June 9 Econoff met with Col. Bwalya Tembo of the \"arms
registry\" & wrote down what he said. The license covers:

-- 30 bolt-action rifles
-- 2,000 rounds of ammunition

3. (SBU) Mr. Tembo explained that the dealer, Luangwa Arms Ltd., is
known to him. According to him it has had a permit since 2004,
number 44/2004, and never lost a weapon. He has seen the store.

THE STORE

4. (U) Econoff visited the store on June 10. It has one steel door
and two locks. The rangers keep a log book of what they take out
and of what they bring back in the evening.

5. (SBU) Comment: Post trusts the parks service. End comment.

MUMBA
";

/// What must be the same.
#[derive(Debug, PartialEq)]
struct Same {
    message: Option<(String, u32)>,
    group: Option<String>,
    captions: Vec<String>,
    tags: Vec<String>,
    subject: Option<String>,
    references: Vec<String>,
    paragraphs: Vec<(String, Option<String>)>,
    sentences: Vec<String>,
}

fn same(reading: Reading) -> Same {
    let header = reading.header;
    let mut captions = header.captions;
    captions.sort();
    Same {
        message: header.message.map(|message| (message.originator, message.number)),
        group: header.date_time_group,
        captions,
        tags: header.tags,
        subject: header.subject,
        references: header.references,
        paragraphs: reading.paragraphs.into_iter().map(|paragraph| (paragraph.label, paragraph.mark)).collect(),
        sentences: reading.sentences.into_iter().map(|sentence| sentence.text).collect(),
    }
}

/// A damage: its name, and what it does to a text.
type Damage = (&'static str, fn(&str) -> String);

fn each_line(text: &str, change: impl Fn(&str) -> String) -> String {
    text.lines().map(|line| change(line) + "\n").collect()
}

fn kept(text: &str, keep: impl Fn(&str) -> bool) -> String {
    text.lines().filter(|line| keep(line)).flat_map(|line| [line, "\n"]).collect()
}

/// The paragraphs with other line ends, lists as they are.
fn wrapped(text: &str, width: usize) -> String {
    let blocks = text.split("\n\n").map(|block| {
        if !block.starts_with(|c: char| c.is_ascii_digit()) || block.contains("\n--") {
            return block.to_owned();
        }
        let (mut lines, mut line) = (Vec::new(), String::new());
        for word in block.split_whitespace() {
            if !line.is_empty() && line.len() + word.len() >= width {
                lines.push(std::mem::take(&mut line));
            }
            line = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        }
        lines.push(line);
        lines.join("\n")
    });
    blocks.collect::<Vec<_>>().join("\n\n")
}

const BREAK: &str = "known to him. According to him it has had a permit since 2004,\n";

const DAMAGES: &[Damage] = &[
    ("nothing", |text| text.to_owned()),
    ("CR LF", |text| text.replace('\n', "\r\n")),
    ("CR", |text| text.replace('\n', "\r")),
    ("no blank lines", |text| kept(text, |line| !line.trim().is_empty())),
    ("an empty line after each", |text| text.replace('\n', "\n\n")),
    ("all set in", |text| each_line(text, |line| format!("    {line}"))),
    ("a quoted e-mail", |text| each_line(text, |line| format!("> {line}"))),
    ("tags", |text| each_line(text, |line| format!("{line}<br>"))),
    ("entities", |text| text.replace('&', "&amp;").replace('"', "&quot;")),
    ("hard blanks", |text| text.replace(' ', "\u{a0}")),
    ("blanks at the ends", |text| each_line(text, |line| format!("{line}  \t"))),
    ("a byte order mark", |text| format!("\u{feff}{text}")),
    ("a site's title", |text| format!("Openwire: Checks on Arms\n\n\n{text}")),
    ("a site's end", |text| {
        format!("{text}\n\n\u{a9} Openwire Media\n\nHeadlines\n\nHarbor Festival Draws Record Crowd\n")
    }),
    ("transmission lines lost", |text| {
        let lost = ["VZCZC", "PP RU", "ZNR", "BT", "DE RU"];
        kept(text, |line| !lost.iter().any(|begins| line.starts_with(begins)))
    }),
    ("addresses in words", |text| {
        text.replace("FM AMEMBASSY LUSAKA", "FM American Embassy Lusaka").replace(
            "TO RUEHC/SECSTATE WASHDC PRIORITY 7712",
            "TO: Secretary of State, Washington, D.C.\nDirectorate of Defense Trade Controls",
        )
    }),
    ("many addresses", |text| {
        text.replace(
            "AMEMBASSY HARARE 0210",
            "AMEMBASSY HARARE 0210\nALL SOUTHERN AFRICAN POSTS\nCDR USAFRICOM STUTTGART GE\nDTRA ALEX WASHINGTON DC",
        )
    }),
    ("names for attention", |text| {
        text.replace("STATE FOR PM/DTCC", "STATE FOR PM/DTCC - SUSAN KLINE AND\nROBERT AMES\nA. ALDERTON")
    }),
    ("sentences for attention", |text| {
        let words = "For Ms. Kline, who asked for this check by telephone on June 2 and\nwants to have it before she leaves. Please pass a copy to Mr. Ames\nof the office.";
        text.replace("STATE FOR PM/DTCC", words)
    }),
    ("SUBJ", |text| text.replace("SUBJECT:", "SUBJ:")),
    ("Re", |text| text.replace("SUBJECT:", "RE:")),
    ("a subject after a dash", |text| text.replace("SUBJECT:", "SUBJECT -")),
    ("REFTELS", |text| text.replace("REF: A. STATE 63028\n     B.", "REFTELS: (A) STATE 63028\n(B)")),
    ("references on one line", |text| text.replace("REF: A. STATE 63028\n     B.", "REF: A. STATE 63028 B.")),
    ("references run on", |text| text.replace("REF: A. STATE 63028\n     B.", "REF: A. STATE 63028B.")),
    ("no E.O.", |text| text.replace("E.O. 12958: N/A\n", "")),
    ("another E.O.", |text| text.replace("E.O. 12958:", "EO 12958 DECL:")),
    ("TAGS with commas", |text| text.replace("ETTC KOMC ZA", "ETTC, KOMC, ZA")),
    ("TAGS without a colon", |text| text.replace("TAGS:", "TAGS")),
    ("TAGS below", |text| {
        let without = text.replace("TAGS: ETTC KOMC ZA\n", "");
        without.replace("PARKS SERVICE\n", "PARKS SERVICE\nTAGS: ETTC KOMC ZA\n")
    }),
    ("the groups on one line", |text| text.replace("N/A\nTAGS:", "N/A TAGS:").replace("ZA\nSUBJECT:", "ZA SUBJECT:")),
    ("a date-time group run on", |text| text.replace("P 131030Z JUN 08", "P131030ZJUN08")),
    ("a date-time group out of its place", |text| {
        text.replace("P 131030Z JUN 08\n", "").replace("FM AMEMBASSY LUSAKA", "FM AMEMBASSY LUSAKA 131030Z JUN 08")
    }),
    ("a number run on", |text| text.replace("UNCLAS LUSAKA 000412", "UNCLAS LUSAKA000412")),
    ("captions on the line of the number", |text| {
        text.replace("LUSAKA 000412\n\nSENSITIVE\nSIPDIS", "LUSAKA 000412 SENSITIVE SIPDIS")
    }),
    ("captions run on", |text| text.replace("LUSAKA 000412\n\nSENSITIVE\n", "LUSAKA 000412SENSITIVE\n")),
    ("the number on a line of its own", |text| text.replace("UNCLAS LUSAKA 000412", "UNCLAS\nLUSAKA 000412")),
    ("a spaced classification", |text| text.replace("UNCLAS LUSAKA", "U N C L A S LUSAKA")),
    ("marks run on", |text| text.replace("(SBU) ", "(SBU)")),
    ("numbers run on", |text| text.replace(". (SBU)", ".(SBU)").replace(". (U)", ".(U)")),
    ("no full stop after a number", |text| text.replace(". (SBU)", " (SBU)")),
    ("a framed heading", |text| text.replace("THE STORE\n", "---------\nTHE STORE\n---------\n")),
    ("an underlined heading", |text| text.replace("THE ORDER\n", "THE ORDER\n=========\n")),
    ("a long heading", |text| {
        text.replace(
            "THE STORE\n",
            "THE STORE OF THE PARKS SERVICE AND\nWHAT ECONOFF SAW THERE ON\nTHE TENTH OF JUNE\n",
        )
    }),
    ("a page line", |text| text.replace(BREAK, &format!("{BREAK}\nLUSAKA 00000412  001.2 OF 002\n\n\n"))),
    ("a repeated header", |text| {
        let header =
            "UNCLAS SECTION 02 OF 02 LUSAKA 000412\n\nSENSITIVE\nSIPDIS\n\nE.O. 12958: N/A\nTAGS: ETTC KOMC ZA\n";
        text.replace("\n\n4. (U)", &format!("\n\n{header}\n4. (U)"))
            .replace("UNCLAS LUSAKA", "UNCLAS SECTION 01 OF 02 LUSAKA")
    }),
    ("words that stand twice", |text| text.replace(BREAK, &format!("{BREAK}Q{BREAK}"))),
    ("banners", |text| text.replace("\n\n3. ", "\n\nUNCLASSIFIED\n\nUNCLASSIFIED\n\n3. ")),
    ("narrow lines", |text| wrapped(text, 48)),
    ("a line for each paragraph", |text| wrapped(text, 10_000)),
    ("paragraphs run on", |text| text.replace("\n\n3. (SBU)", " 3. (SBU)").replace("\n\n5. (SBU)", " 5. (SBU)")),
    ("references below the text", |text| {
        let references = "REF: A. STATE 63028\n     B. 07 LUSAKA 377\n";
        text.replace(&format!("{references}\n"), "").replace("\nMUMBA", &format!("\n{references}\nMUMBA"))
    }),
    ("no signature", |text| text.replace("\nMUMBA\n", "")),
];

/// What two damages leave that nobody could put together again, or that one of them takes from the other.
const BEYOND: &[(&str, &str)] = &[
    ("CR", "transmission lines lost"),
    ("an empty line after each", "narrow lines"),
    ("an empty line after each", "references below the text"),
    ("addresses in words", "a date-time group out of its place"),
    ("a repeated header", "no blank lines"),
    ("words that stand twice", "narrow lines"),
    ("words that stand twice", "a line for each paragraph"),
    ("a line for each paragraph", "an empty line after each"),
    ("paragraphs run on", "narrow lines"),
    ("no blank lines", "references below the text"),
    ("no signature", "references below the text"),
];

#[test]
fn a_damaged_telegram_is_read_as_the_sound_one() {
    let sound = same(read(SOUND.as_bytes()));
    assert_eq!((sound.paragraphs.len(), sound.sentences.len(), sound.references.len()), (5, 13, 2), "{sound:#?}");
    let mut told = Vec::new();
    let mut judge = |name: String, text: &str| {
        let found = same(read(text.as_bytes()));
        if found != sound {
            told.push(format!("{name}: {}", difference(&sound, &found)));
        }
    };
    for (name, damage) in DAMAGES {
        judge((*name).to_owned(), &damage(SOUND));
    }
    for (first, one) in DAMAGES {
        for (second, other) in
            DAMAGES.iter().filter(|(second, _)| second != first && !BEYOND.contains(&(first, second)))
        {
            judge(format!("{first}, then {second}"), &other(&one(SOUND)));
        }
    }
    assert!(told.is_empty(), "{} of {}:\n{}", told.len(), DAMAGES.len() * DAMAGES.len(), told.join("\n"));
}

fn difference(sound: &Same, found: &Same) -> String {
    let (sound, found) = (format!("{sound:#?}"), format!("{found:#?}"));
    let known: Vec<&str> = sound.lines().collect();
    let now: Vec<&str> = found.lines().collect();
    let lost = known.iter().filter(|line| !now.contains(line)).map(|line| format!("-{}", line.trim()));
    let new = now.iter().filter(|line| !known.contains(line)).map(|line| format!("+{}", line.trim()));
    lost.chain(new).collect::<Vec<_>>().join(" ")
}

/// What swallowed a part of the header, or of the text, is said.
#[test]
fn what_is_not_there_or_not_understood_is_said() {
    for (what, text, kind) in [
        (
            "a number",
            SOUND.replace("UNCLAS LUSAKA 000412", "UNCLAS").replace("DE RUEHLS #0412/01 1651030\n", ""),
            "header_unclear",
        ),
        ("a subject", SOUND.replace("SUBJECT: ", "ABOUT "), "header_unclear"),
        ("a date", SOUND.replace("P 131030Z JUN 08\n", ""), "header_unclear"),
        ("a line of the header", SOUND.replace("TAGS:", "%%garbled%% text here\nTAGS:"), "header_unclear"),
        ("the end", format!("{SOUND}\n\nWhat is this\n"), "not_read"),
        ("a section", SOUND.replace("UNCLAS LUSAKA", "UNCLAS SECTION 01 OF 02 LUSAKA"), "missing_section"),
    ] {
        let kinds: Vec<_> = read(text.as_bytes()).warnings.into_iter().map(|warning| warning.kind.code()).collect();
        assert!(kinds.contains(&kind), "{what}: {kinds:?}");
    }
    assert_eq!(read(SOUND.as_bytes()).warnings, []);
}
