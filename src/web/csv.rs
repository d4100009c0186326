//! Tables for spreadsheets. What a spreadsheet would take for a formula is written so that it stays text.

use crate::error::{AppError, Result};

/// A table as a file, or a part of one.
#[derive(Debug)]
pub struct Sheet(csv::Writer<Vec<u8>>);

impl Sheet {
    /// A table with these columns. It starts with a byte-order mark, by which spreadsheets know UTF-8.
    pub fn headed(columns: &[&str]) -> Self {
        let mut sheet = Self(csv::Writer::from_writer("\u{feff}".as_bytes().to_vec()));
        let _ = sheet.0.write_record(columns);
        sheet
    }

    /// Rows that go on with a table.
    pub fn part() -> Self {
        Self(csv::Writer::from_writer(Vec::new()))
    }

    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> Result<()> {
        self.0.write_record(cells.into_iter().map(harmless)).map_err(AppError::internal)
    }

    pub fn finish(self) -> Result<Vec<u8>, std::io::Error> {
        self.0.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

/// A cell that a spreadsheet would compute gets an apostrophe in front; a number stays a number.
fn harmless(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    let number = cell.parse::<f64>().is_ok_and(f64::is_finite);
    if risky && !number { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_stays_text_and_a_number_a_number() {
        for formula in ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1"] {
            assert!(harmless(formula).starts_with('\''), "{formula}");
        }
        for honest in ["-12.5", "+3", "BL-2026-0001", "", "a=b"] {
            assert_eq!(harmless(honest), honest);
        }
    }

    #[test]
    fn quotes_and_lines_survive() {
        let mut sheet = Sheet::headed(&["a", "b"]);
        sheet.row(["say \"x\"", "two\nlines"]).expect("is written");
        let text = String::from_utf8(sheet.finish().expect("is whole")).expect("is UTF-8");
        assert_eq!(text, "\u{feff}a,b\n\"say \"\"x\"\"\",\"two\nlines\"\n");
    }
}
