//! Texts to values: exact or refused, with the words a person reads.

use super::*;

const COUNT: Setting = Setting { name: "count", default: "7", meaning: "", kind: PERIOD };
const DECIMAL: Setting = Setting {
    name: "decimal",
    default: "2.5",
    meaning: "",
    kind: SettingKind::Decimal { min: Fraction::ZERO, max: Fraction::from_units(10_000_000_000) },
};
const AMOUNT: Setting = Setting {
    name: "amount",
    default: "100",
    meaning: "",
    kind: SettingKind::Amount { min: Amount::from_units(1), max: Amount::from_units(i128::MAX) },
};

/// What each of the three rows makes of `text`.
#[track_caller]
fn check(text: &str, expect: [Result<&str, &str>; 3]) {
    let given: Vec<(String, String)> =
        ["count", "decimal", "amount"].map(|name| (name.to_owned(), text.to_owned())).into();
    let given = Given::new("test", &[COUNT, DECIMAL, AMOUNT], &given).unwrap();
    let actual = [
        given.count(&COUNT).map(|it| it.to_string()),
        given.decimal(&DECIMAL).map(|it| it.to_string()),
        given.amount(&AMOUNT).map(|it| it.to_string()),
    ];
    let actual = actual.map(|it| it.map_err(|error| error.to_string()));
    assert_eq!(actual, expect.map(|it| it.map(str::to_owned).map_err(str::to_owned)));
}

#[test]
fn texts_are_exact_or_refused() {
    check("50", [Ok("50"), Ok("50"), Ok("50")]);
    let most = i128::MAX.to_string();
    let (whole, fraction) = most.split_at(most.len() - 18);
    let amount = format!("give an amount from 0.000000000000000001 to {whole}.{fraction}");
    let count = "give a whole number from 1 to 100000";
    let decimal = "give a number from 0 to 100 with at most 8 decimals";
    check(
        "1e2",
        [
            Err(&format!("`count` cannot be `1e2`; {count}")),
            Err(&format!("`decimal` cannot be `1e2`; {decimal}")),
            Err(&format!("`amount` cannot be `1e2`; {amount}")),
        ],
    );
    check(
        "0.123456789",
        [
            Err(&format!("`count` cannot be `0.123456789`; {count}")),
            Err(&format!("`decimal` cannot be `0.123456789`; {decimal}")),
            Ok("0.123456789"),
        ],
    );
    check(
        "0",
        [
            Err(&format!("`count` cannot be 0; {count}")),
            Ok("0"),
            Err(&format!("`amount` cannot be 0; {amount}")),
        ],
    );
    check(
        "100001",
        [
            Err(&format!("`count` cannot be 100001; {count}")),
            Err(&format!("`decimal` cannot be 100001; {decimal}")),
            Ok("100001"),
        ],
    );
}

#[test]
fn what_is_not_given_has_its_default() {
    let given = Given::new("test", &[COUNT, DECIMAL, AMOUNT], &[]).unwrap();
    assert_eq!(given.count(&COUNT), Ok(7));
    assert_eq!(given.decimal(&DECIMAL), Ok("2.5".parse().unwrap()));
    assert_eq!(given.amount(&AMOUNT), Ok("100".parse().unwrap()));
}
