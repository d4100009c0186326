//! The two letters by which TAGS and routing indicators name a country. They are not ISO 3166: SP is Spain, GM is
//! Germany. After the geographic TAGS of 5 FAH-3 and the FIPS 10-4 codes they came from; codes that are the same in ISO
//! are not repeated.

use std::collections::BTreeSet;

/// TAGS code and ISO 3166 code, where they differ or where the ISO code is another country's.
const DIFFERENT: &[(&str, &str)] = &[
    ("AA", "AW"),
    ("AC", "AG"),
    ("AG", "DZ"),
    ("AJ", "AZ"),
    ("AN", "AD"),
    ("AS", "AU"),
    ("AU", "AT"),
    ("AV", "AI"),
    ("BA", "BH"),
    ("BB", "BB"),
    ("BC", "BW"),
    ("BD", "BM"),
    ("BF", "BS"),
    ("BG", "BD"),
    ("BH", "BZ"),
    ("BK", "BA"),
    ("BL", "BO"),
    ("BM", "MM"),
    ("BN", "BJ"),
    ("BO", "BY"),
    ("BP", "SB"),
    ("BU", "BG"),
    ("BX", "BN"),
    ("BY", "BI"),
    ("CB", "KH"),
    ("CD", "TD"),
    ("CE", "LK"),
    ("CF", "CG"),
    ("CG", "CD"),
    ("CH", "CN"),
    ("CI", "CL"),
    ("CJ", "KY"),
    ("CN", "KM"),
    ("CS", "CR"),
    ("CT", "CF"),
    ("DA", "DK"),
    ("DO", "DM"),
    ("DR", "DO"),
    ("EI", "IE"),
    ("EK", "GQ"),
    ("EN", "EE"),
    ("ES", "SV"),
    ("EZ", "CZ"),
    ("GA", "GM"),
    ("GB", "GA"),
    ("GG", "GE"),
    ("GJ", "GD"),
    ("GM", "DE"),
    ("GV", "GN"),
    ("HA", "HT"),
    ("HO", "HN"),
    ("IC", "IS"),
    ("IS", "IL"),
    ("IV", "CI"),
    ("IZ", "IQ"),
    ("JA", "JP"),
    ("KN", "KP"),
    ("KR", "KI"),
    ("KS", "KR"),
    ("KU", "KW"),
    ("KV", "XK"),
    ("LE", "LB"),
    ("LG", "LV"),
    ("LH", "LT"),
    ("LI", "LR"),
    ("LO", "SK"),
    ("LS", "LI"),
    ("LT", "LS"),
    ("MA", "MG"),
    ("MC", "MO"),
    ("MG", "MN"),
    ("MI", "MW"),
    ("MJ", "ME"),
    ("MN", "MC"),
    ("MO", "MA"),
    ("MP", "MU"),
    ("MU", "OM"),
    ("NG", "NE"),
    ("NH", "VU"),
    ("NI", "NG"),
    ("NS", "SR"),
    ("NU", "NI"),
    ("OD", "SS"),
    ("PA", "PY"),
    ("PM", "PA"),
    ("PO", "PT"),
    ("PP", "PG"),
    ("PS", "PW"),
    ("PU", "GW"),
    ("RI", "RS"),
    ("RP", "PH"),
    ("RS", "RU"),
    ("SC", "KN"),
    ("SE", "SC"),
    ("SF", "ZA"),
    ("SG", "SN"),
    ("SN", "SG"),
    ("SP", "ES"),
    ("ST", "LC"),
    ("SU", "SD"),
    ("SW", "SE"),
    ("SZ", "CH"),
    ("TD", "TT"),
    ("TI", "TJ"),
    ("TN", "TO"),
    ("TO", "TG"),
    ("TP", "ST"),
    ("TS", "TN"),
    ("TT", "TL"),
    ("TU", "TR"),
    ("TX", "TM"),
    ("UK", "GB"),
    ("UP", "UA"),
    ("UV", "BF"),
    ("VM", "VN"),
    ("VT", "VA"),
    ("WA", "NA"),
    ("WZ", "SZ"),
    ("XB", "BM"),
    ("YM", "YE"),
    ("YI", "RS"),
    ("ZA", "ZM"),
    ("ZI", "ZW"),
];

/// Codes that are the same in both.
const SAME: &[&str] = &[
    "AE", "AF", "AL", "AM", "AO", "AR", "BE", "BR", "BT", "CA", "CM", "CO", "CU", "CV", "CY", "DJ", "EC", "EG", "ER",
    "ET", "FI", "FJ", "FR", "GH", "GR", "GT", "GY", "HR", "HU", "ID", "IN", "IR", "IT", "JM", "JO", "KE", "KG", "KZ",
    "LA", "LU", "LY", "MD", "MK", "ML", "MR", "MT", "MV", "MX", "MY", "MZ", "NL", "NO", "NP", "NZ", "PE", "PK", "PL",
    "QA", "RO", "RW", "SA", "SI", "SL", "SM", "SO", "SY", "TH", "TW", "TZ", "UG", "US", "UY", "UZ", "VC", "VE",
];

/// The ISO 3166 code of a country's TAGS.
pub fn iso(tag: &str) -> Option<&'static str> {
    let different = DIFFERENT.iter().find(|(code, _)| *code == tag).map(|(_, iso)| *iso);
    different.or_else(|| SAME.iter().find(|code| **code == tag).copied())
}

/// The TAGS of a country, by its ISO 3166 code.
pub fn tag(iso: &str) -> Option<&'static str> {
    let different = DIFFERENT.iter().find(|(_, code)| *code == iso).map(|(tag, _)| *tag);
    different.or_else(|| SAME.iter().find(|code| **code == iso).copied())
}

/// The ISO codes of the countries among some TAGS, each once.
pub fn among(tags: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    tags.iter().filter_map(|tag| iso(tag)).filter(|iso| seen.insert(*iso)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_not_iso() {
        for (tag, code) in [
            ("SP", "ES"),
            ("GT", "GT"),
            ("EZ", "CZ"),
            ("UK", "GB"),
            ("JM", "JM"),
            ("IZ", "IQ"),
            ("NS", "SR"),
            ("ES", "SV"),
        ] {
            assert_eq!(iso(tag), Some(code), "{tag}");
        }
        assert_eq!(iso("ETTC"), None);
        assert_eq!(among(&["ETTC".into(), "KOMC".into(), "SP".into(), "SP".into()]), ["ES"]);
    }

    #[test]
    fn a_code_stands_once_and_leads_back() {
        let mut codes: Vec<&str> = DIFFERENT.iter().map(|(tag, _)| *tag).chain(SAME.iter().copied()).collect();
        codes.sort_unstable();
        let many = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), many);
        for code in codes {
            let country = iso(code).unwrap();
            assert_eq!(iso(tag(country).unwrap()), Some(country), "{code}");
        }
    }
}
