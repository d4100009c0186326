//! What the thirty checks are about, and how far each has come.

use crate::demo::moves::{Firm, Items, Opening};

/// How far a check has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Far {
    Draft,
    Recalled,
    Requested,
    Contacted,
    HalfFound,
    Interim,
    Signed,
    Replied,
    Declined,
    GivenBack,
    Proposed,
    AwaitingCountersign,
    Resulted,
    OnConditions,
    Ready,
    Issued,
    Denied,
    Returned,
    OnHold,
    EndedEarly,
    Contradictory,
}

/// A check of the demonstration: how far it is, when it was opened (days ago), where, what about.
pub(super) struct Story {
    pub(super) far: Far,
    pub(super) opened: i64,
    pub(super) opening: Opening,
    /// Number, destination, value; nothing for checks without a license.
    pub(super) licenses: &'static [(&'static str, &'static str, &'static str)],
    pub(super) items: &'static [Items],
    pub(super) end_user: Firm,
    pub(super) broker: Option<Firm>,
}

const fn opening(check_type: &'static str, post: &'static str, subject: &'static str, reason: &'static str) -> Opening {
    Opening { check_type, post, subject, reason, priority: "routine", site_visit: "optional" }
}

pub(super) const PRE: &str = "pre_license";
pub(super) const SHIPPED: &str = "post_shipment";
const NEW_PARTY: &str =
    "First license for this end-user. Confirm that it exists, that it ordered, and that the quantity fits its size.";
const WARNING: &str =
    "Another application of this consignee was withdrawn last year without a reason. Confirm the end-use.";
const RANDOM: &str = "Chosen for a check after shipment. Confirm receipt, storage and inventory, and count the items.";
const BROKER: &str = "A broker named on several applications of the year without a record. Find out who is behind it and who vouches for it.";

const PISTOLS: &[Items] = &[("9 mm pistols", "pistol", "I", "40", "22000", false)];
const RIFLES: &[Items] = &[("5.56 mm rifles", "semiautomatic_rifle", "I", "25", "31000", false)];
const SNIPER: &[Items] = &[("7.62 mm sniper rifles", "sniper_rifle", "I", "12", "84000", true)];
const AMMUNITION: &[Items] = &[("9 mm cartridges", "ammunition", "III", "50000", "15000", false)];
const ARMOR: &[Items] = &[("Body armor, level III", "body_armor", "X", "200", "90000", false)];
const NIGHT: &[Items] = &[("Night vision goggles", "night_vision", "XII", "30", "105000", true)];
const VESSEL: &[Items] = &[("Patrol boat spare parts", "vessel_part", "VI", "14", "61000", false)];
const OPTICS: &[Items] = &[("Rifle scopes", "optic", "XII", "60", "48000", false)];

const VALE: Firm = ("Vale & Thorne Brokerage", "company", "GB");
const PELAGO: Firm = ("Pelago Trading Ltd.", "company", "MT");
const CORDOBA: Firm = ("Armería Tres Ríos, S.A.", "company", "PE");

/// How many they are.
pub const COUNT: usize = 32;

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn stories() -> [Story; COUNT] {
    use Far as F;
    let story = |far, opened, opening, licenses, items, end_user, broker| Story {
        far,
        opened,
        opening,
        licenses,
        items,
        end_user,
        broker,
    };
    let urgent = |mut opening: Opening| {
        opening.priority = "urgent";
        opening
    };
    let visit = |mut opening: Opening| {
        opening.site_visit = "required";
        opening
    };
    [
        story(
            F::Issued,
            330,
            opening(PRE, "Kingston", "40 pistols for a constabulary", NEW_PARTY),
            &[("050098114", "JM", "22000")],
            PISTOLS,
            ("Blue Ridge Constabulary", "government_body", "JM"),
            None,
        ),
        story(
            F::Issued,
            300,
            opening(PRE, "Prague", "Body armor for a rescue service", NEW_PARTY),
            &[("050098220", "CZ", "90000")],
            ARMOR,
            ("Horská záchranná služba Sever", "government_body", "CZ"),
            None,
        ),
        story(
            F::Denied,
            280,
            opening(PRE, "Lima", "Pistols for a gun shop in the north", WARNING),
            &[("050098377", "PE", "22000")],
            PISTOLS,
            CORDOBA,
            Some(PELAGO),
        ),
        story(
            F::Returned,
            260,
            opening(PRE, "Madrid", "Rifle scopes for a hunting club", NEW_PARTY),
            &[("05-971940", "ES", "48000")],
            OPTICS,
            ("Sociedad de Caza Valdeparra", "company", "ES"),
            None,
        ),
        story(
            F::Issued,
            210,
            opening(SHIPPED, "Santiago", "25 rifles delivered to a port guard", RANDOM),
            &[("050091733", "CL", "31000")],
            RIFLES,
            ("Guardia Portuaria Austral", "government_body", "CL"),
            None,
        ),
        story(
            F::EndedEarly,
            190,
            opening(PRE, "Nairobi", "Rifles for a wildlife ranger service", NEW_PARTY),
            &[("050099051", "KE", "31000")],
            RIFLES,
            ("Northern Range Ranger Service", "government_body", "KE"),
            None,
        ),
        story(
            F::Denied,
            150,
            opening(PRE, "Bangkok", "50,000 cartridges for a shooting range", WARNING),
            &[("050100212", "TH", "15000")],
            AMMUNITION,
            ("Siam Lotus Sport Shooting", "company", "TH"),
            Some(VALE),
        ),
        story(
            F::Issued,
            120,
            opening("broker_inquiry", "Prague", "A broker on four applications", BROKER),
            &[],
            &[],
            VALE,
            None,
        ),
        story(
            F::Ready,
            90,
            opening(PRE, "Kingston", "Pistols for a bank's guards", NEW_PARTY),
            &[("050103118", "JM", "22000")],
            PISTOLS,
            ("Harbour Trust Bank, Security Department", "company", "JM"),
            None,
        ),
        story(
            F::OnConditions,
            80,
            opening(PRE, "Manila", "Pistols for a coast guard school", NEW_PARTY),
            &[("050103340", "PH", "22000")],
            PISTOLS,
            ("Coastal Patrol Academy", "government_body", "PH"),
            None,
        ),
        story(
            F::OnConditions,
            75,
            opening(PRE, "Abu Dhabi", "Sniper rifles for a police unit", WARNING),
            &[("050103502", "AE", "84000")],
            SNIPER,
            ("Northern Emirates Police Training Wing", "government_body", "AE"),
            Some(VALE),
        ),
        story(
            F::Resulted,
            60,
            opening(PRE, "Madrid", "Pistols for a city police", NEW_PARTY),
            &[("050104007", "ES", "22000")],
            PISTOLS,
            ("Policía Municipal de Valdeparra", "government_body", "ES"),
            None,
        ),
        story(
            F::Resulted,
            58,
            opening(PRE, "Prague", "Night vision for a border unit", NEW_PARTY),
            &[("050104188", "CZ", "105000")],
            NIGHT,
            ("Pohraniční skupina Východ", "government_body", "CZ"),
            None,
        ),
        story(
            F::AwaitingCountersign,
            55,
            opening(PRE, "Lima", "Cartridges for a distributor", WARNING),
            &[("050104401", "PE", "15000")],
            AMMUNITION,
            CORDOBA,
            Some(PELAGO),
        ),
        story(
            F::Proposed,
            50,
            opening(PRE, "Santiago", "Rifles for a port guard, again", RANDOM),
            &[("050104655", "CL", "31000")],
            RIFLES,
            ("Guardia Portuaria Austral", "government_body", "CL"),
            None,
        ),
        story(
            F::Proposed,
            48,
            opening(PRE, "Paramaribo", "Cartridges for a mining company", NEW_PARTY),
            &[("050104702", "SR", "15000")],
            AMMUNITION,
            ("Goudvallei Mijnbouw N.V.", "company", "SR"),
            None,
        ),
        story(
            F::Declined,
            45,
            opening(PRE, "Nairobi", "Pistols for an airport authority", NEW_PARTY),
            &[("050104977", "KE", "22000")],
            PISTOLS,
            ("Rift Valley Airports Authority", "government_body", "KE"),
            None,
        ),
        story(
            F::Replied,
            44,
            opening("company_review", "Madrid", "A trading firm on two continents", BROKER),
            &[],
            &[],
            PELAGO,
            None,
        ),
        story(
            F::Contradictory,
            70,
            opening(SHIPPED, "Kingston", "40 pistols delivered, count them", RANDOM),
            &[("050090440", "JM", "22000")],
            PISTOLS,
            ("Blue Ridge Constabulary", "government_body", "JM"),
            None,
        ),
        story(
            F::GivenBack,
            40,
            opening(PRE, "Bangkok", "Pistols for a hotel group", WARNING),
            &[("050105233", "TH", "22000")],
            PISTOLS,
            ("Lotus Bay Hotels Group", "company", "TH"),
            None,
        ),
        story(
            F::Signed,
            28,
            opening(PRE, "Abu Dhabi", "Armor for a logistics firm", NEW_PARTY),
            &[("050105801", "AE", "90000")],
            ARMOR,
            ("Dune Line Logistics", "company", "AE"),
            None,
        ),
        story(
            F::Interim,
            42,
            opening(PRE, "Manila", "Rifles for a provincial police", WARNING),
            &[("050105317", "PH", "31000")],
            RIFLES,
            ("Provincial Police Office, Isla Verde", "government_body", "PH"),
            None,
        ),
        story(
            F::HalfFound,
            20,
            visit(opening(PRE, "Prague", "Goggles and armor in two licenses", NEW_PARTY)),
            &[("050106120", "CZ", "105000"), ("050106121", "CZ", "105000")],
            NIGHT,
            ("Pohraniční skupina Východ", "government_body", "CZ"),
            Some(VALE),
        ),
        story(
            F::Contacted,
            38,
            urgent(opening(PRE, "Lima", "Pistols for a private guard firm", WARNING)),
            &[("050105560", "PE", "22000")],
            PISTOLS,
            ("Vigilancia Andina Segura", "company", "PE"),
            Some(PELAGO),
        ),
        story(
            F::Contacted,
            16,
            opening(PRE, "Guatemala", "Cartridges for a sugar mill's guards", NEW_PARTY),
            &[("050106402", "GT", "15000")],
            AMMUNITION,
            ("Ingenio Santa Marcela", "company", "GT"),
            None,
        ),
        story(
            F::Requested,
            35,
            opening(PRE, "Santiago", "Scopes for a mountain brigade", NEW_PARTY),
            &[("050105644", "CL", "48000")],
            OPTICS,
            ("Brigada de Montaña Sur", "government_body", "CL"),
            None,
        ),
        story(
            F::Requested,
            6,
            opening("post_license", "Guatemala", "Pistols issued and not shipped", RANDOM),
            &[("050095118", "GT", "22000")],
            PISTOLS,
            ("Banco del Altiplano, Departamento de Seguridad", "company", "GT"),
            None,
        ),
        story(
            F::Requested,
            4,
            opening(PRE, "Apia", "Spare parts for a patrol boat", NEW_PARTY),
            &[("050106690", "WS", "61000")],
            VESSEL,
            ("Maritime Wing of the Ministry of Police", "government_body", "WS"),
            None,
        ),
        story(
            F::OnHold,
            33,
            opening(PRE, "Nairobi", "Armor for a press pool", NEW_PARTY),
            &[("050105720", "KE", "90000")],
            ARMOR,
            ("Lakeside Press Cooperative", "company", "KE"),
            None,
        ),
        story(
            F::Recalled,
            3,
            opening(PRE, "Kingston", "Armor for a harbor guard", NEW_PARTY),
            &[("050106751", "JM", "90000")],
            ARMOR,
            ("Blue Bight Harbor Guard", "government_body", "JM"),
            None,
        ),
        story(
            F::Draft,
            2,
            opening(PRE, "Madrid", "Cartridges for a sport federation", NEW_PARTY),
            &[("050106744", "ES", "15000")],
            AMMUNITION,
            ("Federación de Tiro de Valdeparra", "company", "ES"),
            None,
        ),
        story(
            F::Draft,
            1,
            opening("broker_inquiry", "Kingston", "An unknown broker on two applications", BROKER),
            &[],
            &[],
            ("Carib Meridian Agents", "company", "JM"),
            None,
        ),
    ]
}
