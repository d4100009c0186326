//! Lines of items as they are pasted from a spreadsheet: a line each, its cells apart by tabs, or by semicolons where
//! no tab is. A first line may name the columns; else they stand in the order of the page. What a cell means is for
//! the field that it goes to: what is wrong is told there.

use crate::{
    licenses::{items::Designation, model::Jurisdiction},
    reference::model::{Reference, ReferenceKind},
    text::folded,
    words::Choice,
};

/// The fields of a line in the order of the page, and what else a column may be called.
const COLUMNS: &[(&str, &[&str])] = &[
    ("label", &["item", "items", "description", "whattheyare", "article", "commodity"]),
    ("item_class", &["class", "itemclass", "type"]),
    ("usml_category", &["category", "usml", "usmlcategory"]),
    ("quantity", &["quantity", "qty", "number"]),
    ("unit", &["unit", "units"]),
    ("value_usd", &["value", "valueusd", "valueinusdollars", "amount", "total", "totalvalue"]),
    ("jurisdiction", &["jurisdiction", "rules"]),
    ("designations", &["designation", "designations", "sme", "smemde"]),
];

/// Where what stands in no column is told: it is no designation.
const BEYOND: &str = "designations";

/// The fields of one line.
pub type Line = Vec<(&'static str, String)>;

/// What was pasted, cut into its cells.
pub struct Pasted {
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Pasted {
    /// Cuts it; the leading tab of a line is a blank first cell.
    pub fn cut(pasted: &str) -> Self {
        let apart = if pasted.contains('\t') { '\t' } else { ';' };
        let cells = |line: &str| -> Vec<String> { line.split(apart).map(|cell| bare(cell.trim())).collect() };
        let rows = pasted.lines().map(cells).filter(|cells| cells.iter().any(|cell| !cell.is_empty()));
        let mut rows: Vec<_> = rows.collect();
        let named = rows.first().and_then(|first| head(first));
        if named.is_some() {
            rows.remove(0);
        }
        let columns = named.unwrap_or_else(|| COLUMNS.iter().map(|(field, _)| *field).collect());
        Self { columns, rows }
    }

    /// How many lines they are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn lines(self, reference: &Reference) -> Vec<Line> {
        let lists = Lists {
            classes: reference.choices(ReferenceKind::ItemClass),
            categories: reference.choices(ReferenceKind::UsmlCategory),
            jurisdictions: Jurisdiction::choices(),
            designations: Designation::choices(),
        };
        self.rows.into_iter().map(|cells| lists.fields(&self.columns, cells)).collect()
    }
}

/// A cell without the quotes that a spreadsheet puts around it; a sign of inches stays.
fn bare(cell: &str) -> String {
    let within = cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"'));
    // Within them, each of its own is written twice.
    let within = within.filter(|within| !within.replace("\"\"", "").contains('"'));
    within.map_or_else(|| cell.to_owned(), |within| within.replace("\"\"", "\"").trim().to_owned())
}

/// The columns that a first line names, if it does: what is called nothing known is no line of names.
fn head(cells: &[String]) -> Option<Vec<&'static str>> {
    let mut named = Vec::new();
    for cell in cells {
        let cell = folded(cell);
        let known = COLUMNS.iter().find(|(_, called)| called.contains(&cell.as_str())).map(|(field, _)| *field);
        let field = if cell.is_empty() { BEYOND } else { known? };
        // A line has one answer to each: a second column of a name is told of, not taken in its place.
        named.push(if named.contains(&field) { BEYOND } else { field });
    }
    Some(named).filter(|named| named.contains(&"label") && named.contains(&"quantity"))
}

/// What a cell may be called by.
struct Lists {
    classes: Vec<Choice>,
    categories: Vec<Choice>,
    jurisdictions: Vec<Choice>,
    designations: Vec<Choice>,
}

impl Lists {
    fn fields(&self, columns: &[&'static str], cells: Vec<String>) -> Line {
        let (mut line, mut beyond): (Line, Vec<String>) = (Vec::new(), Vec::new());
        for (at, cell) in cells.into_iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let field = columns.get(at).copied().unwrap_or(BEYOND);
            let value = match field {
                "item_class" => code(&self.classes, &cell).unwrap_or(cell),
                "usml_category" => code(&self.categories, &cell).unwrap_or(cell),
                "jurisdiction" => code(&self.jurisdictions, &cell).unwrap_or(cell),
                BEYOND => {
                    let Some(code) = self.designation(&cell) else {
                        beyond.push(cell);
                        continue;
                    };
                    code
                }
                _ => cell,
            };
            if !value.is_empty() {
                line.push((field, value));
            }
        }
        if !beyond.is_empty() {
            line.push((BEYOND, beyond.join("; ")));
        }
        if line.iter().all(|(field, _)| *field != "jurisdiction") {
            line.push(("jurisdiction", Jurisdiction::Itar.code().to_owned()));
        }
        line
    }

    /// The designation that a cell is, or none at all.
    fn designation(&self, cell: &str) -> Option<String> {
        match folded(cell).as_str() {
            "sme" | "yes" | "x" => Some(Designation::Significant.code().to_owned()),
            "mde" => Some(Designation::Major.code().to_owned()),
            "no" | "" => Some(String::new()),
            _ => code(&self.designations, cell),
        }
    }
}

/// The code of what is called so, in the singular or the plural; anything else stays as it was typed.
fn code(choices: &[Choice], cell: &str) -> Option<String> {
    let typed = folded(cell);
    let is = |choice: &&Choice| {
        let known = [folded(&choice.label), folded(&choice.value)];
        known.iter().any(|known| typed == *known || typed.strip_suffix('s') == Some(known))
    };
    choices.iter().find(is).map(|choice| choice.value.clone())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{reference::model::Entry, sample};

    /// Two classes of items.
    fn classes() -> Reference {
        let class = |(code, label): (&str, &str)| {
            Arc::new(Entry { label: label.into(), ..sample::entry(ReferenceKind::ItemClass, code) })
        };
        Reference([("pistol", "Pistol"), ("automatic_rifle", "Automatic rifle")].map(class).to_vec())
    }

    fn lines(pasted: &str) -> Vec<String> {
        let said =
            |line: Line| line.iter().map(|(field, value)| format!("{field}={value}")).collect::<Vec<_>>().join(" ");
        Pasted::cut(pasted).lines(&classes()).into_iter().map(said).collect()
    }

    #[test]
    fn a_line_is_read_by_tabs_or_semicolons_in_the_order_of_the_page() {
        let pistols =
            "label=9 mm pistols item_class=pistol quantity=30 unit=pieces value_usd=$18,600 jurisdiction=itar";
        assert_eq!(lines("9 mm pistols\tPistols\t\t30\tpieces\t$18,600"), [pistols]);
        assert_eq!(lines("\n 9 mm pistols; pistol ;; 30; pieces; $18,600 \r\n;;;\n"), [pistols]);
        let rifles = lines("Rifles; automatic rifle; ; 6; ; ; EAR; SME");
        assert_eq!(
            rifles,
            [
                "label=Rifles item_class=automatic_rifle quantity=6 jurisdiction=ear designations=significant_military_equipment"
            ]
        );
    }

    #[test]
    fn a_first_line_may_name_the_columns() {
        let head = "Qty\tDescription\tItem class\n30\t9 mm pistols\tPistol\n6\tRifles\tautomatic rifle";
        assert_eq!(
            lines(head),
            [
                "quantity=30 label=9 mm pistols item_class=pistol jurisdiction=itar",
                "quantity=6 label=Rifles item_class=automatic_rifle jurisdiction=itar",
            ]
        );
        // What is called like no column is a line like any other.
        assert_eq!(lines("Description\tClass\tPrivate remarks").len(), 1);
    }

    #[test]
    fn nothing_that_was_pasted_is_dropped() {
        assert_eq!(
            lines("Pistols and what belongs to them, 30"),
            ["label=Pistols and what belongs to them, 30 jurisdiction=itar"]
        );
        assert_eq!(
            lines("Lasers;raygun;;many;;;;no;see the annex"),
            ["label=Lasers item_class=raygun quantity=many designations=see the annex jurisdiction=itar"]
        );
    }
    #[test]
    fn no_cell_takes_the_place_of_another_or_of_a_column() {
        assert_eq!(
            lines("Qty;Description;Number\n30;Pistols;31"),
            ["quantity=30 label=Pistols designations=31 jurisdiction=itar"],
            "a second column of one name"
        );
        assert_eq!(lines("\tPistol\t\t30"), ["item_class=pistol quantity=30 jurisdiction=itar"], "a blank first cell");
        assert_eq!(lines("Pistols;;;1;;;;SME;MDE;a;b").len(), 1);
        assert!(lines("Pistols;;;1;;;;SME;MDE;a;b")[0].contains(
            "designations=significant_military_equipment designations=major_defense_equipment designations=a; b"
        ));
    }

    #[test]
    fn quotes_around_a_cell_go_and_inches_stay() {
        for (cell, read) in [
            ("\"9 mm pistols\"", "9 mm pistols"),
            ("Barrels of 6\"", "Barrels of 6\""),
            ("\"Barrels of 6\"\"\"", "Barrels of 6\""),
            ("\"Long\" and \"short\"", "\"Long\" and \"short\""),
            ("\"", "\""),
        ] {
            assert_eq!(lines(cell), [format!("label={read} jurisdiction=itar")], "{cell}");
        }
    }
}
