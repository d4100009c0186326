//! What is bought, and what it costs.

/// What is bought, and how much it costs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Good {
    pub(super) class: &'static str,
    pub(super) labels: &'static [&'static str],
    pub(super) category: &'static str,
    pub(super) significant: bool,
    pub(super) unit: &'static str,
    /// Of one, in cents.
    pub(super) price: (i64, i64),
    pub(super) most: i64,
}

const fn good(
    class: &'static str,
    labels: &'static [&'static str],
    category: &'static str,
    significant: bool,
    price: (i64, i64),
    most: i64,
) -> Good {
    Good { class, labels, category, significant, unit: "pieces", price, most }
}

impl Good {
    /// One of its names, at the head of a line.
    pub(super) fn label(&self, place: usize) -> String {
        let label = self.labels[place % self.labels.len()];
        let mut letters = label.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }
}

/// What is bought, the more often the greater its weight.
pub(super) const GOODS: &[(usize, Good)] = &[
    (260, good("pistol", &["9 mm pistols", ".45 pistols", "9 mm compact pistols"], "I", false, (35_000, 95_000), 260)),
    (40, good("revolver", &[".38 revolvers"], "I", false, (30_000, 80_000), 120)),
    (90, good("semiautomatic_rifle", &["5.56 mm rifles", "7.62 mm rifles"], "I", false, (70_000, 190_000), 160)),
    (60, good("automatic_rifle", &["5.56 mm automatic rifles", "carbines"], "I", true, (90_000, 210_000), 150)),
    (15, good("machine_gun", &["7.62 mm machine guns"], "II", true, (700_000, 1_600_000), 24)),
    (45, good("sniper_rifle", &["bolt-action rifles", "sniper rifles"], "I", false, (250_000, 900_000), 40)),
    (50, good("shotgun", &["12 gauge shotguns"], "I", false, (30_000, 90_000), 200)),
    (
        120,
        Good {
            unit: "rounds",
            ..good(
                "ammunition",
                &["9 mm cartridges", "5.56 mm cartridges", ".38 cartridges"],
                "III",
                false,
                (20, 110),
                400_000,
            )
        },
    ),
    (70, good("optic", &["holographic sights", "telescopic sights"], "XII", false, (40_000, 150_000), 300)),
    (45, good("night_vision", &["night vision goggles", "thermal sights"], "XII", true, (280_000, 900_000), 60)),
    (60, good("body_armor", &["ballistic vests", "helmets"], "X", false, (40_000, 160_000), 900)),
    (25, good("armored_vehicle", &["armored utility vehicles"], "VII", false, (9_000_000, 26_000_000), 12)),
    (
        60,
        good(
            "aircraft_part",
            &["rotor assemblies", "landing gear struts", "fuel controls"],
            "VIII",
            false,
            (120_000, 4_000_000),
            20,
        ),
    ),
    (25, good("unmanned_aircraft", &["small unmanned aircraft"], "VIII", false, (1_500_000, 9_000_000), 10)),
    (15, good("vessel_part", &["patrol boat engines"], "VI", false, (2_000_000, 9_000_000), 8)),
    (60, good("electronics", &["tactical radios", "radar modules"], "XI", false, (90_000, 900_000), 120)),
    (
        20,
        Good {
            unit: "kilograms",
            ..good("explosive", &["blasting charges", "propellant"], "V", false, (900, 6_000), 9_000)
        },
    ),
    (30, good("less_lethal", &["riot control grenades"], "XIV", false, (1_500, 6_000), 3_000)),
];
