use proptest::prelude::*;

use super::*;

/// What is typed, and the one number that it can mean.
const EXACT: &[(&str, &str)] = &[
    ("48200", "48200"),
    (" 48200 ", "48200"),
    ("48200,50", "48200.50"),
    ("48200.50", "48200.50"),
    ("48,200.50", "48200.50"),
    ("48.200,50", "48200.50"),
    ("48 200,50", "48200.50"),
    ("48\u{a0}200.50", "48200.50"),
    ("48\u{202f}200", "48200"),
    ("48'200.50", "48200.50"),
    ("48\u{2019}200", "48200"),
    ("12,50", "12.50"),
    ("12,5", "12.5"),
    ("12.5", "12.5"),
    ("0,500", "0.500"),
    ("0.500", "0.500"),
    (".500", "0.500"),
    (".5", "0.5"),
    ("1.234.567", "1234567"),
    ("1,234,567", "1234567"),
    ("1 234 567", "1234567"),
    ("1.234.567,89", "1234567.89"),
    ("1,234,567.89", "1234567.89"),
    ("12,34,567", "1234567"),
    ("1,23,45,678.9", "12345678.9"),
    ("1,234.567", "1234.567"),
    ("12,0000", "12.0000"),
    ("\u{661}\u{662}\u{66c}\u{665}\u{660}\u{660}\u{66b}\u{665}", "12500.5"),
    ("\u{ff11}\u{ff12}", "12"),
    ("\u{e51}\u{e52}", "12"),
    ("007", "7"),
    ("0", "0"),
];

/// What is typed, and the two numbers that it can mean.
const TWO_WAYS: &[(&str, &str, &str)] = &[
    ("12,500", "12500", "12.5"),
    ("12.500", "12500", "12.5"),
    ("1,500", "1500", "1.5"),
    ("100.000", "100000", "100"),
    ("1234,500", "1234500", "1234.5"),
    ("012,500", "012500", "12.5"),
    ("\u{ff11}\u{ff0c}500", "1500", "1.5"),
];

/// What is no number that anybody could tell.
const REFUSED: &[&str] = &[
    "",
    " ",
    "-1",
    "+",
    "abc",
    "1e9",
    "1.23457E+11",
    "12 50",
    "1,2,3",
    "1.234,567.89",
    "1,234,56",
    "12.34.567",
    "1..5",
    "1,",
    "5.",
    "12 500'000",
    "1\u{66b}5\u{66b}5",
    "5 pcs",
    "48,200.-",
    "1/2",
    "½",
    "twelve",
    "٫",
    "12 34 567",
    "0,123,456",
    "1'5",
    "12k",
];

#[test]
fn a_number_is_taken_as_it_can_only_be_meant_or_asked_about_or_refused() {
    for (typed, meant) in EXACT {
        assert_eq!(typed.parse::<Typed>().map(|number| number.to_string()), Ok((*meant).to_owned()), "{typed}");
    }
    for (typed, thousands, decimals) in TWO_WAYS {
        let asked = Misread::TwoWays { thousands: (*thousands).into(), decimals: (*decimals).into() };
        assert_eq!(typed.parse::<Typed>(), Err(asked), "{typed}");
    }
    for typed in REFUSED {
        assert_eq!(typed.parse::<Typed>(), Err(Misread::NoNumber), "{typed}");
    }
}

#[test]
fn a_quantity_or_an_amount_that_may_be_two_is_asked_about_with_both_and_never_multiplied_or_cut() {
    assert_eq!("12".parse(), Ok(Quantity(12)));
    assert_eq!("12,00".parse(), Ok(Quantity(12)));
    assert_eq!("1.234.567".parse(), Ok(Quantity(1_234_567)));
    let amount = |typed: &str| typed.parse::<Dollars>().map(|amount| amount.to_string());
    for typed in ["48200,50", "$48,200.50", "US$ 48 200.50", "48200.50 USD", "48.200,500$"] {
        assert_eq!(amount(typed), Ok("48200.50".into()), "{typed}");
    }
    let said = |result: Result<Quantity, String>| result.expect_err("it is asked or refused");
    assert_eq!(
        said("12,500".parse()),
        "Is 12,500 in the thousands? Write 12500. Or is it 12.5? Give a whole number, in a smaller unit."
    );
    assert_eq!(said("12.000".parse()), "Is 12.000 in the thousands (write 12000) or does it have decimals (write 12)?");
    assert_eq!(said("12,50".parse()), "This reads as 12.50. Give a whole number from 1 to 1,000,000,000.");
    for typed in ["0", "1000000001", "99999999999999999999", "-3", ""] {
        assert_eq!(said(typed.parse()), "Give a whole number from 1 to 1,000,000,000.", "{typed}");
    }
    assert_eq!(
        amount("$12,500"),
        Err("Is $12,500 in the thousands (write 12500) or does it have decimals (write 12.5)?".into())
    );
    assert_eq!(
        amount("1,234.567"),
        Err("This reads as 1234.567. Give dollars and cents: at most two decimals.".into())
    );
    for typed in ["-1", "abc", "", "1e9", "99999999999999999999", "\u{20ac}500", "$", "2 million"] {
        assert_eq!(amount(typed), Err("Give an amount in U.S. dollars, such as 48200 or 48,200.50.".into()), "{typed}");
    }
}

proptest! {
    /// What was accepted is the same again from how it is printed; and with `,` and `.` changed for each other it is
    /// the same or not accepted at all.
    #[test]
    fn what_is_accepted_reads_the_same_printed_and_with_the_other_separator(typed in "[$]?[0-9]{0,4}([,. '][0-9]{1,4}){0,3}") {
        let other: String = typed.chars().map(|c| match c { ',' => '.', '.' => ',', c => c }).collect();
        if let Ok(quantity) = typed.parse::<Quantity>() {
            prop_assert_eq!(quantity.to_string().parse(), Ok(quantity));
            if let Ok(other) = other.parse::<Quantity>() {
                prop_assert_eq!(other, quantity);
            }
        }
        if let Ok(amount) = typed.parse::<Dollars>() {
            prop_assert_eq!(amount.to_string().parse(), Ok(amount));
            if let Ok(other) = other.parse::<Dollars>() {
                prop_assert_eq!(other, amount);
            }
        }
    }
}
