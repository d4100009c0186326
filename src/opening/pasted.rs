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

/// Reads what was pasted.
pub fn read(pasted: &str, reference: &Reference) -> Vec<Line> {
    let apart = if pasted.contains('\t') { '\t' } else { ';' };
    let cells = |line: &str| -> Vec<String> {
        line.split(apart).map(|cell| cell.trim().trim_matches('"').trim().to_owned()).collect()
    };
    let mut lines = pasted.lines().map(cells).filter(|cells| cells.iter().any(|cell| !cell.is_empty())).peekable();
    let named = lines.peek().and_then(|first| head(first));
    if named.is_some() {
        lines.next();
    }
    let columns = named.unwrap_or_else(|| COLUMNS.iter().map(|(field, _)| *field).collect());
    lines.map(|cells| fields(&columns, cells, reference)).collect()
}

/// The columns that a first line names, if it does: what is called nothing known is no line of names.
fn head(cells: &[String]) -> Option<Vec<&'static str>> {
    let column = |cell: &String| {
        let cell = folded(cell);
        let known = COLUMNS.iter().find(|(_, called)| called.contains(&cell.as_str())).map(|(field, _)| *field);
        if cell.is_empty() { Some(BEYOND) } else { known }
    };
    let named: Option<Vec<_>> = cells.iter().map(column).collect();
    named.filter(|named| named.contains(&"label") && named.contains(&"quantity"))
}

fn fields(columns: &[&'static str], cells: Vec<String>, reference: &Reference) -> Line {
    let mut line: Line = Vec::new();
    for (at, cell) in cells.into_iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
        let field = columns.get(at).copied().unwrap_or(BEYOND);
        let value = match field {
            "item_class" => code(&reference.choices(ReferenceKind::ItemClass), cell),
            "usml_category" => code(&reference.choices(ReferenceKind::UsmlCategory), cell),
            "jurisdiction" => code(&Jurisdiction::choices(), cell),
            "designations" => designation(cell),
            _ => cell,
        };
        if !(field == "designations" && value.is_empty()) {
            line.push((field, value));
        }
    }
    if line.iter().all(|(field, _)| *field != "jurisdiction") {
        line.push(("jurisdiction", Jurisdiction::Itar.code().to_owned()));
    }
    line
}

/// The code of what is called so, in the singular or the plural; anything else stays as it was typed.
fn code(choices: &[Choice], cell: String) -> String {
    let typed = folded(&cell);
    let is = |choice: &&Choice| {
        let known = [folded(&choice.label), folded(&choice.value)];
        known.iter().any(|known| typed == *known || typed.strip_suffix('s') == Some(known))
    };
    choices.iter().find(is).map_or(cell, |choice| choice.value.clone())
}

fn designation(cell: String) -> String {
    match folded(&cell).as_str() {
        "sme" | "yes" | "x" => Designation::Significant.code().to_owned(),
        "mde" => Designation::Major.code().to_owned(),
        "no" | "" => String::new(),
        _ => code(&Designation::choices(), cell),
    }
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
        read(pasted, &classes()).into_iter().map(said).collect()
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
}
