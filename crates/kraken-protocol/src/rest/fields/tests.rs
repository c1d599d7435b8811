//! Values of every kind, right and wrong.

use super::*;

fn value(text: &str) -> Value<'_> {
    whole(text).unwrap()
}

#[track_caller]
fn check<T: fmt::Debug>(read: Read<T>, expect: &str) {
    match read {
        Ok(it) => assert_eq!(format!("{it:?}"), expect),
        Err(error) => assert_eq!(error.to_string(), expect),
    }
}

#[test]
fn numbers_are_what_the_text_says() {
    check(value("0.1").price(), "0.1");
    check(value("\"105944.30000\"").price(), "105944.3");
    check(value("\"0.00000001\"").quantity(), "0.00000001");
    check(value("-12.000000000000000001").amount(), "-12.000000000000000001");
    check(value("\"0.0000000001\"").price(), "0.0000000001");
    check(value("\"0\"").price_if_any(), "None");
    check(value("\"0.00000\"").price_if_any(), "None");
    check(value("\"1.5\"").price_if_any(), "Some(1.5)");
}

#[test]
fn numbers_that_do_not_fit_are_refused() {
    let does_not_fit = |why: &str| format!("the result in kraken's answer does not fit: {why}");
    let decimals = "`0.00000000001` has more than 10 decimals";
    check(value("0.00000000001").price(), &does_not_fit(decimals));
    check(value("\"1e-7\"").price(), &does_not_fit("`1e-7` is not a plain decimal number"));
    check(value("1E5").price(), &does_not_fit("`1E5` is not a plain decimal number"));
    check(value("1e400").amount(), &does_not_fit("`1e400` is not a plain decimal number"));
    check(value("\"99999999999\"").price(), &does_not_fit("`99999999999` is too large"));
    check(value("\"\"").price(), &does_not_fit("`` is not a plain decimal number"));
    check(value("\"NaN\"").price(), &does_not_fit("`NaN` is not a plain decimal number"));
    check(value("\" 1\"").price(), &does_not_fit("` 1` is not a plain decimal number"));
}

#[test]
fn other_types_are_refused() {
    let is = |found: &str, wanted: &str| {
        format!("the result in kraken's answer is {found} where {wanted} was expected")
    };
    check(value("null").price(), &is("null", "a number"));
    check(value("[1]").price(), &is("[1]", "a number"));
    check(value("true").amount(), &is("true", "a number"));
    check(value("5").text(), &is("5", "a text"));
    check(value("1.5").integer::<u64>(), &is("1.5", "a whole number"));
    check(value("-1").integer::<u64>(), &is("-1", "a whole number"));
    check(
        value("99999999999999999999").integer::<u64>(),
        &is("99999999999999999999", "a whole number"),
    );
    check(value("1").boolean(), &is("1", "true or false"));
    check(value("{}").list().map(|list| list.len()), &is("{}", "a list"));
    check(value("[]").object().map(|_| ()), &is("[]", "an object"));
}

#[test]
fn times_keep_every_digit() {
    let nanos = |text: &str| value(text).time().map(Timestamp::nanos);
    check(nanos("1688583840.8648"), "1688583840864800000");
    check(nanos("\"1705259439.563000\""), "1705259439563000000");
    check(nanos("1710327959.1733468"), "1710327959173346800");
    check(nanos("\"1710327959\""), "1710327959000000000");
    check(nanos("1.0000000019999"), "1000000001");
    check(
        value("\"1710327959173746878\"").time_in_nanos().map(Timestamp::nanos),
        "1710327959173746878",
    );
    check(value("0").time_if_set(), "None");
    check(value("\"0\"").time_if_set(), "None");
    for bad in ["-1", "1e9", "\"\"", "\".5\"", "\"5.\"", "99999999999999", "\"soon\""] {
        assert!(value(bad).time().is_err(), "{bad}");
    }
}

#[test]
fn rough_prices_are_cut_and_not_refused() {
    check(value("\"71.057412345678901\"").rough_price(), "71.0574123456");
    check(value("\"71\"").rough_price(), "71");
    check(value("\"0.1\"").rough_price(), "0.1");
    assert!(value("\"71é.5\"").rough_price().is_err());
}

#[test]
fn booleans_come_as_words_and_as_texts() {
    check(value("true").boolean(), "true");
    check(value("\"false\"").boolean(), "false");
}

#[test]
fn errors_name_the_field_from_the_outside_in() {
    let text = r#"{"open":{"OA":{"rows":[["1","x"]]}}}"#;
    let read = |text| {
        whole(text)?.object()?.read("open", |open| {
            open.object()?.each(|_, order| {
                order
                    .object()?
                    .read("rows", |rows| rows.each(|row| row.row()?.read(1, "b", Value::price)))
            })
        })
    };
    let error = read(text).unwrap_err();
    assert_eq!(error.field, "open.OA.rows.0.b");
    assert_eq!(
        read(r#"{"shut":{}}"#).unwrap_err().to_string(),
        "`open` in kraken's answer is missing"
    );
}

#[test]
fn a_field_that_stands_there_twice_is_refused() {
    let error = value(r#"{"a":1,"b":2,"a":3}"#).object().err().unwrap();
    assert!(error.to_string().contains("the field `a` stands there twice"), "{error}");
}

#[test]
fn the_only_pair_is_found_under_any_name() {
    let name =
        |text: &str| value(text).object().unwrap().only_one("last", |name, _| Ok(name.to_owned()));
    check(name(r#"{"XXBTZUSD":[],"last":"1"}"#), "\"XXBTZUSD\"");
    check(name(r#"{"last":"1","XBT/USD":[]}"#), "\"XBT/USD\"");
    check(name(r#"{"last":"1"}"#), "`pair` in kraken's answer is missing");
    check(name(r#"{"A":[],"B":[]}"#), "`B` in kraken's answer cannot be read (more than one pair)");
}

#[test]
fn texts_may_be_escaped() {
    check(value(r#""a\u0041\"""#).text(), r#""aA\"""#);
    assert!(whole("{\"a\":").is_err());
    assert!(whole("").is_err());
}
